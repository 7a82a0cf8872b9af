"""The official table of a monitoring form: what the unit filled in, the lights, and the rules' answer where it gave none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.forms import monitoring
from xlproc.model.exact import number
from xlproc.model.text import clean
from xlproc.model.words import percent, word
from xlproc.writing.official.body import (
    Entry,
    Look,
    Official,
    below,
    exactly,
    foot,
    shown,
    table_body,
    texts_below,
    with_extra,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.forms import Form

Row = dict[str, Any]

BY_RULES = "＊"
"""Behind an answer that the unit did not give."""
LIGHT = "监控灯"
_TICK = "√"
_OPINION = 60.0
"""The least height of what the bureau fills in."""


def monitoring_table(
    project: Row, funds: Sequence[Row], indicators: Sequence[Row], name: str, note: str
) -> Official:
    """Make a monitoring form's official table.

    Args:
        project: A row of ``projects`` with lights.
        funds: Its rows of ``funds`` with lights.
        indicators: Its rows of ``indicators`` with lights.
        name: The sheet's name.
        note: The line under the table.
    """
    form = monitoring(project["as_of"])
    if not project["fund_columns"]:  # the label was that of the amounts beside it, not of the block
        project = {**project, "labels": tuple(p for p in project["labels"] if p[0] != "funds")}
    columns = _columns(project, indicators, form)
    look = Look(
        form, columns, _fund_columns(project, funds, form), _indicator, _fund, period=_period(project)
    )
    out = table_body(project, funds, indicators, name, look)
    texts = below(project, form)
    row = texts_below(out.sheet, out.next_row, out.grid, texts)
    opinion = form.blocks["opinion"]
    if project["layout"] != "monitoring-central" and not any("审核意见" in label for label, _ in texts):
        row = texts_below(out.sheet, row, out.grid, [(opinion, "")], _OPINION)
    foot(out.sheet, row, out.grid, form, note)
    return out


def _period(project: Row) -> str:
    return f"1-{project['as_of']}月" if project["as_of"] > 1 else "1月"


def light_entry(light: str) -> Entry:
    """Give a light's cell: its word tells it where the print has no colours."""
    return Entry(word(f"light.{light}"), f"light_{light}") if light else Entry("—", "center")


def _columns(project: Row, indicators: Sequence[Row], form: Form) -> dict[str, str]:
    """Give the columns with their headings: as the form has them, the lights last."""
    own = dict(project["columns"]) or {
        name: form.columns[name].label for name in ("level1", "level2", "level3", "target", "actual")
    }
    out = with_extra(own, "columns", project, indicators)
    over = next((text.rpartition(":")[0] for name, text in out.items() if ":" in text and "原因" in text), "")
    if over and "reason" in out and ":" not in out["reason"]:
        out["reason"] = f"{over}:{out['reason']}"
    return {**out, "light": LIGHT}


def _fund_columns(project: Row, funds: Sequence[Row], form: Form) -> dict[str, str]:
    """Give the columns of the money; amounts that stood beside their labels get columns, the rate and the light are added."""
    own = dict(project["fund_columns"]) or {
        name: form.fund_columns[name].label
        for name in ("initial", "budget", "executed")
        if any(fund[name] is not None or fund[f"{name}_text"] for fund in funds)
    }
    own.setdefault("declared_rate", form.fund_columns["declared_rate"].label)
    return {**with_extra(own, "funds", project, funds), "light": LIGHT}


def _fund(line: Row, name: str) -> Entry:
    if name == "light":
        return light_entry(line["light"])
    if name == "declared_rate":
        return Entry(percent(line["rate"]))
    if name.startswith("extra."):
        return Entry(str(dict(line["extra"]).get(name.removeprefix("extra."), "")))
    if name == "reason":
        return Entry(str(line["reason"]))
    return Entry(number(line[name]) if line[name] is not None else line[f"{name}_text"])


def _indicator(item: Row, name: str) -> Entry:
    if name == "light":
        return light_entry(item["light"]) if item["named"] else Entry("")
    if name in ("target", "actual"):
        return Entry(exactly(item, name))
    if name in ("weight", "declared_score", "reviewed_score", "deduction"):
        return Entry(shown(item, name))
    if name in ("nature", "operator"):
        return Entry(str(item[f"{name}_text"]))
    if not name.startswith("extra."):
        return Entry(str(item[name]))
    said = str(dict(item["extra"]).get(name.removeprefix("extra."), ""))
    ruled = _ruled(item, name) if item["named"] and not clean(said) else ""
    return Entry(f"{ruled}{BY_RULES}", "ruled") if ruled else Entry(said)


def _ruled(item: Row, name: str) -> str:
    """Give the rules' answer for a cell in which the unit should have given its own; "" for any other cell."""
    spot = item["cells"].get(name)
    if spot == item["cells"].get("deviates"):
        return word(f"deviates.{item['deviates_rule']}") if item["deviates_rule"] else ""
    if item["possibility"] or not item["possibility_rule"]:
        return ""
    answer = word(f"possibility.{item['possibility_rule']}")
    own = clean(name.rpartition(":")[2])
    if own in map(word, ("possibility.certain", "possibility.possible", "possibility.impossible")):
        return _TICK if own == answer else ""
    return answer if spot == item["cells"].get("possibility") else ""
