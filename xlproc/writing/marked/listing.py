"""批注清单: the first sheet of a marked copy; what it lists, and how a sheet of ours comes into the clerk's workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.cells import quoted
from xlproc.model.words import MARKED_LIST
from xlproc.writing.files import MARKED_PART
from xlproc.writing.layout import Book, Sheet, wrapped
from xlproc.writing.links import MOST_LINKS
from xlproc.writing.marked.elements import (
    Edit,
    Element,
    NotUnderstoodError,
    attribute,
    changed,
    inside,
    parse,
    prefixed,
    spliced,
)
from xlproc.writing.marked.package import OFFICE
from xlproc.writing.problems import listed, summary_line
from xlproc.writing.xlsx import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.writing.marked.package import Package
    from xlproc.writing.marked.styles import Styles

Row = dict[str, Any]

WHOLE_FILE = "（整个文件）"
ABOUT = (
    "本文件是填报文件的副本：有问题的单元格已着色（橙为错误、黄为提醒、蓝为说明），并附批注；填报的内容没有改动。"
    "请在原填报文件中改正后上报；直接在本文件中改正并保存的，也可以上报。点“位置”可到所在单元格。"
)
_COLUMNS = (("序号", 6), ("级别", 8), ("代码", 8), ("位置", 32), ("问题", 60), ("怎样改", 44))
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def list_sheet(name: str, findings: Sequence[Row], sheets: Sequence[str], remarks: Sequence[str]) -> Sheet:
    """Make the list.

    Args:
        name: The sheet's name.
        findings: Rows of ``findings`` of one workbook.
        sheets: The workbook's sheets.
        remarks: What could not be kept or marked.
    """
    sheet = Sheet(name, landscape=True)
    last = len(_COLUMNS)
    sheet.widths = {i: width for i, (_, width) in enumerate(_COLUMNS, start=1)}
    sheet.put(1, 1, MARKED_LIST, "title", to_column=last)
    sheet.put(2, 1, summary_line(findings), "subtitle", to_column=last)
    sheet.heights.update({1: 28, 2: 20})
    for row, remark in enumerate((ABOUT, *remarks), start=3):
        sheet.put(row, 1, remark, "left" if row == 3 else "remark", to_column=last)
        sheet.fit(row, {(1, last): remark})
    head = row + 1
    for i, (label, _) in enumerate(_COLUMNS, start=1):
        sheet.put(head, i, label, "head")
    sheet.heights[head] = 22
    for number, (_, item) in enumerate(listed(findings), start=1):
        row = head + number
        place = f.place(item["sheet"], item["cells"])
        cell = item["cells"][0] if item["cells"] else "A1"
        link = f"{quoted(item['sheet'])}!{cell}" if item["sheet"] in sheets and number <= MOST_LINKS else ""
        sheet.put(row, 1, number, "center")
        sheet.put(row, 2, f.severity_word(item["severity"]), item["severity"])
        sheet.put(row, 3, item["code"], "center")
        sheet.put(row, 4, place or WHOLE_FILE, "link_left" if link else "left", link=link)
        texts = {4: place, 5: f.body(item), 6: f.todo(item)}
        sheet.put(row, 5, texts[5], "left")
        sheet.put(row, 6, texts[6], "left")
        if wrapped(place, sheet.widths[4]) > 1:  # programs break the line behind the sheet's name
            texts[4] = place.replace("!", "!\n")
        sheet.fit(row, {(i, i): said for i, said in texts.items()})
    sheet.repeat = (head, head)
    sheet.freeze = (head + 1, 1)
    sheet.filter = (head, 1, row, last)
    sheet.area = (1, 1, row, last)
    return sheet


def insert_first(package: Package, workbook: str, sheet: Sheet, styles: Styles) -> None:
    """Put a sheet of ours before all others of a workbook, and let it be the one that is shown first.

    Args:
        package: The clerk's workbook.
        workbook: Its main part.
        sheet: Ours.
        styles: The workbook's; those of our sheet are added.
    """
    made = parts(Book([sheet]))
    shift = styles.adopt(made["xl/styles.xml"])
    strings = re.findall(rb"<si>(.*?)</si>", made["xl/sharedStrings.xml"], re.S)

    def told(match: re.Match[bytes]) -> bytes:
        style = b'%s s="%d"' % (match[1], int(match[2]) + shift)
        return style + (b' t="inlineStr"><is>' + strings[int(match[4])] + b"</is>" if match[3] else b"")

    cells = rb'(<c r="[A-Z]+\d+") s="(\d+)"( t="s"><v>(\d+)</v>)?'
    part = package.add(
        f"{MARKED_PART}{{}}.xml", re.sub(cells, told, made["xl/worksheets/sheet1.xml"]), _WORKSHEET
    )
    relation = package.relate(workbook, f"{OFFICE}/worksheet", part)
    data = package[workbook]
    root = parse(data)
    sheets = root.first("sheets")
    if sheets is None or not sheets.children:
        raise NotUnderstoodError("sheets")
    number = 1 + max(int(item.get("sheetId")) for item in sheets.children)
    entry = (
        f'<sheet xmlns:rel="{OFFICE}" name={attribute(sheet.name)} sheetId="{number}" rel:id="{relation}"/>'
    )
    first = sheets.children[0].start
    edits: list[Edit] = [(first, first, prefixed(entry, root.prefix))]
    for views in root.all("bookViews"):
        for view in views.children:
            edits += changed(data, view, activeTab=None, firstSheet=None)
    edits += _names(data, root, made["xl/workbook.xml"])
    package[workbook] = spliced(data, edits)


def _names(data: bytes, root: Element, ours: bytes) -> list[Edit]:
    """Move the defined names that belong to a sheet on by one sheet, and add our sheet's."""
    names = parse(ours).first("definedNames")
    xml = "".join(ours[item.start : item.end].decode() for item in names.children) if names else ""
    made = prefixed(xml, root.prefix)
    there = root.first("definedNames")
    if there is None:
        before = [i for i in root.children if i.name in ("sheets", "functionGroups", "externalReferences")]
        tag = f"{root.prefix}definedNames".encode()
        return [(before[-1].end, before[-1].end, b"<%s>%s</%s>" % (tag, made, tag))]
    edits = [inside(there, made)]
    for item in there.children:
        if item.get("localSheetId"):
            edits += changed(data, item, localSheetId=int(item.get("localSheetId")) + 1)
    return edits
