"""A form that holds the keys over a screen until it is sent or left by Esc."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pos_desktop.shell.form import Form
from pos_desktop.shell.overlay import Overlay
from pos_desktop.widgets.form_panel import FormPanel


class FormOverlay(Overlay):
    """Draws the form that is open, or nothing."""

    submitted = Signal(dict)
    typed = Signal(str)

    def __init__(self, parent: QWidget, name: str, *, width: int = 440) -> None:
        self.form = FormPanel(panel="popup", width=width, scrolls=True)
        super().__init__(parent, name, self.form)
        self.form.submitted.connect(self.submitted)
        self.form.cancelled.connect(self.escaped)
        self.form.typed.connect(self.typed)

    def show_form(self, form: Form | None) -> None:
        """Show a form, what is wrong with it now, or close."""
        if form is None:
            if self.is_open:
                self.close_card()
                self.form.forget()
            return
        self.open_card()
        self.form.show_form(form)
        self.place()
