"""What belongs together: forms of one project and year, rows of one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlproc.model.frames import EVALUATED, MONITORING
from xlproc.model.keys import plain_name, project_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.model.exact import Bools, Ints


def pairs(projects: pd.DataFrame) -> pd.DataFrame:
    """Give each monitoring form the evaluated form that it belongs to.

    Year and name are the same. Where both name an agency, it decides (two schools of one bureau have projects of one
    name), else the department: one name holds the other (财政综合保障 and 市财政综合保障中心). Of several the one in
    the same workbook is taken, then that of the same agency, of the same department, the first.

    Args:
        projects: The canonical frame, of any number of workbooks.

    Returns:
        A row a pair: ``ours`` (project of the evaluated form) and ``theirs`` (of the monitoring form).
    """
    if not (projects["form"] == MONITORING).any():
        return pd.DataFrame(dict.fromkeys(("ours", "theirs"), projects["project"].iloc[:0]))
    heads = pd.DataFrame(
        {
            "project": projects["project"],
            "workbook": projects["workbook"],
            "key": [
                project_key(None if pd.isna(year) else int(year), name)
                for year, name in zip(projects["year"], projects["name"], strict=True)
            ],
            "agency": projects["agency"].map(plain_name),
            "department": projects["department"].map(plain_name),
        }
    )
    named = heads["key"] != ""
    ours = heads[named & projects["form"].isin(EVALUATED)]
    theirs = heads[named & (projects["form"] == MONITORING)]
    # most are told by the agency; only those that are not are held against every form of that name
    close = [
        _candidates(ours, theirs, ["key", "workbook"]),
        _candidates(ours, theirs[theirs["agency"] != ""], ["key", "agency"]),
    ]
    left = theirs[~theirs["project"].isin(pd.concat(close)["theirs"])]
    every = pd.concat([*close, _candidates(ours, left, ["key"])])
    best = every.sort_values(["theirs", "other_workbook", "other_agency", "other_department", "ours"])
    return best.drop_duplicates("theirs")[["ours", "theirs"]].reset_index(drop=True)


def _candidates(ours: pd.DataFrame, theirs: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Give the forms that may belong together, and in what their heads differ."""
    names = ("workbook", "agency", "department")
    both = ours.assign(**{f"_{name}": ours[name] for name in names}).merge(
        theirs.assign(**{f"_{name}": theirs[name] for name in names}), on=on, suffixes=("_ours", "_theirs")
    )
    agency, department = (_agree(both, f"_{name}") for name in names[1:])
    both = both[(agency > 0) | ((agency == 0) & (department >= 0))]
    return pd.DataFrame(
        {"ours": both["project_ours"], "theirs": both["project_theirs"]}
        | {f"other_{name}": both[f"_{name}_ours"] != both[f"_{name}_theirs"] for name in names}
    )


def _agree(both: pd.DataFrame, name: str) -> Ints:
    """Tell whether one name holds the other: 1; -1 where neither does, 0 where one is blank."""
    couples = zip(both[f"{name}_ours"], both[f"{name}_theirs"], strict=True)
    return np.array([(a in b or b in a) * 2 - 1 if a and b else 0 for a, b in couples], dtype=np.int64)


def partners(ours: pd.DataFrame, theirs: pd.DataFrame, rounds: Sequence[Sequence[str]]) -> tuple[Ints, Ints]:
    """Bring the rows of paired forms together.

    Args:
        ours: Rows with ``pair``, numbered from 0.
        theirs: The same of the other form.
        rounds: Columns by which partners are the same, the strictest first; the n-th goes with the n-th.

    Returns:
        Positions in ours and in theirs.
    """
    left, right = ours.index, theirs.index
    found: list[tuple[Ints, Ints]] = []
    for columns in rounds:
        by = ["pair", *columns]
        mine, other = _numbered(ours, left, by), _numbered(theirs, right, by)
        both = mine.merge(other, on=[*by, "nth"], suffixes=("_ours", "_theirs"))
        found.append((both["at_ours"].to_numpy(dtype=np.int64), both["at_theirs"].to_numpy(dtype=np.int64)))
        left, right = (side[~side.isin(taken)] for side, taken in zip((left, right), found[-1], strict=True))
    at_ours, at_theirs = (np.concatenate(side) for side in zip(*found, strict=True))
    return at_ours, at_theirs


def _numbered(side: pd.DataFrame, left: pd.Index[int], by: Sequence[str]) -> pd.DataFrame:
    rows = side.loc[left, [*by]]
    return rows.assign(nth=rows.groupby([*by], sort=False).cumcount(), at=left)


def apart(count: int, taken: Ints) -> Bools:
    """Tell the rows without a partner."""
    alone = np.ones(count, dtype=bool)
    alone[taken] = False
    return alone
