"""A shop's settings go into a file and into another shop: whole, proved, in one event, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.app.choices import set_choice
from core.app.papers import ChangePapers, change_papers, papers_of
from core.app.printers import change_printers
from core.app.settings_file import differences, read_settings_file, settings_text, take_settings
from core.app.shop_details import ChangeShop, change_shop
from core.audit.history import search_log
from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import role_rights, set_role_right
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.gst import Registration
from core.settings.choices import Choice
from core.settings.queries import shop_view
from core.spool.dto import PrinterKind, Printers, PrinterSetup
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

HEAD = {"name": "Sri Medicals", "address": "Market Road\nKochi", "phone": "0484 2351234", "registration": "composition"}
PRINTERS = Printers(
    printers=(PrinterSetup(name="Counter", kind=PrinterKind.NETWORK, address="10.0.0.7"),), receipts="Counter"
)


@pytest.fixture
def chosen(shop: TestShop) -> TestShop:
    """A shop that has made its choices."""
    owner = shop.actor
    with shop.shop.database.write(owner) as uow:
        change_shop(uow, load(ChangeShop, {**HEAD, "gstin": shop_view(uow.session).gstin}))
    with shop.shop.database.write(owner) as uow:
        set_choice(uow, Choice.UPI_ID, "shop@okbank")
    with shop.shop.database.write(owner) as uow:
        change_printers(uow, PRINTERS)
    with shop.shop.database.write(owner) as uow:
        change_papers(uow, ChangePapers(receipt="Short"))
    with shop.shop.database.write(owner) as uow:
        set_role_right(
            uow,
            load(SetRoleRight, {"user_role": "cashier", "permission": "discount_bill", "granted": True, "limit": "3"}),
        )
    return shop


@pytest.fixture
def other(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop that has made none."""
    made = TestShop.create(tmp_path / "other", clock)
    yield made
    made.close()


def text_of(shop: TestShop) -> str:
    with shop.shop.database.read() as session:
        return settings_text(session)


def take(shop: TestShop, parts: Any) -> list[str]:
    with shop.shop.database.write(shop.actor) as uow:
        return [one.where for one in take_settings(uow, parts)]


def test_another_shop_is_set_up_alike_by_the_file(chosen: TestShop, other: TestShop) -> None:
    text = text_of(chosen)
    parts = read_settings_file(text.encode())
    changed = take(other, parts)
    assert {"shop.name", "choices.payments.upi_id", "printers.printers.Counter.address", "papers.receipt"} <= set(
        changed
    )
    assert text_of(other) == text
    with other.shop.database.read() as session:
        assert shop_view(session).registration is Registration.COMPOSITION
        assert papers_of(session).receipt == "Short"
        limits = {right.permission: right.limit_shown for right in role_rights(session, Role.CASHIER)}
        assert limits[Permission.DISCOUNT_BILL] == "3 %"
        events = search_log(session, kind="settings.imported")
        assert len(events) == 1
    other.books_agree()


def test_the_same_file_once_more_writes_nothing(chosen: TestShop) -> None:
    parts = read_settings_file(text_of(chosen).encode())
    with chosen.shop.database.read() as session:
        before = len(search_log(session, limit=1000))
        assert differences(session, parts) == []
    assert take(chosen, parts) == []
    with chosen.shop.database.read() as session:
        assert len(search_log(session, limit=1000)) == before


def test_what_would_change_is_said_before(chosen: TestShop, other: TestShop) -> None:
    parts = read_settings_file(text_of(chosen).encode())
    with other.shop.database.read() as session:
        found = {one.where: (one.here, one.there) for one in differences(session, parts)}
    assert found["shop.name"] == ("Test Medicals", "Sri Medicals")
    assert found["choices.payments.upi_id"] == ("", "shop@okbank")
    assert found["rights.cashier.discount_bill.limit"] == ("", "3 %")


