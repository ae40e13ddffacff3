"""Adds, edits and ends items: what may change depends on the stock that stands behind them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import note_of
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, load, make
from core.catalog.change_dto import ActivateItem, DeactivateItem, EditItem
from core.catalog.domain import mrp_of_sale_pack
from core.catalog.dto import Code, ItemDetails, ItemKind, ItemView, NewItem
from core.catalog.model import Item
from core.catalog.queries import item_of_code
from core.catalog.service import set_details, set_salts
from core.catalog.viewing import item_view
from core.inventory.import_dto import ImportedItem, ImportItems, OpeningStock
from core.inventory.model import StockBalance
from core.inventory.opening import bring_in
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import ZERO, Money
from core.kernel.pack_levels import PackLevels
from core.kernel.quantity import show_quantity
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

_CREATED = "item.created"
#: No pack is good so long; who writes it has slipped.
_LAST_YEAR = 2100


class CreateItem(Frozen):
    """The command to add an item, with the batches of it that stand in the shop already.

    ``stock`` is brought in as opening stock at what it cost; its ``line`` counts from 1. ``confirmed`` adds an item
    that has the name and the pack of another.
    """

    command_id: UUID = Field(strict=False)
    item: NewItem
    stock: Annotated[tuple[OpeningStock, ...], Field(max_length=100)] = ()
    confirmed: bool = False


def create_item(uow: UnitOfWork, command: CreateItem) -> ItemView:
    """Add an item and its first stock in one transaction; the same command again returns the item.

    Raises RuleBroken ``auth.not_allowed``, ``items.code_taken``, ``items.barcode_taken``, ``items.batch_missing``,
    ``items.expiry_missing``, ``items.service_has_no_stock``, ``items.command_reused``; NeedsConfirmation
    ``items.like_another``.
    """
    require(uow, Permission.EDIT_ITEMS)
    new = command.item
    known = uow.session.scalar(select(Item.id).where(Item.code == new.code))
    if note_of(uow.session, command.command_id, _CREATED) is None:
        if known is not None:
            raise RuleBroken("items.code_taken", where="item.code", item=new.code)
        if not command.confirmed:
            _ask_for_twin(uow.session, new)
    if command.stock:
        _refuse_stock(uow, command)
    entry = ImportedItem(line=1, item=new, stock=command.stock)
    bring_in(uow, ImportItems(command_id=command.command_id, items=(entry,)), _CREATED)
    return item_view(uow.session, new.code, uow.today)


def edit_item(uow: UnitOfWork, command: EditItem) -> ItemView:
    """Change what an item is, as its version was seen; nothing else changes.

    The pack stays once there was stock of it: every batch, bill and quantity counts in its pieces.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``items.changed_meanwhile``, ``items.code_taken``,
    ``items.pack_in_use``, ``items.kind_in_use``, and those of ``ItemDetails``.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = item_of_code(uow.session, command.item)
    seen = item_view(uow.session, item.code, uow.today)
    if seen.version != command.version:
        raise RuleBroken("items.changed_meanwhile", where="version", item=item.name)
    changes = {name: getattr(command.changes, name) for name in command.changes.model_fields_set}
    code = changes.pop("code", item.code)
    details = make(ItemDetails, {name: getattr(seen, name) for name in ItemDetails.model_fields} | changes)
    if was_in_stock(uow.session, item.id):
        _refuse_change_of_pack(item, details)
    if code != item.code:
        _refuse_taken(uow, code)
        item.code = code
    set_details(item, details)
    uow.session.flush()
    set_salts(uow, item, held=was_in_stock(uow.session, item.id))
    uow.session.flush()
    if item_view(uow.session, code, uow.today).version == seen.version:
        return seen  # nothing was changed, so nothing is written
    write_event(uow, "item.edited", item.id)
    return item_view(uow.session, code, uow.today)


def deactivate_item(uow: UnitOfWork, command: DeactivateItem) -> ItemView:
    """Let an item be found and sold no more.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``items.inactive_already``, ``items.has_stock``.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = item_of_code(uow.session, command.item)
    if not item.is_active:
        raise RuleBroken("items.inactive_already", where="item", item=item.name)
    units = _units(uow.session, item.id)
    if units:
        stock = show_quantity(units, item.pieces_per_pack)
        raise RuleBroken("items.has_stock", where="item", item=item.name, stock=stock)
    item.is_active = False
    write_event(uow, "item.deactivated", item.id)
    return item_view(uow.session, item.code, uow.today)


def activate_item(uow: UnitOfWork, command: ActivateItem) -> ItemView:
    """Let an item be found and sold again.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``items.active_already``.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = item_of_code(uow.session, command.item)
    if item.is_active:
        raise RuleBroken("items.active_already", where="item", item=item.name)
    item.is_active = True
    write_event(uow, "item.activated", item.id)
    return item_view(uow.session, item.code, uow.today)


