"""``xlproc evaluate``: a folder of workbooks in, results and a summary out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlproc.cli.closing import close
from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE, check_folders, progress, tell_passed
from xlproc.cli.options import (
    at_a_time,
    cluster,
    everywhere,
    outbox_option,
    processes_option,
    ruleset_option,
    scheduler_option,
    scores_option,
    vocabulary_option,
)
from xlproc.cli.texts import say

if TYPE_CHECKING:
    from xlproc.rulesets import RuleSet


@click.command(cls=Command)
@click.argument("inbox", default="inbox", type=click.Path(path_type=Path))
@outbox_option
@ruleset_option
@vocabulary_option
@scores_option
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

    began = time.monotonic()
    check_folders(inbox, outbox, "evaluate")
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
                progress=move,
                processes=working,
                manifest=manifest,
                force=force,
                cluster=machines,
                called=called,
            )
    except LockedError:
        click.echo(say("evaluate.locked", path=called), err=True)
        sys.exit(UNREADABLE)
    failed = json_file is not None and _write_json(outcome.report, json_file)
    wrong = close(outcome, called, time.monotonic() - began, to_stderr=str(json_file) == "-")
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
