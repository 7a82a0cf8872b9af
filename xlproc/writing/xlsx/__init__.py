"""A layout as the bytes of an .xlsx file.

Two writers stand behind :func:`render`. ``reference`` has XlsxWriter write whatever a layout holds. ``fast`` writes the
same bytes several times faster, for layouts without charts: it lays out the ``cells``, writes ``sheet`` by sheet and
the parts about the whole ``book``, and takes from XlsxWriter, once for workbooks of the same looks, the ``frame``
around them. What it does not know it leaves to the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.writing.xlsx import fast, reference
from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.reference import CREATED

if TYPE_CHECKING:
    from xlproc.writing.layout import Book

__all__ = ["CREATED", "render"]


def render(book: Book) -> bytes:
    """Give a workbook's bytes; the same layout gives the same bytes.

    Args:
        book: The layout.
    """
    try:
        return fast.render(book)
    except UnusualError:
        return reference.render(book)
