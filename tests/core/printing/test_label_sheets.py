"""Labels as PDF: rendered, and their codes read by a reader of the trade and understood by our own scan."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from core.catalog.scanning import read_scan
from core.kernel.errors import RuleBroken
from core.printing.label_codes import Symbology, number_code, text_code
from core.printing.label_layout import POINTS, Box, lay_out
from core.printing.label_sheets import labels_pdf
from core.printing.label_sizes import ROLLS, SHEETS, LabelSheet, LabelSize, paper_named, roll_named
from core.printing.labels import Copies, Label
from core.printing.page import text_width
from tests.support.label_views import AUGMENTIN, EAN, LOOSE, TODAY, labels

SIZES = (*ROLLS, *(sheet.label for sheet in SHEETS))
DPI_600 = 600 / 25.4


#: What labels bear: in letters side by side a reader of every symbology finds a Codabar once in some hundred labels.
_BORNE: Any = [
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.EAN8,
    zxingcpp.BarcodeFormat.UPCA,
    zxingcpp.BarcodeFormat.Code128,
]


def scans(pdf: bytes, page: int = 0, dots_per_point: float = 5) -> list[tuple[str, float, float]]:
    """Return what a scanner sends of each code on a page, and where its middle is in points."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=dots_per_point, grayscale=True).to_pil().convert("L")
    view = memoryview(picture.tobytes()).cast("B", (picture.height, picture.width))
    found = zxingcpp.read_barcodes(view, formats=_BORNE, try_rotate=False, try_downscale=False, try_invert=False)
    return [
        (
            code.symbology_identifier + code.bytes.decode("ascii"),
            (code.position.top_left.x + code.position.bottom_right.x) / 2 / dots_per_point,
            (code.position.top_left.y + code.position.bottom_right.y) / 2 / dots_per_point,
        )
        for code in found
    ]


def pdf_or_refused(label: Label, size: LabelSize) -> bytes | RuleBroken:
    """Return a label alone on its page, or why there is none."""
    try:
        return labels_pdf([Copies(label)], size, author="Shop")
    except RuleBroken as refused:
        return refused


@given(label=labels(), size=st.sampled_from(SIZES))
def test_any_label_is_read_back_to_its_item_batch_and_expiry(label: Label, size: LabelSize) -> None:
    pdf = pdf_or_refused(label, size)
    if isinstance(pdf, RuleBroken):
        assert pdf.code in {"labels.code_too_wide", "labels.text_too_long", "labels.text_fits_none"}
        return
    found = scans(pdf)
    assert len(found) == (label.code is not None)
    for scanned, _, _ in found:
        assert label.code is not None
        scan = read_scan(scanned, TODAY)
        if label.code.symbology is Symbology.GS1_DATA_MATRIX:
            assert (scan.gtin or "").zfill(14) == label.code.gtin
            assert (scan.batch, scan.expiry, scan.is_ambiguous) == (label.batch, label.expiry, False)
        else:
            assert label.code.data in scan.barcodes


@given(label=labels(), size=st.sampled_from(SIZES), dots=st.sampled_from((8.0, 300 / 25.4, DPI_600)))
def test_nothing_leaves_the_label_or_covers_anything(label: Label, size: LabelSize, dots: float) -> None:
    try:
        layout = lay_out(label, size, dots, for_page=dots == DPI_600)
    except RuleBroken:
        return
    boxes = [text.box for text in layout.texts]
    for text in layout.texts:
        assert text_width(text.text, text.style) <= text.width * POINTS + 1e-6
        assert text.size >= 1.5
    if layout.code is not None:
        code = layout.code
        assert code.module >= 0.25 - 1e-6
        assert abs(code.module * dots - code.dots) < 1e-6
        boxes.append(code.box)
        left, right = code.code.quiet
        assert abs(code.box.width - (left + code.code.modules + right) * code.module) < 1e-6
    for place, box in enumerate(boxes):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= size.width + 1e-6
        assert box.y + box.height <= size.height + 1e-6
        assert not any(box.touches(other) for other in boxes[:place])


def test_boxes_that_share_an_edge_do_not_touch() -> None:
    assert not Box(0, 0, 2, 2).touches(Box(2, 0, 2, 2))
    assert Box(0, 0, 2, 2).touches(Box(1.9, 1.9, 2, 2))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.label.name)
