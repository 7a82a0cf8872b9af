"""The rules in their order, once over all workbooks of a chunk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from xlproc.model.frames import EVALUATED, MONITORING, frame
from xlproc.model.words import phrase
from xlproc.rules.audit import (
    audit_funds,
    audit_head,
    audit_indicators,
    audit_monitoring,
    audit_points,
    audit_totals,
    audit_weights,
)
from xlproc.rules.execution import score_execution
from xlproc.rules.grading import total_projects
from xlproc.rules.monitoring import Monitored, monitor
from xlproc.rules.points import (
    fill_total_lines,
    place_execution,
    unpaid_projects,
    unscored,
    unweighed_projects,
)
from xlproc.rules.report import at, rows
from xlproc.rules.scoring import score_indicators
from xlproc.rules.suitability import same_formulas

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.model.findings import Finding
    from xlproc.rulesets import RuleSet


@dataclass(slots=True)
class Evaluation:
    """What the rules give: of the forms that are scored, and of monitoring forms.

    Attributes:
        projects: With totals and grades.
        funds: With rates and scores.
        indicators: With scores.
        monitored: The monitoring forms, judged by their own rules.
        findings: Of the audit.
    """

    projects: pd.DataFrame
    funds: pd.DataFrame
    indicators: pd.DataFrame
    monitored: Monitored
    findings: list[Finding]


def evaluate(frames: Mapping[str, pd.DataFrame], ruleset: RuleSet) -> Evaluation:
    """Score and audit what was read.

    Args:
        frames: ``projects``, ``funds`` and ``indicators``, canonical.
        ruleset: The rule set.

    Returns:
        The frames of the forms that are evaluated with their computed columns, and the findings.
    """
    every = frames["projects"]
    ours = every["form"].isin(EVALUATED).to_numpy(dtype=bool)
    midyear = (every["form"] == MONITORING).to_numpy(dtype=bool)
    monitored = monitor(*_of(frames, midyear), ruleset) if midyear.any() else _none_monitored(ruleset)
    projects, funds, indicators = _of(frames, ours)
    indicators = score_indicators(indicators, ruleset)
    funds = fill_total_lines(funds, indicators)
    bare = unweighed_projects(indicators) | unpaid_projects(funds, indicators, ruleset)
    funds = unscored(score_execution(funds, ruleset), bare)
    indicators = place_execution(indicators, funds, ruleset)
    projects = total_projects(projects, funds, indicators, ruleset)
    found = [
        *(
            at(row, "T011", "title", kind=phrase(f"form.{row['form']}"))
            for row in rows(every, ~ours & ~midyear)
        ),
        *(audit_monitoring(monitored, ruleset) if midyear.any() else ()),
        *audit_head(projects, ruleset),
        *audit_funds(funds, ruleset),
        *audit_indicators(indicators, ruleset),
        *audit_points(projects, funds, indicators, ruleset),
        *audit_weights(projects, funds, indicators, ruleset),
        *audit_totals(projects, funds, indicators, ruleset),
    ]
    return Evaluation(projects, funds, indicators, monitored, _worth_telling(found, ruleset))


@lru_cache(maxsize=8)
def _none_monitored(ruleset: RuleSet) -> Monitored:
    """Give the frames of no monitoring form at all; nobody writes into them."""
    return monitor(frame("projects", ()), frame("funds", ()), frame("indicators", ()), ruleset)


def _of(frames: Mapping[str, pd.DataFrame], chosen: Bools) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give projects, funds and indicators of the chosen projects."""
    if chosen.all():
        return frames["projects"], frames["funds"], frames["indicators"]
    projects = frames["projects"][chosen]
    funds, indicators = (
        frames[name][frames[name]["project"].isin(projects["project"])] for name in ("funds", "indicators")
    )
    return projects, funds, indicators


_OF_FORMULAS = ("S202", "S205", "S206")


def _worth_telling(found: list[Finding], ruleset: RuleSet) -> list[Finding]:
    """Leave out what only a rule set that does not suit makes of a form: scores by formulas of another scheme."""
    other = {
        finding.project
        for finding in found
        if finding.code == "X119" and not same_formulas(str(finding.context["better"]), ruleset)
    }
    return [finding for finding in found if finding.project not in other or finding.code not in _OF_FORMULAS]
