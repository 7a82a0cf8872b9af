"""评分明细: what was understood of each row, and its score as a live formula whose stored value is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.cells import letter, quoted
from xlproc.model.exact import number, plain, to_decimal
from xlproc.model.frames import ABSENT
from xlproc.model.text import clean
from xlproc.model.words import OPERATORS, span, word
from xlproc.writing.detail.names import NAMES
from xlproc.writing.layout import Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.rulesets import RuleSet
    from xlproc.writing.official import Official

Row = dict[str, Any]

PENDING = word("method.pending")

COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("row", "行", 5), ("level1", "一级指标", 11), ("level2", "二级指标", 19), ("level3", "三级指标", 28),
    ("nature", "性质", 6), ("operator", "方向", 10.5), ("target_text", "指标值（原文）", 13), ("actual_text", "完成值（原文）", 13),
    ("target", "指标值", 10), ("actual", "完成值", 10), ("measure", "单位", 7), ("weight", "分值", 7),
    ("achievement", "完成率", 9.5), ("deviation", "偏差率", 9.5), ("flag", "判定", 9), ("score", "规则得分", 9),
    ("declared", "自评得分", 9), ("reviewed", "复核分", 8), ("gap", "差额", 8), ("deduction", "扣分", 7), ("why", "怎样得出", 42),
)  # fmt: skip
"""Columns: our word, header, width. 方向 ends in （推断） where the form does not say it."""

_REFERRED = ("target", "actual", "weight", "score", "declared", "deduction")
"""Columns of which formulas speak."""
_UNCOUNTED = ("part", "execution", "none")
"""Rows that add nothing to the total: a part of the row above, 预算执行率, which the line of the money stands for, and
those of a form without points."""


def detail_sheet(
    projects: Sequence[Row],
    funds: Mapping[int, Sequence[Row]],
    indicators: Mapping[int, Sequence[Row]],
    tables: Mapping[int, Official],
    ruleset: RuleSet,
) -> Sheet:
    """Make the detail of all projects of a workbook.

    Args:
        projects: Rows of ``projects`` with totals.
        funds: By project.
        indicators: By project.
        tables: By project: its official table, which rows link to.
        ruleset: The rule set.
    """
    sheet = Sheet("评分明细", landscape=True)
    reviewed = any(
        item["reviewed_score_state"] != ABSENT for p in projects for item in indicators.get(p["project"], ())
    )
    left_out = {"deduction": not ruleset.scoring.deductions, "reviewed": not reviewed}
    columns = [c for c in COLUMNS if not left_out.get(c[0])]
    at = {name: i for i, (name, _, _) in enumerate(columns, start=1)}
    sheet.widths = {i: width for i, (_, _, width) in enumerate(columns, start=1)}
    last = len(columns)
    sheet.put(1, 1, "评分明细", "title", to_column=last)
    sheet.put(
        2,
        1,
        "蓝底为合计；规则得分、完成率、偏差率、差额均为公式，数值取自本行和“评分规则”。",
        "small",
        to_column=last,
    )
    sheet.heights.update({1: 28, 2: 18})
    row = 3
    for project in projects:
        key = project["project"]
        heading = f"{project['name'] or '（未填项目名称）'}　工作表：{project['sheet']}　年度：{project['year'] or '未填'}"
        sheet.put(row, 1, heading, "heading", to_column=last)
        sheet.heights[row] = 24
        row += 1
        for name, text, _ in columns:
            sheet.put(row, at[name], text, "head")
        sheet.heights[row] = 22
        sheet.repeat = sheet.repeat or (row, row)
        first = row + 1
        main = next((fund for fund in funds.get(key, ()) if fund["kind"] == "total"), None)
        if main is not None:
            row += 1
            _execution(sheet, row, main, at, ruleset, tables.get(key))
        grouped: set[str] = set()
        for indicator in indicators.get(key, ()):
            row += 1
            shown = indicator
            if indicator["basis"] == "shared" and _group(indicator) not in grouped:  # its points stand once
                shown = {**indicator, "weight": indicator["group_points"]}
                grouped.add(_group(indicator))
            _indicator(sheet, row, shown, at, ruleset, tables.get(key))
        row = _total(sheet, row + 1, first, project, at, (main or {}).get("maximum") or 0)
        row += 2
    sheet.freeze = (5, 1) if len(projects) == 1 else (3, 1)
    sheet.area = (1, 1, max(row - 2, 3), last)
    return sheet


def link_to(source: Row, table: Official | None) -> str:
    """Give the place of a row in its official table, or ""."""
    if table is None or source["row"] not in table.rows:
        return ""
    return f"{quoted(table.sheet.name)}!A{table.rows[source['row']]}"


def _execution(
    sheet: Sheet, row: int, fund: Row, at: Mapping[str, int], ruleset: RuleSet, table: Official | None
) -> None:
    r = {name: f"{letter(at[name])}{row}" for name in _REFERRED if name in at}
    rules = ruleset.execution
    limit = NAMES["execution.maximum"]
    for name in ("nature", "operator", "measure", "deviation", "flag", "deduction"):
        if name in at:
            sheet.put(row, at[name], "", "center")
    sheet.put(row, at["row"], fund["row"], "link", link=link_to(fund, table))
    sheet.put(row, at["level1"], "预算执行率", "left", to_column=at["level3"])
    sheet.put(row, at["target_text"], fund["budget_text"] or fund["initial_text"], "center")
    sheet.put(row, at["actual_text"], fund["executed_text"], "center")
    sheet.put(row, at["target"], number(fund["base"]), "number")
    sheet.put(row, at["actual"], number(fund["executed"]), "number")
    if fund["maximum"] is None:
        sheet.put(row, at["weight"], "", "center")
    else:
        sheet.put(row, at["weight"], number(rules.maximum), "number", formula=f"={limit}")
    if fund["rate"] is not None:
        formula = f"=ROUND({r['actual']}/{r['target']},4)"
        sheet.put(row, at["achievement"], number(fund["rate"]), "percent", formula=formula)
    else:
        sheet.put(row, at["achievement"], "", "center")
    value, formula, why = number(fund["score"]), "", word("method.none")
    if fund["method"] == "rate":
        core = f"MAX(0,ROUND({limit}*{r['actual']}/{r['target']},{NAMES['execution.decimals']}))"
        formula = f"=MIN({limit},{core})" if rules.cap else f"={core}"
        why = f"分值×全年执行数÷{'年初' if fund['base_is_initial'] or rules.base == 'initial' else '全年'}预算数{'，不超过分值' if rules.cap else ''}"
    elif fund["method"] == "zero":
        why = "预算数为 0，执行率无意义，按规则集计 0 分"
    elif fund["method"] == "declared":
        formula, why = f"={r['declared']}", word("method.declared")
    if fund["score"] is None and not fund["pending"]:
        sheet.put(row, at["score"], word("total.none"), "center")
    elif fund["pending"]:
        sheet.put(row, at["score"], PENDING, "pending")
        why = f"待定：{span(fund['low'], fund['high'], False)}"
    else:
        sheet.put(row, at["score"], value, "two", formula=formula)
    _declared(sheet, row, fund, at, r)
    sheet.put(row, at["why"], why, "left")
    sheet.fit(row, {(at["why"], at["why"]): why}, 20)


def _group(item: Row) -> str:
    return " ".join(dict.fromkeys(clean(item[name]) for name in ("block", "group") if item[name]))


def _declared(sheet: Sheet, row: int, source: Row, at: Mapping[str, int], r: Mapping[str, str]) -> None:
    declared, score = source["declared_score"], source["score"]
    shown: Value = number(declared) if declared is not None else source["declared_score_text"]
    sheet.put(row, at["declared"], shown, "two" if declared is not None else "center")
    if declared is None or score is None or source.get("basis") in _UNCOUNTED:
        sheet.put(row, at["gap"], "", "center")
        return
    gap = round(to_decimal(score - declared), 4)
    sheet.put(row, at["gap"], float(gap), "two", formula=f"=ROUND({r['score']}-{r['declared']},4)")


def _indicator(
    sheet: Sheet, row: int, item: Row, at: Mapping[str, int], ruleset: RuleSet, table: Official | None
) -> None:
    r = {name: f"{letter(at[name])}{row}" for name in _REFERRED if name in at}
    sheet.put(row, at["row"], item["row"], "link", link=link_to(item, table))
    for name in ("level1", "level2", "level3", "measure"):
        sheet.put(row, at[name], item[name], "left" if name == "level3" else "center")
    sheet.put(row, at["nature"], word(f"nature.{item['nature']}"), "center")
    inferred = "（推断）" if item["operator_inferred"] and item["operator"] else ""
    sheet.put(row, at["operator"], OPERATORS[item["operator"]] + inferred, "center")
    for name in ("target", "actual"):
        sheet.put(row, at[f"{name}_text"], item[f"{name}_text"], "center")
        compared = item["comparable"] == "number"
        sheet.put(row, at[name], number(item[name]) if compared else "", "number" if compared else "center")
    counted = item["basis"] not in ("part", "execution")
    weight = number(item["weight"]) if counted and item["weight"] is not None else item["weight_text"]
    sheet.put(row, at["weight"], weight, "number")
    for name, top in (("achievement", r["actual"]), ("deviation", f"({r['actual']}-{r['target']})")):
        if item[name] is None:
            sheet.put(row, at[name], "", "center")
        else:
            sheet.put(row, at[name], number(item[name]), "percent", formula=f"=ROUND({top}/{r['target']},4)")
    sheet.put(row, at["flag"], word(f"flag.{item['flag']}"), "center")
    if "deduction" in at:
        sheet.put(row, at["deduction"], number(item["deduction"]), "number")
    if item["pending"]:
        sheet.put(row, at["score"], PENDING, "pending")
    elif item["basis"] in _UNCOUNTED:
        sheet.put(row, at["score"], word("total.none") if item["basis"] == "none" else "", "center")
    else:
        sheet.put(row, at["score"], number(item["score"]), "two", formula=_formula(item, r, ruleset))
    _declared(sheet, row, item, at, r)
    if "reviewed" in at:
        reviewed = item["reviewed_score"]
        shown = number(reviewed) if reviewed is not None else item["reviewed_score_text"]
        sheet.put(row, at["reviewed"], shown, "two" if reviewed is not None else "center")
    why = _why(item)
    sheet.put(row, at["why"], why, "left")
    texts = {
        (at[n], at[n]): str(item[n]) for n in ("level1", "level2", "level3", "target_text", "actual_text")
    }
    texts[at["operator"], at["operator"]] = OPERATORS[item["operator"]] + inferred
    sheet.fit(row, {**texts, (at["why"], at["why"]): why}, 20)


def _formula(item: Row, r: Mapping[str, str], ruleset: RuleSet) -> str:
    """Write the live formula of a score, from this row's cells and the named values of 评分规则."""
    if item["method"] in ("declared", "shared"):
        return f"={r['declared']}"
    core = _core(item, item["formula"], r, ruleset)
    if item["method"] == "deducted":
        return f"=MAX(0,{core}-{r['deduction']})"
    return f"={core}"


