"""The blank workbooks of ``workbook_templates/``, built from the definitions of the forms."""

from __future__ import annotations

from typing import Any

from xlproc.forms import Form, self_evaluation
from xlproc.model.cells import letter
from xlproc.model.frames import TABLES
from xlproc.writing.layout import Book, Rule, Sheet
from xlproc.writing.official import Official, blank_table
from xlproc.writing.xlsx import render

SUBJECT = "xlproc form"
"""In the properties of every template."""

PROTECT = {
    "insert_rows": True,
    "delete_rows": True,
    "format_rows": True,
    "format_columns": True,
    "format_cells": True,
    "sort": True,
    "autofilter": True,
}
"""What a clerk may do while labels are locked; there is no password."""


def template_names() -> dict[str, str]:
    """Give the templates: name on the command line → file name."""
    form = self_evaluation()
    return {form.template: f"{form.title}.xlsx"}


def template(name: str) -> bytes:
    """Build a template.

    Args:
        name: A name of :func:`template_names`.

    Returns:
        The workbook's bytes; the same bytes each time.

    Raises:
        KeyError: There is no template of that name.
    """
    form = self_evaluation()
    if name != form.template:
        raise KeyError(name)
    lists, names = _lists(form)
    book = Book(
        [_form_sheet(form), _instructions(form), lists],
        names,
        title=form.title,
        subject=SUBJECT,
        keywords=f"{form.template} {form.version}",
    )
    return render(book)


def _blank_row(table: str, **known: Any) -> dict[str, Any]:
    row = {column.name: "" if column.dtype == "object" else None for column in TABLES[table]}
    return {**row, "pending": False, "rate": None, "score": None, **known}


def _form_sheet(form: Form) -> Sheet:
    layout = form.layouts[form.blank["layout"]]
    project = _blank_row(
        "projects",
        fund_unit=form.blank["fund_unit"],
        columns=tuple((name, form.columns[name].label) for name in layout),
        fund_columns=tuple(
            (name, item.label) for name, item in form.fund_columns.items() if name != "reason"
        ),
    )
    funds = [
        _blank_row(
            "funds",
            row=i,
            line=item.label,
            kind=item.name,
            weight=10_000_000 if item.name == "total" else None,
            weight_text="10",
        )
        for i, item in enumerate(form.fund_lines)
    ]
    count = 0
    indicators = []
    for group in form.blank["rows"]:
        for _ in range(group["rows"]):
            count += 1
            indicators.append(
                _blank_row("indicators", row=100 + count, level1=group["level1"], level2=group["level2"])
            )
    table = blank_table(project, funds, indicators, "自评表")
    _finish(table, form, first=table.rows[101], execution=table.rows[0])
    return table.sheet


