"""The official table of a project, in the layout that came in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlproc.forms import labels, self_evaluation
from xlproc.model.cells import split
from xlproc.model.exact import number, plain
from xlproc.model.text import label_key as key_of
from xlproc.model.words import percent, total_text, word
from xlproc.writing.layout import Sheet, Value, nearly_one_page, page_starts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.forms import Form

Row = dict[str, Any]

PENDING = word("method.pending")
UNSCORED = word("total.none")
_TAIL = 90.0
"""Points of the total, the signatures and the note below the indicators."""

_NUMERIC = ("target", "actual")
_OPEN = {"center": "open", "left": "open_left", "level": "open_level"}
"""Styles of cells to fill, by the style that they have in a filled table."""


@dataclass(slots=True)
class Grid:
    """The columns of the printed table.

    Attributes:
        widths: Of the physical columns, from 1.
        spans: By indicator column: first and last physical column.
        fund_label: First and last physical column of the fund lines' labels.
        fund_spans: By fund column: first and last physical column.
        middle: First physical column of the right half.
        last: Last physical column.
    """

    widths: list[float]
    spans: dict[str, tuple[int, int]]
    fund_label: tuple[int, int]
    fund_spans: dict[str, tuple[int, int]]
    middle: int
    last: int


@dataclass(slots=True)
class Official:
    """A printed table and where its rows went.

    Attributes:
        sheet: The layout.
        rows: By row of the input: the row here.
        columns: By column of ours: the first physical column.
        grid: The physical columns.
        next_row: The first row below the table's body.
    """

    sheet: Sheet
    grid: Grid
    next_row: int = 0
    rows: dict[int, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)


def grid(columns: Sequence[str], funds: Sequence[str], form: Form) -> Grid:
    """Lay the indicator and fund columns over common physical columns.

    Examples:
        >>> g = grid(self_evaluation().layouts["mof-2020"], ("initial", "budget", "executed", "weight", "declared_rate",
        ...     "declared_score"), self_evaluation())
        >>> g.last, g.fund_label, g.fund_spans["initial"], g.fund_spans["declared_score"]
        (9, (2, 3), (4, 4), (9, 9))
    """
    sizes = [
        (name, float(form.columns[name].width or 10) if name in form.columns else 10.0) for name in columns
    ]
    parts = {name: 1 for name, _ in sizes}
    while sum(parts.values()) < len(funds) + 2:  # too few columns for the money: the widest is drawn as two
        widest = max(sizes, key=lambda item: item[1] / parts[item[0]])[0]
        parts[widest] += 1
    widths, spans = [9.0], {}
    for name, size in sizes:
        spans[name] = (len(widths) + 1, len(widths) + parts[name])
        widths += [max(size / parts[name], 7.0)] * parts[name]
    last = len(widths)
    label_to = 3 if last - 3 >= len(funds) else 2
    fund_spans: dict[str, tuple[int, int]] = {}
    column, left = label_to + 1, list(funds)
    while left:
        share = sum(widths[column - 1 :]) / len(left)
        end = column
        while last - end >= len(left) and sum(widths[column - 1 : end]) < share * 0.75:
            end += 1
        end = last if len(left) == 1 else end
        fund_spans[left.pop(0)] = (column, end)
        column = end + 1
    half = sum(widths) / 2
    middle = next(i for i in range(3, last) if sum(widths[:i]) >= half or i == last - 1)
    return Grid(widths, spans, (2, label_to), fund_spans, max(middle, 4) if last > 5 else middle, last)


def official_table(
    project: Row, funds: Sequence[Row], indicators: Sequence[Row], name: str, declared: bool, note: str
) -> Official:
    """Make a project's official table.

    Args:
        project: A row of ``projects`` with totals.
        funds: Its rows of ``funds`` with scores.
        indicators: Its rows of ``indicators`` with scores.
        name: The sheet's name.
        declared: Whether 得分 is the unit's own score, else the rules'.
        note: The line under the table.
    """
    form = self_evaluation()
    out = table_body(project, funds, indicators, name, declared)
    columns = _columns(project, indicators, form)
    row = out.next_row
    if "head_total" not in dict(project["labels"]):
        for field_name in ("declared_total", "total_weight"):
            if field_name in project["cells"]:
                out.rows[split(project["cells"][field_name])[1]] = row
        row = _total(out.sheet, row, project, columns, out.grid, form, declared)
    row = _texts(out.sheet, row, out.grid, _below(project))
    _foot(out.sheet, row, out.grid, form, note)
    return out


def _columns(project: Row, indicators: Sequence[Row], form: Form) -> dict[str, str]:
    """Give the table's columns with their headings, those that are only kept among them, where the form has them."""
    own = dict(project["columns"]) or {c: form.columns[c].label for c in form.layouts["mof-2020"]}
    first = own.get("target") if "adjusted" in own else None  # printed as the target before it was adjusted
    return _with_extra(own, "columns", project, indicators, first)


