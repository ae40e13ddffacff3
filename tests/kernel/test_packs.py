"""What pack labels say, and that none of them is guessed at."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.kernel.packs import MOST_PIECES, PackReading, read_pack, read_pack_in_name

ONE_PIECE = [
    "1's", "1’s in Mono Carton", "One in Mono-Pack", "Pair in Mono-Pack", "PAIR", "1 pair", "KIT", "1 Kit",
    "100ML", "100 ml", "60 ML", "0.5 ml Ampoule", "5 ml Vial/Ampoule", "500 ml in FFS Bottle", "5ml Drops",
    "30GM", "30g", "30GMS", "20 gms.", "1 kg (2.2 lbs) Jar", "250 gm tubes/Jar", "1's Tin 250g", "1's Bar",
    "200 MDI", "120 MD", "1X200MDI", "60 doses in MDI inhaler", "1*100ML", "1*1",
    "Vial", "VIAL", "1 vial", "Vial & WFI", "Vial & Wfi", "Vial with Diluent", "Vial (10 ml)", "Cartridge 3 ml",
    "10 ml & wfi", "4mg/vial", "10 ml /vial", "2 ml/ 1 Vial", "0.5 ml in 1 prefilled syringe",
    "1.0 Injection in 1 vial", "1 Vial & wfi", "1 Sachet", "1gm Sachet", "3ml Pre-filled Pen",
    "vial of 1 Injection", "vial of 1 Powder for Injection", "vial of 2 ml Injection", "strip of 1 Tablet",
    "bottle of 100 ml Syrup", "packet of 200 MDI Inhaler", "pump bottle of 7 MDI Nasal Spray", "box of 75 gm Soap",
    "pre-filled pen of 3 ml Solution for Injection", "packet of 1 Kit", "5 cm X 3 m in Monopack",
]  # fmt: skip

SEVERAL = {
    "10's": 10, "15'S": 15, "10 `S": 10, "15`S": 15, "14S": 14, "7’s": 7, "20,S": 20, "60 s in container": 60,
    "30's in Bottle": 30, "10's in Mono-Pack": 10, "100's in Amber Coloured Glass Bottle": 100,
    "1*15": 15, "1 x 9's (mono carton pack)": 9, "1*10TAB": 10, "1X10'S": 10, "10TAB": 10, "10TABLET": 10, "15T": 15,
    "Three in Mono-Pack": 3, "Ten in Mono-Pack": 10, "10 sachet in monocarton": 10, "50 pcs/Box": 50,
    "100 Ear Buds": 100, "Pack of 4 Sanitary Napkins": 4, "Pack of 20 wipes": 20, "Pack of 2": 2,
    "Pack of 100 in a Zip Lock Bag": 100,
    "strip of 10 tablets": 10, "strip of 10 tablet sr": 10, "strip of 15 soft gelatin capsules": 15,
    "bottle of 30 tablets": 30, "packet of 14 rheocap": 14, "strip of 8 captabs": 8, "packet of 5 respules": 5,
    "vial of 5 injections": 5, "packet of 10 disintegrating strips": 10, "box of 10 pastilles": 10,
    "packet of 3 pessaries": 3,
}  # fmt: skip

BOXES = {
    "10*10": (10, 10), "10X10'S": (10, 10), "10×10": (10, 10), "10*10TAB": (10, 10), " 5 x 15 ": (15, 5),
    "2X15S": (15, 2), "10 strips of 10 tablets": (10, 10), "box of 10 strips of 15 tablets": (15, 10),
}  # fmt: skip

QUESTIONS = [
    "", " ", "1*", "*", "10*1", "5*2ML", "10X10X10", "0's", "0*10", "100000's", "0 ml", "10",
    "30 capsules and 1 inhaler", "Combipack of 6 Tablets in Mono Carton", "20's in Combikit", "25 Strips",
    "Four Strips in Mono-Pack", "Five in Mono-Pack X 100", "Screw-cap plastic container", "Bottle", "packet of 3 kit",
    "1/4 inch x 4 in 10 strips pack", "strip of 2.5 ml Respules", "bottle of 100 syrups", "100 ml x 2",
    "1 Cooling Case, 2 unit Gel Cool Pack, 1 Unit Insulin Pen Folder and 1 Carry Bag", "GLYCOMET", "½", "१०'s",
    "9" * 5000 + "'s",
]  # fmt: skip


@pytest.mark.parametrize("label", ONE_PIECE)
def test_what_is_sold_whole_is_one_piece(label: str) -> None:
    assert read_pack(label) == PackReading(1)


@pytest.mark.parametrize(("label", "pieces"), SEVERAL.items())
def test_a_count_is_read(label: str, pieces: int) -> None:
    assert read_pack(label) == PackReading(pieces)


@pytest.mark.parametrize(("label", "reading"), BOXES.items())
def test_a_box_is_packs_of_pieces(label: str, reading: tuple[int, int]) -> None:
    assert read_pack(label) == PackReading(*reading)


def test_every_label_of_a_web_shop_is_read_or_asked() -> None:
    with Path(__file__).with_name("pack_labels.csv").open(encoding="utf-8") as file:
        labels = {row["label"]: row["pieces"] for row in csv.DictReader(file)}
    assert len(labels) == 367
    for label, pieces in labels.items():
        assert read_pack(label) == (PackReading(int(pieces)) if pieces else None), label
    # a measure is one piece, and a count of what is counted is that many
    assert {label for label, pieces in labels.items() if not pieces} == {
        "box of 20 capsule combipack",
        "strip of 2.5 ml Respules",
        "strip of 2 ml Respules",
        "packet of 3 kit",
        "packet of 9 kit",
        "bottle of 100 syrups",
    }


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("GLYCOMET 500 SR 20,S", PackReading(20)),
        ("DOLO 650 15'S", PackReading(15)),
        ("ECOSPRIN 75 14S", PackReading(14)),
        ("CALPOL 10 `S", PackReading(10)),
        ("PAN 40 (15's)", PackReading(15)),
        ("CETZINE 10*10S", PackReading(10, 10)),
        ("GLYCOMET 500", None),
        ("VITAMIN B12S", None),
        ("NOVAMOX 250 DS", None),
        ("THING 1'S", None),
        ("20'S CLUB SODA", None),
        ("", None),
    ],
)
def test_a_name_that_ends_in_a_marked_count(name: str, reading: PackReading | None) -> None:
    assert read_pack_in_name(name) == reading


@pytest.mark.parametrize("label", QUESTIONS)
def test_what_is_not_said_is_a_question(label: str) -> None:
    assert read_pack(label) is None


@pytest.mark.parametrize(
    ("label", "hint", "pieces"),
    [
        ("10", "Paracetamol Tablets IP 500 mg", 10),
        ("15", "capsules", 15),
        ("10", "Cough Syrup", None),
        ("Bottle", "Cough Syrup", 1),
        ("Bottle", "Thyroxine Tablets", None),
        ("Tube", "Clobetasol Cream", 1),
        ("Tube", "Effervescent Tablets", None),
    ],
)
def test_a_hint_helps_only_a_bare_label(label: str, hint: str, pieces: int | None) -> None:
    assert read_pack(label, hint) == (PackReading(pieces) if pieces else None)


_LABELS = st.text() | st.lists(
    st.sampled_from(["10", "1", "0", "2.5", "*", "x", "'s", " ", "ml", "tab", "of", "strip", "/", "in", "and", "kit"])
).map("".join)


@given(_LABELS, st.text(max_size=20))
@example("İ's", "")
def test_any_text_reads_as_a_sane_pack_or_a_question(label: str, hint: str) -> None:
    reading = read_pack(label, hint)

    if reading is not None:
        assert 1 <= reading.pieces_per_pack <= MOST_PIECES
        assert reading.packs_per_box is None or 1 < reading.packs_per_box <= MOST_PIECES


@given(st.integers(1, MOST_PIECES), st.sampled_from(["{}'s", "{}'S", "{} `s", "1*{}", "{} tab", "strip of {} tablets"]))
def test_every_hand_writes_the_same_count(pieces: int, hand: str) -> None:
    assert read_pack(hand.format(pieces)) == PackReading(pieces)
