"""From a cell to a value: operator, number, unit, date.

The grammar: ``[comparison] number [unit] [comparison]``, dates and months, placeholders; what does not fit is text.
Nothing is guessed: two numbers in one cell, and options of which none is chosen, are text and say so.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from xlproc.forms import vocabulary
from xlproc.forms.words import kept, lately_kept
from xlproc.model.exact import LIMIT, is_exact, to_micro
from xlproc.model.frames import (
    ABSENT,
    BLANK,
    DATE,
    ERROR,
    NUMBER,
    PLACEHOLDER,
    TEXT,
    UNCALCULATED,
)
from xlproc.model.text import any_of, clean, clean_name
from xlproc.reading import number_format
from xlproc.reading.units import is_known, unit_of

if TYPE_CHECKING:
    from xlproc.reading.grid import Cell


class Value(NamedTuple):
    """What a cell was taken for.

    Attributes:
        state: One of ``model.frames.STATES``.
        text: What the cell shows.
        number: In millionths; of a percentage 95 for 95%.
        operator: ge, le, eq, gt, lt, or "" where the cell says none.
        unit: As written, a percent sign in any form as ``%``; 次/月 for 每月1次.
        day: For dates, the ordinal of the day; of a month or year its last day.
        trouble: "rounded" (more than six decimals), "huge", "two" (more than one number), "options" (a list of which
            none is chosen: 优/良/中/差), or "".
    """

    state: str
    text: str
    number: int | None = None
    operator: str = ""
    unit: str = ""
    day: int | None = None
    trouble: str = ""


NUMBER_TEXT = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d)|[-+]?\.\d+")
_N = r"\d[\d,]*(?:\.\d+)?"

_DAY = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})(?:月|[./-])(\d{1,2})日?$")
_FULL_DAY = re.compile(r"(\d{4})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?$")
_CLOCK = re.compile(r"(\d{4}[-/.]\d\d?[-/.]\d\d?)[T\s]\s*\d\d?:\d\d(?::\d\d(?:\.0+)?)?")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)[-/](\d{1,2})$")
_MONTH = re.compile(r"(?:(\d{4})(?:年|[./-]))?(\d{1,2})月?(份|底|末|初|上旬|中旬|下旬)?$")
_YEAR = re.compile(r"(\d{4})年度?(底|末)?$")
_YEAR_END = re.compile(r"[本当]?年(?:底|末)$")
_DATE_TAIL = re.compile(
    r"(?:(?:之前|以前|前|以内|之内|内)"
    r"|(?:全部|全面)?(?:完成|竣工|完工|到位|结束|完毕|投入使用|支付|拨付|发放|验收|交付)+)+$"
)
_DATE_HEAD = re.compile(r"^(?:不晚于|不迟于|于|在|截至|截止)")
_EIGHT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)$")
_DATES = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?")
_HOUR = re.compile(r"(?<=日)\d{1,2}[时点]")
_DEADLINE = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日|底|末)?(?:之前|以前|前)")

# several values in one cell; \ue000 stands for a date, which is no number but is one value more
_ONE = rf"{_N}(?:[%‰]|[^\W\d_]{{1,4}}(?:/[^\W\d_]{{1,3}})?)"
_SEVERAL = re.compile(
    rf"[^\W\d_]{{0,4}}:?(?:(?:{_ONE}|\ue000[^\W\d_]{{0,4}})[,、;和及且/+()]*){{2,}}(?:以上|以下|以内)?"
)
_BRACKETED = re.compile(rf"(?:{_ONE})+\(.*\d")
_RANGE = re.compile(
    rf"({_N})(?:%|[^\W\d_]{{1,4}})?(?:[-—–~]+|至|到)({_N})(?:%|[^\W\d_]{{1,4}})?(?:以上|以下|以内)?"
)
_YEARS = re.compile(r"(?:19|20)\d\d")
# signs that would become digits when full-width signs become ASCII: ① would make 195% of ①95%, 10² would be 102
_APART = re.compile(r"\d\s+\d")
_COUNTER = re.compile(r"[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]")
_RAISED = re.compile(r"[\d⁰¹²³⁴-⁹][⁰¹²³⁴-⁹]")

_INCLUDED = re.compile(r"\((?:含|不含|含本数|含本级|包括)[^()]*\)")
_ERROR = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)
_DASHES = frozenset("-—–―─━ー‐‑‒−.…·/\\|*_~一")
# what a template leaves to be filled in: XX%, ××人, __, ()个, (100字以内), 指标2:
_TO_FILL = re.compile(
    r"(?:[xX×*_]{2,}|[xX×_](?=%)|\(\))(?:%|[\u4e00-\u9fff]{1,6}(?:/[\u4e00-\u9fff]{1,4})?)?"
    r"|\(?\d+字(?:以内|左右|内)\)?|(?:三级)?(?:指标|目标)\d{0,2}[:.、]?"
)
_DONE = re.compile(
    r"^(?:实际|累计|共计|总计|共|已)*(?:完成|举办|开展|采购|购置|发放|建成)(?=\d[\d,.]*(?![\d,.%]))"
    r"|^(?:实际|累计|共计|总计|共|已)+(?=\d|达)"
)
_SHARE_DONE = re.compile(
    rf"(?:实际|累计|全部|均|已)*(?:完成|支付|到位|使用|执行)({_N}%)|({_N}%)(?:已|全部)?完成"
)
_EACH = re.compile(r"每(个?[\u4e00-\u9fff]{1,2}?)(?=[<>=≥≤≧≦]*\d|不[低少超高大多]|至[少多]|最[低多])")
_WEAK = frozenset(("达", "达到", "控制在"))
_TICKED = re.compile(r"[☑√✓✔■●]")


def parse_cell(cell: Cell, year: int | None = None) -> Value:
    """Take a cell for a value.

    Args:
        cell: The cell.
        year: The form's year, for months that name none.

    Returns:
        The value; a number shown as 95% is 95 with unit ``%``.
    """
    if cell.state == NUMBER and cell.number is not None:
        return _shown_number(cell.number, cell.format, cell.shown)
    if cell.state == DATE and cell.day is not None:
        return Value(DATE, cell.shown, day=cell.day.toordinal())
    if cell.state == TEXT:
        return parse_text(cell.shown, year)
    return Value(cell.state, "" if cell.state in (BLANK, UNCALCULATED) else cell.shown)


@lately_kept
def _shown_number(number: Decimal, code: str, shown: str) -> Value:
    form = number_format.parse(code)
    return _number(number * form.factor, shown, "", unit_of(clean(form.suffix)) or "")


@lately_kept
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
        >>> v = parse_text("每月不少于2次"); v.operator, v.number, v.unit
        ('ge', 2000000, '次/月')
        >>> parse_text("——").state, parse_text("明显提升").state, parse_text(" ").state
        ('placeholder', 'text', 'blank')
        >>> parse_text("100%1000件").trouble, parse_text("优/良/中/差").trouble
        ('two', 'options')
        >>> v = parse_text("11月底前", 2024); v.state, v.operator, dt.date.fromordinal(v.day).isoformat()
        ('date', 'le', '2024-11-30')
    """
    timed = _CLOCK.fullmatch(text.strip())
    shown = timed[1] if timed else text
    body = _bare(shown)
    if not body:
        return Value(PLACEHOLDER if text.strip() else BLANK, text)
    if _says_nothing(body):
        return Value(PLACEHOLDER, text)
    if _ERROR.fullmatch(body):
        return Value(ERROR, text)  # an error that was pasted as text
    if _COUNTER.search(shown) or _APART.search(shown) or _RAISED.search(shown):
        several = len(_COUNTER.findall(shown)) > 1 or _APART.search(shown)
        return Value(TEXT, text, trouble="two" if several else "")
    if is_options(body):
        return Value(TEXT, text, trouble="options")
    operator, rest = comparison(_DONE.sub("", body))
    rest = _DONE.sub("", rest)
    day = _date(rest, year)
    if day is not None:
        late = bool(_DATE_TAIL.search(rest)) or bool(_DATE_HEAD.match(rest))
        return Value(DATE, text, operator=operator or ("le" if late else ""), day=day)
    return _measured(rest, operator, text) or Value(TEXT, text, trouble="two" if _several(body) else "")


