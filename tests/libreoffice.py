"""LibreOffice as an oracle: recalculates workbooks, and turns them into PDF."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

needed = pytest.mark.skipif(
    SOFFICE is None and not os.environ.get("XLPROC_REQUIRE_LIBREOFFICE"),
    reason="LibreOffice is not installed: the live formulas are not recalculated here (apt install libreoffice-calc)",
)
"""Skips where LibreOffice is missing, except where the environment requires it."""


def convert(paths: Iterable[Path], folder: Path, kind: str = "xlsx") -> list[Path]:
    """Open workbooks in LibreOffice and save them as another kind; formulas are recalculated on loading."""
    assert SOFFICE is not None, "LibreOffice is required here and is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    profile = folder / ".profile"
    _recalculate_always(profile)
    listed = [str(path) for path in paths]
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(folder), *listed], check=True, capture_output=True, timeout=300)
    return [folder / f"{Path(path).stem}.{kind}" for path in listed]


def _recalculate_always(profile: Path) -> None:
    """Tell LibreOffice to recalculate on load: by default it keeps the stored values of files from Excel."""
    user = profile / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
        '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>\n'
        "</oor:items>\n",
        "utf-8",
    )
