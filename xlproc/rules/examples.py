"""A rule set's examples: what a form says, what the rules must give and why; run through the real rules.

Examples are TOML, in the form's own words, so that whoever knows the regulation can read and write them:
``rulesets/examples/<name>.toml`` for the shipped rule sets, ``<name>.examples.toml`` beside an office's own file.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xlproc.model.exact import LIMIT, plain, to_decimal, to_micro
from xlproc.model.findings import SEVERITIES, catalogue, severity_word
from xlproc.model.frames import ABSENT, BLANK, DATE, NUMBER, TABLES, TEXT, frame
from xlproc.model.words import OPERATORS, Lang, percent, phrase, span, total_text, word
from xlproc.rules.audit import audit_funds, audit_indicators, audit_totals, audit_weights
from xlproc.rules.execution import score_execution
from xlproc.rules.grading import grade, total_projects
from xlproc.rules.report import Row, rows
from xlproc.rules.scoring import score_indicators
from xlproc.rulesets import RuleSet, RuleSetError
from xlproc.rulesets.loader import MARKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from importlib.resources.abc import Traversable

    import pandas as pd

    from xlproc.model.findings import Finding

_SIGNS = {sign: code for code, sign in OPERATORS.items() if code}
_NATURES = {word(f"nature.{code}"): code for code in ("positive", "negative", "qualitative")}

_INDICATOR = {
    "一级指标": "level1",
    "二级指标": "level2",
    "三级指标": "level3",
    "指标性质": "nature",
    "指标方向": "operator",
    "年度指标值": "target",
    "实际完成值": "actual",
    "计量单位": "unit",
    "分值": "weight",
    "得分": "declared_score",
    "扣分": "deduction",
    "偏差原因分析及改进措施": "reason",
}
_FUNDS = {
    "年初预算数": "initial",
    "全年预算数": "budget",
    "全年执行数": "executed",
    "分值": "weight",
    "执行率": "declared_rate",
    "得分": "declared_score",
    "资金原因": "reason",
}
_TEXTS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "指标性质",
    "指标方向",
    "计量单位",
    "偏差原因分析及改进措施",
    "资金原因",
)
_EITHER = ("年度指标值", "实际完成值")
_AUDIT = ("问题", *(severity_word(severity) for severity in SEVERITIES))
_EXECUTION = "预算执行率"

# What each kind of example may say of the form (None: any label, with its points), and what it may expect.
_KINDS: dict[str, tuple[Collection[str] | None, Collection[str]]] = {
    "indicator": (_INDICATOR, ("得分", "范围", "等次", "完成情况", "完成率", *_AUDIT)),
    "execution": (_FUNDS, ("得分", "范围", "执行率", *_AUDIT)),
    "weights": (None, _AUDIT),
    "total": ((*_FUNDS, "总分"), ("总分", "等级", *_AUDIT)),
    "grade": (("总分",), ("等级",)),
}
_KEYS = ("name", "kind", "form", "rows", "gives", "why", "source", "mark")


class ExampleError(RuleSetError):
    """An example that cannot be used; the message says which and what to do."""

    def __init__(self, what: str, /, **words: Any) -> None:
        """Keep what is wrong as a phrase of ``[examples]``, said in Chinese unless asked otherwise."""
        self._told = phrase(f"examples.{what}", **words)
        ValueError.__init__(self, str(self._told))

    def say(self, lang: Lang) -> str:
        """Say what is wrong."""
        return self._told.say(lang)


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes:
        name: A Chinese sentence.
        kind: indicator, execution, weights (of level 1 and 预算执行率), total (funds and ``rows``) or grade.
        form: What the form says, by its labels.
        rows: The indicators of a total.
        gives: What the rules must give, by label: a number, words, or the codes of findings.
        why: The calculation by hand.
        source: Where the expected figure comes from.
        mark: How far that was read.
    """

    name: str
    kind: str
    form: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    gives: Mapping[str, Any]
    why: str
    source: str
    mark: str


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


