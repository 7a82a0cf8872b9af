"""Makes the pages of ``docs/`` that repeat data, and fills in what the commands in the other pages print.

Run by ``make docs``; a test compares the shipped pages with what this makes. A block ``console`` holds one command
after ``$`` and what it prints.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from tests.sizes import plan
from xlproc.cli import main as xlproc
from xlproc.forms import Family, labels
from xlproc.forms.words import LABELS, in_use
from xlproc.model.codes import audit_rules, by_rule
from xlproc.model.findings import Entry, catalogue, plain_text, severity_word, title
from xlproc.model.frames import EVALUATED
from xlproc.model.words import LANGS, Lang, word
from xlproc.rulesets import RuleSet, load, names, severity_changes
from xlproc.rulesets.loader import MARKS, TITLES
from xlproc.writing.rules_used import value_of

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SUFFIX = {"en": ".md", "zh": ".zh-CN.md"}
GROUPS: dict[str, dict[Lang, str]] = {
    "F": {"zh": "文件", "en": "the file"},
    "T": {"zh": "表的结构", "en": "the structure of the form"},
    "C": {"zh": "单元格", "en": "one cell"},
    "R": {"zh": "一行指标", "en": "one row"},
    "S": {"zh": "得分", "en": "scoring"},
    "X": {"zh": "各行各块之间", "en": "across rows and blocks"},
    "M": {"zh": "绩效运行监控", "en": "monitoring at mid-year"},
    "B": {"zh": "一批文件之间", "en": "among the workbooks of a batch"},
}


def link(page: str, lang: Lang, anchor: str = "", text: str = "") -> str:
    """Link to a made page."""
    target = f"{page}{SUFFIX[lang]}"
    return f"[{text or target}]({target}{'#' if anchor else ''}{anchor.lower()})"


def head(page: str, lang: Lang, heading: str, *texts: str) -> list[str]:
    """Begin a page, with a link to its twin."""
    twin, name = {"zh": ("en", "English"), "en": ("zh", "中文")}[lang]
    made = {"zh": "本页由 `make docs` 生成，请勿手改。", "en": "Made by `make docs`; not edited by hand."}[
        lang
    ]
    other = f"[{name}]({page}{SUFFIX[twin]})"
    return [f"# {heading}", "", f"{other} · {made}", *(line for text in texts for line in ("", text))]


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Lay out a table."""
    cells = [[cell.replace("|", "\\|").replace("\n", "<br>") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *cells)]


def inert(text: str) -> str:
    """Keep marks of Markdown as they are printed, and Chinese marks out of the addresses before them."""
    return re.sub(r"https?://[\w./?=&%-]+", r"<\g<0>>", re.sub(r"([*<>])", r"\\\1", text), flags=re.ASCII)


def listed(lang: Lang, texts: list[str]) -> str:
    """Join texts as the language does."""
    return {"zh": "、", "en": ", "}[lang].join(texts)


def codes_page(lang: Lang) -> str:
    """Make the page of codes."""
    sets = [load(name) for name in names()]
    severities = {
        "zh": "级别：**错误**（不对，或算不出分）、**提醒**（须说明或由人判断）、**说明**（程序怎样理解的，一般不必改）。",
        "en": "Severity: **error** (wrong, or cannot be scored), **warning** (needs an explanation or a person's judgement), **note** (how something was understood).",
    }[lang]
    how = {
        "zh": "来源后的括号里是可信程度：{marks}。`xlproc explain R106` 在命令行里说同样的内容。",
        "en": "In brackets after a source stands how far it was read: {marks}. `xlproc explain R106` tells the same in a terminal.",
    }[lang].format(marks=" · ".join(word(f"mark.{mark}", lang) for mark in MARKS))
    lines = head("codes", lang, {"zh": "问题代码", "en": "Codes of findings"}[lang], severities, how)
    heads = {"zh": ["代码", "级别", "问题"], "en": ["code", "severity", "finding"]}[lang]
    for group, name in GROUPS.items():
        mine = [entry for code, entry in catalogue().items() if code.startswith(group)]
        rows = [
            [f"[{e.code}](#{e.code.lower()})", severity_word(e.severity, lang), title(e.code, lang)]
            for e in mine
        ]
        lines += ["", f"## {group} {name[lang]}", "", *table(heads, rows)]
        for entry in mine:
            lines += ["", *_code(entry, sets, lang)]
    return "\n".join(lines) + "\n"


