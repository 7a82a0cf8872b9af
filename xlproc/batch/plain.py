"""A filled form of any kind as a plain workbook: what its cells show, for kinds that cannot be marked as they are.

Values, number formats, merged areas, sheets and widths are those of the file; the looks are ours, so that it can be read
and printed. What the copy cannot hold is said in ``remarks``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.model.frames import BLANK, DATE, ERROR, NUMBER, UNCALCULATED
from xlproc.model.text import width as text_width
from xlproc.model.words import MARKED_LIST
from xlproc.writing.layout import LINE, Book, Sheet, unique_name, wrapped

if TYPE_CHECKING:
    from xlproc.reading import grid

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
_KEPT = "本副本由其内容转成：数值、文字、合并单元格、列宽照原样"
_LOST = "字体、底色、边框、图形、图片、下拉选项、原有批注和打印设置没有保留；以原文件为准。"
_REMARKS = {
    "xls": f"填报文件是 .xls 或 .et 格式，{_KEPT}；公式只保留结果，{_LOST}",
    "ods": f"填报文件是 .ods 格式，{_KEPT}；公式只保留结果，{_LOST}",
    "html": "填报文件是网页（系统导出的表格），本副本由其中的表格转成：文字和合并单元格照原样；字体、底色、图片等没有保留；以原文件为准。",
}
_UNCALCULATED = "没有计算过的公式没有结果，在本副本里是空白。"
_RENAMED = "Excel 不能用工作表名“{old}”，本副本改为“{new}”。"

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_MOST_BOXED = 100_000
"""So many cells of a table get borders where they are empty; of a larger one only those that are filled."""
_USUAL = 8.43
"""Characters of a column that no one made wider."""
_NARROWEST, _WIDEST = 6.0, 30.0
_LABEL, _SHORT = 20, 8
"""A text of so many columns stands in the middle of its cell, a longer one at the left, with all but short ones below it."""
_EPOCH = dt.date(1899, 12, 30)
_TRUE_DAYS = 61
"""Before that number spreadsheets count a day that never was."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain copy.

    Attributes:
        book: Its layout.
        names: The name of each sheet there, by its name in the file.
        remarks: What it could not keep.
    """

    book: Book
    names: dict[str, str]
    remarks: list[str]


def plain(read: grid.Grid, kind: str) -> Plain:
    """Make a plain copy of a file.

    Args:
        read: Its cells; the list of an earlier marked copy is left out.
        kind: What it is, one of ``grid.KINDS`` but xlsx.
    """
    sheets: list[Sheet] = []
    names: dict[str, str] = {}
    for source in read.sheets:
        if source.name == MARKED_LIST:
            continue
        name = unique_name(source.name, {sheet.name for sheet in sheets})
        names.setdefault(source.name, name)
        sheets.append(_Copy(source, name).made())
    remarks = [_REMARKS[kind]]
    if any(cell.state == UNCALCULATED for sheet in read.sheets for cell in sheet.cells.values()):
        remarks.append(_UNCALCULATED)
    remarks += [_RENAMED.format(old=old, new=new) for old, new in names.items() if old != new]
    return Plain(Book(sheets), names, remarks)


@dataclass(slots=True)
class _Table:
    """Where a sheet's table lies: what gets borders. Lines above and below it are titles and notes."""

    first: int = 0
    last: int = 0
    left: int = 0
    right: int = 0

    def holds(self, row: int) -> bool:
        return self.first <= row <= self.last


