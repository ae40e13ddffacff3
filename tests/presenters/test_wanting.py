"""The want book at the counter: from the search, from a line, from nothing. Without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from core.wants.dto import WantView
from core.wants.queries import read_wants
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.state import Focus, Popup
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def form_of(counter: Counter) -> BillForm:
    form = counter.billing.asking.form
    assert form is not None
    assert form.purpose is Purpose.WANT
    return form


def sends(counter: Counter, **typed: str) -> None:
    values = {field.name: field.value for field in form_of(counter).fields}
    counter.billing.asking.submit({**values, **typed})


def wants(shop: TestShop) -> list[WantView]:
    with shop.shop.database.read() as session:
        return read_wants(session, shop.actor, business_date(shop.clock.now()))


def test_the_hit_that_is_chosen_is_noted_and_the_search_is_free_again(counter: Counter, shop: TestShop) -> None:
    counter.types("pan")
    counter.billing.note_want()
    assert form_of(counter).about == "Pantoprazole 40 (10's)"
    sends(counter, quantity="2:5", customer_phone="98470 12345", note="by Monday")

    (want,) = wants(shop)
    assert (want.item, want.units, want.customer_phone, want.note) == ("PAN40", 25, "9847012345", "by Monday")
    assert (counter.billing.search.typed, counter.focus(), counter.popup()) == ("", Focus.SEARCH, Popup.NONE)
    assert counter.billing.desk.notice.text == "In the want book: Pantoprazole 40 2:5."
    assert counter.codes == []


def test_what_nothing_is_called_is_noted_as_it_was_typed(counter: Counter, shop: TestShop) -> None:
    counter.types("burnol cream")
    counter.billing.note_want()
    assert next(field.name for field in form_of(counter).fields) == "name"
    sends(counter, quantity="one tube")

    (want,) = wants(shop)
    assert (want.item, want.name, want.quantity) == (None, "burnol cream", "one tube")
    assert counter.billing.search.typed == ""


def test_escape_leaves_everything_where_it_was(counter: Counter, shop: TestShop) -> None:
    counter.types("pan")
    counter.billing.move(0)
    counter.billing.note_want()
    counter.billing.asking.escape()
    assert (counter.billing.search.typed, counter.popup()) == ("pan", Popup.HITS)

    counter.billing.search_entered()
    counter.billing.quantity_typed("2")
    counter.billing.note_want()
    counter.billing.asking.escape()
    assert (counter.focus(), counter.billing.editor.quantity) == (Focus.QUANTITY, "2")
    assert wants(shop) == []


def test_the_rest_of_a_line_is_noted_in_one_key_and_the_line_keeps_what_there_is(
    counter: Counter, shop: TestShop
) -> None:
    counter.types("pan")
    counter.billing.search_entered()
    counter.billing.quantity_typed("6:5")
    counter.billing.quantity_entered()  # there are 4
    assert counter.billing.desk.notice.text.startswith("Ctrl+W notes the rest")
    counter.billing.note_want()
    assert form_of(counter).about == "Pantoprazole 40: 4:0 stay on the bill, the rest is noted."
    assert {field.name: field.value for field in form_of(counter).fields}["quantity"] == "2:5"
    sends(counter, customer_phone="9847012345")

    (want,) = wants(shop)
    assert (want.item, want.units) == ("PAN40", 25)
    assert (counter.focus(), counter.billing.editor.quantity) == (Focus.QUANTITY, "4:0")
    assert counter.billing.draft.lines[0].problem is None
    counter.billing.quantity_entered()
    counter.pays()
    assert counter.last().bill.lines[0].units == 40


def test_the_offer_goes_once_the_line_asks_for_less(counter: Counter) -> None:
    counter.types("pan")
    counter.billing.search_entered()
    counter.billing.quantity_typed("9")
    counter.billing.quantity_entered()
    counter.billing.quantity_typed("1")
    counter.billing.quantity_entered()
    assert counter.billing.desk.notice.text == ""


def test_a_line_of_which_nothing_is_there_comes_off_the_bill(counter: Counter, shop: TestShop) -> None:
    shop.bills(("PAN40", "4"))
    counter.types("pan")
    counter.billing.search_entered()
    counter.billing.quantity_typed("2")
    counter.billing.quantity_entered()
    counter.billing.note_want()
    assert "comes off the bill" in form_of(counter).about
    sends(counter)

    assert (counter.codes, counter.focus()) == ([], Focus.SEARCH)
    assert wants(shop)[0].units == 20
    counter.billing.undo()
    assert counter.codes == ["PAN40"]


def test_the_current_line_is_noted_without_being_touched(counter: Counter, shop: TestShop) -> None:
    counter.adds("pan", "2")
    counter.billing.customer_typed("Asha", "9847012345")
    counter.billing.note_want()
    sends(counter, quantity="10")

    (want,) = wants(shop)
    assert (want.units, want.customer_name, want.customer_phone) == (100, "Asha", "9847012345")
    assert counter.billing.draft.lines[0].units == 20
    assert counter.focus() is Focus.SEARCH


def test_anything_is_noted_from_an_empty_window(counter: Counter, shop: TestShop) -> None:
    counter.billing.note_want()
    sends(counter)
    assert "What is wanted?" in form_of(counter).problems["name"]
    sends(counter, name="gauze")
    assert [want.name for want in wants(shop)] == ["gauze"]


@pytest.mark.parametrize(("field", "text"), [("quantity", "many"), ("quantity", "0"), ("customer_phone", "12")])
def test_what_is_wrong_is_said_at_its_field(counter: Counter, shop: TestShop, field: str, text: str) -> None:
    counter.types("pan")
    counter.billing.note_want()
    sends(counter, **{field: text})
    assert list(form_of(counter).problems) == [field]
    assert wants(shop) == []


def test_a_full_disk_is_said_and_what_was_typed_is_still_there(counter: Counter, shop: TestShop) -> None:
    counter.types("pan")
    counter.billing.note_want()
    counter.lanes.fault = EnvironmentFault("storage.disk_full")
    sends(counter, quantity="2")
    assert form_of(counter).sentence
    sends(counter, quantity="2")
    assert len(wants(shop)) == 1


def test_an_answer_after_escape_moves_nothing(counter: Counter, shop: TestShop) -> None:
    counter.types("pan")
    counter.billing.search_entered()
    counter.billing.quantity_typed("6")
    counter.billing.note_want()
    counter.lanes.holds_writes = True
    sends(counter)
    counter.billing.asking.escape()
    counter.lanes.answer()
    assert len(wants(shop)) == 1
    assert counter.billing.editor.quantity == "6"


def test_no_want_is_noted_while_cash_is_taken(counter: Counter) -> None:
    counter.adds("pan", "1")
    counter.billing.open_tender()
    counter.billing.note_want()
    assert counter.billing.asking.form is None


def test_a_role_without_the_right_reads_why(shop: TestShop) -> None:
    shop.actor = Actor(None, "rekha", Role.ACCOUNTANT)
    counter = Counter(shop)
    counter.billing.note_want()
    sends(counter, name="gauze")
    assert "keep want book" in form_of(counter).sentence
    shop.actor = Actor(None, "owner", Role.OWNER)
    assert wants(shop) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.integers(1, 99), before=st.integers(0, 45))
def test_what_is_noted_and_what_is_billed_is_what_was_asked(shop: TestShop, asked: int, before: int) -> None:
    """Of 40 tablets, with some on the line already: nothing is noted that was handed out, and nothing is lost."""
    counter = Counter(shop)
    counter.billing.clear()
    noted = len(wants(shop))
    if before:
        counter.adds("pan", f"{before}t")
    counter.types("pan")
    counter.billing.search_entered()
    counter.billing.quantity_typed(f"{asked}t")
    (line,) = counter.billing.draft.lines
    wanted = line.units
    assert wanted is not None
    counter.billing.quantity_entered()
    if line.problem is not None:
        counter.billing.note_want()
        sends(counter)
        assert len(wants(shop)) == noted + 1
        assert counter.billing.draft.lines[0].units == 40
        assert wants(shop)[0].units == wanted - 40
    else:
        assert wanted <= 40
    counter.billing.leave()
