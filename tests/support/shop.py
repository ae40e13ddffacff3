"""A shop for stories: receives stock, bills, refuses, and proves its books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.app.attempts import KIND as ATTEMPT
from core.app.dto import CreateShop
from core.app.printers import change_printers
from core.app.shop import Shop, create_shop, open_shop
from core.app.verify import verify
from core.audit.model import AuditEvent
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.catalog.dto import NewItem
from core.catalog.model import Item
from core.dispensing.dto import BeginDuty, DutyView
from core.dispensing.pharmacists import begin_duty
from core.inventory.dto import SaleItem
from core.inventory.import_dto import ImportedItem, ImportItems, OpeningStock
from core.inventory.items import CreateItem, create_item
from core.inventory.opening import import_items
from core.inventory.queries import sale_item
from core.kernel.actor import Actor, Role
from core.kernel.clock import Clock, business_date
from core.kernel.dates import Expiry
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.sales.dto import BillView, PostBill
from core.sales.posting import post_bill
from core.spool.dto import PrinterKind, Printers, PrinterSetup

KOCHI: dict[str, Any] = {
    "shop": {
        "name": "Test Medicals",
        "address": "MG Road, Kochi 682016",
        "state": "32",
        "gstin": "32AABCT1332L1ZN",
        "licences": ({"form": "20", "number": "KL-KCH-1001"}, {"form": "21", "number": "KL-KCH-1002"}),
        "pharmacist": {"name": "Anitha Menon", "registration": "KSPC 12345"},
    },
    "owner": {"username": "owner", "password": "correct horse 7"},
}


class TestShop:
    """A real shop on a real file. Quantities are as typed at the counter, money in rupees."""

    __test__ = False

    def __init__(self, shop: Shop, clock: Clock) -> None:
        self.shop = shop
        self.clock = clock
        self.actor = Actor(None, "owner", Role.OWNER)

    @classmethod
    def create(cls, folder: Path, clock: Clock, *, encrypt: bool = False, **details: Any) -> TestShop:
        """Found the shop of Kochi in a folder; ``details`` change the shop's own (``registration="composition"``)."""
        return cls(create_shop(folder, cls.command(**details), clock, encrypt=encrypt), clock)

    @staticmethod
    def command(**details: Any) -> CreateShop:
        """Return the command that founds the shop of Kochi."""
        return CreateShop.model_validate({**KOCHI, "shop": {**KOCHI["shop"], **details}})

    def reopen(self) -> None:
        """Close the file and open it again, as a new start of the program does."""
        self.shop.close()
        self.shop = open_shop(self.shop.folder, self.clock)

    def close(self) -> None:
        """Close the file."""
        self.shop.close()

    def acts(self, role: Role) -> None:
        """Let somebody else go on."""
        self.actor = Actor(None, role.value, role)

    def prints_to(self, path: Path) -> None:
        """Receipts go to a file, which each of them replaces."""
        receipts = PrinterSetup(name="Receipts", kind=PrinterKind.FILE, address=str(path))
        with self.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
            change_printers(uow, Printers(printers=(receipts,), receipts="Receipts"))

    def receives(
        self,
        code: str,
        *,
        batch: str = "A1",
        expiry: str | None = "12/2028",
        mrp: str = "25.65",
        packs: int = 10,
        loose: int = 0,
        cost: str = "15.0000",
        **item: Any,
    ) -> None:
        """Bring stock of an item in; an item met for the first time is added with ``item``'s details."""
        details: dict[str, Any] = {"name": code.title(), "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004"}
        details |= {"treatment": "taxable", "gst": "5", **item}
        expires = Expiry.parse(expiry) if expiry else None
        with self.shop.database.read() as session:
            known = session.scalars(select(Item).where(Item.code == code)).first()
            if known is not None:
                details |= {"name": known.name, "pieces_per_pack": known.pieces_per_pack}
        stock = OpeningStock(
            line=2,
            batch=batch,
            expiry=expires.last_day if expires else None,
            expiry_precision=expires.precision if expires else None,
            mrp=Money.parse(mrp),
            purchase_rate=Rate.parse(cost),
            units=packs * int(details["pieces_per_pack"]) + loose,
        )
        entry = ImportedItem(line=2, item=NewItem.model_validate({"code": code, **details}), stock=(stock,))
        with self.shop.database.write(self.actor) as uow:
            import_items(uow, ImportItems(command_id=new_id(), items=(entry,), again=True))

    def adds(self, code: str, **item: Any) -> None:
        """Add an item without stock: tablets in tens at 5 % unless ``item`` says otherwise."""
        details: dict[str, Any] = {"name": code.title(), "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004"}
        details |= {"treatment": "taxable", "gst": "5", "kind": "drug", **item}
        command = {"command_id": str(new_id()), "item": {"code": code, **details}, "confirmed": True}
        with self.shop.database.write(self.actor) as uow:
            create_item(uow, load(CreateItem, command))

    def bills(self, *lines: tuple[str, str] | dict[str, Any], paid: str = "100000.00", **bill: Any) -> BillView:
        """Post a bill of (code, quantity) pairs or whole lines, paid in cash."""
        with self.shop.database.write(self.actor) as uow:
            return post_bill(uow, self.bill_command(*lines, paid=paid, **bill))

    def bill_command(
        self,
        *lines: tuple[str, str] | dict[str, Any],
        paid: str = "100000.00",
        command_id: UUID | None = None,
        **bill: Any,
    ) -> PostBill:
        """Return the command of such a bill."""
        return load(
            PostBill,
            {
                "command_id": str(command_id or new_id()),
                "lines": [
                    {"item": line[0], "quantity": line[1]} if isinstance(line, tuple) else line for line in lines
                ],
                "payments": [{"mode": "cash", "amount": paid}],
                **bill,
            },
        )

    def on_duty(self, registration: str = "KSPC 12345") -> DutyView:
        """Put a pharmacist on duty at the counter, the shop's own unless another is named."""
        with self.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
            return begin_duty(uow, BeginDuty(registration=registration))

    def prescribed(self, **more: Any) -> dict[str, Any]:
        """Return a prescription of Dr Rao for Asha, written today, as a bill takes it."""
        return {
            "patient": {"name": "Asha", "phone": "9847012345", "address": "12 Hill Road, Kochi"},
            "prescriber": {"name": "Dr K Rao", "address": "City Hospital, Kochi", "registration": "TCMC 4711"},
            "written_on": business_date(self.clock.now()).isoformat(),
            **more,
        }

    @contextmanager
    def refuses(self, code: str, where: str | None = None) -> Iterator[None]:
        """Expect what is done inside to be refused with a code, in a sentence that can be said, and nothing changed.

        That somebody tried may stand in the log: it changes nothing else.
        """
        before = self._events()
        with pytest.raises(Problem) as refused:
            yield
        assert refused.value.code == code
        assert explain(refused.value)
        if where is not None:
            assert refused.value.where == where
        assert self._events() == before

    def stock(self, code: str) -> SaleItem:
        """Return an item with its batches."""
        with self.shop.database.read() as session:
            item = sale_item(session, code, business_date(self.clock.now()))
        assert item is not None
        return item

    def units(self, code: str) -> int:
        """Return how many smallest units of an item stand."""
        return self.stock(code).stock_units

    def books_agree(self) -> None:
        """Prove audit log, tables, stock, ledger and numbers."""
        assert verify(self.shop.database).findings == ()

    def _events(self) -> int:
        with self.shop.database.read() as session:
            attempts = session.scalar(select(func.count()).where(AuditEvent.kind == ATTEMPT))
        return verify(self.shop.database).events - (attempts or 0)
