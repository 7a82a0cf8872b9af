"""From paths to rows: workbooks read and evaluated together, their rows by workbook and project."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import grouped, is_judged, records
from xlproc.model.words import phrase
from xlproc.reading.workbook import read
from xlproc.rules.between import compare_forms
from xlproc.rules.evaluate import evaluate
from xlproc.rulesets import load, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from xlproc.model.findings import Words
    from xlproc.rules.evaluate import Evaluation
    from xlproc.rulesets import RuleSet

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """Some workbooks, read and evaluated.

    Attributes:
        workbooks: Rows of ``workbooks``, in order; ``status`` is evaluated, read (holds no form that is judged) or
            rejected.
        projects: By workbook, with totals; monitoring forms with lights, forms that are only read with neither.
        funds: By project, with scores or lights.
        indicators: By project, with scores or lights.
        findings: By workbook, of reading and of the audit.
        rulesets: By workbook: what it was judged by.
    """

    workbooks: Sequence[Row]
    projects: Mapping[int, list[Row]]
    funds: Mapping[int, list[Row]]
    indicators: Mapping[int, list[Row]]
    findings: Mapping[int, list[Row]]
    rulesets: Mapping[int, RuleSet]

    @property
    def paths(self) -> dict[int, str]:
        """By workbook: its file's path."""
        return {workbook["workbook"]: workbook["path"] for workbook in self.workbooks}


def judge(paths: Sequence[Path], ruleset: RuleSet | None, called: Sequence[str] | None = None) -> Judged:
    """Read and evaluate workbooks.

    Args:
        paths: The files.
        ruleset: The rule set; None: for each workbook the one that its forms are made for.
        called: What to call them, where not by their paths.
    """
    batch = read(paths, called)
    chosen: dict[int, RuleSet]
    told: list[Finding]
    if ruleset is not None:
        chosen, told = dict.fromkeys(range(len(paths)), ruleset), []
    else:
        chosen, told = _choose(batch.frames)
    told += compare_forms(batch.frames)
    rows: dict[str, dict[int, list[Row]]] = {"projects": {}, "funds": {}, "indicators": {}, "findings": {}}
    for one in {each.id: each for each in chosen.values()}.values():
        mine = {number for number, each in chosen.items() if each is one}
        evaluated = evaluate(_of(batch.frames, mine), one)
        found = [item for item in (*batch.findings, *told) if item.workbook in mine]
        for done in (evaluated, evaluated.monitored):
            _add(rows, {"projects": done.projects, "funds": done.funds, "indicators": done.indicators})
        rows["findings"] |= grouped(to_frame([*found, *evaluated.findings], one.severities), "workbook")
    _add_read(rows, batch.frames)
    workbooks = records(batch.frames["workbooks"])
    for workbook in workbooks:
        projects = rows["projects"].get(workbook["workbook"], ())
        if any(map(is_judged, projects)):
            workbook["status"] = "evaluated"
    return Judged(workbooks, **rows, rulesets=chosen)


def _of(frames: Mapping[str, pd.DataFrame], workbooks: set[int]) -> Mapping[str, pd.DataFrame]:
    if len(workbooks) == len(frames["workbooks"]):
        return frames
    return {name: frame[frame["workbook"].isin(workbooks)] for name, frame in frames.items()}


def _add_read(rows: Mapping[str, dict[int, list[Row]]], frames: Mapping[str, pd.DataFrame]) -> None:
    """Put the forms that are only read in their places, without what rules compute."""
    done = {project["project"] for projects in rows["projects"].values() for project in projects}
    left = {
        name: frames[name][~frames[name]["project"].isin(done)]
        for name in ("projects", "funds", "indicators")
    }
    _add(rows, left)


def _add(rows: Mapping[str, dict[int, list[Row]]], frames: Mapping[str, pd.DataFrame]) -> None:
    """Add forms to those of their workbooks, in the order in which they were read."""
    for workbook, projects in grouped(frames["projects"], "workbook").items():
        every = [*rows["projects"].get(workbook, ()), *projects]
        rows["projects"][workbook] = sorted(every, key=lambda project: project["project"])
    for name in ("funds", "indicators"):
        rows[name].update(grouped(frames[name], "project"))


def _choose(frames: Mapping[str, pd.DataFrame]) -> tuple[dict[int, RuleSet], list[Finding]]:
    """Give each workbook the shipped rule set that most of its forms are made for, and say why."""
    default = load(names()[0])
    first = evaluate(frames, default)
    better = {item.project: item for item in first.findings if item.code == "X119"}
    chosen: dict[int, RuleSet] = dict.fromkeys(frames["workbooks"]["workbook"], default)
    told = []
    shipped = {name: load(name) for name in {str(item.context["better"]) for item in better.values()}}
    for workbook, projects in _by_workbook(first).items():
        wanted = Counter(
            str(better[project].context["better"]) if project in better else default.id
            for project in projects
        )
        name = wanted.most_common(1)[0][0]
        chosen[workbook] = shipped.get(name, default)
        found = next((item.found for item in better.values() if item.workbook == workbook), "")
        why = "several" if len(wanted) > 1 else "default" if name == default.id else "fits"
        context: dict[str, Words] = {"ruleset": name, "why": phrase(f"auto.{why}", found=found)}
        told.append(Finding("X121", workbook, context=context))
    return chosen, told


def _by_workbook(evaluated: Evaluation) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for workbook, project in zip(evaluated.projects["workbook"], evaluated.projects["project"], strict=True):
        found.setdefault(workbook, []).append(project)
    return found
