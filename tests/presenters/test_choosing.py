"""A known customer at the counter, without a window: offered, chosen, let go, kept over a restart, billed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money, Percent
from core.parties.dto import CustomerDetails, EndParty, PartyKind
from core.parties.service import end_party
from core.sales.correcting import correct_bill
from core.sales.drafts import SavedDraft
from core.sales.dto import CorrectBill, TenderInput, TenderMode
from pos_desktop.screens.billing.customers import CustomerCard, is_enough
from pos_desktop.screens.billing.state import Focus, Popup
from pos_desktop.screens.billing.taking_over import unfit
from pos_desktop.shell.tone import Tone
from tests.core.opening.support import add, enter, read
from tests.presenters.test_billing_draft import EDITS, apply, new_draft, of_the_whole_bill, seen
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop

CLINIC = CustomerDetails(
    name="City Clinic",
    phone="0484 2351234",
    credit_limit=Money(1_000_00),
    credit_days=15,
    discount=Percent(1200),
    locations=({"address": "Hill Road, Kochi", "state": "32"},),  # type: ignore[arg-type]
)
CARD = "City Clinic · owes 770.00 of 1,000.00 · advance 50.00 · 12 % off"


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter of a shop with three items, and two customers of whom one owes and has paid before."""
    shop = stocked_shop(tmp_path / "shop", clock)
    add(shop, CLINIC, CustomerDetails(name="Citizen Kumar", phone="98470 12345"))
    known: dict[str, str] = {"kind": "customer", "party": "City Clinic", "date": "01-11-2026"}
    enter(
        shop,
        read(
            {**known, "number": "S-1", "type": "bill", "amount": "770.00"},
            {**known, "number": "AD-1", "type": "advance", "amount": "50.00"},
        ),
    )
    yield Counter(shop)
    shop.books_agree()
    shop.close()


def names(counter: Counter, *, name: str = "", phone: str = "") -> list[str]:
    """Type a customer letter by letter and return who is offered."""
    if counter.focus() is not Focus.CUSTOMER:
        counter.billing.show_customer()
    draft = counter.billing.draft
    for length in range(1, len(name) + 1):
        counter.billing.customer_typed(name[:length], draft.customer_phone)
    for length in range(1, len(phone) + 1):
        counter.billing.customer_typed(draft.customer_name, phone[:length])
    return [hit.name for hit in counter.billing.choosing.hits] if counter.popup() is Popup.CUSTOMERS else []


def picks(counter: Counter, name: str = "city") -> None:
    """Type a name, Down, Enter."""
    assert names(counter, name=name)
    assert counter.billing.choosing.move(1)
    assert counter.billing.choosing.enter()


def said(counter: Counter) -> str:
    card = counter.billing.draft.card
    return card.sentence if card else ""


def ends(counter: Counter, customer_id: UUID | None) -> None:
    """The card is ended on another computer."""
    assert customer_id is not None
    with counter.shop.shop.database.write(counter.shop.actor) as uow:
        end_party(uow, EndParty(kind=PartyKind.CUSTOMER, party_id=customer_id))


