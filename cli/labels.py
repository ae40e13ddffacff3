"""The command that makes labels for shelves, packs and loose pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import Invocation
from core.app.labels import LabelPaper, WantedLabels, label_file, labels_of
from core.boundary.files import write_whole
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.clock import business_date
from core.kernel.errors import RuleBroken
from core.settings.queries import shop_view


def labels(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="The item's code or barcode.")],
    out: Annotated[Path, typer.Option(help="FILE.zpl or FILE.tspl for a label printer, FILE.pdf for paper.")],
    batch: Annotated[str | None, typer.Option(help="For packs of this batch; without it for the shelf.")] = None,
    copies: Annotated[
        int | None, typer.Option(help="How many; without it one for each pack in stock, and one for a shelf.")
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="34x22, 38x25, 50x25 or 100x50 mm; in a PDF also A4-65, A4-48 or A4-24 labels a sheet."),
    ] = None,
    start: Annotated[int, typer.Option(help="The first label of a sheet that is still there.")] = 1,
    dpi: Annotated[int, typer.Option(help="Dots an inch of the label printer: 203 or 300.")] = 203,
    loose: Annotated[
        str | None, typer.Option(help='For pieces handed over loose: how many, as it shall stand there ("6 tablets").')
    ] = None,
) -> None:
    """Write labels of an item, of the packs of a batch, or for loose pieces to a file that a printer takes."""
    invocation: Invocation = context.obj
    wanted = load(WantedLabels, {"item": item, "batch": batch, "copies": copies, "loose": loose})
    paper = load(LabelPaper, {"size": size, "dpi": dpi, "start": start})
    with invocation.shop() as shop:
        today = business_date(shop.database.clock.now())
        with shop.database.read() as session:
            found = labels_of(session, wanted, today)
            author = shop_view(session).name
        content = label_file(out.suffix.lower(), found.labels, paper, author)
        if content is None:
            raise RuleBroken("labels.no_such_file", path=str(out), where="out")
        write_whole(out, content, shared=True)
    count = sum(copies.count for copies in found.labels)
    notes = [explain(note) for note in found.notes]
    value = {"item": found.item.code, "labels": count, "file": str(out), "notes": notes}
    said = f"{count} {'label' if count == 1 else 'labels'} of {found.item.name} in {out}"
    invocation.answer(value, "\n".join([said, *notes]))
