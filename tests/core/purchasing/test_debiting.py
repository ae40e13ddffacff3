"""Debit notes: claims that are settled, goods that go back at what was paid for them, books that tell the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.app.verify import verify
from core.boundary.frozen import load
from core.inventory.batch_dto import CorrectBatch, HoldBatch
from core.inventory.correcting import correct_batch
from core.inventory.holding import hold_batch
from core.kernel.errors import NeedsConfirmation
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.open_items import balance_of, open_debits
from core.purchasing.bill_dto import SettleMatch, SupplierBillView, TakeBackBill
from core.purchasing.debit_dto import DebitNoteView, DebitWhy, IssueDebitNote
from core.purchasing.debit_lots import lots_of_supplier, returnable_lots
from core.purchasing.debit_queries import debit_note_view, list_debit_notes, open_claims, read_debit_note
from core.purchasing.debiting import issue_debit_note
from core.purchasing.matching import match_board, settle_match
from core.purchasing.taking_back import take_back_bill
from tests.core.purchasing.support import balances, bought, enters, pack, receives, supplier
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop


def command_of(supplier: str = "Kerala Pharma", **more: Any) -> IssueDebitNote:
    return load(IssueDebitNote, {"command_id": str(new_id()), "supplier": supplier, "reason": "as we spoke", **more})


def debits(shop: TestShop, supplier: str = "Kerala Pharma", **more: Any) -> DebitNoteView:
    with shop.shop.database.write(shop.actor) as uow:
        return issue_debit_note(uow, command_of(supplier, **more))


def back(quantity: str = "2", item: str = "PCM500", batch: str = "B7", why: str = "expired", **more: Any) -> Any:
    return {"item": item, "batch": batch, "quantity": quantity, "why": why, **more}


def rupees(text: str) -> Money:
    return Money.parse(text)


def short_bill(shop: TestShop) -> SupplierBillView:
    return bought(shop, pack("PCM500", "10", short="2"), total="158", match_reason="two strips short")


def findings(shop: TestShop) -> list[str]:
    return [f"{one.table} {one.detail}" for one in verify(shop.shop.database).findings if "purchase" in one.code]


def test_a_claim_is_settled_and_leaves_the_match_board(buyer: TestShop) -> None:
    bill = short_bill(buyer)
    note = debits(buyer, claims=[{"bill": "S-101", "line": 1}])
    (line,) = note.lines
    assert (note.number, line.why, line.units) == ("C1D/26-27/000001", DebitWhy.MISSING, 20)
    assert (line.taxable, line.cgst, line.sgst, note.total) == tuple(map(rupees, ("30.00", "0.75", "0.75", "31.50")))
    said = balances(buyer)
    # its GST was never input tax, so nothing of that is reversed
    assert ("claims" in said, said["creditors"], said["tax.input.cgst"]) == (False, "-126.50", "3.00")
    with buyer.shop.database.read() as session:
        assert match_board(session, buyer.actor) == []
        (debit,) = open_debits(session, "supplier", [bill.supplier_id])
    assert (debit.kind, debit.number, debit.left) == ("debit_note", note.number, rupees("31.50"))
    buyer.books_agree()
    with buyer.refuses("debit_notes.claimed_already", "claims.0.line"):
        debits(buyer, claims=[{"bill": "S-101", "line": 1}])


def test_a_claim_twice_in_one_note_is_named_so(buyer: TestShop) -> None:
    short_bill(buyer)
    with buyer.refuses("debit_notes.claim_twice", "claims.1.line"):
        debits(buyer, claims=[{"bill": "S-101", "line": 1}, {"bill": "S-101", "line": 1}])
    assert debits(buyer, claims=[{"bill": "S-101", "line": 1}]).total == rupees("31.50")


def test_a_claim_that_a_credit_note_took_off_a_bill_is_asked_about(buyer: TestShop) -> None:
    short_bill(buyer)
    theirs = [{"kind": "credit_note", "number": "CN/9", "amount": "20.00"}]
    bought(buyer, pack("PCM500", batch="C2"), total="158", number="S-102", set_offs=theirs)
    claims = [{"bill": "S-101", "line": 1}]
    with pytest.raises(NeedsConfirmation) as asked:
        debits(buyer, claims=claims)
    assert asked.value.values == {"supplier": "Kerala Pharma", "claim": rupees("31.50"), "open": rupees("11.50")}
    assert debits(buyer, claims=claims, confirmed=True).total == rupees("31.50")
    assert balances(buyer)["claims"] == "-20.00"
    buyer.books_agree()


def test_a_note_says_a_batch_as_it_was_put_right(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", short="2"), pack("COUGH"), total="315", match_reason="short")
    before = debits(buyer, returns=[back()])
    said = {"command_id": str(new_id()), "item": "PCM500", "batch": "B7", "number": "AB12", "reason": "mistyped"}
    with buyer.shop.database.write(buyer.actor) as uow:
        correct_batch(uow, load(CorrectBatch, said))
    after = debits(buyer, claims=[{"bill": "S-101", "line": 1}], returns=[back("1", batch="AB12")])
    assert [line.batch_number for line in after.lines] == ["AB12", "AB12"]
    with buyer.shop.database.read() as session:
        (line,) = debit_note_view(session, before.note_id).lines
    assert line.batch_number == "B7"
    assert line.corrected is not None
    assert line.corrected.number == "AB12"


def test_a_typed_price_above_the_mrp_is_asked_about(buyer: TestShop) -> None:
    buyer.receives("OLD", batch="A1", mrp="25.65", packs=10, manufacturer="Cipla")
    dear = {"item": "OLD", "batch": "A1", "quantity": "1", "why": "recall", "rate": "10000", "gst": "5"}
    with pytest.raises(NeedsConfirmation) as asked:
        debits(buyer, returns=[dear])
    assert (asked.value.code, asked.value.where) == ("debit_notes.rate_above_mrp", "returns.0.rate")
    with buyer.refuses("items.no_gst_rate", "returns.0.gst"):
        debits(buyer, returns=[{**dear, "gst": "7"}])
    assert debits(buyer, returns=[dear], confirmed=True).total == rupees("10500")
    assert debits(buyer, returns=[{**dear, "rate": "20"}]).total == rupees("21.00")


def test_goods_go_back_by_the_number_that_was_put_right(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    said = {"command_id": str(new_id()), "item": "PCM500", "batch": "B7", "number": "AB12", "reason": "mistyped"}
    with buyer.shop.database.write(buyer.actor) as uow:
        correct_batch(uow, load(CorrectBatch, said))
    with buyer.shop.database.read() as session:
        for number in ("B7", "AB12"):
            (lot,) = returnable_lots(session, buyer.actor, "PCM500", number)
            assert lot.batch_number == "AB12"
    assert debits(buyer, returns=[back("1", batch="B7")]).lines[0].batch_number == "AB12"


def test_a_claim_that_was_taken_as_it_is_may_still_be_asked_for(buyer: TestShop) -> None:
    short_bill(buyer)
    settle = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "number": "S-101", "line": 1}
    with buyer.shop.database.write(buyer.actor) as uow:
        said = load(SettleMatch, {**settle, "kind": "quantity", "reason": "they send it later"})
        assert settle_match(uow, said) == rupees("31.50")
    assert debits(buyer, claims=[{"bill": "S-101", "line": 1}]).total == rupees("31.50")
    with buyer.shop.database.write(buyer.actor) as uow:
        assert settle_match(uow, said) == rupees("0")
    buyer.books_agree()


def test_goods_go_back_at_their_share_with_their_gst(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", "10", free="1"), total="158")
    note = debits(buyer, returns=[back("2:2")])  # 22 of 110 units: a fifth of 150 and of its GST
    (line,) = note.lines
    assert (line.taxable, line.cgst, line.sgst, line.cost) == tuple(map(rupees, ("30.00", "0.75", "0.75", "30.00")))
    assert (line.bill_number, str(line.billed_on), line.is_recoverable) == ("S-101", "2026-11-20", True)
    assert balances(buyer) == {
        "stock": "120.00",
        "tax.input.cgst": "3.00",
        "tax.input.sgst": "3.00",
        "round_off.purchases": "0.50",
        "creditors": "-126.50",
    }
    assert buyer.units("PCM500") == 88
    buyer.books_agree()


def test_returns_of_one_lot_come_to_all_that_was_paid_and_no_more(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", "10", free="1", rate="14.97"), total="157.19")
    notes = [debits(buyer, returns=[back("37t"), back("1t", why="damaged")]), debits(buyer, returns=[back("71t")])]
    notes.append(debits(buyer, returns=[back("1t")]))
    lines = [line for note in notes for line in note.lines]
    assert sum(line.units for line in lines) == 110
    assert Money.total(line.taxable for line in lines) == rupees("149.70")
    assert Money.total(line.cgst for line in lines) == rupees("3.74")
    said = balances(buyer)
    assert not {"stock", "tax.input.cgst", "tax.input.sgst", "cost_of_sales.settled"} & said.keys()
    buyer.books_agree()
    with buyer.refuses("debit_notes.nothing_stands", "returns.0.batch"):
        debits(buyer, returns=[back("1t")])


def test_what_freight_and_later_discounts_make_of_it(buyer: TestShop) -> None:
    bought(
        buyer, pack("PCM500"), cash_discount="15", discounts_before_tax=False, freight="20", total="163"
    )  # 150 + 7.50 - 15 + 20 = 162.50
    note = debits(buyer, returns=[back("5")])
    (line,) = note.lines
    assert (line.taxable, line.discount, line.tax, line.total) == tuple(map(rupees, ("75.00", "7.50", "3.76", "71.26")))
    # freight is nobody else's: half of it is what the returned goods cost the shop
    assert (line.cost, balances(buyer)["cost_of_sales.settled"]) == (rupees("77.50"), "10.00")
    buyer.books_agree()


def test_gst_that_was_no_input_tax_comes_back_and_is_not_reversed(shop: TestShop) -> None:
    made = TestShop.create(shop.shop.folder.parent / "other", shop.clock, registration="composition")
    made.adds("PCM500", manufacturer="Cipla")
    supplier(made, gstin="32AAACK9110F1Z2")
    bought(made, pack("PCM500"), total="157.50")
    note = debits(made, returns=[back("10")])
    assert (note.taxable, note.tax, note.total) == (rupees("150.00"), rupees("7.50"), rupees("157.50"))
    assert balances(made) == {}
    made.books_agree()
    made.close()


def test_expired_and_held_packs_go_back(buyer: TestShop, clock: TurnedClock) -> None:
    bought(buyer, pack("PCM500", expiry="11/2026"), total="158")
    with buyer.shop.database.write(buyer.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch="B7", reason="recalled by the maker"))
    debits(buyer, returns=[back("1", why="recall")])
    clock.turn(days=12)
    with buyer.refuses("stock.rest_expired"):
        buyer.bills(("PCM500", "1"))
    debits(buyer, returns=[back("9")])
    assert buyer.stock("PCM500").batches == ()
    buyer.books_agree()


def test_a_bill_sets_the_note_off_by_its_number(buyer: TestShop) -> None:
    bill = bought(buyer, pack("PCM500"), total="158")
    note = debits(buyer, returns=[back("2")])
    set_off = {"kind": "credit_note", "number": note.number.lower(), "amount": "31.50"}
    later = bought(buyer, pack("PCM500", batch="B8"), total="158", number="S-102", set_offs=[set_off])
    assert (later.payable, later.set_offs[0].is_known) == (rupees("126.50"), True)
    with buyer.shop.database.read() as session:
        assert open_debits(session, "supplier", [bill.supplier_id]) == []
        assert balance_of(session, "supplier", [bill.supplier_id]) == -rupees("284.50")
    buyer.books_agree()
    again = {**set_off, "amount": "1"}
    with buyer.refuses("purchases.set_off_spent", "head.set_offs.0"):
        bought(buyer, pack("PCM500", batch="B9"), total="158", number="S-103", set_offs=[again])
    theirs = {**again, "number": "CN/77"}
    bought(buyer, pack("PCM500", batch="B9"), total="158", number="S-103", set_offs=[theirs], confirmed=True)
    assert balances(buyer)["claims"] == "-1.00"  # the books know of no such credit


def test_a_note_is_set_off_once_and_by_its_supplier_alone(buyer: TestShop) -> None:
    short_bill(buyer)
    note = debits(buyer, claims=[{"bill": "S-101", "line": 1}])
    off = [{"kind": "credit_note", "number": note.number.lower(), "amount": "31.50"}]
    supplier(buyer, "Malabar Drugs")
    with buyer.refuses("purchases.set_off_of_other", "head.set_offs.0"):
        bought(buyer, pack("PCM500", batch="C1"), total="150", number="M-1", supplier="Malabar Drugs", set_offs=off)
    bought(buyer, pack("PCM500", batch="C2"), total="158", number="S-102", set_offs=off)
    with buyer.refuses("purchases.set_off_spent", "head.set_offs.0"):
        bought(buyer, pack("PCM500", batch="C3"), total="158", number="S-103", set_offs=off)
    buyer.books_agree()


def test_a_note_is_set_off_by_its_number_as_numbers_are_typed(buyer: TestShop) -> None:
    bill = bought(buyer, pack("PCM500"), total="158")
    note = debits(buyer, returns=[back("2")])
    off = [{"kind": "credit_note", "number": "c1d/26-27/1", "amount": "31.50"}]
    later = bought(buyer, pack("PCM500", batch="B8"), total="158", number="S-102", set_offs=off)
    assert [(one.number, one.is_known) for one in later.set_offs] == [(note.number, True)]
    with buyer.shop.database.read() as session:
        assert open_debits(session, "supplier", [bill.supplier_id]) == []
    buyer.books_agree()


def test_which_lot_is_meant_must_be_said(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", "4"), total="63")
    second = receives(buyer, pack("PCM500", "3"))
    enters(buyer, second, {"rate": "15"}, total="47.25", number="S-102")
    with buyer.refuses("debit_notes.which_lot", "returns.0.receipt"):
        debits(buyer, returns=[back("1")])
    with buyer.refuses("debit_notes.too_few", "returns.0.quantity"):
        debits(buyer, returns=[back("4", receipt=second.number)])
    with buyer.refuses("debit_notes.no_such_lot", "returns.0.receipt"):
        debits(buyer, returns=[back("1", receipt="C1G/26-27/000009")])
    with buyer.refuses("debit_notes.no_such_lot", "returns.0.receipt"):
        debits(buyer, returns=[back("1", receipt=second.number, receipt_line=2)])
    typed = "c1g/26-27/2"  # as numbers are typed: in any case, without zeros
    debits(buyer, returns=[back("3", receipt=typed, receipt_line=1)])
    with buyer.shop.database.read() as session:
        (left,) = returnable_lots(session, buyer.actor, "PCM500", "b7")
    assert (left.units, left.bill_number) == (40, "S-101")
    debits(buyer, returns=[back("1", lot=str(left.lot_id))])
    buyer.books_agree()


def test_what_cannot_go_back_is_refused(buyer: TestShop) -> None:
    bill = bought(buyer, pack("COUGH", "4", mrp="80", rate="50"), total="210", number="S-9")
    unbilled = receives(buyer, pack("PCM500"))
    supplier(buyer, "Malabar Drugs")
    for code, supplier_name, more in (
        ("debit_notes.not_billed", "Kerala Pharma", {"returns": [back("1")]}),
        ("debit_notes.lot_of_other", "Malabar Drugs", {"returns": [back("1")]}),
        ("debit_notes.too_few", "Kerala Pharma", {"returns": [back("4", "COUGH"), back("1", "COUGH")]}),
        ("debit_notes.priced_by_bill", "Kerala Pharma", {"returns": [back("1", "COUGH", rate="10", gst="5")]}),
        ("stock.unknown_batch", "Kerala Pharma", {"returns": [back("1", batch="Q9")]}),
        ("sales.no_such_item", "Kerala Pharma", {"returns": [back("1", "NOPE")]}),
        ("debit_notes.no_claim", "Kerala Pharma", {"claims": [{"bill": bill.number, "line": 1}]}),
        ("debit_notes.no_such_line", "Kerala Pharma", {"claims": [{"bill": bill.number, "line": 2}]}),
        ("purchases.no_such", "Kerala Pharma", {"claims": [{"bill": "S-404", "line": 1}]}),
    ):
        with buyer.refuses(code):
            debits(buyer, supplier_name, **more)
    assert unbilled.number
    with buyer.refuses("debit_notes.nothing"):
        debits(buyer)
    with buyer.refuses("debit_notes.not_missing"):
        debits(buyer, returns=[back("1", why="missing")])


def test_stock_of_before_goes_back_at_a_typed_price(buyer: TestShop) -> None:
    buyer.receives("PCM500", batch="OLD", packs=3)
    with buyer.refuses("debit_notes.no_price", "returns.0.rate"):
        debits(buyer, returns=[back("2", batch="OLD")])
    with buyer.refuses("debit_notes.billed_in_future", "returns.0.billed_on"):
        debits(buyer, returns=[back("2", batch="OLD", rate="14", gst="5", billed_on="2027-01-01")])
    paper = {"rate": "14.00", "gst": "5", "bill": "K-77", "billed_on": "2026-01-09"}
    note = debits(buyer, returns=[back("2", batch="OLD", **paper)])
    (line,) = note.lines
    assert (line.taxable, line.cgst, line.bill_number, str(line.billed_on)) == (
        rupees("28.00"), rupees("0.70"), "K-77", "2026-01-09",
    )  # fmt: skip
    assert (balances(buyer)["creditors"], balances(buyer)["cost_of_sales.settled"]) == ("29.40", "2.00")
    buyer.books_agree()


def test_a_bill_with_a_debit_note_is_not_taken_back(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    debits(buyer, returns=[back("1")])
    command = TakeBackBill(supplier="Kerala Pharma", number="S-101", reason="typed wrongly")
    with buyer.refuses("purchases.debited_already"), buyer.shop.database.write(buyer.actor) as uow:
        take_back_bill(uow, command)


def test_the_same_command_again_is_the_same_note(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    command = command_of(returns=[back("1")])
    with buyer.shop.database.write(buyer.actor) as uow:
        first = issue_debit_note(uow, command)
    with buyer.shop.database.write(buyer.actor) as uow:
        assert issue_debit_note(uow, command) == first
    other = command.model_copy(update={"reason": "another one"})
    with buyer.refuses("debit_notes.command_reused"), buyer.shop.database.write(buyer.actor) as uow:
        issue_debit_note(uow, other)
    assert buyer.units("PCM500") == 90


def test_notes_are_listed_and_found_by_their_number(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    first, second = debits(buyer, returns=[back("1")]), debits(buyer, returns=[back("1")])
    with buyer.shop.database.read() as session:
        page = list_debit_notes(session, buyer.actor, limit=1)
        rest = list_debit_notes(session, buyer.actor, supplier_id=first.supplier_id, after=page.end)
        assert read_debit_note(session, buyer.actor, "c1d/26-27/1") == first
    assert [[hit.number for hit in part.hits] for part in (page, rest)] == [[second.number], [first.number]]
    assert rest.end is None


def test_lots_and_notes_are_read_along_indexes(buyer: TestShop) -> None:
    bill = bought(buyer, pack("PCM500"), total="158")
    note = debits(buyer, returns=[back("1")])

    def reads(session: Session) -> None:
        returnable_lots(session, buyer.actor, "PCM500", "B7")
        lots_of_supplier(session, buyer.actor, note.supplier_id)
        open_claims(session, bill.bill_id)
        list_debit_notes(session, buyer.actor)
        list_debit_notes(session, buyer.actor, supplier_id=note.supplier_id)
        read_debit_note(session, buyer.actor, note.number)

    plans = plans_of(buyer.shop.database, reads)
    refuse_scans(plans)
    steps = [step for _, plan in plans for step in plan]
    assert any("ix_debit_note_on_date" in step for step in steps)
    assert any("ix_debit_note_supplier_id (supplier_id=?" in step for step in steps)
    assert any("ix_goods_receipt_line_lot_id (lot_id=?)" in step for step in steps)


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE debit_note_line SET taxable_paise = taxable_paise + 100", "debit_note"),
        ("UPDATE debit_note SET total_paise = total_paise + 100", "debit_note"),
        ("UPDATE open_item SET original_paise = 1, open_paise = 1 WHERE kind = 'debit_note'", "debit_note"),
        ("UPDATE debit_note_line SET units = 1 WHERE kind = 'return'", "debit_note_line"),
        ("UPDATE debit_note_line SET cost_paise = 1 WHERE kind = 'return'", "debit_note_line"),
        ("UPDATE debit_note_line SET kind = 'claim'", "ledger_entry"),
        ("UPDATE debit_note_line SET is_recoverable = 0", "ledger_entry"),
        ("UPDATE ledger_entry SET amount_paise = 0 WHERE account = 'claims' AND amount_paise < 0", "ledger_entry"),
        ("UPDATE supplier_bill_line SET missing_units = 10, claim_paise = 1575 WHERE line = 1", "debit_note_line"),
        ("UPDATE debit_note_line SET units = 900 WHERE kind = 'return'", "debit_note_line"),
        ("DELETE FROM debit_note_line", "debit_note"),
    ],
)
def test_tampering_is_found(buyer: TestShop, statement: str, table: str) -> None:
    short_bill(buyer)
    debits(buyer, claims=[{"bill": "S-101", "line": 1}], returns=[back("3")])
    assert findings(buyer) == []
    with buyer.shop.database.writer.begin() as connection:
        for name in ("debit_note", "debit_note_line", "open_item", "ledger_entry", "supplier_bill_line"):
            for what in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER guard_{name}_{what}"))
        connection.execute(text(statement))
    assert any(said.startswith(table + " ") for said in findings(buyer)), findings(buyer)
