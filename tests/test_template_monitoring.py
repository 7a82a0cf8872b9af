"""The blank monitoring form: built afresh it is the shipped one; filled it reads clean; its live checks work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tests import filling_monitoring as filling
from tests import libreoffice
from tests.filling import spot
from xlproc.batch.judge import Judged, judge
from xlproc.cli import main as xlproc
from xlproc.forms import monitoring
from xlproc.rulesets import load
from xlproc.templates import template, template_names

SHIPPED = Path(__file__).parent.parent / "workbook_templates" / "项目支出绩效目标执行监控情况表.xlsx"
SCRATCH = 30
"""From this column on the conditional formats are written as formulas."""


def judged(path: Path) -> Judged:
    return judge([path], load("mof-2020"))


def codes(result: Judged) -> list[tuple[str, tuple[str, ...]]]:
    return [(item["code"], item["cells"]) for item in result.findings.get(0, [])]


# ---- the blank form


def test_the_shipped_template_is_the_one_that_is_built() -> None:
    assert SHIPPED.read_bytes() == template("monitoring") == template("monitoring", 6)
    assert template_names()["monitoring"] == SHIPPED.name


def test_drop_downs_go_through_defined_names() -> None:
    book = load_workbook(BytesIO(template("monitoring")))
    offered = {
        str(rule.sqref): rule.formula1
        for rule in book["监控表"].data_validations.dataValidation
        if rule.type == "list"
    }
    assert offered == {
        "B14:B33": "一级指标列表",
        "C14:C33": "INDIRECT($B14)",
        "E14:E33": "指标性质列表",
        "F14:F33": "指标方向列表",
        "J14:J33": "存在偏差列表",
        "K14:K33": "完成可能性列表",
        "L14:O33": "勾选列表",
    }
    lists = {}
    for name in book.defined_names:
        if name not in ("_xlnm.Print_Area", "_xlnm.Print_Titles"):
            sheet, area = book.defined_names[name].attr_text.split("!")
            lists[name] = [cell.value for (cell,) in book[sheet.strip("'")][area.replace("$", "")]]
    assert lists["存在偏差列表"] == ["是", "否"]
    assert lists["完成可能性列表"] == ["确定能", "有可能", "完全不可能"]
    assert lists["勾选列表"] == ["√"]
    assert lists["满意度指标"] == ["服务对象满意度指标"]
    assert set(lists["一级指标列表"]) <= {*lists}


def test_labels_are_locked_cells_to_fill_are_open_and_there_is_no_password() -> None:
    sheet = load_workbook(BytesIO(template("monitoring")))["监控表"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert not sheet.protection.insertRows  # in the file's terms: inserting rows is not forbidden
    heads, rates = ("A1", "A3", "B8", "B12", "L13", "A36"), ("M8", "M11")
    assert all(sheet[cell].protection.locked for cell in (*heads, *rates))
    head, money, row = ("H2", "C3", "C5", "J6"), ("D8", "I11"), ("B14", "D14", "L14", "P32")
    below = ("D36", "D38", "D39", "A40")
    assert not any(sheet[cell].protection.locked for cell in (*head, *money, *row, *below))
    assert sheet["A39"].value == "财政局审核意见（项目单位不填写）"
    assert sheet["D39"].fill.fgColor.rgb == "00000000"  # white: it is not for the unit


def test_print_set_up_and_signature_lines() -> None:
    sheet = load_workbook(BytesIO(template("monitoring")))["监控表"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.page_setup.fitToHeight == 0  # as wide as a page, as long as it comes
    assert sheet.print_title_rows == "$12:$13"
    assert sheet.print_area == "'监控表'!$A$1:$P$41"
    assert spot(sheet, "自动检查")[0] == 42
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"填报人：", "负责人：", "单位（盖章）："} <= texts
    # rows to fill have no height of their own: they grow with their texts
    assert all(sheet.row_dimensions[row].height is None for row in range(14, 33))


def test_a_blank_form_is_told_to_be_blank(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(template("monitoring"))
    result = judged(path)
    assert [code for code, _ in codes(result) if code.startswith("T")] == ["T006"]
    assert result.indicators.get(0, []) == []


def test_the_checks_hold_indicators_against_the_default_lines() -> None:
    due, rules = monitoring().blank["due"], load("mof-2020").monitoring
    assert due["line"] * 1_000_000 == rules.yellow
    assert tuple(due["timed"]) == tuple(rules.timed)
    assert rules.time_rule == "by_kind"
    told = dict(monitoring().blank["instructions"])["存在偏差"]
    assert "默认" in told and "6/12" in told


# ---- the filled form


def test_everything_that_is_filled_in_is_read(tmp_path: Path) -> None:
    result = judged(filling.save(tmp_path / "a.xlsx", filling.project()))
    (project,) = result.projects[0]
    assert (project["form"], project["layout"], project["version"]) == (
        "monitoring",
        "monitoring-2021",
        "2021-1",
    )
    assert (project["year"], project["month"], project["name"]) == (2024, 6, "职业技能培训")
    assert project["department"] == "示例县人力资源和社会保障局"
    assert project["agency"] == "示例县就业服务中心"
    said = dict(project["extra"])
    assert said["项目进度总体概述"] == "上半年举办培训 4 期、300 人次，支出 100 万元。"
    assert said["下一步工作措施"] == "下半年教师到位后加开班次，11 月底前办完 12 期。"
    assert said["存在偏差原因分析"] == "培训教师上半年未全部到位。"
    money = [tuple(line[n] / 10**6 for n in ("initial", "budget", "executed")) for line in result.funds[0]]
    assert money == [(200, 200, 100), (180, 180, 90), (20, 20, 10), (0, 0, 0)]
    assert [line["kind"] for line in result.funds[0]] == ["total", "appropriation", "carry_over", "other"]
    rows = result.indicators[0]
    assert [row["level3"] for row in rows] == [line[2] for line in filling.project()["indicators"]]
    second = rows[1]
    assert (second["level1"], second["level2"]) == ("产出指标", "数量指标")
    assert (second["nature"], second["operator"], second["unit"]) == ("positive", "eq", "期")
    assert (second["target_text"], second["actual_text"]) == ("12", "4")
    assert (second["deviates"], second["possibility"]) == ("yes", "possible")
    assert (second["causes"], second["reason"]) == ((("人员保障", "√"),), "教师下半年到位，加开班次")


def test_formulas_that_were_never_calculated_are_all_that_is_told(tmp_path: Path) -> None:
    """As programs leave them that write without calculating."""
    result = judged(filling.save(tmp_path / "a.xlsx", filling.project()))
    assert {code for code, _ in codes(result)} == {"C103"}


def test_rows_can_be_added(tmp_path: Path) -> None:
    """openpyxl moves cells and leaves merges where they were; no merge may then hide an indicator."""
    book = filling.book(filling.project())
    sheet = book["监控表"]
    prompt = spot(sheet, monitoring().blank["add_rows"])[0]
    sheet.insert_rows(prompt, 2)
    for row, name in ((prompt, "新增一"), (prompt + 1, "新增二")):
        added: list[Any] = ["产出指标", "数量指标", name, "正向", "大于等于", 2, 1, "项", "否"]
        for column, value in enumerate(added, start=2):
            sheet.cell(row, column).value = value
    book.save(tmp_path / "a.xlsx")
    rows = judged(tmp_path / "a.xlsx").indicators[0]
    assert [row["level3"] for row in rows][-2:] == ["新增一", "新增二"]
    assert len(rows) == 11


def test_one_project_a_sheet(tmp_path: Path) -> None:
    book = filling.book(filling.project())
    book.copy_worksheet(book["监控表"]).title = "第二个"
    book.save(tmp_path / "a.xlsx")
    assert [len(judged(tmp_path / "a.xlsx").indicators[n]) for n in (0, 1)] == [9, 9]


@pytest.mark.parametrize(("month", "header"), [(1, "1月"), (7, "1-7月"), (12, "1-12月")])
def test_the_month_is_chosen(month: int, header: str, tmp_path: Path) -> None:
    result = judged(filling.save(tmp_path / "a.xlsx", filling.project(), month))
    (project,) = result.projects[0]
    assert dict(project["columns"])["actual"] == f"{header}执行情况"
    assert dict(project["fund_columns"])["executed"] == f"{header}执行数"
    assert (project["month"], project["as_of"], project["assumed"]) == (month, month, False)


def test_the_command_takes_a_month(tmp_path: Path) -> None:
    done = CliRunner().invoke(xlproc, ["template", "monitoring", "--month", "7", "-o", str(tmp_path)])
    assert done.exit_code == 0
    assert (tmp_path / SHIPPED.name).read_bytes() == template("monitoring", 7) != template("monitoring")
    with pytest.raises(ValueError, match="self-evaluation"):
        template("self-evaluation", 7)


# ---- the live checks


@dataclass(frozen=True)
class Case:
    """A form, what its check line says, and which columns turn red.

    Attributes:
        data: What is filled in.
        says: The message.
        red: The columns.
        month: The month.
    """

    data: dict[str, Any]
    says: str = "检查通过"
    red: str = ""
    month: int | None = None


def cost(actual: float, **changes: Any) -> dict[str, Any]:
    """Turn the first indicator into a cost of at most 20."""
    kind = {"level2": "成本指标", "nature": "反向", "operator": "小于等于", "target": 20, "unit": "万元"}
    return filling.project(**{**kind, "actual": actual, **changes})


def quality(actual: object, **changes: Any) -> dict[str, Any]:
    """Turn the first indicator into one of quality, of at least 90%."""
    return filling.project(**{"level2": "质量指标", "target": 90, "unit": "%", "actual": actual, **changes})


FUNDS = [[200, 200, 100], [180, 180, 90], [20, 20, 10], [0, 0, 0]]
OFF = "有 1 行有偏差而没有填“是”"
HEAD = "处表头或资金总额没有填写（年度、项目名称、部门名称、项目执行单位名称、年初预算数、全年预算数、1-6月执行数）"

CASES = {
    "clean": Case(filling.project()),
    "gap": Case(filling.project(actual=""), "有 1 行没有填全指标值或执行情况", "H"),
    "no target": Case(filling.project(target=""), "有 1 行没有填全指标值或执行情况", "G"),
    "name": Case(filling.project(level3=""), "有 1 行没有填写三级指标", "D"),
    "unit": Case(filling.project(unit=""), "有 1 行没有填写计量单位", "I"),
    # 600 by December: 300 are due in June; 80% of them are 240
    "on the line": Case(filling.project(actual=240)),
    "below the line": Case(filling.project(actual=239.9), OFF, "J"),
    "not marked": Case(filling.project(actual=239.9, deviates=""), OFF, "J"),
    # in July 350 are due; 80% of them are 280
    "July": Case(filling.project(actual=279.9), OFF, "J", 7),
    "July, on the line": Case(filling.project(actual=280), month=7),
    "equal": Case(filling.project(operator="等于", actual=239), OFF, "J"),
    "by its nature": Case(filling.project(operator="", actual=239), OFF, "J"),
    "benefit": Case(filling.project(level1="效益指标", level2="社会效益指标", actual=239), OFF, "J"),
    "sustained": Case(filling.project(level1="效益指标", level2="可持续影响指标", actual=240)),
    "satisfied": Case(
        filling.project(level1="满意度指标", level2="服务对象满意度指标", actual=239), OFF, "J"
    ),
    "none wanted": Case(filling.project(operator="等于", target=0, actual=1, unit="起"), OFF, "J"),
    "none, none": Case(filling.project(operator="等于", target=0, actual=0, unit="起")),
    # quality and costs do not go by time
    "quality": Case(quality(89), OFF, "J"),
    "quality, met": Case(quality(90)),
    "complaints": Case(quality(11, operator="小于等于", nature="反向", target=10, unit="次"), OFF, "J"),
    "cost": Case(cost(20)),
    "cost, over": Case(cost(20.1), OFF, "J"),
    "cost, equal": Case(cost(5, operator="等于")),
    "cost, equal, over": Case(cost(21, operator="等于"), OFF, "J"),
    "nothing spent": Case(cost(0), OFF, "J"),
    "no share spent": Case(cost(0, unit="%")),
    "partly": Case(quality("部分达成", nature="定性", operator="", target="健全", unit=""), OFF, "J"),
    "met in words": Case(quality("达成预期指标", nature="定性", operator="", target="健全", unit="")),
    "no mark": Case(filling.project(deviates=""), "有 1 行没有填“是”或“否”", "J"),
    "no possibility": Case(filling.project(possibility=""), "有 1 行没有选完成目标的可能性", "K"),
    "no cause": Case(
        filling.project(actual=200, deviates="是", possibility="有可能"),
        "有 1 行填了“是”而没有勾选或说明偏差原因",
        "P",
    ),
    "a tick will do": Case(filling.project(actual=200, deviates="是", possibility="有可能", equipment="√")),
    "over budget": Case(
        filling.project(funds=[*FUNDS[:2], [20, 20, 100.5], FUNDS[3]]),
        "有 1 行资金的执行数大于全年预算数",
        "I",
    ),
    "no sum": Case(
        filling.project(funds=[[200, 201, 100], *FUNDS[1:]]), "有 1 栏资金的各项之和不等于总额", "F"
    ),
    "head": Case(filling.project(agency=None), f"有 1 {HEAD}"),
    "year and money": Case(filling.project(year=None, funds=[[200, 200, None], *FUNDS[1:]]), f"有 2 {HEAD}"),
    "not set": Case(
        filling.project(
            level3="无",
            target="",
            actual="100%",
            unit="",
            deviates="",
            possibility="",
            nature="",
            operator="",
        )
    ),
    "blank": Case(filling.project(indicators=[]), "尚未填写指标"),
}


def red_columns(sheet: Any) -> str:
    """Tell which columns' conditional formats hold, by their formulas in the scratch columns."""
    found = set()
    for line in sheet.iter_rows(min_col=SCRATCH):
        for cell in line:
            if isinstance(cell.value, str) and cell.value.startswith("RED:"):
                found.add(cell.value[4:])
    return "".join(sorted(found))


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Fill the form for every case, and let LibreOffice calculate it."""
    folder = tmp_path_factory.mktemp("checks")
    paths = []
    for number, case in enumerate(CASES.values()):
        book = filling.book(case.data, case.month)
        sheet = book["监控表"]
        column = SCRATCH
        for area in sheet.conditional_formatting:
            (where,) = area.sqref.ranges
            if where.min_row >= spot(sheet, "自动检查")[0]:
                continue
            for rule in area.rules:
                condition = rule.formula[0]
                name = get_column_letter(where.min_col)
                # an error colours nothing
                told = f'=IF(IFERROR({condition},FALSE),"RED:{name}","")'
                sheet.cell(where.min_row, column).value = told
                column += 1
        paths.append(folder / f"{number}.xlsx")
        book.save(paths[-1])
    return dict(zip(CASES, libreoffice.convert(paths, folder / "lo"), strict=True))


@libreoffice.needed
@pytest.mark.parametrize("name", CASES)
def test_live_checks_of_the_form(name: str, recalculated: dict[str, Path]) -> None:
    case = CASES[name]
    sheet = load_workbook(recalculated[name], data_only=True)["监控表"]
    row, column = spot(sheet, "自动检查")
    assert sheet.cell(row, column + 2).value == case.says
    assert red_columns(sheet) == case.red


@libreoffice.needed
def test_a_clean_filled_form_gives_no_finding_at_all(recalculated: dict[str, Path]) -> None:
    assert codes(judged(recalculated["clean"])) == []


@libreoffice.needed
@pytest.mark.parametrize("name", CASES)
def test_the_form_and_the_audit_agree_on_deviations(name: str, recalculated: dict[str, Path]) -> None:
    """What the sheet says of a deviation that is not marked, the audit says too."""
    found = {code for code, cells in codes(judged(recalculated[name])) if cells[:1] == ("J14",)}
    assert bool(found & {"M101", "M102"}) == (CASES[name].says == OFF)


@libreoffice.needed
def test_rates_are_calculated(recalculated: dict[str, Path]) -> None:
    """100 ÷ 200, 90 ÷ 180, 10 ÷ 20; nothing ÷ nothing has none."""
    sheet = load_workbook(recalculated["clean"], data_only=True)["监控表"]
    column = spot(sheet, "执行率")[1]
    assert [sheet.cell(row, column).value or "" for row in range(8, 12)] == [0.5, 0.5, 0.5, ""]


def test_formulas_are_short_enough_for_excel() -> None:
    """A formula holds 8192 characters; strings in it 255."""
    sheet = load_workbook(BytesIO(template("monitoring", 12)))["监控表"]
    formulas = [str(c.value) for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")]
    assert len(formulas) > 4
    assert all(len(text) < 8000 for text in formulas)
    assert all(len(part) <= 255 for text in formulas for part in re.findall(r'"([^"]*)"', text))
