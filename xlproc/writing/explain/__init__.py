"""Explains a cell: what was read, by which rule of which source, with which steps, and what was found.

Pure: from the evaluated rows of a form and the rule set to lines of text for a terminal, in Chinese or English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.cells import split
from xlproc.model.frames import is_evaluated
from xlproc.writing.explain import monitoring
from xlproc.writing.explain.funds import fund
from xlproc.writing.explain.indicators import Hints, indicator
from xlproc.writing.explain.page import Evaluated, Page, rows_of, tell
from xlproc.writing.explain.totals import head, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlproc.model.words import Lang
    from xlproc.rulesets import RuleSet
    from xlproc.writing.explain.page import Row

__all__ = ["Evaluated", "Hints", "explain", "rows_of", "tell"]


def explain(
    form: Evaluated, cell: str, ruleset: RuleSet, lang: Lang, hints: Callable[[Row], Hints]
) -> list[str]:
    """Explain a cell of a form.

    Args:
        form: The form.
        cell: Its place, such as J21.
        ruleset: The rule set that the form was evaluated with.
        lang: The reader's language.
        hints: Tells how an indicator was understood.

    Returns:
        Lines for a terminal; none where the cell belongs to no row of the form.
    """
    page = Page(form, cell, ruleset, lang)
    row, rows = split(cell)[1], rows_of(form)
    scored = is_evaluated(form.project)
    if row in rows["indicators"]:
        item = next(item for item in form.indicators if item["row"] == row)
        (indicator if scored else monitoring.indicator)(page, item, hints(item))
    elif row in rows["funds"]:
        line = next(line for line in form.funds if line["row"] == row)
        (fund if scored else monitoring.fund)(page, line)
    elif row in rows["total"]:
        total(page)
    elif row in rows["head"]:
        (head if scored else monitoring.head)(page, row)
    return page.lines