def _with_extra(
    own: Mapping[str, str], group: str, project: Row, lines: Sequence[Row], without: str | None = None
) -> dict[str, str]:
    """Put the further columns of lines (``extra.`` and the heading) among the others, by their place in the form."""
    headings = {
        f"extra.{text}": (text, line["cells"])
        for line in reversed(lines)
        for text, _ in line["extra"]
        if text != without
    }
    out = list(own.items())
    for name, (text, cells) in sorted(headings.items(), key=lambda item: _place(item[1][1].get(item[0]))):
        at = _place(cells.get(name))
        spots = [
            _place((project["cells"] or {}).get(f"{group}.{each}") or cells.get(each)) for each, _ in out
        ]
        before = [i for i, spot in enumerate(spots) if spot <= at]
        out.insert(before[-1] + 1 if before else 0, (name, text))
    return dict(out)


def _place(cell: str | None) -> tuple[int, str]:
    """Give a cell's column for ordering."""
    column = split(cell)[0] if cell else ""
    return len(column), column


def _below(project: Row) -> list[tuple[str, str]]:
    """Give the texts that stand below the table: notes, conclusions, remedies; not the line to sign."""
    return [(label, text) for label, text in _further(project) if key_of(label) in labels().rows]


def _further(project: Row) -> list[tuple[str, str]]:
    """Give what else the form says; a label with nothing but the next label beside it is a line to sign."""
    extra: Sequence[tuple[str, str]] = project["extra"] or ()
    return [(label, text) for label, text in extra if text and not text.rstrip().endswith((":", "："))]


def table_body(
    project: Row,
    funds: Sequence[Row],
    indicators: Sequence[Row],
    name: str,
    declared: bool,
    blank: bool = False,
) -> Official:
    """Make the table from its title to its last indicator.

    Args:
        project: As for :func:`official_table`.
        funds: As there.
        indicators: As there.
        name: The sheet's name.
        declared: Whether 得分 is the unit's own.
        blank: Whether this is the template: cells to fill are open, and level labels stand on each row.
    """
    form = self_evaluation()
    columns = _columns(project, indicators, form)
    fund_columns = dict(project["fund_columns"]) or {
        c: i.label for c, i in form.fund_columns.items() if c != "reason"
    }
    fund_columns = _with_extra(fund_columns, "funds", project, funds)
    g = grid(tuple(columns), tuple(fund_columns), form)
    sheet = Sheet(name, landscape=g.last > 10)
    sheet.widths = dict(enumerate(g.widths, start=1))
    out = Official(sheet, g, columns={c: span[0] for c, span in g.spans.items()})
    style = _OPEN if blank else {}
    row = _head(out, project, g, form, declared, style)
    row = _funds(out, row, project, funds, fund_columns, form, declared, style)
    row = _goals(sheet, row, project, g, form, style)
    out.next_row = _indicators(out, row, indicators, columns, form, declared, style)
    return out


def _head(out: Official, project: Row, g: Grid, form: Form, declared: bool, style: Mapping[str, str]) -> int:
    """Write the title, the year and the head's labels with their texts, as the form calls them."""
    sheet, box, said = out.sheet, style.get("center", "center"), dict(project["labels"])
    sheet.put(1, 1, project["title"] or form.title, "title", to_column=g.last)
    year = project["year"]
    if style:
        sheet.put(2, g.middle - 1, form.head["year"].label, "label")
        sheet.put(2, g.middle, "", box, to_column=g.middle + 1)
    elif year is None or str(year) not in project["title"]:
        sheet.put(2, 1, f"（{year if year is not None else '    '} 年度）", "subtitle", to_column=g.last)
    sheet.heights.update({1: 30, 2: 20})

    def pair(name: str) -> tuple[str, Value]:
        return said.get(name) or form.head[name].label, project[name]

    whole = project["form"] == "whole_department"
    first = [] if whole and not project["name"] else [pair("name")]
    if "head_total" in said:
        first.append((said["head_total"], _total_value(project, declared)))
        out.rows[split(project["cells"]["declared_total"])[1]] = 3
    names = [
        n for n in ("department", "agency") if n in said or project[n] or not (whole or project["extra"])
    ]
    others = [
        (label, text)
        for label, text in _further(project)
        if key_of(label) not in labels().rows and text not in (project["name"], project["department"])
    ]
    rest = [pair(name) for name in names] + others
    row = 3
    if len(first) == 1 and len(rest) % 2 == 1 and "head_total" in said:
        first, rest = [*first, rest[0]], rest[1:]
    for pairs in ([first] if first else []) + [rest[i : i + 2] for i in range(0, len(rest), 2)]:
        _pairs(sheet, row, pairs, g, box)
        row += 1
    return row


