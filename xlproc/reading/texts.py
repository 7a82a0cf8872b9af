"""The texts below the table of a monitoring form: what the unit says of the whole, and what others say of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.forms.labels import LONGEST
from xlproc.model.frames import TEXT
from xlproc.reading.labelled import key
from xlproc.reading.leftovers import is_known

if TYPE_CHECKING:
    from xlproc.reading.grid import Sheet, Spot
    from xlproc.reading.located import Located

_END = re.compile(r"[(（:：\n]|[ \t\u3000]+")
"""What may end a label."""


def find_texts(sheet: Sheet, place: Located) -> None:
    """Find the texts below the table: behind their labels, beside them, or below them in the same columns."""
    last = max((h.last for block in place.blocks for h in (*block.columns.values(), *block.extra)), default=0)
    for row in (r for r in sheet.rows() if max(place.rows, default=place.bottom) < r <= place.bottom):
        for column, cell in sheet.row(row):
            name, label, text = parted_text(cell.shown) if cell.state == TEXT else ("", "", "")
            if not name:
                continue
            spot = (row, column) if text else _spot(sheet, row, column, last)
            place.known |= {(row, column), spot}
            place.texts.setdefault(name, spot)
            if text := text or sheet.own(*spot).shown:
                place.extra.append((label, text))


def _spot(sheet: Sheet, row: int, column: int, last: int) -> Spot:
    """Give the place of a label's text: beside it, below it, or where it should stand."""
    _, _, bottom, right = sheet.span(row, column)
    beside = next(((c, cell) for c, cell in sheet.row(row) if c > right), None)
    if beside and not is_known(beside[1]):
        return row, beside[0]
    below = sheet.own(bottom + 1, column)
    fits = sheet.span(bottom + 1, column)[3] <= max(right, column)
    if not beside and fits and below.shown and not is_known(below):
        return bottom + 1, column
    return (row, right + 1) if right < last else (bottom + 1, column)


def parted_text(text: str) -> tuple[str, str, str]:
    """Give what a label below the table means, the label without its number and note, and what stands behind it.

    Examples:
        >>> parted_text("二、存在偏差原因分析（从经费保障等方面）资金没有下达")
        ('causes', '存在偏差原因分析', '资金没有下达')
        >>> parted_text("财政局审核意见(注：项目单位不填写)"), parted_text("存在偏差情况")
        (('opinion', '财政局审核意见', ''), ('', '', ''))
    """
    for end in (*(match.start() for match in _END.finditer(text, 0, 2 * LONGEST)), len(text)):
        label = key(text[:end]) if end <= 2 * LONGEST else ""
        if name := labels().texts.of(label):
            return name, label, _behind(text[end:].strip())
    return "", "", ""


def _behind(text: str) -> str:
    """Give what stands behind a label's note in brackets or its colon; a note that does not end is all of it."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "(（") - (sign in ")）")
        if depth <= 0:
            return text[at + (sign in ")）") :].lstrip(":： \t\n\u3000")
    return ""
