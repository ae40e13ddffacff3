"""The parties screen without a window, over a real shop."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from core.auth.permissions import Permission
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.codes import supplier_codes
from core.parties.dto import (
    AddParty,
    CustomerDetails,
    Details,
    PartyKind,
    PartyView,
    PatientDetails,
    PrescriberDetails,
    SupplierDetails,
)
from core.parties.queries import find_party, party_view
from core.parties.service import add_party
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.parties.presenter import PAGE, Page, PartiesPresenter
from pos_desktop.screens.parties.rows import Fact
from pos_desktop.shell.tone import Tone
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop

ALL = frozenset(Permission)
COUNTER = frozenset({Permission.EDIT_CUSTOMERS})
GSTIN = "32AABCT1332L1ZN"
CUSTOMER, SUPPLIER = PartyKind.CUSTOMER, PartyKind.SUPPLIER


class Office:
    """Somebody at the parties screen: each method is what the fingers do."""

    def __init__(self, shop: TestShop, rights: frozenset[Permission] = ALL, actor: Actor | None = None) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, actor or shop.actor)
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.screen = PartiesPresenter(
            self.lanes,
            self.board,
            self.lanes.actor,
            today=lambda: business_date(shop.clock.now()),
            rights=rights,
            report_bug=self.bugs.append,
        )
        self.screen.refresh()

    @property
    def names(self) -> list[str]:
        return [row.name for row in self.screen.rows]

    @property
    def stands(self) -> dict[str, str]:
        """What stands in the form as it opened."""
        assert self.screen.form is not None
        return {field.name: field.value for field in self.screen.form.fields}

    def fills(self, **typed: str) -> None:
        """Type into the form that is open, the rest as it stands, and press Enter. ``__`` stands for the dot."""
        self.screen.submit(self.written(**typed))

    def written(self, **typed: str) -> dict[str, str]:
        values = {name.replace("__", "."): text for name, text in typed.items()}
        assert values.keys() <= self.stands.keys()
        return {**self.stands, **values}

    @property
    def has_form(self) -> bool:
        return self.screen.form is not None

    @property
    def is_asked(self) -> bool:
        """Whether somebody else may be the same, and it is asked."""
        return self.screen.form is not None and self.screen.form.double is not None

    @property
    def problems(self) -> dict[str, str]:
        assert self.screen.form is not None
        form = self.screen.form
        return {**form.problems, **({"": form.sentence} if form.sentence else {})}

    @property
    def facts(self) -> dict[str, Fact]:
        assert self.screen.card is not None
        return {fact.label: fact for section in self.screen.card.sections for fact in section.facts}

    def party(self, name: str, kind: PartyKind = CUSTOMER) -> PartyView:
        with self.shop.shop.database.read() as session:
            return party_view(session, kind, find_party(session, kind, name))


def adds(shop: TestShop, details: Details) -> PartyView:
    with shop.shop.database.write(shop.actor) as uow:
        return add_party(uow, AddParty(command_id=new_id(), details=details))


@pytest.fixture
def office(shop: TestShop) -> Office:
    adds(shop, CustomerDetails(name="City Clinic", phone="9847012345", credit_limit=Money(500_00)))
    adds(shop, CustomerDetails(name="Sri Krishna Hospital", gstin=GSTIN))
    adds(shop, SupplierDetails(name="Kerala Pharma"))
    adds(shop, PatientDetails(name="Asha"))
    adds(shop, PrescriberDetails(name="Dr Rao", registration="TCMC 17"))
    return Office(shop)


def test_each_list_shows_its_kind_and_the_card_of_the_chosen_one(office: Office) -> None:
    assert office.names == ["City Clinic", "Sri Krishna Hospital"]
    assert office.facts["Credit limit"].text == "500.00"
    office.screen.move(1)
    assert office.facts["GSTIN"].text == GSTIN

    for kind, name in ((SUPPLIER, "Kerala Pharma"), (PartyKind.PATIENT, "Asha"), (PartyKind.PRESCRIBER, "Dr Rao")):
        office.screen.show_kind(kind)
        assert office.names == [name]
        assert office.screen.card is not None
        assert office.screen.card.name == name


def test_a_text_finds_by_words_in_any_order_and_a_later_letter_overtakes(office: Office) -> None:
    office.screen.search("hosp sri")
    assert office.names == ["Sri Krishna Hospital"]
    office.lanes.holds_reads = True
    office.screen.search("k")
    office.screen.search("city")
    office.lanes.reads.pop()()
    office.lanes.reads.pop(0)()
    assert office.names == ["City Clinic"]


def test_the_list_goes_on_by_pages_as_the_chosen_row_nears_its_end(shop: TestShop) -> None:
    for number in range(PAGE + 30):
        adds(shop, PatientDetails(name=f"Patient {number:03d}"))
    office = Office(shop)
    office.screen.show_kind(PartyKind.PATIENT)
    assert (len(office.names), office.screen.has_more) == (PAGE, True)
    for _ in range(2 * PAGE):
        office.screen.move(1)
    assert office.names == [f"Patient {number:03d}" for number in range(PAGE + 30)]
    assert not office.screen.has_more
    office.screen.refresh()
    assert len(office.names) == PAGE + 30
    assert office.screen.chosen is not None


def test_a_customer_is_added_with_terms_and_a_place(office: Office) -> None:
    office.screen.search("lisie")
    office.screen.open_new()
    assert office.stands["name"] == "lisie"
    office.fills(
        name="Lisie Hospital", phone="0484 2351234", credit_limit="10000", credit_days="30", price_terms="mrp_less",
        price_less="5", locations__0__address="Lisie Junction", locations__0__state="32",
        locations__0__pincode="682018",
    )  # fmt: skip

    assert office.screen.form is None
    assert office.screen.notice.text == "Lisie Hospital is added."
    details = office.party("Lisie Hospital").details
    assert isinstance(details, CustomerDetails)
    assert (details.credit_limit, details.credit_days, str(details.price_less)) == (Money(10_000_00), 30, "5")
    assert [(place.address, place.state, place.pincode) for place in details.locations] == [
        ("Lisie Junction", "32", "682018")
    ]
    assert office.screen.chosen is not None
    assert office.screen.chosen.name == "Lisie Hospital"
    assert office.facts["Address"].text == "Lisie Junction"
    assert office.told == [frozenset({Topic.PARTIES})]
    office.shop.books_agree()


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        (CUSTOMER, {"name": ""}, "name"),
        (CUSTOMER, {"phone": "12"}, "phone"),
        (CUSTOMER, {"gstin": "32AABC"}, "gstin"),
        (CUSTOMER, {"gstin": GSTIN, "pan": "AAAAA1111A"}, "pan"),
        (CUSTOMER, {"credit_limit": "-1"}, "credit_limit"),
        (CUSTOMER, {"credit_days": "x"}, "credit_days"),
        (CUSTOMER, {"price_terms": "mrp_less"}, "price_less"),
        (CUSTOMER, {"discount": "101"}, "discount"),
        (CUSTOMER, {"locations__0__pincode": "012"}, "locations.0.pincode"),
        (CUSTOMER, {"locations__0__gstin": "x"}, "locations.0.gstin"),
        (SUPPLIER, {"gstin": GSTIN, "state": "33"}, "state"),
        (SUPPLIER, {"licences__0__number": "KL-1", "licences__0__valid_until": "soon"}, "licences.0.valid_until"),
        (SUPPLIER, {"licences__0__valid_until": "31-12-2027"}, "licences.0.number"),
        (SUPPLIER, {"payment_days": "9999"}, "payment_days"),
        (PartyKind.PATIENT, {"birth_year": "77"}, "birth_year"),
        (PartyKind.PATIENT, {"customer": "nobody"}, "customer"),
        (PartyKind.PRESCRIBER, {"phone": "abc"}, "phone"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_written(
    office: Office, kind: PartyKind, typed: dict[str, str], field: str
) -> None:
    office.screen.show_kind(kind)
    office.screen.open_new()
    office.fills(**{"name": "New", **typed})

    assert list(office.problems) == [field]
    assert office.lanes.written == 0
    assert office.bugs == []
    assert office.screen.form is not None
    assert not office.screen.form.is_busy


def test_a_fault_in_a_second_place_stands_in_its_row_where_the_first_was_emptied(office: Office) -> None:
    office.screen.open_edit()
    office.fills(locations__0__contact="Front desk")
    office.screen.open_edit()
    office.fills(locations__0__contact="", locations__1__pincode="1")
    assert list(office.problems) == ["locations.1.pincode"]


def test_who_may_be_the_same_is_opened_or_another_all_the_same(office: Office) -> None:
    office.screen.open_new()
    office.fills(name="Another", phone="98470 12345")
    assert list(office.problems) == ["phone", ""]
    assert "City Clinic" in office.problems["phone"]
    office.screen.typed("name", office.written(name="Another one", phone="98470 12345"))
    assert not office.is_asked
    office.screen.add_another(office.written(name="Another one", phone="98470 12345"))
    assert office.lanes.written == 0

    office.fills(name="Another", phone="98470 12345")
    office.screen.open_double()
    assert office.screen.form is None
    assert office.screen.chosen is not None
    assert office.screen.chosen.name == "City Clinic"

    office.screen.open_new()
    office.fills(name="Another", phone="98470 12345")
    office.screen.add_another(office.written(name="Another", phone="98470 12345"))
    assert office.screen.form is None
    assert office.party("Another").details.phone == "9847012345"


def test_an_edit_keeps_what_was_not_touched_and_the_lines_of_an_address(office: Office) -> None:
    office.screen.show_kind(PartyKind.PRESCRIBER)
    before = adds(office.shop, PrescriberDetails(name="Dr Nair", address="12 Main Road\nKochi", qualification="MD"))
    office.screen.search("nair")
    office.screen.open_edit()
    assert office.stands["address"] == "12 Main Road, Kochi"
    office.fills(phone="9847000001")

    after = office.party("Dr Nair", PartyKind.PRESCRIBER)
    assert after.details == before.details.model_copy(update={"phone": "9847000001"})


def test_an_edit_of_what_somebody_else_changed_is_refused_and_stays(office: Office) -> None:
    office.screen.open_edit()
    other = Office(office.shop)
    other.screen.open_edit()
    other.fills(phone="9847000002")
    office.fills(phone="9847000003")

    assert "changed by somebody else" in office.problems[""]
    assert office.party("City Clinic").details.phone == "9847000002"


def test_the_counter_mends_a_customer_and_its_terms_stay(office: Office) -> None:
    counter = Office(office.shop, COUNTER, Actor(None, "ravi", Role.CASHIER))
    assert counter.screen.kinds == [CUSTOMER, PartyKind.PATIENT, PartyKind.PRESCRIBER]
    counter.screen.open_edit()
    assert not {"credit_limit", "discount", "price_terms"} & counter.stands.keys()
    counter.fills(phone="9847000009", gstin="")
    details = counter.party("City Clinic").details
    assert isinstance(details, CustomerDetails)
    assert (details.phone, details.credit_limit) == ("9847000009", Money(500_00))

    counter.screen.open_new()
    counter.fills(name="New at the counter")
    assert counter.party("New at the counter").is_active
    counter.screen.open_merge()
    counter.screen.toggle_active()
    counter.screen.show_kind(SUPPLIER)
    assert counter.screen.form is None
    assert counter.screen.kind is CUSTOMER
    assert counter.party("New at the counter").is_active
    assert counter.bugs == []


def test_a_patient_belongs_to_a_customer_who_is_offered(office: Office) -> None:
    office.screen.show_kind(PartyKind.PATIENT)
    office.screen.open_edit()
    office.screen.typed("customer", office.written(customer="clin"))
    assert office.screen.form is not None
    assert [offer.value for offer in office.screen.form.offers["customer"]] == ["City Clinic"]
    office.fills(customer="City Clinic", sex="female", birth_year="1970")
    assert office.facts["Customer who pays"].text == "City Clinic"
    office.screen.open_edit()
    office.fills(phone="9847000004")
    details = office.party("Asha", PartyKind.PATIENT).details
    assert isinstance(details, PatientDetails)
    assert details.customer_id == office.party("City Clinic").party_id
    office.screen.open_edit()
    office.fills(customer="")
    assert office.facts["Customer who pays"].text == "–"


def test_one_is_ended_and_dealt_with_again(office: Office) -> None:
    office.screen.toggle_active()
    assert [row.is_active for row in office.screen.rows] == [False, True]
    assert office.screen.card is not None
    assert [badge.text for badge in office.screen.card.badges] == ["ENDED"]
    office.screen.toggle_active()
    assert office.party("City Clinic").is_active


def test_a_merge_shows_what_moves_and_asks(office: Office) -> None:
    patient = adds(office.shop, PatientDetails(name="Bina", customer_id=office.party("City Clinic").party_id))
    office.screen.open_merge()
    office.fills(kept="nobody")
    assert list(office.problems) == ["kept"]
    office.fills(kept="City Clinic")
    assert list(office.problems) == ["kept"]
    office.screen.typed("kept", {"kept": "hosp"})
    assert office.screen.form is not None
    (offer,) = office.screen.form.offers["kept"]
    office.fills(kept=offer.value)
    about = office.screen.form.about
    assert "City Clinic (9847012345) goes" in about
    assert "Patients who go over: 1." in about
    assert "Credit limit 500.00" in about

    office.fills()
    assert (office.has_form, office.lanes.written) == (False, 0)
    office.screen.open_merge()
    office.fills(kept=offer.value)
    office.fills(sure="yes")
    assert office.names == ["Sri Krishna Hospital"]
    with office.shop.shop.database.read() as session:
        details = party_view(session, PartyKind.PATIENT, patient.party_id).details
    assert isinstance(details, PatientDetails)
    assert details.customer_id == office.party("Sri Krishna Hospital").party_id
    office.screen.turn(Page.HISTORY)
    assert ("Merged with it", "City Clinic") in [(row.field, row.after) for row in office.screen.history]
    office.shop.books_agree()


def test_a_suppliers_licences_are_warned_of_and_its_codes_taught(office: Office) -> None:
    office.shop.receives("PCM500", name="Paracetamol 500")
    office.screen.show_kind(SUPPLIER)
    typed: dict[str, Any] = {"licences__0__number": "KL-20B-77", "licences__0__valid_until": "01-11-2026"}
    for day, tone in (("01-11-2026", Tone.DANGER), ("01-01-2027", Tone.WARNING), ("31-12-2030", Tone.PLAIN)):
        office.screen.open_edit()
        office.fills(**{**typed, "licences__0__valid_until": day})
        assert office.facts["KL-20B-77"].tone is tone
        assert office.screen.card is not None
        assert bool(office.screen.card.badges) == (tone is not Tone.PLAIN)

    office.screen.turn(Page.CODES)
    office.screen.open_new()
    office.screen.typed("item", office.written(item="para"))
    assert office.screen.form is not None
    assert [offer.value for offer in office.screen.form.offers["item"]] == ["PCM500"]
    for wrong, field in (({"item": "none"}, "item"), ({"factor": "0"}, "factor"), ({"code": ""}, "code")):
        office.fills(**{"code": "k-17", "item": "PCM500", "factor": "10", **wrong})
        assert list(office.problems) == [field]
    office.fills(code="k-17", item="PCM500", factor="10", name="P-500")
    assert [(row.code, row.item, row.factor) for row in office.screen.codes] == [("K-17", "PCM500", "10")]
    office.screen.open_edit()
    office.fills(factor="20")
    assert [row.factor for row in office.screen.codes] == ["20"]
    office.screen.toggle_active()
    with office.shop.shop.database.read() as session:
        key = UUID(office.screen.chosen_key)
        assert supplier_codes(session, office.shop.actor, key) == []
    pages = [office.screen.page]
    office.screen.escape()
    assert [*pages, office.screen.page] == [Page.CODES, Page.LIST]


def test_history_tells_who_changed_what(office: Office) -> None:
    office.screen.open_edit()
    office.fills(credit_limit="900")
    office.screen.turn(Page.HISTORY)
    assert ("Credit limit", "500.00", "900.00") in [(row.field, row.before, row.after) for row in office.screen.history]
    office.screen.turn(Page.HISTORY)
    assert office.screen.page is Page.LIST
