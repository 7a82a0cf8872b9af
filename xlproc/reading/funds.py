"""The money block: its columns or its pairs of labels and amounts, and its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.frames import TEXT
from xlproc.model.text import clean, label_key
from xlproc.reading.fund_pairs import AMOUNTS, find_pairs, is_block, is_heading, points_of
from xlproc.reading.labelled import WHOLE, found, key, name_of, parted
from xlproc.reading.located import FundLine, Header
from xlproc.reading.values import parse_cell, parse_text

if TYPE_CHECKING:
    from xlproc.reading.grid import Cell, Sheet, Spot
    from xlproc.reading.located import Located

_PERIOD = re.compile(
    r"^(?:截至|截止)?(\d{1,2}(?:[-—–~～至到]\d{1,2})?月(?:份|末|底|\d{1,2}日)?|上半年|半年|前三季度)(.+)$"
)
_SCORED = re.compile(r"(\d{1,3}(?:\.\d+)?)分[*×x]", re.IGNORECASE)


def find_funds(sheet: Sheet, place: Located) -> None:
    """Find a form's money block above its indicators."""
    limit = place.header_row or place.bottom + 1
    rows = [row for row in sheet.rows() if place.top <= row < limit]
    for row in rows:
        columns, extra, period, spot = _columns(sheet, row)
        if len(AMOUNTS & columns.keys()) >= 2:
            place.fund_header, place.funds, place.fund_extra = row, columns, extra
            if period:
                place.period, place.period_cell = period, spot
            _table(sheet, place, limit)
            return
    find_pairs(sheet, place, rows)


def is_fund_header(sheet: Sheet, row: int) -> bool:
    """Tell whether a row is the head of a money block."""
    return len(AMOUNTS & _columns(sheet, row)[0].keys()) >= 2


def _columns(sheet: Sheet, row: int) -> tuple[dict[str, Header], list[Header], str, Spot]:
    """Give a row's fund columns, further ones, and the part of the year that the executed column names."""
    columns: dict[str, Header] = {}
    extra: list[Header] = []
    period, period_cell = "", (row, 1)
    names = labels().funds
    if sum(bool(name_of(cell.shown, names)) for _, cell in sheet.row(row) if cell.state == TEXT) < 2:
        return columns, extra, period, period_cell  # no head of columns
    seen: set[int] = set()
    for column in sheet.across():
        for source in (row, row - 1):
            cell, origin = sheet.at(source, column), sheet.origin(source, column)
            if cell.state != TEXT or origin[1] != column or column in seen:
                continue
            if source < row and (sheet.at(row, column).shown or not columns):
                continue
            if is_heading(sheet, source, column):
                continue
            name = name_of(cell.shown, names)
            match = _PERIOD.match(label_key(cell.shown))
            if match and match[2] in labels().period:
                name = "executed"
                period, period_cell = "" if WHOLE.search(match[1]) else match[1], (origin[0], column)
            elif match and name_of(match[2], names) == "declared_rate":
                name = "declared_rate"
            if not name and source < row:
                continue
            if key(cell.shown) in labels().fund_blocks and not (name and columns):
                continue
            _, first, _, last = sheet.span(source, column)
            header = Header(name, clean(cell.shown), origin[0], first, last, bool(name))
            seen |= set(range(first, last + 1))
            if name == "budget" and _is_label_column(sheet, row, header):
                continue
            if name in ("", "extra") or name in columns:
                if columns:
                    extra.append(Header("extra", header.text, header.row, first, last, bool(name)))
                elif name == "extra":
                    extra.append(header)
            else:
                columns[name] = header
    if "sum" in columns:
        header = columns.pop("sum")
        if "budget" not in columns and "executed" in columns:
            columns["budget"] = header
        else:
            extra.append(header)
    later = [c for c in columns if c == "executed" and columns[c].text.startswith(("全年预计", "预计"))]
    if later and columns.keys() & AMOUNTS == {"executed"}:
        del columns["executed"]
    return (
        columns,
        [h for h in extra if h.first not in {c.first for c in columns.values()}],
        period,
        period_cell,
    )


