"""文件: what was not evaluated and why, and what was found about files as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model import findings as f
from xlproc.writing.summary.table import Field, begin

if TYPE_CHECKING:
    from xlproc.writing.layout import Sheet
    from xlproc.writing.summary.lines import Batch

_COLUMNS = (("文件", 42), ("结果", 12), ("代码", 9), ("原因", 70), ("怎样处理", 46))
_STATUS = {"rejected": "没有评价", "evaluated": "已评价", "read": "已读取"}


def files_sheet(batch: Batch) -> Sheet:
    """Make the sheet."""
    rejected = sum(line.status == "rejected" for line in batch.files)
    only_read = sum(line.status == "read" for line in batch.files)
    read = f"，只读取、不评价的 {only_read} 个" if only_read else ""
    note = f"填报文件 {len(batch.files)} 个，没有评价的 {rejected} 个{read}；不是工作簿的文件 {len(batch.skipped)} 个。"
    table = begin("文件", "没有评价的文件与文件本身的问题", note, _COLUMNS)
    for line in batch.files:
        for item in line.findings:
            place = f.place(item["sheet"], item["cells"])
            table.line(
                Field(line.path, "left"),
                Field(_STATUS[line.status], "error" if line.status == "rejected" else "center"),
                Field(item["code"]),
                Field((f"{place}：" if place else "") + f.body(item), "left"),
                Field(f.todo(item), "left"),
            )
    for name in batch.skipped:
        table.line(
            Field(name, "left"),
            Field("不是工作簿"),
            Field(""),
            Field("不是工作簿，已略过", "left"),
            Field("", "left"),
        )
    return table.end("所有文件都已评价，文件本身没有问题。" if batch.files else "没有填报文件。")
