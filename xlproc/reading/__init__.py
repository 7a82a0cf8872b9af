"""From a file to frames: guard (may it be opened) → grid (its cells) → form (whose blocks are where) → frames.

Promises: an input is never written to; a bad file gives findings, never an exception; what a cell shows is kept
beside what was understood.
"""
