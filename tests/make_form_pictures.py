"""Makes ``docs/pictures/forms/``: the top of a form of each layout family, small and in few colours.

Run by ``make pictures``; needs LibreOffice, pdftoppm (poppler) and convert (ImageMagick).
"""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tests import libreoffice
from tests.families import example
from tests.make_docs import DOCS
from xlproc.forms import labels
from xlproc.model.text import width

PICTURES = DOCS / "pictures" / "forms"
SIZE = "640x400+0+0"
WIDE = ("monitoring-central", "monitoring-2021")
"""Of these the right part is shown."""
LINES = 3
"""A cell shows no more lines; the rest is left out."""


def main() -> None:
    """Draw a form of each family."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for pdf in libreoffice.convert(
            [_on_one_page(folder / f"{family.id}.xlsx") for family in labels().families], folder, "pdf"
        ):
            page = pdf.with_suffix("")
            run("pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", "-singlefile", str(pdf), str(page))
            wide = ("1100x", "-gravity", "NorthEast") if page.name in WIDE else ("640x",)
            small = ("-trim", "+repage", "-resize", *wide, "-crop", SIZE, "+repage", "-colorspace", "Gray")
            few = ("-colors", "6", "-strip", "-define", "png:exclude-chunks=date,time")
            run("convert", f"{page}.png", *small, *few, str(PICTURES / f"{page.name}.png"))


def _on_one_page(path: Path) -> Path:
    book = load_workbook(example(path.stem, path))
    for sheet in book.worksheets:
        _fit(sheet)
        for cell in itertools.chain.from_iterable(sheet.iter_rows()):
            cell.fill = PatternFill()  # few colours have no light ones
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.save(path)
    return path


def _fit(sheet: Worksheet) -> None:
    """Make rows as high as their texts, which openpyxl does not, and cut the long ones."""
    areas = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    for row, line in enumerate(sheet.iter_rows(), start=1):
        most = 1
        for column, cell in enumerate(line, start=1):
            _, first, last, to = (
                areas[row, column].bounds if (row, column) in areas else (0, row, column, row)
            )
            letters = map(get_column_letter, range(column, last + 1))
            room = int(sum(sheet.column_dimensions[letter].width for letter in letters)) - 2
            if isinstance(cell.value, str) and first == to:
                text = cell.value
                while width(text) > room * LINES:
                    text = f"{text[:-2]}…"
                cell.value = text
                most = max(most, sum(-(-width(part) // room) or 1 for part in text.split("\n")))
        sheet.row_dimensions[row].height = 15.0 * min(most, LINES) + 3


def run(*command: str) -> None:
    """Run a command."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
