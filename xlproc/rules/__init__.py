"""What the rules say: pure, vectorised functions on frames, run once over many workbooks.

execution → scoring → grading → audit; :func:`xlproc.rules.evaluate.evaluate` calls them in this order. Imports no
Excel library and reads no file. Every figure is exact (:mod:`xlproc.model.exact`), every number of the law comes from
the rule set.
"""
