"""A distributor's file as the paper being entered: read, its columns asked, its lines matched, new items made.

Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.lines import placed
from core.boundary.messages import explain
from core.inventory.dto import ItemHit
from core.inventory.importing import read_schedules
from core.inventory.queries import hits
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money
from core.purchasing.entering import EntryItem, EntrySupplier, entry_items, entry_supplier
from core.purchasing.proposing.dto import LearnedLine, Proposal, ProposedLine, RememberLayout
from core.purchasing.proposing.learning import layout_of, remember_layout, trusted_codes
from core.purchasing.proposing.new_items import AddLineItems, Drafts, add_line_items, draft_items
from core.purchasing.proposing.proposal import LayoutAsked, propose_file
from core.purchasing.reading.mapping import ColumnMapping, NeedsMapping
from core.purchasing.reading.roles import Role
from core.purchasing.receipt_dto import MOST_MAKER
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.goods_in.draft import Cell, EntryDraft, EntryLine, Head, Source
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import line_words, tr
from pos_desktop.shell.tone import Tone

_SET_OFFS: Final = ("credit_note", "replacement", "advance")
_SAMPLES: Final = 3
#: What new items may be asked beside the pieces of their pack.
_ASKED_OF_ITEMS: Final = frozenset({"gst", "factor", "schedules"})


class Paper(Protocol):
    """The paper that a file is taken into."""

    draft: EntryDraft

    def show_file(self, draft: EntryDraft, words: str, tone: Tone) -> None:
        """Show a draft that came of a file, with a sentence."""
        ...

    def know_items(self, items: Mapping[int, EntryItem], unread: int) -> None:
        """Take items for lines, by their row in the file; of ``unread`` nobody has looked up the schedules."""
        ...


@dataclass(slots=True)
class _File:
    """The file that is being taken in, and what was said of it."""

    path: Path
    supplier_id: UUID | None = None
    columns: ColumnMapping | None = None
    said: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read: the proposal, its supplier and items as lines need them."""

    proposal: Proposal
    supplier: EntrySupplier | None
    items: dict[UUID, EntryItem]


