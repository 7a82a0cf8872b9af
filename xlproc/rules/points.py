"""Where a row's points come from: its own 分值, those that its group shares, the execution rate; or it has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import to_micro
from xlproc.model.frames import ABSENT
from xlproc.model.text import clean
from xlproc.rules.arrays import numbers
from xlproc.rules.execution import total_lines

if TYPE_CHECKING:
    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.rulesets import RuleSet

OWN, SHARED, EXECUTION, PART, NONE = "own", "shared", "execution", "part", "none"
"""A row's basis: its own weight; points shared by a group of rows; 预算执行率, scored by the money; a 其中 row, which its
parent stands for; nothing, since the form has no 分值."""

GROUP = ["project", "block", "group"]
"""What names a group of rows that share points."""
_SCORES = ("score", "low", "high")
_POINTS = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)分\)?$|\((\d+(?:\.\d+)?)%?\)$")


def take_points(indicators: pd.DataFrame) -> pd.DataFrame:
    """Tell each row's basis; the only row of a group has the group's points for its weight.

    Args:
        indicators: The canonical frame.

    Returns:
        The frame with a further column ``basis``.
    """
    out = indicators.reset_index(drop=True)
    nested = out["nested"].to_numpy(dtype=bool)
    execution = out["execution_row"].to_numpy(dtype=bool) & ~nested
    unweighed = ~nested & ~execution & (out["weight_state"] == ABSENT).to_numpy(dtype=bool)
    _, has_points = numbers(out, "group_points")
    grouped = unweighed & has_points & (out["group"] != "").to_numpy(dtype=bool)
    out["basis"] = np.select(
        [nested, execution, grouped, unweighed], [PART, EXECUTION, SHARED, NONE], OWN
    ).astype(object)
    if grouped.any():
        alone = np.zeros(len(out), dtype=bool)
        alone[grouped] = ~out[grouped].duplicated(GROUP, keep=False)
        out["weight"] = out["weight"].mask(alone, out["group_points"])
        out["basis"] = out["basis"].mask(alone, OWN)
    return out


def based(indicators: pd.DataFrame, *bases: str) -> Bools:
    """Tell the rows of these bases."""
    return np.asarray(indicators["basis"].isin(bases).to_numpy(dtype=bool))


def unweighed_projects(indicators: pd.DataFrame) -> set[int]:
    """Give the projects whose rows have no points at all: their forms are not totalled."""
    without = set(indicators["project"][based(indicators, NONE)])
    return without - set(indicators["project"][based(indicators, OWN, SHARED)])


def points_of(label: str) -> int:
    """Give the points that a level's label carries, in micro; 0 for none.

    Examples:
        >>> points_of("产出指标(50分)"), points_of("产出指标 40 分"), points_of("数量指标")
        (50000000, 40000000, 0)
    """
    match = _POINTS.search(clean(label))
    return (to_micro(match[1] or match[2]) or 0) if match else 0


def unpaid_projects(funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet) -> set[int]:
    """Give the projects whose forms give no points for execution: only a rate stands there, and the rest is not the rule set's.

    Args:
        funds: As :func:`fill_total_lines` gives them.
        indicators: As :func:`take_points` gives them.
        ruleset: Gives the indicators' sum beside which execution has its points.
    """
    main = total_lines(funds)
    bare = main["weight"].isna() & (main["weight_state"] == ABSENT) & (main["declared_score_state"] == ABSENT)
    bare &= main["declared_score"].isna()
    rows = indicators[indicators["project"].isin(main["project"][bare]) & based(indicators, OWN, SHARED)]
    found: set[int] = set()
    for _, lines in rows.groupby("project"):
        groups = lines[based(lines, SHARED)].drop_duplicates(GROUP)
        weights = lines["weight"][based(lines, OWN)]
        labels = lines["level1"].drop_duplicates().map(points_of)
        summed = weights.sum() + groups["group_points"].sum()
        claimed = max(int(summed), int(labels.sum()))
        if claimed > ruleset.levels.indicators or (
            claimed < ruleset.levels.indicators and weights.notna().all()
        ):
            found.add(int(lines["project"].iloc[0]))
    return found


def parts(indicators: pd.DataFrame) -> pd.DataFrame:
    """Give what a total adds up: the rows with points of their own, and each group as its first row.

    Args:
        indicators: As :func:`xlproc.rules.scoring.score_indicators` gives them.

    Returns:
        Rows of the frame; a group's has the group's points, scores and range, and a level label where all its rows share it.
    """
    import pandas as pd

    own, shared = (indicators[based(indicators, basis)] for basis in (OWN, SHARED))
    if shared.empty:
        return own
    by_group = shared.groupby(GROUP, sort=False)
    first = shared.drop_duplicates(GROUP).copy()
    summed = by_group["score"].sum().to_numpy(dtype=np.int64)
    pending = by_group["pending"].any().to_numpy(dtype=bool)
    points = first["group_points"].to_numpy(dtype=np.int64)
    first["weight"] = first["group_points"]
    first["pending"] = pending
    for name, values in (("score", summed), ("low", summed), ("high", np.where(pending, points, summed))):
        first[name] = pd.array(values, dtype="Int64")
    first["best"] = first["high"].to_numpy(dtype=np.int64)
    for level in ("level1", "level2"):
        one = by_group[level].nunique().to_numpy() == 1
        first[level] = first[level].where(one, "")
    return pd.concat([own, first], ignore_index=True)


def fill_total_lines(funds: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Give the total lines the weight, score and reason that stand in the row 预算执行率 among the indicators.

    Args:
        funds: The canonical frame.
        indicators: As :func:`take_points` gives them.

    Returns:
        The frame with a further column ``by_row``: weight or score of the line come from such a row.
    """
    out = funds.reset_index(drop=True)
    out["by_row"] = False
    told = indicators[based(indicators, EXECUTION)].drop_duplicates("project").set_index("project")
    main = total_lines(out)
    main = main[main["project"].isin(told.index)]
    for name in ("weight", "declared_score", "reason"):
        empty = main["reason_state"] == ABSENT if name == "reason" else main[name].isna()
        at = main.index[empty.to_numpy(dtype=bool)]
        rows = told.loc[main["project"][at]]
        for column in (name, f"{name}_state", *((f"{name}_text",) if name != "reason" else ())):
            out.loc[at, column] = rows[column].array
        there = [name in cells for cells in rows["cells"]]
        spots = {
            line: {**out["cells"][line], name: cells[name]}
            for line, cells in zip(at[there], rows["cells"][there], strict=True)
        }
        out["cells"] = [spots.get(line, cells) for line, cells in out["cells"].items()]
        if name != "reason":
            out.loc[at[rows[name].notna().to_numpy(dtype=bool)], "by_row"] = True
    return out


