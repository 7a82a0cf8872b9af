"""The fast writer: the sheets' XML written here, the rest kept from XlsxWriter; the very bytes that XlsxWriter gives."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from xlproc.writing.xlsx import book as whole
from xlproc.writing.xlsx.cells import laid
from xlproc.writing.xlsx.errors import UnusualError
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
    if any(sheet.charts for sheet in book.sheets):
        raise UnusualError("charts")
    defined = whole.names(book)
    met, strings = Looks(), Strings()
    cells = [laid(sheet, met, strings) for sheet in book.sheets]
    by_number = list(met)
    looks = [by_number[number] for number in dict.fromkeys(chain.from_iterable(each.looks for each in cells))]
    styles = dict.fromkeys(rule.style for sheet in book.sheets for rule in sheet.conditions)
    shared = frame(tuple(looks), tuple(styles), len(cells), bool(strings))
    numbered = {met[look]: style for look, style in shared.looks.items()}
    sheets, links = {}, {}
    for number, (sheet, each) in enumerate(zip(book.sheets, cells, strict=True), start=1):
        sheets[f"xl/worksheets/sheet{number}.xml"] = sheet_xml(
            sheet, each, numbered, shared.conditions, number == 1
        )
        if outer := relations(each.links[place] for place in sorted(each.links)):
            links[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = outer
    texts = {
        **dict.fromkeys(("[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"), ""),
        **sheets,
        "xl/workbook.xml": whole.workbook_xml(book, defined),
        **({"xl/sharedStrings.xml": strings.xml()} if strings else {}),
        **dict.fromkeys(("xl/styles.xml", "xl/theme/theme1.xml"), ""),
        **links,
        "docProps/core.xml": whole.core_xml(book),
        "docProps/app.xml": whole.app_xml(book, defined),
    }
    return {name: shared.parts.get(name) or text.encode() for name, text in texts.items()}
