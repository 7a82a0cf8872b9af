"""A part's XML as elements with their places in its bytes, and edits by place: what is not edited stays byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Edit = tuple[int, int, bytes]
"""First byte, the byte behind the last, and what takes their place."""

_START_TAG = re.compile(rb"<[^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*>")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


_SMALL = 20_000
"""Bytes of a part whose elements are worth keeping."""


class NotUnderstoodError(ValueError):
    """The package is written in a way that this room does not know."""


@dataclass(slots=True)
class Element:
    """An element and where it stands.

    Attributes:
        tag: Its name as written, with its prefix.
        attributes: As written, by their names with prefixes.
        start: Where its start tag begins.
        inner: Where its content begins.
        close: Where its end tag begins; its end, where it has none (``<a/>``).
        end: The byte behind it.
        children: Its elements, as far as they were asked for.
    """

    tag: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return local(self.tag)

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or ""."""
        return self.tag[: -len(self.name)]

    def get(self, name: str, default: str = "") -> str:
        """Give an attribute by its name without prefix."""
        if name in self.attributes:
            return self.attributes[name]
        return next((value for key, value in self.attributes.items() if local(key) == name), default)

    def all(self, name: str) -> list[Element]:
        """Give the children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Element | None:
        """Give the first child of a name."""
        return next(iter(self.all(name)), None)

    def walk(self) -> Iterator[Element]:
        """Give the element and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@lru_cache(maxsize=1024)
def local(name: str) -> str:
    """Take the prefix off a name."""
    return name.rpartition(":")[2]


def parse(data: bytes, look: Callable[[Element], bool | None] | None = None) -> Element:
    """Find a part's elements; what is found is not to be changed, since it may be given again.

    Args:
        data: The part.
        look: Whether an element's children are wanted; None where not even the element is.

    Raises:
        NotUnderstoodError: It is no plain XML in UTF-8.
    """
    if look is not None:
        return _parsed(data, look)
    return _small(data) if len(data) <= _SMALL else _parsed(data, _all)


def _all(_: Element) -> bool:
    return True


@lru_cache(maxsize=32)
def _small(data: bytes) -> Element:
    """Find the elements of a part that is asked for again and again, as relations and types are."""
    return _parsed(data, _all)


def _parsed(data: bytes, look: Callable[[Element], bool | None]) -> Element:
    if b"\0" in data[:4]:
        raise NotUnderstoodError("UTF-16")  # two bytes a sign, whether stated or not
    if (stated := _ENCODING.match(data)) and stated[1].lower() not in (b"utf-8", b"us-ascii"):
        raise NotUnderstoodError(stated[1].decode("ascii", "replace"))
    stack = [Element("", {}, 0, 0)]
    depth = 0  # below an element whose children are not wanted

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth:
            depth += 1
            return
        start = parser.CurrentByteIndex
        written = _START_TAG.match(data, start)
        if written is None:
            raise NotUnderstoodError(tag)
        element = Element(tag, attributes, start, written.end())
        wanted = look(element)
        if wanted is not None:
            stack[-1].children.append(element)
        if not wanted:
            depth = 1
        stack.append(element)

    def closed(_: str) -> None:
        nonlocal depth
        if depth > 1:
            depth -= 1
            return
        depth = 0
        element = stack.pop()
        if data[element.inner - 2 : element.inner] == b"/>":
            element.close = element.end = element.inner
        else:
            element.close = parser.CurrentByteIndex
            element.end = data.index(b">", element.close) + 1

    def doctype(*_: object) -> None:
        raise NotUnderstoodError("DOCTYPE")  # entities would make the places wrong, and may inflate

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotUnderstoodError(str(error)) from error
    finally:  # else parser and elements would stay until Python looks for garbage
        parser.StartElementHandler = parser.EndElementHandler = parser.StartDoctypeDeclHandler = None
    return stack[0].children[0]


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Make edits; those at one place in their order.

    Examples:
        >>> spliced(b"abcd", [(3, 3, b"!"), (1, 2, b"B")])
        b'aBc!d'
    """
    parts, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [data[at:start], new]
        at = end
    return b"".join([*parts, data[at:]])


def inside(element: Element, xml: bytes) -> Edit:
    """Give the edit that puts XML behind an element's content."""
    if element.close < element.end:
        return element.close, element.close, xml
    return element.inner - 2, element.inner, b">" + xml + f"</{element.tag}>".encode()


def changed(data: bytes, element: Element, **values: object) -> list[Edit]:
    """Give the edits that set attributes of an element, None to take one away; the others stay as they are written."""
    edits: list[Edit] = []
    name_end = element.start + 1 + len(element.tag.encode())
    written = {
        match[1].decode(): match.span() for match in _ATTRIBUTE.finditer(data, name_end, element.inner)
    }
    for name, value in values.items():
        told = b"" if value is None else f" {name}={attribute(str(value))}".encode()
        start, end = written.get(name, (name_end, name_end))
        edits.append((start, end, told))
    return edits


def copied(data: bytes, element: Element, edits: Iterable[Edit]) -> bytes:
    """Give an element's bytes with edits made."""
    own = data[element.start : element.end]
    return spliced(own, [(a - element.start, b - element.start, new) for a, b, new in edits])


def prefixed(xml: str, prefix: str) -> bytes:
    """Put a part's prefix before the names of our own elements.

    Examples:
        >>> prefixed('<r><t a="b"/></r>', "x:")
        b'<x:r><x:t a="b"/></x:r>'
    """
    return (re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", xml) if prefix else xml).encode()


def text(value: str) -> str:
    """Write a text into XML; what XML cannot hold is left out."""
    return escape(_kept(value))


def attribute(value: str) -> str:
    """Write a text as an attribute's value, with its quotes."""
    return quoteattr(_kept(value))


def _kept(value: str) -> str:
    return _NOT_IN_XML.sub("", value)
