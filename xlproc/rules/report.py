"""From masks to findings: the one place where found rows become findings with their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.cells import split
from xlproc.model.findings import Finding
from xlproc.model.frames import records
from xlproc.model.text import clean_name
from xlproc.model.words import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from xlproc.model.exact import Bools

Row = dict[str, Any]


def rows(frame: pd.DataFrame, mask: Bools | pd.Series[bool]) -> Iterator[Row]:
    """Give the rows that a mask marks; numbers as int or None."""
    if not mask.any():
        return  # mostly so, and an empty frame of many columns takes its time
    yield from records(frame[mask])


def first_row(frame: pd.DataFrame) -> Row:
    """Give a frame's first row."""
    head = frame.iloc[:1]
    return next(rows(head, head.index == head.index[0]))


def at(
    row: Row, code: str, field: str, also: Sequence[str] = (), beside: Sequence[str] = (), **words: Any
) -> Finding:
    """Make a finding at a row's cell.

    Args:
        row: A row of funds, indicators or projects.
        code: The catalogue's code.
        field: The column where a person would mend it.
        also: Further columns to name, by our word.
        beside: Cells elsewhere, by their addresses.
        **words: ``found``, ``expected``, ``rules`` and the message's other words.
    """
    cells = row["cells"]
    named = (cells[name] for name in (field, *also) if name in cells)
    listed = tuple(dict.fromkeys((*named, *beside)))
    return Finding(
        code,
        row["workbook"],
        row["project"],
        row["sheet"],
        split(listed[0])[1] if listed else row["row"],
        listed,
        field,
        found=words.pop("found", ""),
        expected=words.pop("expected", ""),
        rules=tuple(words.pop("rules", ())),
        context={key: v if isinstance(v, Phrase | tuple) else str(v) for key, v in words.items()},
    )


def name_of(row: Row) -> str | Phrase:
    """Name an indicator in a message."""
    return clean_name(row["level3"]) if row["level3"] else phrase("said.nameless")


def collect(*found: Iterator[Finding]) -> list[Finding]:
    """Gather findings of several rules."""
    return [finding for group in found for finding in group]
