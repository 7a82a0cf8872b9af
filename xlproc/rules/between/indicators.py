"""The indicators of two forms: the same ones, by the same names, with the same targets, in the same order."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import compare_product
from xlproc.model.frames import ABSENT, NUMBER, UNSAID
from xlproc.model.text import clean, clean_name, label_key
from xlproc.model.words import OPERATORS, phrase
from xlproc.rules.arrays import numbers
from xlproc.rules.between.pairing import apart, partners
from xlproc.rules.between.period import periods
from xlproc.rules.between.sides import Sides, cells_of, tell
from xlproc.rules.labels import is_cost, labelled
from xlproc.rules.monitoring import is_nameless
from xlproc.rules.report import Row, collect, name_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from xlproc.model.exact import Bools, Ints
    from xlproc.model.findings import Finding

_ROUNDS = (("name", "group", "aim"), ("name", "aim"), ("name", "group"), ("name", "money"))
_ALIKE = 0.6
"""Names as near as that may be one indicator's."""
_MOST = 2500
"""So many couples of names are tried at most; forms with more of them without partners are two different sets."""
_STEADY = ("质量", "时效", "满意", "可持续")
"""Labels of indicators whose values may be lower again at the year's end."""
_LITERAL = re.compile(r"\d+(?:\.\d+)?")
_OPPOSED = {"ge": 1, "gt": 1, "le": -1, "lt": -1}


@dataclass(frozen=True, slots=True)
class Matched:
    """The indicators of paired forms.

    Attributes:
        every: All rows, with what they are compared by.
        same: Those that are one indicator, side by side, in the order of the evaluated forms.
        ours: Which rows of the evaluated forms have no partner.
        theirs: The same of the monitoring forms.
        strange: Pairs of which most rows have none: two different sets.
    """

    every: Sides
    same: Sides
    ours: Bools
    theirs: Bools
    strange: frozenset[int]


def match(indicators: Sides) -> Matched:
    """Find the rows that are one indicator: by the name, else by the nearest one.

    Args:
        indicators: The rows of paired forms.
    """
    every = _comparable(indicators)
    exact = partners(every.ours, every.theirs, _ROUNDS)
    near = _nearest(every, apart(len(every.ours), exact[0]), apart(len(every.theirs), exact[1]))
    couples = tuple(np.concatenate(side) for side in zip(exact, near, strict=True))
    strange = _strange(every, *couples)
    # names that are near by chance mean nothing between two different sets
    kept = ~every.ours["pair"].isin(strange).to_numpy(dtype=bool)[near[0]]
    at_ours, at_theirs = (np.concatenate([a, b[kept]]) for a, b in zip(exact, near, strict=True))
    order = np.argsort(at_ours, kind="stable")
    return Matched(
        every=every,
        same=every.take(at_ours[order], at_theirs[order]),
        ours=apart(len(every.ours), at_ours),
        theirs=apart(len(every.theirs), at_theirs),
        strange=strange,
    )


def compare_indicators(heads: Sides, matched: Matched) -> list[Finding]:
    """Compare the indicators.

    Args:
        heads: Paired forms.
        matched: Their rows.
    """
    same = matched.same
    return collect(
        _two_sets(heads, matched),
        _missing(heads, matched),
        _renamed(same),
        _targets(same),
        _order(matched),
        _written(same),
        _fallen(heads, same),
    )


def _comparable(indicators: Sides) -> Sides:
    """Give the rows that are indicators, of pairs in which both forms have some, with what they are compared by."""
    ours, theirs = (
        side[~side["execution_row"] & ~is_nameless(side)] for side in (indicators.ours, indicators.theirs)
    )
    both = set(ours["pair"]) & set(theirs["pair"])
    return Sides(*(_keyed(side[side["pair"].isin(both)]) for side in (ours, theirs)))


def _keyed(side: pd.DataFrame) -> pd.DataFrame:
    return side.reset_index(drop=True).assign(
        name=side["level3"].map(clean_name).array,
        group=side["level2"].map(lambda text: label_key(text).removesuffix("指标")).array,
        aim=side["target_text"].map(_plain).array,
        money=side["unit_worth"].notna().array,
    )


