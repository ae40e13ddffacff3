"""What the registers' lists show: rows of Schedule H1, pharmacists, drug licences. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.dispensing.dto import DutyView, H1View, PharmacistView
from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.settings.dto import Licence
from pos_desktop.screens.parties.rows import Fact, Section
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone

#: So many days before its end a licence is marked: a renewal takes the authority weeks.
WARN_DAYS = 90


class H1Row(NamedTuple):
    """A row of the Schedule H1 register."""

    number: str
    date: str
    bill: str
    patient: str
    prescriber: str
    drug: str
    batch: str
    quantity: str
    state: tuple[Badge, ...]
    is_void: bool


class H1Card(NamedTuple):
    """All that stands in a row."""

    number: str
    badges: Sequence[Badge]
    sections: Sequence[Section]


class PharmacistRow(NamedTuple):
    """A pharmacist of the list."""

    registration: str
    name: str
    username: str
    state: tuple[Badge, ...]
    is_active: bool
    is_listed: bool


class LicenceRow(NamedTuple):
    """A drug licence of the shop."""

    form: str
    number: str
    valid_from: str
    valid_to: str
    state: tuple[Badge, ...]


def h1_row(view: H1View) -> H1Row:
    """Return a row as the list shows it; one that is voided and the one that voids it are marked."""
    return H1Row(
        number=view.number,
        date=show_date(view.date),
        bill=view.bill_number,
        patient=view.patient_name,
        prescriber=view.prescriber_name,
        drug=view.drug,
        batch=view.batch,
        quantity=show_quantity(view.units, view.pieces_per_pack),
        state=_fate(view),
        is_void=bool(view.voids or view.voided_by),
    )


def _fate(view: H1View) -> tuple[Badge, ...]:
    if view.voids:
        return (Badge(tr("VOIDS"), Tone.WARNING),)
    return (Badge(tr("VOIDED"), Tone.DANGER),) if view.voided_by else ()


def h1_card(view: H1View) -> H1Card:
    """Return all that the law wants of a row, and what came of it."""
    head = [Fact(tr("Date"), show_date(view.date)), Fact(tr("Bill"), view.bill_number)]
    if view.voids:
        head.append(Fact(tr("Voids"), view.voids, Tone.WARNING, is_wide=True))
    if view.voided_by:
        head.append(Fact(tr("Voided by"), view.voided_by, Tone.DANGER, is_wide=True))
    if view.reason:
        head.append(Fact(tr("Reason"), view.reason, Tone.DANGER, is_wide=True))
    made = (
        (tr("Quantity"), show_quantity(view.units, view.pieces_per_pack)),
        (tr("Pack"), view.pack_label),
        (tr("Batch"), view.batch),
        (tr("Expiry"), str(view.expires or "")),
    )
    wide = ((tr("Composition"), view.composition), (tr("Manufacturer"), view.manufacturer))
    drug = [Fact(tr("Drug"), view.drug, is_wide=True)]
    drug += [Fact(label, text, is_wide=True) for label, text in wide if text]
    drug += [Fact(label, text) for label, text in made if text]
    pharmacist = view.pharmacist
    return H1Card(
        view.number,
        _fate(view),
        (
            Section("", head),
            Section(tr("Drug"), drug),
            Section(
                tr("Patient"), _person(view.patient_name, view.patient_address, tr("Telephone"), view.patient_phone)
            ),
            Section(
                tr("Prescriber"),
                _person(
                    view.prescriber_name, view.prescriber_address, tr("Registration"), view.prescriber_registration
                ),
            ),
            Section(tr("Pharmacist"), _person(pharmacist.name, "", tr("Registration"), pharmacist.registration)),
        ),
    )


def _person(name: str, address: str, label: str, number: str | None) -> list[Fact]:
    facts = [Fact(tr("Name"), name, is_wide=True)]
    if address:
        facts.append(Fact(tr("Address"), ", ".join(address.splitlines()), is_wide=True))
    return [*facts, Fact(label, number, is_wide=True)] if number else facts


def pharmacist_row(view: PharmacistView, duty: DutyView | None) -> PharmacistRow:
    """Return a pharmacist's row; who is on duty at this counter is marked."""
    state: tuple[Badge, ...]
    if not view.is_active:
        state = (Badge(tr("WORKS HERE NO MORE"), Tone.MUTED),)
    elif not view.listed:
        state = (Badge(tr("NOT ON THE LIST YET"), Tone.WARNING),)
    elif duty is not None and duty.pharmacist.registration == view.registration:
        state = (Badge(tr("ON DUTY HERE"), Tone.ACCENT),)
    else:
        state = (Badge(tr("WORKS HERE"), Tone.GOOD),)
    return PharmacistRow(view.registration, view.name, view.username or "", state, view.is_active, view.listed)


def licence_row(licence: Licence, today: date) -> LicenceRow:
    """Return a licence's row with its mark."""
    return LicenceRow(
        licence.form,
        licence.number,
        show_date(licence.valid_from) if licence.valid_from else "",
        show_date(licence.valid_to) if licence.valid_to else "",
        (_standing(licence, today),),
    )


def _standing(licence: Licence, today: date) -> Badge:
    if licence.valid_from and licence.valid_from > today:
        return Badge(tr("NOT VALID YET"), Tone.WARNING)
    if licence.valid_to is None:
        return Badge(tr("NO LAST DAY ENTERED"), Tone.MUTED)
    left = (licence.valid_to - today).days
    if left < 0:
        return Badge(tr("EXPIRED"), Tone.DANGER)
    if left == 0:
        return Badge(tr("LAST DAY TODAY"), Tone.DANGER)
    if left <= WARN_DAYS:
        return Badge(tr("1 DAY LEFT") if left == 1 else tr("{days} DAYS LEFT", days=left), Tone.WARNING)
    return Badge(tr("VALID"), Tone.GOOD)
