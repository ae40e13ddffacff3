"""A shop on a weekday morning: some of every kind of goods that a counter sells, and who comes to buy them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from core.app.choices import set_choice
from core.catalog.dto import DrugSchedule
from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.kernel.clock import Clock
from core.kernel.money import Money
from core.parties.dto import CustomerDetails
from core.settings.choices import Choice
from tests.core.opening.support import add, enter, read
from tests.support.people import CONSOLE, hire
from tests.support.shop import TestShop

#: On the packs of paracetamol, and on a pack that nobody has scanned before.
PARACETAMOL, NEVER_SCANNED = "8901234567894", "8900000000012"
_LICENCES = tuple({"form": form, "number": f"KL-KCH-{form}"} for form in ("20", "21", "20F"))
_SCHEDULES = {"AZEE": "H", "CEFI": "H1", "ALPRA": "NDPS", "METHYL": "X", "INSULIN": "C1", "SERUM": "C"}

#: code -> details, then its batches.
GOODS: Final[dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]] = {
    "PCM500": (
        {"name": "Paracetamol 500", "pack_label": "10*10", "packs_per_box": 10, "barcodes": (PARACETAMOL,)},
        [{"batch": "P1", "expiry": "03/2027", "packs": 30, "loose": 4}],
    ),
    "AMOX": (
        {"name": "Amoxyclav 625"},
        [
            {"batch": "A1", "expiry": "04/2027", "mrp": "201.05", "packs": 1, "loose": 3},
            {"batch": "A2", "expiry": "08/2027", "mrp": "214.50", "packs": 6},
        ],
    ),
    "COUGH": (
        {"name": "Benadryl Cough Syrup", "pack_label": "100ML", "pieces_per_pack": 1},
        [{"batch": "S9", "mrp": "132.00", "cost": "80.0000", "packs": 8}],
    ),
    "COTTON": (
        {"name": "Cotton Roll", "kind": "goods", "pack_label": "1's", "pieces_per_pack": 1, "hsn": "3005"},
        [{"batch": "C7", "expiry": None, "mrp": "45.00", "cost": "20.0000", "packs": 9}],
    ),
    "SHAMP": (
        {"name": "Selsun Shampoo", "kind": "goods", "pack_label": "120ML", "pieces_per_pack": 1, "gst": "18"},
        [{"batch": "SH1", "mrp": "299.00", "cost": "190.0000", "packs": 5}],
    ),
    "NIROD": (
        {"name": "Nirodh Deluxe", "pack_label": "5's", "pieces_per_pack": 1, "treatment": "nil", "gst": "0"},
        [{"batch": "N4", "mrp": "8.00", "cost": "5.0000", "packs": 40}],
    ),
    "BLOOD": (
        {"name": "Whole Blood Bag", "pieces_per_pack": 1, "treatment": "exempt", "gst": "0"},
        [{"batch": "WB2", "mrp": "850.00", "cost": "700.0000", "packs": 2}],
    ),
    "CETZ": ({"name": "Cetirizine 10"}, [{"batch": "CZ", "mrp": "18.90", "cost": "9.0000", "packs": 3}]),
    "PANTOP": (
        {"name": "Pantop 40", "salts": "Pantoprazole 40mg", "form": "tablet"},
        [{"batch": "PT", "mrp": "150.00", "cost": "100.0000", "packs": 2}],
    ),
    "PANDEL": (
        {"name": "Pandel 40", "salts": "Pantoprazole 40mg", "form": "tablet"},
        [{"batch": "PD", "mrp": "90.00", "cost": "60.0000", "packs": 5}],
    ),
    "OFFER": ({"name": "Offered Calcium", "discount": "10"}, [{"batch": "OF", "mrp": "110.00", "packs": 5}]),
    "FIXED": ({"name": "Fixed Price Drops", "no_discount": True}, [{"batch": "FX", "mrp": "61.50", "packs": 5}]),
    "DEAR": ({"name": "Dear Tablets"}, [{"batch": "DE", "mrp": "105.00", "cost": "98.0000", "packs": 5}]),
    "ONDEM": (
        {"name": "Ondansetron 4"},
        [{"batch": "ND", "expiry": "12/2026", "mrp": "48.30", "packs": 4}],
    ),
    "METF": (
        {"name": "Metformin 500"},
        [
            {"batch": "GONE", "expiry": "10/2026", "mrp": "20.00", "packs": 3},
            {"batch": "HELD", "expiry": "01/2027", "mrp": "20.00", "packs": 3},
            {"batch": "M2", "expiry": "02/2027", "mrp": "21.00", "packs": 2},
            {"batch": "M3", "expiry": "09/2027", "mrp": "22.40", "packs": 5},
        ],
    ),
    "DOMP": ({"name": "Domperidone 10"}, [{"batch": "OLD", "expiry": "09/2026", "mrp": "31.00", "packs": 4}]),
    "TELMA": ({"name": "Telmisartan 40"}, [{"batch": "T1", "mrp": "78.75", "packs": 1}]),
    "VITC": ({"name": "Vitamin C 500"}, [{"batch": "VC", "mrp": "24.15", "packs": 6}]),
    "AZEE": ({"name": "Azithromycin 500"}, [{"batch": "Z1", "mrp": "119.50", "packs": 4}]),
    "CEFI": ({"name": "Cefixime 200", "manufacturer": "Cipla"}, [{"batch": "CF", "mrp": "109.20", "packs": 6}]),
    "ALPRA": ({"name": "Alprazolam 0.5"}, [{"batch": "AL", "mrp": "39.90", "packs": 3}]),
    "METHYL": ({"name": "Methylphenidate 10"}, [{"batch": "MX", "mrp": "143.00", "packs": 2}]),
    "INSULIN": (
        {"name": "Insulin Mixtard", "pack_label": "10ML", "pieces_per_pack": 1},
        [{"batch": "IN", "mrp": "171.15", "cost": "120.0000", "packs": 4}],
    ),
    "SERUM": (
        {"name": "Antitetanus Serum", "pack_label": "1's", "pieces_per_pack": 1},
        [{"batch": "AT", "mrp": "36.75", "cost": "20.0000", "packs": 4}],
    ),
}
CLINIC = CustomerDetails(name="City Clinic", phone="0484 2351234", credit_limit=Money(1_000_00))


def morning_shop(folder: Path, clock: Clock, papers: Path) -> TestShop:
    """Return a shop with all of ``GOODS``, people, a clinic that may owe 1,000.00 and has paid 300.00 before.

    Its printer writes to the file ``papers``.
    """
    shop = TestShop.create(folder, clock, licences=_LICENCES)
    for code, (details, batches) in GOODS.items():
        on = {DrugSchedule(_SCHEDULES[code])} if code in _SCHEDULES else set()
        for batch in batches:
            shop.receives(code, schedules=frozenset(on), **{**details, **batch})
    hire(shop.shop.database)
    add(shop, CLINIC)
    paid_before = {"kind": "customer", "party": "City Clinic", "number": "AD-1", "date": "01-11-2026"}
    enter(shop, read({**paid_before, "type": "advance", "amount": "300.00"}))
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="METF", batch="HELD", reason="recalled by its maker"))
    with shop.shop.database.write(CONSOLE) as uow:
        set_choice(uow, Choice.UPI_ID, "shop@okbank")
    shop.prints_to(papers)
    return shop
