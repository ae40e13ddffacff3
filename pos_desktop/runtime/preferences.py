"""What this machine remembers of its looks: theme, scale, who logged in last. Not part of the books."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from core.boundary.files import write_whole
from core.kernel.errors import EnvironmentFault

_FILE = "preferences.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices. ``geometry`` is the main window's place as Qt writes it, in base64."""

    theme: str = "light"
    scale: int = 100
    last_user: str = ""
    geometry: str = ""


class PreferencesFile:
    """Keeps the choices in the data folder; a file that is missing or spoilt gives the defaults."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _FILE

    def load(self) -> Preferences:
        """Read the choices; unknown or ill-typed ones are left out, so that an older program can read them."""
        try:
            read = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return Preferences()
        return Preferences(**_known(read)) if isinstance(read, dict) else Preferences()

    def save(self, preferences: Preferences) -> bool:
        """Write them, whole or not at all. Returns False where the disk refuses, which is no reason to stop work."""
        text = json.dumps(asdict(preferences), indent=1)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, text.encode())
        except (OSError, EnvironmentFault):
            _log.warning("the preferences could not be saved", exc_info=True)
            return False
        return True


def _known(read: dict[str, Any]) -> dict[str, Any]:
    defaults = Preferences()
    return {
        field.name: read[field.name]
        for field in fields(Preferences)
        if type(read.get(field.name)) is type(getattr(defaults, field.name))
    }
