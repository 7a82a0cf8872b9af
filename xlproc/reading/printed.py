"""What a form itself calls its parts: the labels beside the head's fields, the goals, the money and the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.frames import TEXT
from xlproc.reading.labelled import key, parted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlproc.reading.grid import Cell, Sheet, Spot
    from xlproc.reading.located import Block, Header, Located


def printed_labels(sheet: Sheet, place: Located) -> Iterator[tuple[str, str]]:
    """Give the labels as they are printed, by our word for what stands beside or below them.

    Args:
        sheet: The sheet's cells.
        place: Where the form's parts are.

    Yields:
        Our word (name, department, agency, goal_expected, goal_actual, goals, funds, head_total, total) and the label.
    """
    words = labels()
    for name, spot in place.head.items():
        yield from _label(sheet, spot, name, lambda text, name=name: words.head.of(text) == name)  # type: ignore[misc]
    for name, spot in place.goals.items():
        yield from _label(
            sheet,
            spot,
            name,
            lambda text, name=name: words.goals.of(text) == name or text in words.goal_blocks,  # type: ignore[misc]
        )
    if place.goals:
        row, column = next(iter(place.goals.values()))
        left = (cell.shown for r in (row, row - 1) for c, cell in sheet.row(r) if c < column)
        yield from (("goals", text) for text in left if key(text) in words.goal_blocks)
    if place.fund_label:
        yield "funds", place.fund_label
    if place.head_total:
        yield from _label(sheet, place.head_total, "head_total", lambda text: text in words.head_total)
    if place.total_row:
        texts = [cell.shown for _, cell in sheet.row(place.total_row) if cell.state == TEXT]
        yield from (("total", text) for text in texts[:1])


def _label(sheet: Sheet, spot: Spot, name: str, fits: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Find a label at its value: in the same cell, above it, else at its left."""
    row, column = spot
    near: list[Cell] = [sheet.at(row, column)]
    near += [sheet.at(r, column) for r in range(row - 1, max(row - 3, 0), -1)]
    near += [cell for c, cell in reversed(list(sheet.row(row))) if c < column]
    for cell in near:
        if cell.state == TEXT and fits(key(parted(cell)[0])):
            yield name, parted(cell)[0]
            return


def all_columns(blocks: list[Block]) -> dict[str, Header]:
    """Give the columns of all tables of a form in one order: the widest table's, with what only others have between."""
    if not blocks:
        return {}
    tables = [sorted(block.columns.items(), key=lambda item: item[1].first) for block in blocks]
    tables.sort(key=len, reverse=True)
    order = [name for name, _ in tables[0]]
    found = dict(tables[0])
    for table in tables[1:]:
        before = ""
        for name, header in table:
            if name not in found:
                order.insert(order.index(before) + 1 if before else 0, name)
                found[name] = header
            before = name
    return {name: found[name] for name in order}
