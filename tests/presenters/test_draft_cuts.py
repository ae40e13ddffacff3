"""What somebody takes off a bill at the counter is recorded, and nothing else that is done there looks like it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.audit.model import AuditEvent
from core.catalog.change_dto import DeactivateItem
from core.catalog.model import Item
from core.inventory.items import deactivate_item
from core.kernel.actor import Role
from core.kernel.errors import EnvironmentFault
from core.sales.correcting import correct_bill
from core.sales.dto import CorrectBill
from core.sales.model import BillDraft, DraftCut
from pos_desktop.screens.billing.state import Focus
from pos_desktop.shell.tone import Tone
from tests.conftest import NOON
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with three items."""
    shop = stocked_shop(tmp_path / "stocked", clock)
    yield shop
    shop.books_agree()
    shop.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def killed(counter: Counter) -> Counter:
    """The program is killed and started again; what its timer had not yet written is gone."""
    counter.shop.reopen()
    return Counter(counter.shop)


def cuts(shop: TestShop) -> list[str]:
    """Return what was recorded in words, oldest first."""
    with shop.shop.database.read() as session:
        found = session.scalars(select(DraftCut).order_by(DraftCut.id)).all()
        return [
            " ".join(
                (
                    cut.username,
                    cut.kind,
                    f"{cut.units} {cut.item_code}" if cut.item_code else f"of {cut.lines}",
                    f"{cut.amount_paise // 100}.{cut.amount_paise % 100:02}",
                    *(["told"] if cut.is_after_tender else []),
                )
            )
            for cut in found
        ]


def events(shop: TestShop) -> int:
    with shop.shop.database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def requantifies(counter: Counter, index: int, typed: str) -> None:
    """Enter on a line, its quantity, Enter."""
    counter.billing.edit_line(index)
    counter.billing.quantity_typed(typed)
    counter.billing.quantity_entered()


def tells_the_sum(counter: Counter) -> None:
    """F12, and Esc once it is kept."""
    counter.billing.open_tender()
    assert counter.tender() is not None
    counter.timer.rings()
    counter.billing.escape()


# --- lines -------------------------------------------------------------------------------------------------------


def test_a_deleted_line_is_recorded_with_what_it_came_to(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "1")
    counter.timer.rings()
    counter.billing.editor.move(-1)
    counter.billing.remove_line()
    counter.timer.rings()
    assert counter.codes == ["PCM500"]
    assert cuts(shop) == ["owner line 20 PAN40 302.10"]
    counter.billing.remove_line()
    counter.timer.rings()
    assert cuts(shop)[1:] == ["owner line 10 PCM500 25.65"]  # the last one is a line, and the bill is not abandoned


