"""The slow reading: openpyxl reads a workbook twice, once for formulas, once for what they gave when last calculated."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl

from xlproc.reading.grid.cells import Grid, Room, error, made
from xlproc.reading.grid.formats import CHINESE
from xlproc.reading.grid.xlsx.raw import Raw, grid, merged_areas
from xlproc.reading.grid.xlsx.sparse import rows

if TYPE_CHECKING:
    from collections.abc import Iterable


def read(data: bytes) -> Grid:
    """Read a workbook's cells; as :func:`xlproc.reading.grid.xlsx.read` does."""
    # read-only: openpyxl then spends no time on the borders of merged cells, half of a form's reading
    written: Any = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)
    cached: Any = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    # openpyxl does not take the dates of Chinese formats for dates
    cached._date_formats = chinese_dates(cached._cell_styles).union(cached._date_formats)
    places: list[Any] = [getattr(sheet, "_worksheet_path", "") for sheet in written.worksheets]
    if len(set(places)) < len(places):
        raise ValueError("two sheets at one place")  # a part that is read a thousand times
    room = Room()
    sheets = [_sheet(sheet, cached[sheet.title], data, room) for sheet in written.worksheets]
    return grid(sheets, written.properties.subject or "")


def _sheet(written: Any, cached: Any, data: bytes, room: Room) -> Raw:
    merges = room.areas(merged_areas(_part(data, written._worksheet_path)))
    raw = Raw(written.title, written.sheet_state == "visible", merges)
    for (number, row), (_, values) in zip(rows(written), rows(cached), strict=True):
        raw.stated_rows = number
        for cell, stored in zip(row, values, strict=True):
            if cell.value is None:
                continue
            spot = (cell.row, cell.column)
            if spot in raw.hidden:
                continue
            if cell.data_type == "f":
                if stored.value is None:
                    raw.uncalculated(spot, str(getattr(cell.value, "text", cell.value) or ""))
                    continue
                raw.calculated = True
            value = stored.value
            shown = error(str(value)) if stored.data_type == "e" else made(value, _code(cell))
            if shown is not None:
                raw.cells[spot] = shown
    return raw


def chinese_dates(styles: Iterable[Any]) -> set[int]:
    """Give the styles whose formats only Chinese Excel has; all are of dates and times."""
    return {i for i, style in enumerate(styles) if style.numFmtId in CHINESE}


def _code(cell: Any) -> str:
    """Give a cell's number format; openpyxl does not know those that only Chinese Excel has."""
    number = cell.style_array.numFmtId
    return CHINESE[number] if number in CHINESE else str(cell.number_format)


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return package.read(name)
