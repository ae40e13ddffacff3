"""The Schedule H1 register on paper: all that the law asks for, on pages where nothing lies on anything else."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.dispensing.dto import H1View
from core.kernel.dates import ExpiryPrecision
from core.printing.page import TextInk
from core.reporting.reports.registers import H1, h1_row
from core.reporting.shaping import ReportLine
from core.reporting.sheets import Sheet
from core.reporting.writing.pdf import report_pages, report_pdf
from core.settings.dto import Pharmacist, ShopView
from tests.conftest import NOON
from tests.core.printing.test_bill_pdf import box, overlaps
from tests.support.bill_views import letters, shop_view, shops


def row(number: int = 1, **more: object) -> H1View:
    """Return a row as it is read; built unchecked, so that hostile text reaches printing."""
    values: dict[str, object] = {
        "number": f"C1H/26-27/{number:06d}",
        "date": date(2026, 11, 20),
        "bill_number": f"C1/26-27/{number:06d}",
        "prescriber_name": "Dr K Rao",
        "prescriber_address": "City Hospital\nKochi",
        "prescriber_registration": "TCMC 4711",
        "patient_name": "Asha",
        "patient_phone": "9847012345",
        "patient_address": "12 Hill Road\nKochi",
        "drug": "Azithral 500",
        "composition": "Azithromycin 500mg",
        "manufacturer": "Alembic",
        "pack_label": "5's",
        "pieces_per_pack": 5,
        "units": 11,
        "batch": "AZ-9",
        "expiry": date(2027, 3, 31),
        "expiry_precision": ExpiryPrecision.MONTH,
        "pharmacist": Pharmacist.model_construct(name="Biju K", registration="KSPC 77"),
        "voids": None,
        "voided_by": None,
        "reason": None,
    }
    return H1View.model_construct(None, **(values | more))  # type: ignore[arg-type]


def sheet(rows: list[H1View], shop: ShopView | None = None) -> Sheet:
    return Sheet(
        title=H1.title,
        heading="Days: 01-11-2026 to 30-11-2026",
        columns=H1.columns,
        lines=[ReportLine(h1_row(each).values) for each in rows],
        shop=shop or shop_view(),
        made_at=NOON,
        note=H1.note,
    )


def texts(rows: list[H1View], shop: ShopView | None = None) -> list[str]:
    data = report_pdf(sheet(rows, shop))
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def test_a_row_says_what_the_law_asks() -> None:
    [text] = texts([row(voided_by="C1H/26-27/000002"), row(2, voids="C1H/26-27/000001", reason="wrong patient")])
    for said in (
        "Sanjeevani Medicals", "12/345, MG Road, Kochi 682016", "D.L. 20: KL-KCH-1001", "Schedule H1 register",
        "01-11-2026 to 30-11-2026", "C1H/26-27/000001", "20-11-2026", "C1/26-27/000001", "Dr K Rao",
        "City Hospital, Kochi", "Reg. no.", "TCMC 4711", "Asha", "12 Hill Road, Kochi", "Phone", "9847012345",
        "Azithral 500", "Azithromycin 500mg", "Alembic", "5's", "AZ-9", "03/2027", "2:1", "Biju K", "KSPC 77",
        "Voided by C1H/26-27/000002", "VOIDS C1H/26-27/000001: wrong patient", "Page 1 of 1",
        "Kept under the Drugs Rules, 1945", "Open for inspection for three years",
    ):  # fmt: skip
        assert said in text
    assert "DEMO" not in text


def test_many_rows_go_over_pages_in_their_order() -> None:
    pages = texts([row(number) for number in range(1, 61)])
    assert [f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
    assert all("Schedule H1 register" in text and "Prescriber" in text for text in pages)
    places = [" ".join(pages).index(f"C1H/26-27/{number:06d}") for number in range(1, 61)]
    assert all(before < after for before, after in pairwise(places))


def test_days_without_a_row_say_so_and_a_demo_is_marked() -> None:
    [text] = texts([], shop_view(is_demo=True))
    assert "nothing to show" in text
    assert "DEMO" in text


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            row,
            st.integers(1, 999_999),
            patient_name=letters(200),
            patient_address=letters(300),
            prescriber_name=letters(200),
            prescriber_address=letters(300),
            drug=letters(200),
            manufacturer=st.none() | letters(100),
            batch=letters(40),
            reason=st.none() | letters(200),
        ),
        max_size=4,
    ),
    shops(),
)
def test_whatever_is_written_stays_on_its_page(rows: list[H1View], shop: ShopView) -> None:
    pages, (width, _) = report_pages(sheet(rows, shop))
    for page in pages:
        inks = [ink for ink in page.inks if isinstance(ink, TextInk)]
        assert all(left >= 0 and right <= width + 1 for left, _, right, _ in map(box, inks))
        assert overlaps(inks) == []
