"""Properties of scores, and the rule set's further means: steps, pass line, over-completion table, deductions."""

from __future__ import annotations

import copy
import dataclasses
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import office
from tests.conftest import Evaluate
from xlproc.model.exact import SCALE, to_micro
from xlproc.model.frames import TABLES, frame
from xlproc.rules.qualitative import place
from xlproc.rules.scoring import score_indicators
from xlproc.rulesets import RuleSet, load, names

MOF = load("mof-2020")


def indicator(**known: Any) -> dict[str, Any]:
    """A row of the canonical frame: a quantitative indicator, both values numbers in one unit."""
    row: dict[str, Any] = {}
    for column in TABLES["indicators"]:
        row[column.name] = {"object": "", "Int64": None, "int64": 0, "bool": False}[column.dtype]
    row.update(
        cells={}, nature="positive", operator="ge", target_state="number", actual_state="number", comparable="number",
        weight_state="number", weight=to_micro(10), unit="个", measure="个",
    )  # fmt: skip
    return {**row, **known}


def scored(rows: list[dict[str, Any]], ruleset: RuleSet = MOF) -> pd.DataFrame:
    return score_indicators(frame("indicators", rows), ruleset)


micro = st.integers(0, 10**6).map(lambda x: x * 10**4) | st.integers(0, 10**17 - 1)
weights = st.integers(1, 10_000).map(lambda x: x * 10**4)
operators = st.sampled_from(["ge", "gt", "le", "lt", "eq"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(weights, micro, micro, operators), min_size=1, max_size=20), st.sampled_from(names())
)
def test_a_score_lies_between_zero_and_the_weight(
    rows: list[tuple[int, int, int, str]], ruleset: str
) -> None:
    out = scored([indicator(weight=w, target=t, actual=a, operator=o) for w, t, a, o in rows], load(ruleset))
    for (w, _, _, _), score in zip(rows, out["score"], strict=True):
        assert 0 <= score <= w


@settings(max_examples=200, deadline=None)
@given(weights, micro, micro, micro, operators.filter(lambda o: o != "eq"), st.sampled_from(names()))
def test_doing_better_never_scores_less(w: int, t: int, a: int, b: int, operator: str, ruleset: str) -> None:
    worse, better = sorted((a, b), reverse=operator in ("le", "lt"))
    out = scored(
        [indicator(weight=w, target=t, actual=x, operator=operator) for x in (worse, better)], load(ruleset)
    )
    assert out["score"][0] <= out["score"][1]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(weights, micro, micro, operators), min_size=2, max_size=12), st.randoms())
def test_a_row_does_not_depend_on_its_neighbours(rows: list[tuple[int, int, int, str]], random: Any) -> None:
    made = [indicator(row=i, weight=w, target=t, actual=a, operator=o) for i, (w, t, a, o) in enumerate(rows)]
    straight = dict(zip(range(len(made)), scored(made)["score"], strict=True))
    random.shuffle(made)
    shuffled = scored(made)
    assert dict(zip(shuffled["row"], shuffled["score"], strict=True)) == straight


# target, operator, actual → score of 10; by hand from STANDARDS 5.1 and the zero-target rules
TABLE = [
    (100, "ge", 95, "9.5"), (100, "ge", 100, "10"), (100, "ge", 250, "10"), (100, "ge", 0, "0"), (3, "ge", 2, "6.67"),
    (10, "le", 10, "10"), (10, "le", 12, "8"), (10, "le", 20, "0"), (10, "le", 25, "0"), (10, "le", 0, "10"),
    (2, "eq", 2, "10"), (2, "eq", 1, "5"), (2, "eq", 3, "10"),
    (0, "ge", 0, "10"), (0, "ge", 7, "10"), (0, "eq", 0, "10"), (0, "eq", 1, "0"), (0, "le", 0, "10"), (0, "le", 1, "0"),
    (100, "ge", -5, "0"), (0, "le", -1, "10"), (0, "gt", 1, "10"), (0, "gt", 0, "0"), (10, "gt", 11, "10"), (10, "lt", 9, "10"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "operator", "actual", "score"), TABLE)
def test_scores_by_hand(target: int, operator: str, actual: int, score: str) -> None:
    out = scored([indicator(target=target * SCALE, actual=actual * SCALE, operator=operator)])
    assert out["score"][0] == to_micro(score)


def test_hubei_scores_reverse_by_ratio() -> None:
    """10 × 10/12.5 = 8; nothing spent gives the weight."""
    rows = [indicator(target=to_micro(10), actual=to_micro(a), operator="le") for a in ("12.5", "0", "40")]
    assert list(scored(rows, load("hubei-2020"))["score"]) == [to_micro(8), to_micro(10), to_micro("2.5")]


def with_scoring(**changes: Any) -> RuleSet:
    return dataclasses.replace(MOF, scoring=dataclasses.replace(MOF.scoring, **changes))


