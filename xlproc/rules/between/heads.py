"""The heads of two forms: departments and agencies by one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.keys import plain_name
from xlproc.rules.between.sides import Sides, cells_of, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlproc.model.findings import Finding

_NAMES = {"department": "主管部门", "agency": "实施单位"}


def compare_heads(heads: Sides) -> Iterator[Finding]:
    """Tell names of agency and department that differ.

    Args:
        heads: Paired forms.
    """
    for field, label in _NAMES.items():
        ours, theirs = (side[field].map(plain_name) for side in (heads.ours, heads.theirs))
        for mine, other in heads.couples((ours != theirs) & (ours != "") & (theirs != "")):
            yield tell(
                "M211", field, (mine, cells_of(mine, field)), (other, cells_of(other, field)),
                label=label, found=mine[field], expected=other[field],
            )  # fmt: skip
