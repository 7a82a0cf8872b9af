"""Lays the published forms out as workbooks, family by family, the ways such forms stand in offices' files.

A case of ``tests/data/published`` is one form as it was published: ``null`` is what the form has no column for or what
is not visible in it, "" a blank cell. Written with openpyxl, apart from the product's writer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import Levels

DATA = Path(__file__).parent / "data" / "published"

Case = dict[str, Any]
Pair = tuple[str, str | None]
Span = tuple[int, int]


@dataclass(frozen=True)
class Way:
    """A way in which offices fill and keep a form.

    Attributes:
        levels: How level labels stand.
        numbers: Numbers as numbers, else as text.
        percent: Percentages as percent-formatted numbers.
        full_width: Full-width signs and digits in texts.
        spaced: Blanks and line breaks inside labels.
        left: Empty columns before the form.
        top: Empty rows above it.
    """

    levels: Levels = "merged"
    numbers: bool = True
    percent: bool = False
    full_width: bool = False
    spaced: bool = False
    left: int = 0
    top: int = 0


WAYS = {
    "plain": Way(),
    "repeated": Way(levels="repeated", numbers=False),
    "once": Way(levels="once", percent=True),
    "full-width": Way(numbers=False, full_width=True),
    "spaced": Way(spaced=True, percent=True),
    "aside": Way(left=2, top=3, levels="once", spaced=True),
}
SAVED = {"xls": Way(percent=True), "ods": Way(levels="once", percent=True)}
"""The ways that are saved again as another kind of file."""

FIELDS = {
    "一级指标": "l1", "项目权重": "l1", "二级指标": "l2", "三级指标": "l3", "指标名称": "l3", "指标名称(三级指标)": "l3", "评价内容": "l3",
    "年度指标值": "target", "指标值": "target", "指标值(A)": "target", "年初目标值(A)": "target", "年初指标值": "target", "预期指标值": "target",
    "年度目标指标值": "target", "年度(/项目)指标值": "target", "调整指标值": "adjusted",
    "实际完成值": "actual", "实际完成值(B)": "actual", "全年实际值": "actual", "全年实际值(B)": "actual", "完成值": "actual", "全年完成值": "actual",
    "年终完成值": "actual", "实际完成指标值": "actual", "1-7月执行数": "actual",
    "度量单位": "unit", "计量单位": "unit", "指标性质": "nature", "分值": "weight", "权重": "weight", "指标权重(分)": "weight",
    "得分": "score", "自评分": "score", "(自评得分)": "score", "指标得分(分)": "score",
    "偏差原因分析及改进措施": "reason", "未完成原因分析": "reason", "未完成原因分析及改进措施": "reason", "未完成原因及改进措施": "reason", "未完成原因及拟采取的改进措施": "reason",
    "偏差原因分析:原因说明": "reason",
    "全年预计执行数": "forecast", "偏差原因分析:经费保障": "dev_funds", "偏差原因分析:制度保障": "dev_system", "偏差原因分析:人员保障": "dev_staff",
    "偏差原因分析:硬件条件保障": "dev_hardware", "偏差原因分析:其他": "dev_other", "完成目标可能性:确定能": "possible_certain",
    "完成目标可能性:有可能": "possible_maybe", "完成目标可能性:完全不可能": "possible_impossible",
    "备注": "remark", "指标说明": "note", "得分系数(%)": "coef", "是否核心指标": "core", "复核分": "reviewed", "评价标准": "standard",
}  # fmt: skip
"""What each column of a published form holds: its heading → the transcription's key."""

FUND_FIELDS = {
    "年初预算数": "budget_initial", "年初预算": "budget_initial", "全年预算数": "budget_full", "全年预算数(A)": "budget_full",
    "全年(调整)预算数": "budget_full", "调整预算数": "budget_full", "调整预算数(A)": "budget_full", "调整后预算数": "budget_full", "预算数(A)": "budget_full",
    "预算数:": "budget_full", "合计(万元)": "budget_full", "全年执行数": "executed", "全年执行数(B)": "executed", "预算执行数": "executed", "执行数(B)": "executed",
    "执行数:": "executed", "执行数(万元)": "executed", "1-7月执行数": "executed", "全年预计执行数": "forecast",
    "执行率": "rate", "执行率(B/A)": "rate", "预算执行率": "rate", "执行率(%)": "rate", "1-7月执行率": "rate", "分值": "weight", "权重": "weight", "执行率权重": "weight",
    "得分": "score", "得分(20分*执行率)": "score", "执行率得分(分)": "score", "原因": "reason",
    "中央(万元)": "central", "省、地(万元)": "provincial", "本级(万元)": "own", "其他(万元)": "other",
}  # fmt: skip


