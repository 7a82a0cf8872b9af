"""The blank 项目支出绩效目标执行监控情况表: live rates, and checks of deviations against what is due by the month."""

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
from xlproc.writing.official.body import Entry, Look, table_body

if TYPE_CHECKING:
    from xlproc.forms import Form
    from xlproc.writing.layout import Sheet
    from xlproc.writing.official import Official
    from xlproc.writing.official.body import Grid

CHOICES = {
    "一级指标列表": "level1",
    "指标性质列表": "nature",
    "指标方向列表": "operator",
    "存在偏差列表": "deviates",
    "完成可能性列表": "possibility",
    "勾选列表": "tick",
}
"""The lists that drop-downs offer besides those of the second level."""
_CAUSES = ("funding", "rules", "staff", "equipment")
_MONEY = ("initial", "budget", "executed")
_CONTACTS = ("manager", "manager_phone", "accountant", "accountant_phone")
_FUNDS = 1000
"""Rows of funds are numbered from here, those of indicators from 0."""
_OPEN = {"center": "open", "left": "open_left", "level": "open_level"}
_EMPTY = "尚未填写指标"
_TEXT_HEIGHT, _OPINION_HEIGHT, _CONTACT_HEIGHT = 90.0, 70.0, 20.0

Cells = dict[str, str]
"""The cells of the columns in a formula, by column."""


def sheet(form: Form) -> Sheet:
    """Make the sheet to fill in."""
    table = _table(form)
    out, first = table.sheet, table.rows[0]
    lines = [table.rows[_FUNDS + i] for i in range(len(form.fund_lines))]
    _rates(table, lines)
    spare = table.next_row
    for row in range(first, spare):  # rows whose height is not set grow with what is filled in
        del out.heights[row]
    add_spare(out, form, out.repeat[0] if out.repeat else first - 1, spare)
    check = _below(table, form, spare + 1)
    _check(table, form, check, (first, spare), lines)
    _offer(table, first, spare, lines)
    _colour(table, form, (first, spare), lines)
    colour_check(out, check, _EMPTY, table.grid.last)
    out.protect = PROTECT
    out.freeze = (first, 1)
    return out


def _table(form: Form) -> Official:
    """Make the table from its title to its last row to fill."""
    items = {name: form.columns[name] for name in form.layouts[form.blank["layout"]]}
    look = Look(
        form,
        {name: f"{item.over}:{item.label}" if item.over else item.label for name, item in items.items()},
        {name: item.label for name, item in form.fund_columns.items()},
        lambda _, __: Entry(""),
        lambda _, name: Entry("", "computed" if name == "declared_rate" else ""),
        open=_OPEN,
    )
    project = blank_row("projects", fund_unit=form.blank["fund_unit"])
    funds = [blank_row("funds", row=_FUNDS + i, line=item.label) for i, item in enumerate(form.fund_lines)]
    table = table_body(project, funds, blank_indicators(form), "监控表", look)
    _contacts(table, form)
    return table


def _contacts(table: Official, form: Form) -> None:
    """Put the rows of who is to be asked below the head's last row, and all else lower."""
    out, g, after, more = table.sheet, table.grid, 4, len(_CONTACTS) // 2

    def lower(row: int) -> int:
        return row + more if row > after else row

    out.cells = [cell._replace(row=lower(cell.row), to_row=lower(cell.to_row)) for cell in out.cells]
    out.heights = {lower(row): height for row, height in out.heights.items()}
    out.repeat = (lower(out.repeat[0]), lower(out.repeat[1])) if out.repeat else None
    table.rows = {own: lower(row) for own, row in table.rows.items()}
    table.next_row = lower(table.next_row)
    right = _right(g)
    for i, name in enumerate(_CONTACTS):
        row = after + 1 + i // 2
        label, text = ((1, 2), (3, g.middle - 1)) if i % 2 == 0 else ((g.middle, right - 1), (right, g.last))
        out.put(row, label[0], form.head[name].label, "label", to_column=label[1])
        out.put(row, text[0], "", "open", to_column=text[1])
        out.heights[row] = _CONTACT_HEIGHT


def _right(g: Grid) -> int:
    """Give the column in which the head's right texts stand."""
    return min(g.middle + 1, g.last - 1) + 1


def _rates(table: Official, lines: list[int]) -> None:
    """Put the formula of the rate into its cells."""
    column = table.grid.fund_spans["declared_rate"][0]
    spots = {(row, column) for row in lines}
    table.sheet.cells = [
        cell._replace(formula=_rate(table, cell.row), number_format="0.00%")
        if (cell.row, cell.column) in spots
        else cell
        for cell in table.sheet.cells
    ]


