"""What is known of something, in short: a small label over each value, as many beside each other as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.labels import ElidedLabel, TextLabel, spaced

_COLUMNS = 4


class Told(Protocol):
    """A label, what is known under it, and whether that is missing and should be looked at."""

    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def is_missing(self) -> bool: ...


class FactsGrid(QWidget):
    """Draws facts in columns of one width; a text that is too long is cut and stands whole in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: list[tuple[str, str, bool]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for number in range(_COLUMNS):
            self._grid.setColumnStretch(number, 1)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_facts(self, facts: Sequence[Told]) -> None:
        """Show these."""
        shown = [(fact.label, fact.text, fact.is_missing) for fact in facts]
        if shown == self._facts:
            return
        self._facts = shown
        while self._grid.count():
            old = self._grid.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        for number, (label, text, is_missing) in enumerate(shown):
            self._grid.addWidget(_Cell(label, text, is_missing=is_missing), number // _COLUMNS, number % _COLUMNS)

    def _fit(self) -> None:
        self._grid.setHorizontalSpacing(spaced(Space.L))
        self._grid.setVerticalSpacing(spaced(Space.XS))


class _Cell(QWidget):
    def __init__(self, label: str, text: str, *, is_missing: bool) -> None:
        super().__init__()
        value = ElidedLabel(tone=Tone.WARNING if is_missing else Tone.PLAIN)
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value.set_whole(text)
        value.setAccessibleName(f"{label}: {text}")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(TextLabel(label, size=TextSize.SMALL, tone=Tone.MUTED))
        inside.addWidget(value)
