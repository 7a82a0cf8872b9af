"""What the figures of two forms cover: an evaluated form the year, unless its own headers say less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc.model.periods import month_of

if TYPE_CHECKING:
    import pandas as pd

    from xlproc.rules.between.sides import Sides


def periods(heads: Sides) -> pd.DataFrame:
    """Give by pair whether the evaluated form covers as much as the monitoring form.

    Args:
        heads: Paired forms.

    Returns:
        By pair: ``later`` (it goes to a later month) and ``same`` (to the same one).
    """
    import pandas as pd

    mine = heads.ours["period"].map(month_of).astype("Int64")
    other = heads.theirs["month"].astype("Int64")
    later = mine.isna() | (mine > other).fillna(value=False)
    same = (mine == other).fillna(value=False)
    return pd.DataFrame({"later": later.to_numpy(dtype=bool), "same": same.to_numpy(dtype=bool)}, index=heads.ours["pair"])  # fmt: skip
