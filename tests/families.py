"""One form of each layout family as a workbook: a published one, or a sketch with its headers."""

from __future__ import annotations

import tomllib
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests import filling_monitoring, office
from tests.published import WAYS, cases, workbook

SKETCHES: dict[str, str] = tomllib.loads((office.DATA / "sketches.toml").read_text("utf-8"))
PUBLISHED = {
    "01": "sichuan",
    "03": "sichuan",
    "04": "mof-2020",
    "06": "hubei",
    "11": "transfer",
    "12": "yunnan",
    "15": "decision",
    "19": "target",
    "22": "mof-2020",
    "24": "older",
    "28": "chongqing",
    "32": "whole-department",
    "34": "transfer",
    "35": "mof-2020",
    "37": "hubei",
    "39": "reviewed",
    "41": "sichuan",
    "42": "sichuan",
    "46": "region",
    "51": "target",
    "54": "region-2018",
    "58": "mof-2020",
    "59": "target",
    "61": "target",
    "63": "monitoring-central",
    "64": "mof-2020",
    "65": "target-beside",
    "65-filled": "target-beside",
    "28-adjusted": "chongqing",
}
"""What family a published form is of, by the beginning of its case's name; final accounts are of none."""
SHOWN = {
    "sichuan": "01", "hubei": "06", "region-2018": "54", "transfer": "11", "yunnan": "12", "decision": "15", "older": "24",
    "chongqing": "28", "whole-department": "32", "reviewed": "39", "region": "46", "mof-2020": "04", "target": "51",
    "monitoring-central": "63", "target-beside": "65",
}  # fmt: skip
"""The published form that shows a family best."""


def number(case_id: str) -> str:
    """Give the beginning of a case's name by which the tables above know it."""
    return case_id if case_id in PUBLISHED else case_id[:2]


def example(family: str, path: Path) -> Path:
    """Write a form of a family."""
    if family in SHOWN:
        case = next(case for case in cases() if number(case["id"]) == SHOWN[family])
        workbook(path, case, WAYS["plain"])
    elif family == "monitoring-2021":
        filling_monitoring.save(path, filling_monitoring.project())
    elif family in SKETCHES:
        sketch(path, SKETCHES[family])
    else:
        office.workbook(path, office.form("2024"))
    return path


def sketch(path: Path, text: str) -> None:
    """Write a workbook of a sketch: a line a row, cells parted by bars, ``<`` and ``^`` merged."""
    grid = [[cell.strip() for cell in line.split(" |")] for line in text.strip().splitlines()]
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    thin = Side(style="thin")
    for row, line in enumerate(grid, start=1):
        for column, cell in enumerate(line, start=1):
            spot = sheet.cell(row, column)
            spot.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            spot.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
            if cell not in ("<", "^"):
                spot.value = float(cell) if cell.replace(".", "", 1).isdigit() else cell or None
                if isinstance(spot.value, str):
                    spot.data_type = "s"  # =100% is no formula
                right, down = column, row
                while right < len(line) and line[right] == "<":
                    right += 1
                while down < len(grid) and grid[down][column - 1] == "^":
                    down += 1
                if (right, down) != (column, row):
                    sheet.merge_cells(start_row=row, start_column=column, end_row=down, end_column=right)
    for column in range(1, len(grid[-1]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 14
    book.save(path)
