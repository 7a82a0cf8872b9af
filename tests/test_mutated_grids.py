"""Thousands of damaged forms, in memory: reading never raises, and no filled cell is dropped without a word."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.form_blocks import Way
from tests.published import cases, lay_out
from tests.unseen import Maker
from xlproc.forms import self_evaluation
from xlproc.model.cells import a1
from xlproc.model.findings import Finding
from xlproc.model.frames import BLANK, NUMBER, PLACEHOLDER, TEXT
from xlproc.model.text import clean, label_key
from xlproc.reading import grid, workbook
from xlproc.reading.grid import Grid, Sheet
from xlproc.reading.grid.cells import covered, made
from xlproc.reading.leftovers import is_known
from xlproc.reading.values import parse_cell
from xlproc.reading.workbook import Batch

Json = dict[str, Any]
MUTANTS = 3000
FORM = self_evaluation()
LEVELS = {
    label_key(text)
    for text in (*FORM.lists["level1"], *(text for texts in FORM.lists["level2"].values() for text in texts))
}
ODD = (
    "", "0", "—", "≥", "100%1000件", "合计", "总分", "小计", "项目名称", "三级指标", "一级指标", "年度指标值", "得分", "分值", "年度资金总额", "注：说明", "绩效指标",
    "9999年99月", "优秀", "说明", "其中：", "预期目标", "主管部门", "全年执行数", "某些说不清的文字", "x" * 400, "１２３", "产出指标", "数量指标", "年度绩效目标1(40分)",
)  # fmt: skip


SAID = ("level1", "level2", "block", "group", "name", "agency", "department", "goal_expected", "budget_text")
"""What may stand in several cells, while the records name one."""


def sheets() -> list[Sheet]:
    """The published forms and some unseen ones, as they are read from files."""
    books = []
    for case in cases():
        if case["kind"] != "final_accounts":
            book = Workbook()
            assert isinstance(book.active, Worksheet)
            lay_out(book.active, case, Way())
            books.append(book)
    books += [Maker(seed).make() for seed in range(40)]
    return [sheet for book in books for sheet in _read(book).sheets]


def _read(book: Workbook) -> Grid:
    data = BytesIO()
    book.save(data)
    return grid.read(data.getvalue())


def mutant(sheet: Sheet, chance: random.Random) -> Sheet:
    """Damage a sheet in one to four places."""
    cells, merges = dict(sheet.cells), list(sheet.merges)
    for _ in range(chance.randint(1, 4)):
        spots = sorted(cells)
        if not spots:
            break
        (row, column), other = chance.choice(spots), chance.choice(spots)
        kind = chance.randrange(9)
        if kind == 0:
            del cells[row, column]
        elif kind == 1:
            cells[row, column], cells[other] = cells[other], cells[row, column]
        elif kind <= 3:
            cell = made(chance.choice(ODD) if kind == 2 else chance.choice((0, -1, 0.95, 1e15, 12)))
            if cell:
                cells[row, column] = cell
        elif kind == 4:  # a letter of a label is lost, or comes twice
            shown = cells[row, column].shown
            at = chance.randrange(len(shown) + 1)
            shown = shown[:at] + (shown[at:] + shown[-1:] if chance.random() < 0.3 else shown[at + 1 :])
            if shown.strip():
                cells[row, column] = cells[row, column]._replace(state=TEXT, shown=shown, number=None)
        elif kind == 5:  # a row is lost, or comes empty
            down = chance.choice((-1, 1))
            cells = {(r + down * (r > row), c): v for (r, c), v in cells.items() if r != row or down > 0}
            merges = [
                (a + down * (a > row), b, max(c + down * (c >= row), 1), d)
                for a, b, c, d in merges
                if not (a == c == row and down < 0)
            ]
        elif kind == 6 and merges:
            merges.remove(chance.choice(merges))
        elif kind == 7:
            merges.append((row, column, row + chance.randrange(3), column + chance.randrange(3)))
        elif kind == 8:  # two rows change places
            swap = {row: other[0], other[0]: row}
            cells = {(swap.get(r, r), c): v for (r, c), v in cells.items()}
    areas = [area for area in merges if area[0] <= area[2] and (area[0], area[1]) != (area[2], area[3])]
    hidden = covered(areas)
    shown_cells = {spot: cell for spot, cell in cells.items() if spot not in hidden}
    return Sheet(sheet.name, True, shown_cells, sorted(areas))


def dropped(sheet: Sheet, records: Sequence[Json], findings: Sequence[Finding]) -> Iterator[str]:
    """Give the filled cells that no record, label or finding accounts for; a text alone in its row is prose."""
    used = {spot for record in records for spot in record["cells"].values()}
    used |= {spot for finding in findings for spot in finding.cells}
    used |= {spot for record in records for _, spot in record.get("years", ())}
    texts = [str(text) for record in records for pair in record["extra"] for text in pair]
    kept = {clean(part) for text in texts for part in (text, *text.split())}
    whole = "\n".join(map(clean, texts))  # where a text was broken or joined with others
    levels = {clean(record[name]) for record in records for name in SAID if isinstance(record.get(name), str)}
    for row in sheet.rows():
        cells = [(column, cell) for column, cell in sheet.row(row) if cell.shown]
        if len(cells) == 1 and cells[0][1].state == TEXT:
            continue
        for column, cell in cells:
            text = clean(cell.shown)
            label = is_known(cell) or text in levels or label_key(text) in LEVELS
            if (
                a1(row, column) not in used
                and not label
                and text not in kept
                and not (len(text) > 4 and text in whole)
            ):
                value = parse_cell(cell)
                if value.state not in (PLACEHOLDER, BLANK) and value.number != 0:
                    yield f"{a1(row, column)} {cell.shown[:20]}"


def read_all(mutants: Sequence[Sheet], path: Path, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """Read sheets as the workbooks of so many files."""
    Workbook().save(path)
    left = iter(mutants)
    monkeypatch.setattr(grid, "read", lambda data, kind: Grid([next(left)]))
    return workbook.read([path] * len(mutants))


def accounted(batch: Batch) -> tuple[dict[int, list[Json]], dict[int, list[Finding]]]:
    """Give records and findings by workbook."""
    records: dict[int, list[Json]] = defaultdict(list)
    for table in ("projects", "funds", "indicators"):
        for record in batch.frames[table].to_dict("records"):
            records[int(record["workbook"])].append({str(name): value for name, value in record.items()})
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in batch.findings:
        findings[finding.workbook].append(finding)
    return records, findings


def lost(read: Sequence[Sheet], path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[int, list[str]]:
    """Read sheets and give the cells of each that are dropped; sheets in which no form is found are told as such."""
    records, findings = accounted(read_all(read, path, monkeypatch))
    found = {number: list(dropped(read[number], records[number], findings[number])) for number in records}
    return {number: cells for number, cells in found.items() if cells}


def test_no_damage_raises_or_drops_a_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may be lost is a label inside a table that was moved there or cut it: in at most fifteen of a thousand."""
    base = sheets()
    mutants = [mutant(base[seed % len(base)], random.Random(seed)) for seed in range(MUTANTS)]
    missing = lost(mutants, tmp_path / "form.xlsx", monkeypatch)
    assert len(missing) <= MUTANTS * 15 // 1000, missing


def test_whole_forms_drop_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lost(sheets(), tmp_path / "form.xlsx", monkeypatch) == {}


def test_what_is_dropped_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: a column without a heading is missed where its findings are kept back."""
    sheet = sheets()[0]
    target = next(spot for spot, cell in sheet.cells.items() if cell.shown == "指标值")
    sheet.cells[target] = grid.Cell(NUMBER, "12", Decimal(12))
    records, _ = accounted(read_all([sheet], tmp_path / "form.xlsx", monkeypatch))
    assert list(dropped(sheet, records[0], []))
