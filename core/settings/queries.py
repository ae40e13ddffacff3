"""Reads of the shop's details and choices."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import Session

from core.kernel.gst import Registration
from core.settings.choices import Choice, CounterKeys
from core.settings.dto import Licence, Pharmacist, ShopView
from core.settings.model import Setting, ShopLicence, ShopProfile
from core.storage.node import Node
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_PROFILE = Prepared(select(table_of(ShopProfile)))
_LICENCES = Prepared(
    select(table_of(ShopLicence))
    .where(ShopLicence.shop_id == bindparam("shop_id"), ShopLicence.is_ended.is_not(true()))
    .order_by(ShopLicence.form, ShopLicence.id)
)
_COUNTER = Prepared(select(Node.code))
_SETTING = Prepared(select(Setting.value).where(Setting.name == bindparam("name")))


def shop_view(session: Session) -> ShopView:
    """Return the shop as it stands at the head of documents."""
    (profile,) = _PROFILE.rows(session)
    licences = _LICENCES.rows(session, {"shop_id": profile.id})
    return ShopView(
        name=profile.name,
        address=profile.address,
        state=profile.state,
        phone=profile.phone,
        gstin=profile.gstin,
        registration=Registration(profile.registration),
        licences=tuple(
            Licence.model_validate({"form": row.form, "number": row.number, "from": row.valid_from, "to": row.valid_to})
            for row in licences
        ),
        pharmacist=(
            Pharmacist(name=profile.pharmacist_name, registration=profile.pharmacist_registration)
            if profile.pharmacist_name and profile.pharmacist_registration
            else None
        ),
        counter=_COUNTER.scalar(session),
        is_demo=profile.is_demo,
    )


def setting(session: Session, name: str, default: Any = None) -> Any:
    """Return a choice of the shop as JSON holds it, ``default`` where none was made."""
    text = _SETTING.scalar(session, {"name": name})
    return default if text is None else json.loads(text)


def counter_keys_choice(session: Session) -> CounterKeys:
    """Return whose keys the counter has; our own where nobody has chosen."""
    return CounterKeys(setting(session, Choice.COUNTER_KEYS, CounterKeys.NUSKHA))
