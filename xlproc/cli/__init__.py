"""The commands: arguments in, words and exit codes out, in Chinese or English; no logic of the field.

One module a command; their words are data (``texts.toml``, and ``locale`` for click's own).
"""

from __future__ import annotations

import click

import xlproc
from xlproc.cli.check import check
from xlproc.cli.commands import Main
from xlproc.cli.evaluate import evaluate
from xlproc.cli.explain import explain
from xlproc.cli.read import read
from xlproc.cli.rulesets import rulesets
from xlproc.cli.template import template
from xlproc.cli.watch import watch


@click.group("xlproc", cls=Main)
@click.version_option(xlproc.__version__, "-V", "--version", message="xlproc %(version)s")
def main() -> None:
    """Run a command."""


for command in (evaluate, watch, check, explain, read, rulesets, template):
    main.add_command(command)
