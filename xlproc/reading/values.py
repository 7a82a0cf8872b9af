"""From a cell to a value: operator, number, unit, date; and a target and an actual brought to one unit.

The grammar: ``[comparison] number [unit] [comparison]``, dates and months, placeholders; what does not fit is text.
Nothing is guessed: two numbers in one cell are text and say so.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from xlproc.forms import vocabulary
from xlproc.model.exact import LIMIT, SCALE, is_exact, to_micro
from xlproc.model.frames import BLANK, DATE, ERROR, NUMBER, PLACEHOLDER, TEXT, UNCALCULATED
from xlproc.model.text import clean
from xlproc.reading import number_format

if TYPE_CHECKING:
    from xlproc.reading.grid import Cell


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell was taken for.

    Attributes:
        state: One of ``model.frames.STATES``.
        text: What the cell shows.
        number: In millionths; of a percentage 95 for 95%.
        operator: ge, le, eq, gt, lt, or "" where the cell says none.
        unit: As written, a percent sign in any form as ``%``.
        day: For dates, the ordinal of the day; of a month or year its last day.
        trouble: "rounded" (more than six decimals), "huge", "two" (more than one number), or "".
    """

    state: str
    text: str
    number: int | None = None
    operator: str = ""
    unit: str = ""
    day: int | None = None
    trouble: str = ""


_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d)|[-+]?\.\d+")
_DAY = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})(?:月|[./-])(\d{1,2})日?$")
_FULL_DAY = re.compile(r"(\d{4})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?$")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)[-/](\d{1,2})$")
_MONTH = re.compile(r"(?:(\d{4})(?:年|[./-]))?(\d{1,2})月?(份|底|末|初|上旬|中旬|下旬)?$")
_YEAR = re.compile(r"(\d{4})年度?(底|末|全年)?$")
_DATE_TAIL = re.compile(r"(?:(?:之前|以前|前|以内|之内|内)|(?:完成|竣工|完工|到位|结束))+$")
_DATE_HEAD = re.compile(r"^(?:不晚于|不迟于|于|在|截至|截止)")
# a unit has a letter, character or percent sign, at most one slash part, and no digits but those of m2 and m3
_WORD = r"(?:[^\W\d_]|[%‰℃°·()×*]){1,8}"
_UNIT = re.compile(rf"(?=.*[^\W\d_]|[%‰℃°])1?{_WORD}[23]?(?:[/每]{_WORD}[23]?)*(?:、{_WORD})?")
_RANGE = re.compile(r"\d[\d.%年月日]*(?:[-—–~～至到:/.]|--)+\d")
_TWO = re.compile(r"^(?:%|[\u4e00-\u9fff]{1,4})[,，、;；和及]?\d")
_NO_UNIT = re.compile(r"以|及|至|约|的|已|了|余|多|几|第|季度|前$|后$|内$|外$|完成|达到|左右|全年")
_INCLUDED = re.compile(r"\((?:含|不含|含本数|含本级|包括)[^()]*\)")
_ERROR = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
# what a template leaves to be filled in: XX%, ××人, __, and a sign without a number
_TO_FILL = re.compile(r"(?:[xX×*_]{2,}|[xX×_](?=%))(?:%|[\u4e00-\u9fff]{1,6}(?:/[\u4e00-\u9fff]{1,4})?)?")
_DONE = re.compile(r"^(?:实际|累计|共计|共|已)*(?:完成|举办|开展)(?=\d[\d,.]*(?![\d,.%]))")
_EIGHT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)$")


def parse_cell(cell: Cell, year: int | None = None) -> Value:
    """Take a cell for a value.

    Args:
        cell: The cell.
        year: The form's year, for months that name none.

    Returns:
        The value; a number shown as 95% is 95 with unit ``%``.
    """
    if cell.state == NUMBER and cell.number is not None:
        form = number_format.parse(cell.format)
        unit = _unit(clean(form.suffix)) or ""
        return _number(cell.number * form.factor, cell.shown, "", unit)
    if cell.state == DATE and cell.day is not None:
        return Value(DATE, cell.shown, day=cell.day.toordinal())
    if cell.state == TEXT:
        return parse_text(cell.shown, year)
    return Value(cell.state, "" if cell.state in (BLANK, UNCALCULATED) else cell.shown)


