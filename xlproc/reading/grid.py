"""The cells of a workbook, faithfully: values, formulas, errors, number formats and merges, before any meaning."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlproc.model.exact import from_float
from xlproc.model.frames import BLANK, DATE, ERROR, NUMBER, TEXT, UNCALCULATED
from xlproc.model.text import trim
from xlproc.reading import number_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Spot = tuple[int, int]
"""A cell's row and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something.

    Attributes:
        state: number, date, text, error, uncalculated, or blank for a formula that shows nothing.
        shown: What the cell shows, ends trimmed.
        number: The stored number, exactly.
        format: The number format's code.
        day: The stored date.
    """

    state: str
    shown: str
    number: Decimal | None = None
    format: str = "General"
    day: dt.date | None = None


NOTHING = Cell(BLANK, "")


@dataclass(slots=True)
class Sheet:
    """A sheet's cells by place; only cells that hold something are there.

    Attributes:
        name: The sheet's name.
        visible: False for hidden sheets.
        cells: By row and column.
        merges: First row, first column, last row, last column of each merged area.
        stated_rows: The last row that the file mentions, filled or not.
    """

    name: str
    visible: bool
    cells: dict[Spot, Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    stated_rows: int = 0
    _origin: dict[Spot, Spot] = field(default_factory=dict)
    _span: dict[Spot, tuple[int, int, int, int]] = field(default_factory=dict)
    _columns: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index rows, and the merged areas near content: a whole-column merge is not spelled out."""
        for row, column in sorted(self.cells):
            self._columns.setdefault(row, []).append(column)
        last_row = max((r for r, _ in self.cells), default=0) + 1
        last_column = max((c for _, c in self.cells), default=0) + 1
        for area in self.merges:
            r1, c1, r2, c2 = area
            for row in range(r1, min(r2, last_row) + 1):
                for column in range(c1, min(c2, last_column) + 1):
                    self._origin[row, column] = (r1, c1)
                    self._span[row, column] = area

    def origin(self, row: int, column: int) -> Spot:
        """Give the place that holds a cell's value: a merged area's first cell, else the cell itself."""
        return self._origin.get((row, column), (row, column))

    def span(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Give the merged area that a cell lies in, or the cell itself as one."""
        return self._span.get((row, column), (row, column, row, column))

    def at(self, row: int, column: int) -> Cell:
        """Give the cell that shows at a place, merged areas filled."""
        return self.cells.get(self.origin(row, column), NOTHING)

    def own(self, row: int, column: int) -> Cell:
        """Give the cell stored at exactly this place."""
        return self.cells.get((row, column), NOTHING)

    def rows(self) -> list[int]:
        """Give the rows that hold something, in order."""
        return list(self._columns)

    def row(self, row: int) -> Iterator[tuple[int, Cell]]:
        """Give a row's filled cells from left to right."""
        for column in self._columns.get(row, ()):
            yield column, self.cells[row, column]


@dataclass(frozen=True, slots=True)
class Grid:
    """A workbook's sheets and what its properties say."""

    sheets: list[Sheet]
    subject: str = ""


def read(data: bytes) -> Grid:
    """Read a workbook's cells.

    Args:
        data: An .xlsx or .xlsm file that :func:`xlproc.reading.guard.admit` let pass.

    Returns:
        Its sheets in order. Chart sheets are left out.

    Raises:
        ValueError: The package is no readable workbook.
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that are not cells: extensions, pictures
            # read-only: openpyxl then spends no time on the borders of merged cells, half of a form's reading
            written = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)
            cached = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            raw = [_sheet(sheet, cached[sheet.title], data) for sheet in written.worksheets]
            subject = written.properties.subject or ""
    except Exception as error:  # whatever openpyxl trips over, the file is at fault
        raise ValueError(f"{type(error).__name__}: {error}"[:200]) from error
    calculated = any(one.calculated for one in raw)
    sheets = []
    for one in raw:
        cells = one.cells
        if calculated:  # the file was calculated, so a formula that can show nothing does show nothing
            cells = {spot: NOTHING if spot in one.silent else cell for spot, cell in cells.items()}
        sheets.append(Sheet(one.name, one.visible, cells, one.merges, one.stated_rows))
    return Grid(sheets, subject)


@dataclass(slots=True)
class _Raw:
    """A sheet as read, before it is known whether the workbook was ever calculated."""

    name: str
    visible: bool
    cells: dict[Spot, Cell]
    merges: list[tuple[int, int, int, int]]
    stated_rows: int
    silent: set[Spot]
    calculated: bool


def _sheet(written: Any, cached: Any, data: bytes) -> _Raw:
    merges = merged_areas(_part(data, written._worksheet_path))
    covered = _covered(merges)
    raw = _Raw(written.title, written.sheet_state == "visible", {}, merges, 0, set(), False)
    for sheet in (written, cached):
        sheet.reset_dimensions()  # the stated size may be anything
    for number, (row, values) in enumerate(zip(written.rows, cached.rows, strict=True), start=1):
        raw.stated_rows = number
        for cell, stored in zip(row, values, strict=True):
            if cell.value is None:
                continue
            spot = (cell.row, cell.column)
            if covered(spot):
                continue
            if cell.data_type == "f":
                if stored.value is None:
                    formula = str(getattr(cell.value, "text", cell.value) or "")
                    raw.cells[spot] = Cell(UNCALCULATED, formula[:100])
                    if '""' in formula:
                        raw.silent.add(spot)
                    continue
                raw.calculated = True
            made = _cell(stored.value, cell.number_format, "e" if stored.data_type == "e" else "")
            if made is not None:
                raw.cells[spot] = made
    return raw


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return package.read(name)


_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?"'
)


def merged_areas(sheet: bytes) -> list[tuple[int, int, int, int]]:
    """Find a sheet's merged areas in its XML: first row, first column, last row, last column.

    Examples:
        >>> merged_areas(b'<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')
        [(1, 1, 2, 3)]
    """

    def column(letters: bytes) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        return number

    areas = [(int(b), column(a), int(d or b), column(c or a)) for a, b, c, d in _MERGE.findall(sheet)]
    return sorted(area for area in areas if area[0] != area[2] or area[1] != area[3])


def _covered(merges: list[tuple[int, int, int, int]]) -> Callable[[Spot], bool]:
    """Give a test of whether a cell lies hidden under a merged area; the area's first cell does not."""
    by_row: dict[int, list[tuple[int, int, int]]] = {}
    for r1, c1, r2, c2 in merges:
        for row in range(r1, r2 + 1):
            by_row.setdefault(row, []).append((c1, c2, r1))

    def test(spot: Spot) -> bool:
        row, column = spot
        return any(c1 <= column <= c2 and (row, column) != (r1, c1) for c1, c2, r1 in by_row.get(row, ()))

    return test


def _cell(value: Any, code: str, kind: str) -> Cell | None:
    if value is None:
        return None
    if kind == "e":
        return Cell(ERROR, str(value))
    if isinstance(value, bool):
        return Cell(TEXT, "是" if value else "否")
    if isinstance(value, int | float):
        number = Decimal(value) if isinstance(value, int) else from_float(value)
        return Cell(NUMBER, number_format.shown(number, code), number, code)
    if isinstance(value, dt.datetime | dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return Cell(DATE, _shown_day(day, code), None, code, day)
    if isinstance(value, dt.time | dt.timedelta):
        return Cell(TEXT, str(value))
    text = trim(str(value))
    return Cell(TEXT, text) if text else None


def _shown_day(day: dt.date, code: str) -> str:
    plain = re.sub(r'"([^"]*)"|\[[^\]]*\]|\\', r"\1", code.split(";")[0]).lower()
    chinese = "年" in plain or "月" in plain
    if "d" not in plain and "m" in plain:
        return f"{day.year}年{day.month}月" if chinese else f"{day.year}-{day.month:02d}"
    return f"{day.year}年{day.month}月{day.day}日" if chinese else day.isoformat()