def cases() -> list[Case]:
    """Load all published cases, and two that are put together of them."""
    loaded = {path.stem[:2]: json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("*.json"))}
    return [*loaded.values(), _two_blocks_filled(loaded["65"], loaded["59"]), _adjusted(loaded["28"])]


def _two_blocks_filled(form: Case, indicators: Case) -> Case:
    """The form of two blocks side by side was published blank: fill it with another one's indicators."""
    made = {
        **deepcopy(form),
        "id": "65-filled",
        "goals": {"中期目标": "全市清扫保洁。", "年度目标": "完成当年清扫保洁。"},
    }
    longer = [{**row, "goal_block": "中期目标"} for row in indicators["indicators"]]
    yearly = [
        {**row, "goal_block": "年度目标"} for row in indicators["indicators"] if row["l2"] != "时效指标"
    ]
    return {**made, "indicators": longer + yearly}


def _adjusted(case: Case) -> Case:
    """Two targets of the Chongqing form adjusted during the year."""
    made = {**deepcopy(case), "id": "28-adjusted"}
    for number, text in ((3, "75%"), (17, "2500篇")):
        made["indicators"][number]["adjusted"] = text
    return made


@dataclass
class Placed:
    """Where things were laid: the sheet's rows, in the transcription's order."""

    indicators: list[int] = field(default_factory=list)
    funds: list[int] = field(default_factory=list)


def lay_out(sheet: Worksheet, case: Case, way: Way) -> Placed:
    """Lay a case out on a sheet."""
    page = Page(sheet, way, max(len(case["layout_columns"]) + 1, len(case.get("fund_columns", [])) + 3, 8))
    FAMILIES[case["id"][:2]](page, case)
    page.rule()
    return page.placed


def workbook(path: Path, case: Case, way: Way) -> Placed:
    """Write a case as a workbook: a sheet for a form, a sheet each for the tables of final accounts."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    if case["kind"] == "final_accounts":
        book.remove(sheet)
        for number, table in enumerate(case["tables"], start=1):
            accounts(book.create_sheet(f"表{number}"), case, table, way)
        placed = Placed()
    else:
        sheet.title = "Sheet1"
        placed = lay_out(sheet, case, way)
    book.save(path)
    return placed


# A sheet, and the blocks that forms are made of.


class Page:
    """A sheet that is filled from top to bottom; columns count from the form's first."""

    def __init__(self, sheet: Worksheet, way: Way, width: int) -> None:
        """Begin at the top of a sheet; the form is ``width`` columns wide."""
        self.sheet, self.way, self.width, self.row, self.placed = sheet, way, width, way.top + 1, Placed()

    def put(self, span: Span, text: str | None, label: bool = False, down: int = 1) -> None:
        """Write a cell in the current row, over some columns and rows."""
        first, last = (column + self.way.left for column in span)
        if text:
            value, form = _typed(_worded(text, self.way, label), self.way)
            cell = self.sheet.cell(self.row, first)
            cell.value, cell.number_format = value, form
            if isinstance(value, str):
                cell.data_type = "s"
        if last > first or down > 1:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row + down - 1, start_column=first, end_column=last
            )

    def across(self, text: str | None, label: bool = False) -> None:
        """Write one cell over the whole width, and go down."""
        self.put((1, self.width), text, label)
        self.row += 1

    def pairs(self, *pairs: Pair) -> None:
        """Write labels and their values over the width, and go down."""
        parts = spread(2, self.width, 1) if len(pairs) == 1 else spread(1, self.width, len(pairs))
        for (first, last), (label, text) in zip(parts, pairs, strict=True):
            middle = min(2, last) if first < 3 else first
            self.put((1 if first < 3 else first, middle), label, label=True)
            self.put((middle + 1, last), text)
        self.row += 1

    def rule(self) -> None:
        """Draw the lines."""
        thin = Side(style="thin")
        for line in self.sheet.iter_rows(min_row=self.way.top + 3, min_col=self.way.left + 1):
            for cell in line:
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
                cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")


