"""Commands about items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation
from cli.files import Meanings, WithoutBackup, meanings, notices, problems_json, skipped_lines
from core.app.backups.precautions import import_after_backup
from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.boundary.sheets import read_sheet
from core.catalog.dto import TeachBarcode
from core.catalog.teaching import teach_barcode
from core.inventory.dto import ItemHit, SaleItem
from core.inventory.import_columns import meanings as columns_of
from core.inventory.import_dto import ImportReport
from core.inventory.importing import read_items
from core.inventory.opening import check_import
from core.inventory.queries import sale_items, search_items
from core.inventory.undoing import ImportView, UndoImport, imports, names_in_short, undo_import
from core.kernel.clock import SystemClock, business_date
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.quantity import show_quantity

app = typer.Typer(help="Add, import, search and change items.", no_args_is_help=True)
barcodes = typer.Typer(help="Barcodes of items.", no_args_is_help=True)
app.add_typer(barcodes, name="barcode")


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xls or .csv file with a header row.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what was understood.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows though others are bad.")] = False,
    with_expired: Annotated[bool, typer.Option("--with-expired", help="Import expired stock too.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Import though the same stock was imported before.")] = False,
    keep_details: Annotated[
        bool, typer.Option("--keep-details", help="Items keep their salts and maker where the file says others.")
    ] = False,
    column: Meanings = None,
    without_backup: WithoutBackup = False,
) -> None:
    """Import items and their opening stock: all rows, or none if one is bad. A backup is made first.

    With --skip-bad it exits 1 where lines were left out.
    """
    invocation: Invocation = context.obj
    sheet, chosen = read_sheet(file), meanings(column)
    command = read_items(
        sheet,
        new_id(),
        today=business_date(SystemClock().now()),
        skip_bad=skip_bad,
        with_expired=with_expired,
        again=again,
        keep_details=keep_details,
        columns=chosen,
    )
    with invocation.shop() as shop:
        if dry_run:
            with shop.database.read() as session:
                report = check_import(session, command)
        else:
            report = import_after_backup(shop, invocation.actor(shop), command, without_backup=without_backup)
    value, text = _report_json(report, dry_run=dry_run), _report_text(report, dry_run=dry_run)
    if dry_run:
        meant = zip(sheet.header, columns_of(sheet.header, chosen), strict=True)
        value["columns"] = {title: meaning for title, meaning in meant if title and meaning}
        text = "\n".join([*(f"{title:20} is read as {meaning}" for title, meaning in value["columns"].items()), text])
    invocation.answer(value, text)
    if report.problems:
        raise typer.Exit(1)


@app.command("imports")
def list_imports(context: typer.Context) -> None:
    """List the imports that were done, the newest first, with the id that takes one back."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        done = imports(session)
    lines = [
        f"{each.import_id}  {show_instant(each.at)}  {each.username:12}"
        f"  {each.report.items_added:>6} new  {each.report.lots:>6} lots  {each.report.stock_value.grouped():>16}"
        f"{'  taken back' if each.is_undone else ''}"
        for each in done
    ]
    invocation.answer([_import_json(each) for each in done], "\n".join(lines) or "Nothing was imported yet.")


@app.command("undo-import")
def undo(
    context: typer.Context,
    import_id: Annotated[str, typer.Argument(metavar="ID", help="The import, as `nuskha items imports` lists it.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")],
) -> None:
    """Take an import back: its stock goes out at cost, and the items that came with it are ended."""
    invocation: Invocation = context.obj
    command = load(UndoImport, {"import_id": import_id, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        done = undo_import(uow, command)
    said = f"The import {import_id} is taken back; the corrected file may be imported now."
    if done.stay:
        said += f"\n{len(done.stay)} of its items stay, for stock of them came in otherwise too: "
        said += f"{names_in_short(done.stay)}."
    invocation.answer({**_import_json(done), "items_staying": list(done.stay)}, said)


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="A code, a barcode, or words of the name or salt.")],
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
) -> None:
    """Search items as the counter does, best hit first, with their batches."""
    invocation: Invocation = context.obj
    if not text.strip():
        raise RuleBroken("items.nothing_to_search", where="text")
    with invocation.shop() as shop, shop.database.read() as session:
        today = business_date(shop.database.clock.now())
        hits = search_items(session, text, today, limit)
        with_batches = {item.item_id: item for item in sale_items(session, [hit.item_id for hit in hits], today)}
    value = [_hit_json(hit, with_batches.get(hit.item_id)) for hit in hits]
    invocation.answer(value, "\n".join(_hit_text(hit) for hit in hits) or f"Nothing found for {text}.")


