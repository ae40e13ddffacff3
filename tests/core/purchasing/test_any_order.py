"""Goods, bills, sales, debit notes and what takes them back, in any legal order: everything adds up after each step."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.boundary.frozen import load
from core.inventory.awaiting import open_awaited
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent, Rate
from core.ledger.open_items import open_debits
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.bill_dto import SupplierBillView, TakeBackBill
from core.purchasing.debit_dto import DebitKind, DebitNoteLineView, DebitNoteView, IssueDebitNote, TakeBackDebitNote
from core.purchasing.debit_lots import lots_of_supplier
from core.purchasing.debit_queries import open_claims
from core.purchasing.debiting import issue_debit_note
from core.purchasing.receipt_dto import ReceiptView, TakeBackReceipt
from core.purchasing.receipt_queries import receipt_view
from core.purchasing.taking_back import take_back_bill, take_back_debit_note, take_back_receipt
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.tax.domain import split_exclusive
from tests.conftest import NOON
from tests.core.purchasing.support import balances, bought, enters, item_id, pack, receives, supplier
from tests.core.reporting.told import told
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

#: Of a step that cannot be taken where things stand.
_LEGAL = {
    "receipts.moved",
    "receipts.billed_already",
    "stock.not_enough",
    "stock.batch_is_there",
    "purchases.debited_already",
    "debit_notes.not_billed",
    "debit_notes.set_off_by",
}
ITEMS = ("PCM500", "COUGH")

lines = st.fixed_dictionaries(
    {
        "item": st.sampled_from(ITEMS),
        "quantity": st.integers(1, 12).map(str),
        "free": st.integers(0, 3).map(str),
        "short": st.integers(0, 2).map(str),
        "batch": st.sampled_from(["B1", "B2"]),
        "rate": st.sampled_from(["0.01", "3.33", "15.00", "19.99"]),
        # whose GST is an odd number of paise, as a bill prints it that rounds it whole
        "odd": st.sampled_from(["", "cgst", "sgst"]),
    }
).filter(lambda line: int(line["short"]) < int(line["quantity"]) + int(line["free"]))
#: What is done with debit notes, and what stands in its way: of all steps in a row few would meet a note.
notes_and_more = st.one_of(
    st.tuples(st.just("undo_note"), st.integers(0, 9)),
    st.tuples(st.just("send_back"), st.tuples(st.integers(0, 9), st.integers(1, 40))),
    st.tuples(st.just("claim"), st.integers(0, 9)),
    st.tuples(st.just("set_off"), st.tuples(st.integers(0, 9), st.integers(1, 100))),
    st.tuples(st.just("undo_bill"), st.integers(0, 9)),
    st.tuples(st.just("sell"), st.tuples(st.just("PCM500"), st.integers(1, 40))),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("bill"), st.sampled_from(["0.07", "14.90", "20.00"])),
)
steps = st.one_of(
    st.tuples(st.just("receive"), st.lists(lines, min_size=1, max_size=3)),
    st.tuples(st.just("buy"), st.lists(lines, min_size=1, max_size=3)),
    st.tuples(st.just("bill"), st.sampled_from(["0.07", "14.90", "20.00"])),
    st.tuples(st.just("sell"), st.tuples(st.sampled_from(ITEMS), st.integers(1, 40))),
    st.tuples(st.just("sell_in_hand"), st.tuples(st.sampled_from(["B1", "B2"]), st.integers(1, 40))),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("undo_receipt"), st.integers(0, 9)),
    st.tuples(st.just("undo_bill"), st.integers(0, 9)),
    notes_and_more,
)


@dataclass
class Story:
    """A shop and what should stand in it: what was accepted, sold and sent back of each item, what is asked by whom."""

    shop: TestShop
    receipts: list[ReceiptView] = field(default_factory=list)
    bills: list[SupplierBillView] = field(default_factory=list)
    sales: list[BillView] = field(default_factory=list)
    notes: list[DebitNoteView] = field(default_factory=list)
    numbers: int = 0

    def takes(self, step: str, said: Any) -> None:
        try:
            getattr(self, step)(said)
        except RuleBroken as broken:
            if broken.code not in _LEGAL:
                raise

    def receive(self, said: list[dict[str, str]]) -> None:
        self.receipts.append(receives(self.shop, *(self._line(line) for line in said), confirmed=True))

    def buy(self, said: list[dict[str, str]]) -> None:
        total = self._total((line["rate"], int(line["quantity"])) for line in said)
        bill = bought(
            self.shop,
            *(self._printed(line) for line in said),
            total=total,
            number=self._number(),
            confirmed=True,
            match_reason="as it is",
        )
        self.bills.append(bill)
        with self.shop.shop.database.read() as session:
            self.receipts.append(receipt_view(session, bill.lines[0].receipt_id))

    def bill(self, rate: str) -> None:
        asked = {line.receipt_id for bill in self.bills for line in bill.lines}
        receipt = next((one for one in self.receipts if one.receipt_id not in asked), None)
        if receipt is None:
            return
        total = self._total((rate, line.billed_units // line.pieces_per_pack) for line in receipt.lines)
        said = ({"rate": rate} for _ in receipt.lines)
        bill = enters(self.shop, receipt, *said, total=total, number=self._number(), reason="as it is", confirmed=True)
        self.bills.append(bill)

    def sell(self, said: tuple[str, int]) -> None:
        self.sales.append(self.shop.bills((said[0], f"{said[1]}t")))

    def sell_in_hand(self, said: tuple[str, int]) -> None:
        strip = {"batch": said[0], "expiry": "12/2028", "mrp": "25.65"}
        self.sales.append(self.shop.bills({"item": "PCM500", "quantity": f"{said[1]}t", "awaiting": strip}))

    def cancel(self, which: int) -> None:
        if self.sales:
            sale = self.sales[which % len(self.sales)]
            with self.shop.shop.database.write(self.shop.actor) as uow:
                cancel_bill(uow, CancelBill(number=sale.number, reason="wrong"))
            self.sales.remove(sale)

    def undo_receipt(self, which: int) -> None:
        if self.receipts:
            receipt = self.receipts[which % len(self.receipts)]
            with self.shop.shop.database.write(self.shop.actor) as uow:
                take_back_receipt(uow, TakeBackReceipt(number=receipt.number, reason="wrong"))
            self.receipts.remove(receipt)

    def undo_bill(self, which: int) -> None:
        if self.bills:
            bill = self.bills[which % len(self.bills)]
            command = TakeBackBill(supplier="Kerala Pharma", number=bill.number, reason="wrong")
            with self.shop.shop.database.write(self.shop.actor) as uow:
                take_back_bill(uow, command)
            self.bills.remove(bill)

    def claim(self, which: int) -> None:
        """Ask back all that one of the bills claims and no note asks back."""
        if not self.bills:
            return
        bill = self.bills[which % len(self.bills)]
        with self.shop.shop.database.read() as session:
            lines = open_claims(session, bill.bill_id)
        if lines:
            self._debit(claims=[{"bill": bill.number, "line": line} for line in lines])

    def send_back(self, said: tuple[int, int]) -> None:
        """Send some of a standing lot back, and the rest of it where less stands."""
        which, units = said
        with self.shop.shop.database.read() as session:
            lots = lots_of_supplier(session, self.shop.actor, find_party(session, PartyKind.SUPPLIER, "Kerala Pharma"))
        if lots:
            lot = lots[which % len(lots)]
            quantity = f"{min(units, lot.units)}t"
            back = {"item": lot.item_code, "batch": lot.batch_number, "quantity": quantity, "why": "damaged"}
            self._debit(returns=[{**back, "lot": str(lot.lot_id)}])

    def set_off(self, said: tuple[int, int]) -> None:
        """Buy goods whose bill takes a part of what is left of a note off itself."""
        which, percent = said
        with self.shop.shop.database.read() as session:
            ids = [find_party(session, PartyKind.SUPPLIER, "Kerala Pharma")]
            debits = [debit for debit in open_debits(session, "supplier", ids) if debit.left]
        if not debits:
            return
        debit = debits[which % len(debits)]
        packs = debit.left.paise // 1500 + 1  # a bill of more than is set off
        amount = Money(max(1, debit.left.paise * percent // 100))
        off = [{"kind": "credit_note", "number": debit.number, "amount": str(amount)}]
        line = self._line({"item": "PCM500", "quantity": str(packs), "rate": "15.00"})
        total = self._total([("15.00", packs)])
        bill = bought(self.shop, line, total=total, number=self._number(), confirmed=True, set_offs=off)
        self.bills.append(bill)
        with self.shop.shop.database.read() as session:
            self.receipts.append(receipt_view(session, bill.lines[0].receipt_id))

    def undo_note(self, which: int) -> None:
        if self.notes:
            note = self.notes[which % len(self.notes)]
            with self.shop.shop.database.write(self.shop.actor) as uow:
                take_back_debit_note(uow, TakeBackDebitNote(number=note.number, reason="wrong"))
            self.notes.remove(note)

    def _debit(self, **asked: Any) -> None:
        command = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "reason": "as we spoke", **asked}
        with self.shop.shop.database.write(self.shop.actor) as uow:
            self.notes.append(issue_debit_note(uow, load(IssueDebitNote, command)))

    def adds_up(self) -> None:
        """Stock, dues and input tax are what stands of the documents, and the program's own proof agrees."""
        self.shop.books_agree()
        with self.shop.shop.database.read() as session:
            came = [line for one in self.receipts for line in receipt_view(session, one.receipt_id).lines]
            waiting = {
                code: sum(each.units for each in open_awaited(session, [item_id(self.shop, code)])) for code in ITEMS
            }
        for code in ITEMS:
            accepted = sum(line.accepted_units for line in came if line.item_code == code)
            sold = sum(line.units for sale in self.sales for line in sale.lines if line.item_code == code)
            back = sum(line.units for line in self._sent_back() if line.item_code == code)
            # what was sold and has not come is awaited: no unit appears or is lost
            assert self.shop.units(code) - waiting[code] == accepted - sold - back
        books = balances(self.shop)
        asked = Money.total(note.total for note in self.notes)
        assert books.get("creditors", "0.00") == str(asked - Money.total(bill.total for bill in self.bills))
        claimed = Money.total(line.claim for bill in self.bills for line in bill.lines)
        open_claim = claimed - Money.total(line.total for line in self._lines_of(DebitKind.CLAIM))
        assert books.get("claims", "0.00") == str(open_claim)
        said = told(self.shop, "supplier-claims", "open", as_of="20-11-2026")
        assert Money.total(Money.parse(paise) for (paise,) in said) == open_claim
        for head in ("cgst", "sgst"):
            tax = Money(sum(_recovered(bill, head) for bill in self.bills))
            tax -= Money.total(getattr(line, head) for line in self._sent_back())
            assert books.get(f"tax.input.{head}", "0.00") == str(tax)
            reported = told(self.shop, "input-tax", f"kind {head}", days="2026-11")
            assert Money.total(Money.parse(paise) for kind, paise in reported if kind == "Input tax") == tax
        # all that is paid for, or will be, is on the shelf or was sold, or is asked back; what was sold before is taken
        # off again
        unbilled = -Money.parse(books.get("received", "0.00"))
        paid = Money.total(line.cost for bill in self.bills for line in bill.lines)
        paid -= Money.total(line.taxable - line.discount for line in self._sent_back())
        gone = (
            Money.parse(books.get(account, "0.00"))
            for account in ("stock", "cost_of_sales", "cost_of_sales.settled", "awaited")
        )
        assert Money.total(gone) == paid + unbilled

    def _sent_back(self) -> list[DebitNoteLineView]:
        return self._lines_of(DebitKind.RETURN)

    def _lines_of(self, kind: DebitKind) -> list[DebitNoteLineView]:
        return [line for note in self.notes for line in note.lines if line.kind is kind]

    def _line(self, line: dict[str, str]) -> dict[str, Any]:
        said = {name: value for name, value in line.items() if name not in {"item", "odd"}}
        return pack(line["item"], **said)

    def _printed(self, line: dict[str, str]) -> dict[str, Any]:
        """Return a line with its GST as a bill prints it, a paisa less in one half where that is odd."""
        value = Rate.parse(line["rate"]).times(int(line["quantity"]))
        half = split_exclusive(value, GstTreatment.TAXABLE, Percent(500), TaxType.INTRA).cgst
        less = {"cgst": "sgst", "sgst": "cgst"}.get(line["odd"])
        if less is None or not half:
            return self._line(line)
        return self._line(line) | {"printed": {line["odd"]: str(half), less: str(half - Money(1))}}

    def _number(self) -> str:
        self.numbers += 1
        return f"S-{self.numbers}"

    @staticmethod
    def _total(asked: Any) -> str:
        total = Money(0)
        for rate, packs in asked:
            value = Rate.parse(rate).times(packs)
            total += split_exclusive(value, GstTreatment.TAXABLE, Percent(500), TaxType.INTRA).amount
        return str(total.rounded_to_rupee())


