"""GSTINs and the half method."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.gst import STATES, GstTreatment, Registration, TaxType, gstin_check_character, parse_gstin
from core.kernel.money import Money, Percent
from core.tax.domain import split_exclusive, split_inclusive, tax_type_of

RATES = [0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000]


@pytest.mark.parametrize(
    ("inclusive", "rate", "taxable", "half", "inter_taxable", "igst"),
    [
        ("112.00", "12", "100.00", "6.00", "100.00", "12.00"),
        ("105.00", "5", "100.00", "2.50", "100.00", "5.00"),
        ("97.50", "5", "92.86", "2.32", "92.86", "4.64"),
        ("29.25", "5", "27.85", "0.70", "27.86", "1.39"),
        ("224.10", "18", "189.92", "17.09", "189.92", "34.18"),
        ("1.00", "5", "0.96", "0.02", "0.95", "0.05"),
        ("0.30", "5", "0.28", "0.01", "0.29", "0.01"),
        ("50.00", "12", "44.64", "2.68", "44.64", "5.36"),
        ("99.99", "5", "95.23", "2.38", "95.23", "4.76"),
    ],
)
def test_facts_a4(inclusive: str, rate: str, taxable: str, half: str, inter_taxable: str, igst: str) -> None:
    amount, percent = Money.parse(inclusive), Percent.parse(rate)
    intra = split_inclusive(amount, GstTreatment.TAXABLE, percent, TaxType.INTRA)
    assert [str(intra.taxable), str(intra.cgst), str(intra.sgst), str(intra.igst)] == [taxable, half, half, "0.00"]
    inter = split_inclusive(amount, GstTreatment.TAXABLE, percent, TaxType.INTER)
    assert [str(inter.taxable), str(inter.cgst), str(inter.igst)] == [inter_taxable, "0.00", igst]


@given(st.integers(0, 10**10), st.sampled_from(RATES), st.sampled_from(TaxType), st.sampled_from(GstTreatment))
def test_every_split_adds_back_with_equal_halves(
    paise: int, points: int, tax_type: TaxType, treatment: GstTreatment
) -> None:
    split = split_inclusive(Money(paise), treatment, Percent(points), tax_type)
    assert split.taxable + split.tax == Money(paise)
    assert split.cgst == split.sgst
    assert not (split.cgst and split.igst)
    if tax_type is TaxType.NONE or treatment is not GstTreatment.TAXABLE:
        assert not split.tax


def test_who_may_collect_and_where() -> None:
    assert tax_type_of(Registration.REGULAR, "32", "32") is TaxType.INTRA
    assert tax_type_of(Registration.REGULAR, "32", "29") is TaxType.INTER
    assert tax_type_of(Registration.COMPOSITION, "32", "32") is TaxType.NONE
    assert tax_type_of(Registration.UNREGISTERED, "32", "29") is TaxType.NONE


@pytest.mark.parametrize(
    ("gstin", "read"),
    [("27AAPFU0939F1ZV", "27AAPFU0939F1ZV"), (" 27aapfu 0939f1zv ", "27AAPFU0939F1ZV")],
)
def test_a_good_gstin_is_stored_in_one_form(gstin: str, read: str) -> None:
    assert parse_gstin(gstin) == read


@pytest.mark.parametrize(
    ("gstin", "code"),
    [
        ("27AAPFU0939F1ZX", "gst.gstin_check"),
        ("27AAPFU0939F1Z", "gst.gstin_form"),
        ("99AAPFU0939F1ZV", "gst.state_unknown"),
        ("", "gst.gstin_form"),
    ],
)
def test_a_bad_gstin_is_refused(gstin: str, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_gstin(gstin)
    assert refused.value.code == code


@given(st.sampled_from(sorted(STATES)), st.integers(0, 9999), st.sampled_from("123456789ABCXYZ"))
def test_any_one_wrong_character_or_swap_of_state_digits_is_noticed(state: str, digits: int, entity: str) -> None:
    first = f"{state}ABCDE{digits:04d}F{entity}Z"
    good = first + gstin_check_character(first)
    assert parse_gstin(good) == good
    for position in range(2, 14):
        for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            changed = good[:position] + other + good[position + 1 :]
            if changed != good:
                with pytest.raises(RuleBroken):
                    parse_gstin(changed)


@pytest.mark.parametrize(
    "gstin",
    [
        "27AAPFU0939F1ZV",
        "24AANFA2641L1ZF",
        "29AABCR1718E1ZL",
        "24AAUPV7468F1ZW",
        "24AAQCA8719H1ZC",
        "05AAACG2115R1ZN",
        "05AAACG2140A1ZL",
        "33AAACP1234A1ZC",
        "33AAKFM4321K1ZC",
        "29AAHCS9012L1ZW",
        "38AAPFU0939F1ZS",  # Ladakh
        "97AAPFU0939F1ZO",  # Other Territory
        "20ALYPD6528PQC5",  # e-commerce operator: the fourteenth character is C
        "29AABCF8078M1C8",
    ],
)
def test_facts_d_good(gstin: str) -> None:
    assert parse_gstin(gstin) == gstin


@pytest.mark.parametrize(
    "gstin",
    ["27AAPFU0939F1ZO", "27AAPFU0939F1Z", "369296450896540", "36AMBPG7773M002", "01AABCE2207R1Z5"],
)
def test_facts_d_bad(gstin: str) -> None:
    with pytest.raises(RuleBroken):
        parse_gstin(gstin)


def test_facts_d_check_character() -> None:
    assert gstin_check_character("27AAPFU0939F1Z") == "V"


@given(st.integers(0, 10**10), st.sampled_from(RATES), st.sampled_from(TaxType))
def test_tax_put_on_a_rate_has_equal_halves(paise: int, points: int, tax_type: TaxType) -> None:
    split = split_exclusive(Money(paise), GstTreatment.TAXABLE, Percent(points), tax_type)
    assert split.taxable == Money(paise)
    assert split.cgst == split.sgst
    assert split.amount == split.taxable + split.tax
    exact = paise * points / 10_000 if tax_type is not TaxType.NONE else 0
    assert abs(split.tax.paise - exact) <= 1


def test_facts_a9_a_purchase_of_1800_at_5() -> None:
    split = split_exclusive(Money.parse("1800.00"), GstTreatment.TAXABLE, Percent.parse("5"), TaxType.INTRA)
    assert [str(split.cgst), str(split.sgst)] == ["45.00", "45.00"]
