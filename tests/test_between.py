"""The monitoring form against the self-evaluation of its project and year: each code fires at both cells and nowhere else."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from tests import midyear_form, monitoring_form, office
from tests.between_cases import CASES
from tests.published import WAYS, cases
from tests.published import workbook as published
from tests.test_audit import changed
from xlproc.batch.check import check, inputs, report
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.judge import judge
from xlproc.batch.run import run
from xlproc.model.findings import catalogue, message, to_frame
from xlproc.model.frames import MONITORING, TABLES, frame, records
from xlproc.model.keys import project_key
from xlproc.model.words import LANGS
from xlproc.reading.workbook import read
from xlproc.rules.between import compare_forms, pairs
from xlproc.rulesets import load

Told = list[tuple[str, tuple[str, ...], tuple[str, ...]]]


def forms(folder: Path, table: str = "") -> list[Path]:
    """Lay out the clean pair with changes, each form in its own workbook."""
    lines = table.splitlines()
    ours = "\n".join(line.removeprefix("自评 ") for line in lines if line.startswith("自评"))
    theirs = "\n".join(line for line in lines if not line.startswith("自评"))
    folder.mkdir(exist_ok=True, parents=True)
    return [
        office.workbook(folder / "自评.xlsx", changed(ours)),
        midyear_form.workbook(folder / "监控.xlsx", midyear_form.changed(theirs, "monitoring_2024")),
    ]


def one_book(path: Path, parts: list[Path]) -> Path:
    """Put the first sheets of workbooks into one."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in parts:
        source = load_workbook(part).worksheets[0]
        sheet = book.create_sheet(source.title)
        for line in source.iter_rows():
            for cell in line:
                if cell.value is not None:
                    sheet[cell.coordinate] = cell.value
        for area in source.merged_cells.ranges:
            sheet.merge_cells(str(area))
    book.save(path)
    return path


def between(paths: list[Path]) -> list[dict[str, Any]]:
    """Judge workbooks and give what was found between forms."""
    judged = judge(paths, load("mof-2020"))
    found = [item for items in judged.findings.values() for item in items if item["rules"] == ("A47",)]
    for item in found:
        assert all("？" not in message(item, lang) for lang in LANGS), item
    return found


def told(found: list[dict[str, Any]]) -> Told:
    """Give code, cells and cells elsewhere."""
    assert all(len(item["elsewhere"]) == 1 for item in found)
    return [(item["code"], item["cells"], item["elsewhere"][0][2]) for item in found]


def test_the_clean_pair_gives_nothing_at_all(tmp_path: Path) -> None:
    judged = judge(forms(tmp_path), load("mof-2020"))
    assert judged.findings == {}
    assert pairs(read(forms(tmp_path)).frames["projects"]).to_numpy().tolist() == [[0, 1]]


@pytest.mark.parametrize("code", CASES)
def test_fires_at_both_cells_and_is_all_that_is_told(code: str, tmp_path: Path) -> None:
    case = CASES[code]
    expected = [(code, tuple(case.cells.split()), tuple(case.elsewhere.split()))]
    apart = between(forms(tmp_path, case.fires))
    assert told(apart) == expected
    assert [item["severity"] for item in apart] == [catalogue()[code].severity]
    assert (apart[0]["workbook"], apart[0]["sheet"], apart[0]["elsewhere"][0][:2]) == (
        0,
        "自评表",
        (1, "监控表"),
    )
    together = between([one_book(tmp_path / "both.xlsx", forms(tmp_path, case.fires))])
    assert told(together) == expected
    assert together[0]["elsewhere"][0][:2] == (0, "监控表")


