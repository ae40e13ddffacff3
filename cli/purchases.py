"""Commands about purchases: what suppliers sent, on paper and in files."""

from __future__ import annotations

import typer

from cli import purchase_files

app = typer.Typer(help="Purchases: suppliers' files read, matched and learned.", no_args_is_help=True)

for _name, _command in purchase_files.COMMANDS.items():
    app.command(_name)(_command)
