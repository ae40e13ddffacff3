"""The registers as reports: every particular that the law asks, voids and cancelled supplies, pages, rights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.app.licences import ChangeLicences, change_licences
from core.boundary.frozen import load
from core.catalog.dto import DrugSchedule
from core.dispensing.domain import SUPERVISED
from core.dispensing.queries import h1_register
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.reporting.columns import Quantity
from core.reporting.report import Stopped, ToBill
from core.reporting.reports.registers import SCHEDULES
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from tests.core.reporting.told import asked, pages_agree, told, values_told
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.shop import TestShop

#: code -> name, schedules
DRUGS = {
    "CEFI": ("Cefixime 200", {DrugSchedule.H, DrugSchedule.H1}),
    "ALPRA": ("Alprazolam 0.5", {DrugSchedule.H, DrugSchedule.NDPS}),
    "METHYL": ("Methylphenidate 10", {DrugSchedule.X}),
    "KETAM": ("Ketamine 50", {DrugSchedule.X}),
    "INSULIN": ("Insulin", {DrugSchedule.C1}),
}
MEERA: dict[str, Any] = {
    "patient": {"name": "Ravi", "address": "4 Lake View\nMaradu"},
    "prescriber": {"name": "Dr Meera Nair", "address": "Lakeshore, Maradu"},
}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """The stocked shop with drugs of every schedule, licensed for all of them, a pharmacist on duty."""
    made = stocked_shop(tmp_path / "shop", clock)
    for code, (name, schedules) in DRUGS.items():
        made.receives(
            code, name=name, schedules=frozenset(schedules), packs=40, manufacturer="Alembic", salts=f"{name} mg"
        )
    licences = [{"form": form, "number": f"KL-{form}"} for form in ("20", "21", "20F")]
    with made.shop.database.write(made.actor) as uow:
        change_licences(uow, load(ChangeLicences, {"licences": licences}))
    made.on_duty()
    yield made
    made.books_agree()
    made.close()


def supplies(shop: TestShop, *lines: tuple[str, str], **more: Any) -> BillView:
    return shop.bills(*lines, dispensing=shop.prescribed(image="/9j/AAAA", **more))


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong patient"))


def days_pass(shop: TestShop, days: int) -> None:
    assert isinstance(shop.clock, TurnedClock)
    shop.clock.turn(hours=24 * days)
    shop.on_duty()


def test_a_row_of_schedule_h1_says_all_that_the_law_asks(shop: TestShop) -> None:
    bill = supplies(shop, ("CEFI", "2:1"), **MEERA)
    cancels(shop, bill)
    supplies(shop, ("CEFI", "1t"))
    first, void, last = values_told(shop, "h1-register")
    assert first == {
        "number": "C1H/26-27/000001",
        "day": bill.date,
        "bill": bill.number,
        "prescriber": "Dr Meera Nair",
        "prescriber_address": "Lakeshore, Maradu",
        "prescriber_registration": None,
        "patient": "Ravi",
        "patient_address": "4 Lake View, Maradu",
        "patient_phone": None,
        "drug": "Cefixime 200",
        "composition": "Cefixime 200 mg",
        "maker": "Alembic",
        "pack": "10's",
        "fate": f"Voided by {void['number']}",
        "batch": "A1",
        "expiry": bill.lines[0].expires,
        "quantity": Quantity(21, 10),
        "pharmacist": "Anitha Menon",
        "pharmacist_registration": "KSPC 12345",
    }
    assert void == {**first, "number": "C1H/26-27/000002", "fate": f"VOIDS {first['number']}: wrong patient"}
    assert (last["prescriber_registration"], last["patient_phone"], last["fate"]) == ("TCMC 4711", "9847012345", None)
    opened = asked(shop, "h1-register")
    assert opened.heading == "Days: 01-11-2026 to 20-11-2026"
    assert "three years" in opened.report.note
    with shop.shop.database.read() as session:
        assert [row.target for row in opened.rows(session)] == [
            ToBill(bill.number),
            ToBill(bill.number),
            ToBill(last["bill"]),
        ]


def test_the_register_is_the_one_that_is_kept_and_is_read_by_pages(shop: TestShop) -> None:
    for number in range(9):
        bill = supplies(shop, ("CEFI", "1t"), ("CEFI", "1"))
        if number % 4 == 1:
            cancels(shop, bill)
        if number % 3 == 2:
            days_pass(shop, 10)
    days: dict[str, Any] = {"from_": "2026-11-20", "to": "2026-12-31"}
    whole = told(shop, "h1-register", "number", **days)
    with shop.shop.database.read() as session:
        kept = h1_register(session, shop.actor, date(2026, 11, 1), date(2026, 12, 31))
    assert whole == [(row.number,) for row in kept]
    assert pages_agree(shop, "h1-register", **days) == len(kept) == 22
    assert told(shop, "h1-register", "number", from_="30-11-2026", to="30-11-2026") == whole[8:16]


def test_the_prescription_register_has_every_supply_under_a_pharmacist(shop: TestShop) -> None:
    lines = [
        {"item": "AZEE", "dose": "1-0-1", "days": 5},
        {"item": "CEFI", "units": 10},
        {"item": "PCM500", "units": 10},
    ]
    bill = supplies(shop, ("AZEE", "6t"), ("CEFI", "1"), ("PCM500", "1"), lines=lines)
    shop.bills(("INSULIN", "1"), customer={"name": "Leela", "address": "Kaloor"})
    cancelled = supplies(shop, ("ALPRA", "5t"), **MEERA)
    cancels(shop, cancelled)
    rows = values_told(shop, "prescription-register")
    assert rows[0] == {
        "number": "C1S/26-27/000001",
        "day": bill.date,
        "bill": bill.number,
        "prescriber": "Dr K Rao",
        "prescriber_address": "City Hospital, Kochi",
        "prescriber_registration": "TCMC 4711",
        "written_on": bill.date,
        "patient": "Asha",
        "patient_address": "12 Hill Road, Kochi",
        "patient_phone": "9847012345",
        "drug": "Azithromycin 500",
        "maker": None,
        "pack": "10's",
        "schedules": "H",
        "fate": None,
        "batch": "Z1",
        "expiry": bill.lines[0].expires,
        "quantity": Quantity(6, 10),
        "days": 3,
        "pharmacist": "Anitha Menon",
        "pharmacist_registration": "KSPC 12345",
    }
    # paracetamol stood on the prescription and is on no schedule
    voided = "CANCELLED on 20-11-2026: wrong patient"
    assert told(shop, "prescription-register", "number drug schedules quantity prescriber fate") == [
        ("C1S/26-27/000001", "Azithromycin 500", "H", "0:6", "Dr K Rao", ""),
        ("C1S/26-27/000001", "Cefixime 200", "H, H1", "1:0", "Dr K Rao", ""),
        ("C1S/26-27/000002", "Insulin", "C1", "1:0", "", ""),
        ("C1S/26-27/000003", "Alprazolam 0.5", "H, NDPS", "0:5", "Dr Meera Nair", voided),
    ]
    for schedule, drugs in (
        ("H", ["AZEE", "CEFI", "ALPRA"]),
        ("H1", ["CEFI"]),
        ("C1", ["INSULIN"]),
        ("C", []),
        ("X", []),
    ):
        names = {"AZEE": "Azithromycin 500", **{code: name for code, (name, _) in DRUGS.items()}}
        assert told(shop, "prescription-register", "drug", schedule=schedule) == [(names[code],) for code in drugs]
    assert set(SCHEDULES) == SUPERVISED
    with pytest.raises(RuleBroken, match=r"reports\.no_choice"):
        asked(shop, "prescription-register", schedule="G")
    assert asked(shop, "prescription-register", schedule="NDPS").heading.endswith("; Schedule: NDPS")


def test_the_prescription_register_is_read_by_pages(shop: TestShop) -> None:
    for number in range(8):
        supplies(shop, ("CEFI", "1t"), ("AZEE", "1t"), ("PCM500", "1"), **(MEERA if number % 2 else {}))
        if number % 3 == 2:
            days_pass(shop, 9)
    days: dict[str, Any] = {"days": "2026-27"}
    assert pages_agree(shop, "prescription-register", **days) == 16
    assert pages_agree(shop, "prescription-register", schedule="H1", **days) == 8
    heard: list[tuple[int, int]] = []

    def stops(done: int, whole: int) -> None:
        heard.append((done, whole))
        if done > 230:
            raise Stopped

    with shop.shop.database.read() as session, pytest.raises(Stopped):
        list(asked(shop, "prescription-register", **days).rows(session, tick=stops))
    assert heard[-1] == (231, 365)


def test_schedule_x_is_transcribed_drug_by_drug(shop: TestShop) -> None:
    first = supplies(shop, ("METHYL", "1"), reference="OPD 4711")
    supplies(shop, ("KETAM", "2t"), ("CEFI", "1t"), **MEERA)
    days_pass(shop, 1)
    supplies(shop, ("METHYL", "3t"), ("KETAM", "1"))
    cancelled = supplies(shop, ("METHYL", "5t"), **MEERA)
    cancels(shop, cancelled)
    rows = values_told(shop, "x-transcription", days="11-2026")
    assert [(row["drug"], str(row["day"]), row["quantity"].units, row["fate"]) for row in rows] == [
        ("Ketamine 50", "2026-11-20", 2, None),
        ("Ketamine 50", "2026-11-21", 10, None),
        ("Methylphenidate 10", "2026-11-20", 10, None),
        ("Methylphenidate 10", "2026-11-21", 3, None),
        ("Methylphenidate 10", "2026-11-21", 5, "CANCELLED on 21-11-2026: wrong patient"),
    ]
    assert rows[2] == {
        "drug": "Methylphenidate 10",
        "pack": "10's",
        "fate": None,
        "day": first.date,
        "quantity": Quantity(10, 10),
        "maker": "Alembic",
        "batch": "A1",
        "expiry": first.lines[0].expires,
        "patient": "Asha",
        "patient_address": "12 Hill Road, Kochi",
        "patient_phone": "9847012345",
        "prescription": "C1S/26-27/000001",
        "reference": "OPD 4711",
        "written_on": first.date,
        "prescriber": "Dr K Rao",
        "prescriber_address": "City Hospital, Kochi",
        "prescriber_registration": "TCMC 4711",
        "bill": first.number,
        "bill_day": first.date,
        "pharmacist": "Anitha Menon",
        "pharmacist_registration": "KSPC 12345",
    }
    report = asked(shop, "x-transcription").report
    assert "that book is the register" in report.note
    assert "transcription sheet" in report.title


@pytest.mark.parametrize("name", ["h1-register", "prescription-register", "x-transcription"])
def test_registers_are_for_those_who_keep_them(shop: TestShop, name: str) -> None:
    for role in (Role.OWNER, Role.PHARMACIST, Role.ACCOUNTANT):
        assert values_told(shop, name, role) == []
    for role in (Role.CASHIER, Role.PURCHASE_CLERK):
        with pytest.raises(RuleBroken, match=r"reports\.out_of_scope"):
            asked(shop, name, role)
