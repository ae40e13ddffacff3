"""What prescriptions and registers ask of a database, asked of both."""

from __future__ import annotations

from datetime import date

from core.app.licences import ChangeLicences, change_licences
from core.app.verify import verify
from core.boundary.frozen import load
from core.dispensing.dto import BeginDuty
from core.dispensing.pharmacists import begin_duty, duty_of_day
from core.dispensing.queries import h1_register, read_prescription, recent_prescriptions
from core.inventory.items import CreateItem, create_item
from core.kernel.ids import new_id
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill, PostBill
from core.sales.posting import post_bill
from core.storage.database import Database
from core.storage.node import author
from tests.core.storage.test_items_on_both import OWNER, TODAY


def test_a_prescription_is_supplied_and_taken_back_on_both(database: Database) -> None:
    item = {
        "code": "MOX", "name": "Mox 500", "salts": "Amoxycillin 500mg", "form": "capsule", "pack_label": "10's",
        "pieces_per_pack": 10, "hsn": "3004", "treatment": "taxable", "gst": "5", "schedules": ["H1", "X"],
    }  # fmt: skip
    stock = {
        "line": 1, "batch": "A1", "expiry": "2028-03-31", "expiry_precision": "month", "mrp": "30.00",
        "purchase_rate": "10", "units": 100,
    }  # fmt: skip
    with database.write(OWNER) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": item, "stock": [stock]}))
    with database.write(OWNER) as uow:
        change_licences(uow, load(ChangeLicences, {"licences": [{"form": "20F", "number": "X-1"}]}))
    with database.write(OWNER) as uow:
        begin_duty(uow, BeginDuty(registration="KSPC 12345"))
    dispensing: dict[str, object] = {
        "patient": {"name": "Asha", "address": "Kochi"},
        "prescriber": {"name": "Dr Rao", "address": "Kochi"},
        "written_on": TODAY.isoformat(),
        "lines": [{"item": "MOX", "dose": "1-0-1", "days": 10}],
        "image": "/9j/AAAA",
    }
    bills = []
    for _ in range(2):
        command = {
            "command_id": str(new_id()),
            "lines": [{"item": "MOX", "quantity": "1"}],
            "payments": [{"mode": "cash", "amount": "1000.00"}],
            "dispensing": dispensing,
        }
        with database.write(OWNER) as uow:
            bill = post_bill(uow, load(PostBill, command))
        bills.append(bill)
        assert bill.dispensing is not None
        dispensing = {"prescription": str(bill.dispensing.prescription_id)}
    with database.write(OWNER) as uow:
        cancel_bill(uow, CancelBill(number=bills[-1].number, reason="wrong patient"))
    entry = bills[0].dispensing
    assert entry is not None
    assert entry.prescription_id is not None
    with database.read() as session:
        view = read_prescription(session, OWNER, entry.prescription_id)
        rows = h1_register(session, OWNER, date(2026, 11, 1), TODAY)
        (hit,) = recent_prescriptions(session, OWNER, view.patient_id)
        then = duty_of_day(session, author(session).id, TODAY)
    assert [(line.units, line.supplied, line.left) for line in view.lines] == [(20, 10, 10)]
    assert view.images == 1
    assert [row.voids for row in rows] == [None, None, rows[1].number]
    assert (hit.patient_name, hit.drugs) == ("Asha", ("Mox 500",))
    assert then is not None
    assert verify(database).findings == ()
