"""Enters what parties owed and were owed before the shop began here: a file of documents in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import note_of, noted, subjects_of, undo_id
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.lines import LineProblem, in_short, placed
from core.kernel.clock import business_date
from core.kernel.dates import FinancialYear, show_date
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import ZERO, Money
from core.ledger.open_items import NewOpenItem, bring_in_open_items, standing_items
from core.opening.dto import WITH_DUES, DueKind, DuesReport, EnterOpeningDues, OpenDue, OpeningDue, Side
from core.parties.book import PartyBook
from core.parties.dto import PartyKind
from core.storage.unit_of_work import UnitOfWork

DOCUMENT = "opening_dues"
ENTERED = "opening.dues_entered"
DUES_UNDONE = "opening.dues_undone"
_EARLIEST = date(2000, 1, 1)


class _Key(NamedTuple):
    """What makes two documents one: suppliers begin their numbers anew each year, and an advance may have none."""

    party_kind: str
    party_id: UUID
    kind: str
    number: str
    year: FinancialYear
    day: date | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of a file can be entered into this shop."""

    items: tuple[NewOpenItem, ...]
    problems: tuple[LineProblem, ...]

    def report(self, command: EnterOpeningDues) -> DuesReport:
        """Return what entering this does."""
        return report_of(self.items, self.problems, command.ignored_columns)


def report_of(
    items: Sequence[NewOpenItem], problems: tuple[LineProblem, ...] = (), ignored_columns: tuple[str, ...] = ()
) -> DuesReport:
    """Return what open items come to."""
    return DuesReport(
        parties=len({(item.party_kind, item.party_id) for item in items}),
        documents=len(items),
        customers_owe=Money.total(item.open for item in items if item.party_kind == PartyKind.CUSTOMER),
        owed_to_suppliers=-Money.total(item.open for item in items if item.party_kind == PartyKind.SUPPLIER),
        problems=problems,
        ignored_columns=ignored_columns,
    )


def check_dues(session: Session, command: EnterOpeningDues, today: date) -> DuesReport:
    """Return what the command would do to this shop and change nothing: what ``--dry-run`` shows."""
    return _plan(session, command, today).report(command)


def enter_opening_dues(uow: UnitOfWork, command: EnterOpeningDues) -> DuesReport:
    """Enter the documents of a file as open items, against opening balances: all of them or none.

    The same command again changes nothing and returns the first report.

    Raises NeedsConfirmation ``opening.imported_before``, RuleBroken ``auth.not_allowed``, ``ledger.day_closed``,
    ``opening.command_reused``, ``opening.nothing_to_enter``, and ``opening.bad_rows`` when a line has a problem.
    """
    require(uow, Permission.ENTER_OPENING)
    fingerprint = hashlib.sha256(command.model_dump_json().encode()).hexdigest()
    earlier = note_of(uow.session, command.command_id, ENTERED)
    if earlier is not None:
        if earlier["command_sha"] != fingerprint:
            raise RuleBroken("opening.command_reused", command=str(command.command_id))
        return DuesReport.model_validate_json(earlier["report"])
    if not command.again:
        _confirm_twice(uow.session, command)
    plan = _plan(uow.session, command, uow.today)
    if plan.problems:
        count, lines = in_short(plan.problems)
        raise RuleBroken("opening.bad_rows", count=count, lines=lines)
    if not plan.items:
        raise RuleBroken("opening.nothing_to_enter")
    report = plan.report(command)
    bring_in_open_items(uow, command.command_id, DOCUMENT, uow.today, plan.items)
    note = {"command_sha": fingerprint, "content_sha": command.content_sha(), "report": report.model_dump_json()}
    write_event(uow, ENTERED, command.command_id, note)
    return report


