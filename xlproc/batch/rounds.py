"""Which workbooks are judged together.

Part by part, so that memory does not grow with the batch; then again those whose forms belong together but fell into
different parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from xlproc.batch.workers import spread
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import MONITORING, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlproc.batch.cluster import Cluster
    from xlproc.batch.inbox import Job
    from xlproc.batch.judge import Judged

Row = dict[str, Any]
R = TypeVar("R")
Heads = list[Row]
"""What tells which forms belong together, of one workbook."""

CHUNK = 200
"""At most so many workbooks are judged together; they are dropped once written."""
LEAST = 20
"""So few are still worth judging together."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a workbook that was judged.

    Attributes:
        heads: See :func:`heads_of`.
        beside: Its forms that were compared with another: a form's place, the other's workbook, its place there, and
            that workbook's fingerprint.
    """

    heads: Heads = field(default_factory=list)
    beside: list[list[Any]] = field(default_factory=list)


def rounds(
    jobs: Sequence[Job],
    work: Callable[[Sequence[Job]], Sequence[tuple[R, Heads]]],
    processes: int = 1,
    before: Mapping[int, Known] = MappingProxyType({}),
    cluster: Cluster | None = None,
    apart: bool = False,
) -> Iterator[tuple[int, R | None, Known]]:
    """Do something to workbooks.

    Args:
        jobs: The workbooks; the caller may put another job of the same workbook into a place once it came from there.
        work: Does it to some that are judged together: gives what comes of each, and its heads (see :func:`heads_of`).
        processes: How many work at a time.
        before: By place: those that were judged in an earlier run. They are judged only where they then were beside
            other forms than they belong to now.
        cluster: Who does the work, where not this machine.
        apart: Even one process is another than this one: what hangs or dies there ends in time and takes nothing along.

    Yields:
        The place of a workbook among the jobs, and what came of it; None where it took too long or killed its process.
        A workbook that comes a second time was judged beside another's forms of the same project, and replaces what
        came first.
    """
    known = dict(before)
    parts = list(_parts([number for number in range(len(jobs)) if number not in before], processes))
    for again in (False, True):
        if again:
            parts = list(_parted(jobs, known)) if before or len(parts) > 1 else []
        for part, done in _done(jobs, parts, work, processes, cluster, apart):
            if done is None:
                yield from ((number, None, Known()) for number in part)
                continue
            heads = {number: mine for number, (_, mine) in zip(part, done, strict=True)}
            beside = _beside(jobs, heads)
            for number, (result, mine) in zip(part, done, strict=True):
                known[number] = Known(mine, beside.get(number, []))
                yield number, result, known[number]


def heads_of(judged: Judged, number: int) -> Heads:
    """Give what tells which forms of a workbook belong to others'."""
    kept = ("form", "year", "name", "department", "agency", "sheet")
    content = judged.workbooks[number]["sha256"]
    return [
        {**{name: project[name] for name in kept}, "content": content}
        for project in judged.projects.get(number, ())
    ]


def lost(job: Job) -> list[Row]:
    """Give the finding about a workbook that took too long or killed its process."""
    return records(to_frame([Finding("F015", 0, context={"file": job.path.name})]))


def _parts(numbers: Sequence[int], processes: int) -> Iterator[list[int]]:
    """Part workbooks: in whole chunks where one process does it all, else in smaller and smaller ones.

    So none waits long for the last.

    Examples:
        >>> [len(part) for part in _parts(range(1000), 2)]
        [200, 200, 150, 113, 85, 63, 48, 36, 27, 20, 20, 20, 18]
    """
    start = 0
    while left := len(numbers) - start:
        size = CHUNK if processes == 1 else min(CHUNK, max(LEAST, math.ceil(left / (2 * processes))))
        size = min(size, left)
        yield [*numbers[start : start + size]]
        start += size


def _done(
    jobs: Sequence[Job],
    parts: Sequence[list[int]],
    work: Callable[[Sequence[Job]], Sequence[tuple[R, Heads]]],
    processes: int,
    cluster: Cluster | None,
    apart: bool,
) -> Iterator[tuple[list[int], Sequence[tuple[R, Heads]] | None]]:
    """Do the parts, here, in other processes, or on a cluster."""
    if processes == 1 and cluster is None and not apart:
        for part in parts:
            yield part, work([jobs[number] for number in part])
        return
    place = {id(job): number for number, job in enumerate(jobs)}
    given = [[jobs[number] for number in part] for part in parts]
    for mine, done in cluster.spread(work, given) if cluster else spread(work, given, processes):
        yield [place[id(job)] for job in mine], done


def _parted(jobs: Sequence[Job], known: Mapping[int, Known]) -> Iterator[list[int]]:
    """Give parts of workbooks to judge again: those that were beside other forms than they belong to.

    Each part holds all that belongs together, so that in it every form finds the one that it finds among all.

    Args:
        jobs: The workbooks.
        known: By place among the jobs.
    """
    heads = {number: each.heads for number, each in known.items()}
    right = _beside(jobs, heads)
    touched = {number for number, each in known.items() if each.beside != right.get(number, [])}
    if not touched:
        return
    couples = sorted((ours, theirs) for (ours, _), (theirs, _) in _couples(heads))
    groups = _joined([*couples, *((number, number) for number in sorted(touched))])
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


def _beside(jobs: Sequence[Job], heads: Mapping[int, Heads]) -> dict[int, list[list[Any]]]:
    """Give by workbook what its forms are compared with, see :class:`Known`; nothing where nothing is."""
    beside: dict[int, list[list[Any]]] = {}
    for couple in _couples(heads):
        for (number, place), (other, there) in (couple, couple[::-1]):
            content = heads[other][there]["content"]
            beside.setdefault(number, []).append([place, jobs[other].name, there, content])
    return {number: sorted(mine) for number, mine in beside.items()}


def _couples(heads: Mapping[int, Heads]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the forms that are compared: each by its workbook and its place there."""
    if not any(head["form"] == MONITORING for mine in heads.values() for head in mine):
        return []
    import pandas as pd

    from xlproc.rules.between import pairs

    of = [(number, place) for number in sorted(heads) for place in range(len(heads[number]))]
    frame = pd.DataFrame([{**heads[number][place], "workbook": number} for number, place in of])
    found = pairs(frame.assign(project=range(len(of))))
    return [(of[ours], of[theirs]) for ours, theirs in zip(found["ours"], found["theirs"], strict=True)]


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