def _finish(table: Official, form: Form, first: int, execution: int) -> None:
    """Add what only the template has: the row for more rows, totals, checks, drop-downs, protection, signatures."""
    sheet, g = table.sheet, table.grid
    at = {name: letter(column) for name, column in table.columns.items()}
    spare = table.next_row
    # not merged: programs that insert rows without moving merges would hide an indicator under it
    sheet.put(spare, 2, form.blank["add_rows"], "hint")
    total, sign, mark, check = spare + 1, spare + 2, spare + 3, spare + 4
    # column 1's block label runs down to the spare row, so that rows inserted above it belong to the block
    sheet.cells = [c for c in sheet.cells if not (c.column == 1 and c.row == first - 1)]
    # and unlocked, since rows of a protected sheet can only be deleted where no cell is locked
    sheet.put(first - 1, 1, form.blocks["indicators"], "label_open", to_row=spare)

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
    blanks = "+".join(f'({letter(c)}{r}="")' for r, c in [*heads, *money])

    def count(condition: str) -> str:
        return f"SUMPRODUCT(--(({condition})>0))"

    checks = [
        (
            count(f'{named}*((({area("target")}="")+({area("actual")}="")+({area("weight")}=""))>0)'),
            "行没有填全指标值、完成值或分值",
        ),
        (count(f'{figures}*({area("level3")}="")'), "行没有填写三级指标"),
        (count(f'{measured}*({area("unit")}="")'), "行没有填写计量单位"),
        (
            count(f"ISNUMBER({area('declared_score')})*({area('declared_score')}>{area('weight')})"),
            "行得分大于分值",
        ),
        (count(f"(({missed})+({short}))*{no_reason}"), "行未达标或扣分而没有填写原因"),
        (blanks, "处表头或资金没有填写（年度、项目名称、主管部门、实施单位、全年预算数、全年执行数）"),
    ]
    body = '"检查通过"'
    for condition, text in reversed(checks):
        body = f'IF({condition}>0,"有 "&({condition})&" {text}",{body})'
    total_wrong = f'"分值合计为 "&ROUND({weight_sum},2)&"，应为 100"'
    message = (
        f'=IF(COUNT({area("weight")})=0,"尚未填写分值",IF(ROUND({weight_sum},4)<>100,{total_wrong},{body}))'
    )
    sheet.put(check, 1, form.blank["check"], "label", to_column=2)
    sheet.put(check, 3, "尚未填写分值", "check", formula=message, to_column=g.last)
    sheet.heights.update({spare: 16, total: 24, check: 24, sign: 32, mark: 16})
    starts = [1, g.last // 3 + 1, 2 * g.last // 3 + 1]
    for start, end, word in zip(
        starts, [starts[1] - 1, starts[2] - 1, g.last], form.blank["signatures"], strict=True
    ):
        sheet.put(sign, start, f"{word}：", "sign_open", to_column=end)
    sheet.put(mark, 1, form.mark.format(version=form.version), "small", to_column=g.last)
    sheet.area = (1, 1, mark, g.last)
    sheet.one_page = True

    column = table.columns
    for name, formula in (
        ("level1", "=一级指标列表"),
        ("level2", f"=INDIRECT(${at['level1']}{first})"),
        ("nature", "=指标性质列表"),
        ("operator", "=指标方向列表"),
    ):
        options = {
            "validate": "list",
            "source": formula,
            "error_title": "不在列表中",
            "error_message": "请从下拉列表中选择。",
            "error_type": "warning" if name.startswith("level") else "stop",
        }
        sheet.validations.append(Rule((first, column[name], spare, column[name]), options))
    number = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": 100,
        "error_message": "请填 0 到 100 的数字。",
    }
    for name in ("weight", "declared_score"):
        sheet.validations.append(
            Rule((first, column[name], spare, column[name]), {**number, "error_title": "不是分数"})
        )
    year = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 2000,
        "maximum": 2100,
        "error_message": "请填四位年份。",
    }
    sheet.validations.append(Rule((2, g.middle, 2, g.middle), {**year, "error_title": "不是年份"}))

    def alarm(
        where_rows: tuple[int, int], columns: tuple[int, int], criteria: str, style: str = "alarm"
    ) -> None:
        where = (where_rows[0], columns[0], where_rows[1], columns[1])
        sheet.conditions.append(Rule(where, {"type": "formula", "criteria": criteria}, style))

    rows = (first, spare)
    score, weight, reason = (f"${at[n]}{first}" for n in ("declared_score", "weight", "reason"))
    alarm(
        (total, total),
        (weight_at, weight_at),
        f"=AND(COUNT({area('weight')})>0,ROUND(${at['weight']}${total},4)<>100)",
    )
    alarm(
        (total, total),
        (score_at, score_at),
        f"=AND(ISNUMBER(${at['declared_score']}${total}),${at['declared_score']}${total}>100)",
    )
    alarm(rows, (score_at, score_at), f"=AND(ISNUMBER({score}),{score}>{weight})")
    goal, done, sign_ = (f"${at[n]}{first}" for n in ("target", "actual", "operator"))
    below = (
        f'OR(AND(OR({sign_}="大于等于",{sign_}="等于"),{done}<{goal}),AND({sign_}="小于等于",{done}>{goal}))'
    )
    unmet = f"AND(ISNUMBER({goal}),ISNUMBER({done}),{below})"
    alarm(
        rows,
        (column["reason"],) * 2,
        f'=AND({reason}="",OR(AND(ISNUMBER({score}),{score}<{weight}),{unmet}))',
    )
    nature = f"${at['nature']}{first}"
    alarm(
        rows,
        (column["unit"],) * 2,
        f'=AND(${at["unit"]}{first}="",ISNUMBER({goal}),OR({nature}="正向",{nature}="反向"))',
    )
    for name in ("target", "actual", "weight"):
        alarm(rows, (column[name],) * 2, f'=AND(${at["level3"]}{first}<>"",${at[name]}{first}="")')
    alarm((check, check), (3, g.last), f'=$C${check}="检查通过"', "fine")
    alarm((check, check), (3, g.last), f'=AND($C${check}<>"检查通过",$C${check}<>"尚未填写分值")')
    sheet.protect = PROTECT
    sheet.freeze = (first, 1)


def _instructions(form: Form) -> Sheet:
    sheet = Sheet("填表说明")
    sheet.widths = {1: 18, 2: 84}
    sheet.put(1, 1, f"{form.title}　填表说明", "title", to_column=2)
    sheet.heights[1] = 32
    for row, (label, text) in enumerate(form.blank["instructions"], start=2):
        sheet.put(row, 1, label, "label")
        sheet.put(row, 2, text, "left")
        sheet.fit(row, {(2, 2): text}, 24)
    last = 1 + len(form.blank["instructions"])
    sheet.area = (1, 1, last, 2)
    return sheet


def _lists(form: Form) -> tuple[Sheet, dict[str, str]]:
    """Make the hidden sheet of lists, and the defined names through which drop-downs refer to it."""
    sheet = Sheet("字典", hidden=True)
    lists = {
        "一级指标列表": form.lists["level1"],
        "指标性质列表": form.lists["nature"],
        "指标方向列表": form.lists["operator"],
        **form.lists["level2"],
    }
    names = {}
    for column, (name, items) in enumerate(lists.items(), start=1):
        sheet.widths[column] = 18
        sheet.put(1, column, name, "head")
        for row, item in enumerate(items, start=2):
            sheet.put(row, column, item, "center")
        names[name] = f"'{sheet.name}'!${letter(column)}$2:${letter(column)}${1 + len(items)}"
    return sheet, names
