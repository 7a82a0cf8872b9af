"""Makes a folder of filled workbooks of 45 indicators: the template and official layouts mixed, one in ten with faults."""

from __future__ import annotations

import random
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from tests import filling, office

BASES = 100
"""So many workbooks are laid out; the others are copies of them with names of their own."""
_NAME = "基准项目"
_LEVELS = (
    ("产出指标", "数量指标", 10, "项"), ("产出指标", "质量指标", 6, "%"), ("产出指标", "时效指标", 4, "%"),
    ("产出指标", "成本指标", 5, "万元"), ("效益指标", "社会效益指标", 10, "人次"), ("效益指标", "可持续影响指标", 5, "%"),
    ("满意度指标", "服务对象满意度指标", 5, "%"),
)  # fmt: skip


def indicators(random_: random.Random, name: str, faulty: bool) -> list[dict[str, str]]:
    """Make 45 indicators of 2 points each, named after their project; of a faulty form some are scored wrongly."""
    rows = []
    for level1, level2, count, unit in _LEVELS:
        for i in range(count):
            cost = level2 == "成本指标"
            target = (
                random_.choice((60, 80, 90, 95, 100))
                if unit == "%"
                else random_.randint(2, 20 if cost else 400)
            )
            done = target if random_.random() < 0.9 or cost else round(target * 0.9, 1)
            score = round(2 * done / target + 1e-9, 2) if done < target and not cost else 2
            if faulty and random_.random() < 0.1:
                score = 2 if done < target else 1.2
            rows.append(
                {
                    "l1": level1, "l2": level2, "l3": f"{name}{level2[:-2]}第{i + 1}项工作的完成情况",
                    "nature": "反向" if cost else "正向", "direction": "小于等于" if cost else "大于等于",
                    "target": str(target), "actual": f"{done:g}", "unit": unit, "weight": "2", "score": f"{score:g}",
                    "reason": "招标较晚，下年一季度补齐" if done < target and not (faulty and i % 3 == 0) else "",
                }
            )  # fmt: skip
    return rows


def base(number: int) -> bytes:
    """Lay out one workbook; every tenth has faults."""
    random_ = random.Random(number)
    name = f"{_NAME}{number:06d}号"
    rows = indicators(random_, name, faulty=number % 10 == 0)
    budget = random_.randint(150, 900)
    spent = budget if number % 3 else round(budget * 0.97, 2)
    department, agency = f"示例市第{number % 20}局", f"示例市第{number % 50}中心"
    out = BytesIO()
    if number % 2:
        project: dict[str, Any] = {
            "sheet": "自评表", "year": 2024, "name": name, "department": department, "agency": agency,
            "funds": [[budget, budget, spent], [budget, budget, spent], [0, 0, 0], [0, 0, 0]],
            "expected": "按计划完成全年各项任务，保障业务正常开展", "actual": "完成设备更新和人员培训，业务运行平稳",
            "indicators": [],
        }  # fmt: skip
        book = filling.book([project])
        sheet = book["自评表"]
        top, left = filling.spot(sheet, "一级指标")
        prompt = next(
            r for r in range(top + 1, sheet.max_row) if str(sheet.cell(r, 2).value).startswith("如需")
        )
        for area in [area for area in sheet.merged_cells.ranges if area.min_row >= prompt]:
            sheet.unmerge_cells(str(area))  # openpyxl would leave them where they are
        sheet.insert_rows(prompt, len(rows) - (prompt - top - 1))
        for r, row in enumerate(rows, start=top + 1):
            values = [
                row[key]
                for key in (
                    "l1",
                    "l2",
                    "l3",
                    "nature",
                    "direction",
                    "target",
                    "actual",
                    "unit",
                    "weight",
                    "score",
                    "reason",
                )
            ]
            for c, text in enumerate(values, start=left):
                sheet.cell(r, c).value = office.typed(text, True, False)[0]
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    cell.value = None
        book.save(out)
    else:
        data = office.form("2024")
        funds = [
            {
                "line": line["line"],
                "budget_initial": str(budget),
                "budget_full": str(budget),
                "executed": f"{spent:g}",
            }
            for line in data["funds"][:2]
        ]
        data |= {
            "project_name": name, "department": department, "unit": agency, "indicators": rows, "funds": funds,
            "goals": {"预期目标": "按计划完成全年各项任务，保障业务正常开展", "实际完成情况": "完成设备更新和人员培训，业务运行平稳"},
            "total": {"weight": "100", "score": ""},
        }  # fmt: skip
        with tempfile.TemporaryDirectory() as temporary:
            out.write(office.workbook(Path(temporary) / "form.xlsx", data).read_bytes())
    return out.getvalue()


def renamed(data: bytes, number: int, to: int) -> bytes:
    """Give a base another project's name."""
    out = BytesIO()
    old, new = (f"{_NAME}{n:06d}号".encode() for n in (number, to))
    with zipfile.ZipFile(BytesIO(data)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in package.infolist():
            made.writestr(part.filename, package.read(part).replace(old, new))
    return out.getvalue()


def folder(path: Path, count: int) -> None:
    """Write so many workbooks into a folder."""
    path.mkdir(parents=True)
    bases = [base(number) for number in range(min(count, BASES))]
    for number in range(count):
        data = renamed(bases[number % BASES], number % BASES, number)
        (path / f"{number:06d}.xlsx").write_bytes(data)
