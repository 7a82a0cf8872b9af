"""Exact arithmetic on the decimal literals that people type.

A number is kept as a whole count of millionths (``micro``) in an int64: 2.85 is ``2_850_000``. Sums and comparisons
are then plain integer operations, and a product-ratio such as ``weight × actual ÷ target`` is computed exactly and
rounded once, half away from zero, as Excel's ROUND does. Rows whose intermediate product does not fit 63 bits are
computed with Python's own integers, so the answer is exact for every row.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

DECIMALS = 6
"""Decimal places that a number keeps."""
SCALE = 10**DECIMALS
"""Millionths in one."""
LIMIT = 10**11
"""Numbers of this size and more are refused, so that sums of some ninety of them still fit an int64."""

HUGE = 2**62
"""Where a quotient by a tiny divisor would leave an int64, this stands for it: larger than any number kept."""

_SAFE = float(2**61)
_EXACTLY = Context(prec=40)


def to_micro(number: Decimal | int | str) -> int:
    """Give a decimal literal as a count of millionths.

    Args:
        number: The literal. More than six decimals are rounded half away from zero; ask :func:`is_exact` first.

    Raises:
        OverflowError: The number is too large (``LIMIT`` and more) or not finite.

    Examples:
        >>> to_micro("2.85")
        2850000
        >>> to_micro("-0.0000005")
        -1
    """
    value = Decimal(number)
    if not value.is_finite() or abs(value) >= LIMIT:
        raise OverflowError(f"{number} is not below {LIMIT}")
    return int(value.scaleb(DECIMALS).to_integral_value(ROUND_HALF_UP))


def is_exact(number: Decimal) -> bool:
    """Tell whether a literal has no more than six decimals.

    Examples:
        >>> is_exact(Decimal("52.800000")), is_exact(Decimal("0.1234567"))
        (True, False)
    """
    scaled = number.scaleb(DECIMALS)
    return scaled == scaled.to_integral_value()


def from_float(number: float) -> Decimal:
    """Give the decimal literal that a cell's binary number stands for: its first 15 significant digits, as Excel shows.

    Examples:
        >>> from_float(0.1 + 0.2), from_float(118.48)
        (Decimal('0.3'), Decimal('118.48'))
    """
    return Decimal(format(number, ".15g"))


def to_decimal(micro: int) -> Decimal:
    """Give a count of millionths as a Decimal without trailing zeros.

    Examples:
        >>> to_decimal(2_850_000), to_decimal(100_000_000)
        (Decimal('2.85'), Decimal('100'))
    """
    whole, rest = divmod(int(micro), SCALE)
    if not rest:
        return Decimal(whole)
    return _EXACTLY.normalize(_EXACTLY.scaleb(Decimal(int(micro)), -DECIMALS))


def plain(micro: int | None, decimals: int | None = None) -> str:
    """Write a count of millionths for people; with ``decimals`` given, rounded and padded to them.

    Examples:
        >>> plain(2_850_000), plain(5_160_000, 2), plain(560_000, 1), plain(None)
        ('2.85', '5.16', '0.6', '')
    """
    if micro is None:
        return ""
    if decimals is not None:
        return f"{to_decimal(micro).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    whole, rest = divmod(abs(int(micro)), SCALE)
    text = f"{whole}.{rest:0{DECIMALS}}".rstrip("0") if rest else str(whole)
    return f"-{text}" if micro < 0 else text


def number(micro: int | None) -> int | float | None:
    """Give a count of millionths as a JSON or workbook number.

    Examples:
        >>> number(2_850_000), number(10_000_000), number(None)
        (2.85, 10, None)
    """
    if micro is None:
        return None
    exact = int(micro)  # one of numpy's is none that JSON knows
    whole, rest = divmod(exact, SCALE)
    value: int | float = exact / SCALE if rest else whole
    return value


def muldiv(a: Ints, b: Ints, c: Ints, unit: int = 1) -> Ints:
    """Compute ``a × b ÷ c ÷ unit`` rounded half away from zero to a whole number, times ``unit``; exact for each row.

    With ``a`` in micro and ``b``, ``c`` in the same unit, the result is in micro, rounded to ``unit`` millionths.

    Args:
        a: First factor.
        b: Second factor.
        c: Divisor, nowhere zero.
        unit: The step to round to, in millionths: ``10_000`` is two decimals.

    Returns:
        The rounded quotients, an int64 array; ``HUGE`` where one would not fit.

    Examples:
        >>> import numpy as np
        >>> weight, actual, target = (np.array([x]) for x in (3_000_000, 95_000_000, 100_000_000))
        >>> muldiv(weight, actual, target, 10_000)
        array([2850000])
    """
    import numpy as np

    a, b, c = (np.asarray(x, dtype=np.int64) for x in np.broadcast_arrays(a, b, c))
    common = np.gcd(b, c)
    common[common == 0] = 1
    b, c = b // common, c // common
    common = np.gcd(a, c)
    common[common == 0] = 1
    a, c = a // common, c // common
    safe = (2.0 * np.abs(a.astype(float)) * np.abs(b.astype(float)) < _SAFE) & (
        2.0 * unit * np.abs(c.astype(float)) < _SAFE
    )
    n = np.where(safe, a, 0) * np.where(safe, b, 0)
    d = np.where(safe, c, 1) * unit
    sign = np.sign(n) * np.sign(d)
    n, d = np.abs(n), np.abs(d)
    result: Ints = sign * ((2 * n + d) // (2 * d)) * unit
    for i in np.flatnonzero(~safe):
        top, bottom = int(a.flat[i]) * int(b.flat[i]), int(c.flat[i]) * unit
        rounded = min((2 * abs(top) + abs(bottom)) // (2 * abs(bottom)) * unit, HUGE)
        result.flat[i] = -rounded if (top < 0) != (bottom < 0) else rounded
    return result


def compare_product(a: Ints, b: Ints, c: Ints, d: Ints) -> Ints:
    """Give the sign of ``a × b − c × d`` (−1, 0 or 1), exact for each row.

    Examples:
        >>> import numpy as np
        >>> compare_product(np.array([6]), np.array([10]), np.array([5]), np.array([12]))
        array([0])
    """
    import numpy as np

    a, b, c, d = (np.asarray(x, dtype=np.int64) for x in np.broadcast_arrays(a, b, c, d))

    def size(x: Ints, y: Ints) -> npt.NDArray[np.float64]:
        product: npt.NDArray[np.float64] = np.abs(x.astype(float)) * np.abs(y.astype(float))
        return product

    safe = (size(a, b) < _SAFE) & (size(c, d) < _SAFE)
    left = np.where(safe, a, 0) * np.where(safe, b, 0)
    right = np.where(safe, c, 0) * np.where(safe, d, 0)
    result: Ints = np.sign(left - right)
    for i in np.flatnonzero(~safe):
        difference = int(a.flat[i]) * int(b.flat[i]) - int(c.flat[i]) * int(d.flat[i])
        result.flat[i] = (difference > 0) - (difference < 0)
    return result


def round_to(x: Ints, unit: int) -> Ints:
    """Round counts of millionths half away from zero to a step of ``unit`` millionths.

    Examples:
        >>> import numpy as np
        >>> round_to(np.array([92_345_000, -92_345_000]), 10_000)
        array([ 92350000, -92350000])
    """
    import numpy as np

    rounded: Ints = np.sign(x) * ((np.abs(x) + unit // 2) // unit) * unit
    return rounded
