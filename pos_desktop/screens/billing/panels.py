"""The panels around the lines: message, customer, totals, cash, last bill. They show what they are given."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.kernel.money import ZERO, Money
from core.sales.discount_text import DISCOUNT_LENGTH, show_discount
from core.sales.drafting import Discount
from core.sales.dto import TenderMode
from pos_desktop.screens.billing.draft_lines import Totals
from pos_desktop.screens.billing.saving import Paper, SavedBill
from pos_desktop.screens.billing.tender import Tender
from pos_desktop.screens.modes import MODES
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.labels import ElidedLabel, MoneyLabel, TextLabel, spaced
from pos_desktop.widgets.qr import QrCode

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def rupees(amount: Money) -> str:
    """Return an amount with its sign: ``₹1,23,456.00``."""
    return f"₹{amount.grouped()}"


def key_button(words: str, key: str, *, is_primary: bool = False) -> QPushButton:
    """Return a button that carries its key and leaves the focus where it is."""
    button = QPushButton(f"{words}   {key}")
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if is_primary:
        button.setProperty("role", "primary")
    return button


def card(widget: QFrame) -> None:
    """Dress a panel as a card."""
    widget.setProperty("panel", "card")


class CustomerPanel(QFrame):
    """Name and phone of the customer, the address where it is asked for, and what the shop's card says of them.

    The fields belong to the window, which routes their keys.
    """

    def __init__(self, name: QWidget, phone: QWidget, address: QWidget) -> None:
        super().__init__()
        card(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(spaced(Space.M), spaced(Space.XS), spaced(Space.M), spaced(Space.XS))
        whole.setSpacing(spaced(Space.XS))
        layout = QHBoxLayout()
        layout.setSpacing(spaced(Space.M))
        whole.addLayout(layout)
        self.card = ElidedLabel(weight="semibold")
        self.card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        whole.addWidget(self.card)
        fields = ((tr("Customer"), name, 3), (tr("Phone"), phone, 1), (tr("Address"), address, 3))
        labels = []
        for words, field, share in fields:
            label = TextLabel(words, weight="semibold")
            label.setBuddy(field)
            field.setAccessibleName(words)
            layout.addWidget(label)
            layout.addWidget(field, share)
            labels.append(label)
        self._address = (labels[-1], address)
        self._hint = TextLabel(
            tr("Down: known customers. Enter goes on, Esc back"), size=TextSize.SMALL, tone=Tone.MUTED
        )
        layout.addWidget(self._hint)
        name.setAccessibleDescription(tr("Down goes into the list of known customers, Enter takes one"))
        phone.setAccessibleDescription(name.accessibleDescription())
        self.show_address(is_asked=False)
        self.show_card("")

    def show_card(self, sentence: str) -> None:
        """Show what the card says of who was chosen, nothing where nobody was."""
        self.card.set_whole(sentence)
        self.card.setVisible(bool(sentence))

    def show_address(self, *, is_asked: bool) -> None:
        """Show the address, or else the hint about the keys."""
        for widget in self._address:
            widget.setVisible(is_asked)
        self._hint.setVisible(not is_asked)


class TotalsPanel(QFrame):
    """What the bill comes to; the total is the largest thing on the screen.

    ``discount`` is the field in which the discount on the whole bill is typed, in the place of its amount.
    """

    pay = Signal()

    def __init__(self, discount: QLineEdit, pay_key: str) -> None:
        super().__init__()
        card(self)
        self._field = discount
        discount.setAccessibleName(tr("Discount on the whole bill"))
        discount.setAlignment(Qt.AlignmentFlag.AlignRight)
        discount.setMaxLength(DISCOUNT_LENGTH)
        self._values: dict[str, MoneyLabel] = {}
        sums = QGridLayout()
        sums.setVerticalSpacing(0)
        sums.setHorizontalSpacing(spaced(Space.M))
        for row, (name, words) in enumerate(
            (
                ("gross", tr("At MRP")),
                ("discount", tr("Discount")),
                ("tax", tr("GST in it")),
                ("round_off", tr("Round-off")),
            )
        ):
            value = self._values[name] = MoneyLabel()
            value.setAccessibleName(words)
            label = TextLabel(words, size=TextSize.SMALL, tone=Tone.MUTED)
            sums.addWidget(label, row, 0)
            sums.addWidget(value, row, 1)
            if name == "discount":
                self._discount_label = label
                sums.addWidget(discount, row, 1)
        self._count = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self._count.setAlignment(_RIGHT)
        self.total = MoneyLabel(size=TextSize.TOTAL, symbol=True)
        self.total.setAccessibleName(tr("Total"))
        self.button = key_button(tr("Take cash"), pay_key, is_primary=True)
        self.button.clicked.connect(self.pay)
        large = QVBoxLayout()
        large.setSpacing(0)
        large.addWidget(self._count)
        large.addWidget(self.total, 1)
        large.addWidget(self.button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(spaced(Space.L), spaced(Space.S), spaced(Space.L), spaced(Space.M))
        layout.setSpacing(spaced(Space.XXL))
        layout.addLayout(sums)
        layout.addLayout(large, 1)

    def show_totals(self, totals: Totals, count: int, details: str, *, is_paying: bool) -> None:
        """Show the sums of so many lines and the bill's ``details``; while cash is typed there is nothing to begin."""
        for name, value in self._values.items():
            value.show_amount(getattr(totals, name))
        self.total.show_amount(totals.total)
        of_lines = tr("Total of 1 line") if count == 1 else tr("Total of {count} lines", count=count)
        self._count.setText(" · ".join(filter(None, (details, of_lines))))
        self.button.setEnabled(count > 0 and not is_paying)

    def show_discount(self, on_bill: Discount, typed: str | None) -> None:
        """Say how much of the discount is on the whole bill; show its field while it is ``typed``."""
        words = tr("Discount")
        if on_bill.percent or on_bill.amount:
            words = tr("Discount, bill {discount}", discount=show_discount(on_bill))
        self._discount_label.setText(words)
        self._field.setVisible(typed is not None)
        self._values["discount"].setVisible(typed is None)
        if typed is not None and self._field.text() != typed:
            self._field.setText(typed)


