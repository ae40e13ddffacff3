"""Receipts drawn as pictures: all ink on the paper, nothing lost, codes that are read, no byte that commands."""

from __future__ import annotations

import threading
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.printing.codes import Bitmap, bitmap_of
from core.printing.credit_note_receipt import credit_note_receipt
from core.printing.dto import Columns, PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.languages import Language
from core.printing.paper import Align, Cells, Cut, PaperLine, Picture, Qr, Sides, Size, Text, edges_of, fit
from core.printing.quotation_receipt import quotation_receipt
from core.printing.receipt import receipt
from core.printing.templates import FULL, HINDI, Part, ReceiptTemplate
from core.returns.dto import CreditNoteView
from core.sales.dto import BillView, TenderMode, TenderView
from core.settings.dto import ShopView
from pos_desktop.devices.logo import read_logo
from pos_desktop.devices.raster import MOST_ROWS, PaperRuler, bitmap_from, image_of, raster_receipt
from tests.core.printing.test_codes import DOTS, seen_by_a_camera
from tests.core.printing.test_receipt import ALL_COLUMNS, golden_bill
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, shop_view, shops
from tests.support.credit_note_views import credit_notes
from tests.support.escpos_reader import read_escpos
from tests.support.quotation_views import quotation_view

UPI = "upi://pay?pa=shop@okbank&pn=Sanjeevani%20Medicals&am=356.00&cu=INR&tr=NKAGMMDUT2HZ6EJHYANVPR6CRLCE"
HOSTILE = (
    "\x1b@\x1bp\x00\x19\xfa\x1dV\x00\n\x1c.Evil\u202e\u2066\x9b\x07\ufeff\U0001f48a\u202c" + "शि" * 100 + "W" * 100
)
BOTH = ReceiptTemplate(name="Both", language=Language.BOTH, parts=tuple(Part))


def pictures(lines: tuple[PaperLine, ...] | list[PaperLine], columns: Columns) -> list[Bitmap]:
    drawn = raster_receipt(lines, PrinterProfile(columns=columns))
    return [line.bitmap for line in drawn if isinstance(line, Picture)]


def words(lines: tuple[PaperLine, ...]) -> str:
    """Return all that the fitted lines say, without blanks."""
    said = ""
    for line in lines:
        match line:
            case Text(text):
                said += text
            case Sides(left, right):
                said += left + right
            case Cells(cells):
                said += "".join(cells)
    return "".join(said.split())


def ink(bitmap: Bitmap) -> int:
    return sum(byte.bit_count() for byte in bitmap.data)


def edges_are_white(bitmap: Bitmap) -> bool:
    """Say whether no ink touches the paper's edges, where a letter that is too wide would be cut off."""
    starts = range(0, len(bitmap.data), bitmap.row_bytes)
    return not any(bitmap.data[at] & 0x80 or bitmap.data[at + bitmap.row_bytes - 1] & 0x01 for at in starts)


@settings(max_examples=25, deadline=None)
@given(
    bill=bills(),
    shop=shops(),
    columns=st.sampled_from(ALL_COLUMNS),
    template=st.sampled_from([FULL, HINDI, BOTH]),
)
def test_nothing_is_too_wide_lost_or_a_command(
    qapp: QApplication, bill: BillView, shop: ShopView, columns: Columns, template: ReceiptTemplate
) -> None:
    laid_out = receipt(bill, shop, columns, template=template, raster=True, duplicate=True)
    ruler = PaperRuler(columns)
    lines = fit(laid_out, ruler)
    printer = PrinterProfile(columns=columns, opens_drawer=True)
    drawn = raster_receipt(laid_out, printer)

    assert fit(lines, ruler) == lines
    for line in lines:
        if isinstance(line, Text):
            assert ruler.width(line.text, bold=line.bold, wide=line.size is Size.DOUBLE) <= columns
            assert line.text.isprintable() or set("\u200c\u200d") & set(line.text)
    said = words(lines)
    for whole in (shop.name, *(text for line in bill.lines for text in (line.item_name, line.batch))):
        assert "".join(ruler.shown(whole.replace("\n", " ")).split()) in said
    for amount in (bill.total, bill.gross, *(line.amount for line in bill.lines)):
        assert amount.grouped() in said
    for bitmap in (line.bitmap for line in drawn if isinstance(line, Picture)):
        assert (bitmap.width, bitmap.height <= MOST_ROWS) == (printer.dots, True)
        assert len(bitmap.data) == bitmap.row_bytes * bitmap.height
        assert edges_are_white(bitmap)
    paper = read_escpos(to_escpos(drawn, printer))
    assert (paper.lines, paper.qr_codes, paper.cuts, paper.pulses) == ([], [], 1, 0)


