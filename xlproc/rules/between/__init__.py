"""Forms of one project held against one another: the monitoring form against the self-evaluation of its year (A47).

Works on the forms as read. Every finding stands at the self-evaluation's cell and names the monitoring form's too, in
words that are right at either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.rules.between.heads import compare_heads
from xlproc.rules.between.indicators import compare_indicators, match
from xlproc.rules.between.money import compare_money
from xlproc.rules.between.pairing import pairs
from xlproc.rules.between.reasons import compare_reasons
from xlproc.rules.between.sides import sides

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from xlproc.model.findings import Finding

__all__ = ["compare_forms", "pairs"]


def compare_forms(frames: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Compare the forms that belong together.

    Args:
        frames: ``workbooks``, ``projects``, ``funds`` and ``indicators``, canonical.
    """
    projects = frames["projects"]
    found = pairs(projects)
    if found.empty:
        return []
    heads = sides(projects, found, frames["workbooks"])
    matched = match(heads.lines(frames["indicators"]))
    return [
        *compare_heads(heads),
        *compare_money(heads, heads.lines(frames["funds"])),
        *compare_indicators(heads, matched),
        *compare_reasons(heads, matched),
    ]
