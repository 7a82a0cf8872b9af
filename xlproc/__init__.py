"""xlproc reads filled budget-performance workbooks, scores and audits them, and writes the official tables back.

The house, in the direction in which data passes through it:

``reading`` (file → cells → frames) → ``rules`` (frames → scores and findings) → ``writing`` (frames → workbooks),
with ``model`` (frames, findings, exact numbers), ``forms`` (what each form is) and ``rulesets`` (what each
regulation says) beside them, ``batch`` (folders of files) and ``cli`` (commands) around them.
"""

__version__ = "0.1.0"
