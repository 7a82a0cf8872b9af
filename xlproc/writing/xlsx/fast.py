"""The fast writer: the sheets' XML written here, the rest kept from XlsxWriter; the very bytes that XlsxWriter gives."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from xlproc.writing.xlsx import book as whole
from xlproc.writing.xlsx.cells import laid
from xlproc.writing.xlsx.charts import CONTENTS, drawn
from xlproc.writing.xlsx.frame import frame
from xlproc.writing.xlsx.looks import Looks
from xlproc.writing.xlsx.package import archive
from xlproc.writing.xlsx.sheet import relations, sheet_xml
from xlproc.writing.xlsx.texts import Strings

if TYPE_CHECKING:
    from xlproc.writing.layout import Book
    from xlproc.writing.xlsx.package import Part


def render(book: Book) -> bytes:
    """Give a workbook's bytes.

    Args:
        book: The layout.

    Raises:
        UnusualError: It asks for what only the reference writes.
    """
    return archive(parts(book))


def parts(book: Book) -> dict[str, bytes | Part]:
    """Give a workbook's parts in their order, those that are kept packed, as :func:`render`."""
    defined = whole.names(book)
    met, strings = Looks(), Strings()
    cells = [laid(sheet, met, strings) for sheet in book.sheets]
    by_number = list(met)
    looks = [by_number[number] for number in dict.fromkeys(chain.from_iterable(each.looks for each in cells))]
    styles = dict.fromkeys(rule.style for sheet in book.sheets for rule in sheet.conditions)
    shared = frame(tuple(looks), tuple(styles), len(cells), bool(strings))
    numbered = {met[look]: style for look, style in shared.looks.items()}
    sheets, links, drawings = {}, {}, 0
    for number, (sheet, each) in enumerate(zip(book.sheets, cells, strict=True), start=1):
        sheets[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(
            sheet, each, numbered, shared.conditions, number == 1
        )
        drawings += bool(sheet.charts)
        outer = relations(
            [each.links[place] for place in sorted(each.links)], drawings if sheet.charts else 0
        )
        if outer:
            links[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = outer
    charts = drawn(book.sheets)
    known: dict[str, bytes | Part] = {**shared.parts, **charts}
    related = [name for name in charts if "/_rels/" in name]
    texts = {
        **dict.fromkeys(("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"), ""),
        **sheets,
        "xl/workbook.xml": whole.workbook_xml(book, defined),
        **dict.fromkeys((name for name in charts if name != CONTENTS and name not in related), ""),
        **({"xl/sharedStrings.xml": strings.xml()} if strings else {}),
        **dict.fromkeys(("xl/styles.xml", "xl/theme/theme1.xml"), ""),
        **links,
        **dict.fromkeys(related, ""),
        "docProps/core.xml": whole.core_xml(book),
        "docProps/app.xml": whole.app_xml(book, defined),
    }
    return {name: known.get(name) or text.encode() for name, text in texts.items()}
