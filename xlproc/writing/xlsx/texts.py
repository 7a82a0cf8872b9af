"""Texts as XML: what must be escaped, and the strings that a workbook's cells share."""

from __future__ import annotations

import re

from xlproc.writing.xlsx.errors import UnusualError

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LONGEST = 32_767
"""A cell holds so many characters, as UTF-16 counts them."""

_ODD = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$")
_CODE = re.compile(r"(_x[0-9a-fA-F]{4}_)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def escaped(text: str) -> str:
    """Escape a text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Escape an attribute's text."""
    return escaped(text).replace('"', "&quot;").replace("\n", "&#xA;")


def content(text: str) -> str:
    r"""Escape a text between tags; signs that XML does not know get Excel's codes, and what looks like such a code stays a text.

    Examples:
        >>> content("a<b"), content("\x01"), content("_x0041_")
        ('a&lt;b', '_x0001_', '_x005F_x0041_')
    """
    return escaped(_CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", _CODE.sub(r"_x005F\1", text)))


def _string(text: str) -> str:
    if not _ODD.search(text):
        return f"<si><t>{text}</t></si>"
    coded = content(text)
    kept = ' xml:space="preserve"' if coded[:1].isspace() or coded[-1:].isspace() else ""
    return f"<si><t{kept}>{coded}</t></si>"


class Strings(dict[str, str]):
    """The texts of all cells of a workbook, each once: what follows the look in the element of a cell that holds it.

    Attributes:
        count: How many cells hold one.
    """

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self.count = 0

    def __missing__(self, text: str) -> str:
        """Give a text that is new the next number."""
        if len(text) > _LONGEST // 2 and len(text.encode("utf-16-le")) > 2 * _LONGEST:
            raise UnusualError("length")
        made = self[text] = f' t="s"><v>{len(self)}</v></c>'
        return made

    def xml(self) -> str:
        """Write the part that holds them."""
        head = f'<sst xmlns="{MAIN}" count="{self.count}" uniqueCount="{len(self)}">'
        return "".join([DECLARATION, head, *map(_string, self), "</sst>"])
