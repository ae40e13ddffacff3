"""A line of text with a list under it of what may be taken; the arrows walk in the list, Enter takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent

from pos_desktop.shell import theme
from pos_desktop.shell.form import Offer
from pos_desktop.shell.texts import tr
from pos_desktop.tables.column import Column
from pos_desktop.widgets.fields import TextEdit
from pos_desktop.widgets.popup_list import PopupList

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
#: As wide as a list is at least, before scaling: its words are longer than its field.
_WIDTH = 620


class OfferEdit(TextEdit):
    """What is typed stays what it is until an entry is taken: Down walks in, Enter takes, Esc closes the list."""

    def __init__(self, name: str, *, most: int = 0) -> None:
        super().__init__(most=most)
        columns = (
            Column[Offer]("value", tr("Take"), lambda offer: offer.value, 13, bold=True),
            Column[Offer]("words", tr("What it is"), lambda offer: offer.words, stretches=True),
        )
        self.list = PopupList(columns, name, self)
        self.list.pointed.connect(self._take)
        self._offers: Sequence[Offer] = ()
        self._at = -1
        self._was_typed = False
        self.textEdited.connect(self._typed)

    def offer(self, offers: Sequence[Offer]) -> None:
        """List these from now on; the list opens by itself only below what is being typed.

        What is chosen stays chosen where it is still among them: Enter takes it also where an answer came in between.
        """
        if tuple(offers) == tuple(self._offers):
            return
        chosen = self._offers[self._at] if self._at >= 0 else None
        self._offers = tuple(offers)
        self._at = self._offers.index(chosen) if chosen in self._offers else -1
        if self.list.isVisible() or (self._was_typed and self.hasFocus()):
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows walk in the list, Enter takes what is chosen there, Esc closes it; the rest is typed."""
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps is not None and self._offers:
            self._at = max(0, min(self._at + steps, len(self._offers) - 1))
            self._show()
        elif self.list.isVisible() and event.key() == Qt.Key.Key_Escape:
            self._close()
        elif self.list.isVisible() and self._at >= 0 and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self._at)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The list goes with the keys."""
        self._close()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """The list goes with its field."""
        self._close()
        super().hideEvent(event)

    # --- inside --------------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._was_typed = True

    def _take(self, number: int) -> None:
        offer = self._offers[number]
        self._close()
        self.setText(offer.value)

    def _show(self) -> None:
        if not self._offers:
            self._close()
            return
        width = max(self.width(), theme.current().px(_WIDTH))
        # a field at the right edge has its list hang to the left
        window = self.window().width()
        left = min(0, window - self.mapTo(self.window(), QPoint(0, 0)).x() - width)
        place = QRect(self.mapToGlobal(QPoint(left, 0)), QSize(width, self.height()))
        self.list.open_at(place, self._offers, self._at)

    def _close(self) -> None:
        self._at, self._was_typed = -1, False
        self.list.hide()
