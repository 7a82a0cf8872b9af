"""Whole forms as they are published, written down from memory: kind, head, funds, indicators and total are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.transcribed import clean
from xlproc.batch.read import read_json

TEXT = (Path(__file__).parent / "data" / "remembered.txt").read_text("utf-8")
FORMS = {form.splitlines()[0]: form.splitlines()[1:] for form in re.split(r"^## ", TEXT, flags=re.M)[1:]}
ROW = (
    "level1",
    "level2",
    "level3",
    "target_text",
    "actual_text",
    "weight_text",
    "declared_score_text",
    "reason",
)


def lay_out(sheet: Worksheet, lines: list[str]) -> None:
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(lines, start=1):
        for column, text in enumerate(line.split("|"), start=1):
            up, left = (row - 1, column), (row, column - 1)
            owner[row, column] = owner[left] if text == "<" else owner[up] if text == "^" else (row, column)
            if text not in ("<", "^", "."):
                cell = sheet.cell(row, column)
                cell.value = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text
                cell.data_type = "n" if isinstance(cell.value, float) else "s"
    for first in set(owner.values()):
        bottom, right = (max(axis) for axis in zip(*(s for s in owner if owner[s] == first), strict=True))
        if (bottom, right) != first:
            sheet.merge_cells(None, first[0], first[1], bottom, right)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_from_memory_is_read(name: str, tmp_path: Path) -> None:
    lines = [line for line in FORMS[name] if line and not line.startswith("= ")]
    (about, *rows) = [line[2:] for line in FORMS[name] if line.startswith("= ")]
    book, path = Workbook(), tmp_path / "form.xlsx"
    assert isinstance(book.active, Worksheet)
    lay_out(book.active, lines)
    book.save(path)
    (project,) = read_json([path])["workbooks"][0]["projects"]
    kind, *fields = about.split()
    got: dict[str, Any] = {
        **{key: project[key] for key in ("year", "name", "department", "agency")},
        "funds": len(project["funds"]), "rows": len(project["indicators"]), "total": project["declared_total_text"],
    }  # fmt: skip
    assert project["form"] == kind
    assert {key: clean(value) for key, value in got.items()} == {
        key: clean(value) for key, _, value in (field.partition("=") for field in fields)
    }
    for which, text in (row.split(" ", 1) for row in rows):
        read = project["indicators"][0 if which == "first" else -1]
        wanted = [*text.split("|"), *[""] * 8][: len(ROW)]
        assert [clean(read[key]) for key in ROW] == [clean(part) for part in wanted]
