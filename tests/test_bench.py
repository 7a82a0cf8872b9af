"""What the measurements rest on: generated forms are as they say, and what is compared does the same work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from benchmarks import generate, marked, rules, shares
from benchmarks.layouts import keep
from tests.conftest import Evaluate
from xlproc.writing import layout
from xlproc.writing.xlsx import package


def test_one_generated_form_in_ten_has_faults(tmp_path: Path, evaluate: Evaluate) -> None:
    generate.folder(tmp_path / "in", 12)
    workbooks = evaluate(tmp_path / "in")["workbooks"]
    wrong = [any(item["severity"] == "error" for item in book["findings"]) for book in workbooks]
    assert [i for i, faulty in enumerate(wrong) if faulty] == [0, 10]
    for book in workbooks:
        (project,) = book["projects"]
        assert (len(project["indicators"]), project["total"]["weight"], project["total"]["pending"]) == (
            45,
            100,
            0,
        )


def test_the_loop_and_the_rules_agree(tmp_path: Path) -> None:
    """:func:`rules.compare` fails where a score differs."""
    generate.folder(tmp_path / "in", 4)
    ((count, slow, fast),) = rules.compare(tmp_path / "in", (1000,))
    assert count == 1000
    assert min(slow, fast) > 0


def test_marked_copies_are_timed_of_those_that_have_faults(tmp_path: Path) -> None:
    generate.folder(tmp_path / "in", 4)
    copies, slow, fast = marked.compare(tmp_path / "in")
    assert copies == 1
    assert min(slow, fast) > 0


def test_shares_are_of_the_whole_and_name_what_is_done(tmp_path: Path) -> None:
    generate.folder(tmp_path / "in", 12)
    keep(tmp_path / "in", tmp_path / "layouts")
    found = shares.measure(tmp_path / "in", tmp_path / "out", tmp_path / "layouts")
    assert sum(found.stages.values()) == pytest.approx(1)
    assert {"rules and audit", "the sheets' XML"} <= found.stages.keys()
    assert found.stages.get("the rest", 0) < 0.2
    assert 0 < found.read < found.whole
    assert 0 < found.bare < found.whole


def test_a_stage_is_that_of_the_innermost_module() -> None:
    """A layout's width is asked for by the sheet that is laid out; packing is not the sheets' XML."""

    def seen(text: str) -> list[str]:
        frames = []
        sys.setprofile(lambda frame, *_: frames.append(shares.stage(frame)))
        try:
            layout.wrapped.__wrapped__(text, 10)
            package.part(text.encode())
        finally:
            sys.setprofile(None)
        return frames

    assert {"laying out the results, and what the summary keeps", "packing (deflate)"} <= set(seen("一二三"))


def test_all_write_the_same_cells(tmp_path: Path, evaluate: Evaluate) -> None:
    generate.folder(tmp_path / "in", 2)
    evaluate(tmp_path / "in")
    keep(tmp_path / "in", tmp_path / "layouts")
    for name, more in (("naive", ()), ("ordinary", ("1",))):
        places = [str(tmp_path / part) for part in ("in", name, "layouts")]
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *places, *more], check=True, capture_output=True
        )
        theirs = load_workbook(tmp_path / name / "000001.xlsx")
        ours = load_workbook(tmp_path / "out" / "000001_评价结果.xlsx")
        assert theirs.sheetnames == ours.sheetnames
        for sheet in ours.worksheets[:2]:
            for row in sheet.iter_rows():
                for cell in row:
                    assert str(theirs[sheet.title][cell.coordinate].value) == str(cell.value), (
                        name,
                        cell.coordinate,
                    )
