"""What a pack label says: how many smallest pieces make the sale pack, and how many packs the box.

Labels are written in many hands (``10's``, ``15'S``, ``10 `S``, ``1*10TAB``, ``30GM``, ``Vial & WFI``,
``strip of 10 tablets``). A wrong divisor sells a strip at the price of a tablet, so whatever a label does not say
plainly reads as None: a question for a person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_PIECES = 10_000
_LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class PackReading:
    """``pieces_per_pack`` smallest pieces (tablet, bottle, vial) make the sale pack that MRP is printed on.

    ``packs_per_box`` sale packs make a box where the label says so (``10*10``), else None.
    """

    pieces_per_pack: int
    packs_per_box: int | None = None


_ONE = PackReading(1)

_AMOUNT = r"\d+(?:\.\d+)?"
_MEASURE = r"(?:ml|ltr|litres?|l|cc|gms?|grams?|g|kg|mdi|md|(?:metered )?doses?|puffs?|actuations?|sprays?)(?![a-z])"
_PIECE = (
    r"(?:[a-z]*tab(?:let)?s?|[a-z]*cap(?:sule)?s?|t|c|(?:soft)?gels|softgels?|lozenges?|pastilles?|pessar(?:y|ies)"
    r"|suppositor(?:y|ies)|(?:disintegrating|oral) strips?|respules?|sachets?|injections?|amp(?:oule)?s?|vials?"
    r"|patch(?:es)?|gums?|wipes?|(?:sanitary )?napkins?|pads?|diapers?|swabs?|(?:ear )?buds|pcs?|pieces?|nos?)(?![a-z])"
)
_SINGLE = (
    r"(?:vial|ampoule|amp|tube|sachet|cartridge|penfill|(?:pre-?filled )?(?:syringe|pen)|inhaler|respule|kit|pair)"
    r"(?![a-z])"
)
_LENGTH = r"(?:mm|cm|m|mtr|metres?|inch(?:es)?)(?![a-z])"
_WORD_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}

_APOSTROPHES = dict.fromkeys(map(ord, "’‘`´′ʼ"), "'") | {ord("×"): "x"}
# what may stand behind a count without adding to it: "in 1 vial", "/ 1 Bottle", "Tin 250g", "(2.2 lbs)"
_HARMLESS = re.compile(rf"(?:/|\bin)\s*1\s+[a-z]|{_AMOUNT}\s*(?:{_MEASURE}|lbs?(?![a-z]))")

_STRIPS = re.compile(rf"(?:box of )?(\d+)\s*(?:strips?|blisters?)\s*(?:of|x)\s*(\d+)(?:\s*'?\s*s|\s*{_PIECE})?")
_OF = re.compile(rf"(?P<holder>[a-z][a-z -]*) of (?P<amount>{_AMOUNT})(?P<rest>.*)")
_FACTORS = re.compile(rf"(\d+)(?:\s*'\s*s)?\s*[*x]\s*({_AMOUNT})\s*(.*)")
_COUNT = re.compile(r"(\d+)\s*[',]?\s*s(?![a-z])(.*)")
_WORDED = re.compile(rf"({'|'.join(_WORD_NUMBERS)}) in (.*)")
_MEASURED = re.compile(rf"({_AMOUNT})\s*{_MEASURE}(.*)")
_PIECES = re.compile(rf"(\d+)(?:\.0+)?\s*{_PIECE}(.*)")
_HOLDS = re.compile(rf"{_SINGLE}\s*\(?\s*{_AMOUNT}\s*{_MEASURE}\s*\)?")
_STRENGTH_IN_VIAL = re.compile(rf"{_AMOUNT}\s*(?:mg|mcg|iu)\s*/\s*vial")
_ALONE = re.compile(rf"(?:1 )?({_SINGLE})(?:\s*(?:&|and|with|in)(?![a-z])(.*))?")
_SIZED = re.compile(rf"{_AMOUNT}\s*{_LENGTH}\s*x\s*{_AMOUNT}\s*{_LENGTH}(.*)")
_AT_END = re.compile(r"(?:^|[ (])(\d+(?:\*\d+)?\s?['`,]?\s?s)\)?$", re.IGNORECASE | re.ASCII)
_COUNTED_FORM = re.compile(rf"\b{_PIECE}")
_LIQUID_FORM = re.compile(r"\b(?:syrup|suspension|solution|drops?|lotion|liquid|oil|shampoo|infusion|elixir)s?\b")


def read_pack(label: str, form_hint: str = "") -> PackReading | None:
    """Return what a pack label says, None where it leaves open how many pieces are in the sale pack.

    Liquids, creams, inhalers and vials are one piece whatever their volume; ``10*10`` is a box of ten strips of ten.
    ``form_hint`` (the item's name, or ``tablets``) helps only where the label is a bare number or a bare ``bottle``.
    """
    text = " ".join(unicodedata.normalize("NFKC", label.translate(_APOSTROPHES)).casefold().split()).strip(" .")
    if not text.isascii() or not 0 < len(text) <= _LONGEST_LABEL:
        return None
    if "combi" in text:  # the pieces of a combipack differ, so that none has a price alone
        return None
    reading = _read(text, form_hint.casefold())
    if reading is None or not 1 <= reading.pieces_per_pack <= MOST_PIECES:
        return None
    if reading.packs_per_box is not None and not 1 < reading.packs_per_box <= MOST_PIECES:
        return None
    return reading


def read_pack_in_name(name: str) -> PackReading | None:
    """Return the count that a name ends in, with its mark: ``GLYCOMET 500 SR 20,S`` is a pack of 20.

    A number without a mark is a strength as often as a count, so it reads as None, and so does a count of one: it is
    to be confirmed by a person who has the pack.
    """
    match = _AT_END.search(" ".join(unicodedata.normalize("NFKC", name.translate(_APOSTROPHES)).split()))
    reading = read_pack(match[1]) if match else None
    return reading if reading is not None and reading.pieces_per_pack > 1 else None


def _read(text: str, hint: str) -> PackReading | None:
    if match := _STRIPS.fullmatch(text):
        return _packed(int(match[1]), int(match[2]))
    if match := _OF.fullmatch(text):
        return _read_holder(match["holder"], match["amount"], match["rest"].strip())
    if match := _SIZED.fullmatch(text):
        return _ONE if _adds_nothing(match[1]) else None
    if match := _FACTORS.fullmatch(text):
        return _read_factors(int(match[1]), match[2], match[3])
    if match := _COUNT.fullmatch(text):
        return _count(int(match[1]), match[2])
    if match := _WORDED.fullmatch(text):
        return _count(_WORD_NUMBERS[match[1]], match[2])
    if match := _MEASURED.fullmatch(text):
        return _ONE if _is_something(match[1]) and _adds_nothing(match[2]) else None
    if match := _PIECES.fullmatch(text):
        return _count(int(match[1]), match[2])
    return _read_words(text, hint)


def _read_holder(holder: str, amount: str, rest: str) -> PackReading | None:
    """Read ``<holder> of <amount> <rest>``."""
    if measure := re.match(_MEASURE, rest):
        if holder.endswith("strip") or not _is_something(amount) or not _adds_nothing(rest[measure.end() :]):
            return None
        return _ONE
    if not amount.isdecimal() or not _adds_nothing(rest):
        return None
    number = int(amount)
    counted = not rest or rest.startswith("in ") or _COUNTED_FORM.search(rest)
    return PackReading(number) if number == 1 or counted else None


def _read_factors(packs: int, amount: str, rest: str) -> PackReading | None:
    """Read ``<packs>*<amount><rest>``: the last factor is what the sale pack holds."""
    if measure := re.match(_MEASURE, rest):
        # whether the price is for one ampoule of 5*2ML or for all five, the label does not say
        return _ONE if packs == 1 and _is_something(amount) and _adds_nothing(rest[measure.end() :]) else None
    plain = re.fullmatch(rf"(?:'?\s*s(?![a-z])|{_PIECE})?\s*(?:\(?(?:mono|in|strip|box|pack|bottle)[^*]*)?", rest)
    if plain is None or not amount.isdecimal() or not _adds_nothing(rest):
        return None
    return _packed(packs, int(amount))


def _packed(packs: int, pieces: int) -> PackReading | None:
    if packs == 1:
        return PackReading(pieces)
    if pieces == 1:  # 10*1: ten packs of one, or one strip of ten
        return None
    return PackReading(pieces, packs)


def _read_words(text: str, hint: str) -> PackReading | None:
    if _HOLDS.fullmatch(text) or _STRENGTH_IN_VIAL.fullmatch(text):
        return _ONE
    if match := _ALONE.fullmatch(text):
        holds_pieces = match[1] == "tube" and _COUNTED_FORM.search(hint)
        return _ONE if _adds_nothing(match[2] or "") and not holds_pieces else None
    if text in {"bottle", "1 bottle"}:
        return _ONE if _LIQUID_FORM.search(hint) else None
    if text.isdecimal() and _COUNTED_FORM.search(hint):
        return PackReading(int(text))
    return None


def _count(number: int, rest: str) -> PackReading | None:
    """Read a count; behind one of several pieces nothing else may be packed with them."""
    if not _adds_nothing(rest) or (number > 1 and re.match(r"\s*(?:&|\+|and\b)", rest)):
        return None
    return PackReading(number)


def _adds_nothing(rest: str) -> bool:
    return not re.search(r"\d", _HARMLESS.sub("", rest))


def _is_something(amount: str) -> bool:
    return bool(amount.strip("0."))
