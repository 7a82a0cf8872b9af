"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

from xlproc.model.words import RESULT_SUBJECT


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
    """Tell whether a file is a results workbook or summary of ours, by its properties."""
    try:
        with zipfile.ZipFile(path) as package:
            properties = package.getinfo("docProps/core.xml")
            return properties.file_size < 100_000 and RESULT_SUBJECT.encode() in package.read(properties)
    except (OSError, zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return False
