"""Evaluates a batch: from paths to written files and a few summary lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from xlproc.batch.judge import grouped, judge, records
from xlproc.batch.plain import plain
from xlproc.batch.rounds import heads_of, rounds
from xlproc.model.cells import split
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import is_judged
from xlproc.model.words import os_reason, os_remedy, phrase
from xlproc.reading import grid, guard
from xlproc.reading.workbook import read
from xlproc.writing.files import is_result, write_whole
from xlproc.writing.json_report import report_json, workbook_json
from xlproc.writing.marked import is_worth, marked_copy
from xlproc.writing.results import results_book, table_names
from xlproc.writing.summary import Batch, Left, gather, left_by, summary_book
from xlproc.writing.xlsx import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from xlproc.batch.inbox import Found, Job
    from xlproc.batch.judge import Judged
    from xlproc.batch.rounds import Heads
    from xlproc.model.findings import Words
    from xlproc.model.words import Lang, Phrase
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


@dataclass(slots=True)
class Outcome:
    """What a run did.

    Attributes:
        batch: What the summary is made of.
        report: The JSON report, where it was asked for.
        summary: The summary's path, or None where it could not be written.
        failures: Findings about outputs that could not be written.
    """

    batch: Batch = field(default_factory=Batch)
    report: dict[str, Any] | None = None
    summary: Path | None = None
    failures: list[Row] = field(default_factory=list)


def run(
    found: Found,
    outbox: Path,
    summary: Path,
    ruleset: RuleSet | None,
    declared: bool = False,
    with_json: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    processes: int = 1,
) -> Outcome:
    """Evaluate all inputs and write results and summary.

    Args:
        found: The inputs.
        outbox: The results' folder.
        summary: The summary's path.
        ruleset: The rule set; None: for each workbook the one that its forms are made for.
        declared: Whether official tables show the units' own scores.
        with_json: Whether the JSON report is kept.
        progress: Told how many workbooks have been done since the last call.
        processes: How many work at a time; what comes out does not depend on it.
    """
    outcome = Outcome()
    made: dict[int, _Made] = {}
    work = partial(_some, ruleset=ruleset, outbox=outbox, declared=declared, with_json=with_json)
    for number, one in rounds(found.jobs, work, processes):
        progress(0 if number in made else 1)
        if one or number not in made:
            made[number] = one or _lost(found.jobs[number], outbox, with_json)
    ordered = [made[number] for number in sorted(made)]
    outcome.batch = gather([each.left for each in ordered], found.skipped)
    outcome.failures = [item for each in ordered for item in each.failures]
    if with_json:
        outcome.report = report_json([each.part for each in ordered if each.part], ruleset)
    failed = _write(0, summary, render(summary_book(outcome.batch, ruleset)))
    outcome.failures += failed
    outcome.summary = None if failed else summary
    return outcome


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
    """What came of a workbook: its lines for the summary, what could not be written, its part of the report."""

    left: Left
    failures: list[Row]
    part: dict[str, Any] | None


def _some(
    jobs: Sequence[Job], ruleset: RuleSet | None, outbox: Path, declared: bool, with_json: bool
) -> list[tuple[_Made, Heads]]:
    """Judge some workbooks together and write what comes of them."""
    judged = judge([job.path for job in jobs], ruleset, [job.name for job in jobs])
    shared = _elsewhere(judged)
    return [
        (
            _make(workbook, job, judged, shared, outbox, declared, with_json),
            heads_of(judged, workbook["workbook"]),
        )
        for workbook, job in zip(judged.workbooks, jobs, strict=True)
    ]


def _lost(job: Job, outbox: Path, with_json: bool) -> _Made:
    """Tell of a workbook that took too long or killed its process."""
    workbook = {"workbook": 0, "path": job.name, "sha256": "", "status": "rejected"}
    found = records(to_frame([Finding("F015", 0, context={"file": job.path.name})]))
    part = workbook_json(workbook, (), (), {}, {}, found, None) if with_json else None
    return _Made(left_by(workbook, (), {}, {}, found, "", {}), [], part)


def _make(
    workbook: Row,
    job: Job,
    judged: Judged,
    shared: Mapping[int, Sequence[Row]],
    outbox: Path,
    declared: bool,
    with_json: bool,
) -> _Made:
    """Write a workbook's results and its marked copy."""
    number = workbook["workbook"]
    mine, found = judged.projects.get(number, []), judged.findings.get(number, [])
    funds, indicators, rules = judged.funds, judged.indicators, judged.rulesets[number]
    ours = [project for project in mine if is_judged(project)]
    outputs: list[Path] = []
    failures: list[Row] = []
    if mine:
        copied, failures = _mark(workbook, job, [*found, *shared.get(number, ())])
        if ours:  # what is only read has no results: its findings are in the marked copy and the summary
            copy = copied[0].name if copied else ""
            book = results_book(workbook, ours, funds, indicators, found, rules, declared, copy)
            failed = _write(number, job.output, render(book))
            outputs = [] if failed else [job.output]
            failures = failed + failures
        outputs += copied
        found = [*failures, *found]
    output, marked = (
        path.relative_to(outbox).as_posix() if path in outputs else "" for path in (job.output, job.marked)
    )
    left = left_by(workbook, ours, funds, indicators, found, output, table_names(ours), marked, rules.id)
    part = None
    if with_json:
        written = [path.as_posix() for path in outputs]
        part = workbook_json(workbook, written, mine, funds, indicators, found, rules, paths=judged.paths)
    return _Made(left, failures, part)


def _mark(workbook: Row, job: Job, found: Sequence[Row]) -> tuple[list[Path], list[Row]]:
    """Write a workbook's marked copy, or take an older one away that no longer holds; give what was written and failed."""
    number, path = workbook["workbook"], job.marked
    try:
        if not is_worth(found):
            if path.is_file() and is_result(path):
                path.unlink()
            return [], []
    except OSError as error:
        return [], _not_written(number, path, os_reason(error), os_remedy(error))
    file, _ = guard.admit(job.path, number)
    if file is None or hashlib.sha256(file.data).hexdigest() != workbook["sha256"]:
        return [], _not_written(number, path, phrase("file.changed"), phrase("remedy.again"))
    try:
        copy = _copy(file, found)
    except ValueError:
        return [], _not_written(number, path, phrase("file.broken_inside"), phrase("remedy.save_anew"))
    failed = _write(number, path, copy)
    return [] if failed else [path], failed


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


def _write(workbook: int, path: Path, data: bytes) -> list[Row]:
    """Write a result over nothing or over an older result, never over another file; give the finding where it fails."""
    try:
        if path.is_file() and not is_result(path):
            return records(to_frame([Finding("F010", workbook, context={"file": path.name})]))
        write_whole(path, data)
    except OSError as error:
        return _not_written(workbook, path, os_reason(error), os_remedy(error))
    return []


def _not_written(workbook: int, path: Path, why: Phrase, remedy: Phrase) -> list[Row]:
    context: dict[str, Words] = {"file": path.name, "why": why, "remedy": remedy}
    return records(to_frame([Finding("F007", workbook, context=context)]))


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