@lru_cache(maxsize=65536)
def parse_text(text: str, year: int | None = None) -> Value:
    """Take a text for a value.

    Args:
        text: As the cell shows it.
        year: The form's year, for months that name none.

    Examples:
        >>> v = parse_text("≥ 95 %"); v.operator, v.number, v.unit
        ('ge', 95000000, '%')
        >>> v = parse_text("不超过1,200.50元/亩"); v.operator, v.number, v.unit
        ('le', 1200500000, '元/亩')
        >>> parse_text("——").state, parse_text("明显提升").state, parse_text(" ").state
        ('placeholder', 'text', 'blank')
        >>> v = parse_text("11月底前", 2024); v.state, v.operator, dt.date.fromordinal(v.day).isoformat()
        ('date', 'le', '2024-11-30')
    """
    body = _INCLUDED.sub("", clean(text).rstrip("。;；"))
    if not body:
        return Value(PLACEHOLDER if text.strip() else BLANK, text)
    words = vocabulary()
    if body.lower() in words.placeholders or set(body) <= set("-—–―.…/*_"):
        return Value(PLACEHOLDER, text)
    if _ERROR.fullmatch(body):
        return Value(ERROR, text)  # an error that was pasted as text
    if any(body == word for word, _ in words.before if not word.isalpha()):
        return Value(PLACEHOLDER, text)
    operator = ""
    for word, name in words.before:
        if body.startswith(word) and len(body) > len(word):
            operator, body = name, body[len(word) :]
            break
    if _TO_FILL.fullmatch(body):
        return Value(PLACEHOLDER, text)
    body = _DONE.sub("", body)
    day = _date(body, year)
    if day is not None:
        late = bool(_DATE_TAIL.search(body)) or bool(_DATE_HEAD.match(body))
        return Value(DATE, text, operator=operator or ("le" if late else ""), day=day)
    for word, name in words.after:
        if body.endswith(word) and _NUMBER.match(body):
            operator, body = operator or name, body[: -len(word)]
            break
    match = _NUMBER.match(body)
    if not match:
        return Value(TEXT, text)
    rest = body[match.end() :]
    unit = _unit("" if rest == "." else rest)
    if unit is None:
        return Value(TEXT, text, trouble="two" if _TWO.search(rest) and not _RANGE.match(body) else "")
    return _number(Decimal(match.group().replace(",", "")), text, operator, unit)


def _number(number: Decimal, text: str, operator: str, unit: str) -> Value:
    if abs(number) >= LIMIT:
        return Value(TEXT, text, trouble="huge")
    return Value(
        NUMBER, text, to_micro(number), operator, unit, trouble="" if is_exact(number) else "rounded"
    )


def _unit(rest: str) -> str | None:
    """Give a unit of measure, "" for none, or None where the rest is no unit."""
    if not rest:
        return ""
    kind = vocabulary().units.get(rest)
    if kind and kind[0] == "share" and rest not in ("‰", "千分比"):
        return "%"
    if kind:
        return rest
    bare = re.sub(r"^[(\[](.*)[)\]]$", r"\1", rest)
    if bare != rest:
        return _unit(bare)
    named = re.fullmatch(r"([^()]+)\([^()]*\)", rest)
    if named and named[1] in vocabulary().units:
        return _unit(named[1])  # 90%（满意）: what stands in brackets explains, it is no unit
    if re.fullmatch(r"%[\u4e00-\u9fff]{1,6}", rest) and not _NO_UNIT.search(rest):
        return "%"  # 100%合格
    return rest if _UNIT.fullmatch(rest) and not _NO_UNIT.search(rest) else None


