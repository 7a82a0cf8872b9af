"""The commands: their words in both languages, exit codes and streams."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import click
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from tests import monitoring_form, office
from tests.conftest import SAMPLES
from tests.test_audit import changed
from xlproc.cli import inputs, main
from xlproc.model.codes import audit_rules, by_rule
from xlproc.model.findings import catalogue
from xlproc.model.words import LANGS, texts
from xlproc.rulesets import RuleSetError, load, names

CLI = Path(__file__).parent.parent / "xlproc" / "cli"
LOCALE = CLI / "locale" / "zh_CN" / "LC_MESSAGES"
COMMANDS = [
    ("evaluate",), ("watch",), ("check",), ("explain",), ("read",), ("template",), ("rulesets",), ("rulesets", "show"),
    ("rulesets", "test"),
]  # fmt: skip
TEXTS = texts("xlproc.cli", "texts.toml")


def xlproc(*arguments: str, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, list(arguments), catch_exceptions=False)


# ---- the languages


@pytest.mark.parametrize("command", [(), *COMMANDS])
def test_help_is_all_in_one_language_with_an_example(command: tuple[str, ...]) -> None:
    zh, en = (xlproc(*command, "--help", "--lang", lang) for lang in ("zh", "en"))
    assert (zh.exit_code, en.exit_code) == (0, 0)
    name = " ".join(("xlproc", *command))
    for shown, usage, example, options, last in (
        (zh, "用法：", "例：" if command else "常用：", "选项:", "显示本说明。"),
        (en, "Usage:", "Examples:" if command else "Most used:", "Options:", "Show this message and exit."),
    ):
        first, rest = shown.stdout.split(options)
        assert first.startswith(f"{usage} {name} ")
        assert name in first.split(example)[1]
        assert "--lang [zh|en]" in rest
        assert last in rest
    assert not re.search("Usage|Options|Commands|Show|default", zh.stdout)
    unwrapped = re.sub(r"\n\s*", "", en.stdout)
    for label in (
        "自评表!J21",
        "项目支出绩效自评表",
        "项目支出绩效目标执行监控情况表",
    ):  # sheets and forms keep their names
        unwrapped = unwrapped.replace(label, "")
    assert not re.search("[\u4e00-\u9fff]", unwrapped)


@pytest.mark.parametrize(
    ("arguments", "env", "english"),
    [
        (("--lang", "en", "rulesets"), {}, True),
        (("rulesets", "--lang", "en"), {}, True),
        (("rulesets", "--lang=en"), {}, True),
        (("--lang", "zh", "rulesets", "--lang", "en"), {}, True),
        (("rulesets", "--lang", "zh"), {"LC_ALL": "en_US.UTF-8"}, False),
        (("rulesets",), {"LC_ALL": "en_US.UTF-8"}, True),
        (("rulesets",), {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_DE.UTF-8"}, True),
        (("rulesets",), {"LC_ALL": "", "LC_MESSAGES": "zh_TW.UTF-8", "LANG": "en_US"}, False),
        (("rulesets",), {"LC_ALL": "C.UTF-8", "LANG": "en_US"}, False),
        (("rulesets",), {"LC_ALL": "POSIX"}, False),
        (("rulesets",), {"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, False),
    ],
)
def test_the_language_is_that_of_the_arguments_or_the_locale(
    arguments: tuple[str, ...], env: dict[str, str], english: bool
) -> None:
    shown = xlproc(*arguments, **env).stdout
    assert shown.split()[:2] == (["name", "title"] if english else ["名称", "标题"])


def test_speaking_leaves_the_process_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    xlproc("rulesets")
    assert os.environ["LANGUAGE"] == "fr"
    monkeypatch.delenv("LANGUAGE")
    xlproc("rulesets", "--help")
    assert "LANGUAGE" not in os.environ


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_blanks(key: str) -> None:
    zh, en = ({n for _, n, _, _ in Formatter().parse(TEXTS[key][lang]) if n} for lang in ("zh", "en"))
    assert zh == en
    assert all(TEXTS[key].values())


def test_every_text_that_is_said_is_there() -> None:
    said = {
        key for path in CLI.glob("*.py") for key in re.findall(r'say\("([a-z_.]+)"', path.read_text("utf-8"))
    }
    assert len(said) > 30
    assert said <= set(TEXTS)


def test_the_compiled_catalogue_is_that_of_the_po_file() -> None:
    compiled = io.BytesIO()
    with (LOCALE / "messages.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale="zh_CN"))
    assert (LOCALE / "messages.mo").read_bytes() == compiled.getvalue()


def test_all_that_click_can_tell_a_user_is_there_in_chinese() -> None:
    with (LOCALE / "messages.po").open("rb") as source:
        known = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(source) if m.string}
    of_programmers = re.compile(
        "declaration|defined|same flag|must be an iterable|start character|want to continue|Confirm"
    )
    folder = Path(click.__file__).parent
    told = {
        node.args[0].value
        for name in ("core", "decorators", "exceptions", "formatting", "parser", "types")
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }
    assert len(told) > 40
    assert {text for text in told if not of_programmers.search(text)} <= known


# ---- usage and exit codes


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("evaluate", "没有的文件夹"), "没有 没有的文件夹", "no folder or file 没有的文件夹"),
        (("evaluate", "--ruleset", "mof2020"), "是不是 mof-2020？", "do you mean mof-2020?"),
        (("evaluate", "--scores", "mine"), "'mine' 不可用", "'mine' is not one of"),
        (("evaluate", str(SAMPLES), "-o", __file__), "请用 -o 另指", "Name another one with -o"),
        (("evaluate", str(SAMPLES), "--json", "a.xlsx"), "请换成 .json", "Use .json"),
        (
            ("template", "target"),
            "可用：self-evaluation、monitoring",
            "available: self-evaluation, monitoring",
        ),
        (("template", "--month", "7"), "--month 只用于 monitoring", "--month is for monitoring only"),
        (("template", "monitoring", "--month", "13"), "13", "13"),
        (("rulesets", "hubei"), "是不是 hubei-2020？", "do you mean hubei-2020?"),
        (("rulesets", "test", "hubei"), "是不是 hubei-2020？", "do you mean hubei-2020?"),
        (("read",), "缺少参数 '文件...'", "Missing argument 'FILE...'"),
        (("check",), "缺少参数 '文件...'", "Missing argument 'FILE...'"),
        (("check", "--select", "R1O6", "a.xlsx"), "是不是 R106？", "do you mean R106?"),
        (("check", "--ignore", "S1,Q", "a.xlsx"), "没有代码或审核规则 Q", "no code or audit rule Q"),
        (("check", "--format", "xml", "a.xlsx"), "'xml' 不可用", "'xml' is not one of"),
        (("explain", "r1o6"), "是不是 R106？", "do you mean R106?"),
        (("explain", "Q"), "代码以 F、T、C、R、S、X、M、B 开头", "begin with F, T, C, R, S, X, M, B"),
        (("explain", "a.xlsx"), "请写明要说明的单元格", "Say which cell to explain"),
        (("chek",), "没有命令 'chek'。 是不是 'check'？", "No such command 'chek'. Did you mean 'check'?"),
        (("check", "--selekt", "S", "a"), "没有选项 '--selekt'", "No such option '--selekt'"),
        (("rulesets", "--lang", "fr"), "'fr' 不可用", ""),
    ],
)
def test_usage_errors_give_2_and_a_cure(arguments: tuple[str, ...], zh: str, en: str) -> None:
    for result, word, error in (
        (xlproc(*arguments), zh, "错误："),
        (xlproc("--lang", "en", *arguments), en, "Error: "),
    ):
        assert result.exit_code == 2
        if word:
            assert word in result.stderr
            assert error in result.stderr


def test_an_empty_folder_just_says_so(tmp_path: Path) -> None:
    result = xlproc("evaluate", str(tmp_path), "-o", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "没有工作簿" in result.stderr
    assert (
        "no workbook" in xlproc("evaluate", str(tmp_path), "-o", str(tmp_path / "out"), "--lang", "en").stderr
    )
    assert not (tmp_path / "out").exists()


def many(folder: Path, count: int) -> Path:
    """Make copies of a clean form, one with faults, which comes last, and an empty file."""
    folder.mkdir()
    office.workbook(folder / "0.xlsx", office.form("clean"))
    for i in range(1, count - 1):
        (folder / f"{i}.xlsx").write_bytes((folder / "0.xlsx").read_bytes())
    shutil.copy(SAMPLES / "2021_信息系统运行维护.xlsx", folder / "末.xlsx")
    (folder / "坏.xlsx").write_bytes(b"")
    return folder


def test_of_many_forms_the_worst_are_shown_and_all_counted(tmp_path: Path) -> None:
    """45 clean forms, one with errors and warnings (the report has them singly), a file of no bytes."""
    folder, out = many(tmp_path / "in", 46), tmp_path / "out"
    first = xlproc("evaluate", str(folder), "-o", str(out), "--json", str(tmp_path / "r.json"))
    books = json.loads((tmp_path / "r.json").read_text("utf-8"))["workbooks"]
    found = [item["severity"] for book in books if book["status"] == "evaluated" for item in book["findings"]]
    of_forms = [
        str(found.count("error")),
        str(found.count("warning") - 44),
    ]  # 44 copies: B001, about the file
    table = first.stdout.splitlines()
    assert len(table) == 2 + 40 + 1
    assert table[2].split()[0] == "末.xlsx／自评表"
    assert table[-1] == f"表多，只列问题最多的；另有 6 张见 {out / '汇总.xlsx'}。"
    heads, counts = re.findall(r"^(评价  .*)\n-.*\n(.*)", first.stderr, re.MULTILINE)[0]
    assert heads.split() == ["评价", "未变", "退回", "错误", "提醒", "用时"]
    assert counts.split()[:5] == ["46", "0", "1", *of_forms]
    again = xlproc("evaluate", str(folder), "-o", str(out), "--lang", "en")
    heads, counts = re.findall(r"^(evaluated  .*)\n-.*\n(.*)", again.stderr, re.MULTILINE)[0]
    assert heads.split() == ["evaluated", "unchanged", "rejected", "errors", "warnings", "time"]
    assert counts.split()[:5] == ["0", "46", "1", *of_forms]


def test_slow_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlproc.cli.closing.SLOW", 0.0)
    told = xlproc("evaluate", str(SAMPLES), "-o", str(tmp_path)).stderr.splitlines()[-2]
    found = re.findall(r"([^、：]+)（([\d.]+) 秒）", told)
    assert told.startswith("最慢的文件：")
    assert len(found) == 3
    assert [float(took) for _, took in found] == sorted((float(took) for _, took in found), reverse=True)
    monkeypatch.setattr("xlproc.cli.closing.SLOW", 600.0)
    assert "最慢" not in xlproc("evaluate", str(SAMPLES), "-o", str(tmp_path), "--force").stderr


def test_progress_is_one_line_on_a_terminal_and_plain_lines_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """3 of 12 in two seconds, one of them known: 1 a second, 9 seconds left."""
    monkeypatch.setattr(inputs, "REDRAWN", 0.01)
    monkeypatch.setattr(inputs, "TOLD", 0.01)
    shown = {}
    for is_seen in (True, False):
        monkeypatch.setattr(sys.stderr, "isatty", lambda is_seen=is_seen: is_seen)
        with inputs.progress("评价", 12) as counted:
            counted.tell(0, 1, 0)
            counted.begin()
            counted.tell(1, 0, 2)
            counted.tell(2, 2, 2)
            counted.started -= 2
            time.sleep(0.2)
        shown[is_seen] = capsys.readouterr().err
    text = "评价 3／12（25%），每秒 1.0 个，还需 0:09；错误 3、提醒 4"
    assert text in shown[False].splitlines()
    assert f"\r{text}" in shown[True]
    assert "\n" not in shown[True]
    assert re.search(r"\r +\r$", shown[True])


def test_json_goes_to_stdout_alone(tmp_path: Path) -> None:
    result = xlproc("evaluate", str(SAMPLES), "-o", str(tmp_path), "--json", "-")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert [w["status"] for w in report["workbooks"]] == ["evaluated"] * 6
    assert result.stderr.strip().splitlines()[-1].startswith("共 8 张表")


def test_the_json_has_the_documented_keys(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    xlproc(
        "evaluate", str(SAMPLES / "2024_信息系统运行维护费.xlsx"), "-o", str(tmp_path), "--json", str(target)
    )
    report = json.loads(target.read_text("utf-8"))
    assert list(report) == ["xlproc", "ruleset", "workbooks"]
    workbook = report["workbooks"][0]
    assert list(workbook) == ["path", "sha256", "status", "outputs", "projects", "findings"]
    project = workbook["projects"][0]
    assert set(project) == {
        "sheet", "form", "layout", "ruleset", "year", "name", "department", "agency", "goals", "funds", "indicators", "total",
        "extra", "declared_total_text", "monitoring",
    }  # fmt: skip
    texts = {
        f"{name}_text"
        for name in ("initial", "budget", "executed", "weight", "declared_rate", "declared_score")
    }
    assert set(project["funds"][0]) == texts | {
        "row", "line", "kind", "initial", "budget", "executed", "weight", "rate", "score", "declared_rate", "declared_score",
        "reason", "extra",
    }  # fmt: skip
    assert set(project["indicators"][0]) == {
        "block", "group", "group_points", "nested", "execution_row", "nature_text", "operator_text", "weight_text",
        "declared_score_text", "reviewed_score", "reviewed_score_text", "extra",
        "row", "level1", "level2", "level3", "nature", "operator", "operator_inferred", "target_text", "target", "target_date", "actual_text",
        "actual", "actual_date", "unit", "weight", "achievement", "score", "declared_score", "pending", "deviation", "flag", "reason", "cells",
    }  # fmt: skip
    assert set(project["total"]) == {"weight", "score", "declared", "grade", "pending", "low", "high"}
    assert list(workbook["findings"][0]) == [
        "code",
        "rules",
        "severity",
        "project",
        "sheet",
        "cells",
        "elsewhere",
        "message",
    ]
    assert (project["year"], project["funds"][0]["rate"], project["indicators"][31]["achievement"]) == (
        2024,
        0.5158,
        0.63,
    )


def test_the_json_of_a_monitoring_form(tmp_path: Path) -> None:
    """20 ÷ 213 = 9.39 %, of half a year 18.78 %; 1项 of 1项 in June: 0.5 is due; 95 % of 100 %: 5 points short."""
    (tmp_path / "in").mkdir()
    monitoring_form.workbook(tmp_path / "in" / "form.xlsx")
    target = tmp_path / "r.json"
    xlproc("evaluate", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--json", str(target))
    (project,) = json.loads(target.read_text("utf-8"))["workbooks"][0]["projects"]
    assert (project["ruleset"], project["total"]) == ("mof-2020", {"declared": None})
    whole = project["monitoring"]
    assert {name: whole[name] for name in ("as_of", "assumed", "time_share", "rate", "pace")} == {
        "as_of": 6, "assumed": False, "time_share": 0.5, "rate": 0.0939, "pace": 0.1878,
    }  # fmt: skip
    assert (whole["budget_light"], whole["light"], whole["deviating"], whole["unreachable"]) == (
        "red",
        "red",
        8,
        0,
    )
    assert sum(whole["lights"].values()) == len(project["indicators"]) == 24
    line, row, short = project["funds"][0], project["indicators"][0], project["indicators"][10]
    scored = {"score", "achievement", "pending", "deviation", "flag"}
    assert not scored & {*line, *row}
    assert (line["rate"], line["pace"], line["light"], line["forecast"]) == (0.0939, 0.1878, "red", None)
    names = (
        "timed",
        "due",
        "due_value",
        "progress",
        "pace",
        "deviation_amount",
        "deviation_rate",
        "light",
        "why",
    )
    assert [row[name] for name in names] == [True, 0.5, 0.5, 1, 2, 0.5, 1, "blue", "time"]
    assert [short[name] for name in names] == [False, 1, 100, 0.95, 0.95, -5, -0.05, "red", "short"]
    rules = ("deviates", "deviates_rule", "possibility", "possibility_rule", "forecast_met", "causes")
    assert [short[name] for name in rules] == [None, "yes", None, "possible", None, {}]
    cost = project["indicators"][13]
    assert [cost[name] for name in rules] == ["yes", "yes", "possible", "possible", None, {}]
    page = (Path(__file__).parent.parent / "docs" / "json.md").read_text("utf-8")
    keys = {*whole, *line, *row}
    assert {key for key in keys if f"`{key}`" not in page and f"`{key}[]`" not in page} == set()


def test_read_computes_nothing_of_a_monitoring_form(tmp_path: Path) -> None:
    path = monitoring_form.workbook(tmp_path / "form.xlsx")
    (project,) = json.loads(xlproc("read", "--json", str(path)).stdout)["workbooks"][0]["projects"]
    assert (project["ruleset"], project["monitoring"]) == (None, None)
    assert not {"pace", "light", "due", "timed"} & {*project["funds"][0], *project["indicators"][0]}
    assert (project["indicators"][13]["deviates"], project["indicators"][13]["possibility"]) == (
        "yes",
        "possible",
    )


def test_read_shows_what_was_understood_and_computes_nothing(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("2021"))
    shown = xlproc("read", str(path))
    assert shown.exit_code == 0
    assert "故障排除率" in shown.stdout
    assert "推断" in shown.stdout
    report = json.loads(xlproc("read", "--json", str(path)).stdout)
    row = report["workbooks"][0]["projects"][0]["indicators"][0]
    assert not {"score", "achievement", "flag", "pending"} & set(row)
    assert report["workbooks"][0]["status"] == "read"
    assert report["ruleset"] is None


def test_read_of_a_bad_file_gives_3(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")
    result = xlproc("read", str(tmp_path / "a.xlsx"))
    assert result.exit_code == 3
    assert "F002" in result.stderr


def test_a_filled_template_is_not_overwritten(tmp_path: Path) -> None:
    assert xlproc("template", "-o", str(tmp_path)).exit_code == 0
    target = tmp_path / "项目支出绩效自评表.xlsx"
    assert xlproc("template", "-o", str(tmp_path)).exit_code == 0  # unchanged: nothing to do
    target.write_bytes(target.read_bytes() + b"filled")
    refused = xlproc("template", "-o", str(tmp_path))
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert target.read_bytes().endswith(b"filled")
    assert xlproc("template", "-o", str(tmp_path), "--force").exit_code == 0


def test_rule_sets_are_listed_with_sources() -> None:
    listed = xlproc("rulesets").stdout
    assert all(name in listed for name in names())
    shown = xlproc("rulesets", "hubei-2020").stdout
    assert "分值×指标值÷完成值" in shown
    assert "读到原文" in shown


def test_the_last_line_says_what_to_do_next(tmp_path: Path) -> None:
    office.workbook(tmp_path / "in.xlsx", office.form("clean"))
    clean = xlproc("evaluate", str(tmp_path / "in.xlsx"), "-o", str(tmp_path / "out"))
    assert clean.exit_code == 0
    assert "打印、签字、盖章" in clean.stderr.splitlines()[-1]
    faulty = xlproc("evaluate", str(SAMPLES), "-o", str(tmp_path / "out"))
    assert "改正后重新评价" in faulty.stderr.splitlines()[-1]


def test_evaluate_speaks_english_and_writes_chinese(tmp_path: Path) -> None:
    outcome = {}
    for lang in ("zh", "en"):
        out = tmp_path / lang
        told = xlproc("--lang", lang, "evaluate", str(SAMPLES), "-o", str(out), "--json", str(out / "r.json"))
        report = (out / "r.json").read_text("utf-8").replace(f"/{lang}/", "/")
        outcome[lang] = (told, report, (out / "汇总.xlsx").read_bytes())
    assert outcome["zh"][1:] == outcome["en"][1:]
    told = outcome["en"][0]
    assert told.stdout.splitlines()[0].split() == [
        "file／sheet", "project", "declared", "rules", "grade", "errors", "warnings",
    ]  # fmt: skip
    assert "(1 pending, " in told.stdout
    assert told.stderr.splitlines()[-1].startswith("Forms: 8, errors: ")


def test_read_speaks_english_with_the_forms_labels(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("2021"))
    shown = xlproc("read", str(path), "--lang", "en").stdout
    assert re.search(r"^row +fund +年初预算 +全年预算", shown, re.MULTILINE)
    assert "is inferred" in shown
    zh, en = (xlproc("read", "--json", str(path), "--lang", lang).stdout for lang in ("zh", "en"))
    assert zh == en


def test_template_speaks_english(tmp_path: Path) -> None:
    assert xlproc("template", "-o", str(tmp_path), "--lang", "en").stderr.startswith("Wrote ")
    assert "is up to date" in xlproc("template", "-o", str(tmp_path), "--lang", "en").stderr


def test_rule_sets_are_listed_in_english() -> None:
    listed = xlproc("rulesets", "--lang", "en").stdout
    assert all(load(name).title_en in listed for name in names())
    shown = xlproc("rulesets", "hubei-2020", "--lang", "en").stdout
    assert "formula where less is better (反向): weight × target ÷ actual" in shown
    assert "points for execution (预算执行率): 20\n" in shown
    assert shown == xlproc("rulesets", "show", "hubei-2020", "--lang", "en").stdout


# ---- explain


@pytest.mark.parametrize("code", catalogue())
def test_every_code_is_explained(code: str) -> None:
    entry = catalogue()[code]
    zh = xlproc("explain", code.lower(), COLUMNS="1000")
    en = xlproc("explain", code, "--lang", "en", COLUMNS="1000")
    assert (zh.exit_code, en.exit_code) == (0, 0)
    assert zh.stdout.startswith(f"{code}  {entry.texts['zh']['title']}\n")
    assert en.stdout.startswith(f"{code}  {entry.texts['en']['title']}\n")
    assert all(rule in shown.stdout for rule in entry.rules for shown in (zh, en))
    assert not re.search(r"\{\w+\}", zh.stdout + en.stdout)
    assert "…" in zh.stdout or "{" not in entry.texts["zh"]["message"] + entry.texts["zh"]["todo"]


def test_explain_tells_which_rule_set_changes_the_severity(tmp_path: Path) -> None:
    assert "guangxi：错误" in xlproc("explain", "R106").stdout  # guangxi.toml: R106 = "error"
    assert "guangxi: error" in xlproc("explain", "R106", "--lang", "en").stdout
    assert "guangxi" not in xlproc("explain", "S203").stdout
    own = tmp_path / "own.toml"
    own.write_text('inherits = "mof-2020"\n[severities]\nS203 = "off"\n', "utf-8")
    assert "own：不查" in xlproc("explain", "S203", "--ruleset", str(own)).stdout


def test_an_audit_rule_lists_its_codes() -> None:
    for rule, codes in by_rule().items():
        shown = xlproc("explain", rule).stdout.splitlines()
        assert [line.split()[0] for line in shown[6:]] == list(codes)
    # not met but full score, by words, by numbers, or in rows that share points
    assert set(by_rule()["A16"]) == {"S202", "S203", "S211"}


@pytest.mark.parametrize("rule", audit_rules())
def test_an_audit_rule_is_told_in_both_languages_checked_or_not(rule: str) -> None:
    asked = audit_rules()[rule]
    for lang in LANGS:
        shown = xlproc("explain", rule.lower(), "--lang", lang)
        assert shown.exit_code == 0
        assert shown.stdout.startswith(f"{rule}  {asked.texts[lang]}\n")
        assert asked.needs is None or asked.needs[lang] in shown.stdout
    assert (asked.needs is None) == (rule in by_rule())


def test_a_code_names_the_rules_that_may_stand_beside_its_own() -> None:
    assert "S202" in xlproc("explain", "A17").stdout  # a band missed, and no reason
    assert "同格时一并列出的审核规则\n  A16、A17" in xlproc("explain", "S202").stdout


def test_a_cell_is_explained_by_its_rule_set_and_language(tmp_path: Path) -> None:
    """245 ÷ 250 = 98 %: of 20 points 19.6 by the form of 湖北, of 10 points 9.8."""
    path = str(office.workbook(tmp_path / "a.xlsx", office.form("clean")))
    shown = xlproc("explain", path, "自评表!L6", "--ruleset", "hubei-2020", "--lang", "en")
    assert "20 × 245 ÷ 250 = 19.6" in shown.stdout
    assert "rule set hubei-2020" in shown.stdout
    assert "10 × 245 ÷ 250 = 9.8" in xlproc("explain", path, "自评表!L6").stdout


# ---- rulesets test


def results(*oks: bool) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(
            example=SimpleNamespace(name=f"算例{i}", why="", source=""),
            expected="2.85",
            got="2.85" if ok else "3",
            ok=ok,
        )
        for i, ok in enumerate(oks, start=1)
    ]


def test_examples_that_cannot_be_used_give_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_examples(_: object) -> None:
        raise RuleSetError("no_file", name="own.examples.toml")

    monkeypatch.setitem(sys.modules, "xlproc.rules.examples", SimpleNamespace(run_examples=run_examples))
    told = xlproc("rulesets", "test", "mof-2020", "--lang", "en")
    assert told.exit_code == 2
    assert "Error: there is no rule-set file own.examples.toml" in told.stderr


def test_examples_that_do_not_hold_give_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_examples(ruleset: object) -> list[SimpleNamespace]:
        return {"mof-2020": results(True, False), "guangxi": results(True)}.get(
            getattr(ruleset, "id", ""), []
        )

    monkeypatch.setitem(sys.modules, "xlproc.rules.examples", SimpleNamespace(run_examples=run_examples))
    for name, code, zh, en in (
        ("mof-2020", 1, "2 个算例中 1 个不符", "Examples: 2, wrong: 1"),
        ("guangxi", 0, "1 个算例全部相符", "All hold; examples: 1"),
        ("hubei-2020", 0, "没有算例", "no examples"),
    ):
        told = xlproc("rulesets", "test", name)
        assert (told.exit_code, zh in told.stdout) == (code, True)
        assert en in xlproc("rulesets", "test", name, "--lang", "en").stdout
    shown = xlproc("rulesets", "test")
    assert shown.exit_code == 1
    assert all(name in shown.stdout for name in names())
    assert ["算例2", "2.85", "3", "不符"] in [line.split() for line in shown.stdout.splitlines()]


def test_explain_of_a_cell_that_is_not_there_and_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    assert xlproc("explain", str(path), "K14").exit_code == 0
    wrong = xlproc("explain", str(path), "K99")
    assert (wrong.exit_code, "K99" in wrong.stderr) == (2, True)
    (tmp_path / "b.xlsx").write_bytes(b"")
    broken = xlproc("explain", str(tmp_path / "b.xlsx"), "K14")
    assert (broken.exit_code, broken.stdout) == (3, "")
    assert "0 字节" in broken.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp936", "utf-8"])
def test_no_output_fails_for_want_of_a_character(encoding: str, tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", changed("| 学员投诉次数 | 单位 | m² |"))
    for arguments in (
        ["explain", str(path), "K15"],
        ["read", str(path)],
        ["check", str(path), "--format", "csv"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", "from xlproc.cli import main; main()", *arguments],
            capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding}, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr
        assert done.returncode in (0, 1)
        assert done.stdout
        assert arguments[0] != "check" or done.stdout.decode("utf-8-sig").startswith("file,")
