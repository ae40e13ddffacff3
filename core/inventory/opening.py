"""Imports items with their opening stock: all of a file in one transaction."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import note_of, noted, subjects_of, undo_id
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.lines import LineProblem, in_short
from core.catalog.model import Item, ItemTax
from core.catalog.naming import maker_key
from core.catalog.queries import ItemIdentity, barcode_owners, in_parts, items_by_code
from core.catalog.salts import are_same_salts
from core.catalog.service import add_items
from core.inventory.identity import Printed, batch_ids
from core.inventory.import_dto import ImportedItem, ImportItems, ImportReport, OpeningStock
from core.inventory.model import Location, Lot, StockMovement
from core.inventory.receiving import Receipt, receive
from core.kernel.clock import business_date
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.gst import GstTreatment, Registration
from core.kernel.money import BASIS_POINTS, Money, Percent, Rate
from core.kernel.quantity import show_quantity
from core.ledger import chart
from core.ledger.posting import Posting, post_entry
from core.settings.queries import shop_view
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

_DOCUMENT = "opening"
IMPORTED = "items.imported"
UNDONE = "items.import_undone"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of a file can be imported into this shop; ``found`` says which items are in the catalogue already."""

    items: tuple[ImportedItem, ...]
    found: dict[str, ItemIdentity]
    problems: tuple[LineProblem, ...]
    locations: dict[str | None, UUID]
    registration: Registration

    def cost(self, entry: ImportedItem, stock: OpeningStock) -> Money:
        """Return what a line's units cost together, as its document totals it: rounded once.

        GST is inside where the shop cannot recover it (architecture).
        """
        item = entry.item
        borne = self.registration is not Registration.REGULAR and item.treatment is GstTreatment.TAXABLE
        points = BASIS_POINTS + (item.gst.basis_points if borne else 0)
        whole = Rate(stock.purchase_rate.parts * points)
        return whole.times_per_pack(stock.units, item.pieces_per_pack * BASIS_POINTS)

    def report(self, command: ImportItems) -> ImportReport:
        """Return what importing this does."""
        entries = [(entry, stock) for entry in self.items for stock in entry.stock]
        worth = (self.cost(entry, stock) for entry, stock in entries)
        known = sum(entry.item.code in self.found for entry in self.items)
        return ImportReport(
            items_added=len(self.items) - known,
            items_found=known,
            lots=len(entries),
            stock_value=Money.total(worth),
            problems=self.problems,
            ignored_columns=command.ignored_columns,
        )


def check_import(session: Session, command: ImportItems) -> ImportReport:
    """Return what the import would do to this shop and change nothing: what ``--dry-run`` shows."""
    return _plan(session, command).report(command)


def import_items(uow: UnitOfWork, command: ImportItems) -> ImportReport:
    """Add the items of a file to the catalogue and its stock to the shop, at cost, against opening balances.

    An item whose code is in the catalogue with the same name and pack only gets the stock; where the file says other
    salts, another maker or another GST of it, that is a question at the line. The same command again
    changes nothing and returns the first report.

    Raises NeedsConfirmation ``items.imported_before``, RuleBroken ``auth.not_allowed``, ``items.command_reused``,
    ``items.nothing_to_import``, and ``items.bad_rows`` when a line has a problem and the command does not say to skip
    it.
    """
    require(uow, Permission.IMPORT_ITEMS)
    return bring_in(uow, command, IMPORTED)


def bring_in(uow: UnitOfWork, command: ImportItems, event: str) -> ImportReport:
    """Add items with their opening stock and write the event; the same command again returns the first report.

    Part of the commands that do it, which ask for the right. Raises what ``import_items`` does but for that.
    """
    fingerprint = hashlib.sha256(command.model_dump_json().encode()).hexdigest()
    earlier = note_of(uow.session, command.command_id, event)
    if earlier is not None:
        if earlier["command_sha"] != fingerprint:
            raise RuleBroken("items.command_reused", command=str(command.command_id))
        return ImportReport.model_validate_json(earlier["report"])

    if not command.again and any(entry.stock for entry in command.items):
        _confirm_twice(uow.session, command)
    plan = _plan(uow.session, command)
    if plan.problems and not command.skip_bad:
        raise _bad_rows(plan.problems)
    if not any(entry.stock or entry.item.code not in plan.found for entry in plan.items):
        raise RuleBroken("items.nothing_to_import")
    report = plan.report(command)
    ids = _item_ids(uow, plan)
    cost = receive(
        uow,
        document_id=command.command_id,
        document_kind=_DOCUMENT,
        on_date=uow.today,
        receipts=list(_receipts(plan, ids)),
        just_added={item_id for code, item_id in ids.items() if code not in plan.found},
    )
    post_entry(
        uow,
        command.command_id,
        _DOCUMENT,
        uow.today,
        [Posting(chart.STOCK, cost), Posting(chart.OPENING, -cost)],
    )
    note = {"command_sha": fingerprint, "content_sha": command.content_sha(), "report": report.model_dump_json()}
    write_event(uow, event, command.command_id, note)
    return report


