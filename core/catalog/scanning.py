"""Reads what a scanner sent: a number, a GS1 code with batch and expiry, a link, or a text that means nothing to us.

Pure. Only here is biip known, and only where a text may be a GS1 code: importing it costs a tenth of a second.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from core.catalog.gtin import check_digit, expand_upc_e, forms, is_gtin, is_number, normal
from core.kernel.dates import Expiry, ExpiryPrecision

#: What barcodes are kept as (``core.catalog.dto.Barcode``).
BARCODE: Final = re.compile(r"[A-Za-z0-9-]{4,48}")
#: FNC1 between elements of a GS1 code.
SEPARATOR: Final = "\x1d"
#: More than any code on a pack holds; a longer text is a scanner gone wild.
MOST_CHARACTERS: Final = 500

#: What a scanner may put before the data to name the kind of code (AIM): a letter and a digit behind a bracket.
_SYMBOLOGY = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
#: Kinds whose data is GS1 element strings: GS1-128, DataMatrix, QR, DataBar, DotCode.
_GS1_SYMBOLOGIES = frozenset({"C1", "d2", "Q3", "e0", "e1", "e2", "J1"})
_BRACKETS = re.compile(r"\((\d{2,4})\)([^()]+)")
_DATES = frozenset({"11", "12", "13", "15", "16", "17"})
_TEXTS = frozenset({"10", "21"})
#: Batch and serial have at most so many characters.
_LONGEST = 20
#: Items have codes of at most so many characters (``core.catalog.dto.Code``).
_LONGEST_CODE = 40
#: More ways to read a text than any pack's code has; a hostile one ends here.
_MOST_READINGS = 64


class ScanKind(enum.Enum):
    """What a scanned text is."""

    NUMBER = "number"  # EAN-13, EAN-8, UPC-A, UPC-E or GTIN-14
    GS1 = "gs1"  # element strings: DataMatrix, GS1-128, QR
    LINK = "link"  # a GS1 Digital Link
    PLAIN = "plain"  # a text that can stand as a barcode, Code 128 above all
    RAW = "raw"  # anything else


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the end of a code whose separator was lost."""

    batch: str | None = None
    expiry: Expiry | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read. ``barcodes`` are the texts that may name the item, the one nearest to what was scanned first.

    ``gtin`` is in the form of ``gtin.normal``; ``gtin_fits`` is False where its check digit is wrong, which a printed
    GS1 code can be. Eight digits that are an EAN-8 as well as a UPC-E have none: two items may be meant. A number of
    13 or 14 digits with a wrong check digit is PLAIN with ``gtin_fits`` False.

    ``is_ambiguous`` where a separator was lost or a part is said twice: what is doubtful is then None, and
    ``readings`` are the ways it may be read, the longest batch first, none where the rest cannot be read at all.
    ``bad_expiry`` is an expiry that is no date, as it stands in the code.
    """

    text: str
    kind: ScanKind
    barcodes: tuple[str, ...] = ()
    gtin: str | None = None
    gtin_fits: bool = True
    batch: str | None = None
    expiry: Expiry | None = None
    bad_expiry: str | None = None
    serial: str | None = None
    is_ambiguous: bool = False
    readings: tuple[Reading, ...] = ()

    @property
    def teachable(self) -> str | None:
        """The barcode to keep at an item, so that this code names it from now on; None where it never can."""
        if self.gtin is not None:
            return self.gtin
        is_text = self.kind in (ScanKind.NUMBER, ScanKind.PLAIN)
        return self.text if is_text and self.gtin_fits else None


def read_scan(text: str, today: date) -> Scan:
    """Read a scanned text. Never raises: what cannot be read is RAW. ``today`` decides the century of an expiry."""
    symbology, body = _without_symbology(text.strip(" \t\r\n"))
    if len(body) > MOST_CHARACTERS or not body.replace(SEPARATOR, "").isprintable() or not body.isascii():
        return _raw(body)
    number = _read_number(body)
    if number is not None and symbology not in _GS1_SYMBOLOGIES:
        return number
    if body.casefold().startswith(("http://", "https://")):
        return _read_link(body, today) or _raw(body)
    is_marked = symbology in _GS1_SYMBOLOGIES or SEPARATOR in body
    scan = _read_bracketed(body, today) if body.startswith("(") else _read_elements(body, today, is_marked=is_marked)
    if scan is not None:
        return scan
    if not BARCODE.fullmatch(body):
        return _raw(body)
    return Scan(body, ScanKind.PLAIN, (body,), gtin_fits=not (len(body) in {13, 14} and is_number(body)))


def same_expiry(one: Expiry, other: Expiry) -> bool:
    """Say whether two expiries are one: to the day where both name a day, else to the month."""
    if ExpiryPrecision.MONTH in (one.precision, other.precision):
        return (one.last_day.year, one.last_day.month) == (other.last_day.year, other.last_day.month)
    return one.last_day == other.last_day


def _raw(text: str) -> Scan:
    """Return a text that nothing is read from; where it is short it may still be an item's code."""
    return Scan(text, ScanKind.RAW, (text,) if 0 < len(text) <= _LONGEST_CODE and text.isprintable() else ())


