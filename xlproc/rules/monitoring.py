"""Mid-year monitoring: lights, deviations and what can still be reached, against the part of the year that has gone.

What is due at the end of month m is m/12 of the budget, and of the target of an indicator that grows with the year;
all other indicators are held against the target itself. A cost of which nothing is spent is behind, not inside its
limit: at mid-year money not spent is work not done (A37).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xlproc.model.exact import SCALE, compare_product, muldiv
from xlproc.model.frames import ABSENT, NUMBER, UNSAID
from xlproc.model.text import clean
from xlproc.rules.arrays import maybe, nullable, numbers
from xlproc.rules.execution import RATE_STEP, score_execution, total_lines
from xlproc.rules.labels import is_cost, labelled
from xlproc.rules.qualitative import MET, MOSTLY, PARTIAL, UNMET, UNPLACED, place_rows
from xlproc.rules.scoring import SHARE_STEP, met_dates, met_numbers

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from xlproc.model.exact import Bools, Ints
    from xlproc.rulesets import RuleSet

    Texts = npt.NDArray[np.object_]

RED, YELLOW, GREEN, BLUE = "red", "yellow", "green", "blue"
LIGHTS = (RED, YELLOW, GREEN, BLUE)
"""From the worst to the best; "" where nothing can be told."""
POSSIBLE = ("certain", "possible", "impossible")
"""From the best to the worst."""
_SCORED = ["maximum", "score", "pending", "low", "high", "method"]
_NAMELESS = re.compile(r"(?:三级)?(?:指标\d*)?[\W_]*(?:无|暂无)?[\W_]*")


@dataclass(slots=True)
class Monitored:
    """What the rules give of monitoring forms.

    Attributes:
        projects: With ``as_of`` (the month), ``assumed`` (the form names none), ``time_share`` (of the year), ``rate``
            and ``pace`` of execution, ``budget_light``, ``light`` (the worst of its indicators), how many indicators
            are of each light (``red`` …, ``unknown``), ``deviating`` and ``unreachable``.
        funds: With ``base``, ``base_is_initial``, ``slipped``, ``rate``, ``pace`` and ``light``.
        indicators: See :func:`monitor_indicators`.
    """

    projects: pd.DataFrame
    funds: pd.DataFrame
    indicators: pd.DataFrame


def monitor(
    projects: pd.DataFrame, funds: pd.DataFrame, indicators: pd.DataFrame, ruleset: RuleSet
) -> Monitored:
    """Judge monitoring forms.

    Args:
        projects: The canonical frame, of monitoring forms only.
        funds: Theirs.
        indicators: Theirs.
        ruleset: Gives thresholds, vocabulary and what goes by time.
    """
    out = projects.reset_index(drop=True)
    month, named = numbers(out, "month")
    out["as_of"] = np.where(named, month, ruleset.monitoring.month_default)
    out["assumed"] = ~named
    months = out.set_index("project")["as_of"]
    lines = monitor_funds(funds, months, ruleset)
    rows = monitor_indicators(indicators, months, ruleset)
    out["time_share"] = nullable(
        muldiv(np.full(len(out), SCALE), out["as_of"].to_numpy(dtype=np.int64), np.full(len(out), 12), RATE_STEP),
        np.ones(len(out), dtype=bool),
    )  # fmt: skip
    main = total_lines(lines).set_index("project")
    for name in ("rate", "pace"):
        out[name] = main[name].reindex(out["project"]).array
    out["budget_light"] = main["light"].reindex(out["project"]).fillna("").array
    return Monitored(_counted(out, rows), lines, rows)


def monitor_funds(funds: pd.DataFrame, months: pd.Series[int], ruleset: RuleSet) -> pd.DataFrame:
    """Hold each line's execution against the part of the year that has gone.

    Args:
        funds: The canonical frame.
        months: By project: how many months have gone.
        ruleset: Gives the base and the lights.

    Returns:
        The frame with ``base``, ``base_is_initial``, ``slipped`` and ``rate`` as
        :func:`xlproc.rules.execution.score_execution` gives them, ``pace`` (the rate as a share of what is due by
        time) and ``light``.
    """
    out = score_execution(funds, ruleset).drop(columns=_SCORED)
    rules = ruleset.monitoring
    known = out["rate"].notna().to_numpy(dtype=bool)
    base, _ = numbers(out, "base")
    executed, _ = numbers(out, "executed")
    base, gone = np.where(known, base, 1), _months(out, months)
    light = _by_time(executed, base, gone, rules.budget_red, rules.budget_yellow)
    out["pace"] = nullable(_pace(executed, base, gone), known)
    out["light"] = np.where(known, light, "").astype(object)
    return out


def monitor_indicators(indicators: pd.DataFrame, months: pd.Series[int], ruleset: RuleSet) -> pd.DataFrame:
    """Hold each indicator against what is due.

    Args:
        indicators: The canonical frame.
        months: By project: how many months have gone.
        ruleset: Gives lights, vocabulary and what goes by time.

    Returns:
        The frame with ``named`` (it is an indicator: a row without name and target is none), ``limit`` (a cost, which
        its target bounds), ``timed`` (it goes by time), ``due`` (the part of the target that is due), ``due_value`` (that part of the target), ``progress``
        (actual ÷ target), ``pace`` (actual ÷ due value), ``deviation_amount`` (actual − due value),
        ``deviation_rate`` (that ÷ due value), ``place`` (of words), ``light``, ``why`` (what decided the light: time,
        idle, inside, short, outside, late, words, or unit, unplaced, unknown, none where it is ""), ``deviates_rule``
        (yes, no or ""), ``possibility_rule``, ``forecast_met`` (boolean or missing) and ``forecast_other`` (the
        forecast is of another kind than the target). Figures are micro, missing where there are none.
    """
    rules = ruleset.monitoring
    out = indicators.reset_index(drop=True)
    month = _months(out, months)
    t, _ = numbers(out, "target")
    a, _ = numbers(out, "actual")
    named = ~is_nameless(out)
    operator = out["operator"].to_numpy(dtype=object)
    kind = out["comparable"].to_numpy(dtype=object)
    measured, dated, words = (named & (kind == name) for name in ("number", "date", "words"))

    # a cost is a limit, whatever its sign says of equality; one of which nothing is spent is behind
    limit = measured & is_cost(out) & np.isin(operator, ["le", "lt", "eq"])
    share = out["measure"].isin(["%", "‰"]).to_numpy(dtype=bool)
    idle = limit & ~share & (t > 0) & (a == 0)
    operator = np.where(limit & (operator == "eq"), "le", operator)
    rising = measured & np.isin(operator, ["ge", "gt", "eq"])
    by_label = labelled(out, rules.timed) & ~is_cost(out)
    timed = rising & (t > 0) & (by_label | (rules.time_rule == "all"))
    due = np.where(timed | idle, month, 12)

    met = met_numbers(a, t, operator, ruleset) & measured
    met |= met_dates(out, operator) & dated
    past = timed & ~met & (a > t)  # = alone, where the rule set wants it exactly
    place = np.full(len(out), "", dtype=object)
    place[words], _, _ = place_rows(out["target_text"][words], out["actual_text"][words], ruleset.qualitative)
    met |= np.isin(place, [MET, MOSTLY])

    positive = measured & (t > 0)
    divisor = np.where(positive, t, 1)
    by_time = _by_time(a, divisor, due, rules.red, rules.yellow, rules.blue)
    judged = measured | dated | np.isin(place, [MET, MOSTLY, PARTIAL, UNMET])
    light = np.select(
        [~judged, timed & ~past, idle, met, place == PARTIAL], ["", by_time, RED, GREEN, YELLOW], RED
    )
    why = np.select(
        [
            ~named, kind == "unit", idle, timed & ~past, measured & met, measured & rising & ~past, measured,
            dated & met, dated, place == UNPLACED, words,
        ],
        ["none", "unit", "idle", "time", "inside", "short", "outside", "inside", "late", "unplaced", "words"],
        "unknown",
    )  # fmt: skip

    out["named"], out["limit"], out["timed"], out["place"] = named, limit, timed, place
    one = np.full(len(out), SCALE)
    out["due"] = nullable(muldiv(one, due, np.full(len(out), 12), SHARE_STEP), measured)
    due_value = muldiv(t, due, np.full(len(out), 12))
    out["due_value"] = nullable(due_value, measured)
    out["progress"] = nullable(muldiv(one, a, divisor, SHARE_STEP), positive)
    out["pace"] = nullable(_pace(a, divisor, due), positive)
    out["deviation_amount"] = nullable(a - due_value, measured)
    out["deviation_rate"] = nullable(muldiv(one, a * 12 - divisor * due, divisor * due, SHARE_STEP), positive)
    out["light"], out["why"] = light.astype(object), why.astype(object)
    behind = np.isin(light, [RED, YELLOW]) | (why == "unit")
    out["deviates_rule"] = np.select([behind, light != ""], ["yes", "no"], "").astype(object)

    left = month < 12
    on_time = _sign(a * 12, divisor * due, rules.certain) >= 0
    certain = met & ~idle | timed & ~past & on_time
    # what is left of the target within what the months left allow at the pace that can be made good
    reachable = _sign((t - a) * 12, t * (12 - month), rules.catch_up) <= 0
    money = limit & ~idle & out["unit_worth"].notna().to_numpy(dtype=bool)  # what is spent is spent
    growing = rising & positive
    possible = np.where(growing, reachable & ~past, left & ~money & ~dated)
    out["possibility_rule"] = np.select(
        [light == "", certain, possible], ["", *POSSIBLE[:2]], POSSIBLE[2]
    ).astype(object)
    return _forecast(out, named, operator, ruleset)


def _months(frame: pd.DataFrame, months: pd.Series[int]) -> Ints:
    return np.asarray(frame["project"].map(months).to_numpy(dtype=np.int64))


def _pace(done: Ints, whole: Ints, months: Ints) -> Ints:
    """Give what is done as a share of what is due after these months."""
    return muldiv(np.full_like(done, 12 * SCALE), done, whole * months, SHARE_STEP)


def _by_time(done: Ints, whole: Ints, months: Ints, red: int, yellow: int, blue: int | None = None) -> Texts:
    """Give the lights of what is done, against what is due after these months; exact, whatever the pace is rounded to."""

    def below(line: int) -> Bools:
        return _sign(done * 12, whole * months, line) < 0

    ahead = np.zeros(len(done), dtype=bool) if blue is None else ~below(blue)
    return np.select([below(red), below(yellow), ahead], [RED, YELLOW, BLUE], GREEN).astype(object)


def _sign(part: Ints, whole: Ints, share: int) -> Ints:
    """Give the sign of ``part − share × whole``, exact; the share in lowest terms, so that products stay small."""
    common = math.gcd(share, SCALE)
    return compare_product(
        part, np.full_like(part, SCALE // common), whole, np.full_like(part, share // common)
    )


def is_nameless(out: pd.DataFrame) -> Bools:
    """Tell rows that are no indicators: their names say nothing or 无, and there is no target.

    Forms ask for 100% in them (没有设置具体的三级指标的，填成100%).
    """
    empty = out["level3"].map(lambda text: _NAMELESS.fullmatch(clean(text)) is not None)
    return np.asarray((empty & out["target_state"].isin([*UNSAID, ABSENT])).to_numpy(dtype=bool))


def _forecast(out: pd.DataFrame, named: Bools, operator: Texts, ruleset: RuleSet) -> pd.DataFrame:
    """Hold the forecast of the year against the target."""
    t, _ = numbers(out, "target")
    f, _ = numbers(out, "forecast")
    kind = out["forecast_comparable"].to_numpy(dtype=object)
    measured, words = (named & (kind == name) for name in ("number", "words"))
    place = np.full(len(out), "", dtype=object)
    place[words], _, _ = place_rows(
        out["target_text"][words], out["forecast_text"][words], ruleset.qualitative
    )
    met = measured & met_numbers(f, t, operator, ruleset) | np.isin(place, [MET, MOSTLY])
    told = measured | np.isin(place, [MET, MOSTLY, PARTIAL, UNMET])
    out["forecast_met"] = maybe(met, told)
    one_number = (out["target_state"] == NUMBER) ^ (out["forecast_state"] == NUMBER)
    mixed = words & (place == UNPLACED) & one_number.to_numpy(dtype=bool)
    out["forecast_other"] = named & (kind == "unit") | mixed
    return out


def _counted(projects: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Give projects the worst light of their indicators, and how many are of each; the rows' order does not matter."""
    import pandas as pd

    out = projects.copy()
    mine = rows[rows["named"]]
    of = {name: mine["light"] == name for name in LIGHTS} | {
        "unknown": mine["light"] == "",
        "deviating": mine["deviates_rule"] == "yes",
        "unreachable": mine["possibility_rule"] == "impossible",
    }
    counts = pd.DataFrame(of).groupby(mine["project"]).sum().reindex(out["project"]).fillna(0)
    for name in of:
        out[name] = counts[name].to_numpy(dtype=np.int64)
    out["light"] = np.select([out[name] > 0 for name in LIGHTS], LIGHTS, "").astype(object)
    return out
