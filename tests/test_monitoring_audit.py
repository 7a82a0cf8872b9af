"""Each code of monitoring: one form in which it fires at the right cell, and a close one in which it does not.

The cases stand in ``monitoring_cases.md``; the shape is that of ``audit_cases.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import midyear_form, monitoring_form, office
from tests.published import WAYS, cases
from tests.published import workbook as published
from tests.test_audit import read_cases
from xlproc.batch.check import check as check_files
from xlproc.batch.check import choose, inputs
from xlproc.batch.judge import Judged, judge
from xlproc.model.findings import message
from xlproc.rulesets import load

CASES = read_cases("monitoring_cases.md")

Found = dict[str, Any]
Find = Callable[[str], list[Found]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Lay a changed form out, judge it and give its findings."""

    def go(table: str) -> list[Found]:
        path = midyear_form.workbook(tmp_path / "form.xlsx", midyear_form.changed(table))
        found = judge([path], load("mof-2020")).findings.get(0, [])
        assert all("？" not in message(item) for item in found)
        return found

    return go


def at(found: list[Found], *codes: str) -> list[tuple[str, str]]:
    """Give (code, first cell) of findings."""
    return [(item["code"], item["cells"][0]) for item in found if not codes or item["code"] in codes]


def test_the_clean_form_gives_nothing_at_all(find: Find) -> None:
    assert find("") == []


@pytest.mark.parametrize("code", CASES)
def test_fires_at_its_cell(code: str, find: Find) -> None:
    severity, _, cell, fires, _ = CASES[code]
    mine = [item for item in find(fires) if item["code"] == code]
    assert [(item["severity"], item["cells"][0]) for item in mine] == [(severity, cell)]


@pytest.mark.parametrize("code", CASES)
def test_stays_silent_on_a_close_form(code: str, find: Find) -> None:
    assert at(find(CASES[code].silent), code) == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # a deviation that is not marked goes before what depends on the mark
        ("| 结业率 | 完成 | 50% |\n| 结业率 | 偏差 | |\n| 结业率 | 可能性 | |", [("M101", "H14")]),
        # units that differ: by the mark where it is missing, else at the actual
        ("| 培训人数 | 完成 | 300天 |", [("M102", "H12")]),
        ("| 培训期数 | 完成 | 4天 |", [("R102", "F13")]),
        # marked, and two things are missing: one finding
        ("| 培训期数 | 可能性 | |\n| 培训期数 | 原因 | |", [("M103", "I13")]),
        # a cost of which nothing is spent, not marked: the mark is wrong, the note says why
        ("| 场地租金 | 完成 | 0万元 |", [("M102", "H18"), ("M109", "F18")]),
        # a blank silences the rest of its row
        ("| 结业率 | 完成 | |", [("R101", "F14")]),
        # the forecast misses the target: 确定能 is wrong, which is the one mistake
        ("| 培训人数 | 预计 | 599人 |", [("M105", "I12")]),
        # words of no ladder are for people
        ("| 就业能力 | 完成 | 培训了很多人 |", [("R108", "F19")]),
        # rows that are not set are no indicators, and 100% in them is what the form asks for
        ("| 加行 | 无 | 空 100% |\n| 加行 | 指标2： | 空 100% |", []),
        # money that does not add up, a wrong rate, and years
        ("| 拨款 | 年初 | 179 |", [("X102", "D6")]),
        ("| 总额 | 执行率 | 60% |", [("S101", "F6")]),
        ("| 表名 | x | 2023年项目支出绩效目标执行监控情况表 |", [("X118", "A1")]),
        # low execution alone is no finding at mid-year
        ("| 总额 | 执行 | 10 |\n| 拨款 | 执行 | 0 |\n| 总额 | 执行率 | 5% |\n| 拨款 | 执行率 | 0% |", []),
        # a month in the title against the headers; a header that says the whole year
        ("| 表名 | x | 项目支出绩效目标1-7月执行监控情况表 |", [("M111", "A1")]),
        ("| 表头 | 1-6月执行情况 | 全年执行情况 |", [("M111", "F11")]),
    ],
)  # fmt: skip
def test_one_mistake_one_finding(table: str, expected: list[tuple[str, str]], find: Find) -> None:
    assert at(find(table)) == expected


def test_a_plan_for_later_may_be_explained(tmp_path: Path) -> None:
    """By September 3 of 12 were due 9; twice the plan's pace gives 6 more: 9 of 12 cannot be made good."""
    table = "| 培训期数 | 完成 | 3期 |\n| 培训期数 | 可能性 | 确定能 |\n| 表头 | 1-6月执行情况 | 1-9月执行情况 |\n| 表头 | 1-6月执行数 | 1-9月执行数 |\n| 表头 | 1-6月执行率 | 1-9月执行率 |"
    for reason, expected in (("教师下半年到位", []), ("", [("M103", "J13"), ("M105", "I13")])):
        data = midyear_form.changed(f"{table}\n| 培训期数 | 原因 | {reason} |")
        path = midyear_form.workbook(tmp_path / "form.xlsx", data)
        found = judge([path], load("mof-2020")).findings.get(0, [])
        assert [pair for pair in at(found) if pair[1].endswith("13")] == expected


