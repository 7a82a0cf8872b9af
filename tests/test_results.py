"""The results workbooks: LibreOffice recalculates every formula to the stored value; texts stay texts; bytes stay."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests import filling, libreoffice, office
from tests.conftest import SAMPLES, Evaluate
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run
from xlproc.rulesets import load, names
from xlproc.writing.layout import Book, Sheet
from xlproc.writing.xlsx import render


def formulas(path: Path) -> dict[tuple[str, str], Any]:
    """Give the stored values of all formula cells."""
    written, stored = load_workbook(path), load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): stored[sheet.title][cell.coordinate].value
        for sheet in written.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def agree(path: Path, recalculated: Path) -> int:
    ours, theirs = formulas(path), load_workbook(recalculated, data_only=True)
    for (sheet, cell), value in ours.items():
        got = theirs[sheet][cell].value
        if isinstance(value, str) or value is None:
            assert (got or "") == (value or ""), (path.name, sheet, cell)
        else:
            assert got == pytest.approx(value, abs=1e-9), (path.name, sheet, cell, got, value)
    return len(ours)


@libreoffice.needed
@pytest.mark.parametrize("ruleset", names())
def test_libreoffice_recalculates_every_formula_of_the_samples(ruleset: str, tmp_path: Path) -> None:
    outbox = tmp_path / "out"
    outcome = run(find(SAMPLES, outbox), outbox, outbox / SUMMARY, load(ruleset))
    assert outcome.failures == []
    paths = sorted({*outbox.glob("*.xlsx")} - {*outbox.glob("*_批注.xlsx")})
    assert len(paths) == 7
    recalculated = libreoffice.convert(paths, tmp_path / "lo")
    counted = sum(agree(path, new) for path, new in zip(paths, recalculated, strict=True))
    assert counted > 300


@libreoffice.needed
def test_live_formulas_hold_where_floats_are_near_a_tie(tmp_path: Path, evaluate: Evaluate) -> None:
    """Weights and values whose exact score ends in a half hundredth: LibreOffice must round as we do."""
    data = office.form("2024")
    cases = [
        (w, a)
        for w in (0.5, 1.5, 2.5, 3.7, 0.3, 7.3)
        for a in (0.5, 1, 1.5, 2.5, 4.5, 33.5, 66.5, 79.5, 99.5, 12.3)
    ]
    template = next(row for row in data["indicators"] if row["l3"] == "故障排除率")
    data["indicators"] = [
        {**template, "l3": f"第{i}项", "weight": str(w), "actual": str(a), "score": "", "reason": "见说明"}
        for i, (w, a) in enumerate(cases, start=1)
    ]
    data["indicators"] += [
        {**row, "nature": "反向", "direction": "小于等于", "target": "60"} for row in data["indicators"]
    ]
    path = office.workbook(tmp_path / "ties.xlsx", data)
    evaluate(path)
    output = tmp_path / "out" / "ties_评价结果.xlsx"
    (recalculated,) = libreoffice.convert([output], tmp_path / "lo")
    assert agree(output, recalculated) > 350


def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    def bytes_of(outbox: Path) -> dict[str, bytes]:
        run(find(SAMPLES, outbox), outbox, outbox / SUMMARY, load("mof-2020"))
        return {p.name: p.read_bytes() for p in outbox.iterdir()}

    first = bytes_of(tmp_path / "a")
    assert len(first) == 12  # six results, five marked copies, the summary
    assert bytes_of(tmp_path / "b") == first


def test_the_official_table_keeps_the_layout_that_came_in(tmp_path: Path, evaluate: Evaluate) -> None:
    for year in ("2021", "2024"):
        data = office.form(year)
        evaluate(office.workbook(tmp_path / f"{year}.xlsx", data))
        sheet = load_workbook(tmp_path / "out" / f"{year}_评价结果.xlsx")["自评表"]
        headers = [re.sub(r"\s", "", c) for c in data["layout_columns"]]
        row, column = filling.spot(sheet, "一级指标")
        assert [sheet.cell(row, column + i).value for i in range(len(headers))] == headers
        for text in (
            re.sub(r"\s", "", c).replace("（", "(").replace("）", ")") for c in data["fund_columns"]
        ):
            assert filling.spot(sheet, text)
        texts = {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None}
        for indicator in data["indicators"]:
            assert {indicator["l3"], indicator["target"]} <= texts
        assert {"填报人：", "负责人：", "单位（盖章）："} <= texts
        assert sheet.page_setup.paperSize == 9


def test_no_label_is_cut_by_the_end_of_a_page(tmp_path: Path, evaluate: Evaluate) -> None:
    """The form of 2024 takes three pages across: each begins with the columns' heads and its own level labels."""
    evaluate(office.workbook(tmp_path / "2024.xlsx", office.form("2024")))
    sheet = load_workbook(tmp_path / "out" / "2024_评价结果.xlsx")["自评表"]
    ends = [page.id for page in sheet.row_breaks.brk]
    assert len(ends) == 2
    head, column = filling.spot(sheet, "一级指标")
    assert sheet.print_title_rows == f"${head}:${head}"
    for end in ends:
        assert not [area for area in sheet.merged_cells.ranges if area.min_row <= end < area.max_row]
        assert sheet.cell(end + 1, column).value in ("产出指标", "效益指标")


