"""Draws a form (``shell.form``): title, what it does, fields, a sentence, and the two keys that end it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.shell import theme
from pos_desktop.shell.form import FieldKind, Form, FormField
from pos_desktop.shell.tabbing import go_round
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.fields import Choice, FieldRow, SecretEdit, TextEdit
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.offer_edit import OfferEdit

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


#: So much of the fields is seen at least (before scaling) where they are scrolled.
_LEAST_FIELDS = 120


class _FieldGrid(QWidget):
    """The fields themselves, never asked to be higher than they are at their width (``FormPanel.minimumSizeHint``)."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As high as they are."""
        least, layout = super().minimumSizeHint(), self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return least
        return QSize(least.width(), layout.minimumHeightForWidth(max(least.width(), self.width())))


class _Fields(QScrollArea):
    """The fields of a form: as high as they are, and scrolled where the window has no room for all of them."""

    def __init__(self, fields: QWidget) -> None:
        super().__init__()
        #: How wide it will be, known before it is laid out.
        self.will_be_wide = 0
        self.setWidget(fields)
        self.setWidgetResizable(True)
        fields.setAutoFillBackground(False)  # the ground of the card is seen through it
        self.viewport().setAutoFillBackground(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All of the fields, at the width that there is."""
        hint, layout = self.widget().sizeHint(), self.widget().layout()
        if layout is None or not layout.hasHeightForWidth():
            return hint
        return QSize(hint.width(), layout.heightForWidth(self.will_be_wide or self.width()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Enough to see which field has the keys."""
        least = min(self.sizeHint().height(), theme.current().px(_LEAST_FIELDS))
        return QSize(self.widget().minimumSizeHint().width(), least)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Grow with the fields, and let the one that gets the keys be seen, with its label and what is said below."""
        if event.type() is QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        elif event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            row = watched.parentWidget() or watched
            QTimer.singleShot(0, row, lambda: self.ensureWidgetVisible(row, 0, 0))  # once it stands where it will
        return super().eventFilter(watched, event)


class FormPanel(QFrame):
    """One form at a time. Enter in any field submits, Esc cancels, Tab goes on."""

    submitted = Signal(dict)
    cancelled = Signal()
    typed = Signal(str)

    def __init__(self, *, panel: str = "card", width: int = 380, scrolls: bool = False) -> None:
        """``panel`` is the ground it lies on (``stylesheet``); ``width`` is that of one column before scaling, each
        further one adds half of it; 0 for all there is. ``scrolls`` where nothing around it does."""
        super().__init__()
        self.setProperty("panel", panel)
        self._width = width
        self._form: Form | None = None
        self._attempt = 0
        self.rows: dict[str, FieldRow] = {}
        self._title = TextLabel(size=TextSize.HEADING, weight="semibold", wraps=True)
        self._about = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED, wraps=True)
        self._fields = _FieldGrid()
        self._field_layout = QGridLayout(self._fields)
        self._field_layout.setContentsMargins(0, 0, 0, 0)
        self._scroll = _Fields(self._fields) if scrolls else None
        self._sentence = TextLabel(tone=Tone.DANGER, wraps=True)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._save = QPushButton(tr("Save   Enter"))
        self._save.setProperty("role", "primary")
        self._save.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._save.clicked.connect(self.submit)
        self._back = QPushButton(tr("Back   Esc"))
        self._back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._back.clicked.connect(self.cancelled)
        self._lay_out()
        theme.changes().changed.connect(self._fit)
        self._fit()

    @property
    def sentence(self) -> str:
        """What stands under the fields."""
        return self._sentence.text()

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Let Tab go round among the fields: the table beside them is left with Esc."""
        go_round((row.edit for row in self.rows.values()), forward=forward)
        return True

    def show_form(self, form: Form) -> None:
        """Draw a form: another one with its fields new and the focus in the first, the same with what is wrong."""
        is_new = form is not self._form
        if is_new:
            self._form, self._attempt = form, form.attempt
            self._build(form)
            self._fit_width()
        self._title.setText(form.title)
        self._about.setText(form.about)
        self._about.setVisible(bool(form.about))
        self._sentence.setText(form.sentence)
        self._sentence.setVisible(bool(form.sentence))
        self._save.setText(tr("{words}   Enter", words=form.submit_words))
        self._save.setEnabled(not form.is_busy)
        self._busy.setVisible(form.is_busy)
        for name, row in self.rows.items():
            problem, note = form.problems.get(name, ""), form.notes.get(name, "")
            row.show_problem(problem)
            if note and not problem:
                row.show_good(note)
            row.edit.setEnabled(not form.is_busy)
            if isinstance(row.edit, OfferEdit):
                row.edit.offer(form.offers.get(name, ()))
        if self._scroll is not None:  # an area that scrolls does not hear of it in time
            self._field_layout.activate()
            self._scroll.updateGeometry()
        if is_new:
            self.take_focus()
        elif form.attempt != self._attempt and not form.is_busy:
            self._attempt = form.attempt
            self._focus(next(iter(form.problems), self._first()))

    def forget(self) -> None:
        """Forget the form and what was typed: secrets do not stay in fields that nobody sees."""
        self._form = None
        self._clear()

    def take_focus(self) -> None:
        """Give the keys to the first field."""
        self._focus(self._first())

    def values(self) -> dict[str, str]:
        """Return what stands in the fields."""
        return {
            name: edit.value if isinstance(edit := row.edit, Choice) else edit.text()  # type: ignore[attr-defined]
            for name, row in self.rows.items()
        }

    def submit(self) -> None:
        """Hand over what was typed."""
        self.submitted.emit(self.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter submits, Esc cancels; the fields have left these keys."""
        if event.key() in _ENTER:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As high as it is at its width: Qt counts every hint at its narrowest, and would scroll what has room."""
        least = super().minimumSizeHint()
        if not self._inside.hasHeightForWidth():
            return least
        width = self.minimumWidth() if self._width else max(least.width(), self.width())
        return QSize(least.width(), self._inside.minimumHeightForWidth(width))

    # --- inside --------------------------------------------------------------------------------------------------

    def _first(self) -> str:
        return next(iter(self.rows), "")

    def _focus(self, name: str) -> None:
        row = self.rows.get(name)
        if row is None:  # a question without fields: its answer has the keys
            self._save.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            row.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            if isinstance(row.edit, TextEdit):
                row.edit.selectAll()

    def _clear(self) -> None:
        for row in self.rows.values():
            self._field_layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}

    def _build(self, form: Form) -> None:
        self._clear()
        before: QWidget | None = None
        line = column = 0
        for number in range(max(form.columns, self._field_layout.columnCount())):
            self._field_layout.setColumnStretch(number, 1 if number < form.columns else 0)
        for one in form.fields:
            if column and (one.begins_row or column + one.span > form.columns):
                line, column = line + 1, 0
            edit = self._edit(one)
            row = FieldRow(one.label, edit, hint=one.hint)
            self.rows[one.name] = row
            if self._scroll is not None:
                edit.installEventFilter(self._scroll)
            self._field_layout.addWidget(row, line, column, 1, one.span, Qt.AlignmentFlag.AlignTop)
            column += one.span
            row.show()
            if before is not None:
                QWidget.setTabOrder(before, edit)
            before = edit

    def _edit(self, one: FormField) -> QWidget:
        if one.kind is FieldKind.CHOICE:
            choice = Choice(list(one.choices))
            choice.choose(one.value)
            choice.currentIndexChanged.connect(lambda _: self.typed.emit(one.name))
            return choice
        edit = _text_edit(one)
        edit.setText(one.value)
        edit.textChanged.connect(lambda _: self.typed.emit(one.name))
        return edit

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.addWidget(self._title)
        inside.addWidget(self._about)
        inside.addWidget(self._scroll or self._fields)
        inside.addWidget(self._sentence)
        inside.addWidget(self._busy)
        buttons = QHBoxLayout()
        buttons.addWidget(self._save, 1)
        buttons.addWidget(self._back)
        inside.addLayout(buttons)
        inside.addStretch(1)
        self._inside = inside

    def _fit(self) -> None:
        edge = spaced(Space.L if self._width else Space.M)
        self._inside.setContentsMargins(edge, edge, edge, edge)
        self._inside.setSpacing(spaced(Space.S))
        self._field_layout.setHorizontalSpacing(spaced(Space.M))
        self._field_layout.setVerticalSpacing(spaced(Space.XS))
        self._fit_width()

    def _fit_width(self) -> None:
        if self._width:
            columns = 1 if self._form is None else self._form.columns
            width = theme.current().px(self._width * (columns + 1) // 2)
            self.setFixedWidth(width)
            if self._scroll is not None:
                edges = self._inside.contentsMargins()
                self._scroll.will_be_wide = width - edges.left() - edges.right()


def _text_edit(one: FormField) -> TextEdit:
    if one.kind is FieldKind.SECRET:
        return SecretEdit()
    return OfferEdit(one.label, most=one.most) if one.kind is FieldKind.OFFERED else TextEdit(most=one.most)
