"""Codes and audit rules as people type them: what is known, what is meant, what is near.

What each audit rule asks is kept in ``audit_rules.toml``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from xlproc.model.findings import catalogue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from xlproc.model.words import Lang


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


@dataclass(frozen=True, slots=True)
class AuditRule:
    """One audit rule.

    Attributes:
        id: A01 …; never reused.
        texts: What must hold, by language.
        needs: Why it is not checked yet, by language; None where it is.
    """

    id: str
    texts: Mapping[Lang, str]
    needs: Mapping[Lang, str] | None


@cache
def audit_rules() -> dict[str, AuditRule]:
    """Load the audit rules, by id."""
    raw = tomllib.loads(resources.files("xlproc.model").joinpath("audit_rules.toml").read_text("utf-8"))
    needs = raw.pop("needs")
    return {
        rule: AuditRule(
            rule, {"zh": body["zh"], "en": body["en"]}, needs[body["needs"]] if "needs" in body else None
        )
        for rule, body in raw.items()
    }


@cache
def by_rule() -> dict[str, tuple[str, ...]]:
    """Give the codes whose findings name each audit rule that is checked, in the order of the rules."""
    named = {code: {*entry.rules, *entry.also} for code, entry in catalogue().items()}
    rules = (rule for rule in audit_rules() if any(rule in each for each in named.values()))
    return {rule: tuple(code for code, each in named.items() if rule in each) for rule in rules}


def unknown(given: str) -> UnknownCodeError:
    """Make the error for something unknown."""
    known = [*catalogue(), *by_rule()]
    digits = given.upper().translate(str.maketrans("OIL", "011"))  # R1O6
    digits = f"{digits[0]}0{digits[1]}" if re.fullmatch(r"A\d", digits) else digits  # A1
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
