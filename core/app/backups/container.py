"""A backup in one encrypted file, for a shop whose own file is plain: what leaves the house on a stick.

It is an ``age`` file to the key of the recovery sheet, and inside it a ``tar`` with ``manifest.json`` and ``shop.db``:
any ``age`` and ``tar`` open it without this program (``age_identity`` is then what the first one asks for).
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, BinaryIO

from core.app.backups.creating import copy_matches
from core.app.backups.examine import examine
from core.app.backups.folder import TEMPORARY, Backup, backups_folder, only_maker
from core.app.backups.manifest import Manifest
from core.kernel.errors import EnvironmentFault
from core.storage.disk import copy_hashed, explained, open_private, sync_file, sync_folder
from core.storage.keys import RawKey

_HEADER = b"age-encryption.org/v1"
_MANIFEST = "manifest.json"
_DATABASE = "shop.db"
_MOST_MANIFEST_BYTES = 1_000_000


def is_container(file: BinaryIO) -> bool:
    """Say whether a file is an ``age`` container; its position stays at the beginning."""
    begins = file.read(len(_HEADER))
    file.seek(0)
    return begins == _HEADER


def export_container(backup: Backup, target: Path, key: RawKey, data_folder: Path) -> None:
    """Write a backup into an encrypted file, read it back and compare before it gets its name.

    Raises EnvironmentFault ``backup.file_exists``, ``backup.manifest_differs`` and those of the disk.
    """
    import pyrage  # lazy: only containers need it

    if os.path.lexists(target):
        raise EnvironmentFault("backup.file_exists", path=str(target))
    folder = backups_folder(data_folder)
    plain, back = (folder / f"{TEMPORARY}{what}-{os.getpid()}" for what in ("tar", "back.db"))
    temporary = target.with_name(f"{TEMPORARY}{os.getpid()}-{target.name}")
    recipient = pyrage.x25519.Identity.from_str(age_identity(key)).to_public()
    with only_maker(folder), explained(target.parent):
        try:
            with open_private(plain) as packed:
                _pack(backup, packed)
                packed.seek(0)
                with open_private(temporary) as file:
                    pyrage.encrypt_io(packed, file, [recipient])
                    sync_file(file)
            with temporary.open("rb") as file:
                manifest = unpack(file, target.name, back, [key])
            copy_matches(back, manifest, examine(back, key if manifest.key_id else None))
            os.rename(temporary, target)
            sync_folder(target.parent)
        finally:
            for path in (plain, back, temporary):
                path.unlink(missing_ok=True)


def unpack(file: BinaryIO, name: str, target: Path, keys: Sequence[RawKey]) -> Manifest:
    """Decrypt a container with whichever key fits, write its database to ``target`` and return its manifest.

    ``name`` is what faults call it. Only the two entries are read, by name and kind, whatever else is inside; no path
    of it is used.

    Raises EnvironmentFault ``key.missing`` without any key, ``key.wrong`` when none fits,
    ``backup.damaged`` when the file was changed, ``backup.not_a_backup`` for other contents.
    """
    import pyrage

    if not keys:
        raise EnvironmentFault("key.missing", path=name)
    plain = target.with_name(f"{TEMPORARY}unpacked-{os.getpid()}")
    try:
        with open_private(plain) as packed:
            try:
                pyrage.decrypt_io(file, packed, [pyrage.x25519.Identity.from_str(age_identity(key)) for key in keys])
            except pyrage.DecryptError as error:
                raise EnvironmentFault("key.wrong", path=name) from error
            except OSError as error:
                if error.errno is not None:
                    raise  # the disk's own
                raise EnvironmentFault("backup.damaged", path=name, detail="it was changed or cut off") from error
            packed.seek(0)
            return _read_tar(packed, name, target)
    finally:
        plain.unlink(missing_ok=True)


def age_identity(key: RawKey) -> str:
    """Return a key as ``age`` writes it (AGE-SECRET-KEY-1...): the same 32 bytes in Bech32."""
    bits = int.from_bytes(key.value)
    total = len(key.value) * 8
    padded = -(-total // 5) * 5
    bits <<= padded - total
    data = [bits >> shift & 31 for shift in range(padded - 5, -1, -5)]
    prefix = "age-secret-key-"
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = _bech32(spread + data + [0] * 6) ^ 1
    data += [checksum >> shift & 31 for shift in range(25, -1, -5)]
    return (prefix + "1" + "".join(_BECH32[value] for value in data)).upper()


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _bech32(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _pack(backup: Backup, packed: BinaryIO) -> None:
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        said = backup.manifest.model_dump_json(indent=1).encode()
        tar.addfile(_entry(_MANIFEST, len(said)), io.BytesIO(said))
        with backup.path.open("rb") as database:
            tar.addfile(_entry(_DATABASE, backup.path.stat().st_size), database)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry


def _read_tar(packed: BinaryIO, name: str, target: Path) -> Manifest:
    try:
        with tarfile.open(fileobj=packed, mode="r:") as tar:
            said = _content(tar, _MANIFEST)
            manifest = Manifest.parse(said.read(_MOST_MANIFEST_BYTES), _MANIFEST)
            with open_private(target) as file:
                copy_hashed(_content(tar, _DATABASE), file, limit=manifest.size)  # type: ignore[arg-type]
                sync_file(file)
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise EnvironmentFault("backup.not_a_backup", path=name) from error
    return manifest


def _content(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    entry = tar.getmember(name)
    content = tar.extractfile(entry) if entry.isreg() else None
    if content is None:
        raise ValueError(f"{name} is no file")
    return content
