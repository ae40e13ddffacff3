"""The shop: who sells, under which registration and licences."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class ShopProfile(Table):
    """One row: the shop as it stands at the head of every document. ``registration`` is a GST registration kind."""

    __tablename__ = "shop_profile"
    __table_args__ = table_options()
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    state: Mapped[str]
    phone: Mapped[str | None]
    gstin: Mapped[str | None]
    registration: Mapped[str]
    pharmacist_name: Mapped[str | None]
    pharmacist_registration: Mapped[str | None]
    is_demo: Mapped[bool]


class ShopLicence(Table):
    """A drug licence (form 20, 21, 20F ...) of the shop, printed on every memo (facts E1, E2)."""

    __tablename__ = "shop_licence"
    __table_args__ = table_options()
    role = TableRole.MASTER

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shop_id: Mapped[UUID] = mapped_column(reference("shop_profile.id"))
    form: Mapped[str]
    number: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    # null is no, as it was before licences could be changed
    is_ended: Mapped[bool | None]


class Setting(Table):
    """A choice of this shop, by name; ``value`` is JSON."""

    __tablename__ = "setting"
    __table_args__ = table_options()
    role = TableRole.MASTER

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
