"""Dose and days of a line, off the prescription: they make the quantity, and what is prescribed beyond it is due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.dispensing.dto import DoseInput
from core.dispensing.model import PrescriptionLine
from pos_desktop.screens.billing.asking import BillForm, Purpose
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

WRITTEN = {
    "patient.name": "Asha",
    "patient.phone": "9847012345",
    "prescriber.name": "Dr K Rao",
    "prescriber.registration": "TCMC 4711",
    "written_on": "19-11-2026",
}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    made.on_duty()
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def form_of(counter: Counter, purpose: Purpose = Purpose.DOSE) -> BillForm:
    form = counter.billing.asking.form
    assert form is not None
    assert form.purpose is purpose
    return form


def sends(counter: Counter, purpose: Purpose, **typed: str) -> None:
    values = {field.name: field.value for field in form_of(counter, purpose).fields}
    counter.billing.asking.submit({**values, **{name.replace("__", "."): text for name, text in typed.items()}})


def doses(counter: Counter, **typed: str) -> None:
    counter.billing.ask_dose()
    sends(counter, Purpose.DOSE, **typed)


def prescribes(counter: Counter) -> None:
    counter.billing.prescribe()
    if counter.billing.asking.form is not None and form_is_choice(counter):
        counter.billing.asking.submit({field.name: "new" for field in counter.billing.asking.form.fields})
    values = {field.name: field.value for field in form_of(counter, Purpose.PRESCRIPTION).fields}
    counter.billing.asking.submit({**values, **WRITTEN})


def form_is_choice(counter: Counter) -> bool:
    form = counter.billing.asking.form
    return form is not None and form.is_choice


def written(shop: TestShop) -> list[tuple[str, str | None, int | None, int | None]]:
    with shop.shop.database.read() as session:
        of_line = (PrescriptionLine.drug, PrescriptionLine.dose, PrescriptionLine.days, PrescriptionLine.units)
        rows = session.execute(select(*of_line).order_by(PrescriptionLine.line))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_dose_and_days_make_the_quantity_and_stand_on_the_prescription(counter: Counter, shop: TestShop) -> None:
    counter.adds("azi")
    doses(counter, dose="BD", days="5")
    assert counter.billing.draft.lines[0].units == 10
    assert counter.billing.editor.rows()[0].dose == "BD, 5 days"
    prescribes(counter)
    counter.pays()
    assert counter.last().bill.lines[0].units == 10
    assert written(shop) == [("Azithromycin 500", "BD", 5, 10)]


def test_what_is_prescribed_beyond_what_is_supplied_stays_due(counter: Counter, shop: TestShop) -> None:
    counter.adds("azi", "6t")
    doses(counter, dose="OD", days="15", units="15t")
    assert counter.billing.draft.lines[0].units == 6  # a quantity that was typed stays
    counter.adds("para", "1")
    prescribes(counter)
    counter.pays()
    assert written(shop) == [("Azithromycin 500", "OD", 15, 15)]
    again = Counter(shop)
    again.billing.prescribe()
    assert form_is_choice(again)


def test_undo_takes_dose_and_quantity_back_and_empty_fields_the_dose(counter: Counter) -> None:
    counter.adds("azi")
    doses(counter, dose="TDS", days="3")
    assert counter.billing.draft.lines[0].units == 9
    counter.billing.undo()
    assert counter.billing.draft.lines[0].entry.taken is None
    assert counter.billing.draft.lines[0].units == 10
    doses(counter, dose="TDS")
    doses(counter, dose="")
    assert counter.billing.draft.lines[0].entry.taken is None


@pytest.mark.parametrize(
    ("typed", "dose", "days", "units"),
    [
        ("BD 5", "BD", 5, 10),
        ("1-0-1 5", "1-0-1", 5, 10),
        ("2 TDS 3", "2 TDS", 3, 18),
        ("2 TDS", "2 TDS", None, 10),
        ("Q6H", "Q6H", None, 10),
        ("5 ml BD 3", "5 ml BD 3", None, 10),  # no number of pieces can be told from it
        ("after food 2", "after food 2", None, 10),
    ],
)
def test_days_may_stand_behind_the_dose(counter: Counter, typed: str, dose: str, days: int | None, units: int) -> None:
    counter.adds("azi")
    doses(counter, dose=typed)
    assert counter.billing.draft.lines[0].entry.taken == DoseInput(dose=dose, days=days)
    assert counter.billing.draft.lines[0].units == units


def test_the_dose_is_there_again_after_the_power_went(counter: Counter, shop: TestShop) -> None:
    counter.adds("azi")
    doses(counter, dose="1-0-1", days="5")
    counter.billing.keep_now()
    later = Counter(shop)
    assert later.billing.draft.lines[0].entry.taken == DoseInput(dose="1-0-1", days=5)
    assert later.billing.draft.lines[0].units == 10


@pytest.mark.parametrize(
    ("typed", "field"), [({"days": "five"}, "days"), ({"days": "0"}, "days"), ({"units": "many"}, "units")]
)
def test_what_cannot_be_read_is_said_at_its_field(counter: Counter, typed: dict[str, str], field: str) -> None:
    counter.adds("azi")
    doses(counter, **typed)
    assert form_of(counter).problems.get(field)


def test_a_new_prescription_that_is_given_up_leaves_the_old_one(counter: Counter) -> None:
    counter.adds("azi", "5t")
    prescribes(counter)
    before = counter.billing.draft.dispensing
    assert before is not None
    counter.billing.prescribe()
    assert form_is_choice(counter)
    form = counter.billing.asking.form
    assert form is not None
    counter.billing.asking.submit({field.name: "new" for field in form.fields})
    assert {field.name: field.value for field in form_of(counter, Purpose.PRESCRIPTION).fields}["patient.name"] == ""
    counter.billing.asking.escape()
    assert counter.billing.draft.dispensing == before
