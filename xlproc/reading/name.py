"""What an indicator's name carries beside the name: an operator and a unit that belong to its value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlproc.forms import vocabulary
from xlproc.model.text import clean_name
from xlproc.reading.units import is_known, unit_of
from xlproc.reading.values import comparison

_BRACKET = re.compile(r"\(([^()\d]*)\)$")
_FILL = re.compile(r"^[xX×*_]+")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a name carries for the value beside it.

    Attributes:
        operator: ge, le, eq, gt, lt, or "".
        unit: A unit, a percent sign in any form as ``%``, or "".
    """

    operator: str = ""
    unit: str = ""


def carried(name: str) -> Carried:
    """Read the operator and the unit at the end of a name, in brackets or bare.

    Bare ones need a sign or a placeholder; in brackets a unit that is known will do.

    Examples:
        >>> carried("公猪舍（≥**平方米）"), carried("受益建档立卡贫困人口数≥**人")
        (Carried(operator='ge', unit='平方米'), Carried(operator='ge', unit='人'))
        >>> carried("成本控制数（万元）"), carried("培训（线上）"), carried("满意度(%)")
        (Carried(operator='', unit='万元'), Carried(operator='', unit=''), Carried(operator='', unit='%'))
    """
    body = clean_name(name)
    bracket = _BRACKET.search(body)
    if bracket:
        return _read(bracket[1], signed=False)
    for word, _ in vocabulary().before:
        at = body.rfind(word)
        if at > 0 and (found := _read(body[at:], signed=True)).operator:
            return found
    return Carried()


def _read(text: str, signed: bool) -> Carried:
    operator, rest = comparison(text)
    if not operator and text in (word for word, _ in vocabulary().before):
        operator, rest = next(name for word, name in vocabulary().before if word == text), ""
    left = _FILL.sub("", rest)
    filled = left != rest
    known = is_known(left) or (not signed and bool(re.fullmatch(r"[^\W\d_]{1,4}/[^\W\d_]{1,4}", left)))
    if known or (not left and (filled or operator) and not signed) or (filled and not left):
        return Carried(operator, unit_of(left) or "")
    if operator and not signed and (unit := unit_of(left)):
        return Carried(operator, unit)
    return Carried()
