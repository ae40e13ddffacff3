"""What programs say and see of number series."""

from __future__ import annotations

import enum

from core.boundary.frozen import Frozen


class NumberedKind(enum.StrEnum):
    """What is numbered; the value is the letter in the delivered prefix, none for a bill."""

    BILL = ""
    MANUAL_MEMO = "M"
    #: An entry of the Schedule H1 register.
    H1_ENTRY = "H"
    #: A supply on a prescription or under a pharmacist: the number that is written on the prescription.
    SUPPLY = "S"
    QUOTATION = "Q"
    #: An order to a supplier.
    ORDER = "O"
    #: A goods receipt (GRN).
    RECEIPT = "G"
    #: A debit note to a supplier.
    DEBIT_NOTE = "D"


class SeriesView(Frozen):
    """How a kind is numbered in a financial year, and the next number it will give; None where the series is full."""

    kind: NumberedKind
    financial_year: str
    prefix: str
    width: int
    next_number: str | None
