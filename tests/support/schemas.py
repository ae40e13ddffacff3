"""Records what the newest revision looks like: ``python -m tests.support.schemas`` after a migration was written.

The record of a revision that was released is never written again: files out there were made by it.
"""

from __future__ import annotations

import json
from pathlib import Path

from core.app.schema import METADATA
from core.storage import fingerprint, migrate

FOLDER = Path(__file__).parents[2] / "migrations" / "schemas"


def record_text() -> str:
    """Return the record of the newest revision as it should stand in its file."""
    built = fingerprint.build_schema(METADATA, migrate.head_revision())
    return json.dumps(built, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FOLDER.joinpath(f"{migrate.head_revision()}.json").write_text(record_text(), "utf-8")
