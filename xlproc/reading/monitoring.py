"""What a monitoring form says of each indicator beside its figures: deviation, possibility, forecast, causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.forms import vocabulary
from xlproc.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

_CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
_TICKS = frozenset("✔√☑✓þv●○1是有")
_POSSIBLE = {
    "impossible": ("完全不可能", "不可能", "不能完成", "无法完成", "不能"),
    "possible": ("有可能", "可能", "基本能"),
    "certain": ("确定能", "一定能", "能够完成", "能完成", "可以完成", "确定", "能"),
}
_YES = frozenset({"是", "有", "存在", "有偏差", "存在偏差", "√", "✔", "☑", "✓"})
_NO = frozenset({"否", "无", "不存在", "没有", "无偏差", "不存在偏差", "没有偏差"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a row's further columns say.

    Attributes:
        deviates: yes, no, or "".
        possibility: certain, possible, impossible, or "".
        causes: Causes that are filled in, and what is written there.
        headers: The headers of the columns for deviates, possibility and forecast, where the form has them.
    """

    deviates: str = ""
    possibility: str = ""
    causes: tuple[tuple[str, str], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def told(extra: Iterable[tuple[str, str]]) -> Told:
    """Read a row's further columns.

    Args:
        extra: Header and text of each; under a spanning header "spanning:own".

    Examples:
        >>> told([("存在偏差情况(是/否)", "是"), ("完成目标的可能性(确定能/有可能/完全不可能)", "有可能")]).possibility
        'possible'
        >>> told([("完成目标可能性:确定能", "✔"), ("完成目标可能性:有可能", ""), ("偏差原因分析:经费保障", "√")])
        Told(deviates='', possibility='certain', causes=(('经费保障', '√'),), headers={'possibility': '完成目标可能性:确定能'})
    """
    deviates = possibility = ""
    causes = []
    headers: dict[str, str] = {}
    for header, text in extra:
        head, said = clean(header), clean(text)
        own = head.rpartition(":")[2]
        filled = bool(said) and said not in vocabulary().placeholders
        if "预计" in head:
            headers["forecast"] = header
        elif own in _CAUSES:
            causes += [(own, text)] if filled else []
        elif own in ("确定能", "有可能", "完全不可能"):
            headers.setdefault("possibility", header)
            if filled and set(said) <= _TICKS:
                possibility, headers["possibility"] = _possibility(own), header
        elif "可能性" in head:
            headers["possibility"] = header
            possibility = _possibility(said) if filled else ""
        elif "偏差" in head and ("是否" in head or "存在" in head or "是/否" in head):
            headers["deviates"] = header
            deviates = "yes" if said in _YES else "no" if said in _NO else ""
    return Told(deviates, possibility, tuple(causes), headers)


def _possibility(text: str) -> str:
    return next((name for name, words in _POSSIBLE.items() if any(word in text for word in words)), "")
