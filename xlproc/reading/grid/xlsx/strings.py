"""Strings: plain ones cut out of the XML, all others left to openpyxl, each wording once."""

from __future__ import annotations

import re
from xml.parsers.expat import ParserCreate

from openpyxl.xml.constants import SHEET_MAIN_NS

from xlproc.reading.grid.xlsx import around
from xlproc.reading.grid.xlsx.around import UnclaimedError
from xlproc.reading.grid.xlsx.plain import plain

_ROOT = re.compile(rb'<sst((?:\s+[\w:]+="[^"<]*")*)\s*>\s*')
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_STRING = re.compile(rb"<si>.*?</si>\s*", re.DOTALL)
# Chinese Excel notes at every text how it would be pronounced
_PLAIN = re.compile(
    rb"<(si|is)><t(?: xml:space=\"preserve\")?>([^<&\r]*)</t>(?:<phoneticPr fontId=\"[0-9]{1,6}\""
    rb'(?: type="(?:noConversion|halfwidthKatakana|fullwidthKatakana|Hiragana)")?\s*/>)?</\1>\s*'
)
_MAIN = (("", SHEET_MAIN_NS),)


def shared_strings(xml: bytes) -> list[str]:
    """Read the shared strings.

    Raises:
        UnclaimedError: Only openpyxl is to read them.
        ValueError: They are broken; so does ExpatError.
    """
    root = _ROOT.match(xml, plain(xml))
    if root is None or (b"xmlns", SHEET_MAIN_NS.encode()) not in _ATTRIBUTE.findall(root[1]):
        raise UnclaimedError
    ParserCreate(namespace_separator="}").Parse(xml, True)  # proves that it is XML
    pieces = _STRING.findall(xml, root.end())
    if xml[root.end() + sum(map(len, pieces)) :].rstrip() != b"</sst>":
        raise UnclaimedError
    # openpyxl takes what stands for an underscore out of these strings, and of no others
    return [text(piece, _MAIN).replace("x005F_", "") for piece in pieces]


def text(piece: bytes, prefixes: around.Prefixes) -> str:
    """Give the text of a string, cut out of XML that is proved."""
    match = _PLAIN.fullmatch(piece)
    return match[2].decode() if match else around.text(prefixes, piece.rstrip())
