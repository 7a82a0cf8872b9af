"""Explanations of monitoring forms: what is due, the lights and what can still be reached, against a calculation by hand."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import midyear_form, monitoring_form, office
from tests.published import WAYS, cases
from tests.published import workbook as published
from tests.test_explain import broken, told
from tests.test_monitoring import TIME
from tests.test_scoring import MOF
from xlproc.batch.explain import NoSuchCell, evaluated, hints_of
from xlproc.model.words import LANGS
from xlproc.rulesets import RuleSet
from xlproc.writing.explain import explain, rows_of


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the half-year form of a finance office of 2021, as it was filled."""
    return monitoring_form.workbook(tmp_path_factory.mktemp("2021") / "form.xlsx")


def missing(text: str, parts: list[str]) -> list[str]:
    return [part for part in parts if part not in text]


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        # 质量 goes by the target itself: 95 of 100 is short; 5 are left, and twice the plan makes 100 of 100 in half a year
        ("F23", ["红灯；存在偏差，按规则为“是”；完成可能性，按规则为“有可能”", "不按时间进度", "完成进度（完成值 ÷ 指标值）：95 ÷ 100 = 95%",
                 "偏差量：95 − 100 = -5 %", "偏差率：(95 − 100) ÷ 100 = -5%", "完成值“0.95”未达到指标值“1”：红灯",
                 "尚差 100 − 95 = 5，余下 6 个月最多可完成 2 × 100 × 6 ÷ 12 = 100：有可能", "【余下月份最多可赶到计划进度的倍数】2",
                 "存在偏差情况：没有填，按规则为“是”", "错误 M101", "存在偏差原因分析 B41：“接到上级"]),
        # 数量 goes by time: half of 1 is due, 1 is done
        ("F13", ["蓝灯", "截至 6 月应达到 1 × 6 ÷ 12 = 0.5 项", "1 ÷ 1 = 100%", "占应达到的：1 ÷ 0.5 = 200%", "偏差量：1 − 0.5 = 0.5 项",
                 "200%，不低于 120%：蓝灯", "【指标蓝灯线（占时间进度）】120%", "占应达到的 200%，不低于 100%：确定能",
                 "来源：在用系统：120% 以上亮蓝灯，为超进度", "按时间进度的指标（级次标签里的用语）】数量、效益、满意、可持续"]),
        # a cost of which nothing is spent: 20 of 40 are due
        ("G26", ["红灯", "40 × 6 ÷ 12 = 20 万元", "偏差量：0 − 20 = -20 万元", "指标值为“40万元”，尚未支出：红灯", "还有 6 个月：有可能",
                 "存在偏差情况 G26：“是”", "存在偏差情况：填报“是”，按规则为“是”：相符", "完成目标的可能性：填报“有可能”，按规则为“有可能”：相符", "说明 M109"]),
        # words: rung 3 of 4
        ("F22", ["黄灯", "指标值在第 1 级，完成值在第 3 级", "完成值“一般”对照指标值“优秀”属部分达成：黄灯", "【等次用语（由高到低）】优秀/优"]),
        ("F17", ["无法判定进度；单位不同，须说明", "单位不同（台 与 项），不能比较", "按存在偏差处理", "完成目标的可能性：没有填，规则也判定不了"]),
        ("F20", ["绿灯", "“≤1%” → ≤ 1 %", "完成值“≤1%”符合指标值“≤1%”：绿灯", "已符合指标值：确定能"]),
        # 20 of 213; 106.5 is due
        ("G8", ["执行率 9.39%，为时间进度的 18.78%，红灯", "1-6月执行数 G8：“20” → 20 万元", "全年预算数没有填，用年初预算数 213", "20 ÷ 213 = 9.389671…% ≈ 9.39%",
                "20 ÷ (213 × 6 ÷ 12) = 18.779342…% ≈ 18.78%", "18.779342…%，低于 60%：红灯", "【执行进度红灯线（占时间进度）】60%", "时间进度：6 ÷ 12 = 50%"]),
        ("G10", ["执行率无法计算", "没有可用的数"]),
        ("A1", ["期间：“1-6月”，数字截至 6 月", "执行率 9.39%，为时间进度的 18.78%，红灯", "红灯 6 项、黄灯 1 项、绿灯 8 项、蓝灯 8 项、无法判定 1 项",
                "取最差的一项：红灯", "存在偏差 8 项，完全不可能完成 0 项"]),
        ("F12", ["1-6月执行情况一栏的表头 F12：“1-6月执行情况”"]),
        ("B43", ["下一步工作措施 B43：“明确新旧系统的关系后"]),
        ("D44", ["财政局审核意见 D44：空白"]),
    ],
)  # fmt: skip
def test_the_published_form_of_2021(cell: str, parts: list[str], seeded: Path) -> None:
    text = told(seeded, cell)
    assert not missing(text, parts), text


