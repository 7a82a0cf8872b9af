"""What several commands do with their options: load a rule set, read a list of codes."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlproc.cli.inputs import UNREADABLE
from xlproc.cli.texts import lang, say
from xlproc.model.words import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlproc.batch.cluster import Cluster
    from xlproc.model.codes import UnknownCodeError
    from xlproc.rulesets import RuleSet


def loaded(context: click.Context, parameter: click.Parameter, name: str | None) -> RuleSet | None:
    """Load the rule set that is named, or tell what is wrong with it."""
    from xlproc.rulesets import RuleSetError, load

    try:
        return None if name is None else load(name)
    except RuleSetError as error:
        raise click.BadParameter(error.say(lang()), context, parameter) from error


AUTO = "auto"
"""The name under which each workbook is judged by the shipped rule set that its forms are made for."""


def loaded_or_auto(context: click.Context, parameter: click.Parameter, name: str) -> RuleSet | None:
    """Load the rule set that is named; None for ``auto``."""
    return None if name == AUTO else loaded(context, parameter, name)


ruleset_option = click.option("--ruleset", default="mof-2020", show_default=True, callback=loaded_or_auto)


def use_words(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Use the words of a user's file until the command ends, or tell what is wrong with it."""
    from xlproc.forms import WordsError, added

    if path is None:
        return None
    try:
        context.with_resource(added(path))
    except WordsError as error:
        raise click.BadParameter(f"{path}: {error.why.say(lang())}", context, parameter) from error
    except OSError as error:
        raise click.BadParameter(f"{path}: {os_reason(error).say(lang())}", context, parameter) from error
    return path


vocabulary_option = click.option(
    "--vocabulary", type=click.Path(path_type=Path), callback=use_words, expose_value=False
)


outbox_option = click.option(
    "-o",
    "--output",
    "outbox",
    default="outbox",
    show_default=True,
    type=click.Path(path_type=Path),
)
scores_option = click.option(
    "--scores", type=click.Choice(["rules", "declared"]), default="rules", show_default=True
)
processes_option = click.option("-j", "--processes", type=click.IntRange(1, 256))


scheduler_option = click.option("--scheduler")


@contextmanager
def cluster(address: str | None, outbox: Path, inputs: Sequence[Path]) -> Iterator[Cluster | None]:
    """Connect to the scheduler that is named; None where none is. What is wrong with it ends the command."""
    if address is None:
        yield None
        return
    from xlproc.batch.cluster import ClusterError, joined

    try:
        with joined(address, outbox, inputs) as there:
            yield there
    except ClusterError as error:
        click.echo(error.why.say(lang()), err=True)
        sys.exit(UNREADABLE)


def everywhere(path: Path) -> Path:
    """Give a path as other machines have it too; a link that is itself an input keeps its name."""
    return path.parent.resolve() / path.name if path.is_file() else path.resolve()


def at_a_time(wanted: int | None, workbooks: int) -> int:
    """Give how many processes work: as many as wanted, else the cores, and one where the workbooks are few."""
    from xlproc.batch.workers import FEW, cores

    if wanted is not None:
        return min(wanted, max(1, workbooks))
    return 1 if workbooks < FEW else cores()


def codes(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Read codes, beginnings of codes and audit rules, or tell what is near."""
    from xlproc.model.codes import UnknownCodeError, parse

    try:
        return parse(given)
    except UnknownCodeError as error:
        raise click.BadParameter(unknown_code(error), context, parameter) from error


def unknown_code(error: UnknownCodeError) -> str:
    """Say that there is no such code, and what is near or which there are."""
    from xlproc.model.findings import catalogue

    if error.near:
        return say("explain.unknown_near", given=error.given, near=error.near)
    groups = tuple(dict.fromkeys(code[0] for code in catalogue()))
    return say("explain.unknown", given=error.given, groups=groups)
