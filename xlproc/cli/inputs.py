"""What the commands say while they go through files: what was passed over, and how far they are."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from xlproc.cli.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlproc.batch.inbox import Found

UNREADABLE = 3
"""Exit code: at least one file could not be read, or a result not written."""


def tell_passed(found: Found) -> None:
    """Name the files and folders that were passed over."""
    for names, why in ((found.skipped, "skipped"), (found.results, "results"), (found.closed, "closed")):
        tell_names(f"inputs.{why}", names)


def tell_names(key: str, names: Sequence[str]) -> None:
    """Say something of files, naming the first; nothing of none."""
    if names:
        more = say("inputs.more", n=len(names)) if len(names) > 5 else ""
        click.echo(say(key, names=tuple(names[:5]), more=more), err=True)


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """Show a bar while somebody is looking; give what moves it on."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update
