"""Gives items a treatment and rate of GST from a day on: one, or many at once after a look at what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.change_dto import ChangeRates, RateChange, RatesPlan, SetTax
from core.catalog.dto import ItemView
from core.catalog.model import Item, ItemTax
from core.catalog.queries import in_parts, item_of_code, taxes_on
from core.catalog.viewing import item_view
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork


def set_tax(uow: UnitOfWork, command: SetTax) -> ItemView:
    """Let an item bear other GST from a day on; bills keep what they were posted with.

    The same day again takes the place of what was said of it. Raises RuleBroken ``auth.not_allowed``,
    ``sales.no_such_item``, ``items.tax_as_it_is``.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = item_of_code(uow.session, command.item)
    now = taxes_on(uow.session, [item.id], command.from_date).get(item.id)
    if now is not None and (now.treatment, now.gst) == (command.treatment, command.gst):
        raise RuleBroken(
            "items.tax_as_it_is", where="gst", item=item.name, rate=str(now.gst), date=show_date(command.from_date)
        )
    _set(uow, item.id, command.from_date, command.treatment, command.gst.basis_points)
    write_event(uow, "item.tax_set", item.id)
    return item_view(uow.session, item.code, uow.today)


def plan_rates(session: Session, command: ChangeRates) -> RatesPlan:
    """Return what a bulk change would do, by HSN and name; items that bear that tax already are left out."""
    changes = tuple(_changes(session, command))
    codes = {change.item_id: change.item for change in changes}
    later = {
        codes[item_id]
        for part in in_parts(codes)
        for item_id in session.scalars(
            select(ItemTax.item_id).where(ItemTax.item_id.in_(part), ItemTax.from_date > command.from_date)
        )
    }
    return RatesPlan(from_date=command.from_date, changes=changes, later=tuple(sorted(later)))


def change_rates(uow: UnitOfWork, command: ChangeRates) -> RatesPlan:
    """Give many items another rate from a day that is still to come, in one event.

    Raises RuleBroken ``auth.not_allowed``, ``items.rates_in_the_past``, ``items.rates_of_none``,
    ``items.rates_changed_since`` where the preview listed another number of items.
    """
    require(uow, Permission.EDIT_ITEMS)
    if command.from_date <= uow.today:
        raise RuleBroken("items.rates_in_the_past", where="from_date", date=show_date(command.from_date))
    plan = plan_rates(uow.session, command)
    if not plan.changes:
        raise RuleBroken("items.rates_of_none")
    if command.expected is not None and command.expected != len(plan.changes):
        raise RuleBroken("items.rates_changed_since", expected=command.expected, count=len(plan.changes))
    for change in plan.changes:
        _set(uow, change.item_id, command.from_date, command.treatment, command.gst.basis_points)
    write_event(uow, "items.rates_changed", new_id(), _note(command))
    return plan


def _changes(session: Session, command: ChangeRates) -> Iterator[RateChange]:
    day_before = command.from_date - timedelta(days=1)
    for part in in_parts(session.execute(_chosen(command)).all()):
        ids = [item_id for item_id, _, _, _ in part]
        before, on_day = taxes_on(session, ids, day_before), taxes_on(session, ids, command.from_date)
        for item_id, code, name, hsn in part:
            was, then = before.get(item_id), on_day.get(item_id)
            if was is None or then is None:  # nobody has said its tax: a bulk change is no place to begin
                continue
            if command.current is not None and was.gst != command.current:
                continue
            if (then.treatment, then.gst) == (command.treatment, command.gst):
                continue
            yield RateChange(
                item_id=item_id,
                item=code,
                name=name,
                hsn=hsn,
                before=was.gst,
                before_treatment=was.treatment,
                after=command.gst,
                after_treatment=command.treatment,
                replaces=then.gst if (then.treatment, then.gst) != (was.treatment, was.gst) else None,
            )


def _chosen(command: ChangeRates) -> Select[UUID, str, str, str | None]:
    columns = select(Item.id, Item.code, Item.name, Item.hsn)
    statement = columns.where(Item.is_active).order_by(Item.hsn, Item.name_key, Item.code)
    if command.hsn_prefix is not None:
        statement = statement.where(Item.hsn.startswith(command.hsn_prefix, autoescape=True))
    return statement


def _set(uow: UnitOfWork, item_id: UUID, day: date, treatment: GstTreatment, gst_bp: int) -> None:
    row = uow.session.get(ItemTax, (item_id, day))
    if row is None:
        uow.session.add(ItemTax(item_id=item_id, from_date=day, treatment=treatment, gst_bp=gst_bp))
    else:
        row.treatment, row.gst_bp = treatment, gst_bp


def _note(command: ChangeRates) -> dict[str, str]:
    chosen = {"hsn": command.hsn_prefix, "current": None if command.current is None else str(command.current)}
    said = {"from": command.from_date.isoformat(), "treatment": command.treatment.value, "gst": str(command.gst)}
    return said | {name: value for name, value in chosen.items() if value is not None}
