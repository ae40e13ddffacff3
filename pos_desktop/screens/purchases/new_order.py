"""An order being made: from the reorder list, the want book, what was sold, or by hand. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.frozen import Frozen, load
from core.catalog.queries import find_item
from core.kernel.actor import Actor
from core.kernel.dates import parse_day, show_date
from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import new_id
from core.purchasing.entering import supplier_called
from core.purchasing.entry_drafts import EntryKind, is_ordered
from core.purchasing.order_dto import OrderView, PlaceOrder, Suggestion
from core.purchasing.ordering import place_order
from core.purchasing.suggesting import suggest_order, suggestion_by_hand, suppliers_in_need
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.offering import Offering
from pos_desktop.screens.entry_keeping import EntryKeeper
from pos_desktop.screens.offers import item_offers, supplier_offers
from pos_desktop.screens.purchases.rows import NewOrderRow, new_order_row
from pos_desktop.shell.form import FieldKind, FormField, Offer
from pos_desktop.shell.texts import line_words, tr
from pos_desktop.shell.tone import Tone

_MOST_OFFERS = 8


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: what speaks for it, and what is typed."""

    about: Suggestion
    quantity: str
    free: str
    rate: str


class NewOrder:
    """The order that is being made. ``placed`` hears when it begins (None) and when it is placed."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        desk: FormDesk,
        today: Callable[[], date],
        placed: Callable[[OrderView | None], None],
        left: Callable[[], None],
        told: Callable[[], None],
        later: Callable[[int, Callable[[], None]], None],
    ) -> None:
        """Start with none; ``bring_back`` reads one that was kept."""
        self._keeper = EntryKeeper(lanes, actor, EntryKind.ORDER, later, self._written, desk)
        self._lanes = lanes
        self._actor = actor
        self._desk = desk
        self._today = today
        self._placed = placed
        self._left = left
        self._told = told
        self._offering = Offering(lanes, desk, told)
        self._command_id = new_id()
        self._lines: list[_Line] = []
        self.supplier = ""
        self.supplier_id: UUID | None = None
        self.expected_on = ""
        self.note = ""
        self.at = -1
        self.is_busy = False
        self._came_back = False

    def rows(self) -> list[NewOrderRow]:
        """Return the lines as the table shows them."""
        return [new_order_row(line.about, line.quantity, line.free, line.rate) for line in self._lines]

    @property
    def is_begun(self) -> bool:
        """Whether an order is being made."""
        return self.supplier_id is not None

    def go_on(self) -> None:
        """F2: go on with the order that is being made, here or kept before a power cut; else ask for a new one.

        What follows the key is typed into the form that it opens: nothing may be read before.
        """
        if not self.is_begun:
            self.open()
            return
        self._placed(None)
        if self._came_back:
            self._came_back = False
            self._desk.say(tr("What was being ordered came back."), Tone.ACCENT)

    def bring_back(self) -> None:
        """Read what was kept before a power cut; a form for a new one that was opened meanwhile gives way to it."""

        def read_back(session: Session, said: dict[str, Any]) -> dict[str, Any] | None:
            return None if is_ordered(session, UUID(said["command_id"])) else said

        def show(said: dict[str, Any], gave_way: bool) -> None:
            self._take_up(said)
            self._came_back = True
            if gave_way:
                self.go_on()

        self._keeper.bring_back(read_back, show)

    def leave(self) -> None:
        """Ctrl+Del: order nothing of this."""
        if self._desk.form is not None:
            return
        about = tr("{lines} would be gone, and nothing of it ordered.", lines=line_words(len(self._lines)))
        self._desk.ask(tr("Leave this order"), about, tr("Leave it"), self._let_go)

    def keep_now(self) -> None:
        """Keep what is being ordered at once."""
        self._keeper.keep_now()

    def choose(self, number: int) -> None:
        """Choose a line."""
        if 0 <= number < len(self._lines):
            self.at = number

    def open(self) -> None:
        """Ask from whom, and what the lines are made of."""
        form = SentForm(
            title=tr("New order"),
            about=tr("The lines can be changed before it is placed."),
            fields=[
                FormField("supplier", tr("Supplier"), FieldKind.OFFERED, hint=tr("Name, telephone or GSTIN"), most=200),
                FormField(
                    "source",
                    tr("Lines from"),
                    FieldKind.CHOICE,
                    "needs",
                    choices=[
                        ("needs", tr("what stands below its minimum or is wanted")),
                        ("sales", tr("what was sold since a day, too")),
                        ("hand", tr("nothing: typed by hand")),
                    ],
                ),
                FormField("since", tr("Sold since"), value=show_date(self._today()), most=10),
                FormField("expected_on", tr("Promised for"), hint=tr("DD-MM-YYYY, or nothing"), most=10),
                FormField("note", tr("Note to the supplier"), most=300),
            ],
            submit=tr("To the lines"),
        )
        form.send = lambda typed: self._begin(form, typed)
        self._keeper.gives_way(form)
        self._offer("supplier", "")

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed: suppliers and items are offered."""
        if name in {"supplier", "item"}:
            self._offer(name, values[name])

    def _offer(self, name: str, text: str) -> None:
        """Offer suppliers or items for what is typed; where nothing is, suppliers from whom something is missing."""
        actor, today = self._actor, self._today()

        def read(session: Session) -> list[Offer]:
            if name == "supplier" and not text.strip():
                needs = suppliers_in_need(session, actor, today)[:_MOST_OFFERS]
                return [Offer(need.name, _missing_words(need.items)) for need in needs]
            return supplier_offers(text, session) if name == "supplier" else item_offers(text, today, session)

        self._offering.ask(name, read)

    def add_line(self) -> None:
        """F5: add an item by hand."""
        form = SentForm(
            title=tr("Another line"),
            about=self.supplier,
            fields=[
                FormField("item", tr("Item"), FieldKind.OFFERED, hint=tr("Name, code or barcode"), most=60),
                *_amounts("", "", ""),
            ],
            submit=tr("Add it"),
        )
        form.send = lambda typed: self._add(form, typed)
        self._desk.open(form)

    def change_line(self) -> None:
        """Enter: change the quantity, free goods or rate of the chosen line."""
        if not 0 <= self.at < len(self._lines) or self._desk.form is not None:
            return
        at, line = self.at, self._lines[self.at]
        form = SentForm(
            title=line.about.item_name,
            about=tr("Whole units of {unit}.", unit=new_order_row(line.about, "", "", "").pack),
            fields=_amounts(line.quantity, line.free, line.rate),
            submit=tr("Take it"),
        )

        def send(typed: Mapping[str, str]) -> None:
            self._lines[at] = replace(line, **_read_amounts(typed))
            self._changed()
            self._desk.open(None)

        form.send = send
        self._desk.open(form)

    def remove_line(self) -> None:
        """Del: take the chosen line off."""
        if 0 <= self.at < len(self._lines) and self._desk.form is None:
            self._lines.pop(self.at)
            self.at = min(self.at, len(self._lines) - 1)
            self._changed()
            self._told()

    def place(self) -> None:
        """F12: place the order."""
        if self.is_busy or self._desk.form is not None:
            return
        if not self._lines:
            self._desk.say(tr("Nothing is ordered yet: F5 adds a line."), Tone.WARNING)
            return
        lines = [
            {
                **line.about.as_line().model_dump(mode="json", exclude={"rate"}),
                "quantity": line.quantity,
                "free": line.free or None,
                "rate": line.rate or None,
            }
            for line in self._lines
        ]
        try:
            command = load(
                PlaceOrder,
                {
                    "command_id": str(self._command_id),
                    "supplier": str(self.supplier_id),
                    "expected_on": parse_day(self.expected_on).isoformat() if self.expected_on else None,
                    "note": self.note or None,
                    "lines": lines,
                },
            )
        except RuleBroken as broken:
            self._point_at(broken)
            self._desk.failed(broken)
            return
        self.is_busy = True

        def work(uow: UnitOfWork) -> OrderView:
            return place_order(uow, command)

        def done(order: OrderView) -> None:
            self.is_busy = False
            self._forget()
            self._placed(order)

        def failed(error: Exception) -> None:
            self.is_busy = False
            self._point_at(error)
            self._desk.failed(error)

        self._lanes.write(work, done, failed)

    # --- inside --------------------------------------------------------------------------------------------------

    def _begin(self, form: SentForm, typed: Mapping[str, str]) -> None:
        name, source = typed["supplier"].strip(), typed["source"]
        if not name:
            raise RuleBroken("input.empty", where="supplier", field="supplier")
        since = _day(typed["since"], "since") if source == "sales" else None
        expected = typed["expected_on"].strip()
        if expected:
            _day(expected, "expected_on")
        actor, today = self._actor, self._today()

        def read(session: Session) -> tuple[UUID, str, list[Suggestion]]:
            supplier_id, whole_name = supplier_called(session, name)
            if source == "hand":
                return supplier_id, whole_name, []
            return supplier_id, whole_name, suggest_order(session, actor, supplier_id, today, since)

        def done(found: tuple[UUID, str, list[Suggestion]]) -> None:
            self.supplier_id, self.supplier, suggested = found
            self.expected_on, self.note = expected, typed["note"].strip()
            self._command_id = new_id()
            self._lines = [
                _Line(each, str(each.packs // each.factor), "", _rate_of(each, self.supplier_id)) for each in suggested
            ]
            self.at = 0 if self._lines else -1
            self._desk.form = None
            self._changed()
            self._placed(None)
            if not self._lines and source != "hand":
                self._desk.say(tr("Nothing of this supplier is missing: F5 adds a line by hand."), Tone.WARNING)

        def begin() -> None:
            if not self.is_begun:  # else what was kept came back meanwhile, and an order begun over it would be its end
                self._lanes.read(read, done, lambda error: self._desk.refused(form, error, "supplier"))

        self._keeper.when_known(begin)

    def _add(self, form: SentForm, typed: Mapping[str, str]) -> None:
        text, amounts, today, actor = typed["item"].strip(), _read_amounts(typed), self._today(), self._actor
        supplier_id = self.supplier_id
        assert supplier_id is not None
        standing = {line.about.item_id: at for at, line in enumerate(self._lines, 1)}

        def read(session: Session) -> Suggestion:
            item_id = find_item(session, text)
            if item_id is None:
                raise RuleBroken("sales.no_such_item", where="item", item=text)
            if item_id in standing:
                raise RuleBroken("orders.item_twice", where="item", item=text, line=standing[item_id])
            return suggestion_by_hand(session, actor, item_id, supplier_id, today)

        def done(about: Suggestion) -> None:
            rate = amounts["rate"] or _rate_of(about, self.supplier_id)
            self._lines.append(_Line(about, **{**amounts, "rate": rate}))
            self.at = len(self._lines) - 1
            self._changed()
            self._desk.open(None)

        self._lanes.read(read, done, lambda error: self._desk.refused(form, error, "item"))

    def _point_at(self, error: Exception) -> None:
        """Choose the line that placing had something against (``lines.2.quantity``)."""
        parts = (error.where or "").split(".") if isinstance(error, Problem) else []
        if len(parts) > 1 and parts[0] == "lines" and parts[1].isdigit():
            self.choose(int(parts[1]))

    def _let_go(self) -> None:
        self._forget()
        self._left()

    def _forget(self) -> None:
        self._lines.clear()
        self.supplier, self.supplier_id, self.at = "", None, -1
        self._changed()

    def _changed(self) -> None:
        self._keeper.changed()

    def _written(self) -> dict[str, Any] | None:
        if not self.is_begun:
            return None
        return {
            "command_id": str(self._command_id),
            "supplier": self.supplier,
            "supplier_id": str(self.supplier_id),
            "expected_on": self.expected_on,
            "note": self.note,
            "lines": [
                [line.about.model_dump(mode="json"), line.quantity, line.free, line.rate] for line in self._lines
            ],
        }

    def _take_up(self, said: Mapping[str, Any]) -> None:
        self._command_id = UUID(said["command_id"])
        self.supplier, self.supplier_id = said["supplier"], UUID(said["supplier_id"])
        self.expected_on, self.note = said["expected_on"], said["note"]
        self._lines = [_Line(load(_Kept, {"about": about}).about, *typed) for about, *typed in said["lines"]]
        self.at = 0 if self._lines else -1


class _Kept(Frozen):
    about: Suggestion


def _missing_words(items: int) -> str:
    return tr("1 item is missing") if items == 1 else tr("{count} items are missing", count=items)


def _rate_of(about: Suggestion, supplier_id: UUID | None) -> str:
    """Return what this supplier asked last; the price of another is none that it promised."""
    if about.last_rate is None or about.last_supplier_id != supplier_id:
        return ""
    return str(about.last_rate).rstrip("0").rstrip(".")


def _amounts(quantity: str, free: str, rate: str) -> list[FormField]:
    return [
        FormField("quantity", tr("Order"), value=quantity, most=12),
        FormField("free", tr("Free with it"), value=free, most=12),
        FormField("rate", tr("Rate of a pack, without GST"), value=rate, most=14),
    ]


def _read_amounts(typed: Mapping[str, str]) -> dict[str, Any]:
    said = {name: typed[name].strip() for name in ("quantity", "free", "rate")}
    if not said["quantity"].isascii() or not said["quantity"].isdigit() or not int(said["quantity"]):
        raise RuleBroken("orders.no_whole_unit", where="quantity", text=said["quantity"])
    if said["free"] and not said["free"].isdigit():
        raise RuleBroken("orders.no_whole_unit", where="free", text=said["free"])
    return said


def _day(text: str, where: str) -> date:
    try:
        return parse_day(text)
    except RuleBroken as broken:
        raise RuleBroken(broken.code, where=where, **broken.values) from None
