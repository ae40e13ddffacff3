"""A database that each released version has written still opens, still proves its books, and goes on billing."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from cli.bills import bill_json
from core.app.shop import open_shop, shop_file
from core.app.verify import verify
from core.sales.queries import bill_by_number
from core.storage import migrate
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.db"))


def test_every_release_has_a_fixture() -> None:
    assert [file.stem for file in FIXTURES] == ["0.1.0", "0.2.0"]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda file: file.stem)
def test_the_file_of_an_old_version_goes_on(fixture: Path, tmp_path: Path) -> None:
    expected = json.loads(fixture.with_suffix(".json").read_text("utf-8"))
    clock = TurnedClock(datetime.fromisoformat(expected["clock"]))
    shutil.copy(fixture, shop_file(tmp_path))
    shop = TestShop(open_shop(tmp_path, clock), clock)
    assert not migrate.needs_upgrade(shop.shop.database)
    assert verify(shop.shop.database).findings == ()
    with shop.shop.database.read() as session:
        for bill in expected["bills"]:
            assert bill_json(bill_by_number(session, bill["number"])) == bill
    following = expected.get("next", f"C1/26-27/{len(expected['bills']) + 1:06d}")
    assert shop.bills(("PCM500", "1")).number == following
    shop.books_agree()
    shop.close()
