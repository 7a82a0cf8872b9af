"""``xlproc rulesets``: the rule sets, their values, and whether their examples hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from xlproc.cli.commands import Group
from xlproc.cli.options import loaded
from xlproc.cli.table import table
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from xlproc.rulesets import RuleSet

FAILED = 1
"""Exit code: an example does not hold."""


class _Rulesets(Group):
    """``rulesets NAME`` is short for ``rulesets show NAME``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command for the name of a rule set."""
        named = bool(args) and args[0] not in self.commands and not args[0].startswith("-")
        return super().resolve_command(ctx, ["show", *args] if named else args)

    def reword(self, path: str) -> None:
        """Say in the usage that a name may stand for a command."""
        super().reword(path)
        self.subcommand_metavar = say("metavar.name_or_command")


@click.group(cls=_Rulesets, invoke_without_command=True)
@click.pass_context
def rulesets(context: click.Context) -> None:
    """List the rule sets."""
    if context.invoked_subcommand is not None:
        return
    from xlproc.rulesets import load, names

    rows = [
        (
            rules.id + (say("rulesets.default") if rules.id == "mof-2020" else ""),
            rules.titled(lang()),
            str(rules.effective_from),
            rules.inherits or "—",
        )
        for rules in map(load, names())
    ]
    heads = ("name", "title", "from", "inherits")
    click.echo(table([say(f"head.{name}") for name in heads], rows, limit=90))


@rulesets.command()
@click.argument("ruleset", callback=loaded)
def show(ruleset: RuleSet) -> None:
    """Show a rule set's values."""
    from xlproc.writing.rules_used import ruleset_lines

    click.echo(f"{ruleset.id}　{ruleset.titled(lang())}")
    words = {"inherits": ruleset.inherits or "—", "sha256": ruleset.sha256}
    click.echo(say("rulesets.about", effective_from=ruleset.effective_from, **words))
    for title, value, source, mark in ruleset_lines(ruleset, lang()):
        click.echo("\n" + say("rulesets.value", title=title, value=value, source=source, mark=mark))


@rulesets.command()
@click.argument("ruleset", callback=loaded, required=False)
def test(ruleset: RuleSet | None) -> None:
    """Run the examples of a rule set, or of all."""
    from xlproc.rules.examples import run_examples
    from xlproc.rulesets import RuleSetError, load, names

    failed = 0
    for rules in [ruleset] if ruleset else map(load, names()):
        try:
            results = run_examples(rules)
        except RuleSetError as error:
            raise click.UsageError(error.say(lang())) from error
        wrong = sum(not result.ok for result in results)
        failed += wrong
        click.echo(f"{rules.id}　{rules.titled(lang())}")
        rows = [
            (r.example.name, r.expected, r.got, say("rulesets.ok" if r.ok else "rulesets.wrong"))
            for r in results
        ]
        heads = ("example", "expected", "got", "holds")
        if rows:
            click.echo(table([say(f"head.{name}") for name in heads], rows, limit=60))
        ending = "rulesets.failed" if wrong else "rulesets.held" if rows else "rulesets.no_examples"
        click.echo(say(ending, n=len(rows), wrong=wrong) + "\n")
    if failed:
        sys.exit(FAILED)
