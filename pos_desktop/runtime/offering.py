"""Offers beside a field of a form, read anew for what is typed; an answer that comes late reaches nobody. No Qt."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.shell.form import Offer


class Offering:
    """Reads offers for the form that is open; ``told`` hears when they are there."""

    def __init__(self, lanes: Lanes, desk: FormDesk, told: Callable[[], None]) -> None:
        """Start with none asked."""
        self._lanes = lanes
        self._desk = desk
        self._told = told
        self._asked = 0

    def ask(self, name: str, read: Callable[[Session], list[Offer]]) -> None:
        """Read the offers of a field; those asked for before are not wanted any more."""
        form = self._desk.form
        if form is None:
            return
        self._asked += 1
        asked = self._asked

        def show(offers: list[Offer]) -> None:
            if self._desk.form is form and asked == self._asked:
                form.offers[name] = offers
                self._told()

        self._lanes.read(read, show, self._desk.failed)
