"""Charts: XlsxWriter draws them, from a small workbook of those sheets alone that they stand on and speak of."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from xlproc.writing.layout import Book, Sheet
from xlproc.writing.xlsx import reference
from xlproc.writing.xlsx.errors import UnusualError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTENTS = "[Content_Types].xml"


def drawn(sheets: Sequence[Sheet]) -> dict[str, bytes]:
    """Give the parts that charts add to a workbook, and the list of contents that names them; none where there are none.

    Args:
        sheets: The workbook's sheets.

    Raises:
        UnusualError: A chart speaks of cells in an unknown way.
    """
    spoken = set(_spoken(sheets))
    if not spoken:
        return {}
    small = Book([sheet if sheet.name in spoken else Sheet(sheet.name) for sheet in sheets])
    with ZipFile(BytesIO(reference.render(small))) as made:
        return {
            name: made.read(name)
            for name in made.namelist()
            if name == CONTENTS or name.startswith(("xl/charts/", "xl/drawings/"))
        }


def _spoken(sheets: Sequence[Sheet]) -> Iterator[str]:
    """Name the sheets that charts stand on and that they take their figures from."""
    for sheet in sheets:
        for chart in sheet.charts:
            yield sheet.name
            for series in chart.series:
                for place in filter(
                    None, (series.get("categories"), series.get("values"), series.get("name"))
                ):
                    if isinstance(place, str) and not place.startswith("="):
                        continue  # a name as it is shown
                    if not isinstance(place, list | tuple):
                        raise UnusualError(place)
                    yield place[0]
