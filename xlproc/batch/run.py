"""Evaluates a batch: from paths to written files and a few summary lines."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from xlproc.batch.judge import grouped, judge, records
from xlproc.batch.manifest import Entry, Manifest
from xlproc.batch.memory import is_moving, look, recall, sweep
from xlproc.batch.outputs import Written, digest, not_written, put, take_away
from xlproc.batch.plain import plain
from xlproc.batch.progress import Progress
from xlproc.batch.rounds import heads_of, rounds
from xlproc.batch.stored import stored
from xlproc.batch.twice import counted_twice
from xlproc.batch.workers import FEW
from xlproc.model.cells import split
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import is_judged
from xlproc.model.words import phrase
from xlproc.reading import grid, guard
from xlproc.reading.workbook import read
from xlproc.writing.json_report import finding_json, report_json, workbook_json
from xlproc.writing.marked import is_worth, marked_copy
from xlproc.writing.results import results_book, table_names
from xlproc.writing.summary import Batch, Left, gather, left_by, summary_book, told_besides
from xlproc.writing.xlsx import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from xlproc.batch.cluster import Cluster
    from xlproc.batch.inbox import Found, Job
    from xlproc.batch.judge import Judged
    from xlproc.batch.memory import Seen
    from xlproc.batch.rounds import Heads, Known
    from xlproc.model.words import Lang, Phrase
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


PASSING = frozenset({"F008", "F015"})
"""Why a file was not evaluated, where the next run may find it otherwise."""


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
    """
    manifest, progress = manifest or Manifest(), progress or Progress()
    recalled = recall(found, outbox, manifest, with_json, force, look)
    jobs, seen, known = recalled.jobs, recalled.seen, {n: kept.known for n, kept in recalled.kept.items()}
    made = {number: _Made(kept.left, part=kept.part) for number, kept in recalled.kept.items()}
    for number, each in made.items():
        progress.tell(number, *_counted(each.left))
    progress.begin()
    if made and len(jobs) - len(made) < FEW:
        processes = 1
    work = partial(_some, ruleset=ruleset, outbox=outbox, declared=declared, with_json=with_json)
    wanted = set(range(len(jobs))) - set(made)
    judged: set[int] = set()
    for _ in range(2):  # what is changed meanwhile, once more
        before = {number: each for number, each in known.items() if number not in wanted}
        for number, one, beside in rounds(jobs, work, processes, before, cluster):
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
    if cluster or processes > 1:
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


def _entry(job: Job, outbox: Path, sha256: str, made: _Made, known: Known) -> Entry:
    """Give what is to be remembered of an input."""
    paths = (path.relative_to(outbox).as_posix() for path in (job.output, job.marked))
    outputs = {path: sha for path, sha in zip(paths, made.written, strict=True) if sha}
    output = job.output.relative_to(outbox).as_posix()
    return Entry(job.name, output, outputs, sha256, known.heads, known.beside, stored(made.left), made.part)


def _placed(part: dict[str, Any], outbox: Path) -> dict[str, Any]:
    """Say in a part of the report where its outputs are."""
    return {**part, "outputs": [(outbox / path).as_posix() for path in part["outputs"]]}


def _tell(made: dict[int, _Made], told: Mapping[int, Sequence[Finding]], ruleset: RuleSet | None) -> None:
    """Add what is found only among all workbooks: to the summary and the report, not to the workbooks' results."""
    for number, found in told.items():
        one, rows = made[number], records(to_frame(found, ruleset.severities if ruleset else None))
        part = one.part
        if part is not None:
            part = {**part, "findings": [*part["findings"], *(finding_json(item, {}, {}) for item in rows)]}
        made[number] = replace(one, left=told_besides(one.left, rows), part=part)


def _elsewhere(judged: Judged) -> dict[int, list[Row]]:
    """Give the findings that are about a workbook as well but stand in another, as they look from there."""
    out: dict[int, list[Row]] = {}
    for found in judged.findings.values():
        for item in found:
            for workbook, sheet, cells in item["elsewhere"]:
                if workbook != item["workbook"]:
                    there = {"workbook": workbook, "project": None, "sheet": sheet, "cells": cells}
                    row = split(cells[0])[1] if cells else None
                    out.setdefault(workbook, []).append({**item, **there, "row": row, "elsewhere": ()})
    return out


@dataclass(slots=True)
class _Made:
    """What came of a workbook.

    Attributes:
        left: Its lines for the summary.
        failures: What could not be written.
        part: Its part of the report, with outputs below the outbox.
        sha256: The fingerprint of what was read; "" where the file was refused.
        written: The fingerprints of its results and its marked copy; "" where there is none.
        aside: Results with somebody's changes that were renamed.
        is_lasting: The next run would come to the same.
        seconds: How long it took.
    """

    left: Left
    failures: list[Row] = field(default_factory=list)
    part: dict[str, Any] | None = None
    sha256: str = ""
    written: tuple[str, str] = ("", "")
    aside: list[str] = field(default_factory=list)
    is_lasting: bool = False
    seconds: float = 0.0

    @property
    def is_passing(self) -> bool:
        """It was held by another program, or its results were: soon that may be otherwise."""
        return bool(self.failures) or any(item["code"] == "F008" for item in self.left.file.findings)


