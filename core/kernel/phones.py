"""Telephone numbers in the one form in which they are kept, searched and compared."""

from __future__ import annotations

import re

from core.kernel.errors import RuleBroken

_WRITTEN = re.compile(r"\+?[0-9 ().\-/]+", re.ASCII)
_INDIAN = re.compile(r"(?:0{0,2}91|0)?([1-9][0-9]{9})", re.ASCII)
_ABROAD = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)


def parse_phone(text: str) -> str:
    """Return a number as it is kept: an Indian one as its ten digits, without +91 or 0; another as ``+`` and digits.

    ``+91 98470-12345``, ``09847012345`` and ``9847012345`` are one number; a landline keeps its area code
    (``0484 2351234`` is ``4842351234``). Raises RuleBroken ``parties.phone_form``.
    """
    digits = re.sub(r"[^0-9]", "", text)
    if _WRITTEN.fullmatch(text.strip()):
        abroad = text.strip().startswith("+") and not digits.startswith("91")
        if abroad and _ABROAD.fullmatch(digits):
            return f"+{digits}"
        if not abroad and (indian := _INDIAN.fullmatch(digits)):
            return indian[1]
    raise RuleBroken("parties.phone_form", text=text)
