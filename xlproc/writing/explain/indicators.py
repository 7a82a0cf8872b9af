"""Explains an indicator's row: what was read, where the result stands, by which rules and steps it was scored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlproc.forms import vocabulary
from xlproc.model.exact import plain
from xlproc.model.frames import ABSENT, DATE
from xlproc.model.text import clean, clean_name
from xlproc.model.words import OPERATORS, percent, word
from xlproc.writing.explain.figures import exact, figure, share, term
from xlproc.writing.explain.page import one_line
from xlproc.writing.explain.steps import score_steps

if TYPE_CHECKING:
    from xlproc.writing.explain.page import Page, Row


@dataclass(frozen=True, slots=True)
class Hints:
    """How an indicator was understood, where the frames keep only what came of it.

    Attributes:
        why: Why a direction was inferred: nature, less, more, level2, date or nothing.
        word: The word of the name that decided it.
        by: The part of the rule set's vocabulary that placed the result, or "".
        ladder: The rungs compared, from the best to the worst.
        wanted: The target's rung, counted from 0.
        reached: The result's rung.
    """

    why: str = "nothing"
    word: str = ""
    by: str = ""
    ladder: tuple[tuple[str, ...], ...] = ()
    wanted: int = 0
    reached: int = 0


def indicator(page: Page, item: Row, hints: Hints) -> None:
    """Explain an indicator.

    Args:
        page: Takes the lines.
        item: The evaluated row.
        hints: How it was understood.
    """
    name_row(page, item)
    weight = item["group_points"] if item["basis"] == "shared" else item["weight"]
    page.put(page.result(item, weight), 0)
    read_row(page, item, hints)
    page.section("stand")
    placed = _stand(page, item, hints)
    steps = score_steps(page, item)
    page.keys += steps.keys
    if tolerance := page.tolerance(item):
        page.keys.append(tolerance)
    page.rules(placed)
    page.section("steps")
    for line in steps.lines:
        page.put(line)
    page.put(page.result(item, weight))
    page.compare(item)
    page.findings(item["row"])


def name_row(page: Page, item: Row) -> None:
    """Write the first line of an indicator."""
    levels = "／".join(one_line(item[name]) for name in ("level1", "level2") if item[name])
    name = clean_name(item["level3"]) or word("said.nameless", page.lang)
    page.title("indicator", name=name, levels=levels or "—")


def read_row(page: Page, item: Row, hints: Hints) -> None:
    """Tell what was read of an indicator."""
    page.section("read")
    if item["level3"]:
        page.read(item, "level3", page.say("read.text", text=one_line(item["level3"])))
    if item["nature"]:
        page.read(item, "nature", _nature(page, item))
    if item["operator"]:
        page.read(item, "operator", _direction(page, item, hints))
    for name in ("target", "actual"):
        if item[f"{name}_state"] != ABSENT:
            page.read(item, name, page.value(item, name, understood(item, name)))
    _unit(page, item)
    page.numbers(item, ("weight", "declared_score", "reviewed_score", "deduction"))
    page.reason(item)


def understood(item: Row, name: str) -> str:
    """Write what a target, an actual or a forecast was taken for."""
    sign = OPERATORS[item["operator"]] if name == "target" else ""
    if item[f"{name}_state"] == DATE and item.get(f"{name}_day") is not None:
        return f"{sign} {dt.date.fromordinal(item[f'{name}_day'])}".strip()
    if item[name] is None:
        return ""
    unit = item["actual_unit"] if name == "actual" and item["comparable"] == "unit" else item["measure"]
    return " ".join(part for part in (sign, plain(item[name]), one_line(unit)) if part)


def _nature(page: Page, item: Row) -> str:
    told = {vocabulary().natures.get(clean(item[name])) for name in ("operator_text", "nature_text")}
    how = (
        "column"
        if told - {None, "quantitative"}
        else "words"
        if item["nature"] == "qualitative"
        else "direction"
    )
    return page.say(f"nature.{how}", nature=word(f"nature.{item['nature']}", page.lang))


def _direction(page: Page, item: Row, hints: Hints) -> str:
    stated = any(clean(item[name]) in vocabulary().operators for name in ("operator_text", "nature_text"))
    how = hints.why if item["operator_inferred"] else "column" if stated else "sign"
    nature = word(f"nature.{item['nature']}", page.lang)
    words = {"sign": OPERATORS[item["operator"]], "word": hints.word, "nature": nature}
    return page.say(f"direction.{how}", level2=one_line(item["level2"]), **words)


def _unit(page: Page, item: Row) -> None:
    """Tell the unit, and how an actual was brought to the target's."""
    measure, column = item["measure"], one_line(item["unit"]) if item["has_unit_column"] else ""
    if item["has_unit_column"]:
        page.read(item, "unit", page.say("read.text" if column else "read.blank", text=column))
    elif measure:
        page.read(item, "unit", page.say("read.unit_from", unit=measure))
    own = item["actual_unit"] or clean(column)
    mine, theirs = vocabulary().units.get(own), vocabulary().units.get(measure)
    if item["comparable"] == "number" and mine and theirs and mine != theirs:
        text, factor = one_line(item["actual_text"]), figure(mine[1] / theirs[1])
        words = {"text": text, "value": plain(item["actual"]), "measure": measure}
        page.tell("read.converted", own=own, factor=factor, **words)


