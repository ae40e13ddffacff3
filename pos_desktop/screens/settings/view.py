"""The settings screen: search, list, the form beside it, and the receipt that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from pos_desktop.devices.page_drawing import page_pixmap
from pos_desktop.screens.settings.columns import SETTING_COLUMNS
from pos_desktop.screens.settings.presenter import SettingsPresenter
from pos_desktop.screens.settings.rows import SettingRow
from pos_desktop.shell import theme
from pos_desktop.shell.overlay import Overlay
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.beside import TableBesideForm
from pos_desktop.widgets.dots import dots_pixmap, text_pixmap
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.search_edit import SearchEdit

_SEARCH_LETTERS = 60
_SCROLL = 80
#: How wide a sheet is shown, before scaling.
_PAGE_WIDTH = 640


class ReceiptPreview(Overlay):
    """Shows a receipt as it comes out of the printer, dot by dot."""

    def __init__(self, parent: QWidget) -> None:
        card = QFrame()
        super().__init__(parent, tr("Receipt"), card)
        self._paper = QVBoxLayout()
        self._paper.setSpacing(0)
        inside = QWidget()
        inside.setLayout(self._paper)
        self.roll = QScrollArea()
        self.roll.setWidget(inside)
        self.roll.setWidgetResizable(True)
        self.roll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pictures: list[QLabel] = []
        back = QPushButton(tr("Back   Esc"))
        back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        back.clicked.connect(self.escaped)
        layout = QVBoxLayout(card)
        layout.addWidget(TextLabel(tr("The last bill on paper"), size=TextSize.HEADING, weight="semibold"))
        layout.addWidget(TextLabel(tr("Up and Down move the paper."), size=TextSize.SMALL, tone=Tone.MUTED))
        layout.addWidget(self.roll, 1)
        layout.addWidget(back)

    def show_pictures(self, pictures: list[QPixmap]) -> None:
        """Show the pictures below each other, or close."""
        for label in self.pictures:
            self._paper.removeWidget(label)
            label.deleteLater()
        self.pictures = []
        if not pictures:
            self.close_card()
            return
        for picture in pictures:
            label = QLabel()
            label.setPixmap(picture)
            self._paper.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
            self.pictures.append(label)
        look = theme.current()
        edge = spaced(Space.M)
        self.card.setFixedWidth(pictures[0].width() + look.px(48) + 2 * edge)
        self.roll.setFixedHeight(min(sum(picture.height() for picture in pictures) + edge, self._highest()))
        self.open_card()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _highest(self) -> int:
        """How high the paper may be shown."""
        return max(200, self._below.height() - theme.current().px(160))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Up and Down scroll."""
        step = {Qt.Key.Key_Up: -_SCROLL, Qt.Key.Key_Down: _SCROLL}.get(Qt.Key(event.key()))
        if step is not None:
            bar = self.roll.verticalScrollBar()
            bar.setValue(bar.value() + step)
        else:
            super().keyPressEvent(event)


class SettingsView(TableBesideForm[SettingRow]):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: SettingsPresenter) -> None:
        self.search = SearchEdit(
            most=_SEARCH_LETTERS, placeholder=tr("Any words: printer, licence, round, cashier discount …")
        )
        self.search.setAccessibleName(tr("Search settings"))
        super().__init__(SETTING_COLUMNS, name=tr("Settings"), gives_way=frozenset({"group"}), above=self.search)
        self.presenter = presenter
        self.receipt = ReceiptPreview(self)
        self.search.textChanged.connect(presenter.search)
        self.search.moved.connect(presenter.move)
        self.search.entered.connect(presenter.open)
        self.row_chosen.connect(presenter.choose)
        self.row_picked.connect(lambda _: presenter.open())
        self.submitted.connect(presenter.desk.submit)
        self.typed.connect(lambda name: presenter.typed(name, self.form.values()))
        self.escaped.connect(presenter.escape)
        self.receipt.escaped.connect(presenter.escape)
        presenter.listen(self.draw)
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        if self.search.text() != do.text:
            self.search.setText(do.text)
        chosen = do.chosen
        about = chosen.about if chosen is not None else ""
        self.show_head(tr("Settings"), about, do.desk.notice)
        empty = tr("No setting has these words.") if do.is_read else tr("The settings are being read …")
        self.show_rows(do.rows, do.chosen_at, empty)
        had_form = self._had_form
        self.show_form(do.desk.form)
        if had_form and do.desk.form is None and self.isVisible():
            self.search.setFocus()
        self.receipt.show_pictures(self._pictures())

    def _pictures(self) -> list[QPixmap]:
        """Return what is looked at, piece by piece."""
        seen = self.presenter.preview
        if seen is None:
            return []
        if seen.text:
            return [text_pixmap(seen.text)]
        pages = [page_pixmap(page, seen.size, theme.current().px(_PAGE_WIDTH)) for page in seen.pages]
        return pages or [dots_pixmap(bitmap) for bitmap in seen.rolls]

    def take_focus(self) -> None:
        """Give the keys to the form that is open, else to the search."""
        if self.presenter.desk.form is not None:
            self.form.take_focus()
        else:
            self.search.setFocus()
            self.search.selectAll()
