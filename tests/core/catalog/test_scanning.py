"""What a scanner sends, read: numbers, GS1 codes, links, and what means nothing."""

from __future__ import annotations

import json
import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.gtin import check_digit, expand_upc_e, forms, is_gtin, is_number, normal
from core.catalog.scanning import MOST_CHARACTERS, Reading, ScanKind, read_scan, same_expiry
from core.kernel.dates import Expiry, ExpiryPrecision

TODAY = date(2026, 11, 20)
EAN = "8901234567890"
MARCH = Expiry.of_month(2027, 3)
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "gs1_cases.json").read_text("utf-8"))


@pytest.fixture(autouse=True, scope="module")
def _loaded() -> None:
    """Load biip before any example is timed."""
    assert read_scan(f"]d2010{EAN}10A1", TODAY).batch == "A1"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['of']}-{case['text']!r}"[:80])
def test_a_case_of_the_gs1_collection(case: dict[str, Any]) -> None:
    scan = read_scan(case["text"], TODAY)
    said: dict[str, Any] = {
        "kind": scan.kind.value,
        "data": scan.text,
        "gtin": scan.gtin and scan.gtin.zfill(14),
        "batch": scan.batch,
        "serial": scan.serial,
        "expiry": scan.expiry and scan.expiry.last_day.isoformat(),
        "ambiguous": scan.is_ambiguous,
        "check": check_digit(case["text"]) if is_number(case["text"]) else None,
    }
    expect = dict(case["expect"])
    assert set(expect.pop("among", ())) <= set(scan.barcodes)
    too_short = expect.pop("no_length", None)  # a number too long to be written so
    assert too_short not in {len(barcode) for barcode in scan.barcodes}
    assert {name: said[name] for name in expect} == expect


def test_the_whole_collection_is_there() -> None:
    assert len(CASES) == 465


# --- numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [EAN, "0" + EAN, "]E0" + EAN, f" {EAN}\r\n", "]d201" + "0" + EAN, f"(01)0{EAN}", f"https://x.in/01/0{EAN}"]
)
def test_one_number_in_all_its_clothes_is_one_item(text: str) -> None:
    scan = read_scan(text, TODAY)
    assert scan.gtin == EAN
    assert {EAN, "0" + EAN} <= set(scan.barcodes)
    assert scan.teachable == EAN


def test_upc_a_upc_e_and_ean_13_meet() -> None:
    for text in ("04252614", "042100005264", "0042100005264", "00042100005264"):
        scan = read_scan(text, TODAY)
        assert (scan.kind, scan.gtin) == (ScanKind.NUMBER, "0042100005264")
        assert set(scan.barcodes) == {"04252614", "042100005264", "0042100005264", "00042100005264"}


def test_a_larger_pack_is_another_number() -> None:
    carton = "1890123456789" + check_digit("1890123456789")
    assert read_scan(carton, TODAY).gtin == carton
    assert EAN not in read_scan(carton, TODAY).barcodes


@pytest.mark.parametrize("text", ["8901234567891", "08901234567891", "1" * 13])
def test_a_number_with_a_wrong_check_digit_is_no_gtin_and_cannot_be_taught(text: str) -> None:
    scan = read_scan(text, TODAY)
    assert (scan.kind, scan.gtin, scan.gtin_fits, scan.teachable) == (ScanKind.PLAIN, None, False, None)
    assert scan.barcodes == (text,)  # it may have been imported so


@given(st.text("0123456789", min_size=7, max_size=13).filter(lambda text: len(text) in {7, 11, 12, 13}))
def test_any_number_is_found_by_all_its_forms(payload: str) -> None:
    gtin = payload + check_digit(payload)
    assert is_gtin(gtin) == (int(gtin) > 0)
    assert {normal(form) for form in forms(gtin) if len(form) > 8} == {normal(gtin)}
    assert normal(gtin) in forms(gtin)


@given(st.sampled_from("01"), st.text("0123456789", min_size=6, max_size=6))
def test_a_upc_e_survives_its_long_form(system: str, digits: str) -> None:
    found = [code for last in "0123456789" if (code := expand_upc_e(f"{system}{digits}{last}"))]
    for upc_a in found:
        assert is_gtin(upc_a)
        assert any(expand_upc_e(form) == upc_a for form in forms(upc_a) if len(form) == 8)


