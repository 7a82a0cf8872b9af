"""Keeps evaluating a folder: what is dropped into it, saved or taken away, once it has settled.

The folder is looked at again and again, since network drives do not tell what happens in them. What is found new is done in
rounds, each a run that goes on from the last one; so another run may come in between, or a watch be stopped at any time.
"""

from __future__ import annotations

import math
import os
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from xlproc.batch.inbox import HIDDEN, SUFFIXES, SUMMARY, find
from xlproc.batch.lock import LockedError, locked
from xlproc.batch.manifest import Manifest, settings
from xlproc.batch.memory import look, sweep
from xlproc.batch.run import run, summarise
from xlproc.model.text import one_line
from xlproc.model.words import os_reason
from xlproc.writing.files import is_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from xlproc.batch.inbox import Found
    from xlproc.batch.progress import Progress
    from xlproc.batch.run import Outcome
    from xlproc.model.words import Phrase
    from xlproc.rulesets import RuleSet

T = TypeVar("T")

PAUSE = 1.0
"""Seconds between two looks; where a look takes long, three times as long as that."""
SETTLED = 1.0
"""A file that has stayed as it is for so many seconds is complete."""
LATER = 20.0
"""After so many seconds what could not be done is tried again, and while files keep coming the summary is written."""
FRESH = 2 * 10**9
"""So long after a file's last change, in nanoseconds, another one might not show in its time."""

State = tuple[int, int]
"""Of a file: its size, and when it was last changed."""


class Teller(Protocol):
    """Who is told what happens."""

    def gone(self, why: Phrase | None) -> None:
        """The folder cannot be looked at, or holds no workbook (None); nothing is done until it does."""

    def back(self) -> None:
        """The folder can be looked at again."""

    def locked(self) -> None:
        """Another run is at work in the outbox; it is waited for."""

    def evaluating(self, count: int) -> AbstractContextManager[Progress]:
        """So many files are evaluated now."""

    def evaluated(self, outcome: Outcome) -> None:
        """A round is done; its summary may be written later."""

    def summarised(self, outcome: Outcome) -> None:
        """The summary was written, or could not be."""


