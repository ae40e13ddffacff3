"""What the columns of a layout mean, as it is remembered for a supplier, and the question where nobody knows it yet."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.kernel.errors import RuleBroken
from core.purchasing.reading.arithmetic import Difference
from core.purchasing.reading.body import Body
from core.purchasing.reading.columns import Column, columns_of, kinds_of
from core.purchasing.reading.headers import plain
from core.purchasing.reading.invoice import FileInvoice
from core.purchasing.reading.roles import Role
from core.purchasing.reading.tables import Table

_SAMPLES = 5
_KEY_LETTERS = 24


class Certainty(enum.StrEnum):
    """How the meaning of the columns was found: the file's own layout, known headers, a person, or the numbers."""

    LAYOUT = "layout"
    NAMED = "named"
    GIVEN = "given"
    PROVED = "proved"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Column -> role: by the text of its header (as ``headers.plain`` writes it), or by its number from 0."""

    by_header: Mapping[str, Role]
    by_position: Mapping[int, Role]

    @classmethod
    def of(cls, titles: Sequence[str], places: Sequence[int], roles: Mapping[int, Role]) -> ColumnMapping:
        """Return a mapping by headers where they tell the columns apart, else by positions.

        ``roles`` are by the place in ``titles``.
        """
        names = [plain(title) for title in titles]
        by_header, by_position = {}, {}
        for at, role in roles.items():
            if names[at] and names.count(names[at]) == 1:
                by_header[names[at]] = role
            else:
                by_position[places[at]] = role
        return cls(by_header, by_position)

    @classmethod
    def from_words(cls, words: Mapping[str, str]) -> ColumnMapping:
        """Return the mapping that ``as_words`` wrote. Raises RuleBroken ``purchase_file.no_such_role``."""
        by_header, by_position = {}, {}
        for column, word in words.items():
            try:
                role = Role(word)
            except ValueError:
                known = ", ".join(Role)
                raise RuleBroken("purchase_file.no_such_role", column=column, role=word, roles=known) from None
            if column.startswith("#") and column[1:].isdecimal():
                by_position[int(column[1:]) - 1] = role
            else:
                by_header[plain(column)] = role
        return cls(by_header, by_position)

    def as_words(self) -> dict[str, str]:
        """Return it as words to store: header or ``#`` and the column's number from 1 -> role."""
        words = {name: role.value for name, role in self.by_header.items()}
        return words | {f"#{place + 1}": role.value for place, role in self.by_position.items()}

    def refuse_strange(self, body: Body, file: str) -> None:
        """Refuse a column that a table has not. Raises RuleBroken ``purchase_file.no_such_column``."""
        headers, places = {plain(title) for title in body.titles if title}, set(body.places)
        strange = [name for name in self.by_header if name not in headers]
        strange += [f"#{place + 1}" for place in self.by_position if place not in places]
        if strange:
            known = ", ".join(title or f"#{place + 1}" for title, place in zip(body.titles, body.places, strict=True))
            raise RuleBroken("purchase_file.no_such_column", column=strange[0], file=file, columns=known)

    def roles_of(self, body: Body) -> dict[int, Role]:
        """Return the role of each column of a table that has one."""
        found = {}
        for at, (title, place) in enumerate(zip(body.titles, body.places, strict=True)):
            role = self.by_position.get(place, self.by_header.get(plain(title)) if title else None)
            if role is not None:
                found[at] = role
        return found


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column as a person is asked about it: its number in the file from 0, its header, some of its cells.

    ``role`` is the best guess, None where there is none; ``in_doubt`` says that another column could be it as well.
    """

    place: int
    title: str
    samples: tuple[str, ...]
    role: Role | None
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class NeedsMapping:
    """The file is readable but its columns could mean several things, or none adds up: a person says which.

    ``code`` names the question, or the cell that cannot stand under its header; ``read_with`` of ``invoice_file``
    takes the answer and the table.
    """

    table: Table
    layout_key: str
    columns: tuple[ColumnGuess, ...]
    code: str
    doubts: tuple[Role, ...] = ()
    #: What the sentence names beside the file and the doubts.
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> RuleBroken:
        """The question with its sentence."""
        doubts = ", ".join(role.value.replace("_", " ") for role in self.doubts)
        return RuleBroken(self.code, file=self.table.file, doubts=doubts, **self.values)


@dataclass(frozen=True, slots=True)
class InvoiceRead:
    """The one invoice of a file, how sure its columns are, and each difference between its numbers.

    It may be posted only where there are none. ``mapping`` is to be remembered under ``layout_key`` for the supplier;
    a layout that is known as a whole has neither.
    """

    invoice: FileInvoice
    differences: tuple[Difference, ...]
    certainty: Certainty
    layout_key: str = ""
    mapping: ColumnMapping | None = None


Reading = InvoiceRead | NeedsMapping


def key_of(body: Body) -> str:
    """Return what a layout is known by: its headers in order, or without any how many columns of which kinds."""
    kinds = kinds_of(columns_of(body))
    said = "\n".join(map(plain, body.titles)) if body.has_header else f"{len(kinds)} {kinds}"
    return hashlib.sha256(said.encode()).hexdigest()[:_KEY_LETTERS]


def guesses_of(
    body: Body, columns: Sequence[Column], roles: Mapping[int, Role], doubts: Sequence[Role]
) -> tuple[ColumnGuess, ...]:
    """Return the columns with the best guesses and what stands in them."""
    return tuple(
        ColumnGuess(
            place=body.places[column.place],
            title=column.title,
            samples=tuple(dict.fromkeys(column.filled))[:_SAMPLES],
            role=roles.get(column.place),
            in_doubt=roles.get(column.place) in doubts or (column.place not in roles and not column.is_blank),
        )
        for column in columns
    )
