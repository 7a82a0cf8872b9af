"""Runs a rule set's examples through the real rules: each is a project of its own."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from xlproc.model.exact import plain, to_decimal, to_micro
from xlproc.model.findings import catalogue, severity_word
from xlproc.model.frames import ABSENT, BLANK, DATE, NUMBER, TABLES, TEXT, frame
from xlproc.model.words import percent, span, total_text, word
from xlproc.rules.audit import audit_funds, audit_indicators, audit_totals, audit_weights
from xlproc.rules.execution import score_execution
from xlproc.rules.grading import grade, total_projects
from xlproc.rules.monitoring import monitor
from xlproc.rules.report import Row, rows
from xlproc.rules.scoring import score_indicators
from xlproc.rulesets.examples import (
    AUDIT,
    EXECUTION,
    FUNDS,
    INDICATOR,
    MONTH,
    NATURES,
    SIGNS,
    Example,
    is_number,
    load_examples,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pandas as pd

    from xlproc.model.findings import Finding
    from xlproc.rulesets import RuleSet


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules give for an example.

    Attributes:
        example: The example.
        expected: What they should give.
        got: What they give.
    """

    example: Example
    expected: str
    got: str

    @property
    def ok(self) -> bool:
        """Whether both are the same."""
        return self.expected == self.got


def run_examples(ruleset: RuleSet) -> list[Result]:
    """Run a rule set's own examples.

    Args:
        ruleset: The rule set; :func:`load_examples` finds its examples by what it was loaded by.

    Returns:
        A result an example, in their order.

    Raises:
        RuleSetError: An example holds something that it must not.
    """
    return check(load_examples(ruleset.name), ruleset)


def check(examples: Sequence[Example], ruleset: RuleSet) -> list[Result]:
    """Run examples by a rule set: each is a project, and the rules run once over all of them."""
    funds = frame("funds", [_fund_line(number, one) for number, one in enumerate(examples)])
    lines = [
        _indicator(number, form, place)
        for number, one in enumerate(examples)
        for place, form in enumerate(_lines(one), 1)
    ]
    indicators = frame("indicators", lines)
    projects = frame("projects", [_project(number, one) for number, one in enumerate(examples)])
    monitored = monitor(projects, funds, indicators, ruleset)
    funds = score_execution(funds, ruleset)
    indicators = score_indicators(indicators, ruleset)
    projects = total_projects(projects, funds, indicators, ruleset)
    weights = audit_weights(projects, funds, indicators, ruleset)
    totals = [*weights, *audit_totals(projects, funds, indicators, ruleset)]
    found = {
        "indicator": _codes(audit_indicators(indicators, ruleset)),
        "execution": _codes(audit_funds(funds, ruleset)),
        "weights": _codes(weights),
        "total": _codes(totals),
    }
    scored = {"indicator": indicators, "execution": funds, "weights": projects, "total": projects,
              "monitoring": monitored.indicators, "monitoring_funds": monitored.funds}  # fmt: skip
    of_project = {kind: _by_project(frame_) for kind, frame_ in scored.items()}
    results = []
    for number, one in enumerate(examples):
        if one.kind == "grade":
            told = {"等级": str(grade(np.array([to_micro(one.form["总分"])]), ruleset)[0])}
        else:
            told = _told(one.kind, of_project[one.kind][number])
            told |= _audited(found.get(one.kind, {}).get(number, set()), ruleset)
        expected = {label: _text(value) for label, value in one.gives.items()}
        results.append(Result(one, _listed(expected), _listed({label: told[label] for label in expected})))
    return results


def _told(kind: str, row: Row) -> dict[str, str]:
    """Say what the rules gave, by the labels that an example may expect."""
    if kind in ("total", "weights"):
        total = total_text(row["score"], row["pending"], row["low"], row["high"])
        return {
            "总分": total if row["pending"] else plain(row["score"]),
            "等级": row["grade"] or word("method.pending"),
        }
    if kind.startswith("monitoring"):
        told = {"预警": word(f"light.{row['light']}"), "进度": percent(row["pace"])}
        if kind == "monitoring_funds":
            return {**told, "执行率": percent(row["rate"])}
        said = {
            "偏差": f"deviates.{row['deviates_rule']}",
            "可能性": f"possibility.{row['possibility_rule']}",
        }
        return told | {label: word(key) for label, key in said.items()}
    told = {
        "得分": word("method.pending") if row["pending"] else plain(row["score"]),
        "范围": str(span(row["low"], row["high"], row.get("high_open", False))),
    }
    if kind == "execution":
        return {**told, "执行率": percent(row["rate"])}
    return {
        **told,
        "等次": word(f"place.{row['place']}"),
        "完成情况": word(f"flag.{row['flag']}"),
        "完成率": percent(row["achievement"]),
    }


def _audited(codes: Iterable[str], ruleset: RuleSet) -> dict[str, str]:
    by_severity: dict[str, list[str]] = {label: [] for label in AUDIT}
    for code in sorted(codes):
        severity = ruleset.severities.get(code, catalogue()[code].severity)
        if severity != "off":
            by_severity["问题"].append(code)
            by_severity[severity_word(severity)].append(code)
    return {label: _text(listed) for label, listed in by_severity.items()}


