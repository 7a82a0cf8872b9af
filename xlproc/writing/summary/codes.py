"""问题统计 and 问题分布: how often each code was found, in how many projects and agencies, and where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlproc.model import findings as f
from xlproc.model.cells import a1
from xlproc.writing.summary.groups import agency_of, department_of
from xlproc.writing.summary.table import HEAD, Field, begin, count

if TYPE_CHECKING:
    from xlproc.writing.layout import Sheet
    from xlproc.writing.summary.lines import Batch

OWN_COLUMN = 12
"""So many departments have a column of their own, those with most findings; more would not be read."""
_COLUMNS = (
    ("级别", 8), ("代码", 8), ("问题", 30), ("审核规则", 11), ("次数", 8), ("项目数", 8), ("占全部项目", 9), ("单位数", 8),
    ("部门数", 8), ("规则来源", 46),
)  # fmt: skip


def codes_sheet(batch: Batch) -> Sheet:
    """Make the sheet of codes."""
    note = "级别以规则集为准。次数包括文件本身的问题；项目数、单位数、部门数只数表里的问题，一张自评表或监控表算一个项目。"
    table = begin("问题统计", "问题统计", note, _COLUMNS)
    forms = batch.forms
    having = {code: [p for p in forms if code in p.codes] for code in batch.codes}
    for code, times in batch.ranked(batch.codes):
        entry, projects, severity = f.catalogue()[code], having[code], batch.severities[code]
        share = round(len(projects) / len(forms), 4) if forms else ""
        table.line(
            Field(f.severity_word(severity), severity),
            Field(code),
            Field(f.title(code), "left"),
            Field("、".join(entry.rules)),
            Field(times),
            Field(len(projects)),
            Field(share, "percent"),
            Field(len({agency_of(p) for p in projects})),
            Field(len({department_of(p) for p in projects})),
            Field(entry.texts["zh"]["source"], "left"),
        )
    totals = {"级别": Field("合计", "total_text"), "次数": count(sum(batch.codes.values()))}
    return table.end("没有发现问题。", table.under(totals))


def spread_sheet(batch: Batch) -> Sheet:
    """Make the sheet of codes by department."""
    by_department: dict[str, Counter[str]] = {}
    for p in batch.forms:
        by_department.setdefault(department_of(p), Counter()).update(p.codes)
    graver = {code for code, severity in batch.severities.items() if severity != "note"}

    def weight(name: str) -> tuple[int, str]:
        return -sum(n for code, n in by_department[name].items() if code in graver), name

    names = sorted((name for name in by_department if weight(name)[0]), key=weight)
    shown, rest = names[:OWN_COLUMN], names[OWN_COLUMN:]
    found = [(name, by_department[name]) for name in shown]
    if rest:
        found.append(("其他部门", sum((by_department[name] for name in rest), Counter())))
    if graver & set(batch.file_codes):
        found.append(("文件本身", batch.file_codes))
    columns = (("级别", 8), ("代码", 8), ("问题", 30), *((name, 10.5) for name, _ in found), ("合计", 9))
    first, last = 4, 3 + len(found)
    others = f"，其余 {len(rest)} 个合为“其他部门”" if rest else ""
    note = f"错误和提醒的次数。问题最多的 {OWN_COLUMN} 个主管部门各占一栏{others}。"
    table = begin("问题分布", "各主管部门的问题", note, columns)
    table.sheet.freeze = (HEAD + 1, first)
    for code, times in batch.ranked(batch.codes, notes=False):
        row, severity = table.row + 1, batch.severities[code]
        table.line(
            Field(f.severity_word(severity), severity),
            Field(code),
            Field(f.title(code), "left"),
            *(Field(counts[code] or None) for _, counts in found),
            Field(times, "total_count", f"=SUM({a1(row, first)}:{a1(row, last)})"),
        )
    sums = [count(sum(counts[code] for code in graver)) for _, counts in found]
    whole = count(sum(n for code, n in batch.codes.items() if code in graver))
    totals = {1: Field("合计", "total_text"), **dict(enumerate([*sums, whole], start=first))}
    return table.end("没有发现错误和提醒。", totals)
