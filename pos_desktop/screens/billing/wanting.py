"""Notes in the want book what the counter could not hand out: one key from the search, from a line, from nothing.

Knows no Qt. The cursor stays where it was. Of a line with more than there is the rest is noted, and the line keeps
what there is: the customer takes that now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.boundary.frozen import load
from core.boundary.lines import placed
from core.boundary.messages import explain
from core.inventory.dto import SaleItem
from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import new_id
from core.kernel.quantity import BareNumber, parse_quantity, show_quantity
from core.wants.dto import MOST_NAME, NoteWant, WantView
from core.wants.service import note_want
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.draft_lines import DraftLine, Known
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.key_map import WANT_KEY
from pos_desktop.screens.billing.search import ItemSearch
from pos_desktop.screens.billing.state import Desk, Focus, Part, Popup
from pos_desktop.screens.wants.forms import name_field, want_fields
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

_SHORT: Final = frozenset({"stock.not_enough", "stock.rest_expired", "stock.rest_held"})


@dataclass(frozen=True, slots=True)
class Short:
    """A line that asks for more than there is, in smallest units."""

    rest: int
    available: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the key found: an item, or a text that names none; ``short`` where it is the rest of the current line."""

    item: Known | None = None
    text: str = ""
    short: Short | None = None
    from_search: bool = False


class Wanting:
    """Asks how much was wanted and who waits for it; ``clear_search`` is called once what was searched is noted."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        desk: Desk,
        asking: Asking,
        editor: LineEditor,
        search: ItemSearch,
        clear_search: Callable[[], None],
        *,
        today: Callable[[], date],
        bare: BareNumber,
    ) -> None:
        """``bare`` is what a number without a mark means at this counter."""
        self._lanes = lanes
        self._board = board
        self._desk = desk
        self._asking = asking
        self._editor = editor
        self._search = search
        self._clear_search = clear_search
        self._today = today
        self._bare = bare

    def offer_rest(self) -> None:
        """Say at a line with more than there is that one key notes the rest."""
        line = self._editor.line
        if line is not None and short_of(line, self._today()) is not None:
            self._desk.tell(self._offer())

    def withdraw_offer(self) -> None:
        """Take that sentence away, once the line asks for less."""
        if self._desk.notice.text == explain(self._offer()):
            self._desk.hush()

    def _offer(self) -> RuleBroken:
        return RuleBroken("billing.offer_rest", key=self._desk.keys.of(WANT_KEY))

    def begin(self) -> None:
        """Ask about the hit that is chosen, what is typed in the search, or the current line; else about anything."""
        wanted = self._wanted()
        item, short = wanted.item, wanted.short
        if item is not None and short is not None:
            kept = show_quantity(short.available, item.pieces_per_pack)
            about = (
                tr("{item}: {kept} stay on the bill, the rest is noted.", item=item.name, kept=kept)
                if short.available
                else tr("{item}: the line comes off the bill and is noted.", item=item.name)
            )
        elif item is not None:
            about = tr("{item} ({pack})", item=item.name, pack=item.pack_label)
        else:
            about = tr("Nothing on the shelf goes by it: it is noted as it is written.")
        form = BillForm(
            title=tr("Want book"),
            about=about,
            fields=self._fields(wanted),
            submit=tr("Note it"),
            purpose=Purpose.WANT,
            columns=2,
        )
        form.send = lambda typed: self._send(form, wanted, typed)
        self._asking.open(form)

    # --- inside --------------------------------------------------------------------------------------------------

    def _wanted(self) -> _Wanted:
        search, line = self._search, self._editor.line
        typed = search.typed.strip()
        if typed and search.hits and not search.is_waiting and self._desk.popup is Popup.HITS:
            return _Wanted(search.hits[self._desk.popup_index], from_search=True)
        if typed:
            return _Wanted(text=typed[:MOST_NAME], from_search=True)
        if line is not None:
            return _Wanted(line.item, short=short_of(line, self._today()))
        return _Wanted()

    def _fields(self, wanted: _Wanted) -> list[FormField]:
        draft, item = self._editor.draft, wanted.item
        rest = show_quantity(wanted.short.rest, item.pieces_per_pack) if item and wanted.short else ""
        hint = tr("2 packs, 2:5 or 25t") if item is not None else tr("As it was said.")
        fields = want_fields(quantity=rest, hint=hint, phone=draft.customer_phone, customer=draft.customer_name)
        return fields if item is not None else [name_field(wanted.text, span=2), *fields]

    def _send(self, form: BillForm, wanted: _Wanted, typed: Mapping[str, str]) -> None:
        said: dict[str, Any] = {name: text.strip() or None for name, text in typed.items()}
        item = wanted.item
        if item is not None:
            said["item"] = item.code
            if said["quantity"] is not None:
                with placed("quantity"):
                    units = parse_quantity(said["quantity"], item.pieces_per_pack, self._bare)
                said["quantity"] = f"{units}t"
        command = load(NoteWant, {"command_id": str(new_id()), **said})
        draft = self._editor.draft

        def done(view: WantView) -> None:
            self._board.announce({Topic.WANTS})
            if self._asking.form is form:
                self._asking.open(None)
                if wanted.from_search:
                    self._clear_search()
                if wanted.short is not None and self._editor.draft is draft:
                    self._keep(wanted.short)
            what = " ".join(filter(None, (view.name, view.shown_quantity)))
            self._desk.tell(RuleBroken("billing.want_noted", what=what))

        def failed(error: Exception) -> None:
            if self._asking.form is form and isinstance(error, Problem):
                form.place(error)
            else:
                form.is_busy = False
                self._desk.fault(error)
            self._desk.show(Part.FORM)

        self._lanes.write(lambda uow: note_want(uow, command), done, failed)

    def _keep(self, short: Short) -> None:
        if short.available:
            self._editor.take(short.available)
        elif self._editor.remove():
            self._desk.go_to(Focus.SEARCH)


def short_of(line: DraftLine, today: date) -> Short | None:
    """Return how much of a line is not there, None where all of it is."""
    if line.problem is None or line.problem.code not in _SHORT or line.units is None:
        return None
    batches = line.item.batches if isinstance(line.item, SaleItem) else ()
    available = sum(batch.units for batch in batches if batch.may_be_sold(today))
    return Short(line.units - available, available) if available < line.units else None
