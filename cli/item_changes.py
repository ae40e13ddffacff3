"""Commands that add items, change them, and say what they bear and stand on from a day on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from cli.context import Invocation
from cli.item_views import item_json, item_text, plan_json, plan_text
from core.boundary.frozen import load
from core.catalog.change_dto import (
    ActivateItem,
    ChangeRates,
    DeactivateItem,
    EditItem,
    ItemChanges,
    SetSchedules,
    SetStateListing,
    SetTax,
)
from core.catalog.dto import ItemView, NewItem
from core.catalog.scheduling import set_schedules, set_state_listing
from core.catalog.taxing import change_rates, plan_rates, set_tax
from core.catalog.viewing import item_view
from core.inventory.import_dto import OpeningStock
from core.inventory.importing import ask_pack
from core.inventory.items import (
    CreateItem,
    activate_item,
    copy_of,
    create_item,
    deactivate_item,
    edit_item,
    sale_pack_mrp,
)
from core.inventory.queries import sale_items
from core.inventory.salt_reading import read_item_salts
from core.kernel.clock import business_date
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.kernel.pack_levels import PackLevels
from core.kernel.packs import read_pack
from core.kernel.quantity import parse_quantity

Code = Annotated[str, typer.Argument(help="The item's code.")]
Another = Annotated[bool, typer.Option("--another", help="Another one has its name and pack, and this is not it.")]
_NAME = typer.Option(help="Its name as it stands on the bill.")
Name = Annotated[str, _NAME]
OtherName = Annotated[str | None, _NAME]
Kind = Annotated[str | None, typer.Option(help="drug, device, goods or service.")]
Brand = Annotated[str | None, typer.Option(help="The brand.")]
Maker = Annotated[str | None, typer.Option(help="The maker.")]
Salts = Annotated[str | None, typer.Option(help="Its salts with strengths: Amoxicillin 500mg + Clavulanic Acid 125mg.")]
Form = Annotated[str | None, typer.Option(help="The dosage form: tablet, SR capsule, eye drops ...")]
Pack = Annotated[str | None, typer.Option(help="The pack as the label says it: 10's, 10*10, 100 ml.")]
Levels = Annotated[str | None, typer.Option(help="Pack levels from the largest down: box 10 strip 10 tablet.")]
SaleLevel = Annotated[str | None, typer.Option(help="Which level is sold.")]
MrpLevel = Annotated[str | None, typer.Option(help="Which level prints the MRP.")]
PurchaseLevel = Annotated[str | None, typer.Option(help="Which level is bought.")]
Hsn = Annotated[str | None, typer.Option(help="The HSN, four to eight digits.")]
Uqc = Annotated[str | None, typer.Option(help="The unit of Table 12: TBS, PAC, BTL, NOS ...")]
UqcPerPack = Annotated[str | None, typer.Option(help="How many of that unit are in one sale pack.")]
Rack = Annotated[str | None, typer.Option(help="Where it lies.")]
MinStock = Annotated[str | None, typer.Option("--min", help="The least that should stand: packs, or packs:pieces.")]
MaxStock = Annotated[str | None, typer.Option("--max", help="The most that should stand.")]
Discount = Annotated[str | None, typer.Option(help="The discount in percent that a line begins with.")]
NoDiscount = Annotated[bool | None, typer.Option("--no-discount/--may-discount", help="Whether none may be given.")]
Storage = Annotated[str | None, typer.Option(help="room, cool, cold (2 to 8 degrees) or frozen.")]
Since = Annotated[str | None, typer.Option("--from", help="From this day on (2026-12-01); without it today.")]
Gst = Annotated[str, typer.Option(help="The rate of GST in percent.")]
Treatment = Annotated[str, typer.Option(help="taxable, nil, exempt or non_gst.")]
Schedules = Annotated[
    str | None, typer.Option(help="Its drug schedules: H,C1 ... or none; without it nobody has looked.")
]


def add(
    context: typer.Context,
    code: Code,
    name: Name,
    gst: Gst,
    treatment: Treatment = "taxable",
    kind: Kind = None,
    brand: Brand = None,
    maker: Maker = None,
    salts: Salts = None,
    form: Form = None,
    pack: Pack = None,
    levels: Levels = None,
    sale_level: SaleLevel = None,
    mrp_level: MrpLevel = None,
    purchase_level: PurchaseLevel = None,
    hsn: Hsn = None,
    uqc: Uqc = None,
    uqc_per_pack: UqcPerPack = None,
    rack: Rack = None,
    min_stock: MinStock = None,
    max_stock: MaxStock = None,
    discount: Discount = None,
    no_discount: NoDiscount = None,
    storage: Storage = None,
    schedules: Schedules = None,
    barcode: Annotated[list[str] | None, typer.Option(help="A barcode; may be given several times.")] = None,
    batch: Annotated[str | None, typer.Option(help="The batch that stands in the shop already.")] = None,
    expiry: Annotated[str | None, typer.Option(help="Its expiry as printed: 03/2027.")] = None,
    mrp: Annotated[str | None, typer.Option(help="Its MRP, of the level that prints it, else of a sale pack.")] = None,
    cost: Annotated[str | None, typer.Option(help="What a sale pack cost before GST; 0 where nobody knows.")] = None,
    quantity: Annotated[str | None, typer.Option(help="How much of it stands: packs, or packs:pieces.")] = None,
    another: Another = False,
) -> None:
    """Add an item, with a batch of it that stands in the shop already where --quantity is given."""
    details = _details(
        name=name, kind=kind, brand=brand, manufacturer=maker, salts=salts, form=form, pack_label=pack, levels=levels,
        sale_level=sale_level, mrp_level=mrp_level, purchase_level=purchase_level, hsn=hsn, uqc=uqc,
        uqc_per_pack=uqc_per_pack, rack=rack, discount=discount, no_discount=no_discount, storage=storage,
    )  # fmt: skip
    details |= _pack(pack, levels, sale_level, name, is_service=kind == "service")
    details |= _stock_levels(min_stock, max_stock, int(details["pieces_per_pack"]))
    details |= {"code": code, "gst": gst, "treatment": treatment, "barcodes": barcode or []}
    if schedules is not None:
        details["schedules"] = _schedules(schedules)
    item = load(NewItem, details)
    stock: tuple[OpeningStock, ...] = ()
    if quantity is not None:
        stock = (_opening(item, batch, expiry, mrp, cost, parse_quantity(quantity, item.pieces_per_pack)),)
    _create(context, CreateItem(command_id=new_id(), item=item, stock=stock, confirmed=another))


def copy(
    context: typer.Context,
    code: Code,
    new: Annotated[str, typer.Argument(help="The code of the new item.")],
    name: OtherName = None,
    salts: Salts = None,
    pack: Pack = None,
    another: Another = False,
) -> None:
    """Add an item like another, with another name, strength or pack; barcodes and stock are not copied."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        today = business_date(shop.database.clock.now())
        copied = copy_of(item_view(session, code, today), new, today)
    details = copied.model_dump(mode="json") | _details(name=name, salts=salts, pack_label=pack)
    if pack is not None:
        # the levels named the other pack
        details |= dict.fromkeys(("levels", "sale_level", "mrp_level", "purchase_level", "uqc_per_pack"))
        details |= _pack(pack, None, None, str(details["name"]), is_service=False)
    item = load(NewItem, details)
    _create(context, CreateItem(command_id=new_id(), item=item, confirmed=another))


