"""Reasons for deviations: those of mid-year and those of the year's end should have something in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.frames import UNSAID
from xlproc.model.keys import plain_name
from xlproc.rules.between.sides import Sides, cells_of, tell
from xlproc.rules.report import Row, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.findings import Finding
    from xlproc.rules.between.indicators import Matched

_PIECE = 4
"""Texts that share a piece of so many characters speak of the same; a shorter text (无, 见附件) gives no reason."""
_SHOWN = 24
"""A longer text is cut where it is told."""


def compare_reasons(heads: Sides, matched: Matched) -> Iterator[Finding]:
    """Tell reasons that have nothing in common, once a pair: row by row, else the whole against the summary.

    Args:
        heads: Paired forms.
        matched: Their indicators.
    """
    ours, theirs = _given(matched.same.ours), _given(matched.same.theirs)
    by_row: dict[int, list[tuple[Row, Row]]] = {}
    for couple in matched.same.couples((ours != "") & (theirs != "")):
        by_row.setdefault(couple[0]["pair"], []).append(couple)
    said = _by_pair(matched.every.ours)
    for pair, (mine, other) in heads.heads().items():
        summary = _summary(other)
        if pair in by_row:
            odd = [(a, b) for a, b in by_row[pair] if not _share(a["reason"], _words(b))]
            if odd:
                cells = tuple(cell for a, _ in odd for cell in cells_of(a, "reason"))
                others = tuple(cell for _, b in odd for cell in _cells(b))
                yield _finding((mine, cells), (other, others), odd[0][0]["reason"], _words(odd[0][1]))
        elif summary and pair in said:
            whole = "；".join(dict.fromkeys(row["reason"] for row in said[pair]))
            if not _share(whole, summary):
                cells = tuple(cell for row in said[pair] for cell in cells_of(row, "reason"))
                yield _finding((mine, cells), (other, cells_of(other, "texts.causes")), whole, summary)


def _finding(
    ours: tuple[Row, tuple[str, ...]], theirs: tuple[Row, tuple[str, ...]], found: str, expected: str
) -> Finding:
    return tell("M210", "reason", ours, theirs, found=_cut(found), expected=_cut(expected))


def _given(side: pd.DataFrame) -> pd.Series[str]:
    """Give each row's reason, "" where none is given."""
    said = side["reason"].where(~side["reason_state"].isin(UNSAID), "")
    causes = side["causes"].map(lambda causes: "，".join(text for _, text in causes))
    texts = (said + causes).map(plain_name)
    return texts.where(texts.str.len() >= _PIECE, "")


def _words(row: Row) -> str:
    """Give the words of a row's reason: its own, and those in the columns of causes."""
    return "，".join(filter(None, (row["reason"], *(text for _, text in row["causes"]))))


def _cells(row: Row) -> tuple[str, ...]:
    return cells_of(row, "reason", *(f"extra.{header}" for header, _ in row["causes"]))


def _summary(project: Row) -> str:
    return "；".join(
        text for label, text in project["extra"] if "原因" in label and len(plain_name(text)) >= _PIECE
    )


def _by_pair(side: pd.DataFrame) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows(side, _given(side) != ""):
        found.setdefault(row["pair"], []).append(row)
    return found


def _share(a: str, b: str) -> bool:
    """Tell whether two texts have a piece in common.

    Examples:
        >>> _share("设备评估尚未完成", "因设备评估推迟"), _share("续签协议协商", "避免重复投资")
        (True, False)
    """
    a, b = plain_name(a), plain_name(b)
    return any(a[i : i + _PIECE] in b for i in range(len(a) - _PIECE + 1))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}……"
