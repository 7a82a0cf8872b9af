"""A workbook as plain data, before any file format: cells, merges, widths, heights, rules, print set-up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from xlproc.model.text import LATELY, one_line
from xlproc.model.text import width as text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value = str | int | float | None

MAX_TEXT = 32_000
"""A cell holds 32,767 characters; longer texts are cut here, with a mark."""
LINE = 15.0
"""Height of a line of body text, in points."""
_EDGE = 0.5
"""Columns that a cell's edges take from its text."""


class Cell(NamedTuple):
    """A cell; rows and columns count from 1.

    Attributes:
        row: Its row.
        column: Its column.
        value: What it shows; of a formula the stored result.
        style: A name of ``styles.STYLES``.
        number_format: A number format in the place of the style's, or "".
        formula: Our own formula, never a text of an input.
        link: A place in this workbook (``'自评表'!A1``) or a file beside it (``external:…``).
        to_row: Last row, where it is merged.
        to_column: Last column, where it is merged.
    """

    row: int
    column: int
    value: Value = None
    style: str = "plain"
    formula: str = ""
    link: str = ""
    to_row: int = 0
    to_column: int = 0
    number_format: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation or a conditional format: XlsxWriter's options over an area (first row, column, last row, column)."""

    area: tuple[int, int, int, int]
    options: Mapping[str, Any]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart: its kind, series (XlsxWriter's options) and place."""

    row: int
    column: int
    kind: Mapping[str, str]
    title: str
    series: Sequence[Mapping[str, Any]]
    size: tuple[int, int] = (640, 320)
    y_axis: Mapping[str, Any] = field(default_factory=dict)
    x_axis: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Sheet:
    """A sheet.

    Attributes:
        name: At most 31 characters, unique; see :func:`unique_name`.
        cells: In any order, each place once.
        widths: Column widths in characters.
        heights: Row heights in points.
        validations: Drop-downs and the like.
        conditions: Conditional formats.
        charts: Native charts.
        landscape: Printed across.
        one_page: Printed on one page, else as wide as one page.
        repeat: First and last row printed on every page.
        breaks: Rows that begin a printed page.
        freeze: First row and column that scroll.
        filter: Area with filter buttons.
        area: Print area.
        footer: Page footer in Excel's notation.
        protect: XlsxWriter's protection options; None leaves the sheet open.
        hidden: Not shown.
        zoom: Percent.
    """

    name: str
    cells: list[Cell] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    validations: list[Rule] = field(default_factory=list)
    conditions: list[Rule] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    landscape: bool = False
    one_page: bool = False
    repeat: tuple[int, int] | None = None
    breaks: list[int] = field(default_factory=list)
    freeze: tuple[int, int] | None = None
    filter: tuple[int, int, int, int] | None = None
    area: tuple[int, int, int, int] | None = None
    footer: str = "&C第 &P 页，共 &N 页"
    protect: Mapping[str, bool] | None = None
    hidden: bool = False
    zoom: int = 100

    def put(
        self,
        row: int,
        column: int,
        value: Value = None,
        style: str = "plain",
        *,
        formula: str = "",
        link: str = "",
        to_row: int = 0,
        to_column: int = 0,
        number_format: str = "",
    ) -> None:
        """Add a cell; merged down to ``to_row`` and across to ``to_column`` where they lie beyond it."""
        if isinstance(value, str) and len(value) > MAX_TEXT:
            value = value[:MAX_TEXT] + "……（过长，其余从略）"
        to_row, to_column = to_row if to_row > row else row, to_column if to_column > column else column
        # what Cell(…) does, without its detour: there are two thousand of them in a workbook
        place = (row, column, value, style, formula, link, to_row, to_column, number_format)
        self.cells.append(tuple.__new__(Cell, place))

    def down(self, column: int, first: int, last: int) -> list[Any]:
        """Name the cells of a column for a chart, as XlsxWriter has it: its rows and columns count from 0."""
        return [self.name, first - 1, column - 1, last - 1, column - 1]

    def fit(self, row: int, texts: Mapping[tuple[int, int], str], least: float = 20.0) -> None:
        """Set a row's height so that wrapped texts show whole: merged cells are not fitted by spreadsheet programs.

        Args:
            row: The row.
            texts: By first and last column.
            least: The smallest height.
        """
        wide = self.widths.get
        most = 1 if texts else 0
        for (a, b), text in texts.items():
            width = wide(a, 9) if a == b else sum([wide(c, 9) for c in range(a, b + 1)])
            if 2 * len(text) > width - _EDGE or "\n" in text:  # else it fits, whatever its signs
                most = max(most, wrapped(text, width))
        self.heights[row] = min(409.0, max(least, most * LINE + 5 if most else least))


@dataclass(slots=True)
class Book:
    """A workbook: its sheets, defined names (name → reference) and properties."""

    sheets: list[Sheet]
    names: dict[str, str] = field(default_factory=dict)
    title: str = ""
    subject: str = ""
    keywords: str = ""


@lru_cache(maxsize=LATELY)
def wrapped(text: str, columns: float) -> int:
    r"""Count the lines that a text takes in a width.

    Examples:
        >>> wrapped("偏差原因分析及改进措施", 14), wrapped("一\n二", 10), wrapped("", 5)
        (2, 2, 1)
    """
    room = max(columns - _EDGE, 2.0)
    return sum(max(1, math.ceil(text_width(line) / room)) for line in text.split("\n"))


def unique_name(wanted: str, taken: set[str]) -> str:
    """Give a sheet name that Excel takes: 31 characters, no forbidden sign, not yet taken in any case of letters.

    Examples:
        >>> unique_name("自评表[1]", set()), unique_name("自评表", {"自评表"})
        ('自评表(1)', '自评表(2)')
    """
    name = one_line(wanted).translate(str.maketrans("[]:*?/\\", "()：＊？／＼"))
    name = name.strip("'").strip()[:31] or "表"
    base, number = name, 1
    while name.lower() in {t.lower() for t in taken} or name.lower() == "history":
        number += 1
        tail = f"({number})"
        name = base[: 31 - len(tail)] + tail
    return name


MARGINS = (0.5, 0.5, 0.6, 0.7)
"""Left, right, top and bottom margin of printed pages, in inches."""
_A4 = (8.27, 11.69)


def _page(sheet: Sheet) -> float:
    """Give how many points of rows stand on a page that is as wide as the sheet."""
    across, down = reversed(_A4) if sheet.landscape else _A4
    room = (across - MARGINS[0] - MARGINS[1]) * 72, (down - MARGINS[2] - MARGINS[3]) * 72
    width = sum(int(characters * 7 + 5) * 0.75 for characters in sheet.widths.values())
    scale = min(1.0, math.floor(100 * room[0] / width) / 100) if width else 1.0
    return room[1] / max(scale, 0.1)


def nearly_one_page(sheet: Sheet, last: int, more: float) -> bool:
    """Tell whether the rows up to the last, and so many points more, exceed a page by little: then they go on one.

    Examples:
        >>> short, long = (Sheet("表", widths={1: 60}, heights=dict.fromkeys(range(1, n), 100.0)) for n in (8, 12))
        >>> nearly_one_page(short, 7, 80), nearly_one_page(long, 11, 80)
        (True, False)
    """
    return sum(sheet.heights.get(row, LINE) for row in range(1, last + 1)) + more <= _page(sheet) * 1.2


def page_starts(sheet: Sheet, last: int) -> list[int]:
    """Estimate the rows that begin a printed page after the first, as wide as one A4 page, repeated rows counted.

    Args:
        sheet: With its widths and heights.
        last: The last row to look at.

    Examples:
        >>> page_starts(Sheet("表", widths={1: 60}, heights={row: 100 for row in range(1, 20)}), 19)
        [8, 15]
    """
    page = _page(sheet)
    repeated = range(sheet.repeat[0], sheet.repeat[1] + 1) if sheet.repeat else range(0)
    head = sum(sheet.heights.get(row, LINE) for row in repeated)
    starts: list[int] = []
    used = 0.0
    for row in range(1, last + 1):
        height = sheet.heights.get(row, LINE)
        if used + height > page:
            starts.append(row)
            used = head if sheet.repeat and row > sheet.repeat[1] else 0.0
        used += height
    return starts
