"""Forms that nobody published: put together at random of the parts that published ones have, with what they say.

``python -m tests.unseen [COUNT] [FIRST]`` reads so many of them, and prints which were not read whole, and why.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.form_blocks import Page, Pair, Span, Way, bare, spread, write_levels
from tests.transcribed import MISSED, Fact, clean, wrong
from xlproc.batch.read import read_json

Json = dict[str, Any]
Path_ = tuple[str, ...]
"""A column's heading, below the headings that span it."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: The report's key; ``extra`` for a further column.
        heading: From the topmost heading that spans it down to its own.
    """

    key: str
    heading: Path_


@dataclass
class Form:
    """What one form says.

    Attributes:
        kind: As the report has it.
        head: The report's keys of the head, and what they say.
        extra: Texts of the head and of the notes that the report has no key for.
        goals: ``expected`` and ``actual``.
        funds: A record a line: the report's keys, ``row``, and ``extra`` by heading.
        indicators: A record a row, likewise.
        total: The total that the form shows, or None where it has none.
        sides: The goals that have tables side by side.
    """

    kind: str
    head: Json = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    goals: dict[str, str] = field(default_factory=dict)
    funds: list[Json] = field(default_factory=list)
    indicators: list[Json] = field(default_factory=list)
    total: str | None = None
    sides: tuple[str, ...] = ()


# What forms say.

YEARS = ("2019", "2020", "2021", "2022", "2023", "2024")
PROJECTS = (
    "城区道路维修养护", "2021年农村厕所改造", "信息系统运行维护费", "义务教育薄弱环节改善与能力提升补助资金", "基层医疗机构设备购置",
    "困难群众救助补助资金", "高标准农田建设", "文化馆免费开放", "安全生产专项检查经费", "51000021T000000012345-老旧小区改造",
    "公共卫生服务补助资金", "法律援助办案经费",
)  # fmt: skip
DEPARTMENTS = (
    "某县财政局",
    "[103]某市教育局",
    "219-某区卫生健康委员会",
    "某省农业农村厅",
    "某市住房和城乡建设局",
)
AGENCIES = ("某县人民医院", "某市第二中学", "某县市政设施管理所", "某区文化馆", "776001-某学院", "某局本级")
OTHERS = (
    ("项目负责人", "（略）"), ("联系电话", "（略）"), ("项目属性", "延续项目"), ("项目期", "3年"), ("项目类型", "特定目标类"),
    ("项目编码", "510923220001"), ("填报日期", "2022年3月15日"), ("是否重点项目", "否"), ("资金用途", "业务类"),
    ("项目起止时间", "2021年1月-2021年12月"), ("单位编码", "105001"), ("项目类别", "□新增 √延续"),
)  # fmt: skip
GOALS = (
    "完成道路维修12公里，保障居民出行安全。", "目标1:购置设备30台(套);目标2:培训人员200人次,满意度达到95%以上。", "保障机构正常运转，按时完成全年各项任务。",
    "1.完成改造户数560户；2.群众满意度不低于90%。",
)  # fmt: skip
DONE = (
    "已全部完成。",
    "全年维修道路12公里，完成年度目标。",
    "目标1:已购置设备30台(套);目标2:已培训210人次。",
    "基本完成年初设定的目标，资金支出进度达到序时要求。",
)
REASONS = (
    "",
    "",
    "",
    "无",
    "受疫情影响，部分工作延后，下年度加快进度。",
    "超额完成，年初目标设置偏低。",
    "无偏差",
)
NOTES = (
    "无",
    "请在此处简要说明各级审计和财政监督中发现的问题及其所涉及的金额，如没有请填无。",
    "项目管理规范，完成良好。",
    "",
)

NAMES = (
    "培训人次", "设备购置数量", "维修道路里程", "补助发放人数", "验收合格率", "资金到位率", "按期完成率", "完成时间", "成本控制数", "人均补助标准", "带动就业人数",
    "居民生活改善程度", "环境质量", "长效管理机制健全性", "受益群众满意度", "系统正常运行率", "宣传活动场次", "项目总成本", "职工满意度", "受益人口数", "政策知晓率",
    "指标1：检查企业数量", "指标2:发放宣传资料", "★新增耕地面积", "信息公开及时性",
)  # fmt: skip
UNITS = ("人次", "个", "台(套)", "公里", "户", "亩", "场次", "件", "%")
MONEY = ("万元", "元/人", "元")
WORDS = ("显著提升", "及时", "有效改善", "长期", "优", "健全", "符合规定", "逐步提高", "严格执行相关制度规定")
OPERATORS = ("≥", "≤", "=", ">=", "＝", "≧")

STANDARD = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)
STRUCTURES: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...] = (
    STANDARD,
    STANDARD,
    (
        ("成本指标", ("经济成本指标", "社会成本指标", "生态环境成本指标")),
        ("产出指标", ("数量指标", "质量指标", "时效指标")),
        ("效益指标", ("经济效益指标", "社会效益指标", "可持续影响指标")),
        ("满意度指标", ("服务对象满意度指标",)),
    ),
    (
        ("产出指标", ("数量", "质量", "时效", "成本")),
        ("效益指标", ("经济效益", "社会效益", "可持续影响")),
        ("满意度指标", ("社会公众或服务对象满意度",)),
    ),
    (
        ("项目决策", ("项目立项", "绩效目标", "资金投入")),
        ("项目过程", ("资金管理", "组织实施")),
        ("项目产出", ("产出数量", "产出质量", "产出时效", "产出成本")),
        ("项目效益", ("社会效益", "可持续影响", "满意度")),
    ),
    (("项目完成指标", ("数量指标", "质量指标", "时效指标")), ("效益指标", ("社会效益指标",)), ("满意度指标", ("满意度指标",))),
)  # fmt: skip
WHOLE = (
    (
        ("投入", ("目标设定", "预算配置")),
        ("过程", ("预算执行", "预算管理", "资产管理")),
        ("产出", ("职责履行",)),
        ("效果", ("履职效益",)),
    ),
    (("运行成本", ("公用经费控制",)), ("管理效率", ("战略管理", "预算编制", "预决算公开")), ("履职效能", ("重点任务完成",)), ("社会效应", ("社会效益", "满意度"))),
    STANDARD,
)  # fmt: skip

LEVEL3 = ("三级指标", "三级指标", "三级指标", "指标名称", "指标名称(三级指标)", "指标内容")
TARGET = (
    "年度指标值", "指标值", "年初目标值(A)", "年初目标值", "目标值", "指标目标值", "年初指标值", "预期指标值", "年度目标指标值", "年度指标值(A)", "指标值(A)",
    "当年预期实现值", "年度(/项目)指标值",
)  # fmt: skip
ACTUAL = (
    "实际完成值", "完成值", "实际完成值(B)", "全年实际值", "全年实际值(B)", "全年完成值", "全年实际完成值", "实际完成指标值", "年终完成值", "单项指标实际完成值",
)  # fmt: skip
WEIGHT = ("分值", "权重", "权重(%)", "指标权重(分)", "权重占比(%)")
SCORE = ("得分", "自评分", "指标得分(分)", "自评得分")
REASON = (
    "偏差原因分析及改进措施", "未完成原因分析", "未完成原因和改进措施", "未完成原因及改进措施", "未完成原因及拟采取的改进措施", "未完成原因分析及改进措施",
)  # fmt: skip
NATURE = ("指标性质", "计算符号", "符号", "指标方向")
UNIT = ("度量单位", "计量单位", "单位(文字描述)")
FURTHER = ("绩效标准", "指标说明", "指标值说明", "指标描述", "得分计算方法", "评价标准", "备注")

FUND_COLUMNS: dict[str, tuple[str, ...]] = {
    "initial_text": ("年初预算数", "年初预算"),
    "budget_text": ("全年预算数", "全年预算数(A)", "调整预算数", "调整后预算数", "全年(调整)预算数", "预算数(A)", "预算数"),
    "executed_text": ("全年执行数", "全年执行数(B)", "预算执行数", "执行数(B)", "执行数"),
    "weight_text": ("分值", "权重"),
    "declared_rate_text": ("执行率", "执行率(B/A)", "预算执行率", "预算执行率(B/A×100%)", "执行率(%)"),
    "declared_score_text": ("得分",),
    "reason": ("原因",),
}  # fmt: skip
FUND_LINES = (
    ("年度资金总额", "其中:当年财政拨款", "上年结转资金", "其他资金"),
    ("年度资金总额:", "其中：本年财政拨款", "其他资金"),
    ("年度资金总额", "其中：财政拨款", "上年结转资金", "其他资金"),
    ("年度资金总额：", "其中：中央财政资金", "自治区财政资金", "盟市财政资金", "旗县财政资金", "其他资金"),
    ("年度资金总额", "其中：中央补助", "地方资金", "其他资金"),
    ("总额", "其中:财政资金", "财政专户管理资金", "单位资金"),
    ("年度财政资金总额",),
    ("合计", "其中：财政资金", "其他资金"),
)
TARGET_LINES = (
    ("年度资金总额:", "其中:财政拨款", "其他资金"),
    ("年度资金总额", "其中：财政拨款", "上年结转资金", "其他资金"),
    ("年度资金总额", "其中：中央补助", "县级资金"),
)
GOAL_PAIRS: tuple[tuple[str, ...], ...] = (
    ("预期目标", "实际完成情况"),
    ("年初设定目标", "年度总体目标完成情况综述"),
    ("年初设定目标", "全年实际完成情况"),
    ("项目年度目标", "年度目标完成情况"),
    ("总体目标", "全年实际完成情况"),
    ("预期目标", "目标实际完成情况"),
)
BELOW = (
    "说明", "其他需要说明事项", "其他需要说明的问题", "存在问题", "改进措施", "评价结论", "偏差大或目标未完成原因分析", "改进措施及结果应用方案", "审核意见(盖章)",
)  # fmt: skip
FOOTNOTES = (
    "注：1.得分一档最高不能超过该指标分值上限。2.定性指标根据指标完成情况分为达成预期指标、部分达成预期指标并具有一定效果、未达成预期指标且效果较差三档。",
    "说明：请在此处简要说明各级监督检查中发现的问题。",
    "填报人：          联系电话：          填报日期：",
)  # fmt: skip
MANAGEMENT = (
    "分配科学性",
    "下达及时性",
    "拨付合规性",
    "使用规范性",
    "执行准确性",
    "预算绩效管理情况",
    "支出责任履行情况",
)
BAND = "绩效指标完成情况"
"""A heading over a whole table; it names no column."""
MONTHS = ("1-7月", "1-6月", "1-9月")


class Maker:
    """Makes one workbook of a seed."""

    def __init__(self, seed: int) -> None:
        """Choose what does not change within a workbook."""
        self.chance = random.Random(seed)
        one = self.chance.choice
        self.way = Way(
            levels=one(("merged", "merged", "repeated", "once")),
            numbers=one((True, False)),
            percent=one((True, False)),
            full_width=self.often(0.2),
            spaced=self.often(0.3),
            left=one((0, 0, 0, 1, 2)),
            top=one((0, 0, 0, 1, 3)),
        )
        self.year = one(YEARS)
        self.kind = one(("self_evaluation",) * 5 + ("whole_department", "monitoring", "target", "target"))
        self.book = Workbook()
        self.forms: list[Form] = []

    def often(self, share: float) -> bool:
        """Whether something that so large a share of forms has is there."""
        return self.chance.random() < share

    def some(self, texts: Sequence[str], most: int) -> list[str]:
        """A few different ones, in their order."""
        chosen = self.chance.sample(range(len(texts)), self.chance.randint(0, min(most, len(texts))))
        return [texts[i] for i in sorted(chosen)]

    def make(self) -> Workbook:
        """Fill the workbook."""
        sheet = self.book.active
        assert isinstance(sheet, Worksheet)
        shape = self.chance.choices(("one", "sheets", "stacked", "list"), (14, 2, 2, 2))[0]
        if shape == "list":
            self.kind = "target"
            self.project_list(sheet)
        elif shape == "stacked":
            below = self.form(sheet, self.way)
            for _ in range(self.chance.randint(1, 2)):
                below = self.form(sheet, _moved(self.way, below + self.chance.randint(0, 2)))
        else:
            self.form(sheet, self.way)
            for number in range(self.chance.randint(1, 3) if shape == "sheets" else 0):
                self.form(self.book.create_sheet(f"项目{number + 2}"), self.way)
        return self.book

    # One form.

    def form(self, sheet: Worksheet, way: Way) -> int:
        """Lay a form out; give its last row."""
        columns = self.numbered(self.columns())
        page = Page(sheet, way, max(len(columns) + 1, 9))
        form = Form(self.kind)
        self.forms.append(form)
        parts: list[Callable[[Page, Form], None]] = [self.fund_block, self.goal_block]
        if self.often(0.15):
            parts.reverse()
        sections = self.often(0.1)
        self.heading(page, form)
        self.head(page, form)
        for number, part in enumerate(parts, start=1):
            if sections:
                page.across(
                    f"{'一二三'[number]}、{'预算执行情况' if part == self.fund_block else '年度绩效目标完成情况'}"
                )
            part(page, form)
            self.gap(page)
        if self.kind == "self_evaluation" and self.often(0.12):
            self.management(page, form)
        if sections:
            page.across("四、绩效指标完成情况")
        self.indicators(page, form, columns)
        self.foot(page, form)
        page.rule()
        return page.row

    def gap(self, page: Page) -> None:
        """Now and then an empty row."""
        page.row += self.often(0.05)

    def heading(self, page: Page, form: Form) -> None:
        """The title, with the year in it or below it; what stands above and beside it."""
        one = self.chance.choice
        if self.often(0.15):
            page.across(one(("附件2", "附件1：", "报表编号:510000_0013zp", "表11", "公开14表")))
        text = {
            "self_evaluation": one(("项目支出绩效自评表", "部门预算项目支出绩效自评表", "转移支付绩效目标自评表", "项目绩效目标自评表", "绩效自评表")),
            "whole_department": one(("部门整体支出绩效自评表", "部门(单位)整体支出绩效自评表", "部门整体绩效自评表")),
            "monitoring": one(("项目支出绩效目标执行监控表", "项目支出绩效运行监控表", "绩效运行监控表")),
            "target": one(("项目支出绩效目标申报表", "项目支出绩效目标表", "绩效目标申报表", "项目绩效目标表")),
        }[self.kind]  # fmt: skip
        where = one(("front", "below", "below", "behind", "none"))
        page.across(
            f"{self.year}年度{text}"
            if where == "front"
            else f"{text}({self.year}年度)"
            if where == "behind"
            else text
        )
        if where == "below":
            page.across(one((f"({self.year}年度)", f"( {self.year} 年度)", f"({self.year}年)")))
        form.head["year"] = self.year if where != "none" else None
        if self.often(0.1):
            page.across("金额单位：万元")

    def head(self, page: Page, form: Form) -> None:
        """Labels and values below the title, one to three a row."""
        one = self.chance.choice
        name = one(("项目名称", "项目名称", "项目名称", "专项资金名称", "转移支付(项目)名称", "专项名称"))
        department = one(
            ("主管部门", "主管部门", "主管部门及代码", "主管部门及编码", "县级主管部门", "市级主管部门")
        )
        agency = one(
            (
                "实施单位",
                "实施单位",
                "实施单位(盖章)",
                "项目实施单位",
                "项目执行单位",
                "资金使用单位",
                "项目单位",
            )
        )
        if self.kind == "whole_department":
            department, agency = one(
                (("部门名称", "单位名称"), ("部门(单位)名称", ""), ("主管部门", "填报单位"))
            )
        pairs: list[Pair] = [(department, one(DEPARTMENTS))]
        form.head["department"] = pairs[0][1]
        if agency:
            pairs.append((agency, one(AGENCIES)))
            form.head["agency"] = pairs[-1][1]
        others = self.chance.sample(OTHERS, one((0, 0, 0, 1, 2, 4)))
        form.extra += [text for _, text in others]
        pairs += others
        if self.kind != "whole_department":
            pairs.insert(0, (name, one(PROJECTS)))
            form.head["name"] = pairs[0][1]
        if self.kind in ("self_evaluation", "whole_department") and self.often(0.15):
            form.total = one(("98", "95.5", "100", "87.41"))
            pairs.insert(one((1, len(pairs))), (one(("自评得分", "自评总分", "项目总得分")), form.total))
        if self.often(0.2):
            self.chance.shuffle(pairs)
        while pairs:
            count = 1 if bare(pairs[0][0]) == bare(name) and self.often(0.7) else one((1, 2, 2, 3))
            row, pairs = pairs[:count], pairs[count:]
            if self.often(0.06):
                for span, (label, text) in zip(spread(1, page.width, len(row)), row, strict=True):
                    page.put(span, f"{label}：{text}")
                page.row += 1
            else:
                page.pairs(*row)

    # Funds.

    def amounts(self) -> tuple[str, str, str]:
        """Initial, budget and executed amounts."""
        form = self.chance.choice(("{:.0f}", "{:.2f}", "{:.2f}", "{:,.2f}", "{:.6f}"))
        initial = self.chance.choice((5, 20, 354, 118.48, 1200.5, 8964.25))
        budget = initial * self.chance.choice((1, 1, 1.2, 0.9))
        executed = budget * self.chance.choice((1, 1, 0.98, 0.5, 0))
        return form.format(initial), form.format(budget), form.format(executed)

    def fund_block(self, page: Page, form: Form) -> None:
        """The amounts: a table, or labels with values; some forms have none."""
        if self.kind == "target":
            self.fund_pairs(page, form)
        elif self.often(0.95):
            self.fund_table(page, form)

    def fund_columns(self) -> list[Column]:
        """A choice of the columns that fund tables have, in the order of their family."""
        one = self.chance.choice
        if self.kind == "monitoring":
            months = one(MONTHS)
            keys = {
                "initial_text": "年初预算数",
                "executed_text": f"{months}执行数",
                "declared_rate_text": f"{months}执行率",
            }
            return [Column(key, (text,)) for key, text in keys.items()] + [
                Column("extra", ("全年预计执行数",))
            ]
        families = (
            ("initial_text", "budget_text", "executed_text", "weight_text", "declared_rate_text", "declared_score_text"),
            ("initial_text", "budget_text", "executed_text", "declared_rate_text", "weight_text", "declared_score_text", "reason"),
            ("budget_text", "executed_text", "weight_text", "declared_rate_text", "declared_score_text"),
            ("budget_text", "executed_text", "declared_rate_text"),
            ("budget_text", "executed_text", "declared_rate_text", "declared_score_text"),
            ("initial_text", "budget_text", "executed_text", "declared_rate_text"),
        )  # fmt: skip
        return [Column(key, (one(FUND_COLUMNS[key]),)) for key in one(families)]

    def fund_table(self, page: Page, form: Form) -> None:
        """Lines below headings."""
        columns = self.fund_columns()
        names = self.chance.choice(FUND_LINES)
        if self.often(0.1):
            names = (*names[:2], "其中:一般公共预算", "政府性基金", *names[2:])
        label = self.chance.choice(
            (
                "项目资金(万元)",
                "项目资金\n(万元)",
                "资金情况(万元)",
                "预算执行情况(万元)",
                "项目资金(元)",
                "预算执行情况(10分)",
                "年度预算执行情况(万元)",
            )
        )
        middle = 3 if page.width - 3 >= len(columns) else 2
        spans = spread(middle + 1, page.width, len(columns))
        page.put((1, 1), label, label=True, down=len(names) + 1)
        page.put((2, middle), self.chance.choice(("", "", "", "资金来源", "年度预算数(万元)")), label=True)
        for span, column in zip(spans, columns, strict=True):
            page.put(span, column.heading[-1], label=True)
        page.row += 1
        mark = self.chance.choice(("—", "-", "/", ""))
        for i, name in enumerate(names):
            texts = self.fund_texts(first=i == 0, mark=mark)
            indent = "  " * min(i, 1) if self.often(0.3) else ""
            page.put((2, middle), indent + name, label=True)
            record: Json = {"row": page.row, "line": name, "extra": {}}
            for span, column in zip(spans, columns, strict=True):
                text = texts[column.key]
                page.put(span, text)
                _keep(record, column, text)
            form.funds.append(record)
            page.row += 1

    def fund_texts(self, first: bool, mark: str) -> dict[str, str]:
        """What one line says."""
        initial, budget, executed = self.amounts()
        if not first and self.often(0.4):
            initial = budget = executed = self.chance.choice(("0", "", "0.00"))
        rate = self.chance.choice(("100%", "98.52%", "50.00%", "100.00%", ""))
        return {
            "initial_text": initial, "budget_text": budget, "executed_text": executed, "extra": executed,
            "weight_text": "10" if first else mark, "declared_rate_text": rate if first else self.chance.choice((rate, mark)),
            "declared_score_text": self.chance.choice(("10", "9.85", "")) if first else mark, "reason": self.chance.choice(REASONS) if first else "",
        }  # fmt: skip

    def fund_pairs(self, page: Page, form: Form) -> None:
        """Labels with amounts, one or two a row, as forms of targets have them."""
        names = self.chance.choice(TARGET_LINES)
        each = self.chance.choice((1, 1, 2))
        rows = [names[i : i + each] for i in range(0, len(names), each)]
        page.put(
            (1, 2),
            self.chance.choice(("项目资金(万元)", "资金情况(万元)", "项目资金\n（万元）", "项目资金(元)")),
            label=True,
            down=len(rows),
        )
        for row in rows:
            for (first, last), name in zip(spread(3, page.width, len(row)), row, strict=True):
                amount = self.amounts()[1]
                page.put((first, first + 1), name, label=True)
                page.put((first + 2, last), amount)
                form.funds.append({"row": page.row, "line": name, "budget_text": amount, "extra": {}})
            page.row += 1

    def goal_block(self, page: Page, form: Form) -> None:
        """What was to be reached, and what was."""
        expected, actual = self.chance.choice(GOALS), self.chance.choice(DONE)
        label = self.chance.choice(
            ("年度总体目标", "年度目标", "总体目标", "年度绩效目标", "项目年度总体目标")
        )
        if self.kind == "target" and self.often(0.15):
            form.sides = self.chance.choice(
                (("中期目标", "年度目标"), ("长期目标", "年度目标"), ("实施期目标", "年度目标"))
            )
            page.put((1, 1), self.chance.choice(("总体目标", "绩效目标")), label=True, down=2)
            for pair in (form.sides, (self.chance.choice(DONE), expected)):
                for span, text in zip(spread(2, page.width, 2), pair, strict=True):
                    page.put(span, text, label=pair == form.sides)
                page.row += 1
            form.goals = {"expected": expected}
            return
        if self.kind in ("target", "monitoring"):
            page.pairs(
                (self.chance.choice(("年度总体目标", "年度目标", "总体目标", "年度绩效目标")), expected)
            )
            form.goals = {"expected": expected}
            return
        if self.often(0.1):
            return
        form.goals = {"expected": expected, "actual": actual}
        if self.often(0.12):  # one below the other
            page.put((1, 1), label, label=True, down=2)
            for name, text in zip(self.chance.choice(GOAL_PAIRS), (expected, actual), strict=True):
                page.put((2, 3), name, label=True)
                page.put((4, page.width), text)
                page.row += 1
            return
        names = self.chance.choice(GOAL_PAIRS)
        texts: tuple[str, ...] = (expected, actual)
        if self.often(0.06):
            names, texts = ("年初绩效目标", "全年(调整)绩效目标", "全年目标实际完成情况"), ("", *texts)
        page.put((1, 1), label, label=True, down=2)
        for row in (names, texts):
            for span, text in zip(spread(2, page.width, len(names)), row, strict=True):
                page.put(span, text, label=row == names)
            page.row += 1

    def management(self, page: Page, form: Form) -> None:
        """How a transfer was managed: words, no points."""
        page.put((1, 1), "资金管理情况", label=True, down=len(MANAGEMENT) + 1)
        for name, *texts in (
            ("", "情况说明", "存在问题和改进措施"),
            *((name, "按规定执行。", "") for name in MANAGEMENT),
        ):
            for span, text in zip([(2, 3), *spread(4, page.width, 2)], [name, *texts], strict=True):
                page.put(span, text, label=True)
            page.row += 1

    # Indicators.

    def columns(self) -> list[Column]:
        """A choice of the columns that indicator tables have, in the order of their family."""
        one = self.chance.choice
        levels = [
            Column("level1", ("一级指标",)),
            Column("level2", ("二级指标",)),
            Column("level3", (one(LEVEL3),)),
        ]
        target, actual = Column("target_text", (one(TARGET),)), Column("actual_text", (one(ACTUAL),))
        weight, score, reason = (
            Column(key, (one(texts),))
            for key, texts in (("weight_text", WEIGHT), ("declared_score_text", SCORE), ("reason", REASON))
        )
        further = [Column("extra", (text,)) for text in self.some(FURTHER, 1)] if self.often(0.25) else []
        wanted = self.wanted(target)
        if self.kind == "target":
            return [*levels, *wanted, *([weight] if self.often(0.3) else []), *further]
        if self.kind == "monitoring":
            return self.monitoring_columns(levels, wanted)
        if self.often(0.1):
            second = Column("reviewed_score_text", ("复核分",))
            return [*levels, *wanted, actual, weight, score, second, *further]
        if self.often(0.1):
            actual, score = (
                Column("actual_text", ("完成情况", *actual.heading)),
                Column("declared_score_text", ("完成情况", *score.heading)),
            )
            return [*levels, weight, *wanted, actual, score, reason, *further]
        if self.often(0.06):
            return self.listed()
        families: tuple[list[Column], ...] = (
            [*levels, *wanted, actual, weight, score, reason],
            [*levels, *wanted, actual, weight, score, reason],
            [*levels, weight, *wanted, actual, score, reason],
            [*levels, *wanted, weight, actual, score, reason],
            [*levels, *wanted, actual, reason],
            [*levels, *wanted, actual, weight, score],
        )
        return [*one(families), *further]

    def listed(self) -> list[Column]:
        """A plain list without levels, the unit before the target."""
        keys = (
            ("level3", "指标名称"), ("unit", "计量单位"), ("nature", "指标性质"), ("target_text", self.chance.choice(("指标值", "年初指标值"))),
            ("actual_text", "全年完成值"), ("extra", "得分系数(%)"), ("weight_text", "指标权重(分)"), ("declared_score_text", "指标得分(分)"), ("extra", "是否核心指标"),
        )  # fmt: skip
        return [Column(key, (text,)) for key, text in keys]

    def wanted(self, target: Column) -> list[Column]:
        """The target's column or columns."""
        one = self.chance.choice
        kind = self.chance.choices(("plain", "split", "unit first", "words"), (12, 4, 1, 2))[0]
        if kind == "plain":
            return [target]
        value, unit = Column("target_text", (one(("指标值", "目标值", "值")),)), Column("unit", (one(UNIT),))
        if kind == "words":
            return [
                Column("nature_text", ("指标性质",)),
                Column("operator_text", ("指标方向",)),
                Column("target_text", (one(("目标值", "年度指标值")),)),
                unit,
            ]
        nature = Column("nature", (one(NATURE),))
        parts = [unit, nature, value] if kind == "unit first" else [nature, value, unit]
        over = one(("", "年度指标值", "预期指标值"))
        if not over:
            parts[parts.index(value)] = Column("target_text", (one(("指标值", "目标值")),))
            return parts
        return [Column(part.key, (over, *part.heading)) for part in parts]

    def monitoring_columns(self, levels: list[Column], wanted: list[Column]) -> list[Column]:
        """What half a year brought, why it differs, and what will come."""
        months = self.chance.choice(MONTHS)
        actual = Column(
            "actual_text", (self.chance.choice((f"{months}执行数", f"{months}完成值", "半年度指标执行情况")),)
        )
        forecast = [Column("extra", ("全年预计执行数",))] if self.often(0.6) else []
        causes = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
        if self.often(0.5):
            why = [
                *(Column("extra", ("偏差原因分析", text)) for text in causes),
                Column("reason", ("偏差原因分析", "原因说明")),
            ]
        else:
            why = [Column("reason", (self.chance.choice(REASON),))] if self.often(0.6) else []
        if self.often(0.5):
            sure = [Column("extra", ("完成目标可能性", text)) for text in ("确定能", "有可能", "完全不可能")]
        else:
            sure = [Column("extra", ("完成目标可能性",))]
        return [
            *levels,
            *wanted,
            actual,
            *forecast,
            *why,
            *sure,
            *([Column("extra", ("备注",))] if self.often(0.5) else []),
        ]

    def rows(self, columns: Sequence[Column]) -> list[Json]:
        """What the indicators say: a record a row, by the report's keys; ``extra`` by heading."""
        structure = self.chance.choice(WHOLE if self.kind == "whole_department" else STRUCTURES)
        keys = {column.key for column in columns}
        split, words = "nature" in keys, "operator_text" in keys
        labelled = self.often(0.15)
        made: list[Json] = []
        blank_scores = self.often(0.1)
        for level1, level2s in structure:
            label1 = (
                f"{level1}{self.chance.choice(('(40分)', '(30)', '（50分）', ' 40 分'))}"
                if labelled
                else level1
            )
            for level2 in self.some(level2s, 4) or level2s[:1]:
                label2 = f"{level2}(10分)" if labelled and self.often(0.3) else level2
                for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                    row = {
                        "level1": label1,
                        "level2": label2,
                        "level3": self.chance.choice(NAMES),
                        **self.value(split or words, words, "成本" in level2 or "经济" in level2),
                    }
                    if "unit" not in keys:
                        row.pop("unit", None)
                    weight = self.chance.choice(("10", "5", "2.5", "8", "22.5", "3.71", "15"))
                    row |= {
                        "weight_text": weight, "declared_score_text": "" if blank_scores else self.chance.choice((weight, weight, "4", "0")),
                        "reviewed_score_text": weight, "reason": self.chance.choice(REASONS),
                    }  # fmt: skip
                    made.append(row)
        return made

    def value(self, split: bool, words: bool, money: bool) -> Json:
        """A target and an actual, in one of the ways of filling them."""
        one = self.chance.choice
        operator, unit = one(OPERATORS), one((*UNITS, *MONEY) if money else UNITS)
        number = one(("5", "12", "100", "95", "3000", "52.8", "0", "1", "11.376"))
        reached = one((number, number, "98", "5", "120"))
        sort = (
            one(("number", "number", "number", "words", "date", "blank"))
            if not words
            else one(("number", "number", "words"))
        )
        if sort == "words":
            text = one(WORDS)
            done = one((text, "达成预期指标", "部分达成预期指标并具有一定效果", text))
            return {
                "target_text": text,
                "actual_text": done,
                "unit": "",
                "nature": "定性" if split else None,
                "nature_text": "定性",
                "operator_text": "",
            }
        if sort == "date" and not split:
            return {
                "target_text": one(("2021年12月31日", "11月前", "2021年12月底前", "1-12月", "2020年")),
                "actual_text": one(("2021年12月31日", "10月", "2021年11月", "全年")),
            }
        if split:
            direction = {"≥": "大于等于", "≤": "小于等于"}.get(operator, "等于")
            return {
                "target_text": number, "actual_text": one((reached, f"{reached}{unit}")), "unit": unit, "nature": operator,
                "nature_text": "反向" if operator == "≤" else "正向", "operator_text": direction,
            }  # fmt: skip
        target = one(
            (
                f"{operator}{number}{unit}",
                f"{operator}{number}{unit}",
                f"{number}{unit}",
                number,
                f"不低于{number}{unit}",
                f"{number}{unit}以上",
            )
        )
        actual = (
            ""
            if sort == "blank" and self.kind == "monitoring"
            else one((f"{reached}{unit}", reached, f"{reached}{unit}", "已完成"))
        )
        return {"target_text": target, "actual_text": actual}

    def indicators(self, page: Page, form: Form, columns: list[Column]) -> None:
        """The indicators: in one table, in one a goal, or in two side by side."""
        if self.kind == "self_evaluation" and self.often(0.07):
            self.goal_tables(page, form)
            return
        if self.kind == "target" and form.sides:
            self.side_tables(page, form)
            return
        left = 1 if self.often(0.2) else 2
        spans = spread(left, page.width, len(columns))
        label = self.chance.choice(("绩效指标", "绩\n效\n指\n标", "绩效指标完成情况"))
        self.table(page, form, columns, self.rows(columns), spans, label)
        if self.often(0.08):
            page.put(spans[2], "……")
            page.row += 1
        scored = any(column.key == "declared_score_text" for column in columns)
        if form.total is None and scored and self.often(0.7):
            self.total(page, form, columns, spans)

    def numbered(self, columns: list[Column]) -> list[Column]:
        """Now and then a column that numbers the rows, or a heading over the whole table."""
        if self.often(0.06):
            columns = [Column("extra", (self.chance.choice(("序号", "行次")),)), *columns]
        if self.often(0.05):
            return [Column(column.key, (BAND, *column.heading)) for column in columns]
        return columns

    def table(
        self, page: Page, form: Form, columns: Sequence[Column], rows: list[Json], spans: Sequence[Span], label: str, block: str = ""
    ) -> None:  # fmt: skip
        """A table below its headings, which come again on a second page, beside a label that is merged down."""
        paths = [column.heading for column in columns]
        plain = not any(len(path) > 2 or path[0] == BAND for path in paths)
        if spans[0][0] == 1 and plain and self.often(0.3):
            paths = [
                ("绩效指标", *path) if column.key.startswith("level") else path
                for path, column in zip(paths, columns, strict=True)
            ]
        deep = max(map(len, paths))
        pages = [rows[:5], rows[5:]] if self.often(0.06) and len(rows) > 6 else [rows]
        if spans[0][0] > 1:
            page.put((1, spans[0][0] - 1), label, label=True, down=len(rows) + deep * len(pages))
        for part in pages:
            heads(page, paths, spans)
            begin = page.row
            for row in part:
                record: Json = {"row": page.row, "extra": {}, **({"block": block} if block else {})}
                for span, column in zip(spans, columns, strict=True):
                    text = (
                        self.further(column.heading[-1], len(form.indicators))
                        if column.key == "extra"
                        else row[column.key] or ""
                    )
                    if column.key not in ("level1", "level2"):
                        page.put(span, text)
                    _keep(record, column, text)
                form.indicators.append(record)
                page.row += 1
            for span, column in zip(spans, columns, strict=True):
                names = {"level1": ["level1"], "level2": ["level1", "level2"]}.get(column.key)
                if names:
                    write_levels(page, span, begin, part, names)

    def goal_tables(self, page: Page, form: Form) -> None:
        """Goal after goal, each with its points and its own table, which has no column of points."""
        one = self.chance.choice
        keys = {
            "level1": "一级指标",
            "level2": "二级指标",
            "level3": "三级指标",
            "target_text": one(("年初目标值(A)", "年初目标值")),
            "actual_text": one(("实际完成值(B)", "实际完成值")),
            "declared_score_text": "得分",
        }
        columns = [Column(key, (text,)) for key, text in keys.items()]
        spans = spread(2, page.width, len(columns))
        for number in range(1, self.chance.randint(2, 3) + 1):
            label = f"年度绩效目标{number}{one(('(40分)', '（20分）', ''))}"
            self.table(page, form, columns, self.rows(columns)[:6], spans, label, label)
        if form.total is None:
            self.total(page, form, columns, spans)

    def side_tables(self, page: Page, form: Form) -> None:
        """Two tables side by side under the same headings, for two spans of time."""
        one = self.chance.choice
        each = [
            Column("level2", ("二级指标",)),
            Column("level3", (one(("三级指标", "指标名称")),)),
            Column("target_text", (one(("指标值", "目标值")),)),
        ]
        columns = [Column("level1", ("一级指标",)), *each, *each]
        spans = spread(2, page.width, len(columns))
        rows = [self.rows(columns) for _ in form.sides]
        shared = rows[0] if len(rows[0]) <= len(rows[1]) else rows[1]
        rows = [
            [
                {**row, "level1": like["level1"], "level2": like["level2"]}
                for row, like in zip(side, shared, strict=False)
            ]
            for side in rows
        ]
        page.put((1, 1), "绩效指标", label=True, down=len(shared) + 1)
        heads(page, [column.heading for column in columns], spans)
        begin = page.row
        for number, side in enumerate(rows):
            for i, row in enumerate(side):
                page.row = begin + i
                for span, column in zip(spans[3 * number + 2 :], each[1:], strict=False):
                    page.put(span, row[column.key])
                keys = ("level1", "level2", "level3", "target_text")
                form.indicators.append(
                    {
                        "row": page.row,
                        "extra": {},
                        "block": form.sides[number],
                        **{key: row[key] for key in keys},
                    }
                )
            page.row = begin + len(side)
            write_levels(page, spans[3 * number + 1], begin, side, ["level1", "level2"])
        write_levels(page, spans[0], begin, shared, ["level1"])

    def further(self, heading: str, before: int) -> str:
        """What stands in a further column."""
        if heading in ("序号", "行次"):
            return str(before + 1)
        if heading == "得分系数(%)":
            return "100"
        if heading == "是否核心指标":
            return self.chance.choice(("是", "否"))
        if heading in ("确定能", "经费保障", "其他"):
            return self.chance.choice(("√", ""))
        if heading in ("有可能", "完全不可能", "制度保障", "人员保障", "硬件条件保障"):
            return ""
        if heading == "完成目标可能性":
            return self.chance.choice(("确定能", "有可能"))
        if heading == "全年预计执行数":
            return self.chance.choice(("100%", "12", ""))
        return self.chance.choice(("", "按计划标准", "达到目标得满分，每低1%扣0.5分", "反映项目实施情况"))

    def total(self, page: Page, form: Form, columns: Sequence[Column], spans: Sequence[Span]) -> None:
        """The line of the total: points and score under their columns."""
        at = {column.key: span for column, span in zip(columns, spans, strict=True)}
        form.total = self.chance.choice(("98", "95.5", "100", "87.41"))
        names = [name for name in ("weight_text", "declared_score_text") if name in at]
        if self.often(0.3):
            names = ["declared_score_text"]
        page.put(
            (1, min(at[name][0] for name in names) - 1),
            self.chance.choice(("总分", "合计", "总 分", "总计")),
            label=True,
        )
        for name in names:
            page.put(at[name], "100" if name == "weight_text" else form.total)
        if "reason" in at and self.often(0.1):
            page.put(at["reason"], "优")
        page.row += 1

    def foot(self, page: Page, form: Form) -> None:
        """What stands below the table."""
        for label in self.some(BELOW, 2):
            text = self.chance.choice(NOTES)
            page.pairs((label, text))
            form.extra += [text] if text else []
        for text in self.some(FOOTNOTES, 2):
            page.across(text)

    # Many projects in one table.

    def project_list(self, sheet: Worksheet) -> None:
        """A table of many projects' targets: the project's cell merged down or repeated."""
        one = self.chance.choice
        split = self.often(0.6)
        columns = [
            Column("level1", ("一级指标",)),
            Column("level2", ("二级指标",)),
            Column("level3", ("三级指标",)),
        ]
        if split:
            columns += [
                Column("nature_text", ("指标性质",)),
                Column("operator_text", ("指标方向",)),
                Column("target_text", ("指标值",)),
                Column("unit", (one(("计量单位", "度量单位")),)),
            ]
        else:
            columns += [Column("target_text", (one(("指标值", "年度指标值", "目标值")),))]
        if self.often(0.5):
            columns.append(Column("weight_text", ("分值",)))
        front = [
            ("agency", "单位名称"),
            ("name", "项目名称"),
            ("budget", one(("预算数", "预算金额(万元)", "年度预算数"))),
            ("goal", one(("年度绩效目标", "绩效目标", "年度目标"))),
        ]
        front = (
            [front[0], front[1], *[part for part in front[2:] if self.often(0.7)]]
            if self.often(0.8)
            else front[1:2] + front[3:]
        )
        page = Page(sheet, self.way, len(front) + len(columns))
        page.across(f"{self.year}年{one(('部门预算', ''))}项目支出绩效目标表")
        if self.often(0.4):
            page.across("单位：万元")
        spans = spread(1, page.width, page.width)
        heads(page, [(text,) for _, text in front] + [column.heading for column in columns], spans)
        for name in self.chance.sample(PROJECTS, self.chance.randint(2, 4)):
            rows = self.rows(columns)
            texts = {"agency": one(AGENCIES), "name": name, "budget": self.amounts()[1], "goal": one(GOALS)}
            form = Form("target", {"year": self.year, "name": name})
            begin = page.row
            for i, (key, _) in enumerate(front):
                if key == "agency":
                    form.head["agency"] = texts[key]
                if key == "goal":
                    form.goals = {"expected": texts[key]}
                if key == "budget":
                    form.funds = [{"row": begin, "budget_text": texts[key], "extra": {}}]
                page.row = begin
                page.put((i + 1, i + 1), texts[key], down=len(rows) if self.way.levels == "merged" else 1)
                for page.row in range(begin + 1, begin + len(rows)) if self.way.levels == "repeated" else ():
                    page.put((i + 1, i + 1), texts[key])
            for number, row in enumerate(rows):
                page.row = begin + number
                record: Json = {"row": page.row, "extra": {}}
                for span, column in zip(spans[len(front) :], columns, strict=True):
                    if column.key not in ("level1", "level2"):
                        page.put(span, row[column.key])
                    _keep(record, column, row[column.key] or "")
                form.indicators.append(record)
            for span, column in zip(spans[len(front) :], columns, strict=True):
                names = {"level1": ["level1"], "level2": ["level1", "level2"]}.get(column.key)
                if names:
                    write_levels(page, span, begin, rows, names)
            page.row = begin + len(rows)
            self.forms.append(form)
        page.rule()


