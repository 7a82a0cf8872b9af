"""Loads the definitions of forms: what they look like when printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from xlproc.forms.words import shipped

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
        mark: The template's mark with ``{version}``.
        head: Head fields by name.
        fund_columns: Columns of the funds block by name, in printed order.
        fund_lines: Fund lines in printed order; ``name`` is the kind.
        goals: Goal columns by name.
        columns: Indicator columns by name.
        blocks: Printed labels of the blocks: funds, goals, indicators, total.
        needed: Indicator columns without which there is nothing to evaluate.
        scored: Indicator columns without which there is no score.
        lists: Choices by list name; level2 by level-1 label.
        layouts: Indicator columns by layout.
        blank: What the blank template holds.
    """

    id: str
    template: str
    version: str
    title: str
    mark: str
    head: Mapping[str, Item]
    fund_columns: Mapping[str, Item]
    fund_lines: tuple[Item, ...]
    goals: Mapping[str, Item]
    columns: Mapping[str, Item]
    blocks: Mapping[str, str]
    needed: tuple[str, ...]
    scored: tuple[str, ...]
    lists: Mapping[str, Any]
    layouts: Mapping[str, tuple[str, ...]]
    blank: Mapping[str, Any]

    def label_of(self, name: str) -> str:
        """Give the printed label of a column, fund column, head field or goal by our word."""
        for group in (self.columns, self.fund_columns, self.head, self.goals):
            if name in group:
                return group[name].label
        return name


def _items(raw: Mapping[str, Any]) -> dict[str, Item]:
    return {name: Item(name, body["label"], body.get("width", 0)) for name, body in raw.items()}


@cache
def self_evaluation() -> Form:
    """Load the definition of 项目支出绩效自评表."""
    raw = shipped("self_evaluation.toml")
    return Form(
        id=raw["id"],
        template=raw["template"],
        version=raw["version"],
        title=raw["title"],
        mark=raw["mark"],
        head=_items(raw["head"]),
        fund_columns=_items(raw["funds"]["columns"]),
        fund_lines=tuple(Item(line["kind"], line["label"]) for line in raw["funds"]["lines"]),
        goals=_items(raw["goals"]["columns"]),
        columns=_items(raw["indicators"]["columns"]),
        blocks={block: raw[block]["label"] for block in ("funds", "goals", "indicators", "total")},
        needed=tuple(raw["indicators"]["needed"]),
        scored=tuple(raw["indicators"]["scored"]),
        lists=raw["lists"],
        layouts={name: tuple(body["columns"]) for name, body in raw["layouts"].items()},
        blank=raw["blank"],
    )
