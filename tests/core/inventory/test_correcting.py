"""A batch that was mistyped is written as its packs print it: the same packs, in stock, on bills and in traces."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.app.verify import verify
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.inventory.batch_dto import CorrectBatch, CorrectedBatch, HoldBatch, ReleaseBatch, ReviseMrp
from core.inventory.correcting import batch_corrections, correct_batch
from core.inventory.holding import held_batches, hold_batch, release_batch
from core.inventory.identity import Printed, batch_ids
from core.inventory.item_history import item_history
from core.inventory.model import Batch, Lot, WrittenBatch
from core.inventory.repricing import revise_mrp
from core.kernel.dates import Expiry
from core.kernel.errors import NeedsConfirmation
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.sales.correcting import correct_bill
from core.sales.dto import CorrectBill
from core.sales.posting import post_bill
from core.sales.queries import bill_by_number
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop


@pytest.fixture
def stocked(shop: TestShop) -> TestShop:
    shop.receives("PCM500", batch="AB21", expiry="03/2027", packs=5)
    return shop


def command_of(batch: str = "AB21", **more: Any) -> CorrectBatch:
    said = {"command_id": str(new_id()), "item": "PCM500", "batch": batch, "reason": "mistyped", **more}
    return load(CorrectBatch, said)


def corrects(shop: TestShop, batch: str = "AB21", **more: Any) -> CorrectedBatch:
    with shop.shop.database.write(shop.actor) as uow:
        return correct_batch(uow, command_of(batch, **more))


def holds(shop: TestShop, batch: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch=batch, reason="recalled"))


def releases(shop: TestShop, batch: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        release_batch(uow, ReleaseBatch(item="PCM500", batch=batch, reason="tested, good"))


def prints(shop: TestShop) -> list[tuple[str, str, str, int]]:
    """Return number, expiry, MRP and units of each standing batch."""
    batches = shop.stock("PCM500").batches
    return [(batch.number, str(batch.expires), str(batch.mrp), batch.units) for batch in batches]


def lots(shop: TestShop) -> list[int]:
    """Return how many lots each batch of the shop has."""
    with shop.shop.database.read() as session:
        counts = session.execute(select(func.count(Lot.id)).group_by(Lot.batch_id)).scalars()
        return sorted(counts)


def test_number_expiry_and_mrp_are_put_right_and_the_batch_stays_the_same(stocked: TestShop) -> None:
    before = stocked.stock("PCM500").batches[0].batch_id
    bill = stocked.bills(("PCM500", "1"))
    done = corrects(stocked, number="ab 12", expiry="08/2027", mrp="26.00")
    assert (done.before.number, done.before.expiry, done.before.mrp) == ("AB21", "03/2027", Money.parse("25.65"))
    assert (done.after.number, done.after.expiry, done.after.mrp) == ("AB12", "08/2027", Money.parse("26.00"))
    assert (done.units, done.reason, done.username, done.held) == (40, "mistyped", "owner", None)
    assert prints(stocked) == [("AB12", "08/2027", "26.00", 40)]
    assert stocked.stock("PCM500").batches[0].batch_id == before == done.batch_id
    with stocked.shop.database.read() as session:
        assert bill_by_number(session, bill.number).lines[0].batch == "AB21"  # a paper says what it said
        assert session.scalars(select(WrittenBatch.number)).all() == ["AB21"]
        told = [entry for entry in item_history(session, done.item_id, 5) if entry.table == "batch_correction"]
    assert {(entry.kind, entry.field, entry.before, entry.after) for entry in told} == {
        ("batch.corrected", "number", "AB21", "AB12"),
        ("batch.corrected", "expiry", "03/2027", "08/2027"),
        ("batch.corrected", "mrp_paise", 2565, 2600),
        ("batch.corrected", "reason", None, "mistyped"),
    }
    assert stocked.bills({"item": "PCM500", "quantity": "1", "batch": "AB12"}).lines[0].batch == "AB12"
    stocked.books_agree()


def test_what_is_not_said_was_right(stocked: TestShop) -> None:
    corrects(stocked, mrp="26.00")
    corrects(stocked, expiry="15-03-2027")
    assert prints(stocked) == [("AB21", "15-03-2027", "26.00", 50)]
    with stocked.shop.database.read() as session:
        newest, first = batch_corrections(session)
    assert (first.after, newest.before.expiry, newest.after.number) == (newest.before, "03/2027", "AB21")
    stocked.books_agree()


def test_goods_with_the_right_print_join_it_and_with_the_wrong_one_are_another(stocked: TestShop) -> None:
    corrects(stocked, number="AB12")
    stocked.receives("PCM500", batch="AB12", expiry="03/2027", packs=2)
    assert (prints(stocked), lots(stocked)) == ([("AB12", "03/2027", "25.65", 70)], [2])
    # there is a batch AB21 after all: its id is another's, so it gets one of its own, and the next goods join it
    stocked.receives("PCM500", batch="AB21", expiry="03/2027", packs=1)
    stocked.receives("PCM500", batch="AB21", expiry="03/2027", packs=1)
    assert [(number, units) for number, _, _, units in prints(stocked)] == [("AB12", 70), ("AB21", 20)]
    assert lots(stocked) == [2, 2]
    corrects(stocked, "AB21", number="AB33")
    stocked.receives("PCM500", batch="AB21", expiry="03/2027", packs=3)
    assert [(number, units) for number, _, _, units in prints(stocked)] == [("AB12", 70), ("AB21", 30), ("AB33", 20)]
    stocked.books_agree()


def test_packs_sold_before_their_purchase_are_of_the_corrected_batch(stocked: TestShop) -> None:
    corrects(stocked, number="AB12")
    stocked.bills(("PCM500", "5"))
    awaiting = {"batch": "AB12", "expiry": "03/2027", "mrp": "25.65"}
    bill = stocked.bills({"item": "PCM500", "quantity": "1", "awaiting": awaiting})
    assert bill.lines[0].batch == "AB12"
    wrong = {**awaiting, "batch": "AB21"}
    stocked.bills({"item": "PCM500", "quantity": "1", "awaiting": wrong})
    assert lots(stocked) == [1, 2]
    stocked.books_agree()


def test_a_hold_goes_with_the_number_and_stays_with_the_old_one(stocked: TestShop) -> None:
    holds(stocked, "AB21")
    done = corrects(stocked, number="AB12")
    assert done.held == "recalled"
    with stocked.shop.database.read() as session:
        assert [(held.batch, held.units) for held in held_batches(session)] == [("AB12", 50), ("AB21", 0)]
    with stocked.refuses("stock.rest_held"):
        stocked.bills(("PCM500", "1"))
    releases(stocked, "AB12")
    releases(stocked, "AB21")  # no batch bears it any more, and its hold can still be ended
    stocked.bills(("PCM500", "1"))
    with stocked.refuses("stock.unknown_batch"):
        releases(stocked, "AB21")
    stocked.books_agree()


def test_a_batch_that_turns_out_to_be_recalled_is_held_at_once(stocked: TestShop) -> None:
    stocked.receives("PCM500", batch="BAD1", expiry="03/2028", packs=1)
    holds(stocked, "BAD1")
    assert corrects(stocked, number="BAD1", confirmed=True).held == "recalled"
    with stocked.refuses("stock.rest_held"):
        stocked.bills(("PCM500", "1"))
    with stocked.shop.database.read() as session:
        assert [held.units for held in held_batches(session)] == [60]


def test_an_expiry_that_has_passed_is_taken_and_blocks_the_sale(stocked: TestShop) -> None:
    with pytest.raises(NeedsConfirmation, match=r"stock\.correct_expired"):
        corrects(stocked, expiry="10/2026")
    assert [expiry for _, expiry, _, _ in prints(stocked)] == ["03/2027"]
    corrects(stocked, expiry="10/2026", confirmed=True)
    corrects(stocked, number="AB22")  # the expiry stands so already, and is asked about no more
    with stocked.refuses("stock.rest_expired"):
        stocked.bills(("PCM500", "1"))
    stocked.books_agree()


def test_an_mrp_below_what_a_pack_cost_is_asked_about(stocked: TestShop) -> None:
    with pytest.raises(NeedsConfirmation) as question:
        corrects(stocked, mrp="2.56")
    assert "more than an MRP of ₹2.56" in explain(question.value)
    assert corrects(stocked, mrp="2.56", confirmed=True).after.mrp == Money.parse("2.56")
    stocked.books_agree()


def test_a_bill_of_before_is_corrected_with_the_number_of_now(stocked: TestShop) -> None:
    stocked.receives("PCM500", batch="OTHER", expiry="01/2027", packs=5)
    bill = stocked.bills({"item": "PCM500", "quantity": "2", "batch": "AB21"})
    corrects(stocked, number="AB12")
    with stocked.shop.database.write(stocked.actor) as uow:
        draft = correct_bill(uow, CorrectBill(number=bill.number, reason="wrong patient")).draft
    with stocked.shop.database.write(stocked.actor) as uow:
        assert post_bill(uow, draft).lines[0].batch == "AB12"
    stocked.books_agree()


@pytest.mark.parametrize(
    ("more", "code", "where"),
    [
        ({}, "stock.nothing_corrected", None),
        ({"number": "ab21"}, "stock.correct_as_it_is", "number"),
        ({"mrp": "0"}, "stock.mrp_zero", "mrp"),
        ({"mrp": "-1"}, "stock.mrp_zero", "mrp"),
        ({"number": "OTHER"}, "stock.correct_to_other", "number"),
        ({"batch": "Q9", "mrp": "1"}, "stock.unknown_batch", "batch"),
        ({"item": "NOPE", "mrp": "1"}, "sales.no_such_item", "item"),
        ({"expires": "04/2027", "mrp": "1"}, "stock.correct_which", "printed"),
    ],
)
def test_what_is_no_correction_is_refused(
    stocked: TestShop, more: dict[str, Any], code: str, where: str | None
) -> None:
    stocked.receives("PCM500", batch="OTHER", expiry="03/2027", packs=1)
    with stocked.refuses(code, where):
        corrects(stocked, **more)


def test_which_of_several_is_meant_must_be_said(stocked: TestShop) -> None:
    stocked.receives("PCM500", batch="AB21", expiry="03/2027", mrp="30.00", packs=1)
    with stocked.refuses("stock.correct_which", "printed"):
        corrects(stocked, number="AB12")
    corrects(stocked, number="AB12", printed="30.00", expires="03/2027")
    assert [(number, mrp) for number, _, mrp, _ in prints(stocked)] == [("AB12", "30.00"), ("AB21", "25.65")]


def test_a_number_that_is_known_with_another_print_is_asked_about(stocked: TestShop) -> None:
    stocked.receives("PCM500", batch="AB12", expiry="01/2029", mrp="25.65")
    with pytest.raises(NeedsConfirmation) as asked:
        corrects(stocked, number="AB12")
    assert (asked.value.code, asked.value.where) == ("stock.correct_to_namesake", "number")
    assert "is known with MRP 25.65, expiry 01/2029" in explain(asked.value)
    assert corrects(stocked, number="AB12", confirmed=True).after.number == "AB12"


def test_the_printed_mrp_stays_the_most_it_is_sold_for(stocked: TestShop, clock: TurnedClock) -> None:
    def revise(mrp: str, day: date) -> None:
        command = ReviseMrp(item="PCM500", batch="AB21", mrp=Money.parse(mrp), from_date=day, reason="GST")
        with stocked.shop.database.write(stocked.actor) as uow:
            revise_mrp(uow, command)

    today = date(2026, 11, 20)
    revise("24.00", today)
    with stocked.refuses("stock.correct_below_revised", "mrp"):
        corrects(stocked, mrp="20.00")
    revise("19.00", today)
    revise("21.00", date(2027, 1, 1))
    with stocked.refuses("stock.correct_below_revised", "mrp"):
        corrects(stocked, mrp="20.00")
    corrects(stocked, mrp="21.00")
    assert prints(stocked)[0][2] == "19.00"
    clock.turn(days=60)
    assert prints(stocked)[0][2] == "21.00"
    stocked.books_agree()


def test_the_same_command_again_is_the_same_correction(stocked: TestShop) -> None:
    command = command_of(number="AB12")
    with stocked.shop.database.write(stocked.actor) as uow:
        first = correct_batch(uow, command)
    with stocked.shop.database.write(stocked.actor) as uow:
        assert correct_batch(uow, command) == first
    other = command.model_copy(update={"number": "AB13"})
    with stocked.refuses("stock.correction_reused"), stocked.shop.database.write(stocked.actor) as uow:
        correct_batch(uow, other)
    with stocked.shop.database.read() as session:
        assert len(batch_corrections(session, first.item_id)) == 1


def test_which_batch_packs_are_of_is_found_along_indexes(stocked: TestShop) -> None:
    done = corrects(stocked, number="AB12")
    printed = Printed(done.item_id, "ab 12", Expiry.parse("03/2027"), Money.parse("25.65"))
    plans = plans_of(stocked.shop.database, lambda session: batch_ids(session, [printed]))
    refuse_scans(plans)
    steps = [step for _, plan in plans for step in plan]
    assert any("ix_batch_correction_item_id (item_id=?)" in step for step in steps)
    assert any("ix_batch_now_item_id (item_id=?)" in step for step in steps)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE batch_now SET mrp_paise = 1", "batch_now"),
        ("UPDATE batch_now SET number = 'AB21'", "batch_now"),
        ("DELETE FROM batch_now", "batch_now"),
        ("UPDATE batch_correction SET number = 'Z'", "batch_correction"),
        ("UPDATE batch SET number = 'Z'", "batch"),
    ],
)
def test_tampering_is_found(stocked: TestShop, statement: str, table: str) -> None:
    corrects(stocked, number="AB12")
    with stocked.shop.database.writer.begin() as connection:
        for name in ("batch", "batch_correction"):
            connection.execute(text(f"DROP TRIGGER guard_{name}_update"))
        connection.execute(text(statement))
    found = {finding.table for finding in verify(stocked.shop.database).findings}
    assert table in found


def test_facts_of_a_correction_are_guarded(stocked: TestShop) -> None:
    corrects(stocked, number="AB12")
    with stocked.shop.database.read() as session:
        assert session.scalars(select(Batch.number)).all() == ["AB12"]
    for statement in ("UPDATE batch_correction SET reason = 'x'", "DELETE FROM batch_correction"):
        with pytest.raises(Exception, match="append-only"), stocked.shop.database.writer.begin() as connection:
            connection.execute(text(statement))


def test_a_number_that_was_corrected_before_is_told_so(stocked: TestShop) -> None:
    corrects(stocked, number="AB12")
    with stocked.refuses("stock.corrected_before", "batch"):
        corrects(stocked, number="AB12")
    with stocked.refuses("stock.unknown_batch"):
        corrects(stocked, "NEVER", number="AB12")
