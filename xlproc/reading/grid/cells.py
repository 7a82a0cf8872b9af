"""What every kind of file is read into: cells, sheets, grids; and the bounds that all of them keep."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from xlproc.model.exact import from_float
from xlproc.model.frames import BLANK, DATE, ERROR, NUMBER, TEXT, UNCALCULATED
from xlproc.model.text import one_line, trim
from xlproc.model.words import Phrase, phrase
from xlproc.reading import number_format

if TYPE_CHECKING:
    from collections.abc import Sequence

Spot = tuple[int, int]
"""A cell's row and column, both from 1."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

MAX_MERGED = 300_000
"""Most cells in merged areas of a workbook: reading spells out each one."""
MAX_CELLS = 500_000
"""Most filled cells of a workbook, where a few bytes can stand for many cells."""

MAX_WIDTHS = 256
"""Columns whose widths are kept."""


class RefusedError(ValueError):
    """A file that only its reading shows to be locked or too large.

    Attributes:
        code: The finding's code.
        context: The finding's words.
    """

    def __init__(self, code: str, **context: str | Phrase) -> None:
        """Keep the finding's code and words."""
        super().__init__(code)
        self.code, self.context = code, context


class Cell(NamedTuple):
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
        widths: Column widths in characters, 0 for hidden columns, where the file states them.
        hidden_rows: Rows that do not show.
    """

    name: str
    visible: bool
    cells: dict[Spot, Cell] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    stated_rows: int = 0
    widths: dict[int, float] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    _origin: dict[Spot, Spot] = field(default_factory=dict)
    _span: dict[Spot, Area] = field(default_factory=dict)
    _rows: dict[int, list[tuple[int, Cell]]] = field(default_factory=dict)
    _last_column: int = 0

    def __post_init__(self) -> None:
        """Index rows, and the merged areas near content: a whole-column merge is not spelled out."""
        self.name = one_line(self.name)
        for (row, column), cell in sorted(self.cells.items(), key=itemgetter(0)):
            self._rows.setdefault(row, []).append((column, cell))
        last_row = max(self._rows, default=0) + 1
        last_column = max((cells[-1][0] for cells in self._rows.values()), default=0) + 1
        self._last_column = last_column
        for area in self.merges:
            r1, c1, r2, c2 = area
            for row in range(r1, min(r2, last_row) + 1):
                for column in range(c1, min(c2, last_column) + 1):
                    self._origin[row, column] = (r1, c1)
                    self._span[row, column] = area

    def origin(self, row: int, column: int) -> Spot:
        """Give the place that holds a cell's value: a merged area's first cell, else the cell itself."""
        spot = row, column
        return self._origin.get(spot, spot)

    def span(self, row: int, column: int) -> Area:
        """Give the merged area that a cell lies in, or the cell itself as one."""
        return self._span.get((row, column), (row, column, row, column))

    def at(self, row: int, column: int) -> Cell:
        """Give the cell that shows at a place, merged areas filled."""
        spot = row, column
        return self.cells.get(self._origin.get(spot, spot), NOTHING)

    def own(self, row: int, column: int) -> Cell:
        """Give the cell stored at exactly this place."""
        return self.cells.get((row, column), NOTHING)

    def rows(self) -> list[int]:
        """Give the rows that hold something, in order."""
        return list(self._rows)

    def across(self) -> range:
        """Give the columns that content or a merged area beside it may fill."""
        return range(1, self._last_column + 1)

    def part(self, first: int, last: int) -> Sheet:
        """Give the sheet with some columns only."""
        cells = {spot: cell for spot, cell in self.cells.items() if first <= spot[1] <= last}
        merges = [area for area in self.merges if first <= area[1] <= last]
        return Sheet(self.name, self.visible, cells, merges, self.stated_rows)

    def row(self, row: int) -> Sequence[tuple[int, Cell]]:
        """Give a row's filled cells from left to right."""
        return self._rows.get(row, ())


@dataclass(frozen=True, slots=True)
class Grid:
    """A workbook's sheets and what its properties say."""

    sheets: list[Sheet]
    subject: str = ""


