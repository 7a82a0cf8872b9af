"""The texts below a monitoring form: read wherever they stand, and taken as the reason for the whole form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import monitoring_form, office
from xlproc.batch.judge import Judged, judge
from xlproc.model.findings import message
from xlproc.rulesets import load

NAMES = ("项目进度总体概述", "存在偏差原因分析", "下一步工作措施")
NUMBERED = (
    "一、项目进度总体概述",
    "二、存在偏差原因分析（针对有偏差的指标，从（经费、制度）等保障方面）",
    "三、下一步工作措施",
)
TEXTS = tuple(text for _, text in office.form("2021_monitoring")["summary"])
OPINION = "财政局审核意见"
FIRST = 38
"""The row of the first label; the last one's text stands in row 43, the opinion in row 44."""

Change = Callable[[Worksheet], None]


def judged(path: Path, change: Change) -> Judged:
    """Lay the published form out, change its sheet and judge it."""
    monitoring_form.workbook(path)
    book = load_workbook(path)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    change(sheet)
    book.save(path)
    return judge([path], load("mof-2020"))


def cleared(sheet: Worksheet) -> None:
    """Take the three labels with their texts away."""
    for area in [str(area) for area in sheet.merged_cells.ranges if area.min_row >= FIRST]:
        sheet.unmerge_cells(area)
    for line in sheet.iter_rows(min_row=FIRST, max_row=FIRST + 5):
        for cell in line:
            cell.value = None


def untouched(_: Worksheet) -> None:
    pass


def shorter(sheet: Worksheet) -> None:
    """The labels' texts begin in the same column, and no cells are merged."""
    cleared(sheet)
    for i, (label, text) in enumerate(zip(NUMBERED, TEXTS, strict=True)):
        sheet.cell(FIRST + 2 * i, 2).value, sheet.cell(FIRST + 2 * i + 1, 2).value = label, text


def beside(sheet: Worksheet) -> None:
    cleared(sheet)
    sheet.cell(FIRST, 1).value = "项目执行情况总结"
    for i, (label, text) in enumerate(zip(NUMBERED, TEXTS, strict=True)):
        row = FIRST + i
        sheet.cell(row, 2).value, sheet.cell(row, 5).value = label, text
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
        sheet.merge_cells(start_row=row, end_row=row, start_column=5, end_column=8)


def in_one_cell(between: str) -> Change:
    """Each text behind its label; of the second behind the closing bracket too."""

    def change(sheet: Worksheet) -> None:
        cleared(sheet)
        for i, (label, text) in enumerate(zip(NUMBERED, TEXTS, strict=True)):
            sheet.cell(FIRST + i, 1).value = f"{label}{between}{text}"
            sheet.merge_cells(start_row=FIRST + i, end_row=FIRST + i, start_column=1, end_column=8)

    return change


@pytest.mark.parametrize(
    "change",
    [untouched, shorter, beside, in_one_cell("："), in_one_cell("\n"), in_one_cell("　　")],
    ids=["published", "not merged", "beside", "colon", "new line", "blanks"],
)
def test_texts_are_read(change: Change, tmp_path: Path) -> None:
    done = judged(tmp_path / "form.xlsx", change)
    (project,) = done.projects[0]
    extra = dict(project["extra"])
    assert [extra.get(name) for name in NAMES] == [*TEXTS]
    assert not [label for label in extra if OPINION in label]
    assert len(done.indicators[project["project"]]) == 24
    assert not [item for item in done.findings[0] if item["code"] in ("M103", "T022")]


def test_a_text_follows_the_closing_bracket(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B40"] = f"{NUMBERED[1]}{TEXTS[1]}"
        sheet["B41"] = None

    (project,) = judged(tmp_path / "form.xlsx", change).projects[0]
    assert dict(project["extra"])["存在偏差原因分析"] == TEXTS[1]
    assert project["cells"]["texts.causes"] == "B40"


@pytest.mark.parametrize("cell", ["D44", "A44"])
def test_the_opinion_of_the_finance_bureau(cell: str, tmp_path: Path) -> None:
    """Beside its label, or behind the note in brackets, which is the label's."""

    def change(sheet: Worksheet) -> None:
        sheet[cell] = f"{sheet[cell].value or ''}同意，请加快支出"
        sheet["D6"], sheet["G6"] = "某甲", "0000-1"

    (project,) = judged(tmp_path / "form.xlsx", change).projects[0]
    extra = dict(project["extra"])
    assert extra[OPINION] == "同意，请加快支出"
    assert (extra["项目负责人"], extra["联系电话"]) == ("某甲", "0000-1")


def test_a_note_below_is_no_opinion(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A45"] = "本表一式三份，于7月10日前报送"
        sheet.merge_cells("A45:H45")

    (project,) = judged(tmp_path / "form.xlsx", change).projects[0]
    assert OPINION not in dict(project["extra"])


# ---- the reason for the whole form


def m103(done: Judged) -> list[dict[str, Any]]:
    found = [item for item in done.findings[0] if item["code"] == "M103"]
    assert all("？" not in message(item) for item in found)
    return found


COSTS = ("G26", "G27", "G29", "G31", "G32")
"""The five costs of which nothing is spent, marked 是 by the unit."""


@pytest.mark.parametrize("text", [None, "无", "略"])
def test_an_empty_summary_is_told_once(text: str | None, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B41"] = text

    (found,) = m103(judged(tmp_path / "form.xlsx", change))
    assert found["cells"] == ("B41", *COSTS)
    assert found["context"]["labels"] == ("存在偏差原因分析",)
    assert "维护金财业务系统等（另有 4 项）" in message(found)


def test_without_a_summary_it_stands_at_the_marks(tmp_path: Path) -> None:
    (found,) = m103(judged(tmp_path / "form.xlsx", cleared))
    assert found["cells"] == COSTS


def test_a_missing_possibility_is_told_at_its_row(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B41"], sheet["H27"] = None, None

    found = m103(judged(tmp_path / "form.xlsx", change))
    assert [(item["cells"][0], item["context"]["labels"]) for item in found] == [
        ("H27", ("完成可能性",)),
        ("B41", ("存在偏差原因分析",)),
    ]


def test_without_deviations_no_reason_is_due(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B41"] = None
        for mark in COSTS:
            sheet[mark], sheet[mark.replace("G", "F")] = "否", 1

    assert m103(judged(tmp_path / "form.xlsx", change)) == []
