"""A supervisor beside the counter, and the last bill cancelled, without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.auth.dto import AskOverride, OverrideView
from core.auth.login import Door
from core.auth.model import SupervisorOverride, SupervisorOverrideUse
from core.auth.overrides import authorise
from core.kernel.actor import Role
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.state import Focus
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.people import PEOPLE, cheap_secrets, comes_in, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

ASHA = PEOPLE[Role.PHARMACIST]


class Till(Counter):
    """A cashier's counter with supervisors near."""

    def __init__(self, shop: TestShop) -> None:
        self.door = Door(shop.shop.database, TurnedUptime())
        hire(self.door.database)
        self.session = comes_in(self.door, Role.CASHIER)
        shop.actor = self.session.actor
        self.holds = False
        self.waiting: list[Callable[[], None]] = []
        super().__init__(shop, authorise=self._authorise)

    def _authorise(
        self, ask: AskOverride, done: Callable[[OverrideView], None], failed: Callable[[Exception], None]
    ) -> None:
        def run() -> None:
            try:
                view = authorise(self.door, self.session.actor, ask, self.session.session_id)
            except Exception as error:  # noqa: BLE001 - as the background does
                failed(error)
            else:
                done(view)

        self.waiting.append(run) if self.holds else run()

    def discounts(self, percent: str) -> None:
        """Ctrl+Shift+D, a discount on the whole bill, Enter."""
        self.billing.discount_bill()
        self.billing.editor.type(percent, Focus.BILL_DISCOUNT)
        self.billing.discounts.enter()

    @property
    def asks_for(self) -> Purpose | None:
        """What the form that is open is for."""
        form = self.billing.asking.form
        return form.purpose if form else None

    @property
    def form(self) -> BillForm:
        form = self.billing.asking.form
        assert form is not None
        return form

    def allows(self, **typed: str) -> None:
        """Fill the panel and press Enter."""
        filled = {field.name: field.value for field in self.form.fields}
        self.billing.asking.submit({**filled, "secret": ASHA[2], "reason": "regular customer", **typed})

    def facts(self) -> list[tuple[str, str, str, str]]:
        """Return by whom, for what, asked by whom and used by whom overrides were given."""
        with self.shop.shop.database.read() as session:
            rows = session.execute(
                select(
                    SupervisorOverride.supervisor,
                    SupervisorOverride.permission,
                    SupervisorOverride.asked_by,
                    SupervisorOverrideUse.used_by,
                ).outerjoin(SupervisorOverrideUse, SupervisorOverrideUse.override_id == SupervisorOverride.id)
            ).all()
        return [tuple(row) for row in rows]  # type: ignore[misc]


@pytest.fixture
def till(tmp_path: Path, clock: TurnedClock) -> Iterator[Till]:
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        yield Till(shop)
        shop.books_agree()
        shop.close()


def sells(till: Till, percent: str = "8") -> None:
    """Type a bill with a discount and press Enter on the cash."""
    till.adds("para", "2")
    till.discounts(percent)
    till.pays()


def test_a_discount_above_ones_limit_is_saved_once_a_supervisor_allows_it(till: Till) -> None:
    sells(till)
    assert till.asks_for is Purpose.OVERRIDE
    assert "is above the limit of ravi (5 %)" in till.form.about
    assert [name for name, _ in till.form.fields[0].choices] == ["asha", "owner"]
    assert till.form.fields[0].choices[0][1] == "asha (pharmacist)"
    till.allows()
    assert till.billing.asking.form is None
    assert till.last().bill.discount.paise > 0
    assert till.facts() == [("asha", "discount_bill", "ravi", "ravi")]
    assert till.printer.printed == [(till.last().bill.number, False)]
    assert till.billing.draft.is_empty


def test_above_the_supervisors_own_limit_only_who_may_is_listed(till: Till) -> None:
    sells(till, "20")
    assert [name for name, _ in till.form.fields[0].choices] == ["owner"]
    assert till.form.fields[3].value == "password"  # the owner has no PIN
    till.allows(secret="correct horse 7")
    assert till.facts() == [("owner", "discount_bill", "ravi", "ravi")]


