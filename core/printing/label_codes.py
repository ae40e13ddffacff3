"""What the code of a label says, and how many modules it takes: EAN-13, EAN-8, Code 128, GS1 DataMatrix."""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.catalog.gtin import is_gtin, is_number, normal
from core.catalog.scanning import SEPARATOR, read_scan
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.printing.codes import DATA_MATRIX_SIDES, Bitmap, code_128, ean, gs1_data_matrix

#: The 82 characters that batches in a GS1 code may have (GS1 General Specifications, figure 7.11-1), 20 at most.
_BATCH = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
_ELEMENT = re.compile(r"\[(\d{2})\]([^\[]*)")
_ENDS_BY_SEPARATOR: Final = "10"
#: What a square of ``DATA_MATRIX_SIDES`` holds, in codewords (ISO/IEC 16022, table 7).
_CODEWORDS = (3, 5, 8, 12, 18, 22, 30, 36, 44, 62, 86, 114, 144, 174)
_CODEWORD = re.compile(r"\d\d|.", re.DOTALL)


class Symbology(enum.StrEnum):
    """A kind of code."""

    EAN_13 = "EAN-13"
    EAN_8 = "EAN-8"
    CODE_128 = "Code 128"
    GS1_DATA_MATRIX = "GS1 DataMatrix"


#: Modules that stay white to the left and to the right (GS1 General Specifications 5.2.3; ISO/IEC 15417, 16022).
_QUIET: Mapping[Symbology, tuple[int, int]] = {
    Symbology.EAN_13: (11, 7),
    Symbology.EAN_8: (7, 7),
    Symbology.CODE_128: (10, 10),
    Symbology.GS1_DATA_MATRIX: (1, 1),
}


@dataclass(frozen=True, slots=True)
class LabelCode:
    """A code as data: the digits with their check digit, the text, or GS1 elements as ``[01]08901234567890[10]A1``."""

    symbology: Symbology
    data: str

    @property
    def is_square(self) -> bool:
        """Say whether it is a square and not bars."""
        return self.symbology is Symbology.GS1_DATA_MATRIX

    @property
    def modules(self) -> int:
        """How many modules it is wide, without the white around it; a square is as high."""
        match self.symbology:
            case Symbology.EAN_13:
                return 95
            case Symbology.EAN_8:
                return 67
            case Symbology.CODE_128:
                return 11 * sum(part.symbols + 1 for part in code_128_parts(self.data)) + 11 + 13
            case Symbology.GS1_DATA_MATRIX:
                size = len(_CODEWORD.findall("F" + elements_of(self.data, "F")))
                return next(side for side, most in zip(DATA_MATRIX_SIDES, _CODEWORDS, strict=True) if size <= most)

    @property
    def quiet(self) -> tuple[int, int]:
        """How many modules stay white to its left and right; of a square above and below too."""
        return _QUIET[self.symbology]

    @property
    def gtin(self) -> str | None:
        """The number of the item, None where a text names it."""
        if self.is_square:
            found: dict[str, str] = dict(_ELEMENT.findall(self.data))
            return found["01"]
        return None if self.symbology is Symbology.CODE_128 else self.data

    @property
    def caption(self) -> str:
        """What people type where it cannot be scanned."""
        return self.gtin or self.data

    def drawn(self) -> Bitmap:
        """Return it as dots: bars as one row, a square as all of its rows."""
        match self.symbology:
            case Symbology.CODE_128:
                return code_128(self.data)
            case Symbology.GS1_DATA_MATRIX:
                return gs1_data_matrix(self.data, self.modules)
            case _:
                return ean(self.data)


@dataclass(frozen=True, slots=True)
class Code128Part:
    """Characters of a Code 128 in one of its sets: B has the printable ones, C pairs of digits."""

    code_set: str
    text: str

    @property
    def symbols(self) -> int:
        """How many symbols they take, without that which begins or changes the set."""
        return len(self.text) // 2 if self.code_set == "C" else len(self.text)


