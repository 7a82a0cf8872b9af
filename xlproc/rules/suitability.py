"""Whether a rule set suits a form: the score of execution, the indicators' sum, and the level-1 labels."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from xlproc.model.frames import ABSENT
from xlproc.rulesets import load, names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlproc.rulesets import RuleSet

COST = "成本指标"
"""The level-1 label that tells the two national structures apart."""


@cache
def _shipped() -> tuple[RuleSet, ...]:
    return tuple(load(name) for name in names())


def better_ruleset(
    levels: Mapping[str, int], indicators: int, line: Mapping[str, Any] | None, ruleset: RuleSet
) -> RuleSet | None:
    """Give the shipped rule set that a form is made for, where it is not the one in use.

    A form belongs to another rule set where its execution score and its indicators' sum are both another's (20 + 80; the
    sum may be less where indicators are lacking),
    or where 成本指标 stands at level 1 and the rule set does not know it there. Other differences in weights are the
    form's own, and told as such.

    Args:
        levels: The form's points by level-1 label.
        indicators: The sum of the indicators' weights.
        line: The total line of the money block, with its weight, or None.
        ruleset: The rule set in use.

    Returns:
        The rule set that fits, those with equal level-1 weights first; None where this one suits or none does.

    Examples:
        >>> from xlproc.rulesets import load
        >>> point = 10**6
        >>> better_ruleset({"产出指标": 80 * point}, 80 * point, {"weight": 20 * point}, load("mof-2020")).id
        'hubei-2020'
    """
    weight = line["weight"] if line is not None else None
    # a form without a column for it says nothing of the weight of execution: the indicators' sum decides
    unsaid = line is not None and line.get("weight_state") == ABSENT
    own = ruleset.execution.maximum, ruleset.levels.indicators
    if unsaid:
        split = indicators != own[1]
    else:
        split = weight is not None and (weight, indicators) != own and weight != own[0]
    cost = COST in levels and bool(ruleset.levels.structures)
    cost &= not any(COST in structure for structure in ruleset.levels.structures)
    if not (split or cost):
        return None
    fitting: list[tuple[bool, bool, bool, int, RuleSet]] = []
    for other in _shipped():
        structures = other.levels.structures
        maximum = other.execution.maximum if unsaid else weight
        if split and maximum != other.execution.maximum:
            continue
        # points for execution that only one rule set gives (20) name it even where indicators are lacking
        alone = sum(each.execution.maximum == maximum for each in _shipped()) == 1
        short = alone and not unsaid and indicators < other.levels.indicators
        if split and indicators != other.levels.indicators and not short:
            continue
        known = not structures or any(set(levels) == set(structure) for structure in structures)
        stranger = COST not in levels and any(COST in structure for structure in structures)
        if cost and not (structures and known):
            continue
        exact = any(dict(levels) == dict(structure) for structure in structures)
        fitting.append((not exact, stranger, not known, len(fitting), other))
    return min(fitting, key=lambda item: item[:4])[4] if fitting else None


def same_formulas(name: str, ruleset: RuleSet) -> bool:
    """Tell whether a shipped rule set scores rows as another does."""
    other = next(each for each in _shipped() if each.id == name)
    return (other.scoring, other.qualitative) == (ruleset.scoring, ruleset.qualitative)
