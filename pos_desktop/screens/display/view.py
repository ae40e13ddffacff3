"""The customer's window: large lines, the total, the code to pay by UPI. Always light, whatever the counter's theme."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QPainter, QPaintEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QWidget

from core.kernel.money import Money
from pos_desktop.screens.display.presenter import MOST_LINES
from pos_desktop.screens.display.state import Moment, Shown
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import LIGHT, distant_font
from pos_desktop.widgets.qr import QrCode

#: Parts of the window's height: letters of a line, of the total, of what stands beside it, of a greeting.
_LINE, _TOTAL, _WORD, _GREETING = 0.052, 0.135, 0.05, 0.09
_FOOT: Final = 0.27
_EDGE: Final = 0.035
#: How much of the width the code takes while there is one.
_CODE: Final = 0.4
_FIRST_SIZE: Final = (900, 560)


class DisplayWindow(QWidget):
    """Shows the customer what is billed. It never takes the keys, and never keeps the program from ending."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(tr("Customer display"))
        self.resize(*_FIRST_SIZE)
        self.shown = Shown("")
        self.code = QrCode(0)
        self.code.setParent(self)
        self.code.setAccessibleName(tr("Code to pay by UPI"))
        self.code.hide()

    def show_bill(self, shown: Shown) -> None:
        """Show it."""
        self.shown = shown
        self.setAccessibleName(tr("Customer display: {total}", total=shown.total.grouped()))
        self.code.show_text(shown.upi)
        self.code.setVisible(bool(shown.upi))
        self._place_code()
        self.update()

    def place_beside(self, counter: QWidget | None) -> None:
        """Fill the screen that the counter's window is not on, or stay an ordinary window where there is one only."""
        other = _other_screen(counter)
        if other is None:
            self.setWindowFlag(Qt.WindowType.FramelessWindowHint, False)
            if self.isHidden():  # else it stays where it was moved to
                self.showNormal()
            return
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, True)
        self.setScreen(other)
        self.setGeometry(other.geometry())
        self.showFullScreen()

    # --- drawing -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the code in its place."""
        self._place_code()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw everything: no theme of the counter's reaches it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIGHT.surface))
        if self.shown.moment in {Moment.WELCOME, Moment.PAID}:
            self._draw_greeting(painter)
        else:
            self._draw_lines(painter)
            self._draw_foot(painter)
        painter.end()

    def _px(self, part: float) -> int:
        """Return a part of the height, or of what the height would be where the window is narrow."""
        return max(1, round(part * min(self.height(), self.width() * 0.62)))

    def _edge(self) -> int:
        return self._px(_EDGE)

    def _body(self) -> QRect:
        """Return where the lines are: beside the code while there is one."""
        edge = self._edge()
        right = round(self.width() * _CODE) if self.shown.upi else 0
        return QRect(edge, edge, self.width() - 2 * edge - right, self.height() - self._px(_FOOT) - 2 * edge)

    def _place_code(self) -> None:
        width = round(self.width() * _CODE)
        body = self._body()
        side = max(1, min(width - self._edge(), body.height() - self._px(_WORD * 1.6)))
        self.code.setGeometry(self.width() - width + (width - side) // 2, body.top(), side, side)

    def _draw_lines(self, painter: QPainter) -> None:
        shown, body = self.shown, self._body()
        height = body.height() // MOST_LINES
        size = min(self._px(_LINE), height * 2 // 3)
        for number, line in enumerate(shown.lines):
            row = QRect(body.left(), body.top() + number * height, body.width(), height)
            is_here = number == shown.at and shown.moment is Moment.LINES
            if is_here:
                painter.fillRect(row, QColor(LIGHT.selected))
            inside = row.adjusted(size // 3, 0, -size // 3, 0)
            amount = "…" if line.amount is None else line.amount.grouped()
            taken = _write(painter, inside, amount, size, LIGHT.text, right=True, bold=True)
            rest = inside.adjusted(0, 0, -taken - size, 0)
            if not shown.upi:
                taken = _write(painter, rest, line.quantity, size * 3 // 4, LIGHT.muted, right=True)
                rest = rest.adjusted(0, 0, -taken - size, 0)
            _write(painter, rest, line.name, size, LIGHT.text, bold=is_here)
        if shown.upi:
            at = self.code.geometry()
            below = QRect(self.width() - round(self.width() * _CODE), at.bottom(), 0, self._px(_WORD * 1.6))
            below.setWidth(self.width() - below.left() - self._edge())
            words = tr("Scan to pay ₹{amount}", amount=shown.upi_amount.grouped())
            _write(painter, below, words, self._px(_WORD), LIGHT.accent, bold=True, centre=True)

    def _draw_foot(self, painter: QPainter) -> None:
        shown, edge = self.shown, self._edge()
        foot = QRect(0, self.height() - self._px(_FOOT), self.width(), self._px(_FOOT))
        painter.fillRect(foot, QColor(LIGHT.accent))
        word, amount, below = tr("Total"), shown.total, tr("{count} items", count=shown.count)
        if shown.count == 1:
            below = tr("1 item")
        if shown.moment is Moment.PAYING:
            word = tr("To pay")
            if shown.due != shown.total and not shown.upi:
                word, amount, below = tr("Still to pay"), shown.due, tr("of {total}", total=_rupees(shown.total))
        inside = foot.adjusted(2 * edge, 0, -2 * edge, 0)
        room = inside.adjusted(inside.width() // 4, 0, 0, 0)
        taken = _write(painter, room, _rupees(amount), self._px(_TOTAL), LIGHT.on_accent, right=True, bold=True)
        left = inside.adjusted(0, 0, -taken - edge, 0)
        top = QRect(left.left(), left.center().y() - self._px(_WORD * 1.5), left.width(), self._px(_WORD * 1.5))
        _write(painter, top, word, self._px(_WORD), LIGHT.on_accent, bold=True)
        _write(painter, top.translated(0, top.height()), below, self._px(_WORD * 0.8), LIGHT.on_accent)

    def _draw_greeting(self, painter: QPainter) -> None:
        shown, edge = self.shown, self._edge()
        middle = self.height() // 2
        inside = QRect(2 * edge, 0, self.width() - 4 * edge, self._px(_GREETING * 1.6))
        first, second = inside.translated(0, middle - inside.height()), inside.translated(0, middle)
        large, word = self._px(_GREETING), self._px(_WORD)
        if shown.moment is Moment.WELCOME:
            _write(painter, first, shown.shop, large, LIGHT.accent, bold=True, centre=True)
            _write(painter, second, tr("Welcome"), word, LIGHT.muted, centre=True)
            return
        total = self._px(_TOTAL)
        last = second
        if shown.change:
            words = tr("Change {amount}", amount=_rupees(shown.change))
            _write(painter, first, words, total, LIGHT.text, bold=True, centre=True)
            due, received = _rupees(shown.total), _rupees(shown.received)
            words = tr("{total} to pay, {received} received", total=due, received=received)
            _write(painter, second, words, word, LIGHT.muted, centre=True)
            last = second.translated(0, inside.height())
        else:
            words = tr("Paid {amount}", amount=_rupees(shown.total))
            _write(painter, first, words, total, LIGHT.text, bold=True, centre=True)
        words = tr("Thank you. {shop}", shop=shown.shop)
        _write(painter, last, words, word, LIGHT.accent, bold=True, centre=True)


def _rupees(amount: Money) -> str:
    return f"₹{amount.grouped()}"


def _write(
    painter: QPainter,
    place: QRect,
    text: str,
    pixels: int,
    colour: str,
    *,
    bold: bool = False,
    right: bool = False,
    centre: bool = False,
) -> int:
    """Write a line of text, smaller where an amount would not fit and cut where a name would not; return its width."""
    font = distant_font(pixels, bold=bold)
    metrics = QFontMetrics(font)
    while right and metrics.horizontalAdvance(text) > place.width() and pixels > 8:
        pixels = pixels * 9 // 10
        font = distant_font(pixels, bold=bold)
        metrics = QFontMetrics(font)
    shown = text if right else metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.setFont(font)
    painter.setPen(QColor(colour))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    if centre:
        side = Qt.AlignmentFlag.AlignHCenter
    # a row may be lower than its letters: none is cut at the foot
    how = Qt.AlignmentFlag.AlignVCenter | side | Qt.TextFlag.TextDontClip
    painter.drawText(QRectF(place), how, shown)
    return metrics.horizontalAdvance(shown)


def _other_screen(counter: QWidget | None) -> QScreen | None:
    """Return a screen that the counter's window is not on, None where there is one screen only."""
    here = counter.screen() if counter is not None else QGuiApplication.primaryScreen()
    return next((screen for screen in QGuiApplication.screens() if screen is not here), None)
