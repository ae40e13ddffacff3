"""Commands about distributors' files: read as a proposal, their items learned or made, their columns explained."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from cli.context import Invocation, problem_json, read_json
from cli.overrides import Supervisor, SupervisorName, allowed_by
from core.app.shop import Shop
from core.boundary.frozen import load, make
from core.boundary.messages import explain
from core.catalog.queries import find_item
from core.inventory.importing import read_schedules
from core.kernel.actor import Actor
from core.kernel.clock import business_date
from core.kernel.dates import parse_day
from core.kernel.errors import NeedsConfirmation, Problem, RuleBroken
from core.kernel.ids import id_from_content, new_id
from core.kernel.money import Money
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.asking import Questions
from core.purchasing.bill_dto import SupplierBillView
from core.purchasing.order_queries import open_lines
from core.purchasing.proposing.dto import (
    LearnSupplierItems,
    LineAnswer,
    Note,
    Proposal,
    ProposedLine,
    RememberLayout,
)
from core.purchasing.proposing.learning import learn_supplier_items, learnable, remember_layout
from core.purchasing.proposing.new_items import AddLineItems, add_line_items, draft_items
from core.purchasing.proposing.posting import Missing, TakeFileIn, file_command, take_file_in
from core.purchasing.proposing.proposal import LayoutAsked, propose_file
from core.purchasing.reading.mapping import ColumnMapping, NeedsMapping
from core.storage.unit_of_work import UnitOfWork

File = Annotated[Path, typer.Argument(help="The file that the supplier sent: CSV, Excel, DBF or PDF with text.")]
Who = Annotated[
    str | None, typer.Option(help="Whose it is, where the file does not say: id, telephone, GSTIN, or the whole name.")
]
Answered = Annotated[list[str] | None, typer.Option("--order", help="An order that it answers; may be given again.")]
Said = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="JSON list of what is said of lines: row, item, factor, mrp_of_unit, batch, expiry, mrp, maker.",
    ),
]

#: So many codes are named in a sentence.
_NAMED = 10


def read(
    context: typer.Context, file: File, supplier: Who = None, answers: Said = None, order: Answered = None
) -> None:
    """Show what a file would bring in: items, what is asked, what is odd, and whether it adds up."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            proposal = _proposal(session, shop, actor, file, supplier, _answers(session, answers))
            orders = [] if order else _open_orders(session, proposal)
        objection = _objection(shop, actor, proposal, order or ()) if proposal.is_ready else None
    text = _text(proposal, objection) + "".join(f"\n  ! {explain(_ordered(orders))}" for _ in orders[:1])
    answer = {**_json(proposal), "orders": orders}
    if objection is not None:
        answer |= {"ready": False, "objection": problem_json(objection)}
    invocation.answer(answer, text)


class _Undone(Exception):
    """Raised to take back what was tried."""


def _objection(shop: Shop, actor: Actor, proposal: Proposal, orders: Sequence[str]) -> Problem | None:
    """Return why a file would not be taken in as it stands, or what would be asked: tried, and taken back again."""
    found: Problem | None = None
    try:
        with shop.database.write(actor) as uow:
            try:
                command = file_command(proposal, command_id=new_id(), receipt_id=new_id(), orders=orders)
                take_file_in(uow, command)
            except Problem as problem:
                found = problem
            raise _Undone
    except _Undone:
        return found


