"""Commands about customers, suppliers, patients and prescribers: the same ones for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from cli.audits import history_json, history_line
from cli.context import Invocation, read_json
from cli.supplier_codes import add_code_commands
from core.boundary.frozen import load
from core.kernel.dates import parse_day, show_date
from core.kernel.errors import NeedsConfirmation
from core.kernel.ids import new_id
from core.parties.dto import AddParty, EditParty, EndParty, MergeParties, PartyKind, PartyView
from core.parties.history import party_history
from core.parties.previewing import MergePreview, preview_merge
from core.parties.queries import PartyHit, find_party, list_parties, place_of, read_party, search_parties
from core.parties.service import add_party, edit_party, end_party, merge_parties
from core.storage.unit_of_work import UnitOfWork

Who = Annotated[str, typer.Argument(help="The id, telephone, GSTIN or registration, or the whole name.")]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="A detail: phone=98470 12345, licences=KL-20B-77 until 31-12-2028; an empty one takes the value away.",
    ),
]
File = Annotated[str | None, typer.Option("--file", help="JSON with details, - for standard input.")]
Confirmed = Annotated[bool, typer.Option("--another", help="It is another one, though there is one like it.")]
Limit = Annotated[int, typer.Option(min=1, max=500)]

#: What the number of a kind is; patients have none.
_NUMBERS = {PartyKind.CUSTOMER: "GSTIN", PartyKind.SUPPLIER: "GSTIN", PartyKind.PRESCRIBER: "Registration"}
_WHOLE = {"credit_days", "payment_days", "return_before_days", "return_after_days", "birth_year"}


def commands(kind: PartyKind) -> typer.Typer:
    """Return the commands of a kind."""
    app = typer.Typer(help=f"Add, edit, search and merge {kind}s.", no_args_is_help=True)

    @app.command()
    def add(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="The name.")],
        fields: Fields = None,
        file: File = None,
        another: Confirmed = False,
    ) -> None:
        """Add one."""
        details = _given(fields, file) | {"kind": kind, "name": name}
        command = load(AddParty, {"command_id": str(new_id()), "details": details, "confirmed": another})
        _change(context, lambda uow: add_party(uow, command))

    @app.command()
    def edit(
        context: typer.Context,
        who: Who,
        fields: Fields = None,
        file: File = None,
        version: Annotated[
            str | None, typer.Option(help="The version that was seen; without it the present one.")
        ] = None,
        another: Confirmed = False,
    ) -> None:
        """Change what is given and nothing else."""
        seen = _view(context, kind, who)
        details = seen.details.model_dump(mode="json") | _given(fields, file)
        data = {"party_id": str(seen.party_id), "version": version or seen.version, "details": details}
        command = load(EditParty, data | {"confirmed": another})
        _change(context, lambda uow: edit_party(uow, command))

    @app.command()
    def show(context: typer.Context, who: Who) -> None:
        """Show all that is known of one."""
        _answer(context, _view(context, kind, who))

    @app.command("list")
    def list_all(
        context: typer.Context,
        limit: Limit = 50,
        after: Annotated[str | None, typer.Option(help="Go on behind this one.")] = None,
    ) -> None:
        """List them by name."""

        def page(session: Session) -> list[PartyHit]:
            last = place_of(session, kind, find_party(session, kind, after)) if after else None
            return list_parties(session, kind, after=last, limit=limit).hits

        _list(context, kind, page)

    @app.command()
    def search(
        context: typer.Context,
        text: Annotated[str, typer.Argument(help="The beginning of a name, telephone or number.")],
        limit: Limit = 20,
    ) -> None:
        """Search by name, telephone, GSTIN or registration."""
        _list(context, kind, lambda session: search_parties(session, kind, text, limit))

    @app.command()
    def merge(
        context: typer.Context,
        merged: Annotated[str, typer.Argument(help="The one that is the same as the other.")],
        kept: Annotated[str, typer.Argument(help="The one that is kept.")],
        confirm: Annotated[
            bool,
            typer.Option(
                "--confirm",
                help="Do not ask; where both suppliers use a code differently, the kept one's holds.",
            ),
        ] = False,
    ) -> None:
        """Say that two are one; both stay in history, and who asks for the first gets the second.

        What will move is shown and asked about first; without a terminal to ask at, only --confirm does it.
        """
        first, second = _view(context, kind, merged).party_id, _view(context, kind, kept).party_id
        if not confirm:
            _ask_merge(context, kind, first, second)
        command = MergeParties(kind=kind, merged_id=first, kept_id=second, confirmed=True)
        _change(context, lambda uow: merge_parties(uow, command))

    @app.command()
    def history(context: typer.Context, who: Who, limit: Limit = 50) -> None:
        """Show who changed what of one, field by field, newest first."""
        invocation: Invocation = context.obj
        with invocation.shop() as shop:
            actor = invocation.actor(shop)
            with shop.database.read() as session:
                entries = party_history(session, actor, kind, find_party(session, kind, who), limit)
        invocation.answer([history_json(entry) for entry in entries], "\n".join(map(history_line, entries)))

    @app.command()
    def deactivate(context: typer.Context, who: Who) -> None:
        """Deal with one no more; what was done with it stays."""
        command = EndParty(kind=kind, party_id=_view(context, kind, who).party_id)
        _change(context, lambda uow: end_party(uow, command))

    @app.command()
    def activate(context: typer.Context, who: Who) -> None:
        """Deal with one again."""
        command = EndParty(kind=kind, party_id=_view(context, kind, who).party_id, active=True)
        _change(context, lambda uow: end_party(uow, command))

    if kind is PartyKind.SUPPLIER:
        add_code_commands(app)
    return app


def _ask_merge(context: typer.Context, kind: PartyKind, merged_id: UUID, kept_id: UUID) -> None:
    """Show people what a merge moves, and ask.

    Raises NeedsConfirmation ``parties.merge_unconfirmed`` where nobody says yes, RuleBroken ``parties.merged_already``.
    """
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        preview = preview_merge(session, kind, merged_id, kept_id)
    if not invocation.as_json:
        print("\n".join(_preview_lines(preview)), file=sys.stderr)
        if sys.stdin.isatty():
            print("Merge them? [y/N] ", end="", file=sys.stderr, flush=True)
            if sys.stdin.readline().strip().casefold() in {"y", "yes"}:
                return
    names = {"merged": preview.merged.details.name, "kept": preview.kept.details.name}
    raise NeedsConfirmation("parties.merge_unconfirmed", where="confirmed", **names)


def _preview_lines(preview: MergePreview) -> Iterator[str]:
    yield f"{_named(preview.merged)} goes, with all that was done with it."
    yield f"{_named(preview.kept)} stays, as it is."
    if preview.patients:
        yield f"Patients who go over: {preview.patients}."
    if preview.codes:
        yield f"Codes that go over: {', '.join(preview.codes)}."
    if preview.clashes:
        yield f"Codes that both use differently, where the kept one's hold: {', '.join(preview.clashes)}."


def _named(view: PartyView) -> str:
    return f"{view.details.name} ({view.details.phone or view.party_id})"


def _given(fields: list[str] | None, file: str | None) -> dict[str, Any]:
    """Return the details that were given: those of the file, then each option."""
    given: dict[str, Any] = dict(read_json(file)) if file else {}
    for field in fields or []:
        name, _, text = field.partition("=")
        whole = name in _WHOLE and text.isascii() and text.isdigit()
        given[name] = _licences(text) if name == "licences" else (int(text) if whole else text) or None
    return given


def _licences(text: str) -> list[dict[str, str]]:
    """Read the drug licences of a supplier: ``KL-KTM-20B-77 until 31-12-2028, KL-KTM-21B-77``."""
    found: list[dict[str, str]] = []
    for part in filter(None, map(str.strip, text.split(","))):
        number, _, day = part.partition(" until ")
        found.append({"number": number.strip(), **({"valid_until": parse_day(day).isoformat()} if day else {})})
    return found


def _view(context: typer.Context, kind: PartyKind, who: str) -> PartyView:
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            return read_party(session, actor, kind, find_party(session, kind, who))


def _change(context: typer.Context, command: Callable[[UnitOfWork], PartyView]) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = command(uow)
    _answer(context, view)


def _shown(name: str, said: Any) -> str:
    """Return a detail as people read it."""
    if name != "licences":
        return str(said)
    days = (one["valid_until"] and f" until {show_date(parse_day(one['valid_until']))}" for one in said)
    return ", ".join(f"{one['number']}{day or ''}" for one, day in zip(said, days, strict=True))


def _answer(context: typer.Context, view: PartyView) -> None:
    invocation: Invocation = context.obj
    value = view.model_dump(mode="json")
    lines = [f"{name}: {_shown(name, said)}" for name, said in value["details"].items() if said not in (None, [], "")]
    state = "" if view.is_active else "\ndealt with no more"
    invocation.answer(value, "\n".join(lines) + state)


def _list(context: typer.Context, kind: PartyKind, read: Callable[[Any], list[PartyHit]]) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        hits = read(session)
    value = [{**hit._asdict(), "party_id": str(hit.party_id)} for hit in hits]
    lines = [_line(str(hit.party_id), hit.phone or "-", hit.number or "-", hit.name) for hit in hits]
    heading = _line("Id", "Telephone", _NUMBERS.get(kind, ""), "Name")
    invocation.answer(value, "\n".join([heading, *lines]) if lines else "Nobody found.")


def _line(party_id: str, phone: str, number: str, name: str) -> str:
    return f"{party_id:36}  {phone:>14}  {number:>15}  {name}"
