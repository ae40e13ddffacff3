"""Commands about prescriptions and the registers that an inspector asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.context import Invocation
from core.app.exporting import FileForm, Wish, export_report
from core.boundary.files import write_whole
from core.dispensing.dto import H1View, PrescribedView, PrescriptionHit, PrescriptionView
from core.dispensing.queries import h1_register, read_images, read_prescription, recent_prescriptions
from core.kernel.clock import SystemClock
from core.kernel.dates import parse_iso_date, show_date
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.reporting.reports.registers import H1

prescriptions = typer.Typer(help="Prescriptions, and what is left of them.", no_args_is_help=True)
app = typer.Typer(help="Registers of the Drugs Rules.", no_args_is_help=True)


@prescriptions.command()
def show(
    context: typer.Context, prescription: Annotated[str, typer.Argument(help="The id, as a list or a bill shows it.")]
) -> None:
    """Show a prescription with the balance due of each line."""
    invocation: Invocation = context.obj
    prescription_id = _id(prescription)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            view = read_prescription(session, actor, prescription_id)
    invocation.answer(view.model_dump(mode="json"), _prescription_text(view))


@prescriptions.command()
def images(
    context: typer.Context,
    prescription: Annotated[str, typer.Argument(help="The id, as a list or a bill shows it.")],
    to: Annotated[Path, typer.Option(help="The folder to write them into.")],
) -> None:
    """Write the pictures that are kept of a prescription into a folder, one file each."""
    invocation: Invocation = context.obj
    prescription_id = _id(prescription)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            found = read_images(session, actor, prescription_id)
    files = [to / f"prescription-{prescription_id}-{n}.{image.kind}" for n, image in enumerate(found, start=1)]
    for file, image in zip(files, found, strict=True):
        write_whole(file, image.content)
    invocation.answer([str(file) for file in files], "\n".join(map(str, files)) or "No picture is kept of it.")


@prescriptions.command("list")
def list_all(
    context: typer.Context,
    patient: Annotated[str | None, typer.Option(help="Of one patient: id, telephone or whole name.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
) -> None:
    """List prescriptions, those written last first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            patient_id = find_party(session, PartyKind.PATIENT, patient) if patient else None
            hits = recent_prescriptions(session, actor, patient_id, limit=limit)
    invocation.answer([_hit_json(hit) for hit in hits], "\n".join(map(_hit_line, hits)) or "No prescription yet.")


@app.command()
def h1(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, 2026-04-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day.")],
    pdf: Annotated[Path | None, typer.Option(help="Write it as a PDF in the form of the law.")] = None,
) -> None:
    """Show the Schedule H1 register of some days, the oldest row first."""
    invocation: Invocation = context.obj
    days = parse_iso_date(first), parse_iso_date(last)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        if pdf is not None:
            wish = Wish(H1.id, {"from": first, "to": last})
            count = export_report(shop, SystemClock(), actor, wish, FileForm.PDF, pdf)
            invocation.answer({"rows": count, "file": str(pdf)}, f"The register ({count} rows) is in {pdf}")
            return
        with shop.database.read() as session:
            rows = h1_register(session, actor, *days)
    invocation.answer(
        [row.model_dump(mode="json") for row in rows], "\n".join(map(_row_line, rows)) or "No row on these days."
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise RuleBroken("dispensing.no_prescription", prescription=text) from None


def _prescription_text(view: PrescriptionView) -> str:
    number = f", Reg. No. {view.prescriber_registration}" if view.prescriber_registration else ""
    repeats = f", may be repeated {view.repeats} times" if view.repeats else ""
    return "\n".join(
        [
            f"{view.patient_name}  {view.patient_phone or ''}".rstrip(),
            f"by {view.prescriber_name}{number} on {show_date(view.written_on)}{repeats}",
            *map(_prescribed_line, view.lines),
        ]
    )


def _prescribed_line(line: PrescribedView) -> str:
    pieces = line.pieces_per_pack or 1
    dose = " ".join(filter(None, [line.dose, f"{line.days} days" if line.days else ""]))
    left = "once more" if line.left is None else f"{show_quantity(line.left, pieces)} left"
    return f"  {line.line}. {line.drug}  {dose or '-'}  {show_quantity(line.supplied, pieces)} supplied, {left}"


def _hit_json(hit: PrescriptionHit) -> dict[str, Any]:
    return {
        **hit._asdict(),
        "prescription_id": str(hit.prescription_id),
        "written_on": hit.written_on.isoformat(),
        "drugs": list(hit.drugs),
    }


def _hit_line(hit: PrescriptionHit) -> str:
    return (
        f"{hit.prescription_id}  {show_date(hit.written_on)}  {hit.patient_name}  by {hit.prescriber_name}"
        f"  {', '.join(hit.drugs)}"
    )


def _row_line(row: H1View) -> str:
    void = f"  VOIDS {row.voids}: {row.reason}" if row.voids else ""
    voided = f"  voided by {row.voided_by}" if row.voided_by else ""
    quantity = show_quantity(row.units, row.pieces_per_pack)
    return (
        f"{row.number}  {show_date(row.date)}  bill {row.bill_number}  {row.patient_name}  by {row.prescriber_name}"
        f"  {row.drug}  {row.batch}  {quantity}{void}{voided}"
    )
