"""Each rule set's named examples, run through the real rules; the figures are calculated by hand in the files."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xlproc.model.words import LANGS
from xlproc.rules.examples import check, run_examples
from xlproc.rulesets import RuleSetError, load, names
from xlproc.rulesets.examples import load_examples

ALL = {f"{name}: {result.example.name}": result for name in names() for result in run_examples(load(name))}


@pytest.mark.parametrize("title", ALL)
def test_the_rules_give_what_the_example_says(title: str) -> None:
    result = ALL[title]
    assert result.got == result.expected, result.example.why
    assert result.ok


def test_no_two_examples_share_a_name_and_each_set_has_enough() -> None:
    least = {"mof-2020": 25}
    for name in names():
        told = [one.name for one in load_examples(name)]
        assert len(told) == len(set(told)) >= least.get(name, 5), name


@pytest.mark.parametrize("name", names())
def test_a_rule_set_fails_the_examples_of_another(name: str) -> None:
    """The examples tell rule sets apart: what a set changes, the default must not give (and the reverse)."""
    parent, other = ("mof-2020", "hubei-2020") if name == "mof-2020" else (name, "mof-2020")
    assert not all(result.ok for result in check(load_examples(parent), load(other)))


def wrong(value: Any) -> Any:
    """Give another value of the same kind, as near as may be."""
    if isinstance(value, list):
        return ["F001"]
    return f"{value}。" if isinstance(value, str) else value + Decimal("0.01")


@pytest.mark.parametrize("name", names())
def test_every_expectation_can_fail(name: str) -> None:
    """A wrong figure, word or code is never taken for right, whatever the label."""
    changed = [
        dataclasses.replace(one, name=f"{one.name}: {label}", gives={**one.gives, label: wrong(value)})
        for one in load_examples(name)
        for label, value in one.gives.items()
    ]
    assert [result.example.name for result in check(changed, load(name)) if result.ok] == []


OWN = """
[[example]]
name = "执行得分按 20 分计"
kind = "execution"
form = { "全年预算数" = 100, "全年执行数" = 50 }
gives = { "得分" = 10, "问题" = ["S107"] }
why = "20 × 50 ÷ 100 = 10；未执行 50%"
source = "本局规定"
mark = "local"
"""


def own_file(folder: Path, examples: str) -> str:
    (folder / "本局.toml").write_text('inherits = "mof-2020"\n[execution]\nmaximum = 20\n', "utf-8")
    (folder / "本局.examples.toml").write_text(examples, "utf-8")
    return str(folder / "本局.toml")


def test_an_own_rule_set_has_its_examples_beside_it(tmp_path: Path) -> None:
    path = own_file(tmp_path, OWN)
    assert [(r.ok, r.expected) for r in run_examples(load(path))] == [(True, "得分 10，问题 S107")]
    wrong_one = run_examples(load(own_file(tmp_path, OWN.replace('"得分" = 10', '"得分" = 5'))))[0]
    assert (wrong_one.ok, wrong_one.expected, wrong_one.got) == (
        False,
        "得分 5，问题 S107",
        "得分 10，问题 S107",
    )
    (tmp_path / "本局.examples.toml").unlink()
    assert run_examples(load(path)) == []


def test_examples_of_grades_alone(tmp_path: Path) -> None:
    text = '[[example]]\nname = "及格"\nkind = "grade"\nform = { "总分" = 60 }\ngives = { "等级" = "中" }\nwhy = "60 ≥ 60"\nsource = "本局规定"\nmark = "local"\n'
    assert [result.ok for result in run_examples(load(own_file(tmp_path, text)))] == [True]


# what is changed in the file above → what the message must name, in both languages
REFUSED = [
    ('kind = "execution"', 'kind = "executed"', ("kind", "executed", "execution")),
    ('mark = "local"', 'mark = "law"', ("mark", "law", "recalled")),
    ('why = "20 × 50 ÷ 100 = 10；未执行 50%"\n', "", ("why",)),
    ('source = "本局规定"', 'source = 7', ("source", "7")),
    ('source = "本局规定"', 'sources = "本局规定"', ("sources", "source")),
    ('"全年预算数" = 100', '"全年预算" = 100', ("全年预算", "全年预算数")),
    ('"全年预算数" = 100', '"全年预算数" = "一百"', ("全年预算数", "一百")),
    ('"全年预算数" = 100', '"全年预算数" = true', ("全年预算数", "True")),
    ('"得分" = 10', '"得 分" = 10', ("得 分", "得分")),
    ('"得分" = 10, "问题" = ["S107"]', "", ("gives",)),
    ('["S107"]', '["S999"]', ("问题", "S999")),
    ('kind = "execution"', 'kind = "total"', ("rows",)),
    ('kind = "execution"', 'kind = "execution"\nrows = [{ "分值" = 1 }]', ("rows",)),
    ("[[example]]", "[example]", ("本局.examples.toml",)),
    ("[[example]]", "[[exampel]]", ("exampel", "example")),
    ("[[example]]", "[[example", ("本局.examples.toml",)),
]  # fmt: skip


@pytest.mark.parametrize(("here", "there", "named"), REFUSED)
def test_what_an_example_must_not_hold_is_refused(
    tmp_path: Path, here: str, there: str, named: tuple[str, ...]
) -> None:
    assert OWN.count(here) == 1
    with pytest.raises(RuleSetError) as refused:
        load_examples(own_file(tmp_path, OWN.replace(here, there)))
    assert str(refused.value) == refused.value.say("zh")
    for lang in LANGS:
        assert all(word in refused.value.say(lang) for word in named), refused.value.say(lang)


INDICATOR = """
[[example]]
name = "某项"
kind = "indicator"
form = { "指标方向" = "≥", "年度指标值" = 10, "实际完成值" = 8, "计量单位" = "个", "分值" = 5 }
gives = { "得分" = 4 }
why = "5 × 8 ÷ 10 = 4"
source = "本局规定"
mark = "local"
"""


@pytest.mark.parametrize(
    ("here", "there", "named"),
    [
        ('"指标方向" = "≥", ', "", "指标方向"),
        ('"指标方向" = "≥"', '"指标方向" = "大于"', "大于"),
        ('"指标方向" = "≥"', '"指标方向" = "≥", "指标性质" = "定量"', "定量"),
        ('"计量单位" = "个"', '"计量单位" = 1', "计量单位"),
        ('"分值" = 5', '"分值" = "五"', "五"),
        ('"分值" = 5', '"分数" = 5', "分数"),
    ],
)
def test_what_an_indicator_must_not_hold_is_refused(
    tmp_path: Path, here: str, there: str, named: str
) -> None:
    assert [result.ok for result in run_examples(load(own_file(tmp_path, INDICATOR)))] == [True]
    with pytest.raises(RuleSetError, match=named):
        load_examples(own_file(tmp_path, INDICATOR.replace(here, there)))
