"""From a located form to records of the canonical frames; every value with its text, state and cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from xlproc.forms import labels, vocabulary
from xlproc.model.cells import a1
from xlproc.model.exact import SCALE
from xlproc.model.findings import Finding, Words
from xlproc.model.frames import ABSENT, BLANK, DATE, ERROR, NUMBER, PLACEHOLDER, TEXT, UNCALCULATED
from xlproc.model.periods import month_of
from xlproc.model.text import clean, clean_name
from xlproc.model.words import phrase
from xlproc.reading.direction import by_name, infer_operator, told_nature
from xlproc.reading.fund_pairs import amount_of
from xlproc.reading.grid import NOTHING
from xlproc.reading.labelled import in_one, key, parted, points
from xlproc.reading.leftovers import kept_texts, leftovers
from xlproc.reading.levels import read_levels
from xlproc.reading.monitoring import told
from xlproc.reading.name import carried
from xlproc.reading.pair import Pair, align
from xlproc.reading.printed import all_columns, printed_labels
from xlproc.reading.scan import looks_scanned
from xlproc.reading.values import Value, or_from_name, parse_cell, parse_text, share_done

if TYPE_CHECKING:
    from xlproc.forms import Form
    from xlproc.reading.direction import Inferred
    from xlproc.reading.grid import Cell, Sheet, Spot
    from xlproc.reading.levels import Label
    from xlproc.reading.located import Block, FundLine, Header, Located

Record = dict[str, Any]

_LEFTOVER = re.compile(r"^(?:(?:三级)?指标\s*\d*\s*[:：.．、]?|[.…·。—\-/*]+|其他)?$")
_TO_FILL = re.compile(r"(?<![A-Za-z])[xX]{2,}(?![A-Za-z])|××|__|\(\d+字(?:以内|左右)?\)$")
_EXECUTION = re.compile(
    r"(?:项目|部门|年度|资金|财政|整体)*(?:预算|资金)(?:预算)?(?:执行|支出)(?:率|进度)(?:\(%\))?"
)
_UNREADABLE = frozenset({"C101", "C102", "C104", "C106", "C109", "C110"})
_INPUTS = ("target", "actual", "weight")
_POINTS = ("weight", "declared_score", "deduction", "declared_total", "declared_weight")
_DECLARED = ("declared_rate", "declared_score", "declared_total", "declared_weight")


@dataclass(slots=True)
class Extract:
    """What one form gives.

    Attributes:
        project: The record of ``projects``.
        funds: Records of ``funds``.
        indicators: Records of ``indicators``.
        findings: What could not be read, or how something was understood.
    """

    project: Record
    funds: list[Record] = field(default_factory=list)
    indicators: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def extract(place: Located, form: Form, workbook: int, project: int) -> Extract:
    """Read a located form.

    Args:
        place: Where the form's parts are.
        form: The form's definition.
        workbook: The workbook's number in the batch.
        project: The project's number in the batch.
    """
    sheet = place.sheet
    reader = _Reader(sheet, place, form, workbook, project)
    out = Extract(reader.project_record())
    for line in place.fund_lines:
        parts = any(fund["kind"] != "total" for fund in out.funds)
        out.funds.append(reader.fund_record(line, parts))
    for block in place.blocks:
        out.indicators += reader.indicator_records(block)
    reader.execution_row(out)
    used = {
        spot for record in (out.project, *out.funds, *out.indicators) for spot in record["cells"].values()
    }
    kept: dict[str, str] = {}
    for label, text in kept_texts(sheet, place, used):
        kept[label] = f"{kept[label]}\n{text}" if label in kept else text
    out.project["extra"] = tuple(kept.items())
    told = {cell for finding in reader.findings for cell in finding.cells}
    for row, cells, texts in leftovers(sheet, place, used | told):
        reader.findings.append(
            Finding("T022", workbook, project, sheet.name, row, cells, "", context={"texts": texts})
        )
    out.findings = reader.findings
    return out


@dataclass(slots=True)
class _Reader:
    sheet: Sheet
    place: Located
    form: Form
    workbook: int
    project: int
    findings: list[Finding] = field(default_factory=list)

    def key(self, row: int, cells: dict[str, str]) -> Record:
        return {
            "workbook": self.workbook,
            "project": self.project,
            "sheet": self.sheet.name,
            "row": row,
            "cells": cells,
        }

    def say(self, code: str, row: int, cell: str, name: str, found: str, **context: Words) -> None:
        label = {
            "declared_total": self.form.blocks["total"],
            "declared_weight": f"{self.form.blocks['total']}的分值",
        }.get(name) or self.form.label_of(name)
        self.findings.append(
            Finding(
                code,
                self.workbook,
                self.project,
                self.sheet.name,
                row,
                (cell,),
                name,
                found,
                context={"label": label, **context},
            )
        )

    def value(self, name: str, cell: Cell, row: int, spot: str, numeric: bool = True) -> Value:
        """Parse a cell and tell what is wrong with it."""
        value = parse_cell(cell, self.place.year)
        if value.state == ERROR:
            self.say("C101", row, spot, name, value.text)
        elif value.state == UNCALCULATED:
            self.say("C103" if name in _DECLARED else "C102", row, spot, name, cell.shown)
        elif value.trouble == "huge":
            self.say("C106", row, spot, name, value.text)
        elif value.trouble == "two" and not numeric:
            self.say("C109", row, spot, name, value.text)
        elif numeric and (value.state in (TEXT, DATE) or (name in _POINTS and value.unit not in ("", "分"))):
            self.say("C104", row, spot, name, value.text)
            return value._replace(state=TEXT, number=None)
        elif value.trouble == "rounded" and name != "declared_rate":
            self.say("C105", row, spot, name, value.text)
        return value

    @staticmethod
    def columns(name: str, value: Value, number: int | None) -> Record:
        text, state = _text_and_state(name)
        return {text: value.text, state: value.state, name: number}

    # -- the project -------------------------------------------------------------------------------------------

    def project_record(self) -> Record:
        place, form = self.place, self.form
        cells = {name: a1(*spot) for name, spot in {**place.head, **place.goals}.items()}
        if place.title:
            cells["title"] = a1(*place.title_cell)
        if place.grade:
            cells["declared_grade"] = a1(*place.grade_cell)
        if place.period:
            cells["period"] = a1(*place.period_cell)
        total = Value(ABSENT, "")
        if place.total_row and "declared_score" in place.columns:
            cell, spot = self.in_column(place.total_row, place.columns["declared_score"])
            cells["declared_total"] = spot
            total = self.value("declared_total", cell, place.total_row, spot)
        if total.number is None and total.state in (ABSENT, BLANK, PLACEHOLDER) and place.head_total:
            total, cells["declared_total"] = self.head_total(place.head_total), a1(*place.head_total)
        weight = Value(ABSENT, "")
        if place.total_row and "weight" in place.columns:
            cell, cells["total_weight"] = self.in_column(place.total_row, place.columns["weight"])
            weight = self.value("declared_weight", cell, place.total_row, cells["total_weight"])
        for name, header in place.funds.items():
            cells[f"funds.{name}"] = a1(header.row, header.first)
        columns = all_columns(place.blocks)
        for name, header in columns.items():
            cells[f"columns.{name}"] = a1(header.row, header.first)
        cells |= {f"texts.{name}": a1(*spot) for name, spot in place.texts.items()}
        unit = self.fund_unit()
        record = {
            **self.key(place.top, cells),
            "form": place.kind or form.id,
            "layout": place.family,
            "version": place.version,
            "title": place.title,
            "year": place.year,
            "name": self.head("name"),
            "department": self.head("department"),
            "agency": self.head("agency"),
            "goal_expected": self.head("goal_expected"),
            "goal_expected_text": self.shown("goal_expected"),
            "goal_actual": self.head("goal_actual"),
            "goal_actual_text": self.shown("goal_actual"),
            "fund_unit": unit,
            "fund_worth": _worth(unit) or 10000,
            "fund_columns": _ordered(place.funds),
            "columns": tuple((name, header.text) for name, header in columns.items()),
            "labels": tuple(printed_labels(self.sheet, place)),
            "period": place.period,
            "month": _month(place) if place.kind == "monitoring" else None,
            "declared_grade": place.grade,
            "declared_grade_text": place.grade_text,
            "years": tuple((year, a1(*spot)) for year, spot in place.years),
            **self.columns("declared_total", total, total.number),
            **self.columns("declared_weight", weight, weight.number),
            "extra": (),
        }
        heads = {*form.head, *form.goals}
        record["broken"] = tuple(f.field for f in self.findings if f.field in heads)
        return record

    def head(self, name: str) -> str:
        """Give a head field's or goal's text; what says nothing is empty, and what is broken is told."""
        spot = self.place.head.get(name) or self.place.goals.get(name)
        if spot is None:
            return ""
        cell = self.sheet.at(*spot)
        label, inline = parted(cell)
        if inline and name == labels().head.of(key(label)):
            return in_one(inline)[0]
        if inline and name == labels().goals.of(key(label)):
            return inline
        state = parse_cell(cell).state
        if state in (ERROR, UNCALCULATED):
            self.say("C101" if state == ERROR else "C102", spot[0], a1(*spot), name, cell.shown)
            return ""
        return "" if state == PLACEHOLDER or _TO_FILL.search(clean(cell.shown)) else cell.shown

    def shown(self, name: str) -> str:
        """Give a goal's text as the cell shows it."""
        spot = self.place.goals.get(name)
        cell = self.sheet.at(*spot) if spot else NOTHING
        return parted(cell)[1] if labels().goals.of(key(parted(cell)[0])) == name else cell.shown

    def fund_unit(self) -> str:
        """Give the money's unit: from the block's label, its columns' heads, or a line 单位：元 above."""
        heads = [h.text for name, h in self.place.funds.items() if name in ("initial", "budget", "executed")]
        for text in (self.place.fund_label, *heads):
            if match := re.search(r"[(\[]([^)\]]*元)[)\]]", text):
                return match[1]
        for row in range(self.place.top, self.place.fund_header + 1):
            for _, cell in self.sheet.row(row):
                if match := re.search(r"单位:?\(?([百千]?万?亿?元)", clean(cell.shown)):
                    return match[1]
        return "万元"

    # -- cells --------------------------------------------------------------------------------------------------

    def head_total(self, spot: Spot) -> Value:
        """Read the unit's own total in the head: beside its label, or behind the label's colon."""
        cell = self.sheet.own(*spot)
        value = parse_cell(cell)
        return value if value.state == NUMBER else parse_text(parted(cell)[1])

    def in_column(self, row: int, header: Header) -> tuple[Cell, str]:
        """Give a column's cell in a row: the first that holds something where the header spans several.

        A cell merged with the row above belongs to the row above, one merged with the column before to that column.
        """
        sheet, first = self.sheet, header.first
        for column in range(first, header.last + 1):
            origin = sheet.origin(row, column)
            if origin[0] == row and origin[1] >= first:
                cell = sheet.own(*origin)
                if cell is not NOTHING and cell.state != BLANK:
                    return cell, a1(*origin)
        return NOTHING, a1(row, header.first)

    # -- funds --------------------------------------------------------------------------------------------------

    def fund_record(self, place: FundLine, parts: bool) -> Record:
        """Read a fund line; 其中 after the first part of the total names a part of that part."""
        row = place.row
        line = (place.text or self.sheet.own(*place.label).shown).rstrip(":： ")
        sole = len(self.place.fund_lines) == 1 and (not line or key(line) in labels().fund_blocks)
        kind = labels().lines.of(key(line)) or (
            "total" if sole else "appropriation" if "财政" in line or "拨款" in line else "other"
        )
        cells = {"line": a1(*place.label)}
        nested = parts and kind != "total" and clean(line).startswith("其中")
        record: Record = {
            "line": line,
            "nested": nested,
            "kind": kind,
            "reason": "",
            "reason_state": ABSENT,
            "extra": (),
        }
        values: dict[str, Value] = {}
        for name in ("initial", "budget", "executed", "weight", "declared_rate", "declared_score"):
            value, number = Value(ABSENT, ""), None
            if name in place.cells or name in self.place.funds:
                if name in place.cells:
                    cell, cells[name] = amount_of(self.sheet.at(*place.cells[name])), a1(*place.cells[name])
                else:
                    cell, cells[name] = self.in_column(row, self.place.funds[name])
                value = self.value(name, cell, row, cells[name])
                number = value.number
                if name in ("initial", "budget", "executed") and number is not None and value.unit:
                    number = self.in_fund_unit(value, row, cells[name], name)
            values[name] = value
            record.update(self.columns(name, value, number))
        if "reason" in self.place.funds:
            cell, cells["reason"] = self.in_column(row, self.place.funds["reason"])
            record["reason"], record["reason_state"] = _reason(cell)
        if kind == "total" and "weight" not in self.place.funds and self.place.fund_points and not parts:
            text, spot = self.place.fund_points
            value, cells["weight"] = parse_text(text), a1(*spot)
            record.update(self.columns("weight", value, value.number))
        record["extra"] = self.further(row, self.place.fund_extra, cells)
        forecast = Value(ABSENT, "")
        if self.place.kind == "monitoring":
            header = next((h for h in self.place.fund_extra if "预计" in h.text and "率" not in h.text), None)
            if header is not None:
                cell, cells["forecast"] = self.in_column(row, header)
                forecast = self.value("forecast", cell, row, cells["forecast"])
        record.update(self.columns("forecast", forecast, forecast.number))
        base = record["budget"] if record["budget"] is not None else record["initial"]
        rate, step = self.declared_rate(values["declared_rate"], record["executed"], base)
        record.update(declared_rate=rate, declared_rate_step=step)
        return {**self.key(row, cells), **record}

    def in_fund_unit(self, value: Value, row: int, spot: str, name: str) -> int | None:
        pair = align(Value(NUMBER, "", 0, unit=self.fund_unit()), value, "", "", "")
        if pair.comparable == "number":
            return pair.actual.number
        self.say("C104", row, spot, name, value.text)
        return None

    def declared_rate(
        self, value: Value, executed: int | None, base: int | None
    ) -> tuple[int | None, int | None]:
        """Give the declared execution rate as a fraction, and the size of its last shown digit."""
        if value.number is None:
            return None, None
        shown = re.search(r"\d[\d,]*(?:\.(\d+))?", clean(value.text))
        decimals = len(shown[1] or "") if shown else 0
        as_percent = round(Fraction(value.number, 100)), SCALE // 10 ** min(decimals + 2, 6)
        # a bare 1 or 0.5 is taken to the whole percent: as a fraction it would fit nearly every rate
        as_fraction = value.number, SCALE // 10 ** min(max(decimals, 2), 6)
        header = self.place.funds["declared_rate"].text if "declared_rate" in self.place.funds else ""
        if value.unit == "%":
            return as_percent
        if executed is not None and base:
            # a bare 1, 0.5158 or 51.58 under a header that names no percent sign: the reading nearer to B/A
            truth = Fraction(executed, base)
            near = abs(Fraction(as_fraction[0], SCALE) - truth) < abs(Fraction(as_percent[0], SCALE) - truth)
            return as_fraction if near else as_percent
        return as_percent if "%" in header or value.number > SCALE else as_fraction

    # -- indicators ---------------------------------------------------------------------------------------------

    def indicator_records(self, table: Block) -> list[Record]:
        levels = read_levels(self.sheet, table, self.form, lambda row: self.is_money(table, row))
        records = {
            row: self.indicator(table, row, *levels.of[row], row in levels.named) for row in table.rows
        }
        for trouble in levels.troubles:
            context: dict[str, Words] = {
                "label": trouble.label,
                "how": trouble.how,
                "understood": trouble.understood,
            }
            self.findings.append(
                Finding(
                    trouble.code, self.workbook, self.project, self.sheet.name, trouble.row, trouble.cells,
                    trouble.field, context=context,
                )
            )  # fmt: skip
        return self.grouped(table, [record for record in records.values() if record is not None])

    def is_money(self, table: Block, row: int) -> bool:
        """Tell whether a row's target is an amount."""
        columns = table.columns
        unit = self.in_column(row, columns["unit"])[0].shown if "unit" in columns else ""
        target = (
            parse_cell(self.in_column(row, columns["target"])[0]) if "target" in columns else Value(BLANK, "")
        )
        return _worth(unit or target.unit) is not None

    def indicator(self, table: Block, row: int, level1: Label, level2: Label, off: bool) -> Record | None:
        """Read a row; where a level label stands in the column of names, the name may stand one column off."""
        raw: dict[str, Cell] = {}
        cells: dict[str, str] = {}
        for name, header in table.columns.items():
            raw[name], cells[name] = self.in_column(row, header)
        cells["level1"], cells["level2"] = level1.cell, level2.cell
        extra = self.further(row, table.extra, cells)
        if "adjusted" in raw:
            if parse_cell(raw["adjusted"]).state not in (BLANK, PLACEHOLDER):
                extra = (
                    (*extra, (table.columns["target"].text, raw["target"].shown))
                    if "target" in raw
                    else extra
                )
                if "target" in cells:
                    cells[f"extra.{table.columns['target'].text}"] = cells["target"]
                raw["target"], cells["target"] = raw["adjusted"], cells["adjusted"]
            del raw["adjusted"]
        if off and "operator" in raw and clean(raw["operator"].shown) in vocabulary().natures:
            for name, beside in (("level3", "nature"), ("nature", "operator")):
                raw[name], cells[name] = raw[beside], cells[beside]
            raw["operator"] = NOTHING
        name = raw["level3"].shown
        content = [
            raw[c] for c in ("target", "actual", "weight", "declared_score", "reviewed_score") if c in raw
        ]
        silent = all(_says_nothing(cell) for cell in content)
        if silent and (_LEFTOVER.match(clean(name)) or parse_cell(raw["level3"]).state == PLACEHOLDER):
            offered = {cells[name] for name in ("nature", "operator", "unit", "level3") if name in cells}
            self.place.known |= {
                (row, c)
                for c, cell in self.sheet.row(row)
                if a1(row, c) in offered or (cell.state != TEXT and a1(row, c) in cells.values())
            }
            return None
        unit_text = raw["unit"].shown if "unit" in raw else ""
        if clean(unit_text).lower() in vocabulary().placeholders:
            unit_text = ""
        told = len(self.findings)
        target = self.read(row, raw, cells, "target", numeric=False)
        actual = self.read(row, raw, cells, "actual", numeric=False)
        target, actual = (
            self.doubt(row, cells, "target", target, actual, name),
            self.doubt(row, cells, "actual", actual, target, name),
        )
        target = self.named_target(row, cells, target, name)
        if target.state in (BLANK, PLACEHOLDER) and any(
            word in clean(level1.text) for word in vocabulary().process
        ):
            target = target._replace(state=ABSENT)  # the form asks for none
        actual = share_done(actual, target)
        nature, operator, inferred, named = self.direction(raw, name, level1, level2, target)
        pair = align(target, actual, unit_text, name, operator if not inferred else "")
        self.tell_pair(pair, actual, row, cells, unit_text)
        monitored = self.monitored(table, row, extra, cells, align_to=(target, unit_text, name))
        shown_unit = unit_text if "unit" in raw else pair.target.unit or pair.unit
        record: Record = {
            **self.key(row, {k: v for k, v in cells.items() if v}),
            "block": table.labels.get(row, (table.label, ()))[0] or table.label,
            "group": "",
            "group_points": None,
            "nested": False,
            "execution_row": False,
            "level1": level1.text,
            "level2": level2.text,
            "level3": name,
            "nature": nature,
            "operator": operator,
            "nature_text": raw["nature"].shown if "nature" in raw else "",
            "operator_text": raw["operator"].shown if "operator" in raw else "",
            "operator_inferred": inferred,
            "lesser": named.operator == "le",
            "greater": named.why == "more",
            **self.columns("target", target, pair.target.number),
            "target_day": target.day,
            **self.columns("actual", actual, pair.actual.number),
            "actual_day": actual.day,
            "unit": shown_unit or "",
            "measure": pair.unit,
            "actual_unit": pair.actual_unit,
            "comparable": pair.comparable,
            "unit_worth": _worth(pair.unit),
            "has_unit_column": "unit" in raw,
            "reason": "",
            "reason_state": ABSENT,
            "extra": extra,
            **monitored,
        }
        for column in ("weight", "declared_score", "reviewed_score", "deduction"):
            value = self.read(row, raw, cells, column)
            record.update(self.columns(column, value, value.number))
        if "reason" in raw:
            record["reason"], record["reason_state"] = _reason(raw["reason"])
        record["unreadable"] = any(f.code in _UNREADABLE and f.field in _INPUTS for f in self.findings[told:])
        return record

    def further(self, row: int, headers: list[Header], cells: dict[str, str]) -> tuple[tuple[str, str], ...]:
        """Give what stands in the columns that are kept as they are."""
        out = []
        for header in headers:
            cell, spot = self.in_column(row, header)
            cells[f"extra.{header.text}"] = spot
            out.append((header.text, cell.shown))
        return tuple(out)

    def grouped(self, table: Block, records: list[Record]) -> list[Record]:
        """Tell rows that are parts of the row above, and rows that share points since the form weighs none by itself."""
        several = len(self.place.blocks) > 1 or bool(table.labels)
        block_labels = {record["block"] for record in records}
        if not several and len(block_labels) == 1:
            for record in records:
                record["block"] = ""
        for record in records:
            weightless = record["weight_state"] in (BLANK, PLACEHOLDER) and "weight" in table.columns
            record["nested"] = weightless and clean(record["level3"]).startswith("其中")
            if "weight" in table.columns and any(each["weight"] is not None for each in records):
                continue
            for name in ("level2", "level1", "block"):
                if worth := points(record[name]):
                    record["group"] = record[name]
                    record["group_points"] = parse_text(worth).number
                    break
        return records

    def execution_row(self, out: Extract) -> None:
        """Find 预算执行率 among the indicators, where the money block has neither weight nor score."""
        money = [f for f in out.funds if f["weight"] is not None or f["declared_score"] is not None]
        if money:
            return
        for record in out.indicators:
            name = clean_name(record["level3"] or record["level2"])
            if _EXECUTION.fullmatch(name) and record["weight"] is not None:
                record["execution_row"] = True
                return

    def monitored(
        self,
        table: Block,
        row: int,
        extra: tuple[tuple[str, str], ...],
        cells: dict[str, str],
        align_to: tuple[Value, str, str],
    ) -> Record:
        """Read what a monitoring form says of a row beside its figures."""
        if self.place.kind != "monitoring":
            return _NOT_MONITORED
        said = told(extra)
        cells |= {name: cells[f"extra.{header}"] for name, header in said.headers.items()}
        forecast, comparable = Value(ABSENT, ""), "no"
        header = next((h for h in table.extra if h.text == said.headers.get("forecast")), None)
        if header is not None:
            target, unit, name = align_to
            forecast = parse_cell(self.in_column(row, header)[0], self.place.year)
            pair = align(target, forecast, unit, name, "")
            forecast, comparable = pair.actual, pair.comparable
        return {
            **self.columns("forecast", forecast, forecast.number),
            "forecast_comparable": comparable,
            "deviates": said.deviates,
            "possibility": said.possibility,
            "causes": said.causes,
        }

    def read(
        self, row: int, raw: dict[str, Cell], cells: dict[str, str], name: str, numeric: bool = True
    ) -> Value:
        if name not in raw:
            return Value(ABSENT, "")
        return self.value(name, raw[name], row, cells[name], numeric)

    def doubt(
        self, row: int, cells: dict[str, str], field: str, value: Value, beside: Value, name: str
    ) -> Value:
        """Tell a value that looks wrongly read from a scanned page; it is questioned, not accepted."""
        guess = looks_scanned(value.text, beside.text, name)
        if guess is None or value.trouble == "two":
            return value
        probably = phrase("scan.probably", value=guess) if guess else phrase("said.nothing")
        self.say("C110", row, cells[field], field, value.text, guess=probably)
        return Value(TEXT, value.text)

    def named_target(self, row: int, cells: dict[str, str], target: Value, name: str) -> Value:
        """Take the whole target from the name where its own cell is blank, and tell it; tell a choice that was not made."""
        found = or_from_name(target, name, self.place.year)
        if found is not target:
            self.say("C112", row, cells.get("target") or cells["level3"], "target", found.text)
        if target.trouble == "options":
            self.say("C111", row, cells["target"], "target", target.text)
        return found

    def direction(
        self, raw: dict[str, Cell], name: str, level1: Label, level2: Label, target: Value
    ) -> tuple[str, str, bool, Inferred]:
        """Give nature and operator, whether the operator is inferred, and what level and name say.

        What the form says comes first: the direction column, then the target's own sign, then the nature. Else
        the level and words in the name tell whether less is better.
        """
        told = [raw[c].shown for c in ("operator", "nature") if c in raw]
        nature = told_nature(told)
        operators = vocabulary().operators
        operator = next((operators[t] for t in map(clean, told) if t in operators), "") or target.operator
        operator = operator or (carried(name).operator if target.state == NUMBER else "")
        measured = target.state in (NUMBER, DATE)
        named = by_name(name, level1.text, level2.text)
        inferred = not operator and measured
        if inferred:
            operator = infer_operator(nature, name, level1.text, level2.text, target.state).operator
        if not nature:
            nature = "qualitative" if not measured else "negative" if operator in ("le", "lt") else "positive"
        return nature, operator, inferred, named

    def tell_pair(self, pair: Pair, actual: Value, row: int, cells: dict[str, str], unit_text: str) -> None:
        if not pair.share:
            return
        shifted = "actual" if pair.actual.number != actual.number else "target"
        value = pair.actual if shifted == "actual" else pair.target
        understood = f"{(value.number or 0) / SCALE:g}%"
        code = "C108" if pair.share == "column" else "C107"
        self.say(code, row, cells[shifted], shifted, value.text, understood=understood, unit=unit_text)