@pytest.mark.parametrize("code", CASES)
def test_stays_silent_on_a_close_pair(code: str, tmp_path: Path) -> None:
    assert code not in [item["code"] for item in between(forms(tmp_path, CASES[code].silent))]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # no row of that level 2 in the other form: the place is the head of its names
        ("| 删行 | 培训支出 | |", [("M201", ("D17",), ("D11",))]),
        # more than a half without partner is two sets; a half and less is told one by one
        (CASES["M212"].silent, [("M201", (f"D{row}",), (cell,)) for row, cell in ((13, "D11"), (14, "D11"), (15, "D11"), (16, "D11"), (17, "D11"))]),
        # 6 of 12 without partner: exactly a half
        (f"{CASES['M212'].silent}\n| 加行 | 印发教材 | ≥300份 150份 |", [("M201", ("D13",), ("C15",)), *(("M201", (f"D{row}",), ("D11",)) for row in range(14, 18)), ("M202", ("C13",), ("D15",))]),
        # other names, of another unit: two indicators, not one renamed
        ("| 培训人数 | 三级指标 | 培训期数 |\n| 培训人数 | 目标 | 12期 |\n| 培训人数 | 完成 | 6期 |", [("M201", ("D13",), ("C12",)), ("M202", ("C13",), ("D12",))]),
        # a near name and the same target in another level 2
        ("| 结业率 | 三级指标 | 结业合格率 |\n| 结业率 | 二级指标 | 数量指标 |\n| 结业率 | 目标 | 95 |", [("M203", ("D14",), ("D13",))]),
        # the same name elsewhere in the levels is the same indicator
        ("| 结业率 | 二级指标 | 数量指标 |", []),
        # a limit turned into a least
        ("| 学员投诉次数 | 目标 | ≥10次 |", [("M204", ("G15",), ("E14",))]),
        # money by value, whatever its unit: 2400000元 is 240万元, written in another way
        ("| 培训支出 | 目标 | ≤2400000元 |", [("M208", ("G17",), ("E16",))]),
        ("| 培训支出 | 目标 | ≤2400001元 |", [("M204", ("G17",), ("E16",))]),
        # dates by day
        ("| 培训完成时间 | 目标 | 2024-11-30 |", []),
        ("| 培训完成时间 | 目标 | 2024-12-01 |", [("M204", ("G16",), ("E15",))]),
        ("| 就业能力 | 目标 | 明显提升 |", [("M204", ("G18",), ("E17",))]),
        ("| 就业能力 | 目标 | 明显 提高。 |", []),
        # what is blank is told in its own form
        ("| 就业能力 | 目标 | |", []),
        # the total lacks a line: told once
        ("| 总额 | 年初 | 150 |\n| 结转 | 年初 | |", [("M205", ("G6",), ("D6",))]),
        # it lacks another one: both are told
        ("| 总额 | 年初 | 190 |\n| 结转 | 年初 | |", [("M205", ("G6", "G8"), ("D6", "D8"))]),
        # the same total in other lines
        ("| 结转 | 年初 | 0 |\n| 其他 | 年初 | 50 |", [("M205", ("G8", "G9"), ("D8", "D9"))]),
        # where a form has no 年初预算数, 全年预算数 counts: 250 and 200 here
        ("| 表头 | 年初预算数 | 全年预算数 |", [("M205", ("H6", "H7"), ("D6", "D7"))]),
        # more at mid-year than at the end: the total is told, its lines are not
        ("| 总额 | 执行 | 246 |\n| 拨款 | 执行 | 196 |", [("M209", ("I6",), ("E6",))]),
        # rates, quality and satisfaction may fall
        ("| 结业率 | 完成 | 99% |\n| 学员满意度 | 完成 | 99% |\n| 学员投诉次数 | 完成 | 12次 |", []),
        ("自评 | 学员投诉次数 | 方向 | 大于等于 |\n| 学员投诉次数 | 目标 | ≥10次 |\n| 学员投诉次数 | 完成 | 12次 |", []),
        ("| 培训支出 | 完成 | 239万元 |", [("M209", ("H17",), ("F16",))]),
        # one period in both: the figures are the same, neither less nor more
        ("自评 | 表头 | 全年执行数 | 1-6月执行数 |\n自评 | 总额 | 执行 | 110 |\n自评 | 拨款 | 执行 | 60 |\n自评 | 培训人数 | 完成 | 520 |\n自评 | 培训支出 | 完成 | 108 |", []),
        ("自评 | 表头 | 全年执行数 | 1-6月执行数 |\n自评 | 总额 | 执行 | 111 |\n自评 | 拨款 | 执行 | 61 |\n自评 | 培训人数 | 完成 | 520 |\n自评 | 培训支出 | 完成 | 108 |", [("M209", ("I6",), ("E6",))]),
        # an earlier one in the self-evaluation: nothing can be said of figures that grow
        ("自评 | 表头 | 全年执行数 | 1-3月执行数 |\n自评 | 总额 | 执行 | 50 |\n自评 | 拨款 | 执行 | 0 |\n自评 | 培训人数 | 完成 | 5 |", []),
        # a reason in one form only
        ("| 培训机制 | 原因 | 无 |", []),
        ("| 结业率 | 原因 | 设备到货晚 |", []),
    ],
)  # fmt: skip
def test_one_difference_one_finding(table: str, expected: Told, tmp_path: Path) -> None:
    assert sorted(told(between(forms(tmp_path, table)))) == expected


