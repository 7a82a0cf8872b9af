"""Streams of a compound file (OLE), the package of .xls and .et: written to end, whatever the bytes say."""

from __future__ import annotations

from array import array
from struct import error, unpack_from
from typing import NamedTuple

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks: free, end of chain, table."""


class Entry(NamedTuple):
    """A stream or storage in the root: where it starts and how long it is."""

    start: int
    size: int


class Compound:
    """A compound file's root.

    Attributes:
        entries: What lies in the root, by name.
    """

    entries: dict[str, Entry]

    def __init__(self, data: bytes) -> None:
        """Read the sector tables and the root's directory.

        Raises:
            ValueError: The structure does not hold.
        """
        try:
            self._open(data)
        except (error, IndexError) as trouble:
            raise ValueError("compound file cut off") from trouble

    def _open(self, data: bytes) -> None:
        shift, short = unpack_from("<HH", data, 30)
        if shift not in (9, 12) or short != 6:
            raise ValueError("sector size")
        self._data, self._size = data, 1 << shift
        directory, _, self._cutoff, short_table, _, more = unpack_from("<6I", data, 48)
        sectors = -(-len(data) // self._size)
        self._next = array("I")
        tables = list(unpack_from("<109I", data, 76))
        seen = set()
        while len(self._next) < sectors:  # a table longer than the file tells nothing more
            for number in tables:
                if number < _END and len(self._next) < sectors:
                    self._next.extend(_numbers(self._sector(number)))
            if more >= _END or more in seen:
                break
            seen.add(more)
            *tables, more = _numbers(self._sector(more))
        listing = self._chain(directory)
        start, self._short_size = unpack_from("<II", listing, 116)
        self._short_start = start
        self._short_next = (
            array("I", _numbers(self._chain(short_table))) if short_table < _END else array("I")
        )
        self.entries = {}
        pending, visited = [unpack_from("<I", listing, 76)[0]], set()
        while pending:
            at = pending.pop()
            if at in visited or at * 128 + 128 > len(listing):
                continue
            visited.add(at)
            entry = listing[at * 128 : at * 128 + 128]
            length, left, right = *unpack_from("<H", entry, 64), *unpack_from("<II", entry, 68)
            name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            self.entries[name] = Entry(*unpack_from("<II", entry, 116))
            pending += [left, right]

    def stream(self, name: str) -> bytes:
        """Give a stream's bytes.

        Raises:
            KeyError: There is none of that name.
            ValueError: Its chain of sectors does not hold.
        """
        start, size = self.entries[name]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        whole = self._chain(self._short_start)[: self._short_size]
        parts, at = list[bytes](), start
        while at < _END and len(parts) * 64 < size:
            parts.append(whole[at * 64 : at * 64 + 64])
            if at >= len(self._short_next):
                raise ValueError("chain")
            at = self._short_next[at]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, start: int) -> bytes:
        parts, at = list[bytes](), start
        while at < _END:
            if at >= len(self._next) or len(parts) > len(self._next):
                raise ValueError("chain")
            parts.append(self._sector(at))
            at = self._next[at]
        return b"".join(parts)


def _numbers(sector: bytes) -> tuple[int, ...]:
    return unpack_from(f"<{len(sector) // 4}I", sector)
