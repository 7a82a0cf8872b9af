"""Audit across rows and blocks: totals (A34, A10), fit of money and work (A31, A36), satisfaction (A30), twins (A52)."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE, compare_product, muldiv, plain, round_to
from xlproc.model.findings import Finding
from xlproc.model.text import clean, clean_name, label_key
from xlproc.model.words import percent, phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.execution import total_lines
from xlproc.rules.labels import is_cost
from xlproc.rules.points import NONE, OWN, SHARED, based, parts
from xlproc.rules.report import at, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.rulesets import RuleSet


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
    indicators = indicators[based(indicators, OWN, SHARED, NONE)]
    return collect(
        _declared_total(projects, funds, indicators, ruleset),
        _fit(projects, funds, indicators, ruleset),
        _cost(projects, funds, indicators),
        _deadlines(projects, indicators),
        _satisfaction(indicators),
        _twins(indicators),
    )


def _declared_total(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> Iterator[Finding]:
    """A34: the declared total against the declared parts, ours standing in for blank ones; A10: the printed weight.

    Where one row explains the difference, it has been told there: a total that is right for the right score is right.
    """
    lines = {"indicators": indicators, "funds": funds[funds["kind"] == "total"]}
    wrong: dict[int, list[int]] = {}
    outside = _impossible(indicators)
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
        explained |= 0 < total - truth <= row["expected_open"]
        explained |= any(low <= total - truth <= high for low, high in outside.get(row["project"], ()))
        if explained:
            continue
        limit = (
            min(slack.part * row["declared_parts"], slack.parts) if row["declared_parts"] else slack.rounded
        )
        execution = row["expected_execution"]
        which = "open" if row["expected_open"] else "declared" if row["declared_parts"] else "computed"
        parts = phrase(
            f"said.sum_{which}",
            indicators=plain(truth - execution), execution=plain(execution), total=plain(truth),
            best=plain(truth + row["expected_open"]), blank=str(row["expected_blank"]),
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


def _impossible(indicators: pd.DataFrame) -> dict[int, list[tuple[int, int]]]:
    """Give, by project, by how much a score outside of 0 to its weight may be off: the right one is not known."""
    declared, said = numbers(indicators, "declared_score")
    weight, known = numbers(indicators, "weight")
    found: dict[int, list[tuple[int, int]]] = {}
    for row in rows(indicators, said & known & (weight > 0) & ((declared > weight) | (declared < 0))):
        least = -row["declared_score"]
        found.setdefault(row["project"], []).append((least, least + row["weight"]))
    return found


def _fit(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> Iterator[Finding]:
    """A31: indicators nearly all met, as the unit scores them, while the money is not spent.

    A budget of 0, a weight that is missing and a share above the whole have been told; they say nothing here.
    """
    claimed, has_claim = numbers(projects, "expected_total")
    part, _ = numbers(projects, "expected_execution")
    computed, known = numbers(projects, "indicator_score")
    got = np.where(has_claim, claimed - part, computed)
    weight, _ = numbers(projects, "indicator_weight")
    execution, has_execution = numbers(projects, "execution_score")
    added = parts(indicators)
    weights, has_weights = numbers(added, "weight")
    broken = set(added["project"][~has_weights | (weights <= 0)]) | set(
        funds["project"][(funds["kind"] == "total") & (funds["method"] != "rate")]
    )
    whole = ~projects["project"].isin(broken).to_numpy(dtype=bool)
    usable = known & has_execution & whole & (got > 0) & (got <= weight)
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
    """A36: cost indicators in money against the total line; unit costs (元/人, 人均) are left out."""
    cost = (
        indicators["unit_worth"].notna()
        & is_cost(indicators)
        & (indicators["comparable"] == "number")
        & indicators["lesser"]
    )
    cost &= ~indicators["level3"].str.contains("人均|生均|平均|均价|单价|每")
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
    main = total_lines(funds[funds["method"] != "zero"])
    for row in rows(main, main["project"].isin(sums["actual"].index)):
        for code, name, against, label in (
            ("X109", "actual", "executed", "executed"),
            ("X110", "target", "base", "budget"),
        ):
            total, limit = int(sums[name][row["project"]]), row[against]
            if limit is None or limit <= 0 or total - limit <= SCALE // 100:
                continue
            mine = lines.loc[lines["project"] == row["project"], "cells"]
            cells = tuple(c[name] for c in mine if name in c)
            cells += (row["cells"][label],) if label in row["cells"] else ()
            yield at(row, code, name, beside=cells, found=plain(total), expected=plain(limit))


def _deadlines(projects: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[Finding]:
    """A44: a month of an earlier year in a name or a target."""
    year = indicators["project"].map(projects.set_index("project")["year"])
    for field in ("level3", "target_text"):
        named = (
            indicators[field]
            .map(clean_name)
            .str.extract(r"(20\d\d)年\d{1,2}月", expand=False)
            .astype("Int64")
        )
        early = (named < year).fillna(value=False)
        for row in rows(indicators.assign(named=named, year=year), early):
            where = field.removesuffix("_text")
            yield at(
                row, "R128", where, name=name_of(row), found=str(row["named"]), expected=str(row["year"])
            )


def _satisfaction(indicators: pd.DataFrame) -> Iterator[Finding]:
    """A30: every satisfaction figure is exactly its target, as if no survey had been made."""
    asked = indicators[(indicators["level1"] + indicators["level2"]).str.contains("满意")]
    hit = (asked["deviation"] == 0).fillna(value=False)
    all_hit = hit.groupby(asked["project"]).transform("all")
    told = asked[all_hit.astype(bool)][["workbook", "project", "sheet", "row", "cells", "actual_text"]]
    for _, group in groupby(rows(told, told["row"] > 0), key=lambda line: line["project"]):
        lines = list(group)
        first = lines[0]
        yield Finding(
            "X116", first["workbook"], first["project"], first["sheet"], first["row"],
            tuple(line["cells"]["actual"] for line in lines if "actual" in line["cells"]), "actual",
            context={"found": tuple(dict.fromkeys(line["actual_text"] for line in lines)), "count": str(len(lines))},
        )  # fmt: skip


def _bare_name(text: str) -> str:
    """Give a name without the unit or remark in brackets at its end."""
    name = clean_name(text)
    return re.sub(r"\([^()]*\)$", "", name) or name


def _twins(indicators: pd.DataFrame) -> Iterator[Finding]:
    """A52: the same name twice within one level 2."""
    named = indicators[indicators["level3"] != ""]
    key = named.assign(
        one=named["level1"].map(label_key),
        two=named["level2"].map(label_key),
        name=named["level3"].map(_bare_name),
    )
    by = ["project", "one", "two", "name"]
    for _, lines in key[key.duplicated(by, keep=False)].groupby(by, sort=False):
        first, second, *more = rows(lines, lines["row"] > 0)
        same = len(set(lines["target_text"].map(clean))) == 1
        cells = tuple(row["cells"]["level3"] for row in (second, *more, first) if "level3" in row["cells"])
        yield Finding(
            "R121", second["workbook"], second["project"], second["sheet"], second["row"], cells, "level3",
            context={
                "name": clean_name(first["level3"]),
                "count": str(len(lines)),
                "how": phrase("twins.same" if same else "twins.other"),
            },
        )  # fmt: skip
