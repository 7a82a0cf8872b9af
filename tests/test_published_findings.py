"""What is said about the published forms, line by line in ``published_findings.md``: these findings and no others."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.published import WAYS, cases, workbook
from xlproc.batch.explain import explain_cell
from xlproc.batch.judge import judge
from xlproc.model.findings import SEVERITIES, body, todo
from xlproc.model.words import LANGS

REPORTED = ("self_evaluation", "whole_department")
CASES = {case["id"]: case for case in cases() if case["kind"] in REPORTED}
WHYS = ("notes", "form", "cut", "read")
FAULTLESS = ("01", "22", "24", "37", "39", "41", "42", "46", "54")
"""Forms of which the notes name no fault that is an error: what is wrong with the workbooks is that they are cut."""


class Line(NamedTuple):
    """One line of a form's table; no code: a remark that is no finding."""

    code: str
    severity: str
    cell: str
    why: str


def read_lines() -> dict[str, list[Line]]:
    text = (Path(__file__).parent / "published_findings.md").read_text("utf-8")
    tables = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {
        name: [
            Line(*(part.strip() for part in row.strip("|").split("|")))
            for row in table.splitlines()
            if row.startswith("| ") and not row.startswith("| code")
        ]
        for name, table in zip(tables[::2], tables[1::2], strict=True)
    }


LINES = read_lines()


def test_every_form_has_its_table() -> None:
    assert LINES.keys() == CASES.keys()
    for name, lines in LINES.items():
        for line in lines:
            assert line.why.split(":")[0] in WHYS, (name, line)
            assert line.severity in (SEVERITIES if line.code != "—" else ("",)), (name, line)


@pytest.mark.parametrize("name", CASES)
def test_these_findings_and_no_others(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    workbook(path, CASES[name], WAYS["plain"])
    found = judge([path], None).findings[0]
    told = sorted((item["code"], item["severity"], (*item["cells"], "")[0]) for item in found)
    assert told == sorted(line[:3] for line in LINES[name] if line.code != "—")
    for item in found:
        for lang in LANGS:
            assert "？" not in body(item, lang), item["code"]
            assert "？" not in todo(item, lang), item["code"]


@pytest.mark.parametrize("number", FAULTLESS)
def test_a_form_without_faults_is_in_error_only_for_what_was_cut_off(number: str) -> None:
    (lines,) = (lines for name, lines in LINES.items() if name.startswith(number))
    assert {line.why.split(":")[0] for line in lines if line.severity == "error"} == {"cut"}


def test_a_form_that_gives_execution_no_points_is_whole_without_it(tmp_path: Path) -> None:
    """70 + 20 + 10 in 100 points, without 分值 and 得分 of the money: all is met, 100 of 100."""
    case = deepcopy(CASES["11-zhongjiang-shuibiaochi-2022"])
    case["fund_columns"] = [name for name in case["fund_columns"] if name not in ("分值", "得分")]
    path = tmp_path / "form.xlsx"
    placed = workbook(path, case, WAYS["plain"])
    judged = judge([path], None)
    (project,) = judged.projects[0]
    assert (project["score"], project["weight"], project["grade"]) == (100_000_000, 100_000_000, "优")
    assert judged.funds[project["project"]][0]["score"] is None
    assert "X105" not in [item["code"] for item in judged.findings[0]]
    total = f"H{placed.indicators[-1] + 1}"
    assert "表上没有给预算执行分值" in explain_cell(path, total, None, "zh")
