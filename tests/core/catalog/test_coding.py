"""Codes that are suggested for new items."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from core.catalog.coding import suggest_code
from core.catalog.dto import Code
from tests.support.shop import TestShop


@pytest.mark.parametrize(
    ("name", "code"), [("Amlodipine 5", "AMLODIPI5"), ("DOLO-650 TAB", "DOLO650"), ("दवा", "ITEM"), ("", "ITEM")]
)
def test_a_code_comes_from_the_name(shop: TestShop, name: str, code: str) -> None:
    with shop.shop.database.read() as session:
        assert suggest_code(session, name) == code


def test_a_code_that_is_taken_gets_a_number(shop: TestShop) -> None:
    shop.receives("DOLO650")
    shop.receives("DOLO650-2")
    with shop.shop.database.read() as session:
        assert suggest_code(session, "Dolo 650") == "DOLO650-3"


@given(st.text(max_size=60))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_name_gives_a_code_that_may_be_one(shop: TestShop, name: str) -> None:
    with shop.shop.database.read() as session:
        code = suggest_code(session, name)
    assert TypeAdapter(Code).validate_python(code) == code