def _pairs(sheet: Sheet, row: int, pairs: Sequence[tuple[str, Value]], g: Grid, box: str) -> None:
    """Write one or two labels with what stands beside them over the whole width."""
    right = min(g.middle + 1, g.last - 1)
    spans = (
        [((1, 2), (3, g.last))]
        if len(pairs) == 1
        else [((1, 2), (3, g.middle - 1)), ((g.middle, right), (right + 1, g.last))]
    )
    texts = {}
    for (of_label, of_text), (label, value) in zip(spans, pairs, strict=True):
        sheet.put(row, of_label[0], label, "label", to_column=of_label[1])
        look = "pending" if isinstance(value, str) and PENDING in value else box
        sheet.put(row, of_text[0], value, look, to_column=of_text[1])
        texts[of_label], texts[of_text] = label, str(value or "")
    sheet.fit(row, texts, 24)


def _texts(sheet: Sheet, row: int, g: Grid, texts: Sequence[tuple[str, str]]) -> int:
    """Write labels with long texts, a row each."""
    for label, text in texts:
        sheet.put(row, 1, label, "label", to_column=2)
        sheet.put(row, 3, text, "left", to_column=g.last)
        sheet.fit(row, {(1, 2): label, (3, g.last): text}, 24)
        row += 1
    return row


def _funds(
    out: Official,
    row: int,
    project: Row,
    funds: Sequence[Row],
    columns: Mapping[str, str],
    form: Form,
    declared: bool,
    style: Mapping[str, str],
) -> int:
    sheet, g = out.sheet, out.grid
    box = style.get("center", "center")
    sheet.put(
        row,
        1,
        dict(project["labels"]).get("funds") or f"{form.blocks['funds']}\n（{project['fund_unit']}）",
        "label",
        to_row=row + max(len(funds), 1),
    )
    sheet.put(row, g.fund_label[0], "", "label", to_column=g.fund_label[1])
    for name, text in columns.items():
        first, last = g.fund_spans[name]
        sheet.put(row, first, text, "label", to_column=last)
    sheet.fit(row, {g.fund_spans[name]: text for name, text in columns.items()}, 26)
    for fund in funds:
        row += 1
        out.rows[fund["row"]] = row
        sheet.put(row, g.fund_label[0], fund["line"], "left", to_column=g.fund_label[1])
        texts = {g.fund_label: fund["line"]}
        for name in columns:
            value = _fund_value(fund, name, declared)
            first, last = g.fund_spans[name]
            look = "pending" if value == PENDING else "center" if value == "—" else box
            sheet.put(row, first, value, look, to_column=last)
            texts[first, last] = str(value or "")
        sheet.fit(row, texts, 22)
    if not funds:
        row += 1
        sheet.put(row, g.fund_label[0], "", "left", to_column=g.last)
    return row + 1


def _fund_value(fund: Row, name: str, declared: bool) -> Value:
    total = fund["kind"] == "total"
    if fund.get("by_row") and name in ("weight", "declared_score"):
        return "—"  # the row 预算执行率 among the indicators has them
    if name in ("initial", "budget", "executed"):
        return number(fund[name]) if fund[name] is not None else fund[f"{name}_text"]
    if name == "reason":
        return str(fund["reason"])
    if name.startswith("extra."):
        return str(dict(fund["extra"]).get(name.removeprefix("extra."), ""))
    if name == "weight":
        if total and not declared:
            return number(fund["maximum"])
        return _shown(fund, "weight") if total or fund["weight"] is not None else "—"
    if name == "declared_rate":
        if declared:
            return str(fund["declared_rate_text"])
        return percent(fund["rate"])
    if not total:
        return "—"
    if declared:
        return _shown(fund, "declared_score")
    return PENDING if fund["pending"] else number(fund["score"])


def _shown(row: Row, name: str) -> Value:
    """Give a cell as it was: its number where it shows a plain one, else its text."""
    text, value = row[f"{name}_text"], row[name]
    if value is not None and text.replace(",", "") in (plain(value), f"{number(value)}"):
        return number(value)
    return str(text)


