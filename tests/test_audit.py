"""Each code of the catalogue: one form in which it fires at the right cell, and a close one in which it does not.

The cases stand in ``audit_cases.md``: tables of changes to a clean form (``data/clean.json``, laid out as offices do).
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import between_cases, office, test_file_cases, test_points
from tests.conftest import Evaluate, rules_found
from xlproc.model.findings import catalogue

COLUMNS = {
    "年初": "budget_initial", "预算": "budget_full", "执行": "executed", "分值": "weight", "执行率": "rate", "得分": "score",
    "性质": "nature", "方向": "direction", "目标": "target", "完成": "actual", "单位": "unit", "原因": "reason", "名称": "l3",
    "一级": "l1", "二级": "l2",
}  # fmt: skip
COLUMNS["行名"] = "line"
LINES = {"总额": 0, "拨款": 1, "结转": 2, "其他": 3}
HEAD = {"项目名称": "project_name", "主管部门": "department", "实施单位": "unit", "年度": "year"}


def changed(table: str, base: str = "clean") -> dict[str, Any]:
    """Apply a table of changes to the clean form; its declared total follows, unless it is changed too."""
    data = copy.deepcopy(office.form(base))
    names = {row["l3"]: row for row in data["indicators"]}
    for line in table.strip().splitlines():
        row, column, value = (part.strip() for part in line.strip().strip("|").split("|"))
        if row in LINES:
            data["funds"][LINES[row]][COLUMNS[column]] = value
        elif row == "总分":
            data["total"][COLUMNS[column]] = value
        elif row == "目标":
            data["goals"][column] = value
        elif row in HEAD:
            data[HEAD[row]] = value
        elif row == "表头":
            data["fund_columns"][data["fund_columns"].index(column)] = value
        elif row == "去块":
            data["without"] = [*data.get("without", []), column]
        elif row == "去掉":
            data["layout_columns"].remove(column)
        elif row == "列名":
            data.setdefault("renamed", {})[column] = value
        elif row == "表名":
            data["title"] = value
        elif row == "等级":
            data["grade"] = value
        elif row == "删行":
            data["indicators"] = [one for one in data["indicators"] if one is not names[column]]
        elif row == "复制":
            twin = {**names[column], "l3": value}
            data["indicators"].insert(data["indicators"].index(names[column]) + 1, twin)
        else:
            names[row][COLUMNS[column]] = value
    return data


class Case(NamedTuple):
    """A code's two forms; see ``audit_cases.md``."""

    severity: str
    rule: str
    cell: str
    fires: str
    silent: str


def read_cases(name: str = "audit_cases.md") -> dict[str, Case]:
    """Read the cases; what is not written as the others are is refused."""
    text = (Path(__file__).parent / name).read_text("utf-8")
    pattern = re.compile(
        r"^## (?P<code>\w+) · (?P<severity>\w+)(?: · (?P<rule>\w+))?\n\nfires at (?P<cell>[A-Z]+\d+|no cell):\n\n"
        r"\| row \| column \| value \|\n\|---\|---\|---\|\n(?P<fires>(?:\|.*\n)+)\nsilent:\n\n"
        r"\| row \| column \| value \|\n\|---\|---\|---\|\n(?P<silent>(?:\|.*\n)+)",
        re.MULTILINE,
    )
    found = {
        m["code"]: Case(m["severity"], m["rule"] or "", m["cell"], m["fires"], m["silent"])
        for m in pattern.finditer(text)
    }
    assert len(found) == text.count("\n## ")
    return found


CASES = read_cases()


def test_the_clean_form_gives_nothing_at_all(one: Evaluate) -> None:
    """9.8 + 20 + 10 + 5×(1-(11-10)/10) + 5 + 10 + 20 + 7 + 10; 基本完善 under 完善 is 部分达成: 7 lies in [6, 8)."""
    workbook = one(office.form("clean"))
    assert workbook["findings"] == []
    assert workbook["projects"][0]["total"]["score"] == 96.3


