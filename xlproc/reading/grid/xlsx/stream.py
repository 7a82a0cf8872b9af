"""A sheet's XML, read once from its beginning to its end; what is written in an unknown way is left to openpyxl."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING
from xml.parsers.expat import ParserCreate

from openpyxl.xml.constants import SHEET_MAIN_NS

from xlproc.reading.grid.xlsx import around
from xlproc.reading.grid.xlsx.around import UnclaimedError
from xlproc.reading.grid.xlsx.plain import plain
from xlproc.reading.grid.xlsx.raw import column_number, merged_areas
from xlproc.reading.grid.xlsx.rows import attributes, cut, plain_text
from xlproc.reading.grid.xlsx.strings import text

if TYPE_CHECKING:
    from xlproc.reading.grid.xlsx.raw import Raw
    from xlproc.reading.grid.xlsx.rows import Token
    from xlproc.reading.grid.xlsx.values import Values

_ROW = re.compile(r"[1-9][0-9]{0,6}")
_COLUMN = re.compile(r"[A-Z]{1,3}")
_PLACE = rb"[A-Z]{1,3}[1-9][0-9]{0,6}"
_SIZE = re.compile(rb'\s*<dimension ref="%s(?::%s)?"\s*/>\s*' % (_PLACE, _PLACE))
_MERGES = re.compile(
    rb'\s*<mergeCells(?: count="[0-9]+")?\s*>(?:\s*<mergeCell ref="%s:%s"\s*/>)+\s*</mergeCells>\s*'
    % (_PLACE, _PLACE)
)
_LAST_ROW = 2**20
MAX_FORMULA = 8192
"""Longest formula, as Excel has it."""

_DATA, _R, _C, _V, _F, _IS = (f"{SHEET_MAIN_NS}}}{tag}" for tag in ("sheetData", "row", "c", "v", "f", "is"))


class _Columns(dict[str, int]):
    """Columns' numbers by their letters."""

    def __missing__(self, letters: str) -> int:
        if not _COLUMN.fullmatch(letters):
            raise UnclaimedError
        self[letters] = number = column_number(letters.encode())
        return number


_COLUMNS = _Columns()


class _Place(Enum):
    """Where in the sheet the parser stands."""

    AROUND = auto()
    DATA = auto()
    ROW = auto()
    CELL = auto()
    VALUE = auto()
    FORMULA = auto()
    INLINE = auto()


_AROUND, _IN_DATA, _IN_ROW, _IN_CELL, _IN_VALUE, _IN_FORMULA, _IN_INLINE = _Place


def read_sheet(xml: bytes, raw: Raw, values: Values) -> None:
    """Read a sheet: its rows by one pattern where they are written in the usual shape, else tag by tag.

    Args:
        xml: The sheet's part.
        raw: Where to keep what is read.
        values: The workbook's strings and styles.

    Raises:
        UnclaimedError: Only openpyxl is to read it.
        ValueError: It is broken; so do ExpatError, IndexError and others.
    """
    plain(xml)
    if found := cut(xml):
        rest, tokens = found
        around_rows = Stream(rest, raw, values)
        around_rows.read()
        if around_rows.seen:
            around_rows.take(tokens)
            return
    Stream(xml, raw, values).read()


