"""Explains the cells of a monitoring form: what is due by now, what decided the light, what can still be reached."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xlproc.forms import labels
from xlproc.model.frames import ABSENT
from xlproc.model.words import percent, said, word
from xlproc.writing.explain.figures import exact, figure, share, term
from xlproc.writing.explain.funds import rate_steps, read_line
from xlproc.writing.explain.indicators import name_row, read_row, stand_apart, understood
from xlproc.writing.explain.page import one_line
from xlproc.writing.explain.totals import read_head

if TYPE_CHECKING:
    from xlproc.writing.explain.indicators import Hints
    from xlproc.writing.explain.page import Page, Row

_LIGHTS = ("red", "yellow", "green", "blue")
_WORDED = ("idle", "inside", "short", "outside", "late", "words", "unit")
"""What decides a light without thresholds."""


# ---- an indicator


def indicator(page: Page, item: Row, hints: Hints) -> None:
    """Explain an indicator of a monitoring form.

    Args:
        page: Takes the lines.
        item: The judged row.
        hints: How it was understood.
    """
    name_row(page, item)
    page.put(_headline(page, item), 0)
    read_row(page, item, hints)
    _read_told(page, item)
    page.section("progress")
    placed = _stand(page, item, hints)
    lines = [*_light(page, item), *_deviates(page, item), *_possibility(page, item)]
    page.rules(placed)
    page.section("steps")
    for line in lines:
        page.put(line)
    page.section("declared")
    for name in ("deviates", "possibility"):
        _filled(page, item, name)
    page.findings(item["row"])


def _headline(page: Page, item: Row) -> str:
    if item["light"]:
        told = {
            name: word(f"{name}.{item[f'{name}_rule']}", page.lang) for name in ("deviates", "possibility")
        }
        return page.say("monitoring.light", light=word(f"light.{item['light']}", page.lang), **told)
    key = {"none": "no_row", "unit": "no_light_unit"}.get(item["why"], "no_light")
    return page.say(f"monitoring.{key}")


def _read_told(page: Page, item: Row) -> None:
    """Tell what the form says of a row beside its figures, and of the whole."""
    if item["forecast_state"] != ABSENT:
        page.read(item, "forecast", page.value(item, "forecast", understood(item, "forecast")))
    for name in ("deviates", "possibility"):
        if name in item["cells"]:
            page.read(item, name, _mark(page, item, name))
    causes = tuple(
        page.say("monitoring.cause", cause=cause, text=one_line(text)) for cause, text in item["causes"]
    )
    if causes:
        page.tell("monitoring.causes", causes=causes)
    for label, text in page.form.project["extra"]:
        if labels().texts.of(label) == "causes":
            cell = page.form.project["cells"]["texts.causes"]
            page.tell("read.item", label=label, cell=cell, what=page.say("read.text", text=one_line(text)))


def _mark(page: Page, item: Row, name: str) -> str:
    """Say what a cell for a mark holds, and what it was taken for."""
    cells = item["cells"]
    text = next(one_line(text) for header, text in item["extra"] if cells[f"extra.{header}"] == cells[name])
    value = word(f"{name}.{item[name]}", page.lang)
    key = "blank" if not text else "text" if value in ("", text) else "is"
    return page.say(f"read.{key}", text=text, value=value)


def _stand(page: Page, item: Row, hints: Hints) -> str:
    """Tell where a row stands against what is due; give what of the rule set's vocabulary placed it."""
    _period(page)
    if item["comparable"] != "number":
        return stand_apart(page, item, hints)
    a, t, unit = exact(item["actual"]), exact(item["target"]), one_line(item["measure"])
    if item["why"] != "idle":
        page.keys.append("monitoring.time_rule")
        page.keys += ["monitoring.timed"] if page.ruleset.monitoring.time_rule != "all" else []
    due = t
    if item["timed"] or item["why"] == "idle":
        month = page.form.project["as_of"]
        due = t * Fraction(month, 12)
        text = f"{term(t)} × {month} ÷ 12 = {figure(due)} {unit}".strip()
        page.tell("monitoring.by_time", month=month, sum=text)
    else:
        page.tell("monitoring.not_by_time")
    if item["progress"] is None:
        page.tell("monitoring.no_progress")
    else:
        page.tell("monitoring.progress", sum=share(f"{term(a)} ÷ {figure(t)}", a / t, item["progress"]))
    if due != t and item["pace"] is not None:
        page.tell("monitoring.pace", sum=share(f"{term(a)} ÷ {figure(due)}", a / due, item["pace"]))
    page.tell("monitoring.amount", sum=f"{term(a)} − {term(due)} = {figure(a - due)} {unit}".strip())
    if item["deviation_rate"] is not None:
        text = f"({term(a)} − {term(due)}) ÷ {figure(due)}"
        page.tell("monitoring.deviation", sum=share(text, (a - due) / due, item["deviation_rate"]))
    return ""


