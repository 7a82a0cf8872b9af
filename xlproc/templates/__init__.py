"""The blank workbooks of ``workbook_templates/``, built from the definitions of the forms.

A module a form; ``common`` is what they share. The same form gives the same bytes each time, cells to fill are open,
and what a template says of itself (its mark, its lists) reading and checks know again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlproc import forms
from xlproc.templates import monitoring, self_evaluation
from xlproc.templates.common import instructions, lists
from xlproc.writing.layout import Book
from xlproc.writing.xlsx import render

if TYPE_CHECKING:
    from xlproc.forms import Form
    from xlproc.writing.layout import Sheet

SUBJECT = "xlproc form"
"""In the properties of every template."""


def template_names() -> dict[str, str]:
    """Give the templates: name on the command line → file name."""
    return {form.template: f"{form.title}.xlsx" for form in (forms.self_evaluation(), forms.monitoring())}


def has_month(name: str) -> bool:
    """Tell whether a template's figures go to a month, which may be chosen."""
    return name == forms.monitoring().template


def template(name: str, month: int | None = None) -> bytes:
    """Build a template.

    Args:
        name: A name of :func:`template_names`.
        month: The month to which its figures go; None: the definition's, or none where it has none.

    Returns:
        The workbook's bytes; the same bytes each time.

    Raises:
        KeyError: There is no template of that name.
        ValueError: The form goes to no month.
    """
    if has_month(name):
        form = forms.monitoring(month)
        return _book(form, monitoring.sheet(form), monitoring.CHOICES)
    if name not in template_names():
        raise KeyError(name)
    if month is not None:
        raise ValueError(name)
    form = forms.self_evaluation()
    return _book(form, self_evaluation.sheet(form), self_evaluation.CHOICES)


def _book(form: Form, first: Sheet, choices: dict[str, str]) -> bytes:
    dictionary, names = lists(form, choices)
    return render(
        Book(
            [first, instructions(form), dictionary],
            names,
            title=form.title,
            subject=SUBJECT,
            keywords=f"{form.template} {form.version}",
        )
    )
