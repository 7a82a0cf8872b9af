"""What a number's cell shows: the part of the number-format language that forms use.

Percent, fixed decimals, thousands, literal text and scaling by thousands, and the trick that shows 123456 as 12.3万元
(``0"."0,"万元"``). What else there is shows as General: the value is never changed, only its looks are approximate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

from xlproc.model.text import one_line

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([0#?]+)|(.)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Format:
    """A number format, understood.

    Attributes:
        factor: What the stored number is multiplied by when shown.
        decimals: Digits after the point, or None for General.
        thousands: Whether thousands are parted by commas.
        prefix: Literal text before the number.
        suffix: Literal text after it; a percent sign belongs to it.
    """

    factor: Decimal = Decimal(1)
    decimals: int | None = None
    thousands: bool = False
    prefix: str = ""
    suffix: str = ""


@lru_cache(maxsize=1024)
def parse(code: str) -> Format:
    r"""Understand a number format's first section.

    Examples:
        >>> parse("0.00%").factor, parse("0.00%").suffix
        (Decimal('100'), '%')
        >>> parse('0"."0,"万元"').factor, parse('0"."0,"万元"').suffix
        (Decimal('0.0001'), '万元')
    """
    if not code or code.lower() in ("general", "@"):
        return Format()
    factor, decimals, thousands = Decimal(1), None, False
    prefix, suffix, inner = "", "", 0
    digits, point, commas, embedded = 0, False, 0, False
    for match in _TOKEN.finditer(code.split(";")[0]):
        quoted, escaped, places, other = match.groups()
        literal = quoted if quoted is not None else escaped
        if places:
            if suffix in (".", "．") and digits:  # a literal point inside the digits
                embedded, suffix, inner = True, "", 0
            elif suffix:
                return Format()
            if commas and digits:
                thousands, commas = True, 0
            digits += len(places)
            if point:
                decimals = (decimals or 0) + len(places)
            elif embedded:
                inner += len(places)
        elif other == "." and digits:
            point, decimals = True, 0
        elif other == "," and digits:
            commas += 1
        elif other == "%":
            factor, suffix = factor * 100, suffix + "%"
        elif literal is not None or (other is not None and other not in " ,."):
            text = literal if literal is not None else other
            if other is not None and other.isascii() and other.isalpha():
                return Format()  # dates, exponents: not a plain number
            if digits:
                suffix += text
            else:
                prefix += text
    if not digits:
        return Format()
    factor = factor.scaleb(-3 * commas).scaleb(-inner)
    return Format(
        factor,
        inner if embedded else (decimals or 0),
        thousands,
        one_line(prefix).strip(),
        one_line(suffix).strip(),
    )


def shown(number: Decimal, code: str) -> str:
    """Write a number as its cell shows it.

    Examples:
        >>> shown(Decimal("0.95"), "0%"), shown(Decimal("1234.5"), "#,##0.00"), shown(Decimal("51.58"), "General")
        ('95%', '1,234.50', '51.58')
        >>> len(shown(Decimal("1e300"), "0.00"))
        304
        >>> shown(Decimal("123456"), '0"."0,"万元"')
        '12.3万元'
    """
    form = parse(code)
    value = number * form.factor
    if form.decimals is None:
        return f"{value.normalize():f}" if value else "0"
    with localcontext(prec=400):  # a cell may hold 1e300
        value = value.quantize(Decimal(1).scaleb(-form.decimals), ROUND_HALF_UP)
    return f"{form.prefix}{value:{',' if form.thousands else ''}f}{form.suffix}"