def learn(
    context: typer.Context,
    file: File,
    row: Annotated[int, typer.Argument(help="The line's row in the file, as `purchase read` shows it.")],
    item: Annotated[str, typer.Argument(help="Our item: its code or barcode.")],
    factor: Annotated[int | None, typer.Option(min=1, help="How many of our packs are one unit there.")] = None,
    supplier: Who = None,
) -> None:
    """Name the item of a line, and remember it for the supplier."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.write(actor) as uow:
            answer = LineAnswer(row=row, item_id=_item(uow.session, item), factor=factor)
            proposal = _proposal(uow.session, shop, actor, file, supplier, [answer])
            line = next(line for line in proposal.lines if line.row == row)
            if line.factor is None:
                raise line.asked[0].problem()
            texts = (line.name, line.pack, line.maker)
            kept = tuple(one for one in learnable(proposal) if (one.name, one.pack, one.maker) == texts)
            command = make(LearnSupplierItems, {"supplier_id": _supplier_of(proposal), "lines": kept})
            learn_supplier_items(uow, command)
            after = _proposal(uow.session, shop, actor, file, supplier, ())
    line = next(line for line in after.lines if line.row == row)
    invocation.answer(_line_json(after, line), "\n".join(_line_text(line)))


def new_items(
    context: typer.Context,
    file: File,
    supplier: Who = None,
    row: Annotated[list[int] | None, typer.Option(help="Only the line of this row; may be given again.")] = None,
    said: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ROW.FIELD=VALUE", help="What the line does not say: 5.pieces_per_pack=10."),
    ] = None,
    confirm: Annotated[bool, typer.Option(help="They are new, though others have the same name and pack.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Only show them.")] = False,
) -> None:
    """Make items of the lines that mean none yet, all at once, and remember what the supplier calls them."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor, today = invocation.actor(shop), business_date(shop.database.clock.now())
        with shop.database.read() as session:
            proposal = _proposal(session, shop, actor, file, supplier, ())
            drafts = draft_items(session, proposal, today, rows=row or None, said=_fields(said or ()))
        if not dry_run:
            if drafts.problems:
                first = drafts.problems[0]
                raise first.problem.moved_to(f"{first.line}.{first.column or 'line'}")
            if not drafts.lines:
                raise RuleBroken("proposal.nothing_new", file=file.name)
            rows = tuple(line.row for line in drafts.lines) if confirm else ()
            supplier_id = _supplier_of(proposal)
            command = AddLineItems(command_id=new_id(), supplier_id=supplier_id, lines=drafts.lines, confirmed=rows)
            with shop.database.write(actor) as uow:
                add_line_items(uow, command)
    items = [{"row": line.row, **line.item.model_dump(mode="json")} for line in drafts.lines]
    asked = [{"row": one.line, "field": one.column, "code": one.code} for one in drafts.problems]
    lines = [f"{line.row:>4}  {line.item.code:<14} {line.item.name}  {line.item.pack_label}" for line in drafts.lines]
    lines += [f"{one.line:>4}  {Note.of(one.problem).words}" for one in drafts.problems]
    unread = [line.item.code for line in drafts.lines if line.item.needs_its_label_read]
    if unread:
        lines.append(f"  ! {explain(RuleBroken('proposal.schedules_unknown', items=_some(unread)))}")
    answer = {"items": items, "asked": asked, "schedules_unknown": unread}
    invocation.answer(answer, "\n".join(lines) or "Every line means an item already.")


def columns(
    context: typer.Context,
    file: File,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="HEADER=MEANING", help="What a column means; #3 is the third. May be given again."),
    ] = None,
    supplier: Who = None,
) -> None:
    """Show the columns of a file that could mean several things; say what they mean, and it is remembered."""
    invocation: Invocation = context.obj
    said = dict(_pair(text) for text in column or ())
    with invocation.shop() as shop:
        actor, today = invocation.actor(shop), business_date(shop.database.clock.now())
        with shop.database.read() as session:
            supplier_id = _supplier(session, supplier)
            mapping = ColumnMapping.from_words(said) if said else None
            found = propose_file(session, actor, file, today=today, supplier_id=supplier_id, columns=mapping)
        if isinstance(found, LayoutAsked):
            if said:
                raise found.question.problem
            invocation.answer(_columns_json(found.question), _columns_text(found.question))
            return
        if said:
            command = RememberLayout(
                supplier_id=_supplier_of(found), layout_key=found.layout_key, columns=found.columns
            )
            with shop.database.write(actor) as uow:
                remember_layout(uow, command)
    text = "\n".join(f"{name:<24} {role}" for name, role in found.columns.items())
    invocation.answer(
        {"layout": found.layout, "columns": found.columns}, text or f"The layout {found.layout} is known."
    )


