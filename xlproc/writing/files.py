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
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with zipfile.ZipFile(path) as package:
            properties = package.getinfo("docProps/core.xml")
            deflated = properties.compress_type == zipfile.ZIP_DEFLATED  # of other kinds no bound is kept
            said = package.read(properties) if deflated and properties.file_size < 100_000 else b""
            untouched = any(name.startswith(MARKED_PART) for name in package.namelist())
            return RESULT_SUBJECT.encode() in said or (MARKED_SUBJECT.encode() in said and untouched)
    except BROKEN:
        return False
