"""Fills the blank template as a clerk does: typed values in its cells, a sheet copied for each further project."""

from __future__ import annotations

import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import typed
from xlproc.templates import template

DATA = Path(__file__).parent / "data" / "filled"
LEVEL1 = "一级指标"


def spot(sheet: Worksheet, label: str) -> tuple[int, int]:
    """Find a label."""
    return next((c.row, c.column) for row in sheet.iter_rows() for c in row if c.value == label)


def right_of(sheet: Worksheet, label: str) -> tuple[int, int]:
    """Find the cell beside a label, past the label's merged area."""
    row, column = spot(sheet, label)
    for area in sheet.merged_cells.ranges:
        if (area.min_row, area.min_col) == (row, column):
            column = area.max_col
    return row, column + 1


def projects(name: str) -> list[dict[str, Any]]:
    """Load the made-up projects of a file."""
    loaded: list[dict[str, Any]] = tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))["project"]
    return loaded


def fill(sheet: Worksheet, project: dict[str, Any]) -> None:
    """Type a project into a sheet of the template."""
    for label, key in (
        ("年度", "year"),
        ("项目名称", "name"),
        ("主管部门", "department"),
        ("实施单位", "agency"),
    ):
        sheet.cell(*right_of(sheet, label)).value = project[key]
    head = spot(sheet, "全年预算数")[0]
    columns = [spot(sheet, label)[1] for label in ("年初预算数", "全年预算数", "全年执行数")]
    for row, line in enumerate(project["funds"], start=head + 1):
        for column, value in zip(columns, line, strict=True):
            sheet.cell(row, column).value = value
    if "rate" in project:
        rate, number_format = typed(str(project["rate"]), True, True)
        cell = sheet.cell(head + 1, spot(sheet, "执行率")[1])
        cell.value, cell.number_format = rate, number_format
        sheet.cell(head + 1, spot(sheet, "得分")[1]).value = project["execution_score"]
    for label, key in (("预期目标", "expected"), ("实际完成情况", "actual")):
        row, column = spot(sheet, label)
        sheet.cell(row + 1, column).value = project[key]
    top, left = spot(sheet, LEVEL1)
    for row, indicator in enumerate(project["indicators"], start=top + 1):
        for column, value in enumerate(indicator, start=left):
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                cell.value, cell.number_format = typed(value, False, True)
            else:
                cell.value = value


def book(several: list[dict[str, Any]]) -> Workbook:
    """Fill the template, a sheet a project."""
    workbook = load_workbook(BytesIO(template("self-evaluation")))
    first = workbook["自评表"]
    sheets = [first, *(workbook.copy_worksheet(first) for _ in several[1:])]
    for sheet, project in zip(sheets, several, strict=True):
        sheet.title = project["sheet"]
        fill(sheet, project)
    return workbook


def save(path: Path, several: list[dict[str, Any]]) -> Path:
    """Write a filled template; its formulas are not calculated."""
    book(several).save(path)
    return path
