"""From a file's path to records and findings: the whole of reading, one workbook at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlproc.forms import self_evaluation
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import frame
from xlproc.model.words import RESULT_SUBJECT
from xlproc.reading import grid, guard
from xlproc.reading.extract import extract
from xlproc.reading.form import Located, locate, other_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from xlproc.forms import Form

STRAY_ROWS = 1000
"""So many empty rows past the last filled one are told."""
OWN_SHEETS = frozenset({"填表说明", "字典"})
"""The template's own sheets, passed over without a word."""


@dataclass(slots=True)
class Batch:
    """What was read of some workbooks.

    Attributes:
        frames: ``workbooks``, ``projects``, ``funds`` and ``indicators``.
        findings: What was found while reading.
    """

    frames: Mapping[str, pd.DataFrame]
    findings: list[Finding]

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
        _read_one(path, names[number] if names else path.as_posix(), number, records)
    tables = ("workbooks", "projects", "funds", "indicators")
    return Batch({table: frame(table, getattr(records, table)) for table in tables}, records.findings)


def _read_one(path: Path, name: str, number: int, out: _Records) -> None:
    record = {"workbook": number, "path": name, "sha256": "", "status": "rejected"}
    out.workbooks.append(record)
    data, findings = guard.admit(path, number)
    out.findings += findings
    if data is None:
        return
    record["sha256"] = hashlib.sha256(data).hexdigest()
    try:
        book = grid.read(data)
    except ValueError as error:
        out.findings.append(Finding("F004", number, context={"file": path.name, "why": str(error)}))
        return
    if book.subject == RESULT_SUBJECT:
        out.findings.append(Finding("F009", number, context={"file": path.name}))
        return
    form = self_evaluation()
    found = False
    for sheet in book.sheets:
        if not sheet.visible or not sheet.cells or sheet.name in OWN_SHEETS:
            continue
        last = max(row for row, _ in sheet.cells)
        if sheet.stated_rows - last > STRAY_ROWS:
            context = {"last": str(last), "stated": str(sheet.stated_rows)}
            out.findings.append(Finding("T005", number, None, sheet.name, last, context=context))
        places = locate(sheet, form)
        ours = [place for place in places if not other_kind(place)]
        if not ours:
            kind = other_kind(places[0]) if places else ""
            why = f"是{kind}，本版本不评价" if kind else "没有找到自评表的表头"
            out.findings.append(Finding("T004", number, None, sheet.name, context={"why": why}))
        for place in ours:
            found = True
            project = len(out.projects)
            got = extract(sheet, place, form, number, project)
            out.projects.append(got.project)
            out.funds += got.funds
            out.indicators += got.indicators
            out.findings += got.findings
            out.findings += _gaps(place, form, number, project, sheet.name, bool(got.indicators))
    if found:
        record["status"] = "read"
    else:
        seen = "、".join(sheet.name for sheet in book.sheets if sheet.visible) or "（没有可见的工作表）"
        out.findings.append(Finding("T001", number, context={"file": path.name, "sheets": seen}))


def _gaps(place: Located, form: Form, number: int, project: int, sheet: str, filled: bool) -> list[Finding]:
    """Tell the blocks and columns that a form lacks."""
    parts = "、".join(item.label for item in form.goals.values())
    labels = {**form.blocks, "goals": f"{form.blocks['goals']}（{parts}）"}
    gaps = [
        Finding("T002", number, project, sheet, None, (), block, context={"label": labels[block]})
        for block in place.missing_blocks
    ]
    if place.header_row:
        where = f"A{place.header_row}"
        gaps += [
            Finding(
                "T003",
                number,
                project,
                sheet,
                place.header_row,
                (where,),
                name,
                context={"label": form.columns[name].label},
            )
            for name in (*form.needed, *form.scored)
            if name not in place.columns
        ]
        if not filled:
            gaps.append(Finding("T006", number, project, sheet, place.header_row, (where,), "indicators"))
    if place.fund_header:
        where = f"A{place.fund_header}"
        gaps += [
            Finding(
                "T003",
                number,
                project,
                sheet,
                place.fund_header,
                (where,),
                name,
                context={"label": form.fund_columns[name].label},
            )
            for name in ("budget", "executed")
            if name not in place.funds and not (name == "budget" and "initial" in place.funds)
        ]
    return gaps