def _goals(sheet: Sheet, row: int, project: Row, g: Grid, form: Form, style: Mapping[str, str]) -> int:
    """Write the goals side by side; a form that has one goal beside its label, or none, is printed so."""
    said = dict(project["labels"])
    there = [name for name in form.goals if style or name in project["cells"]]
    texts = {name: (said.get(name) or form.goals[name].label, project[name]) for name in there}
    if len(texts) == 1:
        return _texts(sheet, row, g, list(texts.values()))
    if not texts:
        return row
    sheet.put(row, 1, said.get("goals") or form.blocks["goals"], "label", to_row=row + 1)
    halves = {"goal_expected": (2, g.middle - 1), "goal_actual": (g.middle, g.last)}
    for name, (first, last) in halves.items():
        sheet.put(row, first, texts[name][0], "label", to_column=last)
        sheet.put(row + 1, first, texts[name][1], style.get("left", "left"), to_column=last)
    sheet.heights[row] = 22
    sheet.fit(row + 1, {span: project[name] for name, span in halves.items()}, 66)
    return row + 2


def _indicators(
    out: Official,
    row: int,
    indicators: Sequence[Row],
    columns: Mapping[str, str],
    form: Form,
    declared: bool,
    style: Mapping[str, str],
) -> int:
    sheet, g = out.sheet, out.grid
    for name, text in columns.items():
        sheet.put(row, g.spans[name][0], text, "label", to_column=g.spans[name][1])
    sheet.fit(row, {g.spans[name]: text for name, text in columns.items()}, 32)
    sheet.repeat = (row, row)
    first, block_of = row + 1, ""
    at: list[int] = []
    for indicator in indicators:
        row += 1
        if indicator["block"] != block_of:
            block_of = indicator["block"]
            sheet.put(row, 2, block_of, "label", to_column=g.last)
            sheet.fit(row, {(2, g.last): block_of}, 20)
            row += 1
        out.rows[indicator["row"]] = row
        at.append(row)
        texts = {}
        for name in columns:
            if name in ("level1", "level2"):
                if style:
                    sheet.put(
                        row, g.spans[name][0], indicator[name], style["level"], to_column=g.spans[name][1]
                    )
                continue
            value = (
                _one_of_two(indicator, name, columns)
                if "adjusted" in columns and name in ("target", "adjusted")
                else _indicator_value(indicator, name, declared)
            )
            look = "left" if name in ("level3", "reason") else "center"
            look = "pending" if value == PENDING else style.get(look, look)
            sheet.put(row, g.spans[name][0], value, look, to_column=g.spans[name][1])
            texts[g.spans[name]] = str(value if value is not None else "")
        sheet.fit(row, texts, 20)
    if not indicators:
        row += 1
        for name in columns:
            sheet.put(row, g.spans[name][0], "", "center", to_column=g.spans[name][1])
    block = (first - 1, row, form.blocks["indicators"], (1, 1), "label")
    groups = [] if style else _level_groups(indicators, columns, g, at)
    for top, bottom, label, span, _ in groups:
        _room(sheet, label, top, bottom, span)
    sheet.one_page = not style and nearly_one_page(sheet, row, _TAIL)
    sheet.breaks = [] if style or sheet.one_page else page_starts(sheet, row)
    for top, bottom, label, span, look in (block, *groups):
        # a label is not cut by the end of a page: it stands again on the next
        edges = [top, *(start for start in sheet.breaks if top < start <= bottom), bottom + 1]
        for begin, end in itertools.pairwise(edges):
            sheet.put(begin, span[0], label, look, to_row=end - 1, to_column=span[1])
    return row + 1


def _level_groups(
    indicators: Sequence[Row], columns: Mapping[str, str], g: Grid, at: Sequence[int]
) -> list[tuple[int, int, str, tuple[int, int], str]]:
    """Give runs of rows of a block that share a level label: first row, last row, label, span, style."""
    groups = []
    for depth in ("level1", "level2"):
        if depth not in columns:
            continue
        keys = [(i["block"], i["level1"], i["level2"] if depth == "level2" else "") for i in indicators]
        start = 0
        for i in range(1, len(keys) + 1):
            if i == len(keys) or keys[i] != keys[start]:
                groups.append((at[start], at[i - 1], indicators[start][depth], g.spans[depth], "center"))
                start = i
    return groups


def _room(sheet: Sheet, label: str, top: int, bottom: int, span: tuple[int, int]) -> None:
    """Make merged rows high enough together for a label that wraps."""
    had = sum(sheet.heights.get(r, 20.0) for r in range(top, bottom + 1))
    before = sheet.heights.get(bottom, 20.0)
    sheet.fit(bottom, {span: label})
    need = sheet.heights[bottom]
    sheet.heights[bottom] = before + max(0.0, need - had)


