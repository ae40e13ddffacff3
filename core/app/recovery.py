"""The recovery sheet of an encrypted shop, and the way back in with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from core.app.shop import Shop, shop_file
from core.audit.clock import show_instant
from core.boundary.frozen import Frozen
from core.kernel.clock import Clock
from core.kernel.errors import RuleBroken
from core.printing.page import Page
from core.printing.recovery_sheet import sheet_pages, sheet_pdf
from core.settings.queries import shop_view
from core.storage.disk import explained, write_whole
from core.storage.keys import RawKey, keep_key
from core.storage.unlock import key_of_file

_GROUPS_A_LINE = 5
#: Beside the shop and not in it: that this machine's people hold the sheet is nothing a restored file could know.
_KEPT = "recovery-sheet.json"


class RecoverySheet(Frozen):
    """What is printed and locked away. ``made_at`` is India's time, for people."""

    shop: str
    counter: str
    key_id: str
    recovery_code: str
    made_at: str

    @property
    def text(self) -> str:
        """The sheet as plain text, the code in lines of five groups."""
        groups = self.recovery_code.split("-")
        lines = [" ".join(groups[n : n + _GROUPS_A_LINE]) for n in range(0, len(groups), _GROUPS_A_LINE)]
        code = "\n".join(f"    {line}" for line in lines)
        return (
            f"RECOVERY SHEET\n\n{self.shop}, counter {self.counter}\nKey {self.key_id}, printed {self.made_at}\n\n"
            f"{code}\n\n"
            "Whoever has this code and a backup can read the shop. Keep it in a safe place away from the computer.\n"
            "Without it no backup opens on another computer, and nobody can make it again.\n"
        )

    @property
    def pages(self) -> Sequence[Page]:
        """The sheet as A4 pages."""
        return sheet_pages(self.shop, self.counter, self.key_id, self.recovery_code, self.made_at)

    def write_pdf(self, path: Path) -> None:
        """Write the sheet as a PDF that only its owner may read. Raises EnvironmentFault of the disk."""
        with explained(path.parent):
            write_whole(path, sheet_pdf(self.shop, self.pages))

    def write(self, path: Path) -> None:
        """Write the text to a file that only its owner may read. Raises EnvironmentFault of the disk."""
        with explained(path.parent):
            write_whole(path, self.text.encode())


def recovery_sheet(shop: Shop, clock: Clock) -> RecoverySheet:
    """Return the sheet of an open shop. Raises RuleBroken ``key.not_encrypted``."""
    key = shop.database.key
    if key is None:
        raise RuleBroken("key.not_encrypted")
    with shop.database.read() as session:
        view = shop_view(session)
    return RecoverySheet(
        shop=view.name,
        counter=view.counter,
        key_id=key.id,
        recovery_code=key.recovery_code,
        made_at=show_instant(clock.now()),
    )


def note_sheet_kept(folder: Path, key_id: str, clock: Clock) -> None:
    """Note that somebody has shown to hold the sheet of a key. Raises EnvironmentFault of the disk."""
    with explained(folder):
        write_whole(folder / _KEPT, json.dumps({"key_id": key_id, "at": clock.now().isoformat()}).encode())


def sheet_kept_at(folder: Path, key_id: str) -> datetime | None:
    """Return when somebody last showed to hold the sheet of a key, None for never."""
    try:
        noted = json.loads((folder / _KEPT).read_bytes())
        at = datetime.fromisoformat(noted["at"])
        return at if noted["key_id"] == key_id and at.tzinfo is not None else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def unlock_shop(folder: Path, code: str) -> str:
    """Keep the key of a recovery code on this machine after it has opened the shop; return the key's id.

    Raises RuleBroken ``key.code_*``, EnvironmentFault ``key.wrong``, ``storage.missing``.
    """
    key = RawKey.of_recovery_code(code)
    opened = key_of_file(shop_file(folder), folder, [key])
    if opened is None:
        raise RuleBroken("key.not_encrypted")
    keep_key(folder, opened)
    return opened.id
