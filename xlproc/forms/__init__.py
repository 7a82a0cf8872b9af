"""What each form is, said once, as data: labels, lists and looks for template, reader and writer.

``definition`` is a form as it is printed, ``labels`` the words by which any form is read, ``vocabulary`` those of its
values; ``words`` joins the shipped lists and a user's own.
"""

from xlproc.forms.definition import Form, Item, form_of, monitoring, self_evaluation, version_of
from xlproc.forms.labels import Family, Labels, Names, labels
from xlproc.forms.vocabulary import Vocabulary, vocabulary
from xlproc.forms.words import WordsError, added

__all__ = [
    "Family",
    "Form",
    "Item",
    "Labels",
    "Names",
    "Vocabulary",
    "WordsError",
    "added",
    "form_of",
    "labels",
    "monitoring",
    "self_evaluation",
    "version_of",
    "vocabulary",
]
