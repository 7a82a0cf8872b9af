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

from xlproc.model.exact import plain, to_micro
from xlproc.model.findings import SEVERITIES, catalogue
from xlproc.model.words import Lang, Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from importlib.resources.abc import Traversable

MARKS = ("read", "code", "sample", "recalled", "derived", "local", "own")
"""How far a value's source was read."""


class RuleSetError(ValueError):
    """A rule set that cannot be used; the message says where and what to do."""

    def __init__(self, key: str, /, group: str = "ruleset", **words: Any) -> None:
        """Keep what is wrong as a phrase of ``[ruleset]`` or ``[examples]``, said in Chinese unless asked otherwise."""
        self._told = phrase(f"{group}.{key}", **words)
        super().__init__(str(self._told))

    def say(self, lang: Lang) -> str:
        """Say what is wrong."""
        return self._told.say(lang)


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
class Monitoring:
    """绩效运行监控: how far the year has gone, and how far the work.

    Attributes:
        month_default: The month that a form's figures go to, where the form names none.
        budget_red: Share of what is due by time below which execution is red.
        budget_yellow: Below which it is yellow.
        red: Share of what is due by time below which an indicator is red.
        yellow: Below which it is yellow.
        blue: From which it is ahead.
        time_rule: "by_kind": only the timed labels are held against the part of the year that has gone, all others
            against the target itself; "all": every indicator of which more is better.
        timed: Words in level labels whose indicators grow with the year.
        certain: Share of what is due by time from which the target is certain to be reached.
        catch_up: How many times the pace of the plan the rest of the year can make good; beyond it is impossible.
    """

    month_default: int
    budget_red: Share
    budget_yellow: Share
    red: Share
    yellow: Share
    blue: Share
    time_rule: Literal["by_kind", "all"]
    timed: tuple[str, ...]
    certain: Share
    catch_up: Share


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


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """A rule set, inherited values filled in.

    Attributes:
        id: Its name.
        title: In Chinese.
        title_en: In English, or "".
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
        monitoring: See :class:`Monitoring`.
        tolerance: See :class:`Tolerance`.
        grades: Grade and the score from which it holds, best first.
        severities: Severity by finding code, where it differs from the catalogue.
        sources: Source by key (``execution.maximum``).
        sha256: Fingerprint of the resolved values.
    """

    id: str
    title: str
    title_en: str
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
    monitoring: Monitoring
    tolerance: Tolerance
    grades: tuple[tuple[str, Share], ...]
    severities: Mapping[str, str]
    sources: Mapping[str, Source]
    sha256: str

    def titled(self, lang: Lang) -> str:
        """Give the title in a language, or in Chinese where it has none."""
        return self.title_en if lang == "en" and self.title_en else self.title


_SECTIONS: dict[str, type] = {
    "execution": Execution,
    "levels": Levels,
    "scoring": Scoring,
    "completion": Completion,
    "qualitative": Qualitative,
    "monitoring": Monitoring,
    "tolerance": Tolerance,
}
_HEAD = (
    "id", "title", "title_en", "effective_from", "effective_to", "inherits", "references", "grades", "severities",
)  # fmt: skip

TITLES = {
    key: phrase(f"key.{key}")
    for key in (
        *(f"{section}.{f.name}" for section, kind in _SECTIONS.items() for f in dataclasses.fields(kind)),
        "grades",
    )
}
"""The keys in their order, and what each is called."""
WHOLE = {"decimals": (0, 6), "month_default": (1, 12)}
"""Keys that hold a plain whole number, and its bounds; all other numbers are micro."""


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
        raise RuleSetError("incomplete", of=phrase("ruleset.of", id=name), keys=tuple(missing))
    own = chain[-1]
    return _build({**own, "name": name}, merged, sources)


def severity_changes(code: str, rulesets: Iterable[RuleSet]) -> dict[str, str]:
    """Give a code's severity by rule set, where that differs from the catalogue."""
    usual = catalogue()[code].severity
    given = {rules.id: rules.severities.get(code, usual) for rules in rulesets}
    return {name: severity for name, severity in given.items() if severity != usual}


def _present(merged: Mapping[str, Any], key: str) -> bool:
    section, _, leaf = key.partition(".")
    return section in merged and (not leaf or leaf in merged[section])


