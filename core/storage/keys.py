"""Keys of encrypted shops: made here, kept by the operating system or in a file of ours, found again by their name.

The folder ``keys`` beside the shop holds one small file for each key that was ever used there, named by the key's id
(which tells nothing about the key). The file says that the system's key store keeps the key, or, where no store
works, holds it (mode 0600). Whoever reads the folder then reads the shop: encryption there guards copies and backups
that leave the machine, not the machine itself.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from core.kernel.recovery_code import ALPHABET, KEY_BYTES, parse_recovery_code, recovery_code
from core.storage.disk import explained, write_whole

_SERVICE = "Nuskha"
_FOLDER = "keys"
_SUFFIX = ".json"
_ID_LENGTH = 8
_IN_STORE, _IN_FILE = "system", "file"


@dataclass(frozen=True, slots=True)
class RawKey:
    """256 random bits. They are never shown by ``repr`` and never enter a log."""

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(self.value)}")

    @classmethod
    def new(cls) -> RawKey:
        """Make a key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def of_recovery_code(cls, text: str) -> RawKey:
        """Return the key that a recovery sheet names. Raises RuleBroken ``key.code_*``."""
        return cls(parse_recovery_code(text))

    @property
    def recovery_code(self) -> str:
        """The key as a person writes it down."""
        return recovery_code(self.value)

    @property
    def id(self) -> str:
        """Eight characters that name the key and tell nothing about it."""
        number = int.from_bytes(hashlib.sha256(b"nuskha key id" + self.value).digest()[:5])
        return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (_ID_LENGTH - 1), -1, -5))


def keep_key(folder: Path, key: RawKey) -> bool:
    """Keep a shop's key on this machine: in the system's key store, else in a file. Say whether a store took it.

    Raises EnvironmentFault when the folder cannot be written.
    """
    in_store = _put_into_store(key)
    entry = {"kept": _IN_STORE} if in_store else {"kept": _IN_FILE, "key": key.value.hex()}
    place = folder / _FOLDER
    with explained(folder):
        place.mkdir(mode=0o700, exist_ok=True)
        write_whole(place / f"{key.id}{_SUFFIX}", json.dumps(entry).encode())
    return in_store


def key_ids(folder: Path) -> list[str]:
    """Return the ids of the keys that were used in a data folder, the newest first."""
    files = sorted((folder / _FOLDER).glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [file.stem for file in files]


def known_keys(folder: Path) -> list[RawKey]:
    """Return the keys of a data folder that this machine still has, the newest first."""
    keys = (_find(folder, key_id) for key_id in key_ids(folder))
    return [key for key in keys if key is not None]


def _find(folder: Path, key_id: str) -> RawKey | None:
    try:
        entry = json.loads((folder / _FOLDER / f"{key_id}{_SUFFIX}").read_bytes())
        text = entry["key"] if entry["kept"] == _IN_FILE else _get_from_store(key_id)
        key = RawKey(bytes.fromhex(text)) if text else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # an entry that is no key: the recovery code is asked for
    return key if key is not None and key.id == key_id else None


def _put_into_store(key: RawKey) -> bool:
    import keyring  # lazy: costs 80 ms, and only encrypted shops need it
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, key.id, key.value.hex())
        return keyring.get_password(_SERVICE, key.id) == key.value.hex()
    except keyring.errors.KeyringError:
        return False


def _get_from_store(key_id: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, key_id)
    except keyring.errors.KeyringError:
        return None
