"""No text of a file becomes a formula, a link, a path or broken XML in what xlproc writes, or an order to a terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from tests import libreoffice, mutants, office, test_file_kinds
from xlproc.cli import main
from xlproc.cli.table import table, wrap
from xlproc.reading import grid

MARK = "毒"
"""Stands in every planted text, and nowhere else."""
PLANTED = (
    '=HYPERLINK("http://example.invalid","毒")', "+毒+1", "-毒-1", "@毒", "\t=毒", "\r=毒", "＝毒", "=cmd|' /C calc'!毒", "http://example.invalid/毒",
    "mailto:毒@example.invalid", "file:///etc/毒", "internal:毒!A1", "external:毒.xlsx", "\\\\example.invalid\\毒", "{=毒}", "毒\x1b[31m红\x1b]0;题\x07",
    "毒\x9b31m", "毒\x7f\x08\x08", "_x0009_=毒", "毒_x001B_[31m", "毒</t></is></c><c><f>1</f></c>", "毒]]>&毒;", '毒"\'`${毒}%毒%', "毒{found}{0}%s",
    "../../毒", "C:\\毒", "&C毒&\"宋体\"", "毒" * 32_768, "毒\u202e\u2066x", "\ufeff=毒", "毒\ufffe\uffff", "[毒.xlsx]表!A1", "'毒", "<毒>",
)  # fmt: skip
"""What spreadsheets, terminals and XML take for more than a text."""
NAMES = ("毒\x9b31m", "=毒", "+毒", "@毒", "毒'!A1", "毒&<x>", "-毒", "{毒}", "＝毒")
"""Names that a sheet may have."""
FILES = (
    "=毒.xlsx", "+毒.xlsx", "@SUM(毒).xlsx", "毒\x1b[31m.xlsx", "毒\n错误.xlsx", "http:毒.xlsx", "\\\\example.invalid\\毒.xlsx", "毒&<x>'\".xlsx",
    "毒#'A'!B1.xlsx", "毒\udcff.xlsx", "毒%2e%2e.xlsx",
)  # fmt: skip
SHEET = re.compile(r"\$?(?:'(?:[^']|'')*'|[\w.]+)[!.]")
"""A sheet's name in a formula of ours, quoted where it must be."""
FOLDERS = ("http:", "毒\x1b[2J", "毒\x07..", "\x01..", "=毒 ")