def edit(
    context: typer.Context,
    code: Code,
    new_code: Annotated[str | None, typer.Option("--code", help="Another code.")] = None,
    name: OtherName = None,
    kind: Kind = None,
    brand: Brand = None,
    maker: Maker = None,
    salts: Salts = None,
    form: Form = None,
    pack: Pack = None,
    levels: Levels = None,
    sale_level: SaleLevel = None,
    mrp_level: MrpLevel = None,
    purchase_level: PurchaseLevel = None,
    hsn: Hsn = None,
    uqc: Uqc = None,
    uqc_per_pack: UqcPerPack = None,
    rack: Rack = None,
    min_stock: MinStock = None,
    max_stock: MaxStock = None,
    discount: Discount = None,
    no_discount: NoDiscount = None,
    storage: Storage = None,
    version: Annotated[str | None, typer.Option(help="The version that was seen; without it the present one.")] = None,
) -> None:
    """Change what is given and nothing else; an empty text ("") takes a value away."""
    invocation: Invocation = context.obj
    changes = _details(
        code=new_code, name=name, kind=kind, brand=brand, manufacturer=maker, salts=salts, form=form, pack_label=pack,
        levels=levels, sale_level=sale_level, mrp_level=mrp_level, purchase_level=purchase_level, hsn=hsn, uqc=uqc,
        uqc_per_pack=uqc_per_pack, rack=rack, discount=discount, no_discount=no_discount, storage=storage,
    )  # fmt: skip
    with invocation.shop() as shop:
        with shop.database.read() as session:
            seen = item_view(session, code, business_date(shop.database.clock.now()))
        if pack or levels:
            level = sale_level or seen.sale_level
            changes |= _pack(pack or seen.pack_label, levels, level, name or seen.name, is_service=False)
        pieces = int(changes.get("pieces_per_pack", seen.pieces_per_pack))
        changes |= _stock_levels(min_stock, max_stock, pieces)
        command = EditItem(item=seen.code, version=version or seen.version, changes=load(ItemChanges, changes))
        with shop.database.write(invocation.actor(shop)) as uow:
            view = edit_item(uow, command)
            today = uow.today
    invocation.answer(item_json(view), item_text(view, today))


