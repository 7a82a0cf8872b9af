"""What came of a workbook, as it travels from where its part was done to where the batch is summed up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlproc.writing.summary import Left

Row = dict[str, Any]


@dataclass(slots=True)
class Made:
    """What came of a workbook.

    Attributes:
        left: Its lines for the summary.
        failures: What could not be written.
        part: Its part of the report, with outputs below the outbox.
        sha256: The fingerprint of what was read; "" where the file was refused.
        written: The fingerprints of its results and its marked copy; "" where there is none.
        aside: Results with somebody's changes that were renamed.
        is_lasting: The next run would come to the same.
        seconds: How long it took.
    """

    left: Left
    failures: list[Row] = field(default_factory=list)
    part: dict[str, Any] | None = None
    sha256: str = ""
    written: tuple[str, str] = ("", "")
    aside: list[str] = field(default_factory=list)
    is_lasting: bool = False
    seconds: float = 0.0

    @property
    def is_passing(self) -> bool:
        """It was held by another program, or its results were: soon that may be otherwise."""
        return bool(self.failures) or any(item["code"] == "F008" for item in self.left.file.findings)
