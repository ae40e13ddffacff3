"""What a bill supplies under a pharmacist: the border between a bill's lines and the registers below."""

from __future__ import annotations

from collections.abc import Sequence

from core.dispensing.admitting import Purchaser, Supply, SupplyLine, admit_supply
from core.sales.drafting import PricedBill
from core.sales.dto import PostBill
from core.sales.terms import Terms
from core.settings.dto import ShopView
from core.storage.unit_of_work import UnitOfWork


def supply_of(
    uow: UnitOfWork, command: PostBill, terms: Terms, shop: ShopView, priced: PricedBill, places: Sequence[int]
) -> Supply | None:
    """Return what a bill may supply, None where nothing on it asks for a pharmacist.

    ``places`` are the places in the command that the lines came of, one for each. Raises what ``admit_supply`` does.
    """
    customer = command.customer
    return admit_supply(
        uow,
        command.command_id,
        command.dispensing,
        [
            SupplyLine(index, number, portion.item, portion.batch, portion.units + portion.free_units)
            for number, (index, portion) in enumerate(
                zip(places, (line.portion for line in priced.lines), strict=True), start=1
            )
        ],
        licences=shop.licences,
        purchaser=Purchaser(customer.name if customer else None, customer.address if customer else None),
        on_date=terms.on_date,
    )
