"""The canonical frames: one table of every column, with its type, unit and meaning.

Numbers are exact: Int64 counts of millionths (``micro``, see :mod:`xlproc.model.exact`), missing where there is none.
What a cell shows stays beside what was understood, and each value's state tells blank, number, date, text,
placeholder, error cell and never-calculated formula apart (``STATES``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

BLANK, NUMBER, DATE, TEXT, PLACEHOLDER, ERROR, UNCALCULATED, ABSENT = (
    "blank",
    "number",
    "date",
    "text",
    "placeholder",
    "error",
    "uncalculated",
    "absent",
)
STATES = (BLANK, NUMBER, DATE, TEXT, PLACEHOLDER, ERROR, UNCALCULATED, ABSENT)
"""States of a cell; a zero is the number 0. ``absent``: the form has no such column."""


UNSAID = (BLANK, PLACEHOLDER, ERROR, UNCALCULATED)
"""States of a cell that should say something and does not."""


EVALUATED = frozenset({"self_evaluation", "whole_department"})
"""The kinds of forms that report what was done and are scored; targets are only read."""
MONITORING = "monitoring"
"""The kind of form that reports how far the year has gone: judged by its own rules, not scored."""


def is_evaluated(project: Mapping[str, Any]) -> bool:
    """Tell a row of ``projects`` with totals from one of a form that is not scored."""
    return "score" in project


def is_judged(project: Mapping[str, Any]) -> bool:
    """Tell a row of ``projects`` with totals or lights from one of a form that is only read."""
    return is_evaluated(project) or "light" in project


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame.

    Attributes:
        name: Its name.
        dtype: A pandas dtype; ``object`` holds tuples and dicts.
        meaning: What it is, in the field's words.
        unit: ``micro`` for exact numbers, ``day`` for dates counted in days, else "".
    """

    name: str
    dtype: str
    meaning: str
    unit: str = ""


def _value(name: str, meaning: str) -> tuple[Column, Column, Column]:
    return (
        Column(f"{name}_text", "object", f"{meaning}，单元格所显示的文字"),
        Column(f"{name}_state", "object", f"{meaning}，单元格的状态"),
        Column(name, "Int64", f"{meaning}，读出的数", "micro"),
    )


