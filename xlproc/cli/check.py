"""``xlproc check``: findings only, before the form goes up."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE, progress, tell_passed
from xlproc.cli.options import at_a_time, codes, ruleset_option, vocabulary_option
from xlproc.cli.table import listing
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.batch.check import Checked
    from xlproc.rulesets import RuleSet

ERRORS = 1
"""Exit code: at least one error was found."""
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@ruleset_option
@vocabulary_option
@click.option(
    "--format", "shape", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True
)
@click.option("--select", multiple=True, callback=codes)
@click.option("--ignore", multiple=True, callback=codes)
def check(
    files: tuple[Path, ...],
    ruleset: RuleSet | None,
    shape: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Check workbooks and write nothing."""
    from xlproc.batch import check as batch

    found = batch.inputs(files)
    tell_passed(found)
    with progress(say("check.progress"), len(found.jobs)) as move:
        judged = batch.check(found, ruleset, move, at_a_time(None, len(found.jobs)))
    checked = [batch.choose(each, select, ignore) for each in judged]
    if shape == "json":
        click.echo(json.dumps(batch.report(checked, ruleset, lang()), ensure_ascii=False, indent=1))
    elif shape == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(batch.csv_rows(checked, lang()))
        # in a file always UTF-8, with the mark without which Excel takes Chinese for another encoding
        text = out.getvalue()
        click.echo(text if sys.stdout.isatty() else text.encode("utf-8-sig"), nl=False)
    else:
        for each in checked:
            click.echo(_workbook(each) + "\n")
    click.echo(_close(checked), err=shape != "text")
    if found.closed or any(each.status == "rejected" for each in checked):
        sys.exit(UNREADABLE)
    if any(item["severity"] == "error" for each in checked for item in each.findings):
        sys.exit(ERRORS)


def _workbook(checked: Checked) -> str:
    """Lay out a workbook's findings."""
    from xlproc.batch.check import by_place

    lines = [click.style(checked.path, bold=True)]
    for project, groups in by_place(checked):
        if project is not None:
            name = project["name"] or say("said.blank")
            lines += ["", say("check.project", sheet=project["sheet"], name=name)]
        heads = [say(f"head.{name}") for name in ("row", "cells", "severity", "code", "what")]
        rows = [_finding(item, first=i == 0) for group in groups for i, item in enumerate(group)]
        lines += ["", listing(heads, rows, shutil.get_terminal_size().columns)]
    if checked.status == "rejected":
        lines += ["", say("check.unreadable")]
    elif not checked.findings:
        lines += ["", say("check.none_chosen" if checked.hidden else "check.none")]
    return "\n".join(lines)


def _finding(item: dict[str, Any], first: bool) -> tuple[Sequence[str], Sequence[str]]:
    from xlproc.model import findings as f

    sheet, todo = item["sheet"], f.todo(item, lang())
    severity = click.style(f.severity_word(item["severity"], lang()), fg=_COLOURS[item["severity"]])
    cells = f.place(sheet, item["cells"], lang()).removeprefix(f"{sheet}!") if item["cells"] else ""
    row = str(item["row"] or "") if first else ""
    return (row, cells, severity, item["code"]), (f.body(item, lang()), f"→ {todo}" if todo else "")


def _close(checked: Sequence[Checked]) -> str:
    """Count, and say what to do next."""
    counts = Counter(item["severity"] for each in checked for item in each.findings)
    rejected = sum(each.status == "rejected" for each in checked)
    hidden = sum(each.hidden for each in checked)
    if not checked:
        return say("check.end.empty")
    if rejected:
        ending = "rejected"
    elif counts["error"]:
        ending = "errors"
    elif counts["warning"]:
        ending = "warnings"
    else:
        ending = "notes" if counts["note"] else "chosen" if hidden else "clean"
    told = say(
        "check.end.counts",
        files=len(checked),
        errors=counts["error"],
        warnings=counts["warning"],
        notes=counts["note"],
        hidden=say("check.end.hidden", n=hidden) if hidden else "",
    )
    return told + say(f"check.end.{ending}", n=rejected)
