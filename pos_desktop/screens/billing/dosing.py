"""How a line is taken, off the prescription: dose, days, and pieces in all where more is prescribed than supplied now.

Knows no Qt. Dose and days make the quantity of a line that nobody has typed one for; what is prescribed beyond what is
supplied is the balance that the next bill of the prescription may give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.boundary.frozen import make
from core.boundary.lines import placed
from core.dispensing.dto import DoseInput
from core.kernel.errors import RuleBroken
from core.kernel.quantity import BareNumber, parse_quantity, show_quantity
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.draft_lines import DraftLine
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.state import Desk, Focus
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

KEY: Final = "Ctrl+E"
#: What a line has before anybody types its quantity.
_UNTYPED: Final = "1"


class Dosing:
    """Asks how the current line is taken."""

    def __init__(self, desk: Desk, asking: Asking, editor: LineEditor, bare: BareNumber) -> None:
        """``bare`` is what a number without a mark means at this counter."""
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._bare = bare

    def begin(self) -> None:
        """Ask for dose and days of the current line; of a known prescription they are written already."""
        line, draft = self._editor.line, self._editor.draft
        if line is None:
            self._desk.warn(RuleBroken("billing.no_line"))
            return
        if draft.dispensing is not None and draft.dispensing.prescription is not None:
            self._desk.warn(RuleBroken("billing.dose_is_written"))
            return
        form = BillForm(
            title=tr("How it is taken"),
            about=tr("{item} ({pack})", item=line.item.name, pack=line.item.pack_label),
            fields=_fields(line),
            submit=tr("Note it"),
            purpose=Purpose.DOSE,
            columns=2,
        )
        form.send = lambda typed: self._take(form, line, typed)
        self._asking.open(form)

    def _take(self, form: BillForm, line: DraftLine, typed: Mapping[str, str]) -> None:
        taken = self._read(line, typed)
        if self._asking.form is not form:
            return
        self._asking.open(None)
        if self._editor.line is None or self._editor.line.entry.item_id != line.entry.item_id:
            return
        counted = line.item.pieces_per_pack > 1 and line.entry.typed == _UNTYPED and not line.entry.base
        units = taken.pieces if taken is not None and counted else None
        self._editor.prescribe(taken, units)
        self._desk.hush()
        if self._editor.draft.dispensing is None and taken is not None:
            self._desk.say("billing.dose_noted")
        self._desk.go_to(Focus.SEARCH)

    def _read(self, line: DraftLine, typed: Mapping[str, str]) -> DoseInput | None:
        """Read the form, None where all of it is empty. Raises RuleBroken placed at its field."""
        said = {name: text.strip() for name, text in typed.items() if text.strip()}
        if not said:
            return None
        days, quantity = said.get("days"), said.get("units")
        if days is not None and not days.isdecimal():
            raise RuleBroken("input.not_whole", where="days", field="days")
        units: int | None = None
        if quantity is not None:
            with placed("units"):
                units = parse_quantity(quantity, line.item.pieces_per_pack, self._bare)
        taken = make(DoseInput, {"dose": said.get("dose"), "days": int(days) if days else None, "units": units})
        return taken.with_days_apart()


def _fields(line: DraftLine) -> list[FormField]:
    taken = line.entry.taken or DoseInput()
    units = "" if taken.units is None else show_quantity(taken.units, line.item.pieces_per_pack)
    return [
        FormField("dose", tr("Dose"), value=taken.dose or "", hint=tr("OD, BD, TDS, 1-0-1; with days: BD 5"), most=40),
        FormField("days", tr("Days"), value=str(taken.days or ""), most=4),
        FormField(
            "units",
            tr("Prescribed in all"),
            value=units,
            hint=tr("Where more is prescribed than supplied now."),
            most=12,
            span=2,
        ),
    ]
