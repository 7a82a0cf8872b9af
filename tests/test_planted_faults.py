"""Faults planted one at a time, ``planted_faults.md``: each is found under its rule, and drags no shower behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import office
from tests.conftest import Evaluate
from tests.test_audit import changed


@dataclass
class Fault:
    """A fault, its changes, and where it is found."""

    name: str
    rule: str
    severity: str
    cell: str
    changes: list[str] = field(default_factory=list)


def read_faults() -> list[Fault]:
    lines = (Path(__file__).parent / "planted_faults.md").read_text("utf-8").splitlines()
    faults: list[Fault] = []
    for line in lines[lines.index("|---|---|---|---|---|---|---|") + 1 :]:
        name, row, column, value, rule, severity, cell = (part.strip() for part in line.strip("|").split("|"))
        if name:
            faults.append(Fault(name, rule, severity, cell))
        faults[-1].changes.append(f"| {row} | {column} | {value} |")
    return faults


FAULTS = read_faults()


def test_the_form_is_clean(one: Evaluate) -> None:
    """9.75 + 15 + 10 + 10 + 5×96÷100 + 10 + 15 + 5 + 7 + 10; 较健全 under 健全 is 部分达成: 7 lies in [6, 8)."""
    workbook = one(office.form("clean_2020"))
    assert workbook["findings"] == []
    assert workbook["projects"][0]["total"]["score"] == 96.55


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_found(fault: Fault, one: Evaluate) -> None:
    found = one(changed("\n".join(fault.changes), "clean_2020"))["findings"]
    mine = [item for item in found if fault.rule in item["rules"] and item["cells"][:1] == [fault.cell]]
    assert [item["severity"] for item in mine] == [fault.severity], found
    assert sum(item["severity"] == "error" for item in found) <= 3, found
    assert len(found) <= 5, found


def test_there_are_thirty_and_more() -> None:
    assert len(FAULTS) > 30
    assert len({fault.rule for fault in FAULTS}) > 30
