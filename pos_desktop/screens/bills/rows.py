"""What the list of bills shows: its rows, and what the card says of one bill. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from core.kernel.clock import INDIA
from core.kernel.dates import show_date
from core.kernel.gst import STATES, GstTreatment
from core.kernel.money import ZERO, Money
from core.kernel.quantity import show_quantity
from core.sales.dto import BillLineView, BillView, TenderView, WaitingPayment
from core.sales.finding import BillHit
from core.sales.typed import Understood
from pos_desktop.screens.modes import MODES
from pos_desktop.screens.parties.rows import Fact, Section
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone


class BillRow(NamedTuple):
    """A bill of the list. ``key`` is its id as text, ``reference`` that of a UPI payment that waits."""

    key: str
    number: str
    date: str
    time: str
    customer: str
    patient: str
    amount: str
    paid_by: str
    state: str
    is_cancelled: bool
    reference: str = ""


class BillCard(NamedTuple):
    """All that stands on a bill."""

    key: str
    number: str
    badges: Sequence[Badge]
    sections: Sequence[Section]


def bill_row(hit: BillHit) -> BillRow:
    """Return a bill's row."""
    return BillRow(
        key=str(hit.bill_id),
        number=hit.number,
        date=show_date(hit.date),
        time=f"{hit.posted_at.astimezone(INDIA):%H:%M}",
        customer=hit.customer_name or hit.customer_phone or "",
        patient=hit.patient_name or "",
        amount=hit.total.grouped(),
        paid_by=", ".join(MODES[mode] for mode in hit.modes),
        state=_state(hit),
        is_cancelled=hit.is_cancelled,
    )


def waiting_rows(payments: Sequence[WaitingPayment]) -> list[BillRow]:
    """Return a row for each bill whose UPI payment waits, in their order: the amount is what waits of it."""
    by_bill: dict[UUID, list[WaitingPayment]] = {}
    for payment in payments:
        by_bill.setdefault(payment.bill_id, []).append(payment)
    return [
        BillRow(
            key=str(bill_id),
            number=waiting[0].number,
            date=show_date(waiting[0].date),
            time="",
            customer=waiting[0].customer_name or "",
            patient="",
            amount=Money.total(payment.amount for payment in waiting).grouped(),
            paid_by="",
            state="",
            is_cancelled=False,
            reference=waiting[0].upi_reference,
        )
        for bill_id, waiting in by_bill.items()
    ]


def _state(hit: BillHit) -> str:
    if hit.corrected_by is not None:
        return tr("CORRECTED")
    if hit.is_cancelled:
        return tr("CANCELLED")
    return tr("correction") if hit.corrects is not None else ""


def bill_card(bill: BillView) -> BillCard:
    """Return the card of a bill."""
    badges = []
    if bill.corrected_by is not None:
        badges.append(Badge(tr("CORRECTED BY {number}", number=bill.corrected_by), Tone.DANGER))
    elif bill.cancelled is not None:
        badges.append(Badge(tr("CANCELLED"), Tone.DANGER))
    if bill.corrects is not None:
        badges.append(Badge(tr("CORRECTS {number}", number=bill.corrects), Tone.ACCENT))
    sections = [Section("", _head(bill))]
    if bill.cancelled is not None:
        words = tr("{day} by {user}", day=show_date(bill.cancelled.date), user=bill.cancelled.username)
        sections.append(Section(tr("Cancelled"), [Fact(words, bill.cancelled.reason, Tone.DANGER, is_wide=True)]))
    sections.append(Section(tr("Items"), [_line(line) for line in bill.lines]))
    sections.append(Section(tr("Amount"), _amounts(bill)))
    sections.append(Section(tr("Paid"), _paid(bill)))
    if bill.dispensing is not None:
        sections.append(Section(tr("Prescription"), _prescription(bill)))
    return BillCard(str(bill.bill_id), bill.number, tuple(badges), tuple(sections))


