"""Scores of indicators: quantitative by the rule set's formulas, qualitative by its vocabulary; never invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE, compare_product, muldiv, round_to
from xlproc.model.frames import BLANK, PLACEHOLDER
from xlproc.rules.arrays import maybe, nullable, numbers
from xlproc.rules.formulas import FORMULAS
from xlproc.rules.points import GROUP, OWN, SHARED, based, take_points
from xlproc.rules.qualitative import MET, MOSTLY, PARTIAL, UNMET, UNPLACED, place_rows

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from xlproc.model.exact import Bools, Ints
    from xlproc.rulesets import RuleSet

SHARE_STEP = SCALE // 10**4
"""Achievement and deviation are shown to a hundredth of a percent."""


def score_indicators(indicators: pd.DataFrame, ruleset: RuleSet) -> pd.DataFrame:
    """Score the indicators.

    Args:
        indicators: The canonical frame.
        ruleset: Gives formulas, bands, vocabulary and thresholds.

    Returns:
        The frame with further columns: ``basis`` (where its points come from), ``met`` (boolean or missing), ``place`` (of words), ``reworded``, ``equal``,
        ``achievement`` and ``deviation`` (fractions, micro), ``flag`` (met, short, over, far_over or ""), ``method``
        (a key of ``model.words.METHODS``), ``formula`` (the method before deductions), ``score``, ``pending``, ``low``,
        ``high`` (micro; high is missing where the weight is unknown), ``high_open``, ``best`` (the largest score that high leaves open), and the range that words or an
        unmeasured miss leave open: ``band_low``, ``band_high``, ``band_open``.
    """
    out = take_points(indicators)
    rules = ruleset.scoring
    unit = SCALE // 10**rules.decimals
    w, has_w = numbers(out, "weight")
    own = based(out, OWN)
    has_w &= own & (w >= 0)
    w = np.where(has_w, w, 0)
    t, _ = numbers(out, "target")
    a, _ = numbers(out, "actual")
    declared, has_declared = numbers(out, "declared_score")
    operator = out["operator"].to_numpy(dtype=object)
    measured = (out["comparable"] == "number").to_numpy(dtype=bool)
    dated = (out["comparable"] == "date").to_numpy(dtype=bool)
    words = (out["comparable"] == "words").to_numpy(dtype=bool)
    up = measured & np.isin(operator, ["ge", "gt"])
    down = measured & np.isin(operator, ["le", "lt"])
    equal = measured & (operator == "eq")

    met = met_numbers(a, t, operator, ruleset) & measured
    met |= dated & met_dates(out, operator)

    place = np.full(len(out), "", dtype=object)
    reworded = np.zeros(len(out), dtype=bool)
    same = np.zeros(len(out), dtype=bool)
    place[words], reworded[words], same[words] = place_rows(
        out["target_text"][words], out["actual_text"][words], ruleset.qualitative
    )
    met |= place == MET
    judged = measured | dated | (words & (place != UNPLACED))

    # the formula's score, where a formula applies
    score = np.zeros(len(out), dtype=np.int64)
    method = np.full(len(out), "pending", dtype=object)
    positive = t > 0
    for mask, name in ((up, rules.positive), (down, rules.negative), (equal, rules.equal)):
        rows = mask & positive
        if rows.any():
            score[rows] = FORMULAS[name](w[rows], np.maximum(a[rows], 0), t[rows], unit)
            method[rows] = name
    score = np.where(met & measured & positive, w, score)
    zero = measured & (t == 0)
    score, method[zero] = np.where(zero, np.where(met, w, 0), score), "zero"
    full = met & ~measured
    score, method[full] = np.where(full, w, score), "full"
    negative_target = measured & (t < 0)
    score, method[negative_target & met] = np.where(negative_target & met, w, score), "full"

    rising = up | (equal & (rules.equal == "at_least"))
    if rules.pass_line:
        low = (
            rising
            & positive
            & (compare_product(a, np.full_like(a, SCALE), t, np.full_like(t, rules.pass_line)) < 0)
        )
        score[low], method[low] = 0, "below_line"
    for threshold, factor in sorted(rules.over_table):
        reached = rising & positive & _at_least(a, t, threshold)
        score[reached] = muldiv(
            w[reached], np.full(reached.sum(), factor), np.full(reached.sum(), SCALE), unit
        )
        method[reached] = "reduced"
    if rules.satisfaction_steps:
        labels = out["level1"].astype(str) + out["level2"].astype(str)
        asked = (
            measured
            & (out["measure"] == "%").to_numpy(dtype=bool)
            & labels.str.contains("满意").to_numpy(dtype=bool)
        )
        share = np.zeros(len(out), dtype=np.int64)
        for threshold, part in sorted(rules.satisfaction_steps):
            share = np.where(a >= threshold * 100, part, share)
        stepped = muldiv(w, share, np.full(len(out), SCALE), unit)
        score, method[asked] = np.where(asked, stepped, score), "steps"

    known = has_w & (method != "pending")
    out["formula"] = method.copy()
    if rules.deductions:
        off, has_off = numbers(out, "deduction")
        rows = known & has_off & (off > 0)
        score, method[rows] = np.where(rows, np.maximum(score - off, 0), score), "deducted"

    # what no formula decides: a band, in which the declared score stands
    low, high, is_open = _bands(w, place, judged, met, ruleset)
    fits = (declared >= low) & np.where(is_open, declared < high, declared <= high)
    blank = out[["target_state", "actual_state"]].isin([BLANK, PLACEHOLDER]).any(axis=1).to_numpy(dtype=bool)
    stands = has_w & ~known & has_declared & fits & ~blank
    score = np.where(stands, declared, score)
    method[stands] = "declared"
    known |= stands
    method[~known] = "pending"

    # a group's points: what its rows declare stands as long as it does not exceed them; a row alone decides nothing
    shared = based(out, SHARED)
    stands, left = _shares(out, declared, has_declared & (declared >= 0) & shared)
    score, method[stands] = np.where(stands, declared, score), "shared"
    known |= stands
    low, high = np.where(shared, 0, low), np.where(shared, left, high)
    is_open &= ~shared
    counted = own | shared
    method[~counted] = out["basis"][~counted]

    achieved = measured & (t != 0)
    divisor = np.where(achieved, t, 1)
    one = np.full(len(out), SCALE)
    out["met"] = maybe(met, judged)
    out["place"], out["reworded"], out["equal"] = place, reworded, same
    out["achievement"] = nullable(muldiv(one, a, divisor, SHARE_STEP), achieved)
    out["deviation"] = nullable(muldiv(one, np.where(achieved, a - t, 0), divisor, SHARE_STEP), achieved)
    flag = np.where(judged, np.where(met | (place == MOSTLY), "met", "short"), "").astype(object)
    flag[rising & positive & _at_least(a, t, ruleset.completion.over)] = "over"
    flag[rising & positive & _at_least(a, t, ruleset.completion.far_over)] = "far_over"
    out["flag"] = flag
    out["method"] = method
    out["band_low"], out["band_high"], out["band_open"] = low, high, is_open
    out["score"] = nullable(score, known)
    out["pending"] = ~known & counted
    out["low"] = nullable(np.where(known, score, low), counted)
    out["high"] = nullable(np.where(known, score, high), known | has_w | shared)
    out["high_open"] = ~known & is_open & counted
    out["best"] = np.where(known, score, np.where(is_open, (high - 1) // unit * unit, high))
    return out


def _shares(out: pd.DataFrame, declared: Ints, usable: Bools) -> tuple[Bools, Ints]:
    """Tell which declared scores of groups stand, and what each group's points leave open.

    None of a group stands where together they exceed its points: which one is too high is not known.
    """
    points, _ = numbers(out, "group_points")
    given = out[GROUP].assign(sum=np.where(usable, declared, 0)).groupby(GROUP)["sum"].transform("sum")
    summed = given.to_numpy(dtype=np.int64)
    stands = usable & (summed <= points)
    return stands, np.where(summed <= points, points - summed, points)


def met_dates(frame: pd.DataFrame, operator: npt.NDArray[np.object_]) -> Bools:
    """Tell which days are in time; with ≥ and > the later day meets the target."""
    actual, _ = numbers(frame, "actual_day")
    target, _ = numbers(frame, "target_day")
    return np.where(np.isin(operator, ["ge", "gt"]), actual >= target, actual <= target)


def met_numbers(a: Ints, t: Ints, operator: object, ruleset: RuleSet) -> Bools:
    """Tell which actuals meet their targets; a negative actual counts as 0 against a target of 0.

    > and < are met at the target itself, as the formulas score them (F-POS-CAP); only against 0 they are strict.
    """
    rules = ruleset.scoring
    zero = t == 0
    floor = np.where(zero, np.maximum(a, 0), a)
    at_least = floor >= t
    if rules.zero_ge == "zero_only":
        at_least &= ~zero | (floor == 0)
    equal = (floor >= t) & ~zero if rules.equal == "at_least" else floor == t
    equal |= zero & (floor == 0)
    return np.select(
        [operator == "ge", operator == "gt", operator == "le", operator == "lt", operator == "eq"],
        [at_least, np.where(zero, a > 0, a >= t), floor <= t, np.where(zero, a < 0, a <= t), equal],
        False,
    )


def _bands(
    w: Ints, place: npt.NDArray[np.object_], judged: Bools, met: Bools, ruleset: RuleSet
) -> tuple[Ints, Ints, Bools]:
    """Give the range that a row's score may have where no formula decides: low, high and whether high is open."""
    rules = ruleset.qualitative

    def part(rows: Bools, share: int) -> Ints:
        weights = w[rows]
        return muldiv(weights, np.full_like(weights, share), np.full_like(weights, SCALE))

    low, high = np.zeros_like(w), w.copy()
    is_open = judged & ~met  # not met, by how much no formula says: anything short of the weight
    for name, (least, most) in (
        (MET, rules.met),
        (MOSTLY, rules.met),
        (PARTIAL, rules.partial),
        (UNMET, rules.unmet),
    ):
        rows = place == name
        low[rows], high[rows] = part(rows, least), part(rows, most)
    is_open &= place != MOSTLY
    step = SCALE // 10**ruleset.scoring.decimals
    return round_to(low, step) if step > 1 else low, high, is_open


def _at_least(a: Ints, t: Ints, share: int) -> Bools:
    """Tell where ``a ≥ share × t``."""
    return compare_product(a, np.full_like(a, SCALE), t, np.full_like(t, share)) >= 0
