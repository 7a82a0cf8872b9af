"""Audit of the money block: sums (A02), rates and score of execution (A03-A07), low execution (A32, A33)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE, compare_product, muldiv, plain, round_to
from xlproc.model.frames import ABSENT, BLANK, PLACEHOLDER, UNSAID
from xlproc.model.text import clean
from xlproc.model.words import Phrase, percent, phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.execution import total_lines
from xlproc.rules.report import Row, at, collect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.model.findings import Finding
    from xlproc.rulesets import RuleSet

_MONEY = {"initial": "年初预算数", "budget": "全年预算数", "executed": "全年执行数"}


def audit_funds(funds: pd.DataFrame, ruleset: RuleSet, scored: bool = True) -> list[Finding]:
    """Audit the money block.

    Args:
        funds: As :func:`xlproc.rules.execution.score_execution` gives them.
        ruleset: Gives thresholds and tolerances.
        scored: Whether execution is scored; not at mid-year, where low execution is nothing by itself either.
    """
    total = (funds["kind"] == "total").to_numpy(dtype=bool)
    base, has_base = numbers(funds, "base")
    _, has_executed = numbers(funds, "executed")
    zero = total & has_base & (base <= 0)  # A05 silences the rest of the total line
    slipped = funds["project"].isin(funds["project"][funds["slipped"]]).to_numpy(dtype=bool)
    of_score = (
        _initial_base(funds, total & ~zero & funds["base_is_initial"].to_numpy(dtype=bool)),
        _score(funds, total & ~zero & ~slipped, ruleset),
        _outside(funds, total, ruleset),
        _low_execution(funds, total & ~zero, ruleset),
    )
    return collect(
        *_total_line(funds, zero, ruleset),
        _not_computable(funds, total & ~zero & ~(has_base & has_executed)),
        _rates(funds, total & ~zero & ~slipped, "S101"),
        _rates(funds, ~total & ~slipped, "S106"),
        _overspent(funds, total & ~zero & ~slipped, slipped),
        _slipped(funds, total & slipped),
        _negative(funds),
        *(of_score if scored else ()),
    )


def _total_line(
    funds: pd.DataFrame, zero: Bools, ruleset: RuleSet
) -> tuple[Iterator[Finding], Iterator[Finding]]:
    """A02 and A05; a total of 0 above parts that are filled is told once, as a sum that does not hold."""
    parts = funds["budget"].where((funds["kind"] != "total") & ~funds["nested"], 0).fillna(0)
    unfilled = zero & (parts.groupby(funds["project"]).transform("sum") > 0).to_numpy(dtype=bool)
    return _sums(funds, set(funds["project"][unfilled]), ruleset), _zero_budget(funds, zero & ~unfilled)


def _sums(funds: pd.DataFrame, unfilled: set[int], ruleset: RuleSet) -> Iterator[Finding]:
    """A02: 资金总额 = 财政拨款 + 上年结转 + 其他, in every money column that has parts; a project's columns in one finding."""
    found: dict[tuple[int, str], tuple[Row, list[tuple[str, str, str, str]]]] = {}
    parted = funds[(funds["kind"] != "total") & ~funds["nested"]]
    totals = total_lines(funds)
    for name in _MONEY:
        parts = parted.groupby("project")[name].agg(["sum", "count"])
        main = totals.join(parts, on="project")
        value, known = numbers(main, name)
        summed, _ = numbers(main, "sum")
        count, _ = numbers(main, "count")
        gap = np.abs(value - summed)
        differs = known & (count > 0) & (gap > 0)
        differs[differs] = ~_parted_twice(main[differs], parted, name)
        if name == "executed":
            differs &= ~main["slipped"].to_numpy(dtype=bool)
        slack = np.minimum(ruleset.tolerance.part * count, ruleset.tolerance.parts)
        for code, mask in (("X102", differs & (gap > slack)), ("X103", differs & (gap <= slack))):
            for row in rows(main, mask):
                told = (name, _label(row, name), plain(row[name]), plain(row["sum"]))
                found.setdefault((row["project"], code), (row, []))[1].append(told)
    for (_, code), (row, columns) in found.items():
        first, *more = columns
        labels = tuple(phrase("said.sum_of", label=c[1], found=c[2], expected=c[3]) for c in columns)
        yield at(
            row, code, first[0], [c[0] for c in more],
            found=tuple(c[2] for c in columns), expected=tuple(c[3] for c in columns), labels=labels,
            rules=("A02", "A05") if row["project"] in unfilled and code == "X102" else (),
        )  # fmt: skip


