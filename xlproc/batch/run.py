"""Evaluates a batch: from paths to written files and a few summary lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from xlproc.batch.made import Made
from xlproc.batch.manifest import Entry, Manifest
from xlproc.batch.memory import is_moving, look, recall, sweep
from xlproc.batch.outputs import put
from xlproc.batch.progress import Progress
from xlproc.batch.rounds import lost, rounds
from xlproc.batch.stored import stored
from xlproc.batch.twice import counted_twice
from xlproc.batch.workers import FEW
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import records
from xlproc.writing.json_report import finding_json, report_json, workbook_json
from xlproc.writing.summary import Batch, Left, gather, left_by, summary_book, told_besides
from xlproc.writing.xlsx import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xlproc.batch.cluster import Cluster
    from xlproc.batch.inbox import Found, Job
    from xlproc.batch.memory import Seen
    from xlproc.batch.rounds import Heads, Known
    from xlproc.model.words import Phrase
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What a run did.

    Attributes:
        batch: What the summary is made of.
        report: The JSON report, where it was asked for.
        summary: The summary's path, or None where it was not written.
        failures: Findings about outputs that could not be written.
        unchanged: How many inputs were as they were, and not judged again.
        judged: By name of each input that was judged: how many seconds it took.
        again: Those of which the next run may find otherwise: they were being written, or their results could not be.
        changed: Results that somebody changed and that stay, below the outbox.
        aside: Results that somebody changed, and that were renamed.
        removed: Results of inputs that are gone, which were removed.
        stayed: Results of inputs that are gone, which somebody changed or which could not be removed.
        anew: Why nothing of an earlier run holds, where that needs a word (see ``Manifest.anew``).
        forgotten: Why the next run cannot go on from this one, or None.
    """

    batch: Batch = field(default_factory=Batch)
    report: dict[str, Any] | None = None
    summary: Path | None = None
    failures: list[Row] = field(default_factory=list)
    unchanged: int = 0
    judged: dict[str, float] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    stayed: list[str] = field(default_factory=list)
    anew: str = ""
    forgotten: Phrase | None = None


def run(
    found: Found,
    outbox: Path,
    summary: Path | None,
    ruleset: RuleSet | None,
    declared: bool = False,
    with_json: bool = False,
    progress: Progress | None = None,
    processes: int = 1,
    manifest: Manifest | None = None,
    force: bool = False,
    cluster: Cluster | None = None,
    called: Path | None = None,
    look: Callable[[Path], Seen] = look,
    apart: bool = False,
) -> Outcome:
    """Evaluate all inputs and write results and summary.

    Args:
        found: The inputs.
        outbox: The results' folder.
        summary: The summary's path; None: it is written later, see :func:`summarise`.
        ruleset: The rule set; None: for each workbook the one that its forms are made for.
        declared: Whether official tables show the units' own scores.
        with_json: Whether the JSON report is kept.
        progress: Told of each workbook that is done.
        processes: How many work at a time; what comes out does not depend on it.
        manifest: What the outbox remembers; what is as it was is not judged again. None: nothing is remembered.
        force: Judge all again.
        cluster: Who does the work, where not this machine; all paths are then absolute.
        called: What the report calls the outbox, where not by its path.
        look: Sees a file as it is.
        apart: Workbooks are opened in other processes only; so are they where an earlier run did not come to its end.
    """
    manifest, progress = manifest or Manifest(), progress or Progress()
    recalled = recall(found, outbox, manifest, with_json, force, look)
    jobs, seen, known = recalled.jobs, recalled.seen, {n: kept.known for n, kept in recalled.kept.items()}
    made = {number: Made(kept.left, part=kept.part) for number, kept in recalled.kept.items()}
    for number, each in made.items():
        progress.tell(number, *_counted(each.left))
    progress.begin()
    if made and len(jobs) - len(made) < FEW:
        processes = 1
    apart = apart or recalled.unfinished
    work = partial(_some, ruleset=ruleset, outbox=outbox, declared=declared, with_json=with_json)
    wanted = set(range(len(jobs))) - set(made)
    judged: set[int] = set()
    for _ in range(2):  # what is changed meanwhile, once more
        before = {number: each for number, each in known.items() if number not in wanted}
        for number, one, beside in rounds(jobs, work, processes, before, cluster, apart):
            judged.add(number)
            if one is None:
                known.setdefault(number, beside)
                made.setdefault(number, _lost(jobs[number], with_json))
                progress.tell(number, *_counted(made[number].left))
                continue
            progress.tell(number, *_counted(one.left))
            if number in made:
                one.aside += made[number].aside
                one.seconds += made[number].seconds
            made[number], known[number] = one, beside
            jobs[number] = replace(jobs[number], known=one.written)
            if one.is_lasting and seen[number].sha256 and one.sha256 in ("", seen[number].sha256):
                manifest.add(_entry(jobs[number], outbox, seen[number].sha256, one, beside))
        wanted = {n for n in judged if is_moving(jobs[n].path, seen[n], made[n].sha256)}
        if not wanted:
            break
        for number in wanted:
            seen[number] = look(jobs[number].path)
    if cluster or apart or processes > 1:
        sweep(jobs, outbox)
    told = counted_twice(jobs, [each.sha256 for each in seen], {n: each.heads for n, each in known.items()})
    for number in wanted:
        context = {"file": jobs[number].path.name}
        told.setdefault(number, []).append(Finding("B003", number, context=context))
    _tell(made, told, ruleset)
    ordered = [made[number] for number in sorted(made)]
    unchanged = [kept for number, kept in recalled.kept.items() if number not in judged]
    outcome = Outcome(
        gather([each.left for each in ordered], found.skipped),
        failures=[item for each in ordered for item in each.failures],
        unchanged=len(unchanged),
        judged={jobs[number].name: made[number].seconds for number in sorted(judged)},
        again=[jobs[number].name for number in sorted(judged) if made[number].is_passing],
        changed=[path for kept in unchanged for path in kept.changed],
        aside=[path for each in ordered for path in each.aside],
        removed=recalled.removed,
        stayed=recalled.stayed,
        anew=manifest.anew,
    )
    if with_json:
        parts = [_placed(each.part, called or outbox) for each in ordered if each.part]
        outcome.report = report_json(parts, ruleset)
    if summary is None:
        manifest.finish(manifest.summary)
        outcome.forgotten = manifest.failed
    else:
        summarise(outcome, summary, ruleset, manifest)
    return outcome


