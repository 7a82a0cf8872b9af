"""Audit of weights: missing level-1 dimensions (A29), labels that carry points (A08), level 1 (A09), the sum (A10).

One mistake is told once: where one level or one row explains the sum as well, its finding lists both rules. A form
that is made for another rule set is told as such, with the rule set that fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import plain
from xlproc.model.findings import Finding
from xlproc.model.text import clean, label_key
from xlproc.model.words import Phrase, phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.execution import total_lines
from xlproc.rules.points import NONE, OWN, SHARED, based, parts, points_of
from xlproc.rules.report import Row, at, first_row, rows
from xlproc.rules.suitability import COST, better_ruleset

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.rulesets import RuleSet

_STEMS = {
    "成本": "成本指标",
    "产出": "产出指标",
    "项目完成": "产出指标",
    "效益": "效益指标",
    "效果": "效益指标",
    "满意": "满意度指标",
}
"""By which a level-1 label is known, however it is worded."""


def audit_weights(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> list[Finding]:
    """Audit each project's weights.

    Args:
        projects: As :func:`xlproc.rules.grading.total_projects` gives them.
        funds: With scores.
        indicators: With scores.
        ruleset: Gives level-1 weights and what a form must have.
    """
    main = total_lines(funds)
    every = indicators[based(indicators, OWN, SHARED, NONE)]
    every = every.assign(key=every["level1"].map(level_key))
    marked = parts(every)
    marked = marked.assign(key=marked["level1"].map(level_key))
    suspects = _suspects(projects, every, marked, ruleset)
    ids = projects["project"][suspects]
    line_of = {line["project"]: line for line in rows(main, main["project"].isin(ids))}
    by_project, all_rows = (
        dict(list(lines[lines["project"].isin(ids)].groupby("project"))) for lines in (marked, every)
    )
    return [
        finding
        for row in rows(projects, suspects)
        for finding in _judge(
            row,
            by_project.get(row["project"], marked.iloc[:0]),
            all_rows[row["project"]],
            line_of.get(row["project"]),
            ruleset,
        )
    ]


def level_key(text: str) -> str:
    """Give a level-1 label for comparison with the rule sets'.

    Examples:
        >>> level_key("1.产出指标（50分）"), level_key("服务对象满意度"), level_key("项目管理")
        ('产出指标', '满意度指标', '项目管理')
    """
    key = label_key(text)
    known = {label for stem, label in _STEMS.items() if stem in key}
    return known.pop() if len(known) == 1 else key


def _suspects(projects: pd.DataFrame, every: pd.DataFrame, marked: pd.DataFrame, ruleset: RuleSet) -> Bools:
    """Tell which projects are worth a look: all others have every dimension and exactly the rule set's weights."""
    points = marked[marked["key"] != ""].pivot_table(
        index="project", columns="key", values="weight", aggfunc="sum", fill_value=0
    )
    there = (
        every[every["key"] != ""]
        .pivot_table(index="project", columns="key", values="row", aggfunc="count")
        .reindex(projects["project"])
    )
    labels = [str(name) for name in there.columns]
    have = there.fillna(0).to_numpy() > 0
    lacks = np.zeros(len(projects), dtype=bool)
    for word in ruleset.levels.required:
        lacks |= ~have[:, [word in label for label in labels]].any(axis=1)
    sums = points.reindex(index=projects["project"], columns=labels).fillna(0).to_numpy(dtype=np.int64)
    fits = np.full(len(projects), not ruleset.levels.structures)
    for structure in ruleset.levels.structures:
        if set(structure) <= set(labels):
            wanted = np.array([structure.get(name, 0) for name in labels], dtype=np.int64)
            fits |= (sums == wanted).all(axis=1)
    carry = _has_points(marked["level1"]) | _has_points(marked["level2"])
    carries = projects["project"].isin(marked["project"][carry]).to_numpy(dtype=bool)
    weight, known = numbers(projects, "form_weight")
    execution, _ = numbers(projects, "execution_weight")
    full = ruleset.levels.indicators + ruleset.execution.maximum
    off = known & ((weight != full) | (execution != ruleset.execution.maximum) | ~fits)
    has_rows = projects["project"].isin(every["project"]).to_numpy(dtype=bool)
    suspect: Bools = has_rows & (lacks | carries | off)
    return suspect


