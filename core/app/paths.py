"""Where a shop's data lies on this machine."""

from __future__ import annotations

from pathlib import Path


def default_data_folder() -> Path:
    """Return the user's data folder of the program."""
    import platformdirs  # lazy: only a start without --data needs it

    return Path(platformdirs.user_data_dir("Nuskha", appauthor=False))
