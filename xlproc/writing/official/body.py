"""What all official tables have in common: common columns, head, money, goals and rows, in the layout that came in.

What a kind of form prints in a cell is told by its :class:`Look`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from xlproc.forms import labels
from xlproc.model.cells import split
from xlproc.model.exact import number, plain
from xlproc.model.text import clean
from xlproc.model.text import label_key as key_of
from xlproc.writing.layout import Sheet, Value, nearly_one_page, page_starts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlproc.forms import Form

Row = dict[str, Any]

_TAIL = 90.0
"""Points of the total, the signatures and the note below the indicators."""


class Entry(NamedTuple):
    """What a cell of the table holds; "" stands for the style of its column."""

    value: Value
    style: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a kind of form prints.

    Attributes:
        form: Its definition.
        columns: Indicator columns by name, with their headings; under a heading that spans others "spanning:own".
        fund_columns: Columns of the money, with their headings.
        indicator: Gives an indicator's cell by column.
        fund: Gives a fund line's cell by column.
        total: The total, where the form has it in its head, else None.
        period: What part of the year it is about, "" for the whole.
        open: Styles of cells to fill, by the style that they have in a filled table; empty where nothing is to fill.
    """

    form: Form
    columns: Mapping[str, str]
    fund_columns: Mapping[str, str]
    indicator: Callable[[Row, str], Entry]
    fund: Callable[[Row, str], Entry]
    total: Entry | None = None
    period: str = ""
    open: Mapping[str, str] = field(default_factory=dict)


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
        >>> from xlproc.forms import self_evaluation
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