def _stand(page: Page, item: Row, hints: Hints) -> str:
    """Tell where the result stands; give what of the rule set's vocabulary placed it."""
    placed = ""
    if item["comparable"] != "number":
        placed = stand_apart(page, item, hints)
    elif item["achievement"] is None:
        page.tell("stand.no_share")
    else:
        a, t = exact(item["actual"]), exact(item["target"])
        page.tell("stand.achievement", sum=share(f"{term(a)} ÷ {term(t)}", a / t, item["achievement"]))
        text = f"({term(a)} − {term(t)}) ÷ {term(t)}"
        page.tell("stand.deviation", sum=share(text, (a - t) / t, item["deviation"]))
    flag = word(f"flag.{item['flag']}", page.lang)
    if item["flag"] in ("over", "far_over"):
        page.keys.append(f"completion.{item['flag']}")
        line = getattr(page.ruleset.completion, item["flag"])
        page.tell("stand.over", line=percent(line), flag=flag)
    elif flag:
        page.tell("stand.flag", flag=flag)
    return placed


def stand_apart(page: Page, item: Row, hints: Hints) -> str:
    """Tell where a result stands that is no number; give what of the rule set's vocabulary placed it."""
    if item["comparable"] == "date":
        actual, target = (dt.date.fromordinal(item[name]) for name in ("actual_day", "target_day"))
        order = "later" if actual > target else "earlier" if actual < target else "same_day"
        page.tell(f"stand.{order}", actual=actual, target=target)
    elif item["comparable"] == "words":
        return _placed(page, item, hints)
    elif item["comparable"] == "unit":
        own = item["actual_unit"] or item["unit"]
        page.tell("stand.unit", own=one_line(own), measure=one_line(item["measure"]))
    else:
        page.tell("stand.no")
    return ""


def _placed(page: Page, item: Row, hints: Hints) -> str:
    page.tell("stand.place", place=word(f"place.{item['place']}", page.lang))
    if hints.by:
        page.keys.append(f"qualitative.{hints.by}")
    if item["place"] == "met" and not hints.by:
        page.tell("stand.equal")
    elif hints.ladder:
        ladder = " ＞ ".join("/".join(rung) for rung in hints.ladder)
        page.tell("stand.rungs", ladder=ladder, wanted=hints.wanted + 1, reached=hints.reached + 1)
        how = {"met": "reached", "unmet": "lowest", "partial": "below"}.get(item["place"], "low_aim")
        page.tell(f"stand.{how}")
        return ladder
    elif hints.by:
        text = page.say("read.text", text=one_line(item["actual_text"]))
        page.tell("stand.words", text=text, title=page.name(f"qualitative.{hints.by}"))
        return text
    else:
        page.tell("stand.unplaced")
    return ""
