"""From frame columns to plain arrays: numbers with a mask of which are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from xlproc.model.exact import Bools, Ints


def numbers(frame: pd.DataFrame, name: str) -> tuple[Ints, Bools]:
    """Give an Int64 column as an int64 array (0 where unknown) and the mask of the known ones.

    Examples:
        >>> import pandas as pd
        >>> numbers(pd.DataFrame({"a": pd.Series([1, None], dtype="Int64")}), "a")
        (array([1, 0]), array([ True, False]))
    """
    column = frame[name].array
    known = ~np.asarray(column.isna(), dtype=bool)
    return column.to_numpy(dtype=np.int64, copy=True, na_value=0), known


def nullable(values: Ints, known: Bools) -> pd.Series[int]:
    """Give an Int64 column, missing where unknown.

    Examples:
        >>> nullable(np.array([1, 2]), np.array([True, False])).tolist()
        [1, <NA>]
    """
    import pandas as pd

    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int64), ~known))


def maybe(values: Bools, known: Bools) -> pd.Series[bool]:
    """Give a boolean column, missing where unknown.

    Examples:
        >>> maybe(np.array([True, False]), np.array([True, False])).tolist()
        [True, <NA>]
    """
    import pandas as pd

    return pd.Series(pd.arrays.BooleanArray(values, ~known))
