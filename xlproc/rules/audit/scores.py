"""Audit of each indicator's score (A13-A17, A21), of costs of nothing (A37, A38) and of reasons (A18-A20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlproc.model.exact import plain
from xlproc.model.frames import TEXT
from xlproc.model.text import clean, clean_name
from xlproc.model.words import Phrase, percent, phrase, span
from xlproc.rules.arrays import numbers
from xlproc.rules.audit.marks import among, any_word
from xlproc.rules.points import NONE, SHARED, based
from xlproc.rules.qualitative import MOSTLY, PARTIAL, UNMET, UNPLACED
from xlproc.rules.report import Row, at, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlproc.model.exact import Bools
    from xlproc.model.findings import Finding
    from xlproc.rules.audit.marks import Marks
    from xlproc.rulesets import RuleSet

_ELSEWHERE = ("已完成", "上年", "以前年度", "结转")
"""With these a reason tells of another year, or of what has been mended."""


def audit_scores(frame: pd.DataFrame, marks: Marks, ruleset: RuleSet) -> list[Finding]:
    """Audit the scores and reasons of the rows of indicators; each row goes to the first rule that holds.

    Args:
        frame: As :func:`xlproc.rules.scoring.score_indicators` gives it.
        marks: The rows' masks.
        ruleset: Gives tolerances and phrases.
    """
    exact, rounded = ruleset.tolerance.exact, ruleset.tolerance.rounded
    weight, declared, score = marks.weight, marks.declared, marks.score
    has_declared, has_score = marks.has_declared, marks.has_score
    live, met, unmet, no_reason = marks.weighed, marks.met, marks.unmet, marks.no_reason
    said = marks.live  # what needs no weight

    outside = live & has_declared & ((declared > weight) | (declared < 0))
    left = live & ~outside & ~marks.doubtful
    placed = among(frame, "place", PARTIAL, UNMET, MOSTLY)
    band_low, _ = numbers(frame, "band_low")
    band_high, _ = numbers(frame, "band_high")
    band_open = frame["band_open"].to_numpy(dtype=bool)
    off_band = (declared < band_low - exact) | np.where(
        band_open, declared >= band_high, declared > band_high + exact
    )
    banded = left & has_declared & placed & off_band
    left &= ~banded
    idle = said & marks.cost & among(frame, "comparable", "number") & (marks.actual == 0) & (marks.target > 0)
    pairs = _pairs(frame, idle, said & met & ~marks.cost)
    cut = has_declared & (declared < weight)
    done = pairs.notna().to_numpy(dtype=bool) | _all_done(frame, met)
    silent = left & idle & met & among(frame, "operator", "le", "lt") & (cut | done)
    left &= ~silent
    gap = np.abs(declared - score)
    near = left & marks.computed & has_declared & (gap > exact) & (gap <= rounded)
    # rounding does not turn a missed target into a full score, but for a hair
    near &= ~(unmet & (declared >= weight) & (gap * 100 > weight))
    left &= ~near
    full_unmet = left & unmet & ~placed & has_declared & (declared >= weight - exact)
    full_unmet &= ~(has_score & (score >= weight - exact))
    left &= ~full_unmet
    cut_met = (
        left & met & marks.computed & has_declared & (declared < weight - exact) & (score >= weight - exact)
    )
    left &= ~cut_met
    wrong = left & marks.computed & has_declared & (gap > rounded)
    effective = np.where(has_declared, declared, score)
    short = (left | near) & (has_declared | has_score) & (effective < weight - exact)
    short &= ~(near & met)
    unexplained = short & no_reason

    stock = frame["reason"].map(clean).isin(ruleset.completion.stock_reasons).to_numpy(dtype=bool)
    explained = said & met & among(frame, "reason_state", TEXT) & ~stock & ~silent
    explained &= ~(marks.opposed | marks.floored | marks.turned)
    unfinished = explained & any_word(frame["reason"], ruleset.completion.unfinished_words)
    unfinished &= ~any_word(frame["reason"], _ELSEWHERE)
    exact_hit = among(frame, "flag", "met") & ~(frame["deviation"].fillna(0) != 0).to_numpy(dtype=bool)
    exact_hit &= ~(
        among(frame, "comparable", "date") & (frame["actual_day"] != frame["target_day"]).fillna(value=False)
    )
    has_full = live & (has_declared | has_score) & (effective >= weight - exact)
    needless = explained & exact_hit & has_full & ~unfinished

    missed = said & unmet & based(frame, SHARED, NONE) & ~marks.doubtful
    over = said & among(frame, "flag", "over", "far_over")
    left_open = live & frame["pending"].to_numpy(dtype=bool)
    left_open &= ~(
        outside | banded | full_unmet | among(frame, "comparable", "unit") | among(frame, "place", UNPLACED)
    )
    below = among(frame, "comparable", "words") & (declared < band_low - exact)
    return collect(
        _outside(frame, outside),
        _banded(frame, banded, no_reason),
        _nothing_spent(frame, silent, pairs),
        _done_for_nothing(frame, idle & ~silent & pairs.notna().to_numpy(dtype=bool), pairs),
        _full_unmet(frame, full_unmet, no_reason),
        _cut_met(frame, cut_met, unfinished, below),
        _wrong(frame, wrong, unexplained),
        _near(frame, near),
        _unexplained(frame, unexplained & ~wrong),
        _needless(frame, needless, unfinished & ~cut_met),
        _missed(frame, missed & no_reason),
        _over(frame, said & no_reason & ~marks.strange),
        _stock(frame, stock & (short | missed | over) & ~no_reason),
        _pending(frame, left_open, no_reason & unmet),
    )


def _pairs(frame: pd.DataFrame, idle: Bools, done: Bools) -> pd.Series[str]:
    """A38: for each cost of nothing, the cell of the quantity or quality of that name that is reported done."""
    if not idle.any():
        return pd.Series(None, index=frame.index, dtype="object")
    name = frame["level3"].map(clean_name)
    name = name.where(~idle, name.str.replace(r"(?:费用|经费|成本|支出|费)$", "", regex=True))
    key = frame["project"].astype(str) + "|" + name
    work = done & frame["level2"].str.contains("数量|质量").to_numpy(dtype=bool)
    cells = dict(zip(key[work], frame["cells"][work].map(lambda cells: cells.get("actual", "")), strict=True))
    return key.map(cells).where(idle, None)


def _all_done(frame: pd.DataFrame, met: Bools) -> Bools:
    """Tell the rows of forms whose quantities are all reported done."""
    quantity = frame["level2"].str.contains("数量")
    done = frame.assign(met=met)[quantity].groupby("project")["met"].all()
    return np.asarray(frame["project"].isin(done.index[done.astype(bool)]).to_numpy(dtype=bool))


def _outside(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(frame, mask):
        yield at(
            row, "S201", "declared_score", ("weight",),
            name=name_of(row), found=row["declared_score_text"], expected=plain(row["weight"]),
        )  # fmt: skip


def _banded(frame: pd.DataFrame, mask: Bools, no_reason: Bools) -> Iterator[Finding]:
    """A21, and where the target is missed also A16 (scored in full) and A17 (no word why)."""
    for row in rows(frame.assign(no_reason=no_reason), mask):
        missed = row["place"] in (PARTIAL, UNMET)
        full = missed and row["declared_score"] >= row["weight"]
        silent = missed and row["no_reason"]
        yield at(
            row, "S202", "declared_score", ("target", "actual", "reason") if silent else ("target", "actual"),
            name=name_of(row), target=row["target_text"], actual=row["actual_text"],
            place=phrase(f"place.{row['place']}"), found=row["declared_score_text"],
            expected=span(row["band_low"], row["band_high"], row["band_open"]), reason=_reason_too(row),
            rules=(*(("A16",) if full else ()), *(("A17",) if silent else ()), "A21"),
        )  # fmt: skip


def _reason_too(row: Row) -> Phrase:
    cell = row["cells"].get("reason", "")
    if row.get("no_reason") and row["place"] != "met" and cell:
        return phrase("said.and_reason", cell=cell)
    return phrase("said.nothing")


def _nothing_spent(frame: pd.DataFrame, mask: Bools, pairs: pd.Series[str]) -> Iterator[Finding]:
    """A37: a cost of 0 under "no more than": scored 0, or full while the work of that name is reported done (A38)."""
    for row in rows(frame.assign(pair=pairs), mask):
        paired = isinstance(row["pair"], str)
        yield at(
            row, "R107", "declared_score", ("actual",), beside=[row["pair"]] if paired else [],
            name=name_of(row), declared=row["declared_score_text"] or phrase("said.blank"), score=plain(row["score"]),
            pair=phrase("said.pair", cell=row["pair"]) if paired else phrase("said.nothing"),
            rules=("A37", "A38") if paired else ("A37",),
        )  # fmt: skip


def _done_for_nothing(frame: pd.DataFrame, mask: Bools, pairs: pd.Series[str]) -> Iterator[Finding]:
    """A38: quantity or quality done while its cost is 0."""
    for row in rows(frame.assign(pair=pairs), mask):
        yield at(row, "R120", "actual", beside=[row["pair"]], name=name_of(row), pair=row["pair"])


def _missed(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A17, where no weight says how many points a missed target costs."""
    for row in rows(frame, mask):
        yield at(
            row, "R127", "reason", ("actual",),
            name=name_of(row), found=row["actual_text"], expected=row["target_text"],
        )  # fmt: skip