#: What each letter of the payment takes, as the panel says it.
_LETTER_WORDS = (
    ("U", tr("UPI")),
    ("C", tr("card")),
    ("Q", tr("cheque")),
    ("K", tr("credit")),
    ("A", tr("advance")),
)
_NUMBERS = {
    TenderMode.UPI: tr("UPI number"),
    TenderMode.CARD: tr("Card slip"),
    TenderMode.CHEQUE: tr("Cheque number"),
}


#: The side of the UPI code: a telephone reads it from an arm's length.
_CODE = 196


class TenderPanel(QFrame):
    """How the bill is paid: cash received and the change in the largest figures, other payments, the UPI code."""

    save = Signal()
    cancel = Signal()

    def __init__(self, cash: QWidget) -> None:
        super().__init__()
        card(self)
        self._cash = cash
        cash.setAccessibleName(tr("Cash received"))
        self._label = TextLabel(size=TextSize.HEADING, tone=Tone.MUTED)
        self._words = TextLabel(size=TextSize.HEADING, tone=Tone.MUTED)
        self.change = MoneyLabel(size=TextSize.TOTAL, symbol=True)
        self.change.setAccessibleName(tr("Change"))
        self._sentence = TextLabel(size=TextSize.SMALL, tone=Tone.DANGER, wraps=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.code = QrCode(theme.current().px(_CODE))
        self.code.setAccessibleName(tr("UPI code to pay by"))
        self._save = key_button(tr("Save and print"), "Enter", is_primary=True)
        self._save.clicked.connect(self.save)
        self._back = key_button(tr("Back"), "Esc")
        self._back.clicked.connect(self.cancel)
        layout = QGridLayout(self)
        layout.setContentsMargins(spaced(Space.L), spaced(Space.S), spaced(Space.L), spaced(Space.XS))
        layout.setHorizontalSpacing(spaced(Space.M))
        layout.setVerticalSpacing(0)
        layout.addWidget(self.code, 0, 0, 3, 1)
        layout.addWidget(self._label, 0, 1)
        layout.addWidget(cash, 0, 2)
        layout.addWidget(self._save, 0, 3)
        layout.addWidget(self._words, 1, 1)
        layout.addWidget(self.change, 1, 2)
        layout.addWidget(self._back, 1, 3)
        layout.addWidget(self._sentence, 2, 1, 1, 3)
        layout.setColumnStretch(2, 1)
        layout.setRowStretch(2, 1)
        self.sentence = ""

    def show_tender(self, tender: Tender, *, is_busy: bool) -> None:
        """Show the payment being typed."""
        label = _NUMBERS[tender.taken[-1].mode] if tender.asks_number else tr("Cash received")
        self._label.setText(label)
        self._cash.setAccessibleName(label)
        change = -tender.due if tender.asks_number else tender.change
        is_short = change is not None and change < ZERO
        self._words.setText(tr("Still to pay") if is_short else tr("Change"))
        self.change.show_amount(-change if change is not None and is_short else change)
        self.change.set_tone(Tone.DANGER if is_short else Tone.GOOD)
        self.sentence = tr("Saving …") if is_busy else tender.sentence
        self._sentence.setText(self.sentence or _payments_text(tender))
        self._sentence.set_tone(Tone.DANGER if tender.sentence and not is_busy else Tone.MUTED)
        self.code.show_text(tender.upi)
        self.code.setVisible(bool(tender.upi))
        self._save.setEnabled(not is_busy)
        self._back.setEnabled(not is_busy)


def _payments_text(tender: Tender) -> str:
    """Return what is paid otherwise than in cash, or else by which letters it can be."""
    if not tender.taken:
        letters = "  ".join(f"{key}\N{NO-BREAK SPACE}{words}" for key, words in _LETTER_WORDS)
        return tr("A letter takes the amount before it, or all:  {letters}", letters=letters)
    paid = "  ".join(
        f"{MODES[payment.mode]} {payment.amount.grouped()}{f' ({payment.reference})' if payment.reference else ''}"
        for payment in tender.taken
    )
    return tr("{paid}    Backspace takes the last back", paid=paid)


class LastBillStrip(QFrame):
    """The bill that was just saved, until the next one is."""

    print_again = Signal()

    def __init__(self) -> None:
        super().__init__()
        card(self)
        self._number = TextLabel(size=TextSize.HEADING, weight="semibold")
        self._amounts = TextLabel(size=TextSize.HEADING)
        self._paper = TextLabel(wraps=True)
        self._paper.setAccessibleName(tr("State of the last bill"))
        self.button = key_button(tr("Print again"), "F9")
        self.button.clicked.connect(self.print_again)
        layout = QGridLayout(self)
        layout.setContentsMargins(spaced(Space.L), spaced(Space.S), spaced(Space.L), spaced(Space.M))
        layout.setVerticalSpacing(spaced(Space.XS))
        layout.addWidget(TextLabel(tr("Last bill"), size=TextSize.SMALL, tone=Tone.MUTED), 0, 0)
        layout.addWidget(self._number, 1, 0)
        layout.addWidget(self._amounts, 2, 0)
        layout.addWidget(self._paper, 3, 0, 1, 2)
        layout.addWidget(self.button, 0, 1, 2, 1)
        layout.setColumnStretch(0, 1)
        layout.setRowStretch(4, 1)
        self.show_saved(None)

    @property
    def text(self) -> str:
        """All that it says."""
        return "  ".join(filter(None, (self._number.text(), self._amounts.text(), self._paper.text())))

    def show_saved(self, saved: SavedBill | None, waiting: int = 0) -> None:
        """Show number, total, change, how printing goes, and how many bills wait for F9."""
        self.button.setVisible(saved is not None)
        if saved is None:
            self._number.setText(tr("None yet"))
            return
        bill = saved.bill
        self._number.setText(bill.number)
        self._amounts.setText(tr("{total}  change {change}", total=rupees(bill.total), change=rupees(bill.change)))
        words, tone = _paper_words(saved, waiting)
        if bill.cancelled is not None:
            words, tone = tr("CANCELLED: {reason}", reason=bill.cancelled.reason), Tone.DANGER
        self._paper.setText(words)
        self._paper.set_tone(tone)
        self._paper.setToolTip(explain(saved.fault) if isinstance(saved.fault, Problem) else "")


def _paper_words(saved: SavedBill, waiting: int) -> tuple[str, Tone]:
    paper = saved.paper
    if paper is Paper.UNCONFIRMED:
        if waiting > 1:
            return tr("{count} bills saved, not confirmed printed: F9 prints them", count=waiting), Tone.WARNING
        return tr("saved, not confirmed printed: F9 prints it"), Tone.WARNING
    if paper is Paper.PRINTED and waiting:
        return tr("saved, printed. Bills before it not confirmed printed: {count}; F9 prints them", count=waiting), (
            Tone.WARNING
        )
    if paper is Paper.PRINTED:
        return tr("saved, printed"), Tone.GOOD
    if paper is Paper.NO_PRINTER:
        return tr("saved, no printer is chosen"), Tone.WARNING
    if paper is Paper.FAILED:
        why = explain(saved.fault) if isinstance(saved.fault, Problem) else ""
        return tr("Saved; its paper waits (Ctrl+P). {why}", why=why).rstrip(), Tone.DANGER
    return tr("saved, printing …"), Tone.MUTED
