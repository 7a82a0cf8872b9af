"""Explains one cell of one workbook: reads it, evaluates it, finds the cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xlproc.batch.judge import judge
from xlproc.model import findings as f
from xlproc.model.cells import quoted
from xlproc.model.frames import is_judged
from xlproc.model.text import clean
from xlproc.model.words import said
from xlproc.reading.direction import infer_operator, told_nature
from xlproc.rules.qualitative import place as placed
from xlproc.writing.explain import Evaluated, Hints, explain, rows_of, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xlproc.model.words import Lang
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})(?::.*)?", re.IGNORECASE)


class NoSuchCell(ValueError):  # noqa: N818
    """A cell that cannot be explained, and why.

    Attributes:
        unreadable: The file itself cannot be read.
    """

    def __init__(self, why: Callable[[Lang], str], unreadable: bool = False) -> None:
        """Keep why, to be said in the reader's language."""
        super().__init__(why("zh"))
        self._why = why
        self.unreadable = unreadable

    def say(self, lang: Lang) -> str:
        """Say why."""
        return self._why(lang)


def explain_cell(path: Path, place: str, ruleset: RuleSet | None, lang: Lang) -> str:
    """Explain how a cell's figure came about.

    Args:
        path: The workbook.
        place: The cell, such as 自评表!J21; without a sheet where the workbook has one form.
        ruleset: The rule set; None: the one that the workbook's forms are made for.
        lang: The reader's language.

    Raises:
        NoSuchCell: The file cannot be read, the sheet holds no form, or the cell belongs to no row of it.
    """
    sheet, cell = _parted(place)
    every, rules = evaluated(path, ruleset)
    forms = _on_sheet(every, sheet, cell)
    for form in forms:
        if lines := explain(form, cell, rules, lang, lambda row: hints_of(row, rules)):
            return "\n".join(lines)
    raise _elsewhere(forms, cell)


def _parted(place: str) -> tuple[str, str]:
    """Part a place into its sheet's name, or "", and its cell.

    Examples:
        >>> _parted("自评表！ｊ２１"), _parted("'it''s 1'!$J$21:$K$22"), _parted("j21")
        (('自评表', 'J21'), ("it's 1", 'J21'), ('', 'J21'))
    """
    sheet, _, cell = place.replace("！", "!").rpartition("!")
    cut = len(sheet)
    sheet = place[:cut].strip()
    if len(sheet) > 1 and sheet[0] == sheet[-1] == "'":
        sheet = sheet[1:-1].replace("''", "'")
    match = _CELL.fullmatch(clean(cell))
    if not match:
        raise NoSuchCell(lambda lang: tell("wrong.place", lang, place=place))
    return sheet, f"{match[1].upper()}{match[2]}"


def evaluated(path: Path, ruleset: RuleSet | None) -> tuple[list[Evaluated], RuleSet]:
    """Read a workbook and evaluate its forms.

    Args:
        path: The workbook.
        ruleset: The rule set; None: the one that they are made for.

    Returns:
        The forms, and the rule set.

    Raises:
        NoSuchCell: The file cannot be read, or holds no form that is evaluated.
    """
    judged = judge([path], ruleset)
    findings = judged.findings.get(0, [])
    if judged.workbooks[0]["status"] == "rejected":
        wrong = [item for item in findings if item["severity"] == "error"] or findings
        raise NoSuchCell(lambda lang: " ".join(f.message(item, lang) for item in wrong), unreadable=True)
    forms = [
        Evaluated(
            project,
            judged.funds.get(project["project"], []),
            judged.indicators.get(project["project"], []),
            [item for item in findings if item["project"] == project["project"]],
        )
        for project in judged.projects.get(0, [])
        if is_judged(project)
    ]
    if not forms:
        only_read = [item for item in findings if item["code"] == "T011"]
        raise NoSuchCell(
            lambda lang: " ".join(f.message(item, lang) for item in only_read) or tell("wrong.none", lang)
        )
    return forms, judged.rulesets[0]


def _on_sheet(forms: Sequence[Evaluated], sheet: str, cell: str) -> list[Evaluated]:
    names = list(dict.fromkeys(form.project["sheet"] for form in forms))
    if not sheet and len(names) > 1:
        words = {"n": str(len(names)), "sheets": tuple(names), "example": f"{_written(names[0])}!{cell}"}
        raise NoSuchCell(lambda lang: tell("wrong.which", lang, **words))
    found = sheet if sheet in names else next((n for n in names if _same(n, sheet)), "")
    if sheet and not found:
        raise NoSuchCell(lambda lang: tell("wrong.sheet", lang, sheet=sheet, sheets=tuple(names)))
    return [form for form in forms if not sheet or form.project["sheet"] == found]


def _written(sheet: str) -> str:
    return sheet if re.fullmatch(r"\w+", sheet) else quoted(sheet)


def _same(left: str, right: str) -> bool:
    return clean(left).casefold() == clean(right).casefold()


def _elsewhere(forms: Sequence[Evaluated], cell: str) -> NoSuchCell:
    rows: dict[str, list[int]] = {}
    for form in forms:
        for name, numbers in rows_of(form).items():
            rows.setdefault(name, []).extend(numbers)

    def why(lang: Lang) -> str:
        there = {
            name: said(_runs(found), lang) or tell("wrong.no_rows", lang) for name, found in rows.items()
        }
        return tell("wrong.cell", lang, cell=cell, sheet=forms[0].project["sheet"], **there)

    return NoSuchCell(why)


def _runs(numbers: Sequence[int]) -> tuple[str, ...]:
    """Write rows that follow one another as one.

    Examples:
        >>> _runs([1, 3, 4, 5])
        ('1', '3-5')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    return tuple(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def hints_of(row: Row, ruleset: RuleSet) -> Hints:
    """Ask reading and rules again how they understood an indicator."""
    direction = infer_operator(
        told_nature((row["operator_text"], row["nature_text"])),
        row["level3"],
        row["level1"],
        row["level2"],
        row["target_state"],
    )
    words = row["comparable"] == "words"
    where = placed(row["target_text"], row["actual_text"], ruleset.qualitative) if words else None
    if where is None:
        return Hints(direction.why, direction.word)
    return Hints(direction.why, direction.word, where.by, where.ladder, where.wanted, where.reached)
