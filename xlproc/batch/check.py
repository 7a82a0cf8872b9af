"""Checks workbooks without writing anything: what the clerk should mend before the form goes up."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from xlproc.batch.inbox import Found, Job, find
from xlproc.batch.judge import judge
from xlproc.batch.rounds import heads_of, lost, rounds
from xlproc.model import findings as f
from xlproc.model.codes import meant
from xlproc.model.text import one_line
from xlproc.model.words import said
from xlproc.writing.json_report import elsewhere, report_json
from xlproc.writing.stages import stage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlproc.batch.progress import Progress
    from xlproc.batch.rounds import Heads
    from xlproc.model.words import Lang
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """A workbook and what was found in it.

    Attributes:
        path: The file.
        status: evaluated; read, where it holds no form that is evaluated; rejected, where it could not be read.
        projects: Its projects, rows of ``projects``.
        findings: Rows of ``findings``.
        hidden: How many findings were not chosen and are left out.
        paths: Of the workbooks that its findings may name, by number.
    """

    path: str
    status: str
    projects: tuple[Row, ...]
    findings: tuple[Row, ...]
    hidden: int = 0
    paths: Mapping[int, str] = field(default_factory=dict)


def inputs(paths: Sequence[Path]) -> Found:
    """Find the workbooks of files and folders, each once; what is no folder is taken for a file."""
    found = Found()
    seen: set[Path] = set()
    for path in paths:
        try:
            inner = find(path, path) if path.is_dir() else Found([Job(path, path.name, path)])
        except OSError:
            inner = Found(closed=[one_line(path.as_posix())])
        for job in inner.jobs:
            key = job.path.absolute()
            if key not in seen:
                seen.add(key)
                found.jobs.append(dataclasses.replace(job, name=one_line(job.path.as_posix())))
        found.skipped += inner.skipped
        found.results += inner.results
        found.closed += inner.closed
    return found


def check(
    found: Found,
    ruleset: RuleSet | None,
    progress: Progress | None = None,
    processes: int = 1,
) -> list[Checked]:
    """Read and judge workbooks.

    Args:
        found: The workbooks.
        ruleset: The rule set; None: for each workbook the one that its forms are made for.
        progress: Told of each workbook that is done.
        processes: How many work at a time.
    """
    checked: dict[int, Checked] = {}
    for number, one, _ in rounds(found.jobs, partial(_some, ruleset=ruleset), processes):
        if one or number not in checked:
            checked[number] = one or _lost(found.jobs[number])
        if progress:
            counts = Counter(item["severity"] for item in checked[number].findings)
            progress.tell(number, counts["error"], counts["warning"])
    return [checked[number] for number in sorted(checked)]


def _some(jobs: Sequence[Job], ruleset: RuleSet | None) -> list[tuple[Checked, Heads]]:
    """Judge some workbooks together."""
    judged = judge([job.path for job in jobs], ruleset, [job.name for job in jobs])
    out = []
    for workbook in judged.workbooks:
        number = workbook["workbook"]
        mine, told = tuple(judged.projects.get(number, ())), tuple(judged.findings.get(number, ()))
        checked = Checked(workbook["path"], workbook["status"], mine, told, paths=judged.paths)
        out.append((checked, heads_of(judged, number)))
    return out


def _lost(job: Job) -> Checked:
    """Tell of a workbook that took too long or killed its process."""
    return Checked(job.name, "rejected", (), tuple(lost(job)))


def choose(checked: Checked, select: Collection[str], ignore: Collection[str]) -> Checked:
    """Leave out the findings that are not chosen.

    Args:
        checked: A workbook.
        select: Codes, beginnings of codes and audit rules; none: all.
        ignore: The same, to leave out.
    """
    kept = tuple(
        item for item in checked.findings if (not select or meant(item, select)) and not meant(item, ignore)
    )
    return dataclasses.replace(checked, findings=kept, hidden=len(checked.findings) - len(kept))


def by_place(checked: Checked) -> Iterator[tuple[Row | None, list[list[Row]]]]:
    """Give a workbook's findings by project, the whole file's first; in each by row, the worst first, notes last."""

    def project(item: Row) -> int:
        return -1 if item["project"] is None else int(item["project"])

    def row(item: Row) -> tuple[bool, int]:
        return item["severity"] == "note", item["row"] or 0

    named = {p["project"]: p for p in checked.projects}
    for number, items in groupby(sorted(checked.findings, key=project), project):
        rows = [sorted(group, key=_badness) for _, group in groupby(sorted(items, key=row), row)]
        yield named.get(number), sorted(rows, key=lambda group: _badness(group[0]))


def _badness(item: Row) -> tuple[int, int]:
    """Give how bad a finding is, and of the same severity what is mended first."""
    return f.SEVERITIES.index(item["severity"]), stage(item)


def report(checked: Sequence[Checked], ruleset: RuleSet | None, lang: Lang) -> dict[str, Any]:
    """Give the findings as JSON."""
    return report_json([_workbook(each, lang) for each in checked], ruleset)


def _workbook(checked: Checked, lang: Lang) -> dict[str, Any]:
    index = {project["project"]: i for i, project in enumerate(checked.projects)}
    return {
        "path": checked.path,
        "status": checked.status,
        "findings": [
            {
                "code": item["code"],
                "rules": list(item["rules"]),
                "severity": item["severity"],
                "project": index.get(item["project"]),
                "sheet": item["sheet"] or None,
                "row": item["row"],
                "cells": list(item["cells"]),
                "elsewhere": elsewhere(item, checked.paths),
                "field": item["field"] or None,
                "found": said(item["found"], lang) or None,
                "expected": said(item["expected"], lang) or None,
                "title": f.title(item["code"], lang),
                "message": f.body(item, lang),
                "todo": f.todo(item, lang) or None,
            }
            for item in checked.findings
        ],
    }


CSV_HEAD = ("file", "sheet", "row", "cells", "severity", "code", "rules", "title", "message", "todo")


def csv_rows(checked: Sequence[Checked], lang: Lang) -> Iterator[tuple[str, ...]]:
    """Give the findings as rows of a CSV file, head first; no cell is a formula."""
    yield CSV_HEAD
    for each in checked:
        for item in each.findings:
            texts = (
                each.path,
                item["sheet"],
                str(item["row"] or ""),
                " ".join(item["cells"]),
                item["severity"],
                item["code"],
                " ".join(item["rules"]),
                f.title(item["code"], lang),
                f.body(item, lang),
                f.todo(item, lang),
            )
            yield tuple(_inert(text) for text in texts)


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""How formulas begin; Chinese Excel takes full-width signs for the narrow ones."""


def _inert(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula.

    Examples:
        >>> _inert("=1+1"), _inert("J21")
        ("'=1+1", 'J21')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