def _needless(frame: pd.DataFrame, needless: Bools, unfinished: Bools) -> Iterator[Finding]:
    """A19: a reason where there is nothing to explain, or one that says that a met target was missed."""
    for how, mask in (("reason.needless", needless), ("reason.unfinished", unfinished)):
        for row in rows(frame, mask):
            yield at(
                row, "R119", "reason", ("actual",) if how == "reason.unfinished" else (),
                name=name_of(row), found=row["reason"], how=phrase(how, actual=row["actual_text"], target=row["target_text"]),
            )  # fmt: skip


def _full_unmet(frame: pd.DataFrame, mask: Bools, no_reason: Bools) -> Iterator[Finding]:
    for row in rows(frame.assign(no_reason=no_reason), mask):
        below, score = phrase("said.below_full", weight=plain(row["weight"])), row["score"]
        should = below if score is None else phrase("said.should_be", score=plain(score))
        yield at(
            row, "S203", "declared_score", ("reason",) if row["no_reason"] else (),
            name=name_of(row), target=row["target_text"], actual=row["actual_text"],
            found=row["declared_score_text"], expected=plain(row["score"]), should=should, reason=_reason_too(row),
            rules=("A16", "A17") if row["no_reason"] else ("A16",),
        )  # fmt: skip


def _cut_met(frame: pd.DataFrame, mask: Bools, unfinished: Bools, below: Bools) -> Iterator[Finding]:
    """A15; with A19 where the reason says that the target was missed, with A21 where words stand below their band."""
    for row in rows(frame.assign(unfinished=unfinished, below=below), mask):
        yield at(
            row, "S204", "declared_score", ("actual", "reason") if row["unfinished"] else ("actual",),
            name=name_of(row), target=row["target_text"], actual=row["actual_text"],
            found=row["declared_score_text"], expected=plain(row["weight"]),
            rules=("A15", *(["A19"] if row["unfinished"] else []), *(["A21"] if row["below"] else [])),
        )  # fmt: skip


