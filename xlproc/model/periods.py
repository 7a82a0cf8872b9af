"""Parts of the year as forms name them."""

from __future__ import annotations

import re

from xlproc.model.text import clean

_MONTH = re.compile(r"(1[0-2]|[1-9])月")
_NAMED = {
    "上半年": 6,
    "半年": 6,
    "半年度": 6,
    "第一季度": 3,
    "一季度": 3,
    "二季度": 6,
    "三季度": 9,
    "前三季度": 9,
}


def month_of(period: str) -> int | None:
    """Give the month that a period ends with.

    Examples:
        >>> month_of("1-7月"), month_of("截至6月末"), month_of("上半年"), month_of("全年")
        (7, 6, 6, None)
    """
    text = clean(period)
    months = _MONTH.findall(text)
    return int(months[-1]) if months else next((m for word, m in _NAMED.items() if word in text), None)