_PLACE = (
    Column("workbook", "int64", "工作簿序号"),
    Column("project", "int64", "项目序号（全批次唯一）"),
    Column("sheet", "object", "工作表名"),
    Column("row", "int64", "工作表行号，从 1 起"),
    Column("cells", "object", "各栏所在单元格：栏名 → A1"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "workbooks": (
        Column("workbook", "int64", "工作簿序号"),
        Column("path", "object", "文件路径"),
        Column("sha256", "object", "文件指纹"),
        Column("status", "object", "evaluated / read / rejected"),
    ),
    "projects": (
        *_PLACE,
        Column("form", "object", "表种：self_evaluation / whole_department / monitoring / target"),
        Column("layout", "object", "版式，见 forms/families.toml；other：不在其中"),
        Column("version", "object", "表样版本（标准表样才有）"),
        Column("title", "object", "表名"),
        Column("year", "Int64", "年度"),
        Column("name", "object", "项目名称"),
        Column("department", "object", "主管部门"),
        Column("agency", "object", "实施单位"),
        Column("goal_expected", "object", "预期目标；没有填写的为空"),
        Column("goal_expected_text", "object", "预期目标，单元格所显示的"),
        Column("goal_actual", "object", "实际完成情况；没有填写的为空"),
        Column("goal_actual_text", "object", "实际完成情况，单元格所显示的"),
        Column("fund_unit", "object", "项目资金的单位：元 / 万元 / 亿元"),
        Column("fund_worth", "Int64", "项目资金的单位合多少元", ""),
        Column("fund_columns", "object", "项目资金各栏：（栏名，表头文字）"),
        Column("columns", "object", "绩效指标各栏：（栏名，表头文字）"),
        Column("labels", "object", "表头、目标、资金、总分的标签：（栏名，表上的文字）"),
        Column("broken", "object", "读不出的表头项目，已有说明"),
        Column("period", "object", "表头或表名里不是全年的期间，如 1-6月"),
        Column("month", "Int64", "监控表：期间截至哪个月"),
        Column("declared_grade", "object", "等级（单位自评）：优 / 良 / 中 / 差"),
        Column("declared_grade_text", "object", "等级（单位自评），单元格所显示的"),
        Column("years", "object", "表名、年度和表头里写的年度：（年，单元格）"),
        *_value("declared_total", "总分（单位自评）"),
        *_value("declared_weight", "总分一栏的分值"),
        Column("extra", "object", "表里的其他内容，照录不评价：（标签，文字）"),
    ),
    "funds": (
        *_PLACE,
        Column("line", "object", "资金行名称"),
        Column("nested", "bool", "是上一行的其中项，不计入各项合计"),
        Column("kind", "object", "total / appropriation / carry_over / other"),
        *_value("initial", "年初预算数"),
        *_value("budget", "全年预算数"),
        *_value("executed", "全年执行数"),
        *_value("weight", "分值"),
        *_value("declared_rate", "执行率（单位填报，小数）"),
        Column("declared_rate_step", "Int64", "填报执行率最末一位的大小", "micro"),
        *_value("declared_score", "得分（单位自评）"),
        *_value("forecast", "监控表：全年预计执行数"),
        Column("reason", "object", "资金原因栏的文字"),
        Column("reason_state", "object", "资金原因栏的状态"),
        Column("extra", "object", "其他各栏，照录不评价：（表头，文字）"),
    ),
    "indicators": (
        *_PLACE,
        Column("block", "object", "所属的一块，如“年度绩效目标1（40分）”“中期目标”；只有一块的为空"),
        Column("group", "object", "没有分值栏时，共有一个分数的一组：这一组的标签；否则为空"),
        Column("group_points", "Int64", "这一组的分数", "micro"),
        Column("nested", "bool", "是上一行的其中项，没有分值，不单独计分"),
        Column("execution_row", "bool", "是预算执行率，按资金的执行率计分，不是绩效指标"),
        Column("level1", "object", "一级指标"),
        Column("level2", "object", "二级指标"),
        Column("level3", "object", "三级指标"),
        Column("nature", "object", "positive / negative / qualitative"),
        Column("operator", "object", "ge / le / eq / gt / lt"),
        Column("nature_text", "object", "指标性质栏的文字"),
        Column("operator_text", "object", "指标方向栏的文字"),
        Column("operator_inferred", "bool", "方向是推断的，表上未写"),
        Column("lesser", "bool", "按级次和名称，越小越好"),
        Column("greater", "bool", "名称里有越大越好的用语"),
        *_value("target", "年度指标值"),
        Column("target_day", "Int64", "年度指标值为日期时的日序", "day"),
        *_value("actual", "实际完成值（已换算到指标值的单位）"),
        Column("actual_day", "Int64", "实际完成值为日期时的日序", "day"),
        Column("unit", "object", "计量单位，单元格所显示的；没有这一栏的取自指标值"),
        Column("measure", "object", "数值实际所用的单位，取自指标值、计量单位栏或名称"),
        Column("actual_unit", "object", "实际完成值自带的单位"),
        Column("comparable", "object", "number / date / words / unit（单位不同）/ no"),
        Column("unit_worth", "Int64", "计量单位合多少元；不是金额的没有", ""),
        Column("has_unit_column", "bool", "表上有计量单位栏"),
        Column("unreadable", "bool", "指标值、完成值或分值读不出，已有说明"),
        *_value("weight", "分值"),
        *_value("declared_score", "得分（单位自评）"),
        *_value("reviewed_score", "复核分（他人所评）"),
        *_value("deduction", "扣分"),
        *_value("forecast", "监控表：全年预计完成值（已换算到指标值的单位）"),
        Column("forecast_comparable", "object", "全年预计完成值与指标值：number / date / words / unit / no"),
        Column("deviates", "object", "监控表：存在偏差，单位所填：yes / no；没有填的为空"),
        Column(
            "possibility",
            "object",
            "监控表：完成可能性，单位所填：certain / possible / impossible；没有填的为空",
        ),
        Column("causes", "object", "监控表：偏差原因各栏：（栏名，文字），只列填了的"),
        Column("reason", "object", "偏差原因分析及改进措施"),
        Column("reason_state", "object", "偏差原因栏的状态"),
        Column("extra", "object", "其他各栏，照录不评价：（表头，文字）"),
    ),
    "findings": (
        Column("code", "object", "代码"),
        Column("rules", "object", "审核规则编号"),
        Column("severity", "object", "error / warning / note"),
        Column("workbook", "int64", "工作簿序号"),
        Column("project", "Int64", "项目序号"),
        Column("sheet", "object", "工作表名"),
        Column("row", "Int64", "行号"),
        Column("cells", "object", "单元格，先写应改的一个"),
        Column("field", "object", "栏名"),
        Column("found", "object", "现状"),
        Column("expected", "object", "应为"),
        Column("context", "object", "消息所需的其他内容"),
        Column("elsewhere", "object", "别的表上所指的单元格：（工作簿序号，工作表名，单元格）"),
        Column("source", "object", "规则来源"),
    ),
}


def frame(table: str, records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Make a canonical frame.

    Args:
        table: A name of ``TABLES``.
        records: A dict a row, holding every column of the table.

    Returns:
        The frame, with the table's columns in their order and types.

    Raises:
        KeyError: A record lacks a column.
    """
    import numpy as np
    import pandas as pd

    data: dict[str, Any] = {}
    for column in TABLES[table]:
        values = [record[column.name] for record in records]
        if column.dtype == "object":
            cells = np.empty(len(values), dtype=object)
            cells[:] = values
            data[column.name] = pd.Series(cells, dtype="object")
        else:
            kind: Any = column.dtype
            data[column.name] = pd.array(values, dtype=kind)
    return pd.DataFrame(data)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a frame's rows as dicts; what is missing as None."""
    if frame.empty:
        return []  # mostly so of some, and many columns take their time
    missing: Any = None
    columns = [column.to_numpy(dtype=object, na_value=missing).tolist() for _, column in frame.items()]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def grouped(frame: pd.DataFrame, key: str) -> dict[int, list[dict[str, Any]]]:
    """Give a frame's rows by a key."""
    out: dict[int, list[dict[str, Any]]] = {}
    for row in records(frame):
        out.setdefault(row[key], []).append(row)
    return out