@pytest.mark.parametrize(
    ("yuan", "expected"), [(1_999_950, []), (1_999_949, ["M205"]), (2_000_051, ["M205"])]
)
def test_amounts_in_other_units_are_compared_as_far_as_they_are_written(
    yuan: int, expected: list[str], tmp_path: Path
) -> None:
    """200万元 to two decimals is 1999950元 to 2000050元."""
    frames = dict(read(forms(tmp_path)).frames)
    monitoring = frames["projects"]["form"] == MONITORING
    frames["projects"].loc[monitoring, "fund_unit"] = "元"
    frames["projects"].loc[monitoring, "fund_worth"] = 1
    lines = frames["funds"]["project"] == 1
    for name in ("initial", "executed"):
        frames["funds"].loc[lines, name] *= 10_000
    frames["funds"].loc[lines & (frames["funds"]["kind"] == "total"), "initial"] = yuan * 1_000_000
    assert [item.code for item in compare_forms(frames)] == expected


def test_the_place_in_another_file_is_named_with_the_file(tmp_path: Path) -> None:
    (apart,) = between(forms(tmp_path, CASES["M204"].fires))
    assert "自评表（自评.xlsx 自评表!G13）为“≥1000人”，监控表（监控.xlsx 监控表!E12）为“≥900人”" in message(
        apart
    )
    (one,) = between([one_book(tmp_path / "both.xlsx", forms(tmp_path, CASES["M204"].fires))])
    assert "自评表（自评表!G13）为“≥1000人”，监控表（监控表!E12）为“≥900人”" in message(one)
    assert "“≥1000人” in the self-evaluation (自评表!G13)" in message(one, "en")


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    table = "\n".join(CASES[code].fires for code in ("M201", "M204", "M205", "M210", "M211"))
    paths = forms(tmp_path, table)
    found = [between(order) for order in (paths, paths[::-1])]
    assert len(found[0]) == 5
    assert told(found[0]) == told(found[1])
    assert [message(item) for item in found[0]] == [message(item) for item in found[1]]


def test_a_rule_set_gives_the_severity(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'id = "own"\ntitle = "own"\ninherits = "mof-2020"\n[severities]\nM204 = "note"\nM205 = "off"\n'
    )
    paths = forms(tmp_path, f"{CASES['M204'].fires}\n{CASES['M205'].fires}")
    found = judge(paths, load(str(own))).findings[0]
    assert [(item["code"], item["severity"]) for item in found] == [("M204", "note")]


# ---- what is a pair ------------------------------------------------------------------------------------------


