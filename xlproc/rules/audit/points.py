"""Audit of rows without points of their own: groups that share points (A13, A15, A16), forms without 分值, what counts twice.

Also the scores that a reviewer put beside the unit's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.exact import plain
from xlproc.model.text import clean
from xlproc.model.words import phrase, span
from xlproc.rules.arrays import numbers
from xlproc.rules.audit.marks import mark
from xlproc.rules.execution import total_lines
from xlproc.rules.points import EXECUTION, GROUP, NONE, OWN, PART, SHARED, based
from xlproc.rules.report import Row, at, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.findings import Finding, Words
    from xlproc.rulesets import RuleSet


def audit_points(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> list[Finding]:
    """Audit what has no points of its own.

    Args:
        projects: As :func:`xlproc.rules.grading.total_projects` gives them.
        funds: With scores.
        indicators: With scores.
        ruleset: Gives tolerances.
    """
    return collect(
        _unweighed(projects),
        _groups(indicators, ruleset),
        _twice_in_funds(funds),
        _twice_in_rows(indicators),
        _twice_execution(funds, indicators),
        _reviewed(indicators, ruleset),
    )


def _unweighed(projects: pd.DataFrame) -> Iterator[Finding]:
    """The form has no 分值; one that weighs the money and not the indicators has lost the column, which has been told."""
    lost = projects["cells"].map(lambda cells: "funds.weight" in cells)
    for row in rows(projects, projects["unweighed"] & ~lost):
        yield at(row, "X120", "columns.level3")


def _groups(indicators: pd.DataFrame, ruleset: RuleSet) -> Iterator[Finding]:
    """Judge the groups of rows that share points: by their sum, and by whether all or not all of them are met."""
    marks = mark(indicators, ruleset)
    given = marks.has_declared & (marks.declared >= 0)
    shared = based(indicators, SHARED)
    lines = indicators.assign(
        given=given, negative=marks.has_declared & ~given, met=marks.met, missed=marks.unmet & ~marks.doubtful
    )[shared]
    for _, group in lines.groupby(GROUP, sort=False):
        members = list(rows(group, group["row"] > 0))
        first, points = members[0], members[0]["group_points"]
        summed = sum(row["declared_score"] for row in members if row["given"])
        words = {"label": clean(first["group"]), "found": plain(summed), "expected": plain(points)}
        for row in members:
            if row["negative"]:
                yield at(
                    row, "S201", "declared_score", name=name_of(row),
                    found=row["declared_score_text"], expected=plain(points),
                )  # fmt: skip
        missed = [row for row in members if row["missed"]]
        blank = [row for row in members if row["declared_score"] is None]
        if summed > points:
            yield _at_scores(members, "S209", **words)
        elif blank:
            left = span(0, points - summed, False)
            yield _at_scores(blank, "S212", **{**words, "found": str(len(blank)), "left": left})
        elif missed and summed >= points - ruleset.tolerance.exact:
            yield _at_scores(missed, "S211", **words, names=tuple(name_of(row) for row in missed))
        elif all(row["met"] for row in members) and summed < points - ruleset.tolerance.exact:
            yield _at_scores(members, "S210", **words)


def _at_scores(members: list[Row], code: str, **words: Any) -> Finding:
    """Make a finding at the scores of several rows."""
    first, *more = members
    field = "declared_score" if "declared_score" in first["cells"] else "level3"
    return at(
        first, code, field, beside=[row["cells"][field] for row in more if field in row["cells"]], **words
    )


def _twice_in_funds(funds: pd.DataFrame) -> Iterator[Finding]:
    """A10: a part of the money has a weight or a score of its own beside the total line's."""
    for name in ("weight", "declared_score"):
        value, known = numbers(funds, name)
        main = total_lines(funds[known])
        whole = {row["project"]: row for row in rows(main, main["row"] > 0)}
        part = known & (value > 0) & (funds["kind"] != "total").to_numpy(dtype=bool)
        part &= funds["project"].isin(whole).to_numpy(dtype=bool)
        if name == "declared_score":  # told at the weight already
            part &= ~(numbers(funds, "weight")[0] > 0)
        for row in rows(funds, part):
            yield _twice(row, row["line"], whole[row["project"]], whole[row["project"]]["line"])


def _twice_in_rows(indicators: pd.DataFrame) -> Iterator[Finding]:
    """A 其中 row that has a score although the row that it is a part of has one too."""
    parent = indicators["row"].where(based(indicators, OWN, SHARED)).groupby(indicators["project"]).ffill()
    scored, known = numbers(indicators, "declared_score")
    part = based(indicators, PART) & known & (scored > 0)
    by_row = {
        (row["project"], row["row"]): row
        for row in rows(indicators, based(indicators, OWN, SHARED) & known & part.any())
    }
    for row in rows(indicators.assign(parent=parent), part):
        whole = by_row.get((row["project"], row["parent"]))
        if whole is not None:
            yield _twice(row, name_of(row), whole, name_of(whole))


def _twice_execution(funds: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[Finding]:
    """预算执行率 scored in the money block and in a row among the indicators."""
    main = total_lines(funds[funds["declared_score"].notna() & ~funds["by_row"]])
    whole = {row["project"]: row for row in rows(main, main["row"] > 0)}
    rest = based(indicators, EXECUTION) & (numbers(indicators, "declared_score")[0] > 0)
    for row in rows(indicators, rest & indicators["project"].isin(whole).to_numpy(dtype=bool)):
        yield _twice(row, name_of(row), whole[row["project"]], whole[row["project"]]["line"])


def _twice(row: Row, name: Words, whole: Row, of: Words) -> Finding:
    field = "declared_score" if (row["declared_score"] or 0) > 0 else "weight"
    beside = [whole["cells"][field]] if field in whole["cells"] else []
    label = phrase("said.score" if field == "declared_score" else "said.weight")
    return at(row, "X122", field, beside=beside, name=name, of=of, label=label, found=row[f"{field}_text"])


def _reviewed(indicators: pd.DataFrame, ruleset: RuleSet) -> Iterator[Finding]:
    """Two people scored a row differently: say with which of them the rules agree."""
    mine, has_mine = numbers(indicators, "declared_score")
    theirs, has_theirs = numbers(indicators, "reviewed_score")
    score, _ = numbers(indicators, "score")
    computed = indicators["score"].notna() & ~indicators["method"].isin(["declared", "shared"])
    slack = ruleset.tolerance.exact
    judged = indicators.assign(
        computed=computed, own_right=abs(mine - score) <= slack, other_right=abs(theirs - score) <= slack
    )
    for row in rows(judged, has_mine & has_theirs & (mine != theirs) & ~based(indicators, PART, NONE)):
        how = (
            "undecided" if not row["computed"] else "own" if row["own_right"] else "other" if row["other_right"] else "neither"
        )  # fmt: skip
        yield at(
            row, "S213", "reviewed_score", ("declared_score",),
            name=name_of(row), found=row["reviewed_score_text"], expected=row["declared_score_text"],
            how=phrase(f"reviewed.{how}", score=plain(row["score"])),
        )  # fmt: skip
