"""How each figure came about, as live formulas: ``scores`` of forms that are scored, ``monitoring`` of lights."""

from xlproc.writing.detail.monitoring import monitoring_detail
from xlproc.writing.detail.names import NAMES
from xlproc.writing.detail.scores import detail_sheet, link_to

__all__ = ["NAMES", "detail_sheet", "link_to", "monitoring_detail"]
