"""Audit of what heads a form and of its texts: A01, the goals (A43), the period (A44), the grade (A35)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import plain
from xlproc.model.text import clean
from xlproc.model.words import phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.grading import grade
from xlproc.rules.report import Row, at, collect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.findings import Finding
    from xlproc.rulesets import RuleSet

_HEAD = {
    "name": "项目名称",
    "department": "主管部门",
    "agency": "实施单位",
    "goal_expected": "预期目标",
    "year": "年度",
}
_DEPARTMENT = "部门（单位）名称"


def audit_head(projects: pd.DataFrame, ruleset: RuleSet) -> list[Finding]:
    """Audit each project's head, goals, period and grade.

    Args:
        projects: As :func:`xlproc.rules.grading.total_projects` gives them.
        ruleset: Gives the grades and the phrases that say nothing.
    """
    return collect(
        _head(projects),
        _goals(projects, ruleset),
        _period(projects),
        years(projects),
        _grade(projects, ruleset),
    )


def _head(projects: pd.DataFrame) -> Iterator[Finding]:
    """A01: what names the project. A missing goals block is told as such."""
    for name, label in _HEAD.items():
        for row in rows(projects, projects[name].isna() | (projects[name].astype(object) == "")):
            there = name in row["cells"]
            if not there and _names_another(row, name):
                continue
            whole = row["form"] == "whole_department" and name == "department"
            if name in row["broken"] or (name == "goal_expected" and not there):
                continue  # told already: an unreadable cell, or the missing block
            how = phrase("said.not_filled" if there or name == "year" else "said.not_found")
            yield at(row, "X101", name if there else "title", label=_DEPARTMENT if whole else label, how=how)


def _names_another(row: Row, name: str) -> bool:
    """Tell what a form's kind has no label for: a department's form names no project, a transfer's no unit that carries it out."""
    if row["form"] == "whole_department":
        return name in ("name", "agency")
    return name == "agency" and any("主管部门" in label and text for label, text in row["extra"])


def _goals(projects: pd.DataFrame, ruleset: RuleSet) -> Iterator[Finding]:
    """A43: what was done repeats the goal word for word, or says nothing but 已完成."""
    done, goal = (projects[name].map(_bare) for name in ("goal_actual", "goal_expected"))
    there = projects["cells"].map(lambda cells: "goal_actual" in cells)
    there &= ~projects["broken"].map(lambda broken: "goal_actual" in broken)
    empty = re.compile("(?:" + "|".join(map(re.escape, ruleset.completion.stock_results)) + ")+")
    stock = done.map(lambda text: empty.fullmatch(text) is not None)
    for how, mask in (
        ("goal.blank", done == ""),
        ("goal.stock", stock),
        ("goal.same", (done != "") & (done == goal) & ~stock),
    ):
        for row in rows(projects, there & mask):
            also = ("goal_expected",) if how == "goal.same" else ()
            yield at(row, "X117", "goal_actual", also, how=phrase(how, text=row["goal_actual"]))


def _bare(text: str) -> str:
    return re.sub(r"[^\w%]", "", clean(text))


def _period(projects: pd.DataFrame) -> Iterator[Finding]:
    """A44: a title or column that names less than the year."""
    for row in rows(projects, projects["period"] != ""):
        cell, cells = row["cells"].get("period", ""), row["cells"]
        executed, actual = cells.get("funds.executed"), cells.get("columns.actual")
        if cell == executed:
            where, header = "period.executed", dict(row["fund_columns"]).get("executed", row["period"])
        elif cell == actual:
            where, header = "period.actual", dict(row["columns"]).get("actual", row["period"])
        else:
            where, header = "period.title", row["period"]
        yield at(row, "X111", "period", found=header, where=phrase(where))


def years(projects: pd.DataFrame) -> Iterator[Finding]:
    """A44: years that disagree, in the order in which the form names them."""
    several = projects["years"].map(lambda years: len({year for year, _ in years}) > 1)
    for row in rows(projects, several):
        first: dict[int, str] = {}
        for year, cell in row["years"]:
            first.setdefault(year, cell)
        named = tuple(f"{cell} {year}" for year, cell in first.items())
        odd = sorted(first, key=lambda year: year == row["year"])
        yield at(row, "X118", f"years.{odd[0]}", beside=[first[year] for year in odd], found=named)


def _grade(projects: pd.DataFrame, ruleset: RuleSet) -> Iterator[Finding]:
    """A35: the grade that the unit gives itself against its own total, or against ours where it states none."""
    total, declares = numbers(projects, "declared_total")
    expected = np.where(declares, grade(total, ruleset), projects["grade"].to_numpy(dtype=object))
    score, _ = numbers(projects, "score")
    judged = projects.assign(expected_grade=expected, of=np.where(declares, total, score))
    said = (projects["declared_grade"] != "").to_numpy(dtype=bool) & (expected != "")
    differs = said & (projects["declared_grade"].to_numpy(dtype=object) != expected)
    for row in rows(judged, differs):
        yield at(
            row, "X115", "declared_grade", ("declared_total",),
            found=row["declared_grade_text"], expected=row["expected_grade"], score=plain(row["of"]),
        )  # fmt: skip
