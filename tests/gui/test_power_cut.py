"""kill -9 of the real program while a bill is being typed: it comes back at the same cell and becomes one bill."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.app.dto import CreateShop
from core.app.shop import create_shop, open_shop
from core.app.verify import verify
from core.kernel.clock import SystemClock
from core.sales.drafts import SavedDraft, saved_drafts
from core.sales.queries import bill_view
from tests.support.escpos_reader import read_escpos
from tests.support.played_printer import on_the_network
from tests.support.shop import KOCHI, TestShop
from tests.support.xserver import Screen, x_screen

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_screen() as screen:
        yield screen


@contextmanager
def program(screen: Screen, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program as a person starts it, log in, and end it if the test has not."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "run", "--data", str(folder)],
        env={**screen.environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    try:
        screen.until_title("Log in")
        yield process
    finally:
        process.kill()
        process.wait()


def on_disk(folder: Path, is_there: Callable[[SavedDraft], bool]) -> SavedDraft:
    """Wait until the program has kept a draft that is so."""
    shop = open_shop(folder)
    draft: SavedDraft | None = None
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with shop.database.read() as session:
                draft = saved_drafts(session).get(0)
            if draft is not None and is_there(draft):
                return draft
    finally:
        shop.close()
    raise AssertionError(f"the program kept {draft}")


def test_a_killed_program_goes_on_where_it_was(screen: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with on_the_network() as printer:
        details = {**KOCHI, "printer": {"kind": "network", "address": printer.address}}
        shop = TestShop(create_shop(folder, CreateShop.model_validate(details)), SystemClock())
        shop.receives("PCM500", name="Paracetamol 500", expiry="12/2099", mrp="25.65", schedules=frozenset())
        shop.receives("PAN40", name="Pantoprazole 40", expiry="12/2099", mrp="151.05", schedules=frozenset())
        shop.close()

        with program(screen, folder) as process:
            screen.type("owner")
            screen.press("Return")
            screen.type("correct horse 7")
            screen.press("Return")
            screen.until_title("Billing", "Test Medicals")
            screen.type("para")
            screen.press("Return")
            screen.until_title("lines: 1")
            screen.press("Return")
            screen.type("panto")
            screen.press("Return")
            screen.until_title("lines: 2")
            screen.press("Return")
            screen.press("Up", "Return")  # back into the first line's quantity
            screen.type("2:5")
            title = screen.until_title("₹215.00", "lines: 2")
            draft = on_disk(folder, lambda kept: kept.cell == "quantity:0" and kept.lines[0].typed == "2:5")
            process.send_signal(signal.SIGKILL)
            process.wait()

        with program(screen, folder):
            screen.type("correct horse 7")  # the name is remembered
            screen.press("Return")
            assert screen.until_title("Billing", "lines: 2") == title
            screen.picture(str(tmp_path / "back.png"))
            screen.type("3:5")  # the quantity is open and chosen, so that it is typed over
            screen.until_title("₹241.00", "lines: 2")
            screen.press("Return")
            screen.press("F12")
            screen.press("Return")
            paper = printer.paper(0, _PATIENCE_SECONDS)
            screen.until_title("Billing – Test Medicals")

    assert "DUPLICATE" not in "\n".join(line.text for line in read_escpos(paper).lines)
    opened = open_shop(folder)
    try:
        assert verify(opened.database).findings == ()
        with opened.database.read() as session:
            bill = bill_view(session, draft.command_id)
        assert bill.number.endswith("/000001")
        assert [(line.item_code, line.units) for line in bill.lines] == [("PCM500", 35), ("PAN40", 10)]
    finally:
        opened.close()