def _parted_twice(totals: pd.DataFrame, parts: pd.DataFrame, name: str) -> Bools:
    """Tell totals that are parted several times, one after the other (按收入性质分, 按支出性质分), each time in full."""
    mine = parts[parts["project"].isin(totals["project"]) & parts[name].notna()]
    amounts = {project: list(values) for project, values in mine.groupby("project")[name]}
    pairs = zip(totals["project"], totals[name], strict=True)
    return np.array([_runs(amounts[project], total) > 1 for project, total in pairs], dtype=bool)


def _runs(amounts: list[int], total: int) -> int:
    """Count the runs that each sum up to the total; 0 where something is left over."""
    count = summed = 0
    for amount in amounts:
        summed += amount
        if summed == total:
            count, summed = count + 1, 0
    return 0 if summed else count


def _zero_budget(funds: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(funds, mask):
        yield at(row, "S104", "budget", line=row["line"], how=_how(row, "said.execution_counts"))


def _not_computable(funds: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A blank is not a zero: without both figures there is no rate. Cells with errors have been told by reading."""
    for row in rows(funds, mask):
        quiet = (BLANK, PLACEHOLDER)
        lacking = [n for n in ("budget", "executed") if row[f"{n}_state"] in quiet]
        if "budget" in lacking and row["base"] is not None:
            lacking.remove("budget")
        if not lacking:
            continue
        labels = tuple(_label(row, n) for n in lacking)
        yield at(row, "S110", lacking[0], lacking[1:], labels=labels, how=_how(row, "said.stands"))


def _label(row: Row, name: str) -> str:
    """Name a column of the money; at mid-year what is executed is not the whole year's."""
    return "执行数" if name == "executed" and "score" not in row else _MONEY[name]


def _how(row: Row, stands: str) -> Phrase:
    """Say what becomes of the score of execution, or of its light."""
    if "score" not in row:
        return phrase("said.no_light")
    if row["score"] is not None:
        return phrase(stands, score=plain(row["score"]))
    return phrase("said.execution_pending" if row["pending"] else "said.no_execution_score")


def _initial_base(funds: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(funds, mask):
        yield at(row, "S109", "initial", found=plain(row["initial"]))


def _rates(funds: pd.DataFrame, mask: Bools, code: str) -> Iterator[Finding]:
    """A03 and A07: a shown rate is right when it equals ours rounded to the digits that it shows."""
    declared, has_declared = numbers(funds, "declared_rate")
    step, _ = numbers(funds, "declared_rate_step")
    base, has_base = numbers(funds, "base")
    executed, has_executed = numbers(funds, "executed")
    usable = mask & has_declared & has_base & has_executed & (base > 0)
    one = np.full(len(funds), SCALE)
    fine = muldiv(one, np.where(usable, executed, 0), np.where(usable, base, 1))
    right = np.zeros(len(funds), dtype=bool)
    for unit in np.unique(step[usable]):
        chosen = usable & (step == unit)
        right[chosen] = round_to(fine[chosen], int(unit)) == round_to(declared[chosen], int(unit))
    grants = funds[(funds["kind"] == "appropriation") & funds["budget"].notna()]
    granted: dict[int, list[Row]] = {}
    for line in rows(grants, grants["project"].isin(funds["project"][usable & ~right])):
        granted.setdefault(line["project"], []).append(line)
    for row in rows(funds, usable & ~right):
        yield at(
            row, code, "declared_rate",
            line=row["line"], found=row["declared_rate_text"], expected=percent(row["rate"]),
            executed=plain(row["executed"]), base=plain(row["base"]), bases=_bases(row, granted.get(row["project"], [])),
        )  # fmt: skip


def _bases(row: Row, grants: list[Row]) -> Phrase:
    """Say which base the shown rate would fit."""
    candidates: list[tuple[str | Phrase, int | None]] = [(_MONEY["initial"], row["initial"])]
    candidates += [(phrase("said.budget_of_line", line=line["line"]), line["budget"]) for line in grants]
    step = row["declared_rate_step"]
    for label, base in candidates:
        if base is None or base <= 0 or base == row["base"]:
            continue
        rate = muldiv(np.array([SCALE]), np.array([row["executed"]]), np.array([base]), step)[0]
        if rate == row["declared_rate"]:
            return phrase("said.wrong_base", label=label, base=plain(base))
    return phrase("said.no_base")


def _score(funds: pd.DataFrame, mask: Bools, ruleset: RuleSet) -> Iterator[Finding]:
    """A04: the declared execution score against the rule's."""
    declared, has_declared = numbers(funds, "declared_score")
    by_rule, _ = numbers(funds, "score")
    computed = mask & has_declared & (funds["method"] == "rate").to_numpy(dtype=bool)
    # a form of another maximum is told as such (A09); its score is judged by its own. What is right by the rule set
    # is right too: then the weight is the slip
    own, has_own = numbers(funds, "weight")
    base, _ = numbers(funds, "base")
    executed, _ = numbers(funds, "executed")
    other = computed & has_own & (own != ruleset.execution.maximum)
    step = SCALE // 10**ruleset.execution.decimals
    by_own = np.clip(muldiv(own, executed, np.where(other, base, 1), step), 0, own)
    score = np.where(other, by_own, by_rule)
    maximum = np.where(other, own, ruleset.execution.maximum)
    computed &= ~(other & (np.abs(declared - by_rule) <= ruleset.tolerance.rounded))
    gap = np.abs(declared - score)
    judged = funds.assign(right=score, of=maximum)
    for code, found in (
        ("S102", computed & (gap > ruleset.tolerance.rounded)),
        ("S103", computed & (gap > ruleset.tolerance.exact) & (gap <= ruleset.tolerance.rounded)),
    ):
        for row in rows(judged, found):
            yield at(
                row, code, "declared_score",
                found=row["declared_score_text"], expected=plain(row["right"], ruleset.execution.decimals),
                rate=percent(row["rate"]), weight=plain(row["of"]),
            )  # fmt: skip


def _outside(funds: pd.DataFrame, mask: Bools, ruleset: RuleSet) -> Iterator[Finding]:
    """A13: a declared score outside of 0 to its weight, where no rate tells it from the right one (A04)."""
    declared, said = numbers(funds, "declared_score")
    own, has_own = numbers(funds, "weight")
    maximum = np.where(has_own, own, ruleset.execution.maximum)
    no_rate = ~funds["method"].isin(["rate", ""]).to_numpy(dtype=bool)
    for row in rows(
        funds.assign(of=maximum), mask & said & no_rate & ((declared > maximum) | (declared < 0))
    ):
        yield at(
            row, "S201", "declared_score",
            name=row["line"], found=row["declared_score_text"], expected=plain(row["of"]),
        )  # fmt: skip


def _overspent(funds: pd.DataFrame, main: Bools, slipped: Bools) -> Iterator[Finding]:
    """A06: executed above the budget; a part of the money only where the total is not over itself."""
    base, has_base = numbers(funds, "base")
    executed, has_executed = numbers(funds, "executed")
    over = has_base & has_executed & (executed > base)
    whole = funds["project"].isin(funds["project"][over & main]).to_numpy(dtype=bool)
    parts = over & (funds["kind"] != "total").to_numpy(dtype=bool) & (base > 0) & ~whole & ~slipped
    for row in rows(funds, (over & main) | parts):
        yield at(
            row, "S105", "executed",
            line=row["line"], found=plain(row["executed"]), expected=plain(row["base"]),
        )  # fmt: skip


def _slipped(funds: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A06, a thousandfold: 元 where 万元 is meant."""
    for row in rows(funds, mask):
        yield at(
            row, "S112", "executed",
            line=row["line"], found=plain(row["executed"]), expected=plain(row["base"]), how=_how(row, "said.stands"),
        )  # fmt: skip


def _negative(funds: pd.DataFrame) -> Iterator[Finding]:
    """A27: amounts below zero."""
    for name in _MONEY:
        value, known = numbers(funds, name)
        for row in rows(funds, known & (value < 0)):
            yield at(row, "S111", name, line=row["line"], label=_label(row, name), found=plain(row[name]))


def _low_execution(funds: pd.DataFrame, mask: Bools, ruleset: RuleSet) -> Iterator[Finding]:
    """A33 where the form has a cell for the reason of the funds, else A32."""
    rules = ruleset.execution
    base, has_base = numbers(funds, "base")
    executed, has_executed = numbers(funds, "executed")
    usable = mask & has_base & has_executed & (base > 0)
    has_cell = (funds["reason_state"] != ABSENT).to_numpy(dtype=bool)
    stock = funds["reason"].map(clean).isin(ruleset.completion.stock_reasons)
    no_reason = (funds["reason_state"].isin(UNSAID) | stock).to_numpy(dtype=bool)
    one = np.full(len(funds), SCALE)
    below = compare_product(executed, one, base, np.full(len(funds), rules.reason_line)) < 0
    unspent = compare_product(base - executed, one, base, np.full(len(funds), rules.low_line)) > 0
    for row in rows(funds, usable & has_cell & below & no_reason):
        yield at(
            row,
            "S108",
            "reason",
            ("declared_rate",),
            found=percent(row["rate"]),
            expected=percent(rules.reason_line),
        )
    for row in rows(funds, usable & ~has_cell & unspent):
        gap = percent(SCALE - row["rate"])
        yield at(row, "S107", "executed", found=plain(row["executed"]), expected=plain(row["base"]), gap=gap)
