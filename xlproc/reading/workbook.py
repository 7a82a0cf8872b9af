"""From a file's path to records and findings: the whole of reading, one workbook at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlproc.forms import self_evaluation
from xlproc.model.cells import a1
from xlproc.model.findings import Finding, Words, to_frame
from xlproc.model.frames import EVALUATED, frame
from xlproc.model.text import one_line
from xlproc.model.words import MARKED_LIST, RESULT_SUBJECT, phrase
from xlproc.reading import grid, guard
from xlproc.reading.extract import Extract, extract
from xlproc.reading.form import locate
from xlproc.reading.head import is_one_goal
from xlproc.reading.nearest import nearest, nearest_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from xlproc.forms import Form
    from xlproc.model.words import Phrase
    from xlproc.reading.located import Header, Located

STRAY_ROWS = 1000
"""So many empty rows past the last filled one are told."""
READ = EVALUATED | {"monitoring", "target"}
"""Kinds of forms that are read."""
OWN_SHEETS = frozenset({"填表说明", "字典", MARKED_LIST})
"""Sheets of the template and of marked copies, passed over without a word."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A sheet in which no form was found.

    Attributes:
        workbook: The workbook's number in the batch.
        sheet: The sheet's name.
        seen: Labels that it has and that are known.
        near: Texts that are not known, their cells, and the nearest known labels.
    """

    workbook: int
    sheet: str
    seen: tuple[str, ...]
    near: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class Batch:
    """What was read of some workbooks.

    Attributes:
        frames: ``workbooks``, ``projects``, ``funds`` and ``indicators``.
        findings: What was found while reading.
        unread: Sheets in which no form was found.
    """

    frames: Mapping[str, pd.DataFrame]
    findings: list[Finding]
    unread: list[Unread] = field(default_factory=list)

    def findings_frame(self, severities: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Give the findings as a frame."""
        return to_frame(self.findings, severities)


