"""Endless paper of a dot-matrix printer: pages of so many lines of text, as a file and as the bytes of ESC/P.

A form is 8 inches of print wide and, at 6 lines an inch, 11 or half of 11 inches high. The texts are plain ASCII by
layout and are checked again here, because a control character in a name is a command to a printer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.boundary.frozen import Frozen
from core.kernel.money import ZERO, Money
from core.printing.paper import Cells, Flow, PaperLine, Sides, Text, edges_of, to_text
from core.printing.plain import plain

_INCHES = 8
#: Lines left white at a page's end, where it is torn off.
_TORN = 1
_NOT_PLAIN = re.compile(r"[^ -~]")
_RESET, _SIX_LINES_AN_INCH = b"\x1b@", b"\x1b2"
_PITCH = {10: b"\x1bP", 12: b"\x1bM", 15: b"\x1bg"}
_BOLD_ON, _BOLD_OFF = b"\x1bE", b"\x1bF"

FormPage = tuple[Text, ...]


class Form(Frozen):
    """What is in the printer: letters an inch, and lines a page (33 are half of 11 inches, 66 all of it)."""

    cpi: Literal[10, 12, 15] = 10
    lines: Literal[33, 66] = 33

    @property
    def columns(self) -> int:
        """Letters across: 80, 96 or 120."""
        return self.cpi * _INCHES

    @property
    def usable(self) -> int:
        """Lines that are printed on."""
        return self.lines - _TORN


def wrap(text: str, width: int) -> list[str]:
    """Return a text in lines of so many letters; a blank one has none."""
    return _fitted(Text(text), width)


def flow(words: Iterable[str], width: int) -> list[str]:
    """Return short texts one after the other, none broken unless it must be."""
    return _fitted(Flow(tuple(words)), width)


def edges(left: str, right: str, width: int) -> list[str]:
    """Return two texts at the two edges, on two or more lines if one is too short."""
    return _fitted(Sides(left, right), width)


def row(cells: Sequence[str], labels: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return cells in columns, or where they do not fit below each other, each with its label."""
    return _fitted(Cells(tuple(cells), tuple(labels), edges_of(widths)), sum(widths))


def _fitted(line: PaperLine, width: int) -> list[str]:
    return to_text([line], width).splitlines()


def clip(text: str, width: int) -> str:
    """Return a text that stands whole elsewhere, in one line; three dots say that it goes on."""
    text = plain(text)
    return text if len(text) <= width else f"{text[: width - 3]}..."


def form_pages(lines: Iterable[PaperLine], columns: int, form: Form) -> list[FormPage]:
    """Return what is laid out for a roll of so many columns as pages, one line below the other."""
    texts = [Text(line) for line in to_text(lines, columns).splitlines()]
    return [tuple(texts[start : start + form.usable]) for start in range(0, len(texts), form.usable)]


def to_form_text(pages: Iterable[FormPage], form: Form) -> str:
    """Return the pages as text, each of exactly the form's lines, so that they fall on the paper as they should."""
    return "".join(f"{line}\n" for page in pages for line in _padded([text.text.rstrip() for text in page], form.lines))


def _padded(lines: list[str], count: int) -> list[str]:
    return lines + [""] * (count - len(lines))


def to_escp(pages: Iterable[FormPage], form: Form) -> bytes:
    """Return the bytes for an ESC/P printer. Each page ends in a form feed, its last line in no line feed.

    A line feed after the last line of a full page would turn the page by itself, and the form feed then one more.
    """
    job = [_RESET, _PITCH[form.cpi], _SIX_LINES_AN_INCH, b"\x1bC", bytes([form.lines])]
    for page in pages:
        lines = [_line(text) for text in page]
        job += [b"\r\n".join(lines), b"\r\x0c"]
    return b"".join(job)


def _line(text: Text) -> bytes:
    letters = _NOT_PLAIN.sub("?", text.text.rstrip(" ")).encode("ascii")
    return _BOLD_ON + letters + _BOLD_OFF if text.bold and letters else letters


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a table that goes over pages: its lines, and the amount that is carried over below it."""

    lines: tuple[str, ...]
    amount: Money


class FormFlow:
    """Pages being filled line by line; the further ones begin with a head of their own."""

    def __init__(self, height: int, columns: int, further: Sequence[Text]) -> None:
        """Begin; ``height`` is how many lines a page has for this, and is more than the head of the further ones."""
        self._height, self._columns, self._further = height, columns, further
        self.pages: list[list[Text]] = [[]]

    def put(self, lines: Iterable[Text]) -> None:
        """Put lines below what stands there, over as many pages as they take."""
        for line in lines:
            if self._room == 0:
                self._turn(())
            self.pages[-1].append(line)

    def put_table(self, head: Sequence[Text], rows: Sequence[FormRow], closing: int) -> None:
        """Put a table; each page ends in what is carried over and begins with it.

        The last row goes on a page with the ``closing`` lines that come after it, where both fit on one.
        """
        if self._room < len(head) + self._needed(head, rows, 0, closing):
            self._turn(())
        self.put(head)
        carried, on_page = ZERO, False
        for place, row in enumerate(rows):
            if on_page and self._needed(head, rows, place, closing) > self._room:
                self._carry(head, carried)
            for line in row.lines:
                if self._room <= 1:
                    self._carry(head, carried)
                self.pages[-1].append(Text(line))
            carried += row.amount
            on_page = True

    def _needed(self, head: Sequence[Text], rows: Sequence[FormRow], place: int, closing: int) -> int:
        """Return how many lines have to be left for a row: its own, and the sum or what stands below the last one."""
        own = len(rows[place].lines)
        fresh = self._height - len(self._further) - len(head) - 1
        return own + closing if place == len(rows) - 1 and own + closing <= fresh else own + 1

    @property
    def _room(self) -> int:
        return self._height - len(self.pages[-1])

    def _carry(self, head: Sequence[Text], amount: Money) -> None:
        self.put([self._sum("Carried over", amount)])
        self._turn((*head, self._sum("Brought forward", amount)))

    def _sum(self, label: str, amount: Money) -> Text:
        return Text(edges(label, amount.grouped(), self._columns)[0])

    def _turn(self, below: Sequence[Text]) -> None:
        self.pages.append([*self._further, *below])
