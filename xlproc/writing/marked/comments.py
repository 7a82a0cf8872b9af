"""Comments (批注) of a sheet: their texts, and the boxes that they are shown in; those of the clerk stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.model.cells import a1
from xlproc.model.text import width as text_width
from xlproc.writing.layout import MAX_TEXT, wrapped
from xlproc.writing.marked.elements import (
    Edit,
    Element,
    NotUnderstoodError,
    attribute,
    inside,
    parse,
    prefixed,
    spliced,
    text,
)
from xlproc.writing.marked.package import OFFICE
from xlproc.writing.marked.sheet import spot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.marked.package import Package
    from xlproc.writing.marked.sheet import ClerkSheet, Spot

AUTHOR = "xlproc"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NEW_COMMENTS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'
).encode()
_NAMES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_BOX_TYPE = (
    f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BLOCK = 1024
"""Boxes are numbered in blocks; a block belongs to one sheet."""

COLUMNS = 46
"""Columns of a box's text; a Chinese character takes two."""
_LEAST_COLUMNS = 20
_COLUMN, _LINE = 6.6, 17
"""Pixels of a column and a line of a comment's text, with some room."""
_TALLEST = 640
"""Pixels; a longer text is read on the list."""

Part = tuple[str, str]
"""A bold line and what stands under it."""


