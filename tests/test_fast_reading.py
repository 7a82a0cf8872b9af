"""The fast reading of .xlsx against openpyxl's: the same cells on every file at hand, or left to openpyxl."""

from __future__ import annotations

import datetime as dt
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import filling, libreoffice, office, test_file_kinds
from tests.conftest import SAMPLES, Evaluate
from tests.packages import FORMATS, MAIN, STRICT, STYLES, damaged, package, packed, parts_of, sheet, strings
from tests.published import WAYS, cases, workbook
from tests.unseen import Maker
from xlproc.reading import grid
from xlproc.reading.grid import Grid
from xlproc.reading.grid.xlsx import by_openpyxl, fast
from xlproc.reading.grid.xlsx.around import UnclaimedError
from xlproc.templates import template

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl's about what it does not keep

ROOT = SAMPLES.parent
DAMAGED = 300

SHIPPED = sorted(
    path
    for folder in ("samples", "workbook_templates", "docs/examples")
    for path in (ROOT / folder).glob("*.xlsx")
)


def look(read: Grid) -> tuple[Any, ...]:
    """Give all that a reading gave, figures to the last digit."""
    sheets = [
        (
            one.name,
            one.visible,
            one.merges,
            one.stated_rows,
            one.widths,
            one.hidden_rows,
            repr(sorted(one.cells.items())),
        )
        for one in read.sheets
    ]
    return read.subject, sheets


def same(data: bytes) -> int:
    """Read a file both ways: the fast one takes it, and both give the same; give the number of filled cells."""
    got = fast.read(data)
    assert look(got) == look(by_openpyxl.read(data))
    return sum(len(one.cells) for one in got.sheets)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_workbooks(path: Path) -> None:
    assert same(path.read_bytes()) > 20


@pytest.mark.parametrize("way", WAYS)
def test_published_forms(way: str, tmp_path: Path) -> None:
    for case in cases():
        workbook(tmp_path / "a.xlsx", case, WAYS[way])
        assert same((tmp_path / "a.xlsx").read_bytes()) >= 10


def test_unseen_forms() -> None:
    for seed in range(20):
        out = BytesIO()
        Maker(seed).make().save(out)
        assert same(out.getvalue()) > 20


def test_results_marked_copies_and_summaries(tmp_path: Path, evaluate: Evaluate) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    office.workbook(inbox / "a.xlsx", office.form("2021"))
    filling.save(inbox / "b.xlsx", filling.projects("问题较多"))
    evaluate(inbox)
    made = sorted((tmp_path / "out").rglob("*.xlsx"))
    assert {path.stem.partition("_")[2] for path in made} >= {"评价结果", "批注"}
    for path in made:
        assert same(path.read_bytes()) > 20
    for form in ("self-evaluation", "monitoring"):
        assert same(template(form)) > 50


@libreoffice.needed
def test_workbooks_that_libreoffice_saved(tmp_path: Path) -> None:
    made = [
        office.workbook(tmp_path / f"{name}.xlsx", office.form(name), percent=True)
        for name in ("clean", "2021")
    ]
    made += [test_file_kinds.odd(tmp_path / "odd.xlsx"), *SAMPLES.glob("*.xlsx")]
    for path in libreoffice.convert(made, tmp_path / "saved"):
        assert same(path.read_bytes()) > 10


def cell(place: str, value: str = "", kind: str = "", style: str = "", inside: str = "") -> str:
    named = {"r": place, "s": style, "t": kind}
    about = "".join(f' {name}="{text}"' for name, text in named.items() if text)
    return f"<c{about}>{inside}{f'<v>{value}</v>' if value else ''}</c>"


def row(number: int, *cells: str, about: str = "") -> str:
    return f'<row r="{number}"{about}>{"".join(cells)}</row>'


def rich(*runs: str) -> str:
    return "".join(f'<r><rPr><b/><sz val="11"/><rFont val="宋体"/></rPr><t>{run}</t></r>' for run in runs)


