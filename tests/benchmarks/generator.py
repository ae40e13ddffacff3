"""Builds a shop of any size from a seed: a catalogue, stock that comes in as it runs out, years of bills.

Everything is as the services would have written it, so that ``verify`` holds; the arithmetic is done here again and
not by the code that is measured.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from uuid import UUID

from core.app.dto import CreateShop
from core.app.shop import create_shop
from core.catalog.naming import index_words
from core.kernel.dates import FinancialYear
from core.kernel.ids import id_from_content
from core.kernel.sounds import sound_of
from core.storage import search_index
from core.storage.search_index import name_key
from tests.benchmarks.bulk import BulkShop, Row, micros_of
from tests.benchmarks.catalogue import MadeItem, made_items
from tests.benchmarks.rows import SERIES, add_master_rows, bill_entries, bill_row, entry, half_up, movement
from tests.support.clock import TurnedClock
from tests.support.shop import KOCHI

SEED = 20261125
#: The day after the last bill; what a benchmark takes for now is its afternoon.
LAST_DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BILLS_A_DAY = 800
#: 3.7 lines a bill.
_LINES = (1, 2, 3, 4, 5, 6, 7, 8)
_LINE_WEIGHTS = (12, 20, 22, 17, 12, 8, 5, 4)
_LINES_A_BILL = 3.7
_BATCHES_AN_ITEM = 2.4
_OPENS, _SHUTS = 9 * 3600, 22 * 3600
_ITEMS_AN_EVENT = 500


@dataclass(frozen=True, slots=True)
class ShopSize:
    """How big a shop is: items of the catalogue, those of them that are stocked, bills."""

    catalogue: int
    stocked: int
    bills: int


@dataclass(slots=True)
class _Stock:
    """A batch with its one lot; ``cost`` is 1/10000 rupee a smallest unit.

    ``units`` is what is left, ``worth`` what that cost in paise.
    """

    batch_id: str
    lot_id: str
    number: str
    expiry: str
    cost: int
    units: int
    worth: int = 0


@dataclass(slots=True)
class _Held:
    """An item the shop deals in, with its batches, first expiry first; ``daily`` smallest units are sold a day."""

    item: MadeItem
    item_id: str
    daily: float
    batches: list[_Stock]


def build_shop(folder: Path, size: ShopSize) -> None:
    """Found a shop in an empty folder and fill it."""
    days = -(-size.bills // BILLS_A_DAY)
    first = LAST_DAY - timedelta(days=days + 1)
    opening = datetime(first.year, first.month, first.day, 1, 0, tzinfo=UTC)
    create_shop(folder, CreateShop.model_validate(KOCHI), TurnedClock(opening)).close()
    _Trade(folder, size, first).run()


class _Trade:
    """The life of a shop, day by day."""

    def __init__(self, folder: Path, size: ShopSize, first: date) -> None:
        self.dice = random.Random(SEED)
        self.shop = BulkShop(folder, self.dice)
        self.size = size
        self.first = first
        self.location = self.shop.only("location")
        self.held: list[_Held] = []
        self.serials: dict[int, int] = {}
        self.lots: list[tuple[str, _Stock]] = []
        self.choice: list[float] = []

    def run(self) -> None:
        """Open, trade until the bills are made, close the file."""
        self._add_catalogue()
        self._receive(self.first, fill=True)
        left, day = self.size.bills, self.first + timedelta(days=1)
        while left:
            self._receive(day)
            today = min(BILLS_A_DAY, left)
            self._bill(day, today)
            left -= today
            day += timedelta(days=1)
        self._write_derived()
        self.shop.close()

    def _add_catalogue(self) -> None:
        """Add every item; the first ``stocked`` are dealt in, the earlier the more."""
        items = made_items(self.size.catalogue, self.dice)
        chosen = self.dice.sample(range(len(items)), self.size.stocked)
        weights = {number: 1 / (rank + 20) ** 0.8 for rank, number in enumerate(chosen)}
        whole = sum(weights.values())
        micros = micros_of(self.first, 7 * 3600)
        accounts = [
            {"code": f"sales.taxable.{rate}", "name": f"Sales at {rate} %", "section": "income"} for rate in (5, 18)
        ]
        self.shop.event("accounts.opened", self.shop.id_at(micros), micros, masters={"ledger_account": accounts})
        sounds: set[tuple[str, str]] = set()
        for start in range(0, len(items), _ITEMS_AN_EVENT):
            masters: dict[str, list[Row]] = {"item": [], "item_tax": [], "item_barcode": []}
            words = []
            for number, item in enumerate(items[start : start + _ITEMS_AN_EVENT], start=start):
                item_id = self.shop.id_at(micros)
                add_master_rows(masters, item, item_id, name_key(item.name))
                identity = (item.name, None, item.salts, item.manufacturer, item.code)
                text = index_words(identity, (), held=number in weights)
                if number in weights:
                    share = weights[number] / whole
                    self.held.append(_Held(item, item_id, BILLS_A_DAY * _LINES_A_BILL * share * 0.9 * item.pieces, []))
                key = UUID(item_id).int & search_index._ROWID_BITS
                words.append((key, " ".join(search_index.tokens(text)), bytes.fromhex(item_id)))
                sounds.update((word, sound_of(word)) for word in search_index.tokens(text))
            self.shop.event("items.imported", self.shop.id_at(micros), micros, masters=masters)
            self.shop.execute_many("INSERT INTO item_search (rowid, words, item_id) VALUES (?, ?, ?)", words)
        self.shop.execute_many("INSERT INTO item_search (item_search) VALUES (?)", [("optimize",)])
        self.shop.execute_many(
            "INSERT INTO item_search_word (word, sound) VALUES (?, ?)",
            [row for row in sorted(sounds) if search_index._is_kept(row[0])],
        )
        self.held.sort(key=lambda held: -held.daily / held.item.pieces)
        self.choice = list(accumulate(held.daily / held.item.pieces for held in self.held))

    def _receive(self, day: date, *, fill: bool = False) -> None:
        """Receive lots of what runs out (``fill``: the first stock, some batches of each), as one document."""
        micros = micros_of(day, 8 * 3600)
        document, on_date = self.shop.id_at(micros), day.isoformat()
        facts: dict[str, list[Row]] = {"batch": [], "lot": [], "stock_movement": [], "ledger_entry": []}
        worth = 0
        for held in self.held:
            standing = [stock for stock in held.batches if stock.expiry >= on_date]
            expired = len(held.batches) - len(standing)
            held.batches = held.batches[expired:]  # what has expired stays on the shelf, unsold
            if fill:
                wanted = self.dice.choice((1, 2, 2, 3, 4))
            else:
                wanted = int(sum(stock.units for stock in standing) < 4 * held.daily + 2 * held.item.pieces)
            for _ in range(wanted):
                worth += self._receive_lot(held, document, day, micros, facts)
        if worth:
            facts["ledger_entry"] = [
                entry(document, 1, "opening", "stock", worth, on_date),
                entry(document, 2, "opening", "opening", -worth, on_date),
            ]
            self.shop.event("items.imported", document, micros, facts=facts)
            self.shop.derived("batch_now", facts["batch"])

    def _receive_lot(self, held: _Held, document: str, day: date, micros: int, facts: dict[str, list[Row]]) -> int:
        item, dice = held.item, self.dice
        month = day.month - 1 + dice.randint(14, 34)
        expiry = date(day.year + month // 12 + (month % 12 == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)
        number = f"B{dice.randrange(10**7):07d}"
        rupees = f"{item.mrp_paise // 100}.{item.mrp_paise % 100:02d}"
        stock = _Stock(
            batch_id=id_from_content(held.item_id, number, expiry.isoformat(), rupees).hex,
            lot_id=self.shop.id_at(micros),
            number=number,
            expiry=expiry.isoformat(),
            cost=item.mrp_paise * 70 // item.pieces,
            units=max(20, int(held.daily * 20 / item.pieces)) * item.pieces,
        )
        held.batches.append(stock)
        held.batches.sort(key=lambda other: other.expiry)
        cost = stock.worth = half_up(stock.cost * stock.units, 100)
        on_date = day.isoformat()
        facts["batch"].append(
            {
                "id": stock.batch_id,
                "item_id": held.item_id,
                "number": number,
                "expiry": stock.expiry,
                "expiry_precision": "month",
                "mrp_paise": item.mrp_paise,
            }
        )
        facts["lot"].append(
            {
                "id": stock.lot_id,
                "batch_id": stock.batch_id,
                "document_id": document,
                "received_on": on_date,
                "cost_rate": stock.cost,
            }
        )
        line = len(facts["stock_movement"]) + 1
        facts["stock_movement"].append(
            movement(document, line, "opening", stock.lot_id, self.location, stock.units, cost, micros)
        )
        self.lots.append((held.item_id, stock))
        return cost

    def _bill(self, day: date, count: int) -> None:
        step = (_SHUTS - _OPENS) // BILLS_A_DAY
        year = FinancialYear.of(day)
        sizes = self.dice.choices(_LINES, _LINE_WEIGHTS, k=count)
        picks = iter(self.dice.choices(self.held, cum_weights=self.choice, k=2 * sum(sizes)))
        for n, lines in enumerate(sizes):
            micros = micros_of(day, _OPENS + n * step) + self.dice.randrange(1_000_000)
            serial = self.serials.get(year.starts_in, 0) + 1
            self.serials[year.starts_in] = serial
            chosen: dict[str, _Held] = {}
            for held in picks:
                if held.batches:
                    chosen[held.item_id] = held
                if len(chosen) == lines:
                    break
            self._bill_one(micros, year, serial, list(chosen.values()))

    def _bill_one(self, micros: int, year: FinancialYear, serial: int, chosen: list[_Held]) -> None:
        bill_id = self.shop.id_at(micros)
        lines = [self._line(bill_id, n, held) for n, held in enumerate(chosen, start=1)]
        movements = []
        for n, (row, stock) in enumerate(lines, start=1):
            standing = stock.units + row["units"]  # the line has taken its units already
            cost = half_up(stock.worth * row["units"], standing)
            stock.worth -= cost
            movements.append(movement(bill_id, n, "bill", stock.lot_id, self.location, -row["units"], -cost, micros))
        rows = [row for row, _ in lines]
        bill = bill_row(bill_id, self.dice.randbytes(32).hex(), micros, year, serial, rows)
        cost = -sum(movement["cost_paise"] for movement in movements)
        self.shop.event(
            "bill.posted",
            bill_id,
            micros,
            facts={
                "bill": [bill],
                "bill_line": rows,
                "bill_tender": [{"bill_id": bill_id, "line": 1, "mode": "cash", "amount_paise": bill["total_paise"]}],
                "stock_movement": movements,
                "ledger_entry": bill_entries(bill, rows, cost),
            },
        )
        place = {"on_date": bill["on_date"], "at": micros, "bill_id": bill_id}
        self.shop.derived("bill_item", [{"item_id": item_id, **place} for item_id in {row["item_id"] for row in rows}])

    def _line(self, bill_id: str, number: int, held: _Held) -> tuple[Row, _Stock]:
        item, stock = held.item, held.batches[0]
        pieces = item.pieces
        asked = pieces * self.dice.choice((1, 1, 1, 2)) if self.dice.random() < 0.7 else self.dice.randint(1, pieces)
        units = min(asked, stock.units)
        stock.units -= units
        if not stock.units:
            held.batches.pop(0)
        gross = item.mrp_paise * units // pieces
        half = half_up(gross * item.gst_bp, 2 * (10_000 + item.gst_bp))
        row = {
            "bill_id": bill_id,
            "line": number,
            "item_id": held.item_id,
            "batch_id": stock.batch_id,
            "item_code": item.code,
            "item_name": item.name,
            "manufacturer": item.manufacturer,
            "hsn": item.hsn,
            "pack_label": item.pack_label,
            "pieces_per_pack": pieces,
            "batch_number": stock.number,
            "expiry": stock.expiry,
            "expiry_precision": "month",
            "mrp_paise": item.mrp_paise,
            "units": units,
            "treatment": "taxable",
            "gst_bp": item.gst_bp,
            "gross_paise": gross,
            "discount_paise": 0,
            "taxable_paise": gross - 2 * half,
            "cgst_paise": half,
            "sgst_paise": half,
            "igst_paise": 0,
            "amount_paise": gross,
        }
        return row, stock

    def _write_derived(self) -> None:
        self.shop.derived(
            "stock_balance",
            [
                {
                    "item_id": item_id,
                    "lot_id": stock.lot_id,
                    "location_id": self.location,
                    "units": stock.units,
                    "cost_paise": stock.worth,
                }
                for item_id, stock in self.lots
            ],
        )
        self.shop.derived(
            "number_counter",
            [
                {"series": SERIES, "financial_year": year, "last": last, "first": 1}
                for year, last in self.serials.items()
            ],
        )
