"""监控, 监控项目 and 监控预警: lights by department, a line a monitoring form, and what will not be reached."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from xlproc.model.exact import number
from xlproc.model.words import MARKED_LIST, percent, word
from xlproc.writing.layout import Chart
from xlproc.writing.links import MOST_LINKS, beside
from xlproc.writing.official import light_entry
from xlproc.writing.summary.groups import by, department_of
from xlproc.writing.summary.lines import LISTED
from xlproc.writing.summary.table import (
    HEAD,
    Field,
    Table,
    amount,
    begin,
    budget_of,
    count,
    executed_of,
    rate,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.writing.layout import Sheet
    from xlproc.writing.summary.lines import Batch, MonitoringLine, UnreachedLine

LIGHTS = ("red", "yellow", "green", "blue", "")
"""From the worst to the best; last what has none."""
SLOWEST = 15
"""So many projects are drawn: those whose money lags most."""
_NO_NAME = "（未填项目名称）"

_PROJECTS = (
    ("序号", 6), ("主管部门", 16), ("执行单位", 16), ("项目名称", 20), ("年度", 6.5), ("截至月份", 6), ("预算数", 11), ("执行数", 11),
    ("执行率", 9), ("时间进度", 9), ("为应执行的", 9), ("预算灯", 7), ("项目灯", 7), ("红灯", 6), ("黄灯", 6), ("绿灯", 6), ("蓝灯", 6),
    ("不能判定", 6), ("有偏差", 6), ("完不成", 6), ("错误", 6), ("提醒", 6), ("最重的问题", 28), ("结果", 8), ("批注", 7),
    ("填报文件／工作表", 26),
)  # fmt: skip
_PROJECTS_NOTE = (
    "项目灯取各指标最差的一盏；预算灯看执行率对照时间进度，“为应执行的”= 执行率÷时间进度。灯差的在前，同灯的按完不成的指标数、执行快慢排列；"
    "按“序号”排序即恢复文件的次序。红灯至“不能判定”各栏为指标数。“完不成”：按数字、全年预计或单位自己填的，年底达不到指标值。"
)
_DEPARTMENTS = (
    ("主管部门", 26), ("监控表", 7), ("预算数", 12), ("执行数", 12), ("执行率", 9), ("预算红灯", 7), ("预算黄灯", 7), ("预算绿灯", 7),
    ("项目红灯", 7), ("项目黄灯", 7), ("项目绿灯", 7), ("项目蓝灯", 7), ("项目未定", 7), ("有偏差的指标", 8), ("完不成的指标", 8), ("错误", 7),
    ("提醒", 7),
)  # fmt: skip
_UNREACHED = (
    ("序号", 6), ("主管部门", 16), ("执行单位", 16), ("项目名称", 18), ("二级指标", 14), ("三级指标", 24), ("指标值", 11), ("执行情况", 11),
    ("完成率", 9), ("监控灯", 7), ("按数字看", 10.5), ("单位所填", 10.5), ("全年预计", 10), ("原因", 30), ("填报文件／工作表", 26), ("单元格", 8),
    ("查看", 7),
)  # fmt: skip


def monitoring_sheets(batch: Batch) -> list[Sheet]:
    """Make the sheets, worst first: a reviewer calls those whose year can still be saved."""
    ordered = sorted(batch.monitored, key=_urgency)
    return [_departments(batch, ordered), _projects(ordered), _unreached(ordered)]


def _rank(light: str) -> int:
    return LIGHTS.index(light)


def _urgency(p: MonitoringLine) -> tuple[int, int, int, float, int]:
    lights = sorted((_rank(p.light), _rank(p.budget_light)))
    return lights[0], -len(p.unreached), lights[1], p.pace if p.pace is not None else float("inf"), p.number


def _projects(ordered: Sequence[MonitoringLine]) -> Sheet:
    table = begin("监控项目", "绩效运行监控：各项目（金额单位：万元）", _PROJECTS_NOTE, _PROJECTS)
    table.sheet.freeze = (HEAD + 1, table.at["年度"])
    for place, p in enumerate(ordered, start=1):
        table.line(*_project(table, p, linked=place <= MOST_LINKS // 2))
    counted = (
        ("红灯", "red"), ("黄灯", "yellow"), ("绿灯", "green"), ("蓝灯", "blue"), ("不能判定", ""),
    )  # fmt: skip
    totals = {
        "主管部门": Field(f"合计 {len(ordered)} 张监控表", "total_text"),
        "预算数": amount(budget_of(ordered)),
        "执行数": amount(executed_of(ordered)),
        "执行率": _rate_below(table, ordered),
        **{head: count(sum(p.lights[name] for p in ordered)) for head, name in counted},
        "有偏差": count(sum(p.deviating for p in ordered)),
        "完不成": count(sum(len(p.unreached) for p in ordered)),
        "错误": count(sum(p.errors for p in ordered)),
        "提醒": count(sum(p.warnings for p in ordered)),
    }
    return table.end("没有监控表。", table.under(totals))


def _light(name: str) -> Field:
    value, style = light_entry(name)
    return Field(value, style)


def _project(table: Table, p: MonitoringLine, linked: bool) -> tuple[Field, ...]:
    at = table.below()
    link = beside(p.output, p.table) if p.output and linked else ""
    copy = beside(p.marked, MARKED_LIST) if p.marked and linked else ""
    known = p.pace is not None
    pace = f"=ROUND(12*{at['执行数']}/({at['预算数']}*{at['截至月份']}),4)" if known else ""
    return (
        Field(p.number),
        Field(p.department, "left"),
        Field(p.agency, "left"),
        Field(p.name, "left"),
        Field(p.year),
        Field(p.month),
        Field(number(p.budget), "amount"),
        Field(number(p.executed), "amount"),
        Field(number(p.rate), "percent", f"=ROUND({at['执行数']}/{at['预算数']},4)" if known else ""),
        Field(number(p.time_share), "percent", f"=ROUND({at['截至月份']}/12,4)"),
        Field(number(p.pace), "percent", pace),
        _light(p.budget_light),
        _light(p.light),
        *(Field(p.lights[name]) for name in LIGHTS),
        Field(p.deviating),
        Field(len(p.unreached), "light_red" if p.unreached else "center"),
        Field(p.errors, "error" if p.errors else "center"),
        Field(p.warnings, "warning" if p.warnings else "center"),
        Field(p.worst, "left"),
        Field("打开", "link", link=link) if link else Field("没有链接" if p.output else "未写出"),
        Field("打开", "link", link=copy) if copy else Field("没有链接" if p.marked else ""),
        Field(f"{p.path}／{p.sheet}", "left"),
    )


def _rate_below(table: Table, lines: Sequence[MonitoringLine]) -> Field:
    at = table.below()
    formula = f'=IF({at["预算数"]}=0,"",ROUND({at["执行数"]}/{at["预算数"]},4))'
    return Field(rate(lines), "total_percent", formula)


def _departments(batch: Batch, ordered: Sequence[MonitoringLine]) -> Sheet:
    """Count lights by department; below, the projects whose money lags most are listed and drawn."""
    months = "、".join(f"{month} 月" for month in sorted({p.month for p in batch.monitored}))
    note = f"预算灯看执行率对照时间进度，项目灯取各指标最差的一盏。数字截至 {months}末。红灯多的在前。"
    table = begin("监控", "绩效运行监控：各主管部门的灯（金额单位：万元）", note, _DEPARTMENTS)
    groups = by(ordered, department_of)

    def weight(item: tuple[str, list[MonitoringLine]]) -> tuple[int, int, str]:
        name, lines = item
        return -sum(p.light == "red" for p in lines), -sum(p.budget_light == "red" for p in lines), name

    for name, lines in sorted(groups.items(), key=weight):
        table.line(
            Field(name, "left"),
            Field(len(lines)),
            Field(number(budget_of(lines)), "amount"),
            Field(number(executed_of(lines)), "amount"),
            Field(rate(lines), "percent"),
            *(Field(n, _tint(n, light)) for n, light in zip(_counts(lines), _SHOWN, strict=True)),
        )
    sums = zip([head for head, _ in _DEPARTMENTS[5:]], _counts(ordered), strict=True)
    totals = {
        "主管部门": Field("合计", "total_text"),
        "监控表": count(len(ordered)),
        "预算数": amount(budget_of(ordered)),
        "执行数": amount(executed_of(ordered)),
        "执行率": _rate_below(table, ordered),
        **{head: count(n) for head, n in sums},
    }
    sheet = table.end("没有监控表。", table.under(totals))
    _slowest(sheet, table.row + 2, ordered)
    return sheet


_SHOWN = ("red", "yellow", "", "red", "yellow", "", "", "", "", "red", "", "")
"""Which counts of a department are tinted, where they are not 0."""


def _tint(n: int, light: str) -> str:
    return f"light_{light}" if n and light else "center"


def _counts(lines: Sequence[MonitoringLine]) -> list[int]:
    budget, own = Counter(p.budget_light for p in lines), Counter(p.light for p in lines)
    return [
        *(budget[name] for name in LIGHTS[:3]),
        *(own[name] for name in LIGHTS),
        sum(p.deviating for p in lines),
        sum(len(p.unreached) for p in lines),
        sum(p.errors for p in lines),
        sum(p.warnings for p in lines),
    ]


def _slowest(sheet: Sheet, row: int, ordered: Sequence[MonitoringLine]) -> None:
    """List and draw the projects whose money lags most: what is spent against the part of the year that has gone."""
    slow = sorted((p for p in ordered if p.pace is not None), key=lambda p: (p.pace or 0, p.number))[:SLOWEST]
    last = len(_DEPARTMENTS)
    if not slow:
        return
    sheet.put(
        row,
        1,
        f"执行最慢的 {len(slow)} 个项目" if len(ordered) > len(slow) else "各项目的执行进度",
        "heading",
        to_column=5,
    )
    for i, text in enumerate(("项目", "截至月份", "执行率", "时间进度", "为应执行的"), start=1):
        sheet.put(row + 1, i, text, "head")
    sheet.heights[row], sheet.heights[row + 1] = 24, 32
    for i, p in enumerate(slow, start=row + 2):
        sheet.put(i, 1, shortened(p.name or _NO_NAME), "left")
        sheet.put(i, 2, p.month, "center")
        sheet.put(i, 3, number(p.rate), "percent")
        sheet.put(i, 4, number(p.time_share), "percent")
        sheet.put(i, 5, number(p.pace), "percent")
        sheet.heights[i] = 20
    first, end = row + 1, row + len(slow)

    def column(index: int) -> list[Any]:
        return [sheet.name, first, index, end, index]

    labels = {"value": True, "num_format": "0%", "font": {"size": 8}}
    series = [
        {
            "name": "执行率",
            "categories": column(0),
            "values": column(2),
            "fill": {"color": "#C00000"},
            "data_labels": labels,
        },
        {
            "name": "时间进度",
            "categories": column(0),
            "values": column(3),
            "fill": {"color": "#BFBFBF"},
            "data_labels": labels,
        },
    ]
    size = (560, 130 + 34 * len(slow))
    most = max(1.0, max((p.rate or 0) / 1_000_000 for p in slow))
    chart = Chart(
        row, 7, {"type": "bar"}, "预算执行与时间进度", series, size, {"reverse": True},
        {"min": 0, "max": most, "num_format": "0%"},
    )  # fmt: skip
    sheet.charts.append(chart)
    sheet.area = (1, 1, max(end + 1, row + size[1] // 20 + 1), last)


def _unreached(ordered: Sequence[MonitoringLine]) -> Sheet:
    every = [(p, item) for p in ordered for item in p.unreached]
    note = (
        "按数字（余下的月份赶不上）、全年预计或单位自己填的，年底达不到指标值的指标。项目的次序同“监控项目”。"
    )
    if len(every) > LISTED:
        note += f"共 {len(every)} 项，本表列前 {LISTED} 项。"
    table = begin("监控预警", "预计完不成的指标", note, _UNREACHED)
    table.sheet.freeze = (HEAD + 1, table.at["二级指标"])
    for i, (p, item) in enumerate(every[:LISTED], start=1):
        table.line(*_lost(i, p, item))
    return table.end("没有预计完不成的指标。")


def _lost(i: int, p: MonitoringLine, item: UnreachedLine) -> tuple[Field, ...]:
    link = beside(p.output, p.table) if p.output else ""
    said = [word(f"possibility.{name}") if name else "" for name in (item.by_rules, item.declared)]
    return (
        Field(i),
        Field(p.department, "left"),
        Field(p.agency, "left"),
        Field(p.name, "left"),
        Field(item.level2),
        Field(item.name, "left"),
        Field(item.target),
        Field(item.actual),
        Field(percent(item.progress)),
        _light(item.light),
        *(Field(text) for text in said),
        Field(item.forecast),
        Field(item.why, "left"),
        Field(f"{p.path}／{p.sheet}", "left"),
        Field(item.cell),
        Field("查看", "link", link=link) if link else Field(""),
    )
