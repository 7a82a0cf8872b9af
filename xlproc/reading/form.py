"""Finds the forms on a sheet and where their blocks are: by labels, never by positions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.model.frames import TEXT
from xlproc.model.text import clean, label_key
from xlproc.reading.values import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlproc.forms import Form
    from xlproc.reading.grid import Sheet, Spot

_YEAR = re.compile(r"((?:19|20)\d{2})年")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PERIOD = re.compile(
    r"^(?:截至|截止)?(\d{1,2}(?:[-—–~～至到]\d{1,2})?月(?:份|末|底|\d{1,2}日)?|上半年|半年|前三季度)(.+)$"
)
_WHOLE = re.compile(r"(?:^|\D)12月(?:份|末|底)?$|全年")
_PART = re.compile(r"(?<!\d)1?\d(?:[-—–~～至到]1?\d)月|上半年|下半年|[一二三四1-4]季度|半年度?")
_BEFORE_LABEL = re.compile(r"^(?:19|20)\d{2}年度?")
_PART_BEFORE = re.compile(rf"^(?:截至|截止)?(?:{_PART.pattern})(?:份|末|底|\d{1, 2}日)?")
_NAMED_YEAR = re.compile(r"((?:19|20)\d{2})(?:年度|年(?!\d{1,2}月))")
_AMOUNTS = {"initial", "budget", "executed"}
_NOTE = re.compile(r"注\s*[:：0-9]|说明[:：]")
_OTHER_FORMS = {
    "监控": "绩效监控表",
    "申报表": "绩效目标申报表",
    "目标表": "绩效目标表",
    "整体支出": "部门整体支出表",
}


@dataclass(frozen=True, slots=True)
class Header:
    """A labelled column of a block.

    Attributes:
        name: Our word for it.
        text: The header as printed, white space taken out.
        first: First column.
        last: Last column, where the header cell spans several.
    """

    name: str
    text: str
    first: int
    last: int


@dataclass(slots=True)
class Located:
    """Where a form's parts are on its sheet.

    Attributes:
        top: First row of the form.
        bottom: Last row of the form.
        title: The title's text, or "".
        title_cell: Where it is.
        year: The form's year.
        version: The template's version, where the form is a filled template.
        head: By head field: the value's place; the label's where there is no value.
        fund_header: Row of the fund columns' headers, or 0.
        funds: Fund columns.
        fund_label: Text of the block's label, with its unit.
        fund_rows: Rows of the fund lines and their labels' places.
        period: The period named in the title or in a column's header, where it is not the year.
        period_cell: Where it is.
        years: The years named in title, year field and headers, and where.
        grade: The grade that the unit gives itself, or "".
        grade_text: As it is written.
        grade_cell: Where it is.
        goals: By goal column: the text's place.
        header_row: Row of the indicator columns' headers, or 0.
        columns: Indicator columns.
        rows: Rows between the indicator header and the total.
        total_row: Row of the total, or 0.
        beside: Whether a second table stands beside the first, which is not read.
    """

    top: int
    bottom: int
    title: str = ""
    title_cell: Spot = (1, 1)
    year: int | None = None
    version: str = ""
    head: dict[str, Spot] = field(default_factory=dict)
    fund_header: int = 0
    funds: dict[str, Header] = field(default_factory=dict)
    fund_label: str = ""
    fund_rows: list[tuple[int, Spot]] = field(default_factory=list)
    period: str = ""
    period_cell: Spot = (1, 1)
    years: list[tuple[int, Spot]] = field(default_factory=list)
    grade: str = ""
    grade_text: str = ""
    grade_cell: Spot = (1, 1)
    goals: dict[str, Spot] = field(default_factory=dict)
    header_row: int = 0
    columns: dict[str, Header] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    total_row: int = 0
    beside: bool = False

    @property
    def missing_blocks(self) -> list[str]:
        """Give the blocks that were not found."""
        found = {"funds": self.fund_header, "goals": bool(self.goals), "indicators": self.header_row}
        return [block for block, there in found.items() if not there]


def locate(sheet: Sheet, form: Form) -> list[Located]:
    """Find the forms on a sheet.

    Args:
        sheet: The sheet's cells.
        form: The form's definition.

    Returns:
        A place for each form, from top to bottom; none where the sheet is no such form.
    """
    places = []
    for top, bottom in _segments(sheet, form):
        place = Located(top, bottom)
        _indicators(sheet, form, place)
        _funds(sheet, form, place)
        _goals(sheet, form, place)
        _head(sheet, form, place)
        _years_of_headers(sheet, place)
        _grade(sheet, form, place)
        blocks = 3 - len(place.missing_blocks)
        titled = any(word in clean(place.title) for word in form.title_words)
        if place.header_row or (titled and (blocks or "name" in place.head)):
            places.append(place)
    return places


def other_kind(place: Located) -> str:
    """Name the kind of form that the title says, where it is not ours, else ""."""
    title = clean(place.title)
    if "自评" in title and "整体" not in title:
        return ""
    return next((kind for word, kind in _OTHER_FORMS.items() if word in title), "")


def _labels(sheet: Sheet, row: int, keys: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """Give a row's labels that are among the keys: name, column, text; a year may stand before them."""
    for column, cell in sheet.row(row):
        if cell.state == TEXT:
            key = label_key(cell.shown)
            name = keys.get(key) or keys.get(_BEFORE_LABEL.sub("", key))
            if name is None and keys.get(_PART_BEFORE.sub("", key)) == "actual":
                name = "actual"
            if name is not None:
                yield name, column, cell.shown