def _without_symbology(text: str) -> tuple[str, str]:
    match = _SYMBOLOGY.match(text)
    return ("".join(match.groups()), text[match.end() :]) if match else ("", text)


def _read_number(text: str) -> Scan | None:
    upc_a = expand_upc_e(text)
    if is_gtin(text) and upc_a is not None:
        return Scan(text, ScanKind.NUMBER, tuple(dict.fromkeys([*forms(text), *forms(upc_a)])))
    if is_gtin(text):
        return Scan(text, ScanKind.NUMBER, forms(text), normal(text))
    if upc_a is not None:
        return Scan(text, ScanKind.NUMBER, (text, *(form for form in forms(upc_a) if form != text)), normal(upc_a))
    return None


# --- GS1 codes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """The elements of a code as (AI, value); ``tail`` is the doubtful end of one, with its AI and its readings."""

    elements: tuple[tuple[str, str], ...]
    is_torn: bool = False
    readings: tuple[tuple[tuple[str, str], ...], ...] = ()


def _read_elements(text: str, today: date, *, is_marked: bool) -> Scan | None:
    """Read element strings as a scanner sends them, None where the text is none.

    Without a mark (symbology or separator) only a text that names an item by its GTIN is taken for one, so that a
    plain "10ABC" stays what it is.
    """
    found = _elements_of(text.lstrip(SEPARATOR), today)
    if found is None:
        return None
    gtins = [value for ai, value in found.elements if ai == "01"]
    is_certain = bool(gtins) and (is_gtin(gtins[0]) or (found.elements[0][0] == "01" and len(text) > len("01") + 14))
    if not is_marked and (not is_certain or (found.is_torn and not found.readings)):
        return None
    return _scan_of(text, ScanKind.GS1, found, today)


def _elements_of(text: str, today: date) -> _Found | None:
    """Walk through the elements, chunk by chunk between separators; None where they cannot be read at all."""
    has_separators = SEPARATOR in text
    elements: list[tuple[str, str]] = []
    for chunk in filter(None, text.split(SEPARATOR)):
        rest = chunk
        while rest:
            element = _extract(rest)
            if element is None:  # the item is certain where its GTIN stood before
                return _Found(tuple(elements), is_torn=True) if any(ai == "01" for ai, _ in elements) else None
            ai, value = element.ai, element.value
            if element.ends_by_separator:
                whole = rest[len(ai) :]
                is_whole = len(whole) == len(value)
                readings: list[tuple[tuple[str, str], ...]] = []
                if not is_whole or not has_separators:
                    seen = frozenset(known for known, _ in elements) | {ai}
                    readings = list(islice(_splits(ai, whole, seen, today), _MOST_READINGS))
                if readings or not is_whole:
                    torn = [((ai, whole),)] if is_whole else []
                    return _Found(tuple(elements), is_torn=True, readings=(*torn, *readings))
            elements.append((ai, value))
            rest = rest[len(ai) + len(value) :]
    return _Found(tuple(elements)) if elements else None


class _Element(NamedTuple):
    ai: str
    value: str
    ends_by_separator: bool


def _extract(text: str) -> _Element | None:
    """Take the first element off; dates by ourselves, since an impossible one would lose all that follows."""
    if text[:2] in _DATES:
        value = text[2:8]
        return _Element(text[:2], value, False) if len(value) == 6 and is_number(value) else None

    from biip import ParseConfig, ParseError
    from biip.gs1_element_strings import GS1ElementString

    try:
        element = GS1ElementString.extract(text, config=ParseConfig(gs1_element_strings_verify_date=False))
    except ParseError:
        return None
    return _Element(element.ai.ai, element.value, element.ai.separator_required)


