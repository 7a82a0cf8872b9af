"""Lays out the published monitoring form of one place: two groups of amounts side by side, and three summary texts."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import form, typed

FIELDS = ("l1", "l2", "l3", "target", "actual", "deviates", "possibility")
WIDTHS = (9, 11, 14, 28, 13, 14, 13, 18)


def lay_out(sheet: Worksheet, data: dict[str, Any], numbers: bool = True, merged: bool = True) -> None:
    """Lay the form out on a sheet of eight columns.

    Args:
        sheet: The sheet.
        data: The transcribed form.
        numbers: Numbers as numbers, else as text.
        merged: Level labels merged over their rows, else written once.
    """
    thin = Side(style="thin")
    row = 0

    def put(column: int, text: str, to: int = 0, down: int = 0) -> None:
        value, code = typed(text, numbers, False)
        cell = sheet.cell(row, column)
        cell.value, cell.number_format = value, code
        if to > column or down > row:
            sheet.merge_cells(
                start_row=row, end_row=max(row, down), start_column=column, end_column=max(column, to)
            )

    for text in (data["title"], f"({data['year']}年度)", f"部门名称：{data['department']}"):
        row += 1
        put(1, text, 8)
    for label, value in (("项目名称", data["project_name"]), ("项目执行单位名称", data["unit"])):
        row += 1
        put(1, label, 3)
        put(4, value, 8)
    for label in ("项目负责人", "项目财务负责人"):
        row += 1
        put(1, label, 3)
        put(6, "联系电话")
    first = row + 1
    for i, line in enumerate(data["funds"]):
        row += 1
        if not i:
            last = row + len(data["funds"]) - 1
            put(1, "年初预算项目总资金数(万元)", 3, down=last)
            put(6, "截止6月末项目累计支出数(万元)", down=last)
        put(4, f"{line['line']}：{line['initial']}", 5)
        put(7, f"{line['line']}：{line['executed']}", 8)
    row += 1
    put(1, "相应绩效指标完成情况", 8)
    row += 1
    put(1, "绩效指标", down=row + len(data["indicators"]))
    for i, text in enumerate(data["layout_columns"]):
        put(2 + i, text)
    begin = row + 1
    above = {"l1": "", "l2": ""}
    for indicator in data["indicators"]:
        row += 1
        for i, field in enumerate(FIELDS):
            text = indicator[field]
            if field == "l1" and text != above["l1"]:
                above["l2"] = ""
            if field in above and text == above[field]:
                continue
            if field in above:
                above[field] = text
            put(2 + i, text)
    if merged:
        for column in (2, 3):
            filled = [r for r in range(begin, row + 1) if sheet.cell(r, column).value] + [row + 1]
            for top, after in itertools.pairwise(filled):
                if after - top > 1:
                    sheet.merge_cells(
                        start_row=top, end_row=after - 1, start_column=column, end_column=column
                    )
    row += 1
    put(1, data["note"], 8)
    for i, (label, text) in enumerate(data["summary"]):
        row += 1
        if not i:
            put(1, "项目执行情况总结", down=row + 2 * len(data["summary"]) - 1)
        put(2, label, 8)
        row += 1
        put(2, text, 8)
    row += 1
    put(1, "财政局审核意见(注：项目单位不填写，财政局审核时填写)", 3)
    put(6, "填报人签字")
    for line in sheet.iter_rows(min_row=4, max_row=row, min_col=1, max_col=8):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    for r in (1, 2):
        sheet.cell(r, 1).alignment = Alignment(horizontal="center")
    sheet.cell(1, 1).font = Font(size=16, bold=True)
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.row_dimensions[first].height = 20


def workbook(path: Path, data: dict[str, Any] | None = None, **options: Any) -> Path:
    """Write the form as a workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "监控情况表"
    lay_out(sheet, data or form("2021_monitoring"), **options)
    book.save(path)
    return path
