"""What may take an item's place, and what is never swapped silently."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.inventory.substitutes import Caution, Substitutes, same_composition, substitutes
from core.kernel.actor import Actor, Role
from core.kernel.money import Percent, Rate
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)
MOX: dict[str, Any] = {"salts": "Amoxicillin 500mg", "form": "capsule", "schedules": []}


def ask(shop: TestShop, code: str = "MOX", role: Role = Role.OWNER) -> Substitutes:
    with shop.shop.database.read() as session:
        return substitutes(session, code, TODAY, Actor(None, role.value, role))


def codes(shop: TestShop, code: str = "MOX") -> list[str]:
    return [one.code for one in ask(shop, code).found]


@pytest.fixture
def stocked(shop: TestShop) -> TestShop:
    shop.receives("MOX", **MOX)
    shop.receives("NOVA", **MOX | {"salts": "Amoxycillin (0.5 gm)", "mrp": "21.00"}, cost="12.0000")
    return shop


def test_the_same_salt_under_any_spelling_is_found_with_stock_price_and_margin(stocked: TestShop) -> None:
    (found,) = ask(stocked).found
    assert (found.code, found.stock_units, found.mrp_per_piece) == ("NOVA", 100, Rate.parse("2.10"))
    assert found.cautions == ()
    assert found.cost_per_piece == Rate.parse("1.20")
    assert found.margin == Percent(4000)  # 20.00 without GST, 12.00 paid


def test_cost_and_margin_are_for_who_may_see_them(stocked: TestShop) -> None:
    (found,) = ask(stocked, role=Role.CASHIER).found
    assert (found.cost_per_piece, found.margin) == (None, None)
    assert found.mrp_per_piece == Rate.parse("2.10")


@pytest.mark.parametrize(
    "other",
    [
        {"salts": "Amoxicillin 250mg"},
        {"salts": "Amoxicillin 500mg + Clavulanic Acid 125mg"},
        {"salts": "Amoxicillin"},
        {"salts": None},
        {"form": "tablet"},
        {"form": "SR capsule"},
        {"batch": "X", "expiry": "10/2026"},
    ],
)
def test_another_strength_salt_form_or_release_is_none(stocked: TestShop, other: dict[str, Any]) -> None:
    stocked.receives("OTHER", **MOX | other)
    assert codes(stocked) == ["NOVA"]


def test_held_stock_and_ended_items_are_left_out(stocked: TestShop) -> None:
    with stocked.shop.database.write(stocked.actor) as uow:
        hold_batch(uow, HoldBatch(item="NOVA", batch="A1", reason="recalled"))
    assert codes(stocked) == []


def test_the_cheapest_piece_comes_first(stocked: TestShop) -> None:
    stocked.receives("BIG", **MOX, pack_label="20's", pieces_per_pack=20, mrp="30.00")
    assert codes(stocked) == ["BIG", "NOVA"]
    assert codes(stocked, "BIG") == ["NOVA", "MOX"]


@pytest.mark.parametrize(
    ("details", "cautions"),
    [
        ({"schedules": ["H"]}, (Caution.SCHEDULED,)),
        ({"schedules": ["C1"]}, ()),
        ({"schedules": None}, (Caution.NOT_LOOKED_UP,)),
        ({"salts": "Amoxicillin Trihydrate 500mg"}, (Caution.SALT_DIFFERS,)),
        ({"form": None}, (Caution.FORM_UNCLEAR,)),
    ],
)
def test_what_must_be_looked_at_is_said(stocked: TestShop, details: dict[str, Any], cautions: tuple[Caution]) -> None:
    stocked.receives("OTHER", **MOX | details)
    assert {one.code: one.cautions for one in ask(stocked).found} == {"NOVA": (), "OTHER": cautions}


def test_a_scheduled_item_is_never_swapped_silently(stocked: TestShop) -> None:
    stocked.receives("RX", **MOX | {"schedules": ["H1"]})
    assert all(Caution.SCHEDULED in one.cautions for one in ask(stocked, "RX").found)


def test_a_narrow_therapeutic_salt_is_marked(shop: TestShop) -> None:
    for code in ("ELT", "THY"):
        shop.receives(code, salts="Levothyroxine Sodium 50mcg", form="tablet", schedules=[])
    assert [one.cautions for one in ask(shop, "ELT").found] == [(Caution.NARROW_THERAPEUTIC,)]


def test_without_known_salts_nothing_is_offered(shop: TestShop) -> None:
    shop.receives("MOX", salts="Amoxicillin")
    found = ask(shop)
    assert (found.is_known, found.found) == (False, ())


def test_the_search_runs_along_the_index(shop: TestShop) -> None:
    statement = same_composition("x").compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with shop.shop.database.read() as session:
        plan = " ".join(str(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}")))
    assert "ix_item_composition_key" in plan
    assert "SCAN" not in plan
