"""Rule sets: the shipped ones hold what their sources say, own files inherit, and what is wrong is told plainly."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlproc.model.exact import to_micro
from xlproc.model.words import LANGS
from xlproc.rules.formulas import FORMULAS
from xlproc.rulesets import RuleSetError, load, names
from xlproc.rulesets.loader import MARKS, TITLES

HEAD = 'id = "own"\ntitle = "本局"\neffective_from = 2024-01-01\ninherits = "mof-2020"\n'


@pytest.mark.parametrize("name", names())
def test_every_value_has_a_source_and_a_mark(name: str) -> None:
    rules = load(name)
    assert set(rules.sources) == set(TITLES)
    assert all(source.source and source.mark in MARKS for source in rules.sources.values())
    assert rules.references


def test_shipped_values() -> None:
    mof, cost, hubei, guangxi, sichuan = (
        load(n) for n in ("mof-2020", "mof-2021-cost", "hubei-2020", "guangxi", "sichuan-2023")
    )
    assert (mof.execution.maximum, mof.levels.indicators) == (to_micro(10), to_micro(90))
    assert mof.grades == (("优", to_micro(90)), ("良", to_micro(80)), ("中", to_micro(60)), ("差", 0))
    assert (hubei.execution.maximum, hubei.levels.indicators, hubei.scoring.negative) == (
        to_micro(20),
        to_micro(80),
        "ratio",
    )
    assert hubei.qualitative.partial == (to_micro("0.5"), to_micro("0.8"))
    assert (guangxi.severities, guangxi.scoring.deductions) == ({"R106": "error"}, True)
    assert (sichuan.execution.maximum, sichuan.execution.reason_line) == (to_micro(10), to_micro("0.9"))
    assert {
        "成本指标": to_micro(20),
        "产出指标": to_micro(40),
        "效益指标": to_micro(20),
        "满意度指标": to_micro(10),
    } in cost.levels.structures


def test_formula_names_are_known() -> None:
    for name in names():
        scoring = load(name).scoring
        assert {scoring.positive, scoring.negative, scoring.equal} <= set(FORMULAS)


def own(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + text, "utf-8")
    return str(path)


def test_an_own_file_inherits_and_changes_what_differs(tmp_path: Path) -> None:
    rules = load(
        own(
            tmp_path,
            '[execution]\nmaximum = { value = 15, source = "本局通知", mark = "local" }\n[levels]\nindicators = 85\n',
        )
    )
    assert (rules.execution.maximum, rules.levels.indicators) == (to_micro(15), to_micro(85))
    assert rules.scoring == load("mof-2020").scoring
    assert rules.sources["execution.maximum"].source == "本局通知"
    assert rules.sources["execution.cap"].ruleset == "mof-2020"
    assert rules.sha256 != load("mof-2020").sha256


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[execution]\nmaximun = 15\n", ("maximun", "是不是 maximum")),
        ("[scorring]\n", ("scorring", "是不是 scoring")),
        ('[scoring]\nnegative = "halved"\n', ("halved", "linear", "ratio")),
        ("[execution]\ncap = 1\n", ("cap", "true")),
        ('[execution]\nmaximum = "十"\n', ("maximum", "数字")),
        ("[execution]\ndecimals = 9\n", ("decimals", "0 到 6")),
        ("[qualitative]\nmet = [0.8]\n", ("met", "2 个一组")),
        ('[severities]\nR106 = "fatal"\n', ("fatal", "warning")),
        ('[severities]\nR1066 = "error"\n', ("R1066", "是不是 R106")),
        ('[execution]\nmaximum = { value = 15, mark = "heard" }\n', ("heard", "recalled")),
        ("[execution\n", ("读不懂",)),
        ("[execution]\nmaximum = nan\n", ("maximum", "超出范围")),
        ("[execution]\nmaximum = -5\n", ("maximum", "0 与 1000")),
        ("[execution]\nlow_line = 20\n", ("low_line", "0 到 1")),
        ("[qualitative]\npartial = [0.8, 0.6]\n", ("partial", "由小到大")),
        ("[qualitative]\npartial = [60, 80]\n", ("partial", "比例")),
        ('[scoring]\npositive = { value = "proportional", source = 5 }\n', ("source", "文字")),
        ('[scoring]\npositive = { value = "proportional", mark = ["x"] }\n', ("mark", "read")),
    ],
)
def test_what_is_wrong_is_told(text: str, words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(RuleSetError) as told:
        load(own(tmp_path, text))
    assert all(word in str(told.value) for word in words), told.value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('grades = "x"', ("grades", "优")),
        ('grades = [["优"]]', ("grades", "优")),
        ("grades = []", ("grades", "优")),
        ('grades = [["优", 90]]', ("grades", "0 分")),
        ('references = "abc"', ("references", "title")),
        ('references = [{name = "a"}]', ("references", "title")),
        ('severities = "x"', ("severities", "一节")),
    ],
)
def test_what_is_wrong_in_the_head_is_told(line: str, words: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(RuleSetError) as told:
        load(own(tmp_path, line + "\n"))
    assert all(word in str(told.value) for word in words), told.value


def test_a_file_that_stands_alone_must_be_complete(tmp_path: Path) -> None:
    path = tmp_path / "alone.toml"
    path.write_text(HEAD.replace('inherits = "mof-2020"\n', ""), "utf-8")
    with pytest.raises(RuleSetError, match="inherits"):
        load(str(path))


def test_a_circle_is_told(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.toml").write_text(
            f'id = "{name}"\ntitle = "x"\neffective_from = 2024-01-01\ninherits = "{parent}"\n', "utf-8"
        )
    with pytest.raises(RuleSetError, match="圈"):
        load(str(tmp_path / "a.toml"))


def test_an_own_file_needs_to_say_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "本局.toml"
    path.write_text('inherits = "hubei-2020"\n[execution]\nlow_line = 0.3\n', "utf-8")
    rules = load(str(path))
    assert (rules.id, rules.title, rules.execution.low_line) == (
        "本局",
        load("hubei-2020").title,
        to_micro("0.3"),
    )
    assert rules.execution.maximum == to_micro(20)


def test_what_is_wrong_is_told_in_english_too(tmp_path: Path) -> None:
    with pytest.raises(RuleSetError) as told:
        load(own(tmp_path, '[execution]\nmaximum = "十"\n'))
    assert told.value.say("en") == "rule set own: execution.maximum should be a number"
    assert str(told.value) == told.value.say("zh") == "规则集 own：execution.maximum 应为数字"
    with pytest.raises(RuleSetError) as told:
        load("mof2020")
    assert told.value.say("en").endswith("; do you mean mof-2020?")


def test_the_english_title_is_optional_and_goes_with_its_chinese_one(tmp_path: Path) -> None:
    assert load("hubei-2020").titled("en").startswith("Project self-evaluation, Hubei")
    assert load("hubei-2020").titled("zh") == load("hubei-2020").title
    assert load(own(tmp_path, "")).titled("en") == "本局"
    path = tmp_path / "b.toml"
    path.write_text('inherits = "hubei-2020"\n', "utf-8")
    assert load(str(path)).titled("en") == load("hubei-2020").titled("en")
    path.write_text('inherits = "hubei-2020"\ntitle = "本局"\ntitle_en = "Our office"\n', "utf-8")
    assert load(str(path)).titled("en") == "Our office"
    path.write_text('inherits = "hubei-2020"\ntitle_en = 5\n', "utf-8")
    with pytest.raises(RuleSetError, match="title_en 应为文字"):
        load(str(path))


def test_every_key_has_a_name_and_every_choice_a_word() -> None:
    from xlproc.writing.rules_used import ruleset_lines

    assert list(TITLES)[:2] == ["execution.maximum", "execution.base"]
    assert str(TITLES["grades"]) == "等级"
    for name in names():
        for lang in LANGS:
            assert all(title and value for title, value, _, _ in ruleset_lines(load(name), lang))
