"""监控明细: what was understood of each row of a monitoring form, and its light as a live formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.cells import letter
from xlproc.model.exact import number
from xlproc.model.words import OPERATORS, standing, word
from xlproc.writing.detail.names import NAMES
from xlproc.writing.detail.scores import link_to
from xlproc.writing.layout import Sheet, Value
from xlproc.writing.official import light_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.rulesets import RuleSet
    from xlproc.writing.official import Official

Row = dict[str, Any]

NAME = "监控明细"

COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("row", "行", 5), ("level1", "一级指标", 11), ("level2", "二级指标", 15), ("level3", "三级指标", 26), ("operator", "方向", 10.5),
    ("target_text", "指标值（原文）", 12), ("actual_text", "执行情况（原文）", 12), ("target", "指标值", 9), ("actual", "完成值", 9),
    ("measure", "单位", 6.5), ("months", "计到几月", 6.5), ("due_value", "应完成值", 9), ("progress", "完成率", 9.5),
    ("pace", "为应完成的", 9.5), ("amount", "偏差额", 9), ("rate", "偏差率", 9.5), ("light", "监控灯", 7), ("deviates", "存在偏差（规则）", 8),
    ("said_deviates", "存在偏差（填报）", 8), ("possibility", "完成可能性（规则）", 10.5), ("said_possibility", "完成可能性（填报）", 10.5),
    ("forecast", "全年预计（原文）", 10), ("why", "怎样得出", 44),
)  # fmt: skip
"""Columns: our word, header, width. 计到几月: what is due at that month of twelve; 12 where time does not matter."""
_AT = {name: i for i, (name, _, _) in enumerate(COLUMNS, start=1)}
_LAST = len(COLUMNS)
_NOTE = (
    "应完成值 = 指标值×计到几月÷12；不按时间进度的指标计到 12 月，即指标值本身。监控灯、存在偏差（规则）、应完成值、完成率、偏差均为公式，"
    "数值取自本行和“评分规则”。“全年预计”和填报的“存在偏差”“完成可能性”照录。"
)
RED, YELLOW, GREEN, BLUE = (word(f"light.{name}") for name in ("red", "yellow", "green", "blue"))
CERTAIN, POSSIBLE, IMPOSSIBLE = (
    word(f"possibility.{name}") for name in ("certain", "possible", "impossible")
)
YES, NO = word("deviates.yes"), word("deviates.no")


def monitoring_detail(
    projects: Sequence[Row],
    funds: Mapping[int, Sequence[Row]],
    indicators: Mapping[int, Sequence[Row]],
    tables: Mapping[int, Official],
    ruleset: RuleSet,
) -> Sheet:
    """Make the detail of all monitoring forms of a workbook.

    Args:
        projects: Rows of ``projects`` with lights.
        funds: By project.
        indicators: By project.
        tables: By project: its official table, which rows link to.
        ruleset: The rule set.
    """
    sheet = Sheet(NAME, landscape=True)
    sheet.widths = {i: width for i, (_, _, width) in enumerate(COLUMNS, start=1)}
    sheet.put(1, 1, NAME, "title", to_column=_LAST)
    sheet.put(2, 1, _NOTE, "small", to_column=_LAST)
    sheet.heights[1] = 28
    sheet.fit(2, {(1, _LAST): _NOTE}, 18)
    row = 3
    for project in projects:
        key = project["project"]
        month = f"{letter(_LAST)}{row}"
        _heading(sheet, row, project)
        row += 1
        for name, text, _ in COLUMNS:
            sheet.put(row, _AT[name], text, "head")
        sheet.fit(row, {(i, i): text for i, (_, text, _) in enumerate(COLUMNS, start=1)}, 22)
        sheet.repeat = sheet.repeat or (row, row)
        main = next((fund for fund in funds.get(key, ()) if fund["kind"] == "total"), None)
        if main is not None:
            row += 1
            _execution(sheet, row, main, month, project["as_of"], tables.get(key))
        first = row + 1
        for item in indicators.get(key, ()):
            row += 1
            _indicator(sheet, row, item, month, project["as_of"], ruleset, tables.get(key))
        row += 1
        _total(sheet, row, first, project)
        row += 2
    sheet.freeze = (5, 5) if len(projects) == 1 else (3, 5)
    sheet.area = (1, 1, max(row - 2, 3), _LAST)
    return sheet


def _heading(sheet: Sheet, row: int, project: Row) -> None:
    """Write what the project is, and the month: formulas refer to it."""
    name = project["name"] or "（未填项目名称）"
    text = f"{name}　工作表：{project['sheet']}　年度：{project['year'] or '未填'}"
    sheet.put(row, 1, text, "heading", to_column=_LAST - 2)
    assumed = "截至月份（表上没有写，按规则集）" if project["assumed"] else "截至月份"
    sheet.put(row, _LAST - 1, assumed, "label")
    sheet.put(row, _LAST, project["as_of"], "month")
    sheet.fit(row, {(_LAST - 1, _LAST - 1): assumed}, 24)


def _cells(row: int) -> dict[str, str]:
    return {name: f"{letter(column)}{row}" for name, column in _AT.items()}


def _blank(sheet: Sheet, row: int, *names: str) -> None:
    for name in names:
        sheet.put(row, _AT[name], "", "center")


def _execution(sheet: Sheet, row: int, fund: Row, month: str, as_of: int, table: Official | None) -> None:
    """Write the total line of the money: what is spent against the part of the year that has gone."""
    r, known = _cells(row), fund["rate"] is not None
    sheet.put(row, _AT["row"], fund["row"], "link", link=link_to(fund, table))
    sheet.put(row, _AT["level1"], "预算执行", "left", to_column=_AT["level3"])
    _blank(
        sheet,
        row,
        "operator",
        "measure",
        "amount",
        "rate",
        "deviates",
        "said_deviates",
        "possibility",
        "said_possibility",
    )
    sheet.put(row, _AT["target_text"], fund["budget_text"] or fund["initial_text"], "center")
    sheet.put(row, _AT["actual_text"], fund["executed_text"], "center")
    sheet.put(row, _AT["forecast"], fund["forecast_text"], "center")
    sheet.put(row, _AT["target"], number(fund["base"]), "number")
    sheet.put(row, _AT["actual"], number(fund["executed"]), "number")
    _months(sheet, row, as_of if known else None, month if known else "")
    why = (
        "没有预算数或执行数，不能计算"
        if not known
        else f"执行数÷{'年初' if fund['base_is_initial'] else '全年'}预算数，对照时间进度"
    )
    if known:
        figures = {
            "due_value": (
                number(_due(fund["base"], as_of)),
                f"ROUND({r['target']}*{r['months']}/12,6)",
                "number",
            ),
            "progress": (number(fund["rate"]), f"ROUND({r['actual']}/{r['target']},4)", "percent"),
            "pace": (number(fund["pace"]), _pace(r), "percent"),
        }
        for name, (value, formula, style) in figures.items():
            sheet.put(row, _AT[name], value, style, formula=f"={formula}")
        lines = (NAMES["monitoring.budget_red"], NAMES["monitoring.budget_yellow"])
        _light(
            sheet,
            row,
            fund["light"],
            f'IF({_below(r, lines[0])},"{RED}",IF({_below(r, lines[1])},"{YELLOW}","{GREEN}"))',
        )
    else:
        _blank(sheet, row, "due_value", "progress", "pace", "light")
    sheet.put(row, _AT["why"], why, "left")
    sheet.fit(row, {(_AT["why"], _AT["why"]): why}, 20)


def _due(whole: int, month: int) -> int:
    """Give the part of a yearly figure that is due, to the nearest millionth.

    Examples:
        >>> _due(213_000_000, 6), _due(1_000_000, 1)
        (106500000, 83333)
    """
    return (whole * month * 2 + 12) // 24


def _months(sheet: Sheet, row: int, as_of: int | None, month: str = "") -> None:
    """Write what is due by: the form's month (its cell is given), the whole year, or nothing."""
    sheet.put(row, _AT["months"], as_of, "center", formula=f"={month}" if month else "")


