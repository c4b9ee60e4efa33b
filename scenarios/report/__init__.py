"""Reports of a run: one HTML page that stands alone, and one workbook."""

from __future__ import annotations

from scenarios.report.what_if import write_report
from scenarios.report.workbook import write_workbook

__all__ = ["write_report", "write_workbook"]
