"""``xlproc watch``: a folder is watched, and what is dropped into it or saved evaluated."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlproc.cli.closing import light_text, score_text
from xlproc.cli.commands import Command
from xlproc.cli.inputs import about, check_folders, progress
from xlproc.cli.options import (
    at_a_time,
    outbox_option,
    processes_option,
    ruleset_option,
    scores_option,
    vocabulary_option,
)
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from xlproc.batch.progress import Progress
    from xlproc.batch.run import Outcome
    from xlproc.model.words import Phrase
    from xlproc.rulesets import RuleSet
    from xlproc.writing.summary.lines import FileLine, MonitoringLine, ProjectLine

NAMED = 3
"""Of a workbook so many forms are named in its line."""


@click.command(cls=Command)
@click.argument("inbox", default="inbox", type=click.Path(path_type=Path))
@outbox_option
@ruleset_option
@vocabulary_option
@scores_option
@processes_option
def watch(inbox: Path, outbox: Path, ruleset: RuleSet | None, scores: str, processes: int | None) -> None:
    """Watch a folder and evaluate what comes into it."""
    check_folders(inbox, outbox, "watch")
    if not inbox.is_dir():
        raise click.UsageError(say("watch.no_folder", path=inbox))
    from xlproc.batch.inbox import SUMMARY
    from xlproc.batch.watch import Watch

    def workers(workbooks: int) -> int:
        return at_a_time(processes, workbooks)

    click.echo(say("watch.begin", inbox=inbox, outbox=outbox), err=True)
    is_whole = Watch(inbox, outbox, ruleset, scores == "declared", workers, _Lines(inbox, outbox)).go_on()
    click.echo(say("watch.end" if is_whole else "watch.cut", summary=outbox / SUMMARY), err=True)


class _Lines:
    """Prints a line for what happens."""

    def __init__(self, inbox: Path, outbox: Path) -> None:
        self._inbox, self._outbox = inbox, outbox
        self._is_first = True
        self._held: dict[str, str] = {}  # the lines of files that are tried again and again
        self._failed = ""

    def gone(self, why: Phrase | None) -> None:
        _echo(say("watch.gone", inbox=self._inbox, why=why) if why else say("watch.empty", inbox=self._inbox))

    def back(self) -> None:
        _echo(say("watch.back", inbox=self._inbox))

    def locked(self) -> None:
        _echo(say("watch.locked", outbox=self._outbox))

    def evaluating(self, count: int) -> AbstractContextManager[Progress]:
        return progress(say("watch.progress"), count)

    def evaluated(self, outcome: Outcome) -> None:
        """Print a line for each file that was evaluated, and what became of older results."""
        lines = dict(_lines(outcome))
        held = {name: lines[name] for name in outcome.again}
        for name, line in lines.items():
            if name not in held or self._held.get(name) != line:
                _echo(line)
        self._held = held
        for what in ("aside", "removed", "stayed"):
            if names := getattr(outcome, what):
                _echo(about(f"evaluate.before.{what}", names))

    def summarised(self, outcome: Outcome) -> None:
        """Say at first what there is, and once where the summary cannot be written."""
        from xlproc.model import findings as f

        if self._is_first:
            if outcome.anew:
                _echo(say(f"evaluate.before.{outcome.anew}"))
            files = len(outcome.batch.files)
            _echo(say("watch.ready", files=files, judged=len(outcome.judged), unchanged=outcome.unchanged))
        self._is_first = False
        failed = "" if outcome.summary else f.message(outcome.failures[-1], lang())
        if failed and failed != self._failed:
            _echo(f"{failed} {say('watch.no_summary')}")
        self._failed = failed


def _echo(text: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')}  {text}")


def _lines(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Say what came of each file that was evaluated."""
    forms: dict[str, list[ProjectLine | MonitoringLine]] = {}
    both: tuple[ProjectLine | MonitoringLine, ...] = (*outcome.batch.projects, *outcome.batch.monitored)
    for form in both:
        forms.setdefault(form.path, []).append(form)
    for file in outcome.batch.files:
        if file.path in outcome.judged:
            yield file.path, _line(file, forms.get(file.path, []))


def _line(file: FileLine, forms: list[ProjectLine | MonitoringLine]) -> str:
    if file.status != "evaluated":
        return say(f"watch.{file.status}", name=file.path, why=_why(file))
    named = [_form(form) for form in forms[:NAMED]]
    if len(forms) > NAMED:
        named.append(say("watch.more", n=len(forms)))
    words: dict[str, Any] = {
        "name": file.path,
        "forms": tuple(named),
        "errors": sum(form.errors for form in forms),
        "warnings": sum(form.warnings for form in forms),
    }
    output = forms[0].output
    line = say("watch.line", **words, output=output) if output else say("watch.unwritten", **words)
    failed = [item for item in file.findings if item["code"] in ("F007", "F010")]
    return " ".join([line, *(_message(item) for item in failed)])


def _form(form: ProjectLine | MonitoringLine) -> str:
    """Write a form's score and grade, or its light."""
    from xlproc.writing.summary.lines import MonitoringLine

    if isinstance(form, MonitoringLine):
        return light_text(form.light)
    return say("watch.form", score=score_text(form), grade=form.grade).strip()


def _why(file: FileLine) -> str:
    return " ".join(_message(item) for item in file.findings if item["code"].startswith(("F", "T")))


def _message(item: dict[str, Any]) -> str:
    from xlproc.model import findings as f

    return f"{item['code']} {f.message(item, lang())}"
