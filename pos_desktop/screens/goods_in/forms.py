"""The forms of a paper that is being entered. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from core.kernel.dates import parse_iso_date, show_date
from core.kernel.errors import Problem
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.screens.goods_in.draft import EntryDraft, EntryLine
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

#: What stands in the first form of a paper.
FIRST_NAMES: Final = frozenset({"supplier", "number", "billed_on", "due_date", "total", "paper"})
#: What stands in one of the forms, by the name that commands have for it.
HEAD_NAMES: Final = FIRST_NAMES | {
    "trade_discount",
    "scheme_discount",
    "cash_discount",
    "freight",
    "other_charges",
    "charge_gst",
    "tcs",
    "set_offs",
}


def head_form(draft: EntryDraft, today: date) -> SentForm:
    """Return the form for whose paper it is."""
    head = draft.head
    fields = [
        FormField(
            "supplier",
            tr("Supplier"),
            FieldKind.OFFERED,
            head.supplier.name if head.supplier is not None else "",
            hint=tr("Name, telephone or GSTIN; Down goes into the list."),
            most=200,
            span=2,
        ),
        FormField(
            "number", tr("Bill number") if draft.has_bill else tr("Challan number"), value=head.text("number"), most=40
        ),
        FormField("billed_on", tr("Dated"), value=_shown(head.text("billed_on")) or show_date(today), most=10),
    ]
    if draft.has_bill:
        fields += [
            FormField(
                "total", tr("Total printed"), value=head.text("total"), hint=tr("Before what is set off"), most=16
            ),
            FormField(
                "due_date", tr("Due"), value=_shown(head.text("due_date")), hint=tr("Else by the terms"), most=10
            ),
            FormField(
                "paper",
                tr("The paper is a"),
                FieldKind.CHOICE,
                head.text("paper") or "invoice",
                choices=[("invoice", tr("Tax invoice")), ("bill_of_supply", tr("Bill of supply, no GST"))],
            ),
        ]
    fields += [
        FormField(
            "orders",
            tr("Open orders"),
            FieldKind.CHOICE,
            "none" if head.supplier is not None and not draft.orders else "all",
            choices=[("all", tr("are answered by these goods")), ("none", tr("wait for other goods"))],
        ),
        FormField("note", tr("Note"), value=head.text("note"), most=300, span=2),
    ]
    return SentForm(
        title=tr("Bill of a supplier") if draft.has_bill else tr("Challan of a supplier"),
        about=tr("As the paper prints it."),
        fields=fields,
        submit=tr("To the lines"),
        columns=2,
    )


def charges_form(draft: EntryDraft) -> SentForm:
    """Return the form for what stands below the lines of a bill."""
    head = draft.head
    amounts = (
        ("trade_discount", tr("Trade discount")),
        ("scheme_discount", tr("Scheme discount")),
        ("cash_discount", tr("Cash discount")),
    )
    charges = (
        ("freight", tr("Freight")),
        ("other_charges", tr("Other charges")),
        ("charge_gst", tr("GST % on both")),
        ("tcs", tr("TCS")),
    )
    taken_off = (
        ("credit_note", tr("Credit note")),
        ("replacement", tr("Replacement")),
        ("advance", tr("Advance")),
    )
    fields = [FormField(name, label, value=head.text(name), most=16) for name, label in amounts]
    fields.append(
        FormField(
            "discounts",
            tr("Discounts are taken"),
            FieldKind.CHOICE,
            head.text("discounts") or "before_tax",
            choices=[("before_tax", tr("before GST")), ("after_tax", tr("off the total, after GST"))],
        )
    )
    fields += [FormField(name, label, value=head.text(name), most=16) for name, label in charges]
    for name, label in taken_off:
        fields.append(FormField(name, label, value=head.text(name), most=16, begins_row=True))
        fields.append(FormField(f"{name}_number", tr("Its number"), value=head.text(f"{name}_number"), most=40))
    return SentForm(
        title=tr("Below the lines"),
        about=tr("Discounts, charges, and what the bill sets off."),
        fields=fields,
        submit=tr("Take it"),
        columns=2,
    )


def missing_form(line: EntryLine, orders: Sequence[str]) -> SentForm:
    """Return the form for what stands in no column of a line."""
    wanted = [("", tr("As it fits")), *((number, number) for number in orders)]
    return SentForm(
        title=line.name,
        about=tr("Short and damaged are taken from what was billed, and claimed."),
        fields=[
            FormField("short", tr("Short"), value=line.beside.get("short", ""), most=12),
            FormField("damaged", tr("Damaged"), value=line.beside.get("damaged", ""), most=12),
            FormField(
                "factor",
                tr("Packs in one unit of the paper"),
                value=str(line.factor),
                hint=tr("10 where boxes of ten strips are billed"),
                most=6,
            ),
            FormField("order", tr("Answers order"), FieldKind.CHOICE, line.beside.get("order", ""), choices=wanted),
        ],
        submit=tr("Take it"),
    )


def reason_form(sentence: str) -> SentForm:
    """Return the form for why a bill is taken that differs."""
    return SentForm(
        title=tr("The bill differs"),
        about=sentence,
        fields=[FormField("match_reason", tr("Taken all the same because"), most=200)],
        submit=tr("Enter it"),
    )


def _shown(iso: str) -> str:
    try:
        return show_date(parse_iso_date(iso)) if iso else ""
    except Problem:
        return iso
