"""Audit of monitoring forms: what is marked and explained against the figures (A46), the period (A44), costs of 0 (A37).

Order on a row: a blank (A28) silences the rest; a deviation that is not marked goes before all that depends on the
mark; units that differ are told by the mark where it is missing, else by themselves (A26).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.frames import BLANK, PLACEHOLDER, TEXT, UNSAID
from xlproc.model.periods import month_of
from xlproc.model.text import clean
from xlproc.model.words import Phrase, phrase, standing
from xlproc.rules.audit.funds import audit_funds
from xlproc.rules.audit.head import years
from xlproc.rules.audit.marks import NEEDED, among
from xlproc.rules.report import Row, at, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.model.findings import Finding
    from xlproc.rules.monitoring import Monitored
    from xlproc.rulesets import RuleSet

_EXPLAINS = re.compile("原因|备注|说明|措施|保障")
"""Headers of further columns in which a reason may stand."""
_FEW = 3
"""Fewer rows may well have the same words."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the rows say and what the figures say, as masks.

    Attributes:
        missing: Target or actual is blank.
        marks: The form has a cell for 是/否, and nothing is missing.
        off: The figures deviate.
        unit: Units differ.
        unmarked: The figures deviate, and 是 is not marked.
        yes: Marked 是.
        due: A possibility and a reason are due: marked 是, or by the figures where the form has no cell to mark it.
        explained: A cause or a reason is given, in the row or for the whole form.
        place: There is a cell for it in the row.
        short: The forecast misses the target.
    """

    missing: Bools
    marks: Bools
    off: Bools
    unit: Bools
    unmarked: Bools
    yes: Bools
    due: Bools
    explained: Bools
    place: Bools
    short: Bools


def audit_monitoring(monitored: Monitored, ruleset: RuleSet) -> list[Finding]:
    """Audit monitoring forms.

    Args:
        monitored: As :func:`xlproc.rules.monitoring.monitor` gives them.
        ruleset: Gives tolerances and phrases that explain nothing.
    """
    projects = monitored.projects
    frame = monitored.indicators
    frame = frame[frame["named"]].reset_index(drop=True)
    frame["month"] = frame["project"].map(projects.set_index("project")["as_of"])
    said = _said(projects, frame, ruleset)
    same = _one_word(frame)
    return [
        *audit_funds(monitored.funds, ruleset, scored=False),
        *collect(
            _periods(projects),
            years(projects),
            _missing(frame, said.missing),
            _unmarked(frame, said),
            _unexplained(frame, said),
            _unexplained_whole(projects, frame, said),
            _blanks(frame, said),
            _marked_in_vain(frame, said),
            _possibilities(frame, said),
            _forecasts(frame, said),
            _other_forecasts(frame),
            _same_words(frame, same),
            _idle(frame),
            _no_light(frame, said.unit & ~said.unmarked, "R102"),
            _no_light(frame, among(frame, "why", "unplaced") & ~same, "R108"),
        ),
    ]


def _said(projects: pd.DataFrame, frame: pd.DataFrame, ruleset: RuleSet) -> _Said:
    missing = np.zeros(len(frame), dtype=bool)
    for name in ("target", "actual"):
        missing |= among(frame, f"{name}_state", BLANK, PLACEHOLDER)
    off = among(frame, "deviates_rule", "yes")
    marks = ~missing & _flags(frame["cells"].map(lambda cells: "deviates" in cells))
    yes, unit = among(frame, "deviates", "yes") & ~missing, among(frame, "why", "unit")
    empty = {"", *ruleset.completion.stock_reasons}
    given = ~among(frame, "reason_state", *UNSAID) & ~frame["reason"].map(clean).isin(empty)
    told = frame["extra"].map(lambda extra: any(_EXPLAINS.search(h) and clean(text) for h, text in extra))
    whole = projects["extra"].map(
        lambda extra: any("原因" in label and clean(text) not in empty for label, text in extra)
    )
    room = frame["extra"].map(lambda extra: any(_EXPLAINS.search(header) for header, _ in extra))
    return _Said(
        missing=missing,
        marks=marks,
        off=off,
        unit=unit,
        unmarked=marks & off & ~among(frame, "deviates", "yes"),
        yes=yes,
        due=yes | (off & ~marks & ~missing & ~unit),
        explained=_flags(given | told) | _flags(frame["project"].isin(projects["project"][whole.astype(bool)])),
        place=_flags(room) | _flags(frame["cells"].map(lambda cells: "reason" in cells)),
        short=_flags(frame["forecast_met"].eq(other=False).fillna(value=False)),
    )  # fmt: skip


def _flags(column: pd.Series[bool]) -> Bools:
    return np.asarray(column.to_numpy(dtype=bool))


def _periods(projects: pd.DataFrame) -> Iterator[Finding]:
    """A44: title and headers that name different months, or the whole year; a form that names none is told how it is taken."""
    for row in rows(projects, np.ones(len(projects), dtype=bool)):
        headers = {
            "title": row["title"],
            "funds.executed": dict(row["fund_columns"]).get("executed", ""),
            "columns.actual": dict(row["columns"]).get("actual", ""),
        }
        if row["cells"].get("period") not in {row["cells"].get(name) for name in headers}:
            headers["period"] = row["period"]
        whole = [name for name, text in headers.items() if "全年" in clean(text)]
        months = {name: month for name, text in headers.items() if (month := month_of(text))}
        if whole or len(set(months.values())) > 1:
            odd = whole + [name for name, month in months.items() if month != row["as_of"]]
            first, *more = [*odd, *(name for name in months if name not in odd)]
            named = tuple(headers[name] for name in (first, *more))
            yield at(row, "M111", first, more, found=named)
        elif row["assumed"]:
            yield at(row, "M110", "title", expected=row["as_of"])


def _missing(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(frame, mask):
        lacking = [name for name in ("target", "actual") if row[f"{name}_state"] in (BLANK, PLACEHOLDER)]
        labels = tuple(NEEDED[name] for name in lacking)
        yield at(row, "R101", lacking[0], lacking[1:], name=name_of(row), labels=labels)


def _unmarked(frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: a deviation that is marked 否, or not at all."""
    no = among(frame, "deviates", "no")
    for code, mask in (("M101", said.unmarked & ~no), ("M102", said.unmarked & no)):
        for row in rows(frame, mask):
            rules = ("A46", "A26") if row["why"] == "unit" else ("A46",)
            yield at(
                row,
                code,
                "deviates",
                ("actual", "target"),
                name=name_of(row),
                why=standing(row, row["month"]),
                rules=rules,
            )


