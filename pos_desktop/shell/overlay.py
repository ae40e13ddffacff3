"""A card over the window that holds the keys while it is open; Esc gives them back to where they were."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.tabbing import go_round
from pos_desktop.shell.theme import Space

#: With Ctrl: theme, sizes, log out.
PASS_WITH_CTRL = frozenset(
    {Qt.Key.Key_T, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_L}
)


class Overlay(QWidget):
    """Covers its parent with a scrim and shows ``card`` in the middle; a subclass fills the card.

    No key but those of the looks, Ctrl+L (log out) and what its owner adds to ``passes`` reaches what lies below, and
    Tab stays among the card's fields.
    """

    escaped = Signal()

    def __init__(self, parent: QWidget, name: str, card: QFrame) -> None:
        super().__init__(parent)
        self._below = parent
        self._came_from: QWidget | None = None
        #: The keys that with Ctrl reach what lies below.
        self.passes: frozenset[Qt.Key] = PASS_WITH_CTRL
        self.card = card
        card.setParent(self)
        card.setProperty("panel", "popup")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        parent.installEventFilter(self)
        theme.changes().changed.connect(self.place)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether it covers the window."""
        return not self.isHidden()

    def open_card(self) -> None:
        """Cover the window; the subclass gives the focus to its first field."""
        if not self.is_open:
            self._came_from = self.window().focusWidget()
            self.show()
            self.raise_()
        self.place()

    def close_card(self) -> None:
        """Give the keys back to whoever had them."""
        if self.is_open:
            self.hide()
            came_from, self._came_from = self._came_from, None
            if came_from is not None:
                came_from.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Fit the card to what it holds now."""
        look = theme.current()
        self.setGeometry(self._below.rect())
        layout = self.card.layout()
        if layout is not None:
            layout.activate()
        # a fixed width stands in both: a text that hints at a wider card wraps, and needs the height
        wanted = self.card.sizeHint().expandedTo(self.card.minimumSize()).boundedTo(self.card.maximumSize())
        margin = look.px(Space.XL)
        width = min(wanted.width(), self.width() - 2 * margin)
        height = wanted.height()
        if self.card.hasHeightForWidth():
            height = max(height, self.card.heightForWidth(width))
        height = min(height, self.height() - 2 * margin)
        self.card.setGeometry((self.width() - width) // 2, max(margin, (self.height() - height) // 3), width, height)

    # --- events --------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Take every key before a shortcut does, but for the few that work everywhere."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if not (has_ctrl and event.key() in self.passes):
                event.accept()
            return True
        if event.type() is QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc closes; no other key that the fields have left reaches what lies below."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Let Tab go round among the fields of the card."""
        go_round(self._in_order(), forward=forward)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the window."""
        if watched is self._below and event.type() is QEvent.Type.Resize and self.is_open:
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Dim what lies below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().scrim())
        painter.end()

    def _in_order(self) -> list[QWidget]:
        """Return the widgets of the card in the order that Tab takes."""
        found: list[QWidget] = []
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            if self.card.isAncestorOf(widget):
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found
