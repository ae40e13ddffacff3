"""The fields of a want, at the counter and in the book. Knows no Qt."""

from __future__ import annotations

from core.wants.dto import MOST_CUSTOMER, MOST_NAME, MOST_NOTE, MOST_QUANTITY
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

_MOST_PHONE = 20


def name_field(value: str = "", *, kind: FieldKind = FieldKind.TEXT, span: int = 1) -> FormField:
    """Return the field for what is wanted, where it is not known yet."""
    return FormField("name", tr("What is wanted"), kind, value, most=MOST_NAME, span=span)


def want_fields(*, quantity: str = "", hint: str = "", phone: str = "", customer: str = "") -> list[FormField]:
    """Return the fields that every want has, under the names that the command has for them."""
    return [
        FormField("quantity", tr("Quantity"), value=quantity, hint=hint, most=MOST_QUANTITY),
        FormField("customer_phone", tr("Customer's phone"), value=phone, most=_MOST_PHONE),
        FormField("customer_name", tr("Customer"), value=customer, most=MOST_CUSTOMER),
        note_field(),
    ]


def note_field() -> FormField:
    """Return the field for what else is to be known."""
    return FormField("note", tr("Note"), most=MOST_NOTE)
