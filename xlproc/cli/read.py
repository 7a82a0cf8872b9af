"""``xlproc read``: what each cell was taken for; and of sheets that are not known, which labels were found and missed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE
from xlproc.cli.options import vocabulary_option
from xlproc.cli.table import table
from xlproc.cli.texts import lang, say
from xlproc.model.words import word

_FUNDS = {
    "initial": "年初预算",
    "budget": "全年预算",
    "executed": "全年执行",
    "weight": "分值",
    "declared_rate": "执行率",
    "declared_score": "得分",
}
_INDICATORS = (
    "一级指标", "二级指标", "三级指标", "方向", "指标值", "完成值", "单位", "分值", "得分", "偏差原因",
)  # fmt: skip
"""Labels of the forms: the same in every language."""


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@vocabulary_option
@click.option("--json", "as_json", is_flag=True)
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Show what was understood."""
    from xlproc.batch.read import read_json

    report = read_json(files, "zh" if as_json else lang())
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        for workbook in report["workbooks"]:
            _understood(workbook)
    if any(workbook["status"] == "rejected" for workbook in report["workbooks"]):
        sys.exit(UNREADABLE)


def _understood(workbook: dict[str, Any]) -> None:
    click.echo(f"{workbook['path']}")
    for project in workbook["projects"]:
        _project(project)
    for sheet in workbook["unread"]:
        _unread(sheet)
    for item in workbook["findings"]:
        click.echo(f"{item['code']} {item['message']}", err=True)


def _project(project: dict[str, Any]) -> None:
    from xlproc.forms import labels

    named = {"name": "项目名称", "department": "主管部门", "agency": "实施单位"}
    families = {family.id: family.title[lang()] for family in labels().families}
    kind = word(f"form.{project['form']}", lang())
    layout = families.get(project["layout"]) or say("read.other")
    head = [
        project["sheet"],
        str(project["year"] or say("read.no_year")),
        *(project[key] or say("read.unfilled", label=label) for key, label in named.items()),
    ]
    click.echo("\n" + "　".join(head))
    click.echo(say("read.layout", kind=kind, layout=layout))
    for label, key in (("预期目标", "expected"), ("实际完成情况", "actual")):
        told = (project["goals"][key] or say("said.blank")).replace("\n", " ")
        click.echo(say("read.goal", label=label, text=told))
    funds = [(str(r["row"]), r["line"], *(_beside(r, name) for name in _FUNDS)) for r in project["funds"]]
    if funds:
        click.echo(table((say("head.row"), say("head.fund"), *_FUNDS.values()), funds))
        _further(project["funds"])
    _indicators(project["indicators"])
    if project["declared_total_text"]:
        click.echo(say("read.total", text=project["declared_total_text"]))
    for label, text in project["extra"].items():
        click.echo(say("read.goal", label=label, text=text.replace("\n", " ")))


def _indicators(rows: list[dict[str, Any]]) -> None:
    """Print a table for each block, its further columns, and the points that its rows share."""
    for block in dict.fromkeys(row["block"] for row in rows):
        mine = [row for row in rows if row["block"] == block]
        click.echo("" if block is None else f"\n{block}")
        click.echo(table((say("head.row"), *_INDICATORS), [_indicator(row) for row in mine]))
        if any(row["operator_inferred"] and row["operator"] for row in mine):
            click.echo(say("read.inferred"))
        groups = {row["group"]: row["group_points"] for row in mine if row["group"]}
        for label, points in groups.items():
            click.echo(say("read.points", label=label.replace("\n", ""), points=f"{points:g}"))
        _further(mine, reviewed=True)


def _further(rows: list[dict[str, Any]], reviewed: bool = False) -> None:
    """Print what stands in the columns that are read and not evaluated."""
    headers = dict.fromkeys(header for row in rows for header in row["extra"])
    columns = {header: [row["extra"].get(header) or "" for row in rows] for header in headers}
    if reviewed:
        columns["复核分"] = [row["reviewed_score_text"] or "" for row in rows]
    columns = {header: texts for header, texts in columns.items() if any(texts)}
    if columns:
        lines = [(str(row["row"]), *(texts[i] for texts in columns.values())) for i, row in enumerate(rows)]
        click.echo(table((say("head.row"), *columns), lines))


def _unread(sheet: dict[str, Any]) -> None:
    click.echo("\n" + say("read.unread", sheet=sheet["sheet"]))
    if sheet["labels"]:
        click.echo(say("read.seen", seen="、".join(sheet["labels"])))
    else:
        click.echo(say("read.none_seen"))
    if sheet["unknown"]:
        click.echo(say("read.near"))
        rows = [(item["cell"], item["text"], item["near"]) for item in sheet["unknown"]]
        click.echo(table((say("head.cell"), say("head.text"), say("head.near")), rows))
        click.echo(say("read.add"))


def _indicator(row: dict[str, Any]) -> tuple[str, ...]:
    operator = f"{row['operator'] or ''}{'?' if row['operator_inferred'] and row['operator'] else ''}"
    return (
        str(row["row"]),
        row["level1"] or "",
        row["level2"] or "",
        row["level3"] or say("read.nameless"),
        operator,
        _understood_as(row, "target"),
        _understood_as(row, "actual"),
        row["unit"] or "",
        _beside(row, "weight"),
        _beside(row, "declared_score"),
        row["reason"] or "",
    )


def _understood_as(row: dict[str, Any], name: str) -> str:
    """Put what was understood beside what the cell shows: a number, a day, or words as they are."""
    text, day = row[f"{name}_text"], row[f"{name}_date"]
    if not text:
        return "—"
    words = row[name] is None and day is None
    return f"{text} → {say('read.words') if words else day or _show(row[name])}"


def _beside(row: dict[str, Any], name: str) -> str:
    """Put a number beside the text that it was read from, where the two differ."""
    text, value = row[f"{name}_text"], row[name]
    if value is None:
        return text or "—"
    return f"{text} → {value}" if text and text != _show(value) else _show(value)


def _show(value: Any) -> str:
    return "—" if value is None else f"{value}"
