"""F1: every key of this screen and of the whole program, over the window until Esc."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.overlay import PASS_WITH_CTRL
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.key_cap import KeyCap
from pos_desktop.widgets.labels import TextLabel, spaced

_CLOSING = {Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class KeyList(QWidget):
    """Covers its parent; holds the keys while it is open and gives the focus back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._below = parent
        self._came_from: QWidget | None = None
        self._card = QFrame(self)
        self._card.setProperty("panel", "popup")
        self._columns = QHBoxLayout()
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(spaced(Space.XL), spaced(Space.L), spaced(Space.XL), spaced(Space.L))
        layout.setSpacing(spaced(Space.M))
        head = QHBoxLayout()
        head.addWidget(TextLabel(tr("Keys"), size=TextSize.TITLE, weight="semibold"))
        head.addStretch(1)
        head.addWidget(TextLabel(tr("Esc closes this list"), tone=Tone.MUTED))
        layout.addLayout(head)
        holder = QWidget()
        holder.setLayout(self._columns)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(spaced(Space.XXL))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        layout.addWidget(scroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Keys"))
        parent.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether it covers the window."""
        return not self.isHidden()

    def open(self, groups: Sequence[tuple[str, Sequence[KeyAction]]]) -> None:
        """Show the keys, a group a column."""
        while self._columns.count():
            self._columns.takeAt(0).widget().deleteLater()
        for title, actions in groups:
            listed = [action for action in actions if action.in_list]
            if listed:
                self._columns.addWidget(_group(title, listed), 1)
        window = self.window()
        self._came_from = window.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def close_list(self) -> None:
        """Give the window back to whoever had it."""
        if self.is_open:
            self.hide()
            if self._came_from is not None:
                self._came_from.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc, F1 and Enter close; no other key reaches what lies below."""
        if event.key() in _CLOSING:
            self.close_list()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Take every key before a shortcut does, but for the few that work everywhere."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if not (has_ctrl and event.key() in PASS_WITH_CTRL):
                event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click beside the card closes it."""
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_list()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the window."""
        if watched is self._below and event.type() is QEvent.Type.Resize and self.is_open:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Dim what lies below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().scrim())
        painter.end()

    def _place(self) -> None:
        look = theme.current()
        self.setGeometry(self._below.rect())
        wanted = self._card.sizeHint()
        margin = look.px(Space.XXL)
        inner = self._columns.sizeHint().width() + look.px(2 * Space.XL + Space.M)
        width = min(max(wanted.width(), inner, look.px(760)), self.width() - 2 * margin)
        content = self._columns.sizeHint().height() + look.px(96)
        height = min(content, self.height() - 2 * margin)
        self._card.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)


def _group(title: str, actions: Sequence[KeyAction]) -> QWidget:
    group = QWidget()
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(spaced(Space.M))
    grid.setVerticalSpacing(spaced(Space.S))
    grid.addWidget(TextLabel(title, size=TextSize.HEADING, weight="semibold"), 0, 0, 1, 2)
    for number, action in enumerate(actions, start=1):
        grid.addWidget(KeyCap(action.key, enabled=action.enabled), number, 0)
        tone = Tone.PLAIN if action.enabled else Tone.MUTED
        grid.addWidget(TextLabel(action.label, tone=tone), number, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(actions) + 1, 1)
    return group