def _code(entry: Entry, sets: list[RuleSet], lang: Lang) -> Iterator[str]:
    labels = {
        "zh": {
            "rules": "审核规则",
            "also": "同格时一并列出",
            "sets": "另定级别的规则集",
            "todo": "怎样改",
            "source": "来源",
        },
        "en": {
            "rules": "Audit rules",
            "also": "named beside where they hold at the same cell",
            "sets": "Rule sets that change the severity",
            "todo": "What to do",
            "source": "Source",
        },
    }[lang]
    point = {"zh": "{}：{}", "en": "{}: {}"}[lang].format

    def rules(ids: tuple[str, ...]) -> str:
        return listed(lang, [link("audit-rules", lang, rule, rule) for rule in ids])

    yield f"### {entry.code}"
    yield ""
    yield f"**{title(entry.code, lang)}** · {severity_word(entry.severity, lang)}"
    yield ""
    yield inert(plain_text(entry.code, "about", lang))
    yield ""
    if todo := plain_text(entry.code, "todo", lang):
        yield f"- {point(labels['todo'], inert(todo))}"
    if entry.rules or entry.also:
        beside = {
            "zh": f"（{point(labels['also'], rules(entry.also))}）",
            "en": f" ({point(labels['also'], rules(entry.also))})",
        }
        yield f"- {point(labels['rules'], rules(entry.rules) + (beside[lang] if entry.also else ''))}"
    if changed := severity_changes(entry.code, sets):
        told = [
            f"{link('rulesets', lang, name, name)} {severity_word(severity, lang)}"
            for name, severity in changed.items()
        ]
        yield f"- {point(labels['sets'], listed(lang, told))}"
    mark = word(f"mark.{entry.mark}", lang)
    source = inert(plain_text(entry.code, "source", lang))
    yield "- " + point(labels["source"], {"zh": f"{source}（{mark}）", "en": f"{source} ({mark})"}[lang])


def audit_rules_page(lang: Lang) -> str:
    """Make the page of audit rules."""
    about = {
        "zh": "自评表要经得起下面这些审核。每条规则由哪些代码查，列在右边；带 + 的代码只在两条规则同在一格时一并列出这一条。",
        "en": "What a form must stand up to, and the codes that check it. A code with + names the rule only beside its own, where both hold at one cell.",
    }[lang]
    use = {
        "zh": "只看一条规则：`xlproc check 自评表.xlsx --select A16`；说明一条：`xlproc explain A16`。",
        "en": "To see one rule's findings: `xlproc check form.xlsx --select A16`; to have it explained: `xlproc explain A16`.",
    }[lang]
    heading = {"zh": "审核规则", "en": "Audit rules"}[lang]
    checked, unchecked = {"zh": ("已经查的", "还没有查的"), "en": ("Checked", "Not checked yet")}[lang]
    heads = {"zh": ["规则", "要求", "代码"], "en": ["rule", "what must hold", "codes"]}[lang]
    why = {"zh": "为什么", "en": "why"}[lang]

    def code(rule: str, name: str) -> str:
        severity = severity_word(catalogue()[name].severity, lang)
        plus = "+ " if rule in catalogue()[name].also else ""
        told = {"zh": f"{title(name, lang)}（{severity}）", "en": f"{title(name, lang)} ({severity})"}[lang]
        return f"{plus}{link('codes', lang, name, name)} {told}"

    mine = [
        [
            f'<a id="{rule.lower()}"></a>{rule}',
            inert(audit_rules()[rule].texts[lang]),
            "\n".join(code(rule, name) for name in found),
        ]
        for rule, found in by_rule().items()
    ]
    later = [
        [f'<a id="{rule.lower()}"></a>{rule}', inert(asked.texts[lang]), asked.needs[lang]]
        for rule, asked in audit_rules().items()
        if asked.needs is not None
    ]
    lines = head("audit-rules", lang, heading, about, use)
    lines += [
        "",
        f"## {checked}",
        "",
        *table(heads, mine),
        "",
        f"## {unchecked}",
        "",
        *table([*heads[:2], why], later),
    ]
    return "\n".join(lines) + "\n"