def with_extra(
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


def below(project: Row, form: Form) -> list[tuple[str, str]]:
    """Give the texts that stand below the table: notes, conclusions, remedies; not the line to sign."""
    return [(label, text) for label, text in _further(project, form) if key_of(label) in labels().rows]


def _further(project: Row, form: Form) -> list[tuple[str, str]]:
    """Give what else the form says; a label with nothing but the next label beside it is a line to sign.

    What a template says to those who fill it in is not the unit's.
    """
    extra: Sequence[tuple[str, str]] = project["extra"] or ()
    said = {form.blank["check"], form.blank["add_rows"]}
    note = clean(form.blank.get("note", ""))
    return [
        (label, text)
        for label, text in extra
        if text
        and label not in said
        and not (note and note.endswith(clean(text)))
        and text.rstrip()[-1] not in ":："
    ]


def table_body(
    project: Row, funds: Sequence[Row], indicators: Sequence[Row], name: str, look: Look
) -> Official:
    """Make the table from its title to its last indicator.

    Args:
        project: A row of ``projects``.
        funds: Its rows of ``funds``.
        indicators: Its rows of ``indicators``.
        name: The sheet's name.
        look: What is printed; where it has cells to fill, level labels stand on each row.
    """
    g = grid(tuple(look.columns), tuple(look.fund_columns), look.form)
    sheet = Sheet(name, landscape=g.last > 10)
    sheet.widths = dict(enumerate(g.widths, start=1))
    out = Official(sheet, g, columns={c: span[0] for c, span in g.spans.items()})
    row = _head(out, project, look)
    row = _funds(out, row, project, funds, look)
    row = _goals(sheet, row, project, g, look)
    out.next_row = _indicators(out, row, indicators, look)
    return out


def _head(out: Official, project: Row, look: Look) -> int:
    """Write the title, the year and the head's labels with their texts, as the form calls them."""
    sheet, g, form, said = out.sheet, out.grid, look.form, dict(project["labels"])
    box = look.open.get("center", "center")
    sheet.put(1, 1, project["title"] or form.title, "title", to_column=g.last)
    year = project["year"]
    if look.open:
        sheet.put(2, g.middle - 1, form.head["year"].label, "label")
        sheet.put(2, g.middle, "", box, to_column=g.middle + 1)
    elif look.period or year is None or str(year) not in project["title"]:
        text = f"（{year if year is not None else '    '} 年度{'，' if look.period else ''}{look.period}）"
        sheet.put(2, 1, text, "subtitle", to_column=g.last)
    sheet.heights.update({1: 30, 2: 20})

    def pair(name: str) -> tuple[str, Entry]:
        return said.get(name) or form.head[name].label, Entry(project[name])

    whole = project["form"] == "whole_department"
    first = [] if whole and not project["name"] else [pair("name")]
    if look.total:
        first.append((said["head_total"], look.total))
        out.rows[split(project["cells"]["declared_total"])[1]] = 3
    names = [
        n for n in ("department", "agency") if n in said or project[n] or not (whole or project["extra"])
    ]
    others = [
        (label, Entry(text))
        for label, text in _further(project, form)
        if key_of(label) not in labels().rows and text not in (project["name"], project["department"])
    ]
    rest = [pair(name) for name in names] + others
    row = 3
    if len(first) == 1 and len(rest) % 2 == 1 and look.total:
        first, rest = [*first, rest[0]], rest[1:]
    for pairs in ([first] if first else []) + [rest[i : i + 2] for i in range(0, len(rest), 2)]:
        _pairs(sheet, row, pairs, g, box)
        row += 1
    return row


def _pairs(sheet: Sheet, row: int, pairs: Sequence[tuple[str, Entry]], g: Grid, box: str) -> None:
    """Write one or two labels with what stands beside them over the whole width."""
    right = min(g.middle + 1, g.last - 1)
    spans = (
        [((1, 2), (3, g.last))]
        if len(pairs) == 1
        else [((1, 2), (3, g.middle - 1)), ((g.middle, right), (right + 1, g.last))]
    )
    texts = {}
    for (of_label, of_text), (label, (value, style)) in zip(spans, pairs, strict=True):
        sheet.put(row, of_label[0], label, "label", to_column=of_label[1])
        sheet.put(row, of_text[0], value, style or box, to_column=of_text[1])
        texts[of_label], texts[of_text] = label, str(value or "")
    sheet.fit(row, texts, 24)


def texts_below(sheet: Sheet, row: int, g: Grid, texts: Sequence[tuple[str, str]], least: float = 24) -> int:
    """Write labels with long texts, a row each; give the next row."""
    for label, text in texts:
        sheet.put(row, 1, label, "label", to_column=2)
        sheet.put(row, 3, text, "left", to_column=g.last)
        sheet.fit(row, {(1, 2): label, (3, g.last): text}, least)
        row += 1
    return row


def _funds(out: Official, row: int, project: Row, funds: Sequence[Row], look: Look) -> int:
    sheet, g = out.sheet, out.grid
    sheet.put(
        row,
        1,
        dict(project["labels"]).get("funds") or f"{look.form.blocks['funds']}\n（{project['fund_unit']}）",
        "label",
        to_row=row + max(len(funds), 1),
    )
    sheet.put(row, g.fund_label[0], "", "label", to_column=g.fund_label[1])
    for name, text in look.fund_columns.items():
        first, last = g.fund_spans[name]
        sheet.put(row, first, text, "label", to_column=last)
    sheet.fit(row, {g.fund_spans[name]: text for name, text in look.fund_columns.items()}, 26)
    for fund in funds:
        row += 1
        out.rows[fund["row"]] = row
        sheet.put(row, g.fund_label[0], fund["line"], "left", to_column=g.fund_label[1])
        texts = {g.fund_label: fund["line"]}
        for name in look.fund_columns:
            value, style = look.fund(fund, name)
            first, last = g.fund_spans[name]
            sheet.put(row, first, value, style or look.open.get("center", "center"), to_column=last)
            texts[first, last] = str(value or "")
        sheet.fit(row, texts, 22)
    if not funds:
        row += 1
        sheet.put(row, g.fund_label[0], "", "left", to_column=g.last)
    return row + 1


def shown(row: Row, name: str) -> Value:
    """Give a cell as it was: its number where it shows a plain one, else its text."""
    text, value = row[f"{name}_text"], row[name]
    if value is not None and text.replace(",", "") in (plain(value), f"{number(value)}"):
        return number(value)
    return str(text)


def exactly(row: Row, name: str) -> Value:
    """Give a cell as a number only where it shows nothing else, such as a unit or a sign."""
    text, value = row[f"{name}_text"], row[name]
    return number(value) if value is not None and text == plain(value) else str(text)


def _goals(sheet: Sheet, row: int, project: Row, g: Grid, look: Look) -> int:
    """Write the goals side by side; a form that has one goal beside its label, or none, is printed so."""
    said, form = dict(project["labels"]), look.form
    there = [name for name in form.goals if look.open or name in project["cells"]]
    texts = {name: (said.get(name) or form.goals[name].label, project[name]) for name in there}
    if len(texts) == 1:
        return texts_below(sheet, row, g, list(texts.values()))
    if not texts:
        return row
    sheet.put(row, 1, said.get("goals") or form.blocks["goals"], "label", to_row=row + 1)
    halves = {"goal_expected": (2, g.middle - 1), "goal_actual": (g.middle, g.last)}
    for name, (first, last) in halves.items():
        sheet.put(row, first, texts[name][0], "label", to_column=last)
        sheet.put(row + 1, first, texts[name][1], look.open.get("left", "left"), to_column=last)
    sheet.heights[row] = 22
    sheet.fit(row + 1, {span: project[name] for name, span in halves.items()}, 66)
    return row + 2


def _heads(sheet: Sheet, row: int, columns: Mapping[str, str], g: Grid) -> int:
    """Write the heads of the indicators, in two rows where one spans others; give the last row."""
    over = {name: text.rpartition(":")[0] for name, text in columns.items()}
    groups = [list(names) for _, names in itertools.groupby(columns, key=lambda name: over[name])]
    spanned = {name: names for names in groups if len(names) > 1 and over[names[0]] for name in names}
    low = row + bool(spanned)
    upper, lower = {}, {}
    for name, text in columns.items():
        span = g.spans[name]
        if name not in spanned:
            sheet.put(row, span[0], text, "label", to_row=low, to_column=span[1])
            upper[span] = text
            continue
        names, own = spanned[name], text.rpartition(":")[2]
        if name == names[0]:
            sheet.put(row, span[0], over[name], "label", to_column=g.spans[names[-1]][1])
        sheet.put(low, span[0], own, "label", to_column=span[1])
        lower[span] = own
    sheet.fit(row, upper, 32)
    if spanned:  # heads over both rows need their height from both
        whole, sheet.heights[row] = sheet.heights[row], 20.0
        sheet.fit(low, lower, max(whole - 20.0, 20.0))
    sheet.repeat = (row, low)
    return low


def _indicators(out: Official, row: int, indicators: Sequence[Row], look: Look) -> int:
    sheet, g, columns, style = out.sheet, out.grid, look.columns, look.open
    top = row
    row = _heads(sheet, row, columns, g)
    block_of = ""
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
            value, own = look.indicator(indicator, name)
            usual = "left" if name in ("level3", "reason") else "center"
            sheet.put(
                row, g.spans[name][0], value, own or style.get(usual, usual), to_column=g.spans[name][1]
            )
            texts[g.spans[name]] = str(value if value is not None else "")
        sheet.fit(row, texts, 20)
    if not indicators:
        row += 1
        for name in columns:
            sheet.put(row, g.spans[name][0], "", "center", to_column=g.spans[name][1])
    block = (top, row, look.form.blocks["indicators"], (1, 1), "label")
    groups = [] if style else _level_groups(indicators, columns, g, at)
    for begin, bottom, label, span, _ in groups:
        _room(sheet, label, begin, bottom, span)
    sheet.one_page = not style and nearly_one_page(sheet, row, _TAIL)
    sheet.breaks = [] if style or sheet.one_page else page_starts(sheet, row)
    for begin, bottom, label, span, box in (block, *groups):
        # a label is not cut by the end of a page: it stands again on the next
        edges = [begin, *(start for start in sheet.breaks if begin < start <= bottom), bottom + 1]
        for start, end in itertools.pairwise(edges):
            sheet.put(start, span[0], label, box, to_row=end - 1, to_column=span[1])
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


def foot(sheet: Sheet, row: int, g: Grid, form: Form, note: str) -> None:
    """Write the line to sign, and the note under the table."""
    lines = [f"{word}：" for word in form.blank["signatures"]]
    starts = [i * g.last // len(lines) + 1 for i in range(len(lines))]
    ends = [start - 1 for start in starts[1:]] + [g.last]
    sheet.heights[row] = 30
    for start, end, text in zip(starts, ends, lines, strict=True):
        sheet.put(row, start, text, "sign", to_column=end)
    sheet.put(row + 1, 1, note, "small", to_column=g.last)
    sheet.fit(row + 1, {(1, g.last): note}, 16)
    sheet.area = (1, 1, row + 1, g.last)
