"""What a label says: of an item on its shelf, of a pack of a batch, and of loose pieces that are handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.dates import Expiry
from core.kernel.money import Money
from core.printing.label_codes import LabelCode


@dataclass(frozen=True, slots=True)
class LabelText:
    """A text that begins on a line of its own. ``size`` is how high it is on a label of 50 by 25 mm, in millimetres."""

    text: str
    size: float
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A label of an item, or of a pack where it has a batch. ``mrp`` is that of one sale pack, all taxes in it."""

    shop: str
    item: str
    pack: str = ""
    mrp: Money | None = None
    batch: str | None = None
    expiry: Expiry | None = None
    rack: str | None = None
    code: LabelCode | None = None

    @property
    def name(self) -> str:
        """What the label is of."""
        return self.item

    @property
    def texts(self) -> Sequence[LabelText]:
        """What is printed, from above."""
        rack = f"Rack {self.rack}" if self.rack else ""
        return _said(
            (self.shop, 2.0, False),
            (self.item, 3.1, True),
            (", ".join(filter(None, (self.pack, rack))), 2.1, False),
            (f"MRP ₹{self.mrp.grouped()} incl. of all taxes" if self.mrp else "", 2.6, True),
            (_batch(self.batch, self.expiry), 2.4, False),
            (self.code.caption if self.code is not None and self.code.is_square else "", 1.8, False),
        )


@dataclass(frozen=True, slots=True)
class LooseLabel:
    """A label of pieces that leave the shop out of their container: the drug, how many, and name and address of the
    dealer (Drugs Rules 65(19); facts E2). Batch and expiry of the strip, so that they are not lost with it."""

    drug: str
    quantity: str
    dealer: str
    address: str
    batch: str | None = None
    expiry: Expiry | None = None

    @property
    def name(self) -> str:
        """What the label is of."""
        return self.drug

    @property
    def code(self) -> None:
        """No code: what is in the bag is never sold again."""

    @property
    def texts(self) -> Sequence[LabelText]:
        """What is printed, from above."""
        return _said(
            (self.drug, 3.1, True),
            (f"Quantity: {self.quantity}", 2.6, True),
            (_batch(self.batch, self.expiry), 2.3, False),
            (self.dealer, 2.3, True),
            (", ".join(line.strip().rstrip(",") for line in self.address.splitlines()), 2.1, False),
        )


AnyLabel = Label | LooseLabel


@dataclass(frozen=True, slots=True)
class Copies:
    """A label, and how many of it are wanted."""

    label: AnyLabel
    count: int = 1


def _batch(batch: str | None, expiry: Expiry | None) -> str:
    parts = (f"Batch {batch}" if batch else "", f"EXP {expiry}" if expiry else "")
    return " ".join(filter(None, parts))


def _said(*texts: tuple[str, float, bool]) -> tuple[LabelText, ...]:
    """Return the texts that say something."""
    return tuple(LabelText(*text) for text in texts if text[0].strip())
