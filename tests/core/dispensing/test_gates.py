"""What each schedule asks for, refused in one sentence with its place, and mended."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.app.choices import set_choice
from core.app.licences import ChangeLicences, change_licences
from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.boundary.frozen import load
from core.catalog.dto import DrugSchedule
from core.dispensing.dto import MOST_IMAGE_BYTES
from core.dispensing.pharmacists import end_duty
from core.kernel.actor import Actor, Role
from core.kernel.ids import new_id
from core.sales.dto import BillView, PostBill
from core.sales.posting import post_bill
from core.settings.choices import Choice
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 100).decode()
OWNER = Actor(None, "owner", Role.OWNER)


def stocks(shop: TestShop, *schedules: str, code: str = "DRUG") -> None:
    on = frozenset(DrugSchedule(one) for one in schedules)
    shop.receives(code, packs=50, schedules=on, name=f"{code.title()} 500", manufacturer="Cipla")


def licensed(shop: TestShop, **numbers: dict[str, str] | str) -> None:
    """Give the shop licences: form=number, or form={"number", "from", "to"}."""
    licences = [
        {"form": form.removeprefix("f"), **({"number": said} if isinstance(said, str) else said)}
        for form, said in numbers.items()
    ]
    with shop.shop.database.write(OWNER) as uow:
        change_licences(uow, load(ChangeLicences, {"licences": licences}))


def without(prescribed: dict[str, Any], who: str, field: str) -> dict[str, Any]:
    return {**prescribed, who: {name: value for name, value in prescribed[who].items() if name != field}}


@pytest.mark.parametrize("schedule", ["H", "H1", "NDPS", "X"])
def test_without_a_prescription_it_is_refused_and_with_one_supplied(shop: TestShop, schedule: str) -> None:
    licensed(shop, f20="1001", f20F="1003")
    stocks(shop, schedule)
    shop.on_duty()
    with shop.refuses("dispensing.needs_prescription", "lines.0.item"):
        shop.bills(("DRUG", "1"))
    image = {"image": PNG} if schedule == "X" else {}
    bill = shop.bills(("DRUG", "1"), dispensing=shop.prescribed(**image))
    assert bill.dispensing is not None
    assert bill.dispensing.number == "C1S/26-27/000001"
    assert bill.dispensing.patient_name == "Asha"
    assert bill.dispensing.prescriber_registration == "TCMC 4711"
    assert bill.dispensing.pharmacist.name == "Anitha Menon"
    shop.books_agree()


@pytest.mark.parametrize(
    ("schedules", "form"),
    [(("H",), "20"), (("H1",), "20"), (("NDPS",), "20"), (("C",), "21"), (("C1", "H"), "21"), (("X",), "20F")],
)
def test_each_needs_its_licence_on_the_bills_day(
    shop: TestShop, clock: TurnedClock, schedules: tuple[str, ...], form: str
) -> None:
    others = {f"f{other}": f"other {other}" for other in ("20", "21", "20F") if other != form}
    shop.receives("PCM500")
    stocks(shop, *schedules)
    shop.on_duty()
    prescribed = shop.prescribed(image=PNG)
    licensed(shop, **others)
    with shop.refuses("dispensing.no_licence", "lines.1.item"):
        shop.bills(("PCM500", "1"), ("DRUG", "1t"), dispensing=prescribed)
    licensed(shop, **others, **{f"f{form}": {"number": "L-1", "from": "2026-11-21", "to": "2026-11-22"}})
    with shop.refuses("dispensing.licence_not_valid", "lines.1.item"):
        shop.bills(("PCM500", "1"), ("DRUG", "1t"), dispensing=prescribed)
    clock.turn(days=1)
    shop.on_duty()
    shop.bills(("PCM500", "1"), ("DRUG", "1t"), dispensing=prescribed)
    clock.turn(days=2)
    shop.on_duty()
    with shop.refuses("dispensing.licence_not_valid"):
        shop.bills(("PCM500", "1"), ("DRUG", "1t"), dispensing=prescribed)
    shop.books_agree()


def test_nobody_on_duty_supplies_nothing_whoever_bills(shop: TestShop, clock: TurnedClock) -> None:
    stocks(shop, "H")
    prescribed = shop.prescribed()
    for role in (Role.OWNER, Role.PHARMACIST, Role.CASHIER):
        shop.acts(role)
        with shop.refuses("dispensing.no_pharmacist", "dispensing.pharmacist"):
            shop.bills(("DRUG", "1"), dispensing=prescribed)
    shop.on_duty()
    shop.bills(("DRUG", "1"), dispensing=prescribed)  # the cashier, with a pharmacist on duty
    with shop.shop.database.write(OWNER) as uow:
        end_duty(uow)
    with shop.refuses("dispensing.no_pharmacist"):
        shop.bills(("DRUG", "1"), dispensing=prescribed)
    shop.on_duty()
    clock.turn(hours=15, minutes=59)
    shop.bills(("DRUG", "1"), dispensing=prescribed)
    clock.turn(minutes=1)
    with shop.refuses("dispensing.no_pharmacist"):
        shop.bills(("DRUG", "1"), dispensing=prescribed)
    shop.books_agree()


def test_who_may_not_sell_scheduled_drugs_does_not(shop: TestShop) -> None:
    stocks(shop, "H")
    shop.on_duty()
    with shop.shop.database.write(OWNER) as uow:
        set_role_right(uow, SetRoleRight(user_role=Role.CASHIER, permission=Permission.SELL_SCHEDULED, granted=False))
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"):
        shop.bills(("DRUG", "1"), dispensing=shop.prescribed())


@pytest.mark.parametrize("schedule", ["H", "H1", "X", "NDPS"])
@pytest.mark.parametrize("who", ["patient", "prescriber"])
def test_names_and_for_h1_and_x_addresses(shop: TestShop, schedule: str, who: str) -> None:
    licensed(shop, f20="1001", f20F="1003")
    stocks(shop, schedule)
    shop.on_duty()
    prescribed = shop.prescribed(image=PNG)
    for nobody in ({key: value for key, value in prescribed.items() if key != who}, without(prescribed, who, "name")):
        with shop.refuses(f"dispensing.{who}_missing", f"dispensing.{who}.name"):
            shop.bills(("DRUG", "1"), dispensing=nobody)
    homeless = without(prescribed, who, "address")
    if schedule in {"H1", "X"}:
        with shop.refuses(f"dispensing.{who}_address_missing", f"dispensing.{who}.address"):
            shop.bills(("DRUG", "1"), dispensing=homeless)
        shop.bills(("DRUG", "1"), dispensing=prescribed)
    bill = shop.bills(("DRUG", "1"), dispensing=homeless)  # the address is known by now
    assert bill.dispensing is not None
    assert getattr(bill.dispensing, f"{who}_address") == (
        prescribed[who]["address"] if schedule in {"H1", "X"} else None
    )
    shop.books_agree()


def test_schedule_x_keeps_a_copy_of_the_prescription(shop: TestShop) -> None:
    licensed(shop, f20F="1003")
    stocks(shop, "X")
    shop.on_duty()
    with shop.refuses("dispensing.image_missing", "dispensing.image"):
        shop.bills(("DRUG", "1"), dispensing=shop.prescribed())
    text = base64.b64encode(b"not a picture").decode()
    big = base64.b64encode(b"\xff\xd8\xff" + bytes(MOST_IMAGE_BYTES)).decode()
    for image, code in ((text, "image_kind"), ("&&", "image_kind"), (5, "image_kind"), (big, "image_too_big")):
        with shop.refuses(f"dispensing.{code}", "dispensing.image"):
            shop.bills(("DRUG", "1"), dispensing=shop.prescribed(image=image))
    lines = [{"item": "DRUG", "units": 100}]
    first = shop.bills(("DRUG", "1"), dispensing=shop.prescribed(image=PNG, lines=lines))
    # the copy that is kept serves the rest of the same prescription
    assert first.dispensing is not None
    shop.bills(("DRUG", "1"), dispensing={"prescription": str(first.dispensing.prescription_id)})
    shop.books_agree()


@pytest.mark.parametrize("schedule", ["C", "C1"])
def test_without_a_prescription_a_biological_has_a_named_purchaser(shop: TestShop, schedule: str) -> None:
    stocks(shop, schedule)
    shop.on_duty()
    with shop.refuses("dispensing.purchaser_missing", "customer.name"):
        shop.bills(("DRUG", "1"))
    with shop.refuses("dispensing.purchaser_missing", "customer.address"):
        shop.bills(("DRUG", "1"), customer={"name": "Asha"})
    bill = shop.bills(("DRUG", "1"), customer={"name": "Asha", "address": "12 Hill Road"})
    assert bill.dispensing is not None
    assert (bill.dispensing.prescription_id, bill.dispensing.patient_name) == (None, None)
    assert bill.dispensing.pharmacist.registration == "KSPC 12345"
    on_prescription = shop.bills(("DRUG", "1"), dispensing=shop.prescribed())
    assert on_prescription.dispensing is not None
    assert on_prescription.dispensing.patient_name == "Asha"
    shop.books_agree()


def test_what_nobody_has_looked_up_and_what_is_free_gate_nothing(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "unlicensed", clock, licences=(), pharmacist=None)
    shop.receives("UNKNOWN", schedules=None)
    stocks(shop, "G", "K", code="FREE")
    bill = shop.bills(("UNKNOWN", "1"), ("FREE", "1"))
    assert bill.dispensing is None
    shop.books_agree()
    shop.close()


def test_the_prescriptions_day(shop: TestShop, clock: TurnedClock) -> None:
    stocks(shop, "H")
    shop.on_duty()
    undated = shop.prescribed()
    del undated["written_on"]
    with shop.refuses("dispensing.date_missing", "dispensing.written_on"):
        shop.bills(("DRUG", "1"), dispensing=undated)
    with shop.refuses("dispensing.written_in_future", "dispensing.written_on"):
        shop.bills(("DRUG", "1"), dispensing=shop.prescribed(written_on="2026-11-21"))
    shop.bills(("DRUG", "1"), dispensing=shop.prescribed(written_on="2016-01-01"))  # any age, as delivered
    with shop.shop.database.write(OWNER) as uow:
        set_choice(uow, Choice.PRESCRIPTION_VALID_DAYS, "30")
    shop.bills(("DRUG", "1"), dispensing=shop.prescribed(written_on="2026-10-21"))
    with shop.refuses("dispensing.too_old", "dispensing.written_on"):
        shop.bills(("DRUG", "1"), dispensing=shop.prescribed(written_on="2026-10-20"))
    shop.books_agree()


def test_a_prescription_is_of_the_bills_day_schedules(shop: TestShop) -> None:
    """An unscheduled bill that brings a prescription has an entry as well: any supply on one is supervised."""
    shop.receives("PCM500", schedules=frozenset())
    with shop.refuses("dispensing.no_pharmacist"):
        shop.bills(("PCM500", "1"), dispensing=shop.prescribed())
    shop.on_duty()
    lines = [{"item": "PCM500", "dose": "1-0-1", "days": 5}]
    bill = shop.bills(("PCM500", "2"), dispensing=shop.prescribed(lines=lines))
    assert bill.dispensing is not None
    assert [(line.dose, line.units, line.days) for line in bill.dispensing.lines] == [("1-0-1", 20, 10)]
    shop.books_agree()


def test_another_drug_than_prescribed_is_asked_about_and_then_written(shop: TestShop) -> None:
    stocks(shop, "H", code="MOX")
    stocks(shop, "H", code="NOVA")
    shop.on_duty()
    lines = [{"item": "MOX", "units": 10}]
    prescribed = shop.prescribed(lines=lines)
    with shop.refuses("dispensing.in_place_of", "lines.0.item"):
        shop.bills(("NOVA", "1"), dispensing=prescribed)
    told = {**prescribed, "supplies": [{"line": 0, "of": 1}]}
    with shop.refuses("dispensing.in_place_of", "lines.0.item"):
        shop.bills(("NOVA", "1"), dispensing=told)
    with shop.refuses("dispensing.no_line", "lines.0.item"):
        shop.bills(("NOVA", "1"), dispensing={**prescribed, "supplies": [{"line": 0, "of": 2, "in_place": True}]})
    with shop.refuses("dispensing.no_bill_line", "dispensing.supplies.0.line"):
        shop.bills(("NOVA", "1"), dispensing={**prescribed, "supplies": [{"line": 7, "of": 1}]})
    told["supplies"] = [{"line": 0, "of": 1, "in_place": True}]
    bill = shop.bills(("NOVA", "1"), dispensing=told)
    assert bill.dispensing is not None
    with shop.refuses("dispensing.not_prescribed", "lines.0.item"):
        shop.bills(("NOVA", "1"), dispensing={"prescription": str(bill.dispensing.prescription_id)})
    shop.books_agree()


def test_a_drug_written_in_words_is_matched_by_whoever_reads_it(shop: TestShop) -> None:
    stocks(shop, "H", code="MOX")
    shop.on_duty()
    prescribed = shop.prescribed(lines=[{"drug": "Cap. Amoxicillin 500", "dose": "TDS", "days": 5, "units": 15}])
    with shop.refuses("dispensing.in_place_of", "lines.0.item"):
        shop.bills(("MOX", "1"), dispensing=prescribed)
    shop.bills(("MOX", "1"), dispensing={**prescribed, "supplies": [{"line": 0, "of": 1, "in_place": True}]})
    for line, code, where in (
        ({"dose": "OD"}, "dispensing.drug_missing", "dispensing.lines.0.drug"),
        ({"item": "NONE"}, "sales.no_such_item", "dispensing.lines.0.item"),
    ):
        with shop.refuses(code, where):
            shop.bills(("MOX", "1"), dispensing=shop.prescribed(lines=[line]))
    shop.books_agree()


def test_a_known_prescription_stays_as_it_is(shop: TestShop) -> None:
    stocks(shop, "H")
    shop.on_duty()
    first = shop.bills(("DRUG", "1"), dispensing=shop.prescribed(repeats=3))
    assert first.dispensing is not None
    known = {"prescription": str(first.dispensing.prescription_id)}
    for change in ({"written_on": "2026-11-20"}, {"repeats": 4}, {"reference": "OPD 5"}, {"lines": [{"drug": "x"}]}):
        with shop.refuses("dispensing.known_or_new", f"dispensing.{next(iter(change))}"):
            shop.bills(("DRUG", "1"), dispensing={**known, **change})
    with shop.refuses("dispensing.known_or_new", "dispensing.patient.name"):
        shop.bills(("DRUG", "1"), dispensing={**known, "patient": {"name": "Somebody else"}})
    with shop.refuses("dispensing.no_prescription", "dispensing.prescription"):
        shop.bills(("DRUG", "1"), dispensing={"prescription": str(new_id())})
    bill = shop.bills(("DRUG", "1"), dispensing={**known, "patient": {"address": "13 New Street"}})
    assert bill.dispensing is not None
    assert (bill.dispensing.patient_name, bill.dispensing.patient_address) == ("Asha", "13 New Street")
    shop.books_agree()


def test_the_same_command_again_returns_the_first_bill(shop: TestShop) -> None:
    stocks(shop, "H1")
    shop.on_duty()
    command = shop.bill_command(("DRUG", "1"), dispensing=shop.prescribed())
    posted = [_post(shop, command) for _ in range(2)]
    assert posted[0] == posted[1]
    with shop.refuses("sales.command_reused"):
        _post(shop, shop.bill_command(("DRUG", "1"), command_id=command.command_id))
    shop.books_agree()


def test_a_bill_without_a_prescription_has_the_fingerprint_it_always_had(shop: TestShop) -> None:
    """A bill posted by the version before, and sent again by this one, is the same bill."""
    command = shop.bill_command(("PCM500", "1"), command_id=new_id())
    with_nothing_new = command.model_dump_json(
        exclude={"dispensing": True, "corrects": True, "quotation": True, "lines": {0: {"awaiting", "shown"}}}
    )
    assert '"dispensing"' not in with_nothing_new
    assert '"dispensing":null' in command.model_dump_json()
    assert command.fingerprint() == hashlib.sha256(with_nothing_new.encode()).digest()


def test_a_memo_of_yesterday_names_the_pharmacist_of_yesterday(shop: TestShop, clock: TurnedClock) -> None:
    stocks(shop, "H1")
    shop.on_duty()
    clock.turn(days=1)
    with shop.refuses("dispensing.written_in_future", "dispensing.written_on"):
        shop.bills(("DRUG", "1"), date="2026-11-20", dispensing=shop.prescribed())
    bill = shop.bills(
        ("DRUG", "1"),
        date="2026-11-20",
        manual={"number": "B1/7"},
        dispensing=shop.prescribed(written_on="2026-11-20"),
    )
    assert bill.dispensing is not None
    assert bill.dispensing.pharmacist.name == "Anitha Menon"
    with shop.refuses("dispensing.no_pharmacist"):
        shop.bills(("DRUG", "1"), dispensing=shop.prescribed())
    shop.books_agree()


def _post(shop: TestShop, command: PostBill) -> BillView:
    with shop.shop.database.write(shop.actor) as uow:
        return post_bill(uow, command)


def test_a_duty_is_sixteen_hours_at_most(shop: TestShop) -> None:
    assert shop.on_duty().until - shop.on_duty().begun_at == timedelta(hours=16)


def test_a_bill_without_anything_scheduled_asks_nothing_of_the_registers(shop: TestShop) -> None:
    """Saving must not grow slower for what most bills do not have."""
    shop.receives("PCM500", schedules=frozenset())
    stocks(shop, "H1")
    shop.on_duty()
    asked: dict[str, list[str]] = {}
    bills: tuple[tuple[str, dict[str, Any]], ...] = (("PCM500", {}), ("DRUG", {"dispensing": shop.prescribed()}))
    for code, more in bills:
        command = shop.bill_command((code, "1"), **more)
        said: list[str] = []
        with shop.shop.database.write(shop.actor) as uow:
            connection: Any = uow.session.connection().connection.dbapi_connection
            connection.set_trace_callback(said.append)
            post_bill(uow, command)
            connection.set_trace_callback(None)
        asked[code] = said
    tables = ("dispens", "prescri", "h1_entry", "duty", "pharmacist.", "patient")
    # the bill's own column, and the shop's own pharmacist at the head of its papers, are no registers
    named = {
        code: [
            text
            for text in said
            if any(
                table in text.replace("dispensing_number", "").replace("shop_profile.pharmacist", "")
                for table in tables
            )
        ]
        for code, said in asked.items()
    }
    assert named["DRUG"]
    assert [text for text in named["PCM500"] if "append-only" not in text and not text.startswith("--")] == []