def spread(first: int, last: int, count: int) -> list[Span]:
    """Divide columns among cells, as evenly as may be; the first ones are the wider ones."""
    each, more = divmod(last - first + 1, count)
    ends = [first - 1 + each * (i + 1) + min(i + 1, more) for i in range(count)]
    return list(zip([first, *(end + 1 for end in ends)], ends, strict=False))


def _worded(text: str, way: Way, label: bool) -> str:
    if label and way.spaced and len(bare(text)) > 3:
        text = f"{text[:2]}\n{text[2]} {text[3:]}"
    if way.full_width:
        text = re.sub(r"(?<=\D),|,(?=\D)", "，", text)
        text = text.translate(str.maketrans("0123456789%():=<>", "０１２３４５６７８９％（）：＝＜＞"))
    return text


def _typed(text: str, way: Way) -> tuple[Any, str]:
    """Give a transcribed text as a cell's value and number format; the cell shows the text."""
    if way.numbers and re.fullmatch(r"(0|[1-9]\d{0,2}(,\d{3})+|[1-9]\d*)(\.\d+)?", text):
        places = "0." + "0" * len(text.partition(".")[2]) if "." in text else "0"
        number = float(text.replace(",", ""))
        return number, f"#,##{places}" if "," in text else places if text.endswith("0") else "General"
    if way.percent and (match := re.fullmatch(r"(\d+)(?:\.(\d+))?%", text)):
        return float(text[:-1]) / 100, f"0.{'0' * len(match[2])}%" if match[2] else "0%"
    return text, "@"


def bare(text: str) -> str:
    """Take all white space out of a text."""
    return re.sub(r"\s", "", text)


def heading(page: Page, case: Case, *pairs: Sequence[Pair], title: str = "") -> None:
    """The title, the line of the year, and rows of labels and values."""
    text = title or re.sub(r"\s*\[.*\]|.* / ", "", case["title"])
    line = re.search(r"\(\s*\d{4}[^()]*\)", text)
    page.across(text[: line.start()].strip() if line else text)
    said = not case["year"] or case["year"] in text
    page.across(line[0] if line else None if said else f"({case['year']}年度)")
    for row in pairs:
        page.pairs(*row)


def whose(
    case: Case, name: str = "项目名称", department: str = "主管部门", unit: str = "实施单位"
) -> list[list[Pair]]:
    """The usual rows below the title."""
    return [[(name, case["project_name"])], [(department, case["department"]), (unit, case["unit"])]]


def head_total(case: Case) -> Pair:
    """The total of a form that has it in its head."""
    ((label, text),) = case["total"].items()
    return label, text


def funds_table(page: Page, case: Case, label: str, corner: str = "") -> None:
    """The fund block: its label merged down, a line of headings, a row a line."""
    columns, lines = list(case.get("fund_columns", [])), case["funds"]
    if not columns:
        return
    middle = 3 if page.width - 3 >= len(columns) else 2
    spans = spread(middle + 1, page.width, len(columns))
    page.put((1, 1), label, label=True, down=len(lines) + 1)
    page.put((2, middle), corner, label=True)
    for span, text in zip(spans, columns, strict=True):
        page.put(span, text, label=True)
    page.row += 1
    for line in lines:
        page.put((2, middle), line["line"], label=True)
        for span, column in zip(spans, columns, strict=True):
            page.put(span, line.get(FUND_FIELDS[column]))
        page.placed.funds.append(page.row)
        page.row += 1


def fund_pairs(page: Page, case: Case, label: str, rows: Sequence[Sequence[int | None]]) -> None:
    """A fund block without headings: labels with their amounts, one or two a row.

    Args:
        page: The page.
        case: The case.
        label: The block's label.
        rows: The case's lines that stand in each row.
    """
    placed = dict.fromkeys(range(len(case["funds"])), 0)
    page.put((1, 2), label, label=True, down=len(rows))
    for row in rows:
        for (first, last), number in zip(spread(3, page.width, len(row)), row, strict=True):
            if number is not None:
                page.put((first, first + 1), printed(case["funds"][number]["line"]), label=True)
                page.put((first + 2, last), case["funds"][number]["budget_full"])
                placed[number] = page.row
        page.row += 1
    page.placed.funds = list(placed.values())


