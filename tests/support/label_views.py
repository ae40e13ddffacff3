"""Labels for tests, tame and hostile."""

from __future__ import annotations

import string
from datetime import date

from hypothesis import strategies as st

from core.catalog.gtin import check_digit
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.money import Money
from core.printing.label_codes import LabelCode, number_code, pack_code, text_code
from core.printing.labels import Label, LooseLabel

TODAY = date(2026, 11, 20)
EAN = "8901234567890"
MARCH = Expiry.of_month(2028, 3)
AUGMENTIN = Label(
    shop="Sanjeevani Medicals",
    item="Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet",
    pack="10's",
    mrp=Money(22342),
    batch="AUG24071",
    expiry=MARCH,
    rack="B4",
    code=pack_code(EAN, "AUG24071", MARCH, TODAY),
)
LOOSE = LooseLabel(
    drug="Paracetamol 500mg Tablets",
    quantity="6 tablets",
    dealer="Sanjeevani Medicals",
    address="12 MG Road\nErnakulam, Kochi 682016",
    batch="A1",
    expiry=MARCH,
)

#: What batches in a GS1 code may be made of.
GS1_LETTERS = "".join(set(string.ascii_letters + string.digits + "!\"%&'()*+,-./_:;<=>?"))
#: Letters that mean something to a printer's language, that steer it, or that it has no form for.
_HOSTILE = st.sampled_from(
    [
        "^",
        "~",
        "_",
        "\\",
        "[",
        '"',
        "]",
        "!",
        ">",
        "\\[",
        '\\["]',
        "^XZ",
        "~JR",
        "_5E",
        "\\&",
        "CLS",
        "\r\n",
        "\x1b",
        "\0",
        "ß",
    ]
) | st.characters(exclude_categories=["Cs"])
_LETTERS = st.sampled_from(string.ascii_letters + string.digits + "  +%/.-")
_names = st.lists(_LETTERS | _HOSTILE, min_size=1, max_size=30).map("".join)
_days = st.dates(date(2000, 1, 1), date(2075, 12, 31))
expiries = _days.map(lambda day: Expiry(day, ExpiryPrecision.DAY)) | _days.map(
    lambda day: Expiry.of_month(day.year, day.month)
)
gtins = st.text("0123456789", min_size=12, max_size=12).map(lambda digits: digits + check_digit(digits))
small_gtins = st.text("0123456789", min_size=7, max_size=7).map(lambda digits: digits + check_digit(digits))
gs1_batches = st.text(GS1_LETTERS, min_size=1, max_size=20)
#: Codes of items and barcodes of shops that fit on the labels of 50 by 25 mm.
texts = st.text(string.ascii_uppercase + string.digits + "-/ !>^~_$", min_size=1, max_size=9).filter(
    lambda text: text == text.strip() and text[0] not in "]("
)


def _is_read(gtin: str) -> bool:
    return int(gtin) > 0


@st.composite
def labels(draw: st.DrawFn) -> Label:
    """Return a label with any texts, and a code of any kind that says what the texts say."""
    batch, expiry = draw(gs1_batches), draw(st.none() | expiries)
    gtin = draw((gtins | small_gtins).filter(_is_read))
    codes: list[LabelCode | None] = [None, number_code(gtin), pack_code(gtin, batch, expiry, TODAY)]
    codes.append(text_code(draw(texts), TODAY))
    return Label(
        shop=draw(_names),
        item=draw(_names),
        pack=draw(st.just("") | _names),
        mrp=draw(st.none() | st.integers(1, 10**8).map(Money)),
        batch=batch,
        expiry=expiry,
        rack=draw(st.none() | _names),
        code=draw(st.sampled_from(codes)),
    )