def summarise(outcome: Outcome, summary: Path, ruleset: RuleSet | None, manifest: Manifest) -> None:
    """Write the summary of a run, and note in its outcome what came of it."""
    written = put(0, summary, render(summary_book(outcome.batch, ruleset)), manifest.summary)
    manifest.finish(written.sha256)
    outcome.failures += written.failures
    outcome.aside += [written.aside.name] if written.aside else []
    outcome.summary = None if written.failures else summary
    outcome.forgotten = manifest.failed


def _counted(left: Left) -> tuple[int, int]:
    """Count the errors and warnings in a workbook's forms."""
    forms = [*left.projects, *left.monitored]
    return sum(form.errors for form in forms), sum(form.warnings for form in forms)


def _entry(job: Job, outbox: Path, sha256: str, made: Made, known: Known) -> Entry:
    """Give what is to be remembered of an input."""
    paths = (path.relative_to(outbox).as_posix() for path in (job.output, job.marked))
    outputs = {path: sha for path, sha in zip(paths, made.written, strict=True) if sha}
    output = job.output.relative_to(outbox).as_posix()
    return Entry(job.name, output, outputs, sha256, known.heads, known.beside, stored(made.left), made.part)


def _placed(part: dict[str, Any], outbox: Path) -> dict[str, Any]:
    """Say in a part of the report where its outputs are."""
    return {**part, "outputs": [(outbox / path).as_posix() for path in part["outputs"]]}


def _tell(made: dict[int, Made], told: Mapping[int, Sequence[Finding]], ruleset: RuleSet | None) -> None:
    """Add what is found only among all workbooks: to the summary and the report, not to the workbooks' results."""
    for number, found in told.items():
        one, rows = made[number], records(to_frame(found, ruleset.severities if ruleset else None))
        part = one.part
        if part is not None:
            part = {**part, "findings": [*part["findings"], *(finding_json(item, {}, {}) for item in rows)]}
        made[number] = replace(one, left=told_besides(one.left, rows), part=part)


def _some(
    jobs: Sequence[Job], ruleset: RuleSet | None, outbox: Path, declared: bool, with_json: bool
) -> list[tuple[Made, Heads]]:
    """Do a part; what that needs is loaded where it is done: several processes begin while this one still loads."""
    from xlproc.batch.part import some

    return some(jobs, ruleset, outbox, declared, with_json)


def _lost(job: Job, with_json: bool) -> Made:
    """Tell of a workbook that took too long or killed its process."""
    workbook = {"workbook": 0, "path": job.name, "sha256": "", "status": "rejected"}
    found = lost(job)
    part = workbook_json(workbook, (), (), {}, {}, found, None) if with_json else None
    return Made(left_by(workbook, (), {}, {}, found, "", {}), part=part)