def printed(line: str) -> str:
    """A fund line as its form prints it: whose column it stands in was added in transcribing."""
    return re.sub(r"\((项目|年度|中期)\)$", "", line)


def goals(page: Page, case: Case, label: str = "年度总体目标", beside: str = "") -> None:
    """The goals: side by side below their own headings, or one beside its label."""
    texts = {name: text for name, text in case["goals"].items() if name != "score"}
    if len(texts) == 1:
        page.pairs(*texts.items())
    elif texts:
        last = page.width - 1 if beside else page.width
        page.put((1, 1), label, label=True, down=2)
        for row in (texts.keys(), texts.values()):
            for span, text in zip(spread(2, last, len(texts)), row, strict=True):
                page.put(span, text, label=row == texts.keys())
            page.row += 1
        if beside:
            page.row -= 1
            page.put((page.width, page.width), beside)
            page.row += 1


def indicator_table(
    page: Page, columns: Sequence[str], rows: Sequence[Case], label: str, left: int = 2
) -> list[Span]:
    """The indicators below their headings, beside a label that is merged down; give where the columns stand."""
    spans = spread(left, page.width, len(columns))
    deep = 2 if any(":" in column for column in columns) else 1
    if left > 1:
        page.put((1, left - 1), label, label=True, down=len(rows) + deep)
    _column_heads(page, columns, spans, deep)
    begin = page.row
    for row in rows:
        for span, column in zip(spans, columns, strict=True):
            name = FIELDS[column.removeprefix("年度指标值:")]
            if name not in ("l1", "l2"):
                page.put(span, row.get(name))
        page.placed.indicators.append(page.row)
        page.row += 1
    for names in (["l1"], ["l1", "l2"]):
        for span, column in zip(spans, columns, strict=True):
            if FIELDS.get(column) == names[-1]:
                _levels(page, span, begin, rows, names)
    return spans


def _column_heads(page: Page, columns: Sequence[str], spans: Sequence[Span], deep: int) -> None:
    over = [column.rpartition(":")[0] for column in columns]
    for i, (span, column) in enumerate(zip(spans, columns, strict=True)):
        if not over[i]:
            page.put(span, column, label=True, down=deep)
            continue
        if i == 0 or over[i - 1] != over[i]:
            last = max(k for k in range(i, len(columns)) if over[k] == over[i])
            page.put((span[0], spans[last][1]), over[i], label=True)
        page.row += 1
        page.put(span, column.rpartition(":")[2], label=True)
        page.row -= 1
    page.row += deep


def _levels(page: Page, span: Span, begin: int, rows: Sequence[Case], names: Sequence[str]) -> None:
    """Write a column of level labels: merged down, repeated, or once."""
    end = page.row
    groups = [[row[name] for name in names] for row in rows]
    start = 0
    for i, row in enumerate(rows):
        new = i == 0 or groups[i] != groups[i - 1]
        start = i if new else start
        page.row = begin + i
        merged = page.way.levels == "merged" and bool(row[names[-1]])
        if merged and new:
            after = next((k for k in range(i, len(rows)) if groups[k] != groups[i]), len(rows))
            page.put(span, row[names[-1]], label=True, down=after - i)
        elif not merged and (new or page.way.levels == "repeated"):
            page.put(span, row[names[-1]], label=True)
    page.row = end


def total_row(page: Page, case: Case, spans: Sequence[Span], columns: Sequence[str]) -> None:
    """The line of the total below the indicators, under their columns."""
    if not case["total"]:
        return
    ((label, total),) = case["total"].items()
    found = {FIELDS.get(column): span for span, column in zip(spans, columns, strict=True)}
    values = total if isinstance(total, dict) else {"score": total}
    page.put((1, min(found[name][0] for name in values) - 1), label, label=True)
    for name, text in values.items():
        page.put(found[name], text)
    page.row += 1


def below(page: Page, *labels: str, signed: str = "") -> None:
    """What stands below the table: labels with words of the office, and a line to sign."""
    for label in labels:
        page.pairs((label, "无"))
    if signed:
        page.across(signed)


