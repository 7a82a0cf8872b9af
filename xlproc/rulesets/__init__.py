"""Rule sets: what each regulation or province says, as TOML data with sources and marks, and their loader.

A rule set inherits from another and changes what differs. Unknown keys are refused with the nearest allowed one.
"""

from xlproc.rulesets.loader import RuleSet, RuleSetError, load, names, severity_changes

__all__ = ["RuleSet", "RuleSetError", "load", "names", "severity_changes"]
