"""Which way an indicator points: what the form says, else what nature, level and words in the name tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from xlproc.forms import vocabulary
from xlproc.forms.words import kept, lately_kept
from xlproc.model.frames import DATE, NUMBER
from xlproc.model.text import any_of, clean, clean_name, label_key

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTES = str.maketrans("", "", '“”"')


class Inferred(NamedTuple):
    """A direction that the form does not say.

    Attributes:
        operator: ge or le.
        why: What decided: nature, more or less (a word of the name), level2, date, or nothing.
        word: The word that decided, as the vocabulary has it.
    """

    operator: str
    why: str
    word: str = ""


def told_nature(texts: Iterable[str]) -> str:
    """Give the nature that a direction or nature column says, or ""; 定量指标 says nothing of the direction.

    Examples:
        >>> told_nature(["≥", "反向"]), told_nature(["定量指标"])
        ('negative', '')
    """
    natures = vocabulary().natures
    told = (natures[text] for text in map(clean, texts) if text in natures)
    return next((nature for nature in told if nature != "quantitative"), "")


def infer_operator(nature: str, name: str, level1: str, level2: str, state: str) -> Inferred:
    """Infer a direction: from the nature that the form says, else from level and name.

    Args:
        nature: As the form says it, or "".
        name: The indicator's name.
        level1: Its level-1 label.
        level2: Its level-2 label.
        state: The target's state, number or date.

    Examples:
        >>> infer_operator("negative", "培训人数", "", "", "number")
        Inferred(operator='le', why='nature', word='')
    """
    if nature == "negative":
        return Inferred("le", "nature")
    if nature == "positive" and state == NUMBER:
        return Inferred("ge", "nature")
    if state == DATE:
        return Inferred("le", "date")
    return by_name(name, level1, level2)


@kept
def _telling() -> re.Pattern[str]:
    """Give what finds a word that may tell the direction: most names hold none."""
    words = vocabulary()
    return any_of((*words.not_less, *words.less))


@lately_kept
def by_name(name: str, level1: str, level2: str) -> Inferred:
    """Tell from words in the name, else from the level, whether less is better.

    Examples:
        >>> by_name("系统故障率", "产出指标", "质量指标")
        Inferred(operator='le', why='less', word='故障率')
        >>> by_name("故障排除率", "产出指标", "质量指标").why, by_name("培训人数", "", "").why
        ('more', 'nothing')
        >>> by_name("“三公经费”控制率", "", "").operator, by_name("病虫害控制率", "", "").operator
        ('le', 'ge')
    """
    words = vocabulary()
    key = clean_name(name)
    key = key.partition("(")[0] if key.endswith(")") else key
    plain = key.translate(_QUOTES)
    if plain.endswith(words.less_first):
        return Inferred("le", "less", next(word for word in words.less_first if plain.endswith(word)))
    telling = _telling().search(key) is not None
    more = next((word for word in words.not_less if word in key), "") if telling else ""
    if not more and key.endswith(words.more_endings):
        ends = (end for end in words.more_endings if key.endswith(end))
        more = next((end for end in ends if not key.endswith("不" + end)), "")
    if more:
        return Inferred("ge", "more", more)
    less = next((word for word in words.less if word in key), "") if telling else ""
    if less:
        return Inferred("le", "less", less)
    if {label_key(level1), label_key(level2)} & words.less_level2:
        return Inferred("le", "level2")
    return Inferred("ge", "nothing")