@dataclass(slots=True)
class _Copy:
    """One sheet's copy while it is made."""

    source: grid.Sheet
    name: str
    areas: dict[tuple[int, int], Area] = field(default_factory=dict)
    prose: set[int] = field(default_factory=set)

    def made(self) -> Sheet:
        """Make it."""
        source = self.source
        sheet = Sheet(self.name, hidden=not source.visible, footer="")
        self.areas = _areas(source)
        table = self._table()
        self.prose = {
            place[1]
            for place, cell in source.cells.items()
            if place not in self.areas and table.holds(place[0]) and text_width(cell.shown) > _LABEL
        }
        sheet.widths = source.widths or self._fitting()
        sheet.landscape = sum(sheet.widths.get(c, _USUAL) for c in range(1, table.right + 1)) > 95
        tops = [row for row in source.rows() if not table.holds(row) and row < table.first]
        for (row, column), cell in source.cells.items():
            if row <= _LAST_ROW and column <= _LAST_COLUMN:
                self._put(sheet, (row, column), cell, table, tops)
        self._boxes(sheet, table)
        self._heights(sheet)
        sheet.heights.update(dict.fromkeys(source.hidden_rows, 0.0))
        return sheet

    def _area(self, place: tuple[int, int]) -> Area:
        return self.areas.get(place, (*place, *place))

    def _table(self) -> _Table:
        rows = [row for row in self.source.rows() if len(list(self.source.row(row))) > 1]
        if not rows:
            return _Table()
        inside = [self._area(place) for place in self.source.cells if rows[0] <= place[0] <= rows[-1]]
        last = max(rows[-1], *(bottom for top, _, bottom, _ in inside))
        return _Table(rows[0], last, min(area[1] for area in inside), max(area[3] for area in inside))

    def _fitting(self) -> dict[int, float]:
        widths: dict[int, float] = {}
        for (row, column), cell in self.source.cells.items():
            _, left, _, right = self._area((row, column))
            if left == right:
                wanted = min(max(text_width(cell.shown) + 2.0, _NARROWEST), _WIDEST)
                widths[column] = max(widths.get(column, 0), wanted)
        return widths

    def _put(
        self, sheet: Sheet, place: tuple[int, int], cell: grid.Cell, table: _Table, tops: list[int]
    ) -> None:
        row, column = place
        _, _, bottom, right = self._area(place)
        style = "plain"
        if table.holds(row):
            least = _SHORT if column in self.prose else _LABEL
            style = "left" if text_width(cell.shown) > least else "center"
        elif right > column:
            style = ("title" if row == tops[0] else "subtitle") if row in tops else "left"
        elif tops and row == tops[0]:
            style = "heading"
        value: str | float | None = cell.shown
        code = formula = ""
        if cell.state == NUMBER and cell.number is not None:
            value, code = float(cell.number), _code(cell.format)
        elif cell.state == DATE and cell.day is not None and (cell.day - _EPOCH).days >= _TRUE_DAYS:
            value, code = (cell.day - _EPOCH).days, _date_code(cell.format)
        elif cell.state == ERROR and cell.shown in _ERRORS:
            formula = f"={cell.shown}"
        elif cell.state in (BLANK, UNCALCULATED):
            value = None
        sheet.put(
            row, column, value, style, formula=formula, to_row=bottom, to_column=right, number_format=code
        )

    def _boxes(self, sheet: Sheet, table: _Table) -> None:
        """Put borders around the table's empty cells, and keep merged areas that hold nothing."""
        taken = set(self.source.cells)
        for place, (_, _, bottom, right) in self.areas.items():
            if place not in taken:
                style = "center" if table.holds(place[0]) else "plain"
                sheet.put(*place, style=style, to_row=bottom, to_column=right)
        if (table.last - table.first + 1) * (table.right - table.left + 1) > _MOST_BOXED or not table.first:
            return
        for top, left, bottom, right in self.areas.values():
            taken.update((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
        for row in range(table.first, table.last + 1):
            for column in range(table.left, table.right + 1):
                if (row, column) not in taken:
                    sheet.put(row, column, style="center")

    def _heights(self, sheet: Sheet) -> None:
        """Let every text show whole; one that goes over several rows makes the last of them taller."""
        down = []
        for row in self.source.rows():
            texts: dict[tuple[int, int], str] = {}
            for column, cell in self.source.row(row):
                _, _, bottom, right = self._area((row, column))
                if bottom > row:
                    down.append((row, bottom, column, right, cell.shown))
                elif right > column or self.areas.get((row, column)) is None:
                    texts[column, right] = cell.shown
            sheet.fit(row, texts)
        for row, bottom, column, right, text in down:
            lines = wrapped(text, sum(sheet.widths.get(c, _USUAL) for c in range(column, right + 1)))
            there = sum(sheet.heights.get(r, LINE) for r in range(row, bottom + 1))
            if lines * LINE + 5 > there:
                more = sheet.heights.get(bottom, LINE) + lines * LINE + 5 - there
                sheet.heights[bottom] = min(409.0, more)


def _areas(source: grid.Sheet) -> dict[tuple[int, int], Area]:
    """Give the merged areas by their first cells; of those that lie over one another the first."""
    areas: dict[tuple[int, int], Area] = {}
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, right in source.merges:
        inner = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        if bottom <= _LAST_ROW and right <= _LAST_COLUMN and taken.isdisjoint(inner):
            areas[top, left] = top, left, bottom, right
            taken |= inner
    return areas


def _code(code: str) -> str:
    """Give a number format that Excel takes: what is odd shows plainly."""
    odd = "General" in code or len(code) > 200 or code.count('"') % 2 or not code.isprintable()
    return "" if odd else code


def _date_code(code: str) -> str:
    """Give a date's number format; the time of day is not kept.

    Examples:
        >>> _date_code('yyyy"年"m"月"'), _date_code("yyyy-m-d h:mm"), _date_code("General")
        ('yyyy"年"m"月"', 'yyyy-mm-dd', 'yyyy-mm-dd')
    """
    signs = set(_LITERAL.sub("", code.lower()))
    return code if _code(code) and signs & set("ymd") and not signs & set("hs") else "yyyy-mm-dd"
