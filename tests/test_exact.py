"""Exact arithmetic against fractions.Fraction, on millions of rows and at the edges of int64."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlproc.model import exact
from xlproc.rules.formulas import FORMULAS

BIG = exact.LIMIT * exact.SCALE - 1


def half_away(value: Fraction, unit: int) -> int:
    steps = abs(value) / unit
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator) * unit
    return -whole if value < 0 else whole


def oracle(name: str, w: int, a: int, t: int, unit: int) -> int:
    """The formulas as the standards state them, in fractions (section 5.1: F-POS-CAP, F-REV-LIN, F-REV-RATIO)."""
    a = max(a, 0)
    if name in ("proportional", "at_least"):
        value = Fraction(w * a, t)
    elif name == "linear":
        value = w * (1 - Fraction(a - t, t))
    elif name == "ratio":
        value = Fraction(w) if a == 0 else Fraction(w * t, a)
    else:
        value = Fraction(w * a, t) if a <= t else w * (1 - Fraction(a - t, t))
    return min(half_away(max(value, Fraction(0)), unit), w)


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_equal_fractions_on_many_random_rows(name: str) -> None:
    random = np.random.default_rng(20200225)
    n = 420_000  # five formulas: 2.1 million rows
    decimals = random.choice([1, 10**4, 10**5, 10**6], n)
    w = random.integers(1, 4000, n) * 10_000
    t = np.maximum(random.integers(1, 10**6, n), 1) * decimals
    near = (t * random.choice([0.5, 0.95, 1.0, 1.05, 1.5, 3.0], n)).astype(np.int64)
    a = np.where(random.random(n) < 0.5, near, random.integers(0, 10**6, n) * decimals)
    for unit, rows in ((10_000, n), (100_000, n // 10)):
        got = FORMULAS[name](w[:rows], a[:rows], t[:rows], unit)
        listed = zip(w[:rows].tolist(), a[:rows].tolist(), t[:rows].tolist(), got.tolist(), strict=True)
        assert [row for row in listed if oracle(name, *row[:3], unit) != row[3]] == []


numbers = st.integers(0, BIG) | st.integers(0, 10**9) | st.integers(0, 2000).map(lambda x: x * 10**4)


@given(st.integers(-BIG, BIG), numbers, st.integers(1, BIG), st.sampled_from([1, 100, 10_000, 10**6]))
def test_muldiv_is_exact_everywhere(a: int, b: int, c: int, unit: int) -> None:
    got = int(exact.muldiv(np.array([a]), np.array([b]), np.array([c]), unit)[0])
    true = half_away(Fraction(a * b, c), unit)
    assert got == max(-exact.HUGE, min(true, exact.HUGE)) or abs(true) > exact.HUGE


@given(*[st.integers(-BIG, BIG)] * 4)
def test_compare_product_is_exact_everywhere(a: int, b: int, c: int, d: int) -> None:
    got = int(exact.compare_product(*(np.array([x]) for x in (a, b, c, d)))[0])
    assert got == (a * b > c * d) - (a * b < c * d)


def test_halves_go_away_from_zero_as_in_excel() -> None:
    # 92.345 → 92.35 and 0.125 → 0.13: pandas and Python give 92.34 and 0.12
    literals = np.array([exact.to_micro(x) for x in ("92.345", "0.125", "1.005", "2.675", "-2.675")])
    assert [exact.plain(int(x)) for x in exact.round_to(literals, 10_000)] == [
        "92.35",
        "0.13",
        "1.01",
        "2.68",
        "-2.68",
    ]


def test_rounding_equals_decimal_on_every_literal_of_four_places() -> None:
    literals = np.arange(0, 1_000_000, dtype=np.int64) * 100
    got = exact.round_to(literals, 10_000)
    step = Decimal("0.01")
    for k in range(0, 1_000_000, 37):
        assert exact.to_decimal(int(got[k])) == (Decimal(k) / 10_000).quantize(step, ROUND_HALF_UP)


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=6))
def test_a_literal_comes_back(value: Decimal) -> None:
    assert exact.to_decimal(exact.to_micro(value)) == value
    assert Decimal(exact.plain(exact.to_micro(value))) == value


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=4))
def test_a_cells_binary_number_is_the_literal_that_was_typed(value: Decimal) -> None:
    assert exact.from_float(float(value)) == value


def test_too_large_numbers_are_refused() -> None:
    with pytest.raises(OverflowError):
        exact.to_micro(exact.LIMIT)
    with pytest.raises(OverflowError):
        exact.to_micro(Decimal("NaN"))
