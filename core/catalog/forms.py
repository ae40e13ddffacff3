"""Reads the dosage form from an item's form, label or name: tablet or drops, by mouth or on the skin, slow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from core.catalog.drug_lists import Row, rows

_SLOW = frozenset({"extended", "delayed", "modified"})
#: In a name they may as well be a salt or part of the brand.
_AMBIGUOUS_IN_NAMES = frozenset(
    [
        "MT",
        "CT",
        "INH",
        "EXP",
        "PR",
        "LA",
        "LOT",
        "BAR",
        "IV",
        "PEN",
        "NS",
        "RL",
        "D5",
        "D10",
        "SOL",
        "KIT",
        "OIL",
        "TR.",
        "CR.",
        "CART",
        "INF",
        "LIN",
        "GR",
        "EC",
        "MD",
        "MW",
        "EFF",
        "TDS",
    ]
)


@dataclass(frozen=True, slots=True)
class Form:
    """A dosage form: its word, the group (solid, liquid ...), the route, and how it is released."""

    word: str
    group: str
    route: str
    release: str

    @property
    def is_topical(self) -> bool:
        """Whether it is put on: outside Schedules H, H1 and G, save what these say."""
        return any(part in self.route for part in ("skin", "scalp", "nail", "dental", "oral cavity"))

    @property
    def is_parenteral(self) -> bool:
        """Whether it is injected or infused."""
        return self.group == "parenteral"

    @property
    def is_for_eye_ear_nose(self) -> bool:
        """Whether it goes into eye, ear or nose."""
        return any(part in self.route for part in ("eye", "ear", "nasal"))


def read_form(form: str | None, pack_label: str, name: str) -> Form | None:
    """Return the dosage form: as somebody said it, else as the label or the name does; None where none does.

    The longest word for a form counts (``eye drops`` before ``drops``), with a slow release named beside it.
    """
    for text, in_name in ((form or "", False), (pack_label, False), (name, True)):
        found = _found(text, in_name=in_name)
        base = next((row for row in found if row["release"] not in _SLOW or row["group"] == "patch"), None)
        slow = next((row for row in found if row["release"] in _SLOW), None)
        first = base or slow
        if first is None:
            continue
        release = slow["release"] if slow else first["release"]
        if release not in _SLOW:  # the label says tablets, the name which
            release = next((r["release"] for r in _found(name, in_name=True) if r["release"] in _SLOW), release)
        return Form(first["word"], first["group"], first["route"], release)
    return None


def _found(text: str, *, in_name: bool) -> list[Row]:
    """Return the rows of the forms that a text names, those named by the longest text first."""
    upper = f" {re.sub(r'[^A-Z0-9/.-]+', ' ', text.upper())} "
    return [
        row
        for token, pattern, row in _tokens()
        if pattern.search(upper) and not (in_name and token in _AMBIGUOUS_IN_NAMES)
    ]


@cache
def _tokens() -> tuple[tuple[str, re.Pattern[str], Row], ...]:
    found = [(token, row) for row in rows("drugs", "dosage_forms") for token in row["tokens"].split("|")]
    found.sort(key=lambda one: -len(one[0]))
    return tuple((token, re.compile(rf"(?<![A-Z]){re.escape(token)}(?![A-Z])"), row) for token, row in found)
