"""What many tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import office
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run
from xlproc.rulesets import load

SAMPLES = Path(__file__).parent.parent / "samples"

Evaluate = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True, scope="session")
def _chinese() -> Iterator[None]:
    """Let the commands speak Chinese wherever the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C.UTF-8")
        yield


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluate:
    """Evaluate files or one folder and give the JSON report; results lie in ``tmp_path / "out"``."""

    def go(inbox: Path, ruleset: str = "mof-2020", declared: bool = False) -> dict[str, Any]:
        outbox = tmp_path / "out"
        rules = None if ruleset == "auto" else load(ruleset)
        outcome = run(find(inbox, outbox), outbox, outbox / SUMMARY, rules, declared, with_json=True)
        assert outcome.report is not None
        assert outcome.failures == []
        return outcome.report

    return go


@pytest.fixture
def one(tmp_path: Path, evaluate: Evaluate) -> Evaluate:
    """Lay one transcribed form out, evaluate it and give the workbook's part of the report."""

    def go(data: dict[str, Any], ruleset: str = "mof-2020", **options: Any) -> dict[str, Any]:
        path = office.workbook(tmp_path / "form.xlsx", data, **options)
        report: dict[str, Any] = evaluate(path, ruleset)["workbooks"][0]
        return report

    return go


def rules_found(workbook: dict[str, Any], *severities: str) -> list[tuple[str, str]]:
    """Give (rule, first cell) of each finding, or (code, first cell) where it has no rule."""
    return [
        (rule, item["cells"][0] if item["cells"] else "")
        for item in workbook["findings"]
        if not severities or item["severity"] in severities
        for rule in (item["rules"] or [item["code"]])
    ]
