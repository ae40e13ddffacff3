"""Three days of a shop with everything that a bill can meet, and reports read from them as people read them.

The 18th of November 2026 brings stock and opening balances, on the 19th bills are paid in every way, on the 20th some
are cancelled, put right and said to be paid otherwise. Times are India's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.app.paperwork import open_drawer, print_bill
from core.app.printers import change_printers
from core.audit.log import write_event
from core.auth.dto import AskOverride, Method
from core.auth.login import Door
from core.auth.overrides import authorise
from core.auth.permissions import Permission
from core.boundary.frozen import load
from core.cash.kinds import MovementKind
from core.kernel.actor import Actor, Role
from core.kernel.clock import INDIA
from core.kernel.ids import new_id
from core.opening.balances import EnterOpeningBalance, enter_opening_balance
from core.parties.dto import CustomerDetails, MergeParties, PartyKind
from core.parties.service import merge_parties
from core.reporting.columns import show_value
from core.reporting.report import Key, ReportRow, ToBill, ToReport
from core.reporting.running import OpenReport, open_report, read_page
from core.reporting.shaping import LineKind, Shape, shaped
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import BillView, CancelBill, ChangePayment, CorrectBill
from core.sales.model import DraftCut
from core.sales.payments import change_payment
from core.sales.posting import post_bill
from core.spool.dto import PrinterKind, Printers, PrinterSetup
from tests.core.cash.support import moves, opens
from tests.core.opening.support import add, enter, read
from tests.support.clock import TurnedClock
from tests.support.people import OWNERS_PASSWORD, hire
from tests.support.plans import Plan, plans_of, refuse_scans
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

TODAY = date(2026, 11, 20)
CLINIC = {"name": "City Clinic", "phone": "0484 2351234", "credit_limit": "1000.00", "credit_days": 15}
ADVANCE = {"kind": "customer", "party": "City Clinic", "number": "AD-1", "date": "01-11-2026", "type": "advance"}
ASHA = {"name": "Asha Menon", "phone": "9847012345"}


@dataclass
class CounterDays:
    """The shop after its days, with whom and what tests ask about."""

    shop: TestShop
    people: dict[Role, Actor]
    clinic: UUID
    bills: dict[str, BillView]

    @property
    def owner(self) -> Actor:
        """Who reads everything."""
        return Actor(None, "owner", Role.OWNER)

    def number(self, name: str) -> str:
        """Return a bill's number by its name in the story."""
        return self.bills[name].number

    def rows(self, name: str, *, actor: Actor | None = None, **values: str) -> list[ReportRow]:
        """Return every row of a report, with the columns that the reader may see."""
        with self.shop.shop.database.read() as session:
            opened = open_report(session, actor or self.owner, name, values, TODAY)
            return list(opened.rows(session))

    def shown(self, name: str, columns: str, *, actor: Actor | None = None, **values: str) -> list[tuple[str, ...]]:
        """Return columns (their ids with blanks between) of a report as people read them."""
        with self.shop.shop.database.read() as session:
            opened = open_report(session, actor or self.owner, name, values, TODAY)
            return [
                tuple(show_value(column.kind, value) for column, value in picked(opened, row, columns))
                for row in opened.rows(session)
            ]

    def total(self, name: str, column: str, *, actor: Actor | None = None, **values: str) -> str:
        """Return the sum at the foot of a column."""
        with self.shop.shop.database.read() as session:
            opened = open_report(session, actor or self.owner, name, values, TODAY)
            wanted = opened.report.column(column)
            lines = list(shaped(opened.columns, opened.rows(session), Shape(columns=(column,))))
        assert lines[-1].kind is LineKind.TOTAL
        return show_value(wanted.kind, lines[-1].values[0])

    def targets(self, name: str, **values: str) -> list[str]:
        """Return what Enter opens on each row: the number of a bill, or a report with what it is asked for."""
        return [target_text(row) for row in self.rows(name, actor=None, **values)]

    def in_pages(self, name: str, limit: int, *, actor: Actor | None = None, **values: str) -> list[ReportRow]:
        """Return the rows of a report, read so many at once."""
        found: list[ReportRow] = []
        after: Key | None = None
        while True:
            with self.shop.shop.database.read() as session:
                opened = open_report(session, actor or self.owner, name, values, TODAY)
                page = read_page(opened, session, after=after, limit=limit)
            found += page.rows
            after = page.end
            if after is None:
                return found
            assert len(page.rows) == limit

    def pages_agree(self, name: str, *, actor: Actor | None = None, **values: str) -> int:
        """Prove that pages of any length give the whole report, and return how many rows it has."""
        whole = self.rows(name, actor=actor, **values)
        for limit in (1, 2, 7):
            assert self.in_pages(name, limit, actor=actor, **values) == whole
        return len(whole)

    def reads_by_indexes(self, name: str, *, actor: Actor | None = None, **values: str) -> list[Plan]:
        """Prove that no statement of a report, its second page included, walks a table that grows with every bill.

        Returns the plans.
        """

        def read(session: Session) -> None:
            opened = open_report(session, actor or self.owner, name, values, TODAY)
            rows = list(opened.rows(session))
            assert rows
            if opened.report.is_paged:
                list(opened.rows(session, after=rows[0].key))

        plans = plans_of(self.shop.shop.database, read)
        refuse_scans(plans, besides=())
        walks = [(text, steps) for text, steps in plans if any(_WALKS.match(step) for step in steps)]
        assert not walks, walks
        return plans


