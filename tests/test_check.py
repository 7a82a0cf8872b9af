"""``check``: findings before the form goes up, in a terminal, as JSON and as CSV; what is chosen, and the exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import office
from tests.conftest import SAMPLES
from xlproc.batch.check import Checked, by_place, csv_rows
from xlproc.cli import main
from xlproc.cli.table import listing, width
from xlproc.model.codes import by_rule, meant, parse
from xlproc.model.findings import catalogue

PUBLISHED = SAMPLES / "2021_信息系统运行维护.xlsx"
ALL = ",".join(sorted({code[0] for code in catalogue()}))


def check(*arguments: str | Path, color: bool = False, **env: str) -> Result:
    runner = CliRunner(env={"COLUMNS": "120", **env})
    return runner.invoke(main, ["check", *map(str, arguments)], catch_exceptions=False, color=color)


def found(*arguments: str | Path) -> list[dict[str, Any]]:
    report = json.loads(check(*arguments, "--format", "json").stdout)
    return [item for workbook in report["workbooks"] for item in workbook["findings"]]


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return office.workbook(tmp_path / "clean.xlsx", office.form("clean"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")
    return path


# ---- what is shown


def test_the_published_form_in_the_terminal() -> None:
    """The rows' scores add up to 70 and execution has 2, the form says 68; 15% is 20 of 354 for the unit."""
    result = check(PUBLISHED)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == str(PUBLISHED)
    assert "自评表　信息系统运行维护" in lines
    (rate,) = [line for line in lines if re.match(r"6 +H6 +错误 ", line)]
    assert "20÷354 = 5.65%" in rate
    (total,) = [line for line in lines if re.match(r"39 +H39 +错误 ", line)]
    assert "70 + 执行得分 2 = 72" in total
    assert lines[lines.index(total) + 1].strip() == "→ 请改正总分"
    severities = [match[1] for line in lines if (match := re.search(r"  (错误|提醒|说明)  ", line))]
    assert severities.index("说明") == len(severities) - severities.count("说明")  # notes are last
    assert lines[-1].startswith("共 1 个文件：错误 ")
    assert lines[-1].endswith("请改正错误、核对提醒，再检查一次。")


def test_the_same_in_english() -> None:
    zh, en = check(PUBLISHED), check(PUBLISHED, "--lang", "en")
    assert (en.exit_code, en.stdout.splitlines()[4].split()) == (
        1, ["row", "cells", "severity", "code", "finding"],
    )  # fmt: skip
    assert re.search(r"^39 +H39 +error +X107", en.stdout, re.MULTILINE)
    assert en.stdout.splitlines()[-1].startswith("Files: 1, errors: ")
    codes = [re.findall(r" ([FTCRXS]\d{3})\b", shown.stdout) for shown in (zh, en)]
    assert codes[0] == codes[1]


def test_a_form_without_findings_says_so(clean: Path) -> None:
    zh, en = check(clean), check(clean, "--lang", "en")
    assert (zh.exit_code, en.exit_code) == (0, 0)
    assert zh.stdout.splitlines()[2:] == [
        "没有发现问题。", "", "共 1 个文件：错误 0 处、提醒 0 处、说明 0 处。没有发现问题，核对后即可上报。",
    ]  # fmt: skip
    assert "Nothing was found." in en.stdout


def test_nothing_is_written(clean: Path) -> None:
    before = {path: path.read_bytes() for path in clean.parent.rglob("*")}
    check(clean.parent)
    assert {path: path.read_bytes() for path in clean.parent.rglob("*")} == before


def test_a_folder_and_a_file_in_it_are_checked_once(clean: Path) -> None:
    (clean.parent / "说明.txt").write_text("x", "utf-8")
    result = check(clean.parent, clean)
    assert result.stdout.count("clean.xlsx") == 1
    assert "不是工作簿，略过：说明.txt" in result.stderr


