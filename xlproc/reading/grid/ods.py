"""Cells of .ods: read as a stream of tags, so that a million repeated rows take no memory."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from bisect import bisect_left
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from operator import itemgetter
from typing import TYPE_CHECKING

from xlproc.reading.grid.cells import Area, Cell, Cells, Grid, Room, Sheet, error, made

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMESPACES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0": "number",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_DATE_CODES = {"year": ("yy", "yyyy"), "month": ("m", "mm"), "day": ("d", "dd"), "hours": ("h", "hh"), "minutes": ("m", "mm"),
               "seconds": ("s", "ss")}  # fmt: skip
_ERRORS = ("#", "Err:")
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(cm|mm|in|pt)")
_PIXELS = {"cm": 96 / 2.54, "mm": 96 / 25.4, "in": 96.0, "pt": 96 / 72}


def read(data: bytes) -> Grid:
    """Read a workbook's cells.

    Args:
        data: A package that :func:`xlproc.reading.guard.admit` let pass.

    Returns:
        Its sheets in order.

    Raises:
        RefusedError: It has too many cells.
    """
    styles, subject = _Styles(), _Subject()
    with zipfile.ZipFile(BytesIO(data)) as package:
        for name, target in (("styles.xml", styles), ("meta.xml", subject)):
            if name in package.namelist():
                _parse(package.read(name), target)
        content = _Content(styles)
        _parse(package.read("content.xml"), content)
    return Grid(content.sheets(), "".join(subject.words))


def _parse(xml: bytes, target: _Target) -> None:
    from defusedxml.ElementTree import XMLParser

    parser = XMLParser(target=target, forbid_dtd=True)
    parser.feed(xml)
    parser.close()


class _Target:
    """What the parser calls, with short names."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def _short(self, name: str) -> str:
        if name not in self._names:
            space, _, local = name.rpartition("}")
            self._names[name] = f"{_NAMESPACES.get(space[1:], '')}:{local}"
        return self._names[name]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        self.open(self._short(tag), {self._short(name): value for name, value in attributes.items()})

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        self.shut(self._short(tag))

    def data(self, text: str) -> None:
        """Take text."""

    def close(self) -> None:
        """End."""

    def open(self, tag: str, about: dict[str, str]) -> None:
        """Take an opening tag."""

    def shut(self, tag: str) -> None:
        """Take a closing tag."""


class _Subject(_Target):
    """The subject in the properties."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self._inside = list[str](), False

    def open(self, tag: str, about: dict[str, str]) -> None:
        self._inside = tag == "dc:subject"

    def shut(self, tag: str) -> None:
        self._inside = False

    def data(self, text: str) -> None:
        if self._inside:
            self.words.append(text)


class _Styles(_Target):
    """Number formats by the names of cell styles, widths by those of columns, and the table styles that hide a sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[str, str] = {}
        self.cells: dict[str, tuple[str, str]] = {}
        self.hidden: set[str] = set()
        self.widths: dict[str, float] = {}
        self._maps: dict[str, dict[str, str]] = {}
        self._style, self._code, self._parts, self._literal = "", "", list[str](), False

    def open(self, tag: str, about: dict[str, str]) -> None:
        name = about.get("style:name", "")
        kind, _, local = tag.partition(":")
        if tag == "style:style" and about.get("style:family") == "table-cell":
            self.cells[name] = (
                about.get("style:data-style-name", ""),
                about.get("style:parent-style-name", ""),
            )
        elif tag == "style:style":
            self._style = name if about.get("style:family") in ("table", "table-column") else ""
        elif tag == "style:table-properties" and self._style and about.get("table:display") == "false":
            self.hidden.add(self._style)
        elif tag == "style:table-column-properties" and self._style:
            self.widths[self._style] = _characters(about.get("style:column-width", ""))
        elif tag == "style:default-style" and about.get("style:family") == "table-cell":
            self.cells[""] = about.get("style:data-style-name", ""), ""
        elif tag == "style:map" and self._code:
            condition = about.get("style:condition", "").removeprefix("value()")
            self._maps.setdefault(self._code, {})[condition] = about.get("style:apply-style-name", "")
        elif kind == "number":
            if local.endswith("-style"):
                self._code, self._parts = name, []
            elif local in ("text", "currency-symbol"):
                self._literal = True
            elif local == "number":
                self._parts.append(_places(about))
            elif local in _DATE_CODES:
                self._parts.append(_DATE_CODES[local][about.get("number:style") == "long"])

    def data(self, text: str) -> None:
        if self._literal:
            self._parts.append("%" if text.strip() == "%" else '"' + text.replace('"', "") + '"')

    def shut(self, tag: str) -> None:
        if tag in ("number:text", "number:currency-symbol"):
            self._literal = False
        elif tag.startswith("number:") and tag.endswith("-style"):
            self.formats[self._code] = "".join(self._parts).replace(
                '""', ""
            )  # two literals side by side are one
            self._code = ""

    def code(self, style: str) -> str:
        """Give a cell style's number format; a style without one has its parent's."""
        for _ in range(10):
            name, parent = self.cells.get(style, ("", ""))
            if name or not parent:
                return self._sections(name)
            style = parent
        return "General"

    def _sections(self, name: str) -> str:
        """Give a number format with its parts for other signs: the format itself is for what they leave."""
        own = self.formats.get(name) or "General"
        others = {sign: self.formats.get(other, "") for sign, other in self._maps.get(name, {}).items()}
        if others.get(">=0"):
            return f"{others['>=0']};{own}"
        if others.get(">0") and others.get("<0"):
            return ";".join((others[">0"], others["<0"], others.get("=0") or own))
        return own