def deactivate(context: typer.Context, code: Code) -> None:
    """Sell an item no more; it must be out of stock, and what was sold of it stays."""
    _change(context, lambda uow: deactivate_item(uow, load(DeactivateItem, {"item": code})))


def activate(context: typer.Context, code: Code) -> None:
    """Sell an item again."""
    _change(context, lambda uow: activate_item(uow, load(ActivateItem, {"item": code})))


def tax(context: typer.Context, code: Code, gst: Gst, treatment: Treatment = "taxable", since: Since = None) -> None:
    """Say what GST an item bears from a day on."""
    data = {"item": code, "gst": gst, "treatment": treatment, "from_date": _day(context, since)}
    _change(context, lambda uow: set_tax(uow, load(SetTax, data)))


def rates(
    context: typer.Context,
    gst: Gst,
    since: Annotated[str, typer.Option("--from", help="From this day to come (2026-12-01).")],
    treatment: Treatment = "taxable",
    hsn: Annotated[str | None, typer.Option(help="Items whose HSN begins so.")] = None,
    current: Annotated[str | None, typer.Option(help="Items that bear this rate on the day before.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without it only what would change is shown.")] = False,
) -> None:
    """Show what another rate for many items would change, and with --apply change it in one step."""
    invocation: Invocation = context.obj
    data = {"from_date": since, "treatment": treatment, "gst": gst, "hsn_prefix": hsn, "current": current}
    command = load(ChangeRates, data)
    with invocation.shop() as shop:
        if apply:
            with shop.database.write(invocation.actor(shop)) as uow:
                plan = change_rates(uow, command)
        else:
            with shop.database.read() as session:
                plan = plan_rates(session, command)
    invocation.answer(plan_json(plan, done=apply), plan_text(plan, done=apply))


def schedules(
    context: typer.Context,
    code: Code,
    on: Annotated[str, typer.Argument(metavar="SCHEDULES", help="H,C1 ... or none, or unknown.")],
    since: Since = None,
) -> None:
    """Say which drug schedules an item is on from a day on: exactly these."""
    names = None if on.casefold() == "unknown" else _schedules(on)
    data = {"item": code, "from_date": _day(context, since), "schedules": names}
    _change(context, lambda uow: set_schedules(uow, load(SetSchedules, data)))


