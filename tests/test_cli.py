"""The commands: their words, exit codes and streams."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests import office
from tests.conftest import SAMPLES
from xlproc.cli import main
from xlproc.rulesets import names


def xlproc(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("command", ["evaluate", "read", "template", "rulesets"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = xlproc(command, "--help")
    assert result.exit_code == 0
    assert f"xlproc {command}" in result.stdout.split("Options:")[0].split("例：")[1]


def test_an_empty_folder_just_says_so(tmp_path: Path) -> None:
    result = xlproc("evaluate", str(tmp_path), "-o", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "没有工作簿" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("evaluate", "没有的文件夹"), "没有 没有的文件夹"),
        (("evaluate", "--ruleset", "mof2020"), "是不是 mof-2020"),
        (("evaluate", "--scores", "mine"), "mine"),
        (("template", "monitoring"), "self-evaluation"),
        (("rulesets", "hubei"), "hubei-2020"),
        (("read",), "文件"),
    ],
)
def test_usage_errors_give_2_and_a_cure(arguments: tuple[str, ...], word: str) -> None:
    result = xlproc(*arguments)
    assert result.exit_code == 2
    assert word in result.stderr


def test_json_goes_to_stdout_alone(tmp_path: Path) -> None:
    result = xlproc("evaluate", str(SAMPLES), "-o", str(tmp_path), "--json", "-")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert [w["status"] for w in report["workbooks"]] == ["evaluated"] * 5
    assert result.stderr.strip().splitlines()[-1].startswith("共 7 个项目")


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
    assert list(project) == [
        "sheet", "form", "layout", "ruleset", "year", "name", "department", "agency", "goals", "funds", "indicators", "total",
    ]  # fmt: skip
    assert list(project["funds"][0]) == [
        "row", "line", "kind", "initial", "budget", "executed", "weight", "rate", "score", "declared_rate", "declared_score",
    ]  # fmt: skip
    assert set(project["indicators"][0]) == {
        "row", "level1", "level2", "level3", "nature", "operator", "operator_inferred", "target_text", "target", "actual_text",
        "actual", "unit", "weight", "achievement", "score", "declared_score", "pending", "deviation", "flag", "reason", "cells",
    }  # fmt: skip
    assert set(project["total"]) == {"weight", "score", "declared", "grade", "pending", "low", "high"}
    assert list(workbook["findings"][0]) == [
        "code",
        "rules",
        "severity",
        "project",
        "sheet",
        "cells",
        "message",
    ]
    assert (project["year"], project["funds"][0]["rate"], project["indicators"][31]["achievement"]) == (
        2024,
        0.5158,
        0.63,
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
