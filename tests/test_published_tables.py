"""The official table of a published form looks like the form: its title, labels and columns, and nothing that it says is lost."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from tests.form_blocks import FIELDS, FUND_FIELDS, Case, printed
from tests.published import SPLIT, WAYS, cases, write_all
from tests.transcribed import clean
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run

CASES = {case["id"]: case for case in cases() if case["kind"] in ("self_evaluation", "whole_department")}
RULED = ("score", "rate", "weight")
"""What the rules print in the place of the unit's own."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Give the texts of each form's official table."""
    folder = tmp_path_factory.mktemp("tables")
    write_all(folder / "in", CASES.values(), WAYS["plain"])
    outcome = run(find(folder / "in", folder), folder, folder / SUMMARY, None)
    assert outcome.failures == []
    found = {}
    for name in CASES:
        sheet = load_workbook(folder / f"{name}_评价结果.xlsx").worksheets[0]
        found[name] = {clean(cell) for line in sheet.values for cell in line if cell is not None}
    return found


def said(case: Case) -> list[str]:
    """Give what a form says that no rule computes."""
    texts = [text for label, text in case["goals"].items() if label != "score"]
    texts += [case["project_name"], *(case["department"] or "").split(" / "), case["unit"]]
    for line in case["funds"]:
        names = [FUND_FIELDS[column] for column in case["fund_columns"] if column in FUND_FIELDS]
        texts += [_amount(line.get(name)) for name in names if name not in RULED]
        if "/" not in line["line"]:  # a name for two labels, that stands nowhere itself
            texts.append(printed(line["line"]).rstrip(":"))
    for row in case["indicators"]:
        if row.get("target") or row.get("actual") or row.get("weight") or row.get("score"):
            texts += [row.get(name) for name in ("l1", "l2", "l3", "goal_block")]
            texts += [row.get(FIELDS[c]) for c in case["layout_columns"] if FIELDS[c] not in RULED]
    return [clean(text) for text in texts if text and not text.endswith("(100字以内)")]


def _amount(text: str | None) -> str | None:
    """Give an amount as a number in the form's unit, 万元."""
    bare = (text or "").removesuffix("万元").strip()
    return f"{Decimal(bare):f}".rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", bare) else bare


@pytest.mark.parametrize("name", CASES)
def test_nothing_that_the_form_says_is_lost(name: str, tables: dict[str, set[str]]) -> None:
    missed = [text for text in said(CASES[name]) if text not in tables[name]]
    assert missed == []


@pytest.mark.parametrize("name", CASES)
def test_the_columns_are_its_own(name: str, tables: dict[str, set[str]]) -> None:
    case = CASES[name]
    wanted = [text for text in case["layout_columns"] if text not in SPLIT]
    if (
        case["funds"] and "预算数:" not in case["fund_columns"]
    ):  # there the money stands in pairs, without columns
        wanted += [text for text in case["fund_columns"] if text in FUND_FIELDS]
    assert [text for text in wanted if clean(text) not in tables[name]] == []
