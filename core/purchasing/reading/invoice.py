"""A distributor's invoice as its file prints it, in exact whole numbers; nothing of it is on the books yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent, Rate

_PACKS = re.compile(r"(\d{1,7})(?:\.(\d+))?", re.ASCII)
_THOUSAND = 1_000


@dataclass(frozen=True, slots=True, order=True)
class PackCount:
    """How many sale packs, held in thousandths: half a scheme makes suppliers give 0.5 free (1/1000 pack)."""

    thousandths: int

    @classmethod
    def parse(cls, text: str) -> PackCount:
        """Read ``10``, ``10.000`` or ``0.5``. Raises RuleBroken ``purchase_file.no_count`` for anything else."""
        match = _PACKS.fullmatch(text.strip().replace(",", ""))
        fraction = (match[2] or "").rstrip("0") if match else ""
        if match is None or len(fraction) > 3:
            raise RuleBroken("purchase_file.no_count", text=text)
        return cls(int(match[1]) * _THOUSAND + int(fraction.ljust(3, "0")))

    def __bool__(self) -> bool:
        return self.thousandths != 0

    def __str__(self) -> str:
        whole, rest = divmod(self.thousandths, _THOUSAND)
        return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


NO_PACKS = PackCount(0)


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of the file: texts as they stand there, amounts of one pack (``rate``, ``mrp``, ``ptr``) or of the line.

    ``row`` is its number in the file. ``rate`` is without GST; ``taxable`` is what GST is on, worked out where the
    file does not print it. ``gross`` (before discounts), ``gst`` (of the line as a whole), its parts and ``amount``
    (with GST) are as printed, None where they are not. ``unread`` is what stands for an expiry and is none.
    """

    row: int
    name: str
    quantity: PackCount
    rate: Rate
    taxable: Money
    code: str = ""
    pack: str = ""
    maker: str = ""
    batch: str = ""
    expiry: Expiry | None = None
    unread: str = ""
    hsn: str = ""
    free: PackCount = NO_PACKS
    mrp: Money | None = None
    ptr: Rate | None = None
    discount_percent: Percent = NO_PERCENT
    discount_percent_2: Percent = NO_PERCENT
    discount: Money | None = None
    scheme: str = ""
    scheme_discount: Money | None = None
    gst_percent: Percent | None = None
    cgst: Money | None = None
    sgst: Money | None = None
    igst: Money | None = None
    gst: Money | None = None
    gross: Money | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class PrintedSums:
    """What stands below the lines, as printed. Nothing printed is zero; the four that only check are None then.

    ``line_discounts`` repeats what the lines took off already. The other discounts, and what is set off (credit
    note, goods replaced, advance), come off the total; a debit note, freight, other charges and TCS are added.
    """

    line_discounts: Money | None = None
    taxable: Money | None = None
    tax: Money | None = None
    total: Money | None = None
    trade_discount: Money = ZERO
    scheme_discount: Money = ZERO
    cash_discount: Money = ZERO
    freight: Money = ZERO
    other_charges: Money = ZERO
    debit_note: Money = ZERO
    credit_note: Money = ZERO
    replacement: Money = ZERO
    advance: Money = ZERO
    tcs: Money = ZERO
    round_off: Money = ZERO


#: The sums that change the total, and by which sign; the amount of ``round_off`` has its own.
SIGNS: Mapping[str, int] = MappingProxyType(
    {
        "trade_discount": -1,
        "scheme_discount": -1,
        "cash_discount": -1,
        "freight": 1,
        "other_charges": 1,
        "debit_note": 1,
        "credit_note": -1,
        "replacement": -1,
        "advance": -1,
        "tcs": 1,
    }
)


#: Those of them that are set off by a paper of their own.
SET_OFFS: tuple[str, ...] = ("credit_note", "replacement", "advance")


@dataclass(frozen=True, slots=True)
class FileInvoice:
    """An invoice as a file tells it; what the file does not say is empty or None.

    ``layout`` names how it was read (``marg_htf``, ``c2code``, ``hdf``, ``table``). ``inter_state`` says whether GST
    is IGST. With ``rate_after_discount`` the rates have the discounts taken off already, and those printed only tell
    of it.
    """

    layout: str
    number: str
    on_date: date | None
    lines: tuple[FileLine, ...]
    sums: PrintedSums = field(default=PrintedSums())
    supplier: str = ""
    supplier_gstin: str = ""
    buyer: str = ""
    buyer_gstin: str = ""
    place_of_supply: str = ""
    inter_state: bool | None = None
    rate_after_discount: bool = False
    due_on: date | None = None
    due_unread: str = ""
    #: The number of each paper that is set off, by its kind (``SET_OFFS``).
    papers: Mapping[str, str] = field(default_factory=dict, hash=False)