def _plain(text: str) -> str:
    return clean(text).rstrip("。.;,、")


def _nearest(every: Sides, alone_ours: Bools, alone_theirs: Bools) -> tuple[Ints, Ints]:
    """Bring together what is left by the nearest names: of one target, or of one level 2 and one unit."""
    left: dict[int, list[tuple[int, Row]]] = {}
    for there, row in zip(
        np.flatnonzero(alone_theirs).tolist(), rows(every.theirs, alone_theirs), strict=True
    ):
        left.setdefault(row["pair"], []).append((there, row))
    counts = every.ours["pair"][alone_ours].value_counts()
    chosen = alone_ours & every.ours["pair"].isin(left).to_numpy(dtype=bool)
    tried: list[tuple[float, int, int]] = []
    for at, mine in zip(np.flatnonzero(chosen).tolist(), rows(every.ours, chosen), strict=True):
        others = left[mine["pair"]]
        if counts[mine["pair"]] * len(others) <= _MOST:
            tried += [(-_alike(mine, other), at, there) for there, other in others]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for distance, at, there in sorted(tried):
        if -distance >= _ALIKE and at not in found and there not in taken:
            found[at] = there
            taken.add(there)
    return np.array([*found], dtype=np.int64), np.array([*found.values()], dtype=np.int64)


def _alike(mine: Row, other: Row) -> float:
    one_target = mine["aim"] != "" and mine["aim"] == other["aim"]
    one_kind = mine["group"] == other["group"] and mine["measure"] == other["measure"]
    if not (one_target or (one_kind and mine["target_state"] == other["target_state"])):
        return 0.0
    return difflib.SequenceMatcher(None, mine["name"], other["name"], autojunk=False).ratio()


def _strange(every: Sides, at_ours: Ints, at_theirs: Ints) -> frozenset[int]:
    """Give the pairs of which more than half of the rows have no partner."""
    total = every.ours["pair"].value_counts().add(every.theirs["pair"].value_counts(), fill_value=0)
    lone = (
        every.ours["pair"][apart(len(every.ours), at_ours)]
        .value_counts()
        .add(every.theirs["pair"][apart(len(every.theirs), at_theirs)].value_counts(), fill_value=0)
    )
    return frozenset(lone.index[lone * 2 > total.reindex(lone.index)])


def _two_sets(heads: Sides, matched: Matched) -> Iterator[Finding]:
    every = matched.every
    counts = [side["pair"].value_counts() for side in (every.ours, every.theirs, matched.same.ours)]
    for mine, other in heads.couples(heads.ours["pair"].isin(matched.strange)):
        ours, theirs, same = (str(int(count.get(mine["pair"], 0))) for count in counts)
        field = "columns.level3"
        yield tell(
            "M212", field, (mine, cells_of(mine, field)), (other, cells_of(other, field)),
            found=ours, expected=theirs, same=same,
        )  # fmt: skip


def _missing(heads: Sides, matched: Matched) -> Iterator[Finding]:
    """Indicators that only one form has; the place in the other is its level 2, else the head of its names."""
    every, by_pair = matched.every, heads.heads()
    for code, here, alone, there in (
        ("M201", every.ours, matched.ours, every.theirs),
        ("M202", every.theirs, matched.theirs, every.ours),
    ):
        told = alone & ~here["pair"].isin(matched.strange).to_numpy(dtype=bool)
        if not told.any():
            continue
        groups = there[(there["group"] != "") & there["pair"].isin(here["pair"][told])]
        beside = dict(zip(zip(groups["pair"], groups["group"], strict=True), groups["cells"], strict=True))
        for row in rows(here, told):
            head = by_pair[row["pair"]][code == "M201"]
            cell = beside.get((row["pair"], row["group"]), {}).get("level2")
            places = (
                (row, cells_of(row, "level3")),
                (head, (cell,) if cell else cells_of(head, "columns.level3")),
            )
            ours, theirs = places if code == "M201" else places[::-1]
            yield tell(code, "level3", ours, theirs, name=name_of(row))


