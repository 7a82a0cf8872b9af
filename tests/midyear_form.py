"""Lays monitoring forms out as workbooks, the way finance offices print them; written with openpyxl."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import office

SHORT = {
    "目标": "年度指标值", "完成": "1-6月执行情况", "预计": "全年预计完成值", "偏差": "存在偏差情况(是/否)",
    "可能性": "完成目标的可能性(确定能/有可能/完全不可能)", "原因": "偏差原因分析及改进措施",
    "年初": "年初预算数", "执行": "1-6月执行数", "执行率": "1-6月执行率",
}  # fmt: skip
HEAD = {"项目名称": "project_name", "主管部门": "department", "实施单位": "unit"}
LINES = {"总额": 0, "拨款": 1, "结转": 2, "其他": 3}


def workbook(path: Path, data: dict[str, Any]) -> Path:
    """Write a form of ``data/monitoring.json``'s shape as a workbook of one sheet: heads in row 5 and 11, rows below."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "监控表"
    width = len(data["columns"]) + 1

    def put(row: int, column: int, text: str, to: int = 0, down: int = 0) -> None:
        sheet.cell(row, column).value = text or None
        if to > column or down > row:
            sheet.merge_cells(
                start_row=row, end_row=max(row, down), start_column=column, end_column=max(to, column)
            )

    put(1, 1, data["title"], width)
    put(2, 1, data["year"], width)
    put(3, 1, "项目名称", 2)
    put(3, 3, data["project_name"], width)
    put(4, 1, "主管部门", 2)
    put(4, 3, data["department"], 4)
    put(4, 5, "实施单位")
    put(4, 6, data["unit"], width)
    put(5, 1, "项目资金\n(万元)", 2, 5 + len(data["funds"]))
    for column, text in enumerate(data["fund_columns"], 4):
        put(5, column, text)
    for row, line in enumerate(data["funds"], 6):
        for column, text in enumerate(line, 3):
            put(row, column, text)
    head = 7 + len(data["funds"])
    put(head, 1, "绩效指标", 1, head + len(data["indicators"]))
    for row, line in enumerate([data["columns"], *data["indicators"]], head):
        for column, text in enumerate(line, 2):
            put(row, column, text)
    put(head + len(data["indicators"]) + 1, 1, data["note"], width)
    book.save(path)
    return path


def changed(table: str, base: str = "monitoring") -> dict[str, Any]:
    """Apply a table of changes to the clean form.

    Rows are indicators by name, the lines of the money (总额 拨款 结转 其他), and: 表头 (a header, its new text), 去掉 (a
    column), 加行 (a name, its target and actual parted by a blank), 删行 (a name), 换行 (a name, and the one that it changes
    places with), 表名, 年度, 项目名称, 主管部门, 实施单位.
    """
    data = copy.deepcopy(office.form(base))
    named = {line[2]: line for line in data["indicators"]}
    for change in table.strip().splitlines():
        row, column, value = (part.strip() for part in change.strip().strip("|").split("|"))
        header = SHORT.get(column, column)
        if row == "表名":
            data["title"] = value
        elif row == "年度":
            data["year"] = value
        elif row in HEAD:
            data[HEAD[row]] = value
        elif row == "删行":
            data["indicators"].remove(named[column])
        elif row == "换行":
            places = [data["indicators"].index(named[name]) for name in (column, value)]
            for place, name in zip(places, (value, column), strict=True):
                data["indicators"][place] = named[name]
        elif row == "去掉":
            at = data["columns"].index(header)
            for line in (data["columns"], *data["indicators"]):
                del line[at]
        elif row == "表头":
            for heads in (data["columns"], data["fund_columns"]):
                heads[:] = [value if text == header else text for text in heads]
        elif row == "全部":
            for line in data["indicators"]:
                line[data["columns"].index(header)] = value
        elif row == "加行":
            target, _, actual = value.partition(" ")
            line = ["产出指标", "数量指标", column, "" if target == "空" else target, actual]
            data["indicators"].append(line + [""] * (len(data["columns"]) - len(line)))
        elif row in LINES:
            data["funds"][LINES[row]][1 + data["fund_columns"].index(header)] = value
        else:
            named[row][data["columns"].index(header)] = value
    return data
