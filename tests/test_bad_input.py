"""Bad input: a plain finding that says where, what and what to do; nothing else is harmed; never a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tests import office
from tests.conftest import Evaluate
from xlproc.cli import main
from xlproc.model.findings import catalogue
from xlproc.model.words import RESULT_SUBJECT
from xlproc.reading.guard import admit
from xlproc.writing.files import is_result


def write_zip(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def bomb(path: Path) -> None:
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet99.xml", b" " * (120 * 2**20))


def truncated(path: Path) -> None:
    office.workbook(path, office.form("clean"))
    path.write_bytes(path.read_bytes()[:4000])


def corrupted(path: Path) -> None:
    office.workbook(path, office.form("clean"))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 100 : info.header_offset + 140] = bytes(40)
    path.write_bytes(bytes(data))


def other_sheet(path: Path) -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.active.append(["姓名", "工资"])
    book.save(path)


def entities(path: Path) -> None:
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = evil + sheet[sheet.index(b"<worksheet") :]
    write_zip(path, parts)


def merged(path: Path) -> None:
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</mergeCells>", b'<mergeCell ref="A60:XFD1048576"/></mergeCells>'
    )
    write_zip(path, parts)


def repacked(path: Path, changed: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> None:
    """Write the clean workbook's package in another way, with parts changed or added."""
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", method) as package:
        for name, data in {**parts, **changed}.items():
            package.writestr(name, data)


def packed_tightly(path: Path) -> None:
    """30 MiB in some 30 KB: below all sizes, and yet no sheet is like that."""
    repacked(path, {"xl/worksheets/sheet99.xml": b" " * (30 * 2**20)})


def same_name(path: Path) -> None:
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("XL/worksheets/sheet1.xml", b"<worksheet/>")


def same_part(path: Path) -> None:
    """A thousand sheets that are one and the same part."""
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path) as package:
        book = package.read("xl/workbook.xml")
    sheet = re.search(rb"<sheet [^>]*>", book)
    assert sheet
    many = b"".join(re.sub(rb'name="[^"]*"', b'name="s%d"' % i, sheet[0]) for i in range(1000))
    repacked(path, {"xl/workbook.xml": book.replace(sheet[0], many)})


def doctype_in(part: str, codec: str = "utf-8") -> Any:
    """Declare a document type in a part that stands beside the sheets."""
    xml = '<?xml version="1.0"?><!-- <a> --><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
    return lambda path: repacked(path, {part: xml.encode(codec)})


FILES: dict[str, tuple[str, Any]] = {
    "空的": ("F002", lambda p: p.write_bytes(b"")),
    "文本": ("F001", lambda p: p.write_text("项目名称,得分\n", "utf-8")),
    "PDF": ("F001", lambda p: p.write_bytes(b"%PDF-1.7 ...")),
    "网页": ("F001", lambda p: p.write_bytes(b"<html><p>404 Not Found</p></html>")),
    "网页里别的表": ("T001", lambda p: p.write_bytes(b"<html><table><tr><td>1</td></tr></table></html>")),
    "XML表格": ("F006", lambda p: p.write_bytes(b'<?xml version="1.0"?><Workbook xmlns="urn:x"><Table/></Workbook>')),
    "单个文件网页": ("F006", lambda p: p.write_bytes(b"MIME-Version: 1.0\r\n\r\n<table></table>")),
    "二进制": ("F006", lambda p: write_zip(p, {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b""})),
    "旧版": ("F004", lambda p: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)),
    "加密": ("F003", lambda p: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"))),
    "截断": ("F004", truncated),
    "损坏": ("F004", corrupted),
    "文档": ("F001", lambda p: write_zip(p, {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})),
    "空壳": ("F004", lambda p: write_zip(p, {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})),
    "开放文档": ("F004", lambda p: write_zip(p, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})),
    "炸弹": ("F005", bomb),
    "实体": ("F013", entities),
    "实体在别处": ("F013", doctype_in("docProps/custom.xml")),
    "双字节的实体": ("F013", doctype_in("xl/theme/theme9.xml", "utf-16")),
    "大合并": ("F005", merged),
    "压得太紧": ("F005", packed_tightly),
    "别的压缩方式": ("F004", lambda p: repacked(p, {}, zipfile.ZIP_LZMA)),
    "越界的名称": ("F004", lambda p: repacked(p, {"../../outside.xml": b"<a/>"})),
    "重名": ("F004", same_name),
    "千张同一张": ("F004", same_part),
    "别的表": ("T001", other_sheet),
}  # fmt: skip