@pytest.mark.parametrize(
    ("cell", "table", "rules", "parts"),
    [
        # 170 of 600 in June: 300 are due; 430 are left, and 600 can be made good
        ("F12", "| 培训人数 | 完成 | 170人 |", MOF, ["170 ÷ 300 = 56.666666…% ≈ 56.67%", "56.666666…%，低于 60%：红灯", "尚差 600 − 170 = 430，余下 6 个月最多可完成 2 × 600 × 6 ÷ 12 = 600：有可能",
                                              "存在偏差情况：填报“否”，按规则为“是”", "完成目标的可能性：填报“确定能”，按规则为“有可能”", "全年预计“600人”，达得到指标值"]),
        # 12 by September: 9 are due, 3 done: 9 are left, 6 can be made good
        ("F13", "| 培训期数 | 完成 | 3期 |\n| 表头 | 1-6月执行情况 | 1-9月执行情况 |\n| 表头 | 1-6月执行数 | 1-9月执行数 |\n| 表头 | 1-6月执行率 | 1-9月执行率 |", MOF,
         ["1-9月执行情况 F13：“3期” → 3 期", "12 × 9 ÷ 12 = 9 期", "尚差 12 − 3 = 9，余下 3 个月最多可完成 2 × 12 × 3 ÷ 12 = 6：完全不可能", "原因说明 J13：“教师下半年到位，加开班次”"]),
        ("F12", "| 培训人数 | 完成 | 209.9999人 |", MOF, ["69.999966…%，不低于 60%，低于 80%：黄灯", "【指标红灯线（占时间进度）】60%", "【指标黄灯线（占时间进度）】80%"]),
        ("F12", "| 培训人数 | 完成 | 240人 |", MOF, ["80%，不低于 80%，低于 120%：绿灯"]),
        ("F12", "| 培训人数 | 预计 | 599人 |", MOF, ["全年预计完成值 G12：“599人” → 599 人", "全年预计“599人”，达不到指标值"]),
        # 质量 by time where the rule set says so: 47.5 of 95 are due
        ("F14", "", TIME, ["95 × 6 ÷ 12 = 47.5 %", "【哪些指标按时间进度】所有越大越好的指标", "出自规则集 monitoring-time"]),
        ("F16", "| 培训完成时间 | 完成 | 2024年7月2日 |", MOF, ["2024-07-02 晚于 2024-06-30", "不在指标值“2024年6月30日”的期限内：红灯", "期限已过：完全不可能"]),
        ("F17", "| 培训支出 | 完成 | 181万元 |", MOF, ["完成值“181万元”超出指标值“≤180万元”：红灯", "已经超出，减不下来：完全不可能"]),
        ("F19", "| 就业能力 | 完成 | 培训了很多人 |", MOF, ["无法判定进度", "没有能判定这两个值的"]),
        ("F12", "| 培训人数 | 目标 | ≥0人 |", MOF, ["指标值不大于 0，不计算进度"]),
        ("E6", "", MOF, ["50%，为时间进度的 100%，绿灯", "“200” → 200 万元", "100%，不低于 80%：绿灯", "全年预计执行数 G6：“200” → 200 万元", "按所填位数（1%）取为 50%：相符"]),
        ("E6", "| 总额 | 执行 | 70 |", MOF, ["70%，不低于 60%，低于 80%：黄灯"]),
        ("E6", "| 总额 | 执行 | |", MOF, ["1-6月执行数没有可用的数"]),
        ("E6", "| 总额 | 执行 | 200000 |", MOF, ["1-6月执行数 200000 是基数的一千倍以上"]),
        ("F21", "| 加行 | 无 | 空 100% |", MOF, ["没有指标名称和指标值，不作为指标"]),
        ("C3", "| 表头 | 1-6月执行情况 | 实际完成值 |\n| 表头 | 1-6月执行数 | 执行数 |\n| 表头 | 1-6月执行率 | 执行率 |", MOF, ["期间：表上没有写，按截至 6 月", "【监控表没有写期间时，截至的月份】6"]),
    ],
)  # fmt: skip
def test_what_decides(cell: str, table: str, rules: RuleSet, parts: list[str], tmp_path: Path) -> None:
    path = midyear_form.workbook(tmp_path / "form.xlsx", midyear_form.changed(table))
    text = told(path, cell, rules)
    assert not missing(text, parts), text


