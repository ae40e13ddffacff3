"""What items and batches ask of a database, asked of both."""

from __future__ import annotations

from datetime import date

from core.app.verify import verify
from core.boundary.frozen import load
from core.catalog.change_dto import ChangeRates, SetSchedules
from core.catalog.dto import DrugSchedule
from core.catalog.scheduling import set_schedules
from core.catalog.taxing import change_rates
from core.inventory.batch_dto import HoldBatch, ReleaseBatch, ReviseMrp
from core.inventory.holding import held_batches, hold_batch, release_batch
from core.inventory.items import CreateItem, create_item
from core.inventory.queries import sale_item, search_items
from core.inventory.repricing import revise_mrp
from core.inventory.substitutes import substitutes
from core.kernel.actor import Actor, Role
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.storage.database import Database

TODAY = date(2026, 11, 20)
OWNER = Actor(None, "owner", Role.OWNER)


def create(database: Database, code: str, mrp: str) -> None:
    item = {
        "code": code, "name": f"Item {code}", "salts": "Amoxycillin 500mg", "form": "capsule", "pack_label": "10's",
        "pieces_per_pack": 10, "hsn": "3004", "treatment": "taxable", "gst": "12", "schedules": [],
    }  # fmt: skip
    stock = {
        "line": 1, "batch": "A1", "expiry": "2028-03-31", "expiry_precision": "month", "mrp": mrp,
        "purchase_rate": "10", "units": 100,
    }  # fmt: skip
    data = {"command_id": str(new_id()), "item": item, "stock": [stock]}
    with database.write(OWNER) as uow:
        create_item(uow, load(CreateItem, data))


def test_items_and_batches_on_both(database: Database) -> None:
    create(database, "MOX", "30.00")
    create(database, "NOVA", "20.00")
    with database.write(OWNER) as uow:
        hold_batch(uow, HoldBatch(item="MOX", batch="A1", reason="recalled"))
    with database.write(OWNER) as uow:
        revise_mrp(uow, ReviseMrp(item="NOVA", batch="A1", mrp=Money(1900), from_date=TODAY, reason="lower GST"))
    with database.write(OWNER) as uow:
        change_rates(
            uow,
            load(ChangeRates, {"from_date": "2026-12-01", "treatment": "taxable", "gst": "5", "hsn_prefix": "30"}),
        )
    with database.write(OWNER) as uow:
        set_schedules(uow, SetSchedules(item="NOVA", from_date=TODAY, schedules=frozenset({DrugSchedule.H})))

    with database.read() as session:
        (held,) = held_batches(session)
        mox, nova = sale_item(session, "MOX", TODAY), sale_item(session, "NOVA", date(2026, 12, 1))
        # what is held stands behind what can be sold
        assert [hit.code for hit in search_items(session, "amoxicillin", TODAY)] == ["NOVA", "MOX"]
        assert [hit.code for hit in search_items(session, "amoksisilin", TODAY)] == ["NOVA", "MOX"]
        (substitute,) = substitutes(session, "MOX", TODAY, OWNER).found
    assert (held.item, held.units) == ("MOX", 100)
    assert mox is not None
    assert nova is not None
    assert mox.batches[0].held == "recalled"
    assert (nova.batches[0].mrp, nova.batches[0].printed_mrp, str(nova.gst)) == (Money(1900), Money(2000), "5")
    assert nova.schedules == ("H",)
    assert (substitute.code, substitute.mrp) == ("NOVA", Money(1900))
    with database.write(OWNER) as uow:
        release_batch(uow, ReleaseBatch(item="MOX", batch="A1", reason="tested, good"))
    assert verify(database).findings == ()