def _wrong(frame: pd.DataFrame, mask: Bools, unexplained: Bools) -> Iterator[Finding]:
    for row in rows(frame.assign(no_reason=unexplained), mask):
        yield at(
            row, "S205", "declared_score", ("reason",) if row["no_reason"] else (),
            name=name_of(row), target=row["target_text"], actual=row["actual_text"],
            found=row["declared_score_text"], expected=plain(row["score"]), reason=_reason_too(row),
            rules=("A14", "A17") if row["no_reason"] else ("A14",),
        )  # fmt: skip


def _near(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(frame, mask):
        yield at(
            row, "S206", "declared_score",
            name=name_of(row), found=row["declared_score_text"], expected=plain(row["score"]),
        )  # fmt: skip


def _unexplained(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(frame, mask):
        shown = (
            phrase("said.declared_score", score=row["declared_score_text"])
            if row["declared_score"] is not None
            else phrase("said.computed_score", score=plain(row["score"]))
        )
        yield at(
            row, "S207", "reason", ("declared_score",), name=name_of(row), found=shown, expected=plain(row["weight"])
        )  # fmt: skip


def _over(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A18: far more than planned, and no word why."""
    flag = frame["flag"].to_numpy(dtype=object)
    for code, name in (("R105", "over"), ("R106", "far_over")):
        for row in rows(frame, mask & (flag == name)):
            yield at(
                row, code, "reason", ("actual",),
                name=name_of(row), found=row["actual_text"], expected=row["target_text"], rate=percent(row["achievement"]),
            )  # fmt: skip


def _stock(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A20: a stock phrase where a reason is due."""
    for row in rows(frame, mask):
        yield at(row, "R112", "reason", name=name_of(row), found=row["reason"])


def _pending(frame: pd.DataFrame, mask: Bools, no_reason: Bools) -> Iterator[Finding]:
    """Rows whose score a person must set; where the target is missed and no word says why, A17 holds as well."""
    for row in rows(frame.assign(no_reason=no_reason), mask):
        texts = {"target": row["target_text"], "actual": row["actual_text"]}
        if row["place"]:
            why = phrase("said.placed", **texts, place=phrase(f"place.{row['place']}"))
        elif row["comparable"] == "date":
            why = phrase("said.early" if row["operator"] in ("ge", "gt") else "said.late", **texts)
        else:
            why = phrase("said.not_comparable", **texts)
        yield at(
            row, "S208", "declared_score", ("target", "actual"),
            name=name_of(row), why=why, expected=span(row["low"], row["high"], row["high_open"]),
            reason=_reason_too(row), rules=("A17",) if row["no_reason"] else (),
        )  # fmt: skip
