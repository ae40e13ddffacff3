"""The demo shop's stock: real names, packs and MRPs of a public price list, everything else made up.

The list is that of the Pradhan Mantri Bhartiya Janaushadhi Pariyojana (``resources/seed/SOURCES.md``). Batches,
expiries, quantities and rates come from a fixed seed, so that two demo shops of one day are the same; GST and HSN are
demo values, and no drug's schedule is known.
"""

from __future__ import annotations

import csv
import importlib.resources
import random
from collections.abc import Iterator
from datetime import date

from core.boundary.sheets import Sheet, SheetRow
from core.catalog.dto import ItemKind
from core.inventory.import_dto import ImportItems
from core.inventory.importing import read_items
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent

_SEED = 4821
_HEADER = (
    "code",
    "name",
    "kind",
    "pack",
    "hsn",
    "gst_percent",
    "rack",
    "batch",
    "expiry",
    "mrp",
    "purchase_rate",
    "quantity",
)
_GST = "5"
_PURCHASE_SHARE = Percent(7_000)
_KINDS = {
    "Surgical & Medical Consumables": (ItemKind.DEVICE, "9018"),
    "Ortho": (ItemKind.DEVICE, "9021"),
    "Nutraceuticals": (ItemKind.GOODS, "2106"),
}
_DRUG = (ItemKind.DRUG, "3004")
# from last month, so that the demo has expired stock and stock that is about to expire
_FIRST_MONTH, _LAST_MONTH = -1, 30


def demo_stock(today: date) -> ImportItems:
    """Return the command that stocks a demo shop; products whose pack the list leaves open are its problems."""
    return read_items(_demo_sheet(today), new_id(), today=today, skip_bad=True, with_expired=True)


def _demo_sheet(today: date) -> Sheet:
    lines = enumerate(_lines(today), start=2)
    return Sheet(_HEADER, tuple(SheetRow(number, cells) for number, cells in lines))


def _lines(today: date) -> Iterator[tuple[str, ...]]:
    dice = random.Random(_SEED)
    for row in _products():
        mrp = Money.parse(row["mrp"])
        if not mrp:  # listed, but without a price yet
            continue
        kind, hsn = _KINDS.get(row["group"], _DRUG)
        rack = f"{dice.choice('ABCDEFGH')}{dice.randint(1, 12)}"
        for _batch in range(dice.choice((1, 1, 2, 2, 3))):
            yield (
                f"JA{int(row['drug_code']):04d}",
                row["name"],
                kind,
                row["unit_size"],
                hsn,
                _GST,
                rack,
                f"DM{dice.randint(1_000, 9_999)}",
                _month_after(today, dice.randint(_FIRST_MONTH, _LAST_MONTH)),
                str(mrp),
                str(mrp.percent(_PURCHASE_SHARE)),
                str(dice.randint(2, 60)),
            )


def _products() -> list[dict[str, str]]:
    text = importlib.resources.files("resources").joinpath("seed", "janaushadhi.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _month_after(day: date, months: int) -> str:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return f"{month + 1:02d}/{year}"
