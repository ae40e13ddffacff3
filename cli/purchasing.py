"""Commands about purchases: goods come in, suppliers' bills are entered, what differs is looked at and settled."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from cli.context import Invocation, problem_json, read_json
from cli.overrides import Supervisor, SupervisorName, allowed_by
from cli.purchase_lines import lines_at_their_rates, lines_of, object_of, part_of
from cli.purchase_views import (
    bill_hit_json,
    bill_hit_text,
    bill_json,
    bill_text,
    difference_json,
    difference_text,
    receipt_hit_json,
    receipt_hit_text,
    receipt_json,
    receipt_text,
)
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.dates import parse_day
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content, new_id
from core.kernel.money import Money
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.bill_dto import EnterBill, ReceiveBilledGoods, SettleMatch, SupplierBillView, TakeBackBill
from core.purchasing.bill_queries import MOST_BILLS, list_supplier_bills, read_supplier_bill
from core.purchasing.billing import enter_bill, receive_billed_goods
from core.purchasing.matching import match_board, settle_match
from core.purchasing.matching_domain import DifferenceKind
from core.purchasing.receipt_dto import ReceiptView, ReceiveGoods, TakeBackReceipt
from core.purchasing.receipt_queries import MOST_RECEIPTS, list_receipts, read_receipt_of
from core.purchasing.receiving import receive_goods
from core.purchasing.taking_back import take_back_bill, take_back_receipt
from core.storage.unit_of_work import UnitOfWork

app = typer.Typer(
    help="Purchases: goods received, suppliers' bills, what differs, suppliers' files.", no_args_is_help=True
)

Number = Annotated[str, typer.Argument(help="The receipt's number, C1G/26-27/000001.")]
WhoseBill = Annotated[str, typer.Argument(metavar="SUPPLIER", help="The telephone, GSTIN or whole name; or the id.")]
TheirNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="The bill's number, as the supplier printed it.")]
Who = Annotated[str | None, typer.Option(help="Only this supplier: the id, telephone, GSTIN, or the whole name.")]
Find = Annotated[str, typer.Option(help="Only what has these words in number, supplier or items.")]
Reason = Annotated[str, typer.Option(help="Why; it is written down.")]
CommandId = Annotated[str | None, typer.Option(help="A new UUID: the same again is done once.")]
Why = Annotated[str | None, typer.Option(help="Why the supervisor allows it; it is written down.")]
Confirmed = Annotated[bool, typer.Option("--confirm", help="Take what would be asked about.")]
MatchReason = Annotated[str | None, typer.Option(help="Why it is taken though it differs from order or receipt.")]


@app.command()
def receive(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(help="Lines as .csv, .xlsx or JSON (a list, or an object with more); - for JSON from stdin."),
    ] = None,
    supplier: Annotated[str | None, typer.Option(help="From whom: telephone, GSTIN, whole name or id.")] = None,
    document: Annotated[str | None, typer.Option(help="The number on the paper in the box.")] = None,
    dated: Annotated[str | None, typer.Option(metavar="DAY", help="The day of that paper.")] = None,
    order: Annotated[list[str] | None, typer.Option(help="An order that it answers; may be given again.")] = None,
    note: Annotated[str | None, typer.Option(help="Anything worth writing down.")] = None,
    item: Annotated[str | None, typer.Option(help="Without a file: the item's code or barcode.")] = None,
    quantity: Annotated[str | None, typer.Option(help="What is billed of it: 10, 2:5, 25t.")] = None,
    free: Annotated[str | None, typer.Option(help="What came free with it.")] = None,
    short: Annotated[str | None, typer.Option(help="What of it was not in the box.")] = None,
    damaged: Annotated[str | None, typer.Option(help="What of it is broken.")] = None,
    factor: Annotated[int | None, typer.Option(help="So many sale packs are one unit of the paper.")] = None,
    batch: Annotated[str | None, typer.Option(help="As on the pack.")] = None,
    expiry: Annotated[str | None, typer.Option(help="As on the pack, 12/2027.")] = None,
    mrp: Annotated[str | None, typer.Option(help="Of a sale pack.")] = None,
    rate: Annotated[str | None, typer.Option(help="Of a unit of the paper, without GST.")] = None,
    confirm: Confirmed = False,
    command_id: CommandId = None,
    supervisor: SupervisorName = None,
    why: Why = None,
) -> None:
    """Take goods in: one line by the options, or the lines of a file."""
    line = _given(
        item=item,
        quantity=quantity,
        free=free,
        short=short,
        damaged=damaged,
        factor=factor,
        batch=batch,
        expiry=expiry,
        mrp=mrp,
        rate=rate,
    )
    if (file is None) is not bool(line):
        raise typer.BadParameter("name a file of lines, or one line by --item, --quantity ...", param_hint="FILE")
    said = {"lines": [line]} if file is None else lines_of(file)
    said |= _given(
        supplier=supplier,
        document=document,
        document_date=_iso(dated),
        orders=order,
        note=note,
        confirmed=confirm or None,
        command_id=command_id,
    )
    command = load(ReceiveGoods, {"command_id": str(new_id()), **said})
    done = _run(
        context.obj,
        Supervisor.named(supervisor, why),
        command.command_id,
        lambda uow, caution: receive_goods(uow, command, caution),
    )
    _answer(context.obj, receipt_json(done.view), receipt_text(done.view), done.warnings)


@app.command()
def bill(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(help="A JSON file with head and lines; - for stdin. Else by the options.")
    ] = None,
    supplier: Annotated[str | None, typer.Option(help="Whose bill: telephone, GSTIN, whole name or id.")] = None,
    number: Annotated[str | None, typer.Option(help="As the supplier printed it.")] = None,
    date: Annotated[str | None, typer.Option(metavar="DAY", help="The day of the bill.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DAY", help="When it is due, where the bill says so.")] = None,
    total: Annotated[str | None, typer.Option(help="What it comes to, to the rupee.")] = None,
    receipt: Annotated[
        list[str] | None, typer.Option(help="A receipt that it asks for, all of it at its rates; may be given again.")
    ] = None,
    reason: MatchReason = None,
    confirm: Confirmed = False,
    command_id: CommandId = None,
    supervisor: SupervisorName = None,
    why: Why = None,
) -> None:
    """Enter the bill for goods that were received: by a file, or for receipts at the rates that they say."""
    invocation: Invocation = context.obj
    head = _given(supplier=supplier, number=number, billed_on=_iso(date), due_date=_iso(due), total=total)
    if (file is None) is not bool(receipt):
        raise typer.BadParameter("name a file of the bill, or --receipt for what it asks for", param_hint="FILE")
    said = object_of(read_json(file), file) if file is not None else {"lines": []}
    if receipt:
        said["lines"] = lines_at_their_rates(invocation, receipt, number)
    said |= _given(match_reason=reason, confirmed=confirm or None, command_id=command_id)
    said["head"] = {**part_of(said, "head"), **head}
    command = load(EnterBill, {"command_id": str(new_id()), **said})
    done = _run(
        invocation,
        Supervisor.named(supervisor, why),
        command.command_id,
        lambda uow, caution: enter_bill(uow, command, caution),
    )
    _answer(invocation, bill_json(done.view), bill_text(done.view), done.warnings)


@app.command("receive-billed")
def receive_billed(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A JSON file with head, and lines of goods and printed; - for stdin.")],
    reason: MatchReason = None,
    confirm: Confirmed = False,
    command_id: CommandId = None,
    supervisor: SupervisorName = None,
    why: Why = None,
) -> None:
    """Take goods in and enter the bill that came with them: both, or neither."""
    said = object_of(read_json(file), file)
    said |= _given(match_reason=reason, confirmed=confirm or None, command_id=command_id)
    said = {"command_id": str(new_id()), **said}
    # from the command's own id, so that the same again names the same receipt
    said.setdefault("receipt_id", str(id_from_content("goods_receipt", str(said["command_id"]))))
    command = load(ReceiveBilledGoods, said)
    done = _run(
        context.obj,
        Supervisor.named(supervisor, why),
        command.command_id,
        lambda uow, caution: receive_billed_goods(uow, command, caution),
    )
    _answer(context.obj, bill_json(done.view), bill_text(done.view), done.warnings)


@app.command()
def receipts(
    context: typer.Context,
    supplier: Who = None,
    unbilled: Annotated[bool, typer.Option("--unbilled", help="Only those that no bill asks for yet.")] = False,
    find: Find = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = MOST_RECEIPTS,
) -> None:
    """List the goods receipts, the newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            supplier_id = _supplier(session, supplier)
            page = list_receipts(
                session, actor, only_unbilled=unbilled, supplier_id=supplier_id, text=find, limit=limit
            )
    hits = page.hits
    none = "No receipt waits for its bill." if unbilled else "No goods receipt fits."
    invocation.answer(list(map(receipt_hit_json, hits)), "\n".join(map(receipt_hit_text, hits)) or none)


