"""Forms that have no column for points: rows that share them, rows without any, 预算执行率 among the indicators, 其中 rows.

The clean form, with the frames changed to what such a form says.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests import libreoffice, office
from tests.conftest import Evaluate
from tests.test_results import agree
from xlproc.batch import judge
from xlproc.batch.explain import NoSuchCell, explain_cell
from xlproc.model.findings import catalogue
from xlproc.reading.workbook import read
from xlproc.rulesets import load

Frames = Mapping[str, pd.DataFrame]
Change = Callable[[Frames], None]
Told = Callable[..., dict[str, Any]]
POINT = 10**6
MOF = load("mof-2020")


def cells(frames: Frames, row: str, **values: Any) -> None:
    """Put values into an indicator's row: numbers as points, texts as they are."""
    lines = frames["indicators"]
    at = lines.index[lines["level3"] == row]
    for name, value in values.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        lines.loc[at, name] = round(value * POINT) if number else value
        if number or value is None:
            lines.loc[at, f"{name}_text"] = "" if value is None else f"{value}"
            lines.loc[at, f"{name}_state"] = "blank" if value is None else "number"


def without(frames: Frames, *names: str) -> None:
    """Take columns from the indicators."""
    lines: Any = frames["indicators"]
    for name in names:
        lines[name] = pd.array([None] * len(lines), dtype="Int64")
        lines[f"{name}_text"], lines[f"{name}_state"] = "", "absent"
        lines["cells"] = [{key: spot for key, spot in row.items() if key != name} for row in lines["cells"]]
        frames["projects"]["columns"] = [
            tuple(column for column in columns if column[0] != name)
            for columns in frames["projects"]["columns"]
        ]


def by_level(frames: Frames) -> None:
    """The points stand in the labels of level 1, 产出指标（50分）, and there is no column 分值."""
    without(frames, "weight")
    lines = frames["indicators"]
    points = {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
    lines["group_points"] = pd.array([points[label] * POINT for label in lines["level1"]], dtype="Int64")
    lines["level1"] = [f"{label}（{points[label]}分）" for label in lines["level1"]]
    lines["group"] = lines["level1"]


def by_goal(frames: Frames) -> None:
    """20 + 80: two goals of 40 points, the second that of 效益 and 满意度."""
    without(frames, "weight")
    lines = frames["indicators"]
    goals = [
        "年度绩效目标1（40分）" if label == "产出指标" else "年度绩效目标2（40分）"
        for label in lines["level1"]
    ]
    lines["block"] = lines["group"] = goals
    lines["group_points"] = pd.array([40 * POINT] * len(lines), dtype="Int64")
    frames["funds"].loc[0, ["weight", "declared_score"]] = [20 * POINT, 19_600_000]


def no_points(frames: Frames) -> None:
    """A form of a transfer: neither 分值 nor 得分, not for the money either."""
    without(frames, "weight", "declared_score")
    projects: Any = frames["projects"]
    projects.loc[0, ["declared_total", "declared_weight"]] = None
    projects["cells"] = [
        {name: cell for name, cell in spots.items() if not name.startswith("funds.weight")}
        for spots in projects["cells"]
    ]
    for name in ("weight", "declared_score"):
        frames["funds"][name] = pd.array([None] * len(frames["funds"]), dtype="Int64")
        frames["funds"][f"{name}_text"], frames["funds"][f"{name}_state"] = "", "absent"


def then(*changes: Change) -> Change:
    def change(frames: Frames) -> None:
        for each in changes:
            each(frames)

    return change


def row(name: str, **values: Any) -> Change:
    return lambda frames: cells(frames, name, **values)


def kind(name: str) -> Change:
    return lambda frames: frames["projects"].__setitem__("form", [name] * len(frames["projects"]))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, evaluate: Evaluate) -> Told:
    """Evaluate a form, by default the clean one, as if reading had found what ``change`` puts into the frames."""

    def go(change: Change, ruleset: str = "mof-2020", data: dict[str, Any] | None = None) -> dict[str, Any]:
        def changed(*arguments: Any) -> Any:
            batch = read(*arguments)
            change(batch.frames)
            return batch

        monkeypatch.setattr(judge, "read", changed)
        path = office.workbook(tmp_path / "form.xlsx", data or office.form("clean"))
        return dict(evaluate(path, ruleset)["workbooks"][0])

    return go


