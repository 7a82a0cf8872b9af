"""Two forms side by side, and findings that stand at a cell of each."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from xlproc.model.findings import runs
from xlproc.model.words import Phrase, phrase
from xlproc.rules.report import Row, at, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from xlproc.model.exact import Bools, Ints
    from xlproc.model.findings import Finding

_SHOWN = 4
"""So many cells are named."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows of evaluated forms and of the monitoring forms that belong to them.

    Attributes:
        ours: Of the evaluated forms; with ``pair`` and ``file`` (its name, where the two are in different files).
        theirs: Of the monitoring forms, the same.
    """

    ours: pd.DataFrame
    theirs: pd.DataFrame

    def lines(self, frame: pd.DataFrame) -> Sides:
        """Give the rows of a frame that belong to these forms, each side numbered from 0."""
        ours, theirs = (
            side[["pair", "file", "project"]]
            .merge(frame, on="project")
            .sort_values(["pair", "row"], kind="stable")
            .reset_index(drop=True)
            for side in (self.ours, self.theirs)
        )
        return Sides(ours, theirs)

    def take(self, at_ours: Ints, at_theirs: Ints) -> Sides:
        """Give rows side by side."""
        return Sides(*(side.iloc[at].reset_index(drop=True) for side, at in ((self.ours, at_ours), (self.theirs, at_theirs))))  # fmt: skip

    def couples(self, mask: Bools | pd.Series[bool] | None = None) -> Iterator[tuple[Row, Row]]:
        """Give the rows side by side that a mask marks."""
        chosen = np.ones(len(self.ours), dtype=bool) if mask is None else mask
        return zip(rows(self.ours, chosen), rows(self.theirs, chosen), strict=True)

    def heads(self) -> dict[int, tuple[Row, Row]]:
        """Give the rows side by side, by pair."""
        return {ours["pair"]: (ours, theirs) for ours, theirs in self.couples()}


def sides(projects: pd.DataFrame, found: pd.DataFrame, workbooks: pd.DataFrame) -> Sides:
    """Put paired forms side by side.

    Args:
        projects: The canonical frame.
        found: As :func:`xlproc.rules.between.pairing.pairs` gives them.
        workbooks: Gives the files' names.
    """
    by = projects.set_index("project", drop=False)
    ours, theirs = (by.loc[found[name]].reset_index(drop=True) for name in ("ours", "theirs"))
    names = {
        number: PurePath(path).name
        for number, path in zip(workbooks["workbook"], workbooks["path"], strict=True)
    }
    apart = ours["workbook"] != theirs["workbook"]
    return Sides(
        *(
            side.assign(pair=found["theirs"], file=side["workbook"].map(names).where(apart, ""))
            for side in (ours, theirs)
        )
    )


def tell(
    code: str, field: str, ours: tuple[Row, Sequence[str]], theirs: tuple[Row, Sequence[str]], **words: Any
) -> Finding:
    """Make a finding at cells of both forms.

    Args:
        code: The catalogue's code.
        field: The column meant.
        ours: A row of the evaluated form, and its cells.
        theirs: The same of the monitoring form.
        **words: As :func:`xlproc.rules.report.at` takes them; the places are added as ``ours`` and ``theirs``.
    """
    mine, other = ours[0], theirs[0]
    found = at(
        {**mine, "cells": {}}, code, field, beside=ours[1], ours=_place(*ours), theirs=_place(*theirs), **words
    )  # fmt: skip
    return dataclasses.replace(found, elsewhere=((other["workbook"], other["sheet"], tuple(theirs[1])),))


def cells_of(row: Row, *fields: str) -> tuple[str, ...]:
    """Give the cells of columns, as far as the form has them."""
    return tuple(dict.fromkeys(row["cells"][name] for name in fields if name in row["cells"]))


def _place(row: Row, cells: Sequence[str]) -> Phrase:
    """Write a place, its file's name before the sheet's where the other form is in another file."""
    file = f"{row['file']} " if row["file"] else ""
    if not cells:
        return phrase("between.sheet", file=file, sheet=row["sheet"])
    areas = tuple(runs(cells))
    shown = areas if len(areas) <= _SHOWN else phrase("between.more", cells=areas[:_SHOWN])
    return phrase("between.place", file=file, sheet=row["sheet"], cells=shown)
