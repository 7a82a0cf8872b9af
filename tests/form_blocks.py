"""The blocks that performance forms are made of, laid out on a sheet in the ways in which offices fill them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import Levels

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


@dataclass
class Placed:
    """Where things were laid: the sheet's rows, in the transcription's order."""

    indicators: list[int] = field(default_factory=list)
    funds: list[int] = field(default_factory=list)


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
        for column in range(1, self.width + 1):
            self.sheet.column_dimensions[get_column_letter(column + self.way.left)].width = 14
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
                write_levels(page, span, begin, rows, names)
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


def write_levels(page: Page, span: Span, begin: int, rows: Sequence[Case], names: Sequence[str]) -> None:
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
