"""Text in the characters that every receipt printer has.

A printer prints what its code page lacks as a question mark, or as half of a Chinese character where it was sold with
that table on. So text mode uses printable ASCII only, and what is not ASCII is spelled out here, before the layout
measures it.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from core.printing.indic import romanise

#: Stands where characters had no spelling: to be seen, and unlike anything that people type.
UNPRINTABLE = "[?]"

_SIGNS_AND_SPELLINGS = (
    "₹ Rs. ₨ Rs. € EUR £ GBP ¢ c ¥ JPY × x ÷ / ⁄ / ∕ / ± +/- ≤ <= ≥ >= ≈ ~ → -> ° deg ℞ Rx ® (R) © (C) ™ (TM) § Sec."
    " ¡ ! ¿ ? ß ss ẞ SS æ ae Æ AE œ oe Œ OE ø o Ø O ı i đ d Đ D ð d Ð D þ th Þ Th ł l Ł L ħ h Ħ H"
)
_PAIRS = _SIGNS_AND_SPELLINGS.split()
_SPELLED = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛′´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("•‣·∙", "*"),
        **dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)),
    }
)
# in a dose, a sign that vanishes or joins its neighbour is dangerous: 5 µg, 2½, 10⁹
_MICRO = re.compile("[µμ](?=[gGlL])")
_FRACTION = re.compile("(?<=[0-9])(?=[¼½¾⅐-⅞])")
_POWER = re.compile("(?<=[0-9])(?=[⁰¹²³⁴-⁹])")
_NOT_PRINTABLE = re.compile("[^ -~]+")


@functools.lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return the text as printable ASCII: signs spelled out, accents dropped, Indian scripts in Latin letters.

    Control characters vanish; a run of anything else without a spelling becomes ``[?]``.
    """
    if text.isascii() and text.isprintable():
        return text
    spaced = "".join(" " if character.isspace() else character for character in text)
    spelled = _POWER.sub("^", _FRACTION.sub(" ", _MICRO.sub("mc", unicodedata.normalize("NFC", spaced))))
    latin = romanise(spelled.translate(_SPELLED))
    # NFKD can bring back a sign that has a spelling, such as the slash of a fraction
    apart = unicodedata.normalize("NFKD", latin).translate(_SPELLED)
    kept = "".join(_greek(c) for c in apart if unicodedata.category(c) not in {"Cc", "Cf", "Mn", "Me"})
    return _NOT_PRINTABLE.sub(UNPRINTABLE, kept)


def _greek(character: str) -> str:
    if not "\u0370" <= character <= "\u03ff":
        return character
    words = unicodedata.name(character, "").split()
    if words[:1] != ["GREEK"] or "LETTER" not in words:
        return character
    name = words[-1].replace("LAMDA", "LAMBDA")
    return name.title() if "CAPITAL" in words else name.lower()