class Filing:
    """Reads files into a paper; ``paper`` shows what comes of it."""

    def __init__(self, lanes: Lanes, actor: Actor, desk: FormDesk, paper: Paper, today: Callable[[], date]) -> None:
        """Start without a file."""
        self._lanes = lanes
        self._actor = actor
        self._desk = desk
        self._paper = paper
        self._today = today
        self._file: _File | None = None
        self._proposal: Proposal | None = None

    @property
    def has_unknown(self) -> bool:
        """Whether lines of the file mean no item yet."""
        return self._file is not None and any(line.item is None for line in self._paper.draft.lines)

    def forget(self) -> None:
        """The paper was entered or left."""
        self._file = self._proposal = None

    def open(self) -> None:
        """F3: ask for the file."""
        form = SentForm(
            title=tr("The distributor's file"),
            about=tr("CSV, Excel, DBF, or a PDF with text. Whose it is, is found in it."),
            fields=[FormField("file", tr("File"), hint=tr("Ctrl+O looks for it"), most=1000)],
            submit=tr("Read it"),
        )
        form.send = lambda typed: self._begin(form, typed["file"])
        self._desk.open(form)

    def make_items(self) -> None:
        """F5: make items of all lines that mean none, in one step; what the file does not say is asked."""
        file, proposal, today = self._file, self._proposal, self._today()
        if file is None or proposal is None or not self.has_unknown:
            return
        if self._paper.draft.head.supplier is None:
            self._desk.say(tr("F2 says whose goods these are first: their names are remembered for it."), Tone.WARNING)
            return
        said, rows = dict(file.said), self._unknown_rows()

        def drafts(session: Session) -> Drafts:
            return draft_items(session, proposal, today, rows=rows, said=said)

        self._lanes.read(drafts, self._drafted, self._desk.failed)

    def learned(self) -> tuple[LearnedLine, ...]:
        """Return what the lines of the paper teach of its supplier's words."""
        lines = [(line, line.source, line.item) for line in self._paper.draft.lines]
        codes = trusted_codes((source.code, source.name, source.pack) for _, source, _ in lines if source is not None)
        found: dict[tuple[str, str, str], LearnedLine] = {}
        for line, source, item in lines:
            if source is not None and item is not None and source.name:
                found[source.name, source.pack, source.maker] = LearnedLine(
                    name=source.name,
                    pack=source.pack,
                    maker=source.maker,
                    code=source.code if source.code.strip().upper() in codes else "",
                    item_id=item.item_id,
                    factor=line.factor,
                )
        return tuple(found.values())

    def layout(self) -> RememberLayout | None:
        """Return what the file teaches of its supplier's columns, None where the paper is of no file."""
        supplier = self._paper.draft.head.supplier
        if self._proposal is None or supplier is None:
            return None
        return layout_of(self._proposal, supplier.supplier_id)

    def candidates(self, line: EntryLine, show: Callable[[Sequence[ItemHit]], None]) -> None:
        """Read the items that a line of the file may mean."""
        ids, today = list(line.candidates), self._today()
        if ids:
            self._lanes.read(lambda session: hits(session, ids, today), show, self._desk.failed)

    # --- inside --------------------------------------------------------------------------------------------------

    def _begin(self, form: SentForm, text: str) -> None:
        if not text.strip():
            raise RuleBroken("input.empty", where="file", field="file")
        self._file = _File(Path(text.strip()).expanduser())
        self._read(form)

    def _read(self, form: SentForm) -> None:
        """Read the file, and show it or ask what its columns mean."""
        file, actor, today = self._file, self._actor, self._today()
        assert file is not None

        def read(session: Session) -> _Read | LayoutAsked:
            found = propose_file(
                session, actor, file.path, today=today, supplier_id=file.supplier_id, columns=file.columns
            )
            if isinstance(found, LayoutAsked):
                return found
            supplier = None
            if found.supplier is not None:
                supplier = entry_supplier(session, str(found.supplier.supplier_id), today)
            ids = [line.match.item_id for line in found.lines if line.match is not None]
            supplier_id = supplier.supplier_id if supplier is not None else None
            return _Read(found, supplier, entry_items(session, ids, supplier_id, today))

        def show(found: _Read | LayoutAsked) -> None:
            if self._desk.form is form:
                self._desk.form = None
            if isinstance(found, LayoutAsked):
                self._ask_columns(found)
                return
            self._proposal = found.proposal
            self._remember(found)
            draft = _draft_of(found)
            words, tone = _words_of(found.proposal)
            self._paper.show_file(draft, words, tone)

        self._lanes.read(read, show, lambda error: self._desk.refused(form, error, "file"))

    def _ask_columns(self, asked: LayoutAsked) -> None:
        """Ask what the columns mean that could be several things."""
        question = asked.question
        roles = [(role.value, role.value.replace("_", " ")) for role in Role]
        form = SentForm(
            title=tr("What the columns mean"),
            about=explain(question.problem),
            fields=[
                FormField(
                    f"column{guess.place}",
                    guess.title or tr("Column {number}", number=guess.place + 1),
                    FieldKind.CHOICE,
                    (guess.role or Role.IGNORED).value,
                    hint=", ".join(guess.samples[:_SAMPLES]),
                    choices=roles,
                )
                for guess in question.columns
            ],
            submit=tr("Read it so"),
            columns=3,
        )
        form.send = lambda typed: self._columns_said(form, question, typed)
        self._desk.open(form)

    def _columns_said(self, form: SentForm, question: NeedsMapping, typed: Mapping[str, str]) -> None:
        file = self._file
        assert file is not None
        guesses = question.columns
        roles = {at: Role(typed[f"column{guess.place}"]) for at, guess in enumerate(guesses)}
        file.columns = ColumnMapping.of([one.title for one in guesses], [one.place for one in guesses], roles)
        self._read(form)

    def _remember(self, found: _Read) -> None:
        """Remember for the supplier what its columns mean, where a person said it."""
        file, proposal = self._file, found.proposal
        if file is None or file.columns is None or found.supplier is None or not proposal.layout_key:
            return
        command = RememberLayout(
            supplier_id=found.supplier.supplier_id, layout_key=proposal.layout_key, columns=proposal.columns
        )

        def work(uow: UnitOfWork) -> None:
            remember_layout(uow, command)

        self._lanes.write(work, lambda _: None, self._desk.failed)

    def _unknown_rows(self) -> list[int]:
        return [line.source.row for line in self._paper.draft.lines if line.item is None and line.source is not None]

    def _drafted(self, drafts: Drafts) -> None:
        if drafts.problems:
            self._ask_items(drafts)
            return
        supplier = self._paper.draft.head.supplier
        if not drafts.lines or supplier is None:
            return
        rows = tuple(line.row for line in drafts.lines)
        command = AddLineItems(
            command_id=new_id(), supplier_id=supplier.supplier_id, lines=drafts.lines, confirmed=rows
        )
        unread = sum(line.item.needs_its_label_read for line in drafts.lines)
        self._lanes.write(
            lambda uow: add_line_items(uow, command), lambda _: self._match_again(unread), self._desk.failed
        )

    def _ask_items(self, drafts: Drafts) -> None:
        """Ask what the file does not say of new items: pieces of a pack, GST, unit that is billed, drug schedules."""
        names = {line.source.row: line.name for line in self._paper.draft.lines if line.source is not None}
        asked = [
            (one.line, one.column if one.column in _ASKED_OF_ITEMS else "pieces_per_pack", one.problem)
            for one in drafts.problems
        ]
        labels = {
            "pieces_per_pack": tr("Pieces in a pack"),
            "gst": tr("GST %"),
            "factor": tr("Packs in one unit of the paper"),
            "schedules": tr("Schedules, or none"),
        }
        likely = {"gst": "", "schedules": "schedules"}
        form = SentForm(
            title=tr("New items"),
            about=tr("The file does not say all of them."),
            fields=[
                FormField(
                    f"{name}{row}",
                    f"{names.get(row, '')}: {labels[name]}",
                    hint=explain(problem),
                    value=str(problem.values.get(likely[name], "")) if name in likely else "1",
                    most=40 if name == "schedules" else 8,
                    span=2,
                )
                for row, name, problem in asked
            ],
            submit=tr("Make them"),
            columns=2,
        )

        def send(typed: Mapping[str, str]) -> None:
            assert self._file is not None
            for row, name, _ in asked:
                self._file.said.setdefault(row, {})[name] = _said_of_item(
                    name, typed[f"{name}{row}"].strip(), where=f"{name}{row}", label=labels[name]
                )
            self._desk.open(None)
            self.make_items()

        form.send = send
        self._desk.open(form)

    def _match_again(self, unread: int) -> None:
        """New items were made: the lines mean them now. ``unread`` are drugs whose schedules nobody looked up."""
        file, actor, today = self._file, self._actor, self._today()
        supplier = self._paper.draft.head.supplier
        if file is None or supplier is None:
            return

        def read(session: Session) -> dict[int, EntryItem]:
            found = propose_file(
                session, actor, file.path, today=today, supplier_id=supplier.supplier_id, columns=file.columns
            )
            if isinstance(found, LayoutAsked):
                return {}
            matched = {line.row: line.match.item_id for line in found.lines if line.match is not None}
            items = entry_items(session, list(matched.values()), supplier.supplier_id, today)
            return {row: items[item_id] for row, item_id in matched.items()}

        self._lanes.read(read, lambda items: self._paper.know_items(items, unread), self._desk.failed)


