"""Several processes: the same results as one; what hangs or dies is found, and nothing else is lost."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import monitoring_form, office
from tests.conftest import SAMPLES
from xlproc.batch import workers
from xlproc.batch.check import check
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.progress import Progress
from xlproc.batch.run import Outcome, run
from xlproc.batch.workers import spread
from xlproc.cli.options import at_a_time
from xlproc.forms import added
from xlproc.rulesets import load

QUICK = 3.0


def doubled(part: Sequence[int]) -> list[int]:
    """Double numbers; 13 hangs, 17 kills its process."""
    if 13 in part:
        time.sleep(600)
    if 17 in part:
        os._exit(9)
    return [2 * number for number in part]


def failing(part: Sequence[int]) -> list[int]:
    raise RuntimeError(f"a fault of ours in {part}")


def test_the_one_that_hangs_and_the_one_that_dies_are_found() -> None:
    parts = [list(range(start, start + 5)) for start in range(0, 30, 5)]
    done = {tuple(part): result for part, result in spread(doubled, parts, 2, lambda count: QUICK)}
    assert {part: result for part, result in done.items() if result is None} == {(13,): None, (17,): None}
    found = [number for result in done.values() if result for number in result]
    assert sorted(found) == [2 * number for number in range(30) if number not in (13, 17)]


def test_a_fault_of_ours_is_not_taken_for_the_files() -> None:
    with pytest.raises(RuntimeError, match="a fault of ours"):
        list(spread(failing, [[1], [2]], 2))


def inbox(folder: Path) -> Path:
    folder.mkdir()
    for i in range(8):
        for sample in sorted(SAMPLES.glob("*.xlsx")):
            shutil.copy(sample, folder / f"{i}_{sample.name}")
    office.workbook(folder / "z.xlsx", office.form("2021"))
    monitoring_form.workbook(folder / "0.xlsx")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    return folder


def evaluated(folder: Path, outbox: Path, processes: int) -> tuple[Outcome, dict[str, bytes]]:
    told = Progress()
    found = find(folder, outbox)
    outcome = run(
        found,
        outbox,
        outbox / SUMMARY,
        load("mof-2020"),
        with_json=True,
        progress=told,
        processes=processes,
    )
    assert sorted(told.found) == list(range(len(found.jobs)))
    return outcome, {
        path.relative_to(outbox).as_posix(): path.read_bytes() for path in outbox.rglob("*.xlsx")
    }


def test_processes_change_nothing(tmp_path: Path) -> None:
    """Many forms of one project: each monitoring form belongs to the first self-evaluation, wherever that was judged."""
    folder = inbox(tmp_path / "in")
    one, files = evaluated(folder, tmp_path / "out", 1)
    shutil.rmtree(tmp_path / "out")
    two, same = evaluated(folder, tmp_path / "out", 2)
    assert two.report == one.report
    assert [name for name in files if files[name] != same.get(name)] == []
    assert same.keys() == files.keys()
    codes = {
        item["code"]
        for book in (two.report or {})["workbooks"]
        if book["path"] == "0_2021_信息系统运行维护.xlsx"
        for item in book["findings"]
    }
    assert "M205" in codes


def test_the_user_s_words_are_known_in_all_processes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(3):
        shutil.copy("docs/examples/our-form.xlsx", folder / f"{i}.xlsx")
    with added(Path("docs/examples/words.toml")):
        one, files = evaluated(folder, tmp_path / "out", 1)
        shutil.rmtree(tmp_path / "out")
        two, same = evaluated(folder, tmp_path / "out", 2)
    assert [book["status"] for book in (one.report or {})["workbooks"]] == ["evaluated"] * 3
    assert (two.report, same) == (one.report, files)


def test_few_workbooks_take_one_process() -> None:
    assert (at_a_time(None, 49), at_a_time(4, 3), at_a_time(4, 0)) == (1, 3, 1)
    assert at_a_time(None, 50) >= 1


def test_a_workbook_that_takes_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all every workbook takes too long: each is told, and the summary is written all the same."""
    folder = tmp_path / "in"
    folder.mkdir()
    long = office.form("clean")
    long["indicators"] *= 60  # done in a second or so, and not before anybody looks at the clock
    for name in ("a", "b"):
        office.workbook(folder / f"{name}.xlsx", long)
    in_time, _ = evaluated(folder, tmp_path / "out", 2)
    assert [line.status for line in in_time.batch.files] == ["evaluated"] * 2
    monkeypatch.setattr(workers, "ALONE", 0.0)
    monkeypatch.setattr(workers, "EACH", 0.001)
    late, _ = evaluated(folder, tmp_path / "late", 2)
    found = [
        (book["path"], item["code"], item["message"])
        for book in (late.report or {})["workbooks"]
        for item in book["findings"]
    ]
    assert [(path, code) for path, code, _ in found] == [("a.xlsx", "F015"), ("b.xlsx", "F015")]
    assert not any("？" in message for *_, message in found)
    assert [line.status for line in late.batch.files] == ["rejected"] * 2
    assert late.summary is not None
    assert late.summary.is_file()
    checked = check(find(folder, tmp_path / "late"), load("mof-2020"), processes=2)
    assert [(each.status, each.findings[0]["code"]) for each in checked] == [("rejected", "F015")] * 2
