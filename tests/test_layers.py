"""The rooms and their direction, read from the import lines; and what must not be imported early."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "xlproc"

MAY_IMPORT = {
    "model": set(),
    "forms": {"model"},
    "reading": {"model", "forms"},
    "rulesets": {"model"},
    "rules": {"model", "rulesets"},
    "writing": {"model", "forms", "rulesets"},
    "templates": {"model", "forms", "writing"},
    "batch": {"model", "forms", "reading", "rulesets", "rules", "writing", "templates"},
    "cli": {"model", "forms", "reading", "rulesets", "rules", "writing", "templates", "batch"},
    "__main__": {"cli"},
}
EXCEL = {"openpyxl", "xlsxwriter"}


def modules() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_each_room_imports_only_what_it_may(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("xlproc.")}
    assert ours - {room, "__version__"} <= MAY_IMPORT[room]


def test_rules_know_no_excel() -> None:
    for path in (ROOT / "rules").rglob("*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & EXCEL


def test_every_room_says_what_it_is_for() -> None:
    for folder in (
        p for p in ROOT.iterdir() if p.is_dir() and p.name != "__pycache__" and any(p.glob("*.py"))
    ):
        doc = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8")))
        assert doc and len(doc) > 40, folder


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom xlproc.cli import main\n"
        "assert CliRunner().invoke(main, ['evaluate', '--help']).exit_code == 0\n"
        "print(sorted({'pandas', 'numpy', 'openpyxl', 'xlsxwriter'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
