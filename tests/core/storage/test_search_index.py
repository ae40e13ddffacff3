"""The index finds words by their beginnings, in any order, the same in both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.ids import new_id
from core.storage import search_index
from core.storage.database import Database
from tests.core.storage.test_unit_of_work import SOMEBODY


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("para", True),
        ("500 para", True),
        ("PARACETAMOL tab", True),
        ("500mg", True),
        ("cetamol", False),
        ("para 650", False),
        ("", False),
        ("  \"' * ", False),
        ("para OR", False),
    ],
)
def test_words_by_their_beginnings(bare_database: Database, typed: str, found: bool) -> None:
    item_id, other = new_id(), new_id()
    with bare_database.write(SOMEBODY) as uow:
        search_index.put(uow.session, other, "Something else")
        search_index.put(uow.session, item_id, "First name, replaced below")
        search_index.put(uow.session, item_id, "Paracetamol Tablets IP 500mg")
    with bare_database.read() as session:
        assert search_index.find(session, typed, 10) == ([item_id] if found else [])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=30))
def test_nothing_typed_breaks_the_search(bare_database: Database, typed: str) -> None:
    with bare_database.read() as session:
        assert search_index.find(session, typed, 10) == []


def test_words_are_found_by_what_their_sound_begins_with(bare_database: Database) -> None:
    with bare_database.write(SOMEBODY) as uow:
        search_index.put(uow.session, new_id(), "Crocin Advance 500 Tablet")
        search_index.put(uow.session, new_id(), "Zincovit Syrup 200 ml")
    with bare_database.read() as session:
        assert search_index.sounding(session, ["krsn", "jnk"], 10) == {"crocin": "krsn", "zincovit": "jnkvt"}
        assert search_index.sounding(session, ["jnkvtx"], 10) == {}
        assert len(search_index.sounding(session, ["k", "j", "a", "t", "s"], 2)) == 2
        assert search_index.is_beginning(session, "zinco")
        assert not search_index.is_beginning(session, "jinko")
        assert search_index.is_beginning(session, "50")