def unscored(funds: pd.DataFrame, projects: set[int]) -> pd.DataFrame:
    """Take the score of execution from the forms that are not totalled; their rates stay."""
    out = funds.copy()
    left = out["project"].isin(projects).to_numpy(dtype=bool)
    if left.any():
        out.loc[left, ["maximum", *_SCORES]] = None
        out.loc[left, "pending"] = False
        out.loc[left, "method"] = ""
    return out


def place_execution(indicators: pd.DataFrame, funds: pd.DataFrame, ruleset: RuleSet) -> pd.DataFrame:
    """Give the rows 预算执行率 the score of the total line; without such a line it is pending.

    Args:
        indicators: As :func:`xlproc.rules.scoring.score_indicators` gives them.
        funds: As :func:`xlproc.rules.execution.score_execution` gives them.
        ruleset: Gives the maximum of execution.
    """
    rows = based(indicators, EXECUTION)
    if not rows.any():
        return indicators
    out = indicators.copy()
    main = total_lines(funds).set_index("project")
    ids = out["project"][rows]
    for name in _SCORES:
        out.loc[rows, name] = main[name].reindex(ids).array
    lacking = rows & ~out["project"].isin(main.index).to_numpy(dtype=bool)
    out.loc[rows, "pending"] = main["pending"].reindex(ids).fillna(value=True).to_numpy(dtype=bool)
    out.loc[lacking, "low"] = 0
    out.loc[lacking, "high"] = ruleset.execution.maximum
    return out
