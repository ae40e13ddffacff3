"""Sets up the shop's own details."""

from __future__ import annotations

import json
from uuid import UUID

from core.kernel.ids import new_id
from core.settings.dto import ShopDetails
from core.settings.model import Setting, ShopLicence, ShopProfile
from core.storage.unit_of_work import UnitOfWork


def add_shop(uow: UnitOfWork, shop: ShopDetails, *, is_demo: bool) -> UUID:
    """Add the shop and its licences, part of the command that creates it; return the shop's id."""
    profile = ShopProfile(
        id=new_id(),
        name=shop.name,
        address=shop.address,
        state=shop.state,
        phone=shop.phone,
        gstin=shop.gstin,
        registration=shop.registration,
        pharmacist_name=shop.pharmacist.name if shop.pharmacist else None,
        pharmacist_registration=shop.pharmacist.registration if shop.pharmacist else None,
        is_demo=is_demo,
    )
    uow.session.add(profile)
    uow.session.add_all(
        ShopLicence(
            id=new_id(),
            shop_id=profile.id,
            form=licence.form,
            number=licence.number,
            valid_from=licence.valid_from,
            valid_to=licence.valid_to,
        )
        for licence in shop.licences
    )
    return profile.id


def set_setting(uow: UnitOfWork, name: str, value: object) -> None:
    """Set a choice of the shop, part of a larger command; ``value`` is anything JSON holds."""
    text = json.dumps(value, sort_keys=True)
    setting = uow.session.get(Setting, name)
    if setting is None:
        uow.session.add(Setting(name=name, value=text))
    else:
        setting.value = text