def scan(inbox: Path, outbox: Path) -> dict[str, State]:
    """See what lies in a folder, by path below it; cheaply: no file is opened.

    Raises:
        OSError: It cannot be looked at.
    """
    there: dict[str, State] = {}
    results, folders = os.path.realpath(outbox), [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(inbox / folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.name.startswith(HIDDEN):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if os.path.realpath(entry.path) != results:
                            folders.append(path)
                    elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122 - ten thousand a second
                        there[path] = _state(entry)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            if not folder:
                raise  # of a sub-folder the run tells
    return there


def _state(entry: os.DirEntry[str]) -> State:
    try:
        status = entry.stat()
    except FileNotFoundError:  # taken away meanwhile, or a link that leads nowhere
        return -1, -1
    return status.st_size, status.st_mtime_ns


@dataclass(slots=True)
class Seen:
    """What was seen of a folder, and what of it is still to be evaluated.

    Attributes:
        judged: What each file was when it was last evaluated.
        last: What the folder was when it was last looked at.
        since: Since when a file has been as it is, where that is not how it was evaluated.
    """

    judged: dict[str, State] = field(default_factory=dict)
    last: Mapping[str, State] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)

    def see(self, there: Mapping[str, State], now: float) -> tuple[set[str], set[str]]:
        """Tell what is to be evaluated.

        Args:
            there: What there is.
            now: The time in seconds.

        Returns:
            Files that are new, changed or gone: those that have settled, and those that have not.

        Examples:
            >>> seen = Seen()
            >>> seen.see({"a": (1, 1)}, 0.0), seen.see({"a": (2, 2)}, 1.0), seen.see({"a": (2, 2)}, 2.0)
            ((set(), {'a'}), (set(), {'a'}), ({'a'}, set()))
            >>> seen.take({"a"}); seen.see({"a": (2, 2)}, 3.0), seen.see({}, 4.0), seen.see({}, 5.0)
            ((set(), set()), (set(), {'a'}), ({'a'}, set()))
        """
        changed = {
            path for path in self.judged.keys() | there.keys() if self.judged.get(path) != there.get(path)
        }
        self.since = {
            path: self.since[path] if path in self.since and there.get(path) == self.last.get(path) else now
            for path in changed
        }
        self.last = there
        settled = {path for path in changed if now - self.since[path] >= SETTLED}
        return settled, changed - settled

    def take(self, paths: set[str]) -> None:
        """Note that files were evaluated as they were last seen."""
        for path in paths:
            if path in self.last:
                self.judged[path] = self.last[path]
            else:
                self.judged.pop(path, None)


class Watch:
    """Keeps evaluating a folder."""

    def __init__(
        self,
        inbox: Path,
        outbox: Path,
        ruleset: RuleSet | None,
        declared: bool,
        at_a_time: Callable[[int], int],
        teller: Teller,
    ) -> None:
        """Begin to know the folder.

        Args:
            inbox: The folder.
            outbox: The results' folder.
            ruleset: The rule set; None: for each workbook the one that its forms are made for.
            declared: Whether official tables show the units' own scores.
            at_a_time: Gives how many processes work at so many workbooks.
            teller: Who is told.
        """
        self._inbox, self._outbox = inbox, outbox
        self._ruleset, self._declared = ruleset, declared
        self._at_a_time, self._teller = at_a_time, teller
        self._settings = settings(inbox, outbox, ruleset, declared)
        self._look, self._is_result = lasting(look), lasting(is_result)
        self._seen = Seen()
        self._left: set[str] = set()  # seen and not evaluated yet
        self._again: set[str] = set()  # evaluated, but to be tried again
        self._again_from = 0.0
        self._due: float | None = None  # from when on the summary is to be written; None: it covers all
        self._summed = -math.inf  # when it was last written
        self._is_at_work = False
        self._hindrance = ""

    def go_on(self) -> bool:
        """Watch until the process is told to end.

        Returns:
            Whether all that was seen is evaluated, and the summary covers it.
        """
        with _on(signal.default_int_handler):
            try:
                while True:
                    began = time.monotonic()
                    there = self._there()
                    pause = max(PAUSE, 3 * (time.monotonic() - began))
                    if there is not None:
                        self._turn(there)
                    time.sleep(pause)
            except KeyboardInterrupt:
                with _on(signal.SIG_IGN):
                    return self._end()

    def _end(self) -> bool:
        """Write the summary where that was put off; see :meth:`go_on`."""
        if self._due is not None and not self._is_at_work and (there := self._there()) is not None:
            settled, moving = self._see(there)
            self._round(there, set(), settled | moving, is_last=True)
        return not self._is_at_work and self._due is None and not self._left

    def _there(self) -> dict[str, State] | None:
        """See what is in the folder; tell once where nothing can be seen: that is no reason to remove any result."""
        try:
            there = scan(self._inbox, self._outbox)
        except OSError as error:
            self._gone(os_reason(error))
            return None
        if not there:
            self._gone(None)
            return None
        if self._hindrance == "gone":
            self._teller.back()
        if self._hindrance in ("gone", "empty"):
            self._hindrance = ""
        return there

    def _gone(self, why: Phrase | None) -> None:
        hindrance = "gone" if why else "empty"
        if self._hindrance != hindrance:
            self._hindrance = hindrance
            self._teller.gone(why)

    def _turn(self, there: Mapping[str, State]) -> None:
        """Do what there is to do now."""
        now = time.monotonic()
        if self._again and now >= self._again_from:
            for path in self._again:
                self._seen.judged.pop(path, None)
            self._again = set()
        settled, moving = self._see(there)
        is_time = not moving or now - self._summed > LATER
        if settled or (self._due is not None and now >= self._due and is_time):
            self._round(there, settled, moving)

    def _see(self, there: Mapping[str, State]) -> tuple[set[str], set[str]]:
        settled, moving = self._seen.see(there, time.monotonic())
        self._left = settled | moving
        return settled, moving

    def _round(
        self, there: Mapping[str, State], settled: set[str], moving: set[str], is_last: bool = False
    ) -> None:
        """Evaluate what has settled; the outbox is held no longer than that."""
        try:
            with locked(self._outbox):
                if self._hindrance == "locked":
                    self._hindrance = ""
                found = find(self._inbox, self._outbox, self._is_result)
                names, jobs = {one_line(path) for path in there}, {job.name for job in found.jobs}
                # what has come or gone since it was looked at has not settled either
                found.moving = frozenset({*map(one_line, moving), *(names ^ jobs)})
                try:
                    self._evaluate(found, settled, is_last)
                except BaseException:
                    sweep(found.jobs, self._outbox)
                    raise
        except LockedError:
            if self._hindrance != "locked":
                self._hindrance = "locked"
                self._teller.locked()
        except OSError as error:  # of the folder; what a run cannot read or write is no exception
            self._gone(os_reason(error))

    def _evaluate(self, found: Found, settled: set[str], is_last: bool) -> None:
        if not found.jobs:
            self._seen.take(settled)
            return
        manifest = Manifest(self._outbox, self._settings)
        self._is_at_work = True
        with self._teller.evaluating(len(found.jobs)) as progress:
            outcome = run(
                found, self._outbox, None, self._ruleset, self._declared, progress=progress,
                processes=self._at_a_time(len(settled)), manifest=manifest, look=self._look, apart=True,
            )  # fmt: skip
        self._is_at_work, self._due = False, time.monotonic()
        self._seen.take(settled)
        self._left = self._left - settled
        again = set(outcome.again)
        self._again = {
            job.path.relative_to(self._inbox).as_posix() for job in found.jobs if job.name in again
        }
        self._again_from = time.monotonic() + LATER
        self._teller.evaluated(outcome)
        if not is_last and not self._is_quiet():
            return
        summarise(outcome, self._outbox / SUMMARY, self._ruleset, manifest)
        self._summed = time.monotonic()
        self._due = None if outcome.summary else self._summed + LATER
        self._teller.summarised(outcome)

    def _is_quiet(self) -> bool:
        """Tell whether nothing more waits, or has kept the summary waiting for long."""
        there = self._there()
        return there is None or not any(self._see(there)) or time.monotonic() - self._summed > LATER


def lasting(tell: Callable[[Path], T]) -> Callable[[Path], T]:
    """Remember what is told of a file, for as long as it is not changed: a network drive is slow to read.

    Args:
        tell: Tells something of a file by what is in it.
    """
    told: dict[Path, tuple[tuple[int, ...], T]] = {}

    def remembered(path: Path) -> T:
        try:
            status = path.stat()
        except OSError:
            return tell(path)
        state = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
        before = told.get(path)
        if before and before[0] == state:
            return before[1]
        value = tell(path)
        if time.time_ns() - status.st_mtime_ns > FRESH:
            told[path] = state, value
        return value

    return remembered


@contextmanager
def _on(handler: Callable[..., object] | signal.Handlers) -> Iterator[None]:
    """Handle what ends a process: Ctrl-C and the system's word."""
    before = [(each, signal.signal(each, handler)) for each in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for each, handled in before:
            signal.signal(each, handled)