def _bare(text: str) -> str:
    """Give what counts in a text: cleaned, without what only explains, and without a sentence's end."""
    body = _INCLUDED.sub("", clean(text)).replace("−", "-")
    body = re.sub(r"百分之(\d+(?:\.\d+)?)", r"\1%", body)
    return body if set(body) <= _DASHES else body.rstrip("。;,、.")


def _says_nothing(body: str) -> bool:
    words = vocabulary()
    if body.lower() in words.placeholders or set(body) <= _DASHES or _TO_FILL.fullmatch(body):
        return True
    if body in _signs():
        return True
    left = re.sub(r"^[(\[](.*)[)\]]$", r"\1", comparison(body)[1])
    return bool(_TO_FILL.fullmatch(left)) or left in words.units or left in words.counted


@kept
def _signs() -> frozenset[str]:
    """Give the comparisons that are signs: alone they say nothing."""
    return frozenset(word for word, _ in vocabulary().before if not word.isalpha())


@kept
def _words_before() -> tuple[str, ...]:
    return tuple(word for word, _ in vocabulary().before)


@kept
def _option() -> re.Pattern[str]:
    """Give what finds a word that is an option of a ladder."""
    return any_of(word for ladder in vocabulary().options for word in ladder)


_MOST_SIGNS = 20
"""So many words and signs before a value are no comparison any more."""