def open_dues(session: Session, kind: PartyKind, party_id: UUID | None = None) -> list[OpenDue]:
    """Return the open documents of a kind of party, or of one of them, by due date."""
    book = PartyBook(session, kind)
    wanted = None if party_id is None else book.kept(party_id)
    dues = [
        OpenDue(
            book.kept(item.party_id),
            book.name(item.party_id),
            DueKind(item.kind),
            item.number,
            item.on_date,
            item.due_date,
            item.original,
            item.open,
        )
        for _, _, item in standing_items(session)
        if item.party_kind == kind and wanted in (None, book.kept(item.party_id))
    ]
    return sorted(dues, key=lambda due: (due.due_date, due.party, due.number))


def _confirm_twice(session: Session, command: EnterOpeningDues) -> None:
    """Ask before the same documents are entered a second time. Raises NeedsConfirmation ``opening.imported_before``."""
    sha = command.content_sha()
    undone = subjects_of(session, DUES_UNDONE)
    for done in noted(session, ENTERED):
        if undo_id(DUES_UNDONE, done.subject_id) not in undone and done.note["content_sha"] == sha:
            raise NeedsConfirmation("opening.imported_before", date=business_date(done.at))


def _plan(session: Session, command: EnterOpeningDues, today: date) -> _Plan:
    books = {kind: PartyBook(session, kind) for kind in WITH_DUES}
    entered = set() if command.again else set(_entered(session, books))
    lines: dict[_Key, int] = {}
    problems = list(command.problems)
    items: list[NewOpenItem] = []
    for due in command.dues:
        try:
            item = _item(due, books[due.party_kind], today)
            key = _key(item)
            if key in lines:
                raise RuleBroken(
                    "opening.document_twice",
                    where="number",
                    number=due.number,
                    party=books[due.party_kind].name(item.party_id),
                    line=lines[key],
                )
            if key in entered:
                raise RuleBroken(
                    "opening.document_stands",
                    where="number",
                    number=due.number,
                    party=books[due.party_kind].name(item.party_id),
                    date=show_date(item.on_date),
                )
        except RuleBroken as broken:
            problems.append(LineProblem.of(due.line, broken))
            continue
        lines[key] = due.line
        items.append(item)
    problems.sort(key=lambda problem: problem.line)
    return _Plan(tuple(items), tuple(problems))


def _item(due: OpeningDue, book: PartyBook, today: date) -> NewOpenItem:
    """Return a line as an open item of the party that it names."""
    with placed("party"):
        party_id = book.find(due.party, due.phone, due.gstin)
    if due.on_date > today:
        raise RuleBroken("opening.date_in_future", where="date", date=show_date(due.on_date))
    if due.on_date < _EARLIEST:
        raise RuleBroken("sheet.no_day", where="date", text=show_date(due.on_date))
    if due.open <= ZERO:
        raise RuleBroken("opening.nothing_open", where="open")
    if due.open > due.amount:
        raise RuleBroken("opening.open_above_amount", where="open", open=str(due.open), amount=str(due.amount))
    due_date = due.due_date or due.on_date + timedelta(days=book.days(party_id) or 0)
    if due_date < due.on_date:
        raise RuleBroken("opening.due_before", where="due", due=show_date(due_date), date=show_date(due.on_date))
    sign = 1 if due.kind.side(due.party_kind) is Side.DEBIT else -1
    return NewOpenItem(
        due.party_kind.value,
        party_id,
        due.kind.value,
        due.number,
        due.on_date,
        due_date,
        due.amount * sign,
        due.open * sign,
    )


def _entered(session: Session, books: Mapping[PartyKind, PartyBook]) -> Iterator[_Key]:
    """Yield every document that stands, of the parties as they are after merges."""
    for standing in standing_items(session):
        kept = books[PartyKind(standing.item.party_kind)].kept(standing.item.party_id)
        yield _key(standing.item._replace(party_id=kept))


def _key(item: NewOpenItem) -> _Key:
    number = "".join(item.number.split()).upper()
    year = FinancialYear.of(item.on_date)
    return _Key(item.party_kind, item.party_id, item.kind, number, year, None if number else item.on_date)
