"""XML that can be cut at its tags: UTF-8, without document type, comments, instructions and raw sections."""

from __future__ import annotations

import re

from xlproc.reading.grid.xlsx.around import UnclaimedError

_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s+version=[\"']1\.0[\"'](?:\s+encoding=[\"'](?i:utf-8)[\"'])?"
    rb"(?:\s+standalone=[\"'](?:yes|no)[\"'])?\s*\?>)?\s*(?=<[A-Za-z_])"
)
_ODD = re.compile(rb"<[!?]")


def plain(xml: bytes) -> int:
    """Tell where a part's root begins.

    Raises:
        UnclaimedError: The part is not written so plainly.

    Examples:
        >>> plain(b'<?xml version="1.0" encoding="UTF-8"?><a/>')
        38
    """
    head = _HEAD.match(xml)
    if head is None or _ODD.search(xml, head.end()):
        raise UnclaimedError
    return head.end()
