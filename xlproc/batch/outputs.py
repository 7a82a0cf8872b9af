"""Results in their places: a file that is not ours, or that somebody changed since, is never lost."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import records
from xlproc.model.words import os_reason, os_remedy
from xlproc.writing.files import is_result, is_untouched, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from xlproc.model.findings import Words
    from xlproc.model.words import Phrase

Row = dict[str, Any]

ASIDE = "_旧"
"""What is put behind the name of a result that somebody changed, when a new one takes its place."""


@dataclass(slots=True)
class Written:
    """What came of writing a file.

    Attributes:
        sha256: The fingerprint of what was to be written.
        failures: The finding, where it could not be written.
        aside: The file that an older result with somebody's changes was renamed to.
    """

    sha256: str = ""
    failures: list[Row] = field(default_factory=list)
    aside: Path | None = None


def put(workbook: int, path: Path, data: bytes, known: str = "") -> Written:
    """Write a result over nothing or over an older result, never over another file.

    An older result that somebody changed stays where there is nothing new to say, else it is renamed.

    Args:
        workbook: The workbook's number in the batch, for the finding.
        path: The result.
        data: Its content.
        known: The fingerprint of the older result as it was written, "" where that is not known.
    """
    written = Written(digest(data))
    try:
        if path.is_file():
            old = path.read_bytes()
            if old == data:
                return written
            if not is_ours(path, known):
                if known == written.sha256:
                    return written
                if not is_result(path):
                    found = Finding("F010", workbook, context={"file": path.name})
                    return Written(failures=records(to_frame([found])))
                written.aside = _set_aside(path)
        write_whole(path, data)
    except OSError as error:
        failures = not_written(workbook, path, os_reason(error), os_remedy(error))
        return Written(failures=failures, aside=written.aside)
    return written


def take_away(workbook: int, path: Path, known: str = "") -> list[Row]:
    """Remove an older result that no longer holds, unless somebody changed it; give the finding where that fails."""
    try:
        if path.is_file() and is_ours(path, known):
            path.unlink()
    except OSError as error:
        return not_written(workbook, path, os_reason(error), os_remedy(error))
    return []


def is_ours(path: Path, known: str = "") -> bool:
    """Tell whether a file is still as it was written: by its fingerprint, or where that is not known by its properties.

    Raises:
        OSError: It cannot be read.
    """
    return digest(path.read_bytes()) == known if known else is_untouched(path)


def digest(data: bytes) -> str:
    """Give a content's fingerprint."""
    return hashlib.sha256(data).hexdigest()


def not_written(workbook: int, path: Path, why: Phrase, remedy: Phrase) -> list[Row]:
    """Give the finding about a result that could not be written."""
    context: dict[str, Words] = {"file": path.name, "why": why, "remedy": remedy}
    return records(to_frame([Finding("F007", workbook, context=context)]))


def _set_aside(path: Path) -> Path:
    """Rename a file so that nothing is written over."""
    for n in itertools.count(1):
        there = path.with_name(f"{path.stem}{ASIDE}{'' if n == 1 else f'({n})'}{path.suffix}")
        if not there.exists():
            return path.rename(there)
    raise AssertionError  # the count never ends
