"""The ordinary best: calamine reads, XlsxWriter writes the same cells and formats in memory, nothing is computed.

Run as ``python -m benchmarks.ordinary INBOX OUTBOX LAYOUTS PROCESSES``: prints the seconds that it took once all was loaded.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from pathlib import Path

import python_calamine

from benchmarks import generate
from benchmarks.layouts import kept
from xlproc.writing.layout import Book
from xlproc.writing.xlsx import reference

_books: list[Book] = []


def begin(layouts: Path) -> None:
    """Load the layouts once a process."""
    _books.extend(kept(layouts))


def read(path: Path) -> None:
    """Read a workbook, and do nothing with it."""
    book = python_calamine.load_workbook(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def one(task: tuple[int, Path, Path]) -> None:
    """Read a workbook and write a layout."""
    number, path, output = task
    read(path)
    output.write_bytes(reference.render(_books[number % generate.BASES]))


def main() -> None:
    """Do every workbook."""
    inbox, outbox, layouts = map(Path, sys.argv[1:4])
    outbox.mkdir(parents=True)
    tasks = [(i, path, outbox / path.name) for i, path in enumerate(sorted(inbox.glob("*.xlsx")))]
    processes = int(sys.argv[4])
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, begin, (layouts,)) as pool:
        pool.map(abs, range(processes))  # all have loaded
        started = time.perf_counter()
        pool.map(one, tasks, chunksize=20)
        print(time.perf_counter() - started)  # noqa: T201


if __name__ == "__main__":
    main()
