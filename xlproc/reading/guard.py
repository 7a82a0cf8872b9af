"""What may be opened: tells by their content the kinds that can be read, within bounded memory, in plain words."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from xlproc.model.findings import Finding
from xlproc.model.packages import BROKEN
from xlproc.model.text import one_line
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
MAX_RATIO_FROM, MAX_RATIO = 2**20, 200
"""A part of more than so many bytes may have so many times its packed size: some million equal rows have less."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How parts may be packed: what Office writes, and what Python inflates no further than it is asked to."""

_MARKS = b"\xef\xbb\xbf \t\r\n"
_TABLE = re.compile(rb"<table[\s>]", re.IGNORECASE)
_DOCUMENTS = frozenset({"WordDocument", "PowerPoint Document", "__properties_version1.0"})
"""Streams that texts, slides and mails have in the place of a workbook."""
_DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("ascii", "utf-16-le", "utf-16-be"))
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?>([^<]*)")
_QUOTED = re.compile(rb'"[^"]*"')
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
    name = one_line(path.name)

    def refuse(code: str, **context: str | Phrase) -> Told:
        return None, [Finding(code, workbook, context={"file": name, **context})]

    def take(kind: str, **notes: bool) -> Told:
        told = [code for code, holds in notes.items() if holds]
        return Admitted(data, kind), [Finding(code, workbook, context={"file": name}) for code in told]

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
    return take("xls", F011="_VBA_PROJECT_CUR" in compound.entries)


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
        return (
            take("html", F012=True) if _TABLE.search(searched) else refuse("F001", kind=phrase("file.html"))
        )
    if head[:13].lower() == b"mime-version:":
        return refuse("F006", kind=phrase("file.mht"))
    return refuse("F001", kind=phrase("file.pdf" if head.lower().startswith(b"%pdf") else "file.no_workbook"))


def _package(data: bytes, take: Callable[..., Told], refuse: Callable[..., Told]) -> Told:
    # before the directory is read: each of its entries becomes an object, whatever its end says of their number
    if (listed := data.count(b"PK\x01\x02")) > MAX_PARTS:
        limit = phrase("file.parts_limit", n=MAX_PARTS)
        return refuse("F005", size=phrase("file.parts", n=listed), limit=limit)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            # A part never inflates past the size that the directory states: zipfile stops reading there.
            inflated = sum(part.file_size for part in parts)
            largest = max((part.file_size for part in parts), default=0)
            if inflated > MAX_INFLATED or largest > MAX_SHEET:
                return refuse(
                    "F005",
                    size=phrase("file.inflated", mb=f"{inflated / 2**20:.0f}"),
                    limit=f"{MAX_INFLATED / 2**20:.0f} MB",
                )
            if (ratio := max(map(_ratio, parts), default=0)) > MAX_RATIO:
                limit = phrase("file.ratio_limit", n=MAX_RATIO)
                return refuse("F005", size=phrase("file.ratio", n=ratio), limit=limit)
            if any(part.flag_bits & 1 for part in parts):
                return refuse("F003")
            if any(part.compress_type not in METHODS for part in parts):
                return refuse("F004", why=phrase("file.method"))
            if len({name.lower() for name in names}) < len(parts) or any(map(_leads_out, names)):
                return refuse("F004", why=phrase("file.part_names"))
            is_ods = "mimetype" in names and b"opendocument.spreadsheet" in package.read("mimetype")[:200]
            if is_ods and _locked(package, names):
                return refuse("F003")
            if "xl/workbook.bin" in names:
                return refuse("F006", kind=phrase("file.xlsb"))
            is_xlsx = "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)
            if not is_ods and not is_xlsx:
                return refuse("F001", kind=phrase("file.archive"))
            linked = False
            for part in parts:
                xml = package.read(part)  # proves that it inflates, and its sum
                if _declares(part.filename, xml):
                    return refuse("F013")
                linked = linked or _links(part.filename, xml)
    except zipfile.BadZipFile as error:
        damaged = str(error).startswith("Bad CRC-32")
        return refuse("F004", why=phrase("file.part_broken" if damaged else "file.package_broken"))
    except BROKEN:
        return refuse("F004", why=phrase("file.package_broken"))
    notes = {"F014": linked}
    if is_ods:
        return take("ods", F011=any(name.startswith("Basic/") for name in names), **notes)
    return take("xlsx", F011="xl/vbaProject.bin" in names, **notes)


def _ratio(part: zipfile.ZipInfo) -> int:
    """Give how many times its packed size a large part has once inflated; 0 for small ones."""
    return part.file_size // max(part.compress_size, 1) if part.file_size > MAX_RATIO_FROM else 0


def _leads_out(name: str) -> bool:
    """Tell whether a part's name would lie outside of a folder that the package is unpacked into.

    Examples:
        >>> _leads_out("xl/workbook.xml"), _leads_out("xl/../../a.xml"), _leads_out("/a.xml"), _leads_out("C:/a.xml")
        (False, True, True, True)
    """
    steps = name.replace("\\", "/").split("/")
    return ".." in steps or not steps[0] or steps[0].endswith(":")


def _declares(name: str, part: bytes) -> bool:
    """Tell whether a part of XML declares a document type, which may name entities and files; pictures may, no one reads them."""
    if name.lower().endswith(".svg") or not part[:64].lstrip(_MARKS + b"\0\xfe\xff").startswith(b"<"):
        return False
    return any(mark in part for mark in _DOCTYPES)


def _links(name: str, part: bytes) -> bool:
    """Tell whether a part holds links to other workbooks or programs."""
    if name.startswith("xl/externalLinks/"):
        return True
    if name.startswith("xl/worksheets/"):
        return b"|" in part and any(map(_asks_a_program, _FORMULA.findall(part)))
    return name == "content.xml" and (b"<table:dde-link" in part or b"['file:" in part)


def _asks_a_program(formula: bytes) -> bool:
    """Tell whether a formula of a sheet's XML is of the kind ``program|topic!item`` (DDE).

    Examples:
        >>> _asks_a_program(b"cmd|' /C calc'!A0"), _asks_a_program(b"A1&amp;&quot;a|b&quot;")
        (True, False)
    """
    return b"|" in _QUOTED.sub(b"", formula.replace(b"&quot;", b'"'))


def _locked(package: zipfile.ZipFile, names: set[str]) -> bool:
    """Tell whether an .ods file's parts open only with a password."""
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in package.read(manifest)