CASES: dict[str, tuple[Change, Change]] = {
    "T011": (kind("target"), kind("whole_department")),
    "R127": (then(no_points, row("学员投诉次数", reason="", reason_state="blank")), no_points),
    "S209": (
        then(by_level, row("培训人数", declared_score=20.6)),
        then(by_level, row("培训人数", declared_score=20.4)),
    ),
    "S210": (
        then(by_level, row("学员投诉次数", actual=10)),
        then(by_level, row("学员投诉次数", actual=10, declared_score=5)),
    ),
    "S211": (then(by_level, row("学员投诉次数", declared_score=5)), by_level),
    "S212": (then(by_level, row("结业率", declared_score=None)), by_level),
    "S213": (row("结业率", reviewed_score=9), row("结业率", reviewed_score=10)),
    "X120": (no_points, lambda frames: without(frames, "weight")),
    "X121": (by_goal, by_goal),
}
"""By code: a form in which it is told, and a close one in which it is not; X121 is told where auto was asked for."""


@pytest.mark.parametrize("code", CASES)
def test_told_and_not_told(code: str, told: Told) -> None:
    fires, silent = CASES[code]
    found = told(fires, "auto" if code == "X121" else "mof-2020")["findings"]
    mine = [item for item in found if item["code"] == code]
    assert [item["severity"] for item in mine] == [catalogue()[code].severity], found
    assert not any("？" in item["message"] for item in found)
    assert code not in [item["code"] for item in told(silent)["findings"]]


def test_points_in_labels_make_the_same_total(told: Told) -> None:
    """9.8 + (20 + 10 + 4.5 + 5 + 10) + (20 + 7) + 10: as the clean form, which has the weights."""
    workbook = told(by_level)
    assert workbook["findings"] == []
    project = workbook["projects"][0]
    assert {name: project["total"][name] for name in ("weight", "score", "pending", "grade")} == {
        "weight": 100, "score": 96.3, "pending": 0, "grade": "优",
    }  # fmt: skip
    # 学员满意度 is alone under its label, so the label's points are its own; the others' stay unknown
    assert [item["weight"] for item in project["indicators"]] == [None] * 7 + [10]


def test_a_blank_score_leaves_what_the_others_do_not_use(told: Told) -> None:
    """9.8 + 39.5 + 27 + 10 = 86.3; of the 50 points 10.5 are left."""
    total = told(CASES["S212"][0])["projects"][0]["total"]
    assert [total[name] for name in ("score", "pending", "low", "high")] == [86.3, 1, 86.3, 96.8]


def test_scores_above_the_points_leave_the_group_open(told: Told) -> None:
    """9.8 + 27 + 10 = 46.8 are known; the 50 points of 产出 are open."""
    total = told(CASES["S209"][0])["projects"][0]["total"]
    assert [total[name] for name in ("score", "pending", "low", "high")] == [46.8, 5, 46.8, 96.8]


def test_goals_of_twenty_and_eighty(told: Told) -> None:
    """湖北: 20 × 98% + (15 + 9 + 3.5 + 4 + 8) + (20 + 7 + 10) = 19.6 + 39.5 + 37 = 96.1."""
    scores = (("培训人数", 15), ("结业率", 9), ("学员投诉次数", 3.5), ("培训完成时间", 4), ("培训支出", 8))
    change = then(by_goal, *(row(name, declared_score=score) for name, score in scores))
    workbook = told(change, "auto")
    project = workbook["projects"][0]
    assert (project["ruleset"], project["total"]["weight"], project["total"]["score"]) == (
        "hubei-2020",
        100,
        96.1,
    )
    assert project["indicators"][0]["block"] == "年度绩效目标1（40分）"
    said = next(item["message"] for item in workbook["findings"] if item["code"] == "X121")
    assert "hubei-2020" in said
    assert "预算执行率 20" in said
    other = told(change)
    assert "hubei-2020" in next(item["message"] for item in other["findings"] if item["code"] == "X119")
    assert other["projects"][0]["ruleset"] == "mof-2020"


def test_eighty_points_say_so_without_a_weight_of_execution(told: Told) -> None:
    def blank(frames: Frames) -> None:
        by_goal(frames)
        frames["funds"]["weight"] = pd.array([None] * len(frames["funds"]), dtype="Int64")
        frames["funds"]["weight_state"] = "absent"

    assert told(blank, "auto")["projects"][0]["ruleset"] == "hubei-2020"


def test_auto_keeps_the_default_where_nothing_names_another(told: Told) -> None:
    workbook = told(lambda _: None, "auto")
    assert workbook["projects"][0]["ruleset"] == "mof-2020"
    assert [item["code"] for item in workbook["findings"]] == ["X121"]


