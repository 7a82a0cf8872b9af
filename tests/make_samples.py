"""Makes ``samples/``: three published tables as offices lay them out, and three filled templates saved by LibreOffice;
and the form in an office's own words that ``docs/`` has for an example.

Run by ``make samples``; a test compares the shipped files with what this makes, cell by cell.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import filling, libreoffice, monitoring_form, office
from tests.families import SKETCHES, sketch

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
OFFICE = {"2021_信息系统运行维护": "2021", "2024_信息系统运行维护费": "2024"}
MIDYEAR = "2021_信息系统运行维护_监控"
FILLED = {"示例_三个项目": "三个项目", "示例_超额与零目标": "超额与零目标", "示例_问题较多": "问题较多"}


def raw(folder: Path) -> Iterator[tuple[str, Path]]:
    """Make all samples, formulas not yet calculated: name and path."""
    for name, data in OFFICE.items():
        yield name, office.workbook(folder / f"{name}.xlsx", office.form(data))
    yield MIDYEAR, monitoring_form.workbook(folder / f"{MIDYEAR}.xlsx")
    for name, data in FILLED.items():
        yield name, filling.save(folder / f"{name}.xlsx", filling.projects(data))


def main() -> None:
    """Write the samples; templates pass through LibreOffice, which calculates their formulas as Excel would."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = dict(raw(folder))
        for name in (*OFFICE, MIDYEAR):
            shutil.copy(made[name], SAMPLES / f"{name}.xlsx")
        for path in libreoffice.convert([made[name] for name in FILLED], folder / "calculated"):
            shutil.copy(path, SAMPLES / path.name)
    sketch(ROOT / "docs" / "examples" / "our-form.xlsx", SKETCHES["our-form"])


if __name__ == "__main__":
    main()
