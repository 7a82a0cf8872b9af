"""The package of a workbook: its parts, their types and their relations."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from xlproc.model.packages import BROKEN
from xlproc.writing.marked.elements import (
    NotUnderstoodError,
    attribute,
    changed,
    inside,
    parse,
    prefixed,
    spliced,
)
from xlproc.writing.xlsx.package import archive

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EMPTY = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part.

    Attributes:
        id: Its name there.
        kind: The last word of its type, such as ``worksheet``.
        target: The part meant, or "" for something outside of the package.
    """

    id: str
    kind: str
    target: str


class Package:
    """The parts of a workbook's file, in their order."""

    def __init__(self, data: bytes) -> None:
        """Open a file's bytes.

        Raises:
            NotUnderstoodError: They are no package.
        """
        try:
            with zipfile.ZipFile(BytesIO(data)) as file:
                names = [name for name in file.namelist() if not name.endswith("/")]
                self.parts = {name: file.read(name) for name in names}
        except BROKEN as error:
            raise NotUnderstoodError(str(error)) from error
        if len(self.parts) < len(names) or TYPES not in self.parts:
            raise NotUnderstoodError(TYPES)

    def __getitem__(self, name: str) -> bytes:
        """Give a part's bytes."""
        try:
            return self.parts[name]
        except KeyError as error:
            raise NotUnderstoodError(name) from error

    def __setitem__(self, name: str, data: bytes) -> None:
        """Change a part."""
        self.parts[name] = data

    def data(self) -> bytes:
        """Give the file's bytes; no clock is in them."""
        return archive(self.parts)

    def relations(self, part: str = "") -> list[Relation]:
        """Give the relations of a part, or of the package."""
        path = _relations_path(part)
        if path not in self.parts:
            return []
        found = []
        for item in parse(self[path]).all("Relationship"):
            target = item.get("Target").replace("\\", "/")
            inner = item.get("TargetMode") != "External"
            joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            found.append(
                Relation(item.get("Id"), item.get("Type").rpartition("/")[2], joined if inner else "")
            )
        return found

    def related(self, part: str, kind: str) -> str:
        """Give the first part of a kind that a part is related to, or ""."""
        return next((item.target for item in self.relations(part) if item.kind == kind and item.target), "")

    def relate(self, part: str, kind: str, target: str) -> str:
        """Relate a part to another; give the relation's name.

        Args:
            part: The part, or "" for the package.
            kind: The relation's type.
            target: The part meant.
        """
        path = _relations_path(part)
        self.parts.setdefault(path, _EMPTY)
        taken = {item.id for item in self.relations(part)}
        name = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        root = parse(self[path])
        xml = f'<Relationship Id="{name}" Type="{kind}" Target={attribute("/" + target)}/>'
        self[path] = spliced(self[path], [inside(root, prefixed(xml, root.prefix))])
        return name

    def add(self, name: str, data: bytes, content_type: str) -> str:
        """Add a part under a name that is free; give the name.

        Args:
            name: The wanted name, with ``{}`` for a number.
            data: Its bytes.
            content_type: Its type.
        """
        taken = {part.lower() for part in self.parts}
        numbers = range(1, len(taken) + 2)
        made = next(name.format(n) for n in numbers if name.format(n).lower() not in taken)
        self[made] = data
        root = parse(self[TYPES])
        xml = f'<Override PartName="/{made}" ContentType="{content_type}"/>'
        self[TYPES] = spliced(self[TYPES], [inside(root, prefixed(xml, root.prefix))])
        return made

    def drop(self, part: str, kinds: frozenset[str]) -> set[str]:
        """Drop what a part is related to by some kinds of relations, with all that hangs on it; give those found."""
        gone = [item for item in self.relations(part) if item.kind in kinds]
        self.cut(part, gone)
        return {item.kind for item in gone}

    def cut(self, part: str, gone: Sequence[Relation]) -> None:
        """Drop some of a part's relations and what they lead to, with all that hangs on it."""
        path = _relations_path(part)
        ids = {item.id for item in gone}
        if gone:
            items = parse(self[path]).all("Relationship")
            self[path] = spliced(self[path], [(i.start, i.end, b"") for i in items if i.get("Id") in ids])
        for item in gone:
            self._remove(item.target)

    def _remove(self, name: str) -> None:
        if self.parts.pop(name, None) is None:
            return
        for item in self.relations(name):
            self._remove(item.target)
        self.parts.pop(_relations_path(name), None)
        items = parse(self[TYPES]).all("Override")
        same = [i for i in items if i.get("PartName").lower() == f"/{name}".lower()]
        self[TYPES] = spliced(self[TYPES], [(i.start, i.end, b"") for i in same])

    def type_of(self, name: str) -> str:
        """Give a part's content type."""
        root = parse(self[TYPES])
        own = [i for i in root.all("Override") if i.get("PartName").lower() == f"/{name}".lower()]
        ending = name.rpartition(".")[2].lower()
        own += [i for i in root.all("Default") if i.get("Extension").lower() == ending]
        return own[0].get("ContentType") if own else ""

    def retype(self, name: str, content_type: str) -> None:
        """Give a part another content type."""
        root = parse(self[TYPES])
        for item in root.all("Override"):
            if item.get("PartName").lower() == f"/{name}".lower():
                self[TYPES] = spliced(self[TYPES], changed(self[TYPES], item, ContentType=content_type))
                return
        xml = f'<Override PartName="/{name}" ContentType="{content_type}"/>'
        self[TYPES] = spliced(self[TYPES], [inside(root, prefixed(xml, root.prefix))])


def _relations_path(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")
