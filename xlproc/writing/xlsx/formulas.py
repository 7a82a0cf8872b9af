"""Formulas of our own, as a file holds them."""

from __future__ import annotations

import re

from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.texts import escaped

_NAMES = re.compile(r"[A-Za-z0-9_.]+(?=\()")
_PLAIN = frozenset(
    [
        "ABS",
        "AND",
        "COUNT",
        "COUNTA",
        "COUNTIF",
        "FIND",
        "IF",
        "INDIRECT",
        "ISNUMBER",
        "MAX",
        "MIN",
        "N",
        "OR",
        "ROUND",
        "SUM",
        "SUMPRODUCT",
        "TEXT",
    ]
)
"""Functions that Excel has always had: the names of newer ones take a prefix in the file, which XlsxWriter knows."""


def formula_xml(text: str) -> str:
    """Write a formula between tags.

    Raises:
        UnusualError: It names a function that is not among those known, or is an array formula.

    Examples:
        >>> formula_xml('=IF(A1<5,"少","多")')
        'IF(A1&lt;5,"少","多")'
    """
    if not _PLAIN.issuperset(_NAMES.findall(text)) or text[:1] == "{" or text[-1:] == "}":
        raise UnusualError(text)
    return escaped(text.removeprefix("="))
