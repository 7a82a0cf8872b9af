"""What counts twice in a batch: the same file twice, the same project and year in two workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.model.findings import Finding
from xlproc.model.keys import plain_name, project_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.batch.inbox import Job
    from xlproc.batch.rounds import Heads
    from xlproc.model.findings import Words


def counted_twice(
    jobs: Sequence[Job], contents: Sequence[str], heads: Mapping[int, Heads]
) -> dict[int, list[Finding]]:
    """Give the findings about workbooks that repeat an earlier one, by place among the jobs.

    Args:
        jobs: The workbooks.
        contents: Their fingerprints; "" where a file was not read.
        heads: Of their forms.
    """
    first: dict[str, int] = {}
    found: dict[int, list[Finding]] = {}
    for number, content in enumerate(contents):
        counts = content and heads.get(number)
        earlier = first.setdefault(content, number) if counts else number
        if earlier != number:
            context = {"file": jobs[number].path.name, "other": jobs[earlier].name}
            found[number] = [Finding("B001", number, context=context)]
    for (number, earlier), names in _repeated({n: heads[n] for n in sorted(heads) if n not in found}).items():
        words: dict[str, Words] = {"file": jobs[number].path.name, "other": jobs[earlier].name}
        words |= {"projects": tuple(names[:4]), "n": str(len(names))}
        finding = Finding("B002", number, context=words)
        found.setdefault(number, []).append(finding)
    return found


def _repeated(heads: Mapping[int, Heads]) -> dict[tuple[int, int], list[str]]:
    """Give the names of the projects that two workbooks share: by the later one and the first that has them."""
    rows: list[dict[str, Any]] = [
        {**head, "workbook": number} for number, mine in heads.items() for head in mine
    ]
    first: dict[tuple[str, ...], int] = {}
    out: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        key = project_key(row["year"], row["name"])
        units = [plain_name(row[name]) for name in ("department", "agency")]
        if not key or not any(units):  # without any unit two forms of one name may be two units' (公用经费)
            continue
        earlier = first.setdefault((key, row["form"], *units), row["workbook"])
        names = out.setdefault((row["workbook"], earlier), [])
        if earlier != row["workbook"] and row["name"] not in names:
            names.append(row["name"])
    return {couple: names for couple, names in out.items() if names}
