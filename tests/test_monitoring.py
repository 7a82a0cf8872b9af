"""Monitoring by its rules: hand-calculated figures, an oracle of fractions, and what must never happen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlproc.model.exact import SCALE, to_micro
from xlproc.model.frames import ABSENT, BLANK, DATE, NUMBER, TABLES, TEXT, frame
from xlproc.rules.monitoring import LIGHTS, POSSIBLE, Monitored, monitor
from xlproc.rulesets import RuleSet, load

MOF, TIME = load("mof-2020"), load("monitoring-time")
RANK = {name: i for i, name in enumerate(LIGHTS)}
CHANCE = {name: i for i, name in enumerate(reversed(POSSIBLE))}

Row = dict[str, Any]


def blank(table: str, **values: Any) -> Row:
    """Give a row that says nothing but these values."""
    nothing = {"object": "", "Int64": None, "int64": 0, "bool": False}
    record: Row = {column.name: nothing[column.dtype] for column in TABLES[table]}
    record |= {name: BLANK for name in record if name.endswith("_state")}
    for name in ("cells", "extra"):
        if name in record:
            record[name] = {} if name == "cells" else ()
    return {**record, **values}


def value(name: str, given: Any) -> Row:
    """Give a value's columns."""
    if isinstance(given, dt.date):
        return {f"{name}_state": DATE, f"{name}_text": str(given), f"{name}_day": given.toordinal()}
    if isinstance(given, str):
        return {f"{name}_state": TEXT, f"{name}_text": given}
    return {f"{name}_state": NUMBER, f"{name}_text": str(given), name: to_micro(given)}


def indicator(
    target: Any, actual: Any, operator: str = "ge", level2: str = "数量指标", unit: str = "件", **more: Any
) -> Row:
    """Give an indicator; money is known by its unit."""
    both = {type(target) if isinstance(target, str | dt.date) else int for target in (target, actual)}
    kind = {int: "number", str: "words", dt.date: "date"}[both.pop()] if len(both) == 1 else "words"
    worth = {"元": 1, "万元": 10000}.get(unit)
    return blank(
        "indicators", level1="产出指标", level2=level2, level3="某项", operator=operator, measure=unit, unit=unit,
        unit_worth=worth, comparable=kind, **value("target", target), **value("actual", actual),
        forecast_comparable="no",
    ) | more  # fmt: skip


def run(
    rows: list[Row], month: int | None = 6, rules: RuleSet = MOF, money: tuple[Any, ...] | None = None
) -> Monitored:
    """Judge indicators as one form; money is initial, budget and executed of the total line."""
    project = blank("projects", form="monitoring", month=month)
    named = zip(("initial", "budget", "executed"), money or (), strict=False)
    told: Row = {}
    for name, amount in named:
        told |= value(name, amount) if amount is not None else {f"{name}_state": ABSENT}
    return monitor(
        frame("projects", [project]),
        frame("funds", [blank("funds", kind="total", **told)]),
        frame("indicators", rows),
        rules,
    )


def one(*args: Any, month: int | None = 6, rules: RuleSet = MOF, **more: Any) -> Row:
    """Judge one indicator."""
    (row,) = run([indicator(*args, **more)], month, rules).indicators.to_dict("records")
    return {str(name): told for name, told in row.items()}


# ---- figures by hand