def _date(body: str, year: int | None) -> int | None:
    """Give the last day that a date, month or year covers, as an ordinal."""
    head = _DATE_HEAD.sub("", body)
    core = _DATE_TAIL.sub("", head)
    ended = core != head
    match = _YEAR.fullmatch(core)
    if match and 1990 <= int(match[1]) <= 2100:
        return _ordinal(int(match[1]), 12, 31)
    match = _FULL_DAY.fullmatch(core)
    if match:
        return _ordinal(int(match[1]), int(match[2]), int(match[3]), strict=True)
    match = _DAY.fullmatch(core)
    if match and "月" in core:
        return _ordinal(int(match[1] or year or 2000), int(match[2]), int(match[3]), strict=True)
    match = _YEAR_MONTH.fullmatch(core)
    if match:
        return _ordinal(int(match[1]), int(match[2]), 31)
    match = _EIGHT.fullmatch(core)
    if match:
        return _ordinal(int(match[1]), int(match[2]), int(match[3]), strict=True)
    match = _MONTH.fullmatch(core)
    # "6" alone is a number and "2.5" too: a month needs its word, or a year before it
    if match and ("月" in core or (match[1] and "年" in core) or (ended and match[1])):
        last = {"初": 10, "上旬": 10, "中旬": 20}.get(match[3] or "", 31)
        return _ordinal(int(match[1] or year or 2000), int(match[2]), last)
    return None


def _ordinal(year: int, month: int, day: int, strict: bool = False) -> int | None:
    """Give a day's ordinal; past the month's end its last day, or None where it must exist."""
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2200):
        return None
    last = calendar.monthrange(year, month)[1]
    return None if strict and day > last else dt.date(year, month, min(day, last)).toordinal()


@dataclass(frozen=True, slots=True)
class Pair:
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


def unit_from_name(name: str) -> str:
    """Give the unit in brackets at the end of an indicator's name.

    Examples:
        >>> unit_from_name("成本控制数（万元）"), unit_from_name("培训（线上）"), unit_from_name("满意度(%)")
        ('万元', '', '%')
    """
    match = re.search(r"\(([^()]{1,6})\)$", clean(name))
    inner = match[1] if match else ""
    known = inner in vocabulary().units or inner in vocabulary().counted or "/" in inner
    return (_unit(inner) or "") if known else ""


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
            target, actual, _unit(clean(column_unit)) or target.unit, actual.unit, "words" if words else "no"
        )
    assert target.number is not None
    assert actual.number is not None
    stated = _unit(clean(column_unit)) if column_unit else ""
    stated = clean(column_unit) if stated is None else stated
    unit = target.unit or stated or unit_from_name(name)
    own = actual.unit or stated  # a bare actual is in the column's unit, whatever the target names
    share = ""
    if unit == "%" or actual.unit == "%" or (not unit and not own):
        target, actual, share = _shares(target, actual, unit, name, operator)
        if share:
            unit = own = "%"
    unit = unit or actual.unit
    own = own or unit
    if _same(own, unit):
        return Pair(target, actual, unit, actual.unit, "number", share)
    here, there = scale(unit), scale(own)
    if here[0] == there[0]:
        converted = Fraction(actual.number or 0) * there[1] / here[1]
        exact = converted.denominator == 1
        rounded = (2 * abs(converted.numerator) + converted.denominator) // (2 * converted.denominator)
        number = -rounded if converted < 0 else rounded
        if number < LIMIT * SCALE:
            trouble = actual.trouble if exact else "rounded"
            return Pair(target, replace(actual, number=number, trouble=trouble), unit, actual.unit, "number")
    return Pair(target, actual, unit, actual.unit, "unit")


@lru_cache(maxsize=4096)
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
    match = re.fullmatch(r"(亿|千万|百万|十万|万|千|百)(\D+)", cleaned)
    if match:
        kind, worth = scale(match[2])
        return kind, worth * _MANY[match[1]]
    return cleaned, Fraction(1)


_MANY = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 100}


def _same(left: str, right: str) -> bool:
    if not left or not right:
        return True
    bare = [re.sub(r"[()/]", "", clean(unit)) for unit in (left, right)]
    outside = [re.sub(r"\(.*?\)", "", clean(unit)) for unit in (left, right)]  # 台（套） beside 台
    return bare[0] == bare[1] or outside[0] == outside[1] or scale(left) == scale(right)


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
    return replace(value, number=(value.number or 0) * 100, unit="%")
