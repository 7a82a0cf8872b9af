"""Cells of a web page that bears a spreadsheet's name, as many systems export tables; what a cell shows is all there is."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlproc.reading.grid.cells import (
    MAX_MERGED,
    Area,
    Cells,
    Grid,
    RefusedError,
    Room,
    made,
    too_many,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PAGE = 16 * 2**20
"""Largest page, in bytes."""
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_NAME = re.compile(r"<x:Name>([^<]{1,31})</x:Name>")
_STOP = re.compile(r"[>\"']")
_TAG = re.compile(r"(/?)([a-z][\w:-]*)", re.IGNORECASE)
_SPAN = re.compile(r"\b(colspan|rowspan)\s*=\s*[\"']?\s*(\d{1,5})", re.IGNORECASE)
_HIDDEN = frozenset({"script", "style", "title", "xml", "template", "select"})
"""Tags whose words do not show."""
_BREAKS = frozenset({"br", "p", "div", "li"})
_BLANK = re.compile(r"[ \t\r\n\f]+")


def read(data: bytes) -> Grid:
    """Read a page's tables as one sheet, one below the other, as Excel opens it.

    Args:
        data: The page.

    Raises:
        RefusedError: It is too large.
        ValueError: It has no table that holds anything.
    """
    if len(data) > MAX_PAGE:
        from xlproc.model.words import phrase

        size = phrase("file.size", mb=f"{len(data) / 2**20:.0f}")
        raise RefusedError("F005", size=size, limit=f"{MAX_PAGE / 2**20:.0f} MB")
    text = decoded(data)
    page = _Page()
    for tag, about, words in _pieces(text):
        page.take(tag, about, words)
    cells, merges = page.ended()
    names = _NAME.findall(text)
    name = html.unescape(names[0]) if len(names) == 1 else "Sheet1"
    last = max((row for row, _ in cells), default=0)
    return Grid([cells.sheet(name, True, merges, last, calculated=False)])


def decoded(data: bytes) -> str:
    """Decode a page: by its mark, by what it says, as UTF-8, or as Chinese systems write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    stated = _CHARSET.search(data[:4096])
    for codec in (*([stated[1].decode("ascii").lower()] if stated else ()), "utf-8"):
        codec = "gb18030" if codec.startswith("gb") else "utf-8-sig" if codec == "utf-8" else codec
        try:
            return data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030", "replace")


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """Give each tag, what it says of itself, and the words after it; in one pass, whatever is left unclosed."""
    at = text.find("<")
    hidden = set(_HIDDEN)
    last = {quote: text.rfind(quote) for quote in "\"'"}
    while at >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            name, about, end = "", "", end + 2 if end >= 0 else -1
        else:
            named = _TAG.match(text, at + 1)
            end = _tag_end(text, at + 1, last) if named or text.startswith(("<!", "<?"), at) else at
            name = (named[1] + named[2]).lower() if named else ""
            about = text[named.end() : end] if named and end >= 0 else ""
        if end < 0:
            return
        following = text.find("<", end + 1)
        if name in hidden and not about.endswith("/"):
            closing = re.compile(f"</{name}", re.IGNORECASE).search(text, end)
            if closing:
                following = closing.start()
                yield name, "", ""
                at = following
                continue
            hidden.discard(name)  # never closed from here on, so it hides nothing
        yield name, about, text[end + (end > at) : following if following >= 0 else len(text)]
        at = following


def _tag_end(text: str, at: int, last: dict[str, int]) -> int:
    """Find where a tag ends; a sign within quotes does not end it."""
    while match := _STOP.search(text, at):
        sign, at = match[0], match.end()
        if sign == ">":
            return match.start()
        if last[sign] >= at:
            at = text.index(sign, at) + 1
    return -1


