"""What a report is asked for: its parameters, and how what a person or program gave is read for each."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.model import UserAccount
from core.catalog.model import Item
from core.catalog.queries import find_item
from core.kernel.dates import parse_day
from core.kernel.days import Days, Preset, in_order, typed_days
from core.kernel.errors import RuleBroken
from core.ledger.model import LedgerAccount
from core.parties.dto import PartyKind
from core.parties.queries import find_party, party_row

#: The names under which a report of some days hears of the first and the last one, or of both at once.
FROM, TO, DAYS = "from", "to", "days"
#: What is given for the customer of bills that were made out to nobody's card.
NO_CARD = "none"
#: So many days or months before and behind any day of these years are days as well.
_YEARS, _MOST_DIGITS = range(1900, 2200), 4


class Ask(enum.StrEnum):
    """What a parameter is, and so how it is read."""

    #: The first and last day, or a preset's name.
    DAYS = "days"
    #: One day.
    DAY = "day"
    #: Words as they are.
    TEXT = "text"
    #: An item by its code or barcode.
    ITEM = "item"
    #: A customer by telephone, GSTIN or whole name; ``none`` for bills without a card.
    CUSTOMER = "customer"
    #: A supplier by telephone, GSTIN or whole name.
    SUPPLIER = "supplier"
    #: A user by name.
    USER = "user"
    #: An account of the ledger by its code or whole name.
    ACCOUNT = "account"
    #: A whole number from 0.
    NUMBER = "number"
    #: One of the values that are listed.
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a report is asked for. One that is not ``required`` may be left out.

    ``default`` is read where nothing is given: a preset's name for days, ``today`` for a day. ``choices`` are the
    values of a choice with their words.
    """

    id: str
    title: str
    ask: Ask
    default: str = ""
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""


