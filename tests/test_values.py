"""The grammar of values: what was met in published forms, and properties."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlproc.forms.words import added
from xlproc.model.exact import plain, to_micro
from xlproc.reading.grid import Cell
from xlproc.reading.pair import align
from xlproc.reading.values import parse_cell, parse_text, share_done

# text, state, operator, number, unit: from the syntax met in published forms
MET = """
≥90% | number | ge | 90 | %
≥50个 | number | ge | 50 | 个
≥11.376万元 | number | ge | 11.376 | 万元
≤7工作日 | number | le | 7 | 工作日
≤620万/月 | number | le | 620 | 万/月
=2 个 | number | eq | 2 | 个
=100.00(%) | number | eq | 100 | %
>=20平方米 | number | ge | 20 | 平方米
<=475元/亩 | number | le | 475 | 元/亩
≧3 | number | ge | 3 |
﹦100% | number | eq | 100 | %
═5 | number | eq | 5 |
‹=6 | number | le | 6 |
＞＝8 | number | ge | 8 |
＝１００％ | number | eq | 100 | %
不低于95% | number | ge | 95 | %
小于0.9‰ | number | lt | 0.9 | ‰
95%以上 | number | ge | 95 | %
15%及其以下 | number | le | 15 | %
控制在10万元以内 | number | le | 10 | 万元
≥100百分比 | number | ge | 100 | %
20 台套 | number | | 20 | 台套
15万元。 | number | | 15 | 万元
52.800000 | number | | 52.8 |
3,498,000.00 | number | | 3498000 |
1次/月 | number | | 1 | 次/月
0起 | number | | 0 | 起
-3 | number | | -3 |
≥266米 | number | ge | 266 | 米
≥1290.3平方米 | number | ge | 1290.3 | 平方米
≤202.6万元 | number | le | 202.6 | 万元
≤10次 | number | le | 10 | 次
=8个 | number | eq | 8 | 个
≥90.00(%) | number | ge | 90 | %
1346.0088万平方米 | number | | 1346.0088 | 万平方米
29.5亩 | number | | 29.5 | 亩
80TB | number | | 80 | TB
2km | number | | 2 | km
15%及其以下 | number | le | 15 | %
辖区企业满意率达95%以上。 | text | | |
达到95%以上 | number | ge | 95 | %
每亩300 | number | | 300 | 每亩
2批次/千人 | number | | 2 | 批次/千人
100元/人、天 | number | | 100 | 元/人、天
4753.66万元 | number | | 4753.66 | 万元
2.38  万元 | number | | 2.38 | 万元
5.8万 | number | | 5.8 | 万
72890 | number | | 72890 |
102.59% | number | | 102.59 | %
100 % | number | | 100 | %
0.1 | number | | 0.1 |
M.8万元 | text | | |
工5% | text | | |
^80% | text | | |
5=50% | text | | |
第O份 | text | | |
到0次 | text | | |
按合同10.5万元。 | text | | |
达成预期指标 | text | | |
已完成 | text | | |
完成 | text | | |
已完成100% | text | | |
已使用约40% | text | | |
基本达到 | text | | |
是 | text | | |
1-12月 | text | | |
2020年1月--2020年11月 | text | | |
2020年全年。 | text | | |
全年 | text | | |
2021年1月起 | text | | |
2018-2022 | text | | |
一 | placeholder | | |
- | placeholder | | |
指标2: | placeholder | | |
万元 | placeholder | | |
（万元） | placeholder | | |
≥%  | placeholder | | |
≥**人 | placeholder | | |
（100字以内） | placeholder | | |
24小时内 | number | le | 24 | 小时
≤24小时内 | number | le | 24 | 小时
≥200㎡ | number | ge | 200 | m2
5m³ | number | | 5 | m3
15%（含）以上 | number | ge | 15 | %
≥90%（满意） | number | ge | 90 | %
5. | number | | 5 |
100余个 | text | | |
100+ | text | | |
7×24小时 | text | | |
2024年第一季度 | text | | |
严格执行相关制度规定 | text | | |
不超预算 | text | | |
100%1000件 | text | | |
854万854万 | text | | |
8-10 | text | | |
至少全年完成2次宣传 | text | | |
—— | placeholder | | |
/ | placeholder | | |
…… | placeholder | | |
无 | placeholder | | |
#DIV/0! | error | | |
"""


# plausible neighbours of what was met, read by hand
UNSEEN = """
⩾5个 | number | ge | 5 | 个
≯3次 | number | le | 3 | 次
≮3次 | number | ge | 3 | 次
›=6 | number | ge | 6 |
﹥5 | number | gt | 5 |
＜ 5 天 | number | lt | 5 | 天
==100% | number | eq | 100 | %
大于=8人 | number | ge | 8 | 人
不得超过３０天 | number | le | 30 | 天
控制在≤5万元 | number | le | 5 | 万元
达到≥95% | number | ge | 95 | %
已达95% | number | ge | 95 | %
实际完成20场 | number | | 20 | 场
共5场次 | number | | 5 | 场次
累计发放120份 | number | | 120 | 份
每月不少于2次 | number | ge | 2 | 次/月
每亩≤300元 | number | le | 300 | 元/亩
每年2次 | number | | 2 | 次/年
2次/季度 | number | | 2 | 次/季度
1季度 | text | | |
20/30 | text | | |
约100人 | text | | |
100多人 | text | | |
7*24小时 | text | | |
3年及以上 | number | ge | 3 | 年
百分之95 | number | | 95 | %
100个百分点 | number | | 100 | %
95（百分比） | number | | 95 | %
20台（套） | number | | 20 | 台(套)
−2.5% | number | | -2.5 | %
15万元. | number | | 15 | 万元
15万元， | number | | 15 | 万元
1,234,567.123456元 | number | | 1234567.123456 | 元
５０．５％ | number | | 50.5 | %
≥5人次/天 | number | ge | 5 | 人次/天
35μg/m³ | number | | 35 | μg/m3
约40% | text | | |
三次 | text | | |
百分之九十五 | text | | |
≥24小时内 | text | | |
≥≤5 | text | | |
10² | text | | |
①95% | text | | |
½ | text | | |
1:1 | text | | |
12345,67 | text | | |
按进度推进 | text | | |
年度内完成 | text | | |
ーー | placeholder | | |
—— —— | placeholder | | |
（ ）个 | placeholder | | |
XX万元 | placeholder | | |
_____ | placeholder | | |
。 | placeholder | | |
指标1 | placeholder | | |
"""


@pytest.mark.parametrize("line", [*MET.strip().splitlines(), *UNSEEN.strip().splitlines()])
def test_syntax_of_published_forms(line: str) -> None:
    text, state, operator, number, unit = (part.strip() for part in line.split("|"))
    value = parse_text(text)
    shown = plain(value.number) if value.number is not None else ""
    assert (value.state, value.operator, shown, value.unit) == (state, operator, number, unit)


# "9月前" is taken to reach to the end of September; a month without a year takes the form's year
DATES = """
9月前 | le | 2024-09-30
11月底之前 | le | 2024-11-30
2024年2月 | | 2024-02-29
12月 | | 2024-12-31
2021年12月31日 | | 2021-12-31
2021年12月完成 | le | 2021-12-31
2021年底 | | 2021-12-31
2020年 | | 2020-12-31
≤2024年6月30日 | le | 2024-06-30
2024-06-30 | | 2024-06-30
2024.6.30 | | 2024-06-30
6月30日前 | le | 2024-06-30
2024-06 | | 2024-06-30
2024/6 | | 2024-06-30
20240630 | | 2024-06-30
7月 | | 2024-07-31
11月前 | le | 2024-11-30
2021年12月底前 | le | 2021-12-31
12月底前支付完毕 | le | 2024-12-31
2021年11月30日前完成支付 | le | 2021-11-30
年底前 | le | 2024-12-31
2024年6月30日24时前 | le | 2024-06-30
2021/12/31 | | 2021-12-31
2024-06-30 00:00:00 | | 2024-06-30
"""


@pytest.mark.parametrize("line", DATES.strip().splitlines())
def test_dates_and_months(line: str) -> None:
    text, operator, day = (part.strip() for part in line.split("|"))
    value = parse_text(text, 2024)
    assert (value.state, value.operator) == ("date", operator)
    assert value.day is not None
    assert dt.date.fromordinal(value.day).isoformat() == day


# cells with more than one value: none of them is taken
TWO = [
    "100%1000件", "854万(高标准农田建设400万元,农村道路建设454万元)", "854万854万(高标准农田建设400万元)", "11月底完成100%",
    "目标 10场20人", "3次5人", "3次，5人", "500人550人", "95-98%", "8-10", "90%～95%", "3至5天", "100 200", "50\n60", "①100%②98%",
    "12月31日前完成100%", "≥98%；≥95%", "98%/95%", "≥90%且≤95%", "50%-60%以上", "10个，100%",
]  # fmt: skip


@pytest.mark.parametrize("text", TWO)
def test_two_values_in_a_cell_are_refused(text: str) -> None:
    value = parse_text(text, 2024)
    assert (value.state, value.number, value.trouble) == ("text", None, "two")


@pytest.mark.parametrize(
    "text",
    [
        "1-12月", "2020年1月--2020年11月", "2021年1月起", "2018-2022", "2021年1月至12月底", "2022年度", "严格执行相关制度规定",
        "2021年完成培训3次，覆盖5个村，群众反映良好", "至少全年完成2次宣传", "3个(2021年)", "5人(含2名女性)", "12月 31日", "2批次/千人",
        "7×24小时", "1次/月",
    ],
)  # fmt: skip
def test_periods_dates_and_sentences_are_not_two_values(text: str) -> None:
    assert parse_text(text, 2024).trouble == ""


@pytest.mark.parametrize(
    "text",
    [
        "好坏", "高中低", "优良中低差", "优/良/中/差", "优、良、中、差", "是/否", "□是 □否", "定性：优良中差", "强|中|弱", "有无", "达成/部分达成/未达成",
        "（优秀、良好、一般、较差）", "合格不合格",
    ],
)  # fmt: skip
def test_options_of_which_none_is_chosen(text: str) -> None:
    assert (parse_text(text).state, parse_text(text).trouble) == ("text", "options")


@pytest.mark.parametrize(
    "text",
    [
        "好",
        "优良",
        "优秀",
        "一般",
        "未完成",
        "不合格",
        "☑是 □否",
        "√优 良 中 差",
        "较好",
        "及时、完整",
        "部分达成",
        "是",
    ],
)
def test_a_grade_is_not_a_list_of_options(text: str) -> None:
    assert parse_text(text).trouble == ""


@pytest.mark.parametrize(
    ("actual", "target", "number"),
    [
        ("已完成100%", "100%", 100), ("完成98.5%", "≥100%", 98.5), ("100%完成", "=100%", 100),
        ("已完成100%", "95%", None), ("已完成100%", "2次", None), ("已使用约40%", "100%", None), ("已完成", "100%", None), ("按合同10.5万元。", "15万元", None),
    ],
)  # fmt: skip
def test_a_share_done_is_a_value_beside_a_target_of_100_percent_only(
    actual: str, target: str, number: float | None
) -> None:
    value = share_done(parse_text(actual), parse_text(target))
    assert value.text == actual
    assert value.number == (None if number is None else to_micro(Decimal(str(number))))


@pytest.mark.parametrize(
    "text", ["2.5", "2024.5", "12", "1/2", "30天", "6个月", "3年", "2024年2月30日", "20241350"]
)
def test_what_looks_like_a_date_and_is_none(text: str) -> None:
    assert parse_text(text, 2024).state != "date"


def test_six_states_stay_apart() -> None:
    states = {
        "blank": Cell("blank", ""),
        "number": Cell("number", "0", Decimal(0)),
        "placeholder": Cell("text", "—"),
        "text": Cell("text", "长期"),
        "error": Cell("error", "#DIV/0!"),
        "uncalculated": Cell("uncalculated", "=A1/B1"),
    }
    assert {name: parse_cell(cell).state for name, cell in states.items()} == {name: name for name in states}
    assert parse_cell(states["number"]).number == 0


@pytest.mark.parametrize(
    ("number", "code", "shown", "value", "unit"),
    [
        ("0.95", "0%", "95%", "95", "%"),
        ("0.9567", "0%", "96%", "95.67", "%"),
        ("1", "0.00%", "100.00%", "100", "%"),
        ("0.95", "General", "0.95", "0.95", ""),
        ("123456", '0"."0,"万元"', "12.3万元", "12.3456", "万元"),
        ("1234.5", "#,##0.00", "1,234.50", "1234.5", ""),
        ("12", '0"个"', "12个", "12", "个"),
        ("5", "0.0_ ;[Red]-0.0", "5.0", "5", ""),
    ],
)
def test_number_formats(number: str, code: str, shown: str, value: str, unit: str) -> None:
    from xlproc.reading import number_format

    assert number_format.shown(Decimal(number), code) == shown
    parsed = parse_cell(Cell("number", shown, Decimal(number), code))
    assert (plain(parsed.number), parsed.unit) == (value, unit)


# target, actual, unit column, name → actual in the target's unit, unit, comparable, how a share was understood
PAIRS = """
10万元 | 63000元 | | 租赁费 | 6.3 | 万元 | number |
1亿元 | 5000万 | | 投资 | 0.5 | 亿元 | number |
10 | 6.3 | 万 | 租赁费 | 6.3 | 万 | number |
≥50个 | 50 | | 数量 | 50 | 个 | number |
7个 | 7 | | 系统 | 7 | 个 | number |
1项 | 2台 | | 视频会议 | 2 | 项 | unit |
1万元 | 9000 | 元 | 租赁费 | 0.9 | 万元 | number |
10000元 | 0.9 | 万元 | 租赁费 | 9000 | 元 | number |
12万元 | 122 | 公里 | 里程 | 122 | 万元 | unit |
95% | 122 | 公里 | 里程 | 122 | % | unit |
2小时 | 90分钟 | | 响应时间 | 1.5 | 小时 | number |
1% | 5‰ | | 差错率 | 0.5 | % | number |
100% | 1 | | 及时率 | 100 | % | number | sign
≥90% | 0.95 | | 满意度 | 95 | % | number | sign
≤1% | 1 | | 故障率 | 1 | % | number |
≤1% | 0.5 | | 故障率 | 0.5 | % | number |
100 | 100% | % | 排除率 | 100 | % | number |
100 | 0.95 | % | 排除率 | 95 | % | number | column
1 | 1 | % | 故障率 | 1 | % | number |
1 | 0.95 | | 故障排除率 | 95 | % | number | name
1 | 1 | | 维护次数 | 1 | | number |
优秀 | 一般 | | 能力 | | | words |
3000人 | 达成预期指标 | | 人数 | | 人 | words |
5 | 3 | | 成本控制数（万元） | 3 | 万元 | number |
"""


@pytest.mark.parametrize("line", PAIRS.strip().splitlines())
def test_pairs_are_brought_to_one_unit(line: str) -> None:
    target, actual, column, name, number, unit, comparable, share = (part.strip() for part in line.split("|"))
    pair = align(parse_text(target), parse_text(actual), column, name, "")
    shown = plain(pair.actual.number) if pair.actual.number is not None else ""
    assert (shown, pair.unit, pair.comparable, pair.share) == (number, unit, comparable, share)


def test_a_share_is_taken_on_both_sides_where_only_the_name_tells() -> None:
    pair = align(parse_text("1"), parse_text("0.95"), "", "故障排除率", "")
    assert pair.target.number == to_micro(100)


amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@given(
    amounts,
    st.sampled_from(["", "个", "万元", "%", "元/亩", "台套", "小时"]),
    st.sampled_from(["", "≥", "≤", "=", ">", "<", "不低于", "不超过", "大于等于"]),
    st.sampled_from(["", " ", "\n", "　"]),
    st.booleans(),
)
def test_a_rendered_value_is_parsed_back(number: Decimal, unit: str, sign: str, gap: str, wide: bool) -> None:
    text = f"{sign}{gap}{number:f}{gap}{unit}"
    if wide:
        text = text.translate(str.maketrans("0123456789.%=<>", "０１２３４５６７８９．％＝＜＞"))
    value = parse_text(text)
    operators = {
        "": "",
        "≥": "ge",
        "不低于": "ge",
        "大于等于": "ge",
        "≤": "le",
        "不超过": "le",
        "=": "eq",
        ">": "gt",
        "<": "lt",
    }
    assert (value.state, value.number, value.unit, value.operator) == (
        "number",
        to_micro(number),
        unit,
        operators[sign],
    )


SIGNS = {
    "": "", "≥": "ge", "≧": "ge", "⩾": "ge", ">=": "ge", "＞＝": "ge", "≮": "ge", "不少于": "ge", "至少": "ge", "≤": "le", "≦": "le", "‹=": "le",
    "≯": "le", "不超过": "le", "控制在": "le", "=": "eq", "﹦": "eq", "═": "eq", "＝": "eq", "等于": "eq", ">": "gt", "＞": "gt", "高于": "gt",
    "<": "lt", "＜": "lt", "低于": "lt",
}  # fmt: skip
UNITS = [
    "",
    "%",
    "‰",
    "个",
    "万元",
    "元/亩",
    "元/人、天",
    "次/月",
    "万平方米",
    "台套",
    "台(套)",
    "批次/千人",
    "工作日",
    "起",
    "TB",
    "米",
]
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


@given(
    st.decimals(min_value=0, max_value=10**10, places=6),
    st.integers(0, 6),
    st.booleans(),
    st.sampled_from(list(SIGNS)),
    st.sampled_from(UNITS),
    st.sampled_from(["", "。", "；", "."]),
    st.lists(st.sampled_from(["", " ", "\n", "\u3000", "\u00a0"]), min_size=4, max_size=4),
    st.booleans(),
)
def test_any_rendering_gives_the_number_exactly(
    number: Decimal,
    places: int,
    separated: bool,
    sign: str,
    unit: str,
    stop: str,
    gaps: list[str],
    wide: bool,
) -> None:
    number = number.quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
    digits = f"{number:,f}" if separated else f"{number:f}"
    text = gaps[0] + sign + gaps[1] + digits + gaps[2] + unit + stop + gaps[3]
    value = parse_text(text.translate(WIDE) if wide else text)
    assert (value.state, value.operator, value.number, value.unit, value.trouble) == (
        "number", SIGNS[sign], to_micro(number), unit, ""
    )  # fmt: skip


PIECES = [
    "≥", "≤", "=", ">", "不低于", "不超过", "每", "亩", "月", "日", "年", "2021", "12", "9", "100", "3.5", "1,000", "%", "万元", "个", "(", ")", "、", "-", "至",
    "前", "底", "以上", "以内", "完成", "已", "优", "差", "/", "…", "一", "指标", "无", "目标", "**", "。",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=7), st.sampled_from([None, 2024]))
def test_full_width_signs_and_space_change_nothing(pieces: list[str], year: int | None) -> None:
    text = "".join(pieces)
    plainly = parse_text(text, year)._replace(text="")
    assert parse_text(text.translate(WIDE), year)._replace(text="") == plainly
    if text:
        assert parse_text(f" {text}\n", year)._replace(text="") == plainly
    spread = ""
    for piece in pieces:  # white space between two digits would make two numbers of one
        spread += (" " if not (spread[-1:].isdigit() and piece[0].isdigit()) else "") + piece
    if text:
        assert parse_text(spread, year)._replace(text="") == plainly


@given(st.lists(st.sampled_from(PIECES), max_size=7))
def test_a_number_is_never_made_of_two(pieces: list[str]) -> None:
    value = parse_text("".join(pieces), 2024)
    figures = re.findall(r"\d[\d,.]*", "".join(pieces))
    if value.state == "number":
        assert len(figures) == 1


@given(st.text(max_size=40), st.sampled_from([None, 2024]))
def test_no_text_raises_and_the_text_is_kept(text: str, year: int | None) -> None:
    value = parse_text(text, year)
    assert value.text == text
    assert (value.number is not None) == (value.state == "number")
    assert (value.day is not None) == (value.state == "date")


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=6), st.text(max_size=10))
def test_no_pair_raises(target: str, actual: str, unit: str, name: str) -> None:
    pair = align(parse_text(target), parse_text(actual), unit, name, "")
    assert pair.comparable in ("number", "date", "words", "unit", "no")


def test_more_than_six_decimals_are_told_not_hidden() -> None:
    assert parse_text("33.33333333").trouble == "rounded"
    assert parse_text("100000000000").trouble == "huge"
    assert parse_text("11月底完成100%").trouble == "two"


def test_a_users_own_words_hold_from_then_on_and_no_longer(tmp_path: Path) -> None:
    words = tmp_path / "own.toml"
    words.write_text('[options]\nladders = ["甲等/乙等/丙等"]\n[placeholders]\nwords = ["未填报"]\n', "utf-8")
    before = [parse_text(text) for text in ("甲等/乙等", "未填报")]
    with added(words):
        assert (parse_text("甲等/乙等").trouble, parse_text("未填报").state) == ("options", "placeholder")
    assert [parse_text(text) for text in ("甲等/乙等", "未填报")] == before
    assert [(v.state, v.trouble) for v in before] == [("text", ""), ("text", "")]
