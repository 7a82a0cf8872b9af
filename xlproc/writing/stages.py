"""What a person mends first: every finding belongs to one stage, by its audit rules, its code and its severity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """A group of findings that are mended together.

    Attributes:
        name: Its short name; the digit keeps the order when a list is sorted by it.
        about: What belongs to it.
        codes: What codes of it begin with; where several stages fit, the longest beginning decides.
        rules: Audit rules of it; they go before the code, because a rule says more than a code's letter.
    """

    name: str
    about: str
    codes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


STAGES = (
    Stage("1 结构", "文件与表的结构", ("F", "T", "B"), ("A29",)),
    Stage(
        "2 填写",
        "没有填、读不出或填得不清的格",
        ("C", "R", "S110", "M101", "M102", "M103", "M106", "M112", "M113"),
        ("A01", "A22", "A24", "A25", "A26", "A28", "A49", "A52", "A56"),
    ),
    Stage(
        "3 数字",
        "资金、分值、总分等数字不符",
        ("X", "S1", "M", "A"),
        ("A02", "A03", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A27", "A34", "A36", "A44"),
    ),
    Stage("4 得分", "得分与规则不符", ("S",), ("A04", "A13", "A14", "A15", "A16", "A21", "A35")),
    Stage(
        "5 核实",
        "需要说明或由人判断的",
        ("S208", "M104", "M105", "M108", "M203", "M209", "M210", "M211"),
        ("A17", "A18", "A19", "A20", "A23", "A30", "A31", "A32", "A33", "A37", "A38", "A43", "A45"),
    ),
    Stage("6 知悉", "程序怎样理解的，一般不必改"),
)
"""From what is mended first to what needs no mending: a wrong figure may go away once a cell above it is filled."""
_JUDGED = 4
"""What fits nowhere is for people to judge."""


def stage(finding: Mapping[str, Any]) -> int:
    """Give the index of a finding's stage: the earliest of its rules', else its code's; of notes the last.

    Examples:
        >>> [STAGES[stage({"severity": "error", "code": c, "rules": r})].name for c, r in
        ...     (("S203", ("A16", "A17")), ("S207", ("A17",)), ("S110", ()), ("S999", ()))]
        ['4 得分', '5 核实', '2 填写', '4 得分']
        >>> STAGES[stage({"severity": "note", "code": "S206", "rules": ("A14",)})].name
        '6 知悉'
    """
    if finding["severity"] == "note":
        return len(STAGES) - 1
    ruled = [_BY_RULE[rule] for rule in finding["rules"] if rule in _BY_RULE]
    return min(ruled) if ruled else _by_code(finding["code"])


_BY_RULE = {rule: i for i, s in reversed([*enumerate(STAGES)]) for rule in s.rules}


@cache
def _by_code(code: str) -> int:
    fitting = [(len(begin), i) for i, s in enumerate(STAGES) for begin in s.codes if code.startswith(begin)]
    return max(fitting, default=(0, _JUDGED))[1]
