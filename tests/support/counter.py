"""A billing counter over a real shop, without a window."""

from __future__ import annotations

from collections.abc import Callable

from core.kernel.clock import business_date
from core.sales.dto import BillView
from core.settings.queries import shop_view
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.saving import SavedBill
from pos_desktop.screens.billing.state import Focus, Popup
from pos_desktop.screens.billing.tender import Tender
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop


class PaperPrinter:
    """Remembers what it printed; ``fault`` makes it fail, ``hold`` makes it wait."""

    def __init__(self) -> None:
        self.printed: list[tuple[str, bool]] = []
        self.fault: Exception | None = None

    def __call__(
        self,
        bill: BillView,
        done: Callable[[], None],
        failed: Callable[[Exception], None],
        *,
        reprint: bool = False,
    ) -> None:
        """Print at once."""
        if self.fault is not None:
            failed(self.fault)
        else:
            self.printed.append((bill.number, reprint))
            done()


class Counter:
    """Somebody at the counter: each method is what the fingers do."""

    def __init__(self, shop: TestShop) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.board = TopicBoard()
        self.printer = PaperPrinter()
        self.bugs: list[Exception] = []
        with shop.shop.database.read() as session:
            details = shop_view(session)
        self.billing = BillingPresenter(
            self.lanes,
            self.board,
            details,
            actor=lambda: shop.actor,
            today=lambda: business_date(shop.clock.now()),
            print_bill=self.printer,
            report_bug=self.bugs.append,
        )

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
