"""Sentences of the parties screen that are put together: what a merge moves, and fields by their labels."""

from __future__ import annotations

from core.kernel.money import Money
from core.parties.dto import CustomerDetails, PartyView, PrescriberDetails, SupplierDetails
from core.parties.previewing import MergePreview
from pos_desktop.shell.texts import tr

_NAMED = 6


def field_labels() -> dict[str, str]:
    """Return the words for fields of history, by the columns of the tables."""
    return {
        "name": tr("Name"),
        "phone": tr("Telephone"),
        "other_phone": tr("Other telephone"),
        "gstin": "GSTIN",
        "pan": "PAN",
        "credit_limit_paise": tr("Credit limit"),
        "credit_days": tr("Credit days"),
        "price_terms": tr("Prices"),
        "price_less_bp": tr("MRP less"),
        "discount_bp": tr("Discount"),
        "payment_days": tr("Days to pay"),
        "return_before_days": tr("Takes back before expiry"),
        "return_after_days": tr("Takes back after expiry"),
        "gst_scheme": tr("GST scheme"),
        "pincode": tr("PIN code"),
        "valid_until": tr("Licence until"),
        "number": tr("Drug licence"),
        "birth_year": tr("Year of birth"),
        "is_active": tr("Dealt with"),
        "is_listed": tr("Listed"),
        "is_ended": tr("Code ended"),
        "merged_name": tr("Merged with it"),
    }


def preview_lines(preview: MergePreview) -> list[str]:
    """Return what a merge does, a sentence a line."""
    merged, kept = preview.merged, preview.kept
    lines = [
        tr("{name} goes, with all that was done with it.", name=_one(merged)),
        tr("{name} stays, as it is.", name=_one(kept)),
    ]
    if preview.patients:
        lines.append(tr("Patients who go over: {count}.", count=preview.patients))
    if preview.codes:
        lines.append(tr("Codes that go over: {codes}.", codes=_few(preview.codes)))
    if preview.clashes:
        lines.append(
            tr("Codes that both use differently, where the kept one's hold: {codes}.", codes=_few(preview.clashes))
        )
    lost = _only_in(merged, kept)
    if lost:
        lines.append(tr("Not taken over, type it in before if it is wanted: {facts}.", facts=", ".join(lost)))
    return lines


def _only_in(merged: PartyView, kept: PartyView) -> list[str]:
    """Return what the one that goes knows and the kept one does not."""
    labels = {
        **field_labels(),
        "credit_limit": tr("Credit limit"),
        "discount": tr("Discount"),
        "address": tr("Address"),
    }
    lost = []
    for name in type(merged.details).model_fields:
        value = getattr(merged.details, name)
        if value and not getattr(kept.details, name) and name in labels:
            shown = value.grouped() if isinstance(value, Money) else value
            lost.append(f"{labels[name]} {shown}")
    return lost


def _one(view: PartyView) -> str:
    details = view.details
    number = details.phone
    if isinstance(details, CustomerDetails | SupplierDetails):
        number = number or details.gstin
    elif isinstance(details, PrescriberDetails):
        number = number or details.registration
    elif details.birth_year is not None:
        number = number or str(details.birth_year)
    return f"{details.name} ({number})" if number else details.name


def _few(codes: list[str]) -> str:
    more = ["…"] if len(codes) > _NAMED else []
    return ", ".join([*codes[:_NAMED], *more])
