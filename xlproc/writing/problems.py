"""问题清单: the findings of a workbook, worst first, each with its cell, what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model import findings as f
from xlproc.model.cells import quoted
from xlproc.writing.layout import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.official import Official

Row = dict[str, Any]

_COLUMNS = (
    ("序号", 6),
    ("级别", 8),
    ("代码", 8),
    ("审核规则", 11),
    ("项目", 20),
    ("位置", 18),
    ("问题", 58),
    ("怎样改", 40),
    ("查看", 8),
)


def problems_sheet(
    findings: Sequence[Row], names: Mapping[int, str], tables: Mapping[int, Official]
) -> Sheet:
    """Make the list of findings.

    Args:
        findings: Rows of ``findings`` of one workbook.
        names: Project names by project.
        tables: Official tables by project; findings link to their rows there.
    """
    sheet = Sheet("问题清单", landscape=True)
    last = len(_COLUMNS)
    sheet.widths = {i: width for i, (_, width) in enumerate(_COLUMNS, start=1)}
    sheet.put(1, 1, "问题清单", "title", to_column=last)
    sheet.put(2, 1, summary_line(findings), "subtitle", to_column=last)
    sheet.heights.update({1: 28, 2: 20})
    for i, (text, _) in enumerate(_COLUMNS, start=1):
        sheet.put(3, i, text, "head")
    sheet.heights[3] = 22
    row = 3
    ordered = sorted(
        findings,
        key=lambda item: (
            item["project"] is not None,
            item["project"] or 0,
            f.SEVERITIES.index(item["severity"]),
        ),
    )
    for number, item in enumerate(ordered, start=1):
        row += 1
        project = item["project"]
        place = f.place(item["sheet"], item["cells"])
        texts = (
            number,
            f.severity_word(item["severity"]),
            item["code"],
            "、".join(item["rules"]),
            names.get(project, "") if project is not None else "（整个文件）",
            place,
            f.body(item),
            f.todo(item),
        )
        for i, text in enumerate(texts, start=1):
            style = item["severity"] if i == 2 else "left" if i in (5, 6, 7, 8) else "center"
            sheet.put(row, i, text, style)
        table = tables.get(project) if project is not None else None
        target = table.rows.get(item["row"]) if table is not None else None
        if table is not None:
            sheet.put(
                row,
                last,
                "查看",
                "link",
                link=f"{quoted(table.sheet.name)}!A{target or 1}",
            )
        else:
            sheet.put(row, last, "", "center")
        sheet.fit(row, {(i, i): str(text) for i, text in enumerate(texts, start=1)}, 20)
    if not ordered:
        row += 1
        sheet.put(row, 1, "没有发现问题。", "center", to_column=last)
        sheet.heights[row] = 24
    sheet.repeat = (3, 3)
    sheet.freeze = (4, 1)
    if ordered:
        sheet.filter = (3, 1, row, last)
    sheet.area = (1, 1, row, last)
    return sheet


def summary_line(findings: Sequence[Row]) -> str:
    """Count findings by severity, in words.

    Examples:
        >>> summary_line([{"severity": "error"}, {"severity": "note"}]), summary_line([])
        ('错误 1 条，提醒 0 条，说明 1 条', '没有发现问题')
    """
    if not findings:
        return "没有发现问题"
    counts = [sum(item["severity"] == severity for item in findings) for severity in f.SEVERITIES]
    return "，".join(f"{f.severity_word(s)} {n} 条" for s, n in zip(f.SEVERITIES, counts, strict=True))
