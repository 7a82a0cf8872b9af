"""Marked copies of files that cannot be marked as they are: what the copy shows is what the file shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import libreoffice, office
from tests.test_file_kinds import OFFICE, cell, ods, web
from tests.test_marked import LIST, evaluate_into, found_in
from xlproc.batch.plain import plain
from xlproc.reading import grid
from xlproc.writing.files import is_result
from xlproc.writing.xlsx import render

KINDS = ("xls", "ods")
DAY = dt.datetime(2024, 6, 30)
CELLS: list[tuple[Any, str]] = [
    (0.95, "0%"),
    (0.9512, "0.00%"),
    (1234.5, "#,##0.00"),
    (-1234.5, "#,##0.00_ ;[Red]\\-#,##0.00\\ "),
    (0.1, "General"),
    (12, '0"万元"'),
    (DAY, 'yyyy"年"m"月"d"日"'),
    (DAY, "yyyy-mm-dd"),
    ("0012", "@"),
    ("一\n二", "General"),
    ("≥95%", "General"),
]
TEXTS = ('=HYPERLINK("http://a","点")', "=1+1", "+1", "-2", "@SUM(A1)", "-")
"""Texts that would be formulas if they were typed."""


def filled(path: Path) -> Path:
    """Lay out a form with faults, and beside it a sheet of all sorts of cells and a hidden one."""
    book = load_workbook(office.workbook(path, office.form("2021"), percent=True))
    sheet = book.create_sheet("甲 '乙' 丙")
    for row, (value, code) in enumerate(CELLS, start=1):
        sheet.cell(row, 1).value = value
        sheet.cell(row, 1).number_format = code
    for row, text in enumerate(TEXTS, start=1):
        sheet.cell(row, 2).value = text
        sheet.cell(row, 2).data_type = "s"
    for row, formula in enumerate(("=A1*2", "=1/0", "=NA()", '="文"&"字"'), start=1):
        sheet.cell(row, 3).value = formula
    sheet["D1"] = "合并"
    sheet.merge_cells("D1:E3")
    sheet.merge_cells("D5:E6")
    sheet.column_dimensions["A"].width = 25
    sheet.column_dimensions["F"].hidden = True
    sheet["F1"] = "藏的列"
    sheet.row_dimensions[9].hidden = True
    book.create_sheet("藏的").sheet_state = "hidden"
    book["藏的"]["B2"] = 5
    book.save(path)
    return path


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Evaluate the form saved as each kind; give the files and their copies."""
    folder = tmp_path_factory.mktemp("marked")
    inbox, outbox = folder / "in", folder / "out"
    source = filled(folder / "form.xlsx")
    inbox.mkdir()
    for kind in KINDS:
        (saved,) = libreoffice.convert([source], folder / kind, kind)
        saved.rename(inbox / f"{kind}.{kind}")
    (inbox / "html.xls").write_text(office.page(source), "utf-8")
    assert evaluate_into(inbox, outbox).failures == []
    return {path.stem: (path, outbox / f"{path.stem}_批注.xlsx") for path in inbox.iterdir()}


def looks(sheet: grid.Sheet) -> dict[grid.Spot, tuple[Any, ...]]:
    return {spot: (c.state, c.shown, c.number, c.day) for spot, c in sheet.cells.items() if c.shown}


@libreoffice.needed
@pytest.mark.parametrize("kind", [*KINDS, "html"])
def test_the_copy_reads_as_the_file(kind: str, copies: dict[str, tuple[Path, Path]]) -> None:
    path, copy = copies[kind]
    before = grid.read(path.read_bytes(), kind).sheets
    first, *after = grid.read(copy.read_bytes()).sheets
    assert first.name == LIST
    assert [(s.name, s.visible, s.merges) for s in after] == [(s.name, s.visible, s.merges) for s in before]
    for old, new in zip(before, after, strict=True):
        assert looks(new) == looks(old)
    assert is_result(copy)


@libreoffice.needed
@pytest.mark.parametrize("kind", KINDS)
def test_values_and_their_looks_stay(kind: str, copies: dict[str, tuple[Path, Path]]) -> None:
    book = load_workbook(copies[kind][1])
    assert book.sheetnames == [LIST, "自评表", "甲 '乙' 丙", "藏的"]
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "visible", "visible", "hidden"]
    sheet = book["甲 '乙' 丙"]
    assert [sheet.cell(row, 1).value for row in range(1, len(CELLS) + 1)] == [value for value, _ in CELLS]
    for row in (1, 2, 3, 5, 9):
        code = CELLS[row - 1][1].replace("@", "General")
        assert sheet.cell(row, 1).number_format == code, row
    positive, negative = str(sheet["A4"].number_format).split(";")
    assert positive.startswith("#,##0.00")
    assert "-" in negative
    assert [sheet.cell(row, 3).value for row in range(1, 5)] == [1.9, "=#DIV/0!", "=#N/A", "文字"]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"D1:E3", "D5:E6"}
    assert 23 <= sheet.column_dimensions["A"].width <= 27
    assert sheet.column_dimensions["F"].hidden or sheet.column_dimensions["F"].width == 0
    assert sheet.row_dimensions[9].hidden
    assert sheet["A1"].border.left.style == "thin"


@libreoffice.needed
@pytest.mark.parametrize("kind", KINDS)
def test_texts_never_become_formulas(kind: str, copies: dict[str, tuple[Path, Path]]) -> None:
    sheet = load_workbook(copies[kind][1])["甲 '乙' 丙"]
    for row, text in enumerate(TEXTS, start=1):
        there = sheet.cell(row, 2)
        assert (there.value, there.data_type, there.quotePrefix) == (text, "s", True)
    assert not sheet["A11"].quotePrefix


