"""问题清单: the findings of a workbook in the order of mending, each with its cell, what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.cells import letter, quoted
from xlproc.model.words import MARKED_LIST
from xlproc.writing.layout import Rule, Sheet, wrapped
from xlproc.writing.links import beside
from xlproc.writing.stages import STAGES, stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.official import Official

Row = dict[str, Any]

NAME = "问题清单"
WHOLE_FILE = "（整个文件）"

_COLUMNS = (
    ("序号", 6),
    ("类别", 8),
    ("级别", 7),
    ("代码", 8),
    ("审核规则", 11.5),
    ("项目", 18),
    ("位置", 22),
    ("问题", 54),
    ("怎样改", 36),
    ("处理情况", 11),
    ("查看", 7),
)
_AT = {name: i for i, (name, _) in enumerate(_COLUMNS, start=1)}
_LEFT = {_AT[name] for name in ("项目", "位置", "问题", "怎样改")}
_ANSWERS = ("已改正", "已说明", "不需改")


def listed(findings: Sequence[Row]) -> list[tuple[int, Row]]:
    """Give the findings in the list's order, each with its row in the sheet.

    Project by project; in a project by stage, severity and code, so that one mistake made in many rows is one block,
    in the order of those rows.

    Args:
        findings: Rows of ``findings`` of one workbook.
    """
    ordered = sorted(
        findings,
        key=lambda item: (
            item["project"] is not None,
            item["project"] or 0,
            stage(item),
            f.SEVERITIES.index(item["severity"]),
            item["code"],
            item["row"] or 0,
            item["cells"],
        ),
    )
    return list(enumerate(ordered, start=_head(findings) + 1))


def _head(findings: Sequence[Row]) -> int:
    """Give the row of the columns' heads: below a line a stage."""
    return 3 + len({stage(item) for item in findings})


def problems_sheet(
    findings: Sequence[Row], names: Mapping[int, str], tables: Mapping[int, Official], marked: str = ""
) -> Sheet:
    """Make the list of findings.

    The stage is a column and not a heading between the rows: the list can be sorted and filtered as a whole.

    Args:
        findings: Rows of ``findings`` of one workbook.
        names: Project names by project.
        tables: Official tables by project; findings link to their rows there.
        marked: The marked copy beside the results, or ""; the title's end links to it.
    """
    sheet = Sheet(NAME, landscape=True)
    last = len(_COLUMNS)
    head = _head(findings)
    row = head
    sheet.widths = {i: width for i, (_, width) in enumerate(_COLUMNS, start=1)}
    link = beside(marked, MARKED_LIST) if marked else ""
    sheet.put(1, 1, NAME, "title", to_column=_AT["怎样改"] if link else last)
    if link:
        sheet.put(1, _AT["处理情况"], "打开批注副本", "link", link=link, to_column=last)
    sheet.heights.update({1: 28, 2: 20, head: 22})
    for i, line in enumerate(_stage_lines(findings), start=3):
        sheet.put(i, 1, line, "left", to_column=last)
        sheet.heights[i] = 20
    for i, (text, _) in enumerate(_COLUMNS, start=1):
        sheet.put(head, i, text, "head")
    for row, item in listed(findings):
        _line(sheet, row, row - head, item, names, tables)
    said = summary_line(findings)
    if findings:
        answers = _AT["处理情况"]
        area = f"{letter(answers)}{head + 1}:{letter(answers)}{row}"
        formula = f'="{said}；已处理 "&COUNTA({area})&" 条"'
        sheet.put(2, 1, f"{said}；已处理 0 条", "subtitle", formula=formula, to_column=last)
        choice = {"validate": "list", "source": list(_ANSWERS), "show_error": False}
        sheet.validations.append(Rule((head + 1, answers, row, answers), choice))
        sheet.filter = (head, 1, row, last)
    else:
        sheet.put(2, 1, said, "subtitle", to_column=last)
        row += 1
        sheet.put(row, 1, "没有发现问题。", "center", to_column=last)
        sheet.heights[row] = 24
    sheet.repeat = (head, head)
    sheet.freeze = (head + 1, 1)
    sheet.area = (1, 1, row, last)
    return sheet


def _line(
    sheet: Sheet,
    row: int,
    number: int,
    item: Row,
    names: Mapping[int, str],
    tables: Mapping[int, Official],
) -> None:
    project, place = item["project"], f.place(item["sheet"], item["cells"])
    texts = (
        number,
        STAGES[stage(item)].name,
        f.severity_word(item["severity"]),
        item["code"],
        "、".join(item["rules"]),
        names.get(project, "") if project is not None else WHOLE_FILE,
        place,
        f.body(item),
        f.todo(item),
        "",
    )
    for i, text in enumerate(texts, start=1):
        style = item["severity"] if i == _AT["级别"] else "left" if i in _LEFT else "center"
        sheet.put(row, i, text, style)
    table = tables.get(project) if project is not None else None
    if table is not None:
        link = f"{quoted(table.sheet.name)}!A{table.rows.get(item['row']) or 1}"
        sheet.put(row, _AT["查看"], "查看", "link", link=link)
    else:
        sheet.put(row, _AT["查看"], "", "center")
    fitted = {(i, i): str(text) for i, text in enumerate(texts, start=1)}
    if wrapped(place, _COLUMNS[_AT["位置"] - 1][1]) > 1:  # programs break the line behind the sheet's name
        fitted[_AT["位置"], _AT["位置"]] = place.replace("!", "!\n")
    sheet.fit(row, fitted, 20)


def _stage_lines(findings: Sequence[Row]) -> list[str]:
    """Say of each stage that has findings what it is and how many."""
    lines = []
    for i, part in enumerate(STAGES):
        mine = [item for item in findings if stage(item) == i]
        if mine:
            lines.append(f"{part.name}　{part.about}：{_counted(mine)}")
    return lines


def summary_line(findings: Sequence[Row]) -> str:
    """Count findings by severity, in words.

    Examples:
        >>> summary_line([{"severity": "error"}, {"severity": "note"}]), summary_line([])
        ('错误 1 条，提醒 0 条，说明 1 条', '没有发现问题')
    """
    return _counted(findings, zeros=True) if findings else "没有发现问题"


def _counted(findings: Sequence[Row], zeros: bool = False) -> str:
    counts = [(s, sum(item["severity"] == s for item in findings)) for s in f.SEVERITIES]
    return "，".join(f"{f.severity_word(s)} {n} 条" for s, n in counts if n or zeros)
