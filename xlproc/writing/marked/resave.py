"""A workbook saved anew by openpyxl: what it does not know is lost, but how it is written is known."""

from __future__ import annotations

import warnings
from io import BytesIO

from xlproc.writing.marked.elements import NotUnderstoodError, parse, spliced
from xlproc.writing.marked.package import Package
from xlproc.writing.xlsx import CREATED


def resaved(data: bytes) -> bytes:
    """Save a workbook anew; no clock is in the bytes.

    Raises:
        NotUnderstoodError: openpyxl cannot do it.
    """
    import openpyxl

    out = BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the loss is told on the list
            openpyxl.load_workbook(BytesIO(data)).save(out)
    except Exception as error:  # whatever openpyxl trips over, the file is at fault
        raise NotUnderstoodError(f"{type(error).__name__}: {error}"[:200]) from error
    package = Package(out.getvalue())
    core = package["docProps/core.xml"]
    dates = [item for item in parse(core).children if item.name in ("created", "modified")]
    moment = f"{CREATED.isoformat()}Z".encode()
    package["docProps/core.xml"] = spliced(core, [(item.inner, item.close, moment) for item in dates])
    return package.data()
