"""The line that always says where one is: shop, counter, user, year, next bill, printer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from pos_desktop.shell import theme
from pos_desktop.shell.device_state import DeviceState
from pos_desktop.shell.texts import tr
from pos_desktop.shell.theme import Space, TextSize
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.widgets.icons import IconLabel
from pos_desktop.widgets.labels import BadgeLabel, ElidedLabel, TextLabel, spaced


@dataclass(frozen=True, slots=True)
class ShellStatus:
    """What the line shows. An empty text is not known (yet) and shows a dash; ``printer`` None means none is set."""

    shop: str = ""
    counter: str = ""
    user: str = ""
    financial_year: str = ""
    next_bill: str = ""
    printer: DeviceState | None = None
    is_demo: bool = False


class StatusField(QWidget):
    """A small caption and its value."""

    def __init__(self, caption: str, *, most: int = 24) -> None:
        super().__init__()
        self._caption = TextLabel(caption, size=TextSize.SMALL, tone=Tone.MUTED)
        self.value = ElidedLabel(weight="semibold", most=most)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(spaced(Space.XS))
        layout.addWidget(self._caption)
        layout.addWidget(self.value)

    def show_value(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Show a value, a dash for none."""
        self.value.set_whole(text or "–")
        self.value.set_tone(tone if text else Tone.MUTED)


class StatusLine(QFrame):
    """The fields in one row; the shop's name gives way first."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "bottom")
        self._demo = BadgeLabel(Badge(tr("DEMO"), Tone.WARNING))
        self._demo.hide()
        self._shop = ElidedLabel(weight="bold", most=64)
        self._shop_icon = IconLabel("shop", Tone.MUTED, 16)
        self._counter = StatusField(tr("Counter"))
        self._user = StatusField(tr("User"), most=18)
        self._year = StatusField(tr("FY"))
        self._next = StatusField(tr("Next bill"))
        self._printer_icon = IconLabel("printer", Tone.MUTED, 16)
        self._printer = StatusField(tr("Printer"), most=26)
        self._row = QHBoxLayout(self)
        for widget in (self._demo, self._shop_icon, self._shop):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        for field in (self._counter, self._user, self._year, self._next):
            self._row.addWidget(field)
        self._row.addWidget(self._printer_icon)
        self._row.addWidget(self._printer)
        theme.changes().changed.connect(self._fit)
        self._fit()
        self.show_status(ShellStatus())

    def show_status(self, status: ShellStatus) -> None:
        """Show where one is."""
        self._demo.setVisible(status.is_demo)
        self._shop.set_whole(status.shop)
        self._counter.show_value(status.counter)
        self._user.show_value(status.user)
        self._year.show_value(status.financial_year)
        self._next.show_value(status.next_bill)
        printer = status.printer or DeviceState(tr("none"), Tone.MUTED)
        self._printer.show_value(printer.text, printer.tone)
        self._printer_icon.show_icon("printer", Tone.MUTED if printer.tone is Tone.PLAIN else printer.tone)

    def add_field(self, caption: str) -> StatusField:
        """Add a further field at the end (backup age, sync state) and return it."""
        field = StatusField(caption)
        self._row.addWidget(field)
        return field

    def _fit(self) -> None:
        look = theme.current()
        self.setFixedHeight(look.px(30))
        self._row.setContentsMargins(look.px(Space.M), 0, look.px(Space.M), 0)
        self._row.setSpacing(look.px(Space.L))
