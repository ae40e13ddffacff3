"""Teaches an unknown barcode to an item without leaving the bill: one key, the item's name, Enter, Enter.

Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Callable

from core.catalog.dto import TaughtBarcode, TeachBarcode
from core.catalog.scanning import Scan
from core.catalog.teaching import teach_barcode
from core.kernel.errors import Problem, RuleBroken
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.billing.asking import Asking, Purpose
from pos_desktop.screens.billing.draft_lines import Known
from pos_desktop.screens.billing.state import Desk, Focus
from pos_desktop.shell.texts import tr

_SHOWN = 40


def shown(scan: Scan) -> str:
    """Return a code as a sentence can hold it: the number of the pack, else its first printable characters."""
    return scan.gtin or "".join(filter(str.isprintable, scan.text[:_SHOWN]))


class Teaching:
    """The barcode that no item has, and whether it is being taught; ``taught`` gets the text that was scanned."""

    def __init__(
        self, lanes: Lanes, board: TopicBoard, desk: Desk, asking: Asking, taught: Callable[[str, Problem], None]
    ) -> None:
        """Start with none."""
        self.is_on = False
        self._lanes = lanes
        self._board = board
        self._desk = desk
        self._asking = asking
        self._taught = taught
        self._text = ""
        self._barcode = ""

    def offer(self, text: str, scan: Scan, *, may_teach: bool) -> None:
        """Say that no item has what was scanned, and how it is taught where it can be."""
        self.forget()
        if scan.teachable is not None and may_teach:
            self._text, self._barcode = text, scan.teachable
            self._desk.warn(RuleBroken("billing.unknown_barcode", barcode=scan.teachable))
        elif scan.teachable is None and not scan.gtin_fits:
            self._desk.warn(RuleBroken("items.barcode_misread", barcode=shown(scan)))
        else:
            self._desk.warn(RuleBroken("billing.unknown_code", barcode=shown(scan)))

    def begin(self) -> None:
        """F6: ask which item it is."""
        if not self._barcode:
            self._desk.warn(RuleBroken("billing.nothing_to_teach"))
            return
        self.is_on = True
        self.remind()
        self._desk.go_to(Focus.SEARCH)

    def remind(self) -> None:
        """Say what the search is for."""
        self._desk.tell(RuleBroken("billing.teach_which", barcode=self._barcode))

    def forget(self) -> None:
        """Leave it untaught."""
        self.is_on = False
        self._text = self._barcode = ""

    def pick(self, item: Known) -> None:
        """Teach it to an item that was found, once that is confirmed: a wrong one would sell a wrong drug for years."""
        about = RuleBroken("billing.teach_sure", barcode=self._barcode, item=item.name, pack=item.pack_label)
        text, command = self._text, TeachBarcode(item=item.code, barcode=self._text)
        choices = [(item.code, f"{item.name} ({item.pack_label}, {item.code})")]

        def done(taught: TaughtBarcode) -> None:
            self.forget()
            self._board.announce({Topic.ITEMS})
            self._taught(text, RuleBroken("billing.taught", barcode=taught.barcode, item=taught.name))

        def teach(_: str) -> None:
            self._lanes.write(lambda uow: teach_barcode(uow, command), done, self._desk.fault)

        self._asking.choose(Purpose.TEACH, tr("Teach a barcode"), about, tr("Item"), choices, teach, tr("Teach"))