def take_in(
    context: typer.Context,
    file: File,
    supplier: Who = None,
    answers: Said = None,
    number: Annotated[str | None, typer.Option(help="The bill's number, where the file does not print it.")] = None,
    dated: Annotated[str | None, typer.Option(metavar="DAY", help="The day of the bill.")] = None,
    total: Annotated[str | None, typer.Option(help="The total on the bill, before what it sets off.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DAY", help="When it is due, where the bill says so.")] = None,
    bill_of_supply: Annotated[
        bool, typer.Option("--bill-of-supply", help="It is no tax invoice: of a composition dealer, or without GST.")
    ] = False,
    short: Annotated[
        list[str] | None, typer.Option(metavar="ROW=QUANTITY", help="Billed and not in the box; may be given again.")
    ] = None,
    damaged: Annotated[
        list[str] | None, typer.Option(metavar="ROW=QUANTITY", help="Broken in the box; may be given again.")
    ] = None,
    order: Answered = None,
    reason: Annotated[str | None, typer.Option(help="Why it is taken though it differs; it is written down.")] = None,
    confirm: Annotated[bool, typer.Option(help="Take what was asked about.")] = False,
    command_id: Annotated[UUID | None, typer.Option(help="An id of your own: the same again changes nothing.")] = None,
    supervisor: SupervisorName = None,
    why: Annotated[str | None, typer.Option(help="Why the supervisor allows it; it is written down.")] = None,
) -> None:
    """Take goods and bill of a file in: only where every line is known and all closes with the printed total."""
    invocation: Invocation = context.obj
    typed: dict[str, Any] = {}
    if number is not None:
        typed["number"] = number
    if dated is not None:
        typed["billed_on"] = parse_day(dated)
    if total is not None:
        typed["total"] = Money.parse(total)
    if due is not None:
        typed["due_date"] = parse_day(due)
    if bill_of_supply:
        typed["is_bill_of_supply"] = True
    missing = _missing(short or (), damaged or ())
    bill_id = command_id or new_id()
    heard: list[RuleBroken] = []
    allowing = Supervisor.named(supervisor, why)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)

        def once() -> SupplierBillView:
            heard.clear()
            with shop.database.write(actor) as uow:
                proposal = _proposal(uow.session, shop, actor, file, supplier, _answers(uow.session, answers))
                with _naming_its_line(invocation, proposal):
                    command = file_command(
                        proposal,
                        command_id=bill_id,
                        receipt_id=id_from_content("goods_receipt", bill_id.hex),
                        typed=typed,
                        missing=missing,
                        orders=order or (),
                        match_reason=reason,
                        confirmed=confirm,
                    )
                questions = Questions(confirmed=confirm, caution=heard.append)
                orders = [] if order else _open_orders(uow.session, proposal)
                questions.ask(NeedsConfirmation("proposal.ordered", orders=", ".join(orders)) if orders else None)
                return _taken_in(uow, command, questions, heard.append)

        bill = allowed_by(allowing, shop, actor, bill_id, once)
    said = [explain(one) for one in dict.fromkeys(heard)]
    whose = f"Bill {bill.number} of {bill.supplier_name} over {bill.total.grouped()}"
    lines = [f"{whose} is entered, its goods are in: {bill.lines[0].receipt_number}"]
    lines += [f"  ! {words}" for words in said]
    invocation.answer({**bill.model_dump(mode="json"), "said": said}, "\n".join(lines))


def _taken_in(
    uow: UnitOfWork, command: TakeFileIn, questions: Questions, caution: Callable[[RuleBroken], None]
) -> SupplierBillView:
    """Take a file in, and ask what it asks together with other ``questions``."""
    try:
        bill = take_file_in(uow, command, caution)
    except NeedsConfirmation as asked:
        questions.ask(asked)
        questions.settle()
        raise
    questions.settle()
    return bill