def test_what_stood_for_less_than_a_second_was_never_there(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.billing.remove_line()
    counter.timer.rings()
    counter.adds("para", "5")
    counter.timer.rings()
    counter.billing.remove_line()
    counter.billing.undo()
    counter.timer.rings()
    assert cuts(shop) == []


def test_taking_an_addition_back_deletes_its_line(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto")
    counter.timer.rings()
    counter.billing.undo()
    counter.timer.rings()
    assert cuts(shop) == ["owner line 10 PAN40 151.05"]


def test_typing_letters_names_and_discounts_takes_nothing_off(counter: Counter, shop: TestShop) -> None:
    before = events(shop)
    counter.adds("panto", "2")
    counter.adds("para", "5")
    counter.timer.rings()
    tells_the_sum(counter)
    counter.billing.customer_typed("Ravi", "9847000000")
    counter.billing.edit_line(1, Focus.DISCOUNT)
    counter.billing.editor.type("10", Focus.DISCOUNT)
    counter.billing.discounts.enter()
    counter.timer.rings()
    counter.types("azi")
    counter.timer.rings()
    counter.billing.escape()
    counter.timer.rings()
    assert (cuts(shop), events(shop)) == ([], before)


# --- quantities --------------------------------------------------------------------------------------------------


def test_a_quantity_that_is_half_typed_takes_nothing_off(counter: Counter, shop: TestShop) -> None:
    counter.adds("para", "3")
    counter.timer.rings()
    tells_the_sum(counter)
    counter.billing.edit_line(0)
    for typed in ("", "2", "2:", "2:x", "4"):
        counter.billing.quantity_typed(typed)
        counter.timer.rings()
    counter.billing.quantity_entered()
    counter.timer.rings()
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("1")
    counter.timer.rings()
    counter.billing.escape()  # as it was before
    counter.timer.rings()
    assert (counter.billing.draft.lines[0].units, cuts(shop)) == (40, [])


def test_a_quantity_that_shrank_counts_once_the_customer_was_told_the_sum(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "3")
    counter.timer.rings()
    requantifies(counter, 0, "2")
    counter.timer.rings()
    assert cuts(shop) == []
    tells_the_sum(counter)
    requantifies(counter, 0, "1:5")
    counter.timer.rings()
    assert cuts(shop) == ["owner quantity 5 PAN40 75.53 told"]
    requantifies(counter, 0, "3")
    counter.timer.rings()
    counter.pays()
    counter.timer.rings()
    assert len(cuts(shop)) == 1


def test_a_new_line_may_become_less_while_it_is_first_typed(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto")
    tells_the_sum(counter)
    counter.types("para")
    counter.billing.search_entered()
    for typed in ("5", "", "2"):
        counter.billing.quantity_typed(typed)
        counter.timer.rings()
    counter.billing.quantity_entered()
    counter.timer.rings()
    assert cuts(shop) == []
    counter.types("para")  # once more, and taken back
    counter.billing.search_entered()
    counter.timer.rings()
    counter.billing.escape()
    counter.timer.rings()
    assert cuts(shop) == []
    counter.types("azi")
    counter.billing.search_entered()
    counter.timer.rings()
    counter.billing.quantity_typed("3")
    counter.timer.rings()
    counter.billing.remove_line()
    counter.timer.rings()
    assert cuts(shop) == ["owner line 30 AZEE 358.50 told"]


def test_a_line_that_cannot_be_read_is_worth_what_it_last_was(counter: Counter, shop: TestShop) -> None:
    counter.adds("para", "2")
    counter.timer.rings()
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("9x")
    counter.billing.customer_typed("Ravi", "")
    counter.billing.show_customer()  # the cell is left wrong as it is
    counter.timer.rings()
    again = killed(counter)
    again.timer.rings()
    again.billing.editor.move(1)
    again.billing.remove_line()
    again.timer.rings()
    assert cuts(shop) == ["owner line 20 PCM500 51.30"]


def test_a_bill_cut_to_the_cash_after_the_sum_was_told_is_less(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    tells_the_sum(counter)
    counter.types("/")
    counter.billing.asking.submit({"cash": "160"})
    counter.timer.rings()
    assert [cut.split()[:4] for cut in cuts(shop)] == [["owner", "quantity", "10", "PAN40"]]


def test_that_the_sum_was_told_is_known_after_a_power_cut(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "3")
    tells_the_sum(counter)
    counter.timer.rings()
    again = killed(counter)
    again.timer.rings()
    requantifies(again, 0, "2")
    again.timer.rings()
    assert cuts(shop) == ["owner quantity 10 PAN40 151.05 told"]
    again.pays()
    again.adds("panto", "1")
    again.timer.rings()
    again.billing.remove_line()
    again.timer.rings()
    assert cuts(shop)[1:] == ["owner line 10 PAN40 151.05"]  # nobody was told of this one yet


# --- whole bills -------------------------------------------------------------------------------------------------


def test_a_cleared_bill_is_recorded_and_stays_so_when_it_is_brought_back(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "1")
    command_id = counter.billing.draft.command_id
    counter.timer.rings()
    counter.billing.clear()
    counter.timer.rings()
    assert cuts(shop) == ["owner draft of 2 327.75"]
    counter.billing.undo()
    counter.timer.rings()
    assert (counter.codes, counter.billing.draft.command_id) == (["PAN40", "PCM500"], command_id)
    counter.pays()
    counter.timer.rings()
    assert (counter.last().bill.bill_id, len(cuts(shop))) == (command_id, 1)


def test_a_bill_that_is_cleared_and_brought_back_at_once_was_never_gone(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    tells_the_sum(counter)
    counter.billing.clear()
    counter.billing.undo()
    counter.timer.rings()
    requantifies(counter, 0, "1")
    counter.timer.rings()
    assert cuts(shop) == ["owner quantity 10 PAN40 151.05 told"]


def test_a_bill_typed_in_the_place_of_a_cleared_one_within_a_second_hides_nothing(
    counter: Counter, shop: TestShop
) -> None:
    counter.adds("panto", "2")
    tells_the_sum(counter)
    counter.billing.clear()
    counter.types("panto")
    counter.billing.search_entered()
    counter.timer.rings()
    assert cuts(shop) == ["owner draft of 1 302.10 told"]
    counter.billing.remove_line()
    counter.timer.rings()
    assert cuts(shop)[1:] == ["owner line 10 PAN40 151.05"]


def test_a_bill_that_is_held_left_or_of_somebody_who_went_home_is_not_gone(counter: Counter, shop: TestShop) -> None:
    before = events(shop)
    counter.adds("panto", "2")
    tells_the_sum(counter)
    counter.places.hold()
    counter.timer.rings()
    counter.adds("para", "1")
    counter.places.go_to(1)
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("1")  # half typed
    counter.places.leave()
    shop.acts(Role.CASHIER)
    other = Counter(shop)
    other.adds("para", "2")
    other.timer.rings()
    other.places.leave()
    shop.acts(Role.OWNER)
    back = Counter(shop)
    back.timer.rings()
    again = killed(back)
    again.timer.rings()
    assert (again.places.typed, again.billing.editor.quantity, cuts(shop), events(shop)) == ([1, 2], "1", [], before)


def test_everybody_is_named_for_their_own(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.places.leave()
    shop.acts(Role.PURCHASE_CLERK)  # who may not bill: what they look up here is kept all the same
    other = Counter(shop)
    other.adds("para", "2")
    other.timer.rings()
    other.billing.clear()
    other.timer.rings()
    other.places.leave()
    shop.acts(Role.OWNER)
    back = Counter(shop)
    back.billing.remove_line()
    back.timer.rings()
    assert cuts(shop) == ["purchase_clerk draft of 1 51.30", "owner line 20 PAN40 302.10"]
    assert (other.bugs, other.billing.desk.notice.tone, back.bugs) == ([], Tone.ACCENT, [])


# --- what becomes of it ------------------------------------------------------------------------------------------


def test_a_posted_bill_is_nothing_and_costs_no_event(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "4")  # of two batches
    counter.timer.rings()
    counter.pays()
    before = events(shop)
    counter.adds("para", "1")
    counter.timer.rings()
    assert (cuts(shop), events(shop)) == ([], before)


def test_a_line_deleted_right_before_posting_does_not_escape(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "3")
    counter.timer.rings()
    tells_the_sum(counter)
    counter.timer.rings()
    requantifies(counter, 0, "1")
    counter.billing.editor.move(1)
    counter.billing.remove_line()
    counter.pays()
    assert [one.item_code for one in counter.last().bill.lines] == ["PAN40"]
    counter.timer.rings()
    told = ["owner quantity 10 PAN40 151.05 told", "owner line 30 PCM500 76.95 told"]
    assert cuts(shop) == told
    counter.timer.rings()
    killed(counter).timer.rings()
    assert cuts(shop) == told


def test_nor_where_the_power_goes_right_after_and_somebody_else_comes(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "3")
    counter.timer.rings()
    counter.billing.remove_line()
    counter.pays()
    shop.acts(Role.CASHIER)
    other = killed(counter)
    other.timer.rings()
    assert cuts(shop) == []
    other.adds("para", "1")
    other.timer.rings()
    other.billing.remove_line()
    other.timer.rings()
    assert cuts(shop) == ["owner line 30 PCM500 76.95", "cashier line 10 PCM500 25.65"]


def test_a_quoted_bill_is_not_gone_but_what_was_deleted_before_is(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.timer.rings()
    counter.billing.quote()
    counter.timer.rings()
    assert cuts(shop) == []
    counter.billing.undo()
    counter.adds("para", "3")
    counter.timer.rings()
    counter.billing.remove_line()
    counter.billing.quote()
    counter.timer.rings()
    assert (len(counter.quotations.printed), cuts(shop)) == (2, ["owner line 30 PCM500 76.95"])


def test_a_quotation_made_within_a_second_of_a_bill_is_not_taken_for_it(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.timer.rings()
    counter.pays()
    counter.adds("para", "3")
    counter.billing.quote()
    counter.timer.rings()
    assert (len(counter.quotations.printed), cuts(shop)) == (1, [])


def test_a_quotation_that_is_taken_to_the_counter_is_a_bill_like_any_other(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.billing.customer_typed("Ravi", "")
    counter.billing.quote()
    counter.timer.rings()
    counter.billing.customer_typed("Ravi", "")
    counter.timer.rings()
    counter.billing.quote()
    counter.billing.search_entered()
    counter.timer.rings()
    assert (counter.codes, cuts(shop)) == (["PAN40"], [])
    counter.billing.clear()
    counter.timer.rings()
    assert cuts(shop) == ["owner draft of 1 302.10"]


def test_a_bill_in_the_place_of_a_cancelled_one_is_missed_where_it_is_cleared(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.pays()
    counter.timer.rings()
    with shop.shop.database.write(shop.actor) as uow:
        wrong = CorrectBill(number=counter.last().bill.number, reason="wrong quantity")
        draft = correct_bill(uow, wrong).draft
    counter.places.take_over(draft, {"PAN40": shop.stock("PAN40")})
    counter.timer.rings()
    assert cuts(shop) == []
    counter.billing.clear()
    counter.timer.rings()
    assert cuts(shop) == ["owner draft of 1 302.10"]


# --- what the program does ---------------------------------------------------------------------------------------


def test_a_body_of_an_earlier_version_comes_back_and_nothing_went(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "1")
    counter.billing.edit_line(1)
    counter.billing.quantity_typed("2")
    counter.timer.rings()
    with shop.shop.database.write(shop.actor) as uow:
        row = uow.session.get(BillDraft, 0)
        assert row is not None
        body = json.loads(row.body)
        del body["asked_money"]
        for one in body["lines"]:
            for name in ("units", "amount_paise", "is_new"):
                del one[name]
        row.body = json.dumps(body)
    again = killed(counter)
    again.timer.rings()
    assert (again.codes, cuts(shop)) == (["PAN40", "PCM500"], [])
    again.billing.quantity_entered()
    tells_the_sum(again)
    requantifies(again, 1, "1")
    again.timer.rings()
    assert cuts(shop) == ["owner quantity 10 PCM500 25.65 told"]


def test_an_item_that_is_sold_no_more_was_taken_off_by_nobody(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "4")
    counter.adds("para", "1")
    counter.timer.rings()
    shop.bills(("PAN40", "4"))
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="PAN40"))
    with shop.shop.database.read() as session:
        assert not session.scalars(select(Item.is_active).where(Item.code == "PAN40")).one()
    again = killed(counter)
    again.timer.rings()
    assert (again.codes, cuts(shop)) == (["PCM500"], [])


def test_a_disk_that_fails_loses_no_cut_and_counts_none_twice(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "1")
    counter.timer.rings()
    counter.billing.remove_line()
    counter.lanes.fault = EnvironmentFault("storage.disk_full")
    counter.timer.rings()
    assert cuts(shop) == []
    counter.timer.rings()
    counter.timer.rings()
    assert cuts(shop) == ["owner line 10 PCM500 25.65"]


def test_with_an_odd_clock_it_is_said_and_recorded_once_it_is_right(
    counter: Counter, shop: TestShop, clock: TurnedClock
) -> None:
    counter.adds("panto", "2")
    counter.adds("para", "1")
    counter.timer.rings()
    clock.turn(days=-1)
    counter.billing.remove_line()
    for _ in range(3):
        counter.timer.rings()
    assert (counter.billing.desk.notice.tone, counter.timer.calls, cuts(shop)) == (Tone.DANGER, [], [])
    clock.turn(days=1)
    counter.billing.customer_typed("Ravi", "")
    counter.timer.rings()
    assert cuts(shop) == ["owner line 10 PCM500 25.65"]


# --- any typing --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """A shop with so much of two items that every quantity can be sold."""
    shop = TestShop.create(tmp_path_factory.mktemp("ample") / "shop", TurnedClock(NOON))
    shop.receives("PCM500", name="Paracetamol 500", packs=100_000, schedules=frozenset())
    shop.receives("PAN40", name="Pantoprazole 40", mrp="151.05", packs=100_000, schedules=frozenset())
    yield shop
    shop.books_agree()
    shop.close()


#: What takes nothing off, in any order: with what is typed for it, and whether a second passes after it.
harmless = st.tuples(
    st.sampled_from(["add", "add", "open", "name", "search", "discount", "tell", "hold", "go", "kill", "pay", "quote"]),
    st.sampled_from(["1", "2", "1:5", "7t"]),
    st.booleans(),
)


def does(counter: Counter, what: str, typed: str) -> Counter:
    """Do one of them, and return the counter that there is then."""
    billing = counter.billing
    if what == "add":
        counter.adds("para" if "t" in typed else "panto", typed)
    elif what == "open" and billing.draft.lines:  # and leave it again, whatever was typed
        billing.edit_line(0)
        for text in ("", "1t", "x", typed):
            billing.quantity_typed(text)
            counter.timer.rings()
        billing.escape()
    elif what == "name":
        billing.customer_typed(typed, "")
    elif what == "search":
        counter.types("pa")
        counter.timer.rings()
        billing.escape()
    elif what == "discount" and billing.draft.lines:
        billing.edit_line(0, Focus.DISCOUNT)
        billing.editor.type(typed, Focus.DISCOUNT)
        billing.discounts.enter()
        billing.escape()
    elif what == "tell":
        billing.open_tender()
        billing.checkout.close()
    elif what == "hold":
        counter.places.hold()
    elif what == "go":
        counter.places.go_to(1 + len(typed))
    elif what == "kill":
        counter.timer.rings()
        return Counter(counter.shop)
    elif what == "pay":
        counter.pays()
        billing.checkout.close()
    elif what == "quote" and billing.draft.lines:
        billing.quote()
    return counter


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(harmless, min_size=5, max_size=25))
def test_nothing_is_recorded_of_what_takes_nothing_off(ample: TestShop, steps: list[tuple[str, str, bool]]) -> None:
    before = len(cuts(ample))
    counter = Counter(ample)
    for what, typed, a_second_passes in steps:
        counter = does(counter, what, typed)
        if a_second_passes:
            counter.timer.rings()
    counter.timer.rings()
    assert len(cuts(ample)) == before
    for number in (1, 2, 3, 4, 5):  # the next morning begins with empty places
        counter.places.go_to(number)
        counter.billing.clear()
        counter.billing.search_typed("")
    counter.timer.rings()
    assert counter.bugs == []
