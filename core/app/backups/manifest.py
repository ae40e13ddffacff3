"""What a backup says of itself, in a JSON file beside it: what was counted and hashed when it was made."""

from __future__ import annotations

import enum
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from core.boundary.frozen import Frozen, load
from core.kernel.errors import EnvironmentFault, Problem
from core.storage.disk import write_whole

#: A manifest is a few kilobytes; what is much more is none.
_MOST_BYTES = 1_000_000

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: A code may come from a file of unknown origin and becomes part of file names: nothing but capitals and digits.
NodeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,3}$")]
Count = Annotated[int, Field(ge=0)]


class Reason(enum.StrEnum):
    """Why a backup was made."""

    HALF_HOUR = "half-hour"
    DAY_CLOSE = "day-close"
    BEFORE_MIGRATION = "before-migration"
    BEFORE_IMPORT = "before-import"
    BEFORE_RESTORE = "before-restore"
    BY_HAND = "by-hand"


class ChainHead(Frozen):
    """The newest event of the node: its place and hash."""

    node_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    node_code: NodeCode
    epoch: Count
    seq: Count
    sha: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]


class Contents(Frozen):
    """What is inside a database file, as far as it can be counted: what a manifest promises and a proof finds."""

    #: Alembic's revision of the schema.
    revision: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_]{1,32}$")]
    shop: Annotated[str, StringConstraints(max_length=200)]
    head: ChainHead
    events: Count
    tables: dict[str, Count]


class Manifest(Frozen):
    """One backup. ``key_id`` names the key of an encrypted one; the key itself is nowhere in a backup."""

    format: Literal[1] = 1
    made_at: datetime
    reason: Reason = Field(strict=False)
    program: Annotated[str, StringConstraints(max_length=50)]
    contents: Contents
    size: Count
    sha256: Sha256
    key_id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{8}$")] | None = None

    def write(self, path: Path) -> None:
        """Write it whole or not at all."""
        write_whole(path, self.model_dump_json(indent=1).encode())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read one. Raises EnvironmentFault ``backup.manifest_unreadable``."""
        try:
            if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
                raise ValueError("no manifest")
            return cls.parse(path.read_bytes(), str(path))
        except (OSError, ValueError) as error:
            raise EnvironmentFault("backup.manifest_unreadable", path=str(path)) from error

    @classmethod
    def parse(cls, data: bytes, name: str) -> Self:
        """Read one from bytes. Raises EnvironmentFault ``backup.manifest_unreadable``."""
        try:
            manifest = load(cls, json.loads(data))
            if manifest.made_at.tzinfo is None:
                raise ValueError("an instant without its zone")
        except (Problem, ValueError, RecursionError) as error:
            raise EnvironmentFault("backup.manifest_unreadable", path=name) from error
        return manifest