def rulesets_page(lang: Lang) -> str:
    """Make the page of rule sets."""
    about = {
        "zh": "每个规则集只列自己规定的数值，其余继承。来源后是可信程度：只有“读到原文”的才是读过的文件，其他的请在使用前核对。全部数值见 `xlproc rulesets 名称`；自己写一个见 [own-ruleset.zh-CN.md](own-ruleset.zh-CN.md)。",
        "en": "Each rule set is listed with the values that it states itself; the others are inherited. Beside a source stands how far it was read: only “read” is a document that was read; check the others before relying on them. Sources are quoted in Chinese. All values: `xlproc rulesets NAME`; to write one of your own: [own-ruleset.md](own-ruleset.md).",
    }[lang]
    lines = head("rulesets", lang, {"zh": "规则集", "en": "Rule sets"}[lang], about)
    for name in names():
        lines += ["", *_ruleset(load(name), lang)]
    return "\n".join(lines) + "\n"


def _ruleset(rules: RuleSet, lang: Lang) -> Iterator[str]:
    point = {"zh": "- {}：{}", "en": "- {}: {}"}[lang].format
    brackets = {"zh": "{}（{}）", "en": "{} ({})"}[lang].format
    labels = {
        "zh": ("施行", "起", "继承自", "依据", "另定的级别", ["键", "项目", "取值", "来源", "可信程度"]),
        "en": (
            "In force",
            "on",
            "Inherits from",
            "Documents",
            "Severities",
            ["key", "what", "value", "source", "read?"],
        ),
    }[lang]
    in_force, on, inherits, documents, severities, heads = labels
    first, last = rules.effective_from, rules.effective_to
    yield f"## {rules.id}"
    yield ""
    yield f"**{rules.titled(lang)}**"
    yield ""
    yield point(
        in_force, f"{first} – {last}" if last else {"zh": f"{first} {on}", "en": f"from {first} {on}"}[lang]
    )
    if rules.inherits:
        yield point(inherits, f"[{rules.inherits}](#{rules.inherits})")
    for each in rules.references:
        told = word(f"mark.{each['mark']}", lang) + (
            {"zh": "；", "en": "; "}[lang] + each["note"] if each.get("note") else ""
        )
        yield point(documents, brackets(inert(each["title"]), inert(told)))
    usual = load(rules.inherits).severities if rules.inherits else {}
    changed = {code: severity for code, severity in rules.severities.items() if usual.get(code) != severity}
    for code, severity in changed.items():
        yield point(
            severities,
            f"{link('codes', lang, code, code)} {title(code, lang)} → {severity_word(severity, lang)}",
        )
    rows = [
        [
            f"`{key}`",
            what.say(lang),
            inert(str(value_of(rules, key, lang))),
            inert(source.source),
            word(f"mark.{source.mark}", lang),
        ]
        for key, what in TITLES.items()
        if (source := rules.sources[key]).ruleset == rules.id
    ]
    yield ""
    yield from table(heads, rows)


def cli_page(lang: Lang) -> str:
    """Make the page of the commands' help."""
    about = {
        "zh": "各命令 `--help` 的原文。说中文还是英文随系统，也可以用 `--lang zh`、`--lang en` 指定。",
        "en": "What each command says with `--help`. The language follows the system, or `--lang zh`, `--lang en`.",
    }[lang]
    lines = head("cli", lang, {"zh": "命令", "en": "Commands"}[lang], about)
    for path in _commands("xlproc", xlproc):
        lines += ["", f"## {path}", "", "```console", f"$ {path} --help --lang {lang}", "```"]
    return filled("\n".join(lines) + "\n")


def _commands(path: str, command: click.Command) -> Iterator[str]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _commands(f"{path} {name}", inner)


def filled(text: str) -> str:
    """Put below each command of a block ``console`` what it prints."""
    return re.sub(
        r"(?ms)^```console\n\$ (.*?)\n.*?^```$", lambda m: f"```console\n$ {m[1]}\n{printed(m[1])}```", text
    )


def printed(command: str) -> str:
    """Give what a command prints in a terminal of 80 columns, in Chinese unless told otherwise."""
    env = {"COLUMNS": "80", "LC_ALL": "C.UTF-8"}
    with contextlib.chdir(ROOT):
        result = CliRunner(env=env).invoke(xlproc, shlex.split(command)[1:], catch_exceptions=False)
    return result.output