def _recovered(bill: SupplierBillView, head: str) -> int:
    """Return the tax of a head on what came of a bill, in paise: worked out here as the act says, and nowhere else."""
    found = 0
    for line in bill.lines:
        tax: Money = getattr(line, head)
        there = line.billed_units - line.missing_units
        found += tax.paise - (tax.split([line.missing_units, there])[0].paise if line.missing_units else 0)
    return found


@given(st.lists(steps, min_size=1, max_size=14))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_everything_adds_up_in_any_legal_order(taken: list[tuple[str, Any]]) -> None:
    tells(taken)


#: Goods of two lots and of two prices, of which some were billed and not there.
_SHORT = {"item": "PCM500", "quantity": "7", "free": "2", "short": "1", "batch": "B1", "rate": "3.33", "odd": "cgst"}
_DEAR = {**_SHORT, "quantity": "3", "short": "2", "batch": "B2", "rate": "19.99", "odd": ""}


@given(bought=st.lists(lines, min_size=1, max_size=2), taken=st.lists(notes_and_more, min_size=4, max_size=16))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_debit_notes_add_up_in_any_legal_order(bought: list[dict[str, str]], taken: list[tuple[str, Any]]) -> None:
    tells([("buy", [_SHORT, _DEAR]), ("buy", bought), ("claim", 0), ("send_back", (0, 3)), *taken])


def tells(taken: list[tuple[str, Any]]) -> None:
    """Let a shop of its own take the steps, and prove what stands after them."""
    with tempfile.TemporaryDirectory() as folder:
        shop = TestShop.create(Path(folder) / "shop", TurnedClock(NOON))
        try:
            shop.adds("PCM500", manufacturer="Cipla")
            shop.adds("COUGH", pack_label="100ML", pieces_per_pack=1, manufacturer="Cipla")
            supplier(shop, gstin="32AAACK9110F1Z2")
            story = Story(shop)
            for step, said in taken:
                story.takes(step, said)
            story.adds_up()
        finally:
            shop.close()