def _light(page: Page, item: Row) -> list[str]:
    """Say what decided the light."""
    why, light = item["why"], word(f"light.{item['light']}", page.lang)
    if why == "time":
        rules = page.ruleset.monitoring
        return [_against(page, _pace(page, item), item["light"], "", (rules.red, rules.yellow, rules.blue))]
    if why not in _WORDED:
        return [_headline(page, item)]
    texts = {name: one_line(item[f"{name}_text"]) for name in ("actual", "target")}
    place = word(f"place.{item['place']}", page.lang)
    told = word(f"why.{why}", page.lang, **texts, place=place)
    return [page.say("monitoring.decided", why=told, light=light or page.say("monitoring.no_light"))]


def _against(page: Page, pace: Fraction, light: str, kind: str, lines: tuple[int, ...]) -> str:
    """Hold a pace against the lines of the lights: those of red, yellow and, where there is one, blue."""
    at = _LIGHTS.index(light)
    least, above = (lines[i] if 0 <= i < len(lines) else None for i in (at - 1, at))
    page.keys += [
        f"monitoring.{kind}{name}"
        for name, line in zip(("red", "yellow", "blue"), lines, strict=False)
        if line in (least, above)
    ]
    key = "below" if least is None else "from" if above is None else "between"
    shown = {"least": percent(least), "above": percent(above), "light": word(f"light.{light}", page.lang)}
    return page.say(f"monitoring.{key}", pace=f"{figure(pace * 100)}%", **shown)


def _pace(page: Page, item: Row) -> Fraction:
    """Give what is done as a share of what is due by now, exact."""
    return exact(item["actual"]) / (exact(item["target"]) * Fraction(page.form.project["as_of"], 12))


def _deviates(page: Page, item: Row) -> list[str]:
    if not item["deviates_rule"]:
        return []
    off = "off" if item["light"] else "off_unit"
    return [page.say(f"monitoring.{off if item['deviates_rule'] == 'yes' else 'on'}")]


def _possibility(page: Page, item: Row) -> list[str]:
    """Say whether the target can still be reached, and what the form's own forecast says."""
    lines = []
    if item["possibility_rule"]:
        key, words = _chance(page, item)
        possibility = word(f"possibility.{item['possibility_rule']}", page.lang)
        lines.append(page.say(f"possibility.{key}", possibility=possibility, **words))
    if item["forecast_met"] is not None:
        key = "monitoring.forecast_met" if item["forecast_met"] else "monitoring.forecast_short"
        lines.append(page.say(key, text=one_line(item["forecast_text"])))
    return lines


def _chance(page: Page, item: Row) -> tuple[str, dict[str, str]]:
    """Give what decides whether the target can still be reached, and its figures."""
    rules, left = page.ruleset.monitoring, 12 - page.form.project["as_of"]
    growing = item["why"] in ("time", "short") and item["progress"] is not None
    if item["possibility_rule"] == "certain":
        if item["why"] != "time" or _pace(page, item) < exact(rules.certain):
            return "met", {}
        page.keys.append("monitoring.certain")
        return "by_pace", {"pace": f"{figure(_pace(page, item) * 100)}%", "line": percent(rules.certain)}
    if growing:
        page.keys.append("monitoring.catch_up")
        a, t, times = exact(item["actual"]), exact(item["target"]), exact(rules.catch_up)
        return "reach", {
            "left_sum": f"{figure(t)} − {term(a)} = {figure(t - a)}",
            "months": str(left),
            "most_sum": f"{figure(times)} × {figure(t)} × {left} ÷ 12 = {figure(times * t * left / 12)}",
        }
    if item["possibility_rule"] == "possible":
        return "left", {"months": str(left)}
    return "late" if item["why"] == "late" else "spent" if left else "over", {}


