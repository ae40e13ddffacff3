"""Goods going back to a supplier: its lots that stand here, and how much of which goes back. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.frozen import load
from core.boundary.lines import placed
from core.kernel.actor import Actor
from core.kernel.dates import Expiry, parse_day, show_date
from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import new_id
from core.kernel.quantity import show_quantity
from core.purchasing.debit_dto import DebitNoteView, DebitWhy, IssueDebitNote
from core.purchasing.debit_lots import ReturnableLot, lots_of_supplier, returnable_lots
from core.purchasing.debiting import issue_debit_note
from core.purchasing.entering import supplier_called
from core.purchasing.entry_drafts import EntryKind, is_issued
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.offering import Offering
from pos_desktop.screens.entry_keeping import EntryKeeper
from pos_desktop.screens.offers import item_offers, supplier_offers
from pos_desktop.screens.purchases.rows import ReturnRow, return_row
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

#: What is typed of goods that no bill in the books asks for.
_PRICED = ("rate", "gst", "bill", "billed_on")
_WHYS = tuple((why.value, why.words) for why in DebitWhy if why is not DebitWhy.MISSING)


@dataclass(frozen=True, slots=True)
class _Back:
    """How much of a lot goes back, as typed, and what is wrong with it.

    ``priced`` is what no bill in the books says of goods that stood here before the shop began: ``rate``, ``gst``,
    and number and day of the supplier's paper.
    """

    quantity: str
    why: DebitWhy
    priced: Mapping[str, str] = field(default_factory=dict)


class NewReturn:
    """The return that is being made. ``begun`` hears when its lots are shown, ``issued`` of the note."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        desk: FormDesk,
        today: Callable[[], date],
        begun: Callable[[], None],
        issued: Callable[[DebitNoteView | None], None],
        told: Callable[[], None],
        later: Callable[[int, Callable[[], None]], None],
    ) -> None:
        """Start with none; ``bring_back`` reads one that was kept."""
        self._keeper = EntryKeeper(lanes, actor, EntryKind.RETURN, later, self._written, desk)
        self._lanes = lanes
        self._actor = actor
        self._desk = desk
        self._today = today
        self._begun = begun
        self._issued = issued
        self._told = told
        self._offering = Offering(lanes, desk, told)
        self._command_id = new_id()
        self._lots: list[ReturnableLot] = []
        self._back: dict[UUID, _Back] = {}
        #: Item and batch of goods that no receipt in the books brought.
        self._others: list[tuple[str, str]] = []
        self.supplier = ""
        self.reason = ""
        self.supplier_id: UUID | None = None
        self.at = -1
        self.is_busy = False

    def rows(self) -> list[ReturnRow]:
        """Return the lots as the table shows them, with what goes back."""
        today = self._today()
        return [
            return_row(lot, today, back.quantity if back else "", back.why.words if back else "")
            for lot in self._lots
            for back in [self._back.get(lot.lot_id)]
        ]

    @property
    def is_begun(self) -> bool:
        """Whether a return is being made."""
        return self.supplier_id is not None

    @property
    def has_some(self) -> bool:
        """Whether anything goes back yet."""
        return bool(self._back)

    def go_on(self) -> None:
        """F2: go on with the return that is being made, else ask for a new one."""
        if self.is_begun:
            self._begun()
        else:
            self._open()

    def bring_back(self) -> None:
        """Read what was kept before a power cut, and the lots as they stand now; a form for a new one gives way."""

        def read_back(session: Session, said: dict[str, Any]) -> dict[str, Any] | None:
            return None if is_issued(session, UUID(said["command_id"])) else said

        def take(said: dict[str, Any], gave_way: bool) -> None:
            self._command_id, self.supplier_id = UUID(said["command_id"]), UUID(said["supplier_id"])
            self.supplier, self.reason = said["supplier"], said["reason"]
            self._back = {
                UUID(lot): _Back(quantity, DebitWhy(why), priced) for lot, quantity, why, priced in said["lines"]
            }
            self._others = [(item, batch) for item, batch in said["others"]]
            self._read_lots(self._begun if gave_way else lambda: None)

        self._keeper.bring_back(read_back, take)

    def keep_now(self) -> None:
        """Keep what goes back at once."""
        self._keeper.keep_now()

    def choose(self, number: int) -> None:
        """Choose a lot."""
        if 0 <= number < len(self._lots):
            self.at = number

    def change(self) -> None:
        """Enter: say how much of the chosen lot goes back, and why."""
        if not 0 <= self.at < len(self._lots) or self._desk.form is not None:
            return
        lot = self._lots[self.at]
        known = self._back.get(lot.lot_id) or _Back(
            show_quantity(lot.units, lot.pieces_per_pack), _likely_why(lot, self._today())
        )
        fields = [
            FormField("quantity", tr("Goes back"), hint=tr("10, 2:5, 25t"), value=known.quantity, most=12),
            FormField("why", tr("What is wrong"), FieldKind.CHOICE, known.why.value, choices=list(_WHYS)),
        ]
        if lot.receipt_id is None:
            fields += _priced_fields(known.priced)
        stock = show_quantity(lot.units, lot.pieces_per_pack)
        form = SentForm(
            title=lot.item_name,
            about=tr("Batch {batch}, {stock} in stock.", batch=lot.batch_number, stock=stock),
            fields=fields,
            submit=tr("Send it back"),
            columns=1 if lot.receipt_id is not None else 2,
        )

        def send(typed: Mapping[str, str]) -> None:
            if not typed["quantity"].strip():
                raise RuleBroken("input.empty", where="quantity", field="quantity")
            priced = {name: typed[name].strip() for name in _PRICED if typed.get(name, "").strip()}
            if "billed_on" in priced:
                with placed("billed_on"):
                    priced["billed_on"] = parse_day(priced["billed_on"]).isoformat()
            self._back[lot.lot_id] = _Back(typed["quantity"].strip(), DebitWhy(typed["why"]), priced)
            self._keeper.changed()
            self._desk.open(None)

        form.send = send
        self._desk.open(form)

    def add_others(self) -> None:
        """F5: list lots of a batch that no receipt in the books brought: they stood here before the shop began."""
        if self._desk.form is not None:
            return
        form = SentForm(
            title=tr("Goods of before"),
            about=tr("Of a batch that stood here before the shop began in this program."),
            fields=[
                FormField("item", tr("Item"), FieldKind.OFFERED, hint=tr("Name or code"), most=60),
                FormField("batch", tr("Batch"), most=40),
            ],
            submit=tr("List it"),
        )
        form.send = lambda typed: self._add_others(form, typed)
        self._desk.open(form)

    def keep_here(self) -> None:
        """Del: nothing of the chosen lot goes back."""
        if 0 <= self.at < len(self._lots) and self._desk.form is None:
            self._back.pop(self._lots[self.at].lot_id, None)
            self._keeper.changed()
            self._told()

    def leave(self) -> None:
        """Ctrl+Del: send nothing of this back."""
        if self._desk.form is not None:
            return
        self._desk.ask(tr("Leave this return"), tr("Nothing goes back then."), tr("Leave it"), self._let_go)

    def issue(self) -> None:
        """F12: write the debit note; the goods leave the stock with it."""
        if self.is_busy or self._desk.form is not None:
            return
        if not self._back:
            self._desk.say(tr("Nothing goes back yet: Enter on a lot says how much."), Tone.WARNING)
            return
        lots = [lot for lot in self._lots if lot.lot_id in self._back]
        returns = [
            {
                "item": lot.item_code,
                "batch": lot.batch_number,
                "lot": str(lot.lot_id),
                "quantity": self._back[lot.lot_id].quantity,
                "why": self._back[lot.lot_id].why,
                **self._back[lot.lot_id].priced,
            }
            for lot in lots
        ]
        said = {"command_id": str(self._command_id), "supplier": str(self.supplier_id), "reason": self.reason}
        try:
            command = load(IssueDebitNote, {**said, "returns": returns})
        except Problem as problem:
            self._not_issued(problem, lots)
            return
        self.is_busy = True

        def work(uow: UnitOfWork) -> DebitNoteView:
            return issue_debit_note(uow, command)

        def done(note: DebitNoteView) -> None:
            self.is_busy = False
            self._forget()
            self._issued(note)

        def failed(error: Exception) -> None:
            self.is_busy = False
            self._not_issued(error, lots)

        self._lanes.write(work, done, failed)

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed: suppliers and items are offered."""
        if name == "supplier":
            self._offering.ask(name, partial(supplier_offers, values[name]))
        elif name == "item":
            self._offering.ask(name, partial(item_offers, values[name], self._today()))

    # --- inside --------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        form = SentForm(
            title=tr("Goods go back"),
            about=tr("What stands here of its lots is listed then, what expires first at the top."),
            fields=[
                FormField("supplier", tr("Supplier"), FieldKind.OFFERED, hint=tr("Name, telephone or GSTIN"), most=200),
                FormField("reason", tr("Why"), hint=tr("It stands on the note."), most=200),
            ],
            submit=tr("To the lots"),
        )

        def send(typed: Mapping[str, str]) -> None:
            name, reason = typed["supplier"].strip(), typed["reason"].strip()
            for where, text in (("supplier", name), ("reason", reason)):
                if not text:
                    raise RuleBroken("input.empty", where=where, field=where)
            form.is_busy = True

            def known(found: tuple[UUID, str]) -> None:
                self.supplier_id, self.supplier = found
                self.reason = reason
                self._command_id, self._back, self._others = new_id(), {}, []
                self._keeper.changed()
                self._desk.form = None
                self._read_lots(self._begun)

            def begin() -> None:
                if not self.is_begun:  # else what was kept came back meanwhile
                    self._lanes.read(
                        lambda session: supplier_called(session, name),
                        known,
                        lambda error: self._desk.refused(form, error, "supplier"),
                    )

            self._keeper.when_known(begin)

        form.send = send
        self._keeper.gives_way(form)

    def _read_lots(self, then: Callable[[], None]) -> None:
        actor, supplier_id = self._actor, self.supplier_id
        assert supplier_id is not None

        others = tuple(self._others)

        def read(session: Session) -> list[ReturnableLot]:
            lots = lots_of_supplier(session, actor, supplier_id)
            for item, batch in others:
                with suppress(RuleBroken):  # sold out meanwhile
                    lots += _of_nobody(session, actor, item, batch)
            return lots

        def show(lots: list[ReturnableLot]) -> None:
            self._lots = lots
            standing = {lot.lot_id for lot in lots}
            self._back = {lot: back for lot, back in self._back.items() if lot in standing}
            self.at = 0 if lots else -1
            then()

        self._lanes.read(read, show, self._desk.failed)

    def _add_others(self, form: SentForm, typed: Mapping[str, str]) -> None:
        code, batch, actor = typed["item"].strip().upper(), typed["batch"].strip(), self._actor
        for name, text in (("item", code), ("batch", batch)):
            if not text:
                raise RuleBroken("input.empty", where=name, field=name)
        form.is_busy = True

        def read(session: Session) -> list[ReturnableLot]:
            return _of_nobody(session, actor, code, batch)

        def done(lots: list[ReturnableLot]) -> None:
            listed = {lot.lot_id for lot in self._lots}
            self._lots += (lot for lot in lots if lot.lot_id not in listed)
            if (code, batch) not in self._others:
                self._others.append((code, batch))
            self.at = next(at for at, lot in enumerate(self._lots) if lot.lot_id == lots[0].lot_id)
            self._keeper.changed()
            self._desk.open(None)

        self._lanes.read(read, done, lambda error: self._desk.refused(form, error, "batch"))

    def _not_issued(self, error: Exception, lots: list[ReturnableLot]) -> None:
        """Choose the lot that issuing had something against (``returns.2.quantity``), and say what."""
        parts = (error.where or "").split(".") if isinstance(error, Problem) else []
        if len(parts) > 1 and parts[0] == "returns" and parts[1].isdigit() and int(parts[1]) < len(lots):
            self.choose(self._lots.index(lots[int(parts[1])]))
        self._desk.failed(error)

    def _let_go(self) -> None:
        self._forget()
        self._issued(None)

    def _forget(self) -> None:
        self._lots, self._back, self._others = [], {}, []
        self.supplier, self.reason, self.supplier_id, self.at = "", "", None, -1
        self._keeper.changed()

    def _written(self) -> dict[str, Any] | None:
        if not self.is_begun:
            return None
        return {
            "command_id": str(self._command_id),
            "supplier": self.supplier,
            "supplier_id": str(self.supplier_id),
            "reason": self.reason,
            "lines": [[str(lot), one.quantity, one.why.value, dict(one.priced)] for lot, one in self._back.items()],
            "others": [list(one) for one in self._others],
        }


def _of_nobody(session: Session, actor: Actor, item: str, batch: str) -> list[ReturnableLot]:
    """Return the standing lots of a batch that no receipt brought. Raises RuleBroken ``debit_notes.nothing_stands``."""
    lots = [lot for lot in returnable_lots(session, actor, item, batch) if lot.receipt_id is None]
    if not lots:
        raise RuleBroken("debit_notes.nothing_stands", where="batch", item=item, batch=batch)
    return lots


def _priced_fields(known: Mapping[str, str]) -> list[FormField]:
    day = known.get("billed_on", "")
    return [
        FormField("rate", tr("Rate of a pack, without GST"), value=known.get("rate", ""), most=14),
        FormField("gst", tr("GST %"), value=known.get("gst", ""), most=6),
        FormField("bill", tr("Number of the supplier's bill"), value=known.get("bill", ""), most=40),
        FormField("billed_on", tr("Dated"), value=show_date(date.fromisoformat(day)) if day else "", most=10),
    ]


def _likely_why(lot: ReturnableLot, today: date) -> DebitWhy:
    expires: Expiry | None = lot.expires
    if expires is None:
        return DebitWhy.OTHER
    if expires.has_passed(today):
        return DebitWhy.EXPIRED
    return DebitWhy.NEAR_EXPIRY if expires.is_near(today) else DebitWhy.OTHER