def days_parameter(preset: Preset = Preset.TODAY) -> Parameter:
    """Return the parameter of a report of some days."""
    return Parameter(DAYS, "Days", Ask.DAYS, default=preset.value, required=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for, read. ``said`` are the words for each parameter that was given, for its heading.

    ``keys`` are ids (items, suppliers, customers; None: no card) or codes (accounts) by the parameter's id, where one
    was given.
    """

    days: Days | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    keys: Mapping[str, object] = field(default_factory=dict)
    said: Sequence[tuple[str, str]] = ()

    @property
    def span(self) -> Days:
        """The days that are asked for; of a report that has some."""
        assert self.days is not None, "a report without days"
        return self.days


def read_asked(session: Session, parameters: Sequence[Parameter], values: Mapping[str, str], today: date) -> Asked:
    """Read what was given for each parameter, by its id.

    Days are given as ``from`` and ``to`` or as ``days``: ``from`` alone goes on until today, ``to`` alone is that day.
    Names and choices may stand in any case. Raises RuleBroken ``reports.no_parameter``, ``reports.days_twice``,
    ``reports.parameter_missing``, ``reports.no_choice``, ``reports.no_number``, ``reports.no_account``,
    ``sales.no_such_item``, ``parties.unknown``, ``auth.no_user`` and those of days, placed at the parameter.
    """
    known = {parameter.id for parameter in parameters}
    if DAYS in known:
        known |= {FROM, TO}
    values = {name.strip().lower(): value for name, value in values.items()}
    for name in values:
        if name not in known:
            raise RuleBroken("reports.no_parameter", where=name, name=name, names=", ".join(sorted(known)) or "none")
    reader = _Reader(session, values, today)
    for parameter in parameters:
        reader.read(parameter)
    return Asked(reader.days, reader.texts, reader.numbers, reader.dates, reader.keys, reader.said)


class _Reader:
    """Reads parameter after parameter."""

    def __init__(self, session: Session, values: Mapping[str, str], today: date) -> None:
        self._session = session
        self._values = values
        self._today = today
        self.days: Days | None = None
        self.texts: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.dates: dict[str, date] = {}
        self.keys: dict[str, object] = {}
        self.said: list[tuple[str, str]] = []

    def read(self, parameter: Parameter) -> None:
        """Read one of them."""
        if parameter.ask is Ask.DAYS:
            self.days = self._days(parameter)
            self.said.append((parameter.title, str(self.days)))
            return
        text = " ".join(self._values.get(parameter.id, "").split()) or parameter.default
        if not text:
            if parameter.required:
                raise RuleBroken("reports.parameter_missing", where=parameter.id, title=parameter.title)
            return
        try:
            self.said.append((parameter.title, self._read(parameter, text)))
        except RuleBroken as broken:
            raise broken.at(parameter.id) from None

    def _days(self, parameter: Parameter) -> Days:
        days = self._given_days(parameter)
        for day, name in zip(days, (FROM, TO), strict=True):
            _refuse_strange(day, next((one for one in (name, FROM, TO) if one in self._values), DAYS))
        return days

    def _given_days(self, parameter: Parameter) -> Days:
        first, last, both = (self._values.get(name, "").strip() for name in (FROM, TO, DAYS))
        if both and (first or last):
            raise RuleBroken("reports.days_twice", where=DAYS)
        if not first and not last:
            try:
                days = typed_days(both or parameter.default, self._today)
            except RuleBroken as broken:
                raise broken.moved_to(DAYS) from None
            assert days is not None
            return days
        try:
            begin = parse_day(first) if first else None
        except RuleBroken as broken:
            raise broken.moved_to(FROM) from None
        try:
            end = parse_day(last) if last else self._today
        except RuleBroken as broken:
            raise broken.moved_to(TO) from None
        return in_order(begin if begin is not None else end, end)

    def _read(self, parameter: Parameter, text: str) -> str:
        """Read a text that is not empty, keep what it means and return it as a heading says it."""
        match parameter.ask:
            case Ask.DAY:
                day = self._today if text == "today" else parse_day(text)
                _refuse_strange(day, parameter.id)
                self.dates[parameter.id] = day
                return str(Days(day, day))
            case Ask.NUMBER:
                if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
                    raise RuleBroken("reports.no_number", text=text)
                self.numbers[parameter.id] = int(text)
                return text
            case Ask.CHOICE:
                # as a program writes it or as it stands in a column, in any case
                meant = next((one for one in parameter.choices if text.casefold() in map(str.casefold, one)), None)
                if meant is None:
                    raise RuleBroken(
                        "reports.no_choice", text=text, values=", ".join(value for value, _ in parameter.choices)
                    )
                self.texts[parameter.id], said = meant
                return said
            case Ask.ITEM:
                return self._item(parameter.id, text)
            case Ask.CUSTOMER:
                if text.casefold() == NO_CARD:
                    self.keys[parameter.id] = None
                    return "without a card"
                customer = find_party(self._session, PartyKind.CUSTOMER, text)
                self.keys[parameter.id] = customer
                return str(party_row(self._session, PartyKind.CUSTOMER, customer).name)
            case Ask.SUPPLIER:
                supplier = find_party(self._session, PartyKind.SUPPLIER, text)
                self.keys[parameter.id] = supplier
                return str(party_row(self._session, PartyKind.SUPPLIER, supplier).name)
            case Ask.USER:
                return self._user(parameter.id, text)
            case Ask.ACCOUNT:
                return self._account(parameter.id, text)
            case _:
                self.texts[parameter.id] = text
                return text

    def _item(self, name: str, text: str) -> str:
        # what is sold no more is still asked for: a recall knows no catalogue
        ended = select(Item.id).where(Item.code == text.upper())
        item_id = find_item(self._session, text) or self._session.scalar(ended)
        if item_id is None:
            raise RuleBroken("sales.no_such_item", item=text)
        self.keys[name] = item_id
        code, called = self._session.execute(select(Item.code, Item.name).where(Item.id == item_id)).one()
        return f"{called} ({code})"

    def _user(self, name: str, text: str) -> str:
        wanted = text.lower()
        # what the program did itself, and the users of the shop
        if (
            wanted != "console"
            and self._session.scalar(select(UserAccount.username).where(UserAccount.username == wanted)) is None
        ):
            raise RuleBroken("auth.no_user", username=text)
        self.texts[name] = wanted
        return wanted

    def _account(self, name: str, text: str) -> str:
        found = self._session.execute(
            select(LedgerAccount.code, LedgerAccount.name).where(
                (LedgerAccount.code == text.lower()) | (LedgerAccount.name == text)
            )
        ).first()
        if found is None:
            raise RuleBroken("reports.no_account", text=text)
        self.keys[name] = found.code
        return f"{found.name} ({found.code})"


def _refuse_strange(day: date, where: str) -> None:
    if day.year not in _YEARS:
        raise RuleBroken("date.no_day", where=where, text=day.isoformat())
