"""What the commands say while they go through files: what was passed over, and how far they are."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING

import click

from xlproc.batch.progress import Progress
from xlproc.cli.table import pad, width, wrap
from xlproc.cli.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlproc.batch.inbox import Found

UNREADABLE = 3
"""Exit code: at least one file could not be read, or a result not written."""
REDRAWN, TOLD = 0.3, 10.0
"""Seconds between two looks of the line on a terminal, and between two lines elsewhere."""


def tell_passed(found: Found) -> None:
    """Name the files and folders that were passed over."""
    for names, why in ((found.skipped, "skipped"), (found.results, "results"), (found.closed, "closed")):
        tell_names(f"inputs.{why}", names)


def tell_names(key: str, names: Sequence[str]) -> None:
    """Say something of files, if there are any."""
    if names:
        click.echo(about(key, names), err=True)


def about(key: str, names: Sequence[str]) -> str:
    """Word something of files, naming the first."""
    more = say("inputs.more", n=len(names)) if len(names) > 5 else ""
    return say(key, names=tuple(names[:5]), more=more)


def check_folders(inbox: Path, outbox: Path, command: str) -> None:
    """Refuse an inbox that is not there, and a file as outbox."""
    from xlproc.model.words import os_reason

    try:
        there = inbox.exists()
    except OSError as error:
        raise click.UsageError(say("inputs.refused", path=inbox, why=os_reason(error))) from error
    if not there:
        raise click.UsageError(say("inputs.no_inbox", path=inbox, command=command))
    if outbox.exists() and not outbox.is_dir():
        raise click.UsageError(say("inputs.outbox_is_file", path=outbox))


@contextmanager
def progress(label: str, total: int) -> Iterator[Progress]:
    """Show how far a command is: on a terminal in one line that changes, else in a line now and then.

    A thread looks at it again and again: what is done is told in bursts, as many workbooks are judged together.
    """
    counted, is_seen, ended = Progress(total), sys.stderr.isatty(), threading.Event()

    def show() -> None:
        shown = 0
        while not ended.wait(REDRAWN if is_seen else TOLD):
            text = _text(label, counted)
            if not is_seen:
                click.echo(text, err=True)
                continue
            line = next(iter(wrap(text, shutil.get_terminal_size().columns - 1)), "")
            click.echo("\r" + pad(line, shown), nl=False, err=True)
            shown = width(line)
        if shown:  # nothing is left of it
            click.echo("\r" + pad("", shown) + "\r", nl=False, err=True)

    # it speaks the language of this one
    thread = threading.Thread(target=copy_context().run, args=(show,), daemon=True)
    thread.start()
    try:
        yield counted
    finally:
        ended.set()
        thread.join()


def _text(label: str, counted: Progress) -> str:
    words = {name: getattr(counted, name) for name in ("done", "total", "errors", "warnings")}
    words |= {"label": label, "share": f"{counted.done / counted.total:.0%}" if counted.total else ""}
    now = time.monotonic()
    left = counted.left(now)
    if left is None:
        return say("progress.begun", **words)
    return say("progress.told", **words, rate=f"{counted.rate(now):.1f}", left=duration(left))


def duration(seconds: float) -> str:
    """Write a time.

    Examples:
        >>> duration(0.4), duration(75.2), duration(3 * 3600 + 62)
        ('0:00', '1:15', '3:01:02')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
