"""Commands about items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Import and search items.", no_args_is_help=True)


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xls or .csv file with a header row.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what was understood.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows though others are bad.")] = False,
) -> None:
    """Import items and their opening stock."""


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="A code, a barcode, or words of the name or salt.")],
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
) -> None:
    """Search items as the counter does, best hit first."""
