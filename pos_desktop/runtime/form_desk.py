"""One form at a time, what came of the last one, and the write it asks for. Knows no Qt.

What a small screen's presenter would else write again: begin an attempt, place what is refused, keep what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.boundary.messages import explain
from core.kernel.errors import NeedsConfirmation, Problem
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.shell.form import Form
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.tone import Tone

T = TypeVar("T")


@dataclass(slots=True)
class SentForm(Form):
    """A form that knows what sends it.

    ``confirmed`` once it was asked whether what is unusual is meant: Enter then sends it all the same, unless
    something is typed.
    """

    send: Callable[[Mapping[str, str]], None] = lambda typed: None
    confirmed: bool = False


class FormDesk:
    """The form that is open, and the sentence above the list. ``told`` hears of every change."""

    def __init__(self, lanes: Lanes, told: Callable[[], None], report_bug: Callable[[Exception], None]) -> None:
        """Start with neither; ``report_bug`` gets errors that have no sentence."""
        self.form: SentForm | None = None
        self.notice = Notice()
        self._lanes = lanes
        self._told = told
        self._report_bug = report_bug

    def open(self, form: SentForm | None) -> None:
        """Show a form, or none."""
        self.form = form
        self.notice = Notice()
        self._told()

    def ask(self, title: str, about: str, submit: str, done: Callable[[], None]) -> None:
        """Ask once more before something is done; nothing is typed for it."""

        def send(_: Mapping[str, str]) -> None:
            self.form = None
            done()

        self.open(SentForm(title=title, about=about, fields=[], submit=submit, send=send))

    def submit(self, typed: Mapping[str, str]) -> None:
        """Enter: send the form. What is wrong stands at its field, and nothing typed is lost."""
        form = self.form
        if form is None or form.is_busy:
            return
        form.begin_attempt()
        try:
            form.send(typed)
        except Problem as problem:
            form.place(problem)
        self._told()

    def typed(self, name: str) -> None:
        """Something was typed into a field: what was wrong there is being mended, and is asked again."""
        form = self.form
        if form is not None:
            form.confirmed = False
            if form.mend(name):
                self._told()

    def escape(self) -> None:
        """Esc: close the form, unless it is on its way to the disk."""
        if self.form is not None and not self.form.is_busy:
            self.open(None)

    def write(self, form: SentForm, work: Callable[[UnitOfWork], T], done: Callable[[T], str]) -> None:
        """Run a form's command; ``done`` gets its result and returns what is said of it. The form is closed then."""

        def finished(result: T) -> None:
            if self.form is form:
                self.form = None
            self.say(done(result))

        self._lanes.write(work, finished, lambda error: self.refused(form, error))

    def refused(self, form: SentForm, error: Exception, otherwise: str = "") -> None:
        """Put what came back at its field, or at the field ``otherwise``, and let the form be sent again.

        What has no sentence, or belongs to a form that was closed, is told above the list.
        """
        form.is_busy = False
        if self.form is not form or not isinstance(error, Problem):
            self.failed(error)
            return
        form.place(error, otherwise)
        form.confirmed = isinstance(error, NeedsConfirmation)
        self._told()

    def failed(self, error: Exception) -> None:
        """Say what the machine did, or report a bug."""
        if isinstance(error, Problem):
            self.say(explain(error), Tone.DANGER)
        else:
            self._told()
            self._report_bug(error)

    def say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        """Say what was done."""
        self.notice = Notice(text, tone)
        self._told()
