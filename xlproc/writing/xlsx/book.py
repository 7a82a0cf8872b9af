"""The parts about the workbook as a whole: its sheets' names, its defined names, its properties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.places import fixed
from xlproc.writing.xlsx.reference import AUTHOR, CREATED
from xlproc.writing.xlsx.texts import DECLARATION, MAIN, OFFICE, attribute, content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.writing.layout import Book, Sheet

_VIEW = (
    '<fileVersion appName="xl" lastEdited="4" lowestEdited="4" rupBuild="4505"/>'
    '<workbookPr defaultThemeVersion="124226"/>'
    '<bookViews><workbookView xWindow="240" yWindow="15" windowWidth="16095" windowHeight="9660"/></bookViews>'
)
_HIDDEN = ' state="hidden"'
_QUOTE = "'"
_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LIKE_PLACE = re.compile(r"[A-Za-z]{1,3}\d*|[rcRC]\d+[rcRC]\d+")


class Name(NamedTuple):
    """A defined name: of a sheet, by its index, or of the workbook (-1)."""

    name: str
    sheet: int
    place: str


def names(book: Book) -> list[Name]:
    """Give a workbook's defined names, those that its sheets' print set-up makes among them, in Excel's order.

    Raises:
        UnusualError: A sheet's name or a defined name is not plainly one.
    """
    _check(book.sheets)
    made = [
        Name(name, -1, place.lstrip("=")) for name, place in sorted(book.names.items()) if _is_plain(name)
    ]
    for index, sheet in enumerate(book.sheets):
        made += [Name(f"_xlnm.{name}", index, place) for name, place in _of_sheet(sheet)]
    return sorted(made, key=_order)


def _order(item: Name) -> str:
    return f"{item.name.replace('_xlnm.', '')}::{item.place.lstrip(_QUOTE)}".lower()


def _check(sheets: Sequence[Sheet]) -> None:
    seen = {sheet.name.lower() for sheet in sheets}
    for sheet in sheets:
        units = len(sheet.name.encode("utf-16-le")) // 2
        if not 0 < units <= _LONGEST_NAME or _FORBIDDEN.search(sheet.name):
            raise UnusualError(sheet.name)
    if not sheets or len(seen) < len(sheets):
        raise UnusualError("sheets")


def _is_plain(name: str) -> bool:
    if not name.isidentifier() or len(name) > 100 or _LIKE_PLACE.fullmatch(name):
        raise UnusualError(name)
    return True


def _of_sheet(sheet: Sheet) -> list[tuple[str, str]]:
    """Give the names that a sheet's filter and print set-up make."""
    from xlsxwriter.utility import quote_sheetname

    made = []
    quoted = quote_sheetname(sheet.name)
    if sheet.filter:
        made.append(("_FilterDatabase", f"{quoted}!{fixed(sheet.filter)}"))
    if sheet.area:
        made.append(("Print_Area", f"{quoted}!{fixed(sheet.area)}"))
    if sheet.repeat:
        first, last = sheet.repeat
        made.append(("Print_Titles", f"{quoted}!${first}:${last}"))
    return made


def workbook_xml(book: Book, defined: Sequence[Name]) -> str:
    """Write the main part."""
    hidden = {number for number, sheet in enumerate(book.sheets) if sheet.hidden and number}
    sheets = "".join(
        f'<sheet name="{attribute(sheet.name)}" sheetId="{number + 1}"{_HIDDEN * (number in hidden)} r:id="rId{number + 1}"/>'
        for number, sheet in enumerate(book.sheets)
    )
    written = "".join(map(_name, defined))
    return (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{_VIEW}<sheets>{sheets}</sheets>'
        f"{f'<definedNames>{written}</definedNames>' if written else ''}"
        '<calcPr calcId="124519" fullCalcOnLoad="1"/></workbook>'
    )


def _name(item: Name) -> str:
    of = f' localSheetId="{item.sheet}"' if item.sheet >= 0 else ""
    of += ' hidden="1"' if item.name == "_xlnm._FilterDatabase" else ""
    return f'<definedName name="{attribute(item.name)}"{of}>{content(item.place)}</definedName>'


def core_xml(book: Book) -> str:
    """Write the properties that people see."""
    date = f"{CREATED:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:dcmitype="http://purl.org/dc/dcmitype/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{content(book.title)}</dc:title><dc:subject>{content(book.subject)}</dc:subject>"
        f"<dc:creator>{AUTHOR}</dc:creator><cp:keywords>{content(book.keywords)}</cp:keywords>"
        f"<cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{date}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified></cp:coreProperties>'
    )


def app_xml(book: Book, defined: Sequence[Name]) -> str:
    """Write the properties that name the sheets and ranges."""
    sheets = [sheet.name for sheet in book.sheets]
    ranges = [_range(item) for item in defined if "!" in item.place and item.name != "_xlnm._FilterDatabase"]
    counts = [("Worksheets", len(sheets))] + ([("Named Ranges", len(ranges))] if ranges else [])
    pairs = "".join(
        f"<vt:variant><vt:lpstr>{label}</vt:lpstr></vt:variant><vt:variant><vt:i4>{count}</vt:i4></vt:variant>"
        for label, count in counts
    )
    titles = "".join(f"<vt:lpstr>{content(title)}</vt:lpstr>" for title in (*sheets, *ranges))
    return (
        f'{DECLARATION}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"'
        f' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        "<Application>Microsoft Excel</Application><DocSecurity>0</DocSecurity><ScaleCrop>false</ScaleCrop>"
        f'<HeadingPairs><vt:vector size="{2 * len(counts)}" baseType="variant">{pairs}</vt:vector></HeadingPairs>'
        f'<TitlesOfParts><vt:vector size="{len(sheets) + len(ranges)}" baseType="lpstr">{titles}</vt:vector></TitlesOfParts>'
        "<Company></Company><LinksUpToDate>false</LinksUpToDate><SharedDoc>false</SharedDoc>"
        "<HyperlinksChanged>false</HyperlinksChanged><AppVersion>12.0000</AppVersion></Properties>"
    )


def _range(item: Name) -> str:
    owner = item.place.split("!", 1)[0]
    return f"{owner}!{item.name.removeprefix('_xlnm.')}" if item.sheet >= 0 else item.name