@pytest.mark.parametrize(
    ("money", "month", "rate", "pace", "light"),
    [
        ((213, None, 20), 6, "0.0939", "0.1878", "red"),  # 20/213; 20/106.5
        ((100, 200, Decimal("59.99")), 6, "0.3", "0.5999", "red"),  # 59.99/100, the adjusted budget counts
        ((100, 200, 60), 6, "0.3", "0.6", "yellow"),
        (
            (120, None, Decimal("55.999999")),
            7,
            "0.4667",
            "0.8",
            "yellow",
        ),  # 55.999999/70 = 0.79999998…: shown as 80 %
        ((120, None, 56), 7, "0.4667", "0.8", "green"),
        ((100, None, 120), 12, "1.2", "1.2", "green"),
        ((190, None, 0), 7, "0", "0", "red"),
        ((0, None, 0), 6, None, None, ""),
        ((100, None, None), 6, None, None, ""),
        ((100, None, 200000), 6, None, None, ""),  # two thousand times the budget: 元 for 万元
    ],
)
def test_execution(
    money: tuple[Any, ...], month: int, rate: str | None, pace: str | None, light: str
) -> None:
    line = run([], month, money=money).funds.iloc[0]
    told = [None if pd.isna(line[name]) else line[name] for name in ("rate", "pace")]
    assert told == [None if text is None else to_micro(text) for text in (rate, pace)]
    assert line["light"] == light


@pytest.mark.parametrize(
    ("row", "month", "light", "why", "deviates", "possibility"),
    [
        # 120 by time: due in June 60: 36 is 60 %, 48 is 80 %, 72 is 120 %
        ((120, Decimal("35.999999")), 6, "red", "time", "yes", "possible"),
        ((120, 36), 6, "yellow", "time", "yes", "possible"),
        ((120, Decimal("47.999999")), 6, "yellow", "time", "yes", "possible"),
        ((120, 48), 6, "green", "time", "no", "possible"),
        ((120, 60), 6, "green", "time", "no", "certain"),
        ((120, 72), 6, "blue", "time", "no", "certain"),
        ((120, 0), 6, "red", "time", "yes", "possible"),
        # by September 90 are due; twice the pace of 10 a month makes good 60: 60 can, 59 cannot
        ((120, 60), 9, "yellow", "time", "yes", "possible"),
        ((120, 59), 9, "yellow", "time", "yes", "impossible"),
        ((120, 119), 12, "green", "time", "no", "impossible"),
        ((120, 120), 12, "green", "time", "no", "certain"),
        # quality and time by the target itself
        ((100, 95, "ge", "质量指标", "%"), 6, "red", "short", "yes", "possible"),
        ((100, 100, "ge", "质量指标", "%"), 6, "green", "inside", "no", "certain"),
        ((7, 8, "le", "时效指标", "日"), 6, "red", "outside", "yes", "possible"),
        ((7, 8, "le", "时效指标", "日"), 12, "red", "outside", "yes", "impossible"),
        ((7, 7, "le", "时效指标", "日"), 6, "green", "inside", "no", "certain"),
        # level 2 under 效益指标 that names no kind; satisfaction
        ((90, 90, "ge", "服务对象满意度指标", "%"), 6, "blue", "time", "no", "certain"),
        # costs: nothing spent is behind, spent is inside, too much is beyond and cannot be unspent
        ((40, 0, "le", "成本指标", "万元"), 6, "red", "idle", "yes", "possible"),
        ((40, 0, "le", "成本指标", "万元"), 12, "red", "idle", "yes", "impossible"),
        ((40, 0, "eq", "成本指标", "万元"), 6, "red", "idle", "yes", "possible"),
        ((40, 1, "eq", "成本指标", "万元"), 6, "green", "inside", "no", "certain"),
        ((40, 40, "le", "成本指标", "万元"), 6, "green", "inside", "no", "certain"),
        ((40, 41, "le", "成本指标", "万元"), 6, "red", "outside", "yes", "impossible"),
        ((5, 0, "le", "成本指标", "%"), 6, "green", "inside", "no", "certain"),  # a rate of excess
        # zero targets
        ((0, 0, "eq"), 6, "green", "inside", "no", "certain"),
        ((0, 1, "eq"), 6, "red", "short", "yes", "possible"),
        ((0, 0, "ge"), 6, "green", "inside", "no", "certain"),
        ((0, 1, "le"), 6, "red", "outside", "yes", "possible"),
        # = goes by time as ≥ does
        ((8, 4, "eq"), 6, "green", "time", "no", "certain"),
        ((8, 9, "eq"), 6, "blue", "time", "no", "certain"),
        # words and days
        (("优秀", "优秀", ""), 6, "green", "words", "no", "certain"),
        (("优秀", "一般", ""), 6, "yellow", "words", "yes", "possible"),
        (("优秀", "差", ""), 6, "red", "words", "yes", "possible"),
        (("优秀", "差", ""), 12, "red", "words", "yes", "impossible"),
        (("优秀", "还行", ""), 6, "", "unplaced", "", ""),
        ((120, "已完成"), 6, "green", "words", "no", "certain"),
        ((120, "一般"), 6, "", "unplaced", "", ""),
        ((dt.date(2024, 6, 30), dt.date(2024, 6, 30), "le"), 6, "green", "inside", "no", "certain"),
        ((dt.date(2024, 6, 30), dt.date(2024, 7, 1), "le"), 6, "red", "late", "yes", "impossible"),
    ],
)
def test_indicators(
    row: tuple[Any, ...], month: int, light: str, why: str, deviates: str, possibility: str
) -> None:
    told = one(*row, month=month)
    assert (told["light"], told["why"]) == (light, why)
    assert (told["deviates_rule"], told["possibility_rule"]) == (deviates, possibility)


