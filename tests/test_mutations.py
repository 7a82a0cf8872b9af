"""No form, however odd, raises: cells, rows, merges and labels of the known forms are shuffled, deleted and corrupted."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests import office
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run
from xlproc.model.findings import message
from xlproc.rulesets import load, names

ODD: list[Any] = [
    None, 0, -1, 1e15, 0.1234567891, "", " ", "—", "#DIV/0!", "=1/0", "≥", "≥≤5", "100%1000件", "合计", "总分", "小计", "项目名称",
    "三级指标", "年度指标值", "得分", "年度资金总额", "注：说明", "9999年99月", "优秀", "未达成", "{found}", "x" * 40_000, True, "１２３",
]  # fmt: skip


def mutate(sheet: Worksheet, chance: random.Random) -> None:
    cells = [c for row in sheet.iter_rows() for c in row if isinstance(c, Cell)]
    for _ in range(chance.randint(1, 12)):
        kind = chance.randrange(7)
        one, two = chance.choice(cells), chance.choice(cells)
        if kind <= 2:
            one.value = chance.choice(ODD)
        elif kind == 3:
            one.value, two.value = two.value, one.value
        elif kind == 4:
            sheet.delete_rows(chance.randint(1, max(sheet.max_row, 1)))
            return
        elif kind == 5:
            sheet.insert_cols(chance.randint(1, sheet.max_column))
            return
        else:
            one.number_format = chance.choice(
                ["0%", '0"."0,"万元"', "yyyy-mm-dd", "@", "[Red]0.0_);(0.0)", '"共"0"个"']
            )


@pytest.mark.parametrize("seed", range(12))
def test_mutated_forms_end_in_results_and_findings(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    for i in range(8):
        levels = chance.choice(["merged", "repeated", "once"])
        data = office.form(chance.choice(["2021", "2024", "clean"]))
        path = office.workbook(inbox / f"{i}.xlsx", data, levels=levels)
        book = load_workbook(path)
        mutate(book["自评表"], chance)
        book.save(path)
    ruleset = load(chance.choice(names()))
    outcome = run(
        find(inbox, outbox), outbox, outbox / SUMMARY, ruleset, chance.random() < 0.5, with_json=True
    )
    assert outcome.report is not None
    for workbook in outcome.report["workbooks"]:
        if workbook["status"] == "rejected":
            assert any(item["severity"] == "error" for item in workbook["findings"])
        else:
            assert len(workbook["outputs"]) in (1, 2)  # with or without a marked copy
        for item in workbook["findings"]:
            assert "？" not in item["message"].replace("{found}", ""), item
        for project in workbook["projects"]:
            assert project["total"]["score"] is None or project["total"]["low"] >= project["total"]["score"]
    assert message({"code": "R101", "sheet": "", "cells": (), "found": "{x}", "expected": "", "context": {}})