@contextmanager
def _naming_its_line(invocation: Invocation, proposal: Proposal) -> Iterator[None]:
    """Say before what is asked of a line which one it is: beside the others it would say so by its place."""
    try:
        yield
    except RuleBroken as broken:
        name, _, place = (broken.where or "").partition(".")
        if name == "lines" and place.isdecimal() and not invocation.as_json:
            line = proposal.lines[int(place)]
            print(f"Line {line.row}, {line.name}:", file=sys.stderr)
        raise


def _missing(short: Sequence[str], damaged: Sequence[str]) -> dict[int, Missing]:
    """Read what was not in the box by the row in the file. Raises RuleBroken ``proposal.set_form``."""
    found: dict[int, Missing] = {}
    for name, texts in (("short", short), ("damaged", damaged)):
        for text in texts:
            row, quantity = _pair(text)
            if not row.isdecimal():
                raise RuleBroken("proposal.set_form", text=text)
            found[int(row)] = found.get(int(row), Missing())._replace(**{name: quantity})
    return found


#: The commands by the names they are typed by.
COMMANDS: Mapping[str, Callable[..., None]] = MappingProxyType(
    {"read": read, "learn": learn, "new-items": new_items, "columns": columns, "take-in": take_in}
)


def _proposal(
    session: Session, shop: Shop, actor: Actor, file: Path, supplier: str | None, answers: Sequence[LineAnswer]
) -> Proposal:
    """Return the proposal of a file. Raises RuleBroken, the question what its columns mean among them."""
    today = business_date(shop.database.clock.now())
    supplier_id = _supplier(session, supplier)
    found = propose_file(session, actor, file, today=today, supplier_id=supplier_id, answers=answers)
    if isinstance(found, LayoutAsked):
        raise found.question.problem
    return found


def _open_orders(session: Session, proposal: Proposal) -> list[str]:
    """Return the numbers of orders that still await something of what the file brings, the oldest first."""
    if proposal.supplier is None:
        return []
    items = {line.match.item_id for line in proposal.lines if line.match is not None}
    lines = open_lines(session, proposal.supplier.supplier_id)
    return list(dict.fromkeys(one.number for one in lines if one.line.item_id in items))


def _ordered(orders: Sequence[str]) -> RuleBroken:
    return RuleBroken("proposal.ordered", orders=", ".join(orders))


def _supplier(session: Session, text: str | None) -> UUID | None:
    return None if text is None else find_party(session, PartyKind.SUPPLIER, text)


def _supplier_of(proposal: Proposal) -> UUID:
    if proposal.supplier is None:
        raise proposal.asked[0].problem()
    return proposal.supplier.supplier_id


def _item(session: Session, text: str) -> UUID:
    item_id = find_item(session, text)
    if item_id is None:
        raise RuleBroken("parties.no_item", where="item", item=text)
    return item_id


def _answers(session: Session, file: str | None) -> list[LineAnswer]:
    """Read what is said of lines, with our items by code or barcode."""
    if file is None:
        return []
    said = read_json(file)
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise RuleBroken("input.not_list", where="answers", field="answers", text=file)
    found = []
    for place, one in enumerate(said):
        try:
            found.append(_answer_of(session, one))
        except RuleBroken as broken:
            raise RuleBroken(broken.code, where=f"answers.{place}.{broken.where}", **broken.values) from None
    return found


def _answer_of(session: Session, said: dict[str, Any]) -> LineAnswer:
    """Return what is said of one line; whoever writes it names our item by its code or barcode."""
    fields = ["item" if name == "item_id" else name for name in LineAnswer.model_fields]
    unknown = next((name for name in said if name not in fields), None)
    if unknown is not None:
        raise RuleBroken("input.unknown_field", where=unknown, field=unknown, known=", ".join(fields))
    rest = {name: value for name, value in said.items() if name != "item"}
    return load(LineAnswer, rest | ({"item_id": str(_item(session, str(said["item"])))} if said.get("item") else {}))


