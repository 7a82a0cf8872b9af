"""Faults that published forms really have, each planted in the clean form: told under its code, at the cell to mend."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.conftest import Evaluate
from tests.test_audit import changed


class Fault(NamedTuple):
    """What a form has wrong, the changes that make it so, and where it is told."""

    name: str
    changes: str
    code: str
    cell: str


FAULTS = [
    Fault(
        "分值合计 110，总分却写 100",
        "| 培训人数 | 分值 | 30 |\n| 培训人数 | 得分 | 30 |\n| 总分 | 分值 | 100 |",
        "X105", "J21",
    ),
    Fault(
        "资金总额为 0，分项却填了数",
        "| 总额 | 年初 | 0 |\n| 总额 | 预算 | 0 |\n| 总额 | 执行 | 0 |\n| 总额 | 执行率 | 0 |\n| 总额 | 得分 | |",
        "X102", "G6",
    ),
    Fault("财政拨款与总额各填 10 分", "| 拨款 | 分值 | 10 |\n| 拨款 | 得分 | 9.75 |", "X122", "L7"),
    Fault(
        "执行率 80.4% 写成 100%",
        "| 总额 | 执行 | 201 |\n| 拨款 | 执行 | 151 |\n| 拨款 | 执行率 | |\n| 总额 | 执行率 | 100% |\n| 总额 | 得分 | 10 |",
        "S101", "K6",
    ),
    Fault(
        "执行率 80.4% 得满分",
        "| 总额 | 执行 | 201 |\n| 拨款 | 执行 | 151 |\n| 拨款 | 执行率 | |\n| 总额 | 执行率 | 100% |\n| 总额 | 得分 | 10 |",
        "S102", "L6",
    ),
    Fault(
        "执行率 102.59%，没有得分",
        "| 总额 | 执行 | 256.475 |\n| 拨款 | 执行 | 206.475 |\n| 拨款 | 执行率 | |\n| 总额 | 执行率 | 102.59% |\n| 总额 | 得分 | |",
        "S105", "I6",
    ),
    Fault("分项合计比总额少 0.03", "| 总额 | 执行 | 245.03 |", "X103", "I6"),
    Fault("完成 20，指标值 550，得满分", "| 培训人数 | 目标 | 550 |\n| 培训人数 | 完成 | 20 |", "S203", "K13"),
    Fault("完成 72.74%，指标值 100%，得满分", "| 结业率 | 目标 | 100 |\n| 结业率 | 完成 | 72.74 |", "S203", "K14"),
    Fault("得分 31.9，分值 20", "| 培训人数 | 完成 | 1595 |\n| 培训人数 | 得分 | 31.9 |", "S201", "K13"),
    Fault("得分 10.5，分值 10", "| 结业率 | 得分 | 10.5 |", "S201", "K14"),
    Fault("得分 11.1，分值 10", "| 学员满意度 | 得分 | 11.1 |", "S201", "K20"),
    Fault(
        "完成 98%，指标值 98%，得分 19.6，分值 20",
        "| 培训人数 | 单位 | % |\n| 培训人数 | 目标 | 98 |\n| 培训人数 | 完成 | 98 |\n| 培训人数 | 得分 | 19.6 |",
        "S204", "K13",
    ),
    Fault("资金得分 99，分值 10", "| 总额 | 得分 | 99 |", "S102", "L6"),
    Fault(
        "完成 94%，指标值 95%，得分 4.2，分值 6",
        "| 结业率 | 完成 | 94 |\n| 结业率 | 分值 | 6 |\n| 结业率 | 得分 | 4.2 |\n| 培训人数 | 分值 | 24 |\n| 培训人数 | 得分 | 24 |",
        "S205", "K14",
    ),
]  # fmt: skip
"""Names, dates and amounts are those of the clean form; the figures in the names are the published ones."""


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_published_fault_is_told(fault: Fault, one: Evaluate) -> None:
    found = one(changed(fault.changes))["findings"]
    assert (fault.code, fault.cell) in [
        (item["code"], item["cells"][0]) for item in found if item["cells"]
    ], found
