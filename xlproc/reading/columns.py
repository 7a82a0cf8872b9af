"""The header of a table of indicators: one to three rows, spanning headers, tables side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.forms.labels import LONGEST
from xlproc.forms.words import lately_kept
from xlproc.model.frames import TEXT
from xlproc.model.text import clean
from xlproc.reading.labelled import key, name_of
from xlproc.reading.located import Block, Header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.reading.grid import Sheet

LEVELS = ("level1", "level2", "level3")
VALUES = frozenset({"target", "actual", "adjusted", "weight", "declared_score"})
SCORES = frozenset({"weight", "declared_score", "reviewed_score", "deduction"})
_UNDER = {
    "target": frozenset({"nature", "operator", "unit", "target", "adjusted"}),
    "adjusted": frozenset({"operator", "unit"}),
    "actual": frozenset({"actual", "unit", "operator", *SCORES}),
    "reason": frozenset({"reason"}),
    "weight": SCORES,
    "declared_score": SCORES,
    "level3": frozenset(LEVELS),
    "": frozenset({*LEVELS, *VALUES, "nature", "operator", "unit", "reviewed_score", "reason", "deduction"}),
}
"""Which columns a spanning header may hold under it, by its own meaning; others are kept as they are."""


def may_begin(sheet: Sheet) -> set[int]:
    """Give the rows in which a header may begin: a level's name, or the block's, stands there."""
    return {
        row
        for row in sheet.rows()
        if any(cell.state == TEXT and _begins(cell.shown) for _, cell in sheet.row(row))
    }


def header(sheet: Sheet, row: int, bottom: int) -> list[Block]:
    """Give the tables whose header begins in a row, from left to right; none where the row is no header.

    Args:
        sheet: The sheet's cells.
        row: The row, one in which a header may begin.
        bottom: The last row that may belong to it.
    """
    heads = _row(sheet, row)
    names = {head.name for head in heads}
    if not names & {*LEVELS, "block"}:
        return []
    top = row
    if not names & VALUES:
        if not names & {*LEVELS}:
            return []
        upper = _row(sheet, row - 1)
        if not {head.name for head in upper} & VALUES:
            return []
        taken = {c for head in heads for c in range(head.first, head.last + 1)}
        heads += [head for head in upper if head.first not in taken]
        top = row - 1
    heads = [head for head in heads if head.name or len(head.text) <= LONGEST]
    heads.sort(key=lambda head: head.first)
    ends = [
        sheet.span(head.row, head.first)[2] for head in heads if head.name not in ("", "block", "project")
    ]
    end = max(min(max(ends, default=row), row + 3), row)
    end = next((r - 1 for r in range(row + 1, end + 1) if _is_filled(sheet, r, heads)), end)
    left = min((head.first for head in heads if head.known), default=0)
    # a block's label stands left of its header, with nothing right below it
    heads = [h for h in heads if h.known or h.first >= left or sheet.own(end + 1, h.first).shown]
    below = [r for r in range(top + 1, end + 1) if r > row or top < row]
    for further in range(end + 1, min(end + 3, bottom) + 1):
        if not _is_under(sheet, further, heads):
            break
        below.append(further)
        end = further
    for further in below:
        heads = _split(sheet, further, heads)
    return [block for each in _sides(heads) if (block := _block(each, top, end + 1)) is not None]


@lately_kept
def _begins(text: str) -> bool:
    """Tell whether a text may stand in a header's first row: a level's name, or the block's."""
    return key(text) in labels().blocks or name_of(text, labels().columns) in LEVELS


def _row(sheet: Sheet, row: int) -> list[Header]:
    """Give the texts of a row as headers, those of cells merged down from above among them."""
    if row < 1:
        return []
    out: list[Header] = []
    names = labels()
    for column in sheet.across():
        origin = sheet.origin(row, column)
        cell = sheet.at(row, column)
        if cell.state != TEXT or origin[1] != column:
            continue
        name = "block" if key(cell.shown) in names.blocks else name_of(cell.shown, names.columns)
        if origin[0] < row and name in ("", "block"):
            continue  # a block's label beside the header
        field = names.head.of(key(cell.shown))
        if not name and field == "name":
            name = "project"
        _, first, _, last = sheet.span(row, column)
        out.append(Header(name, clean(cell.shown), origin[0], first, last, bool(name or field)))
    return out


