"""The shipped samples are what their sources say, and show what the README says that they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import make_samples
from tests.conftest import SAMPLES, Evaluate, rules_found


def cells(path: Path) -> dict[tuple[str, str], Any]:
    """Give the typed values of all cells; formulas as such."""
    return {
        (sheet.title, cell.coordinate): "formula" if cell.data_type == "f" else cell.value
        for sheet in load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_the_shipped_samples_hold_their_sources(tmp_path: Path) -> None:
    made = dict(make_samples.raw(tmp_path))
    assert sorted(made) == sorted(path.stem for path in SAMPLES.glob("*.xlsx"))
    for name, path in made.items():
        assert cells(SAMPLES / f"{name}.xlsx") == cells(path), name


@pytest.fixture
def samples(evaluate: Evaluate) -> dict[str, dict[str, Any]]:
    return {Path(w["path"]).stem: w for w in evaluate(SAMPLES)["workbooks"]}


def test_over_completion_zero_targets_and_dates(samples: dict[str, dict[str, Any]]) -> None:
    """300 of 200 without a reason (A18), 12 of 10 with one; =0 missed by 1; late by two weeks: pending, 0 to 5."""
    workbook = samples["示例_超额与零目标"]
    rows = {row["level3"]: row for row in workbook["projects"][0]["indicators"]}
    assert (rows["培训人次"]["flag"], rows["宣传场次"]["flag"]) == ("far_over", "over")
    assert (
        rows["培训考核合格率"]["target_text"],
        rows["培训考核合格率"]["target"],
        rows["培训考核合格率"]["actual"],
    ) == ("95%", 95, 97.5)
    scores = {
        name: rows[name]["score"]
        for name in ("违规使用资金笔数", "较大以上事故起数", "新增持证安全员", "培训完成时间")
    }
    assert scores == {
        "违规使用资金笔数": 0,
        "较大以上事故起数": 20,
        "新增持证安全员": 10,
        "培训完成时间": None,
    }
    assert workbook["projects"][0]["total"] == {
        "weight": 100, "score": 90, "declared": None, "grade": "优", "pending": 1, "low": 90, "high": 95,
    }  # fmt: skip
    assert rules_found(workbook, "error") == []
    assert [f["code"] for f in workbook["findings"]] == ["R106", "S208", "X116"]


def test_the_form_full_of_faults(samples: dict[str, dict[str, Any]]) -> None:
    """10×180/320 = 5.625 → 5.63; rows 10 + 6 + 10 + 9×(360-200)/180 = 8 + 9.5 + 8 + 7 + 10×85/90 = 9.44."""
    workbook = samples["示例_问题较多"]
    project = workbook["projects"][0]
    assert project["funds"][0]["score"] == 5.63
    assert {row["level3"]: row["score"] for row in project["indicators"]} == {
        "新建服务中心": 10, "配备服务设备": 6, "工程质量合格率": 10, "档案资料": None, "工期": 8, "建设成本": 9.5,
        "办事便利程度": None, "办理事项数": 8, "运行经费保障": 7, "居民满意度": 9.44,
    }  # fmt: skip
    assert project["total"]["score"] == 73.57
    found = {rule for rule, _ in rules_found(workbook)}
    assert {
        "A02",
        "A03",
        "A04",
        "A10",
        "A13",
        "A15",
        "A16",
        "A17",
        "A18",
        "A21",
        "A23",
        "A26",
        "A28",
        "A31",
        "A32",
        "A36",
    } <= found


def test_no_person_and_no_telephone_in_the_samples() -> None:
    import re

    for path in SAMPLES.glob("*.xlsx"):
        for value in cells(path).values():
            assert not re.search(r"1[3-9]\d{9}|0\d{2,3}-\d{7}", str(value))
