"""What a purchase clerk waits for at F12: a bill of sixty lines with its goods, and a file of sixty lines."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.app.shop import Shop, open_shop
from core.boundary.frozen import load
from core.catalog.model import Item
from core.inventory.model import Batch, Lot
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent, Rate
from core.parties.dto import AddParty, SupplierDetails
from core.parties.service import add_party
from core.purchasing.bill_dto import ReceiveBilledGoods
from core.purchasing.billing import receive_billed_goods
from core.purchasing.proposing.dto import LearnedLine, LearnSupplierItems, Proposal
from core.purchasing.proposing.learning import learn_supplier_items
from core.purchasing.proposing.posting import file_command, take_file_in
from core.purchasing.proposing.proposal import propose_file
from tests.benchmarks.files import SMALL, cached_shop
from tests.benchmarks.generator import LAST_DAY, NOW
from tests.benchmarks.measuring import note
from tests.benchmarks.twins import OWNER
from tests.core.purchasing.proposing_support import Sent, sent
from tests.support.clock import TurnedClock

_LINES = 60
_ROUNDS = 40


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A copy of a shop of 10,000 bills with a supplier."""
    shutil.copytree(cached_shop(SMALL), tmp_path / "shop")
    made = open_shop(tmp_path / "shop", TurnedClock(NOW))
    details = SupplierDetails(name="Kerala Pharma", gstin="32AAACK9110F1Z2")
    with made.database.write(OWNER) as uow:
        add_party(uow, AddParty(command_id=new_id(), details=details, confirmed=True))
    yield made
    made.close()


def _items(shop: Shop) -> list[Any]:
    """Return items that came in before, with what a piece cost then and the MRP of their pack."""
    wanted = (
        select(
            Item.id,
            Item.code,
            Item.name,
            Item.pack_label,
            Item.pieces_per_pack,
            func.max(Lot.cost_rate).label("cost"),
            func.max(Batch.mrp_paise).label("mrp"),
        )
        .join(Batch, Batch.item_id == Item.id)
        .join(Lot, Lot.batch_id == Batch.id)
        .group_by(Item.id)
        .order_by(Item.id)
    )
    with shop.database.read() as session:
        rows = session.execute(wanted).all()
    return random.Random(7).sample(rows, _LINES)


def test_receive_a_bill_of_sixty_lines(benchmark: Any, shop: Shop) -> None:
    items = _items(shop)
    total = Money(0)
    for _ in items:
        half = Money(15000).percent(Percent(250))
        total += Money(15000) + half + half
    numbers = iter(range(10_000))

    def prepare() -> tuple[tuple[ReceiveBilledGoods], dict[str, Any]]:
        number = next(numbers)
        lines = [
            {
                "goods": {
                    "item": row.code, "quantity": "10", "free": "1", "batch": f"B{number}", "expiry": "12/2031",
                    "mrp": "99.00",
                },
                "printed": {"rate": "15.00", "gst": "5", "cgst": "3.75", "sgst": "3.75"},
            }
            for row in items
        ]  # fmt: skip
        head = {
            "supplier": "Kerala Pharma",
            "number": f"S-{number}",
            "billed_on": LAST_DAY.isoformat(),
            "total": str(total.rounded_to_rupee()),
        }
        said = {"command_id": str(new_id()), "receipt_id": str(new_id()), "head": head, "lines": lines}
        return (load(ReceiveBilledGoods, {**said, "match_reason": "as printed", "confirmed": True}),), {}

    def save(command: ReceiveBilledGoods) -> None:
        with shop.database.write(OWNER) as uow:
            receive_billed_goods(uow, command)

    benchmark.pedantic(save, setup=prepare, rounds=_ROUNDS)
    note(benchmark, skip=5, target_p95=0.150)


def test_take_in_a_file_of_sixty_lines(benchmark: Any, shop: Shop) -> None:
    """From its bytes to the books: read, matched by learned names, posted."""
    items = _items(shop)
    lines = [
        Sent(
            row.name,
            row.pack_label,
            rate=str(Rate(row.cost).times(row.pieces_per_pack)),
            mrp=str(Money(row.mrp)),
        )
        for row in items
    ]
    with shop.database.read() as session:
        found = propose_file(session, OWNER, sent(*lines), "f.csv", today=LAST_DAY)
    assert isinstance(found, Proposal)
    assert found.supplier is not None
    learned = tuple(
        LearnedLine(name=line.name, pack=line.pack, maker="", code="", item_id=row.id)
        for line, row in zip(lines, items, strict=True)
    )
    command = LearnSupplierItems(supplier_id=found.supplier.supplier_id, lines=learned)
    with shop.database.write(OWNER) as uow:
        learn_supplier_items(uow, command)
    numbers = iter(range(10_000))

    def take_in() -> None:
        file = sent(*lines, number=f"B-{next(numbers)}")
        with shop.database.read() as session:
            proposal = propose_file(session, OWNER, file, "f.csv", today=LAST_DAY)
        assert isinstance(proposal, Proposal)
        said = file_command(
            proposal, command_id=new_id(), receipt_id=new_id(), match_reason="as printed", confirmed=True
        )
        with shop.database.write(OWNER) as uow:
            take_file_in(uow, said)

    benchmark.pedantic(take_in, rounds=15, warmup_rounds=2)
    note(benchmark, target_p95=1.0)