def _fields(said: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what is said of rows: ``5.pieces_per_pack=10``. Raises RuleBroken ``proposal.set_form``."""
    found: dict[int, dict[str, Any]] = {}
    for text in said:
        place, value = _pair(text)
        row, point, name = place.partition(".")
        if not point or not row.isdecimal() or not name:
            raise RuleBroken("proposal.set_form", text=text)
        whole = int(value) if value.isdecimal() and name in {"pieces_per_pack", "packs_per_box", "factor"} else value
        kept: Any = read_schedules(value) if name == "schedules" else whole
        found.setdefault(int(row), {})[name] = kept
    return found


def _some(codes: Sequence[str]) -> str:
    rest = len(codes) - _NAMED
    return ", ".join(codes[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not sign or not name.strip() or not value.strip():
        raise RuleBroken("proposal.set_form", text=text)
    return name.strip(), value.strip()


def _json(proposal: Proposal) -> dict[str, Any]:
    value: dict[str, Any] = proposal.model_dump(mode="json", exclude={"lines"})
    value |= {"closes": proposal.closes, "ready": proposal.is_ready}
    return value | {"lines": [_line_json(proposal, line) for line in proposal.lines]}


def _line_json(proposal: Proposal, line: ProposedLine) -> dict[str, Any]:
    value: dict[str, Any] = line.model_dump(mode="json")
    return value | {"ready": line.row in proposal.ready_rows}


def _text(proposal: Proposal, objection: Problem | None) -> str:
    whose = proposal.supplier.name if proposal.supplier is not None else "?"
    day = f"{proposal.on_date:%d-%m-%Y}" if proposal.on_date is not None else "?"
    due = f"  due {proposal.due_date:%d-%m-%Y}" if proposal.due_date is not None else ""
    lines = [f"{whose}  {proposal.number or '?'}  {day}{due}  ({proposal.layout})"]
    for line in proposal.lines:
        lines += _line_text(line)
    lines += [f"  ? {note.words}" for note in proposal.asked]
    lines += [f"  ! {note.words}" for note in (*proposal.differences, *proposal.warnings)]
    total = proposal.printed.total
    lines.append(f"goods {proposal.goods}  GST {proposal.tax}  total {total if total is not None else '?'}")
    lines.append(_ready_words(proposal, objection))
    return "\n".join(lines)


def _ready_words(proposal: Proposal, objection: Problem | None) -> str:
    """Return whether it may be taken in as it stands, or what of it not."""
    if objection is not None:
        return f"Every line is known, but: {explain(objection)}"
    if proposal.is_ready:
        return "Ready."
    ready, count = len(proposal.ready_rows), len(proposal.lines)
    if ready < count:
        return f"{ready} of {count} lines are ready."
    return f"All {count} lines are ready, but not the bill: see what is said above."


def _line_text(line: ProposedLine) -> list[str]:
    free = f" + {line.free}" if line.free else ""
    meant = "?" if line.match is None else f"{line.match.code} ({line.match.how})"
    unit = f" x {line.factor}" if line.factor is not None and line.factor > 1 else ""
    said = f"{line.row:>4}  {line.name}  {line.pack}  {line.batch}  {line.billed}{free}{unit}  {line.rate}  -> {meant}"
    found = [said]
    found += [f"        {one.score:>4}  {one.code}  {one.name}  {one.pack_label}" for one in line.candidates]
    found += [f"      ? {note.words}" for note in line.asked]
    if line.factors:
        found.append(f"        packs in one: {', '.join(map(str, line.factors))}")
    return found + [f"      ! {note.words}" for note in line.warnings]


def _columns_json(question: NeedsMapping) -> dict[str, Any]:
    columns = [
        {
            "number": one.place + 1,
            "header": one.title,
            "samples": list(one.samples),
            "guess": one.role.value if one.role is not None else None,
            "in_doubt": one.in_doubt,
        }
        for one in question.columns
    ]
    return {"code": question.code, "doubts": [role.value for role in question.doubts], "columns": columns}


def _columns_text(question: NeedsMapping) -> str:
    lines = [Note.of(question.problem).words]
    for one in question.columns:
        guess = f"{one.role.value if one.role is not None else '?'}{' ?' if one.in_doubt else ''}"
        lines.append(f"#{one.place + 1:<3} {one.title:<20} {guess:<20} {', '.join(one.samples)}")
    return "\n".join(lines)
