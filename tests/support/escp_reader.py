"""A small ESC/P dot-matrix printer for tests: obeys the commands a bill needs and refuses every other byte."""

from __future__ import annotations

from dataclasses import dataclass, field

PITCHES = {b"\x1bP": 10, b"\x1bM": 12, b"\x1bg": 15}
_INCHES = 8


@dataclass(frozen=True)
class TypedLine:
    """A line on the paper; ``bold`` where any of its letters is."""

    text: str
    bold: bool = False


@dataclass
class EndlessPaper:
    """What came out: the pages, each with its lines, and how the printer was set."""

    pages: list[list[TypedLine]] = field(default_factory=list)
    cpi: int = 10
    page_lines: int = 66
    resets: int = 0


class RefusedByteError(Exception):
    """A byte that no bill needs, or letters beyond the paper."""


def read_escp(data: bytes) -> EndlessPaper:
    """Return what a printer would make of the bytes, the paper being torn off after the last page.

    Raises RefusedByteError for anything but plain text and the commands of a bill, for a line that is wider than the
    paper, and for a page that ends by itself instead of by a form feed.
    """
    return _Printer(data).read()


class _Printer:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.paper = EndlessPaper()
        self.page: list[TypedLine] = []
        self.text, self.bold, self.was_bold, self.returned = "", False, False, True

    def read(self) -> EndlessPaper:
        while self.at < len(self.data):
            byte = self.take(1)
            if b" " <= byte <= b"~":
                self.type(byte.decode("ascii"))
            else:
                self.obey(byte)
        if self.page or self.text:
            raise RefusedByteError("the last page is still in the printer")
        return self.paper

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise RefusedByteError("the job ends inside a command")
        self.at += count
        return taken

    def type(self, letter: str) -> None:
        if self.returned and self.text:
            raise RefusedByteError("letters over letters")
        self.returned = False
        self.text += letter
        self.was_bold = self.was_bold or self.bold
        if len(self.text) > self.paper.cpi * _INCHES:
            raise RefusedByteError(f"wider than the paper: {self.text}")

    def obey(self, byte: bytes) -> None:
        if byte == b"\r":
            self.returned = True
        elif byte == b"\n":
            self.end_line()
            if len(self.page) >= self.paper.page_lines:
                raise RefusedByteError("the page ended by itself")
        elif byte == b"\x0c":
            self.end_line()
            self.paper.pages.append(self.page)
            self.page = []
        elif byte == b"\x1b":
            self.obey_escape(self.take(1))
        else:
            raise RefusedByteError(f"{byte!r} at {self.at}")

    def end_line(self) -> None:
        if not self.returned and self.text:
            raise RefusedByteError("a line feed without a carriage return")
        self.page.append(TypedLine(self.text, self.was_bold))
        self.text, self.was_bold, self.returned = "", False, True

    def obey_escape(self, name: bytes) -> None:
        command = b"\x1b" + name
        if command == b"\x1b@":
            self.paper.resets += 1
        elif command in PITCHES:
            self.paper.cpi = PITCHES[command]
        elif command == b"\x1bC":
            self.paper.page_lines = self.take(1)[0]
        elif command == b"\x1bE":
            self.bold = True
        elif command == b"\x1bF":
            self.bold = False
        elif command != b"\x1b2":
            raise RefusedByteError(f"{command!r} at {self.at}")