def _judge(
    row: Row, lines: pd.DataFrame, every: pd.DataFrame, line: Row | None, ruleset: RuleSet
) -> Iterator[Finding]:
    """Judge one project's weights, from the whole to the parts; ``lines`` has the points, ``every`` row the labels."""
    levels = {str(k): int(v) for k, v in lines.groupby("key", sort=False)["weight"].sum().items() if k}
    # a weight that is missing or 0 has been told at its cell: the sums wait for it
    whole = bool((lines["weight"] > 0).fillna(value=False).all()) and row["form_weight"] is not None
    whole &= not based(every, NONE).any()
    full = ruleset.levels.indicators + ruleset.execution.maximum
    off = row["form_weight"] - full if whole else 0
    better = better_ruleset(levels, row["indicator_weight"], line, ruleset) if whole else None
    allowed = {} if better else _nearest(levels, ruleset)
    # 服务对象满意度指标 may stand below 效益指标
    kinds = every["key"] + every["level2"].where(every["level2"].str.contains("满意"), "")
    gone = [word for word in ruleset.levels.required if not kinds.str.contains(word).any()]
    placed = bool((every["key"] != "").all())
    if not placed:
        gone = []  # a row without a level has been told: it may be the one
    lost = -sum(points for label, points in allowed.items() if any(word in label for word in gone))
    if gone:
        rules = ("A29", "A10") if off and off == lost else ("A29",)
        labels = tuple(_STEMS.get(word, word) for word in gone)
        yield at(row, "X113", "columns.level1", ("columns.level3",), labels=labels, rules=rules)
        off = 0 if off == lost else off
    if better is not None:
        yield _unsuited(row, lines, line, levels, better, ruleset)
    if not whole:
        return
    known = {name: points for name, points in levels.items() if not any(word in name for word in gone)}
    wrong = {name: points - allowed.get(name, 0) for name, points in known.items() if allowed}
    wrong = {name: points for name, points in wrong.items() if points}
    if not placed or (gone and wrong.keys() <= allowed.keys() and sum(wrong.values()) == -lost):
        wrong = {}  # a level that is not written has been told, or the points of the one that is lacking went to others
    labelled = [*_carried(lines, "level1"), *_carried(lines, "level2")]
    slips = sum(found - said for *_, said, found in labelled)
    for first, label, said, found in labelled:
        alone = bool(off) and off in (slips, slips + lost)
        also = ("A10",) if alone else ()
        if first["key"] in wrong:
            also = ("A09", *also)
            del wrong[first["key"]]
        yield at(first, "X114", label, ("weight",), label=first[label], found=plain(found), expected=plain(said),
                 rules=("A08", *also))  # fmt: skip
    off = 0 if labelled and off in (slips, slips + lost) else off
    own = row["execution_weight"] - ruleset.execution.maximum
    wrong_execution = 0 if line is None or better or not row["execution_weight"] else own
    one_cause = off and (
        (not wrong_execution and list(wrong.values()) == [off]) or (wrong_execution == off and not wrong)
    )
    if off:
        places = ("total_weight", "columns.weight", "columns.declared_score")
        field = next((name for name in places if name in row["cells"]), places[0])
        beside: tuple[str, ...] = ()
        rules = ("A09", "A10") if one_cause else ("A10",)
        if one_cause and line is not None and wrong_execution and "weight" in line["cells"]:
            field, beside = "execution_weight", (line["cells"]["weight"],)
        where = _whose(levels, allowed, wrong) if one_cause and wrong else phrase("said.nothing")
        yield at(
            row,
            "X105",
            field,
            beside=beside,
            found=plain(row["form_weight"]),
            expected=plain(full),
            indicators=plain(row["indicator_weight"]),
            added=_added(row),
            where=where,
            rules=rules,
        )
    if wrong and not one_cause:
        yield _level_weights(row, lines, levels, allowed, wrong)
    if line is not None and wrong_execution and not one_cause:
        has = {"预算执行率": row["execution_weight"]}
        wants = {"预算执行率": ruleset.execution.maximum}
        if row["indicator_weight"] != ruleset.levels.indicators and not wrong:
            has["绩效指标合计"], wants["绩效指标合计"] = row["indicator_weight"], ruleset.levels.indicators
        yield at(line, "X104", "weight", found=_listed(has), expected=_listed(wants))


