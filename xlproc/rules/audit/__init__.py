"""The audit: what does not hold in a form. Each rule finds its rows by masks; one mistake gives one finding.

``funds`` (the money block), ``indicators`` (each row), ``totals`` (across rows and blocks).
"""

from xlproc.rules.audit.funds import audit_funds
from xlproc.rules.audit.indicators import audit_indicators
from xlproc.rules.audit.totals import audit_totals

__all__ = ["audit_funds", "audit_indicators", "audit_totals"]