def heads(page: Page, paths: Sequence[Path_], spans: Sequence[Span]) -> None:
    """Write headings of one to three rows: what columns share spans them, the last one reaches down."""
    deep, top = max(map(len, paths)), page.row
    for level in range(deep):
        page.row = top + level
        for i, (path, span) in enumerate(zip(paths, spans, strict=True)):
            if len(path) <= level:
                continue
            own = level == len(path) - 1
            if own:
                page.put(span, path[level], label=True, down=deep - level)
            elif i == 0 or paths[i - 1][: level + 1] != path[: level + 1]:
                last = i
                while last + 1 < len(paths) and paths[last + 1][: level + 1] == path[: level + 1]:
                    last += 1
                page.put((span[0], spans[last][1]), path[level], label=True)
    page.row = top + deep


def _keep(record: Json, column: Column, text: str) -> None:
    if column.key == "extra":
        own = [text for text in column.heading if text != BAND]
        record["extra"][":".join(own)] = text
    else:
        record[column.key] = text


def _moved(way: Way, top: int) -> Way:
    return Way(way.levels, way.numbers, way.percent, way.full_width, way.spaced, way.left, top)


# What is read of them.


def workbook(path: Path, seed: int) -> list[Form]:
    """Write the workbook of a seed; give what it says."""
    maker = Maker(seed)
    maker.make().save(path)
    return maker.forms