@pytest.mark.parametrize("code", CASES)
def test_fires_at_its_cell(code: str, one: Evaluate) -> None:
    severity, rule, cell, fires, _ = CASES[code]
    workbook = one(changed(fires))
    mine = [item for item in workbook["findings"] if item["code"] == code]
    assert len(mine) == 1, workbook["findings"]
    assert (mine[0]["severity"], (mine[0]["cells"] or ["no cell"])[0]) == (severity, cell)
    assert rule in (mine[0]["rules"] or [""])
    errors = [item for item in workbook["findings"] if item["severity"] == "error"]
    assert len(errors) <= 3, errors
    assert "？" not in mine[0]["message"], mine[0]["message"]


@pytest.mark.parametrize("code", CASES)
def test_stays_silent_on_a_close_form(code: str, one: Evaluate) -> None:
    workbook = one(changed(CASES[code].silent))
    assert code not in [item["code"] for item in workbook["findings"]], workbook["findings"]


def test_every_code_has_its_cases() -> None:
    midyear = read_cases("monitoring_cases.md")
    files = [*test_file_cases.CASES, *test_file_cases.BY_THE_SYSTEM]
    assert sorted([*CASES, *midyear, *files, *test_points.CASES, *between_cases.CASES]) == sorted(catalogue())


def test_one_mistake_one_finding(one: Evaluate) -> None:
    """A missed target, scored in full and unexplained: A16 and A17 together at 得分, the reason's cell named."""
    workbook = one(changed("| 结业率 | 完成 | 90 |"))
    assert [(f["rules"], f["cells"]) for f in workbook["findings"]] == [(["A16", "A17"], ["K14", "L14"])]


def test_one_wrong_row_explains_weights_and_total(one: Evaluate) -> None:
    """分值 and 得分 of one row typed 5 too high: told once, as A10 with A09."""
    workbook = one(changed("| 就业能力 | 分值 | 25 |\n| 就业能力 | 得分 | 25 |"))
    assert rules_found(workbook, "error", "warning") == [("A09", "J21"), ("A10", "J21")]


def test_a_budget_of_zero_silences_the_rest_of_the_line(one: Evaluate) -> None:
    workbook = one(
        changed("| 总额 | 预算 | 0 |\n| 拨款 | 预算 | 0 |\n| 结转 | 预算 | 0 |\n| 拨款 | 执行率 | |")
    )
    assert {rule for rule, cell in rules_found(workbook) if cell.endswith("6")} == {"A05"}
    assert not {"A03", "A04", "A06", "A32", "A33", "A36"} & {rule for rule, _ in rules_found(workbook)}
    assert workbook["projects"][0]["funds"][0]["rate"] is None


def test_a_wrong_rate_names_the_base_that_fits(one: Evaluate) -> None:
    """245/200 = 122.5 %: the initial budget was taken as the base."""
    workbook = one(changed("| 总额 | 执行率 | 122.5% |"))
    assert "年初预算数 200" in next(f["message"] for f in workbook["findings"] if f["rules"] == ["A03"])


def test_rate_is_right_to_the_digits_that_it_shows(one: Evaluate) -> None:
    """118/250 = 47.2 %: 47 % and 47.20 are right, 47.3 is not."""
    base = "| 总额 | 执行 | 118 |\n| 拨款 | 执行 | 68 |\n| 拨款 | 执行率 | |\n| 总额 | 得分 | 4.72 |\n| 总额 | 执行率 | {} |"
    for shown, right in (
        ("47%", True),
        ("47.20", True),
        ("0.472", True),
        ("0.47", True),
        ("0.5", False),
        ("1", False),
        ("47.3%", False),
        ("0.48", False),
    ):
        found = {rule for rule, _ in rules_found(one(changed(base.format(shown))))}
        assert ("A03" not in found) == right, shown


def test_a_reason_column_of_the_funds_takes_a33_instead_of_a32(one: Evaluate) -> None:
    low = "| 总额 | 执行 | 199 |\n| 拨款 | 执行 | 149 |\n| 拨款 | 执行率 | |\n| 总额 | 执行率 | 79.6% |\n| 总额 | 得分 | 7.96 |\n| 表头 | 得分 | 原因 |\n| 总额 | 得分 | {} |"
    found = {rule for rule, _ in rules_found(one(changed(low.format("")), "sichuan-2023"))}
    assert "A33" in found
    assert "A32" not in found
    found = {
        rule
        for rule, _ in rules_found(one(changed(low.format("政府采购延期，结转下年支付。")), "sichuan-2023"))
    }
    assert not {"A32", "A33"} & found


