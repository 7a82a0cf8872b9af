"""The looks of cells, as their layout names them."""

from __future__ import annotations

Look = tuple[str, str, bool]
"""A cell's style, the number format in its place or "", and whether its text is to stay a text when it is edited."""

LIKE_FORMULA = ("=", "+", "-", "@")
"""How a text begins that would become a formula once a person edits its cell."""


class Looks(dict[Look, int]):
    """The looks of all cells of a workbook, numbered in the order in which they were met."""

    def __missing__(self, look: Look) -> int:
        """Give a look that is new the next number."""
        number = self[look] = len(self)
        return number


def is_like_formula(value: object) -> bool:
    """Tell whether a text would become a formula once a person edits its cell."""
    return isinstance(value, str) and value.startswith(LIKE_FORMULA)