def projects(*heads: str) -> pd.DataFrame:
    """Make the frame of forms: kind (自 or 监), workbook, year, name, department, agency; - for blank."""
    nothing: dict[str, Any] = {"object": "", "Int64": None, "int64": 0, "bool": False}
    records = []
    for number, head in enumerate(heads):
        kind, workbook, year, *names = ("" if part == "-" else part for part in head.split())
        record = {column.name: nothing[column.dtype] for column in TABLES["projects"]}
        form = {"自": "self_evaluation", "整": "whole_department", "监": MONITORING, "目": "target"}[kind]
        record |= dict(zip(("name", "department", "agency"), names, strict=True))
        records.append(
            record
            | {
                "project": number,
                "workbook": int(workbook),
                "form": form,
                "year": int(year) if year else None,
            }
        )
    return frame("projects", records)


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (("自 0 2021 运维 财政局 中心", "监 1 2021 运维 财政局 中心"), [(0, 1)]),
        (("监 0 2021 运维 财政局 中心", "整 1 2021 运维 财政局 中心"), [(1, 0)]),
        (("自 0 2021 运维 财政局 中心", "监 0 2022 运维 财政局 中心"), []),
        (("自 0 - 运维 财政局 中心", "监 0 - 运维 财政局 中心"), []),
        (("自 0 2021 - 财政局 中心", "监 0 2021 - 财政局 中心"), []),
        (("目 0 2021 运维 财政局 中心", "监 0 2021 运维 财政局 中心"), []),
        (("自 0 2021 运维(一期) 财政局 中心", "监 0 2021 运维（二期） 财政局 中心"), []),
        (("自 0 2021 [103]运维 - -", "监 1 2021 运维。 财政局 中心"), [(0, 1)]),
        # one name holds the other
        (("自 0 2021 运维 市财政局 市财政保障", "监 1 2021 运维 财政局 财政保障中心"), []),
        (("自 0 2021 运维 市财政局 市财政保障", "监 1 2021 运维 财政局 市财政保障中心"), [(0, 1)]),
        # two schools of one bureau
        (("自 0 2021 维修 教育局 一中", "监 0 2021 维修 教育局 二中"), []),
        (("自 0 2021 维修 教育局 -", "监 0 2021 维修 教育局 二中"), [(0, 1)]),
        (("自 0 2021 维修 教育局 -", "监 0 2021 维修 水务局 二中"), []),
        # of several: the same workbook, the agency, the department, the first
        (("自 1 2021 运维 财政局 中心", "自 0 2021 运维 财政局 -", "监 0 2021 运维 财政局 中心"), [(1, 2)]),
        (("自 1 2021 运维 财政局 中心站", "自 1 2021 运维 财政局 中心", "监 0 2021 运维 财政局 中心"), [(1, 2)]),
        (("自 1 2021 运维 - -", "自 1 2021 运维 财政局 -", "监 0 2021 运维 财政局 中心"), [(1, 2)]),
        (("自 1 2021 运维 财政局 中心", "自 2 2021 运维 财政局 中心", "监 0 2021 运维 财政局 中心"), [(0, 2)]),
        # one self-evaluation serves several monitoring forms
        (("自 0 2021 运维 财政局 中心", "监 1 2021 运维 财政局 中心", "监 2 2021 运维 财政局 中心"), [(0, 1), (0, 2)]),
    ],
)  # fmt: skip
def test_what_is_a_pair(heads: tuple[str, ...], expected: list[tuple[int, int]]) -> None:
    made = projects(*heads)
    assert [*pairs(made).itertuples(index=False, name=None)] == expected
    key = [project_key(*row) for row in zip(made["year"], made["name"], strict=True)]
    assert all(key[ours] == key[theirs] != "" for ours, theirs in expected)


def test_two_monitoring_forms_are_each_compared(tmp_path: Path) -> None:
    """The form of June and that of September: the second has another target."""
    paths = forms(tmp_path)
    data = midyear_form.changed("| 培训人数 | 目标 | ≥900人 |", "monitoring_2024")
    for texts in (data["columns"], data["fund_columns"]):
        texts[:] = [text.replace("1-6月", "1-9月") for text in texts]
    paths.append(midyear_form.workbook(tmp_path / "九月.xlsx", data))
    (found,) = between(paths)
    assert (found["code"], found["elsewhere"]) == ("M204", ((2, "监控表", ("E12",)),))


# ---- the published pair --------------------------------------------------------------------------------------

PUBLISHED = {
    ("M205", ("D6",), ("D8",)),  # 354 and 213, without the 141 carried over
    ("M206", ("F8", "F9"), ("G10",)),  # the 20 spent are 上年结转 or 其他资金
    ("M201", ("D34",), ("C33",)),  # 信息化建设优势
    ("M201", ("D35",), ("C33",)),  # 网络安全
    ("M204", ("E33",), ("E33",)),  # 明显提升 and 明显发挥
    ("M203", ("D25",), ("D25",)),  # 系统故障修复响应时间
    ("M207", ("D37", "D38"), ("D35", "D36")),  # the two rows of satisfaction
    ("M208", ("E23", "F23"), ("E23", "F23")),  # 100%, 95% and 1, 0.95
    ("M210", ("I26", "I27", "I29", "I31", "I32"), ("B41",)),  # the reasons
    ("M211", ("H4",), ("D5",)),  # 财政综合保障 and 财政综合保障中心
}
"""Every inconsistency between the two forms of 2021, by its number in the list of those found by hand."""


def published_pair(folder: Path) -> list[Path]:
    return [
        office.workbook(folder / "2021_信息系统运行维护.xlsx", office.form("2021")),
        monitoring_form.workbook(folder / "2021_监控.xlsx"),
    ]


def test_the_published_pair(tmp_path: Path) -> None:
    found = between(published_pair(tmp_path))
    assert set(told(found)) == PUBLISHED
    assert len(found) == len(PUBLISHED)
    together = between([one_book(tmp_path / "both.xlsx", published_pair(tmp_path))])
    assert set(told(together)) == PUBLISHED