EVERY_STYLE = "".join(
    row(
        1 + i,
        *(
            cell(f"{column}{1 + i}", value, style=str(i))
            for column, value in zip("ABCDEF", ("0.95", "45473", "0", "59.5", "1e6", "-1"), strict=True)
        ),
    )
    for i in range(1 + len(FORMATS) + 5)
)
SHARED = strings(
    "<t>项目</t>", '<t xml:space="preserve"> 空 </t>', rich("年度", "总体"), "<t>前</t>" + rich("后"), "<t/>", "", "<t>a&amp;b&#x4e00;</t>",
    '<t>拼音</t><phoneticPr fontId="1" type="noConversion"/>', '<t>漢字</t><rPh sb="0" eb="2"><t>かんじ</t></rPh><phoneticPr fontId="1"/>',
    "<t>_x005F_x000D_</t>", "<t>一\r\n二\r三\n四</t>", "<t>_x000D_&#10;</t>",
)  # fmt: skip

CLAIMED: dict[str, bytes] = {
    "every style, dates, durations": package(sheet(EVERY_STYLE)),
    "1904": package(sheet(EVERY_STYLE), about='<workbookPr date1904="1"/>'),
    "shared strings": package(
        sheet(row(1, *(cell(f"{column}1", str(i), "s") for i, column in enumerate("ABCDEFGHIJKL")))), shared=SHARED
    ),
    "negative index of a string": package(sheet(row(1, cell("A1", "-1", "s"))), shared=SHARED),
    "inline strings": package(sheet(row(1, *(
        cell(f"{column}1", "", "inlineStr", inside=f"<is>{text}</is>")
        for column, text in zip("ABCDEF", ("<t>文</t>", rich("甲", "乙"), "", "<t/>", "<t>_x005F_&lt;</t>", "<t>一</t><rPh sb='0' eb='1'><t>yi</t></rPh>"), strict=True)
    ), '<c r="G1" t="inlineStr"/>', '<c r="H1" t="inlineStr"><is/></c>'))),
    "booleans, errors, texts, ISO dates": package(sheet(row(1,
        cell("A1", "1", "b"), cell("B1", "0", "b"), cell("C1", "#N/A", "e"), cell("D1", "文", "str"), cell("E1", "2024-06-30", "d"),
        cell("F1", "2024-06-30T08:00:00Z", "d"), cell("G1", "12:30:00", "d"), cell("H1", " ", "str"),
    ))),
    "numbers": package(sheet(row(1, *(
        cell(f"{column}1", text) for column, text in zip("ABCDEFGHIJ", ("1", "-0", "1.0", "1E3", "0.30000000000000004", "123456789012345678", "1e-7", " 5 ", "1_0", "+3"), strict=True)
    )))),
    "formulas": package(sheet(row(1,
        cell("A1", "3", inside="<f>1+2</f>"), cell("B1", inside="<f>1+2</f>"), cell("C1", "文", "str", inside="<f>T()</f>"), cell("D1", "#DIV/0!", "e", inside="<f>1/0</f>"),
        cell("E1", inside='<f>IF(A1,"","x")</f>'), cell("F1", "", "str", inside="<f>A9&amp;B9</f>"), cell("G1", "0.5", style="2", inside="<f/>"), '<c r="H1"><f>1</f><v/></c>',
    ))),
    "never calculated": package(sheet(row(1, cell("A1", inside='<f>IF(B1,"","x")</f>'), cell("B1", inside="<f>1+1</f>")))),
    "a formula under a merged area": package(
        sheet(row(1, cell("A1", inside='<f>IF(1,"",2)</f>'), cell("B1", "2", inside="<f>1+1</f>")), '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>')
    ),
    "shared formulas": package(sheet(
        row(1, cell("A1", "1"), cell("B1", "2", inside='<f t="shared" ref="B1:B3" si="0">A1*2</f>'))
        + row(2, cell("A2", "2"), cell("B2", inside='<f t="shared" si="0"/>'))
        + row(3, cell("B3", "6", inside='<f t="shared" si="0">A3*2</f>'), cell("C3", inside='<f t="shared" si="7"/>'))
    )),
    "array formulas": package(sheet(row(1, cell("A1", "1", inside='<f t="array" ref="A1:A2">SUM(B1:B2)</f>'), cell("B1", inside='<f t="array" ref="B1">SUM(C1:C2)</f>')))),
    "cells and rows without places": package(sheet(
        "<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c r='C2'><v>3</v></c><c><v>4</v></c></row><row r='9'><c><v>5</v></c></row><row/>"
    )),
    "gaps, empty rows, styles of rows and columns": package(sheet(
        row(3, cell("C3", "1"), about=' s="2" customFormat="1" ht="20.5"') + row(40, about=' hidden="1"'),
        before='<dimension ref="A1:C3"/><cols><col min="1" max="3" width="9.5" style="2" hidden="1"/></cols>',
    )),
    "merged areas": package(sheet(
        row(1, cell("A1", "1"), cell("B1", "9")) + row(2, cell("A2", "9")),
        '<mergeCells count="3"><mergeCell ref="A1:B2"/><mergeCell ref="D1:D1"/><mergeCell ref="F5"/></mergeCells>',
    )),
    "sheets, hidden ones among them": package(sheet(row(1, cell("A1", "1"))), sheet(""), sheet(row(2, cell("B2", "2")))),
    "prefixed": package(
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:r><x:t>甲</x:t></x:r></x:is></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="A2:B3"/></x:mergeCells><x:pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/></x:worksheet>'
    ),
    "settings that openpyxl knows": package(sheet(
        row(1, cell("A1", "1")), before='<sheetPr><tabColor rgb="FFFF0000"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>',
        after='<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>A1&gt;0</formula></cfRule></conditionalFormatting>'
        '<dataValidations count="1"><dataValidation type="list" sqref="B1"><formula1>"是,否"</formula1></dataValidation></dataValidations><printOptions horizontalCentered="1"/>'
        '<extLst><ext uri="{78C0D931-6437-407D-A8EE-F0AAD7539E65}"/></extLst>',
    )),
    "names of ranges": package(sheet(row(1, cell("A1", "1"))), names='<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">表1!$1:$2</definedName><definedName name="甲">表1!$A$1</definedName></definedNames>'),
    "a mark before the XML": package(b"\xef\xbb\xbf" + sheet(row(1, cell("A1", "", "inlineStr", inside=f"<is>{rich('甲')}</is>")), "<pageMargins left='1' right='1' top='1' bottom='1' header='0' footer='0'/>").encode()),
    "a huge row number": package(sheet(row(1, cell("A1", "1")) + row(1048576))),
    "strict, of which openpyxl sees no cells": package(sheet(row(1, cell("A1", "1"))).replace(MAIN, STRICT)),
    "strict, of which openpyxl sees no sheets": package(sheet(row(1, cell("A1", "1"))), relations=STRICT),
}  # fmt: skip
"""What the fast reading takes: figures, texts and places as openpyxl has them."""

