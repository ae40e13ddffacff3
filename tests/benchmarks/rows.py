"""The rows of items and bills in canonical form, worked out here again: nothing is taken from the code measured."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from core.kernel.dates import FinancialYear
from tests.benchmarks.bulk import EPOCH, IST, USER, Row
from tests.benchmarks.catalogue import MadeItem

SERIES = "C1"
_FROM_THE_START = "2017-07-01"


def add_master_rows(masters: dict[str, list[Row]], item: MadeItem, item_id: str, key: str) -> None:
    """Add the rows of an item; ``key`` is what its name is compared by."""
    masters["item"].append(
        {
            "id": item_id,
            "code": item.code,
            "name": item.name,
            "name_key": key,
            "kind": item.kind,
            "manufacturer": item.manufacturer,
            "salts": item.salts,
            "pack_label": item.pack_label,
            "pieces_per_pack": item.pieces,
            "hsn": item.hsn,
            "rack": f"{item.code[-1]}-{item.code[-2]}",
            "schedules_known": False,
            "is_active": True,
        }
    )
    masters["item_tax"].append(
        {"item_id": item_id, "from_date": _FROM_THE_START, "treatment": "taxable", "gst_bp": item.gst_bp}
    )
    masters["item_barcode"].append({"barcode": item.barcode, "item_id": item_id})


def bill_row(bill_id: str, sha: str, micros: int, year: FinancialYear, serial: int, lines: list[Row]) -> Row:
    """Return the bill of those lines, paid in cash to the rupee."""
    gross = _sum(lines, "gross_paise")
    total = half_up(gross, 100) * 100
    return {
        "id": bill_id,
        "command_sha": sha,
        "number": f"{SERIES}/{year}/{serial:06d}",
        "series": SERIES,
        "financial_year": year.starts_in,
        "serial": serial,
        "document_kind": "tax_invoice",
        "on_date": day_of(micros),
        "at": micros,
        "username": USER,
        "place_of_supply": "32",
        "tax_type": "intra",
        "gross_paise": gross,
        "discount_paise": 0,
        "taxable_paise": _sum(lines, "taxable_paise"),
        "cgst_paise": _sum(lines, "cgst_paise"),
        "sgst_paise": _sum(lines, "sgst_paise"),
        "igst_paise": 0,
        "round_off_paise": total - gross,
        "total_paise": total,
        "change_paise": 0,
    }


def bill_entries(bill: Row, lines: list[Row], cost: int) -> list[Row]:
    """Return the ledger entry of a bill: cash, sales by rate, taxes, round-off, cost of sales against stock."""
    sales: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        sales[line["gst_bp"]] += line["taxable_paise"]
    amounts = [
        ("cash", bill["total_paise"]),
        *((f"sales.taxable.{rate // 100}", -taxable) for rate, taxable in sales.items()),
        ("tax.output.cgst", -bill["cgst_paise"]),
        ("tax.output.sgst", -bill["sgst_paise"]),
        ("round_off", -bill["round_off_paise"]),
        ("cost_of_sales", cost),
        ("stock", -cost),
    ]
    moved = [(account, paise) for account, paise in amounts if paise]
    return [
        entry(bill["id"], n, "bill", account, paise, bill["on_date"])
        for n, (account, paise) in enumerate(moved, start=1)
    ]


def entry(document: str, line: int, kind: str, account: str, paise: int, on_date: str) -> Row:
    """Return one line of the books."""
    return {
        "document_id": document,
        "line": line,
        "document_kind": kind,
        "account": account,
        "amount_paise": paise,
        "on_date": on_date,
    }


def movement(document: str, line: int, kind: str, lot: str, location: str, units: int, cost: int, micros: int) -> Row:
    """Return one change of stock."""
    return {
        "document_id": document,
        "line": line,
        "document_kind": kind,
        "lot_id": lot,
        "location_id": location,
        "units": units,
        "cost_paise": cost,
        "on_date": day_of(micros),
        "at": micros,
    }


def day_of(micros: int) -> str:
    """Return the day in India of an instant."""
    return (EPOCH + timedelta(microseconds=micros)).astimezone(IST).date().isoformat()


def half_up(number: int, divisor: int) -> int:
    """Divide a number that is not negative, halves going up."""
    return (2 * number + divisor) // (2 * divisor)


def _sum(rows: list[Row], name: str) -> int:
    return sum(row[name] for row in rows)