def test_guangxi_makes_far_over_completion_an_error(one: Evaluate) -> None:
    fires = changed(CASES["R106"].fires)
    assert ("A18", "L13") in rules_found(one(fires, "guangxi"), "error")
    assert ("A18", "L13") in rules_found(one(fires, "mof-2020"), "warning")


def test_unit_costs_are_left_out_of_the_cost_sum(one: Evaluate) -> None:
    workbook = one(
        changed("| 培训支出 | 单位 | 元/人 |\n| 培训支出 | 目标 | 2500 |\n| 培训支出 | 完成 | 2400 |")
    )
    assert "A36" not in {rule for rule, _ in rules_found(workbook)}


def test_cost_of_zero_scored_in_full_while_the_work_is_reported_done(one: Evaluate) -> None:
    paired = "| 培训支出 | 完成 | 0 |\n| 培训支出 | 名称 | 培训人数 |\n| 培训支出 | 得分 | {} |"
    assert ("A37", "K17") in rules_found(one(changed(paired.format("10"))), "warning")
    assert ("A37", "K17") in rules_found(one(changed(paired.format(""))), "warning")
    # no indicator of that name, but all quantities are reported done; where one is not, 0 may just mean 0
    alone = "| 培训支出 | 完成 | 0 |"
    assert ("A37", "K17") in rules_found(one(changed(alone)), "warning")
    undone = alone + "\n| 培训人数 | 完成 | 900 |\n| 培训人数 | 得分 | 18 |\n| 培训人数 | 原因 | 生源不足 |"
    assert "A37" not in {rule for rule, _ in rules_found(one(changed(undone)))}


def test_pending_rows_leave_a_range_and_perhaps_a_grade(one: Evaluate) -> None:
    """部分达成 without a score: [6, 8) of 10; 96.3 - 7 = 89.3 known, so 95.3 to 97.3, 优 at both ends."""
    total = one(changed("| 培训机制 | 得分 | |\n| 总分 | 得分 | |"))["projects"][0]["total"]
    assert total == {
        "weight": 100,
        "score": 89.3,
        "declared": None,
        "grade": "优",
        "pending": 1,
        "low": 95.3,
        "high": 97.3,
    }


def test_no_grade_where_the_ends_do_not_share_one(one: Evaluate) -> None:
    """A late date of 5 points: 91.3 to 96.3 would be 优; with 结业率 at 0 of 10 it is 81.3 to 86.3, and 79.3 to 84.3 has none."""
    late = "| 培训完成时间 | 完成 | 2024年12月2日 |\n| 培训完成时间 | 得分 | |\n| 总分 | 得分 | |\n| 结业率 | 完成 | 0 |\n| 结业率 | 得分 | |"
    total = one(changed(late))["projects"][0]["total"]
    assert (total["low"], total["high"], total["grade"]) == (81.3, 86.3, "良")
    total = one(changed(late + "\n| 学员投诉次数 | 完成 | 15 |\n| 学员投诉次数 | 得分 | |"))["projects"][0][
        "total"
    ]
    assert (total["low"], total["high"], total["grade"]) == (79.3, 84.3, None)


def test_an_open_end_does_not_reach_the_next_grade(one: Evaluate) -> None:
    """High is 90 but open: the score stays below 90, so the grade is 良. 86.3 known + [0, 5) − …: 85 to 90 (open)."""
    rows = "| 培训完成时间 | 完成 | 2024年12月2日 |\n| 培训完成时间 | 得分 | |\n| 总分 | 得分 | |\n| 学员满意度 | 完成 | 33.3 |\n| 学员满意度 | 得分 | |"
    total = one(changed(rows))["projects"][0]["total"]
    assert (total["low"], total["high"], total["grade"]) == (85, 90, "良")


