"""A card in the middle of a window: what a window of one question shows."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space
from pos_desktop.widgets.labels import spaced


class Card(QFrame):
    """A card of a fixed width, which grows with the letters; ``inside`` takes what stands on it."""

    def __init__(self, width: int, space: Space = Space.S) -> None:
        super().__init__()
        self._width = width
        self.setProperty("panel", "card")
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(spaced(Space.XXL), spaced(Space.XL), spaced(Space.XXL), spaced(Space.XL))
        self.inside.setSpacing(spaced(space))
        theme.changes().changed.connect(self._fit)
        self._fit()

    def stand_in(self, layout: QVBoxLayout) -> None:
        """Take a place in the middle, a little above it."""
        layout.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self)
        middle.addStretch(1)
        layout.addLayout(middle)
        layout.addStretch(3)

    def _fit(self) -> None:
        self.setFixedWidth(theme.current().px(self._width))
