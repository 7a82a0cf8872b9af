"""README and docs: made pages are up to date, commands run as they stand in a copy of the project, links lead somewhere."""

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

from tests import make_docs
from xlproc.batch.check import CSV_HEAD
from xlproc.model.words import LANGS
from xlproc.rules.examples import run_examples
from xlproc.rulesets import RuleSetError, load

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
DOCS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))
CHECKS = re.compile(r"xlproc check (?!.*--help)")
"""Its exit code is 1 where errors are found, as in most samples."""
INSTALLS = ("pip install .", "make test", "make lint")
"""Run elsewhere (by the one who reads this, by CI): here only their targets are checked."""


def commands(name: str) -> list[str]:
    """Give the lines of the blocks ``sh``, and those after $ in the blocks ``console``."""
    text = (ROOT / name).read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.strip().splitlines() if not line.startswith("#")]
    return lines + re.findall(r"^```console\n\$ (.*)$", text, re.MULTILINE)


def test_what_repeats_data_is_up_to_date() -> None:
    """Where this fails, run ``make docs`` and look at what changed."""
    assert [path.name for path, text in make_docs.pages() if path.read_text("utf-8") != text] == []


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
    for name in ("xlproc", "samples", "workbook_templates", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.mark.skipif(os.name == "nt" or shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("name", [*READMES, *DOCS])
def test_commands_run(name: str, copy: Path) -> None:
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    for command in commands(name):
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
        allowed = (0, 1) if CHECKS.match(command) else (0,)
        assert done.returncode in allowed, (command, done.stdout, done.stderr)
    if name in READMES:
        assert {"make evaluate", "make test", "xlproc rulesets"} <= set(commands(name))
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
    assert sorted(p.name for p in (copy / "out here").iterdir() if not p.name.startswith(".")) == [
        "某项目_批注.xlsx",
        "某项目_评价结果.xlsx",
        "汇总.xlsx",
    ]
    (copy / "inbox" / "某项目.xlsx").unlink()


def anchors(page: Path) -> set[str]:
    """Give what a link into a page may name: its headings (of one word) and its own anchors."""
    text = page.read_text("utf-8")
    return {
        *re.findall(r'<a id="(.+?)">', text),
        *(h.lower() for h in re.findall(r"^#+ (\S+)$", text, re.MULTILINE)),
    }


@pytest.mark.parametrize("name", [*READMES, "CHANGELOG.md", *DOCS])
def test_links_and_pictures_lead_somewhere(name: str) -> None:
    here = ROOT / name
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", here.read_text("utf-8")):
        if not target.startswith("http"):
            page = here.parent / target if target else here
            assert page.exists(), target
            assert not anchor or anchor in anchors(page), (target, anchor)


def test_codes_named_in_the_docs_exist() -> None:
    from xlproc.model.findings import catalogue

    for name in (*READMES, "CHANGELOG.md", *DOCS):
        for code in re.findall(r"\b[FTCRXSM]\d{3}\b", (ROOT / name).read_text("utf-8")):
            assert code in catalogue()
    for lang, suffix in make_docs.SUFFIX.items():
        page = (ROOT / "docs" / f"codes{suffix}").read_text("utf-8")
        assert sorted(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == sorted(catalogue())
        assert all(entry.texts[lang]["title"] in page for entry in catalogue().values())


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
    shown = CliRunner().invoke(main, ["check", str(sample), "--format", "json"])
    workbook = json.loads(shown.stdout)["workbooks"][0]
    keys |= {*workbook, *workbook["findings"][0], *CSV_HEAD} - {"file"}
    assert {key for key in keys if f"`{key}`" not in page and f"`{key}[]`" not in page} == set()
    assert "`file`" in page


# what is changed in the example's file → the page shows the line and says what is told
REFUSED = [
    ("maximum = {", "maximun = {", "maximun = 15"),
    ("value = 85", 'value = "85"', 'indicators = "85"'),
    ('R105 = "error"', 'R105 = "fatal"', 'R105 = "fatal"'),
    ('R105 = "error"', 'A18 = "error"', 'A18 = "error"'),
    ('15 分（示例）", mark = "local"', '15 分（示例）", mark = "law"', 'mark = "law"'),
    ('inherits = "mof-2020"', 'inherits = "mof2020"', 'inherits = "mof2020"'),
]  # fmt: skip
EXAMPLE = ROOT / "docs" / "examples" / "our-city.toml"


@pytest.mark.parametrize(("here", "there", "shown"), REFUSED, ids=[shown for *_, shown in REFUSED])
def test_the_page_on_own_rule_sets_says_what_is_told(
    here: str, there: str, shown: str, tmp_path: Path
) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert text.count(here) == 1
    (tmp_path / "our-city.toml").write_text(text.replace(here, there), "utf-8")
    with pytest.raises(RuleSetError) as refused:
        load(str(tmp_path / "our-city.toml"))
    for lang in LANGS:
        page = (ROOT / "docs" / f"own-ruleset{make_docs.SUFFIX[lang]}").read_text("utf-8")
        assert f"| `{shown}` | {refused.value.say(lang)} |" in page


def test_the_example_of_an_own_rule_set_holds_its_examples() -> None:
    """15 × 95% = 14.25, 10 × 80% = 8 and so on: each calculation stands in the file."""
    results = run_examples(load(str(EXAMPLE)))
    assert len(results) == 10
    assert [(r.example.name, r.got) for r in results] == [(r.example.name, r.expected) for r in results]


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_on_own_rule_sets_quotes_the_files(lang: str) -> None:
    page = (ROOT / "docs" / f"own-ruleset{make_docs.SUFFIX[lang]}").read_text("utf-8")
    files = EXAMPLE.read_text("utf-8") + EXAMPLE.with_suffix(".examples.toml").read_text("utf-8")
    for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
        for line in block.splitlines():
            begin, *_ = line.split('source = "…"')
            assert begin in files, line


def test_the_wheel_carries_its_data(tmp_path: Path) -> None:
    """Templates, rule sets, forms and catalogue travel with the package."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        names = set(package.namelist())
    assert {
        "xlproc/workbook_templates/项目支出绩效自评表.xlsx",
        "xlproc/workbook_templates/项目支出绩效目标执行监控情况表.xlsx",
        "xlproc/model/catalogue.toml",
        "xlproc/model/audit_rules.toml",
        "xlproc/forms/self_evaluation.toml",
        "xlproc/forms/vocabulary.toml",
        "xlproc/cli/texts.toml",
        "xlproc/cli/locale/zh_CN/LC_MESSAGES/messages.mo",
        *(f"xlproc/rulesets/{path.name}" for path in (ROOT / "xlproc" / "rulesets").glob("*.toml")),
    } <= names