# The families.


def ministry(
    page: Page,
    case: Case,
    head: Callable[[Case], list[list[Pair]]] = whose,
    title: str = "",
    fund_label: str = "项目资金(万元)",
    corner: str = "",
    goal_label: str = "年度总体目标",
    label: str = "绩效指标",
    split: str = "",
    notes: Sequence[str] = (),
    signed: str = "",
) -> None:
    """The ministry's form and its kin: head, funds, goals, indicators, total."""
    heading(page, case, *head(case), title=title)
    funds_table(page, case, fund_label, corner)
    goals(page, case, goal_label)
    columns = [f"{split}:{c}" if split and c in SPLIT else c for c in case["layout_columns"]]
    spans = indicator_table(page, columns, case["indicators"], label)
    if case["total"] and isinstance(next(iter(case["total"].values())), dict):
        total_row(page, case, spans, columns)
    below(page, *notes, signed=signed)


SPLIT = ("指标性质", "指标值", "度量单位")
"""The columns that 年度指标值 spans in Yunnan."""


def with_total(case: Case, **labels: str) -> list[list[Pair]]:
    """The usual head, and the total beside the project's name."""
    first, *others = whose(case, **labels)
    return [[*first, head_total(case)], *others]


def sichuan(page: Page, case: Case) -> None:
    """四川: goals before funds, the rate before its weight, conclusions below."""
    page.across("报表编号:510000_0013zp")
    heading(
        page, case, *whose(case, unit="实施单位 (盖章)"), title=SICHUAN if case["title"][0] == "(" else ""
    )
    texts = dict(case["goals"])
    course = texts.pop("项目实施内容及过程概述", None)
    goals(page, {"goals": texts}, "项目基本情况")
    if course is not None:
        page.pairs(("项目实施内容及过程概述", course))
    columns = list(case.get("fund_columns", []))
    funds_table(page, {**case, "fund_columns": columns[1:]}, "预算执行情况(10分)", *columns[:1])
    spans = indicator_table(page, case["layout_columns"], case["indicators"], "绩效指标(90分)")
    total_row(page, case, spans, case["layout_columns"])
    below(page, "评价结论", "存在问题", "改进措施", signed="项目负责人:          财务负责人:")


SICHUAN = "部门预算项目支出绩效自评表"


def transfer(page: Page, case: Case) -> None:
    """A central transfer: who hands the money down, and how it was managed."""
    heading(
        page, case,
        [("转移支付(项目)名称", case["project_name"])],
        [("中央主管部门", case["department"])],
        [("地方主管部门", ""), ("资金使用单位", case["unit"])],
    )  # fmt: skip
    funds_table(page, case, "资金情况(万元)")
    page.put((1, 1), "资金管理情况", label=True, down=len(MANAGEMENT) + 1)
    for name, *texts in (("", "情况说明", "存在问题和改进措施"), *((name, "", "") for name in MANAGEMENT)):
        for span, text in zip([(2, 3), *spread(4, page.width, 2)], [name, *texts], strict=True):
            page.put(span, text, label=True)
        page.row += 1
    goals(page, case, "总体目标完成情况")
    indicator_table(page, case["layout_columns"], case["indicators"], "绩效指标")
    below(page, "说明")


MANAGEMENT = (
    "分配科学性",
    "下达及时性",
    "拨付合规性",
    "使用规范性",
    "执行准确性",
    "预算绩效管理情况",
    "支出责任履行情况",
)


def local_transfer(page: Page, case: Case) -> None:
    """The transfer form of 2018: what was budgeted and executed as labels with amounts, points in the labels."""
    central, local = case["department"].split(" / ")
    heading(
        page, case,
        [("转移支付(项目)名称", case["project_name"]), head_total(case)],
        [("中央主管部门", central), ("地方主管部门", local)],
    )  # fmt: skip
    page.put((1, 2), "预算执行情况(万元)(20分)", label=True, down=len(case["funds"]))
    for i, line in enumerate(case["funds"]):
        halves = zip(spread(3, page.width, 2), case["fund_columns"], strict=True)
        for (first, last), column in halves:
            page.put((first, first), line["line"] if i else column, label=True)
            page.put((first + 1, last), line[FUND_FIELDS[column]])
        page.placed.funds.append(page.row)
        page.row += 1
    goals(page, case, "年度目标(20分)", beside=case["goals"]["score"])
    indicator_table(page, case["layout_columns"], case["indicators"], "绩效指标")
    below(page, "说明")


