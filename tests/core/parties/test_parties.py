"""Parties from the first entry to the merge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.dialects import sqlite

from core.audit.log import write_event
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.dto import (
    AddParty,
    CustomerDetails,
    Details,
    DrugLicence,
    EditParty,
    EndParty,
    Location,
    MergeParties,
    PartyKind,
    PartyView,
    PatientDetails,
    PrescriberDetails,
    SupplierDetails,
    TeachSupplierItem,
)
from core.parties.model import PartyMerge, SupplierItem
from core.parties.queries import find_party, list_parties, party_view, resolved, search_parties, searches
from core.parties.service import add_party, edit_party, end_party, merge_parties, teach_supplier_item
from tests.support.shop import TestShop

CUSTOMER = PartyKind.CUSTOMER
GSTIN = "32AABCT1332L1ZN"


def adds(shop: TestShop, details: Details, *, confirmed: bool = False, command_id: UUID | None = None) -> PartyView:
    with shop.shop.database.write(shop.actor) as uow:
        return add_party(uow, AddParty(command_id=command_id or new_id(), details=details, confirmed=confirmed))


def edits(shop: TestShop, seen: PartyView, **changes: Any) -> PartyView:
    details = seen.details.model_copy(update=changes)
    with shop.shop.database.write(shop.actor) as uow:
        return edit_party(uow, EditParty(party_id=seen.party_id, version=seen.version, details=details))


def merges(shop: TestShop, merged: PartyView, kept: PartyView) -> PartyView:
    command = MergeParties(kind=kept.details.kind, merged_id=merged.party_id, kept_id=kept.party_id)
    with shop.shop.database.write(shop.actor) as uow:
        return merge_parties(uow, command)


def found(shop: TestShop, typed: str, kind: PartyKind = CUSTOMER) -> list[str]:
    with shop.shop.database.read() as session:
        return [hit.name for hit in search_parties(session, kind, typed)]


def test_a_customer_is_added_once_edited_as_seen_and_ended(shop: TestShop) -> None:
    here, there = Location(pincode="682016", state="32"), Location(pincode="682020", gstin=GSTIN)
    details = CustomerDetails(
        name="City Clinic", phone="+91 98470-12345", credit_limit=Money(100_00), locations=(here,)
    )
    command_id = new_id()
    first = adds(shop, details, command_id=command_id)
    assert adds(shop, details, command_id=command_id) == first
    assert (first.details, first.details.phone) == (details, "9847012345")

    wider = edits(shop, first, locations=(here, there))
    assert isinstance(wider.details, CustomerDetails)
    assert wider.details.locations == (here, there)
    with shop.refuses("parties.changed_meanwhile", where="version"):
        edits(shop, first, phone="9847099999")
    narrow = edits(shop, wider, locations=(there,))
    assert isinstance(narrow.details, CustomerDetails)
    assert narrow.details.locations == (there,)
    assert edits(shop, narrow) == narrow

    with shop.shop.database.write(shop.actor) as uow:
        assert not end_party(uow, EndParty(kind=CUSTOMER, party_id=first.party_id)).is_active
    shop.books_agree()


@pytest.mark.parametrize(
    "double",
    [
        {"name": "Another", "phone": "0 98470 12345"},
        {"name": "Another", "other_phone": "9847012345"},
        {"name": "Another", "gstin": GSTIN.lower()},
        {"name": "city  clinic.", "locations": (Location(pincode="682 016"),)},
    ],
)
def test_who_may_stand_in_the_list_already_is_asked_about(shop: TestShop, double: dict[str, Any]) -> None:
    place = Location(pincode="682016")
    adds(shop, CustomerDetails(name="City Clinic", phone="9847012345", gstin=GSTIN, locations=(place,)))
    with shop.refuses("parties.like_another"):
        adds(shop, CustomerDetails(**double))
    adds(shop, CustomerDetails(**double), confirmed=True)
    adds(shop, CustomerDetails(name="City Clinic", locations=(Location(pincode="682099"),)))


def test_a_family_shares_a_telephone(shop: TestShop) -> None:
    adds(shop, PatientDetails(name="Anil", phone="9847012345"))
    adds(shop, PatientDetails(name="Sunita", phone="9847012345"))
    with shop.refuses("parties.like_another"):
        adds(shop, PatientDetails(name="ANIL", phone="9847012345"))
    adds(shop, PrescriberDetails(name="Dr Rao", registration="tcmc 17"))
    with shop.refuses("parties.like_another"):
        adds(shop, PrescriberDetails(name="Rao", registration="TCMC 17"))


def test_merged_ones_are_answered_with_the_one_that_was_kept(shop: TestShop) -> None:
    one, two, three = (
        adds(shop, CustomerDetails(name=name, phone=phone))
        for name, phone in (("Anil", "9847000001"), ("Anil K", "9847000002"), ("Anil Kumar", "9847000003"))
    )
    patient = adds(shop, PatientDetails(name="Asha", customer_id=one.party_id))
    merges(shop, one, two)
    merges(shop, one, three)  # the first is the second by now
    with shop.refuses("parties.merged_already"):
        merges(shop, three, one)
    with shop.shop.database.read() as session:
        assert party_view(session, CUSTOMER, one.party_id) == three
        assert find_party(session, CUSTOMER, "98470 00001") == three.party_id
        assert [hit.name for hit in list_parties(session, CUSTOMER)] == ["Anil Kumar"]
        seen = party_view(session, PartyKind.PATIENT, patient.party_id).details
    assert isinstance(seen, PatientDetails)
    assert seen.customer_id == three.party_id
    assert found(shop, "anil") == ["Anil Kumar"]
    shop.books_agree()


def test_search_begins_with_numbers_and_names_and_reads_by_an_index(shop: TestShop) -> None:
    adds(shop, CustomerDetails(name="Sri Krishna Hospital", phone="9847012345", gstin=GSTIN))
    adds(shop, CustomerDetails(name="Krishna Stores", phone="0484 2351234"))
    assert found(shop, "krishna") == ["Krishna Stores", "Sri Krishna Hospital"]
    assert found(shop, "+91 98470") == found(shop, "32aabct") == ["Sri Krishna Hospital"]
    assert found(shop, "0484235") == ["Krishna Stores"]
    assert found(shop, "nobody") == []
    with shop.shop.database.read() as session:
        for typed in ("krishna", "9847012"):
            for wanted in searches(CUSTOMER, typed):
                compiled = wanted.limit(20).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
                rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
                plan = [row[3] for row in rows]
                assert any("USING" in step and "INDEX" in step for step in plan)
                assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]


def test_pages_of_a_list_leave_nobody_out(shop: TestShop) -> None:
    for name in ("Bina", "Anil", "Anil", "Chitra"):
        adds(shop, CustomerDetails(name=name))
    with shop.shop.database.read() as session:
        names: list[str] = []
        after: tuple[str, UUID] | None = None
        while page := list_parties(session, CUSTOMER, after=after, limit=1):
            names += [hit.name for hit in page]
            after = (page[-1].name.casefold(), page[-1].party_id)
    assert names == ["Anil", "Anil", "Bina", "Chitra"]


def test_a_supplier_has_licences_and_its_own_codes(shop: TestShop) -> None:
    licence = DrugLicence(number="KL-20B-77")
    supplier = adds(shop, SupplierDetails(name="Kerala Pharma", gstin=GSTIN, state="32", licences=(licence,)))
    assert isinstance(supplier.details, SupplierDetails)
    assert supplier.details.licences == (licence,)
    shop.receives("PCM500")
    item_id = shop.stock("PCM500").item_id
    command = TeachSupplierItem(supplier_id=supplier.party_id, code="k-17", item_id=item_id, factor=10)
    for factor in (10, 20):
        with shop.shop.database.write(shop.actor) as uow:
            teach_supplier_item(uow, command.model_copy(update={"factor": factor}))
    with shop.shop.database.read() as session:
        taught = session.get_one(SupplierItem, (supplier.party_id, "K-17"))
        assert (taught.item_id, taught.factor) == (item_id, 20)
    with shop.refuses("parties.no_item"), shop.shop.database.write(shop.actor) as uow:
        teach_supplier_item(uow, command.model_copy(update={"item_id": new_id()}))
    shop.books_agree()


def test_of_a_circle_of_merges_every_counter_keeps_the_same(shop: TestShop) -> None:
    """Two counters that were apart each merged the one into the other, and a third into both."""
    first, second, third = sorted((new_id(), new_id(), new_id()))
    pairs = [(third, second), (second, first), (first, second)]
    with shop.shop.database.write(shop.actor) as uow:
        uow.record(
            PartyMerge,
            [
                {"merged_id": merged, "kept_id": kept, "kind": "customer", "username": "owner", "at": uow.now}
                for merged, kept in pairs
            ],
        )
        write_event(uow, "customer.merged", first)
    with shop.shop.database.read() as session:
        assert [resolved(session, party) for party in (first, second, third)] == [first, first, first]
