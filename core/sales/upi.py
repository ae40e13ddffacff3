"""The UPI payment that a bill asks for: the text of its QR code and the reference by which it is known again."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote, urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.settings.choices import Choice
from core.settings.queries import setting

# NPCI: a name and a handle (shop.name@okbank)
_UPI_ID = re.compile(r"[A-Za-z0-9._-]{2,256}@[A-Za-z][A-Za-z0-9.-]{1,63}", re.ASCII)
_LONGEST_NAME = 50


def upi_id_of(session: Session) -> str:
    """Return the UPI id that customers pay to; empty where the shop has given none."""
    return str(setting(session, Choice.UPI_ID, ""))


def parse_upi_id(text: str) -> str:
    """Return a UPI id (``shop@okbank``), empty for none. Raises RuleBroken ``settings.upi_id_form``."""
    if text and not _UPI_ID.fullmatch(text):
        raise RuleBroken("settings.upi_id_form", text=text)
    return text


def upi_reference(command_id: UUID) -> str:
    """Return the transaction reference of a bill's UPI payment: of the draft's id, so it is known before the number.

    26 letters and digits after ``NK``; NPCI allows 35.
    """
    return "NK" + base64.b32encode(command_id.bytes).decode("ascii").rstrip("=")


def upi_link(upi_id: str, payee: str, amount: Money, reference: str) -> str:
    """Return what the QR code says (NPCI, UPI linking specification): whom to pay, how much exactly, for what."""
    asked = {"pa": upi_id, "pn": payee[:_LONGEST_NAME], "am": str(amount), "cu": "INR", "tr": reference}
    return f"upi://pay?{urlencode(asked, quote_via=quote, safe='@')}"
