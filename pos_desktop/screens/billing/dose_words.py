"""How a line is taken, in a few letters."""

from __future__ import annotations

from core.dispensing.dto import DoseInput
from pos_desktop.shell.texts import tr


def dose_words(taken: DoseInput | None) -> str:
    """Return dose and days as a line shows them: ``BD, 5 days``."""
    if taken is None:
        return ""
    days = tr("{days} days", days=taken.days) if taken.days else ""
    return ", ".join(filter(None, (taken.dose or "", days)))
