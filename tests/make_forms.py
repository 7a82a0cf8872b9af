"""Prints how much of the published forms is read: ``python -m tests.make_forms`` (make forms)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.published import WAYS, cases, write_all
from tests.transcribed import facts
from xlproc.batch.read import read_json

HEAD = (
    f"{'form':42}{'kind':18}{'rows':>5}{'ways':>5}{'read':>6}{'cells':>7}{'right':>7}{'share':>8}{'whole':>6}"
)


def main() -> None:
    """Read every form in every way, and print a line a form: what is transcribed of it, and what was read right."""
    forms = {case["id"]: case for case in cases()}
    lines = {name: [0, 0, 0, 0] for name in forms}  # rows read, cells, cells read right, ways read whole
    with tempfile.TemporaryDirectory() as folder:
        for way, how in WAYS.items():
            written = write_all(Path(folder) / way, forms.values(), how)
            workbooks = read_json(path for path, _ in written.values())["workbooks"]
            for (name, (_, placed)), workbook in zip(written.items(), workbooks, strict=True):
                found = facts(forms[name], placed, workbook)
                filled = [fact for fact in found if fact.want]
                rows = sum(len(project["indicators"]) for project in workbook["projects"])
                right = sum(fact.right for fact in filled)
                new = (rows, len(filled), right, all(fact.right for fact in found))
                lines[name] = [a + b for a, b in zip(lines[name], new, strict=True)]
    print(HEAD)  # noqa: T201
    for name, (rows, cells, right, whole) in lines.items():
        total = len(forms[name]["indicators"])
        kind = forms[name]["kind"]
        print(_line(name, kind, total, len(WAYS), rows, cells, right, str(whole)))  # noqa: T201
    sums = [sum(column) for column in zip(*lines.values(), strict=True)]
    share = f"{sums[3] / len(WAYS) / len(forms):.1%}"
    total = sum(len(case["indicators"]) for case in forms.values())
    print(_line(f"{len(forms)} forms", "", total, len(WAYS), sums[0], sums[1], sums[2], share))  # noqa: T201


def _line(name: str, kind: str, total: int, ways: int, rows: int, cells: int, right: int, whole: str) -> str:
    return (
        f"{name:42}{kind:18}{total:>5}{ways:>5}{rows:>6}{cells:>7}{right:>7}{right / cells:>8.1%}{whole:>6}"
    )


if __name__ == "__main__":
    main()
