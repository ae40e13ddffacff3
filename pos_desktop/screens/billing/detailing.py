"""What few bills say besides goods and customer: the buyer's GSTIN and State, a memo's number, an earlier day.

Knows no Qt. Who may write a bill of an earlier day is asked in the core when it is saved, like every right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from core.boundary.frozen import make
from core.boundary.lines import placed
from core.kernel.dates import parse_shown_date, show_date
from core.kernel.gst import STATES
from core.sales.drafts import NO_DETAILS, BillDetails
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk, Focus, Part
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

KEY: Final = "Ctrl+G"
_NO, _YES = "", "sez"


class Detailing:
    """Asks for the details of the bill being typed."""

    def __init__(self, desk: Desk, asking: Asking, editor: LineEditor, today: Callable[[], date]) -> None:
        """Ask nothing yet."""
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._today = today

    def begin(self) -> None:
        """Ask, with what the bill says already."""
        draft = self._editor.draft
        form = BillForm(
            title=tr("Details of the bill"),
            about=tr("All of it may stay empty. The State of a GSTIN is its first two digits."),
            fields=_fields(draft.details),
            submit=tr("Take them"),
            purpose=Purpose.DETAILS,
            columns=2,
        )
        form.send = lambda typed: self._take(form, draft, typed)
        self._asking.open(form)

    def _take(self, form: BillForm, draft: Draft, typed: Mapping[str, str]) -> None:
        details = _read(typed)
        if self._asking.form is not form or self._editor.draft is not draft:
            return
        self._asking.open(None)
        draft.take_details(details)
        self._desk.hush()
        self._desk.show(Part.LINES | Part.CUSTOMER)
        self._desk.go_to(Focus.SEARCH)


def said(details: BillDetails) -> str:
    """Return the details in one line, empty where the bill has none."""
    if details == NO_DETAILS:
        return ""
    state = details.place_of_supply or (None if details.gstin else details.state)
    parts = [
        details.gstin or "",
        tr("SEZ") if details.sez else "",
        tr("supplied in {state}", state=STATES[state]) if state else "",
        tr("memo {number}", number=details.memo) if details.memo else "",
        show_date(details.date) if details.date else "",
    ]
    return " · ".join(filter(None, parts))


def _read(typed: Mapping[str, str]) -> BillDetails:
    """Read the form. Raises RuleBroken placed at its field."""
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    day = given.pop("date", None)
    is_sez = given.pop("sez", _NO) == _YES
    with placed("date"):
        on_date = parse_shown_date(day) if day is not None else None
    return make(BillDetails, {**given, "sez": is_sez, "date": on_date})


def _fields(details: BillDetails) -> list[FormField]:
    states = [(code, f"{code} {name}") for code, name in STATES.items()]
    kinds = [(_NO, tr("No")), (_YES, tr("In a special economic zone"))]
    return [
        FormField("gstin", tr("Buyer's GSTIN"), value=details.gstin or "", most=15),
        FormField(
            "state",
            tr("Buyer's State"),
            FieldKind.CHOICE,
            details.state or "",
            choices=[("", tr("Of the GSTIN, else the shop's")), *states],
        ),
        FormField("sez", tr("Special economic zone"), FieldKind.CHOICE, _YES if details.sez else _NO, choices=kinds),
        FormField(
            "place_of_supply",
            tr("Place of supply"),
            FieldKind.CHOICE,
            details.place_of_supply or "",
            choices=[("", tr("The buyer's State")), *states],
        ),
        FormField("memo", tr("Number of a memo written by hand"), value=details.memo or "", most=20),
        FormField(
            "date",
            tr("Earlier day"),
            value=show_date(details.date) if details.date else "",
            hint=tr("20-11-2026; empty is today"),
            most=10,
        ),
    ]
