"""The counter's drawer without Qt: what should be in it, what happened, and the forms that add to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.auth.dto import UserView
from core.boundary.frozen import load
from core.cash.accounts import names_of
from core.cash.dto import HandOverCounter, MoveCash, OpenCounter, SessionView
from core.cash.kinds import MovementKind
from core.cash.queries import read_counter, takers
from core.cash.service import hand_over_counter, move_cash, open_counter
from core.kernel.actor import Actor
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.counter.forms import counted, counted_note, handover_form, move_form, open_form
from pos_desktop.screens.counter.rows import EntryRow, Fact, entry_rows, session_facts
from pos_desktop.shell.form import Offer
from pos_desktop.shell.texts import tr

_MOST_OFFERS = 8


class _Read(NamedTuple):
    view: SessionView | None
    takers: Sequence[UserView]
    names: Mapping[MovementKind, Sequence[str]]


class CounterPresenter:
    """The drawer of this counter. ``listen`` tells the view that something changed."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        *,
        may_bill: bool,
        may_move: bool,
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read. Who bills opens and hands over, who may move cash notes it in and out."""
        self._lanes = lanes
        self._board = board
        self._actor = actor
        self._listener: Callable[[], None] = lambda: None
        self._takers: Sequence[UserView] = ()
        self._names: Mapping[MovementKind, Sequence[str]] = {}
        self._asked = 0
        self.desk = FormDesk(lanes, self._tell, report_bug)
        self.may_bill = may_bill
        self.may_move = may_move
        self.view: SessionView | None = None
        self.is_read = False
        self.row_at = 0

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def rows(self) -> list[EntryRow]:
        """What happened to the drawer beside bills, the newest first."""
        return entry_rows(self.view) if self.view is not None else []

    @property
    def facts(self) -> Sequence[Fact]:
        """What the drawer's sum is made of."""
        return session_facts(self.view) if self.view is not None else ()

    def refresh(self) -> None:
        """Read the drawer again."""
        self._asked += 1
        asked, actor = self._asked, self._actor

        def read(session: Session) -> _Read:
            names = {kind: names_of(session, kind) for kind in MovementKind}
            return _Read(read_counter(session, actor), takers(session), names)

        def show(found: _Read) -> None:
            if asked == self._asked:
                self.view, self._takers, self._names = found
                self.is_read = True
                self._tell()

        self._lanes.read(read, show, self.desk.failed)

    def choose(self, number: int) -> None:
        """Choose a row."""
        self.row_at = number

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_counter(self) -> None:
        """F2: open the counter."""
        if self._is_free and self.may_bill and self.view is None:
            form = open_form()

            def send(typed: Mapping[str, str]) -> None:
                command = load(OpenCounter, {"command_id": str(new_id()), **counted(typed)})
                self._write(form, lambda uow: open_counter(uow, command), tr("The counter is open."))

            form.send = send
            self.desk.open(form)

    def move(self, *, is_in: bool) -> None:
        """F3 and F4: note cash that comes in or goes out."""
        if self._is_free and self.may_move and self.view is not None:
            form = move_form(is_in=is_in)

            def send(typed: Mapping[str, str]) -> None:
                said: dict[str, Any] = {**typed, "account": typed["account"].strip() or None}
                command = load(MoveCash, {"command_id": str(new_id()), **said, "confirmed": form.confirmed})
                words = f"{command.kind.words.capitalize()}: {command.amount.grouped()}."
                self._write(form, lambda uow: move_cash(uow, command), words)

            form.send = send
            self.desk.open(form)
            self._offer(form, {field.name: field.value for field in form.fields})

    def hand_over(self) -> None:
        """F5: hand the counter over."""
        if self._is_free and self.may_bill and self.view is not None:
            form = handover_form(self._takers, self.view.holder)

            def send(typed: Mapping[str, str]) -> None:
                said = {"to": typed["to"], "note": typed["note"].strip() or None, **counted(typed)}
                command = load(HandOverCounter, {"command_id": str(new_id()), **said})
                words = tr("{user} has the counter now.", user=command.to)
                self._write(form, lambda uow: hand_over_counter(uow, command), words)

            form.send = send
            self.desk.open(form)

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed: what is counted is added up, accounts are offered."""
        form = self.desk.form
        self.desk.typed(name)
        if form is None:
            return
        if "cash" in values:
            form.notes = {"cash": note} if (note := counted_note(values)) else {}
            self._tell()
        elif name in {"kind", "account"}:
            self._offer(form, values)

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _is_free(self) -> bool:
        return self.is_read and self.desk.form is None

    def _write(self, form: SentForm, work: Callable[[UnitOfWork], SessionView], said: str) -> None:
        def done(view: SessionView) -> str:
            self.view, self.row_at = view, 0
            self._board.announce({Topic.CASH})
            self.refresh()
            return said

        self.desk.write(form, work, done)

    def _offer(self, form: SentForm, values: Mapping[str, str]) -> None:
        text = values["account"].strip().casefold()
        names = self._names.get(MovementKind(values["kind"]), ())
        form.offers["account"] = [Offer(name, "") for name in names if text in name.casefold()][:_MOST_OFFERS]
        self._tell()

    def _tell(self) -> None:
        self._listener()
