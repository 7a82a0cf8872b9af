"""What is done with a part of a batch: its workbooks are read and judged together, and what comes of each is written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from xlproc.batch.judge import judge
from xlproc.batch.made import Made
from xlproc.batch.outputs import Written, digest, not_written, put, take_away
from xlproc.batch.plain import plain
from xlproc.batch.rounds import heads_of
from xlproc.model.cells import split
from xlproc.model.frames import is_judged
from xlproc.model.words import phrase
from xlproc.reading import grid, guard
from xlproc.writing.json_report import workbook_json
from xlproc.writing.marked import is_worth, marked_copy
from xlproc.writing.results import results_book, table_names
from xlproc.writing.summary import left_by
from xlproc.writing.xlsx import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlproc.batch.inbox import Job
    from xlproc.batch.judge import Judged
    from xlproc.batch.rounds import Heads
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]

PASSING = frozenset({"F008", "F015"})
"""Why a file was not evaluated, where the next run may find it otherwise."""


def some(
    jobs: Sequence[Job], ruleset: RuleSet | None, outbox: Path, declared: bool, with_json: bool
) -> list[tuple[Made, Heads]]:
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


def _make(
    workbook: Row,
    job: Job,
    judged: Judged,
    shared: Mapping[int, Sequence[Row]],
    outbox: Path,
    declared: bool,
    with_json: bool,
) -> Made:
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
    return Made(
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
