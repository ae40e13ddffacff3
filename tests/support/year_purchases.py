"""What a shop buys in a year: bills with their goods and after them, short and free goods, what was taken back of both.

Four suppliers: one inside the state, one across (IGST), one who is not registered, one under composition.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

from core.boundary.frozen import load
from core.kernel.clock import business_date
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.dto import SupplierDetails
from core.purchasing.bill_dto import EnterBill, ReceiveBilledGoods, SettleMatch, SupplierBillView, TakeBackBill
from core.purchasing.billing import enter_bill, receive_billed_goods
from core.purchasing.matching import match_board, settle_match
from core.purchasing.receipt_dto import ReceiptView, ReceiveGoods, TakeBackReceipt
from core.purchasing.receiving import receive_goods
from core.purchasing.taking_back import take_back_bill, take_back_receipt
from tests.core.opening.support import add, enter, read
from tests.support.clock import TurnedClock
from tests.support.morning import GOODS
from tests.support.shop import TestShop

KERALA: Final = "Kerala Pharma"
MUMBAI, AGENCY, COMPOSITION = "Mumbai Pharma", "Small Agency", "Malabar Drugs"
_LICENCES: Final = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"}, {"number": "KL-KTM-21B-78"})
_SUPPLIERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": KERALA,
        "phone": "0484 2351234",
        "gstin": "32AAACK9110F1Z2",
        "address": "MG Road\nKottayam",
        "payment_days": 21,
        "licences": _LICENCES,
    },
    {"name": MUMBAI, "gstin": "27AAACM2222C1Z6", "address": "Mumbai", "payment_days": 30, "licences": _LICENCES[:1]},
    {"name": AGENCY},
    {"name": COMPOSITION, "gstin": "32AAACR5055K1ZG", "licences": _LICENCES[:1]},
)
#: Far above what any bill comes to: the refusal says what it should be.
_TOO_MUCH: Final = "9999999"


class YearOfPurchases:
    """Buys month after month; the same seed buys the same."""

    def __init__(self, shop: TestShop, clock: TurnedClock, seed: int) -> None:
        self.shop = shop
        self.clock = clock
        self.dice = random.Random(seed)
        self.month = 0
        self.waiting: list[ReceiptView] = []

    def begins(self) -> None:
        """Add the suppliers, one of whom was paid an advance."""
        add(self.shop, *(load(SupplierDetails, details) for details in _SUPPLIERS))
        paid = {"kind": "supplier", "party": KERALA, "number": "PAY-9", "date": "01-11-2026", "type": "advance"}
        enter(self.shop, read({**paid, "amount": "500.00"}))

    def passes(self) -> None:
        """Let the first day of a month pass."""
        self.month += 1
        self._bill_what_waits()
        self._with_its_bill()
        self._before_its_bill()
        self._untaxed()
        self._sold_before()
        every: tuple[tuple[int, Callable[[], None]], ...] = (
            (3, self._wrong_bill),
            (4, self._wrong_receipt),
            (5, self._settle),
        )
        for months, act in every:
            if self.month % months == 0:
                act()

    # --- what the month brings -------------------------------------------------------------------------------------

    def _with_its_bill(self) -> None:
        """Goods and bill at once: a scheme, discounts of lines and below, freight, short goods in some months."""
        short = {"short": "1"} if self.month % 3 == 1 else {}
        lines: list[tuple[dict[str, Any], dict[str, Any]]] = [
            (self._goods("PCM500", "8", free="1", **short), {"rate": self._rate("14.20"), "discounts": ["4", "1.5"]}),
            (self._goods("COUGH", "3"), {"rate": self._rate("79.50"), "discount": "7.35"}),
            (self._goods("SHAMP", "2"), {"rate": self._rate("181.00")}),
            (self._goods("NIROD", "12", free="2"), {"rate": "4.90"}),
        ]
        head: dict[str, Any] = {"trade_discount": "12.40", "freight": "40.00"}
        if self.month % 2:
            head["charge_gst"] = "18"
        else:
            head |= {"discounts_before_tax": False, "cash_discount": "9.99"}
        if self.month % 4 == 2:
            head["set_offs"] = [
                {"kind": "replacement", "number": f"CN {self.month}", "amount": "11.00"},
                {"kind": "advance", "amount": "50.00"},
            ]
        self._at_once(KERALA, f"K/{self.month}", lines, **head)

    def _before_its_bill(self) -> None:
        """Goods on a challan; the bill comes next month."""
        lines = [
            self._goods("CETZ", "6", free="1", rate=self._rate("8.80")),
            self._goods("VITC", "4", damaged="0:5", rate=self._rate("13.10")),
            self._goods("CEFI", "2", rate=None if self.month % 6 == 0 else "55.00"),
        ]
        self.waiting.append(self._receive(MUMBAI, lines, document=f"DC {self.month}", orders=[]))

    def _untaxed(self) -> None:
        """Who charges no GST: in turn one who is not registered, and one under composition."""
        if self.month % 2:
            cotton = self._goods("COTTON", "2")
            self._at_once(AGENCY, f"A-{self.month}", [(cotton, {"rate": self._rate("19.00")})])
            return
        pandel = self._goods("PANDEL", "2")
        self._at_once(COMPOSITION, f"C-{self.month}", [(pandel, {"rate": self._rate("58.00")})], is_bill_of_supply=True)

    def _sold_before(self) -> None:
        """Strips in hand are sold before their purchase; some of them come right after, some with another batch."""
        batch = f"H{self.month}"
        packs = {"batch": batch, "expiry": self._expiry(), "mrp": "78.75"}
        self.shop.bills({"item": "TELMA", "quantity": "1:5", "awaiting": packs})
        if self.month % 3:
            self._receive(KERALA, [self._goods("TELMA", "2" if self.month % 2 else "1", batch=batch, rate="48.00")])

    def _bill_what_waits(self) -> None:
        """The bill for last month's goods: at the rates of the receipt, but for one that went up."""
        while self.waiting:
            receipt = self.waiting.pop()
            lines = [
                {
                    "receipt": receipt.number,
                    "line": line.line,
                    "rate": str(line.rate) if line.rate is not None else "56.00",
                }
                for line in receipt.lines
            ]
            if self.month % 2:
                lines[0]["rate"] = "9.95"
            self._enter(MUMBAI, f"M/{self.month}", lines)

    # --- what is put right -----------------------------------------------------------------------------------------

    def _wrong_bill(self) -> None:
        """A bill is entered wrongly, taken back the same day, and entered again."""
        receipt = self._receive(KERALA, [self._goods("PANTOP", "3", rate="99.00")])
        line = {"receipt": receipt.number, "line": 1}
        wrong = self._enter(KERALA, f"KW/{self.month}", [{**line, "rate": "98.00"}])
        self._write(
            lambda uow: take_back_bill(uow, TakeBackBill(supplier=KERALA, number=wrong.number, reason="wrong rate"))
        )
        if self.month % 2:
            self._enter(KERALA, wrong.number, [{**line, "rate": "99.00"}])

    def _wrong_receipt(self) -> None:
        """Goods are received twice, and once of it taken back."""
        receipt = self._receive(KERALA, [self._goods("AMOX", "1", rate="120.00")])
        self._write(lambda uow: take_back_receipt(uow, TakeBackReceipt(number=receipt.number, reason="twice")))

    def _settle(self) -> None:
        """The oldest difference is taken as it is."""
        with self.shop.shop.database.read() as session:
            first = match_board(session, self.shop.actor)[0]
        command = SettleMatch(
            command_id=new_id(),
            supplier=str(first.supplier_id),
            number=first.number,
            line=first.line,
            kind=first.kind,
            reason="agreed by telephone",
        )
        self._write(lambda uow: settle_match(uow, command))

    # --- by hand ---------------------------------------------------------------------------------------------------

    def _rate(self, usual: str) -> str:
        """Return a rate that is the usual one in most months."""
        change = self.dice.choice((0, 0, 0, 15, 120, -60))
        return str(Money.parse(usual) + Money(change))

    def _expiry(self) -> str:
        now = self.clock.now()
        return f"{now.month:02d}/{now.year + 2}"

    def _goods(self, code: str, quantity: str, **more: Any) -> dict[str, Any]:
        mrp = GOODS[code][1][-1].get("mrp", "25.65")
        usual = {"batch": f"{code[:2]}-{self.month}", "expiry": self._expiry(), "mrp": mrp}
        if code == "COTTON":
            usual["expiry"] = None
        return {"item": code, "quantity": quantity, **usual, **more}

    def _receive(self, supplier: str, lines: list[dict[str, Any]], **more: Any) -> ReceiptView:
        command = {"command_id": str(new_id()), "supplier": supplier, "lines": lines, "confirmed": True, **more}
        view: ReceiptView = self._write(lambda uow: receive_goods(uow, load(ReceiveGoods, command)))
        return view

    def _at_once(
        self, supplier: str, number: str, lines: list[tuple[dict[str, Any], dict[str, Any]]], **head: Any
    ) -> SupplierBillView:
        said = [{"goods": goods, "printed": printed} for goods, printed in lines]

        def run(total: str) -> SupplierBillView:
            ids = {"command_id": str(new_id()), "receipt_id": str(new_id())}
            command = {**ids, "head": self._head(supplier, number, total, **head), "lines": said, **_TAKEN}
            view: SupplierBillView = self._write(
                lambda uow: receive_billed_goods(uow, load(ReceiveBilledGoods, {**command, "confirmed": True}))
            )
            return view

        return _closed(run)

    def _enter(self, supplier: str, number: str, lines: list[dict[str, Any]], **head: Any) -> SupplierBillView:
        def run(total: str) -> SupplierBillView:
            command = {
                "command_id": str(new_id()),
                "head": self._head(supplier, number, total, **head),
                "lines": lines,
                **_TAKEN,
            }
            view: SupplierBillView = self._write(lambda uow: enter_bill(uow, load(EnterBill, command)))
            return view

        return _closed(run)

    def _head(self, supplier: str, number: str, total: str, **more: Any) -> dict[str, Any]:
        day = business_date(self.clock.now()).isoformat()
        return {"supplier": supplier, "number": number, "billed_on": day, "total": total, **more}

    def _write(self, run: Callable[[Any], Any]) -> Any:
        with self.shop.shop.database.write(self.shop.actor) as uow:
            return run(uow)


_TAKEN: Final = {"match_reason": "as the paper says"}


def _closed(run: Callable[[str], SupplierBillView]) -> SupplierBillView:
    """Enter a bill whose total is what its lines come to, to the rupee."""
    try:
        return run(_TOO_MUCH)
    except RuleBroken as refused:
        if refused.code != "purchases.total_differs":
            raise
        ours = Money.parse(str(refused.values["ours"]))
    return run(str(Money((ours.paise + 50) // 100 * 100)))
