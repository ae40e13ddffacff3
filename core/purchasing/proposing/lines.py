"""Makes the proposed line of what was read, what it means, and what the shop knows of the item."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from core.catalog.dto import ItemTaxView
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money, Percent, Rate
from core.kernel.rounding import divide_half_away
from core.purchasing.proposing.catalogue import ItemFacts
from core.purchasing.proposing.checks import ItemSide, lacks_of, warnings_of
from core.purchasing.proposing.dto import LineAnswer, MatchedItem, Note, ProposedLine
from core.purchasing.proposing.history import ItemHistory
from core.purchasing.proposing.keys import pack_of
from core.purchasing.proposing.matching import Matching
from core.purchasing.proposing.units import SupplierUnitFound, UnitEvidence, find_unit
from core.purchasing.reading.arithmetic import LINE_TOLERANCE, gross_of, printed_tax, tax_of
from core.purchasing.reading.invoice import FileLine, PackCount
from core.purchasing.supplier_units import bought_packs
from core.tax.domain import TaxSplit

_THOUSAND = 1_000
_PARTS_PER_PAISA = 100
_NOBODY = LineAnswer(row=0)
_NO_UNIT = SupplierUnitFound(None)


@dataclass(frozen=True, slots=True)
class LineContext:
    """What a line is seen in: its day, whether GST is IGST and how much by head, and what is known of its item."""

    today: date
    inter_state: bool
    split: TaxSplit
    tax: ItemTaxView | None
    history: ItemHistory


def proposed_line(line: FileLine, found: Matching, answer: LineAnswer | None, context: LineContext) -> ProposedLine:
    """Return the line with its item, unit and prices as far as they are known, and what is asked or odd."""
    said = answer or _NOBODY
    line = _as_the_pack_has_it(line, said)
    tax = context.split
    unit = _NO_UNIT
    if found.item is not None:
        unit = find_unit(_evidence(line, found, said, found.item, context))
    factor = unit.factor
    pieces = found.item.pieces_per_pack * factor if found.item is not None and factor is not None else None
    pack_cost = _of_pack(_unit_rate(line), factor)
    asked = [*found.asked, *unit.asked, *_missing(line, found, unit)]
    made_by = (found.item.manufacturer if found.item is not None else None) or said.maker or line.maker
    side = _side(found, context, pack_cost, unit.pack_mrp, made_by)
    warnings = list(warnings_of(line, side, context.today))
    billed, free = _pieces(line.quantity, pieces), _pieces(line.free, pieces)
    if pieces is not None and (billed is None or free is None):
        asked.append(RuleBroken("proposal.no_whole_pieces", billed=str(line.quantity), free=str(line.free)))
    if said.factor is not None:
        warnings += _above_mrp(pack_cost, line, unit.pack_mrp, factor)
    gross = gross_of(line.rate, line.quantity)
    return ProposedLine(
        row=line.row,
        name=line.name,
        code=line.code,
        pack=line.pack,
        maker=line.maker,
        hsn=line.hsn,
        batch=line.batch,
        expiry=line.expiry.last_day if line.expiry else None,
        expiry_precision=line.expiry.precision if line.expiry else None,
        billed=line.quantity,
        free=line.free,
        mrp=line.mrp,
        ptr=line.ptr,
        rate=line.rate,
        discount_percent=line.discount_percent,
        discount_percent_2=line.discount_percent_2,
        gross=gross,
        discount=gross - line.taxable,
        taxable=line.taxable,
        gst=line.gst_percent,
        cgst=tax.cgst,
        sgst=tax.sgst,
        igst=tax.igst,
        tax_is_printed=printed_tax(line) is not None,
        match=MatchedItem(**found.item.shown, how=found.how) if found.item is not None else None,
        candidates=found.candidates,
        factor=factor,
        factors=unit.factors,
        billed_units=billed,
        free_units=free,
        pack_rate=_of_pack(line.rate, factor),
        pack_cost=pack_cost,
        pack_mrp=unit.pack_mrp,
        made_by=made_by,
        lacks=tuple(lacks_of(line, side)),
        warnings=tuple(map(Note.of, warnings)),
        asked=tuple(map(Note.of, asked)),
    )


def _as_the_pack_has_it(line: FileLine, said: LineAnswer) -> FileLine:
    """Return the line with what a person read from the pack instead of what the file has."""
    if said.batch is not None:
        line = replace(line, batch=said.batch)
    if said.expiry is not None:
        line = replace(line, expiry=Expiry.parse(said.expiry), unread="")
    return line if said.mrp is None else replace(line, mrp=said.mrp)


def taxes_of(lines: Iterable[FileLine], *, inter_state: bool) -> list[TaxSplit]:
    """Return the GST of each line by head: as printed, halved where it is printed as one, else as its rate makes it.

    Where the one amount is of an odd number of paise, the odd ones go to CGST and SGST by turns: over the whole bill
    the heads differ by a paisa at most.
    """
    odd_ones = itertools.cycle((1, 0))
    return [_split(line, odd_ones, inter_state=inter_state) for line in lines]


def _split(line: FileLine, odd_ones: Iterator[int], *, inter_state: bool) -> TaxSplit:
    whole = tax_of(line, inter_state)
    if inter_state:
        return TaxSplit(line.taxable, ZERO, ZERO, whole)
    if line.cgst is not None or line.sgst is not None:
        return TaxSplit(line.taxable, line.cgst or ZERO, line.sgst or ZERO, line.igst or ZERO)
    half, odd = divmod(whole.paise, 2)
    to_central = next(odd_ones) if odd else 0
    return TaxSplit(line.taxable, Money(half + to_central), Money(half + odd - to_central), ZERO)


def _evidence(line: FileLine, found: Matching, said: LineAnswer, item: ItemFacts, context: LineContext) -> UnitEvidence:
    rate = _unit_rate(line)
    cost = None
    if rate is not None:
        # what a unit costs with GST, less the paise by which suppliers' programs round a line otherwise
        whole = line.taxable + tax_of(line, context.inter_state)
        room = Money(LINE_TOLERANCE + 1)
        cost = Money(divide_half_away((whole - room).paise * _THOUSAND, line.quantity.thousandths))
    return UnitEvidence(
        pieces_per_pack=item.pieces_per_pack,
        packs_per_box=item.packs_per_box,
        bought_packs=bought_packs(item.pack_levels, item.purchase_level, item.pieces_per_pack),
        label=pack_of(line.pack, line.name),
        learned=found.factors,
        pack_is_learned=found.pack_is_learned,
        chosen=said.factor,
        mrp_of_unit=said.mrp_of_unit if said.mrp is None else False,
        unit_cost=cost,
        unit_rate=rate,
        mrp=line.mrp,
        ptr=line.ptr,
        last_rate=context.history.pack_rate(item.pieces_per_pack),
        last_mrp=context.history.last_mrp,
    )


def _unit_rate(line: FileLine) -> Rate | None:
    """Return what a billed unit costs after discounts without GST; None where nothing is billed."""
    if not line.quantity:
        return None
    return Rate(divide_half_away(line.taxable.paise * _PARTS_PER_PAISA * _THOUSAND, line.quantity.thousandths))


def _of_pack(rate: Rate | None, factor: int | None) -> Rate | None:
    return None if rate is None or factor is None else Rate(divide_half_away(rate.parts, factor))


def _pieces(count: PackCount, pieces: int | None) -> int | None:
    """Return a count in smallest pieces; None where it is no whole number of them."""
    if pieces is None:
        return None
    whole, rest = divmod(count.thousandths * pieces, _THOUSAND)
    return None if rest else whole


def _missing(line: FileLine, found: Matching, unit: SupplierUnitFound) -> Iterator[RuleBroken]:
    if not line.quantity and not line.free:
        yield RuleBroken("proposal.nothing_came")
    if found.item is not None and unit.factor is not None and not unit.asked and not unit.pack_mrp:
        yield RuleBroken("proposal.no_mrp")


def _above_mrp(cost: Rate | None, line: FileLine, mrp: Money | None, factor: int | None) -> Iterator[RuleBroken]:
    """Say that a pack costs more than it may be sold for, where a person has chosen the unit all the same."""
    if cost is None or not mrp or factor is None:
        return
    net = cost.times(1)
    with_tax = net + net.percent(line.gst_percent or Percent(0))
    if with_tax.paise > mrp.paise + LINE_TOLERANCE:
        yield RuleBroken("proposal.pack_above_mrp", cost=with_tax, mrp=mrp)


def _side(found: Matching, context: LineContext, cost: Rate | None, mrp: Money | None, made_by: str) -> ItemSide | None:
    if found.item is None:
        return None
    return ItemSide(found.item.kind, found.item.name, made_by, context.tax, context.history, cost, mrp)
