"""The script that an analyst would write: openpyxl, a loop over the rows, the same sheets written with openpyxl.

Run as ``python -m benchmarks.naive INBOX OUTBOX LAYOUTS``: prints the seconds that it took once all was loaded.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.utils
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from benchmarks import generate
from benchmarks.layouts import kept
from xlproc.writing.layout import Book
from xlproc.writing.styles import STYLES


def scores(path: Path) -> float:
    """Read a workbook and score its indicators row by row."""
    sheet = openpyxl.load_workbook(path, data_only=True)["自评表"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if "三级指标" in row)
    at = {str(text): i for i, text in enumerate(rows[head]) if text}
    total = 0.0
    for row in rows[head + 1 :]:
        name, target, actual, weight = (
            row[at[key]] for key in ("三级指标", "年度指标值", "实际完成值", "分值")
        )
        if not name or weight is None:
            continue
        try:
            goal, done = float(str(target).strip("%≥≤")), float(str(actual).strip("%≥≤"))
        except ValueError:
            continue
        worse = row[at["指标方向"]] == "小于等于"
        share = 1 - (done - goal) / goal if worse and done > goal else 1 if worse else min(1, done / goal)
        total += round(float(str(weight)) * max(0, share), 2)
    return total


def styles() -> dict[str, dict[str, Any]]:
    """Make the style objects once."""
    line = Side(style="thin")
    made = {}
    for name, look in STYLES.items():
        made[name] = {
            "font": Font(name="宋体", size=look.get("font_size", 10.5), bold=look.get("bold", False), italic=look.get("italic", False)),
            "alignment": Alignment(horizontal=look.get("align"), vertical="center", wrap_text=look.get("text_wrap")),
            "number_format": look.get("num_format", "General"),
        }  # fmt: skip
        if look.get("border"):
            made[name]["border"] = Border(left=line, right=line, top=line, bottom=line)
        if "bg_color" in look:
            made[name]["fill"] = PatternFill("solid", fgColor=look["bg_color"].lstrip("#"))
    return made


def write(book: Book, path: Path, looks: dict[str, dict[str, Any]]) -> None:
    """Write a layout."""
    target = openpyxl.Workbook()
    target.remove(target.worksheets[0])
    for sheet in book.sheets:
        out = target.create_sheet(sheet.name)
        for cell in sheet.cells:
            made = out.cell(cell.row, cell.column)
            made.value = cell.formula or cell.value
            for name, value in looks[cell.style].items():
                setattr(made, name, value)
            if cell.to_row > cell.row or cell.to_column > cell.column:
                out.merge_cells(
                    start_row=cell.row,
                    start_column=cell.column,
                    end_row=cell.to_row,
                    end_column=cell.to_column,
                )
        for column, width in sheet.widths.items():
            out.column_dimensions[openpyxl.utils.get_column_letter(column)].width = width
        for row, height in sheet.heights.items():
            out.row_dimensions[row].height = height
    target.save(path)


def main() -> None:
    """Read, score and write every workbook."""
    inbox, outbox, layouts = map(Path, sys.argv[1:4])
    outbox.mkdir(parents=True)
    books = kept(layouts)
    begin = time.perf_counter()
    looks = styles()
    for i, path in enumerate(sorted(inbox.glob("*.xlsx"))):
        scores(path)
        write(books[i % generate.BASES], outbox / path.name, looks)
    print(time.perf_counter() - begin)  # noqa: T201


if __name__ == "__main__":
    main()
