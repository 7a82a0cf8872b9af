"""Audit across rows and blocks: A01, weights (A09, A10), totals (A34), fit of money and work (A31, A36), period (A44)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE, compare_product, muldiv, plain, round_to
from xlproc.model.findings import Finding
from xlproc.model.text import label_key
from xlproc.model.words import percent, phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.report import at, collect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.rulesets import RuleSet

_HEAD = {
    "name": "项目名称",
    "department": "主管部门",
    "agency": "实施单位",
    "goal_expected": "预期目标",
    "year": "年度",
}


def audit_totals(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> list[Finding]:
    """Audit each project as a whole.

    Args:
        projects: As :func:`xlproc.rules.grading.total_projects` gives them.
        funds: With scores.
        indicators: With scores.
        ruleset: Gives weights, thresholds and tolerances.
    """
    return collect(
        _head(projects),
        _period(projects),
        _weights(projects, funds, indicators, ruleset),
        _declared_total(projects, funds, indicators, ruleset),
        _fit(projects, ruleset),
        _cost(projects, funds, indicators),
    )


def _head(projects: pd.DataFrame) -> Iterator[Finding]:
    """A01: what names the project. A missing goals block is told as such."""
    for name, label in _HEAD.items():
        for row in rows(projects, projects[name].isna() | (projects[name].astype(object) == "")):
            there = name in row["cells"]
            if name in row["broken"] or (name == "goal_expected" and not there):
                continue  # told already: an unreadable cell, or the missing block
            how = phrase("said.not_filled" if there or name == "year" else "said.not_found")
            yield at(row, "X101", name if there else "title", label=label, how=how)


def _period(projects: pd.DataFrame) -> Iterator[Finding]:
    """A44: a column of executed money that names less than the year."""
    for row in rows(projects, projects["period"] != ""):
        header = dict(row["fund_columns"]).get("executed", row["period"])
        yield at(row, "X111", "funds.executed", found=header)


def _weights(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> Iterator[Finding]:
    """A10 (all weights) and A09 (level 1, and the execution score's own); not told twice when one row explains both."""
    main = funds[funds["kind"] == "total"].drop_duplicates("project")
    full = ruleset.levels.indicators + ruleset.execution.maximum
    suspect = _weights_differ(projects, indicators, ruleset, full)
    suspects = projects["project"][suspect]
    lines_of = {line["project"]: line for line in rows(main, main["project"].isin(suspects))}
    by_project = dict(list(indicators[indicators["project"].isin(suspects)].groupby("project")))
    for row in rows(projects, suspect):
        lines = by_project[row["project"]]
        if lines["weight"].isna().any():
            continue  # a missing weight has been told at its cell
        off = row["form_weight"] - full
        levels = _levels(lines)
        allowed = _nearest(levels, ruleset)
        wrong = {name: points - allowed.get(name, 0) for name, points in levels.items() if allowed}
        wrong = {name: points for name, points in wrong.items() if points}
        execution = lines_of.get(row["project"])
        wrong_execution = execution is not None and row["execution_weight"] != ruleset.execution.maximum
        one_cause = off and (
            (not wrong_execution and list(wrong.values()) == [off])
            or (wrong_execution and not wrong and row["execution_weight"] - ruleset.execution.maximum == off)
        )
        if off:
            found, expected = plain(row["form_weight"]), plain(full)
            field = "total_weight" if "total_weight" in row["cells"] else "columns.weight"
            yield at(
                row,
                "X105",
                field,
                found=found,
                expected=expected,
                rules=("A09", "A10") if one_cause else ("A10",),
            )
        if wrong and not one_cause:
            cells = dict(zip(lines["level1"].map(label_key), lines["cells"], strict=True))
            yield Finding(
                "X104", row["workbook"], row["project"], row["sheet"], int(lines["row"].iloc[0]),
                tuple(dict.fromkeys(cells[n].get("level1", "") for n in wrong if cells[n].get("level1"))), "level1",
                found=_listed(levels), expected=_listed(allowed),
            )  # fmt: skip
        if execution is not None and wrong_execution and not one_cause:
            has = {"预算执行率": row["execution_weight"]}
            wants = {"预算执行率": ruleset.execution.maximum}
            if row["indicator_weight"] != ruleset.levels.indicators and not wrong:
                has["绩效指标合计"], wants["绩效指标合计"] = (
                    row["indicator_weight"],
                    ruleset.levels.indicators,
                )
            yield at(execution, "X104", "weight", found=_listed(has), expected=_listed(wants))


def _weights_differ(projects: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet, full: int) -> Bools:
    """Tell which projects' weights are worth a look: their sum, level 1, or the execution score's own is not the rule set's."""
    labelled = indicators.assign(key=indicators["level1"].map(label_key))
    labelled = labelled[labelled["key"] != ""]
    sums = labelled.pivot_table(index="project", columns="key", values="weight", aggfunc="sum", fill_value=0)
    labels = [str(name) for name in sums.columns]
    points = sums.reindex(projects["project"]).fillna(0).to_numpy(dtype=np.int64)
    fits = np.full(len(projects), not ruleset.levels.structures)
    for structure in ruleset.levels.structures:
        if set(structure) <= set(labels):
            wanted = np.array([structure.get(name, 0) for name in labels], dtype=np.int64)
            fits |= (points == wanted).all(axis=1)
    known = projects["form_weight"].notna().to_numpy(dtype=bool)
    weight, _ = numbers(projects, "form_weight")
    execution, _ = numbers(projects, "execution_weight")
    suspect: Bools = known & ((weight != full) | (execution != ruleset.execution.maximum) | ~fits)
    return suspect


def _listed(points: Mapping[str, int]) -> str:
    return "、".join(f"{name} {plain(value)}" for name, value in points.items())


def _levels(lines: pd.DataFrame) -> dict[str, int]:
    sums = lines.assign(key=lines["level1"].map(label_key)).groupby("key", sort=False)["weight"].sum()
    return {str(name): int(points) for name, points in sums.items() if name}


def _nearest(levels: dict[str, int], ruleset: RuleSet) -> dict[str, int]:
    """Give the allowed structure whose labels fit best; weights that fit exactly win."""
    best: dict[str, int] = {}
    rank = (0, 0)
    for structure in ruleset.levels.structures:
        shared = len(levels.keys() & structure.keys()) * 2 - len(levels.keys() ^ structure.keys())
        equal = sum(levels.get(name) == points for name, points in structure.items())
        if (shared, equal) > rank:
            best, rank = dict(structure), (shared, equal)
    return best


def _declared_total(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> Iterator[Finding]:
    """A34: the declared total against the declared parts, ours standing in for blank ones; A10: the printed weight.

    Where one row explains the difference, it has been told there: a total that is right for the right score is right.
    """
    lines = {"indicators": indicators, "funds": funds[funds["kind"] == "total"]}
    wrong: dict[int, list[int]] = {}
    for frame in lines.values():
        differs = (
            frame["declared_score"].notna()
            & frame["score"].notna()
            & (frame["declared_score"] != frame["score"])
        )
        for row in rows(frame, differs):
            wrong.setdefault(row["project"], []).append(row["score"] - row["declared_score"])
    full = ruleset.levels.indicators + ruleset.execution.maximum
    slack = ruleset.tolerance
    known = projects["declared_total"].notna() & projects["expected_total"].notna()
    for row in rows(
        projects, known & (projects["declared_total"] != projects["expected_total"]).fillna(value=False)
    ):
        total, truth = row["declared_total"], row["expected_total"]
        gap = abs(total - truth)
        corrections = wrong.get(row["project"], [])
        explained = (row["form_weight"] != full and truth - total == row["form_weight"] - full) or any(
            total == truth + part for part in (*corrections, sum(corrections))
        )
        if explained:
            continue
        limit = (
            min(slack.part * row["declared_parts"], slack.parts) if row["declared_parts"] else slack.rounded
        )
        execution = row["expected_execution"]
        parts = phrase(
            "said.sum_declared" if row["declared_parts"] else "said.sum_computed",
            indicators=plain(truth - execution), execution=plain(execution), total=plain(truth),
        )  # fmt: skip
        code = "X108" if gap <= limit else "X107"
        yield at(
            row, code, "declared_total", found=row["declared_total_text"], expected=plain(truth), parts=parts
        )
    shown = projects["declared_weight"].notna() & projects["form_weight"].notna()
    for row in rows(projects, shown & (projects["declared_weight"] != projects["form_weight"])):
        if row["form_weight"] == full:  # else the sum itself has been told
            yield at(
                row,
                "X112",
                "total_weight",
                found=row["declared_weight_text"],
                expected=plain(row["form_weight"]),
            )


def _fit(projects: pd.DataFrame, ruleset: RuleSet) -> Iterator[Finding]:
    """A31: indicators nearly all met, as the unit scores them, while the money is not spent."""
    claimed, has_claim = numbers(projects, "expected_total")
    part, _ = numbers(projects, "expected_execution")
    computed, known = numbers(projects, "indicator_score")
    got = np.where(has_claim, claimed - part, computed)
    weight, _ = numbers(projects, "indicator_weight")
    execution, has_execution = numbers(projects, "execution_score")
    usable = known & has_execution & (weight > 0) & (got > 0)
    one = np.full(len(projects), SCALE)
    share = muldiv(one, got, np.where(usable, weight, 1))
    spent = muldiv(one, execution, np.full(len(projects), ruleset.execution.maximum))
    red = compare_product(share - spent, one, share, np.full(len(projects), ruleset.execution.gap_line)) > 0
    gap = muldiv(one, share - spent, np.where(usable, share, 1))
    shown = {
        name: round_to(values, SCALE // 1000)
        for name, values in (("share", share), ("spent", spent), ("gap", gap))
    }
    declares = (projects["declared_parts"] > 0).to_numpy(dtype=bool)
    for row in rows(projects.assign(declares=declares, **shown), usable & red):
        yield at(
            row, "X106", "declared_total",
            found=percent(row["share"]), expected=percent(row["spent"]), gap=percent(row["gap"]),
            whose=phrase("said.claimed" if row["declares"] else "said.computed"),
        )  # fmt: skip


def _cost(projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[Finding]:
    """A36: cost indicators in money against the total line; unit costs (元/人) are left out."""
    cost = indicators["level1"].str.contains("成本") | indicators["level2"].str.contains("成本")
    cost &= indicators["unit_worth"].notna() & (indicators["comparable"] == "number")
    lines = indicators[cost].merge(projects[["project", "fund_worth"]], on="project")
    if lines.empty:
        return
    worth, _ = numbers(lines, "unit_worth")
    fund_worth, _ = numbers(lines, "fund_worth")
    sums = {}
    for name in ("target", "actual"):
        value, _ = numbers(lines, name)
        lines[f"money_{name}"] = muldiv(value, worth, fund_worth)
        sums[name] = lines.groupby("project")[f"money_{name}"].sum()
    main = funds[(funds["kind"] == "total") & (funds["method"] != "zero")].drop_duplicates("project")
    for row in rows(main, main["project"].isin(sums["actual"].index)):
        mine = lines[lines["project"] == row["project"]]
        for code, name, against, label in (
            ("X109", "actual", "executed", "executed"),
            ("X110", "target", "base", "budget"),
        ):
            total, limit = int(sums[name][row["project"]]), row[against]
            if limit is None or limit <= 0 or total - limit <= SCALE // 100:
                continue
            cells = tuple(c[name] for c in mine["cells"] if name in c)
            yield Finding(
                code, row["workbook"], row["project"], row["sheet"], int(mine["row"].iloc[0]),
                (*cells, row["cells"].get(label, "")) if label in row["cells"] else cells, name,
                found=plain(total), expected=plain(limit),
            )  # fmt: skip
