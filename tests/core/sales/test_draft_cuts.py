"""What is taken off a bill being typed is found where the next one is kept in its place, and stays a fact."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.app.health import confirm_clock
from core.app.verify import explain_finding
from core.audit.model import AuditEvent
from core.catalog.change_dto import DeactivateItem
from core.catalog.dto import NewItem
from core.inventory.items import CreateItem, create_item, deactivate_item
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.sales.cuts import CutKind, keep_draft, quote_draft
from core.sales.drafts import SavedDraft, SavedLine, saved_drafts
from core.sales.model import BillDraft, DraftCut
from core.sales.quotation_dto import MakeQuotation, QuotationLineInput
from core.sales.quoting import make_quotation
from tests.conftest import NOON
from tests.core.audit.test_attacks import attacked, checked
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

#: What one unit of each item comes to, in paise.
PRICES = {"PAN40": 1510, "PCM500": 257}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("PCM500", name="Paracetamol 500", schedules=frozenset(), packs=50)
    shop.receives("PAN40", name="Pantoprazole 40", schedules=frozenset(), packs=50)
    yield shop
    shop.books_agree()
    shop.close()


class Row(NamedTuple):
    """What a cut says, apart from who, when and of which draft."""

    kind: str
    item: str | None
    units: int | None
    lines: int
    paise: int
    after_tender: bool


def cuts(shop: TestShop, *drafts: UUID) -> list[Row]:
    """Return what was recorded, of these drafts where some are named, oldest first."""
    asked = select(
        DraftCut.kind,
        DraftCut.item_code,
        DraftCut.units,
        DraftCut.lines,
        DraftCut.amount_paise,
        DraftCut.is_after_tender,
    ).order_by(DraftCut.id)
    with shop.shop.database.read() as session:
        rows = session.execute(asked.where(DraftCut.draft_id.in_(drafts)) if drafts else asked)
        return [Row(*row) for row in rows]


def events(shop: TestShop, kind: str = "") -> int:
    """Count the events of the log, those of a kind where one is named."""
    counted = select(func.count()).select_from(AuditEvent)
    with shop.shop.database.read() as session:
        return session.scalar(counted.where(AuditEvent.kind == kind) if kind else counted) or 0


def line(item: str, units: int, *, is_new: bool = False) -> SavedLine:
    """Return a line of so many units; of none where what is typed was never understood."""
    return SavedLine(
        item=item, typed=f"{units}t", units=units, amount_paise=units * PRICES.get(item, 100), is_new=is_new
    )


@dataclass
class Slip:
    """A bill being typed in a slot, as the counter keeps it."""

    shop: TestShop
    here: UUID
    slot: int = 0
    asked: bool = False
    owner: str = "owner"

    @classmethod
    def at(cls, shop: TestShop, slot: int = 0) -> Slip:
        return cls(shop, new_id(), slot)

    def keeps(self, *lines: SavedLine, customer: str = "") -> None:
        """Keep it with these lines; nothing is typed where there is neither a line nor a customer."""
        draft = SavedDraft(
            command_id=self.here, lines=lines, customer_name=customer, owner=self.owner, asked_money=self.asked
        )
        with self.shop.shop.database.write(self.shop.actor) as uow:
            keep_draft(uow, self.slot, draft if lines or customer else None, self.here)

    def clears(self) -> UUID:
        """Begin an empty bill in the place, and return the id of the one that stood there."""
        cleared, self.here, self.asked = self.here, new_id(), False
        return cleared

    def posts(self, *lines: tuple[str, str] | dict[str, Any], **bill: Any) -> None:
        """Post it with these lines; the place is empty then, and nothing is kept yet."""
        self.shop.bills(*lines, command_id=self.here, **bill)
        self.clears()


@pytest.fixture
def slip(shop: TestShop) -> Slip:
    return Slip.at(shop)


# --- the same bill -----------------------------------------------------------------------------------------------


def test_a_line_that_was_deleted_is_recorded_with_all_that_is_known_of_it(
    slip: Slip, shop: TestShop, clock: TurnedClock
) -> None:
    slip.keeps(line("PCM500", 20), line("PAN40", 10))
    assert (cuts(shop), events(shop, "draft.cut")) == ([], 0)
    clock.turn(seconds=1)
    slip.keeps(line("PAN40", 10))

    with shop.shop.database.read() as session:
        cut = session.scalars(select(DraftCut)).one()
        node, subject = session.execute(
            select(AuditEvent.node_id, AuditEvent.subject_id).where(AuditEvent.kind == "draft.cut")
        ).one()
    assert (cut.kind, cut.draft_id, cut.node_id, cut.username) == (CutKind.LINE, slip.here, node, "owner")
    assert (cut.item_code, cut.item_name, cut.pieces_per_pack) == ("PCM500", "Paracetamol 500", 10)
    assert (cut.units, cut.lines, cut.amount_paise, cut.is_after_tender) == (20, 1, 20 * 257, False)
    assert (cut.at, cut.on_date, subject) == (clock.now(), business_date(clock.now()), slip.here)


def test_what_is_kept_again_as_it_was_or_grows_is_nothing(slip: Slip, shop: TestShop) -> None:
    before = events(shop)
    slip.asked = True
    for units in (1, 1, 15):
        slip.keeps(line("PCM500", units))
    slip.keeps(line("PAN40", 1), line("PCM500", 15), customer="Ravi")
    assert (cuts(shop), events(shop)) == ([], before)


def test_less_of_an_item_counts_once_the_money_was_asked_for(slip: Slip, shop: TestShop) -> None:
    slip.keeps(line("PCM500", 30))
    slip.keeps(line("PCM500", 20))
    slip.asked = True
    slip.keeps(line("PCM500", 15))  # before the tender as far as anybody can know
    assert cuts(shop) == []
    slip.keeps(line("PCM500", 7), line("PAN40", 1))
    slip.keeps(line("PAN40", 1))
    assert cuts(shop) == [
        Row("quantity", "PCM500", 8, 0, 8 * 257, after_tender=True),
        Row("line", "PCM500", 7, 1, 7 * 257, after_tender=True),
    ]


def test_a_part_of_a_quantity_is_worth_its_share(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(SavedLine(item="PCM500", typed="3t", units=3, amount_paise=1000))
    slip.keeps(line("PCM500", 1))
    assert cuts(shop) == [Row("quantity", "PCM500", 2, 0, 667, after_tender=True)]


def test_the_last_line_is_a_line_whether_or_not_a_customer_stays(slip: Slip, shop: TestShop) -> None:
    slip.keeps(line("PCM500", 10), customer="Ravi")
    slip.keeps(customer="Ravi")
    slip.keeps(line("PCM500", 10))
    slip.keeps()
    slip.clears()
    slip.keeps()
    assert cuts(shop) == [Row("line", "PCM500", 10, 1, 2570, after_tender=False)] * 2


def test_an_item_on_two_lines_is_counted_together(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(line("PCM500", 10), line("PCM500", 5), line("PAN40", 4), line("PAN40", 6))
    slip.keeps(line("PCM500", 12))
    assert cuts(shop) == [
        Row("quantity", "PCM500", 3, 0, 3 * 257, after_tender=True),
        Row("line", "PAN40", 10, 2, 15100, after_tender=True),
    ]


def test_a_first_quantity_that_is_still_being_typed_may_become_any(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(line("PCM500", 150, is_new=True))
    slip.keeps(line("PCM500", 10, is_new=True))
    slip.keeps(line("PCM500", 120))
    assert cuts(shop) == []
    slip.keeps(line("PCM500", 100), line("PAN40", 150, is_new=True))
    slip.keeps(line("PCM500", 100))
    assert cuts(shop) == [
        Row("quantity", "PCM500", 20, 0, 20 * 257, after_tender=True),
        Row("line", "PAN40", 150, 1, 150 * 1510, after_tender=True),
    ]


def test_what_was_never_understood_is_neither_more_nor_less(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(line("PCM500", 10), line("PAN40", 0))
    slip.keeps(line("PCM500", 0), line("PAN40", 5))
    slip.keeps(line("PAN40", 5))
    assert cuts(shop) == []


def test_a_body_of_an_earlier_version_says_nothing_of_units(slip: Slip, shop: TestShop) -> None:
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    with shop.shop.database.write(shop.actor) as uow:
        row = uow.session.get(BillDraft, 0)
        assert row is not None
        body = json.loads(row.body)
        del body["asked_money"]
        for one in body["lines"]:
            for name in ("units", "amount_paise", "is_new"):
                del one[name]
        row.body = json.dumps(body)
    with shop.shop.database.read() as session:
        assert saved_drafts(session)[0].lines[0].units == 0
    slip.keeps(line("PCM500", 3))
    assert cuts(shop) == []
    slip.keeps()
    assert [cut.item for cut in cuts(shop)] == ["PCM500"]


def test_an_item_that_is_sold_no_more_is_left_out_by_the_program(slip: Slip, shop: TestShop) -> None:
    details = {"code": "GONE", "name": "Gone", "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004"}
    item = NewItem.model_validate({**details, "treatment": "taxable", "gst": "5"})
    with shop.shop.database.write(shop.actor) as uow:
        create_item(uow, CreateItem(command_id=new_id(), item=item))
    slip.keeps(line("PCM500", 10), line("GONE", 10))
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="GONE"))
    before = events(shop)
    slip.keeps(line("PCM500", 10))
    assert (cuts(shop), events(shop)) == ([], before)
    slip.keeps(line("GONE", 10), line("NEVER", 10), line("PAN40", 10))
    slip.keeps(line("GONE", 10))
    assert [cut.item for cut in cuts(shop)] == ["PCM500", "PAN40"]


# --- another bill ------------------------------------------------------------------------------------------------


def test_a_bill_that_is_cleared_is_one_row(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    cleared = slip.clears()
    slip.keeps()
    assert cuts(shop, cleared) == [Row("draft", None, None, 2, 2570 + 15100, after_tender=True)]
    slip.keeps(line("PCM500", 10))
    cleared = slip.clears()
    slip.keeps(line("PCM500", 10))
    assert cuts(shop, cleared) == [Row("draft", None, None, 1, 2570, after_tender=False)]


def test_a_bill_without_lines_is_nothing_to_clear(slip: Slip, shop: TestShop) -> None:
    slip.keeps(customer="Ravi")
    slip.clears()
    slip.keeps(line("PCM500", 10))
    assert cuts(shop) == []


def test_other_slots_are_other_bills(slip: Slip, shop: TestShop) -> None:
    held = Slip.at(shop, slot=1)
    slip.keeps(line("PCM500", 10))
    held.keeps(line("PAN40", 10))
    slip.keeps(line("PCM500", 10), customer="Ravi")
    held.keeps(line("PAN40", 20))
    assert cuts(shop) == []


# --- what became of it -------------------------------------------------------------------------------------------


def test_a_bill_that_was_posted_as_it_stood_is_nothing(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    slip.posts(("PCM500", "1"), ("PAN40", "1"))
    before = events(shop)
    slip.keeps(line("PCM500", 3))
    assert (cuts(shop), events(shop)) == ([], before)


def test_what_was_taken_off_just_before_posting_is_found_in_the_bill(slip: Slip, shop: TestShop) -> None:
    slip.asked = True
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    slip.posts(("PCM500", "7t"))
    slip.keeps()
    slip.keeps(line("PCM500", 3))
    assert cuts(shop) == [
        Row("quantity", "PCM500", 3, 0, 3 * 257, after_tender=True),
        Row("line", "PAN40", 10, 1, 15100, after_tender=True),
    ]


def test_batches_and_free_pieces_of_a_bill_are_counted_together(slip: Slip, shop: TestShop) -> None:
    shop.receives("PCM500", batch="A2", packs=50)
    slip.asked = True
    slip.keeps(line("PCM500", 520))
    slip.posts({"item": "PCM500", "quantity": "51", "free": "1", "rate": "15.00"}, price_basis="exclusive")
    slip.keeps()
    assert cuts(shop) == []


def test_a_bill_posted_as_the_power_went_is_compared_for_who_typed_it(slip: Slip, shop: TestShop) -> None:
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    slip.posts(("PCM500", "1"))
    shop.acts(Role.PHARMACIST)
    slip.owner = "pharmacist"
    slip.keeps(line("PCM500", 3))  # a free slot, as far as saved_drafts knows
    assert cuts(shop) == [Row("line", "PAN40", 10, 1, 15100, after_tender=False)]
    slip.keeps()
    with shop.shop.database.read() as session:
        found = session.execute(select(DraftCut.item_code, DraftCut.username).order_by(DraftCut.id))
        assert [tuple(row) for row in found] == [("PAN40", "owner"), ("PCM500", "pharmacist")]


def test_a_draft_of_nobodys_is_whose_keys_they_are(slip: Slip, shop: TestShop) -> None:
    slip.owner = ""
    slip.keeps(line("PCM500", 10))
    shop.acts(Role.CASHIER)
    slip.keeps()
    with shop.shop.database.read() as session:
        assert session.scalars(select(DraftCut.username)).all() == ["cashier"]


def quotes(slip: Slip, *lines: tuple[str, int]) -> None:
    command = MakeQuotation(
        command_id=new_id(),
        lines=tuple(QuotationLineInput(item=item, quantity=f"{units}t") for item, units in lines),
    )
    with slip.shop.shop.database.write(slip.shop.actor) as uow:
        quote_draft(uow, slip.slot, slip.here, dict(lines))
        make_quotation(uow, command)


def test_a_bill_that_became_a_quotation_is_not_abandoned(slip: Slip, shop: TestShop) -> None:
    slip.keeps(line("PCM500", 10))
    quotes(slip, ("PCM500", 10))
    slip.clears()
    slip.keeps(line("PAN40", 10))
    assert cuts(shop) == []


def test_what_was_taken_off_just_before_quoting_goes_into_the_event_of_the_quotation(
    slip: Slip, shop: TestShop
) -> None:
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    quotes(slip, ("PCM500", 10))
    assert cuts(shop) == [Row("line", "PAN40", 10, 1, 15100, after_tender=False)]
    assert (events(shop, "quotation.made"), events(shop, "draft.cut")) == (1, 0)


def test_a_quotation_is_not_taken_for_the_bill_that_stood_there_before(slip: Slip, shop: TestShop) -> None:
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    slip.posts(("PCM500", "1"), ("PAN40", "1"))
    quotes(slip, ("PCM500", 3))
    assert cuts(shop) == []
    slip.keeps(line("PAN40", 10))
    cleared = slip.clears()
    quotes(slip, ("PCM500", 3))
    assert cuts(shop) == cuts(shop, cleared) == [Row("draft", None, None, 1, 15100, after_tender=False)]


# --- who, and when -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_what_anybody_takes_off_is_recorded_and_what_they_type_is_kept(slip: Slip, shop: TestShop, role: Role) -> None:
    shop.acts(role)
    slip.owner = role.value
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    slip.keeps(line("PCM500", 10))
    assert [cut.item for cut in cuts(shop)] == ["PAN40"]
    with shop.shop.database.read() as session:
        assert [one.item for one in saved_drafts(session)[0].lines] == ["PCM500"]


def test_with_an_odd_clock_what_was_kept_stays_and_is_compared_when_it_goes_right(
    slip: Slip, shop: TestShop, clock: TurnedClock
) -> None:
    slip.keeps(line("PCM500", 10), line("PAN40", 10))
    clock.turn(days=-40)
    slip.keeps(line("PCM500", 20), line("PAN40", 10))  # where nothing went, nothing is asked of the clock
    with shop.refuses("clock.behind"):
        slip.keeps(line("PCM500", 20))
    with shop.shop.database.read() as session:
        assert len(saved_drafts(session)[0].lines) == 2
    with shop.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
        confirm_clock(uow)
    slip.keeps(line("PCM500", 20))
    slip.keeps(line("PCM500", 20))
    assert cuts(shop) == [Row("line", "PAN40", 10, 1, 15100, after_tender=False)]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM draft_cut", "verify.row_missing"),
        ("UPDATE draft_cut SET units = 1", "verify.row_altered"),
        ("UPDATE draft_cut SET username = 'ravi'", "verify.row_altered"),
    ],
)
def test_an_edit_past_the_guards_is_named(
    slip: Slip, shop: TestShop, clock: TurnedClock, statement: str, code: str
) -> None:
    slip.keeps(line("PCM500", 10))
    slip.keeps()
    file = shop.shop.folder / "shop.db"
    shop.close()
    with attacked(file, clock) as connection:
        kept = connection.execute("SELECT * FROM draft_cut").fetchone()
        connection.execute(statement)
        connection.commit()
    finding = next(one for one in checked(file).findings if one.table == "draft_cut")
    assert finding.code == code
    if code == "verify.row_altered":
        assert "taken off a bill by" in explain_finding(finding)
    with attacked(file, clock) as connection:
        connection.execute("DELETE FROM draft_cut")
        connection.execute(f"INSERT INTO draft_cut VALUES ({', '.join('?' * len(kept))})", kept)
        connection.commit()
    shop.reopen()


# --- any typing --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """A shop with so much of two items that everything can be billed."""
    shop = TestShop.create(tmp_path_factory.mktemp("ample") / "shop", TurnedClock(NOON))
    for code in PRICES:
        shop.receives(code, packs=100_000, schedules=frozenset())
    yield shop
    shop.books_agree()
    shop.close()


#: A bill as it is looked at: so many units of each item.
slips = st.tuples(*(st.integers(0, 40) for _ in PRICES)).map(
    lambda counts: {item: count for item, count in zip(PRICES, counts, strict=True) if count}
)
slots = itertools.count()
steps = st.lists(
    st.one_of(
        st.tuples(st.just("keeps"), slips),
        st.tuples(st.just("asks"), slips),
        st.tuples(st.just("clears"), slips),
        st.tuples(st.just("posts"), slips.filter(bool)),
    ),
    min_size=1,
    max_size=10,
)


def worth(units: Mapping[str, int]) -> int:
    return sum(PRICES[item] * count for item, count in units.items())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_all_that_was_put_on_a_bill_was_sold_stands_or_was_recorded(
    ample: TestShop, steps: list[tuple[str, dict[str, int]]]
) -> None:
    """What was put on = what was posted + what stands + what the cuts say + what shrank before the money was asked for.

    It holds in paise for everything, and in units for each item of a bill that was not cleared whole.
    """
    slip = Slip.at(ample, slot=next(slots))
    stands: Counter[str] = Counter()  # on the disk
    put, sold, untold, cleared = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    ids, abandoned, asked = [slip.here], 0, False

    def seen(now: Mapping[str, int]) -> None:
        """The same bill is looked at again."""
        put.update(Counter(now) - stands)
        if not asked:
            untold.update({item: stands[item] - now[item] for item in stands if 0 < now.get(item, 0) < stands[item]})

    for step, units in steps:
        if step == "posts":
            seen(units)
            slip.posts(*((item, f"{count}t") for item, count in units.items()))
            sold.update(units)
            stands, asked = Counter(), False
        elif step == "clears":
            slip.clears()
            cleared.update(stands)
            abandoned += bool(stands)
            slip.keeps(*(line(item, count) for item, count in units.items()))
            put.update(units)
            stands, asked = Counter(units), False
        else:
            seen(units)
            slip.asked = slip.asked or step == "asks"
            slip.keeps(*(line(item, count) for item, count in units.items()))
            stands, asked = Counter(units), slip.asked
        ids.append(slip.here)
    slip.keeps(*(line(item, count) for item, count in stands.items()))

    found = cuts(ample, *ids)
    of_items = Counter[str]()
    for cut in found:
        if cut.item is not None:
            assert cut.units is not None
            of_items[cut.item] += cut.units
            assert (cut.paise, cut.units > 0) == (cut.units * PRICES[cut.item], True)
    assert put == sold + stands + untold + cleared + of_items
    assert worth(put) == worth(sold) + worth(stands) + worth(untold) + sum(cut.paise for cut in found)
    assert sum(cut.kind == CutKind.DRAFT for cut in found) == abandoned
