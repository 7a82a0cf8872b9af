"""The words that people read: both languages, the same blanks to fill in."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from xlproc.model.findings import catalogue
from xlproc.model.words import LANGS, phrase, said, texts, word


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", texts())
def test_every_word_is_there_in_both_languages_with_the_same_blanks(key: str) -> None:
    both = texts()[key]
    assert blanks(both["zh"]) == blanks(both["en"])
    assert all(both.values()) or key == "said.nothing"


def test_phrases_nest_and_lists_are_joined_as_the_language_does() -> None:
    late = phrase("said.score_pending", range=phrase("range.open", low="1.8", high="2.4"))
    assert [late.say(lang) for lang in LANGS] == [
        "得分待定（1.8 至 2.4（不含））",
        "the score is pending (1.8 to below 2.4)",
    ]
    assert (said(("a", "b")), said(("a", "b"), "en")) == ("a、b", "a, b")
    assert word("flag.") == ""


@pytest.mark.parametrize("code", catalogue())
def test_every_code_speaks_both_languages_with_the_same_blanks(code: str) -> None:
    zh, en = (catalogue()[code].texts[lang] for lang in LANGS)
    assert set(zh) == set(en) == {"title", "about", "message", "todo", "source"}
    for part in ("message", "todo"):
        assert blanks(zh[part]) == blanks(en[part]), part
        assert bool(zh[part]) == bool(en[part]), part
    for texts_of in (zh, en):
        assert texts_of["title"]
        assert texts_of["about"]
        assert texts_of["source"]
        assert not texts_of["about"].count("{")
    assert not re.search(r"[\u4e00-\u9fff]", en["title"])
