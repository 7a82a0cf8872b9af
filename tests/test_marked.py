"""The marked copy: the clerk's workbook as it is, but for fills, comments and the list before it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests import libreoffice, office
from tests.conftest import SAMPLES
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import grouped, records
from xlproc.model.words import MARKED_SUBJECT
from xlproc.reading.workbook import read
from xlproc.rules.evaluate import evaluate as judge
from xlproc.rulesets import load
from xlproc.writing.files import is_result
from xlproc.writing.marked import is_worth, marked_copy

COLOURS = {"error": "FFF8CBAD", "warning": "FFFFE699", "note": "FFDDEBF7"}
"""Of the severities, as the results' 问题清单 has them."""
LIST = "批注清单"


def found_in(path: Path) -> list[dict[str, Any]]:
    batch = read([path])
    judged = judge(batch.frames, load("mof-2020"))
    return grouped(to_frame([*batch.findings, *judged.findings]), "workbook").get(0, [])


def mark(path: Path, findings: list[dict[str, Any]] | None = None) -> Path:
    """Write a workbook's marked copy beside it."""
    copy = path.with_name(f"{path.stem}_批注.xlsx")
    copy.write_bytes(marked_copy(path.read_bytes(), found_in(path) if findings is None else findings))
    return copy


def finding(code: str, cells: tuple[str, ...], sheet: str = "自评表", **words: str) -> Finding:
    return Finding(code, 0, 0, sheet, None, cells, context=words)


def rows(*findings: Finding) -> list[dict[str, Any]]:
    return records(to_frame(findings))