@barcodes.command("add")
def add_barcode(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="The item's code.")],
    barcode: Annotated[str, typer.Argument(help="The barcode, or a whole GS1 code as scanned.")],
    move: Annotated[bool, typer.Option("--move", help="Take it from the item that has it now.")] = False,
) -> None:
    """Teach a barcode: who scans it gets the item, whether it comes as UPC-A, EAN-13, GTIN-14 or in a GS1 code."""
    invocation: Invocation = context.obj
    command = load(TeachBarcode, {"item": item, "barcode": barcode, "moves": move})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        taught = teach_barcode(uow, command)
    value = {"item": taught.item, "name": taught.name, "barcode": taught.barcode}
    invocation.answer(value, f"{taught.name} has the barcode {taught.barcode} from now on.")


def _import_json(done: ImportView) -> dict[str, Any]:
    return {
        "import_id": str(done.import_id),
        "at": done.at.isoformat(),
        "username": done.username,
        "items_added": done.report.items_added,
        "lots": done.report.lots,
        "stock_value": str(done.report.stock_value),
        "taken_back": done.is_undone,
    }


def _hit_json(hit: ItemHit, item: SaleItem | None) -> dict[str, Any]:
    return {
        "item": hit.code,
        "name": hit.name,
        "manufacturer": hit.manufacturer,
        "pack": hit.pack_label,
        "pieces_per_pack": hit.pieces_per_pack,
        "rack": hit.rack,
        "schedules": None if hit.schedules is None else list(hit.schedules),
        "stock": show_quantity(hit.stock_units, hit.pieces_per_pack),
        "mrp": None if hit.mrp is None else str(hit.mrp),
        "batches": [
            {
                "batch": batch.number,
                "expiry": batch.expiry.isoformat() if batch.expiry else None,
                "mrp": str(batch.mrp),
                "units": batch.units,
                "held": batch.held,
            }
            for batch in (item.batches if item else ())
        ],
    }


def _hit_text(hit: ItemHit) -> str:
    expiry = Expiry(hit.expiry, hit.expiry_precision) if hit.expiry and hit.expiry_precision else "-"
    stock = show_quantity(hit.stock_units, hit.pieces_per_pack)
    mrp = hit.mrp.grouped() if hit.mrp else "-"
    return f"{hit.code:12}  {stock:>8}  {expiry!s:>10}  {mrp:>12}  {hit.name}  ({hit.pack_label})"


def _report_json(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "imported": not dry_run,
        "items_added": report.items_added,
        "items_found": report.items_found,
        "lots": report.lots,
        "stock_value": str(report.stock_value),
        "skipped": 0 if dry_run else skipped_lines(report.problems),
        **problems_json(report.problems),
        "ignored_columns": list(report.ignored_columns),
    }


def _report_text(report: ImportReport, *, dry_run: bool) -> str:
    lines = [
        f"{'Would add' if dry_run else 'Added'} {report.items_added} items, {report.items_found} were there.",
        f"{report.lots} lots of stock worth {report.stock_value.grouped()} at cost.",
    ]
    if report.problems and not dry_run:
        lines.append(f"{skipped_lines(report.problems)} lines were left out.")
    return "\n".join([*lines, *notices(report.problems, report.ignored_columns)])
