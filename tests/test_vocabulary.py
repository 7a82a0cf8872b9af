"""``--vocabulary``: a user's words are read like the shipped ones, mistakes in them are told, and they are forgotten after."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from tests.families import SKETCHES, sketch
from tests.make_docs import DOCS, SUFFIX
from xlproc.cli import main
from xlproc.forms import WordsError, added
from xlproc.model.exact import SCALE
from xlproc.model.words import LANGS
from xlproc.reading.workbook import read

OUR_FORM, OUR_WORDS = DOCS / "examples" / "our-form.xlsx", DOCS / "examples" / "words.toml"
FORM = """
项目支出绩效自评表 | < | < | < | < | < | < | < | < | < | <
（2024年度） | < | < | < | < | < | < | < | < | < | <
项目名称 | 河道整治 | < | < | 主管部门 | 水务局 | < | < | 实施单位 | 河道所 | <
项目资金（万元） | | < | 年初预算数 | < | 全年预算数 | < | 全年执行数 | < | 分值 | 得分
^ | 年度资金总额 | < | 80 | < | 80 | < | 76 | < | 10 | 9.5
^ | 其中：财政拨款 | < | 80 | < | 80 | < | 76 | < | |
年度总体目标 | 预期目标 | < | < | < | < | 实际完成情况 | < | < | < | <
^ | 完成清淤。 | < | < | < | < | 清淤已完成。 | < | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标方向 | 年度指标值 | 实际完成值 | 计量单位 | 分值 | 得分
^ | 产出指标 | 数量指标 | 清淤长度 | 正向 | 大于等于 | 10 | 12 | 公里 | 50 | 50
^ | 效益指标 | 社会效益指标 | 河道环境 | 定性 | | 明显改善 | 明显改善 | | 40 | 40
说明 | 无 | < | < | < | < | < | < | < | < | <
总分 | < | < | < | < | < | < | < | < | 100 | 99.5
自评等级 | 优 | < | < | < | < | < | < | < | < | <
"""


class Project(NamedTuple):
    """What was read of the form: the project, its money, its indicators."""

    head: dict[str, Any]
    funds: list[dict[str, Any]]
    rows: list[dict[str, Any]]


# table → the user's file; what the form has instead of what; what is looked at; what is read without and with the words
WORDS: dict[str, tuple[str, str, str, Callable[[Project], Any], Any, Any]] = {
    "head": ('[head]\nname = ["工程名称"]', "项目名称", "工程名称", lambda p: p.head["name"], "", "河道整治"),
    "head.like": ('[head.like]\nagency = "牵头(?:科室|所队)"', "实施单位", "牵头科室", lambda p: p.head["agency"], "", "河道所"),
    "other": ('[other]\nwords = ["工作要点"]', "说明 | 无", "工作要点 | 两岸清淤", lambda p: dict(p.head["extra"]).get("工作要点"), None, "两岸清淤"),
    "rows": ('[rows]\nwords = ["总体评述"]', "说明 | 无", "总体评述 | 完成较好", lambda p: dict(p.head["extra"]).get("总体评述"), None, "完成较好"),
    "funds.columns": ('[funds.columns]\nexecuted = ["报账数"]', "全年执行数", "报账数", lambda p: p.funds[0]["executed_text"], "", "76"),
    "funds.columns.like": ('[funds.columns.like]\nreason = "短少.*"', "全年执行数", "短少缘由", lambda p: p.funds[0]["reason"], "", "76"),
    "funds.lines": ('[funds.lines]\ncarry_over = ["去年余钱"]', "其中：财政拨款", "去年余钱", lambda p: [f["kind"] for f in p.funds], ["total", "other"], ["total", "carry_over"]),
    "goals.columns": ('[goals.columns]\ngoal_expected = ["年内打算"]', "预期目标", "年内打算", lambda p: p.head["goal_expected"], "", "完成清淤。"),
    "indicators.columns": ('[indicators.columns]\ntarget = ["任务数"]', "年度指标值", "任务数", lambda p: p.rows[0]["target_text"], "", "10"),
    "indicators.columns.like": ('[indicators.columns.like]\nreason = "欠账.*"', "计量单位", "欠账缘由", lambda p: p.rows[0]["reason"], "", "公里"),
    "total": ('[total]\nrow = ["累计"]', "总分", "累计", lambda p: p.head["declared_total_text"], "", "99.5"),
    "grade.labels": ('[grade]\nlabels = ["考核档次"]', "自评等级", "考核档次", lambda p: p.head["declared_grade"], "", "优"),
    "grade.words": ('[grade.words]\n"优" = ["甲等"]', "自评等级 | 优", "自评等级 | 甲等", lambda p: p.head["declared_grade"], "", "优"),
    "operators.before": ('[operators.before]\nle = ["严控"]', "大于等于 | 10", " | 严控10", lambda p: p.rows[0]["operator"], "", "le"),
    "operators.after": ('[operators.after]\nle = ["封顶"]', "大于等于 | 10", " | 10公里封顶", lambda p: p.rows[0]["operator"], "ge", "le"),
    "operators.column": ('[operators.column]\nge = ["多多益善"]', "大于等于", "多多益善", lambda p: p.rows[0]["operator_inferred"], True, False),
    "natures": ('[natures]\nnegative = ["趋低型"]', "正向 | 大于等于", "趋低型 | ", lambda p: p.rows[0]["nature"], "positive", "negative"),
    "placeholders": ('[placeholders]\nwords = ["未测评"]', "10 | 12", "10 | 未测评", lambda p: p.rows[0]["actual_state"], "text", "placeholder"),
    "units": ('[units.length]\n"华里" = 500', "10 | 12 | 公里", "10 | 24华里 | 公里", lambda p: (p.rows[0]["comparable"], p.rows[0]["actual"]), ("unit", 24 * SCALE), ("number", 12 * SCALE)),
    "units, a fraction": ('[units.length]\n"庹" = "5/3"', "10 | 12 | 公里", "10 | 7200庹 | 公里", lambda p: (p.rows[0]["comparable"], p.rows[0]["actual"]), ("unit", 7200 * SCALE), ("number", 12 * SCALE)),
    "options": ('[options]\nladders = ["甲/乙/丙"]', "明显改善 | 明显改善", "甲乙丙 | 甲", lambda p: "C111" in p.head["codes"], False, True),
    "direction": ('[direction]\nless = ["淤积"]', "清淤长度 | 正向 | 大于等于", "淤积长度 | | ", lambda p: p.rows[0]["nature"], "positive", "negative"),
}  # fmt: skip


def understood(path: Path) -> Project:
    """Read the only form of a file."""
    batch = read([path])
    head = batch.frames["projects"].to_dict("records")[0]
    head["codes"] = [finding.code for finding in batch.findings]
    return Project(
        {str(key): value for key, value in head.items()},
        [{str(key): value for key, value in row.items()} for row in batch.frames["funds"].to_dict("records")],
        [
            {str(key): value for key, value in row.items()}
            for row in batch.frames["indicators"].to_dict("records")
        ],
    )


@pytest.mark.parametrize("table", WORDS)
def test_words_of_each_table_are_used_and_forgotten(table: str, tmp_path: Path) -> None:
    words, old, new, look, without, with_them = WORDS[table]
    assert FORM.count(old) == 1
    sketch(tmp_path / "form.xlsx", FORM.replace(old, new))
    (tmp_path / "words.toml").write_text(words, "utf-8")
    assert look(understood(tmp_path / "form.xlsx")) == without
    with added(tmp_path / "words.toml"):
        assert look(understood(tmp_path / "form.xlsx")) == with_them
    assert look(understood(tmp_path / "form.xlsx")) == without


# what is written → the page shows the line and says what is told
REFUSED = {
    '[indicator.columns]\ntarget = ["任务数"]': ("没有“indicator”这一项，最接近的是“indicators”", "there is no “indicator”; the nearest is “indicators”"),
    '[indicators.columns]\ntargets = ["任务数"]': ("没有“indicators.columns.targets”这一项，最接近的是“indicators.columns.target”", "there is no “indicators.columns.targets”; the nearest is “indicators.columns.target”"),
    '[indicators.columns]\ntarget = "任务数"': ("“indicators.columns.target”应是词的列表，如 [\"词一\", \"词二\"]", "“indicators.columns.target” must be a list of words, such as [\"词一\", \"词二\"]"),
    'head = ["工程名称"]': ("“head”应是一张表，写作 [head]", "“head” must be a table, [head]"),
    '[head.like]\nagency = "牵头("': ("“head.like.agency”应是正则表达式，如 \"牵头.*\"", "“head.like.agency” must be a regular expression, such as \"牵头.*\""),
    '[units.length]\n"华里" = "五百"': ("“units.length.华里”应是正数，如 10000 或 \"1/60\"", "“units.length.华里” must be a positive number, such as 10000 or \"1/60\""),
}  # fmt: skip
ALSO_REFUSED = [
    ("[kinds]", "“kinds”"),  # what a title says is not extended
    ('[head]\nname = [""]', "“head.name”"),
    ("[head]\nname = [1]", "“head.name”"),
    ('[units.length]\n"华里" = 0', "“units.length.华里”"),
    ('[units.length]\n"华里" = true', "“units.length.华里”"),
    ('[units.length]\n"华里" = "1/0"', "“units.length.华里”"),
    ("[indicators.columns.like]\ntarget = 1", "“indicators.columns.like.target”"),
    ('[indicators.columns.like]\ntargte = "任务.*"', "“indicators.columns.like.target”"),
    ("[head", "TOML"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_mistake_is_told_and_the_page_says_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text(text, "utf-8")
    with pytest.raises(WordsError) as refused, added(tmp_path / "words.toml"):
        pass
    assert tuple(refused.value.why.say(lang) for lang in LANGS) == REFUSED[text]
    written = "<br>".join(f"`{line}`" for line in text.splitlines())
    for lang in LANGS:
        page = (DOCS / f"forms{SUFFIX[lang]}").read_text("utf-8")
        assert f"| {written} | {refused.value.why.say(lang)} |".replace("|牵", "\\|牵") in page


@pytest.mark.parametrize(("text", "told"), ALSO_REFUSED)
def test_other_mistakes_are_told(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text(text, "utf-8")
    with pytest.raises(WordsError) as refused, added(tmp_path / "words.toml"):
        pass
    assert told in refused.value.why.say("zh")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_bytes('[head]\nname = ["工程名称"]'.encode("gbk"))
    with pytest.raises(WordsError) as refused, added(tmp_path / "words.toml"):
        pass
    assert refused.value.why.say("zh") == "不是 UTF-8 编码，请另存为 UTF-8"


def test_a_file_with_a_mark_at_its_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[head]\nname = ["工程名称"]', "utf-8-sig")
    sketch(tmp_path / "form.xlsx", FORM.replace("项目名称", "工程名称"))
    with added(tmp_path / "words.toml"):
        assert understood(tmp_path / "form.xlsx").head["name"] == "河道整治"


COMMANDS = {
    "read": ("read", str(OUR_FORM)),
    "check": ("check", str(OUR_FORM)),
    "explain": ("explain", str(OUR_FORM), "F10"),
    "evaluate": ("evaluate", str(OUR_FORM), "-o", "out"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_tell_what_is_wrong_with_the_file(command: str, tmp_path: Path) -> None:
    """Usage errors: exit code 2, and nothing is done."""
    missing = tmp_path / "none.toml"
    broken = tmp_path / "broken.toml"
    broken.write_text("[heads]", "utf-8")
    for path, told in (
        (missing, "none.toml"),
        (tmp_path, tmp_path.name),
        (broken, "没有“heads”这一项，最接近的是“head”"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(tmp_path)
            result = CliRunner().invoke(main, [*COMMANDS[command], "--vocabulary", str(path)])
        assert result.exit_code == 2
        assert told in re.sub(r"\s", "", result.output)
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_use_the_words_for_themselves_alone(command: str, tmp_path: Path) -> None:
    def output(*more: str) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(tmp_path)
            return CliRunner().invoke(main, [*COMMANDS[command], *more]).output

    before, with_words, after = output(), output("--vocabulary", str(OUR_WORDS)), output()
    assert before == after
    assert with_words != before


def test_the_shipped_example_is_read_whole() -> None:
    """10 华里 are 5 公里; 95% of the money is spent; what the words do not mend is the unit's own."""
    with added(OUR_WORDS):
        head, funds, rows = understood(OUR_FORM)
    assert (head["name"], funds[0]["budget_text"], funds[0]["executed_text"]) == ("城区河道整治", "80", "76")
    assert [fund["kind"] for fund in funds] == ["total", "appropriation"]
    assert [(row["operator"], row["target_text"]) for row in rows[1:]] == [
        ("ge", "力争95%"), ("ge", "力争80%"), ("ge", "力争90%"),
    ]  # fmt: skip
    assert (rows[0]["target"], rows[0]["actual"]) == (10 * SCALE, 10 * SCALE)
    assert rows[3]["actual_state"] == "placeholder"
    assert not {"T021", "T022", "T023", "T003"} & {*head["codes"]}
    assert {"T021", "T022", "T023", "T003"} <= {*understood(OUR_FORM).head["codes"]}


def test_the_shipped_example_form_is_the_sketch(tmp_path: Path) -> None:
    sketch(tmp_path / "form.xlsx", SKETCHES["our-form"])
    made, shipped = (
        [[cell.value for cell in row] for row in load_workbook(path).worksheets[0].iter_rows()]
        for path in (tmp_path / "form.xlsx", OUR_FORM)
    )
    assert made == shipped


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_quotes_the_example(lang: str) -> None:
    page = (DOCS / f"forms{SUFFIX[lang]}").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    lines = OUR_WORDS.read_text("utf-8").splitlines()
    assert [line for line in block.splitlines() if line] == [
        line for line in lines if line and line[0] != "#"
    ]
