"""Every report, by id, in the order of the list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.reporting.report import Report
from core.reporting.reports.books import BOOKS
from core.reporting.reports.input_tax import INPUT_TAX
from core.reporting.reports.orders import ORDERS
from core.reporting.reports.papers import BILLS
from core.reporting.reports.prices import PRICES
from core.reporting.reports.purchase_register import PURCHASE_REGISTER
from core.reporting.reports.purchases import PURCHASES
from core.reporting.reports.received import UNSETTLED
from core.reporting.reports.registers import REGISTERS
from core.reporting.reports.sales import SALES
from core.reporting.reports.slow import SLOW_STOCK
from core.reporting.reports.stock import STOCK
from core.reporting.reports.tracing import TRACES
from core.reporting.reports.watching import WATCH

_EVERY = (
    *SALES,
    *BILLS,
    *BOOKS,
    *STOCK,
    SLOW_STOCK,
    *TRACES,
    *ORDERS,
    *PURCHASES,
    INPUT_TAX,
    *UNSETTLED,
    *PRICES,
    *REGISTERS,
    PURCHASE_REGISTER,
    *WATCH,
)
REPORTS: Mapping[str, Report] = MappingProxyType({report.id: report for report in _EVERY})