def test_both_languages_say_the_same(seeded: Path) -> None:
    text = told(seeded, "F23", lang="en")
    parts = [
        "red; by the rules, deviates: yes (是); possibility: possible (有可能)", "95 ÷ 100 = 95%", "deviation: 95 − 100 = -5 %",
        "the 6 months left can make good 2 × 100 × 6 ÷ 12 = 100", "not filled in; by the rules yes (是)", "error M101",
    ]  # fmt: skip
    assert not missing(text, parts), text
    assert "G26: “是” → yes (是)" in told(seeded, "G26", lang="en")
    assert "red 6, yellow 1, green 8, blue 8, not judged 1" in told(seeded, "A1", lang="en")


_REACH = re.compile(r"尚差 .* = (\S+)，余下 \d+ 个月最多可完成 .* = (\S+)：(.*)")


@pytest.mark.parametrize("rules", [MOF, TIME], ids=lambda rules: rules.id)
@pytest.mark.parametrize("number", ["", "63", "midyear"])
def test_every_cell_of_every_row_is_explained(
    number: str, rules: RuleSet, seeded: Path, tmp_path: Path
) -> None:
    path = seeded
    if number == "midyear":
        path = midyear_form.workbook(tmp_path / "form.xlsx", midyear_form.changed(""))
    elif number:
        case = next(case for case in cases() if case["id"].startswith(number))
        published(tmp_path / "form.xlsx", case, next(iter(WAYS.values())))
        path = tmp_path / "form.xlsx"
    (form,) = evaluated(path, rules)[0]
    cells = {f"{column}{row}" for row in itertools.chain(*rows_of(form).values()) for column in "AN"}
    for row in (form.project, *form.funds, *form.indicators):
        cells |= {cell for name, cell in row["cells"].items() if name != "declared_total"}
    for cell, lang in itertools.product(sorted(cells), LANGS):
        lines = explain(form, cell, rules, lang, lambda row: hints_of(row, rules))
        assert lines[0].startswith(f"{form.project['sheet']}!{cell}")
        text = "\n".join(lines)
        assert not broken(text), (cell, lines)
        for left, most, possibility in _REACH.findall(re.sub(r"\n {4,}", "", text)):
            left, most = (Fraction(figure.rstrip("…")) for figure in (left, most))
            assert possibility == ("有可能" if left <= most else "完全不可能")


def test_both_kinds_of_forms_in_one_workbook(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "both.xlsx", office.form("clean"))
    book = load_workbook(path)
    other = load_workbook(midyear_form.workbook(tmp_path / "m.xlsx", midyear_form.changed("")))
    sheet = book.create_sheet("监控表")
    for line in other.active.iter_rows():  # type: ignore[union-attr]
        for cell in line:
            if cell.value is not None:
                sheet[cell.coordinate] = cell.value
    book.save(path)
    assert "绿灯" in told(path, "监控表!F14")
    assert "规则得分" in told(path, "自评表!K14")
    with pytest.raises(NoSuchCell) as wrong:
        told(path, "F14")
    assert "有 2 张绩效表" in str(wrong.value)
