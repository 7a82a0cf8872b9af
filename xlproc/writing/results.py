"""The results workbook of one filled workbook: official tables, 评分明细 and 监控明细, 问题清单, 评分规则."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.frames import is_evaluated
from xlproc.model.words import RESULT_SUBJECT
from xlproc.writing.detail import detail_sheet, monitoring_detail
from xlproc.writing.layout import Book, unique_name
from xlproc.writing.official import BY_RULES, Official, monitoring_table, official_table
from xlproc.writing.problems import problems_sheet
from xlproc.writing.rules_used import rules_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.rulesets import RuleSet

Row = dict[str, Any]

RESERVED = ("评分明细", "监控明细", "问题清单", "评分规则")


def results_book(
    workbook: Row,
    projects: Sequence[Row],
    funds: Mapping[int, Sequence[Row]],
    indicators: Mapping[int, Sequence[Row]],
    findings: Sequence[Row],
    ruleset: RuleSet,
    declared: bool = False,
    marked: str = "",
) -> Book:
    """Make the results workbook.

    Args:
        workbook: A row of ``workbooks``.
        projects: Its projects, with totals or lights.
        funds: By project, with scores or lights.
        indicators: By project, with scores or lights.
        findings: Its findings.
        ruleset: The rule set.
        declared: Whether the official table shows the unit's own scores.
        marked: The marked copy beside it, or "".
    """
    tables: dict[int, Official] = {}
    names_of = table_names(projects)
    for project in projects:
        key = project["project"]
        parts = project, funds.get(key, ()), indicators.get(key, ()), names_of[key]
        if is_evaluated(project):
            tables[key] = official_table(*parts, declared, _note(project, ruleset, declared))
        else:
            tables[key] = monitoring_table(*parts, _monitoring_note(project, ruleset))
    rules, names = rules_sheet(ruleset, workbook["path"], workbook["sha256"])
    scored = [project for project in projects if is_evaluated(project)]
    midyear = [project for project in projects if not is_evaluated(project)]
    details = [
        make(mine, funds, indicators, tables, ruleset)
        for make, mine in ((detail_sheet, scored), (monitoring_detail, midyear))
        if mine
    ]
    sheets = [
        *(table.sheet for table in tables.values()),
        *details,
        problems_sheet(findings, {p["project"]: p["name"] for p in projects}, tables, marked),
        rules,
    ]
    title = "、".join(p["name"] for p in projects if p["name"])[:200]
    return Book(
        sheets, names, title=f"评价结果：{title}", subject=RESULT_SUBJECT, keywords=workbook["sha256"]
    )


def table_names(projects: Sequence[Row]) -> dict[int, str]:
    """Name the sheet of each project's official table, by project."""
    taken = set(RESERVED)
    names = {}
    for project in projects:
        name = names[project["project"]] = unique_name(project["sheet"], taken)
        taken.add(name)
    return names


def _monitoring_note(project: Row, ruleset: RuleSet) -> str:
    """Say under the table how the lights came about, and what the mark behind an answer means."""
    month = f"截至 {project['as_of']} 月末" + ("（表上没有写，按规则集）" if project["assumed"] else "")
    return (
        f"监控灯按规则集“{ruleset.title}”判定（{month}），算法与来源见“监控明细”“评分规则”。"
        f"带“{BY_RULES}”的是单位没有填写、由规则得出的。"
    )


def _note(project: Row, ruleset: RuleSet, declared: bool) -> str:
    """Say under the table whose scores it shows."""
    if project["unweighed"]:
        return (
            f"表上没有分值，不计总分、不评等级；各指标的完成情况按规则集“{ruleset.title}”核对，见“评分明细”。"
        )
    if declared:
        return "得分为单位自评得分；规则得分见“评分明细”。"
    note = f"得分按规则集“{ruleset.title}”计算，算法与来源见“评分明细”“评分规则”。"
    return note + ("“待定”须由人判断，未计入总分。" if project["pending"] else "")
