"""The lists of purchases, what is made over them, and the ways out of the window. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pos_desktop.screens.registers.h1 import PrintPages


class Page(enum.Enum):
    """What is listed."""

    ORDERS = "orders"
    RECEIPTS = "receipts"
    BILLS = "bills"
    DIFFERENCES = "differences"
    DEBIT_NOTES = "debit notes"
    #: An order that is being made, over the list of orders.
    NEW_ORDER = "new order"
    #: Goods that are to go back, over the list of debit notes.
    NEW_RETURN = "new return"


#: What is being made, and over which list it stands.
MAKING = {Page.NEW_ORDER: Page.ORDERS, Page.NEW_RETURN: Page.DEBIT_NOTES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out: to a folder, a printer, the clipboard, and to where bills are entered (None: not for this user)."""

    folder: Path
    print_pages: PrintPages
    copy_text: Callable[[str], None]
    enter_bill: Callable[[str], None] | None
