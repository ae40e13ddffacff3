"""Fields: an edit with its label above and what is wrong with it below; edits for secrets and numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QRegularExpressionValidator
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.shell import theme
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.icons import draw_icon, icon
from pos_desktop.widgets.labels import TextLabel, repolish, spaced

#: Border and document margin that Qt puts around text of several lines, whatever the scale.
_FRAME = 4
_ALT_OR_CTRL = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
#: Letters that a choice shows at least.
_FEW = 6


class TextEdit(QLineEdit):
    """A line of text; coming in by Tab selects what is there."""

    def __init__(self, *, most: int = 0, placeholder: str = "") -> None:
        super().__init__()
        if most:
            self.setMaxLength(most)
        self.setPlaceholderText(placeholder)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Type nothing with Alt held: a key of a screen that this user has not would leave its digit in the field.

        AltGr is another key, and comes as Ctrl and Alt on Windows.
        """
        if event.modifiers() & _ALT_OR_CTRL == Qt.KeyboardModifier.AltModifier and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)


class NumberEdit(TextEdit):
    """Digits only, right-aligned; ``decimals`` of them after a point."""

    def __init__(self, *, digits: int = 9, decimals: int = 0) -> None:
        super().__init__()
        pattern = rf"\d{{0,{digits}}}" + (rf"(\.\d{{0,{decimals}}})?" if decimals else "")
        self.setValidator(QRegularExpressionValidator(QRegularExpression(pattern), self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)


class SecretEdit(TextEdit):
    """A password; the eye at its end shows it while one wants to see it."""

    def __init__(self) -> None:
        super().__init__(most=200)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = QToolButton(self)
        self._eye.setCheckable(True)
        self._eye.setAutoRaise(True)
        self._eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._eye.setCursor(Qt.CursorShape.PointingHandCursor)
        self._eye.setToolTip(tr("Show what is typed"))
        self._eye.setAccessibleName(tr("Show what is typed"))
        self._eye.setProperty("role", "quiet")
        self._eye.toggled.connect(self._shown)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def _shown(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._fit()

    def _fit(self) -> None:
        look = theme.current()
        self._eye.setIcon(icon("eye_off" if self._eye.isChecked() else "eye", look.tone(Tone.MUTED)))
        self._eye.setIconSize(QSize(look.px(16), look.px(16)))
        self.setTextMargins(0, 0, look.px(28), 0)
        self._place()

    def _place(self) -> None:
        side = theme.current().px(24)
        self._eye.setGeometry(self.width() - side - spaced(Space.XS), (self.height() - side) // 2, side, side)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Keep the eye at the end."""
        self._place()


class LinesEdit(QPlainTextEdit):
    """A few lines of text; Tab leaves it, Enter begins a line, Ctrl+Enter is Enter to the window."""

    entered = Signal()

    def __init__(self, *, lines: int = 2, placeholder: str = "") -> None:
        super().__init__()
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take Ctrl+Enter out; an Enter on an empty last line moves on too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            has_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if has_ctrl or not self.textCursor().block().text().strip():
                self.entered.emit()
                return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        look = theme.current()
        line = self.fontMetrics().lineSpacing()
        self.setFixedHeight(line * self._lines + 2 * look.px(Space.S) + 2 * _FRAME)


class Choice(QComboBox):
    """One of a list; typing letters finds an entry. The arrow is drawn here, in the theme's colour."""

    def __init__(self, entries: list[tuple[str, str]]) -> None:
        """``entries`` are (value, text)."""
        super().__init__()
        for value, text in entries:
            self.addItem(text, value)
        self.setMaxVisibleItems(14)
        # as wide as its place and not as its longest entry: a narrow window would cut what stands beside it
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_FEW)
        self.currentIndexChanged.connect(self._filled)

    def _filled(self, index: int) -> None:
        is_empty = index < 0
        if is_empty != bool(self.property("empty")):
            self.setProperty("empty", is_empty)
            repolish(self)

    @property
    def value(self) -> str:
        """The value of what is chosen, empty for nothing."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose by value; nothing where there is no such entry."""
        self.setCurrentIndex(self.findData(value))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw it, then the arrow."""
        super().paintEvent(event)
        look = theme.current()
        side = look.px(16)
        place = QRectF(self.width() - side - look.px(Space.S), (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        draw_icon(painter, "chevron_down", place, look.tone(Tone.MUTED))
        painter.end()


class FieldRow(QWidget):
    """A label, an edit, and below a line that helps or says what is wrong; the line keeps its room."""

    def __init__(self, label: str, edit: QWidget, *, hint: str = "", is_optional: bool = False) -> None:
        """Without ``label`` the row stands under one that has it; name the edit for screen readers then."""
        super().__init__()
        self.edit = edit
        self._hint = hint
        shown = tr("{label} (optional)", label=label) if is_optional else label
        self.label = TextLabel(shown, weight="semibold")
        self.label.setBuddy(edit)
        if label:
            edit.setAccessibleName(label)
        edit.setAccessibleDescription(hint)
        self._below = TextLabel(hint, size=TextSize.SMALL, tone=Tone.MUTED, wraps=True)
        self._below.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spaced(Space.XS))
        layout.addWidget(self.label)
        self.label.setVisible(bool(label))
        layout.addWidget(edit)
        layout.addWidget(self._below)
        theme.changes().changed.connect(self._fit)
        self._fit()

    @property
    def problem(self) -> str:
        """What is wrong, empty when nothing is."""
        return self._below.text() if self.edit.property("wrong") else ""

    def show_good(self, sentence: str) -> None:
        """Say that what was typed has been proved right."""
        self._below.setText(sentence)
        self._below.set_tone(Tone.GOOD)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with the edit, or with an empty sentence that nothing is."""
        is_wrong = bool(sentence)
        if is_wrong != bool(self.edit.property("wrong")):
            self.edit.setProperty("wrong", is_wrong)
            repolish(self.edit)
        self._below.setText(sentence or self._hint)
        self._below.set_tone(Tone.DANGER if is_wrong else Tone.MUTED)
        self.edit.setAccessibleDescription(sentence or self._hint)

    def _fit(self) -> None:
        small = QFontMetrics(theme.current().font(TextSize.SMALL))
        self._below.setMinimumHeight(small.lineSpacing() + 1)