@settings(max_examples=15, deadline=None)
@given(
    note=credit_notes(),
    shop=shops(),
    columns=st.sampled_from(ALL_COLUMNS),
    template=st.sampled_from([FULL, HINDI, BOTH]),
)
def test_a_credit_note_is_drawn_with_nothing_too_wide_lost_or_a_command(
    qapp: QApplication, note: CreditNoteView, shop: ShopView, columns: Columns, template: ReceiptTemplate
) -> None:
    laid_out = credit_note_receipt(note, shop, columns, template=template, raster=True, duplicate=True)
    ruler = PaperRuler(columns)
    printer = PrinterProfile(columns=columns, opens_drawer=True)
    drawn = raster_receipt(laid_out, printer)

    lines = fit(laid_out, ruler)
    for line in lines:
        if isinstance(line, Text):
            assert ruler.width(line.text, bold=line.bold, wide=line.size is Size.DOUBLE) <= columns
    said = words(lines)
    names = (shop.name, note.reason, *(text for line in note.lines for text in (line.item_name, line.batch)))
    for whole in names:
        assert "".join(ruler.shown(whole.replace("\n", " ")).split()) in said
    for amount in (note.total, *(line.amount for line in note.lines)):
        assert amount.grouped() in said
    assert all(edges_are_white(line.bitmap) for line in drawn if isinstance(line, Picture))
    paper = read_escpos(to_escpos(drawn, printer))
    assert (paper.lines, paper.qr_codes, paper.cuts, paper.pulses) == ([], [], 1, 0)


@pytest.mark.parametrize("columns", ALL_COLUMNS)
def test_hostile_text_in_every_field_is_ink_and_no_command(qapp: QApplication, columns: Columns) -> None:
    sold = Sold(HOSTILE, "10.00", batch=HOSTILE, manufacturer=HOSTILE, hsn=HOSTILE, pack=HOSTILE)
    bill = bill_view([sold], customer=(HOSTILE, HOSTILE, HOSTILE), number=HOSTILE, username=HOSTILE, reference=HOSTILE)
    shop = shop_view(name=HOSTILE, address=HOSTILE, gstin=HOSTILE, pharmacist=(HOSTILE, HOSTILE))
    printer = PrinterProfile(columns=columns, opens_drawer=True)
    drawn = raster_receipt(receipt(bill, shop, columns, raster=True), printer)
    paper = read_escpos(to_escpos(drawn, printer, kick_drawer=True))

    assert (paper.lines, paper.cuts, paper.pulses) == ([], 1, 1)
    assert all(edges_are_white(line.bitmap) for line in drawn if isinstance(line, Picture))


def test_the_paper_has_the_letters_of_the_font_and_spells_what_it_lacks(qapp: QApplication) -> None:
    ruler = PaperRuler(48)
    for kept in ("पैरासिटामोल ₹ 323.00", "½ tablet, 5 µg – é", "क्\u200dष"):
        assert ruler.shown(kept) == kept
    assert ruler.shown("A\u202e\u200fB\x07\x1bC\tD\u2028E") == "ABC D E"
    assert ruler.shown("\U0001f48a 中文 שלום") == "[?] [?] [?]"
    assert ruler.shown("தமிழ்") == "Tamil" or ruler.shown("தமிழ்").isascii()