def _renamed(same: Sides) -> Iterator[Finding]:
    for mine, other in same.couples(same.ours["name"] != same.theirs["name"]):
        yield tell(
            "M203", "level3", (mine, cells_of(mine, "level3")), (other, cells_of(other, "level3")),
            found=name_of(mine), expected=name_of(other),
        )  # fmt: skip


def _targets(same: Sides) -> Iterator[Finding]:
    said = _said(same.ours, "target") & _said(same.theirs, "target")
    for mine, other in same.couples(said & ~(_same_value(same, "target") & ~_opposed(same))):
        yield tell(
            "M204", "target", (mine, cells_of(mine, "target")), (other, cells_of(other, "target")),
            name=name_of(mine), found=_shown(mine), expected=_shown(other),
        )  # fmt: skip


def _shown(row: Row) -> str:
    """Give a target as one text, where operator and unit have columns of their own."""
    text = row["target_text"]
    if row["target_state"] != NUMBER:
        return str(text)
    sign = OPERATORS[row["operator"]] if not row["operator_inferred"] else ""
    unit = row["unit"] if row["has_unit_column"] and row["unit"] not in text else ""
    return f"{'' if _LITERAL.match(clean(text)) is None else sign}{text}{unit}"


def _order(matched: Matched) -> Iterator[Finding]:
    """The order, once a pair, at the rows whose places differ; rows that only one form has do not count."""
    same = matched.same
    ranks = [side.groupby("pair")["row"].rank(method="first") for side in (same.ours, same.theirs)]
    moved = (ranks[0] != ranks[1]) & ~same.ours["pair"].isin(matched.strange)
    found: dict[int, list[tuple[Row, Row]]] = {}
    for couple in same.couples(moved):
        found.setdefault(couple[0]["pair"], []).append(couple)
    for couples in found.values():
        ours = [cell for mine, _ in couples for cell in cells_of(mine, "level3")]
        others = sorted((other for _, other in couples), key=lambda other: other["row"])
        theirs = [cell for other in others for cell in cells_of(other, "level3")]
        yield tell("M207", "level3", (couples[0][0], ours), (others[0], theirs))


def _written(same: Sides) -> Iterator[Finding]:
    """One value written in two ways (100%, 1): target and actual of a row together."""
    odd = {name: _same_value(same, name) & _other_literal(same, name) for name in ("target", "actual")}
    mask = odd["target"] & ~_opposed(same) | odd["actual"]
    marked = Sides(same.ours.assign(**{f"odd_{name}": flags for name, flags in odd.items()}), same.theirs)
    for mine, other in marked.couples(mask):
        fields = [name for name in odd if mine[f"odd_{name}"]]
        yield tell(
            "M208", fields[0], (mine, cells_of(mine, *fields)), (other, cells_of(other, *fields)),
            name=name_of(mine),
            found=tuple(mine[f"{name}_text"] for name in fields),
            expected=tuple(other[f"{name}_text"] for name in fields),
        )  # fmt: skip


def _fallen(heads: Sides, same: Sides) -> Iterator[Finding]:
    """Values that grow with the year, and costs, below those of mid-year; of one period, values that differ."""
    covers = periods(heads).reindex(same.ours["pair"])
    later, one = covers["later"].to_numpy(dtype=bool), covers["same"].to_numpy(dtype=bool)
    growing = np.ones(len(same.ours), dtype=bool)
    for side in (same.ours, same.theirs):
        unit = side["measure"].fillna("")
        growing &= (side["comparable"] == "number").to_numpy(dtype=bool)
        growing &= ~(unit.isin(["%", "‰"]) | unit.str.contains("/", regex=False)).to_numpy(dtype=bool)
        grows = side["operator"].isin(["ge", "gt", "eq"]).to_numpy(dtype=bool) & ~labelled(side, _STEADY)
        growing &= is_cost(side) | grows
    ours, theirs = same.ours["measure"].fillna(""), same.theirs["measure"].fillna("")
    sign = _sign(same, "actual")
    growing &= (ours == theirs).to_numpy(dtype=bool) | _money(same)
    marked = Sides(same.ours.assign(one=one), same.theirs)
    for mine, other in marked.couples(growing & ((later & (sign < 0)) | (one & (sign != 0)))):
        how = "between.one_period" if mine["one"] else "between.fallen"
        yield tell(
            "M209", "actual", (mine, cells_of(mine, "actual")), (other, cells_of(other, "actual")),
            name=name_of(mine), found=mine["actual_text"], expected=other["actual_text"], why=phrase(how),
        )  # fmt: skip


