"""A bill in the window: fields, lines, totals, and which key goes to which intent of the presenter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, cast

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pos_desktop.screens.billing.columns import BATCH_COLUMNS, CUSTOMER_COLUMNS, HIT_COLUMNS, REPEAT_COLUMNS
from pos_desktop.screens.billing.detailing import said
from pos_desktop.screens.billing.draft import ADDRESS_LENGTH, NAME_LENGTH, PHONE_LENGTH
from pos_desktop.screens.billing.fields import CounterField
from pos_desktop.screens.billing.key_map import PAY_KEY
from pos_desktop.screens.billing.lines import LinesTable
from pos_desktop.screens.billing.panels import (
    CustomerPanel,
    LastBillStrip,
    TenderPanel,
    TotalsPanel,
    key_button,
)
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.quotation_rows import QUOTATION_COLUMNS
from pos_desktop.screens.billing.state import Focus, Part, Popup
from pos_desktop.screens.items.columns import SUBSTITUTE_COLUMNS
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.tables.column import Column
from pos_desktop.widgets.form_overlay import FormOverlay
from pos_desktop.widgets.labels import spaced
from pos_desktop.widgets.notice_line import NoticeLine
from pos_desktop.widgets.popup_list import PopupList

_SEARCH_LENGTH = 100
#: The column of the margin among what has the same salts, which not everybody may see.
_MARGIN = next(n for n, column in enumerate(SUBSTITUTE_COLUMNS[1:]) if column.id == "margin")
_BOTTOM = 136
_WITH_CODE = 216
#: An amount, or the number of a payment.
_CASH_LENGTH = 50


class BillingView(QFrame):
    """Draws what the presenter of a place holds and tells it what the fingers did.

    Each place has a view of its own, so that half-typed fields and forms stay as they are while another is in front.
    """

    def __init__(self, presenter: BillingPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.search = CounterField(
            self._search_keys(), most=_SEARCH_LENGTH, placeholder=tr("Item: name, salt, company, code or barcode")
        )
        self.quantity = CounterField(self._quantity_keys())
        self.discount = CounterField(self._discount_keys())
        self.bill_discount = CounterField(self._discount_keys())
        self.customer_name = CounterField(self._name_keys(), most=NAME_LENGTH)
        self.customer_phone = CounterField(self._phone_keys(), most=PHONE_LENGTH)
        self.customer_address = CounterField(self._address_keys(), most=ADDRESS_LENGTH)
        self.cash = CounterField(self._cash_keys(), most=_CASH_LENGTH)
        self.customer_button = key_button(tr("Customer"), "F2")
        self.notice = NoticeLine()
        self.customer = CustomerPanel(self.customer_name, self.customer_phone, self.customer_address)
        self.lines = LinesTable(self.quantity, self.discount)
        self.totals = TotalsPanel(self.bill_discount, presenter.desk.keys.of(PAY_KEY))
        self.last_bill = LastBillStrip()
        self.tender = TenderPanel(self.cash)
        self._popups: dict[Popup, PopupList] = {}
        self._lay_out()
        self.form = FormOverlay(self, tr("Question about the bill"))
        self._in_front = True
        self._undrawn = Part(0)
        self._connect()
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw(~Part.FOCUS)

    # --- the lists under the fields, each made when it opens first: a place is gone to by a key -----------

    @cached_property
    def hits(self) -> PopupList:
        """What the search found."""
        return self._list(Popup.HITS, HIT_COLUMNS, tr("Items found"), self.presenter.point_at)

    @cached_property
    def batches(self) -> PopupList:
        """The batches of the current line."""
        return self._list(Popup.BATCHES, BATCH_COLUMNS, tr("Batches of the item"), self.presenter.point_at)

    @cached_property
    def customers(self) -> PopupList:
        """The customers that fit what is typed."""
        return self._list(Popup.CUSTOMERS, CUSTOMER_COLUMNS, tr("Customers found"), self.presenter.choosing.pick)

    @cached_property
    def same_salt(self) -> PopupList:
        """What has the same salts."""
        name = tr("Items with the same salts")
        return self._list(Popup.SAME_SALT, SUBSTITUTE_COLUMNS[1:], name, self.presenter.point_at)

    @cached_property
    def repeats(self) -> PopupList:
        """The bills that may be repeated."""
        return self._list(Popup.REPEATS, REPEAT_COLUMNS, tr("Bills to repeat"), self.presenter.point_at)

    @cached_property
    def quotations(self) -> PopupList:
        """The quotations that wait."""
        name = tr("Quotations that wait")
        return self._list(Popup.QUOTATIONS, QUOTATION_COLUMNS, name, self.presenter.quoting.pick)

    def _list(
        self, kind: Popup, columns: Sequence[Column[Any]], name: str, picked: Callable[[int], object]
    ) -> PopupList:
        made = self._popups[kind] = PopupList(columns, name, self)
        made.pointed.connect(picked)
        return made

    # --- drawing -----------------------------------------------------------------------------------------

    def step_back(self) -> None:
        """Another place is shown from now on: draw nothing, and take no field's loss of the keys for a wish."""
        self._in_front = False
        self._hide_popups()

    def come_forward(self) -> None:
        """Be shown from now on: draw what changed meanwhile, and take the keys."""
        self._in_front = True
        undrawn, self._undrawn = self._undrawn, Part(0)
        self.draw(undrawn | Part.LAST_BILL | Part.POPUP | Part.FOCUS)

    def draw(self, parts: Part) -> None:
        """Draw the parts that changed; the focus last, when what it goes to is there."""
        if not self._in_front:
            self._undrawn |= parts
            return
        editor, desk = self.presenter.editor, self.presenter.desk
        if Part.LINES in parts:
            self.lines.show_lines(editor.rows(), editor.current)
            self.lines.edit_cell(editor.quantity, editor.text_of(Focus.DISCOUNT))
        elif Part.LINE in parts:
            self.lines.show_line(editor.rows_of(editor.current), editor.current)
        if parts & (Part.LINES | Part.LINE | Part.TENDER):
            is_paying = self.presenter.checkout.tender is not None
            draft = editor.draft
            self.totals.show_totals(draft.totals, len(draft.lines), said(draft.details), is_paying=is_paying)
            self.totals.show_discount(editor.draft.taken_off_bill, editor.text_of(Focus.BILL_DISCOUNT))
        if Part.SEARCH in parts and self.search.text() != self.presenter.search.typed:
            self.search.setText(self.presenter.search.typed)
        if Part.NOTICE in parts:
            self.notice.show_notice(desk.notice.text, desk.notice.tone)
        if Part.CUSTOMER in parts:
            self._draw_customer()
        if Part.TENDER in parts:
            self._draw_tender()
        if Part.LAST_BILL in parts:
            saving = self.presenter.saving
            self.last_bill.show_saved(saving.last, len(saving.unprinted))
        if Part.FORM in parts:
            self._draw_form()
        if Part.FOCUS in parts:
            self.take_focus()
        if Part.POPUP in parts:
            self._draw_popup()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, or else to the field that the presenter names."""
        if self.form.is_open:
            if not self._has_keys(self.form):
                self.form.form.take_focus()
            return
        focus = self.presenter.desk.focus
        field = {
            Focus.SEARCH: self.search,
            Focus.QUANTITY: self.quantity,
            Focus.DISCOUNT: self.discount,
            Focus.BILL_DISCOUNT: self.bill_discount,
            Focus.CUSTOMER: self.customer_name,
            Focus.CASH: self.cash,
        }[focus]
        if focus is Focus.CUSTOMER and (self.customer_phone.hasFocus() or self.customer_address.hasFocus()):
            return
        field.setFocus()
        if focus is not Focus.SEARCH:
            field.selectAll()

    def _draw_form(self) -> None:
        was_open = self.form.is_open
        self.form.show_form(self.presenter.asking.form)
        if was_open and not self.form.is_open and not self._has_keys(self):
            self.take_focus()  # it was opened while another place had the keys: they do not go back there

    @staticmethod
    def _has_keys(widget: QWidget) -> bool:
        focused = cast("QWidget | None", widget.window().focusWidget())  # None while nothing has them
        return focused is not None and widget.isAncestorOf(focused)

    def _draw_customer(self) -> None:
        draft = self.presenter.draft
        self.customer.setVisible(self.presenter.customer_open)
        self.customer.show_address(is_asked=draft.asks_address or bool(draft.customer_address))
        for field, text in (
            (self.customer_name, draft.customer_name),
            (self.customer_phone, draft.customer_phone),
            (self.customer_address, draft.customer_address),
        ):
            if field.text().strip() != text:
                field.setText(text)
        sentence = draft.card.sentence if draft.card else ""
        self.customer.show_card(sentence)
        known = "  ".join(filter(None, (draft.customer_name, draft.customer_phone)))
        shown = self.fontMetrics().elidedText(known, Qt.TextElideMode.ElideRight, theme.current().px(260))
        self.customer_button.setText(f"{shown or tr('Customer')}   F2")
        self.customer_button.setToolTip(sentence or known)

    def _draw_tender(self) -> None:
        checkout = self.presenter.checkout
        self._left.setCurrentWidget(self.last_bill if checkout.tender is None else self.tender)
        if checkout.tender is None:
            self._fit_bottom(shows_code=False)
            return
        self.tender.show_tender(checkout.tender, is_busy=checkout.is_busy)
        self.cash.setReadOnly(checkout.is_busy)
        tender = checkout.tender
        self._fit_bottom(shows_code=bool(tender.upi))
        exactly = tr("{total} exactly", total=tender.due.grouped())
        self.cash.setPlaceholderText(tr("Enter: later") if tender.asks_number else exactly if tender.due else "")
        if self.cash.text() != checkout.tender.typed:
            self.cash.setText(checkout.tender.typed)

    def _draw_popup(self) -> None:
        desk, do = self.presenter.desk, self.presenter
        open_now = desk.popup if self.isVisible() else Popup.NONE
        for kind, popup in self._popups.items():
            if kind is not open_now:
                popup.hide()
        match open_now:
            case Popup.HITS:
                self.hits.open_at(self._place_of_search(), do.hit_rows(), desk.popup_index)
            case Popup.BATCHES:
                self.batches.open_at(self.lines.current_place(), do.editor.batch_rows(), desk.popup_index)
            case Popup.CUSTOMERS:
                self.customers.open_at(self._place_of_customer(), do.choosing.rows(), desk.popup_index)
            case Popup.SAME_SALT:
                self.same_salt.setColumnHidden(_MARGIN, not do.same_salt.sees_margin)
                place = self.lines.current_place() if do.same_salt.is_of_line else self._place_below_notice()
                self.same_salt.open_at(place, do.same_salt.rows(), desk.popup_index)
            case Popup.REPEATS:
                self.repeats.open_at(self._place_of_search(), do.repeating.rows(), desk.popup_index)
            case Popup.QUOTATIONS:
                self.quotations.open_at(self._place_below_notice(), do.quoting.rows(), desk.popup_index)

    def _place_of_search(self) -> QRect:
        corner = self.search.mapToGlobal(self.search.rect().topLeft())
        return QRect(corner.x(), corner.y(), self.width() - 2 * self.search.x(), self.search.height())

    def _place_below_notice(self) -> QRect:
        """Return a place that ends below the sentence: it says what letters and keys do to a list."""
        place = self._place_of_search()
        if not self.notice.isHidden():
            self._whole.activate()
            place.setBottom(self.notice.mapToGlobal(self.notice.rect().bottomLeft()).y())
        return place

    def _place_of_customer(self) -> QRect:
        """Return the place of the name; the list reaches to the end of the telephone number."""
        corner = self.customer_name.mapToGlobal(self.customer_name.rect().topLeft())
        width = self.customer_phone.geometry().right() - self.customer_name.x()
        return QRect(corner.x(), corner.y(), width, self.customer_name.height())

    # --- keys --------------------------------------------------------------------------------------------

    def _search_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            **self._list_keys(),
            "Enter": do.search_entered,
            "Tab": do.search_entered,
            "Shift+Tab": do.show_customer,
            "Esc": do.escape,
            "Del": lambda: self._if_empty(self.search, do.remove_line),
            "Ctrl+Z": lambda: self._if_empty(self.search, do.undo),
            "Ctrl+Enter": do.open_tender,
        }

    def _quantity_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            **self._list_keys(),
            "Enter": do.quantity_entered,
            "Tab": do.quantity_entered,
            "Shift+Tab": do.escape,
            "Esc": do.escape,
            "Del": lambda: self._if_empty(self.quantity, do.remove_line),
            "Ctrl+Del": do.remove_line,
            "Ctrl+Z": do.undo,
            "Ctrl+Enter": do.open_tender,
        }

    def _discount_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            "Enter": do.discounts.enter,
            "Tab": do.discounts.enter,
            "Shift+Tab": do.escape,
            "Esc": do.escape,
            "Ctrl+Z": do.undo,
            "Ctrl+Enter": do.open_tender,
        }

    def _list_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            "Up": lambda: do.move(-1),
            "Down": lambda: do.move(1),
            "PageUp": lambda: do.move(-self._page()),
            "PageDown": lambda: do.move(self._page()),
        }

    def _name_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            **self._customer_list_keys(self._to_phone),
            "Enter": self._after_name,
            "Up": lambda: do.choosing.move(-1),
            "Shift+Tab": do.close_customer,
            "Esc": do.escape,
            "Ctrl+Enter": do.open_tender,
        }

    def _phone_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            **self._customer_list_keys(self._after_phone),
            "Up": lambda: do.choosing.move(-1) or self.customer_name.setFocus(),
            "Shift+Tab": self.customer_name.setFocus,
            "Esc": do.escape,
            "Ctrl+Enter": do.open_tender,
        }

    def _customer_list_keys(self, onwards: Callable[[], object]) -> dict[str, Callable[[], object]]:
        """Return the keys of the customers that are offered; without any they go on to the next field."""
        choosing = self.presenter.choosing
        return {
            "Enter": lambda: choosing.enter() or onwards(),
            "Tab": lambda: choosing.enter() or onwards(),
            "Down": lambda: choosing.move(1) or onwards(),
        }

    def _address_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            "Enter": do.close_customer,
            "Tab": do.close_customer,
            "Shift+Tab": self.customer_phone.setFocus,
            "Up": self.customer_phone.setFocus,
            "Esc": do.escape,
            "Ctrl+Enter": do.open_tender,
        }

    def _cash_keys(self) -> dict[str, Callable[[], object]]:
        checkout = self.presenter.checkout
        return {
            "Enter": checkout.enter,
            "Ctrl+Enter": checkout.enter,
            "Tab": lambda: None,
            "Shift+Tab": lambda: None,
            "Backspace": checkout.drop_last,
            "Esc": self.presenter.escape,
        }

    def _after_name(self) -> None:
        """Take the customer who is chosen in the list; of one who was taken nothing more has to be typed."""
        if self.presenter.choosing.enter():
            return
        if self.presenter.draft.customer_id is not None and self.customer_address.isHidden():
            self.presenter.close_customer()
        else:
            self._to_phone()

    def _to_phone(self) -> None:
        self.customer_phone.setFocus()
        self.customer_phone.selectAll()

    def _after_phone(self) -> None:
        if self.customer_address.isHidden():
            self.presenter.close_customer()
        else:
            self.customer_address.setFocus()
            self.customer_address.selectAll()

    def _page(self) -> int:
        return max(1, self.lines.viewport().height() // theme.current().compact_row - 1)

    def _if_in_front(self, intent: Callable[[], object]) -> None:
        """Do what a field's gain or loss of the keys means, unless the whole place gains or loses them."""
        if self._in_front:
            intent()

    @staticmethod
    def _if_empty(field: CounterField, intent: Callable[[], object]) -> object:
        return intent() if not field.text() else False

    # --- building ----------------------------------------------------------------------------------------

    def _connect(self) -> None:
        do = self.presenter
        # textChanged and not textEdited: a scanner's characters are taken out again by the program
        self.search.textChanged.connect(do.search_typed)
        self.quantity.textChanged.connect(do.quantity_typed)
        self.discount.textChanged.connect(lambda text: do.editor.type(text, Focus.DISCOUNT))
        self.bill_discount.textChanged.connect(lambda text: do.editor.type(text, Focus.BILL_DISCOUNT))
        self.cash.textChanged.connect(do.checkout.type)
        for field in (self.customer_name, self.customer_phone, self.customer_address):
            field.textChanged.connect(self._customer_typed)
            field.focused.connect(lambda: self._if_in_front(lambda: do.focused(Focus.CUSTOMER)))
            field.left.connect(lambda: self._if_in_front(do.choosing.close))
        self.search.focused.connect(lambda: self._if_in_front(lambda: do.focused(Focus.SEARCH)))
        self.cash.focused.connect(lambda: self._if_in_front(lambda: do.focused(Focus.CASH)))
        for field in (self.search, self.quantity):
            field.left.connect(self._hide_popups)
            field.focused.connect(lambda: self._if_in_front(self._draw_popup))
        self.customer_button.clicked.connect(do.show_customer)
        self.lines.line_clicked.connect(do.edit_line)
        self.totals.pay.connect(do.open_tender)
        self.tender.save.connect(do.checkout.enter)
        self.tender.cancel.connect(do.checkout.close)
        self.last_bill.print_again.connect(do.checkout.print_again)
        self.form.submitted.connect(do.asking.submit)
        self.form.typed.connect(do.asking.typed)
        self.form.escaped.connect(do.asking.escape)

    def _customer_typed(self) -> None:
        self.presenter.customer_typed(
            self.customer_name.text(), self.customer_phone.text(), self.customer_address.text()
        )

    def _hide_popups(self) -> None:
        for popup in self._popups.values():
            popup.hide()

    def _lay_out(self) -> None:
        self.search.setAccessibleName(tr("Item"))
        self._top = QHBoxLayout()
        self._top.addWidget(self.search, 1)
        self._top.addWidget(self.customer_button)
        self._left = QStackedWidget()
        self._left.addWidget(self.last_bill)
        self._left.addWidget(self.tender)
        self._bottom = QHBoxLayout()
        self._bottom.addWidget(self._left, 1)
        self._bottom.addWidget(self.totals, 1)
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self._top)
        self._whole.addWidget(self.customer)
        self._whole.addWidget(self.notice)
        self._whole.addWidget(self.lines, 1)
        self._whole.addLayout(self._bottom)
        self.customer.hide()
        self.cash.setAlignment(Qt.AlignmentFlag.AlignRight)

    def _fit(self) -> None:
        look = theme.current()
        self._whole.setContentsMargins(spaced(Space.M), spaced(Space.M), spaced(Space.M), spaced(Space.M))
        self._whole.setSpacing(spaced(Space.XS))
        for row in (self._top, self._bottom):
            row.setSpacing(spaced(Space.M))
        for field in (self.search, self.cash):
            field.setFont(look.font(TextSize.HEADING))
        self._fit_bottom(shows_code=False)

    def _fit_bottom(self, *, shows_code: bool) -> None:
        """Give the panels below the lines their room, more of it where a code is to be scanned."""
        height = theme.current().px(_WITH_CODE if shows_code else _BOTTOM)
        for panel in (self._left, self.totals):
            panel.setFixedHeight(height)
        self._bottom.setStretch(0, 3 if shows_code else 1)
        self._bottom.setStretch(1, 2 if shows_code else 1)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Leave no list standing alone."""
        self._hide_popups()
        super().hideEvent(event)
