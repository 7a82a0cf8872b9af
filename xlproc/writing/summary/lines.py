"""What the summary keeps of a batch: a line a file, a project, a monitoring form and a finding; all else is dropped.

``Left`` is what one workbook leaves; ``gather`` makes the batch of them, in the order of files.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.exact import SCALE
from xlproc.model.frames import is_evaluated
from xlproc.writing.problems import listed
from xlproc.writing.stages import STAGES, stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, Any]

WAN = 10_000
"""The summary counts money in 万元."""
POINTS = {"error": 5, "pending": 3, "warning": 1}
"""What an error, a pending row and a warning weigh beside a point of difference: our own choice, only to put those
projects first where reading pays most."""
LISTED = 20_000
"""So many errors and warnings are listed one by one: each takes some kilobytes of memory, and one of a sheet's links."""


@dataclass(slots=True, kw_only=True)
class FormLine:
    """What the lines of all forms have in common; money in micro 万元.

    Attributes:
        number: Its place among the lines of its kind, in the order of files.
        path: The file.
        sheet: Its sheet there.
        output: The results workbook, relative to the summary; "" where it was not written.
        table: Its official table's sheet in the results.
        marked: The marked copy, relative to the summary; "" where there is none.
        codes: How often each code was found in it.
        worst: Its gravest finding, or "".
        ruleset: What it was evaluated by.
    """

    number: int = 0
    path: str
    sheet: str
    output: str
    table: str
    marked: str
    department: str
    agency: str
    name: str
    year: int | None
    budget: int | None
    executed: int | None
    rate: int | None
    errors: int
    warnings: int
    notes: int
    codes: Counter[str]
    worst: str
    ruleset: str


@dataclass(slots=True, kw_only=True)
class MonitoringLine(FormLine):
    """A project at mid-year.

    Attributes:
        month: How many months have gone.
        assumed: The form does not say which.
        time_share: Of the year.
        pace: The execution rate as a share of what is due by time.
        budget_light: Of its execution.
        light: The worst of its indicators.
        lights: How many indicators are of each light; "" those of none.
        deviating: How many deviate.
        unreached: The indicators that will not be reached.
    """

    month: int
    assumed: bool
    time_share: int
    pace: int | None
    budget_light: str
    light: str
    lights: Counter[str]
    deviating: int
    unreached: tuple[UnreachedLine, ...]


@dataclass(frozen=True, slots=True)
class UnreachedLine:
    """An indicator that will not be reached, by the figures, the forecast or the unit's own word."""

    level2: str
    name: str
    target: str
    actual: str
    progress: int | None
    light: str
    by_rules: str
    declared: str
    forecast: str
    why: str
    cell: str


@dataclass(slots=True, kw_only=True)
class ProjectLine(FormLine):
    """A project that is scored.

    Attributes:
        unweighed: Its form has no points, and it is not totalled.
    """

    initial: int | None
    declared: int | None
    score: int | None
    low: int | None
    high: int | None
    pending: int
    grade: str
    unweighed: bool

    @property
    def apart(self) -> int | None:
        """How far the declared total lies from the rules', or outside of what they leave open."""
        if self.declared is None or self.score is None:
            return None
        over = 0 if self.high is None else self.declared - self.high
        return max((self.low or 0) - self.declared, over, 0)

    @property
    def urgency(self) -> int:
        """How much reading it needs, by ``POINTS`` and the difference."""
        points = (
            POINTS["error"] * self.errors
            + POINTS["pending"] * self.pending
            + POINTS["warning"] * self.warnings
        )
        urgency: int = points * SCALE + (self.apart or 0)
        return urgency


@dataclass(frozen=True, slots=True)
class FindingLine:
    """An error or warning.

    Attributes:
        project: Its project, or None for the whole file.
        path: The file.
        row: Its row in 问题清单 of the results.
    """

    project: FormLine | None
    path: str
    output: str
    row: int
    severity: str
    stage: str
    code: str
    sheet: str
    cells: str
    body: str
    todo: str


