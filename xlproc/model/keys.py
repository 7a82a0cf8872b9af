"""By what forms are told to be of the same project, and names to be the same."""

from __future__ import annotations

import re

from xlproc.model.text import clean

_CODE = re.compile(r"^(?:[\[(【][\dA-Za-z]+[\])】]|[\dA-Za-z]{3,}[-—_])")
_SIGNS = re.compile(r"[\W_]+")


def plain_name(text: str) -> str:
    """Give a name for comparison: no code before it, no white space, brackets or other signs.

    Examples:
        >>> plain_name("[103] 市财政局"), plain_name("776001-某县 水务局"), plain_name("道路养护（二期）")
        ('市财政局', '某县水务局', '道路养护二期')
    """
    return _SIGNS.sub("", _CODE.sub("", clean(text)))


def project_key(year: int | None, name: str) -> str:
    """Give what forms that can be a pair have in common: year and project name; "" where one lacks.

    Examples:
        >>> project_key(2024, "道路养护（二期）"), project_key(None, "道路养护"), project_key(2024, "—")
        ('2024 道路养护二期', '', '')
    """
    plain = plain_name(name)
    return f"{year} {plain}" if year is not None and plain else ""
