"""The marked copy: the clerk's own workbook, cells with findings filled and commented, and the list of all findings.

Nothing of the clerk's is read into objects and written anew: the few places that change are edited in the package's
parts, all else stays byte for byte. ``elements`` finds places in a part, ``package`` holds the parts, ``styles`` gives
a cell's own style another fill, ``sheet`` fills cells, ``comments`` adds comments, ``listing`` the first sheet; ``undo``
takes away what an earlier marking left in a copy that was mended and sent in. A package that is written in an unknown way is first saved anew by openpyxl, and the first sheet says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.cells import a1
from xlproc.model.text import one_line
from xlproc.model.words import MARKED_LIST, MARKED_SUBJECT
from xlproc.writing.layout import unique_name
from xlproc.writing.marked.comments import Comments
from xlproc.writing.marked.elements import NotUnderstoodError, changed, inside, parse, spliced, text
from xlproc.writing.marked.listing import insert_first, list_sheet
from xlproc.writing.marked.package import Package
from xlproc.writing.marked.resave import resaved
from xlproc.writing.marked.sheet import ClerkSheet, spot
from xlproc.writing.marked.styles import Styles
from xlproc.writing.marked.undo import unmarked
from xlproc.writing.problems import listed
from xlproc.writing.styles import ERROR, NOTE, WARNING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.writing.marked.comments import Part
    from xlproc.writing.marked.sheet import Spot

__all__ = ["is_worth", "marked_copy"]

Row = dict[str, Any]

_FILLS = {"error": ERROR, "warning": WARNING, "note": NOTE}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_KINDS = {
    _XLSX,
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
}
_DROPPED = {"vbaProject": "宏", "origin": "数字签名"}
_TROUBLE = (ValueError, LookupError, ArithmeticError, RecursionError)
"""What a package gives that contradicts itself: numbers that are none, places that are not there, depths without end."""
_CORE = "docProps/core.xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_NEW_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_AGAIN = "填报文件是改过的批注副本：上次的清单、着色和批注已去掉，着色前的底色没有恢复。"
_RESAVED = "填报文件的写法特殊，本副本是转存后批注的，图形、图片、部分格式可能没有保留；以原文件为准。"


def is_worth(findings: Sequence[Row]) -> bool:
    """Tell whether a workbook gets a marked copy: where an error or warning stands at one of its cells."""
    return any(item["severity"] != "note" and item["sheet"] and item["cells"] for item in findings)


def marked_copy(data: bytes, findings: Sequence[Row], remarks: Sequence[str] = ()) -> bytes:
    """Make the marked copy; the same file and findings give the same bytes.

    Args:
        data: The clerk's file, or what it was turned into where it is of another kind than .xlsx and .xlsm.
        findings: Rows of ``findings`` about it.
        remarks: What the first sheet says of it.

    Raises:
        ValueError: The file is written in a way that neither this room nor openpyxl can follow.
    """
    try:
        return _marked(Package(data), findings, [*remarks])
    except _TROUBLE:
        pass
    try:
        return _marked(Package(resaved(data)), findings, [*remarks, _RESAVED])
    except _TROUBLE as trouble:
        raise NotUnderstoodError(f"{type(trouble).__name__}: {trouble}"[:200]) from trouble


def _marked(package: Package, findings: Sequence[Row], remarks: list[str]) -> bytes:
    workbook = package.related("", "officeDocument")
    if package.type_of(workbook) not in _KINDS or package.related(workbook, "xlMacrosheet"):
        raise NotUnderstoodError(workbook)
    package.retype(workbook, _XLSX)
    gone = package.drop(workbook, frozenset(_DROPPED)) | package.drop("", frozenset(_DROPPED))
    remarks += [f"副本里去掉了{_DROPPED[kind]}；原文件没有改动。" for kind in _DROPPED if kind in gone]
    sheets = _sheets(package, workbook)
    if unmarked(package, workbook, sheets):
        del sheets[MARKED_LIST]
        remarks.append(_AGAIN)
    for path in sheets.values():
        _deselect(package, path)
    sheet_styles = package.related(workbook, "styles")
    styles, comments = Styles(package[sheet_styles]), Comments(package)
    marks = _marks(findings)
    for name in marks:
        if name not in sheets:
            raise NotUnderstoodError(name)
        threads = _mark(package, sheets[name], marks[name], styles, comments)
        if threads:
            cells = f.place(name, [a1(*place) for place in threads])
            remarks.append(f"{cells} 已有会话批注，本软件的说明没有加进去，只列在下面。")
    listing = list_sheet(unique_name(MARKED_LIST, set(sheets)), findings, list(sheets), remarks)
    insert_first(package, workbook, listing, styles)
    package[sheet_styles] = styles.data()
    _name_as_ours(package)
    return package.data()


def _sheets(package: Package, workbook: str) -> dict[str, str]:
    """Give the part of each sheet, by its name."""
    parts = {item.id: item.target for item in package.relations(workbook)}
    entries = parse(package[workbook]).first("sheets")
    return {
        one_line(item.get("name")): parts.get(item.get("id"), "")
        for item in (entries.children if entries else ())
    }


def _deselect(package: Package, path: str) -> None:
    """Let a sheet not be selected beside the list: what is typed into one of several selected sheets goes into all."""
    data = package[path]
    if b"tabSelected" in data:
        root = parse(data, lambda item: item.name in ("worksheet", "chartsheet", "dialogsheet", "sheetViews"))
        views = [view for holder in root.all("sheetViews") for view in holder.children]
        package[path] = spliced(
            data, [edit for view in views for edit in changed(data, view, tabSelected=None)]
        )


def _marks(findings: Sequence[Row]) -> dict[str, list[Row]]:
    """Give the findings that stand at cells, by sheet, the worst first."""
    marks: dict[str, list[Row]] = {}
    for severity in f.SEVERITIES:
        for _, item in listed(findings):
            if item["severity"] == severity and item["sheet"] and item["cells"]:
                marks.setdefault(item["sheet"], []).append(item)
                for workbook, sheet, cells in item["elsewhere"]:
                    if workbook == item["workbook"]:
                        marks.setdefault(sheet, []).append({**item, "sheet": sheet, "cells": cells})
    return marks


def _mark(
    package: Package, path: str, findings: Sequence[Row], styles: Styles, comments: Comments
) -> list[Spot]:
    """Fill and comment a sheet's cells; give those that could not be commented."""
    sheet = ClerkSheet(package[path])
    colours: dict[Spot, str] = {}
    texts: dict[Spot, list[Part]] = {}
    for item in findings:
        places = dict.fromkeys(sheet.span(spot(cell))[:2] for cell in item["cells"])
        first = next(iter(places))
        for place in places:
            colours.setdefault(place, _FILLS[item["severity"]])
            texts.setdefault(place, []).append(_part(item, "" if place == first else a1(*first)))
    edits = sheet.filled(colours, styles)
    more, threads = comments.add(path, sheet, dict(sorted(texts.items())))
    package[path] = sheet.edited([*edits, *more])
    return threads


def _part(item: Row, other: str) -> Part:
    """Say a finding in a comment; at its further cells only where it is told."""
    head = f"{f.severity_word(item['severity'])} {item['code']}　{f.title(item['code'])}"
    if other:
        return head, f"说明见 {other} 的批注"
    remedy = f.todo(item)
    return head, f.body(item) + (f"\n怎样改：{remedy}" if remedy else "")


def _name_as_ours(package: Package) -> None:
    """Set the copy's subject, so that it is known for what it is."""
    core = package.related("", "core-properties")
    if core not in ("", _CORE) or (not core and _CORE in package.parts):
        raise NotUnderstoodError(core)
    if not core:
        package.relate("", _CORE_RELATION, package.add(_CORE, _NEW_CORE, _CORE_TYPE))
    data = package[_CORE]
    root = parse(data)
    old = [(item.start, item.end, b"") for item in root.all("subject")]
    subject = f'<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/">{text(MARKED_SUBJECT)}</dc:subject>'
    package[_CORE] = spliced(data, [*old, inside(root, subject.encode())])
