"""The bar at the bottom that shows what the keys do here; each can be clicked as well."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.widgets.key_cap import cap_size, draw_cap


class KeyBar(QWidget):
    """Draws one cap and label per key, from left to right; those that find no room are left to F1."""

    pressed = Signal(object)
    """The KeyAction that was clicked; its intent has been called already."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions: tuple[KeyAction, ...] = ()
        self._places: list[tuple[QRect, KeyAction]] = []
        self._under: KeyAction | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Keys"))

    def set_actions(self, actions: Sequence[KeyAction]) -> None:
        """Show these keys."""
        self._actions = tuple(action for action in actions if action.in_bar)
        self._lay_out()

    def shown_keys(self) -> list[str]:
        """Return the keys that found room."""
        return [action.key for _, action in self._places]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return one row."""
        look = theme.current()
        return QSize(look.px(400), look.px(34))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return one row, as narrow as need be."""
        return QSize(0, self.sizeHint().height())

    # --- places --------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        look = theme.current()
        of_label = QFontMetrics(look.font(TextSize.SMALL))
        left = look.px(Space.S)
        self._places = []
        for action in self._actions:
            width = (
                cap_size(action.key).width() + look.px(6) + of_label.horizontalAdvance(action.label) + look.px(Space.M)
            )
            if left + width > self.width():
                break
            self._places.append((QRect(left, 0, width, self.height()), action))
            left += width + look.px(Space.XS)
        self._under = None
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay the keys out for the new width."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Lay the keys out for the new font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._lay_out()

    # --- mouse ---------------------------------------------------------------------------------------------------

    def _at(self, point: QPoint) -> KeyAction | None:
        return next((action for place, action in self._places if place.contains(point)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show that the key under the mouse can be clicked."""
        under = self._at(event.position().toPoint())
        if under is not self._under:
            self._under = under
            can = under is not None and under.enabled
            self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Forget the key under the mouse."""
        self._under = None
        QToolTip.hideText()
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Do what the key does."""
        action = self._at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and action is not None and action.enabled:
            action.intent()
            self.pressed.emit(action)

    # --- paint ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, line, caps and labels."""
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.surface))
        painter.fillRect(0, 0, self.width(), 1, QColor(look.line))
        for place, action in self._places:
            if action is self._under and action.enabled:
                painter.fillRect(place.adjusted(0, 1, 0, 0), QColor(look.hover))
            size = cap_size(action.key)
            cap = QRect(QPoint(place.left() + look.px(Space.XS), (self.height() - size.height()) // 2), size)
            draw_cap(painter, action.key, cap, enabled=action.enabled)
            painter.setFont(look.font(TextSize.SMALL))
            painter.setPen(QColor(look.text if action.enabled else look.muted))
            label = QRect(cap.right() + 1 + look.px(6), cap.top(), place.right() - cap.right(), cap.height())
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, action.label)
        painter.end()
