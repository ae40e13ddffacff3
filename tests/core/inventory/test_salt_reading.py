"""Items from before salts were kept apart: what their text says plainly is read once, the rest stays text."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.audit.log import write_event
from core.catalog.model import Item
from core.catalog.naming import index_words
from core.catalog.viewing import item_view
from core.inventory.queries import search_items
from core.inventory.salt_reading import read_item_salts
from core.storage import search_index
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)


def from_before(shop: TestShop, code: str, salts: str) -> None:
    """Make an item as an earlier version did: a text of salts, and nothing read of it."""
    shop.receives(code)
    with shop.shop.database.write(shop.actor) as uow:
        item = uow.session.scalars(select(Item).where(Item.code == code)).one()
        item.salts = salts
        identity = (item.name, item.brand, salts, item.manufacturer, code)
        search_index.put(uow.session, item.id, index_words(identity, (), held=True))
        write_event(uow, "item.edited", item.id)


def test_what_is_plain_is_read_and_what_is_not_stays(shop: TestShop) -> None:
    from_before(shop, "MOX", "Amoxycillin 500mg")
    from_before(shop, "ODD", "(see the pack")
    with shop.shop.database.write(shop.actor) as uow:
        assert read_item_salts(uow) == 1
    with shop.shop.database.write(shop.actor) as uow:
        assert read_item_salts(uow) == 0

    with shop.shop.database.read() as session:
        assert [salt.key for salt in item_view(session, "MOX", TODAY).salt_list] == ["amoxicillin"]
        odd = item_view(session, "ODD", TODAY)
        assert (odd.salt_list, odd.salts) == ((), "(see the pack")
        assert [hit.code for hit in search_items(session, "amoxicillin", TODAY)] == ["MOX"]
    shop.books_agree()
