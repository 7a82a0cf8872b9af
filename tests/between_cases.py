"""Cases of the comparison between forms: each code has a pair in which it fires, and a close one in which it does not."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """Changes to a clean pair: where the code fires in both forms, and close changes on which it is silent.

    Changes to the self-evaluation begin with 自评, those to the monitoring form do not.
    """

    cells: str
    elsewhere: str
    fires: str
    silent: str


CASES = {
    "M201": Case("D15", "C13", "| 删行 | 学员投诉次数 | |", "| 学员投诉次数 | 三级指标 | 指标2：学员投诉次数 |"),
    "M202": Case("C13", "D20", "| 加行 | 印发教材 | ≥300份 150份 |", "| 加行 | 指标2： | 空 100% |"),
    "M203": Case("D14", "D13", "| 结业率 | 三级指标 | 结业合格率 |", "| 结业率 | 三级指标 | ★ 结业率 |"),
    "M204": Case("G13", "E12", "| 培训人数 | 目标 | ≥900人 |", "| 培训人数 | 目标 | 1,000人 |"),
    "M205": Case(
        "G6 G7", "D6 D7", "| 总额 | 年初 | 190 |\n| 拨款 | 年初 | 140 |", "| 总额 | 年初 | 200.00 |\n| 其他 | 年初 | |"
    ),
    "M206": Case(
        "I9", "E9", "| 拨款 | 执行 | 50 |\n| 其他 | 执行 | 10 |", "| 拨款 | 执行 | 80 |\n| 结转 | 执行 | 30 |"
    ),
    "M207": Case("D14 D15", "D13 D14", "| 换行 | 结业率 | 学员投诉次数 |", "| 删行 | 培训人数 | |"),
    "M208": Case(
        "G14 H14", "E13 F13", "| 结业率 | 目标 | 0.95 |\n| 结业率 | 完成 | 0.96 |", "| 结业率 | 目标 | ≥95.0% |"
    ),
    "M209": Case("H13", "F12", "| 培训人数 | 完成 | 1051人 |", "| 培训人数 | 完成 | 1050人 |"),
    "M210": Case("L19", "J18", "| 培训机制 | 原因 | 经费没有到位 |", "| 培训机制 | 原因 | 尚未建成师资库 |"),
    "M211": Case("I4", "F4", "| 实施单位 | x | 示例市就业服务 |", "| 实施单位 | x | [103] 示例市就业服务中心 |"),
    "M212": Case(
        "D12", "D11", "\n".join(f"| 删行 | {name} | |" for name in ("培训人数", "结业率", "学员投诉次数", "培训完成时间", "培训支出", "就业能力")),
        "\n".join(f"| 删行 | {name} | |" for name in ("培训人数", "结业率", "学员投诉次数", "培训完成时间", "培训支出")),
    ),
}  # fmt: skip
