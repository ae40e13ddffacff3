"""What the parts of billing share: which field has the keys, which list is open, which sentence is shown."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from core.boundary.messages import explain
from core.kernel.errors import Problem, RuleBroken
from pos_desktop.screens.billing.key_map import OWN_KEYS, KeyMap
from pos_desktop.shell.tone import Tone


class Part(enum.Flag):
    """A part of the window to draw again."""

    LINE = enum.auto()  # the current line and the totals
    LINES = enum.auto()  # every line and the totals
    SEARCH = enum.auto()
    POPUP = enum.auto()
    NOTICE = enum.auto()
    CUSTOMER = enum.auto()
    TENDER = enum.auto()
    LAST_BILL = enum.auto()
    FORM = enum.auto()
    FOCUS = enum.auto()


class Focus(enum.Enum):
    """The field that has the keys."""

    SEARCH = "search"
    QUANTITY = "quantity"
    DISCOUNT = "discount"
    BILL_DISCOUNT = "bill_discount"
    CUSTOMER = "customer"
    CASH = "cash"


class Popup(enum.Enum):
    """The list that hangs under the field."""

    NONE = "none"
    HITS = "hits"
    BATCHES = "batches"
    CUSTOMERS = "customers"
    SAME_SALT = "same salt"
    REPEATS = "repeats"
    QUOTATIONS = "quotations"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence under the search field."""

    text: str = ""
    tone: Tone = Tone.ACCENT


class Desk:
    """The state of the window around the bill, and the one place that tells the view what to draw again."""

    def __init__(self, report_bug: Callable[[Exception], None], keys: KeyMap = OWN_KEYS) -> None:
        """Begin at the search; ``report_bug`` gets errors that have no sentence, which name the ``keys`` there are."""
        self.keys = keys
        self.focus = Focus.SEARCH
        self.popup = Popup.NONE
        self.popup_index = 0
        self.notice = Notice()
        self.listener: Callable[[Part], None] = lambda part: None
        self.changed: Callable[[], None] = lambda: None
        self.report_bug = report_bug

    def leave(self) -> None:
        """Tell nobody any more: the window is another user's."""
        self.listener = lambda part: None
        self.changed = lambda: None

    def show(self, part: Part) -> None:
        """Have parts drawn again, and what is typed kept."""
        self.listener(part)
        self.changed()

    def go_to(self, focus: Focus) -> None:
        """Give the keys to a field."""
        self.focus = focus
        self.show(Part.FOCUS)

    def open(self, popup: Popup, index: int = 0) -> None:
        """Open a list at a row, or close it."""
        if popup is not Popup.NONE or self.popup is not popup:
            self.popup, self.popup_index = popup, index
            self.show(Part.POPUP)

    def warn(self, problem: Problem) -> None:
        """Say what is wrong."""
        self._notice(Notice(self.explained(problem), Tone.DANGER))

    def caution(self, problem: Problem) -> None:
        """Say what is worth a look and keeps nobody from going on."""
        self._notice(Notice(self.explained(problem), Tone.WARNING))

    def say(self, code: str) -> None:
        """Say what was done."""
        self.tell(RuleBroken(code))

    def tell(self, done: Problem) -> None:
        """Say what was done, with its values."""
        self._notice(Notice(self.explained(done)))

    def explained(self, problem: Problem) -> str:
        """Return the sentence of a problem, with the keys of this counter."""
        return explain(problem, reword=self.keys.said)

    def hush(self) -> None:
        """Take the sentence away."""
        self._notice(Notice())

    def fault(self, error: Exception) -> None:
        """Say what the machine did, or report a bug."""
        if isinstance(error, Problem):
            self.warn(error)
        else:
            self.report_bug(error)

    def _notice(self, notice: Notice) -> None:
        if notice != self.notice:
            self.notice = notice
            self.show(Part.NOTICE)
