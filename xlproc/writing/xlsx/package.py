"""The file around a workbook's parts: a zip whose parts may be packed before and once for many files."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A part, packed.

    Attributes:
        data: What it holds.
        packed: The same, deflated.
        check: Its checksum.
    """

    data: bytes
    packed: bytes
    check: int


def part(data: bytes) -> Part:
    """Pack a part."""
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return Part(data, deflate.compress(data) + deflate.flush(), zlib.crc32(data))


def archive(parts: Mapping[str, bytes | Part]) -> bytes:
    """Give the file's bytes, those that ``zipfile`` would write; no clock is in them.

    Args:
        parts: The parts by name, in their order.
    """
    body, entries = bytearray(), bytearray()
    for name, given in parts.items():
        item = part(given) if isinstance(given, bytes) else given
        info = ZipInfo(name, _MOMENT)
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
        info.CRC, info.compress_size, info.file_size = item.check, len(item.packed), len(item.data)
        start = len(body)
        head = info.FileHeader(zip64=False)
        # an entry repeats the head: from the version needed to the length of the name, and the name
        entries += b"PK\x01\x02" + bytes((info.create_version, info.create_system)) + head[4:28]
        entries += struct.pack("<4H2L", 0, 0, 0, 0, info.external_attr, start)
        entries += head[30:]
        body += head + item.packed
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(parts), len(parts), len(entries), len(body), 0)
    return bytes(body + entries + end)
