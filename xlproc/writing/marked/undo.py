"""A marked copy that was mended and sent in: what the last marking put there goes before it is marked anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.model import findings as f
from xlproc.model.words import MARKED_LIST
from xlproc.writing.marked.comments import boxes
from xlproc.writing.marked.elements import Edit, Element, changed, parse, spliced
from xlproc.writing.marked.sheet import ClerkSheet, spot
from xlproc.writing.marked.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlproc.writing.marked.package import Package
    from xlproc.writing.marked.sheet import Spot

_OURS = re.compile(
    rf"(?:^|(?:\r?\n){{2}})(?:{'|'.join(f.severity_word(s) for s in f.SEVERITIES)}) [A-Z]\d{{3}}\u3000"
)
"""Where our words begin in a comment: its first, or behind those of the clerk."""


def unmarked(package: Package, workbook: str, sheets: Mapping[str, str]) -> bool:
    """Take the list, comments and fills of an earlier marking away; tell whether there were any.

    A cell's fill before it was marked is not known any more: it has none then.

    Args:
        package: The clerk's workbook.
        workbook: Its main part.
        sheets: The part of each sheet, by its name.
    """
    if MARKED_LIST not in sheets:
        return False
    _drop_list(package, workbook, sheets[MARKED_LIST])
    path = package.related(workbook, "styles")
    styles = Styles(package[path])
    for name, part in sheets.items():
        if name != MARKED_LIST and package.related(part, "comments"):
            _clear(package, part, styles)
    package[path] = styles.data()
    return True


def _drop_list(package: Package, workbook: str, part: str) -> None:
    (relation,) = (item for item in package.relations(workbook) if item.target == part)
    data = package[workbook]
    root = parse(data)
    entries = [entry for holder in root.all("sheets") for entry in holder.children]
    at = next(i for i, entry in enumerate(entries) if entry.get("id") == relation.id)
    edits: list[Edit] = [(entries[at].start, entries[at].end, b"")]
    for item in (item for holder in root.all("definedNames") for item in holder.children):
        place = int(item.get("localSheetId") or -1)
        if place == at:
            edits.append((item.start, item.end, b""))
        elif place > at:
            edits += changed(data, item, localSheetId=place - 1)
    package[workbook] = spliced(data, edits)
    package.cut(workbook, [relation])


def _clear(package: Package, path: str, styles: Styles) -> None:
    part = package.related(path, "comments")
    data = package[part]
    root = parse(data)
    edits: list[Edit] = []
    marked: dict[Spot, bool] = {}
    for comment in (item for listed in root.all("commentList") for item in listed.children):
        words = [item for item in comment.walk() if item.name == "t"]
        own = _own(data, words)
        if own is None:
            continue
        place = spot(comment.get("ref").replace("$", "").upper())
        marked[place] = not own
        edits += _shortened(data, words, own) if own else [(comment.start, comment.end, b"")]
    package[part] = spliced(data, edits)
    sheet = ClerkSheet(package[path])
    drawing = next((r.target for r in package.relations(path) if r.id == sheet.legacy_drawing), "")
    if drawing:
        gone = {place for place, whole in marked.items() if whole}
        package[drawing] = _without_boxes(package[drawing], gone)
    package[path] = sheet.edited(sheet.filled(dict.fromkeys(marked, ""), styles))


def _own(data: bytes, words: list[Element]) -> int | None:
    """Count the signs that a comment has before ours begin; None where ours are not there."""
    found = _OURS.search("".join(data[item.inner : item.close].decode() for item in words))
    return found.start() if found else None


def _shortened(data: bytes, words: list[Element], own: int) -> list[Edit]:
    """Give the edits that leave the first signs of a comment; what is formatted stays, if without words."""
    edits: list[Edit] = []
    for item in words:
        said = data[item.inner : item.close].decode()
        edits.append((item.inner, item.close, said[: max(own, 0)].encode()))
        own -= len(said)
    return edits


def _without_boxes(data: bytes, places: set[Spot]) -> bytes:
    root = parse(data)
    shapes = [item for item in root.walk() if item.name == "shape"]
    return spliced(data, [(s.start, s.end, b"") for s in shapes if boxes(data, s).keys() & places])
