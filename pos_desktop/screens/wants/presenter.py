"""The want book without Qt: what is open, what ended, and what came of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.boundary.frozen import load
from core.catalog.queries import find_item
from core.inventory.listing import list_items
from core.kernel.actor import Actor
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork
from core.wants.dto import NoteWant, Outcome, SettleWant, WantView
from core.wants.queries import read_wants
from core.wants.service import note_want, settle_want
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.wants.forms import name_field, note_field, want_fields
from pos_desktop.screens.wants.rows import WantRow, want_row
from pos_desktop.shell.form import FieldKind, Offer
from pos_desktop.shell.texts import tr

_MOST_OFFERS = 8


class WantsPresenter:
    """The want book. ``listen`` tells the view that something changed; ``may_keep`` whether who looks may write."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        *,
        today: Callable[[], date],
        may_keep: bool,
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._board = board
        self._actor = actor
        self._today = today
        self._listener: Callable[[], None] = lambda: None
        self._asked = 0
        self._offers_asked = 0
        self.desk = FormDesk(lanes, self._tell, report_bug)
        self.may_keep = may_keep
        self.shows_ended = False
        self.rows: list[WantRow] = []
        self.chosen_id = ""

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> WantRow | None:
        """The want whose row is chosen."""
        return next((row for row in self.rows if row.want_id == self.chosen_id), None)

    @property
    def chosen_at(self) -> int:
        """The number of that row, -1 for none."""
        return next((at for at, row in enumerate(self.rows) if row.want_id == self.chosen_id), -1)

    def refresh(self) -> None:
        """Read the list again."""
        self._asked += 1
        asked, actor, today, ended = self._asked, self._actor, self._today(), self.shows_ended

        def show(wants: list[WantView]) -> None:
            if asked == self._asked:
                before = self.chosen_at
                self.rows = [want_row(view) for view in wants]
                if self.chosen is None:  # what was settled has left: go on where it stood
                    at = max(0, min(before, len(self.rows) - 1))
                    self.chosen_id = self.rows[at].want_id if self.rows else ""
                self._tell()

        self._lanes.read(lambda session: read_wants(session, actor, today, ended=ended), show, self.desk.failed)

    def choose(self, number: int) -> None:
        """Choose a row."""
        if 0 <= number < len(self.rows) and self.rows[number].want_id != self.chosen_id:
            self.chosen_id = self.rows[number].want_id
            self.desk.say("")

    def show_ended(self) -> None:
        """F8: what was handed out or given up, or what is open again."""
        if self.desk.form is None:
            self.shows_ended, self.chosen_id = not self.shows_ended, ""
            self.desk.say("")
            self.refresh()

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        """F2: note a want."""
        if self.desk.form is not None or not self.may_keep:
            return
        form = SentForm(
            title=tr("Note a want"),
            about=tr("An item of the list below the name, or any words."),
            fields=[
                name_field(kind=FieldKind.OFFERED),
                *want_fields(hint=tr("2 packs, 2:5 or 25t; of no item as it was said.")),
            ],
            submit=tr("Note it"),
        )
        form.send = lambda typed: self._note(form, typed)
        self.desk.open(form)

    def settle(self, outcome: Outcome) -> None:
        """F3, F4, F5: say what came of the chosen want."""
        row = self.chosen
        if self.desk.form is not None or not self.may_keep or self.shows_ended or row is None:
            return
        titles = {
            Outcome.CAME: tr("It came"),
            Outcome.DONE: tr("Handed out"),
            Outcome.GIVEN_UP: tr("Given up"),
        }
        who = " ".join(filter(None, (row.customer, row.phone)))
        form = SentForm(
            title=titles[outcome],
            about="\n".join(filter(None, (" ".join(filter(None, (row.item, row.quantity))), who))),
            fields=[note_field()],
            submit=titles[outcome],
        )

        def send(typed: Mapping[str, str]) -> None:
            data = {"want_id": row.want_id, "outcome": outcome, "note": typed["note"].strip() or None}
            command = load(SettleWant, {"command_id": str(new_id()), **data})
            self.desk.write(form, lambda uow: settle_want(uow, command), self._settled)

        form.send = send
        self.desk.open(form)

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed: items are offered for a name."""
        form = self.desk.form
        self.desk.typed(name)
        if form is not None and name == "name":
            self._offer_items(form, values["name"])

    # --- inside --------------------------------------------------------------------------------------------------

    def _note(self, form: SentForm, typed: Mapping[str, str]) -> None:
        said: dict[str, Any] = {name: text.strip() or None for name, text in typed.items()}
        what, command_id = said.pop("name"), str(new_id())
        load(NoteWant, {"command_id": command_id, "name": what, **said})  # all but what it is of can be told at once

        def work(uow: UnitOfWork) -> WantView:
            is_item = what is not None and find_item(uow.session, what) is not None
            return note_want(
                uow, load(NoteWant, {"command_id": command_id, "item" if is_item else "name": what, **said})
            )

        def done(view: WantView) -> str:
            self.chosen_id = str(view.want_id)
            self._changed()
            return tr("{name} is in the want book.", name=view.name)

        self.desk.write(form, work, done)

    def _settled(self, view: WantView) -> str:
        self._changed()
        last = view.settlements[-1].outcome
        if last is Outcome.CAME and view.is_open:
            who = view.customer_phone or view.customer_name
            return tr("{name} came: tell {who}.", name=view.name, who=who)
        return tr("{name}: {outcome}.", name=view.name, outcome=last.words)

    def _changed(self) -> None:
        self._board.announce({Topic.WANTS})
        self.refresh()

    def _offer_items(self, form: SentForm, text: str) -> None:
        self._offers_asked += 1
        asked, today = self._offers_asked, self._today()

        def read(session: Session) -> list[Offer]:
            found = list_items(session, text, today, _MOST_OFFERS) if text.strip() else []
            return [Offer(hit.code, f"{hit.name}  ·  {hit.pack_label}") for hit in found]

        def show(offers: list[Offer]) -> None:
            if self.desk.form is form and asked == self._offers_asked:  # a later letter has asked again
                form.offers["name"] = offers
                self._tell()

        self._lanes.read(read, show, self.desk.failed)

    def _tell(self) -> None:
        self._listener()
