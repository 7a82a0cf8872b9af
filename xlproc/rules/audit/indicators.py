"""Audit of each indicator's row: what is filled (A28), directions (A24, A25), units (A26), values (A27), scores (A13-A21).

Order on a row: A28 silences the rest; then A13, then A24 and A25 (a doubtful direction leaves the score alone), A21, A16
(with A17), A15, A14; A37 stands in for A14, A15 and A19.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlproc.model.exact import SCALE, plain
from xlproc.model.frames import ABSENT, BLANK, NUMBER, PLACEHOLDER, TEXT, UNSAID
from xlproc.model.text import clean, clean_name
from xlproc.model.words import OPERATORS, Phrase, percent, phrase, span
from xlproc.rules.arrays import numbers
from xlproc.rules.qualitative import MOSTLY, PARTIAL, UNMET, UNPLACED
from xlproc.rules.report import Row, at, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlproc.model.exact import Bools, Ints
    from xlproc.model.findings import Finding
    from xlproc.rulesets import RuleSet

_NEEDED = {"target": "年度指标值", "actual": "实际完成值", "weight": "分值"}


def audit_indicators(indicators: pd.DataFrame, ruleset: RuleSet) -> list[Finding]:
    """Audit the indicators.

    Args:
        indicators: As :func:`xlproc.rules.scoring.score_indicators` gives them.
        ruleset: Gives tolerances.
    """
    frame = indicators
    n = len(frame)

    def is_(column: str, *values: str) -> Bools:
        return np.asarray(frame[column].isin(values).to_numpy(dtype=bool))

    exact, rounded = ruleset.tolerance.exact, ruleset.tolerance.rounded
    weight, has_weight = numbers(frame, "weight")
    declared, has_declared = numbers(frame, "declared_score")
    score, has_score = numbers(frame, "score")
    target, _ = numbers(frame, "target")
    actual, _ = numbers(frame, "actual")
    met = frame["met"].fillna(value=False).to_numpy(dtype=bool)
    unmet = (~frame["met"]).fillna(value=False).to_numpy(dtype=bool)
    computed = ~is_("method", "declared", "pending")
    no_reason = is_("reason_state", *UNSAID)

    missing = np.zeros(n, dtype=bool)
    for name in _NEEDED:
        missing |= is_(f"{name}_state", BLANK, PLACEHOLDER)
    no_column = is_("target_state", ABSENT) | is_("actual_state", ABSENT)
    live = ~missing & ~no_column & ~frame["unreadable"].to_numpy(dtype=bool) & has_weight

    no_points = live & (weight <= 0)
    live &= ~no_points
    opposed = live & _opposed(frame)
    floored = live & _floored(frame) & ~opposed
    turned = live & _turned(frame) & ~opposed & ~floored
    thousand = live & is_("comparable", "number") & _thousandfold(actual, target)
    strange = live & _strange(frame, ruleset) & (no_reason | _far_off(frame))
    slipped = strange & _far_off(frame)

    # one mistake, one finding: each row goes to the first that holds
    outside = live & has_declared & ((declared > weight) | (declared < 0))
    left = live & ~outside & ~opposed & ~floored & ~turned & ~thousand & ~slipped
    placed = is_("place", PARTIAL, UNMET, MOSTLY)
    band_low, _ = numbers(frame, "band_low")
    band_high, _ = numbers(frame, "band_high")
    band_open = frame["band_open"].to_numpy(dtype=bool)
    off_band = (declared < band_low - exact) | np.where(
        band_open, declared >= band_high, declared > band_high + exact
    )
    banded = left & has_declared & placed & off_band
    left &= ~banded
    idle = live & _is_cost(frame) & is_("comparable", "number") & (actual == 0) & (target > 0)
    pairs = _pairs(frame, idle, live & met & ~_is_cost(frame))
    cut = has_declared & (declared < weight)
    done = pairs.notna().to_numpy(dtype=bool) | _all_done(frame, met)
    silent = left & idle & met & is_("operator", "le", "lt") & (cut | done)
    left &= ~silent
    gap = np.abs(declared - score)
    near = left & computed & has_declared & (gap > exact) & (gap <= rounded)
    # rounding does not turn a missed target into a full score, but for a hair
    near &= ~(unmet & (declared >= weight) & (gap * 100 > weight))
    left &= ~near
    full_unmet = left & unmet & ~placed & has_declared & (declared >= weight - exact)
    full_unmet &= ~(has_score & (score >= weight - exact))
    left &= ~full_unmet
    cut_met = left & met & computed & has_declared & (declared < weight - exact) & (score >= weight - exact)
    left &= ~cut_met
    wrong = left & computed & has_declared & (gap > rounded)
    effective = np.where(has_declared, declared, score)
    short = (left | near) & (has_declared | has_score) & (effective < weight - exact)
    short &= ~(near & met)
    unexplained = short & no_reason

    stock = frame["reason"].map(clean).isin(ruleset.completion.stock_reasons).to_numpy(dtype=bool)
    explained = live & met & is_("reason_state", TEXT) & ~stock & ~silent & ~opposed & ~floored & ~turned
    unfinished = explained & _any_word(frame["reason"], ruleset.completion.unfinished_words)
    unfinished &= ~_any_word(
        frame["reason"], ("已完成", "上年", "以前年度", "结转")
    )  # of another year, or mended
    exact_hit = is_("flag", "met") & ~(frame["deviation"].fillna(0) != 0).to_numpy(dtype=bool)
    exact_hit &= ~(
        is_("comparable", "date") & (frame["actual_day"] != frame["target_day"]).fillna(value=False)
    )
    has_full = (has_declared | has_score) & (effective >= weight - exact)
    needless = explained & exact_hit & has_full & ~unfinished

    units = live & is_("comparable", "unit")
    unplaced = live & is_("place", UNPLACED)
    pending = live & frame["pending"].to_numpy(dtype=bool)
    pending &= ~(outside | banded | full_unmet | units | unplaced)

    return collect(
        _missing(frame, missing),
        _no_points(frame, no_points),
        _nameless(frame, live),
        _outside(frame, outside),
        _banded(frame, banded, no_reason),
        _nothing_spent(frame, silent, pairs),
        _done_for_nothing(frame, idle & ~silent & pairs.notna().to_numpy(dtype=bool), pairs),
        _directions(frame, opposed, floored, turned),
        _other_scale(frame, thousand),
        _values(frame, strange, ruleset),
        _heavy(frame, live & (weight > ruleset.levels.largest), ruleset),
        _needless(frame, needless, unfinished & ~cut_met),
        _full_unmet(frame, full_unmet, no_reason),
        _cut_met(frame, cut_met, unfinished, is_("comparable", "words") & (declared < band_low - exact)),
        _wrong(frame, wrong, unexplained),
        _near(frame, near),
        _unexplained(frame, unexplained & ~wrong),
        _over(frame, live & no_reason & ~strange),
        _stock(frame, stock & (short | (live & is_("flag", "over", "far_over"))) & ~no_reason),
        _units(frame, units, live),
        _words(frame, unplaced, live),
        _texts(frame, live & is_("comparable", "words") & ~unplaced),
        _word_for_number(
            frame, live & is_("comparable", "words") & ~unplaced & ~is_("nature", "qualitative")
        ),
        _pending(frame, pending, no_reason & unmet),
    )


def _is_cost(frame: pd.DataFrame) -> Bools:
    return np.asarray((frame["level1"] + frame["level2"]).str.contains("成本").to_numpy(dtype=bool))


def _any_word(texts: pd.Series[str], words: Sequence[str]) -> Bools:
    found = texts.map(lambda text: any(word in clean(text) for word in words))
    return np.asarray(found.to_numpy(dtype=bool))


def _opposed(frame: pd.DataFrame) -> Bools:
    """A24: 正向 with ≤, or 反向 with ≥, where the form says both."""
    nature = frame["nature_text"].map(clean)
    up = nature.str.startswith("正向") & frame["operator"].isin(["le", "lt"])
    down = nature.str.match("反向|逆向|负向") & frame["operator"].isin(["ge", "gt"])
    return np.asarray(((up | down) & ~frame["operator_inferred"]).to_numpy(dtype=bool))


def _floored(frame: pd.DataFrame) -> Bools:
    """A25: a cost that must not be less."""
    said = ~frame["operator_inferred"] & frame["operator"].isin(["ge", "gt"]) & frame["lesser"]
    return np.asarray(said.to_numpy(dtype=bool)) & _is_cost(frame)


def _turned(frame: pd.DataFrame) -> Bools:
    """A24: a direction that the indicator's name contradicts (满意度 ≤, 差错率 ≥)."""
    said = ~frame["operator_inferred"] & frame["comparable"].eq("number")
    up, down = frame["operator"].isin(["ge", "gt"]), frame["operator"].isin(["le", "lt"])
    against = (up & frame["lesser"]) | (down & frame["greater"])
    return np.asarray((said & against).to_numpy(dtype=bool)) & ~_is_cost(frame)


