"""``xlproc evaluate``: a folder of workbooks in, results and a summary out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE, progress, tell_names, tell_passed
from xlproc.cli.options import (
    at_a_time,
    cluster,
    everywhere,
    processes_option,
    ruleset_option,
    scheduler_option,
    vocabulary_option,
)
from xlproc.cli.table import table
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from xlproc.batch.run import Outcome
    from xlproc.rulesets import RuleSet


@click.command(cls=Command)
@click.argument("inbox", default="inbox", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "outbox",
    default="outbox",
    show_default=True,
    type=click.Path(path_type=Path),
)
@ruleset_option
@vocabulary_option
@click.option("--scores", type=click.Choice(["rules", "declared"]), default="rules", show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path, allow_dash=True))
@processes_option
@scheduler_option
@click.option("--force", is_flag=True)
def evaluate(
    inbox: Path,
    outbox: Path,
    ruleset: RuleSet | None,
    scores: str,
    json_file: Path | None,
    processes: int | None,
    scheduler: str | None,
    force: bool,
) -> None:
    """Evaluate the workbooks of a folder."""
    from xlproc.batch.inbox import SUFFIXES, SUMMARY, find
    from xlproc.model.words import os_reason

    try:
        there = inbox.exists()
    except OSError as error:
        raise click.UsageError(say("inputs.refused", path=inbox, why=os_reason(error))) from error
    if not there:
        raise click.UsageError(say("evaluate.no_inbox", path=inbox))
    if outbox.exists() and not outbox.is_dir():
        raise click.UsageError(say("evaluate.outbox_is_file", path=outbox))
    if json_file is not None and json_file.suffix.lower() in SUFFIXES:
        raise click.UsageError(say("evaluate.json_is_workbook", path=json_file))
    called = outbox
    if scheduler is not None:
        if processes is not None:
            raise click.UsageError(say("evaluate.processes_and_scheduler"))
        inbox, outbox = everywhere(inbox), everywhere(outbox)
    try:
        found = find(inbox, outbox)
    except OSError as error:
        raise click.UsageError(say("inputs.refused", path=inbox, why=os_reason(error))) from error
    tell_passed(found)
    if not found.jobs:
        from xlproc.writing.json_report import report_json

        failed = json_file is not None and _write_json(report_json([], ruleset), json_file)
        click.echo(say("evaluate.empty", path=inbox), err=True)
        sys.exit(UNREADABLE if failed else 0)
    from xlproc.batch.lock import LockedError, locked
    from xlproc.batch.manifest import Manifest, settings
    from xlproc.batch.run import run

    declared, with_json = scores == "declared", json_file is not None
    try:
        with (
            locked(outbox),
            cluster(scheduler, outbox, [job.path for job in found.jobs]) as machines,
            progress(say("evaluate.progress"), len(found.jobs)) as move,
        ):
            working = machines.processes if machines else at_a_time(processes, len(found.jobs))
            manifest = Manifest(outbox, settings(inbox, outbox, ruleset, declared))
            outcome = run(
                found,
                outbox,
                outbox / SUMMARY,
                ruleset,
                declared,
                with_json,
                move,
                working,
                manifest,
                force,
                machines,
                called,
            )
    except LockedError:
        click.echo(say("evaluate.locked", path=called), err=True)
        sys.exit(UNREADABLE)
    failed = json_file is not None and _write_json(outcome.report, json_file)
    wrong = _close(outcome, called, to_stderr=str(json_file) == "-")
    if failed or wrong or found.closed:
        sys.exit(UNREADABLE)


def _write_json(report: Any, target: Path) -> bool:
    """Write the report; tell and give True where it cannot be written."""
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    if str(target) == "-":
        click.echo(text, nl=False)
        return False
    from xlproc.model.words import os_reason, os_remedy
    from xlproc.writing.files import write_whole

    try:
        write_whole(target, text.encode())
    except OSError as error:
        told = say("evaluate.no_report", path=target, why=os_reason(error), remedy=os_remedy(error))
        click.echo(told, err=True)
        return True
    return False


def _tell_before(outcome: Outcome) -> None:
    """Say what became of an earlier run's results."""
    if outcome.anew:
        click.echo(say(f"evaluate.before.{outcome.anew}"), err=True)
    for what in ("changed", "aside", "removed", "stayed"):
        tell_names(f"evaluate.before.{what}", getattr(outcome, what))
    if outcome.forgotten:
        click.echo(say("evaluate.before.forgotten", why=outcome.forgotten), err=True)
    if outcome.unchanged:
        click.echo(say("evaluate.before.unchanged", n=outcome.unchanged), err=True)


def _light(name: str) -> str:
    from xlproc.model.words import word

    return word(f"light.{name}", lang()) if name else "—"


def _close(outcome: Outcome, outbox: Path, to_stderr: bool) -> bool:
    """Print the closing table and, last, what a person should do next; give whether something was not done."""
    from xlproc.batch.inbox import SUMMARY
    from xlproc.model import findings as f
    from xlproc.model.exact import plain
    from xlproc.model.words import percent, total_text

    rejected = [line for line in outcome.batch.files if line.status == "rejected"]
    lines = [
        (
            f"{p.path}／{p.sheet}", p.name or say("said.blank"), plain(p.declared) or "—",
            total_text(p.score, p.pending, p.low, p.high, lang(), p.unweighed), p.grade or "—", str(p.errors), str(p.warnings),
        )
        for p in outcome.batch.projects
    ]  # fmt: skip
    if lines:
        scores = ("file", "project", "declared", "rules", "grade", "errors", "warnings")
        click.echo(table([say(f"head.{name}") for name in scores], lines), err=to_stderr)
    midyear = [
        (
            f"{p.path}／{p.sheet}", p.name or say("said.blank"), percent(p.rate) or "—", percent(p.time_share),
            _light(p.budget_light), _light(p.light), str(p.errors), str(p.warnings),
        )
        for p in outcome.batch.monitored
    ]  # fmt: skip
    if midyear:
        lights = ("file", "project", "rate", "time", "budget_light", "light", "errors", "warnings")
        click.echo(table([say(f"head.{name}") for name in lights], midyear), err=to_stderr)
    for line in outcome.batch.files:
        for item in line.findings:
            if (
                line.status in ("rejected", "read")
                or item["severity"] != "note"
                or item["code"].startswith("F")
            ):
                severity = f.severity_word(item["severity"], lang())
                folder = f"{Path(line.path).parent.as_posix()}/ " if "/" in line.path else ""
                click.echo(f"{severity} {item['code']} {folder}{f.message(item, lang())}", err=True)
    for item in outcome.failures:
        if item["context"]["file"] == SUMMARY:
            severity = f.severity_word("error", lang())
            click.echo(f"{severity} {item['code']} {f.message(item, lang())}", err=True)
    _tell_before(outcome)
    forms = outcome.batch.forms
    errors = sum(p.errors for p in forms)
    warnings = sum(p.warnings for p in forms)
    written = sum(bool(p.output) for p in forms)
    if outcome.failures:
        ending = "failed"
    elif rejected:
        ending = "rejected" if written else "all_rejected"
    elif not written:
        ending = "nothing"
    else:
        ending = "errors" if errors else "warnings" if warnings else "clean"
    words = {"rejected": len(rejected), "written": written, "errors": errors, "warnings": warnings}
    click.echo(say(f"evaluate.end.{ending}", **words, outbox=outbox, summary=outbox / SUMMARY), err=True)
    return bool(rejected or outcome.failures)
