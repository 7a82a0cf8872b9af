"""The steps to an indicator's score, each with its numbers; or why no formula decides and what is left open."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from xlproc.model.exact import plain
from xlproc.model.frames import BLANK, PLACEHOLDER
from xlproc.model.text import clean
from xlproc.model.words import percent, span, word
from xlproc.writing.explain.figures import exact, figure, rounded, share, term
from xlproc.writing.explain.page import BANDS, FORMULAS

if TYPE_CHECKING:
    from xlproc.writing.explain.page import Page, Row

_SIDES = {"ge": "positive", "gt": "positive", "le": "negative", "lt": "negative", "eq": "equal"}
_TABLES = {"below_line": "pass_line", "reduced": "over_table", "steps": "satisfaction_steps"}


@dataclass(slots=True)
class Steps:
    """A calculation.

    Attributes:
        lines: What a person would write.
        keys: The rule set's values that it uses.
        score: What comes out; None where nothing does.
    """

    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    score: Fraction | None = None

    def settle(self, page: Page, raw: Fraction, most: Fraction | None, section: str = "scoring") -> None:
        """Floor, cap and round a raw score.

        Args:
            page: Gives the rule set and the language.
            raw: What the formula gives.
            most: The cap, or None where there is none.
            section: Of the rule set: says to how many decimals.
        """
        if raw < 0:
            self.lines.append(page.say("step.floor", score=0))
            self.score = Fraction(0)
            return
        self.score = raw
        if most is None or raw < most:
            decimals = getattr(page.ruleset, section).decimals
            self.score = rounded(raw, decimals)
            self.keys.append(f"{section}.decimals")
            self.lines.append(page.say("step.round", decimals=decimals, score=figure(self.score)))
        if most is not None and max(raw, self.score) > most:
            self.score = most
            self.lines.append(page.say("step.cap", weight=figure(most), score=figure(most)))


def score_steps(page: Page, item: Row) -> Steps:
    """Compute an indicator's score as a person would.

    Args:
        page: Gives the rule set and the language.
        item: The evaluated indicator.
    """
    if item["basis"] != "own":
        return _unweighed(page, item)
    if item["method"] in ("declared", "pending"):
        return _undecided(page, item)
    steps, w, formula = Steps(), exact(item["weight"]), item["formula"]
    if formula == "full":
        kind = "negative_met" if item["comparable"] == "number" else "met"
        words = {"weight": figure(w), "actual": plain(item["actual"]), "target": plain(item["target"])}
        steps.lines.append(page.say(f"step.{kind}", **words))
        steps.score = w
    elif formula == "zero":
        _zero(page, item, steps)
    elif formula in _TABLES:
        _table(page, item, steps)
    else:
        _formula(page, item, steps)
    if item["method"] == "deducted" and steps.score is not None:
        off = exact(item["deduction"])
        left = steps.score - off
        steps.lines.append(
            page.say("step.deduction", sum=f"{figure(steps.score)} − {figure(off)} = {figure(left)}")
        )
        if left < 0:
            steps.lines.append(page.say("step.floor", score=0))
        steps.score = max(left, Fraction(0))
        steps.keys.append("scoring.deductions")
    return steps


def _unweighed(page: Page, item: Row) -> Steps:
    """Say how a row without points of its own counts."""
    steps = Steps()
    if item["basis"] != "shared":
        steps.lines.append(page.say(f"step.basis_{item['basis']}"))
        if item["basis"] == "execution" and item["score"] is not None:
            steps.score = exact(item["score"])
        return steps
    label = clean(item["group"])
    steps.lines.append(page.say("step.basis_shared", label=label, points=plain(item["group_points"])))
    if item["score"] is not None:
        steps.score = exact(item["score"])
    elif item["declared_score"] is None:
        steps.lines.append(page.say("step.no_declared"))
    else:
        steps.lines.append(page.say("step.group_over", score=plain(item["declared_score"])))
    return steps


def _formula(page: Page, item: Row, steps: Steps) -> None:
    formula, w = item["formula"], exact(item["weight"])
    a, t = exact(item["actual"]), exact(item["target"])
    steps.keys.append(f"scoring.{_SIDES[item['operator']]}")
    assert formula in FORMULAS
    if a < 0:
        steps.lines.append(page.say("step.negative_actual", actual=figure(a)))
        a = Fraction(0)
    if formula == "at_least":
        steps.lines.append(page.say("step.as_ge"))
    if formula == "ratio" and a == 0:
        steps.lines.append(page.say("step.nothing_spent", weight=figure(w)))
        steps.score = w
        return
    if formula == "linear" or (formula == "exact" and a > t):
        raw, text = w * (2 * t - a) / t, f"{figure(w)} × (1 − ({figure(a)} − {figure(t)}) ÷ {figure(t)})"
    elif formula == "ratio":
        raw, text = w * t / a, f"{figure(w)} × {figure(t)} ÷ {figure(a)}"
    else:
        raw, text = w * a / t, f"{figure(w)} × {figure(a)} ÷ {figure(t)}"
    steps.lines.append(f"{text} = {figure(raw)}")
    steps.settle(page, raw, w)


def _zero(page: Page, item: Row, steps: Steps) -> None:
    w, operator = exact(item["weight"]), item["operator"]
    if operator in ("ge", "le", "eq"):
        steps.keys.append("scoring.zero_ge" if operator == "ge" else "scoring.zero_le")
    free = operator == "ge" and page.ruleset.scoring.zero_ge == "any"
    kind = ("any" if free else "met") if item["met"] else "unmet"
    words = {"weight": figure(w), "actual": plain(item["actual"])}
    steps.lines.append(page.say(f"step.zero_{kind}", **words))
    steps.score = w if item["met"] else Fraction(0)


def _table(page: Page, item: Row, steps: Steps) -> None:
    """Score by the pass line, the table of over-completion or the steps of satisfaction."""
    rules, formula = page.ruleset.scoring, item["formula"]
    w, a, t = (exact(item[name]) for name in ("weight", "actual", "target"))
    steps.keys.append(f"scoring.{_TABLES[formula]}")
    steps.score = Fraction(0)
    if formula == "steps":
        reached = [pair for pair in rules.satisfaction_steps if a >= exact(pair[0]) * 100]
        if not reached:
            steps.lines.append(page.say("step.no_share", actual=figure(a)))
            return
        line, part = max(reached)
        words = {"actual": figure(a), "line": percent(line), "share": percent(part)}
        steps.lines.append(page.say("step.share", **words))
    else:
        text = share(f"{term(a)} ÷ {figure(t)}", a / t, item["achievement"])
        if formula == "below_line":
            steps.lines.append(page.say("step.below_line", sum=text, line=percent(rules.pass_line)))
            return
        line, part = max(pair for pair in rules.over_table if a >= exact(pair[0]) * t)
        steps.lines.append(page.say("step.reduced", sum=text, line=percent(line), share=percent(part)))
    raw = w * exact(part)
    steps.lines.append(f"{figure(w)} × {percent(part)} = {figure(raw)}")
    steps.settle(page, raw, None)


def _undecided(page: Page, item: Row) -> Steps:
    """Say why no formula decides, what the rules leave open, and whether the declared score stands."""
    steps, weight, declared = Steps(), item["weight"], item["declared_score"]
    if weight is None or weight < 0:
        steps.lines.append(page.say("step.no_weight"))
        return steps
    unsaid = [n for n in ("target", "actual") if item[f"{n}_state"] in (BLANK, PLACEHOLDER)]
    low, high, is_open = item["band_low"], item["band_high"], bool(item["band_open"])
    left = span(low, high, is_open)
    if not unsaid and item["place"] in BANDS:
        key = BANDS[item["place"]]
        steps.keys.append(key)
        ends = getattr(page.ruleset.qualitative, key.partition(".")[2])
        w = exact(weight)
        sums = [f"{figure(w)} × {percent(end)} = {figure(w * exact(end))}" for end in ends]
        place = word(f"place.{item['place']}", page.lang)
        steps.lines.append(page.say("step.band", place=place, low_sum=sums[0], high_sum=sums[1], range=left))
    else:
        labels = tuple(page.label(name) for name in unsaid)
        steps.lines.append(page.say(f"step.{'blank' if unsaid else _obstacle(item)}", labels=labels))
        steps.lines.append(page.say("step.range", range=left))
    if declared is None:
        steps.lines.append(page.say("step.no_declared"))
    elif item["method"] == "declared":
        steps.lines.append(page.say("step.fits", score=plain(declared)))
        steps.score = exact(declared)
    else:
        fits = low <= declared and (declared < high or (declared == high and not is_open))
        steps.lines.append(page.say("step.not_used" if fits else "step.no_fit", score=plain(declared)))
    return steps


def _obstacle(item: Row) -> str:
    """Name what stands in a formula's way."""
    if item["comparable"] == "unit":
        return "unit"
    if item["comparable"] == "words":
        return "unplaced"
    if item["comparable"] == "date":
        return "early" if item["operator"] in ("ge", "gt") else "late"
    return "negative_target" if item["comparable"] == "number" else "not_comparable"
