"""What may be opened: tells by their content the kinds that can be read, within bounded memory, in plain words."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from xlproc.model.findings import Finding
from xlproc.model.words import Phrase, os_reason, phrase
from xlproc.reading.grid import ole, xls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = tuple["Admitted | None", list[Finding]]

MAX_FILE = 50 * 2**20
"""Largest file, in bytes."""
MAX_INFLATED = 96 * 2**20
"""Largest total size of the parts once inflated."""
MAX_SHEET = 48 * 2**20
"""Largest single part: some million cells."""
MAX_PARTS = 2000

_MARKS = b"\xef\xbb\xbf \t\r\n"
_TABLE = re.compile(rb"<table[\s>]", re.IGNORECASE)
_DOCUMENTS = frozenset({"WordDocument", "PowerPoint Document", "__properties_version1.0"})
"""Streams that texts, slides and mails have in the place of a workbook."""
_XML_WORKBOOK = re.compile(rb"<(?:\w+:)?Workbook[\s>]")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A file that may be opened.

    Attributes:
        data: Its bytes.
        kind: What it is by its content, one of ``grid.KINDS``.
    """

    data: bytes
    kind: str


def admit(path: Path, workbook: int) -> tuple[Admitted | None, list[Finding]]:
    """Read a file's bytes if it is a workbook that can be opened.

    Args:
        path: The file.
        workbook: Its number in the batch.

    Returns:
        The file, or None where it is refused; and what there is to say about it, or why it is refused.
    """

    def refuse(code: str, **context: str | Phrase) -> Told:
        return None, [Finding(code, workbook, context={"file": path.name, **context})]

    def take(kind: str, note: str = "") -> Told:
        notes = [Finding(note, workbook, context={"file": path.name})] if note else []
        return Admitted(data, kind), notes

    try:
        size = path.stat().st_size
        if size == 0:
            return refuse("F002")
        if size > MAX_FILE:
            return refuse(
                "F005", size=phrase("file.size", mb=f"{size / 2**20:.0f}"), limit=f"{MAX_FILE / 2**20:.0f} MB"
            )
        data = path.read_bytes()
    except OSError as error:
        return refuse("F008", why=os_reason(error))
    if data.startswith(ole.MAGIC):
        return _compound(data, take, refuse)
    if data.startswith(b"PK"):
        return _package(data, take, refuse)
    return _text(data, take, refuse)


def _compound(data: bytes, take: Callable[..., Told], refuse: Callable[..., Told]) -> Told:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return refuse("F003")
    try:
        compound = ole.Compound(data)
        if xls.stream(compound) is None:
            if compound.entries.keys() & _DOCUMENTS:
                return refuse("F001", kind=phrase("file.document"))
            return refuse("F004", why=phrase("file.broken_inside"))
    except ValueError:
        return refuse("F004", why=phrase("file.package_broken"))
    return take("xls", "F011" if "_VBA_PROJECT_CUR" in compound.entries else "")


def _text(data: bytes, take: Callable[..., Told], refuse: Callable[..., Told]) -> Told:
    head = data[:4096].lstrip(_MARKS)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # two bytes a letter
        head = head.replace(b"\0", b"").lstrip(b"\xff\xfe" + _MARKS)
        searched = data.replace(b"\0", b"")
    else:
        searched = data
    if head.startswith(b"<"):
        if _XML_WORKBOOK.search(head):
            return refuse("F006", kind=phrase("file.xml"))
        return take("html", "F012") if _TABLE.search(searched) else refuse("F001", kind=phrase("file.html"))
    if head[:13].lower() == b"mime-version:":
        return refuse("F006", kind=phrase("file.mht"))
    return refuse("F001", kind=phrase("file.pdf" if head.lower().startswith(b"%pdf") else "file.no_workbook"))


def _package(data: bytes, take: Callable[..., Told], refuse: Callable[..., Told]) -> Told:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MAX_PARTS:
                return refuse(
                    "F005",
                    size=phrase("file.parts", n=len(parts)),
                    limit=phrase("file.parts_limit", n=MAX_PARTS),
                )
            # A part never inflates past the size that the directory states: zipfile stops reading there.
            inflated = sum(part.file_size for part in parts)
            largest = max((part.file_size for part in parts), default=0)
            if inflated > MAX_INFLATED or largest > MAX_SHEET:
                return refuse(
                    "F005",
                    size=phrase("file.inflated", mb=f"{inflated / 2**20:.0f}"),
                    limit=f"{MAX_INFLATED / 2**20:.0f} MB",
                )
            if any(part.flag_bits & 1 for part in parts):
                return refuse("F003")
            is_ods = "mimetype" in names and b"opendocument.spreadsheet" in package.read("mimetype")[:200]
            if is_ods and _locked(package, names):
                return refuse("F003")
            if "xl/workbook.bin" in names:
                return refuse("F006", kind=phrase("file.xlsb"))
            is_xlsx = "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
            if not is_ods and not is_xlsx:
                return refuse("F001", kind=phrase("file.archive"))
            broken = package.testzip()
            if broken is not None:
                return refuse("F004", why=phrase("file.part_broken"))
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        zlib.error,
    ):
        return refuse("F004", why=phrase("file.package_broken"))
    if is_ods:
        return take("ods", "F011" if any(name.startswith("Basic/") for name in names) else "")
    return take("xlsx", "F011" if "xl/vbaProject.bin" in names else "")


def _locked(package: zipfile.ZipFile, names: set[str]) -> bool:
    """Tell whether an .ods file's parts open only with a password."""
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in package.read(manifest)
