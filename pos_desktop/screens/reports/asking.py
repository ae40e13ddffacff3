"""The form of all that a report is asked for, with what may be taken into its fields. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.auth.queries import list_users
from core.inventory.listing import list_items
from core.kernel.actor import Actor
from core.kernel.days import Preset
from core.kernel.errors import Problem
from core.ledger.queries import trial_balance
from core.parties.dto import PartyKind
from core.parties.queries import search_parties
from core.reporting.parameters import DAYS, FROM, TO, Ask, Parameter
from core.reporting.report import Report
from core.reporting.running import OpenReport, read_page
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.presets import PRESETS
from pos_desktop.screens.reports.question import Question, open_for, preset_named
from pos_desktop.shell.form import FieldKind, FormField, Offer
from pos_desktop.shell.texts import tr

_MOST_OFFERS = 12
_MOST_LETTERS = 120
#: A form of more fields stands in two columns.
_MANY_FIELDS = 4
#: What is offered whatever is typed so far.
_LISTED = frozenset({Ask.USER, Ask.ACCOUNT})
_PEOPLE: Final = {Ask.CUSTOMER: PartyKind.CUSTOMER, Ask.SUPPLIER: PartyKind.SUPPLIER}
#: Asked for as words, since "none" has a meaning too; customers are offered all the same.
_CUSTOMER: Final = "customer"


class Asking:
    """Asks on a desk. ``told`` hears of offers that came."""

    def __init__(
        self, lanes: Lanes, desk: FormDesk, actor: Actor, *, today: Callable[[], date], told: Callable[[], None]
    ) -> None:
        """Ask nothing yet."""
        self._lanes = lanes
        self._desk = desk
        self._actor = actor
        self._today = today
        self._told = told
        self._asked = 0
        self._form: SentForm | None = None
        self._asks: Mapping[str, Ask] = {}

    def open(
        self,
        report: Report,
        question: Question,
        opened: OpenReport | None,
        answer: Callable[[Question], None],
        problem: Problem | None = None,
    ) -> None:
        """Ask for all parameters of a report; ``answer`` gets a question that can be answered."""
        said = _said(report, question, opened)
        form = SentForm(
            title=tr(report.title),
            about=tr(report.about),
            fields=[_field(parameter, said.get(parameter.id, "")) for parameter in report.parameters],
            submit=tr("Show it"),
            columns=2 if len(report.parameters) > _MANY_FIELDS else 1,
        )

        def send(typed: Mapping[str, str]) -> None:
            wanted = question
            for name, text in typed.items():
                if text.strip() != said.get(name, ""):  # what is said of an id is not what it is asked for by
                    wanted = wanted.asked(name, text.strip())
            self._try(form, wanted, answer)

        form.send = send
        if problem is not None:
            form.place(problem)
        self._form, self._asks = form, {parameter.id: _kind(parameter) for parameter in report.parameters}
        self._desk.open(form)
        for name, ask in self._asks.items():
            if ask is Ask.DAYS:
                form.offers[name] = [Offer(_typed(preset.value), _words_of(preset, self._today())) for preset in Preset]
            elif ask in _LISTED:
                self._offer(name, ask, "")

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a field: offer what it may mean."""
        if self._form is not None and self._desk.form is self._form and name in self._asks:
            self._offer(name, self._asks[name], values.get(name, ""))

    # --- inside --------------------------------------------------------------------------------------------------

    def _try(self, form: SentForm, wanted: Question, answer: Callable[[Question], None]) -> None:
        """Open the report, and read a row of it where that costs little: then close the form, or say what is wrong."""
        actor, today = self._actor, self._today()

        def read(session: Session) -> None:
            opened = open_for(session, actor, wanted, today)
            if opened.report.is_paged:
                read_page(opened, session, limit=1)

        def done(_: None) -> None:
            if self._desk.form is form:
                self._desk.open(None)
                answer(wanted)

        self._lanes.read(read, done, lambda error: self._desk.refused(form, error))

    def _offer(self, name: str, ask: Ask, text: str) -> None:
        if ask not in {*_LISTED, Ask.ITEM, *_PEOPLE}:
            return
        self._asked += 1
        form, asked, today = self._form, self._asked, self._today()

        def show(offers: Sequence[Offer]) -> None:
            if form is not None and self._form is form and (asked == self._asked or not text):
                form.offers[name] = offers
                self._told()

        self._lanes.read(lambda session: _offers(session, ask, text.strip(), today), show, self._desk.failed)


