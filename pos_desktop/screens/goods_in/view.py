"""Goods that come in: the search, the lines, the fields of one, what it cost before, and what the paper comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.kernel.money import Money
from pos_desktop.screens.billing.columns import HIT_COLUMNS
from pos_desktop.screens.billing.fields import CounterField
from pos_desktop.screens.goods_in.columns import ENTRY_COLUMNS, PAST_COLUMNS
from pos_desktop.screens.goods_in.draft import Cell
from pos_desktop.screens.goods_in.presenter import GoodsInPresenter
from pos_desktop.screens.goods_in.rows import EntryRow, PastRow, advice_words
from pos_desktop.shell import theme
from pos_desktop.shell.texts import line_words, tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.model import RowTableModel
from pos_desktop.tables.view import RowTableView
from pos_desktop.widgets.fields import TextEdit
from pos_desktop.widgets.form_overlay import FormOverlay
from pos_desktop.widgets.labels import ElidedLabel, TextLabel, spaced
from pos_desktop.widgets.notice_line import NoticeLine
from pos_desktop.widgets.popup_list import PopupList

_SEARCH_LENGTH = 100
_CELL_LENGTH = 20
_BOTTOM = 176
_TOTALS = 320
_WORDS = {
    Cell.BATCH: tr("Batch"),
    Cell.EXPIRY: tr("Expiry"),
    Cell.MRP: tr("MRP"),
    Cell.QUANTITY: tr("Billed"),
    Cell.FREE: tr("Free, or 10+1"),
    Cell.RATE: tr("Rate"),
    Cell.DISCOUNT: tr("Less %"),
    Cell.GST: tr("GST %"),
}


class GoodsInView(QFrame):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: GoodsInPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.title = ElidedLabel(weight="semibold")
        self.title.setProperty("textSize", TextSize.HEADING.value)
        self.about = TextLabel(size=TextSize.SMALL, tone=Tone.MUTED)
        self.notice = NoticeLine()
        self.search = CounterField(
            self._search_keys(), most=_SEARCH_LENGTH, placeholder=tr("Item: name, salt, company, code or barcode")
        )
        self.search.setAccessibleName(tr("Item"))
        self.lines_model: RowTableModel[EntryRow] = RowTableModel(ENTRY_COLUMNS)
        self.lines = RowTableView(
            self.lines_model,
            empty_text=tr(
                "F2 says whose bill it is, F3 takes it from the distributor's file.\n\n"
                "By hand: type an item's name and press Enter, or scan a pack; Enter then goes through its fields."
            ),
        )
        self.lines.setAccessibleName(tr("Lines of the paper"))
        self.lines.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.past_model: RowTableModel[PastRow] = RowTableModel(PAST_COLUMNS)
        self.past = RowTableView(self.past_model, empty_text=tr("What the item cost before stands here."))
        self.past.setAccessibleName(tr("Earlier purchases of the item"))
        self.past.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cells = {cell: self._field(cell) for cell in Cell}
        self.advice = ElidedLabel()
        self.totals = TotalsCard()
        self.hits = PopupList(HIT_COLUMNS, tr("Items found"), self)
        self._lay_out()
        self.form = FormOverlay(self, tr("Question about the paper"))
        self._connect()
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds; the keys go where it says."""
        do = self.presenter
        self.title.set_whole(do.heading)
        count = len(do.draft.lines)
        self.about.setText(line_words(count) if count else "")
        self.notice.show_notice(do.desk.notice.text, do.desk.notice.tone)
        if self.search.text() != do.search.typed:
            self.search.setText(do.search.typed)
        self.lines_model.splice_rows(do.rows())
        self.lines.choose_row(do.current)
        self.past_model.set_rows(do.past())
        line = do.line
        self.editor.setVisible(line is not None)
        for cell, field in self.cells.items():
            text = line.text(cell) if line is not None else ""
            if field.text() != text:
                field.setText(text)
            is_wrong = line is not None and line.problem_at is cell
            field.setProperty("wrong", is_wrong)
            field.style().polish(field)
        self._draw_advice()
        self.totals.show_sums(do)
        self.form.show_form(do.desk.form)
        self._draw_hits()
        if self.isVisible():
            self.take_focus()

    def take_focus(self) -> None:
        """Give the keys to the form that is open, or else to the field that the presenter names."""
        if self.form.is_open:
            focused = cast("QWidget | None", self.window().focusWidget())
            if focused is None or not self.form.isAncestorOf(focused):
                self.form.form.take_focus()
            return
        cell = self.presenter.cell
        field = self.search if cell is None else self.cells[cell]
        if not field.hasFocus():
            field.setFocus()
            if cell is not None:
                field.selectAll()

    def browse(self) -> None:
        """Ctrl+O: look for the file with the system's own window."""
        row = self.form.form.rows.get("file")
        if row is None or not isinstance(row.edit, TextEdit):
            return
        kinds = tr("Distributors' files") + " (*.csv *.txt *.xls *.xlsx *.dbf *.pdf)"
        path, _ = QFileDialog.getOpenFileName(self, tr("From a file"), row.edit.text(), kinds)
        if path:
            row.edit.setText(path)

    # --- inside --------------------------------------------------------------------------------------------------

    def _draw_advice(self) -> None:
        do = self.presenter
        line = do.line
        if line is not None and line.problem is not None:
            self.advice.set_whole(do.rows()[do.current].problem)
            self.advice.set_tone(Tone.DANGER)
            return
        if line is not None and line.notes:
            self.advice.set_whole("  ·  ".join(line.notes))
            self.advice.set_tone(Tone.WARNING)
            return
        sums = do.sums.lines[do.current] if line is not None and do.current < len(do.sums.lines) else None
        words, tone = advice_words(line.item if line is not None else None, sums)
        self.advice.set_whole(words)
        self.advice.set_tone(tone)

    def _draw_hits(self) -> None:
        do = self.presenter
        if do.search.hits and do.cell is None and not self.form.is_open and self.isVisible():
            corner = self.search.mapToGlobal(self.search.rect().topLeft())
            place = QRect(corner.x(), corner.y(), self.search.width(), self.search.height())
            self.hits.open_at(place, do.hit_rows(), do.hit)
        else:
            self.hits.hide()

    def _field(self, cell: Cell) -> CounterField:
        field = CounterField(self._cell_keys(), most=_CELL_LENGTH)
        field.setAccessibleName(_WORDS[cell])
        field.textEdited.connect(lambda text: self.presenter.type_cell(cell, text))
        field.focused.connect(lambda: self._went_to(cell))
        if cell not in {Cell.BATCH, Cell.EXPIRY}:
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
        return field

    def _went_to(self, cell: Cell | None) -> None:
        if self.presenter.cell is not cell:
            self.presenter.go_to(cell)

    def _search_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            "Enter": do.search_entered,
            "Tab": do.search_entered,
            "Esc": do.escape,
            "Up": lambda: do.move(-1),
            "Down": lambda: do.move(1),
            "PageUp": lambda: do.move(-10),
            "PageDown": lambda: do.move(10),
            "Del": lambda: False if self.search.text() else do.remove_line(),
        }

    def _cell_keys(self) -> dict[str, Callable[[], object]]:
        do = self.presenter
        return {
            "Enter": do.cell_entered,
            "Tab": do.cell_entered,
            "Shift+Tab": do.cell_back,
            "Esc": do.escape,
            "Up": lambda: do.move(-1),
            "Down": lambda: do.move(1),
        }

    def _connect(self) -> None:
        do = self.presenter
        self.search.textEdited.connect(do.type_search)
        self.search.focused.connect(lambda: self._went_to(None))
        self.hits.pointed.connect(do.take)
        self.lines.clicked.connect(lambda index: self._clicked(index.row()))
        self.form.submitted.connect(do.desk.submit)
        self.form.typed.connect(lambda name: do.typed(name, self.form.form.values()))
        self.form.escaped.connect(do.escape)
        do.listen(self.draw)

    def _clicked(self, row: int) -> None:
        self.presenter.move(row - self.presenter.current)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.about)
        head.addStretch(1)
        self.editor = QFrame()
        self.editor.setProperty("panel", "card")
        grid = QGridLayout(self.editor)
        grid.setContentsMargins(spaced(Space.M), spaced(Space.XS), spaced(Space.M), spaced(Space.S))
        grid.setHorizontalSpacing(spaced(Space.S))
        grid.setVerticalSpacing(0)
        for place, (cell, field) in enumerate(self.cells.items()):
            label = TextLabel(_WORDS[cell], size=TextSize.SMALL, tone=Tone.MUTED)
            label.setBuddy(field)
            grid.addWidget(label, 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 3 if cell is Cell.BATCH else 2)
        grid.addWidget(self.advice, 2, 0, 1, len(self.cells))
        bottom = QHBoxLayout()
        bottom.addWidget(self.past, 1)
        bottom.addWidget(self.totals)
        self._bottom = bottom
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(head)
        self._whole.addWidget(self.notice)
        self._whole.addWidget(self.search)
        self._whole.addWidget(self.lines, 1)
        self._whole.addWidget(self.editor)
        self._whole.addLayout(bottom)

    def _fit(self) -> None:
        look = theme.current()
        edge = spaced(Space.M)
        self._whole.setContentsMargins(edge, edge, edge, edge)
        self._whole.setSpacing(spaced(Space.XS))
        self._bottom.setSpacing(edge)
        self.past.setFixedHeight(look.px(_BOTTOM))
        self.totals.setFixedSize(look.px(_TOTALS), look.px(_BOTTOM))


