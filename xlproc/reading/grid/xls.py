"""Cells of .xls and .et: the records of the format (BIFF8, and BIFF5 of Excel 95), read as far as forms need them.

Our own, because what reads this format in Python runs on without end on some broken files, and holds every empty cell.
"""

from __future__ import annotations

import struct
from struct import unpack_from
from typing import TYPE_CHECKING, Any

from xlproc.model.words import RESULT_SUBJECT
from xlproc.reading.grid.cells import (
    Area,
    Cell,
    Cells,
    Grid,
    RefusedError,
    Room,
    Sheet,
    Spot,
    error,
    made,
)
from xlproc.reading.grid.formats import BUILT_IN
from xlproc.reading.grid.ole import Compound

if TYPE_CHECKING:
    from collections.abc import Iterator

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
FILEPASS, CODEPAGE, DATEMODE, BOUNDSHEET, FORMAT, XF, SST = 0x2F, 0x42, 0x22, 0x85, 0x41E, 0xE0, 0xFC
NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, BOOLERR = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x205
FORMULAS, STRING = (0x06, 0x206, 0x406), 0x207
ROW, BLANK, MULBLANK, MERGED, COLINFO = 0x208, 0x201, 0xBE, 0xE5, 0x7D
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BIFF8 = 0x600
_SUMMARY = "\x05SummaryInformation"


def stream(compound: Compound) -> bytes | None:
    """Give the workbook's stream of a compound file; None where it holds no workbook.

    Raises:
        ValueError: Its chain of sectors does not hold.
    """
    name = next((name for name in ("Workbook", "WORKBOOK", "Book", "BOOK") if name in compound.entries), None)
    return None if name is None else compound.stream(name)


def read(data: bytes) -> Grid:
    """Read a workbook's cells.

    Args:
        data: A compound file.

    Returns:
        Its sheets in order. Chart and macro sheets are left out.

    Raises:
        RefusedError: It opens only with a password, or has too many cells.
    """
    compound = Compound(data)
    summary = compound.stream(_SUMMARY) if _SUMMARY in compound.entries else b""
    sheets = _Book(stream(compound) or b"").sheets()
    return Grid(sheets, RESULT_SUBJECT if RESULT_SUBJECT.encode() in summary else "")


def _records(data: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Give one substream's records, those of charts inside it left out."""
    depth = 0
    while True:
        kind, size = unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + size]
        if at + 4 + size > end:
            raise ValueError("cut off")
        at += 4 + size
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
        if depth <= 0:
            return
        if depth == 1:
            yield kind, body


class _Book:
    """The workbook's own records: what its sheets refer to."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.texts: list[Cell | None] = []
        self.places: list[tuple[int, int, str]] = []
        self.mac, self.codepage = False, "gb18030"
        formats: dict[int, str] = {}
        styles: list[int] = []
        shared: list[bytes] = []
        before = 0
        self.version = unpack_from("<H", data, 4)[0] if data[:2] == b"\x09\x08" else 0
        if self.version not in (0x500, _BIFF8):
            raise ValueError("version")
        for kind, body in _records(data, 0, len(data)):
            if kind == FILEPASS:
                raise RefusedError("F003")
            if kind == SST or (kind == CONTINUE and before == SST):
                shared.append(body)
                before = SST
                continue
            before = kind
            if kind == DATEMODE:
                self.mac = body[:1] == b"\x01"
            elif kind == CODEPAGE:
                self.codepage = _codec(unpack_from("<H", body)[0])
            elif kind == BOUNDSHEET and body[5] == 0:
                self.places.append((unpack_from("<I", body)[0], body[4] & 3, self.text(body, 6, short=True)))
            elif kind == FORMAT:
                formats[unpack_from("<H", body)[0]] = self.text(body, 2, short=self.version != _BIFF8)
            elif kind == XF:
                styles.append(unpack_from("<H", body, 2)[0])
        self.codes = [formats.get(one) or BUILT_IN.get(one, "General") for one in styles]
        if shared:
            self.texts = [made(text) for text in _shared(shared)]

    def text(self, body: bytes, at: int, short: bool = False) -> str:
        """Read a string: its length, in this version's way of writing."""
        length: int = body[at] if short else unpack_from("<H", body, at)[0]
        at += 1 if short else 2
        if self.version != _BIFF8:
            return body[at : at + length].decode(self.codepage, "replace")
        wide = body[at] & 1 if length or len(body) > at else 0
        at += 1
        if wide:
            return body[at : at + 2 * length].decode("utf-16-le", "replace")
        return body[at : at + length].decode("latin-1")

    def sheets(self) -> list[Sheet]:
        """Read the sheets."""
        starts = sorted(at for at, _, _ in self.places)
        if len(set(starts)) < len(starts):
            raise ValueError("two sheets at one place")
        ends = dict(zip(starts, [*starts, len(self.data)][1:], strict=True))
        room = Room()
        raw = [_Sheet(self, at, ends[at], room) for at, _, _ in self.places]
        calculated = any(one.cells.calculated for one in raw)
        return [
            one.cells.sheet(name, not hidden, one.merges, one.rows, calculated)
            for one, (_, hidden, name) in zip(raw, self.places, strict=True)
        ]