def _said(side: pd.DataFrame, name: str) -> Bools:
    return np.asarray(~side[f"{name}_state"].isin([*UNSAID, ABSENT]).to_numpy(dtype=bool))


def _sign(same: Sides, name: str) -> Ints:
    """Give the sign of ours less theirs; amounts of money in 元."""
    worth = [
        np.where(_money(same), side["unit_worth"].fillna(1).to_numpy(dtype=np.int64), 1)
        for side in (same.ours, same.theirs)
    ]
    return compare_product(numbers(same.ours, name)[0], worth[0], numbers(same.theirs, name)[0], worth[1])


def _money(same: Sides) -> Bools:
    return (same.ours["money"] & same.theirs["money"]).to_numpy(dtype=bool)


def _numbered(same: Sides, name: str) -> Bools:
    return numbers(same.ours, name)[1] & numbers(same.theirs, name)[1]


def _same_value(same: Sides, name: str) -> Bools:
    """Tell equal values: numbers of one unit, or of none on one side (1 is 100%); dates; else texts."""
    ours, theirs = same.ours, same.theirs
    a, b = numbers(ours, name)[0], numbers(theirs, name)[0]
    units = [_unit(side, name) for side in (ours, theirs)]
    bare = (units[0] == "") | (units[1] == "")
    share = bare & (((units[0] == "%") & (a == b * 100)) | ((units[1] == "%") & (b == a * 100)))
    equal = (((units[0] == units[1]) | bare) & (a == b)) | share | (_money(same) & (_sign(same, name) == 0))
    days = [side[f"{name}_day"].fillna(-1).to_numpy(dtype=np.int64) for side in (ours, theirs)]
    dated = (days[0] >= 0) & (days[1] >= 0)
    texts = (ours[f"{name}_text"].map(_plain) == theirs[f"{name}_text"].map(_plain)).to_numpy(dtype=bool)
    return np.select([_numbered(same, name), dated], [equal, days[0] == days[1]], texts)


def _unit(side: pd.DataFrame, name: str) -> np.typing.NDArray[np.object_]:
    """Give the units that values are in; an actual that does not fit its target's has its own."""
    unit = side["measure"].fillna("")
    if name == "actual":
        unit = unit.where(side["comparable"] != "unit", side["actual_unit"].fillna(""))
    return unit.to_numpy(dtype=object)


def _opposed(same: Sides) -> Bools:
    """Tell targets of which one is a least and the other a most, both said and not inferred."""
    ways = [
        side["operator"].map(lambda sign: _OPPOSED.get(sign, 0)).where(~side["operator_inferred"], 0)
        for side in (same.ours, same.theirs)
    ]
    return np.asarray(((ways[0] * ways[1]) < 0).to_numpy(dtype=bool))


def _other_literal(same: Sides, name: str) -> Bools:
    """Tell numbers whose digits differ: 1 for 100%, 4000元 for 0.4万元; not those whose unit has its own column."""
    digits = [side[f"{name}_text"].map(_digits) for side in (same.ours, same.theirs)]
    return _numbered(same, name) & (digits[0] != digits[1]).to_numpy(dtype=bool)


def _digits(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(part) for part in _LITERAL.findall(clean(text).replace(",", "")))