class TotalsCard(QFrame):
    """What the paper comes to, and whether that is what it prints."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "card")
        grid = QGridLayout(self)
        grid.setContentsMargins(spaced(Space.M), spaced(Space.S), spaced(Space.M), spaced(Space.S))
        grid.setVerticalSpacing(0)
        self._values: dict[str, TextLabel] = {}
        rows = (
            ("value", tr("Value")),
            ("tax", tr("GST")),
            ("beside", tr("Charges less discounts")),
            ("ours", tr("Comes to")),
            ("printed", tr("Printed")),
            ("state", ""),
        )
        for place, (name, words) in enumerate(rows):
            strong = "semibold" if name in {"ours", "printed", "state"} else ""
            label = TextLabel(words, tone=Tone.MUTED)
            value = TextLabel(weight=strong)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if name == "state":
                grid.addWidget(value, place, 0, 1, 2)
            else:
                grid.addWidget(label, place, 0)
                grid.addWidget(value, place, 1)
            self._values[name] = value

    def show_sums(self, do: GoodsInPresenter) -> None:
        """Show what the draft comes to."""
        sums = do.sums
        value = Money.total(line.value for line in sums.lines if line is not None)
        tax = sums.preview.tax
        beside = sums.ours - value - tax
        self._values["value"].setText(value.grouped())
        self._values["tax"].setText(tax.grouped())
        self._values["beside"].setText(beside.grouped())
        self._values["ours"].setText(sums.ours.grouped())
        self._values["printed"].setText(sums.printed.grouped() if sums.printed is not None else "")
        text, tone = _state(do)
        self._values["state"].setText(text)
        self._values["state"].set_tone(tone)


def _state(do: GoodsInPresenter) -> tuple[str, Tone]:
    """Return whether the paper closes, in words."""
    if not do.draft.has_bill:
        return tr("The bill comes later"), Tone.MUTED
    difference = do.sums.difference
    if difference is None:
        return tr("F2 types the printed total"), Tone.MUTED
    if do.sums.closes:
        return (
            tr("Closes, round off {amount}", amount=difference.grouped()) if difference else tr("Closes")
        ), Tone.GOOD
    return tr("{amount} apart", amount=difference.grouped()), Tone.DANGER
