"""The money of two forms: budgets by line, and what is spent of which source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlproc.model.exact import SCALE, compare_product, plain
from xlproc.model.frames import ABSENT, BLANK, PLACEHOLDER
from xlproc.model.text import label_key
from xlproc.model.words import Phrase, phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.between.pairing import apart, partners
from xlproc.rules.between.period import periods
from xlproc.rules.between.sides import Sides, cells_of, tell
from xlproc.rules.report import Row, collect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlproc.model.exact import Bools, Ints
    from xlproc.model.findings import Finding

_LABELS = {"initial": "年初预算数", "budget": "全年预算数"}
_SIDES = ("ours", "theirs")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of money in both forms.

    Attributes:
        total: It is the total.
        ours: Its row in the evaluated form, or None.
        theirs: Its row in the monitoring form, or None.
        mine: What the evaluated form says, in millionths of 元; None where that is not known.
        other: What the monitoring form says.
    """

    total: bool
    ours: Row | None
    theirs: Row | None
    mine: int | None
    other: int | None

    @property
    def gap(self) -> int:
        """How much more the evaluated form says."""
        return 0 if self.mine is None or self.other is None else self.mine - self.other


def compare_money(heads: Sides, funds: Sides) -> list[Finding]:
    """Compare budgets and what was spent.

    Args:
        heads: Paired forms.
        funds: Their lines of money.
    """
    ours, theirs = (_parted(side) for side in (funds.ours, funds.theirs))
    at = _side_by_side(ours, theirs)
    lines = Sides(*(side.reindex(where).reset_index(drop=True) for side, where in zip((ours, theirs), at, strict=True)))  # fmt: skip
    pair = lines.ours["pair"].fillna(lines.theirs["pair"]).astype("int64")
    return collect(_budgets(heads, lines, pair), _spent(heads, lines, pair))


def _parted(side: pd.DataFrame) -> pd.DataFrame:
    """Give the lines that are compared: one total, and its parts."""
    second = (side["kind"] == "total") & side.duplicated(["pair", "kind"])
    kept = side[~side["nested"] & ~second].reset_index(drop=True)
    return kept.assign(label=kept["line"].map(label_key))


