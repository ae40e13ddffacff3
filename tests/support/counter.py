"""A billing counter over a real shop, without a window."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from core.app.shop import open_shop
from core.catalog.dto import DrugSchedule
from core.kernel.clock import Clock, business_date
from core.sales.drafts import mark_printed
from core.sales.dto import BillView
from core.sales.quotation_dto import QuotationView
from core.sales.terms import round_off_choice
from core.settings.queries import counter_keys_choice, shop_view
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.billing.keeping import read_kept
from pos_desktop.screens.billing.key_map import KEY_MAPS
from pos_desktop.screens.billing.places import Places
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.saving import SavedBill
from pos_desktop.screens.billing.state import Focus, Popup
from pos_desktop.screens.billing.tender import Tender
from pos_desktop.screens.overriding import Authorise
from tests.support.clock import TurnedClock
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop

BARCODE = "8901234567894"
"""Of the paracetamol on the shelves of ``stocked_shop``."""


def stocked_shop(folder: Path, clock: Clock) -> TestShop:
    """Return a shop with three items, a copy of one that is made once: a counter needs one for each test.

    Paracetamol in batches A1 (3 packs), A2 (5) and OLD (expired), pantoprazole in P1 (4), azithromycin of schedule H.
    """
    shutil.copytree(Path(_stocked_folder().name) / "made", folder)
    return TestShop(open_shop(folder, clock), clock)


@functools.cache
def _stocked_folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="nuskha-counter-")
    shop = TestShop.create(Path(folder.name) / "made", TurnedClock(datetime(2026, 11, 20, 9, 0, tzinfo=UTC)))
    known: dict[str, Any] = {"name": "Paracetamol 500", "schedules": frozenset(), "barcodes": (BARCODE,)}
    shop.receives("PCM500", batch="A1", expiry="03/2027", packs=3, **known)
    shop.receives("PCM500", batch="A2", expiry="08/2027", mrp="27.00", packs=5)
    shop.receives("PCM500", batch="OLD", expiry="10/2026", packs=2)
    pantoprazole: dict[str, Any] = {"name": "Pantoprazole 40", "schedules": frozenset()}
    shop.receives("PAN40", batch="P1", expiry="01/2027", mrp="151.05", packs=4, **pantoprazole)
    azithromycin: dict[str, Any] = {"name": "Azithromycin 500", "schedules": frozenset({DrugSchedule.H})}
    shop.receives("AZEE", batch="Z1", mrp="119.50", packs=4, **azithromycin)
    shop.close()
    return folder


class PaperPrinter:
    """Remembers what it printed, on the disk too; ``fault`` makes it fail, ``holds`` answer when a test says so."""

    def __init__(self, shop: TestShop) -> None:
        self.shop = shop
        self.printed: list[tuple[str, bool]] = []
        self.fault: Exception | None = None
        self.holds = False
        self.waiting: list[Callable[[Exception], None]] = []

    def __call__(
        self,
        bill: BillView,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
        *,
        reprint: bool = False,
    ) -> None:
        """Print at once, or let the job wait."""
        if self.holds:
            self.waiting.append(failed)
        elif self.fault is not None:
            failed(self.fault)
        else:
            self.printed.append((bill.number, reprint))
            with self.shop.shop.database.write(self.shop.actor) as uow:
                mark_printed(uow, bill.bill_id)
            done()


class QuotationPrinter:
    """Remembers which quotations it printed; ``fault`` makes it fail."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.fault: Exception | None = None

    def __call__(self, quotation: QuotationView, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Print at once."""
        if self.fault is not None:
            failed(self.fault)
        else:
            self.printed.append(quotation.number)
            done()


class TurnedTimer:
    """A timer that rings only when a test lets the time pass."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, Callable[[], None]]] = []

    def __call__(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Note when to call."""
        self.calls.append((milliseconds, call))

    def rings(self) -> None:
        """Let every wait that has begun end."""
        calls, self.calls = self.calls, []
        for _, call in calls:
            call()


class Counter:
    """Somebody at the counter: each method is what the fingers do."""

    def __init__(self, shop: TestShop, authorise: Authorise | None = None, upi_id: str = "") -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.board = TopicBoard()
        self.printer = PaperPrinter(shop)
        self.quotations = QuotationPrinter()
        self.timer = TurnedTimer()
        self.bugs: list[Exception] = []
        with shop.shop.database.read() as session:
            details = shop_view(session)
            kept = read_kept(session, business_date(shop.clock.now()), shop.actor.username)
            round_off = round_off_choice(session)
            keys = KEY_MAPS[counter_keys_choice(session)]
        make = partial(
            BillingPresenter,
            self.lanes,
            self.board,
            details,
            actor=lambda: shop.actor,
            today=lambda: business_date(shop.clock.now()),
            report_bug=self.bugs.append,
            round_off=round_off,
            later=self.timer,
            authorise=authorise,
            upi_id=upi_id,
            keys=keys,
            print_quotation=self.quotations,
        )
        self.places = Places(make, self.lanes, self.board, self.printer, kept)

    @property
    def billing(self) -> BillingPresenter:
        """The bill that has the keys."""
        return self.places.here

    def types(self, text: str) -> None:
        """Type letter by letter into the search field."""
        for length in range(1, len(text) + 1):
            self.billing.search_typed(text[:length])

    def adds(self, text: str, quantity: str = "") -> None:
        """Search, Enter, quantity, Enter."""
        self.types(text)
        self.billing.search_entered()
        if quantity:
            self.billing.quantity_typed(quantity)
        self.billing.quantity_entered()

    def pays(self, cash: str = "") -> None:
        """F12, the cash, Enter."""
        self.billing.open_tender()
        if cash:
            self.billing.checkout.type(cash)
        self.billing.checkout.enter()

    def focus(self) -> Focus:
        """The field that has the keys (a method, so that mypy does not take it for unchanged)."""
        return self.billing.desk.focus

    def popup(self) -> Popup:
        """The list that is open."""
        return self.billing.desk.popup

    def tender(self) -> Tender | None:
        """The payment being typed."""
        return self.billing.checkout.tender

    def last(self) -> SavedBill:
        """The newest saved bill."""
        saved = self.billing.saving.last
        assert saved is not None
        return saved

    @property
    def codes(self) -> list[str]:
        """The items on the bill."""
        return [line.item.code for line in self.billing.draft.lines]

    @property
    def total(self) -> str:
        """What the customer pays."""
        return str(self.billing.draft.totals.total)
