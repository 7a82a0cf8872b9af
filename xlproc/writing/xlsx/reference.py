"""The reference: XlsxWriter writes a layout, whatever is in it."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlproc.writing.layout import MARGINS
from xlproc.writing.styles import STYLES
from xlproc.writing.xlsx.looks import is_like_formula

if TYPE_CHECKING:
    from xlproc.writing.layout import Book, Cell, Sheet

CREATED = dt.datetime(2000, 1, 1)
"""The date in the properties of every workbook: the clock would make the same input give other bytes."""
AUTHOR = "xlproc"


def render(book: Book) -> bytes:
    """Give a workbook's bytes; the same layout gives the same bytes.

    Args:
        book: The layout.
    """
    import xlsxwriter

    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    target = xlsxwriter.Workbook(buffer, options)
    target.set_properties(
        {
            "title": book.title,
            "subject": book.subject,
            "keywords": book.keywords,
            "author": AUTHOR,
            "created": CREATED,
        }
    )
    target.set_calc_mode("auto")
    formats: dict[tuple[str, str, bool], Any] = {}

    def format_of(style: str, number_format: str = "", inert: bool = False) -> Any:
        key = (style, number_format, inert)
        if key not in formats:
            made = target.add_format(STYLES[style])
            if number_format:
                made.set_num_format(number_format)
            if inert:
                made.set_quote_prefix()
            formats[key] = made
        return formats[key]

    for sheet in book.sheets:
        _sheet(target, sheet, format_of)
    for name, reference in sorted(book.names.items()):
        target.define_name(name, "=" + reference)
    target.close()
    return buffer.getvalue()


def _sheet(target: Any, sheet: Sheet, format_of: Any) -> None:
    out = target.add_worksheet(sheet.name)
    for column, width in sheet.widths.items():
        out.set_column(column - 1, column - 1, width)
    for row, height in sheet.heights.items():
        out.set_row(row - 1, height)
    for cell in sheet.cells:
        style = format_of(cell.style, cell.number_format, is_like_formula(cell.value))
        if cell.to_row > cell.row or cell.to_column > cell.column:
            out.merge_range(cell.row - 1, cell.column - 1, cell.to_row - 1, cell.to_column - 1, "", style)
        _cell(out, cell, style)
    for rule in sheet.validations:
        out.data_validation(*_area(rule.area), dict(rule.options))
    for rule in sheet.conditions:
        out.conditional_format(*_area(rule.area), {**rule.options, "format": format_of(rule.style)})
    for chart in sheet.charts:
        made = target.add_chart(dict(chart.kind))
        for series in chart.series:
            made.add_series(dict(series))
        made.set_title({"name": chart.title, "name_font": {"size": 12, "name": "宋体"}})
        lines = {"visible": True, "line": {"color": "#D9D9D9"}}
        across, along = (
            ({"visible": False}, lines) if chart.kind["type"] == "bar" else (lines, {"visible": False})
        )
        font = {"name": "宋体"}
        made.set_x_axis({"num_font": font, "major_gridlines": along, **chart.x_axis})
        made.set_y_axis({"num_font": font, "major_gridlines": across, **chart.y_axis})
        made.set_legend(
            {"position": "bottom", "font": {"name": "宋体"}} if len(chart.series) > 1 else {"none": True}
        )
        made.set_size({"width": chart.size[0], "height": chart.size[1]})
        out.insert_chart(chart.row - 1, chart.column - 1, made)
    out.set_paper(9)
    if sheet.landscape:
        out.set_landscape()
    out.fit_to_pages(1, 1 if sheet.one_page else 0)
    out.set_margins(*MARGINS)
    out.center_horizontally()
    out.set_footer(sheet.footer)
    out.set_zoom(sheet.zoom)
    if sheet.repeat:
        out.repeat_rows(sheet.repeat[0] - 1, sheet.repeat[1] - 1)
    if sheet.breaks:
        out.set_h_pagebreaks([row - 1 for row in sheet.breaks])
    if sheet.area:
        out.print_area(*_area(sheet.area))
    if sheet.freeze:
        out.freeze_panes(sheet.freeze[0] - 1, sheet.freeze[1] - 1)
    if sheet.filter:
        out.autofilter(*_area(sheet.filter))
    if sheet.protect is not None:
        out.protect("", dict(sheet.protect))
    if sheet.hidden:
        out.hide()


def _cell(out: Any, cell: Cell, style: Any) -> None:
    row, column, value = cell.row - 1, cell.column - 1, cell.value
    if cell.formula:
        out.write_formula(row, column, cell.formula, style, "" if value is None else value)
    elif cell.link:
        url = cell.link if cell.link.startswith("external:") else f"internal:{cell.link}"
        out.write_url(row, column, url, style, str(value))
    elif value is None or value == "":
        out.write_blank(row, column, None, style)
    elif isinstance(value, str) and value.startswith("<r>") and value.endswith("</r>"):
        # XlsxWriter would take the text itself for XML, and write it as it is
        out.write_rich_string(row, column, style, value[:1], style, value[1:], style)
    elif isinstance(value, str):
        out.write_string(row, column, value, style)
    else:
        out.write_number(row, column, value, style)


def _area(area: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return area[0] - 1, area[1] - 1, area[2] - 1, area[3] - 1
