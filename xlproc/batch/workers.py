"""Several processes: work is given out in parts; of a part that hangs or kills its process the one at fault is found."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING, Any, TypeVar

from xlproc.forms import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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


def spread(
    work: Callable[[Sequence[T]], R],
    parts: Sequence[Sequence[T]],
    processes: int,
    limit: Callable[[int], float] = lambda count: ALONE + EACH * count,
) -> Iterator[tuple[Sequence[T], R | None]]:
    """Do the parts' work in several processes.

    Args:
        work: What is done to a part; it and the parts travel to other processes.
        parts: What there is to do.
        processes: How many work at a time.
        limit: The seconds that a part of so many may take.

    Yields:
        A part with its result, in the order in which they are done. Of a part that took too long or whose process died
        each one is done alone; the one at fault comes with None.
    """
    from pebble import ProcessExpired, ProcessPool

    waiting = deque(parts)
    running: dict[Any, Sequence[T]] = {}
    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of other threads
    pool = ProcessPool(
        max_workers=processes, initializer=_begin, initargs=(words.in_force(),), context=context
    )
    try:
        while waiting or running:
            while waiting and len(running) < 2 * processes:  # one at work and one at hand for each
                part = waiting.popleft()
                running[pool.schedule(work, args=(part,), timeout=limit(len(part)))] = part
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                part = running.pop(future)
                try:
                    yield part, future.result()
                except (TimeoutError, ProcessExpired):
                    if len(part) > 1:
                        waiting.extendleft([[one] for one in reversed(part)])
                    else:
                        yield part, None
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _begin(added: Sequence[Mapping[str, Any]]) -> None:
    """Make a process ready: the user's words, and nothing thrown away that stays for good."""
    import signal

    import pandas as pd  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that a person stops is the first process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    words.use(added)
    settle()


def settle() -> None:
    """Have Python look for garbage less often: what a batch makes goes away by itself, and it makes very much."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _end_with_parent() -> None:
    """End when the first process is gone, however it ended: nobody is left to hear, and the next run may have begun."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
