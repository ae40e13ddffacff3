"""Commands about bills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation, problem_json, read_json
from cli.overrides import Supervisor, SupervisorName, allowed_by
from cli.papers import Layout, Letters, Look, layout_for, paper_for, pay_link_of
from core.app.papers import papers_of
from core.app.paperwork import note_paper
from core.app.shop import Shop
from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.boundary.files import write_whole
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.actor import Actor
from core.kernel.dates import show_date
from core.kernel.errors import Problem, RuleBroken
from core.kernel.quantity import show_quantity
from core.printing.wording import payment_rows
from core.sales.cancelling import cancel_bill
from core.sales.drafts import was_printed
from core.sales.dto import BillLineView, BillView, CancelBill, ChangePayment, ConfirmPayment, PostBill, TenderMode
from core.sales.payment_text import MODES, read_payments
from core.sales.payments import change_payment, confirm_payment, waiting_payments
from core.sales.posting import post_bill
from core.sales.queries import bill_by_number
from core.sales.upi import upi_id_of
from core.settings.queries import shop_view

Confirmed = Annotated[
    bool, typer.Option("--confirm", help="Even if another bill has a UPI or card payment of the same number.")
]

app = typer.Typer(help="Post, show and print bills.", no_args_is_help=True)


@app.command()
def post(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A JSON file with one bill or a list of them, - for stdin.")],
    supervisor: SupervisorName = None,
    why: Annotated[str | None, typer.Option(help="Why the supervisor allows it; it is written down.")] = None,
    confirm: Confirmed = False,
) -> None:
    """Post one bill or a list, each in its own transaction."""
    invocation: Invocation = context.obj
    data = read_json(file)
    beside = Supervisor.named(supervisor, why)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        if not isinstance(data, list):
            done = _post(shop, actor, data, beside, confirmed=confirm)
            invocation.answer(done.as_json(), done.as_text(bill_text))
            return
        answers = [_post_or_problem(shop, actor, entry, beside, confirmed=confirm) for entry in data]
    invocation.answer(
        [answer.as_json() if isinstance(answer, _Done) else problem_json(answer) for answer in answers],
        "\n".join(
            answer.as_text(bill_line) if isinstance(answer, _Done) else f"Bill {n} refused: {explain(answer)}"
            for n, answer in enumerate(answers, start=1)
        ),
    )
    if any(isinstance(answer, Problem) for answer in answers):
        raise typer.Exit(1)


@app.command()
def show(
    context: typer.Context, number: Annotated[str, typer.Argument(help="The bill's number, C1/26-27/000001.")]
) -> None:
    """Show a posted bill again."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        bill = bill_by_number(session, number)
    invocation.answer(bill_json(bill), bill_text(bill))


@app.command("print")
def print_bill(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's number.")],
    to: Annotated[Path, typer.Option(help="FILE.pdf for sheets, FILE.bin for a printer's bytes, FILE.txt for text.")],
    layout: Annotated[
        Layout | None,
        typer.Option(
            help="a4 (what .pdf means), a5, a5-landscape; half-page, whole-page of a dot-matrix printer (ESC/P) or "
            "receipt (what .bin and .txt mean)."
        ),
    ] = None,
    copies: Annotated[int, typer.Option(min=1, max=3, help="How many, each marked for whom it is; no receipt.")] = 1,
    cpi: Annotated[Letters, typer.Option(help="Letters an inch on half-page and whole-page.")] = Letters.TEN,
    upi_code: Annotated[
        bool, typer.Option("--upi-code", help="With a QR code for what is still to be paid; on sheets.")
    ] = False,
) -> None:
    """Write a bill to a file, laid out for sheets, a dot-matrix printer or a receipt; after the first a DUPLICATE."""
    invocation: Invocation = context.obj
    chosen = layout_for(to, layout, copies=copies, has_code=upi_code)
    with invocation.shop() as shop:
        actor, printer = invocation.actor(shop), shop.receipt_profile()
        with shop.database.read() as session:
            require_to_read(session, actor, Permission.PRINT_BILL)
            bill = bill_by_number(session, number)
            details = shop_view(session)
            duplicate = was_printed(session, bill.bill_id)
            look = Look(printer, papers_of(session), upi_id_of(session))
            link = pay_link_of(look.upi_id, bill, details) if upi_code else None
        paper = paper_for(
            to, bill, details, look, chosen, duplicate=duplicate, copies=copies, cpi=cpi.number, pay_link=link
        )
        write_whole(to, paper, shared=True)
        with shop.database.write(actor) as uow:  # the paper first: one that was not written is no original
            note_paper(uow, bill.bill_id, duplicate=duplicate)
    what = "A duplicate of bill" if duplicate else "Bill"
    value = {"number": bill.number, "file": str(to), "duplicate": duplicate}
    invocation.answer(value, f"{what} {bill.number} is in {to}")


