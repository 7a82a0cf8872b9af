"""Finds the inputs of a folder and names their results."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb", ".xltx", ".xltm", ".ett"})
"""File kinds that are looked at; those that cannot be read yet are told, not passed over."""
RESULT = "_评价结果.xlsx"
SUMMARY = "汇总.xlsx"


@dataclass(frozen=True, slots=True)
class Job:
    """One input and where its results go.

    Attributes:
        path: The file.
        name: What it is called in messages: its path below the inbox.
        output: Its results workbook, below the outbox.
    """

    path: Path
    name: str
    output: Path


@dataclass(slots=True)
class Found:
    """What a folder holds.

    Attributes:
        jobs: Inputs in the order of their names.
        skipped: Names of files that are no workbooks.
    """

    jobs: list[Job] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def find(inbox: Path, outbox: Path) -> Found:
    """Find the inputs of a folder and its sub-folders.

    Lock files (``~$…``, ``.~lock…``), hidden files and the outbox itself are no inputs.

    Args:
        inbox: A folder, or a single file.
        outbox: Where results go; sub-folders of the inbox are mirrored there.
    """
    if inbox.is_file():
        return Found([Job(inbox, inbox.name, outbox / f"{inbox.stem}{RESULT}")])
    found = Found()
    inside = outbox.resolve()
    taken: set[str] = set()
    for path in sorted(inbox.rglob("*"), key=lambda p: p.relative_to(inbox).as_posix()):
        below = path.relative_to(inbox)
        if any(part.startswith((".", "~$")) for part in below.parts) or not path.is_file():
            continue
        if inside != inbox.resolve() and inside in path.resolve().parents:
            continue
        name = below.as_posix()
        if path.suffix.lower() not in SUFFIXES:
            found.skipped.append(name)
        elif inside == inbox.resolve() and (path.name.endswith(RESULT) or path.name == SUMMARY):
            continue
        else:
            found.jobs.append(Job(path, name, outbox / _output(below, taken)))
    return found


def _output(below: Path, taken: set[str]) -> Path:
    """Name a result so that two inputs never share one, even where letters' case does not count."""
    candidates = [below.stem, below.name, *(f"{below.name}({n})" for n in range(2, 10_000))]
    for candidate in candidates:
        output = below.with_name(f"{candidate}{RESULT}")
        if output.as_posix().casefold() not in taken:
            taken.add(output.as_posix().casefold())
            return output
    raise AssertionError(below)
