"""A sheet as XML, and the links that lead out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.model.cells import a1
from xlproc.writing.layout import MARGINS
from xlproc.writing.xlsx.cells import sheet_data
from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.places import LAST_COLUMN, span
from xlproc.writing.xlsx.rules import conditions, validations
from xlproc.writing.xlsx.texts import DECLARATION, MAIN, OFFICE, attribute, content

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlproc.writing.layout import Cell, Sheet
    from xlproc.writing.xlsx.cells import Laid

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_USUAL = 64
"""Width of a column that nothing was said of, in pixels."""
_CUSTOM = ' customWidth="1"'
_MOST_BREAKS, _MOST_LINKS, _LONGEST_LINK, _LONGEST_FOOTER = 1_023, 65_530, 1_000, 127
_PROTECTED = {
    "format_cells": "formatCells",
    "format_columns": "formatColumns",
    "format_rows": "formatRows",
    "insert_columns": "insertColumns",
    "insert_rows": "insertRows",
    "insert_hyperlinks": "insertHyperlinks",
    "delete_columns": "deleteColumns",
    "delete_rows": "deleteRows",
    "sort": "sort",
    "autofilter": "autoFilter",
    "pivot_tables": "pivotTables",
}
"""What a protected sheet may allow."""


def sheet_xml(
    sheet: Sheet, cells: Laid, styles: Mapping[int, int], formats: Mapping[str, int], is_first: bool
) -> str:
    """Write a sheet.

    Args:
        sheet: The sheet.
        cells: Its cells, laid out.
        styles: The numbers of the file's styles by those of the looks.
        formats: The numbers of the styles of conditional formats.
        is_first: Whether it is the first, which is the one shown.

    Raises:
        UnusualError: It asks for what is not written here.
    """
    orientation = "landscape" if sheet.landscape else "portrait"
    pages = "" if sheet.one_page else ' fitToHeight="0"'
    left, right, top, bottom = MARGINS
    return "".join(
        (
            f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">',
            f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="{cells.dimension}"/>',
            _view(sheet, is_first),
            '<sheetFormatPr defaultRowHeight="15"/>',
            _columns(sheet.widths),
            sheet_data(cells, styles),
            _protection(sheet.protect),
            f'<autoFilter ref="{span(sheet.filter)}"/>' if sheet.filter else "",
            _merges(cells.merges),
            conditions(sheet.conditions, formats),
            validations(sheet.validations),
            _links(cells.links),
            '<printOptions horizontalCentered="1"/>',
            f'<pageMargins left="{left}" right="{right}" top="{top}" bottom="{bottom}" header="0.3" footer="0.3"/>',
            f'<pageSetup paperSize="9"{pages} orientation="{orientation}"/>',
            _footer(sheet.footer),
            _breaks(sheet.breaks),
            f'<drawing r:id="rId{len(_files(cells.links.values())) + 1}"/>' if sheet.charts else "",
            "</worksheet>",
        )
    )


def _view(sheet: Sheet, is_first: bool) -> str:
    if not 10 <= sheet.zoom <= 400:
        raise UnusualError(sheet.zoom)
    head = ' tabSelected="1"' if is_first else ""
    if sheet.zoom != 100:
        head += f' zoomScale="{sheet.zoom}" zoomScaleNormal="{sheet.zoom}"'
    pane = _pane(*sheet.freeze) if sheet.freeze else ""
    view = f'<sheetView{head} workbookViewId="0"'
    return (
        f"<sheetViews>{view}>{pane}</sheetView></sheetViews>"
        if pane
        else f"<sheetViews>{view}/></sheetViews>"
    )


def _pane(row: int, column: int) -> str:
    """Write which rows and columns stand still: those before a place."""
    down, across = row - 1, column - 1
    active = ("bottomRight" if down else "topRight") if across else "bottomLeft"
    others = ""
    if down and across:
        above, before = a1(1, column), a1(row, 1)
        others = f'<selection pane="topRight" activeCell="{above}" sqref="{above}"/>'
        others += f'<selection pane="bottomLeft" activeCell="{before}" sqref="{before}"/>'
    split = (f' xSplit="{across}"' if across else "") + (f' ySplit="{down}"' if down else "")
    pane = f'<pane{split} topLeftCell="{a1(row, column)}" activePane="{active}" state="frozen"/>'
    return f'{pane}{others}<selection pane="{active}"/>'


def _columns(widths: Mapping[int, float]) -> str:
    """Write the widths of columns, neighbours of one width together."""
    groups: list[tuple[int, int, int]] = []
    for column, width in sorted(widths.items()):
        pixels = int(width * 7 + 0.5) + 5 if width >= 1 else int(width * 12 + 0.5)
        if not 1 <= column <= LAST_COLUMN:
            raise UnusualError(column)
        if groups and groups[-1][1:] == (column - 1, pixels):
            groups[-1] = (groups[-1][0], column, pixels)
        else:
            groups.append((column, column, pixels))
    written = "".join(
        f'<col min="{first}" max="{last}" width="{pixels * 256 // 7 / 256:.16g}"{_CUSTOM * (pixels != _USUAL)}/>'
        for first, last, pixels in groups
    )
    return f"<cols>{written}</cols>" if groups else ""


def _protection(options: Mapping[str, bool] | None) -> str:
    if options is None:
        return ""
    if not options.keys() <= _PROTECTED.keys():
        raise UnusualError(options)
    allowed = "".join(f' {name}="0"' for key, name in _PROTECTED.items() if options.get(key))
    return f'<sheetProtection sheet="1" objects="1" scenarios="1"{allowed}/>'


def _merges(areas: list[str]) -> str:
    written = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return f'<mergeCells count="{len(areas)}">{written}</mergeCells>' if areas else ""


def _links(links: Mapping[tuple[int, int], Cell]) -> str:
    if not links:
        return ""
    if len(links) > _MOST_LINKS:
        raise UnusualError("links")
    outer = 0
    out = ["<hyperlinks>"]
    for place in sorted(links):
        cell = links[place]
        if len(cell.link) > _LONGEST_LINK or cell.formula:
            raise UnusualError(cell)
        if cell.link.startswith("external:"):
            outer += 1
            _, anchor = _outer(cell.link)
            location = f' location="{attribute(anchor)}"' if anchor else ""
            out.append(f'<hyperlink ref="{a1(*place)}" r:id="rId{outer}"{location}/>')
        else:
            shown = attribute(str(cell.value))
            out.append(f'<hyperlink ref="{a1(*place)}" location="{attribute(cell.link)}" display="{shown}"/>')
    out.append("</hyperlinks>")
    return "".join(out)


def _outer(link: str) -> tuple[str, str]:
    """Part a link to a file beside the workbook into the file and the place in it."""
    file, _, anchor = link.removeprefix("external:").replace("/", "\\").partition("#")
    if not file or re.match(r"\\\\|\.\\|.:", file) or re.search(r'["<>\[\]^`{} ]|%(?![0-9a-fA-F]{2})', file):
        raise UnusualError(link)
    return file, anchor


def relations(links: Iterable[Cell], drawing: int = 0) -> str:
    """Write the files that a sheet's links lead to, and its drawing; "" where it has none.

    Args:
        links: The cells that are links, row by row.
        drawing: The number of the drawing with its charts, 0 for none.
    """
    files = _files(links)
    written = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/hyperlink" Target="{attribute(file)}" TargetMode="External"/>'
        for number, file in enumerate(files, start=1)
    )
    if drawing:
        target = f"../drawings/drawing{drawing}.xml"
        written += f'<Relationship Id="rId{len(files) + 1}" Type="{OFFICE}/drawing" Target="{target}"/>'
    return f'{DECLARATION}<Relationships xmlns="{_RELATIONS}">{written}</Relationships>' if written else ""


def _files(links: Iterable[Cell]) -> list[str]:
    return [_outer(cell.link)[0] for cell in links if cell.link.startswith("external:")]


def _footer(text: str) -> str:
    if len(text) > _LONGEST_FOOTER or "&G" in text or "&[Picture]" in text:
        raise UnusualError(text)
    return f"<headerFooter>{f'<oddFooter>{content(text)}</oddFooter>' if text else ''}</headerFooter>"


def _breaks(rows: list[int]) -> str:
    """Write the rows after which a page ends, of those that begin one."""
    ends = sorted({row - 1 for row in rows} - {0})
    if len(ends) > _MOST_BREAKS:
        raise UnusualError("breaks")
    written = "".join(f'<brk id="{end}" max="16383" man="1"/>' for end in ends)
    return (
        f'<rowBreaks count="{len(ends)}" manualBreakCount="{len(ends)}">{written}</rowBreaks>' if ends else ""
    )