def test_a_folder_without_workbooks_says_so(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 0
    assert "没有找到工作簿" in result.stdout
    assert "No workbook was found" in check(tmp_path, "--lang", "en").stdout


@pytest.mark.parametrize("columns", [30, 60, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_of_the_table_is_wider_than_the_terminal(columns: int, lang: str) -> None:
    shown = check(PUBLISHED, "--lang", lang, COLUMNS=str(columns)).stdout.splitlines()
    table = shown[3:-2]
    assert len(table) > 17
    assert max(map(width, table)) <= max(columns, 44)  # the short columns take 35 in Chinese, 41 in English


def test_long_texts_go_below_where_there_is_no_room() -> None:
    head, rows = ("行", "级别", "问题"), [(("21", "错误"), ("得分填 3，应为 2.85", "→ 请改正得分"))]
    assert listing(head, rows, 50).splitlines() == [
        "行  级别  问题",
        "21  错误  得分填 3，应为 2.85",
        "          → 请改正得分",
    ]
    assert listing(head, rows, 20).splitlines() == [
        "行  级别",
        "21  错误",
        "    得分填 3，应为",
        "    2.85",
        "    → 请改正得分",
    ]


def test_severities_are_coloured_on_a_terminal_only() -> None:
    assert "\x1b[31m错误" in check(PUBLISHED, color=True).stdout
    assert "\x1b" not in check(PUBLISHED).stdout


def test_rows_are_grouped_the_worst_first_and_notes_last() -> None:
    def item(severity: str, row: int | None, project: int | None = 0) -> dict[str, Any]:
        return {"severity": severity, "row": row, "project": project, "code": "S205", "rules": ("A14",)}

    checked = Checked(
        "a.xlsx", "evaluated", ({"project": 0},),
        (item("note", 5), item("warning", 7), item("warning", 9), item("error", 9), item("error", 12),
         item("note", 9), item("warning", None, None)),
    )  # fmt: skip
    shown = [
        (project is not None, [[(i["row"], i["severity"]) for i in group] for group in groups])
        for project, groups in by_place(checked)
    ]
    assert shown == [
        (False, [[(None, "warning")]]),
        (True, [
            [(9, "error"), (9, "warning")],
            [(12, "error")],
            [(7, "warning")],
            [(5, "note")],
            [(9, "note")],
        ]),
    ]  # fmt: skip


# ---- JSON and CSV


def test_json_has_its_keys_and_stands_alone() -> None:
    result = check(PUBLISHED, "--format", "json", "--ruleset", "guangxi")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "共 1 个文件" in result.stderr
    assert list(report) == ["xlproc", "ruleset", "workbooks"]
    assert report["ruleset"]["id"] == "guangxi"
    (workbook,) = report["workbooks"]
    assert list(workbook) == ["path", "status", "findings"]
    assert (workbook["path"], workbook["status"]) == (PUBLISHED.as_posix(), "evaluated")
    (total,) = [item for item in workbook["findings"] if item["rules"] == ["A34"]]
    assert list(total) == [
        "code", "rules", "severity", "project", "sheet", "row", "cells", "elsewhere", "field", "found", "expected", "title", "message", "todo",
    ]  # fmt: skip
    assert (total["severity"], total["project"], total["sheet"], total["row"], total["cells"]) == (
        "error", 0, "自评表", 39, ["H39"],
    )  # fmt: skip
    assert total["title"] == catalogue()[total["code"]].texts["zh"]["title"]
    (english,) = [item for item in found(PUBLISHED, "--lang", "en") if item["rules"] == ["A34"]]
    assert english["title"] == catalogue()[total["code"]].texts["en"]["title"]
    assert english["cells"] == total["cells"]


def test_csv_has_a_row_a_finding() -> None:
    shown = check(PUBLISHED, "--format", "csv").stdout
    assert shown.startswith("\ufeff")  # for Excel
    assert (
        shown.lstrip("\ufeff").splitlines()[0]
        == "file,sheet,row,cells,severity,code,rules,title,message,todo"
    )
    rows = list(csv.DictReader(io.StringIO(shown.lstrip("\ufeff"))))
    assert len(rows) == len(found(PUBLISHED))
    (broken,) = [row for row in rows if row["cells"] == "H23 I23"]
    assert (broken["sheet"], broken["row"], broken["severity"], broken["rules"]) == (
        "自评表",
        "23",
        "error",
        "A16 A17",
    )
    assert "2.85" in broken["message"]  # 95% of 100%, of 3 points


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(begin: str) -> None:
    item = {
        "code": "F002", "rules": (), "severity": "error", "project": None, "sheet": f"{begin}1+1", "row": None, "cells": (),
        "found": "", "expected": "", "context": {"file": "a.xlsx"},
    }  # fmt: skip
    _, row = csv_rows([Checked(f"{begin}cmd.xlsx", "rejected", (), (item,))], "zh")
    assert row[:2] == (f"'{begin}cmd.xlsx", f"'{begin}1+1")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


# ---- what is chosen


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        (("--select", "X107"), {"X107"}),
        (("--select", "x107,A03"), {"X107", "S101"}),  # A03: the rate
        (("--select", "X107", "--select", "S101"), {"X107", "S101"}),
        (("--select", "S1"), {"S101", "S102", "S107"}),
        (("--select", "S", "--ignore", "S1"), {"S202", "S203"}),
        (("--select", "A16"), {"S202", "S203"}),  # 异常处理能力, 故障排除率: not met, full score
    ],
)
def test_findings_are_chosen(chosen: tuple[str, ...], codes: set[str]) -> None:
    assert {item["code"] for item in found(PUBLISHED, *chosen)} == codes


@pytest.mark.parametrize(
    ("chosen", "code", "last"),
    [
        (("--select", "X107"), 1, "请改正错误"),
        (("--select", "X104"), 0, "请逐条核对提醒"),
        (("--select", "R109"), 0, "请看一遍说明"),
        (("--select", "F"), 0, "所选范围内没有发现问题"),
        (("--ignore", ALL), 0, "所选范围内没有发现问题"),
        (("--ignore", "X107"), 1, "请改正错误"),
    ],
)
def test_what_is_left_out_does_not_count(chosen: tuple[str, ...], code: int, last: str) -> None:
    result = check(PUBLISHED, *chosen)
    assert (result.exit_code, last in result.stdout.splitlines()[-1]) == (code, True)
    assert re.search(r"另有 \d+ 处", result.stdout)


def test_an_unreadable_file_always_counts(empty: Path) -> None:
    for more in ((), ("--ignore", ALL), (PUBLISHED,)):
        for shape in ("text", "json", "csv"):
            assert check(empty, *more, "--format", shape).exit_code == 3
    shown = check(empty, PUBLISHED, "--ignore", ALL).stdout
    assert "这个文件读不了，没有检查。" in shown
    assert "有 1 个文件读不了" in shown.splitlines()[-1]
    assert "could not be read" in check(empty, "--lang", "en").stdout.splitlines()[-1]
    assert check(empty.parent / "没有.xlsx").exit_code == 3
    assert json.loads(check(empty, "--format", "json").stdout)["workbooks"][0]["status"] == "rejected"


def test_a_rule_set_that_drops_a_finding_is_heard(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('inherits = "mof-2020"\n[severities]\nX107 = "off"\nX104 = "error"\n', "utf-8")
    severities = {item["code"]: item["severity"] for item in found(PUBLISHED, "--ruleset", str(own))}
    assert "X107" not in severities
    assert severities["X104"] == "error"


def test_codes_as_people_type_them() -> None:
    assert parse(["s2，a16", " R106 "]) == ("S2", "A16", "R106")
    assert meant({"code": "S203", "rules": ("A16",)}, ("A16",))
    assert not meant({"code": "S203", "rules": ("A16",)}, ("A1", "X"))
    assert set(by_rule()["A26"]) == {
        code for code, entry in catalogue().items() if "A26" in (*entry.rules, *entry.also)
    }
