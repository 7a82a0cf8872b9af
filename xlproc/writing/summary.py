"""汇总.xlsx: a whole batch for the reviewer: overview, projects, departments, findings by code, files not evaluated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.cells import letter
from xlproc.model.exact import number, plain
from xlproc.model.words import RESULT_SUBJECT, total_text
from xlproc.writing.layout import Book, Chart, Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlproc.rulesets import RuleSet

Row = dict[str, Any]

WAN = 10_000
"""The summary counts money in 万元."""
CHARTED = 10
"""So many projects are drawn: those whose totals differ most."""


@dataclass(slots=True)
class ProjectLine:
    """What the summary needs of a project; money in micro 万元."""

    path: str
    sheet: str
    output: str
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
        codes: How often each code was found, and in how many projects.
        skipped: Files in the inbox that are no workbooks.
    """

    projects: list[ProjectLine] = field(default_factory=list)
    files: list[FileLine] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)


def project_line(
    workbook: Row, project: Row, funds: Iterable[Row], findings: Iterable[Row], output: str
) -> ProjectLine:
    """Make a project's line.

    Args:
        workbook: Its row of ``workbooks``.
        project: Its row of ``projects`` with totals.
        funds: Its fund lines.
        findings: Its findings.
        output: The results workbook, relative to the summary.
    """
    main: Row = next((row for row in funds if row["kind"] == "total"), {})

    def money(name: str) -> int | None:
        value = main.get(name)
        return None if value is None else round(Fraction(value * project["fund_worth"], WAN))

    counts = Counter(item["severity"] for item in findings)
    return ProjectLine(
        workbook["path"], project["sheet"], output, project["department"], project["agency"], project["name"],
        project["year"], money("initial"), money("base"), money("executed"), main.get("rate"), project["declared_total"],
        project["score"], project["low"], project["high"], project["pending"], project["grade"],
        counts["error"], counts["warning"], counts["note"],
    )  # fmt: skip


def summary_book(batch: Batch, ruleset: RuleSet) -> Book:
    """Make the summary workbook."""
    sheets = [
        _overview(batch, ruleset),
        _projects(batch),
        _departments(batch, ruleset),
        _codes(batch),
        _files(batch),
    ]
    return Book(sheets, title="绩效自评汇总", subject=RESULT_SUBJECT)


_COLUMNS = (
    ("序号", 6), ("主管部门", 22), ("实施单位", 24), ("项目名称", 26), ("年度", 7), ("年初预算", 11), ("全年预算", 11),
    ("全年执行", 11), ("执行率", 9), ("自评总分", 9), ("规则总分", 9), ("差额", 8), ("等级", 6), ("待定及区间", 20),
    ("错误", 6), ("提醒", 6), ("说明", 6), ("结果", 8), ("填报文件／工作表", 36),
)  # fmt: skip


def _projects(batch: Batch) -> Sheet:
    sheet = Sheet("项目", landscape=True)
    last_column = len(_COLUMNS)
    sheet.widths = {i: width for i, (_, width) in enumerate(_COLUMNS, start=1)}
    sheet.put(1, 1, "项目绩效自评汇总（金额单位：万元）", "title", to_column=last_column)
    sheet.heights[1] = 28
    for i, (text, _) in enumerate(_COLUMNS, start=1):
        sheet.put(2, i, text, "head")
    sheet.heights[2] = 22
    row = 2
    for n, p in enumerate(batch.projects, start=1):
        row += 1
        gap = None if p.score is None or p.declared is None or p.pending else p.score - p.declared
        opened = total_text(p.score, p.pending, p.low, p.high) if p.pending else ""
        opened = opened.partition("（")[2].rstrip("）")
        values: tuple[tuple[Value, str], ...] = (
            (n, "center"), (p.department, "left"), (p.agency, "left"), (p.name, "left"), (p.year, "center"),
            (number(p.initial), "amount"), (number(p.budget), "amount"), (number(p.executed), "amount"),
            (number(p.rate), "percent"), (number(p.declared), "two"), (number(p.score), "two"),
            (number(gap), "two"), (p.grade or ("未定" if p.score is not None else ""), "center"),
            (opened, "pending" if p.pending else "center"), (p.errors, "error" if p.errors else "center"),
            (p.warnings, "warning" if p.warnings else "center"), (p.notes, "center"),
        )  # fmt: skip
        for i, (value, style) in enumerate(values, start=1):
            sheet.put(row, i, value, style)
        if p.output:
            sheet.put(row, 18, "打开", "link", link=f"external:{p.output}")
        else:
            sheet.put(row, 18, "未写出", "center")
        sheet.put(row, 19, f"{p.path}／{p.sheet}", "left")
        texts = {
            (2, 2): p.department,
            (3, 3): p.agency,
            (4, 4): p.name,
            (14, 14): opened,
            (19, 19): f"{p.path}／{p.sheet}",
        }
        sheet.fit(row, texts, 22)
    last = row
    if batch.projects:
        row += 1
        sheet.put(row, 1, f"合计 {len(batch.projects)} 个项目", "total_text", to_column=5)
        for column, name in ((6, "initial"), (7, "budget"), (8, "executed")):
            total = sum(getattr(p, name) or 0 for p in batch.projects)
            area = f"{letter(column)}3:{letter(column)}{last}"
            sheet.put(row, column, number(total), "total_amount", formula=f"=SUM({area})")
        rate = _rate(batch.projects)
        budget, executed = f"G{row}", f"H{row}"
        formula = f'=IF({budget}=0,"",ROUND({executed}/{budget},4))'
        sheet.put(row, 9, rate, "total_percent", formula=formula)
        counted = {15: "errors", 16: "warnings", 17: "notes"}
        for column in range(10, last_column + 1):
            if column not in counted:
                sheet.put(row, column, "", "total")
        for column, name in counted.items():
            total = sum(getattr(p, name) for p in batch.projects)
            area = f"{letter(column)}3:{letter(column)}{last}"
            sheet.put(row, column, total, "total_count", formula=f"=SUM({area})")
        sheet.heights[row] = 22
        sheet.filter = (2, 1, last, last_column)
    else:
        row += 1
        sheet.put(row, 1, "没有评价任何项目。", "center", to_column=last_column)
    sheet.freeze = (3, 5)
    sheet.repeat = (2, 2)
    sheet.area = (1, 1, row, last_column)
    return sheet


