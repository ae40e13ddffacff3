"""What the lists suggest for salts, forms and headings: confirmed by a person, and never "on none"."""

from __future__ import annotations

from datetime import date

import pytest

from core.catalog.drug_lists import rows
from core.catalog.forms import read_form
from core.catalog.hsn import hsn_named, search_hsn
from core.catalog.salts import read_salts, salt_key
from core.catalog.suggesting import ScheduleAdvice, is_uqc, suggest_schedules, suggest_tax, suggest_uqc

TODAY = date(2026, 11, 20)
STRIP, CREAM, EYE, VIAL = "strip of 10 tablets", "tube of 15 gm Cream", "packet of 5 ml Eye Drop", "vial of 1 Injection"


def advice(salts: str, label: str = STRIP, day: date = TODAY, state: str = "32") -> ScheduleAdvice:
    keys = [salt.key for salt in read_salts(salts)]
    assert keys
    return suggest_schedules(keys, read_form(None, label, ""), day, state)


def schedules(salts: str, label: str = STRIP, day: date = TODAY) -> set[str]:
    return {one.schedule for one in advice(salts, label, day).suggested}


@pytest.mark.parametrize(
    ("salts", "label", "expected"),
    [
        ("Alprazolam 0.5mg", STRIP, {"H1", "NDPS"}),
        ("Amoxicillin 500mg", STRIP, {"H"}),
        ("Codeine Phosphate 10mg + Chlorpheniramine Maleate 4mg", "bottle of 100 ml Syrup", {"H1", "NDPS", "G"}),
        ("Cefotaxime 1g", VIAL, {"C", "H", "H1"}),
        ("Methylphenidate 10mg", STRIP, {"X", "NDPS"}),
        # put on the skin: outside H, H1 and G, save steroids
        ("Clotrimazole 1%", CREAM, set()),
        ("Diclofenac 1%", "tube of 30 gm Gel", set()),
        ("Betamethasone 0.05%", CREAM, {"H"}),
        # eye, ear and nose are in H1, and every eye product is C
        ("Moxifloxacin 0.5%", EYE, {"C", "H1"}),
        # compared whole: neither is the drug of Schedule X that stands in its name
        ("Phenobarbitone 30mg", STRIP, {"H", "NDPS"}),
        ("Aminoglutethimide 250mg", STRIP, {"H"}),
        ("Methylcobalamin 500mcg", STRIP, {"C1"}),
        ("Methylcobalamin 500mcg", VIAL, {"C"}),
    ],
)
def test_salts_and_form_suggest_schedules(salts: str, label: str, expected: set[str]) -> None:
    assert schedules(salts, label) == expected


def test_a_salt_that_no_list_names_is_for_the_label() -> None:
    found = advice("Rosuvastatin 10mg + Alprazolam 0.5mg")
    assert found.unknown == ("rosuvastatin",)
    assert {one.schedule for one in found.suggested} == {"H1", "NDPS"}


def test_a_suggestion_begins_on_its_day() -> None:
    assert "H1" not in schedules("Tapentadol 50mg", day=date(2021, 10, 31))
    assert "H1" in schedules("Tapentadol 50mg", day=date(2021, 11, 1))
    assert "H1" not in schedules("Pregabalin 75mg", day=date(2026, 11, 15))


def test_without_a_form_nothing_of_h_is_certain() -> None:
    keys = [salt.key for salt in read_salts("Moxifloxacin 400mg")]
    assert [one.is_certain for one in suggest_schedules(keys, None, TODAY).suggested] == [False]
    assert [one.is_certain for one in advice("Moxifloxacin 400mg").suggested] == [True]


def test_a_states_orders_are_of_that_state() -> None:
    assert [one.drug for one in advice("Tramadol 50mg", state="03").states] == ["Tramadol (solid oral)"]
    assert advice("Tramadol 50mg", state="32").states == ()


@pytest.mark.parametrize(
    ("hsn", "salts", "day", "first"),
    [
        ("30049099", "Paracetamol", TODAY, ("taxable", "5")),
        ("30049099", "Paracetamol", date(2025, 9, 21), ("taxable", "12")),
        ("30049099", "Paracetamol", date(2025, 9, 22), ("taxable", "5")),
        ("30049099", "Atezolizumab", TODAY, ("exempt", "0")),
        ("30049099", "Atezolizumab", date(2025, 9, 21), ("taxable", "12")),
        ("30066010", "", TODAY, ("nil", "0")),
        ("96032100", "", TODAY, ("taxable", "5")),
        (None, "Atezolizumab", TODAY, ("exempt", "0")),
    ],
)
def test_gst_by_heading_and_name(hsn: str | None, salts: str, day: date, first: tuple[str, str]) -> None:
    found = suggest_tax(hsn, [salt_key(salts)] if salts else [], day)
    assert (found[0].treatment, str(found[0].gst)) == first
    assert all(one.source.startswith("Notification") for one in found)


def test_a_drug_beside_an_exempt_one_is_not_exempt() -> None:
    keys = [salt_key("Atezolizumab"), salt_key("Paracetamol")]
    assert suggest_tax("30049099", keys, TODAY)[0].gst.basis_points == 500


def test_nothing_is_suggested_for_a_heading_that_is_not_listed() -> None:
    assert suggest_tax("87032391", [], TODAY) == suggest_tax(None, [], TODAY) == []


@pytest.mark.parametrize(
    ("label", "pieces", "expected"),
    [(STRIP, 10, ("TBS", "10")), (CREAM, 1, ("TUB", "1")), (EYE, 1, ("BTL", "1")), (VIAL, 1, ("NOS", "1"))],
)
def test_a_unit_for_table_12(label: str, pieces: int, expected: tuple[str, str]) -> None:
    assert suggest_uqc(read_form(None, label, ""), pieces) == expected
    assert is_uqc(expected[0])


def test_a_strip_is_no_unit_of_the_portal() -> None:
    assert suggest_uqc(None, 10) == ("PAC", "1")
    assert suggest_uqc(None, 1, is_service=True) == ("NA", "1")
    assert not is_uqc("STRIP")


def test_every_name_of_the_schedules_can_be_compared() -> None:
    for name in ("schedule_h", "schedule_h1", "schedule_x", "schedule_g", "ndps"):
        assert all(salt_key(row["name"]) for row in rows("drugs", name))


# --- HSN ---------------------------------------------------------------------------------------------------------


def test_codes_are_found_by_digits_and_by_words() -> None:
    assert [one.code for one in search_hsn("3004.10", 3)] == ["300410", "30041010", "30041020"]
    assert search_hsn("amoxy")[0].code == "30041030"
    assert search_hsn("amoxy nonsense") == search_hsn("") == search_hsn("...") == []
    assert hsn_named("30049099") is not None
    assert hsn_named("12345678") is None
    assert hsn_named("30") is not None