def comparison(body: str) -> tuple[str, str]:
    """Part a cleaned text into the operator that it begins with, or "", and the rest.

    A sign after a word decides (达到≤5%); two signs that differ are no operator.

    Examples:
        >>> comparison("≥90%"), comparison("控制在≤5万元"), comparison("≥≤5"), comparison("优")
        (('ge', '90%'), ('le', '5万元'), ('', '≥≤5'), ('', '优'))
    """
    operator, rest, weak = "", body, True
    before = vocabulary().before
    for _ in range(_MOST_SIGNS):
        if not rest.startswith(_words_before()):
            return operator, rest
        found = next((w for w in before if rest.startswith(w[0]) and len(rest) > len(w[0])), None)
        if found is None:
            return operator, rest
        word, name = found
        if not weak and name != operator:
            return "", body
        operator, rest, weak = name, rest[len(word) :], word in _WEAK
    return "", body


def _measured(body: str, operator: str, text: str) -> Value | None:
    """Take ``[每X] number [unit] [comparison]`` for a value, or None."""
    each = _EACH.match(body)
    if each:
        inner, body = comparison(body[each.end() :])
        operator = operator or inner
    for word, name in vocabulary().after:
        if body.endswith(word) and NUMBER_TEXT.match(body):
            if operator and operator[0] != name[0]:
                return None  # ≥24小时内: which of the two is meant is not known
            operator, body = operator or name, body[: -len(word)]
            break
    match = NUMBER_TEXT.match(body)
    unit = unit_of(body[match.end() :]) if match else None
    if not match or unit is None:
        return None
    if each:
        unit = f"{unit}/{each[1]}" if unit else f"每{each[1]}"
    return _number(Decimal(match.group().replace(",", "")), text, operator, unit)


def _number(number: Decimal, text: str, operator: str, unit: str) -> Value:
    if abs(number) >= LIMIT:
        return Value(TEXT, text, trouble="huge")
    return Value(
        NUMBER, text, to_micro(number), operator, unit, trouble="" if is_exact(number) else "rounded"
    )


def _several(body: str) -> bool:
    """Tell a cleaned text that is made of several values; a period (1-12月) is none, nor are numbers in a sentence."""
    if not re.search(r"\d", body):
        return False
    dated = _DATES.sub("\ue000", _HOUR.sub("", comparison(body)[1]))
    dated = re.sub(r"\([^()\d]*\)|[<>=≥≤≧≦]", "", dated)
    if not re.search(r"\d", dated):
        return False
    ends = _RANGE.fullmatch(dated)
    if ends:
        return not (_YEARS.fullmatch(ends[1]) and _YEARS.fullmatch(ends[2]))
    return bool(_SEVERAL.fullmatch(dated) or _BRACKETED.match(dated))


