"""Money without columns: a label with its amount beside or behind it, as target and monitoring forms have it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.frames import DATE, NUMBER, TEXT
from xlproc.model.periods import month_of
from xlproc.model.text import clean
from xlproc.reading.grid import NOTHING
from xlproc.reading.labelled import WHOLE, key, name_of, points
from xlproc.reading.located import FundLine
from xlproc.reading.values import parse_cell, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlproc.reading.grid import Cell, Sheet, Spot
    from xlproc.reading.located import Located

AMOUNTS = frozenset({"initial", "budget", "executed"})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A label and its amount.

    Attributes:
        label: The label's place.
        text: The label.
        amount: The amount's place; the label's own where the amount stands behind its colon; None where there is none.
        kind: What the amount is, as the label or a heading left of it says: initial, budget, executed, or "".
    """

    label: Spot
    text: str
    amount: Spot | None
    kind: str

    @property
    def line(self) -> bool:
        """Tell whether the label names a fund line."""
        return bool(labels().lines.of(key(self.text)))


def find_pairs(sheet: Sheet, place: Located, rows: Iterable[int]) -> None:
    """Find fund lines whose amounts stand beside or behind their labels.

    Two amounts of one line in a row are its budget and what was executed: by their labels (预算数：… 执行数：…), by
    headings merged down at their left (年初预算 | … | 累计支出 | …), or as the row above has them.
    """
    order: tuple[str, ...] = ()
    for row in rows:
        pairs = _pairs(sheet, row)
        kinds = tuple(pair.kind for pair in pairs)
        lines = [pair for pair in pairs if pair.line]
        if (
            not pairs
            or not (lines or {"budget", "executed"} <= set(kinds))
            or not (place.fund_lines or _is_money(sheet, place, row, pairs))
        ):
            continue
        twins = len(pairs) == 2 and key(pairs[0].text) == key(pairs[1].text)
        if len(pairs) == 2 and "executed" in kinds and len(set(kinds)) == 2:
            order = kinds
        elif not (twins and order):
            for pair in pairs:
                if pair.kind != "executed":
                    kind = pair.kind or "budget"
                    cells = {kind: pair.amount} if pair.amount else {}
                    place.fund_lines.append(FundLine(row, pair.label, pair.text, cells))
            continue
        cells = {kind: pair.amount for kind, pair in zip(order, pairs, strict=True) if pair.amount}
        place.fund_lines.append(FundLine(row, pairs[0].label, pairs[0].text, cells))
        place.known |= {pair.label for pair in pairs}
    if place.fund_lines:
        _head(sheet, place)


def parted(cell: Cell) -> tuple[str, str]:
    """Part a fund label from what stands behind its last colon; 其中：财政拨款 is a label as a whole."""
    label, colon, inline = cell.shown.replace("：", ":").rpartition(":")
    if not colon or clean(label) == "其中":
        return cell.shown, ""
    return cell.shown[: len(label)], inline.strip()


def amount_of(cell: Cell) -> Cell:
    """Give the amount that a cell holds, also behind a label and its colon."""
    label, inline = parted(cell)
    if cell.state != TEXT or label == cell.shown:
        return cell
    return cell._replace(shown=inline) if inline else NOTHING


def _pairs(sheet: Sheet, row: int) -> list[_Pair]:
    cells = list(sheet.row(row))
    out: list[_Pair] = []
    for i, (column, cell) in enumerate(cells):
        if cell.state != TEXT or is_block(cell):
            continue
        label, inline = parted(cell)
        name = name_of(label, labels().funds)
        kind = name if name in AMOUNTS else ""
        line = bool(labels().lines.of(key(label)))
        if not (kind or line) or is_heading(sheet, row, column):
            continue
        if inline and parse_text(inline).state != NUMBER:
            continue
        beside = cells[i + 1] if i + 1 < len(cells) else None
        amount: Spot | None = (row, column) if inline else None
        if not inline and beside is not None and beside[0] > column and not _is_labelled(beside[1]):
            if parse_cell(beside[1]).state in (TEXT, DATE) and not beside[1].shown.endswith("元"):
                continue
            amount = row, beside[0]
        if line and key(label) not in labels().funds.words:
            kind = _heading(sheet, row, column)
        out.append(_Pair((row, column), label, amount, kind))
    return out


def _is_labelled(cell: Cell) -> bool:
    label = key(parted(cell)[0])
    return cell.state == TEXT and bool(labels().lines.of(label) or name_of(label, labels().funds))


def is_heading(sheet: Sheet, row: int, column: int) -> bool:
    """Tell whether a cell says what the amounts at its right are: 年初预算 | 资金总额：213."""
    cell = sheet.at(row, column)
    if cell.state != TEXT or is_block(cell) or name_of(cell.shown, labels().funds) not in AMOUNTS:
        return False
    beside = next(
        (
            sheet.at(row, c)
            for c in sheet.across()
            if c > sheet.span(row, column)[3] and sheet.at(row, c).shown
        ),
        NOTHING,
    )
    label = key(parted(beside)[0])
    return beside.state == TEXT and bool(labels().lines.of(label)) and label not in labels().funds.words


def _heading(sheet: Sheet, row: int, column: int) -> str:
    """Give what the nearest heading at the left says that amounts are."""
    left = next((c for c in range(column - 1, 0, -1) if is_heading(sheet, row, c)), 0)
    return name_of(sheet.at(row, left).shown, labels().funds) if left else ""


def _is_money(sheet: Sheet, place: Located, row: int, pairs: Sequence[_Pair]) -> bool:
    """Tell whether a row's pairs are money: below a label of the money block, or by their own words."""
    above = (cell for r in sheet.rows() if place.top <= r <= row for _, cell in sheet.row(r))
    if any(is_block(cell) for cell in above):
        return True
    return any(pair.line and ("资金" in clean(pair.text) or "预算" in clean(pair.text)) for pair in pairs)


def is_block(cell: Cell) -> bool:
    """Tell whether a cell is the label of the money block."""
    label = key(cell.shown)
    named = label in labels().fund_blocks or "项目资金" in label
    return cell.state == TEXT and named and not labels().lines.of(label)


def points_of(text: str) -> str:
    """Give the points that the money block's label names: 预算执行情况（万元）（20分）."""
    return points(re.sub(r"[(（][^()（）]*元[)）]", "", clean(text)))


def _head(sheet: Sheet, place: Located) -> None:
    """Take unit, points and period from the labels beside the first lines."""
    first, last = place.fund_lines[0], place.fund_lines[-1]
    for row in range(max(first.row - 1, place.top), last.row + 1):
        for column, cell in sheet.row(row):
            heading = is_heading(sheet, row, column)
            if heading:
                place.known.add((row, column))
                executed = name_of(cell.shown, labels().funds) == "executed"
                month = month_of(cell.shown) if executed and not place.period else None
                if month and not WHOLE.search(clean(cell.shown)):
                    place.period, place.period_cell = f"1-{month}月", (row, column)
            if (heading or (is_block(cell) and row <= first.row)) and not place.fund_label:
                place.fund_label = clean(cell.shown)
                if worth := points_of(cell.shown):
                    place.fund_points = worth, (row, column)
    place.fund_label = place.fund_label or clean(first.text)