MARKS_OF_FORMS: dict[str, dict[Lang, str]] = {
    "beside": {"zh": "指标分两块并排", "en": "two tables of indicators side by side"},
    "pairs": {"zh": "资金写作标签和金额，没有表头", "en": "amounts beside their labels, without headers"},
    "projects": {"zh": "项目名称是一栏", "en": "a column of the projects' names"},
}


def mark_of_form(mark: str, lang: Lang) -> str:
    """Say a mark of a layout family: a column, an order of columns, a printed header, a block."""
    words = in_use(LABELS)
    columns = words["indicators"]["columns"] | {
        f"funds.{name}": labels for name, labels in words["funds"]["columns"].items()
    }
    if mark in MARKS_OF_FORMS:
        return MARKS_OF_FORMS[mark][lang]
    if "<" in mark:
        before, after = (columns[name][0] for name in mark.split("<"))
        return {"zh": f"{before}在{after}之前", "en": f"{before} before {after}"}[lang]
    return (
        columns[mark][0] if mark in columns else {"zh": f"表头“{mark}”", "en": f"the header “{mark}”"}[lang]
    )


def families(lang: Lang) -> str:
    """Make the list of layout families."""
    return "\n".join(line for family in labels().families for line in (*_family(family, lang), ""))


def _family(family: Family, lang: Lang) -> Iterator[str]:
    point = {"zh": "- {}：{}", "en": "- {}: {}"}[lang].format
    told = {
        "zh": ("见于", "种类", "有", "没有", "读取和评价"),
        "en": ("Seen in", "Kind", "Has", "Lacks", "Reading"),
    }[lang]
    seen, kind, has, lacks, reading = told
    judged = {
        "zh": ("评价", "读取，不评价"),
        "en": ("evaluated", "read, not evaluated"),
    }[lang][family.kind not in ("", *EVALUATED)]
    named = word(f"form.{family.kind}", lang) if family.kind else {"zh": "按表名", "en": "by the title"}[lang]
    order = {mark: at for at, mark in enumerate(in_use(LABELS)["indicators"]["columns"])}

    def marks(of: frozenset[str]) -> str:
        ordered = sorted(of, key=lambda mark: (order.get(mark, len(order)), mark))
        return listed(lang, [mark_of_form(mark, lang) for mark in ordered])

    yield f"### {family.id}"
    yield ""
    yield inert(family.title[lang])
    yield ""
    yield f"![{family.title[lang]}](pictures/forms/{family.id}.png)"
    yield ""
    yield point(seen, family.seen[lang])
    yield point(kind, {"zh": f"{named}，{judged}", "en": f"{named}; {judged}"}[lang])
    yield point(has, marks(family.has))
    if family.lacks:
        yield point(lacks, marks(family.lacks))
    if family.reading:
        yield point(reading, family.reading[lang])


def sizes(lang: Lang) -> str:
    """Make the plan of sizes."""
    said, heads, rows = plan(lang)
    return "\n".join((said, "", *table(heads, rows), ""))


PARTS: dict[str, Callable[[Lang], str]] = {"families": families, "sizes": sizes}
"""What is made within a page, between marks of its name."""


def with_parts(text: str, lang: Lang) -> str:
    """Put what is made between its marks."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name}: made by make docs -->\n", f"<!-- {name} end -->"
        if begin in text:
            made = f"{begin}\n{make(lang)}\n{end}"
            text = re.sub(f"(?s){begin}.*{end}", lambda _, made=made: made, text)  # type: ignore[misc]
    return text


MADE = {
    "codes": codes_page,
    "audit-rules": audit_rules_page,
    "rulesets": rulesets_page,
    "cli": cli_page,
}
"""Pages made whole."""


def pages() -> Iterator[tuple[Path, str]]:
    """Give each page's path and what should stand there."""
    made = {DOCS / f"{name}{SUFFIX[lang]}": (make, lang) for name, make in MADE.items() for lang in LANGS}
    for path, (make, lang) in made.items():
        yield path, make(lang)
    for path in sorted({*ROOT.glob("README*.md"), *DOCS.glob("*.md")} - {*made}):
        spoken: Lang = "zh" if path.name.endswith(SUFFIX["zh"]) else "en"
        yield path, with_parts(filled(path.read_text("utf-8")), spoken)


def main() -> None:
    """Write the pages."""
    for path, text in pages():
        path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
