"""Which drug licences end soon: a shop without a valid one may not sell (facts E1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.settings.dto import Licence

#: From so many days before its last one on a licence is spoken of whenever somebody comes to work.
SOON: Final = timedelta(days=30)


def licence_alarms(licences: Sequence[Licence], today: date) -> Iterator[RuleBroken]:
    """Yield what is to be said of licences that have ended or end within 30 days, to be shown and not raised."""
    for licence in licences:
        if licence.valid_to is None or licence.valid_to > today + SOON:
            continue
        values = {"number": licence.number, "form": licence.form, "day": show_date(licence.valid_to)}
        if licence.valid_to < today:
            yield RuleBroken("settings.licence_ended", **values)
        else:
            yield RuleBroken("settings.licence_ends", **values)