def _pace(r: Mapping[str, str]) -> str:
    return f"ROUND(12*{r['actual']}/({r['target']}*{r['months']}),4)"


def _below(r: Mapping[str, str], line: str) -> str:
    """Write that what is done lies below a share of what is due; rounded, since programs compute with binary fractions."""
    return f"ROUND(12*{r['actual']},6)<ROUND({line}*{r['target']}*{r['months']},6)"


def _light(sheet: Sheet, row: int, light: str, formula: str) -> None:
    value, style = light_entry(light)
    sheet.put(row, _AT["light"], value, style, formula=f"={formula}" if formula else "")


def _indicator(
    sheet: Sheet, row: int, item: Row, month: str, as_of: int, ruleset: RuleSet, table: Official | None
) -> None:
    r = _cells(row)
    sheet.put(row, _AT["row"], item["row"], "link", link=link_to(item, table))
    for name in ("level1", "level2", "level3", "measure"):
        sheet.put(row, _AT[name], item[name], "left" if name == "level3" else "center")
    inferred = "（推断）" if item["operator_inferred"] and item["operator"] else ""
    sign = OPERATORS[item["operator"]] + inferred
    sheet.put(row, _AT["operator"], sign, "center")
    numbers = item["comparable"] == "number"
    for name in ("target", "actual"):
        sheet.put(row, _AT[f"{name}_text"], item[f"{name}_text"], "center")
        sheet.put(row, _AT[name], number(item[name]) if numbers else "", "number" if numbers else "center")
    by_time = item["timed"] or item["why"] == "idle"
    _months(
        sheet, row, as_of if by_time else 12 if numbers and item["named"] else None, month if by_time else ""
    )
    positive = item["pace"] is not None
    figures: dict[str, tuple[int | None, str, str]] = {
        "due_value": (item["due_value"], f"ROUND({r['target']}*{r['months']}/12,6)", "number"),
        "progress": (item["progress"], f"ROUND({r['actual']}/{r['target']},4)", "percent"),
        "pace": (item["pace"], _pace(r), "percent"),
        "amount": (item["deviation_amount"], f"ROUND({r['actual']}-{r['due_value']},6)", "number"),
        "rate": (
            item["deviation_rate"],
            f"ROUND((12*{r['actual']}-{r['target']}*{r['months']})/({r['target']}*{r['months']}),4)",
            "percent",
        ),
    }
    for name, (value, formula, style) in figures.items():
        if value is None:
            _blank(sheet, row, name)
        else:
            sheet.put(row, _AT[name], number(value), style, formula=f"={formula}")
    _light(sheet, row, item["light"], _light_formula(item, r, ruleset) if numbers else "")
    lit = f'OR({r["light"]}="{RED}",{r["light"]}="{YELLOW}")'
    deviates = word(f"deviates.{item['deviates_rule']}") if item["deviates_rule"] else ""
    formula = f'=IF({lit},"{YES}","{NO}")' if item["light"] else ""
    sheet.put(row, _AT["deviates"], deviates, "center", formula=formula)
    possibility = word(f"possibility.{item['possibility_rule']}") if item["possibility_rule"] else ""
    formula = _possibility_formula(item, r, month, ruleset) if numbers and positive and item["light"] else ""
    sheet.put(row, _AT["possibility"], possibility, "center", formula=formula)
    for name in ("deviates", "possibility"):
        said = word(f"{name}.{item[name]}") if item[name] else ""
        sheet.put(row, _AT[f"said_{name}"], said, "center")
    sheet.put(row, _AT["forecast"], item["forecast_text"], "center")
    why = str(standing(item, as_of))
    sheet.put(row, _AT["why"], why, "left")
    texts: dict[str, Value] = {
        name: item[name] for name in ("level1", "level2", "level3", "target_text", "actual_text")
    }
    fitted = {
        (_AT[name], _AT[name]): str(text) for name, text in {**texts, "operator": sign, "why": why}.items()
    }
    sheet.fit(row, fitted, 20)


