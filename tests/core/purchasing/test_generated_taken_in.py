"""Generated files of layouts that nobody has seen, from their bytes to the books: to the paisa what was meant."""

from __future__ import annotations

from typing import Any

from core.kernel.money import Percent
from core.purchasing.proposing.dto import LineAnswer, Proposal
from core.purchasing.proposing.proposal import LayoutAsked
from tests.core.purchasing.proposing_support import TODAY, asked, makes, takes_in
from tests.core.purchasing.support import supplier
from tests.support.distributors import Layout, layout
from tests.support.shop import TestShop


def _may_be(made: Layout) -> bool:
    """Say whether a bill may be in the books: nobody bills in the future, or collects tax at source this year."""
    return made.meant.on_date <= TODAY and "tcs" not in made.meant.sums


SEEDS = [seed for seed in range(60) if _may_be(layout(seed))]


def proposal_of(shop: TestShop, made: Layout) -> Proposal | None:
    """Propose a file for its supplier, with all its items known; None where its columns are asked or do not close.

    Items are of ten pieces, since half packs come free.
    """
    supplier_id = supplier(shop, f"{made.meant.supplier} {made.seed}", gstin=made.meant.gstin)
    found = asked(shop, made.data, supplier_id=supplier_id)
    if isinstance(found, LayoutAsked) or not found.closes:
        return None
    new: dict[int, dict[str, Any]] = {}
    for line in found.lines:
        gst = line.gst or Percent(0)
        new[line.row] = {"pieces_per_pack": 10, "schedules": [], "name": f"{line.name} {made.seed} {line.row}"}
        new[line.row] |= {"gst": str(gst), "treatment": "taxable" if gst else "nil", "kind": "drug"}
    makes(shop, found, supplier_id, said=new, confirmed=tuple(new))
    answers = [LineAnswer(row=row, factor=1) for row in new]
    known = asked(shop, made.data, supplier_id=supplier_id, answers=answers)
    assert isinstance(known, Proposal)
    return known


def test_what_is_read_unaided_is_taken_in_as_it_was_meant(shop: TestShop) -> None:
    taken, odd_halves = 0, 0
    for seed in SEEDS:
        made = layout(seed)
        proposal = proposal_of(shop, made)
        if proposal is None:
            continue
        bill = takes_in(shop, proposal, confirmed=True, match_reason="the items' own GST may be another")
        meant = made.meant
        # a tax that no column prints is worked out here, by halves; the paisa goes with the round-off
        room = 0 if "gst" in meant.columns else 1
        for line, goods in zip(bill.lines, meant.lines, strict=True):
            assert (line.billed_units, line.free_units) == (goods.quantity * 10, goods.free // 100), seed
            assert line.taxable.paise == goods.taxable, seed
            assert abs((line.cgst + line.sgst + line.igst).paise - goods.tax) <= room, seed
            odd_halves += line.cgst != line.sgst
        # the one paisa of an odd tax is not always CGST's
        assert abs((bill.cgst - bill.sgst).paise) <= 1, seed
        assert bill.payable.paise == meant.sums["total"], seed
        taken += 1
    assert taken * 10 >= len(SEEDS) * 8
    assert odd_halves
    shop.books_agree()