def _is_filled(sheet: Sheet, row: int, heads: Sequence[Header]) -> bool:
    """Tell whether a row beside headers that are merged down is a row of the table: it is filled below a single header."""
    for column, cell in sheet.row(row):
        head = next((h for h in heads if h.first == column == h.last), None)
        if cell.state != TEXT or (head and head.known and not name_of(cell.shown, labels().columns)):
            return True
    return False


def _is_under(sheet: Sheet, row: int, heads: Sequence[Header]) -> bool:
    """Tell whether a row holds headers under spanning ones: only known labels, none under a name or level."""
    names = labels().columns
    cells = [(c, cell) for c, cell in sheet.row(row)]
    if not cells or any(cell.state != TEXT for _, cell in cells):
        return False
    under = 0
    for column, cell in cells:
        head = next((h for h in heads if h.first <= column <= h.last), None)
        known = name_of(cell.shown, names)
        if head is None:
            if key(cell.shown) not in labels().blocks:
                return False
            continue
        if head.name in LEVELS and known not in LEVELS:
            return False
        if not known and head.first == head.last:
            return False
        under += bool(known)
    return under > 0


def _split(sheet: Sheet, row: int, heads: Sequence[Header]) -> list[Header]:
    """Put the headers of a lower row in the place of those that span them."""
    out: list[Header] = []
    for head in heads:
        under = [
            (column, cell.shown)
            for column, cell in sheet.row(row)
            if head.first <= column <= head.last
            and cell.state == TEXT
            and (row, column) != (head.row, head.first)
        ]
        if not under or head.row == row:
            out.append(head)
            continue
        for column, text in under:
            _, first, _, last = sheet.span(row, column)
            name = name_of(text, labels().columns)
            parent = "" if head.name in ("block", "project", "extra") else head.name
            if parent == "actual":
                taken = any(h.name == "actual" for h in out)
                name = "actual" if name in ("target", "actual") and not taken else name
                allowed = name in _UNDER["actual"]
            else:
                allowed = name in _UNDER.get(parent, frozenset())
            if head.name == "extra":
                allowed = False
            if allowed and not (parent and any(h.name == name for h in out)):
                out.append(Header(name, clean(text), row, first, last))
            else:
                joined = f"{head.text}:{clean(text)}"
                out.append(Header("extra", joined, row, first, last, bool(name) or head.known))
    return out


def _sides(heads: Sequence[Header]) -> list[list[Header]]:
    """Part headers where a level's name comes again: a second table beside the first; a level it lacks is the first's."""
    sides: list[list[Header]] = [[]]
    for head in heads:
        if head.name in LEVELS and any(h.name == head.name for h in sides[-1]):
            sides.append([])
        sides[-1].append(head)
    whole = [
        side
        for side in sides
        if {"level3", "level2"} & {h.name for h in side} and VALUES & {h.name for h in side}
    ]
    if len(whole) < 2:
        return [list(heads)]
    first = whole[0]
    for side in whole[1:]:
        own = {h.name for h in side}
        side[:0] = [h for h in first if h.name in LEVELS[:2] and h.name not in own]
    return whole


def _block(heads: Sequence[Header], top: int, start: int) -> Block | None:
    """Make a table of its headers: the first of each name, the rest kept as it is."""
    columns: dict[str, Header] = {}
    extra: list[Header] = []
    converted = next((h for h in heads if h.name == "declared_score" and "折算" in h.text), None)
    level = min((head.first for head in heads if head.name in LEVELS), default=0)
    listed = any(head.name == "project" for head in heads)
    for head in heads:
        name = head.name
        if name == "block":
            continue
        if listed and head.first < level and name != "project":
            name = "extra"  # a list of projects: what stands before the levels is the project's
        if converted is not None and name == "declared_score" and head is not converted:
            name = "extra"
        if name == "declared_score" and "declared_score" in columns and "reviewed_score" not in columns:
            name = "reviewed_score"
        if name in ("", "extra") or name in columns:
            extra.append(head)
        else:
            columns[name] = head
    lone = next((h for h in heads if h.name == "block"), None)
    if "level3" not in columns and "level2" in columns:
        # an unknown header between the second level and the values can only be the third
        beside = next((h for h in heads if h.first > columns["level2"].first), None)
        if beside is not None and not beside.name:
            columns["level3"] = beside
            extra.remove(beside)
    if "level3" not in columns:
        deepest = columns.pop("level2", None) or columns.pop("level1", None) or lone
        if deepest is None or len(columns.keys() & VALUES) + (deepest is not lone) < 2:
            return None
        columns["level3"] = deepest
    if not columns.keys() & VALUES:
        return None
    return Block(top, start, columns, extra)