def _confirm_twice(session: Session, command: ImportItems) -> None:
    """Ask before the same stock is brought in a second time: a file is easily imported twice, and doubles the shop.

    Raises NeedsConfirmation ``items.imported_before``.
    """
    sha = command.content_sha()
    undone = subjects_of(session, UNDONE)
    for done in noted(session, IMPORTED):
        if undo_id(UNDONE, done.subject_id) not in undone and done.note.get("content_sha") == sha:
            raise NeedsConfirmation("items.imported_before", date=business_date(done.at))


def _plan(session: Session, command: ImportItems) -> _Plan:
    found = items_by_code(session, [entry.item.code for entry in command.items])
    owners = barcode_owners(session, [barcode for entry in command.items for barcode in entry.item.barcodes])
    locations = _locations(session)
    problems = list(command.problems)
    # of an item that is another one than the catalogue's nothing else is asked
    same = {
        entry.item.code: known
        for entry in command.items
        if (known := found.get(entry.item.code)) is not None and _clash(entry, known, owners) is None
    }
    problems += _other_tax(session, command, same)
    if not command.keep_details:
        problems += _other_details(session, command, same)
    if not command.again:
        problems += _standing(session, command, same)
    items: list[ImportedItem] = []
    asked = {problem.line for problem in problems}
    for entry in command.items:
        broken = _clash(entry, found.get(entry.item.code), owners)
        if broken is not None:
            problems += [LineProblem.of(line, broken) for line in entry.lines()]
            continue
        entry = _without(entry, asked)  # noqa: PLW2901
        lost = [stock for stock in entry.stock if _place(stock) not in locations]
        problems += [_nowhere(stock) for stock in lost]
        if lost:
            entry = entry.model_copy(update={"stock": tuple(s for s in entry.stock if s not in lost)})  # noqa: PLW2901
        items.append(entry)
    problems.sort(key=lambda problem: problem.line)
    registration = shop_view(session).registration
    return _Plan(tuple(items), found, tuple(problems), locations, registration)


def _without(entry: ImportedItem, lines: Container[int]) -> ImportedItem:
    """Return an item without the stock of lines that are asked about."""
    kept = tuple(stock for stock in entry.stock if stock.line not in lines)
    return entry if len(kept) == len(entry.stock) else entry.model_copy(update={"stock": kept})


def _other_tax(session: Session, command: ImportItems, found: Mapping[str, ItemIdentity]) -> Iterator[LineProblem]:
    """Ask about items whose rate in the file is none that they have or will have: bills would bear another."""
    known: defaultdict[UUID, list[tuple[str, Percent]]] = defaultdict(list)
    for part in in_parts(identity.item_id for identity in found.values()):
        rows = select(ItemTax.item_id, ItemTax.treatment, ItemTax.gst_bp).where(ItemTax.item_id.in_(part))
        for item_id, treatment, gst_bp in session.execute(rows.order_by(ItemTax.from_date)):
            known[item_id].append((treatment, Percent(gst_bp)))
    for entry in command.items:
        identity = found.get(entry.item.code)
        taxes = known[identity.item_id] if identity is not None else []
        if taxes and (entry.item.treatment, entry.item.gst) not in taxes:
            treatment, gst = taxes[-1]
            words = f"{treatment.replace('_', '-')} {gst} %"
            broken = RuleBroken("items.tax_differs", where="gst_percent", item=entry.item.name, known=words)
            yield from (LineProblem.of(line, broken) for line in entry.lines())


def _other_details(session: Session, command: ImportItems, found: Mapping[str, ItemIdentity]) -> Iterator[LineProblem]:
    """Ask about items that have other salts or another maker in the file: it may be another item under their code."""
    known = {
        item_id: (salts, maker)
        for part in in_parts(identity.item_id for identity in found.values())
        for item_id, salts, maker in session.execute(
            select(Item.id, Item.salts, Item.manufacturer).where(Item.id.in_(part))
        )
    }
    for entry in command.items:
        identity = found.get(entry.item.code)
        salts, maker = known[identity.item_id] if identity is not None else (None, None)
        item = entry.item
        asked: list[RuleBroken] = []
        if salts and item.salts and not are_same_salts(salts, item.salts):
            asked.append(RuleBroken("items.salts_differ", where="salt", item=item.name, known=salts, said=item.salts))
        if maker and item.manufacturer and maker_key(maker) != maker_key(item.manufacturer):
            said = item.manufacturer
            asked.append(
                RuleBroken("items.maker_differs", where="manufacturer", item=item.name, known=maker, said=said)
            )
        yield from (LineProblem.of(line, broken) for broken in asked for line in entry.lines())