def test_a_form_without_points_is_not_totalled(told: Told, tmp_path: Path) -> None:
    workbook = told(no_points)
    assert [item["code"] for item in workbook["findings"]] == ["X120"]
    project = workbook["projects"][0]
    assert {name: project["total"][name] for name in ("weight", "score", "pending", "grade", "low", "high")} == {
        "weight": None, "score": None, "pending": 0, "grade": None, "low": None, "high": None,
    }  # fmt: skip
    item = project["indicators"][2]
    # 11 against at most 10
    assert [item[name] for name in ("achievement", "deviation", "flag", "score", "pending")] == [
        1.1,
        0.1,
        "short",
        None,
        False,
    ]
    assert (project["funds"][0]["rate"], project["funds"][0]["score"]) == (0.98, None)
    book = load_workbook(tmp_path / "out" / "form_评价结果.xlsx", data_only=True)
    for name in ("自评表", "评分明细"):
        texts = [
            str(cell.value) for line in book[name].iter_rows() for cell in line if cell.value is not None
        ]
        assert "不计分" in texts
        assert "待定" not in texts
    summary = load_workbook(tmp_path / "out" / "汇总.xlsx", data_only=True)["项目"]
    assert "不计分" in [cell.value for line in summary.iter_rows() for cell in line]


def test_a_word_that_nothing_places_stays_unscored(told: Told) -> None:
    change = then(no_points, row("就业能力", actual_text="反响热烈"))
    said = next(item["message"] for item in told(change)["findings"] if item["code"] == "R108")
    assert "这一行不计分" in said


# ---- 预算执行率 among the indicators, and 其中 rows


def with_row(name: str, level1: str = "产出指标", **texts: str) -> dict[str, Any]:
    """Give the clean form with a further row after the first."""
    data = copy.deepcopy(office.form("clean"))
    twin = {
        **data["indicators"][0],
        "l1": level1,
        "l3": name,
        "target": "100",
        "actual": "98",
        "unit": "%",
        **texts,
    }
    data["indicators"].insert(1, twin)
    return data


def executed(score: str = "9.8") -> dict[str, Any]:
    data = with_row("预算执行率", weight="10", score=score)
    data["funds"][0] |= {"weight": "", "score": ""}
    return data


def marked(name: str, column: str) -> Change:
    def change(frames: Frames) -> None:
        lines = frames["indicators"]
        lines.loc[lines["level3"] == name, column] = True

    return change


EXECUTION = marked("预算执行率", "execution_row")


def test_execution_among_the_indicators_counts_once(told: Told, tmp_path: Path) -> None:
    """245 ÷ 250 = 98 %, of 10 points 9.8: the total stays 96.3 of 100."""
    workbook = told(EXECUTION, data=executed())
    assert workbook["findings"] == []
    project = workbook["projects"][0]
    assert (project["total"]["weight"], project["total"]["score"], project["total"]["grade"]) == (
        100,
        96.3,
        "优",
    )
    assert (project["indicators"][1]["score"], project["funds"][0]["score"]) == (9.8, 9.8)
    table = load_workbook(tmp_path / "out" / "form_评价结果.xlsx", data_only=True)["自评表"]
    named = next(line for line in table.iter_rows(values_only=True) if "预算执行率" in line)
    assert named.count(9.8) == 1
    money = next(line for line in table.iter_rows(values_only=True) if "年度资金总额" in line)
    assert 9.8 not in money


def test_a_wrong_score_of_that_row_is_told_as_the_lines_would_be(told: Told) -> None:
    (item,) = told(EXECUTION, data=executed("9"))["findings"]
    assert (item["code"], item["rules"], item["cells"]) == ("S102", ["A04"], ["K14"])


def test_execution_scored_in_both_places_is_told(told: Told) -> None:
    data = with_row("预算执行率", weight="10", score="9.8")
    workbook = told(EXECUTION, data=data)
    assert [(item["code"], item["cells"]) for item in workbook["findings"]] == [("X122", ["K14", "L6"])]
    assert workbook["projects"][0]["total"]["score"] == 96.3


def test_a_part_of_a_row_is_not_counted(told: Told) -> None:
    part = marked("其中：在职人员", "nested")
    quiet = told(part, data=with_row("其中：在职人员", weight="", score=""))
    assert quiet["findings"] == []
    assert (quiet["projects"][0]["total"]["weight"], quiet["projects"][0]["total"]["score"]) == (100, 96.3)
    loud = told(part, data=with_row("其中：在职人员", weight="", score="5"))
    assert [(item["code"], item["cells"]) for item in loud["findings"]] == [("X122", ["K14", "K13"])]
    assert loud["projects"][0]["total"]["score"] == 96.3


