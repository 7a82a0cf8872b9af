"""汇总.xlsx: a whole batch for the reviewer.

``lines`` what each file, project and finding leaves behind; a module a sheet makes the rest: ``overview`` 总览, ``charts`` 图表,
``projects`` 项目, ``monitoring`` 监控, 监控项目 and 监控预警, ``groups`` 部门 and 单位, ``codes`` 问题统计 and 问题分布, ``listing`` 问题明细, ``files`` 文件. The sheets
agree with one another: what one counts, another sums up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.words import RESULT_SUBJECT
from xlproc.rulesets import load, names
from xlproc.writing.layout import Book
from xlproc.writing.summary.charts import charts_sheet
from xlproc.writing.summary.codes import codes_sheet, spread_sheet
from xlproc.writing.summary.files import files_sheet
from xlproc.writing.summary.groups import agencies_sheet, departments_sheet
from xlproc.writing.summary.lines import Batch, Left, gather, left_by, told_besides
from xlproc.writing.summary.listing import listing_sheet
from xlproc.writing.summary.monitoring import monitoring_sheets
from xlproc.writing.summary.overview import overview_sheet
from xlproc.writing.summary.projects import projects_sheet

if TYPE_CHECKING:
    from xlproc.rulesets import RuleSet

__all__ = ["Batch", "Left", "gather", "left_by", "summary_book", "told_besides"]


def summary_book(batch: Batch, ruleset: RuleSet | None) -> Book:
    """Make the summary workbook.

    Args:
        batch: What was evaluated.
        ruleset: The rule set; None: each workbook had the one that its forms are made for, of one scale of grades.
    """
    chosen, ruleset = ruleset is None, ruleset or load(names()[0])
    sheets = [
        overview_sheet(batch, ruleset, chosen),
        charts_sheet(batch),
        projects_sheet(batch),
        departments_sheet(batch, ruleset),
        agencies_sheet(batch, ruleset),
        *(monitoring_sheets(batch) if batch.monitored else ()),
        codes_sheet(batch),
        spread_sheet(batch),
        listing_sheet(batch),
        files_sheet(batch),
    ]
    return Book(sheets, title="绩效自评汇总", subject=RESULT_SUBJECT)
