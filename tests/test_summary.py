"""汇总.xlsx: its sheets agree with one another and with the report, its links lead somewhere, its order is told."""

from __future__ import annotations

import shutil
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests import libreoffice
from tests.conftest import SAMPLES, Evaluate
from tests.test_results import agree
from xlproc.batch.inbox import SUMMARY, find
from xlproc.batch.run import run
from xlproc.model.findings import Finding, to_frame
from xlproc.model.frames import records
from xlproc.rulesets import load
from xlproc.writing.summary import Batch, gather, left_by, projects, summary_book
from xlproc.writing.summary import lines as kept
from xlproc.writing.summary.table import shortened
from xlproc.writing.xlsx import render

SHEETS = ["总览", "图表", "项目", "部门", "单位", "问题统计", "问题分布", "问题明细", "文件"]
WITH_MONITORING = [*SHEETS[:5], "监控", "监控项目", "监控预警", *SHEETS[5:]]
HEAD = 3
RULES = load("mof-2020")


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """Give the lines of a table of the summary by head, sums included."""
    heads = [str(cell.value) for cell in sheet[HEAD]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True)]


def cells_under(sheet: Worksheet, head: str) -> list[Any]:
    column = next(cell.column for cell in sheet[HEAD] if cell.value == head)
    return [sheet.cell(row, column) for row in range(HEAD + 1, sheet.max_row + 1)]


def written(batch: Batch, ruleset: str = "mof-2020") -> Workbook:
    return load_workbook(BytesIO(render(summary_book(batch, load(ruleset)))), data_only=True)


def batch_of(*files: tuple[dict[str, Any], list[tuple[str, int]]]) -> Batch:
    """Make a batch, a file a project: what differs from a plain project, and codes with rows."""
    left = []
    for i, (changed, codes) in enumerate(files):
        plain = {
            "project": i, "sheet": "自评表", "department": "甲局", "agency": "甲站", "name": f"项目{i}", "year": 2024,
            "fund_worth": 10_000, "declared_total": None, "score": 90_000_000, "low": 90_000_000, "high": 90_000_000,
            "pending": 0, "grade": "优", "unweighed": False,
        }  # fmt: skip
        found = [Finding(code, i, i, "自评表", row, (f"H{row}",)) for code, row in codes]
        workbook = {"path": f"{i}.xlsx", "status": "evaluated"}
        money = {
            "kind": "total",
            "initial": None,
            "base": 100_000_000,
            "executed": 50_000_000,
            "rate": 500_000,
        }
        told = records(to_frame(found))
        results = f"{i}_评价结果.xlsx"
        left.append(left_by(workbook, [plain | changed], {i: [money]}, {}, told, results, {i: "自评表"}))
    return gather(left)


@pytest.fixture
def samples(tmp_path: Path, evaluate: Evaluate) -> tuple[Workbook, dict[str, Any]]:
    report = evaluate(SAMPLES)
    return load_workbook(tmp_path / "out" / SUMMARY, data_only=True), report


Samples = tuple[Workbook, dict[str, Any]]


def test_the_samples_money_and_distances(samples: Samples) -> None:
    """68 lies 21.21 below 89.21-89.81; 96 lies 5.43 above 82.57-90.57; 94.96 is 0.20 below 95.16."""
    book, _ = samples
    assert book.sheetnames == WITH_MONITORING
    lines = {line["项目名称"]: line for line in table(book["项目"])}
    apart = {name: line["相差"] for name, line in lines.items() if line["相差"]}
    assert apart == {"信息系统运行维护": 21.21, "社区便民服务中心建设": 5.43, "信息系统运行维护费": 0.2}
    assert lines["信息系统运行维护费"]["差额"] == 0.2
    assert lines["信息系统运行维护"]["差额"] is None  # pending: no one figure to subtract
    assert lines["信息系统运行维护"]["待定区间"] == "89.21-89.81"
    # 229.71 + 354 + 500 + 240 + 66 + 40 + 320, and 118.48 + 20 + 490 + 232.8 + 66 + 40 + 180
    for name in ("项目", "部门", "单位"):
        total = table(book[name])[-1]
        assert (total["全年预算"], total["全年执行"], total["执行率"]) == (1749.71, 1147.28, 0.6557), name