def _unexplained(frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: a deviation without possibility or reason, told at its row where the row has a cell for what lacks."""
    room = _flags(frame["cells"].map(lambda cells: "possibility" in cells))
    unsaid, bare = room & among(frame, "possibility", ""), said.place & ~said.explained
    marked = frame.assign(unsaid=unsaid, bare=bare, room=room)
    for row in rows(marked, said.due & (unsaid | bare)):
        lacking = {
            label: field
            for label, field, lacks in (
                ("完成可能性", "possibility", row["unsaid"]),
                ("偏差原因", _reason_cell(row), row["bare"]),
            )
            if lacks
        }
        first, *more = lacking.values()
        yield at(
            row, "M103", first, [*more, "actual", "target"], name=name_of(row), labels=tuple(lacking), why=_how(row)
        )  # fmt: skip


def _unexplained_whole(projects: pd.DataFrame, frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: deviations without a reason whose rows have no cell for it: once a form, at the summary's cell, else at the 是."""
    summaries = dict(zip(projects["project"], projects["cells"], strict=True))
    for row, cells, count in _by_form(frame, said.due & ~said.place & ~said.explained, "deviates"):
        summary = {name: cell for name, cell in summaries[row["project"]].items() if name == "texts.causes"}
        name = name_of(row) if count == 1 else phrase("said.and_others", name=name_of(row), more=count - 1)
        yield at(
            {**row, "cells": {**row["cells"], **summary}}, "M103", "texts.causes", () if cells else ("actual",),
            beside=cells, name=name, labels=("存在偏差原因分析" if summary else "偏差原因",), why=_how(row),
        )  # fmt: skip


def _blanks(frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: marks and possibilities left blank where nothing deviates, once a form; deviations have been told."""
    room = _flags(frame["cells"].map(lambda cells: "possibility" in cells)) & ~said.missing & ~said.due
    room &= ~among(frame, "deviates", "no")  # 否 says that it will be reached
    for code, field, here in (("M112", "deviates", said.marks), ("M113", "possibility", room)):
        blank = here & among(frame, field, "") & ~said.unmarked
        for row, cells, count in _by_form(frame, blank, field):
            yield at(row, code, field, beside=cells, name=name_of(row), count=count)


def _reason_cell(row: Row) -> str:
    """Name the cell in which the reason is due: its own, else the first further column that may hold it, or ""."""
    if "reason" in row["cells"]:
        return "reason"
    return next((f"extra.{header}" for header, _ in row["extra"] if _EXPLAINS.search(header)), "")


def _how(row: Row) -> Phrase:
    return standing(row, row["month"]) if row["deviates_rule"] == "yes" else phrase("said.marked_yes")


def _marked_in_vain(frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: 是 without a deviation, neither so far nor by the forecast."""
    for row in rows(frame, said.yes & among(frame, "deviates_rule", "no") & ~said.short):
        yield at(
            row, "M104", "deviates", ("actual", "target"), name=name_of(row), why=standing(row, row["month"])
        )


def _possibilities(frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: 确定能 where the figures say it cannot be, or the reverse; a plan for later may be explained."""
    sure, never = (among(frame, "possibility", name) for name in ("certain", "impossible"))
    reached = _flags(frame["forecast_met"].fillna(value=False))
    by_forecast = (sure & said.short) | (never & reached)
    by_figures = (sure & among(frame, "possibility_rule", "impossible") & ~said.explained) | (
        never & among(frame, "possibility_rule", "certain")
    )
    told = (by_forecast | by_figures) & ~said.unmarked & ~said.missing
    for row in rows(frame.assign(by_forecast=by_forecast), told):
        other = "forecast" if row["by_forecast"] else "actual"
        why = (
            phrase("why.forecast", forecast=row["forecast_text"])
            if row["by_forecast"]
            else standing(row, row["month"])
        )
        yield at(
            row, "M105", "possibility", (other, "target"),
            name=name_of(row), found=phrase(f"possibility.{row['possibility']}"), expected=row["target_text"], why=why,
        )  # fmt: skip


def _forecasts(frame: pd.DataFrame, said: _Said) -> Iterator[Finding]:
    """A46: a forecast that misses the target, and nothing that says why; a deviation so far has been told."""
    told = said.unmarked | said.due
    sure = among(frame, "possibility", "certain")
    for row in rows(frame, said.short & ~said.explained & ~told & ~sure & ~said.missing):
        also = [name for name in ("reason",) if name in row["cells"]]
        yield at(
            row, "M106", "forecast", (*also, "target"),
            name=name_of(row), found=row["forecast_text"], expected=row["target_text"],
        )  # fmt: skip


def _other_forecasts(frame: pd.DataFrame) -> Iterator[Finding]:
    """A26: forecasts of another kind than their targets (100% for 20集), once a form."""
    for row, cells, count in _by_form(frame, _flags(frame["forecast_other"]), "forecast"):
        yield at(
            row, "M107", "forecast", beside=cells,
            name=name_of(row), found=row["forecast_text"], expected=row["target_text"], count=count,
        )  # fmt: skip


def _one_word(frame: pd.DataFrame) -> Bools:
    """Tell the rows of forms whose every actual is the same text, whatever the targets."""
    by = frame.assign(
        said=frame["actual_text"].map(clean), text=frame["actual_state"] == TEXT, aim=frame["target_text"].map(clean)
    ).groupby("project")  # fmt: skip
    one = (by["said"].transform("nunique") == 1) & by["text"].transform("all")
    return _flags(one & (by["aim"].transform("nunique") > 1) & (by["row"].transform("count") >= _FEW))


def _same_words(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row, cells, count in _by_form(frame, mask, "actual"):
        yield at(row, "M108", "actual", beside=cells, found=row["actual_text"], count=count)


def _idle(frame: pd.DataFrame) -> Iterator[Finding]:
    """A37: costs of which nothing is spent, taken for work not done; once a form."""
    for row, cells, count in _by_form(frame, among(frame, "why", "idle"), "actual"):
        yield at(row, "M109", "actual", beside=cells, count=count)


def _by_form(frame: pd.DataFrame, mask: Bools, field: str) -> Iterator[tuple[Row, list[str], int]]:
    """Give each form's first row that is meant, the cells of all, and how many they are."""
    found: dict[int, list[Row]] = {}
    for row in rows(frame, mask):
        found.setdefault(row["project"], []).append(row)
    for mine in found.values():
        yield mine[0], [row["cells"][field] for row in mine if field in row["cells"]], len(mine)


def _no_light(frame: pd.DataFrame, mask: Bools, code: str) -> Iterator[Finding]:
    """Rows that cannot be compared: the units differ (R102), or the vocabulary does not place the words (A23, R108)."""
    for row in rows(frame, mask):
        yield at(
            row, code, "actual", ("target",),
            name=name_of(row), found=row["actual_text"], expected=row["target_text"], how=phrase("said.no_light"),
        )  # fmt: skip
