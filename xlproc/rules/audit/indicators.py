"""Audit of the indicators, row by row: what a row says, and how it is scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.rules.audit.marks import mark
from xlproc.rules.audit.scores import audit_scores
from xlproc.rules.audit.values import audit_values

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
    marks = mark(indicators, ruleset)
    return [*audit_values(indicators, marks, ruleset), *audit_scores(indicators, marks, ruleset)]
