"""Lays the published forms out as workbooks, family by family, the ways such forms stand in offices' files.

A case of ``tests/data/published`` is one form as it was published: ``null`` is what the form has no column for or what
is not visible in it, "" a blank cell. Written with openpyxl, apart from the product's writer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.form_blocks import (
    FUND_FIELDS,
    Case,
    Page,
    Pair,
    Placed,
    Way,
    below,
    fund_pairs,
    funds_table,
    goals,
    head_total,
    heading,
    indicator_table,
    spread,
    total_row,
    whose,
    write_levels,
)

DATA = Path(__file__).parent / "data" / "published"

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


def yinchuan(page: Page, case: Case) -> None:
    """银川: the unit's and the bureau's points in the head; what came of the goal was not visible."""
    shown = {**case, "goals": {**case["goals"], "全年实际完成情况": ""}}
    ministry(page, shown, head=lambda case: [*with_total(case), [("财政评分", "")]])


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
    write_levels(page, spans[0], begin, level1s, ["l1"])
    for i in range(2):
        level2s = [{"l2": row[i]["l2"] if i in row else None} for row in rows]
        write_levels(page, spans[3 * i + 1], begin, level2s, ["l2"])
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
    "15": yinchuan,
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