def _rate(table: Official, row: int) -> str:
    """Give the rate as the rules have it: against the initial budget where no other is filled in."""
    initial, budget, executed = (_money(table, name, row) for name in _MONEY)
    base = f'IF({budget}="",N({initial}),N({budget}))'
    return f'=IF(AND(ISNUMBER({executed}),{base}>0),ROUND({executed}/{base},4),"")'


def _money(table: Official, name: str, row: int) -> str:
    return f"{letter(table.grid.fund_spans[name][0])}{row}"


def _below(table: Official, form: Form, row: int) -> int:
    """Write what stands below the rows: note, texts, opinion, the line to sign; give the row of the check line."""
    out, last = table.sheet, table.grid.last
    out.put(row, 1, form.blank["note"], "hint")  # not merged, as the row above
    # labels are merged across, not down: a page may end between any two rows
    out.put(row + 1, 1, form.blocks["texts"], "label", to_column=last)
    for at, item in enumerate(form.texts.values(), start=row + 2):
        out.put(at, 1, item.label, "label", to_column=3)
        out.put(at, 4, "", "open_text", to_column=last)
        out.heights[at] = _TEXT_HEIGHT
    opinion = row + 2 + len(form.texts)
    out.put(opinion, 1, form.blocks["opinion"], "label", to_column=3)
    out.put(opinion, 4, "", "open_white", to_column=last)
    put_foot(out, opinion + 1, form, last)
    check = opinion + 3
    out.heights.update({row - 1: 16, row: 18, row + 1: 20, opinion: _OPINION_HEIGHT, check: 24})
    return check


def _refs(table: Official, first: int, last: int = 0) -> Cells:
    """Give the columns' cells for a formula: of one row, as conditional formats have it, or of all rows to the last."""
    if not last:
        return {name: f"${letter(column)}{first}" for name, column in table.columns.items()}
    return {name: f"{letter(column)}{first}:{letter(column)}{last}" for name, column in table.columns.items()}


def _number(cells: str) -> str:
    """Give cells as numbers, 0 for texts: where a formula counts with many cells, one text would spoil all."""
    return f'TEXT({cells},"0.000000;-0.000000;0;""0""")' if ":" in cells else cells


def _named(c: Cells) -> str:
    """Tell rows of indicators; 无 names none."""
    return f'({c["level3"]}<>"")*({c["level3"]}<>"无")'


def _unmeasured(c: Cells) -> str:
    """Tell numbers without a unit; a date in the place of 时效 needs none."""
    t = c["target"]
    dated = f'ISNUMBER(FIND("时效",{c["level2"]}))*({t}>36525)*({t}<73051)'
    return f'(({c["nature"]}="正向")+({c["nature"]}="反向"))*ISNUMBER({t})*(1-{dated})*({c["unit"]}="")'


def _unexplained(c: Cells) -> str:
    """Tell rows without any cause or reason."""
    return "*".join(f'({c[name]}="")' for name in (*_CAUSES, "reason"))


def _deviations(c: Cells, form: Form) -> list[str]:
    """Tell rows that deviate by their figures, a formula a way: as the default rule set has it.

    Behind what is due by time, short of the target, over a limit, a cost of which nothing is spent, words that say so.
    """
    rules, month = form.blank["due"], form.blank["month"]
    t, a, sign, nature = c["target"], c["actual"], c["operator"], c["nature"]
    goal, done = _number(t), _number(a)
    levels = f"{c['level1']}&{c['level2']}"
    cost = f'ISNUMBER(FIND("成本",{levels}))'
    timed = "+".join(f'ISNUMBER(FIND("{word}",{levels}))' for word in rules["timed"])
    by_time = f"(({timed})>0)*({t}>0)"
    numbers = f'ISNUMBER({t})*ISNUMBER({a})*({levels}<>"")'
    more = f'(({sign}="大于等于")+({sign}="大于")+({sign}="等于")+({sign}="")*({nature}="正向"))*(1-{cost})'
    less = f'(({sign}="小于等于")+({sign}="小于")+({sign}="等于")*{cost}+({sign}="")*({nature}="反向"))'
    return [
        f"{numbers}*{more}*{by_time}*(ROUND({done}*12-{goal}*{month * rules['line']:g},6)<0)",
        f"{numbers}*{more}*(1-{by_time})*({a}<{t})",
        f"{numbers}*{less}*({a}>{t})",
        f'{numbers}*{less}*{cost}*({t}>0)*({a}=0)*({c["unit"]}<>"%")*({c["unit"]}<>"‰")',
        f'{numbers}*(1-{cost})*({t}=0)*(({sign}="等于")*({a}>0)+({sign}="大于")*({a}<=0))',
        f'({nature}="定性")*(({a}="部分达成")+({a}="未达成"))',
    ]


def _overspent(table: Official, row: int) -> str:
    budget, executed = (_money(table, name, row) for name in ("budget", "executed"))
    return f"ISNUMBER({budget})*ISNUMBER({executed})*({executed}>{budget})"


