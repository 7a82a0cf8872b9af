"""Loads the definitions of forms: what they look like when they are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from xlproc.forms.words import shipped
from xlproc.model.frames import MONITORING
from xlproc.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled thing of a form: a head field, a column, a fund line.

    Attributes:
        name: Our word for it.
        label: The label as printed.
        width: Column width in characters, 0 where it has none.
        over: The header that spans it and its neighbours, or "".
    """

    name: str
    label: str
    width: int = 0
    over: str = ""


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
        goals: Goal columns by name; none where the form has no goals.
        columns: Indicator columns by name.
        texts: What the form says of the whole below its table, by name.
        blocks: Printed labels of the blocks: funds, goals, indicators, total, texts, opinion; those that it has.
        needed: Indicator columns without which there is nothing to evaluate.
        scored: Indicator columns without which there is no score.
        lists: Choices by list name, common to all forms; level2 by level-1 label.
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
    texts: Mapping[str, Item]
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


_BLOCKS = ("funds", "goals", "indicators", "total", "texts", "opinion")


def _items(raw: Mapping[str, Any]) -> dict[str, Item]:
    return {
        name: Item(name, body["label"], body.get("width", 0), body.get("over", ""))
        for name, body in raw.items()
    }


def _form(raw: Mapping[str, Any]) -> Form:
    return Form(
        id=raw["id"],
        template=raw["template"],
        version=raw["version"],
        title=raw["title"],
        mark=raw["mark"],
        head=_items(raw["head"]),
        fund_columns=_items(raw["funds"]["columns"]),
        fund_lines=tuple(Item(line["kind"], line["label"]) for line in raw["funds"]["lines"]),
        goals=_items(raw.get("goals", {}).get("columns", {})),
        columns=_items(raw["indicators"]["columns"]),
        texts=_items(raw.get("texts", {}).get("columns", {})),
        blocks={block: raw[block]["label"] for block in _BLOCKS if block in raw},
        needed=tuple(raw["indicators"]["needed"]),
        scored=tuple(raw["indicators"].get("scored", ())),
        lists=shipped("lists.toml"),
        layouts={name: tuple(body["columns"]) for name, body in raw["layouts"].items()},
        blank=raw["blank"],
    )


@cache
def self_evaluation() -> Form:
    """Load the definition of 项目支出绩效自评表."""
    return _form(shipped("self_evaluation.toml"))


@cache
def monitoring(month: int | None = None) -> Form:
    """Load the definition of 项目支出绩效目标执行监控情况表.

    Args:
        month: The month to which its figures go; None: the template's own.

    Examples:
        >>> monitoring(7).columns["actual"].label, monitoring(1).columns["actual"].label
        ('1-7月执行情况', '1月执行情况')
    """
    raw = shipped("monitoring.toml")
    to = month or raw["blank"]["month"]
    share = f"{to}/12"
    period = f"1-{to}月" if to > 1 else "1月"
    form: dict[str, Any] = _filled(raw, {"1-{month}月": period, "{month}": str(to), "{share}": share})
    form["blank"]["month"] = to
    return _form(form)


def _filled(data: Any, words: Mapping[str, str]) -> Any:
    """Fill words into all texts of a definition."""
    if isinstance(data, str):
        for word, text in words.items():
            data = data.replace(word, text)
        return data
    if isinstance(data, list):
        return [_filled(item, words) for item in data]
    if isinstance(data, dict):
        return {key: _filled(value, words) for key, value in data.items()}
    return data


def version_of(text: str) -> str:
    """Give the version of the template whose mark a text is, or "".

    Examples:
        >>> version_of("表样：项目支出绩效自评表 2024-1"), version_of("项目支出绩效自评表")
        ('2024-1', '')
    """
    plain = clean(text)
    return next((found[1] for mark in _marks() if (found := mark.search(plain))), "")


@cache
def _marks() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(re.escape(clean(form.mark.split("{")[0])) + r"(\S+)")
        for form in (self_evaluation(), monitoring())
    )


def form_of(kind: str) -> Form:
    """Give the form as which a kind of form is printed."""
    return monitoring() if kind == MONITORING else self_evaluation()