@app.command()
def cancel(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's number.")],
    reason: Annotated[str, typer.Option(help="Why; it stands on the cancelled bill.")],
    supervisor: SupervisorName = None,
) -> None:
    """Cancel a bill of today: its number stays used, its goods and money go back."""
    invocation: Invocation = context.obj
    command = load(CancelBill, {"number": number, "reason": reason})
    beside = Supervisor.named(supervisor, command.reason)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)

        def run() -> BillView:
            with shop.database.write(actor) as uow:
                return cancel_bill(uow, command)

        bill = allowed_by(beside, shop, actor, command.command_id, run)
    invocation.answer(bill_json(bill), bill_text(bill))


@app.command()
def pay(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's number.")],
    payment: Annotated[
        list[str],
        typer.Option(
            metavar="MODE=AMOUNT[:NUMBER]",
            help=f"One of {MODES}, the amount, and the number if there is one, as in upi=500.00:612345678901. "
            "Once for each payment.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why it is another way than was said; it is written down.")],
    supervisor: SupervisorName = None,
    confirm: Confirmed = False,
) -> None:
    """Say that a posted bill was paid in another way."""
    invocation: Invocation = context.obj
    payments = [paid for text in payment for paid in read_payments(text)]
    command = load(ChangePayment, {"number": number, "payments": payments, "reason": reason, "confirmed": confirm})
    beside = Supervisor.named(supervisor, command.reason)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)

        def run() -> _Done:
            cautions: list[RuleBroken] = []
            with shop.database.write(actor) as uow:
                return _Done(change_payment(uow, command, cautions.append), cautions)

        done = allowed_by(beside, shop, actor, command.command_id, run)
    invocation.answer(done.as_json(), done.as_text(bill_text))


@app.command()
def confirm(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's number.")],
    reference: Annotated[str, typer.Option(help="The payment's number (UTR), as the bank or the customer shows it.")],
    line: Annotated[int | None, typer.Option(help="Which payment, where several of the bill wait.")] = None,
    confirmed: Confirmed = False,
) -> None:
    """Confirm a UPI payment of a bill that nobody had confirmed."""
    invocation: Invocation = context.obj
    command = load(ConfirmPayment, {"number": number, "reference": reference, "line": line, "confirmed": confirmed})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        bill = confirm_payment(uow, command)
    invocation.answer(bill_json(bill), bill_text(bill))