@libreoffice.needed
@pytest.mark.parametrize("kind", [*KINDS, "html"])
def test_faults_are_marked(kind: str, copies: dict[str, tuple[Path, Path]]) -> None:
    """故障排除率 is filled in with 95% of 100% and 3 of 3 points: S203 at H23 in every kind."""
    path, copy = copies[kind]
    book = load_workbook(copy)
    sheet = book[book.sheetnames[1]]
    assert sheet["F23"].value == ("0.95" if kind == "html" else 0.95)
    comment = sheet["H23"].comment
    if kind != "html":
        assert sheet["F23"].number_format == "0%"
        assert comment is not None
        assert comment.text.startswith("错误 S203")
        assert sheet["H23"].fill.fgColor.rgb == "FFF8CBAD"
    commented = {c.coordinate for line in sheet.iter_rows() for c in line if c.comment}
    merged = {str(area).split(":")[0]: area for area in sheet.merged_cells.ranges}
    told = {c for item in found_in(path) if item["sheet"] == sheet.title for c in item["cells"]}
    assert told
    for place in told:
        assert place in commented or any(place in area for area in merged.values()), place


@libreoffice.needed
@pytest.mark.parametrize(
    ("kind", "words"),
    [("xls", ".xls 或 .et 格式"), ("ods", ".ods 格式"), ("html", "网页（系统导出的表格）")],
)
def test_the_first_sheet_says_what_was_lost(
    kind: str, words: str, copies: dict[str, tuple[Path, Path]]
) -> None:
    remark = str(load_workbook(copies[kind][1])[LIST]["A4"].value)
    assert words in remark
    assert remark.endswith("以原文件为准。")
    assert ("公式只保留结果" in remark) == (kind != "html")


def copied(read: grid.Grid, kind: str, path: Path) -> tuple[Worksheet, list[str]]:
    made = plain(read, kind)
    path.write_bytes(render(made.book))
    return load_workbook(path).worksheets[0], made.remarks


def test_a_sheets_name_that_excel_does_not_take(tmp_path: Path) -> None:
    long = "项目支出绩效自评表（二〇二四年度）信息系统运行维护费及其他各项费用"
    path = ods(tmp_path / "a.ods", f"<table:table-row>{cell('x')}</table:table-row>")
    data = grid.read(path.read_bytes(), "ods")
    data.sheets[0].name = long
    made = plain(data, "ods")
    new = made.names[long]
    assert (len(new), long.startswith(new)) == (31, True)
    assert made.book.sheets[0].name == new
    assert made.remarks[-1] == f"Excel 不能用工作表名“{long}”，本副本改为“{new}”。"


def test_areas_over_one_another_and_cells_past_the_last(tmp_path: Path) -> None:
    """LibreOffice's sheets may be wider than Excel's; broken files merge a cell twice."""
    sheet = grid.Sheet(
        "甲",
        True,
        {(1, 1): grid.Cell("text", "a"), (1, 16_385): grid.Cell("text", "z")},
        [(1, 1, 2, 2), (2, 2, 3, 3)],
    )
    made, _ = copied(grid.Grid([sheet]), "ods", tmp_path / "a.xlsx")
    assert [str(area) for area in made.merged_cells.ranges] == ["A1:B2"]
    assert (made["A1"].value, made.max_column <= 16_384) == ("a", True)


def test_formulas_never_calculated_are_left_blank_and_told(tmp_path: Path) -> None:
    row = f'<table:table-row xmlns:table="{OFFICE}table:1.0"><table:table-cell table:formula="of:=1+1"/>{cell("x")}</table:table-row>'
    read = grid.read(ods(tmp_path / "a.ods", row).read_bytes(), "ods")
    sheet, remarks = copied(read, "ods", tmp_path / "a.xlsx")
    assert (sheet["A1"].value, sheet["B1"].value) == (None, "x")
    assert remarks[1:] == ["没有计算过的公式没有结果，在本副本里是空白。"]


def test_every_text_shows_whole(tmp_path: Path) -> None:
    """30 characters are 60 columns; in the widest column of 30 they take 3 lines of 15 points, for half a column is margin."""
    sheet, _ = copied(
        grid.Grid(
            [web(f"<table><tr><td>项目<td>{'长' * 30}<tr><td rowspan=2>{'高' * 60}<td>1<tr><td>2</table>")]
        ),
        "html",
        tmp_path / "a.xlsx",
    )
    assert 30 <= sheet.column_dimensions["A"].width < 31
    assert (sheet.row_dimensions[1].height or 0) >= 45
    assert (sheet.row_dimensions[2].height or 0) + (sheet.row_dimensions[3].height or 0) >= 5 * 15


def test_a_sheet_of_few_far_cells_is_not_filled_with_borders(tmp_path: Path) -> None:
    far = {(1, 1): "a", (1, 2): "b", (60_000, 1): "c", (60_000, 200): "d"}
    sheet = grid.Sheet("甲", True, {place: grid.Cell("text", text) for place, text in far.items()})
    assert len(plain(grid.Grid([sheet]), "xls").book.sheets[0].cells) == 4


@libreoffice.needed
def test_the_same_file_gives_the_same_bytes(copies: dict[str, tuple[Path, Path]], tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    path, copy = copies["ods"]
    (inbox / path.name).write_bytes(path.read_bytes())
    evaluate_into(inbox, tmp_path / "out")
    assert (tmp_path / "out" / copy.name).read_bytes() == copy.read_bytes()
