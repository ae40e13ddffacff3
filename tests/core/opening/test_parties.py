"""Parties come from a file with what was open: each once, by whom may, and all of it or what is good of it."""

from __future__ import annotations

from typing import Any

import pytest

from core.kernel.actor import Role
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.opening.dto import DueKind
from core.opening.dues import open_dues
from core.opening.parties import check_parties, import_parties
from core.opening.party_dto import ImportParties, PartiesReport
from core.opening.party_reading import read_parties
from core.parties.dto import PartyKind
from core.parties.queries import find_party, party_view
from tests.core.inventory.support import TODAY
from tests.core.opening.support import ANIL, CREDITORS, DEBTORS, OPENING, add, balances, sheet
from tests.support.shop import TestShop

CUSTOMER, SUPPLIER, PATIENT = PartyKind.CUSTOMER, PartyKind.SUPPLIER, PartyKind.PATIENT


def read(kind: PartyKind, *rows: dict[str, str], **choices: Any) -> ImportParties:
    return read_parties(sheet(*rows), new_id(), kind, today=TODAY, **choices)


def imports(shop: TestShop, command: ImportParties) -> PartiesReport:
    with shop.shop.database.write(shop.actor) as uow:
        return import_parties(uow, command)


def test_one_opening_amount_stands_as_a_bill_or_an_advance(shop: TestShop) -> None:
    owing = {"name": "Anil", "opening": "500"}
    ahead = {"name": "Meera", "opening": "Rs. 20 Cr"}
    report = imports(shop, read(CUSTOMER, owing, ahead, {"name": "Joy", "opening": "0"}))
    assert (report.parties, report.with_opening, report.opening) == (3, 2, Money(480_00))
    report = imports(shop, read(SUPPLIER, {"name": "Pharma", "op_bal": "900"}, {"name": "Drugs", "op_bal": "1 Dr"}))
    assert report.opening == Money(-899_00)
    assert balances(shop) == {DEBTORS: Money(480_00), CREDITORS: Money(-899_00), OPENING: Money(419_00)}
    with shop.shop.database.read() as session:
        customers = [(due.party, due.kind, due.number, str(due.open)) for due in open_dues(session, CUSTOMER)]
        suppliers = {(due.party, due.kind) for due in open_dues(session, SUPPLIER)}
    assert customers == [
        ("Anil", DueKind.BILL, "Opening", "500.00"),
        ("Meera", DueKind.ADVANCE, "Opening", "-20.00"),
    ]
    assert suppliers == {("Pharma", DueKind.BILL), ("Drugs", DueKind.ADVANCE)}
    shop.books_agree()


def test_the_same_command_again_adds_nobody(shop: TestShop) -> None:
    command = read(CUSTOMER, {"name": "Anil", "opening": "500"})
    assert imports(shop, command) == imports(shop, command)
    with shop.refuses("opening.command_reused"):
        imports(shop, command.model_copy(update={"another": True}))
    with shop.refuses("parties.imported_before"):
        imports(shop, command.model_copy(update={"command_id": new_id()}))
    imports(shop, command.model_copy(update={"command_id": new_id(), "again": True, "another": True}))
    assert balances(shop)[DEBTORS] == Money(1000_00)
    shop.books_agree()


def test_who_may_not_enter_opening_balances_imports_parties_without_them(shop: TestShop) -> None:
    shop.acts(Role.PHARMACIST)
    with shop.refuses("auth.not_allowed"):
        imports(shop, read(SUPPLIER, {"name": "Anil Pharma", "opening": "500"}))
    assert imports(shop, read(SUPPLIER, {"name": "Anil Pharma", "opening": ""})).parties == 1
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"):
        imports(shop, read(CUSTOMER, {"name": "Meera"}))
    shop.books_agree()


