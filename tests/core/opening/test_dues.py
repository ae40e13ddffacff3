"""Open documents come over from the old program: each with its own number and days, tied to the ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.app.verify import explain_finding, verify
from core.audit.log import write_event
from core.audit.model import AuditEvent
from core.kernel.actor import Role
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.closing import close_books
from core.ledger.dto import CloseBooks
from core.ledger.model import OpenItem
from core.opening.dto import DueKind
from core.opening.dues import ENTERED, open_dues
from core.parties.dto import MergeParties, PartyKind
from core.parties.service import merge_parties
from tests.core.inventory.support import TODAY
from tests.core.opening.support import (
    ANIL,
    BILL,
    CLINIC,
    CREDITORS,
    DEBTORS,
    OPENING,
    PHARMA,
    add,
    balances,
    enter,
    problems,
    read,
)
from tests.support.shop import TestShop

CUSTOMER, SUPPLIER = PartyKind.CUSTOMER, PartyKind.SUPPLIER


@pytest.fixture
def known(shop: TestShop) -> TestShop:
    add(shop, ANIL, CLINIC, PHARMA)
    return shop


def test_documents_of_both_kinds_stand_as_open_items_and_in_the_ledger(known: TestShop) -> None:
    command = read(
        BILL | {"kind": "customer"},
        {"party": "32AABCT1332L1ZN", "kind": "Customers", "number": "S-18", "date": "15/10/26", "open": "Rs. 500/-"},
        {"party": "Anil Kumar", "kind": "customer", "date": "2026-11-01", "open": "200.50 Cr"},
        {"party": "City Clinic", "kind": "debtor", "number": "CN-3", "date": "1-Nov-26", "open": "50", "dr_cr": "CR"},
        {"party": "0484-2351234", "kind": "vendor", "number": "KP/991", "date": "20-10-2026", "open": "9,000.00"},
        {"party": "Kerala Pharma", "kind": "supplier", "type": "Debit Note", "number": "D1", "date": "21-10-2026"}
        | {"open": "1000"},
    )
    report = enter(known, command)
    assert (report.parties, report.documents, report.problems) == (3, 6, ())
    assert (str(report.customers_owe), str(report.owed_to_suppliers)) == ("1249.50", "8000.00")
    assert balances(known) == {DEBTORS: Money(1249_50), CREDITORS: Money(-8000_00), OPENING: Money(6750_50)}
    with known.shop.database.read() as session:
        customers = [
            (due.party, due.kind, due.number, due.on_date, due.due_date, str(due.original), str(due.open))
            for due in open_dues(session, CUSTOMER)
        ]
        suppliers = [(due.kind, due.due_date, str(due.open)) for due in open_dues(session, SUPPLIER)]
    bill, note, advance = DueKind.BILL, DueKind.CREDIT_NOTE, DueKind.ADVANCE
    assert customers == [
        ("City Clinic", bill, "S-18", date(2026, 10, 15), date(2026, 10, 15), "500.00", "500.00"),
        ("Anil Kumar", bill, "S-17", date(2026, 10, 1), date(2026, 10, 31), "1250.00", "1000.00"),
        ("City Clinic", note, "CN-3", date(2026, 11, 1), date(2026, 11, 1), "-50.00", "-50.00"),
        ("Anil Kumar", advance, "", date(2026, 11, 1), date(2026, 12, 1), "-200.50", "-200.50"),
    ]
    assert suppliers == [(bill, date(2026, 11, 10), "-9000.00"), (note, date(2026, 11, 11), "1000.00")]
    known.books_agree()


def test_the_same_command_again_is_answered_with_the_first_report(known: TestShop) -> None:
    command = read(BILL, kind=CUSTOMER)
    first = enter(known, command)
    assert enter(known, command) == first
    assert balances(known)[DEBTORS] == Money(1000_00)
    with known.shop.database.read() as session:
        assert len(session.scalars(select(AuditEvent.subject_id).where(AuditEvent.kind == ENTERED)).all()) == 1
    with known.refuses("opening.command_reused"):
        enter(known, read(BILL | {"open": "999"}, kind=CUSTOMER, command_id=command.command_id))


FAULTS: list[tuple[dict[str, str], str, str]] = [
    ({"party": ""}, "opening.party_missing", "party"),
    ({"party": "Nobody"}, "parties.unknown", "party"),
    ({"party": "Anil Kumar", "phone": "98470 99999"}, "parties.unknown", "party"),
    ({"party": "Rajan"}, "parties.several", "party"),
    ({"kind": "patient"}, "opening.no_kind", "kind"),
    ({"number": ""}, "opening.number_missing", "number"),
    ({"number": "x" * 61}, "input.too_long", "number"),
    ({"document": "voucher"}, "opening.no_document_kind", "document"),
    ({"document": "bill", "dr_cr": "Cr"}, "opening.side_differs", "dr_cr"),
    ({"open": "1000 Dr", "dr_cr": "Cr"}, "opening.sides_differ", "dr_cr"),
    ({"dr_cr": "left"}, "opening.no_side", "dr_cr"),
    ({"date": ""}, "opening.date_missing", "date"),
    ({"date": "10/2026"}, "sheet.no_day", "date"),
    ({"date": "31-02-2026"}, "sheet.no_day", "date"),
    ({"date": "31-12-1899"}, "sheet.no_day", "date"),
    ({"date": "21-11-2026"}, "opening.date_in_future", "date"),
    ({"due": "soon"}, "sheet.no_day", "due"),
    ({"due": "30-09-2026"}, "opening.due_before", "due"),
    ({"amount": "", "open": ""}, "opening.amount_missing", "open"),
    ({"open": "1250.01"}, "opening.open_above_amount", "open"),
    ({"open": "0"}, "opening.nothing_open", "open"),
    ({"open": "-5"}, "opening.amount_negative", "open"),
    ({"open": "12.345"}, "money.unreadable", "open"),
    ({"amount": "1,00,00,00,00,000.01"}, "opening.amount_too_great", "amount"),
]


@pytest.mark.parametrize(("fault", "code", "column"), FAULTS)
def test_a_line_that_cannot_be_entered_is_named_and_holds_up_all(
    known: TestShop, fault: dict[str, str], code: str, column: str
) -> None:
    add(known, *(ANIL.model_copy(update={"name": "Rajan", "phone": f"984701111{n}"}) for n in range(2)))
    command = read(BILL | {"number": "GOOD"}, BILL | fault, kind=CUSTOMER)
    assert problems(known, command) == [(3, code, column)]
    with known.refuses("opening.bad_rows"):
        enter(known, command)


def test_a_line_without_a_kind_of_party_is_asked_about(known: TestShop) -> None:
    assert problems(known, read(BILL)) == [(2, "opening.kind_missing", "kind")]


def test_a_document_stands_once_in_a_file_and_once_in_the_shop(known: TestShop) -> None:
    again = BILL | {"number": "s - 17", "open": "1"}
    assert problems(known, read(BILL, again, kind=CUSTOMER)) == [(3, "opening.document_twice", "number")]
    enter(known, read(BILL, kind=CUSTOMER))
    assert problems(known, read(again, kind=CUSTOMER)) == [(2, "opening.document_stands", "number")]
    assert problems(known, read(again, kind=CUSTOMER, again=True)) == []
    # its number begins anew in another year, and a credit note is another document
    enter(known, read(BILL | {"date": "31-03-2026"}, BILL | {"dr_cr": "Cr"}, kind=CUSTOMER))
    known.books_agree()


def test_the_same_content_is_asked_about_whatever_lines_it_stands_in(known: TestShop) -> None:
    enter(known, read(BILL, kind=CUSTOMER))
    with known.refuses("opening.imported_before"):
        enter(known, read(BILL, kind=CUSTOMER))
    enter(known, read(BILL, kind=CUSTOMER, again=True))
    assert balances(known)[DEBTORS] == Money(2000_00)
    known.books_agree()


def test_items_of_a_merged_party_are_read_under_the_one_that_was_kept(shop: TestShop) -> None:
    kept, merged = add(shop, ANIL, ANIL.model_copy(update={"name": "Anil K", "phone": None, "credit_days": 10}))
    enter(shop, read(BILL | {"party": "Anil K"}, kind=CUSTOMER))
    with shop.shop.database.write(shop.actor) as uow:
        merge_parties(uow, MergeParties(kind=CUSTOMER, merged_id=merged, kept_id=kept))
    assert problems(shop, read(BILL, kind=CUSTOMER)) == [(2, "opening.document_stands", "number")]
    enter(shop, read(BILL | {"party": "Anil K", "number": "S-20"}, kind=CUSTOMER))
    with shop.shop.database.read() as session:
        dues = open_dues(session, CUSTOMER, merged)
        assert dues == open_dues(session, CUSTOMER, kept) == open_dues(session, CUSTOMER)
    assert [(due.party_id, due.party, due.number) for due in dues] == [
        (kept, "Anil Kumar", "S-17"),
        (kept, "Anil Kumar", "S-20"),
    ]
    # what was agreed with the one that was kept counts from the merge on
    assert [due.due_date - due.on_date for due in dues] == [timedelta(days=10), timedelta(days=30)]
    shop.books_agree()


def test_nothing_is_entered_into_closed_days_or_by_who_may_not(known: TestShop) -> None:
    known.acts(Role.PHARMACIST)
    with known.refuses("auth.not_allowed"):
        enter(known, read(BILL, kind=CUSTOMER))
    known.acts(Role.OWNER)
    with known.refuses("opening.nothing_to_enter"):
        enter(known, read(BILL, kind=CUSTOMER).model_copy(update={"dues": ()}))
    with known.shop.database.write(known.actor) as uow:
        close_books(uow, CloseBooks(through=TODAY))
    with known.refuses("ledger.day_closed"):
        enter(known, read(BILL, kind=CUSTOMER))


def test_an_open_item_that_the_ledger_does_not_know_is_found(known: TestShop) -> None:
    enter(known, read(BILL, kind=CUSTOMER))
    with known.shop.database.write(known.actor) as uow:
        row = uow.session.scalars(select(OpenItem)).one()
        columns = {name: getattr(row, name) for name in OpenItem.__table__.columns.keys()}  # noqa: SIM118
        uow.record(OpenItem, [columns | {"id": new_id()}])
        write_event(uow, "test.planted", row.document_id)
    (finding,) = verify(known.shop.database).findings
    assert (finding.code, finding.detail) == (
        "verify.open_items_differ",
        "200000 paise of open items, 100000 on Sundry debtors",
    )
    assert explain_finding(finding)


@pytest.mark.parametrize(
    ("kind", "party", "document", "side", "read_as", "amount"),
    [
        (CUSTOMER, "Anil Kumar", "", "", DueKind.BILL, "9.00"),
        (CUSTOMER, "Anil Kumar", "Sales", "Dr", DueKind.BILL, "9.00"),
        (CUSTOMER, "Anil Kumar", "Debit Note", "", DueKind.BILL, "9.00"),
        (CUSTOMER, "Anil Kumar", "Credit Note", "", DueKind.CREDIT_NOTE, "-9.00"),
        (CUSTOMER, "Anil Kumar", "", "Credit", DueKind.CREDIT_NOTE, "-9.00"),
        (CUSTOMER, "Anil Kumar", "On Account", "", DueKind.ADVANCE, "-9.00"),
        (SUPPLIER, "Kerala Pharma", "", "", DueKind.BILL, "-9.00"),
        (SUPPLIER, "Kerala Pharma", "Purchase", "Cr.", DueKind.BILL, "-9.00"),
        (SUPPLIER, "Kerala Pharma", "DN", "", DueKind.CREDIT_NOTE, "9.00"),
        (SUPPLIER, "Kerala Pharma", "CN", "", DueKind.CREDIT_NOTE, "9.00"),
        (SUPPLIER, "Kerala Pharma", "", "D", DueKind.CREDIT_NOTE, "9.00"),
        (SUPPLIER, "Kerala Pharma", "Advance", "Dr", DueKind.ADVANCE, "9.00"),
    ],
)
def test_what_a_document_is_decides_its_side(
    known: TestShop, kind: PartyKind, party: str, document: str, side: str, read_as: DueKind, amount: str
) -> None:
    row = {"party": party, "document": document, "number": "7", "date": "01-10-2026", "open": "9", "dr_cr": side}
    enter(known, read(row, {"party": "Grand Total", "open": "9"}, kind=kind))
    with known.shop.database.read() as session:
        (due,) = open_dues(session, kind)
    assert (due.kind, str(due.open)) == (read_as, amount)