def _core(item: Row, method: str, r: Mapping[str, str], ruleset: RuleSet) -> str:
    w, a, t, d = r["weight"], r["actual"], r["target"], NAMES["scoring.decimals"]
    short = f"MIN({w},ROUND({w}*MAX({a},0)/{t},{d}))"
    above = f"MIN({w},ROUND(MAX(0,{w}*(2*{t}-{a})/{t}),{d}))"
    if method in ("proportional", "at_least"):
        return f"IF({a}>={t},{w},{short})"
    if method == "linear":
        return f"IF({a}<={t},{w},{above})"
    if method == "ratio":
        return f"IF({a}<={t},{w},MIN({w},ROUND({w}*{t}/{a},{d})))"
    if method == "exact":
        return f"IF({a}={t},{w},IF({a}<{t},{short},{above}))"
    if method == "zero":
        if item["operator"] == "ge" and ruleset.scoring.zero_ge == "any":
            return f"IF(MAX({a},0)>={t},{w},0)"
        sign = {"gt": ">", "lt": "<"}.get(item["operator"])
        return f"IF({a}{sign}0,{w},0)" if sign else f"IF(MAX({a},0)=0,{w},0)"
    if method == "below_line":
        return f"IF({a}/{t}<{NAMES['scoring.pass_line']},0,{short})"
    if method == "reduced":
        factors = "".join(
            f"IF({a}>={plain(x)}*{t},{plain(f)}," for x, f in sorted(ruleset.scoring.over_table, reverse=True)
        )
        return f"ROUND({w}*{factors}1{')' * len(ruleset.scoring.over_table)},{d})"
    if method == "steps":
        table = sorted(ruleset.scoring.satisfaction_steps, reverse=True)
        shares = "".join(f"IF({a}>={plain(x * 100)},{plain(f)}," for x, f in table)
        return f"ROUND({w}*{shares}0{')' * len(table)},{d})"
    return w  # full


