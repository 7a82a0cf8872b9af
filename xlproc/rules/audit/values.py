"""Audit of what each indicator's row says: what is filled (A11, A12, A28), directions (A24, A25), units (A26), values (A22, A23, A27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.exact import plain
from xlproc.model.frames import BLANK, NUMBER, PLACEHOLDER, TEXT
from xlproc.model.text import clean
from xlproc.model.words import OPERATORS, Phrase, phrase, span
from xlproc.rules.audit.marks import NEEDED, among, floored, odd
from xlproc.rules.points import NONE, OWN, PART
from xlproc.rules.qualitative import UNPLACED
from xlproc.rules.report import Row, at, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.exact import Bools
    from xlproc.model.findings import Finding
    from xlproc.rules.audit.marks import Marks
    from xlproc.rulesets import RuleSet


def audit_values(frame: pd.DataFrame, marks: Marks, ruleset: RuleSet) -> list[Finding]:
    """Audit what the rows of indicators say.

    Args:
        frame: As :func:`xlproc.rules.scoring.score_indicators` gives it.
        marks: The rows' masks.
        ruleset: Gives thresholds.
    """
    live = marks.live
    units = live & among(frame, "comparable", "unit")
    unplaced = live & among(frame, "place", UNPLACED)
    words = live & among(frame, "comparable", "words") & ~unplaced
    return collect(
        _missing(frame, marks.missing),
        _no_points(frame, marks.no_points),
        _nameless(frame, live),
        _heavy(frame, live & (marks.weight > ruleset.levels.largest), ruleset),
        _directions(frame, marks.opposed, marks.floored, marks.turned),
        _other_scale(frame, marks.thousand),
        _values(frame, marks.strange),
        _units(frame, units, live),
        _words(frame, unplaced, live),
        _texts(frame, words),
        _word_for_number(frame, words & ~among(frame, "nature", "qualitative")),
    )


def _missing(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    for row in rows(frame, mask):
        due = [name for name in NEEDED if name != "weight" or row["basis"] == OWN]
        lacking = [name for name in due if row[f"{name}_state"] in (BLANK, PLACEHOLDER)]
        labels = tuple(NEEDED[name] for name in lacking)
        yield at(row, "R101", lacking[0], lacking[1:], name=name_of(row), labels=labels)


def _no_points(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    """A11: a weight of 0 or less."""
    for row in rows(frame, mask):
        yield at(row, "R113", "weight", name=name_of(row), found=row["weight_text"])


def _nameless(frame: pd.DataFrame, live: Bools) -> Iterator[Finding]:
    """A56: figures without an indicator's name."""
    for row in rows(frame, live & (frame["level3"] == "").to_numpy(dtype=bool)):
        yield at(row, "R114", "level3", found=row["target_text"])


def _directions(frame: pd.DataFrame, opposed: Bools, bounded: Bools, turned: Bools) -> Iterator[Finding]:
    """A24 and A25; where both hold, one finding. A direction against the name is for a person to judge."""
    for row in rows(frame.assign(cost=floored(frame)), opposed):
        field = "operator" if row["operator_text"] else "target"
        yield at(
            row, "R115", field, ("nature",),
            name=name_of(row), nature=row["nature_text"], sign=OPERATORS[row["operator"]],
            rules=("A24", "A25") if row["cost"] else ("A24",),
        )  # fmt: skip
    for row in rows(frame, bounded):
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


def _values(frame: pd.DataFrame, mask: Bools) -> Iterator[Finding]:
    found = {name: odd(frame, name) for name in ("actual", "target")}
    for row in rows(frame.assign(**{f"odd_{name}": marks for name, marks in found.items()}), mask):
        names = [name for name in found if row[f"odd_{name}"]]
        shown = phrase("values.negative" if row[names[0]] < 0 else "values.above", limit=100)
        labels = tuple(NEEDED[name] for name in names)
        texts = tuple(row[f"{name}_text"] for name in names)
        yield at(row, "R117", names[0], names[1:], name=name_of(row), labels=labels, texts=texts, how=shown)


def _heavy(frame: pd.DataFrame, mask: Bools, ruleset: RuleSet) -> Iterator[Finding]:
    """A12: one indicator carries too much."""
    for row in rows(frame, mask):
        limit = plain(ruleset.levels.largest)
        yield at(row, "R118", "weight", name=name_of(row), found=row["weight_text"], expected=limit)


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
    if row["basis"] in (NONE, PART):
        return phrase("said.not_scored")
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
                name=name_of(row), which=NEEDED[other], text=row[f"{other}_text"], other=row[f"{numeric[0]}_text"],
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
            name=name_of(row), which=NEEDED["actual"], text=row["actual_text"], other=row["target_text"],
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
