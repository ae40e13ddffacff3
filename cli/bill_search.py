"""Commands that find posted bills, and put a right one in the place of a wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.bills import app as bills
from cli.context import Invocation
from cli.overrides import Supervisor, SupervisorName, allowed_by
from core.boundary.files import refuse_unwritable, write_whole
from core.boundary.frozen import load
from core.kernel.clock import INDIA
from core.kernel.dates import show_date
from core.sales.correcting import correct_bill
from core.sales.dto import CorrectBill, Correction
from core.sales.finding import BillHit, BillPage, FindBills, find_bills, place_of_bill
from core.sales.typed import understand

app = bills
#: What a search without anything to look for says.
NO_BILL = "No bill fits."


@app.command()
def find(
    context: typer.Context,
    text: Annotated[
        list[str] | None,
        typer.Argument(help='A date or two ("01-11-2026 to 20-11-2026"), 250.00, a number, a phone, a name, an item.'),
    ] = None,
    number: Annotated[str | None, typer.Option(help="The number, or its last digits.")] = None,
    amount: Annotated[str | None, typer.Option(help="The total in rupees.")] = None,
    name: Annotated[str | None, typer.Option(help="Words of the customer's or patient's name.")] = None,
    phone: Annotated[str | None, typer.Option(help="Their telephone number, or how it begins.")] = None,
    item: Annotated[str | None, typer.Option(help="An item's code, barcode, or words of its name.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="From this date on, 2026-11-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Up to this date.")] = None,
    cancelled: Annotated[bool | None, typer.Option("--cancelled/--not-cancelled", help="Only those, or none.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on behind the bill with this number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many at most.")] = 50,
) -> None:
    """Find posted bills, newest first; everything that is given must hold."""
    invocation: Invocation = context.obj
    given = {
        "number": number,
        "amount": amount,
        "name": name,
        "phone": phone,
        "item": item,
        "first": first,
        "last": last,
        "cancelled": cancelled,
    }
    asked = understand(" ".join(text or ())).wanted
    narrowed = {name: value for name, value in given.items() if value is not None}
    wanted = load(FindBills, {**asked.model_dump(mode="json", exclude_none=True), **narrowed})
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            place = None if after is None else place_of_bill(session, after)
            page = find_bills(session, actor, wanted, after=place, limit=limit)
    value = {"bills": [_hit_json(hit) for hit in page.hits], "after": page.hits[-1].number if page.end else None}
    invocation.answer(value, _page_text(page))


@app.command()
def correct(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's number.")],
    reason: Annotated[str, typer.Option(help="Why; it stands on the cancelled bill.")],
    to: Annotated[Path | None, typer.Option(help="The file to write the new bill into; else it is printed.")] = None,
    supervisor: SupervisorName = None,
) -> None:
    """Cancel a bill of today and give what stood on it, to be changed and posted in its place."""
    invocation: Invocation = context.obj
    command = load(CorrectBill, {"number": number, "reason": reason})
    beside = Supervisor.named(supervisor, command.reason)
    if to is not None:
        refuse_unwritable(to)  # before the bill is cancelled: its draft would be nowhere
    with invocation.shop() as shop:
        actor = invocation.actor(shop)

        def run() -> Correction:
            with shop.database.write(actor) as uow:
                return correct_bill(uow, command)

        correction = allowed_by(beside, shop, actor, command.command_id, run)
    draft = correction.draft.model_dump_json(indent=2, exclude_defaults=True)
    if to is None:
        print(draft)  # a bill file whatever was asked for: it is what "bill post" reads
        return
    write_whole(to, f"{draft}\n".encode(), shared=True)
    corrected = correction.cancelled.number
    invocation.answer(
        {"cancelled": corrected, "file": str(to)},
        f"Bill {corrected} is cancelled. Change {to}, then post it in its place: nuskha bill post {to}",
    )


def _hit_json(hit: BillHit) -> dict[str, Any]:
    links = {"corrects": hit.corrects, "corrected_by": hit.corrected_by}
    return {
        "number": hit.number,
        "date": hit.date.isoformat(),
        "time": f"{hit.posted_at.astimezone(INDIA):%H:%M}",
        "customer": hit.customer_name,
        "phone": hit.customer_phone,
        "patient": hit.patient_name,
        "total": str(hit.total),
        "paid_by": list(hit.modes),
        "cancelled": hit.is_cancelled,
        **{name: number for name, number in links.items() if number},
    }


def _page_text(page: BillPage) -> str:
    if not page.hits:
        return NO_BILL
    lines = [_hit_text(hit) for hit in page.hits]
    if page.end is not None:
        lines.append(f"More follow: --after {page.hits[-1].number}")
    return "\n".join(lines)


def _hit_text(hit: BillHit) -> str:
    whom = "  ".join(
        filter(None, (hit.customer_name, hit.customer_phone, hit.patient_name and f"for {hit.patient_name}"))
    )
    state = [
        *(["CANCELLED"] if hit.is_cancelled else []),
        *([f"corrected by {hit.corrected_by}"] if hit.corrected_by else []),
        *([f"corrects {hit.corrects}"] if hit.corrects else []),
    ]
    when = f"{show_date(hit.date)} {hit.posted_at.astimezone(INDIA):%H:%M}"
    parts = (hit.number, when, hit.total.grouped(), ", ".join(hit.modes), whom, ", ".join(state))
    return "  ".join(filter(None, parts))
