"""Files that suppliers send, and shops that propose them, learn from them and make items of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from core.kernel.ids import new_id
from core.kernel.money import Money, Percent, Rate
from core.purchasing.bill_dto import SupplierBillView
from core.purchasing.proposing.dto import LearnedLine, LearnSupplierItems, LineAnswer, Proposal, ProposedLine
from core.purchasing.proposing.learning import learn_supplier_items, learnable
from core.purchasing.proposing.new_items import AddLineItems, Drafts, add_line_items, draft_items
from core.purchasing.proposing.posting import file_command, take_file_in
from core.purchasing.proposing.proposal import LayoutAsked, propose_file
from core.purchasing.reading.arithmetic import gross_of, tax_on
from core.purchasing.reading.invoice import PackCount
from tests.support.shop import TestShop

SAMPLES = Path(__file__).resolve().parents[2] / "golden" / "distributors"
TODAY = date(2026, 11, 20)
HEADER = "Code,Item Name,Pack,Mfr,Batch,Exp,HSN,Qty,Free,MRP,Rate,Amount,GST %"


class Sent(NamedTuple):
    """A line as a supplier prints it."""

    name: str
    pack: str = "10's"
    qty: str = "10"
    rate: str = "20.00"
    mrp: str = "31.50"
    code: str = ""
    maker: str = ""
    batch: str = "A1"
    expiry: str = "12/28"
    hsn: str = "30049099"
    free: str = "0"
    gst: str = "5"


def sent(
    *lines: Sent,
    supplier: str = "Kerala Pharma",
    head: Iterable[str] = (),
    number: str = "B-77",
    header: str = HEADER,
) -> bytes:
    """Return a file of lines that adds up, with a letterhead."""
    rows = [f"{supplier},,,", *head, f"Invoice No: {number},,Date: 05/11/2026", header]
    goods, tax = Money(0), Money(0)
    for line in lines:
        amount = gross_of(Rate.parse(line.rate), PackCount.parse(line.qty))
        goods += amount
        tax += tax_on(amount, Percent.parse(line.gst), inter_state=False)
        cells = (line.code, line.name, line.pack, line.maker, line.batch, line.expiry, line.hsn)
        numbers = (line.qty, line.free, line.mrp, line.rate, str(amount), line.gst)
        rows.append(",".join((*cells, *numbers)))
    rows.append(f"Grand Total,,,,,,,,,,,{(goods + tax).rounded_to_rupee()},")
    return "\n".join(rows).encode()


def asked(shop: TestShop, source: Path | bytes, **more: Any) -> Proposal | LayoutAsked:
    """Propose a file, whatever comes of it."""
    with shop.shop.database.read() as session:
        return propose_file(
            session, shop.actor, source, "" if isinstance(source, Path) else "f.csv", today=TODAY, **more
        )


def proposed(shop: TestShop, source: Path | bytes, **more: Any) -> Proposal:
    """Propose a file whose columns are known."""
    found = asked(shop, source, **more)
    assert isinstance(found, Proposal)
    return found


def proposed_line(shop: TestShop, line: Sent, **more: Any) -> ProposedLine:
    """Propose a file of one line; an ``answer`` is said of it."""
    answer: Mapping[str, Any] | None = more.pop("answer", None)
    source = sent(line, **{key: more.pop(key) for key in ("supplier", "head") if key in more})
    if answer is not None:
        [row] = [one.row for one in proposed(shop, source, **more).lines]
        more["answers"] = [LineAnswer(row=row, **answer)]
    [found] = proposed(shop, source, **more).lines
    return found


def codes(notes: Sequence[Any]) -> list[str]:
    """Return what is said, by its codes, and prove that it can be said."""
    assert all(note.words for note in notes)
    return [note.code.removeprefix("proposal.") for note in notes]


def learns(shop: TestShop, supplier_id: UUID, *lines: LearnedLine) -> int:
    """Learn lines of a supplier."""
    with shop.shop.database.write(shop.actor) as uow:
        return learn_supplier_items(uow, LearnSupplierItems(supplier_id=supplier_id, lines=lines))


def learns_all(shop: TestShop, proposal: Proposal) -> int:
    """Learn all that a proposal teaches."""
    assert proposal.supplier is not None
    return learns(shop, proposal.supplier.supplier_id, *learnable(proposal))


def takes_in(shop: TestShop, proposal: Proposal, **more: Any) -> SupplierBillView:
    """Take goods and bill of a proposal in."""
    command = file_command(proposal, command_id=new_id(), receipt_id=new_id(), **more)
    with shop.shop.database.write(shop.actor) as uow:
        return take_file_in(uow, command)


def drafts(shop: TestShop, proposal: Proposal, **more: Any) -> Drafts:
    """Return the items that a proposal's open lines make."""
    with shop.shop.database.read() as session:
        return draft_items(session, proposal, TODAY, **more)


def makes(shop: TestShop, proposal: Proposal, supplier_id: UUID, **more: Any) -> AddLineItems:
    """Make items of a proposal's open lines, and return the command."""
    confirmed = more.pop("confirmed", ())
    made = drafts(shop, proposal, **more)
    assert made.problems == ()
    command = AddLineItems(command_id=new_id(), supplier_id=supplier_id, lines=made.lines, confirmed=confirmed)
    with shop.shop.database.write(shop.actor) as uow:
        assert add_line_items(uow, command) == len(made.lines)
    return command
