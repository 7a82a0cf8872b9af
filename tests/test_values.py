"""The grammar of values: what was met in published forms, and properties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlproc.model.exact import plain, to_micro
from xlproc.reading.grid import Cell
from xlproc.reading.pair import align
from xlproc.reading.values import parse_cell, parse_text

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


@pytest.mark.parametrize("line", MET.strip().splitlines())
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
"""


@pytest.mark.parametrize("line", DATES.strip().splitlines())
def test_dates_and_months(line: str) -> None:
    text, operator, day = (part.strip() for part in line.split("|"))
    value = parse_text(text, 2024)
    assert (value.state, value.operator) == ("date", operator)
    assert value.day is not None
    assert dt.date.fromordinal(value.day).isoformat() == day


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