def _headers(sheet: Sheet, row: int, keys: Mapping[str, str]) -> dict[str, Header]:
    """Give a row's labelled columns."""
    found: dict[str, Header] = {}
    for name, column, text in _labels(sheet, row, keys):
        _, first, _, last = sheet.span(row, column)
        found.setdefault(name, Header(name, clean(text), first, last))
    return found


def _segments(sheet: Sheet, form: Form) -> list[tuple[int, int]]:
    """Part a sheet where a form begins: at a project's name, or at a head of columns that no name precedes.

    A head of columns that is repeated after a page break begins no form: it follows neither title nor money.
    """
    rows = sheet.rows()
    if not rows:
        return []
    starts: list[int] = []
    titled, named, money = 0, False, 0
    for row in rows:
        text = next(sheet.row(row))[1].shown
        key = label_key(re.split(r"[:：]", text)[0])
        if form.keys["head"].get(key) == "name":
            starts.append(titled if titled and row - titled <= 4 else row)
            titled, named, money = 0, True, 0
        elif _is_title(sheet, row, form):
            titled = row
        elif len(_headers(sheet, row, form.keys["funds"]).keys() & _AMOUNTS) >= 2:
            money = row
        elif _is_header(sheet, row, form):
            if not named and (titled or money):
                starts.append(titled or money)
            titled, named, money = 0, False, 0
    if len(starts) < 2:
        return [(rows[0], rows[-1])]
    starts[0] = rows[0]
    return [(top, starts[i + 1] - 1 if i + 1 < len(starts) else rows[-1]) for i, top in enumerate(starts)]


def _is_title(sheet: Sheet, row: int, form: Form) -> bool:
    """Tell whether a row is a title: one short text alone, with a title's word."""
    cells = [cell.shown for _, cell in sheet.row(row)]
    return (
        len(cells) == 1 and len(cells[0]) <= 60 and any(word in clean(cells[0]) for word in form.title_words)
    )


def _is_header(sheet: Sheet, row: int, form: Form) -> bool:
    columns = _headers(sheet, row, form.keys["indicators"])
    return "level3" in columns and ("target" in columns or "actual" in columns)


def _indicators(sheet: Sheet, form: Form, place: Located) -> None:
    rows = [row for row in sheet.rows() if place.top <= row <= place.bottom]
    place.header_row = next((row for row in rows if _is_header(sheet, row, form)), 0)
    if not place.header_row:
        return
    place.columns = _headers(sheet, place.header_row, form.keys["indicators"])
    doubled = [name for name, _, _ in _labels(sheet, place.header_row, form.keys["indicators"])]
    place.beside = doubled.count("level3") > 1
    start = max(sheet.span(place.header_row, h.first)[2] for h in place.columns.values()) + 1
    start = max(start, _sub_headers(sheet, form, place) + 1)
    below = [row for row in rows if row >= start]
    block = label_key(form.blocks["indicators"])
    totals = [row for row in below if _label(sheet, row, place, form.keys["total"], block)]
    place.total_row = totals[-1] if totals else 0
    for row in below:
        if row == place.total_row:
            break
        if row in totals or _is_header(sheet, row, form):
            continue  # the sum of a part, or the head repeated after a page break
        if _label(sheet, row, place, form.keys["parts"], block, ending=True):
            continue
        if _label(sheet, row, place, form.keys["other"], block) or _label(
            sheet, row, place, {}, block, _NOTE
        ):
            if place.total_row:
                continue
            break
        place.rows.append(row)


