"""What printing is told about paper and printers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from core.boundary.frozen import Frozen

#: Characters across the paper: 32 on a 58 mm roll, 42 or 48 on an 80 mm roll by the printer's font.
Columns = Literal[32, 42, 48]


#: How many dots such paper is wide at 203 dots an inch.
DOTS: Mapping[int, int] = {32: 384, 42: 512, 48: 576}


class PrinterProfile(Frozen):
    """A receipt printer as the shop has set it up. Without a cutter the paper is only fed for tearing off.

    ``draws_qr`` where it makes QR codes by itself; one that is sent the command without knowing it prints letters.
    ``drawer_pin`` is the pin of its socket that opens the cash drawer: 2 as nearly always, or 5.
    """

    columns: Columns = 48
    has_cutter: bool = True
    opens_drawer: bool = False
    drawer_pin: Literal[2, 5] = 2
    draws_qr: bool = False

    @property
    def dots(self) -> int:
        """How many dots its paper is wide."""
        return DOTS[self.columns]
