"""What a workbook leaves for the summary, as JSON and back: everything comes back as it was."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from xlproc.model.words import Phrase
from xlproc.writing.summary.lines import (
    FileLine,
    FindingLine,
    Left,
    MonitoringLine,
    ProjectLine,
    UnreachedLine,
)

_KINDS = {
    kind.__name__: kind
    for kind in (Left, FileLine, ProjectLine, MonitoringLine, UnreachedLine, FindingLine, Phrase)
}
_TUPLE, _COUNTER = "tuple", "Counter"
_MARK = "~"
"""Begins the one key of a table that stands for what JSON has not; no key of ours does."""


def stored(left: Left) -> dict[str, Any]:
    """Give what a workbook leaves as JSON has it; a finding names its form by the form's place."""
    forms = [*left.projects, *left.monitored]
    places = {id(form): place for place, form in enumerate(forms)}
    found = [
        dataclasses.replace(line, project=places.get(id(line.project)))  # type: ignore[arg-type]
        for line in left.findings
    ]
    out: dict[str, Any] = _plain(dataclasses.replace(left, findings=found))
    return out


def restored(value: Any) -> Left:
    """Give back what :func:`stored` made.

    Raises:
        ValueError: It is something else.
    """
    try:
        left = _back(value)
        forms = [*left.projects, *left.monitored]
        left.findings = [
            line if line.project is None else dataclasses.replace(line, project=forms[line.project])
            for line in left.findings
        ]
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError("not what a workbook leaves") from error
    if not isinstance(left, Left):
        raise ValueError("not what a workbook leaves")
    return left


def _plain(value: Any) -> Any:
    if isinstance(value, Counter):
        return {_MARK + _COUNTER: dict(value)}
    if type(value).__name__ in _KINDS:
        return {
            _MARK + type(value).__name__: [_plain(getattr(value, f.name)) for f in dataclasses.fields(value)]
        }
    if isinstance(value, tuple):
        return {_MARK + _TUPLE: [_plain(item) for item in value]}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _back(value: Any) -> Any:
    if isinstance(value, list):
        return [_back(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not (key := next(iter(value))).startswith(_MARK):
        return {key: _back(item) for key, item in value.items()}
    name, inner = key.removeprefix(_MARK), _back(value[key])
    if name == _COUNTER:
        return Counter(inner)
    if name == _TUPLE:
        return tuple(inner)
    kind = _KINDS[name]
    names = [f.name for f in dataclasses.fields(kind)]
    return kind(**dict(zip(names, inner, strict=True)))
