"""The fast reading: the parts of the package that cells need, each read once."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl.xml.constants import (
    ARC_CONTENT_TYPES,
    ARC_CORE,
    ARC_CUSTOM,
    ARC_STYLE,
    ARC_THEME,
)

from xlproc.reading.grid.cells import Room
from xlproc.reading.grid.xlsx import around
from xlproc.reading.grid.xlsx.raw import Raw, grid, merged_areas
from xlproc.reading.grid.xlsx.stream import read_sheet
from xlproc.reading.grid.xlsx.strings import shared_strings
from xlproc.reading.grid.xlsx.values import Values

if TYPE_CHECKING:
    from xlproc.reading.grid.cells import Grid


def read(data: bytes) -> Grid:
    """Read a workbook's cells; as :func:`xlproc.reading.grid.xlsx.read` does.

    Raises:
        UnclaimedError: Only openpyxl is to read it. So it is, whatever else this raises.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())
        book_part, strings_part = around.contents(package.read(ARC_CONTENT_TYPES))
        book = around.book(book_part, package.read(book_part), package.read(around.relations_of(book_part)))
        strings = shared_strings(package.read(strings_part)) if strings_part else []
        values = Values(strings, around.styles(package.read(ARC_STYLE)), book.epoch)
        subject = around.subject(package.read(ARC_CORE)) if ARC_CORE in names else ""
        if ARC_CUSTOM in names:
            around.prove_properties(package.read(ARC_CUSTOM))
        if ARC_THEME in names:
            package.read(ARC_THEME)  # proves that it inflates
        if len({part for _, _, part in book.sheets}) < len(book.sheets):
            raise around.UnclaimedError("two sheets at one place")
        room = Room()
        sheets = []
        for name, visible, part in book.sheets:
            if (relations := around.relations_of(part)) in names:
                around.prove_relations(relations, package.read(relations))
            sheets.append(_sheet(name, visible, package.read(part), room, values))
    return grid(sheets, subject)


def _sheet(name: str, visible: bool, xml: bytes, room: Room, values: Values) -> Raw:
    raw = Raw(name, visible, room.areas(merged_areas(xml)))
    read_sheet(xml, raw, values)
    return raw
