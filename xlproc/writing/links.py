"""Links from one workbook into another that lies beside it."""

from __future__ import annotations

from xlproc.model.cells import quoted

MOST_LINKS = 65_530
"""Excel takes so many links in a sheet."""
_LONGEST = 2_079
"""Excel takes so many characters of a link."""
_NO_PATH = frozenset(":\\")
"""Signs that no path on Windows has, and that would make an address or another machine's path of a relative one."""
_ESCAPED = {ord(sign): f"%{ord(sign):02x}" for sign in '%#"<>[]^`{} '}


def beside(path: str, sheet: str, cell: str = "A1") -> str:
    """Write a link to a cell of another workbook; "" where Excel would not take it.

    Args:
        path: The workbook, relative to the one that holds the link.
        sheet: The sheet's name there.
        cell: The cell.

    Examples:
        >>> beside("甲/1#楼 50%_评价结果.xlsx", "自评表", "A12")
        "external:甲/1%23楼%2050%25_评价结果.xlsx#'自评表'!A12"
        >>> beside("甲" * 3000, "自评表"), beside("http:/example.com/a.xlsx", "自评表")
        ('', '')
    """
    if _NO_PATH & set(path):
        return ""
    escaped = path.translate(_ESCAPED)
    return f"external:{escaped}#{quoted(sheet)}!{cell}" if len(escaped) <= _LONGEST else ""
