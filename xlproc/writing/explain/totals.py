"""Explains the total row, with what is open and the grade; and the cells of head and goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.forms import labels, self_evaluation
from xlproc.model.cells import split
from xlproc.model.exact import plain
from xlproc.model.frames import ABSENT
from xlproc.model.text import clean_name, label_key
from xlproc.model.words import span, total_text, word
from xlproc.writing.explain.page import one_line, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.writing.explain.page import Page, Row


def total(page: Page) -> None:
    """Explain the total row.

    Args:
        page: Takes the lines.
    """
    project = page.form.project
    page.title("total")
    page.put(page.say("head.project", name=one_line(project["name"]) or word("said.blank", page.lang)), 0)
    if project["score"] is not None:
        page.put(_by_rules(page), 0)
    page.section("read")
    for name, cell, label in (
        ("declared_weight", "total_weight", page.label("weight")),
        ("declared_total", "declared_total", self_evaluation().blocks["total"]),
    ):
        if project[f"{name}_state"] != ABSENT:
            what = page.value(project, name, plain(project[name]))
            page.tell("read.item", label=label, cell=project["cells"][cell], what=what)
    lines = _sum(page)
    page.keys += _tolerances(project)
    page.rules()
    page.section("steps")
    for line in lines:
        page.put(line)
    _declared(page)
    page.findings(min(rows_of(page.form)["total"]))


def _sum(page: Page) -> list[str]:
    project, ruleset, form = page.form.project, page.ruleset, page.form
    if project["score"] is None:
        return [page.say("total.unweighed" if project["unweighed"] else "total.nothing")]
    page.keys += ["execution.maximum", "levels.indicators", "grades"]
    main = next((fund for fund in form.funds if fund["kind"] == "total"), None)
    maximum = ruleset.execution.maximum
    lines, parts = _levels(page)
    if main is None:
        lines.append(page.say("total.no_line", range=span(0, maximum, False)))
    elif _unpaid(main):
        lines.append(page.say("total.unpaid"))
    elif main["score"] is not None:
        lines.append(page.say("total.execution", weight=plain(maximum), score=plain(main["score"])))
        parts.append(main["score"])
    lines += _added(page, "sum", parts, project["score"])
    lines += _open(page, main)
    return [*lines, _grade(page, main)]


def _unpaid(main: Row | None) -> bool:
    """Tell whether the form gives the execution of its money no points."""
    return main is not None and main["maximum"] is None


def _levels(page: Page) -> tuple[list[str], list[int]]:
    """Write the sums by level 1; give the lines and the sums."""
    levels: dict[str, list[Row]] = {}
    for item in _counted(page):
        levels.setdefault(one_line(item["group" if item["basis"] == "shared" else "level1"]), []).append(item)
    lines, sums = [], []
    for name, items in levels.items():
        score, weight = (sum(item[key] or 0 for item in items) for key in ("score", "weight"))
        pending = sum(item["score"] is None for item in items)
        kind = "group" if items[0]["basis"] == "shared" else "level"
        if kind == "group":
            weight = items[0]["group_points"]
        words = {"level": name or page.say("total.no_level"), "weight": plain(weight), "score": plain(score)}
        text = page.say(f"total.{kind}", rows=len(items), **words)
        lines.append(text + (page.say("total.open", pending=pending) if pending else ""))
        sums.append(score)
    return lines, sums


def _counted(page: Page) -> list[Row]:
    """Give the rows that the total adds up."""
    return [item for item in page.form.indicators if item["basis"] in ("own", "shared")]


def _once(items: Sequence[Row]) -> list[Row]:
    """Keep one row of those of a group: what is open of its points is open once."""
    kept: dict[object, Row] = {}
    for i, item in enumerate(items):
        shared = item.get("basis") == "shared"
        kept.setdefault((item["block"], item["group"]) if shared else i, item)
    return list(kept.values())


def _open(page: Page, main: Row | None) -> list[str]:
    """Write what is pending, and the ends of the range that it leaves."""
    project, maximum = page.form.project, page.ruleset.execution.maximum
    pending = [
        item
        for item in (*([main] if main and not _unpaid(main) else ()), *_counted(page))
        if item["score"] is None
    ]
    if not project["pending"]:
        return []
    lines = []
    for item in pending:
        cell = item["cells"].get("declared_score", f"{item['row']}")
        name = clean_name(item["level3"]) if "level3" in item else one_line(item["line"])
        left = span(item["low"], item["high"], bool(item.get("high_open")))
        lines.append(page.say("total.pending", cell=cell, name=name, range=left))
    pending = _once(pending)
    lows, highs = [item["low"] for item in pending], [item["high"] for item in pending]
    if main is None:
        lows, highs = [*lows, 0], [*highs, maximum]
    lines += _added(page, "low", [project["score"], *lows], project["low"])
    if project["high"] is None:
        return [*lines, page.say("total.high_unknown")]
    ends_open = any(item.get("high_open") for item in pending)
    key = "high_open" if ends_open else "high"
    return [*lines, *_added(page, key, [project["score"], *highs], project["high"])]


def _added(page: Page, key: str, parts: Sequence[int], result: int) -> list[str]:
    """Write a sum, and its rounding where that changes it."""
    added = sum(parts)
    text = " + ".join(plain(part) for part in parts)
    lines = [page.say(f"total.{key}", sum=f"{text} = {plain(added)}" if len(parts) > 1 else text)]
    if added != result:
        decimals = max(page.ruleset.scoring.decimals, page.ruleset.execution.decimals)
        lines.append(page.say("step.round", decimals=decimals, score=plain(result)))
    return lines


def _grade(page: Page, main: Row | None) -> str:
    project, ruleset = page.form.project, page.ruleset
    full = ruleset.levels.indicators + (ruleset.execution.maximum if _unpaid(main) else 0)
    if project["indicator_weight"] != full:
        found, expected = plain(project["indicator_weight"]), plain(full)
        return page.say("total.grade_weights", found=found, expected=expected)
    if project["high"] is None:
        return page.say("total.grade_unknown")
    if project["grade"]:
        key = "total.grade_both" if project["pending"] else "total.grade"
        return page.say(key, grade=project["grade"])
    rows = _counted(page)
    settled = [item for item in rows if item["score"] is not None]
    best = sum(item["best"] for item in (*settled, *_once([item for item in rows if item["score"] is None])))
    best += ruleset.execution.maximum if main is None else (main["high"] or 0)
    low, high = (
        next(name for name, least in ruleset.grades if end >= least) for end in (project["low"], best)
    )
    return page.say("total.grade_open", low=low, high=high)


def _tolerances(project: Row) -> list[str]:
    """Name the rule set's values that a declared total's difference is held against."""
    declared, expected = project["declared_total"], project["expected_total"]
    if declared is None or expected is None or declared == expected:
        return []
    return ["tolerance.part", "tolerance.parts"] if project["declared_parts"] else ["tolerance.rounded"]


def _declared(page: Page) -> None:
    page.section("declared")
    project, slack = page.form.project, page.ruleset.tolerance
    declared, expected, rows = (project[n] for n in ("declared_total", "expected_total", "declared_parts"))
    if expected is None:
        page.tell("declared.total_open")
    else:
        part = project["expected_execution"]
        words = {"indicators": plain(expected - part), "execution": plain(part), "total": plain(expected)}
        page.tell("declared.total_parts", **words)
    if declared is None:
        page.tell("declared.total_none")
    elif expected is not None:
        gap = abs(declared - expected)
        limit = min(slack.part * rows, slack.parts) if rows else slack.rounded
        kind = "differs" if gap > limit else "slack" if gap else "agrees"
        page.tell(f"declared.total_{kind}", declared=plain(declared), gap=plain(gap), line=plain(limit))
    if project["score"] is not None:
        page.put(_by_rules(page))


def _by_rules(page: Page) -> str:
    p = page.form.project
    shown = total_text(p["score"], p["pending"], p["low"], p["high"], page.lang, p["unweighed"])
    return page.say("declared.total_rules", total=shown)


def head(page: Page, row: int) -> None:
    """Explain a cell of head, goals or headers; a label's cell stands for what is on its row.

    Args:
        page: Takes the lines.
        row: The cell's row.
    """
    page.title("field")
    read_head(page, row)
    page.findings(row)


def read_head(page: Page, row: int) -> None:
    """Tell what was read in a row of head, goals, headers or texts below the table."""
    project = page.form.project
    page.section("read")
    cells = {
        name: spot for name, spot in project["cells"].items() if name != "period"
    }  # a header's or the title's
    on_row = {name: spot for name, spot in cells.items() if split(spot)[1] == row}
    chosen = {name: spot for name, spot in on_row.items() if spot == page.cell} or on_row
    for name, cell in chosen.items():
        block, _, column = name.partition(".")
        if block == "texts":
            label, text = _text_below(page, column)
            what = page.say("read.text" if text else "read.blank", text=text)
            page.tell("read.item", label=label, cell=cell, what=what)
            continue
        if column:
            group = "fund_columns" if block == "funds" else "columns"
            text = one_line(dict(project[group])[column])
            page.tell("read.header", label=page.label(column, group), cell=cell, text=text)
            continue
        text = one_line("" if project[name] is None else project[name])
        what = page.say("read.text" if text else "read.blank", text=text)
        page.tell("read.item", label=_label(page, name), cell=cell, what=what)


def _text_below(page: Page, name: str) -> tuple[str, str]:
    """Give a text below the table and its label, as the form has them; where it is blank, the printed form's label."""
    for label, text in page.form.project["extra"]:
        if labels().texts.of(label) == name:
            return label, one_line(text)
    printed = page.printed
    return label_key(printed.texts[name].label if name in printed.texts else printed.blocks[name]), ""


def _label(page: Page, name: str) -> str:
    if name == "title":
        return page.say("read.title")
    if name == "declared_grade":
        return "等级"
    return page.label(name, "goals" if name.startswith("goal") else "head")
