"""Children that are killed: one makes backups for ever, one restores.

``python -m tests.crash.backup_loop backups FOLDER`` or ``... restore FOLDER FILE``. Each prints ``ready`` when its
imports are done, and the first one the name of each backup after it is there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.app.backups.creating import back_up
from core.app.backups.manifest import Reason
from core.app.backups.restoring import restore
from core.app.shop import open_shop
from core.kernel.clock import SystemClock
from tests.crash.billing_loop import LOOP


def main(what: str, folder: str, *source: str) -> None:
    """Do it until killed, a restore once."""
    clock = SystemClock()
    if what == "restore":
        print("ready", flush=True)
        restore(Path(folder), Path(source[0]), LOOP, clock)
        print("done", flush=True)
        return
    shop = open_shop(Path(folder), clock)
    print("ready", flush=True)
    while True:
        print(back_up(shop.database, shop.folder, Reason.HALF_HOUR, clock).name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
