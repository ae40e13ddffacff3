"""Debit notes that were issued wrongly and are taken back: as if they had never been, and both are in the books."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.boundary.frozen import load
from core.kernel.ids import new_id
from core.ledger.closing import close_books
from core.ledger.dto import CloseBooks
from core.ledger.open_items import balance_of, debits_ever, open_debits, settle_items
from core.purchasing.bill_dto import SettleMatch, SupplierBillView, TakeBackBill
from core.purchasing.bill_queries import list_supplier_bills
from core.purchasing.debit_dto import DebitNoteView, TakeBackDebitNote
from core.purchasing.debit_lots import lots_of_supplier, returnable_lots
from core.purchasing.debit_queries import claims_standing, list_debit_notes, open_claims, read_debit_note
from core.purchasing.debiting import issue_debit_note
from core.purchasing.matching import match_board, settle_match
from core.purchasing.standing import supplier_standing
from core.purchasing.taking_back import take_back_bill, take_back_debit_note
from tests.core.purchasing.support import balances, bought, pack
from tests.core.purchasing.test_debiting import back, command_of, debits, findings, rupees, short_bill
from tests.core.reporting.told import told
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

CLAIM = [{"bill": "S-101", "line": 1}]


def takes_back(shop: TestShop, number: str, reason: str = "wrong rate") -> DebitNoteView:
    with shop.shop.database.write(shop.actor) as uow:
        return take_back_debit_note(uow, TakeBackDebitNote(number=number, reason=reason))


def takes_bill_back(shop: TestShop, number: str = "S-101") -> SupplierBillView:
    with shop.shop.database.write(shop.actor) as uow:
        return take_back_bill(uow, TakeBackBill(supplier="Kerala Pharma", number=number, reason="typed wrongly"))


def settles() -> SettleMatch:
    settle = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "number": "S-101", "line": 1}
    return load(SettleMatch, {**settle, "kind": "quantity", "reason": "they send it later"})


def board(shop: TestShop) -> list[str]:
    with shop.shop.database.read() as session:
        return [one.kind for one in match_board(session, shop.actor)]


def test_goods_stand_in_their_lots_again_at_what_they_were_worth(buyer: TestShop) -> None:
    bill = bought(
        buyer, pack("PCM500", "10", free="1", rate="14.97"), pack("COUGH", mrp="80", rate="50"), total="682.19"
    )
    before = balances(buyer)
    with buyer.shop.database.read() as session:
        lots = lots_of_supplier(session, buyer.actor, bill.supplier_id)
    note = debits(buyer, returns=[back("37t"), back("2:2", why="damaged"), back("1", "COUGH")])
    assert balances(buyer) != before
    undone = takes_back(buyer, note.number.lower())
    assert undone.taken_back is not None
    assert (undone.taken_back.reason, undone.taken_back.username) == ("wrong rate", "owner")
    assert undone.model_copy(update={"taken_back": None}) == note  # what was written stays
    assert balances(buyer) == before
    with buyer.shop.database.read() as session:
        assert lots_of_supplier(session, buyer.actor, bill.supplier_id) == lots
        assert balance_of(session, "supplier", [bill.supplier_id]) == -bill.total
        assert open_debits(session, "supplier", [bill.supplier_id]) == []
        assert read_debit_note(session, buyer.actor, note.number) == undone
    buyer.books_agree()
    again = debits(buyer, returns=[back("37t")])
    assert (again.number, again.lines[0].total) == ("C1D/26-27/000002", note.lines[0].total)
    buyer.books_agree()


def test_a_rate_typed_wrongly_is_taken_back(buyer: TestShop) -> None:
    buyer.receives("PCM500", batch="OLD", packs=3)
    before = balances(buyer)
    note = debits(buyer, returns=[back("2", batch="OLD", rate="10000.00", gst="5")], confirmed=True)
    assert note.total == rupees("21000.00")
    takes_back(buyer, note.number)
    assert balances(buyer) == before
    assert debits(buyer, returns=[back("2", batch="OLD", rate="15.00", gst="5")]).total == rupees("31.50")
    buyer.books_agree()


def test_a_claim_may_be_asked_for_again_and_differs_on_the_board(buyer: TestShop) -> None:
    bill = short_bill(buyer)
    note = debits(buyer, claims=CLAIM)
    assert board(buyer) == []
    with buyer.shop.database.read() as session:
        assert not list_supplier_bills(session, buyer.actor).hits[0].differs
    takes_back(buyer, note.number)
    assert (board(buyer), balances(buyer)["claims"]) == (["quantity"], "31.50")
    with buyer.shop.database.read() as session:
        assert open_claims(session, bill.bill_id) == (1,)
        assert claims_standing(session, [bill.supplier_id]) == rupees("31.50")
        assert list_supplier_bills(session, buyer.actor).hits[0].differs
        assert supplier_standing(session, bill.supplier_id, date(2026, 11, 20)).differences == 1
    buyer.books_agree()
    assert debits(buyer, claims=CLAIM).total == note.total
    assert board(buyer) == []
    with buyer.shop.database.read() as session:
        assert supplier_standing(session, bill.supplier_id, date(2026, 11, 20)).differences == 0
    buyer.books_agree()


def test_what_somebody_settled_as_it_is_stays_settled(buyer: TestShop) -> None:
    short_bill(buyer)
    said = settles()
    with buyer.shop.database.write(buyer.actor) as uow:
        settle_match(uow, said)
    note = debits(buyer, claims=CLAIM)
    takes_back(buyer, note.number)
    assert board(buyer) == []
    second = debits(buyer, claims=CLAIM)
    with buyer.shop.database.write(buyer.actor) as uow:
        assert settle_match(uow, said) == rupees("0")
    takes_back(buyer, second.number)
    with buyer.shop.database.write(buyer.actor) as uow:
        assert settle_match(uow, said) == rupees("31.50")


def test_what_a_standing_note_settles_is_not_settled_beside_it(buyer: TestShop) -> None:
    short_bill(buyer)
    said = settles()
    note = debits(buyer, claims=CLAIM)
    with buyer.refuses("purchases.settled_already", "kind"), buyer.shop.database.write(buyer.actor) as uow:
        settle_match(uow, said)
    takes_back(buyer, note.number)
    with buyer.shop.database.write(buyer.actor) as uow:
        assert settle_match(uow, said) == rupees("31.50")
    assert board(buyer) == []
    buyer.books_agree()


def test_its_bill_may_be_taken_back_after_it(buyer: TestShop) -> None:
    short_bill(buyer)
    note = debits(buyer, claims=CLAIM, returns=[back("3")])
    with buyer.refuses("purchases.debited_already"):
        takes_bill_back(buyer)
    takes_back(buyer, note.number)
    takes_bill_back(buyer)
    assert set(balances(buyer)) == {"stock", "received"}
    buyer.books_agree()
    with buyer.refuses("debit_notes.not_billed", "returns.0.batch"):
        debits(buyer, returns=[back("1")])


def test_a_note_that_a_bill_set_off_waits_for_that_bill(buyer: TestShop) -> None:
    short_bill(buyer)
    note = debits(buyer, claims=CLAIM)
    off = [{"kind": "credit_note", "number": note.number, "amount": "10.00"}]
    bought(buyer, pack("PCM500", batch="C2"), total="158", number="S-102", set_offs=off)
    with buyer.refuses("debit_notes.set_off_by"):
        takes_back(buyer, note.number)
    takes_bill_back(buyer, "S-102")
    takes_back(buyer, note.number)
    buyer.books_agree()
    # no bill sets off what is asked back no more, nor takes its number for a credit note of the supplier's
    with buyer.refuses("purchases.set_off_taken_back", "head.set_offs.0"):
        bought(buyer, pack("PCM500", batch="C3"), total="158", number="S-103", set_offs=off)
    with buyer.shop.database.read() as session:
        assert debits_ever(session, "supplier", [note.supplier_id]) == []


def test_a_note_of_which_something_else_was_paid_is_not_taken_back(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    note = debits(buyer, returns=[back("2")])
    with buyer.shop.database.read() as session:
        (debit,) = open_debits(session, "supplier", [note.supplier_id])
    with buyer.shop.database.write(buyer.actor) as uow:
        receipt_of_money = new_id()
        settle_items(uow, receipt_of_money, uow.today, [(debit.item_id, -500)])
        write_event(uow, "a_payment.of_this_test", receipt_of_money)
    with buyer.refuses("debit_notes.settled_already"):
        takes_back(buyer, note.number)


def test_it_is_taken_back_once_on_an_open_day_and_where_it_is(buyer: TestShop, clock: TurnedClock) -> None:
    bought(buyer, pack("PCM500"), total="158")
    note = debits(buyer, returns=[back("2")])
    with buyer.refuses("debit_notes.no_such", "number"):
        takes_back(buyer, "C1D/26-27/000009")
    clock.turn(days=3)
    with buyer.shop.database.write(buyer.actor) as uow:
        close_books(uow, CloseBooks(through=uow.today))
    with buyer.refuses("ledger.day_closed"):
        takes_back(buyer, note.number)
    clock.turn(days=1)
    undone = takes_back(buyer, note.number)
    assert undone.taken_back is not None
    assert (undone.date, undone.taken_back.date) == (date(2026, 11, 20), date(2026, 11, 24))
    with buyer.refuses("debit_notes.taken_back_already"):
        takes_back(buyer, note.number)
    buyer.books_agree()


def test_the_command_that_issued_it_issues_no_other(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    command = command_of(returns=[back("1")])
    with buyer.shop.database.write(buyer.actor) as uow:
        number = issue_debit_note(uow, command).number
    undone = takes_back(buyer, number)
    with buyer.shop.database.write(buyer.actor) as uow:
        assert issue_debit_note(uow, command) == undone
    assert buyer.units("PCM500") == 100


def test_the_rest_of_a_line_comes_to_all_that_was_paid_whatever_was_taken_back(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", "1", rate="0.05"), total="0", confirmed=True)
    notes = [debits(buyer, returns=[back("1t")]) for _ in range(10)]
    for note in notes[1::2]:  # those of nothing: what stands asks more than its share already
        takes_back(buyer, note.number)
    buyer.books_agree()
    while buyer.units("PCM500"):
        notes.append(debits(buyer, returns=[back("1t")]))
        assert notes[-1].total >= rupees("0")
    buyer.books_agree()
    with buyer.shop.database.read() as session:
        standing = [read_debit_note(session, buyer.actor, note.number) for note in notes]
    asked = [note.taxable.paise for note in standing if note.taken_back is None]
    assert sum(asked) == 5


def test_lists_say_that_it_was_taken_back(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    first, second = debits(buyer, returns=[back("1")]), debits(buyer, returns=[back("1")])
    takes_back(buyer, first.number)
    with buyer.shop.database.read() as session:
        hits = list_debit_notes(session, buyer.actor).hits
    assert [(hit.number, hit.is_taken_back) for hit in hits] == [(second.number, False), (first.number, True)]


def test_reports_tell_of_each_day_what_stood_then(buyer: TestShop, clock: TurnedClock) -> None:
    short_bill(buyer)
    clock.turn(days=1)
    note = debits(buyer, claims=CLAIM, returns=[back("2")])
    clock.turn(days=1)
    takes_back(buyer, note.number, "the wrong batch")

    def claimed(day: str) -> list[object]:
        return [row for (row,) in told(buyer, "supplier-claims", "open", as_of=day)]

    assert [claimed(f"{day}-11-2026") for day in (20, 21, 22)] == [["31.50"], [], ["31.50"]]

    def taxed(days: str) -> dict[object, object]:
        rows = told(buyer, "input-tax", "kind cgst", days=days)
        return {kind: tax for kind, tax in rows if kind in {"Input tax", "Given back by debit notes"}}

    assert taxed("21-11-2026") == {"Input tax": "-0.75", "Given back by debit notes": "0.75"}
    assert taxed("22-11-2026") == {"Input tax": "0.75", "Given back by debit notes": "-0.75"}
    assert taxed("2026-11") == {"Input tax": "3.00"}
    trace = told(buyer, "batch-trace", "kind supplier supplier_bill in out balance", item="PCM500", batch="B7")
    assert trace[-2:] == [
        ("Returned to the supplier", "Kerala Pharma", note.number, "", "2:0", "6:0"),
        ("Return taken back", "Kerala Pharma", note.number, "2:0", "", "8:0"),
    ]
    book = told(buyer, "day-book", "number what particulars", days="22-11-2026")
    assert set(book) == {(note.number, "Debit note taken back", "Kerala Pharma: the wrong batch")}


def test_what_takes_back_is_read_along_indexes(buyer: TestShop) -> None:
    bill = short_bill(buyer)
    note = debits(buyer, claims=CLAIM)
    takes_back(buyer, note.number)

    def reads(session: Session) -> None:
        returnable_lots(session, buyer.actor, "PCM500", "B7")
        open_claims(session, bill.bill_id)
        list_debit_notes(session, buyer.actor)
        read_debit_note(session, buyer.actor, note.number)
        match_board(session, buyer.actor, bill.bill_id)

    refuse_scans(plans_of(buyer.shop.database, reads))


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM debit_note_reversal", "ledger_entry"),
        (
            "UPDATE open_item SET original_paise = -1, open_paise = -1 WHERE reverses_id IS NOT NULL",
            "debit_note",
        ),
        ("UPDATE stock_movement SET units = 29 WHERE document_kind = 'debit_note_reversal'", "debit_note_line"),
        ("UPDATE stock_movement SET cost_paise = 1 WHERE document_kind = 'debit_note_reversal'", "debit_note_line"),
        ("DELETE FROM ledger_entry WHERE document_kind = 'debit_note_reversal'", "ledger_entry"),
    ],
)
def test_tampering_is_found(buyer: TestShop, statement: str, table: str) -> None:
    short_bill(buyer)
    note = debits(buyer, claims=CLAIM, returns=[back("3")])
    takes_back(buyer, note.number)
    assert findings(buyer) == []
    with buyer.shop.database.writer.begin() as connection:
        for name in ("debit_note_reversal", "stock_movement", "open_item", "ledger_entry"):
            for what in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER guard_{name}_{what}"))
        connection.execute(text(statement))
    assert any(said.startswith(table) for said in findings(buyer)), findings(buyer)


def test_units_come_back_to_where_they_stood(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", "4"), total="63")
    bought(buyer, pack("PCM500", "4", rate="20"), total="84", number="S-102")
    with buyer.shop.database.read() as session:
        cheap, dear = returnable_lots(session, buyer.actor, "PCM500", "B7")
    note = debits(buyer, returns=[back("4", lot=str(cheap.lot_id)), back("1", lot=str(dear.lot_id))])
    buyer.bills(("PCM500", "2"))
    takes_back(buyer, note.number)
    with buyer.shop.database.read() as session:
        stand = returnable_lots(session, buyer.actor, "PCM500", "B7")
    assert {lot.lot_id: lot.units for lot in stand} == {cheap.lot_id: 40, dear.lot_id: 20}
    assert balances(buyer)["stock"] == "100.00"
    buyer.books_agree()
