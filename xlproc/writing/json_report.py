"""The JSON of ``evaluate --json`` and ``read --json``: stable keys, numbers as numbers, what is absent as null."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import xlproc
from xlproc.model import findings as f
from xlproc.model.exact import number
from xlproc.model.frames import MONITORING, is_evaluated, is_judged
from xlproc.model.words import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.model.words import Lang
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


def workbook_json(
    workbook: Row,
    outputs: Sequence[str],
    projects: Sequence[Row],
    funds: Mapping[int, Sequence[Row]],
    indicators: Mapping[int, Sequence[Row]],
    findings: Sequence[Row],
    ruleset: RuleSet | None,
    lang: Lang = "zh",
    paths: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """Give one workbook's part of the report.

    Args:
        workbook: A row of ``workbooks``.
        outputs: The files written for it.
        projects: Its projects.
        funds: By project.
        indicators: By project.
        findings: Its findings.
        ruleset: The rule set, or None where nothing was computed: what rules compute is then left out.
        lang: Of the messages.
        paths: Of all workbooks that its findings may name, by number.
    """
    index = {project["project"]: i for i, project in enumerate(projects)}
    return {
        "path": workbook["path"],
        "sha256": workbook["sha256"] or None,
        "status": workbook["status"],
        "outputs": list(outputs),
        "projects": [
            _project(
                p,
                funds.get(p["project"], ()),
                indicators.get(p["project"], ()),
                ruleset if is_judged(p) else None,
            )
            for p in projects
        ],
        "findings": [finding_json(item, index, paths or {}, lang) for item in findings],
    }


def finding_json(
    finding: Row, index: Mapping[int, int], paths: Mapping[int, str], lang: Lang = "zh"
) -> dict[str, Any]:
    """Give a finding.

    Args:
        finding: A row of ``findings``.
        index: By project: its place in the report.
        paths: Of the workbooks that it may name, by number.
        lang: Of the message.
    """
    return {
        "code": finding["code"],
        "rules": list(finding["rules"]),
        "severity": finding["severity"],
        "project": index.get(finding["project"]) if finding["project"] is not None else None,
        "sheet": finding["sheet"] or None,
        "cells": list(finding["cells"]),
        "elsewhere": elsewhere(finding, paths),
        "message": f.message(finding, lang),
    }


def elsewhere(finding: Row, paths: Mapping[int, str]) -> list[dict[str, Any]]:
    """Give the places in other forms that a finding is about.

    Args:
        finding: A row of ``findings``.
        paths: Of the workbooks, by number.
    """
    return [
        {"path": paths[workbook], "sheet": sheet, "cells": list(cells)}
        for workbook, sheet, cells in finding["elsewhere"]
    ]


def report_json(workbooks: Sequence[dict[str, Any]], ruleset: RuleSet | None) -> dict[str, Any]:
    """Give the whole report."""
    return {
        "xlproc": xlproc.__version__,
        "ruleset": {"id": ruleset.id, "sha256": ruleset.sha256} if ruleset else None,
        "workbooks": list(workbooks),
    }


def _project(
    project: Row, funds: Sequence[Row], indicators: Sequence[Row], ruleset: RuleSet | None
) -> dict[str, Any]:
    fund, indicator = _fund, _indicator
    if project["form"] == MONITORING:
        fund, indicator = _fund_at_mid_year, _indicator_at_mid_year
    out: dict[str, Any] = {
        "sheet": project["sheet"],
        "form": project["form"],
        "layout": project["layout"],
        "ruleset": ruleset.id if ruleset else None,
        "year": project["year"],
        "name": project["name"] or None,
        "department": project["department"] or None,
        "agency": project["agency"] or None,
        "extra": dict(project["extra"]),
        "goals": {
            "expected": project["goal_expected_text"] or None,
            "actual": project["goal_actual_text"] or None,
        },
        "funds": [fund(row, ruleset is not None) for row in funds],
        "indicators": [indicator(row, ruleset is not None) for row in indicators],
        "declared_total_text": project["declared_total_text"] or None,
        "total": {"declared": number(project["declared_total"])},
        "monitoring": _monitoring(project) if ruleset and not is_evaluated(project) else None,
    }
    if is_evaluated(project):
        out["total"] = {
            "weight": number(project["weight"]),
            "score": number(project["score"]),
            "declared": number(project["declared_total"]),
            "grade": project["grade"] or None,
            "pending": project["pending"],
            "low": number(project["low"]),
            "high": number(project["high"]),
        }
    return out


def _monitoring(project: Row) -> dict[str, Any]:
    """Give what the rules compute of a monitoring form as a whole."""
    return {
        "as_of": project["as_of"],
        "assumed": project["assumed"],
        **{name: number(project[name]) for name in ("time_share", "rate", "pace")},
        "budget_light": project["budget_light"] or None,
        "light": project["light"] or None,
        "lights": {name: project[name] for name in ("red", "yellow", "green", "blue", "unknown")},
        "deviating": project["deviating"],
        "unreachable": project["unreachable"],
    }


def _fund(row: Row, computed: bool) -> dict[str, Any]:
    out = {
        "row": row["row"],
        "line": row["line"],
        "kind": row["kind"],
    }
    for name in ("initial", "budget", "executed", "weight"):
        out.update({f"{name}_text": row[f"{name}_text"] or None, name: number(row[name])})
    if computed:
        out.update(rate=number(row["rate"]), score=number(row["score"]))
    for name in ("declared_rate", "declared_score"):
        out.update({f"{name}_text": row[f"{name}_text"] or None, name: number(row[name])})
    out.update(reason=row["reason"] or None, extra=dict(row["extra"]))
    return out


def _indicator(row: Row, computed: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "row": row["row"],
        "block": row["block"] or None,
        "group": row["group"] or None,
        "group_points": number(row["group_points"]),
        "nested": row["nested"],
        "execution_row": row["execution_row"],
        "level1": row["level1"] or None,
        "level2": row["level2"] or None,
        "level3": row["level3"] or None,
        "nature": row["nature"] or None,
        "operator": OPERATORS[row["operator"]] or None,
        "operator_inferred": row["operator_inferred"],
        "target_text": row["target_text"] or None,
        "target": number(row["target"]),
        "target_date": _day(row["target_day"]),
        "actual_text": row["actual_text"] or None,
        "actual": number(row["actual"]),
        "actual_date": _day(row["actual_day"]),
        "unit": row["unit"] or None,
        "nature_text": row["nature_text"] or None,
        "operator_text": row["operator_text"] or None,
        "weight_text": row["weight_text"] or None,
        "weight": number(row["weight"]),
    }
    if computed:
        out.update(achievement=number(row["achievement"]), score=number(row["score"]))
    for name in ("declared_score", "reviewed_score"):
        out.update({f"{name}_text": row[f"{name}_text"] or None, name: number(row[name])})
    if computed:
        out.update(pending=row["pending"], deviation=number(row["deviation"]), flag=row["flag"] or None)
    out.update(reason=row["reason"] or None, extra=dict(row["extra"]), cells=row["cells"])
    return out


def _fund_at_mid_year(row: Row, computed: bool) -> dict[str, Any]:
    """Give a line of a monitoring form's money: no score, but where it stands against the year."""
    out = _fund(row, computed=False) | _forecast(row)
    if computed:
        out.update(rate=number(row["rate"]), pace=number(row["pace"]), light=row["light"] or None)
    return out


def _indicator_at_mid_year(row: Row, computed: bool) -> dict[str, Any]:
    """Give an indicator of a monitoring form: no score, but what is said of it and where it stands against the year."""
    out = _indicator(row, computed=False) | _forecast(row)
    out.update(
        deviates=row["deviates"] or None, possibility=row["possibility"] or None, causes=dict(row["causes"])
    )
    if computed:
        figures = ("due", "due_value", "progress", "pace", "deviation_amount", "deviation_rate")
        words = ("light", "why", "deviates_rule", "possibility_rule")
        out.update(timed=row["timed"], forecast_met=row["forecast_met"])
        out.update(
            {name: number(row[name]) for name in figures} | {name: row[name] or None for name in words}
        )
    return out


def _forecast(row: Row) -> dict[str, Any]:
    return {"forecast_text": row["forecast_text"] or None, "forecast": number(row["forecast"])}


def _day(ordinal: int | None) -> str | None:
    return None if ordinal is None else dt.date.fromordinal(ordinal).isoformat()