def _filled(page: Page, item: Row, name: str) -> None:
    """Hold what is filled in against what the rules say."""
    declared, rule = item[name], item[f"{name}_rule"]
    kind = "same" if declared == rule else "both"
    if not declared:
        kind = "no_cell" if rule and name not in item["cells"] else "blank" if rule else "none"
    elif not rule:
        kind = "alone"
    words = {"declared": word(f"{name}.{declared}", page.lang), "rule": word(f"{name}.{rule}", page.lang)}
    page.tell(f"filled.{kind}", label=page.label(name), **words)


# ---- the money


def fund(page: Page, line: Row) -> None:
    """Explain a fund line of a monitoring form.

    Args:
        page: Takes the lines.
        line: The judged row.
    """
    page.title("line", line=one_line(line["line"]))
    light = word(f"light.{line['light']}", page.lang)
    shown = {"rate": percent(line["rate"]), "pace": percent(line["pace"]), "light": light}
    page.put(page.say("monitoring.line" if light else "score.no_rate", **shown), 0)
    read_line(page, line, ("forecast",))
    steps = rate_steps(page, line)
    page.keys += steps.keys
    if light:
        month, rules = page.form.project["as_of"], page.ruleset.monitoring
        a, b = exact(line["executed"]), exact(line["base"])
        pace = a * 12 / (b * month)
        text = f"{term(a)} ÷ ({figure(b)} × {month} ÷ 12)"
        lines = (rules.budget_red, rules.budget_yellow)
        steps.lines += [
            page.say("monitoring.pace", sum=share(text, pace, line["pace"])),
            _against(page, pace, line["light"], "budget_", lines),
        ]
    page.section("progress")
    _period(page)
    page.rules()
    page.section("steps")
    for text in steps.lines:
        page.put(text)
    page.findings(line["row"])


# ---- the whole


def head(page: Page, row: int) -> None:
    """Explain a cell of head, headers or texts below the table, and how the whole form stands.

    Args:
        page: Takes the lines.
        row: The cell's row.
    """
    page.title("field")
    read_head(page, row)
    page.section("progress")
    _period(page)
    for text in (_budget(page), *_whole(page)):
        page.put(text)
    if page.keys:
        page.rules()
    page.findings(row)


def _period(page: Page) -> None:
    """Tell to which month the figures go."""
    project = page.form.project
    month, gone = project["as_of"], Fraction(project["as_of"], 12)
    page.tell(
        "monitoring.assumed" if project["assumed"] else "monitoring.period",
        month=month,
        period=project["period"],
    )
    if project["assumed"]:
        page.keys.append("monitoring.month_default")
    page.tell("monitoring.gone", sum=share(f"{month} ÷ 12", gone, project["time_share"]))


def _budget(page: Page) -> str:
    project = page.form.project
    if not project["budget_light"]:
        return page.say("monitoring.no_budget")
    light = word(f"light.{project['budget_light']}", page.lang)
    return page.say(
        "monitoring.budget", rate=percent(project["rate"]), pace=percent(project["pace"]), light=light
    )


def _whole(page: Page) -> list[str]:
    """Tell how many indicators are of each light, and how many deviate."""
    project = page.form.project
    if not project["light"]:
        return [page.say("monitoring.no_lights")]
    names = {name: word(f"light.{name}", page.lang) for name in _LIGHTS}
    names["unknown"] = page.say("monitoring.unknown")
    counts = tuple(
        page.say("monitoring.lights", light=light, n=project[name])
        for name, light in names.items()
        if project[name]
    )
    return [
        page.say("monitoring.worst", lights=said(counts, page.lang), light=names[project["light"]]),
        page.say("monitoring.counts", deviating=project["deviating"], unreachable=project["unreachable"]),
    ]