def test_amount_and_rate_of_a_deviation() -> None:
    """100 of 300 by July: 175 are due, 75 are missing, 42.86 % of what is due; 33.33 % of the year's target."""
    row = one(300, 100, month=7)
    told = {
        name: row[name]
        for name in ("due", "due_value", "progress", "pace", "deviation_amount", "deviation_rate")
    }
    assert told == {
        "due": 583_300, "due_value": to_micro(175), "progress": 333_300, "pace": 571_400,
        "deviation_amount": to_micro(-75), "deviation_rate": -428_600,
    }  # fmt: skip
    quality = one(100, 95, "ge", "质量指标", "%")
    assert (quality["due"], quality["deviation_amount"], quality["deviation_rate"]) == (
        SCALE,
        to_micro(-5),
        -50_000,
    )
    cost = one(40, 0, "le", "成本指标", "万元")
    assert (cost["due_value"], cost["deviation_amount"], cost["deviation_rate"]) == (
        to_micro(20),
        to_micro(-20),
        -SCALE,
    )
    assert pd.isna(one("优秀", "一般", "")["deviation_amount"])


def test_units_that_differ_are_to_be_explained() -> None:
    row = one(1, 2, comparable="unit")
    assert (row["light"], row["why"], row["deviates_rule"], row["possibility_rule"]) == (
        "",
        "unit",
        "yes",
        "",
    )


def test_rows_that_are_not_set_count_for_nothing() -> None:
    """The form asks for 100% where there is no indicator."""
    unset = [
        indicator(100, 100) | {"level3": name, "target_state": BLANK, "target": None, "target_text": "", "comparable": "no"}
        for name in ("", "无", "指标2：", "三级指标1：无")
    ]  # fmt: skip
    judged = run([*unset, indicator(120, 60)])
    assert judged.indicators["named"].tolist() == [False] * 4 + [True]
    assert judged.indicators["light"].tolist() == [""] * 4 + ["green"]
    (project,) = judged.projects.to_dict("records")
    assert (project["light"], project["green"], project["unknown"]) == ("green", 1, 0)


def test_a_project_without_a_light() -> None:
    (project,) = run([indicator(1, 2, comparable="unit")]).projects.to_dict("records")
    assert (project["light"], project["unknown"], project["deviating"], project["budget_light"]) == (
        "",
        1,
        1,
        "",
    )


def test_the_month_is_the_rule_set_s_where_the_form_names_none() -> None:
    (project,) = run([], None).projects.to_dict("records")
    assert (project["as_of"], project["assumed"], project["time_share"]) == (6, True, 500_000)
    (project,) = run([], 7).projects.to_dict("records")
    assert (project["as_of"], project["assumed"], project["time_share"]) == (7, False, 583_300)