def _met(item: Row, r: Mapping[str, str], ruleset: RuleSet) -> str:
    """Write the condition under which a target is met."""
    a, t = r["actual"], r["target"]
    operator = "le" if item["limit"] and item["operator"] == "eq" else item["operator"]
    if item["target"] == 0:
        any_value = operator == "ge" and ruleset.scoring.zero_ge == "any"
        strict = {"gt": ">", "lt": "<"}.get(operator)
        return f"{a}{strict}0" if strict else f"MAX({a},0){'>=' if any_value else '='}0"
    if operator == "eq":
        return f"{a}{'>=' if ruleset.scoring.equal == 'at_least' else '='}{t}"
    return f"{a}{'>=' if operator in ('ge', 'gt') else '<='}{t}"


def _light_formula(item: Row, r: Mapping[str, str], ruleset: RuleSet) -> str:
    """Write a light from this row's cells and the lines on 评分规则; "" where there is none."""
    if not item["light"]:
        return ""
    if item["why"] == "time":
        lines = (
            (NAMES["monitoring.red"], RED),
            (NAMES["monitoring.yellow"], YELLOW),
            (NAMES["monitoring.blue"], GREEN),
        )
        steps = "".join(f'IF({_below(r, line)},"{light}",' for line, light in lines)
        return f'{steps}"{BLUE}"{")" * len(lines)}'
    if item["why"] == "idle":
        return f'IF({r["actual"]}=0,"{RED}","{GREEN}")'
    return f'IF({_met(item, r, ruleset)},"{GREEN}","{RED}")'


