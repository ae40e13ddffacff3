"""The page of the shop's own drug licences without Qt: which there are, how long they hold, and what changes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from core.app.licences import ChangeLicences, change_licences
from core.boundary.frozen import load
from core.kernel.dates import parse_day, show_date
from core.kernel.errors import Problem, RuleBroken
from core.settings.dto import LICENCE_FORMS, Licence
from core.settings.queries import shop_view
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.registers.rows import LicenceRow, licence_row
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

#: A licence is known by its form and its number.
Key = tuple[str, str]
#: As the command takes licences.
Standing = list[dict[str, Any]]
_NUMBER = 40
_DAY = 10
_ABOUT_FORMS: Mapping[str, str] = {
    "20": tr("retail"),
    "21": tr("retail, Schedules C and C(1)"),
    "20A": tr("restricted retail"),
    "21A": tr("restricted retail, Schedules C and C(1)"),
    "20B": tr("wholesale"),
    "21B": tr("wholesale, Schedules C and C(1)"),
    "20BB": tr("wholesale from a vehicle"),
    "21BB": tr("wholesale from a vehicle, Schedules C and C(1)"),
    "20C": tr("homoeopathic, retail"),
    "20D": tr("homoeopathic, wholesale"),
    "20F": tr("retail, Schedule X"),
    "20G": tr("wholesale, Schedule X"),
}


class LicencesPresenter:
    """The drug licences. ``may_change`` says whether who looks may write."""

    def __init__(
        self,
        lanes: Lanes,
        *,
        today: Callable[[], date],
        may_change: bool,
        told: Callable[[], None],
        changed: Callable[[], None],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read; ``changed`` hears of what was written."""
        self._lanes = lanes
        self._today = today
        self._told = told
        self._changed = changed
        self._licences: Sequence[Licence] = ()
        self.may_change = may_change
        self.desk = FormDesk(lanes, told, report_bug)
        self.chosen_key: Key | None = None

    @property
    def rows(self) -> list[LicenceRow]:
        """The licences with their marks."""
        today = self._today()
        return [licence_row(licence, today) for licence in self._licences]

    @property
    def chosen_at(self) -> int:
        """The number of the chosen row, -1 for none."""
        return next((at for at, one in enumerate(self._licences) if _key(one) == self.chosen_key), -1)

    @property
    def chosen(self) -> Licence | None:
        """The licence whose row is chosen."""
        return self._licences[self.chosen_at] if self.chosen_at >= 0 else None

    def refresh(self) -> None:
        """Read the licences again."""
        self._lanes.read(lambda session: shop_view(session).licences, self._show, self.desk.failed)

    def choose(self, at: int) -> None:
        """Choose a row by its place."""
        if 0 <= at < len(self._licences) and _key(self._licences[at]) != self.chosen_key:
            self.chosen_key = _key(self._licences[at])
            self.desk.say("")

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        """F2: enter a licence."""
        if not self.may_change or self.desk.form is not None:
            return
        forms = [(form, f"{form}  {_ABOUT_FORMS[form]}") for form in LICENCE_FORMS]
        fields = (FormField("form", tr("Form"), FieldKind.CHOICE, LICENCE_FORMS[0], choices=forms), *_fields())
        form = SentForm(
            title=tr("New drug licence"),
            about=tr("Bills show it from the next one on, and are held to it."),
            fields=fields,
            submit=tr("Enter it"),
        )

        def send(typed: Mapping[str, str]) -> None:
            licence = _typed(typed["form"], typed)
            words = tr("Licence {number} on form {form} is entered.", number=licence["number"], form=licence["form"])
            self._change(form, lambda standing: [*standing, licence], words, (licence["form"], licence["number"]))

        form.send = send
        self.desk.open(form)

    def open_renew(self) -> None:
        """F3: give the chosen licence the days of its renewal, and its new number where it has one."""
        licence = self.chosen
        if not self.may_change or self.desk.form is not None or licence is None:
            return
        form = SentForm(
            title=tr("Renew licence {number}, form {form}", number=licence.number, form=licence.form),
            about=tr("Its new days; a new number takes the place of the old one. What bills showed before stays."),
            fields=_fields(licence),
            submit=tr("Renew it"),
        )

        def send(typed: Mapping[str, str]) -> None:
            renewed = _typed(licence.form, typed)

            def changed(standing: Standing) -> Standing:
                return [*_without(standing, licence), renewed]

            words = tr("Licence {number} is renewed.", number=renewed["number"])
            if renewed["to"]:
                day = show_date(date.fromisoformat(renewed["to"]))
                words = tr("Licence {number} is renewed until {day}.", number=renewed["number"], day=day)
            self._change(form, changed, words, (licence.form, renewed["number"]))

        form.send = send
        self.desk.open(form)

    def open_end(self) -> None:
        """F4: end the chosen licence."""
        licence = self.chosen
        if not self.may_change or self.desk.form is not None or licence is None:
            return
        form = SentForm(
            title=tr("End licence {number}, form {form}", number=licence.number, form=licence.form),
            about=tr("Papers show it no more, and nothing is sold under it. Bills that showed it stay as they are."),
            fields=(),
            submit=tr("End it"),
        )
        words = tr("Licence {number} on form {form} has ended.", number=licence.number, form=licence.form)
        form.send = lambda _: self._change(form, lambda standing: _without(standing, licence), words, None)
        self.desk.open(form)

    # --- inside --------------------------------------------------------------------------------------------------

    def _show(self, licences: Sequence[Licence]) -> None:
        self._licences = licences
        if self.chosen is None:
            self.chosen_key = _key(licences[0]) if licences else None
        self._told()

    def _change(self, form: SentForm, changed: Callable[[Standing], Standing], words: str, chosen: Key | None) -> None:
        """Write the licences as they should stand, made of those that stand when it is written."""

        def work(uow: UnitOfWork) -> Sequence[Licence]:
            standing = [one.model_dump(mode="json", by_alias=True) for one in shop_view(uow.session).licences]
            try:
                return change_licences(uow, load(ChangeLicences, {"licences": changed(standing)}))
            except Problem as problem:
                raise _of_field(problem) from None

        def done(licences: Sequence[Licence]) -> str:
            self.chosen_key = chosen
            self._changed()
            self._show(licences)
            return words

        self.desk.write(form, work, done)


