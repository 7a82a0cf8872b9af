"""``xlproc explain``: what a code or an audit rule means, or how a cell was understood and scored."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE
from xlproc.cli.options import ruleset_option, unknown_code
from xlproc.cli.table import table, wrap
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from xlproc.rulesets import RuleSet


@click.command(cls=Command)
@click.argument("what")
@click.argument("place", required=False)
@ruleset_option
def explain(what: str, place: str | None, ruleset: RuleSet) -> None:
    """Explain a code, an audit rule or a cell."""
    from xlproc.model.codes import by_rule, unknown
    from xlproc.model.findings import catalogue

    if place is not None:
        click.echo(_cell(Path(what), place, ruleset))
    elif what.upper() in catalogue():
        click.echo(_code(what.upper(), ruleset))
    elif what.upper() in by_rule():
        click.echo(_rule(what.upper()))
    elif Path(what).suffix:
        raise click.UsageError(say("explain.no_place", path=what))
    else:
        raise click.UsageError(unknown_code(unknown(what)))


def _cell(path: Path, place: str, ruleset: RuleSet) -> str:
    from xlproc.batch.explain import NoSuchCell, explain_cell

    try:
        return explain_cell(path, place, ruleset, lang())
    except NoSuchCell as error:
        if error.unreadable:
            click.echo(error.say(lang()), err=True)
            sys.exit(UNREADABLE)
        raise click.UsageError(error.say(lang())) from error


def _code(code: str, ruleset: RuleSet) -> str:
    """Tell all that the catalogue and the rule sets say of a code."""
    from xlproc.model.findings import catalogue, severity_word
    from xlproc.model.words import said, word
    from xlproc.rulesets import load, names

    entry, room = catalogue()[code], shutil.get_terminal_size().columns
    texts = {part: re.sub(r"\{\w+\}", "…", text) for part, text in entry.texts[lang()].items()}
    sets = {rules.id: rules for rules in (*map(load, names()), ruleset)}
    changed = tuple(
        say("explain.changed", ruleset=name, severity=severity_word(rules.severities[code], lang()))
        for name, rules in sets.items()
        if rules.severities.get(code, entry.severity) != entry.severity
    )
    parts = (
        ("severity", severity_word(entry.severity, lang())),
        ("changed", said(changed, lang())),
        ("rules", said(entry.rules, lang())),
        ("about", texts["about"]),
        ("message", texts["message"]),
        ("todo", texts["todo"]),
        ("source", say("explain.sourced", source=texts["source"], mark=word(f"mark.{entry.mark}", lang()))),
    )
    lines = [f"{code}  {texts['title']}"]
    for part, text in parts:
        if text:
            lines += ["", say(f"explain.part.{part}")]
            lines += [f"  {line}" for line in wrap(text, max(room - 2, 20))]
    return "\n".join(lines)


def _rule(rule: str) -> str:
    """List the codes that stand for an audit rule."""
    from xlproc.model.codes import by_rule
    from xlproc.model.findings import catalogue, severity_word, title

    rows = [
        (code, severity_word(catalogue()[code].severity, lang()), title(code, lang()))
        for code in by_rule()[rule]
    ]
    heads = [say(f"head.{name}") for name in ("code", "severity", "what")]
    return "\n".join((say("explain.rule", rule=rule), "", table(heads, rows, limit=60)))