def _possibility_formula(item: Row, r: Mapping[str, str], month: str, ruleset: RuleSet) -> str:
    """Write what the figures still allow, for indicators that grow; "" for others, which are judged as they stand."""
    if item["operator"] not in ("ge", "gt", "eq") or item["limit"] or item["why"] == "outside":
        return ""
    a, t, m = r["actual"], r["target"], r["months"]
    on_time = f"ROUND(12*{a},6)>=ROUND({NAMES['monitoring.certain']}*{t}*{m},6)"
    met = _met(item, r, ruleset)
    sure = f"OR({met},{on_time})" if item["timed"] else met
    # of what does not go by time, as much as of all else can still be made good in the months left
    reach = f"ROUND(12*({t}-{a}),6)<=ROUND({NAMES['monitoring.catch_up']}*{t}*(12-{month}),6)"
    return f'=IF({sure},"{CERTAIN}",IF({reach},"{POSSIBLE}","{IMPOSSIBLE}"))'


def _total(sheet: Sheet, row: int, first: int, project: Row) -> None:
    """Write the worst light, and how many of each."""
    last = row - 1
    for name in _AT:
        if name not in ("row", "light", "why"):
            sheet.put(row, _AT[name], "", "total")
    sheet.put(row, _AT["row"], "合计", "total")
    area = f"{letter(_AT['light'])}{first}:{letter(_AT['light'])}{last}"
    value, style = light_entry(project["light"])
    steps = "".join(f'IF(COUNTIF({area},"{light}")>0,"{light}",' for light in (RED, YELLOW, GREEN, BLUE))
    formula = f'={steps}"—"{")" * 4}' if last >= first else ""
    sheet.put(row, _AT["light"], value, style, formula=formula)
    counts = "，".join(
        f"{word(f'light.{name}')} {project[name]} 项" for name in ("red", "yellow", "green", "blue")
    )
    unknown = f"，不能判定 {project['unknown']} 项" if project["unknown"] else ""
    text = f"项目监控灯取最差的一项：{counts}{unknown}"
    sheet.put(row, _AT["why"], text, "total_text")
    sheet.fit(row, {(_AT["why"], _AT["why"]): text}, 22)