# --- GS1 codes -------------------------------------------------------------------------------------------------


def test_the_code_of_a_drug_pack() -> None:
    scan = read_scan("0108901234567890" + "17270300" + "10PCM2501\x1d" + "21A1B2C3", TODAY)
    assert (scan.gtin, scan.batch, scan.expiry, scan.serial) == (EAN, "PCM2501", MARCH, "A1B2C3")
    assert not scan.is_ambiguous


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        (
            "010890123456789010PCM250117270300",
            [Reading("PCM250117270300"), Reading("PCM2501", MARCH)],
        ),
        (
            "01089012345678901727030010PCM250121A1B2C3",
            [Reading("PCM250121A1B2C3", MARCH), Reading("PCM2501", MARCH, "A1B2C3")],
        ),
        # twenty characters and more are no batch: the rest must be another element
        ("010890123456789010ABCDEFGHIJKLMNOP1727030021SERIAL7", [Reading("ABCDEFGHIJKLMNOP", MARCH, "SERIAL7")]),
        ("010890123456789021SERIAL10BATCH17270300", [Reading("BATCH", MARCH, "SERIAL")]),
    ],
)
def test_a_lost_separator_is_flagged_and_nothing_is_guessed(text: str, readings: list[Reading]) -> None:
    for prefix in ("", "]d2", "]C1"):
        scan = read_scan(prefix + text, TODAY)
        assert scan.is_ambiguous
        assert scan.gtin == EAN
        assert scan.batch is None
        assert scan.serial is None
        for reading in readings:
            assert reading in scan.readings


def test_what_stands_last_needs_no_separator() -> None:
    scan = read_scan("]d2010890123456789017270300" + "10PCM25", TODAY)
    assert (scan.batch, scan.expiry, scan.is_ambiguous) == ("PCM25", MARCH, False)


def test_a_rest_that_cannot_be_read_leaves_the_item_certain_and_flags() -> None:
    scan = read_scan("]d20108901234567890" + "10" + "A" * 25, TODAY)
    assert (scan.gtin, scan.batch, scan.is_ambiguous, scan.readings) == (EAN, None, True, ())


def test_a_part_said_twice_is_doubtful() -> None:
    scan = read_scan("(01)08901234567890(10)A1(10)A2", TODAY)
    assert (scan.gtin, scan.batch, scan.is_ambiguous) == (EAN, None, True)


@pytest.mark.parametrize(
    ("yymmdd", "expiry"),
    [
        ("270300", MARCH),
        ("280200", Expiry.of_month(2028, 2)),
        ("270315", Expiry(date(2027, 3, 15), ExpiryPrecision.DAY)),
        ("760100", Expiry.of_month(2076, 1)),
        ("770100", Expiry.of_month(1977, 1)),
        ("000100", Expiry.of_month(2000, 1)),
        ("271300", None),
        ("270230", None),
        ("270000", None),
    ],
)
def test_an_expiry(yymmdd: str, expiry: Expiry | None) -> None:
    scan = read_scan(f"]d2010890123456789017{yymmdd}10A1", TODAY)
    assert (scan.gtin, scan.batch, scan.expiry) == (EAN, "A1", expiry)
    assert scan.bad_expiry == (None if expiry else yymmdd)


def test_the_century_turns_with_the_clock() -> None:
    text = "]d2010890123456789017020100"
    assert read_scan(text, date(2026, 11, 20)).expiry == Expiry.of_month(2002, 1)
    assert read_scan(text, date(2090, 1, 1)).expiry == Expiry.of_month(2102, 1)


def test_two_expiries_are_one_to_the_month_where_one_names_no_day() -> None:
    assert same_expiry(MARCH, Expiry(date(2027, 3, 15), ExpiryPrecision.DAY))
    assert not same_expiry(
        Expiry(date(2027, 3, 14), ExpiryPrecision.DAY), Expiry(date(2027, 3, 15), ExpiryPrecision.DAY)
    )
    assert not same_expiry(MARCH, Expiry.of_month(2027, 4))


def test_a_link_with_its_parts_escaped() -> None:
    scan = read_scan(f"https://maker.example/p/01/0{EAN}/10/A%2F1/21/S1?17=270300&x=y", TODAY)
    assert (scan.kind, scan.gtin, scan.batch, scan.serial) == (ScanKind.LINK, EAN, "A/1", "S1")
    assert scan.expiry == MARCH