@app.command("show-receipt")
def show_receipt(context: typer.Context, number: Number) -> None:
    """Show a goods receipt whole."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            view = read_receipt_of(session, actor, number)
    invocation.answer(receipt_json(view), receipt_text(view))


@app.command()
def bills(
    context: typer.Context,
    supplier: Who = None,
    differing: Annotated[bool, typer.Option("--differing", help="Only those with a difference that stands.")] = False,
    find: Find = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = MOST_BILLS,
) -> None:
    """List the suppliers' bills, the one entered last first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            supplier_id = _supplier(session, supplier)
            page = list_supplier_bills(
                session, actor, only_differing=differing, supplier_id=supplier_id, text=find, limit=limit
            )
    lines = "\n".join(map(bill_hit_text, page.hits))
    invocation.answer(list(map(bill_hit_json, page.hits)), lines or "No bill of a supplier fits.")


@app.command("show-bill")
def show_bill(context: typer.Context, supplier: WhoseBill, number: TheirNumber) -> None:
    """Show a supplier's bill whole."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            view = read_supplier_bill(session, actor, supplier, number)
    invocation.answer(bill_json(view), bill_text(view))


@app.command("take-back-receipt")
def take_receipt_back(context: typer.Context, number: Number, reason: Reason) -> None:
    """Take a wrong goods receipt back, all of it, while it stands as it came."""
    command = load(TakeBackReceipt, {"number": number, "reason": reason})
    view: ReceiptView = _run(context.obj, None, new_id(), lambda uow, _: take_back_receipt(uow, command)).view
    context.obj.answer(receipt_json(view), receipt_text(view))


@app.command("take-back-bill")
def take_bill_back(context: typer.Context, supplier: WhoseBill, number: TheirNumber, reason: Reason) -> None:
    """Take a supplier's bill back that was entered wrongly: its goods wait for a bill again."""
    command = load(TakeBackBill, {"supplier": supplier, "number": number, "reason": reason})
    view: SupplierBillView = _run(context.obj, None, new_id(), lambda uow, _: take_back_bill(uow, command)).view
    context.obj.answer(bill_json(view), bill_text(view))