def made(value: Any, code: str = "General") -> Cell | None:
    """Make a cell of a stored value; None where nothing shows.

    Examples:
        >>> made(0.95, "0%").shown, made(dt.date(2024, 6, 30)).shown, made("  ")
        ('95%', '2024-06-30', None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return Cell(TEXT, "是" if value else "否")
    if isinstance(value, int | float | Decimal):
        number = from_float(value) if isinstance(value, float) else Decimal(value)
        return Cell(NUMBER, number_format.shown(number, code), number, code)
    if isinstance(value, dt.datetime | dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return Cell(DATE, _shown_day(day, code), None, code, day)
    if isinstance(value, dt.time | dt.timedelta):
        return Cell(TEXT, str(value))
    text = trim(str(value))
    return Cell(TEXT, text) if text else None


def error(shown: str) -> Cell:
    """Make an error cell."""
    return Cell(ERROR, trim(shown))


def _shown_day(day: dt.date, code: str) -> str:
    plain = re.sub(r'"([^"]*)"|\[[^\]]*\]|\\', r"\1", code.split(";")[0]).lower()
    chinese = "年" in plain or "月" in plain
    if "d" not in plain and "m" in plain:
        return f"{day.year}年{day.month}月" if chinese else f"{day.year}-{day.month:02d}"
    return f"{day.year}年{day.month}月{day.day}日" if chinese else day.isoformat()


@dataclass(slots=True)
class Room:
    """What one workbook may take, whatever a few of its bytes stand for.

    Attributes:
        cells: Filled cells so far.
        merged: Cells in merged areas so far.
    """

    cells: int = 0
    merged: int = 0

    def cell(self) -> None:
        """Count a filled cell.

        Raises:
            RefusedError: There are too many.
        """
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise too_many("file.cells", self.cells, MAX_CELLS)

    def areas(self, merges: list[Area]) -> list[Area]:
        """Count merged areas, and give them in order, those of more than one cell.

        Raises:
            RefusedError: They have too many cells.
        """
        areas = sorted(area for area in merges if area[0] != area[2] or area[1] != area[3])
        self.merged += sum((r2 - r1 + 1) * (c2 - c1 + 1) for r1, c1, r2, c2 in areas)
        if self.merged > MAX_MERGED:
            raise too_many("file.merged", self.merged, MAX_MERGED)
        return areas


def too_many(what: str, number: int, limit: int) -> RefusedError:
    """Say that there are too many of something."""
    return RefusedError(
        "F005", size=phrase(what, n=f"{number:,}"), limit=phrase("file.parts_limit", n=f"{limit:,}")
    )


def covered(areas: list[Area]) -> set[Spot]:
    """Give the places that lie hidden under merged areas; an area's first cell does not.

    Examples:
        >>> sorted(covered([(1, 1, 2, 2)]))
        [(1, 2), (2, 1), (2, 2)]
    """
    return {
        (row, column)
        for r1, c1, r2, c2 in areas
        for row in range(r1, r2 + 1)
        for column in range(c1, c2 + 1)
        if (row, column) != (r1, c1)
    }


class Cells(dict[Spot, Cell]):
    """A sheet's cells while it is read: not more than a form can have.

    Attributes:
        calculated: Whether a formula has a result.
        silent: Formulas without one: nothing calculated them, or they show nothing.
        room: The workbook's.
        widths: The sheet's column widths.
        hidden_rows: Its rows that do not show.
    """

    calculated: bool
    silent: dict[Spot, str]
    room: Room
    widths: dict[int, float]
    hidden_rows: set[int]

    def __init__(self, room: Room) -> None:
        """Begin with none."""
        super().__init__()
        self.calculated, self.silent, self.room = False, {}, room
        self.widths, self.hidden_rows = {}, set()

    def wide(self, first: int, last: int, width: float) -> None:
        """Keep the width of columns, of those that forms have."""
        self.widths.update(dict.fromkeys(range(first, min(last, MAX_WIDTHS) + 1), width))

    def put(self, row: int, column: int, cell: Cell | None) -> None:
        """Keep a cell.

        Raises:
            RefusedError: There are too many.
        """
        if cell is not None:
            self.room.cell()
            self[row, column] = cell

    def give(self, row: int, column: int, cell: Cell | None, formula: str = "") -> None:
        """Keep what a formula gave when it was last calculated, or that it gave nothing."""
        if cell is None:
            self.put(row, column, Cell(UNCALCULATED, trim(formula[:100])))
            self.silent[row, column] = formula
        else:
            self.calculated = True
            self.put(row, column, cell)

    def sheet(self, name: str, visible: bool, merges: list[Area], stated: int, calculated: bool) -> Sheet:
        """Make the sheet of its cells, without those that lie hidden under merged areas.

        Args:
            name: Its name.
            visible: Whether it shows.
            merges: Its merged areas.
            stated: The last row that the file mentions.
            calculated: Whether the workbook was ever calculated: then a formula that gave nothing shows nothing.
        """
        if calculated:
            self.update(dict.fromkeys(self.silent, NOTHING))
        areas = self.room.areas(merges)
        hidden = covered(areas)
        shown = {spot: cell for spot, cell in self.items() if spot not in hidden}
        return Sheet(name, visible, shown, areas, stated, self.widths, frozenset(self.hidden_rows))
