"""Where a form's parts are on its sheet: what recognising finds, and what extracting goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlproc.reading.grid import Sheet, Spot


@dataclass(frozen=True, slots=True)
class Header:
    """A labelled column of a block.

    Attributes:
        name: Our word for it; ``extra`` for a column that is kept as it is.
        text: The header as printed, white space taken out; under a spanning header "spanning:own".
        row: The row that the header's cell begins in.
        first: First column.
        last: Last column, where the header cell spans several.
        known: Whether the vocabulary has a word for it.
    """

    name: str
    text: str
    row: int
    first: int
    last: int
    known: bool = True


@dataclass(slots=True)
class Block:
    """A table of indicators under one header.

    Attributes:
        header_row: First row of the header.
        start: First row below it.
        columns: Its columns by our words.
        extra: Columns that are kept as they are.
        rows: Rows of indicators.
        label: The label that names this block among several, such as 年度绩效目标1（40分）.
        label_cell: Where it is.
        labels: Labels left of the levels, by row, where they differ from row to row.
        beside: Whether another block stands beside it with the same headers.
    """

    header_row: int
    start: int
    columns: dict[str, Header]
    extra: list[Header] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    label: str = ""
    label_cell: Spot = (1, 1)
    labels: dict[int, tuple[str, Spot]] = field(default_factory=dict)
    beside: bool = False

    @property
    def name(self) -> Header:
        """Give the column of the indicators' names."""
        return self.columns["level3"]

    @property
    def left(self) -> int:
        """Give the first column of the table."""
        return min(header.first for header in (*self.columns.values(), *self.extra))


@dataclass(slots=True)
class FundLine:
    """A line of the money block.

    Attributes:
        row: Its row.
        label: Where its label is.
        text: The label, where it is not what stands there.
        cells: Where its values are, where they stand in no labelled column.
    """

    row: int
    label: Spot
    text: str = ""
    cells: dict[str, Spot] = field(default_factory=dict)


@dataclass(slots=True)
class Located:
    """Where a form's parts are on its sheet.

    Attributes:
        sheet: Its sheet; where forms stand side by side, the form's columns of it.
        top: First row of the form.
        bottom: Last row of the form.
        kind: What the form is: self_evaluation, whole_department, monitoring, target, final_accounts, or "".
        family: The layout family's name, or "other".
        title: The title's text, or "".
        title_cell: Where it is.
        year: The form's year.
        version: The template's version, where the form is a filled template.
        head: By head field: the value's place; the label's where there is no value.
        name: The project's name where no head field gives it.
        fund_header: Row of the fund columns' headers, or 0.
        funds: Fund columns.
        fund_extra: Fund columns that are kept as they are.
        fund_label: Text of the block's label, with its unit.
        fund_points: Points that the block's label or the score column's header names, and where; or None.
        fund_lines: The fund lines.
        period: The period named in the title or in a column's header, where it is not the year.
        period_cell: Where it is.
        years: The years named in title, year field and headers, and where.
        grade: The grade that the unit gives itself, or "".
        grade_text: As it is written.
        grade_cell: Where it is.
        goals: By goal column: the text's place.
        blocks: The tables of indicators.
        texts: By name: where a text below the table of a monitoring form stands, or should.
        total_row: Row of the total, or 0.
        head_total: Where the head gives the unit's own total, or None.
        extra: Labels and texts that are kept as they are.
        known: Cells that were understood: labels and what stands beside them.
    """

    sheet: Sheet
    top: int
    bottom: int
    kind: str = ""
    family: str = "other"
    title: str = ""
    title_cell: Spot = (1, 1)
    year: int | None = None
    version: str = ""
    head: dict[str, Spot] = field(default_factory=dict)
    name: str = ""
    fund_header: int = 0
    funds: dict[str, Header] = field(default_factory=dict)
    fund_extra: list[Header] = field(default_factory=list)
    fund_label: str = ""
    fund_points: tuple[str, Spot] | None = None
    fund_lines: list[FundLine] = field(default_factory=list)
    period: str = ""
    period_cell: Spot = (1, 1)
    years: list[tuple[int, Spot]] = field(default_factory=list)
    grade: str = ""
    grade_text: str = ""
    grade_cell: Spot = (1, 1)
    goals: dict[str, Spot] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    texts: dict[str, Spot] = field(default_factory=dict)
    total_row: int = 0
    head_total: Spot | None = None
    extra: list[tuple[str, str]] = field(default_factory=list)
    known: set[Spot] = field(default_factory=set)

    @property
    def header_row(self) -> int:
        """Give the row of the indicators' header, or 0."""
        return self.blocks[0].header_row if self.blocks else 0

    @property
    def columns(self) -> dict[str, Header]:
        """Give the columns of the first table of indicators."""
        return self.blocks[0].columns if self.blocks else {}

    @property
    def rows(self) -> list[int]:
        """Give the rows of all tables of indicators."""
        return [row for block in self.blocks for row in block.rows]

    @property
    def missing_blocks(self) -> list[str]:
        """Give the blocks that were not found."""
        found = {
            "funds": bool(self.fund_lines or self.funds),
            "goals": bool(self.goals),
            "indicators": bool(self.blocks),
        }
        return [block for block, there in found.items() if not there]
