"""Measures a batch and writes ``results.md``: ``make bench``, or ``python -m benchmarks.bench 100 1000 10000``.

All that is compared is measured in one run, on the same files: seconds of one machine say little, ratios say more.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import xlproc
from benchmarks import generate, marked, rules, shares
from benchmarks.layouts import keep
from xlproc.batch.workers import cores

RESULTS = Path(__file__).parent / "results.md"
NAIVE = 100
"""The naive script is measured on so many."""
TIMES, OFTEN = 3, 1000
"""How often each is measured, up to so many workbooks: machines have slow minutes."""


def tree(pid: int) -> list[int]:
    """Give a process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def memory(pid: int) -> float:
    """Give the memory of a process, pages that others share counted in part, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 2**10 for line in lines if line.startswith("Pss:"))


class Run(NamedTuple):
    """What came of a command.

    Attributes:
        seconds: How long it took.
        most: The most memory of it and all that it started, in MiB.
        first: The most memory of it alone.
        printed: What it printed.
    """

    seconds: float
    most: float
    first: float
    printed: str


def run(*command: str) -> Run:
    """Run a command."""
    begin, seen = time.perf_counter(), [(0.0, 0.0)]
    process = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )

    def watch() -> None:
        while process.poll() is None:
            with contextlib.suppress(OSError):  # a process may end while it is looked at
                own, *others = map(memory, tree(process.pid))
                seen.append((own + sum(others), own))
            time.sleep(0.25)

    watcher = threading.Thread(target=watch)
    watcher.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - begin
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{command}: {process.returncode}")
    most, first = map(max, zip(*seen, strict=True))
    return Run(seconds, most, first, printed)


def taken(folder: Path) -> float:
    """Give the KiB of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**10


def main() -> None:
    """Measure, print the table and write it."""
    counts = [int(text) for text in sys.argv[1:]] or [100, 1000]
    processes = cores()
    # as installing does: else every process would begin by compiling the program
    compileall.compile_dir(Path(xlproc.__file__).parent, quiet=1)
    lines: list[str] = []
    room = {"filled": 0.0, "written": 0.0}
    first = 0.0

    def tell(line: str) -> None:
        print(line, flush=True)  # noqa: T201
        lines.append(line)

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        generate.folder(folder / "naive", NAIVE)
        layouts = folder / "layouts.pickle"
        keep(folder / "naive", layouts)
        tell("# Measured\n")
        tell(
            f"{platform.machine()}, {processes} cores, Python {platform.python_version()}. Workbooks of 45 indicators, half the template, half "
            "an official layout, one in ten with faults. (a) the script that an analyst would write, one process, "
            f"{NAIVE} workbooks; (b) `xlproc evaluate`, whole process, with marked copies and summary; (c) calamine and XlsxWriter writing "
            f"the same cells, {processes} processes, nothing computed, without the time to start. For each number of workbooks all "
            f"three in turns, the best of {TIMES} runs each; above {OFTEN} workbooks one run.\n"
        )
        tell("| what | workbooks | seconds | a second | peak MiB | ÷ (a) | ÷ (c) |")
        tell("|---|---|---|---|---|---|---|")
        for count in counts:
            inbox = folder / f"in{count}"
            generate.folder(inbox, count)
            places = [str(inbox), str(folder / f"c{count}"), str(layouts), str(processes)]
            evaluate = ("xlproc", "evaluate", str(inbox), "-o", str(folder / f"b{count}"))
            script = ("benchmarks.naive", str(folder / "naive"), str(folder / "a"), str(layouts))
            naives, ours, theirs = [], [], []
            for _ in range(TIMES if count <= OFTEN else 1):
                shutil.rmtree(folder / f"b{count}", ignore_errors=True)
                ours.append(run(*evaluate))
                theirs.append(float(run("benchmarks.ordinary", *places).printed))
                shutil.rmtree(folder / f"c{count}")
                naives.append(float(run(*script).printed))
                shutil.rmtree(folder / "a")
            seconds, most = min(each.seconds for each in ours), max(each.most for each in ours)
            first = max(each.first for each in ours)
            rate, ordinary, naive = count / seconds, count / min(theirs), NAIVE / min(naives)
            tell(f"| (a) | {NAIVE} | {min(naives):.1f} | {naive:.1f} | | 1 | |")
            tell(
                f"| (b) | {count} | {seconds:.1f} | {rate:.1f} | {most:.0f} | {rate / naive:.1f} | {rate / ordinary:.2f} |"
            )
            tell(
                f"| (c) | {count} | {count / ordinary:.1f} | {ordinary:.1f} | | {ordinary / naive:.1f} | 1 |"
            )
            room = {
                "filled": taken(inbox) / count,
                "written": taken(folder / f"b{count}") / count,
            }
            shutil.rmtree(folder / f"b{count}")
            shutil.rmtree(inbox)
        tell("\nOn disk, of the last folder:\n")
        for name, size in room.items():
            tell(f"- {name}: {size:.1f} KiB a workbook")
        tell(f"\nThe most memory of the first process alone, which writes the summary: {first:.0f} MiB.")
        tell("\nThe rules alone, against a row loop with `decimal` (same scores):\n")
        tell("| rows | loop, s | rules, s | ratio |")
        tell("|---|---|---|---|")
        for rows, slow, fast in rules.compare(folder / "naive", (10_000, 100_000, 1_000_000)):
            tell(f"| {rows} | {slow:.2f} | {fast:.2f} | {slow / fast:.1f} |")
        copies, slow, fast = marked.compare(folder / "naive")
        tell(
            f"\nMarked copies alone, {copies} of them, milliseconds a copy: openpyxl loads, comments and saves {slow:.1f}, "
            f"xlproc {fast:.1f}, ratio {slow / fast:.1f}.\n"
        )
        for line in shares.told(shares.measure(folder / "naive", folder / "shares", layouts)):
            tell(line)
        form = min((folder / "naive").glob("*.xlsx"))
        starts = {
            "`xlproc --help`": ("xlproc", "--help"),
            "one workbook": ("xlproc", "evaluate", str(form), "-o", str(folder / "one"), "--force"),
        }
        tell("\nCold start, best of five:\n")
        for name, command in starts.items():
            tell(f"- {name}: {min(run(*command).seconds for _ in range(5)):.2f} s")
    RESULTS.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
