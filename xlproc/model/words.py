"""The words that people read for the codes and ranges in frames, in Chinese and English; kept in ``words.toml``."""

from __future__ import annotations

import errno
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from xlproc.model.exact import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

OPERATORS = {"ge": "≥", "le": "≤", "eq": "=", "gt": ">", "lt": "<", "": ""}

RESULT_SUBJECT = "xlproc results"
"""The subject in the properties of every workbook that xlproc writes as a result: it is never read as an input."""
MARKED_SUBJECT = "xlproc marked copy"
"""The subject of marked copies: one that a person saved again is an input as any other."""
MARKED_LIST = "批注清单"
"""The sheet that a marked copy has before the clerk's own ones; it is never read as part of a form."""


@cache
def texts(package: str = "xlproc.model", name: str = "words.toml") -> dict[str, dict[str, str]]:
    """Load a file of texts: by dotted key, then by language."""
    found: dict[str, dict[str, str]] = {}

    def walk(table: Mapping[str, Any], key: str) -> None:
        if set(table) == set(LANGS):
            found[key] = dict(table)
            return
        for part, inner in table.items():
            walk(inner, f"{key}.{part}" if key else part)

    walk(tomllib.loads(resources.files(package).joinpath(name).read_text("utf-8")), "")
    return found


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be said later, in the reader's language.

    Attributes:
        key: Of ``words.toml``.
        words: What is filled in; may be phrases themselves.
    """

    key: str
    words: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: Lang = "zh") -> str:
        """Say it."""
        return word(self.key, lang, **self.words)

    def __str__(self) -> str:
        """Say it in Chinese: workbooks do."""
        return self.say()


def phrase(key: str, **words: Any) -> Phrase:
    """Make a phrase.

    Examples:
        >>> phrase("said.should_be", score="2.85").say("en"), str(phrase("severity.error"))
        ('should be 2.85', '错误')
    """
    return Phrase(key, words)


def said(value: Any, lang: Lang = "zh") -> str:
    """Say a value that may be a phrase, or a list of such."""
    if isinstance(value, Phrase):
        return value.say(lang)
    if isinstance(value, tuple):
        return {"zh": "、", "en": ", "}[lang].join(said(part, lang) for part in value)
    return str(value)


def word(key: str, lang: Lang = "zh", **words: Any) -> str:
    """Give a key's word; "" for a key that ends in a dot (no code, no word)."""
    if key.endswith("."):
        return ""
    text = texts()[key][lang]
    return text.format_map({name: said(value, lang) for name, value in words.items()}) if words else text


def percent(micro: int | None) -> str:
    """Write a fraction as a percentage.

    Examples:
        >>> percent(515_800), percent(1_000_000), percent(56_500)
        ('51.58%', '100%', '5.65%')
    """
    return "" if micro is None else f"{plain(micro * 100)}%"


def standing(row: Mapping[str, Any], month: int) -> Phrase:
    """Say how an indicator stands at mid-year, and what decided it.

    Args:
        row: A row of ``indicators`` with lights.
        month: How many months have gone.
    """
    key = "ahead" if row["why"] == "time" and row["deviates_rule"] == "no" else row["why"]
    return phrase(
        f"why.{key}",
        actual=row["actual_text"],
        target=row["target_text"],
        progress=percent(row["progress"]),
        due=percent(row["due"]),
        pace=percent(row["pace"]),
        month=month,
        place=phrase(f"place.{row['place']}") if row["place"] else "",
    )


def span(low: int | None, high: int | None, is_open: bool) -> Phrase:
    """Write a range of scores.

    Examples:
        >>> str(span(1_800_000, 2_400_000, True)), span(0, 3_000_000, False).say("en")
        ('1.80 至 2.40（不含）', '0 to 3')
    """
    if low is None or high is None:
        return phrase("range.unknown")
    decimals = 2 if low % 10**6 or high % 10**6 else 0
    ends = {"low": plain(low, decimals), "high": plain(high, decimals)}
    return Phrase("range.open" if is_open else "range.closed", ends)


def total_text(
    score: int | None,
    pending: int,
    low: int | None,
    high: int | None,
    lang: Lang = "zh",
    unweighed: bool = False,
) -> str:
    """Write a total with what is open; a form without points has none.

    Examples:
        >>> total_text(87_410_000, 1, 89_210_000, 89_810_000), total_text(95_160_000, 0, 95_160_000, 95_160_000)
        ('87.41（待定1项，89.21-89.81）', '95.16')
    """
    if score is None:
        return word("total.none" if unweighed else "method.pending", lang)
    if not pending:
        return plain(score, 2)
    ends = (
        phrase("range.unknown")
        if high is None
        else phrase("range.dash", low=plain(low, 2), high=plain(high, 2))
    )
    return word("total.pending", lang, score=plain(score, 2), pending=pending, ends=ends)


def os_reason(error: OSError) -> Phrase:
    """Say in plain words why the system refused.

    Examples:
        >>> str(os_reason(OSError(errno.ENOSPC, "No space left on device")))
        '磁盘已满'
    """
    name = errno.errorcode.get(error.errno or 0, "")
    if f"system.{name}" in texts():
        return phrase(f"system.{name}")
    return phrase("system.other", error=error.errno or type(error).__name__)


def os_remedy(error: OSError) -> Phrase:
    """Say what to do where a file could not be written; mostly it is open in Excel or WPS.

    Examples:
        >>> os_remedy(PermissionError(errno.EACCES, "Permission denied")).say("en")
        'close the file (it is probably open in Excel or WPS) and run again'
    """
    name = errno.errorcode.get(error.errno or 0, "")
    return phrase(f"remedy.{name}" if f"remedy.{name}" in texts() else "remedy.other")