def _one_of_two(indicator: Row, name: str, columns: Mapping[str, str]) -> Value:
    """Give the first or the adjusted target: an adjusted one is the target, and the first one is kept beside it."""
    first = dict(indicator["extra"]).get(columns.get("target", ""))
    if first is None:
        return _indicator_value(indicator, "target", False) if name == "target" else ""
    return _indicator_value(indicator, "target", False) if name == "adjusted" else str(first)


def _indicator_value(indicator: Row, name: str, declared: bool) -> Value:
    if name in _NUMERIC:
        text, value = indicator[f"{name}_text"], indicator[name]
        return number(value) if value is not None and text == plain(value) else str(text)
    if name in ("weight", "deduction"):
        return _shown(indicator, name)
    if name == "declared_score":
        if declared:
            return _shown(indicator, name)
        if indicator["score"] is None and not indicator["pending"]:
            return UNSCORED if indicator.get("basis") == "none" else ""
        return PENDING if indicator["pending"] else number(indicator["score"])
    if name == "reviewed_score":
        return _shown(indicator, name)
    if name in ("nature", "operator"):
        return str(indicator[f"{name}_text"])
    if name.startswith("extra."):
        return str(dict(indicator["extra"]).get(name.removeprefix("extra."), ""))
    return str(indicator[name])


def _total_value(project: Row, declared: bool) -> Value:
    """Give the total as it is printed: the unit's own, or the rules' with what is open."""
    if declared:
        return _shown(project, "declared_total")
    if project["unweighed"]:
        return UNSCORED
    if project["pending"] and project["score"] is not None:
        return total_text(project["score"], project["pending"], project["low"], project["high"])
    return number(project["score"])


def _total(
    sheet: Sheet, row: int, project: Row, columns: Mapping[str, str], g: Grid, form: Form, declared: bool
) -> int:
    """Put the total's figures under their columns, wherever these stand; what is open takes the room to the right."""
    label = dict(project["labels"]).get("total") or form.blocks["total"]
    if project["unweighed"]:
        sheet.put(row, 1, label, "label", to_column=g.middle - 1)
        sheet.put(row, g.middle, UNSCORED, "label", to_column=g.last)
        sheet.heights[row] = 24
        return row + 1
    is_open = not declared and project["pending"] and project["score"] is not None
    figures: dict[str, Value] = {
        "weight": number(project["form_weight" if declared else "weight"]),
        "declared_score": _total_value(project, declared),
    }
    ordered = list(columns)
    first = min([g.spans[name][0] for name in figures if name in columns], default=g.last)
    if is_open and "weight" not in columns and g.spans.get("declared_score", (0, 0))[1] == g.last:
        sheet.put(row, 1, label, "label", to_column=g.middle - 1)
        sheet.put(row, g.middle, figures["declared_score"], "label", to_column=g.last)
        sheet.heights[row] = 24
        return row + 1
    sheet.put(row, 1, label, "label", to_column=max(first - 1, 1))
    grade = f"等级：{project['grade']}" if project["grade"] and not declared else ""
    sheet.heights[row] = 24
    column = max(first, 2)
    while column <= g.last:
        name = next(n for n in ordered if g.spans[n][0] <= column <= g.spans[n][1])
        last = g.spans[name][1]
        if name == "declared_score" and is_open and g.spans.get("weight", (0, 0))[0] <= column:
            last = g.last
        if name in figures:
            sheet.put(row, column, figures[name], "label", to_column=last)
            sheet.fit(row, {(column, last): str(figures[name] or "")}, sheet.heights[row])
        else:
            sheet.put(row, column, grade if name == "reason" else "", "center", to_column=last)
        column = last + 1
    return row + 1


def _foot(sheet: Sheet, row: int, g: Grid, form: Form, note: str) -> None:
    lines = [f"{word}：" for word in form.blank["signatures"]]
    starts = [i * g.last // len(lines) + 1 for i in range(len(lines))]
    ends = [start - 1 for start in starts[1:]] + [g.last]
    sheet.heights[row] = 30
    for start, end, text in zip(starts, ends, lines, strict=True):
        sheet.put(row, start, text, "sign", to_column=end)
    sheet.put(row + 1, 1, note, "small", to_column=g.last)
    sheet.fit(row + 1, {(1, g.last): note}, 16)
    sheet.area = (1, 1, row + 1, g.last)
