"""问题清单: what is mended first stands first, one mistake made in many rows is one block, and the list can be sorted."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import filling, libreoffice
from tests.conftest import Evaluate
from xlproc.model.findings import Finding, catalogue, to_frame
from xlproc.model.frames import records
from xlproc.writing.layout import Book
from xlproc.writing.problems import listed, problems_sheet
from xlproc.writing.stages import STAGES, stage
from xlproc.writing.xlsx import render


def rows_of(*findings: Finding) -> list[dict[str, Any]]:
    return records(to_frame(findings))


def found(code: str, row: int | None = None, project: int | None = 0) -> Finding:
    cells = (f"H{row}",) if row else ()
    return Finding(code, 0, project, "自评表", row, cells, context={"name": f"第{row}行"})


def sheet_of(findings: list[dict[str, Any]]) -> Worksheet:
    book = Book([problems_sheet(findings, {0: "甲项目", 1: "乙项目"}, {})])
    return load_workbook(BytesIO(render(book)), data_only=True)["问题清单"]


SHUFFLED = (
    found("R107", 32), found("X107", 39), found("S203", 23), found("R109", 34), found("R107", 9), found("R101", 40),
    found("T003", 12), found("S110", 6), found("S206", 21), found("R105", 10), found("R107", 31), found("S107", 6),
    found("S203", 5, project=1), found("T004", project=None), found("C101", 20),
)  # fmt: skip


def test_the_order_is_that_of_mending_and_one_mistake_is_one_block() -> None:
    """File, then project by project; structure, cells, figures, scores, what people judge, what to know; rows ascend."""
    order = [(item["code"], item["row"]) for _, item in listed(rows_of(*SHUFFLED))]
    assert order == [
        ("T004", None),
        ("T003", 12), ("C101", 20), ("R101", 40), ("S110", 6), ("X107", 39), ("S203", 23),
        ("R105", 10), ("R107", 9), ("R107", 31), ("R107", 32), ("S107", 6), ("R109", 34), ("S206", 21),
        ("S203", 5),
    ]  # fmt: skip


def test_the_order_does_not_hang_on_the_order_found() -> None:
    there = [item for _, item in listed(rows_of(*SHUFFLED))]
    assert [item for _, item in listed(rows_of(*reversed(SHUFFLED)))] == there


def test_each_stage_has_a_line_and_the_rows_below_can_be_sorted_as_one() -> None:
    sheet = sheet_of(rows_of(*SHUFFLED))
    assert [sheet.cell(r, 1).value for r in range(2, 9)] == [
        "错误 7 条，提醒 5 条，说明 3 条；已处理 0 条",
        "1 结构　文件与表的结构：错误 1 条",
        "2 填写　没有填、读不出或填得不清的格：错误 3 条",
        "3 数字　资金、分值、总分等数字不符：错误 1 条",
        "4 得分　得分与规则不符：错误 2 条",
        "5 核实　需要说明或由人判断的：提醒 5 条",
        "6 知悉　程序怎样理解的，一般不必改：说明 3 条",
    ]
    assert [sheet.cell(9, c).value for c in range(1, 12)] == [
        "序号", "类别", "级别", "代码", "审核规则", "项目", "位置", "问题", "怎样改", "处理情况", "查看",
    ]  # fmt: skip
    assert sheet.auto_filter.ref == "A9:K24"  # fifteen findings
    assert sheet.print_title_rows == "$9:$9"
    assert sheet.freeze_panes == "A10"
    assert [sheet.cell(r, 1).value for r in range(10, 25)] == list(range(1, 16))
    names = [sheet.cell(r, 6).value for r in range(10, 25)]
    assert names == ["（整个文件）", *["甲项目"] * 13, "乙项目"]
    assert not [area for area in sheet.merged_cells.ranges if area.max_row > 8]


def test_nothing_found_is_said() -> None:
    sheet = sheet_of([])
    assert (sheet["A2"].value, sheet["A4"].value) == ("没有发现问题", "没有发现问题。")
    assert sheet.auto_filter.ref is None


@libreoffice.needed
def test_what_was_dealt_with_is_counted(tmp_path: Path) -> None:
    """Whoever ticks off two of three lines reads: 已处理 2 条."""
    findings = rows_of(found("S203", 5), found("S203", 6), found("R109", 7))
    path = tmp_path / "list.xlsx"
    path.write_bytes(render(Book([problems_sheet(findings, {0: "甲"}, {})])))
    book = load_workbook(path)
    sheet = book["问题清单"]
    row, column = filling.spot(sheet, "处理情况")
    sheet.cell(row + 1, column).value = "已改正"
    sheet.cell(row + 3, column).value = "见附件"
    book.save(path)
    (recalculated,) = libreoffice.convert([path], tmp_path / "lo")
    told = load_workbook(recalculated, data_only=True)["问题清单"]["A2"].value
    assert told == "错误 2 条，提醒 0 条，说明 1 条；已处理 2 条"


def test_stages_are_for_rules_and_codes_that_are_there() -> None:
    """A rule or a beginning stands in one stage only; whole codes named there are in the catalogue."""
    rules = [rule for part in STAGES for rule in part.rules]
    begins = [begin for part in STAGES for begin in part.codes]
    assert len(rules) == len(set(rules))
    assert len(begins) == len(set(begins))
    assert {begin for begin in begins if len(begin) == 4} <= set(catalogue())


@pytest.mark.parametrize(
    ("code", "rules", "name"),
    [("R999", ("A24",), "2 填写"), ("X999", ("A29",), "1 结构"), ("X999", ("A38",), "5 核实"), ("M001", (), "3 数字"),
     ("Z001", (), "5 核实"), ("R999", ("A99",), "2 填写")],
)  # fmt: skip
def test_a_new_code_finds_its_stage(code: str, rules: tuple[str, ...], name: str) -> None:
    assert STAGES[stage({"code": code, "rules": rules, "severity": "warning"})].name == name


def test_the_list_of_each_sample_is_in_its_own_order(tmp_path: Path, evaluate: Evaluate) -> None:
    """Whatever is found in the samples: stages ascend in a project, errors go before warnings, codes stay together."""
    from tests.conftest import SAMPLES

    evaluate(SAMPLES)
    seen = 0
    for path in sorted((tmp_path / "out").glob("*_评价结果.xlsx")):
        sheet = load_workbook(path)["问题清单"]
        if sheet.auto_filter.ref is None:
            continue
        head = filling.spot(sheet, "序号")[0]
        lines = [[c.value for c in row] for row in sheet.iter_rows(min_row=head + 1)]
        keys = [(line[5], line[1], ["错误", "提醒", "说明"].index(str(line[2])), line[3]) for line in lines]
        one_project = {key[0] for key in keys} == {keys[0][0]}
        assert not one_project or keys == sorted(keys), path.name
        seen += one_project
    assert seen >= 4