@pytest.mark.parametrize("text", ["10ABC", "ABC-123", "1727", "12345678", "SHOP00017", "0112345678901234567890"])
def test_a_plain_text_stays_what_it_is(text: str) -> None:
    scan = read_scan(text, TODAY)
    assert (scan.kind, scan.barcodes, scan.teachable) == (ScanKind.PLAIN, (text,), text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "]",
        "]d2",
        "\x1d\x1d",
        "8901234567890\x00",
        "\x1b@\x1bp",
        "٨٩٠١٢٣٤٥٦٧٨٩٠",
        "पैरासिटामोल",
        "x" * 10_240,
        "]d2" + "01" * 5_000,
        "http://[",
        "https://example.com/",
        "https://example.com/01/notdigits/10/%00%ff",
        "(01)(10)",
        "(99999)1",
        "()" * 30,
        "Batch: A1 Exp: 03/2027 Mfg: X; tablets",
        "\ud800abc",
    ],
)
def test_a_hostile_or_foreign_text_is_kept_raw(text: str) -> None:
    scan = read_scan(text, TODAY)
    assert scan.kind is ScanKind.RAW
    assert (scan.gtin, scan.batch, scan.expiry, scan.teachable) == (None, None, None, None)


@given(st.text(st.characters(), max_size=60) | st.text("0123456789()\x1d]dCQ/:.htp?=%ABC", max_size=90))
def test_nothing_that_is_scanned_raises(text: str) -> None:
    for prefix in ("", "]d2", "]C1", "01", "0108901234567890", "https://id.gs1.org/01/", "(01)"):
        scan = read_scan(prefix + text, TODAY)
        assert len(scan.text) <= len(prefix + text)


def test_the_longest_code_that_is_read() -> None:
    assert read_scan("]d2" + "91" + "A" * 90 + "\x1d01" + "0" + EAN, TODAY).gtin == EAN
    assert read_scan("A" * (MOST_CHARACTERS + 1), TODAY).kind is ScanKind.RAW


# what GS1 allows in batch and serial; brackets would end an element in the form that people read
_LETTERS = "".join(set(string.ascii_letters + string.digits + "!\"%&'*+,-./_:;<=>?"))
_values = st.text(_LETTERS, min_size=1, max_size=20)
_expiries = st.dates(date(1978, 1, 1), date(2076, 12, 31))


@given(
    st.text("0123456789", min_size=13, max_size=13),
    _values,
    _values,
    _expiries,
    st.booleans(),
    st.permutations(range(4)),
)
def test_a_code_that_was_written_is_read_back(
    payload: str, batch: str, serial: str, day: date, whole_month: bool, order: list[int]
) -> None:
    gtin = payload + check_digit(payload)
    yymmdd = f"{day:%y%m}00" if whole_month else f"{day:%y%m%d}"
    parts = [("01", gtin), ("17", yymmdd), ("10", batch), ("21", serial)]
    elements = [parts[place] for place in order]
    expiry = Expiry.of_month(day.year, day.month) if whole_month else Expiry(day, ExpiryPrecision.DAY)

    sent = "]d2" + "\x1d".join(ai + value for ai, value in elements)
    printed = "".join(f"({ai}){value}" for ai, value in elements)

    for text in (sent, printed):
        scan = read_scan(text, TODAY)
        assert (scan.kind, scan.gtin) == (ScanKind.GS1, normal(gtin))
        assert (scan.batch, scan.serial, scan.expiry) == (batch, serial, expiry)
        assert not scan.is_ambiguous


@given(_values, _expiries, _values)
def test_without_its_separator_a_code_is_flagged_and_the_truth_is_among_the_readings(
    batch: str, day: date, serial: str
) -> None:
    scan = read_scan("]d20108901234567890" + f"10{batch}" + f"17{day:%y%m%d}" + f"21{serial}", TODAY)
    assert scan.is_ambiguous
    assert (scan.gtin, scan.batch, scan.serial) == (EAN, None, None)
    truth = Reading(batch, Expiry(day, ExpiryPrecision.DAY), serial)
    assert truth in scan.readings
