"""What a form holds besides: texts that are kept as they are, and what was not understood, so that nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.cells import a1
from xlproc.model.frames import TEXT
from xlproc.model.text import clean
from xlproc.reading.fund_pairs import parted as fund_parted
from xlproc.reading.labelled import key, name_of, parted
from xlproc.reading.values import parse_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlproc.reading.grid import Cell, Sheet
    from xlproc.reading.located import Located

LONGEST = 12
"""A longer text is cut where it is told."""


def kept_texts(sheet: Sheet, place: Located, used: set[str]) -> Iterator[tuple[str, str]]:
    """Give labels that are known but not evaluated, with the text beside or below them.

    Args:
        sheet: The sheet's cells.
        place: Where the form's parts are.
        used: Cells that the records speak of; what is given here is added to ``place.known``.
    """
    yield from place.extra
    inside = _tables(place)
    for row in (r for r in sheet.rows() if place.top <= r <= place.bottom and r not in inside):
        cells = [
            (c, cell) for c, cell in sheet.row(row) if (row, c) not in place.known and a1(row, c) not in used
        ]
        i = 0
        while i < len(cells):
            column, cell = cells[i]
            i += 1
            if not is_known(cell):
                continue
            place.known.add((row, column))
            label, inline = parted(cell)
            values = [inline] if inline else []
            while i < len(cells) and not is_known(cells[i][1]):
                values.append(cells[i][1].shown)
                place.known.add((row, cells[i][0]))
                i += 1
            if values:
                yield clean(label), " ".join(values)


def leftovers(sheet: Sheet, place: Located, used: set[str]) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Give what was not understood, row by row: the row, its cells, and what stands there.

    Args:
        sheet: The sheet's cells.
        place: Where the form's parts are, after :func:`kept_texts`.
        used: Cells that the records speak of.
    """
    inside = _tables(place)
    for row in (r for r in sheet.rows() if place.top <= r <= place.bottom):
        rest = [
            (column, cell)
            for column, cell in sheet.row(row)
            if (row, column) not in place.known
            and a1(row, column) not in used
            and cell.shown
            and not is_known(cell)
            and not _is_silent(cell)
        ]
        if row in inside and all(_is_label_of_table(sheet, place, row, column) for column, _ in rest):
            continue
        if rest and not (row not in inside and _is_prose(sheet, row)):
            texts = "、".join(_cut(cell.shown) for _, cell in rest)
            yield row, tuple(a1(row, column) for column, _ in rest), texts


def _tables(place: Located) -> set[int]:
    rows = {line.row for line in place.fund_lines} | set(place.rows) | {place.total_row, place.fund_header}
    for block in place.blocks:
        rows |= set(range(block.header_row, block.start))
    return rows - {0}


def is_known(cell: Cell) -> bool:
    """Tell whether a cell is a label that the vocabulary knows, whatever for."""
    if cell.state != TEXT:
        return False
    words = labels()
    text = key(parted(cell)[0])
    kept = words.other | words.rows
    return bool(
        text in kept
        or key(cell.shown) in kept  # a colon may stand inside its brackets
        or text in words.fund_blocks
        or text in words.goal_blocks
        or text in words.blocks
        or text in words.total
        or text in words.grade_labels
        or text in words.head_total
        or text in words.head_reviewed
        or words.head.of(text)
        or words.goals.of(text)
        or words.lines.of(key(fund_parted(cell)[0]))
        or name_of(cell.shown, words.funds)
        or name_of(cell.shown, words.columns)
    )


def _is_label_of_table(sheet: Sheet, place: Located, row: int, column: int) -> bool:
    """Tell whether a text is the label of a table, a level that a row below carries, or left of a line of money."""
    cell, right = sheet.own(row, column), sheet.span(row, column)[3]
    if cell.state != TEXT or parse_cell(cell).state != TEXT:
        return False
    for block in place.blocks:
        if block.header_row <= row <= max(block.rows, default=block.start):
            levels = [block.columns[n] for n in ("level1", "level2") if n in block.columns]
            beside = right < block.left and clean(cell.shown) == clean(block.label)
            return beside or any(h.first <= column <= h.last and right < block.name.first for h in levels)
    lefts = [h.first for h in place.funds.values()]
    lines = {line.row for line in place.fund_lines}
    if row == place.fund_header and sheet.span(row, column)[2] > row:
        lines.add(row)  # a label merged down beside its lines
    return row in lines and bool(lefts) and column < min(lefts)


def _is_silent(cell: Cell) -> bool:
    value = parse_cell(cell)
    return value.state in ("placeholder", "blank") or value.number == 0


def _is_prose(sheet: Sheet, row: int) -> bool:
    """Tell whether a row outside of the tables is one text: a note, an instruction, a line to sign."""
    cells = [cell for _, cell in sheet.row(row)]
    return len(cells) == 1 and cells[0].state == TEXT


def _cut(text: str) -> str:
    line = clean(text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
