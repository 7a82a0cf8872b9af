"""Level labels: which 一级指标 and 二级指标 each row belongs to, also where labels are missing or stand one column off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from xlproc.model.cells import a1
from xlproc.model.frames import TEXT
from xlproc.model.text import label_key
from xlproc.model.words import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlproc.forms import Form
    from xlproc.reading.grid import Sheet
    from xlproc.reading.located import Block


class Label(NamedTuple):
    """A level label.

    Attributes:
        text: As printed, or understood.
        cell: Where it stands, or "" where it is understood.
    """

    text: str = ""
    cell: str = ""

    @property
    def key(self) -> str:
        """Give the text for comparison."""
        return label_key(self.text)


NONE = Label()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A label that is missing or stands elsewhere.

    Attributes:
        code: R122 (elsewhere) or R123 (missing).
        row: The sheet's row.
        cells: Where.
        field: level1 or level2.
        label: The label that is wrong, or the column that lacks one.
        how: What is wrong with it.
        understood: The label that was taken.
    """

    code: str
    row: int
    cells: tuple[str, ...]
    field: str
    label: str
    how: Phrase
    understood: str


@dataclass(frozen=True, slots=True)
class Levels:
    """What the rows belong to.

    Attributes:
        of: By row: level 1 and level 2.
        named: Rows whose 三级指标 cell holds a level-2 label: the rest of the row may stand one column off.
        troubles: What to tell.
    """

    of: dict[int, tuple[Label, Label]]
    named: frozenset[int]
    troubles: tuple[Trouble, ...]


def read_levels(sheet: Sheet, table: Block, form: Form, is_money: Callable[[int], bool]) -> Levels:
    """Find the level labels of a form's rows.

    A label holds until the next one; a merged one for all its rows. A label of level 2 in the column of level 1 (or
    the other way round) and a label that its neighbour contradicts are told once and understood by the form's lists.

    Args:
        sheet: The sheet's cells.
        table: The table.
        form: Gives the level-2 labels of each level-1 label.
        is_money: Tells whether a row's values are amounts.
    """
    return _Walk(sheet, table, form).walk(is_money)