@app.command()
def waiting(context: typer.Context) -> None:
    """List the UPI payments that nobody has confirmed, the oldest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        payments = waiting_payments(session)
    invocation.answer(
        [payment.model_dump(mode="json") for payment in payments],
        "\n".join(
            f"{payment.number}  {show_date(payment.date)}  {payment.amount.grouped()}  {payment.upi_reference}"
            f"{f'  {payment.customer_name}' if payment.customer_name else ''}"
            for payment in payments
        )
        or "No UPI payment waits to be confirmed.",
    )


@dataclass(frozen=True, slots=True)
class _Done:
    """A bill, and what was worth a look about it and kept nobody from it: a window says that while it is typed."""

    bill: BillView
    cautions: Sequence[RuleBroken]

    def as_json(self) -> dict[str, Any]:
        """Return it as machines read it; ``warnings`` stand on those bills alone that have any."""
        return bill_json(self.bill) | _given(warnings=[problem_json(caution) for caution in self.cautions])

    def as_text(self, show: Callable[[BillView], str]) -> str:
        """Return the bill as ``show`` does, with what is to be said of it below."""
        return "\n".join([show(self.bill), *(f"  Warning: {explain(caution)}" for caution in self.cautions)])


def _post(shop: Shop, actor: Actor, data: Any, beside: Supervisor | None, *, confirmed: bool) -> _Done:
    command = load(PostBill, data)
    if confirmed:
        command = command.model_copy(update={"confirmed": True})

    def run() -> _Done:
        cautions: list[RuleBroken] = []
        with shop.database.write(actor) as uow:
            return _Done(post_bill(uow, command, cautions.append), cautions)

    return allowed_by(beside, shop, actor, command.command_id, run)


def _post_or_problem(
    shop: Shop, actor: Actor, data: Any, beside: Supervisor | None, *, confirmed: bool
) -> _Done | Problem:
    try:
        return _post(shop, actor, data, beside, confirmed=confirmed)
    except Problem as problem:
        return problem


def bill_json(bill: BillView) -> dict[str, Any]:
    """Return a bill as machines read it: rupees as strings, dates ISO.

    What only some bills have stands there on those alone: ``customer_gstin``, ``memo``, ``cancelled``, ``dispensing``,
    ``payments`` (not of cash alone), ``customer_id``, ``payment_changes``, ``corrects``, ``corrected_by``.
    """
    return {
        "number": bill.number,
        "date": bill.date.isoformat(),
        "total": str(bill.total),
        "round_off": str(bill.round_off),
        "change": str(bill.change),
        "tax_type": bill.tax_type,
        "check_code": bill.check_code,
        "lines": [_line_json(line) for line in bill.lines],
        **_given(
            customer_gstin=bill.customer_gstin,
            memo=bill.memo_number,
            cancelled=bill.cancelled and bill.cancelled.model_dump(mode="json"),
            dispensing=bill.dispensing and bill.dispensing.model_dump(mode="json"),
            payments=_payments_json(bill),
            customer_id=bill.customer_id and str(bill.customer_id),
            payment_changes=[change.model_dump(mode="json") for change in bill.payment_changes],
            corrects=bill.corrects,
            corrected_by=bill.corrected_by,
        ),
    }


def _payments_json(bill: BillView) -> list[dict[str, Any]]:
    """Return how a bill is paid; nothing for one in cash alone."""
    if {tender.mode for tender in bill.tenders} == {TenderMode.CASH}:
        return []
    return [tender.model_dump(mode="json", exclude_none=True) for tender in bill.tenders]


def _line_json(line: BillLineView) -> dict[str, Any]:
    return {
        "item": line.item_code,
        "batch": line.batch,
        "expiry": line.expiry.isoformat() if line.expiry else None,
        "units": line.units,
        "mrp": str(line.mrp),
        "gross": str(line.gross),
        "discount": str(line.discount),
        "taxable": str(line.taxable),
        "gst_percent": str(line.gst),
        "cgst": str(line.cgst),
        "sgst": str(line.sgst),
        "igst": str(line.igst),
        "amount": str(line.amount),
        **_given(free=line.free_units, rate=line.rate and str(line.rate)),
    }


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def bill_line(bill: BillView) -> str:
    """Return a bill in one line."""
    return (
        f"{bill.number}  {show_date(bill.date)}  total {bill.total.grouped()}"
        f"  change {bill.change.grouped()}  check code {bill.check_code}"
        f"{f'  CANCELLED: {bill.cancelled.reason}' if bill.cancelled else ''}"
        f"{f'  corrected by {bill.corrected_by}' if bill.corrected_by else ''}"
        f"{f'  corrects {bill.corrects}' if bill.corrects else ''}"
    )


def bill_text(bill: BillView) -> str:
    """Return a bill as a person reads it at a terminal."""
    lines = [
        f"  {line.item_name}  {line.batch}  {line.expires or '-'}  {_quantity(line)}  {line.amount.grouped()}"
        for line in bill.lines
    ]
    paid = [f"  {label}  {amount.grouped()}" for label, amount in payment_rows(bill)]
    return "\n".join([bill_line(bill), *lines, *paid, *_entry_lines(bill)])


def _entry_lines(bill: BillView) -> list[str]:
    entry = bill.dispensing
    if entry is None:
        return []
    people = f"  {entry.patient_name}, by {entry.prescriber_name}" if entry.patient_name else ""
    return [f"  entry {entry.number}{people}  pharmacist {entry.pharmacist.name}"]


def _quantity(line: BillLineView) -> str:
    free = f" + {show_quantity(line.free_units, line.pieces_per_pack)} free" if line.free_units else ""
    return show_quantity(line.units, line.pieces_per_pack) + free
