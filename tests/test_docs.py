"""The commands in README and docs are run as they stand, in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
INSTALLS = ("pip install .", "make test", "make lint")
"""Run elsewhere (by the one who reads this, by CI): here only their targets are checked."""


def commands(name: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in (
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "requirements-dev.lock",
        "README.md",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, folder / name)
    for name in ("xlproc", "samples", "workbook_templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.mark.skipif(os.name == "nt" or shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("name", READMES)
def test_the_readmes_commands_run(name: str, copy: Path) -> None:
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    listed = commands(name)
    assert {"make evaluate", "make test", "xlproc rulesets"} <= set(listed)
    for command in listed:
        if command in INSTALLS:
            if command.startswith("make"):
                target = command.split()[1]
                assert re.search(rf"^{target}:", (copy / "Makefile").read_text("utf-8"), re.MULTILINE)
            continue
        # the environment is this one: it is not made again
        line = (
            command.replace("make ", "make -o .venv/runtime -o .venv/dev ", 1)
            if command.startswith("make ")
            else command
        )
        done = subprocess.run(
            line, shell=True, cwd=copy, capture_output=True, text=True, env={**os.environ, "PATH": path}
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert (copy / "outbox" / "samples" / "汇总.xlsx").is_file()


@pytest.mark.skipif(os.name == "nt" or shutil.which("make") is None, reason="make is not installed")
def test_make_evaluate_takes_the_inbox_once_it_holds_a_workbook(copy: Path) -> None:
    (copy / "inbox").mkdir(exist_ok=True)
    shutil.copy(next((copy / "samples").glob("2024*.xlsx")), copy / "inbox" / "某项目.xlsx")
    done = subprocess.run(
        ["make", "-o", ".venv/runtime", "evaluate", "OUTBOX=out here"],
        cwd=copy,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (copy / "out here").iterdir()) == ["某项目_评价结果.xlsx", "汇总.xlsx"]
    (copy / "inbox" / "某项目.xlsx").unlink()


@pytest.mark.parametrize("name", [*READMES, "docs/json.md", "docs/reading.md"])
def test_links_and_pictures_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert ((ROOT / name).parent / target).exists(), target


def test_codes_named_in_the_docs_exist() -> None:
    from xlproc.model.findings import catalogue

    for name in ("docs/reading.md", "docs/json.md"):
        for code in re.findall(r"\b[FTCRXS]\d{3}\b", (ROOT / name).read_text("utf-8")):
            assert code in catalogue()


def test_the_json_page_names_every_key(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from xlproc.cli import main

    sample = next((ROOT / "samples").glob("2024*.xlsx"))
    CliRunner().invoke(
        main, ["evaluate", str(sample), "-o", str(tmp_path), "--json", str(tmp_path / "r.json")]
    )
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    project = json.loads((tmp_path / "r.json").read_text("utf-8"))["workbooks"][0]["projects"][0]
    keys = {*project, *project["funds"][0], *project["indicators"][0], *project["total"], *project["goals"]}
    assert {key for key in keys if key not in page} <= {"ruleset", "level2", "level3"}


def test_the_wheel_carries_its_data(tmp_path: Path) -> None:
    """Templates, rule sets, forms and catalogue travel with the package."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        names = set(package.namelist())
    assert {
        "xlproc/workbook_templates/项目支出绩效自评表.xlsx",
        "xlproc/model/catalogue.toml",
        "xlproc/forms/self_evaluation.toml",
        "xlproc/forms/vocabulary.toml",
        "xlproc/cli/texts.toml",
        "xlproc/cli/locale/zh_CN/LC_MESSAGES/messages.mo",
        *(f"xlproc/rulesets/{path.name}" for path in (ROOT / "xlproc" / "rulesets").glob("*.toml")),
    } <= names