def goal_blocks(page: Page, case: Case) -> None:
    """湖北: goal after goal, each with its points, its headings and its indicators; the execution worth 20 points."""
    heading(page, case, *whose(case, unit="项目实施单位"))
    funds_table(page, case, "预算执行情况(万元)(20分)")
    names = dict.fromkeys(row.get("goal_block", "绩效指标") for row in case["indicators"])
    for name in names:
        rows = [row for row in case["indicators"] if row.get("goal_block", name) == name]
        spans = indicator_table(page, case["layout_columns"], rows, name)
    total_row(page, case, spans, case["layout_columns"])
    below(page, "偏差大或目标未完成原因分析", "改进措施及结果应用方案", signed="填报人:          联系电话:")


def chongqing(page: Page, case: Case) -> None:
    """重庆: a plain list without levels, the unit before the target, the total in the head."""
    heading(page, case, [("部门(单位)名称", case["department"]), head_total(case)])
    funds_table(page, case, "部门预算执行情况(万元)")
    goals(
        page, {"goals": {"年初绩效目标": "", **case["goals"], "全年目标实际完成情况": ""}}, "当年整体绩效目标"
    )
    indicator_table(page, case["layout_columns"], case["indicators"], "绩效指标")
    below(page, "说明")


def guangshui(page: Page, case: Case) -> None:
    """广水: what is judged of the process in one table, the results in another; the reviewer's own column in both."""
    name, who = whose(case, unit="项目实施单位")
    heading(page, case, [*name, head_total(case)], who)
    columns, (line,) = case["fund_columns"], case["funds"]
    page.put((1, 1), line["line"], label=True, down=2)
    for text in (dict(zip(columns, columns, strict=True)), {c: line.get(FUND_FIELDS[c]) for c in columns}):
        for span, column in zip(spread(2, page.width, len(columns)), columns, strict=True):
            page.put(span, text[column], label=text[column] == column)
        page.row += 1
    page.placed.funds = [page.row - 1]
    goals(page, case)
    process = [row for row in case["indicators"] if row["block"] == "评价内容"]
    indicator_table(
        page, ["项目权重", "评价内容", "分值", "自评分", "复核分", "评价标准"], process, "", left=1
    )
    results = [row for row in case["indicators"] if row["block"] == "项目绩效"]
    indicator_table(page, case["layout_columns"], results, "项目绩效")
    below(page, signed="填报人:          联系电话:")


def target(
    page: Page,
    case: Case,
    head: Callable[[Case], list[list[Pair]]] = whose,
    fund_label: str = "项目资金(万元)",
    rows: Sequence[Sequence[int | None]] = (),
    goal_label: str = "总体目标",
) -> None:
    """A target form: funds as labels with amounts, no results."""
    heading(page, case, *head(case))
    fund_pairs(page, case, fund_label, rows)
    goals(page, case, goal_label)
    indicator_table(page, case["layout_columns"], case["indicators"], "绩效指标")
    below(page, "其他需要说明的问题")


def bundle(page: Page, case: Case) -> None:
    """A target form whose one amount stands among the head's labels."""
    (line,) = case["funds"]
    heading(page, case, *whose(case, unit="项目单位"))
    page.pairs((line["line"], line["budget_full"]))
    page.placed.funds = [page.row - 1]
    goals(page, case)
    indicator_table(page, case["layout_columns"], case["indicators"], "绩        效\n指        标")


