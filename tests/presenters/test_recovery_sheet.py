"""The recovery sheet without a window: printed, saved, and confirmed by whoever holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.kernel.errors import EnvironmentFault
from pos_desktop.screens.recovery_sheet.presenter import SheetDesk
from pos_desktop.shell.tone import Tone
from tests.support.sheets import SheetDrawer, sheet_of


class Desk:
    """A sheet on the desk, and what became of it."""

    def __init__(self) -> None:
        self.drawer = SheetDrawer()
        self.done = 0
        self.desk = SheetDesk(
            save=self.drawer.save, print_sheet=self.drawer.print, confirm=self.drawer.confirm, confirmed=self._count
        )
        self.desk.open(sheet_of())

    def _count(self) -> None:
        self.done += 1

    def said(self) -> tuple[Tone, str]:
        assert self.desk.said is not None
        return self.desk.said.tone, self.desk.said.text


@pytest.fixture
def on() -> Desk:
    return Desk()


def test_it_is_saved_and_one_is_told_where(on: Desk) -> None:
    on.desk.save(Path("/media/stick/sheet.pdf"))

    assert on.drawer.saved == [Path("/media/stick/sheet.pdf")]
    assert on.said() == (Tone.GOOD, "Saved as /media/stick/sheet.pdf. Keep it off this computer.")


def test_a_disk_that_refuses_says_so_and_one_can_try_again(on: Desk) -> None:
    on.drawer.fault = EnvironmentFault("storage.disk_full")
    on.desk.save(Path("/media/stick/sheet.pdf"))
    assert (on.said()[0], on.desk.is_busy) == (Tone.DANGER, False)

    on.desk.print()
    assert on.drawer.printed == [sheet_of().key_id]
    assert on.said()[0] is Tone.GOOD


def test_choosing_no_printer_says_nothing(on: Desk) -> None:
    on.drawer.refuses = True
    on.desk.print()

    assert (on.desk.said, on.desk.is_busy) == (None, False)


def test_a_bug_is_not_made_a_notice(on: Desk) -> None:
    on.drawer.fault = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        on.desk.print()

    assert (on.desk.said, on.desk.is_busy) == (None, False)


@pytest.mark.parametrize("typed", ["", "1", "OOOOO OOOOO", "\u0967\u0968\u0969\u096a\u096b"])
def test_what_is_no_group_is_refused(on: Desk, typed: str) -> None:
    on.desk.next()
    on.desk.type(typed)
    on.desk.next()

    assert on.desk.problem
    assert on.done == 0


def test_the_group_may_be_typed_as_people_write(on: Desk) -> None:
    group = on.desk.groups[on.desk.asked_group - 1]
    on.desk.next()
    on.desk.type(f" {group[:2].lower()} {group[2:]} ".replace("0", "o").replace("1", "l"))
    on.desk.next()

    assert (on.drawer.confirmed, on.done) == ([sheet_of().key_id], 1)


def test_a_closed_desk_holds_no_code_and_does_nothing(on: Desk) -> None:
    on.desk.close()
    on.desk.next()
    on.desk.print()
    on.desk.save(Path("sheet.pdf"))

    assert (on.desk.groups, on.desk.is_asking, on.drawer.printed, on.drawer.saved) == ((), False, [], [])