def state_listing(
    context: typer.Context,
    code: Code,
    state: Annotated[str, typer.Argument(help="The State's GST code: 03 is Punjab.")],
    measure: Annotated[str, typer.Argument(help="What it asks for: permission of the authority ...")],
    since: Since = None,
    off: Annotated[bool, typer.Option("--off", help="It asks for it no more.")] = False,
) -> None:
    """Note what a State asks for an item beside the drug schedules."""
    listing = {"state": state, "measure": measure, "from_date": _day(context, since), "is_on": not off}
    _change(context, lambda uow: set_state_listing(uow, load(SetStateListing, {"item": code, "listing": listing})))


def read_salts(context: typer.Context) -> None:
    """Read the salts of items from before they were kept apart; texts that are not plain stay as they are."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        count = read_item_salts(uow)
    invocation.answer({"items": count}, f"Read the salts of {count} items.")


COMMANDS: dict[str, Callable[..., None]] = {
    "add": add,
    "copy": copy,
    "edit": edit,
    "deactivate": deactivate,
    "activate": activate,
    "tax": tax,
    "rates": rates,
    "schedules": schedules,
    "state-listing": state_listing,
    "read-salts": read_salts,
}


def _create(context: typer.Context, command: CreateItem) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        with shop.database.write(invocation.actor(shop)) as uow:
            view = create_item(uow, command)
        with shop.database.read() as session:
            today = business_date(shop.database.clock.now())
            (item,) = sale_items(session, [view.item_id], today)
    invocation.answer(item_json(view, item.batches), item_text(view, today, item.batches))


def _change(context: typer.Context, command: Any) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view: ItemView = command(uow)
        today = uow.today
    invocation.answer(item_json(view), item_text(view, today))


def _day(context: typer.Context, since: str | None) -> str:
    if since is not None:
        return since
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        return business_date(shop.database.clock.now()).isoformat()


def _details(**given: Any) -> dict[str, Any]:
    """Return the options that were given; an empty text takes the value away, but for the pack's label."""
    return {
        name: None if value == "" and name != "pack_label" else value
        for name, value in given.items()
        if value is not None
    }


def _pack(
    label: str | None, levels: str | None, sale_level: str | None, name: str, *, is_service: bool
) -> dict[str, Any]:
    """Return how many pieces are in a sale pack and how many packs in a box.

    Raises RuleBroken ``items.pack_unknown``, ``items.pack_in_name`` where neither label nor levels say it.
    """
    if levels and sale_level:
        return {"pieces_per_pack": PackLevels.parse(levels).pieces(sale_level.casefold())}
    reading = read_pack(label or "", name)
    if reading is None:
        if is_service:
            return {"pieces_per_pack": 1}
        raise ask_pack(label or "", name)
    return {"pieces_per_pack": reading.pieces_per_pack, "packs_per_box": reading.packs_per_box}


def _stock_levels(least: str | None, most: str | None, pieces: int) -> dict[str, Any]:
    given = {"min_stock_units": least, "max_stock_units": most}
    return {
        name: parse_quantity(text, pieces) if text.strip() not in {"", "0"} else None
        for name, text in given.items()
        if text is not None
    }


def _schedules(text: str) -> list[str]:
    return [] if text.casefold() == "none" else [name.strip().upper() for name in text.split(",") if name.strip()]


def _opening(
    item: NewItem, batch: str | None, expiry: str | None, mrp: str | None, cost: str | None, units: int
) -> OpeningStock:
    if mrp is None:
        raise RuleBroken("items.mrp_missing", where="mrp")
    if cost is None:
        raise RuleBroken("items.rate_missing", where="cost")
    expires = Expiry.parse(expiry) if expiry else None
    return load(
        OpeningStock,
        {
            "line": 1,
            "batch": batch or "",
            "expiry": expires.last_day.isoformat() if expires else None,
            "expiry_precision": expires.precision if expires else None,
            "mrp": str(sale_pack_mrp(item, Money.parse(mrp))),
            "purchase_rate": cost,
            "units": units,
        },
    )
