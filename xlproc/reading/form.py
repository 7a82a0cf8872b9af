"""Finds the forms on a sheet and where their parts are: by labels, never by positions."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.frames import MONITORING, TEXT
from xlproc.model.text import clean
from xlproc.reading.columns import header, may_begin
from xlproc.reading.fund_pairs import AMOUNTS
from xlproc.reading.funds import find_funds, is_fund_header
from xlproc.reading.head import find_goals, find_grade, find_head, find_head_total, find_years
from xlproc.reading.indicators import find_indicators
from xlproc.reading.kinds import family_of, kind_of
from xlproc.reading.labelled import key, name_of, names_goal, parted
from xlproc.reading.located import FundLine, Located
from xlproc.reading.texts import find_texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from xlproc.reading.grid import Cell, Sheet, Spot
    from xlproc.reading.located import Header


def locate(sheet: Sheet) -> list[Located]:
    """Find the forms on a sheet.

    Args:
        sheet: The sheet's cells.

    Returns:
        A place for each form, from top to bottom; none where the sheet holds no form.
    """
    places: list[Located] = []
    heads = may_begin(sheet)
    if split := _side_by_side(sheet, heads):
        left, right = sheet.part(1, split - 1), sheet.part(split, sheet.across()[-1])
        return [*locate(left), *locate(right)]
    for top, bottom in _segments(sheet, heads):
        place = Located(sheet, top, bottom)
        find_indicators(sheet, place, heads)
        find_funds(sheet, place)
        find_goals(sheet, place)
        find_head(sheet, place)
        find_years(sheet, place)
        find_grade(sheet, place)
        find_head_total(sheet, place)
        place.kind = kind_of(sheet, place)
        place.family = family_of(place)
        if place.kind == MONITORING:
            find_texts(sheet, place)
        found = 3 - len(place.missing_blocks)
        titled = bool(labels().kind_of(place.title))
        if place.blocks or place.kind == "final_accounts" or (titled and (found or "name" in place.head)):
            places += _by_project(sheet, place)
    return places


def _side_by_side(sheet: Sheet, heads: Collection[int]) -> int:
    """Give the column in which a second whole form begins beside the first, with a project's name of its own; else 0."""
    named: list[int] = []
    for row in sheet.rows():
        columns = [column for column, cell in sheet.row(row) if _is_project_label(cell)]
        if len(columns) > 1:
            named = columns
        if named and row in heads and (blocks := header(sheet, row, row + 3)):
            lefts = [block.left for block in blocks]
            second = named[1]
            return (
                second
                if len(blocks) > 1 and lefts[0] < second <= min(b.name.first for b in blocks[1:])
                else 0
            )
    return 0


def _segments(sheet: Sheet, heads: Collection[int]) -> list[tuple[int, int]]:
    """Part a sheet where a form begins: at a project's name, or at a head of columns that no name precedes.

    A head of columns that is repeated after a page break begins no form: it follows neither title nor money.
    """
    rows = sheet.rows()
    if not rows:
        return []
    starts: list[int] = []
    titled, named, money, below = 0, False, 0, 0
    tables: list[int] = []
    for row in rows:
        if row <= below:
            continue
        if row in heads and (blocks := header(sheet, row, row + 3)):
            below = blocks[0].start - 1
            tables.append(row)
            if not named and (titled or money):
                starts.append(titled or money)
            titled, named, money = 0, False, 0
        elif _names_project(sheet, row):
            starts.append(titled if titled and row - titled <= 4 else row)
            titled, named, money = 0, True, 0
        elif _is_title(sheet, row):
            titled = row
        elif is_fund_header(sheet, row):
            money = row
    # a project's name below the last table, without a title of its own, begins no form
    starts = [start for start in starts if start <= max(tables, default=rows[-1]) or _is_title(sheet, start)]
    if len(starts) < 2:
        return [(rows[0], rows[-1])]
    starts[0] = rows[0]
    return [(top, starts[i + 1] - 1 if i + 1 < len(starts) else rows[-1]) for i, top in enumerate(starts)]


def _names_project(sheet: Sheet, row: int) -> bool:
    """Tell whether a row begins with the label of a project's name."""
    return any(_is_project_label(cell) for _, cell in islice(sheet.row(row), 1))


def _is_project_label(cell: Cell) -> bool:
    return cell.state == TEXT and labels().head.of(key(parted(cell)[0])) == "name"


def _is_title(sheet: Sheet, row: int) -> bool:
    """Tell whether a row is a title: one short text alone that names a kind of form, and is no label."""
    cells = [cell.shown for _, cell in sheet.row(row)]
    if len(cells) != 1 or len(cells[0]) > 60 or not labels().kind_of(cells[0]):
        return False
    text = key(cells[0])
    return not names_goal(cells[0]) and ("表" in text or "自评" in text or "监控" in text)


def _by_project(sheet: Sheet, place: Located) -> list[Located]:
    """Part a list of many projects in one table by the column of their names; what stands beside a name is the project's."""
    column = place.columns.get("project")
    if column is None:
        return [place]
    parts: list[tuple[Spot, list[int]]] = []
    for row in place.rows:
        spot = sheet.origin(row, column.first)
        shown = sheet.at(row, column.first).shown
        if shown and (
            not parts or (spot != parts[-1][0] and clean(shown) != clean(sheet.at(*parts[-1][0]).shown))
        ):
            parts.append((spot, []))
        if parts:
            parts[-1][1].append(row)
        else:
            parts.append(((row, column.first), [row]))
    block = place.blocks[0]
    level = min(h.first for n, h in block.columns.items() if n != "project" and h.first > column.first)
    beside = [h for h in (*block.columns.values(), *block.extra) if h.first < level]
    whose = [
        h for h in beside if h.name != "project" and (h.first > column.first or labels().head.of(key(h.text)))
    ]
    columns = {name: head for name, head in block.columns.items() if name != "project" and head not in whose}
    extra = [head for head in block.extra if head not in whose]
    return [
        _with_own(
            sheet,
            replace(
                place,
                head={**place.head, "name": spot},
                goals=dict(place.goals),
                fund_lines=list(place.fund_lines),
                extra=list(place.extra),
                blocks=[replace(block, columns=columns, extra=extra, rows=rows)],
                known=place.known
                | {(row, column.first) for row in rows}
                | _cells(sheet, {*place.rows} - {*rows}),
            ),
            whose,
        )
        for spot, rows in parts
    ]


def _with_own(sheet: Sheet, place: Located, whose: list[Header]) -> Located:
    """Read a project's own cells in a list: its agency, its money, its goal, under the columns' headings."""
    for head in whose:
        row = place.rows[0]
        cells = [(r, sheet.at(r, head.first)) for r in place.rows]
        row, cell = next(((r, each) for r, each in cells if each.shown), (row, cells[0][1]))
        spot, text = sheet.origin(row, head.first), key(head.text)
        field = labels().head.of(text)
        money = name_of(head.text, labels().funds) in AMOUNTS or labels().lines.of(text) == "total"
        if field:
            place.head[field] = spot
        elif (goal := name_of(head.text, labels().goals)) in ("goal_expected", "goal_actual"):
            place.goals.setdefault(goal, spot)
        elif money:
            place.fund_lines.append(FundLine(spot[0], (head.row, head.first), "", {"budget": spot}))
            place.fund_label = place.fund_label or head.text
        elif cell.shown:
            place.extra.append((head.text, cell.shown))
        place.known |= {(r, head.first) for r in place.rows}
    return place


def _cells(sheet: Sheet, rows: set[int]) -> set[Spot]:
    return {(row, column) for row in rows for column, _ in sheet.row(row)}
