"""The item search: the latest typed wins, answers to anything older are dropped; and the look-up of one code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import may
from core.inventory.dto import ItemHit
from core.inventory.queries import search_items
from core.inventory.scanned import Scanned, items_of_scan
from core.kernel.actor import Actor
from pos_desktop.runtime.lanes import Lanes

#: Letters after which the search begins.
LEAST_LETTERS: Final = 2
#: Two pages of the list; more letters find the rest.
_LIMIT: Final = 24


class ItemSearch:
    """What is typed into the search field, and what it found.

    ``answered`` is called when ``hits`` belong to what is typed now, ``failed`` when they could not be read.
    """

    def __init__(
        self,
        lanes: Lanes,
        today: Callable[[], date],
        answered: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start with nothing typed."""
        self.typed = ""
        self.hits: Sequence[ItemHit] = ()
        self.is_waiting = False
        self._lanes = lanes
        self._today = today
        self._answered = answered
        self._failed = failed
        self._ticket = 0

    def type(self, typed: str) -> None:
        """Search for what is typed now; the hits of what was typed before stay until the answer comes."""
        self._ticket += 1
        self.typed = typed
        words = typed.strip()
        if len(words) < LEAST_LETTERS:
            self.hits, self.is_waiting = (), False
            return
        ticket, today = self._ticket, self._today()
        self.is_waiting = True

        def search(session: Session) -> list[ItemHit]:
            if ticket != self._ticket:
                return []  # more was typed meanwhile: a scanner types thirteen letters at once
            return search_items(session, words, today, limit=_LIMIT)

        self._lanes.read(
            search,
            lambda hits: self._take(ticket, hits),
            lambda error: self._give_up(ticket, error),
        )

    def clear(self) -> None:
        """Forget what is typed; an answer on its way is dropped."""
        self.type("")

    def _take(self, ticket: int, hits: Sequence[ItemHit]) -> None:
        if ticket == self._ticket:
            self.hits, self.is_waiting = hits, False
            self._answered()

    def _give_up(self, ticket: int, error: Exception) -> None:
        if ticket == self._ticket:
            self.hits, self.is_waiting = (), False
            self._failed(error)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a code means, and what its reader may do with it: pick a batch by hand, teach a barcode."""

    scanned: Scanned
    may_pick: bool
    may_teach: bool


class CodeLookUp:
    """Reads the items that a code names; ``is_waiting`` while an answer is on its way."""

    def __init__(self, lanes: Lanes, today: Callable[[], date], actor: Callable[[], Actor]) -> None:
        """Start with nothing asked."""
        self._lanes = lanes
        self._today = today
        self._actor = actor
        self._asked = 0

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._asked > 0

    def find(self, code: str, found: Callable[[Answer], None], failed: Callable[[Exception], None]) -> None:
        """Ask for a code; ``found`` gets an answer without items where none has it."""
        today, actor = self._today(), self._actor()
        self._asked += 1

        def read(session: Session) -> Answer:
            return Answer(
                items_of_scan(session, code, today),
                may_pick=may(session, actor, Permission.PICK_BATCH),
                may_teach=may(session, actor, Permission.EDIT_ITEMS),
            )

        def answered(answer: Answer) -> None:
            self._asked -= 1
            found(answer)

        def gave_up(error: Exception) -> None:
            self._asked -= 1
            failed(error)

        self._lanes.read(read, answered, gave_up)