def _chain(name: str, seen: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give a rule set's raw TOML and those it inherits from, the oldest first."""
    path: Path | Traversable
    if name.endswith(".toml") or "/" in name or "\\" in name:
        path = Path(name)
        if not path.is_file():
            raise RuleSetError("no_file", name=name)
    else:
        path = resources.files("xlproc.rulesets").joinpath(f"{name}.toml")
        if not path.is_file():
            raise RuleSetError("no_name", name=name, near=_near(name, names()), names=tuple(names()))
    try:
        raw = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RuleSetError("unreadable", of=phrase("ruleset.of", id=name), error=error) from error
    raw.setdefault("id", Path(name).stem)
    if not isinstance(raw["id"], str):
        raise RuleSetError("text", at=_at(phrase("ruleset.of", id=name), "id"))
    of = phrase("ruleset.of", id=raw["id"])
    _check_keys(raw, (*_HEAD, *_SECTIONS), of)
    for section, kind in _SECTIONS.items():
        if section in raw:
            if not isinstance(raw[section], dict):
                raise RuleSetError("section", at=_at(of, section), section=section)
            allowed = [f.name for f in dataclasses.fields(kind)]
            _check_keys(raw[section], allowed, _in(of, section))
    _check_head(raw, of)
    for code in raw.get("severities", {}):
        if code not in catalogue():
            near = _near(code, catalogue())
            raise RuleSetError("no_code", at=_in(of, "severities"), code=code, near=near)
    parent = raw.get("inherits", "")
    chain: list[dict[str, Any]] = []
    if parent:
        if parent in seen or parent == raw["id"]:
            raise RuleSetError("circle", at=_at(of, "inherits"))
        beside = path.parent / f"{parent}.toml" if isinstance(path, Path) else None
        known = parent in names()
        chain = _chain(
            str(beside) if beside and beside.is_file() and not known else parent, (*seen, raw["id"])
        )
    for key, kind in (("title", str), ("effective_from", dt.date)):
        if key not in raw and chain:
            raw[key] = chain[-1][key]
            if key == "title":
                raw["title_en"] = chain[-1].get("title_en", "")
        if key not in raw:
            raise RuleSetError("missing", of=of, name=key)
        if not isinstance(raw[key], kind):
            raise RuleSetError("text" if kind is str else "date", at=_at(of, key))
    return [*chain, raw]


def _at(of: Phrase, key: str) -> Phrase:
    """Say a key's place: ``规则集 mof-2020：execution.cap``."""
    return phrase("ruleset.at", of=of, name=key)


def _in(of: Phrase, section: str) -> Phrase:
    """Say a section's place: ``规则集 mof-2020 [execution]``."""
    return phrase("ruleset.in", of=of, section=section)


def _near(given: str, allowed: Iterable[str]) -> Phrase:
    """Ask for the nearest allowed name, or say nothing where none is near."""
    near = difflib.get_close_matches(given, list(allowed), 1)
    return phrase("ruleset.near", name=near[0]) if near else phrase("said.nothing")


def _check_head(raw: Mapping[str, Any], of: Phrase) -> None:
    if not isinstance(raw.get("inherits", ""), str):
        raise RuleSetError("parent", at=_at(of, "inherits"))
    if not isinstance(raw.get("title_en", ""), str):
        raise RuleSetError("text", at=_at(of, "title_en"))
    if not isinstance(raw.get("effective_to", dt.date.max), dt.date):
        raise RuleSetError("date", at=_at(of, "effective_to"))
    if not isinstance(raw.get("severities", {}), dict):
        raise RuleSetError("section", at=_at(of, "severities"), section="severities")
    references = raw.get("references", [])
    if not isinstance(references, list) or not all(
        isinstance(r, dict)
        and isinstance(r.get("title"), str)
        and all(isinstance(v, str) for v in r.values())
        for r in references
    ):
        raise RuleSetError("references", at=_at(of, "references"), example='{ title = "…", mark = "…" }')


def _check_keys(given: Mapping[str, Any], allowed: Collection[str], where: Phrase) -> None:
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, 1)
            hint = _near(key, allowed) if near else phrase("ruleset.allowed", names=tuple(allowed))
            raise RuleSetError("unknown", at=where, name=key, hint=hint)


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
        at = _at(phrase("ruleset.of", id=ruleset), key)
        _check_keys(given, ("value", "source", "mark"), at)
        mark = given.get("mark", "local")
        if not isinstance(given.get("source", ""), str):
            raise RuleSetError("source", at=at)
        if mark not in tuple(MARKS):
            raise RuleSetError("mark", at=at, mark=mark, names=MARKS)
        return given["value"], Source(given.get("source", ""), mark, ruleset)
    return given, Source("", "local", ruleset)


