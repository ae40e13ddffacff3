"""What the counter finds, in which order, and what a bill line gets to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.inventory.import_dto import ImportItems
from core.inventory.queries import default_location, lots_of_batches, sale_item, sale_items, search_items
from core.kernel.gst import GstTreatment
from core.kernel.money import Money, Percent
from tests.core.inventory.support import PARACETAMOL, TODAY, imports, read
from tests.support.shop import TestShop

Search = Callable[[str], list[str]]


def shelved(*rows: dict[str, str]) -> ImportItems:
    """Return the command that brings rows in, expired stock too."""
    return read(*rows, with_expired=True)


@pytest.fixture
def search(shop: TestShop) -> Search:
    """Return the codes that a text finds."""

    def find(typed: str) -> list[str]:
        with shop.shop.database.read() as session:
            return [hit.code for hit in search_items(session, typed, TODAY)]

    return find


@pytest.fixture
def shelf(shop: TestShop) -> None:
    """A few items, some of them with stock, one with nothing but expired stock."""
    item = PARACETAMOL | {"quantity": ""}
    imports(
        shop,
        shelved(
            item | {"code": "A", "name": "Dolo 500 Tablet", "salt": "Paracetamol 500mg"},
            item | {"code": "B", "name": "Dolo 650 Tablet", "salt": "Paracetamol 650mg", "quantity": "5"},
            item | {"code": "C", "name": "Dolonex", "salt": "Piroxicam", "quantity": "5", "expiry": "10/2026"},
            item | {"code": "D", "name": "Dolopar", "salt": "Paracetamol + Caffeine", "barcode": "8901234567890"},
            item | {"code": "E", "name": "Zerodol", "manufacturer": "Dolomite Labs", "quantity": "1"},
            item | {"code": "DOLO", "name": "Anything"},
        ),
    )


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        # the code; what the shop deals in, names that begin so first; then the catalogue
        ("dolo", ["DOLO", "B", "C", "E", "A", "D"]),
        ("8901234567890", ["D"]),
        ("Dolo-6", ["B"]),
        ("dolo650", ["B"]),
        ("650 dolo", ["B"]),
        ("tab dolo", ["B", "A"]),
        ("parac", ["B", "A", "D"]),
        ("caff parac", ["D"]),
        ("dolomite", ["E"]),
        ("c", ["C", "D"]),
        ("nothing of the kind", []),
        ("", []),
        ("  ", []),
        ("%", []),
        ('"', []),
        ("dolo' OR 1=1 --", []),
    ],
)
def test_the_likeliest_item_comes_first(search: Search, typed: str, codes: list[str]) -> None:
    assert search(typed) == codes


@pytest.mark.usefixtures("shelf")
def test_what_is_held_stands_behind_what_can_be_sold(shop: TestShop, search: Search) -> None:
    assert search("dolo 650 t")[0] == "B"
    assert search("dolo")[1:3] == ["B", "C"]
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="B", batch=PARACETAMOL["batch"], reason="recalled"))
    shop.receives("F", name="Dolofin", packs=1)
    assert search("dolo")[:2] == ["DOLO", "F"]


def test_what_the_shop_has_is_found_among_very_many(shop: TestShop, search: Search) -> None:
    item = PARACETAMOL | {"quantity": ""}
    rows = [item | {"code": f"N{n}", "name": f"Aaa {n:04d}", "salt": "Metformin"} for n in range(600)]
    rows[590]["quantity"] = "3"

    imports(shop, shelved(*rows))

    assert search("aa")[0] == "N590"
    assert search("metf")[0] == "N590"
    assert len(search("metf")) == 20


def test_a_hit_tells_what_would_be_sold_first(shop: TestShop) -> None:
    imports(
        shop,
        shelved(
            PARACETAMOL | {"batch": "OLD", "expiry": "10/2026", "schedule": "H", "rack": "A3"},
            PARACETAMOL | {"batch": "LATE", "expiry": "12/2028", "mrp": "30", "schedule": "H", "rack": "A3"},
            PARACETAMOL | {"batch": "SOON", "expiry": "30-11-2026", "quantity": "1:5", "schedule": "H", "rack": "A3"},
        ),
    )

    with shop.shop.database.read() as session:
        (hit,) = search_items(session, "para", TODAY)

    assert (hit.stock_units, hit.mrp, hit.rack, hit.schedules) == (215, Money(2565), "A3", ("H",))
    assert hit.expiry is not None
    assert hit.expiry.isoformat() == "2026-11-30"


def test_a_bill_line_knows_its_item_and_batches_first_expiry_first(shop: TestShop) -> None:
    imports(
        shop,
        shelved(
            PARACETAMOL | {"batch": "LATE", "expiry": "12/2028", "barcode": "8901234567890"},
            PARACETAMOL | {"batch": "OLD", "expiry": "10/2026", "quantity": "1"},
            PARACETAMOL | {"batch": "SOON", "expiry": "12/2026"},
            PARACETAMOL | {"batch": "soon", "expiry": "12/2026", "quantity": "3t"},
        ),
    )
    shop.bills(("PCM500", "3t"))

    with shop.shop.database.read() as session:
        item = sale_item(session, "8901234567890", TODAY)
        assert sale_item(session, "pcm500 ", TODAY) == item
        assert sale_item(session, "PCM", TODAY) is None

    assert item is not None
    assert [(batch.number, batch.units) for batch in item.batches] == [("OLD", 10), ("SOON", 200), ("LATE", 200)]
    assert (item.treatment, item.gst, item.schedules) == (GstTreatment.TAXABLE, Percent(500), None)


def test_lots_of_a_batch_come_oldest_first(shop: TestShop) -> None:
    imports(shop, shelved(PARACETAMOL | {"quantity": "1", "purchase_rate": "10"}))
    imports(shop, shelved(PARACETAMOL | {"quantity": "2", "purchase_rate": "12"}))
    item = shop.stock("PCM500")

    with shop.shop.database.read() as session:
        batch_id = item.batches[0].batch_id
        lots = lots_of_batches(session, [item.item_id], [batch_id], default_location(session))[batch_id]

    assert [(lot.units, lot.cost_paise) for lot in lots] == [(10, 10_00), (20, 24_00)]


def test_the_number_of_statements_does_not_grow_with_the_hits(shop: TestShop) -> None:
    imports(shop, shelved(*(PARACETAMOL | {"code": f"N{n}", "name": f"Crocin {n}"} for n in range(30))))
    statements: list[str] = []

    def heard(statement: str) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):  # not the BEGIN of the reading
            statements.append(statement)

    with shop.shop.database.read() as session:
        raw: Any = session.connection().connection.driver_connection
        raw.set_trace_callback(heard)
        hits = search_items(session, "crocin", TODAY)
        asked = len(statements)
        sale_items(session, [hit.item_id for hit in hits], TODAY)

    assert len(hits) == 20
    assert asked <= 8
    assert len(statements) - asked == 4
    raw.set_trace_callback(None)
