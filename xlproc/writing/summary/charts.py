"""图表: on one page what a chief asks: how the money was spent, who lags, where most is wrong, and what is wrong most."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from xlproc.model import findings as f
from xlproc.model.exact import SCALE, number
from xlproc.writing.layout import Chart, Sheet
from xlproc.writing.summary.groups import agency_of, by, department_of, gravity
from xlproc.writing.summary.table import Field, budget_of, executed_of, rate, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.summary.lines import Batch, FormLine

MOST = 10
"""So many departments or codes are listed and drawn: more would not be read."""
BANDS = (
    ("超过100%", SCALE + 1), ("100%", SCALE), ("90%至不到100%", 900_000), ("80%至不到90%", 800_000), ("50%至不到80%", 500_000),
    ("不到50%", 0),
)  # fmt: skip
"""Bands of execution rates with the lowest rate of each, in millionths; they only show how projects spread."""
_BLUE = "#5B9BD5"
_SEVERITIES = {"错误": "#F4785A", "提醒": "#FFC000"}
_NO_FORMS, _CLEAN = "没有自评表。", "没有发现错误和提醒。"
_ROW = 20.0
_BLOCK = MOST + 3
"""Rows of a block: heading, heads, lines, and one that stays empty."""


class Block(NamedTuple):
    """A small table and its chart.

    Attributes:
        title: Of both.
        heads: The first is of the names.
        lines: Worst first.
        drawn: The heads that are drawn, with their colours.
        nothing: Said where there is no line.
    """

    title: str
    heads: tuple[str, ...]
    lines: Sequence[tuple[Field, ...]]
    drawn: Mapping[str, str]
    nothing: str


def charts_sheet(batch: Batch) -> Sheet:
    """Make the sheet."""
    sheet = Sheet("图表", one_page=True)
    sheet.widths = {1: 32, 2: 9, 3: 13, 4: 13, 5: 2, **dict.fromkeys(range(6, 13), 9)}
    sheet.put(1, 1, "执行与问题", "title", to_column=12)
    note = (
        f"各表最多列 {MOST} 行；只有一个主管部门的，按实施单位列。执行率只看自评表，金额单位：万元；问题包括自评表和监控表，"
        "不含说明；只有一行的不画图。全部数字见“项目”“部门”“单位”“问题统计”各表。"
    )
    sheet.put(2, 1, note, "small", to_column=12)
    sheet.heights[1] = 30
    sheet.fit(2, {(1, 12): note}, 18)
    blocks = (_spread(batch), _slowest(batch), _worst(batch), _commonest(batch))
    for i, block in enumerate(blocks):
        _draw(sheet, 3 + i * _BLOCK, block)
    sheet.area = (1, 1, 2 + len(blocks) * _BLOCK, 12)
    return sheet


def _spread(batch: Batch) -> Block:
    """Count projects by execution rate."""
    groups: Mapping[str, Sequence[FormLine]] = {
        **dict.fromkeys((name for name, _ in reversed(BANDS)), ()),
        **by(batch.projects, lambda p: band(p.rate)),
    }
    lines = [(Field(name), Field(len(group), "number"), *_money(group)) for name, group in groups.items()]
    heads = ("执行率", "项目数", "全年预算", "全年执行")
    return Block("预算执行率", heads, lines if batch.projects else (), {"项目数": _BLUE}, _NO_FORMS)


def band(rate: int | None) -> str:
    """Name the band of an execution rate, in millionths.

    Examples:
        >>> band(499_999), band(500_000), band(1_000_000), band(1_000_001), band(None)
        ('不到50%', '50%至不到80%', '100%', '超过100%', '算不出')
    """
    if rate is None:
        return "算不出"
    return next((name for name, least in BANDS if rate >= least), BANDS[-1][0])


def _slowest(batch: Batch) -> Block:
    kind, groups = _grouped(batch.projects)
    found = ((rate(group), name, group) for name, group in groups.items())
    ranked = sorted(item for item in found if item[0] != "")
    lines = [
        (Field(shortened(name), "left"), Field(share, "percent"), *_money(group))
        for share, name, group in ranked[:MOST]
    ]
    return Block(
        f"执行率最低的{kind}", (kind, "执行率", "全年预算", "全年执行"), lines, {"执行率": _BLUE}, _NO_FORMS
    )


def _worst(batch: Batch) -> Block:
    kind, groups = _grouped(batch.forms)
    ranked = sorted((gravity(group), name, group) for name, group in groups.items())
    lines = [
        (
            Field(shortened(name), "left"),
            Field(len(group), "number"),
            Field(-errors, "number"),
            Field(-warnings, "number"),
        )
        for (errors, warnings), name, group in ranked[:MOST]
        if errors or warnings
    ]
    return Block(f"错误最多的{kind}", (kind, "表数", "错误", "提醒"), lines, _SEVERITIES, _CLEAN)


def _commonest(batch: Batch) -> Block:
    forms: Counter[str] = Counter()
    for p in batch.forms:
        forms.update(p.codes.keys())
    ranked = sorted(batch.ranked(batch.codes, notes=False), key=lambda item: -item[1])
    lines = []
    for code, times in ranked[:MOST]:
        by_severity = (times if batch.severities[code] == name else None for name in ("error", "warning"))
        name = Field(shortened(f"{code} {f.title(code)}"), "left")
        lines.append((name, *(Field(n, "number") for n in (forms[code] or None, *by_severity))))
    return Block("最常见的问题", ("问题", "表数", "错误", "提醒"), lines, _SEVERITIES, _CLEAN)


def _grouped(forms: Sequence[FormLine]) -> tuple[str, dict[str, list[FormLine]]]:
    """Group forms by department, or by agency where all are of one department; tell which."""
    one = len({department_of(p) for p in forms}) == 1
    return ("单位", by(forms, lambda p: agency_of(p)[1])) if one else ("部门", by(forms, department_of))


def _money(lines: Sequence[FormLine]) -> tuple[Field, Field]:
    return Field(number(budget_of(lines)), "amount"), Field(number(executed_of(lines)), "amount")


def _draw(sheet: Sheet, row: int, block: Block) -> None:
    """Write a table and its chart beside it; of one line there is none."""
    title, heads, lines, drawn, nothing = block
    sheet.put(row, 1, title, "heading", to_column=4)
    sheet.heights[row] = 24
    for each in range(row + 1, row + _BLOCK):
        sheet.heights[each] = _ROW
    for i, text in enumerate(heads, start=1):
        sheet.put(row + 1, i, text, "head")
    for i, line in enumerate(lines, start=row + 2):
        for column, (value, style, _, _) in enumerate(line, start=1):
            sheet.put(i, column, value, style)
    if not lines:
        sheet.put(row + 2, 1, nothing, "center", to_column=4)
    if len(lines) < 2:
        return
    first, last = row + 2, row + 1 + len(lines)
    percent = "执行率" in drawn
    series = [
        {
            "name": head,
            "categories": sheet.down(1, first, last),
            "values": sheet.down(heads.index(head) + 1, first, last),
            "fill": {"color": color},
            "gap": 60,
            "data_labels": {"value": True, "font": {"size": 8}, "num_format": "0.0%" if percent else "0;;"},
        }
        for head, color in drawn.items()
    ]
    kind = {"type": "bar", "subtype": "stacked"} if len(drawn) > 1 else {"type": "bar"}
    height = round((24 + (_BLOCK - 1.5) * _ROW) * 4 / 3)
    axis = {"reverse": True, "num_font": {"name": "宋体", "size": 8}}
    scale: dict[str, Any] = {"min": 0, "num_format": "0%" if percent else "0"}
    longest = max(sum(float(line[heads.index(head)].value or 0) for head in drawn) for line in lines)
    if not percent and longest <= 10:
        scale["major_unit"] = 1  # else a spreadsheet program would mark halves of a project
    chart = Chart(row, 6, kind, title, series, (476, height), axis, scale)
    sheet.charts.append(chart)
