"""Part supply and repeats in any order, the H1 register beside them, and who a prescription names."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.catalog.dto import DrugSchedule
from core.dispensing.dto import AddPharmacist, EndPharmacist, H1View, PrescriptionView
from core.dispensing.pharmacists import add_pharmacist, end_pharmacist, on_duty, pharmacists
from core.dispensing.queries import h1_register, read_prescription, recent_prescriptions
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.parties.dto import MergeParties, PartyKind
from core.parties.model import Patient, Prescriber
from core.parties.queries import find_party
from core.parties.service import merge_parties
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.storage.node import author
from core.storage.unit_of_work import UnitOfWork
from tests.conftest import NOON
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

OWNER = Actor(None, "owner", Role.OWNER)
DAY = date(2026, 11, 20)


@contextmanager
def stocked() -> Iterator[TestShop]:
    """A shop with two H1 drugs in two batches each, and a pharmacist on duty."""
    with tempfile.TemporaryDirectory() as folder:
        shop = TestShop.create(Path(folder) / "shop", TurnedClock(NOON))
        for code in ("MOX", "NOVA"):
            for batch, packs in (("A1", 5), ("B2", 30)):
                shop.receives(
                    code, batch=batch, packs=packs, schedules=frozenset({DrugSchedule.H1}), salts="Amoxycillin 500mg"
                )
        shop.on_duty()
        yield shop
        shop.close()


@pytest.fixture
def drugs() -> Iterator[TestShop]:
    with stocked() as shop:
        yield shop


def prescription(shop: TestShop, bill: BillView) -> PrescriptionView:
    assert bill.dispensing is not None
    assert bill.dispensing.prescription_id is not None
    with shop.shop.database.read() as session:
        return read_prescription(session, OWNER, bill.dispensing.prescription_id)


def known(bill: BillView) -> dict[str, Any]:
    assert bill.dispensing is not None
    return {"prescription": str(bill.dispensing.prescription_id)}


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(OWNER) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong patient"))


def register(shop: TestShop) -> list[H1View]:
    with shop.shop.database.read() as session:
        return list(h1_register(session, OWNER, DAY, DAY))


_STEP = st.tuples(st.sampled_from(["MOX", "NOVA"]), st.integers(1, 25)) | st.integers(0, 7)


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 40), st.integers(0, 2), st.lists(_STEP, min_size=1, max_size=8))
def test_in_any_order_no_more_is_supplied_than_prescribed(
    units: int, repeats: int, steps: list[tuple[str, int] | int]
) -> None:
    """A step bills so many tablets of a drug, or cancels the bill with that number among those that stand."""
    with stocked() as shop:
        lines = [{"item": code, "units": units} for code in ("MOX", "NOVA")]
        first = shop.bills(("MOX", "1t"), dispensing=shop.prescribed(lines=lines, repeats=repeats))
        supplied = {"MOX": 1, "NOVA": 0}
        standing: list[tuple[BillView, str, int]] = [(first, "MOX", 1)]
        voids = 0
        for step in steps:
            if isinstance(step, int):
                if standing:
                    bill, code, pieces = standing.pop(step % len(standing))
                    cancels(shop, bill)
                    supplied[code] -= pieces
                    voids += len(bill.lines)
                continue
            code, pieces = step
            left = units * (1 + repeats) - supplied[code]
            if pieces > left:
                with pytest.raises(RuleBroken) as refused:
                    shop.bills((code, f"{pieces}t"), dispensing=known(first))
                assert refused.value.code == ("dispensing.too_many" if left else "dispensing.supplied_out")
                assert refused.value.values.get("left", 0) == left
                continue
            bill = shop.bills((code, f"{pieces}t"), dispensing=known(first))
            supplied[code] += pieces
            standing.append((bill, code, pieces))
        view = prescription(shop, first)
        assert [(line.supplied, line.left) for line in view.lines] == [
            (supplied[code], units * (1 + repeats) - supplied[code]) for code in ("MOX", "NOVA")
        ]
        rows = register(shop)
        assert [row.number for row in sorted(rows, key=lambda row: row.number)] == [
            f"C1H/26-27/{number:06d}" for number in range(1, len(rows) + 1)
        ]
        counted = {code.title(): sum(pieces for _, of, pieces in standing if of == code) for code in ("MOX", "NOVA")}
        stands = [row for row in rows if row.voids is None and row.voided_by is None]
        assert {drug: sum(row.units for row in stands if row.drug == drug) for drug in counted} == counted
        assert len([row for row in rows if row.voids]) == voids
        shop.books_agree()


def test_a_register_row_says_all_that_the_law_asks(drugs: TestShop) -> None:
    bill = drugs.bills(("MOX", "6"), ("MOX", "1t"), dispensing=drugs.prescribed())
    rows = register(drugs)
    assert [(row.batch, row.units) for row in rows] == [("A1", 50), ("B2", 10), ("B2", 1)]
    row = rows[0]
    assert (row.number, row.bill_number, row.date) == ("C1H/26-27/000001", bill.number, DAY)
    assert (row.prescriber_name, row.prescriber_address) == ("Dr K Rao", "City Hospital, Kochi")
    assert (row.patient_name, row.patient_phone, row.patient_address) == ("Asha", "9847012345", "12 Hill Road, Kochi")
    assert (row.drug, row.composition, str(row.expires)) == ("Mox", "Amoxycillin 500mg", "12/2028")
    assert (row.pharmacist.name, row.pharmacist.registration) == ("Anitha Menon", "KSPC 12345")
    drugs.books_agree()


def test_a_cancelled_bill_voids_its_rows_by_rows_of_their_own(drugs: TestShop) -> None:
    bill = drugs.bills(("MOX", "6"), dispensing=drugs.prescribed())
    cancels(drugs, bill)
    first, second, void, other = register(drugs)
    assert (first.voided_by, second.voided_by) == (void.number, other.number)
    assert (void.voids, other.voids) == (first.number, second.number)
    assert (void.reason, void.units, void.bill_number) == ("wrong patient", first.units, bill.number)
    with drugs.shop.database.read() as session:
        assert list(h1_register(session, OWNER, date(2026, 11, 21), date(2026, 12, 31))) == []
    drugs.books_agree()


def test_the_register_is_read_a_page_at_a_time(drugs: TestShop) -> None:
    bills = [drugs.bills(("MOX", "6"), dispensing=drugs.prescribed()) for _ in range(2)]
    cancels(drugs, bills[0])
    assert isinstance(drugs.clock, TurnedClock)
    drugs.clock.turn(hours=24)
    drugs.on_duty()
    drugs.bills(("NOVA", "1t"), dispensing=drugs.prescribed())
    with drugs.shop.database.read() as session:
        whole = list(h1_register(session, OWNER, DAY, date(2026, 11, 21)))
        assert len(whole) == 6
        for size in (1, 4, 6, 7):
            read: list[H1View] = []
            while page := h1_register(
                session, OWNER, DAY, date(2026, 11, 21), after=read[-1].number if read else None, limit=size
            ):
                assert len(page) <= size
                read.extend(page)
            assert read == whole
        assert h1_register(session, OWNER, DAY, DAY, after=whole[4].number) == []
    drugs.books_agree()


def test_a_drug_without_a_quantity_is_supplied_as_often_as_said(drugs: TestShop) -> None:
    drugs.receives("SYRUP", pieces_per_pack=1, pack_label="60 ml", schedules=frozenset({DrugSchedule.H}), packs=9)
    lines = [{"item": "SYRUP", "dose": "5 ml BD", "days": 5}]
    first = drugs.bills(("SYRUP", "2"), dispensing=drugs.prescribed(lines=lines, repeats=1))
    assert prescription(drugs, first).lines[0].left is None
    second = drugs.bills(("SYRUP", "1"), dispensing=known(first))
    with drugs.refuses("dispensing.supplied_out", "lines.0.item"):
        drugs.bills(("SYRUP", "1"), dispensing=known(first))
    cancels(drugs, second)
    drugs.bills(("SYRUP", "3"), dispensing=known(first))
    drugs.books_agree()


def test_dose_and_days_give_the_quantity_and_the_days_of_supply(drugs: TestShop) -> None:
    lines = [{"item": "MOX", "dose": "1/2-0-1", "days": 7}]
    bill = drugs.bills(("MOX", "9t"), dispensing=drugs.prescribed(lines=lines))
    (line,) = prescription(drugs, bill).lines
    assert (line.units, line.supplied, line.left) == (11, 9, 2)  # ten and a half
    assert bill.dispensing is not None
    assert [one.days for one in bill.dispensing.lines] == [6]


def test_nobody_stands_twice(drugs: TestShop) -> None:
    """The same name and telephone is the same patient; a registration is one prescriber's."""
    again = drugs.prescribed()
    again["patient"] = {"name": "ASHA", "phone": "+91 98470 12345"}
    again["prescriber"] = {"name": "Dr. Rao", "registration": "tcmc 4711"}
    bills = [drugs.bills(("MOX", "1t"), dispensing=said) for said in (drugs.prescribed(), again)]
    views = [prescription(drugs, bill) for bill in bills]
    assert (views[0].patient_id, views[0].prescriber_id) == (views[1].patient_id, views[1].prescriber_id)
    sister = drugs.prescribed(patient={"name": "Leela", "phone": "9847012345", "address": "12 Hill Road, Kochi"})
    drugs.bills(("MOX", "1t"), dispensing=sister)
    by_id = drugs.prescribed(
        patient={"party_id": str(views[0].patient_id)}, prescriber={"party_id": str(views[0].prescriber_id)}
    )
    assert prescription(drugs, drugs.bills(("MOX", "1t"), dispensing=by_id)).patient_id == views[0].patient_id
    with drugs.shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == 2
        assert session.scalar(select(func.count()).select_from(Prescriber)) == 1
    drugs.books_agree()


