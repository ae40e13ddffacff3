"""Which bills are offered to be repeated, what is taken over of one, and that no list of bills is read for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from core.app.series import SetNumberSeries, set_number_series
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.parties.dto import AddParty, CustomerDetails, MergeParties, PartyKind
from core.parties.service import add_party, merge_parties
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.sales.repeating import NEWEST, KnownOfBill, Whose, bills_to_repeat, lines_to_repeat
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

ASHA = {"name": "Asha Menon", "phone": "98470 12345"}


def offered(shop: TestShop, **known: Any) -> list[tuple[Whose, int]]:
    with shop.shop.database.read() as session:
        hits = bills_to_repeat(session, shop.actor, KnownOfBill(**known))
    return [(hit.whose, int(hit.number.rpartition("/")[2])) for hit in hits]


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong person"))


def customer(shop: TestShop, name: str) -> UUID:
    with shop.shop.database.write(shop.actor) as uow:
        command = AddParty(command_id=new_id(), details=CustomerDetails(name=name))
        return add_party(uow, command).party_id


def test_the_last_bill_of_the_counter_unless_it_was_cancelled(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    assert offered(shop) == []
    shop.bills(("PCM500", "1"))
    clock.turn(minutes=1)
    shop.bills(("PCM500", "2"))
    assert offered(shop) == [(Whose.COUNTER, 2)]
    with shop.shop.database.write(shop.actor) as uow:
        set_number_series(uow, SetNumberSeries(prefix="PH"))
    assert offered(shop) == [(Whose.COUNTER, 2)]
    clock.turn(minutes=1)
    shop.bills(("PCM500", "2"))
    assert offered(shop) == [(Whose.COUNTER, 1)]
    for _ in range(5):  # into another financial year
        clock.turn(days=28)
        shop.bills(("PCM500", "1"))
    newest = shop.bills(("PCM500", "2"))
    with shop.shop.database.read() as session:
        (hit,) = bills_to_repeat(session, shop.actor, KnownOfBill())
    assert (hit.number, hit.items, hit.total) == (newest.number, (newest.lines[0].item_name,), newest.total)
    assert newest.number.startswith("PH/27-28/")
    cancels(shop, newest)
    assert offered(shop) == []


def test_the_newest_of_a_telephone_number_each_once_and_none_that_was_cancelled(
    shop: TestShop, clock: TurnedClock
) -> None:
    shop.receives("PCM500", packs=50)
    made = []
    for _ in range(NEWEST + 3):
        clock.turn(minutes=1)
        made.append(shop.bills(("PCM500", "1"), customer=ASHA))
        shop.bills(("PCM500", "1"), customer={"name": "Ravi", "phone": "9847012346"})
    cancels(shop, made[-1])
    last = (Whose.COUNTER, 2 * NEWEST + 6)
    wanted = [(Whose.PHONE, 2 * number - 1) for number in range(NEWEST + 2, 2, -1)]
    assert offered(shop, phone="9847012345") == [last, *wanted]
    assert offered(shop, phone="+91 98470-12345") == [last, *wanted]
    assert offered(shop, phone="98470") == [last]
    clock.turn(minutes=1)
    shop.bills(("PCM500", "1"), customer=ASHA)
    assert offered(shop, phone="9847012345") == [(Whose.COUNTER, 2 * NEWEST + 7), *wanted[: NEWEST - 1]]


def test_a_customers_bills_are_those_of_all_their_cards(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    clinic, same = customer(shop, "City Clinic"), customer(shop, "City Clinic Kaloor")
    for buyer in (same, clinic, same):
        clock.turn(minutes=1)
        shop.bills(("PCM500", "1"), customer={"id": str(buyer)})
    clock.turn(minutes=1)
    shop.bills(("PCM500", "1"))
    assert offered(shop, customer_id=clinic) == [(Whose.COUNTER, 4), (Whose.CUSTOMER, 2)]
    with shop.shop.database.write(shop.actor) as uow:
        merge_parties(uow, MergeParties(kind=PartyKind.CUSTOMER, merged_id=same, kept_id=clinic))
    assert offered(shop, customer_id=clinic) == [
        (Whose.COUNTER, 4),
        (Whose.CUSTOMER, 3),
        (Whose.CUSTOMER, 2),
        (Whose.CUSTOMER, 1),
    ]


def test_a_patients_bills_are_those_on_their_prescriptions(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("AZI500", packs=50, schedules=("H1",))
    shop.on_duty()
    first = shop.bills(("AZI500", "1t"), ("PCM500", "1"), dispensing=shop.prescribed(repeats=5))
    assert first.dispensing is not None
    prescription = first.dispensing.prescription_id
    clock.turn(minutes=1)
    again = shop.bills(("AZI500", "1t"), dispensing={"prescription": str(prescription)})
    clock.turn(minutes=1)
    shop.bills(("PCM500", "1"))
    mine = [(Whose.PATIENT, 2), (Whose.PATIENT, 1)]
    assert offered(shop, prescription=prescription) == [(Whose.COUNTER, 3), *mine]
    assert offered(shop, prescription=new_id()) == [(Whose.COUNTER, 3)]
    cancels(shop, again)
    assert offered(shop, prescription=prescription) == [(Whose.COUNTER, 3), (Whose.PATIENT, 1)]
    with shop.shop.database.read() as session:
        taken = lines_to_repeat(session, shop.actor, first.bill_id, first.date)
    assert [(line.item is not None and line.item.code, line.units) for line in taken.lines] == [
        ("AZI500", 1),
        ("PCM500", 10),
    ]
    assert set(type(taken)._fields) == {"number", "lines"}  # nothing of the prescription comes along


def test_units_of_several_batches_are_one_line(shop: TestShop) -> None:
    shop.receives("TWO", batch="B1", expiry="01/2028", packs=1)
    shop.receives("TWO", batch="B2", expiry="06/2028", packs=5)
    bill = shop.bills(("TWO", "2:5"))
    assert len(bill.lines) == 2
    with shop.shop.database.read() as session:
        repeat = lines_to_repeat(session, shop.actor, bill.bill_id, bill.date)
    assert [(line.units, line.item is not None) for line in repeat.lines] == [(25, True)]


def test_who_does_not_bill_is_offered_nothing(shop: TestShop) -> None:
    shop.receives("PCM500", packs=50)
    bill = shop.bills(("PCM500", "1"))
    shop.acts(Role.PURCHASE_CLERK)
    with shop.shop.database.read() as session:
        for read in (
            lambda: bills_to_repeat(session, shop.actor, KnownOfBill()),
            lambda: lines_to_repeat(session, shop.actor, bill.bill_id, bill.date),
        ):
            with pytest.raises(RuleBroken) as refused:
                read()
            assert refused.value.code == "auth.not_allowed"


def test_every_read_goes_by_an_index(shop: TestShop) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("AZI500", packs=50, schedules=("H1",))
    shop.on_duty()
    clinic = customer(shop, "City Clinic")
    buyer = {"id": str(clinic), "phone": "9847012345"}
    bill = shop.bills(("AZI500", "1t"), dispensing=shop.prescribed(), customer=buyer)
    assert bill.dispensing is not None
    known = KnownOfBill(customer_id=clinic, phone="9847012345", prescription=bill.dispensing.prescription_id)
    asked: list[str] = []
    with shop.shop.database.read() as session:
        connection = session.connection()
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        assert len(bills_to_repeat(session, shop.actor, known)) == 1
        raw.set_trace_callback(None)
        plans = {
            statement: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in asked
            if statement.startswith("SELECT")
        }
    of_books = {
        statement: plan
        for statement, plan in plans.items()
        if any(f"FROM {table}" in statement for table in ("bill", "dispensing", "prescription"))
    }
    tables = {statement.split("FROM ")[1].split()[0] for statement in of_books}
    assert tables == {"bill", "bill_word", "bill_line", "dispensing", "prescription"}
    for statement, plan in of_books.items():
        assert all("SCAN" not in step or "CONSTANT" in step for step in plan), (statement, plan)
    of_customer = [plan for statement, plan in of_books.items() if "customer_id IN" in statement]
    assert [any("ix_bill_customer_id" in step for step in plan) for plan in of_customer] == [True]
