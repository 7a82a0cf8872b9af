"""From paths to rows: workbooks read and evaluated together, their rows by workbook and project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlproc.model.findings import to_frame
from xlproc.reading.workbook import read
from xlproc.rules.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """Some workbooks, read and evaluated.

    Attributes:
        workbooks: Rows of ``workbooks``, in order.
        projects: By workbook, with totals.
        funds: By project, with scores.
        indicators: By project, with scores.
        findings: By workbook, of reading and of the audit.
    """

    workbooks: Sequence[Row]
    projects: Mapping[int, list[Row]]
    funds: Mapping[int, list[Row]]
    indicators: Mapping[int, list[Row]]
    findings: Mapping[int, list[Row]]


def judge(paths: Sequence[Path], ruleset: RuleSet, names: Sequence[str] | None = None) -> Judged:
    """Read and evaluate workbooks.

    Args:
        paths: The files.
        ruleset: The rule set.
        names: What to call them, where not by their paths.
    """
    batch = read(paths, names)
    evaluated = evaluate(batch.frames, ruleset)
    findings = to_frame([*batch.findings, *evaluated.findings], ruleset.severities)
    return Judged(
        records(batch.frames["workbooks"]),
        grouped(evaluated.projects, "workbook"),
        grouped(evaluated.funds, "project"),
        grouped(evaluated.indicators, "project"),
        grouped(findings, "workbook"),
    )


def records(frame: pd.DataFrame) -> list[Row]:
    """Give a frame's rows as dicts; what is missing as None."""
    import pandas as pd

    plain = frame.astype(object)
    plain = plain.where(frame.notna(), None)
    return [
        {str(key): (None if value is pd.NA else value) for key, value in row.items()}
        for row in plain.to_dict("records")
    ]


def grouped(frame: pd.DataFrame, key: str) -> dict[int, list[Row]]:
    """Give a frame's rows by a key."""
    out: dict[int, list[Row]] = {}
    for row in records(frame):
        out.setdefault(row[key], []).append(row)
    return out
