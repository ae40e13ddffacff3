"""Opening stock comes in whole, once, at cost, and the books stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from core.app.demo import demo_stock
from core.boundary.messages import explain
from core.boundary.sheets import read_sheet
from core.catalog.viewing import item_view
from core.inventory.import_dto import ImportItems
from core.inventory.importing import read_items
from core.inventory.model import Batch, Lot, StockMovement
from core.inventory.opening import check_import
from core.kernel.actor import Role
from core.kernel.clock import Clock
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.model import LedgerEntry
from tests.core.inventory.support import PARACETAMOL, TODAY, imports, read
from tests.support.shop import TestShop


@pytest.fixture
def unregistered(tmp_path: Path, clock: Clock) -> Iterator[TestShop]:
    """A shop that cannot recover the GST it pays."""
    made = TestShop.create(tmp_path / "small", clock, gstin=None, registration="unregistered")
    yield made
    made.close()


def ledger(shop: TestShop) -> dict[str, int]:
    """Return the paise that stand on each account."""
    with shop.shop.database.read() as session:
        sums = select(LedgerEntry.account, func.sum(LedgerEntry.amount_paise)).group_by(LedgerEntry.account)
        return {account: int(paise) for account, paise in session.execute(sums)}


def count(shop: TestShop, model: type[Batch] | type[Lot]) -> int:
    with shop.shop.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_becomes_stock(shop: TestShop, tmp_path: Path, kind: str) -> None:
    rows = [
        ["Code", "Name", "Pack", "GST %", "Batch", "Expiry", "MRP", "Purchase rate", "Quantity", "Shade"],
        ["PCM500", "Paracetamol 500 mg", "10's", "5", "A1", "03/2027", "25.65", "15", "20", ""],
        ["PCM500", "", "", "", "A2", "09/2027", "26.00", "15.50", "2:5", ""],
        ["SYR", "Cough syrup", "100 ml", "5", "S1", "12/2026", "90", "60", "6", "red"],
    ]
    file = tmp_path / f"items.{kind}"
    if kind == "csv":
        file.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in row])
        book.save(file)

    report = imports(shop, read_items(read_sheet(file), new_id(), today=TODAY))

    assert (report.items_added, report.items_found, report.lots) == (2, 0, 3)
    assert report.ignored_columns == ("Shade",)
    assert report.stock_value == Money(30000 + 3875 + 36000)
    assert [(b.number, b.units, str(b.expires)) for b in shop.stock("pcm500").batches] == [
        ("A1", 200, "03/2027"),
        ("A2", 25, "09/2027"),
    ]
    assert shop.units("SYR") == 6
    assert ledger(shop) == {"stock": 69875, "opening": -69875}
    shop.books_agree()


def test_one_bad_line_holds_up_the_whole_file(shop: TestShop) -> None:
    rows = (PARACETAMOL, PARACETAMOL | {"code": "BAD", "pack": "1*"})

    with shop.refuses("items.bad_rows"):
        imports(shop, read(*rows))
    report = imports(shop, read(*rows, skip_bad=True))

    assert (report.items_added, [(p.line, p.code) for p in report.problems]) == (1, [(3, "items.pack_unknown")])
    assert shop.units("PCM500") == 200


def test_the_same_command_again_changes_nothing(shop: TestShop) -> None:
    command = read(PARACETAMOL)

    assert imports(shop, command) == imports(shop, command)

    assert shop.units("PCM500") == 200
    with shop.refuses("items.command_reused"):
        imports(shop, command.model_copy(update={"skip_bad": True}))


def test_the_same_stock_a_second_time_is_asked_about(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL))
    with shop.refuses("items.imported_before"):
        imports(shop, read(PARACETAMOL))
    with shop.refuses("items.imported_before"):
        imports(shop, read(PARACETAMOL, skip_bad=True))
    assert shop.units("PCM500") == 200

    imports(shop, read(PARACETAMOL | {"batch": "A2"}))
    imports(shop, read(PARACETAMOL, again=True))

    assert shop.units("PCM500") == 600


def test_expired_stock_is_a_question_and_at_the_counter_it_is_called_expired(shop: TestShop) -> None:
    old = PARACETAMOL | {"expiry": "10/2026"}
    (problem,) = read(old).problems
    assert (problem.code, problem.column, problem.is_question) == ("items.expired_stock", "expiry", True)
    assert read(PARACETAMOL | {"expiry": "20-11-2026"}).problems == ()
    with shop.refuses("items.bad_rows"):
        imports(shop, read(old))

    imports(shop, read(old, with_expired=True))

    with shop.refuses("stock.rest_expired", where="lines.0"):
        shop.bills(("PCM500", "1"))
    imports(shop, read(PARACETAMOL | {"quantity": "1"}))
    with pytest.raises(RuleBroken) as broken:
        shop.bills(("PCM500", "2"))
    assert "20:0 more have expired" in explain(broken.value)


def test_an_import_of_items_alone_is_done_once_too(shop: TestShop) -> None:
    command = read(PARACETAMOL | {"quantity": ""})

    assert imports(shop, command) == imports(shop, command)
    assert ledger(shop) == {}
    shop.books_agree()


def test_a_known_item_gets_the_stock_and_keeps_its_details(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL))

    report = imports(shop, read(PARACETAMOL | {"name": "PARACETAMOL-500 MG tablets", "rack": "Z9"}, again=True))

    assert (report.items_added, report.items_found, report.lots) == (0, 1, 1)
    assert (shop.units("PCM500"), shop.stock("PCM500").rack) == (400, None)
    assert (count(shop, Batch), count(shop, Lot)) == (1, 2)


@pytest.mark.parametrize("change", [{"name": "Paracetamol 650 mg"}, {"pack": "15's"}])
def test_a_code_of_another_item_is_refused(shop: TestShop, change: dict[str, str]) -> None:
    imports(shop, read(PARACETAMOL))
    command = read(PARACETAMOL | change)

    with shop.refuses("items.bad_rows"):
        imports(shop, command)
    with shop.shop.database.read() as session:
        (problem,) = check_import(session, command).problems
    assert (problem.line, problem.code) == (2, "items.other_identity")


def test_a_barcode_of_another_item_is_refused(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL | {"barcode": "8901234567890"}))

    with shop.shop.database.read() as session:
        report = check_import(session, read(PARACETAMOL | {"code": "OTHER", "barcode": "8901234567890"}))

    assert [(p.line, p.code) for p in report.problems] == [(2, "items.barcode_taken")]
    assert report.items_added == 0


def test_only_a_place_of_the_shop_takes_stock(shop: TestShop) -> None:
    with shop.shop.database.read() as session:
        report = check_import(
            session,
            read(PARACETAMOL | {"location": "SHOP"}, PARACETAMOL | {"batch": "A2", "location": "Moon"}),
        )

    assert [(p.line, p.code) for p in report.problems] == [(3, "items.no_location")]
    assert report.lots == 1


def test_a_dry_run_says_what_the_import_then_does(shop: TestShop) -> None:
    command = read(PARACETAMOL, PARACETAMOL | {"code": "BAD", "mrp": "0"}, skip_bad=True)

    with shop.shop.database.read() as session:
        foreseen = check_import(session, command)

    assert imports(shop, command) == foreseen


def test_nothing_to_import_is_said(shop: TestShop) -> None:
    with shop.refuses("items.nothing_to_import"):
        imports(shop, ImportItems(command_id=new_id(), items=()))


def test_who_may_not_is_refused(shop: TestShop) -> None:
    shop.acts(Role.CASHIER)

    with shop.refuses("auth.not_allowed"):
        imports(shop, read(PARACETAMOL))


def test_gst_that_cannot_be_recovered_is_part_of_the_cost(unregistered: TestShop) -> None:
    report = imports(unregistered, read(PARACETAMOL))

    assert report.stock_value == Money(31500)
    assert ledger(unregistered) == {"stock": 31500, "opening": -31500}
    unregistered.books_agree()


def test_a_batch_is_the_same_however_its_number_is_written(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL | {"batch": "ab 12"}))
    imports(shop, read(PARACETAMOL | {"batch": "AB12", "expiry": "31-03-2027"}, again=True))

    (batch,) = shop.stock("PCM500").batches
    assert (batch.number, batch.units, batch.expires) == ("AB12", 400, Expiry.of_month(2027, 3))


def test_the_demo_shop_is_stocked(shop: TestShop) -> None:
    command = demo_stock(TODAY)

    report = imports(shop, command)

    assert report.items_added > 2_000
    assert len({p.code for p in report.problems}) == 1
    assert all(p.is_question for p in report.problems)
    with shop.shop.database.read() as session:
        expired = session.scalar(select(func.count()).select_from(Batch).where(Batch.expiry < TODAY)) or 0
        worth = session.scalar(select(func.sum(StockMovement.cost_paise)))
    assert 0 < expired < report.lots // 10
    assert Money(int(worth or 0)) == report.stock_value
    assert demo_stock(TODAY).items == command.items
    shop.books_agree()


def test_the_corrected_file_asks_about_what_came_in_before(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL, PARACETAMOL | {"code": "BAD", "name": "Bad", "mrp": ""}, skip_bad=True))
    whole = [PARACETAMOL, PARACETAMOL | {"batch": "A2"}, PARACETAMOL | {"code": "BAD", "name": "Good"}]
    with shop.shop.database.read() as session:
        report = check_import(session, read(*whole))
    assert [(problem.line, problem.code) for problem in report.problems] == [(2, "items.stock_stands")]
    assert explain(report.problems[0].problem).startswith("20:0 of batch A1 came in before")
    imports(shop, read(*whole, skip_bad=True))
    assert shop.units("PCM500") == 400
    shop.books_agree()


def test_another_rate_than_the_catalogues_is_asked(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL))
    row = PARACETAMOL | {"batch": "A2", "gst_percent": "18"}
    with shop.shop.database.read() as session:
        report = check_import(session, read(row))
    assert [(problem.line, problem.column, problem.code) for problem in report.problems] == [
        (2, "gst_percent", "items.tax_differs")
    ]
    with shop.refuses("items.bad_rows"):
        imports(shop, read(row))
    shop.books_agree()


KNOWN = PARACETAMOL | {"salt": "Paracetamol 500 mg", "manufacturer": "Cipla Ltd."}
OTHERS = [
    ({"salt": "Paracetamol 500 mg + Caffeine 30 mg"}, "salt", "items.salts_differ"),
    ({"salt": "Paracetamol 650 mg"}, "salt", "items.salts_differ"),
    ({"manufacturer": "Cadila"}, "manufacturer", "items.maker_differs"),
]


@pytest.mark.parametrize(("change", "column", "code"), OTHERS)
def test_other_salts_and_another_maker_than_the_catalogues_are_asked(
    shop: TestShop, change: dict[str, str], column: str, code: str
) -> None:
    imports(shop, read(KNOWN))
    rows = [KNOWN | {"batch": "A2"} | change, KNOWN | {"batch": "A3"} | change]
    with shop.shop.database.read() as session:
        report = check_import(session, read(*rows))
    assert [(p.line, p.column, p.code, p.is_question) for p in report.problems] == [
        (2, column, code, True),
        (3, column, code, True),
    ]
    sentence = explain(report.problems[0].problem)
    assert KNOWN[column] in sentence
    assert change[column] in sentence
    with shop.refuses("items.bad_rows"):
        imports(shop, read(*rows))
    with shop.refuses("items.bad_rows"):
        imports(shop, read(*rows, again=True))

    imports(shop, read(*rows, keep_details=True))

    assert shop.units("PCM500") == 600
    with shop.shop.database.read() as session:
        view = item_view(session, "PCM500", TODAY)
    assert (view.salts, view.manufacturer) == ("Paracetamol 500 mg", "Cipla Ltd.")
    shop.books_agree()


@pytest.mark.parametrize(
    "change",
    [
        {"salt": "ACETAMINOPHEN (500mg)", "manufacturer": "CIPLA LIMITED"},
        {"salt": "", "manufacturer": ""},
        {"salt": "paracetamol", "manufacturer": "cipla pvt ltd"},
    ],
)
def test_the_same_in_other_words_and_a_blank_are_not_asked(shop: TestShop, change: dict[str, str]) -> None:
    imports(shop, read(KNOWN))
    with shop.shop.database.read() as session:
        assert check_import(session, read(KNOWN | {"batch": "A2"} | change)).problems == ()


def test_what_the_catalogue_does_not_know_is_not_asked(shop: TestShop) -> None:
    imports(shop, read(PARACETAMOL))
    with shop.shop.database.read() as session:
        assert check_import(session, read(KNOWN | {"batch": "A2"})).problems == ()
