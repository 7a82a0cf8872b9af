"""Which workbooks are judged together.

Part by part, so that memory does not grow with the batch; then again those whose forms belong together but fell into
different parts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

from xlproc.batch.workers import spread
from xlproc.rules.between import pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pandas as pd

    from xlproc.batch.inbox import Job
    from xlproc.batch.judge import Judged

Row = dict[str, Any]
R = TypeVar("R")
Heads = list[Row]
"""What tells which forms belong together, of one workbook."""

CHUNK = 100
"""At most so many workbooks are judged together; they are dropped once written."""
LEAST = 20
"""So few are still worth judging together."""


def rounds(
    jobs: Sequence[Job],
    work: Callable[[Sequence[Job]], Sequence[tuple[R, Heads]]],
    processes: int = 1,
) -> Iterator[tuple[int, R | None]]:
    """Do something to workbooks.

    Args:
        jobs: The workbooks.
        work: Does it to some that are judged together: gives what comes of each, and its heads (see :func:`heads_of`).
        processes: How many work at a time.

    Yields:
        The place of a workbook among the jobs, and what came of it; None where it took too long or killed its process.
        A workbook that comes a second time was judged beside another's forms of the same project, and replaces what
        came first.
    """
    heads: list[Row] = []
    judged_in: dict[int, int] = {}
    parts = list(_parts(len(jobs), processes))
    for again in (False, True):
        if again:
            parts = list(_parted(heads, judged_in))
        for i, (part, done) in enumerate(_done(jobs, parts, work, processes)):
            for at, number in enumerate(part):
                if done is None:
                    yield number, None
                    continue
                result, mine = done[at]
                if not again:
                    judged_in[number] = i
                    heads += [{**head, "workbook": number} for head in mine]
                yield number, result


def heads_of(judged: Judged, number: int) -> Heads:
    """Give what tells which forms of a workbook belong to others'."""
    kept = ("form", "year", "name", "department", "agency")
    return [{name: project[name] for name in kept} for project in judged.projects.get(number, ())]


def _parts(count: int, processes: int) -> Iterator[list[int]]:
    """Part workbooks: in whole chunks where one process does it all, else so that none waits long for the last."""
    size = CHUNK if processes == 1 else min(CHUNK, max(LEAST, math.ceil(count / (4 * processes))))
    for start in range(0, count, size):
        yield list(range(start, min(start + size, count)))


def _done(
    jobs: Sequence[Job],
    parts: Sequence[list[int]],
    work: Callable[[Sequence[Job]], Sequence[tuple[R, Heads]]],
    processes: int,
) -> Iterator[tuple[list[int], Sequence[tuple[R, Heads]] | None]]:
    """Do the parts, here or in several processes."""
    if processes == 1:
        for part in parts:
            yield part, work([jobs[number] for number in part])
        return
    place = {id(job): number for number, job in enumerate(jobs)}
    for mine, done in spread(work, [[jobs[number] for number in part] for part in parts], processes):
        yield [place[id(job)] for job in mine], done


def _parted(heads: Sequence[Row], judged_in: dict[int, int]) -> Iterator[list[int]]:
    """Give parts of workbooks to judge again: those that were beside other forms than they belong to.

    Each part holds all that belongs together, so that in it every form finds the one that it finds among all.

    Args:
        heads: Of all forms.
        judged_in: By workbook: the part in which it was judged.
    """
    import pandas as pd

    if len(set(judged_in.values())) < 2 or not heads:
        return
    ordered = sorted(heads, key=lambda head: int(head["workbook"]))
    frame = pd.DataFrame(ordered).assign(project=range(len(ordered)))
    of = frame["workbook"].tolist()
    right = _couples(pairs(frame))
    parts = frame.groupby(frame["workbook"].map(judged_in))
    found = {couple for _, mine in parts for couple in _couples(pairs(mine))}
    touched = {of[form] for couple in right ^ found for form in couple}
    groups = _joined([*((of[a], of[b]) for a, b in sorted(right)), *((number, number) for number in touched)])
    together: list[int] = []
    for group in groups:
        if touched.isdisjoint(group):
            continue
        if together and len(together) + len(group) > CHUNK:
            yield sorted(together)
            together = []
        together += group
    if together:
        yield sorted(together)


def _couples(found: pd.DataFrame) -> set[tuple[int, int]]:
    return set(zip(found["ours"].tolist(), found["theirs"].tolist(), strict=True))


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
