"""Explanations of cells: each method's steps against a calculation by hand, in both languages; wrong places."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests import filling, office
from tests.conftest import SAMPLES
from tests.test_audit import changed
from tests.test_scoring import MOF, indicator, micro, operators, scored, weights, with_scoring
from xlproc.batch.explain import NoSuchCell, evaluated, explain_cell, hints_of
from xlproc.model.exact import SCALE, to_micro
from xlproc.model.frames import records
from xlproc.model.text import width
from xlproc.model.words import LANGS, Lang, texts
from xlproc.rulesets import RuleSet, load, names
from xlproc.writing.explain import Evaluated, explain, rows_of
from xlproc.writing.explain.figures import exact
from xlproc.writing.explain.page import Page
from xlproc.writing.explain.steps import score_steps

RULESETS = [load(name) for name in names()]
FILES = sorted(
    path for path in SAMPLES.glob("*.xlsx") if "监控" not in path.stem
)  # see test_explain_monitoring


def told(path: Path, place: str, ruleset: RuleSet = MOF, lang: Lang = "zh") -> str:
    """Explain a cell; a broken line is put together again, so that a sentence can be looked for."""
    return re.sub(r"\n {4,}", "", explain_cell(path, place, ruleset, lang))


def of_form(tmp_path: Path, table: str, place: str, ruleset: RuleSet = MOF, lang: Lang = "zh") -> str:
    return told(office.workbook(tmp_path / "form.xlsx", changed(table)), place, ruleset, lang)


STEPS = with_scoring(satisfaction_steps=((to_micro("0.9"), SCALE), (to_micro("0.8"), to_micro("0.8"))))
LINE = with_scoring(pass_line=to_micro("0.6"))
OVER = with_scoring(over_table=((to_micro("1.5"), to_micro("0.9")), (to_micro(3), to_micro("0.5"))))
STRICT = with_scoring(equal="exact")
HUBEI = load("hubei-2020")

# method → cell, changes to the clean form, rule set, what must be said; calculated by hand
METHODS: dict[str, tuple[str, str, RuleSet, list[str]]] = {
    "proportional": ("K14", "| 结业率 | 完成 | 90 |", MOF, ["10 × 90 ÷ 95 = 9.473684…", "2 位小数：9.47", "规则得分 9.47（分值 10）", "【正向指标公式】"]),
    "linear": ("K15", "| 学员投诉次数 | 完成 | 11 |", MOF, ["5 × (1 − (11 − 10) ÷ 10) = 4.5", "规则得分 4.5（分值 5）", "【反向指标公式】", "自评得分 4.5，规则得分 4.5：相符"]),
    "ratio": ("K15", "| 学员投诉次数 | 完成 | 11 |", HUBEI, ["5 × 10 ÷ 11 = 4.545454…", "2 位小数：4.55", "表样附注：权重×A/B，不得突破权重；完成值为 0 时计满分（读到原文）；出自规则集 hubei-2020"]),
    "at_least": ("K13", "| 培训人数 | 方向 | 等于 |\n| 培训人数 | 完成 | 900 |", MOF, ["“=”按“≥”计分", "20 × 900 ÷ 1000 = 18", "规则得分 18", "【等于指标公式】"]),
    "exact": ("K13", "| 培训人数 | 方向 | 等于 |", STRICT, ["20 × (1 − (1050 − 1000) ÷ 1000) = 19", "规则得分 19"]),
    "zero": ("K15", "| 学员投诉次数 | 目标 | 0 |\n| 学员投诉次数 | 完成 | 1 |", MOF, ["指标值为 0，完成值 1，没有达成，计 0 分", "规则得分 0", "【指标值 ≤0 或 =0 时】完成值为 0 才达成"]),
    "full": ("K18", "| 就业能力 | 完成 | 显著提升 |", MOF, ["由高到低：显著/明显/大幅度/大幅 ＞", "指标值在第 1 级，完成值在第 1 级", "达成，计满分：20", "【程度用语（由高到低）】显著/明显"]),
    "steps": ("K20", "| 学员满意度 | 完成 | 85 |", STEPS, ["完成值 85%，达到 80% 一档，按分值的 80% 计", "10 × 80% = 8", "规则得分 8", "【满意度分档】≥90% 计 100%；≥80% 计 80%"]),
    "below_line": ("K14", "| 结业率 | 完成 | 50 |", LINE, ["50 ÷ 95 = 52.631578…% ≈ 52.63%，低于及格门槛 60%，计 0 分", "规则得分 0"]),
    "reduced": ("K13", "| 培训人数 | 完成 | 1600 |", OVER, ["1600 ÷ 1000 = 160%，达到 150%，按分值的 90% 计", "20 × 90% = 18", "完成率不低于 130%，判定：大幅超额", "【大幅超额提示线】130%"]),
    "declared": ("K19", "| 培训机制 | 得分 | 7 |", MOF, ["10 × 60% = 6 至 10 × 80% = 8，即 6 至 8（不含）", "自评得分 7 在此范围内，暂按 7 计", "得分 7（分值 10），是单位的自评得分，暂按此计", "完善/健全 ＞ 较完善/基本完善"]),
    "pending": ("K19", "| 培训机制 | 得分 | |", MOF, ["没有自评得分可用，得分待定", "得分待定：6 至 8（不含）（分值 10）"]),
}  # fmt: skip


def test_every_method_is_explained_below() -> None:
    methods = {key.partition(".")[2] for key in texts() if key.startswith("method.")}
    elsewhere = {"deducted", "shared", "part", "execution", "none"}  # the next test, and test_points.py
    assert {*METHODS, *elsewhere} == methods


@pytest.mark.parametrize("method", METHODS)
def test_the_steps_of_each_method(method: str, tmp_path: Path) -> None:
    cell, table, ruleset, parts = METHODS[method]
    text = of_form(tmp_path, table, cell, ruleset)
    for part in parts:
        assert part in text, text


def test_a_deduction_comes_off_at_the_end(tmp_path: Path) -> None:
    """4.5 − 1 = 3.5; a deduction of 6 leaves 0."""
    for off, parts in (("1", ["4.5 − 1 = 3.5", "规则得分 3.5"]), ("6", ["4.5 − 6 = -1.5", "不低于 0：0"])):
        path = office.workbook(tmp_path / "form.xlsx", office.form("clean"))
        book = load_workbook(path)
        book["自评表"]["M12"], book["自评表"]["M15"] = "扣分", int(off)
        book.save(path)
        text = told(path, "K15", load("guangxi"))
        for part in (
            *parts,
            "5 × (1 − (11 − 10) ÷ 10) = 4.5",
            f"扣分 M15：“{off}” → {off}",
            "【是否另有扣分栏】是",
        ):
            assert part in text, text


@pytest.mark.parametrize(
    ("cell", "table", "ruleset", "parts"),
    [
        ("K14", "| 结业率 | 完成 | 96 |", MOF, ["10 × 96 ÷ 95 = 10.105263…", "不超过分值 10：10"]),
        ("K15", "| 学员投诉次数 | 完成 | 25 |", MOF, ["5 × (1 − (25 − 10) ÷ 10) = -2.5", "不低于 0：0"]),
        ("K15", "| 学员投诉次数 | 完成 | 0 |", HUBEI, ["完成值不大于 0，计满分：5"]),
        ("K14", "| 结业率 | 完成 | -5 |", MOF, ["完成值 -5 小于 0，按 0 计", "10 × 0 ÷ 95 = 0", "完成率：(-5) ÷ 95 = -5.263157…%"]),
        ("K13", "| 培训人数 | 目标 | 0 |\n| 培训人数 | 完成 | 7 |", MOF, ["任何值都达成，计满分：20", "不计算完成率", "【指标值 ≥0 时】任何值都达成"]),
        ("K20", "| 学员满意度 | 完成 | 79.9 |", STEPS, ["低于最低一档，计 0 分"]),
        ("K16", "| 培训完成时间 | 得分 | |", MOF, ["完成日期 2024-10-20 早于 2024-11-30", "达成，计满分：5", "≤（表上写的）"]),
        ("K16", "| 培训完成时间 | 完成 | 2024年12月2日 |", MOF, ["晚于指标值的日期；扣多少，规则没有公式", "0 至 5（不含）", "自评得分 5 不在此范围内"]),
        ("K13", "| 培训人数 | 完成 | 1050场 |", MOF, ["单位不同（场 与 人），不能比较", "自评得分 20 在此范围内", "错误 R102"]),
        ("K13", "| 培训人数 | 完成 | —— |", MOF, ["实际完成值 H13：“——”（占位，等于没有填）", "实际完成值没有填写，无法计分", "自评得分 20 不采用"]),
        ("K13", "| 培训人数 | 完成 | #DIV/0! |", MOF, ["“#DIV/0!”（错误值）"]),
        ("K14", "| 结业率 | 分值 | 无 |", MOF, ["分值没有填或读不出，无法计分", "得分待定：分值不明（分值 不明）"]),
        ("K18", "| 就业能力 | 完成 | 长期 |", MOF, ["定性判定：不能判定", "用语不能判定，需要人来定", "0 至 20", "自评得分 20 在此范围内"]),
        ("K18", "| 就业能力 | 完成 | 部分完成 |", MOF, ["“部分完成”是“表示部分达成的用语”之一", "【表示部分达成的用语】“部分完成”", "20 × 60% = 12 至 20 × 80% = 16"]),
        ("K18", "| 就业能力 | 完成 | 基本完成 |", MOF, ["定性判定：基本达成", "【定性“达成”得分区间】80% 至 100%"]),
        ("K18", "| 就业能力 | 目标 | 优秀 |\n| 就业能力 | 完成 | 较差 |", MOF, ["指标值在第 1 级，完成值在第 4 级", "在最低一级，为未达成", "20 × 0% = 0 至 20 × 60% = 12"]),
        ("K18", "| 就业能力 | 目标 | 差 |\n| 就业能力 | 完成 | 好 |", MOF, ["指标值本身在最低一级，只有用语相同才算达成", "用语不能判定"]),
        ("K13", "| 培训人数 | 目标 | -5 |\n| 培训人数 | 完成 | -3 |", MOF, ["公式不适用；完成值 -3 达到 -5，计满分：20", "完成率：(-3) ÷ (-5) = 60%"]),
        ("K13", "| 培训人数 | 目标 | -3 |\n| 培训人数 | 完成 | -5 |", MOF, ["指标值为负且没有达到，公式不适用", "0 至 20（不含）", "不采用，得分待定"]),
        ("K18", "", MOF, ["完成值与指标值用语相同", "不用规则集的数值"]),
        ("K14", "| 结业率 | 得分 | 9.9 |", MOF, ["自评得分 9.9，规则得分 10，相差 0.1，在 0.1 以内：视为取整", "【得分误差：视为取整】0.1"]),
        ("K15", "| 学员投诉次数 | 得分 | 4.504 |", MOF, ["相差 0.004，在误差 0.005 以内：相符"]),
        ("K14", "| 结业率 | 得分 | 8 |", MOF, ["少 2，超过误差 0.1"]),
        ("H17", "| 培训支出 | 目标 | 240万元 |\n| 培训支出 | 完成 | 2380000元 |\n| 培训支出 | 单位 | |", MOF, ["1 元 = 0.0001 万元，“2380000元”换算为 238 万元", "“2380000元” → 238 万元"]),
        ("H14", "| 结业率 | 目标 | ≥90% |\n| 结业率 | 方向 | |\n| 结业率 | 单位 | |", MOF, ["年度指标值 G14：“≥90%” → ≥ 90 %", "≥（写在指标值里）"]),
        ("F17", "| 培训支出 | 方向 | |", MOF, ["≤（推断：表上没有写方向，指标性质为反向）"]),
        ("F15", "| 学员投诉次数 | 方向 | |\n| 学员投诉次数 | 性质 | |", MOF, ["名称中的“投诉”越小越好"]),
        ("L13", "| 培训人数 | 完成 | 1200 |", MOF, ["1200 ÷ 1000 = 120%", "完成率不低于 120%，判定：超额", "提醒 R105"]),
    ],
)  # fmt: skip
def test_what_stands_in_a_row(
    cell: str, table: str, ruleset: RuleSet, parts: list[str], tmp_path: Path
) -> None:
    text = of_form(tmp_path, table, cell, ruleset)
    for part in parts:
        assert part in text, text


@pytest.mark.parametrize(
    ("table", "ruleset", "parts"),
    [
        ("| 总额 | 分值 | 10 |", MOF, ["245 ÷ 250 = 98%", "10 × 245 ÷ 250 = 9.8", "规则得分 9.8（分值 10）", "年初预算数 G6：“200” → 200 万元", "按所填位数（1%）取为 98%：相符", "没有"]),
        ("| 总额 | 预算 | |", MOF, ["全年预算数没有填，用年初预算数 200", "245 ÷ 200 = 122.5%", "10 × 245 ÷ 200 = 12.25", "不超过分值 10：10", "说明 S109"]),
        ("| 总额 | 执行 | |\n| 总额 | 得分 | |", MOF, ["全年执行数没有可用的数", "没有自评得分可用", "得分待定：0 至 10"]),
        ("| 总额 | 执行 | |", MOF, ["自评得分 9.8 在此范围内，暂按 9.8 计"]),
        ("| 总额 | 预算 | 0 |", MOF, ["预算数为 0，不能作除数", "规则集定为：计 0 分", "规则得分 0（分值 10）", "【预算为 0 时的执行得分】计 0 分"]),
        ("| 总额 | 预算 | 读不出 |", MOF, ["全年预算数没有可用的数", "“读不出”（没有读出数）"]),
        ("| 总额 | 执行率 | 0.98 |", MOF, ["“0.98” 按小数读，即 98%"]),
        ("| 总额 | 执行率 | 97.9 |", MOF, ["“97.9” 按百分数读，即 97.9%", "按所填位数（0.1%）取为 98%：不符"]),
        ("| 总额 | 执行 | 245.3 |", HUBEI, ["20 × 245.3 ÷ 250 = 19.624", "四舍五入到 2 位小数：19.62", "【预算执行率分值】20"]),
        ("| 总额 | 执行 | 255 |", dataclasses.replace(MOF, execution=dataclasses.replace(MOF.execution, cap=False)), ["10 × 255 ÷ 250 = 10.2", "规则得分 10.2", "【执行得分是否封顶】否"]),
        ("| 总额 | 执行 | 200 |", dataclasses.replace(MOF, execution=dataclasses.replace(MOF.execution, base="initial")), ["基数：年初预算数 200", "200 ÷ 200 = 100%", "规则得分 10"]),
    ],
)  # fmt: skip
def test_the_total_line_of_the_money(table: str, ruleset: RuleSet, parts: list[str], tmp_path: Path) -> None:
    text = of_form(tmp_path, table, "L6", ruleset)
    for part in parts:
        assert part in text, text


def test_a_part_of_the_money_has_a_rate_and_no_score(tmp_path: Path) -> None:
    text = of_form(tmp_path, "| 拨款 | 执行率 | 90% |", "K7")
    assert "195 ÷ 200 = 97.5%" in text
    assert "只有资金总额一行计分" in text
    assert "S106" in text


def test_the_published_form_of_2021() -> None:
    """95 of 3 points; 20/354; 62.85 + 16 + 8 + 0.56 = 87.41, and [1.80, 2.40) open."""
    path = SAMPLES / "2021_信息系统运行维护.xlsx"
    row = told(path, "自评表!H23")
    for part in (
        "“100%” → ≥ 100 %",
        "“95%” → 95 %",
        "名称中的“排除率”越大越好",
        "3 × 95 ÷ 100 = 2.85",
        "多 0.15",
        "S203",
    ):
        assert part in row, row
    assert "属“成本指标”，越小越好" in told(path, "F27")
    assert "看不出越小越好" in told(path, "F13")
    placed = told(path, "H22")
    assert "指标值在第 1 级，完成值在第 3 级" in placed
    assert "3 × 60% = 1.8 至 3 × 80% = 2.4，即 1.80 至 2.40（不含）" in placed
    line = told(path, "I6")
    for part in (
        "20 ÷ 354 = 5.649717…% ≈ 5.65%",
        "10 × 20 ÷ 354 = 0.564971…",
        "规则得分 0.56",
        "取为 6%：不符",
        "多 1.44",
    ):
        assert part in line, line
    total = told(path, "H39")
    for part in (
        "产出指标（20 项，分值 66）：62.85，另有待定 1 项", "合计：62.85 + 16 + 8 + 0.56 = 87.41",
        "待定：H22 异常处理能力 1.80 至 2.40（不含）", "最低：87.41 + 1.8 = 89.21", "最高：87.41 + 2.4 = 89.81（不含）",
        "等级：良（最低和最高同在这一等）", "优 ≥ 90，良 ≥ 80，中 ≥ 60，差 ≥ 0", "指标 70 + 执行 2 = 72", "相差 4",
        "按规则的总分：87.41（待定1项，89.21-89.81）", "X107",
    ):  # fmt: skip
        assert part in total, total
    head = told(path, "F5")
    assert "“1-6月执行”" in head
    assert "X111" in head
    assert "项目名称 C3：“信息系统运行维护”" in told(path, "C3")
    assert "预期目标 B11：“目标 1: 开展一体化建设 目标 2" in told(path, "B11")


def test_the_published_form_of_2024() -> None:
    """118.48/229.71 of 10; 光纤租赁费 6.3 of at most 10 is met: its point, not 0.8."""
    path = next(SAMPLES.glob("2024_*"))
    line = told(path, "L6")
    assert "10 × 118.48 ÷ 229.71 = 5.157807…" in line
    assert "四舍五入到 2 位小数：5.16" in line
    row = told(path, "K44")
    for part in ("1 × (1 − (6.3 − 10) ÷ 10) = 1.37", "不超过分值 1：1", "自评得分 0.8，规则得分 1：少 0.2"):
        assert part in row, row
    assert "等级：优" in told(path, "K53")


def test_both_languages_say_the_same() -> None:
    path = SAMPLES / "2021_信息系统运行维护.xlsx"
    row = told(path, "H23", lang="en")
    for part in (
        "the rules' score is 2.85 of 3", "more is better for “排除率” in the name", "3 × 95 ÷ 100 = 2.85",
        "0.15 too many", "[formula where more is better (正向)] weight × actual ÷ target", "stated by rule set mof-2020", "error S203",
    ):  # fmt: skip
        assert part in row, row
    assert "87.41 (1 pending, 89.21-89.81)" in told(path, "H39", lang="en")
    assert "“15%” → 15%" in told(path, "I6", lang="en")


def test_grades_that_stay_open_say_why(tmp_path: Path) -> None:
    """A late date of 5 points leaves 79.3 to 84.3: 中 at the low end, 良 at the high; weights of 102 have no grade."""
    late = "| 培训完成时间 | 完成 | 2024年12月2日 |\n| 培训完成时间 | 得分 | |\n| 总分 | 得分 | |\n| 结业率 | 完成 | 0 |\n| 结业率 | 得分 | |"
    late += "\n| 学员投诉次数 | 完成 | 15 |\n| 学员投诉次数 | 得分 | |"
    text = of_form(tmp_path, late, "K21")
    assert "最低：79.3 + 0 = 79.3" in text
    assert "等级未定：最低为中，最高为良" in text
    assert "没有填总分" in text
    text = of_form(tmp_path, "| 结业率 | 分值 | 12 |\n| 结业率 | 得分 | 12 |", "J21")
    assert "不评等级：指标分值合计 92，规则集为 90" in text
    text = of_form(tmp_path, "| 结业率 | 分值 | 无 |", "J21")
    assert "有分值不明的指标" in text


def test_totals_without_a_line_of_the_money_or_without_weights(tmp_path: Path) -> None:
    """96.3 − 9.8 = 86.5 known; the execution score is open from 0 to 10."""
    data = changed("")
    data["funds"][0]["line"] = "自筹资金"
    text = told(office.workbook(tmp_path / "line.xlsx", data), "K21")
    for part in (
        "没有资金总额一行，执行得分待定：0 至 10",
        "最低：86.5 + 0 = 86.5",
        "最高：86.5 + 10 = 96.5",
    ):
        assert part in text, text
    data = changed("")
    for row in data["indicators"]:
        row["weight"] = ""
    assert "没有一项指标有分值，不能合计" in told(office.workbook(tmp_path / "weights.xlsx", data), "K21")


def test_totals_within_the_slack_of_rounded_parts(tmp_path: Path) -> None:
    """96.3 declared as 96.26: 0.04 is within 0.05."""
    text = of_form(tmp_path, "| 总分 | 得分 | 96.26 |", "K21")
    assert "填报总分 96.26，相差 0.04，在尾差 0.05 以内" in text
    assert "填报总分 96.3：相符" in of_form(tmp_path, "", "K21")


def broken(text: str) -> list[str]:
    """Give what no explanation may hold; a line may be long only where a single word is."""
    long = [
        line for line in text.splitlines() if width(line, "WF") > 80 and not re.search(r"[!-~]{60}", line)
    ]
    return [*long, *re.findall(r"\{\w*\}|None|<NA>|？|Fraction", text)]


@pytest.mark.parametrize("ruleset", RULESETS, ids=lambda r: r.id)
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_cell_of_every_row_is_explained(path: Path, ruleset: RuleSet) -> None:
    for form in evaluated(path, ruleset)[0]:
        rows = sorted(set(itertools.chain(*rows_of(form).values())))
        cells = {f"{column}{row}" for row in rows for column in "AN"}
        for row in (form.project, *form.funds, *form.indicators):
            cells |= set(row["cells"].values())
        for cell, lang in itertools.product(sorted(cells), LANGS):
            lines = explain(form, cell, ruleset, lang, lambda row: hints_of(row, ruleset))
            assert lines[0].startswith(f"{form.project['sheet']}!{cell}")
            assert not broken("\n".join(lines)), (cell, lines)
        for item in form.indicators:
            steps = score_steps(Page(form, "A1", ruleset, "zh"), item)
            assert (item["score"] is None) == (steps.score is None), item
            assert item["score"] is None or exact(item["score"]) == steps.score, item


def own_rules() -> list[RuleSet]:
    return [*RULESETS, STEPS, LINE, OVER, STRICT, with_scoring(zero_ge="zero_only", decimals=1)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(weights | st.integers(1, 10**9), micro | micro.map(lambda x: -x), micro | micro.map(lambda x: -x), operators),
        min_size=1, max_size=10,
    ),
    st.sampled_from(own_rules()),
    st.none() | weights,
)  # fmt: skip
def test_the_steps_lead_to_the_score(
    rows: list[tuple[int, int, int, str]], ruleset: RuleSet, deduction: int | None
) -> None:
    """What is written as the calculation and what the rules compute are one figure, on any numbers."""
    made = [
        indicator(
            level1="满意度指标", measure="%", weight=w, target=t, actual=a, operator=o, deduction=deduction
        )
        for w, t, a, o in rows
    ]
    page = Page(Evaluated({"cells": {}}), "A1", ruleset, "zh")
    for item in records(scored(made, ruleset)):
        score = score_steps(page, item).score
        assert (None if score is None else score * SCALE) == item["score"], item


@pytest.mark.parametrize(
    "place", ["自评表!K14", "自评表！k14", "'自评表'!$K$14", "K14", "ｋ１４", " 自评表 ! K14 ", "K14:L15", "自评表!$K$14:$K$16"]
)  # fmt: skip
def test_places_as_people_write_them(place: str, tmp_path: Path) -> None:
    assert of_form(tmp_path, "", place).startswith("自评表!K14　结业率")


def test_a_sheet_whose_name_needs_quotes(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "form.xlsx", office.form("clean"))
    book = load_workbook(path)
    book["自评表"].title = "o'clock ！表 1"
    book.save(path)
    for place in ("'o''clock ！表 1'!K14", "O'CLOCK ！表1!K14"):
        assert told(path, place).startswith("o'clock ！表 1!K14")


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        ("自评!K14", "没有名为“自评”的绩效表。绩效表有：自评表", "Forms are on: 自评表"),
        ("填表说明!A1", "没有名为“填表说明”的绩效表", "no form is on a sheet “填表说明”"),
        ("自评表!K99", "表头与目标在第 1、3-5、11-12 行，资金在第 6-9 行，指标在第 13-20 行，总分在第 21 行", "the total on 21"),
        ("K2", "K2 不在“自评表”的任何一行上", "K2 is on no row"),
        ("14", "看不懂“14”", "“14” is no cell"),
        ("自评表", "看不懂“自评表”", "is no cell"),
        ("自评表!", "看不懂“自评表!”", "is no cell"),
        ("", "看不懂“”", "is no cell"),
        ("K0", "看不懂“K0”", "is no cell"),
        ("=K14", "看不懂", "is no cell"),
    ],
)  # fmt: skip
def test_wrong_places_say_what_is_there(place: str, zh: str, en: str, tmp_path: Path) -> None:
    with pytest.raises(NoSuchCell) as wrong:
        of_form(tmp_path, "", place)
    assert zh in wrong.value.say("zh") == str(wrong.value)
    assert en in wrong.value.say("en")


def test_several_forms_ask_which(tmp_path: Path) -> None:
    path = filling.save(tmp_path / "several.xlsx", filling.projects("三个项目"))
    with pytest.raises(NoSuchCell) as wrong:
        told(path, "K14")
    assert "有 3 张绩效表" in str(wrong.value)
    assert "如 公路养护!K14。有：公路养护、营养改善、免费开放" in str(wrong.value)
    assert told(path, "营养改善!K14").startswith("营养改善!K14")


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    text = tmp_path / "文字.xlsx"
    text.write_text("不是工作簿")
    for path in (text, tmp_path / "没有.xlsx"):
        with pytest.raises(NoSuchCell) as wrong:
            told(path, "自评表!K14")
        assert path.name in wrong.value.say("zh")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", texts("xlproc.writing.explain", "texts.toml"))
def test_every_text_is_there_in_both_languages_with_the_same_blanks(key: str) -> None:
    both: dict[str, Any] = texts("xlproc.writing.explain", "texts.toml")[key]
    assert all(both.values())
    assert blanks(both["zh"]) == blanks(both["en"])
