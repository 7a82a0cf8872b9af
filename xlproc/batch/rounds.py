"""Which workbooks are judged together.

Chunk by chunk, so that memory does not grow with the batch; then again those whose forms belong together but fell into
different chunks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.batch.judge import judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlproc.batch.inbox import Job
    from xlproc.batch.judge import Judged
    from xlproc.rulesets import RuleSet

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
    for start in range(0, len(jobs), CHUNK):
        numbers = list(range(start, min(start + CHUNK, len(jobs))))
        mine = [jobs[number] for number in numbers]
        yield numbers, judge([job.path for job in mine], ruleset, [job.name for job in mine])
