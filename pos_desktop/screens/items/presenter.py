"""The items screen without Qt: the list, the card of one item with its batches, and the forms that change both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.app.paperwork import print_labels
from core.auth.permissions import Permission
from core.boundary.frozen import load
from core.boundary.lines import placed
from core.boundary.messages import explain
from core.catalog.change_dto import ActivateItem, DeactivateItem, EditItem, ItemChanges, SetSchedules, SetTax
from core.catalog.coding import suggest_code
from core.catalog.dto import ItemDetails, ItemView, NewItem
from core.catalog.scheduling import set_schedules
from core.catalog.taxing import set_tax
from core.catalog.viewing import item_view
from core.inventory.batch_dto import CorrectBatch, HoldBatch, ReleaseBatch, ReviseMrp
from core.inventory.correcting import correct_batch
from core.inventory.dto import ItemHit
from core.inventory.holding import hold_batch, release_batch
from core.inventory.identity import batch_number
from core.inventory.import_dto import OpeningStock
from core.inventory.items import CreateItem, activate_item, create_item, deactivate_item, edit_item
from core.inventory.listing import list_inactive, list_items
from core.inventory.repricing import revise_mrp
from core.kernel.actor import Actor
from core.kernel.dates import parse_shown_date
from core.kernel.errors import NeedsConfirmation, Problem
from core.spool.dto import LabelsAsked
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.items.advising import ADVISED, JUDGED_BY, Advice, advise_typed
from pos_desktop.screens.items.card import ItemCard, Page
from pos_desktop.screens.items.forms import (
    ItemForm,
    Purpose,
    add_form,
    correct_form,
    correction_data,
    edit_form,
    hold_form,
    item_data,
    labels_data,
    labels_form,
    mrp_form,
    pack_note,
    schedule_names,
    schedules_form,
    stock_data,
    tax_form,
)
from pos_desktop.screens.items.rows import ItemRow, item_row
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

#: Rows that a list shows; a text finds the rest.
MOST_ROWS = 200


class ItemsPresenter:
    """The catalogue. ``listen`` tells the view that something changed; ``rights`` are those of ``actor``.

    ``state`` is the shop's, by its GST code: some States list drugs of their own.
    """

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        actor: Actor,
        *,
        state: str,
        today: Callable[[], date],
        rights: frozenset[Permission],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._board = board
        self._today = today
        self._rights = rights
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._asked = 0
        self._advices = 0
        self._state = state
        self.item = ItemCard(lanes, actor, today=today, told=self._tell, failed=self._failed)
        self.rows: list[ItemRow] = []
        self.text = ""
        self.shows_inactive = False
        self.chosen_code = ""
        self.form: ItemForm | None = None
        self.notice = Notice()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def may_edit(self) -> bool:
        """Whether who is logged in may change items."""
        return Permission.EDIT_ITEMS in self._rights

    @property
    def may_edit_batches(self) -> bool:
        """Whether who is logged in may hold and release batches."""
        return Permission.EDIT_BATCHES in self._rights

    @property
    def card(self) -> ItemView | None:
        """The item that is open, None while the list is shown."""
        return self.item.view

    @property
    def chosen(self) -> ItemRow | None:
        """The item whose row is chosen."""
        return next((row for row in self.rows if row.code == self.chosen_code), None)

    def refresh(self) -> None:
        """Read the list again, and the card that is open."""
        self._asked += 1
        asked, text, today, inactive = self._asked, self.text, self._today(), self.shows_inactive

        def read(session: Session) -> Sequence[ItemHit]:
            return (list_inactive if inactive else list_items)(session, text, today, MOST_ROWS)

        def show(hits: Sequence[ItemHit]) -> None:
            if asked == self._asked:  # a later letter has asked again
                self.rows = [item_row(hit, is_active=not inactive) for hit in hits]
                if self.chosen is None:
                    self.chosen_code = self.rows[0].code if self.rows else ""
                self._listener()

        self._lanes.read(read, show, self._failed)
        self.item.read_again()

    def search(self, text: str) -> None:
        """Show what a text may mean, ranked as at the counter."""
        if text != self.text:
            self.text, self.chosen_code = text, ""
            self.refresh()

    def choose(self, code: str) -> None:
        """Choose an item's row."""
        if code != self.chosen_code:
            self.chosen_code = code
            self._say("")

    def move(self, steps: int) -> None:
        """Choose the row so many below the present one, from the search field."""
        codes = [row.code for row in self.rows]
        if codes:
            at = codes.index(self.chosen_code) if self.chosen_code in codes else 0
            self.choose(codes[max(0, min(at + steps, len(codes) - 1))])

    def choose_batch(self, number: int) -> None:
        """Choose a batch's row."""
        if number != self.item.batch_at:
            self.item.batch_at = number
            self._listener()

    def show_inactive(self) -> None:
        """F8: what is sold no more, or what is sold again."""
        if self.form is None and self.card is None:
            self.shows_inactive, self.chosen_code = not self.shows_inactive, ""
            self.notice = Notice()
            self.refresh()

    def open_card(self) -> None:
        """Enter: show all of an item."""
        if self.form is None and self.card is None and self.chosen is not None:
            self.item.open(self.chosen.code)

    def turn(self, page: Page) -> None:
        """F8 and F10 on the card: show what has the same salts, or the history; the same key goes back."""
        is_allowed = page is not Page.HISTORY or self.may_edit
        if self.form is None and self.card is not None and is_allowed:
            self.item.turn(page)

    def open_substitute(self, number: int) -> None:
        """Enter on what has the same salts: show that item."""
        if self.form is None and self.item.page is Page.SAME_SALT and 0 <= number < len(self.item.substitutes):
            self.item.open(self.item.substitutes[number].code)

    def escape(self) -> None:
        """Esc: close the form, else the card, else empty the search."""
        if self.form is not None:
            if not self.form.is_busy:
                self._open(None)
        elif self.card is not None:
            self.item.close()
            self._say("")
        else:
            self.search("")

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        """F2: add an item."""
        if self.form is None and self.may_edit:
            self._open(add_form(None, with_stock=Permission.RECEIVE_STOCK in self._rights))

    def open_copy(self) -> None:
        """F4: add an item like the chosen one, without its barcodes and stock."""
        self._with_item(lambda view: add_form(view, with_stock=Permission.RECEIVE_STOCK in self._rights))

    def open_edit(self) -> None:
        """F3: change the chosen item."""
        self._with_item(edit_form)

    def open_tax(self) -> None:
        """F5: the GST from a day on."""
        self._with_item(lambda view: tax_form(view, self._today()))

    def open_schedules(self) -> None:
        """F6: the schedules from a day on."""
        self._with_item(lambda view: schedules_form(view, self._today()))

    def open_hold(self) -> None:
        """F9 on the card: hold the chosen batch, or release it."""
        card, batch = self.card, self.item.chosen_batch
        if self.form is None and self.may_edit_batches and card is not None and batch is not None:
            self._open(hold_form(card, batch))

    def open_mrp(self) -> None:
        """F12 on the card: sell the chosen batch at another MRP from a day on."""
        card, batch = self.card, self.item.chosen_batch
        if self.form is None and self.may_edit_batches and card is not None and batch is not None:
            self._open(mrp_form(card, batch, self._today()))

    def open_correction(self) -> None:
        """Ctrl+F12 on the card: write the chosen batch as its packs print it."""
        card, batch = self.card, self.item.chosen_batch
        if self.form is None and self.may_edit_batches and card is not None and batch is not None:
            self._open(correct_form(card, batch))

    def open_labels(self) -> None:
        """Ctrl+B: have labels printed of the chosen item, or of the batch that is chosen on its card."""
        code, today, batch = self._code(), self._today(), self.item.chosen_batch if self.card is not None else None
        if self.form is None and code:
            self._lanes.read(
                lambda session: item_view(session, code, today),
                lambda view: self._open(labels_form(view, batch)) if self.form is None else None,
                self._failed,
            )

    def toggle_active(self) -> None:
        """F7: sell the chosen item no more, or again."""
        code = self._code()
        if self.form is not None or not self.may_edit or not code:
            return
        is_active = self.card.is_active if self.card is not None else not self.shows_inactive
        if is_active:
            off = load(DeactivateItem, {"item": code})
            self._write(lambda uow: deactivate_item(uow, off), tr("{item} is sold no more.", item=code))
        else:
            on = load(ActivateItem, {"item": code})
            self._write(lambda uow: activate_item(uow, on), tr("{item} is sold again.", item=code))

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a field: what was wrong there is being mended, and what it means is said."""
        form = self.form
        if form is None:
            return
        changed = form.mend(name)
        if name in _ASKED_ABOUT:
            form.is_confirmed = False
        if form.purpose in {Purpose.ADD, Purpose.EDIT}:
            note = pack_note(values)
            changed = changed or form.notes.get("pack_label", "") != note
            form.notes["pack_label"] = note
            if name in JUDGED_BY:
                self._advise(form, values)
        if form.purpose is Purpose.ADD and name in {"name", "code"}:
            self._suggest_code(form, values)
        if changed:
            self._listener()

    def submit(self, typed: Mapping[str, str]) -> None:
        """Enter in a form: run its command. What is wrong stands at its field, and nothing typed is lost."""
        form = self.form
        if form is None or form.is_busy:
            return
        form.begin_attempt()
        try:
            self._run(form, typed)
        except Problem as problem:
            self._place(form, problem)
        self._listener()

    def _run(self, form: ItemForm, typed: Mapping[str, str]) -> None:
        seen = form.seen
        if form.purpose is Purpose.ADD:
            self._add(typed, form)
            return
        assert seen is not None
        code = seen.code
        if form.purpose is Purpose.EDIT:
            changes = load(ItemChanges, {**item_data(typed), "code": typed["code"]})
            edit = EditItem(item=code, version=seen.version, changes=changes)
            self._write(lambda uow: edit_item(uow, edit), tr("{item} is changed.", item=code), changes.code or code)
        elif form.purpose is Purpose.TAX:
            data = {"item": code, "treatment": typed["treatment"], "gst": typed["gst"].strip() or "0"}
            tax = load(SetTax, {**data, "from_date": _day(typed["from_date"])})
            self._write(lambda uow: set_tax(uow, tax), tr("{item} has its GST.", item=code))
        elif form.purpose is Purpose.SCHEDULES:
            names = schedule_names(typed["schedules"])
            on = load(SetSchedules, {"item": code, "schedules": names, "from_date": _day(typed["from_date"])})
            self._write(lambda uow: set_schedules(uow, on), tr("{item} has its schedules.", item=code))
        elif form.purpose is Purpose.MRP:
            data = {"item": code, "batch": form.batch, "mrp": typed["mrp"].strip(), "printed": form.on_pack}
            revise = load(ReviseMrp, {**data, "from_date": _day(typed["from_date"]), "reason": typed["reason"]})
            said = tr("Batch {batch} has its MRP.", batch=form.batch)
            self._write(lambda uow: revise_mrp(uow, revise), said)
        elif form.purpose is Purpose.CORRECT:
            correction = load(CorrectBatch, {"item": code, "batch": form.batch, **correction_data(form, typed)})
            said = tr(
                "Batch {batch} is written as its packs print it.", batch=batch_number(correction.number or form.batch)
            )
            self._write(lambda uow: correct_batch(uow, correction), said)
        elif form.purpose is Purpose.LABELS:
            asked = load(LabelsAsked, labels_data(form, typed))
            said = tr("Labels of {item} go to their printer.", item=seen.name)
            self._write(lambda uow: print_labels(uow, asked), said, topics=frozenset({Topic.PAPERS}))
        elif form.purpose is Purpose.HOLD:
            hold = load(HoldBatch, {"item": code, "batch": form.batch, "reason": typed["reason"]})
            said = tr("Batch {batch} is held: no bill takes it.", batch=form.batch)
            self._write(lambda uow: hold_batch(uow, hold), said)
        else:
            release = load(ReleaseBatch, {"item": code, "batch": form.batch, "reason": typed["reason"]})
            said = tr("Batch {batch} may be sold again.", batch=form.batch)
            self._write(lambda uow: release_batch(uow, release), said)

    def _add(self, typed: Mapping[str, str], form: ItemForm) -> None:
        """Add an item and its first batch in one transaction; without a code it gets the suggested one."""
        data = item_data(typed)
        stock = tuple(load(OpeningStock, one) for one in stock_data(typed, load(ItemDetails, data)))
        data |= {"treatment": typed["treatment"], "gst": typed["gst"].strip() or "0"}
        data["schedules"] = schedule_names(typed["schedules"])
        data["barcodes"] = [text.strip() for text in typed["barcodes"].split(",") if text.strip()]

        command_id, confirmed = form.command_id, form.is_confirmed

        def work(uow: UnitOfWork) -> ItemView:
            code = typed["code"].strip() or suggest_code(uow.session, typed["name"])
            item = load(NewItem, {**data, "code": code})
            return create_item(uow, CreateItem(command_id=command_id, item=item, stock=stock, confirmed=confirmed))

        self._write(work, tr("{item} is added.", item=typed["name"].strip()))

    # --- inside --------------------------------------------------------------------------------------------------

    def _code(self) -> str:
        return self.card.code if self.card is not None else self.chosen_code

    def _with_item(self, make: Callable[[ItemView], ItemForm]) -> None:
        """Open a form about the item as it stands now: another terminal may have changed it."""
        code, today = self._code(), self._today()
        if self.form is None and self.may_edit and code:
            self._lanes.read(
                lambda session: item_view(session, code, today),
                lambda view: self._open(make(view)) if self.form is None else None,
                self._failed,
            )

    def _suggest_code(self, form: ItemForm, values: Mapping[str, str]) -> None:
        name = values["name"] if not values["code"].strip() else ""

        def show(code: str) -> None:
            note = tr("{code} if left empty", code=code) if code else ""
            if self.form is form and form.notes.get("code", "") != note:
                form.notes["code"] = note
                self._listener()

        self._lanes.read(lambda session: suggest_code(session, name) if name.strip() else "", show, self._failed)

    def _advise(self, form: ItemForm, values: Mapping[str, str]) -> None:
        """Say at the fields what the lists suggest for what stands there now."""
        typed, today = dict(values), self._today()
        self._advices += 1
        asked = self._advices

        def show(advice: Advice) -> None:
            if self.form is form and asked == self._advices:
                for name in ADVISED:
                    form.notes.pop(name, None)
                form.notes.update(advice.notes)
                form.offers.update({name: advice.offers.get(name, ()) for name in ADVISED})
                self._listener()

        # the lists are read from the disk the first time: not while somebody types
        self._lanes.read(lambda _: advise_typed(typed, today, self._state), show, self._failed)

    def _tell(self) -> None:
        self._listener()

    def _open(self, form: ItemForm | None) -> None:
        self.form = form
        if form is not None and form.purpose in {Purpose.ADD, Purpose.EDIT}:
            self._advise(form, {field.name: field.value for field in form.fields})
        self._say("")

    def _write(
        self,
        work: Callable[[UnitOfWork], Any],
        said: str,
        choose: str = "",
        topics: frozenset[Topic] = frozenset({Topic.ITEMS, Topic.STOCK}),
    ) -> None:
        form = self.form

        def done(answer: Any) -> None:
            if self.form is form:
                self.form = None
            code = answer.code if isinstance(answer, ItemView) else choose
            if code:
                self.chosen_code = code
                if isinstance(answer, ItemView):
                    self.item.rename(answer)
            self._say(said)
            self._board.announce(topics)
            self.refresh()

        def failed(error: Exception) -> None:
            if form is not None:
                form.is_busy = False
            if form is not None and self.form is form and isinstance(error, Problem):
                form.is_confirmed = isinstance(error, NeedsConfirmation)
                self._place(form, error)
                self._listener()
            else:
                self._listener()
                self._failed(error)

        self._lanes.write(work, done, failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._say(explain(error), Tone.DANGER)
        else:
            self._report_bug(error)

    @staticmethod
    def _place(form: ItemForm, problem: Problem) -> None:
        """Put a problem at the field it is about: core names it by the command, which holds item and stock."""
        name = (problem.where or "").rpartition(".")[2]
        names = {field.name for field in form.fields}
        where = _PLACES.get(problem.code, "") if name not in names else name
        if where in names:
            problem = type(problem)(problem.code, where=where, **problem.values)
        form.place(problem)

    def _say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        self.notice = Notice(text, tone)
        self._listener()


#: What core may ask about: what is typed there anew is asked about anew.
_ASKED_ABOUT = frozenset({"name", "pack_label", "number", "expiry", "mrp"})
#: Where a refusal stands that names no field of the form.
_PLACES = {
    "items.pack_in_use": "pack_label",
    "items.barcode_taken": "barcodes",
    "items.sale_level_missing": "sale_level",
    "items.level_without_levels": "levels",
    "items.levels_differ": "levels",
    "items.max_below_min": "max_stock_units",
    "items.discount_and_none": "discount",
    "items.zero_rate": "gst",
    "items.untaxed_with_rate": "gst",
    "items.tax_as_it_is": "gst",
    "items.schedules_as_they_are": "schedules",
    "items.service_has_no_stock": "quantity",
}


def _day(text: str) -> str:
    """Return a day as commands write it. Raises RuleBroken ``date.no_day``."""
    with placed("from_date"):
        return parse_shown_date(text).isoformat()
