"""Totals and grades of projects, with what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlproc.model.exact import SCALE, round_to
from xlproc.rules.arrays import nullable, numbers
from xlproc.rules.execution import total_lines
from xlproc.rules.points import OWN, SHARED, based, parts, unweighed_projects

if TYPE_CHECKING:
    from xlproc.model.exact import Bools, Ints
    from xlproc.rulesets import RuleSet


def total_projects(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> pd.DataFrame:
    """Sum up each project's scores and grade them.

    Args:
        projects: The canonical frame.
        funds: As :func:`xlproc.rules.execution.score_execution` gives them.
        indicators: As :func:`xlproc.rules.scoring.score_indicators` gives them.
        ruleset: Gives maximum of execution, decimals and grade bands.

    Returns:
        The frame with further columns (micro unless said): ``indicator_weight``, ``indicator_score`` (known ones),
        ``execution_score``, ``execution_rate``, ``execution_weight`` (the form's, else the rule set's), ``weight`` (with
        the rule set's for execution), ``form_weight`` (with the form's),
        ``score`` (the sum of the known), ``pending`` (how many rows are open), ``low``, ``high``, ``grade`` ("" where the ends do not share one, or the weights do not add up),
        ``expected_total`` (the declared scores, ours where one
        is blank; missing where neither is known), ``expected_execution`` (its part), ``declared_parts`` (how many
        rows declare a score), ``expected_blank`` (how many rows have neither score nor weight) and ``expected_open``
        (what these may add).
        ``unweighed``: the form has no points at all and is not totalled.
        Nothing is summed for a project without any weighed indicator.
    """
    out = projects.reset_index(drop=True)
    ids = out["project"]
    unweighed = ids.isin(unweighed_projects(indicators)).to_numpy(dtype=bool)
    index = pd.Index(ids)

    def per_project(frame: pd.DataFrame, column: str) -> Ints:
        sums, places = np.zeros(len(ids), dtype=np.int64), index.get_indexer(frame["project"])
        known = places >= 0
        np.add.at(sums, places[known], numbers(frame, column)[0][known])
        return sums

    indicators = indicators[based(indicators, OWN, SHARED)]
    added = parts(indicators)
    weighed = per_project(added.assign(one=added["weight"].notna().astype(int)), "one") > 0
    main = total_lines(funds).set_index("project").reindex(ids)
    maximum = ruleset.execution.maximum

    def of_main(column: str) -> tuple[Ints, Bools]:
        return numbers(main, column)

    execution, has_execution = of_main("score")
    low_execution, _ = of_main("low")
    high_execution, has_line = of_main("high")
    high_execution = np.where(has_line, high_execution, maximum)
    weight_execution, has_weight = of_main("weight")
    weight_execution = np.where(has_weight, weight_execution, maximum)
    unpaid = (main["method"] == "").to_numpy(dtype=bool) & ~unweighed  # the form gives execution no points
    weight_execution, high_execution = np.where(unpaid, 0, (weight_execution, high_execution))
    has_execution |= unpaid
    unknown_high = per_project(added.assign(one=added["high"].isna().astype(int)), "one") > 0
    step = SCALE // 10 ** max(ruleset.scoring.decimals, ruleset.execution.decimals)
    weight = per_project(added, "weight")
    score = round_to(per_project(added, "score") + execution, step)
    low = round_to(per_project(added, "low") + low_execution, step)
    high = round_to(per_project(added, "high") + high_execution, step)
    pending = per_project(indicators.assign(one=indicators["pending"].astype(int)), "one") + ~has_execution
    best_score = round_to(per_project(added, "best") + high_execution, step)
    pending = np.where(unweighed, 0, pending)
    summed = weighed

    out["unweighed"] = unweighed

    out["indicator_weight"] = nullable(weight, summed)
    out["indicator_score"] = nullable(per_project(added, "score"), summed)
    out["execution_score"] = nullable(execution, has_execution)
    rate, has_rate = of_main("rate")
    out["execution_rate"] = nullable(rate, has_rate)
    out["execution_weight"] = nullable(weight_execution, np.ones(len(out), dtype=bool))
    out["weight"] = nullable(weight + np.where(unpaid, 0, maximum), summed)
    out["form_weight"] = nullable(weight + weight_execution, summed)
    out["score"] = nullable(score, summed)
    out["pending"] = pending
    out["low"] = nullable(low, summed)
    out["high"] = nullable(high, summed & ~unknown_high)
    worst, best = grade(low, ruleset), grade(best_score, ruleset)
    # grades are for the full scale
    whole = weight == ruleset.levels.indicators + np.where(unpaid, maximum, 0)
    out["grade"] = np.where(summed & ~unknown_high & whole & (worst == best), worst, "")

    # what the declared total should be: the declared scores, ours where one is blank
    said = indicators["declared_score"].notna()
    claims = indicators.assign(
        said=said.astype(int),
        part=indicators["declared_score"].fillna(indicators["score"]),
        gap=(
            (~said) & indicators["score"].isna() & (indicators["weight"].notna() | based(indicators, SHARED))
        ).astype(int),
    )
    declared_execution, has_declared_execution = of_main("declared_score")
    part = np.where(has_declared_execution, declared_execution, execution)
    known = summed & (per_project(claims, "gap") == 0) & (has_declared_execution | has_execution)
    # rows without weight and score may be worth what the others leave of the full scale
    said_something = claims["part"].notna()
    worth = claims.assign(
        worth=claims["weight"].fillna(claims["part"]).fillna(0), blank=(~said_something).astype(int)
    )
    left = ruleset.levels.indicators + maximum - weight_execution - per_project(worth, "worth")
    blank = per_project(worth, "blank")
    out["expected_blank"] = blank
    out["expected_open"] = np.where(blank > 0, np.maximum(left, 0), 0)
    out["expected_total"] = nullable(per_project(claims, "part") + part, known)
    out["expected_execution"] = nullable(part, known)
    out["declared_parts"] = per_project(claims, "said") + has_declared_execution
    return out


def grade(scores: Ints, ruleset: RuleSet) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Give the grade of each score.

    Examples:
        >>> from xlproc.rulesets import load
        >>> grade(np.array([95_160_000, 89_999_999, 60_000_000, 0]), load("mof-2020")).tolist()
        ['优', '良', '中', '差']
    """
    grades = np.full(len(scores), "", dtype=object)
    for name, least in reversed(ruleset.grades):
        grades[scores >= least] = name
    return grades
