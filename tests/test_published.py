"""Forms as offices published them, in all layouts and kinds of file: every transcribed cell is read under its column."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import libreoffice
from tests.form_blocks import Case, Placed, printed
from tests.published import SAVED, WAYS, cases, workbook, write_all
from tests.transcribed import Fact, clean, facts, wrong
from xlproc.batch.read import read_json

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


@pytest.mark.parametrize("name", CASES)
def test_layouts_hold_every_transcribed_text(name: str, tmp_path: Path) -> None:
    """What the layout left out could not be missed in reading."""
    case, path = CASES[name], tmp_path / f"{name}.xlsx"
    workbook(path, case, WAYS["repeated"])
    laid = {clean(cell) for sheet in load_workbook(path) for row in sheet.values for cell in row}
    unprinted = {"block"} if "39" in name else set()  # a mark of the transcription, no cell
    rows = [{k: v for k, v in row.items() if k not in unprinted} for row in case["indicators"]]
    funds = [{**line, "line": printed(line["line"])} for line in case["funds"] if "/" not in line["line"]]
    tables = [row for table in case.get("tables", ()) for row in table["rows"]]
    wanted = [*(row.values() for row in (*rows, *funds, case["goals"])), *tables]
    label = {"20"} if case["id"][:2] in ("37", "54") else set()  # points that stand in the block's label
    assert {clean(text) for texts in wanted for text in texts} - laid - label - {""} == set()


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