def _build(own: Mapping[str, Any], merged: dict[str, Any], sources: dict[str, Source]) -> RuleSet:
    of = phrase("ruleset.of", id=own["id"])
    sections = {section: _section(kind, merged[section], of, section) for section, kind in _SECTIONS.items()}
    grades = _grades(merged["grades"], _at(of, "grades"))
    _check_ranges(sections, of)
    for code, severity in merged["severities"].items():
        if severity not in (*SEVERITIES, "off"):
            at = phrase("ruleset.at", of=_in(of, "severities"), name=code)
            raise RuleSetError("choice", at=at, value=severity, names=(*SEVERITIES, "off"))
    text = json.dumps(merged, ensure_ascii=False, sort_keys=True, default=str)
    return RuleSet(
        id=own["id"],
        title=own["title"],
        title_en=own.get("title_en", ""),
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


def _grades(value: Any, at: Phrase) -> tuple[tuple[str, Share], ...]:
    pairs = value if isinstance(value, list) else []
    if not pairs or not all(isinstance(p, list) and len(p) == 2 and isinstance(p[0], str) for p in pairs):
        raise RuleSetError("grades", at=at)
    grades = sorted(((name, _micro(least, at)) for name, least in pairs), key=lambda pair: -pair[1])
    if grades[-1][1] != 0:
        raise RuleSetError("lowest", at=at)
    return tuple(grades)


def _check_ranges(sections: Mapping[str, Any], of: Phrase) -> None:
    """Refuse values that no regulation can mean."""
    execution, levels, words = sections["execution"], sections["levels"], sections["qualitative"]
    one = to_micro(1)
    for key, value in (("execution.maximum", execution.maximum), ("levels.indicators", levels.indicators)):
        if not 0 < value <= 1000 * one:
            raise RuleSetError("points", at=_at(of, key))
    for name in ("met", "partial", "unmet"):
        low, high = getattr(words, name)
        if not 0 <= low < high <= one:
            raise RuleSetError("band", at=_at(of, f"qualitative.{name}"))
    for section, fields in (
        ("execution", ("low_line", "reason_line", "gap_line")),
        ("scoring", ("pass_line",)),
    ):
        for name in fields:
            if not 0 <= getattr(sections[section], name) <= one:
                raise RuleSetError("share", at=_at(of, f"{section}.{name}"))
    if not one <= sections["completion"].over <= sections["completion"].far_over:
        raise RuleSetError("over", at=_at(of, "completion.over"))
    lights = sections["monitoring"]
    for key, red, yellow in (
        ("budget_red", lights.budget_red, lights.budget_yellow),
        ("red", lights.red, lights.yellow),
    ):
        if not 0 <= red <= yellow <= one:
            raise RuleSetError("lights", at=_at(of, f"monitoring.{key}"))
    for key, least in (("blue", lights.yellow), ("certain", lights.yellow), ("catch_up", one)):
        if getattr(lights, key) < least:
            raise RuleSetError("at_least", at=_at(of, f"monitoring.{key}"), least=plain(least))


def _section(kind: type, values: Mapping[str, Any], of: Phrase, section: str) -> Any:
    hints = get_type_hints(kind)
    fields = {}
    for key, value in values.items():
        at = _at(of, f"{section}.{key}")
        fields[key] = _whole(value, at, *WHOLE[key]) if key in WHOLE else _typed(hints[key], value, at)
    return kind(**fields)


def _whole(value: Any, at: Phrase, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise RuleSetError("whole", at=at, least=least, most=most)
    return value


def _typed(hint: Any, value: Any, at: Phrase) -> Any:
    """Turn a TOML value into a field's type; numbers become micro."""
    origin, args = getattr(hint, "__origin__", None), getattr(hint, "__args__", ())
    if origin is Literal:
        if value not in args:
            raise RuleSetError("choice", at=at, value=value, names=args)
        return value
    if hint is bool:
        if not isinstance(value, bool):
            raise RuleSetError("flag", at=at)
        return value
    if hint is str:
        if not isinstance(value, str):
            raise RuleSetError("text", at=at)
        return value
    if hint is int:
        return _micro(value, at)
    if origin is tuple:
        if not isinstance(value, list):
            raise RuleSetError("list", at=at)
        kinds: tuple[Any, ...] = args
        if kinds[1:] == (Ellipsis,):
            return tuple(_typed(kinds[0], item, at) for item in value)
        if len(value) != len(kinds):
            raise RuleSetError("group", at=at, n=len(kinds))
        return tuple(_typed(arg, item, at) for arg, item in zip(kinds, value, strict=True))
    if not isinstance(value, dict):
        raise RuleSetError("points_by_name", at=at)
    return {str(key): _micro(item, at) for key, item in value.items()}


def _micro(value: Any, at: Phrase) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RuleSetError("number", at=at)
    try:
        return to_micro(value)
    except OverflowError as error:
        raise RuleSetError("too_big", at=at, value=value) from error