def test_who_may_add_nobody_bills_whom_the_shop_knows(drugs: TestShop) -> None:
    prescribed = drugs.prescribed()
    drugs.bills(("MOX", "1t"), dispensing=prescribed)
    with drugs.shop.database.write(OWNER) as uow:
        set_role_right(uow, SetRoleRight(user_role=Role.CASHIER, permission=Permission.EDIT_CUSTOMERS, granted=False))
    drugs.acts(Role.CASHIER)
    drugs.bills(("MOX", "1t"), dispensing=prescribed)
    with drugs.refuses("auth.not_allowed"):
        drugs.bills(("MOX", "1t"), dispensing=drugs.prescribed(patient={"name": "New", "address": "Somewhere"}))


def test_a_merged_patient_keeps_the_prescriptions(drugs: TestShop) -> None:
    first = drugs.bills(("MOX", "1t"), dispensing=drugs.prescribed())
    other = drugs.prescribed(patient={"name": "Asha M", "phone": "9847099999", "address": "Elsewhere"})
    second = drugs.bills(("NOVA", "1t"), dispensing=other)

    def merge(uow: UnitOfWork) -> UUID:
        kept = find_party(uow.session, PartyKind.PATIENT, "asha")
        gone = find_party(uow.session, PartyKind.PATIENT, "asha m")
        merge_parties(uow, MergeParties(kind=PartyKind.PATIENT, merged_id=gone, kept_id=kept))
        return gone

    with drugs.shop.database.write(OWNER) as uow:
        gone = merge(uow)
    with drugs.shop.database.read() as session:
        hits = recent_prescriptions(session, OWNER, gone)
    assert {hit.prescription_id for hit in hits} == {
        prescription(drugs, bill).prescription_id for bill in (first, second)
    }
    assert {hit.patient_name for hit in hits} == {"Asha"}
    assert sorted(drug for hit in hits for drug in hit.drugs) == ["Mox", "Nova"]


