"""What may be opened: tells real workbooks from everything else, within bounded memory, in plain words."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from xlproc.model.findings import Finding
from xlproc.model.words import Phrase, os_reason, phrase
from xlproc.reading.grid import merged_areas

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_FILE = 50 * 2**20
"""Largest file, in bytes."""
MAX_INFLATED = 96 * 2**20
"""Largest total size of the parts once inflated."""
MAX_SHEET = 48 * 2**20
"""Largest single part: some million cells."""
MAX_PARTS = 2000
MAX_MERGED = 300_000
"""Most cells in merged areas of a sheet: readers spell out each one."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def admit(path: Path, workbook: int) -> tuple[bytes | None, list[Finding]]:
    """Read a file's bytes if it is a workbook that can be opened.

    Args:
        path: The file.
        workbook: Its number in the batch.

    Returns:
        The bytes, or None where it is refused, and the finding that says why.
    """

    def refuse(code: str, **context: str | Phrase) -> tuple[None, list[Finding]]:
        return None, [Finding(code, workbook, context={"file": path.name, **context})]

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
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return refuse("F003")
        return refuse("F006", kind=phrase("file.old"))
    if not data.startswith(b"PK"):
        head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
            return refuse("F006", kind=phrase("file.html"))
        return refuse("F001", kind=phrase("file.pdf" if head.startswith(b"%pdf") else "file.no_workbook"))
    return _admit_zip(data, refuse)


def _admit_zip(
    data: bytes, refuse: Callable[..., tuple[None, list[Finding]]]
) -> tuple[bytes | None, list[Finding]]:
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
            if "mimetype" in names and b"opendocument" in package.read("mimetype")[:200]:
                return refuse("F006", kind=phrase("file.ods"))
            if "xl/workbook.bin" in names:
                return refuse("F006", kind=phrase("file.xlsb"))
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                return refuse("F001", kind=phrase("file.archive"))
            broken = package.testzip()
            if broken is not None:
                return refuse("F004", why=phrase("file.part_broken"))
            for name in names:
                if (
                    name.startswith("xl/worksheets/")
                    and (merged := _merged_cells(package.read(name))) > MAX_MERGED
                ):
                    return refuse(
                        "F005",
                        size=phrase("file.merged", n=f"{merged:,}"),
                        limit=phrase("file.parts_limit", n=f"{MAX_MERGED:,}"),
                    )
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
    return data, []


def _merged_cells(sheet: bytes) -> int:
    return sum((r2 - r1 + 1) * (c2 - c1 + 1) for r1, c1, r2, c2 in merged_areas(sheet))
