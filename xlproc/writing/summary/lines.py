"""What the summary keeps of a batch: a line a file, a project and a finding; everything else of it is dropped."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.exact import SCALE
from xlproc.writing.problems import listed
from xlproc.writing.stages import STAGES, stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, Any]

WAN = 10_000
"""The summary counts money in 万元."""
POINTS = {"error": 5, "pending": 3, "warning": 1}
"""What an error, a pending row and a warning weigh beside a point of difference: our own choice, only to put those
projects first where reading pays most."""
LISTED = 20_000
"""So many errors and warnings are listed one by one: each takes some kilobytes of memory, and one of a sheet's links."""


@dataclass(slots=True)
class ProjectLine:
    """A project; money in micro 万元.

    Attributes:
        number: Its place in the order of files.
        path: The file.
        sheet: Its sheet there.
        output: The results workbook, relative to the summary; "" where it was not written.
        table: Its official table's sheet in the results.
        marked: The marked copy, relative to the summary; "" where there is none.
        codes: How often each code was found in it.
        worst: Its gravest finding, or "".
        ruleset: What it was evaluated by.
        unweighed: Its form has no points, and it is not totalled.
    """

    number: int
    path: str
    sheet: str
    output: str
    table: str
    marked: str
    department: str
    agency: str
    name: str
    year: int | None
    initial: int | None
    budget: int | None
    executed: int | None
    rate: int | None
    declared: int | None
    score: int | None
    low: int | None
    high: int | None
    pending: int
    grade: str
    errors: int
    warnings: int
    notes: int
    codes: Counter[str]
    worst: str
    ruleset: str
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

    project: ProjectLine | None
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
class Batch:
    """What the summary is made of.

    Attributes:
        projects: A line a project, in the order of files.
        files: A line a file.
        findings: The first ``LISTED`` errors and warnings, in the order of files.
        severities: By code, as the rule set has it.
        skipped: Files in the inbox that are no workbooks.
    """

    projects: list[ProjectLine] = field(default_factory=list)
    files: list[FileLine] = field(default_factory=list)
    findings: list[FindingLine] = field(default_factory=list)
    severities: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    @property
    def codes(self) -> Counter[str]:
        """How often each code was found, in projects and in files."""
        found = self.file_codes
        for project in self.projects:
            found.update(project.codes)
        return found

    @property
    def file_codes(self) -> Counter[str]:
        """How often each code was found outside of projects."""
        return Counter(item["code"] for line in self.files for item in line.findings)

    def ranked(self, counts: Mapping[str, int], notes: bool = True) -> list[tuple[str, int]]:
        """Put codes in order: by severity, then the most frequent first."""
        order: dict[str, int] = {severity: i for i, severity in enumerate(f.SEVERITIES)}
        wanted = [item for item in counts.items() if notes or self.severities[item[0]] != "note"]
        return sorted(wanted, key=lambda item: (order[self.severities[item[0]]], -item[1], item[0]))

    def add(
        self,
        workbook: Row,
        projects: Sequence[Row],
        funds: Mapping[int, Sequence[Row]],
        findings: Sequence[Row],
        output: str,
        tables: Mapping[int, str],
        marked: str = "",
        ruleset: str = "",
    ) -> None:
        """Take a workbook in.

        Args:
            workbook: Its row of ``workbooks``.
            projects: Its rows of ``projects`` with totals; what is found in further ones, which are only read, counts
                for the file.
            funds: By project.
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
            self.severities[item["code"]] = item["severity"]
        path = workbook["path"]
        self.files.append(FileLine(path, workbook["status"], by_project[None]))
        lines: dict[int | None, ProjectLine] = {}
        for project in projects:
            key = project["project"]
            where = (len(self.projects) + 1, path, project["sheet"], output, tables[key], marked)
            line = _project(where, project, funds.get(key, ()), by_project[key], ruleset)
            self.projects.append(line)
            lines[key] = line
        for row, item in listed(findings):
            if item["severity"] != "note" and len(self.findings) < LISTED:
                self.findings.append(_finding(path, lines.get(item["project"]), item, output, row))


def _project(
    where: tuple[int, str, str, str, str, str],
    project: Row,
    funds: Sequence[Row],
    findings: Sequence[Row],
    ruleset: str,
) -> ProjectLine:
    main: Row = next((row for row in funds if row["kind"] == "total"), {})

    def money(name: str) -> int | None:
        value = None if name == "executed" and main.get("slipped") else main.get(name)
        return None if value is None else round(Fraction(value * project["fund_worth"], WAN))

    counts = Counter(item["severity"] for item in findings)
    return ProjectLine(
        *where, project["department"], project["agency"], project["name"],
        project["year"], money("initial"), money("base"), money("executed"), main.get("rate"), project["declared_total"],
        project["score"], project["low"], project["high"], project["pending"], project["grade"],
        counts["error"], counts["warning"], counts["note"], Counter(item["code"] for item in findings), _worst(findings),
        ruleset, project["unweighed"],
    )  # fmt: skip


def _worst(findings: Sequence[Row]) -> str:
    """Name the gravest finding: an error before a warning, of these what is mended first."""
    graver = [item for _, item in listed(findings) if item["severity"] != "note"]
    if not graver:
        return ""
    item = min(graver, key=lambda item: f.SEVERITIES.index(item["severity"]))
    text = f.body(item)
    return f"{item['code']} {text if len(text) <= 60 else text[:59] + '…'}"


def _finding(path: str, project: ProjectLine | None, item: Row, output: str, row: int) -> FindingLine:
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
