"""The head of a form: title, year, project, department, agency; goals; the unit's own grade and total."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.forms import labels, version_of
from xlproc.model.frames import NUMBER, TEXT
from xlproc.model.text import clean
from xlproc.reading.labelled import PART, WHOLE, in_one, key, name_of, names_goal, parted
from xlproc.reading.values import parse_cell, parse_text

if TYPE_CHECKING:
    from xlproc.reading.grid import Sheet, Spot
    from xlproc.reading.located import Located

_OF_YEAR = re.compile(r"((?:19|20)\d{2})年度")
_YEAR = re.compile(r"((?:19|20)\d{2})年(?!\d{1,2}月)")  # a date names no year of the form
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NAMED_YEAR = re.compile(r"((?:19|20)\d{2})(?:年度|年(?!\d{1,2}月))")


def find_head(sheet: Sheet, place: Located) -> None:
    """Find title, year, head fields and the template's mark."""
    limit = min(_first_of_funds(place), place.header_row or place.bottom + 1)
    rows = [row for row in sheet.rows() if place.top <= row < limit]
    for row in rows:
        cells = list(sheet.row(row))
        for column, cell in cells:
            if cell.state != TEXT or clean(cell.shown).startswith(("(", "[")):
                continue  # （年度） is a title's second line
            label, inline = parted(cell)
            name = labels().head.of(key(label)) or (not inline and labels().head.of(key(cell.shown))) or ""
            if not name:
                continue
            spot = _value_of(sheet, row, column, inline)
            if name in place.head:
                continue
            others = [part.replace("：", ":").partition(":") for part in in_one(cell.shown)[1:]]
            place.extra += [(clean(other), text.strip()) for other, _, text in others if text.strip()]
            place.known |= {(row, column), spot}
            place.head[name] = spot
    named = place.head.get("name", (limit, 1))[0]
    titles = [
        (cell.shown, (row, column))
        for row in rows
        if row < named or "name" not in place.head
        for column, cell in sheet.row(row)
        if cell.state == TEXT and len(cell.shown) <= 80
    ]
    for text, spot in titles:
        if labels().kind_of(text) and not names_goal(text):
            place.title, place.title_cell = text, spot
            place.known.add(spot)
            break
    else:
        loose = [
            (text, spot)
            for text, spot in titles
            if any(word in clean(text) for word in ("绩效", "自评", "监控"))
        ]
        if loose and not names_goal(loose[0][0]):
            place.title, place.title_cell = loose[0]
    for row in (r for r in rows if r < named):
        for column, cell in sheet.row(row):
            part = PART.search(clean(cell.shown))
            if part and not place.period and not WHOLE.search(part[0]):
                place.period, place.period_cell = part[0], (row, column)
            if year := _NAMED_YEAR.search(_dated(cell.shown)):
                place.years.append((int(year[1]), (row, column)))
                place.known.add((row, column))
    texts = [_dated(cell.shown) for row in rows if row < named for _, cell in sheet.row(row)]
    for pattern in (_OF_YEAR, _YEAR, re.compile(r"^((?:19|20)\d{2})$")):
        match = next((found for text in texts if (found := pattern.search(text))), None)
        if match and place.year is None:
            place.year = int(match[1])
    for row in range(place.top, place.bottom + 1):
        for _, cell in sheet.row(row):
            if cell.state == TEXT and (version := version_of(cell.shown)):
                place.version = version
    if place.year is None and "year" in place.head:
        match = re.search(r"(?:19|20)\d{2}", _dated(sheet.at(*place.head["year"]).shown))
        place.year = int(match[0]) if match else None
    if place.year is None and (match := _YEAR.search(_dated(sheet.name))):
        place.year = int(match[1])


def _first_of_funds(place: Located) -> int:
    lines = [line.row for line in place.fund_lines]
    return place.fund_header or min(lines, default=place.bottom + 1)


def _value_of(sheet: Sheet, row: int, column: int, inline: str) -> Spot:
    """Give the place of a label's value: its own cell behind a colon, else the next text that is no label."""
    if inline:
        return row, column
    spot = row, sheet.span(row, column)[3] + 1
    for right, other in sheet.row(row):
        if right <= column or not other.shown:
            continue
        text = key(parted(other)[0])
        if not (labels().head.of(text) or text in labels().other or text in labels().head_total):
            spot = row, right
        break
    return spot


def find_goals(sheet: Sheet, place: Located) -> None:
    """Find the goals: texts below their labels, or at their right."""
    limit = place.header_row or place.bottom + 1
    start = place.fund_lines[-1].row + 1 if place.fund_lines else place.top
    rows = [row for row in sheet.rows() if start <= row < limit]
    if not any(_goal_labels(sheet, row) for row in rows):
        rows = [
            row
            for row in sheet.rows()
            if place.top <= row < limit and row not in {n.row for n in place.fund_lines}
        ]
    for row in rows:
        found = _goal_labels(sheet, row)
        if len(list(sheet.row(row))) == 1 and _goal_labels(sheet, row + 1):
            continue  # a heading above the block
        if any(name != "extra" for name, *_ in found) or (found and row + 1 < limit):
            _take(sheet, place, row, found)


def is_one_goal(sheet: Sheet, place: Located) -> bool:
    """Tell a form that has one text for its goals beside their label, and no place for what was done."""
    row, column = next(iter(place.goals.values()))
    return any(names_goal(parted(cell)[0]) for c, cell in sheet.row(row) if c < column)


