"""Every report, by id, in the order of the list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.reporting.report import Report
from core.reporting.reports.sales import SALES

REPORTS: Mapping[str, Report] = MappingProxyType({report.id: report for report in (*SALES,)})
