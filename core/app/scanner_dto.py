"""The scanners of a counter: the one that types, and those at serial ports."""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, Line, checked
from core.kernel.errors import RuleBroken

#: Bits a second of a serial line.
SerialBaud = Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]
MOST_SERIAL: Final = 4
#: FNC1 between the elements of a GS1 code, as the rest of the program knows it.
GS: Final = "\x1d"

_FIRST_NAMES = "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI"
_OTHER_NAMES = "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
_NAMES = tuple(f"{_FIRST_NAMES} {_OTHER_NAMES}".split())
#: What the control characters of ASCII are called.
CONTROL_NAMES: Mapping[str, str] = MappingProxyType({name: chr(code) for code, name in enumerate(_NAMES)})
_SIGN = re.compile(r"<([A-Za-z0-9]{2,3})>|([!-~])")
_MOST_SIGNS = 4


def read_signs(text: str) -> str:
    """Return the characters that a prefix or suffix stands for: ``<STX>#`` is the control character and a hash.

    Raises RuleBroken ``scanner.signs_form`` for more than four, for spaces, letters of other scripts, unknown names.
    """
    found = _read_signs(text)
    if len(found) > _MOST_SIGNS:
        raise RuleBroken("scanner.signs_form", text=text)
    return found


def _read_signs(text: str) -> str:
    found, at = "", 0
    while at < len(text):
        match = _SIGN.match(text, at)
        if match is None:
            raise RuleBroken("scanner.signs_form", text=text)
        name = match[1]
        if name is not None and name.upper() not in CONTROL_NAMES:
            raise RuleBroken("scanner.signs_form", text=text)
        found += CONTROL_NAMES[name.upper()] if name is not None else match[2]
        at = match.end()
    return found


def write_signs(characters: str) -> str:
    """Return characters as ``read_signs`` reads them; it refuses those that are not of ASCII."""
    return "".join(f"<{_NAMES[ord(c)]}>" if ord(c) < len(_NAMES) else c for c in characters)


def _signs(text: str) -> str:
    return write_signs(read_signs(text))


def _typed_signs(text: str) -> str:
    """Refuse control characters: as keys they are Ctrl and a letter, which the program does something else at."""
    if not read_signs(text).isprintable():
        raise RuleBroken("scanner.signs_are_keys", text=text)
    return _signs(text)


#: Written as ``read_signs`` says.
Signs = Annotated[str, AfterValidator(checked(_signs))]
TypedSigns = Annotated[str, AfterValidator(checked(_typed_signs))]


class Separator(enum.StrEnum):
    """What a scanner sends for the separator of a GS1 code; the character itself where that can be typed."""

    #: The separator as it is; keyboards type it as Ctrl+].
    GS = "gs"
    PIPE = "|"
    TILDE = "~"
    CARET = "^"
    BRACKET = "]"

    @property
    def character(self) -> str:
        """What comes."""
        return GS if self is Separator.GS else self.value


class EndKey(enum.StrEnum):
    """The key by which a scanner that types ends a code."""

    ENTER_OR_TAB = "enter_or_tab"
    ENTER = "enter"
    TAB = "tab"
    #: No key: a pause ends it.
    NONE = "none"


class SerialEnd(enum.StrEnum):
    """What ends a code on a serial line."""

    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    TAB = "tab"
    PAUSE = "pause"

    @property
    def characters(self) -> str:
        """What comes; nothing for a pause."""
        return {"cr": "\r", "lf": "\n", "crlf": "\r\n", "tab": "\t", "pause": ""}[self.value]


class WedgeSetup(Frozen):
    """How a scanner that types is told from a person.

    Characters that follow each other within ``gap_ms`` milliseconds, at least ``least_characters`` of them without
    ``prefix`` and ``suffix``, are a scan.
    """

    gap_ms: Annotated[int, Field(ge=10, le=200)] = 35
    least_characters: Annotated[int, Field(ge=3, le=20)] = 6
    prefix: TypedSigns = ""
    suffix: TypedSigns = ""
    end: EndKey = Field(default=EndKey.ENTER_OR_TAB, strict=False)
    separator: Separator = Field(default=Separator.GS, strict=False)

    @model_validator(mode="after")
    def _is_told_from_typing(self) -> Self:
        """Demand a prefix where no key ends a code: without either, quick typing could not be told from it."""
        checked(_refuse_pause_alone)(self)
        return self


def _refuse_pause_alone(wedge: WedgeSetup) -> None:
    if wedge.end is EndKey.NONE and not wedge.prefix:
        raise RuleBroken("scanner.pause_without_prefix")


class SerialSetup(Frozen):
    """A scanner at a serial port (``COM3``, ``/dev/ttyACM0``): eight bits, no parity."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    port: Annotated[Line, StringConstraints(min_length=1, max_length=300)]
    baud: SerialBaud = 9600
    prefix: Signs = ""
    suffix: Signs = ""
    separator: Separator = Field(default=Separator.GS, strict=False)
    end: SerialEnd = Field(default=SerialEnd.CR, strict=False)

    @model_validator(mode="after")
    def _its_end_is_its_end(self) -> Self:
        """Refuse a prefix or suffix that holds what ends a code: it would never come whole."""
        checked(_refuse_end_inside)(self)
        return self


def _refuse_end_inside(scanner: SerialSetup) -> None:
    end = scanner.end.characters
    if any(character in read_signs(scanner.prefix) + read_signs(scanner.suffix) for character in end):
        raise RuleBroken("scanner.end_inside", end=scanner.end)


def _once_each(serial: tuple[SerialSetup, ...]) -> tuple[SerialSetup, ...]:
    """Refuse two of one name or at one port."""
    for name, count in Counter(scanner.name.casefold() for scanner in serial).items():
        if count > 1:
            raise RuleBroken("scanner.name_twice", name=name)
    for port, count in Counter(scanner.port for scanner in serial).items():
        if count > 1:
            raise RuleBroken("scanner.port_twice", port=port)
    return serial


class Scanners(Frozen):
    """The scanners of this counter; any number of those that type share one setting."""

    wedge: WedgeSetup = WedgeSetup()
    serial: Annotated[tuple[SerialSetup, ...], Field(max_length=MOST_SERIAL), AfterValidator(checked(_once_each))] = ()

    def named(self, name: str) -> SerialSetup | None:
        """Return the serial scanner of that name, None where there is none."""
        return next((each for each in self.serial if each.name.casefold() == name.casefold()), None)

    def with_serial(self, scanner: SerialSetup, *, instead_of: str | None = None) -> tuple[SerialSetup, ...]:
        """Return the serial scanners with one added, or in the place of the one of that name."""
        kept = [scanner if each.name == instead_of else each for each in self.serial]
        return tuple(kept if scanner in kept else [*kept, scanner])
