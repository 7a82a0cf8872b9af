"""The codes about files and sheets: for each one workbook in which it is told and a close one in which it is not."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from tests import office, test_bad_input, test_restart, test_workers
from tests.conftest import Evaluate
from tests.office import page
from xlproc.model.findings import catalogue
from xlproc.model.words import RESULT_SUBJECT

Make = Callable[[Path], object]


def clean(path: Path) -> Path:
    return office.workbook(path, office.form("clean"))


def edited(change: Callable[..., None]) -> Make:
    """Change the clean workbook with openpyxl."""

    def make(path: Path) -> None:
        book = load_workbook(clean(path))
        change(book)
        book.save(path)

    return make


def beside(*texts: str) -> Make:
    def change(book: Workbook) -> None:
        for column, text in zip("PQR", texts, strict=False):
            book["自评表"][f"{column}12"] = text

    return edited(change)


def typed(cell: str, text: str) -> Make:
    return edited(lambda book: setattr(book["自评表"][cell], "value", text))


def second_sheet(state: str, form: bool) -> Make:
    def change(book: Workbook) -> None:
        sheet = book.create_sheet("另一张")
        if form:
            office.lay_out(sheet, office.form("clean"))
        else:
            sheet["A1"] = "填报说明"
        sheet.sheet_state = state

    return edited(change)


def without(rows: range) -> Make:
    def change(book: Workbook) -> None:
        for line in book["自评表"].iter_rows(min_row=rows.start, max_row=rows.stop - 1):
            for cell in line:
                if type(cell).__name__ == "Cell":
                    cell.value = None

    return edited(change)


def filled_down(last: int) -> Make:
    def change(book: Workbook) -> None:
        for row in range(30, last + 1):
            book["自评表"].cell(row, 3).fill = PatternFill("solid", fgColor="FFFF00")

    return edited(change)


def subject(text: str) -> Make:
    return edited(lambda book: setattr(book.properties, "subject", text))


def titled(title: str) -> Make:
    return lambda path: office.workbook(path, {**office.form("clean"), "title": title})


SVG = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg/>'


def with_part(name: str, data: bytes = b"x") -> Make:
    """Add a part to the clean workbook's package."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(clean(path), "a") as package:
            package.writestr(name, data)

    return make


FILES = {name: make for name, (_, make) in test_bad_input.FILES.items()}
CASES: dict[str, tuple[Make, Make]] = {
    "F001": (FILES["文本"], clean),
    "F002": (FILES["空的"], clean),
    "F003": (FILES["加密"], FILES["旧版"]),
    "F004": (FILES["截断"], clean),
    "F005": (FILES["大合并"], clean),
    "F006": (FILES["二进制"], FILES["旧版"]),
    "F009": (subject(RESULT_SUBJECT), subject("results of ours")),
    "F011": (with_part("xl/vbaProject.bin"), with_part("xl/media/image1.png")),
    "F012": (lambda path: path.write_text(page(clean(path)), "utf-8"), clean),
    "F013": (FILES["实体在别处"], with_part("xl/media/drawn.svg", SVG)),
    "F014": (
        with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        typed("L14", '="甲|乙!"&"丙"'),
    ),
    "T001": (
        edited(lambda book: book["自评表"].delete_rows(1, 60)),
        titled("信息系统监控平台项目支出绩效自评表"),
    ),
    "T002": (without(range(5, 10)), without(range(9, 10))),
    "T004": (second_sheet("visible", form=False), second_sheet("hidden", form=False)),
    "T005": (filled_down(1100), filled_down(900)),
    "T007": (second_sheet("hidden", form=True), second_sheet("visible", form=True)),
    "T008": (beside("三级指标", "年度指标值"), beside("备注", "评价标准")),
    "T021": (beside("督办情况"), beside("备注")),
    "T022": (typed("N15", "另附照片"), typed("N15", "—")),
    "T023": (typed("D12", "考核事项"), typed("D12", "考核指标")),
}

BY_THE_SYSTEM = {
    "F007": test_bad_input.test_an_output_that_cannot_be_replaced,
    "F008": test_bad_input.test_a_file_that_vanishes_meanwhile,
    "F010": test_bad_input.test_an_input_is_never_overwritten_whatever_its_name,
    "F015": test_workers.test_a_workbook_that_takes_too_long_is_told,
    "B001": test_restart.test_the_same_file_twice,
    "B002": test_restart.test_a_project_handed_in_twice,
    "B003": test_restart.test_a_file_still_being_copied_in,
}
"""What a file system does cannot be put into a workbook; these tests make it happen."""


@pytest.mark.parametrize("code", CASES)
def test_told_and_not_told(code: str, tmp_path: Path, evaluate: Evaluate) -> None:
    for name, make in zip(("told.xlsx", "silent.xlsx"), CASES[code], strict=True):
        make(tmp_path / name)
        found = evaluate(tmp_path / name)["workbooks"][0]["findings"]
        mine = [item for item in found if item["code"] == code]
        assert len(mine) == (name == "told.xlsx"), (name, found)
        assert all(item["severity"] == catalogue()[code].severity for item in mine)
        assert not any("？" in item["message"] for item in mine)
