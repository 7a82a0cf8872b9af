"""A folder is watched by a process of its own: files come, grow, change and go; results and words follow."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import monitoring_form, office
from tests.conftest import SAMPLES
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.lock import LockedError, locked
from xlproc.batch.manifest import Manifest, settings
from xlproc.batch.run import run
from xlproc.batch.watch import Seen, lasting, scan
from xlproc.cli import main
from xlproc.rulesets import load

PATIENCE = 40.0
"""Seconds to wait for a line, on a machine that is busy."""
COMMAND = [sys.executable, "-c", "from xlproc.cli import main; main()"]
START = r"共 \d+ 个文件，这次评价"
RULES = load("mof-2020")


class Watched:
    """A watch at work, and what it has said so far."""

    def __init__(self, inbox: Path, outbox: Path, *options: str) -> None:
        self.inbox, self.outbox, self.log = inbox, outbox, outbox.with_suffix(".log")
        self._file = self.log.open("wb")
        self.process = subprocess.Popen(
            [*COMMAND, "watch", str(inbox), "-o", str(outbox), *options],
            stdout=self._file, stderr=self._file, env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def waits_for(self, line: str, times: int = 1) -> None:
        until(lambda: len(re.findall(line, self.said)) >= times, lambda: f"{line}\n{self.said}")

    def end(self, by: int = signal.SIGINT) -> str:
        self.process.send_signal(by)
        assert self.process.wait(PATIENCE) == 0, self.said
        self._file.close()
        assert list(self.outbox.rglob(".xlproc-*.tmp")) == []
        return self.said.splitlines()[-1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._file.close()


def until(holds: Callable[[], bool], why: Callable[[], str] = str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, why()
        time.sleep(0.05)


def is_free(outbox: Path) -> bool:
    try:
        with locked(outbox):
            return True
    except LockedError:
        return False


Start = Callable[..., Watched]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "县").mkdir(parents=True)
    office.workbook(folder / "a.xlsx", office.form("clean"))
    return folder


@pytest.fixture
def watch(inbox: Path, tmp_path: Path) -> Iterator[Start]:
    started: list[Watched] = []

    def go(*options: str) -> Watched:
        started.append(Watched(inbox, tmp_path / "out", *options))
        return started[-1]

    yield go
    for each in started:
        each.kill()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".xlproc.")
    }


def fresh(inbox: Path, beside: Path) -> dict[str, bytes]:
    outbox = beside / "fresh"
    run(find(inbox, outbox), outbox, outbox / SUMMARY, RULES)
    return tree(outbox)


@pytest.mark.skipif(os.name == "nt", reason="a process cannot be sent Ctrl-C there")
def test_files_come_grow_change_and_go(inbox: Path, tmp_path: Path, watch: Start) -> None:
    at = watch()
    at.waits_for(START)
    assert re.search(r"\d\d:\d\d:\d\d  a\.xlsx：96\.30 优；错误 0、提醒 0；结果 a_评价结果\.xlsx", at.said)

    # one is copied in slowly, byte by byte as it were; one is open; one is being saved all the time
    whole = (SAMPLES / "2024_信息系统运行维护费.xlsx").read_bytes()
    restless = inbox / "restless.xlsx"
    (inbox / "~$a.xlsx").write_bytes(b"lock")
    monitoring_form.workbook(inbox / "县" / "m.xlsx")
    for end in range(0, len(whole), len(whole) // 10):
        (inbox / "slow.xlsx").write_bytes(whole[:end])
        restless.write_bytes(whole + b" " * end)
        time.sleep(0.3)
    (inbox / "slow.xlsx").write_bytes(whole)
    at.waits_for(r"县/m\.xlsx：红灯；错误 \d+、提醒 \d+；结果 县/m_评价结果\.xlsx")
    assert "restless" not in at.said
    restless.unlink()
    at.waits_for(r"slow\.xlsx：95\.16 优；")
    assert at.said.count("slow.xlsx：") == 1

    office.workbook(inbox / "a.xlsx", office.form("2021"))
    (inbox / "slow.xlsx").rename(inbox / "名.xlsx")
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    at.waits_for(r"填报文件已不在，结果已删除：slow_评价结果\.xlsx、slow_批注\.xlsx")
    at.waits_for(r"a\.xlsx：87\.41")
    at.waits_for(r"名\.xlsx：95\.16 优；")
    at.waits_for(r"坏\.xlsx：退回　F004 ")
    (inbox / "名.xlsx").unlink()
    at.waits_for(r"结果已删除：名_评价结果\.xlsx")

    assert at.end() == f"已停止。{at.outbox / SUMMARY} 包括全部结果；要接着守，再运行一次。"
    assert tree(at.outbox) == fresh(inbox, tmp_path)
    assert "~$" not in at.said

    again = watch("--lang", "en")
    again.waits_for("Files: 3, evaluated now: 0, unchanged: 3. Waiting for more.")
    assert (
        again.end(signal.SIGTERM) == f"Stopped. {at.outbox / SUMMARY} covers all results. Run again to go on."
    )


@pytest.mark.skipif(os.name == "nt", reason="a process cannot be sent Ctrl-C there")
def test_a_folder_that_is_gone_takes_no_result_with_it(inbox: Path, watch: Start) -> None:
    at = watch()
    at.waits_for(START)
    until(lambda: (at.outbox / SUMMARY).is_file())
    was = tree(at.outbox)
    away = inbox.rename(inbox.with_name("away"))
    at.waits_for("打不开（文件或文件夹不存在）；已有的结果不动")
    inbox.mkdir()  # a drive's empty place
    at.waits_for("里没有工作簿；已有的结果不动")
    time.sleep(2.2)
    assert tree(at.outbox) == was
    inbox.rmdir()
    away.rename(inbox)
    shutil.copy(SAMPLES / "2024_信息系统运行维护费.xlsx", inbox / "b.xlsx")
    at.waits_for(r"b\.xlsx：95\.16 优")
    assert at.said.count("已有的结果不动") == 2
    at.end()
    assert {"a_评价结果.xlsx", "b_评价结果.xlsx", SUMMARY} <= tree(at.outbox).keys()
    assert at.said.count("a.xlsx：") == 1


@pytest.mark.skipif(os.name == "nt", reason="a process cannot be sent Ctrl-C there")
@pytest.mark.parametrize("options", [(), ("-j", "2")])
def test_stopped_in_the_middle_it_goes_on(
    options: tuple[str, ...], inbox: Path, tmp_path: Path, watch: Start
) -> None:
    for i in range(24):
        shutil.copy(SAMPLES / "2024_信息系统运行维护费.xlsx", inbox / f"{i}.xlsx")
    at = watch(*options)
    until(lambda: at.outbox.is_dir() and sum(1 for _ in at.outbox.glob("*.xlsx")) > 5, lambda: at.said)
    last = at.end()
    assert (
        last
        == f"已停止，还有没评价完的：做完的已经记下，{at.outbox / SUMMARY} 还没有更新。再运行一次即接着做。"
    )
    assert not (at.outbox / SUMMARY).exists()
    assert Manifest(at.outbox, settings(inbox, at.outbox, RULES, False)).holds
    done = CliRunner().invoke(main, ["evaluate", str(inbox), "-o", str(at.outbox)])
    assert done.exit_code == 0
    assert tree(at.outbox) == fresh(inbox, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="a process cannot be sent Ctrl-C there")
def test_another_run_is_waited_for(inbox: Path, tmp_path: Path, watch: Start) -> None:
    with locked(tmp_path / "out"):
        at = watch()
        at.waits_for("另一个 xlproc 正在往 .* 写结果")
        time.sleep(2.2)
        assert "a.xlsx：" not in at.said
    at.waits_for(START)
    until(lambda: is_free(at.outbox))  # it holds the outbox only while it evaluates
    assert at.said.count("另一个 xlproc") == 1
    at.end()


def test_a_file_and_a_folder_that_is_not_there_are_refused(inbox: Path) -> None:
    for path, word in (("没有", "xlproc watch 文件夹"), (str(inbox / "a.xlsx"), "watch 守着的是文件夹")):
        told = CliRunner().invoke(main, ["watch", path])
        assert (told.exit_code, word in told.stderr) == (2, True)


# ---- what is seen of a folder


def test_who_saves_all_the_time_does_not_keep_others_waiting() -> None:
    seen, ready = Seen(), []
    for second in range(5):
        settled, moving = seen.see({"a": (1, 1), "b": (1, second)}, float(second))
        ready.append(settled)
        assert "b" in moving
        seen.take(settled)
    assert ready == [set(), {"a"}, set(), set(), set()]


def test_what_is_gone_for_a_moment_is_not_gone() -> None:
    """Programs save by taking the old file away and renaming the new one."""
    seen = Seen({"a": (1, 1)}, {"a": (1, 1)})
    assert seen.see({}, 1.0) == (set(), {"a"})
    assert seen.see({"a": (1, 1)}, 1.5) == (set(), set())
    assert seen.see({}, 2.0) == (set(), {"a"})
    assert seen.see({"a": (2, 2)}, 2.5) == (set(), {"a"})
    assert seen.see({"a": (2, 2)}, 3.4) == (set(), {"a"})
    assert seen.see({"a": (2, 2)}, 3.5) == ({"a"}, set())


def test_what_is_looked_at(inbox: Path) -> None:
    for name in ("~$b.xlsx", ".c.xlsx", "d.txt", "E.XLSX", "县/f.ods", ".g/h.xlsx", "out/i.xlsx"):
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_bytes(b"12")
    (inbox / "nowhere.xlsx").symlink_to(inbox / "nothing")
    there = scan(inbox, inbox / "out")
    assert sorted(there) == ["E.XLSX", "a.xlsx", "nowhere.xlsx", "县/f.ods"]
    assert there["县/f.ods"] == (2, (inbox / "县" / "f.ods").stat().st_mtime_ns)
    jobs = {job.name for job in find(inbox, inbox / "out").jobs}
    assert jobs == set(there)
    with pytest.raises(FileNotFoundError):
        scan(inbox / "none", inbox / "out")


def test_a_file_is_read_again_only_once_it_was_changed(tmp_path: Path) -> None:
    path, read = tmp_path / "a", []

    def tell(path: Path) -> bytes:
        read.append(path)
        return path.read_bytes()

    remembered = lasting(tell)
    path.write_bytes(b"1")
    assert [remembered(path), remembered(path), len(read)] == [b"1", b"1", 2]  # too fresh to be trusted
    os.utime(path, (1, 1))
    assert [remembered(path), remembered(path), len(read)] == [b"1", b"1", 3]
    path.write_bytes(b"2")
    os.utime(path, (1, 2))
    assert [remembered(path), len(read)] == [b"2", 4]


# ---- a round leaves alone what is being written


def test_what_is_being_written_keeps_its_results(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def go(*moving: str) -> tuple[list[str], list[str]]:
        found = find(inbox, out)
        found.moving = frozenset(moving)
        manifest = Manifest(out, settings(inbox, out, RULES, False))
        outcome = run(found, out, out / SUMMARY, RULES, manifest=manifest)
        return [line.path for line in outcome.batch.files], list(outcome.judged)

    office.workbook(inbox / "b.xlsx", office.form("2021"))
    assert go() == (["a.xlsx", "b.xlsx"], ["a.xlsx", "b.xlsx"])
    was = tree(out)
    whole = (inbox / "b.xlsx").read_bytes()
    (inbox / "b.xlsx").write_bytes(b"half")
    (inbox / "new.xlsx").write_bytes(b"half")
    (inbox / "a.xlsx").rename(inbox / "a.tmp")
    assert go("a.xlsx", "b.xlsx", "new.xlsx") == (["b.xlsx"], [])
    assert {name for name, data in tree(out).items() if data != was[name]} == {SUMMARY}
    (inbox / "a.tmp").rename(inbox / "a.xlsx")
    (inbox / "b.xlsx").write_bytes(whole)
    (inbox / "new.xlsx").unlink()
    assert go() == (["a.xlsx", "b.xlsx"], [])
    assert tree(out) == was
