"""A wrong bill is taken back and a right one posted in its place: both say so, and every book agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings

from core.auth.dto import AskOverride, Method
from core.auth.login import Door
from core.auth.overrides import authorise
from core.auth.permissions import Permission
from core.dispensing.queries import h1_register, read_prescription
from core.kernel.actor import Role
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent
from core.printing.receipt import receipt
from core.printing.wording import corrections
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import BillView, CancelBill, CorrectBill, Correction, PostBill
from core.sales.posting import post_bill
from core.sales.queries import bill_by_number
from core.settings.queries import shop_view
from tests.core.sales.test_every_mix import CODES, bills
from tests.support.clock import TurnedClock
from tests.support.people import OWNERS_PASSWORD, cheap_secrets, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

ASHA = {"name": "Asha Menon", "phone": "9847012345", "address": "12 Hill Road, Kochi"}


def corrects(shop: TestShop, bill: BillView | str, reason: str = "wrong quantity", **more: Any) -> Correction:
    number = bill if isinstance(bill, str) else bill.number
    with shop.shop.database.write(shop.actor) as uow:
        return correct_bill(uow, CorrectBill(number=number, reason=reason, **more))


def posts(shop: TestShop, draft: PostBill) -> BillView:
    with shop.shop.database.write(shop.actor) as uow:
        return post_bill(uow, draft)


def again(shop: TestShop, number: str) -> BillView:
    with shop.shop.database.read() as session:
        return bill_by_number(session, number)


def test_a_wrong_quantity_is_put_right_and_both_papers_say_so(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    wrong = shop.bills(("PCM500", "2:5"), customer=ASHA, paid="100.00")
    correction = corrects(shop, wrong)

    assert shop.units("PCM500") == 100
    draft = correction.draft
    assert [(line.item, line.quantity, line.batch) for line in draft.lines] == [("PCM500", "2:5", "A1")]
    assert draft.customer is not None
    assert draft.customer.model_dump(exclude_none=True) == {**ASHA, "sez": False}
    assert [payment.amount for payment in draft.payments] == [Money.parse("100.00")]
    assert (draft.date, draft.corrects) == (None, wrong.number)

    line = draft.lines[0].model_copy(update={"quantity": "2"})
    right = posts(shop, draft.model_copy(update={"lines": (line,)}))
    assert (right.number, right.corrects, right.corrected_by) == ("C1/26-27/000002", wrong.number, None)
    assert shop.units("PCM500") == 80
    old = again(shop, wrong.number)
    assert old.cancelled is not None
    assert (old.cancelled.reason, old.corrects, old.corrected_by) == ("wrong quantity", None, right.number)
    assert corrections(right) == [f"Corrects {wrong.number}"]
    assert corrections(old) == [f"Corrected by {right.number}"]
    with shop.shop.database.read() as session:
        details = shop_view(session)
    for bill, said in ((right, f"Corrects {wrong.number}"), (old, f"Corrected by {right.number}")):
        assert any(said in str(part) for part in receipt(bill, details, 42))
    shop.books_agree()


def test_a_bill_is_corrected_once_and_its_correction_may_be_corrected(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    first = shop.bills(("PCM500", "1"))
    draft = corrects(shop, first).draft
    second = posts(shop, draft)
    assert posts(shop, draft) == second  # the same draft again is the same bill
    with shop.refuses("sales.corrected_already"):
        corrects(shop, first)
    with shop.refuses("sales.corrected_already", where="corrects"):
        posts(shop, draft.model_copy(update={"command_id": new_id()}))
    with shop.refuses("sales.command_reused"):
        posts(shop, draft.model_copy(update={"corrects": None}))
    third = posts(shop, corrects(shop, second).draft)
    middle = again(shop, second.number)
    assert (middle.corrects, middle.corrected_by) == (first.number, third.number)
    assert shop.units("PCM500") == 90
    shop.books_agree()


def test_only_a_cancelled_bill_has_another_in_its_place(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10)
    stands = shop.bills(("PCM500", "1"))
    with shop.refuses("sales.corrects_uncancelled", where="corrects"):
        shop.bills(("PCM500", "1"), corrects=stands.number)
    with shop.refuses("sales.no_such_bill", where="corrects"):
        shop.bills(("PCM500", "1"), corrects="C1/26-27/99")
    with shop.refuses("sales.no_such_bill"):
        corrects(shop, "C1/26-27/99")
    clock.turn(days=1)
    with shop.refuses("sales.cancel_too_late"):
        corrects(shop, stands)


def test_a_draft_that_the_power_took_is_given_again(shop: TestShop, clock: TurnedClock) -> None:
    """Between cancelling and posting lies a person who types; what was cancelled by hand is taken up as well."""
    shop.receives("PCM500", packs=10)
    wrong, other = shop.bills(("PCM500", "1")), shop.bills(("PCM500", "3"))
    first = corrects(shop, wrong)
    shop.reopen()
    second = corrects(shop, wrong)
    assert second.cancelled == first.cancelled
    assert second.draft == first.draft.model_copy(update={"command_id": second.draft.command_id})
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=other.number, reason="wrong person"))
    clock.turn(days=1)
    late = posts(shop, corrects(shop, other).draft)
    assert (late.corrects, late.date.isoformat()) == (other.number, "2026-11-21")
    assert posts(shop, second.draft).corrects == wrong.number
    shop.books_agree()


def test_a_memo_is_entered_again_by_its_correction_alone(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    memo: dict[str, Any] = {"date": "2026-11-20", "manual": {"number": "B2/117"}}
    draft = corrects(shop, shop.bills(("PCM500", "1"), **memo)).draft
    assert draft.manual is not None
    with shop.refuses("sales.memo_taken"):
        shop.bills(("PCM500", "1"), **memo)
    second = posts(shop, draft)
    assert second.memo_number == "B2/117"
    third = posts(shop, corrects(shop, second).draft)
    assert third.memo_number == "B2/117"
    shop.books_agree()


def test_a_prescription_is_supplied_once_over_all_corrections(shop: TestShop) -> None:
    shop.on_duty()
    shop.receives("AZI500", schedules=("H1",), packs=10)
    shop.receives("AZI250", schedules=("H1",), packs=10)
    written = shop.prescribed(lines=[{"item": "AZI500", "dose": "1-0-0", "days": 5, "units": 5}])
    supplies = [{"line": 0, "of": 1, "in_place": True}]
    wrong = shop.bills(("AZI250", "5t"), dispensing={**written, "supplies": supplies})
    draft = corrects(shop, wrong, "wrong drug").draft
    assert draft.dispensing is not None
    assert [(one.line, one.of, one.in_place) for one in draft.dispensing.supplies] == [(0, 1, True)]
    right = posts(shop, draft)
    assert right.dispensing is not None
    assert right.dispensing.prescription_id == draft.dispensing.prescription
    with shop.shop.database.read() as session:
        assert right.dispensing.prescription_id is not None
        prescription = read_prescription(session, shop.actor, right.dispensing.prescription_id)
        register = h1_register(session, shop.actor, right.date, right.date)
    assert [(line.supplied, line.left) for line in prescription.lines] == [(5, 0)]
    assert [(row.bill_number, bool(row.voids), bool(row.voided_by)) for row in register] == [
        (wrong.number, False, True),
        (wrong.number, True, False),
        (right.number, False, False),
    ]
    shop.books_agree()


def test_free_pieces_of_a_batch_of_their_own_stand_with_their_line(shop: TestShop) -> None:
    shop.receives("PCM500", batch="A1", expiry="01/2028", packs=1)
    shop.receives("PCM500", batch="B1", expiry="06/2028", packs=5)
    line = {"item": "PCM500", "quantity": "1", "free": "1", "rate": "18.00"}
    clinic = {"name": "St John", "address": "Bengaluru", "gstin": "29AAHCS9012L1ZW"}
    wrong = shop.bills(line, price_basis="exclusive", customer=clinic)
    assert [(row.units, row.free_units) for row in wrong.lines] == [(10, 0), (0, 10)]
    draft = corrects(shop, wrong).draft
    assert [(one.quantity, one.free, str(one.rate)) for one in draft.lines] == [("1:0", "1:0", "18.0000")]
    right = posts(shop, draft)
    assert [(row.batch, row.units, row.free_units) for row in right.lines] == [("A1", 10, 0), ("B1", 0, 10)]
    assert right.total == wrong.total
    shop.books_agree()


def test_discounts_come_back_as_they_were_asked_for(shop: TestShop) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("OWN", packs=50, discount="10")
    whole = shop.bills({"item": "PCM500", "quantity": "2", "discount_percent": "7.5"}, ("OWN", "3"))
    draft = corrects(shop, whole).draft
    assert [line.discount_percent for line in draft.lines] == [Percent(750), None]
    assert (draft.bill_discount, draft.bill_discount_percent) == (Money(0), None)
    assert posts(shop, draft).total == whole.total
    # the smallest part of each line is no percentage of it: it was taken off the whole bill
    off_all = shop.bills(("PCM500", "1"), ("OWN", "2:3"), {"item": "PCM500", "quantity": "3t"}, bill_discount="1.01")
    draft = corrects(shop, off_all).draft
    assert draft.bill_discount == Money(101)
    assert posts(shop, draft).total == off_all.total
    none = shop.bills({"item": "OWN", "quantity": "1", "discount_percent": "0"})
    assert [line.discount_percent for line in corrects(shop, none).draft.lines] == [Percent(0)]


def test_who_may_correct_and_post_what_was_handed_out(shop: TestShop) -> None:
    """A cashier picks no batches; the batches of the bill that is corrected were handed out already."""
    with cheap_secrets():
        shop.receives("PCM500", batch="A1", expiry="01/2028", packs=5)
        shop.receives("PCM500", batch="B1", expiry="06/2028", packs=5)
        wrong = shop.bills({"item": "PCM500", "quantity": "1", "batch": "B1"})
        door = Door(shop.shop.database, TurnedUptime())
        shop.actor = hire(shop.shop.database, Role.CASHIER)[Role.CASHIER]
        command_id = new_id()
        with shop.refuses("auth.needs_supervisor"):
            corrects(shop, wrong, command_id=command_id)
        authorise(
            door,
            shop.actor,
            AskOverride(
                command_id=command_id,
                permission=Permission.CORRECT_BILL,
                supervisor="owner",
                secret=OWNERS_PASSWORD,
                method=Method.PASSWORD,
                reason="wrong quantity",
            ),
        )
        draft = corrects(shop, wrong, command_id=command_id).draft
        line = draft.lines[0].model_copy(update={"quantity": "2"})
        with shop.refuses("auth.not_allowed"):
            shop.bills({"item": "PCM500", "quantity": "2", "batch": "B1"})
        other = line.model_copy(update={"batch": "A1"})
        with shop.refuses("auth.not_allowed"):
            posts(shop, draft.model_copy(update={"lines": (other,)}))
        right = posts(shop, draft.model_copy(update={"lines": (line,)}))
        assert [row.batch for row in right.lines] == ["B1"]
        shop.books_agree()


def test_the_fingerprint_of_a_bill_with_nothing_new_on_it_is_as_before(shop: TestShop) -> None:
    """A draft of the version before is still known: it was hashed without the fields."""
    command = shop.bill_command(("PCM500", "1"))
    of_lines = {0: {"awaiting", "shown"}}
    newer: dict[str, Any] = {"dispensing": True, "corrects": True, "quotation": True, "lines": of_lines}
    before = command.model_dump_json(exclude=newer)
    assert "corrects" not in before
    assert "awaiting" not in before
    assert "shown" not in before
    assert command.fingerprint() == hashlib.sha256(before.encode()).digest()
    assert command.model_copy(update={"corrects": "C1/26-27/1"}).fingerprint() != command.fingerprint()
    assert command.model_copy(update={"quotation": "C1Q/26-27/1"}).fingerprint() != command.fingerprint()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    folder: Path = tmp_path_factory.mktemp("corrected")
    shop = TestShop.create(folder / "shop", TurnedClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC)))
    for place, code in enumerate(CODES):
        pieces = (10, 15, 1, 3, 7, 10, 4, 6)[place]
        item: dict[str, Any] = {"pieces_per_pack": pieces, "pack_label": f"{pieces}'s"}
        item |= {"discount": "12.5"} if place == 1 else {"no_discount": True} if place == 2 else {}
        for batch, expiry, mrp, packs in (("OLD", "01/2028", "25.65", 3), ("NEW", "12/2030", "26.65", 100_000)):
            shop.receives(code, batch=batch, expiry=expiry, mrp=mrp, packs=packs, **item)
    yield shop
    shop.books_agree()
    shop.close()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bill=bills())
def test_a_draft_that_is_posted_unchanged_is_the_same_bill(mixed: TestShop, bill: dict[str, Any]) -> None:
    """Whatever stood on it: lines, batches, every paisa of discount and tax, customer and terms."""
    bill = dict(bill)
    try:
        wrong = mixed.bills(*bill.pop("lines"), **bill)
    except Problem as problem:
        event(f"refused: {problem.code}")
        return
    event(f"posted: {wrong.price_basis}")
    before = {code: mixed.units(code) for code in CODES}
    right = posts(mixed, corrects(mixed, wrong).draft)
    ours = {"bill_id", "number", "posted_at", "check_code", "cancelled", "corrects", "corrected_by"}
    assert right.model_dump(exclude=ours) == wrong.model_dump(exclude=ours)
    assert {code: mixed.units(code) for code in CODES} == before
