"""The blank template: built afresh it is the shipped one; filled it reads clean; its live checks work."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import filling, libreoffice
from tests.conftest import Evaluate, rules_found
from xlproc.forms import self_evaluation
from xlproc.templates import template

SHIPPED = Path(__file__).parent.parent / "workbook_templates" / "项目支出绩效自评表.xlsx"


def test_the_shipped_template_is_the_one_that_is_built() -> None:
    assert SHIPPED.read_bytes() == template("self-evaluation")


def test_drop_downs_go_through_defined_names() -> None:
    book = load_workbook(BytesIO(template("self-evaluation")))
    lists = {name: book.defined_names[name].attr_text for name in book.defined_names}
    sources = {v.formula1 for v in book["自评表"].data_validations.dataValidation if v.type == "list"}
    assert sources == {"一级指标列表", "指标性质列表", "指标方向列表", "INDIRECT($B13)"}
    for level1, items in self_evaluation().lists["level2"].items():
        sheet, area = lists[level1].split("!")
        assert [c.value for (c,) in book[sheet.strip("'")][area.replace("$", "")]] == items


def test_labels_are_locked_cells_to_fill_are_open_and_there_is_no_password() -> None:
    sheet = load_workbook(BytesIO(template("self-evaluation")))["自评表"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert not sheet.protection.insertRows  # in the file's terms: inserting rows is not forbidden
    assert sheet["D12"].protection.locked
    assert not any(sheet[cell].protection.locked for cell in ("C3", "D6", "B13", "D13", "G13", "L13", "D33"))


def test_print_set_up_and_signature_lines() -> None:
    sheet = load_workbook(BytesIO(template("self-evaluation")))["自评表"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight in (None, 1)  # one page, the default
    assert sheet.print_title_rows == "$12:$12"
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"填报人：", "负责人：", "单位（盖章）："} <= texts


def test_form_and_version_are_found_again(tmp_path: Path) -> None:
    from xlproc.reading.workbook import read

    path = filling.save(tmp_path / "filled.xlsx", filling.projects("三个项目"))
    projects = read([path]).frames["projects"]
    assert set(projects["version"]) == {self_evaluation().version}
    assert set(projects["layout"]) == {"split-2024"}


def test_a_blank_template_is_told_to_be_blank(tmp_path: Path, evaluate: Evaluate) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(template("self-evaluation"))
    workbook = evaluate(path)["workbooks"][0]
    assert "T006" in {item["code"] for item in workbook["findings"]}
    assert workbook["projects"][0]["total"]["score"] is None


def test_clean_filled_templates_give_no_error_and_no_warning(tmp_path: Path, evaluate: Evaluate) -> None:
    """公路 490/500 → 9.8 + 90; 营养 9.7 + 20×2880/3000 + 70; 图书馆 10 + 8×(1-(6-5)/5) + 82."""
    path = filling.save(tmp_path / "三个项目.xlsx", filling.projects("三个项目"))
    workbook = evaluate(path)["workbooks"][0]
    assert rules_found(workbook, "error", "warning") == []
    assert [p["total"]["score"] for p in workbook["projects"]] == [99.8, 98.9, 98.4]
    assert [p["name"] for p in workbook["projects"]] == [
        "农村公路养护",
        "学生营养改善计划",
        "公共图书馆免费开放",
    ]


def test_rows_can_be_added_and_left_empty(tmp_path: Path, evaluate: Evaluate) -> None:
    book = filling.book(filling.projects("超额与零目标"))
    sheet = book["自评表"]
    prompt = filling.spot(sheet, self_evaluation().blank["add_rows"])[0]
    added: list[Any] = ["产出指标", "数量指标", "新增的一行", "正向", "大于等于", 1, 1, "项", 0.5]
    for column, value in enumerate(added, start=2):
        sheet.cell(prompt - 1, column, value)
    book.save(tmp_path / "added.xlsx")
    rows = evaluate(tmp_path / "added.xlsx")["workbooks"][0]["projects"][0]["indicators"]
    assert [row["level3"] for row in rows][-1] == "新增的一行"
    assert len(rows) == 10


def changed(**changes: Any) -> dict[str, Any]:
    """A project that passes the template's live check, with changes to the indicator 受益学生人数."""
    project = filling.projects("三个项目")[1]
    project["sheet"] = "自评表"
    fields = [
        "level1",
        "level2",
        "name",
        "nature",
        "operator",
        "target",
        "actual",
        "unit",
        "weight",
        "score",
        "reason",
    ]
    for key, value in changes.items():
        project["indicators"][0][fields.index(key)] = value
    return project


@libreoffice.needed
@pytest.mark.parametrize(
    ("project", "says", "total"),
    [
        (changed(), "检查通过", 98.9),
        (changed(weight=19), "分值合计为 99，应为 100", 98.9),
        (changed(reason=""), "有 1 行未达标或扣分而没有填写原因", 98.9),
        (changed(score=21), "有 1 行得分大于分值", 100.7),
        (changed(actual=""), "有 1 行没有填全指标值、完成值或分值", 98.9),
        (changed(unit=""), "有 1 行没有填写计量单位", 98.9),
        (changed(name=""), "有 1 行没有填写三级指标", 98.9),
        (changed(score="", reason=""), "有 1 行未达标或扣分而没有填写原因", 0),
        (
            {**changed(), "agency": None},
            "有 1 处表头或资金没有填写（年度、项目名称、主管部门、实施单位、全年预算数、全年执行数）",
            98.9,
        ),
    ],
    ids=["clean", "weights", "reason", "score", "gap", "unit", "name", "missed", "head"],
)
def test_live_checks_of_the_form(project: dict[str, Any], says: str, total: float, tmp_path: Path) -> None:
    path = filling.save(tmp_path / "filled.xlsx", [project])
    (recalculated,) = libreoffice.convert([path], tmp_path / "lo")
    sheet = load_workbook(recalculated, data_only=True)["自评表"]
    row, column = filling.spot(sheet, self_evaluation().blank["check"])
    assert sheet.cell(row, column + 2).value == says
    score = sheet.cell(filling.spot(sheet, "总分")[0], filling.spot(sheet, "三级指标")[1] + 7).value
    assert score == pytest.approx(total) if total else score in (None, "")


@pytest.mark.parametrize("place", ["middle", "end"])
def test_a_row_inserted_by_a_program_is_read(place: str, tmp_path: Path, evaluate: Evaluate) -> None:
    """openpyxl moves cells and leaves merges where they were; no merge of the template may then hide an indicator."""
    project = filling.projects("三个项目")[0]
    book = filling.book([project])
    sheet = book["公路养护"]
    prompt = filling.spot(sheet, self_evaluation().blank["add_rows"])[0]
    row = prompt if place == "end" else filling.spot(sheet, "一级指标")[0] + 3
    sheet.insert_rows(row)
    added: list[Any] = ["产出指标", "数量指标", "新增的一行", "正向", "大于等于", 90, 95, "个", 1]
    for column, value in enumerate(added, start=2):
        sheet.cell(row, column).value = value
    book.save(tmp_path / "a.xlsx")
    workbook = evaluate(tmp_path / "a.xlsx")["workbooks"][0]["projects"][0]
    assert len(workbook["indicators"]) == 9
    assert "新增的一行" in [r["level3"] for r in workbook["indicators"]]
