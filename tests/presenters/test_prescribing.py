"""Scheduled drugs at the counter: what saving misses is asked for, and then it saves. Without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.dispensing.dto import DispensingView, SuppliesInput
from core.dispensing.pharmacists import duty_here
from core.kernel.actor import Actor, Role
from pos_desktop.screens.billing.asking import BillForm, Purpose
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

PATIENT = {
    "patient.name": "Asha Menon",
    "patient.phone": "9847012345",
    "patient.address": "12 Hill Road, Kochi",
    "written_on": "19-11-2026",
    "prescriber.name": "Dr K Rao",
    "prescriber.registration": "TCMC 4711",
    "prescriber.address": "City Hospital, Kochi",
    "repeats": "1",
    "image": "",
}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def form_of(counter: Counter) -> BillForm:
    form = counter.billing.asking.form
    assert form is not None
    return form


def answers(counter: Counter, **values: str) -> None:
    """Change fields of the open form by the end of their names and press Enter."""
    typed = {one.name: one.value for one in form_of(counter).fields}
    for end, value in values.items():
        name = next(name for name in typed if name.endswith(end))
        typed[name] = value
    counter.billing.asking.submit(typed)


def entry_of(counter: Counter) -> DispensingView:
    entry = counter.last().bill.dispensing
    assert entry is not None
    return entry


def test_what_saving_misses_is_asked_for_and_then_it_saves(counter: Counter) -> None:
    counter.adds("azi", "2")
    counter.pays("500")
    assert form_of(counter).purpose is Purpose.PRESCRIPTION

    counter.billing.asking.submit(PATIENT)
    assert form_of(counter).purpose is Purpose.DUTY
    answers(counter)

    entry = entry_of(counter)
    assert counter.billing.asking.form is None
    assert (entry.patient_name, entry.prescriber_name) == ("Asha Menon", "Dr K Rao")
    assert entry.written_on is not None
    assert entry.written_on.isoformat() == "2026-11-19"
    assert str(counter.last().bill.change) == "261.00"
    assert counter.billing.draft.dispensing is None


def test_escape_leaves_the_bill_and_its_cash_as_they_were(counter: Counter) -> None:
    counter.adds("azi", "2")
    counter.pays("500")
    counter.billing.asking.escape()

    tender = counter.tender()
    assert tender is not None
    assert tender.typed == "500"
    assert "prescription" in tender.sentence
    assert counter.billing.saving.last is None
    assert counter.codes == ["AZEE"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("patient.name", " ", "Whom is the prescription for?"),
        ("prescriber.name", "", "Who wrote the prescription?"),
        ("written_on", "", "When was the prescription written?"),
        ("written_on", "31-02-2026", "is no day"),
        ("repeats", "two", "whole number"),
        ("patient.phone", "12", "phone"),
        ("image", "/nowhere/paper.png", "cannot be read"),
    ],
)
def test_a_field_that_is_wrong_says_so_and_keeps_the_form(
    counter: Counter, field: str, value: str, sentence: str
) -> None:
    counter.billing.prescribe()
    counter.billing.asking.submit({**PATIENT, field: value})

    assert sentence in form_of(counter).problems[field]
    assert counter.billing.draft.dispensing is None


def test_a_recent_prescription_comes_back_in_two_keys(counter: Counter, shop: TestShop) -> None:
    shop.on_duty()
    counter.billing.prescribe()
    counter.billing.asking.submit(PATIENT)
    counter.adds("azi", "1")
    counter.pays()
    first = entry_of(counter)

    counter.adds("azi", "1")
    counter.billing.prescribe()
    choices = form_of(counter).fields[0].choices
    assert "Asha Menon" in choices[1][1]
    answers(counter, choice=choices[1][0])
    counter.pays()

    assert entry_of(counter).prescription_id == first.prescription_id
    counter.adds("azi", "1")
    counter.billing.prescribe()
    answers(counter, choice=choices[1][0])
    counter.pays()  # once, and once again: no third time

    line = counter.billing.draft.lines[0]
    assert line.problem is not None
    assert line.problem.code == "dispensing.supplied_out"


def test_another_drug_than_the_prescribed_one_is_asked_about(counter: Counter, shop: TestShop) -> None:
    shop.receives("AZIT", name="Azithral 500", schedules=frozenset({"H"}), packs=5)
    shop.on_duty()
    given = shop.prescribed(lines=[{"item": "AZIT", "units": 30}])
    shop.bills(("AZIT", "1"), dispensing=given)

    counter.adds("azee", "1")
    counter.billing.prescribe()
    answers(counter, choice=form_of(counter).fields[0].choices[1][0])
    counter.pays()
    assert "in its place" in form_of(counter).about
    assert form_of(counter).fields[0].value == "no"
    answers(counter, choice="yes")

    assert entry_of(counter).lines[0].units == counter.last().bill.lines[0].units


def test_what_was_agreed_for_a_line_is_no_other_lines(counter: Counter, shop: TestShop) -> None:
    shop.receives("AZIT", name="Azithral 500", schedules=frozenset({"H"}), packs=5)
    shop.on_duty()
    shop.bills(("AZIT", "1"), dispensing=shop.prescribed(lines=[{"item": "AZIT", "units": 30}]))
    counter.adds("pan", "1")
    counter.adds("azee", "1")
    counter.billing.prescribe()
    answers(counter, choice=form_of(counter).fields[0].choices[1][0])
    counter.billing.open_tender()
    counter.billing.checkout.type("1")  # not enough: what is agreed to is not saved yet
    draft = counter.billing.draft
    assert draft.dispensing is not None
    draft.dispensing = draft.dispensing.model_copy(update={"supplies": (SuppliesInput(line=1, of=1, in_place=True),)})

    counter.billing.checkout.close()
    counter.billing.editor.current = 0
    counter.billing.remove_line()

    assert counter.codes == ["AZEE"]
    assert draft.dispensing.supplies == ()


def test_no_is_the_first_answer_and_leaves_the_bill(counter: Counter, shop: TestShop) -> None:
    shop.receives("AZIT", name="Azithral 500", schedules=frozenset({"H"}), packs=5)
    shop.on_duty()
    shop.bills(("AZIT", "1"), dispensing=shop.prescribed(lines=[{"item": "AZIT", "units": 30}]))
    counter.adds("azee", "1")
    counter.billing.prescribe()
    answers(counter, choice=form_of(counter).fields[0].choices[1][0])
    counter.pays()
    answers(counter)

    assert counter.billing.saving.last is None
    assert counter.codes == ["AZEE"]
    assert counter.tender() is not None


def test_a_prescription_stays_with_the_bill_through_a_power_cut(counter: Counter, shop: TestShop) -> None:
    counter.adds("azi", "1")
    counter.billing.prescribe()
    counter.billing.asking.submit(PATIENT)
    counter.timer.rings()

    after = Counter(shop)
    assert after.billing.draft.dispensing == counter.billing.draft.dispensing
    assert after.billing.draft.dispensing is not None


def test_a_prescription_is_changed_and_taken_off(counter: Counter) -> None:
    counter.billing.prescribe()
    counter.billing.asking.submit(PATIENT)
    counter.billing.prescribe()
    answers(counter, choice="change")
    answers(counter, **{"patient.name": "Asha Nair"})
    given = counter.billing.draft.dispensing
    assert given is not None
    assert given.patient is not None
    assert (given.patient.name, given.patient.phone) == ("Asha Nair", "9847012345")

    counter.billing.prescribe()
    answers(counter, choice="none")
    assert counter.billing.draft.dispensing is None


def test_a_picture_of_the_paper_is_kept(counter: Counter, shop: TestShop, tmp_path: Path) -> None:
    picture = tmp_path / "paper.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    counter.billing.prescribe()
    counter.billing.asking.submit({**PATIENT, "image": str(picture)})
    given = counter.billing.draft.dispensing
    assert given is not None
    assert given.image == picture.read_bytes()

    (tmp_path / "paper.txt").write_bytes(b"no picture")
    counter.billing.prescribe()
    answers(counter, choice="change")
    answers(counter, image=str(tmp_path / "paper.txt"))
    assert "JPEG, PNG or PDF" in form_of(counter).problems["image"]


def test_a_cashier_begins_no_duty_and_reads_why(shop: TestShop) -> None:
    shop.actor = Actor(None, "lali", Role.CASHIER)
    counter = Counter(shop)
    counter.billing.begin_duty()
    answers(counter)

    assert counter.billing.desk.notice.text
    with shop.shop.database.read() as session:
        assert duty_here(session, shop.clock.now()) is None


def test_a_cash_bill_without_scheduled_lines_asks_nothing(counter: Counter) -> None:
    counter.adds("pcm", "1")
    counter.pays()
    assert counter.last().bill.dispensing is None
