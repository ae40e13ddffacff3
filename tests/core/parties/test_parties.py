"""Parties from the first entry to the merge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from core.app.verify import verify
from core.audit.log import write_event
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.book import PartyBook
from core.parties.codes import end_supplier_item, supplier_codes, teach_supplier_item
from core.parties.dto import (
    AddParty,
    CustomerDetails,
    Details,
    DrugLicence,
    EditParty,
    EndParty,
    EndSupplierItem,
    Location,
    MergeParties,
    PartyKind,
    PartyView,
    PatientDetails,
    PrescriberDetails,
    SupplierDetails,
    TeachSupplierItem,
)
from core.parties.history import party_history
from core.parties.model import PartyMerge, SupplierItem
from core.parties.numbers import number_key, number_spellings
from core.parties.queries import find_party, list_parties, party_view, resolved, search_parties, searches
from core.parties.service import add_party, edit_party, end_party, merge_parties
from tests.support.shop import TestShop

CUSTOMER = PartyKind.CUSTOMER
PRESCRIBER = PartyKind.PRESCRIBER
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


def test_who_was_asked_about_once_is_not_asked_about_at_every_edit(shop: TestShop) -> None:
    adds(shop, CustomerDetails(name="City Clinic", phone="9847012345"))
    adds(shop, CustomerDetails(name="Lisie", gstin=GSTIN))
    other = adds(shop, CustomerDetails(name="Clinic", phone="9847012345"), confirmed=True)
    renamed = edits(shop, other, name="Clinic at Kaloor")
    with shop.refuses("parties.like_another", where="gstin"):
        edits(shop, renamed, gstin=GSTIN)


def test_a_family_shares_a_telephone(shop: TestShop) -> None:
    adds(shop, PatientDetails(name="Anil", phone="9847012345"))
    adds(shop, PatientDetails(name="Sunita", phone="9847012345"))
    with shop.refuses("parties.like_another"):
        adds(shop, PatientDetails(name="ANIL", phone="9847012345"))
    adds(shop, PrescriberDetails(name="Dr Rao", registration="tcmc 17"))
    with shop.refuses("parties.like_another"):
        adds(shop, PrescriberDetails(name="Rao", registration="TCMC 17"))


def test_of_whom_only_the_name_is_known_everybody_of_the_name_is_asked_about(shop: TestShop) -> None:
    adds(shop, CustomerDetails(name="City Clinic", phone="9847012345"))
    with shop.refuses("parties.like_another", where="name"):
        adds(shop, CustomerDetails(name="city  clinic."))
    adds(shop, CustomerDetails(name="City Clinic", phone="9847055555"))
    adds(shop, CustomerDetails(name="City Clinic at Kaloor"))
    again = adds(shop, CustomerDetails(name="City Clinic"), confirmed=True)
    edits(shop, again, credit_days=7)
    for _ in range(2):
        adds(shop, PrescriberDetails(name="Dr Rao"))


@pytest.mark.parametrize("typed", ["TCMC 123", "TCMC-123", "tcmc123", "Tcmc/123"])
def test_a_registration_is_one_however_it_is_written(shop: TestShop, typed: str) -> None:
    kept = adds(shop, PrescriberDetails(name="Dr Rao", registration=typed))
    assert isinstance(kept.details, PrescriberDetails)
    assert kept.details.registration == typed.upper()
    for other in ("TCMC 123", "tcmc-123", "TCMC123", "tcmc. 123"):
        with shop.refuses("parties.like_another", where="registration"):
            adds(shop, PrescriberDetails(name="Rao", registration=other))
        with shop.shop.database.read() as session:
            assert find_party(session, PRESCRIBER, other) == kept.party_id
            assert PartyBook(session, PRESCRIBER).find(other) == kept.party_id
        assert found(shop, other[:-1], PRESCRIBER) == ["Dr Rao"]
    adds(shop, PrescriberDetails(name="Dr Roy", registration="TCMC 1234"))
    adds(shop, PrescriberDetails(name="Dr Ray", registration="TCMC 1/23"))


@given(
    st.lists(st.from_regex(r"[A-Z]{1,4}|[0-9]{1,5}", fullmatch=True), min_size=1, max_size=4),
    st.lists(st.sampled_from([" ", "-", "/", ".", ". ", " - "]), min_size=3, max_size=3),
)
def test_a_number_is_among_the_spellings_of_each_that_has_its_key(runs: list[str], separators: list[str]) -> None:
    typed = runs[0] + "".join(map("".join, zip(separators, runs[1:], strict=False)))
    plain = " ".join(runs)
    assert number_key("registration", typed.lower()) == number_key("registration", plain) == plain
    assert typed in number_spellings("registration", plain.lower())
    assert {number_key("registration", spelled) for spelled in number_spellings("registration", typed)} == {plain}


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
        assert [hit.name for hit in list_parties(session, CUSTOMER).hits] == ["Anil Kumar"]
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
    assert found(shop, "nobody") == found(shop, "krishna nobody") == []
    assert found(shop, "hosp sri") == found(shop, "KRISHNA hospital sri") == ["Sri Krishna Hospital"]
    with shop.shop.database.read() as session:
        for typed in ("krishna", "9847012", "hosp sri kri"):
            for wanted in searches(CUSTOMER, typed):
                compiled = wanted.limit(20).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
                rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
                plan = [row[3] for row in rows]
                assert any(step.startswith("SEARCH") for step in plan)
                assert not [step for step in plan if step.startswith("SCAN")]


def test_pages_of_a_list_leave_nobody_out(shop: TestShop) -> None:
    for name in ("Bina", "Anil", "Anil", "Chitra"):
        adds(shop, CustomerDetails(name=name), confirmed=True)
    with shop.shop.database.read() as session:
        names: list[str] = []
        page = list_parties(session, CUSTOMER, limit=1)
        names += [hit.name for hit in page.hits]
        while page.end is not None:
            page = list_parties(session, CUSTOMER, after=page.end, limit=1)
            names += [hit.name for hit in page.hits]
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


def test_a_name_is_found_by_the_words_it_has_now(shop: TestShop) -> None:
    seen = adds(shop, CustomerDetails(name="Sri Krishna Hospital"))
    edits(shop, seen, name="Lisie Hospital")
    assert found(shop, "krishna") == []
    assert found(shop, "hosp lis") == ["Lisie Hospital"]
    shop.books_agree()
    with shop.shop.database.write(shop.actor) as uow:
        uow.session.execute(text("DELETE FROM party_word WHERE word = 'lisie'"))
    findings = verify(shop.shop.database).findings
    assert [(finding.code, finding.name) for finding in findings] == [
        ("verify.search_differs", "customer Lisie Hospital")
    ]


def test_merged_suppliers_share_their_codes_and_a_clash_is_asked(shop: TestShop) -> None:
    one, two = (adds(shop, SupplierDetails(name=name)) for name in ("Kerala Pharma", "Kerala Pharma Agencies"))
    items = {}
    for code in ("PCM500", "AZI"):
        shop.receives(code)
        items[code] = shop.stock(code).item_id

    def teaches(supplier: PartyView, code: str, item: str, factor: int = 1) -> None:
        with shop.shop.database.write(shop.actor) as uow:
            teach_supplier_item(
                uow,
                TeachSupplierItem(supplier_id=supplier.party_id, code=code, item_id=items[item], factor=factor),
            )

    def codes(supplier: PartyView) -> list[tuple[str, str, int]]:
        with shop.shop.database.read() as session:
            found = supplier_codes(session, shop.actor, supplier.party_id)
            return [(row.code, row.item, row.factor) for row in found]

    for supplier, code, item, factor in (
        (one, "same", "PCM500", 10),
        (two, "same", "PCM500", 10),
        (one, "own", "AZI", 5),
        (one, "ended", "AZI", 1),
        (one, "clash", "PCM500", 1),
        (two, "clash", "PCM500", 2),
        (two, "back", "AZI", 1),
        (one, "back", "PCM500", 3),
    ):
        teaches(supplier, code, item, factor)
    for supplier, code in ((one, "ENDED"), (two, "BACK")):
        with shop.shop.database.write(shop.actor) as uow:
            end_supplier_item(uow, EndSupplierItem(supplier_id=supplier.party_id, code=code))
    with shop.refuses("parties.no_code"), shop.shop.database.write(shop.actor) as uow:
        end_supplier_item(uow, EndSupplierItem(supplier_id=one.party_id, code="ENDED"))

    with shop.refuses("parties.codes_clash"):
        merges(shop, one, two)
    command = MergeParties(kind=PartyKind.SUPPLIER, merged_id=one.party_id, kept_id=two.party_id, confirmed=True)
    with shop.shop.database.write(shop.actor) as uow:
        merge_parties(uow, command)
    expected = [("BACK", "PCM500", 3), ("CLASH", "PCM500", 2), ("OWN", "AZI", 5), ("SAME", "PCM500", 10)]
    assert codes(two) == codes(one) == expected
    shop.books_agree()


def test_history_tells_of_a_party_its_places_and_those_merged_into_it(shop: TestShop) -> None:
    kept = adds(shop, CustomerDetails(name="City Clinic", credit_limit=Money(100_00)))
    edits(shop, kept, credit_limit=Money(500_00), locations=(Location(pincode="682016"),))
    merged = adds(shop, CustomerDetails(name="Clinic City", phone="9847012345"))
    merges(shop, merged, kept)
    with shop.shop.database.read() as session:
        entries = party_history(session, shop.actor, CUSTOMER, merged.party_id, 50)
    told = [(entry.kind, entry.field, entry.before, entry.after) for entry in entries]
    assert told[0][:2] == ("customer.merged", "merged")
    assert ("customer.merged", "merged_name", None, "Clinic City") in told
    assert ("customer.added", "phone", None, "9847012345") in told
    assert ("customer.edited", "credit_limit_paise", 100_00, 500_00) in told
    assert ("customer.edited", "pincode", None, "682016") in told