def test_an_unreadable_value_lets_the_declared_score_stand(one: Evaluate) -> None:
    row = one(changed("| 培训人数 | 完成 | 约一千人 |"))["projects"][0]["indicators"][0]
    assert (row["score"], row["pending"], row["actual"]) == (20, False, None)
    row = one(changed("| 培训人数 | 完成 | 约一千人 |\n| 培训人数 | 得分 | |"))["projects"][0]["indicators"][
        0
    ]
    assert (row["score"], row["pending"]) == (None, True)


def test_a_blank_is_no_zero(one: Evaluate) -> None:
    blank = one(changed("| 培训支出 | 完成 | |"))["projects"][0]["indicators"][4]
    zero = one(changed("| 培训支出 | 完成 | 0 |"))["projects"][0]["indicators"][4]
    assert (blank["actual"], blank["score"], blank["pending"]) == (None, None, True)
    assert (zero["actual"], zero["score"], zero["pending"]) == (0, 10, False)


def test_a_declared_score_within_a_tenth_is_rounded(one: Evaluate) -> None:
    """95.9/96 × 10 = 9.99 declared 10, and a met row declared 9.9: notes, no errors."""
    for table in (
        "| 结业率 | 目标 | 96 |\n| 结业率 | 完成 | 95.9 |",
        "| 结业率 | 得分 | 9.9 |\n| 总分 | 得分 | 96.2 |",
    ):
        found = [(f["severity"], f["rules"]) for f in one(changed(table))["findings"]]
        assert found == [("note", ["A14"])], found


def test_a_total_that_is_right_for_the_right_score_is_not_told(one: Evaluate) -> None:
    """One declared score mistyped, the total as it should be: told once, at the score."""
    assert rules_found(one(changed("| 结业率 | 得分 | 8 |")), "error") == [("A15", "K14")]
    assert rules_found(one(changed("| 总额 | 得分 | 9 |")), "error") == [("A04", "L6")]


def test_blank_scores_are_filled_in_before_totals_are_compared(one: Evaluate) -> None:
    blank = "| 结业率 | 得分 | |\n| 总额 | 得分 | |"
    assert one(changed(blank))["findings"] == []
    assert rules_found(one(changed(blank + "\n| 总分 | 得分 | 90 |")), "error") == [("A34", "K21")]


def test_a_form_of_ten_and_ninety_under_twenty_and_eighty(one: Evaluate) -> None:
    """湖北: 20 × 98 % = 19.6; the weights are told, and the score never exceeds the weight."""
    workbook = one(office.form("clean"), "hubei-2020")
    total = workbook["projects"][0]["total"]
    assert total["score"] <= total["weight"] == 110
    said = next(f["message"] for f in workbook["findings"] if f["rules"] == ["A09"])
    assert all(part in said for part in ("10", "90", "20", "80"))


def test_a_level_that_the_rule_set_does_not_know_is_told(one: Evaluate) -> None:
    table = "".join(
        f"| {name} | 一级 | 投入指标 |\n"
        for name in ("培训人数", "结业率", "学员投诉次数", "培训完成时间", "培训支出")
    )
    assert "A09" in {rule for rule, _ in rules_found(one(changed(table)), "warning")}


def test_cost_at_level_1_is_told_with_the_rule_set_that_knows_it_there(one: Evaluate) -> None:
    (told,) = one(changed("| 培训支出 | 一级 | 成本指标 |"))["findings"]
    assert (told["code"], told["rules"], told["cells"], told["severity"]) == (
        "X119",
        ["A09"],
        ["B17"],
        "warning",
    )
    assert "--ruleset mof-2021-cost" in told["message"]


