"""In which unit a supplier counts: asked where anything speaks for another one, learned, doubted again by prices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.money import Money, Rate
from core.kernel.packs import PackReading
from core.purchasing.proposing.dto import LineAnswer
from core.purchasing.proposing.units import UnitEvidence, find_unit
from tests.core.purchasing.proposing_support import (
    Sent,
    codes,
    drafts,
    learns_all,
    makes,
    proposed,
    proposed_line,
    sent,
)
from tests.core.purchasing.support import item_id, supplier, teaches
from tests.support.shop import TestShop

BOX = Sent("GLYCOMET 500 TAB", qty="2", rate="200.00", mrp="31.50", batch="B2")
"""Two boxes of ten strips at 200 a box, beside the MRP of a strip."""


@pytest.fixture
def pharmacy(shop: TestShop) -> TestShop:
    """A shop with a strip of ten at 31.50 that cost 20, and a supplier."""
    shop.receives("GLY500", name="Glycomet 500 Tablet", manufacturer="USV", mrp="31.50", cost="20.0000")
    supplier(shop)
    return shop


def test_a_box_billed_as_one_is_asked_and_then_learned(pharmacy: TestShop) -> None:
    """Never ten times the stock by a guess: the rate of a box beside the MRP of a strip is a question."""
    file = sent(BOX)
    [line] = proposed(pharmacy, file).lines
    assert (line.match is not None, line.factor, line.billed_units, line.is_ready) == (True, None, None, False)
    assert codes(line.asked) == ["cost_above_mrp", "rate_jumps"]
    assert line.factors == (1, 10)

    chosen = proposed_line(pharmacy, BOX, answer={"factor": 10})
    assert chosen.is_ready
    assert (chosen.factor, chosen.billed_units) == (10, 200)
    assert (chosen.pack_rate, chosen.pack_mrp) == (Rate.parse("20"), Money(3150))
    assert codes(chosen.warnings) == []

    [row] = [one.row for one in proposed(pharmacy, file).lines]
    assert learns_all(pharmacy, proposed(pharmacy, file, answers=[LineAnswer(row=row, factor=10)])) == 1
    [line] = proposed(pharmacy, file).lines
    assert line.is_ready
    assert (line.factor, line.billed_units) == (10, 200)


def test_who_says_that_a_box_is_one_strip_is_warned(pharmacy: TestShop) -> None:
    line = proposed_line(pharmacy, BOX, answer={"factor": 1})
    assert line.is_ready
    assert codes(line.warnings) == ["pack_above_mrp"]


def test_what_was_learned_is_doubted_where_prices_say_otherwise(pharmacy: TestShop) -> None:
    """A supplier that billed boxes bills strips today: ten times too much would be counted."""
    supplier_id = supplier(pharmacy, "Other Pharma")
    teaches(pharmacy, supplier_id, "G1", "GLY500", factor=10)
    of_box = BOX._replace(code="G1")
    assert proposed_line(pharmacy, of_box, supplier="Other Pharma").billed_units == 200
    strip = Sent("GLYCOMET 500 TAB", qty="20", rate="20.00", batch="B2", code="G1")
    line = proposed_line(pharmacy, strip, supplier="Other Pharma")
    assert (line.factor, codes(line.asked), line.factors) == (None, ["rate_jumps"], (1, 10))


def test_a_pack_that_says_a_box_is_asked(pharmacy: TestShop) -> None:
    strip = Sent("GLYCOMET 500 TAB", "10X10", batch="B2")
    line = proposed_line(pharmacy, strip)
    assert (line.factor, codes(line.asked), line.factors) == (None, ["box_or_pack"], (1, 10))
    assert proposed_line(pharmacy, strip, answer={"factor": 1}).billed_units == 100


def test_the_mrp_may_be_that_of_the_box(pharmacy: TestShop) -> None:
    """The last batch of the item says which; without one, or between the two, it is asked."""
    of_box = BOX._replace(mrp="315.00")
    line = proposed_line(pharmacy, of_box, answer={"factor": 10})
    assert (line.is_ready, line.pack_mrp) == (True, Money(3150))
    unclear = proposed_line(pharmacy, BOX._replace(mrp="1000.00"), answer={"factor": 10})
    assert (unclear.is_ready, unclear.factor, codes(unclear.asked)) == (False, 10, ["mrp_of_which"])
    said = proposed_line(pharmacy, BOX._replace(mrp="1000.00"), answer={"factor": 10, "mrp_of_unit": True})
    assert (said.is_ready, said.pack_mrp) == (True, Money(10000))


def test_halves_are_whole_pieces_or_asked(pharmacy: TestShop) -> None:
    half = proposed_line(pharmacy, Sent("GLYCOMET 500 TAB", free="0.5"))
    assert (half.free_units, half.is_ready) == (5, True)
    third = proposed_line(pharmacy, Sent("GLYCOMET 500 TAB", free="0.333"))
    assert (third.free_units, codes(third.asked)) == (None, ["no_whole_pieces"])


def test_an_item_without_mrp_in_the_file_is_asked(pharmacy: TestShop) -> None:
    line = proposed_line(pharmacy, Sent("GLYCOMET 500 TAB", mrp=""))
    assert (line.is_ready, codes(line.asked)) == (False, ["no_mrp"])


@given(
    factor=st.integers(2, 100),
    rate=st.integers(1_000, 10_000_000),
    margin=st.integers(105, 170),
)
def test_boxes_beside_the_mrp_of_a_pack_are_never_taken_for_packs(factor: int, rate: int, margin: int) -> None:
    """Whatever the box holds: where nothing was ever bought the MRP alone gives it away."""
    pack_mrp = Money(max(1, rate * margin // 10_000))
    said = UnitEvidence(
        pieces_per_pack=10,
        unit_cost=Money(rate * factor // 100),
        unit_rate=Rate(rate * factor),
        mrp=pack_mrp,
    )
    found = find_unit(said)
    assert found.factor is None
    assert found.asked


@given(st.integers(1, 100_000), st.integers(1, 1_000))
def test_what_a_person_says_is_taken(factor: int, pieces: int) -> None:
    said = UnitEvidence(
        pieces_per_pack=pieces, label=PackReading(7, 3), chosen=factor, mrp_of_unit=True, mrp=Money(10_000_000)
    )
    found = find_unit(said)
    assert (found.factor, found.asked) == (factor, ())
    assert found.pack_mrp is not None
    assert found.pack_mrp.paise * factor <= 10_000_000  # all packs together never pass what is printed


def test_the_level_that_an_item_is_bought_on_is_asked() -> None:
    found = find_unit(UnitEvidence(pieces_per_pack=10, bought_packs=10, mrp=Money(3150)))
    assert (found.factor, found.factors, [one.code for one in found.asked]) == (None, (1, 10), ["proposal.box_or_pack"])
    learned = find_unit(UnitEvidence(pieces_per_pack=10, bought_packs=10, learned=(1,), mrp=Money(3150)))
    assert learned.factor == 1
    two = find_unit(UnitEvidence(pieces_per_pack=10, learned=(1, 10), mrp=Money(3150)))
    assert (two.factor, [one.code for one in two.asked]) == (None, ["proposal.factors_differ"])


def test_an_answered_item_is_learned_with_what_was_known(pharmacy: TestShop) -> None:
    other = Sent("METFORMIN 500 TAB")
    answer = {"item_id": item_id(pharmacy, "GLY500")}
    assert proposed_line(pharmacy, other, answer=answer).factor == 1


def test_a_rate_beyond_the_ptr_is_of_more_packs() -> None:
    """PTR 20 beside a rate of 200: where the MRP is the box's nothing else would say so."""
    said = UnitEvidence(pieces_per_pack=10, unit_rate=Rate.parse("200"), mrp=Money(31500), ptr=Rate.parse("20"))
    found = find_unit(said)
    assert (found.factor, found.factors, [one.code for one in found.asked]) == (
        None,
        (1, 10),
        ["proposal.rate_above_ptr"],
    )
    below = UnitEvidence(pieces_per_pack=10, unit_rate=Rate.parse("9"), mrp=Money(3150), ptr=Rate.parse("20"))
    assert find_unit(below).factor == 1  # a discount, as homeopathy has them


def test_a_new_item_of_a_box_is_asked_too(pharmacy: TestShop) -> None:
    """Before there is an item nothing but the MRP gives a box away; with the factor said it is learned at once."""
    new = Sent("ZEDOX 20 TAB", qty="2", rate="200.00", mrp="31.50")
    proposal = proposed(pharmacy, sent(new))
    [line] = proposal.lines
    assert [one.code for one in drafts(pharmacy, proposal).problems] == ["proposal.rate_above_mrp"]
    assert proposal.supplier is not None
    makes(pharmacy, proposal, proposal.supplier.supplier_id, said={line.row: {"factor": 10}})
    [again] = proposed(pharmacy, sent(new)).lines
    assert (again.is_ready, again.factor, again.billed_units) == (True, 10, 200)
