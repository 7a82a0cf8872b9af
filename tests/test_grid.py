"""The grid against openpyxl's ordinary reading, cell by cell, on every workbook at hand."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests import filling, office
from tests.conftest import SAMPLES, Evaluate
from xlproc.model.exact import from_float
from xlproc.reading import grid
from xlproc.templates import template


def oracle(data: bytes) -> dict[str, dict[tuple[int, int], Any]]:
    """Give what openpyxl holds: value, or "uncalculated", by sheet and place."""
    written, cached = load_workbook(BytesIO(data)), load_workbook(BytesIO(data), data_only=True)
    sheets: dict[str, dict[tuple[int, int], Any]] = {}
    for sheet in written.worksheets:
        cells = sheets.setdefault(sheet.title, {})
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
                    continue
                stored = cached[sheet.title].cell(cell.row, cell.column).value
                cells[cell.row, cell.column] = (
                    "uncalculated" if cell.data_type == "f" and stored is None else stored
                )
    return sheets


def same(data: bytes) -> int:
    expected, got = oracle(data), grid.read(data)
    assert [sheet.name for sheet in got.sheets] == list(expected)
    count = 0
    for sheet in got.sheets:
        cells = {spot: cell for spot, cell in sheet.cells.items() if cell is not grid.NOTHING}
        wanted = expected[sheet.name]
        calculated = {spot: v for spot, v in wanted.items() if v != "uncalculated" or spot in cells}
        assert cells.keys() == calculated.keys(), sheet.name
        for spot, cell in cells.items():
            value = wanted[spot]
            count += 1
            if value == "uncalculated":
                assert cell.state == "uncalculated"
            elif isinstance(value, bool):
                assert cell.shown == ("是" if value else "否")
            elif isinstance(value, int | float):
                assert cell.number == from_float(float(value))
            elif isinstance(value, dt.datetime):
                assert cell.day == value.date()
            elif cell.state == "error":
                assert str(value).startswith("#")
            else:
                assert cell.shown == str(value).strip()
        book = load_workbook(BytesIO(data))
        ranges = book[sheet.name].merged_cells.ranges
        assert sheet.merges == sorted((m.min_row, m.min_col, m.max_row, m.max_col) for m in ranges)
    return count


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xlsx")), ids=lambda p: p.stem)
def test_samples(path: Path) -> None:
    assert same(path.read_bytes()) > 100


@pytest.mark.parametrize("levels", ["merged", "repeated", "once"])
def test_office_forms(levels: str, tmp_path: Path) -> None:
    for name in ("2021", "2024", "clean"):
        for numbers in (True, False):
            path = office.workbook(
                tmp_path / "a.xlsx", office.form(name), levels=levels, numbers=numbers, percent=True
            )
            assert same(path.read_bytes()) > 50


def test_template_results_and_summary(tmp_path: Path, evaluate: Evaluate) -> None:
    assert same(template("self-evaluation")) > 50
    evaluate(filling.save(tmp_path / "a.xlsx", filling.projects("三个项目")))
    for path in (tmp_path / "out").glob("*.xlsx"):
        assert same(path.read_bytes()) > 50


def test_odd_cells(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    values: list[Any] = [
        0,
        -1.5,
        1e15,
        0.1 + 0.2,
        True,
        False,
        dt.datetime(2024, 6, 30),
        dt.date(2024, 2, 29),
        " x ",
        "=1+1",
        "#N/A",
        "é\n二",
    ]
    for row, value in enumerate(values, start=3):
        sheet.cell(row, 4).value = value
    sheet.merge_cells("D3:F3")
    book.create_sheet("空的")
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    data = (tmp_path / "a.xlsx").read_bytes()
    assert same(data) == len(values)
    sheets = grid.read(data).sheets
    assert [sheet.visible for sheet in sheets] == [True, True, False]
    cells = sheets[0].cells
    assert (cells[12, 4].state, cells[13, 4].state, cells[9, 4].state) == ("uncalculated", "error", "date")
    assert cells[6, 4].shown == "0.3"