class Stream:
    """A sheet while it is read: cells in order, rows in order, nothing unknown among them."""

    def __init__(self, xml: bytes, raw: Raw, values: Values) -> None:
        """Begin.

        Args:
            xml: The sheet's part.
            raw: Where to keep what is read.
            values: The workbook's strings and styles.
        """
        self.xml, self.raw, self.values = xml, raw, values
        self.place = _AROUND
        self.seen = False
        self.depth = 0
        self.begun = -1
        self.prefixes: around.Prefixes = ()
        self.row, self.row_text, self.column = 0, "", 0
        self.cell: dict[str, str] = {}
        self.texts: list[str] = []
        self.value: str | None = None
        self.formula: str | None = None
        self.about: dict[str, str] = {}
        self.inline: bytes | None = None
        self.shared: dict[str | None, tuple[str, str]] = {}
        self.parser = parser = ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartNamespaceDeclHandler = self._prefix
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def read(self) -> None:
        """Read the sheet.

        Raises:
            UnclaimedError: Only openpyxl is to read it.
            ValueError: It is broken; so do ExpatError, IndexError and others.
        """
        try:
            self.parser.Parse(self.xml, True)
        finally:  # else parser and stream would hold each other, with all that was read, until Python looks for garbage
            self.parser.StartNamespaceDeclHandler = None
            self.parser.StartElementHandler = self.parser.EndElementHandler = None

    def take(self, tokens: list[Token]) -> None:
        """Take the rows that were cut out of the sheet; what is around them was read, and so proved.

        Raises:
            UnclaimedError: Only openpyxl is to read the sheet.
            ValueError: It is broken; so do IndexError and others.
        """
        is_open = False
        for (
            _, letters, number, style, kind, is_formula, about_formula, formula, value, is_inline, inline, is_row, about_row, is_empty
        ) in tokens:  # fmt: skip
            if letters:
                if not is_open or number != self.row_text:
                    raise UnclaimedError
                column = _COLUMNS[letters]
                if column <= self.column:
                    raise UnclaimedError
                self.column = column
                if is_formula:
                    self.about = self._attributes(about_formula)
                text = (
                    (plain_text(inline) if is_inline else None)
                    if kind == "inlineStr"
                    else plain_text(value) or None
                )
                if text is not None or is_formula:
                    own = plain_text(formula) if is_formula else None
                    self._keep(column, f"{letters}{number}", kind or "n", text, style or "0", own)
            elif is_row:
                if is_open:
                    raise UnclaimedError
                self._begin_row(self._attributes(about_row).get("r"))
                is_open = not is_empty
            elif is_open:
                is_open = False
            else:
                raise UnclaimedError
        if is_open:
            raise UnclaimedError

    def _attributes(self, about: str) -> dict[str, str]:
        """Give a tag's attributes; their prefixes are declared."""
        found = attributes(about)
        if found is None or any(
            name.count(":") and name.split(":")[0] not in dict(self.prefixes) for name in found
        ):
            raise UnclaimedError
        return found

    def _prefix(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes += ((prefix or "", uri or ""),)

    def _start(self, name: str, about: dict[str, str]) -> None:
        place = self.place
        if place is _IN_ROW and name == _C:
            self.place, self.cell = _IN_CELL, about
            self.value = self.formula = self.inline = None
        elif place is _IN_CELL and name == _V and self.value is None:
            self.place = _IN_VALUE
            self._listen()
        elif place is _IN_CELL and name == _F and self.formula is None:
            self.place, self.about = _IN_FORMULA, about
            self._listen()
        elif place is _IN_DATA and name == _R:
            self.place = _IN_ROW
            self._begin_row(about.get("r"))
        elif place is _AROUND:
            self._start_around(name)
        elif place is _IN_CELL and name == _IS and self.inline is None:
            self.place, self.depth, self.begun = _IN_INLINE, 0, self.parser.CurrentByteIndex
        elif place is _IN_INLINE:
            self.depth += 1
        else:
            raise UnclaimedError

    def _end(self, _: str) -> None:
        place = self.place
        if place is _IN_VALUE:
            self.value = self._heard()
        elif place is _IN_CELL:
            self._end_cell()
            self.place = _IN_ROW
        elif place is _IN_FORMULA:
            self.formula = self._heard()
        elif place is _IN_ROW:
            self.place = _IN_DATA
        elif place is _IN_DATA:
            self.place, self.depth, self.begun = _AROUND, 1, -1
        elif place is _IN_INLINE and self.depth:
            self.depth -= 1
        elif place is _IN_INLINE:
            end = self.xml.index(b">", self.begun) + 1
            if not self.xml.endswith(b"/>", 0, end):  # else the tag closes itself
                end = self.xml.index(b">", self.parser.CurrentByteIndex) + 1
            self.place, self.inline, self.begun = _IN_CELL, self.xml[self.begun : end], -1
        else:
            self.depth -= 1
            if not self.depth:
                self._end_part()

    def _listen(self) -> None:
        self.texts = []
        self.parser.CharacterDataHandler = self.texts.append

    def _heard(self) -> str:
        self.place = _IN_CELL
        self.parser.CharacterDataHandler = None
        return "".join(self.texts)

    def _start_around(self, name: str) -> None:
        """Begin the sheet, or one of its parts, or something within a part."""
        if self.depth == 0:
            self.parser.StartNamespaceDeclHandler = None
        elif self.depth == 1:
            self._end_part()
            if name == _DATA:
                if self.seen:
                    raise UnclaimedError
                self.place, self.seen = _IN_DATA, True
                return
            self.begun = self.parser.CurrentByteIndex
        self.depth += 1

    def _end_part(self) -> None:
        """Prove a part of the sheet that holds no cells."""
        if self.begun < 0:
            return
        part = self.xml[self.begun : self.parser.CurrentByteIndex]
        self.begun = -1
        if _SIZE.fullmatch(part):
            return
        if _MERGES.fullmatch(part) and all(
            r1 <= r2 <= _LAST_ROW and c1 <= c2 for r1, c1, r2, c2 in merged_areas(part)
        ):
            return
        around.prove_settings(self.prefixes, part)

    def _begin_row(self, number: str | None) -> None:
        if number is None:
            number = str(self.row + 1)
        elif not _ROW.fullmatch(number) or int(number) <= self.row:
            raise UnclaimedError
        self.row, self.row_text, self.column = int(number), number, 0
        self.raw.stated_rows = self.row

    def _end_cell(self) -> None:
        about = self.cell
        place = about.get("r")
        if place is None:
            column = self.column + 1
        elif place.endswith(self.row_text):
            column = _COLUMNS[place[: -len(self.row_text)]]
        else:
            raise UnclaimedError
        if column <= self.column:
            raise UnclaimedError
        self.column = column
        kind = about.get("t", "n")
        value = self.value or None
        if kind == "inlineStr":
            value = None if self.inline is None else text(self.inline, self.prefixes)
        if value is not None or self.formula is not None:
            self._keep(column, place, kind, value, about.get("s", "0"), self.formula)

    def _keep(
        self, column: int, place: str | None, kind: str, value: str | None, style: str, own: str | None
    ) -> None:
        """Keep a cell of this row that has a value or a formula of its own."""
        raw = self.raw
        formula = None if own is None else self._whole_formula(own, place)
        cell = None if value is None else self.values.cell(kind, value, style)
        spot = (self.row, column)
        if spot in raw.hidden:
            return
        if formula is not None:
            if value is None:
                raw.uncalculated(spot, formula)
                return
            raw.calculated = True
        if cell is not None:
            raw.cells[spot] = cell

    def _whole_formula(self, own: str, place: str | None) -> str:
        """Give a formula as the cell has it, that of a shared one too."""
        kind, written = self.about.get("t"), f"={own}"
        if kind == "dataTable" or len(written) > MAX_FORMULA:
            raise UnclaimedError
        if kind != "shared":
            return written
        if place is None:
            raise UnclaimedError
        number = self.about.get("si")
        if number in self.shared:
            return around.formula(*self.shared[number], place)
        if own:
            around.formula(written, place, "")
            self.shared[number] = (written, place)
        return written