@app.command()
def match(context: typer.Context, supplier: Who = None) -> None:
    """List where bills differ from orders and receipts, and nobody settled it; the oldest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            wanted = _supplier(session, supplier)
            found = match_board(session, actor, supplier_id=wanted)
    invocation.answer(list(map(difference_json, found)), "\n".join(map(difference_text, found)) or "Nothing differs.")


@app.command()
def settle(
    context: typer.Context,
    supplier: WhoseBill,
    number: TheirNumber,
    line: Annotated[int, typer.Argument(help="The line of the bill.")],
    kind: Annotated[DifferenceKind, typer.Argument(help="What differs, as the board says it.")],
    reason: Reason,
    command_id: CommandId = None,
    supervisor: SupervisorName = None,
    why: Why = None,
) -> None:
    """Settle a difference as it is: it is listed no more."""
    said = {"supplier": supplier, "number": number, "line": line, "kind": kind.value, "reason": reason}
    command = load(SettleMatch, {"command_id": command_id or str(new_id()), **said})
    claim: Money = _run(
        context.obj,
        Supervisor.named(supervisor, why),
        command.command_id,
        lambda uow, _: settle_match(uow, command),
    ).view
    words = f"Settled: line {line} of {number}, {kind.words}."
    if claim:
        words += f" {explain(RuleBroken('purchases.claim_stands', claim=claim))}"
    context.obj.answer({**said, "claim": str(claim)}, words)


# --- what the commands share -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Done:
    """What a command returned, and what it said beside."""

    view: Any
    warnings: Sequence[RuleBroken]


def _run(
    invocation: Invocation,
    supervisor: Supervisor | None,
    command_id: UUID,
    run: Callable[[UnitOfWork, Callable[[RuleBroken], None]], Any],
) -> _Done:
    """Do it in one transaction; where it needs a supervisor, have the one who was named allow it."""
    with invocation.shop() as shop:
        actor = invocation.actor(shop)

        def once() -> _Done:
            warnings: list[RuleBroken] = []
            with shop.database.write(actor) as uow:
                return _Done(run(uow, warnings.append), warnings)

        return allowed_by(supervisor, shop, actor, command_id, once)


def _answer(invocation: Invocation, value: dict[str, Any], text: str, warnings: Sequence[RuleBroken]) -> None:
    """Answer, and say what is worth a look: to people beside the answer, to machines in it."""
    if warnings and invocation.as_json:
        value["warnings"] = [problem_json(warning) for warning in warnings]
    elif warnings:
        print("\n".join(f"Warning: {explain(warning)}" for warning in warnings), file=sys.stderr)
    invocation.answer(value, text)


def _given(**options: Any) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def _iso(text: str | None) -> str | None:
    return None if text is None else parse_day(text).isoformat()


def _supplier(session: Session, text: str | None) -> UUID | None:
    return None if text is None else find_party(session, PartyKind.SUPPLIER, text)
