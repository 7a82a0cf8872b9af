"""The rows of a sheet as openpyxl reads them, without the cells that it would put into every gap.

A row's number or a cell's letter can be anything: openpyxl fills the sheet with empty cells up to there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAST_ROW = 2**20


def rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """Give the rows that the file has, each its number and cells; a row that comes out of order is left out.

    Args:
        sheet: A sheet that openpyxl opened to read only.

    Raises:
        ValueError: A row lies where no sheet has one.
    """
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._reader import WorkSheetParser

    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, found in parser.parse():
            if number > _LAST_ROW:
                raise ValueError(f"row {number}")
            if number <= last:
                continue
            last = number
            end = found[-1]["column"] if found else 0
            cells = {about["column"]: about for about in found if about["column"] <= end}
            yield number, [ReadOnlyCell(sheet, **about) for about in cells.values()]