def test_one_more_in_a_list_is_one_difference_wherever_it_stands(chosen: TestShop) -> None:
    parts = dict(read_settings_file(text_of(chosen).encode()))
    new = {**parts["printers"]["printers"][0], "name": "Another"}
    parts["printers"] = {**parts["printers"], "printers": [new, *parts["printers"]["printers"]]}
    parts["licences"] = list(reversed(parts["licences"]))
    with chosen.shop.database.read() as session:
        found = [one.where for one in differences(session, parts)]
    assert found
    assert all(where.startswith("printers.printers.Another.") for where in found)


@pytest.mark.parametrize(
    ("part", "value", "where", "code"),
    [
        ("shop", {**HEAD, "gstin": "27AAPFU0939F1ZV"}, "shop", "gst.gstin_other_state"),
        ("choices", {"sales.round_off": "sideways"}, "choices", "settings.no_such_value"),
        ("choices", {"no.such": "x"}, "choices", "settings.no_such_name"),
        ("printers", {"printers": [], "receipts": "None"}, "printers", "printer.no_such_name"),
        ("licences", [{"form": "99", "number": "x"}], "licences", "settings.no_such_form"),
        ("rights", {"owner.manage_roles": {"granted": False}}, "rights", "auth.right_fixed"),
    ],
)
def test_one_bad_part_leaves_all_as_it_was(
    chosen: TestShop, other: TestShop, part: str, value: Any, where: str, code: str
) -> None:
    before = text_of(other)
    parts = {**read_settings_file(text_of(chosen).encode()), part: value}
    with pytest.raises(RuleBroken) as refused:
        take(other, parts)
    assert refused.value.code == code
    assert (refused.value.where or "").startswith(where)
    assert "{" not in explain(refused.value)
    assert text_of(other) == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "settings.no_settings_file"),
        (b"\xff\xfe", "settings.no_settings_file"),
        (b"[1, 2]", "settings.no_settings_file"),
        (b'{"kind": "another program"}', "settings.no_settings_file"),
        (b"[" * 100_000, "settings.no_settings_file"),
        (b'{"kind": "nuskha settings", "version": 2}', "settings.newer_file"),
        (b'{"kind": "nuskha settings", "version": "1"}', "settings.no_settings_file"),
        (b'{"kind": "nuskha settings", "version": 1, "weather": {}}', "settings.unknown_parts"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_settings_file(data)
    assert refused.value.code == code


def test_who_may_not_change_roles_takes_in_the_rest_alone(chosen: TestShop, other: TestShop) -> None:
    parts = dict(read_settings_file(text_of(chosen).encode()))
    with other.shop.database.write(other.actor) as uow:
        right = {"user_role": "pharmacist", "permission": "change_settings", "granted": True}
        set_role_right(uow, load(SetRoleRight, right))
    other.acts(Role.PHARMACIST)
    with other.refuses("auth.not_allowed"):
        take(other, parts)
    del parts["rights"]
    assert "shop.name" in take(other, parts)


WORDS = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=8)
SOME = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["shop", "licences", "choices", "papers", "printers", "rights"]), value=SOME)
def test_nothing_in_a_file_makes_the_program_fail(shop: TestShop, name: str, value: Any) -> None:
    before = text_of(shop)
    data = json.dumps({"kind": "nuskha settings", "version": 1, name: value}).encode()
    try:
        take(shop, read_settings_file(data))
    except RuleBroken as problem:
        said = explain(problem)
        is_refused = True
    else:
        said, is_refused = "", False
    assert "{" not in said
    assert not is_refused or text_of(shop) == before


# --- the head of the papers ------------------------------------------------------------------------------------------


def test_the_next_paper_has_the_new_head(chosen: TestShop) -> None:
    with chosen.shop.database.read() as session:
        shop = shop_view(session)
    assert (shop.name, shop.address, shop.phone) == ("Sri Medicals", "Market Road\nKochi", "0484 2351234")
    chosen.books_agree()


def test_the_same_head_writes_nothing(chosen: TestShop) -> None:
    with chosen.shop.database.write(chosen.actor) as uow:
        change_shop(uow, load(ChangeShop, {**HEAD, "gstin": shop_view(uow.session).gstin}))
    with chosen.shop.database.read() as session:
        assert len(search_log(session, kind="shop.changed")) == 1
