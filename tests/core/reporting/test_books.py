"""The books as reports: they balance, carry on from page to page, and open what stands behind each line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.boundary.frozen import load
from core.cash.kinds import MovementKind
from core.inventory.undoing import UndoImport, undo_import
from core.kernel.actor import Role
from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.model import LedgerAccount, LedgerEntry
from core.ledger.queries import trial_balance
from core.opening.balances import EnterOpeningBalance, enter_opening_balance
from core.reporting.columns import Kind, show_value
from core.reporting.report import Stopped
from core.reporting.running import open_report
from tests.core.cash.support import moves, opens
from tests.core.reporting.counter_days import TODAY, CounterDays, counter_days
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

MONTH = "this-month"


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterDays]:
    lived = counter_days(tmp_path_factory.mktemp("books"))
    yield lived
    lived.shop.books_agree()
    lived.shop.close()


# --- trial balance -----------------------------------------------------------------------------------------------


def test_the_trial_balance_names_every_account_and_balances(days: CounterDays) -> None:
    assert days.shown("trial-balance", "account code section debit credit") == [
        ("Cards to come in", "cards", "Asset", "100.00", ""),
        ("Cash in hand", "cash", "Asset", "1,141.00", ""),
        ("Cheques in hand", "cheques", "Asset", "", ""),
        ("Sundry debtors", "debtors", "Asset", "257.00", ""),
        ("Stock in hand", "stock", "Asset", "15,279.00", ""),
        ("UPI to come in", "upi", "Asset", "217.00", ""),
        ("Opening balances", "opening", "Equity", "", "16,450.00"),
        ("Cost of goods sold", "cost_of_sales", "Expense", "871.00", ""),
        ("Tea", "own.tea", "Expense", "40.00", ""),
        ("Round off", "round_off", "Income", "", "1.96"),
        ("Sales at 5 %", "sales.taxable.5", "Income", "", "1,383.82"),
        ("Output CGST", "tax.output.cgst", "Liability", "", "34.61"),
        ("Output SGST/UTGST", "tax.output.sgst", "Liability", "", "34.61"),
    ]
    assert days.total("trial-balance", "debit") == days.total("trial-balance", "credit") == "17,905.00"


def test_the_trial_balance_of_an_earlier_day_knows_nothing_of_later_ones(days: CounterDays) -> None:
    assert days.shown("trial-balance", "code debit credit", as_of="18-11-2026") == [
        ("cash", "500.00", ""),
        ("debtors", "", "200.00"),
        ("stock", "16,150.00", ""),
        ("opening", "", "16,450.00"),
    ]
    assert days.rows("trial-balance", as_of="17-11-2026") == []


def test_income_and_expenses_begin_anew_in_april(days: CounterDays) -> None:
    columns = "account code section debit credit"
    last = days.shown("trial-balance", columns, as_of="31-03-2027")
    assert last == days.shown("trial-balance", columns)
    of_a_year = [row for row in last if row[2] in {"Income", "Expense"}]
    assert len(of_a_year) == 4
    first = days.shown("trial-balance", columns, as_of="01-04-2027")
    # 1,383.82 and 1.96 earned, 871.00 and 40.00 spent
    retained = ("Retained earnings of earlier years", "retained", "Equity", "", "474.78")
    assert sorted(first) == sorted([*(row for row in last if row not in of_a_year), retained])
    for as_of in ("31-03-2027", "01-04-2027", "30-06-2031"):
        assert days.total("trial-balance", "debit", as_of=as_of) == days.total("trial-balance", "credit", as_of=as_of)
    opened = dict(zip((row[1] for row in first), days.targets("trial-balance", as_of="01-04-2027"), strict=True))
    assert opened["retained"] == "trial-balance {'as_of': '31-03-2027'}"


def test_an_expense_over_two_years_begins_anew_and_cash_goes_on(tmp_path: Path) -> None:
    clock = TurnedClock(datetime(2027, 3, 20, 6, 0, tzinfo=UTC))
    shop = TestShop.create(tmp_path / "shop", clock)
    opens(shop, "500.00")
    spent = partial(moves, shop, MovementKind.EXPENSE, account="Tea", reason="tea for all")
    spent("40.00")
    clock.turn(days=11)  # 31 March
    spent("30.00")
    clock.turn(days=1)
    spent("5.00")
    lived = CounterDays(shop, {}, new_id(), {})
    asked: dict[str, Any] = {"account": "own.tea", "days": "31-03-2027 to 31-03-2029"}
    shown = lived.shown("ledger-account", "date particulars debit balance side", **asked)
    assert shown == [
        ("31-03-2027", "Opening balance", "", "40.00", "Dr"),
        ("31-03-2027", "tea for all", "30.00", "70.00", "Dr"),
        ("01-04-2027", "Opening balance", "", "0.00", ""),
        ("01-04-2027", "tea for all", "5.00", "5.00", "Dr"),
        ("01-04-2028", "Opening balance", "", "0.00", ""),
    ]
    assert lived.pages_agree("ledger-account", **asked) == 5
    assert lived.shown("ledger-account", "particulars balance", account="own.tea", days="01-04-2027")[0] == (
        "Opening balance", "0.00",
    )  # fmt: skip
    cash = lived.shown("ledger-account", "particulars balance", account="cash", days="31-03-2027 to 01-04-2027")
    assert [row[0] for row in cash].count("Opening balance") == 1
    assert lived.shown("trial-balance", "code debit credit", as_of="02-04-2027")[-2:] == [
        ("retained", "70.00", ""), ("own.tea", "5.00", ""),
    ]  # fmt: skip
    shop.close()


@pytest.mark.parametrize("as_of", ["18-11-2026", "19-11-2026", "20-11-2026", "31-03-2027", "01-04-2027"])
def test_what_a_row_of_the_trial_balance_opens_ends_with_the_same_balance(days: CounterDays, as_of: str) -> None:
    rows = days.rows("trial-balance", as_of=as_of)
    assert rows
    year = FinancialYear.of(datetime.strptime(as_of, "%d-%m-%Y").replace(tzinfo=UTC).date())
    for row in rows:
        assert row.target is not None
        report, values = row.target  # type: ignore[misc]
        if report == "trial-balance":
            continue  # what earlier years earned is no account
        assert report == "ledger-account"
        assert values["days"].startswith(f"01-04-{year.starts_in}")
        *_, (balance, side) = days.shown(report, "balance side", **values)
        debit, credit = row.values[3], row.values[4]
        shown = show_value(Kind.MONEY, debit if debit is not None else credit) or "0.00"
        assert (balance, side) == (shown, "Dr" if debit is not None else "Cr" if credit is not None else "")


# --- account of the ledger ---------------------------------------------------------------------------------------


def test_an_account_is_carried_forward_from_before_its_days(days: CounterDays) -> None:
    number = days.number
    shown = days.shown("ledger-account", "date number what particulars debit credit balance side", account="cash")
    assert shown[:2] == [
        ("01-11-2026", "", "", "Opening balance", "", "", "0.00", ""),
        ("18-11-2026", "", "Opening balance entered", "", "500.00", "", "500.00", "Dr"),
    ]
    today = days.shown(
        "ledger-account", "number what particulars debit credit balance side", account="Cash in hand", days="today"
    )
    assert today[0] == ("", "", "Opening balance", "", "", "932.00", "Dr")
    posted = [
        (number("advance"), "Bill", "City Clinic", "57.00", ""),
        (number("wrong"), "Bill", "", "103.00", ""),
        (number("wrong"), "Cancellation", "wrong person", "", "103.00"),
        (number("first"), "Bill", "Asha Menon", "124.00", ""),
        (number("first"), "Cancellation", "Asha Menon: three, not four", "", "124.00"),
        (number("second"), "Bill", "Asha Menon", "92.00", ""),
        (number("cheque"), "Payment change", "paid otherwise at 12:50", "100.00", ""),
        (number("ravis"), "Bill", "", "26.00", ""),
        (number("ravis"), "Cancellation", "double entry", "", "26.00"),
        ("", "Expense", "tea for all", "", "40.00"),
    ]
    assert [row[:5] for row in today[1:]] == posted
    balance = Money.parse("932.00")
    for _, _, _, debit, credit, stands, side in today[1:]:
        balance += Money.parse(debit or "0") - Money.parse(credit or "0")
        assert (stands, side) == (balance.grouped(), "Dr")
    assert balance == Money.parse("1141.00")
    assert days.total("ledger-account", "debit", account="cash", days="today") == "502.00"
    assert days.total("ledger-account", "credit", account="cash", days="today") == "293.00"


def test_a_balance_on_the_other_side_says_so(days: CounterDays) -> None:
    shown = days.shown("ledger-account", "particulars debit credit balance side", account="debtors", days=MONTH)
    assert shown == [
        ("Opening balance", "", "", "0.00", ""),
        ("", "", "200.00", "200.00", "Cr"),
        ("City Clinik", "257.00", "", "57.00", "Dr"),
        ("City Clinic", "200.00", "", "257.00", "Dr"),
    ]


def test_enter_on_a_line_opens_the_bill_that_it_is_about(days: CounterDays) -> None:
    opened = days.targets("ledger-account", account="cards", days=MONTH)
    about = [days.number(name) for name in ("split", "cheque", "cheque", "gone", "gone", "gone", "gone")]
    assert opened[0] == ""
    assert sorted(opened[1:]) == sorted(about)


def test_an_account_that_never_moved_still_has_its_balance(days: CounterDays) -> None:
    assert days.shown("ledger-account", "particulars balance", account="tax.output.igst") == [
        ("Opening balance", "0.00")
    ]


def test_the_running_balance_goes_on_from_page_to_page(days: CounterDays) -> None:
    with days.shop.shop.database.read() as session:
        accounts = session.scalars(select(LedgerAccount.code)).all()
    for account in accounts:
        for when in (MONTH, "today", "18-11-2026"):
            days.pages_agree("ledger-account", account=account, days=when)
    assert days.pages_agree("ledger-account", account="stock", days=MONTH) == 19


def test_what_is_wanted_must_be_an_account(days: CounterDays) -> None:
    with pytest.raises(RuleBroken) as refused:
        days.rows("ledger-account", account="casch")
    assert (refused.value.code, refused.value.where) == ("reports.no_account", "account")
    with pytest.raises(RuleBroken) as refused:
        days.rows("ledger-account")
    assert (refused.value.code, refused.value.where) == ("reports.parameter_missing", "account")


def test_what_was_entered_and_taken_back_is_named_with_its_reason(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10)
    with shop.shop.database.read() as session:
        wrong = session.scalars(
            select(LedgerEntry.document_id).where(LedgerEntry.document_kind == "opening").distinct()
        ).one()
    with shop.shop.database.write(shop.actor) as uow:
        undo_import(uow, UndoImport(import_id=wrong, reason="the wrong file"))
    clock.turn(minutes=1)
    for amount, reason in (("10.00", None), ("12.00", "counted again")):
        command = {"command_id": str(new_id()), "holding": "bank", "name": "SBI", "amount": amount, "reason": reason}
        with shop.shop.database.write(shop.actor) as uow:
            enter_opening_balance(uow, load(EnterOpeningBalance, command))
    lived = CounterDays(shop, {}, new_id(), {})
    assert sorted(lived.shown("day-book", "what particulars account debit credit")) == sorted(
        [
            ("Opening stock", "", "Stock in hand", "150.00", ""),
            ("Opening stock", "", "Opening balances", "", "150.00"),
            ("Opening stock taken back", "the wrong file", "Stock in hand", "", "150.00"),
            ("Opening stock taken back", "the wrong file", "Opening balances", "150.00", ""),
            ("Opening balance entered", "", "SBI", "10.00", ""),
            ("Opening balance entered", "", "Opening balances", "", "10.00"),
            ("Opening balance taken back", "", "SBI", "", "10.00"),
            ("Opening balance taken back", "", "Opening balances", "10.00", ""),
            ("Opening balance entered", "", "SBI", "12.00", ""),
            ("Opening balance entered", "", "Opening balances", "", "12.00"),
        ]
    )


# --- day book ----------------------------------------------------------------------------------------------------


def test_the_day_book_has_every_line_of_every_document_and_balances(days: CounterDays) -> None:
    number = days.number("split")
    yesterday = days.shown("day-book", "date number what account code debit credit", days="yesterday")
    assert [row[2:] for row in yesterday if row[1] == number] == [
        ("Bill", "Cards to come in", "cards", "100.00", ""),
        ("Bill", "Cash in hand", "cash", "175.00", ""),
        ("Bill", "Sales at 5 %", "sales.taxable.5", "", "261.94"),
        ("Bill", "Output CGST", "tax.output.cgst", "", "6.55"),
        ("Bill", "Output SGST/UTGST", "tax.output.sgst", "", "6.55"),
        ("Bill", "Round off", "round_off", "0.04", ""),
        ("Bill", "Cost of goods sold", "cost_of_sales", "170.00", ""),
        ("Bill", "Stock in hand", "stock", "", "170.00"),
    ]
    assert {row[0] for row in yesterday} == {"19-11-2026"}
    with days.shop.shop.database.read() as session:
        lines = session.scalar(select(func.count()).select_from(LedgerEntry))
    for when in ("18-11-2026", "yesterday", "today", MONTH):
        assert days.total("day-book", "debit", days=when) == days.total("day-book", "credit", days=when)
    assert days.pages_agree("day-book", days=MONTH) == lines


def test_enter_opens_a_bill_or_the_account_of_that_day(days: CounterDays) -> None:
    rows = zip(
        days.shown("day-book", "number what code", days="today"), days.targets("day-book", days="today"), strict=True
    )
    for (number, what, code), target in rows:
        wanted = number if what != "Expense" else f"ledger-account {{'account': '{code}', 'days': '20-11-2026'}}"
        assert target == wanted


def test_the_day_book_of_a_time_without_entries_is_empty(days: CounterDays) -> None:
    assert days.rows("day-book", days="2025-26") == []


def test_the_accounts_of_the_day_book_are_the_trial_balance(days: CounterDays) -> None:
    sums: dict[str, int] = {}
    for row in days.rows("day-book", days=MONTH):
        code, debit, credit = row.values[5:]
        assert isinstance(code, str)
        for side, amount in ((1, debit), (-1, credit)):
            if isinstance(amount, Money):
                sums[code] = sums.get(code, 0) + side * amount.paise
    with days.shop.shop.database.read() as session:
        assert sums == {row.code: (row.debit - row.credit).paise for row in trial_balance(session)}


# --- all of them -------------------------------------------------------------------------------------------------

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("trial-balance", {}),
    ("ledger-account", {"account": "cash", "days": MONTH}),
    ("day-book", {"days": MONTH}),
]


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_the_books_are_read_by_indexes(days: CounterDays, name: str, values: dict[str, Any]) -> None:
    for text, steps in days.reads_by_indexes(name, **values):
        # nothing is sorted but a day's documents: a page costs what is on it
        assert not any("FOR ORDER BY" in step for step in steps), text


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_the_books_are_for_owner_and_accountant(days: CounterDays, name: str, values: dict[str, Any]) -> None:
    assert days.rows(name, actor=days.people[Role.ACCOUNTANT], **values) == days.rows(name, **values)
    for role in (Role.CASHIER, Role.PHARMACIST):
        with pytest.raises(RuleBroken) as refused:
            days.rows(name, actor=days.people[role], **values)
        assert refused.value.code == "reports.out_of_scope"


@pytest.mark.parametrize(("name", "values"), ASKED[1:])
def test_a_long_report_tells_how_far_it_is_and_stops(days: CounterDays, name: str, values: dict[str, Any]) -> None:
    told: list[tuple[int, int]] = []

    def tick(done: int, whole: int) -> None:
        told.append((done, whole))
        raise Stopped

    with days.shop.shop.database.read() as session, pytest.raises(Stopped):
        list(open_report(session, days.owner, name, values, TODAY).rows(session, tick=tick))
    assert told[0][1] == 20


def test_a_page_asks_no_question_for_each_line(tmp_path: Path, clock: TurnedClock) -> None:
    asked: list[str] = []
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("PCM500", packs=100)
    counts = []
    for bills in (1, 30):
        for _ in range(bills):
            shop.bills(("PCM500", "1"), customer={"name": "Asha"})
        asked.clear()
        with shop.shop.database.read() as session:
            raw = session.connection().connection.driver_connection
            assert raw is not None
            opened = open_report(session, shop.actor, "ledger-account", {"account": "cash"}, TODAY)
            raw.set_trace_callback(asked.append)
            assert list(opened.rows(session))
            raw.set_trace_callback(None)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    shop.close()
