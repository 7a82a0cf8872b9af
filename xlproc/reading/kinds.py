"""What kind of form a place holds, and which layout family it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.text import clean

if TYPE_CHECKING:
    from xlproc.reading.grid import Sheet
    from xlproc.reading.located import Located


def kind_of(sheet: Sheet, place: Located) -> str:
    """Tell the kind of form: by the title, else the sheet's name; where columns contradict a title, by the columns."""
    named = labels().kind_of(place.title) or labels().kind_of(sheet.name)
    columns = {name for block in place.blocks for name in block.columns}
    texts = "".join(h.text for block in place.blocks for h in block.extra)
    if named == "target" and "actual" in columns and columns & {"declared_score", "reason"}:
        return "self_evaluation"
    if (
        named in ("self_evaluation", "whole_department")
        and place.blocks
        and not columns & {"actual", "declared_score"}
    ):
        return "target" if "target" in columns and not place.funds.get("executed") else named
    if named and not (named == "final_accounts" and place.blocks):
        return named
    if "完全不可能" in texts or "全年预计" in texts:
        return "monitoring"
    if "actual" in columns or "declared_score" in columns:
        return "self_evaluation"
    return "target" if "target" in columns else ""


def family_of(place: Located) -> str:
    """Give the name of the first layout family whose marks the form has, or "other"."""
    marks = _marks(place)
    for family in labels().families:
        if family.kind in ("", place.kind) and family.has <= marks and not family.lacks & marks:
            return family.id
    return "other"


def _marks(place: Located) -> set[str]:
    """Give what a layout is known by: its columns, their order, and its blocks.

    ``level1`` a column, ``weight<target`` a column before another, ``funds.initial`` a column of the money block,
    ``split`` the target's parts in columns of their own, ``goals`` goal blocks, ``beside`` tables side by side,
    ``tables`` tables with different columns, ``pairs`` amounts beside their labels without columns, ``projects`` many
    projects in one table, and a column's printed text.
    """
    marks: set[str] = set()
    for block in place.blocks[:1]:
        order = sorted(block.columns.items(), key=lambda item: item[1].first)
        names = [name for name, _ in order]
        marks |= set(names) | {clean(h.text) for _, h in order} | {clean(h.text) for h in block.extra}
        marks |= {f"{a}<{b}" for i, a in enumerate(names) for b in names[i + 1 :]}
        if {"unit", "target"} <= marks and ("nature" in marks or "operator" in marks):
            marks.add("split")
        if block.beside:
            marks.add("beside")
    if any("目标" in clean(block.label) for block in place.blocks) and not any(
        block.beside for block in place.blocks
    ):
        marks.add("goals")
    if len({tuple(block.columns) for block in place.blocks}) > 1:
        marks.add("tables")
    if "project" in marks:
        marks.add("projects")
    funds = sorted(place.funds.items(), key=lambda item: item[1].first)
    marks |= {f"funds.{name}" for name, _ in funds}
    fund_names = [name for name, _ in funds]
    marks |= {f"funds.{a}<funds.{b}" for i, a in enumerate(fund_names) for b in fund_names[i + 1 :]}
    if place.fund_lines and not place.fund_header:
        marks.add("pairs")
    return marks
