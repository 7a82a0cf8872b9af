"""部门 and 单位: the projects of each department and of each agency, those with most errors first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from xlproc.model import findings as f
from xlproc.model.exact import number
from xlproc.writing.summary.projects import standing, standings
from xlproc.writing.summary.table import (
    Field,
    amount,
    average,
    begin,
    budget_of,
    count,
    executed_of,
    rate,
    rate_below,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xlproc.rulesets import RuleSet
    from xlproc.writing.layout import Sheet, Value
    from xlproc.writing.summary.lines import Batch, FormLine, ProjectLine

L = TypeVar("L", bound="FormLine")
K = TypeVar("K")
Groups = dict[tuple[str, ...], "list[ProjectLine]"]

SHOWN_CODES = 3
"""So many codes of a group are named."""
_NOTE = "错误多的在前。平均分只算总分已定的项目，加权平均分以全年预算为权数；合计行的平均分按全部项目计算，不是各行的平均。"


def department_of(p: FormLine) -> str:
    """Name a form's department."""
    return p.department or "（未填主管部门）"


def agency_of(p: FormLine) -> tuple[str, str]:
    """Name a form's department and agency: agencies of two departments may bear one name."""
    return department_of(p), p.agency or "（未填实施单位）"


def by(forms: Iterable[L], key: Callable[[L], K]) -> dict[K, list[L]]:
    """Group forms, in the order in which the groups come first."""
    groups: dict[K, list[L]] = {}
    for p in forms:
        groups.setdefault(key(p), []).append(p)
    return groups


def departments_sheet(batch: Batch, ruleset: RuleSet) -> Sheet:
    """Make the sheet by department."""
    groups: Groups = by(batch.projects, lambda p: (department_of(p),))
    return _sheet("部门", "按主管部门汇总（金额单位：万元）", (("主管部门", 28),), groups, batch, ruleset)


def agencies_sheet(batch: Batch, ruleset: RuleSet) -> Sheet:
    """Make the sheet by agency."""
    groups: Groups = by(batch.projects, agency_of)
    keys = (("主管部门", 20.0), ("实施单位", 22.0))
    return _sheet("单位", "按实施单位汇总（金额单位：万元）", keys, groups, batch, ruleset)


def _sheet(
    name: str,
    title: str,
    keys: tuple[tuple[str, float], ...],
    groups: Groups,
    batch: Batch,
    ruleset: RuleSet,
) -> Sheet:
    grades = standings(batch.projects, ruleset)
    columns = (
        *keys, ("项目数", 8), ("全年预算", 12), ("全年执行", 12), ("执行率", 9), ("平均分", 8), ("加权平均分", 8),
        *((grade, 6.5) for grade in grades), ("有错误的项目", 8), ("错误", 7), ("提醒", 7), ("最常见的问题", 40),
    )  # fmt: skip
    table = begin(name, title, _NOTE, columns)

    for key, lines in sorted(groups.items(), key=lambda item: (gravity(item[1]), item[0])):
        figures = _figures(lines, grades)
        table.line(
            *(Field(text, "left") for text in key),
            Field(len(lines)),
            Field(number(budget_of(lines)), "amount"),
            Field(number(executed_of(lines)), "amount"),
            Field(rate(lines), "percent"),
            *(Field(value, "two") for value in _averages(lines)),
            *(Field(n) for n in figures),
            Field(_common(lines, batch), "left"),
        )
    everyone = batch.projects
    whole, weighted = _averages(everyone)
    counted = zip((*grades, "有错误的项目", "错误", "提醒"), _figures(everyone, grades), strict=True)
    totals = {
        keys[0][0]: Field("合计", "total_text"),
        "项目数": count(len(everyone)),
        "全年预算": amount(budget_of(everyone)),
        "全年执行": amount(executed_of(everyone)),
        "执行率": rate_below(table, everyone),
        "平均分": Field(whole, "total"),
        "加权平均分": Field(weighted, "total"),
        **{head: count(n) for head, n in counted},
    }
    return table.end("没有评价任何项目。", table.under(totals))


def gravity(lines: Sequence[FormLine]) -> tuple[int, int]:
    """Put those with most errors first, then those with most warnings."""
    return -sum(p.errors for p in lines), -sum(p.warnings for p in lines)


def _averages(lines: Sequence[ProjectLine]) -> tuple[Value, Value]:
    """Give the mean of the settled totals, plain and weighted by budgets."""
    settled = [(p.score, p.budget or 0) for p in lines if p.score is not None and not p.pending]
    scores = [score for score, _ in settled]
    return average(scores), average(scores, [budget for _, budget in settled])


def _figures(lines: Sequence[ProjectLine], grades: Sequence[str]) -> list[int]:
    """Count projects by grade, those with errors, errors and warnings."""
    counts = Counter(map(standing, lines))
    return [
        *(counts[grade] for grade in grades),
        sum(bool(p.errors) for p in lines),
        sum(p.errors for p in lines),
        sum(p.warnings for p in lines),
    ]


def _common(lines: Sequence[ProjectLine], batch: Batch) -> str:
    """Name the most frequent errors and warnings."""
    counts: Counter[str] = Counter()
    for p in lines:
        counts.update(p.codes)
    often = sorted(batch.ranked(counts, notes=False), key=lambda item: -item[1])[:SHOWN_CODES]
    return "；".join(f"{code} {f.title(code)} {n} 处" for code, n in often)
