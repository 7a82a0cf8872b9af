"""The tables of indicators on a sheet: their headers, their rows, the labels of goal blocks, and the total's row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.forms.labels import LONGEST
from xlproc.model.frames import TEXT
from xlproc.model.text import clean
from xlproc.reading.columns import VALUES, header
from xlproc.reading.labelled import key, parted, points
from xlproc.reading.values import parse_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from xlproc.reading.grid import Sheet, Spot
    from xlproc.reading.located import Block, Located

_NOTE = re.compile(r"^[(（]?\s*(?:备?注|填表说明|填报说明|说明)\s*[:：0-9一]")
_GOAL = re.compile(r"目标\d|目标[一二三四五六七八九十](?:\D|$)")
_SIGNED = re.compile(
    r"^.{0,10}(?:负责人|填报人|填表人|制表人|审核人|经办人|联系人|联系电话|签字|盖章|签章|填报日期|填表日期)"
)


def find_indicators(sheet: Sheet, place: Located, heads: Collection[int]) -> None:
    """Find a form's tables of indicators and the row of the total.

    A header that comes again with the same columns continues its table (a new page) unless another goal's label
    stands beside it. What is written below the table, and sums of parts, are no indicators.

    Args:
        sheet: The sheet's cells.
        place: The form.
        heads: The rows in which a header may begin.
    """
    rows = [row for row in sheet.rows() if place.top <= row <= place.bottom]
    headers: dict[int, list[Block]] = {}
    last = 0
    for row in rows:
        if row > last and row in heads and (found := header(sheet, row, place.bottom)):
            headers[row] = found
            last = found[0].start - 1
    if not headers:
        return
    first = min(headers)
    totals = [
        row
        for row in rows
        if row > first
        and not _in(row, headers)
        and _is_labelled(sheet, row, _table(headers, row), labels().total)
    ]
    place.total_row = totals[-1] if totals else 0
    current: list[Block] = []
    ended = False
    for row in rows:
        if row < first:
            continue
        if row in headers:
            fresh = headers[row]
            label = _beside(sheet, row, fresh[0], place.top) or _above(sheet, row, first)
            same = bool(current) and [*current[0].columns] == [*fresh[0].columns]
            if not (same and (not label or label[0] == current[0].label)):
                if label:
                    for block in fresh:
                        block.label, block.label_cell = label
                current = fresh
                place.blocks += fresh
                ended = False
            place.known |= _header_cells(sheet, row, fresh[0].start)
            continue
        if not current or _in(row, headers) or ended:
            continue
        table = current[0]
        if row == place.total_row:
            ended = True
            continue
        if row in totals or _is_part(sheet, row, table):
            place.known |= {(row, c) for c, _ in sheet.row(row)}
            continue
        if _is_labelled(sheet, row, table, labels().rows | labels().other) or _is_note(sheet, row, table):
            ended = not _goes_on(place, row, rows, headers)
            continue
        if _is_goal_row(sheet, row, table):
            continue
        for block in current:
            block.rows.append(row)
        if label := _beside(sheet, row, table, place.top):
            table.labels[row] = label
    blank = [block for block in place.blocks if block.header_row == place.header_row]
    place.blocks = [block for block in place.blocks if block.rows] or blank
    _name_sides(sheet, place)


def _goes_on(place: Located, row: int, rows: list[int], headers: dict[int, list[Block]]) -> bool:
    """Tell whether the table goes on below a note: the total or another header comes later."""
    return place.total_row > row or any(each > row for each in headers)


def _in(row: int, headers: dict[int, list[Block]]) -> bool:
    return any(first <= row < blocks[0].start for first, blocks in headers.items())


def _table(headers: dict[int, list[Block]], row: int) -> Block:
    return headers[max(first for first in headers if first <= row)][0]


def _header_cells(sheet: Sheet, first: int, start: int) -> set[Spot]:
    return {
        (row, column)
        for row in range(first, start)
        for column, cell in sheet.row(row)
        if cell.state == TEXT and len(clean(cell.shown)) <= LONGEST
    }


def _value_columns(table: Block) -> list[tuple[int, int]]:
    return [
        (h.first, h.last)
        for name, h in table.columns.items()
        if name in VALUES - {"weight", "declared_score"}
    ]


def _holds_value(sheet: Sheet, row: int, table: Block) -> bool:
    """Tell whether a target or an actual stands in a row; a text that runs over several columns is none."""
    columns = _value_columns(table)
    for column, cell in sheet.row(row):
        last = sheet.span(row, column)[3]
        if cell.shown and any(first <= column and last <= end for first, end in columns):
            return True
    return False


def _is_labelled(sheet: Sheet, row: int, table: Block, words: frozenset[str]) -> bool:
    """Tell whether a row's first text is such a label: left of the values, in a row that is no indicator's."""
    for column, cell in sheet.row(row):
        if column > table.name.last or cell.state != TEXT:
            return False
        label = key(parted(cell)[0])
        if label in labels().blocks:
            continue
        return label in words and not _holds_value(sheet, row, table)
    return False


def _is_part(sheet: Sheet, row: int, table: Block) -> bool:
    texts = [cell for column, cell in sheet.row(row) if column <= table.name.last]
    parts = any(cell.state == TEXT and key(cell.shown).endswith(labels().parts) for cell in texts[:2])
    return parts and not _holds_value(sheet, row, table)


def _is_note(sheet: Sheet, row: int, table: Block) -> bool:
    """Tell whether a row is a note or a line to sign: one text that begins so, or that runs over the whole table."""
    cells = list(sheet.row(row))
    if not cells or cells[0][1].state != TEXT:
        return False
    column, cell = cells[0]
    if column > table.name.last:
        return False
    said = bool(_NOTE.match(cell.shown) or _SIGNED.match(clean(cell.shown)))
    if not said:
        last = max(h.last for h in table.columns.values())
        said = len(cells) == 1 and column <= table.left and sheet.span(row, column)[3] >= last
    return said and not _holds_value(sheet, row, table)


def _is_goal_row(sheet: Sheet, row: int, table: Block) -> bool:
    """Tell whether a row holds only a goal's label, above the header of its block."""
    cells = list(sheet.row(row))
    return len(cells) == 1 and cells[0][0] <= table.left and _is_goal(cells[0][1].shown)


