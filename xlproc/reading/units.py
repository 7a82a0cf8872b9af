"""Units of measure: which rests of a text are one, and how units of one kind convert."""

from __future__ import annotations

import re
from fractions import Fraction

from xlproc.forms import vocabulary
from xlproc.forms.words import lately_kept
from xlproc.model.text import clean

# a unit has a letter, character or percent sign, at most one slash part, and no digits but those of m2 and m3
_WORD = r"(?:[^\W\d_]|[%‰℃°·()×*]){1,8}"
_UNIT = re.compile(rf"(?=.*[^\W\d_]|[%‰℃°])1?{_WORD}[23]?(?:[/每]{_WORD}[23]?)*(?:、{_WORD})?")
_LONGEST = 500
"""No unit has so many signs, whatever explains it in brackets."""
_NO_UNIT = re.compile(r"以|及|至|约|的|已|了|余|多|几|第|(?<!/)季度|前$|后$|内$|外$|完成|达到|左右|全年")
_MANY = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 100}
_MULTIPLE = re.compile(rf"({'|'.join(_MANY)})(\D+)")


def unit_of(rest: str) -> str | None:
    """Give the unit that a cleaned text is, "" for none, or None where it is no unit.

    Examples:
        >>> unit_of("(%)"), unit_of("台(套)"), unit_of(""), unit_of("余个")
        ('%', '台(套)', '', None)
    """
    if not rest:
        return ""
    if len(rest) > _LONGEST:
        return None
    kind = vocabulary().units.get(rest)
    if kind and kind[0] == "share" and rest not in ("‰", "千分比"):
        return "%"
    if kind:
        return rest
    bare = re.sub(r"^[(\[](.*)[)\]]$", r"\1", rest)
    if bare != rest:
        return unit_of(bare)
    named = re.fullmatch(r"([^()]+)\([^()\d]*\)", rest)
    if named and named[1] in vocabulary().units:
        return unit_of(named[1])  # 90%（满意）: what stands in brackets explains, it is no unit
    if re.fullmatch(r"%[\u4e00-\u9fff]{1,6}", rest) and not _NO_UNIT.search(rest):
        return "%"  # 100%合格
    return rest if _UNIT.fullmatch(rest) and not _NO_UNIT.search(rest) else None


@lately_kept
def is_known(unit: str) -> bool:
    """Tell whether the vocabulary has a cleaned unit, or its multiple, or the first part of a compound one.

    Examples:
        >>> is_known("万平方米"), is_known("元/亩"), is_known("台(套)"), is_known("KVA"), is_known("")
        (True, True, True, False, False)
    """
    words = vocabulary()
    first, slash, rest = re.sub(r"\([^()\d]*\)$", "", unit).partition("/")
    if slash and not re.fullmatch(r"[^\W\d_]{1,6}", rest):
        return False
    many = _MULTIPLE.fullmatch(first)
    return any(
        word in words.units or word in words.counted for word in (unit, first, many[2] if many else first)
    )


@lately_kept
def scale(unit: str) -> tuple[str, Fraction]:
    """Give a unit's kind of quantity, and how many of the kind's first unit it is worth.

    What the vocabulary does not know is a kind of its own; 万 and the like multiply any unit.

    Examples:
        >>> scale("万平方米"), scale("万户"), scale("万元/人·月") == ("money/人/月", Fraction(10000))
        (('area', Fraction(10000, 1)), ('户', Fraction(10000, 1)), True)
    """
    cleaned = clean(unit).replace("·", "/").replace("每", "/")
    known = vocabulary().units.get(cleaned)
    if known:
        return known
    first, slash, rest = cleaned.partition("/")
    if slash:
        kind, worth = scale(first)
        return f"{kind}/{rest}", worth
    match = _MULTIPLE.fullmatch(cleaned)
    if match:
        kind, worth = scale(match[2])
        return kind, worth * _MANY[match[1]]
    return cleaned, Fraction(1)


def same_unit(left: str, right: str) -> bool:
    """Tell whether two units are one; no unit goes with any.

    Examples:
        >>> same_unit("台（套）", "台"), same_unit("元/亩", "元每亩"), same_unit("项", "台")
        (True, True, False)
    """
    if not left or not right:
        return True
    bare = [re.sub(r"[()/]", "", clean(unit)) for unit in (left, right)]
    outside = [re.sub(r"\(.*?\)", "", clean(unit)) for unit in (left, right)]  # 台（套） beside 台
    return bare[0] == bare[1] or outside[0] == outside[1] or scale(left) == scale(right)
