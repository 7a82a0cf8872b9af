"""Forms that belong together are compared, whatever chunks their workbooks fell into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests import filling, monitoring_form, office
from tests.conftest import Evaluate
from xlproc.batch import rounds
from xlproc.batch.check import check, inputs
from xlproc.batch.progress import Progress
from xlproc.rulesets import load

Seen = dict[str, list[str]]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Give the two forms of one project with others between them."""
    folder = tmp_path / "in"
    folder.mkdir()
    monitoring_form.workbook(folder / "a.xlsx")
    office.workbook(folder / "b.xlsx", office.form("2024"))
    filling.save(folder / "c.xlsx", filling.projects("三个项目"))
    office.workbook(folder / "d.xlsx", office.form("2021"))
    return folder


def codes(report: dict[str, Any]) -> Seen:
    return {w["path"]: sorted(item["code"] for item in w["findings"]) for w in report["workbooks"]}


def test_small_chunks_give_what_one_chunk_gives(
    tmp_path: Path, inbox: Path, evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = evaluate(inbox)
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert {"M201", "M205", "M206"} <= set(codes(whole)["d.xlsx"])
    for size in (1, 2, 3):
        monkeypatch.setattr(rounds, "CHUNK", size)
        assert evaluate(inbox) == whole
        assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == files


def test_check_compares_them_too(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "CHUNK", 1)
    told = Progress()
    checked = check(inputs([inbox]), load("mof-2020"), told)
    assert [Path(each.path).name for each in checked] == ["a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx"]
    assert "M205" in {item["code"] for item in checked[-1].findings}
    assert told.done == 4


def test_the_other_form_is_marked_too(tmp_path: Path, inbox: Path, evaluate: Evaluate) -> None:
    """信息化建设 is in row 33 of the monitoring form; 213 stands in row 8."""
    evaluate(inbox)
    sheet = load_workbook(tmp_path / "out" / "a_批注.xlsx")["监控情况表"]
    for cell, code in (("E33", "M204"), ("D8", "M205")):
        assert sheet[cell].comment is not None
        assert code in str(sheet[cell].comment.text)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_groups_are_what_couples_join(couples: list[tuple[int, int]]) -> None:
    groups = rounds._joined(couples)
    members = [number for group in groups for number in group]
    assert len(members) == len(set(members)) == len({n for couple in couples for n in couple})
    of = {number: i for i, group in enumerate(groups) for number in group}
    assert all(of[a] == of[b] for a, b in couples)
    # as many groups as a count by merging sets finds
    sets: list[set[int]] = []
    for couple in couples:
        touching = [each for each in sets if each & set(couple)]
        sets = [each for each in sets if each not in touching] + [set(couple).union(*touching)]
    assert sorted(map(sorted, sets)) == sorted(map(sorted, groups))
