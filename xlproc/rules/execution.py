"""预算执行率 and its score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE, muldiv
from xlproc.model.frames import ABSENT, BLANK, PLACEHOLDER
from xlproc.rules.arrays import nullable, numbers

if TYPE_CHECKING:
    import pandas as pd

    from xlproc.rulesets import RuleSet

RATE_STEP = SCALE // 10**4
"""A rate is shown to a hundredth of a percent."""


def total_lines(funds: pd.DataFrame) -> pd.DataFrame:
    """Give each project's total line, the first where there are several."""
    return funds[funds["kind"] == "total"].drop_duplicates("project")


def score_execution(funds: pd.DataFrame, ruleset: RuleSet) -> pd.DataFrame:
    """Compute each fund line's execution rate, and the score of the total lines.

    Args:
        funds: The canonical frame.
        ruleset: Gives maximum, base, cap, decimals and what a budget of 0 gives.

    Returns:
        The frame with further columns: ``base`` (what the rate is measured against), ``base_is_initial`` (年初预算数
        stood in), ``slipped`` (a total line executed a thousand times its base), ``maximum`` (of the score), ``rate`` (fraction in micro, four decimals), ``score``, ``pending``, ``low``, ``high`` (micro) and
        ``method`` (rate, zero, declared, pending; "" for lines that are not scored).
    """
    rules = ruleset.execution
    out = funds.reset_index(drop=True)
    initial, has_initial = numbers(out, "initial")
    budget, has_budget = numbers(out, "budget")
    executed, has_executed = numbers(out, "executed")
    declared, has_declared = numbers(out, "declared_score")
    # the other figure stands in where the base is blank; not where it is an error or unreadable
    own, own_known, other, other_known = (
        (budget, has_budget, initial, has_initial)
        if rules.base == "budget"
        else (initial, has_initial, budget, has_budget)
    )
    blank = out[rules.base + "_state"].isin([BLANK, PLACEHOLDER, ABSENT]).to_numpy(dtype=bool)
    stands_in = ~own_known & blank & other_known
    base = np.where(stands_in, other, own)
    has_base = own_known | stands_in
    usable = has_base & has_executed & (base > 0)
    # a thousand times the budget: 元 where 万元 is meant; no rate and no score come of it
    total = (out["kind"] == "total").to_numpy(dtype=bool)
    slipped = total & usable & (executed // 1000 >= base)
    usable &= ~slipped
    divisor = np.where(usable, base, 1)
    rate = muldiv(np.full(len(out), SCALE), executed, divisor, RATE_STEP)
    unit = SCALE // 10**rules.decimals
    score = np.maximum(muldiv(np.full(len(out), rules.maximum), executed, divisor, unit), 0)
    if rules.cap:
        score = np.minimum(score, rules.maximum)
    zero = total & has_base & (base <= 0) & (rules.zero_budget == "zero")
    stands = total & ~usable & ~zero & ~slipped & has_declared & (declared >= 0) & (declared <= rules.maximum)
    pending = total & ~usable & ~zero & ~stands
    score = np.where(zero, 0, np.where(stands, declared, score))
    out["base"] = nullable(base, has_base)
    out["slipped"] = slipped
    out["base_is_initial"] = stands_in & (rules.base == "budget")
    out["maximum"] = nullable(np.full(len(out), rules.maximum), total)
    out["rate"] = nullable(rate, usable)
    out["score"] = nullable(score, total & ~pending)
    out["pending"] = pending
    out["low"] = nullable(np.where(pending, 0, score), total)
    out["high"] = nullable(np.where(pending, rules.maximum, score), total)
    out["method"] = np.select([~total, zero, stands, pending], ["", "zero", "declared", "pending"], "rate")
    return out
