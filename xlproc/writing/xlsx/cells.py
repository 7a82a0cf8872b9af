"""A sheet's cells as XML: first laid out row by row, then written once the numbers of their looks are known."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.model.cells import a1, letter
from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.formulas import formula_xml
from xlproc.writing.xlsx.looks import LIKE_FORMULA, is_like_formula
from xlproc.writing.xlsx.places import LAST_COLUMN, LAST_ROW
from xlproc.writing.xlsx.texts import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlproc.writing.layout import Cell, Sheet
    from xlproc.writing.xlsx.looks import Looks
    from xlproc.writing.xlsx.texts import Strings


_BLANK = "/>"
_BLOCK = 16
"""So many rows share their word on which columns they span."""
_USUAL = 20
"""Height of a row that nothing was said of, in pixels."""
_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))

Line = list[tuple[int, int, str]]
"""A row's cells: column, number of the look, and what follows the look in the cell's element."""


@dataclass(slots=True)
class Laid:
    """A sheet's cells, laid out.

    Attributes:
        lines: Its rows that hold cells, in order.
        heights: Heights of rows, in pixels.
        looks: The numbers of the looks, in the order of their first use.
        merges: Merged areas in the order of the layout.
        links: Links by place.
        dimension: First and last cell.
    """

    lines: dict[int, Line] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)
    looks: dict[int, None] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    links: dict[tuple[int, int], Cell] = field(default_factory=dict)
    dimension: str = "A1"


def laid(sheet: Sheet, looks: Looks, strings: Strings) -> Laid:
    """Lay out a sheet's cells.

    Args:
        sheet: The sheet.
        looks: The workbook's; those of the sheet are added.
        strings: Likewise.

    Raises:
        UnusualError: A place is taken twice or lies outside of a sheet, or a value is none that a cell can hold.
    """
    out = Laid(heights={row: int(height * 4 / 3 + 0.5) for row, height in sheet.heights.items()})
    rows: defaultdict[int, Line] = defaultdict(list)
    texts = 0
    for cell in sheet.cells:
        row, column, value, style, formula, link, to_row, to_column, number_format = cell
        inert = False
        if formula:
            inert = is_like_formula(value)
            body = _formula(formula, "" if value is None else value)
        elif link:
            inert = is_like_formula(value)
            texts += 1
            body = strings[str(value)]
            out.links[row, column] = cell
        elif isinstance(value, str):
            if value:
                inert = value[0] in LIKE_FORMULA
                texts += 1
                body = strings[value]
            else:
                body = _BLANK
        elif value is None:
            body = _BLANK
        else:
            body = _number(value)
        look = looks[style, number_format, inert]
        rows[row].append((column, look, body))
        if to_row > row or to_column > column:
            _merge(rows, cell, look)
            out.merges.append(f"{a1(row, column)}:{a1(to_row, to_column)}")
    strings.count += texts
    for row in sorted(rows):
        line = out.lines[row] = sorted(rows[row])
        if len({column for column, _, _ in line}) < len(line):
            raise UnusualError(row)
        out.looks.update(dict.fromkeys([look for _, look, _ in line]))
    _measure(out)
    return out


def _merge(rows: Mapping[int, Line], cell: Cell, look: int) -> None:
    """Fill the places of a merged area behind its first with blank cells."""
    if cell.to_row < cell.row or cell.to_column < cell.column:
        raise UnusualError(cell)
    blanks = [(column, look, _BLANK) for column in range(cell.column, cell.to_column + 1)]
    rows[cell.row].extend(blanks[1:])
    for row in range(cell.row + 1, cell.to_row + 1):
        rows[row].extend(blanks)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise UnusualError(value)
    return f"><v>{value:.16G}</v></c>"


def _formula(text: str, value: str | float) -> str:
    kind = ""
    if isinstance(value, bool):
        kind, value = ' t="b"', int(value)
    elif isinstance(value, str) and value:
        kind, value = ' t="e"' if value in _ERRORS else ' t="str"', escaped(value)
    return f"{kind}><f>{formula_xml(text)}</f><v>{value}</v></c>"


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


def sheet_data(cells: Laid, styles: Mapping[int, int]) -> str:
    """Write the cells.

    Args:
        cells: The cells.
        styles: The numbers of the file's styles by those of the looks.
    """
    rows = sorted(cells.lines.keys() | cells.heights.keys())
    if not rows:
        return "<sheetData/>"
    spans = _spans(cells.lines)
    styled = {look: f'" s="{styles[look]}"' for look in cells.looks}
    letters = [f'<c r="{letter(column)}' for column in range(_last_column(cells.lines) + 1)]
    out = ["<sheetData>"]
    for row in rows:
        span, height = spans.get((row - 1) // _BLOCK, ""), _height(cells.heights.get(row, _USUAL))
        head = f'<row r="{row}"{span}{height}'
        if row in cells.lines:
            out.append(head + ">")
            out += [f"{letters[c]}{row}{styled[look]}{body}" for c, look, body in cells.lines[row]]
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
