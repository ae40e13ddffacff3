"""Proves the whole shop: guards, audit log against tables, stock, ledger, bills."""

from __future__ import annotations

from dataclasses import dataclass

from core.app.schema import METADATA
from core.audit.findings import Finding
from core.audit.verify import Walk, check_author, verify_log
from core.boundary.messages import sentences
from core.inventory.checks import check_search, check_stock
from core.ledger.checks import check_ledger
from core.sales.checks import check_bills
from core.storage import guards
from core.storage.database import Database

_ENOUGH = 100


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


def verify(database: Database) -> VerifyReport:
    """Compare everything the log says with everything the tables hold; at most 100 findings are kept."""
    walk = Walk()
    findings: list[Finding] = []
    with database.read() as session, database.read() as beside:
        findings += [
            Finding("verify.guard_missing", "schema", name) for name in guards.missing(session.connection(), METADATA)
        ]
        for check in (
            verify_log(session, METADATA, walk, beside),
            check_author(session),
            check_stock(session),
            check_search(session),
            check_ledger(session),
            check_bills(session),
        ):
            for finding in check:
                if len(findings) < _ENOUGH:
                    findings.append(finding)
    return VerifyReport(walk.events, walk.rows, tuple(findings))


def explain_finding(finding: Finding, language: str = "en") -> str:
    """Return a finding as one sentence."""
    sentence = sentences(language)[finding.code]
    return sentence.format(key=finding.key, table=finding.table, detail=finding.detail).rstrip()
