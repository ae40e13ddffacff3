"""Finds the key that opens a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.kernel.errors import EnvironmentFault
from core.storage.keys import RawKey, known_keys
from core.storage.sqlite import is_plain, looks_encrypted, open_file, refuse_missing

_LOOK = "mode=ro&immutable=1"


def key_of_file(path: Path, folder: Path, more: Iterable[RawKey] = ()) -> RawKey | None:
    """Return the key among those of a data folder, and ``more`` of them, that opens a file; None for a plain one.

    Only the first page is tried: a file that is damaged further behind has its key.

    Raises EnvironmentFault ``storage.missing``, ``storage.empty``, ``storage.not_a_shop_file`` (it looks like no
    database, plain or encrypted), ``key.missing`` (this machine has no key), ``key.wrong`` (none fits).
    """
    refuse_missing(path)
    if is_plain(path):
        return None
    keys = [*more, *known_keys(folder)]
    for key in keys:
        try:
            open_file(path, key, _LOOK).close()
        except EnvironmentFault as fault:
            if fault.code == "key.wrong":
                continue
        return key
    if not looks_encrypted(path):
        raise EnvironmentFault("storage.not_a_shop_file", path=str(path))
    raise EnvironmentFault("key.wrong" if keys else "key.missing", path=str(path))
