"""What the code of a label says: written here, read by our own scan and by a reader of the trade."""

from __future__ import annotations

import string

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.gtin import forms, normal
from core.catalog.scanning import ScanKind, read_scan
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.printing.codes import DATA_MATRIX_SIDES
from core.printing.label_codes import (
    LabelCode,
    Symbology,
    code_128_parts,
    elements_of,
    number_code,
    pack_code,
    text_code,
)
from tests.support.label_views import EAN, MARCH, TODAY, expiries, gs1_batches, gtins, small_gtins

PRINTABLE = "".join(chr(letter) for letter in range(32, 127))


def seen(code: LabelCode) -> str:
    """Return what a scanner sends of a code that is drawn with the white around it."""
    bitmap, dot = code.drawn(), 4
    left, right = code.quiet
    white = [[False] * (left + bitmap.width + right)]
    body = [[False] * left + list(row) + [False] * right for row in bitmap.rows()]
    rows = white * left + body + white * left if code.is_square else body * 20
    pixels = b"".join(b"".join((b"\xff", b"\x00")[dark] * dot for dark in row) * dot for row in rows)
    (found,) = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (len(rows) * dot, len(rows[0]) * dot)))
    return found.symbology_identifier + found.bytes.decode("ascii")


@given(gtin=gtins | small_gtins, batch=gs1_batches, expiry=st.none() | expiries)
def test_the_code_of_a_pack_is_read_back_to_the_item_the_batch_and_the_expiry(
    gtin: str, batch: str, expiry: Expiry | None
) -> None:
    code = pack_code(gtin, batch, expiry, TODAY)
    assert code.modules in DATA_MATRIX_SIDES
    assert code.drawn().width == code.drawn().height == code.modules
    scan = read_scan(seen(code), TODAY)
    assert (scan.kind, scan.gtin, scan.batch, scan.expiry) == (ScanKind.GS1, normal(gtin), batch, expiry)
    assert not scan.is_ambiguous
    assert not scan.bad_expiry


@pytest.mark.parametrize(
    ("batch", "expiry", "elements"),
    [
        ("PCM25", MARCH, "0108901234567890" + "17280300" + "10PCM25"),
        ("PCM2101", MARCH, "0108901234567890" + "10PCM2101\x1d" + "17280300"),  # else serial 01 of batch PCM
        ("PCM2101", None, "10PCM2101\x1d" + "0108901234567890"),
        ("PCM25", Expiry.parse("15-03-2028"), "0108901234567890" + "17280315" + "10PCM25"),
        ("PCM25", Expiry.of_month(2099, 3), "0108901234567890" + "10PCM25"),  # six digits would be of 1999
    ],
)
def test_the_elements_of_a_pack(batch: str, expiry: Expiry | None, elements: str) -> None:
    assert elements_of(pack_code(EAN, batch, expiry, TODAY).data) == elements


@pytest.mark.parametrize("batch", ["", "A 1", "A#1", "A\x1d1", "A[1", "A" * 21, "é", "А1"])
def test_a_batch_that_gs1_has_no_form_for_is_refused(batch: str) -> None:
    with pytest.raises(RuleBroken, match=r"labels\.batch_not_in_code"):
        pack_code(EAN, batch, MARCH, TODAY)


@given(gtin=gtins | small_gtins)
def test_a_number_is_read_back(gtin: str) -> None:
    if int(gtin) == 0:
        with pytest.raises(ValueError, match=gtin):
            number_code(gtin)
        return
    code = number_code(gtin)
    assert code.drawn().width == code.modules
    assert set(read_scan(seen(code), TODAY).barcodes) & set(forms(gtin))


def test_a_larger_pack_has_a_data_matrix() -> None:
    code = number_code("18901234567897")
    assert code.symbology is Symbology.GS1_DATA_MATRIX
    assert read_scan(seen(code), TODAY).gtin == "18901234567897"


@given(text=st.text(PRINTABLE, min_size=1, max_size=40) | st.text(string.digits + "A", min_size=1, max_size=40))
def test_a_text_takes_as_few_symbols_as_a_code_of_the_trade(text: str) -> None:
    code = LabelCode(Symbology.CODE_128, text)
    assert "".join(part.text for part in code_128_parts(text)) == text
    assert all(len(part.text) % 2 == 0 and part.text.isdigit() for part in code_128_parts(text) if part.code_set == "C")
    assert code.modules == code.drawn().width
    assert seen(code) == f"]C0{text}"


@pytest.mark.parametrize("text", ["SHOP00017", "PCM500", "ITEM 5/A", "12345678", "1727"])
def test_a_text_of_the_shop_names_its_item(text: str) -> None:
    assert text in read_scan(seen(text_code(text, TODAY)), TODAY).barcodes


@pytest.mark.parametrize("text", ["", "दवा", "A\x1dB", "A\\[B", "]C1AB", "(01)08901234567890", "0108901234567890"])
def test_a_text_that_would_be_read_as_something_else_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"labels\.no_code"):
        text_code(text, TODAY)
