"""The page of an explanation: its sections, wrapped for a terminal, and what all kinds of rows have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlproc.forms import Form, monitoring, self_evaluation
from xlproc.model import findings as f
from xlproc.model.cells import split
from xlproc.model.exact import plain
from xlproc.model.frames import ABSENT, BLANK, ERROR, PLACEHOLDER, TEXT, UNCALCULATED, is_evaluated
from xlproc.model.text import label_key, width
from xlproc.model.words import said, span, texts, word
from xlproc.rulesets.loader import TITLES
from xlproc.writing.rules_used import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlproc.model.words import Lang
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]

WIDTH = 80
"""Columns of a terminal."""

FORMULAS = ("proportional", "linear", "ratio", "at_least", "exact")
"""The formulas that a rule set may name."""
BANDS = {
    "met": "qualitative.met",
    "mostly": "qualitative.met",
    "partial": "qualitative.partial",
    "unmet": "qualitative.unmet",
}
"""By place: the rule set's key of the band."""
MONEY = ("initial", "budget", "executed")

_SAYS_NOTHING = {BLANK: "blank", PLACEHOLDER: "placeholder", ERROR: "error", UNCALCULATED: "uncalculated"}
_TOKEN = re.compile(r"[“（(]*(?:[!-~]+|.)[，。；、：！？）”]*[ \u3000]*")


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluated form, as rows.

    Attributes:
        project: Its row of ``projects``, with totals or lights.
        funds: Its fund lines, with rates and scores or lights.
        indicators: Its indicators, with scores or lights.
        findings: What was found in it.
    """

    project: Row
    funds: Sequence[Row] = ()
    indicators: Sequence[Row] = ()
    findings: Sequence[Row] = ()


def rows_of(form: Evaluated) -> dict[str, list[int]]:
    """Give the sheet's rows by what stands on them: head (and goals, and texts below the table), funds, indicators, total."""
    at = {name: split(spot)[1] for name, spot in form.project["cells"].items()}
    summed = {at.pop(name) for name in ("declared_total", "total_weight") if name in at}
    total = summed if is_evaluated(form.project) else set()
    return {
        "head": sorted({*at.values()} - total),
        "funds": [line["row"] for line in form.funds],
        "indicators": [item["row"] for item in form.indicators],
        "total": sorted(total),
    }


def tell(key: str, lang: Lang, **words: Any) -> str:
    """Say a text of ``texts.toml``."""
    told = {name: said(value, lang) for name, value in words.items()}
    return texts("xlproc.writing.explain", "texts.toml")[key][lang].format_map(told)


def one_line(text: object) -> str:
    """Give a cell's text without line breaks."""
    return " ".join(str(text).split())


