"""What each form is, said once as data: blocks, columns, labels and their synonyms, lists, looks.

The same definition builds the blank template, finds the fields on reading and lays out the official table.
``self_evaluation.toml`` is the form; ``vocabulary.toml`` the words that all forms share.
"""

from xlproc.forms.definition import Form, Item, Vocabulary, self_evaluation, vocabulary

__all__ = ["Form", "Item", "Vocabulary", "self_evaluation", "vocabulary"]
