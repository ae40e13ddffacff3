"""A small form as data: which fields, what stands in them, and what is wrong with them. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.boundary.messages import explain
from core.kernel.errors import Problem
from pos_desktop.shell.texts import tr


class FieldKind(enum.Enum):
    """What is typed into a field."""

    TEXT = "text"
    SECRET = "secret"
    CHOICE = "choice"
    #: Text beside which a list stands of what it may be; nothing of it is taken by itself.
    OFFERED = "offered"


class Offer(NamedTuple):
    """What may be taken into a field: its text, and what it means."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: its name in the command, its label, what stands in it; ``choices`` are (value, words).

    ``most`` is how many letters a text may have, 0 for any number. In a form of several columns it takes ``span`` of
    them, and one that ``begins_row`` stands first in its row.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    value: str = ""
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    most: int = 0
    span: int = 1
    begins_row: bool = False


@dataclass(slots=True)
class Form:
    """A form while it is open: ``about`` says what it does. ``problems`` stand at their fields, ``sentence`` below.

    ``notes`` say at a field what was understood of it, ``offers`` list what may be taken into it. A form of many
    fields stands in several ``columns``.
    ``attempt`` counts the submits, so that a view puts the focus where the mending is.
    """

    title: str
    about: str
    fields: Sequence[FormField]
    submit: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    sentence: str = ""
    is_busy: bool = False
    attempt: int = 0
    notes: dict[str, str] = field(default_factory=dict)
    offers: dict[str, Sequence[Offer]] = field(default_factory=dict)
    columns: int = 1

    def begin_attempt(self) -> None:
        """Forget what was wrong: it is being tried again."""
        self.problems, self.sentence = {}, ""
        self.is_busy = True
        self.attempt += 1

    def place(self, problem: Problem, otherwise: str = "") -> None:
        """Put a problem at its field, or at the field ``otherwise`` where it names none, or else under all."""
        self.is_busy = False
        where = problem.where or otherwise
        labels = {one.name: one.label for one in self.fields}
        if where not in labels:
            self.sentence = explain(problem)
            return
        if "field" in problem.values:  # core knows the field by its name in the command, people by its label
            problem = type(problem)(problem.code, where=where, **{**problem.values, "field": labels[where]})
        self.problems[where] = explain(problem)

    def mend(self, name: str) -> bool:
        """Forget what was wrong with a field that is typed in; return whether anything was."""
        if self.problems.pop(name, None) is None and not self.sentence:
            return False
        self.sentence = ""
        return True

    @property
    def submit_words(self) -> str:
        """What the button says."""
        return self.submit or tr("Save")
