"""A small ZPL printer for tests: obeys the commands that a label needs, and refuses every other one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.support.printed_labels import (
    EAN_MODULES,
    GUARDS,
    Area,
    PrintedCode,
    PrintedLabel,
    WrongLabelError,
    check_matrix,
    with_check_digit,
)

_COMMAND = re.compile(r"[\^~]([A-Z0-9@]{2})([^\^~]*)", re.DOTALL)
#: In Code 128 data: what stands for itself, and what changes the set.
_SIGNS = {"0": ">", "<": "^", "=": "~"}


def read_zpl(data: bytes) -> list[PrintedLabel]:
    """Print labels. Raises WrongLabelError."""
    return _Printer().print(data.decode("ascii"))


@dataclass(slots=True)
class _Field:
    x: int
    y: int
    height: int = 0
    block: int | None = None
    is_hex: bool = False
    code: tuple[str, list[str]] | None = None
    data: str | None = None


@dataclass(slots=True)
class _Printer:
    labels: list[PrintedLabel] = field(default_factory=list)
    label: PrintedLabel | None = None
    field: _Field | None = None
    module: int = 2

    def print(self, text: str) -> list[PrintedLabel]:
        at = 0
        while at < len(text):
            match = _COMMAND.match(text, at)
            if match is None:
                raise WrongLabelError(f"{text[at : at + 20]!r} is no command")
            self.obey(match[1], match[2].removesuffix("\n"))
            at = match.end()
        if self.label is not None:
            raise WrongLabelError("the last label has no end")
        return self.labels

    @property
    def open_label(self) -> PrintedLabel:
        if self.label is None:
            raise WrongLabelError("no ^XA")
        return self.label

    @property
    def open_field(self) -> _Field:
        if self.field is None:
            raise WrongLabelError("no ^FO")
        return self.field

    def obey(self, name: str, rest: str) -> None:
        if name != "FD" and not rest.isprintable():
            raise WrongLabelError(f"{rest!r} behind {name}")
        values = rest.split(",")
        match name:
            case "XA":
                self.label = PrintedLabel(0, 0)
            case "PW":
                self.open_label.width = int(rest)
            case "LL":
                self.open_label.height = int(rest)
            case "LH" if rest == "0,0":
                pass
            case "CI" if rest == "28":
                pass
            case "PQ":
                self.open_label.copies = int(rest)
            case "XZ":
                self.labels.append(self.open_label)
                self.label = None
            case "FO" if self.field is None:
                x, y = map(int, values)
                self.field = _Field(x, y)
            case "A0" if values[0] == "N":
                self.open_field.height = int(values[1])
            case "FB" if values[1:] == ["1", "0", "L"]:
                self.open_field.block = int(values[0])
            case "FH" if rest == "":
                self.open_field.is_hex = True
            case "BY":
                self.module = int(rest)
            case "BE" | "B8" | "BC" | "BX":
                self.open_field.code = (name, values)
            case "FD":
                self.open_field.data = rest
            case "FS" if rest == "":
                self.close(self.open_field)
                self.field = None
            case _:
                raise WrongLabelError(f"^{name}{rest}")

    def close(self, done: _Field) -> None:
        data = done.data or ""
        if not data.isprintable():
            raise WrongLabelError(f"{data!r}")
        if done.is_hex:
            data = re.sub("_([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), data)
        if done.code is not None:
            self.open_label.codes.append(self.draw(done, *done.code, data))
            return
        if done.block is None or not done.height:
            raise WrongLabelError(f"{data!r} has no font or block")
        if "\\" in data:
            raise WrongLabelError(f"{data!r} has a command of the block")
        self.open_label.say(data, done.x, done.y, done.height, done.block)

    def draw(self, done: _Field, name: str, values: list[str], data: str) -> PrintedCode:
        if name == "BX":
            return self.matrix(done, values, data)
        height = int(values[1])
        if values[0] != "N" or values[2] != "N":
            raise WrongLabelError(f"^{name} {values}")
        if name == "BC":
            if values[3:] != ["N", "N", "N"]:
                raise WrongLabelError(f"^BC {values}")
            kind, (said, modules) = "128", _code_128(data)
        else:
            kind = {"BE": "EAN13", "B8": "EAN8"}[name]
            said, modules = with_check_digit(data, kind), EAN_MODULES[kind]
            height += GUARDS * self.module
        area = Area(done.x, done.y, done.x + modules * self.module, done.y + height)
        return PrintedCode(kind, said, self.module, area)

    def matrix(self, done: _Field, values: list[str], data: str) -> PrintedCode:
        way, dots, quality, columns, rows, form, escape = values
        if (way, quality, form, escape) != ("N", "200", "6", "_") or columns != rows or not data.startswith("_1"):
            raise WrongLabelError(f"^BX {values} {data!r}")
        said = re.sub("_(.)", lambda match: {"1": "\x1d", "_": "_"}[match[1]], data[2:])
        check_matrix(said, int(columns))
        side = int(columns) * int(dots)
        return PrintedCode("DMATRIX", said, int(dots), Area(done.x, done.y, done.x + side, done.y + side))


def _code_128(data: str) -> tuple[str, int]:
    """Return what the data says, and how many modules it takes."""
    if data[:2] not in {">:", ">;"}:
        raise WrongLabelError(f"{data!r} begins in no set")
    code_set, said, symbols, at = {":": "B", ";": "C"}[data[1]], "", 1, 2
    while at < len(data):
        sign = data[at : at + 2]
        if sign[0] == ">" and sign[1:] in _SIGNS and code_set == "B":
            said, symbols = said + _SIGNS[sign[1:]], symbols + 1
        elif sign in {">5", ">6"}:
            code_set, symbols = {"5": "C", "6": "B"}[sign[1]], symbols + 1
        elif sign[0] == ">":
            raise WrongLabelError(f"{data!r} at {at}")
        elif code_set == "B":
            said, symbols, at = said + sign[0], symbols + 1, at - 1
        elif sign.isdigit() and len(sign) == 2:
            said, symbols = said + sign, symbols + 1
        else:
            raise WrongLabelError(f"{data!r} at {at}")
        at += 2
    return said, 11 * (symbols + 1) + 13
