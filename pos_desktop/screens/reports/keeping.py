"""Keeps a report under a name, on top of the user's list, and drops it from there. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.boundary.frozen import load
from core.reporting.favourites import Favourite, drop_favourite, keep_favourite
from core.reporting.shaping import Shape
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.screens.reports.forms import drop_form, keep_form
from pos_desktop.screens.reports.listing import ReportListing
from pos_desktop.screens.reports.question import Question
from pos_desktop.screens.reports.shown import ShownReport
from pos_desktop.shell.texts import tr


class Keeping:
    """Favourites of who is logged in."""

    def __init__(self, desk: FormDesk, listing: ReportListing) -> None:
        """Ask on a desk; the list is read again after each change."""
        self._desk = desk
        self._listing = listing

    def open_keep(self, shown: ShownReport) -> None:
        """Ask what a report is kept under, as it is asked and shown now."""
        if shown.opened is None:
            return
        question, shape = shown.question, shown.shape
        title = tr(shown.report.title)
        form = keep_form(title, shown.opened.heading, question.name or title)

        def send(typed: Mapping[str, str]) -> None:
            kept = load(Favourite, {"name": typed["name"], "report": question.report, **_kept(question, shape)})

            def done(_: None) -> str:
                shown.question = replace(shown.question, name=kept.name)
                self._listing.refresh(choose=kept.name)
                return tr("{name} is on top of your list.", name=kept.name)

            self._desk.write(form, lambda uow: keep_favourite(uow, kept), done)

        form.send = send
        self._desk.open(form)

    def open_drop(self, name: str, opened: Sequence[ShownReport]) -> None:
        """Ask whether a favourite is dropped; reports that are ``opened`` under its name stay open."""
        form = drop_form(name)

        def done(_: None) -> str:
            for shown in opened:
                if shown.question.name == name:
                    shown.question = replace(shown.question, name="")
            self._listing.refresh()
            return tr("{name} is dropped.", name=name)

        form.send = lambda typed: self._desk.write(form, lambda uow: drop_favourite(uow, name), done)
        self._desk.open(form)


def _kept(question: Question, shape: Shape) -> dict[str, object]:
    """Return what of a question stands in a favourite."""
    return {
        "values": dict(question.values),
        "columns": list(shape.columns) if shape.columns is not None else None,
        "sort": shape.sort,
        "descending": shape.descending,
        "group": shape.group,
        "words": shape.words,
    }
