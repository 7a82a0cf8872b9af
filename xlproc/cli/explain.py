"""``xlproc explain``: what a code or an audit rule means, or how a cell was understood and scored."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE
from xlproc.cli.options import ruleset_option, unknown_code, vocabulary_option
from xlproc.cli.table import table, wrap
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from xlproc.rulesets import RuleSet


@click.command(cls=Command)
@click.argument("what")
@click.argument("place", required=False)
@ruleset_option
@vocabulary_option
def explain(what: str, place: str | None, ruleset: RuleSet | None) -> None:
    """Explain a code, an audit rule or a cell."""
    from xlproc.model.codes import audit_rules, unknown
    from xlproc.model.findings import catalogue

    if place is not None:
        click.echo(_cell(Path(what), place, ruleset))
    elif what.upper() in catalogue():
        click.echo(_code(what.upper(), ruleset))
    elif what.upper() in audit_rules():
        click.echo(_rule(what.upper()))
    elif Path(what).suffix:
        raise click.UsageError(say("explain.no_place", path=what))
    else:
        raise click.UsageError(unknown_code(unknown(what)))


def _cell(path: Path, place: str, ruleset: RuleSet | None) -> str:
    from xlproc.batch.explain import NoSuchCell, explain_cell

    try:
        return explain_cell(path, place, ruleset, lang())
    except NoSuchCell as error:
        if error.unreadable:
            click.echo(error.say(lang()), err=True)
            sys.exit(UNREADABLE)
        raise click.UsageError(error.say(lang())) from error


def _code(code: str, ruleset: RuleSet | None) -> str:
    """Tell all that the catalogue and the rule sets say of a code."""
    from xlproc.model.findings import catalogue, plain_text, severity_word
    from xlproc.model.words import said, word
    from xlproc.rulesets import load, names, severity_changes

    entry, room = catalogue()[code], shutil.get_terminal_size().columns
    texts = {part: plain_text(code, part, lang()) for part in entry.texts[lang()]}
    changed = tuple(
        say("explain.changed", ruleset=name, severity=severity_word(severity, lang()))
        for name, severity in severity_changes(
            code, (*map(load, names()), *([ruleset] if ruleset else []))
        ).items()
    )
    parts = (
        ("severity", severity_word(entry.severity, lang())),
        ("changed", said(changed, lang())),
        ("rules", said(entry.rules, lang())),
        ("also", said(entry.also, lang())),
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
    """Say what an audit rule asks, and list the codes whose findings name it."""
    from xlproc.model.codes import audit_rules, by_rule
    from xlproc.model.findings import catalogue, severity_word, title

    asked = audit_rules()[rule]
    head = f"{rule}  {asked.texts[lang()]}"
    if asked.needs is not None:
        return "\n".join((head, "", say("explain.unchecked", needs=asked.needs[lang()])))
    rows = [
        (
            code,
            severity_word(catalogue()[code].severity, lang()),
            title(code, lang()) + (say("explain.beside") if rule in catalogue()[code].also else ""),
        )
        for code in by_rule()[rule]
    ]
    heads = [say(f"head.{name}") for name in ("code", "severity", "what")]
    return "\n".join((head, "", say("explain.codes"), "", table(heads, rows, limit=60)))