def _characters(length: str) -> float:
    """Give a column's width in characters of 7 pixels.

    Examples:
        >>> round(_characters("2.258cm"), 1), _characters("1furlong")
        (11.5, 8.43)
    """
    found = _LENGTH.fullmatch(length)
    if found is None:
        return 8.43
    return max(round((float(found[1]) * _PIXELS[found[2]] - 5) / 7, 2), 0.1)


def _places(about: Mapping[str, str]) -> str:
    """Give the code of a number's digits.

    Examples:
        >>> _places({"number:decimal-places": "2", "number:grouping": "true"}), _places({})
        ('#,##0.00', 'General')
    """
    decimals = about.get("number:decimal-places")
    if decimals is None or about.get("number:display-factor"):
        return "General"
    digits = min(_count(about.get("number:min-integer-digits", "1"), 0), 15)
    whole = "#,##0" if about.get("number:grouping") == "true" else "0" * digits or "#"
    return whole + ("." + "0" * min(_count(decimals, 0), 30) if _count(decimals, 0) else "")


def _count(text: str | None, least: int = 1) -> int:
    return max(int(text), least) if text and text.isascii() and text.isdigit() and len(text) < 10 else least


@dataclass(slots=True)
class _Open:
    """A cell while its tags are read."""

    about: dict[str, str]
    covered: bool
    words: list[str] = field(default_factory=list)


