"""Imports parties, with all that was open with each where nobody has it document by document."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import note_of, noted
from core.auth.permissions import Permission
from core.auth.registry import ENDS_PARTY
from core.auth.rights import require
from core.boundary.lines import LineProblem, in_short
from core.kernel.clock import business_date
from core.kernel.errors import NeedsConfirmation, Problem, RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money
from core.ledger.open_items import NewOpenItem, bring_in_open_items
from core.opening.dto import DueKind, Side
from core.opening.dues import DOCUMENT
from core.opening.party_dto import ImportedParty, ImportParties, PartiesReport
from core.parties.service import bring_in_party, double_keys, refuse_double
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

PARTIES_IMPORTED = "parties.imported"
#: What stands as the number of a party's one opening amount.
_NUMBER = "Opening"


def check_parties(session: Session, command: ImportParties) -> PartiesReport:
    """Return what the import would do to this shop and change nothing: what ``--dry-run`` shows."""
    return _report(command, *_plan(session, command))


def import_parties(uow: UnitOfWork, command: ImportParties) -> PartiesReport:
    """Add the parties of a file, and what was open with them as one item each against opening balances.

    The same command again changes nothing and returns the first report.

    Raises NeedsConfirmation ``parties.imported_before``, RuleBroken ``auth.not_allowed`` (opening amounts need their
    own right), ``ledger.day_closed``, ``opening.command_reused``, ``parties.nothing_to_import``, and
    ``parties.bad_rows`` when a line has a problem and the command does not say to skip it.
    """
    require(uow, ENDS_PARTY[command.kind])
    fingerprint = hashlib.sha256(command.model_dump_json().encode()).hexdigest()
    earlier = note_of(uow.session, command.command_id, PARTIES_IMPORTED)
    if earlier is not None:
        if earlier["command_sha"] != fingerprint:
            raise RuleBroken("opening.command_reused", command=str(command.command_id))
        return PartiesReport.model_validate_json(earlier["report"])
    if not command.again:
        _confirm_twice(uow.session, command)
    parties, problems = _plan(uow.session, command)
    if problems and not command.skip_bad:
        count, lines = in_short(problems)
        raise RuleBroken("parties.bad_rows", count=count, lines=lines)
    if not parties:
        raise RuleBroken("parties.nothing_to_import")
    items: list[NewOpenItem] = []
    for party in parties:
        party_id = new_id()
        bring_in_party(uow, party_id, party.details)
        if party.opening:
            items.append(_item(uow, party, party_id))
    uow.session.flush()
    if items:
        _enter(uow, command.command_id, items)
    report = _report(command, parties, problems)
    note = {"command_sha": fingerprint, "content_sha": command.content_sha(), "report": report.model_dump_json()}
    write_event(uow, PARTIES_IMPORTED, command.command_id, note)
    return report


def _enter(uow: UnitOfWork, document_id: UUID, items: list[NewOpenItem]) -> None:
    require(uow, Permission.ENTER_OPENING)
    bring_in_open_items(uow, document_id, DOCUMENT, uow.today, items)


def _confirm_twice(session: Session, command: ImportParties) -> None:
    sha = command.content_sha()
    for done in noted(session, PARTIES_IMPORTED):
        if done.note["content_sha"] == sha:
            raise NeedsConfirmation("parties.imported_before", date=business_date(done.at))


def _plan(session: Session, command: ImportParties) -> tuple[list[ImportedParty], tuple[LineProblem, ...]]:
    """Return the parties that can be added, and every line with a problem; a double of a line or of the shop is one."""
    problems = list(command.problems)
    parties: list[ImportedParty] = []
    first: dict[tuple[str, ...], ImportedParty] = {}
    for party in command.parties:
        keys = double_keys(party.details)
        try:
            if not command.another:
                if alike := next((first[key] for key in sorted(keys) if key in first), None):
                    raise RuleBroken(
                        "parties.like_line",
                        where="name",
                        kind=command.kind.value,
                        name=alike.details.name,
                        line=alike.line,
                    )
                refuse_double(session, party.details, None)
        except Problem as problem:
            problems.append(LineProblem.of(party.line, problem.at("name")))
            continue
        first |= dict.fromkeys((*keys, ("name", name_key(party.details.name))), party)
        parties.append(party)
    problems.sort(key=lambda problem: problem.line)
    return parties, tuple(problems)


def _item(uow: UnitOfWork, party: ImportedParty, party_id: UUID) -> NewOpenItem:
    amount = party.opening or ZERO
    bill_side = DueKind.BILL.side(party.details.kind)
    kind = DueKind.BILL if (amount > ZERO) == (bill_side is Side.DEBIT) else DueKind.ADVANCE
    return NewOpenItem(party.details.kind.value, party_id, kind.value, _NUMBER, uow.today, uow.today, amount, amount)


def _report(command: ImportParties, parties: list[ImportedParty], problems: tuple[LineProblem, ...]) -> PartiesReport:
    openings = [party.opening for party in parties if party.opening]
    return PartiesReport(
        kind=command.kind,
        parties=len(parties),
        with_opening=len(openings),
        opening=Money.total(openings),
        problems=problems,
        ignored_columns=command.ignored_columns,
    )
