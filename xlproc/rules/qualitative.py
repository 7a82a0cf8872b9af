"""Places qualitative results: which words say 达成, 部分达成, 未达成, and which ladders and degrees compare.

A score is never invented: what the vocabulary does not place stays unplaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.rulesets.loader import Qualitative

MET, MOSTLY, PARTIAL, UNMET, UNPLACED = "met", "mostly", "partial", "unmet", "unplaced"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a result stands.

    Attributes:
        place: met, mostly, partial, unmet or unplaced.
        reworded: Met by other words than the target's, of the same degree.
        equal: The result has the target's own words.
        by: The part of the vocabulary that decided, as the rule set names it, or "".
        ladder: The rungs compared, from the best to the worst.
        wanted: The target's rung, counted from 0.
        reached: The result's rung.
    """

    place: str
    reworded: bool = False
    equal: bool = False
    by: str = field(default="", repr=False)
    ladder: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    wanted: int = field(default=0, repr=False)
    reached: int = field(default=0, repr=False)


def place(target: str, actual: str, rules: Qualitative) -> Placement:
    """Place a result against its target.

    Args:
        target: The target's text.
        actual: The result's text.
        rules: The rule set's vocabulary.

    Examples:
        >>> from xlproc.rulesets import load
        >>> rules = load("mof-2020").qualitative
        >>> place("优秀", "一般", rules).place, place("明显发挥", "明显提升", rules)
        ('partial', Placement(place='met', reworded=True, equal=False))
        >>> place("长期", "显著", rules).place, place("好", "差", rules).place
        ('unplaced', 'unmet')
    """
    want, got = _bare(target), _bare(actual)
    if want == got:
        return Placement(MET, equal=True)
    for name, words in (
        (UNMET, rules.unmet_words),
        (PARTIAL, rules.partial_words),
        (MOSTLY, rules.mostly_words),
        (MET, rules.met_words),
    ):
        if got in map(_bare, words):
            return Placement(name, by=f"{name}_words")
    for ladder in rules.ladders:
        wanted, reached = _rung(want, ladder), _rung(got, ladder)
        if wanted is not None and reached is not None:
            return _compare(wanted, reached, ladder, "ladders")
    for ladder in rules.degrees:
        wanted, reached = _degree(want, ladder), _degree(got, ladder)
        if wanted is not None and reached is not None and not _opposite(want, got, rules):
            return _compare(wanted, reached, ladder, "degrees")
    return Placement(UNPLACED)


def _bare(text: str) -> str:
    return re.sub(r"^定性[:：]", "", clean(text)).strip("。.,，;；!！、\"'“”")


def _compare(wanted: int, reached: int, ladder: tuple[tuple[str, ...], ...], by: str) -> Placement:
    if wanted == len(ladder) - 1:
        name = UNPLACED  # "no marked decline" is no low aim but another one: its own words alone meet it
    elif reached <= wanted:
        name = MET
    else:
        name = UNMET if reached == len(ladder) - 1 else PARTIAL
    reworded = name == MET and reached == wanted
    return Placement(name, reworded, by=by, ladder=ladder, wanted=wanted, reached=reached)


def _rung(text: str, ladder: Iterable[Iterable[str]]) -> int | None:
    return next((i for i, words in enumerate(ladder) if text in words), None)


def _degree(text: str, ladder: Iterable[Iterable[str]]) -> int | None:
    """Find the rung whose word stands at the text's beginning or end; the longest word wins."""
    found = [
        (len(word), i)
        for i, words in enumerate(ladder)
        for word in words
        if text.startswith(word) or text.endswith(word)
    ]
    return max(found)[1] if found and len(text) <= 12 else None


def _opposite(left: str, right: str, rules: Qualitative) -> bool:
    def heading(text: str) -> int:
        up, down = any(w in text for w in rules.rising), any(w in text for w in rules.falling)
        return up - down

    return heading(left) * heading(right) < 0


def place_rows(
    targets: pd.Series[str], actuals: pd.Series[str], rules: Qualitative
) -> tuple[npt.NDArray[np.object_], Bools, Bools]:
    """Place many results; each distinct pair of texts is looked at once.

    Returns:
        Arrays of places, of which are reworded, and of which have the target's own words.
    """
    import pandas as pd

    pairs = pd.Series(list(zip(targets, actuals, strict=True)), dtype="object")
    codes, distinct = pd.factorize(pairs)
    placed = [place(target, actual, rules) for target, actual in distinct]
    places = np.array([p.place for p in placed], dtype=object)
    reworded, equal = (
        np.array([getattr(p, name) for p in placed], dtype=bool) for name in ("reworded", "equal")
    )
    return places[codes], reworded[codes], equal[codes]