def test_sums_agree_between_sheets_and_with_the_report(samples: Samples) -> None:
    book, report = samples
    found = [(w["path"], item) for w in report["workbooks"] for item in w["findings"]]
    graver = [(path, item) for path, item in found if item["severity"] != "note"]
    midyear = Counter(item["severity"] for path, item in found if "监控" in path)
    count = Counter(item["severity"] for path, item in found if "监控" not in path)
    assert count["error"] > 10
    total = table(book["监控项目"])[-1]
    assert (total["错误"], total["提醒"]) == (midyear["error"], midyear["warning"])
    assert (total["错误"] > 2, table(book["监控"])[0]["错误"]) == (True, total["错误"])
    total = table(book["项目"])[-1]
    assert total["主管部门"] == "合计 7 个项目"
    assert (total["错误"], total["提醒"], total["说明"]) == (count["error"], count["warning"], count["note"])
    for name in ("部门", "单位"):
        *lines, sums = table(book[name])
        assert (sums["项目数"], sums["错误"], sums["提醒"]) == (7, count["error"], count["warning"])
        assert sum(sums[grade] for grade in ("优", "良", "中", "差", "未定")) == 7
        for head in ("项目数", "错误", "提醒", "有错误的项目"):
            assert sum(line[head] for line in lines) == sums[head], (name, head)
    *lines, sums = table(book["问题统计"])
    assert {line["代码"]: line["次数"] for line in lines} == Counter(item["code"] for _, item in found)
    assert sums["次数"] == len(found)
    *lines, sums = table(book["问题分布"])
    assert {line["代码"]: line["合计"] for line in lines} == Counter(item["code"] for _, item in graver)
    assert sums["合计"] == len(graver)
    assert sums["巴彦淖尔市财政局"] == sum(path.startswith("2021") for path, _ in graver)
    listed = [(line["文件"], line["代码"]) for line in table(book["问题明细"])]
    assert Counter(listed) == Counter((path, item["code"]) for path, item in graver)


def test_codes_count_projects_agencies_and_departments() -> None:
    """S203 thrice in two of four projects, of one department and two agencies: 50%."""
    batch = batch_of(
        ({}, [("S203", 5), ("S203", 6)]), ({"agency": "乙站"}, [("S203", 5)]), ({}, []), ({"department": "乙局"}, [])
    )  # fmt: skip
    line = table(written(batch)["问题统计"])[0]
    assert [line[head] for head in ("代码", "次数", "项目数", "占全部项目", "单位数", "部门数")] == [
        "S203", 3, 2, 0.5, 2, 1,
    ]  # fmt: skip


def test_agencies_of_two_departments_with_one_name_stay_apart() -> None:
    batch = batch_of(({}, []), ({"department": "乙局"}, [("S203", 5), ("R107", 9), ("R107", 10)]))
    lines = table(written(batch)["单位"])
    assert [(line["主管部门"], line["实施单位"], line["错误"]) for line in lines] == [
        ("乙局", "甲站", 1), ("甲局", "甲站", 0), ("合计", None, 1),
    ]  # fmt: skip
    assert lines[0]["最常见的问题"] == "R107 成本为零 2 处；S203 未达标得满分 1 处"


def test_averages_leave_open_totals_out_and_weigh_by_budget() -> None:
    """(90 + 80) / 2 = 85; one pending. All budgets are 100 but the last, 300: (90×100 + 80×300) / 400 = 82.5."""
    batch = batch_of(({}, []), ({"pending": 1, "high": 95_000_000}, []), ({"score": 80_000_000}, []))
    batch.projects[-1].budget = 300_000_000
    sums = table(written(batch)["部门"])[-1]
    assert (sums["平均分"], sums["加权平均分"]) == (85, 82.5)


def test_those_that_need_reading_most_stand_first() -> None:
    """5×2 + 1×1 = 11; 3×1 + (96 - 90.57 = 5.43) = 8.43; the two without anything share rank 3, in the order of files."""
    pending = {"declared_total": 96_000_000, "pending": 1, "low": 82_570_000, "high": 90_570_000}
    batch = batch_of(({}, []), (pending, []), ({}, []), ({}, [("S203", 5), ("S204", 6), ("R107", 7)]))
    *lines, _ = table(written(batch)["项目"])
    assert [(line["优先"], line["序号"], line["优先分"]) for line in lines] == [
        (1, 4, 11), (2, 2, 8.43), (3, 1, 0), (3, 3, 0),
    ]  # fmt: skip
    assert lines[0]["最重的问题"].startswith("S203 ")


def test_an_unknown_upper_end_is_not_called_a_difference() -> None:
    """Where weights are unreadable the total may be any above 60: 96 is not too much, 50 is 10 too little."""
    unknown = {"pending": 1, "low": 60_000_000, "high": None, "grade": ""}
    batch = batch_of(
        ({**unknown, "declared_total": 96_000_000}, []), ({**unknown, "declared_total": 50_000_000}, [])
    )
    assert [p.apart for p in batch.projects] == [0, 10_000_000]
    assert [line["待定区间"] for line in table(written(batch)["项目"])[:2]] == ["分值不明", "分值不明"]


