"""Codes and audit rules as people type them: what is known, what is meant, what is near."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any

from xlproc.model.findings import catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class UnknownCodeError(ValueError):
    """Neither a code nor an audit rule.

    Attributes:
        given: What was typed.
        near: The nearest known ones, the nearest first.
    """

    def __init__(self, given: str, near: tuple[str, ...]) -> None:
        """Keep what was typed and what is near."""
        super().__init__(given)
        self.given, self.near = given, near


@cache
def by_rule() -> dict[str, tuple[str, ...]]:
    """Give the codes that stand for each audit rule, in the order of the rules."""
    rules = sorted({rule for entry in catalogue().values() for rule in entry.rules})
    return {rule: tuple(c for c, entry in catalogue().items() if rule in entry.rules) for rule in rules}


def unknown(given: str) -> UnknownCodeError:
    """Make the error for something unknown."""
    known = [*catalogue(), *by_rule()]
    digits = given.upper().translate(str.maketrans("OIL", "011"))  # R1O6
    near = [digits] if digits in known else difflib.get_close_matches(given.upper(), known, 3)
    return UnknownCodeError(given, tuple(near))


def parse(texts: Iterable[str]) -> tuple[str, ...]:
    """Read lists of codes, beginnings of codes and audit rules.

    Args:
        texts: Each a list, parted by commas.

    Raises:
        UnknownCodeError: One of them is none of these.

    Examples:
        >>> parse(["s1, A16", "X"])
        ('S1', 'A16', 'X')
    """
    given = [part.strip() for text in texts for part in text.replace("，", ",").split(",") if part.strip()]
    for part in given:
        if part.upper() not in by_rule() and not any(code.startswith(part.upper()) for code in catalogue()):
            raise unknown(part)
    return tuple(part.upper() for part in given)


def meant(finding: Mapping[str, Any], chosen: Collection[str]) -> bool:
    """Tell whether a finding is among the chosen: by its code, by the beginning of it, or by an audit rule."""
    return any(finding["code"].startswith(part) or part in finding["rules"] for part in chosen)