@dataclass(slots=True)
class _Records:
    workbooks: list[dict[str, Any]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    funds: list[dict[str, Any]] = field(default_factory=list)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read(paths: Sequence[Path], names: Sequence[str] | None = None) -> Batch:
    """Read workbooks into frames.

    Args:
        paths: The files.
        names: What to call them in the frame, where not by their paths.

    Returns:
        The frames and findings. A file that cannot be read has the status ``rejected`` and a finding that says why.
    """
    records = _Records()
    for number, path in enumerate(paths):
        _read_one(path, names[number] if names else one_line(path.as_posix()), number, records)
    tables = ("workbooks", "projects", "funds", "indicators")
    return Batch(
        {table: frame(table, getattr(records, table)) for table in tables}, records.findings, records.unread
    )


def _read_one(path: Path, name: str, number: int, out: _Records) -> None:
    record = {"workbook": number, "path": name, "sha256": "", "status": "rejected"}
    out.workbooks.append(record)
    admitted, findings = guard.admit(path, number)
    if admitted is None:
        out.findings += findings
        return
    record["sha256"] = hashlib.sha256(admitted.data).hexdigest()
    try:
        book = grid.read(admitted.data, admitted.kind)
    except grid.RefusedError as refused:
        out.findings.append(
            Finding(refused.code, number, context={"file": one_line(path.name), **refused.context})
        )
        return
    except ValueError:
        out.findings.append(
            Finding(
                "F004", number, context={"file": one_line(path.name), "why": phrase("file.broken_inside")}
            )
        )
        return
    out.findings += findings
    if book.subject == RESULT_SUBJECT:
        out.findings.append(Finding("F009", number, context={"file": one_line(path.name)}))
        return
    form = self_evaluation()
    seen: list[Phrase] = []
    passed: list[Finding] = []
    for sheet in book.sheets:
        if not sheet.cells or sheet.name in OWN_SHEETS:
            continue
        places = locate(sheet)
        ours = [place for place in places if place.kind in READ]
        if not sheet.visible:
            if ours:
                out.findings.append(Finding("T007", number, None, sheet.name))
                seen.append(phrase("file.hidden", sheet=sheet.name))
            continue
        last = max(row for row, _ in sheet.cells)
        if sheet.stated_rows - last > STRAY_ROWS:
            context = {"last": str(last), "stated": str(sheet.stated_rows)}
            out.findings.append(Finding("T005", number, None, sheet.name, last, context=context))
        if not ours:
            other = bool(places) and bool(places[0].kind)
            if not other:
                out.unread.append(Unread(number, sheet.name, *nearest(sheet)))
            why = phrase(f"file.kind.{places[0].kind}") if other else _why_none(out.unread[-1])
            seen.append(phrase("file.passed", sheet=sheet.name, why=why))
            passed.append(Finding("T004", number, None, sheet.name, context={"why": why}))
        for place in ours:
            record["status"] = "read"
            project = len(out.projects)
            got = extract(place, form, number, project)
            out.projects.append(got.project)
            out.funds += got.funds
            out.indicators += got.indicators
            out.findings += got.findings
            out.findings += _gaps(place, form, number, got, sheet.name)
    others = [
        finding
        for finding in passed
        if str(finding.context["why"]) == str(phrase("file.kind.final_accounts"))
    ]
    if record["status"] == "read" or (others and len(others) == len(passed)):
        record["status"] = "read"
        out.findings += passed
    else:
        names: dict[str, Words] = {"file": one_line(path.name), "seen": tuple(seen) or phrase("file.empty")}
        out.findings.append(Finding("T001", number, context=names))


def _why_none(sheet: Unread) -> Phrase:
    """Say why a sheet is no form: which labels of one it has, and what came near to the others."""
    seen, near = sheet.seen, sheet.near
    if not seen and not near:
        return phrase("file.no_header")
    unknown = tuple(phrase("label.at", text=text, cell=cell, like=like) for text, cell, like in near[:3])
    if not near:
        return phrase("file.labels_seen", seen="、".join(seen[:6]))
    return phrase("file.labels_near", seen="、".join(seen[:6]) or "—", near=unknown)


def _gaps(place: Located, form: Form, number: int, got: Extract, sheet: str) -> list[Finding]:
    """Tell the blocks, columns and lines that a form lacks, and what stands beside it unread."""
    project = got.project["project"]

    def lacks(code: str, row: int, field: str, label: str) -> Finding:
        column = min((c for r, c in [(place.header_row, h.first) for h in place.columns.values()]), default=1)
        if row == place.fund_header:
            column = min((h.first for h in place.funds.values()), default=1)
        cells = (a1(row, column),) if row else ()
        return Finding(code, number, project, sheet, row or None, cells, field, context={"label": label})

    def taken(name: str, header: Header) -> Finding:
        spot = (a1(header.row, header.first),)
        label = form.columns[name].label
        context: dict[str, Words] = {"label": header.text, "taken": label}
        return Finding("T023", number, project, sheet, header.row, spot, name, header.text, context=context)

    def unknown(header: Header) -> Finding:
        near = nearest_label(header.text)
        hint: Words = phrase("label.near", like=near) if near else ""
        spot = (a1(header.row, header.first),)
        return Finding(
            "T021",
            number,
            project,
            sheet,
            header.row,
            spot,
            "",
            header.text,
            context={"label": header.text, "hint": hint},
        )

    parts = "、".join(item.label for item in form.goals.values())
    labels = {**form.blocks, "goals": f"{form.blocks['goals']}（{parts}）"}
    named_goals = any("目标" in block.label for block in place.blocks)
    missing = [block for block in place.missing_blocks if not (block == "goals" and named_goals)]
    if place.kind not in EVALUATED:
        missing = [block for block in missing if block == "indicators"]
    gaps = [lacks("T002", 0, block, labels[block]) for block in missing]
    gaps += [unknown(header) for header in place.fund_extra if not header.known]
    for block in place.blocks:
        gaps += [unknown(header) for header in block.extra if not header.known]
        gaps += [taken(name, header) for name, header in block.columns.items() if not header.known]
    if place.blocks and not got.indicators:
        gaps.append(lacks("T006", place.header_row, "indicators", ""))
    if place.kind not in EVALUATED:
        return gaps
    if place.goals and "goal_actual" not in place.goals and not is_one_goal(place.sheet, place):
        gaps.append(lacks("T003", 0, "goal_actual", form.goals["goal_actual"].label))
    if place.blocks:
        columns = {name for block in place.blocks for name in block.columns}
        needed = [name for name in form.needed if name not in columns]
        weighed = "weight" in place.funds and not any(row["group"] for row in got.indicators)
        needed += [name for name in form.scored if name not in columns and weighed]
        gaps += [lacks("T003", place.header_row, name, form.columns[name].label) for name in needed]
        if any(block.beside for block in place.blocks):
            gaps.append(lacks("T008", place.header_row, "level3", ""))
        if not place.total_row and not place.head_total and "declared_score" in columns:
            gaps.append(lacks("T009", 0, "total", form.blocks["total"]))
    if place.fund_header:
        both = [
            ("budget", "budget" in place.funds or "initial" in place.funds),
            ("executed", "executed" in place.funds),
        ]
        gaps += [
            lacks("T003", place.fund_header, name, form.fund_columns[name].label)
            for name, there in both
            if not there
        ]
        if not any(fund["kind"] == "total" for fund in got.funds):
            label = next(line.label for line in form.fund_lines if line.name == "total")
            gaps.append(lacks("T010", place.fund_header, "total", label))
    return gaps
