"""The small forms of the reports' screen: what is kept, what is dropped, what rows are sorted by. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence

from core.reporting.columns import ReportColumn
from core.reporting.shaping import Shape
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

#: As many letters as a name may have (``core.reporting.favourites``).
_MOST_NAME = 60


def keep_form(title: str, heading: str, name: str) -> SentForm:
    """Return the form that asks what a report is kept under."""
    return SentForm(
        title=tr("Keep this report"),
        about="\n".join(
            filter(None, (title, heading, tr("It stands on top of your list, asked and shown as it is now.")))
        ),
        fields=(
            FormField(
                "name",
                tr("Name"),
                value=name,
                hint=tr("One that you have already is replaced."),
                most=_MOST_NAME,
            ),
        ),
        submit=tr("Keep it"),
    )


def drop_form(name: str) -> SentForm:
    """Return the question before a favourite is dropped."""
    return SentForm(
        title=tr("Drop {name}", name=name),
        about=tr("It leaves your list; the report itself and its numbers stay."),
        fields=(),
        submit=tr("Drop it"),
    )


def sort_form(columns: Sequence[ReportColumn], shape: Shape) -> SentForm:
    """Return the form that asks what rows stand in the order of."""
    return SentForm(
        title=tr("Sort the rows"),
        about=tr("A click on a title does the same. Rows without a value stand last."),
        fields=(
            FormField(
                "sort",
                tr("By"),
                FieldKind.CHOICE,
                shape.sort or "",
                choices=[("", tr("the report's own order")), *((column.id, tr(column.title)) for column in columns)],
            ),
            FormField(
                "order",
                tr("Which stands first"),
                FieldKind.CHOICE,
                "down" if shape.descending else "up",
                choices=(("up", tr("the least, A before Z")), ("down", tr("the most, Z before A"))),
            ),
        ),
        submit=tr("Sort"),
    )
