"""The word lists as data: those that are shipped, and what a user's own file adds to them."""

from __future__ import annotations

import difflib
import re
import tomllib
from contextlib import contextmanager
from functools import cache, lru_cache, wraps
from importlib import resources
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from xlproc.model.text import LATELY
from xlproc.model.words import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

LABELS, VOCABULARY = "labels.toml", "vocabulary.toml"
_FILES = (LABELS, VOCABULARY)
_PATTERNS = "like"
"""The table of patterns, beside the lists of words that they stand for."""
_FIXED = frozenset({"kinds"})
"""Tables that a user's file does not extend."""


class WordsError(ValueError):
    """A user's file of words that cannot be taken.

    Attributes:
        why: What is wrong with it.
    """

    def __init__(self, why: Phrase) -> None:
        """Keep what is wrong."""
        super().__init__(why.key)
        self.why = why


T = TypeVar("T")
P = ParamSpec("P")

_added: list[dict[str, Any]] = []
_kept: list[Callable[[], None]] = []


@cache
def shipped(name: str) -> dict[str, Any]:
    """Give a shipped file of this room."""
    return tomllib.loads(resources.files("xlproc.forms").joinpath(name).read_text("utf-8"))


def in_use(name: str) -> dict[str, Any]:
    """Give a shipped word list with the user's own words."""
    words = shipped(name)
    for more in _added:
        words = _joined(words, {key: value for key, value in more.items() if key in shipped(name)})
    return words


def kept(make: Callable[[], T]) -> Callable[[], T]:
    """Keep what a function makes of the words, until other words are in use."""
    cached = cache(make)
    _kept.append(cached.cache_clear)
    return wraps(make)(cached)


def lately_kept(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function lately made of texts with the words in use, until others are."""
    cached = lru_cache(maxsize=LATELY)(make)
    _kept.append(cached.cache_clear)
    return cast("Callable[P, T]", cached)


@contextmanager
def added(path: Path) -> Iterator[None]:
    """Use a user's own words besides the shipped ones.

    Args:
        path: A TOML file with tables of ``labels.toml`` and ``vocabulary.toml``: lists are extended, words with a
            worth (units) are added.

    Raises:
        WordsError: It is no such file.
        OSError: It cannot be read.
    """
    try:
        words = tomllib.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise WordsError(phrase("vocabulary.encoding")) from error
    except tomllib.TOMLDecodeError as error:
        raise WordsError(phrase("vocabulary.toml", why=str(error))) from error
    known = {key: value for name in _FILES for key, value in shipped(name).items() if key not in _FIXED}
    _check(words, known, "")
    _added.append(words)
    _forget()
    try:
        yield
    finally:
        _added.remove(words)
        _forget()


def in_force() -> list[dict[str, Any]]:
    """Give the users' words in use, for another process to :func:`use`."""
    return list(_added)


def use(more: Iterable[Mapping[str, Any]]) -> None:
    """Use words that were checked in another process."""
    _added.extend(dict(words) for words in more)
    _forget()


def _forget() -> None:
    for forget in _kept:
        forget()


def _check(words: dict[str, Any], known: dict[str, Any], above: str) -> None:
    """Refuse what the shipped files have no place for, with the nearest that they have."""
    worths = any(isinstance(value, int | float) for value in known.values())
    for key, value in words.items():
        place = f"{above}.{key}" if above else key
        if key not in known and not worths:
            near = difflib.get_close_matches(key, known, 1, 0.4) or [*known][:1]
            raise WordsError(phrase("vocabulary.unknown", name=place, near=f"{above}.{near[0]}".lstrip(".")))
        if worths:
            if not _is_worth(value):
                raise WordsError(phrase("vocabulary.worth", name=place))
        elif isinstance(known[key], dict):
            if not isinstance(value, dict):
                raise WordsError(phrase("vocabulary.table", name=place))
            # patterns may be added for every field of the table that they stand in
            fields = {field: "" for field in known if field != _PATTERNS}
            _check(value, fields if key == _PATTERNS else known[key], place)
        elif isinstance(known[key], str):
            if not _is_pattern(value):
                raise WordsError(phrase("vocabulary.pattern", name=place))
        elif not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise WordsError(phrase("vocabulary.list", name=place))


def _is_pattern(value: object) -> bool:
    """Tell whether a value is a regular expression."""
    try:
        return isinstance(value, str) and bool(value) and re.compile(value) is not None
    except re.error:
        return False


def _is_worth(value: object) -> bool:
    """Tell whether a value is a positive number or a fraction such as "1/60"."""
    from fractions import Fraction

    if isinstance(value, bool):
        return False
    try:
        return isinstance(value, int | float | str) and Fraction(str(value)) > 0
    except (ValueError, ZeroDivisionError):
        return False


def _joined(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    out = dict(old)
    for key, value in new.items():
        before = out.get(key)
        if isinstance(before, dict):
            out[key] = _joined(before, value)
        elif isinstance(before, list):
            out[key] = [*value, *before]
        elif isinstance(before, str):
            out[key] = f"{value}|{before}"  # patterns
        else:
            out[key] = value
    return out
