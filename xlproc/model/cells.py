"""Cell references: how a place in a sheet is written."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def letter(column: int) -> str:
    """Give the letter of a column, counted from 1.

    Examples:
        >>> letter(1), letter(26), letter(28)
        ('A', 'Z', 'AB')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def a1(row: int, column: int) -> str:
    """Write a cell's place, both counted from 1.

    Examples:
        >>> a1(21, 10)
        'J21'
    """
    return f"{letter(column)}{row}"


def split(cell: str) -> tuple[str, int]:
    """Part a cell's place into its column's letter and its row.

    Examples:
        >>> split("AB21")
        ('AB', 21)
    """
    column = cell.rstrip("0123456789")
    return column, int(cell[len(column) :])


def quoted(sheet: str) -> str:
    """Write a sheet's name as a formula or link needs it.

    Examples:
        >>> quoted("自评表 1")
        "'自评表 1'"
    """
    return "'" + sheet.replace("'", "''") + "'"
