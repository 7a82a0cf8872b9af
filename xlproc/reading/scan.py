"""Values that look as if a scanned page was read wrongly: ≥90% read as 290%, 14.8 as M.8."""

from __future__ import annotations

import re

from xlproc.forms import vocabulary
from xlproc.model.exact import plain
from xlproc.model.frames import NUMBER
from xlproc.model.text import clean
from xlproc.reading.units import is_known
from xlproc.reading.values import NUMBER_TEXT, parse_text

# what ≥ was read as where no such sign can stand: 工5%, ^80%, 二20人, 5=50%, %=95%
_SIGN = re.compile(r"(?:[工^二乏]|\d=|%=)(?=\d)")
_LIKE_DIGITS = str.maketrans("OoQlI|", "000111")
_LETTER = re.compile(r"(?<![A-Za-z])[OoQlI|](?=[OoQlI|]*(?:[\d.,]|[%\u4e00-\u9fff]))")
_BROKEN = re.compile(r"[第到][0OoQ][^\W\d_]{1,2}|[A-Z]\.\d+[^\W\d_]*")
_ABOVE = re.compile(r"2([1-9]\d(?:\.\d+)?|100)%")


def looks_scanned(text: str, beside: str = "", name: str = "") -> str | None:
    """Tell a value that looks wrongly read from a scanned page.

    Args:
        text: What the cell shows.
        beside: What the row's other value shows: for a target the actual, for an actual the target.
        name: The indicator's name: some shares cannot be above 100%.

    Returns:
        What it probably was; "" where it looks wrong and cannot be told; None where it looks right.

    Examples:
        >>> looks_scanned("290%", "", "群众满意度"), looks_scanned("2280次", "280次"), looks_scanned("5=50%")
        ('≥90%', '≥280次', '≥50%')
        >>> looks_scanned("M.8万元", "14.8万元"), looks_scanned("第O份"), looks_scanned("250%", "", "增长率")
        ('14.8万元', '', None)
    """
    body = clean(text).rstrip("。.")
    if body.removesuffix("%").isdecimal() and not body.startswith(("2", "8")):
        return None  # a plain number, and none to which a 2 or an 8 was added
    mended = f"{body[:-1]}%" if body.endswith("$") and body[-2:-1].isdecimal() else body
    head = NUMBER_TEXT.split(mended, maxsplit=1)[0]
    share = _ABOVE.fullmatch(mended[len(head) :]) if not re.search(r"[<>=≥≤\d]", head) else None
    if share and (_bounded(head + clean(name)) or f"{share[1]}%" == clean(beside)):
        return f"{head}≥{share[1]}%"
    sign = _SIGN.match(mended)
    if sign and parse_text(mended[sign.end() :]).state == NUMBER:
        return f"≥{mended[sign.end() :]}"
    if mended != body:
        return mended
    longer, shorter = parse_text(body), parse_text(beside)
    alike = longer.unit == shorter.unit != "" and not longer.operator
    if alike and longer.number is not None and shorter.number is not None:
        # with a unit, as a page shows them: two long numbers that differ by a leading 2 or 8 alone are hardly a coincidence
        digits, ending = plain(longer.number), plain(shorter.number)
        if digits in (f"2{ending}", f"8{ending}") and len(ending.partition(".")[0]) >= 3:
            return f"≥{clean(beside).lstrip('≥')}"
    return _letters(body, clean(beside)) if longer.number is None else None


def _bounded(name: str) -> bool:
    return any(word in name for word in vocabulary().bounded_names)


def _letters(body: str, beside: str) -> str | None:
    """Mend letters that stand for digits; "" where it can only be told that some do."""
    if _BROKEN.fullmatch(body):
        pattern = "".join(r"\d{1,2}" if c in "OoQM" else re.escape(c) for c in body)
        return beside if beside and re.fullmatch(pattern, beside) else ""
    mended = _LETTER.sub(lambda match: match.group().translate(_LIKE_DIGITS), body)
    value = parse_text(mended)
    return mended if mended != body and value.state == NUMBER and is_known(value.unit) else None
