"""Reads of the shop's details and choices."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.gst import Registration
from core.settings.dto import Licence, Pharmacist, ShopView
from core.settings.model import Setting, ShopLicence, ShopProfile
from core.storage.node import Node


def shop_view(session: Session) -> ShopView:
    """Return the shop as it stands at the head of documents."""
    profile = session.scalars(select(ShopProfile)).one()
    licences = session.scalars(
        select(ShopLicence).where(ShopLicence.shop_id == profile.id).order_by(ShopLicence.form, ShopLicence.id)
    )
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
        counter=session.scalars(select(Node.code)).one(),
        is_demo=profile.is_demo,
    )


def setting(session: Session, name: str, default: Any = None) -> Any:
    """Return a choice of the shop as JSON holds it, ``default`` where none was made."""
    text = session.scalar(select(Setting.value).where(Setting.name == name))
    return default if text is None else json.loads(text)
