"""The audit: what does not hold in a form. Each rule finds its rows by masks; one mistake gives one finding.

``head`` (what heads the form, its texts), ``funds`` (the money block), ``indicators`` (each row: ``marks`` tells what it
is, ``values`` audits what it says, ``scores`` how it is scored), ``points`` (rows without points of their own), ``weights`` (points by row and level), ``totals`` (across
rows and blocks), ``monitoring`` (forms at mid-year).
"""

from xlproc.rules.audit.funds import audit_funds
from xlproc.rules.audit.head import audit_head
from xlproc.rules.audit.indicators import audit_indicators
from xlproc.rules.audit.monitoring import audit_monitoring
from xlproc.rules.audit.points import audit_points
from xlproc.rules.audit.totals import audit_totals
from xlproc.rules.audit.weights import audit_weights

__all__ = [
    "audit_funds", "audit_head", "audit_indicators", "audit_monitoring", "audit_points", "audit_totals", "audit_weights",
]  # fmt: skip
