"""评分规则: the rule set's values with their sources, which the live formulas refer to, and the fingerprints."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import xlproc
from xlproc.model.exact import number, plain
from xlproc.model.words import percent, word
from xlproc.rulesets.loader import TITLES, WHOLE
from xlproc.writing.detail import NAMES
from xlproc.writing.layout import Sheet

if TYPE_CHECKING:
    from xlproc.model.words import Lang
    from xlproc.rulesets import RuleSet

_WIDTHS = {1: 30, 2: 48, 3: 58, 4: 16, 5: 16}
_SHARES = (
    "low_line", "reason_line", "gap_line", "over", "far_over", "met", "partial", "unmet", "pass_line",
    "budget_red", "budget_yellow", "red", "yellow", "blue", "certain",
)  # fmt: skip


def rules_sheet(ruleset: RuleSet, path: str, sha256: str) -> tuple[Sheet, dict[str, str]]:
    """Make the sheet of the rules used.

    Args:
        ruleset: The rule set.
        path: The input's name.
        sha256: The input's fingerprint.

    Returns:
        The sheet, and the defined names that the live formulas use.
    """
    sheet = Sheet("评分规则", landscape=True)
    sheet.widths = dict(_WIDTHS)
    sheet.put(1, 1, "评分规则", "title", to_column=5)
    sheet.heights[1] = 28
    row = 1
    until = f" 至 {ruleset.effective_to}" if ruleset.effective_to else " 起"
    for label, text in (
        ("规则集", f"{ruleset.id}　{ruleset.title}"),
        ("适用时间", f"{ruleset.effective_from}{until}"),
        (
            "依据",
            "；".join(
                f"{r['title']}（{word('mark.' + r.get('mark', ''))}{'：' + r['note'] if r.get('note') else ''}）"
                for r in ruleset.references
            ),
        ),
        ("规则集指纹", ruleset.sha256),
        ("填报文件", path),
        ("填报文件指纹", sha256),
        ("程序", f"xlproc {xlproc.__version__}"),
    ):
        row += 1
        sheet.put(row, 1, label, "label")
        sheet.put(row, 2, text, "left", to_column=5)
        sheet.fit(row, {(2, 5): text})
    values, names = _values(ruleset, row + 2)
    sheet.cells += values.cells
    sheet.heights.update(values.heights)
    sheet.repeat, sheet.area = values.repeat, values.area
    return sheet, dict(names)


@lru_cache(maxsize=32)
def _values(ruleset: RuleSet, row: int) -> tuple[Sheet, dict[str, str]]:
    """Make the table of a rule set's values from a row on, which is the same for all workbooks."""
    sheet = Sheet("评分规则", widths=dict(_WIDTHS))
    for i, text in enumerate(("项目", "取值", "来源", "可信程度", "出自规则集"), start=1):
        sheet.put(row, i, text, "head")
    sheet.repeat = (row, row)
    names: dict[str, str] = {}
    for key, title in TITLES.items():
        row += 1
        value = value_of(ruleset, key)
        source = ruleset.sources.get(key)
        texts = (
            str(title),
            value if isinstance(value, str) else "",
            source.source if source else "",
            word(f"mark.{source.mark}") if source else "",
            source.ruleset if source else "",
        )
        sheet.put(row, 1, texts[0], "left")
        style = "left" if isinstance(value, str) else "number"
        if key in NAMES:  # formulas need the number
            section, _, leaf = key.partition(".")
            given = getattr(getattr(ruleset, section), leaf)
            style = "percent" if leaf in _SHARES and leaf != "pass_line" else "number"
            value = given if leaf in WHOLE else number(given)
            names[NAMES[key]] = f"'评分规则'!$B${row}"
        sheet.put(row, 2, value, style)
        for i in (2, 3, 4):
            sheet.put(row, i + 1, texts[i], "left" if i == 2 else "center")
        sheet.fit(row, {(i, i): text for i, text in enumerate(texts, start=1)})
    for code, severity in sorted(ruleset.severities.items()):
        row += 1
        sheet.put(row, 1, f"问题 {code} 的级别", "left")
        sheet.put(row, 2, severity, "left")
        for i in (3, 4):
            sheet.put(row, i, "", "center")
        sheet.put(row, 5, ruleset.id, "center")
    sheet.area = (1, 1, row, 5)
    return sheet, names


def value_of(ruleset: RuleSet, key: str, lang: Lang = "zh") -> Any:
    """Give a rule set's value as people read it; single numbers stay numbers, since formulas refer to them."""
    section, _, leaf = key.partition(".")
    listed, apart = {"zh": ("、", "；"), "en": (", ", "; ")}[lang]
    if not leaf:
        return {"zh": "，", "en": ", "}[lang].join(
            f"{name} ≥ {plain(least)}" for name, least in ruleset.grades
        )
    value = getattr(getattr(ruleset, section), leaf)
    if leaf in WHOLE:
        return value
    if isinstance(value, bool):
        return word("value.yes" if value else "value.no", lang)
    if isinstance(value, str):
        return word(f"value.{value}", lang)
    if isinstance(value, int):
        return percent(value) if leaf in _SHARES and leaf != "pass_line" else number(value)
    if not value:
        return word("value.none", lang)
    if leaf == "structures":
        either = {"zh": "；或 ", "en": "; or "}[lang]
        return either.join(
            listed.join(f"{name} {plain(points)}" for name, points in s.items()) for s in value
        )
    if leaf in ("over_table", "satisfaction_steps"):
        steps = (word("value.step", lang, least=percent(a), share=percent(b)) for a, b in value)
        return apart.join(steps)
    if leaf in _SHARES:
        return word(
            "range.closed" if leaf == "met" else "range.open",
            lang,
            low=percent(value[0]),
            high=percent(value[1]),
        )
    if leaf in ("ladders", "degrees"):
        return "\n".join(" ＞ ".join("/".join(rung) for rung in ladder) for ladder in value)
    return listed.join(value)


def ruleset_lines(ruleset: RuleSet, lang: Lang = "zh") -> list[tuple[str, str, str, str]]:
    """List a rule set's values for a terminal: title, value, source, mark."""
    return [
        (
            title.say(lang),
            str(value_of(ruleset, key, lang)),
            ruleset.sources[key].source,
            word(f"mark.{ruleset.sources[key].mark}", lang),
        )
        for key, title in TITLES.items()
    ]
