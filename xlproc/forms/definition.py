"""Loads the definitions of forms and the shared vocabulary."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from xlproc.model.text import clean, label_key

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled thing of a form: a head field, a column, a fund line.

    Attributes:
        name: Our word for it.
        label: The label as printed.
        width: Column width in characters, 0 where it has none.
    """

    name: str
    label: str
    width: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A form's definition.

    Attributes:
        id: Our word for the form.
        template: Its name on the command line.
        version: Of the template.
        title: As printed.
        title_words: Words by which a title is known.
        mark: The template's mark with ``{version}``.
        head: Head fields by name.
        fund_columns: Columns of the funds block by name, in printed order.
        fund_lines: Fund lines in printed order; ``name`` is the kind.
        goals: Goal columns by name.
        columns: Indicator columns by name.
        blocks: Printed labels of the blocks: funds, goals, indicators, total.
        keys: By block (head, funds, lines, goals, indicators, total, parts, other): comparison key → name.
        needed: Indicator columns without which there is nothing to evaluate.
        scored: Indicator columns without which there is no score.
        period_words: Words after a period in the header of the executed column.
        grade_labels: Labels beside which the unit's own grade stands.
        grade_words: What it may say → the grade.
        lists: Choices by list name; level2 by level-1 label.
        layouts: Indicator columns by layout.
        blank: What the blank template holds.
    """

    id: str
    template: str
    version: str
    title: str
    title_words: tuple[str, ...]
    mark: str
    head: Mapping[str, Item]
    fund_columns: Mapping[str, Item]
    fund_lines: tuple[Item, ...]
    goals: Mapping[str, Item]
    columns: Mapping[str, Item]
    blocks: Mapping[str, str]
    keys: Mapping[str, Mapping[str, str]]
    needed: tuple[str, ...]
    scored: tuple[str, ...]
    period_words: frozenset[str]
    grade_labels: frozenset[str]
    grade_words: Mapping[str, str]
    lists: Mapping[str, Any]
    layouts: Mapping[str, tuple[str, ...]]
    blank: Mapping[str, Any]

    def label_of(self, name: str) -> str:
        """Give the printed label of a column, fund column, head field or goal by our word."""
        for group in (self.columns, self.fund_columns, self.head, self.goals):
            if name in group:
                return group[name].label
        return name


@dataclass(frozen=True, slots=True)
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
        less: Words in names that say that less is better.
        not_less: Exceptions to them.
        more_endings: Endings of names that say that more is better, unless 不 stands before them.
        less_level2: Level-2 labels under which less is better.
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
    less: tuple[str, ...]
    not_less: tuple[str, ...]
    more_endings: tuple[str, ...]
    less_level2: frozenset[str]
    share_names: tuple[str, ...]
    bounded_names: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("xlproc.forms").joinpath(name).read_text("utf-8"))


def _items(raw: Mapping[str, Any]) -> tuple[dict[str, Item], dict[str, str]]:
    items: dict[str, Item] = {}
    keys: dict[str, str] = {}
    for name, body in raw.items():
        items[name] = Item(name, body["label"], body.get("width", 0))
        for label in (body["label"], *body.get("synonyms", ())):
            keys.setdefault(label_key(label), name)
    return items, keys


@cache
def self_evaluation() -> Form:
    """Load the definition of 项目支出绩效自评表."""
    raw = _toml("self_evaluation.toml")
    head, head_keys = _items(raw["head"])
    fund_columns, fund_keys = _items(raw["funds"]["columns"])
    goals, goal_keys = _items(raw["goals"]["columns"])
    columns, column_keys = _items(raw["indicators"]["columns"])
    line_keys = {
        label_key(label): line["kind"]
        for line in raw["funds"]["lines"]
        for label in (line["label"], *line["synonyms"])
    }
    total_keys = {label_key(label): "total" for label in (raw["total"]["label"], *raw["total"]["synonyms"])}
    return Form(
        id=raw["id"],
        template=raw["template"],
        version=raw["version"],
        title=raw["title"],
        title_words=tuple(raw["title_words"]),
        mark=raw["mark"],
        head=head,
        fund_columns=fund_columns,
        fund_lines=tuple(Item(line["kind"], line["label"]) for line in raw["funds"]["lines"]),
        goals=goals,
        columns=columns,
        blocks={block: raw[block]["label"] for block in ("funds", "goals", "indicators", "total")},
        keys={
            "head": head_keys,
            "funds": fund_keys,
            "lines": line_keys,
            "goals": goal_keys,
            "indicators": column_keys,
            "total": total_keys,
            "parts": {label_key(word): "part" for word in raw["total"]["parts"]},
            "other": {label_key(word): word for word in raw["other_labels"]["words"]},
        },
        needed=tuple(raw["indicators"]["needed"]),
        scored=tuple(raw["indicators"]["scored"]),
        period_words=frozenset(raw["funds"]["period_words"]),
        grade_labels=frozenset(label_key(label) for label in raw["grade"]["labels"]),
        grade_words={word: grade for grade, words in raw["grade"]["words"].items() for word in words},
        lists=raw["lists"],
        layouts={name: tuple(body["columns"]) for name, body in raw["layouts"].items()},
        blank=raw["blank"],
    )


@cache
def vocabulary() -> Vocabulary:
    """Load the shared vocabulary."""
    raw = _toml("vocabulary.toml")

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
        less=tuple(raw["direction"]["less"]),
        not_less=tuple(raw["direction"]["not_less"]),
        more_endings=tuple(raw["direction"]["more_endings"]),
        less_level2=frozenset(raw["direction"]["less_level2"]),
        share_names=tuple(raw["share_names"]["words"]),
        bounded_names=tuple(raw["bounded_names"]["words"]),
        options=tuple(tuple(ladder) for ladder in raw["options"]["ladders"]),
    )
