"""Puts a restored file in the place of the shop's own, so that a kill leaves the old one or the new one.

A small journal is written first, when the new file is whole, proven and on the disk. From then on there is only one
way, forward: whoever opens the shop next finishes what the journal says. The old file is never overwritten but
renamed into ``set-aside``, its write-ahead log with it: a log left behind would be replayed into the new file.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from core.kernel.errors import EnvironmentFault
from core.storage.disk import explained, sync_folder, write_whole
from core.storage.sqlite import database_parts

SET_ASIDE = "set-aside"
_JOURNAL = "exchange.json"
_INCOMING = "incoming.db"
_NAME = re.compile(r"shop-[A-Z0-9]{0,4}-?\d{4}-\d\d-\d\d-\d{6}(-\d+)?\.db")


def incoming_file(folder: Path) -> Path:
    """Return where the restored file is built."""
    return folder / _INCOMING


def exchange_is_pending(folder: Path) -> bool:
    """Say whether an exchange was decided and not finished."""
    return (folder / _JOURNAL).is_file()


def exchange(folder: Path, shop_file: Path, set_aside_name: str) -> Path | None:
    """Put the incoming file in the shop's place; return where the old one now lies, None without one.

    The caller has the folder to itself. Raises EnvironmentFault of the disk: then nothing was decided yet, or the next
    start finishes it.
    """
    there = shop_file.exists()
    name = set_aside_name
    again = 1
    while (folder / SET_ASIDE / name).exists():
        again += 1
        name = f"{set_aside_name.removesuffix('.db')}-{again}.db"
    with explained(folder):
        write_whole(folder / _JOURNAL, json.dumps({"set_aside": name}).encode())
    finish_exchange(folder, shop_file)
    return folder / SET_ASIDE / name if there else None


def finish_exchange(folder: Path, shop_file: Path) -> None:
    """Do what is left of an exchange; each step may have been done before.

    Raises EnvironmentFault ``backup.exchange_unreadable`` for a journal that is none of ours.
    """
    incoming = incoming_file(folder)
    with explained(folder):
        name = _set_aside_name(folder / _JOURNAL)
        if incoming.exists():
            aside = folder / SET_ASIDE
            aside.mkdir(mode=0o700, exist_ok=True)
            for part, target in zip(database_parts(shop_file), database_parts(aside / name), strict=True):
                if part.exists():
                    os.replace(part, target)
            sync_folder(aside)
            os.replace(incoming, shop_file)
            sync_folder(folder)
        (folder / _JOURNAL).unlink()
        sync_folder(folder)


def _set_aside_name(journal: Path) -> str:
    try:
        name = json.loads(journal.read_bytes())["set_aside"]
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault("backup.exchange_unreadable", path=str(journal)) from error
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise EnvironmentFault("backup.exchange_unreadable", path=str(journal))
    return name