def _said_of_item(name: str, text: str, *, where: str, label: str) -> Any:
    """Return what is typed of a new item as ``draft_items`` takes it.

    Raises RuleBroken ``input.empty``, ``input.not_whole``, ``items.no_schedule``.
    """
    if name == "gst":
        return text
    if name == "schedules":
        with placed(where):
            said = read_schedules(text)
        if said is None:
            raise RuleBroken("input.empty", where=where, field=label)
        return said
    if not text.isascii() or not text.isdigit() or not int(text):
        raise RuleBroken("input.not_whole", where=where, field=label)
    return int(text)


def _words_of(proposal: Proposal) -> tuple[str, Tone]:
    """Return what is said of a file that was read."""
    unknown = sum(line.match is None for line in proposal.lines)
    notes = [note.words for note in (*proposal.asked, *proposal.differences, *proposal.warnings)]
    said = [line_words(len(proposal.lines))]
    if unknown:
        said.append(tr("{count} mean no item yet: search for them, or F5 makes new items of them", count=unknown))
    tone = Tone.DANGER if proposal.differences else Tone.WARNING if unknown or notes else Tone.GOOD
    return "  ·  ".join((*said, *notes)), tone


def _draft_of(found: _Read) -> EntryDraft:
    """Return the paper that a file makes."""
    proposal, printed = found.proposal, found.proposal.printed
    values = {
        "number": proposal.number,
        "billed_on": proposal.on_date.isoformat() if proposal.on_date is not None else "",
        "due_date": proposal.due_date.isoformat() if proposal.due_date is not None else "",
        "discounts": "after_tax",
        "buyer_gstin": proposal.buyer_gstin or "",
    }
    amounts = {
        "trade_discount": printed.trade_discount,
        "scheme_discount": printed.scheme_discount,
        "cash_discount": printed.cash_discount,
        "freight": printed.freight,
        "other_charges": printed.other_charges + printed.debit_note,
        "tcs": printed.tcs,
        **{name: getattr(printed, name) for name in _SET_OFFS},
    }
    values |= {name: str(amount) for name, amount in amounts.items() if amount}
    values |= {f"{kind}_number": number for kind, number in proposal.papers.items() if amounts[kind]}
    if printed.total is not None:
        values["total"] = str(printed.total + Money.total(getattr(printed, name) for name in _SET_OFFS))
    lines = [_line_of(line, found.items.get(line.match.item_id) if line.match else None) for line in proposal.lines]
    orders = found.supplier.orders if found.supplier is not None else ()
    return EntryDraft(head=Head(found.supplier, values), lines=lines, orders=orders)


def _line_of(line: ProposedLine, item: EntryItem | None) -> EntryLine:
    """Return a line of a file as it is entered; what is printed of its value and taxes stands beside it."""
    expires = line.expires
    is_whole = not line.billed.thousandths % 1000 and not line.free.thousandths % 1000
    by_pieces = not is_whole and line.billed_units is not None
    cells = {
        Cell.BATCH: line.batch,
        Cell.EXPIRY: str(expires) if expires is not None else "",
        Cell.MRP: str(line.pack_mrp or line.mrp or ""),
        Cell.QUANTITY: f"{line.billed_units}t" if by_pieces else str(line.billed),
        Cell.FREE: (f"{line.free_units}t" if by_pieces else str(line.free)) if line.free else "",
        Cell.RATE: str(line.rate).rstrip("0").rstrip("."),
        Cell.GST: str(line.gst) if line.gst is not None else "",
    }
    beside = {"taxable": str(line.taxable), "maker": line.maker[:MOST_MAKER].rstrip()}
    if line.discount != ZERO:
        beside["discount"] = str(line.discount)
    if line.tax_is_printed:
        beside |= {"cgst": str(line.cgst), "sgst": str(line.sgst), "igst": str(line.igst)}
    asked = next(iter(line.asked), None) if item is not None else None
    return EntryLine(
        item=item,
        name=line.name,
        cells={cell: text for cell, text in cells.items() if text},
        beside=beside,
        factor=line.factor or 1,
        problem=asked.problem() if asked is not None else None,
        source=Source(line.row, line.name, line.pack, line.maker, line.code),
        candidates=tuple(one.item_id for one in line.candidates),
        notes=tuple(note.words for note in line.warnings),
    )