def _thousandfold(actual: Ints, target: Ints) -> Bools:
    """Tell values about 1000 or 10000 times their target, or that part of it."""
    large, small = np.maximum(actual, target), np.minimum(actual, target)
    ratio = large // np.maximum(small, 1)
    near = ((ratio >= 700) & (ratio <= 1300)) | ((ratio >= 7000) & (ratio <= 13000))
    return np.asarray((small > 0) & near)


def _all_done(frame: pd.DataFrame, met: Bools) -> Bools:
    """Tell the rows of forms whose quantities are all reported done."""
    quantity = frame["level2"].str.contains("数量")
    done = frame.assign(met=met)[quantity].groupby("project")["met"].all()
    return np.asarray(frame["project"].isin(done.index[done.astype(bool)]).to_numpy(dtype=bool))


def _strange(frame: pd.DataFrame, ruleset: RuleSet) -> Bools:
    """A27: percentages above 100 or below 0, other numbers below 0; growth may be either."""
    odd = np.zeros(len(frame), dtype=bool)
    for name in ("target", "actual"):
        odd |= _odd(frame, name)
    return odd & ~_any_word(frame["level3"], ruleset.completion.growth_words)


def _far_off(frame: pd.DataFrame) -> Bools:
    """Tell values that must be slips: below 0, or shares above 200 %; a score computed from them means nothing."""
    off = np.zeros(len(frame), dtype=bool)
    share = (frame["measure"] == "%").to_numpy(dtype=bool)
    for name in ("target", "actual"):
        value, known = numbers(frame, name)
        off |= known & ((value < 0) | (share & (value > 200 * SCALE)))
    return off


