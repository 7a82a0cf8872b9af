"""What an indicator's name carries, and values that look wrongly read from a scanned page."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlproc.model.exact import plain
from xlproc.reading.direction import told_nature
from xlproc.reading.name import carried
from xlproc.reading.pair import align
from xlproc.reading.scan import looks_scanned
from xlproc.reading.units import unit_of
from xlproc.reading.values import or_from_name, parse_ending, parse_text

# name → operator, unit
CARRIED = """
公猪舍(≥**平方米) | ge | 平方米
母猪、保育猪舍（≥**平方米） | ge | 平方米
化粪池(≥**立方米) | ge | 立方米
排污沟(≥米) | ge | 米
粉碎拌合机(11kw)(≥台) | ge | 台
产床(全复合双体产床)(≥套) | ge | 套
种公猪(≥头) | ge | 头
受益建档立卡贫困人口数≥**人 | ge | 人
贫困地区旅游景点开发数量( ≥**个 ) | ge | 个
贫困地区基础设施建设按期完成率(≥**%) | ge | %
乡村旅游带动增加贫困村收入(≥**万元) | ge | 万元
亩均补助（≤××元/亩） | le | 元/亩
故障率(不超过XX%) | le | %
满意度(%) | | %
奖补资金兑付率(%) | | %
任务完成时限(月) | | 月
成本控制数(万元) | | 万元
亩均成本（元/亩） | | 元/亩
培训(线上) | |
受益脱贫(含监测对象)户满意度 | |
项目(工程)验收合格率 | |
安全等级(≥) | ge |
种薯采购价格不高于市场价 | |
病害减少,防治病虫害使用的化学农药量较上年减少 | |
配套电力设施1250KVA变压器3台 | |
"""


@pytest.mark.parametrize("line", CARRIED.strip().splitlines())
def test_operator_and_unit_in_a_name(line: str) -> None:
    name, operator, unit = (part.strip() for part in line.split("|"))
    assert (carried(name).operator, carried(name).unit) == (operator, unit)


def test_a_bare_target_takes_the_unit_of_the_name() -> None:
    pair = align(parse_text("22.8"), parse_text("22.8"), "", "公猪舍(≥**平方米)", "ge")
    assert (pair.unit, pair.comparable) == ("平方米", "number")


# name → what it ends with: operator, number, unit
ENDINGS = """
项目验收合格率100% | | 100 | %
年度资金支付完成率100% | | 100 | %
*贫困地区旅游基础设施建设质量达标率100% | | 100 | %
配套电力设施1250KVA变压器3台 | | 3 | 台
安装变压器3台 | | 3 | 台
群众满意度≥95% | ge | 95 | %
群众满意度（≥95%） | ge | 95 | %
寨山石坪村新建水泥路1条 | | 1 | 条
受益人数不少于200人 | ge | 200 | 人
辖区企业满意率达95%以上。 | ge | 95 | %
指标1: 群众满意度≧９０％ | ge | 90 | %
"""


@pytest.mark.parametrize("line", ENDINGS.strip().splitlines())
def test_a_whole_target_in_a_name(line: str) -> None:
    name, operator, number, unit = (part.strip() for part in line.split("|"))
    value = parse_ending(name)
    assert value is not None
    assert (value.state, value.operator, plain(value.number), value.unit) == (
        "number",
        operator,
        number,
        unit,
    )


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2021年11月30日前完成资金支付", "2021-11-30"),
        ("指标12021年11月30日前完成资金支付", "2021-11-30"),
        ("资金于11月底前支付", "2024-11-30"),
    ],
)
def test_a_deadline_in_a_name(name: str, day: str) -> None:
    value = parse_ending(name, 2024)
    assert value is not None
    assert value.day is not None
    assert (value.state, value.operator, dt.date.fromordinal(value.day).isoformat()) == ("date", "le", day)


@pytest.mark.parametrize(
    "name",
    [
        "1250KVA变压器", "配备4G终端", "4G", "210工程", "取得2018-2022监测资料", "5A景区", "创建5A", "“四项制度”", "第3期", "农业项目第2批", "2021年", "建设档案2021年",
        "1290.3平方米冷库仓储建设及配套生产设备", "安装路灯20盏、变压器3台", "11月底前完成率100%", "受益人数", "指标2:", "100%", "完成3-5次", "G318国道",
        "12345热线", "",
    ],
)  # fmt: skip
def test_numbers_of_a_name_that_are_no_target(name: str) -> None:
    assert parse_ending(name, 2024) is None


@pytest.mark.parametrize("target", ["98%", "≥98%", "及时", "100%1000件", "好坏", "9月前"])
def test_a_filled_target_is_never_taken_from_the_name(target: str) -> None:
    value = parse_text(target, 2024)
    assert or_from_name(value, "质量达标率100%", 2024) == value


@pytest.mark.parametrize("target", ["", "—", "万元"])
def test_a_target_without_an_answer_is_taken_from_the_name(target: str) -> None:
    assert or_from_name(parse_text(target), "质量达标率100%").text == "100%"


# text, beside, name → what it probably was ("-": looks right, "?": damaged beyond telling)
SCANS = """
290% | 290% | 群众满意度 | ≥90%
250% | 5=50% | 群众对脱毒种薯和主食化专用品种的认知度 | ≥50%
295.5% | | 验收合格率 | ≥95.5%
290% | 90% | 完成比例 | ≥90%
2280次 | 280次 | 宣传次数 | ≥280次
8550万粒 | 550万粒 | 免费发放原原种 | ≥550万粒
8200万粒 | 200万粒 | 企业自行采购 | ≥200万粒
M.8万元 | 14.8万元 | 采购成本 | 14.8万元
M.8万元 | | 采购成本 | ?
5=50% | 250% | 认知度 | ≥50%
工5% | 工5% | 亩均收入 | ≥5%
^80% | 80% | 推广面积占比 | ≥80%
采购的原原种合格率290$ | 290% | | 采购的原原种合格率≥90%
95$ | | 满意度 | 95%
1O0% | | 合格率 | 100%
第O份 | 20份 | 动态信息 | ?
到0次 | 43次 | 培训 | ?
2100% | 100% | 合格率 | ≥100%
200% | 100% | 合格率 | -
290% | 20% | 收入增长率 | -
190% | | 完成率 | -
≥90% | 290 | 满意度 | -
25% | 5% | 满意度 | -
2500 | 500 | 培训人数 | -
≥2500人 | 500人 | 培训人数 | -
28人 | 8人 | 培训人数 | -
2800人 | 900人 | 培训人数 | -
=50% | 50% | 满意度 | -
二十人 | | 人数 | -
工作完成率5% | | | -
第一名 | | | -
10GB | | | -
8000亩 | 8535.5亩 | 一级种薯繁育基地 | -
"""


@pytest.mark.parametrize("line", SCANS.strip().splitlines())
def test_what_a_scanner_misread(line: str) -> None:
    text, beside, name, expected = (part.strip() for part in line.split("|"))
    assert looks_scanned(text, beside, name) == {"-": None, "?": ""}.get(expected, expected)


@given(st.text(max_size=20), st.text(max_size=12), st.text(max_size=12))
def test_no_text_raises(text: str, beside: str, name: str) -> None:
    looks_scanned(text, beside, name)
    carried(text)
    parse_ending(text, 2024)


@pytest.mark.parametrize(
    ("unit", "read"),
    [("%(百分比)", "%"), ("（%）", "%"), ("百分比", "%"), ("台（套）", "台(套)"), ("元/人、天", "元/人、天")],
)
def test_unit_cells(unit: str, read: str) -> None:
    from xlproc.model.text import clean

    assert unit_of(clean(unit)) == read


def test_a_quantitative_indicator_may_point_either_way() -> None:
    assert (told_nature(["定量指标"]), told_nature(["逆指标"]), told_nature(["≥"])) == ("", "negative", "")