def test_a_sheet_fills_its_page_evenly(sheet: LabelSheet) -> None:
    assert sheet.count == int(sheet.label.name.partition("-")[2])
    right, bottom = sheet.corner(sheet.count - 1)
    assert right + sheet.label.width == pytest.approx(210 - sheet.left, abs=0.2)
    assert bottom + sheet.label.height == pytest.approx(297 - sheet.top, abs=0.2)
    assert sheet.pitch_across >= sheet.label.width
    assert sheet.pitch_down >= sheet.label.height


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.label.name)
def test_every_label_of_a_sheet_is_in_its_place_and_is_read(sheet: LabelSheet) -> None:
    shelf = Label("Shop", "Paracetamol 500mg Tablets", "15's", AUGMENTIN.mrp, rack="A3", code=number_code(EAN))
    own = Label("Shop", "Cotton", mrp=AUGMENTIN.mrp, code=text_code("SHOP00017", TODAY))
    wanted = [Copies(AUGMENTIN, sheet.count - 5), Copies(shelf, 4), Copies(own, 3)]
    pdf = labels_pdf(wanted, sheet, start=3, author="Shop")
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    found = sorted(scans(pdf, 0, 6), key=lambda code: code[0])
    pack, number = "]d2" + "0108901234567890" + "17280300" + "10AUG24071", f"]E0{EAN}"
    assert [scanned for scanned, _, _ in found] == [number] * 3 + [pack] * (sheet.count - 5)
    assert sorted(places(found, sheet)) == list(range(2, sheet.count))
    rest = scans(pdf, 1, 6)
    assert sorted(scanned for scanned, _, _ in rest) == ["]C0SHOP00017"] * 3 + [number]
    assert sorted(places(rest, sheet)) == [0, 1, 2, 3]


def places(found: Sequence[tuple[str, float, float]], sheet: LabelSheet) -> list[int]:
    """Return on which label of a sheet each code lies."""
    return [
        place
        for _, x, y in found
        for place in range(sheet.count)
        for left, top in [sheet.corner(place)]
        if left < x / POINTS < left + sheet.label.width and top < y / POINTS < top + sheet.label.height
    ]


def test_a_label_says_what_it_must() -> None:
    for size in SIZES:
        text = " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(labels_pdf(
                [Copies(AUGMENTIN), Copies(LOOSE)], size, author="Shop"))).pages
        )  # fmt: skip
        text = " ".join(text.split())
        for words in (
            "Sanjeevani Medicals", "Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet", "10's, Rack B4",
            "MRP ₹223.42 incl. of all taxes", "Batch AUG24071 EXP 03/2028", "08901234567890",
            "Paracetamol 500mg Tablets Quantity: 6 tablets Batch A1 EXP 03/2028",
            "12 MG Road, Ernakulam, Kochi 682016",
        ):  # fmt: skip
            assert words in text


def test_a_single_label_has_a_page_of_its_size() -> None:
    pages = PdfReader(io.BytesIO(labels_pdf([Copies(AUGMENTIN, 3)], roll_named("50X25"), author="Shop"))).pages
    assert len(pages) == 3
    assert float(pages[0].mediabox.width) == pytest.approx(50 * POINTS, abs=0.01)
    assert float(pages[0].mediabox.height) == pytest.approx(25 * POINTS, abs=0.01)


def test_the_same_labels_give_the_same_bytes() -> None:
    one, other = (labels_pdf([Copies(AUGMENTIN, 30)], SHEETS[0], author="Shop") for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("size", "start", "code"),
    [
        ("A4-24", 0, "no_such_place"),
        ("A4-24", 25, "no_such_place"),
        ("50x25", 2, "start_without_sheet"),
        ("60x40", 1, "no_such_size"),
    ],
)
def test_a_place_or_size_that_is_not_there_is_refused(size: str, start: int, code: str) -> None:
    with pytest.raises(RuleBroken, match=f"labels.{code}"):
        labels_pdf([Copies(AUGMENTIN)], paper_named(size), start=start, author="Shop")


def test_a_printer_has_no_sheets() -> None:
    with pytest.raises(RuleBroken, match=r"labels\.no_such_roll"):
        roll_named("A4-24")
