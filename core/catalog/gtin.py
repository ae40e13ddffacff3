"""Global Trade Item Numbers: one item's EAN-13, UPC-A, UPC-E and GTIN-14 are one number in different clothes."""

from __future__ import annotations

_LENGTHS = frozenset({8, 12, 13, 14})
_EAN_8 = "000000"  # before an EAN-8 in fourteen digits


def check_digit(payload: str) -> str:
    """Return the check digit that GS1 puts behind these digits: weights 3, 1, 3 ... from the right."""
    weighted = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(payload)))
    return str(-weighted % 10)


def is_number(text: str) -> bool:
    """Say whether the text is digits 0 to 9 alone; ``str.isdigit`` would take those of other scripts too."""
    return text.isascii() and text.isdigit()


def is_gtin(text: str) -> bool:
    """Say whether the text is a GTIN of 8, 12, 13 or 14 digits whose last one is right; nothing but zeros is none."""
    return len(text) in _LENGTHS and is_number(text) and int(text) > 0 and check_digit(text[:-1]) == text[-1]


def normal(gtin: str) -> str:
    """Return a GTIN as its pack shows it: 13 digits, 8 of an EAN-8, 14 where the first one names a larger pack."""
    padded = gtin.zfill(14)
    if padded.startswith(_EAN_8):
        return padded[len(_EAN_8) :]
    return padded if padded[0] != "0" else padded[1:]


def forms(gtin: str) -> tuple[str, ...]:
    """Return every text by which a GTIN may have been written down, the one given first."""
    padded = gtin.zfill(14)
    known = [gtin, padded]
    known += [padded[zeros:] for zeros in (1, 2, 6) if padded.startswith("0" * zeros)]
    short = _upc_e(padded[2:]) if padded.startswith("00") else None
    return tuple(dict.fromkeys([*known, short] if short else known))


def expand_upc_e(text: str) -> str | None:
    """Return the UPC-A of an eight-digit UPC-E, None where the text is none or its check digit is wrong."""
    if len(text) != 8 or not is_number(text) or text[0] not in "01":
        return None
    system, digits, last = text[0], text[1:6], text[6]
    if last in "012":
        payload = f"{system}{digits[:2]}{last}0000{digits[2:]}"
    elif last == "3":
        payload = f"{system}{digits[:3]}00000{digits[3:]}"
    elif last == "4":
        payload = f"{system}{digits[:4]}00000{digits[4]}"
    else:
        payload = f"{system}{digits}0000{last}"
    return payload + text[7] if check_digit(payload) == text[7] and int(payload) > 0 else None


def _upc_e(upc_a: str) -> str | None:
    """Return the UPC-E of twelve digits, None where their zeros do not allow one."""
    system, maker, item, check = upc_a[0], upc_a[1:6], upc_a[6:11], upc_a[11]
    if system not in "01":
        return None
    if maker[2:] in {"000", "100", "200"} and item.startswith("00"):
        return f"{system}{maker[:2]}{item[2:]}{maker[2]}{check}"
    if maker.endswith("00") and item.startswith("000"):
        return f"{system}{maker[:3]}{item[3:]}3{check}"
    if maker.endswith("0") and item.startswith("0000"):
        return f"{system}{maker[:4]}{item[4]}4{check}"
    if item.startswith("0000") and item[4] >= "5":
        return f"{system}{maker}{item[4]}{check}"
    return None
