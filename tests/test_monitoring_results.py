"""The results of monitoring forms: the official table with lights, the live detail, and the summary's sheets."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import filling, filling_monitoring, libreoffice, midyear_form, monitoring_form, office
from tests.conftest import Evaluate
from tests.published import WAYS, cases
from tests.published import workbook as published
from tests.test_results import agree
from tests.test_summary import table
from xlproc.batch.inbox import SUMMARY

RED, YELLOW, GREEN, BLUE = "红灯", "黄灯", "绿灯", "蓝灯"


def under(sheet: Worksheet, head: str) -> list[Any]:
    """Give the cells below the last head that begins so, down to the end of the sheet."""
    spots = [
        (r, c)
        for r, line in enumerate(sheet.iter_rows(values_only=True), start=1)
        for c, value in enumerate(line, start=1)
        if str(value).startswith(head) and len(str(value)) < 30
    ]
    row, column = max(spots)
    return [sheet.cell(i, column) for i in range(row + 1, sheet.max_row + 1)]


def texts(sheet: Worksheet, head: str, count: int) -> list[str]:
    return [str(cell.value or "") for cell in under(sheet, head)][:count]


@pytest.fixture
def form(tmp_path: Path, evaluate: Evaluate) -> Workbook:
    """The results of the published form."""
    evaluate(monitoring_form.workbook(tmp_path / "监控.xlsx"))
    return load_workbook(tmp_path / "out" / "监控_评价结果.xlsx")


def test_lights_answers_of_the_unit_and_answers_of_the_rules(form: Workbook) -> None:
    """Month 6 of 12: 1 of 1 is twice what is due; 0.95 of 1 and 一般 of 优秀 are short; five costs are not begun."""
    assert form.sheetnames == ["监控情况表", "监控明细", "问题清单", "评分规则"]
    sheet = form["监控情况表"]
    assert texts(sheet, "监控灯", 24) == (
        [BLUE] * 4 + ["—"] + [BLUE] * 2 + [GREEN, GREEN, YELLOW, RED] + [GREEN] * 2
        + [RED, RED, GREEN, RED, GREEN, RED, RED] + [GREEN] * 2 + [BLUE] * 2
    )  # fmt: skip
    deviates = texts(sheet, "存在偏差情况", 24)
    # the unit's own five stay as they are; where it said nothing, the rules' answer is marked
    assert [i for i, text in enumerate(deviates) if text == "是"] == [13, 14, 16, 18, 19]
    assert [i for i, text in enumerate(deviates) if text == "是＊"] == [4, 9, 10]
    assert set(deviates) == {"是", "是＊", "否＊"}
    possible = texts(sheet, "完成目标的可能性", 24)
    assert [i for i, text in enumerate(possible) if text == "有可能"] == [13, 14, 16, 18, 19]
    assert (possible[0], possible[4], possible[10]) == ("确定能＊", "", "有可能＊")


def test_a_light_is_told_by_colour_and_by_word_and_an_answer_of_the_rules_by_mark_and_note(
    form: Workbook,
) -> None:
    sheet = form["监控情况表"]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in under(sheet, "监控灯")[:24] if cell.value != "—"}
    assert len({*colours.values()}) == 4
    ruled = next(cell for cell in under(sheet, "存在偏差情况") if cell.value == "否＊")
    assert ruled.font.italic
    assert "带“＊”的是单位没有填写、由规则得出的" in str(sheet.cell(sheet.max_row, 1).value)


def test_money_beside_labels_gets_columns_rates_and_lights(form: Workbook) -> None:
    """20 of 213 is 9.39 %, against 50 % of the year."""
    sheet = form["监控情况表"]
    row, column = filling.spot(sheet, "资金总额")
    line = [cell.value for cell in sheet[row][column:] if cell.value is not None]
    assert line == [213, 20, "9.39%", RED]
    values = {str(cell.value) for line in sheet.iter_rows() for cell in line}
    assert {
        "项目进度总体概述",
        "存在偏差原因分析",
        "下一步工作措施",
        "财政局审核意见（项目单位不填写）",
    } <= values
    assert "（2021 年度，1-6月）" in values
    assert filling.spot(sheet, "项目资金\n（万元）")


def test_the_central_form_keeps_its_heads_over_several_columns(tmp_path: Path, evaluate: Evaluate) -> None:
    case = next(case for case in cases() if case["id"].startswith("63"))
    published(tmp_path / "63.xlsx", case, WAYS["plain"])
    evaluate(tmp_path / "63.xlsx")
    sheet = load_workbook(tmp_path / "out" / "63_评价结果.xlsx").worksheets[0]
    merged = {
        str(sheet.cell(a.min_row, a.min_col).value): a.max_col - a.min_col + 1
        for a in sheet.merged_cells.ranges
    }
    assert (merged["偏差原因分析"], merged["完成目标可能性"]) == (6, 3)
    assert texts(sheet, "确定能", 14) == ["✔"] * 14
    low = filling.spot(sheet, "确定能")[0]
    assert sheet.print_title_rows == f"${low - 1}:${low}"


def near_the_lines() -> dict[str, Any]:
    """A form whose values stand on the lines and a hundredth beside them: 60, 80 and 120 % of half the target."""
    data = copy.deepcopy(office.form("monitoring"))
    rows = []
    for target in ("10", "0.7", "33.3", "1234.5"):
        for share in (60, 80, 120, 100, 0, 200):
            for by in (-1, 0, 1):
                actual = round(float(target) * share / 200 + by / 100, 4)
                if actual >= 0:
                    rows.append((f"≥{target}人", f"{actual}人", "数量指标"))
    rows += [(f"{sign}{t}", a, kind) for kind in ("质量指标", "成本指标") for sign in ("≤", "=", "≥", "＜", "＞")
             for t, a in (("0", "0"), ("0", "1"), ("3", "2"), ("3", "3"), ("3", "4"), ("3", "0"))]  # fmt: skip
    width = len(data["columns"])
    data["indicators"] = [
        ["产出指标", kind, f"第{i}项", target, actual, *[""] * (width - 5)]
        for i, (target, actual, kind) in enumerate(rows)
    ]
    return data


@libreoffice.needed
@pytest.mark.parametrize("ruleset", ["mof-2020", "monitoring-time"])
def test_libreoffice_recalculates_every_formula(ruleset: str, tmp_path: Path, evaluate: Evaluate) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    monitoring_form.workbook(inbox / "a.xlsx")
    case = next(case for case in cases() if case["id"].startswith("63"))
    published(inbox / "b.xlsx", case, WAYS["plain"])
    midyear_form.workbook(inbox / "c.xlsx", office.form("monitoring"))
    midyear_form.workbook(inbox / "d.xlsx", near_the_lines())
    midyear_form.workbook(
        inbox / "e.xlsx", midyear_form.changed("| 总额 | 年初 | 0 |\n| 表头 | 1-6月执行情况 | 执行情况 |")
    )
    evaluate(inbox, ruleset)
    paths = [*sorted((tmp_path / "out").glob("*_评价结果.xlsx")), tmp_path / "out" / SUMMARY]
    assert len(paths) == 6
    recalculated = libreoffice.convert(paths, tmp_path / "lo")
    counts = [agree(path, new) for path, new in zip(paths, recalculated, strict=True)]
    assert sum(counts) > 1000
    assert all(counts)


def test_the_detail_says_what_is_due_and_what_decided(form: Workbook) -> None:
    """故障排除率 is a matter of quality and goes not by time: 0.95 against the whole 100 %."""
    sheet = form["监控明细"]
    heads = {str(cell.value): i for i, cell in enumerate(sheet[4], start=1)}
    names = {str(sheet.cell(r, heads["三级指标"]).value): r for r in range(sheet.max_row, 4, -1)}
    quality, quantity = names["指标4：故障排除率"], names["指标2：机房运行维护"]  # the first of that name
    assert sheet.cell(quality, heads["计到几月"]).value == 12
    assert str(sheet.cell(quantity, heads["计到几月"]).value).startswith("=")
    assert sheet.cell(quality, heads["怎样得出"]).value == "完成值“0.95”未达到指标值“1”"
    assert "指标红灯线" in str(sheet.cell(quantity, heads["监控灯"]).value)


def test_the_summary_counts_lights_by_department_and_lists_what_will_not_be_reached(
    tmp_path: Path, evaluate: Evaluate
) -> None:
    """培训期数 1 of 12 at month 9: 11 are left for three months, of which twice the pace gives 6."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    monitoring_form.workbook(inbox / "a.xlsx")
    late = midyear_form.changed(
        "| 表头 | 1-6月执行情况 | 1-9月执行情况 |\n| 表头 | 1-6月执行数 | 1-9月执行数 |\n| 表头 | 1-6月执行率 | 1-9月执行率 |\n"
        "| 培训期数 | 1-9月执行情况 | 1期 |"
    )
    midyear_form.workbook(inbox / "b.xlsx", late)
    evaluate(inbox)
    book = load_workbook(tmp_path / "out" / SUMMARY, data_only=True)
    first, second, total = table(book["监控项目"])
    assert (first["项目名称"], first["完不成"], first["时间进度"], first["为应执行的"]) == (
        "职业技能培训",
        1,
        0.75,
        0.6667,
    )
    assert (second["执行率"], second["时间进度"], second["为应执行的"], second["预算灯"]) == (
        0.0939,
        0.5,
        0.1878,
        RED,
    )
    assert [second[head] for head in ("红灯", "黄灯", "绿灯", "蓝灯", "不能判定")] == [6, 1, 8, 8, 1]
    assert (total["预算数"], total["执行数"], total["执行率"]) == (413, 120, 0.2906)
    departments = table(book["监控"])[:2]
    assert [(line["主管部门"], line["项目红灯"]) for line in departments] == [
        ("巴彦淖尔市财政局", 1),
        ("某县人力资源和社会保障局", 1),
    ]
    (lost,) = table(book["监控预警"])
    assert (lost["三级指标"], lost["指标值"], lost["执行情况"], lost["按数字看"]) == (
        "培训期数",
        "12期",
        "1期",
        "完全不可能",
    )
    (chart,) = load_workbook(tmp_path / "out" / SUMMARY)["监控"]._charts  # type: ignore[attr-defined]
    assert len(chart.series) == 2
    assert {line["代码"] for line in table(book["问题统计"])} >= {"M101", "M109"}


