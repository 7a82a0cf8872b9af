"""A workbook's styles: each cell keeps its own, with another fill; the styles of the list are added."""

from __future__ import annotations

import re

from xlproc.writing.marked.elements import (
    Edit,
    Element,
    NotUnderstoodError,
    changed,
    copied,
    inside,
    parse,
    prefixed,
    spliced,
)
from xlproc.writing.styles import ERROR, NOTE, WARNING

_TABLES = ("fonts", "fills", "borders", "cellXfs")


class Styles:
    """The styles of a workbook, and what is added to them."""

    def __init__(self, data: bytes) -> None:
        """Open the part ``styles.xml``.

        Raises:
            NotUnderstoodError: A table of it is missing.
        """
        self._data = data
        self._root = parse(data)
        self._tables = {name: _table(self._root, name) for name in _TABLES}
        self._added: dict[str, list[bytes]] = {name: [] for name in _TABLES}
        self._filled: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}

    def filled(self, style: int, colour: str) -> int:
        """Give the style that is a cell's own with another fill.

        Args:
            style: The cell's own.
            colour: As ``#RRGGBB``; "" takes a fill of ours away.
        """
        key = (style, colour)
        if key not in self._filled:
            own = self._tables["cellXfs"].children
            if style >= len(own):
                raise NotUnderstoodError(f"cellXfs {style}")
            if not colour and not self._is_ours(own[style]):
                return style
            fill = self._fill(colour) if colour else 0
            edits = changed(self._data, own[style], fillId=fill, applyFill=1)
            self._filled[key] = self._add("cellXfs", copied(self._data, own[style], edits))
        return self._filled[key]

    def adopt(self, other: bytes) -> int:
        """Add all styles of a workbook of ours; give what is added to their numbers."""
        root = parse(other)
        first = {name: self._count(name) for name in _TABLES}

        def moved(match: re.Match[str]) -> str:
            return f'{match[1]}Id="{int(match[2]) + first[f"{match[1]}s"]}"'

        for name in _TABLES:
            for item in _table(root, name).children:
                xml = other[item.start : item.end].decode()
                if name == "cellXfs":
                    xml = re.sub(r'\b(font|fill|border)Id="(\d+)"', moved, xml)
                self._add(name, prefixed(xml, self._root.prefix))
        return first["cellXfs"]

    def data(self) -> bytes:
        """Give the part with all that was added."""
        edits: list[Edit] = []
        for name, added in self._added.items():
            table = self._tables[name]
            if not added:
                continue
            if "count" in table.attributes:
                edits += changed(self._data, table, count=self._count(name))
            edits.append(inside(table, b"".join(added)))
        return spliced(self._data, edits)

    def _fill(self, colour: str) -> int:
        if colour not in self._fills:
            xml = (
                f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour[1:]}"/>'
                '<bgColor indexed="64"/></patternFill></fill>'
            )
            self._fills[colour] = self._add("fills", prefixed(xml, self._root.prefix))
        return self._fills[colour]

    def _is_ours(self, style: Element) -> bool:
        fills, number = self._tables["fills"].children, int(style.get("fillId") or 0)
        if number >= len(fills):
            raise NotUnderstoodError(f"fills {number}")
        xml = self._data[fills[number].start : fills[number].end].upper()
        return any(colour[1:].encode() in xml for colour in (ERROR, WARNING, NOTE))

    def _count(self, name: str) -> int:
        return len(self._tables[name].children) + len(self._added[name])

    def _add(self, name: str, xml: bytes) -> int:
        self._added[name].append(xml)
        return self._count(name) - 1


def _table(root: Element, name: str) -> Element:
    table = root.first(name)
    if table is None or not table.children:
        raise NotUnderstoodError(name)
    return table