def _key(licence: Licence) -> Key:
    return licence.form, licence.number


def _without(standing: Standing, licence: Licence) -> Standing:
    return [one for one in standing if (one["form"], one["number"]) != _key(licence)]


def _of_field(problem: Problem) -> Problem:
    """The command names the field of a row (``licences.2.to``); the form has that of one licence."""
    where = problem.where.rpartition(".")[2] if problem.where else None
    return type(problem)(problem.code, where=where, **problem.values)


def _fields(licence: Licence | None = None) -> Sequence[FormField]:
    first, last = (licence.valid_from, licence.valid_to) if licence else (None, None)
    return (
        FormField("number", tr("Licence number"), value=licence.number if licence else "", most=_NUMBER),
        FormField("from", tr("From (optional)"), value=show_date(first) if first else "", most=_DAY),
        FormField(
            "to",
            tr("To (optional)"),
            value=show_date(last) if last else "",
            hint=tr("Its last day, 31-12-2030: then it is marked in time."),
            most=_DAY,
        ),
    )


def _typed(form: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return a licence as the command takes it. Raises RuleBroken for a day that cannot be, at its field."""
    return {"form": form, "number": typed["number"].strip(), "from": _day(typed, "from"), "to": _day(typed, "to")}


def _day(typed: Mapping[str, str], field: str) -> str | None:
    text = typed[field].strip()
    try:
        return parse_day(text).isoformat() if text else None
    except RuleBroken as problem:
        raise RuleBroken(problem.code, where=field, **problem.values) from None
