"""The want book: what is noted, what comes of it, who reads it, and that nothing of it can be altered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.app.verify import explain_finding
from core.boundary.frozen import load
from core.catalog.change_dto import ActivateItem, DeactivateItem
from core.inventory.items import activate_item, deactivate_item
from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.wants.dto import NoteWant, Outcome, SettlementView, SettleWant, WantView
from core.wants.queries import read_wants
from core.wants.service import note_want, settle_want
from tests.conftest import NOON
from tests.core.audit.test_attacks import attacked, checked
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


def notes(shop: TestShop, **wanted: str) -> WantView:
    with shop.shop.database.write(shop.actor) as uow:
        return note_want(uow, load(NoteWant, {"command_id": str(new_id()), **wanted}))


def settles(shop: TestShop, want: WantView, outcome: Outcome, note: str | None = None) -> WantView:
    with shop.shop.database.write(shop.actor) as uow:
        return settle_want(uow, SettleWant(want_id=want.want_id, outcome=outcome, note=note))


def listed(shop: TestShop, *, ended: bool = False) -> list[str]:
    with shop.shop.database.read() as session:
        found = read_wants(session, shop.actor, business_date(shop.clock.now()), ended=ended)
    assert all(view.is_open is not ended for view in found)
    return [view.name for view in found]


def test_a_want_is_noted_comes_and_is_handed_out(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", name="Paracetamol 500", packs=1)
    shop.acts(Role.CASHIER)
    want = notes(
        shop, item="pcm500", quantity="2:5", customer_name="Asha", customer_phone="+91 98470 12345", note="by Monday"
    )
    assert (want.name, want.item, want.units, want.shown_quantity) == ("Paracetamol 500", "PCM500", 25, "2:5")
    assert (want.customer_phone, want.note, want.username, want.counter) == ("9847012345", "by Monday", "cashier", "C1")
    assert (want.stock_units, want.is_open, want.has_come) == (10, True, False)

    clock.turn(hours=20)
    came = settles(shop, want, Outcome.CAME)
    assert (came.is_open, came.has_come) == (True, True)  # Asha is to be told
    with shop.refuses("wants.settled_already"):
        settles(shop, want, Outcome.CAME)
    done = settles(shop, want, Outcome.DONE, "fetched by her son")
    assert [(one.outcome, one.note) for one in done.settlements] == [
        (Outcome.CAME, None),
        (Outcome.DONE, "fetched by her son"),
    ]
    assert done.settlements[0].at == NOON + timedelta(hours=20)
    for outcome in Outcome:
        with shop.refuses("wants.settled_already"):
            settles(shop, want, outcome)
    assert (listed(shop), listed(shop, ended=True)) == ([], ["Paracetamol 500"])
    shop.books_agree()


def test_what_the_shop_has_not_is_noted_as_it_was_said(shop: TestShop) -> None:
    want = notes(shop, name="  a cream for  burns ", quantity="one big tube")
    assert (want.item, want.item_id, want.stock_units, want.units) == (None, None, None, None)
    assert (want.name, want.shown_quantity) == ("a cream for burns", "one big tube")
    assert not want.is_awaited
    nothing_said = notes(shop, name="gauze")
    assert nothing_said.shown_quantity == ""
    assert listed(shop) == ["gauze", "a cream for burns"]

    assert not settles(shop, want, Outcome.CAME).is_open  # nobody waits: it need only not be ordered any more
    settles(shop, nothing_said, Outcome.GIVEN_UP)
    assert listed(shop, ended=True) == ["gauze", "a cream for burns"]
    shop.books_agree()


def test_what_cannot_be_noted_is_refused(shop: TestShop) -> None:
    shop.receives("PCM500")
    for wanted, code, where in (
        ({}, "wants.nothing", "name"),
        ({"name": "x", "item": "PCM500"}, "wants.item_or_name", "name"),
        ({"item": "NOTHING"}, "sales.no_such_item", "item"),
        ({"item": "PCM500", "quantity": "two"}, "quantity.unreadable", "quantity"),
        ({"item": "PCM500", "quantity": "0"}, "quantity.zero", "quantity"),
        ({"name": " "}, "input.empty", "name"),
        ({"name": "x", "customer_phone": "12"}, "parties.phone_form", "customer_phone"),
        ({"name": "x", "quantity": "y" * 21}, "input.too_long", "quantity"),
    ):
        with shop.refuses(code, where):
            notes(shop, **wanted)
    with shop.refuses("wants.no_such", "want_id"), shop.shop.database.write(shop.actor) as uow:
        settle_want(uow, SettleWant(want_id=new_id(), outcome=Outcome.DONE))
    shop.books_agree()


def test_the_same_command_again_notes_and_settles_once(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500")
    command = load(NoteWant, {"command_id": str(new_id()), "item": "PCM500", "quantity": "2", "note": "soon"})
    with shop.shop.database.write(shop.actor) as uow:
        first = note_want(uow, command)
    clock.turn(minutes=1)
    shop.acts(Role.PHARMACIST)
    with shop.shop.database.write(shop.actor) as uow:
        assert note_want(uow, command) == first
    with shop.refuses("wants.command_reused"), shop.shop.database.write(shop.actor) as uow:
        note_want(uow, command.model_copy(update={"quantity": "3"}))

    settle = SettleWant(want_id=first.want_id, outcome=Outcome.DONE)
    with shop.shop.database.write(shop.actor) as uow:
        settled = settle_want(uow, settle)
    with shop.shop.database.write(shop.actor) as uow:
        assert settle_want(uow, settle) == settled
    with shop.refuses("wants.command_reused"), shop.shop.database.write(shop.actor) as uow:
        settle_want(uow, settle.model_copy(update={"outcome": Outcome.GIVEN_UP}))
    shop.books_agree()


def test_the_book_is_read_by_who_keeps_it_and_who_orders_from_it(shop: TestShop) -> None:
    notes(shop, name="gauze", customer_phone="9847012345")
    for role in Role:
        shop.acts(role)
        if role is Role.ACCOUNTANT:
            with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.not_allowed"):
                listed(shop)
        else:
            assert listed(shop) == ["gauze"]


def test_a_want_of_an_item_that_is_ended_stays_and_has_no_stock(shop: TestShop) -> None:
    shop.receives("PCM500", name="Paracetamol 500", packs=1)
    want = notes(shop, item="PCM500")
    shop.bills(("PCM500", "1"))
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="PCM500"))
    with shop.shop.database.read() as session:
        (view,) = read_wants(session, shop.actor, business_date(shop.clock.now()))
    assert (view.want_id, view.item, view.stock_units) == (want.want_id, "PCM500", 0)
    with shop.shop.database.write(shop.actor) as uow:
        activate_item(uow, ActivateItem(item="PCM500"))
    shop.books_agree()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE want SET customer_phone = '1'", "want"),
        ("UPDATE want_settlement SET outcome = 'given_up'", "want_settlement"),
        ("DELETE FROM want_settlement", "want_settlement"),
    ],
)
def test_the_book_is_append_only_and_an_edit_past_the_guards_is_named(
    shop: TestShop, clock: TurnedClock, statement: str, table: str
) -> None:
    settles(shop, notes(shop, name="gauze", customer_name="Asha"), Outcome.DONE)
    with pytest.raises(DBAPIError), shop.shop.database.write(shop.actor) as uow:
        uow.session.execute(text(statement))
    file = shop.shop.folder / "shop.db"
    shop.close()
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    findings = checked(file).findings
    assert [finding.table for finding in findings] == [table]
    assert all("gauze" in explain_finding(finding) for finding in findings if table == "want")
    shop.reopen()


_SETTLED = st.lists(st.sampled_from(Outcome), max_size=4)


@given(settled=_SETTLED, name=st.none() | st.just("Asha"), phone=st.none() | st.just("9847012345"))
def test_what_is_open_is_what_has_anything_left_to_do(
    settled: list[Outcome], name: str | None, phone: str | None
) -> None:
    view = WantView(
        want_id=new_id(), item_id=None, item=None, name="x", pieces_per_pack=None, units=None, quantity=None,
        customer_name=name, customer_phone=phone, note=None, date=NOON.date(), at=NOON, username="u", counter="C1",
        stock_units=None,
        settlements=tuple(
            SettlementView(outcome=one, note=None, at=NOON, username="u", counter="C1") for one in settled
        ),
    )  # fmt: skip
    if Outcome.DONE in settled or Outcome.GIVEN_UP in settled:
        assert not view.is_open
    elif Outcome.CAME in settled:
        assert view.is_open is (name is not None or phone is not None)
    else:
        assert view.is_open