def _is_goal(text: str) -> bool:
    return bool(_GOAL.search(clean(text))) or (
        "目标" in text and bool(points(text)) and len(clean(text)) <= 20
    )


def _beside(sheet: Sheet, row: int, table: Block, top: int) -> tuple[str, Spot] | None:
    """Give the label left of a table's row that is not just the block's: 年度绩效目标1（40分）, 项目绩效."""
    for column in range(table.left - 1, 0, -1):
        cell = sheet.at(row, column)
        origin = sheet.origin(row, column)
        if cell.state == TEXT and origin[0] >= top:
            text = key(cell.shown)
            if text in labels().blocks or parse_text(cell.shown).state != TEXT:
                return None
            return cell.shown, origin
    return None


def _above(sheet: Sheet, row: int, first: int) -> tuple[str, Spot] | None:
    """Give the goal's label in the row above a header, where it stands alone."""
    cells = list(sheet.row(row - 1))
    if len(cells) == 1 and cells[0][1].state == TEXT and _is_goal(cells[0][1].shown):
        return cells[0][1].shown, (row - 1, cells[0][0])
    return None


def _name_sides(sheet: Sheet, place: Located) -> None:
    """Name tables that stand side by side by the labels above them: 中期目标 | 年度目标."""
    sides = [block for block in place.blocks if block.header_row == place.header_row]
    if len(sides) < 2:
        return
    for block in sides:
        block.beside = True
    for row in range(place.header_row - 1, place.top, -1):
        texts = [
            (c, cell.shown)
            for c, cell in sheet.row(row)
            if cell.state == TEXT and "目标" in clean(cell.shown) and len(clean(cell.shown)) <= 12
        ]
        texts = [
            (c, text)
            for c, text in texts
            if key(text) not in labels().goal_blocks - {"年度目标"} or len(texts) >= 2
        ]
        if len(texts) > len(sides):
            texts = texts[-len(sides) :]
        if len(texts) == len(sides):
            for block, (column, text) in zip(sides, texts, strict=True):
                block.label, block.label_cell = text, (row, column)
            return
