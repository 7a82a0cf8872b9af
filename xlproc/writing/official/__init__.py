"""The official tables, in the layouts that came in: ``body`` what they have in common, then a module a kind of form."""

from xlproc.writing.official.body import Official
from xlproc.writing.official.monitoring import BY_RULES, light_entry, monitoring_table
from xlproc.writing.official.self_evaluation import blank_table, official_table

__all__ = ["BY_RULES", "Official", "blank_table", "light_entry", "monitoring_table", "official_table"]