def is_options(text: str) -> bool:
    """Tell a list of options of which none is chosen.

    Examples:
        >>> [is_options(t) for t in ("好坏", "优良中低差", "优/良/中/差", "□是 □否", "√是 □否", "优良", "良好")]
        [True, True, True, True, False, False, False]
    """
    if _TICKED.search(text) or not _option().search(clean(text)):
        return False
    parts = [part for part in re.split(r"[/、,;|()□○或\[\]]+", re.sub(r"^定性:?", "", clean(text))) if part]
    for ladder in vocabulary().options:
        if len(parts) > 1 and len(set(parts)) == len(parts) and set(parts) <= set(ladder):
            return True
        # run together they are a list when they reach the lowest: 优良 alone is a grade, 优良中差 is a list
        if len(parts) == 1 and parts[0] not in ladder and parts[0].endswith(ladder[-1]):
            names = "|".join(sorted(ladder, key=len, reverse=True))
            if re.fullmatch(f"(?:{names}){{2,}}", parts[0]):
                return True
    return False


def share_done(actual: Value, target: Value) -> Value:
    """Take 已完成100% for 100% where the target is 100%: there the share that is done is the value.

    Beside any other target it says how much of it is done, which is no value.

    Examples:
        >>> share_done(parse_text("已完成100%"), parse_text("100%")).number
        100000000
        >>> share_done(parse_text("已完成100%"), parse_text("5场")).state
        'text'
    """
    done = _SHARE_DONE.fullmatch(_bare(actual.text)) if actual.state == TEXT else None
    if not done or (target.unit, target.number) != ("%", to_micro(100)):
        return actual
    return parse_text(done[1] or done[2])._replace(text=actual.text)


def parse_ending(text: str, year: int | None = None) -> Value | None:
    """Take the one value that a text ends with, or the one deadline in it; None where there is none or are several.

    Numbers that are part of a name are no values: the unit must be known, and the number must stand by itself.

    Examples:
        >>> [v.text for v in map(parse_ending, ("验收合格率100%", "群众满意度≥95%", "1250KVA变压器3台")) if v]
        ['100%', '≥95%', '3台']
        >>> [parse_ending(t) for t in ("1250KVA变压器", "4G", "210工程", "2018-2022监测资料", "5A景区", "第3期")]
        [None, None, None, None, None, None]
        >>> v = parse_ending("2021年11月30日前完成资金支付"); v.state, v.operator, v.text
        ('date', 'le', '2021年11月30日前')
    """
    body = re.sub(r"\(([^()]*\d[^()]*)\)$", r"\1", clean_name(text).rstrip("。;.,"))
    deadlines = _DEADLINE.findall(body)
    body = _DEADLINE.sub("\ue000", body)
    quantities = [(match, unit) for match in NUMBER_TEXT.finditer(body) if (unit := _unit_after(body, match))]
    if len(deadlines) == 1 and not quantities:
        return parse_text(deadlines[0], year)
    if deadlines or len(quantities) != 1:
        return None
    match, unit = quantities[0]
    tail = body[match.end() + len(unit) :]
    start = match.start()
    word = next((word for word, _ in vocabulary().before if body[:start].endswith(word)), "")
    start -= len(word)
    if start < 2 or (tail and all(tail != word for word, _ in vocabulary().after)):
        return None
    value = parse_text(body[start:], year)
    return value if value.state == NUMBER else None


def _unit_after(body: str, match: re.Match[str]) -> str:
    """Give the longest known unit after a number that stands by itself, else ""."""
    before = body[: match.start()][-1:]
    year = re.fullmatch(r"\d{4}", match.group()) and body[match.end() :].startswith("年")
    if year or before == "第" or re.match(r"[A-Za-z\d.\-—–~/]", before):
        return ""
    after = body[match.end() :]
    return next((after[:n] for n in range(min(len(after), 8), 0, -1) if is_known(after[:n])), "")


def or_from_name(target: Value, name: str, year: int | None = None) -> Value:
    """Take the target from the indicator's name where its own cell says nothing; a filled cell stands.

    Examples:
        >>> blank = Value(BLANK, "")
        >>> or_from_name(blank, "新建水泥路1条").text, or_from_name(parse_text("98%"), "达标率100%").text
        ('1条', '98%')
        >>> or_from_name(blank, "配备4G终端").state
        'blank'
    """
    if target.state not in (BLANK, PLACEHOLDER, ABSENT):
        return target
    return parse_ending(name, year) or target


def _date(body: str, year: int | None) -> int | None:
    """Give the last day that a date, month or year covers, as an ordinal."""
    head = _HOUR.sub("", _DATE_HEAD.sub("", body))
    core = _DATE_TAIL.sub("", head)
    ended = core != head
    if year and _YEAR_END.fullmatch(core):
        return _ordinal(year, 12, 31)
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
