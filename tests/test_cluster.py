"""Past one machine: the same files as on one; a worker that is lost costs its part, and what is wrong is told in plain words."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask
import pytest
from click.testing import CliRunner, Result
from distributed import Client, LocalCluster

from tests import monitoring_form, office
from tests.conftest import SAMPLES
from tests.test_workers import QUICK, doubled, failing
from xlproc.batch import cluster, rounds
from xlproc.batch.cluster import Asked, Cluster, ClusterError, joined
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.manifest import NAME, Manifest, settings
from xlproc.batch.progress import Progress
from xlproc.batch.run import Outcome, run
from xlproc.cli import main
from xlproc.model.words import phrase
from xlproc.rulesets import load

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Start a scheduler and two workers; a part that killed a worker is not tried again there."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as local,
    ):
        yield local.scheduler_address


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Give the samples twice, a monitoring form before all and its self-evaluation behind, and a broken file."""
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for sample in sorted(SAMPLES.glob("*.xlsx")):
        shutil.copy(sample, folder)
        shutil.copy(sample, folder / "sub")
    monitoring_form.workbook(folder / "0.xlsx")
    office.workbook(folder / "z.xlsx", office.form("2021"))
    shutil.copy(ROOT / "docs" / "examples" / "our-form.xlsx", folder)
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    return folder