def facts(forms: Sequence[Form], read: Json) -> Iterator[Fact]:
    """Give all that forms say, against the report's part on their workbook."""
    projects = read["projects"]
    yield _fact("workbook", "projects", len(forms), len(projects))
    puzzled = [item["message"] for item in read["findings"] if item["code"] in ("T021", "T022", "T023")]
    yield _fact("workbook", "not understood", "", "；".join(puzzled))
    for number, (form, got) in enumerate(zip(forms, projects, strict=False), start=1):
        place = f"form {number}"
        yield _fact(place, "kind", form.kind, got["form"])
        for key, text in form.head.items():
            yield _fact(place, key, text, got[key])
        for key in ("expected", "actual"):
            yield _fact(place, f"goals.{key}", form.goals.get(key, ""), got["goals"][key])
        for text in form.extra:
            found = [value for value in got["extra"].values() if clean(text) in clean(value)]
            yield _fact(place, "extra", text, text if found else MISSED + "?")
        yield _fact(place, "total", form.total, got["declared_total_text"])
        yield from _records(f"{place}, fund", form.funds, got["funds"], "line")
        yield from _records(f"{place}, indicator", form.indicators, got["indicators"], "level3")


def _records(place: str, wanted: Sequence[Json], read: Sequence[Json], name: str) -> Iterator[Fact]:
    left = list(read)
    for record in wanted:
        here = [got for got in left if got["row"] == record["row"]]
        alike = [got for got in here if clean(got[name]).rstrip(":") == clean(record.get(name)).rstrip(":")]
        got = next(iter([*alike, *here]), None)
        at = f"{place} {record['row']} {record.get(name, '')}"
        yield _fact(at, "record", "read", "read" if got else MISSED)
        if got is None:
            continue
        left.remove(got)
        for key, text in record.items():
            if key == "line":
                yield _fact(at, key, clean(text).rstrip(":"), clean(got[key]).rstrip(":"))
            elif key == "nature":
                yield _fact(at, key, text, got["nature_text"], got["operator_text"])
            elif key == "extra":
                further = {clean(heading): value for heading, value in got["extra"].items()}
                for heading, value in text.items():
                    whole = clean(heading)
                    yield _fact(
                        at,
                        f"extra {heading}",
                        value,
                        further.get(whole),
                        further.get(whole.rpartition(":")[2]),
                    )
            elif key != "row":
                yield _fact(at, key, text, got[key])
    for got in left:
        yield _fact(f"{place} {got['row']}", "record", "none", got[name])


def _fact(place: str, column: str, want: object, *got: object) -> Fact:
    return Fact(place, column, clean(want), tuple(map(clean, got)))


def missed(folder: Path, seeds: Sequence[int]) -> dict[int, list[str]]:
    """Read the workbooks of some seeds; give what was not read right, by seed."""
    says = {seed: workbook(folder / f"{seed}.xlsx", seed) for seed in seeds}
    read = read_json([folder / f"{seed}.xlsx" for seed in seeds])["workbooks"]
    return {seed: wrong(list(facts(says[seed], got))) for seed, got in zip(seeds, read, strict=True)}


def main(count: int = 100, first: int = 0) -> None:
    """Print what is not read whole, and the share that is."""
    with tempfile.TemporaryDirectory() as folder:
        found = missed(Path(folder), range(first, first + count))
    causes: Counter[str] = Counter()
    for seed, lines in found.items():
        if lines:
            print(f"{seed}: {len(lines)} wrong; {lines[0]}")  # noqa: T201
        causes.update({line.rpartition(": expected")[0].rpartition(", ")[2] for line in lines})
    whole = sum(not lines for lines in found.values())
    print(f"{whole} of {count} read whole; {causes.most_common()}")  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
