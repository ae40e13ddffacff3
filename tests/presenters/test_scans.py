"""Packs with their batch in the code, doubtful ones, and unknown ones that are taught, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.dto import TeachBarcode
from core.catalog.teaching import teach_barcode
from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.kernel.actor import Actor, Role
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.state import Focus
from pos_desktop.shell.tone import Tone
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop

EAN = "8901234567890"
HEAD = f"]d2010{EAN}"
SEPARATOR = "\x1d"


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter whose paracetamol has a number: batches A1 (03/2027), A2 (08/2027) and OLD (10/2026)."""
    shop = stocked_shop(tmp_path / "shop", clock)
    with shop.shop.database.write(shop.actor) as uow:
        teach_barcode(uow, TeachBarcode(item="PCM500", barcode=EAN))
    yield Counter(shop)
    shop.books_agree()
    shop.close()


def form(counter: Counter) -> BillForm:
    open_form = counter.billing.asking.form
    assert open_form is not None
    return open_form


def choices(counter: Counter) -> list[str]:
    """Return the values that the open question offers, the chosen one first."""
    return [value for value, _ in form(counter).fields[0].choices]


def answers(counter: Counter, choice: str) -> None:
    """Choose and press Enter."""
    counter.billing.asking.submit({"choice": choice})


def lines(counter: Counter) -> list[tuple[str, str | None, int | None]]:
    """Return item, batch taken first, and units of each line."""
    return [(line.item.code, line.entry.batch, line.units) for line in counter.billing.draft.lines]


def notice(counter: Counter) -> str:
    return counter.billing.desk.notice.text


def test_the_batch_in_the_code_is_billed_though_another_expires_first(counter: Counter) -> None:
    counter.billing.scanned(f"{HEAD}17270800" + f"10A2{SEPARATOR}21S1")
    assert lines(counter) == [("PCM500", "A2", 10)]
    assert counter.focus() is Focus.QUANTITY

    counter.billing.scanned(f"{HEAD}17270831" + f"10A2{SEPARATOR}21S2")
    assert lines(counter) == [("PCM500", "A2", 20)]
    counter.billing.quantity_entered()
    counter.pays()

    assert [(line.batch, line.units) for line in counter.last().bill.lines] == [("A2", 20)]


@pytest.mark.parametrize("text", ["0" + EAN, EAN, f"]E0{EAN}", f"https://maker.example/01/0{EAN}"])
def test_without_a_batch_first_expiry_goes_first(counter: Counter, text: str) -> None:
    counter.billing.scanned(text)
    assert lines(counter) == [("PCM500", None, 10)]
    assert counter.billing.asking.form is None


@pytest.mark.parametrize(
    ("rest", "words", "offered"),
    [
        ("1727080010B9", "the pack's code says B9, 08/2027, which is not in stock. Which batch is it?", ["A2", "A1"]),
        ("10B9", "the pack's code says B9, which is not in stock. Which batch is it?", ["A1", "A2"]),
        ("1727070010A2", "says it expires 07/2027, the stock says 08/2027. Which batch is it?", ["A2", "A1"]),
        ("10A217270800", "cannot be read for certain. Which one is on the pack?", ["A2", "A1"]),
        ("17271300", "cannot be read for certain. Which one is on the pack?", ["A1", "A2"]),
    ],
)
def test_a_doubt_is_one_question_and_never_another_batch_silently(
    counter: Counter, rest: str, words: str, offered: list[str]
) -> None:
    counter.billing.scanned(HEAD + rest)
    assert lines(counter) == []
    assert form(counter).purpose is Purpose.BATCH
    assert form(counter).about.endswith(words)
    assert choices(counter) == offered
    counter.billing.asking.escape()
    assert lines(counter) == []

    counter.billing.scanned(HEAD + rest)
    answers(counter, "A2")
    assert counter.billing.asking.form is None
    assert lines(counter) == [("PCM500", "A2", 10)]


@pytest.mark.parametrize("rest", ["10OLD", "1726100010OLD", "1726090010A1"])
def test_an_expired_pack_is_refused(counter: Counter, rest: str) -> None:
    counter.billing.scanned(HEAD + rest)
    assert lines(counter) == []
    assert counter.billing.asking.form is None
    assert "expired" in notice(counter)
    assert counter.billing.desk.notice.tone is Tone.DANGER


@pytest.mark.parametrize("rest", ["10A2", "1727080010A2", "10A217270800"])
def test_a_pack_of_a_held_batch_is_refused_with_the_reason(counter: Counter, rest: str) -> None:
    with counter.shop.shop.database.write(counter.shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch="A2", reason="recalled by the maker"))

    counter.billing.scanned(HEAD + rest)

    assert lines(counter) == []
    assert counter.billing.asking.form is None
    assert "held: recalled by the maker" in notice(counter)
    counter.billing.scanned(EAN)  # the item itself is sold from another batch
    assert lines(counter) == [("PCM500", None, 10)]


def test_a_pack_of_another_batch_on_the_same_line_is_asked(counter: Counter) -> None:
    counter.billing.scanned(EAN)  # first expiry first: A1
    counter.billing.scanned(HEAD + "10A2")
    assert form(counter).about == (
        "Paracetamol 500 is on this bill from batch A1, and this pack is of A2. Which batch shall the line take?"
    )
    answers(counter, "")
    assert lines(counter) == [("PCM500", None, 20)]
    counter.billing.scanned(HEAD + "10A2")
    answers(counter, "A2")
    assert lines(counter) == [("PCM500", "A2", 30)]


def test_undo_takes_the_pack_and_its_batch_back_in_one_step(counter: Counter) -> None:
    counter.billing.scanned(HEAD + "10A2")
    counter.billing.undo()
    assert lines(counter) == []


