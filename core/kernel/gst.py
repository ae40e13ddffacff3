"""The words of GST that several contexts share: treatments, registrations, tax types, states, GSTIN."""

from __future__ import annotations

import enum
import re
from types import MappingProxyType

from core.kernel.errors import RuleBroken


class GstTreatment(enum.StrEnum):
    """What GST an item bears; the three untaxed kinds go to different columns of the returns (facts A6)."""

    TAXABLE = "taxable"
    NIL = "nil"
    EXEMPT = "exempt"
    NON_GST = "non_gst"


class Registration(enum.StrEnum):
    """How the shop is registered. Only a regular one may show tax on a bill (facts A1)."""

    REGULAR = "regular"
    COMPOSITION = "composition"
    UNREGISTERED = "unregistered"


class TaxType(enum.StrEnum):
    """Which taxes a bill carries: halves inside the state, IGST across, none where the shop may not collect."""

    INTRA = "intra"
    INTER = "inter"
    NONE = "none"


class DocumentKind(enum.StrEnum):
    """What a sale's paper is called (facts A1).

    Invoice and bill of supply are papers of registered persons (rules 46 and 49); an unregistered shop writes the cash
    memo of the Drugs Rules (facts E2).
    """

    TAX_INVOICE = "tax_invoice"
    BILL_OF_SUPPLY = "bill_of_supply"
    INVOICE_CUM_BILL_OF_SUPPLY = "invoice_cum_bill_of_supply"
    CASH_MEMO = "cash_memo"

    @property
    def shows_tax(self) -> bool:
        """Whether rates and taxes stand on it: never on a bill of supply (rule 49) or a memo."""
        return self in {DocumentKind.TAX_INVOICE, DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY}


#: GST state codes a shop or customer can be in (facts D; 25 and 28 are no longer issued).
STATES = MappingProxyType(
    {
        "01": "Jammu and Kashmir",
        "02": "Himachal Pradesh",
        "03": "Punjab",
        "04": "Chandigarh",
        "05": "Uttarakhand",
        "06": "Haryana",
        "07": "Delhi",
        "08": "Rajasthan",
        "09": "Uttar Pradesh",
        "10": "Bihar",
        "11": "Sikkim",
        "12": "Arunachal Pradesh",
        "13": "Nagaland",
        "14": "Manipur",
        "15": "Mizoram",
        "16": "Tripura",
        "17": "Meghalaya",
        "18": "Assam",
        "19": "West Bengal",
        "20": "Jharkhand",
        "21": "Odisha",
        "22": "Chhattisgarh",
        "23": "Madhya Pradesh",
        "24": "Gujarat",
        "26": "Dadra and Nagar Haveli and Daman and Diu",
        "27": "Maharashtra",
        "29": "Karnataka",
        "30": "Goa",
        "31": "Lakshadweep",
        "32": "Kerala",
        "33": "Tamil Nadu",
        "34": "Puducherry",
        "35": "Andaman and Nicobar Islands",
        "36": "Telangana",
        "37": "Andhra Pradesh",
        "38": "Ladakh",
        "97": "Other Territory",
    }
)

_GSTIN_FORMS = re.compile(
    r"[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]"  # regular, composition, deductor
    r"|[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]"  # e-commerce operator
    r"|[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]"  # government department
    r"|[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[A-Z0-9]"  # UN body or embassy
)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def parse_state(text: str) -> str:
    """Return a two-digit state code. Raises RuleBroken ``gst.state_unknown``."""
    code = text.strip().zfill(2)
    if code not in STATES:
        raise RuleBroken("gst.state_unknown", text=text)
    return code


def parse_gstin(text: str) -> str:
    """Return a GSTIN in upper case without blanks, its form, state and check character proved (facts D).

    Raises RuleBroken ``gst.gstin_form``, ``gst.state_unknown`` or ``gst.gstin_check``.
    """
    gstin = "".join(text.split()).upper()
    if not _GSTIN_FORMS.fullmatch(gstin):
        raise RuleBroken("gst.gstin_form", text=text)
    parse_state(gstin[:2])
    if gstin[-1] != gstin_check_character(gstin[:14]):
        raise RuleBroken("gst.gstin_check", text=gstin)
    return gstin


def gstin_check_character(first_fourteen: str) -> str:
    """Return the fifteenth character that belongs to the first fourteen (weights 1, 2, 1, 2 ... modulo 36)."""
    total = 0
    for position, character in enumerate(first_fourteen):
        product = _ALPHABET.index(character) * (1 + position % 2)
        total += product // 36 + product % 36
    return _ALPHABET[(36 - total % 36) % 36]
