"""The plan of sizes is carried over from what was measured, as one would by hand."""

from __future__ import annotations

from math import ceil

import pytest

from tests.sizes import Measured, measured

TEXT = """x86_64, 4 cores, Python 3.11.7.

| what | workbooks | seconds | a second | peak MiB | ÷ (a) | ÷ (c) |
|---|---|---|---|---|---|---|
| (a) | 100 | 43.1 | 2.3 | | 1 | |
| (b) | 1000 | 50.0 | 20.0 | 300 | 8.7 | 0.43 |
| (c) | 1000 | 20.0 | 50.0 | | 21.7 | 1 |
| (b) | 10000 | 250.0 | 40.0 | 480 | 17.4 | 0.80 |

On disk, of the last folder:

- filled: 16.0 KiB a workbook
- written: 48.0 KiB a workbook

The most memory of the first process alone, which writes the summary: 100 MiB.

Cold start, best of five:

- `xlproc --help`: 0.13 s
- one workbook: 1.00 s
"""


def test_what_was_measured_is_read() -> None:
    assert measured(TEXT) == Measured(
        4, ((1_000, 50.0, 300.0), (10_000, 250.0, 480.0)), 1.0, filled=16.0, written=48.0, first=100.0
    )


def test_what_was_measured_is_carried_over() -> None:
    """40 a second on 4 cores are 10 a core; 180 MiB for 9,000 workbooks are 0.02 each; a part of 100 takes 10 s and 1 s to start."""
    by = measured(TEXT)
    assert by.hours(144_000, 4) == pytest.approx(1)
    assert by.hours(144_000, 16) == pytest.approx(0.25)
    assert by.memory(110_000) == pytest.approx(480 + 2_000)
    assert by.hands(100_000) == ceil(500 * 21 / 3600) == 3


def test_the_first_process_may_need_most_when_it_writes_the_summary() -> None:
    """30 MiB for 1,000 workbooks are 3,300 for 110,000, more than the 2,480 of all processes before."""
    by = measured(TEXT.replace("summary: 100 MiB", "summary: 300 MiB"))
    assert by.memory(110_000) == pytest.approx(3_300)


def test_of_one_run_nothing_is_known_of_memory() -> None:
    one = "\n".join(line for line in TEXT.splitlines() if "| 1000 |" not in line)
    assert measured(one).memory(500) is None
