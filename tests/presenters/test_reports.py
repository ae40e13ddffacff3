"""The reports' screen without a window: what is found, read, added up, looked into, kept, saved and printed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from core.kernel.actor import Actor, Role
from core.kernel.days import Days, Preset
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.dto import AddParty, CustomerDetails
from core.parties.service import add_party
from core.reporting.report import Stopped
from core.reporting.shaping import LineKind, Shape
from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.reports import reading, shown
from pos_desktop.screens.reports.long_reads import Teller
from pos_desktop.screens.reports.presenter import Place
from pos_desktop.screens.reports.shown import Totals
from pos_desktop.screens.reports.words import count_of, empty_of, group_words, heading_of, state_of
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import hire
from tests.support.reports import ReportDesk
from tests.support.shop import TestShop

DAY = date(2026, 11, 20)


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    for code in ("CROCIN", "DOLO"):
        made.receives(code, name=code.title(), manufacturer="Micro Labs", schedules=frozenset(), packs=500)
    yield made
    made.close()


@pytest.fixture
def desk(shop: TestShop, tmp_path: Path) -> Iterator[ReportDesk]:
    made = ReportDesk(shop, tmp_path / "papers")
    yield made
    assert made.bugs == []
    made.do.end()


def billed(shop: TestShop, count: int) -> list[str]:
    """Post bills of one to so many packs and return their numbers."""
    return [shop.bills(("CROCIN", str(number + 1))).number for number in range(count)]


# --- the list ----------------------------------------------------------------------------------------------------


def test_the_list_is_found_by_words_and_heads_are_passed_over(desk: ReportDesk) -> None:
    do = desk.do.listing
    assert do.rows[0].is_head
    assert do.rows[0].text == "Sales"
    assert do.chosen is not None
    assert do.chosen.text == "Sales by day"
    do.choose(0)  # a head: one stays where one is, for nothing stands above it
    assert do.chosen.text == "Sales by day"
    do.move(100)
    assert do.chosen_at == len(do.rows) - 1
    last = do.chosen_at
    head = max(at for at in range(last) if do.rows[at].is_head)
    do.choose(head)
    assert do.chosen_at == head - 1
    do.choose(head)
    assert do.chosen_at == head + 1
    do.search("item sales")
    assert do.chosen.text == "Sales by item"  # which is called so, though others say so
    do.search("maker")
    assert {"Sales by maker"} <= set(desk.names)
    do.search("nothing is called so")
    assert (len(do.rows), do.favourite) == (0, "")
    desk.do.open_chosen()
    assert desk.do.here is None
    desk.do.escape()
    assert do.text == ""
    assert do.chosen is not None


# --- reading -----------------------------------------------------------------------------------------------------


def test_a_report_is_opened_with_its_totals(desk: ReportDesk, shop: TestShop) -> None:
    billed(shop, 2)
    here = desk.opens("sales by day")
    assert desk.place() is Place.REPORT
    assert desk.do.listing.text == ""
    assert (here.is_read, here.chosen_at, desk.column("day"), desk.column("bills")) == (True, 0, [DAY], [2])
    assert desk.totals["bills"] == "2"
    assert desk.totals["total"] == here.lines[0].values[-4].grouped()  # type: ignore[union-attr]
    assert desk.totals["day"] == "Total"
    assert count_of(here) == "1 row"
    assert heading_of(here) == "Days: 01-11-2026 to 20-11-2026"
    assert here.preset is Preset.THIS_MONTH


def test_days_are_turned_and_typed(desk: ReportDesk, shop: TestShop, clock: TurnedClock) -> None:
    billed(shop, 1)
    clock.turn(hours=24)
    here = desk.opens("sales by day")
    assert len(here.lines) == 1
    for preset in [*list(Preset)[3:], *list(Preset)[:3]]:
        desk.do.turn_preset()
        assert (here.preset, here.opened is not None and here.opened.asked.days) == (
            preset,
            preset.days(date(2026, 11, 21)),
        )
    desk.do.type_days("20-11-2026")
    assert (here.preset, desk.column("day"), desk.do.days_text) == (None, [DAY], "20-11-2026")
    assert heading_of(here) == "Days: 20-11-2026"
    for text in ("20-11-202", "31-02-2026", "soon"):
        desk.do.type_days(text)  # half typed: what is shown stays
        assert desk.column("day") == [DAY]
        assert f'"{text}"' in desk.said
    desk.do.type_days("2026-27")
    assert (desk.said, desk.column("day")) == ("", [DAY])
    desk.do.type_days("19-11-2026")
    assert (here.lines, here.chosen_at, desk.totals.get("bills")) == ([], -1, "…")
    assert empty_of(here).startswith("There is nothing")
    desk.do.turn_preset()
    assert (here.preset, desk.do.days_text) == (Preset.TODAY, "")
    desk.do.type_days("Last month")
    assert (here.preset, heading_of(here)) == (Preset.LAST_MONTH, "Days: 01-10-2026 to 31-10-2026")


def test_a_report_of_one_day_is_asked_for_it(desk: ReportDesk, shop: TestShop, clock: TurnedClock) -> None:
    billed(shop, 1)
    clock.turn(hours=24)
    here = desk.opens("trial balance")
    assert here.lines
    assert not desk.do.has_presets
    assert desk.do.has_days
    desk.do.type_days("11-2026")  # a month is no day
    assert "11-2026" in desk.said
    assert here.lines
    desk.do.type_days("19-11-2026")
    assert "19-11-2026" in heading_of(here)
    desk.do.type_days("today")
    assert "21-11-2026" in heading_of(here)


def test_a_long_list_is_read_by_the_page_and_added_up_behind(
    desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "PAGE", 4)
    monkeypatch.setattr(shown, "_NEAR", 1)
    numbers = billed(shop, 10)
    desk.hands.holds = True
    here = desk.opens("bills")
    assert desk.column("number") == numbers[:4]
    assert (count_of(here), desk.totals["total"], here.totals_are) == (
        "the first 4 rows, more below",
        "…",
        Totals.WAITED,
    )
    assert desk.running() == ""
    desk.timer.rings()  # 0.3 s later
    assert desk.running() == "Adding up …"
    desk.hands.work()
    assert (desk.running(), count_of(here), desk.sums()) == ("", "4 of 10 rows", Totals.KNOWN)
    assert desk.totals["total"] != "…"

    here.choose(2)
    assert len(here.lines) == 4
    desk.lanes.holds_reads = True
    here.choose(3)
    here.more()  # one page at a time
    assert len(desk.lanes.reads) == 1
    desk.lanes.answer()
    desk.lanes.holds_reads = False
    assert (desk.column("number"), here.chosen_at) == (numbers[:8], 3)
    here.more()
    assert (desk.column("number"), here.has_more, count_of(here)) == (numbers, False, "10 rows")

    # a page that is still being read when something else is asked for comes too late
    desk.do.turn_preset()
    desk.do.type_days("11-2026")
    desk.lanes.holds_reads = True
    here.more()
    desk.do.type_days("10-2026")
    late, newest = desk.lanes.reads
    newest()
    late()
    assert here.lines == []


def test_only_the_newest_question_is_answered(desk: ReportDesk, shop: TestShop) -> None:
    billed(shop, 2)
    desk.hands.holds = desk.lanes.holds_reads = True
    here = desk.opens("sales by day")
    desk.do.type_days("10-2026")
    first, second = desk.lanes.reads
    second()  # the lanes may answer in any order
    first()
    desk.lanes.holds_reads = False
    assert heading_of(here) == "Days: 01-10-2026 to 31-10-2026"
    desk.do.turn_preset()
    desk.do.turn_preset()
    assert (
        len(desk.hands.waiting) == 1
    )  # one at a time: the others wait for it to stop, and only the last of them is read
    desk.hands.work()
    assert (here.preset, here.is_read) == (Preset.YESTERDAY, True)
    assert here.lines == []


def test_what_takes_long_is_stopped(desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "PAGE", 4)
    numbers = billed(shop, 6)
    desk.hands.holds = True
    here = desk.opens("sales by item")
    desk.timer.rings()
    assert desk.running() == "Reading …"
    desk.do.escape()
    assert (here.is_stopped, here.is_read, desk.running()) == (True, False, "")
    assert "Ctrl+R" in empty_of(here)
    desk.hands.work()  # what was stopped never answers
    assert here.lines == []
    desk.do.read_again()
    desk.hands.work()
    assert (here.is_stopped, len(here.lines)) == (False, 1)

    here = desk.opens("bills")
    desk.timer.rings()
    desk.do.escape()
    assert (desk.sums(), desk.totals["total"], len(here.lines)) == (Totals.STOPPED, "…", 4)
    desk.hands.work()
    assert desk.totals["total"] == "…"
    desk.do.read_again()
    desk.hands.work()
    assert desk.sums() is Totals.KNOWN

    desk.sorts("number")  # all of it has to be read for that
    assert desk.order() == "number"
    desk.timer.rings()
    desk.do.escape()  # stopped: it stays as it was
    assert (desk.order(), desk.column("number")) == (None, numbers[:4])
    desk.hands.work()
    assert desk.order() is None


def test_a_read_looks_now_and_then_whether_it_is_wanted(
    desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_EVERY", 1)
    monkeypatch.setattr(shown, "PAGE", 2)
    billed(shop, 4)
    desk.hands.holds = True
    here = desk.opens("bills")
    desk.timer.rings()
    told: list[str] = []
    desk.do.listen(lambda: told.append(here.running.text if here.running else ""))
    desk.hands.work()
    assert any(text.startswith("Adding up") for text in told)
    stop = threading.Event()
    heard: list[tuple[int, int]] = []
    tell = Teller(lambda call: call(), lambda done, whole: heard.append((done, whole)), stop)
    for done in range(100):
        tell(done, 100)
    assert heard == [(0, 100)]  # a few times a second, however fast it goes
    stop.set()
    with pytest.raises(Stopped):
        tell(100, 100)


def test_too_many_rows_are_for_a_file(desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    monkeypatch.setattr(shown, "PAGE", 2)
    numbers = billed(shop, 5)
    here = desk.opens("bills")
    desk.sorts("number")
    assert "F6" in desk.said
    assert (here.shape.sort, desk.column("number")) == (None, numbers[:2])


# --- shaping -----------------------------------------------------------------------------------------------------


def test_rows_are_sorted_grouped_and_searched(
    desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "PAGE", 3)
    shop.bills(("CROCIN", "1"), customer={"name": "Asha", "phone": "9847000001"})
    shop.bills(("DOLO", "3"), customer={"name": "Ravi", "phone": "9847000002"})
    shop.bills(("CROCIN", "2"), customer={"name": "Asha", "phone": "9847000001"})
    shop.bills(("PCM500", "1"))
    here = desk.opens("bills")
    desk.sorts("total")  # a number: the most first
    totals = desk.column("total")
    assert (totals, here.shape.descending) == (sorted(totals, reverse=True), True)
    assert len(totals) == 4
    desk.sorts("total")
    assert desk.column("total") == sorted(totals)
    desk.sorts("total")
    assert (here.shape.sort, len(here.lines)) == (None, 4)
    desk.do.open_sort()
    desk.sends(sort="customer", order="down")
    assert desk.column("customer") == ["Ravi", "Asha", "Asha", None]
    desk.do.open_sort()
    assert desk.form.fields[0].value == "customer"
    desk.do.escape()

    turned = []
    while True:
        assert group_words(here, desk.do.following_group)
        desk.do.turn_group()
        turned.append(here.shape.group)
        if here.shape.group in {None, "customer"}:
            break
    assert turned[-1] == "customer"
    kinds = [line.kind for line in here.lines]
    assert kinds.count(LineKind.GROUP) == kinds.count(LineKind.SUBTOTAL) == 3
    assert here.chosen is not None
    assert here.chosen.kind is LineKind.ROW
    assert "grouped by Customer" in heading_of(here)
    assert count_of(here) == "4 rows"
    desk.do.find("ASHA crocin")
    assert here.lines == []
    assert "these words" in empty_of(here)
    desk.do.find("asha")
    assert (count_of(here), [kind.kind for kind in here.lines].count(LineKind.ROW)) == ('2 rows with "asha"', 2)
    desk.do.escape()
    assert here.question.shape.words == ""
    assert count_of(here) == "4 rows"


def test_words_are_found_beyond_the_rows_that_are_shown(
    desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "PAGE", 2)
    numbers = billed(shop, 5)
    here = desk.opens("bills")
    desk.do.find(numbers[-1])
    assert desk.column("number") == [numbers[-1]]
    assert not here.has_more
    desk.do.find("")
    assert (desk.column("number"), here.has_more) == (numbers[:2], True)


def test_columns_are_chosen_and_put_into_their_order(desk: ReportDesk, shop: TestShop) -> None:
    billed(shop, 1)
    here = desk.opens("sales by item")
    usual = [column.id for column in here.columns]
    assert "salt" not in usual
    desk.do.open_columns()
    choice = desk.do.choice
    assert choice is not None
    desk.do.turn_group()  # not while they are being chosen
    assert here.shape.group is None
    assert [row.id for row in choice.rows] == [column.id for column in here.report.columns]
    salt = [row.id for row in choice.rows].index("salt")
    choice.move(salt)
    choice.toggle()
    choice.shift(-1)
    choice.shift(-50)
    assert [row.id for row in choice.rows if row.is_shown][:5] == ["item", "code", "pack", "salt", "maker"]
    desk.do.choose_columns()
    assert [column.id for column in here.columns] == ["item", "code", "pack", "salt", *usual[3:]]
    assert len(here.lines[0].values) == len(here.columns)
    desk.do.open_columns()
    choice = desk.do.choice
    assert choice is not None
    for at, row in enumerate(choice.rows):
        if row.is_shown:
            choice.point(at)
            choice.toggle()
    desk.do.choose_columns()
    assert choice.problem
    assert desk.choice() is choice
    choice.reset()
    desk.do.choose_columns()
    assert (desk.choice(), here.question.shape.columns) == (None, None)
    assert [column.id for column in here.columns] == usual
    desk.do.open_columns()
    desk.do.escape()
    assert desk.choice() is None


# --- looking inside ----------------------------------------------------------------------------------------------


def test_rows_lead_on_and_esc_comes_back(desk: ReportDesk, shop: TestShop, clock: TurnedClock) -> None:
    first = billed(shop, 2)
    clock.turn(hours=24)
    second = billed(shop, 3)
    days = desk.opens("sales by day")
    assert desk.column("day") == [DAY, date(2026, 11, 21)]
    days.choose(1)
    desk.do.open_row()
    bills = desk.here
    assert (bills.report.id, desk.column("number"), desk.do.depth) == ("bills", second, 2)
    assert desk.do.days_text == "21-11-2026"
    bills.choose(2)
    desk.do.open_row()
    assert desk.bills == [second[2]]
    desk.has_bills = False
    desk.do.open_row()
    assert second[2] in desk.said
    desk.do.escape()
    assert (desk.here is days, days.chosen_at, desk.do.days_text, desk.place()) == (True, 1, "", Place.REPORT)
    days.choose(0)
    desk.do.open_row()
    assert desk.column("number") == first
    desk.do.escape()
    desk.do.escape()
    assert (desk.place(), desk.here is days) == (Place.LIST, True)
    desk.do.to_report()
    assert desk.place() is Place.REPORT

    by_prescriber = desk.opens("sales by prescriber")
    assert desk.do.depth == 1
    assert by_prescriber.chosen is not None
    desk.do.open_row()  # nothing stands behind it
    assert desk.do.depth == 1


def test_sums_that_were_put_off_go_on_when_one_comes_back(
    desk: ReportDesk, shop: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "PAGE", 2)
    billed(shop, 3)
    by_item = desk.opens("sales by item")
    desk.do.open_row()
    desk.hands.holds = True
    desk.do.read_again()
    lines = desk.here
    assert (lines.report.id, desk.sums()) == ("item-sales", Totals.WAITED)
    lines.pause()  # as where a row leads on
    desk.hands.work()
    assert desk.sums() is Totals.WAITED
    lines.resume()
    desk.hands.work()
    assert desk.sums() is Totals.KNOWN
    desk.do.escape()
    assert desk.here is by_item

    desk.do.read_again()  # read whole, and put off before it is done
    by_item.pause()
    desk.hands.work()
    billed(shop, 1)
    by_item.resume()
    desk.hands.work()
    assert desk.column("lines") == [4]


def test_another_screen_leads_to_a_report(desk: ReportDesk, shop: TestShop) -> None:
    numbers = billed(shop, 2)
    desk.do.open_report("bills", {"days": "20-11-2026"})
    assert (desk.column("number"), desk.do.depth, desk.place()) == (numbers, 1, Place.REPORT)
    desk.do.open_report("of-a-later-version", {})
    assert "of-a-later-version" in desk.said
    assert desk.do.here is None
    desk.do.open_report("item-sales", {})
    assert desk.form.title == "Sales of an item"
    desk.do.open_report("bills", {})  # not while a form is open
    assert desk.here.report.id == "item-sales"


def test_esc_goes_back_at_once_while_nothing_is_said_to_take_long(desk: ReportDesk, shop: TestShop) -> None:
    billed(shop, 2)
    days = desk.opens("sales by day")
    desk.hands.holds = True
    desk.do.open_row()
    desk.do.read_again()
    behind = desk.here
    behind.reshape(Shape(sort="number"))
    desk.do.escape()
    assert desk.here is days
    desk.hands.work()
    assert (desk.column("bills"), desk.running()) == ([2], "")


def test_what_goes_wrong_is_said(desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch) -> None:
    billed(shop, 1)
    here = desk.opens("sales by item")

    def fail(*_: object) -> None:
        raise EnvironmentFault("storage.damaged", path="shop.db")

    monkeypatch.setattr(shown, "open_for", fail)
    desk.do.read_again()
    assert "damaged" in desk.said
    assert len(here.lines) == 1  # what was read stays
    desk.do.turn_preset()
    assert (here.lines, here.is_stopped) == ([], True)

    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shown, "open_for", break_down)
    desk.do.read_again()
    assert isinstance(desk.bugs.pop(), ZeroDivisionError)


# --- asking ------------------------------------------------------------------------------------------------------


def test_what_is_needed_is_asked_for_at_once(desk: ReportDesk, shop: TestShop) -> None:
    shop.bills(("CROCIN", "2"))
    here = desk.opens("sales of an item")
    assert [field.name for field in desk.form.fields][:1] == ["item"]
    assert not here.is_read
    desk.sends()
    assert list(desk.form.problems) == ["item"]
    desk.sends(item="NONE SUCH")
    assert list(desk.form.problems) == ["item"]
    desk.do.typed("item", {"item": "croc"})
    assert [offer.value for offer in desk.form.offers["item"]] == ["CROCIN"]
    assert len(desk.form.offers["days"]) == len(Preset)
    desk.sends(item="CROCIN", days="20-11-2026")
    assert desk.do.desk.form is None
    assert (len(here.lines), desk.do.days_text) == (1, "20-11-2026")
    assert "Crocin (CROCIN)" in heading_of(here)
    desk.do.open_ask()
    assert {field.name: field.value for field in desk.form.fields} == {"item": "CROCIN", "days": "20-11-2026"}
    desk.sends(days="32-11-2026")
    assert list(desk.form.problems) == ["days"]
    desk.do.escape()
    assert len(here.lines) == 1

    desk.opens("sales of an item")
    desk.do.escape()  # asked for nothing after all
    assert not desk.here.is_read
    assert "F4" in empty_of(desk.here)
    desk.do.read_again()  # asks once more, with what is missing said at its field
    assert list(desk.form.problems) == ["item"]


def test_all_that_a_report_may_be_asked_is_asked_in_a_form(desk: ReportDesk, shop: TestShop) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        details = CustomerDetails.model_validate({"name": "Asha Menon", "phone": "9847012345"})
        asha = add_party(uow, AddParty(command_id=new_id(), details=details))
    shop.bills(("CROCIN", "2"), customer={"id": str(asha.party_id), "name": "Asha Menon"})
    shop.bills(("DOLO", "1"))
    here = desk.opens("bills")
    desk.do.open_ask()
    assert desk.form.columns == 2
    modes = next(field for field in desk.form.fields if field.name == "mode")
    assert modes.choices[0] == ("", "all")
    assert [offer.value for offer in desk.form.offers["user"]] == ["owner"]
    desk.do.typed("customer", {"customer": "asha"})
    assert [offer.words for offer in desk.form.offers["customer"]] == ["Asha Menon"]
    desk.sends(hour="99")
    assert list(desk.form.problems) == ["hour"]
    desk.sends(hour="", item="DOLO", mode="cash")
    assert (len(here.lines), here.question.values) == (1, {"days": "today", "item": "DOLO", "mode": "cash"})
    desk.do.open_ask()
    desk.sends(item="", mode="")
    assert len(here.lines) == 2

    customers = desk.opens("sales by customer")
    customers.choose(0)
    desk.do.open_row()
    assert len(desk.here.lines) == 1
    desk.do.open_ask()  # an id stands there in words, and is sent as what it was
    value = next(field.value for field in desk.form.fields if field.name == "customer")
    assert value == "Asha Menon"
    before = desk.here.question.values["customer"]
    desk.sends()
    assert desk.here.question.values["customer"] == before


# --- keeping -----------------------------------------------------------------------------------------------------


def test_a_report_is_kept_and_dropped(desk: ReportDesk, shop: TestShop, tmp_path: Path) -> None:
    billed(shop, 2)
    here = desk.opens("sales by item")
    desk.do.turn_preset()
    desk.do.turn_group()
    desk.do.open_keep()
    assert desk.form.fields[0].value == "Sales by item"
    desk.sends(name=" ")
    assert list(desk.form.problems) == ["name"]
    desk.sends(name="Makers yesterday")
    assert desk.said == "Makers yesterday is on top of your list."
    assert (desk.names[0], here.question.name) == ("Makers yesterday", "Makers yesterday")
    assert desk.do.listing.favourite == "Makers yesterday"
    desk.do.open_keep()
    assert desk.form.fields[0].value == "Makers yesterday"  # again in place of itself
    desk.sends()
    assert desk.names.count("Makers yesterday") == 1

    again = ReportDesk(shop, tmp_path)
    kept = again.opens("makers yest")
    assert (kept.report.id, kept.preset, kept.shape.group) == ("sales-by-item", Preset.YESTERDAY, "maker")
    people = hire(shop.shop.database, Role.ACCOUNTANT)
    other = ReportDesk(shop, tmp_path, people[Role.ACCOUNTANT])
    assert "Makers yesterday" not in other.names

    again.do.to_list()
    assert again.do.droppable == "Makers yesterday"
    again.do.open_drop()
    again.do.escape()
    again.do.open_drop()
    again.sends()
    assert again.said == "Makers yesterday is dropped."
    assert "Makers yesterday" not in again.names
    assert (kept.question.name, again.do.droppable) == ("", "")
    again.do.open_drop()
    assert again.do.desk.form is None


# --- who sees what -----------------------------------------------------------------------------------------------


def test_who_sees_their_own_day_only_is_shown_that(desk: ReportDesk, shop: TestShop, tmp_path: Path) -> None:
    people = hire(shop.shop.database, Role.CASHIER)
    billed(shop, 2)
    shop.actor = people[Role.CASHIER]
    own = billed(shop, 1)
    cashier = ReportDesk(shop, tmp_path, people[Role.CASHIER])
    assert "Trial balance" not in cashier.names
    assert "Bills" in cashier.names
    here = cashier.opens("sales by day")
    assert here.opened is not None
    assert (cashier.column("bills"), here.opened.asked.days) == ([1], Days(DAY, DAY))
    assert "Only what ravi did" in heading_of(here)
    assert (cashier.do.has_days, cashier.do.has_presets) == (False, False)
    assert "cost" not in [column.id for column in here.columns]
    cashier.do.turn_preset()
    assert cashier.column("bills") == [1]
    cashier.do.open_row()
    assert cashier.column("number") == own
    cashier.do.open_save()
    cashier.sends(form="csv", file=str(tmp_path / "own"))
    assert (tmp_path / "own.csv").read_text("utf-8-sig").count("\n") == 2
    nobody = ReportDesk(shop, tmp_path, Actor(None, "meena", Role.PURCHASE_CLERK))
    assert all("Sales" not in name for name in nobody.names)


# --- what changes ------------------------------------------------------------------------------------------------


def test_a_report_is_read_again_when_its_books_change(desk: ReportDesk, shop: TestShop, clock: TurnedClock) -> None:
    billed(shop, 3)
    here = desk.opens("bills")
    here.choose(1)
    chosen = here.chosen
    billed(shop, 1)
    desk.board.announce([Topic.PARTIES])
    assert len(here.lines) == 3
    desk.board.announce([Topic.BILLS])
    assert (len(here.lines), here.chosen) == (4, chosen)
    desk.do.deactivated()
    billed(shop, 1)
    desk.board.announce([Topic.BILLS])
    assert (len(here.lines), here.is_stale) == (4, True)
    desk.do.activated()
    assert (len(here.lines), here.is_stale, here.chosen) == (5, False, chosen)

    days = desk.opens("sales by day")
    desk.do.open_row()
    billed(shop, 1)
    desk.board.announce([Topic.BILLS])  # the one behind is read when one comes back to it
    assert (len(desk.here.lines), days.is_stale) == (6, True)
    desk.do.escape()
    assert (desk.column("bills"), days.is_stale) == ([6], False)

    clock.turn(hours=24)
    desk.do.activated()
    assert heading_of(days) == "Days: 01-11-2026 to 21-11-2026"


def test_what_took_long_is_not_read_again_by_itself(
    desk: ReportDesk, shop: TestShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "_MANY_ROWS", 2)
    monkeypatch.setattr(shown, "PAGE", 2)
    billed(shop, 5)
    here = desk.opens("bills")
    here.more()
    billed(shop, 1)
    desk.board.announce([Topic.BILLS])
    assert (len(here.lines), here.whole) == (4, 5)
    assert "Ctrl+R" in state_of(here)
    desk.do.activated()
    assert len(here.lines) == 4
    desk.do.read_again()
    assert (here.whole, state_of(here)) == (6, "")


def test_who_has_left_hears_nothing(desk: ReportDesk, shop: TestShop) -> None:
    desk.hands.holds = True
    here = desk.opens("sales by item")
    heard: list[str] = []
    desk.do.listen(lambda: heard.append("changed"))
    desk.do.end()
    desk.hands.work()
    desk.board.announce([Topic.BILLS])
    assert (heard, here.is_read) == ([], False)


# --- papers ------------------------------------------------------------------------------------------------------


def test_a_report_is_saved(desk: ReportDesk, shop: TestShop, tmp_path: Path) -> None:
    billed(shop, 3)
    here = desk.opens("bills")
    desk.do.find("/")
    desk.do.open_save()
    folder = tmp_path / "papers"
    assert desk.form.fields[1].value == str(folder / "Bills-2026-11-20.xlsx")
    desk.sends(file=" ")
    assert list(desk.form.problems) == ["file"]
    (tmp_path / "a file").write_bytes(b"")
    desk.sends(file=str(tmp_path / "a file" / "bills.xlsx"))
    assert list(desk.form.problems) == ["file"]  # asked again, with what was typed
    assert desk.form.fields[1].value.endswith("bills.xlsx")
    desk.sends(file=str(folder / "Bills-2026-11-20.xlsx"))
    assert desk.said == f"Bills: 3 rows are in {folder / 'Bills-2026-11-20.xlsx'}."
    sheet = openpyxl.load_workbook(folder / "Bills-2026-11-20.xlsx").active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(number for number, row in enumerate(cells) if "Number" in row)
    total = cells[at].index("Total")
    shown_totals = [value for value in desk.column("total") if isinstance(value, Money)]
    assert [Money.parse(f"{row[total]:.2f}") for row in cells[at + 1 : at + 4]] == shown_totals

    desk.do.open_save()
    desk.sends(form="pdf")
    assert "Bills" in PdfReader(folder / "Bills-2026-11-20.pdf").pages[0].extract_text()
    desk.do.open_save()
    desk.sends(form="csv", file=str(folder / "one.day"))
    assert (folder / "one.day.csv").is_file()
    assert here.is_read


def test_a_file_that_takes_long_is_stopped(desk: ReportDesk, shop: TestShop, tmp_path: Path) -> None:
    billed(shop, 1)
    desk.opens("bills")
    desk.hands.holds = True
    desk.do.open_save()
    desk.sends()
    assert desk.do.desk.form is None
    assert desk.running() == "Saving Bills-2026-11-20.xlsx …"
    desk.do.open_save()  # one at a time
    desk.do.print_report()
    assert desk.do.desk.form is None
    desk.do.escape()
    assert desk.running() == "Stopping …"
    desk.hands.work()
    assert desk.said.startswith("Stopped: nothing was written")
    assert list((tmp_path / "papers").iterdir()) == []
    assert desk.running() == ""


def test_a_report_is_printed(desk: ReportDesk, shop: TestShop) -> None:
    billed(shop, 1)
    desk.opens("bills")
    desk.do.print_report()
    assert desk.papers == [(1, "Bills", True)]
    assert desk.said == "Bills is printed: 1 page."
    desk.opens("sales by hour")
    desk.do.open_columns()
    choice = desk.do.choice
    assert choice is not None
    for at in range(2, len(choice.rows)):
        choice.point(at)
        if choice.rows[at].is_shown:
            choice.toggle()
    desk.do.choose_columns()
    desk.do.print_report()
    assert desk.papers[-1] == (1, "Sales by hour", False)
    desk.takes_paper = False
    desk.do.print_report()
    assert len(desk.papers) == 2
    desk.paper_fault = EnvironmentFault("printer.refused", printer="HP")
    desk.do.print_report()
    assert "HP" in desk.said
    desk.hands.holds = True
    desk.do.print_report()
    assert desk.running() == "Laying out Sales by hour …"
    desk.do.escape()
    assert desk.running() == ""
    desk.hands.work()
    assert len(desk.papers) == 2
