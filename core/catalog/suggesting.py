"""Suggests schedules, GST and the unit of Table 12; a person confirms each, and nothing is ever set by itself.

Absence says nothing: there is no list of drugs that may be sold freely, and compositions often leave a salt out. So no
suggestion says "on none" (facts E3, rule 25).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from core.catalog.drug_lists import Row, names_of, rows
from core.catalog.forms import Form, read_form
from core.catalog.salts import plain_name, salt_key
from core.kernel.gst import STATES, GstTreatment
from core.kernel.money import Percent

_NOT_NDPS = frozenset({"not_ndps_watch", "controlled_substance"})
_ON_PRESCRIPTION = frozenset({"H", "H1", "X", "NDPS"})
#: The longest name of a salt that is looked for inside the name of goods.
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class ScheduleSuggestion:
    """A schedule that an item seems to be on; ``because`` names the salt or form.

    ``is_certain`` where neither the list's entry, its day nor the form leaves a doubt.
    """

    schedule: str
    because: str
    since: date | None
    is_certain: bool


@dataclass(frozen=True, slots=True)
class StateSuggestion:
    """What a State is known to ask for one of the salts; orders change often, and districts add theirs."""

    scope: str
    drug: str
    measure: str


@dataclass(frozen=True, slots=True)
class ScheduleAdvice:
    """What the lists say of an item. ``unknown`` are salts that no list names: read the label."""

    suggested: tuple[ScheduleSuggestion, ...]
    unknown: tuple[str, ...]
    states: tuple[StateSuggestion, ...]


@dataclass(frozen=True, slots=True)
class TaxSuggestion:
    """GST that goods of a heading bear on a day; ``confidence`` is A (seen), B (in part) or C (inferred)."""

    treatment: GstTreatment
    gst: Percent
    goods: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class _Entry:
    schedule: str
    because: str
    since: date | None
    until: date | None
    is_certain: bool
    salt_class: str = ""


def suggest_schedules(salt_keys: Sequence[str], form: Form | None, day: date, state: str = "") -> ScheduleAdvice:
    """Return the schedules that the salts and the form of an item suggest on a day, in the State of a GST code."""
    entries = {key: _entries().get(key, ()) for key in salt_keys}
    found = [
        suggestion
        for key, listed in entries.items()
        for entry in listed
        if (suggestion := _suggest(entry, listed, form, day)) is not None
    ]
    if form is not None and (form.is_parenteral or "eye" in form.route):
        found.append(ScheduleSuggestion("C", form.word, None, is_certain=True))
    return ScheduleAdvice(
        suggested=tuple(_strongest(found)),
        unknown=tuple(key for key, listed in entries.items() if not listed),
        states=tuple(_states(salt_keys, state)),
    )


def schedules_in_name(name: str, pack_label: str, day: date) -> tuple[ScheduleSuggestion, ...]:
    """Return the schedules that salts in the very name of goods suggest on a day, if one of them asks a prescription.

    None for a brand name. Each run of the name's words that the lists know counts: ``Tramadol``, or ``Amoxycillin`` of
    ``Amoxycillin 500 Cap``.
    """
    words = plain_name(name).split()
    runs = (words[at : at + count] for count in range(1, _MOST_WORDS + 1) for at in range(len(words) - count + 1))
    keys = dict.fromkeys(salt_key(" ".join(run)) for run in runs)
    listed = [key for key in keys if key in _entries()]
    found = suggest_schedules(listed, read_form(None, pack_label, name), day).suggested if listed else ()
    return found if any(one.schedule in _ON_PRESCRIPTION for one in found) else ()


def suggest_tax(hsn: str | None, salt_keys: Sequence[str], day: date) -> list[TaxSuggestion]:
    """Return what goods of an HSN bear on a day, the nearest heading first; drugs exempt by name before all.

    Each treatment and rate stands once, with the first reason for it: a heading has several entries in the list. A
    drug counts as exempt by name only where it is the only salt.
    """
    found: list[TaxSuggestion] = []
    exempt = next((name for key, name in _exempt(day) if list(salt_keys) == [key]), None)
    if exempt is not None:
        source = "Notification 10/2025 - Central Tax (Rate)"
        found.append(TaxSuggestion(GstTreatment.EXEMPT, Percent(0), exempt, source, "A"))
    headings = [row for row in rows("gst", "rates") if hsn and hsn.startswith(row["hsn_prefix"]) and _holds(row, day)]
    headings.sort(key=lambda row: (-len(row["hsn_prefix"]), row["confidence"]))
    for row in headings:
        notification = "9/2025" if row["from_date"] >= "2025" else "1/2017"
        found.append(
            TaxSuggestion(
                treatment=GstTreatment(row["treatment"]),
                gst=Percent.parse(row["gst"]),
                goods=f"{row['hsn_prefix']}: {row['goods']}",
                source=f"Notification {notification} - Central Tax (Rate)",
                confidence=row["confidence"],
            )
        )
    once: dict[tuple[GstTreatment, Percent], TaxSuggestion] = {}
    for one in found:
        once.setdefault((one.treatment, one.gst), one)
    return list(once.values())


def rate_ended(gst: Percent, day: date) -> tuple[date, str] | None:
    """Return from which day on goods bear a rate no more and for whom it is left, None for one that holds on a day.

    A rate that the list does not know is not doubted.
    """
    listed = [row for row in rows("gst", "slabs") if Percent.parse(row["gst"]) == gst]
    if not listed or any(_holds(row, day) for row in listed):
        return None
    before = [row for row in listed if row["to_date"] and row["to_date"] < day.isoformat()]
    if not before:
        return None
    last = max(before, key=lambda row: row["to_date"])
    return date.fromisoformat(last["to_date"]) + timedelta(days=1), last["left_for"]


def suggest_uqc(form: Form | None, pieces_per_pack: int, *, is_service: bool = False) -> tuple[str, str]:
    """Return a UQC and how much of it a sale pack is: there is no code for strips, so tablets count, or packs."""
    if is_service:
        return "NA", "1"
    if form is not None:
        if form.word.endswith("tablet"):
            return "TBS", str(pieces_per_pack)
        if form.is_parenteral:
            return "NOS", str(pieces_per_pack)
        if form.group == "liquid" and pieces_per_pack == 1:
            return "BTL", "1"
        if form.group == "semisolid" and pieces_per_pack == 1:
            return "TUB", "1"
    return "PAC", "1"


def is_uqc(text: str) -> bool:
    """Say whether the portal has such a unit."""
    return any(row["uqc"] == text for row in rows("gst", "uqc"))


def _suggest(entry: _Entry, listed: Sequence[_Entry], form: Form | None, day: date) -> ScheduleSuggestion | None:
    if (entry.since is not None and day < entry.since) or (entry.until is not None and day > entry.until):
        return None
    if entry.schedule == "C1" and form is not None and form.is_parenteral:
        return None  # then it is of Schedule C
    is_certain = entry.is_certain and entry.since is not None
    classes = {other.salt_class for other in listed}
    if entry.schedule in {"H", "H1", "G"}:
        if form is None:
            is_certain = False  # put on the skin it may be outside
        elif form.is_topical and not (entry.schedule == "H" and "corticosteroid" in classes):
            return None
        elif form.is_for_eye_ear_nose and entry.schedule != "H1" and not classes & {"antibiotic", "corticosteroid"}:
            is_certain = False
    return ScheduleSuggestion(entry.schedule, entry.because, entry.since, is_certain)


def _strongest(found: Iterable[ScheduleSuggestion]) -> list[ScheduleSuggestion]:
    """Return each schedule once, a certain reason before an uncertain one."""
    by_name: dict[str, ScheduleSuggestion] = {}
    for one in found:
        if one.schedule not in by_name or (one.is_certain and not by_name[one.schedule].is_certain):
            by_name[one.schedule] = one
    return [by_name[name] for name in sorted(by_name)]


def _states(salt_keys: Sequence[str], state: str) -> Iterable[StateSuggestion]:
    name = STATES.get(state, "").casefold()
    for row in rows("drugs", "state_listed"):
        if row["state"].casefold() == name and salt_key(row["drug"]) in salt_keys:
            measure = ": ".join(filter(None, (row["measure"].replace("_", " "), row["limit"])))
            yield StateSuggestion(row["scope"], f"{row['drug']} ({row['form_or_strength']})", measure)


@cache
def _entries() -> dict[str, tuple[_Entry, ...]]:
    """Return what the lists say of each salt. Entries that name a class or a form are matched by its members."""
    found: dict[str, list[_Entry]] = {}
    for schedule, name in (("X", "schedule_x"), ("H1", "schedule_h1"), ("H", "schedule_h"), ("G", "schedule_g")):
        for row in rows("drugs", name):
            if row["auto_match"] != "yes":
                continue
            is_certain = row["mark"] == "V" and row.get("date_mark", "V") == "V"
            entry = _Entry(
                schedule, row["name"], _day(row.get("effective_from")), _day(row.get("effective_to")), is_certain
            )
            _add(found, names_of(row), entry)
    for row in rows("drugs", "schedule_c"):
        if row["match_kind"] == "salt" or (row["schedule"] == "C1" and row["match_kind"] != "keyword"):
            for term in row["match_terms"].split("|"):  # a class of salts stands among them as ``class:``
                if not term.startswith("class:"):
                    _add(found, (term,), _Entry(row["schedule"], term, None, None, is_certain=False))
    for row in rows("drugs", "class_members"):
        kind = row["class"].replace("_", " ")
        entry = _Entry(
            row["schedule"], f"{row['salt']} ({kind})", None, None, is_certain=False, salt_class=row["class"]
        )
        _add(found, (row["salt"],), entry)
    for row in rows("drugs", "ndps"):
        if row["class"] not in _NOT_NDPS:
            entry = _Entry("NDPS", row["name"], _day(row["effective_from"]), None, row["mark"] == "V")
            _add(found, names_of(row), entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _add(found: dict[str, list[_Entry]], names: Iterable[str], entry: _Entry) -> None:
    for key in {salt_key(name) for name in names} - {""}:
        found.setdefault(key, []).append(entry)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text and len(text) == 10 else None


def _holds(row: Row, day: date) -> bool:
    return row["from_date"] <= day.isoformat() and (not row["to_date"] or day.isoformat() <= row["to_date"])


def _exempt(day: date) -> list[tuple[str, str]]:
    return [
        (salt_key(row["drug"]), row["drug"])
        for row in rows("gst", "exempt_drugs")
        if row["from_date"] <= day.isoformat()
    ]
