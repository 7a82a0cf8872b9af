"""Sheets as they are read, before it is known whether the workbook was ever calculated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.model.frames import UNCALCULATED
from xlproc.model.text import trim
from xlproc.reading.grid.cells import NOTHING, Area, Cell, Grid, Sheet, Spot, covered

if TYPE_CHECKING:
    from collections.abc import Sequence

_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?"'
)


@dataclass(slots=True)
class Raw:
    """A sheet as read.

    Attributes:
        name: Its name.
        visible: Whether it shows.
        merges: Its merged areas.
        cells: What shows.
        stated_rows: The last row that the file mentions.
        silent: Formulas that nothing calculated and that can show nothing.
        calculated: Whether a formula has a result.
        hidden: Places under merged areas, which do not show.
    """

    name: str
    visible: bool
    merges: list[Area]
    cells: dict[Spot, Cell] = field(default_factory=dict)
    stated_rows: int = 0
    silent: set[Spot] = field(default_factory=set)
    calculated: bool = False
    hidden: set[Spot] = field(init=False)

    def __post_init__(self) -> None:
        """Spell out the places under merged areas."""
        self.hidden = covered(self.merges)

    def uncalculated(self, spot: Spot, formula: str) -> None:
        """Keep a formula that nothing calculated."""
        self.cells[spot] = Cell(UNCALCULATED, trim(formula[:100]))
        if '""' in formula:
            self.silent.add(spot)


def grid(sheets: Sequence[Raw], subject: str) -> Grid:
    """Make the workbook of its sheets; where it was calculated, a formula that can show nothing does show nothing."""
    calculated = any(one.calculated for one in sheets)
    for one in sheets:
        if calculated:
            one.cells.update(dict.fromkeys(one.silent, NOTHING))
    return Grid(
        [Sheet(one.name, one.visible, one.cells, one.merges, one.stated_rows) for one in sheets], subject
    )


def column_number(letters: bytes) -> int:
    """Give a column's number.

    Examples:
        >>> column_number(b"A"), column_number(b"XFD")
        (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def merged_areas(sheet: bytes) -> list[Area]:
    """Find a sheet's merged areas in its XML: first row, first column, last row, last column.

    Examples:
        >>> merged_areas(b'<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')
        [(1, 1, 2, 3)]
    """
    return [
        (int(b), column_number(a), int(d or b), column_number(c or a)) for a, b, c, d in _MERGE.findall(sheet)
    ]
