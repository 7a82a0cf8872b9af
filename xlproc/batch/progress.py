"""How far a batch is: counted here, shown by whoever asks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """Counts what is done; another thread may look at it meanwhile.

    Attributes:
        total: How many workbooks there are.
        found: By place: how many errors and warnings were found in each that is done.
        known: How many were done before it began.
        started: When it began, in seconds.

    Examples:
        >>> progress = Progress(4)
        >>> progress.tell(0, 2, 1); progress.tell(0, 1, 1); progress.tell(1, 0, 5)
        >>> progress.done, progress.errors, progress.warnings
        (2, 1, 6)
    """

    total: int = 0
    found: dict[int, tuple[int, int]] = field(default_factory=dict)
    known: int = 0
    started: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Begin to work: what was told so far was known, and says nothing of the speed."""
        self.known, self.started = len(self.found), time.monotonic()

    def tell(self, number: int, errors: int, warnings: int) -> None:
        """Tell of a workbook that is done, or done once more."""
        self.found[number] = errors, warnings

    @property
    def done(self) -> int:
        """How many workbooks are done."""
        return len(self.found)

    @property
    def errors(self) -> int:
        """How many errors were found so far."""
        return sum(errors for errors, _ in list(self.found.values()))

    @property
    def warnings(self) -> int:
        """How many warnings were found so far."""
        return sum(warnings for _, warnings in list(self.found.values()))

    def rate(self, now: float) -> float:
        """Give how many workbooks are done in a second, 0 while that is not known.

        Examples:
            >>> progress = Progress(9, {0: (0, 0), 1: (0, 0), 2: (0, 0)}, known=1, started=10.0)
            >>> progress.rate(14.0), progress.left(14.0), progress.rate(10.0), progress.left(10.0)
            (0.5, 12.0, 0.0, None)
        """
        spent = now - self.started
        return (self.done - self.known) / spent if spent > 0 else 0.0

    def left(self, now: float) -> float | None:
        """Give how many seconds it will still take, or None while that is not known."""
        rate = self.rate(now)
        return (self.total - self.done) / rate if rate else None