def test_the_plain_rule_goes_by_time_for_all() -> None:
    assert one(100, 95, "ge", "质量指标", "%", rules=TIME)["light"] == "blue"
    assert one(100, 30, "ge", "时效指标", "%", rules=TIME)["light"] == "yellow"  # 60 % of what is due
    assert one(40, 0, "le", "成本指标", "万元", rules=TIME)["why"] == "idle"


def test_where_equal_means_equal_more_is_not_met() -> None:
    exact = replace(MOF, scoring=replace(MOF.scoring, equal="exact"))
    told = {done: one(8, done, "eq", rules=exact) for done in (4, 8, 9)}
    assert [told[done]["light"] for done in told] == ["green", "blue", "red"]
    assert (told[9]["why"], told[9]["possibility_rule"]) == ("outside", "impossible")


@pytest.mark.parametrize(
    ("target", "forecast", "kind", "met", "other"),
    [
        (20, 20, "number", True, False),
        (20, 19, "number", False, False),
        (20, 100, "unit", None, True),
        ("优秀", "一般", "words", False, False),
        ("优秀", "已完成", "words", True, False),
        ("优秀", 100, "words", None, True),
        ("优秀", "还行", "words", None, False),
    ],
)
def test_forecasts(target: Any, forecast: Any, kind: str, met: bool | None, other: bool) -> None:
    operator = "ge" if not isinstance(target, str) else ""
    row = one(target, target, operator, forecast_comparable=kind, **value("forecast", forecast))
    assert (None if pd.isna(row["forecast_met"]) else bool(row["forecast_met"])) == met
    assert row["forecast_other"] == other


# ---- properties

AMOUNT = st.decimals(0, 10**6, places=2)
WIDE = st.one_of(
    AMOUNT, st.decimals(0, 10**10, places=6), st.sampled_from([Decimal(0), Decimal(1), Decimal(120)])
)
MONTH = st.integers(1, 12)
KIND = st.sampled_from(["数量指标", "质量指标", "时效指标", "成本指标", "社会效益指标", "满意度指标"])
RULES = st.sampled_from([MOF, TIME])


def oracle(
    t: Fraction, a: Fraction, operator: str, level2: str, month: int, rules: RuleSet
) -> tuple[str, str]:
    """Judge a row in fractions, straight from the definitions: light and possibility."""
    left = Fraction(12 - month, 12)
    if operator == "le":
        if level2 == "成本指标" and t > 0 and a == 0:
            return "red", "possible" if left else "impossible"
        if a <= t:
            return "green", "certain"
        return "red", "impossible" if level2 == "成本指标" or not left else "possible"
    if t == 0:
        return "green", "certain"
    by_time = rules is TIME or level2 in ("数量指标", "社会效益指标", "满意度指标")
    chance = "possible" if t - a <= 2 * t * left else "impossible"
    if not by_time:
        return ("green", "certain") if a >= t else ("red", chance)
    v = a / (t * Fraction(month, 12))
    light = (
        "red"
        if v < Fraction(6, 10)
        else "yellow"
        if v < Fraction(8, 10)
        else "blue"
        if v >= Fraction(12, 10)
        else "green"
    )
    return light, "certain" if v >= 1 else chance


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(WIDE, WIDE, st.sampled_from(["ge", "le"]), KIND), min_size=1, max_size=40),
    MONTH,
    RULES,
)
def test_the_rules_are_those_of_the_oracle(
    rows: list[tuple[Decimal, Decimal, str, str]], month: int, rules: RuleSet
) -> None:
    judged = run([indicator(t, a, sign, kind, "万元") for t, a, sign, kind in rows], month, rules).indicators
    told = list(zip(judged["light"], judged["possibility_rule"], strict=True))
    assert told == [oracle(Fraction(t), Fraction(a), sign, kind, month, rules) for t, a, sign, kind in rows]


