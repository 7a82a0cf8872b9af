"""Finds the inputs of a folder and names their results."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xlproc.model.text import one_line
from xlproc.writing.files import is_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".xltx", ".xltm", ".ett"})
"""File kinds that are looked at; those that cannot be read yet are told, not passed over."""
RESULT = "_评价结果.xlsx"
MARKED = "_批注.xlsx"
SUMMARY = "汇总.xlsx"
HIDDEN = (".", "~$")
"""How names begin that are passed over without a word: hidden files, and the locks of files that are open."""


@dataclass(frozen=True, slots=True)
class Job:
    """One input and where its results go.

    Attributes:
        path: The file.
        name: What it is called in messages: its path below the inbox.
        output: Its results workbook, below the outbox.
        known: The fingerprints of results and marked copy as an earlier run wrote them; "" where that is not known.
    """

    path: Path
    name: str
    output: Path
    known: tuple[str, str] = ("", "")

    @property
    def marked(self) -> Path:
        """Its marked copy, beside the results."""
        return self.output.with_name(self.output.name.removesuffix(RESULT) + MARKED)


@dataclass(slots=True)
class Found:
    """What a folder holds.

    Attributes:
        jobs: Inputs in the order of their names.
        skipped: Names of files that are no workbooks.
        results: Names of our own results, which are no inputs.
        closed: Names of sub-folders that cannot be looked into.
        moving: Names of inputs that are being written or taken away: what is known of them stands until that is over.
    """

    jobs: list[Job] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    moving: frozenset[str] = frozenset()


def find(inbox: Path, outbox: Path, is_result: Callable[[Path], bool] = is_result) -> Found:
    """Find the inputs of a folder and its sub-folders.

    Lock files (``~$…``, ``.~lock…``), hidden files, our own results and an outbox inside the inbox are no inputs.

    Args:
        inbox: A folder, or a single file.
        outbox: Where results go; sub-folders of the inbox are mirrored there.
        is_result: Tells whether a file is a result of ours.

    Raises:
        OSError: The inbox itself cannot be looked into.
    """
    taken: set[str] = set()
    if inbox.is_file():
        name = one_line(inbox.name)
        job = Job(inbox, name, outbox / _output(Path(inbox.name), taken))
        if job.marked.resolve() == inbox.resolve():  # an input is never written over
            job = Job(inbox, name, outbox / _output(Path(inbox.name), taken))
        return Found([job])
    found = Found()
    root, results = inbox.resolve(), outbox.resolve()
    inside = root in results.parents
    for path in sorted(_walk(inbox, found), key=lambda p: p.relative_to(inbox).as_posix()):
        below = path.relative_to(inbox)
        if any(part.startswith(HIDDEN) for part in below.parts):
            continue
        if inside and results in path.resolve().parents:
            continue
        name = one_line(below.as_posix())
        if path.suffix.lower() not in SUFFIXES:
            found.skipped.append(name)
        elif is_result(path):
            found.results.append(name)
        else:
            found.jobs.append(Job(path, name, outbox / _output(below, taken)))
    return found


def _walk(inbox: Path, found: Found) -> Iterator[Path]:
    """Give all files; folders that cannot be looked into are noted, the inbox itself raises."""

    def refused(error: OSError) -> None:
        folder = Path(error.filename or inbox)
        if folder == inbox:
            raise error
        found.closed.append(one_line(folder.relative_to(inbox).as_posix()))

    for folder, _, files in os.walk(inbox, onerror=refused):
        for file in files:
            yield Path(folder) / file


def _output(below: Path, taken: set[str]) -> Path:
    """Name a result so that two inputs never share one, even where letters' case does not count.

    A marked copy that was sent in has the results of its original's name.
    """
    below = Path(*map(_step, below.parts))
    stem = below.stem.removesuffix(MARKED.removesuffix(".xlsx")) or below.stem
    name = stem + below.suffix
    tails = (f"({n})" for n in itertools.count(2))
    for body, tail in itertools.chain(((stem, ""), (name, "")), ((name, tail) for tail in tails)):
        output = below.with_name(f"{_shortened(body, tail)}{RESULT}")
        if output.as_posix().casefold() not in taken:
            taken.add(output.as_posix().casefold())
            return output
    raise AssertionError  # the count never ends


def _step(name: str) -> str:
    """Give a folder's or file's name as it is written: without what does not show, and never one that leads upwards."""
    step = one_line(name)
    return step if step.strip(".") else "_"


def _shortened(stem: str, tail: str) -> str:
    """Keep a result's name within the 255 bytes that file systems allow; what tells it from others stays."""
    room = 250 - len((tail + RESULT).encode())
    return stem.encode()[:room].decode(errors="ignore") + tail