@dataclass(slots=True)
class FileLine:
    """A file and its findings that belong to no project."""

    path: str
    status: str
    findings: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Left:
    """What one workbook leaves for the summary.

    Attributes:
        file: Its line, with the findings that belong to no form.
        projects: Lines of its forms that are scored.
        monitored: Lines of its monitoring forms.
        findings: Its errors and warnings.
        severities: By code, as the rule set has it.
    """

    file: FileLine
    projects: list[ProjectLine] = field(default_factory=list)
    monitored: list[MonitoringLine] = field(default_factory=list)
    findings: list[FindingLine] = field(default_factory=list)
    severities: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Batch:
    """What the summary is made of.

    Attributes:
        projects: A line a form that is scored, in the order of files.
        monitored: A line a monitoring form.
        files: A line a file.
        findings: The first ``LISTED`` errors and warnings, in the order of files.
        severities: By code, as the rule set has it.
        skipped: Files in the inbox that are no workbooks.
    """

    projects: list[ProjectLine] = field(default_factory=list)
    monitored: list[MonitoringLine] = field(default_factory=list)
    files: list[FileLine] = field(default_factory=list)
    findings: list[FindingLine] = field(default_factory=list)
    severities: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    @property
    def forms(self) -> Sequence[FormLine]:
        """All forms that were judged."""
        return [*self.projects, *self.monitored]

    @property
    def codes(self) -> Counter[str]:
        """How often each code was found, in forms and in files."""
        found = self.file_codes
        for form in self.forms:
            found.update(form.codes)
        return found

    @property
    def file_codes(self) -> Counter[str]:
        """How often each code was found outside of forms."""
        return Counter(item["code"] for line in self.files for item in line.findings)

    def ranked(self, counts: Mapping[str, int], notes: bool = True) -> list[tuple[str, int]]:
        """Put codes in order: by severity, then the most frequent first."""
        order: dict[str, int] = {severity: i for i, severity in enumerate(f.SEVERITIES)}
        wanted = [item for item in counts.items() if notes or self.severities[item[0]] != "note"]
        return sorted(wanted, key=lambda item: (order[self.severities[item[0]]], -item[1], item[0]))


def gather(left: Iterable[Left], skipped: Iterable[str] = ()) -> Batch:
    """Make a batch of what workbooks left, in the order of files.

    Args:
        left: Of each workbook.
        skipped: Files in the inbox that are no workbooks.
    """
    every = list(left)
    batch = Batch(
        [line for each in every for line in each.projects],
        [line for each in every for line in each.monitored],
        [each.file for each in every],
        list(itertools.islice((line for each in every for line in each.findings), LISTED)),
        {code: severity for each in every for code, severity in each.severities.items()},
        list(skipped),
    )
    for lines in (batch.projects, batch.monitored):
        for number, line in enumerate(lines, start=1):
            line.number = number
    return batch


def left_by(
    workbook: Row,
    projects: Sequence[Row],
    funds: Mapping[int, Sequence[Row]],
    indicators: Mapping[int, Sequence[Row]],
    findings: Sequence[Row],
    output: str,
    tables: Mapping[int, str],
    marked: str = "",
    ruleset: str = "",
) -> Left:
    """Give what a workbook leaves.

    Args:
        workbook: Its row of ``workbooks``.
        projects: Its rows of ``projects`` with totals or lights; what is found in further ones, which are only read,
            counts for the file.
        funds: By project.
        indicators: By project.
        findings: Its findings.
        output: The results workbook, relative to the summary; "" where it was not written.
        tables: By project: its official table's sheet there.
        marked: The marked copy, relative to the summary; "" where there is none.
        ruleset: What it was evaluated by.
    """
    by_project: dict[int | None, list[Row]] = defaultdict(list)
    ours = {project["project"] for project in projects}
    for item in findings:
        by_project[item["project"] if item["project"] in ours else None].append(item)
    path = workbook["path"]
    left = Left(FileLine(path, workbook["status"], by_project[None]))
    left.severities = {item["code"]: item["severity"] for item in findings}
    lines: dict[int | None, FormLine] = {}
    for project in projects:
        key = project["project"]
        common = {
            "path": path,
            "sheet": project["sheet"],
            "output": output,
            "table": tables[key],
            "marked": marked,
            "ruleset": ruleset,
            **_common(project, funds.get(key, ()), by_project[key]),
        }
        line: FormLine
        if is_evaluated(project):
            line = _scored(common, project, funds.get(key, ()))
            left.projects.append(line)
        else:
            line = _monitored(common, project, indicators.get(key, ()))
            left.monitored.append(line)
        lines[key] = line
    left.findings = [
        _finding(path, lines.get(item["project"]), item, output, row)
        for row, item in listed(findings)
        if item["severity"] != "note"
    ]
    return left