def _added(row: Row) -> Phrase:
    """Say what execution adds to the indicators' points; nothing where the form gives it none."""
    execution, total = plain(row["execution_weight"]), plain(row["form_weight"])
    return (
        phrase("said.with_execution", execution=execution, total=total)
        if row["execution_weight"]
        else phrase("said.nothing")
    )


def _unsuited(
    row: Row,
    lines: pd.DataFrame,
    line: Row | None,
    levels: Mapping[str, int],
    better: RuleSet,
    ruleset: RuleSet,
) -> Finding:
    """Tell that the form is made for another rule set."""
    other = row["execution_weight"] != ruleset.execution.maximum
    split = line is not None and (other or COST not in levels)
    structures = ruleset.levels.structures
    parts = "绩效指标合计"
    has = {parts: row["indicator_weight"]} if split else levels
    wants = {parts: ruleset.levels.indicators} if split or not structures else structures[0]
    words = {
        "found": _listed(
            has if line and line["weight"] is None else {"预算执行率": row["execution_weight"], **has}
        ),
        "expected": _listed({"预算执行率": ruleset.execution.maximum, **wants}),
        "ruleset": ruleset.id,
        "better": better.id,
    }
    if line is not None and split:
        return at(line, "X119", "weight", **words)
    odd = first_row(lines[lines["key"] == COST])
    return at(odd, "X119", "level1", **words)


def _has_points(labels: pd.Series[str]) -> pd.Series[bool]:
    return labels.map(lambda text: points_of(text) > 0)


def _carried(lines: pd.DataFrame, label: str) -> list[tuple[Row, str, int, int]]:
    """A08: labels that carry points which their rows do not add up to: first row, label's column, points, sum."""
    found: list[tuple[Row, str, int, int]] = []
    carry = _has_points(lines[label])
    if label == "level2":
        carry &= lines[label].str.contains("分")  # 数量指标（3） counts its indicators
    if not carry.any():
        return found
    marked = lines.assign(own=lines[label].map(clean))[carry]
    for _, part in marked.groupby(["level1", "own"] if label == "level2" else ["own"], sort=False):
        points = points_of(part["own"].iloc[0])
        if points and points != part["weight"].sum():
            found.append((first_row(part), label, points, int(part["weight"].sum())))
    return found


def _whose(levels: Mapping[str, int], allowed: Mapping[str, int], wrong: Mapping[str, int]) -> Phrase:
    """Name the level whose points make the sum wrong."""
    parts = tuple(
        phrase("said.instead", name=name, found=plain(levels[name]), expected=plain(allowed.get(name, 0)))
        for name in wrong
    )
    return phrase("said.for_what", parts=parts)


def _level_weights(
    row: Row,
    lines: pd.DataFrame,
    levels: Mapping[str, int],
    allowed: Mapping[str, int],
    wrong: Mapping[str, int],
) -> Finding:
    """A09: level-1 weights that are not the rule set's."""
    listed = []
    for name in wrong:
        own = list(lines["cells"][lines["key"] == name])
        listed.append(next((c["level1"] for c in own if c.get("level1")), own[0].get("weight", "")))
    return Finding(
        "X104", row["workbook"], row["project"], row["sheet"], int(lines["row"].iloc[0]),
        tuple(dict.fromkeys(cell for cell in listed if cell)), "level1",
        found=_listed(levels), expected=_listed(allowed),
    )  # fmt: skip


def _nearest(levels: Mapping[str, int], ruleset: RuleSet) -> dict[str, int]:
    """Give the allowed structure whose labels fit best; weights that fit exactly win."""
    best: dict[str, int] = {}
    rank = (0, 0)
    for structure in ruleset.levels.structures:
        shared = len(levels.keys() & structure.keys()) * 2 - len(levels.keys() ^ structure.keys())
        equal = sum(levels.get(name) == points for name, points in structure.items())
        if (shared, equal) > rank:
            best, rank = dict(structure), (shared, equal)
    return best


def _listed(points: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{name} {plain(value)}" for name, value in points.items())
