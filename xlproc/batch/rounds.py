"""Which workbooks are judged together.

Chunk by chunk, so that memory does not grow with the batch; then again those whose forms belong together but fell into
different chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.batch.judge import judge
from xlproc.rules.between import pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlproc.batch.inbox import Job
    from xlproc.batch.judge import Judged
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]

CHUNK = 100
"""Workbooks that are judged together; chunks are dropped once written."""


def rounds(jobs: Sequence[Job], ruleset: RuleSet | None) -> Iterator[tuple[list[int], Judged]]:
    """Judge workbooks.

    Args:
        jobs: The workbooks.
        ruleset: The rule set; None: for each workbook the one that its forms are made for.

    Yields:
        The places of some workbooks among the jobs, and what they hold. A workbook that comes a second time is judged
        beside another's forms of the same project, and replaces what came first.
    """

    def of(numbers: list[int]) -> tuple[list[int], Judged]:
        mine = [jobs[number] for number in numbers]
        return numbers, judge([job.path for job in mine], ruleset, [job.name for job in mine])

    heads: list[Row] = []
    for start in range(0, len(jobs), CHUNK):
        done = of(list(range(start, min(start + CHUNK, len(jobs)))))
        heads += _heads(*done)
        yield done
    if len(jobs) > CHUNK:
        for numbers in _parted(heads):
            yield of(numbers)


def _heads(numbers: Sequence[int], judged: Judged) -> Iterator[Row]:
    """Give what tells which forms belong together; workbooks by their places among the jobs."""
    for number, projects in judged.projects.items():
        for project in projects:
            kept = {name: project[name] for name in ("form", "year", "name", "department", "agency")}
            yield {"workbook": numbers[number], **kept}


def _parted(heads: Sequence[Row]) -> Iterator[list[int]]:
    """Give groups of workbooks to judge again: each holds whole groups of those that belong together.

    Args:
        heads: Of all forms.
    """
    import pandas as pd

    if not heads:
        return
    frame = pd.DataFrame(heads).assign(project=range(len(heads)))
    found = pairs(frame)
    of = frame["workbook"].to_numpy()
    groups = _joined(zip(of[found["ours"]].tolist(), of[found["theirs"]].tolist(), strict=True))
    together: list[int] = []
    for group in groups:
        if len({number // CHUNK for number in group}) == 1:
            continue
        if together and len(together) + len(group) > CHUNK:
            yield sorted(together)
            together = []
        together += group
    if together:
        yield sorted(together)


def _joined(couples: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Put what couples join into groups.

    Examples:
        >>> _joined([(1, 2), (5, 5), (7, 2), (3, 9)])
        [[1, 2, 7], [5], [3, 9]]
    """
    group_of: dict[int, list[int]] = {}
    for couple in couples:
        merged = list(dict.fromkeys([*couple, *(n for each in couple for n in group_of.get(each, ()))]))
        merged.sort()
        group_of.update(dict.fromkeys(merged, merged))
    return list({id(group): group for group in group_of.values()}.values())