def test_the_same_layout_is_narrower_than_a_printers_own_letters_would_be(qapp: QApplication) -> None:
    """Words in a font of many widths: three lines of letters are two of the font."""
    (name,) = (line for line in receipt(golden_bill(), shop_view(), 32) if getattr(line, "text", "").startswith("2. "))
    assert len(fit([name], PaperRuler(32))) <= 3
    cells = Cells(("2:5", "1,25.65", "64.12"), ("Qty", "MRP", "Amount"), edges_of((8, 11, 13)))
    (fitted,) = fit([cells], PaperRuler(32))
    assert fitted == cells
    stacked = fit(
        [Cells(("9" * 20, "9" * 20, "9" * 20), ("Qty", "MRP", "Amount"), edges_of((8, 11, 13)))], PaperRuler(32)
    )
    assert [(line.left, line.right) for line in stacked if isinstance(line, Sides)] == [
        (label, "9" * 20) for label in ("Qty", "MRP", "Amount")
    ]


@pytest.mark.parametrize("word", ["क्षत्रियशिक्षा" * 20, "क्" * 200, "W" * 200, "कि́̂" * 90])
def test_a_long_word_is_broken_between_its_letters(qapp: QApplication, word: str) -> None:
    ruler = PaperRuler(32)
    lines = [line.text for line in fit([Text(word)], ruler) if isinstance(line, Text)]
    assert "".join(lines) == ruler.shown(word)
    assert all(ruler.width(line) <= 32 for line in lines)
    if word.count("क्") < 200:  # which is one letter, wider than the paper
        assert not any(unicodedata.category(line[0]).startswith("M") or line[-1] == "्" for line in lines)


@pytest.mark.parametrize(
    ("align", "begins", "ends"), [(Align.LEFT, 0, 120), (Align.CENTRE, 228, 348), (Align.RIGHT, 456, 576)]
)
def test_a_text_stands_where_it_belongs(qapp: QApplication, align: Align, begins: int, ends: int) -> None:
    (bitmap,) = pictures([Text("HHHH", align)], 48)
    inked = [x for x in range(bitmap.width) if any(bitmap.is_dark(x, y) for y in range(bitmap.height))]
    assert begins <= min(inked)
    assert max(inked) < ends


def test_large_letters_and_rupee_signs_are_drawn(qapp: QApplication) -> None:
    normal, large = (pictures([Text("कुल ₹ 5", bold=True, size=size)], 48)[0] for size in (Size.NORMAL, Size.DOUBLE))
    assert large.height > normal.height
    assert ink(large) > ink(normal) > 100
    tall = pictures([Sides("TOTAL", "₹ 99,99,99,99,99,999.00", bold=True, size=Size.DOUBLE)], 32)[0]
    assert normal.height < tall.height


@pytest.mark.parametrize("columns", ALL_COLUMNS)
def test_a_code_on_a_drawn_receipt_is_read(qapp: QApplication, columns: Columns) -> None:
    bill = bill_view(THREE_LINES)
    waits = TenderView(mode=TenderMode.UPI, amount=Money.parse("323"), reference=None, waits=True)
    bill = bill.model_copy(update={"tenders": (waits,)})
    lines = receipt(bill, shop_view(), columns, raster=True, template=HINDI, upi_id="shop@okbank")
    (code,) = (line.text for line in lines if isinstance(line, Qr))
    printer = PrinterProfile(columns=columns, draws_qr=True)
    paper = read_escpos(to_escpos(raster_receipt(lines, printer), printer))

    assert paper.qr_codes == []
    rows = [row for picture in paper.pictures for row in picture]
    assert len(rows[0]) == printer.dots
    assert seen_by_a_camera(rows) == code


def test_a_long_bill_goes_over_pictures_of_bounded_height(qapp: QApplication) -> None:
    lines = receipt(bill_view(THREE_LINES * 100), shop_view(), 48, raster=True)
    drawn = pictures(lines, 48)

    assert len(drawn) > 20
    assert all(MOST_ROWS - 100 < bitmap.height <= MOST_ROWS for bitmap in drawn[:-1])