def parts(data: bytes | Path) -> dict[str, bytes]:
    with zipfile.ZipFile(data if isinstance(data, Path) else BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(path: Path, changed: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in changed.items():
            package.writestr(name, data)
    return path


def anchor(sheet: Worksheet, cell: str) -> str:
    for area in sheet.merged_cells.ranges:
        if cell in area:
            return str(area.start_cell.coordinate)
    return cell


def expected_fills(sheet: Worksheet, findings: list[dict[str, Any]]) -> dict[str, str]:
    """Give the colour that each cell should have: that of its worst finding."""
    fills: dict[str, str] = {}
    for severity in ("note", "warning", "error"):
        for item in findings:
            if item["severity"] == severity and item["sheet"] == sheet.title:
                fills.update(
                    dict.fromkeys((anchor(sheet, cell) for cell in item["cells"]), COLOURS[severity])
                )
    return fills


def assert_only_marked(path: Path, copy: Path, findings: list[dict[str, Any]]) -> None:
    """Hold the copy against the input: values, formulas, looks and settings are equal, fills and comments differ."""
    before, after = load_workbook(path), load_workbook(copy)
    assert after.sheetnames[1:] == before.sheetnames
    assert after.active is not None
    assert after.active.title == after.sheetnames[0]
    for old in before.worksheets:
        new = after[old.title]
        fills = expected_fills(old, findings)
        for line in new.iter_rows():
            for cell in line:
                was = old[cell.coordinate]
                assert cell.value == was.value
                for look in ("font", "border", "alignment", "number_format", "protection"):
                    assert repr(getattr(cell, look)) == repr(getattr(was, look)), (cell.coordinate, look)
                if cell.coordinate in fills:
                    assert cell.fill.fgColor.rgb == fills[cell.coordinate], cell.coordinate
                    assert cell.comment is not None
                else:
                    assert repr(cell.fill) == repr(was.fill)
                    assert (cell.comment and cell.comment.text) == (was.comment and was.comment.text)
        assert sorted(map(str, new.merged_cells.ranges)) == sorted(map(str, old.merged_cells.ranges))
        assert repr(new.data_validations) == repr(old.data_validations)
        assert {str(k.sqref) for k in new.conditional_formatting} == {
            str(k.sqref) for k in old.conditional_formatting
        }
        assert repr(new.page_setup) == repr(old.page_setup)
        assert repr(new.print_options) == repr(old.print_options)
        assert (new.print_title_rows, new.print_area) == (old.print_title_rows, old.print_area)
        assert repr(new.protection) == repr(old.protection)
        assert {k: d.width for k, d in new.column_dimensions.items()} == {
            k: d.width for k, d in old.column_dimensions.items()
        }
        assert {k: d.height for k, d in new.row_dimensions.items() if d.height} == {
            k: d.height for k, d in old.row_dimensions.items() if d.height
        }
    assert_bytes_stay(parts(path), parts(copy))


OURS = re.compile(
    rb'<c r="[A-Z]+\d+" s="\d+"/>|<legacyDrawing xmlns:rel[^>]*/>| tabSelected="\w+"| spans="[^"]*"'
)


def assert_bytes_stay(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Every part stays byte for byte but those that must name what is new; of sheets only styles of cells differ."""
    touched = (
        r"\[Content_Types\].xml|.*\.rels|docProps/core.xml|xl/workbook.xml|xl/styles.xml|.*[cC]omments.*"
    )
    for name, data in before.items():
        if name.startswith("xl/worksheets/sheet"):
            old, new = (
                re.sub(rb'(<c [^>]*?) s="\d+"', rb"\1", OURS.sub(b"", d)) for d in (data, after[name])
            )
            blank = rb'<c (?:r="[A-Z]+\d+")?(?: t="n")?(?:/>|></c>)'
            assert re.sub(blank, b"", old) == re.sub(blank, b"", new), name
        elif not re.fullmatch(touched, name):
            assert after[name] == data, name


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.xlsx")), ids=lambda p: p.stem)
def test_samples_keep_all_but_fills_and_comments(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / sample.name
    path.write_bytes(sample.read_bytes())
    findings = found_in(path)
    assert_only_marked(path, mark(path), findings)


@pytest.mark.parametrize(
    "options", [{"levels": "once"}, {"left": 2, "top": 3}, {"spaced": True, "percent": True}]
)
def test_layouts_keep_all_but_fills_and_comments(options: dict[str, Any], tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "2021.xlsx", office.form("2021"), **options)
    findings = found_in(path)
    assert len(findings) > 5
    assert_only_marked(path, mark(path), findings)


def rich(path: Path) -> Path:
    """Lay out two forms with all that offices put beside them."""
    office.workbook(path, office.form("2021"))
    book = load_workbook(path)
    first = book["自评表"]
    assert isinstance(first, Worksheet)
    second = book.copy_worksheet(first)
    second.title = "自评表 '二' 号"
    rule = CellIsRule("lessThan", ["5"], fill=PatternFill("solid", "FF0000"))  # type: ignore[no-untyped-call]
    for sheet in (first, second):
        sheet["H6"].comment = Comment("财务科：此数已核对", "财务科")
        sheet["A1"].comment = Comment("正式表", "财务科")
        choice = DataValidation(type="list", formula1='"优,良,中,差"')
        choice.add("H30")
        sheet.add_data_validation(choice)
        sheet.conditional_formatting.add("G7:G30", rule)
        sheet.protection.sheet = True
        sheet.print_title_rows = "1:2"
        sheet.print_area = "A1:I39"
        sheet.page_setup.paperSize = 8
    chart = BarChart()
    chart.add_data(Reference(first, min_col=7, min_row=12, max_row=20))
    first.add_chart(chart, "L2")  # type: ignore[call-arg]
    data = book.create_sheet("别的")
    data["A1"] = "=SUM(自评表!G12:G20)"
    book.defined_names["总数"] = DefinedName("总数", attr_text="自评表!$G$38")
    book.save(path)
    return path


def test_what_offices_put_beside_a_form_stays(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    findings = found_in(path)
    assert {item["sheet"] for item in findings} >= {"自评表", "自评表 '二' 号"}
    copy = mark(path)
    assert_only_marked(path, copy, findings)
    book = load_workbook(copy)
    assert book.defined_names["总数"].attr_text == "自评表!$G$38"
    assert len(book["自评表"]._charts) == 1  # type: ignore[attr-defined]
    for name in ("自评表", "自评表 '二' 号"):
        comment = book[name]["H6"].comment
        assert comment is not None
        assert comment.text.startswith("财务科：此数已核对\n\n错误 S101")
        assert comment.author == "财务科"
        plain = book[name]["A1"].comment
        assert plain is not None
        assert plain.text == "正式表"


def test_buttons_pictures_and_tables_stay(tmp_path: Path) -> None:
    """A button's box lies in the same part as those of comments; the header's picture in another."""
    form = load_workbook(office.workbook(tmp_path / "form.xlsx", office.form("2021")))["自评表"]
    path, picture = tmp_path / "a.xlsx", SAMPLES.parent / "docs" / "pictures" / "summary.png"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("自评表")
    for line in form.iter_rows():
        for cell in line:
            if cell.value is not None:
                sheet.write(cell.row - 1, cell.column - 1, cell.value)
    sheet.write_comment("H6", "已核对", {"author": "财务科"})
    sheet.insert_button("L2", {"caption": "计算"})
    sheet.insert_image("L8", picture)
    sheet.set_header("&C&G", {"image_center": picture})
    other = book.add_worksheet("别的")
    other.add_table("A1:B3")
    other.activate()
    book.close()
    before, after = parts(path), parts(mark(path, rows(finding("S107", ("H6", "H23")))))
    assert set(after) - set(before) == {"xl/worksheets/findings1.xml"}
    same = [name for name in before if re.search("media|drawing1|tables|theme|sharedStrings", name)]
    assert len(same) >= 6
    assert [name for name in same if after[name] != before[name] and not name.endswith(".vml")] == []
    boxes = after["xl/drawings/vmlDrawing1.vml"]
    assert (boxes.count(b'ObjectType="Button"'), boxes.count(b'ObjectType="Note"')) == (1, 2)
    assert len(set(re.findall(rb' id="(_x0000_s\d+)"', boxes))) == 3
    selected = [name for name, data in after.items() if b"tabSelected" in data]
    assert selected == ["xl/worksheets/findings1.xml"]


def test_a_comment_tells_the_worst_first_and_refers_to_the_cell_to_mend(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("2021"))
    found = rows(finding("S107", ("H23",)), finding("S203", ("H23", "I23"), name="甲"))
    copy = mark(path, found)
    sheet = load_workbook(copy)["自评表"]
    comments = [sheet[cell].comment for cell in ("H23", "I23")]
    assert all(comments)
    first, second = (comment.text for comment in comments if comment)
    heads = re.findall(r"^(错误|提醒|说明) (\w\d+)", first, re.M)
    assert heads == [("错误", "S203"), ("提醒", "S107")]
    assert "怎样改：" in first
    assert second.endswith("说明见 H23 的批注")
    assert sheet["H23"].fill.fgColor.rgb == COLOURS["error"]


def test_a_box_stands_right_of_its_cell_and_is_wide_enough_to_read(tmp_path: Path) -> None:
    """22 characters are 159 pixels, 8.43 are 64: 313 pixels from I + 15 end at L + 41, for 15 + 313 = 159 + 2 × 64 + 41."""
    path = office.workbook(tmp_path / "a.xlsx", office.form("2021"))
    long = finding("S203", ("H23",), name="很长的指标名称" * 10)
    drawings = [data for name, data in parts(mark(path, rows(long))).items() if name.endswith(".vml")]
    assert len(drawings) == 1
    box = re.search(rb"<x:Anchor>(.*?)</x:Anchor>", drawings[0])
    assert box is not None
    left, _, top, _, right, pixels, bottom, _ = (int(n) for n in box[1].split(b","))
    assert (left, top, right, pixels) == (8, 21, 11, 41)
    assert bottom - top >= 4  # a title, two lines or more, and what to do: lines of 17 pixels in rows of 20


def test_cells_and_rows_that_the_file_leaves_out_are_inserted_in_order(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "a.xlsx", office.form("2021"))
    before = parts(path)
    sheet = before["xl/worksheets/sheet1.xml"]
    sheet = re.sub(rb'<row r="7".*?</row>', b"", sheet)
    sheet = re.sub(rb'<row r="8".*?</row>', b'<row r="8" spans="1:9"/>', sheet)
    packed(
        path, {**before, "xl/worksheets/sheet1.xml": sheet.replace(b'<row r="9"', b'<row r="9" spans="1:9"')}
    )
    cells = ("K7", "M8", "K8", "L9", "B60", "A61")
    after = parts(mark(path, rows(finding("S107", cells))))["xl/worksheets/sheet1.xml"]
    places = re.findall(rb'<(?:row|c) r="([A-Z]*\d+)"', after)
    assert places.index(b"6") < places.index(b"7") < places.index(b"K7") < places.index(b"8")
    assert places.index(b"8") < places.index(b"K8") < places.index(b"M8") < places.index(b"9")
    assert places.index(b"I9") < places.index(b"L9") < places.index(b"10")
    assert places[-4:] == [b"60", b"B60", b"61", b"A61"]
    assert b"spans" not in after
    book = load_workbook(tmp_path / "a_批注.xlsx")
    assert all(book["自评表"][cell].fill.fgColor.rgb == COLOURS["warning"] for cell in cells)


def test_the_list_links_to_cells_and_repeats_its_head(tmp_path: Path) -> None:
    path = rich(tmp_path / "rich.xlsx")
    findings = found_in(path)
    book = load_workbook(mark(path))
    sheet = book[LIST]
    head = next(c.row for c in sheet["A"] if c.value == "序号")
    assert [c.value for c in sheet[head]] == ["序号", "级别", "代码", "位置", "问题", "怎样改"]
    assert sheet.max_row - head == len(findings)
    links = [row[3].hyperlink for row in sheet.iter_rows(min_row=head + 1)]
    places = {link.location for link in links if link}
    told = {
        f"'{item['sheet'].replace(chr(39), chr(39) * 2)}'!{item['cells'][0]}"
        for item in findings
        if item["cells"]
    }
    assert told <= places
    assert sheet.print_title_rows == f"${head}:${head}"
    assert book["自评表 '二' 号"].print_title_rows == "$1:$2"


def with_macros(before: dict[str, bytes]) -> dict[str, bytes]:
    office_kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    return {
        **before,
        "[Content_Types].xml": before["[Content_Types].xml"]
        .replace(b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
        .replace(b"</Types>", b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'),
        "xl/_rels/workbook.xml.rels": before["xl/_rels/workbook.xml.rels"].replace(
            b"</Relationships>", b'<Relationship Id="rId99" Type="%s" Target="vbaProject.bin"/></Relationships>' % office_kind
        ),
        "xl/vbaProject.bin": b"macros",
    }  # fmt: skip


def with_prefixes(before: dict[str, bytes]) -> dict[str, bytes]:
    """Write the sheet and the styles as some programs do: every name with a prefix."""
    out = dict(before)
    for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"):
        data = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", before[name])
        out[name] = data.replace(b' xmlns="', b' xmlns:x="')
    return out


def without_places(before: dict[str, bytes]) -> dict[str, bytes]:
    sheet = before["xl/worksheets/sheet1.xml"]
    return {**before, "xl/worksheets/sheet1.xml": re.sub(rb'<(row|c) r="\w+"', rb"<\1", sheet)}


def in_utf16(before: dict[str, bytes]) -> dict[str, bytes]:
    styles = '<?xml version="1.0" encoding="UTF-16"?>' + before["xl/styles.xml"].decode()
    return {**before, "xl/styles.xml": styles.encode("utf-16")}


def with_byte_order_mark(before: dict[str, bytes]) -> dict[str, bytes]:
    name = "xl/worksheets/sheet1.xml"
    return {
        **before,
        name: b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- r="A1" -->' + before[name],
    }


def without_properties(before: dict[str, bytes]) -> dict[str, bytes]:
    out = {name: data for name, data in before.items() if not name.startswith("docProps")}
    for name, pattern in (
        ("_rels/.rels", rb"<Relationship [^>]*docProps[^>]*/>"),
        ("[Content_Types].xml", rb"<Override [^>]*docProps[^>]*/>"),
    ):
        out[name] = re.sub(pattern, b"", out[name])
    return out  # fmt: skip


WRITINGS: dict[str, tuple[Callable[[dict[str, bytes]], dict[str, bytes]], str]] = {
    "宏": (with_macros, "去掉了宏"),
    "前缀": (with_prefixes, ""),
    "无坐标": (without_places, ""),
    "UTF-16": (in_utf16, "转存"),
    "BOM": (with_byte_order_mark, ""),
    "无属性": (without_properties, ""),
}


@pytest.mark.parametrize("name", WRITINGS)
def test_other_ways_of_writing_a_package(name: str, tmp_path: Path) -> None:
    change, remark = WRITINGS[name]
    path = office.workbook(tmp_path / "form.xlsx", office.form("2021"))
    findings = found_in(path)
    packed(path, change(parts(path)))
    copy = mark(path, findings)
    before, after = load_workbook(path)["自评表"], load_workbook(copy)
    sheet = after["自评表"]
    for line in before.iter_rows():
        for cell in line:
            assert sheet[cell.coordinate].value == cell.value
    for place, colour in expected_fills(before, findings).items():
        assert sheet[place].fill.fgColor.rgb == colour
        assert sheet[place].comment is not None
    remarks = "".join(str(row[0].value) for row in after[LIST].iter_rows(min_row=4, max_row=5))
    assert (remark in remarks) if remark else "序号" in remarks
    assert after.properties.subject == MARKED_SUBJECT
    assert is_result(copy)
    assert marked_copy(path.read_bytes(), findings) == copy.read_bytes()
    kinds = parts(copy)["[Content_Types].xml"]
    assert b"spreadsheetml.sheet.main" in kinds
    assert "xl/vbaProject.bin" not in parts(copy)
    assert b"vbaProject" not in kinds


def test_a_conversation_stays_and_the_list_says_so(tmp_path: Path) -> None:
    path = office.workbook(tmp_path / "form.xlsx", office.form("2021"))
    book = load_workbook(path)
    book["自评表"]["H6"].comment = Comment("[Threaded comment]", "tc={0}")
    book.save(path)
    after = load_workbook(mark(path))
    comment = after["自评表"]["H6"].comment
    assert comment is not None
    assert comment.text == "[Threaded comment]"
    assert "自评表!H6 已有会话批注" in str(after[LIST]["A4"].value)


def test_copies_are_written_only_where_there_is_something_to_mend() -> None:
    note = next(item for item in found_in(SAMPLES / "示例_三个项目.xlsx") if item["severity"] == "note")
    error = rows(finding("S203", ("H23",)))
    assert not is_worth([note])
    assert not is_worth(rows(finding("T004", (), why="x")))
    assert is_worth(error)


def evaluate_into(inbox: Path, outbox: Path) -> Any:
    return run(find(inbox, outbox), outbox, outbox / SUMMARY, load("mof-2020"))


def test_an_older_copy_goes_when_all_is_mended(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    office.workbook(inbox / "a.xlsx", office.form("2021"))
    evaluate_into(inbox, outbox)
    assert (outbox / "a_批注.xlsx").is_file()
    office.workbook(inbox / "a.xlsx", office.form("clean"))
    assert evaluate_into(inbox, outbox).failures == []
    assert sorted(p.name for p in outbox.iterdir()) == ["a_评价结果.xlsx", SUMMARY]


def test_a_foreign_file_is_never_replaced_nor_removed(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    outbox.mkdir()
    (outbox / "a_批注.xlsx").write_bytes(b"mine")
    for form, codes in (("2021", ["F010"]), ("clean", [])):
        office.workbook(inbox / "a.xlsx", office.form(form))
        assert [item["code"] for item in evaluate_into(inbox, outbox).failures] == codes
        assert (outbox / "a_批注.xlsx").read_bytes() == b"mine"


@libreoffice.needed
def test_libreoffice_opens_the_copies(tmp_path: Path) -> None:
    paths = [rich(tmp_path / "rich.xlsx")]
    for name, (change, _) in WRITINGS.items():
        path = office.workbook(tmp_path / f"{name}.xlsx", office.form("2021"))
        paths.append(packed(path, change(parts(path))))
    for sample in SAMPLES.glob("*.xlsx"):
        paths.append(tmp_path / sample.name)
        paths[-1].write_bytes(sample.read_bytes())
    copies = [mark(path) for path in paths]
    for copy, opened in zip(copies, libreoffice.convert(copies, tmp_path / "lo"), strict=True):
        ours, theirs = load_workbook(copy), load_workbook(opened)
        assert theirs.sheetnames == ours.sheetnames
        for sheet in ours.worksheets:
            there = theirs[sheet.title]
            for line in sheet.iter_rows():
                for cell in line:
                    same = there[cell.coordinate]
                    if cell.data_type != "f":
                        assert same.value == cell.value, (copy.name, sheet.title, cell.coordinate)
                    assert bool(same.comment) == bool(cell.comment), (copy.name, cell.coordinate)
                    if cell.comment and same.comment:
                        assert same.comment.text.strip() == cell.comment.text.strip()
                        assert cell.fill.fgColor.rgb == same.fill.fgColor.rgb or not cell.fill.fill_type