def test_the_rule_set_says_how_grave_a_code_is(tmp_path: Path) -> None:
    """R106 is a warning by the catalogue and an error in Guangxi."""
    told = {}
    for name in ("mof-2020", "guangxi"):
        outbox = tmp_path / name
        run(find(SAMPLES / "示例_超额与零目标.xlsx", outbox), outbox, outbox / SUMMARY, load(name))
        sheet = load_workbook(outbox / SUMMARY)["问题统计"]
        told[name] = next(line["级别"] for line in table(sheet) if line["代码"] == "R106")
    assert told == {"mof-2020": "提醒", "guangxi": "错误"}


def test_links_lead_to_sheets_and_lines_that_are_there(tmp_path: Path) -> None:
    """Also from folders whose names hold signs that links must escape."""
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    places = (
        "示例_三个项目.xlsx",
        "甲 局/1#楼/监控 50%.xlsx",
        "甲 局/1#楼/50% [x].xlsx",
        "乙局/a%41&b.xlsx",
        "(副本)/{1}^`.xlsx",
    )
    for name, sample in zip(places, sorted(SAMPLES.glob("*.xlsx")), strict=False):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample, inbox / name)
    run(find(inbox, outbox), outbox, outbox / SUMMARY, RULES)
    summary = load_workbook(outbox / SUMMARY)
    results: dict[str, Workbook] = {}

    def linked(cell: Any) -> tuple[Worksheet, str]:
        assert cell.hyperlink is not None, cell.coordinate
        path = unquote(cell.hyperlink.target).replace("\\", "/")
        if path not in results:
            results[path] = load_workbook(outbox / path)
        name, place = cell.hyperlink.location.split("!")
        return results[path][name.strip("'")], place

    *lines, _ = zip(table(summary["项目"]), cells_under(summary["项目"], "结果"), strict=True)
    assert len(lines) == 6  # three sheets, and three files with one
    for line, cell in lines:
        sheet, _ = linked(cell)
        assert sheet.title == line["填报文件／工作表"].split("／")[-1]
        assert line["项目名称"] in [c.value for row in sheet.iter_rows() for c in row]
    copied = cells_under(summary["项目"], "批注")[:-1]
    assert len([cell for cell in copied if cell.value == "打开"]) == 3
    for (line, _), cell in zip(lines, copied, strict=True):
        assert (cell.value == "打开") == bool(line["错误"] or line["提醒"])
        if cell.hyperlink:
            sheet, place = linked(cell)
            assert (sheet.title, place, sheet["A1"].value) == ("批注清单", "A1", "批注清单")
    for head, title in (("结果", "监控情况表"), ("批注", "批注清单")):
        assert linked(cells_under(summary["监控项目"], head)[0])[0].title == title
    outputs = {path.name: path for path in outbox.rglob("*_评价结果.xlsx")}
    assert len(outputs) == len(places)
    for path in outputs.values():
        link = load_workbook(path)["问题清单"]["J1"].hyperlink
        copy = path.with_name(path.name.replace("_评价结果", "_批注"))
        assert (unquote(link.target) if link else "") == (copy.name if copy.is_file() else "")
    shown = list(zip(table(summary["问题明细"]), cells_under(summary["问题明细"], "查看"), strict=True))
    assert len(shown) > 20
    for line, cell in shown:
        sheet, place = linked(cell)
        row = [c.value for c in sheet[int(place[1:])]]
        assert sheet.title == "问题清单"
        assert [row[i] for i in (2, 1, 3, 7, 8)] == [
            line[h] for h in ("级别", "类别", "代码", "问题", "怎样改")
        ]
        assert row[6] == f"{line['工作表']}!{line['单元格']}"


def test_what_is_beyond_the_limits_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 2 + 2 errors three fit; the note does not count. Of two projects one's links fit."""
    monkeypatch.setattr(kept, "LISTED", 3)
    monkeypatch.setattr(projects, "MOST_LINKS", 2)
    errors = [("S203", 5), ("S204", 6)]
    book = written(batch_of(({}, [*errors, ("R109", 7)]), ({}, errors)))
    assert len(table(book["问题明细"])) == 3
    assert "从文件“1.xlsx”往后还有 1 条" in str(book["问题明细"]["A2"].value)
    assert [cell.value for cell in cells_under(book["项目"], "结果")] == ["打开", "没有链接", None]


