"""Several processes: work is given out in parts; of a part that hangs or kills its process the one at fault is found."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING, Any, TypeVar

from xlproc.batch.garbage import settle
from xlproc.forms import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

T = TypeVar("T")
R = TypeVar("R")

FEW = 50
"""Below so many workbooks one process is done before others have started."""
ALONE, EACH = 60.0, 3.0
"""Seconds that a part may take: for itself, and for each of its workbooks; usual are hundredths of a second each."""


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def limit(count: int) -> float:
    """Give the seconds that a part of so many workbooks may take."""
    return ALONE + EACH * count


def spread(
    work: Callable[[Sequence[T]], R],
    parts: Sequence[Sequence[T]],
    processes: int,
    limit: Callable[[int], float] = limit,
    added: Sequence[Mapping[str, Any]] | None = None,
) -> Iterator[tuple[Sequence[T], R | None]]:
    """Do the parts' work in several processes.

    Args:
        work: What is done to a part; it and the parts travel to other processes.
        parts: What there is to do.
        processes: How many work at a time.
        limit: The seconds that a part of so many may take.
        added: The users' words to work with; None: those in force here.

    Yields:
        A part with its result, in the order in which they are done. Of a part that took too long or whose process died
        each one is done alone; the one at fault comes with None.
    """
    from pebble import ProcessExpired, ProcessPool

    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of other threads
    begin = (words.in_force() if added is None else added,)
    pool = ProcessPool(max_workers=processes, initializer=_begin, initargs=begin, context=context)

    def start(part: Sequence[T]) -> Any:
        return pool.schedule(work, args=(part,), timeout=limit(len(part)))

    def done(running: Iterable[Any]) -> Iterable[Any]:
        return wait(running, return_when=FIRST_COMPLETED).done

    try:
        yield from given_out(parts, start, done, lambda: processes, (TimeoutError, ProcessExpired))
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def given_out(
    parts: Sequence[Sequence[T]],
    start: Callable[[Sequence[T]], Any],
    done: Callable[[Iterable[Any]], Iterable[Any]],
    hands: Callable[[], int],
    lost: tuple[type[BaseException], ...],
) -> Iterator[tuple[Sequence[T], Any]]:
    """Give parts out, one at work and one at hand for each who works; what is lost is given out again one by one.

    Args:
        parts: What there is to do.
        start: Gives a part out, and gives its future.
        done: Waits until some futures are done, and gives them.
        hands: How many work at a time.
        lost: What a future raises whose part took too long or killed its process.

    Yields:
        A part with its result; one that is lost alone with None.
    """
    waiting = deque(parts)
    running: dict[Any, Sequence[T]] = {}
    while waiting or running:
        while waiting and len(running) < 2 * hands():
            part = waiting.popleft()
            running[start(part)] = part
        for future in done(running):
            part = running.pop(future)
            try:
                yield part, future.result()
            except lost:
                if len(part) > 1:
                    waiting.extendleft([[one] for one in reversed(part)])
                else:
                    yield part, None


def _begin(added: Sequence[Mapping[str, Any]]) -> None:
    """Make a process ready: the user's words, and nothing thrown away that stays for good."""
    import signal

    import pandas as pd  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that a person stops is the first process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    words.use(added)
    settle()


def _end_with_parent() -> None:
    """End when the first process is gone, however it ended: nobody is left to hear, and the next run may have begun."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
