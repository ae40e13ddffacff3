"""Commands about the shop's registered pharmacists, who of them is on duty, and the shop's own drug licences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.app.licences import ChangeLicences, change_licences
from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.dispensing.dto import AddPharmacist, BeginDuty, DutyView, EndPharmacist, PharmacistView
from core.dispensing.pharmacists import (
    add_pharmacist,
    begin_duty,
    duty_here,
    end_duty,
    end_pharmacist,
    pharmacists,
)
from core.kernel.dates import show_date
from core.settings.dto import Licence, known_form
from core.settings.queries import shop_view
from core.storage.unit_of_work import UnitOfWork

app = typer.Typer(help="The registered pharmacists of the shop.", no_args_is_help=True)
duty = typer.Typer(help="Which pharmacist is on duty at this counter.", no_args_is_help=True)
licences = typer.Typer(help="The shop's own drug licences.", no_args_is_help=True)

Registration = Annotated[str, typer.Argument(help="The number in the State Council's register.")]
Form = Annotated[str, typer.Argument(help="The form of the licence: 20, 21, 20F ...")]
Number = Annotated[str, typer.Argument(help="The number of the licence.")]


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name.")],
    registration: Annotated[str, typer.Option(help="The number in the State Council's register.")],
    account: Annotated[str | None, typer.Option(help="The user name, where the pharmacist has one.")] = None,
) -> None:
    """Put a pharmacist on the list, or back on it."""
    command = load(AddPharmacist, {"name": name, "registration": registration, "username": account})
    _changed(context, lambda uow: add_pharmacist(uow, command))


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the pharmacists; while the list is empty, the shop's own is offered."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        found = pharmacists(session)
    invocation.answer([one.model_dump(mode="json") for one in found], "\n".join(map(_line, found)) or "Nobody yet.")


@app.command()
def end(context: typer.Context, registration: Registration) -> None:
    """Take a pharmacist off the list; what was supplied under the name stays."""
    command = load(EndPharmacist, {"registration": registration})
    _changed(context, lambda uow: end_pharmacist(uow, command))


@duty.command()
def begin(context: typer.Context, registration: Registration) -> None:
    """Put a pharmacist on duty here, for 16 hours at most, in the place of whoever was."""
    command = load(BeginDuty, {"registration": registration})
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = begin_duty(uow, command)
    _answer_duty(invocation, view)


@duty.command("end")
def end_this(context: typer.Context) -> None:
    """End the duty here."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = end_duty(uow)
    invocation.answer(view.model_dump(mode="json"), f"{view.pharmacist.name} is on duty no more.")


@duty.command()
def show(context: typer.Context) -> None:
    """Show who is on duty here."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        view = duty_here(session, shop.database.clock.now())
    _answer_duty(invocation, view)


@licences.command("list")
def list_licences(context: typer.Context) -> None:
    """List the licences that the shop's papers show and that its bills are held to."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        _answer_licences(invocation, shop_view(session).licences)


@licences.command("add")
def add_licence(
    context: typer.Context,
    form: Form,
    number: Number,
    valid_from: Annotated[str | None, typer.Option("--from", help="Its first day, 2026-01-31.")] = None,
    valid_to: Annotated[str | None, typer.Option("--to", help="Its last day, 2030-12-31.")] = None,
) -> None:
    """Add a licence; one that stands gets these days, which is how a renewal is entered."""
    form = known_form(form, "form")

    def changed(standing: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rest = [licence for licence in standing if (licence["form"], licence["number"]) != (form, number)]
        return [*rest, {"form": form, "number": number, "from": valid_from, "to": valid_to}]

    _change_licences(context, changed)


@licences.command("end")
def end_licence(context: typer.Context, form: Form, number: Number) -> None:
    """End a licence: papers show it no more, and nothing is sold under it."""
    form = known_form(form, "form")
    _change_licences(
        context,
        lambda standing: [licence for licence in standing if (licence["form"], licence["number"]) != (form, number)],
    )


def _change_licences(context: typer.Context, changed: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        standing = [_licence_json(licence) for licence in shop_view(uow.session).licences]
        _answer_licences(invocation, change_licences(uow, load(ChangeLicences, {"licences": changed(standing)})))


def _answer_licences(invocation: Invocation, found: Sequence[Licence]) -> None:
    lines = [
        f"{licence.form:4}  {licence.number}"
        + (f"  from {show_date(licence.valid_from)}" if licence.valid_from else "")
        + (f"  to {show_date(licence.valid_to)}" if licence.valid_to else "")
        for licence in found
    ]
    invocation.answer([_licence_json(licence) for licence in found], "\n".join(lines) or "No licence yet.")


def _licence_json(licence: Licence) -> dict[str, Any]:
    return licence.model_dump(mode="json", by_alias=True)


def _changed(context: typer.Context, command: Callable[[UnitOfWork], PharmacistView]) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = command(uow)
    invocation.answer(view.model_dump(mode="json"), _line(view))


def _line(view: PharmacistView) -> str:
    state = "" if view.is_active else "  works here no more"
    return f"{view.registration:16}  {view.name}{f'  ({view.username})' if view.username else ''}{state}"


def _answer_duty(invocation: Invocation, view: DutyView | None) -> None:
    if view is None:
        invocation.answer(None, "No pharmacist is on duty at this counter.")
        return
    said = f"{view.pharmacist.name}, Reg. No. {view.pharmacist.registration}, on duty until {show_instant(view.until)}"
    invocation.answer(view.model_dump(mode="json"), said)
