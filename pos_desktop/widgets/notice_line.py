"""One sentence over what a screen shows: what was done, or why it was not."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.labels import ElidedLabel, repolish, spaced


class NoticeLine(QFrame):
    """One sentence, in a place of its own so that nothing jumps when it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.label = ElidedLabel()
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(spaced(Space.S), 0, spaced(Space.S), 0)
        layout.addWidget(self.label, 1)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.text = ""

    def show_notice(self, text: str, tone: Tone) -> None:
        """Show a sentence, or an empty line."""
        self.text = text
        self.label.set_whole(text)
        self.label.set_tone(tone if tone is not Tone.ACCENT else Tone.PLAIN)
        self.setProperty("notice", tone.value if text else "")
        repolish(self)

    def _fit(self) -> None:
        self.setFixedHeight(theme.current().compact_row)
