"""Drop-downs, checks of what is typed, and conditional formats as XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlproc.writing.xlsx.errors import UnusualError
from xlproc.writing.xlsx.formulas import formula_xml
from xlproc.writing.xlsx.places import span
from xlproc.writing.xlsx.texts import attribute, escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlproc.writing.layout import Rule

_KINDS = {"list": "list", "integer": "whole", "decimal": "decimal"}
_STYLES = {"stop": "", "warning": ' errorStyle="warning"'}
_LISTED = {"validate", "source", "error_type", "error_title", "error_message", "show_error"}
_RANGED = {"validate", "criteria", "minimum", "maximum", "error_title", "error_message"}
_TITLE, _MESSAGE = 32, 255
"""Excel takes so many characters of a message's title and text, and of a list that is no range."""


def validations(rules: Sequence[Rule]) -> str:
    """Write what may be typed where.

    Raises:
        UnusualError: A rule has options that are not among those known.
    """
    if not rules:
        return ""
    written = "".join(map(_validation, rules))
    return f'<dataValidations count="{len(rules)}">{written}</dataValidations>'


def _validation(rule: Rule) -> str:
    options = rule.options
    kind = options.get("validate")
    if kind not in _KINDS or not options.keys() <= (_LISTED if kind == "list" else _RANGED):
        raise UnusualError(rule)
    title, message = options.get("error_title"), options.get("error_message")
    if len(title or "") > _TITLE // 2 or len(message or "") > _MESSAGE // 2:
        raise UnusualError(rule)
    head = f'type="{_KINDS[kind]}"{_STYLES.get(options.get("error_type", "stop"), "")} allowBlank="1" showInputMessage="1"'
    if options.get("show_error", True):
        head += ' showErrorMessage="1"'
    if title is not None:
        head += f' errorTitle="{attribute(title)}"'
    if message is not None:
        head += f' error="{attribute(message)}"'
    values = _listed(options["source"]) if kind == "list" else _ranged(options)
    return f'<dataValidation {head} sqref="{span(rule.area)}">{values}</dataValidation>'


def _listed(source: str | list[str]) -> str:
    if isinstance(source, str):
        return f"<formula1>{formula_xml(source)}</formula1>"
    joined = ",".join(source)
    if len(joined) > _MESSAGE // 2:
        raise UnusualError(joined)
    return f'<formula1>"{escaped(joined)}"</formula1>'


def _ranged(options: Mapping[str, Any]) -> str:
    if options["criteria"] != "between":
        raise UnusualError(options)
    return f"<formula1>{options['minimum']}</formula1><formula2>{options['maximum']}</formula2>"


def conditions(rules: Sequence[Rule], styles: Mapping[str, int]) -> str:
    """Write conditional formats, those of the same area together.

    Args:
        rules: The rules.
        styles: The numbers of their styles.

    Raises:
        UnusualError: A rule is not a formula.
    """
    areas: dict[str, list[str]] = {}
    for priority, rule in enumerate(rules, start=1):
        if rule.options.keys() != {"type", "criteria"} or rule.options["type"] != "formula":
            raise UnusualError(rule)
        head = f'type="expression" dxfId="{styles[rule.style]}" priority="{priority}"'
        written = f"<cfRule {head}><formula>{formula_xml(rule.options['criteria'])}</formula></cfRule>"
        areas.setdefault(span(rule.area), []).append(written)
    return "".join(
        f'<conditionalFormatting sqref="{area}">{"".join(written)}</conditionalFormatting>'
        for area, written in areas.items()
    )
