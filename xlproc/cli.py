"""The commands: arguments in, words and exit codes out; no logic of the field."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import xlproc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlproc.batch.run import Outcome
    from xlproc.rulesets import RuleSet

UNREADABLE = 3
"""Exit code: at least one workbook could not be read or its results not written."""

CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=CONTEXT)
@click.version_option(xlproc.__version__, "-V", "--version", message="xlproc %(version)s")
def main() -> None:
    """读取单位填报的绩效自评表，按规则计分、审核，写出正式的结果工作簿。

    \b
    常用：
      xlproc evaluate inbox -o outbox    评价 inbox 里的全部工作簿
      xlproc read 自评表.xlsx            看程序读懂了什么
      xlproc template                    生成空白表样
      xlproc rulesets                    看有哪些规则集
    """  # noqa: D301, D415


def _ruleset(name: str) -> RuleSet:
    from xlproc.rulesets import RuleSetError, load

    try:
        return load(name)
    except RuleSetError as error:
        raise click.UsageError(str(error)) from error


@main.command(short_help="评价一个文件夹里的全部工作簿")
@click.argument("inbox", default="inbox", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "outbox",
    default="outbox",
    show_default=True,
    type=click.Path(path_type=Path),
    help="结果放在哪个文件夹。",
)
@click.option(
    "--ruleset",
    default="mof-2020",
    show_default=True,
    metavar="名称|文件",
    help="规则集的名称，或自己的 TOML 文件。",
)
@click.option(
    "--scores",
    type=click.Choice(["rules", "declared"]),
    default="rules",
    show_default=True,
    help="正式表的得分用规则计算的（rules）还是单位自评的（declared）。",
)
@click.option(
    "--json",
    "json_file",
    metavar="文件",
    type=click.Path(path_type=Path, allow_dash=True),
    help="另写一份 JSON 报告；- 为标准输出。",
)
def evaluate(inbox: Path, outbox: Path, ruleset: str, scores: str, json_file: Path | None) -> None:
    """评价 INBOX（文件夹或单个文件，默认 inbox）里的工作簿，结果写入 OUTBOX。

    \b
    例：
      xlproc evaluate
      xlproc evaluate inbox -o outbox --ruleset hubei-2020
      xlproc evaluate 自评表.xlsx -o 结果 --json 结果/报告.json

    \b
    退出码：0 全部评价了（不论有没有问题）；2 用法不对；3 有文件读不了或结果写不了。
    """  # noqa: D301, D415
    from xlproc.batch.inbox import SUFFIXES, SUMMARY, find
    from xlproc.model.words import os_reason

    rules = _ruleset(ruleset)
    try:
        there = inbox.exists()
    except OSError as error:
        raise click.UsageError(f"{inbox} 打不开（{os_reason(error)}）。") from error
    if not there:
        raise click.UsageError(
            f"没有 {inbox} 这个文件夹或文件。请先建好并放入填报的工作簿，或写明在哪里：xlproc evaluate 文件夹"
        )
    if outbox.exists() and not outbox.is_dir():
        raise click.UsageError(f"{outbox} 是一个文件，不能作结果文件夹。请用 -o 另指一个文件夹。")
    if json_file is not None and json_file.suffix.lower() in SUFFIXES:
        raise click.UsageError(f"--json {json_file} 是工作簿的名称，写报告会盖掉它。请换成 .json。")
    try:
        found = find(inbox, outbox)
    except OSError as error:
        raise click.UsageError(f"{inbox} 打不开（{os_reason(error)}）。") from error
    for names, why in (
        (found.skipped, "不是工作簿，略过"),
        (found.results, "是 xlproc 的结果，略过"),
        (found.closed, "文件夹打不开，略过"),
    ):
        if names:
            more = f" 等 {len(names)} 个" if len(names) > 5 else ""
            click.echo(f"{why}：{'、'.join(names[:5])}{more}", err=True)
    if not found.jobs:
        if json_file is not None:
            from xlproc.writing.json_report import report_json

            failed = _write_json(report_json([], rules), json_file)
        click.echo(f"{inbox} 里没有工作簿。请放入填报的 .xlsx 文件，再运行一次。", err=True)
        sys.exit(UNREADABLE if json_file is not None and failed else 0)
    from xlproc.batch.run import run

    def go(progress: Any) -> Outcome:
        return run(
            found, outbox, outbox / SUMMARY, rules, scores == "declared", json_file is not None, progress
        )

    if sys.stderr.isatty():
        with click.progressbar(length=len(found.jobs), label="评价", file=sys.stderr) as bar:
            outcome = go(bar.update)
    else:
        outcome = go(lambda _: None)
    failed = json_file is not None and _write_json(outcome.report, json_file)
    wrong = _close(outcome, outbox, to_stderr=str(json_file) == "-")
    if failed or wrong or found.closed:
        sys.exit(UNREADABLE)


def _write_json(report: Any, target: Path) -> bool:
    """Write the report; tell and give True where it cannot be written."""
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    if str(target) == "-":
        click.echo(text, nl=False)
        return False
    from xlproc.model.words import os_reason, os_remedy
    from xlproc.writing.files import write_whole

    try:
        write_whole(target, text.encode())
    except OSError as error:
        click.echo(f"错误 报告 {target} 写不进去：{os_reason(error)}；{os_remedy(error)}。", err=True)
        return True
    return False


def _close(outcome: Outcome, outbox: Path, to_stderr: bool) -> bool:
    """Print the closing table and, last, what a person should do next; give whether something was not done."""
    from xlproc.batch.inbox import SUMMARY
    from xlproc.model import findings as f
    from xlproc.model.exact import plain
    from xlproc.model.words import total_text

    rejected = [line for line in outcome.batch.files if line.status == "rejected"]
    lines = [
        (
            f"{p.path}／{p.sheet}", p.name or "（未填）", plain(p.declared) or "—",
            total_text(p.score, p.pending, p.low, p.high), p.grade or "—", str(p.errors), str(p.warnings),
        )
        for p in outcome.batch.projects
    ]  # fmt: skip
    if lines:
        click.echo(
            _table(("文件／工作表", "项目", "自评", "规则", "等级", "错误", "提醒"), lines), err=to_stderr
        )
    for line in outcome.batch.files:
        for item in line.findings:
            if line.status == "rejected" or item["severity"] != "note" or item["code"].startswith("F"):
                click.echo(f"{f.severity_word(item['severity'])} {item['code']} {f.message(item)}", err=True)
    for item in outcome.failures:
        if item["context"]["file"] == SUMMARY:
            click.echo(f"错误 {item['code']} {f.message(item)}", err=True)
    errors = sum(p.errors for p in outcome.batch.projects)
    warnings = sum(p.warnings for p in outcome.batch.projects)
    written = sum(bool(p.output) for p in outcome.batch.projects)
    if outcome.failures:
        click.echo("有结果没有写进去：请按上面的说明处理后再运行一次。", err=True)
    elif rejected:
        rest = f"其余结果在 {outbox}" if written else "没有可用的结果"
        click.echo(f"有 {len(rejected)} 个文件没有评价：请按上面的说明处理后再运行一次；{rest}。", err=True)
    elif not written:
        click.echo(f"没有评价任何项目；说明在 {outbox / SUMMARY}。", err=True)
    elif errors:
        where = f"请打开 {outbox / SUMMARY} 或各结果的“问题清单”，改正后重新评价"
        click.echo(f"共 {written} 个项目，{errors} 处错误、{warnings} 处提醒：{where}。", err=True)
    elif warnings:
        where = f"请打开 {outbox / SUMMARY} 或各结果的“问题清单”，逐条核对"
        click.echo(f"共 {written} 个项目，没有错误，有 {warnings} 处提醒：{where}。", err=True)
    else:
        click.echo(
            f"共 {written} 个项目，没有发现问题：请打开 {outbox} 里的结果，核对后打印、签字、盖章。", err=True
        )
    return bool(rejected or outcome.failures)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], limit: int = 36) -> str:
    """Lay out a table for a terminal; Chinese characters are two columns wide."""
    from functools import partial

    from xlproc.model import text as model_text

    width = partial(model_text.width, wide="WF")

    def cut(text: str) -> str:
        text = text.replace("\n", " ")
        if width(text) <= limit:
            return text
        while width(text) > limit - 2:
            text = text[:-1]
        return text + "…"

    cells = [[cut(text) for text in row] for row in (head, *rows)]
    widths = [max(width(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "  ".join(text + " " * (w - width(text)) for text, w in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)


@main.command(short_help="只读取，列出读懂了什么")
@click.argument("files", nargs=-1, required=True, metavar="文件...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """读取工作簿，列出每一格被理解成什么；不计分，不写文件。

    \b
    例：
      xlproc read 自评表.xlsx
      xlproc read --json 自评表.xlsx > 读数.json
    """  # noqa: D301, D415
    from xlproc.batch.run import read_json

    report = read_json(files)
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
        head = [
            project["name"] or "（项目名称未填）",
            project["department"] or "（主管部门未填）",
            project["agency"] or "（实施单位未填）",
        ]
        click.echo(
            f"\n{project['sheet']}　{project['year'] or '年度未填'}　"
            + "　".join(head)
            + f"　版式 {project['layout']}"
        )
        for label, key in (("预期目标", "expected"), ("实际完成情况", "actual")):
            click.echo(f"{label}：{(project['goals'][key] or '未填').replace(chr(10), ' ')}")
        funds = [
            (
                str(r["row"]),
                r["line"],
                *(
                    _show(r[n])
                    for n in ("initial", "budget", "executed", "weight", "declared_rate", "declared_score")
                ),
            )
            for r in project["funds"]
        ]
        if funds:
            click.echo(
                _table(("行", "资金", "年初预算", "全年预算", "全年执行", "分值", "执行率", "得分"), funds)
            )
        rows: list[tuple[str, ...]] = []
        for r in project["indicators"]:
            operator = f"{r['operator'] or ''}{'?' if r['operator_inferred'] and r['operator'] else ''}"
            target = r["target_text"] or "—"
            actual = r["actual_text"] or "—"
            rows.append((
                str(r["row"]), r["level1"] or "", r["level2"] or "", r["level3"] or "（无名称）", operator,
                f"{target} → {_show(r['target'])}", f"{actual} → {_show(r['actual'])}",
                r["unit"] or "", _show(r["weight"]), _show(r["declared_score"]), r["reason"] or "",
            ))  # fmt: skip
        if rows:
            click.echo()
            click.echo(
                _table(
                    (
                        "行",
                        "一级指标",
                        "二级指标",
                        "三级指标",
                        "方向",
                        "指标值",
                        "完成值",
                        "单位",
                        "分值",
                        "得分",
                        "偏差原因",
                    ),
                    rows,
                )
            )
            if any("?" in row[4] for row in rows):
                click.echo("方向后带 ? 的是推断的，表上没有写。")
    for item in workbook["findings"]:
        click.echo(f"{item['code']} {item['message']}", err=True)


def _show(value: Any) -> str:
    return "—" if value is None else f"{value}"


@main.command(short_help="生成空白表样")
@click.argument("name", default="self-evaluation", metavar="[表样]")
@click.option(
    "-o",
    "--output",
    metavar="文件|文件夹",
    type=click.Path(path_type=Path),
    default=Path(),
    help="写到哪里（默认当前文件夹）。",
)
@click.option("--force", is_flag=True, help="已有同名文件时覆盖。")
def template(name: str, output: Path, force: bool) -> None:
    """生成空白表样，供单位填报；目前有 self-evaluation（项目支出绩效自评表）。

    \b
    例：
      xlproc template self-evaluation -o workbook_templates --force
    """  # noqa: D301, D415
    from xlproc.templates import template as build
    from xlproc.templates import template_names

    names = template_names()
    if name not in names:
        raise click.UsageError(f"没有表样 {name}；可用：{'、'.join(names)}")
    target = output if output.suffix == ".xlsx" else output / names[name]
    data = build(name)
    if target.exists() and not force:
        if target.is_file() and target.read_bytes() == data:
            click.echo(f"{target} 已是最新。", err=True)
            return
        raise click.ClickException(
            f"{target} 已存在，可能已经填报，没有覆盖。确要覆盖请加 --force，或用 -o 换个地方。"
        )
    from xlproc.writing.files import write_whole

    try:
        write_whole(target, data)
    except OSError as error:
        raise click.ClickException(
            f"{target} 写不进去（{error.strerror}）；正在打开的，请先关闭该文件。"
        ) from error
    click.echo(f"已生成 {target}。", err=True)


@main.command(short_help="列出规则集，或一个规则集的全部数值和来源")
@click.argument("name", required=False, metavar="[名称|文件]")
def rulesets(name: str | None) -> None:
    """不带参数时列出规则集；给出名称或 TOML 文件时，列出它的数值、来源和可信程度。

    \b
    例：
      xlproc rulesets
      xlproc rulesets hubei-2020
    """  # noqa: D301, D415
    from xlproc.rulesets import load, names

    if name is None:
        rows = []
        for each in names():
            rules = load(each)
            rows.append(
                (
                    each + ("（默认）" if each == "mof-2020" else ""),
                    rules.title,
                    str(rules.effective_from),
                    rules.inherits or "—",
                )
            )
        click.echo(_table(("名称", "标题", "施行", "继承自"), rows, limit=60))
        return
    from xlproc.writing.rules_used import ruleset_lines

    rules = _ruleset(name)
    click.echo(f"{rules.id}　{rules.title}")
    click.echo(f"施行：{rules.effective_from}　继承自：{rules.inherits or '—'}　指纹：{rules.sha256}")
    for title, value, source, mark in ruleset_lines(rules):
        click.echo(f"\n{title}：{value}\n    来源：{source}（{mark}）")