def test_who_may_not_choose_batches_gets_only_what_expires_first(counter: Counter) -> None:
    counter.lanes.actor = counter.shop.actor = Actor(None, "ravi", Role.CASHIER)
    counter.billing.scanned(HEAD + "10A1")
    assert lines(counter) == [("PCM500", None, 10)]
    counter.billing.remove_line()

    counter.billing.scanned(HEAD + "10A2")
    assert "this pack is of batch A2, but A1 expires first and you may not choose batches" in form(counter).about
    assert choices(counter) == [""]
    answers(counter, "")
    assert lines(counter) == [("PCM500", None, 10)]
    counter.billing.quantity_entered()
    counter.pays()
    assert [line.batch for line in counter.last().bill.lines] == ["A1"]


def test_a_barcode_of_two_items_is_asked(counter: Counter) -> None:
    counter.shop.receives("PCM650", name="Paracetamol 650", barcodes=("0" + EAN,), schedules=frozenset())
    counter.billing.scanned(EAN)
    assert form(counter).purpose is Purpose.ITEM
    assert choices(counter) == ["PCM500", "PCM650"]
    answers(counter, "PCM650")
    assert [code for code, _, _ in lines(counter)] == ["PCM650"]


def test_a_scan_over_a_question_adds_nothing_and_asks_anew(counter: Counter) -> None:
    counter.billing.scanned(HEAD + "10B9")
    before = form(counter)
    counter.billing.scanned(EAN)
    assert form(counter) is not before
    assert form(counter).sentence.startswith("The scan added nothing")
    answers(counter, "A1")
    assert lines(counter) == [("PCM500", "A1", 10)]


def test_an_unread_scan_behind_a_question_adds_nothing_silently(counter: Counter) -> None:
    counter.lanes.holds_reads = True
    counter.billing.scanned(HEAD + "10B9")
    counter.billing.scanned(HEAD + "10B8")
    counter.lanes.answer()
    assert "B9" in form(counter).about
    assert form(counter).sentence.startswith("The scan added nothing")


# --- teaching --------------------------------------------------------------------------------------------------

NEW = "4006381333931"


def test_an_unknown_barcode_is_taught_and_its_pack_goes_on_the_bill(counter: Counter) -> None:
    counter.billing.scanned(f"]d2010{NEW}17270100" + "10P1")
    assert notice(counter).startswith(f"No item has the barcode {NEW}: press F6")
    counter.billing.teach()
    assert notice(counter).startswith(f"Which item has the barcode {NEW}?")
    counter.types("panto")
    assert notice(counter).startswith("Which item")
    counter.billing.search_entered()
    assert form(counter).purpose is Purpose.TEACH
    assert "gets Pantoprazole 40" in form(counter).about
    answers(counter, "PAN40")

    assert lines(counter) == [("PAN40", "P1", 10)]
    assert notice(counter) == f"Pantoprazole 40 has the barcode {NEW} from now on."
    counter.billing.scanned("0" + NEW)
    assert lines(counter) == [("PAN40", "P1", 20)]


def test_esc_leaves_it_untaught(counter: Counter) -> None:
    counter.billing.scanned(NEW)
    counter.billing.teach()
    counter.types("pan")
    counter.billing.escape()
    assert notice(counter).startswith("Which item")  # only what was typed is gone
    counter.billing.escape()
    assert notice(counter) == ""
    counter.adds("panto")
    assert lines(counter) == [("PAN40", None, 10)]
    counter.billing.teach()
    assert notice(counter) == "There is no unknown barcode to teach: scan the pack first."
    assert counter.lanes.written == 0


def test_another_scan_ends_the_teaching(counter: Counter) -> None:
    counter.billing.scanned(NEW)
    counter.billing.teach()
    counter.billing.scanned(EAN)
    assert lines(counter) == [("PCM500", None, 10)]
    assert not counter.billing.teaching.is_on


def test_a_barcode_that_somebody_taught_meanwhile_is_said(counter: Counter) -> None:
    counter.billing.scanned(NEW)
    with counter.shop.shop.database.write(counter.shop.actor) as uow:
        teach_barcode(uow, TeachBarcode(item="AZEE", barcode=NEW))
    counter.billing.teach()
    counter.types("panto")
    counter.billing.search_entered()
    answers(counter, "PAN40")
    assert notice(counter) == f"The barcode {NEW} belongs to the item AZEE: correct one of them."
    assert lines(counter) == []


@pytest.mark.parametrize("text", ["https://maker.example/v?id=17", "x" * 10_000, "Batch: A1; Exp 03/2027", "\x1b@\x00"])
def test_what_can_never_name_an_item_is_not_offered(counter: Counter, text: str) -> None:
    counter.billing.scanned(text)
    assert notice(counter).startswith("No item has the barcode")
    assert "F6" not in notice(counter)
    assert len(notice(counter)) < 160
    assert notice(counter).isprintable()
    counter.billing.teach()
    assert not counter.billing.teaching.is_on
    assert counter.bugs == []


def test_a_misread_number_is_said_and_not_taught(counter: Counter) -> None:
    counter.billing.scanned("4006381333932")
    assert notice(counter).startswith("4006381333932 was misread")
    counter.billing.teach()
    assert not counter.billing.teaching.is_on


def test_who_may_not_change_items_is_not_offered_to_teach(counter: Counter) -> None:
    counter.lanes.actor = counter.shop.actor = Actor(None, "ravi", Role.CASHIER)
    counter.billing.scanned(NEW)
    assert "F6" not in notice(counter)
    counter.billing.teach()
    assert not counter.billing.teaching.is_on
