"""The forms of the counter's screen: opening, handing over, cash in and out. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.auth.dto import UserView
from core.cash.dto import MOST_ACCOUNT, MOST_REASON
from core.cash.kinds import FACES, MovementKind
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

_MOST_CASH, _MOST_PIECES = 16, 6
#: Notes of 2,000 rupees are withdrawn: who still has one counts it at a terminal.
_COUNTED = tuple(face for face in FACES if face < Money(200_000))
_FACE = "face."


def open_form() -> SentForm:
    """Return the form that opens the counter."""
    return SentForm(
        title=tr("Open the counter"),
        about=tr("The cash that lies in the drawer now: as an amount, or counted by notes and coins."),
        fields=[_cash(span=3), *_faces()],
        submit=tr("Open it"),
        columns=3,
    )


def handover_form(takers: Sequence[UserView], holder: str) -> SentForm:
    """Return the form that hands the counter over to one of those who bill."""
    choices = [(user.username, _named(user)) for user in takers if user.username != holder]
    to = FormField("to", tr("To"), FieldKind.CHOICE, choices[0][0] if choices else "", choices=choices)
    return SentForm(
        title=tr("Hand the counter over"),
        about=tr(
            "Count the cash together. What differs from what should be there is kept, and explained at the close."
        ),
        fields=[to, _cash(span=2), *_faces(), FormField("note", tr("Note"), most=MOST_REASON, span=3)],
        submit=tr("Hand it over"),
        columns=3,
    )


def move_form(*, is_in: bool) -> SentForm:
    """Return the form for cash that comes in, or goes out, without a bill."""
    kinds = [kind for kind in MovementKind if kind.is_in is is_in]
    return SentForm(
        title=tr("Cash in") if is_in else tr("Cash out"),
        about=tr("Cash that comes into the drawer without a bill.")
        if is_in
        else tr("Cash that leaves the drawer without a bill."),
        fields=[
            FormField(
                "kind",
                tr("What it is"),
                FieldKind.CHOICE,
                kinds[0].value,
                choices=[(kind.value, kind.words.capitalize()) for kind in kinds],
            ),
            FormField("amount", tr("Amount"), most=_MOST_CASH),
            FormField(
                "account",
                tr("Which bank") if is_in else tr("Which expense or bank"),
                FieldKind.OFFERED,
                hint=tr("Only where it is one."),
                most=MOST_ACCOUNT,
            ),
            FormField("reason", tr("Reason"), most=MOST_REASON),
        ],
        submit=tr("Note it"),
    )


def counted(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the cash of a form as the command takes it. Raises RuleBroken at the field."""
    faces = []
    for face in _COUNTED:
        name = _face(face)
        text = typed.get(name, "").strip()
        if text:
            if not (text.isascii() and text.isdigit()):
                raise RuleBroken("input.not_whole", where=name, field=name)
            if int(text):
                faces.append({"face": str(face), "pieces": int(text)})
    return {"cash": typed["cash"].strip() or None, "denominations": faces}


def counted_note(typed: Mapping[str, str]) -> str:
    """Return what the notes and coins typed so far come to, nothing where none are."""
    total = ZERO
    for face in _COUNTED:
        text = typed.get(_face(face), "").strip()
        if text.isascii() and text.isdigit():
            total += face * int(text)
    return tr("{total} in notes and coins", total=total.grouped()) if total else ""


def _named(user: UserView) -> str:
    return user.username if user.full_name == user.username else f"{user.username} – {user.full_name}"


def _cash(*, span: int) -> FormField:
    return FormField("cash", tr("Cash"), hint=tr("Empty: what is counted below."), most=_MOST_CASH, span=span)


def _faces() -> list[FormField]:
    return [FormField(_face(face), tr("₹{face}", face=face.paise // 100), most=_MOST_PIECES) for face in _COUNTED]


def _face(face: Money) -> str:
    return f"{_FACE}{face.paise // 100}"
