"""Recognises whose file it is: by GSTIN, drug licence, telephone, or the name. What is not certain is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.kernel.gst import parse_gstin
from core.kernel.phones import parse_phone
from core.parties.dto import PartyKind
from core.parties.model import Supplier, SupplierLicence
from core.parties.queries import all_ids, party_row, resolved, search_parties
from core.purchasing.proposing.dto import ProposedSupplier, SupplierHow
from core.purchasing.proposing.keys import company_key, licence_key
from core.purchasing.reading.body import find_body
from core.purchasing.reading.letterhead import read_letterhead
from core.purchasing.reading.tables import Row, Table
from core.storage.prepared import Prepared

_GSTIN = re.compile(r"(?<![0-9A-Z])[0-9]{2}[0-9A-Z]{13}(?![0-9A-Z])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d.])\+?\d(?:[ -]?\d){9,13}(?![\d.])")
#: Shorter a licence could stand in any number by chance.
_LEAST_LICENCE = 6
_MOST_CANDIDATES = 5
_MOST_HITS = 50
#: Of a letterhead whose first line does not say whose it is, so many texts are tried as a name.
_MOST_TEXTS = 12
_LEAST_LETTERS = 3

_NUMBERS: Any = bindparam("numbers", expanding=True)
_BY_GSTIN = Prepared(select(Supplier.id).where(Supplier.gstin.in_(_NUMBERS)))
_BY_PHONE = Prepared(select(Supplier.id).where(or_(Supplier.phone.in_(_NUMBERS), Supplier.other_phone.in_(_NUMBERS))))
# all of them: a shop has some hundred suppliers, and how a licence is written differs from paper to paper
_LICENCES = Prepared(select(SupplierLicence.supplier_id, SupplierLicence.number).where(SupplierLicence.is_listed))


_NAMES = Prepared(select(Supplier.name).where(Supplier.id.in_(bindparam("ids", expanding=True))))


@dataclass(frozen=True, slots=True)
class Signs:
    """What in a file names its supplier; ``text`` is all that stands around the lines, as ``licence_key`` writes it.

    ``name`` is what was read as the supplier's; without one ``texts`` of the letterhead may be it. ``odd_gstins`` look
    like GSTINs, and their last character does not follow from the others.
    """

    gstins: tuple[str, ...]
    phones: tuple[str, ...]
    text: str
    name: str
    texts: tuple[str, ...] = ()
    odd_gstins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """The supplier, None where that is not certain; ``candidates`` are then those it may be."""

    supplier: ProposedSupplier | None
    candidates: tuple[ProposedSupplier, ...] = ()


def signs_of(
    table: Table, own_gstin: str, own_phone: str, *, name: str = "", gstin: str = "", lines: set[int]
) -> Signs:
    """Return what in a file names its supplier.

    ``name`` and ``gstin`` are what was read of it, ``lines`` the rows of its lines, which name items and nobody else.
    """
    rows = [row for row in table.rows if row.line not in lines]
    body = find_body(table)
    if body is not None:
        head = read_letterhead(body.before, body.after, own_gstin)
        name, gstin = name or head.supplier, gstin or head.supplier_gstin
        if not lines:
            rows = [*body.before, *body.after]
    cells = [cell for row in rows for cell in row.cells if cell]
    gstins = dict.fromkeys([gstin, *_gstins(cells)] if gstin else _gstins(cells))
    phones = dict.fromkeys(_phones(rows))
    own = set(_phones_in(own_phone))
    return Signs(
        gstins=tuple(number for number in gstins if number != own_gstin),
        phones=tuple(number for number in phones if number not in own),
        text=licence_key(" ".join(cells)),
        name=name,
        texts=() if name else tuple(filter(_is_text, cells))[:_MOST_TEXTS],
        odd_gstins=tuple(dict.fromkeys(_odd_gstins(cells))),
    )


def recognise(session: Session, signs: Signs) -> Recognised:
    """Return whose file it is: the first sign that names exactly one supplier decides.

    A name alone does not decide where that supplier's GSTIN is another one.
    """
    searches = (
        (SupplierHow.GSTIN, _with_gstin(session, signs)),
        (SupplierHow.LICENCE, _with_licence(session, signs)),
        (SupplierHow.PHONE, _with_phone(session, signs)),
    )
    for how, found in searches:
        suppliers = list(_active(session, found, how))
        if len(suppliers) == 1:
            return Recognised(suppliers[0])
        if suppliers:
            return Recognised(None, tuple(suppliers[:_MOST_CANDIDATES]))
    return _by_name(session, signs)


def chosen(session: Session, supplier_id: UUID) -> ProposedSupplier:
    """Return a supplier that a person chose. Raises RuleBroken ``parties.unknown``."""
    row = party_row(session, PartyKind.SUPPLIER, supplier_id)
    return ProposedSupplier(supplier_id=row.id, name=row.name, how=SupplierHow.CHOSEN)


def _with_gstin(session: Session, signs: Signs) -> list[UUID]:
    return [row.id for row in _BY_GSTIN.rows(session, {"numbers": signs.gstins})] if signs.gstins else []


def _with_licence(session: Session, signs: Signs) -> list[UUID]:
    return [
        supplier_id
        for supplier_id, number in _LICENCES.rows(session)
        if len(key := licence_key(number)) >= _LEAST_LICENCE and key in signs.text
    ]


def _with_phone(session: Session, signs: Signs) -> list[UUID]:
    return [row.id for row in _BY_PHONE.rows(session, {"numbers": signs.phones})] if signs.phones else []


def _by_name(session: Session, signs: Signs) -> Recognised:
    offered: tuple[ProposedSupplier, ...] = ()
    for name in (signs.name,) if signs.name else signs.texts:
        key = company_key(name)
        if not key:
            continue
        hits = search_parties(session, PartyKind.SUPPLIER, key, _MOST_HITS)
        if signs.name:
            hits += search_parties(session, PartyKind.SUPPLIER, key.split()[0], _MOST_HITS)
        shown = list(_active(session, [hit.party_id for hit in hits], SupplierHow.NAME))
        same = [one for one in shown if _is_called(session, one.supplier_id, key)]
        if len(same) == 1 and not _is_another(session, same[0].supplier_id, signs):
            return Recognised(same[0])
        if same or signs.name:
            offered = offered or tuple((same or shown)[:_MOST_CANDIDATES])
    return Recognised(None, offered)


def _is_called(session: Session, supplier_id: UUID, key: str) -> bool:
    """Say whether a supplier, or one that was merged into it, has a name."""
    names = _NAMES.rows(session, {"ids": all_ids(session, supplier_id)})
    return any(company_key(name) == key for (name,) in names)


def _is_text(cell: str) -> bool:
    return ":" not in cell and sum(map(str.isalpha, cell)) >= _LEAST_LETTERS


def _is_another(session: Session, supplier_id: UUID, signs: Signs) -> bool:
    """Say whether the file has a GSTIN and the supplier another one."""
    known = party_row(session, PartyKind.SUPPLIER, supplier_id)
    return isinstance(known, Supplier) and bool(known.gstin and signs.gstins and known.gstin not in signs.gstins)


def _active(session: Session, ids: Iterable[UUID], how: SupplierHow) -> Iterator[ProposedSupplier]:
    """Yield the suppliers that the shop deals with, each that was merged as the kept one, and each once."""
    for supplier_id in dict.fromkeys(resolved(session, found) for found in ids):
        row = party_row(session, PartyKind.SUPPLIER, supplier_id)
        if row.is_active:
            yield ProposedSupplier(supplier_id=row.id, name=row.name, how=how)


def _gstins(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        for found in _GSTIN.findall(cell):
            try:
                yield parse_gstin(found)
            except RuleBroken:  # fifteen characters of something else
                continue


def _odd_gstins(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        for found in _GSTIN.findall(cell):
            try:
                parse_gstin(found)
            except RuleBroken as broken:
                if broken.code == "gst.gstin_check":
                    yield found


def _phones(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        for cell in row.cells:
            yield from _phones_in(cell)


def _phones_in(text: str) -> Iterator[str]:
    for found in _PHONE.findall(text):
        try:
            yield parse_phone(found)
        except RuleBroken:  # a number of something else
            continue
