"""Proves the whole shop: guards, audit log against tables, stock, ledger, bills, registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy.exc import DBAPIError

from core.app.naming import named
from core.app.provers import ENOUGH as _ENOUGH
from core.app.provers import Provers
from core.app.schema import METADATA
from core.audit.findings import Finding
from core.audit.unreadable import unreadable_values
from core.audit.verify import Walk, check_author, verify_log
from core.boundary.messages import sentences
from core.cash.checks import check_cash
from core.inventory.checks import check_awaited, check_batches, check_search, check_stock
from core.ledger.checks import check_days, check_documents, check_ledger, check_open_items
from core.numbering.checks import check_numbers
from core.parties.words import check_words
from core.purchasing.checks import check_purchases
from core.purchasing.debit_model import DebitNote
from core.purchasing.model import GoodsReceipt, PurchaseOrder
from core.sales.checks import NUMBERED, check_bills
from core.sales.indexing import check_bill_index
from core.sales.quotations import check_quotation_index
from core.sales.supply_checks import check_supplies
from core.storage import guards
from core.storage.base import Table
from core.storage.database import Database
from core.storage.faults import UNREADABLE_TEXT, fault_code

#: What is numbered without gaps -> how the documents are called.
_NUMBERED: Mapping[type[Table], str] = {
    **NUMBERED,
    PurchaseOrder: "orders",
    GoodsReceipt: "goods receipts",
    DebitNote: "debit notes",
}
#: What reading values raises that no program of ours has written.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, DBAPIError)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """How much was compared, and what was found; the first finding is the earliest in the log."""

    events: int
    rows: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether the books are as they were written."""
        return not self.findings


def verify(database: Database, *, processes: int = 1) -> VerifyReport:
    """Compare everything the log says with everything the tables hold; at most 100 findings are kept.

    ``processes`` may work on it where the shop is large enough: the counter beside it needs the others.
    """
    walk = Walk()
    findings: list[Finding] = []
    unread: list[tuple[str, Exception]] = []
    with database.read() as session, Provers(database, session, processes) as provers:
        findings += [
            Finding("verify.guard_missing", "schema", name) for name in guards.missing(session.connection(), METADATA)
        ]
        checks = {
            "node": check_author(session),
            "stock_balance": check_stock(session),
            "batch_now": check_batches(session),
            "awaited_stock": check_awaited(session),
            "item_search": check_search(session),
            "party_word": check_words(session),
            "ledger_entry": check_ledger(session),
            "ledger_day": check_days(session),
            "ledger_document": check_documents(session),
            "open_item": check_open_items(session),
            "bill": check_bills(session),
            "number_counter": check_numbers(session, _NUMBERED),
            "bill_word": check_bill_index(session),
            "quotation_word": check_quotation_index(session),
            "counter_session": check_cash(session),
            "dispensing": check_supplies(session),
            "supplier_bill": check_purchases(session),
            # last, because other processes work on it meanwhile; it is told first
            "audit_event": verify_log(session, METADATA, walk, provers.prove()),
        }
        found: dict[str, list[Finding]] = {}
        for table, check in checks.items():
            try:
                found[table] = list(islice(check, _ENOUGH))
            except _UNREADABLE as error:
                if isinstance(error, DBAPIError) and fault_code(str(error.orig)) not in {None, UNREADABLE_TEXT}:
                    raise  # the machine's, not the books'
                unread.append((table, error))
        findings += found.pop("audit_event", [])
        findings += chain.from_iterable(found.values())
        if unread:
            unreadable = list(islice(unreadable_values(session, METADATA), _ENOUGH))
            findings += unreadable or [
                Finding("verify.not_checked", table, "*", f"{type(error).__name__}: {error}") for table, error in unread
            ]
        findings = list(named(session, findings[:_ENOUGH]))
    return VerifyReport(walk.events, walk.rows, tuple(findings))


def explain_finding(finding: Finding, language: str = "en") -> str:
    """Return a finding as one sentence."""
    sentence = sentences(language)[finding.code]
    return sentence.format(key=finding.name or finding.key, table=finding.table, detail=finding.detail).rstrip()
