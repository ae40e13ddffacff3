"""Gathers what a command must ask before it is done: whoever confirms one question has not answered the next."""

from __future__ import annotations

from collections.abc import Callable

from core.boundary.messages import explain
from core.kernel.errors import NeedsConfirmation, RuleBroken, unheard

#: So many are said at once.
_MOST = 5


class Questions:
    """Questions of one command, all asked at once; where it was ``confirmed``, ``caution`` hears them instead.

    Who confirms beforehand, as at a terminal, then sees what that took.
    """

    def __init__(self, *, confirmed: bool, caution: Callable[[RuleBroken], None] = unheard) -> None:
        """Start with none."""
        self._confirmed = confirmed
        self._caution = caution
        self._asked: list[NeedsConfirmation] = []

    def ask(self, *questions: NeedsConfirmation | None) -> None:
        """Ask, where there is something to be asked."""
        self._asked += [one for one in questions if one is not None]

    def settle(self) -> None:
        """Go on where nothing is to be asked, or it was confirmed.

        Raises the NeedsConfirmation that was asked, or ``purchases.questions`` with the sentences of several (of
        many ``purchases.questions_of_more``), placed where the first is.
        """
        if self._confirmed:
            for one in self._asked:
                self._caution(RuleBroken(one.code, where=one.where, **one.values))
            return
        if not self._asked:
            return
        first = self._asked[0]
        if len(self._asked) == 1:
            raise first
        sentences = list(dict.fromkeys(map(explain, self._asked)))
        said, more = " ".join(sentences[:_MOST]), len(sentences) - _MOST
        if more > 0:
            raise NeedsConfirmation("purchases.questions_of_more", where=first.where, questions=said, more=more)
        raise NeedsConfirmation("purchases.questions", where=first.where, questions=said)
