"""Loads rule sets, checks them and resolves what they inherit."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from xlproc.model.exact import to_micro
from xlproc.model.findings import catalogue

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

MARKS = ("read", "code", "sample", "recalled", "derived", "local", "own")
"""How far a value's source was read."""


class RuleSetError(ValueError):
    """A rule set that cannot be used; the message says where and what to do."""


Share = int
"""A number in micro."""


@dataclass(frozen=True, slots=True)
class Execution:
    """预算执行率 and its score.

    Attributes:
        maximum: Its full score.
        base: What it is measured against: budget (全年预算数) or initial (年初预算数).
        cap: Whether the score stops at the maximum.
        decimals: Of the score.
        zero_budget: What a budget of 0 gives: "zero" points, or "pending".
        low_line: From this unspent share on, low execution is told (A32).
        reason_line: Below this rate a reason is due, where the form has a cell for it (A33).
        gap_line: Above this deviation between indicators and execution, they do not fit (A31).
    """

    maximum: Share
    base: Literal["budget", "initial"]
    cap: bool
    decimals: int
    zero_budget: Literal["zero", "pending"]
    low_line: Share
    reason_line: Share
    gap_line: Share


@dataclass(frozen=True, slots=True)
class Levels:
    """Weights.

    Attributes:
        indicators: What all indicators have together.
        structures: Level-1 weights by label, one mapping for each structure that is allowed; none: not checked.
        required: Words of which each must stand in a level-1 label (A29).
        largest: An indicator of more points than this carries too much (A12).
    """

    indicators: Share
    structures: tuple[Mapping[str, Share], ...]
    required: tuple[str, ...]
    largest: Share