def test_both_kinds_of_forms_in_one_workbook_have_one_result(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "两表.xlsx", office.form("2021"))
    book = load_workbook(path)
    monitoring_form.lay_out(book.create_sheet("监控情况表"), office.form("2021_monitoring"))
    book.save(path)
    (workbook,) = evaluate(path)["workbooks"]
    assert [project["form"] for project in workbook["projects"]] == ["self_evaluation", "monitoring"]
    results = load_workbook(tmp_path / "out" / "两表_评价结果.xlsx")
    assert results.sheetnames == ["自评表", "监控情况表", "评分明细", "监控明细", "问题清单", "评分规则"]
    summary = load_workbook(tmp_path / "out" / SUMMARY, data_only=True)
    assert len(table(summary["项目"])) == len(table(summary["监控项目"])) == 2  # a line and the sums


def test_the_summary_of_self_evaluations_alone_has_no_sheets_of_monitoring(
    tmp_path: Path, evaluate: Evaluate
) -> None:
    evaluate(office.workbook(tmp_path / "a.xlsx", office.form("2021")))
    book = load_workbook(tmp_path / "out" / SUMMARY)
    assert not [name for name in book.sheetnames if "监控" in name]


def test_what_a_template_says_to_the_clerk_is_not_printed(tmp_path: Path, evaluate: Evaluate) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    filling_monitoring.save(inbox / "a.xlsx", filling_monitoring.project())
    filling.save(inbox / "b.xlsx", filling.projects("三个项目"))
    evaluate(inbox)
    for name in ("a", "b"):
        sheet = load_workbook(tmp_path / "out" / f"{name}_评价结果.xlsx").worksheets[0]
        said = " ".join(
            str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
        assert "项目名称" in said
        assert not [
            text for text in ("自动检查", "检查通过", "如需增加", "没有设置具体三级指标") if text in said
        ]
