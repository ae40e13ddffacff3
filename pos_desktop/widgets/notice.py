"""A notice in the window itself: says what happened, what is safe and what to do, and never holds the keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.icons import IconLabel, icon
from pos_desktop.widgets.labels import TextLabel, repolish, spaced

_ICONS = {Tone.ACCENT: "info", Tone.WARNING: "warning", Tone.DANGER: "failure", Tone.GOOD: "good"}


class NoticeBar(QFrame):
    """One notice at a time: information (accent), warning, failure (danger) or success (good)."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], object] | None = None
        self._icon = IconLabel("info")
        self._text = TextLabel(wraps=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton()
        self._action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._action.clicked.connect(self._do)
        self._close = QPushButton()
        self._close.setProperty("role", "quiet")
        self._close.setProperty("shape", "square")
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.setAccessibleName(tr("Close the notice"))
        self._close.setToolTip(tr("Close the notice"))
        self._close.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        self._layout = layout
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.hide()

    def show_notice(
        self, tone: Tone, text: str, action: str = "", act: Callable[[], object] | None = None, *, closes: bool = True
    ) -> None:
        """Show a notice, with a button for what to do about it where there is something."""
        self._act = act
        self._text.setText(text)
        self._icon.show_icon(_ICONS.get(tone, "info"), tone)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._close.setVisible(closes)
        self.setProperty("notice", tone.value)
        self.setAccessibleName(text)
        repolish(self)
        self.show()

    @property
    def text(self) -> str:
        """What it says now; nothing while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def clear(self) -> None:
        """Take the notice away."""
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    def _do(self) -> None:
        if self._act is not None:
            self._act()

    def _fit(self) -> None:
        self._layout.setContentsMargins(spaced(Space.M), spaced(Space.S), spaced(Space.S), spaced(Space.S))
        self._layout.setSpacing(spaced(Space.M))
        self._close.setIconSize(QSize(spaced(Space.L), spaced(Space.L)))
        self._close.setIcon(icon("close", theme.current().tone(Tone.MUTED)))
