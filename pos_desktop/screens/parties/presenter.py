"""The parties screen without Qt: four lists, the card beside them, and the forms that change what stands there."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.dto import HistoryEntry
from core.auth.permissions import Permission
from core.auth.registry import EDITS_PARTY, ENDS_PARTY
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.catalog.queries import find_item
from core.inventory.listing import list_items
from core.kernel.actor import Actor
from core.kernel.errors import NeedsConfirmation, Problem, RuleBroken
from core.kernel.ids import new_id
from core.parties.codes import SupplierCode, end_supplier_item, supplier_codes, teach_supplier_item
from core.parties.dto import (
    AddParty,
    EditParty,
    EndParty,
    EndSupplierItem,
    MergeParties,
    PartyKind,
    PartyView,
    PatientDetails,
    TeachSupplierItem,
)
from core.parties.history import party_history
from core.parties.previewing import MergePreview, preview_merge
from core.parties.queries import (
    PartyHit,
    PartyPage,
    PartyPlace,
    find_party,
    list_parties,
    party_view,
    read_party,
    search_parties,
)
from core.parties.service import add_party, edit_party, end_party, merge_parties
from core.purchasing.order_queries import may_read_orders
from core.purchasing.standing import SupplierStanding, supplier_standing
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.parties.forms import (
    YES,
    PartyForm,
    Purpose,
    code_form,
    confirm_form,
    details_form,
    merge_form,
    place,
    read_details,
)
from pos_desktop.screens.parties.rows import CodeRow, PartyCard, PartyRow, code_row, party_card, party_row
from pos_desktop.screens.parties.words import field_labels, preview_lines
from pos_desktop.shell.form import Offer
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.history import HistoryRow, history_rows

#: Rows that are read at once, and how near to the last one the next are asked for.
PAGE = 100
_NEAR = 20
#: Who a text finds; more letters find fewer.
_MOST_FOUND = 200
_MOST_OFFERS = 8
_MOST_COMMANDS = 200


class Page(enum.Enum):
    """What is shown."""

    LIST = "list"
    CODES = "codes"
    HISTORY = "history"


class _Opened(NamedTuple):
    view: PartyView
    codes: Sequence[SupplierCode]
    buyer: str
    standing: SupplierStanding | None = None


class PartiesPresenter:
    """Whom the shop deals with. ``listen`` tells the view that something changed; ``rights`` are the actor's."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        *,
        today: Callable[[], date],
        rights: frozenset[Permission],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._board = board
        self._actor = actor
        self._today = today
        self._rights = rights
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._asked = 0
        self._cards_asked = 0
        self._offers_asked = 0
        self._is_paging = False
        self._end: PartyPlace | None = None
        self._opened: _Opened | None = None
        self.kind = PartyKind.CUSTOMER
        self.page = Page.LIST
        self.rows: list[PartyRow] = []
        self.codes: list[CodeRow] = []
        self.history: list[HistoryRow] = []
        self.code_at = 0
        self.text = ""
        self.chosen_key = ""
        self.form: PartyForm | None = None
        self.notice = Notice()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def kinds(self) -> list[PartyKind]:
        """The lists that who is logged in may look at: suppliers are for whoever may see what goods cost."""
        return [kind for kind in PartyKind if kind is not PartyKind.SUPPLIER or Permission.SEE_COST in self._rights]

    @property
    def may_edit(self) -> bool:
        """Whether who is logged in may add and change those of the list."""
        return EDITS_PARTY[self.kind] in self._rights

    @property
    def may_end(self) -> bool:
        """Whether who is logged in may end and merge those of the list."""
        return ENDS_PARTY[self.kind] in self._rights

    @property
    def may_teach(self) -> bool:
        """Whether who is logged in may teach codes of suppliers."""
        return Permission.PURCHASE in self._rights

    @property
    def chosen(self) -> PartyRow | None:
        """The party whose row is chosen."""
        return next((row for row in self.rows if row.key == self.chosen_key), None)

    @property
    def chosen_code(self) -> CodeRow | None:
        """The code whose row is chosen, None on another page."""
        is_here = self.page is Page.CODES and 0 <= self.code_at < len(self.codes)
        return self.codes[self.code_at] if is_here else None

    @property
    def card(self) -> PartyCard | None:
        """All that is known of the chosen one; None until it is read."""
        opened = self._opened
        if opened is None or str(opened.view.party_id) != self.chosen_key:
            return None
        return party_card(opened.view, opened.codes, opened.buyer, self._today(), opened.standing)

    @property
    def has_more(self) -> bool:
        """Whether more stand behind the rows that are read."""
        return self._end is not None

    def refresh(self) -> None:
        """Read the list again, as far as it was read, and the card."""
        self._asked += 1
        asked, kind, text = self._asked, self.kind, self.text
        count = max(PAGE, len(self.rows)) if not text.strip() else PAGE

        def read(session: Session) -> PartyPage:
            if text.strip():
                return PartyPage(search_parties(session, kind, text, _MOST_FOUND), None)
            return list_parties(session, kind, limit=count)

        def show(page: PartyPage) -> None:
            if asked == self._asked:  # a later letter has asked again
                self._show_rows([party_row(hit) for hit in page.hits], page.end)

        self._lanes.read(read, show, self._failed)

    def more(self) -> None:
        """Read the next page of the list: the last rows have come into sight."""
        if self._end is None or self._is_paging:
            return
        self._is_paging = True
        asked, kind, after = self._asked, self.kind, self._end

        def show(page: PartyPage) -> None:
            self._is_paging = False
            if asked == self._asked:
                self.rows = [*self.rows, *map(party_row, page.hits)]
                self._end = page.end
                self._listener()

        def failed(error: Exception) -> None:
            self._is_paging = False
            self._failed(error)

        self._lanes.read(lambda session: list_parties(session, kind, after=after, limit=PAGE), show, failed)

    # --- moving --------------------------------------------------------------------------------------------------

    def show_kind(self, kind: PartyKind) -> None:
        """F5 to F8: show another list."""
        if self.form is None and kind in self.kinds and (kind is not self.kind or self.page is not Page.LIST):
            self.kind, self.page, self.text, self.chosen_key = kind, Page.LIST, "", ""
            self.rows, self._end, self._opened = [], None, None
            self.notice = Notice()
            self._listener()
            self.refresh()

    def search(self, text: str) -> None:
        """Show whom a text finds."""
        if text != self.text:
            self.text, self.chosen_key = text, ""
            self.refresh()

    def choose(self, key: str) -> None:
        """Choose a party's row; its card is read."""
        if key != self.chosen_key:
            self.chosen_key = key
            self.notice = Notice()
            self._read_card()
            self._listener()
            keys = [row.key for row in self.rows[-_NEAR:]]
            if key in keys:
                self.more()

    def move(self, steps: int) -> None:
        """Choose the row so many below the present one, from the search field."""
        keys = [row.key for row in self.rows]
        if keys:
            at = keys.index(self.chosen_key) if self.chosen_key in keys else 0
            self.choose(keys[max(0, min(at + steps, len(keys) - 1))])

    def choose_code(self, number: int) -> None:
        """Choose a code's row."""
        if number != self.code_at:
            self.code_at = number
            self._listener()

    def turn(self, page: Page) -> None:
        """F9 and F10: show the codes of a supplier or the history of a party; the same key goes back."""
        if self.form is not None or self._opened is None or self.card is None:
            return
        if page is Page.CODES and self.kind is not PartyKind.SUPPLIER:
            return
        if page is Page.HISTORY and not self.may_edit:
            return
        self.page = Page.LIST if self.page is page else page
        self.code_at, self.history, self.notice = 0, [], Notice()
        if self.page is Page.HISTORY:
            self._read_history()
        self._listener()

    def escape(self) -> None:
        """Esc: close the form, else go back to the list, else empty the search."""
        if self.form is not None:
            if not self.form.is_busy:
                self._open(None)
        elif self.page is not Page.LIST:
            self.turn(self.page)
        else:
            self.search("")

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        """F2: add one to the list, called what the search found nobody by; on the codes, teach one."""
        if self.form is not None:
            return
        if self.page is Page.CODES:
            if self._opened is not None and self.may_teach:
                self._open(code_form(self._opened.view, None))
        elif self.may_edit:
            name = self.text.strip() if not self.rows and any(map(str.isalpha, self.text)) else ""
            self._open(details_form(self.kind, None, "", has_terms=self._has_terms, name=name))

    def open_edit(self) -> None:
        """F3 or Enter: change the chosen one; on the codes, the chosen code."""
        if self.form is not None or not self.chosen_key:
            return
        if self.page is Page.CODES:
            if self._opened is not None and self.may_teach and self.chosen_code is not None:
                self._open(code_form(self._opened.view, self.chosen_code))
        elif self.page is Page.LIST and self.may_edit:
            self._with_party(
                lambda opened: details_form(self.kind, opened.view, opened.buyer, has_terms=self._has_terms)
            )

    def open_merge(self) -> None:
        """F4: say that the chosen one is the same as another."""
        if self.form is None and self.page is Page.LIST and self.may_end and self.chosen_key:
            self._with_party(lambda opened: merge_form(opened.view))

    def toggle_active(self) -> None:
        """F12: deal with the chosen one no more, or again; on the codes, end the chosen code."""
        if self.form is not None or self._opened is None:
            return
        view, code = self._opened.view, self.chosen_code
        if self.page is Page.CODES and code is not None and self.may_teach:
            end = load(EndSupplierItem, {"supplier_id": str(view.party_id), "code": code.code})
            self._write(lambda uow: end_supplier_item(uow, end), tr("The code {code} is ended.", code=code.code))
        elif self.page is Page.LIST and self.may_end and self.card is not None:
            words = tr("{name} is dealt with again.") if not view.is_active else tr("{name} is ended: no new work.")
            command = EndParty(kind=self.kind, party_id=view.party_id, active=not view.is_active)
            self._write(lambda uow: end_party(uow, command), words.format(name=view.details.name))

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a field: what was wrong there is being mended, and what it may mean is offered."""
        form = self.form
        if form is None:
            return
        changed = form.mend(name)
        if form.double is not None:
            form.double, changed = None, True
        if name in {"customer", "kept"}:
            self._offer_parties(form, name, values[name])
        elif name == "item":
            self._offer_items(form, values[name])
        if changed:
            self._listener()

    def open_double(self) -> None:
        """F7 while one like another is asked about: leave the form and show that other one."""
        form = self.form
        if form is not None and form.double is not None and not form.is_busy:
            key = str(form.double)
            self._lanes.read(
                lambda session: party_view(session, form.kind, UUID(key)),
                lambda view: self._show_only(form, view),
                self._failed,
            )

    def add_another(self, typed: Mapping[str, str]) -> None:
        """F8 while one like another is asked about: it is another one all the same."""
        if self.form is not None and self.form.double is not None:
            self.submit(typed, confirmed=True)

    def submit(self, typed: Mapping[str, str], *, confirmed: bool = False) -> None:
        """Enter in a form: run its command. What is wrong stands at its field, and nothing typed is lost."""
        form = self.form
        if form is None or form.is_busy:
            return
        form.begin_attempt()
        form.double = None
        try:
            self._run(form, dict(typed), confirmed=confirmed)
        except Problem as problem:
            place(form, problem)
        self._listener()

    def _run(self, form: PartyForm, typed: dict[str, str], *, confirmed: bool) -> None:
        seen = form.seen
        if form.purpose in {Purpose.ADD, Purpose.EDIT}:
            self._save(form, typed, confirmed=confirmed)
            return
        assert seen is not None
        if form.purpose is Purpose.MERGE:
            text, merged_id = typed["kept"].strip(), seen.party_id
            self._lanes.read(
                lambda session: preview_merge(session, form.kind, merged_id, _found(session, form.kind, text, "kept")),
                lambda preview: self._ask_merge(form, preview),
                lambda error: self._gone_wrong(form, error),
            )
        elif form.purpose is Purpose.CODE:
            self._teach(seen.party_id, typed)
        elif typed["sure"] != YES:
            form.is_busy = False
            self._open(None)
        else:
            assert form.kept is not None
            merge = MergeParties(kind=form.kind, merged_id=seen.party_id, kept_id=form.kept, confirmed=True)
            said = tr("{name} is merged: whoever asks for it gets the kept one.", name=seen.details.name)
            self._write(lambda uow: merge_parties(uow, merge), said)

    def _save(self, form: PartyForm, typed: dict[str, str], *, confirmed: bool) -> None:
        seen, kind = form.seen, form.kind
        read_details(form, typed, None)  # what is wrong is said before anything is begun
        buyer = typed.get("customer", "").strip()
        same_buyer = buyer == next((field.value for field in form.fields if field.name == "customer"), "")
        command_id = new_id()

        def work(uow: UnitOfWork) -> PartyView:
            customer_id = None
            if buyer and same_buyer and seen is not None and isinstance(seen.details, PatientDetails):
                customer_id = seen.details.customer_id
            elif buyer:
                customer_id = _found(uow.session, PartyKind.CUSTOMER, buyer, "customer")
            details = read_details(form, typed, customer_id)
            if seen is None:
                return add_party(uow, AddParty(command_id=command_id, details=details, confirmed=confirmed))
            edit = EditParty(party_id=seen.party_id, version=seen.version, details=details, confirmed=confirmed)
            return edit_party(uow, edit)

        name = typed["name"].strip()
        words = tr("{name} is added.", name=name) if seen is None else tr("{name} is changed.", name=name)
        if seen is None or kind is not self.kind:
            self._write(work, words, find=name)
        else:
            self._write(work, words)

    def _teach(self, supplier_id: UUID, typed: Mapping[str, str]) -> None:
        item, factor = typed["item"].strip(), typed["factor"].strip()
        data: dict[str, Any] = {
            "supplier_id": str(supplier_id),
            "code": typed["code"],
            "name": typed["name"].strip() or None,
            "factor": int(factor) if factor.isascii() and factor.isdigit() else factor,
        }
        load(TeachSupplierItem, {**data, "item_id": str(supplier_id)})  # all but the item can be told at once

        def work(uow: UnitOfWork) -> None:
            item_id = find_item(uow.session, item) if item else None
            if item_id is None:
                raise RuleBroken("parties.no_item", where="item", item=item)
            teach_supplier_item(uow, load(TeachSupplierItem, {**data, "item_id": str(item_id)}))

        self._write(work, tr("The code {code} is known.", code=typed["code"].strip().upper()))

    def _ask_merge(self, form: PartyForm, preview: MergePreview) -> None:
        if self.form is form:
            form.is_busy = False
            self._open(confirm_form(preview.merged, preview.kept, preview_lines(preview)))

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _has_terms(self) -> bool:
        return Permission.SET_CUSTOMER_TERMS in self._rights

    def _show_rows(self, rows: list[PartyRow], end: PartyPlace | None) -> None:
        self.rows, self._end = rows, end
        if self.chosen is None:
            self.chosen_key = rows[0].key if rows else ""
            if self.page is not Page.LIST and self.form is None:
                self.page = Page.LIST
        self._read_card()
        self._listener()

    def _read_card(self) -> None:
        self._cards_asked += 1
        asked, key = self._cards_asked, self.chosen_key
        if not key:
            self._opened = None
            return

        def show(opened: _Opened) -> None:
            if asked == self._cards_asked:
                self._opened = opened
                self.codes = [code_row(code) for code in opened.codes]
                self.code_at = max(0, min(self.code_at, len(self.codes) - 1))
                self._listener()

        self._lanes.read(self._reader(key), show, self._failed)

    def _reader(self, key: str) -> Callable[[Session], _Opened]:
        kind, actor, today = self.kind, self._actor, self._today()

        def read(session: Session) -> _Opened:
            view = read_party(session, actor, kind, UUID(key))
            codes = supplier_codes(session, actor, view.party_id) if kind is PartyKind.SUPPLIER else []
            buyer = ""
            if isinstance(view.details, PatientDetails) and view.details.customer_id is not None:
                buyer = party_view(session, PartyKind.CUSTOMER, view.details.customer_id).details.name
            standing = None
            if kind is PartyKind.SUPPLIER and may_read_orders(session, actor):
                standing = supplier_standing(session, view.party_id, today)
            return _Opened(view, codes, buyer, standing)

        return read

    def _read_history(self) -> None:
        assert self._opened is not None
        kind, party_id, actor = self.kind, self._opened.view.party_id, self._actor

        def show(entries: list[HistoryEntry]) -> None:
            if self.page is Page.HISTORY and self._opened is not None and self._opened.view.party_id == party_id:
                self.history = history_rows(entries, field_labels())
                self._listener()

        self._lanes.read(
            lambda session: party_history(session, actor, kind, party_id, _MOST_COMMANDS), show, self._failed
        )

    def _with_party(self, make: Callable[[_Opened], PartyForm]) -> None:
        """Open a form about the party as it stands now: another terminal may have changed it."""

        def show(opened: _Opened) -> None:
            if self.form is None:
                self._open(make(opened))

        self._lanes.read(self._reader(self.chosen_key), show, self._failed)

    def _show_only(self, form: PartyForm, view: PartyView) -> None:
        if self.form is form:
            self.form = None
            self.text, self.chosen_key = view.details.name, str(view.party_id)
            self._say("")
            self.refresh()

    def _offer_parties(self, form: PartyForm, name: str, text: str) -> None:
        kind = PartyKind.CUSTOMER if name == "customer" else form.kind
        own = form.seen.party_id if form.seen is not None else None

        def read(session: Session) -> list[PartyHit]:
            return search_parties(session, kind, text, _MOST_OFFERS) if text.strip() else []

        self._offer(form, name, read, lambda hits: _offers([hit for hit in hits if hit.party_id != own]))

    def _offer_items(self, form: PartyForm, text: str) -> None:
        today = self._today()

        def read(session: Session) -> list[Offer]:
            found = list_items(session, text, today, _MOST_OFFERS) if text.strip() else []
            return [Offer(hit.code, hit.name) for hit in found]

        self._offer(form, "item", read, lambda offers: offers)

    def _offer(
        self,
        form: PartyForm,
        name: str,
        read: Callable[[Session], Any],
        make: Callable[[Any], Sequence[Offer]],
    ) -> None:
        self._offers_asked += 1
        asked = self._offers_asked

        def show(found: Any) -> None:
            if self.form is form and asked == self._offers_asked:  # a later letter has asked again
                form.offers[name] = make(found)
                self._listener()

        self._lanes.read(read, show, self._failed)

    def _open(self, form: PartyForm | None) -> None:
        self.form = form
        self._say("")

    def _write(self, work: Callable[[UnitOfWork], Any], said: str, find: str = "") -> None:
        form = self.form

        def done(answer: Any) -> None:
            if self.form is form:
                self.form = None
            if find:
                self.text = find
            if isinstance(answer, PartyView):
                self.chosen_key = str(answer.party_id)
            self._say(said)
            self._board.announce({Topic.PARTIES})
            self.refresh()

        def failed(error: Exception) -> None:
            if form is None:
                self._failed(error)
            else:
                self._gone_wrong(form, error)

        self._lanes.write(work, done, failed)

    def _gone_wrong(self, form: PartyForm, error: Exception) -> None:
        form.is_busy = False
        if self.form is not form or not isinstance(error, Problem):
            self._listener()
            self._failed(error)
            return
        place(form, error)
        if isinstance(error, NeedsConfirmation) and isinstance(double := error.values.get("party_id"), UUID):
            form.double = double
            name = error.values["name"]
            form.problems = {where: tr("that of {name}", name=name) for where in form.problems}
            form.sentence = tr(
                "{name} may be the same: F7 opens that one and leaves this form, F8 saves this one all the same.",
                name=name,
            )
        self._listener()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._say(explain(error), Tone.DANGER)
        else:
            self._report_bug(error)

    def _say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        self.notice = Notice(text, tone)
        self._listener()


def _found(session: Session, kind: PartyKind, text: str, where: str) -> UUID:
    """Return whom a field names. Raises RuleBroken ``parties.unknown``, ``parties.several`` at the field."""
    try:
        return find_party(session, kind, text)
    except RuleBroken as broken:
        raise RuleBroken(broken.code, where=where, **broken.values) from broken


def _offers(hits: Sequence[PartyHit]) -> list[Offer]:
    """Return what may be taken for parties: the name, or the id where two of them have the same."""
    names = [hit.name.casefold() for hit in hits]
    return [
        Offer(
            hit.name if names.count(hit.name.casefold()) == 1 else str(hit.party_id),
            "  ·  ".join(filter(None, (hit.name, hit.phone, hit.number))),
        )
        for hit in hits
    ]
