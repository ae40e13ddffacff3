"""Three kinds of error that a person can act on; any other exception is a bug.

They carry a code and values; the words stand in ``resources/messages`` so that a sentence can be read in
another language and is the same in a window, on the command line and over the network.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Self


class Problem(Exception):
    """Something went wrong that has a sentence for people.

    ``code`` names the sentence, ``where`` the place in the input (``lines.2.quantity``) or None, ``values``
    fill the sentence's blanks.
    """

    def __init__(self, code: str, *, where: str | None = None, **values: object) -> None:
        super().__init__(code, where, values)
        self.code = code
        self.where = where
        self.values = values

    def __reduce__(self) -> tuple[Callable[[], Problem], tuple[()]]:
        """Let another process raise it here: pickling exceptions by position loses keywords."""
        return partial(type(self), self.code, where=self.where, **self.values), ()

    def at(self, where: str) -> Problem:
        """Return the same problem placed in the input, unless it already knows its place."""
        return self if self.where is not None else self.moved_to(where)

    def moved_to(self, where: str) -> Self:
        """Return the same problem at another place: a form calls its fields otherwise than the command does."""
        return type(self)(self.code, where=where, **self.values)


class RuleBroken(Problem):
    """The input breaks a rule; the person who gave it can mend it."""


class NeedsConfirmation(Problem):
    """Allowed, but only when asked once and sent again with the confirmation."""


class EnvironmentFault(Problem):
    """The machine failed: disk, lock, printer, network. Nothing was half done; trying again may work."""


def unheard(_: RuleBroken) -> None:
    """Hear what is worth a look, and keep it to oneself: for whoever asks nobody."""
