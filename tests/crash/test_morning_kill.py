"""kill -9 anywhere in a morning at five places: only what the last second typed is lost, and it ends the same."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.app.shop import open_shop
from core.app.verify import verify
from core.ledger.queries import trial_balance
from core.sales.drafts import saved_drafts, unprinted_bills
from core.sales.model import Bill, DraftCut, Quotation
from core.sales.queries import bill_view
from tests.crash.morning_loop import NOON, State, state_of_saved
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop

KILLS = 30
#: Of what a child says, so many lines at most before it is killed, and so long at most after the last of them.
MOST_LINES, LONGEST_SECONDS = 24, 0.004
EMPTY: dict[str, State] = {str(number): None for number in range(1, 6)}


@dataclass
class Told:
    """What the children of a morning have said: what was kept for certain, and what was on its way."""

    kept: dict[str, State] = field(default_factory=lambda: dict(EMPTY))
    keeps: dict[str, State] = field(default_factory=lambda: dict(EMPTY))
    saved: dict[str, str] = field(default_factory=dict)
    pays: str | None = None
    ended: bool = False

    def takes(self, said: dict[str, Any]) -> None:
        """Take a line."""
        if "kept" in said:
            self.kept = self.keeps = said["kept"]
        elif "keeps" in said:
            self.keeps = said["keeps"]
        elif "pays" in said:
            self.pays = said["pays"]
        elif "saved" in said:
            self.saved[said["saved"]], self.pays = said["number"], None
        self.ended = self.ended or "ended" in said


class Nursery:
    """The process whose children bill."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def bills(self, folder: Path, seed: int, told: Told, chance: random.Random | None = None) -> None:
        """Let a child go on with a morning, and kill it where a ``chance`` says so."""
        self._asks(f"{folder} {seed}")
        left = chance.randint(1, MOST_LINES) if chance is not None else -1
        child: int | None = None
        strike: threading.Timer | None = None
        while strike is None:
            said = self._hears()
            assert "failed" not in said, "the child failed: its error is above"
            child = said.get("child", child)
            told.takes(said)
            left -= "child" not in said
            if told.ended:
                break
            if chance is not None and left <= 0 and child is not None:
                delay = chance.uniform(0, LONGEST_SECONDS)
                strike = threading.Timer(delay, os.kill, (child, signal.SIGKILL))
                strike.start()
        if strike is not None:
            strike.join()
        self._asks("bury")
        while "buried" not in (said := self._hears()):
            told.takes(said)

    def _asks(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hears(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Run the process that holds the program ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.morning_loop"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()  # before it is waited for: a child that nobody hears does not wait to be heard
        process.wait()


def documents(folder: Path) -> dict[str, Any]:
    """Return everything that a morning leaves in the books, but for ids and instants."""
    shop = open_shop(folder, TurnedClock(NOON))
    try:
        with shop.database.read() as session:
            bills = [bill_view(session, one) for one in session.scalars(select(Bill.id).order_by(Bill.serial))]
            quotations = session.execute(select(Quotation.number, Quotation.customer_name, Quotation.total_paise))
            went = (DraftCut.kind, DraftCut.item_code, DraftCut.units, DraftCut.lines, DraftCut.amount_paise)
            cuts = session.execute(select(*went, DraftCut.is_after_tender).order_by(DraftCut.id))
            return {
                "bills": [
                    bill.model_dump(
                        mode="json",
                        exclude={"bill_id": True, "posted_at": True, "check_code": True, "dispensing": True},
                    )
                    | {"supply": bill.dispensing.number if bill.dispensing else None}
                    for bill in bills
                ],
                "quotations": [tuple(row) for row in quotations],
                "taken off": [tuple(row) for row in cuts],
                "accounts": [(row.code, row.debit, row.credit) for row in trial_balance(session)],
                "without paper": unprinted_bills(session),
                "being typed": saved_drafts(session),
            }
    finally:
        shop.close()


def became_a_paper(draft: list[Any], posted: Mapping[str, str], quoted: Set[str | None]) -> bool:
    """Say whether a bill being typed was saved, or quoted: then nothing of it is kept."""
    key, customer, quotation = draft[0], draft[1], draft[5]
    return key in posted or (customer in quoted and quotation is None)


def looks(folder: Path, told: Told) -> None:
    """The books agree, every bill is there once, and each place is as it was kept."""
    shop = open_shop(folder, TurnedClock(NOON))
    try:
        assert verify(shop.database).findings == ()
        with shop.database.read() as session:
            posted = {str(key): number for key, number in session.execute(select(Bill.id, Bill.number))}
            quoted = set(session.scalars(select(Quotation.customer_name)))
            drafts = {str(one.place): state_of_saved(one) for one in saved_drafts(session).values()}
    finally:
        shop.close()
    if told.pays in posted:  # it was on its way, and came through
        told.saved[told.pays] = posted[told.pays]
    told.pays = None
    assert posted == told.saved
    assert sorted(posted.values()) == [f"C1/26-27/{number:06}" for number in range(1, len(posted) + 1)]
    for place in EMPTY:
        may_be = [
            None if one is not None and became_a_paper(one, posted, quoted) else one
            for one in (told.kept[place], told.keeps[place])
        ]
        assert drafts.get(place) in may_be, f"{drafts.get(place)} was neither kept nor on its way: {may_be}"
    told.kept = told.keeps = {place: drafts.get(place) for place in EMPTY}


def test_no_kill_of_a_morning_changes_how_it_ends(in_memory: Path) -> None:
    clock, chance = TurnedClock(NOON), random.Random(20261126)
    shop = stocked_shop(in_memory / "begun", clock)
    shop.on_duty()
    shop.close()
    with nursery() as children:
        shutil.copytree(in_memory / "begun", in_memory / "undisturbed")
        children.bills(in_memory / "undisturbed", 0, Told())
        expected = documents(in_memory / "undisturbed")
        assert len(expected["bills"]) == 9
        assert expected["without paper"] == []
        assert [cut[:3] for cut in expected["taken off"]] == [
            ("line", "PAN40", 10), ("quantity", "PCM500", 13), ("draft", None, None),
        ]  # fmt: skip
        kills = mornings = typed = 0
        while kills < KILLS:
            mornings += 1
            folder, told = in_memory / f"morning-{mornings}", Told()
            shutil.copytree(in_memory / "begun", folder)
            while not told.ended:
                children.bills(folder, kills, told, chance if kills < KILLS else None)
                kills += not told.ended
                looks(folder, told)
                typed += any(told.kept.values())
            assert documents(folder) == expected
    assert mornings > 1
    assert typed > KILLS // 3, "hardly a kill struck while something was being typed: the test proves little"
