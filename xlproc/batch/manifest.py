"""What an outbox remembers of the last run: a hidden file of JSON lines, written whole at first, then line by line.

The first line says with what was judged; each further one is about an input, the last about it holds. A run that is
killed leaves at most a last line that is cut off, which is passed over. Before an input is judged its line says no more
than what its results are called: what came of it is added once they are written.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import xlproc
from xlproc.forms import words
from xlproc.model.words import os_reason
from xlproc.writing.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlproc.model.words import Phrase
    from xlproc.rulesets import RuleSet

NAME = ".xlproc.jsonl"
FORMAT = 1
_NAME = re.compile(r"[\w.-]+")

Settings = dict[str, Any]
"""With what was judged; see :func:`settings`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is remembered of an input.

    Attributes:
        name: What it is called in messages.
        output: Its results workbook, below the outbox: no two inputs have the same.
        outputs: By path below the outbox: what it has there, and its fingerprint as it was written; "" where a run
            may have ended in between.
        sha256: The fingerprint of what was judged; "" where it is still to be judged.
        heads: See ``rounds.heads_of``.
        beside: See ``rounds.Known``.
        left: What it leaves for the summary, as JSON.
        part: Its part of the JSON report, where one was asked for.
    """

    name: str
    output: str
    outputs: dict[str, str]
    sha256: str = ""
    heads: list[dict[str, Any]] = field(default_factory=list)
    beside: list[list[Any]] = field(default_factory=list)
    left: dict[str, Any] | None = None
    part: dict[str, Any] | None = None


class Manifest:
    """The memory of an outbox.

    Attributes:
        entries: By output.
        summary: The summary's fingerprint as it was written, or "".
        holds: What is remembered was judged with the same settings.
        anew: Why nothing that is remembered holds, where that needs a word: the file is broken, or of another version.
        failed: Why nothing can be remembered.
    """

    def __init__(self, outbox: Path | None = None, now: Settings | None = None) -> None:
        """Read what is remembered.

        Args:
            outbox: The folder; None: nothing is remembered.
            now: With what this run judges.
        """
        self.entries: dict[str, Entry] = {}
        self.summary = ""
        self.holds = False
        self.anew: Literal["", "broken", "version"] = ""
        self.failed: Phrase | None = None
        self._path = outbox / NAME if outbox else None
        self._now = now or {}
        if self._path is not None:
            self._read(self._path)

    def _read(self, path: Path) -> None:
        try:
            *lines, _ = path.read_bytes().split(
                b"\n"
            )  # behind the last line's end is nothing, or a line cut off
        except FileNotFoundError:
            return
        except OSError:
            self.anew = "broken"
            return
        try:
            was, *rest = (json.loads(line.decode("utf-8", "surrogatepass")) for line in lines)
            if was["format"] != FORMAT:
                self.anew = "version"
                return
            summary, entries = "", [Entry(**raw) for raw in rest if "summary" not in raw]
            for raw in rest:
                summary = raw.get("summary", summary)
            _check(entries)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.anew = "broken"
            return
        if was["inbox"] != self._now["inbox"]:  # its results are none of this run's business
            return
        if was["program"] != self._now["program"]:
            self.anew = "version"
        self.holds = was == self._now
        self.entries, self.summary = {entry.output: entry for entry in entries}, str(summary)

    def begin(self, entries: Iterable[Entry]) -> None:
        """Write the file whole: what holds, and what is going to be judged."""
        if self._path is None:
            return
        try:
            write_whole(self._path, b"".join(map(_line, (self._now, *map(_table, entries)))))
        except OSError as error:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)  # what it says of results would soon be wrong
            self._fail(error)

    def add(self, entry: Entry) -> None:
        """Remember what came of an input."""
        self._append(_table(entry))

    def finish(self, summary: str) -> None:
        """Remember the summary's fingerprint."""
        self._append({"summary": summary})

    def _append(self, table: dict[str, Any]) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("ab") as file:
                file.write(_line(table))
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.failed, self._path = os_reason(error), None


def settings(inbox: Path, outbox: Path, ruleset: RuleSet | None, declared: bool) -> Settings:
    """Give all that decides, beside the inputs, what comes out.

    Args:
        inbox: The inputs' folder, or the one input.
        outbox: The results' folder.
        ruleset: The rule set; None: for each workbook the one that its forms are made for.
        declared: Whether official tables show the units' own scores.
    """
    return {
        "format": FORMAT,
        "xlproc": xlproc.__version__,
        "program": program(),
        "inbox": _seen_from(outbox, inbox),
        "ruleset": [ruleset.id, ruleset.sha256, _told(ruleset)] if ruleset else "auto",
        "words": _sha256(json.dumps(words.in_force(), sort_keys=True, default=str).encode()),
        "scores": "declared" if declared else "rules",
    }


def program() -> str:
    """Give the fingerprint of the program and what it stands on: a version's number may stay while it is changed."""
    told = hashlib.sha256()
    root = Path(xlproc.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".toml"):
            told.update(path.relative_to(root).as_posix().encode())
            with path.open("rb") as file:
                told.update(hashlib.file_digest(file, "sha256").digest())
    with suppress(metadata.PackageNotFoundError):
        needed = [line for line in metadata.requires("xlproc") or () if "extra ==" not in line]
        for name in sorted(match[0] for line in needed if (match := _NAME.match(line))):
            with suppress(metadata.PackageNotFoundError):
                told.update(f"{name} {metadata.version(name)}\0".encode())
    return told.hexdigest()


def _told(ruleset: RuleSet) -> str:
    """Give the fingerprint of what a rule set says beside its values: results show it too."""
    said = {
        name: getattr(ruleset, name)
        for name in ("title", "title_en", "effective_from", "effective_to", "inherits", "references", "name")
    }
    sources = {key: dataclasses.astuple(source) for key, source in ruleset.sources.items()}
    return _sha256(json.dumps([said, sources], sort_keys=True, default=str).encode())


def _seen_from(outbox: Path, inbox: Path) -> str:
    """Name the inbox so that both may move together."""
    try:
        return Path(os.path.relpath(inbox.resolve(), outbox.resolve())).as_posix()
    except ValueError:  # another drive
        return inbox.resolve().as_posix()


def _check(entries: Iterable[Entry]) -> None:
    """Refuse entries that would be trusted wrongly."""
    for entry in entries:
        texts = [entry.name, entry.output, entry.sha256, *entry.outputs, *entry.outputs.values()]
        lists = [entry.heads, entry.beside]
        if not all(isinstance(text, str) for text in texts) or not all(isinstance(x, list) for x in lists):
            raise ValueError("no entry of a manifest")


def _table(entry: Entry) -> dict[str, Any]:
    return {f.name: getattr(entry, f.name) for f in dataclasses.fields(entry)}


def _line(table: dict[str, Any]) -> bytes:
    return json.dumps(table, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