def _no_sum(table: Official, name: str, lines: list[int]) -> str:
    """Tell a column of money whose lines do not add up to its total."""
    total, parts = (
        _money(table, name, lines[0]),
        f"{_money(table, name, lines[1])}:{_money(table, name, lines[-1])}",
    )
    return f"ISNUMBER({total})*(COUNT({parts})>0)*(ROUND(N({total})-SUM({parts}),4)<>0)"


def _check(table: Official, form: Form, row: int, rows: tuple[int, int], lines: list[int]) -> None:
    """Write the check line: the first thing that is wrong, and how often."""
    g, c = table.grid, _refs(table, *rows)
    filled = f'(({c["target"]}<>"")+({c["actual"]}<>"")>0)'
    off = "+".join(_deviations(c, form))
    yes = f'({c["deviates"]}="是")'
    heads = [
        (2, g.middle),
        (3, 3),
        (4, 3),
        (4, _right(g)),
        *((lines[0], g.fund_spans[name][0]) for name in _MONEY),
    ]
    labels = [form.head[name].label for name in ("year", "name", "department", "agency")]
    labels += [form.fund_columns[name].label for name in _MONEY]
    checks = [
        (counted(f'{_named(c)}*((({c["target"]}="")+({c["actual"]}=""))>0)'), "行没有填全指标值或执行情况"),
        (counted(f'{filled}*({c["level3"]}="")'), "行没有填写三级指标"),
        (counted(_unmeasured(c)), "行没有填写计量单位"),
        (counted(f'({off})*({c["deviates"]}<>"是")'), "行有偏差而没有填“是”"),
        (counted(f'{yes}*({c["possibility"]}="")'), "行填了“是”而没有选完成目标的可能性"),
        (counted(f"{yes}*{_unexplained(c)}"), "行填了“是”而没有勾选或说明偏差原因"),
        (counted(f'{_named(c)}*{filled}*({c["deviates"]}="")'), "行没有填“是”或“否”"),
        ("+".join(_overspent(table, line) for line in lines), "行资金的执行数大于全年预算数"),
        ("+".join(_no_sum(table, name, lines) for name in _MONEY), "栏资金的各项之和不等于总额"),
        (blanks(heads), f"处表头或资金总额没有填写（{'、'.join(labels)}）"),
    ]
    message = f'=IF(COUNTA({c["level3"]},{c["actual"]})=0,"{_EMPTY}",{first_wrong(checks)})'
    put_check(table.sheet, row, form, _EMPTY, message, g.last)


def _offer(table: Official, first: int, last: int, lines: list[int]) -> None:
    """Add drop-downs, and what numbers are taken."""
    out, g, columns = table.sheet, table.grid, table.columns
    level_lists(out, first, last, columns)
    for name, formula in (
        ("nature", "=指标性质列表"),
        ("operator", "=指标方向列表"),
        ("deviates", "=存在偏差列表"),
        ("possibility", "=完成可能性列表"),
    ):
        drop_down(out, (first, columns[name], last, columns[name]), formula)
    ticks = [columns[name] for name in _CAUSES]
    drop_down(out, (first, min(ticks), last, max(ticks)), "=勾选列表")
    only_year(out, 2, g.middle)
    money = lines[0], g.fund_spans[_MONEY[0]][0], lines[-1], g.fund_spans[_MONEY[-1]][1]
    only_numbers(out, money, 0, 10**9, ("不是金额", "请填数字，单位为万元，没有的填 0。"))


def _colour(table: Official, form: Form, rows: tuple[int, int], lines: list[int]) -> None:
    """Turn the cells red in which something is wrong."""
    out, (first, last) = table.sheet, rows
    c = _refs(table, first)

    def red(name: str, condition: str) -> None:
        column = table.columns[name]
        alarm(out, (first, column, last, column), f"=({condition})>0")

    for name in ("target", "actual"):
        red(name, f'{_named(c)}*({c[name]}="")')
    red("level3", f'(({c["target"]}<>"")+({c["actual"]}<>""))*({c["level3"]}="")')
    red("unit", _unmeasured(c))
    for way in _deviations(c, form):
        red("deviates", f'{way}*({c["deviates"]}<>"是")')
    red("deviates", f'{_named(c)}*({c["target"]}<>"")*({c["actual"]}<>"")*({c["deviates"]}="")')
    red("possibility", f'({c["deviates"]}="是")*({c["possibility"]}="")')
    red("reason", f'({c["deviates"]}="是")*{_unexplained(c)}')
    for line in lines:
        spot = table.grid.fund_spans["executed"][0]
        alarm(out, (line, spot, line, spot), f"=({_overspent(table, line)})>0")
    for name in _MONEY:
        spot = table.grid.fund_spans[name][0]
        alarm(out, (lines[0], spot, lines[0], spot), f"=({_no_sum(table, name, lines)})>0")
