"""What a composition lists, and that nothing of it is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.salts import are_same_salts, composition_key, read_salts, read_strength, salt_form, salt_key

READ = {
    "Amoxycillin  (500mg) +  Clavulanic Acid (125mg)": "amoxicillin 500 mg + clavulanic acid 125 mg",
    "Clavulanic Acid 125 mg + Amoxicillin Trihydrate 0.5g": "amoxicillin 500 mg + clavulanic acid 125 mg",
    "Aceclofenac 100 mg and Paracetamol 325 mg": "aceclofenac 100 mg + paracetamol 325 mg",
    "Ambroxol (30mg/5ml) + Guaifenesin (50mg/5ml)": "ambroxol 6 mg/ml + guaifenesin 10 mg/ml",
    "Acetaminophen 500mg": "paracetamol 500 mg",
    "Vitamin D3 (60000IU)": "colecalciferol 60000 iu",
    "Metformin Hydrochloride 1gm": "metformin 1000 mg",
    "Levothyroxine Sodium 50 mcg": "levothyroxine 1/20 mg",
    "Sodium Chloride (0.9% w/v)": "sodium chloride 9/10 %",
    "Cefixime (as trihydrate) 200mg": "cefixime 200 mg",
    "Methylcobalamin 1,500 mcg": "mecobalamin 3/2 mg",
}
SAME = [
    ("Amoxycillin (500mg) + Clavulanic Acid (125mg)", "clavulanic acid 125 mg; Amoxicillin Trihydrate 0.5g"),
    ("Paracetamol 500 mg", "ACETAMINOPHEN"),
    ("Insulin 30 IU + Insulin 70 IU", "insulin 70iu + insulin 30iu"),
    ("(unclear", "( UNCLEAR "),
]
OTHER = [
    ("Paracetamol 500 mg", "Paracetamol 650 mg"),
    ("Paracetamol 500 mg", "Paracetamol 500 mg + Caffeine 30 mg"),
    ("Phenobarbital 30 mg", "Barbital 30 mg"),
    ("Insulin 30 IU + Insulin 70 IU", "Insulin 30 IU + Insulin 30 IU"),
    ("(unclear", "Paracetamol 500 mg"),
]
#: The salts are certain, the strengths are not, so that nothing may take their place.
WITHOUT_STRENGTH = ["Paracetamol + Caffeine", "Amoxicillin/Clavulanate 625mg", "Paracetamol 500 mg 650 mg"]


@pytest.mark.parametrize(("text", "key"), READ.items())
def test_salts_and_strengths_are_read(text: str, key: str) -> None:
    assert composition_key(read_salts(text)) == key


@pytest.mark.parametrize("text", WITHOUT_STRENGTH)
def test_a_strength_that_is_not_plain_is_not_known(text: str) -> None:
    assert read_salts(text)
    assert composition_key(read_salts(text)) is None


@pytest.mark.parametrize("text", ["", "500 mg", "Paracetamol (500 mg", "+", "500 mg + 125 mg", "½"])
def test_what_cannot_be_taken_apart_lists_nothing(text: str) -> None:
    assert read_salts(text) == ()


def test_names_are_equal_as_a_whole_or_not_at_all() -> None:
    assert salt_key("Barbitone") != salt_key("Phenobarbitone")
    assert salt_key("Glutethimide") != salt_key("Aminoglutethimide")
    assert salt_key("Calcium Carbonate") == "calcium carbonate"  # of a metal, the salt is the drug
    assert salt_key("Salbutamol Sulphate IP") == salt_key("albuterol")


@pytest.mark.parametrize(
    ("name", "salt"),
    [
        ("Metformin HCl 500mg", "hydrochloride"),
        ("Metformin Hydrochloride IP", "hydrochloride"),
        ("Salbutamol Sulphate", "sulfate"),
        ("Amlodipine Besylate", "besilate"),
        ("Amlodipine", ""),
        ("Sodium Chloride", ""),
        ("", ""),
    ],
)
def test_which_salt_a_name_says(name: str, salt: str) -> None:
    assert salt_form(name) == salt


@given(st.text(max_size=80))
def test_any_text_reads_or_is_a_question(text: str) -> None:
    read = read_salts(text)
    assert all(salt.key and salt.text for salt in read)
    key = composition_key(read)
    assert (key is None) == (not read or any(salt.strength is None for salt in read))


@given(
    st.permutations([("Paracetamol", 500), ("Caffeine", 30), ("Codeine", 8)]),
    st.sampled_from([" + ", "+", ", ", "; ", " and "]),
    st.sampled_from(["{} {}mg", "{} ({} mg)", "{} {}MG"]),
)
def test_the_order_and_hand_say_nothing(salts: list[tuple[str, int]], between: str, hand: str) -> None:
    text = between.join(hand.format(*salt) for salt in salts)
    assert composition_key(read_salts(text)) == "caffeine 30 mg + codeine 8 mg + paracetamol 500 mg"


@given(st.integers(1, 10**6))
def test_a_strength_is_one_in_every_unit(micrograms: int) -> None:
    mg, rest = divmod(micrograms, 1000)
    in_mg = read_strength(f"{mg}.{rest:03d} mg")
    assert in_mg == read_strength(f"{micrograms} mcg") == read_strength(f"{micrograms:,}µg")
    in_5_ml = read_strength(f"{micrograms} mcg/5 ml")
    assert in_5_ml is not None
    assert in_mg is not None
    assert in_5_ml.amount * 5 == in_mg.amount


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_salts_are_known_however_they_are_written(one: str, other: str) -> None:
    assert are_same_salts(one, other)
    assert are_same_salts(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_salts_and_strengths_are_others(one: str, other: str) -> None:
    assert not are_same_salts(one, other)
    assert not are_same_salts(other, one)


@given(st.text(max_size=30))
def test_every_text_has_its_own_salts(text: str) -> None:
    assert are_same_salts(text, text)