@dataclass(slots=True)
class _Table:
    """A table while it is read.

    Attributes:
        found: Its cells.
        row: The current row, from 1.
        column: The next free column, from 1.
        spans: Columns that cells from above still take, by column: the last row taken.
        cell: The current cell's place, or None between cells.
        size: The current cell's rows and columns.
        words: The current cell's text.
    """

    found: Cells
    row: int = 0
    column: int = 1
    spans: dict[int, int] = field(default_factory=dict)
    cell: tuple[int, int] | None = None
    size: tuple[int, int] = (1, 1)
    words: list[str] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)


class _Page:
    """The tables of a page, one below the other; an inner table before the one around it."""

    def __init__(self) -> None:
        self._room = Room()
        self.cells, self.merges = Cells(self._room), list[Area]()
        self._rows, self._spanned = 0, 0
        self._open: list[_Table] = []
        self._outside: list[str] = []

    def take(self, tag: str, about: str, words: str) -> None:
        """Take a tag and the words after it."""
        name = tag.removeprefix("/")
        table = self._open[-1] if self._open else None
        if tag == "table":
            self._line()
            self._open.append(_Table(Cells(self._room)))
            if len(self._open) > 50:
                raise ValueError("tables in tables")
        elif table is None:
            if name in _BREAKS or (len(name) == 2 and name[0] == "h"):
                self._line()
        elif tag == "/table":
            self._end(table)
        elif name in ("tr", "td", "th"):
            _end_cell(table)
            if tag == "tr":
                table.row, table.column = table.row + 1, 1
            elif not tag.startswith("/"):
                self._spanned += _begin_cell(table, about)
                if self._spanned > 2 * MAX_MERGED:
                    raise too_many("file.merged", self._spanned, MAX_MERGED)
        elif tag in _BREAKS and table.cell:
            table.words.append("\n")
        if words and self._open:
            if self._open[-1].cell:
                self._open[-1].words.append(_plain(words))
        elif words:
            self._outside.append(_plain(words))

    def ended(self) -> tuple[Cells, list[Area]]:
        """Give all cells and merged areas."""
        while self._open:
            self._end(self._open[-1])
        self._line()
        return self.cells, self.merges

    def _line(self) -> None:
        """Put a line of text between tables, such as a title, into a row of its own."""
        if self._open:
            return
        cell = made("".join(self._outside))
        self._outside.clear()
        if cell is not None:
            self._rows += 1
            self.cells.put(self._rows, 1, cell)

    def _end(self, table: _Table) -> None:
        _end_cell(table)
        self._open.pop()
        if not table.found:
            return
        for (row, column), cell in table.found.items():
            self.cells[self._rows + row, column] = cell
        last = table.row  # a cell never spans past its table
        self.merges += [(self._rows + a, b, self._rows + min(c, last), d) for a, b, c, d in table.merges]
        self._rows += table.row


def _begin_cell(table: _Table, about: str) -> int:
    """Open a cell at the next place that no cell from above takes; give how many places were spanned or passed."""
    table.row = max(table.row, 1)
    before = table.column
    while table.spans.get(table.column, 0) >= table.row:
        table.column += 1
    spans = {name.lower(): max(int(number), 1) for name, number in _SPAN.findall(about)}
    along, down = min(spans.get("colspan", 1), 1000), min(spans.get("rowspan", 1), 65534)
    table.cell, table.size = (table.row, table.column), (down, along)
    if down > 1:
        for column in range(table.column, table.column + along):
            table.spans[column] = table.row + down - 1
    table.column += along
    if table.column > 16_384:
        raise too_many("file.cells", table.column, 16_384)
    return table.column - before - 1


def _end_cell(table: _Table) -> None:
    if table.cell is None:
        return
    (row, column), (down, along) = table.cell, table.size
    table.found.put(row, column, made("\n".join(line.strip() for line in "".join(table.words).split("\n"))))
    if down > 1 or along > 1:
        table.merges.append((row, column, row + down - 1, column + along - 1))
    table.cell = None
    table.words.clear()


def _plain(words: str) -> str:
    return html.unescape(_BLANK.sub(" ", words))