class _Content(_Target):
    """The sheets."""

    def __init__(self, styles: _Styles) -> None:
        super().__init__()
        self._read: list[tuple[str, bool, Cells, list[Area], int]] = []
        self._styles, self._room = styles, Room()
        self._path: list[str] = []
        self._skip = 0
        self._name, self._shown = "", True
        self._cell: _Open | None = None
        self._in_line = False

    def open(self, tag: str, about: dict[str, str]) -> None:
        self._path.append(tag)
        if self._skip:
            return
        if self._cell is None and "office:automatic-styles" in self._path[:3]:
            self._styles.open(tag, about)
        elif tag in _PASSED or (tag == "table:table" and self._path[-2] != "office:spreadsheet"):
            self._skip = len(self._path)
        elif tag == "table:table":
            self._name = about.get("table:name", "")
            self._shown = about.get("table:style-name") not in self._styles.hidden
            self._cells, self._merges, self._columns = (
                Cells(self._room),
                list[Area](),
                list[tuple[int, str]](),
            )
            self._row, self._rows = 1, 0
        elif tag == "table:table-column":
            last = self._columns[-1][0] if self._columns else 0
            times = _count(about.get("table:number-columns-repeated"))
            self._columns.append((last + times, about.get("table:default-cell-style-name", "")))
            width = self._styles.widths.get(about.get("table:style-name", ""))
            if _hidden(about) or width is not None:
                self._cells.wide(last + 1, last + times, 0.0 if _hidden(about) else width or 0.0)
        elif tag == "table:table-row":
            self._times = _count(about.get("table:number-rows-repeated"))
            self._row_style = about.get("table:default-cell-style-name", "")
            self._row_hidden = _hidden(about)
            self._column, self._filled = 1, list[tuple[int, int, Cell | None, str]]()
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell = _Open(about, tag == "table:covered-table-cell")
        elif self._cell is not None:
            if tag == "text:p":
                self._cell.words.append("\n")
                self._in_line = True
            elif self._in_line:
                self.data({"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}.get(tag, ""))

    def data(self, text: str) -> None:
        if self._skip:
            return
        if self._cell is not None and self._in_line:
            self._cell.words.append(text)
        else:
            self._styles.data(text)

    def shut(self, tag: str) -> None:
        depth = len(self._path)
        self._path.pop()
        if self._skip:
            self._skip = 0 if depth == self._skip else self._skip
        elif tag == "text:p":
            self._in_line = False
        elif tag in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif tag == "table:table-row":
            self._end_row()
        elif tag == "table:table":
            self._read.append((self._name, self._shown, self._cells, self._merges, self._rows))
        elif self._cell is None:
            self._styles.shut(tag)

    def sheets(self) -> list[Sheet]:
        """Give the sheets."""
        calculated = any(cells.calculated for _, _, cells, _, _ in self._read)
        return [
            cells.sheet(name, shown, merges, rows, calculated)
            for name, shown, cells, merges, rows in self._read
        ]

    def _end_cell(self, one: _Open) -> None:
        times = _count(one.about.get("table:number-columns-repeated"))
        first, self._column = self._column, self._column + times
        down = _count(one.about.get("table:number-rows-spanned"))
        along = _count(one.about.get("table:number-columns-spanned"))
        if (down > 1 or along > 1) and not one.covered:
            self._merges.append((self._row, first, self._row + down - 1, first + along - 1))
        style = one.about.get("table:style-name") or self._row_style or self._column_style(first)
        cell = None if one.covered else _made(one, self._styles.code(style))
        formula = "" if one.covered else one.about.get("table:formula", "")
        if (cell is not None or formula) and first <= _LAST_COLUMN:
            self._filled.append((first, min(times, _LAST_COLUMN), cell, formula))

    def _end_row(self) -> None:
        top, self._row = self._row, self._row + self._times
        if not self._filled:
            return
        for row in range(top, min(top + self._times, _LAST_ROW + 1)):
            for first, times, cell, formula in self._filled:
                for column in range(first, first + times):
                    if formula:
                        self._cells.give(row, column, cell, formula)
                    else:
                        self._cells.put(row, column, cell)
            self._rows = row
            if self._row_hidden:
                self._cells.hidden_rows.add(row)

    def _column_style(self, column: int) -> str:
        at = bisect_left(self._columns, column, key=itemgetter(0))
        return self._columns[at][1] if at < len(self._columns) else ""


_PASSED = frozenset(
    {
        "office:annotation",
        "table:tracked-changes",
        "table:shapes",
        "table:dde-links",
        "office:forms",
        "table:named-expressions",
    }
)
"""What holds paragraphs or cells that are not the sheet's."""


def _hidden(about: Mapping[str, str]) -> bool:
    return about.get("table:visibility") in ("collapse", "filter")


def _made(one: _Open, code: str) -> Cell | None:
    about, text = one.about, "".join(one.words).strip()
    kind, formula = about.get("office:value-type", ""), about.get("table:formula", "")
    if about.get("calcext:value-type") == "error" or (formula and text.startswith(_ERRORS)):
        return error(text or "#N/A")
    if kind in ("float", "percentage", "currency"):
        number = Decimal(about["office:value"])
        if not number.is_finite() or abs(number.adjusted()) > 308:
            return error("#NUM!")
        if kind == "percentage" and "%" not in code:
            code = "0.00%"
        return made(number, code)
    if kind == "date":
        return made(_date(about["office:date-value"]), code)
    if kind == "boolean":
        return made(about.get("office:boolean-value") == "true")
    return made(text or about.get("office:string-value", ""))


def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])
