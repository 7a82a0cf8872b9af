"""A rule set's examples: what a form says, what the rules must give and why; in the form's own words.

Examples are TOML, so that whoever knows the regulation can read and write them: ``examples/<name>.toml`` for the
shipped rule sets, ``<name>.examples.toml`` beside an office's own file.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlproc.model.exact import LIMIT
from xlproc.model.findings import SEVERITIES, catalogue, severity_word
from xlproc.model.words import OPERATORS, word
from xlproc.rulesets.loader import MARKS, RuleSetError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SIGNS = {sign: code for code, sign in OPERATORS.items() if code}
NATURES = {word(f"nature.{code}"): code for code in ("positive", "negative", "qualitative")}

INDICATOR = {
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
FUNDS = {
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
AUDIT = ("问题", *(severity_word(severity) for severity in SEVERITIES))
EXECUTION = "预算执行率"
MONTH = "月份"

# What each kind of example may say of the form (None: any label, with its points), and what it may expect.
_KINDS: dict[str, tuple[Collection[str] | None, Collection[str]]] = {
    "indicator": (INDICATOR, ("得分", "范围", "等次", "完成情况", "完成率", *AUDIT)),
    "execution": (FUNDS, ("得分", "范围", "执行率", *AUDIT)),
    "weights": (None, AUDIT),
    "total": ((*FUNDS, "总分"), ("总分", "等级", *AUDIT)),
    "grade": (("总分",), ("等级",)),
    "monitoring": ((*INDICATOR, MONTH), ("预警", "进度", "偏差", "可能性")),
    "monitoring_funds": ((*FUNDS, MONTH), ("预警", "进度", "执行率")),
}
_KEYS = ("name", "kind", "form", "rows", "gives", "why", "source", "mark")


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes:
        name: A Chinese sentence.
        kind: indicator, execution, weights (of level 1 and 预算执行率), total (funds and ``rows``), grade, monitoring
            (an indicator at mid-year) or monitoring_funds.
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
        raise _wrong("unreadable", file=path.name, error=error) from error
    _check_keys(raw, ("example",), path.name)
    listed = raw.get("example", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _wrong("list", file=path.name)
    return [_example(one, f"{path.name} {number}") for number, one in enumerate(listed, 1)]


def _example(raw: Mapping[str, Any], place: str) -> Example:
    name = raw.get("name", place)
    _check_keys(raw, _KEYS, name)
    for key in ("name", "kind", "form", "gives", "why", "source", "mark"):
        if key not in raw:
            raise _wrong("missing", name=name, label=key)
        if not isinstance(raw[key], dict if key in ("form", "gives") else str):
            raise _wrong("value", name=name, label=key, value=raw[key])
    for key, allowed in (("kind", tuple(_KINDS)), ("mark", MARKS)):
        if raw[key] not in allowed:
            raise _wrong("choice", name=name, label=key, value=raw[key], names=tuple(allowed))
    of_form, of_gives = _KINDS[raw["kind"]]
    lines = raw.get("rows", [])
    if (
        not isinstance(lines, list)
        or bool(lines) != (raw["kind"] == "total")
        or not all(isinstance(line, dict) for line in lines)
    ):
        raise _wrong("rows", name=name)
    _check_form(raw["form"], raw["form"] if of_form is None else of_form, name)
    for line in lines:
        _check_form(line, INDICATOR, name)
    _check_keys(raw["gives"], of_gives, name)
    for label, value in raw["gives"].items():
        codes = label in AUDIT and isinstance(value, list) and all(str(one) in catalogue() for one in value)
        if not (codes or isinstance(value, str) or is_number(value)):
            raise _wrong("value", name=name, label=label, value=value)
    if not raw["gives"]:
        raise _wrong("missing", name=name, label="gives")
    return Example(**{**raw, "rows": tuple(lines)})


def _check_form(form: Mapping[str, Any], labels: Collection[str], name: str) -> None:
    _check_keys(form, labels, name)
    for label, value in form.items():
        fits = isinstance(value, str) if label in _TEXTS else is_number(value)
        if not fits and not (label in _EITHER and isinstance(value, str | dt.date)):
            raise _wrong("value", name=name, label=label, value=value)
    for label, allowed in (("指标方向", SIGNS), ("指标性质", NATURES)):
        if label in form and form[label] not in allowed:
            raise _wrong("choice", name=name, label=label, value=form[label], names=tuple(allowed))
    if "指标方向" not in form and not any(isinstance(form.get(label, ""), str) for label in _EITHER):
        raise _wrong("missing", name=name, label="指标方向")


def _check_keys(given: Mapping[str, Any], allowed: Collection[str], name: str) -> None:
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, 1) or list(allowed)
            raise _wrong("unknown", name=name, label=key, names=tuple(near))


def is_number(value: Any) -> bool:
    """Tell whether a value is a number that can be computed with."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return number and abs(Decimal(value)) < LIMIT


def _wrong(what: str, **words: Any) -> RuleSetError:
    return RuleSetError(what, group="examples", **words)