SHEET = sheet(row(1, cell("A1", "1"), cell("B1", "2")) + row(2, cell("A2", "3")))
LEFT: dict[str, bytes] = {
    "rows out of order": package(sheet(row(2, cell("A2", "1")) + row(1, cell("A1", "2")))),
    "a row twice": package(sheet(row(1, cell("A1", "1")) + row(1, cell("B1", "2")))),
    "cells out of order": package(sheet(row(1, cell("B1", "1"), cell("A1", "2")))),
    "a cell twice": package(sheet(row(1, cell("A1", "1"), cell("A1", "2")))),
    "a cell of another row": package(sheet(row(1, cell("A2", "1")))),
    "small letters": package(sheet(row(1, cell("a1", "1")))),
    "a row number with a point": package(SHEET.replace('<row r="2">', '<row r="2.0">')),
    "two values": package(sheet(row(1, '<c r="A1"><v>1</v><v>2</v></c>'))),
    "something in a value": package(sheet(row(1, '<c r="A1"><v>1<x/>2</v></c>'))),
    "something in a cell": package(sheet(row(1, '<c r="A1"><v>1</v><extLst/></c>'))),
    "something among the rows": package(SHEET.replace("<sheetData>", "<sheetData><x/>")),
    "a row outside": package(SHEET.replace("</worksheet>", f"<x>{row(9, cell('A9', '1'))}</x></worksheet>")),
    "rows in two places": package(SHEET.replace("</worksheet>", f"<sheetData>{row(9, cell('A9', '1'))}</sheetData></worksheet>")),
    "a comment": package(SHEET.replace("<v>1</v>", "<v>1<!-- 2 -->1</v>")),
    "a merged area in a comment": package(SHEET.replace("</worksheet>", '<!-- <mergeCell ref="A1:B1"/> --></worksheet>')),
    "a raw section": package(SHEET.replace("<v>1</v>", "<v><![CDATA[12]]></v>")),
    "an instruction": package(SHEET.replace("<v>1</v>", "<v>1<?x?>2</v>")),
    "a document type": package(SHEET.replace("<worksheet", "<!DOCTYPE worksheet><worksheet", 1)),
    "an entity": package(SHEET.replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "1">]><worksheet', 1).replace("<v>1</v>", "<v>&a;</v>")),
    "an entity in the strings": package(SHEET, shared=strings("<t>&a;</t>").replace("<sst", '<!DOCTYPE x [<!ENTITY a "1">]><sst')),
    "an entity in the workbook": package(SHEET, more={"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "1">]><workbook>&a;</workbook>'}),
    "an undefined entity": package(SHEET.replace("<v>1</v>", "<v>&nbsp;</v>")),
    "an undefined prefix": package(SHEET.replace("<v>1</v>", "<y:v>1</y:v>")),
    "cut off": package(SHEET[:-8]),
    "two bytes a letter": package(SHEET.replace("UTF-8", "UTF-16").encode("utf-16")),
    "two bytes a letter, unsaid": package(SHEET.partition("\n")[2].encode("utf-16-le")),
    "another encoding": package(SHEET.replace("UTF-8", "latin-1").encode("latin-1")),
    "an unknown kind of cell": package(sheet(row(1, cell("A1", "1", "x")))),
    "no number": package(sheet(row(1, cell("A1", "一", "n")))),
    "no such string": package(sheet(row(1, cell("A1", "99", "s"))), shared=SHARED),
    "no such style": package(sheet(row(1, cell("A1", "1", style="99")))),
    "no such format": package(sheet(row(1, cell("A1", "1", style="13")))),
    "a data table": package(sheet(row(1, cell("A1", "1", inside='<f t="dataTable" ref="A1:A2" r1="B1"/>')))),
    "a shared formula that leaves the sheet": package(sheet(row(2, cell("B2", "1", inside='<f t="shared" si="0" ref="A1:B2">A1</f>')) + row(3, cell("A3", "1", inside='<f t="shared" si="0"/>')))),
    "a merged area backwards": package(SHEET.replace("</worksheet>", '<mergeCells><mergeCell ref="B2:A1"/></mergeCells></worksheet>')),
    "too many merged cells": package(SHEET.replace("</worksheet>", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>')),
    "a setting that openpyxl refuses": package(SHEET.replace("</worksheet>", '<pageMargins left="一"/></worksheet>')),
    "a size that is none": package(SHEET.replace("<sheetData>", '<dimension ref="?"/><sheetData>')),
    "two sheets of one name": package(SHEET, SHEET, more={"xl/workbook.xml": parts_of(package(SHEET, SHEET))["xl/workbook.xml"].decode().replace("表2", "表1")}),
    "a chart sheet": package(SHEET, SHEET, more={"xl/_rels/workbook.xml.rels": parts_of(package(SHEET, SHEET))["xl/_rels/workbook.xml.rels"].decode().replace("worksheet\" Target=\"worksheets/sheet2", "chartsheet\" Target=\"worksheets/sheet2")}),
    "a sheet that is not there": packed({name: part for name, part in parts_of(package(SHEET, SHEET)).items() if "sheet2" not in name}),
    "a link to another workbook": package(SHEET, names='<externalReferences><externalReference r:id="rId1"/></externalReferences>'),
    "no styles": packed({name: part for name, part in parts_of(package(SHEET)).items() if "styles" not in name}),
    "styles that openpyxl refuses": package(SHEET, styles=STYLES.replace("<font/>", '<font><sz val="x"/></font>')),
    "a font that openpyxl refuses": package(sheet(row(1, cell("A1", "0", "s"))), shared=strings('<r><rPr><u val="x"/></rPr><t>甲</t></r>')),
    "properties that openpyxl refuses": package(SHEET, more={"docProps/core.xml": '<x xmlns:d="http://purl.org/dc/terms/"><d:created>x</d:created></x>'}),
}  # fmt: skip
"""What is left to openpyxl, whether that reads or refuses it."""


def outcome(data: bytes) -> tuple[Any, ...] | None:
    """Give what openpyxl makes of a file, None where it refuses it."""
    try:
        return look(by_openpyxl.read(data))
    except Exception:
        return None


@pytest.mark.parametrize("name", CLAIMED)
def test_what_the_fast_reading_takes(name: str) -> None:
    same(CLAIMED[name])


def test_without_its_trap_the_file_is_taken() -> None:
    assert same(package(SHEET, SHEET, shared=SHARED)) == 6


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_to_openpyxl(name: str) -> None:
    with pytest.raises(Exception):  # noqa: B017 # whatever it is, openpyxl decides
        fast.read(LEFT[name])
    expected = outcome(LEFT[name])
    if expected is not None:
        assert look(grid.read(LEFT[name])) == expected
    else:
        with pytest.raises(ValueError):  # RefusedError is one
            grid.read(LEFT[name])


TEXTS = st.text(
    st.characters(
        codec="utf-8",
        exclude_characters="".join(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))),
    ),
    max_size=12,
)
DAYS = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2199, 12, 31)).map(
    lambda day: day.replace(microsecond=0)
)
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300),
    st.decimals(-1000, 1000, places=2).map(float),
    st.booleans(),
    DAYS,
    st.sampled_from(["=1+1", '=IF(A1="","",1)', "#N/A", "_x000D_", "_x005F_", "≥90%", " 前后 "]),
)
CODES = st.sampled_from([*FORMATS, "#,##0.00", "0.00%", "@", 'm"月"d"日"', "0.00_ ;[Red]-0.00 "])
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 12))
CONTENTS = st.dictionaries(PLACES, st.tuples(VALUES, CODES), max_size=25)
AREAS = st.lists(st.tuples(PLACES, st.integers(0, 3), st.integers(1, 3)), max_size=4)
EASY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def apart(areas: list[tuple[tuple[int, int], int, int]]) -> list[tuple[int, int, int, int]]:
    """Give the areas that no earlier one touches, as writers want them."""
    kept: list[tuple[int, int, int, int]] = []
    for (top, left), down, across in areas:
        area = (top, left, top + down, left + across)
        if all(area[2] < a or c < area[0] or area[3] < b or d < area[1] for a, b, c, d in kept):
            kept.append(area)
    return kept


