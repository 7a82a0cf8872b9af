"""总览: the batch on one page: figures, grades, the most common findings, the widest gaps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.exact import number
from xlproc.writing.layout import Chart, Sheet, Value
from xlproc.writing.summary.projects import standing, standings
from xlproc.writing.summary.table import average, budget_of, executed_of, rate, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.rulesets import RuleSet
    from xlproc.writing.summary.lines import Batch, ProjectLine

CHARTED = 10
"""So many projects are drawn: those whose totals differ most."""


def overview_sheet(batch: Batch, ruleset: RuleSet, chosen: bool) -> Sheet:
    """Make the sheet; ``chosen``: each workbook has the rule set that its forms are made for."""
    sheet = Sheet("总览", landscape=True, one_page=True)
    sheet.widths = {1: 26, 2: 16, 3: 3, 4: 12, 5: 10, 6: 3, 7: 10, 8: 32, 9: 8, 10: 8}
    sheet.put(1, 1, "绩效自评评价总览", "title", to_column=10)
    sheet.put(2, 1, _ruleset(batch, ruleset, chosen), "subtitle", to_column=10)
    sheet.heights.update({1: 30, 2: 22})
    done = [p for p in batch.projects if p.score is not None]
    rejected = [line for line in batch.files if line.status == "rejected"]
    only_read = sum(line.status == "read" for line in batch.files)
    both = [p for p in done if p.declared is not None and not p.pending]
    figures: tuple[tuple[str, Value, str], ...] = (
        ("填报文件", len(batch.files), "number"),
        ("　其中没有评价的", len(rejected) + only_read, "number"),
        ("项目", len(batch.projects), "number"),
        ("全年预算（万元）", number(budget_of(batch.projects)), "amount"),
        ("全年执行（万元）", number(executed_of(batch.projects)), "amount"),
        ("执行率", rate(batch.projects), "percent"),
        (
            f"规则总分平均（{len(both)}个项目）",
            average([p.score for p in both if p.score is not None]),
            "two",
        ),
        ("自评总分平均（同上）", average([p.declared for p in both if p.declared is not None]), "two"),
        ("有待定的项目", sum(bool(p.pending) for p in batch.projects), "number"),
        ("有错误的项目", sum(bool(p.errors) for p in batch.projects), "number"),
        ("项目中的错误", sum(p.errors for p in batch.projects), "number"),
        ("项目中的提醒", sum(p.warnings for p in batch.projects), "number"),
    )
    if batch.monitored:
        red = sum("red" in (p.light, p.budget_light) for p in batch.monitored)
        figures += (
            ("监控表", len(batch.monitored), "number"),
            ("　其中亮红灯的", red, "number"),
            ("监控表中的错误", sum(p.errors for p in batch.monitored), "number"),
        )
    sheet.put(4, 1, "主要数字", "head", to_column=2)
    for i, (label, value, style) in enumerate(figures):
        sheet.put(5 + i, 1, label, "left")
        sheet.put(5 + i, 2, value, style)
    sheet.put(4, 4, "等级", "head")
    sheet.put(4, 5, "项目数", "head")
    grades = standings(batch.projects, ruleset)
    counts = Counter(map(standing, batch.projects))
    for i, name in enumerate(grades):
        sheet.put(5 + i, 4, name, "center")
        sheet.put(5 + i, 5, counts[name], "number")
    for i, text in enumerate(("代码", "主要问题（先错误后提醒）", "级别", "次数")):
        sheet.put(4, 7 + i, text, "head")
    top = batch.ranked(batch.codes, notes=False)[:12]
    for i, (code, count) in enumerate(top):
        severity = batch.severities[code]
        sheet.put(5 + i, 7, code, "center")
        sheet.put(5 + i, 8, f.title(code), "left")
        sheet.put(5 + i, 9, f.severity_word(severity), severity)
        sheet.put(5 + i, 10, count, "number")
    if not top:
        sheet.put(5, 7, "没有发现错误和提醒。", "center", to_column=10)
    for row in range(4, 5 + len(figures) + 1):
        sheet.heights[row] = 21
    below = max(19, 7 + len(figures))
    last_row = below - 2
    if done:
        first, end = 5, 4 + len(grades)
        axis: dict[str, Any] = {"min": 0, "num_format": "0"}
        if max(counts.values()) <= 10:
            axis["major_unit"] = 1
        series = {
            "categories": sheet.down(4, first, end),
            "values": sheet.down(5, first, end),
            "fill": {"color": "#5B9BD5"},
            "gap": 80,
            "data_labels": {"value": True},
        }
        sheet.charts.append(
            Chart(below, 1, {"type": "column"}, "等级分布（项目数）", [series], (500, 250), axis)
        )
        last_row = _widest_gaps(sheet, done, below)
    sheet.area = (1, 1, last_row, 10)
    return sheet


def _ruleset(batch: Batch, ruleset: RuleSet, chosen: bool) -> str:
    if not chosen:
        return f"规则集：{ruleset.id}（{ruleset.title}）"
    used = Counter(p.ruleset for p in batch.projects)
    listed = "、".join(f"{name} {n} 个项目" for name, n in sorted(used.items()))
    return "规则集：按各表的分值自动选用" + (f"（{listed}）" if listed else "")


def _widest_gaps(sheet: Sheet, done: Sequence[ProjectLine], row: int) -> int:
    """List and draw the projects whose declared and computed totals differ most; give the last row used."""
    chosen = sorted((p for p in done if p.apart), key=lambda p: (-(p.apart or 0), p.number))[:CHARTED]
    if not chosen:
        sheet.put(row, 7, "没有自评总分与规则总分不同的项目。", "center", to_column=10)
        return row + 14
    for i, text in enumerate(("序号", "自评与规则差额最大的项目", "自评", "规则")):
        sheet.put(row, 7 + i, text, "head")
    sheet.heights[row] = 21
    for i, p in enumerate(chosen, start=1):
        sheet.put(row + i, 7, i, "center")
        sheet.put(row + i, 8, shortened(p.name or "（未填项目名称）"), "left")
        sheet.put(row + i, 9, number(p.declared), "two")
        sheet.put(row + i, 10, number(p.score), "two")
        sheet.heights[row + i] = 20
    end = row + len(chosen)

    series = [
        {
            "name": name,
            "categories": sheet.down(8, row + 1, end),
            "values": sheet.down(column, row + 1, end),
            "fill": {"color": color},
        }
        for name, column, color in (("自评总分", 9, "#A5A5A5"), ("规则总分", 10, "#ED7D31"))
    ]
    size = (500, 130 + 26 * len(chosen))
    # reversed, the widest gap comes first
    under = row + 13
    chart = Chart(
        under,
        1,
        {"type": "bar"},
        "自评总分与规则总分",
        series,
        size,
        {"reverse": True},
        {"min": 0, "max": 100},
    )
    sheet.charts.append(chart)
    return max(end, under + size[1] // 20 + 1)
