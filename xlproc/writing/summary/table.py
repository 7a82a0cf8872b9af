"""What the summary's tables share: title, note, heads, sums, print set-up, and figures over several projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from xlproc.model.cells import a1, letter
from xlproc.model.exact import number, plain
from xlproc.model.text import one_line, width
from xlproc.writing.layout import Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlproc.writing.summary.lines import FormLine, ProjectLine

TITLE, NOTE, HEAD = 1, 2, 3
"""The rows of the title, of a note that says what the heads leave open, and of the heads."""


SUM = "sum"
"""The formula of a cell under a column that sums up the column's lines."""


class Field(NamedTuple):
    """A cell of a line."""

    value: Value
    style: str = "center"
    formula: str = ""
    link: str = ""


@dataclass(slots=True)
class Table:
    """A sheet that is one table.

    Attributes:
        sheet: The sheet.
        columns: Heads and widths.
        row: The last row written.
        at: Columns by head.
    """

    sheet: Sheet
    columns: tuple[tuple[str, float], ...]
    row: int = HEAD
    at: dict[str, int] = field(default_factory=dict)

    def below(self) -> dict[str, str]:
        """Give the cells of the next row by head."""
        return {head: a1(self.row + 1, column) for head, column in self.at.items()}

    def under(self, fields: Mapping[str, Field]) -> dict[int, Field]:
        """Give fields by column instead of head."""
        return {self.at[head]: item for head, item in fields.items()}

    def line(self, *fields: Field) -> None:
        """Write a line, a field a column."""
        self.row += 1
        for i, (value, style, formula, link) in enumerate(fields, start=1):
            self.sheet.put(self.row, i, value, style, formula=formula, link=link)
        texts = {(i, i): c.value for i, c in enumerate(fields, start=1) if isinstance(c.value, str)}
        self.sheet.fit(self.row, texts, 22)

    def end(self, nothing: str, totals: Mapping[int, Field] | None = None) -> Sheet:
        """End the table.

        Args:
            nothing: Said where it has no line.
            totals: By column what stands under the lines; None for no row of sums.
        """
        last, width = self.row, len(self.columns)
        if last == HEAD:
            self.row += 1
            self.sheet.put(self.row, 1, nothing, "center", to_column=width)
            self.sheet.heights[self.row] = 24
        else:
            self.sheet.filter = (HEAD, 1, last, width)
            if totals is not None:
                self.row += 1
                self._total(last, totals)
        self.sheet.repeat = (HEAD, HEAD)
        self.sheet.freeze = self.sheet.freeze or (HEAD + 1, 1)
        self.sheet.area = (1, 1, self.row, width)
        return self.sheet

    def _total(self, last: int, totals: Mapping[int, Field]) -> None:
        for column in range(1, len(self.columns) + 1):
            value, style, formula, _ = totals.get(column, Field("", "total"))
            name = letter(column)
            formula = f"=SUM({name}{HEAD + 1}:{name}{last})" if formula == SUM else formula
            self.sheet.put(self.row, column, value, style, formula=formula)
        self.sheet.heights[self.row] = 22


def begin(name: str, title: str, note: str, columns: tuple[tuple[str, float], ...]) -> Table:
    """Begin a table."""
    sheet = Sheet(name, landscape=True)
    table = Table(sheet, columns, at={text: i for i, (text, _) in enumerate(columns, start=1)})
    width = len(columns)
    sheet.widths = {i: size for i, (_, size) in enumerate(columns, start=1)}
    sheet.put(TITLE, 1, title, "title", to_column=width)
    sheet.put(NOTE, 1, note, "small", to_column=width)
    sheet.heights[TITLE] = 28
    sheet.fit(NOTE, {(1, width): note}, 18)
    for i, (text, _) in enumerate(columns, start=1):
        sheet.put(HEAD, i, text, "head")
    sheet.fit(HEAD, {(i, i): text for i, (text, _) in enumerate(columns, start=1)}, 22)
    return table


def shortened(name: str) -> str:
    """Cut a name to what a narrow column and the axis of a chart show on one line: 15 Chinese signs.

    Examples:
        >>> shortened("信息系统运行维护"), shortened("城乡居民基本医疗保险财政补助资金项目")
        ('信息系统运行维护', '城乡居民基本医疗保险财政补助…')
    """
    name = one_line(name)
    if width(name) <= 30:
        return name
    short = name[:28]  # each sign is one column wide at least
    while width(short) > 28:
        short = short[:-1]
    return short + "…"


def count(value: int) -> Field:
    """Make the sum of a column of counts."""
    return Field(value, "total_count", SUM)


def amount(micro: int) -> Field:
    """Make the sum of a column of money."""
    return Field(number(micro), "total_amount", SUM)


def rate_below(table: Table, projects: Sequence[ProjectLine]) -> Field:
    """Make the rate of the sums of 全年执行 and 全年预算."""
    at = table.below()
    formula = f'=IF({at["全年预算"]}=0,"",ROUND({at["全年执行"]}/{at["全年预算"]},4))'
    return Field(rate(projects), "total_percent", formula)


def budget_of(forms: Iterable[FormLine]) -> int:
    """Sum up budgets, in micro 万元."""
    return sum(p.budget or 0 for p in forms)


def executed_of(forms: Iterable[FormLine]) -> int:
    """Sum up what was spent, in micro 万元."""
    return sum(p.executed or 0 for p in forms)


def rate(projects: Sequence[FormLine]) -> Value:
    """Give executed over budget of several projects."""
    executed, budget = executed_of(projects), budget_of(projects)
    return float(round(Fraction(executed, budget) * 10**4 + Fraction(1, 10**9))) / 10**4 if budget else ""


def average(values: Sequence[int], weights: Sequence[int] | None = None) -> Value:
    """Give a mean to two decimals, weighted where weights are given; "" where there is none."""
    weighed = weights if weights is not None else [1] * len(values)
    whole = sum(weighed)
    if not whole:
        return ""
    return float(plain(round(Fraction(sum(v * w for v, w in zip(values, weighed, strict=True)), whole)), 2))