def _rate(projects: Sequence[ProjectLine]) -> Value:
    """Give executed over budget of all projects that state both."""
    both = [(p.executed, p.budget) for p in projects]
    executed = sum(e or 0 for e, _ in both)
    budget = sum(b or 0 for _, b in both)
    return float(round(Fraction(executed, budget) * 10**4 + Fraction(1, 10**9))) / 10**4 if budget else ""


def _average(values: Sequence[int]) -> Value:
    return float(plain(round(Fraction(sum(values), len(values))), 2)) if values else ""


def _overview(batch: Batch, ruleset: RuleSet) -> Sheet:
    sheet = Sheet("总览", landscape=True, one_page=True)
    sheet.widths = {1: 26, 2: 16, 3: 3, 4: 12, 5: 10, 6: 3, 7: 10, 8: 32, 9: 8, 10: 8}
    sheet.put(1, 1, "绩效自评评价总览", "title", to_column=10)
    sheet.put(2, 1, f"规则集：{ruleset.id}（{ruleset.title}）", "subtitle", to_column=10)
    sheet.heights.update({1: 30, 2: 22})
    done = [p for p in batch.projects if p.score is not None]
    rejected = [line for line in batch.files if line.status == "rejected"]
    budget = sum(p.budget or 0 for p in batch.projects)
    executed = sum(p.executed or 0 for p in batch.projects)
    figures: tuple[tuple[str, Value, str], ...] = (
        ("填报文件", len(batch.files), "number"),
        ("　其中没有评价的", len(rejected), "number"),
        ("项目", len(batch.projects), "number"),
        ("全年预算（万元）", number(budget), "amount"),
        ("全年执行（万元）", number(executed), "amount"),
        ("执行率", _rate(batch.projects), "percent"),
        (
            "规则总分平均（无待定的项目）",
            _average([p.score for p in done if p.score is not None and not p.pending]),
            "two",
        ),
        ("自评总分平均", _average([p.declared for p in batch.projects if p.declared is not None]), "two"),
        ("有待定的项目", sum(bool(p.pending) for p in batch.projects), "number"),
        ("有错误的项目", sum(bool(p.errors) for p in batch.projects), "number"),
        ("项目中的错误", sum(p.errors for p in batch.projects), "number"),
        ("项目中的提醒", sum(p.warnings for p in batch.projects), "number"),
    )
    sheet.put(4, 1, "主要数字", "head", to_column=2)
    for i, (label, value, style) in enumerate(figures):
        sheet.put(5 + i, 1, label, "left")
        sheet.put(5 + i, 2, value, style)
    sheet.put(4, 4, "等级", "head")
    sheet.put(4, 5, "项目数", "head")
    grades = [*(name for name, _ in ruleset.grades), "未定"]
    counts = Counter(p.grade or "未定" for p in batch.projects)
    for i, name in enumerate(grades):
        sheet.put(5 + i, 4, name, "center")
        sheet.put(5 + i, 5, counts[name], "number")
    for i, text in enumerate(("代码", "主要问题（先错误后提醒）", "级别", "次数")):
        sheet.put(4, 7 + i, text, "head")
    top = [item for item in _ranked(batch) if f.catalogue()[item[0]].severity != "note"][:12]
    for i, (code, count) in enumerate(top):
        entry = f.catalogue()[code]
        sheet.put(5 + i, 7, code, "center")
        sheet.put(5 + i, 8, f.title(code), "left")
        sheet.put(5 + i, 9, f.severity_word(entry.severity), entry.severity)
        sheet.put(5 + i, 10, count, "number")
    if not top:
        sheet.put(5, 7, "没有发现错误和提醒。", "center", to_column=10)
    for row in range(4, 18):
        sheet.heights[row] = 21
    last_row = 17
    if done:
        first, end = 5, 4 + len(grades)
        axis: dict[str, Any] = {"min": 0, "num_format": "0"}
        if max(counts.values()) <= 10:
            axis["major_unit"] = 1
        series = {
            "categories": [sheet.name, first - 1, 3, end - 1, 3],
            "values": [sheet.name, first - 1, 4, end - 1, 4],
            "fill": {"color": "#5B9BD5"},
            "gap": 80,
            "data_labels": {"value": True},
        }
        sheet.charts.append(
            Chart(19, 1, {"type": "column"}, "等级分布（项目数）", [series], (500, 250), axis)
        )
        last_row = _widest_gaps(sheet, done, 19)
    sheet.area = (1, 1, last_row, 10)
    return sheet