@EASY
@given(CONTENTS, AREAS)
def test_whatever_openpyxl_writes(contents: dict[Any, Any], areas: list[Any]) -> None:
    book, out = Workbook(), BytesIO()
    assert isinstance(book.active, Worksheet)
    for (at_row, column), (value, code) in contents.items():
        made = book.active.cell(at_row + 1, column + 1)
        made.value, made.number_format = value, code
    for top, left, bottom, right in apart(areas):
        book.active.merge_cells(
            start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
        )
    book.save(out)
    same(out.getvalue())


@EASY
@given(CONTENTS, AREAS, st.booleans())
def test_whatever_xlsxwriter_writes(contents: dict[Any, Any], areas: list[Any], since_1904: bool) -> None:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": since_1904}) as book:
        page = book.add_worksheet("表")
        for (at_row, column), (value, code) in contents.items():
            look_ = book.add_format({"num_format": code})
            if isinstance(value, dt.datetime):
                page.write_datetime(at_row, column, max(value, dt.datetime(1905, 1, 1)), look_)
            elif isinstance(value, str) and not value.startswith("="):
                page.write_string(at_row, column, value, look_)
            else:
                page.write(at_row, column, value, look_)
        for top, left, bottom, right in apart(areas):
            page.merge_range(top, left, bottom, right, "合并")
    same(out.getvalue())


def test_whatever_is_damaged(tmp_path: Path) -> None:
    """A damaged file is read as openpyxl reads it, or left to it: the fast reading never takes what openpyxl refuses."""
    small = [
        CLAIMED[name]
        for name in ("shared strings", "inline strings", "shared formulas", "merged areas", "names of ranges")
    ]
    small.append(office.workbook(tmp_path / "a.xlsx", office.form("clean")).read_bytes())
    taken = 0
    for seed in range(DAMAGED):
        data = damaged(small[seed % len(small)], random.Random(seed))
        try:
            got = fast.read(data)
        except Exception:
            continue  # left to openpyxl
        taken += 1
        assert outcome(data) == look(got), seed
    assert taken > DAMAGED // 10


def test_the_slow_reading_is_not_asked_where_it_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: bytes) -> Grid:
        raise AssertionError

    monkeypatch.setattr(by_openpyxl, "read", never)
    for path in SHIPPED:
        assert grid.read(path.read_bytes()).sheets


def test_an_unclaimed_file_is_said_to_be_one() -> None:
    with pytest.raises(UnclaimedError):
        fast.read(LEFT["a document type"])
