"""A year of a shop, from a seed: bills of every kind, what was put right of them, cash, papers, wants, purchases."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from core.app.paperwork import open_drawer, print_bill
from core.app.printers import change_printers
from core.auth.model import UserAccount
from core.boundary.frozen import load
from core.cash.dto import MoveCash, OpenCounter
from core.cash.service import move_cash, open_counter
from core.kernel.actor import Actor, Role
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.order_dto import CloseOrder, PlaceOrder
from core.purchasing.ordering import close_order, place_order
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.cuts import keep_draft
from core.sales.drafts import SavedDraft, SavedLine
from core.sales.dto import BillView, CancelBill, ChangePayment, CorrectBill
from core.sales.payments import change_payment
from core.sales.posting import post_bill
from core.spool.dto import PrinterKind, Printers, PrinterSetup
from core.wants.dto import NoteWant
from core.wants.service import note_want
from tests.support.clock import TurnedClock
from tests.support.morning import GOODS, morning_shop
from tests.support.people import cheap_secrets
from tests.support.shop import TestShop
from tests.support.year_purchases import KERALA, YearOfPurchases

#: Its first day, in the financial year 2026-27; it ends in the next one.
BEGINS: Final = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
BILLS: Final = 260
_FREE: Final = ("PCM500", "AMOX", "COUGH", "COTTON", "SHAMP", "NIROD", "CETZ", "PANTOP", "PANDEL", "VITC", "TELMA")
_ON_PRESCRIPTION: Final = ("AZEE", "CEFI", "ALPRA", "METHYL")
_PRESCRIBERS: Final = (
    {"name": "Dr K Rao", "address": "City Hospital, Kochi", "registration": "TCMC 4711"},
    {"name": "Dr Meera Nair", "address": "Lakeshore, Maradu", "registration": "TCMC 9002"},
)
_BUYERS: Final[tuple[dict[str, Any] | None, ...]] = (
    None,
    None,
    None,
    {"name": "A Kumar", "phone": "9847000000"},
    {"name": "=cmd|' /C calc'!A0", "address": "MG Road, Bengaluru", "state": "29"},
    {"name": "Sunrise Hospital", "address": "Bengaluru", "gstin": "29AAHCS9012L1ZW"},
)


def generated_year(folder: Path, *, bills: int = BILLS, seed: int = 26) -> TestShop:
    """Return a shop with about a year behind it; the same seed gives the same year but for its ids."""
    clock = TurnedClock(BEGINS)
    with cheap_secrets():
        shop = morning_shop(folder, clock, folder.parent / f"{folder.name}-receipts.bin")
    return _Year(shop, clock, bills, random.Random(seed)).live()


class _Year:
    """Day after day at the counter."""

    def __init__(self, shop: TestShop, clock: TurnedClock, bills: int, dice: random.Random) -> None:
        self.shop = shop
        self.clock = clock
        self.bills = bills
        self.dice = dice
        with shop.shop.database.read() as session:
            rows = session.execute(select(UserAccount.id, UserAccount.username, UserAccount.user_role))
            people = {row.username: Actor(row.id, row.username, Role(row.user_role)) for row in rows}
            self.clinic = str(find_party(session, PartyKind.CUSTOMER, "City Clinic"))
        self.owner = people["owner"]
        self.at_the_counter = (self.owner, people["asha"], people["ravi"])
        self.month = 0
        self.serial = 0
        self.purchases = YearOfPurchases(shop, clock, bills)

    def live(self) -> TestShop:
        """Let the year pass."""
        drawer = PrinterSetup(
            name="Receipts",
            kind=PrinterKind.FILE,
            address=str(self.shop.shop.folder.parent / "receipts.bin"),
            opens_drawer=True,
        )
        with self._write(self.owner) as uow:
            change_printers(uow, Printers(printers=(drawer,), receipts="Receipts"))
        with self._write(self.owner) as uow:
            open_counter(uow, load(OpenCounter, {"cash": "2000.00"}))
        self.shop.actor = self.owner
        self.purchases.begins()
        step = timedelta(days=365) / self.bills
        for number in range(self.bills):
            day = BEGINS + step * number
            self.clock.instant = day.replace(hour=self.dice.randrange(4, 15), minute=self.dice.randrange(60))
            self._morning()
            bill = self._bill()
            if bill is not None:
                self._afterwards(bill)
        self.shop.actor = self.owner
        self._order()
        return self.shop

    def _order(self) -> None:
        """Order twice of a supplier, and await no more of one; customers wait for more than there is."""
        for wanted in (
            NoteWant(item="TELMA", quantity="999", customer_name="Asha"),
            NoteWant(item="BLOOD", quantity="5"),
        ):
            with self._write(self.owner) as uow:
                note_want(uow, wanted)
        for code, reason in (("PCM500", None), ("AMOX", "out of stock there")):
            lines = [
                {"item": code, "quantity": "30", "free": "3", "rate": "15.25"},
                {"item": "COUGH", "quantity": "12", "origin": "sales"},
            ]
            command = {"command_id": str(new_id()), "supplier": KERALA, "lines": lines}
            with self._write(self.owner) as uow:
                order = place_order(uow, load(PlaceOrder, command))
            if reason is not None:
                with self._write(self.owner) as uow:
                    close_order(uow, CloseOrder(number=order.number, reason=reason))

    def _write(self, actor: Actor) -> Any:
        return self.shop.shop.database.write(actor)

    def _morning(self) -> None:
        """A pharmacist is on duty, and the first of each month brings goods."""
        self.shop.on_duty()
        month = self.clock.now().year * 12 + self.clock.now().month
        if month == self.month:
            return
        self.month = month
        self.shop.actor = self.owner
        for code in (*_FREE, *_ON_PRESCRIPTION):
            details, batches = GOODS[code]
            expiry = f"{self.clock.now().month:02d}/{self.clock.now().year + 2}"
            cost = self.dice.choice(("0.3333", "7.77", "11.0005"))
            again = {**batches[-1], "batch": f"M{month}", "expiry": expiry, "packs": 12, "cost": cost}
            self.shop.receives(code, **{**details, **again})
        self.purchases.passes()

    def _bill(self) -> BillView | None:
        """Post a bill; None where the stock or a rule stands against it."""
        dice, actor = self.dice, self.dice.choice(self.at_the_counter)
        codes = dice.sample(_FREE, dice.randrange(1, 5))
        more: dict[str, Any] = {}
        if dice.random() < 0.25:
            codes.append(dice.choice(_ON_PRESCRIPTION))
            # of Schedule X a copy of the prescription is kept
            image = {"image": "/9j/AAAA"} if codes[-1] == "METHYL" else {}
            more["dispensing"] = self.shop.prescribed(prescriber=dice.choice(_PRESCRIBERS), **image)
        lines: list[dict[str, Any]] = [
            {"item": code, "quantity": dice.choice(("1", "2", "3t", "1t")) if code != "COTTON" else "1"}
            for code in codes
        ]
        if dice.random() < 0.3:
            lines[0]["discount_percent"] = dice.choice(("2.5", "4", "5"))
        if dice.random() < 0.15:
            more["bill_discount_percent"] = "3"
        buyer = dice.choice(_BUYERS)
        if buyer is not None:
            more["customer"] = buyer
        modes = dice.choice(("cash", "cash", "cash", "upi", "card", "cheque", "split", "credit", "waiting"))
        if modes == "credit":
            more["customer"] = {"id": self.clinic}
        return self._try(actor, lines, modes, more)

    def _try(self, actor: Actor, lines: list[dict[str, Any]], modes: str, more: dict[str, Any]) -> BillView | None:
        try:
            payments = self._payments(modes, self._total(actor, lines, more))
            with self._write(actor) as uow:
                return post_bill(uow, self.shop.bill_command(*lines, **more, payments=payments))
        except Problem:
            return None

    def _total(self, actor: Actor, lines: list[dict[str, Any]], more: dict[str, Any]) -> Money:
        """Return what a bill would come to, by posting one that is rolled back."""

        class Seen(Exception):
            pass

        seen: list[Money] = []
        with_cash = {**more, "payments": [{"mode": "cash", "amount": "100000.00"}]}
        try:
            with self.shop.shop.database.write(actor) as uow:
                seen.append(post_bill(uow, self.shop.bill_command(*lines, **with_cash)).total)
                raise Seen
        except Seen:
            return seen[0]

    def _payments(self, modes: str, total: Money) -> list[dict[str, Any]]:
        self.serial += 1
        whole = str(total)
        if modes == "upi":
            return [{"mode": "upi", "amount": whole, "reference": f"{600000000000 + self.serial}"}]
        if modes == "waiting":
            return [{"mode": "upi", "amount": whole}]
        if modes == "cheque":
            return [{"mode": "cheque", "amount": whole, "reference": f"{100000 + self.serial}"}]
        if modes == "split":
            part = Money(total.paise // 3)
            return [{"mode": "card", "amount": str(part)}, {"mode": "cash", "amount": str(total - part + Money(700))}]
        if modes in {"card", "credit"}:
            return [{"mode": modes, "amount": whole}]
        return [{"mode": "cash", "amount": str(total + Money(self.dice.choice((0, 0, 5000))))}]

    def _afterwards(self, bill: BillView) -> None:
        """Some bills are cancelled, put right, said to be paid otherwise, or printed again."""
        done = self.dice.random()
        actions: tuple[tuple[float, Callable[[BillView], None]], ...] = (
            (0.06, self._cancel),
            (0.11, self._correct),
            (0.17, self._change),
            (0.22, self._print_again),
            (0.25, self._open_drawer),
            (0.28, self._spend),
            (0.33, self._think_better_of_it),
        )
        for bound, action in actions:
            if done < bound:
                self.clock.turn(minutes=4)
                action(bill)
                break

    def _cancel(self, bill: BillView) -> None:
        with self._write(self.owner) as uow:
            cancel_bill(uow, CancelBill(number=bill.number, reason="the patient came back"))

    def _correct(self, bill: BillView) -> None:
        with self._write(self.owner) as uow:
            draft = correct_bill(uow, CorrectBill(number=bill.number, reason="wrong quantity")).draft
        first = draft.lines[0].model_copy(update={"quantity": "1t", "shown": None})
        wanted = draft.model_copy(
            update={
                "lines": (first, *(line.model_copy(update={"shown": None}) for line in draft.lines[1:])),
                "payments": self.shop.bill_command(("PCM500", "1")).payments,
                "confirmed": True,
            }
        )
        with self._write(self.owner) as uow:
            post_bill(uow, wanted)

    def _change(self, bill: BillView) -> None:
        self.serial += 1
        paid = {"mode": "upi", "amount": str(bill.total), "reference": f"{700000000000 + self.serial}"}
        command = load(ChangePayment, {"number": bill.number, "payments": [paid], "reason": "it was paid by UPI"})
        with self._write(self.owner) as uow:
            change_payment(uow, command)

    def _print_again(self, bill: BillView) -> None:
        with self._write(self.owner) as uow:
            print_bill(uow, bill.bill_id, duplicate=True)

    def _open_drawer(self, _: BillView) -> None:
        with self._write(self.owner) as uow:
            open_drawer(uow)

    def _think_better_of_it(self, _: BillView) -> None:
        """Type a bill, ask for the money, give less of the first item, take the second off, and clear the rest."""
        typed = SavedDraft(
            command_id=new_id(),
            owner=self.dice.choice(self.at_the_counter).username,
            asked_money=True,
            lines=(
                SavedLine(item="PCM500", typed="2", units=200, amount_paise=5130),
                SavedLine(item="CETZ", typed="1", units=10, amount_paise=1890),
            ),
        )
        less = typed.lines[0].model_copy(update={"typed": "1", "units": 100, "amount_paise": 2565})
        for draft in (
            typed,
            typed.model_copy(update={"lines": (less, typed.lines[1])}),
            typed.model_copy(update={"lines": (less,)}),
        ):
            with self._write(self.owner) as uow:
                keep_draft(uow, 0, draft, draft.command_id)
        with self._write(self.owner) as uow:
            keep_draft(uow, 0, None, new_id())

    def _spend(self, _: BillView) -> None:
        command = load(
            MoveCash, {"kind": "expense", "amount": "40.00", "account": "Tea", "reason": "tea", "confirmed": True}
        )
        with self._write(self.owner) as uow:
            move_cash(uow, command)
