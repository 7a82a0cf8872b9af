"""What a published form says, from its transcription, held against what was read of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.form_blocks import FIELDS, FUND_FIELDS, Case, Placed, bare, printed

Json = dict[str, Any]
MISSED = "missed"

TEXTS = {
    "l1": "level1", "l2": "level2", "l3": "level3", "target": "target_text", "actual": "actual_text",
    "weight": "weight_text", "score": "declared_score_text", "reason": "reason",
}  # fmt: skip
"""The transcription's key → the report's. Other columns are in ``extra``, under their headings."""
FUND_TEXTS = {
    "budget_initial": "initial_text", "budget_full": "budget_text", "executed": "executed_text", "weight": "weight_text",
    "rate": "declared_rate_text", "score": "declared_score_text", "reason": "reason",
}  # fmt: skip
GOALS = {
    "预期目标": "expected", "年初设定目标": "expected", "项目年度目标": "expected", "年度总体目标": "expected", "年度目标": "expected",
    "总体目标": "expected", "绩效目标": "expected", "全年(调整)绩效目标": "expected",
    "实际完成情况": "actual", "年度目标完成情况": "actual", "年度总体目标完成情况综述": "actual", "全年实际完成情况": "actual",
    "年度总体目标完成情况": "actual", "目标实际完成情况": "actual",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One thing that a form says, and what was read.

    Attributes:
        place: The row, and what stands in it.
        column: The report's key.
        want: What the form says.
        got: What was read; several where any of them will do.
    """

    place: str
    column: str
    want: str
    got: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether it was read."""
        return self.want in self.got

    def __str__(self) -> str:
        return f"{self.place}, {self.column}: expected {self.want!r}, got {' or '.join(map(repr, self.got))}"


def clean(text: object) -> str:
    """A text without white space, its signs in one width."""
    return bare(unicodedata.normalize("NFKC", "" if text is None else str(text)))


def facts(case: Case, placed: Placed, workbook: Json) -> list[Fact]:
    """Give all that a form says, against the report's part on its workbook."""
    if case["kind"] == "final_accounts":
        return list(_passed_over(workbook))
    projects = workbook["projects"]
    found = [
        _fact("workbook", "projects", 1, len(projects)),
        _fact("workbook", "status", "read", workbook["status"]),
    ]
    project = projects[0] if projects else {}
    return [
        *found,
        *_head(case, project),
        *_goals(case, project),
        *_funds(case, placed, project.get("funds", [])),
        *_indicators(case, placed, project.get("indicators", [])),
    ]


def _fact(place: str, column: str, want: object, *got: object) -> Fact:
    return Fact(place, column, clean(want), tuple(map(clean, got)))


def _passed_over(workbook: Json) -> Iterator[Fact]:
    """Final accounts are no performance form: no project, and a note that says so."""
    yield _fact("workbook", "projects", 0, len(workbook["projects"]))
    severities = {item["severity"] for item in workbook["findings"]}
    yield _fact("workbook", "severity", "note", *(severities or {""}))


def _head(case: Case, project: Json) -> Iterator[Fact]:
    yield _fact("head", "form", case["kind"], project.get("form"))
    yield _fact("head", "year", case["year"], project.get("year"))
    yield _fact("head", "name", case["project_name"], project.get("name"))
    yield _fact("head", "agency", case["unit"], project.get("agency"))
    extra = list(project.get("extra", {}).values())
    central, *local = (case["department"] or "").split(" / ")
    yield _fact("head", "department", central, project.get("department"), *(extra if local else ()))
    for text in local:
        yield _fact("head", "department", text, project.get("department"), *extra)
    for label, total in (case["total"] or {}).items():
        text = total["score"] if isinstance(total, dict) else total
        yield _fact(label, "declared_text", text, project.get("total", {}).get("declared_text"))


def _goals(case: Case, project: Json) -> Iterator[Fact]:
    read, extra = project.get("goals", {}), list(project.get("extra", {}).values())
    for label, text in case["goals"].items():
        if label in GOALS:
            yield _fact(label, f"goals.{GOALS[label]}", text, read.get(GOALS[label]))
        elif label != "score" and text:
            yield _fact(label, "extra", text, *(extra or [""]))


