"""The strip over the bill that shows every place of the counter: its key, whose bill it is, its total."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from core.sales.drafts import PLACES
from pos_desktop.screens.billing.panels import rupees
from pos_desktop.screens.billing.places import PlaceRow
from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.widgets.labels import BadgeLabel, ElidedLabel, MoneyLabel, TextLabel, repolish, spaced


class PlaceCell(QFrame):
    """One place. A click goes there."""

    clicked = Signal(int)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._row: PlaceRow | None = None
        self._key = TextLabel(f"Ctrl+{number}", size=TextSize.SMALL, tone=Tone.MUTED)
        self._who = ElidedLabel()
        self._who.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._badge = BadgeLabel()
        self._total = MoneyLabel(symbol=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(spaced(Space.S), 0, spaced(Space.S), 0)
        layout.setSpacing(spaced(Space.S))
        layout.addWidget(self._key)
        layout.addWidget(self._who, 1)
        layout.addWidget(self._badge)
        layout.addWidget(self._total)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def text(self) -> str:
        """All that it says."""
        return self.accessibleName()

    def show_row(self, row: PlaceRow) -> None:
        """Show the place as it is now; one that is as before is not dressed again at every key."""
        if row == self._row:
            return
        self._row = row
        who = row.who or (tr("this bill") if row.in_front else tr("free"))
        self._who.set_whole(who)
        self._who.set_tone(Tone.PLAIN if row.who else Tone.MUTED)
        self._who.setProperty("weight", "semibold" if row.in_front else "")
        repolish(self._who)
        badge = _badge(row)
        self._badge.show_badge(badge)
        self._total.setVisible(bool(row.total))
        self._total.show_amount(row.total)
        self.setProperty("place", "here" if row.in_front else "held" if row.who else "free")
        repolish(self)
        parts = [
            tr("Bill {number}", number=row.number),
            who,
            rupees(row.total) if row.total else "",
            badge.text if badge else "",
            tr("has the keys") if row.in_front else "",
        ]
        self.setAccessibleName(", ".join(filter(None, parts)))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go there."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit(self._number)
        super().mousePressEvent(event)


class PlacesStrip(QWidget):
    """The places side by side. A counter with one bill has no strip: its lines have the room."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cells = [PlaceCell(number) for number in PLACES]
        self._row = QHBoxLayout(self)
        for cell in self.cells:
            cell.clicked.connect(self.chosen)
            self._row.addWidget(cell, 1)
        self.setAccessibleName(tr("Bills at this counter"))
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_rows(self, rows: Sequence[PlaceRow]) -> None:
        """Show every place as it is now."""
        for cell, row in zip(self.cells, rows, strict=True):
            cell.show_row(row)

    def _fit(self) -> None:
        look = theme.current()
        self._row.setContentsMargins(spaced(Space.M), spaced(Space.XS), spaced(Space.M), 0)
        self._row.setSpacing(spaced(Space.XS))
        for cell in self.cells:
            cell.setFixedHeight(look.compact_row)


def _badge(row: PlaceRow) -> Badge | None:
    if row.is_busy:
        return Badge(tr("SAVING"), Tone.MUTED)
    return Badge(tr("NOT SAVED"), Tone.DANGER) if row.is_refused else None
