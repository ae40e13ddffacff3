"""Suggests codes for new items."""

from __future__ import annotations

import itertools
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.model import Item

_LETTERS = 8
_LONGEST = 12


def suggest_code(session: Session, name: str) -> str:
    """Return a code that no item has, from the letters and digits of a name: ``AMLODIPINE 5`` gives ``AMLODIPI5``.

    Where it is taken a number follows. A name without Latin letters or digits gives ``ITEM``.
    """
    base = code_of(name)
    taken = set(session.scalars(select(Item.code).where(Item.code.startswith(base, autoescape=True))))
    if base not in taken:
        return base
    return next(code for number in itertools.count(2) if (code := f"{base}-{number}") not in taken)


def code_of(name: str) -> str:
    """Return the code that a name gives by itself, whatever codes there are."""
    words = re.findall(r"[A-Z]+|[0-9]+", name.upper())
    front = next((word[:_LETTERS] for word in words if word.isalpha()), "")
    strength = next((word for word in words if word.isdigit()), "")
    return (front + strength)[:_LONGEST] or "ITEM"
