"""What the rows of indicators are, as masks: made once, for the audit of values and that of scores.

Order on a row: A28 silences the rest; then A13, then what leaves the score in doubt (A24, A25, a slip of the unit or of
the sign), then A21, A16 (with A17), A15, A14; A37 stands in for A14, A15 and A19.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE
from xlproc.model.frames import ABSENT, BLANK, PLACEHOLDER, UNSAID
from xlproc.model.text import any_of, clean
from xlproc.rules.arrays import numbers
from xlproc.rules.labels import is_cost
from xlproc.rules.points import OWN, based

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from xlproc.model.exact import Bools, Ints
    from xlproc.rulesets import RuleSet

NEEDED = {"target": "年度指标值", "actual": "实际完成值", "weight": "分值"}
"""What every row must state, and how the form calls it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The rows' figures and masks.

    Attributes:
        weight: Points.
        target: The target's number.
        actual: The actual's number.
        declared: The declared score.
        score: The rules' score.
        has_declared: A score is declared.
        has_score: The rules give one.
        met: The target is met.
        unmet: It is missed.
        computed: A formula or the vocabulary gave the score.
        no_reason: No reason is given.
        missing: Target, actual or weight is blank (A28).
        no_points: The weight is 0 or less (A11).
        live: Everything that is needed is there and readable.
        weighed: And it has a weight of its own, by which its score is judged.
        cost: A cost by its level.
        opposed: Nature and direction disagree (A24).
        floored: A cost with a lower bound (A25).
        turned: The direction is against the name (A24).
        thousand: Target and actual are some thousand times apart (A26).
        strange: A value out of range (A27).
        doubtful: For one of these the score is not compared.
    """

    weight: Ints
    target: Ints
    actual: Ints
    declared: Ints
    score: Ints
    has_declared: Bools
    has_score: Bools
    met: Bools
    unmet: Bools
    computed: Bools
    no_reason: Bools
    missing: Bools
    no_points: Bools
    live: Bools
    weighed: Bools
    cost: Bools
    opposed: Bools
    floored: Bools
    turned: Bools
    thousand: Bools
    strange: Bools
    doubtful: Bools


def mark(frame: pd.DataFrame, ruleset: RuleSet) -> Marks:
    """Mark the rows.

    Args:
        frame: As :func:`xlproc.rules.scoring.score_indicators` gives it.
        ruleset: Gives the words of growth.
    """
    weight, has_weight = numbers(frame, "weight")
    declared, has_declared = numbers(frame, "declared_score")
    score, has_score = numbers(frame, "score")
    target, _ = numbers(frame, "target")
    actual, _ = numbers(frame, "actual")
    no_reason = among(frame, "reason_state", *UNSAID)
    missing = np.zeros(len(frame), dtype=bool)
    own = based(frame, OWN)
    for name in NEEDED:
        lacks = among(frame, f"{name}_state", BLANK, PLACEHOLDER)
        missing |= lacks & own if name == "weight" else lacks
    no_column = among(frame, "target_state", ABSENT) | among(frame, "actual_state", ABSENT)
    live = ~missing & ~no_column & ~frame["unreadable"].to_numpy(dtype=bool) & (has_weight | ~own)
    no_points = live & own & (weight <= 0)
    live &= ~no_points
    opposed = live & _opposed(frame)
    low_bound = live & floored(frame) & ~opposed
    turned = live & _turned(frame) & ~opposed & ~low_bound
    thousand = live & among(frame, "comparable", "number") & _thousandfold(actual, target)
    far_off = _far_off(frame)
    strange = live & _strange(frame, ruleset) & (no_reason | far_off)
    return Marks(
        weight=weight,
        target=target,
        actual=actual,
        declared=declared,
        score=score,
        has_declared=has_declared,
        has_score=has_score,
        met=frame["met"].fillna(value=False).to_numpy(dtype=bool),
        unmet=(~frame["met"]).fillna(value=False).to_numpy(dtype=bool),
        computed=~among(frame, "method", "declared", "pending"),
        no_reason=no_reason,
        missing=missing,
        no_points=no_points,
        live=live,
        weighed=live & own,
        cost=is_cost(frame),
        opposed=opposed,
        floored=low_bound,
        turned=turned,
        thousand=thousand,
        strange=strange,
        doubtful=opposed | low_bound | turned | thousand | (strange & far_off),
    )


def among(frame: pd.DataFrame, column: str, *values: str) -> Bools:
    """Tell the rows whose column holds one of the values."""
    return np.asarray(frame[column].isin(values).to_numpy(dtype=bool))


def any_word(texts: pd.Series[str], words: Sequence[str]) -> Bools:
    """Tell the texts that hold one of the words."""
    holds = any_of(words).search
    found = texts.map(lambda text: holds(clean(text)) is not None)
    return np.asarray(found.to_numpy(dtype=bool))


def _opposed(frame: pd.DataFrame) -> Bools:
    """A24: 正向 with ≤, or 反向 with ≥, where the form says both."""
    nature = frame["nature_text"].map(clean)
    up = nature.str.startswith("正向") & frame["operator"].isin(["le", "lt"])
    down = nature.str.match("反向|逆向|负向") & frame["operator"].isin(["ge", "gt"])
    return np.asarray(((up | down) & ~frame["operator_inferred"]).to_numpy(dtype=bool))


def floored(frame: pd.DataFrame) -> Bools:
    """A25: a cost that must not be less."""
    said = ~frame["operator_inferred"] & frame["operator"].isin(["ge", "gt"]) & frame["lesser"]
    return np.asarray(said.to_numpy(dtype=bool)) & is_cost(frame)


def _turned(frame: pd.DataFrame) -> Bools:
    """A24: a direction that the indicator's name contradicts (满意度 ≤, 差错率 ≥)."""
    said = ~frame["operator_inferred"] & frame["comparable"].eq("number")
    up, down = frame["operator"].isin(["ge", "gt"]), frame["operator"].isin(["le", "lt"])
    against = (up & frame["lesser"]) | (down & frame["greater"])
    return np.asarray((said & against).to_numpy(dtype=bool)) & ~is_cost(frame)


def _thousandfold(actual: Ints, target: Ints) -> Bools:
    """Tell values about 1000 or 10000 times their target, or that part of it."""
    large, small = np.maximum(actual, target), np.minimum(actual, target)
    ratio = large // np.maximum(small, 1)
    near = ((ratio >= 700) & (ratio <= 1300)) | ((ratio >= 7000) & (ratio <= 13000))
    return np.asarray((small > 0) & near)


def _strange(frame: pd.DataFrame, ruleset: RuleSet) -> Bools:
    """A27: percentages above 100 or below 0, other numbers below 0; growth may be either."""
    found = np.zeros(len(frame), dtype=bool)
    for name in ("target", "actual"):
        found |= odd(frame, name)
    return found & ~any_word(frame["level3"], ruleset.completion.growth_words)


def _far_off(frame: pd.DataFrame) -> Bools:
    """Tell values that must be slips: below 0, or shares above 200 %; a score computed from them means nothing."""
    off = np.zeros(len(frame), dtype=bool)
    share = (frame["measure"] == "%").to_numpy(dtype=bool)
    for name in ("target", "actual"):
        value, known = numbers(frame, name)
        off |= known & ((value < 0) | (share & (value > 200 * SCALE)))
    return off


def odd(frame: pd.DataFrame, name: str) -> Bools:
    """Tell values out of range: below 0, or a share above 100 %."""
    value, known = numbers(frame, name)
    share = (frame["measure"] == "%").to_numpy(dtype=bool)
    return np.asarray(known & ((value < 0) | (share & (value > 100 * SCALE))))
