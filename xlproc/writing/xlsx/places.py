"""Areas of a sheet, as XML and as names refer to them."""

from __future__ import annotations

from xlproc.model.cells import a1, letter
from xlproc.writing.xlsx.errors import UnusualError

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def span(area: Area) -> str:
    """Write an area as a sheet refers to it.

    Raises:
        UnusualError: It is none.

    Examples:
        >>> span((1, 1, 9, 3)), span((2, 2, 2, 2))
        ('A1:C9', 'B2')
    """
    top, left, bottom, right = area
    if not (1 <= top <= bottom <= LAST_ROW and 1 <= left <= right <= LAST_COLUMN):
        raise UnusualError(area)
    first, last = a1(top, left), a1(bottom, right)
    return first if first == last else f"{first}:{last}"


def fixed(area: Area) -> str:
    """Write an area as a name refers to it.

    Raises:
        UnusualError: It is none, or goes over all rows or all columns.

    Examples:
        >>> fixed((1, 1, 9, 3)), fixed((2, 2, 2, 2))
        ('$A$1:$C$9', '$B$2')
    """
    top, left, bottom, right = area
    span(area)
    if (top, bottom) == (1, LAST_ROW) or (left, right) == (1, LAST_COLUMN):
        raise UnusualError(area)
    first, last = f"${letter(left)}${top}", f"${letter(right)}${bottom}"
    return first if first == last else f"{first}:{last}"
