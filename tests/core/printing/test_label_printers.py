"""Labels in the languages of label printers: read back by small printers that refuse what they do not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.boundary.messages import explain
from core.catalog.scanning import read_scan
from core.kernel.errors import RuleBroken
from core.printing.label_codes import LabelCode, Symbology, number_code, text_code
from core.printing.label_layout import lay_out
from core.printing.label_sizes import ROLLS, LabelSize, roll_named
from core.printing.labels import AnyLabel, Copies, Label
from core.printing.plain import plain
from core.printing.tspl import to_tspl
from core.printing.zpl import DOTS_PER_MM, to_zpl
from tests.support.label_views import AUGMENTIN, EAN, LOOSE, TODAY, labels
from tests.support.printed_labels import PrintedLabel, WrongLabelError
from tests.support.tspl_reader import read_tspl
from tests.support.zpl_reader import read_zpl

ROLL = st.sampled_from(ROLLS)
DPI = st.sampled_from(sorted(DOTS_PER_MM))
FIFTY = roll_named("50x25")


def printed(copies: list[Copies], size: LabelSize, dpi: int) -> list[list[PrintedLabel]]:
    """Return what printers of both languages print, checked."""
    both = [read_zpl(to_zpl(copies, size, dpi)), read_tspl(to_tspl(copies, size, dpi), DOTS_PER_MM[dpi])]
    for found in both:
        for label in found:
            assert label.width == int(size.width * DOTS_PER_MM[dpi])
            assert label.height == int(size.height * DOTS_PER_MM[dpi])
            label.check()
    return both


def joined(text: str) -> str:
    """Return a text without its spaces, since lines may be broken anywhere."""
    return "".join(text.split())


def printed_or_refused(label: Label, size: LabelSize, dpi: int, count: int) -> list[list[PrintedLabel]] | RuleBroken:
    """Return what both printers print, or why there is none."""
    try:
        return printed([Copies(label, count)], size, dpi)
    except RuleBroken as refused:
        return refused


@given(label=labels(), size=ROLL, dpi=DPI, count=st.integers(1, 5_000))
def test_any_label_comes_out_whole_or_is_refused(label: Label, size: LabelSize, dpi: int, count: int) -> None:
    found_or_refused = printed_or_refused(label, size, dpi, count)
    if isinstance(found_or_refused, RuleBroken):
        assert found_or_refused.code in {"labels.code_too_wide", "labels.text_too_long", "labels.text_fits_none"}
        assert size.name not in str(found_or_refused.values.get("fitting", "")).split(" or ")
        return
    zpl, tspl = found_or_refused
    caption = label.code.caption if label.code is not None and not label.code.is_square else ""
    said = joined("".join(plain(text.text).replace("\\", "/") for text in label.texts) + caption)
    assert [joined(found.words) for found in zpl] == [said]
    assert [joined(found.words) for found in tspl] == [said]
    for (found,) in (zpl, tspl):
        assert found.copies == count
        assert len(found.codes) == (label.code is not None)
        for code in found.codes:
            assert code.dots / DOTS_PER_MM[dpi] >= 0.25
            scan = read_scan(code.scanned, TODAY)
            assert label.code is not None
            match label.code.symbology:
                case Symbology.GS1_DATA_MATRIX:
                    assert (scan.batch, scan.expiry) == (label.batch, label.expiry)
                    assert not scan.is_ambiguous
                    assert scan.gtin is not None
                    assert scan.gtin.zfill(14) == label.code.gtin
                case _:
                    assert label.code.data in scan.barcodes


@pytest.mark.parametrize("size", ROLLS, ids=lambda size: size.name)
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_pack_a_shelf_and_loose_pieces_fit_on_every_label(size: LabelSize, dpi: int) -> None:
    shelf = Label(AUGMENTIN.shop, AUGMENTIN.item, AUGMENTIN.pack, AUGMENTIN.mrp, rack="B4", code=number_code(EAN))
    for found in printed([Copies(AUGMENTIN, 3), Copies(shelf), Copies(LOOSE, 2)], size, dpi):
        assert [label.copies for label in found] == [3, 1, 2]
        assert [code.kind for label in found for code in label.codes] == ["DMATRIX", "EAN13"]
        pack, on_shelf, loose = (label.words for label in found)
        for words in ("Sanjeevani Medicals", "Amoxycillin 500 mg", "10's, Rack B4", "AUG24071", "03/2028"):
            assert words in pack
        assert "MRP Rs.223.42 incl. of all taxes" in pack
        assert "MRP Rs.223.42 incl. of all taxes" in on_shelf
        assert "Batch" not in on_shelf
        for words in ("Paracetamol", "Quantity: 6 tablets", "Batch A1 EXP 03/2028", "12 MG Road, Ernakulam, Kochi"):
            assert words in loose


def test_the_bytes_of_a_pack() -> None:
    zpl = to_zpl([Copies(AUGMENTIN, 3)], FIFTY, 203).decode()
    assert "^PW400\n^LL200\n" in zpl
    assert "^BXN,4,200,20,20,6,_^FD_10108901234567890172803001" + "0AUG24071^FS" in zpl
    tspl = to_tspl([Copies(AUGMENTIN, 3)], FIFTY, 203).decode()
    assert tspl.startswith("SIZE 50 mm,25 mm\r\nGAP 2 mm,0 mm\r\nDIRECTION 1\r\nCLS\r\n")
    assert ',80,80,c126,x4,r0,a0,20,20,"~101089012345678901728030010AUG24071"\r\n' in tspl
    assert tspl.endswith("PRINT 1,3\r\n")


def test_a_name_cannot_steer_a_printer() -> None:
    name = 'A^XZ~JR_5E\\&\\["] "B"\r\nCLS\x1b'
    zpl = to_zpl([Copies(Label("S", name))], FIFTY, 203).decode()
    assert '^FDA_5EXZ_7EJR_5F5E/&/["]^FS' in zpl
    for (label,) in printed([Copies(Label("S", name))], FIFTY, 203):
        assert label.words == 'S A^XZ~JR_5E/&/["] "B" CLS'


def test_a_name_in_hindi_is_spelled_out() -> None:
    for (label,) in printed([Copies(Label("Shop", "पैरासिटामोल 500"))], FIFTY, 203):
        assert label.words == "Shop Pairasitamol 500"


@pytest.mark.parametrize(
    ("text", "zpl", "tspl"),
    [
        ("SHOP00017", ">:SHOP0>50017", '"128M",{},0,0,2,2,"!104SHOP0!0990017"'),
        ("12345678", ">;12345678", '"128M",{},0,0,2,2,"!10512345678"'),
        ("1234A", ">;1234>6A", '"128M",{},0,0,2,2,"!1051234!100A"'),
        ("A>^~_", ">:A>0><>=_", '"128M",{},0,0,2,2,"!104A>^~_"'),
        ('A!"1', '>:A!"1', '"128",{},0,0,2,2,"A!\\["]1"'),
    ],
)
def test_a_text_in_code_128(text: str, zpl: str, tspl: str) -> None:
    label = Label("Shop", "Item", code=text_code(text, TODAY))
    size = roll_named("50x25")
    placed = lay_out(label, size, 8.0, for_page=False).code
    assert placed is not None
    assert f"^FD{zpl}^FS" in to_zpl([Copies(label)], size, 203).decode()
    form = tspl.replace("{}", str(round(placed.height * 8))).replace(",2,2,", f",{placed.dots},{placed.dots},")
    assert form in to_tspl([Copies(label)], size, 203).decode()


@pytest.mark.parametrize(
    ("label", "size", "code", "fitting"),
    [
        (
            Label("S", "Item", code=LabelCode(Symbology.CODE_128, "SHOP00017AB")),
            "34x22",
            "code_too_wide",
            "50x25 or 100x50",
        ),
        (Label("S", "Item", code=LabelCode(Symbology.CODE_128, "A" * 40)), "100x50", "code_fits_none", None),
        (Label("S", "Long name " * 30, code=number_code(EAN)), "34x22", "text_too_long", "50x25 or 100x50"),
        (Label("S", "Long name " * 600), "100x50", "text_fits_none", None),
    ],
)
def test_what_does_not_fit_is_refused_and_the_fitting_size_is_named(
    label: AnyLabel, size: str, code: str, fitting: str | None
) -> None:
    for write in (to_zpl, to_tspl):
        with pytest.raises(RuleBroken) as refused:
            write([Copies(label)], roll_named(size), 203)
        assert refused.value.code == f"labels.{code}"
        assert refused.value.values.get("fitting") == fitting
        assert not fitting or f"take {fitting}" in explain(refused.value)


def test_the_small_printers_refuse_what_would_not_come_out() -> None:
    good = to_zpl([Copies(AUGMENTIN)], FIFTY, 203)
    for old, new in (
        (b"^CI28", b"^CI27"),
        (b"^FDSanj", b"^XZSanj"),
        (b"^PQ1", b"^ZZ1"),
        (b"20,20,6", b"12,12,6"),
        (b"^FD_101", b"^FD01"),
    ):
        assert old in good
        with pytest.raises(WrongLabelError):
            read_zpl(good.replace(old, new, 1))
    good = to_tspl([Copies(AUGMENTIN)], FIFTY, 203)
    for old, new in ((b"CLS", b"CLEAR"), (b"GAP 2", b"GAP 3"), (b',"0",0', b',"1",0'), (b"20,20,", b"12,12,")):
        assert old in good
        with pytest.raises(WrongLabelError):
            read_tspl(good.replace(old, new, 1), 8.0)
    (label,) = read_zpl(to_zpl([Copies(AUGMENTIN)], FIFTY, 203).replace(b"^FO310,60", b"^FO100,60"))
    with pytest.raises(WrongLabelError, match="covers"):
        label.check()
