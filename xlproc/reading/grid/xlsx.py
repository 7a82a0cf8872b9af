"""Cells of .xlsx and .xlsm: openpyxl reads them, twice: once for formulas, once for what they gave when last calculated."""

from __future__ import annotations

import re
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from xlproc.model.frames import UNCALCULATED
from xlproc.model.text import trim
from xlproc.reading.grid.cells import NOTHING, Area, Cell, Grid, Room, Sheet, Spot, covered, error, made
from xlproc.reading.grid.formats import CHINESE
from xlproc.reading.grid.sparse import rows


def read(data: bytes) -> Grid:
    """Read a workbook's cells.

    Args:
        data: An .xlsx or .xlsm file that :func:`xlproc.reading.guard.admit` let pass.

    Returns:
        Its sheets in order. Chart sheets are left out.

    Raises:
        RefusedError: It has too many merged cells.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parts that are not cells: extensions, pictures
        # read-only: openpyxl then spends no time on the borders of merged cells, half of a form's reading
        written = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)
        cached = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        _know_chinese_dates(cached)
        places: list[Any] = [getattr(sheet, "_worksheet_path", "") for sheet in written.worksheets]
        if len(set(places)) < len(places):
            raise ValueError("two sheets at one place")  # a part read a thousand times
        room = Room()
        raw = [_sheet(sheet, cached[sheet.title], data, room) for sheet in written.worksheets]
        subject = written.properties.subject or ""
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
    merges: list[Area]
    stated_rows: int
    silent: set[Spot]
    calculated: bool


def _sheet(written: Any, cached: Any, data: bytes, room: Room) -> _Raw:
    merges = room.areas(merged_areas(_part(data, written._worksheet_path)))
    hidden = covered(merges)
    raw = _Raw(written.title, written.sheet_state == "visible", {}, merges, 0, set(), False)
    for (number, row), (_, values) in zip(rows(written), rows(cached), strict=True):
        raw.stated_rows = number
        for cell, stored in zip(row, values, strict=True):
            if cell.value is None:
                continue
            spot = (cell.row, cell.column)
            if spot in hidden:
                continue
            if cell.data_type == "f":
                if stored.value is None:
                    formula = str(getattr(cell.value, "text", cell.value) or "")
                    raw.cells[spot] = Cell(UNCALCULATED, trim(formula[:100]))
                    if '""' in formula:
                        raw.silent.add(spot)
                    continue
                raw.calculated = True
            value = stored.value
            shown = error(str(value)) if stored.data_type == "e" else made(value, _code(cell))
            if shown is not None:
                raw.cells[spot] = shown
    return raw


def _code(cell: Any) -> str:
    """Give a cell's number format; openpyxl does not know those that only Chinese Excel has."""
    number = cell.style_array.numFmtId
    return CHINESE[number] if number in CHINESE else str(cell.number_format)


def _know_chinese_dates(book: Any) -> None:
    """Let openpyxl take the dates of those formats for dates."""
    found = {i for i, style in enumerate(book._cell_styles) if style.numFmtId in CHINESE}
    book._date_formats = found.union(book._date_formats)


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return package.read(name)


_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?"'
)


def merged_areas(sheet: bytes) -> list[Area]:
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

    return [(int(b), column(a), int(d or b), column(c or a)) for a, b, c, d in _MERGE.findall(sheet)]
