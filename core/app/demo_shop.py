"""A demo shop: made-up shop details around the demo stock, marked as a demo wherever it shows."""

from __future__ import annotations

from pathlib import Path

from core.app.demo import demo_stock
from core.app.dto import CreateShop
from core.app.shop import Shop, create_shop
from core.auth.dto import NewUser
from core.inventory.opening import import_items
from core.kernel.clock import Clock, SystemClock, business_date
from core.settings.dto import Licence, Pharmacist, ShopDetails

#: Who logs in to a demo shop.
DEMO_USER, DEMO_PASSWORD = "demo", "demo demo"


def demo_command() -> CreateShop:
    """Return the command that founds a demo shop; its GSTIN and licences are nobody's."""
    return CreateShop(
        shop=ShopDetails(
            name="Nuskha Demo Pharmacy",
            address="1 Example Road\nKochi 682016",
            state="32",
            phone="0484 0000000",
            gstin="32AAAAA0000A1ZB",
            licences=(
                Licence.model_validate({"form": "20", "number": "DEMO-20-0001"}),
                Licence.model_validate({"form": "21", "number": "DEMO-21-0001"}),
            ),
            pharmacist=Pharmacist(name="Demo Pharmacist", registration="DEMO 0001"),
        ),
        owner=NewUser(username=DEMO_USER, password=DEMO_PASSWORD, full_name="Demo Owner"),
        demo=True,
    )


def create_demo_shop(folder: Path, clock: Clock | None = None) -> Shop:
    """Create a demo shop with its stock in an empty folder and open it. Raises RuleBroken ``shop.exists``."""
    today = business_date((clock or SystemClock()).now())
    return create_shop(folder, demo_command(), clock, stock=lambda uow: import_items(uow, demo_stock(today)))
