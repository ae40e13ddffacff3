"""What printing is told about paper and printers."""

from __future__ import annotations

from typing import Literal

from core.boundary.frozen import Frozen

#: Characters across the paper: 32 on a 58 mm roll, 42 or 48 on an 80 mm roll by the printer's font.
Columns = Literal[32, 42, 48]


class PrinterProfile(Frozen):
    """A receipt printer as the shop has set it up. Without a cutter the paper is only fed for tearing off."""

    columns: Columns = 48
    has_cutter: bool = True
    opens_drawer: bool = False
