"""The blank 项目支出绩效自评表: live totals, checks of weights, scores and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.cells import letter
from xlproc.templates.common import (
    PROTECT,
    add_spare,
    alarm,
    blank_indicators,
    blank_row,
    blanks,
    colour_check,
    counted,
    drop_down,
    first_wrong,
    level_lists,
    only_numbers,
    only_year,
    put_check,
    put_foot,
)
from xlproc.writing.official import Official, blank_table

if TYPE_CHECKING:
    from xlproc.forms import Form
    from xlproc.writing.layout import Sheet

CHOICES = {"一级指标列表": "level1", "指标性质列表": "nature", "指标方向列表": "operator"}
"""The lists that drop-downs offer besides those of the second level."""
_FUNDS = 1000
"""Rows of funds are numbered from here, those of indicators from 0."""
_EMPTY = "尚未填写分值"


def sheet(form: Form) -> Sheet:
    """Make the sheet to fill in."""
    layout = form.layouts[form.blank["layout"]]
    project = blank_row(
        "projects",
        fund_unit=form.blank["fund_unit"],
        columns=tuple((name, form.columns[name].label) for name in layout),
        fund_columns=tuple(
            (name, item.label) for name, item in form.fund_columns.items() if name != "reason"
        ),
    )
    funds = [
        blank_row(
            "funds",
            row=_FUNDS + i,
            line=item.label,
            kind=item.name,
            weight=10_000_000 if item.name == "total" else None,
            weight_text="10",
        )
        for i, item in enumerate(form.fund_lines)
    ]
    table = blank_table(project, funds, blank_indicators(form), "自评表")
    _finish(table, form, first=table.rows[0], execution=table.rows[_FUNDS])
    return table.sheet


def _finish(table: Official, form: Form, first: int, execution: int) -> None:
    """Add what only the template has: the row for more rows, totals, checks, drop-downs, protection, signatures."""
    sheet, g = table.sheet, table.grid
    at = {name: letter(column) for name, column in table.columns.items()}
    spare = table.next_row
    add_spare(sheet, form, first - 1, spare)
    total, sign, check = spare + 1, spare + 2, spare + 4

    def area(name: str) -> str:
        return f"{at[name]}{first}:{at[name]}{spare}"

    weight_at, score_at = table.columns["weight"], table.columns["declared_score"]
    weights = f"{letter(g.fund_spans['weight'][0])}{execution}"
    execution_score = f"{letter(g.fund_spans['declared_score'][0])}{execution}"
    sheet.put(total, 1, form.blocks["total"], "label", to_column=weight_at - 1)
    weight_sum = f"SUM({area('weight')})+N({weights})"
    sheet.put(total, weight_at, 10, "computed", formula=f"={weight_sum}")
    complete = f'OR(COUNT({area("weight")})=0,COUNT({area("declared_score")})<COUNT({area("weight")}),{execution_score}="")'
    score_sum = f"ROUND(SUM({area('declared_score')})+N({execution_score}),2)"
    sheet.put(total, score_at, "", "computed", formula=f'=IF({complete},"",{score_sum})')
    sheet.put(total, score_at + 1, "", "center", to_column=g.last)
    named = f'({area("level3")}<>"")'
    measured = f'(({area("nature")}="正向")+({area("nature")}="反向"))*ISNUMBER({area("target")})'
    figures = f'(({area("target")}<>"")+({area("actual")}<>"")+({area("weight")}<>"")>0)'
    target, actual, operator = area("target"), area("actual"), area("operator")
    missed = (
        f'ISNUMBER({target})*ISNUMBER({actual})*((({operator}="大于等于")+({operator}="等于"))*({actual}<{target})'
        f'+({operator}="小于等于")*({actual}>{target}))'
    )
    short = f"ISNUMBER({area('declared_score')})*({area('declared_score')}<{area('weight')})"
    no_reason = f'({area("reason")}="")'
    heads = [(2, g.middle), (3, 3), (4, 3), (4, min(g.middle + 1, g.last - 1) + 1)]
    money = [(execution, g.fund_spans[name][0]) for name in ("budget", "executed")]
    checks = [
        (
            counted(f'{named}*((({area("target")}="")+({area("actual")}="")+({area("weight")}=""))>0)'),
            "行没有填全指标值、完成值或分值",
        ),
        (counted(f'{figures}*({area("level3")}="")'), "行没有填写三级指标"),
        (counted(f'{measured}*({area("unit")}="")'), "行没有填写计量单位"),
        (
            counted(f"ISNUMBER({area('declared_score')})*({area('declared_score')}>{area('weight')})"),
            "行得分大于分值",
        ),
        (counted(f"(({missed})+({short}))*{no_reason}"), "行未达标或扣分而没有填写原因"),
        (
            blanks([*heads, *money]),
            "处表头或资金没有填写（年度、项目名称、主管部门、实施单位、全年预算数、全年执行数）",
        ),
    ]
    total_wrong = f'"分值合计为 "&ROUND({weight_sum},2)&"，应为 100"'
    message = (
        f'=IF(COUNT({area("weight")})=0,"{_EMPTY}",'
        f"IF(ROUND({weight_sum},4)<>100,{total_wrong},{first_wrong(checks)}))"
    )
    put_check(sheet, check, form, _EMPTY, message, g.last)
    put_foot(sheet, sign, form, g.last)
    sheet.heights.update({spare: 16, total: 24, check: 24})
    sheet.one_page = True

    column = table.columns
    level_lists(sheet, first, spare, column)
    for name, formula in (("nature", "=指标性质列表"), ("operator", "=指标方向列表")):
        drop_down(sheet, (first, column[name], spare, column[name]), formula)
    for name in ("weight", "declared_score"):
        where = (first, column[name], spare, column[name])
        only_numbers(sheet, where, 0, 100, ("不是分数", "请填 0 到 100 的数字。"))
    only_year(sheet, 2, g.middle)

    def rows(name: str) -> tuple[int, int, int, int]:
        return first, column[name], spare, column[name]

    score, weight, reason = (f"${at[n]}{first}" for n in ("declared_score", "weight", "reason"))
    alarm(
        sheet,
        (total, weight_at, total, weight_at),
        f"=AND(COUNT({area('weight')})>0,ROUND(${at['weight']}${total},4)<>100)",
    )
    alarm(
        sheet,
        (total, score_at, total, score_at),
        f"=AND(ISNUMBER(${at['declared_score']}${total}),${at['declared_score']}${total}>100)",
    )
    alarm(sheet, rows("declared_score"), f"=AND(ISNUMBER({score}),{score}>{weight})")
    goal, done, sign_ = (f"${at[n]}{first}" for n in ("target", "actual", "operator"))
    below = (
        f'OR(AND(OR({sign_}="大于等于",{sign_}="等于"),{done}<{goal}),AND({sign_}="小于等于",{done}>{goal}))'
    )
    unmet = f"AND(ISNUMBER({goal}),ISNUMBER({done}),{below})"
    alarm(sheet, rows("reason"), f'=AND({reason}="",OR(AND(ISNUMBER({score}),{score}<{weight}),{unmet}))')
    nature = f"${at['nature']}{first}"
    alarm(
        sheet,
        rows("unit"),
        f'=AND(${at["unit"]}{first}="",ISNUMBER({goal}),OR({nature}="正向",{nature}="反向"))',
    )
    for name in ("target", "actual", "weight"):
        alarm(sheet, rows(name), f'=AND(${at["level3"]}{first}<>"",${at[name]}{first}="")')
    colour_check(sheet, check, _EMPTY, g.last)
    sheet.protect = PROTECT
    sheet.freeze = (first, 1)