def typed(text: str) -> str:
    """Write a text as XML holds it: what it cannot hold as Excel writes it, ``_x001B_``."""
    odd = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    kept = odd.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def planted(path: Path, turn: int, name: str) -> Path:
    """Put planted texts into every cell that a clerk fills, and into every other label; the form is still found."""
    office.workbook(path, office.form("2021"), percent=True)
    parts = mutants.parts_of(path.read_bytes())
    number = 0

    def other(match: re.Match[bytes]) -> bytes:
        nonlocal number
        number += 1
        row = int(re.sub(rb"\D", b"", match[1]))
        if (
            match[1][:1] in b"AB"
            or row in (5, 10, 12)
            or (row < 5 and match[1][:1] in b"G")
            or (number + turn) % 2
        ):
            return match[0]
        text = typed(PLANTED[(number // 2 + turn) % len(PLANTED)])
        style = re.search(rb' s="\d+"', match[2])
        about = b'<c r="' + match[1] + b'"' + (style[0] if style else b"")
        return about + b' t="inlineStr"><is><t xml:space="preserve">' + text.encode() + b"</t></is></c>"

    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = mutants._CELL.sub(other, parts[sheet])
    quoted = name.replace("&", "&amp;").replace("<", "&lt;")
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("自评表".encode(), quoted.encode())
    core = parts["docProps/core.xml"].replace(
        b"</cp:coreProperties>", "<dc:title>=毒</dc:title></cp:coreProperties>".encode()
    )
    path.write_bytes(mutants.packed({**parts, "docProps/core.xml": core}))
    return path


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Evaluate planted forms of every kind, in planted files and folders; give inbox, outbox and what was printed."""
    root = tmp_path_factory.mktemp("planted")
    inbox, outbox = root / "in", root / "out"
    inbox.mkdir()
    for turn in range(len(PLANTED)):
        name = NAMES[turn % len(NAMES)]
        file = FILES[turn % len(FILES)] if turn < len(FILES) else f"{turn}.xlsx"
        folder = inbox / FOLDERS[turn % len(FOLDERS)] if turn % 3 == 0 else inbox
        folder.mkdir(exist_ok=True)
        made = planted(folder / file, turn, name)
        if turn % 4 == 1:
            page = office.page(made)
            made.write_text(
                page.replace("<table", "<!--[if]><x:Name>毒&#27;[31m&#1;</x:Name><![endif]--><table"), "utf-8"
            )
        elif turn % 4 == 3:
            sheet = grid.read(made.read_bytes()).sheets[0]
            rows = "".join(
                "<table:table-row>"
                + "".join(
                    test_file_kinds.cell(typed(sheet.own(row, column).shown)) for column in sheet.across()
                )
                + "</table:table-row>"
                for row in range(1, sheet.rows()[-1] + 1)
            )
            test_file_kinds.ods(made, rows)
    (inbox / "毒\x1b[0m.txt").write_text("x", "utf-8")
    result = CliRunner().invoke(
        main,
        ["evaluate", str(inbox), "-o", str(outbox), "--json", str(root / "report.json")],
        catch_exceptions=False,
    )
    assert "毒" in result.output
    return inbox, outbox, result.output


def written(outbox: Path) -> list[Path]:
    """Give the workbooks, without what the outbox remembers for itself."""
    return sorted(path for path in outbox.rglob("*") if path.is_file() and not path.name.startswith("."))


def cells(path: Path) -> Iterator[Any]:
    for sheet in load_workbook(path).worksheets:
        yield from (cell for row in sheet.iter_rows() for cell in row if cell.value is not None)


def texts(xml: bytes) -> Iterator[str]:
    for element in ElementTree.fromstring(xml).iter():
        yield from (element.text or "", element.tail or "", *element.attrib.values())


def orders(text: str) -> set[str]:
    """Give the control characters of a text, but line ends and tabs."""
    return {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs")} - {"\n", "\t"}


def test_forms_are_found_in_most_files(evaluated: tuple[Path, Path, str]) -> None:
    """Else nothing planted would be written at all."""
    report = json.loads((evaluated[0].parent / "report.json").read_text("utf-8"))
    status = [workbook["status"] for workbook in report["workbooks"]]
    assert status.count("evaluated") > len(status) * 0.9
    said = json.dumps(report, ensure_ascii=False)
    assert said.count(MARK) > 1000
    assert not orders(said)


def test_results_lie_in_the_outbox_and_nowhere_else(evaluated: tuple[Path, Path, str]) -> None:
    inbox, outbox, _ = evaluated
    assert sorted(path.name for path in inbox.parent.iterdir()) == ["in", "out", "report.json"]
    names = [path.relative_to(outbox).as_posix() for path in written(outbox)]
    assert len(names) > len(PLANTED)
    assert not any(orders(name) or ".." in name.split("/") for name in names)
    assert all(name.endswith((".xlsx",)) for name in names)


def test_no_planted_text_is_a_formula_a_link_or_a_name(evaluated: tuple[Path, Path, str]) -> None:
    _, outbox, _ = evaluated
    seen = 0
    for path in written(outbox):
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        assert not any(".." in name.split("/") or name.startswith("/") for name in parts)
        for name, xml in parts.items():
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            root = ElementTree.fromstring(xml)  # parses, whatever was planted
            if "findings" in name or not path.name.endswith(
                "_批注.xlsx"
            ):  # a marked copy's other parts are the clerk's
                assert not any(orders(text) for text in texts(xml)), (path, name)
            for element in root.iter():
                tag = element.tag.rpartition("}")[2]
                if tag in ("f", "formula", "formula1", "formula2") and "worksheets" in name:
                    assert MARK not in SHEET.sub("", element.text or ""), (
                        path,
                        element.text,
                    )
                if tag == "definedName":
                    assert MARK not in element.attrib["name"]
                    assert MARK not in SHEET.sub("", element.text or "")
                if tag == "Relationship" and element.get("TargetMode") == "External":
                    assert leads_to_ours(path, element.attrib["Target"], outbox), element.attrib
                if tag in (
                    "oddFooter",
                    "oddHeader",
                    "externalReference",
                    "ddeLink",
                    "oleObject",
                    "webPublishing",
                ):
                    assert MARK not in (element.text or "")
                seen += sum(MARK in text for text in (element.text or "", *element.attrib.values()))
    assert seen > 5000


def leads_to_ours(path: Path, target: str, outbox: Path) -> bool:
    """Tell whether a link leads to a file that this run wrote."""
    if re.match(r"[A-Za-z][\w+.-]*:|//|\\", target):
        return False
    file = unquote(target.partition("#")[0]).replace("\\", "/")
    return Path(normpath((path.parent / file).as_posix())) in written(outbox)


def test_cells_that_begin_like_formulas_are_texts(evaluated: tuple[Path, Path, str]) -> None:
    """A text that would become a formula once a person edits its cell is quoted too."""
    _, outbox, _ = evaluated
    like = 0
    for path in written(outbox)[:12]:
        if not path.name.endswith("_评价结果.xlsx"):
            continue
        for cell in cells(path):
            assert len(str(cell.value)) <= 32_767
            if cell.data_type != "f" and str(cell.value).startswith(("=", "+", "-", "@")):
                like += 1
                assert cell.data_type == "s"
                assert cell.quotePrefix, (path, cell.coordinate)
    assert like > 20


def test_nothing_printed_gives_orders(evaluated: tuple[Path, Path, str]) -> None:
    inbox, _, printed = evaluated
    assert not orders(printed)
    files = [str(path) for path in sorted(inbox.rglob("*.xlsx"))[:25]]
    for options in (
        ["check", *files],
        ["check", "--format", "json", *files],
        ["read", *files],
        ["read", "--json", *files],
    ):
        result = CliRunner().invoke(main, [*options, "--lang", "en"], catch_exceptions=False)
        assert MARK in result.output
        assert not orders(result.output), options[:2]
        if options[-1] == "json":
            json.loads(result.stdout)
    place = CliRunner().invoke(main, ["explain", files[-1], "G13"], catch_exceptions=False)
    assert not orders(place.output)


def test_csv_cells_are_inert(evaluated: tuple[Path, Path, str]) -> None:
    inbox, _, _ = evaluated
    files = [str(path) for path in sorted(inbox.rglob("*.xlsx"))]
    result = CliRunner().invoke(main, ["check", "--format", "csv", *files], catch_exceptions=False)
    listed = list(csv.reader(io.StringIO(result.stdout.removeprefix("\ufeff"))))
    assert len({len(row) for row in listed}) == 1
    assert sum(MARK in text for row in listed for text in row) > 100
    assert not [
        text for row in listed for text in row if text.startswith(("=", "+", "-", "@", "＝", "\t", "\r"))
    ]
    assert not orders(result.stdout)


@libreoffice.needed
def test_libreoffice_opens_what_was_written(evaluated: tuple[Path, Path, str], tmp_path: Path) -> None:
    _, outbox, _ = evaluated
    some = [path for path in written(outbox) if path.parent == outbox][:12]
    named = []
    for number, path in enumerate(some):
        named.append(tmp_path / f"{number}.xlsx")
        named[-1].write_bytes(path.read_bytes())
    for made in libreoffice.convert(named, tmp_path / "opened"):
        for cell in cells(made):
            if cell.data_type == "f":
                assert MARK not in SHEET.sub("", str(cell.value))


def test_a_long_word_is_laid_out_in_a_moment() -> None:
    """A cell's longest text on a terminal: work that grows with the square of it would take minutes."""
    begun = time.process_time()
    assert table(["a"], [["9" * 32_767]], limit=10).splitlines()[-1] == "99999999…"
    assert wrap("9" * 32_767, 100)[-1] == "9" * 67
    assert time.process_time() - begun < 5
