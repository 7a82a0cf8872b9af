"""Tables for a terminal, where a Chinese character is two columns wide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from xlproc.model import text as model_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OPEN, _CLOSE, _WIDE = "（“‘《〈〔【「", "，。；：、！？）”’》〉〕】」…", "\u2e80-\uffff"
_UNIT = re.compile(rf"\s+|[{_OPEN}]*(?:[^\s{_WIDE}{_OPEN}]+|\S)[{_CLOSE}]*")
"""What is kept on one line: a word or a Chinese character, with the marks that belong to it."""
NARROW = 30
"""Where less than this is left beside the columns, long texts go below them."""


def width(text: str) -> int:
    """Count the columns of a text on a terminal; colours take none."""
    return model_text.width(click.unstyle(text), "WF")


def pad(text: str, to: int) -> str:
    """Fill a text up with blanks.

    Examples:
        >>> pad("得分", 6), pad("score", 3)
        ('得分  ', 'score')
    """
    return text + " " * (to - width(text))


def wrap(text: str, room: int) -> list[str]:
    """Break a text into lines; words stay whole, and no line begins with a closing mark.

    Examples:
        >>> wrap("完成值“95%”未达指标值，请改正。", 16)
        ['完成值“95%”未达', '指标值，请改正。']
        >>> wrap("the score is 3", 9), wrap("指标值，", 6), wrap("abcdef", 4), wrap("", 9)
        (['the score', 'is 3'], ['指标', '值，'], ['abcd', 'ef'], [])
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for unit in _UNIT.findall(paragraph):
            if line and width(line) + width(unit.rstrip()) > room:
                lines.append(line.rstrip())
                line = "" if unit.isspace() else unit
            else:
                line += unit
            while width(line.rstrip()) > room and len(line) > 1:  # one word that is wider than the line
                fits = next(
                    n for n in range(min(len(line), max(room, 1)), 0, -1) if n == 1 or width(line[:n]) <= room
                )
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line.rstrip())
    return lines


def table(head: Sequence[str], rows: Sequence[Sequence[str]], limit: int = 36) -> str:
    """Lay out a table; longer cells are cut."""

    def cut(text: str) -> str:
        text = text.replace("\n", " ")
        if width(text) <= limit:
            return text
        text = text[:limit]  # a sign takes a column at least
        while width(text) > limit - 2:
            text = text[:-1]
        return text + "…"

    cells = [[cut(text) for text in row] for row in (head, *rows)]
    widths = _widths(cells)
    lines = [_line(row, widths) for row in cells]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)


def listing(head: Sequence[str], rows: Iterable[tuple[Sequence[str], Sequence[str]]], room: int) -> str:
    """Lay out a table whose last column holds long texts, wrapped.

    Args:
        head: The columns' heads, the last for the texts.
        rows: Each its short cells, and its texts, one under the other.
        room: The terminal's width.
    """
    listed = list(rows)
    widths = _widths([head[:-1], *(cells for cells, _ in listed)])
    left = sum(widths) + 2 * len(widths)
    below = room - left < NARROW
    indent = 4 if below else left
    lines = [_line(head[:-1] if below else head, [*widths, 0])]
    for cells, texts in listed:
        wrapped = [line for text in texts for line in wrap(text, max(room - indent, 10))]
        first = "" if below or not wrapped else wrapped.pop(0)
        lines.append(_line([*cells, first], [*widths, 0]))
        lines += [f"{'':{indent}}{line}" for line in wrapped]
    return "\n".join(lines)


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(width, column)) for column in zip(*rows, strict=True)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(pad(text, to) for text, to in zip(cells, widths, strict=False)).rstrip()