@settings(max_examples=60, deadline=None)
@given(WIDE, WIDE, MONTH)
def test_execution_is_that_of_the_oracle(budget: Decimal, executed: Decimal, month: int) -> None:
    line = run([], month, money=(budget, None, executed)).funds.iloc[0]
    if budget == 0 or executed >= 1000 * budget:
        assert line["light"] == ""
        return
    v = Fraction(executed) / (Fraction(budget) * Fraction(month, 12))
    assert line["light"] == ("red" if v < Fraction(6, 10) else "yellow" if v < Fraction(8, 10) else "green")


@settings(max_examples=80, deadline=None)
@given(WIDE, WIDE, WIDE, KIND, MONTH, RULES, st.sampled_from(["ge", "gt", "eq"]))
def test_more_done_never_gives_a_worse_light(
    target: Decimal, first: Decimal, second: Decimal, kind: str, month: int, rules: RuleSet, sign: str
) -> None:
    """Of what more is better; = is taken for ≥ there, but a target of 0 and a cost of = are limits."""
    if sign == "eq" and (target == 0 or kind == "成本指标"):
        sign = "ge"
    less, more = sorted((first, second))
    rows = run(
        [indicator(target, less, sign, kind), indicator(target, more, sign, kind)], month, rules
    ).indicators
    assert RANK[rows["light"][0]] <= RANK[rows["light"][1]]
    assert CHANCE[rows["possibility_rule"][0]] <= CHANCE[rows["possibility_rule"][1]]


@settings(max_examples=80, deadline=None)
@given(WIDE, WIDE, WIDE, KIND, MONTH)
def test_less_of_what_has_a_limit_never_gives_a_worse_light(
    target: Decimal, first: Decimal, second: Decimal, kind: str, month: int
) -> None:
    """A cost of which nothing is spent is work not done, and stands apart."""
    less, more = sorted((first, second))
    if kind == "成本指标" and less == 0:
        return
    rows = run([indicator(target, amount, "le", kind, "万元") for amount in (less, more)], month).indicators
    assert RANK[rows["light"][0]] >= RANK[rows["light"][1]]
    assert CHANCE[rows["possibility_rule"][0]] >= CHANCE[rows["possibility_rule"][1]]


@settings(max_examples=40, deadline=None)
@given(st.data(), MONTH)
def test_the_light_does_not_depend_on_the_order_of_rows(data: st.DataObject, month: int) -> None:
    drawn = data.draw(
        st.lists(st.tuples(AMOUNT, AMOUNT, st.sampled_from(["ge", "le"]), KIND), min_size=1, max_size=8)
    )
    rows = [indicator(*row) for row in drawn] + [
        indicator("优秀", data.draw(st.sampled_from(["优秀", "一般", "差", "还行"])), "")
    ]
    mixed = data.draw(st.permutations(rows))
    names = ["light", *LIGHTS, "unknown", "deviating", "unreachable"]
    first, second = (run(order, month) for order in (rows, mixed))
    assert first.projects[names].to_dict("records") == second.projects[names].to_dict("records")
    known = [light for light in first.indicators["light"] if light]
    assert first.projects["light"][0] == (min(known, key=RANK.__getitem__) if known else "")


def test_many_forms_at_once_are_judged_each_by_its_own_month() -> None:
    """120 a year and 48 done: 80 % of what is due in June, 60 % in August, 40 % in December."""
    projects = [
        blank("projects", form="monitoring", project=i, month=month) for i, month in enumerate((6, 8, 12))
    ]
    rows = [indicator(120, 48) | {"project": i} for i in (2, 0, 1)]
    judged = monitor(frame("projects", projects), frame("funds", []), frame("indicators", rows), MOF)
    assert judged.projects["light"].tolist() == ["green", "yellow", "red"]
    assert judged.indicators["light"].tolist() == ["red", "green", "yellow"]