def _odd(frame: pd.DataFrame, name: str) -> Bools:
    value, known = numbers(frame, name)
    share = (frame["measure"] == "%").to_numpy(dtype=bool)
    return np.asarray(known & ((value < 0) | (share & (value > 100 * SCALE))))


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


def _missing(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(frame, mask):
        lacking = [name for name in _NEEDED if row[f"{name}_state"] in (BLANK, PLACEHOLDER)]
        labels = tuple(_NEEDED[name] for name in lacking)
        yield at(row, "R101", lacking[0], lacking[1:], name=name_of(row), labels=labels)


def _no_points(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A11: a weight of 0 or less."""
    for row in rows(frame, mask):
        yield at(row, "R113", "weight", name=name_of(row), found=row["weight_text"])


def _nameless(frame: pd.DataFrame, live: Bools) -> Iterator[Finding]:
    """A56: figures without an indicator's name."""
    for row in rows(frame, live & (frame["level3"] == "").to_numpy(dtype=bool)):
        yield at(row, "R114", "level3", found=row["target_text"])


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
        row["cells"] = {**row["cells"], "pair": row["pair"]} if paired else row["cells"]
        yield at(
            row, "R107", "declared_score", ("actual", "pair") if paired else ("actual",),
            name=name_of(row), declared=row["declared_score_text"] or phrase("said.blank"), score=plain(row["score"]),
            pair=phrase("said.pair", cell=row["pair"]) if paired else phrase("said.nothing"),
            rules=("A37", "A38") if paired else ("A37",),
        )  # fmt: skip


def _done_for_nothing(frame: pd.DataFrame, mask: Bools, pairs: pd.Series[str]) -> Iterator[Finding]:
    """A38: quantity or quality done while its cost is 0."""
    for row in rows(frame.assign(pair=pairs), mask):
        row["cells"] = {**row["cells"], "pair": row["pair"]}
        yield at(row, "R120", "actual", ("pair",), name=name_of(row), pair=row["pair"])


def _directions(frame: pd.DataFrame, opposed: Bools, floored: Bools, turned: Bools) -> Iterator[Finding]:
    """A24 and A25; where both hold, one finding. A direction against the name is for a person to judge."""
    for row in rows(frame.assign(cost=_floored(frame)), opposed):
        field = "operator" if row["operator_text"] else "target"
        yield at(
            row, "R115", field, ("nature",),
            name=name_of(row), nature=row["nature_text"], sign=OPERATORS[row["operator"]],
            rules=("A24", "A25") if row["cost"] else ("A24",),
        )  # fmt: skip
    for row in rows(frame, floored):
        field = "operator" if row["operator_text"] else "target"
        yield at(
            row, "R116", field, name=name_of(row), sign=OPERATORS[row["operator"]], found=row["target_text"]
        )
    for row in rows(frame, turned):
        field = "operator" if row["operator_text"] else "target"
        wants = phrase("direction.less" if row["lesser"] else "direction.more")
        yield at(row, "R126", field, name=name_of(row), sign=OPERATORS[row["operator"]], wants=wants)


def _other_scale(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A26: about a thousand or ten thousand times the target, or that part of it: 元 for 万元, 米 for 公里."""
    for row in rows(frame, mask):
        yield at(
            row, "R125", "actual", ("target",),
            name=name_of(row), found=row["actual_text"], expected=row["target_text"],
        )  # fmt: skip


def _values(frame: pd.DataFrame, mask: Bools, ruleset: RuleSet) -> Iterator[Finding]:
    odd = {name: _odd(frame, name) for name in ("actual", "target")}
    for row in rows(frame.assign(**{f"odd_{name}": marks for name, marks in odd.items()}), mask):
        names = [name for name in odd if row[f"odd_{name}"]]
        shown = phrase("values.negative" if row[names[0]] < 0 else "values.above", limit=100)
        labels = tuple(_NEEDED[name] for name in names)
        texts = tuple(row[f"{name}_text"] for name in names)
        yield at(row, "R117", names[0], names[1:], name=name_of(row), labels=labels, texts=texts, how=shown)


def _heavy(frame: pd.DataFrame, mask: Bools, ruleset: RuleSet) -> Iterator[Finding]:
    """A12: one indicator carries too much."""
    for row in rows(frame, mask):
        limit = plain(ruleset.levels.largest)
        yield at(row, "R118", "weight", name=name_of(row), found=row["weight_text"], expected=limit)


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


def _units(frame: pd.DataFrame, differ: Bools, live: Bools) -> Iterator[Finding]:
    """A26: units that differ, and numbers without a unit."""
    for row in rows(frame, differ):
        yield at(
            row, "R102", "actual", ("target",),
            name=name_of(row), found=row["actual_text"], expected=row["target_text"], how=_how(row),
        )  # fmt: skip
    numeric = live & (frame["target_state"] == NUMBER).to_numpy(dtype=bool)
    bare = (
        numeric
        & (frame["measure"] == "").to_numpy(dtype=bool)
        & (frame["nature"] != "qualitative").to_numpy(dtype=bool)
    )
    column = frame["has_unit_column"].to_numpy(dtype=bool)
    for row in rows(frame, bare & column & ~differ):
        yield at(row, "R103", "unit", name=name_of(row), found=row["target_text"])
    for row in rows(frame, bare & ~column & ~differ):
        yield at(row, "R104", "target", name=name_of(row), found=row["target_text"])
    for row in rows(frame, numeric & (frame["nature"] == "qualitative").to_numpy(dtype=bool)):
        yield at(row, "R110", "nature", ("target",), name=name_of(row), found=row["target_text"])


def _how(row: Row) -> Phrase:
    if row["score"] is not None:
        return phrase("said.stands", score=plain(row["score"]))
    return phrase("said.score_pending", range=span(row["low"], row["high"], row["high_open"]))


def _words(frame: pd.DataFrame, unplaced: Bools, live: Bools) -> Iterator[Finding]:
    """A23: words that the vocabulary does not place, or that say the same with another verb; A22: half a number."""
    for row in rows(frame, unplaced):
        numeric = [name for name in ("target", "actual") if row[f"{name}_state"] == NUMBER]
        if numeric:
            other = "actual" if numeric == ["target"] else "target"
            yield at(
                row, "R111", other,
                name=name_of(row), which=_NEEDED[other], text=row[f"{other}_text"], other=row[f"{numeric[0]}_text"],
                how=_how(row),
            )  # fmt: skip
            continue
        yield at(
            row, "R108", "actual", ("target",),
            name=name_of(row), found=row["actual_text"], expected=row["target_text"], how=_how(row),
        )  # fmt: skip
    for row in rows(frame, live & frame["reworded"].to_numpy(dtype=bool)):
        yield at(
            row, "R109", "actual", ("target",), name=name_of(row), found=row["actual_text"], expected=row["target_text"]
        )  # fmt: skip


def _word_for_number(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A22: 完成 where a number is due: understood, but the figure is missing."""
    numeric = ((frame["target_state"] == NUMBER) & (frame["actual_state"] == TEXT)).to_numpy(dtype=bool)
    for row in rows(frame, mask & numeric):
        yield at(
            row, "R111", "actual", ("target",),
            name=name_of(row), which=_NEEDED["actual"], text=row["actual_text"], other=row["target_text"],
            how=phrase("said.taken_as", place=phrase(f"place.{row['place']}")),
        )  # fmt: skip


def _texts(frame: pd.DataFrame, words: Bools) -> Iterator[Finding]:
    """A22: the form calls an indicator quantitative, and both its values are words."""
    said = frame["nature_text"].map(clean).str.match("正向|反向|逆向|负向|定量").to_numpy(dtype=bool)
    texts = ((frame["target_state"] == TEXT) & (frame["actual_state"] == TEXT)).to_numpy(dtype=bool)
    for row in rows(frame, words & said & texts):
        yield at(
            row, "R124", "nature", ("target",),
            name=name_of(row), nature=row["nature_text"], found=row["target_text"],
        )  # fmt: skip


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
