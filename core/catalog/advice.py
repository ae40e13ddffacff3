"""What the lists say of an item that stands in the catalogue, and what of it a person should look at."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from core.boundary.frozen import Frozen, IsoDate, PercentText
from core.catalog.dto import ItemKind, ItemView
from core.catalog.forms import read_form
from core.catalog.hsn import hsn_named
from core.catalog.suggesting import is_uqc, suggest_schedules, suggest_tax, suggest_uqc
from core.kernel.errors import Problem, RuleBroken
from core.kernel.gst import GstTreatment


class SuggestedSchedule(Frozen):
    """A schedule the lists suggest; see ``suggesting.ScheduleSuggestion``."""

    schedule: str
    because: str
    since: IsoDate | None
    is_certain: bool


class SuggestedTax(Frozen):
    """GST that goods of the item's HSN bear; see ``suggesting.TaxSuggestion``."""

    treatment: GstTreatment
    gst: PercentText
    goods: str
    source: str
    confidence: str


class ItemAdvice(Frozen):
    """Suggestions for an item. ``read_the_label`` are salts that no list names, which says nothing about them."""

    schedules: tuple[SuggestedSchedule, ...]
    read_the_label: tuple[str, ...]
    state_orders: tuple[str, ...]
    taxes: tuple[SuggestedTax, ...]
    form: str | None
    hsn_description: str | None
    uqc: str
    uqc_per_pack: str


class Described(NamedTuple):
    """What the lists are asked about: an item of the catalogue, or one that is being typed."""

    name: str
    kind: ItemKind
    salt_keys: tuple[str, ...]
    form: str | None
    pack_label: str
    pieces_per_pack: int
    hsn: str | None


def advise(view: ItemView, day: date, state: str) -> ItemAdvice:
    """Return what the lists say of an item on a day, in the State of a GST code."""
    keys = tuple(salt.key for salt in view.salt_list)
    asked = Described(view.name, view.kind, keys, view.form, view.pack_label, view.pieces_per_pack, view.hsn)
    return advise_on(asked, day, state)


def advise_on(asked: Described, day: date, state: str) -> ItemAdvice:
    """Return what the lists say of an item as it is described, on a day, in the State of a GST code."""
    form = read_form(asked.form, asked.pack_label, asked.name)
    found = suggest_schedules(asked.salt_keys, form, day, state)
    uqc, per_pack = suggest_uqc(form, asked.pieces_per_pack, is_service=asked.kind is ItemKind.SERVICE)
    hsn = hsn_named(asked.hsn) if asked.hsn else None
    return ItemAdvice(
        schedules=tuple(
            SuggestedSchedule(schedule=one.schedule, because=one.because, since=one.since, is_certain=one.is_certain)
            for one in found.suggested
        ),
        read_the_label=found.unknown,
        state_orders=tuple(f"{one.drug}: {one.measure} ({one.scope})" for one in found.states),
        taxes=tuple(
            SuggestedTax(
                treatment=one.treatment,
                gst=one.gst,
                goods=one.goods,
                source=one.source,
                confidence=one.confidence,
            )
            for one in suggest_tax(asked.hsn, asked.salt_keys, day)
        ),
        form=f"{form.word}, {form.release}" if form else None,
        hsn_description=hsn.description if hsn else None,
        uqc=uqc,
        uqc_per_pack=per_pack,
    )


def doubts(view: ItemView) -> list[Problem]:
    """Return what is missing or odd about an item: to show beside it, and never to block a sale."""
    found: list[Problem] = []
    if view.hsn is None or len(view.hsn) < 4:
        found.append(RuleBroken("items.hsn_missing", where="hsn", item=view.name))
    elif hsn_named(view.hsn) is None:
        found.append(RuleBroken("items.hsn_unknown", where="hsn", hsn=view.hsn))
    if view.uqc is None:
        found.append(RuleBroken("items.uqc_missing", where="uqc"))
    elif not is_uqc(view.uqc):
        found.append(RuleBroken("items.uqc_unknown", where="uqc", uqc=view.uqc))
    elif view.uqc_per_pack is None:
        found.append(RuleBroken("items.uqc_factor_missing", where="uqc_per_pack", uqc=view.uqc))
    if view.kind is ItemKind.DRUG and view.schedules is None:
        found.append(RuleBroken("items.schedules_unknown", where="schedules", item=view.name))
    if view.kind is ItemKind.DRUG and not view.salt_list:
        if view.salts is None:
            found.append(RuleBroken("items.salts_missing", where="salts", item=view.name))
        else:
            found.append(RuleBroken("items.salts_unclear", where="salts", salts=view.salts))
    if view.levels is not None and view.purchase_level is None:
        found.append(RuleBroken("items.purchase_level_missing", where="purchase_level", levels=view.levels))
    return found
