"""Damaged workbooks by the thousand: each is evaluated or told, in bounded time, and none touches its neighbours.

``XLPROC_FUZZ=20`` tries twenty times as many, ``XLPROC_FUZZ_SEED`` others.
"""

from __future__ import annotations

import os
import random
import signal
import struct
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from xml.parsers import expat

import pytest

from tests import filling, mutants, office, published, test_file_kinds
from tests.conftest import SAMPLES
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import Outcome, run
from xlproc.reading import grid
from xlproc.reading.workbook import read
from xlproc.rulesets import load

TIMES = int(os.environ.get("XLPROC_FUZZ", "1"))
SEED = int(os.environ.get("XLPROC_FUZZ_SEED", "0"))
READ = {"zip": 1000 * TIMES, "xml": 400 * TIMES, "cell": 400 * TIMES}
"""Mutants that are only read, of each level; most packages are refused at once."""
EVALUATED = 70 * TIMES
"""Mutants of each level that go through the whole pipeline."""
SLOWEST = 10.0
"""Seconds of processor time for one file; the slowest of 10,000 took 0.4."""
LEVELS = tuple(mutants.LEVELS)


class HangError(BaseException):
    """Time is up; no reader that takes every exception for a broken file shall take this one."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Break off what takes longer."""

    def over(*_: object) -> None:
        raise HangError(f"{seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def as_xls(sheet: grid.Sheet) -> bytes:
    """Write a sheet's cells and merged areas as an .xls file."""
    record = test_file_kinds.record
    body = b""
    for (row, column), cell in sorted(sheet.cells.items()):
        head = struct.pack("<HHH", row - 1, column - 1, 0)
        if cell.number is not None:
            body += record(0x203, head + struct.pack("<d", float(cell.number)))
        else:
            body += record(
                0x204, head + struct.pack("<HB", len(cell.shown), 1) + cell.shown.encode("utf-16-le")
            )
    areas = b"".join(struct.pack("<4H", a - 1, c - 1, b - 1, d - 1) for a, b, c, d in sheet.merges)
    body += record(0xE5, struct.pack("<H", len(sheet.merges)) + areas)
    name = "自评表".encode("utf-16-le")
    begin, end = test_file_kinds.bof() + record(0xE0, bytes(20)), test_file_kinds.EOF_
    place = len(begin) + 4 + 8 + len(name) + len(end)
    about = record(0x85, struct.pack("<IBBBB", place, 0, 0, 3, 1) + name)
    return test_file_kinds.compound("Workbook", begin + about + end + test_file_kinds.bof(16) + body + end)


def as_ods(sheet: grid.Sheet, path: Path) -> bytes:
    """Write a sheet's cells and merged areas as an .ods file."""
    spans = {(a, b): (c - a + 1, d - b + 1) for a, b, c, d in sheet.merges}
    rows = ""
    for row in range(1, sheet.rows()[-1] + 1):
        cells = ""
        for column in sheet.across():
            down, along = spans.get((row, column), (1, 1))
            about = f'table:number-rows-spanned="{down}" table:number-columns-spanned="{along}"'
            cells += test_file_kinds.cell(escape(sheet.own(row, column).shown), about)
        rows += f"<table:table-row>{cells}</table:table-row>"
    return test_file_kinds.ods(path, rows).read_bytes()


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Give sound files: samples, a filled template, published forms in many ways, and every kind of file."""
    folder = tmp_path_factory.mktemp("bases")
    made = [path.read_bytes() for path in sorted(SAMPLES.glob("*.xlsx"))]
    made.append(filling.save(folder / "filled.xlsx", filling.projects("问题较多")).read_bytes())
    ways = list(published.WAYS.values())
    for number, case in enumerate(published.cases()[:6]):
        published.workbook(folder / "published.xlsx", case, ways[number % len(ways)])
        made.append((folder / "published.xlsx").read_bytes())
    clean = office.workbook(folder / "clean.xlsx", office.form("clean"))
    sheet = grid.read(clean.read_bytes()).sheets[0]
    other = [office.page(clean).encode(), as_xls(sheet), as_ods(sheet, folder / "clean.ods")]
    return [*made, clean.read_bytes(), *(2 * other)]


def damaged(bases: list[bytes], level: str, count: int, what: str) -> Iterator[tuple[str, bytes]]:
    """Give mutants, each with a name by which it can be made again."""
    for number in range(count):
        chance = random.Random(f"{what} {level} {SEED} {number}")
        yield f"{level}{number}", mutants.mutant(chance.choice(bases), level, chance)


def test_the_sound_files_are_read(bases: list[bytes], tmp_path: Path) -> None:
    """Else nothing would be tried but how broken files are refused."""
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(bases))]
    for path, data in zip(paths, bases, strict=True):
        path.write_bytes(data)
    batch = read(paths)
    assert set(batch.frames["workbooks"]["status"]) == {"read"}
    assert set(batch.frames["indicators"]["workbook"]) == set(range(len(bases)))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("level", LEVELS)
def test_every_mutant_is_read_or_told_in_bounded_time(level: str, bases: list[bytes], tmp_path: Path) -> None:
    path, told = tmp_path / "a.xlsx", 0
    for name, data in damaged(bases, level, READ[level], "read"):
        path.write_bytes(data)
        begun = time.process_time()
        with within(20 * SLOWEST):
            batch = read([path])
        assert time.process_time() - begun < SLOWEST, name
        if batch.frames["workbooks"]["status"].iloc[0] == "rejected":
            told += 1
            assert any(finding.code[0] in "FT" for finding in batch.findings), name
        assert path.read_bytes() == data
    assert (
        READ[level] // 20 < told < READ[level] * 19 // 20
    )  # neither are all sound nor all refused by the first look


def evaluate(inbox: Path, outbox: Path) -> Outcome:
    return run(find(inbox, outbox), outbox, outbox / SUMMARY, load("mof-2020"), with_json=True)


def neighbours(inbox: Path) -> set[str]:
    """Lay out sound forms of projects that no other file has; some without findings, some with many."""
    for number, form in enumerate(("clean", "2021", "2024")):
        office.workbook(
            inbox / f"m_{number}.xlsx", {**office.form(form), "project_name": f"邻居项目{number}"}
        )
    return {path.name for path in inbox.iterdir()}


def parts(outcome: Outcome, names: set[str]) -> list[object]:
    assert outcome.report is not None
    return [{**part, "outputs": ""} for part in outcome.report["workbooks"] if part["path"] in names]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("level", LEVELS)
def test_mutants_end_in_results_or_findings_and_neighbours_are_untouched(
    level: str, bases: list[bytes], tmp_path: Path
) -> None:
    alone, inbox, outbox = tmp_path / "alone", tmp_path / "in", tmp_path / "out"
    alone.mkdir()
    inbox.mkdir()
    sound = neighbours(alone)
    before = evaluate(alone, tmp_path / "alone_out")
    for name in sound:
        (inbox / name).write_bytes((alone / name).read_bytes())
    for name, data in damaged(bases, level, EVALUATED, "run"):
        (inbox / f"{name}.xlsx").write_bytes(data)
    given = {path.name: path.read_bytes() for path in inbox.iterdir()}
    begun = time.process_time()
    with within(SLOWEST * len(given)):
        outcome = evaluate(inbox, outbox)
    assert time.process_time() - begun < 2 * len(given)
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == given
    assert outcome.report is not None
    assert len(outcome.report["workbooks"]) == len(given)
    for part in outcome.report["workbooks"]:
        if part["status"] != "evaluated":
            assert any(item["code"][0] in "FT" for item in part["findings"]), part["path"]
        assert not any("？" in item["message"].replace("{found}", "") for item in part["findings"]), part[
            "path"
        ]
    assert parts(outcome, sound) == parts(before, sound) != []
    for path in (tmp_path / "alone_out").iterdir():
        if path.name != SUMMARY and not path.name.startswith("."):
            assert (outbox / path.name).read_bytes() == path.read_bytes(), path.name
    for path in outbox.glob("*_评价结果.xlsx"):
        for xml in mutants.parts_of(path.read_bytes()).values():
            expat.ParserCreate().Parse(xml, True)
    assert zipfile.is_zipfile(outbox / SUMMARY)