def test_where_the_form_has_no_column_for_marks_the_figures_decide(find: Find) -> None:
    """The central form has none: 390 of 600 by June is ahead, 170 is behind and wants its reason."""
    without = "| 去掉 | 偏差 | |\n"
    assert at(find(without + "| 培训人数 | 完成 | 390人 |")) == []
    assert at(find(without + "| 培训人数 | 完成 | 170人 |")) == [("M103", "I12")]
    assert at(find(without + "| 培训人数 | 完成 | 170人 |\n| 培训人数 | 原因 | 暴雨停课 |")) == []


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Give the half-year form of a finance office of 2021, as it was filled."""
    path = monitoring_form.workbook(tmp_path_factory.mktemp("2021") / "form.xlsx")
    return judge([path], load("mof-2020"))


def test_what_the_office_left_unmarked_is_told(seeded: Judged) -> None:
    """2台 for 1项, 一般 for 优秀, 0.95 for 1; the five costs that it marked are right, 是 and 有可能."""
    assert at(seeded.findings[0], "M101", "M102", "M103", "M104", "M105") == [
        ("M101", "G17"),
        ("M101", "G22"),
        ("M101", "G23"),
    ]
    assert [(item["rules"], item["severity"]) for item in seeded.findings[0] if item["code"] == "M101"] == [
        (("A46", "A26"), "error"),
        (("A46",), "error"),
        (("A46",), "error"),
    ]
    blank = [row for row in (*range(13, 26), 28, 30, *range(33, 37)) if row not in (17, 22, 23)]
    found = {item["code"]: item["cells"] for item in seeded.findings[0] if item["code"] in ("M112", "M113")}
    assert found == {"M112": tuple(f"G{row}" for row in blank), "M113": tuple(f"H{row}" for row in blank)}
    (note,) = (item for item in seeded.findings[0] if item["code"] == "M109")
    assert (note["severity"], note["cells"]) == ("note", ("F26", "F27", "F29", "F31", "F32"))
    costs = [row for row in seeded.indicators[0] if row["level2"] == "成本指标"]
    assert [row["deviates_rule"] for row in costs] == ["yes", "yes", "no", "yes", "no", "yes", "yes"]
    assert {row["possibility_rule"] for row in costs if row["deviates_rule"] == "yes"} == {"possible"}


def test_the_office_s_money_is_far_behind(seeded: Judged) -> None:
    """20 ÷ 213 = 9.39 %; half of the year has gone: 18.78 % of what is due."""
    (project,) = seeded.projects[0]
    assert (project["rate"], project["pace"], project["budget_light"]) == (93_900, 187_800, "red")
    assert (project["as_of"], project["time_share"], project["light"]) == (6, 500_000, "red")
    assert project["deviating"] == 8


def test_the_money_and_the_indicators_name_one_month(tmp_path: Path) -> None:
    """截止6月末 above the money, 1-7月 above the indicators."""
    data = office.form("2021_monitoring")
    data["layout_columns"][4] = "1-7月执行情况"
    judged = judge([monitoring_form.workbook(tmp_path / "form.xlsx", data)], load("mof-2020"))
    (told,) = (item for item in judged.findings[0] if item["code"] == "M111")
    assert told["cells"] == ("F12", "F8")


def test_the_central_form_of_one_word(tmp_path: Path) -> None:
    """一般 and 100% in all fourteen rows: told once each, and not row by row; what the ladders place still deviates."""
    case = next(case for case in cases() if case["id"].startswith("63"))
    published(tmp_path / "form.xlsx", case, next(iter(WAYS.values())))
    judged = judge([tmp_path / "form.xlsx"], load("mof-2020"))
    codes = [item["code"] for item in judged.findings[0]]
    assert (codes.count("M108"), codes.count("M107"), codes.count("R108"), codes.count("T011")) == (
        1,
        1,
        0,
        0,
    )
    (project,) = judged.projects[0]
    assert (project["as_of"], project["rate"], project["budget_light"]) == (7, 0, "red")
    assert next(item for item in judged.findings[0] if item["code"] == "M108")["context"]["count"] == "14"


def test_check_and_choose_know_the_codes(tmp_path: Path) -> None:
    data = midyear_form.changed("| 结业率 | 完成 | 50% |")
    path = midyear_form.workbook(tmp_path / "form.xlsx", data)
    (checked,) = check_files(inputs([path]), load("mof-2020"))
    assert [item["code"] for item in choose(checked, {"A46"}, ()).findings] == ["M102"]


def test_a_monitoring_form_beside_a_self_evaluation(tmp_path: Path) -> None:
    """Both are judged, each by its own rules, and stay apart."""
    path = office.workbook(tmp_path / "both.xlsx", office.form("clean"))
    book = load_workbook(path)
    other = load_workbook(midyear_form.workbook(tmp_path / "m.xlsx", midyear_form.changed("")))
    sheet = book.create_sheet("监控表")
    for line in other.active.iter_rows():  # type: ignore[union-attr]
        for cell in line:
            if cell.value is not None:
                sheet[cell.coordinate] = cell.value
    book.save(path)
    judged = judge([path], load("mof-2020"))
    first, second = judged.projects[0]
    assert ("score" in first, "budget_light" in first) == (True, False)
    assert ("score" in second, second["budget_light"]) == (False, "green")
    assert len(judged.indicators[second["project"]]) == 9


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("| 拨款 | 执行 | 80 |\n| 拨款 | 执行率 | |", "X102"),
        ("| 总额 | 执行 | 201 |\n| 拨款 | 执行 | 191 |\n| 总额 | 执行率 | |\n| 拨款 | 执行率 | |", "S105"),
        ("| 总额 | 执行 | |\n| 总额 | 执行率 | |", "S110"),
    ],
)  # fmt: skip
def test_money_at_mid_year_is_not_that_of_the_whole_year(table: str, code: str, find: Find) -> None:
    (found,) = (item for item in find(table) if item["code"] == code)
    assert "执行数" in message(found)
    assert not re.search("全年执行数|自评", message(found))
