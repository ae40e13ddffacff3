"""A licence that ends is spoken of in time."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.boundary.messages import explain
from core.settings.dto import Licence
from core.settings.expiring import SOON, licence_alarms

TODAY = date(2026, 11, 20)


def licence(days: int | None) -> Licence:
    last = None if days is None else TODAY + timedelta(days=days)
    return Licence.model_validate({"form": "20", "number": "KL-1", "to": last})


@given(days=st.integers(-4000, 4000))
def test_it_is_said_from_thirty_days_before_on(days: int) -> None:
    codes = [alarm.code for alarm in licence_alarms([licence(days)], TODAY)]
    if days > SOON.days:
        assert codes == []
    else:
        assert codes == ["settings.licence_ended" if days < 0 else "settings.licence_ends"]


def test_the_sentence_names_licence_and_day() -> None:
    (alarm,) = licence_alarms([licence(None), licence(0)], TODAY)
    assert "KL-1 on form 20 ends on 20-11-2026" in explain(alarm)
