"""What a stored value shows: its kind, its text in the file and its style make a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl.utils.datetime import from_excel, from_ISO8601

from xlproc.reading.grid.cells import Cell, error, made
from xlproc.reading.grid.xlsx.around import Styles, UnclaimedError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

_STYLE = re.compile(r"[0-9]{1,6}")


@dataclass(slots=True)
class Values:
    """A workbook's strings and styles, and the cells made with them: most of a form's come again.

    Attributes:
        strings: The shared strings.
        styles: The styles.
        epoch: The day from which dates count.
    """

    strings: Sequence[str]
    styles: Styles
    epoch: dt.datetime
    _made: dict[tuple[str, str, str], Cell | None] = field(default_factory=dict)

    def cell(self, kind: str, value: str, style: str) -> Cell | None:
        """Make a cell of a stored value.

        Args:
            kind: The cell's ``t``.
            value: Its ``v``; of an inline string the text.
            style: Its ``s``.

        Raises:
            UnclaimedError: Only openpyxl is to say.
            ValueError: It is no such value; so do IndexError and others.
        """
        known = (kind, value, style)
        if known not in self._made:
            self._made[known] = self._make(kind, value, style)
        return self._made[known]

    def _make(self, kind: str, text: str, style: str) -> Cell | None:
        if not _STYLE.fullmatch(style):
            raise UnclaimedError
        number = int(style)
        value: Any = text
        if kind == "n":
            value = float(text) if "." in text or "E" in text or "e" in text else int(text)
            if number in self.styles.dates:
                try:
                    value = from_excel(value, self.epoch, timedelta=number in self.styles.durations)
                except (OverflowError, ValueError):
                    return error("#VALUE!")
        elif kind == "s":
            value = self.strings[int(text)]
        elif kind == "b":
            value = bool(int(text))
        elif kind == "d":
            value = from_ISO8601(text)  # type: ignore[no-untyped-call]
        elif kind == "e":
            return error(text)
        elif kind not in ("str", "inlineStr"):
            raise UnclaimedError
        code = self.styles.codes[number]
        if code is None:
            raise UnclaimedError
        return made(value, code)
