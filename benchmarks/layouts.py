"""The cells and formats of xlproc's results, as plain data, for others to write: what they compute costs them nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

from benchmarks import generate
from xlproc.batch.judge import judge
from xlproc.model.frames import is_judged
from xlproc.rulesets import load
from xlproc.writing.layout import Book
from xlproc.writing.results import results_book


def keep(inbox: Path, to: Path) -> None:
    """Make the results' layouts of the base workbooks of a folder and keep them."""
    paths = sorted(inbox.glob("*.xlsx"))[: generate.BASES]
    ruleset = load("mof-2020")
    judged = judge(paths, ruleset)
    books = []
    for workbook in judged.workbooks:
        number = workbook["workbook"]
        mine = [project for project in judged.projects[number] if is_judged(project)]
        found = judged.findings.get(number, [])
        books.append(results_book(workbook, mine, judged.funds, judged.indicators, found, ruleset))
    to.write_bytes(pickle.dumps(books))


def kept(path: Path) -> list[Book]:
    """Give the layouts."""
    books: list[Book] = pickle.loads(path.read_bytes())
    return books
