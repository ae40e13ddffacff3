"""Says which drug schedules an item is on, and what States ask for it, from a day on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.change_dto import SetSchedules, SetStateListing
from core.catalog.dto import ItemKind, ItemView
from core.catalog.model import Item, ItemSchedule, ItemStateListing
from core.catalog.queries import item_of_code, schedules_on
from core.catalog.viewing import item_view
from core.kernel.errors import RuleBroken
from core.storage.unit_of_work import UnitOfWork


def set_schedules(uow: UnitOfWork, command: SetSchedules) -> ItemView:
    """Put an item on exactly these schedules from a day on, and off the others; None forgets that anybody looked.

    What was said of later days stays. Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``,
    ``items.schedule_of_no_drug``, ``items.schedules_as_they_are``.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = item_of_code(uow.session, command.item)
    if command.schedules and item.kind == ItemKind.SERVICE:
        raise RuleBroken("items.schedule_of_no_drug", where="schedules", item=item.name)
    before = item_view(uow.session, item.code, command.from_date)
    if command.schedules is None:
        item.schedules_known = False
        item.schedules_known_from = None
    else:
        _know_from(item, command.from_date)
        on = set(schedules_on(uow.session, [item.id], command.from_date).get(item.id, ()))
        wanted: set[str] = set(command.schedules)
        for schedule in sorted(wanted ^ on):
            _turn(uow, item, schedule, command.from_date, is_on=schedule in wanted)
    uow.session.flush()
    if item_view(uow.session, item.code, command.from_date).version == before.version:
        raise RuleBroken("items.schedules_as_they_are", where="schedules", item=item.name)
    write_event(uow, "item.schedules_set", item.id)
    return item_view(uow.session, item.code, uow.today)


def set_state_listing(uow: UnitOfWork, command: SetStateListing) -> ItemView:
    """Note what a State asks for an item from a day on, or that it asks for it no more.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``items.schedules_as_they_are``.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = item_of_code(uow.session, command.item)
    listing = command.listing
    newest = uow.session.scalars(
        select(ItemStateListing)
        .where(
            ItemStateListing.item_id == item.id,
            ItemStateListing.state == listing.state,
            ItemStateListing.from_date <= listing.from_date,
        )
        .order_by(ItemStateListing.from_date.desc())
    ).first()
    stands = (newest.measure, newest.is_on) if newest else ("", False)
    if stands == (listing.measure, listing.is_on) or not (stands[1] or listing.is_on):
        raise RuleBroken("items.schedules_as_they_are", where="listing", item=item.name)
    if newest is not None and newest.from_date == listing.from_date:
        newest.measure, newest.is_on = listing.measure, listing.is_on
    else:
        uow.session.add(
            ItemStateListing(
                item_id=item.id,
                state=listing.state,
                from_date=listing.from_date,
                measure=listing.measure,
                is_on=listing.is_on,
            )
        )
    write_event(uow, "item.state_listing_set", item.id)
    return item_view(uow.session, item.code, uow.today)


def _know_from(item: Item, day: date) -> None:
    if not item.schedules_known:
        item.schedules_known = True
        item.schedules_known_from = day
    elif item.schedules_known_from is not None and day < item.schedules_known_from:
        item.schedules_known_from = day


def _turn(uow: UnitOfWork, item: Item, schedule: str, day: date, *, is_on: bool) -> None:
    row = uow.session.get(ItemSchedule, (item.id, schedule, day))
    if row is None:
        uow.session.add(ItemSchedule(item_id=item.id, schedule=schedule, from_date=day, is_on=is_on))
    else:
        row.is_on = is_on
