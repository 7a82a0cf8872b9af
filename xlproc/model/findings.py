"""Findings: what was found in a form, as rows; their texts are kept in ``catalogue.toml`` and rendered late."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from xlproc.model.cells import split
from xlproc.model.frames import frame
from xlproc.model.words import LANGS, Lang, Phrase, said, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

Severity = Literal["error", "warning", "note"]
Words = str | Phrase | tuple[str | Phrase, ...]
"""What a message is filled with: the form's own words, ours, or a list."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From the worst to the mildest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of the catalogue.

    Attributes:
        code: The group's letter and a number; never reused.
        rules: The audit rules (A01 …) that the code stands for.
        also: Further ones that a finding of it names where they hold at the same cell.
        severity: Unless a rule set says otherwise.
        mark: How far the source was read: read, code, sample, derived, or own (our own reading of a file).
        texts: By language: ``title``, ``about`` (what it means and why the rule exists), ``message``, ``todo`` (what
            to do) and ``source`` (where the rule comes from).
    """

    code: str
    rules: tuple[str, ...]
    also: tuple[str, ...]
    severity: Severity
    mark: str
    texts: Mapping[str, Mapping[str, str]]


@cache
def catalogue() -> dict[str, Entry]:
    """Load the catalogue, by code."""
    raw = tomllib.loads(resources.files("xlproc.model").joinpath("catalogue.toml").read_text("utf-8"))
    return {
        code: Entry(
            code=code,
            rules=tuple(body.get("rules", ())),
            also=tuple(body.get("also", ())),
            severity=body["severity"],
            mark=body["mark"],
            texts={lang: body[lang] for lang in LANGS},
        )
        for code, body in raw.items()
    }


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, before it becomes a row.

    Attributes:
        code: A code of the catalogue.
        workbook: The workbook's number in the batch.
        project: The project's number in the batch, or None for the whole file.
        sheet: The sheet's name, or "".
        row: The sheet's row, or None.
        cells: The cells meant, the one to mend first.
        field: The column or item meant, by our word.
        found: What stands there; a phrase where it is ours and not the form's.
        expected: What should.
        context: Further words that the message needs.
        rules: The audit rules that hold there, where they are not the catalogue's.
        elsewhere: Places in other forms that the finding is about as well: workbook, sheet, cells.
    """

    code: str
    workbook: int
    project: int | None = None
    sheet: str = ""
    row: int | None = None
    cells: tuple[str, ...] = ()
    field: str = ""
    found: Words = ""
    expected: Words = ""
    context: Mapping[str, Words] = dataclasses.field(default_factory=dict)
    rules: tuple[str, ...] = ()
    elsewhere: tuple[tuple[int, str, tuple[str, ...]], ...] = ()


def to_frame(findings: Iterable[Finding], severities: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Make the findings' frame.

    Args:
        findings: In any order.
        severities: By code, where a rule set differs from the catalogue; "off" drops the finding.

    Returns:
        The frame ``findings``, sorted by workbook, project, severity, row and code.
    """
    entries, changed = catalogue(), severities or {}
    records: list[dict[str, Any]] = []
    for f in findings:
        severity = changed.get(f.code, entries[f.code].severity)
        if severity == "off":
            continue
        records.append(
            {
                "code": f.code,
                "rules": f.rules or entries[f.code].rules,
                "severity": severity,
                "workbook": f.workbook,
                "project": f.project,
                "sheet": f.sheet,
                "row": f.row,
                "cells": f.cells,
                "field": f.field,
                "found": f.found,
                "expected": f.expected,
                "context": dict(f.context),
                "elsewhere": f.elsewhere,
                "source": entries[f.code].texts["zh"]["source"],
            }
        )

    def order(r: dict[str, Any]) -> tuple[Any, ...]:
        project = -1 if r["project"] is None else r["project"]
        return (r["workbook"], project, SEVERITIES.index(r["severity"]), r["row"] or 0, r["code"], r["cells"])

    return frame("findings", sorted(records, key=order))


def place(sheet: str, cells: Iterable[str], lang: Lang = "zh") -> str:
    """Write where a finding is: ``自评表!J21、K21``.

    Examples:
        >>> place("自评表", ("J21", "K21")), place("", ())
        ('自评表!J21、K21', '')
    """
    listed = runs(cells)
    shown = said(tuple(listed[:4]), lang) + ({"zh": "等", "en": " …"}[lang] if len(listed) > 4 else "")
    return f"{sheet}!{shown}" if sheet and shown else sheet


def runs(cells: Iterable[str]) -> list[str]:
    """Write cells that stand under one another as one area.

    Examples:
        >>> runs(["H38", "H39", "H40", "G6"])
        ['H38:H40', 'G6']
    """
    found: list[tuple[str, int, int]] = []
    for cell in cells:
        column, row = split(cell)
        if found and found[-1][0] == column and found[-1][2] + 1 == row:
            found[-1] = (column, found[-1][1], row)
        else:
            found.append((column, row, row))
    return [f"{c}{a}" if a == b else f"{c}{a}:{c}{b}" for c, a, b in found]


def severity_word(severity: str, lang: Lang = "zh") -> str:
    """Name a severity."""
    return word(f"severity.{severity}", lang)


def title(code: str, lang: Lang = "zh") -> str:
    """Give a code's title."""
    return catalogue()[code].texts[lang]["title"]


def plain_text(code: str, part: str, lang: Lang = "zh") -> str:
    """Give one of a code's texts with … where a finding fills in its words.

    Examples:
        >>> plain_text("F001", "message", "en")
        '“…” is not a workbook: …'
    """
    return re.sub(r"\{\w+\}", "…", catalogue()[code].texts[lang][part])


def body(finding: Mapping[str, Any], lang: Lang = "zh") -> str:
    """Say what is wrong and why, without the place and without what to do."""
    return _fill(finding, "message", lang)


def todo(finding: Mapping[str, Any], lang: Lang = "zh") -> str:
    """Say what to do."""
    return _fill(finding, "todo", lang)


def message(finding: Mapping[str, Any], lang: Lang = "zh") -> str:
    """Say the whole: where, what, why, what to do."""
    where = place(finding["sheet"], finding["cells"], lang)
    remedy = todo(finding, lang)
    between, end = {"zh": ("；", "。"), "en": ("; ", ".")}[lang]
    return f"{where + ' ' if where else ''}{body(finding, lang)}{between + remedy if remedy else ''}{end}"


def _fill(finding: Mapping[str, Any], part: str, lang: Lang) -> str:
    words = {"found": finding["found"], "expected": finding["expected"], **finding["context"]}
    told = {name: said(value, lang) for name, value in words.items()}
    return catalogue()[finding["code"]].texts[lang][part].format_map(_Words(told))


class _Words(dict[str, str]):
    """A missing word shows as a question mark: a message is never lost to a slip in its text."""

    def __missing__(self, key: str) -> str:
        return "？"
