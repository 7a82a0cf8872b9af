"""Fills the blank monitoring template as a clerk does."""

from __future__ import annotations

import copy
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.filling import LEVEL1, right_of, spot
from tests.office import DATA, typed
from xlproc.forms import monitoring
from xlproc.templates import template

SHEET = "监控表"
FIELDS = (
    "level1", "level2", "level3", "nature", "operator", "target", "actual", "unit", "deviates", "possibility", "funding",
    "rules", "staff", "equipment", "reason",
)  # fmt: skip
HEAD = {"年度": "year", "项目名称": "name", "部门名称": "department", "项目执行单位名称": "agency"}
HEIGHT = 2
"""Rows of the table's header."""


def project(**changes: Any) -> dict[str, Any]:
    """Load the made-up project, which is clean, with changes.

    Args:
        changes: Parts of the project; fields of an indicator change the first one (培训人数).
    """
    out: dict[str, Any] = tomllib.loads((DATA / "monitoring_filled.toml").read_text("utf-8"))
    for key, value in changes.items():
        if key in FIELDS:
            out["indicators"][0][FIELDS.index(key)] = value
        else:
            assert key in out
            out[key] = copy.deepcopy(value)
    return out


def fill(sheet: Worksheet, data: dict[str, Any]) -> None:
    """Type a project into a sheet of the template."""
    for label, key in HEAD.items():
        sheet.cell(*right_of(sheet, label)).value = data[key]
    head, left = spot(sheet, "年初预算数")
    executed = next(text for cell in sheet[head] if (text := str(cell.value)).endswith("执行数"))
    columns = (left, spot(sheet, "全年预算数")[1], spot(sheet, executed)[1])
    for row, line in enumerate(data["funds"], start=head + 1):
        for column, value in zip(columns, line, strict=True):
            sheet.cell(row, column).value = value
    for name, item in monitoring().texts.items():
        sheet.cell(*right_of(sheet, item.label)).value = data[name]
    top, first = spot(sheet, LEVEL1)
    for row, indicator in enumerate(data["indicators"], start=top + HEIGHT):
        for column, value in enumerate(indicator, start=first):
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                cell.value, cell.number_format = typed(value, False, True)
            else:
                cell.value = value


def book(data: dict[str, Any], month: int | None = None) -> Workbook:
    """Fill the template."""
    workbook = load_workbook(BytesIO(template("monitoring", month)))
    fill(workbook[SHEET], data)
    return workbook


def save(path: Path, data: dict[str, Any], month: int | None = None) -> Path:
    """Write a filled template; its formulas are not calculated."""
    book(data, month).save(path)
    return path
