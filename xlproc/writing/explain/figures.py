"""Numbers of a calculation, written so that a person can follow it."""

from __future__ import annotations

from fractions import Fraction

from xlproc.model.exact import SCALE
from xlproc.model.words import percent


def exact(micro: int) -> Fraction:
    """Give a count of millionths as a fraction."""
    return Fraction(micro, SCALE)


def figure(value: Fraction) -> str:
    """Write a number exactly, or cut after six decimals with an ellipsis where it does not end by eight.

    Examples:
        >>> figure(Fraction(57, 20)), figure(Fraction(-200, 354)), figure(Fraction(12))
        ('2.85', '-0.564971…', '12')
    """
    sign = "-" if value < 0 else ""
    scaled = abs(value) * 10**8
    whole, part = divmod(int(scaled), 10**8)
    if scaled.denominator == 1:
        return f"{sign}{whole}.{part:08d}".rstrip("0").rstrip(".")
    return f"{sign}{whole}.{part // 100:06d}…"


def term(value: Fraction) -> str:
    """Write a number inside a calculation.

    Examples:
        >>> term(Fraction(-5)), term(Fraction(5))
        ('(-5)', '5')
    """
    return f"({figure(value)})" if value < 0 else figure(value)


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero.

    Examples:
        >>> rounded(Fraction("2.845"), 2), rounded(Fraction("-0.5"), 0)
        (Fraction(57, 20), Fraction(-1, 1))
    """
    scaled = abs(value) * 10**decimals
    near = Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**decimals)
    return -near if value < 0 else near


def share(top: str, value: Fraction, shown: int) -> str:
    """Write a quotient as a percentage, and as it is shown elsewhere where that is rounded.

    Examples:
        >>> share("20 ÷ 354", Fraction(20, 354), 56_500), share("95 ÷ 100", Fraction(95, 100), 950_000)
        ('20 ÷ 354 = 5.649717…% ≈ 5.65%', '95 ÷ 100 = 95%')
    """
    result = f"{top} = {figure(value * 100)}%"
    return result if exact(shown) == value else f"{result} ≈ {percent(shown)}"
