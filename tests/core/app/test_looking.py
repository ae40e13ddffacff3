"""What is in a backup is known before it is restored, and looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app.backups.container import export_container
from core.app.backups.creating import back_up
from core.app.backups.folder import Backup
from core.app.backups.looking import look_into
from core.app.backups.manifest import Reason
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.storage.keys import RawKey
from tests.core.storage.test_unit_of_work import SOMEBODY
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture(params=["plain", "encrypted"])
def billing(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with two bills."""
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=request.param == "encrypted")
    shop.receives("PCM500", packs=1000)
    shop.bills(("PCM500", "2"))
    clock.turn(minutes=1)
    shop.bills(("PCM500", "1"))
    yield shop
    shop.close()


def make(shop: TestShop, clock: TurnedClock) -> Backup:
    return back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} - {"backups", "backups/backups.lock"}


def test_it_says_whose_it_is_when_it_was_made_and_the_last_number(billing: TestShop, clock: TurnedClock) -> None:
    billed_at = clock.now()
    clock.turn(minutes=9)
    made = make(billing, clock)
    billing.bills(("PCM500", "3"))
    before = files(billing.shop.folder)
    found = look_into(billing.shop.folder, made.path, SOMEBODY)

    assert (found.shop, found.counter, found.bills, found.last_bill) == ("Test Medicals", "C1", 2, "C1/26-27/000002")
    assert (found.made_at, found.newest_entry, found.last_bill_at) == (clock.now(), billed_at, billed_at)
    assert found.events == 4
    assert found.key_id == made.manifest.key_id
    assert files(billing.shop.folder) == before


def test_an_empty_machine_looks_with_the_code_of_the_sheet(
    billing: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    made = make(billing, clock)
    empty = tmp_path / "empty"
    key = billing.shop.database.key
    if key is not None:
        with pytest.raises(EnvironmentFault, match=r"key\.of_sheet"):
            look_into(empty, made.path, SOMEBODY)
        with pytest.raises(EnvironmentFault, match=r"key\.of_sheet"):
            look_into(empty, made.path, SOMEBODY, RawKey.new())
    assert look_into(empty, made.path, SOMEBODY, key).bills == 2
    assert files(empty) == set()


def test_a_container_is_looked_into(shop: TestShop, clock: TurnedClock, tmp_path: Path) -> None:
    key = RawKey.new()
    export_container(make(shop, clock), tmp_path / "stick.age", key, shop.shop.folder)

    with pytest.raises(EnvironmentFault, match=r"key\.missing"):
        look_into(tmp_path / "empty", tmp_path / "stick.age", SOMEBODY)
    found = look_into(tmp_path / "empty", tmp_path / "stick.age", SOMEBODY, key)
    assert (found.shop, found.made_at, found.bills, found.last_bill) == ("Test Medicals", clock.now(), 0, None)


def test_without_its_description_nobody_knows_when_it_was_made(shop: TestShop, clock: TurnedClock) -> None:
    made = make(shop, clock)
    made.path.with_suffix(".json").unlink()

    found = look_into(shop.shop.folder, made.path, SOMEBODY)
    assert (found.made_at, found.bills) == (None, 0)


def test_a_file_cut_off_is_refused_and_leaves_nothing(shop: TestShop, clock: TurnedClock, tmp_path: Path) -> None:
    made = make(shop, clock)
    cut = tmp_path / "cut.db"
    cut.write_bytes(made.path.read_bytes()[: made.path.stat().st_size // 2])
    empty = tmp_path / "empty"

    with pytest.raises(EnvironmentFault, match=r"backup\.damaged"):
        look_into(empty, cut, SOMEBODY)
    assert files(empty) == set()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_who_may_not_restore_does_not_look(shop: TestShop, clock: TurnedClock, role: Role) -> None:
    made = make(shop, clock)
    with pytest.raises(RuleBroken, match=r"auth\.not_allowed"):
        look_into(shop.shop.folder, made.path, Actor(None, "somebody", role))
