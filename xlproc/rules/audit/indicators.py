"""Audit of the indicators, row by row: what a row says, and how it is scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.rules.audit.marks import mark
from xlproc.rules.audit.scores import audit_scores
from xlproc.rules.audit.values import audit_values
from xlproc.rules.points import EXECUTION, based

if TYPE_CHECKING:
    import pandas as pd

    from xlproc.model.findings import Finding
    from xlproc.rulesets import RuleSet


def audit_indicators(indicators: pd.DataFrame, ruleset: RuleSet) -> list[Finding]:
    """Audit the indicators.

    Args:
        indicators: As :func:`xlproc.rules.scoring.score_indicators` gives them.
        ruleset: Gives thresholds, tolerances and phrases.
    """
    lines = indicators[~based(indicators, EXECUTION)].reset_index(drop=True)  # 预算执行率 is the money's
    marks = mark(lines, ruleset)
    return [*audit_values(lines, marks, ruleset), *audit_scores(lines, marks, ruleset)]