def _widest_gaps(sheet: Sheet, done: Sequence[ProjectLine], row: int) -> int:
    """List and draw the projects whose declared and computed totals differ most; give the last row used."""

    def gap(p: ProjectLine) -> int:
        """Give how far the declared total lies outside of what the rules leave open."""
        low, high = p.low or 0, p.score if p.high is None else p.high
        return max(low - (p.declared or 0), (p.declared or 0) - (high or 0), 0)

    chosen = sorted((p for p in done if p.declared is not None), key=lambda p: (-gap(p), p.path, p.sheet))[
        :CHARTED
    ]
    if not chosen:
        sheet.put(row, 7, "没有项目填报自评总分，不作比较。", "center", to_column=10)
        return row + 14
    for i, text in enumerate(("序号", "自评与规则差额最大的项目", "自评", "规则")):
        sheet.put(row, 7 + i, text, "head")
    for i, p in enumerate(chosen, start=1):
        sheet.put(row + i, 7, i, "center")
        name = p.name or "（未填项目名称）"
        sheet.put(row + i, 8, name if len(name) <= 15 else name[:14] + "…", "left")
        sheet.put(row + i, 9, number(p.declared), "two")
        sheet.put(row + i, 10, number(p.score), "two")
        sheet.heights[row + i] = 20
    end = row + len(chosen)

    def column(index: int) -> list[Any]:
        return [sheet.name, row, index, end - 1, index]

    series = [
        {"name": "自评总分", "categories": column(7), "values": column(8), "fill": {"color": "#A5A5A5"}},
        {"name": "规则总分", "categories": column(7), "values": column(9), "fill": {"color": "#ED7D31"}},
    ]
    size = (500, 130 + 26 * len(chosen))
    # reversed, the widest gap comes first
    chart = Chart(
        32, 1, {"type": "bar"}, "自评总分与规则总分", series, size, {"reverse": True}, {"min": 0, "max": 100}
    )
    sheet.charts.append(chart)
    return max(end, 32 + size[1] // 20 + 1)


def _ranked(batch: Batch) -> list[tuple[str, int]]:
    order = {severity: i for i, severity in enumerate(f.SEVERITIES)}
    entries = f.catalogue()
    return sorted(batch.codes.items(), key=lambda item: (order[entries[item[0]].severity], -item[1], item[0]))


def _departments(batch: Batch, ruleset: RuleSet) -> Sheet:
    sheet = Sheet("部门", landscape=True)
    grades = [name for name, _ in ruleset.grades]
    heads = [
        "主管部门",
        "项目数",
        "全年预算",
        "全年执行",
        "执行率",
        "平均分",
        "按资金加权平均分",
        *grades,
        "未定",
        "错误",
        "提醒",
    ]
    sheet.widths = {
        1: 34,
        2: 8,
        3: 13,
        4: 13,
        5: 10,
        6: 10,
        7: 18,
        **dict.fromkeys(range(8, len(heads) + 1), 7),
    }
    sheet.put(
        1, 1, "按主管部门汇总（金额单位：万元；平均分只算总分已定的项目）", "title", to_column=len(heads)
    )
    sheet.heights[1] = 28
    for i, text in enumerate(heads, start=1):
        sheet.put(2, i, text, "head")
    sheet.heights[2] = 22
    groups: dict[str, list[ProjectLine]] = {}
    for p in batch.projects:
        groups.setdefault(p.department or "（未填主管部门）", []).append(p)
    row = 2
    for name, lines in sorted(groups.items()):
        row += 1
        done = [p for p in lines if p.score is not None and not p.pending]
        money = sum(p.budget or 0 for p in done)
        weighed = sum(Fraction((p.score or 0) * (p.budget or 0)) for p in done)
        weighted: Value = float(plain(round(weighed / money), 2)) if money else ""
        counts = Counter(p.grade or "未定" for p in lines if p.score is not None)
        values: list[tuple[Value, str]] = [
            (name, "left"), (len(lines), "number"), (number(sum(p.budget or 0 for p in lines)), "amount"),
            (number(sum(p.executed or 0 for p in lines)), "amount"), (_rate(lines), "percent"),
            (_average([p.score for p in done if p.score is not None]), "two"), (weighted, "two"),
            *((counts[g], "number") for g in [*grades, "未定"]),
            (sum(p.errors for p in lines), "number"), (sum(p.warnings for p in lines), "number"),
        ]  # fmt: skip
        for i, (value, style) in enumerate(values, start=1):
            sheet.put(row, i, value, style)
        sheet.fit(row, {(1, 1): name}, 22)
    sheet.freeze = (3, 2)
    sheet.repeat = (2, 2)
    sheet.area = (1, 1, max(row, 3), len(heads))
    return sheet


def _codes(batch: Batch) -> Sheet:
    sheet = Sheet("问题统计", landscape=False)
    sheet.widths = {1: 9, 2: 9, 3: 34, 4: 16, 5: 9, 6: 46}
    sheet.put(1, 1, "问题统计", "title", to_column=6)
    sheet.heights[1] = 28
    for i, text in enumerate(("级别", "代码", "问题", "审核规则", "次数", "规则来源"), start=1):
        sheet.put(2, i, text, "head")
    row = 2
    for code, count in _ranked(batch):
        row += 1
        entry = f.catalogue()[code]
        values: tuple[str | int, ...] = (
            f.severity_word(entry.severity),
            code,
            f.title(code),
            "、".join(entry.rules),
            count,
            entry.texts["zh"]["source"],
        )
        for i, value in enumerate(values, start=1):
            sheet.put(row, i, value, entry.severity if i == 1 else "left" if i in (3, 6) else "center")
        sheet.fit(row, {(3, 3): f.title(code), (6, 6): entry.texts["zh"]["source"]}, 20)
    if row == 2:
        row += 1
        sheet.put(row, 1, "没有发现问题。", "center", to_column=6)
    sheet.repeat = (2, 2)
    sheet.freeze = (3, 1)
    sheet.area = (1, 1, row, 6)
    return sheet


def _files(batch: Batch) -> Sheet:
    sheet = Sheet("文件", landscape=True)
    sheet.widths = {1: 42, 2: 12, 3: 9, 4: 70, 5: 46}
    sheet.put(1, 1, "没有评价的文件与文件本身的问题", "title", to_column=5)
    sheet.heights[1] = 28
    for i, text in enumerate(("文件", "结果", "代码", "原因", "怎样处理"), start=1):
        sheet.put(2, i, text, "head")
    row = 2
    status = {"rejected": "没有评价", "evaluated": "已评价", "read": "已读取"}
    for line in batch.files:
        for item in line.findings:
            row += 1
            place = f.place(item["sheet"], item["cells"])
            said = (f"{place}：" if place else "") + f.body(item)
            values = (line.path, status.get(line.status, line.status), item["code"], said, f.todo(item))
            for i, value in enumerate(values, start=1):
                style = (
                    ("error" if line.status == "rejected" else "center")
                    if i == 2
                    else "center"
                    if i == 3
                    else "left"
                )
                sheet.put(row, i, value, style)
            sheet.fit(row, {(i, i): text for i, text in enumerate(values, start=1)}, 20)
    for name in batch.skipped:
        row += 1
        for i, value in enumerate((name, "不是工作簿", "", "不是工作簿，已略过", ""), start=1):
            sheet.put(row, i, value, "left" if i in (1, 4, 5) else "center")
    if row == 2:
        row += 1
        sheet.put(row, 1, "所有文件都已评价，文件本身没有问题。", "center", to_column=5)
    sheet.repeat = (2, 2)
    sheet.freeze = (3, 1)
    sheet.area = (1, 1, row, 5)
    return sheet
