"""The first-start wizard's window: steps at the left, the page, what goes on, and the keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pos_desktop.screens.first_start.form import Step
from pos_desktop.screens.first_start.pages import (
    Page,
    PrinterPage,
    SafetyPage,
    SheetPage,
    StockPage,
    changed_of,
    licence_page,
    put_text,
    shop_page,
    text_of,
    user_page,
)
from pos_desktop.screens.first_start.presenter import FirstStart
from pos_desktop.screens.recovery_sheet.view import ChoosePath, SheetPanel
from pos_desktop.shell import theme
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.looks import THEME_KEY, Looks, bind_key
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Tone
from pos_desktop.widgets.icons import draw_icon
from pos_desktop.widgets.key_bar import KeyBar
from pos_desktop.widgets.labels import TextLabel, spaced
from pos_desktop.widgets.notice import NoticeBar

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_SIDE_WIDTH, _PAGE_WIDTH = 240, 720


class StepList(QWidget):
    """The steps in their order: done, here, to come."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self._names = names
        self._here = 0
        self._count = len(names)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_step(self, number: int, count: int) -> None:
        """Mark where one is among the first ``count`` steps; later ones are not needed."""
        self._here = number
        self._count = count
        self.setAccessibleName(
            tr("Step {number} of {count}: {name}", number=number + 1, count=count, name=self._names[number])
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a row for each."""
        look = theme.current()
        return QSize(look.px(200), look.px(40) * len(self._names))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw circles, numbers, checks and names."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row, side = look.px(40), look.px(24)
        for number, name in enumerate(self._names[: self._count]):
            circle = QRectF(1, number * row + (row - side) / 2, side, side)
            is_here, is_done = number == self._here, number < self._here
            painter.setPen(QColor(look.accent if is_here or is_done else look.edge))
            painter.setBrush(QColor(look.accent if is_here else look.accent_soft if is_done else look.surface))
            painter.drawEllipse(circle)
            if is_done:
                inset = side / 5
                draw_icon(painter, "check", circle.adjusted(inset, inset, -inset, -inset), QColor(look.accent))
            else:
                painter.setFont(look.font(TextSize.SMALL, semi_bold=True))
                painter.setPen(QColor(look.on_accent if is_here else look.muted))
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number + 1))
            painter.setFont(look.font(semi_bold=is_here))
            painter.setPen(QColor(look.text if is_here else look.muted))
            label = QRectF(side + look.px(Space.M), number * row, self.width() - side - look.px(Space.M), row)
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, name)
        painter.end()


class FirstStartWindow(QWidget):
    """Draws the wizard and tells its presenter what the user did.

    ``choose_file``, ``choose_folder`` and ``choose_pdf`` ask for a path and return an empty text for none.
    """

    def __init__(
        self,
        start: FirstStart,
        looks: Looks,
        choose_file: Callable[[QWidget], str] | None = None,
        choose_folder: Callable[[QWidget], str] | None = None,
        choose_pdf: ChoosePath | None = None,
    ) -> None:
        super().__init__()
        self.start = start
        self._choose_file = choose_file or _ask_for_file
        self._choose_folder = choose_folder or ask_for_folder
        self._was_asking = False
        self.sheet = SheetPanel(start.sheet, choose_pdf)
        self.setProperty("panel", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(800, 560)
        self.pages: dict[Step, Page] = {
            Step.SHOP: shop_page(),
            Step.LICENCES: licence_page(),
            Step.USER: user_page(),
            Step.PRINTER: PrinterPage(start.test_print),
            Step.SAFETY: SafetyPage(self._browse),
            Step.STOCK: StockPage(self._browse),
            Step.SHEET: SheetPage(self.sheet),
        }
        names = [
            tr("Shop"),
            tr("Licences"),
            tr("First user"),
            tr("Printer"),
            tr("Safety"),
            tr("First stock"),
            tr("Recovery sheet"),
        ]
        self.steps = StepList(names)
        self.notice = NoticeBar()
        self.demo = QPushButton(tr("Demo shop (F4)"))
        self.demo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.demo.clicked.connect(start.open_demo)
        self.restore = QPushButton(tr("Restore a backup (F8)"))
        self.restore.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.restore.clicked.connect(start.restore)
        self.back = QPushButton(tr("Back (Esc)"))
        self.back.clicked.connect(start.back)
        self.next = QPushButton()
        self.next.setProperty("role", "primary")
        self.next.clicked.connect(start.next)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress_text = TextLabel(tone=Tone.MUTED)
        self.key_bar = KeyBar()
        self.stack = QWidget()  # a stacked widget would be as high as its highest page, which then scrolls for nothing
        self._shown: Step | None = None
        self._columns: list[QWidget] = []
        self._lay_out()
        self.setTabOrder(self.next, self.back)  # from the last field straight on
        self._connect()
        looks.bind(self)
        self._looks = looks
        start.listen(self.refresh)
        self.refresh()

    @property
    def page(self) -> Page:
        """The page that is visible."""
        return self.pages[self.start.step]

    def refresh(self) -> None:
        """Draw what the presenter holds."""
        start, page = self.start, self.page
        for name, row in page.fields.items():
            if text_of(row.edit) != start.form.get(name):
                put_text(row.edit, start.form.get(name))
            row.show_problem(start.problems.get(name, ""))
        if start.step is Step.SHOP and start.gstin_is_good and "gstin" not in start.problems:
            page.fields["gstin"].show_good(tr("This GSTIN is right"))
        for name, options in page.options.items():
            options.choose(start.form.get(name))
        for name, check in page.checks.items():
            check.setChecked(bool(start.form.get(name)))
        page.show_state(start)
        is_sheet = start.step is Step.SHEET
        self.setWindowTitle(tr("Recovery sheet – Nuskha") if is_sheet else tr("Set up your shop – Nuskha"))
        if start.notice is None:
            self.notice.hide()
        else:
            self.notice.show_notice(start.notice.tone, start.notice.text, closes=False)
        self.steps.show_step(start.step, len(Step) if start.makes_sheet else len(Step) - 1)
        self.stack.setEnabled(not start.is_busy)
        self.back.setVisible(start.step is not Step.SHOP and (start.step is not Step.SHEET or start.can_go_back))
        self.back.setEnabled(start.can_go_back)
        self.demo.setVisible(start.step is Step.SHOP)
        self.demo.setEnabled(not start.is_busy)
        self.restore.setVisible(start.step is Step.SHOP)
        self.restore.setEnabled(start.can_restore)
        self.next.setText(tr("{what} (Enter)", what=self._next_label()))
        self.next.setEnabled(not start.is_busy and not start.is_reading)
        self.progress.setVisible(start.is_busy)
        self.progress_text.setText(start.progress)
        self.progress_text.setVisible(start.is_busy)
        self.key_bar.set_actions(self._actions())
        self._move_focus()

    def _move_focus(self) -> None:
        wanted = self.start.take_focus()
        if self.start.sheet.is_asking is not self._was_asking:
            self._was_asking = self.start.sheet.is_asking
            wanted = "group"
        if self._shown is not self.start.step:
            self._shown = self.start.step
            for step, page in self.pages.items():
                page.setVisible(step is self._shown)
            self._scroll.ensureVisible(0, 0)
            wanted = wanted or self.page.first
        if wanted is not None:
            if self._shown is Step.SHEET and not self.start.sheet.is_asking:
                self.next.setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self.page.focus(wanted)
            focus = self.focusWidget()
            if focus is not None:
                self._scroll.ensureWidgetVisible(focus, 0, spaced(Space.XXL))

    # --- keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes on (or presses the button that has the focus), Esc back."""
        focus = self.focusWidget()
        if event.key() in _ENTER:
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self.start.enter(self.page.name_of(focus))
        elif event.key() == Qt.Key.Key_Escape:
            self.start.back()
        else:
            super().keyPressEvent(event)

    def _actions(self) -> list[KeyAction]:
        start = self.start
        return [
            KeyAction("Enter", self._next_label(), start.next, is_bound=False),
            KeyAction("Esc", tr("Back"), start.back, start.can_go_back, is_bound=False),
            KeyAction("Tab", tr("Next field"), self._tab, is_bound=False),
            *([KeyAction("F4", tr("Demo shop"), self._open_demo)] if start.step is Step.SHOP else []),
            *([KeyAction("F8", tr("Restore a backup"), start.restore)] if start.can_restore else []),
            *([KeyAction("F9", tr("Test print"), start.test_print)] if start.can_test_print else []),
            *([KeyAction("Ctrl+O", tr("Choose a file"), self._browse)] if start.step is Step.STOCK else []),
            *([KeyAction("Ctrl+O", tr("Choose a folder"), self._browse)] if start.step is Step.SAFETY else []),
            *self._sheet_actions(),
            KeyAction(THEME_KEY, tr("Light or dark"), self._looks.toggle_theme, is_bound=False),
        ]

    def _sheet_actions(self) -> list[KeyAction]:
        if self.start.step is not Step.SHEET or self.start.sheet.is_asking:
            return []
        return [
            KeyAction("F9", tr("Print"), self.start.sheet.print, is_bound=False),
            KeyAction("Ctrl+S", tr("Save as PDF"), self.sheet.ask_and_save, is_bound=False),
        ]

    def _next_label(self) -> str:
        if self.start.step is Step.SHEET:
            return tr("Confirm") if self.start.sheet.is_asking else tr("I have it")
        return tr("Make the shop") if self.start.is_last else tr("Next")

    def _print(self) -> None:
        """F9: the recovery sheet where it is shown, else a test page."""
        if self.start.step is not Step.SHEET:
            self.start.test_print()
        elif not self.start.sheet.is_asking:
            self.start.sheet.print()

    def _tab(self) -> None:
        self.focusNextChild()

    def _open_demo(self) -> None:
        if self.start.step is Step.SHOP:
            self.start.open_demo()

    def _browse(self) -> None:
        if self.start.is_busy or self.start.step not in {Step.STOCK, Step.SAFETY}:
            return
        if self.start.step is Step.SAFETY:
            folder = self._choose_folder(self)
            if folder:
                self.start.change("second_folder", folder)
            return
        path = self._choose_file(self)
        if path:
            self.start.change("stock", "file")
            self.start.change("stock_file", path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Wait while the shop is being made: half of it would be thrown away."""
        event.setAccepted(not self.start.is_busy)

    # --- building ----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        for page in self.pages.values():
            for name, row in page.fields.items():
                changed_of(row.edit).connect(
                    lambda *_, name=name, edit=row.edit: self.start.change(name, text_of(edit))
                )
            for name, options in page.options.items():
                options.chosen.connect(lambda value, name=name: self.start.change(name, value))
            for name, check in page.checks.items():
                check.toggled.connect(lambda is_on, name=name: self.start.change(name, "yes" if is_on else ""))
        address = self.pages[Step.SHOP].fields["address"].edit
        address.entered.connect(lambda: self.start.enter("address"))  # type: ignore[attr-defined]  # a LinesEdit
        window_wide = Qt.ShortcutContext.WindowShortcut
        bind_key(KeyAction("F4", "", self._open_demo), self, window_wide)
        bind_key(KeyAction("F8", "", self.start.restore), self, window_wide)
        bind_key(KeyAction("F9", "", self._print), self, window_wide)
        bind_key(KeyAction("Ctrl+S", "", self.sheet.ask_and_save), self, window_wide)
        bind_key(KeyAction("Ctrl+O", "", self._browse), self, window_wide)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self._side())
        upper.addLayout(self._main(), 1)
        whole.addLayout(upper, 1)
        whole.addWidget(self.key_bar)
        theme.changes().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        look = theme.current()
        self._side_panel.setFixedWidth(look.px(_SIDE_WIDTH))
        for column in self._columns:
            column.setMaximumWidth(look.px(_PAGE_WIDTH))

    def _side(self) -> QWidget:
        side = QFrame()
        side.setProperty("panel", "rail")
        self._side_panel = side
        layout = QVBoxLayout(side)
        layout.setContentsMargins(spaced(Space.XL), spaced(Space.XXL), spaced(Space.L), spaced(Space.XL))
        layout.setSpacing(spaced(Space.XS))
        layout.addWidget(TextLabel("Nuskha", size=TextSize.TITLE, tone=Tone.ACCENT, weight="bold"))
        layout.addWidget(TextLabel(tr("Billing and stock for pharmacies"), size=TextSize.SMALL, tone=Tone.MUTED))
        layout.addSpacing(spaced(Space.XXL))
        layout.addWidget(self.steps)
        layout.addStretch(1)
        layout.addWidget(
            TextLabel(tr("Everything stays on this computer."), size=TextSize.SMALL, tone=Tone.MUTED, wraps=True)
        )
        return side

    def _main(self) -> QVBoxLayout:
        main = QVBoxLayout()
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(0)
        stacked = QVBoxLayout(self.stack)
        stacked.setContentsMargins(0, 0, 0, 0)
        for page in self.pages.values():
            stacked.addWidget(page)
            page.hide()
        upper = QVBoxLayout()
        upper.setContentsMargins(0, spaced(Space.XXL), 0, spaced(Space.M))
        upper.addWidget(self.stack)
        lower = QVBoxLayout()
        lower.setContentsMargins(0, spaced(Space.S), 0, spaced(Space.L))
        lower.setSpacing(spaced(Space.M))
        lower.addWidget(self.notice)
        lower.addWidget(self.progress_text)
        lower.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.setSpacing(spaced(Space.S))
        buttons.addWidget(self.demo)
        buttons.addWidget(self.restore)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        lower.addLayout(buttons)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._centred(upper))
        main.addWidget(self._scroll, 1)
        main.addWidget(self._centred(lower))
        return main

    def _centred(self, content: QVBoxLayout) -> QWidget:
        """Return a strip across the window with the content in its middle, no wider than a page."""
        column = QWidget()
        column.setLayout(content)
        self._columns.append(column)
        strip = QWidget()
        around = QHBoxLayout(strip)
        around.setContentsMargins(spaced(Space.XXL), 0, spaced(Space.XXL), 0)
        around.addStretch(1)
        around.addWidget(column, 20)
        around.addStretch(1)
        return strip


def ask_for_folder(parent: QWidget) -> str:
    """Ask for a folder that backups are copied to."""
    return QFileDialog.getExistingDirectory(parent, tr("Second backup folder"))


def _ask_for_file(parent: QWidget) -> str:
    path, _ = QFileDialog.getOpenFileName(
        parent, tr("Items and stock"), "", tr("Excel and CSV files (*.xlsx *.xls *.csv);;All files (*)")
    )
    return path
