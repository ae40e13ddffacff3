"""Repeating a bill at the counter: which are listed, what comes onto the bill, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.change_dto import DeactivateItem
from core.inventory.items import deactivate_item
from core.kernel.actor import Role
from core.sales.repeating import Whose
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.state import Focus, Popup
from pos_desktop.shell.tone import Tone
from tests.presenters.test_prescribing import PATIENT, answers, form_of
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

ASHA = {"name": "Asha Menon", "phone": "9847012345"}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def lists(counter: Counter) -> list[tuple[Whose, str]]:
    """Press Ctrl+R; return what is listed."""
    counter.billing.repeat()
    if counter.popup() is not Popup.REPEATS:
        return []
    repeating = counter.billing.repeating
    return [(hit.whose, row.items) for hit, row in zip(repeating.hits, repeating.rows(), strict=True)]


def lines(counter: Counter) -> list[tuple[str, int | None]]:
    return [(line.item.code, line.units) for line in counter.billing.draft.lines]


def test_the_last_bill_is_two_keys_away_and_undo_takes_its_lines_back_one_by_one(
    counter: Counter, shop: TestShop
) -> None:
    bill = shop.bills(("PCM500", "2:5"), ("PAN40", "1"))
    assert lists(counter) == [(Whose.COUNTER, "Paracetamol 500, Pantoprazole 40")]
    counter.billing.search_entered()
    assert (counter.popup(), counter.focus()) == (Popup.NONE, Focus.SEARCH)
    assert lines(counter) == [("PCM500", 25), ("PAN40", 10)]
    assert counter.billing.desk.notice.text.startswith(f"{bill.number} is repeated with today's batches and prices")
    counter.billing.undo()
    assert lines(counter) == [("PCM500", 25)]
    counter.billing.undo()
    assert lines(counter) == []
    lists(counter)
    counter.billing.search_entered()
    counter.pays()
    totals = [str(bill.total), str(counter.last().bill.total)]
    assert totals == ["215.00", "218.00"]  # of the first batch are fewer left, and the next costs more


def test_what_is_on_the_bill_already_gets_so_much_more(counter: Counter, shop: TestShop) -> None:
    shop.bills(("PCM500", "1"))
    counter.adds("panto", "1")
    counter.adds("para", "5t")
    lists(counter)
    counter.billing.search_entered()
    assert lines(counter) == [("PAN40", 10), ("PCM500", 15)]
    counter.billing.undo()
    assert lines(counter) == [("PAN40", 10), ("PCM500", 5)]


def test_todays_batches_prices_and_discounts_and_not_those_of_then(counter: Counter, shop: TestShop) -> None:
    shop.receives("OFF", name="Offered 10", schedules=frozenset(), mrp="100.00", batch="B1", expiry="01/2028", packs=2)
    shop.bills({"item": "OFF", "quantity": "1", "batch": "B1", "discount_percent": "50"})
    shop.receives("OFF", batch="B0", mrp="90.00", expiry="06/2027", packs=2)
    lists(counter)
    counter.billing.search_entered()
    line = counter.billing.draft.lines[0]
    assert [part.portion.batch.number for part in line.portions] == ["B0"]
    assert (counter.total, line.entry.batch) == ("90.00", None)


def test_what_can_no_longer_be_sold_or_is_short_is_named(counter: Counter, shop: TestShop) -> None:
    shop.receives("GONE", name="Gone 10", packs=1, schedules=frozenset())
    shop.bills(("PCM500", "1"), ("PAN40", "3"), ("GONE", "1"))
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="GONE"))
    lists(counter)
    counter.billing.search_entered()
    notice = counter.billing.desk.notice
    assert notice.tone is Tone.DANGER
    assert "look at what can no longer be sold so: Pantoprazole 40, Gone 10." in notice.text
    assert lines(counter) == [("PCM500", 10), ("PAN40", 30)]
    assert counter.billing.draft.first_problem() == 1


def test_whose_bill_it_is_decides_what_is_listed(counter: Counter, shop: TestShop, clock: TurnedClock) -> None:
    shop.bills(("PAN40", "1"), customer=ASHA)
    clock.turn(minutes=1)
    shop.bills(("PCM500", "1"), customer={"name": "Ravi"})
    assert lists(counter) == [(Whose.COUNTER, "Paracetamol 500")]
    assert lists(counter) == []  # the same key closes the list
    counter.billing.customer_typed("", "98470 12345")
    assert lists(counter) == [(Whose.COUNTER, "Paracetamol 500"), (Whose.PHONE, "Pantoprazole 40")]
    counter.billing.move(1)
    counter.billing.move(1)
    counter.billing.search_entered()
    assert lines(counter) == [("PAN40", 10)]
    assert counter.billing.draft.customer_name == ""


def test_a_scheduled_drug_of_a_patient_comes_without_its_prescription(counter: Counter) -> None:
    counter.adds("azi", "1")
    counter.billing.prescribe()
    counter.billing.asking.submit({**PATIENT, "repeats": "0"})
    counter.pays()
    answers(counter)  # who is on duty
    assert counter.last().bill.dispensing is not None

    assert lists(counter) == [(Whose.COUNTER, "Azithromycin 500")]
    counter.billing.search_entered()
    assert counter.billing.draft.dispensing is None
    counter.pays()
    form = form_of(counter)
    assert form.purpose is Purpose.PRESCRIPTION
    assert not any(one.value for one in form.fields if one.name in {"patient.name", "written_on", "repeats"})
    counter.billing.asking.escape()
    counter.billing.escape()
    counter.billing.clear()

    # who is known by the prescription taken again is offered what was supplied on it
    counter.adds("para", "1")
    counter.pays()
    counter.billing.prescribe()
    names = [words for _, words in form_of(counter).fields[0].choices]
    answers(counter, choice=form_of(counter).fields[0].choices[1][0])
    assert "Asha Menon" in names[1]
    assert lists(counter) == [(Whose.COUNTER, "Paracetamol 500"), (Whose.PATIENT, "Azithromycin 500")]


def test_nothing_to_repeat_is_one_sentence(counter: Counter) -> None:
    counter.types("pa")
    assert lists(counter) == []
    assert counter.billing.desk.notice.text.startswith("There is no bill to repeat")
    assert counter.billing.search.typed == ""


def test_keys_close_the_list_and_letters_search_again(counter: Counter, shop: TestShop) -> None:
    shop.bills(("PCM500", "1"))
    lists(counter)
    counter.billing.escape()
    assert counter.popup() is Popup.NONE
    lists(counter)
    counter.types("panto")
    assert counter.popup() is Popup.HITS
    counter.billing.search_entered()
    assert counter.codes == ["PAN40"]
    lists(counter)
    counter.billing.open_tender()
    counter.billing.repeat()
    assert (counter.popup(), counter.tender() is not None) == (Popup.NONE, True)


def test_answers_that_come_late_change_no_other_bill(counter: Counter, shop: TestShop) -> None:
    shop.bills(("PCM500", "1"))
    counter.lanes.holds_reads = True
    counter.billing.repeat()
    counter.places.go_to(2)
    counter.lanes.answer()
    assert counter.popup() is Popup.NONE
    counter.places.go_to(1)
    assert counter.popup() is Popup.REPEATS
    counter.billing.search_entered()
    counter.places.go_to(2)
    counter.lanes.answer()
    assert counter.codes == []
    counter.places.go_to(1)
    assert lines(counter) == [("PCM500", 10)]
    counter.billing.repeat()
    counter.billing.show_customer()
    counter.lanes.answer()
    assert counter.popup() is Popup.NONE


def test_a_cashier_repeats_too(shop: TestShop) -> None:
    shop.bills(("PCM500", "1"))
    shop.acts(Role.CASHIER)
    assert lists(Counter(shop)) == [(Whose.COUNTER, "Paracetamol 500")]