def _standing(session: Session, command: ImportItems, found: Mapping[str, ItemIdentity]) -> Iterator[LineProblem]:
    """Ask about stock of which as much stands already from an import that was not taken back.

    Whoever corrects the lines that were left out, and imports the whole file again, would double the rest.
    """
    known = [
        (Printed(identity.item_id, stock.batch, stock.expires, stock.mrp), entry, stock)
        for entry in command.items
        if (identity := found.get(entry.item.code)) is not None
        for stock in entry.stock
    ]
    ids = batch_ids(session, [printed for printed, _, _ in known])
    batches = [(key, entry, stock) for key, (_, entry, stock) in zip(ids, known, strict=True)]
    undone = subjects_of(session, UNDONE)
    standing: set[tuple[UUID, int]] = set()
    for part in in_parts(dict.fromkeys(key for key, _, _ in batches)):
        rows = (
            select(Lot.batch_id, StockMovement.units, StockMovement.document_id)
            .join(StockMovement, StockMovement.lot_id == Lot.id)
            .where(Lot.batch_id.in_(part), StockMovement.document_kind == _DOCUMENT, StockMovement.units > 0)
        )
        for key, units, document_id in session.execute(rows):
            if undo_id(UNDONE, document_id) not in undone:
                standing.add((key, units))
    for key, entry, stock in batches:
        if (key, stock.units) in standing:
            quantity = show_quantity(stock.units, entry.item.pieces_per_pack)
            broken = RuleBroken("items.stock_stands", where="quantity", quantity=quantity, batch=stock.batch or "-")
            yield LineProblem.of(stock.line, broken)


def _clash(entry: ImportedItem, known: ItemIdentity | None, owners: dict[str, str]) -> RuleBroken | None:
    """Say why an item cannot stand in this catalogue: another has its code, or its barcode."""
    item = entry.item
    if known is not None and (known.name_key, known.pieces_per_pack) != (
        name_key(item.name),
        item.pieces_per_pack,
    ):
        return RuleBroken(
            "items.other_identity",
            where="code",
            item=item.code,
            name=known.name,
            pieces=known.pieces_per_pack,
        )
    for barcode in item.barcodes:
        owner = owners.get(barcode, item.code)
        if owner != item.code:
            return RuleBroken("items.barcode_taken", where="barcode", barcode=barcode, other=owner)
    return None


def _locations(session: Session) -> dict[str | None, UUID]:
    """Return each location by its name in lower case, the default one also under None."""
    places: dict[str | None, UUID] = {}
    for location in session.execute(select(Location.id, Location.name, Location.is_default)):
        places[location.name.casefold()] = location.id
        if location.is_default:
            places[None] = location.id
    return places


def _place(stock: OpeningStock) -> str | None:
    return stock.location.casefold() if stock.location else None


def _nowhere(stock: OpeningStock) -> LineProblem:
    return LineProblem.of(stock.line, RuleBroken("items.no_location", where="location", location=stock.location))


def _item_ids(uow: UnitOfWork, plan: _Plan) -> dict[str, UUID]:
    """Add the items that are new and return the id of each item by code."""
    new = [entry for entry in plan.items if entry.item.code not in plan.found]
    held = {entry.item.code for entry in new if entry.stock}
    added = add_items(uow, [entry.item for entry in new], held)
    return {code: known.item_id for code, known in plan.found.items()} | {item.code: item.id for item in added}


def _receipts(plan: _Plan, ids: dict[str, UUID]) -> Iterator[Receipt]:
    for entry in plan.items:
        for stock in entry.stock:
            yield Receipt(
                item_id=ids[entry.item.code],
                batch_number=stock.batch,
                expiry=stock.expires,
                mrp=stock.mrp,
                units=stock.units,
                cost=plan.cost(entry, stock),
                location_id=plan.locations[_place(stock)],
            )


def _bad_rows(problems: tuple[LineProblem, ...]) -> RuleBroken:
    count, lines = in_short(problems)
    return RuleBroken("items.bad_rows", count=count, lines=lines)
