"""The left rail: the sections of the program with their keys, and the switch of the theme at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.screen import RailEntry
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.icons import draw_icon

_WIDE, _NARROW = 156, 56
#: How low a section may become in a low window with large letters; below so much a narrow one stands in one row.
_LEAST, _LOW = 22, 44


class RailButton(QAbstractButton):
    """A section: icon, name and key in one row, or icon over key where the window is narrow."""

    def __init__(self, entry: RailEntry, parent: QWidget, *, is_checkable: bool = True) -> None:
        super().__init__(parent)
        self.entry = entry
        self.is_narrow = False
        self.setText(entry.label)
        self.setAccessibleName(f"{entry.label} ({entry.key})")
        self.setToolTip(f"{entry.label} ({entry.key})")
        self.setCheckable(is_checkable)
        self.setAutoExclusive(is_checkable)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys belong to the screen
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_entry(self, entry: RailEntry) -> None:
        """Show another name or icon."""
        self.entry = entry
        self.setToolTip(f"{entry.label} ({entry.key})")
        self.setAccessibleName(f"{entry.label} ({entry.key})")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return one row."""
        look = theme.current()
        return QSize(look.px(_NARROW if self.is_narrow else _WIDE), look.px(52 if self.is_narrow else 36))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the least of one row: many sections share what height there is."""
        return QSize(0, theme.current().px(_LEAST))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, mark, icon, name and key."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_here = self.isChecked()
        if is_here:
            painter.fillRect(self.rect(), QColor(look.selected))
            painter.fillRect(0, 0, look.px(3), self.height(), QColor(look.accent))
        elif self.underMouse():
            painter.fillRect(self.rect(), QColor(look.hover))
        colour = QColor(look.text if is_here else look.muted)
        side = look.px(20)
        if self.is_narrow and self.height() < look.px(_LOW):
            side = min(look.px(15), self.height())
            icon_place = QRectF(look.px(Space.XS), (self.height() - side) / 2, side, side)
            key_place = self.rect().adjusted(0, 0, -look.px(2), 0)
            key_align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        elif self.is_narrow:
            icon_place = QRectF((self.width() - side) / 2, look.px(8), side, side)
            key_place = QRect(0, look.px(30), self.width(), look.px(16))
            key_align = Qt.AlignmentFlag.AlignCenter
        else:
            icon_place = QRectF(look.px(Space.M), (self.height() - side) / 2, side, side)
            key_place = self.rect().adjusted(0, 0, -look.px(Space.S), 0)
            key_align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.setFont(look.font(semi_bold=is_here))
            painter.setPen(colour)
            place = self.rect().adjusted(look.px(40), 0, -look.px(44), 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.entry.label)
        draw_icon(painter, self.entry.icon, icon_place, look.tone(Tone.ACCENT) if is_here else colour)
        painter.setFont(look.font(TextSize.SMALL))
        painter.setPen(QColor(look.muted if not is_here else look.text))
        painter.drawText(key_place, key_align, self.entry.key)
        painter.end()


class Rail(QFrame):
    """The sections from top to bottom."""

    chosen = Signal(int)
    theme_wanted = Signal()

    def __init__(self, entries: Sequence[RailEntry], theme_key: str) -> None:
        super().__init__()
        self.setProperty("panel", "rail")
        self._theme_key = theme_key
        self._is_narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.current().px(Space.S), 1, theme.current().px(Space.S))
        layout.setSpacing(2)
        sections = QWidget(self)
        section_layout = QVBoxLayout(sections)
        section_layout.setContentsMargins(0, 0, 0, 0)
        section_layout.setSpacing(2)
        self.buttons = [RailButton(entry, sections) for entry in entries]
        for number, button in enumerate(self.buttons):
            section_layout.addWidget(button)
            button.clicked.connect(lambda _=False, chosen=number: self.chosen.emit(chosen))
        layout.addWidget(sections)
        layout.addStretch(1)
        self._theme_button = RailButton(self._theme_entry(), self, is_checkable=False)
        self._theme_button.clicked.connect(self.theme_wanted)
        layout.addWidget(self._theme_button)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_chosen(self, number: int) -> None:
        """Mark the section that is visible."""
        self.buttons[number].setChecked(True)

    def set_narrow(self, is_narrow: bool) -> None:
        """Give the screen more room, or the names theirs."""
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._fit()

    def _theme_entry(self) -> RailEntry:
        is_dark = theme.current().is_dark
        return RailEntry(tr("Light") if is_dark else tr("Dark"), self._theme_key, "sun" if is_dark else "moon")

    def _fit(self) -> None:
        look = theme.current()
        for button in (*self.buttons, self._theme_button):
            button.is_narrow = self._is_narrow
            button.updateGeometry()
        self._theme_button.show_entry(self._theme_entry())
        self.setFixedWidth(look.px(_NARROW if self._is_narrow else _WIDE))
