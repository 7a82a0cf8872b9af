"""Cleaning of texts for comparison; the original always stays beside it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LATELY = 4096
"""So many texts what is found in them is remembered for: enough for the workbooks at hand. Thousands of workbooks have
hundreds of thousands of names, which would fill the memory and hardly come again."""
_SPACE = re.compile(r"[\s\u200b\ufeff\u3000]+")
_BREAK = re.compile(r"(?:_x000[Dd]_|\r)\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What neither XML nor a terminal can hold: control characters, halves of characters."""
_LINE_ENDS = re.compile(r"[\t\n\r\u2028\u2029]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_DEEPEST = 20
"""Brackets within brackets, as far as they are taken off."""
_POINTS = re.compile(r"(?<!\d)\d+(?:\.\d+)?分$")
_NUMBERING = re.compile(
    r"^(?:三级)?(?:指标|目标)\s*(?:[0-9](?=(?:19|20)\d\d年)|[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s*[:：.．、]?\s*|^[0-9]{1,2}[.、．:：]\s*|^[★*＊]\s*"
)


def trim(text: str) -> str:
    r"""Take white space from the ends and control characters from everywhere; any line break becomes one.

    Examples:
        >>> trim("  已完成\n")
        '已完成'
    """
    return _CONTROL.sub("", _BREAK.sub("\n", text)).strip(" \t\n\u3000\u00a0\u200b\ufeff")


def one_line(name: str) -> str:
    r"""Give a name of a file or sheet as it can be shown and written anywhere: nothing in it that is no letter.

    Examples:
        >>> one_line("自评表.xlsx"), one_line("a\x1b[31m\n\udcff.xlsx")
        ('自评表.xlsx', 'a[31m .xlsx')
    """
    return _CONTROL.sub("", _LINE_ENDS.sub(" ", name))


@lru_cache(maxsize=LATELY)
def clean(text: str) -> str:
    r"""Give a text for comparison: full-width signs as ASCII, no white space at all.

    Examples:
        >>> clean("年度 总体\n目标："), clean("１００％")
        ('年度总体目标:', '100%')
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=LATELY)
def label_key(text: str) -> str:
    r"""Give a label for comparison: no white space, brackets, points or closing colon.

    Examples:
        >>> label_key("项目资金\n （万元）"), label_key("产出指标(50分)"), label_key("其中：财政拨款")
        ('项目资金', '产出指标', '财政拨款')
    """
    key = clean(text)
    for _ in range(_DEEPEST):
        shorter = _BRACKETS.sub("", key)
        if shorter == key:
            break
        key = shorter
    key = re.sub(r"^其中[::,，]?", "", key)
    return _POINTS.sub("", key.rstrip(":;。.、"))


@lru_cache(maxsize=LATELY)
def clean_name(text: str) -> str:
    """Give an indicator's name for comparison: without its number, star and white space.

    Examples:
        >>> clean_name("指标 1: 维护金财业务系统"), clean_name("★机房运行维护"), clean_name("指标12021年建成")
        ('维护金财业务系统', '机房运行维护', '2021年建成')
        >>> clean_name("指标3一级种薯繁育基地"), clean_name("指标一：培训人数")
        ('一级种薯繁育基地', '培训人数')
    """
    cleaned = clean(text)
    return clean(_NUMBERING.sub("", cleaned)) or cleaned


@lru_cache(maxsize=LATELY)
def width(text: str, wide: str = "WFA") -> int:
    r"""Count the columns of a text's longest line: a Chinese character is two wide.

    Args:
        text: The text.
        wide: Unicode's width classes that are two wide; Chinese fonts draw ≥ and — (class A) wide, terminals do not.

    Examples:
        >>> width("得分abc"), width("一\n二三"), width("≥", "WF")
        (7, 4, 1)
    """
    of = _widths(wide).__getitem__
    return max(sum(map(of, line)) for line in text.split("\n"))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Give what finds one of some words in a text; it finds nothing where there are none.

    Examples:
        >>> any_of(["故障", "(元)"]).search("单价(元)") is not None, any_of([]).search("单价") is not None
        (True, False)
    """
    return re.compile("|".join(map(re.escape, words)) or "(?!)")


class _Widths(dict[str, int]):
    """The columns that characters take."""

    def __init__(self, wide: str) -> None:
        super().__init__()
        self.wide = wide

    def __missing__(self, sign: str) -> int:
        self[sign] = columns = 2 if unicodedata.east_asian_width(sign) in self.wide else 1
        return columns


@cache
def _widths(wide: str) -> _Widths:
    return _Widths(wide)