class _Walk:
    def __init__(self, sheet: Sheet, table: Block, form: Form) -> None:
        self.sheet, self.table = sheet, table
        self.ones = {label_key(label) for label in form.lists["level1"]}
        self.parents: dict[str, list[str]] = {}
        for parent, labels in form.lists["level2"].items():
            for label in labels:
                self.parents.setdefault(label_key(label), []).append(parent)
        for parent in form.lists["level2"]:
            beyond = self.parents.get(
                label_key(parent), []
            )  # 经济成本指标 may stand under 产出指标 as 成本指标 does
            for label in form.lists["level2"][parent]:
                self.parents[label_key(label)] += [
                    p for p in beyond if p not in self.parents[label_key(label)]
                ]
        self.kinds = {label_key(parent): len(labels) for parent, labels in form.lists["level2"].items()}
        self.troubles: list[Trouble] = []
        self.level1, self.level2 = NONE, NONE
        self.spare = NONE  # a level-2 label that stands in the column of level 1
        self.seen: set[str] = set()  # the level-1 labels of the form

    def full(self, label: Label) -> str:
        """Give a label for comparison: 产出 as 产出指标."""
        longer = f"{label.key}指标"
        return longer if label.key and (longer in self.ones or longer in self.parents) else label.key

    def walk(self, is_money: Callable[[int], bool]) -> Levels:
        rows = self.table.rows
        filled = {row for row in rows if self.is_row(row)}
        labels = {row: (self.label(row, "level1"), self.label(row, "level2")) for row in rows}
        twos = any(two.text for _, two in labels.values())
        self.seen = {self.full(one) for one, _ in labels.values()}
        repeated = self.is_repeated([labels[row][0] for row in rows if row in filled])
        of: dict[int, tuple[Label, Label]] = {}
        named = []
        shown1 = shown2 = ""
        for row in rows:
            one, two = labels[row]
            fresh1 = bool(one.text) and one.text != shown1
            shown1, shown2 = one.text or shown1, "" if fresh1 else shown2
            fresh2 = bool(two.text) and two.text != shown2
            shown2 = two.text or shown2
            if fresh1:
                self.new_level1(row, one, two)
            if fresh2 and self.spare.text != two.text:
                self.new_level2(row, two, one)
            elif self.spare.text and not two.text and not fresh1:
                self.level2 = self.spare
            elif two.text and self.full(two) == self.full(self.level2):
                self.level2 = two  # repeated: the cell beside the row
            if one.text and self.full(one) == self.full(self.level1):
                self.level1 = one
            if row in filled:
                name = self.label(row, "level3")
                if self.full(name) in self.parents:
                    self.tell("R122", row, "level3", name.text, "level.two_in_name", self.full(name))
                    self.level2 = name
                    named.append(row)
                if repeated and not one.text and not two.text:
                    self.level1 = self.level2 = NONE
                    shown1 = ""
                self.missing(row, twos)
            of[row] = self.level1, self.level2
        self.money_rows(of, labels, is_money)
        return Levels(of, frozenset(named), tuple(self.troubles))

    def label(self, row: int, name: str) -> Label:
        """Give a label and its cell; a merged label holds for all its rows."""
        header = self.table.columns.get(name)
        if header is None:
            return NONE
        level3 = self.table.columns["level3"].first
        for column in range(header.first, header.last + 1):
            cell, (_, left, _, right) = self.sheet.at(row, column), self.sheet.span(row, column)
            beside = name == "level3" or right < level3 or level3 < left
            if cell.shown and cell.state == TEXT and left >= header.first and beside:
                return Label(cell.shown, a1(*self.sheet.origin(row, column)))
        return NONE

    def is_repeated(self, ones: list[Label]) -> bool:
        """Tell whether level 1 is written on every row, so that a row without it lacks it."""
        own = [one for one in ones if one.text]
        again = len({one.key for one in own}) < len(own) == len({one.cell for one in own})
        return again and len(own) >= len(ones) - 1 > 2

    def is_row(self, row: int) -> bool:
        """Tell whether a row holds more than labels."""
        columns = [self.table.columns[n] for n in ("target", "actual", "weight") if n in self.table.columns]
        return any(
            self.sheet.own(row, c).shown and self.sheet.origin(row, c)[0] == row
            for h in columns
            for c in range(h.first, h.last + 1)
        )

    def tell(
        self, code: str, row: int, field: str, label: str, how: str, understood: str, cell: str = ""
    ) -> None:
        header = self.table.columns.get(field) or self.table.columns["level3"]
        cells = (cell or a1(row, header.first),)
        said = phrase(how, level1=self.level1.text)
        self.troubles.append(Trouble(code, row, cells, field, label, said, understood))

    def new_level1(self, row: int, one: Label, two: Label) -> None:
        self.spare = NONE
        beside = self.parents.get(self.full(two), []) if self.full(two) != self.full(one) else []
        if self.full(one) in self.parents and (
            self.full(one) not in self.ones or (beside and self.full(one) not in beside)
        ):
            parent = (beside or self.parents[self.full(one)])[0]
            self.tell(
                "R122", row, "level1", one.text, "level.two_in_one", f"{parent}—{self.full(one)}", one.cell
            )
            self.level1, self.level2, self.spare = Label(parent), one, one
        else:
            self.level1, self.level2 = one, NONE

    def new_level2(self, row: int, two: Label, one: Label) -> None:
        parents = self.parents.get(self.full(two), [])
        if self.full(two) == self.full(self.level1):
            self.level2 = two
            return
        # the form has its own levels, or says in the same row where the label belongs
        own = bool(self.level1.text) and (self.full(self.level1) not in self.ones or bool(one.text))
        if self.full(two) in self.ones and not parents and not own:
            self.tell("R122", row, "level2", two.text, "level.one_in_two", self.full(two), two.cell)
            self.level1, self.level2 = two, NONE
            return
        self.level2 = two
        if not parents or self.full(self.level1) in parents:
            return
        # a carried level 1 gives way only where the one that belongs here is written nowhere
        nowhere = not one.text and not any(parent in self.seen for parent in parents)
        if not self.level1.text or (self.full(self.level1) in self.ones and nowhere):
            self.level1 = Label(parents[0])
            if "level1" in self.table.columns:
                self.tell("R123", row, "level1", "一级指标", "level.by_level2", parents[0])
        elif self.full(self.level1) in self.ones:
            understood = f"{self.full(self.level1)}—{self.full(two)}"
            self.tell("R122", row, "level2", two.text, "level.other_parent", understood, two.cell)

    def missing(self, row: int, twos: bool) -> None:
        """Tell a row that no label reaches; once, since it is carried on as known to be missing."""
        if "level1" in self.table.columns and not self.level1.text and not self.told("level1", ""):
            self.tell("R123", row, "level1", "一级指标", "level.none", "")
        several = self.kinds.get(self.full(self.level1), 0) > 1
        if twos and several and not self.level2.text and not self.told("level2", self.level1.text):
            self.tell("R123", row, "level2", "二级指标", "level.none", "")

    def told(self, field: str, level1: str) -> bool:
        return any(
            t.code == "R123" and t.field == field and not t.understood and t.how.words["level1"] == level1
            for t in self.troubles
        )

    def money_rows(
        self,
        of: dict[int, tuple[Label, Label]],
        labels: dict[int, tuple[Label, Label]],
        is_money: Callable[[int], bool],
    ) -> None:
        """Give amounts above a label 成本指标 to it, where they stand under another label without one of their own.

        A label in the middle of its rows is what a table looks like that was cut by the end of a page.
        """
        rows = list(of)
        for i, row in enumerate(rows):
            one, two = labels[row]
            label = two if "成本" in two.text else one if "成本" in one.text else NONE
            if not label.text or self.full(of[row][1]) != self.full(label):
                continue
            above: list[int] = []
            for earlier in reversed(rows[:i]):
                bare = not labels[earlier][1].text and not labels[earlier][0].text
                if not (bare and is_money(earlier) and "成本" not in of[earlier][1].text):
                    break
                above.append(earlier)
            if above:
                first, taken = min(above), of[above[0]][1]
                column = self.table.columns["level2" if "level2" in self.table.columns else "level3"].first
                cells = tuple(a1(r, column) for r in sorted(above))
                how = phrase("level.money_rows", cell=label.cell)
                self.troubles.append(
                    Trouble("R122", first, cells, "level2", taken.text, how, self.full(label))
                )
                for earlier in above:
                    of[earlier] = of[row]