FAULTS: list[tuple[PartyKind, dict[str, str], str, str]] = [
    (CUSTOMER, {"name": ""}, "parties.name_missing", "name"),
    (CUSTOMER, {"phone": "12"}, "parties.phone_form", "phone"),
    (CUSTOMER, {"gstin": "32AABCT1332L1ZM"}, "gst.gstin_check", "gstin"),
    (CUSTOMER, {"gstin": "32AABCT1332L1ZN", "pan": "AAAAA1111A"}, "parties.pan_differs", "gstin"),
    (CUSTOMER, {"credit_limit": "-5"}, "parties.credit_limit_form", "credit_limit"),
    (CUSTOMER, {"days": "a month"}, "input.not_whole", "days"),
    (CUSTOMER, {"days": "4000"}, "input.too_great", "days"),
    (CUSTOMER, {"pincode": "0123"}, "parties.pincode_form", "pincode"),
    (CUSTOMER, {"state": "Nowhere"}, "gst.state_unknown", "state"),
    (CUSTOMER, {"discount": "120"}, "percent.unreadable", "discount"),
    (CUSTOMER, {"opening": "-5"}, "opening.amount_negative", "opening"),
    (CUSTOMER, {"opening": "5 Dr", "dr_cr": "Cr"}, "opening.sides_differ", "dr_cr"),
    (SUPPLIER, {"state": "29", "gstin": "32AABCT1332L1ZN"}, "parties.state_differs", "gstin"),
    (SUPPLIER, {"days": "4000"}, "input.too_great", "days"),
    (PATIENT, {"sex": "x"}, "input.not_one_of", "sex"),
    (PATIENT, {"age": "old"}, "input.not_whole", "age"),
    (PATIENT, {"birth_year": "1700"}, "input.too_small", "birth_year"),
]


@pytest.mark.parametrize(("kind", "fault", "code", "column"), FAULTS)
def test_a_line_that_is_wrong_is_named_and_the_others_may_come(
    shop: TestShop, kind: PartyKind, fault: dict[str, str], code: str, column: str
) -> None:
    command = read(kind, {"name": "Good"}, {"name": "Bad"} | fault)
    with shop.shop.database.read() as session:
        (problem,) = check_parties(session, command).problems
    assert (problem.line, problem.code, problem.column) == (3, code, column)
    with shop.refuses("parties.bad_rows"):
        imports(shop, command)
    assert imports(shop, command.model_copy(update={"skip_bad": True})).parties == 1
    with shop.refuses("parties.nothing_to_import"):
        imports(shop, read(kind, {"name": "Bad"} | fault, skip_bad=True))


def test_a_name_with_nothing_else_is_asked_about_in_the_shop_and_in_the_file(shop: TestShop) -> None:
    add(shop, ANIL)
    name = ANIL.name
    rows = (
        {"name": name},
        {"name": "Joy", "phone": "98470 55555"},
        {"name": "joy"},
        {"name": "Joy", "gstin": "32AABCT1332L1ZN"},
    )
    with shop.shop.database.read() as session:
        problems = check_parties(session, read(CUSTOMER, *rows)).problems
    assert [(each.line, each.code) for each in problems] == [(2, "parties.like_another"), (4, "parties.like_line")]


def test_doubles_in_the_shop_and_in_the_file_are_questions(shop: TestShop) -> None:
    add(shop, ANIL)
    rows = ({"name": "A. Kumar", "phone": "+91 98470 12345"}, {"name": "Joy", "phone": "98470 55555"})
    third = {"name": "Joy K", "phone": "09847055555"}
    with shop.shop.database.read() as session:
        problems = check_parties(session, read(CUSTOMER, *rows, third)).problems
        # a family has one telephone: two patients are alike only with the same name as well
        assert not check_parties(session, read(PATIENT, *rows, third)).problems
        assert check_parties(session, read(PATIENT, third, third | {"name": "JOY K."})).problems[0].line == 3
    assert [(each.line, each.code, each.is_question) for each in problems] == [
        (2, "parties.like_another", True),
        (4, "parties.like_line", True),
    ]
    assert imports(shop, read(CUSTOMER, *rows, third, another=True)).parties == 3


def test_an_age_is_kept_as_the_year_of_birth(shop: TestShop) -> None:
    imports(shop, read(PATIENT, {"name": "Meera", "age": "34"}, {"name": "Joy", "age": "5", "birth_year": "2020"}))
    with shop.shop.database.read() as session:
        born = [
            party_view(session, PATIENT, find_party(session, PATIENT, name)).details.model_dump()["birth_year"]
            for name in ("Meera", "Joy")
        ]
    assert born == [1992, 2020]
