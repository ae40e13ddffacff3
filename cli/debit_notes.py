"""Commands about debit notes to suppliers: issued, taken back, listed, shown, printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation, read_json
from core.boundary.files import write_whole
from core.boundary.frozen import load
from core.inventory.batch_dto import corrected_words
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.debit_dto import DebitNoteLineView, DebitNoteView, IssueDebitNote, TakeBackDebitNote
from core.purchasing.debit_lots import ReturnableLot, lots_of_supplier, returnable_lots
from core.purchasing.debit_queries import MOST_DEBIT_NOTES, DebitNoteHit, list_debit_notes, read_debit_note
from core.purchasing.debiting import issue_debit_note
from core.purchasing.taking_back import take_back_debit_note
from core.settings.queries import shop_view

app = typer.Typer(help="Debit notes to suppliers: issued, taken back, listed, shown, printed.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The note's number, C1D/26-27/000001.")]


@app.command()
def issue(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A JSON file with supplier, reason, claims and returns; - for stdin.")],
    confirm: Annotated[bool, typer.Option(help="Ask back what was asked about.")] = False,
) -> None:
    """Ask a supplier for money back: claims of what never came, and goods that go back."""
    invocation: Invocation = context.obj
    said = read_json(file)
    command = load(IssueDebitNote, {**said, "confirmed": True} if confirm and isinstance(said, dict) else said)
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        note = issue_debit_note(uow, command)
    invocation.answer(_json(note), _text(note))


@app.command("take-back")
def take_back(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it was wrong; it is written down.")],
) -> None:
    """Take a wrong debit note back, all of it: its goods stand here again, its claims may be asked again."""
    invocation: Invocation = context.obj
    command = load(TakeBackDebitNote, {"number": number, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        note = take_back_debit_note(uow, command)
    invocation.answer(_json(note), _text(note))


@app.command("list")
def list_all(
    context: typer.Context,
    supplier: Annotated[
        str | None, typer.Option(help="Only to this supplier: the id, telephone, GSTIN, or the whole name.")
    ] = None,
    find: Annotated[str, typer.Option(help="Only what has these words in number, supplier or items.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = MOST_DEBIT_NOTES,
) -> None:
    """List debit notes, the newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            supplier_id = None if supplier is None else find_party(session, PartyKind.SUPPLIER, supplier)
            hits = list_debit_notes(session, actor, supplier_id=supplier_id, text=find, limit=limit).hits
    invocation.answer(list(map(_hit_json, hits)), "\n".join(map(_hit_text, hits)) or "No debit note fits.")


@app.command()
def show(context: typer.Context, number: Number) -> None:
    """Show a debit note."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            note = read_debit_note(session, actor, number)
    invocation.answer(_json(note), _text(note))


@app.command("print")
def print_note(
    context: typer.Context, number: Number, to: Annotated[Path, typer.Option(help="FILE.pdf, for A4.")]
) -> None:
    """Write a debit note as the supplier gets it."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            note, details = read_debit_note(session, actor, number), shop_view(session)
        if to.suffix.lower() != ".pdf":
            raise RuleBroken("debit_notes.no_such_paper", where="to", path=str(to))
        from core.printing.debit_note_pdf import debit_note_pdf  # lazy: ReportLab takes 0.1 s to load

        write_whole(to, debit_note_pdf(note, details))
    invocation.answer({"number": note.number, "file": str(to)}, f"Debit note {note.number} is in {to}")


@app.command()
def lots(
    context: typer.Context,
    item: Annotated[str | None, typer.Argument(help="The item's code.")] = None,
    batch: Annotated[str | None, typer.Argument(help="The batch number.")] = None,
    supplier: Annotated[
        str | None, typer.Option(help="All that this supplier brought: id, telephone, GSTIN, or the whole name.")
    ] = None,
) -> None:
    """List the lots that may go back, of a batch or of a supplier, with their receipt and bill."""
    if (item is None or batch is None) is (supplier is None):
        raise typer.BadParameter("name an item and its batch, or a supplier", param_hint="ITEM BATCH")
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            if supplier is not None:
                found = lots_of_supplier(session, actor, find_party(session, PartyKind.SUPPLIER, supplier))
            else:
                found = returnable_lots(session, actor, (item or "").upper(), batch or "")
    invocation.answer(list(map(_lot_json, found)), "\n".join(map(_lot_text, found)) or "Nothing of it stands.")


