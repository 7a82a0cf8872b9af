"""Published forms of all families, evaluated whole with ``--ruleset auto``: none fails, and what their tables say comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.published import WAYS, cases, write_all
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run

Reports = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("published")


@pytest.fixture(scope="module")
def reports(outbox: Path) -> Reports:
    write_all(outbox / "in", cases(), next(iter(WAYS.values())))
    outcome = run(find(outbox / "in", outbox), outbox, outbox / SUMMARY, None, with_json=True)
    assert outcome.report is not None
    assert outcome.failures == []
    return {Path(workbook["path"]).stem: workbook for workbook in outcome.report["workbooks"]}


def codes(workbook: dict[str, Any]) -> set[str]:
    return {item["code"] for item in workbook["findings"]}


def test_targets_and_monitoring_are_not_scored(reports: Reports, outbox: Path) -> None:
    kinds = {case["id"]: case["kind"] for case in cases()}
    for name, workbook in reports.items():
        assert all(
            item["message"].count("？") == 0 for item in workbook["findings"] if item["code"][0] in "SX"
        )
        results = (outbox / f"{name}_评价结果.xlsx").exists()
        if kinds[name] == "target":
            assert (workbook["status"], "T011" in codes(workbook), results) == ("read", True, False), name
        elif kinds[name] == "monitoring":
            assert (workbook["status"], "T011" in codes(workbook), results) == ("evaluated", False, True), (
                name
            )
            assert all("score" not in project["total"] for project in workbook["projects"])
        elif kinds[name] in ("self_evaluation", "whole_department"):
            assert workbook["status"] == "evaluated", name
            assert (outbox / f"{name}_评价结果.xlsx").exists()


def test_goals_of_twenty_and_eighty(reports: Reports) -> None:
    """湖北: 20 + 39.6 of 40 + 40 = 99.6, as the form says; all is met, so 0.4 are missing without a word."""
    workbook = reports["06-huanggang-shuitubaochi-2020"]
    project = workbook["projects"][0]
    assert (project["ruleset"], project["total"]["weight"], project["total"]["score"]) == (
        "hubei-2020",
        100,
        99.6,
    )
    assert project["total"]["declared"] == 99.6
    assert {"S210", "X121"} <= codes(workbook)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("04-chizhou-tangxi-weituo-2022", {"X102"}),  # total 0/0/0 above a filled part
        ("11-zhongjiang-shuibiaochi-2022", {"X105"}),  # 10 + 70 + 20 + 10
        ("12-lijiang-gucheng-weipian-2020", {"S204"}),  # met, yet points taken
        ("15-yinchuan-liuzhong-2021", {"S102"}),  # 预算执行率 100% as a row, 9 of 10
        ("28-cq-rongmeiti-zhengti-2021", {"S203"}),  # 72.74% of 100% in full
        ("32-lingling-linye-zhengti-2021", {"S101", "S102"}),  # 80.45% shown as 100%
        ("35-nanhua-luojiatun-junjiagong", {"S203"}),  # 20 of 550
        ("46-linhe-jiuye-2022", {"X103", "X120"}),  # parts 0.03 below the total; no points
    ],
)
def test_what_is_wrong_in_them_is_told(name: str, found: set[str], reports: Reports) -> None:
    assert found <= codes(reports[name])


def test_both_targets_are_printed(reports: Reports, outbox: Path) -> None:
    """预算完成率: first 70%, adjusted to 75%, done 76%; the office's own column 得分系数 beside them."""
    assert "28-adjusted" in reports
    table = load_workbook(outbox / "28-adjusted_评价结果.xlsx", data_only=True).worksheets[0]
    line = next(line for line in table.iter_rows(values_only=True) if "预算完成率" in line)
    shares = [text for text in line if str(text).endswith("%") and len(str(text)) > 1]
    assert shares == ["70%", "75%", "76%", "100%"]  # and 得分系数