def test_scores_of_rules_or_of_the_unit(tmp_path: Path, evaluate: Evaluate) -> None:
    path = office.workbook(tmp_path / "2021.xlsx", office.form("2021"))

    def shown(declared: bool) -> dict[str, Any]:
        evaluate(path, declared=declared)
        sheet = load_workbook(tmp_path / "out" / "2021_评价结果.xlsx")["自评表"]
        total = filling.spot(sheet, "总分")[0]
        score = filling.spot(sheet, "一级指标")[1] + 6
        row = filling.spot(sheet, "指标 3: 异常处理能力")[0]
        return {
            "total": sheet.cell(total, score).value,
            "row": sheet.cell(row, score).value,
            "rate": sheet.cell(6, 8).value,
        }

    assert shown(False) == {"total": "87.41（待定1项，89.21-89.81）", "row": "待定", "rate": "5.65%"}
    assert shown(True) == {"total": 68, "row": 3, "rate": "15%"}


def test_problems_name_the_cell_and_link_to_the_row(tmp_path: Path, evaluate: Evaluate) -> None:
    evaluate(office.workbook(tmp_path / "2021.xlsx", office.form("2021")))
    book = load_workbook(tmp_path / "out" / "2021_评价结果.xlsx")
    assert book.sheetnames == ["自评表", "评分明细", "问题清单", "评分规则"]
    sheet = book["问题清单"]
    row = next(r for r in sheet.iter_rows(min_row=4) if r[3].value == "S203")
    assert [c.value for c in row[:7]] == [
        row[0].value,
        "4 得分",
        "错误",
        "S203",
        "A16、A17",
        "信息系统运行维护",
        "自评表!H23、I23",
    ]
    link = row[10].hyperlink
    assert link is not None
    assert link.location is not None
    name, cell = link.location.split("!")
    assert [c.value for c in book[name.strip("'")][int(cell[1:])]].count("指标 4: 故障排除率") == 1


HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x")',
    "+1",
    "-ES",
    "@SUM(A1)",
    "{=A1}",
    "http://example.com",
    "mailto:a@b.c",
    "\t=1",
    "_x0041_",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_an_input_never_becomes_a_formula_or_link(
    text: str, tmp_path: Path, evaluate: Evaluate
) -> None:
    data = office.form("2021")
    data["project_name"] = data["department"] = data["unit"] = text
    data["goals"]["预期目标"] = text
    for key in ("l3", "target", "actual", "reason"):
        data["indicators"][0][key] = text
    clean = formulas_and_links(tmp_path, office.form("2021"), evaluate)
    assert formulas_and_links(tmp_path, data, evaluate) <= clean
    book = load_workbook(tmp_path / "out" / "form_评价结果.xlsx")
    values = [c.value for s in book for line in s.iter_rows() for c in line if c.data_type == "s"]
    assert text.strip() in values


def formulas_and_links(tmp_path: Path, data: dict[str, Any], evaluate: Evaluate) -> set[str]:
    """Give every formula and link that is written, cells' places taken out."""
    evaluate(office.workbook(tmp_path / "form.xlsx", data))
    found: set[str] = set()
    for path in (tmp_path / "out").glob("*.xlsx"):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                text = package.read(name).decode("utf-8", "replace")
                found |= set(re.findall(r"<f[ >].*?</f>", text))
                found |= set(re.findall(r'(?:Target|location)="([^"]*)"', text))
    return {re.sub(r"[A-Z]?\d+", "#", item) for item in found}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_any_text_is_written_as_the_text_that_it_is(texts: list[str]) -> None:
    from io import BytesIO

    from xlproc.model.text import trim

    kept = [trim(text) for text in texts]
    sheet = Sheet("表")
    for row, text in enumerate(kept, start=1):
        sheet.put(row, 1, text)
    back = load_workbook(BytesIO(render(Book([sheet]))))["表"]
    for row, text in enumerate(kept, start=1):
        cell = back.cell(row, 1)
        assert cell.data_type != "f"
        assert (cell.value or "") == text


def test_the_summary_has_a_line_a_project_and_tells_what_was_not_evaluated(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    for sample in SAMPLES.glob("*.xlsx"):
        (inbox / sample.name).write_bytes(sample.read_bytes())
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    (inbox / "说明.docx").write_bytes(b"PK")
    run(find(inbox, outbox), outbox, outbox / SUMMARY, load("mof-2020"))
    book = load_workbook(outbox / SUMMARY, data_only=True)
    lines = list(book["项目"].iter_rows(min_row=4, values_only=True))
    assert len(lines) == 8  # seven projects and the sum
    b = next(line for line in lines if line[4] == "信息系统运行维护费")
    assert b[6:15] == (229.71, 229.71, 118.48, 0.5158, 94.96, 95.16, 0.2, 0.2, "优")
    # 229.71 + 354 + 500 + 240 + 66 + 40 + 320, and 118.48 + 20 + 490 + 232.8 + 66 + 40 + 180
    assert (lines[-1][7], lines[-1][8]) == (1749.71, 1147.28)
    files = [[c for c in row if c] for row in book["文件"].iter_rows(min_row=4, values_only=True)]
    assert any(row[0] == "坏.xlsx" and row[1] == "没有评价" and row[2] == "F004" for row in files)
    assert any(row[0] == "说明.docx" for row in files)