@dataclass(slots=True)
class Page:
    """An explanation in the making.

    Attributes:
        form: The form.
        cell: The cell asked for.
        ruleset: The rule set.
        lang: The reader's language.
        lines: What has been written.
        keys: The rule set's values that were used.
    """

    form: Evaluated
    cell: str
    ruleset: RuleSet
    lang: Lang
    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def say(self, key: str, **words: Any) -> str:
        """Say a text."""
        return tell(key, self.lang, **words)

    def put(self, text: str, indent: int = 2) -> None:
        """Write a text."""
        self.lines += _wrapped(text, indent)

    def tell(self, key: str, **words: Any) -> None:
        """Write a text by its key."""
        self.put(self.say(key, **words))

    def title(self, key: str, **words: Any) -> None:
        """Write the first line: which cell, and what it belongs to."""
        place = f.place(self.form.project["sheet"], (self.cell,), self.lang)
        self.put(self.say(f"head.{key}", place=place, **words), 0)

    def section(self, key: str, **words: Any) -> None:
        """Begin a section."""
        self.lines.append("")
        self.put(self.say(f"section.{key}", **words), 0)

    def label(self, name: str, group: str = "columns") -> str:
        """Give a printed label by our word, without what stands in brackets."""
        for form in (self.printed, self_evaluation()):
            if name in getattr(form, group):
                return label_key(getattr(form, group)[name].label)
        return self.say(f"label.{group}.{name}")

    @property
    def printed(self) -> Form:
        """Give the form as it is printed."""
        project = self.form.project
        return monitoring(project["as_of"]) if "as_of" in project else self_evaluation()

    # -- what was read ------------------------------------------------------------------------------------------

    def read(self, row: Row, name: str, what: str, group: str = "columns") -> None:
        """Tell what was read in a cell."""
        cell = row["cells"].get(name, "")
        self.tell("read.item" if cell else "read.bare", label=self.label(name, group), cell=cell, what=what)

    def value(self, row: Row, name: str, shown: str) -> str:
        """Say what a cell was taken for; ``shown`` is the value, or "" where there is none."""
        text, state = one_line(row[f"{name}_text"]), row[f"{name}_state"]
        if state in _SAYS_NOTHING:
            return self.say(f"read.{_SAYS_NOTHING[state]}", text=text)
        if shown:
            return self.say("read.is", text=text, value=shown)
        words = state == TEXT and name in ("target", "actual", "forecast")
        return self.say("read.words" if words else "read.unread", text=text)

    def numbers(self, row: Row, names: Iterable[str], group: str = "columns", unit: str = "") -> None:
        """Tell plain numbers; columns that the form does not have are left out."""
        for name in names:
            if row[f"{name}_state"] != ABSENT:
                shown = plain(row[name])
                self.read(row, name, self.value(row, name, f"{shown} {unit}".strip() if shown else ""), group)

    def reason(self, row: Row, group: str = "columns") -> None:
        """Tell the reason that the form gives."""
        if row["reason_state"] != ABSENT:
            state = _SAYS_NOTHING.get(row["reason_state"], "text")
            self.read(row, "reason", self.say(f"read.{state}", text=one_line(row["reason"])), group)

    # -- rules ---------------------------------------------------------------------------------------------------

    def rules(self, placed: str = "") -> None:
        """Tell the values of the rule set that were used; ``placed`` is what of its vocabulary was."""
        self.section("rules", ruleset=self.ruleset.id)
        for key in dict.fromkeys(self.keys):
            of_words = key.startswith("qualitative.") and key not in BANDS.values()
            source = self.ruleset.sources[key]
            self.tell("rule.value", title=self.name(key), value=placed if of_words else self.rule_value(key))
            where = "rule.source" if source.source else "rule.no_source"
            mark = word(f"mark.{source.mark}", self.lang)
            self.put(self.say(where, source=source.source, mark=mark, ruleset=source.ruleset), 4)
        if not self.keys:
            self.tell("rule.none")

    def name(self, key: str) -> str:
        """Name a key of the rule set."""
        return TITLES[key].say(self.lang)

    def rule_value(self, key: str) -> str:
        """Write a value of the rule set."""
        return str(value_of(self.ruleset, key, self.lang))

    # -- the score -----------------------------------------------------------------------------------------------

    def result(self, row: Row, weight: int | None) -> str:
        """Say what score came out."""
        if row["score"] is None and not row["pending"]:
            return self.say("score.row")
        of = plain(weight) or self.say("score.unknown")
        if row["score"] is None:
            left = span(row["low"], row["high"], bool(row.get("high_open")))
            return self.say("score.pending", range=left, weight=of)
        key = "score.stands" if row["method"] in ("declared", "shared") else "score.is"
        return self.say(key, score=plain(row["score"]), weight=of)

    def tolerance(self, row: Row) -> str:
        """Give the rule set's key against which the declared score's difference is held, or ""."""
        declared, score = row["declared_score"], row["score"]
        if declared is None or score is None or declared == score:
            return ""
        near = abs(declared - score) <= self.ruleset.tolerance.exact
        return "tolerance.exact" if near else "tolerance.rounded"

    def compare(self, row: Row) -> None:
        """Tell the declared score against the rules'."""
        self.section("declared")
        declared, score, key = row["declared_score"], row["score"], self.tolerance(row)
        words = {"declared": plain(declared), "score": plain(score)}
        if declared is None:
            self.tell("declared.none")
        elif score is None and not row["pending"]:
            self.tell("declared.not_compared", **words)
        elif score is None:
            left = span(row["low"], row["high"], bool(row.get("high_open")))
            self.tell("declared.open", range=left, **words)
        elif row["method"] in ("declared", "shared"):
            self.tell("declared.stands", **words)
        elif not key:
            self.tell("declared.gap_none", **words)
        else:
            gap, line = abs(declared - score), getattr(self.ruleset.tolerance, key.partition(".")[2])
            kind = f"gap_{key.partition('.')[2]}" if gap <= line else "high" if declared > score else "low"
            self.tell(f"declared.{kind}", gap=plain(gap), line=plain(line), **words)

    def findings(self, row: int) -> None:
        """Tell the findings at a row; those without a row stand at the total."""
        self.section("findings")
        at_total = row in rows_of(self.form)["total"]
        here = [
            item
            for item in self.form.findings
            if row in (item["row"], *(split(cell)[1] for cell in item["cells"]))
            or (at_total and item["row"] is None)
        ]
        for item in here:
            severity = f.severity_word(item["severity"], self.lang)
            self.put(f"{severity} {item['code']} {f.message(item, self.lang)}")
        if not here:
            self.tell("finding.none")


def _wrapped(text: str, indent: int) -> list[str]:
    """Break a text into lines of a terminal; what follows hangs two columns further."""
    lines, line = [], " " * indent
    for token in _TOKEN.findall(text):
        if width(line + token.rstrip(), "WF") > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * (indent + 2)
        line += token
    return [*lines, line.rstrip()]