def load_examples(name: str) -> list[Example]:
    """Load a rule set's examples.

    Args:
        name: A shipped rule set's name, or the path of a rule set's TOML file.

    Returns:
        The examples in the file's order; none where there is no such file.

    Raises:
        RuleSetError: An example holds something that it must not.
    """
    path: Path | Traversable
    if name.endswith(".toml") or "/" in name or "\\" in name:
        path = Path(name).with_suffix(".examples.toml")
    else:
        path = resources.files("xlproc.rulesets").joinpath("examples", f"{name}.toml")
    if not path.is_file():
        return []
    try:
        raw = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ExampleError("unreadable", file=path.name, error=error) from error
    _check_keys(raw, ("example",), path.name)
    listed = raw.get("example", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ExampleError("list", file=path.name)
    return [_example(one, f"{path.name} {number}") for number, one in enumerate(listed, 1)]


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
    scored = {"indicator": indicators, "execution": funds, "weights": projects, "total": projects}
    of_project = {kind: _by_project(frame_) for kind, frame_ in scored.items()}
    results = []
    for number, one in enumerate(examples):
        if one.kind == "grade":
            told = {"等级": str(grade(np.array([to_micro(one.form["总分"])]), ruleset)[0])}
        else:
            told = _told(one.kind, of_project[one.kind][number])
            told |= _audited(found[one.kind][number], ruleset)
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
    by_severity: dict[str, list[str]] = {label: [] for label in _AUDIT}
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


# ---- from TOML to an example


def _example(raw: Mapping[str, Any], place: str) -> Example:
    name = raw.get("name", place)
    _check_keys(raw, _KEYS, name)
    for key in ("name", "kind", "form", "gives", "why", "source", "mark"):
        if key not in raw:
            raise ExampleError("missing", name=name, label=key)
        if not isinstance(raw[key], dict if key in ("form", "gives") else str):
            raise ExampleError("value", name=name, label=key, value=raw[key])
    for key, allowed in (("kind", tuple(_KINDS)), ("mark", MARKS)):
        if raw[key] not in allowed:
            raise ExampleError("choice", name=name, label=key, value=raw[key], names=tuple(allowed))
    of_form, of_gives = _KINDS[raw["kind"]]
    lines = raw.get("rows", [])
    if (
        not isinstance(lines, list)
        or bool(lines) != (raw["kind"] == "total")
        or not all(isinstance(line, dict) for line in lines)
    ):
        raise ExampleError("rows", name=name)
    _check_form(raw["form"], raw["form"] if of_form is None else of_form, name)
    for line in lines:
        _check_form(line, _INDICATOR, name)
    _check_keys(raw["gives"], of_gives, name)
    for label, value in raw["gives"].items():
        codes = label in _AUDIT and isinstance(value, list) and all(str(one) in catalogue() for one in value)
        if not (codes or isinstance(value, str) or _is_number(value)):
            raise ExampleError("value", name=name, label=label, value=value)
    if not raw["gives"]:
        raise ExampleError("missing", name=name, label="gives")
    return Example(**{**raw, "rows": tuple(lines)})


def _check_form(form: Mapping[str, Any], labels: Collection[str], name: str) -> None:
    _check_keys(form, labels, name)
    for label, value in form.items():
        fits = isinstance(value, str) if label in _TEXTS else _is_number(value)
        if not fits and not (label in _EITHER and isinstance(value, str | dt.date)):
            raise ExampleError("value", name=name, label=label, value=value)
    for label, allowed in (("指标方向", _SIGNS), ("指标性质", _NATURES)):
        if label in form and form[label] not in allowed:
            raise ExampleError("choice", name=name, label=label, value=form[label], names=tuple(allowed))
    if "指标方向" not in form and _comparable(form) in ("number", "date"):
        raise ExampleError("missing", name=name, label="指标方向")


def _check_keys(given: Mapping[str, Any], allowed: Collection[str], name: str) -> None:
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, 1) or list(allowed)
            raise ExampleError("unknown", name=name, label=key, names=tuple(near))


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return number and abs(Decimal(value)) < LIMIT


# ---- from an example to canonical rows


def _lines(example: Example) -> Sequence[Mapping[str, Any]]:
    if example.kind == "weights":
        points = {label: value for label, value in example.form.items() if label != _EXECUTION}
        return [{"一级指标": label, "分值": value} for label, value in points.items()]
    return [example.form] if example.kind == "indicator" else example.rows


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
    if _is_number(given):
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
    record |= {name: form.get(label, "") for label, name in _INDICATOR.items() if name.startswith("level")}
    record["level3"] = form.get("三级指标", f"第{place}项")
    record |= _values(form, _INDICATOR, ("target", "actual", "weight", "declared_score", "deduction"))
    operator = _SIGNS.get(form.get("指标方向", ""), "")
    measured = record["target_state"] in (NUMBER, DATE)
    implied = ("negative" if operator in ("le", "lt") else "positive") if measured else "qualitative"
    return {
        **record,
        "operator": operator,
        "nature": _NATURES.get(form.get("指标性质", ""), implied),
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
    form = example.form if example.kind in ("execution", "total") else {}
    if example.kind == "weights" and _EXECUTION in example.form:
        form = {"分值": example.form[_EXECUTION]}
    record = _blank("funds", number) | {"line": "年度资金总额", "kind": "total"}
    record |= _values(form, _FUNDS, ("initial", "budget", "executed", "weight", "declared_score"))
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
    return record | (_value("declared_total", example.form.get("总分")) if example.kind == "total" else {})
