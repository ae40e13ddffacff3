"""Recovery sheets, and who takes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.app.recovery import RecoverySheet
from core.storage.keys import RawKey


def sheet_of(key: RawKey | None = None) -> RecoverySheet:
    """Return the sheet of a key, a fixed one without."""
    key = key or RawKey(bytes(range(32)))
    return RecoverySheet(
        shop="Test Medicals",
        counter="C1",
        key_id=key.id,
        recovery_code=key.recovery_code,
        made_at="20-11-2026 15:30",
    )


class SheetDrawer:
    """Saves, prints and confirms at once and remembers what; ``fault`` makes the next fail, ``refuses`` prints not."""

    def __init__(self) -> None:
        self.saved: list[Path] = []
        self.printed: list[str] = []
        self.confirmed: list[str] = []
        self.fault: Exception | None = None
        self.refuses = False

    def save(
        self, sheet: RecoverySheet, path: Path, done: Callable[[], None], failed: Callable[[Exception], None]
    ) -> None:
        """Note where the sheet was saved."""
        if self._fails(failed):
            return
        self.saved.append(path)
        done()

    def print(self, sheet: RecoverySheet, done: Callable[[bool], None], failed: Callable[[Exception], None]) -> None:
        """Note whose sheet was printed."""
        if self._fails(failed):
            return
        if not self.refuses:
            self.printed.append(sheet.key_id)
        done(not self.refuses)

    def confirm(self, sheet: RecoverySheet, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Note whose sheet was confirmed."""
        if self._fails(failed):
            return
        self.confirmed.append(sheet.key_id)
        done()

    def _fails(self, failed: Callable[[Exception], None]) -> bool:
        fault, self.fault = self.fault, None
        if fault is not None:
            failed(fault)
        return fault is not None