class Comments:
    """The comments that a workbook's sheets get."""

    def __init__(self, package: Package) -> None:
        """Look for the numbers that boxes have already."""
        self._package = package
        drawings = [data for name, data in package.parts.items() if name.lower().endswith(".vml")]
        used = [int(n) for d in drawings for n in re.findall(rb"_x0000_s(\d{4,9})", d)]
        self._number = (max(used, default=0) // _BLOCK + 1) * _BLOCK

    def add(
        self, path: str, sheet: ClerkSheet, wanted: Mapping[Spot, Sequence[Part]]
    ) -> tuple[list[Edit], list[Spot]]:
        """Add comments to a sheet.

        Args:
            path: The sheet's part.
            sheet: What it holds.
            wanted: By cell.

        Returns:
            The edits of the sheet's part, and the cells whose comments are conversations (threads), left as they are.
        """
        package = self._package
        part = package.related(path, "comments")
        if not part:
            part = package.add("xl/findings_comments{}.xml", _NEW_COMMENTS, _COMMENTS)
            package.relate(path, f"{OFFICE}/comments", part)
        package[part], sizes, threads = _with_texts(package[part], wanted)
        drawing, edits = "", []
        if sheet.legacy_drawing:
            drawing = next((r.target for r in package.relations(path) if r.id == sheet.legacy_drawing), "")
            package[drawing] = self._with_boxes(package[drawing], sheet, sizes)
        else:
            blocks = ",".join(str(self._number // _BLOCK + i) for i in range(len(sizes) // (_BLOCK - 1) + 1))
            empty = f'<xml {_NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout></xml>'
            boxes = self._with_boxes(empty.encode(), sheet, sizes)
            drawing = package.add("xl/drawings/findings_comments{}.vml", boxes, _DRAWING)
            edits = [sheet.with_drawing(package.relate(path, f"{OFFICE}/vmlDrawing", drawing))]
        return edits, threads

    def _with_boxes(self, data: bytes, sheet: ClerkSheet, sizes: Mapping[Spot, tuple[int, int]]) -> bytes:
        root = parse(data)
        there = boxes(data, root)
        known = any(item.name == "shapetype" and item.get("id") == "_x0000_t202" for item in root.walk())
        added = "" if known else _BOX_TYPE
        edits: list[Edit] = []
        for place, size in sizes.items():
            anchor = _anchor(sheet, place, size)
            if place not in there:
                self._number += 1
                added += _box(self._number, place, anchor)
            elif (old := there[place].first("Anchor")) is not None:
                edits.append((old.inner, old.close, anchor.encode()))
            else:
                made = prefixed(f"<Anchor>{anchor}</Anchor>", there[place].prefix)
                edits.append((there[place].inner, there[place].inner, made))
        self._number = (self._number // _BLOCK + 1) * _BLOCK
        return spliced(data, [*edits, inside(root, added.encode())])


def _with_texts(
    data: bytes, wanted: Mapping[Spot, Sequence[Part]]
) -> tuple[bytes, dict[Spot, tuple[int, int]], list[Spot]]:
    """Add texts to a sheet's comments; give the sizes of their boxes, and the cells of conversations."""
    root = parse(data)
    authors, listed = root.first("authors"), root.first("commentList")
    if authors is None or listed is None:
        raise NotUnderstoodError("comments")
    names = [data[item.inner : item.close].decode() for item in authors.children]
    there = {spot(item.get("ref").replace("$", "").upper()): item for item in listed.children}
    sizes: dict[Spot, tuple[int, int]] = {}
    threads: list[Spot] = []
    edits: list[Edit] = []
    new = ""
    for place, parts in wanted.items():
        comment = there.get(place)
        if comment is None:
            new += (
                f'<comment ref="{a1(*place)}" authorId="{len(names)}"><text>{_runs(parts)}</text></comment>'
            )
            sizes[place] = _size(_plain(parts))
            continue
        if names[int(comment.get("authorId") or 0)].startswith("tc="):
            threads.append(place)
            continue
        own, edit = _extended(data, comment, parts)
        edits += edit
        sizes[place] = _size(f"{own}\n\n{_plain(parts)}")
    if new:
        edits.append(inside(authors, prefixed(f"<author>{AUTHOR}</author>", root.prefix)))
        edits.append(inside(listed, prefixed(new, root.prefix)))
    return spliced(data, edits), sizes, threads


def _extended(data: bytes, comment: Element, parts: Sequence[Part]) -> tuple[str, list[Edit]]:
    """Add our text to a comment of the clerk's; give the clerk's text and the edits."""
    holder = comment.first("text")
    if holder is None:
        raise NotUnderstoodError("comment")
    prefix = holder.prefix
    told = [item for item in holder.children if item.name in ("t", "r")]
    words = [item for child in told for item in child.walk() if item.name == "t"]
    own = "".join(data[item.inner : item.close].decode() for item in words)
    break_ = '<r><t xml:space="preserve">\n\n</t></r>' if own else ""
    ours = prefixed(break_ + _runs(parts), prefix)
    if not told:
        return own, [inside(holder, ours)]
    edits: list[Edit] = [(told[-1].end, told[-1].end, ours)]
    for item in told:
        if item.name == "t":  # a bare text beside runs is not shown by every program
            edits = [
                (item.start, item.start, prefixed("<r>", prefix)),
                (item.end, item.end, prefixed("</r>", prefix)),
                *edits,
            ]
    return own, edits


def _runs(parts: Sequence[Part]) -> str:
    xml, left = "", MAX_TEXT
    for i, (head, below) in enumerate(parts):
        body = f"\n{below}" if below else ""
        for bold, said in ((True, ("\n\n" if i else "") + head), (False, body)):
            if said and left > 0:
                font = f'<rPr>{"<b/>" if bold else ""}<sz val="9"/><color rgb="FF000000"/><rFont val="宋体"/><charset val="134"/></rPr>'
                xml += f'<r>{font}<t xml:space="preserve">{text(said[:left])}</t></r>'
                left -= len(said)
    return xml


def _plain(parts: Sequence[Part]) -> str:
    return "\n\n".join(f"{head}\n{below}" if below else head for head, below in parts)


def _size(said: str) -> tuple[int, int]:
    """Give the width and height of a box in pixels, so that its text shows whole.

    Examples:
        >>> _size("短"), _size("长" * 200)
        ((142, 37), (313, 173))
    """
    columns = min(COLUMNS, max(_LEAST_COLUMNS, text_width(said) + 1))
    return int(columns * _COLUMN) + 10, min(_TALLEST, wrapped(said, columns) * _LINE + 20)


def boxes(data: bytes, root: Element) -> dict[Spot, Element]:
    """Give the boxes that are there, by cell: the element that says what each belongs to."""
    found: dict[Spot, Element] = {}
    for item in root.walk():
        if item.name != "ClientData" or item.get("ObjectType") != "Note":
            continue
        row, column = item.first("Row"), item.first("Column")
        if row is None or column is None:
            raise NotUnderstoodError("Note")
        found[int(data[row.inner : row.close]) + 1, int(data[column.inner : column.close]) + 1] = item
    return found


def _anchor(sheet: ClerkSheet, place: Spot, size: tuple[int, int]) -> str:
    """Say where a box stands, right of its cell: column, pixels in it, row, pixels in it, and the same of its end."""
    row, column = max(place[0] - 1, 1), sheet.span(place)[3] + 1
    last_column, x = column, 15 + size[0]
    while x >= (wide := sheet.width(last_column)) and last_column < 16_384:
        last_column, x = last_column + 1, x - wide
    last_row, y = row, 4 + size[1]
    while y >= (high := sheet.height(last_row)) and last_row < 1_048_576:
        last_row, y = last_row + 1, y - high
    return f"{column - 1}, 15, {row - 1}, 4, {last_column - 1}, {x}, {last_row - 1}, {y}"


def _box(number: int, place: Spot, anchor: str) -> str:
    return (
        f'<v:shape {_NAMES} id={attribute(f"_x0000_s{number}")} type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{place[0] - 1}</x:Row><x:Column>{place[1] - 1}</x:Column></x:ClientData></v:shape>"
    )
