"""The looks of cells, as their layout names them."""

from __future__ import annotations

Look = tuple[str, str, bool]
"""A cell's style, the number format in its place or "", and whether its text is to stay a text when it is edited."""


def is_like_formula(value: object) -> bool:
    """Tell whether a text would become a formula once a person edits its cell."""
    return isinstance(value, str) and value[:1] in ("=", "+", "-", "@")
