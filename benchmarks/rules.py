"""The rules alone, over many indicator rows at once, against a loop with decimals."""

from __future__ import annotations

import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlproc.model.exact import SCALE
from xlproc.reading.workbook import read
from xlproc.rules.scoring import score_indicators
from xlproc.rulesets import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CENT = Decimal("0.01")


def loop(rows: Sequence[Mapping[Any, Any]]) -> list[Decimal]:
    """Score rows one by one: weight × actual ÷ target, costs the other way round, to the cent."""
    out = []
    for row in rows:
        w, a, t = (Decimal(row[name]) / SCALE for name in ("weight", "actual", "target"))
        if row["operator"] == "le":
            score = w if a <= t else max(Decimal(0), w * (2 * t - a) / t)
        else:
            score = min(w, w * a / t)
        out.append(score.quantize(CENT, ROUND_HALF_UP))
    return out


def compare(inbox: Path, counts: tuple[int, ...]) -> list[tuple[int, float, float]]:
    """Time both over so many rows; they must agree.

    Returns:
        Rows, seconds of the loop, seconds of the rules.
    """
    import pandas as pd

    base = read(sorted(inbox.glob("*.xlsx"))[:50]).frames["indicators"]
    base = base[(base["comparable"] == "number") & (base["target"] > 0)]
    ruleset, out = load("mof-2020"), []
    for count in counts:
        frame = pd.concat([base] * (count // len(base) + 1), ignore_index=True).iloc[:count]
        begin = time.perf_counter()
        ours = score_indicators(frame, ruleset)["score"]
        middle = time.perf_counter()
        rows = frame[["weight", "actual", "target", "operator"]].to_dict("records")
        theirs = loop(rows)
        end = time.perf_counter()
        assert [int(score * SCALE) for score in theirs] == ours.tolist()
        out.append((count, end - middle, middle - begin))
    return out