def code_128_parts(text: str) -> list[Code128Part]:
    """Return printable ASCII as parts that take as few symbols together as can be.

    Printers are told the sets, so that a code is as wide as the layout has reckoned.
    """
    ways: list[dict[str, tuple[int, str]]] = [{"B": (0, "")}]  # by the set it ends in: symbols, the set of each letter
    for end in range(1, len(text) + 1):
        found = {}
        for code_set, letters in (("B", 1), ("C", 2)):
            if letters <= end and (letters == 1 or is_number(text[end - letters : end])):
                found[code_set] = min(
                    (symbols + 1 + (bool(sets) and used != code_set), sets + code_set * letters)
                    for used, (symbols, sets) in ways[end - letters].items()
                )
        ways.append(found)
    _, sets = min(ways[-1].values())
    grouped = itertools.groupby(zip(sets, text, strict=True), key=lambda letter: letter[0])
    return [Code128Part(code_set, "".join(character for _, character in part)) for code_set, part in grouped]


def elements_of(data: str, separator: str = SEPARATOR) -> str:
    """Return the elements of a GS1 code as they stand in it: without brackets, a separator behind a batch that is not
    the last one, nothing before the first."""
    return "".join(_element_strings(data, separator))


def _element_strings(data: str, separator: str) -> Iterator[str]:
    elements: list[tuple[str, str]] = _ELEMENT.findall(data)
    for place, (ai, value) in enumerate(elements, 1):
        yield ai + value + (separator if ai == _ENDS_BY_SEPARATOR and place < len(elements) else "")


def pack_code(gtin: str, batch: str, expiry: Expiry | None, today: date) -> LabelCode:
    """Return the GS1 DataMatrix of a pack: its GTIN, expiry and batch.

    A pack that prints a month has day 00, which GS1 reads as its last day and our own scan as that month; the last day
    itself would say more than the pack. An expiry more than 50 years away or 49 years ago has no form in six digits
    and is left out. The batch stands last, where it needs no separator that a scanner could lose; one that holds what
    may be another element (``PCM2101``: serial 01) stands before the last one, with a separator, since it would be
    doubtful there.

    Raises RuleBroken ``labels.batch_not_in_code`` for a batch that GS1 has no form for.
    """
    if not _BATCH.fullmatch(batch):
        raise RuleBroken("labels.batch_not_in_code", batch=batch, where="batch")
    fixed = [f"[01]{gtin.zfill(14)}"]
    if expiry is not None:
        day = expiry.last_day
        yymmdd = f"{day:%y%m}00" if expiry.precision is ExpiryPrecision.MONTH else f"{day:%y%m%d}"
        if read_scan(f"]d2{elements_of(f'{fixed[0]}[17]{yymmdd}')}", today).expiry == expiry:
            fixed.append(f"[17]{yymmdd}")
    last = "".join(fixed) + f"[10]{batch}"
    is_doubtful = read_scan(f"]d2{elements_of(last)}", today).is_ambiguous
    data = "".join([*fixed[:-1], f"[10]{batch}", fixed[-1]]) if is_doubtful else last
    return LabelCode(Symbology.GS1_DATA_MATRIX, data)


def number_code(gtin: str) -> LabelCode:
    """Return a GTIN as its pack shows it (``core.catalog.gtin.normal``): EAN-13 or EAN-8, one of a larger pack as GS1
    DataMatrix."""
    number = normal(gtin)
    if not is_gtin(number):
        raise ValueError(gtin)
    kinds = {8: Symbology.EAN_8, 13: Symbology.EAN_13}
    if len(number) in kinds:
        return LabelCode(kinds[len(number)], number)
    return LabelCode(Symbology.GS1_DATA_MATRIX, f"[01]{number}")


def text_code(text: str, today: date) -> LabelCode:
    """Return a shop's own barcode or the code of an item as Code 128.

    Raises RuleBroken ``labels.no_code`` for one that Code 128 lacks a character of, that no printer language can say
    (a backslash begins escapes), or that our own scan would read as something else.
    """
    if not text.isascii() or not text.isprintable() or "\\" in text or text not in read_scan(text, today).barcodes:
        raise RuleBroken("labels.no_code", text=text, where="item")
    return LabelCode(Symbology.CODE_128, text)