def test_which_of_two_scores_the_rules_confirm(told: Told, tmp_path: Path) -> None:
    """结业率: 96 against 95 is met, so 10 of 10."""
    for change, words in (
        (row("结业率", reviewed_score=9), "与自评分相符"),
        (row("结业率", declared_score=9, reviewed_score=10), "与复核分相符"),
        (row("结业率", declared_score=9, reviewed_score=8), "与两者都不符"),
        (row("培训机制", reviewed_score=6.5), "规则定不了得分"),
    ):
        workbook = told(change)
        assert words in next(item["message"] for item in workbook["findings"] if item["code"] == "S213")
    detail = load_workbook(tmp_path / "out" / "form_评价结果.xlsx", data_only=True)["评分明细"]
    assert "复核分" in [cell.value for line in detail.iter_rows() for cell in line]
    assert workbook["projects"][0]["indicators"][6]["reviewed_score"] == 6.5


# ---- forms that are only read


def test_a_form_that_is_only_read_is_not_evaluated(told: Told, tmp_path: Path) -> None:
    workbook = told(kind("target"))
    assert [item["code"] for item in workbook["findings"]] == ["T011"]
    assert (workbook["status"], workbook["outputs"]) == ("read", [])
    (project,) = workbook["projects"]
    assert (project["form"], project["ruleset"], project["name"]) == ("target", None, "职业技能培训")
    assert "score" not in project["total"]
    assert "score" not in project["indicators"][0]
    book = load_workbook(tmp_path / "out" / "汇总.xlsx", data_only=True)
    assert "T011" in [cell.value for line in book["文件"].iter_rows() for cell in line]
    assert "职业技能培训" not in [cell.value for line in book["项目"].iter_rows() for cell in line]


def test_a_monitoring_form_is_judged_and_not_scored(told: Told, tmp_path: Path) -> None:
    """A self-evaluation's layout under that title: it names no month but the whole year."""
    workbook = told(kind("monitoring"))
    assert {"T011", "M111"} & {item["code"] for item in workbook["findings"]} == {"M111"}
    (project,) = workbook["projects"]
    assert "score" not in {**project["total"], **project["indicators"][0]}
    (results,) = (tmp_path / "out").glob("*_评价结果.xlsx")
    assert "监控明细" in load_workbook(results).sheetnames


# ---- explained


@pytest.mark.parametrize(
    ("change", "cell", "parts"),
    [
        (by_level, "K13", ["共 50 分", "自评得分 20"]),
        (
            by_level,
            "K21",
            ["产出指标（50分）（5 项，共 50 分）：49.5", "满意度指标（10分）（1 项，分值 10）：10", "= 96.3"],
        ),
        (CASES["S209"][0], "K13", ["合计超过这个分数", "得分待定：0 至 50"]),
        (CASES["S212"][0], "K21", ["最低：86.3", "最高：86.3 + 10.5 = 96.8"]),
        (no_points, "H13", ["表上没有分值栏，不计分", "完成率：1050 ÷ 1000 = 105%"]),
        (no_points, "H6", ["执行率 98%"]),
    ],
)
def test_it_is_explained(
    change: Change, cell: str, parts: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def changed(*arguments: Any) -> Any:
        batch = read(*arguments)
        change(batch.frames)
        return batch

    monkeypatch.setattr(judge, "read", changed)
    path = office.workbook(tmp_path / "form.xlsx", office.form("clean"))
    shown = explain_cell(path, cell, MOF, "zh").replace("\n    ", "")
    assert [part for part in parts if part not in shown] == [], shown
    assert explain_cell(path, cell, MOF, "en")


def test_a_form_that_is_only_read_is_not_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def changed(*arguments: Any) -> Any:
        batch = read(*arguments)
        kind("target")(batch.frames)
        return batch

    monkeypatch.setattr(judge, "read", changed)
    path = office.workbook(tmp_path / "form.xlsx", office.form("clean"))
    with pytest.raises(NoSuchCell, match="绩效目标申报表"):
        explain_cell(path, "H13", MOF, "zh")


@libreoffice.needed
def test_libreoffice_recalculates_them(told: Told, tmp_path: Path) -> None:
    """Shared points, no points and 预算执行率 in a row: the live formulas give what is stored."""
    books = []
    for name, change, data in (("a", by_level, None), ("b", no_points, None), ("c", EXECUTION, executed())):
        told(change, data=data)
        books.append((tmp_path / "out" / "form_评价结果.xlsx").rename(tmp_path / f"{name}.xlsx"))
    for book, recalculated in zip(books, libreoffice.convert(books, tmp_path / "lo"), strict=True):
        assert agree(book, recalculated) > 0