def _goal_labels(sheet: Sheet, row: int) -> list[tuple[str, int]]:
    """Give a row's goal labels; a block's label at the left, with others beside it, names no goal itself."""
    found = []
    for column, cell in sheet.row(row):
        if cell.state == TEXT and (name := name_of(parted(cell)[0], labels().goals)):
            found.append((name, column, key(cell.shown)))
    if len(found) > 1:
        first, second = (sheet.span(row, column)[2] for _, column, _ in found[:2])
        if first > second or found[0][2] in labels().goal_blocks:
            found = found[1:]
    return [(name, column) for name, column, _ in found]


def _take(sheet: Sheet, place: Located, row: int, found: list[tuple[str, int]]) -> None:
    columns = {column for _, column in found}
    below = max(sheet.span(row, column)[2] for column in columns) + 1
    cells = list(sheet.row(row))
    for name, column in found:
        inline = parted(sheet.own(row, column))[1]
        right = next(((c, cell) for c, cell in cells if c > column), None)
        if len(inline) > 1:
            spot = row, column
        elif right and right[0] not in columns and not _is_label(right[1].shown):
            spot = row, right[0]
        elif (
            (len(found) == 1 and not right and not sheet.own(below, column).shown)
            or (place.header_row and below >= place.header_row)
            or _is_label(sheet.own(below, column).shown)
            or _goal_labels(sheet, below)
        ):
            spot = row, sheet.span(row, column)[3] + 1
        else:
            spot = below, column
        place.known |= {(row, column), spot}
        if name in place.goals and sheet.at(*spot).shown and not sheet.at(*place.goals[name]).shown:
            place.goals[name] = spot  # the adjusted goal, where the first one is blank
        elif name == "extra" or name in place.goals:
            text = sheet.at(*spot).shown
            if text and spot != (row, column):
                place.extra.append((clean(sheet.own(row, column).shown), text))
        else:
            place.goals[name] = spot


def _is_label(text: str) -> bool:
    return names_goal(text) or key(text) in labels().blocks | labels().fund_blocks


def find_years(sheet: Sheet, place: Located) -> None:
    """Note the years that the year field and the columns' headers name."""
    if "year" in place.head:
        spot = place.head["year"]
        if match := re.search(r"(?:19|20)\d{2}", _dated(sheet.at(*spot).shown)):
            place.years.append((int(match[0]), spot))
    headers = {block.header_row for block in place.blocks}
    for row in sorted(r for r in {place.fund_header, *headers} if r):
        for column, cell in sheet.row(row):
            part = PART.match(clean(cell.shown))
            if part and not place.period and not WHOLE.search(part[0]):
                place.period, place.period_cell = part[0], (row, column)
            if match := re.match(r"((?:19|20)\d{2})年度?", _dated(cell.shown)):
                place.years.append((int(match[1]), (row, column)))


def find_grade(sheet: Sheet, place: Located) -> None:
    """Find the grade that the unit gives itself: beside its label, or in the row of the total."""
    rows = set(place.rows)
    for row in (r for r in sheet.rows() if place.top <= r <= place.bottom and r not in rows):
        cells = [(column, cell) for column, cell in sheet.row(row) if cell.state == TEXT]
        for i, (column, cell) in enumerate(cells):
            label, inline = parted(cell)
            found = [(column, inline)] if inline else [(c, other.shown) for c, other in cells[i + 1 : i + 2]]
            if key(label) in labels().grade_labels and found:
                spot = found[0]
            elif row == place.total_row and clean(cell.shown) in labels().grade_words:
                spot = (column, cell.shown)
            else:
                continue
            place.grade = labels().grade_words.get(clean(spot[1]), "")
            place.grade_text, place.grade_cell = clean(spot[1]), (row, spot[0])
            place.known |= {(row, column), place.grade_cell}
            if place.grade:
                return


def find_head_total(sheet: Sheet, place: Located) -> None:
    """Find the unit's own total where the head gives it: 自评得分 | 98, or 自评总分：69."""
    rows = [r for r in sheet.rows() if place.top <= r <= place.bottom]
    inside = {row for block in place.blocks for row in (*range(block.header_row, block.start), *block.rows)}
    for row in rows:
        if row in inside or row == place.total_row or any(line.row == row for line in place.fund_lines):
            continue
        if row == place.fund_header:
            continue
        cells = list(sheet.row(row))
        for i, (column, cell) in enumerate(cells):
            if cell.state != TEXT:
                continue
            label, inline = parted(cell)
            reviewed = key(label) in labels().head_reviewed
            if key(label) not in labels().head_total and not reviewed:
                continue
            beside = cells[i + 1] if i + 1 < len(cells) else None
            if inline and parse_text(inline).state == NUMBER:
                spot, text = (row, column), inline
            elif beside and parse_cell(beside[1]).state == NUMBER:
                spot, text = (row, beside[0]), beside[1].shown
            else:
                continue
            place.known |= {(row, column), spot}
            if reviewed:
                place.extra.append((clean(label), text))
            elif place.head_total is None:
                place.head_total = spot


def _dated(text: str) -> str:
    """Write 二〇二四年 as 2024年."""
    return re.sub(r"[〇○零一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(_DIGITS), clean(text))
