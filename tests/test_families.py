"""Which layout family a form is of: every published form, and for every family one form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Evaluate
from tests.families import PUBLISHED, example, number, sketch
from tests.form_blocks import Case
from tests.make_docs import DOCS
from tests.published import WAYS, cases, workbook
from xlproc.batch.read import read_json
from xlproc.forms import labels
from xlproc.model.frames import EVALUATED, MONITORING

FORMS = [case for case in cases() if case["kind"] != "final_accounts"]
FAMILIES = {family.id: family for family in labels().families}

LIST = """
项目支出绩效自评表 | < | < | < | < | <
项目名称 | 图书馆设备更新 | < | < | < | <
绩效指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
更新电脑 | 40台 | 40台 | 90 | 90 |
"""


def layouts(path: Path) -> set[tuple[str, str]]:
    """Give kind and family of each form in a workbook."""
    (read,) = read_json([path])["workbooks"]
    return {(project["form"], project["layout"]) for project in read["projects"]}


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case["id"])
def test_a_published_form_is_of_its_family(case: Case, tmp_path: Path) -> None:
    workbook(tmp_path / "form.xlsx", case, WAYS["repeated"])
    assert layouts(tmp_path / "form.xlsx") == {(case["kind"], PUBLISHED[number(case["id"])])}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_form(family: str, tmp_path: Path) -> None:
    ((kind, found),) = layouts(example(family, tmp_path / "form.xlsx"))
    assert found == family
    assert FAMILIES[family].kind in ("", kind)


@pytest.mark.parametrize("family", FAMILIES)
def test_self_evaluations_are_evaluated_the_rest_is_read(
    family: str, tmp_path: Path, evaluate: Evaluate
) -> None:
    (workbook,) = evaluate(example(family, tmp_path / "form.xlsx"))["workbooks"]
    codes = {item["code"] for item in workbook["findings"]}
    kind = FAMILIES[family].kind
    status = "evaluated" if kind in ("", *EVALUATED, MONITORING) else "read"
    assert (workbook["status"], "T011" in codes) == (status, kind == "target")


def test_a_column_that_is_taken_for_another_is_written_under_its_name(
    tmp_path: Path, evaluate: Evaluate
) -> None:
    """Without 三级指标, 绩效指标 heads the names."""
    sketch(tmp_path / "form.xlsx", LIST)
    (workbook,) = evaluate(tmp_path / "form.xlsx")["workbooks"]
    assert [row["level3"] for row in workbook["projects"][0]["indicators"]] == ["更新电脑"]


def test_a_family_is_known_by_marks_that_columns_can_have() -> None:
    """Each says in both languages what it is and where it was seen."""
    for family in FAMILIES.values():
        assert {*family.title} == {*family.seen} == {"zh", "en"}
        assert family.has
        assert not family.has & family.lacks


def test_every_family_has_a_small_picture() -> None:
    """``make pictures`` draws them."""
    sizes = {path.stem: path.stat().st_size for path in (DOCS / "pictures" / "forms").iterdir()}
    assert {*sizes} == {*FAMILIES}
    assert max(sizes.values()) < 40_000


def test_a_blocks_label_that_sounds_like_a_column_begins_no_header(tmp_path: Path) -> None:
    """绩效指标完成情况, merged down beside rows of numbers: the rows stay indicators."""
    (read,) = read_json([example("hebei", tmp_path / "form.xlsx")])["workbooks"]
    rows = read["projects"][0]["indicators"]
    assert [(row["level3"], row["operator"], row["target_text"], row["unit"]) for row in rows] == [
        ("养护里程", "≥", "120", "公里"),
        ("路况优良率", "≥", "85", "%"),
        ("预算执行率", "=", "100", "%"),
    ]


def test_the_rows_of_one_project_are_no_leftovers_of_another(tmp_path: Path) -> None:
    (read,) = read_json([example("target-list", tmp_path / "form.xlsx")])["workbooks"]
    assert [(p["name"], len(p["indicators"])) for p in read["projects"]] == [
        ("办公设备购置", 2),
        ("业务培训", 2),
    ]
    assert read["findings"] == []