def copy_of(view: ItemView, code: str, today: date) -> NewItem:
    """Return an item like another under a new code, to change and add: without barcodes, which name one item.

    Raises RuleBroken ``items.no_tax`` where nobody has said what GST the other bears.
    """
    if view.tax is None:
        raise RuleBroken("items.no_tax", item=view.name, date=today)
    details: dict[str, Any] = {name: getattr(view, name) for name in ItemDetails.model_fields}
    schedules = None if view.schedules is None else frozenset(view.schedules)
    new = load(_Coded, {"code": code}).code
    return make(
        NewItem,
        {**details, "code": new, "treatment": view.tax.treatment, "gst": view.tax.gst, "schedules": schedules},
    )


def sale_pack_mrp(item: ItemDetails, printed: Money) -> Money:
    """Return the MRP of a sale pack from a printed one: the same, unless the item says that another level prints it."""
    if item.levels is None or item.sale_level is None or item.mrp_level is None:
        return printed
    return mrp_of_sale_pack(printed, PackLevels.parse(item.levels), item.mrp_level, item.sale_level)


class _Coded(Frozen):
    code: Code


def was_in_stock(session: Session, item_id: UUID) -> bool:
    """Say whether there ever was stock of an item."""
    return session.scalar(select(StockBalance.lot_id).where(StockBalance.item_id == item_id).limit(1)) is not None


def _ask_for_twin(session: Session, new: NewItem) -> None:
    """Ask before the stock of one product is split over two items: the counter would find one and miss the other."""
    is_twin = (Item.name_key == name_key(new.name)) & (Item.pieces_per_pack == new.pieces_per_pack) & Item.is_active
    twin = session.scalar(select(Item.code).where(is_twin).order_by(Item.code).limit(1))
    if twin is not None:
        raise NeedsConfirmation("items.like_another", where="item.name", name=new.name, item=twin)


def _refuse_change_of_pack(item: Item, details: ItemDetails) -> None:
    if details.pieces_per_pack != item.pieces_per_pack:
        raise RuleBroken(
            "items.pack_in_use",
            where="changes.pieces_per_pack",
            item=item.name,
            pieces=item.pieces_per_pack,
            asked=details.pieces_per_pack,
        )
    services = {item.kind == ItemKind.SERVICE, details.kind is ItemKind.SERVICE}
    if len(services) == 2:
        raise RuleBroken("items.kind_in_use", where="changes.kind", item=item.name)


def _refuse_taken(uow: UnitOfWork, code: str) -> None:
    if uow.session.scalar(select(Item.id).where(Item.code == code)) is not None:
        raise RuleBroken("items.code_taken", where="changes.code", item=code)


def _refuse_stock(uow: UnitOfWork, command: CreateItem) -> None:
    """Who adds items may not bring in stock by that alone; and each batch must have what its kind of pack prints."""
    require(uow, Permission.RECEIVE_STOCK)
    for number, stock in enumerate(command.stock):
        _refuse_unfit(command.item, stock, f"stock.{number}")


def _refuse_unfit(new: NewItem, stock: OpeningStock, where: str) -> None:
    if new.kind is ItemKind.SERVICE:
        raise RuleBroken("items.service_has_no_stock", where=where)
    if new.kind is ItemKind.DRUG and not stock.batch:
        raise RuleBroken("items.batch_missing", where=f"{where}.batch")
    if new.kind is ItemKind.DRUG and stock.expires is None:
        raise RuleBroken("items.expiry_missing", where=f"{where}.expiry")
    if stock.expires is not None and stock.expires.last_day.year >= _LAST_YEAR:
        raise RuleBroken("expiry.unreadable", where=f"{where}.expiry", text=str(stock.expires))
    if stock.mrp <= ZERO:
        raise RuleBroken("items.mrp_missing", where=f"{where}.mrp")
    if stock.purchase_rate.times(1) > stock.mrp:
        rate = str(stock.purchase_rate.times(1))
        raise RuleBroken("items.rate_above_mrp", where=f"{where}.purchase_rate", rate=rate, mrp=str(stock.mrp))


def _units(session: Session, item_id: UUID) -> int:
    units = session.scalar(select(func.sum(StockBalance.units)).where(StockBalance.item_id == item_id))
    return int(units or 0)
