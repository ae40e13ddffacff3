"""All that is known of something, from top to bottom: a name, its badges, and facts in two columns under headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.widgets.labels import BadgeLabel, ElidedLabel, TextLabel, spaced

_SCROLLS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class Told(Protocol):
    """A label and what is known under it; one that ``is_wide`` has a row of its own and as many lines as it needs."""

    @property
    def label(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def tone(self) -> Tone: ...
    @property
    def is_wide(self) -> bool: ...


class ToldTogether(Protocol):
    """Facts under a heading."""

    @property
    def title(self) -> str: ...
    @property
    def facts(self) -> Sequence[Told]: ...


class FactSections(QScrollArea):
    """Draws a name and sections of facts; with the focus the arrows scroll where there is more than fits."""

    def __init__(self, *, width: int) -> None:
        """``width`` is before scaling."""
        super().__init__()
        self._card_width = width
        self._shown: object = None
        self._inside = QFrame()
        self.setProperty("panel", "card")
        self._inside.setProperty("panel", "surface")
        self._parts: list[QWidget] = []
        self._sections = QVBoxLayout()
        self._layout = QVBoxLayout(self._inside)
        self._layout.addLayout(self._sections)
        self._layout.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def show_sections(self, name: str, badges: Sequence[Badge], sections: Sequence[ToldTogether]) -> None:
        """Show these, from the top where it is about something else than before."""
        shown = (name, tuple(badges), tuple(sections))
        if shown == self._shown:
            return
        is_other = not isinstance(self._shown, tuple) or self._shown[0] != name
        self._shown = shown
        for old in self._parts:
            self._sections.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._parts = [_head(name, badges)]
        for section in sections:
            if section.title:
                self._parts += [_Rule(), TextLabel(section.title, tone=Tone.ACCENT, weight="semibold")]
            self._parts.append(_grid(section.facts))
        for part in self._parts:
            self._sections.addWidget(part)
        self.setAccessibleDescription("\n".join(_lines(sections)))
        if is_other:
            self.verticalScrollBar().setValue(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows and pages scroll; the rest goes to the screen."""
        steps = _SCROLLS.get(Qt.Key(event.key()))
        if steps is None:
            event.ignore()
            return
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + steps * theme.current().compact_row)

    def _fit(self) -> None:
        self.setFixedWidth(theme.current().px(self._card_width))
        self._layout.setContentsMargins(spaced(Space.L), spaced(Space.M), spaced(Space.L), spaced(Space.M))
        self._sections.setSpacing(spaced(Space.XS))


class _Rule(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "rule")
        self.setFixedHeight(1)


def _head(name: str, badges: Sequence[Badge]) -> QWidget:
    head = QWidget()
    inside = QVBoxLayout(head)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(spaced(Space.XS))
    title = ElidedLabel(weight="semibold")
    title.setProperty("textSize", TextSize.HEADING.value)
    title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    title.set_whole(name)
    inside.addWidget(title)
    if badges:
        row = QHBoxLayout()
        for badge in badges:
            row.addWidget(BadgeLabel(badge, head))  # shown without a parent it is a window, and takes the keys
        row.addStretch(1)
        inside.addLayout(row)
    return head


def _grid(facts: Sequence[Told]) -> QWidget:
    grid = QWidget()
    cells = QGridLayout(grid)
    cells.setContentsMargins(0, 0, 0, 0)
    cells.setHorizontalSpacing(spaced(Space.M))
    cells.setVerticalSpacing(spaced(Space.XS))
    cells.setColumnStretch(0, 1)
    cells.setColumnStretch(1, 1)
    line = column = 0
    for fact in facts:
        if fact.is_wide and column:
            line, column = line + 1, 0
        cells.addWidget(_cell(fact), line, column, 1, 2 if fact.is_wide else 1)
        column += 2 if fact.is_wide else 1
        if column >= 2:
            line, column = line + 1, 0
    return grid


def _cell(fact: Told) -> QWidget:
    cell = QWidget()
    label = ElidedLabel(tone=Tone.MUTED)
    label.setProperty("textSize", TextSize.SMALL.value)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.set_whole(fact.label)
    value: TextLabel
    if fact.is_wide:
        value = TextLabel(fact.text, tone=fact.tone, wraps=True)
    else:
        value = ElidedLabel(fact.text, tone=fact.tone)
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    value.setAccessibleName(f"{fact.label}: {fact.text}")
    inside = QVBoxLayout(cell)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(0)
    inside.addWidget(label)
    inside.addWidget(value)
    return cell


def _lines(sections: Sequence[ToldTogether]) -> list[str]:
    return [f"{fact.label}: {fact.text}" for section in sections for fact in section.facts]