@pytest.mark.parametrize(
    ("role", "prescriptions", "registers"),
    [
        (Role.OWNER, None, None),
        (Role.PHARMACIST, None, None),
        (Role.CASHIER, None, "auth.out_of_scope"),
        (Role.PURCHASE_CLERK, "auth.not_allowed", "auth.out_of_scope"),
        (Role.ACCOUNTANT, "auth.not_allowed", None),
    ],
)
def test_what_was_prescribed_is_not_everybodys(
    drugs: TestShop, role: Role, prescriptions: str | None, registers: str | None
) -> None:
    bill = drugs.bills(("MOX", "1t"), dispensing=drugs.prescribed())
    actor = Actor(None, role.value, role)
    prescription_id = prescription(drugs, bill).prescription_id
    with drugs.shop.database.read() as session:
        for read, refusal in (
            (lambda: read_prescription(session, actor, prescription_id), prescriptions),
            (lambda: recent_prescriptions(session, actor), prescriptions),
            (lambda: h1_register(session, actor, DAY, DAY), registers),
        ):
            if refusal is None:
                assert read()
            else:
                with pytest.raises(RuleBroken, match=refusal):
                    read()


def test_the_list_of_pharmacists_and_who_is_on_duty(drugs: TestShop) -> None:
    with drugs.shop.database.write(OWNER) as uow:
        add_pharmacist(uow, AddPharmacist(name="Biju", registration="KSPC 77", username="biju"))
    with drugs.refuses("dispensing.pharmacist_known", "registration"), drugs.shop.database.write(OWNER) as uow:
        add_pharmacist(uow, AddPharmacist(name="Biju", registration="kspc77"))
    drugs.on_duty("KSPC 77")
    with drugs.shop.database.read() as session:
        duty = on_duty(session, author(session).id, NOON)
        assert [one.name for one in pharmacists(session)] == ["Anitha Menon", "Biju"]
    assert duty is not None
    assert duty.pharmacist.name == "Biju"
    with drugs.shop.database.write(OWNER) as uow:
        end_pharmacist(uow, EndPharmacist(registration="KSPC 77"))
    with drugs.refuses("dispensing.no_pharmacist_known", "registration"):
        drugs.on_duty("KSPC 77")
    with drugs.refuses("dispensing.no_pharmacist_known", "registration"), drugs.shop.database.write(OWNER) as uow:
        end_pharmacist(uow, EndPharmacist(registration="KSPC 77"))
    with drugs.shop.database.write(OWNER) as uow:
        assert add_pharmacist(uow, AddPharmacist(name="Biju K", registration="KSPC 77")).is_active
    drugs.books_agree()
