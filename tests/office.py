"""Lays out transcribed forms as workbooks, the ways offices do; written with openpyxl, apart from the product's writer."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any, Literal

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

DATA = Path(__file__).parent / "data"

Levels = Literal["merged", "repeated", "once", "printed"]
FIELDS = {
    "一级指标": "l1", "二级指标": "l2", "三级指标": "l3", "指标性质": "nature", "指标方向": "direction",
    "年度指标值": "target", "实际完成值": "actual", "计量单位": "unit", "分值": "weight", "得分": "score",
    "偏差原因分析及改进措施": "reason",
}  # fmt: skip
FUND_FIELDS = ("budget_initial", "budget_full", "executed", "weight", "rate", "score")


def form(name: str) -> dict[str, Any]:
    """Load a transcribed form."""
    loaded: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return loaded


def typed(text: str | None, numbers: bool, percent: bool) -> tuple[Any, str]:
    """Give a transcribed text as a cell's value and number format."""
    if text is None or text == "":
        return None, "General"
    if numbers and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text), "General"
    if percent and (match := re.fullmatch(r"(\d+)(\.\d+)?%", text)):
        places = "." + "0" * (len(match[2]) - 1) if match[2] else ""
        return float(text[:-1]) / 100, f"0{places}%"
    return text, "@"