def test_who_is_chosen_has_name_discount_and_account_on_the_bill(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    draft = counter.billing.draft
    assert (draft.customer_name, draft.customer_phone) == ("City Clinic", "4842351234")
    assert said(counter) == CARD
    assert (str(draft.totals.discount), counter.total) == ("36.25", "266.00")
    counter.billing.escape()
    counter.adds("para", "1")
    assert str(draft.totals.discount) == "39.33"
    command = draft.command([TenderInput(mode=TenderMode.CASH, amount=draft.totals.total)])
    assert command.customer is not None
    assert (command.customer.id, command.customer.state) == (draft.customer_id, None)
    shown = draft.totals

    counter.pays()

    bill = counter.last().bill
    assert (bill.customer_id, bill.customer_name) == (draft.customer_id, "City Clinic")
    assert (bill.customer_address, bill.customer_state) == ("Hill Road, Kochi", "32")
    assert (bill.discount, bill.total) == (shown.discount, shown.total)
    assert counter.billing.draft.customer_id is None


def test_credit_over_the_limit_that_the_owner_gives_is_said(counter: Counter) -> None:
    counter.adds("panto", "3")
    picks(counter)

    counter.pays("k")

    assert counter.last().bill.total == Money(399_00)
    notice = counter.billing.desk.notice
    said = "City Clinic owes ₹1,119.00 now, ₹119.00 more than the credit limit of ₹1,000.00: ask for a payment."
    assert (notice.text, notice.tone) == (said, Tone.WARNING)
    counter.adds("para", "1")
    counter.pays()
    assert counter.billing.desk.notice.text == ""


def test_nobody_is_chosen_by_enter_alone(counter: Counter) -> None:
    assert names(counter, name="city") == ["City Clinic"]
    assert not counter.billing.choosing.enter()
    assert counter.billing.draft.customer_id is None
    assert counter.billing.draft.customer_name == "city"


def test_escape_leaves_what_was_typed(counter: Counter) -> None:
    assert names(counter, name="cit") == ["Citizen Kumar", "City Clinic"]

    counter.billing.escape()

    assert counter.popup() is Popup.NONE
    assert counter.focus() is Focus.CUSTOMER
    assert counter.billing.draft.customer_name == "cit"
    assert counter.billing.draft.customer_id is None
    assert not counter.billing.choosing.move(1)


def test_the_end_of_the_list_and_back_to_the_field(counter: Counter) -> None:
    names(counter, name="cit")
    choosing = counter.billing.choosing
    for by, row in ((1, 0), (1, 1), (1, 1), (-1, 0), (-1, -1), (-1, -1)):
        choosing.move(by)
        assert counter.billing.desk.popup_index == row


def test_a_telephone_number_finds_too(counter: Counter) -> None:
    assert names(counter, phone="984") == []
    assert names(counter, phone="9847") == ["Citizen Kumar"]
    assert names(counter, name="9847") == ["Citizen Kumar"]


@pytest.mark.parametrize(
    ("typed", "enough"), [("c", False), ("c1", False), ("ci", True), ("अब", True), ("984", False), ("98 47", True)]
)
def test_when_customers_are_looked_for(typed: str, *, enough: bool) -> None:
    assert is_enough(typed) is enough


def test_an_answer_to_older_letters_is_dropped_and_a_later_field_has_no_list(counter: Counter) -> None:
    counter.lanes.holds_reads = True
    names(counter, name="citi")
    newest, *older = reversed(counter.lanes.reads)
    newest()
    for each in older:
        each()
    assert [hit.name for hit in counter.billing.choosing.hits] == ["Citizen Kumar"]

    counter.lanes.reads.clear()
    names(counter, name="city")
    counter.billing.close_customer()
    counter.lanes.answer()
    assert counter.popup() is Popup.NONE


def test_down_before_the_answer_goes_to_the_first(counter: Counter) -> None:
    counter.lanes.holds_reads = True
    names(counter, name="city")
    assert counter.billing.choosing.move(1)

    counter.lanes.answer()

    assert counter.billing.desk.popup_index == 0


def test_another_name_lets_go_of_the_card_and_its_discount(counter: Counter) -> None:
    counter.adds("panto", "2")
    before = counter.billing.draft.totals
    picks(counter)
    draft = counter.billing.draft

    counter.billing.customer_typed("Ravi", draft.customer_phone)

    assert (draft.customer_id, draft.customer_name, draft.customer_phone) == (None, "Ravi", "")
    assert draft.totals == before
    counter.pays()
    bill = counter.last().bill
    assert (bill.customer_id, bill.customer_name, bill.customer_phone) == (None, "Ravi", None)
    assert bill.discount == ZERO


def test_another_number_keeps_the_card(counter: Counter) -> None:
    counter.adds("para")
    picks(counter)
    counter.billing.customer_typed("City Clinic", "9999912345")
    assert counter.popup() is Popup.NONE

    counter.pays()

    bill = counter.last().bill
    assert (bill.customer_name, bill.customer_phone) == ("City Clinic", "9999912345")
    assert bill.customer_id is not None


def test_undo_of_a_line_works_under_the_discount(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    counter.billing.escape()
    counter.adds("para", "1")

    counter.billing.undo()
    assert (counter.codes, str(counter.billing.draft.totals.discount)) == (["PAN40"], "36.25")
    counter.billing.undo()
    assert (counter.codes, counter.total) == ([], "0.00")


def test_a_cleared_bill_comes_back_with_its_customer(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    counter.billing.clear()
    assert said(counter) == ""

    counter.billing.undo()

    assert (said(counter), counter.total) == (CARD, "266.00")


def test_cash_waits_for_the_card(counter: Counter) -> None:
    counter.adds("panto", "2")
    names(counter, name="city")
    counter.lanes.holds_reads = True
    counter.billing.choosing.pick(0)
    counter.billing.open_tender()
    assert counter.tender() is None

    counter.lanes.answer()

    tender = counter.tender()
    assert tender is not None
    assert str(tender.total) == "266.00"


def test_the_customer_comes_back_after_a_kill(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    counter.timer.rings()
    counter.shop.reopen()

    again = Counter(counter.shop)

    assert (said(again), again.total) == (CARD, "266.00")
    assert again.billing.draft.customer_id == counter.billing.draft.customer_id
    again.pays()
    assert again.last().bill.customer_id == counter.billing.draft.customer_id


def test_a_draft_of_an_earlier_version_is_read() -> None:
    body = f'{{"command_id": "{new_id()}", "lines": [], "customer_name": "Ravi"}}'
    assert SavedDraft.model_validate_json(body).customer_id is None


def test_a_card_that_was_ended_meanwhile_is_said_and_let_go(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    counter.timer.rings()
    ends(counter, counter.billing.draft.customer_id)
    counter.shop.reopen()

    again = Counter(counter.shop)

    assert "City Clinic is dealt with no more" in again.billing.desk.notice.text
    assert (again.billing.draft.customer_id, again.billing.draft.customer_name) == (None, "City Clinic")
    assert again.total == "302.00"
    assert names(again, name="clinic") == []


def test_a_card_that_changed_is_read_again(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    ends(counter, counter.billing.draft.customer_id)

    counter.billing.customer_changed()

    assert counter.billing.draft.customer_id is None
    assert counter.total == "302.00"


def test_a_bill_to_be_put_right_brings_its_customer(counter: Counter) -> None:
    counter.adds("panto", "2")
    picks(counter)
    counter.pays()
    bill = counter.last().bill
    command = CorrectBill(number=bill.number, reason="wrong quantity")
    with counter.shop.shop.database.write(counter.shop.actor) as uow:
        wanted = correct_bill(uow, command).draft
    assert unfit(wanted) is None

    counter.billing.take_over(wanted, {"PAN40": counter.shop.stock("PAN40")})

    assert (counter.billing.draft.customer_id, counter.total) == (bill.customer_id, "266.00")
    assert said(counter) == CARD
    counter.pays()
    assert (counter.last().bill.customer_id, counter.last().bill.total) == (bill.customer_id, bill.total)


@given(EDITS, EDITS, st.integers(0, 9900))
def test_a_discount_that_comes_later_is_as_if_it_had_been_there(
    before: list[tuple[str, int, str | None]], after: list[tuple[str, int, str | None]], points: int
) -> None:
    card = CustomerCard(new_id(), "A", "", None, Percent(points), ZERO, ZERO, None)
    early, late, never = new_draft(), new_draft(), new_draft()
    early.take_card(card)
    for edit in before:
        for draft in (early, late, never):
            apply(draft, edit)
    late.take_card(card)
    for edit in after:
        for draft in (early, late, never):
            apply(draft, edit)

    assert seen(late) == seen(early)
    assert late.totals == early.totals
    assert (late.totals, late.totals.total, late.totals.round_off) == of_the_whole_bill(late)
    late.let_customer_go()
    assert (seen(late), late.totals) == (seen(never), never.totals)


def test_keys_that_are_quicker_than_the_answer_choose_who_comes(counter: Counter) -> None:
    counter.billing.show_customer()
    counter.lanes.holds_reads = True
    counter.billing.customer_typed("city", "")
    assert counter.billing.choosing.move(1)
    assert counter.billing.choosing.enter()
    assert counter.billing.draft.customer_id is None
    counter.lanes.answer()
    assert counter.billing.draft.customer_name == "City Clinic"
    assert said(counter) == CARD


def test_letters_after_the_quick_keys_take_nobody(counter: Counter) -> None:
    counter.billing.show_customer()
    counter.lanes.holds_reads = True
    counter.billing.customer_typed("cit", "")
    assert counter.billing.choosing.move(1)
    assert counter.billing.choosing.enter()
    counter.billing.customer_typed("citi", "")
    counter.lanes.answer()
    assert counter.billing.draft.customer_id is None
