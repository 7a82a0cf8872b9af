"""What ``xlproc evaluate`` says at its end: the forms, what was found about files, the counts, what to do next."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xlproc.cli.inputs import duration, tell_names
from xlproc.cli.table import table
from xlproc.cli.texts import lang, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlproc.batch.run import Outcome
    from xlproc.writing.summary.lines import FileLine, FormLine, MonitoringLine, ProjectLine

    F = TypeVar("F", bound=FormLine)

MANY = 40
"""More lines than these nobody reads on a terminal: the worst are shown, all stand in the summary."""
FEW = 5
"""So few files are counted at a glance."""
SLOW, SLOWEST = 1.0, 3
"""Files that took more seconds than that are named, and at most so many."""


def close(outcome: Outcome, outbox: Path, took: float, to_stderr: bool) -> bool:
    """Print the closing tables and, last, what a person should do next.

    Args:
        outcome: What the run did.
        outbox: The results' folder.
        took: Seconds.
        to_stderr: Standard output is taken.

    Returns:
        Whether something was not done.
    """
    from xlproc.batch.inbox import SUMMARY
    from xlproc.model import findings as f

    summary = outbox / SUMMARY
    _tables(outcome, summary, to_stderr)
    told = list(_about_files(outcome.batch.files))
    for text in told[:MANY]:
        click.echo(text, err=True)
    if len(told) > MANY:
        click.echo(say("closing.more_told", n=len(told) - MANY, summary=summary), err=True)
    for item in outcome.failures:
        if item["context"]["file"] == SUMMARY:
            click.echo(_finding(item, f.message(item, lang())), err=True)
    _tell_before(outcome)
    if len(outcome.batch.files) > FEW:
        click.echo(_counts(outcome, took), err=True)
    elif outcome.unchanged:
        click.echo(say("evaluate.before.unchanged", n=outcome.unchanged), err=True)
    _tell_slowest(outcome)
    return _say_what_next(outcome, outbox, summary)


def score_text(form: ProjectLine) -> str:
    """Write a form's score by the rules."""
    from xlproc.model.words import total_text

    return total_text(form.score, form.pending, form.low, form.high, lang(), form.unweighed)


def light_text(name: str) -> str:
    """Write a light."""
    from xlproc.model.words import word

    return word(f"light.{name}", lang()) if name else "—"


def _tables(outcome: Outcome, summary: Path, to_stderr: bool) -> None:
    from xlproc.model.exact import plain
    from xlproc.model.words import percent

    def scored(p: ProjectLine) -> Sequence[str]:
        return (
            f"{p.path}／{p.sheet}", p.name or say("said.blank"), plain(p.declared) or "—",
            score_text(p), p.grade or "—", str(p.errors), str(p.warnings),
        )  # fmt: skip

    def lit(p: MonitoringLine) -> Sequence[str]:
        return (
            f"{p.path}／{p.sheet}", p.name or say("said.blank"), percent(p.rate) or "—", percent(p.time_share),
            light_text(p.budget_light), light_text(p.light), str(p.errors), str(p.warnings),
        )  # fmt: skip

    scores = ("file", "project", "declared", "rules", "grade", "errors", "warnings")
    lights = ("file", "project", "rate", "time", "budget_light", "light", "errors", "warnings")
    shown = 0
    for heads, rows in (
        (scores, [scored(p) for p in _worst(outcome.batch.projects)]),
        (lights, [lit(p) for p in _worst(outcome.batch.monitored)]),
    ):
        shown += len(rows)
        if rows:
            click.echo(table([say(f"head.{name}") for name in heads], rows), err=to_stderr)
    if more := len(outcome.batch.forms) - shown:
        click.echo(say("closing.more", n=more, summary=summary), err=to_stderr)


def _worst(forms: Sequence[F]) -> Sequence[F]:
    """Give all where they are few, else those with most errors, of these those with most warnings."""
    if len(forms) <= MANY:
        return forms
    return sorted(forms, key=lambda form: (-form.errors, -form.warnings))[:MANY]


def _about_files(files: Sequence[FileLine]) -> Iterator[str]:
    """Say what was found about files; of those that were rejected first."""
    from xlproc.model import findings as f

    for line in sorted(files, key=lambda line: line.status != "rejected"):
        folder = f"{Path(line.path).parent.as_posix()}/ " if "/" in line.path else ""
        for item in line.findings:
            if (
                line.status in ("rejected", "read")
                or item["severity"] != "note"
                or item["code"].startswith("F")
            ):
                yield _finding(item, f"{folder}{f.message(item, lang())}")


def _finding(item: dict[str, Any], message: str) -> str:
    from xlproc.model import findings as f

    return f"{f.severity_word(item['severity'], lang())} {item['code']} {message}"


def _tell_before(outcome: Outcome) -> None:
    """Say what became of an earlier run's results."""
    if outcome.anew:
        click.echo(say(f"evaluate.before.{outcome.anew}"), err=True)
    for what in ("changed", "aside", "removed", "stayed"):
        tell_names(f"evaluate.before.{what}", getattr(outcome, what))
    if outcome.forgotten:
        click.echo(say("evaluate.before.forgotten", why=outcome.forgotten), err=True)


def _counts(outcome: Outcome, took: float) -> str:
    """Count the files, each once, and what was found in their forms."""
    files = Counter(
        "rejected"
        if line.status == "rejected"
        else line.status
        if line.path in outcome.judged
        else "unchanged"
        for line in outcome.batch.files
    )
    forms = outcome.batch.forms
    counts = {
        "evaluated": files["evaluated"],
        **({"read": files["read"]} if files["read"] else {}),
        "unchanged": files["unchanged"],
        "rejected": files["rejected"],
        "errors": sum(form.errors for form in forms),
        "warnings": sum(form.warnings for form in forms),
    }
    heads = [say(f"head.{name}") for name in (*counts, "took")]
    return table(heads, [[*map(str, counts.values()), duration(took)]])


def _tell_slowest(outcome: Outcome) -> None:
    slow = sorted((-seconds, name) for name, seconds in outcome.judged.items() if seconds > SLOW)
    if slow:
        names = tuple(say("closing.slow", name=name, seconds=f"{-took:.1f}") for took, name in slow[:SLOWEST])
        click.echo(say("closing.slowest", names=names), err=True)


def _say_what_next(outcome: Outcome, outbox: Path, summary: Path) -> bool:
    rejected = sum(line.status == "rejected" for line in outcome.batch.files)
    forms = outcome.batch.forms
    errors = sum(form.errors for form in forms)
    warnings = sum(form.warnings for form in forms)
    written = sum(bool(form.output) for form in forms)
    if outcome.failures:
        ending = "failed"
    elif rejected:
        ending = "rejected" if written else "all_rejected"
    elif not written:
        ending = "nothing"
    else:
        ending = "errors" if errors else "warnings" if warnings else "clean"
    words = {"rejected": rejected, "written": written, "errors": errors, "warnings": warnings}
    click.echo(say(f"evaluate.end.{ending}", **words, outbox=outbox, summary=summary), err=True)
    return bool(rejected or outcome.failures)
