"""What makes a line and an item the same, and what never does: for names of any letters, strengths, packs and forms."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from core.purchasing.proposing.keys import code_key, company_key, licence_key, line_key, pack_key, words_key
from core.purchasing.proposing.learning import trusted_codes
from core.purchasing.proposing.likeness import SAME, likeness, traits_of_item, traits_of_line

_BRANDS = st.text(string.ascii_uppercase, min_size=4, max_size=10).map(lambda text: f"{text}OX")
_STRENGTHS = st.sampled_from(["2.5", "5", "10", "25", "50", "100", "250", "500", "625", "650", "1000"])
_PIECES = st.sampled_from([4, 6, 10, 15, 20, 30])
_VARIANTS = ("SR", "XR", "D", "DS", "PLUS", "FORTE", "M", "LS", "GP", "CV", "H")
_FORMS = {"TAB": "Tablet", "CAP": "Capsule", "SYP": "Syrup", "INJ": "Injection", "OINT": "Ointment"}


def score(name: str, pack: str, item: str, label: str, pieces: int, **makers: str) -> int:
    line = traits_of_line(name, pack, makers.get("mine", ""))
    return likeness(line, traits_of_item(item, label, None, pieces, makers.get("its"))).score


@given(_BRANDS, _STRENGTHS, _PIECES, st.sampled_from(sorted(_FORMS)))
def test_what_is_written_otherwise_is_the_same(brand: str, strength: str, pieces: int, form: str) -> None:
    item, label = f"{brand.title()} {strength} {_FORMS[form]}", f"{pieces}'s"
    for name in (
        f"{brand} {strength} {form}",
        f"{brand}-{strength}MG {form}.",
        f"{brand} {strength} MG {form} {pieces}'S",
    ):
        for pack in (f"{pieces}S", f"1*{pieces}", f"{pieces}'S"):
            assert score(name, pack, item, label, pieces) == SAME


@given(_BRANDS, _STRENGTHS, _STRENGTHS, _PIECES)
def test_another_strength_is_never_the_same(brand: str, one: str, other: str, pieces: int) -> None:
    assume(one != other)
    assert score(f"{brand} {one} TAB", f"{pieces}'s", f"{brand} {other} Tablet", f"{pieces}'s", pieces) < SAME
    assert score(f"{brand} TAB", f"{pieces}'s", f"{brand} {other} Tablet", f"{pieces}'s", pieces) < SAME


@given(_BRANDS, _STRENGTHS, _PIECES, _PIECES)
def test_another_pack_is_never_the_same(brand: str, strength: str, one: int, other: int) -> None:
    assume(one != other)
    name, item = f"{brand} {strength} TAB", f"{brand} {strength} Tablet"
    assert score(name, f"{one}'s", item, f"{other}'s", other) < SAME
    assert score(name, f"10*{one}", item, f"{other}'s", other) < SAME
    assert score(name, "", item, f"{other}'s", other) < SAME
    assert score(f"{name} {one}'S", f"{other}'s", item, f"{other}'s", other) < SAME


@given(_BRANDS, _STRENGTHS, _PIECES, st.sampled_from(_VARIANTS))
def test_another_variant_is_never_the_same(brand: str, strength: str, pieces: int, variant: str) -> None:
    label = f"{pieces}'s"
    plain, varied = f"{brand} {strength} TAB", f"{brand} {strength} {variant} TAB"
    assert score(varied, label, plain, label, pieces) < SAME
    assert score(plain, label, varied, label, pieces) < SAME
    assert score(f"{brand} {variant} {strength} TAB", label, plain, label, pieces) < SAME
    assert score(varied, label, varied, label, pieces) == SAME


@given(_BRANDS, _STRENGTHS, st.permutations(sorted(_FORMS)))
def test_another_form_is_never_the_same(brand: str, strength: str, forms: list[str]) -> None:
    one, other, *_ = forms
    assert score(f"{brand} {strength} {one}", "10's", f"{brand} {strength} {_FORMS[other]}", "10's", 10) < SAME
    assert score(f"{brand} {strength}", "10's", f"{brand} {strength} {_FORMS[other]}", "10's", 10) < SAME


@pytest.mark.parametrize(
    ("name", "pack", "item", "label", "pieces", "is_same"),
    [
        ("GLYCOMET 500 SR 20,S", "", "Glycomet SR 500", "20's", 20, True),
        ("GLYCOMET 500 SR 20,S", "10's", "Glycomet SR 500", "10's", 10, False),
        ("PAN-D CAP", "10's", "Pan D Capsule", "15's", 15, False),
        ("PAND CAP", "10's", "Pan D Capsule", "strip of 10 capsules", 10, True),
        ("PAN CAP", "10's", "Pan D Capsule", "10's", 10, False),
        ("AZEE 200MG/5ML SYP", "15 ML", "Azee 200 Syrup", "15ml", 1, True),
        ("AZEE 200 SYP", "30 ML", "Azee 200 Syrup", "15 ml", 1, False),
        ("AZEE 200 SYP", "15ML", "Azee 200 Syrup", "bottle of 15 ml Syrup", 1, True),
        ("ELTROXIN 50MCG TAB", "100's", "Eltroxin 50 mcg Tablet", "100's", 100, True),
        ("ELTROXIN 50MG TAB", "100's", "Eltroxin 50 mcg Tablet", "100's", 100, False),
        ("ELTROXIN 0.50MG TAB", "100's", "Eltroxin .5 mg Tablet", "100's", 100, False),
        ("CLOB 0.50% CREAM", "15 GM", "Clob 0.5 % Cream", "15g", 1, True),
        ("GLIMY M1 TAB", "10's", "Glimy M2 Tablet", "10's", 10, False),
        ("SPORIDEX 250 DT TAB", "10's", "Sporidex 250 DT", "10's", 10, True),
        ("SPORIDEX 250 DT TAB", "10's", "Sporidex 250 Tablet", "10's", 10, False),
        ("500 TAB", "10's", "500 Tablet", "10's", 10, False),
    ],
)
def test_names_as_they_are(name: str, pack: str, item: str, label: str, pieces: int, is_same: bool) -> None:
    assert (score(name, pack, item, label, pieces) == SAME) is is_same


def test_why_two_are_not_the_same_is_said() -> None:
    line = traits_of_line("AZEE 200 SYP", "30 ML", "")
    found = likeness(line, traits_of_item("Azee 250 Tablet", "15 ml", None, 1, None))
    assert found.reasons == ("same_name", "other_strength", "other_form", "other_pack")
    assert found.score == 500
    open_ones = likeness(line, traits_of_item("Azee", "1 bottle", None, 1, None))
    assert open_ones.reasons == ("same_name", "strength_open", "form_open", "pack_open")


def test_another_maker_is_never_the_same() -> None:
    def of(mine: str, its: str) -> bool:
        return score("DOLO 650 TAB", "15's", "Dolo 650 Tablet", "15's", 15, mine=mine, its=its) == SAME

    assert not of("CIPLA", "Micro Labs Ltd")
    assert not of("CI", "Cipla Ltd")
    assert of("MICRO", "Micro Labs Ltd")
    assert of("MICROLABS", "Micro Labs Ltd")
    assert of("", "Micro Labs Ltd")
    assert of("MICRO LABS LIMITED", "")


@given(st.text(max_size=40), st.text(max_size=15), st.text(max_size=20))
@example("2S\x80", "", "")
def test_keys_stay_what_they_are(name: str, pack: str, maker: str) -> None:
    for key in (words_key, company_key, code_key, licence_key, pack_key):
        once = key(name)
        assert key(once) == once, key
    assert line_key(f"  {name} ", pack, maker) == line_key(name, pack, maker)


@given(st.text(string.ascii_letters + " .-/&()", max_size=40))
def test_case_and_punctuation_make_no_difference(name: str) -> None:
    assert words_key(name.upper()) == words_key(name.lower().replace("-", " "))
    assert company_key(name.upper()) == company_key(name.lower())


def test_keys_by_example() -> None:
    assert {
        company_key(name) for name in ("M/s. Kerala Pharma (P) Ltd.", "KERALA PHARMA PVT LTD", "Kerala  Pharma")
    } == {"kerala pharma"}
    packs = ("10'S", "10s", "1*10", "1x10 TAB", "10")
    assert {line_key("GLYCOMET 500-SR", pack, "USV LTD") for pack in packs} == {"glycomet 500 sr|10|usv"}
    assert line_key("A", "10*10", "") != line_key("A", "10's", "")
    assert (code_key(" ab 1 "), code_key("000"), code_key("X" * 61)) == ("AB 1", "", "")
    lines = [("A", "ONE", ""), ("A", "ONE", ""), ("B", "ONE", ""), ("B", "TWO", ""), ("C", "X", "10"), ("C", "X", "15")]
    assert trusted_codes(lines) == {"A"}
