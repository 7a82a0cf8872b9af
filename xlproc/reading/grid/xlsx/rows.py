"""A sheet's rows in the shape in which programs write them: cut out by one pattern, if it covers them to the last sign."""

from __future__ import annotations

import re
from typing import NamedTuple

_TEXT = r"((?:[^<>&\x00-\x08\x0b-\x1f\ufffe\uffff]++|&(?:lt|gt|amp|quot|apos|#[0-9]{2,6});)*+)"
_ABOUT = r'((?: (?:[A-Za-z][A-Za-z0-9]*:)?[A-Za-z][A-Za-z0-9]{0,19}="[^"<>&\x00-\x1f]*+")*+)'
_TOKEN = re.compile(
    # what is written of a cell, and in what order, is the same in all programs that matter
    r'(<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]{1,9})")?(?: ?/>|>'
    rf"(?:(<f){_ABOUT}(?: ?/>|>{_TEXT}</f>))?(?:<v>{_TEXT}</v>|<v ?/>)?"
    rf'(?:(<is>)<t(?: xml:space="preserve")?>{_TEXT}</t></is>)?</c>)'
    rf"|(<row){_ABOUT} ?(/?)>|</row>)"
)
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ATTRIBUTE = re.compile(r'([^ "=]+)="([^"]*)"')
_BEGIN, _END = b"<sheetData>", b"</sheetData>"


class Token(NamedTuple):
    """A cell, or a row's beginning or end; "" where there is none."""

    whole: str
    column: str
    row: str
    style: str
    kind: str
    is_formula: str
    about_formula: str
    formula: str
    value: str
    is_inline: str
    inline: str
    is_row: str
    about_row: str
    is_empty_row: str


def cut(xml: bytes) -> tuple[bytes, list[Token]] | None:
    """Cut the rows out of a sheet's XML.

    Args:
        xml: The part, with neither comments nor raw sections.

    Returns:
        The part without rows, and what stood there; None where it is not written in the usual shape.

    Raises:
        UnicodeDecodeError: It is no UTF-8.

    Examples:
        >>> rest, tokens = cut(b'<worksheet><sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData></worksheet>')
        >>> rest, [token[0] for token in tokens], tokens[1][1:3], tokens[1][8]
        (b'<worksheet><sheetData></sheetData></worksheet>', ['<row r="1">', '<c r="A1"><v>5</v></c>', '</row>'], ('A', '1'), '5')
        >>> cut(b"<worksheet><sheetData><row><odd/></row></sheetData></worksheet>")
    """
    if xml.count(b"sheetData") != 2 or xml.count(_END) != 1:
        return None
    begin, end = xml.find(_BEGIN) + len(_BEGIN), xml.find(_END)
    if not len(_BEGIN) <= begin <= end:
        return None
    rows = xml[begin:end].decode()
    tokens: list[Token] = _TOKEN.findall(rows)
    if sum([len(token[0]) for token in tokens]) != len(rows):
        return None
    return xml[:begin] + xml[end:], tokens


def attributes(about: str) -> dict[str, str] | None:
    """Give a tag's attributes; None where one is there twice.

    Examples:
        >>> attributes(' r="1" ht="20"'), attributes(' r="1" r="2"')
        ({'r': '1', 'ht': '20'}, None)
    """
    pairs = _ATTRIBUTE.findall(about)
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def plain_text(text: str) -> str:
    """Give a text as it was before it was written as XML.

    Raises:
        ValueError: It names a sign that XML does not know.

    Examples:
        >>> plain_text("IF(A1&lt;5,&quot;&amp;lt;&#24180;&quot;)")
        'IF(A1<5,"&lt;年")'
    """
    return _REFERENCE.sub(_sign, text) if "&" in text else text


def _sign(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    code = int(match[2])
    if not (
        code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    ):
        raise ValueError(code)
    return chr(code)