def _is_label_column(sheet: Sheet, row: int, header: Header) -> bool:
    """Tell whether labels of fund lines stand below a header: 年度预算数 above 总额, 其中：财政资金."""
    below = [sheet.at(r, header.first) for r in range(row + 1, row + 4)]
    return any(
        cell.state == TEXT and parse_text(cell.shown).state == TEXT and labels().lines.of(key(cell.shown))
        for cell in below
    )


def _table(sheet: Sheet, place: Located, limit: int) -> None:
    left = min(h.first for name, h in place.funds.items() if name in AMOUNTS)
    start = max(sheet.span(place.fund_header, h.first)[2] for h in place.funds.values()) + 1
    near = [
        (row, column, cell)
        for row in range(place.fund_header - 1, start + 1)
        for column, cell in sheet.row(row)
        if column < left and (row >= place.fund_header or sheet.span(row, column)[2] >= place.fund_header)
    ]
    blocks = [(r, c, cell) for r, c, cell in near if is_block(cell)]
    if blocks:
        place.fund_label = clean(blocks[0][2].shown)
    for row, column, cell in blocks:
        if worth := points_of(cell.shown):
            place.fund_points = worth, (row, column)
    for header in place.funds.values():
        if place.fund_points is None and (match := _SCORED.search(header.text)):
            place.fund_points = match[1], (header.row, header.first)
    for row in (r for r in sheet.rows() if start <= r < limit):
        if _is_goal_row(sheet, row) or is_fund_header(sheet, row):
            break
        texts = [
            (row, c)
            for c, cell in sheet.row(row)
            if c < left and cell.state == TEXT and parse_text(cell.shown).state == TEXT
        ]
        known = [spot for spot in texts if labels().lines.of(key(sheet.own(*spot).shown))]
        spots = known or [s for s in texts if not is_block(sheet.own(*s))]
        amounts = [
            cell
            for c, cell in sheet.row(row)
            for n, h in place.funds.items()
            if n in AMOUNTS and h.first <= c <= h.last
        ]
        if spots and not known:
            label = key(parted(sheet.own(*spots[-1]))[0])
            if label in labels().other | labels().rows | labels().goal_blocks | labels().blocks:
                break
            if any(_is_prose(cell) for cell in amounts):
                break
        if not spots:
            if not amounts or any(_is_prose(cell) for cell in amounts):
                break
            # figures without a label; or the block's label is the line's
            beside = _covering(sheet, row, left)
            own = [spot for spot in beside if labels().lines.of(key(sheet.own(*spot).shown))] or beside
            lone = own[0] if own and not place.fund_lines else (row, max(left - 1, 1))
            place.fund_lines.append(FundLine(row, lone))
            continue
        place.fund_lines.append(FundLine(row, spots[-1]))


def _covering(sheet: Sheet, row: int, left: int) -> list[Spot]:
    """Give the cells left of the amounts that are merged over a row."""
    return [sheet.origin(row, c) for c in range(1, left) if sheet.at(row, c).state == TEXT]


def _is_goal_row(sheet: Sheet, row: int) -> bool:
    names = {name for name, _, text in found(sheet, row, labels().goals) if not labels().lines.of(key(text))}
    first = next((cell for _, cell in sheet.row(row) if cell.state == TEXT), None)
    return bool(names & {"goal_expected", "goal_actual"}) or (
        first is not None and key(first.shown) in labels().goal_blocks
    )


def _is_prose(cell: Cell) -> bool:
    """Tell whether a cell holds words where an amount should stand."""
    value = parse_cell(cell)
    return (
        value.state == TEXT
        and not value.trouble
        and not any(c.isdigit() for c in cell.shown)
        and len(cell.shown) > 2
        and not cell.shown.endswith("元")
    )
