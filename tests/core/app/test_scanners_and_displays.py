"""The scanners and the customer display of a counter are kept, changed by who may, and never keep it from opening."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.app.display_dto import CustomerDisplay, DisplayKind
from core.app.displays import change_display, display_of
from core.app.scanner_dto import CONTROL_NAMES, Scanners, SerialSetup, WedgeSetup, read_signs, write_signs
from core.app.scanners import change_scanners, scanners_of
from core.audit.history import search_log
from core.audit.log import write_event
from core.boundary.frozen import make
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.settings.service import set_setting
from core.storage.node import Node
from core.storage.unit_of_work import UnitOfWork
from tests.support.shop import TestShop

SCANNERS = Scanners(
    wedge=WedgeSetup(gap_ms=50, prefix="~"), serial=(SerialSetup(name="Till", port="COM3", prefix="<STX>"),)
)
DISPLAY = CustomerDisplay(kind=DisplayKind.POLE, port="COM4")


def changes(shop: TestShop, change: Callable[[UnitOfWork], object], actor: Actor | None = None) -> None:
    with shop.shop.database.write(actor or shop.actor) as uow:
        change(uow)


def test_both_are_kept_and_a_change_stands_once_in_the_log(shop: TestShop) -> None:
    for _ in range(2):  # the same once more: nothing is written
        changes(shop, lambda uow: change_scanners(uow, SCANNERS))
        changes(shop, lambda uow: change_display(uow, DISPLAY))
    shop.reopen()
    with shop.shop.database.read() as session:
        assert (scanners_of(session), display_of(session)) == (SCANNERS, DISPLAY)
        kinds = [event.kind for event in search_log(session)]
    assert (kinds.count("scanners.changed"), kinds.count("display.changed")) == (1, 1)
    shop.books_agree()


def test_a_cashier_changes_neither(shop: TestShop) -> None:
    cashier = Actor(None, "ravi", Role.CASHIER)
    for change in (lambda uow: change_scanners(uow, SCANNERS), lambda uow: change_display(uow, DISPLAY)):
        with pytest.raises(RuleBroken) as refused:
            changes(shop, change, cashier)
        assert refused.value.code == "auth.not_allowed"


def test_what_another_version_left_keeps_no_counter_from_opening(shop: TestShop) -> None:
    with shop.shop.database.read() as session:
        node = session.scalars(select(Node.id)).one()

    def leave(uow: UnitOfWork) -> None:
        set_setting(uow, f"scanners.{node}", {"wedge": {"gap_ms": 5}})
        set_setting(uow, f"display.{node}", {"kind": "hologram"})
        write_event(uow, "shop.set", new_id())

    changes(shop, leave)
    with shop.shop.database.read() as session:
        assert (scanners_of(session), display_of(session)) == (Scanners(), CustomerDisplay())


@given(st.lists(st.sampled_from([*"AZaz09~#]|^!", *CONTROL_NAMES.values()]), max_size=4).map("".join))
def test_signs_are_read_as_they_are_written(characters: str) -> None:
    assert read_signs(write_signs(characters)) == characters


@pytest.mark.parametrize("signs", ["12345", "<XYZ>", " ", "é", "\x02", "<STX><STX><STX><STX><STX>"])
def test_other_signs_are_refused(signs: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        make(SerialSetup, {"name": "Till", "port": "COM3", "prefix": signs})
    assert refused.value.code == "scanner.signs_form"


def test_two_scanners_have_two_names(shop: TestShop) -> None:
    serial = (SerialSetup(name="Till", port="COM3"), SerialSetup(name="TILL", port="COM4"))
    with pytest.raises(RuleBroken) as refused:
        make(Scanners, {"serial": serial})
    assert refused.value.code == "scanner.name_twice"
