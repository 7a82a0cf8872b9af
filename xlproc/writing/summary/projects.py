"""项目: a line a project, those first that need reading most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.exact import number, plain
from xlproc.model.words import MARKED_LIST, word
from xlproc.writing.links import MOST_LINKS, beside
from xlproc.writing.summary.lines import POINTS
from xlproc.writing.summary.table import HEAD, Field, Table, amount, begin, count, rate_below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.rulesets import RuleSet
    from xlproc.writing.layout import Sheet
    from xlproc.writing.summary.lines import Batch, ProjectLine

UNDECIDED = "未定"
"""The grade of a project that has none yet."""
UNSCORED = "不计分"
"""The grade of a project whose form has no points."""

_COLUMNS = (
    ("优先", 6), ("序号", 6), ("主管部门", 16), ("实施单位", 16), ("项目名称", 20), ("年度", 6.5), ("年初预算", 11),
    ("全年预算", 11), ("全年执行", 11), ("执行率", 9), ("自评总分", 8.5), ("规则总分", 8.5), ("差额", 8), ("相差", 7.5),
    ("等级", 6), ("待定", 6), ("待定区间", 12.5), ("错误", 6), ("提醒", 6), ("说明", 6), ("优先分", 8), ("最重的问题", 30),
    ("结果", 8), ("批注", 7), ("填报文件／工作表", 26),
)  # fmt: skip
_MONEY = (("年初预算", "initial"), ("全年预算", "budget"), ("全年执行", "executed"))
_COUNTS = (("待定", "pending"), ("错误", "errors"), ("提醒", "warnings"), ("说明", "notes"))
_NOTE = (
    f"优先分 = {POINTS['error']}×错误 + {POINTS['pending']}×待定 + {POINTS['warning']}×提醒 + 相差，只用来排审核先后，不是评价；"
    "“优先”是它的名次，本表按它排列，按“序号”排序即恢复文件的次序。"
    "差额 = 规则总分 − 自评总分；相差是它的绝对值，有待定的，是自评总分超出待定区间的部分。"
)


def projects_sheet(batch: Batch) -> Sheet:
    """Make the sheet.

    Worst first: of thousands of projects a reviewer reads as many as the day allows.
    """
    table = begin("项目", "项目绩效自评汇总（金额单位：万元）", _NOTE, _COLUMNS)
    table.sheet.freeze = (HEAD + 1, table.at["年度"])
    ordered = sorted(batch.projects, key=lambda p: (-p.urgency, p.number))
    rank, before = 0, -1
    for place, p in enumerate(ordered, start=1):
        # the rank is no formula: RANK over tens of thousands of rows would take minutes at each change
        rank, before = (rank if p.urgency == before else place), p.urgency
        table.line(*_fields(table, p, rank, linked=place <= MOST_LINKS // 2))
    totals = {
        "主管部门": Field(f"合计 {len(ordered)} 个项目", "total_text"),
        **{head: amount(sum(getattr(p, name) or 0 for p in ordered)) for head, name in _MONEY},
        "执行率": rate_below(table, ordered),
        **{head: count(sum(getattr(p, name) for p in ordered)) for head, name in _COUNTS},
    }
    return table.end("没有评价任何项目。", table.under(totals))


def _fields(table: Table, p: ProjectLine, rank: int, linked: bool) -> tuple[Field, ...]:
    at = table.below()
    settled = p.score is not None and p.declared is not None and not p.pending
    gap = (p.score or 0) - (p.declared or 0) if settled else None
    parts = (("error", "错误"), ("pending", "待定"), ("warning", "提醒"))
    points = "+".join(f"{POINTS[name]}*{at[head]}" for name, head in parts)
    link = beside(p.output, p.table) if p.output and linked else ""
    copy = beside(p.marked, MARKED_LIST) if p.marked and linked else ""
    return (
        Field(rank),
        Field(p.number),
        Field(p.department, "left"),
        Field(p.agency, "left"),
        Field(p.name, "left"),
        Field(p.year),
        *(Field(number(money), "amount") for money in (p.initial, p.budget, p.executed)),
        Field(number(p.rate), "percent"),
        Field(number(p.declared), "two"),
        Field(number(p.score), "two"),
        Field(number(gap), "two", f"=ROUND({at['规则总分']}-{at['自评总分']},6)" if settled else ""),
        Field(number(p.apart), "two", f"=ABS({at['差额']})" if settled else ""),
        Field(standing(p)),
        Field(p.pending, "pending" if p.pending else "center"),
        Field(_range(p)),
        Field(p.errors, "error" if p.errors else "center"),
        Field(p.warnings, "warning" if p.warnings else "center"),
        Field(p.notes),
        Field(number(p.urgency), "two", f"=ROUND({points}+{at['相差']},6)"),
        Field(p.worst, "left"),
        Field("打开", "link", link=link) if link else Field("没有链接" if p.output else "未写出"),
        Field("打开", "link", link=copy) if copy else Field("没有链接" if p.marked else ""),
        Field(f"{p.path}／{p.sheet}", "left"),
    )


def standing(p: ProjectLine) -> str:
    """Name a project's grade, or why it has none."""
    return p.grade or (UNSCORED if p.unweighed else UNDECIDED)


def standings(projects: Sequence[ProjectLine], ruleset: RuleSet) -> list[str]:
    """Name the grades that projects may have, best first, and what stands for none."""
    rest = [UNSCORED] if any(p.unweighed for p in projects) else []
    return [*(grade for grade, _ in ruleset.grades), UNDECIDED, *rest]


def _range(p: ProjectLine) -> str:
    """Write what the pending rows leave open of the total."""
    if not p.pending:
        return ""
    if p.high is None:
        return word("range.unknown")
    return word("range.dash", low=plain(p.low, 2), high=plain(p.high, 2))
