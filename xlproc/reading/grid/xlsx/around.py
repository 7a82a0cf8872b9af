"""What stands around the cells, as openpyxl understands it or refuses it, asked once for each wording.

Styles, sheet settings and the like are the same in most copies of a form, so that openpyxl's word on them is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook
from openpyxl.cell.text import Text
from openpyxl.formula.translate import Translator
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.packaging.manifest import Manifest
from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import _find_workbook_part  # type: ignore[attr-defined]
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS
from openpyxl.xml.functions import fromstring

from xlproc.reading.grid.formats import CHINESE
from xlproc.reading.grid.xlsx.by_openpyxl import chinese_dates

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    P = ParamSpec("P")
    T = TypeVar("T")

KEPT = 512
"""Wordings of each kind that are kept."""
SMALL = 2**16
"""Longer ones are not."""

Prefixes = tuple[tuple[str, str], ...]
"""Prefixes of namespaces, and the namespaces."""


class UnclaimedError(ValueError):
    """The file has something that only openpyxl is to read."""


@dataclass(frozen=True, slots=True)
class Styles:
    """What the styles make of a number, by their numbers in the file.

    Attributes:
        codes: Number formats; None where the file has none of that number.
        dates: Styles that make a date of a number.
        durations: Those that make a duration of it.
    """

    codes: tuple[str | None, ...]
    dates: frozenset[int]
    durations: frozenset[int]


@dataclass(frozen=True, slots=True)
class Book:
    """What the workbook's own part says.

    Attributes:
        epoch: The day from which dates count.
        sheets: Name, whether it shows, and part of each sheet.
    """

    epoch: dt.datetime
    sheets: tuple[tuple[str, bool, str], ...]


class _Parts(dict[str, bytes]):
    """Some parts of a package, as openpyxl asks for them."""

    def read(self, name: str) -> bytes:
        return self[name]


def _package(parts: dict[str, bytes]) -> Any:
    return _Parts(parts)


def _kept(ask: Callable[P, T]) -> Callable[P, T]:
    """Keep answers by their questions, short ones."""
    kept = lru_cache(KEPT)(ask)

    def answer(*args: P.args, **named: P.kwargs) -> T:
        short = sum(len(arg) for arg in args if isinstance(arg, bytes)) < SMALL
        return kept(*args, **named) if short else ask(*args, **named)  # type: ignore[arg-type]

    return answer


@_kept
def contents(xml: bytes) -> tuple[str, str]:
    """Give the parts that hold the workbook and its shared strings, "" where there are none."""
    package: Any = Manifest.from_tree(_tree(xml))
    strings = package.find(SHARED_STRINGS)
    return _find_workbook_part(package).PartName[1:], strings.PartName[1:] if strings else ""


@_kept
def book(part: str, xml: bytes, relations: bytes) -> Book:
    """Read the workbook's own part; names of ranges are only proved."""
    parser: Any = WorkbookParser(_package({part: xml, relations_of(part): relations}), part)
    parser.parse()
    found = list(parser.find_sheets())
    titles = {sheet.name for sheet, _ in found}
    if len(titles) < len(found) or any("chartsheet" in relation.Type for _, relation in found):
        raise UnclaimedError
    parser.wb._sheets = [SimpleNamespace(defined_names={}) for _ in found]
    parser.assign_names()
    sheets = ((sheet.name, sheet.state == "visible", relation.target) for sheet, relation in found)
    return Book(parser.wb.epoch, tuple(sheets))


@_kept
def styles(xml: bytes) -> Styles:
    """Read the styles."""
    made: Any = Workbook()
    apply_stylesheet(_package({ARC_STYLE: xml}), made)

    def code(number: int) -> str | None:
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return CHINESE.get(number) or BUILTIN_FORMATS.get(number, "General")
        own = made._number_formats[number - BUILTIN_FORMATS_MAX_SIZE :]
        return str(own[0]) if own else None

    codes = tuple(code(style.numFmtId) for style in made._cell_styles)
    dates = chinese_dates(made._cell_styles).union(made._date_formats)
    return Styles(codes, frozenset(dates), frozenset(made._timedelta_formats))


@_kept
def prove_relations(part: str, xml: bytes) -> None:
    """Prove what a sheet refers to."""
    get_dependents(_package({part: xml}), part)


@_kept
def subject(xml: bytes) -> str:
    """Give the document's subject."""
    properties: Any = DocumentProperties.from_tree(_tree(xml))
    return properties.subject or ""


@_kept
def prove_properties(xml: bytes) -> None:
    """Prove an office's own properties."""
    CustomPropertyList.from_tree(_tree(xml))


@_kept
def prove_settings(prefixes: Prefixes, xml: bytes) -> None:
    """Prove a part of a sheet that holds no cells: widths, views, print settings, conditional formats.

    Raises:
        UnclaimedError: It holds cells all the same.
    """
    whole = _whole(prefixes, xml)
    parser: Any = WorkSheetParser
    parser(BytesIO(whole), []).parse_dimensions()
    if list(parser(BytesIO(whole), []).parse()):
        raise UnclaimedError


@_kept
def text(prefixes: Prefixes, xml: bytes) -> str:
    """Give the text of a string: its runs joined, what says how to pronounce it left out."""
    said: Any = Text.from_tree(_tree(_whole(prefixes, xml))[0])
    return str(said.content)


@lru_cache(KEPT)
def formula(first: str, at: str, here: str) -> str:
    """Give a shared formula as it stands in another cell.

    Args:
        first: The formula.
        at: The cell that has it.
        here: The other cell; "" proves the formula only.
    """
    shared: Any = Translator(first, at)
    return str(shared.translate_formula(here)) if here else ""


def relations_of(part: str) -> str:
    """Name the part that says what a part refers to."""
    return str(get_rels_path(part))  # type: ignore[no-untyped-call]


def _tree(xml: bytes) -> Any:
    return fromstring(xml)


def _whole(prefixes: Prefixes, xml: bytes) -> bytes:
    """Give a piece of XML its prefixes back."""
    said = "".join(f" xmlns{prefix and ':' + prefix}={quoteattr(uri)}" for prefix, uri in prefixes)
    return b"<whole%s>%s</whole>" % (said.encode(), xml)
