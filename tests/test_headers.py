"""Headers of two rows: 年度指标值 spans 指标性质, 指标值 and 度量单位, as the forms of one province have it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import office
from tests.conftest import Evaluate

SIGNS = {"大于等于": "≧", "小于等于": "≤", "": "定性"}
LOWER = ("指标性质", "指标值", "度量单位")


def spanning(path: Path, merged: bool) -> Path:
    """Lay the clean form out with a header of two rows; the other headers are merged over both, or stand in the upper."""
    data = office.form("clean")
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    office.lay_out(
        sheet,
        {**data, "layout_columns": [c for c in data["layout_columns"] if c != "指标性质"]},
        levels="repeated",
    )
    head = next(cell.row for cell in sheet["D"] if cell.value == "三级指标")
    for area in list(sheet.merged_cells.ranges):
        if area.min_row >= head - 1:
            sheet.unmerge_cells(str(area))
    sheet.insert_rows(head + 1)
    columns = {sheet.cell(head, c).value: c for c in range(2, 12)}
    # 指标方向 | 年度指标值 | 实际完成值 | 计量单位 becomes 年度指标值 (指标性质 | 指标值 | 度量单位) | 实际完成值
    first = columns["指标方向"]
    for row in range(head + 2, head + 2 + len(data["indicators"])):
        sign, target, actual, unit = (str(sheet.cell(row, first + i).value or "") for i in range(4))
        for i, value in enumerate((SIGNS[sign], target, unit, actual)):
            sheet.cell(row, first + i).value = value
    for i, text in enumerate(("年度指标值", None, None, "实际完成值")):
        sheet.cell(head, first + i).value = text
    for i, text in enumerate(LOWER):
        sheet.cell(head + 1, first + i).value = text
    sheet.merge_cells(start_row=head, end_row=head, start_column=first, end_column=first + 2)
    if merged:
        for column in (*range(2, first), *range(first + 3, 12)):
            sheet.merge_cells(start_row=head, end_row=head + 1, start_column=column, end_column=column)
    book.save(path)
    return path


@pytest.mark.parametrize("merged", [True, False])
def test_the_lower_headers_are_the_columns(merged: bool, tmp_path: Path, evaluate: Evaluate) -> None:
    """The same figures as from one header row: 96.3, and nothing to find."""
    workbook = evaluate(spanning(tmp_path / "a.xlsx", merged))["workbooks"][0]
    assert workbook["findings"] == []
    project = workbook["projects"][0]
    assert project["total"]["score"] == 96.3
    rows = [(r["operator"], r["target_text"], r["actual_text"], r["unit"]) for r in project["indicators"]]
    assert rows[0] == ("≥", "1000", "1050", "人")
    assert rows[2] == ("≤", "10", "11", "次")
    assert rows[5] == (None, "明显提高", "明显提高", None)
