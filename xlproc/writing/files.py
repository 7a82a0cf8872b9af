"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

from xlproc.model.packages import BROKEN
from xlproc.model.words import MARKED_SUBJECT, RESULT_SUBJECT

MARKED_PART = "xl/worksheets/findings"
"""How the part of a marked copy's list is named; every program that saves the copy names its parts anew."""
STAMP = b">2000-01-01T00:00:00Z</dcterms:modified>"
"""When every result was last saved, by its properties: every program that saves it puts the time of day there."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file: into a temporary one beside it, then in one step into its place.

    Args:
        path: The file; its folder is made where it is missing.
        data: Its content.

    Raises:
        OSError: It cannot be written or replaced; an older file of that name stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".xlproc-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def is_result(path: Path) -> bool:
    """Tell whether a file is a result of ours, by its properties, and if a marked copy still as we wrote it."""
    properties, is_marked = _properties(path)
    return RESULT_SUBJECT.encode() in properties or is_marked


def is_untouched(path: Path) -> bool:
    """Tell whether a file is a result of ours that nobody has saved since."""
    properties, is_marked = _properties(path)
    return (RESULT_SUBJECT.encode() in properties and STAMP in properties) or is_marked


def _properties(path: Path) -> tuple[bytes, bool]:
    """Give a workbook's properties, and whether it is a marked copy as we wrote it."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return b"", False
        with zipfile.ZipFile(path) as package:
            properties = package.getinfo("docProps/core.xml")
            deflated = properties.compress_type == zipfile.ZIP_DEFLATED  # of other kinds no bound is kept
            said = package.read(properties) if deflated and properties.file_size < 100_000 else b""
            as_written = any(name.startswith(MARKED_PART) for name in package.namelist())
            return said, MARKED_SUBJECT.encode() in said and as_written
    except BROKEN:
        return b"", False