def _offers(session: Session, ask: Ask, text: str, today: date) -> list[Offer]:
    match ask:
        case Ask.ITEM:
            items = list_items(session, text, today, _MOST_OFFERS) if text else []
            return [Offer(hit.code, f"{hit.name}  ·  {hit.pack_label}") for hit in items]
        case Ask.CUSTOMER | Ask.SUPPLIER:
            people = search_parties(session, _PEOPLE[ask], text, _MOST_OFFERS) if text else []
            return [Offer(hit.phone or hit.number or hit.name, hit.name) for hit in people]
        case Ask.USER:
            known = [Offer(user.username, user.full_name or user.username) for user in list_users(session)]
        case _:
            known = [Offer(row.code, row.name) for row in trial_balance(session)]
    words = text.casefold().split()
    return [offer for offer in known if all(word in " ".join(offer).casefold() for word in words)][:_MOST_OFFERS]


def _kind(parameter: Parameter) -> Ask:
    return Ask.CUSTOMER if parameter.id == _CUSTOMER else parameter.ask


def _field(parameter: Parameter, value: str) -> FormField:
    label, hint = tr(parameter.title), tr(parameter.hint) if parameter.hint else ""
    match _kind(parameter):
        case Ask.DAYS:
            days = tr("20-11-2026, 01-11-2026 to 20-11-2026, 2026-27; Down lists more")
            return FormField(parameter.id, label, FieldKind.OFFERED, _typed(value or parameter.default), days, most=40)
        case Ask.DAY:
            day = hint or tr("20-11-2026, or today")
            return FormField(parameter.id, label, value=value or parameter.default, hint=day, most=10)
        case Ask.CHOICE:
            choices = [(choice, tr(words)) for choice, words in parameter.choices]
            if not parameter.required:
                choices.insert(0, ("", tr("all")))
            return FormField(parameter.id, label, FieldKind.CHOICE, value or parameter.default, choices=choices)
        case Ask.ITEM | Ask.CUSTOMER | Ask.SUPPLIER | Ask.USER | Ask.ACCOUNT:
            return FormField(parameter.id, label, FieldKind.OFFERED, value, hint, most=_MOST_LETTERS)
        case _:
            return FormField(parameter.id, label, value=value or parameter.default, hint=hint, most=_MOST_LETTERS)


def _said(report: Report, question: Question, opened: OpenReport | None) -> dict[str, str]:
    """Return what stands in the fields: what was given, an id in the words that were made of it."""
    said = {name: text for name, text in question.values.items() if name not in {FROM, TO}}
    first, last = (question.values.get(name, "") for name in (FROM, TO))
    if first or last:
        said[DAYS] = str(opened.asked.days) if opened is not None else " to ".join(filter(None, (first, last)))
    words = dict(opened.asked.said) if opened is not None else {}
    for parameter in report.parameters:
        if _is_id(said.get(parameter.id, "")):
            said[parameter.id] = words.get(parameter.title, said[parameter.id])
    return said


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _typed(days: str) -> str:
    """Return days as a person types them: a preset's name without its dash."""
    preset = preset_named(days)
    return days if preset is None else preset.value.replace("-", " ")


def _words_of(preset: Preset, today: date) -> str:
    return f"{PRESETS[preset]}  ·  {preset.days(today)}"