def test_esc_goes_back_to_the_bill_untouched(till: Till) -> None:
    sells(till)
    till.billing.asking.escape()
    assert till.billing.asking.form is None
    assert till.codes == ["PCM500"]
    assert till.focus() is Focus.CASH
    tender = till.tender()
    assert tender is not None
    assert "a supervisor can allow it" in tender.sentence
    assert till.facts() == []
    till.billing.escape()
    assert till.tender() is None


def test_an_answer_after_esc_saves_nothing(till: Till) -> None:
    till.holds = True
    sells(till)
    till.allows()
    assert till.form.is_busy
    till.billing.asking.escape()
    till.waiting.pop()()
    assert till.billing.saving.last is None
    assert till.codes == ["PCM500"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"secret": "0000"}, "secret", "User name or PIN is wrong: try again."),
        ({"secret": "wrong wrong", "method": "password"}, "secret", "User name or password is wrong: try again."),
        ({"reason": ""}, "reason", 'The field "Why" is empty: fill it.'),
        ({"supervisor": "ravi"}, "supervisor", "Nobody is the supervisor of his own command: ask somebody else."),
        ({"supervisor": "meena", "secret": PEOPLE[Role.PURCHASE_CLERK][2]}, "supervisor", "meena may not allow this"),
    ],
)
def test_what_is_wrong_stands_at_its_field(till: Till, typed: dict[str, str], field: str, words: str) -> None:
    sells(till)
    till.allows(**typed)
    assert list(till.form.problems) == [field]
    assert till.form.problems[field].startswith(words)
    till.billing.asking.typed(field)
    assert till.form.problems == {}
    till.allows()
    assert till.last().bill.discount.paise > 0


def test_where_nobody_may_allow_it_the_panel_says_so(till: Till) -> None:
    till.lanes.holds_reads = True
    till.adds("para")
    till.lanes.answer()
    till.billing.quantity_entered()
    till.discounts("8")
    till.pays()
    assert till.form.is_busy  # the supervisors are being read
    till.lanes.reads.clear()
    till.billing.asking.escape()
    assert till.billing.asking.form is None


def test_a_scan_while_a_supervisor_is_asked_is_not_lost_silently(till: Till) -> None:
    sells(till)
    till.billing.scanned("8901234567894")
    assert till.billing.desk.notice.text.startswith("Nothing was added")


def test_the_last_bill_is_cancelled_with_a_supervisor(till: Till) -> None:
    till.billing.cancel_last()
    assert till.billing.desk.notice.text.startswith("No bill was saved")
    till.adds("para", "2")
    till.pays()
    units = till.shop.units("PCM500")
    till.billing.cancel_last()
    asked = [till.asks_for]
    till.billing.asking.submit({"reason": ""})
    assert list(till.form.problems) == ["reason"]
    till.billing.asking.submit({"reason": "wrong patient"})
    assert [*asked, till.asks_for] == [Purpose.CANCEL, Purpose.OVERRIDE]
    assert till.form.fields[2].value == "wrong patient"
    till.allows()
    cancelled = till.last().bill.cancelled
    assert cancelled is not None
    assert (cancelled.username, cancelled.reason) == ("ravi", "wrong patient")
    assert till.shop.units("PCM500") == units + 20
    assert till.facts() == [("asha", "cancel_bill", "ravi", "ravi")]
    assert "is cancelled: give the money back" in till.billing.desk.notice.text
    till.billing.cancel_last()
    assert till.billing.asking.form is None
    assert "is cancelled already" in till.billing.desk.notice.text


def test_who_may_cancel_alone_is_asked_only_why(till: Till) -> None:
    till.adds("para")
    till.pays()
    till.lanes.actor = comes_in(till.door, Role.PHARMACIST).actor
    till.billing.cancel_last()
    till.billing.asking.submit({"reason": "wrong patient"})
    assert till.billing.asking.form is None
    assert till.last().bill.cancelled is not None
    assert till.facts() == []
