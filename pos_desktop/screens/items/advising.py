"""What the lists say of an item while it is typed: codes that words may mean, GST, schedules, units.

Nothing of it is taken by itself: a suggestion stands beside its field until somebody takes it (ADR 45).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from core.catalog.advice import Described, ItemAdvice, SuggestedSchedule, SuggestedTax, advise, advise_on
from core.catalog.dto import ItemKind, ItemView
from core.catalog.hsn import search_hsn
from core.catalog.salts import read_salts
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from pos_desktop.screens.items.forms import pack_reading
from pos_desktop.shell.form import Offer
from pos_desktop.shell.texts import tr

_MOST_CODES = 10
#: Letters that stand below a field in one line.
_SHORT = 32


class Advice(NamedTuple):
    """What stands at fields: a sentence each, and lists to take from."""

    notes: Mapping[str, str]
    offers: Mapping[str, Sequence[Offer]]


#: The fields beside which it stands.
ADVISED = ("hsn", "gst", "schedules", "uqc")
#: The fields that what is typed is judged by.
JUDGED_BY = frozenset({"name", "kind", "salts", "form", "pack_label", "levels", "sale_level", "hsn"})


def advise_typed(typed: Mapping[str, str], day: date, state: str) -> Advice:
    """Return what the lists say of what stands in a form of an item, on a day, in the State of a GST code."""
    hsn = typed["hsn"].strip()
    asked = Described(
        name=typed["name"],
        kind=ItemKind(typed["kind"]),
        salt_keys=tuple(reading.key for reading in read_salts(typed["salts"])),
        form=typed["form"].strip() or None,
        pack_label=typed["pack_label"].strip(),
        pieces_per_pack=_pieces(typed),
        hsn=hsn or None,
    )
    return _as_advice(advise_on(asked, day, state), hsn)


def advise_view(view: ItemView, day: date, state: str) -> Advice:
    """Return what the lists say of an item of the catalogue."""
    return _as_advice(advise(view, day, state), view.hsn or "")


def _as_advice(advice: ItemAdvice, hsn: str) -> Advice:
    notes: dict[str, str] = {}
    # what words mean, and the longer codes behind digits
    codes = [Offer(one.code, one.description.capitalize()) for one in search_hsn(hsn, _MOST_CODES) if one.code != hsn]
    offers: dict[str, Sequence[Offer]] = {"hsn": codes}
    if advice.hsn_description is not None:
        notes["hsn"] = _short(advice.hsn_description.capitalize())
    if advice.taxes:
        first = advice.taxes[0]
        what = f"{first.gst} %" if _is_taxed(first) else tr(first.treatment.replace("_", "-"))
        notes["gst"] = tr("{what} suggested, ↓ shows why", what=what)
        rates = {str(tax.gst): Offer(str(tax.gst), _words(tax)) for tax in reversed(advice.taxes)}
        offers["gst"] = list(rates.values())
    if advice.schedules:
        certain = [one for one in advice.schedules if one.is_certain]
        offered = [_schedules(certain), _schedules(advice.schedules)]
        offers["schedules"] = list(dict.fromkeys(offer for offer in offered if offer.value))
        notes["schedules"] = tr("{names} suggested, ↓ shows why", names=offers["schedules"][0].value)
    if hsn or advice.form:
        offers["uqc"] = [Offer(advice.uqc, tr("{count} in a sale pack", count=advice.uqc_per_pack))]
        notes["uqc"] = tr("{uqc} suggested, {count} a pack", uqc=advice.uqc, count=advice.uqc_per_pack)
    return Advice(notes, offers)


def _schedules(suggested: Sequence[SuggestedSchedule]) -> Offer:
    names = ", ".join(dict.fromkeys(one.schedule for one in suggested))
    because = ", ".join(dict.fromkeys(one.because for one in suggested))
    doubt = "" if all(one.is_certain for one in suggested) else tr(", read the label")
    return Offer(names, because + doubt)


def _words(tax: SuggestedTax) -> str:
    treatment = "" if _is_taxed(tax) else f"{tr(tax.treatment.replace('_', '-'))}, "
    return f"{treatment}{tax.goods} ({tax.source})"


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1].rstrip()}…"


def _is_taxed(tax: SuggestedTax) -> bool:
    return tax.treatment is GstTreatment.TAXABLE


def _pieces(typed: Mapping[str, str]) -> int:
    try:
        return int(pack_reading(typed)["pieces_per_pack"])
    except RuleBroken:  # not typed yet: the field says so when the form is sent
        return 1
