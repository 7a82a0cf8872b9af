"""What of an earlier run still holds, and what has become of its results."""

from __future__ import annotations

import dataclasses
import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from xlproc.batch.inbox import MARKED, RESULT
from xlproc.batch.manifest import Entry
from xlproc.batch.outputs import take_away
from xlproc.batch.rounds import Known
from xlproc.batch.stored import restored
from xlproc.reading.guard import MAX_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from xlproc.batch.inbox import Found, Job
    from xlproc.batch.manifest import Manifest
    from xlproc.writing.summary import Left


@dataclass(frozen=True, slots=True)
class Seen:
    """An input as it was before it was judged.

    Attributes:
        sha256: Its fingerprint; "" where it was not read.
        size: In bytes; -1 where the file cannot be seen.
        changed: When it was last changed, in the file system's ticks.
    """

    sha256: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run left of an input that is as it was.

    Attributes:
        left: For the summary.
        part: For the report, where one was asked for.
        known: For the forms that belong to it.
        changed: Its results that somebody changed since, below the outbox.
    """

    left: Left
    part: dict[str, Any] | None
    known: Known
    changed: list[str]


@dataclass(slots=True)
class Recalled:
    """What of an earlier run still holds.

    Attributes:
        jobs: The inputs, with the fingerprints of what an earlier run wrote for them.
        seen: The inputs as they are.
        kept: By place among the jobs: what need not be judged again.
        removed: Results of inputs that are gone, below the outbox, which were removed.
        stayed: Those that were not, as somebody changed them or they could not be removed.
        unfinished: One was begun in an earlier run and never done: perhaps it killed that run, or was killed as it hung.
    """

    jobs: list[Job]
    seen: list[Seen]
    kept: dict[int, Kept] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)
    unfinished: bool = False


def look(path: Path) -> Seen:
    """See a file as it is."""
    sha256, size, changed = "", -1, -1
    with suppress(OSError):
        status = path.stat()
        size, changed = status.st_size, status.st_mtime_ns
        if size <= MAX_FILE:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Seen(sha256, size, changed)


def recall(
    found: Found,
    outbox: Path,
    manifest: Manifest,
    with_json: bool,
    force: bool,
    look: Callable[[Path], Seen] = look,
) -> Recalled:
    """Find what still holds, remove what belongs to inputs that are gone, and begin to remember anew.

    Args:
        found: The inputs.
        outbox: The results' folder.
        manifest: What is remembered.
        with_json: The report is asked for, so what lacks its part does not hold.
        force: Nothing holds.
        look: Sees a file as it is.
    """
    wrote = {path: sha for entry in manifest.entries.values() for path, sha in entry.outputs.items()}
    jobs = [
        dataclasses.replace(job, known=(wrote.get(_below(outbox, job.output), ""), wrote.get(_below(outbox, job.marked), "")))
        for job in found.jobs
    ]  # fmt: skip
    recalled = Recalled([], [])
    for job in jobs:
        entry, moving = manifest.entries.get(_below(outbox, job.output)), job.name in found.moving
        # what is being written is taken for what it was; whoever compares it with that will find that it has changed
        seen = Seen(entry.sha256 if entry else "", -1, -1) if moving else look(job.path)
        kept = None
        if entry is not None and manifest.holds and not force and (entry.part is not None or not with_json):
            kept = _kept(entry, job, seen, outbox, look)
        recalled.unfinished |= entry is not None and entry.left is None and not moving
        if kept is not None:
            recalled.kept[len(recalled.jobs)] = kept
        elif moving:
            continue
        recalled.jobs.append(job)
        recalled.seen.append(seen)
    jobs, here = recalled.jobs, {job.name for job in recalled.jobs}
    away = [
        entry
        for entry in manifest.entries.values()
        if entry.name in found.moving - here
        or any(PurePosixPath(folder) in PurePosixPath(entry.name).parents for folder in found.closed)
    ]
    waiting = _clear(recalled, outbox, manifest, {entry.output for entry in away})
    manifest.begin(
        [
            *(manifest.entries[_below(outbox, jobs[number].output)] for number in recalled.kept),
            *(_begun(job, outbox) for number, job in enumerate(jobs) if number not in recalled.kept),
            *(entry if manifest.holds else Entry(entry.name, entry.output, entry.outputs) for entry in away),
            *waiting,
        ]
    )
    return recalled


def _kept(entry: Entry, job: Job, seen: Seen, outbox: Path, look: Callable[[Path], Seen]) -> Kept | None:
    """Give what an earlier run left of an input, where that still holds."""
    if entry.left is None or entry.name != job.name or not entry.sha256 or entry.sha256 != seen.sha256:
        return None
    now = {path: look(outbox / path).sha256 for path in entry.outputs}
    if not all(now.values()):
        return None
    try:
        left = restored(entry.left)
    except ValueError:
        return None
    part = entry.part and {**entry.part, "outputs": [*now]}
    changed = [path for path, sha in entry.outputs.items() if sha != now[path]]
    return Kept(left, part, Known(entry.heads, entry.beside), changed)


def is_moving(path: Path, seen: Seen, judged: str) -> bool:
    """Tell whether a file was changed since it was seen: it is perhaps still being copied in.

    Args:
        path: The file.
        seen: As it was before it was judged.
        judged: The fingerprint of what was judged; "" where it was not read.
    """
    try:
        status = path.stat()
    except OSError:
        return False
    changed = (status.st_size, status.st_mtime_ns) != (seen.size, seen.changed)
    return changed or bool(judged and seen.sha256 and judged != seen.sha256)


def _clear(recalled: Recalled, outbox: Path, manifest: Manifest, away: set[str]) -> list[Entry]:
    """Remove results that no input has any more, and what a killed run was writing; give what is to be tried again."""
    claimed = {_below(outbox, path) for job in recalled.jobs for path in (job.output, job.marked)}
    waiting = []
    for entry in manifest.entries.values():
        gone = {path: sha for path, sha in entry.outputs.items() if path not in claimed and _is_name(path)}
        if entry.output in away:
            continue
        left: dict[str, str] = {}
        for path, sha in gone.items():
            there = (outbox / path).exists()
            if take_away(0, outbox / path, sha):
                left[path] = sha
            if (outbox / path).exists():
                recalled.stayed.append(path)
            elif there:
                recalled.removed.append(path)
                _tidy((outbox / path).parent, outbox)
        if left:
            waiting.append(Entry(entry.name, entry.output.rstrip("\0") + "\0", left))
    if manifest.entries:
        sweep(recalled.jobs, outbox)
    return waiting


def sweep(jobs: Iterable[Job], outbox: Path) -> None:
    """Remove what a run or a process that was stopped had begun to write."""
    for folder in {job.output.parent for job in jobs} | {outbox}:
        for file in folder.glob(".xlproc-*.tmp"):
            with suppress(OSError):
                file.unlink()


def _tidy(folder: Path, outbox: Path) -> None:
    """Remove folders that are empty now."""
    with suppress(OSError):
        while folder != outbox:
            folder.rmdir()
            folder = folder.parent


def _is_name(path: str) -> bool:
    """Tell whether a remembered path is one that a result can have: the file may be anybody's writing."""
    parts = PureWindowsPath(path)  # knows every system's ways out of a folder
    return not parts.anchor and ".." not in parts.parts and path.endswith((RESULT, MARKED))


def _begun(job: Job, outbox: Path) -> Entry:
    output = _below(outbox, job.output)
    return Entry(job.name, output, {output: "", _below(outbox, job.marked): ""})


def _below(outbox: Path, path: Path) -> str:
    return path.relative_to(outbox).as_posix()
