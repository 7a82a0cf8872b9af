"""A sheet of the clerk's: its cells get other styles, cells that are not there yet are inserted; nothing else changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlproc.model.cells import a1, split
from xlproc.writing.marked.elements import (
    Edit,
    Element,
    NotUnderstoodError,
    changed,
    inside,
    parse,
    prefixed,
    spliced,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlproc.writing.marked.styles import Styles

Spot = tuple[int, int]
"""A cell's row and column, both from 1."""

_BEFORE_COMMENTS = frozenset(
    [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
        "dataValidations",
        "hyperlinks",
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "rowBreaks",
        "colBreaks",
        "customProperties",
        "cellWatches",
        "ignoredErrors",
        "smartTags",
        "drawing",
    ]
)
"""What stands before ``legacyDrawing`` in a sheet's part."""
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_PIXELS = 4 / 3
"""Of a point."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns that look the same; their width in pixels."""

    first: int
    last: int
    width: int
    style: int


def _columns(item: Element, usual: float) -> _Columns:
    hidden = item.get("hidden") in ("1", "true")
    width = 0 if hidden else _pixels(float(item.get("width") or usual))
    return _Columns(int(item.get("min")), int(item.get("max")), width, int(item.get("style") or 0))


def _pixels(characters: float) -> int:
    return int(characters * 7 + 5)


def spot(cell: str) -> Spot:
    """Give a cell's row and column.

    Examples:
        >>> spot("AB21")
        (21, 28)
    """
    letters, row = split(cell)
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return row, column


class ClerkSheet:
    """A sheet's part."""

    def __init__(self, data: bytes) -> None:
        """Look at the part, its cells left out.

        Raises:
            NotUnderstoodError: It has no cells.
        """
        self._data = data
        self._root = parse(data, lambda element: element.name != "sheetData")
        cells = self._root.first("sheetData")
        if cells is None:
            raise NotUnderstoodError("sheetData")
        self._cells = cells
        self._heights: dict[int, float] = {}
        found = self._root.first("sheetFormatPr")
        self._height = float(found.get("defaultRowHeight") or 15) if found else 15.0
        self._width = float(found.get("defaultColWidth") or 8.43) if found else 8.43
        listed = self._root.first("cols")
        self._columns = [_columns(item, self._width) for item in listed.children] if listed else []
        self._spans = self._merged()

    @property
    def legacy_drawing(self) -> str:
        """The relation to the drawing that holds comments' boxes, or ""."""
        found = self._root.first("legacyDrawing")
        return found.get("id") if found else ""

    def span(self, place: Spot) -> tuple[int, int, int, int]:
        """Give the merged area that a cell lies in, or the cell itself as one."""
        row, column = place
        for r1, c1, r2, c2 in self._spans:
            if r1 <= row <= r2 and c1 <= column <= c2:
                return r1, c1, r2, c2
        return row, column, row, column

    def width(self, column: int) -> int:
        """Give a column's width in pixels."""
        return _pixels(self._width) if (found := self._column(column)) is None else found.width

    def height(self, row: int) -> int:
        """Give a row's height in pixels; known once cells were filled."""
        return int(self._heights.get(row, self._height) * _PIXELS)

    def filled(self, colours: Mapping[Spot, str], styles: Styles) -> list[Edit]:
        """Give the edits that fill cells.

        Args:
            colours: By cell.
            styles: The workbook's.
        """
        wanted: dict[int, dict[int, str]] = {}
        for (row, column), colour in sorted(colours.items()):
            wanted.setdefault(row, {})[column] = colour
        rows = self._rows(wanted)
        edits: list[Edit] = []
        last = b""
        for row, cells in wanted.items():
            if row in rows:
                edits += self._row(rows[row], row, cells, styles)
                continue
            new = [
                self._new(row, column, self._style(column), colour, styles)
                for column, colour in cells.items()
            ]
            made = prefixed(f'<row r="{row}">{"".join(new)}</row>', self._cells.prefix)
            behind = min((number for number in rows if number > row), default=0)
            if behind:
                edits.append((rows[behind].start, rows[behind].start, made))
            else:
                last += made
        return [*edits, inside(self._cells, last)] if last else edits

    def with_drawing(self, relation: str) -> Edit:
        """Give the edit that names the drawing that holds comments' boxes."""
        before = [child for child in self._root.children if child.name in _BEFORE_COMMENTS]
        namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        xml = f'<legacyDrawing xmlns:rel="{namespace}" rel:id="{relation}"/>'
        return before[-1].end, before[-1].end, prefixed(xml, self._root.prefix)

    def edited(self, edits: list[Edit]) -> bytes:
        """Give the part with edits made."""
        return spliced(self._data, edits)

    def _merged(self) -> list[tuple[int, int, int, int]]:
        areas = []
        listed = self._root.first("mergeCells")
        for item in listed.children if listed else ():
            ends = _CELL.findall(item.get("ref").upper())
            if len(ends) == 2:
                (r1, c1), (r2, c2) = (spot("".join(end)) for end in ends)
                areas.append((r1, c1, r2, c2))
        return areas

    def _column(self, column: int) -> _Columns | None:
        return next((found for found in self._columns if found.first <= column <= found.last), None)

    def _style(self, column: int) -> int:
        return 0 if (found := self._column(column)) is None else found.style

    def _rows(self, wanted: Mapping[int, object]) -> dict[int, Element]:
        """Give the rows wanted, and for each that is missing the one behind it; a million empty ones are passed by."""
        rows: dict[int, Element] = {}
        missing = sorted(wanted, reverse=True)
        at = 0

        def look(element: Element) -> bool | None:
            nonlocal at
            if element.name != "row":
                return element.name in ("worksheet", "sheetData")
            before, at = at, int(element.get("r") or at + 1)
            if at <= before:
                raise NotUnderstoodError(f"row {at}")
            if element.get("ht"):
                hidden = element.get("hidden") in ("1", "true")
                self._heights[at] = 0.0 if hidden else float(element.get("ht"))
            if not missing or missing[-1] > at:
                return None
            while missing and missing[-1] <= at:
                missing.pop()
            rows[at] = element
            return at in wanted

        parse(self._data, look)
        return rows

    def _row(self, row: Element, number: int, wanted: Mapping[int, str], styles: Styles) -> list[Edit]:
        edits: list[Edit] = []
        there: dict[int, Element] = {}
        at = 0
        for cell in row.all("c"):
            before, at = at, spot(cell.get("r").upper())[1] if cell.get("r") else at + 1
            if at <= before:
                raise NotUnderstoodError(f"cells of row {number}")
            there[at] = cell
        own = row.get("s") if row.get("customFormat") in ("1", "true") else ""
        last = b""
        for column, colour in wanted.items():
            if column in there:
                style = styles.filled(int(there[column].get("s") or 0), colour)
                edits += changed(self._data, there[column], s=style)
                continue
            xml = self._new(number, column, int(own or self._style(column)), colour, styles)
            made = prefixed(xml, self._cells.prefix)
            behind = min((c for c in there if c > column), default=0)
            if behind:
                edits.append((there[behind].start, there[behind].start, made))
            else:
                last += made
        if last:
            edits.append(inside(row, last))
        if "spans" in row.attributes and not there.keys() >= wanted.keys():
            edits += changed(self._data, row, spans=None)
        return edits

    def _new(self, row: int, column: int, style: int, colour: str, styles: Styles) -> str:
        return f'<c r="{a1(row, column)}" s="{styles.filled(style, colour)}"/>'