@dataclass(frozen=True, slots=True)
class Scoring:
    """How quantitative indicators are scored.

    Attributes:
        decimals: Of a score.
        positive: The formula's name for ≥ and >.
        negative: The formula's name for ≤ and <.
        equal: The formula's name for =.
        zero_ge: What meets ≥ 0: "any" value, or "zero_only".
        zero_le: What meets ≤ 0 and = 0: "zero_only".
        pass_line: Achievement below which the score is 0; 0 switches it off.
        deductions: Whether a column 扣分 is taken off the formula's score.
        over_table: Steps (from this achievement on, this factor) by which over-completion reduces the score.
        satisfaction_steps: Steps (from this percentage on, this share of the weight) for satisfaction; none: formula.
    """

    decimals: int
    positive: Literal["proportional"]
    negative: Literal["linear", "ratio"]
    equal: Literal["at_least", "exact"]
    zero_ge: Literal["any", "zero_only"]
    zero_le: Literal["zero_only"]
    pass_line: Share
    deductions: bool
    over_table: tuple[tuple[Share, Share], ...]
    satisfaction_steps: tuple[tuple[Share, Share], ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """Over-completion: from which achievement on it is told, and what is no reason.

    Attributes:
        over: Told.
        far_over: Told as far over.
        stock_results: Phrases that do not say what was done (A43).
        unfinished_words: Words in a reason that say that the target was missed (A19).
        growth_words: Words in names of indicators that may be above 100% or below 0 (A27).
        stock_reasons: Phrases that explain nothing where a reason is due (A20).
    """

    over: Share
    far_over: Share
    stock_results: tuple[str, ...]
    unfinished_words: tuple[str, ...]
    growth_words: tuple[str, ...]
    stock_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Qualitative:
    """How qualitative results are placed and scored.

    Attributes:
        met: Band of 达成, shares of the weight (low, high).
        partial: Band of 部分达成; its high end is open.
        unmet: Band of 未达成; its high end is open.
        met_words: Results that say: met in full.
        mostly_words: Results in the band of 达成 whose score a person sets.
        partial_words: Results that say: partly met.
        unmet_words: Results that say: not met.
        ladders: Rungs from the best to the worst, each a tuple of words.
        degrees: Rungs of words of degree, matched at a text's beginning or end whatever the verb.
        rising: Verbs that say more.
        falling: Verbs that say less; a rising and a falling text are never compared.
    """

    met: tuple[Share, Share]
    partial: tuple[Share, Share]
    unmet: tuple[Share, Share]
    met_words: tuple[str, ...]
    mostly_words: tuple[str, ...]
    partial_words: tuple[str, ...]
    unmet_words: tuple[str, ...]
    ladders: tuple[tuple[tuple[str, ...], ...], ...]
    degrees: tuple[tuple[tuple[str, ...], ...], ...]
    rising: tuple[str, ...]
    falling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """When a declared figure is right.

    Attributes:
        exact: A declared score this near is right.
        rounded: This near it is rounded: a note.
        part: Sums of rounded parts may differ by this for each part.
        parts: And by no more than this.
    """

    exact: Share
    rounded: Share
    part: Share
    parts: Share


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from.

    Attributes:
        source: In words.
        mark: A key of ``MARKS``.
        ruleset: The rule set of the chain that states the value.
    """

    source: str
    mark: str
    ruleset: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set, inherited values filled in.

    Attributes:
        id: Its name.
        title: In Chinese.
        effective_from: First day.
        effective_to: Last day, or None.
        inherits: The rule set that it changes, or "".
        references: Laws and documents, each with title and mark.
        name: What it was loaded by: a shipped name, or the path of its file.
        execution: See :class:`Execution`.
        levels: See :class:`Levels`.
        scoring: See :class:`Scoring`.
        completion: See :class:`Completion`.
        qualitative: See :class:`Qualitative`.
        tolerance: See :class:`Tolerance`.
        grades: Grade and the score from which it holds, best first.
        severities: Severity by finding code, where it differs from the catalogue.
        sources: Source by key (``execution.maximum``).
        sha256: Fingerprint of the resolved values.
    """

    id: str
    title: str
    effective_from: dt.date
    effective_to: dt.date | None
    inherits: str
    references: tuple[Mapping[str, str], ...]
    name: str
    execution: Execution
    levels: Levels
    scoring: Scoring
    completion: Completion
    qualitative: Qualitative
    tolerance: Tolerance
    grades: tuple[tuple[str, Share], ...]
    severities: Mapping[str, str]
    sources: Mapping[str, Source]
    sha256: str


_SECTIONS: dict[str, type] = {
    "execution": Execution,
    "levels": Levels,
    "scoring": Scoring,
    "completion": Completion,
    "qualitative": Qualitative,
    "tolerance": Tolerance,
}
_HEAD = ("id", "title", "effective_from", "effective_to", "inherits", "references", "grades", "severities")

TITLES = {
    "execution.maximum": "预算执行率分值",
    "execution.base": "执行率的基数",
    "execution.cap": "执行得分是否封顶",
    "execution.decimals": "执行得分小数位",
    "execution.zero_budget": "预算为 0 时的执行得分",
    "execution.low_line": "未执行部分提示线",
    "execution.reason_line": "执行率须说明原因的界线",
    "execution.gap_line": "指标与执行偏离提示线",
    "levels.indicators": "绩效指标分值合计",
    "levels.structures": "一级指标分值",
    "levels.required": "必须有的一级指标",
    "levels.largest": "单项指标分值提示线",
    "scoring.decimals": "得分小数位",
    "scoring.positive": "正向指标公式",
    "scoring.negative": "反向指标公式",
    "scoring.equal": "等于指标公式",
    "scoring.zero_ge": "指标值 ≥0 时",
    "scoring.zero_le": "指标值 ≤0 或 =0 时",
    "scoring.pass_line": "及格门槛（低于即 0 分，0 为不设）",
    "scoring.deductions": "是否另有扣分栏",
    "scoring.over_table": "超额完成调减表",
    "scoring.satisfaction_steps": "满意度分档",
    "completion.over": "超额完成提示线",
    "completion.far_over": "大幅超额提示线",
    "completion.stock_reasons": "不算说明的套话",
    "completion.stock_results": "不算完成情况的套话",
    "completion.unfinished_words": "表示未完成的用语",
    "completion.growth_words": "可以超过 100% 或为负的指标",
    "qualitative.met": "定性“达成”得分区间",
    "qualitative.partial": "定性“部分达成”得分区间",
    "qualitative.unmet": "定性“未达成”得分区间",
    "qualitative.met_words": "表示达成的用语",
    "qualitative.mostly_words": "表示基本达成的用语",
    "qualitative.partial_words": "表示部分达成的用语",
    "qualitative.unmet_words": "表示未达成的用语",
    "qualitative.ladders": "等次用语（由高到低）",
    "qualitative.degrees": "程度用语（由高到低）",
    "qualitative.rising": "表示上升的动词",
    "qualitative.falling": "表示下降的动词",
    "tolerance.exact": "得分误差：视为正确",
    "tolerance.rounded": "得分误差：视为取整",
    "tolerance.part": "合计尾差：每项",
    "tolerance.parts": "合计尾差：最多",
    "grades": "等级",
}
"""What a key is called in Chinese."""


def names() -> list[str]:
    """Give the shipped rule sets' names, the default first."""
    found = sorted(
        p.name[:-5] for p in resources.files("xlproc.rulesets").iterdir() if p.name.endswith(".toml")
    )
    return sorted(found, key=lambda name: name != "mof-2020")


def load(name: str) -> RuleSet:
    """Load a rule set.

    Args:
        name: A shipped name, or the path of a TOML file.

    Returns:
        The rule set, inherited values filled in.

    Raises:
        RuleSetError: There is none of that name, or it holds something that it must not.
    """
    merged: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    chain = _chain(name, ())
    for raw in chain:
        _merge(merged, sources, raw)
    missing = [key for key in TITLES if not _present(merged, key)]
    if missing:
        raise RuleSetError(
            f'规则集 {name}：缺少 {"、".join(missing)}；可写 inherits = "mof-2020" 以继承其余各项'
        )
    own = chain[-1]
    return _build({**own, "name": name}, merged, sources)


def _present(merged: Mapping[str, Any], key: str) -> bool:
    section, _, leaf = key.partition(".")
    return section in merged and (not leaf or leaf in merged[section])


def _chain(name: str, seen: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give a rule set's raw TOML and those it inherits from, the oldest first."""
    path: Path | Traversable
    if name.endswith(".toml") or "/" in name or "\\" in name:
        path = Path(name)
        if not path.is_file():
            raise RuleSetError(f"没有规则集文件 {name}")
    else:
        path = resources.files("xlproc.rulesets").joinpath(f"{name}.toml")
        if not path.is_file():
            near = difflib.get_close_matches(name, names(), 1)
            raise RuleSetError(
                f"没有名为 {name} 的规则集{f'，是不是 {near[0]}？' if near else ''}可用：{'、'.join(names())}"
            )
    try:
        raw = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RuleSetError(f"规则集 {name} 读不懂：{error}") from error
    raw.setdefault("id", Path(name).stem)
    if not isinstance(raw["id"], str):
        raise RuleSetError(f"规则集 {name}：id 应为文字")
    _check_keys(raw, (*_HEAD, *_SECTIONS), f"规则集 {raw['id']}")
    for section, kind in _SECTIONS.items():
        if section in raw:
            if not isinstance(raw[section], dict):
                raise RuleSetError(f"规则集 {raw['id']}：{section} 应为一节（[{section}]）")
            _check_keys(
                raw[section], [f.name for f in dataclasses.fields(kind)], f"规则集 {raw['id']} [{section}]"
            )
    _check_head(raw, f"规则集 {raw['id']}")
    for code in raw.get("severities", {}):
        if code not in catalogue():
            near = difflib.get_close_matches(code, catalogue(), 1)
            raise RuleSetError(
                f"规则集 {raw['id']} [severities]：没有代码 {code}{f'，是不是 {near[0]}？' if near else ''}"
            )
    parent = raw.get("inherits", "")
    chain: list[dict[str, Any]] = []
    if parent:
        if parent in seen or parent == raw["id"]:
            raise RuleSetError(f"规则集 {raw['id']}：inherits 绕成了圈")
        beside = path.parent / f"{parent}.toml" if isinstance(path, Path) else None
        known = parent in names()
        chain = _chain(
            str(beside) if beside and beside.is_file() and not known else parent, (*seen, raw["id"])
        )
    for key, kind in (("title", str), ("effective_from", dt.date)):
        if key not in raw and chain:
            raw[key] = chain[-1][key]
        if key not in raw:
            raise RuleSetError(f"规则集 {raw['id']}：缺少 {key}")
        if not isinstance(raw[key], kind):
            raise RuleSetError(
                f"规则集 {raw['id']}：{key} 应为{'日期，如 2024-01-01' if key != 'title' else '文字'}"
            )
    return [*chain, raw]


def _check_head(raw: Mapping[str, Any], where: str) -> None:
    if not isinstance(raw.get("inherits", ""), str):
        raise RuleSetError(f"{where}：inherits 应为一个规则集的名称")
    if not isinstance(raw.get("effective_to", dt.date.max), dt.date):
        raise RuleSetError(f"{where}：effective_to 应为日期，如 2024-12-31")
    if not isinstance(raw.get("severities", {}), dict):
        raise RuleSetError(f"{where}：severities 应为一节（[severities]）")
    references = raw.get("references", [])
    if not isinstance(references, list) or not all(
        isinstance(r, dict)
        and isinstance(r.get("title"), str)
        and all(isinstance(v, str) for v in r.values())
        for r in references
    ):
        raise RuleSetError(f'{where}：references 应为 {{ title = "…", mark = "…" }} 的列表')


def _check_keys(given: Mapping[str, Any], allowed: Any, where: str) -> None:
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, 1)
            hint = f"，是不是 {near[0]}？" if near else f"；可用：{'、'.join(allowed)}"
            raise RuleSetError(f"{where}：不认识 {key}{hint}")


def _merge(merged: dict[str, Any], sources: dict[str, Source], raw: Mapping[str, Any]) -> None:
    for section in _SECTIONS:
        for key, given in raw.get(section, {}).items():
            value, source = _sourced(given, raw["id"], f"{section}.{key}")
            merged.setdefault(section, {})[key] = value
            sources[f"{section}.{key}"] = source
    if "grades" in raw:
        value, sources["grades"] = _sourced(raw["grades"], raw["id"], "grades")
        merged["grades"] = value
    merged["severities"] = {**merged.get("severities", {}), **raw.get("severities", {})}


def _sourced(given: Any, ruleset: str, key: str) -> tuple[Any, Source]:
    if isinstance(given, dict) and "value" in given:
        _check_keys(given, ("value", "source", "mark"), f"规则集 {ruleset}：{key}")
        mark = given.get("mark", "local")
        if not isinstance(given.get("source", ""), str):
            raise RuleSetError(f"规则集 {ruleset}：{key} 的 source 应为文字")
        if mark not in tuple(MARKS):
            raise RuleSetError(f"规则集 {ruleset}：{key} 的 mark“{mark}”不认识；可用：{'、'.join(MARKS)}")
        return given["value"], Source(given.get("source", ""), mark, ruleset)
    return given, Source("", "local", ruleset)


def _build(own: Mapping[str, Any], merged: dict[str, Any], sources: dict[str, Source]) -> RuleSet:
    where = f"规则集 {own['id']}"
    sections = {
        section: _section(kind, merged[section], where, section) for section, kind in _SECTIONS.items()
    }
    grades = _grades(merged["grades"], f"{where}：grades")
    _check_ranges(sections, where)
    for code, severity in merged["severities"].items():
        if severity not in ("error", "warning", "note", "off"):
            raise RuleSetError(
                f"{where} [severities]：{code} = “{severity}”不认识；可用：error、warning、note、off"
            )
    text = json.dumps(merged, ensure_ascii=False, sort_keys=True, default=str)
    return RuleSet(
        id=own["id"],
        title=own["title"],
        effective_from=own["effective_from"],
        effective_to=own.get("effective_to"),
        inherits=own.get("inherits", ""),
        references=tuple(own.get("references", ())),
        name=own["name"],
        grades=grades,
        severities=merged["severities"],
        sources=sources,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        **sections,
    )


def _grades(value: Any, where: str) -> tuple[tuple[str, Share], ...]:
    pairs = value if isinstance(value, list) else []
    if not pairs or not all(isinstance(p, list) and len(p) == 2 and isinstance(p[0], str) for p in pairs):
        raise RuleSetError(f'{where} 应为 [["优", 90], ["良", 80], …]')
    grades = sorted(((name, _micro(least, where)) for name, least in pairs), key=lambda pair: -pair[1])
    if grades[-1][1] != 0:
        raise RuleSetError(f"{where} 最低一等应从 0 分起")
    return tuple(grades)


def _check_ranges(sections: Mapping[str, Any], where: str) -> None:
    """Refuse values that no regulation can mean."""
    execution, levels, words = sections["execution"], sections["levels"], sections["qualitative"]
    one = to_micro(1)
    for key, value in (("execution.maximum", execution.maximum), ("levels.indicators", levels.indicators)):
        if not 0 < value <= 1000 * one:
            raise RuleSetError(f"{where}：{key} 应在 0 与 1000 之间")
    for name in ("met", "partial", "unmet"):
        low, high = getattr(words, name)
        if not 0 <= low < high <= one:
            raise RuleSetError(f"{where}：qualitative.{name} 应为由小到大的两个比例，如 [0.6, 0.8]")
    for section, fields in (
        ("execution", ("low_line", "reason_line", "gap_line")),
        ("scoring", ("pass_line",)),
    ):
        for name in fields:
            if not 0 <= getattr(sections[section], name) <= one:
                raise RuleSetError(f"{where}：{section}.{name} 应为 0 到 1 的比例")
    if not one <= sections["completion"].over <= sections["completion"].far_over:
        raise RuleSetError(f"{where}：completion.over 应不小于 1，且不大于 completion.far_over")


def _section(kind: type, values: Mapping[str, Any], where: str, section: str) -> Any:
    hints = get_type_hints(kind)
    return kind(**{key: _typed(hints[key], values[key], f"{where}：{section}.{key}") for key in values})


def _typed(hint: Any, value: Any, where: str) -> Any:
    """Turn a TOML value into a field's type; numbers become micro, except decimals."""
    if where.endswith(".decimals"):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 6:
            raise RuleSetError(f"{where} 应为 0 到 6 的整数")
        return value
    origin, args = getattr(hint, "__origin__", None), getattr(hint, "__args__", ())
    if origin is Literal:
        if value not in args:
            raise RuleSetError(f"{where} = “{value}”不认识；可用：{'、'.join(map(str, args))}")
        return value
    if hint is bool:
        if not isinstance(value, bool):
            raise RuleSetError(f"{where} 应为 true 或 false")
        return value
    if hint is str:
        if not isinstance(value, str):
            raise RuleSetError(f"{where} 应为文字")
        return value
    if hint is int:
        return _micro(value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise RuleSetError(f"{where} 应为列表 [ … ]")
        kinds: tuple[Any, ...] = args
        if kinds[1:] == (Ellipsis,):
            return tuple(_typed(kinds[0], item, where) for item in value)
        if len(value) != len(kinds):
            raise RuleSetError(f"{where} 应为 {len(kinds)} 个一组")
        return tuple(_typed(arg, item, where) for arg, item in zip(kinds, value, strict=True))
    if not isinstance(value, dict):
        raise RuleSetError(f"{where} 应为“名称 = 分值”")
    return {str(key): _micro(item, where) for key, item in value.items()}


def _micro(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RuleSetError(f"{where} 应为数字")
    try:
        return to_micro(value)
    except OverflowError as error:
        raise RuleSetError(f"{where} = {value} 超出范围") from error