class _Sheet:
    """One sheet's records."""

    def __init__(self, book: _Book, at: int, end: int, room: Room) -> None:
        self.book, self.cells = book, Cells(room)
        self.merges: list[Area] = []
        self.rows = 0
        awaits: Spot | None = None
        for kind, body in _records(book.data, at, end):
            if kind == STRING and awaits:
                self.cells.give(*awaits, made(book.text(body, 0)))
                awaits = None
            elif kind == MERGED:
                count = min(unpack_from("<H", body)[0], len(body) // 8)
                for r1, r2, c1, c2 in struct.iter_unpack("<4H", body[2 : 2 + 8 * count]):
                    if r1 <= r2 and c1 <= c2:
                        self.merges.append((r1 + 1, c1 + 1, r2 + 1, c2 + 1))
            elif kind == COLINFO and len(body) >= 10:
                first, last, width, _, flags = unpack_from("<5H", body)
                # a width is stated with the margins of a cell, 5 pixels of 7 a character
                self.cells.wide(first + 1, last + 1, 0.0 if flags & 1 else max(width / 256 - 5 / 7, 0.1))
            elif kind in _CELLS:
                row, column = unpack_from("<HH", body)
                self.rows = max(self.rows, row + 1)
                if kind == ROW and len(body) > 12 and body[12] & 0x20:
                    self.cells.hidden_rows.add(row + 1)
                if kind in (ROW, BLANK, MULBLANK):
                    continue
                if kind == MULRK:
                    for i in range((len(body) - 6) // 6):
                        style, packed = unpack_from("<HI", body, 4 + 6 * i)
                        self.cells.put(row + 1, column + 1 + i, self.number(_unpacked(packed), style))
                    continue
                awaits = self.cell(kind, (row + 1, column + 1), body)

    def cell(self, kind: int, spot: Spot, body: bytes) -> Spot | None:
        """Read a cell; its place where a formula's text follows in another record."""
        style = unpack_from("<H", body, 4)[0]
        if kind in FORMULAS:
            what, value = unpack_from("<BxB", body, 6)
            if body[12:14] != b"\xff\xff":
                self.cells.give(*spot, self.number(unpack_from("<d", body, 6)[0], style))
            elif what == 0:
                return spot
            elif what in (1, 2):
                self.cells.give(*spot, _truth_or_error(value, what == 2))
            else:
                self.cells.give(*spot, None)
        elif kind == LABELSST:
            self.cells.put(*spot, self.book.texts[unpack_from("<I", body, 6)[0]])
        elif kind == BOOLERR:
            self.cells.put(*spot, _truth_or_error(body[6], body[7] == 1))
        elif kind in (LABEL, RSTRING):
            self.cells.put(*spot, made(self.book.text(body, 6)))
        else:
            value = (
                unpack_from("<d", body, 6)[0] if kind == NUMBER else _unpacked(unpack_from("<I", body, 6)[0])
            )
            self.cells.put(*spot, self.number(value, style))
        return None

    def number(self, value: float, style: int) -> Cell | None:
        """Make a cell of a number, or of the date that its format makes of it."""
        from openpyxl.styles.numbers import is_date_format
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        code = self.book.codes[style] if style < len(self.book.codes) else "General"
        if value - value != 0:  # infinite, or none
            return error("#NUM!")
        if not is_date_format(code):
            return made(value, code)
        try:
            day: Any = from_excel(value, CALENDAR_MAC_1904 if self.book.mac else CALENDAR_WINDOWS_1900)
        except (OverflowError, ValueError):
            return error("#VALUE!")
        return made(day, code)


_CELLS = frozenset({NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, BOOLERR, *FORMULAS, ROW, BLANK, MULBLANK})


def _truth_or_error(value: int, is_error: bool) -> Cell | None:
    return error(_ERRORS.get(value, "#N/A")) if is_error else made(bool(value))


def _unpacked(packed: int) -> float:
    """Give a number that is kept in four bytes.

    Examples:
        >>> _unpacked(0x3FF00000), _unpacked((95 << 2) | 2), _unpacked((12345 << 2) | 3)
        (1.0, 95, 123.45)
    """
    value: float
    if packed & 2:
        value = (packed - (1 << 32 if packed >> 31 else 0)) >> 2
    else:
        value = unpack_from("<d", bytes(4) + struct.pack("<I", packed & ~3))[0]
    return value / 100 if packed & 1 else value


def _codec(codepage: int) -> str:
    """Name a code page's codec; Chinese where it is not known."""
    return {1200: "utf-16-le", 1252: "cp1252", 32769: "cp1252", 950: "big5"}.get(codepage, "gb18030")


def _shared(parts: list[bytes]) -> Iterator[str]:
    """Give the shared strings: a string may go on in the next record, there with a new mark of its width."""
    part, at = 0, 8

    def skip(size: int) -> None:
        nonlocal part, at
        at += size
        while part < len(parts) and at >= len(parts[part]):
            at -= len(parts[part])
            part += 1

    (count,) = unpack_from("<I", parts[0], 4)
    skip(0)
    for _ in range(count):
        if part >= len(parts):
            return
        length, mark = unpack_from("<HB", parts[part], at)
        size, extra = 3, 0
        if mark & 8:
            extra += 4 * unpack_from("<H", parts[part], at + size)[0]
            size += 2
        if mark & 4:
            extra += unpack_from("<I", parts[part], at + size)[0]
            size += 4
        at += size
        pieces = []
        while length:
            if at >= len(parts[part]):
                part, mark, at = part + 1, parts[part + 1][0], 1
            each = 2 if mark & 1 else 1
            piece = parts[part][at : at + each * length]
            pieces.append(piece.decode("utf-16-le" if mark & 1 else "latin-1", "replace"))
            at += len(piece)
            length -= -(-len(piece) // each)
        skip(extra)
        yield "".join(pieces)
