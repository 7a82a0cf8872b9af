"""Explains a fund line: base, rate, and for the total line its score."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from xlproc.model.exact import SCALE, plain
from xlproc.model.frames import ABSENT
from xlproc.model.text import clean
from xlproc.model.words import percent, span
from xlproc.writing.explain.figures import exact, figure, rounded, share, term
from xlproc.writing.explain.page import MONEY, one_line
from xlproc.writing.explain.steps import Steps

if TYPE_CHECKING:
    from xlproc.writing.explain.page import Page, Row

_GROUP = "fund_columns"


def fund(page: Page, line: Row) -> None:
    """Explain a fund line.

    Args:
        page: Takes the lines.
        line: The evaluated row.
    """
    total = line["kind"] == "total"
    page.title("line", line=one_line(line["line"]))
    if line.get("by_row"):
        page.tell("fund.by_row")
    if total:
        page.put(page.result(line, line["maximum"]), 0)
    elif line["rate"] is not None:
        page.put(page.say("score.rate", rate=percent(line["rate"])), 0)
    else:
        page.put(page.say("score.no_rate"), 0)
    read_line(page, line)
    steps = fund_steps(page, line)
    page.keys += steps.keys
    if total and (tolerance := page.tolerance(line)):
        page.keys.append(tolerance)
    page.rules()
    page.section("steps")
    for text in steps.lines:
        page.put(text)
    page.put(page.result(line, line["maximum"]) if total else page.say("score.none"))
    if total:
        page.compare(line)
    page.findings(line["row"])


def read_line(page: Page, line: Row, further: tuple[str, ...] = ()) -> None:
    """Tell what was read of a fund line, and of further columns of money."""
    page.section("read")
    if line["nested"]:
        page.tell("read.nested")
    page.numbers(line, (*MONEY, *further), _GROUP, page.form.project["fund_unit"])
    page.numbers(line, ("weight",), _GROUP)
    if line["declared_rate_state"] != ABSENT:
        page.read(line, "declared_rate", _declared_rate(page, line), _GROUP)
    page.numbers(line, ("declared_score",), _GROUP)
    page.reason(line, _GROUP)


def _declared_rate(page: Page, line: Row) -> str:
    """Say how the declared rate was read: with its sign, as a fraction or as a percentage."""
    rate, text = line["declared_rate"], one_line(line["declared_rate_text"])
    if rate is None:
        return page.value(line, "declared_rate", "")
    digits = re.search(r"-?\d[\d,]*(?:\.\d+)?", clean(text))
    bare = Fraction(digits[0].replace(",", "")) if digits else None
    how = "is" if "%" in clean(text) else "as_fraction" if bare == exact(rate) else "as_percent"
    return page.say(f"read.{how}", text=text, value=percent(rate))


def fund_steps(page: Page, line: Row) -> Steps:
    """Compute a line's rate and, for the total line, its score as a person would.

    Args:
        page: Gives the rule set and the language.
        line: The evaluated row.
    """
    rules, total, base = page.ruleset.execution, line["kind"] == "total", line["base"]
    steps = rate_steps(page, line)
    if not total or line["maximum"] is None:
        return steps
    steps.keys.append("execution.maximum")
    if base is not None and base <= 0:
        steps.keys.append("execution.zero_budget")
        steps.lines.append(page.say("fund.zero_budget", how=page.rule_value("execution.zero_budget")))
    if line["method"] == "rate":
        steps.keys.append("execution.cap")
        most = exact(rules.maximum)
        a, b = exact(line["executed"]), exact(base)
        steps.lines.append(f"{figure(most)} × {term(a)} ÷ {figure(b)} = {figure(most * a / b)}")
        steps.settle(page, most * a / b, most if rules.cap else None, "execution")
    elif line["method"] == "zero":
        steps.score = Fraction(0)
    else:
        declared = line["declared_score"]
        kind = "no_declared" if declared is None else "fits" if line["method"] == "declared" else "no_fit"
        steps.lines.append(page.say("step.range", range=span(0, rules.maximum, False)))
        steps.lines.append(page.say(f"step.{kind}", score=plain(declared)))
        steps.score = exact(declared) if kind == "fits" else None
    return steps


def rate_steps(page: Page, line: Row) -> Steps:
    """Compute a line's rate as a person would, and hold the declared one against it."""
    base = line["base"]
    steps = Steps(_base(page, line), ["execution.base"])
    if line["rate"] is not None:
        a, b = exact(line["executed"]), exact(base)
        text = share(f"{term(a)} ÷ {figure(b)}", a / b, line["rate"])
        steps.lines += [page.say("fund.rate", sum=text), *_rates_compared(page, line, a / b)]
    elif base is not None:
        key = "fund.zero_base" if base <= 0 else "fund.slipped" if line["slipped"] else "fund.no_executed"
        label = page.label("executed", _GROUP)
        steps.lines.append(page.say(key, base=plain(base), executed=plain(line["executed"]), label=label))
    return steps


def _base(page: Page, line: Row) -> list[str]:
    own = page.ruleset.execution.base
    other = "initial" if own == "budget" else "budget"
    name, stand_in = page.label(own, _GROUP), page.label(other, _GROUP)
    if line["base"] is None:
        return [page.say("fund.no_base", own=name)]
    base = plain(line["base"])
    if line[own] is None:
        return [page.say("fund.instead", own=name, label=stand_in, base=base)]
    return [page.say("fund.base", label=name, base=base)]


def _rates_compared(page: Page, line: Row, rate: Fraction) -> list[str]:
    """Hold the declared rate against ours, to the digits that it shows."""
    declared, step = line["declared_rate"], line["declared_rate_step"]
    if declared is None:
        return []
    unit = exact(step)
    ours, theirs = (rounded(value / unit, 0) * unit for value in (rate, exact(declared)))
    shown = {"declared": declared, "rate": line["rate"], "rounded": int(ours * SCALE), "step": step}
    key = "fund.rate_right" if ours == theirs else "fund.rate_wrong"
    return [page.say(key, **{name: percent(value) for name, value in shown.items()})]