def _splits(ai: str, text: str, seen: frozenset[str], today: date) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield the ways in which a value may end earlier and other elements of a drug pack follow, to the very end."""
    for end in range(min(len(text) - 1, _LONGEST), 0, -1):
        for following in _followings(text[end:], seen, today):
            yield ((ai, text[:end]), *following)


def _followings(text: str, seen: frozenset[str], today: date) -> Iterator[tuple[tuple[str, str], ...]]:
    ai, value = text[:2], text[2:]
    if ai in seen:
        return
    if ai in _DATES and _expiry(value[:6], today) is not None:
        if len(value) == 6:
            yield ((ai, value),)
        for following in _followings(value[6:], seen | {ai}, today):
            yield ((ai, value[:6]), *following)
    elif ai in _TEXTS and value:
        if len(value) <= _LONGEST:
            yield ((ai, value),)
        yield from _splits(ai, value, seen | {ai}, today)
    elif ai == "01" and is_gtin(value[:14]):
        if len(value) == 14:
            yield ((ai, value),)
        for following in _followings(value[14:], seen | {ai}, today):
            yield ((ai, value[:14]), *following)


def _read_bracketed(text: str, today: date) -> Scan | None:
    """Read the form that people read: every identifier in brackets, so that nothing is doubtful."""
    pairs = _BRACKETS.findall(text)
    if "".join(f"({ai}){value}" for ai, value in pairs) != text:
        return None
    elements: list[tuple[str, str]] = []
    for ai, value in pairs:
        element = _extract(ai + value.strip())
        if element is None or (element.ai, element.value) != (ai, value.strip()):
            return None
        elements.append((ai, value.strip()))
    return _scan_of(text, ScanKind.GS1, _Found(tuple(elements)), today)


def _read_link(text: str, today: date) -> Scan | None:
    from biip import ParseConfig, ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        link = GS1DigitalLinkURI.parse(text, config=ParseConfig(gs1_element_strings_verify_date=False))
    except (ParseError, ValueError):  # the latter for an address that is none
        return None
    elements = tuple((element.ai.ai, element.value) for element in link.element_strings)
    return _scan_of(text, ScanKind.LINK, _Found(elements), today)


def _scan_of(text: str, kind: ScanKind, found: _Found, today: date) -> Scan:
    said = {ai: {value for known, value in found.elements if known == ai} for ai, _ in found.elements}
    certain = {ai: next(iter(values)) for ai, values in said.items() if len(values) == 1}
    scan = Scan(
        text,
        kind,
        batch=certain.get("10"),
        serial=certain.get("21"),
        is_ambiguous=found.is_torn or len(certain) < len(said),
    )
    gtin = certain.get("01")
    if gtin is not None:
        fits = check_digit(gtin[:-1]) == gtin[-1]
        scan = replace(scan, gtin=normal(gtin), gtin_fits=fits, barcodes=forms(gtin))
    if "17" in certain:
        expiry = _expiry(certain["17"], today)
        scan = replace(scan, expiry=expiry, bad_expiry=None if expiry else certain["17"])
    return replace(scan, readings=tuple(_reading(scan, reading, today) for reading in found.readings))


def _reading(scan: Scan, elements: Sequence[tuple[str, str]], today: date) -> Reading:
    values = dict(elements)
    expiry = _expiry(values["17"], today) if "17" in values else scan.expiry
    return Reading(values.get("10", scan.batch), expiry, values.get("21", scan.serial))


def _expiry(text: str, today: date) -> Expiry | None:
    """Read YYMMDD; day 00 is the whole month. None for no such day.

    The year is the one from 49 years back to 50 ahead (GS1 General Specifications 7.12).
    """
    if len(text) != 6 or not is_number(text):
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += today.year - today.year % 100
    if year - today.year > 50:
        year -= 100
    elif year - today.year < -49:
        year += 100
    try:
        return Expiry(date(year, month, day), ExpiryPrecision.DAY) if day else Expiry.of_month(year, month)
    except ValueError:
        return None