def two_blocks(page: Page, case: Case) -> None:
    """A target form of two blocks side by side, under the same headings."""
    page.width = 9
    heading(
        page, case,
        *whose(case, department="主管部门及代码"),
        [("项目属性", "延续项目"), ("项目期", "3年")],
    )  # fmt: skip
    fund_pairs(page, case, case["fund_columns"][0], [(0, 1), (2, 3), (4, 5), (6, 7)])
    goals(page, case, "总体目标")
    columns = case["layout_columns"]
    sides = [[row for row in case["indicators"] if row["goal_block"] == name] for name in case["goals"]]
    shared = [row["l1"] for row in max(sides, key=len)]
    rows: list[dict[int, Case]] = []
    for level1 in dict.fromkeys(shared):
        groups = [[row for row in side if row["l1"] == level1] for side in sides]
        rows += [
            {i: group[k] for i, group in enumerate(groups) if k < len(group)}
            for k in range(max(map(len, groups)))
        ]
    spans = [(2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 8), (9, 9)]
    page.put((1, 1), "绩效指标", label=True, down=len(rows) + 1)
    for span, text in zip(spans, columns, strict=True):
        page.put(span, text, label=True)
    page.row += 1
    begin, placed = page.row, {}
    for row in rows:
        for i, indicator in row.items():
            page.put(spans[3 * i + 2], indicator["l3"])
            page.put(spans[3 * i + 3], indicator["target"])
            placed[id(indicator)] = page.row
        page.row += 1
    level1s = [{"l1": next(iter(row.values()))["l1"]} for row in rows]
    _levels(page, spans[0], begin, level1s, ["l1"])
    for i in range(2):
        level2s = [{"l2": row[i]["l2"] if i in row else None} for row in rows]
        _levels(page, spans[3 * i + 1], begin, level2s, ["l2"])
    page.placed.indicators = [placed[id(row)] for row in case["indicators"]]


def accounts(sheet: Worksheet, case: Case, table: Case, way: Way) -> None:
    """A table of final accounts, below its title."""
    page = Page(sheet, way, len(table["rows"][0]))
    titles = [line for line in table.get("first_lines", ()) if line.endswith("表")]
    page.across(titles[-1] if titles else case["title"])
    page.put((page.width, page.width), "单位:万元")
    page.row += 1
    for row in table["rows"]:
        for column, text in enumerate(row, start=1):
            page.put((column, column), text)
        page.row += 1
    page.rule()


SIGNED = "填报人:          联系电话:          填报日期:"

FAMILIES: dict[str, Callable[[Page, Case], None]] = {
    **dict.fromkeys(("01", "03", "41", "42"), sichuan),
    "04": partial(ministry, signed=SIGNED),
    "06": goal_blocks,
    "11": partial(ministry, fund_label="项目资金(万元)", notes=["说明", "其他需要说明的事项"]),
    "12": partial(ministry, split="年度指标值", notes=["其他需要说明的事项"]),
    "15": partial(ministry, head=lambda case: [*with_total(case), [("财政评分", "")]]),
    "19": partial(
        target,
        head=partial(whose, name="专项资金名称", department="市级主管部门", unit="项目单位"),
        fund_label="资金情况(万元)",
        rows=[(0,), (1,), (2,)],
        goal_label="总体目标",
    ),
    "22": partial(ministry, signed=SIGNED),
    "24": partial(ministry, title="项目绩效目标完成情况表", label="绩效指标完成情况"),
    "28": chongqing,
    "32": partial(
        ministry,
        head=lambda case: [[("部门名称", case["department"]), ("单位名称", case["unit"])]],
        fund_label="年度预算申请(万元)",
        signed=SIGNED,
    ),
    "34": partial(ministry, head=with_total, notes=["说明"]),
    "35": partial(ministry, title="项目支出绩效自评表", notes=["其他需要说明的事项"]),
    "37": goal_blocks,
    "39": guangshui,
    "46": transfer,
    "51": partial(
        target,
        head=partial(whose, department="部门名称", unit="单位名称"),
        rows=[(0,), (1,), (2,)],
    ),
    "54": local_transfer,
    "58": partial(ministry, signed=SIGNED),
    "59": bundle,
    "61": partial(target, fund_label="项目资金(元)", rows=[(0, 1), (2, 3), (5, 4), (None, 6)]),
    "63": partial(ministry, goal_label="年度总体目标", label="绩效指标"),
    "64": partial(ministry, corner="项目名称"),
    "65": two_blocks,
}


def write_all(folder: Path, made: Iterable[Case], way: Way) -> dict[str, tuple[Path, Placed]]:
    """Write cases in one way, a workbook each; give the path and the rows by the case's name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {case["id"]: folder / f"{case['id']}.xlsx" for case in made}
    return {case["id"]: (paths[case["id"]], workbook(paths[case["id"]], case, way)) for case in made}
