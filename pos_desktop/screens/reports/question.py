"""What is asked of a report, and how it is opened for whoever asks. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.kernel.days import Preset
from core.reporting.columns import ReportColumn
from core.reporting.parameters import DAYS, FROM, TO, Ask, Parameter
from core.reporting.report import Report
from core.reporting.running import OpenReport, open_report
from core.reporting.shaping import AS_IT_COMES, Shape


@dataclass(frozen=True, slots=True)
class Question:
    """A report, what it is asked for by the ids of its parameters, and how it is shown.

    ``name`` is that under which the user keeps it, empty for one that is not kept.
    """

    report: str
    values: Mapping[str, str] = field(default_factory=dict)
    shape: Shape = AS_IT_COMES
    name: str = ""

    def asked(self, name: str, text: str) -> Question:
        """Return it with another answer for a parameter, an empty one for none."""
        kept = {key: value for key, value in self.values.items() if key != name}
        if name == DAYS:
            kept = {key: value for key, value in kept.items() if key not in {FROM, TO}}
        return replace(self, values={**kept, name: text} if text else kept)

    def shaped(self, shape: Shape) -> Question:
        """Return it shown in another way."""
        return replace(self, shape=shape)


def open_for(session: Session, actor: Actor, question: Question, today: date) -> OpenReport:
    """Open a report for somebody. Raises what ``open_report`` raises."""
    return open_report(session, actor, question.report, question.values, today)


def fitting(shape: Shape, columns: Sequence[ReportColumn]) -> Shape:
    """Return a shape without columns that the reader may not see: somebody's right was taken since it was kept."""
    known = {column.id for column in columns}
    chosen = None if shape.columns is None else tuple(name for name in shape.columns if name in known)
    return replace(
        shape,
        columns=chosen or None,
        sort=shape.sort if shape.sort in known else None,
        group=shape.group if shape.group in known else None,
    )


def days_parameter_of(report: Report) -> Parameter | None:
    """Return the parameter that the box above a report is for: its days, or its one day; None where it has neither."""
    found = {parameter.ask: parameter for parameter in report.parameters}
    return found.get(Ask.DAYS) or found.get(Ask.DAY)


def preset_asked(question: Question, parameter: Parameter) -> Preset | None:
    """Return the preset that is asked for by name or because nothing else is, None for days that were typed."""
    if {FROM, TO} & question.values.keys():
        return None
    return preset_named(question.values.get(parameter.id) or parameter.default)


def days_text(question: Question, parameter: Parameter) -> str:
    """Return the days as they were typed, empty for a preset."""
    first, last = (question.values.get(name, "") for name in (FROM, TO))
    if first or last:
        return " to ".join(filter(None, (first, last)))
    text = question.values.get(parameter.id, "")
    return "" if preset_named(text) is not None else text


def preset_named(text: str) -> Preset | None:
    """Return the preset of a name as people type it or programs say it: ``last month``, ``last-month``."""
    name = "-".join(text.lower().replace("-", " ").split())
    return Preset(name) if name in set(Preset) else None


def missing(report: Report, values: Mapping[str, str]) -> Parameter | None:
    """Return the first parameter without which the report cannot be read and for which nothing is given."""
    return next(
        (
            parameter
            for parameter in report.parameters
            if parameter.required and not parameter.default and not values.get(parameter.id, "").strip()
        ),
        None,
    )