def test_many_departments_share_a_last_column() -> None:
    """Fourteen departments: twelve have a column, two with one finding each make 其他部门; a clean one has none."""
    crowd = [({"department": f"{i:02}局"}, [("S203", 5)] * (1 if i < 2 else 2)) for i in range(14)]
    sheet = written(batch_of(*crowd, ({"department": "净局"}, [])))["问题分布"]
    (line, sums) = table(sheet)
    assert [cell.value for cell in sheet[HEAD]][3:] == [
        *(f"{i:02}局" for i in range(2, 14)),
        "其他部门",
        "合计",
    ]
    assert (line["其他部门"], line["合计"], sums["其他部门"], sums["合计"]) == (2, 26, 2, 26)


@pytest.mark.parametrize("name", ["合计", "文件本身", "=1+1", "级别", "长" * 400])
def test_any_department_name_keeps_the_sums_right(name: str) -> None:
    book = written(
        batch_of(({"department": name}, [("S203", 5)]), ({"department": "乙局"}, [("S203", 5)] * 2))
    )
    assert [cell.value for cell in book["问题分布"][HEAD]] == ["级别", "代码", "问题", "乙局", name, "合计"]
    assert [cell.value for cell in book["问题分布"][HEAD + 1]][3:] == [2, 1, 3]
    assert [cell.value for cell in book["问题分布"][HEAD + 2]][3:] == [2, 1, 3]
    assert [line["项目数"] for line in table(book["部门"])] == [1, 1, 2]


def test_an_empty_batch() -> None:
    book = written(Batch())
    assert book.sheetnames == SHEETS
    said = {name: book[name].cell(HEAD + 1, 1).value for name in SHEETS[2:]}
    assert said == {
        "项目": "没有评价任何项目。", "部门": "没有评价任何项目。", "单位": "没有评价任何项目。", "问题统计": "没有发现问题。",
        "问题分布": "没有发现错误和提醒。", "问题明细": "没有发现错误和提醒。", "文件": "没有填报文件。",
    }  # fmt: skip


def test_a_batch_of_rejected_files(tmp_path: Path) -> None:
    """The files' errors are listed and counted; no department bears them, and there is nothing to open."""
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    (inbox / "空.xlsx").write_bytes(b"")
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 no zip")
    run(find(inbox, outbox), outbox, outbox / SUMMARY, RULES)
    book = load_workbook(outbox / SUMMARY, data_only=True)
    assert book["项目"].cell(HEAD + 1, 1).value == "没有评价任何项目。"
    listed = table(book["问题明细"])
    assert {(line["文件"], line["项目"], line["查看"]) for line in listed} == {
        ("空.xlsx", "（整个文件）", None), ("坏.xlsx", "（整个文件）", None),
    }  # fmt: skip
    assert [(line["文件本身"], line["合计"]) for line in table(book["问题分布"])] == [(1, 1), (1, 1), (2, 2)]
    assert [line["占全部项目"] for line in table(book["问题统计"])] == [None, None, None]


@libreoffice.needed
def test_libreoffice_recalculates_an_odd_batch(tmp_path: Path) -> None:
    """Nothing to score, nothing declared, one pending, thirds of a point, no money: formulas stay what is stored."""
    none = {"score": None, "low": None, "high": None, "grade": ""}
    batch = batch_of(
        (none, [("S203", 5)]),
        ({"declared_total": 33_333_333}, []),
        ({"pending": 2, "high": 95_000_000, "declared_total": 99_990_000}, [("R107", 5)]),
    )
    for p in batch.projects:
        p.budget = p.executed = None
    path = tmp_path / SUMMARY
    path.write_bytes(render(summary_book(batch, RULES)))
    (recalculated,) = libreoffice.convert([path], tmp_path / "lo")
    # a project: 优先分, of the settled one 差额 and 相差 too; eight sums of 项目; by group 4 and 5 grades and 3; codes 1;
    # spread: two codes, a department, the whole
    assert agree(path, recalculated) == 3 + 2 + 8 + 2 * 12 + 1 + 2 + 2


