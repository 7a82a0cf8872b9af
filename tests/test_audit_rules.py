"""The audit rules that a code stands for, against those that its findings name in forms with planted faults."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests import midyear_form, office
from tests.conftest import SAMPLES
from tests.test_audit import CASES, changed, read_cases
from tests.test_planted_faults import FAULTS
from xlproc.batch import check as batch
from xlproc.model.codes import audit_rules, by_rule
from xlproc.model.findings import catalogue
from xlproc.rulesets import load

BESIDE = [
    "| 培训支出 | 方向 | 大于等于 |",  # A25 beside A24: a cost called 反向 with a lower bound
    "| 结业率 | 得分 | 8 |\n| 结业率 | 原因 | 部分学员未完成 |",  # A19 beside A15: 96% meets 95%
    "| 学员投诉次数 | 得分 | 4 |\n| 学员投诉次数 | 原因 | |",  # A17 beside A14
    "| 培训完成时间 | 完成 | 2024年12月2日 |\n| 培训完成时间 | 得分 | |",  # A17 at a score that is pending
    "| 培训人数 | 分值 | 25 |\n"  # A09 and A10 beside A08: 5 points too many, by the label too
    + "\n".join(
        f"| {name} | 一级 | 产出指标（50分） |"
        for name in ("培训人数", "结业率", "学员投诉次数", "培训完成时间", "培训支出")
    ),
    "| 总额 | 年初 | 0 |\n| 总额 | 预算 | 0 |\n| 总额 | 执行 | 0 |\n| 总额 | 执行率 | 0 |\n| 总额 | 得分 | |",
]
"""Forms in which two rules hold at one cell, where no case has them."""
MIDYEAR = ["| 培训人数 | 完成 | 300天 |", "| 培训人数 | 完成 | 300天 |\n| 培训人数 | 偏差 | |"]
"""The same for monitoring forms: A26 beside A46 where units differ."""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Give by code the audit rules that its findings name, over all planted faults."""
    folder = tmp_path_factory.mktemp("forms")
    forms = [changed(case.fires) for case in CASES.values()]
    forms += [changed("\n".join(fault.changes), "clean_2020") for fault in FAULTS]
    forms += [changed(table) for table in BESIDE]
    paths = [office.workbook(folder / f"{number}.xlsx", form) for number, form in enumerate(forms)]
    midyear = [*(case.fires for case in read_cases("monitoring_cases.md").values()), *MIDYEAR]
    paths += [
        midyear_form.workbook(folder / f"m{number}.xlsx", midyear_form.changed(table))
        for number, table in enumerate(midyear)
    ]
    found: dict[str, set[str]] = defaultdict(set)
    for checked in batch.check(batch.inputs([*paths, SAMPLES]), load("mof-2020")):
        for item in checked.findings:
            found[item["code"]] |= {*item["rules"]}
    return found


@pytest.mark.parametrize("code", catalogue())
def test_findings_name_the_rules_that_the_catalogue_gives_them(code: str, named: dict[str, set[str]]) -> None:
    entry = catalogue()[code]
    assert not {*entry.rules} & {*entry.also}
    assert named.get(code, {*entry.rules}) == {*entry.rules, *entry.also}


def test_every_rule_is_either_checked_or_says_what_it_needs() -> None:
    assert list(audit_rules()) == [f"A{number:02}" for number in range(1, 58)]
    needing = {rule for rule, asked in audit_rules().items() if asked.needs is not None}
    assert {*by_rule()} == {*audit_rules()} - needing
