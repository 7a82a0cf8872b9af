"""Where the time of a workbook goes: one process is looked at a thousand times a second of its work."""

from __future__ import annotations

import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import ordinary
from benchmarks.layouts import kept
from xlproc.batch.garbage import settle
from xlproc.batch.inbox import find
from xlproc.batch.part import some
from xlproc.rulesets import load
from xlproc.writing.xlsx import reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

GRID, LAYOUT, XML, PACKING = (
    "reading the file: guard, zip, XML, cells",
    "laying out the results, and what the summary keeps",
    "the sheets' XML",
    "packing (deflate)",
)
STAGES = (
    ("writing the files", ("writing/files", "batch/outputs")),
    (GRID, ("reading/guard", "reading/grid")),
    ("recognising the form, its rows and columns; values", ("reading/",)),
    ("rules and audit", ("rules/", "batch/judge", "batch/rounds")),
    ("marked copies of those that have faults", ("writing/marked",)),
    (PACKING, ("writing/xlsx/package",)),
    (XML, ("writing/xlsx",)),
    (LAYOUT, ("writing/", "batch/")),
)
"""What a stage is called, and the beginnings of its files' names; the first that fits."""
PART = 100
"""So many workbooks are done at a time."""
TURNS = 3
"""How often all is timed, in turns; the best counts."""
_ROOM = "/xlproc/"


class Shares(NamedTuple):
    """What was seen, in milliseconds of work a workbook.

    Attributes:
        whole: All of it, when nobody looked.
        stages: By stage its share, 1 for all.
        functions: The functions with the largest shares of their own, what they call left out.
        read: calamine reading a workbook, nothing else.
        write: XlsxWriter writing its results, nothing else.
    """

    whole: float
    stages: dict[str, float]
    functions: list[tuple[str, float]]
    read: float
    write: float

    @property
    def bare(self) -> float:
        """Reading, laying out, XML and packing, without recognising, rules and audit."""
        return self.whole * sum(self.stages.get(name, 0) for name in (GRID, LAYOUT, XML, PACKING))


def stage(frame: FrameType | None) -> str:
    """Name the stage that a frame belongs to: by the innermost of our modules that is not one for all."""
    while frame is not None:
        _, inside, name = frame.f_code.co_filename.replace("\\", "/").rpartition(_ROOM)
        if inside:
            for title, rooms in STAGES:
                if name.startswith(rooms):
                    return title
        frame = frame.f_back
    return "the rest"


def measure(inbox: Path, outbox: Path, layouts: Path) -> Shares:
    """Look at where the time goes, and time the libraries alone on the same files.

    Args:
        inbox: Workbooks; a part of them is done first, so that all is loaded.
        outbox: For what is written.
        layouts: See :func:`benchmarks.layouts.keep`.
    """
    jobs = find(inbox, outbox).jobs
    work = partial(some, ruleset=load("mof-2020"), outbox=outbox, declared=False, with_json=False)
    outbox.mkdir()
    work(jobs[:PART])
    settle()

    def every() -> None:
        for first in range(0, len(jobs), PART):
            work(jobs[first : first + PART])

    stages: Counter[str] = Counter()
    functions: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        stages[stage(frame)] += 1
        if frame is not None:
            functions[f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_qualname}"] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    every()
    signal.setitimer(signal.ITIMER_PROF, 0)
    seen = stages.total()
    books = kept(layouts)

    def write() -> None:
        for i, _ in enumerate(jobs):
            reference.render(books[i % len(books)])

    def read() -> None:
        for job in jobs:
            ordinary.read(job.path)

    whole, reading, writing = (
        1000 * min(times) / len(jobs)
        for times in zip(*((_timed(every), _timed(read), _timed(write)) for _ in range(TURNS)), strict=True)
    )
    return Shares(
        whole,
        {name: n / seen for name, n in stages.most_common()},
        [(name, n / seen) for name, n in functions.most_common(5)],
        reading,
        writing,
    )


def told(where: Shares) -> Iterator[str]:
    """Say what was seen, line by line."""
    yield f"\nWhere the time of a workbook goes, in one process that does nothing else ({where.whole:.1f} ms of work each):\n"
    yield "| what | share | ms |"
    yield "|---|---|---|"
    for name, share in where.stages.items():
        yield f"| {name} | {share:.0%} | {share * where.whole:.1f} |"
    largest = ", ".join(f"{name} {share:.1%}" for name, share in where.functions)
    yield f"\nThe functions that take most by themselves: {largest}.\n"
    yield (
        f"(c) in one process: calamine reads a workbook in {where.read:.1f} ms and XlsxWriter writes its results in "
        f"{where.write:.1f} ms; twice as fast as that would be {(where.read + where.write) / 2:.1f} ms for all of the above. Of these, reading the file, "
        f"laying out, XML and packing take {where.bare:.1f} ms by themselves, before a form is recognised or a rule applied.\n"
    )


def _timed(work: Callable[[], object]) -> float:
    """Give the seconds of work that something takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin
