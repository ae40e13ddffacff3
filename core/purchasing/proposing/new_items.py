"""Makes items of the lines that mean none yet: all of a file in one transaction, each learned as what it is called.

What a line does not say is asked and never guessed: the pieces of a pack that cannot be read, a rate of GST that is
zero without a reason. On which schedule a drug is no supplier's file says: where its name has a salt of the lists, that
is asked, and else it is unknown and not "on none".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import note_of
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, make
from core.boundary.lines import LineProblem
from core.catalog.coding import code_of
from core.catalog.dto import ItemKind, NewItem
from core.catalog.model import Item
from core.catalog.queries import in_parts, items_by_code
from core.catalog.service import add_items
from core.catalog.suggesting import rate_ended, schedules_in_name
from core.inventory.importing import ask_pack
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import NO_PERCENT, Percent
from core.parties.dto import PartyKind
from core.parties.queries import party_row
from core.purchasing.proposing.dto import LearnedLine, LineCode, LineName, LineText, Proposal, ProposedLine
from core.purchasing.proposing.keys import code_key, line_key, pack_of
from core.purchasing.proposing.learning import keep_lines, trusted_codes
from core.purchasing.reading.invoice import PackCount
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

_ADDED = "items.added_of_lines"
_HSN_LENGTHS = frozenset({4, 6, 8})
#: Chapter 30 but its wadding and bandages is medicine; what is under none is taken for it too, as items are.
_MEDICINE, _BANDAGES = "30", "3005"
_SAID_OF_TAX = ("treatment", "gst")
_NAMED_ROWS = 10


class LineItem(Frozen):
    """An item to add, and the texts of the line that it is learned by; ``factor`` of its packs are one unit there."""

    row: int
    item: NewItem
    name: LineName
    pack: LineText
    maker: LineText
    code: LineCode
    factor: Annotated[int, Field(ge=1, le=100_000)] = 1


class AddLineItems(Frozen):
    """The command to add the items of a file's lines and to remember what the supplier calls them.

    ``confirmed`` are the rows whose item has the name and pack of another and is a new one all the same.
    """

    command_id: UUID = Field(strict=False)
    supplier_id: UUID = Field(strict=False)
    lines: Annotated[tuple[LineItem, ...], Field(min_length=1, max_length=2_000)]
    confirmed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """What lines make of themselves: items to add, and for the others what is asked."""

    lines: tuple[LineItem, ...]
    problems: tuple[LineProblem, ...]


def draft_items(
    session: Session,
    proposal: Proposal,
    today: date,
    *,
    rows: Sequence[int] | None = None,
    said: Mapping[int, Mapping[str, Any]] | None = None,
) -> Drafts:
    """Return an item for each line that means none (of ``rows``, where given), lines of one item once.

    ``said`` is what a person says of the item of a row, as fields of ``NewItem`` (``pieces_per_pack``, ``gst``,
    ``schedules``, ...) or ``factor``; it goes before what the line says.
    """
    wanted = [line for line in proposal.lines if line.match is None and (rows is None or line.row in rows)]
    codes = trusted_codes((line.code, line.name, line.pack) for line in proposal.lines)
    drafts: dict[str, LineItem] = {}
    problems: list[LineProblem] = []
    free = _FreeCodes(session)
    for line in wanted:
        key = line_key(line.name, line.pack, line.maker)
        if key in drafts:
            continue
        draft = _draft(line, dict((said or {}).get(line.row, {})), free, today)
        if isinstance(draft, list):
            problems += (LineProblem.of(line.row, broken) for broken in draft)
            continue
        drafts[key] = draft if code_key(line.code) in codes else draft.model_copy(update={"code": ""})
    return Drafts(tuple(drafts.values()), tuple(problems))


def add_line_items(uow: UnitOfWork, command: AddLineItems) -> int:
    """Add items and remember what the supplier calls them, and return how many; the same command again adds nothing.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``, ``items.command_reused``, ``items.code_taken``,
    ``items.barcode_taken``, ``proposal.learned_twice``, ``proposal.like_others``.
    """
    require(uow, Permission.EDIT_ITEMS)
    _require_to_learn(uow)
    supplier = party_row(uow.session, PartyKind.SUPPLIER, command.supplier_id)
    sha = hashlib.sha256(command.model_dump_json(exclude={"lines"}).encode() + _content(command)).hexdigest()
    done = note_of(uow.session, command.command_id, _ADDED)
    if done is not None:
        if done["command_sha"] != sha:
            raise RuleBroken("items.command_reused", command=str(command.command_id))
        return len(command.lines)
    _refuse_twins(uow.session, command)
    added = add_items(uow, [line.item for line in command.lines])
    uow.session.flush()
    learned = (
        LearnedLine(
            name=line.name, pack=line.pack, maker=line.maker, code=line.code, item_id=item.id, factor=line.factor
        )
        for line, item in zip(command.lines, added, strict=True)
    )
    keep_lines(uow, supplier.id, learned)
    write_event(uow, _ADDED, command.command_id, {"command_sha": sha, "supplier": str(supplier.id)})
    return len(added)


def _require_to_learn(uow: UnitOfWork) -> None:
    """Ask for the right to purchase too: who may only edit items does not say what suppliers mean."""
    require(uow, Permission.PURCHASE)


class _FreeCodes:
    """Codes for new items: made of their names, and none twice."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._given: set[str] = set()

    def of(self, name: str) -> str:
        base, number = code_of(name), 1
        code = base
        while code in self._given or items_by_code(self._session, [code]):
            number += 1
            code = f"{base}-{number}"
        self._given.add(code)
        return code


def _draft(line: ProposedLine, said: dict[str, Any], free: _FreeCodes, today: date) -> LineItem | list[RuleBroken]:
    """Return the item of a line, or all that is asked of it."""
    factor = said.pop("factor", None)
    hsn = re.sub(r"[ .]", "", line.hsn)
    parts: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: _of_pack(line, said, factor),
        lambda: _of_tax(line, said, today),
        lambda: _of_schedules(line, said, _kind(hsn), today),
    )
    values: dict[str, Any] = {}
    asked: list[RuleBroken] = []
    for part in parts:
        try:
            values |= part()
        except RuleBroken as broken:
            asked.append(broken)
    try:
        return asked or _item(line, hsn, factor, {**values, **said}, free)
    except RuleBroken as broken:
        return [broken]


def _item(line: ProposedLine, hsn: str, factor: int | None, known: Mapping[str, Any], free: _FreeCodes) -> LineItem:
    chosen = {
        "name": line.name,
        "manufacturer": line.maker or None,
        "pack_label": line.pack,
        "hsn": hsn if len(hsn) in _HSN_LENGTHS and hsn.isascii() and hsn.isdigit() else None,
        "kind": _kind(hsn),
        **known,
    }
    chosen.setdefault("code", free.of(str(chosen["name"])))
    item = make(NewItem, chosen)
    texts = {"name": line.name, "pack": line.pack, "maker": line.maker, "code": code_key(line.code)}
    return make(LineItem, {"row": line.row, "item": item, "factor": factor or 1, **texts})


def _ask_for_ended_rate(gst: Percent, today: date) -> None:
    """Ask where goods bear a rate that the law took away, unless a person has said it of the item."""
    ended = rate_ended(gst, today)
    if ended is None:
        return
    since, left_for = ended
    if left_for:
        raise RuleBroken("items.rate_left_for_few", where="gst", rate=str(gst), since=show_date(since), goods=left_for)
    raise RuleBroken("items.rate_ended", where="gst", rate=str(gst), since=show_date(since))


def _of_pack(line: ProposedLine, said: Mapping[str, Any], factor: int | None) -> dict[str, Any]:
    """Return the pack. A box of packs that is billed as one or by the pack is asked, and so is a price above MRP."""
    pack = pack_of(line.pack, line.name)
    if "pieces_per_pack" not in said and (pack is None or not line.pack.strip()):
        raise ask_pack(line.pack, line.name)
    boxed = pack is not None and pack.packs_per_box is not None
    if factor is None and boxed:
        raise RuleBroken("proposal.box_or_pack", where="factor", packs=pack.packs_per_box if pack else 1)
    if factor is None and line.mrp and (cost := _unit_cost(line)) is not None and cost > line.mrp.paise:
        raise RuleBroken("proposal.rate_above_mrp", where="factor", name=line.name, mrp=str(line.mrp))
    if pack is None:
        return {}
    return {"pieces_per_pack": pack.pieces_per_pack, "packs_per_box": pack.packs_per_box}


def _unit_cost(line: ProposedLine) -> int | None:
    """Return what a billed unit costs with GST in paise, rounded down; None where nothing is billed."""
    billed: PackCount = line.billed
    if not billed:
        return None
    whole = line.taxable + line.cgst + line.sgst + line.igst
    return whole.paise * 1_000 // billed.thousandths


def _of_tax(line: ProposedLine, said: Mapping[str, Any], today: date) -> dict[str, Any]:
    if any(name in said for name in _SAID_OF_TAX):
        rate = line.gst if line.gst is not None else NO_PERCENT
        is_taxed = bool(said.get("gst") or line.gst)
    elif line.gst is None:
        raise RuleBroken("items.gst_missing", where="gst")
    elif not line.gst:
        raise RuleBroken("items.zero_rate", where="gst")
    else:
        rate, is_taxed = line.gst, True
    treatment = said.get("treatment", GstTreatment.TAXABLE if is_taxed else GstTreatment.NIL)
    if treatment == GstTreatment.TAXABLE and "gst" not in said:
        _ask_for_ended_rate(rate, today)
    return {"treatment": treatment, "gst": rate}


def _of_schedules(line: ProposedLine, said: Mapping[str, Any], kind: ItemKind, today: date) -> dict[str, Any]:
    """Ask where the name of a drug has a salt that is on a list. Raises RuleBroken ``proposal.schedules_suggested``."""
    if "schedules" in said or said.get("kind", kind) != ItemKind.DRUG:
        return {}
    found = schedules_in_name(str(said.get("name", line.name)), line.pack, today)
    if not found:
        return {}
    raise RuleBroken(
        "proposal.schedules_suggested",
        where="schedules",
        name=line.name,
        schedules=", ".join(one.schedule for one in found),
        because=", ".join(dict.fromkeys(one.because for one in found)),
    )


def _kind(hsn: str) -> ItemKind:
    is_medicine = not hsn or (hsn.startswith(_MEDICINE) and not hsn.startswith(_BANDAGES))
    return ItemKind.DRUG if is_medicine else ItemKind.GOODS


def _refuse_twins(session: Session, command: AddLineItems) -> None:
    """Ask before the stock of one product is split over two items.

    Raises RuleBroken ``proposal.like_others``.
    """
    new = {line.row: (name_key(line.item.name), line.item.pieces_per_pack) for line in command.lines}
    standing = {
        (key, pieces)
        for part in in_parts(key for key, _ in new.values())
        for key, pieces in session.execute(
            select(Item.name_key, Item.pieces_per_pack).where(Item.name_key.in_(part), Item.is_active)
        )
    }
    alike = [str(row) for row, twin in new.items() if twin in standing and row not in command.confirmed]
    if alike:
        raise RuleBroken("proposal.like_others", where="confirmed", rows=", ".join(alike[:_NAMED_ROWS]))


def _content(command: AddLineItems) -> bytes:
    """Return the lines in one order of their parts: a set of schedules has none of its own."""
    return "\n".join(sorted(_line_content(command))).encode()


def _line_content(command: AddLineItems) -> Iterator[str]:
    for line in command.lines:
        schedules = line.item.schedules
        known = "-" if schedules is None else ",".join(sorted(schedules))
        yield f"{line.model_dump_json(exclude={'item': {'schedules'}})}{known}"