def command(*more: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", "in", "-o", "out", "--json", "report.json", *more])


def files(folder: Path) -> dict[str, bytes]:
    """Give what a folder holds; the lines of what is remembered stand in the order in which they were done."""
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    lines = there[NAME].splitlines()
    return {**there, NAME: b"\n".join([lines[0], *sorted(lines[1:])])}


def test_a_cluster_changes_nothing(
    address: str, tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By relative paths, with a user's words, in parts so small that forms that belong together are apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(rounds, "CHUNK", 7)
    words = ["--vocabulary", str(ROOT / "docs" / "examples" / "words.toml")]
    here = command(*words)
    expected, report = files(tmp_path / "out"), Path("report.json").read_bytes()
    shutil.rmtree("out")
    there = command(*words, "--scheduler", address)
    said = [
        re.sub(r"\d+:\d\d$|^(最慢的文件|评价 \d+／).*\n", "", each.output, flags=re.MULTILINE)
        for each in (there, here)
    ]  # but how long it took
    assert (there.exit_code, said[0]) == (here.exit_code, said[1])
    assert files(tmp_path / "out") == expected
    assert Path("report.json").read_bytes() == report
    told = json.loads(report)["workbooks"]
    assert "M205" in {item["code"] for book in told for item in book["findings"]}  # across parts
    assert next(book["status"] for book in told if book["path"] == "our-form.xlsx") == "evaluated"
    again = command(*words, "--scheduler", address)
    heads, counts = re.findall(r"^(评价  .*)\n-.*\n(.*)", again.stderr, re.MULTILINE)[0]
    told_again = dict(zip(heads.split(), counts.split(), strict=True))
    rejected = sum(book["status"] == "rejected" for book in told)
    assert (told_again["评价"], told_again["未变"]) == ("0", str(len(told) - rejected))
    assert Path("report.json").read_bytes() == report


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def machines(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers as processes of their own; give the address and the processes."""
    said = folder / "scheduler.json"
    place = ["--scheduler-file", str(said)]
    running = [started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *place)]
    try:
        until = time.monotonic() + 30
        while not said.exists() and time.monotonic() < until:
            time.sleep(0.1)
        for _ in range(2):
            running.append(started("distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *place))
        address = json.loads(said.read_text())["address"]
        with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=30)
        yield address, running[0], running[1:]
    finally:
        for process in running:
            process.kill()
            process.wait()


def evaluated(folder: Path, outbox: Path, there: Cluster | None, progress: Progress | None = None) -> Outcome:
    rules = load("mof-2020")
    manifest = Manifest(outbox, settings(folder, outbox, rules, declared=False))
    return run(
        find(folder, outbox),
        outbox,
        outbox / SUMMARY,
        rules,
        progress=progress,
        manifest=manifest,
        cluster=there,
    )


class Killing(Progress):
    """Kills a process once something is done."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__()
        self.process = process

    def tell(self, number: int, errors: int, warnings: int) -> None:
        super().tell(number, errors, warnings)
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()


def test_a_lost_worker_costs_its_part_and_a_lost_scheduler_the_rest(
    tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "CHUNK", 6)
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    outbox, inputs = tmp_path / "out", [path for path in inbox.iterdir() if path.is_file()]
    outbox.mkdir()
    evaluated(inbox, outbox, None)
    expected = files(outbox)

    with machines(tmp_path) as (address, scheduler, workers):
        shutil.rmtree(outbox)
        outbox.mkdir()
        with joined(address, outbox, inputs) as there:
            assert there.processes == 2
            evaluated(inbox, outbox, there, Killing(workers[0]))
            assert workers[0].returncode == -signal.SIGKILL
        assert files(outbox) == expected

        shutil.rmtree(outbox)
        outbox.mkdir()
        with pytest.raises(ClusterError) as lost, joined(address, outbox, inputs) as there:
            evaluated(inbox, outbox, there, Killing(scheduler))
    assert lost.value.why == phrase("cluster.lost", address=address)
    assert not (outbox / SUMMARY).exists()
    assert 0 < evaluated(inbox, outbox, None).unchanged < len(inputs)
    assert {**files(outbox), NAME: b""} == {**expected, NAME: b""}  # which tells in how many runs it was done


def quick(count: int) -> float:
    return QUICK


def killing(part: Sequence[int]) -> list[int]:
    """Double numbers; 19 kills the worker itself."""
    if 19 in part:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
    return [2 * number for number in part]


@pytest.mark.parametrize(("work", "bad"), [(doubled, (13, 17)), (killing, (19,))])
def test_the_ones_at_fault_are_found(
    work: Callable[[Sequence[int]], list[int]], bad: tuple[int, ...], address: str, tmp_path: Path
) -> None:
    form = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    parts = [[12, 13], [16, 17], [19, 20]]
    with joined(address, tmp_path, [form]) as there:
        done = [(tuple(part), result) for part, result in there.spread(work, parts, quick)]
    assert sorted(part for part, result in done if result is None) == [(number,) for number in bad]
    found = sorted(number for _, result in done if result for number in result)
    assert found == [2 * number for number in (12, 13, 16, 17, 19, 20) if number not in bad]
    assert not (tmp_path / cluster.TOKEN).exists()


def test_a_fault_of_ours_is_not_taken_for_the_files(address: str, tmp_path: Path) -> None:
    form = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    with (
        pytest.raises(RuntimeError, match="a fault of ours"),
        joined(address, tmp_path, [form]) as there,
    ):
        list(there.spread(failing, [[1]]))


LACKS: dict[str, dict[str, Any]] = {
    "version": {"same": "another"},
    "outbox": {"content": "another"},
    "inputs": {"inputs": ((Path(__file__), 1),)},
    "closed": {"token": Path("/proc/version"), "content": ""},  # seen, but nobody can write beside it
}


@pytest.mark.parametrize("why", LACKS)
def test_a_worker_that_does_not_fit_is_named(why: str, address: str, tmp_path: Path) -> None:
    form = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    lacks = dict(LACKS[why])
    if why == "closed":
        if not lacks["token"].exists():
            pytest.skip("no /proc")
        lacks["content"] = lacks["token"].read_text("ascii")
    with joined(address, tmp_path, [form]) as there:
        there.client.wait_for_workers(2, timeout=60)  # one that another test killed is on its way back
        workers = tuple(sorted(there.client.nthreads()))  # type: ignore[no-untyped-call]
        asked = replace(there.asked, **lacks)
        with pytest.raises(ClusterError) as at_start:
            cluster._first(there.client, address, asked)
        with pytest.raises(ClusterError) as later:  # one that joins while the run lasts
            list(replace(there, asked=asked).spread(doubled, [[1]]))
    assert at_start.value.why.words["workers"] == workers
    assert set(later.value.why.words["workers"]) < {*workers}
    for error in (at_start.value, later.value):
        assert error.why.key == f"cluster.{why}"
        assert error.why.words["workers"][0] in error.why.say("zh")


def test_what_is_not_there_is_not_seen(tmp_path: Path) -> None:
    asked = Asked(cluster._same(), tmp_path / "token", "", ((tmp_path / "a.xlsx", 0),))
    assert cluster.unfit(asked) == "outbox"
    (tmp_path / "token").touch()
    assert cluster.unfit(asked) == "inputs"
    (tmp_path / "a.xlsx").touch()
    assert cluster.unfit(asked) == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "token"]


def test_workers_that_are_all_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "GONE", 1.0)
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    form = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as local:
        with (
            pytest.raises(ClusterError) as gone,
            joined(local.scheduler_address, tmp_path, [form]) as there,
        ):
            local.scale(0)
            list(there.spread(doubled, [[1]]))
        with pytest.raises(ClusterError) as idle, joined(local.scheduler_address, tmp_path, [form]):
            pass
    assert (gone.value.why.key, idle.value.why.key) == ("cluster.gone", "cluster.idle")


@pytest.mark.parametrize("given", ["tcp://127.0.0.1:9", "127.0.0.1", "http://x:1", "tls://127.0.0.1:9", "x"])
def test_a_wrong_address_is_told(
    given: str, tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    result = command("--scheduler", given)
    assert result.exit_code == 3
    assert f"连接不上调度器 {given}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "out").glob("*.xlsx"))


def test_other_mistakes_are_told(tmp_path: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("--scheduler", "tcp://127.0.0.1:9", "-j", "2").exit_code == 2
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = command("--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 3
    assert "pip install 'xlproc[cluster]'" in result.stderr


def test_dask_is_left_alone_unless_asked_for() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom xlproc.cli import main\n"
        f"CliRunner().invoke(main, ['evaluate', {str(SAMPLES / 'x')!r}])\n"
        "import xlproc.batch.run, xlproc.batch.check\n"
        "print(sorted({'dask', 'distributed'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
