"""``xlproc read``: what each cell was taken for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from xlproc.cli.commands import Command
from xlproc.cli.inputs import UNREADABLE
from xlproc.cli.table import table
from xlproc.cli.texts import lang, say

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
@click.option("--json", "as_json", is_flag=True)
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Show what was understood."""
    from xlproc.batch.run import read_json

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
        named = {"name": "项目名称", "department": "主管部门", "agency": "实施单位"}
        head = [
            project["sheet"],
            str(project["year"] or say("read.no_year")),
            *(project[key] or say("read.unfilled", label=label) for key, label in named.items()),
            say("read.layout", layout=project["layout"]),
        ]
        click.echo("\n" + "　".join(head))
        for label, key in (("预期目标", "expected"), ("实际完成情况", "actual")):
            told = (project["goals"][key] or say("said.blank")).replace("\n", " ")
            click.echo(say("read.goal", label=label, text=told))
        funds = [(str(r["row"]), r["line"], *(_show(r[name]) for name in _FUNDS)) for r in project["funds"]]
        if funds:
            click.echo(table((say("head.row"), say("head.fund"), *_FUNDS.values()), funds))
        rows = [_indicator(row) for row in project["indicators"]]
        if rows:
            click.echo("\n" + table((say("head.row"), *_INDICATORS), rows))
            if any("?" in row[4] for row in rows):
                click.echo(say("read.inferred"))
    for item in workbook["findings"]:
        click.echo(f"{item['code']} {item['message']}", err=True)


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
        _show(row["weight"]),
        _show(row["declared_score"]),
        row["reason"] or "",
    )


def _understood_as(row: dict[str, Any], name: str) -> str:
    """Put what was understood beside what the cell shows: a number, a day, or words as they are."""
    text, day = row[f"{name}_text"], row[f"{name}_date"]
    if not text:
        return "—"
    words = row[name] is None and day is None
    return f"{text} → {say('read.words') if words else day or _show(row[name])}"


def _show(value: Any) -> str:
    return "—" if value is None else f"{value}"
