"""What an indicator is by the labels of its levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from xlproc.model.exact import Bools


def labelled(indicators: pd.DataFrame, words: Sequence[str]) -> Bools:
    """Tell the rows of which a level label holds one of the words."""
    labels = indicators["level1"] + " " + indicators["level2"]
    found = labels.map({label: any(word in label for word in words) for label in labels.unique()})
    return np.asarray(found.to_numpy(dtype=bool))


def is_cost(indicators: pd.DataFrame) -> Bools:
    """Tell the cost indicators."""
    return labelled(indicators, ("成本",))