def _head(bill: BillView) -> list[Fact]:
    when = f"{show_date(bill.date)} {bill.posted_at.astimezone(INDIA):%H:%M}"
    facts = [Fact(tr("Total"), _rupees(bill.total)), Fact(tr("Saved"), f"{when}, {bill.username}")]
    if bill.customer_name:
        facts.append(Fact(tr("Customer"), bill.customer_name, is_wide=True))
    known = (
        (tr("Telephone"), bill.customer_phone),
        ("GSTIN", bill.customer_gstin),
        (tr("Hand-written memo"), bill.memo_number),
    )
    facts += [Fact(label, text) for label, text in known if text]
    if bill.customer_address:
        facts.append(Fact(tr("Address"), bill.customer_address, is_wide=True))
    return facts


def _line(line: BillLineView) -> Fact:
    free = f" + {show_quantity(line.free_units, line.pieces_per_pack)} {tr('free')}" if line.free_units else ""
    quantity = show_quantity(line.units, line.pieces_per_pack) + free
    said = [tr("Batch {batch}", batch=line.batch), str(line.expires or ""), quantity]
    if line.discount:
        said.append(tr("less {discount}", discount=line.discount.grouped()))
    return Fact("  ·  ".join(filter(None, said)), f"{line.item_name}  {_rupees(line.amount)}", is_wide=True)


def _amounts(bill: BillView) -> list[Fact]:
    facts = []
    if bill.discount:
        facts += [Fact(tr("Before discount"), _rupees(bill.gross)), Fact(tr("Discount"), _rupees(bill.discount))]
    for row in bill.tax_summary():
        tax = row.cgst + row.sgst + row.igst
        rate = f"GST {row.gst} %" if row.treatment is GstTreatment.TAXABLE else row.treatment.value.replace("_", " ")
        facts.append(Fact(rate, tr("{tax} on {taxable}", tax=tax.grouped(), taxable=row.taxable.grouped())))
    if bill.round_off != ZERO:
        facts.append(Fact(tr("Round-off"), bill.round_off.grouped()))
    facts.append(Fact(tr("Place of supply"), f"{bill.place_of_supply} {STATES[bill.place_of_supply]}"))
    facts.append(Fact(tr("Check code"), bill.check_code))
    return facts


def _tender_text(tender: TenderView) -> str:
    reference = tr("not confirmed") if tender.waits else tender.reference
    return "  ".join(filter(None, (_rupees(tender.amount), reference)))


def _paid(bill: BillView) -> list[Fact]:
    facts = [Fact(MODES[tender.mode], _tender_text(tender)) for tender in bill.tenders]
    return [*facts, Fact(tr("Change"), _rupees(bill.change))] if bill.change else facts


def _prescription(bill: BillView) -> list[Fact]:
    entry = bill.dispensing
    assert entry is not None
    known = (
        (tr("Patient"), entry.patient_name),
        (tr("Telephone"), entry.patient_phone),
        (tr("Prescriber"), entry.prescriber_name),
        (tr("Written on"), entry.written_on and show_date(entry.written_on)),
        (tr("Entry"), entry.number),
        (tr("Pharmacist"), entry.pharmacist.name),
    )
    return [Fact(label, text) for label, text in known if text]


def _rupees(amount: Money) -> str:
    return f"₹{amount.grouped()}"


def understood_words(said: Understood) -> str:
    """Return what a text was taken for, in a line under it; empty where there is nothing to say."""
    wanted = said.wanted
    match said.kind:
        case "days" if wanted.first is not None and wanted.last is not None:
            first, last = sorted((wanted.first, wanted.last))
            days = show_date(first) if first == last else tr("{a} to {b}", a=show_date(first), b=show_date(last))
            return tr("Bills of {days}", days=days)
        case "amount" if wanted.amount is not None:
            return tr("Bills of {amount}", amount=_rupees(wanted.amount))
        case "number":
            return tr("The bill or hand-written memo {number}", number=wanted.number)
        case "ending":
            return tr("Bills whose number ends in {digits}; for an amount type {digits}.00", digits=wanted.number)
        case "phone":
            return tr("Bills of the telephone {phone}", phone=wanted.phone)
        case "words":
            return tr("Bills of a person or an item of this name")
        case _:
            return tr("All bills, the newest first")
