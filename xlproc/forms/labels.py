"""The labels of all forms: which words mean which field; see ``labels.toml``, and ``families.toml`` for the layouts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from xlproc.forms.words import LABELS, in_use, kept, shipped
from xlproc.model.text import LATELY, clean, label_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlproc.model.words import Lang

LONGEST = 24
"""A cleaned text longer than this is no label that a pattern may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Names of fields by the words that mean them.

    Attributes:
        words: Comparison key → name.
        like: Patterns for words that no list holds, with their names.
    """

    words: Mapping[str, str]
    like: tuple[tuple[re.Pattern[str], str], ...] = ()
    _seen: dict[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Give the name that a comparison key means, or ""."""
        name = self._seen.get(key)
        if name is None:
            name = self.words.get(key, "")
            if not name and 0 < len(key) <= LONGEST:
                name = next((to for pattern, to in self.like if pattern.fullmatch(key)), "")
            if len(self._seen) >= LATELY:
                self._seen.clear()
            self._seen[key] = name
        return name


@dataclass(frozen=True, slots=True)
class Family:
    """A layout family: forms with the same columns.

    Attributes:
        id: Our word for it.
        title: What it is, for people, by language.
        seen: Where such forms were met, by language.
        kind: The kind of form.
        reading: What is special in reading and evaluating it, by language; may be empty.
        has: Marks that it must have; see :mod:`xlproc.reading.kinds`.
        lacks: Marks that it must not have.
    """

    id: str
    title: Mapping[Lang, str]
    seen: Mapping[Lang, str]
    kind: str
    reading: Mapping[Lang, str]
    has: frozenset[str]
    lacks: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The words by which forms are read.

    Attributes:
        kinds: Kind of form, its words in a title, and words that speak against it; in order.
        head: Head fields.
        other: Labels whose values are kept as they are.
        rows: Labels of rows that are no indicators; those of ``texts`` are among them.
        texts: Texts below the table of a monitoring form.
        fund_blocks: Labels of the money block.
        funds: Columns of the money block; ``extra`` for known ones that are not evaluated, ``sum`` for 合计.
        lines: Fund lines by kind.
        period: Words after a period in the header of the executed column.
        goal_blocks: Labels of the block of goals.
        goals: Goals.
        blocks: Labels of the block of indicators.
        columns: Indicator columns; ``extra`` for known ones that are not evaluated.
        total: Labels of the total's row.
        parts: Endings of labels of rows that sum up a part.
        head_total: Labels of the total in the head.
        head_reviewed: Labels of another's total in the head.
        grade_labels: Labels beside which the unit's own grade stands.
        grade_words: What it may say → the grade.
        families: Layout families, the first that fits is taken.
        words: Every known label, as it is written.
    """

    kinds: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    head: Names
    other: frozenset[str]
    rows: frozenset[str]
    texts: Names
    fund_blocks: frozenset[str]
    funds: Names
    lines: Names
    period: frozenset[str]
    goal_blocks: frozenset[str]
    goals: Names
    blocks: frozenset[str]
    columns: Names
    total: frozenset[str]
    parts: tuple[str, ...]
    head_total: frozenset[str]
    head_reviewed: frozenset[str]
    grade_labels: frozenset[str]
    grade_words: Mapping[str, str]
    families: tuple[Family, ...]
    words: tuple[str, ...]

    def kind_of(self, title: str) -> str:
        """Give the kind of form that a title names, or "".

        Examples:
            >>> labels().kind_of("2022年度项目支出绩效自评表"), labels().kind_of("项目绩效目标申报表")
            ('self_evaluation', 'target')
        """
        text = clean(title)
        for kind, words, without in self.kinds:
            if any(word in text for word in words) and not any(word in text for word in without):
                return kind
        return ""


def _names(table: Mapping[str, Any]) -> Names:
    words: dict[str, str] = {}
    for name, listed in table.items():
        if name != "like":
            for word in listed:
                words.setdefault(label_key(word), name)
    like = tuple((re.compile(pattern), name) for name, pattern in table.get("like", {}).items())
    return Names(words, like)


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(label_key(word) for word in words)


@kept
def labels() -> Labels:
    """Give the labels: the shipped ones and the user's own."""
    raw = in_use(LABELS)
    lists = (
        *(raw[group] for group in ("head",)),
        *(raw["funds"][group] for group in ("columns", "lines")),
        raw["goals"]["columns"],
        raw["indicators"]["columns"],
        {"block": [*raw["funds"]["block"], *raw["goals"]["block"], *raw["indicators"]["block"]]},
        {"total": raw["total"]["row"]},
    )
    written = [word for table in lists for name, words in table.items() if name != "like" for word in words]
    return Labels(
        kinds=tuple((k["kind"], tuple(k["words"]), tuple(k.get("without", ()))) for k in raw["kinds"]),
        head=_names(raw["head"]),
        other=_keys(raw["other"]["words"]),
        rows=_keys([*raw["rows"]["words"], *chain.from_iterable(raw["texts"].values())]),
        texts=_names(raw["texts"]),
        fund_blocks=_keys(raw["funds"]["block"]),
        funds=_names(raw["funds"]["columns"]),
        lines=_names(raw["funds"]["lines"]),
        period=frozenset(raw["funds"]["period"]),
        goal_blocks=_keys(raw["goals"]["block"]),
        goals=_names(raw["goals"]["columns"]),
        blocks=_keys(raw["indicators"]["block"]),
        columns=_names(raw["indicators"]["columns"]),
        total=_keys(raw["total"]["row"]),
        parts=tuple(label_key(word) for word in raw["total"]["parts"]),
        head_total=_keys(raw["total"]["head"]),
        head_reviewed=_keys(raw["total"]["head_reviewed"]),
        grade_labels=_keys(raw["grade"]["labels"]),
        grade_words={word: grade for grade, words in raw["grade"]["words"].items() for word in words},
        families=tuple(
            Family(
                family["id"], family["title"], family["seen"], family["kind"], family.get("reading", {}),
                frozenset(family.get("has", ())), frozenset(family.get("lacks", ())),
            )
            for family in shipped("families.toml")["families"]
        ),
        words=tuple(dict.fromkeys(written)),
    )  # fmt: skip
