"""The words that all forms share for values: comparisons, natures, units, placeholders; see ``vocabulary.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from xlproc.forms.words import VOCABULARY, in_use, kept
from xlproc.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Words that all forms share; see ``vocabulary.toml``.

    Attributes:
        before: Comparison words before a value, with their operators, longest first.
        after: Comparison words after a value, longest first.
        operators: What a direction column may say → operator.
        natures: What a nature column may say → nature.
        placeholders: Cleaned, lower case.
        units: Unit → (kind of quantity, how many of the kind's first unit).
        counted: Units that a name may carry in brackets, beside ``units``.
        less_first: Names of which less is better, whatever else they say.
        less: Words in names that say that less is better.
        not_less: Exceptions to them.
        more_endings: Endings of names that say that more is better, unless 不 stands before them.
        less_level2: Level-2 labels under which less is better.
        process: Words in level-1 labels of rows about how a project was decided and run.
        share_names: Words in names that say that the number is a share.
        bounded_names: Words in names that say that the share cannot be above 100%.
        options: Ladders of words, each from the best to the worst, that a cell may offer for choice.
    """

    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    operators: Mapping[str, str]
    natures: Mapping[str, str]
    placeholders: frozenset[str]
    units: Mapping[str, tuple[str, Fraction]]
    counted: frozenset[str]
    less_first: tuple[str, ...]
    less: tuple[str, ...]
    not_less: tuple[str, ...]
    more_endings: tuple[str, ...]
    less_level2: frozenset[str]
    process: tuple[str, ...]
    share_names: tuple[str, ...]
    bounded_names: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]


@kept
def vocabulary() -> Vocabulary:
    """Give the vocabulary: the shipped words and the user's own."""
    raw = in_use(VOCABULARY)

    def ordered(group: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
        pairs = {(clean(word), operator) for operator, words in group.items() for word in words}
        return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))

    return Vocabulary(
        before=ordered(raw["operators"]["before"]),
        after=ordered(raw["operators"]["after"]),
        operators={clean(word): name for name, words in raw["operators"]["column"].items() for word in words},
        natures={clean(word): name for name, words in raw["natures"].items() for word in words},
        placeholders=frozenset(clean(word).lower() for word in raw["placeholders"]["words"]),
        units={
            clean(unit): (kind, Fraction(str(worth)))
            for kind, units in raw["units"].items()
            for unit, worth in units.items()
        },
        counted=frozenset(raw["counted"]["words"]),
        less_first=tuple(raw["direction"]["less_first"]),
        less=tuple(raw["direction"]["less"]),
        not_less=tuple(raw["direction"]["not_less"]),
        more_endings=tuple(raw["direction"]["more_endings"]),
        less_level2=frozenset(raw["direction"]["less_level2"]),
        process=tuple(raw["process"]["words"]),
        share_names=tuple(raw["share_names"]["words"]),
        bounded_names=tuple(raw["bounded_names"]["words"]),
        options=tuple(tuple(ladder.split("/")) for ladder in raw["options"]["ladders"]),
    )