def told_besides(left: Left, findings: Sequence[Row]) -> Left:
    """Add findings about the file among others: the summary has them, the file's own results have not.

    Args:
        left: What the file left.
        findings: Rows of ``findings`` that belong to no project.
    """
    graver = [item for item in findings if item["severity"] != "note"]
    return replace(
        left,
        file=replace(left.file, findings=[*left.file.findings, *findings]),
        findings=[*(_finding(left.file.path, None, item, "", 0) for item in graver), *left.findings],
        severities=left.severities | {item["code"]: item["severity"] for item in findings},
    )


def _main(funds: Sequence[Row]) -> Row:
    return next((row for row in funds if row["kind"] == "total"), {})


def _money(project: Row, main: Row, name: str) -> int | None:
    value = None if name == "executed" and main.get("slipped") else main.get(name)
    return None if value is None else round(Fraction(value * project["fund_worth"], WAN))


def _common(project: Row, funds: Sequence[Row], findings: Sequence[Row]) -> Row:
    main, counts = _main(funds), Counter(item["severity"] for item in findings)
    return {
        **{name: project[name] for name in ("department", "agency", "name", "year")},
        "budget": _money(project, main, "base"),
        "executed": _money(project, main, "executed"),
        "rate": main.get("rate"),
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
        "codes": Counter(item["code"] for item in findings),
        "worst": _worst(findings),
    }


def _scored(common: Row, project: Row, funds: Sequence[Row]) -> ProjectLine:
    own = {name: project[name] for name in ("score", "low", "high", "pending", "grade", "unweighed")}
    initial = _money(project, _main(funds), "initial")
    return ProjectLine(**common, **own, initial=initial, declared=project["declared_total"])


def _monitored(common: Row, project: Row, indicators: Sequence[Row]) -> MonitoringLine:
    own = {
        name: project[name]
        for name in ("assumed", "time_share", "pace", "budget_light", "light", "deviating")
    }
    lights = Counter({name: project[name] for name in ("red", "yellow", "green", "blue")})
    lights[""] = project["unknown"]
    lost = tuple(_unreached(item) for item in indicators if _is_lost(item))
    return MonitoringLine(**common, **own, month=project["as_of"], lights=lights, unreached=lost)


def _is_lost(item: Row) -> bool:
    missed = item["forecast_met"] is not None and not item["forecast_met"]
    return bool(item["named"]) and ("impossible" in (item["possibility_rule"], item["possibility"]) or missed)


def _unreached(item: Row) -> UnreachedLine:
    causes = "、".join(name for name, _ in item["causes"])
    why = "；".join(text for text in (causes, item["reason"]) if text)
    cells = item["cells"]
    return UnreachedLine(
        item["level2"], item["level3"], item["target_text"], item["actual_text"], item["progress"], item["light"],
        item["possibility_rule"], item["possibility"], item["forecast_text"], why, cells.get("actual", ""),
    )  # fmt: skip


def _worst(findings: Sequence[Row]) -> str:
    """Name the gravest finding: an error before a warning, of these what is mended first."""
    graver = [item for _, item in listed(findings) if item["severity"] != "note"]
    if not graver:
        return ""
    item = min(graver, key=lambda item: f.SEVERITIES.index(item["severity"]))
    text = f.body(item)
    return f"{item['code']} {text if len(text) <= 60 else text[:59] + '…'}"


def _finding(path: str, project: FormLine | None, item: Row, output: str, row: int) -> FindingLine:
    return FindingLine(
        project,
        path,
        output,
        row,
        item["severity"],
        STAGES[stage(item)].name,
        item["code"],
        item["sheet"],
        f.place("-", item["cells"]).removeprefix("-").removeprefix("!"),
        f.body(item),
        f.todo(item),
    )