def _sub_headers(sheet: Sheet, form: Form, place: Located) -> int:
    """Take the headers under a spanning one (年度指标值 over 指标性质, 指标值, 度量单位) in its place; give their last row."""
    last = 0
    for name in ("target", "actual"):
        header = place.columns.get(name)
        if header is None or header.first == header.last:
            continue
        for row in (place.header_row + 1, place.header_row + 2):
            under = {
                found: each
                for found, each in _headers(sheet, row, form.keys["indicators"]).items()
                if header.first <= each.first and each.last <= header.last
            }
            if name in under or (len(under) == 1 and name == "actual"):
                del place.columns[name]
                place.columns |= {found: each for found, each in under.items() if found not in place.columns}
                last = row
                break
    return last


def _label(
    sheet: Sheet,
    row: int,
    place: Located,
    keys: Mapping[str, str],
    block: str,
    pattern: re.Pattern[str] | None = None,
    ending: bool = False,
) -> bool:
    """Tell whether a row's first text is such a label: left of the values, in a row that is no indicator's."""
    level3 = place.columns["level3"]
    values = [place.columns[n] for n in ("target", "actual") if n in place.columns]
    if any(h.first <= column <= h.last and cell.shown for column, cell in sheet.row(row) for h in values):
        return False
    for column, cell in sheet.row(row):
        if column > level3.last:
            return False
        if cell.state != TEXT:
            return False
        key = label_key(re.split(r"[:：]", cell.shown)[0])
        if key == block:
            continue
        if pattern is not None:
            return bool(pattern.match(cell.shown))
        return key in keys or (ending and any(key.endswith(word) for word in keys))
    return False


def _funds(sheet: Sheet, form: Form, place: Located) -> None:
    limit = place.header_row or place.bottom + 1
    for row in (r for r in sheet.rows() if place.top <= r < limit):
        headers = _headers(sheet, row, form.keys["funds"])
        period, spot = "", (row, 1)
        for column, cell in sheet.row(row):
            match = _PERIOD.match(label_key(cell.shown)) if cell.state == TEXT else None
            if match and match[2] in form.period_words and "executed" not in headers:
                _, first, _, last = sheet.span(row, column)
                headers["executed"] = Header("executed", clean(cell.shown), first, last)
                period, spot = "" if _WHOLE.search(match[1]) else match[1], (row, column)
        if len(_AMOUNTS & headers.keys()) >= 2:
            place.fund_header, place.funds = row, headers
            if period:
                place.period, place.period_cell = period, spot
            break
    else:
        return
    left = min(h.first for name, h in place.funds.items() if name in _AMOUNTS)
    start = max(sheet.span(place.fund_header, h.first)[2] for h in place.funds.values()) + 1
    block = label_key(form.blocks["funds"])
    labels = [
        cell
        for row in range(place.fund_header, start + 1)
        for column, cell in sheet.row(row)
        if column < left
    ]
    place.fund_label = next((clean(cell.shown) for cell in labels if block in label_key(cell.shown)), "")
    for row in (r for r in sheet.rows() if start <= r < limit):
        if any(True for _ in _labels(sheet, row, form.keys["goals"])):
            break
        texts = [
            (row, c)
            for c, cell in sheet.row(row)
            if c < left and cell.state == TEXT and parse_text(cell.shown).state == TEXT
        ]
        known = [spot for spot in texts if label_key(sheet.own(*spot).shown) in form.keys["lines"]]
        spots = known or [s for s in texts if block not in label_key(sheet.own(*s).shown)]
        if not spots or label_key(sheet.own(*spots[-1]).shown) == label_key(form.blocks["goals"]):
            if any(
                h.first <= c <= h.last
                for c, _ in sheet.row(row)
                for n, h in place.funds.items()
                if n in _AMOUNTS
            ):
                place.fund_rows.append((row, (row, max(left - 1, 1))))  # figures without a label
                continue
            break
        place.fund_rows.append((row, spots[0] if known else spots[-1]))


def _goals(sheet: Sheet, form: Form, place: Located) -> None:
    limit = place.header_row or place.bottom + 1
    start = place.fund_rows[-1][0] + 1 if place.fund_rows else place.top
    for row in (r for r in sheet.rows() if start <= r < limit):
        found = {name: column for name, column, _ in _labels(sheet, row, form.keys["goals"])}
        if "goal_expected" not in found:
            continue
        below = max(sheet.span(row, column)[2] for column in found.values()) + 1
        for name, column in found.items():
            place.goals[name] = (below, column)
        return


