"""A small TSPL printer for tests: obeys the commands that a label needs, and refuses every other one."""

from __future__ import annotations

import re

from tests.support.printed_labels import (
    EAN_MODULES,
    GUARDS,
    Area,
    PrintedCode,
    PrintedLabel,
    WrongLabelError,
    check_matrix,
    width_of_code_128,
    with_check_digit,
)

_SIZE = re.compile(r"SIZE ([\d.]+) mm,([\d.]+) mm")
_QUOTED = r'"((?:\\\["\]|[^"])*)"'
_TEXT = re.compile(rf'TEXT (\d+),(\d+),"0",0,(\d+),\3,{_QUOTED}')
_BARCODE = re.compile(rf'BARCODE (\d+),(\d+),"(\w+)",(\d+),0,0,(\d+),\5,{_QUOTED}')
_MATRIX = re.compile(rf"DMATRIX (\d+),(\d+),(\d+),\3,c126,x(\d+),r0,a0,(\d+),\5,{_QUOTED}")
_PRINT = re.compile(r"PRINT 1,(\d+)")
_SETS = {"!104": "B", "!105": "C", "!100": "B", "!099": "C"}


def read_tspl(data: bytes, dots_per_mm: float) -> list[PrintedLabel]:
    """Print labels. Raises WrongLabelError."""
    lines = data.decode("ascii").split("\r\n")
    size = _SIZE.fullmatch(lines[0])
    if size is None or lines[1:3] != ["GAP 2 mm,0 mm", "DIRECTION 1"] or lines[-1]:
        raise WrongLabelError(f"{lines[:3]}, {lines[-1]!r}")
    width, height = (int(float(length) * dots_per_mm) for length in size.groups())
    labels: list[PrintedLabel] = []
    label: PrintedLabel | None = None
    for line in lines[3:-1]:
        if line == "CLS":
            label = PrintedLabel(width, height)
        elif label is None or not line.isprintable():
            raise WrongLabelError(f"{line!r}")
        elif match := _PRINT.fullmatch(line):
            label.copies = int(match[1])
            labels.append(label)
            label = None
        elif match := _TEXT.fullmatch(line):
            x, y, points = (int(match[group]) for group in (1, 2, 3))
            label.say(_unquoted(match[4]), x, y, int(points * dots_per_mm * 25.4 / 72))
        elif match := _BARCODE.fullmatch(line):
            label.codes.append(_bars(match))
        elif match := _MATRIX.fullmatch(line):
            label.codes.append(_matrix(match))
        else:
            raise WrongLabelError(f"{line!r}")
    if label is not None:
        raise WrongLabelError("the last label is not printed")
    return labels


def _bars(match: re.Match[str]) -> PrintedCode:
    x, y, height, dots = (int(match[group]) for group in (1, 2, 4, 5))
    kind, data = match[3], _unquoted(match[6])
    if kind == "128M":
        kind, (said, modules) = "128", _code_128(data)
    elif kind == "128":  # the printer picks the sets by itself
        said, modules = data, width_of_code_128(data)
    elif kind in EAN_MODULES:
        said, modules = with_check_digit(data, kind), EAN_MODULES[kind]
        height += GUARDS * dots
    else:
        raise WrongLabelError(kind)
    return PrintedCode(kind, said, dots, Area(x, y, x + modules * dots, y + height))


def _matrix(match: re.Match[str]) -> PrintedCode:
    x, y, width, dots, side = (int(match[group]) for group in range(1, 6))
    data = _unquoted(match[6])
    if width != side * dots or not data.startswith("~1"):
        raise WrongLabelError(match[0])
    said = re.sub("~(.)", lambda sign: {"1": "\x1d", "~": "~"}[sign[1]], data[2:])
    check_matrix(said, side)
    return PrintedCode("DMATRIX", said, dots, Area(x, y, x + width, y + width))


def _code_128(data: str) -> tuple[str, int]:
    """Return what the data says, and how many modules it takes."""
    if data[:4] not in {"!104", "!105"}:
        raise WrongLabelError(f"{data!r} begins in no set")
    said, symbols = "", 0
    for order, text in re.findall(r"(!\d{3})([^!]*)", data):
        if _SETS[order] == "C" and not re.fullmatch(r"(?:\d\d)+", text):
            raise WrongLabelError(f"{text!r} in pairs of digits")
        said += text
        symbols += 1 + len(text) // (2 if _SETS[order] == "C" else 1)
    return said, 11 * (symbols + 1) + 13


def _unquoted(text: str) -> str:
    """Return the text with its escapes applied; of these only the quote is known."""
    plain = text.replace('\\["]', "\0")
    if "\\" in plain:
        raise WrongLabelError(f"{text!r} has an escape")
    return plain.replace("\0", '"')
