"""The plan of sizes in ``docs/sizes``: what ``benchmarks/results.md`` measured, carried over to more workbooks."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from xlproc.batch.rounds import CHUNK
from xlproc.model.words import Lang

RESULTS = Path(__file__).parent.parent / "benchmarks" / "results.md"

LEVELS: tuple[tuple[dict[Lang, str], int], ...] = (
    ({"zh": "县，小", "en": "a small county"}, 500),
    ({"zh": "县，大", "en": "a large county"}, 3_000),
    ({"zh": "市", "en": "a city"}, 10_000),
    ({"zh": "省，小", "en": "a small province"}, 100_000),
    ({"zh": "省，大", "en": "a large province"}, 300_000),
    ({"zh": "全国", "en": "the country"}, 3_000_000),
)
"""Assumed, not counted: the workbooks of a year."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one machine did.

    Attributes:
        cores: That worked.
        runs: Of ``xlproc evaluate``: workbooks, seconds, and the most memory in MiB; the largest last.
        start: Seconds until a process works.
        filled: KiB of a filled workbook.
        written: KiB of all that comes of it.
        first: The most memory of the first process alone in the largest run, in MiB: when it writes the summary.
    """

    cores: int
    runs: tuple[tuple[int, float, float], ...]
    start: float
    filled: float
    written: float
    first: float = 0.0

    @property
    def rate(self) -> float:
        """Workbooks a second, of the largest run."""
        count, seconds, _ = self.runs[-1]
        return count / seconds

    def memory(self, count: int) -> float | None:
        """Give the MiB that so many workbooks take; None where there was one run only.

        While they are evaluated by what the two largest runs differ in, while the summary is written by what the first
        process then took: the larger counts.
        """
        if len(self.runs) < 2:
            return None
        (few, _, less), (many, _, most) = self.runs[-2:]
        return max(most + (count - many) * (most - less) / (many - few), less, self.first * count / many)

    def hours(self, count: int, cores: int) -> float:
        """Give the hours that so many cores take on one machine."""
        return count * self.cores / (self.rate * cores) / 3600

    def hands(self, count: int) -> int:
        """Give how many parts at a time are done in one hour on a cluster, where a process starts for each part."""
        a_part = CHUNK * self.cores / self.rate + self.start
        return math.ceil(count / CHUNK * a_part / 3600)


def measured(text: str) -> Measured:
    """Read what was measured."""
    (cores,) = re.findall(r"(\d+) cores", text)
    runs = re.findall(r"^\| \(b\) \| (\d+) \| ([\d.]+) \| [\d.]+ \| (\d+) \|", text, re.MULTILINE)
    (start,) = re.findall(r"^- one workbook: ([\d.]+) s$", text, re.MULTILINE)
    (filled,), (written,) = (
        re.findall(rf"^- {name}: ([\d.]+) KiB", text, re.MULTILINE) for name in ("filled", "written")
    )
    (first,) = re.findall(
        r"^The most memory of the first process alone, which writes the summary: (\d+) MiB",
        text,
        re.MULTILINE,
    )
    listed = sorted((int(count), float(seconds), float(most)) for count, seconds, most in runs)
    return Measured(int(cores), tuple(listed), float(start), float(filled), float(written), float(first))


def plan(lang: Lang) -> tuple[str, list[str], list[list[str]]]:
    """Give what was measured in words, the heads of the table, and its rows."""
    by = measured(RESULTS.read_text("utf-8"))
    count, _, most = by.runs[-1]
    said = {
        "zh": f"实测（[benchmarks/results.md](../benchmarks/results.md)）：{by.cores} 核的机器评价 {count} 个工作簿，每秒 {by.rate:.1f} 个，"
        f"内存最多 {most:.0f} MiB；填报文件每个 {by.filled:.0f} KiB，结果、批注和运行记录每个 {by.written:.0f} KiB。",
        "en": f"Measured ([benchmarks/results.md](../benchmarks/results.md)): a machine of {by.cores} cores evaluated {count} workbooks, {by.rate:.1f} a "
        f"second, in at most {most:.0f} MiB; a filled workbook is {by.filled:.0f} KiB, its results, marked copy and record {by.written:.0f} KiB.",
    }[lang]
    heads = {
        "zh": ["规模", "工作簿（假设）", "磁盘", f"{by.cores} 核", "16 核", "内存", "一小时做完要几个核"],
        "en": ["size", "workbooks (assumed)", "disk", f"{by.cores} cores", "16 cores", "memory", "cores for one hour"],
    }[lang]  # fmt: skip
    rows = []
    for name, workbooks in LEVELS:
        memory = by.memory(workbooks)
        rows.append(
            [
                name[lang],
                f"{workbooks:,}",
                _size(workbooks * (by.filled + by.written) / 2**10),
                _time(by.hours(workbooks, by.cores), lang),
                _time(by.hours(workbooks, 16), lang),
                "—" if memory is None else _size(memory),
                str(by.hands(workbooks)),
            ]
        )
    return said, heads, rows


def _size(mib: float) -> str:
    """Write a size.

    Examples:
        >>> _size(19.3), _size(12_600)
        ('19 MiB', '12 GiB')
    """
    return f"{_short(mib)} MiB" if mib < 2**10 else f"{_short(mib / 2**10)} GiB"


def _time(hours: float, lang: Lang) -> str:
    """Write a time.

    Examples:
        >>> _time(0.0041, "en"), _time(0.081, "zh"), _time(24, "en")
        ('15 s', '4.9 分钟', '24 h')
    """
    unit = 0 if hours < 1 / 60 else 1 if hours < 1 else 2
    name = {"zh": ("秒", "分钟", "小时"), "en": ("s", "min", "h")}[lang][unit]
    return f"{_short(hours * (3600, 60, 1)[unit])} {name}"


def _short(number: float) -> str:
    """Write a number with two figures that count.

    Examples:
        >>> _short(0.0123), _short(1.26), _short(12.6), _short(1260)
        ('0.012', '1.3', '13', '1300')
    """
    figures = 1 - math.floor(math.log10(number))
    return f"{round(number, figures):.{max(figures, 0)}f}"
