"""The named formulas by which a rule set scores quantitative indicators; each exact and vectorised.

``w`` weight, ``a`` actual, ``t`` target, all micro; ``unit`` the step that scores are rounded to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import muldiv

if TYPE_CHECKING:
    from xlproc.model.exact import Ints

Formula = Callable[["Ints", "Ints", "Ints", int], "Ints"]


def proportional(w: Ints, a: Ints, t: Ints, unit: int) -> Ints:
    """正向: ``w × a ÷ t``, at most ``w``, at least 0; ``t`` is above 0.

    Examples:
        >>> proportional(np.array([3_000_000]), np.array([95_000_000]), np.array([100_000_000]), 10_000)
        array([2850000])
    """
    return np.minimum(muldiv(w, np.maximum(a, 0), t, unit), w)


def linear(w: Ints, a: Ints, t: Ints, unit: int) -> Ints:
    """反向: ``w × (1 − (a − t) ÷ t)``, at most ``w``, at least 0; ``t`` is above 0.

    Examples:
        >>> linear(np.array([4_000_000]), np.array([12_000_000]), np.array([10_000_000]), 10_000)
        array([3200000])
    """
    return np.minimum(muldiv(w, np.maximum(2 * t - a, 0), t, unit), w)


def ratio(w: Ints, a: Ints, t: Ints, unit: int) -> Ints:
    """反向: ``w × t ÷ a``, at most ``w``; with nothing spent (``a`` = 0) the weight.

    Examples:
        >>> ratio(np.array([4_000_000, 4_000_000]), np.array([12_500_000, 0]), np.array([10_000_000] * 2), 10_000)
        array([3200000, 4000000])
    """
    nothing = a <= 0
    return np.where(nothing, w, np.minimum(muldiv(w, t, np.where(nothing, 1, a), unit), w))


def both_ways(w: Ints, a: Ints, t: Ints, unit: int) -> Ints:
    """等于, taken strictly: short as 正向, above as 反向.

    Examples:
        >>> both_ways(np.array([5_000_000] * 2), np.array([8_000_000, 11_000_000]), np.array([10_000_000] * 2), 10_000)
        array([4000000, 4500000])
    """
    return np.where(a <= t, proportional(w, a, t, unit), linear(w, a, t, unit))


FORMULAS: dict[str, Formula] = {
    "proportional": proportional,
    "linear": linear,
    "ratio": ratio,
    "at_least": proportional,
    "exact": both_ways,
}
"""By the names that rule sets use."""