def _head(sheet: Sheet, form: Form, place: Located) -> None:
    limit = min(place.fund_header or place.bottom + 1, place.header_row or place.bottom + 1)
    known = {**form.keys["head"], **form.keys["other"]}
    rows = [row for row in sheet.rows() if place.top <= row < limit]
    for row in rows:
        for column, cell in sheet.row(row):
            if cell.state != TEXT:
                continue
            label, colon, inline = cell.shown.replace("：", ":").partition(":")
            name = form.keys["head"].get(label_key(label))
            if name is None or name in place.head:
                continue
            if colon and inline.strip():
                place.head[name] = (row, column)
                continue
            place.head[name] = (row, sheet.span(row, column)[3] + 1)
            for right, other in sheet.row(row):
                if right <= column or not other.shown:
                    continue
                if label_key(other.shown) not in known:
                    place.head[name] = (row, right)
                break
    named = place.head.get("name", (limit, 1))[0]
    for row in (r for r in rows if r < named):
        for column, cell in sheet.row(row):
            part = _PART.search(clean(cell.shown))
            if part and not place.period and not _WHOLE.search(part[0]):
                place.period, place.period_cell = part[0], (row, column)
            if year := _NAMED_YEAR.search(_dated(cell.shown)):
                place.years.append((int(year[1]), (row, column)))
            if not place.title and any(word in clean(cell.shown) for word in ("绩效", "自评", "监控")):
                place.title, place.title_cell = cell.shown, (row, column)
            match = _YEAR.search(_dated(cell.shown)) or re.fullmatch(r"((?:19|20)\d{2})", clean(cell.shown))
            if match and place.year is None:
                place.year = int(match[1])
    mark = re.compile(re.escape(clean(form.mark.split("{")[0])) + r"(\S+)")
    for row in range(place.top, place.bottom + 1):
        for _, cell in sheet.row(row):
            if cell.state == TEXT and (match := mark.search(clean(cell.shown))):
                place.version = match[1]
    if place.year is None and "year" in place.head:
        match = re.search(r"(?:19|20)\d{2}", _dated(sheet.at(*place.head["year"]).shown))
        place.year = int(match[0]) if match else None
    if place.year is None and (match := _YEAR.search(_dated(sheet.name))):
        place.year = int(match[1])


def _years_of_headers(sheet: Sheet, place: Located) -> None:
    """Note the years that the year field and the columns' headers name."""
    if "year" in place.head:
        spot = place.head["year"]
        if match := re.search(r"(?:19|20)\d{2}", _dated(sheet.at(*spot).shown)):
            place.years.append((int(match[0]), spot))
    for row in (r for r in (place.fund_header, place.header_row) if r):
        for column, cell in sheet.row(row):
            part = _PART.match(clean(cell.shown))
            if part and not place.period and not _WHOLE.search(part[0]):
                place.period, place.period_cell = part[0], (row, column)
            if match := re.match(r"((?:19|20)\d{2})年度?", _dated(cell.shown)):
                place.years.append((int(match[1]), (row, column)))


def _grade(sheet: Sheet, form: Form, place: Located) -> None:
    """Find the grade that the unit gives itself: beside its label, or in the row of the total."""
    rows = set(place.rows)
    for row in (r for r in sheet.rows() if place.top <= r <= place.bottom and r not in rows):
        cells = [(column, cell) for column, cell in sheet.row(row) if cell.state == TEXT]
        for i, (column, cell) in enumerate(cells):
            label, _, inline = cell.shown.replace("：", ":").partition(":")
            found = (
                [(column, inline)]
                if inline.strip()
                else [(c, other.shown) for c, other in cells[i + 1 : i + 2]]
            )
            if label_key(label) in form.grade_labels and found:
                spot = found[0]
            elif row == place.total_row and clean(cell.shown) in form.grade_words:
                spot = (column, cell.shown)
            else:
                continue
            place.grade = form.grade_words.get(clean(spot[1]), "")
            place.grade_text, place.grade_cell = clean(spot[1]), (row, spot[0])
            if place.grade:
                return


def _dated(text: str) -> str:
    """Write 二〇二四年 as 2024年."""
    return re.sub(r"[〇○零一二三四五六七八九]{4}(?=年)", lambda m: m[0].translate(_DIGITS), clean(text))
