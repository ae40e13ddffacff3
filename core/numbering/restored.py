"""The code under which a restored shop numbers its documents: none that the lost days may have used (ADR 21).

A restored file does not know what was posted after it was made; those bills are on paper with customers. It therefore
goes on in a series of its own: counter C1 becomes C1A, and its next bill is ``C1A/26-27/000001``.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.kernel.errors import RuleBroken

#: Letters that mark a restore. None is the letter of a document kind, for ``C1`` + ``C`` is the series of credit
#: notes of C1; I and O are read as digits. Q was one until quotations took it (ADR 61).
RESTORE_LETTERS = "ABEFJKNUVWXYZ"
#: Leaves room for the letter of a kind, the year and four digits.
LONGEST_CODE = 4


def code_after_restore(code: str, taken: Iterable[str], *, was_restored: bool) -> str:
    """Return the node code to go on with, given every code and prefix that is known to have been used.

    ``was_restored`` says that the code carries a restore letter already, which is then replaced. Raises RuleBroken
    ``numbering.no_code_left`` when every letter was used: a code has to be given by hand.
    """
    used = {name.upper() for name in taken} | {code.upper()}
    base = code[:-1] if was_restored and len(code) > 1 and code[-1] in RESTORE_LETTERS else code
    for stem in dict.fromkeys((base, code)):
        for letter in RESTORE_LETTERS:
            candidate = stem + letter
            if len(candidate) <= LONGEST_CODE and not _is_used(candidate, used):
                return candidate
    raise RuleBroken("numbering.no_code_left", node=code)


def _is_used(candidate: str, used: set[str]) -> bool:
    """A series is the code and at most one letter of a kind, so a longer or shorter one may be the same text."""
    return any(name == candidate or name[:-1] == candidate for name in used)
