"""Cells of .xlsx and .xlsm: a fast reading of what it knows for certain, and openpyxl's of all the rest.

openpyxl is the measure: the fast reading gives what openpyxl would give, cell for cell, or gives nothing at all.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from xlproc.reading.grid.xlsx import by_openpyxl, fast

if TYPE_CHECKING:
    from xlproc.reading.grid.cells import Grid

__all__ = ["read"]


def read(data: bytes) -> Grid:
    """Read a workbook's cells.

    Args:
        data: An .xlsx or .xlsm file that :func:`xlproc.reading.guard.admit` let pass.

    Returns:
        Its sheets in order. Chart sheets are left out.

    Raises:
        RefusedError: It has too many merged cells.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parts that are not cells: extensions, pictures
        try:
            return fast.read(data)
        except Exception:  # whatever it trips over or does not claim, openpyxl decides
            return by_openpyxl.read(data)
