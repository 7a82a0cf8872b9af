"""Forms as offices published them, in all layouts and kinds of file: every transcribed cell is read under its column."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import libreoffice
from tests.published import SAVED, WAYS, Case, Placed, cases, workbook, write_all
from tests.transcribed import Fact, facts, wrong
from xlproc.batch.run import read_json

CASES = {case["id"]: case for case in cases()}
Written = dict[tuple[str, str], tuple[Path, Placed]]


def check(case: Case, way: str, found: list[Fact]) -> None:
    missed = wrong(found)
    if missed:
        right = sum(fact.right for fact in found)
        pytest.fail(
            "\n".join([f"{case['id']}, {way}: {right} of {len(found)} right", *missed]), pytrace=False
        )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CASES)
def test_every_cell_is_read_under_its_column(name: str, way: str, tmp_path: Path) -> None:
    case, path = CASES[name], tmp_path / f"{name}.xlsx"
    placed = workbook(path, case, WAYS[way])
    check(case, way, facts(case, placed, read_json([path])["workbooks"][0]))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Save the forms as other kinds of file, one call a kind."""
    written: Written = {}
    for kind, way in SAVED.items():
        folder = tmp_path_factory.mktemp(kind)
        made = write_all(folder / "made", CASES.values(), way)
        paths = libreoffice.convert([path for path, _ in made.values()], folder / "saved", kind)
        for (name, (_, placed)), path in zip(made.items(), paths, strict=True):
            written[kind, name] = path, placed
    return written


@libreoffice.needed
@pytest.mark.parametrize("kind", SAVED)
@pytest.mark.parametrize("name", CASES)
def test_other_kinds_of_file_are_read_alike(name: str, kind: str, saved: Written) -> None:
    path, placed = saved[kind, name]
    check(CASES[name], kind, facts(CASES[name], placed, read_json([path])["workbooks"][0]))