def test_pass_line_over_table_steps_and_strict_equal() -> None:
    rows = [indicator(target=to_micro(100), actual=to_micro(a), operator="ge") for a in (59, 60, 150, 300)]
    line = with_scoring(
        pass_line=to_micro("0.6"),
        over_table=((to_micro("1.5"), to_micro("0.9")), (to_micro(3), to_micro("0.5"))),
    )
    assert list(scored(rows, line)["score"]) == [0, to_micro(6), to_micro(9), to_micro(5)]
    steps = with_scoring(
        satisfaction_steps=(
            (to_micro("0.9"), SCALE),
            (to_micro("0.8"), to_micro("0.8")),
            (to_micro("0.6"), to_micro("0.5")),
        )
    )
    asked = [
        indicator(level1="满意度指标", measure="%", target=to_micro(90), actual=to_micro(a))
        for a in ("90", "89.9", "60", "59")
    ]
    assert list(scored(asked, steps)["score"]) == [to_micro(x) for x in (10, 8, 5, 0)]
    strict = with_scoring(equal="exact")
    both = [indicator(target=to_micro(10), actual=to_micro(a), operator="eq") for a in (8, 10, 11)]
    assert list(scored(both, strict)["score"]) == [to_micro(x) for x in (8, 10, 9)]


def test_deductions_come_off_the_formula(one: Evaluate) -> None:
    guangxi = load("guangxi")
    rows = [indicator(target=to_micro(10), actual=to_micro(9), deduction=to_micro(d)) for d in ("1.5", "20")]
    assert list(scored(rows, guangxi)["score"]) == [to_micro("7.5"), 0]
    assert list(scored(rows, MOF)["score"]) == [to_micro(9)] * 2


def test_flags_achievement_and_deviation() -> None:
    rows = [
        indicator(target=to_micro(100), actual=to_micro(a)) for a in ("99.99", "100", "119.99", "120", "130")
    ]
    rows += [
        indicator(target=to_micro(10), actual=to_micro(a), operator="le", nature="negative")
        for a in ("2", "13")
    ]
    rows += [indicator(target=0, actual=to_micro(5))]
    out = scored(rows)
    assert list(out["flag"]) == ["short", "met", "met", "over", "far_over", "met", "short", "met"]
    assert list(out["achievement"][:2]) == [999_900, SCALE]
    assert (out["deviation"][5], out["deviation"][6]) == (-800_000, 300_000)
    assert pd.isna(out["achievement"][7])


@pytest.mark.parametrize(
    ("target", "actual", "expected"),
    [
        ("优秀", "优秀", "met"), ("优秀", "良好", "partial"), ("优秀", "较差", "unmet"), ("良好", "优", "met"),
        ("明显提升", "显著提高", "met"), ("明显提高", "有所提高", "partial"), ("显著改善", "不明显", "unmet"),
        ("有所提高", "明显提高", "met"), ("明显降低", "明显提高", "unplaced"), ("长期", "短期", "unmet"),
        ("满意", "基本满意", "partial"), ("是", "否", "unmet"), ("完善", "达成预期指标", "met"), ("完善", "基本达成", "mostly"),
        ("100项", "部分完成", "partial"), ("完善", "未完成", "unmet"), ("长期", "显著", "unplaced"), ("随便", "别的", "unplaced"),
        ("随便", " 随 便 。", "met"),
    ],
)  # fmt: skip
def test_words_are_placed_by_ladders_and_degrees(target: str, actual: str, expected: str) -> None:
    assert place(target, actual, MOF.qualitative).place == expected


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_words_raise_and_equal_words_are_met(target: str, actual: str) -> None:
    place(target, actual, MOF.qualitative)
    assert place(target, target, MOF.qualitative).place == "met"


def test_totals_are_sums_of_the_shown_parts(one: Evaluate) -> None:
    for year in ("2021", "2024", "clean"):
        project = one(office.form(year))["projects"][0]
        parts = [
            row["score"] for row in [*project["indicators"], project["funds"][0]] if row["score"] is not None
        ]
        assert sum(Fraction(str(x)) for x in parts) == Fraction(str(project["total"]["score"]))


def test_the_order_of_files_does_not_matter(tmp_path: Any) -> None:
    from xlproc.model.frames import grouped
    from xlproc.reading.workbook import read
    from xlproc.rules.evaluate import evaluate

    paths = []
    for i, year in enumerate(("2021", "2024", "clean")):
        data = copy.deepcopy(office.form(year))
        paths.append(office.workbook(tmp_path / f"{i}.xlsx", data))

    def figures(order: list[Any]) -> dict[str, Any]:
        batch = read(order)
        result = evaluate(batch.frames, MOF)
        names = dict(
            zip(batch.frames["workbooks"]["workbook"], batch.frames["workbooks"]["path"], strict=True)
        )
        found = grouped(result.projects, "workbook")
        codes = sorted((names[f.workbook], f.code, f.cells) for f in result.findings)
        return {
            "codes": codes,
            **{names[w]: (p[0]["score"], p[0]["low"], p[0]["grade"]) for w, p in found.items()},
        }

    assert figures(paths) == figures(paths[::-1]) == figures([paths[1], paths[0], paths[2]])
