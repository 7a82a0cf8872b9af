"""A sheet's cells as XML: first laid out row by row, then written once the numbers of their looks are known."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.model.cells import a1, letter
from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.formulas import formula
from xlproc.writing.xlsx.looks import is_like_formula
from xlproc.writing.xlsx.places import LAST_COLUMN, LAST_ROW
from xlproc.writing.xlsx.texts import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlproc.writing.layout import Cell, Sheet
    from xlproc.writing.xlsx.looks import Look
    from xlproc.writing.xlsx.texts import Strings


_LONGEST = 32_767
_BLANK = "/>"
_BLOCK = 16
"""So many rows share their word on which columns they span."""
_USUAL = 20
"""Height of a row that nothing was said of, in pixels."""
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))

Line = list[tuple[int, tuple["Look", str]]]
"""A row: its columns, and of each the look and what follows it in the cell's element."""


@dataclass(slots=True)
class Laid:
    """A sheet's cells, laid out.

    Attributes:
        lines: Its rows that hold cells, in order.
        heights: Heights of rows, in pixels.
        looks: The looks in the order of their first use.
        merges: Merged areas in the order of the layout.
        links: Links by place.
        dimension: First and last cell.
    """

    lines: dict[int, Line] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)
    looks: dict[Look, None] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    links: dict[tuple[int, int], Cell] = field(default_factory=dict)
    dimension: str = "A1"


def laid(sheet: Sheet, strings: Strings) -> Laid:
    """Lay out a sheet's cells.

    Args:
        sheet: The sheet.
        strings: The workbook's; those of the sheet are added.

    Raises:
        UnusualError: A place is taken twice or lies outside of a sheet, or a value is none that a cell can hold.
    """
    out = Laid(heights={row: int(height * 4 / 3 + 0.5) for row, height in sheet.heights.items()})
    rows: defaultdict[int, dict[int, tuple[Look, str]]] = defaultdict(dict)
    placed = 0
    for cell in sheet.cells:
        look = (cell.style, cell.number_format, is_like_formula(cell.value))
        if cell.to_row > cell.row or cell.to_column > cell.column:
            placed += _merge(rows, cell, look) - 1
            out.merges.append(f"{a1(cell.row, cell.column)}:{a1(cell.to_row, cell.to_column)}")
        rows[cell.row][cell.column] = (look, _body(cell, strings))
        placed += 1
        if cell.link:
            out.links[cell.row, cell.column] = cell
    if sum(map(len, rows.values())) != placed:
        raise UnusualError("places")
    for row in sorted(rows):
        line = out.lines[row] = sorted(rows[row].items())
        out.looks.update(dict.fromkeys([look for _, (look, _) in line]))
    _measure(out)
    return out


def _merge(rows: Mapping[int, dict[int, tuple[Look, str]]], cell: Cell, look: Look) -> int:
    """Fill a merged area with blank cells; give how many places it takes."""
    if cell.to_row < cell.row or cell.to_column < cell.column:
        raise UnusualError(cell)
    columns = range(cell.column, cell.to_column + 1)
    blanks = dict.fromkeys(columns, (look, _BLANK))
    for row in range(cell.row, cell.to_row + 1):
        rows[row].update(blanks)
    return len(columns) * (cell.to_row - cell.row + 1)


def _body(cell: Cell, strings: Strings) -> str:
    """Write what follows a cell's look."""
    value = cell.value
    if cell.formula:
        return _formula(cell.formula, "" if value is None else value)
    if cell.link:
        value = str(value)
    elif value is None or value == "":
        return _BLANK
    if isinstance(value, str):
        if len(value) > _LONGEST // 2 and len(value.encode("utf-16-le")) > 2 * _LONGEST:
            raise UnusualError("length")
        return f' t="s"><v>{strings.number(value)}</v></c>'
    if not math.isfinite(value):
        raise UnusualError(value)
    return f"><v>{value:.16G}</v></c>"


def _formula(text: str, value: str | float) -> str:
    kind = ""
    if isinstance(value, bool):
        kind, value = ' t="b"', int(value)
    elif isinstance(value, str) and value:
        kind, value = ' t="e"' if value in _ERRORS else ' t="str"', escaped(value)
    return f"{kind}><f>{formula(text)}</f><v>{value}</v></c>"


def _measure(out: Laid) -> None:
    rows = out.lines.keys() | out.heights.keys()
    if not rows:
        return
    columns = [line[0][0] for line in out.lines.values()] + [line[-1][0] for line in out.lines.values()]
    columns += [1] if out.heights else []
    first, last = (min(rows), min(columns)), (max(rows), max(columns))
    if min(first) < 1 or last[0] > LAST_ROW or last[1] > LAST_COLUMN:
        raise UnusualError("places")
    out.dimension = a1(*first) + (f":{a1(*last)}" if first != last else "")


def sheet_data(cells: Laid, numbers: Mapping[Look, int]) -> str:
    """Write the cells.

    Args:
        cells: The cells.
        numbers: The numbers of their looks.
    """
    rows = sorted(cells.lines.keys() | cells.heights.keys())
    if not rows:
        return "<sheetData/>"
    spans = _spans(cells.lines)
    styles = {look: f'" s="{numbers[look]}"' for look in cells.looks}
    letters = [f'<c r="{letter(column)}' for column in range(_last_column(cells.lines) + 1)]
    out = ["<sheetData>"]
    for row in rows:
        span, height = spans.get((row - 1) // _BLOCK, ""), _height(cells.heights.get(row, _USUAL))
        head = f'<row r="{row}"{span}{height}'
        if row in cells.lines:
            out.append(head + ">")
            out += [f"{letters[c]}{row}{styles[look]}{body}" for c, (look, body) in cells.lines[row]]
            out.append("</row>")
        else:
            out.append(head + "/>")
    out.append("</sheetData>")
    return "".join(out)


def _last_column(lines: Mapping[int, Line]) -> int:
    return max((line[-1][0] for line in lines.values()), default=0)


def _spans(lines: Mapping[int, Line]) -> dict[int, str]:
    """Say for each block of rows which columns it spans."""
    ends: dict[int, tuple[int, int]] = {}
    for row, line in lines.items():
        block, first, last = (row - 1) // _BLOCK, line[0][0], line[-1][0]
        before = ends.get(block, (first, last))
        ends[block] = min(before[0], first), max(before[1], last)
    return {block: f' spans="{first}:{last}"' for block, (first, last) in ends.items()}


def _height(pixels: int) -> str:
    if pixels == _USUAL:
        return ""
    return f' ht="{pixels * 0.75:.16g}" customHeight="1"' if pixels else ' hidden="1"'