def test_it_is_drawn_on_a_thread_of_its_own_and_always_the_same(qapp: QApplication) -> None:
    lines = receipt(golden_bill(), shop_view(), 48, template=HINDI, raster=True)
    here = pictures(lines, 48)
    there: list[list[Bitmap]] = []
    workers = [threading.Thread(target=lambda: there.append(pictures(lines, 48))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert there == [here] * 3


def test_cutter_and_drawer_are_as_with_letters(qapp: QApplication) -> None:
    drawn = raster_receipt(receipt(bill_view(THREE_LINES), shop_view(), 32, raster=True), PrinterProfile(columns=32))
    cuts, pulses = [], []
    for has_cutter, kick in ((True, True), (False, False)):
        printer = PrinterProfile(columns=32, has_cutter=has_cutter, opens_drawer=True)
        paper = read_escpos(to_escpos(drawn, printer, kick_drawer=kick))
        cuts.append(paper.cuts)
        pulses.append(paper.pulses)
    assert (cuts, pulses) == ([1, 0], [1, 0])
    assert isinstance(drawn[-1], Cut)


def test_a_quotation_is_drawn_too(qapp: QApplication) -> None:
    bitmaps = pictures(quotation_receipt(quotation_view(THREE_LINES), shop_view(), 48), 48)
    assert bitmaps
    assert all(ink(bitmap) > 1000 for bitmap in bitmaps)


@given(rows=DOTS)
def test_dots_go_to_an_image_and_back(qapp: QApplication, rows: list[list[bool]]) -> None:
    bitmap = bitmap_of(rows)
    assert bitmap_from(image_of(bitmap)) == bitmap


def test_a_logo_stands_in_the_middle_of_the_drawn_receipt(qapp: QApplication) -> None:
    logo = bitmap_of([[True] * 100] * 50)
    first = pictures(receipt(bill_view(THREE_LINES), shop_view(), 48, logo=logo, raster=True), 48)[0]
    row = next(y for y in range(first.height) if any(first.is_dark(x, y) for x in range(576)))
    assert [x for x in range(576) if first.is_dark(x, row)] == list(range(238, 338))


def drawing(width: int, height: int, *, transparent: bool = False) -> QImage:
    """A black bar on white, or on nothing."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent if transparent else Qt.GlobalColor.white)
    for y in range(height):
        for x in range(width // 2):
            image.setPixelColor(x, y, QColor(Qt.GlobalColor.black))
    return image


@pytest.mark.parametrize("name", ["logo.png", "logo.bmp"])
def test_a_drawing_keeps_its_edges(qapp: QApplication, tmp_path: Path, name: str) -> None:
    assert drawing(40, 10, transparent=name.endswith("png")).save(str(tmp_path / name))
    assert list(read_logo(tmp_path / name).rows()) == [[True] * 20 + [False] * 20] * 10


def test_a_large_picture_is_made_smaller_and_a_photograph_becomes_dots(qapp: QApplication, tmp_path: Path) -> None:
    drawing(1152, 400).save(str(tmp_path / "large.png"))
    large = read_logo(tmp_path / "large.png")
    assert (large.width, large.height) == (576, 200)

    grey = QImage(200, 100, QImage.Format.Format_Grayscale8)
    grey.fill(QColor(128, 128, 128))
    grey.save(str(tmp_path / "photo.png"))
    dots = read_logo(tmp_path / "photo.png")
    assert 8_000 < ink(dots) < 12_000


def test_what_is_no_logo_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "heavy.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5_000_001))
    drawing(2, 2).save(str(tmp_path / "photo.jpg"))
    wide = QImage(4_001, 1, QImage.Format.Format_Mono)
    wide.fill(0)
    wide.save(str(tmp_path / "wide.png"))
    whole = tmp_path / "whole.png"
    drawing(40, 10).save(str(whole))
    (tmp_path / "half.png").write_bytes(whole.read_bytes()[:40])

    for name, code in {
        "text.png": "papers.logo_kind", "heavy.png": "papers.logo_too_big", "photo.jpg": "papers.logo_kind",
        "wide.png": "papers.logo_too_big", "half.png": "papers.logo_kind", "none.png": "input.no_file",
        "": "input.is_folder",
    }.items():  # fmt: skip
        with pytest.raises(RuleBroken) as refused:
            read_logo(tmp_path / name)
        assert refused.value.code == code, name