def _json(note: DebitNoteView) -> dict[str, Any]:
    """Return a note as machines read it: rupees as strings, dates ISO."""
    return {
        "number": note.number,
        "date": note.date.isoformat(),
        "supplier": note.supplier_name,
        "reason": note.reason,
        "taxable": str(note.taxable),
        "discount": str(note.discount),
        "cgst": str(note.cgst),
        "sgst": str(note.sgst),
        "igst": str(note.igst),
        "total": str(note.total),
        "taken_back": None if note.taken_back is None else note.taken_back.model_dump(mode="json"),
        "lines": [_line_json(line) for line in note.lines],
    }


def _line_json(line: DebitNoteLineView) -> dict[str, Any]:
    return {
        "kind": line.kind.value,
        "why": line.why.value,
        "item": line.item_code,
        "batch": line.batch_number,
        "expiry": str(line.expires) if line.expires else None,
        "units": line.units,
        "bill": line.bill_number,
        "billed_on": line.billed_on.isoformat() if line.billed_on else None,
        "taxable": str(line.taxable),
        "tax": str(line.tax),
        "total": str(line.total),
        **({} if line.corrected is None else {"corrected": line.corrected.model_dump(mode="json")}),
    }


def _text(note: DebitNoteView) -> str:
    head = (note.number, show_date(note.date), note.supplier_name, f"total {note.total.grouped()}", note.reason)
    back = [f"  taken back: {note.taken_back.reason}"] if note.taken_back else []
    return "\n".join(["  ".join(head), *map(_line_text, note.lines), *back])


def _line_text(line: DebitNoteLineView) -> str:
    parts = (
        line.item_name,
        corrected_words(line.batch_number, line.corrected and line.corrected.number),
        show_quantity(line.units, line.pieces_per_pack),
        line.why.words,
        f"bill {line.bill_number}" if line.bill_number else "",
        f"value {line.taxable.grouped()}",
        f"GST {line.tax.grouped()}",
        line.total.grouped(),
    )
    return "  ".join(["", *filter(None, parts)])


def _hit_json(hit: DebitNoteHit) -> dict[str, Any]:
    return {
        "number": hit.number,
        "date": hit.on_date.isoformat(),
        "supplier": hit.supplier_name,
        "reason": hit.reason,
        "total": str(hit.total),
        "is_taken_back": hit.is_taken_back,
    }


def _hit_text(hit: DebitNoteHit) -> str:
    parts = (hit.number, show_date(hit.on_date), hit.supplier_name, hit.total.grouped(), hit.reason)
    return "  ".join((*parts, "taken back") if hit.is_taken_back else parts)


def _lot_json(lot: ReturnableLot) -> dict[str, Any]:
    return {
        "lot": str(lot.lot_id),
        "item": lot.item_code,
        "batch": lot.batch_number,
        "units": lot.units,
        "expiry": str(lot.expires) if lot.expires else None,
        "mrp": str(lot.mrp),
        "received_on": lot.received_on.isoformat(),
        "supplier": lot.supplier_name,
        "receipt": lot.receipt_number,
        "receipt_line": lot.receipt_line,
        "bill": lot.bill_number,
    }


def _lot_text(lot: ReturnableLot) -> str:
    parts = (
        lot.item_code,
        lot.batch_number,
        show_quantity(lot.units, lot.pieces_per_pack),
        f"expiry {lot.expires}" if lot.expires else "",
        show_date(lot.received_on),
        lot.supplier_name or "",
        f"{lot.receipt_number} line {lot.receipt_line}" if lot.receipt_number else "no receipt in the books",
        f"bill {lot.bill_number}" if lot.bill_number else "",
    )
    return "  ".join(filter(None, parts))
