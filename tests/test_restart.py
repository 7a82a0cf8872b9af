"""A run goes on from an earlier one: it judges what is new or changed, and what comes out is that of a fresh run."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from tests import monitoring_form, office
from tests.conftest import SAMPLES
from xlproc.batch import memory, rounds, workers
from xlproc.batch import part as doing
from xlproc.batch import run as running
from xlproc.batch.inbox import SUMMARY, Found, Job, find
from xlproc.batch.judge import judge
from xlproc.batch.lock import LockedError, locked
from xlproc.batch.manifest import NAME, Manifest, settings
from xlproc.batch.run import Outcome, run
from xlproc.batch.stored import restored, stored
from xlproc.batch.twice import counted_twice
from xlproc.cli import main
from xlproc.model.findings import catalogue
from xlproc.rulesets import load
from xlproc.writing.files import is_result, is_untouched

Tree = dict[str, bytes]
RULES = load("mof-2020")


def tree(folder: Path) -> Tree:
    """Give all that a person sees in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".xlproc.")
    }


def go(inbox: Path, outbox: Path, force: bool = False, rules: str = "mof-2020", **options: Any) -> Outcome:
    """Evaluate as the command does."""
    ruleset = None if rules == "auto" else load(rules)
    manifest = Manifest(outbox, settings(inbox, outbox, ruleset, options.get("declared", False)))
    found = find(inbox, outbox)
    return run(found, outbox, outbox / SUMMARY, ruleset, manifest=manifest, force=force, **options)


def fresh(inbox: Path, beside: Path, **options: Any) -> tuple[Tree, Any]:
    """Give what a run into an empty folder makes, remembering nothing."""
    outbox = beside / "fresh"
    shutil.rmtree(outbox, ignore_errors=True)
    ruleset = None if options.pop("rules", "") == "auto" else RULES
    outcome = run(find(inbox, outbox), outbox, outbox / SUMMARY, ruleset, with_json=True, **options)
    return tree(outbox), json.loads(json.dumps(outcome.report).replace(outbox.as_posix(), "OUT"))


def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which workbooks are judged."""
    names: list[str] = []
    before = judge

    def noted(paths: Any, ruleset: Any, called: Sequence[str]) -> Any:
        names.extend(called)
        return before(paths, ruleset, called)

    monkeypatch.setattr(doing, "judge", noted)
    return names


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Give two forms of one project, a sub-folder, a clean form, a damaged file and a text."""
    folder = tmp_path / "in"
    (folder / "县").mkdir(parents=True)
    monitoring_form.workbook(folder / "a.xlsx")
    office.workbook(folder / "b.xlsx", office.form("2024"))
    office.workbook(folder / "d.xlsx", office.form("2021"))
    shutil.copy(SAMPLES / "示例_三个项目.xlsx", folder / "县" / "c.xlsx")
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    (folder / "说明.txt").write_text("x", "utf-8")
    return folder