def _funds(case: Case, placed: Placed, read: list[Json]) -> Iterator[Fact]:
    left = list(read)
    names = {FUND_FIELDS.get(column, ""): column for column in case.get("fund_columns", [])}
    names = names if len(names) > 1 else {"budget_full": ""}
    for row, line in zip(placed.funds, case["funds"], strict=True):
        label = printed(line["line"])
        named = "/" not in label  # a name for two labels, that stands nowhere itself
        got = next(
            (
                fund
                for fund in left
                if fund["row"] == row and (not named or _line(fund["line"]) == _line(label))
            ),
            None,
        )
        place = f"row {row} {label}"
        yield _fact(place, "fund line", "read", "read" if got else MISSED)
        if got:
            left.remove(got)
        fund = got or {"extra": {}}
        for key, text in line.items():
            if key == "line" or (key not in names and text is None):
                continue
            if key in FUND_TEXTS and (key in names or key == "weight"):
                heading = key == "weight" and key not in names  # the points stand in the block's label
                other = fund.get("weight") if heading else None
                yield _fact(
                    place, FUND_TEXTS[key], text, fund.get(FUND_TEXTS[key]), *([other] if heading else [])
                )
            elif key in names:
                yield _fact(place, f"extra {names[key]}", text, _column(fund, names[key]))
    for fund in left:
        yield _fact(f"row {fund['row']}", "fund line", "none", fund["line"])


def _line(text: str) -> str:
    """The name of a fund line; a form ends it with a colon or not."""
    return clean(text).rstrip(":")


def _indicators(case: Case, placed: Placed, read: list[Json]) -> Iterator[Fact]:
    left = list(read)
    columns = {FIELDS[column]: column for column in case["layout_columns"]}
    several = len({row.get("goal_block") for row in case["indicators"]}) > 1
    for number, row in zip(placed.indicators, case["indicators"], strict=True):
        block = row.get("goal_block") if several else None
        here = [got for got in left if got["row"] == number]
        alike = [got for got in here if clean(got["block"]) == clean(block)] if len(here) > 1 else here
        got = next(iter(alike), None)
        if got:
            left.remove(got)
        elif _leftover(row):
            continue
        place = f"row {number} {row['l3']}"
        yield _fact(place, "indicator", "read", "read" if got else MISSED)
        if several:
            yield _fact(place, "block", block, (got or {}).get("block"))
        yield from _cells(place, row, columns, got or {"extra": {}})
    for got in left:
        yield _fact(f"row {got['row']}", "indicator", "none", got["level3"] or got["level2"])


def _cells(place: str, row: Case, columns: dict[str, str], got: Json) -> Iterator[Fact]:
    columns = {**{key: "" for key in TEXTS if row.get(key) is not None}, **columns}
    if row.get("adjusted"):
        row = {**row, "target": row["adjusted"], "adjusted": row["target"]}
        columns = {**columns, "adjusted": columns["target"]}
    else:
        columns.pop("adjusted", None)
    for key, column in columns.items():
        text = row.get(key)
        if key == "l1" and text is None and column:
            continue  # the label is lost with the table's head; the second level may tell it
        if key == "nature":
            yield _fact(
                place, "nature_text or operator_text", text, got.get("nature_text"), got.get("operator_text")
            )
        elif key == "unit":
            if text is not None:
                yield _fact(place, key, text, got.get(key))
        elif key == "reviewed":
            yield _fact(place, "reviewed_score_text", text, got.get("reviewed_score_text"))
        elif key == "reason" and column and ":" in column:  # a cause in its own words, one of several columns
            yield _fact(place, column, text, got.get("reason"), _column(got, column))
        elif key in TEXTS:
            yield _fact(place, TEXTS[key], text, got.get(TEXTS[key]))
        else:
            yield _fact(place, f"extra {column}", text, _column(got, column))


def _column(read: Json, heading: str) -> object:
    """Give a further column's text by its heading; what is blank need not be there."""
    return next((text for name, text in read["extra"].items() if clean(name) == clean(heading)), None)


def _leftover(row: Case) -> bool:
    """Whether a row is one that the form offers and nobody filled."""
    name = clean(row["l3"])
    values = [clean(row.get(key)) for key in ("target", "actual", "weight", "score")]
    return not any(values) and (name.strip("./一-") == "" or (name.startswith("指标") and name.endswith(":")))


def wrong(found: Sequence[Fact]) -> list[str]:
    """Tell the facts that were not read; of a row that was missed, this alone."""
    missed = {fact.place for fact in found if fact.got == (MISSED,)}
    return [
        str(fact) for fact in found if not fact.right and (fact.place not in missed or fact.got == (MISSED,))
    ]
