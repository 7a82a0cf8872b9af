"""问题明细: every error and warning of the batch, to be filtered by department, agency, code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model import findings as f
from xlproc.writing import problems
from xlproc.writing.links import beside
from xlproc.writing.summary.table import HEAD, Field, begin

if TYPE_CHECKING:
    from xlproc.writing.layout import Sheet
    from xlproc.writing.summary.lines import Batch, FindingLine

_COLUMNS = (
    ("序号", 6.5), ("级别", 7), ("类别", 8), ("代码", 8), ("主管部门", 16), ("实施单位", 16), ("项目", 18), ("问题", 46),
    ("怎样改", 32), ("文件", 22), ("工作表", 10), ("单元格", 11), ("查看", 7),
)  # fmt: skip


def listing_sheet(batch: Batch) -> Sheet:
    """Make the sheet.

    In the order of files, and in a file as its 问题清单 has it: a reviewer then knows from which file on a list that
    reached its limit says nothing.
    """
    graver = sum(n for code, n in batch.codes.items() if batch.severities[code] != "note")
    left = graver - len(batch.findings)
    note = f"按文件次序列出 {len(batch.findings)} 条错误和提醒，不含说明；“查看”打开该文件结果中“问题清单”的那一行。"
    if left:
        note += f"本表最多列 {len(batch.findings)} 条，从文件“{batch.findings[-1].path}”往后还有 {left} 条，请看各文件的结果。"
    table = begin("问题明细", "问题明细", note, _COLUMNS)
    for number, item in enumerate(batch.findings, start=1):
        table.line(*_fields(number, item))
    table.sheet.freeze = (HEAD + 1, table.at["主管部门"])
    return table.end("没有发现错误和提醒。")


def _fields(number: int, item: FindingLine) -> tuple[Field, ...]:
    project = item.project
    link = beside(item.output, problems.NAME, f"A{item.row}") if item.output else ""
    return (
        Field(number),
        Field(f.severity_word(item.severity), item.severity),
        Field(item.stage),
        Field(item.code),
        Field(project.department if project else "", "left"),
        Field(project.agency if project else "", "left"),
        Field(project.name if project else problems.WHOLE_FILE, "left"),
        Field(item.body, "left"),
        Field(item.todo, "left"),
        Field(item.path, "left"),
        Field(item.sheet, "left"),
        Field(item.cells),
        Field("查看", "link", link=link) if link else Field(""),
    )