#: Tables that grow as well, more slowly.
_WALKS = re.compile(
    "SCAN (bill_tender|bill_item|draft_cut|bill_cancellation|payment_change|payment_change_tender|supervisor_override|"
    r"supervisor_override_use|cash_movement)\b"
)


def picked(opened: OpenReport, row: ReportRow, columns: str) -> list[Any]:
    """Return columns of a row with what stands in them."""
    by_id = {column.id: (column, value) for column, value in zip(opened.columns, row.values, strict=True)}
    return [by_id[name] for name in columns.split()]


def target_text(row: ReportRow) -> str:
    """Return what Enter opens, as tests write it."""
    if isinstance(row.target, ToBill):
        return row.target.number
    if isinstance(row.target, ToReport):
        return f"{row.target.report} {dict(row.target.values)}"
    return ""


def counter_days(folder: Path) -> CounterDays:
    """Let the three days pass."""
    return _Story(folder).days


class _Story:
    """Writes the days as they come."""

    def __init__(self, folder: Path) -> None:
        self.clock = TurnedClock(datetime(2026, 11, 18, 4, 0, tzinfo=UTC))
        self.shop = TestShop.create(folder / "shop", self.clock)
        self.owner = self.shop.actor
        self.people = hire(self.shop.shop.database, Role.CASHIER, Role.ACCOUNTANT, Role.PHARMACIST)
        self.bills: dict[str, BillView] = {}
        self._first_day()
        self._second_day()
        self._third_day()
        self.shop.actor = self.owner
        self.days = CounterDays(self.shop, self.people, self.clinic, self.bills)

    def _first_day(self) -> None:
        self.shop.receives("PCM500", name="Paracetamol 500", packs=1_000)
        self.shop.receives("DOLO", name="Dolo 650", batch="D1", expiry="01/2027", mrp="30.00", packs=5, cost="20.0000")
        self.shop.receives("DOLO", batch="D2", expiry="03/2028", mrp="32.00", packs=50, cost="21.0000")
        self.clinic, self.clinik = add(
            self.shop,
            load(CustomerDetails, CLINIC),
            load(CustomerDetails, {**CLINIC, "name": "City Clinik", "phone": "0484 2351235"}),
        )
        enter(self.shop, read(ADVANCE | {"open": "200"}))
        cash = {"command_id": str(new_id()), "holding": "cash", "amount": "500.00"}
        with self.shop.shop.database.write(self.owner) as uow:
            enter_opening_balance(uow, load(EnterOpeningBalance, cash))
        opens(self.shop, "500.00")
        address = str(self.shop.shop.folder.parent / "receipts.bin")
        drawer = PrinterSetup(name="Receipts", kind=PrinterKind.FILE, address=address, opens_drawer=True)
        with self.shop.shop.database.write(self.owner) as uow:
            change_printers(uow, Printers(printers=(drawer,), receipts="Receipts"))

    def _second_day(self) -> None:
        self._bill("cash", 19, "10:00", "owner", ("PCM500", "10"), paid="300.00")
        self._bill("upi", 19, "10:30", "ravi", ("DOLO", "2"), customer=ASHA, payments=_ways("upi", "60.00"))
        customer = {"id": str(self.clinik)}
        self._bill("credit", 19, "11:00", "owner", ("PCM500", "10"), customer=customer, payments=_ways("credit", "257"))
        split = [*_ways("card", "100.00"), *_ways("cash", "200.00")]
        self._bill(
            "split", 19, "11:15", "ravi", ("PCM500", "10"), ("DOLO", "1"), bill_discount_percent="4", payments=split
        )

    def _third_day(self) -> None:
        self._at(20, "09:30")
        with self.shop.shop.database.write(self.owner) as uow:
            merge_parties(uow, MergeParties(kind=PartyKind.CUSTOMER, merged_id=self.clinik, kept_id=self.clinic))
        customer = {"id": str(self.clinic)}
        used = [*_ways("advance", "200.00"), *_ways("cash", "57.00")]
        self._bill("advance", 20, "09:45", "owner", ("PCM500", "10"), customer=customer, payments=used)
        self._bill("wrong", 20, "10:10", "ravi", ("PCM500", "4"))
        self._cancel("wrong", "10:20", "owner", "wrong person")
        self._bill("first", 20, "12:00", "ravi", ("DOLO", "4"), customer=ASHA, paid="200.00")
        self._correct("first", "second", "12:10")
        self._bill("cheque", 20, "12:30", "owner", ("PCM500", "10"), payments=_ways("cheque", "257", "000123"))
        self._change("cheque", "12:40", ("card", "257.00"))
        self._change("cheque", "12:50", ("cash", "100.00"), ("upi", "157.00"))
        self._bill("gone", 20, "13:00", "owner", ("PCM500", "10"), payments=_ways("card", "257"))
        self._change("gone", "13:05", ("upi", "257.00"))
        self._cancel("gone", "13:10", "owner", "the patient came back")
        self._watched()
        self._at(20, "15:30")

    def _watched(self) -> None:
        self._at(20, "14:00")
        ravi = self.people[Role.CASHIER]
        with self.shop.shop.database.write(ravi) as uow:
            print_bill(uow, self.bills["cash"].bill_id, duplicate=True)
        with self.shop.shop.database.write(ravi) as uow:
            open_drawer(uow)
        self._cut("line", units=20, lines=2, amount="51.30", of="first")
        self._at(20, "14:05")
        self._cut("quantity", units=5, lines=0, amount="12.83", after=True)
        self._cut("draft", units=None, lines=3, amount="140.00", after=True)
        self._at(20, "14:10")
        self._bill("ravis", 20, "14:10", "ravi", ("PCM500", "1"))
        self._cancel("ravis", "14:20", "ravi", "double entry", with_override=True)
        self.shop.actor = self.owner
        moves(self.shop, MovementKind.EXPENSE, "40.00", account="Tea", reason="tea for all")

    def _at(self, day: int, at: str) -> None:
        hour, minute = map(int, at.split(":"))
        self.clock.instant = datetime(2026, 11, day, hour, minute, tzinfo=INDIA).astimezone(UTC)

    def _who(self, name: str) -> Actor:
        return self.owner if name == "owner" else self.people[Role.CASHIER]

    def _bill(self, name: str, day: int, at: str, who: str, *lines: Any, **more: Any) -> None:
        self._at(day, at)
        self.shop.actor = self._who(who)
        self.bills[name] = self.shop.bills(*lines, **more)

    def _cancel(self, name: str, at: str, who: str, reason: str, *, with_override: bool = False) -> None:
        self._at(20, at)
        command = CancelBill(number=self.bills[name].number, reason=reason)
        if with_override:
            asked = AskOverride(
                command_id=command.command_id,
                permission=Permission.CANCEL_BILL,
                supervisor="owner",
                secret=OWNERS_PASSWORD,
                method=Method.PASSWORD,
                reason="it was me",
            )
            authorise(Door(self.shop.shop.database, TurnedUptime()), self._who(who), asked)
        with self.shop.shop.database.write(self._who(who)) as uow:
            cancel_bill(uow, command)

    def _correct(self, wrong: str, right: str, at: str) -> None:
        self._at(20, at)
        with self.shop.shop.database.write(self.owner) as uow:
            draft = correct_bill(uow, CorrectBill(number=self.bills[wrong].number, reason="three, not four")).draft
        line = draft.lines[0].model_copy(update={"quantity": "3", "batch": None})
        with self.shop.shop.database.write(self.owner) as uow:
            self.bills[right] = post_bill(uow, draft.model_copy(update={"lines": (line,)}))

    def _change(self, name: str, at: str, *ways: tuple[str, str]) -> None:
        self._at(20, at)
        paid = [way for mode, amount in ways for way in _ways(mode, amount)]
        command = {"number": self.bills[name].number, "payments": paid, "reason": f"paid otherwise at {at}"}
        with self.shop.shop.database.write(self.owner) as uow:
            change_payment(uow, load(ChangePayment, command))

    def _cut(
        self, kind: str, *, units: int | None, lines: int, amount: str, after: bool = False, of: str | None = None
    ) -> None:
        """Record what a counter would, without its window."""
        draft = self.bills[of].bill_id if of is not None else new_id()
        is_item = units is not None
        with self.shop.shop.database.write(self.people[Role.CASHIER]) as uow:
            uow.record(
                DraftCut,
                [
                    {
                        "id": new_id(),
                        "node_id": uow.node.id,
                        "draft_id": draft,
                        "kind": kind,
                        "item_code": "PCM500" if is_item else None,
                        "item_name": "Paracetamol 500" if is_item else None,
                        "pieces_per_pack": 10 if is_item else None,
                        "units": units,
                        "lines": lines,
                        "amount_paise": int(amount.replace(".", "")),
                        "is_after_tender": after,
                        "on_date": uow.today,
                        "at": uow.now,
                        "username": "ravi",
                    }
                ],
            )
            write_event(uow, "draft.cut", draft)


def _ways(mode: str, amount: str, reference: str | None = None) -> list[dict[str, str]]:
    way = {"mode": mode, "amount": amount}
    return [way if reference is None else {**way, "reference": reference}]
