"""The two published tables: every figure by hand from their documents, in every way that offices lay them out."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests import office
from tests.conftest import Evaluate, rules_found
from xlproc.reading.workbook import read

LAYOUTS: list[dict[str, Any]] = [
    {"levels": levels, "numbers": numbers, "percent": percent, "spaced": spaced}
    for levels, numbers, percent, spaced in product(
        ("merged", "repeated", "once"), (True, False), (True, False), (True, False)
    )
] + [
    {"full_width": True},
    {"full_width": True, "numbers": False},
    {"left": 2, "top": 3},
    {"left": 1, "spaced": True},
]


def total(workbook: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = workbook["projects"][0]["total"]
    return made


def test_2024_figures(one: Evaluate) -> None:
    """118.48/229.71 = 51.578 % → 5.16; rows 49.8 + 30 + 10 declared; 光纤租赁费 6.3 ≤ 10 is met: 1, not 0.8."""
    workbook = one(office.form("2024"))
    project = workbook["projects"][0]
    fund = project["funds"][0]
    assert (fund["rate"], fund["score"], fund["declared_rate"], fund["declared_score"]) == (
        0.5158,
        5.16,
        0.5158,
        5.16,
    )
    assert len(project["indicators"]) == 40
    declared = sum(round(row["declared_score"] * 100) for row in project["indicators"])
    assert declared + 516 == 9496
    assert total(workbook) == {
        "weight": 100, "score": 95.16, "declared": 94.96, "grade": "优", "pending": 0, "low": 95.16, "high": 95.16,
    }  # fmt: skip
    assert rules_found(workbook, "error") == [("A15", "K44")]
    assert sorted(rules_found(workbook, "warning")) == [
        ("A22", "E15"), ("A22", "E16"), ("A31", "K53"), ("A32", "I6"), ("A36", "H38"), ("A43", "G11"),
    ]  # fmt: skip
    assert rules_found(workbook, "note") == [("A30", "H51")]
    assert next(m for m in workbook["findings"] if m["rules"] == ["A36"])["message"].count("187.3") == 1


def test_2021_figures(one: Evaluate) -> None:
    """20/354 = 5.6497 % → 0.56; rows 70 + 2 = 72 against 68; 95 % of 3 is 2.85; 优秀→一般 lies in [1.80, 2.40)."""
    workbook = one(office.form("2021"))
    project = workbook["projects"][0]
    fund = project["funds"][0]
    assert (fund["rate"], fund["score"], fund["declared_rate"], fund["declared_score"]) == (
        0.0565,
        0.56,
        0.15,
        2,
    )
    assert len(project["indicators"]) == 26
    assert total(workbook) == {
        "weight": 100, "score": 87.41, "declared": 68, "grade": "良", "pending": 1, "low": 89.21, "high": 89.81,
    }  # fmt: skip
    rows = {row["row"]: row for row in project["indicators"]}
    assert (rows[23]["score"], rows[23]["achievement"], rows[23]["deviation"], rows[23]["flag"]) == (
        2.85,
        0.95,
        -0.05,
        "short",
    )
    assert (rows[22]["pending"], rows[22]["score"]) == (True, None)
    assert rules_found(workbook, "error") == [
        ("A44", "F5"), ("A03", "H6"), ("A04", "I6"), ("A26", "F17"), ("A16", "H22"), ("A17", "H22"), ("A21", "H22"),
        ("A16", "H23"), ("A17", "H23"), ("A34", "H39"),
    ]  # fmt: skip
    warnings = rules_found(workbook, "warning")
    assert [cell for rule, cell in warnings if rule == "A37"] == ["H26", "H27", "H29", "H31", "H32"]
    assert [cell for rule, cell in warnings if rule == "A38"] == ["H26", "H27", "H29", "H31", "H32"]
    assert sorted({rule for rule, _ in warnings}) == ["A09", "A31", "A32", "A37", "A38", "A43"]
    assert rules_found(workbook, "note") == [("A23", "F34"), ("A23", "F35"), ("A30", "F37")]
    level = next(item["message"] for item in workbook["findings"] if item["rules"] == ["A09"])
    assert all(part in level for part in ("66", "16", "满意度指标 8", "50", "30"))


@pytest.mark.parametrize("year", ["2021", "2024"])
@pytest.mark.parametrize("options", LAYOUTS, ids=str)
def test_every_layout_gives_the_same(year: str, options: dict[str, Any], one: Evaluate) -> None:
    data = office.form(year)
    plain, other = one(data), one(data, **options)
    assert total(other) == total(plain)
    assert sorted((f["code"], f["severity"]) for f in other["findings"]) == sorted(
        (f["code"], f["severity"]) for f in plain["findings"]
    )
    for a, b in zip(plain["projects"][0]["indicators"], other["projects"][0]["indicators"], strict=True):
        for key in ("level1", "level2", "nature", "operator", "target", "actual", "weight", "score", "flag"):
            assert b[key] == a[key], (key, a["level3"])


@pytest.mark.parametrize("year", ["2021", "2024"])
def test_every_transcribed_cell_is_read_under_its_column(year: str, tmp_path: Path) -> None:
    data = office.form(year)
    frames = read([office.workbook(tmp_path / "form.xlsx", data)]).frames
    rows = frames["indicators"].to_dict("records")
    assert len(rows) == len(data["indicators"])
    for got, want in zip(rows, data["indicators"], strict=True):
        assert (got["level1"], got["level2"], got["level3"]) == (want["l1"], want["l2"], want["l3"])
        assert (got["target_text"], got["actual_text"]) == (want["target"], want["actual"])
        assert (got["weight_text"], got["declared_score_text"], got["reason"]) == (
            want["weight"],
            want["score"],
            want["reason"],
        )
        if "unit" in want:
            assert (got["unit"], got["nature_text"], got["operator_text"]) == (
                want["unit"],
                want["nature"],
                want["direction"],
            )
    project = frames["projects"].iloc[0]
    assert (project["name"], project["department"], project["agency"], project["year"]) == (
        data["project_name"], data["department"], data["unit"], int(data["year"]),
    )  # fmt: skip
    assert (project["goal_expected"], project["goal_actual"]) == (
        data["goals"]["预期目标"],
        data["goals"]["实际完成情况"],
    )
    assert list(frames["funds"]["line"]) == [line["line"] for line in data["funds"]]
    assert list(frames["funds"]["kind"]) == ["total", "appropriation", "carry_over", "other"]


def test_2021_as_printed(one: Evaluate) -> None:
    """Labels one column off, a placeholder row, the total broken over two rows: the same figures, each fault once."""
    plain, printed = one(office.form("2021")), one(office.form("2021_printed"), levels="printed")
    assert total(printed) == total(plain)
    assert len(printed["projects"][0]["indicators"]) == 26

    def told(workbook: dict[str, Any]) -> list[str]:
        return sorted(item["code"] for item in workbook["findings"])

    assert told(printed) == sorted([*told(plain), "R122", "R122", "X112"])
    found = rules_found(printed)
    assert [cell for rule, cell in found if rule == "A56"] == [
        "B13",
        "B24",
    ]  # 数量指标 and 成本指标 at level 1
    assert ("A10", "G40") in found  # 10 where 100 should stand
    levels = [(row["level1"], row["level2"]) for row in printed["projects"][0]["indicators"]]
    assert levels[:7] == [("产出指标", "数量指标")] * 7
    assert levels[13:20] == [("产出指标", "成本指标")] * 7
    assert levels[23] == ("效益指标", "可持续影响指标")


def test_2024_as_printed(one: Evaluate) -> None:
    """Labels off after a page break, a row one column off, a row without a name: the same figures, each fault once."""
    plain, printed = one(office.form("2024")), one(office.form("2024_printed"), levels="printed")
    assert total(printed) == total(plain)
    extra = sorted(rules_found(printed))
    for item in rules_found(plain):
        extra.remove(item)
    assert extra == [("A56", "C38"), ("A56", "D37"), ("A56", "D50")]
    last = printed["projects"][0]["indicators"][37]
    assert (last["level2"], last["level3"], last["nature"]) == (
        "可持续影响指标",
        "持续发挥作用期限",
        "qualitative",
    )
    cost = printed["projects"][0]["indicators"][25:33]
    assert {row["level2"] for row in cost} == {"成本指标"}


@pytest.mark.parametrize("ruleset", ["mof-2020", "mof-2021-cost", "hubei-2020", "guangxi", "sichuan-2023"])
@pytest.mark.parametrize("year", ["2021", "2024"])
def test_no_rule_set_makes_noise(year: str, ruleset: str, one: Evaluate) -> None:
    """No more than the default says, but for the weights: a rule set that does not suit is told once, with the one that does."""
    most = sorted(item["code"] for item in one(office.form(year))["findings"])
    found = one(office.form(year), ruleset)["findings"]
    extra = [item["code"] for item in found if item["code"] not in most]
    assert extra == (["X119"] if ruleset == "hubei-2020" else [])
    assert len(found) <= len(most) + len(extra)
    if extra:
        assert "--ruleset mof-2020" in next(item["message"] for item in found if item["code"] == "X119")


def test_what_the_form_does_not_say_is_inferred_and_said(one: Evaluate) -> None:
    rows = {row["level3"]: row for row in one(office.form("2021"))["projects"][0]["indicators"]}
    cost = rows["指标 2: 机房运行维护"]
    assert (cost["operator"], cost["operator_inferred"], cost["nature"]) == ("≤", True, "negative")
    assert (rows["指标 1: 系统故障率"]["operator"], rows["指标 1: 系统故障率"]["operator_inferred"]) == (
        "≤",
        False,
    )
    assert (rows["指标 4: 故障排除率"]["operator"], rows["指标 4: 故障排除率"]["operator_inferred"]) == (
        "≥",
        True,
    )


def test_blank_scores_rates_and_totals_are_the_normal_case(one: Evaluate) -> None:
    """Nothing is said about what is blank; the figures are the rules' own."""
    data = office.form("2024")
    for row in data["indicators"]:
        row["score"] = ""
    for line in data["funds"]:
        line["rate"] = line["score"] = ""
    data["total"]["score"] = ""
    workbook = one(data)
    assert total(workbook)["score"] == 95.16
    assert total(workbook)["declared"] is None
    assert rules_found(workbook, "error") == []


def test_json_of_a_percentage_is_what_people_see(one: Evaluate) -> None:
    row = one(office.form("2021"), percent=True)["projects"][0]["indicators"][10]
    assert (row["target_text"], row["target"], row["actual_text"], row["actual"], row["unit"]) == (
        "100%",
        100,
        "95%",
        95,
        "%",
    )
    assert row["cells"]["target"] == "E23"


@pytest.mark.parametrize("ruleset", ["mof-2020", "mof-2021-cost", "hubei-2020", "guangxi", "sichuan-2023"])
@pytest.mark.parametrize("year", ["2021", "2024"])
def test_all_rule_sets_evaluate_both(year: str, ruleset: str, one: Evaluate) -> None:
    """湖北: 20 × 51.578 % = 10.32, and both ratios met in full: 10.32 + 90; the others as mof-2020."""
    score = total(one(office.form(year), ruleset))["score"]
    if ruleset == "hubei-2020":
        assert score == {"2024": 100.32, "2021": 87.98}[year]  # 2021: 20/354 × 20 = 1.13, + 84 + 2.85
    else:
        assert score == {"2024": 95.16, "2021": 87.41}[year]