def evaluate_folder(inbox: Path, outbox: Path, *options: str) -> Result:
    return CliRunner().invoke(
        main, ["evaluate", str(inbox), "-o", str(outbox), *options], catch_exceptions=False
    )


def shown(folder: Path) -> list[str]:
    """Give the names in a folder, without the hidden files in which a run remembers."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".xlproc."))


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_told_and_the_others_are_evaluated(name: str, tmp_path: Path) -> None:
    code, make = FILES[name]
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    make(inbox / f"{name}.xlsx")
    office.workbook(inbox / "好的.xlsx", office.form("clean"))
    before = {p.name: p.read_bytes() for p in inbox.iterdir()}
    result = evaluate_folder(inbox, outbox)
    assert result.exit_code == 3
    assert f"{code} " in result.stderr
    assert f"“{name}.xlsx”" in result.stderr
    assert shown(outbox) == ["好的_评价结果.xlsx", "汇总.xlsx"]
    assert {p.name: p.read_bytes() for p in inbox.iterdir()} == before
    assert catalogue()[code].texts["zh"]["todo"]


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office.workbook(tmp_path / "a.xlsx", office.form("clean"))

    def refused(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    result = evaluate_folder(tmp_path, tmp_path / "out")
    assert result.exit_code == 3
    assert "F008" in result.stderr
    assert "没有权限" in result.stderr


def test_a_file_that_vanishes_meanwhile(tmp_path: Path) -> None:
    from xlproc.reading.workbook import read

    batch = read([tmp_path / "gone.xlsx"])
    assert [f.code for f in batch.findings] == ["F008"]
    assert list(batch.frames["workbooks"]["status"]) == ["rejected"]


def test_error_cells_and_formulas_never_calculated(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    book = load_workbook(path)
    sheet = book["自评表"]
    sheet["H13"] = "=1000+50"  # the actual: an input
    sheet["K21"] = "=SUM(K13:K20)"  # the declared total: ours is computed anyway
    sheet["H14"] = "#N/A"
    sheet["H14"].data_type = "e"
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    found = {(f["code"], f["severity"], f["cells"][0]) for f in workbook["findings"]}
    assert found == {("C102", "error", "H13"), ("C103", "note", "K21"), ("C101", "error", "H14")}
    rows = workbook["projects"][0]["indicators"]
    assert [(row["actual"], row["actual_text"]) for row in rows[:2]] == [(None, None), (None, "#N/A")]
    assert workbook["projects"][0]["total"]["declared"] is None


def test_ten_thousand_stray_rows(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    book = load_workbook(path)
    for row in range(30, 10_030):
        book["自评表"].cell(row, 3).fill = PatternFill("solid", fgColor="FFFF00")
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    assert [f["code"] for f in workbook["findings"]] == ["T005"]
    assert "10029" in workbook["findings"][0]["message"]
    assert len(workbook["projects"][0]["indicators"]) == 8


@pytest.mark.parametrize(
    ("rows", "code", "word"),
    [((5, 9), "T002", "项目资金"), ((10, 11), "T002", "年度总体目标"), ((12, 12), "T002", "绩效指标")],
)
def test_a_missing_block_is_named(
    rows: tuple[int, int], code: str, word: str, tmp_path: Path, evaluate: Evaluate
) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    book = load_workbook(path)
    for line in book["自评表"].iter_rows(min_row=rows[0], max_row=rows[1]):
        for cell in line:
            if type(cell).__name__ == "Cell":
                cell.value = None
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    assert any(f["code"] == code and word in f["message"] for f in workbook["findings"])
    assert workbook["status"] == "evaluated"


def test_a_missing_weight_column_leaves_no_total(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    book = load_workbook(path)
    for row in range(12, 22):
        book["自评表"].cell(row, 10).value = None
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    assert [f["code"] for f in workbook["findings"] if f["severity"] == "error"] == ["T003"]
    assert workbook["projects"][0]["total"]["score"] is None
    assert workbook["projects"][0]["indicators"][0]["achievement"] == 1.05


def test_a_total_row_below_an_unnumbered_declared_total(one: Evaluate) -> None:
    data = office.form("clean")
    data["total"]["score"] = "96.26"  # eight rows and execution: 0.05 of rounding at most
    assert [f["code"] for f in one(data)["findings"]] == ["X108"]


def test_results_dropped_into_the_inbox_are_not_read_again(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    office.workbook(inbox / "a.xlsx", office.form("clean"))
    evaluate_folder(inbox, outbox)
    (inbox / "带回来的.xlsx").write_bytes((outbox / "a_评价结果.xlsx").read_bytes())
    result = evaluate_folder(inbox, outbox)
    assert result.exit_code == 0
    assert "是 xlproc 的结果，略过：带回来的.xlsx" in result.stderr
    assert "F009" in CliRunner().invoke(main, ["read", str(inbox / "带回来的.xlsx")]).stderr
    assert not (outbox / "带回来的_评价结果.xlsx").exists()


def test_an_output_that_cannot_be_replaced(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    for name in ("a", "b"):
        office.workbook(inbox / f"{name}.xlsx", office.form("clean"))
    (outbox / "a_评价结果.xlsx").mkdir(parents=True)
    result = evaluate_folder(inbox, outbox)
    assert result.exit_code == 3
    assert "F007" in result.stderr
    assert "请先关闭该文件" in result.stderr
    assert (outbox / "b_评价结果.xlsx").is_file()
    assert (outbox / "汇总.xlsx").is_file()
    assert [name for name in shown(outbox) if name.startswith(".")] == []


def test_a_full_disk_leaves_the_older_result_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    office.workbook(inbox / "a.xlsx", office.form("clean"))
    evaluate_folder(inbox, outbox)
    before = {name: (outbox / name).read_bytes() for name in shown(outbox)}
    office.workbook(inbox / "a.xlsx", office.form("2021"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = evaluate_folder(inbox, outbox)
    assert result.exit_code == 3
    assert "F007" in result.stderr
    assert {name: (outbox / name).read_bytes() for name in shown(outbox)} == before


def test_lock_files_and_hidden_files_are_no_inputs(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    office.workbook(inbox / "a.xlsx", office.form("clean"))
    for name in ("~$a.xlsx", ".~lock.a.xlsx#", ".hidden.xlsx"):
        (inbox / name).write_bytes(b"x")
    result = evaluate_folder(inbox, outbox)
    assert result.exit_code == 0
    assert "1 张表" in result.stderr
    assert not [
        name for name in ("~$", ".~lock", "hidden") if name in result.stderr.replace(str(tmp_path), "")
    ]


def test_two_inputs_of_one_name_get_two_outputs(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    for place in ("a.xlsx", "a.xlsm", "部门一/a.xlsx", "部门二/a.xlsx"):
        (inbox / place).parent.mkdir(parents=True, exist_ok=True)
        office.workbook(inbox / "form.xlsx", office.form("clean")).rename(inbox / place)
    assert evaluate_folder(inbox, outbox).exit_code == 0
    made = sorted(p.relative_to(outbox).as_posix() for p in outbox.rglob("*_评价结果.xlsx"))
    assert made == [
        "a.xlsx_评价结果.xlsx",
        "a_评价结果.xlsx",
        "部门一/a_评价结果.xlsx",
        "部门二/a_评价结果.xlsx",
    ]


def test_an_outbox_inside_the_inbox_is_not_read(tmp_path: Path) -> None:
    office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    for _ in range(2):
        result = evaluate_folder(tmp_path, tmp_path / "out")
        assert result.exit_code == 0
        assert "F009" not in result.stderr
    assert len(shown(tmp_path / "out")) == 2


@pytest.mark.parametrize("name", ["汇总.xlsx", "a_评价结果.xlsx"])
def test_an_input_is_never_overwritten_whatever_its_name(name: str, tmp_path: Path) -> None:
    """Inbox and outbox are one folder, and filled forms bear the names of results."""
    office.workbook(tmp_path / name, office.form("2021"))
    office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    before = (tmp_path / name).read_bytes()
    for _ in range(2):
        result = evaluate_folder(tmp_path, tmp_path)
        assert result.exit_code == 3
        assert "F010" in result.stderr
        assert (tmp_path / name).read_bytes() == before


def test_an_outbox_above_the_inbox(tmp_path: Path) -> None:
    office.workbook(tmp_path / "form.xlsx", office.form("clean"))
    (tmp_path / "in").mkdir()
    (tmp_path / "form.xlsx").rename(tmp_path / "in" / "a.xlsx")
    result = evaluate_folder(tmp_path / "in", tmp_path)
    assert result.exit_code == 0
    assert (tmp_path / "a_评价结果.xlsx").is_file()


def test_a_report_never_takes_a_workbooks_place(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    before = path.read_bytes()
    result = evaluate_folder(path, tmp_path / "out", "--json", str(path))
    assert result.exit_code == 2
    assert path.read_bytes() == before
    (tmp_path / "r.json").mkdir()
    result = evaluate_folder(path, tmp_path / "out", "--json", str(tmp_path / "r.json"))
    assert result.exit_code == 3
    assert "r.json" in result.stderr


def test_a_very_long_name(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean")).rename(tmp_path / ("长" * 80 + ".xlsx"))
    assert evaluate_folder(path, tmp_path / "out").exit_code == 0


def edited(tmp_path: Path, name: str, **cells: Any) -> Path:
    """Lay a form out and change cells."""
    path = office.workbook(tmp_path / "a.xlsx", office.form(name))
    book = load_workbook(path)
    for cell, value in cells.items():
        book["自评表"][cell] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [("G5", "到位资金", ""), ("B6", "项目总投资", "T010"), ("B6", None, "T010"), ("K12", "自己打的分", "")],
)
def test_a_changed_label_is_told_or_harmless(
    cell: str, value: str | None, code: str, tmp_path: Path, evaluate: Evaluate
) -> None:
    """The clean form has 年初预算数 at G5, 年度资金总额 at F6, 得分 at K12."""
    cell = "F6" if cell == "B6" else cell
    workbook = evaluate(edited(tmp_path, "clean", **{cell: value}))["workbooks"][0]
    funds = workbook["projects"][0]["funds"]
    assert [line["budget"] for line in funds] == [250, 200, 50, 0]
    errors = [f["code"] for f in workbook["findings"] if f["severity"] == "error"]
    assert errors == ([code] if code else [])
    if not code and cell == "G5":
        assert [line["line"] for line in funds][:2] == ["年度资金总额", "其中：财政拨款"]
        assert workbook["projects"][0]["total"]["score"] == 96.3


@pytest.mark.parametrize("value", ["很多", 10**15])
def test_an_unreadable_budget_is_not_replaced_by_the_initial_one(
    value: object, tmp_path: Path, evaluate: Evaluate
) -> None:
    workbook = evaluate(edited(tmp_path, "clean", H6=value, L6=None, K6=None))["workbooks"][0]
    fund = workbook["projects"][0]["funds"][0]
    assert (fund["budget"], fund["rate"], fund["score"]) == (None, None, None)
    assert "S109" not in [f["code"] for f in workbook["findings"]]


def test_a_row_merged_across_the_table_is_no_indicator(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"), levels="repeated")
    book = load_workbook(path)
    sheet = book["自评表"]
    for area in [str(a) for a in sheet.merged_cells.ranges if a.min_row >= 12]:
        sheet.unmerge_cells(area)
    sheet.insert_rows(13)
    sheet["B13"] = "一、以下为产出指标（50分）"
    sheet.merge_cells("B13:L13")
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    assert [f["code"] for f in workbook["findings"]] == []
    rows = workbook["projects"][0]["indicators"]
    assert (len(rows), rows[0]["level1"]) == (8, "产出指标")


def test_sums_of_parts_and_words_in_other_columns_do_not_end_the_table(
    tmp_path: Path, evaluate: Evaluate
) -> None:
    data = office.form("clean")
    data["indicators"][2]["reason"] = "合计"
    data["indicators"][0]["l3"] = "培训人数合计"
    workbook = evaluate(office.workbook(tmp_path / "a.xlsx", data, levels="repeated"))["workbooks"][0]
    assert len(workbook["projects"][0]["indicators"]) == 8
    path = office.workbook(tmp_path / "b.xlsx", office.form("clean"), levels="repeated")
    book = load_workbook(path)
    sheet = book["自评表"]
    for column in range(2, 13):
        sheet.cell(20, column).value = None
    sheet["C20"], sheet["J20"], sheet["K20"] = "小计", 80, 86.3
    book.save(path)
    rows = evaluate(path)["workbooks"][0]["projects"][0]["indicators"]
    assert len(rows) == 7


def test_forms_under_one_another_even_without_a_name(tmp_path: Path, evaluate: Evaluate) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for i in range(3):
        office.lay_out(sheet, office.form("clean"), top=i * 25)
    sheet["A28"] = None  # the second form's label 项目名称
    book.save(tmp_path / "a.xlsx")
    projects = evaluate(tmp_path / "a.xlsx")["workbooks"][0]["projects"]
    assert [p["total"]["score"] for p in projects] == [96.3, 96.3, 96.3]


def test_a_hidden_form_is_told(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"))
    book = load_workbook(path)
    book.create_sheet("看得见的")["A1"] = "说明"
    book["自评表"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    assert {"T001", "T007"} <= {f["code"] for f in workbook["findings"]}
    assert "隐藏" in next(f["message"] for f in workbook["findings"] if f["code"] == "T001")


def test_a_word_in_the_title_does_not_make_it_another_form(tmp_path: Path, evaluate: Evaluate) -> None:
    data = office.form("clean")
    data["title"] = "信息系统监控平台运维项目支出绩效自评表"
    assert evaluate(office.workbook(tmp_path / "a.xlsx", data))["workbooks"][0]["findings"] == []
    data["title"] = "项目支出绩效目标执行监控情况表"
    workbook = evaluate(office.workbook(tmp_path / "b.xlsx", data))["workbooks"][0]
    assert workbook["projects"][0]["form"] == "monitoring"


def test_two_tables_side_by_side_are_told(tmp_path: Path, evaluate: Evaluate) -> None:
    path = edited(tmp_path, "clean", P12="三级指标", Q12="年度指标值", P13="另一个指标", Q13=5)
    assert "T008" in [f["code"] for f in evaluate(path)["workbooks"][0]["findings"]]


def test_broken_cells_in_the_head_are_told(tmp_path: Path, evaluate: Evaluate) -> None:
    workbook = evaluate(edited(tmp_path, "clean", C3="—", C4='=A1&"x"'))["workbooks"][0]
    assert [(f["code"], f["cells"]) for f in workbook["findings"] if f["severity"] == "error"] == [
        ("X101", ["C3"]), ("C102", ["C4"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("1-6月执行", True),
        ("截至9月底执行数", True),
        ("1-12月执行数", False),
        ("截至12月底执行数", False),
        ("上半年执行数", True),
    ],
)
def test_a_period_that_reaches_december_is_the_year(
    header: str, told: bool, tmp_path: Path, evaluate: Evaluate
) -> None:
    workbook = evaluate(edited(tmp_path, "clean", I5=header))["workbooks"][0]
    assert ("X111" in [f["code"] for f in workbook["findings"]]) == told
    assert workbook["projects"][0]["funds"][0]["executed"] == 245


def test_the_moneys_unit_stands_in_the_heads_or_above(tmp_path: Path, evaluate: Evaluate) -> None:
    """2,500,000 元: 汇总 counts 250 万元; 240 万元 of cost stay below, and 245万元 in a cell of 元 is 2,450,000."""
    yuan = {f"{c}{r}": v for r, line in zip(range(6, 10), [(200, 250, 245), (150, 200, 195), (50, 50, 50), (0, 0, 0)], strict=True)
            for c, v in zip("GHI", (x * 10_000 for x in line), strict=True)}  # fmt: skip
    heads = {"A5": "项目资金", "G5": "年初预算数（元）", "H5": "全年预算数（元）", "I5": "全年执行数（元）"}
    workbook = evaluate(edited(tmp_path, "clean", **{**yuan, **heads, "I6": "245万元"}))["workbooks"][0]
    assert workbook["findings"] == []
    assert workbook["projects"][0]["funds"][0]["executed"] == 2_450_000
    summary = load_workbook(tmp_path / "out" / "汇总.xlsx", data_only=True)["项目"]
    assert [summary.cell(4, c).value for c in (7, 8, 9)] == [200, 250, 245]
    above = {"A5": "项目资金", "A2": "（2024年度）　金额单位：元"}
    assert evaluate(edited(tmp_path, "clean", **{**yuan, **above}))["workbooks"][0]["findings"] == []


@pytest.mark.parametrize(
    "row",
    [("生态效益指标", "无", None, None), ("生态效益指标", "无", "无", 0), ("生态效益指标", "/", "—", None)],
)
def test_rows_for_unused_groups_are_no_indicators(
    row: tuple[Any, ...], tmp_path: Path, evaluate: Evaluate
) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("clean"), levels="repeated")
    book = load_workbook(path)
    sheet = book["自评表"]
    for area in [str(a) for a in sheet.merged_cells.ranges if a.min_row >= 12]:
        sheet.unmerge_cells(area)
    sheet.insert_rows(20)
    for column, value in zip(("C", "D", "G", "J"), row, strict=True):
        sheet[f"{column}20"] = value
    book.save(path)
    workbook = evaluate(path)["workbooks"][0]
    assert workbook["findings"] == []
    assert len(workbook["projects"][0]["indicators"]) == 8


def test_a_part_of_a_part_of_the_money_is_not_added_twice(tmp_path: Path, evaluate: Evaluate) -> None:
    data = office.form("clean")
    data["funds"].insert(
        2, {"line": "其中：中央补助", "budget_initial": "100", "budget_full": "120", "executed": "118"}
    )
    workbook = evaluate(office.workbook(tmp_path / "a.xlsx", data))["workbooks"][0]
    assert workbook["findings"] == []
    assert [f["kind"] for f in workbook["projects"][0]["funds"]] == [
        "total",
        "appropriation",
        "appropriation",
        "carry_over",
        "other",
    ]


def test_a_bare_year_under_the_title(tmp_path: Path, evaluate: Evaluate) -> None:
    assert evaluate(edited(tmp_path, "clean", A2=2024))["workbooks"][0]["projects"][0]["year"] == 2024
    assert (
        evaluate(edited(tmp_path, "clean", A2="二〇二四年度"))["workbooks"][0]["projects"][0]["year"] == 2024
    )


DIRECTIONS = """
故障率 ≤ | 故障排除率 ≥ | 不合格率 ≤ | 合格率 ≥ | 投诉次数 ≤ | 投诉处理率 ≥ | 投诉回访率 ≥ | 办结时限 ≤ | 平均处理时长 ≤ | 响应时间 ≤
响应时间达标率 ≥ | 宕机时间 ≤ | 死亡人数 ≤ | 事故起数 ≤ | 事故隐患整改率 ≥ | 违规行为查处率 ≥ | 单位成本 ≤ | 成本节约率 ≥ | 培训人次 ≥
免费开放时间 ≥ | 排放量 ≤ | 差错率（%） ≤ | 群众满意度 ≥ | 培训成本达标率 ≥
"""


@pytest.mark.parametrize("case", [c.strip() for c in DIRECTIONS.replace("\n", "|").split("|") if c.strip()])
def test_directions_are_inferred_from_names(case: str, tmp_path: Path, evaluate: Evaluate) -> None:
    name, operator = case.split()
    data = office.form("2021")
    data["indicators"] = [{**data["indicators"][0], "l3": name, "target": "5", "actual": "5"}]
    row = evaluate(office.workbook(tmp_path / "a.xlsx", data))["workbooks"][0]["projects"][0]["indicators"][0]
    assert (row["operator"], row["operator_inferred"]) == (operator, True)


def test_the_exceptions_hold_under_cost_too(tmp_path: Path, evaluate: Evaluate) -> None:
    data = office.form("2021")
    data["indicators"] = [
        {**data["indicators"][0], "l2": "成本指标", "l3": name, "target": "5%", "actual": "8%"}
        for name in ("成本节约率", "成本控制")
    ]
    rows = evaluate(office.workbook(tmp_path / "a.xlsx", data))["workbooks"][0]["projects"][0]["indicators"]
    assert [row["operator"] for row in rows] == ["≥", "≤"]


@pytest.mark.parametrize(
    ("formula", "told"), [("cmd|'/C calc'!A0", True), ('IF(A1="","甲|乙!",1)', False), ("A1+B1", False)]
)
def test_a_formula_that_asks_a_program_is_told_and_not_asked(
    formula: str, told: bool, tmp_path: Path, evaluate: Evaluate
) -> None:
    workbook = evaluate(edited(tmp_path, "clean", N30=f"={formula}"))["workbooks"][0]
    assert ("F014" in [f["code"] for f in workbook["findings"]]) is told
    assert workbook["status"] == "evaluated"


def outside(path: Path, address: str) -> None:
    """Let every place of the clean workbook that can name another file name one."""
    office.workbook(path, office.form("clean"))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    told = address.encode()
    space = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = b'<Relationship Id="rId9%%d" Type="%s/%%s" Target="%s" TargetMode="External"/>' % (space, told)
    kinds = (b"externalLink", b"image", b"hyperlink", b"oleObject", b"theme", b"styles", b"sharedStrings")
    links = b"".join(link % (number, kind) for number, kind in enumerate(kinds))
    head = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    sheet, rels = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s" parse="text"/>' % told
    parts[sheet] = parts[sheet].replace(
        b"</worksheet>", b'<drawing xmlns:r="%s" r:id="rId91"/>%s</worksheet>' % (space, include)
    )
    parts[sheet] = parts[sheet].replace(
        b"<worksheet", b'<?xml-stylesheet type="text/xsl" href="%s"?><worksheet' % told, 1
    )
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = head + links + b"</Relationships>"
    parts[rels] = parts[rels].replace(b"</Relationships>", links + b"</Relationships>")
    write_zip(path, parts)


@pytest.mark.parametrize("kind", ["places", "doctype", "html", "ods"])
def test_nothing_is_fetched(kind: str, tmp_path: Path) -> None:
    """No address in a file is asked for anything, and no file beside the inputs is opened."""
    asked: list[object] = []
    path, address = tmp_path / "in" / "a.xlsx", "http://127.0.0.1:9/secret"
    path.parent.mkdir()
    (tmp_path / "secret.xml").write_text("<secret/>", "utf-8")
    if kind == "places":
        outside(path, address)
    elif kind == "doctype":
        xml = f'<!DOCTYPE a [<!ENTITY % p SYSTEM "{address}"> %p; <!ENTITY s SYSTEM "{tmp_path}/secret.xml">]><a>&s;</a>'
        repacked(path, {"docProps/core.xml": xml.encode()})
    elif kind == "html":
        office.workbook(path, office.form("clean"))
        text = office.page(path).replace("<table", f"<link href='{address}'><img src='{address}'><iframe src='{address}'></iframe><table", 1)  # fmt: skip
        path.write_text(text, "utf-8")
    else:
        xml = f'<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{address}"/>'
        write_zip(
            path, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": xml.encode()}
        )

    def noted(event: str, arguments: tuple[object, ...]) -> None:
        if watching and (event.startswith(("socket.", "subprocess.", "os.system", "urllib.")) or (event == "open" and "secret" in str(arguments[0]))):  # fmt: skip
            asked.append((event, arguments))

    watching = True
    sys.addaudithook(noted)  # stays for good, and looks away afterwards
    outcome = evaluate_folder(path.parent, tmp_path / "out")
    watching = False
    assert asked == []
    assert outcome.exit_code == (0 if kind in ("places", "html") else 3)


@pytest.mark.parametrize("size", [256, 40])
def test_what_inflates_is_refused_in_little_memory(size: int, tmp_path: Path) -> None:
    """Some 300 KB that inflate to 256 MiB are refused in less than 200 MiB."""
    path = tmp_path / "a.xlsx"
    repacked(path, {"xl/worksheets/sheet99.xml": b" " * (size * 2**20)})
    assert path.stat().st_size < 300 * 2**10
    code = (
        "import resource, sys; from pathlib import Path; from xlproc.reading.workbook import read\n"
        "print(*[f.code for f in read([Path(sys.argv[1])]).findings], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    # Linux counts to a process what the one that started it had: a small one is put between
    between = "import subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]], check=True)"
    command = [sys.executable, "-c", between, "-c", code, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    found, kilobytes = told.stdout.split()
    assert found == "F005"
    assert int(kilobytes) < 200 * 2**10


def test_a_small_part_may_be_packed_tightly_and_a_large_one_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for size, expected in ((2**20, []), (2**20 + 1, ["F005"])):
        repacked(path, {"xl/media/a.bin": bytes(size)})
        _, findings = admit(path, 0)
        assert [finding.code for finding in findings] == expected


def test_a_million_entries_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        for number in range(20_000):
            package.writestr(f"xl/{number}", b"")
    begun = time.process_time()
    _, findings = admit(tmp_path / "a.xlsx", 0)
    assert [finding.code for finding in findings] == ["F005"]
    assert time.process_time() - begun < 0.5


def test_a_result_is_not_looked_for_where_it_would_inflate_or_wait(tmp_path: Path) -> None:
    """Only what Office packs is read, and only of files."""
    core = RESULT_SUBJECT.encode() + bytes(1000)
    repacked(tmp_path / "a.xlsx", {"docProps/core.xml": core}, zipfile.ZIP_BZIP2)
    repacked(tmp_path / "b.xlsx", {"docProps/core.xml": core})
    os.mkfifo(tmp_path / "c.xlsx")
    assert [is_result(tmp_path / f"{name}.xlsx") for name in "abc"] == [False, True, False]


def test_long_names_that_begin_alike(tmp_path: Path) -> None:
    """A result's name is cut to what file systems allow; what tells two apart is not."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number in range(3):
        office.workbook(inbox / "a.xlsx", office.form("clean")).rename(inbox / f"{'长' * 82}{number}.xlsx")
    assert evaluate_folder(inbox, tmp_path / "out").exit_code == 0
    assert len(list((tmp_path / "out").glob("*_评价结果.xlsx"))) == 3
