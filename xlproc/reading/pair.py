"""A target and an actual brought to one unit."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from xlproc.forms import vocabulary
from xlproc.model.exact import LIMIT, SCALE
from xlproc.model.frames import DATE, NUMBER, TEXT
from xlproc.model.text import clean
from xlproc.reading.name import carried
from xlproc.reading.units import same_unit, scale, unit_of
from xlproc.reading.values import Value


class Pair(NamedTuple):
    """A target and an actual brought to one unit.

    Attributes:
        target: The target, in ``unit``.
        actual: The actual, in ``unit`` where the units agree or can be converted.
        unit: The unit that holds for both.
        actual_unit: What unit the actual names by itself.
        comparable: number, date, words, unit (the units differ), or no.
        share: "" or how a bare number was taken for a share: "sign" beside a percentage, "column" where the unit
            column says percent, "name" where only the indicator's name says so.
    """

    target: Value
    actual: Value
    unit: str
    actual_unit: str
    comparable: str
    share: str = ""


def align(target: Value, actual: Value, column_unit: str, name: str, operator: str) -> Pair:
    """Bring a target and an actual to one unit.

    Args:
        target: The target.
        actual: The actual.
        column_unit: What the unit column says, or "".
        name: The indicator's name: it may carry the unit.
        operator: The row's operator, where the form says one.

    Returns:
        The pair. A money, time, length or percent unit is converted exactly; a bare number beside a unit takes it.

    Examples:
        >>> from xlproc.reading.values import parse_text
        >>> p = align(parse_text("10万元"), parse_text("63000元"), "", "租赁费", "le")
        >>> p.actual.number, p.unit, p.comparable
        (6300000, '万元', 'number')
        >>> p = align(parse_text("1项"), parse_text("2台"), "", "视频会议", "ge"); p.comparable
        'unit'
        >>> p = align(parse_text("100%"), parse_text("1"), "", "及时率", "ge"); p.actual.number, p.share
        (100000000, 'sign')
    """
    if target.state == DATE and actual.state == DATE:
        return Pair(target, actual, "", "", "date")
    if target.state != NUMBER or actual.state != NUMBER:
        both = target.state in (TEXT, NUMBER, DATE) and actual.state in (TEXT, NUMBER, DATE)
        words = both and TEXT in (target.state, actual.state)
        return Pair(
            target,
            actual,
            unit_of(clean(column_unit)) or target.unit,
            actual.unit,
            "words" if words else "no",
        )
    assert target.number is not None
    assert actual.number is not None
    stated = unit_of(clean(column_unit)) if column_unit else ""
    stated = clean(column_unit) if stated is None else stated
    unit = target.unit or stated or carried(name).unit
    own = actual.unit or stated  # a bare actual is in the column's unit, whatever the target names
    share = ""
    if unit == "%" or actual.unit == "%" or (not unit and not own):
        target, actual, share = _shares(target, actual, unit, name, operator)
        if share:
            unit = own = "%"
    unit = unit or actual.unit
    own = own or unit
    if same_unit(own, unit):
        return Pair(target, actual, unit, actual.unit, "number", share)
    here, there = scale(unit), scale(own)
    if here[0] == there[0]:
        converted = Fraction(actual.number or 0) * there[1] / here[1]
        exact = converted.denominator == 1
        rounded = (2 * abs(converted.numerator) + converted.denominator) // (2 * converted.denominator)
        number = -rounded if converted < 0 else rounded
        if number < LIMIT * SCALE:
            trouble = actual.trouble if exact else "rounded"
            return Pair(target, actual._replace(number=number, trouble=trouble), unit, actual.unit, "number")
    return Pair(target, actual, unit, actual.unit, "unit")


def _shares(target: Value, actual: Value, unit: str, name: str, operator: str) -> tuple[Value, Value, str]:
    """Take a bare 1 or 0.95 for 100% or 95% where a percentage stands beside it or the name says so."""
    assert target.number is not None
    assert actual.number is not None
    how = "sign" if "%" in (target.unit, actual.unit) else "column" if unit == "%" else "name"
    if how == "name":
        named = any(clean(name).endswith(word) for word in vocabulary().share_names)
        if (
            named
            and operator in ("", "ge", "gt", "eq")
            and 0 < target.number <= SCALE
            and actual.number <= SCALE
        ):
            return _percent(target), _percent(actual), how
        return target, actual, ""
    for bare, beside in ((actual, target), (target, actual)):
        assert bare.number is not None
        assert beside.number is not None
        # 1 beside ≤1% is 1%, 1 beside 100% is 100%: the reading that lies nearer by ratio, the plain one on a tie
        if bare.unit or not 0 < bare.number <= SCALE or bare.number * 10 >= abs(beside.number):
            continue
        if how == "column" and beside.number < 10 * SCALE:
            continue
        changed = _percent(bare)
        return (target, changed, how) if bare is actual else (changed, actual, how)
    return target, actual, ""


def _percent(value: Value) -> Value:
    return value._replace(number=(value.number or 0) * 100, unit="%")