def _why(item: Row) -> str:
    method = word(f"method.{item['method']}")
    if item["basis"] == "shared":
        method = f"{method}（{_group(item)}共 {plain(item['group_points'])} 分）"
    if item["pending"]:
        method = f"待定：{span(item['low'], item['high'], item['high_open'])}"
    if item["place"]:
        method = f"定性：{word('place.' + item['place'])}；{method}"
    if item["comparable"] == "unit":
        method = f"单位不同（{item['measure']} 对 {item['actual_unit']}）；{method}"
    return method


def _total(sheet: Sheet, row: int, first: int, project: Row, at: Mapping[str, int], maximum: int) -> int:
    last = row - 1
    for name in at:
        if name not in ("row", "weight", "score", "declared", "gap", "why"):
            sheet.put(row, at[name], "", "total")
    sheet.put(row, at["row"], "合计", "total")
    if last >= first and project["score"] is not None:

        def area(name: str) -> str:
            return f"{letter(at[name])}{first}:{letter(at[name])}{last}"

        computed = project["indicator_weight"] + maximum
        sheet.put(row, at["weight"], number(computed), "total", formula=f"=SUM({area('weight')})")
        score = number(project["score"])
        sheet.put(
            row,
            at["score"],
            score,
            "total",
            formula=f"=ROUND(SUM({area('score')}),MAX({NAMES['scoring.decimals']},{NAMES['execution.decimals']}))",
        )
    else:
        sheet.put(row, at["weight"], "", "total")
        sheet.put(row, at["score"], word("total.none") if project["unweighed"] else "", "total")
    declared = project["declared_total"]
    sheet.put(row, at["declared"], number(declared), "total")
    if declared is not None and project["score"] is not None and not project["pending"] and last >= first:
        gap = round(to_decimal(project["score"] - declared), 4)
        formula = f"=ROUND({letter(at['score'])}{row}-{letter(at['declared'])}{row},4)"
        sheet.put(row, at["gap"], float(gap), "total", formula=formula)
    else:
        sheet.put(row, at["gap"], "", "total")
    low, high = project["low"], project["high"]
    text = f"等级 {project['grade']}" if project["grade"] else ""
    if project["unweighed"]:
        text = "表上没有分值，不计总分"
    if project["pending"]:
        shown = "分值不明" if high is None else f"{plain(low, 2)}-{plain(high, 2)}"
        text = f"待定 {project['pending']} 项，总分 {shown}" + (f"，{text}" if text else "，等级未定")
    sheet.put(row, at["why"], text, "total_text")
    sheet.heights[row] = 22
    return row
