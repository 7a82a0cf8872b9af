"""The official table of a form that is scored: 项目支出绩效自评表 and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.forms import self_evaluation
from xlproc.model.cells import split
from xlproc.model.exact import number
from xlproc.model.words import percent, total_text, word
from xlproc.writing.official.body import (
    Entry,
    Look,
    Official,
    below,
    exactly,
    foot,
    shown,
    table_body,
    texts_below,
    with_extra,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.layout import Sheet, Value
    from xlproc.writing.official.body import Grid

Row = dict[str, Any]

PENDING = word("method.pending")
UNSCORED = word("total.none")
_OPEN = {"center": "open", "left": "open_left", "level": "open_level"}


def official_table(
    project: Row, funds: Sequence[Row], indicators: Sequence[Row], name: str, declared: bool, note: str
) -> Official:
    """Make a project's official table.

    Args:
        project: A row of ``projects`` with totals.
        funds: Its rows of ``funds`` with scores.
        indicators: Its rows of ``indicators`` with scores.
        name: The sheet's name.
        declared: Whether 得分 is the unit's own score, else the rules'.
        note: The line under the table.
    """
    look = _look(project, funds, indicators, declared)
    out = table_body(project, funds, indicators, name, look)
    row = out.next_row
    if "head_total" not in dict(project["labels"]):
        for field_name in ("declared_total", "total_weight"):
            if field_name in project["cells"]:
                out.rows[split(project["cells"][field_name])[1]] = row
        row = _total(out.sheet, row, project, look, out.grid, declared)
    row = texts_below(out.sheet, row, out.grid, below(project, look.form))
    foot(out.sheet, row, out.grid, look.form, note)
    return out


def blank_table(project: Row, funds: Sequence[Row], indicators: Sequence[Row], name: str) -> Official:
    """Make the table to fill in: cells to fill are open, and level labels stand on each row."""
    look = _look(project, funds, indicators, declared=True, style=_OPEN)
    return table_body(project, funds, indicators, name, look)


def _look(
    project: Row,
    funds: Sequence[Row],
    indicators: Sequence[Row],
    declared: bool,
    style: Mapping[str, str] | None = None,
) -> Look:
    form = self_evaluation()
    own = dict(project["columns"]) or {c: form.columns[c].label for c in form.layouts["mof-2020"]}
    first = own.get("target") if "adjusted" in own else None  # printed as the target before it was adjusted
    columns = with_extra(own, "columns", project, indicators, first)
    fund_columns = dict(project["fund_columns"]) or {
        c: i.label for c, i in form.fund_columns.items() if c != "reason"
    }

    def indicator(item: Row, name: str) -> Entry:
        if "adjusted" in columns and name in ("target", "adjusted"):
            return Entry(_one_of_two(item, name, columns))
        value = _indicator_value(item, name, declared)
        return Entry(value, "pending" if value == PENDING else "")

    def fund(line: Row, name: str) -> Entry:
        value = _fund_value(line, name, declared)
        return Entry(value, "pending" if value == PENDING else "center" if value == "—" else "")

    total = _total_value(project, declared)
    open_total = isinstance(total, str) and PENDING in total
    in_head = "head_total" in dict(project["labels"])
    return Look(
        form,
        columns,
        with_extra(fund_columns, "funds", project, funds),
        indicator,
        fund,
        Entry(total, "pending" if open_total else "") if in_head else None,
        open=style or {},
    )


def _fund_value(fund: Row, name: str, declared: bool) -> Value:
    total = fund["kind"] == "total"
    if fund.get("by_row") and name in ("weight", "declared_score"):
        return "—"  # the row 预算执行率 among the indicators has them
    if name in ("initial", "budget", "executed"):
        return number(fund[name]) if fund[name] is not None else fund[f"{name}_text"]
    if name == "reason":
        return str(fund["reason"])
    if name.startswith("extra."):
        return str(dict(fund["extra"]).get(name.removeprefix("extra."), ""))
    if name == "weight":
        if total and not declared:
            return number(fund["maximum"])
        return shown(fund, "weight") if total or fund["weight"] is not None else "—"
    if name == "declared_rate":
        if declared:
            return str(fund["declared_rate_text"])
        return percent(fund["rate"])
    if not total:
        return "—"
    if declared:
        return shown(fund, "declared_score")
    return PENDING if fund["pending"] else number(fund["score"])


def _one_of_two(indicator: Row, name: str, columns: Mapping[str, str]) -> Value:
    """Give the first or the adjusted target: an adjusted one is the target, and the first one is kept beside it."""
    first = dict(indicator["extra"]).get(columns.get("target", ""))
    if first is None:
        return _indicator_value(indicator, "target", False) if name == "target" else ""
    return _indicator_value(indicator, "target", False) if name == "adjusted" else str(first)


def _indicator_value(indicator: Row, name: str, declared: bool) -> Value:
    if name in ("target", "actual"):
        return exactly(indicator, name)
    if name in ("weight", "deduction"):
        return shown(indicator, name)
    if name == "declared_score":
        if declared:
            return shown(indicator, name)
        if indicator["score"] is None and not indicator["pending"]:
            return UNSCORED if indicator.get("basis") == "none" else ""
        return PENDING if indicator["pending"] else number(indicator["score"])
    if name == "reviewed_score":
        return shown(indicator, name)
    if name in ("nature", "operator"):
        return str(indicator[f"{name}_text"])
    if name.startswith("extra."):
        return str(dict(indicator["extra"]).get(name.removeprefix("extra."), ""))
    return str(indicator[name])


def _total_value(project: Row, declared: bool) -> Value:
    """Give the total as it is printed: the unit's own, or the rules' with what is open."""
    if declared:
        return shown(project, "declared_total")
    if project["unweighed"]:
        return UNSCORED
    if project["pending"] and project["score"] is not None:
        return total_text(project["score"], project["pending"], project["low"], project["high"])
    return number(project["score"])


def _total(sheet: Sheet, row: int, project: Row, look: Look, g: Grid, declared: bool) -> int:
    """Put the total's figures under their columns, wherever these stand; what is open takes the room to the right."""
    columns = look.columns
    label = dict(project["labels"]).get("total") or look.form.blocks["total"]
    if project["unweighed"]:
        sheet.put(row, 1, label, "label", to_column=g.middle - 1)
        sheet.put(row, g.middle, UNSCORED, "label", to_column=g.last)
        sheet.heights[row] = 24
        return row + 1
    is_open = not declared and project["pending"] and project["score"] is not None
    figures: dict[str, Value] = {
        "weight": number(project["form_weight" if declared else "weight"]),
        "declared_score": _total_value(project, declared),
    }
    ordered = list(columns)
    first = min([g.spans[name][0] for name in figures if name in columns], default=g.last)
    if is_open and "weight" not in columns and g.spans.get("declared_score", (0, 0))[1] == g.last:
        sheet.put(row, 1, label, "label", to_column=g.middle - 1)
        sheet.put(row, g.middle, figures["declared_score"], "label", to_column=g.last)
        sheet.heights[row] = 24
        return row + 1
    sheet.put(row, 1, label, "label", to_column=max(first - 1, 1))
    grade = f"等级：{project['grade']}" if project["grade"] and not declared else ""
    sheet.heights[row] = 24
    column = max(first, 2)
    while column <= g.last:
        name = next(n for n in ordered if g.spans[n][0] <= column <= g.spans[n][1])
        last = g.spans[name][1]
        if name == "declared_score" and is_open and g.spans.get("weight", (0, 0))[0] <= column:
            last = g.last
        if name in figures:
            sheet.put(row, column, figures[name], "label", to_column=last)
            sheet.fit(row, {(column, last): str(figures[name] or "")}, sheet.heights[row])
        else:
            sheet.put(row, column, grade if name == "reason" else "", "center", to_column=last)
        column = last + 1
    return row + 1
