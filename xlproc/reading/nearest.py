"""For forms that are not known: which labels were found, and which known ones are nearest to the others."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.forms.words import lately_kept
from xlproc.model.cells import a1
from xlproc.model.frames import TEXT
from xlproc.model.text import clean, label_key
from xlproc.reading.leftovers import is_known

if TYPE_CHECKING:
    from xlproc.reading.grid import Sheet

LONGEST = 14
"""A longer text is no label."""
MOST = 20
"""So many unknown labels are told."""


def nearest(sheet: Sheet) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    """Look for labels on a sheet that holds no form.

    Returns:
        The known labels that it has; and of those that are not known, the text, its cell, and the nearest known label.
    """
    seen: list[str] = []
    near: list[tuple[str, str, str]] = []
    for row in sheet.rows():
        for column, cell in sheet.row(row):
            text = clean(cell.shown)
            if cell.state != TEXT or not 1 < len(text) <= LONGEST:
                continue
            if is_known(cell):
                if text not in seen:
                    seen.append(text)
            elif len(near) < MOST and (like := nearest_label(text)):
                near.append((text, a1(row, column), like))
    return tuple(seen), tuple(near)


@lately_kept
def nearest_label(text: str) -> str:
    """Give the known label that is nearest to a text, or "".

    Examples:
        >>> nearest_label("指标描叙"), nearest_label("项目名"), nearest_label("今天天气")
        ('指标描述', '项目名称', '')
    """
    words = {label_key(word): word for word in reversed(labels().words)}
    close = difflib.get_close_matches(label_key(text), words, 1, 0.6)
    return words[close[0]] if close else ""
