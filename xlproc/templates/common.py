"""What the blank forms share: blank rows, lists and drop-downs, the check line, signatures, instructions, protection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.cells import letter
from xlproc.model.frames import TABLES
from xlproc.writing.layout import Rule, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlproc.forms import Form

PROTECT = {
    "insert_rows": True,
    "delete_rows": True,
    "format_rows": True,
    "format_columns": True,
    "format_cells": True,
    "sort": True,
    "autofilter": True,
}
"""What a clerk may do while labels are locked; there is no password."""
PASSED = "检查通过"


def blank_row(table: str, **known: Any) -> dict[str, Any]:
    """Give a row of a canonical frame in which nothing is filled but what is known.

    Args:
        table: The frame.
        known: What is known, by column.
    """
    row = {column.name: "" if column.dtype == "object" else None for column in TABLES[table]}
    return {**row, "pending": False, "rate": None, "score": None, **known}


def blank_indicators(form: Form) -> list[dict[str, Any]]:
    """Give the rows to fill with their level labels; ``row`` counts from 0."""
    levels = [group for group in form.blank["rows"] for _ in range(group["rows"])]
    return [
        blank_row("indicators", row=row, level1=group["level1"], level2=group["level2"])
        for row, group in enumerate(levels)
    ]


def add_spare(sheet: Sheet, form: Form, top: int, spare: int) -> None:
    """Write the row above which rows are added, below those to fill.

    Args:
        sheet: The sheet.
        form: The form.
        top: The first row of the block's label.
        spare: The row.
    """
    # not merged: programs that insert rows without moving merges would hide an indicator under it
    sheet.put(spare, 2, form.blank["add_rows"], "hint")
    # column 1's block label runs down to the spare row, so that rows inserted above it belong to the block
    sheet.cells = [c for c in sheet.cells if not (c.column == 1 and c.row == top)]
    # and unlocked, since rows of a protected sheet can only be deleted where no cell is locked
    sheet.put(top, 1, form.blocks["indicators"], "label_open", to_row=spare)


def counted(condition: str) -> str:
    """Give a formula that counts the rows in which a condition over whole columns holds."""
    return f"SUMPRODUCT(--(({condition})>0))"


def first_wrong(checks: Sequence[tuple[str, str]]) -> str:
    """Give a formula that says how often the first condition that holds does, or that all is well.

    Args:
        checks: Formulas of numbers, and what each counts.
    """
    body = f'"{PASSED}"'
    for number, text in reversed(checks):
        body = f'IF({number}>0,"有 "&({number})&" {text}",{body})'
    return body


def put_check(sheet: Sheet, row: int, form: Form, empty: str, formula: str, last: int) -> None:
    """Write the check line, below what is printed.

    Args:
        sheet: The sheet.
        row: Its row.
        form: The form.
        empty: What it says of a blank form.
        formula: What it says.
        last: The last column.
    """
    sheet.put(row, 1, form.blank["check"], "label", to_column=2)
    sheet.put(row, 3, empty, "check", formula=formula, to_column=last)


def colour_check(sheet: Sheet, row: int, empty: str, last: int) -> None:
    """Colour the check line: as :func:`put_check` has it."""
    alarm(sheet, (row, 3, row, last), f'=$C${row}="{PASSED}"', "fine")
    alarm(sheet, (row, 3, row, last), f'=AND($C${row}<>"{PASSED}",$C${row}<>"{empty}")')


def alarm(sheet: Sheet, area: tuple[int, int, int, int], formula: str, style: str = "alarm") -> None:
    """Colour an area's cells where a formula holds, written for the first of them."""
    sheet.conditions.append(Rule(area, {"type": "formula", "criteria": formula}, style))


