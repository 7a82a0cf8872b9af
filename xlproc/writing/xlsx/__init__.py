"""A layout as the bytes of an .xlsx file.

Two writers stand behind :func:`render`. ``reference`` has XlsxWriter write whatever a layout holds. ``fast`` writes the
same bytes several times faster: it lays out the ``cells``, writes ``sheet`` by sheet and the parts about the whole
``book``, and takes from XlsxWriter, once for workbooks of the same looks, the ``frame`` around them, and the ``charts``.
What it does not know it leaves to the reference.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from xlproc.writing.xlsx import fast, reference
from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.reference import CREATED

if TYPE_CHECKING:
    from xlproc.writing.layout import Book

__all__ = ["CREATED", "parts", "render"]


def render(book: Book) -> bytes:
    """Give a workbook's bytes; the same layout gives the same bytes.

    Args:
        book: The layout.
    """
    try:
        return fast.render(book)
    except UnusualError:
        return reference.render(book)


def parts(book: Book) -> dict[str, bytes]:
    """Give what a workbook's parts hold, by name; :func:`render` makes a file of them.

    Args:
        book: The layout.
    """
    try:
        made = fast.parts(book)
    except UnusualError:
        with ZipFile(BytesIO(reference.render(book))) as package:
            return {name: package.read(name) for name in package.namelist()}
    return {name: item if isinstance(item, bytes) else item.data for name, item in made.items()}
