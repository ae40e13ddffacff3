"""A bill at the counter without Qt: which key does what, what is being typed, and what is shown.

The view tells what the user did and draws what stands here; ``listen`` gives it the parts that changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.inventory.dto import SaleItem
from core.kernel.actor import Actor
from core.kernel.errors import Problem, RuleBroken
from core.kernel.gst import Registration, TaxType
from core.kernel.quantity import BareNumber
from core.sales.drafting import RoundOff
from core.sales.dto import PostBill
from core.settings.dto import ShopView
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.billing.asking import Asking
from pos_desktop.screens.billing.checkout import Checkout
from pos_desktop.screens.billing.choosing import CustomerChoice
from pos_desktop.screens.billing.detailing import Detailing
from pos_desktop.screens.billing.discounting import Discounting
from pos_desktop.screens.billing.dosing import Dosing
from pos_desktop.screens.billing.draft import ADDRESS_LENGTH, NAME_LENGTH, PHONE_LENGTH, Draft
from pos_desktop.screens.billing.draft_lines import Known
from pos_desktop.screens.billing.editing import LineEditor
from pos_desktop.screens.billing.fitting import KEY as FIT_KEY
from pos_desktop.screens.billing.fitting import CashFitting
from pos_desktop.screens.billing.in_hand import InHand
from pos_desktop.screens.billing.keeping import DraftKeeper, Kept, Later, bring_back, snapshot_of
from pos_desktop.screens.billing.key_map import OWN_KEYS, KeyMap
from pos_desktop.screens.billing.packs import ScannedPacks
from pos_desktop.screens.billing.prescribing import Prescribing
from pos_desktop.screens.billing.quoting import PrintQuotation, Quoting
from pos_desktop.screens.billing.repeating import Repeating
from pos_desktop.screens.billing.rows import BatchRow, HitRow, hit_row
from pos_desktop.screens.billing.same_salt import SameSalt
from pos_desktop.screens.billing.saving import Saving
from pos_desktop.screens.billing.search import Answer, CodeLookUp, ItemSearch
from pos_desktop.screens.billing.state import Desk, Focus, Part, Popup
from pos_desktop.screens.billing.taking_over import as_kept, unfit
from pos_desktop.screens.billing.teaching import Teaching
from pos_desktop.screens.billing.tender import UpiPayee
from pos_desktop.screens.billing.wanting import Wanting
from pos_desktop.screens.billing.warning import LineWarnings
from pos_desktop.screens.overriding import Authorise


class BillingPresenter:
    """What the counter does with a bill: search, lines, customer, cash, save, print.

    One for each place of a counter (``places``): what is on its way for a bill always finds that bill.
    """

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        shop: ShopView,
        *,
        saving: Saving,
        kept: Kept,
        actor: Callable[[], Actor],
        today: Callable[[], date],
        report_bug: Callable[[Exception], None],
        bare: BareNumber = BareNumber.PACKS,
        round_off: RoundOff = RoundOff.NEAREST,
        later: Later | None = None,
        authorise: Authorise | None = None,
        upi_id: str = "",
        print_quotation: PrintQuotation | None = None,
        keys: KeyMap = OWN_KEYS,
    ) -> None:
        """Start with what was ``kept``, which may be an empty bill. ``report_bug`` gets errors that have no sentence.

        ``saving`` is that of all places of the counter. ``upi_id`` is where customers pay to by UPI, empty for a shop
        that has none.

        ``later`` is the timer of the keeping; without one nothing typed is kept. ``authorise`` has a supervisor's
        secret compared; without it nobody is asked. Without ``print_quotation`` no quotation goes to paper. ``keys``
        are those of this counter.
        """
        self._actor = actor
        self._state = shop.state
        self._lanes = lanes
        self._today = today
        self._scans: list[str] = []
        self._picks_when_found = False
        self._pays_when_read = False
        self.customer_open = False
        #: Whether this is the place that has the keys.
        self.in_front = False
        # over the counter the place of supply is the shop's own state
        tax_type = TaxType.INTRA if shop.registration is Registration.REGULAR else TaxType.NONE
        self.desk = desk = Desk(report_bug, keys)
        self.editor = LineEditor(
            lanes,
            today,
            self._lines_changed,
            desk.fault,
            tax_type=tax_type,
            bare=bare,
            round_off=round_off,
            state=shop.state,
        )
        self.warnings = LineWarnings(lanes, desk, self.editor, actor)
        self.discounts = Discounting(desk, self.editor, self.warnings)
        self.search = ItemSearch(lanes, today, self._found, desk.fault)
        self.look_up = CodeLookUp(lanes, today, actor)
        self.choosing = CustomerChoice(lanes, desk, lambda: self.draft, self._lines_changed, self._card_failed)
        self.saving = saving
        self.asking = Asking(lanes, board, desk, actor, authorise, self.saving.show_cancelled)
        self.fitting = CashFitting(desk, self.asking, self.editor, today)
        self.packs = ScannedPacks(desk, self.asking, self.editor, today, self._put)
        self.teaching = Teaching(lanes, board, desk, self.asking, self._taught)
        self.prescribing = Prescribing(lanes, desk, self.asking, lambda: self.draft, actor)
        self.repeating = Repeating(lanes, desk, self.editor, actor, today)
        self.wanting = Wanting(
            lanes, board, desk, self.asking, self.editor, self.search, self._clear_search, today=today, bare=bare
        )
        self.dosing = Dosing(desk, self.asking, self.editor, bare)
        self.detailing = Detailing(desk, self.asking, self.editor, today)
        self.in_hand = InHand(lanes, desk, self.asking, self.editor, today=today, bare=bare)
        self.same_salt = SameSalt(lanes, desk, self.editor, self.search, self._put, actor=actor, today=today)
        self.quoting = Quoting(
            lanes,
            desk,
            self.asking,
            self.editor,
            print_quotation,
            actor=actor,
            today=today,
            clear=self.clear,
            clear_search=self._clear_search,
            unfit=self.unfit,
            take_over=self.take_over,
            keeper=lambda: self._keeper,
        )
        self.checkout = Checkout(
            desk,
            self.editor,
            self.saving,
            self._read_queued_scans,
            self._ask_customer,
            self.asking,
            self.prescribing,
            UpiPayee(upi_id, shop.name),
        )
        self._keeper = DraftKeeper(
            lanes,
            later or (lambda milliseconds, call: None),
            lambda before: snapshot_of(
                self.draft,
                self.editor,
                self.search,
                desk,
                actor().username,
                place=kept.place,
                in_front=self.in_front,
                kept=before,
            ),
            lambda: self.draft.command_id,
            lambda: self.checkout.is_busy or self.quoting.is_busy,
            desk.fault,
            kept.slot,
        )
        self._bring_back(kept)
        desk.changed = self._keeper.touch
        if kept.draft is not None:
            self._keeper.touch()  # where a cell has come back, what was half typed beside it has not

    def listen(self, listener: Callable[[Part], None]) -> None:
        """Have the parts that change told to the view."""
        self.desk.listener = listener

    def _bring_back(self, kept: Kept) -> None:
        """Begin where the program was when it ended: same lines, same cell; cash is asked for again."""
        edited = bring_back(kept, self.editor)
        saved = kept.draft
        if saved is None:
            return
        self._keeper.begin(saved)
        self.search.type(saved.searching)
        if edited is not None:
            cell, index = edited
            self.edit_line(index, cell)
        elif saved.cell == Focus.BILL_DISCOUNT.value:
            self.discount_bill()
        elif saved.cell == Focus.CUSTOMER.value:
            self.show_customer()
        elif saved.cell == Focus.CASH.value and saved.in_front:
            self.open_tender()
        if len(self.draft.lines) < len(saved.lines):
            self.desk.warn(RuleBroken("billing.lines_gone", count=len(saved.lines) - len(self.draft.lines)))
        self.choosing.read()
        self.prescribing.read_course(self.draft)

    def keep_now(self) -> None:
        """Write what is being typed at once: the program ends."""
        self._keeper.keep_now()

    def leave(self) -> None:
        """Keep what is being typed and fall silent: somebody else works here from now on.

        What is still on its way (a read, a paper in the printer) finds nobody to tell and changes nothing.
        """
        self._keeper.end()
        self.desk.leave()

    # --- one of several places ---------------------------------------------------------------------------

    @property
    def is_free(self) -> bool:
        """Whether nothing is typed, asked or on its way here: another bill may be begun."""
        waits = self.look_up.is_waiting or self.checkout.is_busy or self.asking.form is not None
        return self.draft.is_empty and not self.search.typed and not waits

    def come_forward(self) -> None:
        """This place has the keys from now on."""
        self.in_front = True
        self._keeper.touch()

    def step_back(self) -> None:
        """Another place has the keys from now on; what is typed here stays as it is.

        Only a payment that is half typed is closed, as by Esc: stock and cards may change before it goes on, and the
        total is asked for anew. One that is on its way to the disk, or that a form asks about, stays.
        """
        self._pays_when_read = False
        if self.asking.form is None:
            self.checkout.close()
        self.in_front = False
        self._keeper.touch()

    @property
    def draft(self) -> Draft:
        """The bill being typed."""
        return self.editor.draft

    def hit_rows(self) -> list[HitRow]:
        """Return the rows of the search popup."""
        today = self._today()
        return [hit_row(hit, today) for hit in self.search.hits]

    # --- search and scan ---------------------------------------------------------------------------------

    def search_typed(self, text: str) -> None:
        """Search while typing."""
        if self.quoting.narrow(text) or text == self.search.typed:
            return
        if text == FIT_KEY and not self.search.typed:
            self.fit_to_cash()
            return
        self._picks_when_found = self._pays_when_read = False
        self._hush()
        self.search.type(text)
        self._keeper.touch()
        if not self.search.hits:
            self.desk.open(Popup.NONE)

    def search_entered(self) -> None:
        """Enter in the search field: pick, look a code up, or open the current line's quantity."""
        if self.quoting.enter():
            return
        code = self.search.typed.strip()
        if self.desk.popup is Popup.BATCHES:
            self._choose_batch()
        elif self.same_salt.is_open:
            self.same_salt.enter()
        elif self.desk.popup is Popup.REPEATS:
            self.repeating.pick(self.desk.popup_index)
        elif self.search.is_waiting:
            self._picks_when_found = True
        elif self.search.hits:
            self._pick_hit()
        elif code and self.teaching.is_on:
            self.desk.warn(RuleBroken("billing.nothing_found", typed=code))
        elif code:
            self._find(code, RuleBroken("billing.nothing_found", typed=code))
        elif self.editor.line is not None:
            self.edit_line(self.editor.current)

    def scanned(self, code: str) -> None:
        """A scanner read a code: its item goes on the bill."""
        if self.checkout.is_busy:
            self._scans.append(code)
        elif self.checkout.tender is not None:
            self.desk.warn(RuleBroken("billing.scan_while_paying"))
        elif not self.asking.refuse_scan():
            self.teaching.forget()
            self._clear_search()
            self._find(code)

    def teach(self) -> None:
        """F6: teach the barcode that no item had."""
        if self.checkout.tender is None and self.asking.form is None:
            self._clear_search()
            self.teaching.begin()

    def _taught(self, code: str, done: Problem) -> None:
        """A barcode is taught: its pack goes on the bill, as if it had been known."""
        self._clear_search()
        self._find(code, said=done)

    def _found(self) -> None:
        if not self.search.hits:
            self.desk.open(Popup.NONE)
            if self._picks_when_found:
                self.search_entered()
            else:
                self.desk.warn(RuleBroken("billing.nothing_found", typed=self.search.typed.strip()))
            return
        self.desk.open(Popup.HITS)
        if self._picks_when_found:
            self._pick_hit()

    def _pick_hit(self) -> None:
        hit = self.search.hits[self.desk.popup_index]
        if self.teaching.is_on:
            self._clear_search()
            self.teaching.pick(hit)
        else:
            self._put(hit)

    def _put(self, item: Known, batch: str | None = None) -> None:
        self.teaching.forget()
        self._clear_search()
        say_more = self.warnings.picked(item)
        self.editor.put(item, batch)
        self.desk.go_to(Focus.QUANTITY)
        say_more()

    def _find(self, code: str, unknown: RuleBroken | None = None, said: Problem | None = None) -> None:
        """Put the pack with that code on the bill, then pay if that was asked meanwhile.

        ``unknown`` is said where no item has a code that was typed; one that was scanned can be taught. ``said`` was
        done before and is said once the pack is on the bill.
        """
        draft = self.draft

        def take(answer: Answer) -> None:
            pays, self._pays_when_read = self._pays_when_read, False
            if not answer.scanned.items:
                if unknown is not None:
                    self.desk.warn(unknown)
                else:
                    self.teaching.offer(code, answer.scanned.scan, may_teach=answer.may_teach)
            elif self.draft is draft:
                is_on_bill = self.packs.take(answer)
                if said is not None:
                    self.desk.tell(said)
                if pays and is_on_bill:
                    self.open_tender()

        def give_up(error: Exception) -> None:
            self._pays_when_read = False
            self.desk.fault(error)

        self.look_up.find(code, take, give_up)

    def _read_queued_scans(self) -> None:
        scans, self._scans = self._scans, []
        for code in scans:
            self.scanned(code)

    def _clear_search(self) -> None:
        self._picks_when_found = self._pays_when_read = False
        self.search.clear()
        self.desk.open(Popup.NONE)
        self._hush()
        self.desk.show(Part.SEARCH)

    def _hush(self) -> None:
        """Take the sentence away, but not what a search is for."""
        if self.teaching.is_on:
            self.teaching.remind()
        else:
            self.desk.hush()

    # --- popup, arrows, Esc ------------------------------------------------------------------------------

    def move(self, by: int) -> None:
        """Up and Down: through the popup, else through the lines."""
        if self.quoting.move(by):
            return
        if self.desk.popup is Popup.NONE:
            if not self.search.typed:
                self.editor.move(by)
            return
        rows: Mapping[Popup, Callable[[], Sequence[object]]] = {
            Popup.HITS: lambda: self.search.hits,
            Popup.BATCHES: self.editor.batch_rows,
            Popup.SAME_SALT: self.same_salt.rows,
            Popup.REPEATS: lambda: self.repeating.hits,
        }
        count = len(rows[self.desk.popup]())
        self.desk.popup_index = max(0, min(count - 1, self.desk.popup_index + by))
        self.desk.show(Part.POPUP)

    def point_at(self, index: int) -> None:
        """The mouse picked a row of the popup."""
        self.desk.popup_index = index
        if self.desk.popup is Popup.BATCHES:
            self._choose_batch()
        elif self.same_salt.is_open:
            self.same_salt.pick(index)
        elif self.desk.popup is Popup.REPEATS:
            self.repeating.pick(index)
        elif self.desk.popup is Popup.HITS and not self.search.is_waiting:
            self._pick_hit()

    def show_batches(self) -> None:
        """F3: list the batches of the current line, or close the list."""
        if self.checkout.tender is not None:
            return
        if self.desk.popup is Popup.BATCHES:
            self.desk.open(Popup.NONE)
        elif self.editor.line is None:
            self.desk.warn(RuleBroken("billing.no_line"))
        elif rows := self.editor.batch_rows():
            self._clear_search()
            self.desk.open(Popup.BATCHES, next((i for i, row in enumerate(rows) if row.is_chosen), 0))

    def show_same_salt(self) -> None:
        """F4: list what has the same salts as the hit that is chosen or the current line, or close the list."""
        if self.checkout.tender is None and self.asking.form is None and not self.teaching.is_on:
            self.same_salt.begin()

    def _choose_batch(self) -> None:
        row = self.editor.batch_rows()[self.desk.popup_index]
        actor = self._actor()

        def take(_: None) -> None:
            if self.desk.popup is Popup.BATCHES:
                self._take_batch(row)

        if row.batch is None:
            self._take_batch(row)
        else:
            self._lanes.read(
                lambda session: require_to_read(session, actor, Permission.PICK_BATCH), take, self.desk.fault
            )

    def _take_batch(self, row: BatchRow) -> None:
        try:
            self.editor.choose_batch(row.batch)
        except RuleBroken as broken:
            self.desk.warn(broken)
            return
        self.desk.open(Popup.NONE)
        self.desk.hush()

    def focused(self, focus: Focus) -> None:
        """The mouse went into a field."""
        if focus is self.desk.focus:
            return
        if self.checkout.is_busy:
            self.desk.go_to(Focus.CASH)
            return
        self.checkout.close()
        self.editor.end()
        self.choosing.close()
        self.desk.focus = focus
        self._keeper.touch()

    def escape(self) -> None:
        """Esc: close what is open on top; lines are never lost by it."""
        if self.quoting.close():
            return
        if self.teaching.is_on and not self.search.typed:
            self.teaching.forget()
        self._hush()
        if self.desk.popup in {Popup.BATCHES, Popup.REPEATS, Popup.SAME_SALT}:
            self.desk.open(Popup.NONE)
        elif self.choosing.is_open:
            self.choosing.close()
        elif self.checkout.tender is not None:
            self.checkout.close()
        elif self.editor.cell is not None:
            self.editor.take_back()
            self.desk.go_to(Focus.SEARCH)
        elif self.customer_open:
            self.close_customer()
        elif self.search.typed:
            self._clear_search()

    # --- lines -------------------------------------------------------------------------------------------

    def edit_line(self, index: int, cell: Focus = Focus.QUANTITY) -> None:
        """Open a line's quantity, by Enter or by mouse, or its discount."""
        if self.checkout.is_busy or not 0 <= index < len(self.draft.lines):
            return
        self.checkout.close()
        self.teaching.forget()
        self._clear_search()
        if cell is Focus.DISCOUNT:
            self.editor.start_discount(index)
        else:
            self.editor.start(index)
        self.desk.go_to(cell)

    def quantity_typed(self, text: str) -> None:
        """Price the line with what is typed so far."""
        self.editor.type(text)

    def discount_line(self) -> None:
        """Ctrl+D: open the current line's discount."""
        if self._may_ask():
            self.discounts.open_line()

    def discount_bill(self) -> None:
        """Ctrl+Shift+D: open the discount on the whole bill."""
        if self._may_ask():
            self.discounts.open_bill()

    def quantity_entered(self) -> None:
        """Enter in the quantity: on to the next item, unless it cannot be sold."""
        if self.desk.popup is Popup.BATCHES:
            self._choose_batch()
        elif self.same_salt.is_open:
            self.same_salt.enter()
        elif self.editor.confirm():
            self.wanting.withdraw_offer()
            self.desk.go_to(Focus.SEARCH)
            self.warnings.line_ended()
        else:
            self.wanting.offer_rest()

    def fit_to_cash(self) -> None:
        """``/`` in the empty search: cut the lines to the cash that the customer has."""
        if self._may_ask():
            self.fitting.begin()

    def remove_line(self) -> None:
        """Del: take the current line off the bill."""
        self._pays_when_read = False
        if self.checkout.tender is None and self.editor.remove():
            self.desk.open(Popup.NONE)
            self.desk.go_to(Focus.SEARCH)
            self.desk.say("billing.line_removed")

    def undo(self) -> None:
        """Ctrl+Z: take the last change back."""
        self._pays_when_read = False
        if self.checkout.tender is None:
            self.desk.open(Popup.NONE)
            self.desk.hush() if self.editor.undo() else self.desk.say("billing.nothing_to_undo")
            if self.draft.card is None:
                self.choosing.read()
            self.desk.go_to(Focus.SEARCH)

    def clear(self) -> None:
        """Ctrl+N: begin an empty bill; undo brings this one back."""
        if self.checkout.tender is None and self.editor.clear():
            self.customer_open = False
            self.teaching.forget()
            self._clear_search()
            self.desk.go_to(Focus.SEARCH)
            self.desk.say("billing.cleared")

    # --- a bill in another's place -----------------------------------------------------------------------

    def unfit(self, wanted: PostBill) -> Problem | None:
        """Return why a bill cannot be put right at a counter, None where it can: see ``taking_over``."""
        return unfit(wanted)

    def take_over(self, wanted: PostBill, items: Mapping[str, SaleItem]) -> None:
        """Go on with what stood on a cancelled bill or a quotation, as if it had been typed here.

        ``items`` are by code.
        """
        kept = as_kept(wanted, items, self._actor().username)
        if kept.draft is None:
            return
        bring_back(kept, self.editor)
        self.draft.dispensing = kept.draft.dispensing  # lines that come one by one take its places away
        self.desk.show(Part.LINES | Part.CUSTOMER)
        self.desk.go_to(Focus.SEARCH)
        if len(self.draft.lines) < len(kept.draft.lines):
            self.desk.warn(RuleBroken("billing.lines_gone", count=len(kept.draft.lines) - len(self.draft.lines)))
        elif wanted.corrects is not None:
            self.desk.tell(RuleBroken("billing.corrects", number=wanted.corrects))
        self.choosing.read()
        self.prescribing.read_course(self.draft)

    def stock_changed(self) -> None:
        """Stock or items changed elsewhere."""
        if not self.checkout.is_busy:
            self.editor.read_again()

    def customer_changed(self) -> None:
        """Cards were changed elsewhere; one whose bill is being paid keeps what was asked for."""
        if self.checkout.tender is None:
            self.choosing.read()

    # --- customer ----------------------------------------------------------------------------------------

    def show_customer(self) -> None:
        """F2: open the customer's name and phone, or go back to the search."""
        if self.checkout.tender is not None:
            return
        if self.customer_open and self.desk.focus is Focus.CUSTOMER:
            self.close_customer()
            return
        self.editor.end()
        self.teaching.forget()
        self._clear_search()
        self.customer_open = True
        self.desk.show(Part.CUSTOMER)
        self.desk.go_to(Focus.CUSTOMER)

    def customer_typed(self, name: str, phone: str, address: str = "") -> None:
        """Take the customer as typed so far."""
        draft = self.draft
        before = (draft.customer_name, draft.customer_phone, draft.customer_address)
        now = (name.strip()[:NAME_LENGTH], phone.strip()[:PHONE_LENGTH], address.strip()[:ADDRESS_LENGTH])
        if now == before:
            return
        draft.customer_name, draft.customer_phone, draft.customer_address = now
        self._pays_when_read = False
        is_named = now[0] != before[0]
        if is_named and draft.customer_id is not None:
            self.choosing.let_go()
        self.desk.show(Part.CUSTOMER)
        if draft.customer_id is None and now[:2] != before[:2]:
            self.choosing.look_for(now[0] if is_named else now[1])

    def _ask_customer(self, problem: Problem) -> None:
        """Open the panel, with the address in it where that may be what is missing, and say why."""
        self.draft.asks_address = self.draft.asks_address or problem.where != "customer.id"
        self.show_customer()
        self.desk.warn(problem)

    def close_customer(self) -> None:
        """Close the panel; what was typed stays on the bill."""
        self.choosing.close()
        self.customer_open = False
        self.desk.show(Part.CUSTOMER)
        self.desk.go_to(Focus.SEARCH)

    def ask_details(self) -> None:
        """Ctrl+G: the buyer's GSTIN and State, a hand-written memo's number, an earlier day."""
        if self._may_ask():
            self.detailing.begin()

    def take_in_hand(self) -> None:
        """Ctrl+B: sell packs in hand whose purchase is not entered yet."""
        if self.checkout.tender is None and self.asking.form is None:
            self.in_hand.begin()

    # --- repeating ---------------------------------------------------------------------------------------

    def repeat(self) -> None:
        """Ctrl+R: list the bills to repeat, or close the list."""
        if self.desk.popup is Popup.REPEATS:
            self.desk.open(Popup.NONE)
        elif self._may_ask():
            self.choosing.close()
            self.desk.go_to(Focus.SEARCH)
            self.repeating.begin()

    # --- want book ---------------------------------------------------------------------------------------

    def note_want(self) -> None:
        """Ctrl+W: note what is not there, or not enough of it."""
        if self.checkout.tender is None and self.asking.form is None:
            self.wanting.begin()

    # --- quotation ---------------------------------------------------------------------------------------

    def quote(self) -> None:
        """Ctrl+Q: quote the bill being typed; on an empty one, list the quotations that wait."""
        if self.quoting.close() or not self._may_ask():
            return
        if self.draft.lines:
            self.quoting.quote()
        else:
            self.quoting.show_open()

    # --- prescription ------------------------------------------------------------------------------------

    def prescribe(self) -> None:
        """F7: the prescription of the bill."""
        if self._may_ask():
            self.prescribing.begin()

    def ask_dose(self) -> None:
        """Ctrl+E: how the current line is taken."""
        if self._may_ask():
            self.dosing.begin()

    def begin_duty(self) -> None:
        """F8: the pharmacist on duty."""
        if self._may_ask():
            self.prescribing.duty()

    def _may_ask(self) -> bool:
        if self.checkout.tender is not None or self.asking.form is not None:
            return False
        self.editor.end()
        self.teaching.forget()
        self._clear_search()
        return True

    # --- cash --------------------------------------------------------------------------------------------

    def open_tender(self) -> None:
        """F12: take the cash, once every line can be sold and is priced."""
        if self.checkout.tender is not None:
            return
        self.teaching.forget()
        self._clear_search()
        self.editor.end()
        if self.look_up.is_waiting or self.draft.waits:
            self.desk.go_to(Focus.SEARCH)
            self._pays_when_read = True
        else:
            self.customer_open = False
            self.desk.show(Part.CUSTOMER)
            self.checkout.begin()

    def cancel_last(self) -> None:
        """F10: cancel the last bill, with its reason."""
        last = self.saving.last
        if self.checkout.is_busy:
            return
        if last is None:
            self.desk.warn(RuleBroken("billing.nothing_to_cancel"))
        else:
            self.asking.cancel(last.bill)

    def _card_failed(self, error: Exception) -> None:
        """The customer's card is not to be had: what that makes of the total is looked at before it is paid."""
        self._pays_when_read = False
        self.desk.fault(error)

    def _lines_changed(self, part: Part) -> None:
        self.desk.show(part)
        self.warnings.lines_changed()
        if self._pays_when_read and not (self.draft.waits or self.look_up.is_waiting):
            self._pays_when_read = False
            self.open_tender()
