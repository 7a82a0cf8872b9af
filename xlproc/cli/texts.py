"""The language of the commands, and their words in it; kept in ``texts.toml``."""

from __future__ import annotations

import gettext
import os
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlproc.model.words import LANGS, Lang, said, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_spoken: ContextVar[Lang] = ContextVar("lang", default="zh")


def lang() -> Lang:
    """Give the language that is spoken now."""
    return _spoken.get()


def known(key: str) -> bool:
    """Tell whether there is a text of that key."""
    return key in texts("xlproc.cli", "texts.toml")


def say(key: str, /, **words: Any) -> str:
    """Give a text in the language that is spoken, filled in."""
    text = texts("xlproc.cli", "texts.toml")[key][lang()]
    return text.format_map({name: said(value, lang()) for name, value in words.items()}) if words else text


@contextmanager
def speaking(language: Lang) -> Iterator[None]:
    """Speak a language; click too, which looks its words up by gettext in the language of the environment."""
    token, before = _spoken.set(language), os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = {"zh": "zh_CN", "en": "en"}[language]
    gettext.bindtextdomain("messages", Path(__file__).with_name("locale"))
    try:
        yield
    finally:
        _spoken.reset(token)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def language(arguments: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """Find the language: ``--lang`` wherever it stands, else the locale.

    It must be known before the arguments are parsed, since help and usage errors are said in it.

    Examples:
        >>> language(["check", "a.xlsx", "--lang", "en"], {}), language(["--lang=zh", "read"], {"LANG": "en_US"})
        ('en', 'zh')
        >>> language([], {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}), language([], {"LANG": "de_DE.UTF-8"})
        ('zh', 'en')
        >>> language([], {"LC_ALL": "C.UTF-8", "LANG": "en_US"}), language(["read", "--", "--lang", "en"], {})
        ('zh', 'zh')
    """
    given = list(arguments)
    options = given[: given.index("--")] if "--" in given else given
    named = [
        after if option == "--lang" else option.removeprefix("--lang=")
        for option, after in pairwise([*options, ""])
        if option.split("=")[0] == "--lang"
    ]
    found = [code for name in named for code in LANGS if code == name]
    if found:
        return found[-1]
    locale = next((environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(n)), _of_windows())
    name = locale.split(".")[0].lower()
    return "zh" if name in ("", "c", "posix") or name.startswith("zh") else "en"


def _of_windows() -> str:
    """Give the language of the user's Windows, or "" elsewhere."""
    if sys.platform == "win32":
        import ctypes
        from locale import windows_locale

        return windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""
