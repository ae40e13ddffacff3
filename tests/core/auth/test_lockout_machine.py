"""Whatever is done to clock, program and machine, nobody gets more guesses than the policy gives for the true time."""

from __future__ import annotations

import functools
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.app.dto import CreateShop
from core.app.shop import Shop, create_shop, open_shop, shop_file
from core.app.verify import verify
from core.auth.attempts import DOORKEEPER, begin_attempt
from core.auth.dto import LogIn, Method
from core.auth.login import Door, log_in
from core.kernel.errors import RuleBroken
from tests.conftest import NOON
from tests.support.clock import TurnedClock
from tests.support.people import OWNERS_PASSWORD, cheap_secrets
from tests.support.shop import KOCHI
from tests.support.uptime import TurnedUptime

#: The policy, written down again: milliseconds between a guess and the next, by how many were wrong in a row.
GAPS = {1: 0, 2: 0, 3: 5_000, 4: 30_000, 5: 120_000}
LONGEST = 900_000

EXAMPLES = int(os.environ.get("NUSKHA_GUESSERS", "12"))

NAMES = st.sampled_from(["owner", "nobody"])


def gap(wrong: int) -> int:
    return GAPS.get(wrong, LONGEST)


@functools.cache
def founded_shop() -> bytes:
    """Return the file of a shop in which nobody has come in yet."""
    with tempfile.TemporaryDirectory() as name:
        create_shop(Path(name), CreateShop.model_validate(KOCHI), TurnedClock(NOON)).close()
        return shop_file(Path(name)).read_bytes()


class Guesser(RuleBasedStateMachine):
    """Tries passwords while time really passes, clocks are turned, and programs and machines are started anew."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(cheap_secrets())
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.clock = TurnedClock(NOON)
        self.uptime = TurnedUptime()
        shop_file(self.folder).write_bytes(founded_shop())
        self.shop: Shop = open_shop(self.folder, self.clock)
        self.true_ms = 0
        # the true times of the guesses that were let through since the last right one
        self.guesses: dict[str, list[int]] = {"owner": [], "nobody": []}
        # what the program may count on: true time, less what a restart of the machine has hidden
        self.provable: dict[str, int] = {"owner": 0, "nobody": 0}

    @property
    def door(self) -> Door:
        return Door(self.shop.database, self.uptime)

    def _let_through(self, name: str) -> None:
        before = self.guesses[name]
        if before:
            assert self.true_ms - before[-1] >= gap(len(before)), "a guess too early"
        before.append(self.true_ms)
        self.provable[name] = 0

    def _refused(self, name: str) -> None:
        assert self.guesses[name], "refused without cause"
        assert self.provable[name] < gap(len(self.guesses[name])), "refused though the wait is over"

    @staticmethod
    def _is_locked(problem: RuleBroken) -> None:
        assert problem.code == "auth.locked"

    @rule(name=NAMES)
    def wrong(self, name: str) -> None:
        """A wrong guess."""
        try:
            log_in(self.door, LogIn(username=name, password="not this one"))
        except RuleBroken as problem:
            if problem.code != "auth.wrong_login":
                self._is_locked(problem)
                self._refused(name)
                return
        self._let_through(name)

    @rule(name=NAMES)
    def burst(self, name: str) -> None:
        """As many wrong guesses as are free."""
        for _ in range(3):
            self.wrong(name)

    @rule(name=NAMES)
    def killed(self, name: str) -> None:
        """A guess, and the program is killed before it can write what came of it."""
        try:
            with self.shop.database.write(DOORKEEPER) as uow:
                begin_attempt(uow, name, Method.PASSWORD, terminal=None, uptime_ms=self.uptime.milliseconds())
        except RuleBroken:
            self._refused(name)
        else:
            self._let_through(name)
        self.restarted()

    @rule()
    def right(self) -> None:
        """The owner's own log-in, which is made to wait like any other."""
        try:
            log_in(self.door, LogIn(username="owner", password=OWNERS_PASSWORD))
        except RuleBroken as problem:
            self._is_locked(problem)
            self._refused("owner")
        else:
            self._let_through("owner")
            self.guesses["owner"].clear()

    @rule(milliseconds=st.sampled_from([1, 999, 4_999, 5_000, 30_000, 120_000, 899_999, 900_000, 5_000_000]))
    def waits(self, milliseconds: int) -> None:
        """Time passes while the machine is up."""
        self.true_ms += milliseconds
        self.uptime.at += milliseconds
        self.clock.turn(milliseconds=milliseconds)
        for name in self.provable:
            self.provable[name] += milliseconds

    @rule(seconds=st.integers(-(10**8), 10**8))
    def clock_turned(self, seconds: int) -> None:
        """Somebody sets the computer's clock."""
        self.clock.turn(seconds=seconds)

    @rule()
    def restarted(self) -> None:
        """The program is ended and started again."""
        self.shop.close()
        self.shop = open_shop(self.folder, self.clock)

    @rule(off=st.sampled_from([0, 1_000, 10_000_000]), name=NAMES)
    def machine_restarted(self, off: int, name: str) -> None:
        """The machine is switched off and on; how long it was off nobody can prove, nor what it ran before."""
        self.shop.close()
        self.true_ms += off
        self.clock.turn(milliseconds=off)
        self.uptime.restarts()
        for name in self.provable:
            self.provable[name] = -(10**12)  # nothing is promised about an early end any more, only about safety
        self.shop = open_shop(self.folder, self.clock)
        self.wrong(name)

    @invariant()
    def the_policy_holds(self) -> None:
        """As many guesses as the policy gives for the true time, and no more."""
        for times in self.guesses.values():
            allowed = sum(gap(n) for n in range(1, len(times)))
            assert not times or times[-1] - times[0] >= allowed

    def teardown(self) -> None:
        assert verify(self.shop.database).findings == ()
        self.shop.close()
        self.stack.close()


TestGuesser = Guesser.TestCase
TestGuesser.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
