"""Goods, bills, sales and what takes them back, in any order that is legal: everything adds up after each step."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.inventory.awaiting import open_awaited
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import Money, Percent, Rate
from core.purchasing.bill_dto import SupplierBillView, TakeBackBill
from core.purchasing.receipt_dto import ReceiptView, TakeBackReceipt
from core.purchasing.receipt_queries import receipt_view
from core.purchasing.taking_back import take_back_bill, take_back_receipt
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.tax.domain import split_exclusive
from tests.conftest import NOON
from tests.core.purchasing.support import balances, bought, enters, item_id, pack, receives, supplier
from tests.core.reporting.told import told
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

#: Of a step that cannot be taken where things stand.
_LEGAL = {"receipts.moved", "receipts.billed_already", "stock.not_enough", "stock.batch_is_there"}
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
steps = st.one_of(
    st.tuples(st.just("receive"), st.lists(lines, min_size=1, max_size=3)),
    st.tuples(st.just("buy"), st.lists(lines, min_size=1, max_size=3)),
    st.tuples(st.just("bill"), st.sampled_from(["0.07", "14.90", "20.00"])),
    st.tuples(st.just("sell"), st.tuples(st.sampled_from(ITEMS), st.integers(1, 40))),
    st.tuples(st.just("sell_in_hand"), st.tuples(st.sampled_from(["B1", "B2"]), st.integers(1, 40))),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("undo_receipt"), st.integers(0, 9)),
    st.tuples(st.just("undo_bill"), st.integers(0, 9)),
)


@dataclass
class Story:
    """A shop and what should stand in it: what was accepted and sold of each item, what bills ask."""

    shop: TestShop
    receipts: list[ReceiptView] = field(default_factory=list)
    bills: list[SupplierBillView] = field(default_factory=list)
    sales: list[BillView] = field(default_factory=list)
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
        taken: dict[str, Any] = {"reason": "as it is", "confirmed": True}
        bill = enters(self.shop, receipt, *said, total=total, number=self._number(), **taken)
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
            # what was sold and has not come is awaited: no unit appears or is lost
            assert self.shop.units(code) - waiting[code] == accepted - sold
        books = balances(self.shop)
        assert books.get("creditors", "0.00") == str(-Money.total(bill.total for bill in self.bills))
        for head in ("cgst", "sgst"):
            tax = Money(sum(_recovered(bill, head) for bill in self.bills))
            assert books.get(f"tax.input.{head}", "0.00") == str(tax)
            reported = told(self.shop, "input-tax", f"kind {head}", days="2026-11")
            assert Money.total(Money.parse(paise) for kind, paise in reported if kind == "Input tax") == tax
        # all that is paid for, or will be, is on the shelf or was sold; what was sold before is taken off again
        unbilled = -Money.parse(books.get("received", "0.00"))
        paid = Money.total(line.cost for bill in self.bills for line in bill.lines)
        gone = (
            Money.parse(books.get(account, "0.00"))
            for account in ("stock", "cost_of_sales", "cost_of_sales.settled", "awaited")
        )
        assert Money.total(gone) == paid + unbilled

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