def test_a_rule_set_raises_lowers_and_switches_off(one: Evaluate, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    table = "| 结业率 | 得分 | 9 |\n| 总分 | 得分 | 95.3 |\n| 学员满意度 | 完成 | 90 |"
    for severities, expected in (
        ("", {"S204": "error", "X116": "note"}),
        ('[severities]\nS204 = "warning"\nX116 = "error"\n', {"S204": "warning", "X116": "error"}),
        ('[severities]\nS204 = "off"\nX116 = "off"\n', {}),
    ):
        own.write_text(f'inherits = "mof-2020"\n{severities}', "utf-8")
        found = one(changed(table), str(own))["findings"]
        assert {item["code"]: item["severity"] for item in found} == expected


def test_opposite_words_are_not_met(one: Evaluate) -> None:
    """无明显差错 → 明显差错 is left to a person; the declared score stands."""
    workbook = one(changed("| 就业能力 | 目标 | 无明显差错 |\n| 就业能力 | 完成 | 明显差错 |"))
    assert rules_found(workbook, "warning") == [("A23", "H18")]


def test_a_late_date_without_score_and_reason_is_told_once(one: Evaluate) -> None:
    late = "| 培训完成时间 | 完成 | 2024年12月2日 |\n| 培训完成时间 | 得分 | |\n| 总分 | 得分 | |"
    found = one(changed(late))["findings"]
    assert [(f["code"], f["rules"]) for f in found] == [("S208", ["A17"])]


def test_a_part_of_the_money_above_its_budget_is_told(one: Evaluate) -> None:
    table = "| 拨款 | 执行 | 205 |\n| 拨款 | 执行率 | |\n| 结转 | 执行 | 40 |"
    assert rules_found(one(changed(table)), "warning") == [("A06", "I7")]


def test_the_grade_stays_open_where_a_pending_score_could_reach_it(one: Evaluate) -> None:
    """Weight 3.33: [2.00, 2.66] may be given; 87.34 known, so 90.00 can be reached: no grade."""
    table = "| 培训机制 | 分值 | 3.33 |\n| 培训机制 | 得分 | |\n| 学员满意度 | 分值 | 16.67 |\n| 总分 | 得分 | |\n"
    table += "| 学员满意度 | 完成 | 69.33 |\n| 学员满意度 | 得分 | |\n| 学员满意度 | 原因 | 设施陈旧 |"
    total = one(changed(table))["projects"][0]["total"]
    # 16.67 × 69.33 ÷ 90 = 12.84; 9.8 + 20 + 10 + 4.5 + 5 + 10 + 20 + 12.84 = 92.14
    assert (total["score"], total["low"], total["high"]) == (92.14, 94.14, 94.8)
    assert total["grade"] == "优"


def test_the_same_unit_written_differently_is_the_same(one: Evaluate) -> None:
    for target, actual in (
        ("2000平方米", "2000㎡"),
        ("3亩", "2000平方米"),
        ("10台套", "10台（套）"),
        ("2吨", "2000公斤"),
    ):
        workbook = one(
            changed(f"| 培训人数 | 目标 | {target} |\n| 培训人数 | 完成 | {actual} |\n| 培训人数 | 单位 | |")
        )
        assert workbook["findings"] == [], (target, actual)
        assert workbook["projects"][0]["indicators"][0]["achievement"] == 1


def test_what_the_unit_claims_is_held_against_the_execution(one: Evaluate) -> None:
    """The published form of 2024: 89.8 of 90 points claimed, 51.58 % of the money spent."""
    said = next(f["message"] for f in one(office.form("2024"))["findings"] if f["rules"] == ["A31"])
    assert "99.8%" in said
    assert "51.6%" in said


def test_no_grade_where_the_weights_do_not_add_up(one: Evaluate) -> None:
    total = one(changed("| 结业率 | 分值 | 12 |\n| 结业率 | 得分 | 12 |"))["projects"][0]["total"]
    assert (total["weight"], total["grade"]) == (102, None)


def test_a_part_of_the_money_in_another_unit_has_its_rate_told(one: Evaluate) -> None:
    """1950000 of 200 is 975000 %: the total line is in 万元, so its score stands, and the part's figures are told."""
    workbook = one(changed("| 拨款 | 执行 | 1950000 |\n| 拨款 | 执行率 | 97% |"))
    assert rules_found(workbook, "error", "warning") == [("A02", "I6"), ("A06", "I7"), ("A07", "K7")]
    assert any("1950000÷200 = 975000%" in item["message"] for item in workbook["findings"])
    assert workbook["projects"][0]["funds"][0]["score"] == 9.8