def _side_by_side(ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[Ints, Ints]:
    """Give positions of the lines that are the same, then of those that only one form has; −1 for none."""
    at_ours, at_theirs = partners(ours, theirs, (("kind", "label"), ("kind",)))
    alone = np.flatnonzero(apart(len(ours), at_ours)), np.flatnonzero(apart(len(theirs), at_theirs))
    none = [np.full(len(each), -1) for each in alone]
    return np.concatenate([at_ours, alone[0], none[1]]), np.concatenate([at_theirs, none[0], alone[1]])


def _budgets(heads: Sides, lines: Sides, pair: pd.Series[int]) -> Iterator[Finding]:
    """年初预算数 against 年初预算数; 全年预算数 where a form has no other."""
    by_pair = heads.heads()
    left = set(pair)
    for name, label in _LABELS.items():
        filled = [set(side["pair"][side[name].notna()]) for side in (lines.ours, lines.theirs)]
        compared = left & filled[0] & filled[1]
        left -= compared
        for number, mine in _differing(heads, lines, pair, name, compared):
            told, why = _explained([line for line in mine if line.gap])
            ours, theirs = by_pair[number]
            yield tell(
                "M205", name, (ours, _cells(told, "ours", name)), (theirs, _cells(told, "theirs", name)),
                label=label, labels=_labels(told, name, by_pair[number]), why=why,
            )  # fmt: skip


def _explained(differing: list[_Line]) -> tuple[list[_Line], Phrase]:
    """Leave the total alone where a line that only one form has explains its difference."""
    total = next((line for line in differing if line.total), None)
    for line in differing:
        if total is not None and not line.total and line.gap == total.gap and 0 in (line.mine, line.other):
            row, form = (line.ours, "ours") if line.other == 0 else (line.theirs, "theirs")
            assert row is not None
            gap = plain(abs(line.gap) // int(row["worth"]))
            return [total], phrase(f"between.lone_{form}", line=_name(line), gap=gap)
    return differing, phrase("said.nothing")


def _spent(heads: Sides, lines: Sides, pair: pd.Series[int]) -> Iterator[Finding]:
    """What was spent by mid-year: no more than by the year's end, and of the same sources."""
    by_pair, covers = heads.heads(), periods(heads)
    counted = set(covers.index[covers["later"] | covers["same"]])
    for number, mine in _differing(heads, lines, pair, "executed", counted):
        one = bool(covers["same"][number])
        wrong = [line for line in mine if line.gap < 0 or (one and line.gap)]
        total = next((line for line in mine if line.total), None)
        ours, theirs = by_pair[number]
        if total is None or total.mine is None or total.other is None or not wrong:
            continue
        if total in wrong:
            why = phrase("between.one_period" if one else "between.fallen")
            yield tell(
                "M209", "executed",
                (ours, _cells([total], "ours", "executed")), (theirs, _cells([total], "theirs", "executed")),
                name=_name(total), found=_amount(total.ours, "executed", ours),
                expected=_amount(total.theirs, "executed", theirs), why=why,
            )  # fmt: skip
            continue
        told = [line for line in mine if line in wrong or (not line.total and line.mine and line.other == 0)]
        yield tell(
            "M206", "executed",
            (ours, _cells(told, "ours", "executed") or _cells([total], "ours", "executed")),
            (theirs, _cells(told, "theirs", "executed") or _cells([total], "theirs", "executed")),
            labels=_labels(told, "executed", by_pair[number]),
        )  # fmt: skip


def _differing(
    heads: Sides, lines: Sides, pair: pd.Series[int], name: str, chosen: set[int]
) -> Iterator[tuple[int, list[_Line]]]:
    """Give the chosen pairs whose amounts differ, with all their lines; in the order of the evaluated form."""
    amounts = [_amounts(side, pair, name) for side in (lines.ours, lines.theirs)]
    worths = [
        pair.map(dict(zip(side["pair"], side["fund_worth"].fillna(10_000), strict=True))).to_numpy(dtype=np.int64)
        for side in (heads.ours, heads.theirs)
    ]  # fmt: skip
    known = amounts[0][1] & amounts[1][1]
    sign = compare_product(amounts[0][0], worths[0], amounts[1][0], worths[1])
    found = set(pair[known & (sign != 0)]) & chosen
    told = pair.isin(found).to_numpy(dtype=bool)
    marked = [
        side.assign(number=pair, there=side["row"].notna(), amount=amount, known=sure, worth=worth)
        for side, (amount, sure), worth in zip((lines.ours, lines.theirs), amounts, worths, strict=True)
    ]
    by_pair: dict[int, list[_Line]] = {}
    for ours, theirs in Sides(*marked).couples(told):
        by_pair.setdefault(ours["number"], []).append(_line(ours, theirs))
    for number, mine in by_pair.items():
        if any(line.gap for line in mine):
            yield number, sorted(mine, key=lambda line: (line.ours is None, (line.ours or line.theirs or {})["row"]))  # fmt: skip


def _line(ours: Row, theirs: Row) -> _Line:
    mine, other = (int(row["amount"]) * int(row["worth"]) if row["known"] else None for row in (ours, theirs))
    if mine is not None and other is not None and ours["worth"] != theirs["worth"]:
        # 万元 to two decimals against 元
        near = max(ours["worth"], theirs["worth"]) * SCALE // 200
        other = mine if abs(mine - other) <= near else other
    total = "total" in (ours["kind"], theirs["kind"])
    return _Line(total, ours if ours["there"] else None, theirs if theirs["there"] else None, mine, other)


def _amounts(side: pd.DataFrame, pair: pd.Series[int], name: str) -> tuple[Ints, Bools]:
    """Give each line's amount; a part that is blank or not there is 0 in a form that fills in others."""
    amount, known = numbers(side, name)
    part = (side["kind"] != "total").to_numpy(dtype=bool)
    empty = side["row"].isna() | side[f"{name}_state"].isin([BLANK, PLACEHOLDER, ABSENT])
    parted = pair.isin(set(pair[known & part])).to_numpy(dtype=bool)
    return amount, known | (part & parted & empty.to_numpy(dtype=bool))


def _cells(lines: Sequence[_Line], form: str, name: str) -> tuple[str, ...]:
    there = [row for line in lines if (row := getattr(line, form)) is not None]
    return tuple(dict.fromkeys(cell for row in there for cell in cells_of(row, name)))


def _labels(lines: Sequence[_Line], name: str, heads: tuple[Row, Row]) -> tuple[Phrase, ...]:
    return tuple(
        phrase(
            "between.line",
            line=_name(line),
            found=_amount(line.ours, name, heads[0]),
            expected=_amount(line.theirs, name, heads[1]),
        )
        for line in lines
    )


def _name(line: _Line) -> str:
    row: dict[str, Any] = line.ours or line.theirs or {}
    return label_key(row["line"])


def _amount(row: Row | None, name: str, head: Row) -> str | Phrase:
    if row is None:
        return phrase("between.no_line")
    return f"{plain(row[name])}{head['fund_unit']}" if row[name] is not None else phrase("between.blank")
