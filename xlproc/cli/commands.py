"""Commands whose help is said in the reader's language: click's commands, worded late from ``texts.toml``."""

from __future__ import annotations

import os
import sys
from gettext import gettext
from typing import TYPE_CHECKING, Any

import click

from xlproc.batch.garbage import look_seldom
from xlproc.cli.table import pad, width, wrap
from xlproc.cli.texts import known, language, say, speaking
from xlproc.model.words import LANGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Formatter(click.HelpFormatter):
    """Help laid out by columns, not by characters; lines stay as they are written unless they are too long."""

    def write_text(self, text: str) -> None:
        """Write a text."""
        for line in text.splitlines():
            indent = self.current_indent + len(line) - len(line.lstrip())
            for part in wrap(line.strip(), self.width - indent) or [""]:
                self.write(f"{'':{indent}}{part}".rstrip() + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and what they mean."""
        listed = list(rows)
        first = min(max(width(name) for name, _ in listed), col_max) + col_spacing
        for name, meaning in listed:
            lines = wrap(meaning, self.width - self.current_indent - first)
            fits = width(name) + col_spacing <= first
            head = pad(name, first) + (lines.pop(0) if fits and lines else "")
            for line in (head.rstrip(), *(" " * first + line for line in lines)):
                self.write(f"{'':{self.current_indent}}{line}\n")


class Context(click.Context):
    """A context with our formatter."""

    formatter_class = Formatter


class Command(click.Command):
    """A command that takes ``--lang`` and finds its help by its name.

    The texts' keys are the command's path: ``check.help``, ``check.short``; a parameter's help is ``check.select``, or
    ``option.lang`` where all commands share it, and its placeholder ``metavar.ruleset``.
    """

    context_class = Context

    def __init__(self, *given: Any, **named: Any) -> None:
        """Add ``--lang``: it is found before parsing, so nothing takes its value."""
        named["context_settings"] = {
            "help_option_names": ["-h", "--help"],
            **(named.get("context_settings") or {}),
        }
        super().__init__(*given, **named)
        self.params.append(click.Option(["--lang"], type=click.Choice(LANGS), expose_value=False))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``--help``, which click words once and keeps."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = gettext("Show this message and exit.")
        return option

    def reword(self, path: str) -> None:
        """Say the help in the language that is spoken now."""
        self.help, self.short_help = say(f"{path}.help"), say(f"{path}.short")
        self.options_metavar = say("metavar.options")
        for param in self.params:
            if known(f"metavar.{param.name}"):
                placeholder = say(f"metavar.{param.name}")
                optional = isinstance(param, click.Argument) and not param.required
                param.metavar = f"[{placeholder}]" if optional else placeholder
            if isinstance(param, click.Option):
                own = f"{path}.{param.name}"
                param.help = say(own if known(own) else f"option.{param.name}")


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def reword(self, path: str) -> None:
        """Say the commands' help too."""
        super().reword(path)
        self.subcommand_metavar = say("metavar.command")
        for name, command in self.commands.items():
            if isinstance(command, Command):
                command.reword(name if path == "main" else f"{path}.{name}")


class Main(Group):
    """The outermost group: it finds the language before anything is parsed."""

    def main(self, args: Sequence[str] | None = None, *given: Any, **named: Any) -> Any:
        """Run, in the language of the arguments or the locale."""
        look_seldom()
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(
                    errors="replace"
                )  # a terminal that lacks a character shows a question mark
        with speaking(language(sys.argv[1:] if args is None else args, os.environ)):
            self.reword("main")
            return super().main(args, *given, **named)