def put_foot(sheet: Sheet, row: int, form: Form, last: int) -> None:
    """Write the line to sign and the mark below it, where what is printed ends."""
    starts = [1, last // 3 + 1, 2 * last // 3 + 1]
    for start, end, word in zip(
        starts, [starts[1] - 1, starts[2] - 1, last], form.blank["signatures"], strict=True
    ):
        sheet.put(row, start, f"{word}：", "sign_open", to_column=end)
    sheet.put(row + 1, 1, form.mark.format(version=form.version), "small", to_column=last)
    sheet.heights.update({row: 32, row + 1: 16})
    sheet.area = (1, 1, row + 1, last)


def drop_down(sheet: Sheet, area: tuple[int, int, int, int], formula: str, free: bool = False) -> None:
    """Offer a list.

    Args:
        sheet: The sheet.
        area: Where.
        formula: The list, by its defined name.
        free: Whether other words may be filled in after a warning.
    """
    options = {
        "validate": "list",
        "source": formula,
        "error_title": "不在列表中",
        "error_message": "请从下拉列表中选择。",
        "error_type": "warning" if free else "stop",
    }
    sheet.validations.append(Rule(area, options))


def level_lists(sheet: Sheet, first: int, last: int, columns: Mapping[str, int]) -> None:
    """Offer the levels, the second by the first; other words may stand there."""
    level1, level2 = columns["level1"], columns["level2"]
    drop_down(sheet, (first, level1, last, level1), "=一级指标列表", free=True)
    drop_down(sheet, (first, level2, last, level2), f"=INDIRECT(${letter(level1)}{first})", free=True)


def only_numbers(
    sheet: Sheet,
    area: tuple[int, int, int, int],
    least: int,
    most: int,
    texts: tuple[str, str],
    whole: bool = False,
) -> None:
    """Take numbers only.

    Args:
        sheet: The sheet.
        area: Where.
        least: The least.
        most: The greatest.
        texts: The title and the text of the refusal.
        whole: Whether they must be whole.
    """
    options = {
        "validate": "integer" if whole else "decimal",
        "criteria": "between",
        "minimum": least,
        "maximum": most,
        "error_message": texts[1],
        "error_title": texts[0],
    }
    sheet.validations.append(Rule(area, options))


def only_year(sheet: Sheet, row: int, column: int) -> None:
    """Take a year only."""
    only_numbers(sheet, (row, column, row, column), 2000, 2100, ("不是年份", "请填四位年份。"), whole=True)


def blanks(cells: Iterable[tuple[int, int]]) -> str:
    """Give a formula that counts the blank ones of some cells (row, column)."""
    return "+".join(f'({letter(column)}{row}="")' for row, column in cells)


def instructions(form: Form) -> Sheet:
    """Make the sheet that says how to fill the form."""
    sheet = Sheet("填表说明")
    sheet.widths = {1: 18, 2: 84}
    sheet.put(1, 1, f"{form.title}　填表说明", "title", to_column=2)
    sheet.heights[1] = 32
    for row, (label, text) in enumerate(form.blank["instructions"], start=2):
        sheet.put(row, 1, label, "label")
        sheet.put(row, 2, text, "left")
        sheet.fit(row, {(2, 2): text}, 24)
    last = 1 + len(form.blank["instructions"])
    sheet.area = (1, 1, last, 2)
    return sheet


def lists(form: Form, choices: Mapping[str, str]) -> tuple[Sheet, dict[str, str]]:
    """Make the hidden sheet of lists, and the defined names through which drop-downs refer to it.

    Args:
        form: The form.
        choices: Names of lists → the form's lists; the second level's are named by the first's labels.
    """
    sheet = Sheet("字典", hidden=True)
    named = {name: form.lists[key] for name, key in choices.items()} | form.lists["level2"]
    names = {}
    for column, (name, items) in enumerate(named.items(), start=1):
        sheet.widths[column] = 18
        sheet.put(1, column, name, "head")
        for row, item in enumerate(items, start=2):
            sheet.put(row, column, item, "center")
        names[name] = f"'{sheet.name}'!${letter(column)}$2:${letter(column)}${1 + len(items)}"
    return sheet, names