def test_nothing_is_judged_again(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    first = go(inbox, out)
    was, times = tree(out), {path: path.stat().st_mtime_ns for path in out.rglob("*.xlsx")}
    names = judged(monkeypatch)
    second = go(inbox, out)
    assert (first.unchanged, second.unchanged, names) == (0, 5, [])
    assert (tree(out), second.batch) == (was, first.batch)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.xlsx")} == times
    assert go(inbox, out, force=True).unchanged == 0
    assert (len(names), tree(out)) == (5, was)


def test_what_a_run_did_not_finish_is_opened_in_another_process(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have hung: a person stopped the run, and the next must not hang too."""
    out, apart, before = tmp_path / "out", [], workers.spread

    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    def noted(work: Any, parts: Any, processes: int) -> Any:
        apart.append(processes)
        return before(work, parts, processes)

    monkeypatch.setattr(rounds, "spread", noted)
    with monkeypatch.context() as hanging, pytest.raises(KeyboardInterrupt):
        hanging.setattr(doing, "judge", stopped)
        go(inbox, out)
    assert apart == []
    go(inbox, out)
    assert set(apart) == {1}
    assert tree(out) == fresh(inbox, tmp_path)[0]
    apart.clear()
    assert go(inbox, out).unchanged == 5
    assert apart == []


def mended(inbox: Path) -> None:
    office.workbook(inbox / "b.xlsx", office.form("clean"))


def added(inbox: Path) -> None:
    office.workbook(inbox / "县" / "0.xlsx", office.form("clean"))


def gone(inbox: Path) -> None:
    (inbox / "县" / "c.xlsx").unlink()


def damaged(inbox: Path) -> None:
    (inbox / "b.xlsx").write_bytes(b"")


def repaired(inbox: Path) -> None:
    office.workbook(inbox / "坏.xlsx", office.form("clean"))


def partner_changed(inbox: Path) -> None:
    book = load_workbook(inbox / "a.xlsx")
    book["监控情况表"]["D8"] = 214
    book.save(inbox / "a.xlsx")


def partner_gone(inbox: Path) -> None:
    (inbox / "a.xlsx").unlink()


def partner_renamed(inbox: Path) -> None:
    (inbox / "d.xlsx").rename(inbox / "z.xlsx")


def nearer_partner(inbox: Path) -> None:
    """A second self-evaluation before the first takes the monitoring form."""
    shutil.copy(inbox / "d.xlsx", inbox / "0.xlsx")


def of_one_name(inbox: Path) -> None:
    """Beside b.xlsm, b.xlsx has the longer output name; without it the plain one."""
    (inbox / "b.xlsm").unlink()


def all_at_once(inbox: Path) -> None:
    for change in (mended, gone, repaired, partner_changed, nearer_partner):
        change(inbox)


CHANGES: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "mended": (mended, {"b.xlsx"}),
    "added": (added, {"县/0.xlsx"}),
    "gone": (gone, set()),
    "damaged": (damaged, {"b.xlsx"}),
    "repaired": (repaired, {"坏.xlsx"}),
    "partner changed": (partner_changed, {"a.xlsx", "d.xlsx"}),
    "partner gone": (partner_gone, {"d.xlsx"}),
    "partner renamed": (partner_renamed, {"a.xlsx", "z.xlsx"}),
    "nearer partner": (nearer_partner, {"0.xlsx", "a.xlsx", "d.xlsx"}),
    "of one name": (of_one_name, {"b.xlsx"}),
    "all": (all_at_once, {"0.xlsx", "a.xlsx", "b.xlsx", "d.xlsx", "坏.xlsx"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_gives_what_a_fresh_run_gives(
    name: str, tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, again = CHANGES[name]
    out = tmp_path / "out"
    if name == "of one name":
        office.workbook(inbox / "b.xlsm", office.form("clean"))
    go(inbox, out, with_json=True)
    before = tree(out)
    change(inbox)
    names = judged(monkeypatch)
    outcome = go(inbox, out, with_json=True)
    assert set(names) == again
    monkeypatch.undo()
    files, report = fresh(inbox, tmp_path)
    assert files != before
    assert tree(out) == files
    assert json.loads(json.dumps(outcome.report).replace(out.as_posix(), "OUT")) == report
    assert (outcome.aside, outcome.stayed, outcome.changed) == ([], [], [])


def test_parts_and_processes_change_nothing(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(rounds, "CHUNK", 1)
    go(inbox, out)
    all_at_once(inbox)
    go(inbox, out)
    assert tree(out) == fresh(inbox, tmp_path)[0]
    monkeypatch.setattr(running, "FEW", 0)  # few are done in one process otherwise
    partner_gone(inbox)
    go(inbox, out, processes=2)
    assert tree(out) == fresh(inbox, tmp_path)[0]


def test_other_settings_judge_all_anew(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    assert go(inbox, out, declared=True).unchanged == 0
    assert tree(out) == fresh(inbox, tmp_path, declared=True)[0]
    assert go(inbox, out, rules="auto").unchanged == 0
    assert tree(out) == fresh(inbox, tmp_path, rules="auto")[0]
    assert go(inbox, out, rules="auto").unchanged == 5


def test_the_report_is_remembered_once_it_was_asked_for(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    assert go(inbox, out, with_json=True).unchanged == 0
    again = go(inbox, out, with_json=True)
    assert again.unchanged == 5
    assert go(inbox, out).unchanged == 5
    assert json.loads(json.dumps(again.report).replace(out.as_posix(), "OUT")) == fresh(inbox, tmp_path)[1]


def test_what_a_workbook_leaves_comes_back_as_it_was(inbox: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, inbox, dirs_exist_ok=True)
    jobs = find(inbox, tmp_path / "out").jobs
    for made, _ in running._some(jobs, RULES, tmp_path / "out", False, False):
        back = restored(json.loads(json.dumps(stored(made.left))))
        assert repr(back) == repr(made.left)
        forms = [*back.projects, *back.monitored]
        assert all(line.project is None or any(line.project is f for f in forms) for line in back.findings)
    with pytest.raises(ValueError, match="not what"):
        restored({"~Left": [{"~FileLine": ["a"]}]})
    with pytest.raises(ValueError, match="not what"):
        restored(["a"])


@pytest.mark.skipif(sys.platform == "win32", reason="no such names")
def test_names_that_look_alike_are_two_files(tmp_path: Path, inbox: Path) -> None:
    """Both are called d.xlsx in messages; only what one of them holds belongs to the monitoring form."""
    office.workbook(inbox / "d\x01.xlsx", office.form("clean"))
    out = tmp_path / "out"
    go(inbox, out)
    assert go(inbox, out).unchanged == 6
    (inbox / "d.xlsx").unlink()
    go(inbox, out)
    assert tree(out) == fresh(inbox, tmp_path)[0]


def test_both_folders_may_move(tmp_path: Path, inbox: Path) -> None:
    go(inbox, tmp_path / "out")
    (tmp_path / "2025").mkdir()
    for name in ("in", "out"):
        (tmp_path / name).rename(tmp_path / "2025" / name)
    assert go(tmp_path / "2025" / "in", tmp_path / "2025" / "out").unchanged == 5


# ---- what people did to results -----------------------------------------------------------------------------------


def answered(path: Path) -> bytes:
    """Fill 处理情况 in and save, as a person does."""
    book = load_workbook(path)
    book["问题清单"]["J9"] = "已说明"
    book.save(path)
    return path.read_bytes()


def test_every_result_bears_the_stamp_until_it_is_saved_anew(tmp_path: Path, inbox: Path) -> None:
    go(inbox, tmp_path / "out")
    for path in (tmp_path / "out").rglob("*.xlsx"):
        assert is_untouched(path)
        load_workbook(path).save(path)
        assert not is_untouched(path)
        assert is_result(path) != path.name.endswith("_批注.xlsx")


def test_a_person_s_answers_stay_while_there_is_nothing_new(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    result = out / "b_评价结果.xlsx"
    mine, marked = answered(result), out / "d_批注.xlsx"
    load_workbook(marked).save(marked)
    theirs = marked.read_bytes()
    outcome = go(inbox, out)
    assert (sorted(outcome.changed), outcome.unchanged) == (["b_评价结果.xlsx", "d_批注.xlsx"], 5)
    assert go(inbox, out, force=True).aside == []  # judged again, but the result is as it was
    assert (result.read_bytes(), marked.read_bytes()) == (mine, theirs)


def test_a_person_s_answers_are_kept_when_there_is_something_new(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    first = answered(out / "b_评价结果.xlsx")
    mended(inbox)
    assert go(inbox, out).aside == ["b_评价结果_旧.xlsx"]
    second = answered(out / "b_评价结果.xlsx")
    office.workbook(inbox / "b.xlsx", office.form("2021"))
    assert go(inbox, out).aside == ["b_评价结果_旧(2).xlsx"]
    files = tree(out)
    assert (files.pop("b_评价结果_旧.xlsx"), files.pop("b_评价结果_旧(2).xlsx")) == (first, second)
    assert files == fresh(inbox, tmp_path)[0]


def test_answers_are_kept_where_nothing_is_remembered(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    mine = answered(out / "b_评价结果.xlsx")
    (out / NAME).unlink()
    assert go(inbox, out).aside == ["b_评价结果_旧.xlsx"]
    assert (out / "b_评价结果_旧.xlsx").read_bytes() == mine


def test_the_summary_is_kept_too(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    book = load_workbook(out / SUMMARY)
    book.worksheets[0]["A1"] = "已阅"
    book.save(out / SUMMARY)
    mine = (out / SUMMARY).read_bytes()
    assert go(inbox, out).aside == []
    assert (out / SUMMARY).read_bytes() == mine
    gone(inbox)
    assert go(inbox, out).aside == ["汇总_旧.xlsx"]
    assert (out / "汇总_旧.xlsx").read_bytes() == mine


def test_a_result_that_is_missing_is_made_again(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    was = tree(out)
    (out / "b_批注.xlsx").unlink()
    (out / SUMMARY).unlink()
    names = judged(monkeypatch)
    go(inbox, out)
    assert (names, tree(out)) == (["b.xlsx"], was)


def test_of_inputs_that_are_gone_only_our_own_results_go(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    mine = answered(out / "b_评价结果.xlsx")
    (out / "县" / "笔记.txt").write_text("x", "utf-8")
    for name in ("b.xlsx", "d.xlsx", "县/c.xlsx"):
        (inbox / name).unlink()
    outcome = go(inbox, out)
    assert outcome.stayed == ["b_评价结果.xlsx"]
    assert sorted(outcome.removed) == [
        "b_批注.xlsx", "d_批注.xlsx", "d_评价结果.xlsx", "县/c_评价结果.xlsx",
    ]  # fmt: skip
    files = tree(out)
    assert (files.pop("b_评价结果.xlsx"), files.pop("县/笔记.txt")) == (mine, b"x")
    assert files == fresh(inbox, tmp_path)[0]


def test_a_folder_that_is_empty_goes_too(tmp_path: Path, inbox: Path) -> None:
    go(inbox, tmp_path / "out")
    gone(inbox)
    go(inbox, tmp_path / "out")
    assert not (tmp_path / "out" / "县").exists()


def test_a_manifest_of_others_making_removes_nothing_elsewhere(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    (tmp_path / "x_评价结果.xlsx").write_bytes((out / "b_评价结果.xlsx").read_bytes())
    (out / "信.xlsx").write_bytes((out / "b_评价结果.xlsx").read_bytes())
    paths = (
        "../x_评价结果.xlsx",
        (tmp_path / "x_评价结果.xlsx").as_posix(),
        "..\\x_评价结果.xlsx",
        "信.xlsx",
    )
    entry = {"name": "x", "output": "x", "outputs": dict.fromkeys(paths, "")}
    with (out / NAME).open("ab") as file:
        file.write(json.dumps(entry).encode() + b"\n")
    outcome = go(inbox, out)
    assert (outcome.anew, outcome.unchanged, outcome.removed) == ("", 5, [])
    assert (tmp_path / "x_评价结果.xlsx").is_file()
    assert (out / "信.xlsx").is_file()


def test_another_inbox_leaves_the_results_of_the_first(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    outcome = go(SAMPLES / "示例_三个项目.xlsx", out)
    assert (outcome.unchanged, outcome.removed, outcome.anew) == (0, [], "")
    assert (out / "b_评价结果.xlsx").is_file()


def test_a_folder_that_is_closed_loses_no_results(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    found = find(inbox, out)
    without = Found([job for job in found.jobs if not job.name.startswith("县/")], closed=["县"])
    for hidden in (without, found):
        manifest = Manifest(out, settings(inbox, out, RULES, False))
        outcome = run(hidden, out, out / SUMMARY, RULES, manifest=manifest)
        assert (outcome.unchanged, outcome.removed) == (len(hidden.jobs), [])


# ---- what is remembered, and what goes wrong -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoilt", "anew"),
    [
        (lambda data: b"", "broken"),
        (lambda data: b"\0\xff" * 50 + b"\n", "broken"),
        (lambda data: b"[]\n", "broken"),
        (lambda data: b"[" * 100_000 + b"\n", "broken"),
        (lambda data: data.replace(b'"heads": [', b'"head": [', 1), "broken"),
        (lambda data: data.replace(b'"outputs": {', b'"outputs": 7, "x": {', 1), "broken"),
        (lambda data: data.replace(b'"format": 1', b'"format": 2', 1), "version"),
        (lambda data: data.replace(b'"program": "', b'"program": "0', 1), "version"),
    ],
)
def test_a_manifest_that_does_not_serve(
    spoilt: Callable[[bytes], bytes], anew: str, tmp_path: Path, inbox: Path
) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    was = tree(out)
    (out / NAME).write_bytes(spoilt((out / NAME).read_bytes()))
    outcome = go(inbox, out)
    assert (outcome.anew, outcome.unchanged, outcome.aside) == (anew, 0, [])
    assert tree(out) == was
    assert go(inbox, out).unchanged == 5


def test_a_last_line_that_is_cut_off_is_passed_over(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    was = tree(out)
    lines = (out / NAME).read_bytes().splitlines(keepends=True)
    (out / NAME).write_bytes(b"".join(lines[:-2]) + lines[-2][:100])
    outcome = go(inbox, out)
    assert (outcome.anew, outcome.unchanged) == ("", 4)
    assert tree(out) == was


def command(inbox: Path, outbox: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "xlproc", "evaluate", str(inbox), "-o", str(outbox), *options]


def many(folder: Path) -> Path:
    """Give so many workbooks that two processes have several parts, with pairs across them."""
    folder.mkdir()
    monitoring_form.workbook(folder / "0.xlsx")
    for i in range(50):
        shutil.copy(SAMPLES / "示例_三个项目.xlsx", folder / f"{i:02}.xlsx")
    office.workbook(folder / "z.xlsx", office.form("2021"))
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("processes", ["1", "2"])
def test_killed_at_any_moment(processes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = many(tmp_path / "in"), tmp_path / "out"
    whole = fresh(folder, tmp_path)[0]
    moments = random.Random(int(processes))
    killed = 0
    for _ in range(12):
        started = subprocess.Popen(
            command(folder, out, "-j", processes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(0.7 + moments.random() * 3)
        if started.poll() is not None:
            break
        started.send_signal(signal.SIGKILL)
        started.wait()
        killed += 1
        for name, data in tree(out).items():
            if not name.endswith(".tmp"):  # the summary is that of an undisturbed run once it is there
                assert is_untouched(out / name), name
                assert name != SUMMARY or data == whole[name]
    assert killed
    last = subprocess.run(command(folder, out, "-j", processes), capture_output=True, check=False)
    assert last.returncode == 0, last.stderr.decode()
    assert tree(out) == whole


def test_a_full_disk_and_then_room_again(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Room for n writes, n = 0, 1, 2 …: what is there is whole, and the next run completes it."""
    whole, _ = fresh(inbox, tmp_path)
    before = os.fsync
    for room in range(12):
        out = tmp_path / f"out{room}"
        left = iter(range(room))

        def full(handle: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            before(handle)

        monkeypatch.setattr(os, "fsync", full)
        outcome = go(inbox, out)
        monkeypatch.setattr(os, "fsync", before)
        assert bool(outcome.failures) == (room < 1 + len(whole))
        assert (outcome.forgotten is None) == (room > 0)
        assert all(is_untouched(out / name) for name in tree(out))
        assert go(inbox, out).failures == []
        assert tree(out) == whole


def test_a_record_that_cannot_be_added_to(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    was = tree(out)
    added(inbox)
    before = Path.open

    def full(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if mode == "ab":
            raise OSError(28, "No space left on device")
        return before(path, mode, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        outcome = go(inbox, out)
    assert outcome.forgotten is not None
    assert outcome.failures == []
    assert was.items() <= {**tree(out), SUMMARY: was[SUMMARY]}.items()
    assert go(inbox, out).unchanged == 5
    assert tree(out) == fresh(inbox, tmp_path)[0]


def test_a_result_that_could_not_be_written_is_tried_again(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    (out / "b_评价结果.xlsx").mkdir(parents=True)
    assert [item["code"] for item in go(inbox, out).failures] == ["F007"]
    (out / "b_评价结果.xlsx").rmdir()
    outcome = go(inbox, out)
    assert (outcome.failures, outcome.unchanged) == ([], 4)
    assert tree(out) == fresh(inbox, tmp_path)[0]


def test_a_file_that_could_not_be_read_is_tried_again_and_its_results_stay(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    go(inbox, out)
    before = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == inbox / "b.xlsx":
            raise PermissionError(13, "Permission denied")
        return before(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        outcome = go(inbox, out, force=True)
    assert [line.status for line in outcome.batch.files if line.path == "b.xlsx"] == ["rejected"]
    assert (out / "b_评价结果.xlsx").is_file()
    assert go(inbox, out).unchanged == 4
    assert tree(out) == fresh(inbox, tmp_path)[0]


def test_workers_end_with_the_first_process(tmp_path: Path) -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("needs /proc")
    folder = many(tmp_path / "in")
    started = subprocess.Popen(command(folder, tmp_path / "out", "-j", "2"), stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{started.pid}/task/{started.pid}/children")
    mine: list[str] = []
    until = time.monotonic() + 60
    while len(mine) < 2 and time.monotonic() < until:
        mine = children.read_text().split()
        time.sleep(0.05)
    time.sleep(2)
    started.kill()
    started.wait()
    until = time.monotonic() + 20
    while time.monotonic() < until and any(_runs(pid) for pid in mine):
        time.sleep(0.1)
    assert len(mine) >= 2
    assert [pid for pid in mine if _runs(pid)] == []


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ---- one run at a time --------------------------------------------------------------------------------------------


def evaluated(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)], catch_exceptions=False)


def test_two_runs_at_a_time_are_refused(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    with locked(out):
        result = evaluated(inbox, "-o", out)
        assert (result.exit_code, tree(out)) == (3, {})
        assert "另一个 xlproc 正在往" in result.stderr
        assert "Another xlproc is writing" in evaluated(inbox, "-o", out, "--lang", "en").stderr
        with pytest.raises(LockedError), locked(out):
            pass
        assert evaluated(inbox, "-o", tmp_path / "other").exit_code == 3  # for 坏.xlsx alone
        assert (tmp_path / "other" / SUMMARY).is_file()
    evaluated(inbox, "-o", out)
    assert (out / SUMMARY).is_file()


def test_a_lock_of_a_dead_process_does_not_block(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom xlproc.batch.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(LockedError), locked(tmp_path):
            pass
        holder.kill()
        holder.wait()
    with locked(tmp_path):
        pass


def test_the_command_says_what_became_of_the_last_run(tmp_path: Path, inbox: Path) -> None:
    out = tmp_path / "out"
    first, second = (evaluated(inbox, "-o", out) for _ in range(2))
    assert "没有变化" not in first.stderr
    assert "没有变化、沿用上次结果的文件：5 个。" in second.stderr
    assert (first.stdout, first.exit_code) == (second.stdout, second.exit_code)
    assert "Files unchanged, their results kept: 5." in evaluated(inbox, "-o", out, "--lang", "en").stderr
    assert "没有变化" not in evaluated(inbox, "-o", out, "--force").stderr
    answered(out / "b_评价结果.xlsx")
    mended(inbox)
    gone(inbox)
    told = evaluated(inbox, "-o", out).stderr
    assert "有人改过的结果，已另存为：b_评价结果_旧.xlsx" in told
    assert "填报文件已不在，结果已删除：县/c_评价结果.xlsx" in told
    answered(out / "d_评价结果.xlsx")
    assert "有人改过的结果，未动：d_评价结果.xlsx" in evaluated(inbox, "-o", out).stderr
    (inbox / "d.xlsx").unlink()
    assert "没有变化" in evaluated(inbox, "-o", out).stderr
    (out / NAME).write_bytes(b"{")
    assert "已损坏，全部重新评价" in evaluated(inbox, "-o", out).stderr


# ---- workbooks among the others of a batch -------------------------------------------------------------------------


def codes(outcome: Outcome) -> dict[str, list[str]]:
    found = {line.path: [item["code"] for item in line.findings] for line in outcome.batch.files}
    return {path: [code for code in mine if code.startswith("B")] for path, mine in found.items()}


def batch(tmp_path: Path, **forms: dict[str, Any]) -> Outcome:
    folder = tmp_path / "in"
    folder.mkdir(parents=True)
    for name, form in forms.items():
        office.workbook(folder / f"{name}.xlsx", form)
    return go(folder, tmp_path / "out", with_json=True)


def changed(**head: Any) -> dict[str, Any]:
    """Give the clean form with another head and another score, as a corrected copy has."""
    form = office.form("clean")
    return {**form, **head}


def test_the_same_file_twice(tmp_path: Path) -> None:
    form = office.form("clean")
    outcome = batch(tmp_path, a=form, b=form, c=office.form("2021"))
    assert codes(outcome) == {"a.xlsx": [], "b.xlsx": ["B001"], "c.xlsx": []}
    assert [p.path for p in outcome.batch.projects] == ["a.xlsx", "b.xlsx", "c.xlsx"]
    (told,) = [f for f in (outcome.report or {})["workbooks"][1]["findings"] if f["code"] == "B001"]
    assert "“b.xlsx”与“a.xlsx”内容完全相同" in told["message"]
    listed = [line for line in outcome.batch.findings if line.code == "B001"]
    assert [(line.path, line.output, line.stage) for line in listed] == [("b.xlsx", "", "1 结构")]
    book = load_workbook(tmp_path / "out" / SUMMARY)
    assert any("B001" in map(str, row) for row in book["文件"].iter_rows(values_only=True))
    assert b"B001" not in (tmp_path / "out" / "b_评价结果.xlsx").read_bytes()


def test_damaged_files_that_are_alike_count_nowhere(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.xlsx").write_bytes(b"PK\x03\x04 no zip")
    assert codes(go(folder, tmp_path / "out")) == {"a.xlsx": [], "b.xlsx": []}


def retold(path: Path, **cells: Any) -> None:
    book = load_workbook(path)
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(path)


def test_a_project_handed_in_twice(tmp_path: Path) -> None:
    """2021.xlsx and its corrected copy; the monitoring form of the project is another kind, 2024 another project."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        office.workbook(folder / f"{name}.xlsx", office.form("2021"))
    retold(folder / "b.xlsx", H23=2.85)
    office.workbook(folder / "c.xlsx", office.form("2024"))
    monitoring_form.workbook(folder / "d.xlsx")
    outcome = go(folder, tmp_path / "out", with_json=True)
    assert codes(outcome) == {"a.xlsx": [], "b.xlsx": ["B002"], "c.xlsx": [], "d.xlsx": []}
    (told,) = [f for f in (outcome.report or {})["workbooks"][1]["findings"] if f["code"] == "B002"]
    assert "“b.xlsx”与“a.xlsx”里有 1 个相同的项目（信息系统运行维护）" in told["message"]
    assert "？" not in told["message"]
    assert (catalogue()["B002"].severity, outcome.unchanged) == ("warning", 0)
    again = go(folder, tmp_path / "out")
    assert (codes(again), again.unchanged) == (codes(outcome), 4)
    (folder / "a.xlsx").unlink()
    alone = go(folder, tmp_path / "out")
    assert (codes(alone)["b.xlsx"], tree(tmp_path / "out")) == ([], fresh(folder, tmp_path)[0])


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({}, True),
        ({"name": "信息系统 运行（维护）"}, True),
        ({"name": "信息系统二期"}, False),
        ({"year": 2020}, False),
        ({"year": None}, False),
        ({"agency": "二院"}, False),
        ({"form": "monitoring"}, False),
        ({"agency": "", "department": ""}, False),
    ],
)
def test_which_projects_are_the_same(other: dict[str, Any], told: bool) -> None:
    head = {
        "name": "信息系统运行维护",
        "year": 2021,
        "department": "卫健委",
        "agency": "一院",
        "form": "self_evaluation",
    }
    if other.get("agency") == "":
        head |= {"agency": "", "department": ""}
    jobs = [Job(Path(f"{i}.xlsx"), f"{i}.xlsx", Path(f"{i}")) for i in range(2)]
    found = counted_twice(jobs, ["x", "y"], {0: [head], 1: [{**head, **other}]})
    assert [item.code for item in found.get(1, [])] == (["B002"] if told else [])
    assert 0 not in found


def test_two_sheets_of_one_workbook_are_not_two_workbooks() -> None:
    head = {"name": "甲", "year": 2021, "department": "局", "agency": "院", "form": "self_evaluation"}
    assert counted_twice([Job(Path("a"), "a", Path("a"))], ["x"], {0: [head, head]}) == {}


def test_a_file_still_being_copied_in(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it has come to rest all is as if it had always been there; while it moves, that is told."""
    out, late = tmp_path / "out", inbox / "late.xlsx"
    whole = office.workbook(tmp_path / "whole.xlsx", office.form("clean")).read_bytes()
    late.write_bytes(whole[:3000])
    before = judge

    def copying(to: Iterator[int]) -> Callable[..., Any]:
        def copied(paths: Sequence[Path], *rest: Any) -> Any:
            done = before(paths, *rest)
            if late in paths and (size := next(to, None)):
                late.write_bytes(whole[:size])
            return done

        return copied

    monkeypatch.setattr(doing, "judge", copying(iter([len(whole)])))
    outcome = go(inbox, out)
    assert codes(outcome)["late.xlsx"] == []
    assert tree(out) == fresh(inbox, tmp_path)[0]
    late.write_bytes(whole[:3000])
    monkeypatch.setattr(doing, "judge", copying(iter([4000, 5000])))
    outcome = go(inbox, out)
    assert codes(outcome) == {path: ["B003"] if path == "late.xlsx" else [] for path in codes(outcome)}
    late.write_bytes(whole)
    outcome = go(inbox, out)
    assert (outcome.unchanged, codes(outcome)["late.xlsx"]) == (5, [])
    assert tree(out) == fresh(inbox, tmp_path)[0]


def test_a_quick_look_is_not_trusted(tmp_path: Path, inbox: Path) -> None:
    """Another content of the same size and time is another content."""
    out = tmp_path / "out"
    go(inbox, out)
    path = inbox / "坏.xlsx"
    was, data = path.stat(), path.read_bytes()
    path.write_bytes(data[::-1])
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert go(inbox, out).unchanged == 4


def test_seen_is_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert memory.look(path) == memory.Seen("", -1, -1)
    path.write_bytes(b"abc")
    seen = memory.look(path)
    # FIPS 180-2, appendix B.1
    assert seen.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert not memory.is_moving(path, seen, seen.sha256)
    assert memory.is_moving(path, seen, "0" * 64)
    assert memory.is_moving(path, dataclasses.replace(seen, size=4), "")
