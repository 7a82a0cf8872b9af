"""What does not hang on a workbook's texts: XlsxWriter writes it once, and it is kept for the next of the same looks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from xlproc.writing.layout import Book, Cell, Rule, Sheet
from xlproc.writing.xlsx import reference
from xlproc.writing.xlsx.package import part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.xlsx.looks import Look
    from xlproc.writing.xlsx.package import Part

_KEPT = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/theme/theme1.xml",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts around the sheets, and how the sheets name their looks.

    Attributes:
        parts: The parts by name.
        looks: The numbers of cells' looks.
        conditions: The numbers of the styles of conditional formats.
    """

    parts: Mapping[str, Part]
    looks: Mapping[Look, int]
    conditions: Mapping[str, int]


@lru_cache(maxsize=256)
def frame(looks: tuple[Look, ...], conditions: tuple[str, ...], sheets: int, has_texts: bool) -> Frame:
    """Let XlsxWriter write a workbook that has nothing but these looks.

    Args:
        looks: The looks of cells in the order of their first use.
        conditions: The styles of conditional formats in the order of theirs.
        sheets: The number of sheets.
        has_texts: Whether there are texts in cells.
    """
    first = Sheet("1", cells=_cells(looks, has_texts))
    always = {"type": "formula", "criteria": "=TRUE"}
    first.conditions = [Rule((1, 1, 1, 1), always, style) for style in conditions]
    book = Book([first, *(Sheet(str(number)) for number in range(2, sheets + 1))])
    with ZipFile(BytesIO(reference.render(book))) as made:
        parts = {name: part(made.read(name)) for name in _KEPT}
        sheet = made.read("xl/worksheets/sheet1.xml").decode()
    numbers = map(int, re.findall(r'<c r="A\d+" s="(\d+)"', sheet))
    formats = map(int, re.findall(r' dxfId="(\d+)"', sheet))
    return Frame(parts, dict(zip(looks, numbers, strict=True)), dict(zip(conditions, formats, strict=True)))


def _cells(looks: Sequence[Look], has_texts: bool) -> list[Cell]:
    made = []
    for row, (style, number_format, inert) in enumerate(looks, start=1):
        text, formula = ("=" if inert else "1"), ("" if has_texts else "=0")
        made.append(Cell(row, 1, text, style, formula, number_format=number_format))
    return made
