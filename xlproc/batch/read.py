"""What was read, as JSON: without what rules compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.frames import grouped, records
from xlproc.reading.workbook import read
from xlproc.writing.json_report import report_json, workbook_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlproc.model.words import Lang


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