def blocks(sheet: Worksheet) -> dict[str, list[tuple[Any, ...]]]:
    """Give the lines of the small tables of 图表 by title."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in sheet.iter_rows(min_row=3, max_col=4, values_only=True):
        if row[0] and row[1:] == (None, None, None) and not str(row[0]).endswith("。"):
            lines = found.setdefault(str(row[0]), [])
        elif any(value is not None for value in row):
            lines.append(row)
    return {title: lines[1:] for title, lines in found.items()}


def drawn(sheet: Worksheet) -> list[list[str]]:
    """Give the cells that each chart of a sheet draws."""
    charts = sheet._charts  # type: ignore[attr-defined]
    return [[series.val.numRef.f for series in chart.series] for chart in charts]


def test_the_samples_as_a_chief_sees_them(samples: Samples) -> None:
    """Of 20/354, 118.48/229.71 and 180/320, 232.8/240 and 490/500, 66/66 and 40/40."""
    found = blocks(samples[0]["图表"])
    assert list(found) == ["预算执行率", "执行率最低的部门", "错误最多的部门", "最常见的问题"]
    assert found["预算执行率"] == [
        ("不到50%", 1, 354, 20), ("50%至不到80%", 2, 549.71, 298.48), ("80%至不到90%", 0, 0, 0),
        ("90%至不到100%", 2, 740, 722.8), ("100%", 2, 106, 106), ("超过100%", 0, 0, 0),
    ]  # fmt: skip
    assert [line[1] for line in found["执行率最低的部门"]] == [0.0565, 0.5158, 0.5625, 0.97, 0.98, 1, 1]
    assert drawn(samples[0]["图表"]) == [
        ["图表!$B$5:$B$10"], ["图表!$B$18:$B$24"], ["图表!$C$31:$C$34", "图表!$D$31:$D$34"],
        ["图表!$C$44:$C$53", "图表!$D$44:$D$53"],
    ]  # fmt: skip


def test_what_is_drawn_agrees_with_the_whole_tables(samples: Samples) -> None:
    book, report = samples
    found = blocks(book["图表"])
    whole = {line["主管部门"]: line for line in table(book["部门"])[:-1]}
    for name, share, budget, executed in found["执行率最低的部门"]:
        line = whole[name]
        assert (line["执行率"], line["全年预算"], line["全年执行"]) == (share, budget, executed)
    graver = [i for w in report["workbooks"] for i in w["findings"] if i["severity"] != "note"]
    by_severity = Counter(item["severity"] for item in graver)
    assert sum(line[2] for line in found["错误最多的部门"]) == by_severity["error"]
    assert sum(line[3] for line in found["错误最多的部门"]) == by_severity["warning"]
    often = Counter(item["code"] for item in graver)
    times = [line[2] or line[3] for line in found["最常见的问题"]]
    assert times == [n for _, n in often.most_common(10)]
    for name, forms, errors, warnings in found["最常见的问题"]:
        (severity,) = {item["severity"] for item in graver if item["code"] == name[:4]}
        assert (errors, warnings)[severity == "warning"] == often[name[:4]]
        (line,) = (line for line in table(book["问题统计"]) if line["代码"] == name[:4])
        assert line["项目数"] == forms


def test_of_one_department_its_agencies_are_drawn_and_of_one_line_nothing() -> None:
    one = written(batch_of(({}, [("S203", 5)]), ({}, [])))["图表"]
    assert blocks(one)["执行率最低的单位"] == [("甲站", 0.5, 200, 100)]
    assert blocks(one)["错误最多的单位"] == [("甲站", 2, 1, 0)]
    assert [places[0] for places in drawn(one)] == ["图表!$B$5:$B$10"]
    two = written(batch_of(({}, []), ({"agency": "乙站"}, [("S203", 5)])))["图表"]
    assert blocks(two)["错误最多的单位"] == [("乙站", 1, 1, 0)]
    assert [line[0] for line in blocks(two)["执行率最低的单位"]] == ["乙站", "甲站"]
    nothing = written(gather([]))["图表"]
    assert [lines[0][0] for lines in blocks(nothing).values()] == ["没有自评表。"] * 2 + [
        "没有发现错误和提醒。"
    ] * 2
    assert drawn(nothing) == []


def test_a_name_is_cut_to_one_line_however_long() -> None:
    """14 Chinese signs are 28 columns, 28 Latin ones too; what fits in 30 columns stays."""
    assert shortened("长" * 30_000) == "长" * 14 + "…"
    assert shortened("a" * 31) == "a" * 28 + "…"
    assert (shortened("a" * 30), shortened("一期\n工程")) == ("a" * 30, "一期 工程")


def test_ten_at_most_are_drawn_worst_first_with_names_that_fit() -> None:
    """Twelve departments: the k-th has k errors; the last has a long name."""
    names = [f"第{k}局" for k in range(1, 12)] + ["某某自治州城乡建设与综合行政执法联合办公室"]
    files = [
        ({"department": name}, [("S203", 5 + row) for row in range(k)])
        for k, name in enumerate(names, start=1)
    ]
    found = blocks(written(batch_of(*files))["图表"])["错误最多的部门"]
    assert [line[2] for line in found] == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]
    assert found[0][0] == "某某自治州城乡建设与综合行政…"
