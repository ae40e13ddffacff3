"""What goods would cost, on paper: nothing moves by it, and a bill of the same day comes to the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.app.choices import set_choice
from core.app.verify import explain_finding
from core.auth.dto import AskOverride, Method
from core.auth.login import Door
from core.auth.overrides import authorise
from core.auth.permissions import Permission
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.catalog.change_dto import DeactivateItem, EditItem, ItemChanges
from core.catalog.dto import DrugSchedule
from core.catalog.viewing import item_view
from core.inventory.batch_dto import HoldBatch, ReviseMrp
from core.inventory.holding import hold_batch
from core.inventory.items import CreateItem, create_item, deactivate_item, edit_item
from core.inventory.model import StockMovement
from core.inventory.repricing import revise_mrp
from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money, Percent
from core.ledger.queries import trial_balance
from core.parties.dto import AddParty, CustomerDetails
from core.parties.service import add_party
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import BillView, CancelBill, CorrectBill, TenderInput, TenderMode
from core.sales.posting import post_bill
from core.sales.quotation_bills import QuotedBill, quotation_to_bill
from core.sales.quotation_dto import MakeQuotation, QuotationView
from core.sales.quotations import QuotationHit, find_quotations, quotation_by_number, streams
from core.sales.quoting import make_quotation
from core.settings.choices import Choice
from tests.core.audit.test_attacks import attacked, checked
from tests.support.clock import TurnedClock
from tests.support.people import OWNERS_PASSWORD, cheap_secrets, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

ASHA = {"name": "Asha Menon", "phone": "+91 98470-12345", "address": "12 Hill Road, Kochi"}
_CASH = 10_000_000_00


def quote_command(*lines: tuple[str, str] | dict[str, Any], **more: Any) -> MakeQuotation:
    said = [{"item": line[0], "quantity": line[1]} if isinstance(line, tuple) else line for line in lines]
    return load(MakeQuotation, {"command_id": str(new_id()), "lines": said, **more})


def makes(shop: TestShop, command: MakeQuotation) -> QuotationView:
    with shop.shop.database.write(shop.actor) as uow:
        return make_quotation(uow, command)


def quotes(shop: TestShop, *lines: tuple[str, str] | dict[str, Any], **more: Any) -> QuotationView:
    return makes(shop, quote_command(*lines, **more))


def today(shop: TestShop) -> date:
    return business_date(shop.clock.now())


def to_bill(shop: TestShop, number: str) -> QuotedBill:
    with shop.shop.database.read() as session:
        return quotation_to_bill(session, number, today(shop))


def posts(shop: TestShop, quoted: QuotedBill) -> BillView:
    paid = (TenderInput(mode=TenderMode.CASH, amount=Money(_CASH)),)
    with shop.shop.database.write(shop.actor) as uow:
        return post_bill(uow, quoted.draft.model_copy(update={"payments": paid}))


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong patient"))


def again(shop: TestShop, number: str) -> QuotationView:
    with shop.shop.database.read() as session:
        return quotation_by_number(session, number)


def found(shop: TestShop, typed: str = "", **more: Any) -> list[int]:
    return [int(hit.number.rpartition("/")[2]) for hit in hits(shop, typed, **more)]


def hits(shop: TestShop, typed: str = "", **more: Any) -> list[QuotationHit]:
    with shop.shop.database.read() as session:
        return find_quotations(session, shop.actor, typed, **more)


def said(quoted: QuotedBill) -> str:
    problem = quoted.problem
    return "" if problem is None else explain(problem)


def books(shop: TestShop) -> tuple[object, int | None]:
    with shop.shop.database.read() as session:
        moved = session.scalar(select(func.count()).select_from(StockMovement))
        return trial_balance(session), moved


def test_a_quotation_has_a_number_and_days_and_moves_nothing(shop: TestShop) -> None:
    shop.receives("PCM500", name="Paracetamol 500", packs=10)
    before = books(shop)
    quotation = quotes(shop, ("PCM500", "2:5"), customer=ASHA)

    assert quotation.number == "C1Q/26-27/000001"
    assert (quotation.date, quotation.valid_until) == (date(2026, 11, 20), date(2026, 11, 27))
    assert (quotation.gross, quotation.discount, quotation.round_off, quotation.total) == (
        Money.parse("64.12"), ZERO, Money.parse("-0.12"), Money.parse("64.00"),
    )  # fmt: skip
    (line,) = quotation.lines
    assert (line.item_name, line.units, line.mrp, line.to_order) == ("Paracetamol 500", 25, Money.parse("25.65"), False)
    assert quotation.customer is not None
    assert (quotation.customer.name, quotation.billed_as) == ("Asha Menon", None)
    assert (books(shop), shop.units("PCM500")) == (before, 100)
    assert shop.bills(("PCM500", "1")).number == "C1/26-27/000001"
    shop.books_agree()


def test_the_same_command_again_is_the_same_quotation(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    command = quote_command(("PCM500", "2"))
    first = makes(shop, command)
    shop.receives("PCM500", batch="A0", expiry="01/2027", mrp="31.00")  # it would cost more now
    assert makes(shop, command) == first
    with shop.refuses("quotations.command_reused"):
        makes(shop, command.model_copy(update={"valid_days": 3}))
    assert quotes(shop, ("PCM500", "2")).number == "C1Q/26-27/000002"
    shop.books_agree()


def test_how_long_prices_hold_is_the_shops_to_say_and_each_quotations(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    with shop.shop.database.write(shop.actor) as uow:
        set_choice(uow, Choice.QUOTATION_VALID_DAYS, "30")
    assert quotes(shop, ("PCM500", "1")).valid_until == date(2026, 12, 20)
    assert quotes(shop, ("PCM500", "1"), valid_days=1).valid_until == date(2026, 11, 21)
    with pytest.raises(RuleBroken, check=lambda broken: broken.where == "valid_days"):
        quote_command(("PCM500", "1"), valid_days=0)


def test_what_is_not_there_is_quoted_at_the_newest_price_and_marked(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", batch="A1", expiry="12/2028", mrp="25.65", packs=3)
    clock.turn(days=1)
    shop.receives("PCM500", batch="A0", expiry="03/2027", mrp="27.00", packs=1)
    quotation = quotes(shop, ("PCM500", "5"), ("PCM500", "3"))
    assert [(line.position, str(line.mrp), line.units, line.to_order) for line in quotation.lines] == [
        (1, "27.00", 50, True), (2, "27.00", 10, False), (2, "25.65", 20, False),
    ]  # fmt: skip
    # of a batch that is sold out the price is still known, and a lowered one holds
    shop.bills(("PCM500", "4"))
    with shop.shop.database.write(shop.actor) as uow:
        lower: dict[str, Any] = {"mrp": Money.parse("20.00"), "from_date": date(2026, 11, 20), "reason": "GST is lower"}
        revise_mrp(uow, ReviseMrp(item="PCM500", batch="A0", **lower))
    (line,) = quotes(shop, ("PCM500", "1")).lines
    assert (str(line.mrp), line.to_order) == ("20.00", True)
    shop.books_agree()


def test_what_never_had_a_price_cannot_be_quoted(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    item = {"code": "NEW", "name": "New", "pack_label": "10's", "pieces_per_pack": 10, "treatment": "taxable"}
    with shop.shop.database.write(shop.actor) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": {**item, "gst": "5", "hsn": "3004"}}))
    with shop.refuses("quotations.no_price", where="lines.1"):
        quotes(shop, ("PCM500", "1"), ("NEW", "1"))
    with shop.refuses("sales.no_such_item", where="lines.0.item"):
        quotes(shop, ("NOTHING", "1"))
    with shop.refuses("quantity.zero", where="lines.0"):
        quotes(shop, ("PCM500", "0"))
    assert quotes(shop, ("PCM500", "1")).number == "C1Q/26-27/000001"  # what was refused took no number


def test_scheduled_drugs_are_quoted_without_a_prescription(shop: TestShop) -> None:
    shop.receives("AZEE", packs=3, schedules=frozenset({DrugSchedule.H1}))
    quotation = quotes(shop, ("AZEE", "1"))
    with shop.refuses("dispensing.needs_prescription"):
        posts(shop, to_bill(shop, quotation.number))
    assert again(shop, quotation.number).billed_as is None
    shop.books_agree()


def test_a_quotation_is_billed_once_and_again_after_that_bill_was_cancelled(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    quotation = quotes(shop, ("PCM500", "2"), customer=ASHA)
    quoted = to_bill(shop, "c1q/26-27/1")
    assert (said(quoted), quoted.draft.payments, quoted.draft.quotation) == ("", (), quotation.number)
    bill = posts(shop, quoted)
    assert (bill.total, bill.customer_name, bill.number) == (quotation.total, "Asha Menon", "C1/26-27/000001")
    assert again(shop, quotation.number).billed_as == bill.number
    assert posts(shop, quoted) == bill
    with shop.refuses("quotations.billed_already", where="quotation"):
        shop.bills(("PCM500", "1"), quotation=quotation.number)
    with shop.refuses("quotations.no_such", where="quotation"):
        shop.bills(("PCM500", "1"), quotation="C1Q/26-27/9")
    with shop.refuses("quotations.billed_already"):
        to_bill(shop, quotation.number)

    cancels(shop, bill)
    assert again(shop, quotation.number).billed_as is None
    second = posts(shop, to_bill(shop, quotation.number))
    assert again(shop, quotation.number).billed_as == second.number
    # a bill in place of a wrong one is still of the quotation
    with shop.shop.database.write(shop.actor) as uow:
        draft = correct_bill(uow, CorrectBill(number=second.number, reason="wrong quantity")).draft
    assert draft.quotation == quotation.number
    with shop.shop.database.write(shop.actor) as uow:
        third = post_bill(uow, draft)
    assert again(shop, quotation.number).billed_as == third.number
    shop.books_agree()


def test_what_has_changed_is_said_by_names_in_one_sentence(shop: TestShop, clock: TurnedClock) -> None:
    for code, name in (("DEAR", "Dearer"), ("SHORT", "Shorter"), ("HELD", "Held"), ("GONE", "Gone"), ("SAME", "Same")):
        shop.receives(code, name=name, packs=5)
    shop.receives("EXP", name="Expiring", expiry="11/2026", packs=5)
    lines = [(code, "4") for code in ("DEAR", "SHORT", "HELD", "GONE", "SAME", "EXP")]
    quotation = quotes(shop, *lines)
    assert said(to_bill(shop, quotation.number)) == ""

    shop.receives("DEAR", batch="A0", expiry="12/2026", mrp="30.00", packs=4)
    shop.bills(("SHORT", "2:5"), ("GONE", "5"))
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="HELD", batch="A1", reason="recalled"))
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="GONE"))
    clock.turn(days=11)  # 1 December
    quoted = to_bill(shop, quotation.number)
    assert said(quoted) == (
        "Since quotation C1Q/26-27/000001: its prices held until 27-11-2026; Dearer costs ₹120.00 instead of ₹102.60; "
        "Shorter: 2:5 of 4:0 in stock; Held: 0:0 of 4:0 may be sold, the rest is held; Gone is sold no more; "
        "Expiring: 0:0 of 4:0 in stock, the rest has expired."
    )
    # what was asked for stays on the draft, so that nobody loses it in silence
    assert [line.item for line in quoted.draft.lines] == ["DEAR", "SHORT", "HELD", "SAME", "EXP"]
    with shop.refuses("stock.not_enough", where="lines.1"):
        posts(shop, quoted)


def test_a_quotation_of_nothing_that_is_still_sold_is_refused(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    quotation = quotes(shop, ("PCM500", "1"))
    shop.bills(("PCM500", "1"))
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="PCM500"))
    with shop.refuses("quotations.nothing_left"):
        to_bill(shop, quotation.number)


def test_discounts_are_kept_as_they_were_asked_for(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10, discount=Percent(500))
    shop.receives("DOLO", packs=10)
    quotation = quotes(
        shop,
        ("PCM500", "1"),
        {"item": "PCM500", "quantity": "1", "discount_percent": "0"},
        {"item": "DOLO", "quantity": "1", "discount_percent": "10"},
        {"item": "DOLO", "quantity": "1", "discount": "3.00"},
        bill_discount_percent="2.5",
    )
    quoted = to_bill(shop, quotation.number)
    asked = [(line.discount_percent, line.discount) for line in quoted.draft.lines]
    assert asked == [(None, None), (Percent(0), None), (Percent(1000), None), (None, Money.parse("3.00"))]
    assert (said(quoted), quoted.draft.bill_discount_percent) == ("", Percent(250))
    assert posts(shop, quoted).total == quotation.total

    other = quotes(shop, {"item": "DOLO", "quantity": "1", "discount_percent": "10"}, bill_discount="1.00")
    with shop.shop.database.write(shop.actor) as uow:
        version = item_view(uow.session, "DOLO", uow.today).version
        edit_item(uow, EditItem(item="DOLO", version=version, changes=ItemChanges(no_discount=True)))
    assert said(to_bill(shop, other.number)).endswith("Dolo can have its discount no more.")
    shop.books_agree()


def test_a_discount_above_ones_own_limit_needs_a_supervisor(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    dear = {"item": "PCM500", "quantity": "1", "discount_percent": "20"}
    with cheap_secrets():
        people = hire(shop.shop.database)
    shop.actor = people[Role.CASHIER]
    with shop.refuses("auth.over_own_limit"):
        quotes(shop, dear)
    command = quote_command(dear)
    ask = {"supervisor": "owner", "secret": OWNERS_PASSWORD, "reason": "a clinic", "permission": "discount_bill"}
    with pytest.raises(RuleBroken) as refused:
        makes(shop, command)
    need = refused.value.values["need"]
    with cheap_secrets():
        authorise(
            Door(shop.shop.database, TurnedUptime()),
            shop.actor,
            AskOverride(
                command_id=command.command_id,
                permission=Permission.DISCOUNT_BILL,
                amount=need.amount,  # type: ignore[attr-defined]
                method=Method.PASSWORD,
                **{name: ask[name] for name in ("supervisor", "secret", "reason")},
            ),
            None,
        )
    assert makes(shop, command).discount == Money.parse("5.13")
    shop.books_agree()


def test_a_customers_card_gives_its_name_and_discount_and_goes_on_the_bill(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    with shop.shop.database.write(shop.actor) as uow:
        details = CustomerDetails(name="City Clinic", phone="9847055555", discount=Percent(1000), gstin=None)
        customer = add_party(uow, AddParty(command_id=new_id(), details=details))
    shop.acts(Role.CASHIER)
    quotation = quotes(shop, ("PCM500", "10"), customer={"id": str(customer.party_id)})
    assert quotation.customer is not None
    assert (quotation.customer.name, quotation.discount) == ("City Clinic", Money.parse("25.65"))
    quoted = to_bill(shop, quotation.number)
    assert quoted.draft.customer == quotation.customer
    assert quoted.draft.lines[0].discount_percent is None
    bill = posts(shop, quoted)
    assert (bill.total, bill.customer_id, said(quoted)) == (quotation.total, customer.party_id, "")
    assert found(shop, "city", billed_too=True) == found(shop, "98470555", billed_too=True) == [1]
    shop.books_agree()


def test_open_quotations_are_found_by_number_name_and_phone_newest_first(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("DOLO", packs=50)
    whom = [ASHA, None, {"name": "Asha Asokan"}, {"name": "Ravi", "phone": "0484 2351234"}, {"phone": "9847099999"}]
    for customer in whom:
        clock.turn(minutes=1)
        quotes(shop, ("PCM500", "1"), ("DOLO", "2"), customer=customer)
    assert found(shop) == [5, 4, 3, 2, 1]
    assert found(shop, limit=2) == [5, 4]
    assert (found(shop, "a"), found(shop, "asha"), found(shop, "as as"), found(shop, "menon ash")) == (
        [3, 1], [3, 1], [3, 1], [1],
    )  # fmt: skip
    assert (found(shop, "98470"), found(shop, "+91 98470 12345"), found(shop, "0484 2351234")) == ([5, 1], [1], [4])
    assert (found(shop, "3"), found(shop, "004"), found(shop, "C1Q/26-27/2"), found(shop, "zzz")) == ([3], [4], [2], [])
    (hit,) = hits(shop, "menon")
    assert (hit.items, hit.customer_phone, hit.billed_as) == (("Pcm500", "Dolo"), "+91 98470-12345", None)

    bill = posts(shop, to_bill(shop, "C1Q/26-27/3"))
    assert (found(shop, "asha"), found(shop)) == ([1], [5, 4, 2, 1])
    assert [(hit.number[-1], hit.billed_as) for hit in hits(shop, "asha", billed_too=True)] == [
        ("3", bill.number), ("1", None),
    ]  # fmt: skip
    cancels(shop, bill)
    assert found(shop, "asha") == [3, 1]
    shop.acts(Role.PURCHASE_CLERK)
    with shop.refuses("auth.out_of_scope"):
        found(shop)


@pytest.mark.parametrize("billed_too", [False, True])
@pytest.mark.parametrize("typed", ["", "a", "asha menon", "98470", "341", "C1Q/26-27/1"])
def test_every_way_reads_by_an_index(shop: TestShop, typed: str, *, billed_too: bool) -> None:
    shop.receives("PCM500", packs=5)
    for _ in range(2):
        quotes(shop, ("PCM500", "1"), customer=ASHA)
    asked: list[str] = []
    with shop.shop.database.read() as session:
        connection = session.connection()
        raw = connection.connection.driver_connection
        assert raw is not None
        statements = list(streams(session, typed, 50, billed_too=billed_too))
        raw.set_trace_callback(asked.append)
        for statement in statements:
            session.execute(statement).all()
        raw.set_trace_callback(None)
        assert asked or typed == "341"
        for statement_text in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement_text}")]
            walks = [step for step in plan if step.startswith("SCAN")]
            # the newest of all are read in their order until the page is full
            assert walks == ([] if typed else ["SCAN quotation USING COVERING INDEX ix_quotation_at"]), plan
            assert typed or not any("ORDER BY" in step for step in plan), plan


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE quotation SET total_paise = 1", "quotation"),
        ("UPDATE quotation SET number = 'C1Q/26-27/000009', serial = 9", "quotation"),
        ("UPDATE quotation_line SET amount_paise = 1", "quotation"),
        ("DELETE FROM quotation_word", "quotation_word"),
        ("DELETE FROM quotation_bill", "quotation_bill"),
    ],
)
def test_an_edit_past_the_guards_is_named(shop: TestShop, clock: TurnedClock, statement: str, table: str) -> None:
    shop.receives("PCM500", packs=10)
    posts(shop, to_bill(shop, quotes(shop, ("PCM500", "1"), customer=ASHA).number))
    file = shop.shop.folder / "shop.db"
    shop.close()
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    findings = checked(file).findings
    assert table in {finding.table for finding in findings}
    assert all(explain_finding(finding) for finding in findings)
    shop.reopen()


def test_numbers_have_no_gap_and_two_standing_bills_of_one_quotation_are_found(
    shop: TestShop, clock: TurnedClock
) -> None:
    shop.receives("PCM500", packs=10)
    quotation = quotes(shop, ("PCM500", "1"))
    posts(shop, to_bill(shop, quotation.number))
    other = shop.bills(("PCM500", "1"))
    file = shop.shop.folder / "shop.db"
    shop.close()
    with attacked(file, clock) as connection:
        connection.execute(
            "INSERT INTO quotation_bill (bill_id, quotation_id) VALUES (?, ?)",
            (other.bill_id.bytes, quotation.quotation_id.bytes),
        )
        connection.execute("UPDATE number_counter SET last = 7 WHERE series = 'C1Q'")
        connection.commit()
    sentences = " ".join(explain_finding(finding) for finding in checked(file).findings)
    assert "more than one bill of it stands" in sentences
    assert "1 quotations numbered 1 to 1, the counter ran from 1 to 7" in sentences
    shop.reopen()


# --- as the bill ------------------------------------------------------------------------------------------------------

ITEMS = [
    ("FIVE", "25.65", 10),
    ("TWELVE", "97.50", 15),
    ("ONE", "249.00", 1),
    ("SMALL", "0.37", 3),
    ("SEVEN", "11.11", 7),
]


@dataclass
class Stocked:
    """A shop with two batches of each item at two prices, and a few pieces of the first ones."""

    shop: TestShop


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stocked]:
    clock = TurnedClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    folder: Path = tmp_path_factory.mktemp("quoted")
    shop = TestShop.create(folder / "shop", clock)
    for number, (code, mrp, pieces) in enumerate(ITEMS):
        item: dict[str, Any] = {"pieces_per_pack": pieces, "pack_label": f"{pieces}'s"}
        if number == 1:
            item["discount"] = Percent(1250)
        shop.receives(code, batch="OLD", expiry="01/2027", mrp=mrp, packs=3, cost="0.3333", **item)
        dearer = str(Money.parse(mrp) + Money.parse("1.01"))
        shop.receives(code, batch="NEW", expiry="01/2029", mrp=dearer, packs=9, cost="0.3333")
        shop.receives(code, batch="MID", expiry="06/2027", mrp=mrp, packs=1, cost="0.3333")
    yield Stocked(shop)
    shop.books_agree()
    shop.close()


_lines = st.lists(
    st.fixed_dictionaries(
        {"item": st.sampled_from([code for code, *_ in ITEMS]), "quantity": st.integers(1, 40).map("{}t".format)},
        optional={"discount_percent": st.sampled_from(["0", "5", "12.5", "33.33", "100"])},
    )
    | st.fixed_dictionaries(
        {
            "item": st.sampled_from([code for code, *_ in ITEMS]),
            "quantity": st.integers(1, 4).map(str),
            "discount": st.integers(0, 37).map(lambda paise: f"0.{paise:02d}"),
        }
    ),
    min_size=1,
    max_size=6,
)
_whole: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.sampled_from([{"bill_discount_percent": "7"}, {"bill_discount": "1.00"}, {"bill_discount": "0.01"}]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_lines, whole=_whole, round_off=st.sampled_from(["nearest", "down", "none"]))
def test_a_quotation_comes_to_what_the_bill_of_it_comes_to_and_moves_nothing(
    stocked: Stocked, lines: list[dict[str, str]], whole: dict[str, str], round_off: str
) -> None:
    shop = stocked.shop
    with shop.shop.database.write(shop.actor) as uow:
        set_choice(uow, Choice.ROUND_OFF, round_off)
    before = books(shop)
    try:
        quotation = quotes(shop, *lines, **whole)
    except RuleBroken as broken:
        assert broken.code == "sales.discount_too_big"  # noqa: PT017
        assume(False)
    assert books(shop) == before
    assert Money.total(line.amount for line in quotation.lines) + quotation.round_off == quotation.total
    assert quotation.gross - quotation.discount + quotation.round_off == quotation.total
    quoted = to_bill(shop, quotation.number)
    if any(line.to_order for line in quotation.lines):
        assert "in stock" in said(quoted)
        return
    assert said(quoted) == ""
    bill = posts(shop, quoted)
    assert (bill.gross, bill.discount, bill.round_off, bill.total) == (
        quotation.gross, quotation.discount, quotation.round_off, quotation.total,
    )  # fmt: skip
    assert Money.total(line.amount for line in bill.lines) == Money.total(line.amount for line in quotation.lines)
    cancels(shop, bill)