def lay_out(
    sheet: Worksheet,
    data: dict[str, Any],
    levels: Levels = "merged",
    numbers: bool = True,
    percent: bool = False,
    spaced: bool = False,
    full_width: bool = False,
    left: int = 0,
    top: int = 0,
) -> None:
    """Lay a form out on a sheet.

    Args:
        sheet: The sheet.
        data: A transcribed form.
        levels: How level labels stand; printed: as the data has them.
        numbers: Numbers as numbers, else as text.
        percent: Percentages as percent-formatted numbers.
        spaced: Blanks and line breaks inside labels.
        full_width: Full-width signs in texts.
        left: Empty columns before the form.
        top: Empty rows above the form.
    """
    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    columns = [re.sub(r"\s", "", c) for c in data["layout_columns"]]
    last = left + len(columns) + 1

    def put(row: int, column: int, text: str | None, to: int = 0, down: int = 0, label: bool = False) -> None:
        if label and spaced and text and len(text) > 3:
            text = text[:2] + "\n" + text[2] + " " + text[3:]
        value, fmt = typed(text, numbers, percent)
        if full_width and isinstance(value, str):
            value = value.translate(str.maketrans("0123456789%():", "０１２３４５６７８９％（）："))
        cell = sheet.cell(row, column)
        cell.value, cell.number_format = value, fmt
        if isinstance(value, str):
            cell.data_type = "f" if value.startswith("==") else "s"
            if value.startswith("=="):
                cell.value = value[1:]  # a formula, never calculated
        if to > column or down > row:
            sheet.merge_cells(
                start_row=row, end_row=max(down, row), start_column=column, end_column=max(to, column)
            )

    row = top + 1
    put(row, left + 1, data["title"], last)
    row += 1
    put(row, left + 1, f"({data['year']} 年度)", last)
    row += 1
    first = row
    put(row, left + 1, "项目名称", left + 2, label=True)
    put(row, left + 3, data["project_name"], last)
    row += 1
    middle = left + 3 + (len(columns) - 2) // 2
    put(row, left + 1, "主管部门", left + 2, label=True)
    put(row, left + 3, data["department"], middle - 1)
    put(row, middle, "实施单位", middle + 1, label=True)
    put(row, middle + 2, data["unit"], last)
    row += 1
    head = row
    fund_columns = list(data["fund_columns"])
    starts = [last - len(fund_columns) + 1 + i for i in range(len(fund_columns))]
    put(
        row,
        left + 1,
        "项目资金\n(万元)",
        left + 2 if starts[0] > left + 3 else left + 1,
        down=row + len(data["funds"]),
        label=True,
    )
    for start, text in zip(starts, fund_columns, strict=True):
        put(row, start, text, label=True)
    for fund in data["funds"]:
        row += 1
        put(row, starts[0] - 1, fund["line"], label=not fund["line"].startswith("其中"))
        for start, name in zip(starts, FUND_FIELDS, strict=True):
            put(row, start, fund.get(name))
    row = head + len(data["funds"]) + 1
    put(row, left + 1, "年度总体目标", left + 1, down=row + 1, label=True)
    put(row, left + 2, "预期目标", middle - 1, label=True)
    put(row, middle, "实际完成情况", last, label=True)
    row += 1
    put(row, left + 2, data["goals"]["预期目标"], middle - 1)
    put(row, middle, data["goals"]["实际完成情况"], last)
    row += 1
    indicators = data["indicators"]
    put(row, left + 1, "绩效指标", left + 1, down=row + len(indicators), label=True)
    for i, text in enumerate(columns):
        put(row, left + 2 + i, data.get("renamed", {}).get(text, text), label=True)
    begin = row + 1
    for indicator in indicators:
        row += 1
        for i, text in enumerate(columns):
            put(row, left + 2 + i, indicator.get(FIELDS[text]))
    for depth in () if levels == "printed" else (1, 0):
        names = ["l1", "l2"][: depth + 1]
        start = 0
        for i in range(1, len(indicators) + 1):
            same = i < len(indicators) and all(indicators[i][n] == indicators[start][n] for n in names)
            if same:
                continue
            column = left + 2 + depth
            if levels != "repeated":
                for k in range(start + 1, i):
                    sheet.cell(begin + k, column).value = None
            if levels == "merged" and i - start > 1:
                sheet.merge_cells(
                    start_row=begin + start, end_row=begin + i - 1, start_column=column, end_column=column
                )
            start = i
    row += 1
    weight = left + 2 + columns.index("分值")
    if "总分" in data.get("without", ()):
        return
    put(row, left + 1, "总分", weight - 1)
    put(row, weight, data["total"]["weight"])
    put(row, weight + 1, data["total"]["score"])
    if "below_total" in data:
        row += 1
        put(row, weight, data["below_total"]["weight"])
    if data.get("grade"):
        row += 1
        put(row, left + 1, "自评等级", left + 2)
        put(row, left + 3, data["grade"])
    for line in sheet.iter_rows(min_row=first, max_row=row, min_col=left + 1, max_col=last):
        for cell in line:
            cell.border = border
            cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    for r in (top + 1, top + 2):
        sheet.cell(r, left + 1).alignment = Alignment(horizontal="center")
    sheet.cell(top + 1, left + 1).font = Font(size=16, bold=True)
    for i in range(left + 1, last + 1):
        sheet.column_dimensions[get_column_letter(i)].width = 11
    sheet.column_dimensions[get_column_letter(left + 4)].width = 24
    sheet.column_dimensions[get_column_letter(last)].width = 22


def workbook(path: Path, data: dict[str, Any], **options: Any) -> Path:
    """Write one form as a workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "自评表"
    lay_out(sheet, data, **options)
    book.save(path)
    return path


def page(path: Path) -> str:
    """Give a workbook's first sheet as a web page, the way systems export tables; texts as they stand."""
    sheet = load_workbook(path).worksheets[0]
    spans = {
        (m.min_row, m.min_col): f" rowspan={m.max_row - m.min_row + 1} colspan='{m.max_col - m.min_col + 1}'"
        for m in sheet.merged_cells.ranges
    }
    rows = ""
    for row in sheet.iter_rows():
        cells = "".join(
            f"<td{spans.get((c.row, c.column), '')}>{escape(str('' if c.value is None else c.value))}</td>"
            for c in row
            if type(c).__name__ == "Cell"
        )
        rows += f"<tr>{cells}</tr>\n".replace("\n(", "<br>(")
    return f"<html><head><meta charset=utf-8></head><body><table border=1>{rows}</table></body></html>"