def _some(
    jobs: Sequence[Job], ruleset: RuleSet | None, outbox: Path, declared: bool, with_json: bool
) -> list[tuple[_Made, Heads]]:
    """Judge some workbooks together and write what comes of them."""
    began = time.perf_counter()
    judged = judge([job.path for job in jobs], ruleset, [job.name for job in jobs])
    shared, sizes = _elsewhere(judged), [_size(job.path) for job in jobs]
    each = (time.perf_counter() - began) / sum(sizes)
    done = []
    for workbook, job, size in zip(judged.workbooks, jobs, sizes, strict=True):
        began = time.perf_counter()
        made = _make(workbook, job, judged, shared, outbox, declared, with_json)
        made.seconds = time.perf_counter() - began + size * each  # of what was done together: by size
        done.append((made, heads_of(judged, workbook["workbook"])))
    return done


def _size(path: Path) -> int:
    """Give how many bytes there are to read."""
    try:
        size = path.stat().st_size
    except OSError:
        return 1
    return size if 0 < size <= guard.MAX_FILE else 1


def _lost(job: Job, with_json: bool) -> _Made:
    """Tell of a workbook that took too long or killed its process."""
    workbook = {"workbook": 0, "path": job.name, "sha256": "", "status": "rejected"}
    found = records(to_frame([Finding("F015", 0, context={"file": job.path.name})]))
    part = workbook_json(workbook, (), (), {}, {}, found, None) if with_json else None
    return _Made(left_by(workbook, (), {}, {}, found, "", {}), part=part)


def _make(
    workbook: Row,
    job: Job,
    judged: Judged,
    shared: Mapping[int, Sequence[Row]],
    outbox: Path,
    declared: bool,
    with_json: bool,
) -> _Made:
    """Write a workbook's results and its marked copy, or take older ones away that no longer hold."""
    number = workbook["workbook"]
    mine, found = judged.projects.get(number, []), judged.findings.get(number, [])
    funds, indicators, rules = judged.funds, judged.indicators, judged.rulesets[number]
    ours = [project for project in mine if is_judged(project)]
    passing = any(item["code"] in PASSING for item in found)
    result, copied = Written(), Written()
    if mine:
        copied = _mark(workbook, job, [*found, *shared.get(number, ())])
    elif not passing:
        copied = Written(failures=take_away(number, job.marked, job.known[1]))
    if ours:  # what is only read has no results: its findings are in the marked copy and the summary
        copy = job.marked.name if copied.sha256 else ""
        book = results_book(workbook, ours, funds, indicators, found, rules, declared, copy)
        result = put(number, job.output, render(book), job.known[0])
    elif not passing:
        result = Written(failures=take_away(number, job.output, job.known[0]))
    failures = result.failures + copied.failures
    found = [*failures, *found]
    both = ((job.output, result), (job.marked, copied))
    output, marked = (path.relative_to(outbox).as_posix() if done.sha256 else "" for path, done in both)
    left = left_by(workbook, ours, funds, indicators, found, output, table_names(ours), marked, rules.id)
    part = None
    if with_json:
        written = [path for path in (output, marked) if path]
        part = workbook_json(workbook, written, mine, funds, indicators, found, rules, paths=judged.paths)
    return _Made(
        left,
        failures,
        part,
        workbook["sha256"],
        (result.sha256, copied.sha256),
        [done.aside.relative_to(outbox).as_posix() for _, done in both if done.aside],
        not passing and not failures,
    )


def _mark(workbook: Row, job: Job, found: Sequence[Row]) -> Written:
    """Write a workbook's marked copy, or take an older one away that no longer holds."""
    number, path, known = workbook["workbook"], job.marked, job.known[1]
    if not is_worth(found):
        return Written(failures=take_away(number, path, known))
    file, _ = guard.admit(job.path, number)
    if file is None or digest(file.data) != workbook["sha256"]:
        return Written(failures=not_written(number, path, phrase("file.changed"), phrase("remedy.again")))
    try:
        copy = _copy(file, found)
    except ValueError:
        why, remedy = phrase("file.broken_inside"), phrase("remedy.save_anew")
        return Written(failures=not_written(number, path, why, remedy))
    return put(number, path, copy, known)


def _copy(file: guard.Admitted, found: Sequence[Row]) -> bytes:
    """Mark the file itself, or where its kind does not allow that a plain copy of what it holds."""
    if file.kind == "xlsx":
        return marked_copy(file.data, found)
    made = plain(grid.read(file.data, file.kind), file.kind)

    def renamed(sheet: str) -> str:
        return made.names.get(sheet, sheet)

    there = [
        {
            **item,
            "sheet": renamed(item["sheet"]),
            "elsewhere": tuple((number, renamed(sheet), cells) for number, sheet, cells in item["elsewhere"]),
        }
        for item in found
    ]
    return marked_copy(render(made.book), there, made.remarks)


def read_json(paths: Iterable[Path], lang: Lang = "zh") -> dict[str, Any]:
    """Give the JSON of what was read, without what rules compute; its messages in a language."""
    batch = read(list(paths))
    findings = grouped(batch.findings_frame(), "workbook")
    projects = grouped(batch.frames["projects"], "workbook")
    funds, indicators = (
        grouped(batch.frames["funds"], "project"),
        grouped(batch.frames["indicators"], "project"),
    )
    parts = []
    for workbook in records(batch.frames["workbooks"]):
        number = workbook["workbook"]
        mine, found = projects.get(number, []), findings.get(number, [])
        part = workbook_json(workbook, (), mine, funds, indicators, found, None, lang)
        part["unread"] = [
            {
                "sheet": sheet.sheet,
                "labels": list(sheet.seen),
                "unknown": [{"cell": cell, "text": text, "near": like} for text, cell, like in sheet.near],
            }
            for sheet in batch.unread
            if sheet.workbook == number
        ]
        parts.append(part)
    return report_json(parts, None)