def _codes(findings: Iterable[Finding]) -> Mapping[int | None, set[str]]:
    codes: dict[int | None, set[str]] = defaultdict(set)
    for finding in findings:
        codes[finding.project].add(finding.code)
    return codes


def _by_project(scored: pd.DataFrame) -> dict[int, Row]:
    return {row["project"]: row for row in rows(scored, scored["project"] >= 0)}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(sorted(value)) or "无"
    return str(value) if isinstance(value, str) else plain(to_micro(value))


def _listed(told: Mapping[str, str]) -> str:
    return "，".join(f"{label} {value}" for label, value in told.items())


# ---- from an example to canonical rows


def _lines(example: Example) -> Sequence[Mapping[str, Any]]:
    if example.kind == "weights":
        points = {label: value for label, value in example.form.items() if label != EXECUTION}
        return [{"一级指标": label, "分值": value} for label, value in points.items()]
    return [example.form] if example.kind in ("indicator", "monitoring") else example.rows


def _blank(table: str, number: int) -> Row:
    """Give a row that says nothing: no number, and a state that says so."""
    nothing = {"object": "", "Int64": None, "int64": 0, "bool": False}
    record: Row = {column.name: nothing[column.dtype] for column in TABLES[table]}
    record |= {name: BLANK for name in record if name.endswith("_state")}
    return {**record, "project": number, "row": number + 1, "cells": {}}


def _value(name: str, given: Any) -> Row:
    """Give a value's columns: what it says, its state, its number or day."""
    if given is None or given == "":
        return {}
    if is_number(given):
        return {f"{name}_text": f"{given}", f"{name}_state": NUMBER, name: to_micro(given)}
    if isinstance(given, dt.date):
        return {f"{name}_text": f"{given}", f"{name}_state": DATE, f"{name}_day": given.toordinal()}
    return {f"{name}_text": str(given), f"{name}_state": TEXT}


def _values(form: Mapping[str, Any], labels: Mapping[str, str], names: Collection[str]) -> Row:
    record: Row = {}
    for label, name in labels.items():
        if name in names:
            record |= _value(name, form.get(label))
    return record


def _indicator(number: int, form: Mapping[str, Any], place: int) -> Row:
    record = _blank("indicators", number)
    record |= {name: form.get(label, "") for label, name in INDICATOR.items() if name.startswith("level")}
    record["level3"] = form.get("三级指标", f"第{place}项")
    record |= _values(form, INDICATOR, ("target", "actual", "weight", "declared_score", "deduction"))
    operator = SIGNS.get(form.get("指标方向", ""), "")
    measured = record["target_state"] in (NUMBER, DATE)
    implied = ("negative" if operator in ("le", "lt") else "positive") if measured else "qualitative"
    return {
        **record,
        "operator": operator,
        "nature": NATURES.get(form.get("指标性质", ""), implied),
        "comparable": _comparable(form),
        "unit": form.get("计量单位", ""),
        "measure": form.get("计量单位", ""),
        "has_unit_column": True,
        **_reason(form, "偏差原因分析及改进措施", BLANK),
    }


def _comparable(form: Mapping[str, Any]) -> str:
    target, actual = (
        _value("v", form.get(label)).get("v_state", BLANK) for label in ("年度指标值", "实际完成值")
    )
    if target == actual:
        return {NUMBER: "number", DATE: "date", TEXT: "words"}.get(target, "no")
    return "words" if TEXT in (target, actual) and BLANK not in (target, actual) else "no"


def _reason(form: Mapping[str, Any], label: str, otherwise: str) -> Row:
    text = form.get(label)
    state = otherwise if text is None else TEXT if text else BLANK
    return {"reason": text or "", "reason_state": state}


def _fund_line(number: int, example: Example) -> Row:
    form = example.form if example.kind in ("execution", "total", "monitoring_funds") else {}
    if example.kind == "weights" and EXECUTION in example.form:
        form = {"分值": example.form[EXECUTION]}
    record = _blank("funds", number) | {"line": "年度资金总额", "kind": "total"}
    record |= _values(form, FUNDS, ("initial", "budget", "executed", "weight", "declared_score"))
    record |= _reason(form, "资金原因", ABSENT)
    return record | _rate(form.get("执行率"))


def _rate(given: Any) -> Row:
    """Take a shown rate such as 51.58 (percent): right to the decimals that it shows."""
    if given is None:
        return {}
    shown = Decimal(given)
    step = to_decimal(10_000).scaleb(int(shown.as_tuple().exponent))
    return {
        **_value("declared_rate", shown / 100),
        "declared_rate_text": f"{given}%",
        "declared_rate_step": to_micro(step),
    }


def _project(number: int, example: Example) -> Row:
    head = ("name", "department", "agency", "goal_expected", "goal_actual")
    record = _blank("projects", number) | dict.fromkeys(head, example.name) | {"year": 2024}
    record |= {"month": int(example.form[MONTH])} if MONTH in example.form else {}
    return record | (_value("declared_total", example.form.get("总分")) if example.kind == "total" else {})
