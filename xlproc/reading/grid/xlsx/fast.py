"""The fast reading: the parts of the package that cells need, each read once."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring, tostring

from openpyxl.xml.constants import (
    ARC_CONTENT_TYPES,
    ARC_CORE,
    ARC_CUSTOM,
    ARC_STYLE,
    ARC_THEME,
    SHEET_MAIN_NS,
)

from xlproc.reading.grid.cells import Room
from xlproc.reading.grid.xlsx import around
from xlproc.reading.grid.xlsx.around import UnclaimedError
from xlproc.reading.grid.xlsx.raw import Raw, grid, merged_areas
from xlproc.reading.grid.xlsx.stream import Stream, plain
from xlproc.reading.grid.xlsx.values import Values

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from xlproc.reading.grid.cells import Grid

MAX_STRINGS = 8 * 2**20
"""Most bytes of shared strings that are held as a tree."""
_SI, _T, _PHONETIC = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("si", "t", "phoneticPr"))
_UNSAID = ({"fontId", "type"}, {"fontId"})
_SOUNDS = frozenset({None, "noConversion", "halfwidthKatakana", "fullwidthKatakana", "Hiragana"})


def read(data: bytes) -> Grid:
    """Read a workbook's cells; as :func:`xlproc.reading.grid.xlsx.read` does.

    Raises:
        UnclaimedError: Only openpyxl is to read it. So it is, whatever else this raises.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())
        book_part, strings_part = around.contents(package.read(ARC_CONTENT_TYPES))
        book = around.book(book_part, package.read(book_part), package.read(around.relations_of(book_part)))
        strings = _strings(package.read(strings_part)) if strings_part else []
        values = Values(strings, around.styles(package.read(ARC_STYLE)), book.epoch)
        subject = around.subject(package.read(ARC_CORE)) if ARC_CORE in names else ""
        if ARC_CUSTOM in names:
            around.prove_properties(package.read(ARC_CUSTOM))
        if ARC_THEME in names:
            package.read(ARC_THEME)  # proves that it inflates
        room = Room()
        sheets = []
        for name, visible, part in book.sheets:
            if (relations := around.relations_of(part)) in names:
                around.prove_relations(relations, package.read(relations))
            sheets.append(_sheet(name, visible, package.read(part), room, values))
    return grid(sheets, subject)


def _sheet(name: str, visible: bool, xml: bytes, room: Room, values: Values) -> Raw:
    raw = Raw(name, visible, room.areas(merged_areas(xml)))
    Stream(xml, raw, values).read()
    return raw


def _strings(xml: bytes) -> list[str]:
    """Read the shared strings."""
    if len(xml) > MAX_STRINGS:
        raise UnclaimedError
    # openpyxl takes what stands for an underscore out of these, and of no others
    return [_text(string).replace("x005F_", "") for string in fromstring(plain(xml))]


def _text(string: Element) -> str:
    if string.tag != _SI:
        raise UnclaimedError
    kinds = [part.tag for part in string]
    if kinds and kinds[0] == _T and not len(string[0]) and (len(kinds) == 1 or _is_unsaid(string[1:])):
        return string[0].text or ""
    if sum(1 for _ in string.iter(_SI)) > 1:
        raise UnclaimedError
    return around.text((), tostring(string))


def _is_unsaid(rest: list[Element]) -> bool:
    """Tell whether nothing follows but how a text would be pronounced, as Chinese Excel notes at every text."""
    (first, *others) = rest
    return (
        not others
        and first.tag == _PHONETIC
        and not len(first)
        and first.keys() in _UNSAID
        and first.get("fontId", "").isdecimal()
        and first.get("type") in _SOUNDS
    )
