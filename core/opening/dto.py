"""What a shop that moves over brings with it, as commands give it, and what came of it."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from core.boundary.frozen import Frozen, IsoDate, Line, Rupees, checked
from core.boundary.lines import LineProblem
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.parties.dto import PartyKind


class Side(enum.StrEnum):
    """Which side of the books an amount stands on: debit is what they owe us."""

    DEBIT = "Dr"
    CREDIT = "Cr"

    @property
    def other(self) -> Side:
        """The other side."""
        return Side.CREDIT if self is Side.DEBIT else Side.DEBIT


def show_sided(amount: Money) -> str:
    """Return an amount (debit positive) as books show it: ``1,250.00 Cr``."""
    is_debit = amount >= ZERO
    return f"{(amount if is_debit else -amount).grouped()} {Side.DEBIT if is_debit else Side.CREDIT}"


class DueKind(enum.StrEnum):
    """What a document is. A credit note and an advance stand on the other side than a bill."""

    BILL = "bill"
    CREDIT_NOTE = "credit_note"
    ADVANCE = "advance"

    @property
    def words(self) -> str:
        """The kind as it stands in a sentence."""
        return self.replace("_", " ")

    def side(self, party: PartyKind) -> Side:
        """Return where such a document of a party stands: a customer's bill is Dr, a supplier's Cr."""
        bill = Side.DEBIT if party is PartyKind.CUSTOMER else Side.CREDIT
        return bill if self is DueKind.BILL else bill.other


#: Who owes or is owed.
WITH_DUES = (PartyKind.CUSTOMER, PartyKind.SUPPLIER)


def _owes(kind: PartyKind) -> PartyKind:
    if kind not in WITH_DUES:
        raise RuleBroken("opening.no_kind", text=kind.value)
    return kind


PartyWithDues = Annotated[PartyKind, Field(strict=False), AfterValidator(checked(_owes))]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]


class OpeningDue(Frozen):
    """A document that is not settled, from one line of the file. ``amount`` is the whole, ``open`` what is left of it.

    Both are above nothing; the kind says on which side they stand. ``party`` is a name, telephone or GSTIN; telephone
    and GSTIN beside it must name the same party. ``due_date`` None is reckoned from the party's days.
    """

    line: int
    party_kind: PartyWithDues
    party: Annotated[Line, StringConstraints(max_length=200)] = ""
    phone: Annotated[Line, StringConstraints(max_length=30)] = ""
    gstin: Annotated[Line, StringConstraints(max_length=20)] = ""
    kind: DueKind = Field(strict=False)
    number: Annotated[Line, StringConstraints(max_length=60)] = ""
    on_date: IsoDate
    due_date: IsoDate | None = None
    amount: Rupees
    open: Rupees


class EnterOpeningDues(Frozen):
    """The command to enter what was read of a file; ``command_id`` becomes the id of the opening document.

    ``problems`` are the lines that could not be read: one of them holds up the whole. ``again`` enters documents that
    were entered before.
    """

    command_id: UUID = Field(strict=False)
    dues: tuple[OpeningDue, ...]
    problems: tuple[LineProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    again: bool = False

    def content_sha(self) -> str:
        """Return the hash of what is brought in, whatever the command's id and the lines it stood in."""
        dues = self.model_dump(mode="json", include={"dues"})["dues"]
        for due in dues:
            del due["line"]
        return hashlib.sha256(json.dumps(dues, sort_keys=True).encode()).hexdigest()


class DuesReport(Frozen):
    """What entering dues did, or would do. Both sums are what is left after credit notes and advances."""

    parties: int
    documents: int
    customers_owe: Rupees
    owed_to_suppliers: Rupees
    problems: tuple[LineProblem, ...] = ()
    ignored_columns: tuple[str, ...] = ()


class OpenDue(NamedTuple):
    """An open item as a list shows it; the party is the one that was kept where it was merged."""

    party_id: UUID
    party: str
    kind: DueKind
    number: str
    on_date: date
    due_date: date
    original: Rupees
    open: Rupees


#: What files call a customer and a supplier.
PARTY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("customers", "debtor", "debtors", "sundry_debtor", "sundry_debtors", "buyer"), "customer"),
        **dict.fromkeys(
            ("suppliers", "creditor", "creditors", "sundry_creditor", "sundry_creditors", "vendor", "distributor"),
            "supplier",
        ),
    }
)