def test_what_is_said_of_the_published_pair(tmp_path: Path) -> None:
    found = {
        item["code"]: item for item in between([one_book(tmp_path / "both.xlsx", published_pair(tmp_path))])
    }
    for code, text in {
        "M204": "信息化建设：年度指标值，自评表（自评表!E33）为“明显提升”，监控表（监控情况表!E33）为“明显发挥”，两表应当相同",
        "M205": "年度资金总额（自评表：354万元，监控表：213万元）；相差的 141 正是自评表上的上年结转资金，监控表没有填",
        "M206": "上年结转资金（自评表：20万元，监控表：无此行）、其他资金（自评表：空白，监控表：20万元）",
        "M208": "写“100%、95%”，监控表（监控情况表!E23、F23）写“1、0.95”",
    }.items():
        assert text in message(found[code])


def test_the_reports_name_both_places(tmp_path: Path) -> None:
    """In the JSON of evaluate and in that of check."""
    inbox = tmp_path / "in"
    forms(inbox, CASES["M204"].fires)
    outbox = tmp_path / "out"
    outcome = run(find(inbox, outbox), outbox, outbox / SUMMARY, load("mof-2020"), with_json=True)
    assert outcome.report is not None
    checked = report(check(inputs([inbox]), load("mof-2020")), load("mof-2020"), "zh")
    for made, path in ((outcome.report, "监控.xlsx"), (checked, (inbox / "监控.xlsx").as_posix())):
        (item,) = (item for workbook in made["workbooks"] for item in workbook["findings"])
        assert (item["cells"], item["elsewhere"]) == (
            ["G13"], [{"path": path, "sheet": "监控表", "cells": ["E12"]}],
        )  # fmt: skip


# ---- whatever the forms hold ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every_form(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Give all published forms, read."""
    folder = tmp_path_factory.mktemp("forms")
    paths = []
    for number, case in enumerate(cases()):
        path = folder / f"{number}.xlsx"
        published(path, case, next(iter(WAYS.values())))
        paths.append(path)
    paths += [*published_pair(folder), *forms(folder / "clean")]
    return dict(read(paths).frames)


def test_a_form_agrees_with_itself(every_form: dict[str, pd.DataFrame]) -> None:
    """Each form as its own monitoring form: nothing differs."""
    frames = {name: every_form[name] for name in ("workbooks", "projects", "funds", "indicators")}
    last = int(frames["projects"]["project"].max()) + 1
    doubled = {"workbooks": frames["workbooks"]}
    for name in ("projects", "funds", "indicators"):
        copies = frames[name].assign(project=frames[name]["project"] + last)
        doubled[name] = pd.concat([frames[name], copies], ignore_index=True)
    number = doubled["projects"]["project"]
    doubled["projects"] = doubled["projects"].assign(
        form=["self_evaluation" if n < last else MONITORING for n in number],
        year=pd.array([2021] * len(number), dtype="Int64"),
        name=[f"项目{n % last}" for n in number],
        month=pd.array([6] * len(number), dtype="Int64"),
    )
    assert len(pairs(doubled["projects"])) == last > 20
    assert [(item.code, item.cells) for item in compare_forms(doubled)] == []


def test_any_two_forms_can_be_compared(every_form: dict[str, pd.DataFrame]) -> None:
    """Forms that have nothing to do with one another: few findings, all of them said in full."""
    order = random.Random(47)
    base = every_form["projects"]
    for _ in range(12):
        kinds = order.choices(["self_evaluation", MONITORING], k=len(base))
        mixed = base.assign(
            form=kinds, year=pd.array([2021] * len(base), dtype="Int64"), month=pd.array([6] * len(base), dtype="Int64"),
            name=[f"项目{order.randrange(len(base) // 2)}" for _ in kinds], agency="", department="",
        )  # fmt: skip
        found = compare_forms({**every_form, "projects": mixed})
        rows = records(to_frame(found))
        by_pair: dict[tuple[int, tuple[Any, ...]], list[str]] = {}
        for item in rows:
            assert all("？" not in message(item, lang) for lang in LANGS)
            by_pair.setdefault((item["project"], item["elsewhere"][0][:2]), []).append(item["code"])
        assert "M212" in {item["code"] for item in rows}
        for codes in by_pair.values():
            assert codes.count("M205") + codes.count("M206") <= 2
            assert "M212" not in codes or not {"M201", "M202", "M203"} & {*codes}
