"""``--ruleset auto``: each workbook by the shipped rule set that its points are made for, and a note that says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from tests import filling, office
from tests.test_audit import CASES, changed
from xlproc.cli import main

HUBEI = CASES["X119"].fires
"""20 points for execution, 80 for the indicators."""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    office.workbook(folder / "a.xlsx", office.form("clean"))
    office.workbook(folder / "b.xlsx", changed(HUBEI))
    return folder


def test_each_workbook_has_its_own(inbox: Path, tmp_path: Path) -> None:
    """b by 湖北: 20 × 98% = 19.6, 学员投诉 5 × 10 ÷ 11 = 4.55, 培训机制 7 in [5, 8)."""
    out = tmp_path / "out"
    arguments = ["evaluate", str(inbox), "-o", str(out), "--ruleset", "auto", "--json", str(out / "r.json")]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    report = json.loads((out / "r.json").read_text("utf-8"))
    assert report["ruleset"] is None
    first, second = (workbook["projects"][0] for workbook in report["workbooks"])
    assert (first["ruleset"], second["ruleset"]) == ("mof-2020", "hubei-2020")
    assert (second["total"]["weight"], second["indicators"][2]["score"]) == (100, 4.55)
    for workbook, name in zip(report["workbooks"], ("mof-2020", "hubei-2020"), strict=True):
        (note,) = [item for item in workbook["findings"] if item["code"] == "X121"]
        assert (note["severity"], note["project"]) == ("note", None)
        assert name in note["message"]
        assert "X119" not in [item["code"] for item in workbook["findings"]]
    rules = load_workbook(out / "b_评价结果.xlsx")["评分规则"]
    assert str(rules["B2"].value).startswith("hubei-2020")
    head = load_workbook(out / "汇总.xlsx")["总览"]["A2"].value
    assert head == "规则集：按各表的分值自动选用（hubei-2020 1 个项目、mof-2020 1 个项目）"


def test_check_and_explain_take_it_too(inbox: Path) -> None:
    run = CliRunner()
    shown = run.invoke(
        main, ["check", str(inbox), "--ruleset", "auto", "--format", "json"], catch_exceptions=False
    )
    codes = [{item["code"] for item in each["findings"]} for each in json.loads(shown.stdout)["workbooks"]]
    assert all("X121" in each and "X119" not in each for each in codes)
    cell = run.invoke(
        main, ["explain", str(inbox / "b.xlsx"), "K15", "--ruleset", "auto"], catch_exceptions=False
    )
    assert "规则集 hubei-2020" in cell.stdout
    assert "5 × 10 ÷ 11" in cell.stdout
    assert run.invoke(main, ["explain", "X119", "--ruleset", "auto"]).exit_code == 0
    assert run.invoke(main, ["rulesets", "show", "auto"]).exit_code == 2


def test_most_forms_of_a_workbook_decide(tmp_path: Path) -> None:
    """Two forms of 10 + 90 and one of 20 + 80 in one workbook."""
    path = office.workbook(tmp_path / "c.xlsx", office.form("clean"))
    book = load_workbook(path)
    for name, data in (("二", office.form("clean")), ("三", changed(HUBEI))):
        office.lay_out(book.create_sheet(name), data)
    book.save(path)
    arguments = ["check", str(path), "--ruleset", "auto", "--format", "json"]
    (workbook,) = json.loads(CliRunner().invoke(main, arguments, catch_exceptions=False).stdout)["workbooks"]
    note = next(item for item in workbook["findings"] if item["code"] == "X121")
    assert "mof-2020" in note["message"]
    assert "按多数" in note["message"]
    assert "X119" in [item["code"] for item in workbook["findings"]]  # the third is told as before


def test_nothing_changes_for_the_others(tmp_path: Path) -> None:
    """A workbook of three plain projects: what auto finds is what the default finds, and its note."""
    path = filling.save(tmp_path / "d.xlsx", filling.projects("三个项目"))
    found = []
    for ruleset in ("mof-2020", "auto"):
        arguments = ["check", str(path), "--ruleset", ruleset, "--format", "json"]
        shown = CliRunner().invoke(main, arguments, catch_exceptions=False)
        items = json.loads(shown.stdout)["workbooks"][0]["findings"]
        found.append([item for item in items if item["code"] != "X121"])
    assert found[0] == found[1]