@cache
def _text_and_state(name: str) -> tuple[str, str]:
    return f"{name}_text", f"{name}_state"


_NOT_MONITORED: Record = {
    **_Reader.columns("forecast", Value(ABSENT, ""), None),
    "forecast_comparable": "no",
    "deviates": "",
    "possibility": "",
    "causes": (),
}
"""What another form says of a row beside its figures."""


def _month(place: Located) -> int | None:
    """Give the month to which the figures go; 1-12月 names no part of the year, and yet a month."""
    heads = [h.text for h in (place.funds.get("executed"), place.columns.get("actual")) if h]
    return next(filter(None, map(month_of, (place.period, *heads))), None)


def _says_nothing(cell: Cell) -> bool:
    value = parse_cell(cell)
    return value.state in (BLANK, PLACEHOLDER) or value.number == 0


def _worth(unit: str) -> int | None:
    kind, worth = vocabulary().units.get(clean(unit), ("", Fraction(0)))
    return int(worth) if kind == "money" else None


def _reason(cell: Cell) -> tuple[str, str]:
    """Give a reason's text and state; 无 is an answer, if an empty one."""
    state = parse_cell(cell).state
    return cell.shown, TEXT if clean(cell.shown) in ("无", "暂无") else state


def _ordered(headers: dict[str, Header]) -> tuple[tuple[str, str], ...]:
    return tuple((name, h.text) for name, h in sorted(headers.items(), key=lambda item: item[1].first))
