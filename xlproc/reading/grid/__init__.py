"""The cells of a workbook, faithfully: values, formulas, errors, number formats and merges, before any meaning.

One grid for all kinds of files, one module a kind; nothing after it knows which kind a file was.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from xlproc.reading.grid.cells import NOTHING, Cell, Grid, RefusedError, Sheet, Spot

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NOTHING", "Cell", "Grid", "RefusedError", "Sheet", "Spot", "read"]

KINDS = ("xlsx", "xls", "ods", "html")
"""Kinds of files by their content, each read by the module of that name."""


def read(data: bytes, kind: str = "xlsx") -> Grid:
    """Read a workbook's cells.

    Args:
        data: A file that :func:`xlproc.reading.guard.admit` let pass.
        kind: What the guard says it is.

    Returns:
        Its sheets in order.

    Raises:
        RefusedError: It is locked, or too large.
        ValueError: It is broken.
    """
    reader: Callable[[bytes], Grid] = import_module(f"xlproc.reading.grid.{kind}").read
    try:
        return reader(data)
    except RefusedError:
        raise
    except Exception as trouble:  # whatever a reader trips over, the file is at fault
        raise ValueError(f"{type(trouble).__name__}: {trouble}"[:200]) from trouble
