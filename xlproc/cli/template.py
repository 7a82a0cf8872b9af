"""``xlproc template``: the blank form."""

from __future__ import annotations

from pathlib import Path

import click

from xlproc.cli.commands import Command
from xlproc.cli.texts import say


@click.command(cls=Command)
@click.argument("form", default="self-evaluation")
@click.option("--month", type=click.IntRange(1, 12))
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path())
@click.option("--force", is_flag=True)
def template(form: str, month: int | None, output: Path, force: bool) -> None:
    """Write the blank form."""
    from xlproc.model.words import os_reason, os_remedy
    from xlproc.templates import has_month, template_names
    from xlproc.templates import template as build
    from xlproc.writing.files import write_whole

    names = template_names()
    if form not in names:
        raise click.UsageError(say("template.unknown", name=form, names=tuple(names)))
    if month is not None and not has_month(form):
        raise click.UsageError(say("template.no_month", name=form))
    target = output if output.suffix == ".xlsx" else output / names[form]
    data = build(form, month)
    if target.exists() and not force:
        if target.is_file() and target.read_bytes() == data:
            click.echo(say("template.same", path=target), err=True)
            return
        raise click.ClickException(say("template.there", path=target))
    try:
        write_whole(target, data)
    except OSError as error:
        words = {"why": os_reason(error), "remedy": os_remedy(error)}
        raise click.ClickException(say("template.refused", path=target, **words)) from error
    click.echo(say("template.done", path=target), err=True)
