"""Labels in cells: the key by which a cell's text is looked up, with years, periods, numbers and brackets taken off."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.forms.words import lately_kept
from xlproc.model.frames import TEXT
from xlproc.model.text import LATELY, clean, label_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlproc.forms import Names
    from xlproc.reading.grid import Cell, Sheet

PART = re.compile(r"(?<!\d)1?\d(?:[-—–~～至到]1?\d)月|上半年|下半年|[一二三四1-4]季度|半年度?")
"""A part of the year, as titles and headers name it."""
WHOLE = re.compile(r"(?:^|\D)12月(?:份|末|底)?$|全年")
_YEAR_BEFORE = re.compile(r"^(?:19|20)\d{2}年度?")
_PART_BEFORE = re.compile(rf"^(?:截至|截止)?(?:{PART.pattern}|\d{{1,2}}月)(?:份|末|底|\d{{1,2}}日)?")
_NUMBER_BEFORE = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．]")
_NEXT = re.compile(r"[ \t\u3000]{2,}(?=[^\s:：]{2,12}[:：])")
_POINTS = re.compile(r"(?:[(\[]|^|\D)(\d{1,3}(?:\.\d+)?)分(?:值)?[)\]]?$|\((\d{1,3}(?:\.\d+)?)\)$")


@lru_cache(maxsize=LATELY)
def key(text: str) -> str:
    """Give a text for looking up: as :func:`label_key` has it, without a number before it; what is all in brackets without them.

    Examples:
        >>> key("1.项目年度目标"), key("（自评得分）"), key("预算执行情况（万元）（20分）")
        ('项目年度目标', '自评得分', '预算执行情况')
    """
    found = label_key(text) or label_key(clean(text).strip("()[]【】"))
    return _NUMBER_BEFORE.sub("", found)


@lately_kept
def name_of(text: str, names: Names) -> str:
    """Give the field that a label means, or ""; a year may stand before it, and a part of the year before 完成值.

    Examples:
        >>> from xlproc.forms import labels
        >>> name_of("2021年年初目标值（A）", labels().columns), name_of("1-6月完成值", labels().columns)
        ('target', 'actual')
    """
    plain = key(text)
    name = names.of(plain)
    if not name and (later := _YEAR_BEFORE.sub("", plain)) != plain:
        name = names.of(later)
    if not name and (later := _PART_BEFORE.sub("", plain)) != plain:
        name = names.of(later)
        name = name if name in ("actual", "executed", "declared_rate") else ""
    return name


def names_goal(text: str) -> bool:
    """Tell whether a text is the label of a goal, or of the block of goals."""
    return bool(labels().goals.of(key(text))) or key(text) in labels().goal_blocks


def found(sheet: Sheet, row: int, names: Names) -> Iterator[tuple[str, int, str]]:
    """Give a row's labels that mean a field: name, column, text."""
    for column, cell in sheet.row(row):
        if cell.state == TEXT and (name := name_of(cell.shown, names)):
            yield name, column, cell.shown


def parted(cell: Cell) -> tuple[str, str]:
    """Give a cell's label and what stands behind its colon."""
    return _parted(cell.shown)


@lru_cache(maxsize=LATELY)
def _parted(text: str) -> tuple[str, str]:
    label, _, inline = text.replace("：", ":").partition(":")
    return label, inline.strip()


def in_one(text: str) -> list[str]:
    """Part labels with their values that stand behind one another in one cell, blanks between them.

    Examples:
        >>> in_one("填报单位：某局    填报日期：2023年3月1日"), in_one("某局 办公室")
        (['填报单位：某局', '填报日期：2023年3月1日'], ['某局 办公室'])
    """
    return [part.strip() for part in _NEXT.split(text)]


@lru_cache(maxsize=LATELY)
def points(text: str) -> str:
    """Give the points that a label names, as it writes them, or "".

    Examples:
        >>> points("产出指标(50分)"), points("数量指标 15 分"), points("效益指标（30）"), points("得分(20分*执行率)")
        ('50', '15', '30', '')
    """
    match = _POINTS.search(clean(text))
    return (match[1] or match[2]) if match else ""
