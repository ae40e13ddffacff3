"""A small ESC/POS printer for tests: obeys the commands a receipt needs and refuses every other byte."""

from __future__ import annotations

from dataclasses import dataclass, field

ALIGNMENTS = {0: "left", 1: "center", 2: "right"}


@dataclass(frozen=True)
class PrintedLine:
    """A line on the paper and how it looks; ``width`` and ``height`` are how many times the normal letter."""

    text: str
    align: str
    bold: bool
    width: int
    height: int

    @property
    def columns(self) -> int:
        """How many normal letters wide it is."""
        return len(self.text) * self.width


@dataclass
class Paper:
    """What came out of the printer. ``commands`` are the commands obeyed, in order, texts and line feeds left out."""

    lines: list[PrintedLine] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    cuts: int = 0
    pulses: int = 0
    fed: int = 0
    #: Pictures as rows of black dots, each with how it is aligned; bands that follow each other are one picture.
    pictures: list[list[list[bool]]] = field(default_factory=list)
    picture_sides: list[str] = field(default_factory=list)
    #: What QR codes say that the printer draws by itself.
    qr_codes: list[str] = field(default_factory=list)


class UnknownCommandError(Exception):
    """A byte that no receipt needs."""


def read_escpos(data: bytes) -> Paper:
    """Return what a printer would make of the bytes. Raises UnknownCommandError for anything but plain text."""
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.paper = Paper()
        self.text = ""
        self.stored_qr = ""
        self.in_picture = False
        self.reset()

    def reset(self) -> None:
        self.align, self.bold, self.width, self.height = 0, False, 1, 1

    def read(self) -> Paper:
        while self.at < len(self.data):
            byte = self.take(1)
            if byte == b"\n":
                self.in_picture = False
                line = PrintedLine(self.text, ALIGNMENTS[self.align], self.bold, self.width, self.height)
                self.paper.lines.append(line)
                self.text = ""
            elif b" " <= byte <= b"~":
                self.text += byte.decode("ascii")
            else:
                self.obey(byte)
        assert not self.text, "text without a line feed stays in the printer"
        return self.paper

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise UnknownCommandError(f"the job ends inside a command at {self.at}")
        self.at += count
        return taken

    def obey(self, first: bytes) -> None:
        start = self.at - 1
        name = first + self.take(1)
        if name != b"\x1dv":
            self.in_picture = False
        match name:
            case b"\x1b@":
                self.reset()
            case b"\x1bt":
                self.expect(self.take(1), b"\x00")
            case b"\x1ba":
                self.align = self.one_of(0, 1, 2)
            case b"\x1bE":
                self.bold = bool(self.one_of(0, 1))
            case b"\x1b!":
                mode = self.one_of(0x00, 0x10, 0x20, 0x30)
                self.bold = False  # this command sets all of it, bold included
                self.height, self.width = 1 + bool(mode & 0x10), 1 + bool(mode & 0x20)
            case b"\x1bd":
                self.paper.fed += self.take(1)[0]
            case b"\x1dv":
                self.expect(self.take(1), b"0")
                self.one_of(0)
                self.see_picture()
            case b"\x1d(":
                self.expect(self.take(1), b"k")
                self.obey_qr(self.take(int.from_bytes(self.take(2), "little")))
            case b"\x1bp":
                self.one_of(0, 1)
                self.take(2)
                self.paper.pulses += 1
            case b"\x1dV":
                self.one_of(0, 1)
                self.paper.cuts += 1
            case _:
                raise UnknownCommandError(f"{name!r} at {start}")
        self.paper.commands.append(self.data[start : self.at])

    def see_picture(self) -> None:
        width, height = (int.from_bytes(self.take(2), "little") for _ in range(2))
        rows = []
        for _ in range(height):
            row = self.take(width)
            rows.append([bool(byte & 0x80 >> bit) for byte in row for bit in range(8)])
        if self.in_picture:
            self.paper.pictures[-1] += rows
        else:
            self.paper.pictures.append(rows)
            self.paper.picture_sides.append(ALIGNMENTS[self.align])
        self.in_picture = True

    def obey_qr(self, order: bytes) -> None:
        match order[:2]:
            case b"1A" | b"1C" | b"1E":  # model, size of a module, error correction
                pass
            case b"1P":
                self.stored_qr = order[3:].decode("utf-8")
            case b"1Q":
                self.paper.qr_codes.append(self.stored_qr)
            case _:
                raise UnknownCommandError(f"{order!r} at {self.at}")

    def expect(self, got: bytes, wanted: bytes) -> None:
        if got != wanted:
            raise UnknownCommandError(f"{got!r} at {self.at - 1}, not {wanted!r}")

    def one_of(self, *allowed: int) -> int:
        got = self.take(1)[0]
        if got not in allowed:
            raise UnknownCommandError(f"{got:#x} at {self.at - 1}")
        return got
